/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "engine/assemble_impl.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/parallel.h"
#include "digest/course.h"
#include "group/run_sources.h"
#include "group/run_totals.h"
#include "judge/run_course.h"

/*
 * Each result source of each run is turned into a table of endpoints once;
 * runs and sets then only pick. A superseded source has its table too: where
 * most runs of a set have nothing better, the set is compared by that kind.
 */

/* Of many runs of one test the texts are the same, in the same place. */
static int
compare_texts(const char *a, const char *b)
{
	return a == b ? 0 : strcmp(a ? a : "", b ? b : "");
}

int
sift_compare_endpoints(const struct sift_series *a, const struct sift_series *b)
{
	int c = compare_texts(a->name, b->name);

	if (!c)
		c = compare_texts(a->method, b->method);
	return c ? c : (a->kind > b->kind) - (a->kind < b->kind);
}

struct sift_result *
sift_figure_next(const struct sift_figure_table *table,
		 const struct sift_series *key, size_t *next)
{
	while (*next < table->count) {
		size_t i = *next;
		int c = sift_compare_endpoints(&table->endpoints[i], key);

		if (c > 0)
			break;
		++*next;
		if (!c)
			return sift_figure_row(table, i).result;
	}
	return NULL;
}

/* The rate that is reported; else requests over the duration that the run's
   summary states; else what the block made of its times (DESIGN 4.2). */
static double
settled_rate(const struct sift_result *result, double reported, double stated_s)
{
	if (!isnan(reported))
		return reported;
	if (stated_s > 0 && result->requests >= 0)
		return (double)result->requests / stated_s;
	return result->rps;
}

/* `series` NULL: of the total. */
static double
reported_rate(const struct sift_block *block, const struct sift_series *series)
{
	if (!series)
		return sift_block_stated_rps(block);
	return series->result ? series->result->rps : (double)NAN;
}

static double
time_spent_ms(const struct sift_figure_table *table)
{
	double sum = 0;

	for (size_t i = 0; i < table->count; i++) {
		double spent_ms = sift_series_spent_ms(&table->endpoints[i]);

		sum += isnan(spent_ms) ? 0 : spent_ms;
	}
	return sum;
}

/* ---- tables ---- */

static const struct sift_block *
block_of(const struct sift_assembly *a, const struct sift_figure_table *table)
{
	return table->part ? table->part : a->digest->blocks[table->block];
}

/* A result as it was reported is left where it lies, if its rate stands. */
static struct sift_result *
take_reported(const struct sift_block *block, const struct sift_series *series,
	      double stated_s)
{
	struct sift_result *result = sift_block_reported(block, series);
	double rate;

	if (!result)
		return NULL;
	rate = settled_rate(result, reported_rate(block, series), stated_s);
	return rate == result->rps || (isnan(rate) && isnan(result->rps))
		       ? result
		       : NULL;
}

static enum sift_status
make_result(struct sift_arena *arena, const struct sift_block *block,
	    const struct sift_series *series, double stated_s,
	    struct sift_result **out, struct sift_err *err)
{
	struct sift_result *made = sift_arena_alloc(arena, sizeof(*made));
	enum sift_status rc;

	if (!made)
		return sift_fail(err, SIFT_E_NOMEM, "no memory for the report");
	rc = sift_block_result(block, series, arena, made, err);
	if (rc)
		return rc;
	made->rps = settled_rate(made, reported_rate(block, series), stated_s);
	*out = made;
	return SIFT_OK;
}

static enum sift_status
make_rows(struct sift_assembly *a, struct sift_figure_table *table,
	  size_t count)
{
	table->endpoints =
		sift_arena_array(a->arena, count, sizeof(*table->endpoints));
	if (a->wants_ranges)
		table->ranges = sift_arena_array(a->arena, count + 1,
						 sizeof(*table->ranges));
	return table->endpoints && (table->ranges || !a->wants_ranges)
		       ? SIFT_OK
		       : sift_assembly_nomem(a);
}

/* A result that can be changed: what was reported stays as it was. */
static struct sift_result *
change_result(struct sift_assembly *a, struct sift_series *row)
{
	struct sift_result *copy = sift_arena_alloc(a->arena, sizeof(*copy));

	if (!copy)
		return NULL;
	*copy = *row->result;
	row->result = copy;
	return copy;
}

/* Endpoints that became one reported no rate together; all rates are over the
   time of the run, as the total's is. */
static enum sift_status
share_rate(struct sift_assembly *a, struct sift_figure_table *table)
{
	const struct sift_result *total = table->total.result;

	for (size_t i = 0; total && total->requests > 0 && i < table->count;
	     i++) {
		struct sift_series *e = &table->endpoints[i];
		struct sift_result *result;

		if (!e->example || !isnan(e->result->rps) ||
		    e->result->requests < 0)
			continue;
		result = change_result(a, e);
		if (!result)
			return sift_assembly_nomem(a);
		result->rps = total->rps * (double)result->requests /
			      (double)total->requests;
	}
	return SIFT_OK;
}

/* A table that is filled, row by row. */
struct filling {
	const struct sift_assembly *a;
	struct sift_figure_table *table;
	double stated_s;
};

