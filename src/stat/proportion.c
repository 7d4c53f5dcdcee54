/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "stat/proportion.h"

#include <math.h>

#include "base/mem.h"
#include "stat/distribution.h"
#include "stat/multiplicity.h"

/* Relative to the mode; what lies beyond adds up to less than 1e-13. */
#define NEGLIGIBLE 1e-20

/* COMPARISON 2.4: p alone called k6's unchanged stalls with 0.017. */
#define SLOW_P 0.01
#define SLOW_RATIO 2.0
#define SLOW_REQUESTS 10

static uint64_t
hits_of(const struct sift_proportion *run)
{
	return run->hits < run->total ? run->hits : run->total;
}

static void
add_up(const struct sift_proportion *runs, size_t count, uint64_t *out_hits,
       uint64_t *out_total)
{
	*out_hits = *out_total = 0;
	for (size_t r = 0; r < count; r++) {
		*out_hits += hits_of(&runs[r]);
		*out_total += runs[r].total;
	}
}

/* Pearson's chi-square of one side about its own share. */
static double
chi_square(const struct sift_proportion *runs, size_t count, double share)
{
	double sum = 0;

	if (!(share > 0 && share < 1))
		return 0;
	for (size_t r = 0; r < count; r++) {
		double total = (double)runs[r].total;
		double gap = (double)hits_of(&runs[r]) - total * share;

		if (total > 0)
			sum += gap * gap / (total * share * (1 - share));
	}
	return sum;
}

/* ---- Fisher's exact test ---- */

/* 2 x 2: `hits` of all, `after` of which lie in `drawn` of `total`. */
struct table {
	double total, hits, drawn;
};

/* Hypergeometric: the ratio of the probabilities of k + 1 and k. */
static double
ratio_above(const struct table *t, double k)
{
	return (t->hits - k) * (t->drawn - k) /
	       ((k + 1) * (t->total - t->hits - t->drawn + k + 1));
}

/* Weights of all k, relative to the mode's, below, at and above `at`. */
static void
add_weight(double k, double weight, double at, double sums[3])
{
	sums[k < at ? 0 : (k > at ? 2 : 1)] += weight;
}

static double
fisher_mid_p(const struct table *t, double after)
{
	double least = fmax(0, t->hits + t->drawn - t->total);
	double most = fmin(t->hits, t->drawn);
	double mode = floor((t->hits + 1) * (t->drawn + 1) / (t->total + 2));
	double sums[3] = {0, 0, 0}, all;

	mode = fmin(fmax(mode, least), most);
	for (double k = mode, w = 1; k <= most && w > NEGLIGIBLE; k++) {
		add_weight(k, w, after, sums);
		w *= ratio_above(t, k);
	}
	for (double k = mode, w = 1; k > least && w > NEGLIGIBLE; k--) {
		w /= ratio_above(t, k - 1);
		add_weight(k - 1, w, after, sums);
	}
	all = sums[0] + sums[1] + sums[2];
	return fmin(1, 2 * (fmin(sums[0], sums[2]) + sums[1] / 2) / all);
}

/* ---- the tests ---- */

static double
z_of(const struct sift_proportion_test *test)
{
	double na = (double)test->before_total, nb = (double)test->after_total;
	double share =
		(double)(test->before_hits + test->after_hits) / (na + nb);

	if (!(share > 0 && share < 1))
		return 0;
	return (test->after - test->before) /
	       sqrt(share * (1 - share) * (1 / na + 1 / nb));
}

/* Wilson 1927 with counts that need not be whole. */
static void
wilson(double hits, double total, double *out_low, double *out_high)
{
	double share = hits / total, z2 = SIFT_Z_95 * SIFT_Z_95;
	double centre = (share + z2 / (2 * total)) / (1 + z2 / total);
	double half =
		SIFT_Z_95 / (1 + z2 / total) *
		sqrt(share * (1 - share) / total + z2 / (4 * total * total));

	*out_low = fmax(centre - half, 0);
	*out_high = fmin(centre + half, 1);
}

/* R. G. Newcombe, Statistics in Medicine 17 (1998), method 10. */
static void
set_interval(struct sift_proportion_test *test)
{
	double phi = test->dispersion, low[2], high[2];
	double difference = test->after - test->before;

	wilson((double)test->before_hits / phi,
	       (double)test->before_total / phi, &low[0], &high[0]);
	wilson((double)test->after_hits / phi, (double)test->after_total / phi,
	       &low[1], &high[1]);
	test->low = difference -
		    hypot(test->after - low[1], high[0] - test->before);
	test->high = difference +
		     hypot(high[1] - test->after, test->before - low[0]);
}

/* Everything but p. Returns false when a side has no requests. */
static bool
prepare(const struct sift_proportion *before, size_t n,
	const struct sift_proportion *after, size_t m,
	struct sift_proportion_test *out)
{
	double df = (double)(n + m) - 2;

