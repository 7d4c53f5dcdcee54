/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_STAT_HISTOGRAM_QUANTILE_H
#define SIFT_STAT_HISTOGRAM_QUANTILE_H

#include <stddef.h>

/* Observations up to a bound, all below it included. */
struct sift_le_bucket {
	double bound; /* INFINITY for the last */
	double count;
};

/* Sort by bound; counts that fall, as after a scrape amid updates, are raised
   to the one before. */
void sift_buckets_settle(struct sift_le_bucket *buckets, size_t count);

/*
 * The value below which the share `q` of observations lies, as Prometheus'
 * histogram_quantile() has it: linear within a bucket, of which the first
 * begins at 0. What lies above the last finite bound is that bound: then
 * *out_above is 1, and the true value is larger. NAN without observations or
 * without an infinite bucket. The buckets are settled.
 */
double sift_histogram_quantile(const struct sift_le_bucket *buckets,
			       size_t count, double q, int *out_above);

#endif /* SIFT_STAT_HISTOGRAM_QUANTILE_H */
