/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "engine/assemble_spreads.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

/* The columns of a set's table: figures, then what a set has the median of. */
enum {
	REQUESTS = SIFT_FIGURE_REQUESTS,
	LATENCY = SIFT_FIGURE_LATENCY,
	SHARE = LATENCY + SIFT_STAT_COUNT,
	COLUMNS
};

_Static_assert(COLUMNS == SIFT_SPREAD_COLUMNS, "one column for each metric");

/* ---- the table ---- */

static double
known_count(int64_t count)
{
	return count < 0 ? (double)NAN : (double)count;
}

/* All that a source says of an endpoint, or (`ok_only`) of the latencies of
   successes; NAN where it says nothing. */
static void
spell_out(const struct sift_set_row *row, size_t kind, bool ok_only,
	  double *out)
{
	const struct sift_figure_table *table = row->tables->kinds[kind];
	const struct sift_result *result = row->results[kind];
	const struct sift_latency *latency;
	struct sift_series series;

	for (size_t c = 0; c < COLUMNS; c++)
		out[c] = (double)NAN;
	if (!result)
		return;
	latency = ok_only ? result->latency_ok : &result->latency;
	if (latency)
		memcpy(out + LATENCY, latency->ms, sizeof(latency->ms));
	if (ok_only)
		return;
	out[SIFT_FIGURE_REQUESTS] = known_count(result->requests);
	out[SIFT_FIGURE_FAILURES] = known_count(result->failures);
	out[SIFT_FIGURE_ERROR_RATE] = result->error_rate;
	out[SIFT_FIGURE_RPS] = result->rps;
	series = sift_figure_row(table, row->next[kind] - 1);
	out[SHARE] = sift_share_of_time(&series, table->spent_ms);
}

/* ---- which kind ---- */

/*
 * Locust's JSON is left for its CSV where more runs have that: both hold the
 * same rounded figures, and a run would be lost for nothing.
 */
size_t
sift_common_kind(const size_t carried[SIFT_SOURCE_KIND_COUNT], size_t known)
{
	size_t chosen = SIFT_NONE, most = 0;

	for (size_t k = 0; k < SIFT_SOURCE_KIND_COUNT; k++) {
		if (k == SIFT_SOURCE_HISTOGRAMS &&
		    carried[SIFT_SOURCE_STATS] > carried[k])
			continue;
		if (carried[k] * 2 > known)
			return k;
		if (carried[k] > most) {
			most = carried[k];
			chosen = k;
		}
	}
	return chosen;
}

/* The kind that a column is to be of. */
static size_t
best_kind(const struct sift_set_builder *b, size_t column)
{
	size_t carried[SIFT_SOURCE_KIND_COUNT] = {0}, known = 0;

	for (size_t i = 0; i < b->count; i++) {
		bool any = false;

		for (size_t at = 0; at < b->kind_count; at++) {
			const struct sift_spread_row *cells =
				&b->cells[at * b->count + i];

			if (isnan(cells->values[column]))
				continue;
			carried[b->kinds[at]]++;
			any = true;
		}
		known += any;
		if (any && b->kind_count == 1)
			break; /* there is nothing to choose from */
	}
	return sift_common_kind(carried, known);
}

/* The column in the first table becomes that of the kind. */
static void
take_column(struct sift_set_builder *b, size_t column, size_t kind)
{
	const struct sift_spread_row *from = b->cells;

	for (size_t at = 0; at < b->kind_count; at++)
		if (b->kinds[at] == kind)
			from = &b->cells[at * b->count];
	for (size_t i = 0; i < b->count && from != b->cells; i++)
		b->cells[i].values[column] = from[i].values[column];
}

/* It is noted which sources were needed. */
static void
note_taken(struct sift_set_builder *b, const size_t kinds[COLUMNS])
{
	for (size_t i = 0; i < b->count; i++)
		for (size_t c = 0; c < COLUMNS; c++) {
			if (isnan(b->cells[i].values[c]))
				continue;
			b->rows[i].tables->kinds[kinds[c]]->is_taken = true;
			if (b->kind_count == 1)
				break; /* it is the only one */
		}
}

/* A row per run, a column per metric, each from the kind that is best for it:
   `kinds`. */
