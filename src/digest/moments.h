/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_DIGEST_MOMENTS_H
#define SIFT_DIGEST_MOMENTS_H

/*
 * What is exact of any number of 64-bit integers without keeping them: their
 * number, sum, sum of squares, extremes. All of it are integers that cannot
 * overflow, so neither order nor grouping matters and nothing cancels.
 */

#include <stdint.h>

#include "base/num.h"

struct sift_moments {
	sift_i128 sum;
	sift_u128 squares;	/* the lower 128 bits */
	uint64_t squares_above; /* the upper 64 */
	uint64_t count;
	int64_t min, max; /* meaningless while count is 0 */
};

static inline void
sift_moments_add(struct sift_moments *m, int64_t value)
{
	uint64_t size = value < 0 ? -(uint64_t)value : (uint64_t)value;
	sift_u128 square = (sift_u128)size * size;

	m->squares += square;
	m->squares_above += m->squares < square;
	m->sum += value;
	if (m->count == 0 || value < m->min)
		m->min = value;
	if (m->count == 0 || value > m->max)
		m->max = value;
	m->count++;
}

void sift_moments_merge(struct sift_moments *into,
			const struct sift_moments *from);

/* The sample standard deviation (n-1), in the unit of the values; NAN for
   fewer than two. */
double sift_moments_stddev(const struct sift_moments *m);

#endif /* SIFT_DIGEST_MOMENTS_H */
