/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "digest/block.h"

#include <math.h>

#include "base/mem.h"
#include "digest/block_build.h"
#include "digest/latency.h"
#include "stat/percentile_range.h"

#define NS_PER_MS 1e6
#define LIMIT_MAX_MS 9e12 /* fits 64 bits of nanoseconds */

static const struct sift_latency_range unknown = {NAN, NAN, NAN};

/* Of percentiles that a tool printed; `share` is one of them. */
static struct sift_latency_range
printed_range(const struct sift_reported *figures, double share,
	      double value_ms)
{
	const double *ms = figures->result.latency.ms;
	const float *between = figures->between_ms;
	const struct sift_percentile_point points[] = {
		{0, ms[SIFT_STAT_MIN]},
		{0.50, ms[SIFT_STAT_P50]},
		{0.66, (double)between[SIFT_BETWEEN_P66]},
		{0.75, (double)between[SIFT_BETWEEN_P75]},
		{0.80, (double)between[SIFT_BETWEEN_P80]},
		{0.90, ms[SIFT_STAT_P90]},
		{0.95, ms[SIFT_STAT_P95]},
		{0.98, (double)between[SIFT_BETWEEN_P98]},
		{0.99, ms[SIFT_STAT_P99]},
		{1, ms[SIFT_STAT_MAX]},
	};
	double step = sift_rounding_step_ms(figures->rounding, value_ms);
	struct sift_percentile_range range = {NAN, NAN, NAN};

	if (figures->result.requests > 0 && value_ms > 0)
		range = sift_percentile_range_from(
			points, sizeof(points) / sizeof(points[0]), share,
			(uint64_t)figures->result.requests, step);
	return (struct sift_latency_range){range.low, range.high, range.sd};
}

/* By the tally if there is one, else by what is printed. */
static enum sift_status
ranges_of_figures(const struct sift_block *block,
		  const struct sift_series *series,
		  const struct sift_reported *figures,
		  struct sift_latency_range *p50,
		  struct sift_latency_range *p95, struct sift_err *err)
{
	const double *ms = figures->result.latency.ms;
	struct sift_tally tally = {0};
	enum sift_status rc = SIFT_OK;

	*p50 = printed_range(figures, 0.50, ms[SIFT_STAT_P50]);
	*p95 = printed_range(figures, 0.95, ms[SIFT_STAT_P95]);
	if (figures->result.requests >= 0)
		rc = sift_series_tallied(block, series, &tally, err);
	if (tally.count) {
		*p50 = sift_tally_range(&tally, 0.50);
		*p95 = sift_tally_range(&tally, 0.95);
	}
	sift_tally_release(&tally);
	return rc;
}

static bool
knows_ok(const struct sift_result *result, enum sift_stat stat)
{
	return result->latency_ok && !isnan(result->latency_ok->ms[stat]);
}

static enum sift_status
ranges_of_samples(const struct sift_block *block,
		  const struct sift_series *series,
		  const struct sift_result *result,
		  struct sift_latency_range *p50,
		  struct sift_latency_range *p95, struct sift_err *err)
{
	bool ok_only = knows_ok(result, SIFT_STAT_P50);
	struct sift_sample_sets sets;
	enum sift_status rc =
		sift_block_sample_sets(block, series, ok_only, &sets, err);

	if (rc)
		return rc;
	rc = sift_samples_ranges(sets.items, sets.count, p50, p95, err);
	sift_sample_sets_release(&sets);
	return rc;
}

enum sift_status
sift_block_ranges(const struct sift_block *block,
		  const struct sift_series *series,
		  const struct sift_result *result,
		  struct sift_latency_range *p50,
		  struct sift_latency_range *p95, struct sift_err *err)
{
	const struct sift_reported *figures =
		sift_series_reported(series ? series : &block->total);
	enum sift_status rc;

	*p50 = *p95 = unknown;
	if (!figures && !series && sift_series_have_figures(block))
		return SIFT_OK;
	if (!figures)
		return ranges_of_samples(block, series, result, p50, p95, err);
	rc = ranges_of_figures(block, series, figures, p50, p95, err);
	/* What is printed of successes is not enough to tell. */
	if (knows_ok(result, SIFT_STAT_P50))
		*p50 = unknown;
	if (knows_ok(result, SIFT_STAT_P95))
		*p95 = unknown;
	return rc;
}

/* ---- slow requests ---- */

static enum sift_status
slow_of_tally(const struct sift_block *block, const struct sift_series *series,
	      double limit_ms, struct sift_slow_count *out,
	      struct sift_err *err)
{
	struct sift_tally tally = {0};
	enum sift_status rc = sift_series_tallied(block, series, &tally, err);

	for (size_t i = 0; i < tally.count && !rc; i++) {
		out->all += tally.bins[i].count;
		if (tally.bins[i].value_ms > limit_ms)
			out->slow += tally.bins[i].count;
	}
	sift_tally_release(&tally);
	return rc;
}

static enum sift_status
slow_of_samples(const struct sift_block *block,
		const struct sift_series *series, bool ok_only, double limit_ms,
		struct sift_slow_count *out, struct sift_err *err)
{
	struct sift_sample_sets sets;
	enum sift_status rc =
		sift_block_sample_sets(block, series, ok_only, &sets, err);

	if (rc)
		return rc;
	for (size_t i = 0; i < sets.count; i++)
		out->all += sets.items[i]->all.count;
	out->slow = sift_samples_above(sets.items, sets.count,
				       (int64_t)(limit_ms * NS_PER_MS));
	sift_sample_sets_release(&sets);
	return SIFT_OK;
}

enum sift_status
sift_block_slow(const struct sift_block *block,
		const struct sift_series *series, bool ok_only, double limit_ms,
		struct sift_slow_count *out, struct sift_err *err)
{
	const struct sift_reported *figures =
		sift_series_reported(series ? series : &block->total);
	enum sift_status rc = SIFT_OK;

	*out = (struct sift_slow_count){0, 0};
	if (!(limit_ms >= 0 && limit_ms < LIMIT_MAX_MS))
		return SIFT_E_EMPTY;
	if (!figures && (series || !sift_series_have_figures(block)))
		rc = slow_of_samples(block, series, ok_only, limit_ms, out,
				     err);
	else if (!ok_only)
		rc = slow_of_tally(block, series, limit_ms, out, err);
	return rc || out->all > 0 ? rc : SIFT_E_EMPTY;
}
