/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "engine/assemble_impl.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "stat/spread.h"

/*
 * The statistics of a set. Like is compared with like: for each endpoint and
 * metric all runs are read from sources of one kind. DESIGN 4.1 asks for the
 * best kind that every run carries and, in the same breath, that one run
 * without it is left out rather than degrading the rest (four of five with
 * points: n = 4). Both hold with "the best kind that more than half of the
 * runs carry which know the metric at all"; if no kind reaches half, the one
 * most runs carry is taken, of several the best.
 */

/* Where a run's result has the first value, and how many there are. */
struct metric {
	size_t value;
	size_t count;
	bool is_count; /* int64_t, -1 = unknown; else double */
};

#define RUN(member) offsetof(struct sift_result, member)

static const struct metric requests = {RUN(requests), 1, true};
static const struct metric failures = {RUN(failures), 1, true};
static const struct metric error_rate = {RUN(error_rate), 1, false};
static const struct metric rps = {RUN(rps), 1, false};
static const struct metric latency = {RUN(latency), SIFT_STAT_COUNT, false};
static const struct metric latency_ok = {RUN(latency_ok), SIFT_STAT_COUNT,
					 false};
/* Of which a set has the median only. */
static const struct metric share = {RUN(share_of_time), 1, false};

static double
value_of(const struct sift_result *r, const struct metric *m, size_t stat)
{
	const char *at = (const char *)r + m->value;
	int64_t count;
	double value;

	if (!m->is_count) {
		memcpy(&value, at + stat * sizeof(value), sizeof(value));
		return value;
	}
	memcpy(&count, at, sizeof(count));
	return count < 0 ? (double)NAN : (double)count;
}

/* What one run of the set says, kind by kind. */
struct row {
	struct sift_run_tables *tables;
	/* of the endpoint looked at, or the total; NULL = nothing */
	const struct sift_result *results[SIFT_SOURCE_KIND_COUNT];
	size_t next[SIFT_SOURCE_KIND_COUNT]; /* row of each table, behind it */
};

struct set_builder {
	struct sift_assembly *a;
	const struct sift_group_set *from;
	struct sift_set *to;
	size_t count;	  /* of its runs */
	struct row *rows; /* of each */
	/* the kinds that any of them has, best first */
	size_t kinds[SIFT_SOURCE_KIND_COUNT];
	size_t kind_count;
	double *values;	       /* one per run, while a metric is looked at */
	double *room;	       /* for the values of an endpoint's metrics */
	const double *unknown; /* as many NAN */
	size_t taken[SIFT_SOURCE_KIND_COUNT]; /* figures taken from each kind */
};

/* ---- which kind ---- */

/*
 * The best kind that more than half of the `known` runs carry; if there is
 * none, the one most runs carry, of several the best. SIFT_NONE when no run
 * carries any. Locust's JSON is left for its CSV where more runs have that:
 * both hold the same rounded figures, and a run would be lost for nothing.
 */
static size_t
common_kind(const size_t carried[SIFT_SOURCE_KIND_COUNT], size_t known)
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

static size_t
best_kind(const struct set_builder *b, const struct metric *m, size_t stat)
{
	size_t carried[SIFT_SOURCE_KIND_COUNT] = {0}, known = 0;

	for (size_t i = 0; i < b->count; i++) {
		bool any = false;

		for (size_t at = 0; at < b->kind_count; at++) {
			size_t k = b->kinds[at];
			const struct sift_result *r = b->rows[i].results[k];

			if (!r || isnan(value_of(r, m, stat)))
				continue;
			carried[k]++;
			any = true;
		}
		known += any;
		if (any && b->kind_count == 1)
			break; /* there is nothing to choose from */
	}
	return common_kind(carried, known);
}

/* ---- one spread ---- */

/* The values of a metric from one kind; SIFT_NONE leaves all unknown. */
static void
read_values(struct set_builder *b, size_t kind, const struct metric *m,
	    size_t stat)
{
	for (size_t i = 0; i < b->count; i++) {
		const struct sift_result *r =
			kind == SIFT_NONE ? NULL : b->rows[i].results[kind];

		b->values[i] = r ? value_of(r, m, stat) : (double)NAN;
		if (!isnan(b->values[i]))
			b->rows[i].tables->kinds[kind].is_taken = true;
	}
}

