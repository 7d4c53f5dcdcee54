/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "group/group.h"

#include <string.h>

#include "base/mem.h"
#include "base/parallel.h"
#include "base/put_in_order.h"
#include "group/drafts.h"

/* The steps of grouping in their order; see group/drafts.h. */

#define FEW_SOURCES 200 /* are grouped before a second thread has begun */

int
sift_text_order(const char *a, const char *b)
{
	return a == b ? 0 : strcmp(a ? a : "", b ? b : "");
}

/* The file's name is the end of the block's path. */
const char *
sift_source_path(const struct sift_group_source *s)
{
	return s->dir.len ? s->dir.ptr : s->file.ptr;
}

enum sift_status
sift_group_nomem(struct sift_drafting *d)
{
	return sift_fail(d->err, SIFT_E_NOMEM, "no memory for grouping");
}

size_t
sift_draft_standing(const struct sift_drafting *d, size_t draft)
{
	while (d->drafts[draft].replaced_by != SIFT_NONE)
		draft = d->drafts[draft].replaced_by;
	return draft;
}

enum sift_status
sift_list_standing(struct sift_drafting *d)
{
	if (!d->standing)
		d->standing = sift_arena_array(&d->scratch, d->draft_count,
					       sizeof(struct sift_draft *));
	if (!d->standing)
		return sift_group_nomem(d);
	d->standing_count = 0;
	for (size_t i = 0; i < d->draft_count; i++)
		if (d->drafts[i].replaced_by == SIFT_NONE)
			d->standing[d->standing_count++] = &d->drafts[i];
	return SIFT_OK;
}

struct each {
	const struct sift_drafting *d;
	sift_draft_part *part;
};

static enum sift_status
do_part(void *context, size_t i, struct sift_arena *arena, struct sift_err *err)
{
	const struct each *each = context;
	struct sift_drafting own = *each->d;

	own.arena = arena;
	own.err = err;
	return each->part(&own, own.standing[i]);
}

enum sift_status
sift_each_draft(struct sift_drafting *d, sift_draft_part *part)
{
	struct each each = {d, part};

	return sift_in_parallel(do_part, &each, d->standing_count, d->threads,
				d->arena, d->err);
}

/* ---- from drafts to runs ---- */

static bool
is_result(const struct sift_drafting *d, size_t block)
{
	return sift_source_kind_has_results(d->digest->blocks[block]->kind);
}

/* Blocks of the run that are used: the best, other results, side files. */
static enum sift_status
fill_blocks(struct sift_drafting *d, const struct sift_draft *draft)
{
	struct sift_group_run *run = draft->run;
	size_t blocks[SIFT_SOURCE_KIND_COUNT], count = 0;

	blocks[count++] = draft->best;
	for (size_t k = 0; k < SIFT_SOURCE_KIND_COUNT; k++) {
		size_t block = draft->by_kind[k];

		if (block != SIFT_NONE && block != draft->best &&
		    d->out->uses[block].role != SIFT_ROLE_SUPERSEDED)
			blocks[count++] = block;
	}
	run->blocks = sift_arena_array(d->arena, count, sizeof(*blocks));
	if (!run->blocks)
		return sift_group_nomem(d);
	memcpy(run->blocks, blocks, count * sizeof(*blocks));
	run->block_count = count;
	return SIFT_OK;
}

static int
compare_hashes(const void *a, const void *b)
{
	const struct sift_hash128 *x = a, *y = b;

	if (x->high != y->high)
		return x->high < y->high ? -1 : 1;
	return (x->low > y->low) - (x->low < y->low);
}

/* Of the results used, whatever their names and order. */
static void
hash_run(const struct sift_drafting *d, struct sift_group_run *run)
{
	struct sift_hash128 hashes[SIFT_SOURCE_KIND_COUNT];
	size_t count = 0;

	for (size_t i = 0; i < run->block_count; i++)
		if (i == 0 || is_result(d, run->blocks[i]))
			hashes[count++] =
				d->digest->blocks[run->blocks[i]]->hash;
	sift_put_in_order(hashes, count, sizeof(*hashes), compare_hashes);
	run->hash = sift_hash128(hashes, count * sizeof(*hashes));
}

static bool
is_member(const struct sift_block_use *use)
{
	return use->run != SIFT_NONE && use->role != SIFT_ROLE_DUPLICATE;
}

/* All blocks of each run, duplicates apart, in the order of their paths; and
   these paths. */
