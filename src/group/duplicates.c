/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "group/drafts.h"

#include <stdlib.h>

/*
 * The same results in two folders, or in a folder and an archive of it. A
 * run whose results are all in another one too is dropped with its side
 * files. Of equal runs the first by source name stays. Blocks are compared by
 * the hash of their content, so packing and names do not matter; results
 * without a request are like each other without being copies.
 */

struct copy_key {
	struct sift_hash128 hash;
	size_t draft;
	size_t block;
};

struct copies {
	struct copy_key *keys; /* by hash, then order of drafts */
	size_t count;
};

static int
compare_keys(const void *a, const void *b)
{
	const struct copy_key *x = a, *y = b;

	if (x->hash.high != y->hash.high)
		return x->hash.high < y->hash.high ? -1 : 1;
	if (x->hash.low != y->hash.low)
		return x->hash.low < y->hash.low ? -1 : 1;
	return (x->draft > y->draft) - (x->draft < y->draft);
}

static bool
is_result(const struct sift_drafting *d, size_t block)
{
	return block != SIFT_NONE &&
	       sift_source_kind_has_results(d->digest->blocks[block]->kind) &&
	       sift_block_requests(d->digest->blocks[block]) > 0;
}

static size_t
find_hash(const struct copies *c, struct sift_hash128 hash)
{
	size_t low = 0, high = c->count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		struct sift_hash128 at = c->keys[mid].hash;

		if (at.high < hash.high ||
		    (at.high == hash.high && at.low < hash.low))
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static bool
is_same_hash(struct sift_hash128 a, struct sift_hash128 b)
{
	return a.high == b.high && a.low == b.low;
}

/* The block of `draft` with this content, or SIFT_NONE. */
static size_t
copy_in(const struct sift_drafting *d, size_t draft, struct sift_hash128 hash)
{
	for (size_t k = 0; k < SIFT_SOURCE_KIND_COUNT; k++) {
		size_t block = d->drafts[draft].by_kind[k];

		if (is_result(d, block) &&
		    is_same_hash(d->digest->blocks[block]->hash, hash))
			return block;
	}
	return SIFT_NONE;
}

/* How many results of `a` are not in `b`. */
static size_t
results_missing(const struct sift_drafting *d, size_t a, size_t b)
{
	size_t missing = 0;

	for (size_t k = 0; k < SIFT_SOURCE_KIND_COUNT; k++) {
		size_t block = d->drafts[a].by_kind[k];

		if (is_result(d, block))
			missing +=
				copy_in(d, b, d->digest->blocks[block]->hash) ==
				SIFT_NONE;
	}
	return missing;
}

static int
compare_names(const struct sift_drafting *d, size_t a, size_t b)
{
	return sift_text_order(d->digest->blocks[d->drafts[a].best]->name,
			       d->digest->blocks[d->drafts[b].best]->name);
}

/* The run that has everything `draft` has and comes first; SIFT_NONE. */
static size_t
run_instead(const struct sift_drafting *d, const struct copies *c, size_t draft)
{
	size_t block = d->drafts[draft].best, instead = SIFT_NONE;
	struct sift_hash128 hash;

	if (!is_result(d, block))
		return SIFT_NONE;
	hash = d->digest->blocks[block]->hash;
	for (size_t i = find_hash(c, hash);
	     i < c->count && is_same_hash(c->keys[i].hash, hash); i++) {
		size_t other = c->keys[i].draft;

		if (other == draft || results_missing(d, draft, other))
			continue;
		if (!results_missing(d, other, draft) &&
		    compare_names(d, draft, other) < 0)
			continue;
		/* It does not matter which: chains end at the one to keep. */
		if (instead == SIFT_NONE ||
		    compare_names(d, other, instead) < 0)
			instead = other;
	}
	return instead;
}

static enum sift_status
drop_blocks(struct sift_drafting *d)
{
	for (size_t i = 0; i < d->digest->count; i++) {
		struct sift_block_use *use = &d->out->uses[i];
		size_t into, copy;

		if (use->run == SIFT_NONE)
			continue;
		into = sift_draft_standing(d, use->run);
		if (into == use->run)
			continue;
		copy = copy_in(d, into, d->digest->blocks[i]->hash);
		if (copy == SIFT_NONE)
			copy = d->drafts[into].best;
		use->reason = sift_arena_printf(
			d->arena, "%s %s",
			copy_in(d, into, d->digest->blocks[i]->hash) ==
					SIFT_NONE
				? "belongs to a copy of"
				: "same result as",
			d->digest->blocks[copy]->name);
		if (!use->reason)
			return sift_group_nomem(d);
		use->role = SIFT_ROLE_DUPLICATE;
		use->run = into;
	}
	return SIFT_OK;
}

static enum sift_status
collect_keys(struct sift_drafting *d, struct copies *c,
	     struct sift_arena *scratch)
{
	c->keys = sift_arena_array(scratch, d->digest->count, sizeof(*c->keys));
	if (!c->keys)
		return sift_group_nomem(d);
	for (size_t i = 0; i < d->draft_count; i++) {
		if (d->drafts[i].replaced_by != SIFT_NONE)
			continue;
		for (size_t k = 0; k < SIFT_SOURCE_KIND_COUNT; k++) {
			size_t block = d->drafts[i].by_kind[k];

			if (is_result(d, block))
				c->keys[c->count++] = (struct copy_key){
					d->digest->blocks[block]->hash, i,
					block};
		}
	}
	qsort(c->keys, c->count, sizeof(*c->keys), compare_keys);
	return SIFT_OK;
}

enum sift_status
sift_drop_duplicates(struct sift_drafting *d)
{
	struct copies c = {NULL, 0};
	struct sift_arena scratch;
	size_t *instead = NULL;
	enum sift_status rc;

	sift_arena_init(&scratch);
	rc = collect_keys(d, &c, &scratch);
	if (!rc) {
		instead = sift_arena_array(&scratch, d->draft_count,
					   sizeof(*instead));
		rc = instead ? SIFT_OK : sift_group_nomem(d);
	}
	for (size_t i = 0; i < d->draft_count && !rc; i++)
		instead[i] = d->drafts[i].replaced_by == SIFT_NONE
				     ? run_instead(d, &c, i)
				     : SIFT_NONE;
	for (size_t i = 0; i < d->draft_count && !rc; i++)
		if (instead[i] != SIFT_NONE)
			d->drafts[i].replaced_by = instead[i];
	sift_arena_release(&scratch);
	return rc ? rc : drop_blocks(d);
}
