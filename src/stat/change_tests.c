/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * The two tests, COMPARISON 2.2. Centring must not be done by taking group
 * means of centred values: the run noise stays in the mean while the variance
 * shrinks. So RAW has raw variances, and CENTRED has the variances of centred
 * values and the common shift taken from its mean.
 */

#include <config.h>

#include <math.h>

#include "stat/change_impl.h"
#include "stat/distribution.h"
#include "stat/order.h"

static double
mean_of(const double *values, size_t count)
{
	double sum = 0;

	for (size_t i = 0; i < count; i++)
		sum += values[i];
	return sum / (double)count;
}

static double
squares_of(const double *values, size_t count)
{
	double mean = mean_of(values, count), sum = 0;

	for (size_t i = 0; i < count; i++)
		sum += (values[i] - mean) * (values[i] - mean);
	return sum;
}

/* Median over the reference endpoints of how far run `r` is from its group. */
static double
offset_of_run(const struct change_work *work, size_t first, size_t count,
	      size_t r)
{
	size_t known = 0;

	for (size_t e = 0; e < work->count; e++) {
		const double *y = work->y + e * (work->n + work->m) + first;

		if (work->is_reference[e])
			work->scratch[known++] = y[r] - mean_of(y, count);
	}
	return sift_median_of(work->scratch, known);
}

/* Centre the runs of one group: `count` of them from run `first`. */
static void
centre_group(struct change_work *work, size_t first, size_t count)
{
	size_t runs = work->n + work->m;
	double mean_offset = 0;

	for (size_t r = 0; r < count; r++) {
		double offset = offset_of_run(work, first, count, r);

		mean_offset += offset / (double)count;
		for (size_t e = 0; e < work->count; e++)
			work->centred[e * runs + first + r] =
				work->y[e * runs + first + r] - offset;
	}
	/* The offsets of a group are 0 on average: its mean stays. */
	for (size_t e = 0; e < work->count; e++) {
		for (size_t r = 0; r < count; r++)
			work->centred[e * runs + first + r] += mean_offset;
	}
}

/* se and p of a test whose shifts are known, from the variances of `y`. */
static void
finish_test(struct change_work *work, const double *y, struct change_test *test)
{
	double df = (double)(work->n + work->m) - 2;
	double runs = 1 / (double)work->n + 1 / (double)work->m;

	for (size_t e = 0; e < work->count; e++) {
		const double *at = y + e * (work->n + work->m);
		double variance = (squares_of(at, work->n) +
				   squares_of(at + work->n, work->m)) /
				  df;

		test->se[e] = fmax(variance, work->floor[e]);
	}
	sift_variance_prior_fit(test->se, work->count, df, &test->prior);
	test->df = test->prior.df + df;
	for (size_t e = 0; e < work->count; e++) {
		double variance =
			sift_variance_moderate(&test->prior, test->se[e], df);

		variance = fmax(variance, work->floor[e]);
		test->se[e] = sqrt(variance * runs);
		test->p[e] = sift_t_two_sided(test->shift[e] / test->se[e],
					      test->df);
	}
}

void
sift_change_test(struct change_work *work, struct sift_change_family *family)
{
	size_t references = 0;

	for (size_t e = 0; e < work->count; e++) {
		const double *y = work->y + e * (work->n + work->m);

		work->raw.shift[e] =
			mean_of(y + work->n, work->m) - mean_of(y, work->n);
		if (work->is_reference[e])
			work->scratch[references++] = work->raw.shift[e];
	}
	family->common = sift_median_of(work->scratch, references);
	finish_test(work, work->y, &work->raw);
	family->raw_prior = work->raw.prior;
	if (!family->is_centred)
		return;
	centre_group(work, 0, work->n);
	centre_group(work, work->n, work->m);
	for (size_t e = 0; e < work->count; e++)
		work->centre.shift[e] = work->raw.shift[e] - family->common;
	finish_test(work, work->centred, &work->centre);
	family->centred_prior = work->centre.prior;
}
