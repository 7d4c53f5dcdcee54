/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "digest/block.h"

#include <math.h>

#include "base/mem.h"
#include "base/num.h"
#include "digest/bins.h"
#include "digest/block_build.h"
#include "digest/latency.h"

/* Percentiles, whose rounding is what a result's resolution is. */
static const enum sift_stat rounded[] = {SIFT_STAT_P50, SIFT_STAT_P90,
					 SIFT_STAT_P95, SIFT_STAT_P99,
					 SIFT_STAT_P999};

static void
init_result(struct sift_result *out)
{
	*out = (struct sift_result){
		.requests = -1,
		.failures = -1,
		.error_rate = NAN,
		.rps = NAN,
		.origin = SIFT_ORIGIN_NONE,
		.resolution_ms = NAN,
	};
	sift_latency_init(&out->latency);
}

static double
ratio(int64_t part, int64_t whole)
{
	return part < 0 || whole <= 0 ? NAN : (double)part / (double)whole;
}

static int64_t
clamp_count(sift_u128 count)
{
	return count > INT64_MAX ? INT64_MAX : (int64_t)count;
}

/* ---- counts of one series ---- */

static uint64_t
sample_count(const struct sift_series *series, enum sift_outcome outcome)
{
	return sift_history_count(&sift_series_counted(series)->history,
				  outcome);
}

/* Does the series know the outcome of all its samples, or their number? */
static bool
knows_failures(const struct sift_series *series)
{
	return series->failures_known ||
	       sample_count(series, SIFT_OUTCOME_UNKNOWN) == 0;
}

/* Was anything but its name read of the series? Its samples may all have been
   skipped. */
static bool
has_result(const struct sift_series *series)
{
	return series->result || sift_series_sample_count(series) > 0 ||
	       sift_series_counted(series)->failed_by_count > 0;
}

static int64_t
requests_of(const struct sift_series *series)
{
	if (series->result)
		return series->result->requests;
	return clamp_count(sift_series_sample_count(series));
}

static int64_t
failures_of(const struct sift_series *series)
{
	if (series->result)
		return series->result->failures;
	if (!knows_failures(series))
		return -1;
	return clamp_count(
		(sift_u128)sample_count(series, SIFT_OUTCOME_FAILED) +
		sift_series_counted(series)->failed_by_count);
}

/* ---- counts of the run ---- */

/* Does the block say anything of requests? */
static bool
has_requests(const struct sift_block *block)
{
	if (block->total.result ||
	    sift_series_sample_count(&block->total) > 0 ||
	    block->total.failures_known)
		return true;
	for (size_t i = 0; i < block->series_count; i++) {
		const struct sift_series series = sift_block_series(block, i);

		if (series.kind != SIFT_KIND_TREND && has_result(&series))
			return true;
	}
	return false;
}

static int64_t
sum_over_series(const struct sift_block *block,
		int64_t (*count_of)(const struct sift_series *series))
{
	sift_u128 sum = 0;
	int64_t count = count_of(&block->total);

	/* Samples and failures that belong to no endpoint. */
	if (count > 0)
		sum += (uint64_t)count;
	for (size_t i = 0; i < block->series_count; i++) {
		const struct sift_series series = sift_block_series(block, i);

		if (series.kind == SIFT_KIND_TREND)
			continue;
		count = count_of(&series);
		if (count < 0)
			return -1;
		sum += (uint64_t)count;
	}
	return clamp_count(sum);
}

static int64_t
total_requests(const struct sift_block *block)
{
	return has_requests(block) ? sum_over_series(block, requests_of) : -1;
}

/* A number of failures stated for the whole run needs nothing of the series. */
static int64_t
total_failures(const struct sift_block *block)
{
	sift_u128 sum = 0;

	if (!has_requests(block))
		return -1;
	if (!block->total.failures_known)
		return knows_failures(&block->total)
			       ? sum_over_series(block, failures_of)
			       : -1;
	sum = (sift_u128)sift_series_counted(&block->total)->failed_by_count +
	      sample_count(&block->total, SIFT_OUTCOME_FAILED);
	for (size_t i = 0; i < block->series_count; i++) {
		const struct sift_series series = sift_block_series(block, i);
		int64_t count = failures_of(&series);

		if (series.kind != SIFT_KIND_TREND && count > 0)
			sum += (uint64_t)count;
	}
	return clamp_count(sum);
}