static void
fill_table(struct sift_set_builder *b, bool ok_only, size_t kinds[COLUMNS])
{
	for (size_t at = 0; at < b->kind_count; at++)
		for (size_t i = 0; i < b->count; i++)
			spell_out(&b->rows[i], b->kinds[at], ok_only,
				  b->cells[at * b->count + i].values);
	for (size_t c = 0; c < COLUMNS; c++) {
		kinds[c] = best_kind(b, c);
		take_column(b, c, kinds[c]);
	}
	note_taken(b, kinds);
}

/* ---- one spread ---- */

/* The results that figures of a kind are from, one per run. */
static const struct sift_result *const *
list_results(struct sift_set_builder *b, size_t kind)
{
	const struct sift_result **list;

	if (kind == SIFT_NONE)
		return b->nothing;
	if (b->results[kind])
		return b->results[kind];
	list = sift_arena_array(b->a->arena, b->count, sizeof(*list));
	for (size_t i = 0; list && i < b->count; i++)
		list[i] = b->rows[i].results[kind];
	return b->results[kind] = list;
}

static const struct sift_scatter *
keep_scatter(struct sift_set_builder *b, const struct sift_summary_stats *stats)
{
	struct sift_scatter *scatter =
		sift_arena_alloc(b->a->arena, sizeof(*scatter));

	if (scatter)
		*scatter = (struct sift_scatter){
			.min = stats->min,
			.max = stats->max,
			.mean = stats->mean,
			.variance = stats->variance,
			.stddev = stats->stddev,
			.cv = stats->cv,
			.mad = stats->mad,
		};
	return scatter;
}

/* What is known of a figure that is from sources of a kind. */
static enum sift_status
keep_spread(struct sift_set_builder *b, unsigned figure, size_t kind,
	    const struct sift_summary_stats *stats, struct sift_spread *spread)
{
	*spread = (struct sift_spread){
		.n = stats->n,
		.value_count = (unsigned)b->count,
		.median = stats->median,
		.results = list_results(b, kind),
		.figure = figure,
	};
	if (stats->n >= 2)
		spread->scatter = keep_scatter(b, stats);
	return spread->results && (spread->scatter || stats->n < 2)
		       ? SIFT_OK
		       : sift_assembly_nomem(b->a);
}

/* The ranges of a percentile, from the kind that its values are from. */
static const struct sift_latency_range *
copy_ranges(struct sift_set_builder *b, enum sift_stat stat)
{
	size_t kind = b->chosen[LATENCY + stat];
	struct sift_latency_range *ranges =
		sift_arena_array(b->a->arena, b->count, sizeof(*ranges));

	for (size_t i = 0; ranges && i < b->count; i++) {
		const struct sift_set_row *row = &b->rows[i];
		const struct sift_figure_ranges *from;

		ranges[i] = (struct sift_latency_range){NAN, NAN, NAN};
		if (kind == SIFT_NONE || !row->results[kind])
			continue;
		from = &row->tables->kinds[kind]->ranges[row->next[kind] - 1];
		ranges[i] = stat == SIFT_STAT_P50 ? from->p50 : from->p95;
	}
	return ranges;
}

static enum sift_status
fill_ranges(struct sift_set_builder *b, struct sift_set_result *out)
{
	if (!b->a->wants_ranges)
		return SIFT_OK;
	out->p50_ranges = copy_ranges(b, SIFT_STAT_P50);
	out->p95_ranges = copy_ranges(b, SIFT_STAT_P95);
	return out->p50_ranges && out->p95_ranges ? SIFT_OK
						  : sift_assembly_nomem(b->a);
}

/* ---- latencies of successes ---- */

/* Does any run know one of its successes' latencies? Locust's never do. */
static bool
knows_latency_ok(const struct sift_set_builder *b)
{
	for (size_t i = 0; i < b->count; i++) {
		for (size_t at = 0; at < b->kind_count; at++) {
			const struct sift_result *result =
				b->rows[i].results[b->kinds[at]];

			if (result && result->latency_ok)
				return true;
		}
	}
	return false;
}

/* Does the table say what the latencies of all requests are? */
static bool
is_as_all(const struct sift_set_builder *b, const struct sift_spread *all)
{
	for (size_t i = 0; i < b->count; i++)
		for (size_t stat = 0; stat < SIFT_STAT_COUNT; stat++) {
			double ok = b->cells[i].values[LATENCY + stat];
			double value = sift_spread_value(&all[stat], i);

			if (isnan(ok) ? !isnan(value) : !(ok == value))
				return false;
		}
	return true;
}