	*out = (struct sift_proportion_test){.before = NAN,
					     .after = NAN,
					     .low = NAN,
					     .high = NAN,
					     .dispersion = 1,
					     .p = NAN};
	add_up(before, n, &out->before_hits, &out->before_total);
	add_up(after, m, &out->after_hits, &out->after_total);
	if (out->before_total > 0)
		out->before =
			(double)out->before_hits / (double)out->before_total;
	if (out->after_total > 0)
		out->after = (double)out->after_hits / (double)out->after_total;
	if (out->before_total == 0 || out->after_total == 0)
		return false;
	if (df > 0)
		out->dispersion = fmax(1, (chi_square(before, n, out->before) +
					   chi_square(after, m, out->after)) /
						  df);
	set_interval(out);
	return true;
}

void
sift_proportion_test(const struct sift_proportion *before, size_t n,
		     const struct sift_proportion *after, size_t m,
		     struct sift_proportion_test *out)
{
	struct table table;

	if (!prepare(before, n, after, m, out))
		return;
	if (out->dispersion > SIFT_DISPERSION_PLAIN) {
		out->p = sift_t_two_sided(z_of(out) / sqrt(out->dispersion),
					  (double)(n + m) - 2);
		return;
	}
	table.total = (double)out->before_total + (double)out->after_total;
	table.hits = (double)out->before_hits + (double)out->after_hits;
	table.drawn = (double)out->after_total;
	out->p = fisher_mid_p(&table, (double)out->after_hits);
}

void
sift_slow_share_test(const struct sift_proportion *before, size_t n,
		     const struct sift_proportion *after, size_t m,
		     struct sift_proportion_test *out)
{
	if (!prepare(before, n, after, m, out))
		return;
	out->p = sift_t_two_sided(z_of(out) / sqrt(out->dispersion),
				  out->dispersion > 1 ? (double)(n + m) - 2
						      : INFINITY);
}

bool
sift_slow_share_changed(const struct sift_proportion_test *test)
{
	double low = fmin(test->before, test->after);
	double high = fmax(test->before, test->after);

	return test->p <= SLOW_P && high >= SLOW_RATIO * low &&
	       test->before_hits + test->after_hits >= SLOW_REQUESTS;
}

/* ---- error rates ---- */

/* Why a change of the rate does not matter; FEW_RUNS where it does. */
static enum sift_change_reason
why_small(const struct sift_proportion_test *test,
	  const struct sift_failure_rules *rules)
{
	bool rises = test->after > test->before;
	uint64_t hits = rises ? test->after_hits : test->before_hits;

	if (!(fmax(test->before, test->after) > rules->min_rate))
		return SIFT_REASON_SMALL_SHARE;
	if (hits < rules->min_failures)
		return SIFT_REASON_SMALL_STEP;
	return SIFT_REASON_FEW_RUNS;
}

static void
settle(struct sift_failure_change *change, enum sift_verdict verdict,
       enum sift_change_reason reason)
{
	change->verdict = verdict;
	change->reason = reason;
}

static void
climb(enum sift_change_grade grade, const struct sift_failure_rules *rules,
      struct sift_failure_change *change)
{
	const struct sift_proportion_test *test = &change->test;
	enum sift_change_reason small = why_small(test, rules);
	bool matters = small == SIFT_REASON_FEW_RUNS;

	if (grade == SIFT_GRADE_DESCRIBED || isnan(test->p))
		settle(change, SIFT_VERDICT_DESCRIBED, SIFT_REASON_FEW_RUNS);
	else if (!matters && change->q <= 0.05)
		settle(change, SIFT_VERDICT_TINY, small);
	else if (test->low >= -rules->margin && test->high <= rules->margin)
		settle(change, SIFT_VERDICT_EQUIVALENT, SIFT_REASON_MARGIN);
	else if (matters && change->q <= 0.05 && grade == SIFT_GRADE_FULL)
		settle(change,
		       test->after > test->before ? SIFT_VERDICT_REGRESSED
						  : SIFT_VERDICT_IMPROVED,
		       SIFT_REASON_BEYOND);
	else if (matters && change->q <= 0.05)
		settle(change, SIFT_VERDICT_LIKELY, SIFT_REASON_CAPPED);
	else if (matters && test->p <= 0.10 && change->q <= 0.15)
		settle(change, SIFT_VERDICT_LIKELY, SIFT_REASON_WEAK);
	else
		settle(change, SIFT_VERDICT_INCONCLUSIVE, SIFT_REASON_NOISE);
}

enum sift_status
sift_failure_judge(const struct sift_failure_endpoint *endpoints, size_t count,
		   size_t n, size_t m, const struct sift_failure_rules *rules,
		   struct sift_failure_change *out, struct sift_err *err)
{
	double *q = sift_calloc(count, sizeof(*q));
	enum sift_change_grade grade = sift_change_grade(n, m);
	enum sift_status rc;

	if (!q)
		return sift_fail(err, SIFT_E_NOMEM,
				 "no memory to compare %zu error rates", count);
	for (size_t e = 0; e < count; e++) {
		sift_proportion_test(endpoints[e].before, n, endpoints[e].after,
				     m, &out[e].test);
		q[e] = out[e].test.p;
	}
	rc = sift_false_discovery(q, count, q, err);
	for (size_t e = 0; rc == SIFT_OK && e < count; e++) {
		out[e].q = q[e];
		climb(grade, rules, &out[e]);
	}
	sift_free(q);
	return rc;
}