bool
sift_block_is_partial(const struct sift_block *block)
{
	return block->reading == SIFT_READING_PARTIAL ||
	       (block->skipped && block->skipped->total > 0);
}

int64_t
sift_block_requests(const struct sift_block *block)
{
	if (block->total.result && block->total.result->requests >= 0)
		return block->total.result->requests;
	if (block->total.result && block->series_count == 0)
		return -1;
	return total_requests(block);
}

int64_t
sift_block_failures(const struct sift_block *block)
{
	if (block->total.result && block->total.result->failures >= 0)
		return block->total.result->failures;
	if (block->total.result && block->series_count == 0)
		return -1;
	return total_failures(block);
}

/* ---- users ---- */

struct climb {
	int64_t peak;
	int64_t last;
	unsigned changes;
	bool fell;
};

static void
climb_to(struct climb *climb, int64_t users)
{
	if (users < 0)
		return;
	if (climb->peak >= 0 && users != climb->last) {
		climb->changes++;
		climb->fell = climb->fell || users < climb->last;
	}
	climb->last = users;
	climb->peak = users > climb->peak ? users : climb->peak;
}

int64_t
sift_block_peak_users(const struct sift_block *block, bool *out_constant)
{
	struct climb climb = {-1, -1, 0, false};

	for (size_t i = 0; i < block->user_count; i++) {
		climb_to(&climb, block->users[i].users);
		/* extremes without times: nobody knows how they followed */
		if (block->users[i].time_ns == SIFT_INSTANT_NONE)
			climb.fell = climb.changes > 0;
	}
	if (climb.peak < 0) {
		for (size_t i = 0; i < block->progress_count; i++)
			climb_to(&climb, block->progress[i].users);
	}
	if (out_constant)
		*out_constant =
			climb.peak > 0 && climb.changes <= 1 && !climb.fell;
	return climb.peak > 0 ? climb.peak : -1;
}

/* ---- reported results ---- */

/* Steps grow with what is rounded: the largest percentile has the coarsest. */
static double
coarsest_step(enum sift_rounding rounding, const struct sift_latency *latency)
{
	double largest = -1; /* than which no NAN is larger */

	for (size_t i = 0; i < sizeof(rounded) / sizeof(rounded[0]); i++) {
		double size = fabs(latency->ms[rounded[i]]);

		largest = size > largest ? size : largest;
	}
	return sift_rounding_step_ms(rounding, largest < 0 ? NAN : largest);
}

void
sift_reported_limit(struct sift_reported *figures, enum sift_kind kind)
{
	struct sift_result *result = &figures->result;

	if (kind != SIFT_KIND_TREND)
		return;
	result->failures = -1;
	result->error_rate = NAN;
	result->latency_ok = NULL;
}

void
sift_reported_complete(struct sift_reported *figures)
{
	struct sift_result *result = &figures->result;

	if (result->failures >= 0)
		result->error_rate = ratio(result->failures, result->requests);
	result->origin = SIFT_ORIGIN_REPORTED;
	result->resolution_ms =
		coarsest_step(figures->rounding, &result->latency);
}

/* Percentiles of a tally take the place of reported ones. */
static enum sift_status
take_tally(const struct sift_block *block, const struct sift_series *series,
	   struct sift_result *out, struct sift_err *err)
{
	struct sift_tally tally = {0};
	enum sift_status rc = sift_series_tallied(block, series, &tally, err);

	if (tally.count > 0)
		out->origin = SIFT_ORIGIN_HISTOGRAM;
	sift_tally_percentiles(&tally, &out->latency);
	sift_tally_release(&tally);
	return rc;
}

static bool
has_tally(const struct sift_block *block, const struct sift_series *series)
{
	const struct sift_series *first = series ? series : &block->total;
	bool found = sift_series_counted(first)->tally.count > 0;

	if (block->is_flat)
		return false;
	for (size_t i = 0; !series && i < block->series_count && !found; i++)
		found = sift_series_counted(&block->series[i])->tally.count > 0;
	return found;
}

struct sift_result *
sift_block_reported(const struct sift_block *block,
		    const struct sift_series *series)
{
	struct sift_result *result =
		series ? series->result : block->total.result;

	return result && result->requests >= 0 && has_tally(block, series)
		       ? NULL
		       : result;
}

/* Figures of one series, or of all requests when `series` is NULL. */
static enum sift_status
result_of_figures(const struct sift_block *block,
		  const struct sift_series *series, struct sift_result *out,
		  struct sift_err *err)
{
	const struct sift_reported *figures =
		sift_series_reported(series ? series : &block->total);
	enum sift_status rc;