/* Where nothing failed the latencies of successes are those of all: saying so
   is half of what a set of many endpoints takes. */
static enum sift_status
fill_latency_ok(struct sift_set_builder *b, struct sift_set_result *out)
{
	struct sift_summary_stats stats[COLUMNS];
	struct sift_spread *spreads;
	size_t kinds[COLUMNS];
	enum sift_status rc;

	if (!knows_latency_ok(b))
		return SIFT_OK;
	fill_table(b, true, kinds);
	out->latency_ok = out->latency;
	if (is_as_all(b, out->latency))
		return SIFT_OK;
	spreads = sift_arena_array(b->a->arena, SIFT_STAT_COUNT,
				   sizeof(*spreads));
	if (!spreads)
		return sift_assembly_nomem(b->a);
	out->latency_ok = spreads;
	rc = sift_summary_columns(b->cells, b->count, stats, b->a->err);
	for (unsigned stat = 0; stat < SIFT_STAT_COUNT && !rc; stat++)
		rc = keep_spread(b, SIFT_FIGURE_LATENCY_OK + stat,
				 kinds[LATENCY + stat], &stats[LATENCY + stat],
				 &spreads[stat]);
	return rc;
}

/* ---- one endpoint, or the total ---- */

size_t
sift_latency_kind(const struct sift_set_builder *b)
{
	static const enum sift_stat order[] = {SIFT_STAT_P95, SIFT_STAT_P50,
					       SIFT_STAT_P99, SIFT_STAT_MEAN,
					       SIFT_STAT_MAX};
	size_t kind = SIFT_NONE;

	for (size_t i = 0; i < 5 && kind == SIFT_NONE; i++)
		kind = b->chosen[LATENCY + order[i]];
	return kind == SIFT_NONE ? b->chosen[REQUESTS] : kind;
}

static void
describe(struct sift_set_builder *b, struct sift_set_result *out)
{
	size_t kind = sift_latency_kind(b);

	out->resolution_ms = (double)NAN;
	out->origin = SIFT_ORIGIN_NONE;
	if (kind == SIFT_NONE)
		return;
	b->taken[kind]++;
	out->source_kind = sift_source_kind_name((enum sift_source_kind)kind);
	for (size_t i = 0; i < b->count; i++) {
		const struct sift_result *r = b->rows[i].results[kind];

		if (!r)
			continue;
		/* The coarsest step counts: fmax() passes over NAN. */
		out->resolution_ms = fmax(out->resolution_ms, r->resolution_ms);
		if (out->origin == SIFT_ORIGIN_NONE)
			out->origin = r->origin;
		if (out->percentiles == SIFT_PERCENTILES_UNKNOWN)
			out->percentiles = r->percentiles;
	}
}

static enum sift_status
fill_all(struct sift_set_builder *b, struct sift_set_result *out)
{
	struct sift_summary_stats stats[COLUMNS];
	struct sift_spread *spreads[SHARE] = {
		[SIFT_FIGURE_REQUESTS] = &out->requests,
		[SIFT_FIGURE_FAILURES] = &out->failures,
		[SIFT_FIGURE_ERROR_RATE] = &out->error_rate,
		[SIFT_FIGURE_RPS] = &out->rps,
	};
	enum sift_status rc;

	memset(b->results, 0, sizeof(b->results));
	for (size_t stat = 0; stat < SIFT_STAT_COUNT; stat++)
		spreads[LATENCY + stat] = &out->latency[stat];
	fill_table(b, false, b->chosen);
	rc = sift_summary_columns(b->cells, b->count, stats, b->a->err);
	for (unsigned c = 0; c < SHARE && !rc; c++)
		rc = keep_spread(b, c, b->chosen[c], &stats[c], spreads[c]);
	if (!rc)
		out->share_of_time = stats[SHARE].median;
	return rc;
}

enum sift_status
sift_fill_spreads(struct sift_set_builder *b, struct sift_set_result *out)
{
	enum sift_status rc = fill_all(b, out);

	if (!rc)
		rc = fill_latency_ok(b, out);
	if (!rc)
		rc = fill_ranges(b, out);
	if (!rc)
		describe(b, out);
	return rc;
}