/* The values that a spread keeps. Of one run that is the median; of those that
   nobody knows one copy serves all. */
static const double *
keep_values(struct set_builder *b, const struct sift_spread *spread)
{
	double *values = b->room;

	if (b->count == 1)
		return &spread->median;
	if (!spread->n)
		return b->unknown;
	memcpy(values, b->values, b->count * sizeof(*values));
	b->room += b->count;
	return values;
}

static const struct sift_scatter *
keep_scatter(struct set_builder *b, const struct sift_summary_stats *stats)
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

static enum sift_status
fill_spread(struct set_builder *b, const struct metric *m, size_t stat,
	    struct sift_spread *spread)
{
	struct sift_summary_stats stats;
	enum sift_status rc;

	read_values(b, best_kind(b, m, stat), m, stat);
	rc = sift_summary_stats(b->values, b->count, &stats, b->a->err);
	if (rc)
		return rc;
	*spread = (struct sift_spread){
		.n = stats.n,
		.value_count = (unsigned)b->count,
		.median = stats.median,
	};
	spread->values = keep_values(b, spread);
	if (stats.n < 2)
		return SIFT_OK;
	spread->scatter = keep_scatter(b, &stats);
	return spread->scatter ? SIFT_OK : sift_assembly_nomem(b->a);
}

/* Room for the values of so many spreads of one endpoint: there are many. */
static enum sift_status
make_room(struct set_builder *b, size_t spreads)
{
	if (b->count == 1)
		return SIFT_OK; /* keep_values() takes none */
	b->room = sift_arena_array(b->a->arena, b->count,
				   spreads * sizeof(*b->room));
	return b->room ? SIFT_OK : sift_assembly_nomem(b->a);
}

/* The ranges of a percentile, from the kind that its values are from. */
static const struct sift_latency_range *
copy_ranges(struct set_builder *b, enum sift_stat stat)
{
	size_t kind = best_kind(b, &latency, stat);
	struct sift_latency_range *ranges =
		sift_arena_array(b->a->arena, b->count, sizeof(*ranges));

	for (size_t i = 0; ranges && i < b->count; i++) {
		const struct row *row = &b->rows[i];
		const struct sift_figure_ranges *from;

		ranges[i] = (struct sift_latency_range){NAN, NAN, NAN};
		if (kind == SIFT_NONE || !row->results[kind])
			continue;
		from = &row->tables->kinds[kind].ranges[row->next[kind] - 1];
		ranges[i] = stat == SIFT_STAT_P50 ? from->p50 : from->p95;
	}
	return ranges;
}

static enum sift_status
fill_ranges(struct set_builder *b, struct sift_set_result *out)
{
	if (!b->a->wants_ranges)
		return SIFT_OK;
	out->p50_ranges = copy_ranges(b, SIFT_STAT_P50);
	out->p95_ranges = copy_ranges(b, SIFT_STAT_P95);
	return out->p50_ranges && out->p95_ranges ? SIFT_OK
						  : sift_assembly_nomem(b->a);
}

static enum sift_status
fill_metric(struct set_builder *b, const struct metric *m,
	    struct sift_spread *spreads)
{
	enum sift_status rc = SIFT_OK;

	for (size_t stat = 0; stat < m->count && !rc; stat++)
		rc = fill_spread(b, m, stat, &spreads[stat]);
	return rc;
}

/* Does any run know one of its successes' latencies? Locust's never do. */
static bool
knows_latency_ok(const struct set_builder *b)
{
	for (size_t i = 0; i < b->count; i++) {
		for (size_t at = 0; at < b->kind_count; at++) {
			const struct sift_result *r =
				b->rows[i].results[b->kinds[at]];

			for (size_t s = 0; r && s < SIFT_STAT_COUNT; s++)
				if (!isnan(r->latency_ok.ms[s]))
					return true;
		}
	}
	return false;
}

/* Where nothing failed the latencies of successes are those of all: saying so
   is half of what a set of many endpoints takes. */
