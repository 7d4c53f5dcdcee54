/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "group/drafts.h"

#include <math.h>
#include <stdlib.h>

#include "group/run_totals.h"

/*
 * Sources to runs. The sources are sorted so that those of one folder and
 * tool (a bucket) stand together, in it those of one stem, results first. So
 * one walk does it: each stem makes its drafts, then the bucket is looked at
 * as a whole.
 */

#define KINDS SIFT_SOURCE_KIND_COUNT

static const struct sift_block *
block_of(const struct sift_drafting *d, size_t source)
{
	return d->sources[source].from;
}

static bool
has_results(const struct sift_drafting *d, size_t source)
{
	return sift_source_kind_has_results(block_of(d, source)->kind);
}

static void
set_use(struct sift_drafting *d, size_t block, enum sift_role role,
	const char *reason, size_t run)
{
	struct sift_block_use *use = &d->out->uses[block];

	use->role = role;
	use->reason = reason;
	use->run = run;
}

/* ---- equal results within a bucket ---- */

struct hash_key {
	struct sift_hash128 hash;
	const char *name;
	size_t source;
};

static int
compare_hash_keys(const void *a, const void *b)
{
	const struct hash_key *x = a, *y = b;

	if (x->hash.high != y->hash.high)
		return x->hash.high < y->hash.high ? -1 : 1;
	if (x->hash.low != y->hash.low)
		return x->hash.low < y->hash.low ? -1 : 1;
	return sift_text_order(x->name, y->name);
}

static bool
is_same_hash(struct sift_hash128 a, struct sift_hash128 b)
{
	return a.high == b.high && a.low == b.low;
}

/* Files that hold no request are alike without being copies. */
static enum sift_status
mark_copies(struct sift_drafting *d, size_t from, size_t to)
{
	struct sift_arena scratch;
	struct hash_key *keys;
	size_t count = 0, first = 0;

	if (to - from < 2)
		return SIFT_OK;
	sift_arena_init(&scratch);
	keys = sift_arena_array(&scratch, to - from, sizeof(*keys));
	if (!keys) {
		sift_arena_release(&scratch);
		return sift_group_nomem(d);
	}
	for (size_t i = from; i < to; i++) {
		const struct sift_block *block = block_of(d, i);

		if (has_results(d, i) && sift_block_requests(block) > 0)
			keys[count++] =
				(struct hash_key){block->hash, block->name, i};
	}
	qsort(keys, count, sizeof(*keys), compare_hash_keys);
	for (size_t i = 1; i < count; i++) {
		if (is_same_hash(keys[i].hash, keys[first].hash))
			d->sources[keys[i].source].duplicate_of =
				keys[first].source;
		else
			first = i;
	}
	sift_arena_release(&scratch);
	return SIFT_OK;
}

/* ---- one stem ---- */

static size_t
new_draft(struct sift_drafting *d, const struct sift_group_source *s)
{
	struct sift_draft *draft = &d->drafts[d->draft_count];

	*draft = (struct sift_draft){0};
	for (size_t i = 0; i < KINDS; i++)
		draft->by_kind[i] = SIFT_NONE;
	draft->best = SIFT_NONE;
	draft->dir = s->dir;
	draft->stem = s->stem;
	draft->replaced_by = SIFT_NONE;
	draft->run = &d->out->runs[d->draft_count];
	draft->run->tool = *s->tool ? s->tool : NULL;
	return d->draft_count++;
}

static void
join(struct sift_drafting *d, size_t source, size_t draft)
{
	size_t block = d->sources[source].block;

	d->drafts[draft].by_kind[block_of(d, source)->kind] = block;
	set_use(d, block, SIFT_ROLE_USED, NULL, draft);
}

