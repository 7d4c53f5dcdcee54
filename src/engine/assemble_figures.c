/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "engine/assemble_impl.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
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
sift_compare_endpoints(const struct sift_run_endpoint *a,
		       const struct sift_run_endpoint *b)
{
	int c = compare_texts(a->name, b->name);

	if (!c)
		c = compare_texts(a->method, b->method);
	return c ? c : (a->kind > b->kind) - (a->kind < b->kind);
}

const struct sift_result *
sift_figure_next(const struct sift_figure_table *table,
		 const struct sift_run_endpoint *key, size_t *next)
{
	while (*next < table->count) {
		struct sift_run_endpoint *e = &table->endpoints[*next];
		int c = sift_compare_endpoints(e, key);

		if (c > 0)
			break;
		++*next;
		if (!c)
			return &e->result;
	}
	return NULL;
}

/* The rate that is reported; else requests over the duration that the run's
   summary states; else what the block made of its times (DESIGN 4.2). */
static void
settle_rate(struct sift_result *result, double reported, double stated_s)
{
	if (!isnan(reported))
		result->rps = reported;
	else if (stated_s > 0 && result->requests >= 0)
		result->rps = (double)result->requests / stated_s;
}

static double
reported_rate(const struct sift_series *series)
{
	return series->figures ? series->figures->rps : (double)NAN;
}

static void
share_time(struct sift_figure_table *table)
{
	double sum = 0;

	for (int pass = 0; pass < 2; pass++) {
		for (size_t i = 0; i < table->count; i++) {
			struct sift_run_endpoint *e = &table->endpoints[i];
			double time = (double)e->result.requests *
				      e->result.latency.ms[SIFT_STAT_MEAN];

			if (e->kind == SIFT_KIND_TREND ||
			    e->result.requests < 0 || isnan(time))
				continue;
			if (pass)
				e->result.share_of_time =
					sum > 0 ? time / sum : (double)NAN;
			else
				sum += time;
		}
	}
}

/* ---- tables ---- */

static const struct sift_block *
block_of(const struct sift_assembly *a, const struct sift_figure_table *table)
{
	return table->part ? table->part : a->digest->blocks[table->block];
}

/* A result and, if anybody asked, its ranges: those of the row to come. */
static enum sift_status
fill_result(struct sift_assembly *a, struct sift_figure_table *table,
	    const struct sift_series *series, struct sift_result *out)
{
	const struct sift_block *block = block_of(a, table);
	enum sift_status rc = sift_block_result(block, series, out, a->err);

	if (rc || !table->ranges)
		return rc;
	return sift_block_ranges(block, series, out,
				 &table->ranges[table->count].p50,
				 &table->ranges[table->count].p95, a->err);
}

