/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * The common shift, COMPARISON 2.6: did (nearly) everything move together? It
 * is a finding of its own, because no test on the endpoints can tell a slower
 * machine from a slower service. Two locks: the runs' offsets must differ
 * between the sides, and at least half of the endpoints must have moved by
 * about that much. The median alone is also moved when half of the endpoints
 * really changed.
 */

#include <config.h>

#include <math.h>

#include "stat/change_impl.h"
#include "stat/distribution.h"
#include "stat/order.h"

/* A median has 1.25 times the error of a mean. */
#define MEDIAN_ERROR 1.2533141373155003

/* A common shift is one of several endpoints. */
#define MIN_ENDPOINTS 5

bool
sift_change_is_common(double raw, double global_shift)
{
	double ratio = raw / global_shift;

	return ratio >= 0.5 && ratio <= 2;
}

static double
mean_of(const double *values, size_t count)
{
	double sum = 0;

	for (size_t i = 0; i < count; i++)
		sum += values[i];
	return sum / (double)count;
}

/* How far run `r` is from the middle of both sides, over all endpoints. */
static double
offset_of(const struct change_work *work, size_t r)
{
	for (size_t e = 0; e < work->count; e++) {
		const double *y = work->y + e * (work->n + work->m);

		work->scratch[e] = y[r] - (mean_of(y, work->n) +
					   mean_of(y + work->n, work->m)) /
						  2;
	}
	return sift_median_of(work->scratch, work->count);
}

/* Sum and sum of squares about the mean, one value at a time (Welford 1962). */
struct running {
	double count, mean, squares;
};

static void
running_add(struct running *running, double value)
{
	double gap = value - running->mean;

	running->count++;
	running->mean += gap / running->count;
	running->squares += gap * (value - running->mean);
}

/* The two-sample t test of the runs' offsets. */
static double
offset_p(const struct change_work *work)
{
	struct running before = {0, 0, 0}, after = {0, 0, 0};
	double df = (double)(work->n + work->m) - 2;
	double floor, variance, se;

	for (size_t r = 0; r < work->n + work->m; r++)
		running_add(r < work->n ? &before : &after, offset_of(work, r));
	variance = (before.squares + after.squares) / df;
	floor = MEDIAN_ERROR * MEDIAN_ERROR *
		mean_of(work->floor, work->count) / (double)work->count;
	se = sqrt(fmax(variance, floor) *
		  (1 / (double)work->n + 1 / (double)work->m));
	return sift_t_two_sided((after.mean - before.mean) / se, df);
}

void
sift_change_common(const struct change_work *work, double min_share,
		   struct sift_change_family *family)
{
	double shift;

	if (work->count < MIN_ENDPOINTS)
		return;
	for (size_t e = 0; e < work->count; e++)
		work->scratch[e] = work->raw.shift[e];
	shift = sift_median_of(work->scratch, work->count);
	family->global_shift = shift;
	family->common_p = offset_p(work);
	for (size_t e = 0; e < work->count; e++)
		family->in_common +=
			sift_change_is_common(work->raw.shift[e], shift);
	family->is_global = family->common_p <= 0.05 &&
			    fabs(shift) >= log1p(min_share) &&
			    2 * family->in_common >= work->count;
}
