/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "stat/histogram_quantile.h"

#include <math.h>
#include <stdlib.h>

static int
by_bound(const void *a, const void *b)
{
	double x = ((const struct sift_le_bucket *)a)->bound;
	double y = ((const struct sift_le_bucket *)b)->bound;

	return (x > y) - (x < y);
}

void
sift_buckets_settle(struct sift_le_bucket *buckets, size_t count)
{
	if (count)
		qsort(buckets, count, sizeof(*buckets), by_bound);
	for (size_t i = 1; i < count; i++)
		buckets[i].count = fmax(buckets[i].count, buckets[i - 1].count);
}

double
sift_histogram_quantile(const struct sift_le_bucket *buckets, size_t count,
			double q, int *out_above)
{
	double begin = 0, below = 0, rank;
	size_t i = 0;

	*out_above = 0;
	if (count < 2 || !isinf(buckets[count - 1].bound) ||
	    !(buckets[count - 1].count > 0))
		return NAN;
	rank = q * buckets[count - 1].count;
	while (i < count - 1 && buckets[i].count < rank)
		i++;
	if (i == count - 1) {
		*out_above = 1;
		return buckets[count - 2].bound;
	}
	if (i > 0) {
		begin = buckets[i - 1].bound;
		below = buckets[i - 1].count;
	} else if (buckets[0].bound <= 0) {
		return buckets[0].bound;
	}
	if (!(buckets[i].count > below))
		return buckets[i].bound;
	return begin + (buckets[i].bound - begin) * (rank - below) /
			       (buckets[i].count - below);
}
