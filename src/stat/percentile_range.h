/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_STAT_PERCENTILE_RANGE_H
#define SIFT_STAT_PERCENTILE_RANGE_H

/*
 * How well one run knows its own percentile. Of N requests the number B below
 * the true percentile q is binomial, Bin(N, q); so two of the sorted requests
 * enclose it with a probability that can be counted, whatever the shape of
 * the latencies (Ialongo 2019, PMC6294150). Requests of a run depend on each
 * other, so this is the least the uncertainty can be.
 *
 * It serves as a floor for the variance between runs, and it shows a
 * percentile that sits on a jump: a range whose upper end is more than twice
 * its lower end is not one number (COMPARISON 2.4).
 */

#include <stddef.h>
#include <stdint.h>

struct sift_rank_range {
	uint64_t low;	 /* 1-based rank; 0 = no lower bound */
	uint64_t high;	 /* n + 1 = no upper bound */
	double coverage; /* P(low <= B <= high - 1) */
};

/*
 * Ranks of the requests that enclose the percentile `share` (0 < share < 1) of
 * n requests with 0.95: low is the smallest k with P(B <= k) >= 0.025, high 1 +
 * the smallest k with P(B <= k) >= 0.975. n = 0 or a share that is none give
 * {0, n + 1, NAN}. Takes time in proportion to sqrt(n) up to a hundred million
 * requests; above, ranks are those of the normal distribution.
 */
struct sift_rank_range sift_percentile_ranks(uint64_t n, double share);

/*
 * The least number of requests of which the largest bounds the percentile from
 * above with 0.975: 6 for p50, 36, 72, 368, 3688 for p90, p95, p99, p99.9. With
 * fewer, "at least x" is all that can be said. 0 where share is none.
 */
uint64_t sift_percentile_least_requests(double share);

/* A point of a quantile function: P(latency <= value) = share. */
struct sift_percentile_point {
	double share;
	double value;
};

/* The range of one run's percentile; NANs = not known. */
struct sift_percentile_range {
	double low, high; /* in the unit of the values */
	double sd;	  /* of the logarithm of the percentile */
};

/* From the two enclosing values of sorted samples: sd = ln(high/low)/2z. */
struct sift_percentile_range sift_percentile_range_of(double low, double high);

/*
 * From the percentiles a tool printed: between them ln(value) is taken as
 * linear in the share; the ends are at share -+ z sqrt(share (1-share) / n).
 * `points` ascend in share and hold `share` itself and both ends of the scale
 * where known; points that are not positive are left out. The step
 * `quantum` of the printed value adds quantum^2/12. For a median with nothing
 * printed below it, low = value^2 / high.
 */
struct sift_percentile_range
sift_percentile_range_from(const struct sift_percentile_point *points,
			   size_t count, double share, uint64_t n,
			   double quantum);

#endif /* SIFT_STAT_PERCENTILE_RANGE_H */
