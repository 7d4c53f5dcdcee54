/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "engine/assemble_impl.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/table.h"
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

/* A run's value of one metric. */
typedef double value_of_result(const struct sift_result *r, size_t stat);

static double
count_value(int64_t count)
{
	return count < 0 ? (double)NAN : (double)count;
}

static double
requests_of(const struct sift_result *r, size_t stat)
{
	(void)stat;
	return count_value(r->requests);
}

static double
failures_of(const struct sift_result *r, size_t stat)
{
	(void)stat;
	return count_value(r->failures);
}

static double
error_rate_of(const struct sift_result *r, size_t stat)
{
	(void)stat;
	return r->error_rate;
}

static double
rps_of(const struct sift_result *r, size_t stat)
{
	(void)stat;
	return r->rps;
}

static double
latency_of(const struct sift_result *r, size_t stat)
{
	return r->latency.ms[stat];
}

static double
latency_ok_of(const struct sift_result *r, size_t stat)
{
	return r->latency_ok.ms[stat];
}

static double
share_of(const struct sift_result *r, size_t stat)
{
	(void)stat;
	return r->share_of_time;
}

/* offset of the first spread, how many follow, where the values are */
static const struct metric {
	size_t offset;
	size_t count;
	value_of_result *value;
} metrics[] = {
	{offsetof(struct sift_set_result, requests), 1, requests_of},
	{offsetof(struct sift_set_result, failures), 1, failures_of},
	{offsetof(struct sift_set_result, error_rate), 1, error_rate_of},
	{offsetof(struct sift_set_result, rps), 1, rps_of},
	{offsetof(struct sift_set_result, latency), SIFT_STAT_COUNT,
	 latency_of},
	{offsetof(struct sift_set_result, latency_ok), SIFT_STAT_COUNT,
	 latency_ok_of},
};

struct set_builder {
	struct sift_assembly *a;
	const struct sift_group_set *from;
	struct sift_set *to;
	/* rows of one endpoint (or the total): [run of the set][kind] */
	const struct sift_result *(*rows)[SIFT_SOURCE_KIND_COUNT];
	double *values; /* one per run, while a metric is looked at */
	size_t taken[SIFT_SOURCE_KIND_COUNT]; /* figures taken from each kind */
};

/* ---- which kind ---- */

/*
 * The best kind that more than half of the `known` runs carry; if there is
 * none, the one most runs carry, of several the best. SIFT_NONE when no run
 * carries any.
 */