/* A row, with its ranges if anybody asked; behind the last one stands the
   total, which there may be none of. It is the first part: it takes as long as
   all others together. */
static enum sift_status
fill_row(void *context, size_t part, struct sift_arena *arena,
	 struct sift_err *err)
{
	const struct filling *filling = context;
	struct sift_figure_table *table = filling->table;
	const struct sift_block *block = block_of(filling->a, table);
	size_t i = part ? part - 1 : block->series_count;
	struct sift_series *row = part ? &table->endpoints[i] : &table->total;
	struct sift_series own;
	const struct sift_series *series = part ? &own : NULL;
	enum sift_status rc = SIFT_OK;

	if (series)
		*row = own = sift_block_series(block, i);
	row->result = take_reported(block, series, filling->stated_s);
	if (!row->result)
		rc = make_result(arena, block, series, filling->stated_s,
				 &row->result, err);
	if (rc == SIFT_E_EMPTY && !series)
		return SIFT_OK;
	if (rc || !table->ranges)
		return rc;
	return sift_block_ranges(block, series, row->result,
				 &table->ranges[i].p50, &table->ranges[i].p95,
				 err);
}

/* Threads for the rows of one table: none where there are as many runs. */
static unsigned
threads_of_rows(const struct sift_assembly *a)
{
	return a->grouping->run_count < a->threads ? a->threads : 1;
}

static enum sift_status
make_table(struct sift_assembly *a, struct sift_figure_table *table,
	   struct filling *filling, const struct sift_block *block)
{
	enum sift_status rc = make_rows(a, table, block->series_count);

	if (!rc)
		rc = sift_in_parallel(fill_row, filling,
				      block->series_count + 1,
				      threads_of_rows(a), a->arena, a->err);
	if (rc)
		return rc;
	table->count = block->series_count;
	table->spent_ms = time_spent_ms(table);
	return share_rate(a, table);
}

/* All that there is to say lies in the block: but for the total, which it may
   not have. */
static enum sift_status
borrow_table(struct sift_assembly *a, struct sift_figure_table *table,
	     struct filling *filling, const struct sift_block *block)
{
	table->endpoints = block->series;
	table->reported = block->reported;
	table->alike = block->alike;
	table->count = block->series_count;
	table->spent_ms = block->spent_ms;
	return fill_row(filling, 0, a->arena, a->err);
}

/* The series of a block are in order, and so are the rows. */
static enum sift_status
fill_table(struct sift_assembly *a, struct sift_figure_table *table,
	   double stated_s)
{
	const struct sift_block *block = block_of(a, table);
	struct filling filling = {a, table, stated_s};
	enum sift_status rc = block->reported && !a->wants_ranges
				      ? borrow_table(a, table, &filling, block)
				      : make_table(a, table, &filling, block);

	if (sift_block_lacks_total(block))
		table->spent_ms = (double)NAN;
	return rc;
}

/* Before rows are changed: what a block says stays as it was. */
static enum sift_status
own_rows(struct sift_assembly *a, struct sift_figure_table *table)
{
	struct sift_series *rows;

	if (!table->reported)
		return SIFT_OK;
	rows = sift_arena_array(a->arena, table->count, sizeof(*rows));
	if (!rows)
		return sift_assembly_nomem(a);
	for (size_t i = 0; i < table->count; i++)
		rows[i] = sift_figure_row(table, i);
	table->endpoints = rows;
	table->reported = NULL;
	return SIFT_OK;
}

/* ---- Locust's requests and distribution CSV ---- */

static void
add_percentiles(struct sift_result *into, const struct sift_result *from)
{
	static const enum sift_stat stats[] = {SIFT_STAT_P50, SIFT_STAT_P90,
					       SIFT_STAT_P95, SIFT_STAT_P99,
					       SIFT_STAT_P999};

	for (size_t i = 0; i < sizeof(stats) / sizeof(*stats); i++)
		if (!isnan(from->latency.ms[stats[i]]))
			into->latency.ms[stats[i]] = from->latency.ms[stats[i]];
	into->resolution_ms = fmax(into->resolution_ms, from->resolution_ms);
}

/* Two files that are one: counts, means and extremes are in the requests CSV,
   percentiles in the distribution CSV, of which `stats` is to have them. */
static enum sift_status
join_distribution(struct sift_assembly *a, struct sift_figure_table *stats,
		  const struct sift_figure_table *distribution)
{
	size_t next = 0;
	enum sift_status rc;

	if (!stats || !distribution)
		return SIFT_OK;
	rc = own_rows(a, stats);
	if (rc)
		return rc;
	for (size_t i = 0; i <= stats->count; i++) {
		bool is_total = i == stats->count;
		struct sift_series *row =
			is_total ? &stats->total : &stats->endpoints[i];
		const struct sift_result *from =
			is_total ? distribution->total.result
				 : sift_figure_next(distribution, row, &next);
		struct sift_result *into;

		if (!from || !row->result)
			continue;
		into = change_result(a, row);
		if (!into)
			return sift_assembly_nomem(a);
		add_percentiles(into, from);
	}
	return SIFT_OK;
}