static enum sift_status
fill_members(struct sift_drafting *d)
{
	struct sift_group_run *runs = d->out->runs;
	size_t *members =
		sift_arena_array(d->arena, d->source_count, sizeof(*members));
	const char **paths =
		sift_arena_array(d->arena, d->source_count, sizeof(*paths));

	if (!members || !paths)
		return sift_group_nomem(d);
	for (size_t i = 0; i < d->source_count; i++) {
		const struct sift_block_use *use =
			&d->out->uses[d->sources[i].block];

		if (is_member(use))
			runs[use->run].member_count++;
	}
	for (size_t i = 0; i < d->standing_count; i++) {
		runs[i].members = members;
		runs[i].sources = paths;
		members += runs[i].member_count;
		paths += runs[i].member_count;
		runs[i].member_count = 0;
	}
	for (size_t i = 0; i < d->source_count; i++) {
		const struct sift_group_source *s = &d->sources[i];
		const struct sift_block_use *use = &d->out->uses[s->block];
		struct sift_group_run *run;

		if (!is_member(use))
			continue;
		run = &runs[use->run];
		run->members[run->member_count++] = s->block;
		run->sources[run->source_count++] = sift_source_path(s);
	}
	return SIFT_OK;
}

static int
compare_paths(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static enum sift_status
fill_run(struct sift_drafting *d, struct sift_draft *draft)
{
	struct sift_group_run *run = draft->run;
	enum sift_status rc = fill_blocks(d, draft);

	if (rc)
		return rc;
	hash_run(d, run);
	sift_put_in_order(run->sources, run->source_count,
			  sizeof(*run->sources), compare_paths);
	return SIFT_OK;
}

/* A copy inside one folder belongs to the run of the file that stayed. */
static void
point_copies_at_runs(struct sift_drafting *d)
{
	for (size_t i = 0; i < d->source_count; i++) {
		size_t original = d->sources[i].duplicate_of;

		if (original != SIFT_NONE)
			d->out->uses[d->sources[i].block].run =
				d->out->uses[d->sources[original].block].run;
	}
}

static enum sift_status
fill_runs(struct sift_drafting *d)
{
	enum sift_status rc;

	d->out->run_count = d->standing_count;
	point_copies_at_runs(d);
	rc = fill_members(d);
	return rc ? rc : sift_each_draft(d, fill_run);
}

/* ---- everything ---- */

static enum sift_status
group_all(struct sift_drafting *d, const char *group_by)
{
	enum sift_status rc = sift_collect_sources(d);

	if (!rc)
		rc = sift_draft_runs(d);
	if (!rc)
		rc = sift_drop_duplicates(d);
	if (!rc)
		rc = sift_list_standing(d);
	if (!rc)
		rc = sift_place_services(d);
	if (!rc)
		rc = sift_place_damaged(d);
	if (rc)
		return rc;
	rc = sift_describe_drafts(d, group_by);
	if (!rc)
		rc = sift_settle_names(d);
	if (!rc)
		rc = sift_label_runs(d);
	if (!rc)
		rc = fill_runs(d);
	if (!rc)
		rc = sift_make_sets(d);
	if (!rc)
		rc = sift_make_sweeps(d);
	if (!rc && !d->out->run_count)
		rc = sift_fail(d->err, SIFT_E_EMPTY,
			       "no results of a load test found");
	return rc;
}

enum sift_status
sift_group(struct sift_grouping **out, const struct sift_digest *digest,
	   const char *group_by, unsigned threads, struct sift_err *err)
{
	struct sift_grouping *g = sift_calloc(1, sizeof(*g));
	struct sift_drafting d = {
		.digest = digest,
		.out = g,
		.threads = digest->count < FEW_SOURCES ? 1 : threads,
		.err = err,
	};
	enum sift_status rc;

	if (!g)
		return sift_fail(err, SIFT_E_NOMEM, "no memory for grouping");
	sift_arena_init(&g->arena);
	d.arena = &g->arena;
	g->uses = sift_arena_array(&g->arena, digest->count, sizeof(*g->uses));
	sift_arena_init(&d.scratch);
	rc = g->uses ? group_all(&d, group_by) : sift_group_nomem(&d);
	sift_arena_release(&d.scratch);
	if (rc && rc != SIFT_E_EMPTY) {
		sift_grouping_free(g);
		return rc;
	}
	*out = g;
	return rc;
}

void
sift_grouping_free(struct sift_grouping *grouping)
{
	if (!grouping)
		return;
	sift_arena_release(&grouping->arena);
	sift_free(grouping);
}
