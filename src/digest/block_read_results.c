/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Results, from bytes. */

#include <config.h>

#include "digest/block_read.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"

static inline double
double_of(uint64_t bits)
{
	double value;

	memcpy(&value, &bits, sizeof(value));
	return value;
}

static inline double
double_at(const unsigned char *at)
{
	return double_of(sift_eight((const char *)at));
}

/* Which of them are known, then these. Mostly the first few are, and so many
   bytes are left that all can be read before the others are unknown. */
static inline void
read_doubles(struct sift_reading_place *in, double *out, unsigned count)
{
	uint64_t known = sift_read_bounded(in, (UINT64_C(1) << count) - 1);
	struct sift_reading_place from = *in;
	unsigned i = 0;

	if (!(known & (known + 1)) && sift_read_left(&from) >= 8 * count) {
		for (; i < count; i++)
			out[i] = double_at(from.at + (size_t)8 * i);
		i = (unsigned)__builtin_ctzll(~known);
		from.at += (size_t)8 * i;
		known = 0;
	}
	for (; i < count; i++)
		out[i] = NAN;
	for (; known && sift_read_left(&from) >= 8; known &= known - 1) {
		out[__builtin_ctzll(known)] = double_at(from.at);
		from.at += 8;
	}
	in->at = from.at;
	if (known)
		sift_read_damaged(in);
}

/* None if nothing is known: of most sources there is nothing. */
static const struct sift_latency *
read_latency_ok(struct sift_reading_place *in, struct sift_making *making)
{
	struct sift_latency *out;

	if (sift_read_left(in) > 0 && *in->at == 0) {
		in->at++;
		return NULL;
	}
	out = sift_arena_alloc(&making->store->arena, sizeof(*out));
	if (out)
		read_doubles(in, out->ms, SIFT_STAT_COUNT);
	else
		sift_read_fail(in, SIFT_E_NOMEM);
	return out;
}

static void
read_figures(struct sift_reading_place *in, struct sift_making *making,
	     struct sift_reported *out)
{
	struct sift_result *result = &out->result;
	double singles[3], between_ms[SIFT_BETWEEN_COUNT];

	result->requests = sift_read_known(in);
	result->failures = sift_read_known(in);
	read_doubles(in, singles, 3);
	result->error_rate = singles[0];
	result->rps = singles[1];
	out->mean_bytes = singles[2];
	read_doubles(in, result->latency.ms, SIFT_STAT_COUNT);
	result->latency_ok = read_latency_ok(in, making);
	read_doubles(in, between_ms, SIFT_BETWEEN_COUNT);
	for (size_t i = 0; i < SIFT_BETWEEN_COUNT; i++)
		out->between_ms[i] = (float)between_ms[i];
	out->rounding = (enum sift_rounding)sift_read_bounded(
		in, SIFT_ROUNDING_COUNT - 1);
	result->percentiles = (enum sift_percentiles)sift_read_bounded(
		in, SIFT_PERCENTILES_COUNT - 1);
}

static struct sift_reported *
figures_room(struct sift_making *making)
{
	if (!making->figures_left)
		return sift_arena_alloc(&making->store->arena,
					sizeof(*making->figures));
	making->figures_left--;
	return making->figures++;
}

static void
read_series_figures(struct sift_reading_place *in, struct sift_making *making,
		    struct sift_series *out)
{
	struct sift_reported *figures = figures_room(making);

	if (!figures) {
		sift_read_fail(in, SIFT_E_NOMEM);
		return;
	}
	out->result = &figures->result;
	read_figures(in, making, figures);
	sift_reported_limit(figures, out->kind);
	sift_reported_complete(figures);
}

/* For the first thing that was counted of a series. */
static struct sift_counted *
open_counted(struct sift_reading_place *in, struct sift_making *making,
	     struct sift_series *series)
{
	struct sift_counted *counted =
		sift_series_count(series, &making->store->arena);

	making->block->is_flat = false;
	if (!counted)
		sift_read_fail(in, SIFT_E_NOMEM);
	return counted;
}

static void
read_tally(struct sift_reading_place *in, struct sift_making *making,
	   struct sift_series *series)
{
	size_t count = sift_read_count(in, SIFT_TALLY_MAX, 9);
	struct sift_counted *counted = open_counted(in, making, series);
	struct sift_tally *out;
	double last = -INFINITY;

