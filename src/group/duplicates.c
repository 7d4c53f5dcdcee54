/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "group/drafts.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash_set.h"
#include "base/table.h"
#include "group/run_totals.h"

/*
 * The same results in two folders, or in a folder and an archive of it. Two
 * runs that share a result are one execution, for no two have the same times
 * to the last digit: one of them stays, takes over what only the other has,
 * and the rest is in the ledger as duplicate. Blocks are compared by the hash
 * of their content, so packing and names do not matter; results without a
 * request are like each other without being copies. Two runs with statistics
 * of their own are not one for having the same history, which says less; but
 * a history that is alone may be the copy of theirs.
 *
 * Of equal copies that one stays whose scenario has most runs, so that a
 * copy of a single run elsewhere does not tear it out of its set; then the
 * first by source name.
 */

struct copy_key {
	struct sift_hash128 hash;
	bool is_weak; /* a history beside something better */
	size_t draft;
};

/* A draft that has copies. */
struct copy {
	size_t cluster; /* the same for copies of each other */
	size_t draft;
	size_t results;	  /* how many sources of results it has */
	size_t company;	  /* runs of its scenario */
	const char *name; /* of its best source */
};

struct copies {
	struct sift_drafting *d;
	struct sift_arena scratch;
	size_t *parent; /* union-find over drafts */
	struct copy *items;
	size_t count;
};

static bool
is_result(const struct sift_drafting *d, size_t block)
{
	return block != SIFT_NONE &&
	       (sift_source_kind_has_results(d->digest->blocks[block]->kind) ||
		d->digest->blocks[block]->kind == SIFT_SOURCE_HISTORY) &&
	       sift_block_requests(d->digest->blocks[block]) > 0;
}

static bool
is_same_content(const struct sift_drafting *d, size_t a, size_t b)
{
	const struct sift_block *x = d->digest->blocks[a];
	const struct sift_block *y = d->digest->blocks[b];

	return x->hash.high == y->hash.high && x->hash.low == y->hash.low;
}

/* ---- which drafts share a result ---- */

/* Are there two sources alike? Mostly not, and that is soon seen. */
static enum sift_status
find_alike(struct copies *c, bool *out_any)
{
	const struct sift_drafting *d = c->d;
	struct sift_hash_set seen;

	if (sift_hash_set_init(&seen, d->source_count, &c->scratch))
		return sift_group_nomem(c->d);
	for (size_t i = 0; i < d->source_count && !*out_any; i++)
		*out_any = d->out->uses[d->sources[i].block].run != SIFT_NONE &&
			   !sift_hash_set_add(&seen,
					      d->sources[i].from->hash.high);
	return SIFT_OK;
}

static int
compare_keys(const void *a, const void *b)
{
	const struct copy_key *x = a, *y = b;

	if (x->hash.high != y->hash.high)
		return x->hash.high < y->hash.high ? -1 : 1;
	if (x->hash.low != y->hash.low)
		return x->hash.low < y->hash.low ? -1 : 1;
	if (x->is_weak != y->is_weak)
		return x->is_weak ? -1 : 1;
	return (x->draft > y->draft) - (x->draft < y->draft);
}

static size_t
root_of(struct copies *c, size_t draft)
{
	while (c->parent[draft] != draft) {
		c->parent[draft] = c->parent[c->parent[draft]];
		draft = c->parent[draft];
	}
	return draft;
}

static void
join(struct copies *c, size_t a, size_t b)
{
	a = root_of(c, a);
	b = root_of(c, b);
	c->parent[a > b ? a : b] = a > b ? b : a;
}

/* One key for each result of each draft. */
static size_t
collect_keys(const struct sift_drafting *d, struct copy_key *keys)
{
	size_t count = 0;

	for (size_t i = 0; i < d->draft_count; i++) {
		if (d->drafts[i].replaced_by != SIFT_NONE)
			continue;
		for (size_t k = 0; k < SIFT_SOURCE_KIND_COUNT; k++) {
			size_t block = d->drafts[i].by_kind[k];

			if (is_result(d, block))
				keys[count++] = (struct copy_key){
					d->digest->blocks[block]->hash,
					k == SIFT_SOURCE_HISTORY &&
						d->drafts[i].best != block,
					i};
		}
	}
	qsort(keys, count, sizeof(*keys), compare_keys);
	return count;
}

