/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_STAT_PROPORTION_H
#define SIFT_STAT_PROPORTION_H

/*
 * Shares of requests (failed, slow) before and after. Counts of a run are
 * binomial only if requests fail one by one; usually they fail in bursts, and
 * the runs of a side differ by more than chance. The dispersion
 *
 *	phi = sum over runs (k - N P)^2 / (N P (1-P)) / (runs - 2)
 *
 * with P the share of the run's own side (Pearson's chi-square over its
 * degrees of freedom) says by how much; the test is widened by it.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "stat/change.h"

/* `hits` of `total` requests of one run. */
struct sift_proportion {
	uint64_t hits;
	uint64_t total;
};

/* Up to here counts are taken as binomial (STATISTICS c.6). */
#define SIFT_DISPERSION_PLAIN 1.5

struct sift_proportion_test {
	uint64_t before_hits, before_total; /* sums over the runs of a side */
	uint64_t after_hits, after_total;
	double before, after; /* shares; NAN of nothing */
	double low, high;     /* of after - before, coverage 0.95: Newcombe
				 1998, of Wilson's intervals with the counts
				 divided by phi */
	double dispersion;    /* phi, at least 1; 1 of two runs in all */
	double p;	      /* two-sided */
};

/*
 * Test for a change of failures: Fisher's exact test with the mid-p (the
 * smaller side doubled) on the sums where phi <= 1.5, else z / sqrt(phi)
 * against Student's t with n + m - 2. Hits above the total are cut to it.
 */
void sift_proportion_test(const struct sift_proportion *before, size_t n,
			  const struct sift_proportion *after, size_t m,
			  struct sift_proportion_test *out);

/*
 * The same for slow requests, COMPARISON 2.4: z / sqrt(max(phi, 1)), against
 * the normal distribution where phi <= 1, else Student's t.
 */
void sift_slow_share_test(const struct sift_proportion *before, size_t n,
			  const struct sift_proportion *after, size_t m,
			  struct sift_proportion_test *out);

/* p <= 0.01, twice or half the share, at least 10 slow requests. */
bool sift_slow_share_changed(const struct sift_proportion_test *test);

/* The share of one endpoint that fails. Arrays are borrowed. */
struct sift_failure_endpoint {
	const struct sift_proportion *before;
	const struct sift_proportion *after;
};

/* What makes a change of the error rate matter. */
struct sift_failure_rules {
	double min_rate;       /* 0.01: the higher side must be above it */
	uint64_t min_failures; /* 10: and have so many */
	double margin;	       /* 0.01: inside it rates are equivalent */
};

struct sift_failure_change {
	struct sift_proportion_test test;
	double q; /* over the endpoints given */
	enum sift_verdict verdict;
	enum sift_change_reason reason; /* SMALL_SHARE: below min_rate;
					   SMALL_STEP: below min_failures */
};

/*
 * Judge `count` endpoints; the ladder is that of stat/change.h without its
 * jumps. Endpoints without requests on a side are described only.
 *
 * Returns SIFT_OK, SIFT_E_NOMEM.
 */
enum sift_status
sift_failure_judge(const struct sift_failure_endpoint *endpoints, size_t count,
		   size_t n, size_t m, const struct sift_failure_rules *rules,
		   struct sift_failure_change *out,
		   struct sift_err *err) SIFT_MUST_CHECK;

#endif /* SIFT_STAT_PROPORTION_H */