	if (!counted)
		return;
	out = &counted->tally;
	out->bins = sift_calloc(count, sizeof(*out->bins));
	if (!out->bins) {
		sift_read_fail(in, SIFT_E_NOMEM);
		return;
	}
	out->count = out->capacity = count;
	for (size_t i = 0; i < count; i++) {
		struct sift_tally_bin *bin = &out->bins[i];

		bin->value_ms = double_of(sift_read_u64(in));
		bin->count = sift_read_varint(in);
		if (!isfinite(bin->value_ms) || bin->value_ms <= last ||
		    bin->count == 0)
			sift_read_damaged(in);
		last = bin->value_ms;
	}
}

/* Most series that are reported have no samples, of any outcome, and no
   timeline: four zeros. */
static bool
skip_no_history(struct sift_reading_place *in)
{
	static const unsigned char none[SIFT_OUTCOME_COUNT + 1];

	if (sift_read_left(in) < sizeof(none) ||
	    memcmp(in->at, none, sizeof(none)) != 0)
		return false;
	in->at += sizeof(none);
	return true;
}

static void
read_history(struct sift_reading_place *in, enum sift_samples_form form,
	     struct sift_history *out)
{
	struct sift_history_parts *parts = sift_history_open(out);

	if (!parts) {
		sift_read_fail(in, SIFT_E_NOMEM);
		return;
	}
	for (size_t i = 0; i < SIFT_OUTCOME_COUNT; i++)
		sift_read_samples(in, form, &parts->samples[i]);
	sift_read_timeline(in, parts->samples, &parts->timeline);
	sift_history_close(out);
}

/* Nothing of it is made where nothing was counted. */
static void
read_counted(struct sift_reading_place *in, struct sift_making *making,
	     struct sift_series *out)
{
	uint64_t failed = sift_read_varint(in);
	struct sift_counted *counted;

	if (failed == 0 && skip_no_history(in))
		return;
	counted = open_counted(in, making, out);
	if (!counted)
		return;
	counted->failed_by_count = failed;
	if (skip_no_history(in))
		return;
	read_history(in, sift_samples_form_of(making->block),
		     &counted->history);
	making->block->sample_count += sift_series_sample_count(out);
}

/* *out is zeroed, as all that is made for a block. */
static void
read_one_series(struct sift_reading_place *in, struct sift_making *making,
		struct sift_series *out)
{
	unsigned flags;

	out->kind = (enum sift_kind)sift_read_bounded(in, SIFT_KIND_COUNT - 1);
	flags = (unsigned)sift_read_bounded(in, SIFT_SERIES_FLAGS);
	out->unit_assumed = flags & SIFT_SERIES_UNIT_ASSUMED;
	out->failures_known = flags & SIFT_SERIES_FAILURES_KNOWN;
	out->method = sift_read_text(in, making);
	out->name = sift_read_text(in, making);
	if (flags & SIFT_SERIES_EXAMPLE)
		out->example = sift_read_text(in, making);
	read_counted(in, making, out);
	if (flags & SIFT_SERIES_FIGURES)
		read_series_figures(in, making, out);
	if (flags & SIFT_SERIES_TALLY)
		read_tally(in, making, out);
}

void
sift_read_total(struct sift_reading_place *in, struct sift_making *making)
{
	struct sift_series *total = &making->block->total;

	read_one_series(in, making, total);
	making->reported = making->figures;
	if (total->name || total->method)
		sift_read_damaged(in);
}

/* What the last series says, if all are reported, while it is in the cache. */
static void
note_reported(struct sift_making *making, const struct sift_series *series)
{
	struct sift_block *block = making->block;
	size_t i = block->series_count - 1;
	double spent_ms;

	if (!making->reported || !series->result ||
	    sift_series_reported(series) != &making->reported[i] ||
	    isnan(series->result->rps)) {
		making->reported = NULL;
		return;
	}
	spent_ms = sift_series_spent_ms(series);
	if (!isnan(spent_ms))
		block->spent_ms += spent_ms;
}

void
sift_read_series(struct sift_reading_place *in, struct sift_making *making)
{
	struct sift_block *block = making->block;
	struct sift_series *series = &block->series[block->series_count];

	if (block->series_count >= making->series_room ||
	    block->series_count >= block->max_endpoints + SIFT_KIND_COUNT) {
		sift_read_damaged(in);
		return;
	}
	block->series_count++;
	read_one_series(in, making, series);
	if (series->kind != SIFT_KIND_TREND &&
	    (!series->result || series->result->requests <= 0))
		block->is_asked = false;
	note_reported(making, series);
	if (series->name)
		return;
	series->name = "";
	sift_read_damaged(in);
}

