/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "digest/tally.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "model/figures.h"
#include "stat/percentile_range.h"

void
sift_tally_release(struct sift_tally *tally)
{
	sift_free(tally->bins);
	*tally = (struct sift_tally){0};
}

static int
compare_bins(const void *a, const void *b)
{
	const struct sift_tally_bin *x = a, *y = b;

	return (x->value_ms > y->value_ms) - (x->value_ms < y->value_ms);
}

void
sift_tally_sort(struct sift_tally *tally)
{
	struct sift_tally_bin *bins = tally->bins;
	size_t kept = 0;

	if (tally->count == 0)
		return;
	qsort(bins, tally->count, sizeof(*bins), compare_bins);
	for (size_t i = 1; i < tally->count; i++) {
		if (compare_bins(&bins[i], &bins[kept]) == 0)
			bins[kept].count += bins[i].count;
		else
			bins[++kept] = bins[i];
	}
	tally->count = kept + 1;
}

/* Room for one more; a full array may hold times more than once. */
static enum sift_status
make_room(struct sift_tally *tally, struct sift_err *err)
{
	if (tally->count == tally->capacity) {
		sift_tally_sort(tally);
		/* growing only when half is left keeps sorting cheap */
		if (tally->count <= tally->capacity / 2 && tally->count > 0)
			return SIFT_OK;
	}
	switch (sift_array_grow((void **)&tally->bins, &tally->capacity,
				tally->count + 1, sizeof(*tally->bins),
				SIFT_TALLY_MAX)) {
	case 0:
		return SIFT_OK;
	case -2:
		return sift_fail(err, SIFT_E_LIMIT,
				 "more than %u different times",
				 (unsigned)SIFT_TALLY_MAX);
	default:
		return sift_fail(err, SIFT_E_NOMEM, "no memory for a tally");
	}
}

enum sift_status
sift_tally_add(struct sift_tally *tally, double value_ms, uint64_t count,
	       struct sift_err *err)
{
	enum sift_status rc;

	if (count == 0)
		return SIFT_OK;
	rc = make_room(tally, err);
	if (rc)
		return rc;
	tally->bins[tally->count++] = (struct sift_tally_bin){
		.value_ms = value_ms + 0.0, /* no negative zero */
		.count = count,
	};
	return SIFT_OK;
}

enum sift_status
sift_tally_merge(struct sift_tally *into, const struct sift_tally *from,
		 struct sift_err *err)
{
	enum sift_status rc = SIFT_OK;

	for (size_t i = 0; i < from->count && !rc; i++)
		rc = sift_tally_add(into, from->bins[i].value_ms,
				    from->bins[i].count, err);
	return rc;
}

static double
value_at(const struct sift_tally *tally, uint64_t index)
{
	size_t i = 0;

	while (i + 1 < tally->count && tally->bins[i].count <= index)
		index -= tally->bins[i++].count;
	return tally->bins[i].value_ms;
}

static uint64_t
count_of(const struct sift_tally *tally)
{
	uint64_t n = 0;

	for (size_t i = 0; i < tally->count; i++)
		n += tally->bins[i].count;
	return n;
}

/* The product in double, cut off, as Locust has it. */
static double
percentile(const struct sift_tally *tally, uint64_t n, double share)
{
	return value_at(tally, (uint64_t)((double)n * share));
}

/* The bins that enclose the percentile; half a step to either side is the
   rounding's, quantum^2/12 in the variance. */
struct sift_latency_range
sift_tally_range(const struct sift_tally *tally, double share)
{
	uint64_t n = count_of(tally);
	struct sift_rank_range ranks;
	struct sift_percentile_range range;
	double value_ms, step;

	if (n == 0)
		return (struct sift_latency_range){NAN, NAN, NAN};
	ranks = sift_percentile_ranks(n, share);
	value_ms = percentile(tally, n, share);
	step = sift_rounding_step_ms(SIFT_ROUNDING_LOCUST, value_ms);
	range = sift_percentile_range_of(
		value_at(tally, ranks.low > 0 ? ranks.low - 1 : 0),
		value_at(tally, ranks.high <= n ? ranks.high - 1 : n - 1));
	return (struct sift_latency_range){
		range.low, range.high,
		hypot(range.sd, step / value_ms / sqrt(12))};
}

void
sift_tally_percentiles(const struct sift_tally *tally, struct sift_latency *out)
{
	static const struct {
		enum sift_stat stat;
		double share;
	} percentiles[] = {
		{SIFT_STAT_P50, 0.5},	 {SIFT_STAT_P90, 0.9},
		{SIFT_STAT_P95, 0.95},	 {SIFT_STAT_P99, 0.99},
		{SIFT_STAT_P999, 0.999},
	};
	uint64_t n = count_of(tally);

	if (n == 0)
		return;
	for (size_t i = 0; i < sizeof(percentiles) / sizeof(*percentiles); i++)
		out->ms[percentiles[i].stat] =
			percentile(tally, n, percentiles[i].share);
}