static size_t
common_kind(const size_t carried[SIFT_SOURCE_KIND_COUNT], size_t known)
{
	size_t chosen = SIFT_NONE, most = 0;

	for (size_t k = 0; k < SIFT_SOURCE_KIND_COUNT; k++) {
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
best_kind(const struct set_builder *b, value_of_result *value, size_t stat)
{
	size_t carried[SIFT_SOURCE_KIND_COUNT] = {0}, known = 0;

	for (size_t i = 0; i < b->from->run_count; i++) {
		bool any = false;

		for (size_t k = 0; k < SIFT_SOURCE_KIND_COUNT; k++) {
			const struct sift_result *r = b->rows[i][k];

			if (!r || isnan(value(r, stat)))
				continue;
			carried[k]++;
			any = true;
		}
		known += any;
	}
	return common_kind(carried, known);
}

/* ---- one spread ---- */

static enum sift_status
fill_spread(struct set_builder *b, struct sift_spread *spread)
{
	size_t count = b->from->run_count;
	struct sift_summary_stats stats;
	enum sift_status rc =
		sift_summary_stats(b->values, count, &stats, b->a->err);
	double *values;

	if (rc)
		return rc;
	values = sift_arena_array(b->a->arena, count, sizeof(*values));
	if (!values)
		return sift_assembly_nomem(b->a);
	memcpy(values, b->values, count * sizeof(*values));
	*spread = (struct sift_spread){
		.n = stats.n,
		.median = stats.median,
		.min = stats.min,
		.max = stats.max,
		.mean = stats.mean,
		.variance = stats.variance,
		.stddev = stats.stddev,
		.cv = stats.cv,
		.mad = stats.mad,
		.values = values,
		.value_count = count,
	};
	return SIFT_OK;
}

/* The values of a metric from one kind; SIFT_NONE leaves all unknown. */
static void
read_values(struct set_builder *b, size_t kind, value_of_result *value,
	    size_t stat)
{
	for (size_t i = 0; i < b->from->run_count; i++) {
		const struct sift_result *r =
			kind == SIFT_NONE ? NULL : b->rows[i][kind];
		size_t run = b->from->runs[i];

		b->values[i] = r ? value(r, stat) : (double)NAN;
		if (isnan(b->values[i]))
			continue;
		b->a->tables[run].kinds[kind].is_taken = true;
	}
}

static enum sift_status
fill_metric(struct set_builder *b, const struct metric *m, size_t stat,
	    struct sift_set_result *out)
{
	struct sift_spread *spreads =
		(struct sift_spread *)(void *)((char *)out + m->offset);
	size_t kind = best_kind(b, m->value, stat);

	read_values(b, kind, m->value, stat);
	return fill_spread(b, &spreads[stat]);
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
		kind = best_kind(b, latency_of, order[i]);
	return kind == SIFT_NONE ? best_kind(b, requests_of, 0) : kind;
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
	for (size_t i = 0; i < b->from->run_count; i++) {
		const struct sift_result *r = b->rows[i][kind];

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
	struct sift_summary_stats stats;
	enum sift_status rc;

	for (size_t m = 0; m < sizeof(metrics) / sizeof(*metrics); m++) {
		for (size_t stat = 0; stat < metrics[m].count; stat++) {
			rc = fill_metric(b, &metrics[m], stat, out);
			if (rc)
				return rc;
		}
	}
	describe(b, out);
	read_values(b, best_kind(b, share_of, 0), share_of, 0);
	rc = sift_summary_stats(b->values, b->from->run_count, &stats,
				b->a->err);
	out->share_of_time = stats.median;
	return rc;
}

/* ---- all endpoints ---- */

static int
compare_keys(const void *a, const void *b)
{
	return sift_compare_endpoints(*(struct sift_run_endpoint *const *)a,
				      *(struct sift_run_endpoint *const *)b);
}

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

	for (size_t i = 0; i < b->from->run_count; i++) {
		const struct sift_run_tables *tables =
			&b->a->tables[b->from->runs[i]];
		bool any = false;

		for (size_t k = 0; k < SIFT_SOURCE_KIND_COUNT; k++) {
			bool has = has_endpoints(&tables->kinds[k], trends);

			carried[k] += has;
			any = any || has;
		}
		known += any;
	}
	return common_kind(carried, known);
}

/* The endpoints of all runs, sorted, each once. */
static enum sift_status
collect_keys(struct set_builder *b, struct sift_arena *scratch,
	     struct sift_run_endpoint ***out, size_t *out_count)
{
	size_t room = 0, count = 0, unique = 0;
	const size_t naming[] = {naming_kind(b, false), naming_kind(b, true)};
	struct sift_run_endpoint **keys;

	for (size_t i = 0; i < b->from->run_count; i++)
		for (size_t k = 0; k < SIFT_SOURCE_KIND_COUNT; k++)
			room += b->a->tables[b->from->runs[i]].kinds[k].count;
	keys = sift_arena_array(scratch, room,
				sizeof(struct sift_run_endpoint *));
	if (!keys)
		return sift_assembly_nomem(b->a);
	for (size_t i = 0; i < b->from->run_count; i++) {
		for (size_t k = 0; k < SIFT_SOURCE_KIND_COUNT; k++) {
			struct sift_figure_table *t =
				&b->a->tables[b->from->runs[i]].kinds[k];

			for (size_t e = 0; e < t->count; e++)
				if (k <= naming[t->endpoints[e].kind ==
						SIFT_KIND_TREND])
					keys[count++] = &t->endpoints[e];
		}
	}
	qsort(keys, count, sizeof(struct sift_run_endpoint *), compare_keys);
	for (size_t i = 0; i < count; i++)
		if (!unique || compare_keys(&keys[unique - 1], &keys[i]))
			keys[unique++] = keys[i];
	*out = keys;
	*out_count = unique;
	return SIFT_OK;
}

static void
find_rows(struct set_builder *b, const struct sift_run_endpoint *key)
{
	for (size_t i = 0; i < b->from->run_count; i++) {
		const struct sift_run_tables *tables =
			&b->a->tables[b->from->runs[i]];

		for (size_t k = 0; k < SIFT_SOURCE_KIND_COUNT; k++)
			b->rows[i][k] =
				key ? sift_figure_find(&tables->kinds[k], key)
				: tables->kinds[k].has_total
					? &tables->kinds[k].total
					: NULL;
	}
}

static enum sift_status
fill_endpoints(struct set_builder *b, struct sift_arena *scratch)
{
	struct sift_run_endpoint **keys = NULL;
	size_t count = 0;
	enum sift_status rc = collect_keys(b, scratch, &keys, &count);
	bool ok = true;

	if (rc)
		return rc;
	b->to->endpoints =
		sift_arena_array(b->a->arena, count, sizeof(*b->to->endpoints));
	if (!b->to->endpoints)
		return sift_assembly_nomem(b->a);
	for (size_t i = 0; i < count && !rc; i++) {
		struct sift_set_endpoint *e = &b->to->endpoints[i];

		e->method = sift_keep(b->a, keys[i]->method, &ok);
		e->name = sift_keep(b->a, keys[i]->name, &ok);
		e->kind = keys[i]->kind;
		find_rows(b, keys[i]);
		rc = ok ? fill_result(b, &e->result)
			: sift_assembly_nomem(b->a);
	}
	b->to->endpoint_count = count;
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

	for (size_t i = 0; i < b->from->run_count; i++)
		b->values[i] =
			b->a->grouping->runs[b->from->runs[i]].duration_s;
	rc = sift_summary_stats(b->values, b->from->run_count, &stats,
				b->a->err);
	b->to->duration_s = stats.median;
	return rc;
}

static enum sift_status
copy_facts(struct set_builder *b)
{
	struct sift_set *to = b->to;
	const struct sift_group_set *from = b->from;
	bool ok = true;

	to->label = sift_keep(b->a, from->label, &ok);
	to->scenario = sift_keep(b->a, from->scenario, &ok);
	to->load = sift_keep(b->a, from->load, &ok);
	to->kept_date = sift_keep(b->a, from->kept_date, &ok);
	to->tool = sift_keep(b->a, from->tool, &ok);
	to->grouped_by = sift_keep(b->a, from->grouped_by, &ok);
	to->users = from->users;
	to->days = from->days;
	to->runs = sift_arena_array(b->a->arena, from->run_count,
				    sizeof(*to->runs));
	to->notes = sift_arena_array(b->a->arena, from->note_count + 1,
				     sizeof(*to->notes));
	if (!to->runs || !to->notes)
		return sift_assembly_nomem(b->a);
	for (size_t i = 0; i < from->run_count; i++)
		to->runs[i] = from->runs[i];
	to->run_count = from->run_count;
	for (size_t i = 0; i < from->note_count; i++)
		to->notes[i] = sift_keep(b->a, from->notes[i], &ok);
	to->note_count = from->note_count;
	return ok ? SIFT_OK : sift_assembly_nomem(b->a);
}

/* Does this run of the set lack the kind, though it knows other figures? */
static bool
is_left_out(const struct set_builder *b, size_t i, size_t kind)
{
	bool any = false;

	for (size_t k = 0; k < SIFT_SOURCE_KIND_COUNT; k++)
		any = any || b->rows[i][k];
	return any && !b->rows[i][kind];
}

/* Say which runs are left out of the total's latencies, and why. */
static enum sift_status
note_left_out(struct set_builder *b)
{
	size_t kind = latency_kind(b), left_out = 0;
	const char *first = NULL;

	for (size_t i = 0; i < b->from->run_count && kind != SIFT_NONE; i++) {
		if (!is_left_out(b, i, kind))
			continue;
		if (!left_out++)
			first = b->a->grouping->runs[b->from->runs[i]].label;
	}
	if (!left_out)
		return SIFT_OK;
	b->to->notes[b->to->note_count] = sift_arena_printf(
		b->a->arena, "latencies are of %zu of %zu runs: %s%s no %s",
		b->from->run_count - left_out, b->from->run_count, first,
		left_out > 2   ? " and others have"
		: left_out > 1 ? " and another have"
			       : " has",
		sift_source_kind_name((enum sift_source_kind)kind));
	return b->to->notes[b->to->note_count++] ? SIFT_OK
						 : sift_assembly_nomem(b->a);
}

static enum sift_status
build_set(struct sift_assembly *a, size_t i)
{
	struct set_builder b = {
		.a = a, .from = &a->grouping->sets[i], .to = &a->doc->sets[i]};
	struct sift_arena scratch;
	enum sift_status rc;

	sift_arena_init(&scratch);
	b.rows = sift_arena_array(&scratch, b.from->run_count, sizeof(*b.rows));
	b.values = sift_arena_array(&scratch, b.from->run_count,
				    sizeof(*b.values));
	rc = b.rows && b.values ? copy_facts(&b) : sift_assembly_nomem(a);
	if (!rc)
		rc = fill_endpoints(&b, &scratch);
	if (!rc) {
		find_rows(&b, NULL);
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

/* ---- ids ---- */

#define ID_DIGITS 8

static void
add_field(struct sift_buf *buf, const char *text)
{
	if (text)
		sift_buf_add_str(buf, text);
	sift_buf_add_byte(buf, '\0');
}

/* Sets of one name that facts keep apart: the first run's label is added. */
static enum sift_status
name_set(struct sift_assembly *a, struct sift_table *ids, size_t i)
{
	const struct sift_group_set *set = &a->grouping->sets[i];
	char id[2 + ID_DIGITS] = "s";
	bool is_new = false, ok = true;
	enum sift_status rc = SIFT_OK;
	struct sift_buf key;
	uint32_t number;

	sift_buf_init(&key, 0);
	add_field(&key, set->scenario);
	add_field(&key, set->load);
	add_field(&key, set->kept_date);
	add_field(&key, set->tool);
	while (!rc && !is_new) {
		rc = sift_buf_status(&key);
		if (rc)
			break;
		sift_hash_hex(sift_hash128(key.ptr, key.len), ID_DIGITS,
			      id + 1);
		rc = sift_table_intern(ids, sift_span_str(id), &number,
				       &is_new);
		add_field(&key, a->grouping->runs[set->runs[0]].label);
	}
	sift_buf_release(&key);
	a->doc->sets[i].id = sift_keep(a, id, &ok);
	return rc || !ok ? sift_assembly_nomem(a) : SIFT_OK;
}

enum sift_status
sift_assemble_sets(struct sift_assembly *a)
{
	size_t count = a->grouping->set_count;
	enum sift_status rc = SIFT_OK;
	struct sift_table ids;

	a->doc->sets = sift_arena_array(a->arena, count, sizeof(*a->doc->sets));
	if (!a->doc->sets)
		return sift_assembly_nomem(a);
	a->doc->set_count = count;
	sift_table_init(&ids, 0);
	for (size_t i = 0; i < count && !rc; i++) {
		rc = build_set(a, i);
		if (!rc)
			rc = name_set(a, &ids, i);
	}
	sift_table_release(&ids);
	return rc;
}
