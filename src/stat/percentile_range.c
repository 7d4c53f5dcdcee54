/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Binomial probabilities are taken relative to that of the mode and walked
 * outward by the ratio of neighbours until they no longer count, then divided
 * by their sum: no factorials, no series that fail to converge for large n.
 */

#include <config.h>

#include "stat/percentile_range.h"

#include <math.h>
#include <stdbool.h>

#include "stat/distribution.h"

#define TAIL 0.025

/* Relative to the mode; what lies beyond adds up to less than 1e-13. */
#define NEGLIGIBLE 1e-20

/* Above, the normal distribution is as good: the ranks differ by less than
   one in ten thousand of their distance. Counts come from files and may be
   anything; beyond 2^53 a walk would not even move. */
#define COUNTED_MAX UINT64_C(100000000)

struct binomial {
	double n;
	double odds; /* share / (1 - share) */
	double mode;
	double total; /* of all weights, that of the mode being 1 */
};

static double
weight_above(const struct binomial *b, double k, double weight)
{
	return weight * (b->n - k) / (k + 1) * b->odds;
}

static double
weight_below(const struct binomial *b, double k, double weight)
{
	return weight * k / (b->n - k + 1) / b->odds;
}

static struct binomial
binomial_of(double n, double share)
{
	struct binomial b = {n, share / (1 - share),
			     fmin(floor((n + 1) * share), n), 0};

	for (double k = b.mode, w = 1; w > NEGLIGIBLE; k++) {
		b.total += w;
		w = weight_above(&b, k, w);
	}
	for (double k = b.mode, w = weight_below(&b, k, 1); w > NEGLIGIBLE;) {
		b.total += w;
		k--;
		w = weight_below(&b, k, w);
	}
	return b;
}

/* The smallest k with P(B <= k) >= tail, for a tail below the mode's. */
static double
lower_quantile(const struct binomial *b, double tail, double *out_below)
{
	double k = b->mode, weight = 1, above = 0;

	/* P(B >= k) grows on the way down; stop before P(B < k) is < tail. */
	for (double j = k, w = 1; w > NEGLIGIBLE; j++) {
		above += w;
		w = weight_above(b, j, w);
	}
	while (k > 0 && 1 - above / b->total >= tail) {
		weight = weight_below(b, k, weight);
		above += weight;
		k--;
	}
	*out_below = fmax(1 - above / b->total, 0);
	return k;
}

/* The smallest k with P(B > k) <= tail. */
static double
upper_quantile(const struct binomial *b, double tail, double *out_above)
{
	double k = b->mode, weight = 1, below = 0;

	for (double j = k, w = 1; w > NEGLIGIBLE; j--) {
		below += w;
		w = weight_below(b, j, w);
	}
	while (k < b->n && 1 - below / b->total > tail) {
		weight = weight_above(b, k, weight);
		below += weight;
		k++;
	}
	*out_above = fmax(1 - below / b->total, 0);
	return k;
}

static struct sift_rank_range
normal_ranks(double n, double share)
{
	double middle = n * share;
	double half = SIFT_Z_95 * sqrt(middle * (1 - share));

	return (struct sift_rank_range){(uint64_t)floor(middle - half),
					(uint64_t)ceil(middle + half) + 1,
					1 - 2 * TAIL};
}

struct sift_rank_range
sift_percentile_ranks(uint64_t n, double share)
{
	struct sift_rank_range range = {0, n + 1, NAN};
	struct binomial b;
	double below, above;

	if (n == 0 || !(share > 0 && share < 1))
		return range;
	if (n > COUNTED_MAX)
		return normal_ranks((double)n, share);
	b = binomial_of((double)n, share);
	range.low = (uint64_t)lower_quantile(&b, TAIL, &below);
	range.high = (uint64_t)upper_quantile(&b, TAIL, &above) + 1;
	range.coverage = 1 - below - above;
	return range;
}

/* The largest of n fails to bound the percentile when all lie below: share^n */
uint64_t
sift_percentile_least_requests(double share)
{
	if (!(share > 0 && share < 1))
		return 0;
	return (uint64_t)ceil(log(TAIL) / log(share));
}

struct sift_percentile_range
sift_percentile_range_of(double low, double high)
{
	struct sift_percentile_range range = {NAN, NAN, NAN};

	if (!(low > 0) || !(high >= low) || !isfinite(high))
		return range;
	range.low = low;
	range.high = high;
	range.sd = log(high / low) / (2 * SIFT_Z_95);
	return range;
}

/* ---- from printed percentiles ---- */

static bool
is_point(const struct sift_percentile_point *point)
{
	return point->value > 0 && isfinite(point->value) &&
	       point->share >= 0 && point->share <= 1;
}

/* The quantile function at `share`, held at the outermost points. */
static double
value_at(const struct sift_percentile_point *points, size_t count, double share)
{
	const struct sift_percentile_point *before = NULL;

	for (size_t i = 0; i < count; i++) {
		const struct sift_percentile_point *at = &points[i];
		double way;

		if (!is_point(at))
			continue;
		if (at->share >= share) {
			if (!before || at->share == share)
				return at->value;
			way = (share - before->share) /
			      (at->share - before->share);
			return before->value *
			       pow(at->value / before->value, way);
		}
		before = at;
	}
	return before ? before->value : NAN;
}

static bool
has_inner_point_below(const struct sift_percentile_point *points, size_t count,
		      double share)
{
	for (size_t i = 0; i < count; i++) {
		if (is_point(&points[i]) && points[i].share > 0 &&
		    points[i].share < share)
			return true;
	}
	return false;
}

struct sift_percentile_range
sift_percentile_range_from(const struct sift_percentile_point *points,
			   size_t count, double share, uint64_t n,
			   double quantum)
{
	struct sift_percentile_range range = {NAN, NAN, NAN};
	double half, value, low, high;

	if (n == 0 || !(share > 0 && share < 1))
		return range;
	half = SIFT_Z_95 * sqrt(share * (1 - share) / (double)n);
	value = value_at(points, count, share);
	high = value_at(points, count, fmin(1, share + half));
	if (has_inner_point_below(points, count, share))
		low = value_at(points, count, fmax(0, share - half));
	else
		low = value * value / high;
	range = sift_percentile_range_of(low, high);
	if (quantum > 0)
		range.sd = sqrt(range.sd * range.sd +
				quantum / value * (quantum / value) / 12);
	return range;
}