static enum sift_status
fill_latency_ok(struct set_builder *b, struct sift_set_result *out)
{
	struct sift_spread *spreads;
	bool is_same = true;
	enum sift_status rc;

	if (!knows_latency_ok(b))
		return SIFT_OK;
	for (size_t stat = 0; stat < SIFT_STAT_COUNT; stat++) {
		const double *all = out->latency[stat].values;

		read_values(b, best_kind(b, &latency_ok, stat), &latency_ok,
			    stat);
		for (size_t i = 0; i < b->count; i++) {
			bool is_nan = isnan(b->values[i]);

			is_same = is_same && is_nan == isnan(all[i]) &&
				  (is_nan || b->values[i] == all[i]);
		}
	}
	if (is_same) {
		out->latency_ok = out->latency;
		return SIFT_OK;
	}
	spreads = sift_arena_array(b->a->arena, SIFT_STAT_COUNT,
				   sizeof(*spreads));
	rc = spreads ? make_room(b, SIFT_STAT_COUNT)
		     : sift_assembly_nomem(b->a);
	out->latency_ok = spreads;
	return rc ? rc : fill_metric(b, &latency_ok, spreads);
}

/* ---- one endpoint, or the total ---- */

/* The kind that the endpoint's latencies come from. */
static size_t
latency_kind(const struct set_builder *b)
{
	static const enum sift_stat order[] = {SIFT_STAT_P95, SIFT_STAT_P50,
					       SIFT_STAT_P99, SIFT_STAT_MEAN,
					       SIFT_STAT_MAX};
	size_t kind = SIFT_NONE;

	for (size_t i = 0; i < 5 && kind == SIFT_NONE; i++)
		kind = best_kind(b, &latency, order[i]);
	return kind == SIFT_NONE ? best_kind(b, &requests, 0) : kind;
}

static void
describe(struct set_builder *b, struct sift_set_result *out)
{
	size_t kind = latency_kind(b);

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
		if (!out->percentile_definition)
			out->percentile_definition = r->percentile_definition;
	}
}

static enum sift_status
fill_result(struct set_builder *b, struct sift_set_result *out)
{
	const struct {
		const struct metric *metric;
		struct sift_spread *spreads;
	} rows[] = {
		{&requests, &out->requests},	 {&failures, &out->failures},
		{&error_rate, &out->error_rate}, {&rps, &out->rps},
		{&latency, out->latency},
	};
	struct sift_summary_stats stats;
	enum sift_status rc = make_room(b, 4 + SIFT_STAT_COUNT);

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows) && !rc; i++)
		rc = fill_metric(b, rows[i].metric, rows[i].spreads);
	if (!rc)
		rc = fill_latency_ok(b, out);
	if (!rc)
		rc = fill_ranges(b, out);
	if (rc)
		return rc;
	describe(b, out);
	read_values(b, best_kind(b, &share, 0), &share, 0);
	rc = sift_summary_stats(b->values, b->count, &stats, b->a->err);
	out->share_of_time = stats.median;
	return rc;
}

/* ---- all endpoints ---- */

static bool
has_endpoints(const struct sift_figure_table *table, bool trends)
{
	for (size_t e = 0; e < table->count; e++)
		if ((table->endpoints[e].kind == SIFT_KIND_TREND) == trends)
			return true;
	return false;
}

/*
 * The worst kind of source that may name endpoints (or trends) of the set. A
 * k6 summary calls `{name:x}` what the points of the same run know as GET x:
 * where most runs have the points, only they are asked.
 */
static size_t
naming_kind(const struct set_builder *b, bool trends)
{
	size_t carried[SIFT_SOURCE_KIND_COUNT] = {0}, known = 0;

	for (size_t i = 0; i < b->count; i++) {
		bool any = false;

		for (size_t at = 0; at < b->kind_count; at++) {
			size_t k = b->kinds[at];
			bool has = has_endpoints(&b->rows[i].tables->kinds[k],
						 trends);

			carried[k] += has;
			any = any || has;
		}
		known += any;
	}
	return common_kind(carried, known);
}

/* The endpoints that the table may name. */
static struct sift_keys
list_keys(struct sift_figure_table *table, size_t kind, const size_t naming[2],
	  struct sift_run_endpoint **out)
{
	struct sift_keys keys = {out, 0};

	for (size_t i = 0; i < table->count; i++) {
		struct sift_run_endpoint *e = &table->endpoints[i];

		if (kind <= naming[e->kind == SIFT_KIND_TREND])
			out[keys.count++] = e;
	}
	return keys;
}

