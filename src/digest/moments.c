/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * The squares of distances from the rounded mean p add up to
 * sum(x^2) + n p^2 - 2 p sum(x), in integers of 192 bits. What remains for
 * floating point is a correction of at most n/4, so nothing cancels.
 */

#include <config.h>

#include "digest/moments.h"

#include <math.h>

struct wide {
	sift_u128 low;
	uint64_t high;
};

/* Modulo 2^192; results below are in range, whatever happens on the way. */
static void
add(struct wide *into, sift_u128 low, uint64_t high)
{
	into->low += low;
	into->high += high + (into->low < low);
}

static struct wide
product(sift_u128 a, uint64_t b)
{
	sift_u128 low = (sift_u128)(uint64_t)a * b;
	sift_u128 high = (a >> 64) * b;
	struct wide result = {low, 0};

	add(&result, high << 64, (uint64_t)(high >> 64));
	return result;
}

static struct wide
negative(struct wide value)
{
	struct wide result = {~value.low, ~value.high};

	add(&result, 1, 0);
	return result;
}

static sift_u128
magnitude(sift_i128 value)
{
	return value < 0 ? -(sift_u128)value : (sift_u128)value;
}

void
sift_moments_merge(struct sift_moments *into, const struct sift_moments *from)
{
	struct wide squares = {into->squares, into->squares_above};

	if (from->count == 0)
		return;
	if (into->count == 0 || from->min < into->min)
		into->min = from->min;
	if (into->count == 0 || from->max > into->max)
		into->max = from->max;
	into->count += from->count;
	into->sum += from->sum;
	add(&squares, from->squares, from->squares_above);
	into->squares = squares.low;
	into->squares_above = squares.high;
}

double
sift_moments_stddev(const struct sift_moments *m)
{
	sift_u128 sum = magnitude(m->sum);
	sift_u128 mean = m->count ? (sum + m->count / 2) / m->count : 0;
	struct wide squares = {m->squares, m->squares_above};
	struct wide part;
	long double n = (long double)m->count;
	long double over, variance;

	if (m->count < 2)
		return (double)NAN;
	part = product(mean * mean, m->count);
	add(&squares, part.low, part.high);
	part = negative(product(sum, (uint64_t)mean));
	add(&squares, part.low, part.high);
	add(&squares, part.low, part.high);
	/* The sum of distances: what rounding the mean left. */
	over = (long double)(sift_i128)(sum - mean * m->count);
	variance = (ldexpl((long double)squares.high, 128) +
		    (long double)squares.low - over * over / n) /
		   (n - 1);
	return (double)sqrtl(variance > 0 ? variance : 0);
}