static const char *
file_of(const struct sift_drafting *d, size_t block)
{
	const char *path = d->digest->blocks[block]->path;
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* Two sources of one kind in one run: the fuller one stays. */
static enum sift_status
supersede(struct sift_drafting *d, size_t source, size_t draft)
{
	const struct sift_block *block = block_of(d, source);
	size_t *place = &d->drafts[draft].by_kind[block->kind];
	size_t winner = *place, loser = d->sources[source].block;
	const char *reason, *cut;

	if (sift_block_is_fuller(block, d->digest->blocks[winner])) {
		size_t swap = winner;

		winner = loser;
		loser = swap;
		*place = winner;
		if (d->drafts[draft].best == loser)
			d->drafts[draft].best = winner;
		set_use(d, winner, SIFT_ROLE_USED, NULL, draft);
	}
	cut = d->digest->blocks[loser]->reason;
	reason = sift_arena_printf(d->arena, "%s is the fuller file%s%s",
				   file_of(d, winner), cut ? "; " : "",
				   cut ? cut : "");
	if (!reason)
		return sift_group_nomem(d);
	set_use(d, loser, SIFT_ROLE_SUPERSEDED, reason, draft);
	return SIFT_OK;
}

/* Does the source say the same of its run as another of its kind does? */
static bool
is_other_copy(const struct sift_drafting *d, size_t source, size_t draft)
{
	const struct sift_block *block = block_of(d, source);
	size_t other = d->drafts[draft].by_kind[block->kind];

	if (other == SIFT_NONE)
		return false;
	for (size_t i = source; i-- > 0;) {
		if (d->sources[i].block == other)
			return sift_span_equal(d->sources[i].unpacked,
					       d->sources[source].unpacked) ||
			       sift_totals_equal(block,
						 d->digest->blocks[other]);
	}
	return false;
}

static size_t
draft_for_results(struct sift_drafting *d, size_t source, size_t first)
{
	const struct sift_block *block = block_of(d, source);
	size_t free_drafts = 0, last_free = SIFT_NONE;

	for (size_t i = first; i < d->draft_count; i++) {
		const struct sift_draft *draft = &d->drafts[i];

		if (is_other_copy(d, source, i))
			return i;
		if (draft->by_kind[block->kind] != SIFT_NONE)
			continue;
		if (sift_totals_agree(block, d->digest->blocks[draft->best]))
			return i;
		free_drafts++;
		last_free = i;
	}
	/* One stem is one run, even where one of the files was cut. */
	if (free_drafts == 1 && d->draft_count - first == 1)
		return last_free;
	return SIFT_NONE;
}

static enum sift_status
place_result(struct sift_drafting *d, size_t source, size_t first)
{
	size_t draft = draft_for_results(d, source, first);

	if (draft == SIFT_NONE) {
		draft = new_draft(d, &d->sources[source]);
		d->drafts[draft].best = d->sources[source].block;
	}
	if (d->drafts[draft].by_kind[block_of(d, source)->kind] != SIFT_NONE)
		return supersede(d, source, draft);
	join(d, source, draft);
	return SIFT_OK;
}

/* The run of this stem a side file belongs to. */
static size_t
draft_for_side(struct sift_drafting *d, size_t source, size_t first)
{
	const struct sift_block *side = block_of(d, source);

	for (size_t i = first; i < d->draft_count; i++)
		if (d->drafts[i].by_kind[side->kind] == SIFT_NONE &&
		    sift_side_fits(side, d->digest->blocks[d->drafts[i].best]))
			return i;
	for (size_t i = first; i < d->draft_count; i++)
		if (d->drafts[i].by_kind[side->kind] == SIFT_NONE)
			return i;
	return first;
}

static enum sift_status
place_side(struct sift_drafting *d, size_t source, size_t first)
{
	size_t draft = draft_for_side(d, source, first);

	if (d->drafts[draft].by_kind[block_of(d, source)->kind] != SIFT_NONE)
		return supersede(d, source, draft);
	join(d, source, draft);
	return SIFT_OK;
}

static enum sift_status
mark_duplicate(struct sift_drafting *d, size_t block, const char *of)
{
	const char *reason =
		sift_arena_printf(d->arena, "same result as %s", of);

	if (!reason)
		return sift_group_nomem(d);
	set_use(d, block, SIFT_ROLE_DUPLICATE, reason, SIFT_NONE);
	return SIFT_OK;
}

/* A side file whose stem holds nothing but copies goes with them. */
static enum sift_status
place_without_run(struct sift_drafting *d, size_t source, size_t copy)
{
	const char *reason = "no results with it";
	size_t block = d->sources[source].block;

	if (copy != SIFT_NONE)
		return mark_duplicate(
			d, block,
			block_of(d, d->sources[copy].duplicate_of)->name);
	set_use(d, block, SIFT_ROLE_IGNORED, reason, SIFT_NONE);
	return SIFT_OK;
}

static enum sift_status
place_stem(struct sift_drafting *d, size_t from, size_t to)
{
	size_t first = d->draft_count, copy = SIFT_NONE;
	enum sift_status rc = SIFT_OK;

	for (size_t i = from; i < to && !rc; i++) {
		if (d->sources[i].duplicate_of != SIFT_NONE) {
			copy = i;
			rc = mark_duplicate(
				d, d->sources[i].block,
				block_of(d, d->sources[i].duplicate_of)->name);
		} else if (has_results(d, i)) {
			rc = place_result(d, i, first);
		} else if (d->draft_count > first) {
			rc = place_side(d, i, first);
		} else {
			rc = place_without_run(d, i, copy);
		}
	}
	return rc;
}

/* ---- a bucket as a whole ---- */

/* May all drafts be one run: no kind twice, totals agree? */
static bool
are_one_run(const struct sift_drafting *d, size_t first)
{
	const struct sift_block *best =
		d->digest->blocks[d->drafts[first].best];
	bool seen[KINDS] = {false};

	for (size_t i = first; i < d->draft_count; i++) {
		const struct sift_draft *draft = &d->drafts[i];

		for (size_t k = 0; k < KINDS; k++) {
			if (draft->by_kind[k] == SIFT_NONE)
				continue;
			if (seen[k])
				return false;
			seen[k] = true;
		}
		if (i > first &&
		    !sift_totals_agree(best, d->digest->blocks[draft->best]))
			return false;
	}
	return true;
}

/* The draft with the best kind of results names the run, but for a file
   without a stem of its own. */
static void
merge_bucket(struct sift_drafting *d, size_t first)
{
	struct sift_draft *into = &d->drafts[first];
	enum sift_source_kind best = d->digest->blocks[into->best]->kind;

	for (size_t i = first + 1; i < d->draft_count; i++) {
		struct sift_draft *from = &d->drafts[i];
		enum sift_source_kind kind =
			d->digest->blocks[from->best]->kind;

		for (size_t k = 0; k < KINDS; k++) {
			if (from->by_kind[k] != SIFT_NONE)
				into->by_kind[k] = from->by_kind[k];
		}
		if (kind < best && into->stem.len) {
			into->stem = from->stem;
			best = kind;
		}
		if (kind < d->digest->blocks[into->best]->kind)
			into->best = from->best;
		from->replaced_by = first;
	}
}

static enum sift_status
explain_orphan(struct sift_drafting *d, size_t source, bool fits_several)
{
	const char *what = sift_side_text(block_of(d, source), d->arena);
	const char *reason = NULL;

	if (what)
		reason = sift_arena_printf(
			d->arena, "fits %s run of its folder: %s",
			fits_several ? "more than one" : "no", what);
	d->out->uses[d->sources[source].block].reason = reason;
	return reason ? SIFT_OK : sift_group_nomem(d);
}

/* A side file whose stem has no results: the one run it fits, or none. */
static enum sift_status
place_orphan(struct sift_drafting *d, size_t source, size_t first)
{
	const struct sift_block *side = block_of(d, source);
	size_t fit = SIFT_NONE, fits = 0;

	for (size_t i = first; i < d->draft_count; i++) {
		const struct sift_draft *draft = &d->drafts[i];

		if (draft->replaced_by != SIFT_NONE ||
		    draft->by_kind[side->kind] != SIFT_NONE ||
		    !sift_side_fits(side, d->digest->blocks[draft->best]))
			continue;
		fit = i;
		fits++;
	}
	if (fits == 1)
		join(d, source, fit);
	else if (d->draft_count > first)
		return explain_orphan(d, source, fits > 1);
	return SIFT_OK;
}

static bool
is_orphan(const struct sift_drafting *d, size_t source)
{
	const struct sift_block_use *use =
		&d->out->uses[d->sources[source].block];

	return use->role == SIFT_ROLE_IGNORED && use->run == SIFT_NONE;
}

/* Of a folder in which nothing else is left histories are the results: their
   last rows have the figures. */
static void
promote_histories(struct sift_drafting *d, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++) {
		const struct sift_block *block = block_of(d, i);
		size_t draft;

		if (!is_orphan(d, i) || block->kind != SIFT_SOURCE_HISTORY ||
		    sift_block_requests(block) <= 0)
			continue;
		draft = new_draft(d, &d->sources[i]);
		d->drafts[draft].best = d->sources[i].block;
		join(d, i, draft);
	}
}

