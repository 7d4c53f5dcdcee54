/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_STAT_RANKS_H
#define SIFT_STAT_RANKS_H

/*
 * What can be said of two small groups of values without assuming how they
 * are spread: the exact test of Mann and Whitney, and the shift of Hodges and
 * Lehmann with its interval. Both count arrangements, they draw none.
 *
 * Few values cannot say much: the smallest p of 3 against 3 is 0.10, of 5
 * against 3 0.036 (STATISTICS c.1). So the interval comes with the coverage
 * it has, which is never rounded to "95 %".
 */

#include <stddef.h>

#include "base/err.h"

/* Both groups together; beyond it arrangements are not counted. */
#define SIFT_RANK_MAX_VALUES 100

struct sift_rank_test {
	double u;	/* U of x: mid-ranks of x less n(n+1)/2 */
	double extreme; /* arrangements as far from nm/2 as this one */
	double total;	/* arrangements: C(n+m, n) */
	double p;	/* extreme / total, two-sided */
};

/*
 * Mann-Whitney with mid-ranks for ties: p is the share of all ways to deal
 * the values into groups of n and m with |U - nm/2| at least that observed
 * (E. L. Lehmann, Nonparametrics, 1975). NAN throughout where a group is
 * empty, a value is no number, or there are more than SIFT_RANK_MAX_VALUES.
 *
 * Returns SIFT_OK, SIFT_E_NOMEM.
 */
enum sift_status sift_rank_test(const double *x, size_t n, const double *y,
				size_t m, struct sift_rank_test *out,
				struct sift_err *err) SIFT_MUST_CHECK;

struct sift_rank_shift {
	double shift;	  /* median of all y - x */
	double low, high; /* the k-th smallest and the k-th largest */
	double coverage;  /* 1 - 2 P(U <= k-1); with ties at least that */
	size_t k;	  /* counted from 1 */
};

/*
 * The shift from x to y (Hollander, Wolfe: Nonparametric Statistical Methods)
 * with the k-th interval; k = 0 asks for the narrowest whose coverage is at
 * least 0.95, or k = 1 if none is. NAN throughout as above, or where k is more
 * than nm/2 rounded up.
 *
 * Returns SIFT_OK, SIFT_E_NOMEM.
 */
enum sift_status sift_rank_shift(const double *x, size_t n, const double *y,
				 size_t m, size_t k,
				 struct sift_rank_shift *out,
				 struct sift_err *err) SIFT_MUST_CHECK;

#endif /* SIFT_STAT_RANKS_H */
