/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_STAT_USL_H
#define SIFT_STAT_USL_H

/*
 * The Universal Scalability Law (N. J. Gunther, Guerrilla Capacity Planning,
 * 2007; arXiv:0808.1431):
 *
 *	X(N) = lambda N / (1 + sigma (N-1) + kappa N (N-1))
 *
 * N is the number of requests in flight, X the throughput. sigma is waiting
 * for what is shared (locks, a pool, a single writer), kappa the cost of
 * keeping parts in agreement. With kappa > 0 throughput has a peak at N* =
 * sqrt((1-sigma)/kappa), beyond which more load gives less.
 *
 * The fit is linear: N/X = a + b (N-1) + c N (N-1), with lambda = 1/a, sigma
 * = b/a, kappa = c/a; weights (X/N)^2, as for an equal relative noise at all
 * levels; b and c not negative. No level N = 1 is needed.
 *
 * Three numbers from a handful of levels: see what may be claimed. A peak
 * that no level lies beyond is a guess that misses by a factor of two and more
 * (STATISTICS d.3), so it is not stated.
 */

#include <stdbool.h>
#include <stddef.h>

#define SIFT_USL_MAX_LEVELS 64
#define SIFT_USL_MIN_LEVELS 4	   /* for sigma and kappa */
#define SIFT_USL_MIN_PEAK_LEVELS 5 /* for the peak */

struct sift_usl_level {
	double load;	   /* N, positive */
	double throughput; /* X, positive */
};

struct sift_usl {
	double a, b, c;
	double lambda, sigma, kappa;
	double residual;  /* weighted sum of squares: of relative errors */
	double peak_load; /* N*; NAN without peak */
	double peak_throughput; /* X(N*); NAN without peak */
};

/* What the fit may be used for. */
enum sift_usl_claim {
	SIFT_USL_NOTHING,    /* fewer than 4 levels, or no fit */
	SIFT_USL_LINEAR,     /* throughput rises as load does, so far */
	SIFT_USL_CONTENTION, /* no peak, but a ceiling: lambda / sigma */
	SIFT_USL_NO_PEAK,    /* the levels do not show the peak */
	SIFT_USL_PEAK,	     /* peak_load stands, within `low` and `high` */
};

struct sift_usl_judgement {
	struct sift_usl fit;
	enum sift_usl_claim claim;
	double low, high;    /* peak_load with one level left out; INFINITY
				where that has none */
	double max_load;     /* the highest level */
	size_t super_linear; /* levels whose throughput per load is more
				than lambda by over 5 % */
	size_t worst_level;  /* the farthest of them */
};

/*
 * Fit `count` levels. Returns false, and NANs, where fewer than 2 levels are
 * positive numbers of at least two different loads, or throughput falls to
 * nothing without load. A term that cannot be told from the others is 0.
 */
bool sift_usl_fit(const struct sift_usl_level *levels, size_t count,
		  struct sift_usl *out);

/* X at a load; extrapolating beyond 1.25 times the tested is the caller's
   sin. */
double sift_usl_throughput(const struct sift_usl *fit, double load);

/* Fit, and judge what may be claimed. Levels beyond the maximum are left. */
struct sift_usl_judgement sift_usl_judge(const struct sift_usl_level *levels,
					 size_t count);

#endif /* SIFT_STAT_USL_H */