static enum sift_status
settle_bucket(struct sift_drafting *d, size_t from, size_t to, size_t first)
{
	enum sift_status rc = SIFT_OK;

	if (d->draft_count == first)
		promote_histories(d, from, to);
	else if (d->draft_count > first + 1 && are_one_run(d, first))
		merge_bucket(d, first);
	for (size_t i = from; i < to && !rc; i++) {
		struct sift_block_use *use = &d->out->uses[d->sources[i].block];

		if (is_orphan(d, i))
			rc = place_orphan(d, i, first);
		else if (use->run != SIFT_NONE)
			use->run = sift_draft_standing(d, use->run);
	}
	return rc;
}

static enum sift_status
draft_bucket(struct sift_drafting *d, size_t from, size_t to)
{
	size_t first = d->draft_count, stem_end;
	enum sift_status rc = mark_copies(d, from, to);

	for (size_t i = from; i < to && !rc; i = stem_end) {
		for (stem_end = i;
		     stem_end < to && sift_span_equal(d->sources[stem_end].stem,
						      d->sources[i].stem);)
			stem_end++;
		rc = place_stem(d, i, stem_end);
	}
	return rc ? rc : settle_bucket(d, from, to, first);
}

static bool
is_same_bucket(const struct sift_group_source *a,
	       const struct sift_group_source *b)
{
	return sift_span_equal(a->dir, b->dir) && !strcmp(a->tool, b->tool);
}

enum sift_status
sift_draft_runs(struct sift_drafting *d)
{
	enum sift_status rc = SIFT_OK;
	size_t end;

	for (size_t i = 0; i < d->source_count && !rc; i = end) {
		for (end = i; end < d->source_count &&
			      is_same_bucket(&d->sources[end], &d->sources[i]);)
			end++;
		rc = draft_bucket(d, i, end);
	}
	return rc;
}