static void
read_values(struct sift_reading_place *in, struct sift_making *making,
	    struct sift_block_metric *metric)
{
	void *array;

	metric->value_count = metric->value_room = (uint32_t)sift_read_array(
		in, making, &array, sizeof(*metric->values), SIFT_BLOCK_VALUES,
		2);
	metric->values = array;
	for (size_t i = 0; i < metric->value_count; i++) {
		metric->values[i].name = sift_read_name(in, making);
		read_doubles(in, &metric->values[i].value, 1);
	}
}

void
sift_read_metric(struct sift_reading_place *in, struct sift_making *making)
{
	struct sift_block *block = making->block;
	struct sift_block_metric *metric = &block->metrics[block->metric_count];

	if (block->metric_count >= making->metric_room ||
	    block->metric_count >= SIFT_BLOCK_METRICS) {
		sift_read_damaged(in);
		return;
	}
	block->metric_count++;
	metric->type = (enum sift_metric_type)sift_read_bounded(
		in, SIFT_METRIC_TYPE_COUNT - 1);
	metric->name = sift_read_name(in, making);
	metric->unit = sift_read_text(in, making);
	metric->points = sift_read_varint(in);
	metric->nonzero = sift_read_bounded(in, metric->points);
	metric->sum_micro = sift_read_i128(in);
	metric->min_micro = sift_read_i64(in);
	metric->max_micro = sift_read_i64(in);
	metric->last_ns = sift_read_i64(in);
	metric->last_micro = sift_read_i64(in);
	sift_read_samples(in, sift_samples_form_of(block), &metric->samples);
	if (metric->samples)
		block->sample_count += metric->samples->all.count;
	read_values(in, making, metric);
}

void
sift_read_checks(struct sift_reading_place *in, struct sift_making *making)
{
	struct sift_block *block = making->block;
	void *array;

	block->check_count =
		sift_read_array(in, making, &array, sizeof(*block->checks),
				SIFT_BLOCK_CHECKS + 1, 3);
	block->checks = array;
	for (size_t i = 0; i < block->check_count; i++) {
		struct sift_check *check = &block->checks[i];

		check->name = sift_read_name(in, making);
		check->passes = (int64_t)sift_read_bounded(in, INT64_MAX);
		check->fails = (int64_t)sift_read_bounded(in, INT64_MAX);
	}
	sift_read_check_order(in, block, SIFT_LIST_CHECKS);
}

void
sift_read_thresholds(struct sift_reading_place *in, struct sift_making *making)
{
	struct sift_block *block = making->block;
	void *array;

	block->threshold_count =
		sift_read_array(in, making, &array, sizeof(*block->thresholds),
				SIFT_BLOCK_THRESHOLDS + 1, 3);
	block->thresholds = array;
	for (size_t i = 0; i < block->threshold_count; i++) {
		struct sift_threshold *threshold = &block->thresholds[i];
		int64_t passed;

		threshold->metric = sift_read_name(in, making);
		threshold->expression = sift_read_name(in, making);
		passed = sift_read_i64(in);
		if (passed < -1 || passed > 1)
			sift_read_damaged(in);
		else
			threshold->passed = (int)passed;
	}
	sift_read_check_order(in, block, SIFT_LIST_THRESHOLDS);
}

void
sift_read_failures(struct sift_reading_place *in, struct sift_making *making)
{
	struct sift_block *block = making->block;
	void *array;

	block->failure_count =
		sift_read_array(in, making, &array, sizeof(*block->failures),
				SIFT_BLOCK_FAILURES + 1, 5);
	block->failures = array;
	for (size_t i = 0; i < block->failure_count; i++) {
		struct sift_failure *failure = &block->failures[i];

		failure->method = sift_read_text(in, making);
		failure->name = sift_read_text(in, making);
		failure->fingerprint = sift_read_name(in, making);
		failure->count = (int64_t)sift_read_bounded(in, INT64_MAX);
		failure->example = sift_read_text(in, making);
	}
	sift_read_check_order(in, block, SIFT_LIST_FAILURES);
}