/* The endpoints of all runs, sorted, each once. */
static enum sift_status
collect_keys(struct set_builder *b, struct sift_arena *scratch,
	     struct sift_keys *out)
{
	const size_t naming[] = {naming_kind(b, false), naming_kind(b, true)};
	struct sift_run_endpoint **items;
	struct sift_keys *lists;
	size_t room = 0, count = 0, used = 0;

	for (size_t i = 0; i < b->count; i++)
		for (size_t at = 0; at < b->kind_count; at++)
			room += b->rows[i].tables->kinds[b->kinds[at]].count;
	items = sift_arena_array(scratch, 2 * room, sizeof(*items));
	lists = sift_arena_array(scratch, b->count * b->kind_count,
				 sizeof(*lists));
	if (!items || !lists)
		return sift_assembly_nomem(b->a);
	for (size_t i = 0; i < b->count; i++)
		for (size_t at = 0; at < b->kind_count; at++) {
			size_t k = b->kinds[at];

			lists[count] = list_keys(&b->rows[i].tables->kinds[k],
						 k, naming, items + used);
			used += lists[count++].count;
		}
	*out = sift_merge_keys(lists, count, items, items + room);
	return SIFT_OK;
}

static void
find_endpoint(struct set_builder *b, const struct sift_run_endpoint *key)
{
	for (size_t i = 0; i < b->count; i++) {
		struct row *row = &b->rows[i];

		for (size_t at = 0; at < b->kind_count; at++) {
			size_t k = b->kinds[at];

			row->results[k] = sift_figure_next(
				&row->tables->kinds[k], key, &row->next[k]);
		}
	}
}

static void
find_total(struct set_builder *b)
{
	for (size_t i = 0; i < b->count; i++)
		for (size_t at = 0; at < b->kind_count; at++) {
			size_t k = b->kinds[at];
			const struct sift_figure_table *t =
				&b->rows[i].tables->kinds[k];

			b->rows[i].results[k] = t->total;
			b->rows[i].next[k] = t->count + 1;
		}
}

static enum sift_status
fill_endpoints(struct set_builder *b, struct sift_arena *scratch)
{
	struct sift_keys keys = {NULL, 0};
	enum sift_status rc = collect_keys(b, scratch, &keys);

	if (rc)
		return rc;
	b->to->endpoints = sift_arena_array(b->a->arena, keys.count,
					    sizeof(*b->to->endpoints));
	if (!b->to->endpoints)
		return sift_assembly_nomem(b->a);
	for (size_t i = 0; i < keys.count && !rc; i++) {
		struct sift_set_endpoint *e = &b->to->endpoints[i];

		e->method = keys.items[i]->method;
		e->name = keys.items[i]->name;
		e->kind = keys.items[i]->kind;
		find_endpoint(b, keys.items[i]);
		rc = fill_result(b, &e->result);
	}
	b->to->endpoint_count = keys.count;
	return rc;
}

/* ---- the set itself ---- */

static void
find_source_kind(struct set_builder *b)
{
	size_t chosen = SIFT_NONE;

	for (size_t k = 0; k < SIFT_SOURCE_KIND_COUNT; k++)
		if (b->taken[k] &&
		    (chosen == SIFT_NONE || b->taken[k] > b->taken[chosen]))
			chosen = k;
	if (chosen != SIFT_NONE)
		b->to->source_kind =
			sift_source_kind_name((enum sift_source_kind)chosen);
}

static enum sift_status
median_duration(struct set_builder *b)
{
	struct sift_summary_stats stats;
	enum sift_status rc;

	for (size_t i = 0; i < b->count; i++)
		b->values[i] =
			b->a->grouping->runs[b->from->runs[i]].duration_s;
	rc = sift_summary_stats(b->values, b->count, &stats, b->a->err);
	b->to->duration_s = stats.median;
	return rc;
}

static enum sift_status
copy_facts(struct set_builder *b)
{
	struct sift_set *to = b->to;
	const struct sift_group_set *from = b->from;

	to->label = from->label;
	to->scenario = from->scenario;
	to->load = from->load;
	to->kept_date = from->kept_date;
	to->tool = from->tool;
	to->grouped_by = from->grouped_by;
	to->users = from->users;
	to->days = from->days;
	to->runs = from->runs;
	to->run_count = from->run_count;
	/* one more may come: note_left_out() */
	to->notes = sift_arena_array(b->a->arena, from->note_count + 1,
				     sizeof(*to->notes));
	if (!to->notes)
		return sift_assembly_nomem(b->a);
	for (size_t i = 0; i < from->note_count; i++)
		to->notes[i] = from->notes[i];
	to->note_count = from->note_count;
	return SIFT_OK;
}