/* *out_any tells whether there are copies at all. */
static enum sift_status
find_clusters(struct copies *c, bool *out_any)
{
	struct sift_drafting *d = c->d;
	struct copy_key *keys =
		sift_arena_array(&c->scratch, d->digest->count, sizeof(*keys));
	size_t count;

	c->parent = sift_arena_array(&c->scratch, d->draft_count,
				     sizeof(*c->parent));
	if (!keys || !c->parent)
		return sift_group_nomem(d);
	for (size_t i = 0; i < d->draft_count; i++)
		c->parent[i] = i;
	count = collect_keys(d, keys);
	for (size_t i = 1; i < count; i++) {
		if (keys[i].is_weak ||
		    keys[i - 1].hash.high != keys[i].hash.high ||
		    keys[i - 1].hash.low != keys[i].hash.low)
			continue;
		join(c, keys[i - 1].draft, keys[i].draft);
		*out_any = true;
	}
	return SIFT_OK;
}

/* ---- which copy stays ---- */

/* How many runs the scenario of each draft has, by whole paths. */
static enum sift_status
count_company(struct copies *c, size_t *out_company)
{
	struct sift_drafting *d = c->d;
	struct sift_table table;
	enum sift_status rc = SIFT_OK;
	uint32_t *ids =
		sift_arena_array(&c->scratch, d->draft_count, sizeof(*ids));
	size_t *counts =
		sift_arena_array(&c->scratch, d->draft_count, sizeof(*counts));

	if (!ids || !counts)
		return sift_group_nomem(d);
	sift_table_init(&table, 0);
	for (size_t i = 0; i < d->draft_count && !rc; i++) {
		const struct sift_draft *draft = &d->drafts[i];
		struct sift_path_name name;
		const char *key;

		if (draft->replaced_by != SIFT_NONE)
			continue;
		rc = sift_path_name_parse(&name, draft->dir, draft->stem,
					  &c->scratch, d->err);
		if (rc)
			break;
		key = sift_arena_printf(&c->scratch, "%s/%s",
					draft->run->tool ? draft->run->tool
							 : "",
					name.scenario);
		rc = key ? sift_table_intern(&table, sift_span_str(key),
					     &ids[i], NULL)
			 : sift_group_nomem(d);
		if (!rc)
			counts[ids[i]]++;
	}
	for (size_t i = 0; i < d->draft_count && !rc; i++)
		out_company[i] = counts[ids[i]];
	sift_table_release(&table);
	return rc;
}

/* Of a cluster: the fullest, the one in best company, the first by name. */
static int
compare_copies(const void *a, const void *b)
{
	const struct copy *x = a, *y = b;

	if (x->cluster != y->cluster)
		return x->cluster < y->cluster ? -1 : 1;
	if (x->results != y->results)
		return x->results > y->results ? -1 : 1;
	if (x->company != y->company)
		return x->company > y->company ? -1 : 1;
	return sift_text_order(x->name, y->name);
}

static enum sift_status
list_copies(struct copies *c)
{
	struct sift_drafting *d = c->d;
	size_t *company =
		sift_arena_array(&c->scratch, d->draft_count, sizeof(*company));
	enum sift_status rc;

	c->items = sift_arena_array(&c->scratch, d->draft_count,
				    sizeof(*c->items));
	if (!c->items || !company)
		return sift_group_nomem(d);
	rc = count_company(c, company);
	for (size_t i = 0; i < d->draft_count && !rc; i++) {
		const struct sift_draft *draft = &d->drafts[i];
		struct copy *copy = &c->items[c->count];

		if (draft->replaced_by != SIFT_NONE)
			continue;
		*copy = (struct copy){root_of(c, i), i, 0, company[i],
				      d->digest->blocks[draft->best]->name};
		for (size_t k = 0; k < SIFT_SOURCE_KIND_COUNT; k++)
			copy->results += is_result(d, draft->by_kind[k]);
		c->count++;
	}
	qsort(c->items, c->count, sizeof(*c->items), compare_copies);
	return rc;
}

