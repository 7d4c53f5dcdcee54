/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "engine/assemble.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/parallel.h"
#include "base/put_in_order.h"
#include "engine/assemble_impl.h"

enum sift_status
sift_assembly_nomem(struct sift_assembly *a)
{
	return sift_fail(a->err, SIFT_E_NOMEM, "no memory for the report");
}

/* ---- runs and sets ---- */

/* What is done for each run or set: with an assembly that is as `a`, but has
   an arena and an error of its own. */
typedef enum sift_status assemble_part(struct sift_assembly *a, size_t i);

struct each {
	const struct sift_assembly *a;
	assemble_part *part;
};

static enum sift_status
do_part(void *context, size_t i, struct sift_arena *arena, struct sift_err *err)
{
	const struct each *each = context;
	struct sift_assembly own = *each->a;

	own.arena = arena;
	own.err = err;
	return each->part(&own, i);
}

static enum sift_status
do_each(struct sift_assembly *a, size_t count, assemble_part *part)
{
	struct each each = {a, part};

	return sift_in_parallel(do_part, &each, count, a->threads, a->arena,
				a->err);
}

static enum sift_status
do_run(struct sift_assembly *a, size_t run)
{
	enum sift_status rc = sift_assemble_figures(a, run);

	if (!rc)
		rc = sift_assemble_run(a, run);
	return rc ? rc : sift_assemble_services(a, run);
}

/* A set, after its runs. */
static enum sift_status
do_set_with_runs(struct sift_assembly *a, size_t set)
{
	const struct sift_group_set *from = &a->grouping->sets[set];
	enum sift_status rc = SIFT_OK;

	for (size_t i = 0; i < from->run_count && !rc; i++)
		rc = do_run(a, from->runs[i]);
	return rc ? rc : sift_assemble_set(a, set);
}

/* So many sets for each thread, and all threads end at about one time. */
#define SETS_PER_THREAD 8

/* What a set says is what its runs say: done with them, it finds that in the
   cache. Where sets are few, only runs are enough parts for all threads. */
static enum sift_status
do_runs_and_sets(struct sift_assembly *a)
{
	size_t runs = a->grouping->run_count, sets = a->grouping->set_count;
	enum sift_status rc;

	a->tables =
		sift_arena_common_array(&a->scratch, runs, sizeof(*a->tables));
	a->doc->runs =
		sift_arena_common_array(a->arena, runs, sizeof(*a->doc->runs));
	a->doc->sets =
		sift_arena_common_array(a->arena, sets, sizeof(*a->doc->sets));
	if (!a->tables || !a->doc->runs || !a->doc->sets)
		return sift_assembly_nomem(a);
	a->doc->run_count = runs;
	a->doc->set_count = sets;
	if (sets / SETS_PER_THREAD >= a->threads)
		return do_each(a, sets, do_set_with_runs);
	rc = do_each(a, runs, do_run);
	return rc ? rc : do_each(a, sets, sift_assemble_set);
}

/* ---- sweeps ---- */

static enum sift_status
fill_level(struct sift_assembly *a, size_t set, const char *axis,
	   struct sift_sweep_level *level)
{
	const struct sift_set *s = &a->doc->sets[set];

	level->set = set;
	level->load = s->load;
	if (!s->load && !strcmp(axis, "users"))
		level->load =
			sift_arena_printf(a->arena, "%.0f user%s", s->users,
					  s->users > 1 ? "s" : "");
	level->users = s->users;
	level->measured_rps = s->measured_rps;
	level->p50_ms = s->total.latency[SIFT_STAT_P50].median;
	level->p95_ms = s->total.latency[SIFT_STAT_P95].median;
	level->error_rate = s->total.error_rate.median;
	return level->load ? SIFT_OK : sift_assembly_nomem(a);
}

