/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_DIGEST_DEVIATION_H
#define SIFT_DIGEST_DEVIATION_H

/*
 * The standard deviation of 64-bit integers, with exact sums: the order of
 * values does not matter and nothing cancels. Squares of distances from a
 * pivot near the mean are added up in 192 bits.
 */

#include <stdint.h>

#include "base/num.h"

struct sift_deviation {
	int64_t pivot;
	uint64_t count;
	sift_i128 sum;	   /* of distances */
	sift_u128 squares; /* of distances: lower 128 bits */
	uint64_t carries;  /* the upper 64 */
};

/* The rounded mean is the best pivot; any is right. */
static inline void
sift_deviation_init(struct sift_deviation *deviation, int64_t pivot)
{
	*deviation = (struct sift_deviation){.pivot = pivot};
}

static inline void
sift_deviation_add(struct sift_deviation *deviation, int64_t value)
{
	sift_i128 distance = (sift_i128)value - deviation->pivot;
	uint64_t size = (uint64_t)(distance < 0 ? -distance : distance);
	sift_u128 square = (sift_u128)size * size;

	deviation->count++;
	deviation->sum += distance;
	deviation->squares += square;
	deviation->carries += deviation->squares < square;
}

/* Sample standard deviation (n-1), in the unit of the values; NAN, n < 2. */
double sift_deviation_value(const struct sift_deviation *deviation);

/* The mean of `count` values of this sum, rounded to an integer. */
int64_t sift_rounded_mean(sift_i128 sum, uint64_t count);

#endif /* SIFT_DIGEST_DEVIATION_H */