/* Does this run of the set lack the kind, though it knows other figures? */
static bool
is_left_out(const struct set_builder *b, size_t i, size_t kind)
{
	bool any = false;

	for (size_t k = 0; k < SIFT_SOURCE_KIND_COUNT; k++)
		any = any || b->rows[i].results[k];
	return any && !b->rows[i].results[kind];
}

/* Say which runs are left out of the total's latencies, and why. */
static enum sift_status
note_left_out(struct set_builder *b)
{
	size_t kind = latency_kind(b), left_out = 0;
	const char *first = NULL;

	for (size_t i = 0; i < b->count && kind != SIFT_NONE; i++) {
		if (!is_left_out(b, i, kind))
			continue;
		if (!left_out++)
			first = b->a->grouping->runs[b->from->runs[i]].label;
	}
	if (!left_out)
		return SIFT_OK;
	b->to->notes[b->to->note_count] = sift_arena_printf(
		b->a->arena, "latencies are of %zu of %zu runs: %s%s no %s",
		b->count - left_out, b->count, first,
		left_out > 2   ? " and others have"
		: left_out > 1 ? " and another have"
			       : " has",
		sift_source_kind_name((enum sift_source_kind)kind));
	return b->to->notes[b->to->note_count++] ? SIFT_OK
						 : sift_assembly_nomem(b->a);
}

/* Which runs, which kinds of source, and room to work in. */
static enum sift_status
begin_set(struct set_builder *b, struct sift_arena *scratch)
{
	bool has[SIFT_SOURCE_KIND_COUNT] = {false};
	double *unknown;

	b->count = b->from->run_count;
	b->rows = sift_arena_array(scratch, b->count, sizeof(*b->rows));
	b->values = sift_arena_array(scratch, b->count, sizeof(*b->values));
	unknown = sift_arena_array(b->a->arena, b->count, sizeof(*unknown));
	if (!b->rows || !b->values || !unknown)
		return sift_assembly_nomem(b->a);
	b->unknown = unknown;
	for (size_t i = 0; i < b->count; i++) {
		unknown[i] = (double)NAN;
		b->rows[i].tables = &b->a->tables[b->from->runs[i]];
		for (size_t k = 0; k < SIFT_SOURCE_KIND_COUNT; k++)
			has[k] |=
				b->rows[i].tables->kinds[k].block != SIFT_NONE;
	}
	for (size_t k = 0; k < SIFT_SOURCE_KIND_COUNT; k++)
		if (has[k])
			b->kinds[b->kind_count++] = k;
	return SIFT_OK;
}

static enum sift_status
build_set(struct sift_assembly *a, size_t i)
{
	struct set_builder b = {
		.a = a, .from = &a->grouping->sets[i], .to = &a->doc->sets[i]};
	struct sift_arena scratch;
	enum sift_status rc;

	sift_arena_init(&scratch);
	rc = begin_set(&b, &scratch);
	if (!rc)
		rc = copy_facts(&b);
	if (!rc)
		rc = fill_endpoints(&b, &scratch);
	if (!rc) {
		find_total(&b);
		rc = fill_result(&b, &b.to->total);
		b.to->total.share_of_time = (double)NAN;
		b.to->measured_rps = b.to->total.rps.median;
		find_source_kind(&b);
	}
	if (!rc)
		rc = note_left_out(&b);
	if (!rc)
		rc = median_duration(&b);
	sift_arena_release(&scratch);
	return rc;
}

enum sift_status
sift_assemble_sets(struct sift_assembly *a)
{
	size_t count = a->grouping->set_count;
	enum sift_status rc = SIFT_OK;

	a->doc->sets = sift_arena_array(a->arena, count, sizeof(*a->doc->sets));
	if (!a->doc->sets)
		return sift_assembly_nomem(a);
	a->doc->set_count = count;
	for (size_t i = 0; i < count && !rc; i++)
		rc = build_set(a, i);
	return rc;
}