static enum sift_status
fill_sweeps(struct sift_assembly *a)
{
	size_t count = a->grouping->sweep_count;
	enum sift_status rc = SIFT_OK;

	a->doc->sweeps =
		sift_arena_array(a->arena, count, sizeof(*a->doc->sweeps));
	if (!a->doc->sweeps)
		return sift_assembly_nomem(a);
	a->doc->sweep_count = count;
	for (size_t i = 0; i < count && !rc; i++) {
		const struct sift_group_sweep *from = &a->grouping->sweeps[i];
		struct sift_sweep *to = &a->doc->sweeps[i];

		to->scenario = from->scenario;
		to->tool = from->tool;
		to->axis = from->axis;
		to->levels = sift_arena_array(a->arena, from->set_count,
					      sizeof(*to->levels));
		if (!to->levels)
			return sift_assembly_nomem(a);
		to->level_count = from->set_count;
		for (size_t j = 0; j < from->set_count && !rc; j++)
			rc = fill_level(a, from->sets[j], from->axis,
					&to->levels[j]);
	}
	return rc;
}

/* ---- the ledger ---- */

/* The reason of the row and, after it, what was skipped. */
static enum sift_status
describe_row(struct sift_assembly *a, const struct sift_block *block,
	     const char *reason, struct sift_input *row)
{
	struct sift_buf buf;

	row->reason = reason;
	if (!block->skipped || !block->skipped->total)
		return SIFT_OK;
	sift_buf_init(&buf, 0);
	if (reason)
		sift_buf_printf(&buf, "%s; ", reason);
	sift_diag_describe(block->skipped, &buf);
	row->reason = sift_buf_status(&buf)
			      ? NULL
			      : sift_arena_span(a->arena, sift_buf_span(&buf));
	sift_buf_release(&buf);
	return row->reason ? SIFT_OK : sift_assembly_nomem(a);
}

static int64_t
as_count(uint64_t n)
{
	return n > INT64_MAX ? INT64_MAX : (int64_t)n;
}

static enum sift_status
fill_row(struct sift_assembly *a, size_t i, struct sift_input *row)
{
	const struct sift_block *block = a->digest->blocks[i];
	const struct sift_block_use *use = &a->grouping->uses[i];
	const char *reason = use->reason;
	const struct sift_figure_table *table = NULL;

	row->source = block->name;
	row->format = block->format;
	row->format_version = block->format_version;
	row->bytes = block->bytes;
	row->role = use->role;
	row->run = use->run;
	row->records_used = as_count(block->records_used);
	row->records_unused = as_count(block->records_unused);
	row->records_skipped =
		as_count(block->skipped ? block->skipped->total : 0);
	if (use->role == SIFT_ROLE_SUPERSEDED && use->run != SIFT_NONE)
		table = a->tables[use->run].kinds[block->kind];
	if (table && table->block == i && table->is_taken) {
		/* Most runs of the set have nothing better. */
		row->role = sift_block_is_partial(block) ? SIFT_ROLE_PARTIAL
							 : SIFT_ROLE_USED;
		reason = block->reason;
	}
	return describe_row(a, block, reason, row);
}

static int
compare_rows(const void *a, const void *b)
{
	const struct sift_input *x = a, *y = b;

	return strcmp(x->source, y->source);
}

static enum sift_status
fill_inputs(struct sift_assembly *a)
{
	size_t count = a->digest->count;
	enum sift_status rc = SIFT_OK;

	a->doc->inputs =
		sift_arena_array(a->arena, count, sizeof(*a->doc->inputs));
	if (!a->doc->inputs)
		return sift_assembly_nomem(a);
	a->doc->input_count = count;
	for (size_t i = 0; i < count && !rc; i++)
		rc = fill_row(a, i, &a->doc->inputs[i]);
	if (!rc)
		sift_put_in_order(a->doc->inputs, count,
				  sizeof(*a->doc->inputs), compare_rows);
	return rc;
}

enum sift_status
sift_assemble(struct sift_document *doc, struct sift_arena *arena,
	      const struct sift_digest *digest,
	      const struct sift_grouping *grouping,
	      const struct sift_assemble_options *options, struct sift_err *err)
{
	struct sift_assembly a = {.doc = doc,
				  .arena = arena,
				  .digest = digest,
				  .grouping = grouping,
				  .wants_ranges = options->wants_ranges,
				  .skip_s = options->skip_s,
				  .threads = options->threads,
				  .err = err};
	enum sift_status rc;

	sift_arena_init(&a.scratch);
	doc->warning = grouping->warning;
	rc = do_runs_and_sets(&a);
	if (!rc)
		rc = sift_assemble_ids(&a);
	if (!rc)
		rc = fill_sweeps(&a);
	if (!rc)
		rc = fill_inputs(&a);
	sift_arena_release(&a.scratch);
	return rc;
}