static double
stated_duration_s(const struct sift_assembly *a,
		  const struct sift_group_run *run)
{
	size_t block = sift_fact_source(a->digest, run->blocks,
					run->block_count, SIFT_FACT_DURATION);

	return block == SIFT_NONE
		       ? (double)NAN
		       : (double)a->digest->blocks[block]->duration_ns /
				 (double)SIFT_NS_PER_S;
}

/* ---- without the warm-up ---- */

/* What of the run's begin is to be left out. */
static enum sift_status
find_skipped(struct sift_assembly *a, const struct sift_group_run *from,
	     double *out_s)
{
	const struct sift_block **blocks;
	struct sift_run run = {0};
	enum sift_status rc;

	*out_s = fmax(a->skip_s, 0);
	if (a->skip_s >= 0)
		return SIFT_OK;
	blocks = sift_calloc(from->block_count, sizeof(*blocks));
	if (!blocks)
		return sift_assembly_nomem(a);
	for (size_t i = 0; i < from->block_count; i++)
		blocks[i] = a->digest->blocks[from->blocks[i]];
	rc = sift_judge_course(&run, blocks, from->block_count, a->arena,
			       a->err);
	sift_free(blocks);
	if (run.steadiness.warm_up_s > 0)
		*out_s = run.steadiness.warm_up_s;
	return rc;
}

/* The rows of the part, with those of the whole beside them. */
static enum sift_status
fill_part(struct sift_assembly *a, struct sift_figure_table *table,
	  const struct sift_block *part, double stated_s)
{
	struct sift_figure_table whole = *table;
	enum sift_status rc;

	table->part = part;
	table->endpoints = NULL;
	table->reported = NULL;
	table->total.result = NULL;
	table->count = 0;
	rc = fill_table(a, table, stated_s);
	table->part = NULL; /* it is going to be released */
	if (rc)
		return rc;
	table->whole_total = whole.total.result;
	table->whole_endpoints = whole.endpoints; /* of the same series */
	table->whole_spent_ms = whole.spent_ms;
	return SIFT_OK;
}

static enum sift_status
leave_out(struct sift_assembly *a, struct sift_run_tables *tables,
	  struct sift_figure_table *table, double skip_s, double stated_s)
{
	const struct sift_block *block = a->digest->blocks[table->block];
	struct sift_block part;
	enum sift_status rc;

	if (!(skip_s > 0) || block->first_ns == SIFT_INSTANT_NONE ||
	    !sift_block_since(&part, block,
			      block->first_ns / SIFT_NS_PER_S +
				      (int64_t)ceil(skip_s)))
		return SIFT_OK;
	rc = fill_part(a, table, &part, stated_s - skip_s);
	sift_block_since_release(&part);
	tables->skipped_s = skip_s;
	return rc;
}

/* The block of each kind. Of two sources of one kind the one that is used; else
   the first. */
static void
choose_blocks(const struct sift_assembly *a, const struct sift_group_run *run,
	      size_t blocks[SIFT_SOURCE_KIND_COUNT])
{
	for (size_t k = 0; k < SIFT_SOURCE_KIND_COUNT; k++)
		blocks[k] = SIFT_NONE;
	for (size_t i = 0; i < run->block_count; i++)
		blocks[a->digest->blocks[run->blocks[i]]->kind] =
			run->blocks[i];
	for (size_t i = 0; i < run->member_count; i++) {
		enum sift_source_kind kind =
			a->digest->blocks[run->members[i]]->kind;

		if (blocks[kind] == SIFT_NONE)
			blocks[kind] = run->members[i];
	}
}

/* Has this source results of its run? The first always counts. */
static bool
gives_table(const struct sift_group_run *run, size_t block, size_t kind)
{
	return block != SIFT_NONE &&
	       (block == run->blocks[0] ||
		sift_source_kind_has_results((enum sift_source_kind)kind));
}

enum sift_status
sift_assemble_figures(struct sift_assembly *a, size_t i)
{
	const struct sift_group_run *run = &a->grouping->runs[i];
	struct sift_run_tables *tables = &a->tables[i];
	double stated_s = stated_duration_s(a, run), skip_s;
	size_t blocks[SIFT_SOURCE_KIND_COUNT];
	enum sift_status rc;

	choose_blocks(a, run, blocks);
	rc = find_skipped(a, run, &skip_s);
	for (size_t k = 0; k < SIFT_SOURCE_KIND_COUNT && !rc; k++) {
		struct sift_figure_table *t;

		if (!gives_table(run, blocks[k], k))
			continue;
		t = sift_arena_alloc(a->arena, sizeof(*t));
		if (!t)
			return sift_assembly_nomem(a);
		tables->kinds[k] = t;
		t->block = blocks[k];
		rc = fill_table(a, t, stated_s);
		if (!rc)
			rc = leave_out(a, tables, t, skip_s, stated_s);
	}
	if (rc)
		return rc;
	return join_distribution(a, tables->kinds[SIFT_SOURCE_STATS],
				 tables->kinds[SIFT_SOURCE_DISTRIBUTION]);
}