static enum sift_status
fill_total(struct sift_assembly *a, struct sift_figure_table *table,
	   double stated_s)
{
	const struct sift_block *block = block_of(a, table);
	struct sift_result *total = sift_arena_alloc(a->arena, sizeof(*total));
	enum sift_status rc;

	if (!total)
		return sift_assembly_nomem(a);
	rc = fill_result(a, table, NULL, total);
	if (rc)
		return rc == SIFT_E_EMPTY ? SIFT_OK : rc;
	settle_rate(total, sift_block_stated_rps(block), stated_s);
	table->total = total;
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

/* Endpoints that became one reported no rate together; all rates are over the
   time of the run, as the total's is. */
static void
share_rate(struct sift_figure_table *table)
{
	const struct sift_result *total = table->total;

	for (size_t i = 0; total && total->requests > 0 && i < table->count;
	     i++) {
		struct sift_run_endpoint *e = &table->endpoints[i];

		if (e->example && isnan(e->result.rps) &&
		    e->result.requests >= 0)
			e->result.rps = total->rps *
					(double)e->result.requests /
					(double)total->requests;
	}
}

/* The series of a block are in order, and so are the rows. */
static enum sift_status
fill_table(struct sift_assembly *a, struct sift_figure_table *table,
	   double stated_s)
{
	const struct sift_block *block = block_of(a, table);
	enum sift_status rc = make_rows(a, table, block->series_count);

	if (rc)
		return rc;
	for (size_t i = 0; i < block->series_count; i++) {
		const struct sift_series *s = &block->series[i];
		struct sift_run_endpoint *e = &table->endpoints[table->count];

		/* all else is 0, or filled now: a row is hundreds of bytes */
		e->method = s->method;
		e->name = s->name;
		e->kind = s->kind;
		e->example = s->example;
		rc = fill_result(a, table, s, &e->result);
		if (rc == SIFT_E_EMPTY)
			continue;
		if (rc)
			return rc;
		settle_rate(&e->result, reported_rate(s), stated_s);
		e->result.share_of_time = (double)NAN;
		table->count++;
	}
	if (!sift_block_lacks_total(block))
		share_time(table);
	rc = fill_total(a, table, stated_s);
	share_rate(table);
	return rc;
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
static void
join_distribution(struct sift_figure_table *stats,
		  const struct sift_figure_table *distribution)
{
	size_t next = 0;

	if (stats->block == SIFT_NONE || distribution->block == SIFT_NONE)
		return;
	for (size_t i = 0; i < stats->count; i++) {
		const struct sift_result *from = sift_figure_next(
			distribution, &stats->endpoints[i], &next);

		if (from)
			add_percentiles(&stats->endpoints[i].result, from);
	}
	if (stats->total && distribution->total)
		add_percentiles(stats->total, distribution->total);
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
	struct sift_result *total = NULL;
	enum sift_status rc;

	table->part = part;
	table->endpoints = NULL;
	table->total = NULL;
	table->count = 0;
	rc = fill_table(a, table, stated_s);
	table->part = NULL; /* it is going to be released */
	if (!rc && whole.total)
		total = sift_arena_alloc(a->arena, sizeof(*total));
	if (rc || (whole.total && !total))
		return rc ? rc : sift_assembly_nomem(a);
	if (total)
		*total = *whole.total;
	table->whole_total = total;
	for (size_t i = 0; i < table->count && i < whole.count; i++)
		table->endpoints[i].whole = &whole.endpoints[i].result;
	return SIFT_OK;
}

static enum sift_status
leave_out(struct sift_assembly *a, struct sift_run_tables *tables, int kind,
	  double skip_s, double stated_s)
{
	struct sift_figure_table *table = &tables->kinds[kind];
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

/* Of two sources of one kind the one that is used; else the first. */
static void
choose_blocks(const struct sift_assembly *a, const struct sift_group_run *run,
	      struct sift_run_tables *tables)
{
	for (size_t k = 0; k < SIFT_SOURCE_KIND_COUNT; k++)
		tables->kinds[k].block = SIFT_NONE;
	for (size_t i = 0; i < run->block_count; i++)
		tables->kinds[a->digest->blocks[run->blocks[i]]->kind].block =
			run->blocks[i];
	for (size_t i = 0; i < run->member_count; i++) {
		enum sift_source_kind kind =
			a->digest->blocks[run->members[i]]->kind;

		if (tables->kinds[kind].block == SIFT_NONE)
			tables->kinds[kind].block = run->members[i];
	}
}

/* The tables of one run. */
static enum sift_status
fill_tables(struct sift_assembly *a, size_t i)
{
	const struct sift_group_run *run = &a->grouping->runs[i];
	struct sift_run_tables *tables = &a->tables[i];
	double stated_s = stated_duration_s(a, run), skip_s;
	enum sift_status rc;

	choose_blocks(a, run, tables);
	rc = find_skipped(a, run, &skip_s);
	for (int k = 0; k < SIFT_SOURCE_KIND_COUNT && !rc; k++) {
		struct sift_figure_table *t = &tables->kinds[k];

		if (t->block == SIFT_NONE)
			continue;
		if (t->block != run->blocks[0] &&
		    !sift_source_kind_has_results((enum sift_source_kind)k)) {
			t->block = SIFT_NONE;
			continue;
		}
		rc = fill_table(a, t, stated_s);
		if (!rc)
			rc = leave_out(a, tables, k, skip_s, stated_s);
	}
	if (!rc)
		join_distribution(&tables->kinds[SIFT_SOURCE_STATS],
				  &tables->kinds[SIFT_SOURCE_DISTRIBUTION]);
	return rc;
}

enum sift_status
sift_assemble_figures(struct sift_assembly *a)
{
	size_t count = a->grouping->run_count;

	a->tables = sift_arena_array(&a->scratch, count, sizeof(*a->tables));
	if (!a->tables)
		return sift_assembly_nomem(a);
	return sift_assemble_each(a, count, fill_tables);
}