/* ---- joining copies ---- */

static enum sift_status
mark(struct sift_drafting *d, size_t block, enum sift_role role,
     const char *words, size_t other)
{
	struct sift_block_use *use = &d->out->uses[block];

	use->role = role;
	use->reason = sift_arena_printf(d->arena, "%s %s", words,
					d->digest->blocks[other]->name);
	return use->reason ? SIFT_OK : sift_group_nomem(d);
}

/* Both copies have a source of this kind. */
static enum sift_status
settle_kind(struct sift_drafting *d, struct sift_draft *keep, size_t kind,
	    size_t block)
{
	size_t kept = keep->by_kind[kind];

	if (!is_result(d, block))
		return mark(d, block, SIFT_ROLE_DUPLICATE,
			    "belongs to a copy of", keep->best);
	if (is_same_content(d, kept, block))
		return mark(d, block, SIFT_ROLE_DUPLICATE, "same result as",
			    kept);
	if (!sift_block_is_fuller(d->digest->blocks[block],
				  d->digest->blocks[kept]))
		return mark(d, block, SIFT_ROLE_SUPERSEDED, "less full than",
			    kept);
	keep->by_kind[kind] = block;
	if (keep->best == kept)
		keep->best = block;
	return mark(d, kept, SIFT_ROLE_SUPERSEDED, "less full than", block);
}

static enum sift_status
absorb(struct sift_drafting *d, size_t into, size_t from)
{
	struct sift_draft *keep = &d->drafts[into];
	struct sift_draft *copy = &d->drafts[from];
	enum sift_status rc = SIFT_OK;

	for (size_t k = 0; k < SIFT_SOURCE_KIND_COUNT && !rc; k++) {
		if (copy->by_kind[k] == SIFT_NONE)
			continue;
		if (keep->by_kind[k] == SIFT_NONE)
			keep->by_kind[k] = copy->by_kind[k];
		else
			rc = settle_kind(d, keep, k, copy->by_kind[k]);
	}
	copy->replaced_by = into;
	return rc;
}

/* Blocks follow their runs; what a copy had superseded is a copy as well. */
static enum sift_status
move_blocks(struct sift_drafting *d)
{
	enum sift_status rc = SIFT_OK;

	for (size_t i = 0; i < d->digest->count && !rc; i++) {
		struct sift_block_use *use = &d->out->uses[i];
		size_t into;

		if (use->run == SIFT_NONE)
			continue;
		into = sift_draft_standing(d, use->run);
		if (into != use->run && use->role == SIFT_ROLE_SUPERSEDED &&
		    d->drafts[use->run].by_kind[d->digest->blocks[i]->kind] !=
			    i)
			rc = mark(d, i, SIFT_ROLE_DUPLICATE,
				  "belongs to a copy of", d->drafts[into].best);
		use->run = into;
	}
	return rc;
}

enum sift_status
sift_drop_duplicates(struct sift_drafting *d)
{
	struct copies c = {.d = d};
	enum sift_status rc;
	bool any = false;

	sift_arena_init(&c.scratch);
	rc = find_alike(&c, &any);
	if (!rc && any) {
		any = false;
		rc = find_clusters(&c, &any);
	}
	if (!rc && any)
		rc = list_copies(&c);
	for (size_t i = 1, first = 0; i < c.count && !rc; i++) {
		if (c.items[i].cluster == c.items[first].cluster)
			rc = absorb(d, c.items[first].draft, c.items[i].draft);
		else
			first = i;
	}
	if (!rc && any)
		rc = move_blocks(d);
	sift_arena_release(&c.scratch);
	return rc;
}