	*out = figures->result;
	if (sift_block_reported(block, series))
		return SIFT_OK;
	rc = take_tally(block, series, out, err);
	out->resolution_ms = coarsest_step(figures->rounding, &out->latency);
	return rc;
}

/*
 * A total of reported series: counts add up and the extremes are those of
 * all; a mean is weighted by requests. Percentiles cannot be had.
 */
static void
total_of_figures(const struct sift_block *block, struct sift_result *out)
{
	struct sift_latency nothing;
	double time = 0;
	double min = INFINITY;
	double max = -INFINITY;

	sift_latency_init(&nothing);
	for (size_t i = 0; i < block->series_count; i++) {
		const struct sift_series series = sift_block_series(block, i);
		const double *ms;

		if (series.kind == SIFT_KIND_TREND || requests_of(&series) == 0)
			continue;
		ms = series.result ? series.result->latency.ms : nothing.ms;
		/* One that does not know makes the sum unknown. */
		time += ms[SIFT_STAT_MEAN] * (double)requests_of(&series);
		min = ms[SIFT_STAT_MIN] < min || isnan(ms[SIFT_STAT_MIN])
			      ? ms[SIFT_STAT_MIN]
			      : min;
		max = ms[SIFT_STAT_MAX] > max || isnan(ms[SIFT_STAT_MAX])
			      ? ms[SIFT_STAT_MAX]
			      : max;
	}
	out->origin = SIFT_ORIGIN_REPORTED;
	if (out->requests <= 0)
		return;
	out->latency.ms[SIFT_STAT_MEAN] = time / (double)out->requests;
	out->latency.ms[SIFT_STAT_MIN] = isfinite(min) ? min : NAN;
	out->latency.ms[SIFT_STAT_MAX] = isfinite(max) ? max : NAN;
}

/* ---- results of samples ---- */

static enum sift_status
add_sets(struct sift_sample_sets *sets, const struct sift_series *series,
	 bool ok_only, struct sift_err *err)
{
	const struct sift_history *history =
		&sift_series_counted(series)->history;
	size_t last = ok_only ? SIFT_OUTCOME_OK : SIFT_OUTCOME_COUNT - 1;

	if (history->has_one && history->outcome <= last)
		return sift_samples_add(&sets->lone, SIFT_INSTANT_NONE,
					history->value_ns, err);
	for (size_t i = 0; history->parts && i <= last; i++) {
		if (history->parts->samples[i])
			sets->items[sets->count++] = history->parts->samples[i];
	}
	return SIFT_OK;
}

void
sift_sample_sets_release(struct sift_sample_sets *sets)
{
	sift_free(sets->items);
	sift_samples_release(&sets->lone);
}

enum sift_status
sift_block_sample_sets(const struct sift_block *block,
		       const struct sift_series *series, bool ok_only,
		       struct sift_sample_sets *out, struct sift_err *err)
{
	const struct sift_series *all = series ? series : block->series;
	size_t count = series ? 1 : block->series_count;
	enum sift_status rc = SIFT_OK;

	*out = (struct sift_sample_sets){
		.items = sift_calloc(count + 2,
				     SIFT_OUTCOME_COUNT * sizeof(*out->items)),
	};
	if (!out->items)
		return sift_fail(err, SIFT_E_NOMEM, "no memory for a result");
	out->items[out->count++] = &out->lone;
	if (!series)
		rc = add_sets(out, &block->total, ok_only, err);
	for (size_t i = 0; i < count && !rc; i++) {
		if (series || all[i].kind != SIFT_KIND_TREND)
			rc = add_sets(out, &all[i], ok_only, err);
	}
	if (rc)
		sift_sample_sets_release(out);
	return rc;
}

static enum sift_status
samples_latency(const struct sift_block *block,
		const struct sift_series *series, bool ok_only,
		struct sift_latency *out, struct sift_err *err)
{
	struct sift_sample_sets sets;
	enum sift_status rc =
		sift_block_sample_sets(block, series, ok_only, &sets, err);

	if (rc)
		return rc;
	rc = sift_samples_latency(sets.items, sets.count, out, err);
	sift_sample_sets_release(&sets);
	return rc;
}

static bool
has_unknown(const struct sift_block *block, const struct sift_series *series)
{
	bool unknown = false;

	if (series)
		return sample_count(series, SIFT_OUTCOME_UNKNOWN) > 0;
	unknown = sample_count(&block->total, SIFT_OUTCOME_UNKNOWN) > 0;
	for (size_t i = 0; i < block->series_count; i++) {
		if (block->series[i].kind != SIFT_KIND_TREND)
			unknown = unknown || sample_count(&block->series[i],
							  SIFT_OUTCOME_UNKNOWN);
	}
	return unknown;
}

double
sift_block_seconds(const struct sift_block *block)
{
	if (block->first_ns == SIFT_INSTANT_NONE ||
	    block->last_ns == SIFT_INSTANT_NONE ||
	    block->last_ns <= block->first_ns)
		return NAN;
	return (double)((sift_i128)block->last_ns - block->first_ns) / 1e9;
}

/* The width of the bin that the largest percentile is in. */
static double
bin_step_ms(const struct sift_latency *latency)
{
	double largest = latency->ms[SIFT_STAT_P999];

	/* As far as it can be an integer; NAN stays. */
	largest = largest > 9e12 ? 9e12 : largest < -9e12 ? -9e12 : largest;
	if (isnan(largest))
		return NAN;
	return (double)sift_bin_width(sift_bin_of((int64_t)(largest * 1e6))) /
	       1e6;
}

/* Of successes: where the outcome of each request is known. */
static enum sift_status
samples_latency_ok(const struct sift_block *block,
		   const struct sift_series *series, struct sift_arena *arena,
		   struct sift_result *out, struct sift_err *err)
{
	enum sift_status rc = SIFT_OK;
	struct sift_latency *ok;

	if (!arena || (series && series->kind == SIFT_KIND_TREND) ||
	    has_unknown(block, series))
		return SIFT_OK;
	ok = sift_arena_alloc(arena, sizeof(*ok));
	if (!ok)
		return sift_fail(err, SIFT_E_NOMEM, "no memory for a result");
	if (out->failures == 0)
		*ok = out->latency;
	else
		rc = samples_latency(block, series, true, ok, err);
	out->latency_ok = isnan(ok->ms[SIFT_STAT_MAX]) ? NULL : ok;
	return rc;
}

static enum sift_status
result_of_samples(const struct sift_block *block,
		  const struct sift_series *series, struct sift_arena *arena,
		  struct sift_result *out, struct sift_err *err)
{
	enum sift_status rc =
		samples_latency(block, series, false, &out->latency, err);

	if (!rc)
		rc = samples_latency_ok(block, series, arena, out, err);
	if (rc)
		return rc;
	out->rps = (double)out->requests / sift_block_seconds(block);
	out->error_rate = ratio(out->failures, out->requests);
	out->origin = block->binned ? SIFT_ORIGIN_HISTOGRAM : SIFT_ORIGIN_EXACT;
	out->resolution_ms = sift_rounding_step_ms(SIFT_ROUNDING_NS, 1);
	if (block->binned)
		out->resolution_ms = bin_step_ms(&out->latency);
	out->percentiles = SIFT_PERCENTILES_K6;
	return SIFT_OK;
}

bool
sift_series_have_figures(const struct sift_block *block)
{
	for (size_t i = 0; i < block->series_count; i++) {
		const struct sift_series series = sift_block_series(block, i);

		if (series.kind != SIFT_KIND_TREND && series.result)
			return true;
	}
	return false;
}

static enum sift_status
total_result(const struct sift_block *block, struct sift_arena *arena,
	     struct sift_result *out, struct sift_err *err)
{
	if (block->total.result)
		return result_of_figures(block, NULL, out, err);
	if (!has_requests(block))
		return SIFT_E_EMPTY;
	out->requests = total_requests(block);
	out->failures = total_failures(block);
	out->error_rate = ratio(out->failures, out->requests);
	if (sift_series_have_figures(block)) {
		total_of_figures(block, out);
		return SIFT_OK;
	}
	return result_of_samples(block, NULL, arena, out, err);
}

enum sift_status
sift_block_result(const struct sift_block *block,
		  const struct sift_series *series, struct sift_arena *arena,
		  struct sift_result *out, struct sift_err *err)
{
	init_result(out);
	if (!series)
		return total_result(block, arena, out, err);
	if (series->result)
		return result_of_figures(block, series, out, err);
	if (!has_result(series))
		return SIFT_OK;
	out->requests = requests_of(series);
	out->failures =
		series->kind == SIFT_KIND_TREND ? -1 : failures_of(series);
	return result_of_samples(block, series, arena, out, err);
}
