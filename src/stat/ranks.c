/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Arrangements are counted by dynamic programming: ways[k][s] is the number
 * of sets of k values whose doubled mid-ranks add up to s. Doubled, ranks are
 * whole in spite of ties. Counts are doubles: exact below 2^53, which is 56
 * values, and good to 1e-14 beyond.
 */

#include <config.h>

#include "stat/ranks.h"

#include <math.h>
#include <stdbool.h>

#include "base/mem.h"
#include "stat/order.h"

struct ways {
	double *counts; /* [taken][sum] */
	size_t sums;	/* largest sum + 1 */
	size_t taken;	/* of how many values: the row that is asked for */
};

static bool
are_usable(const double *x, size_t n, const double *y, size_t m)
{
	if (n == 0 || m == 0 || n > SIFT_RANK_MAX_VALUES ||
	    m > SIFT_RANK_MAX_VALUES - n)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!isfinite(x[i]))
			return false;
	}
	for (size_t i = 0; i < m; i++) {
		if (!isfinite(y[i]))
			return false;
	}
	return true;
}

/* Twice the mid-rank of `value` among all. */
static size_t
doubled_rank(double value, const double *all, size_t count)
{
	size_t below = 0, equal = 0;

	for (size_t i = 0; i < count; i++) {
		below += all[i] < value;
		equal += all[i] == value;
	}
	return 2 * below + equal + 1;
}

/* Count the sets of `taken` of the `count` doubled ranks, by their sums. */
static enum sift_status
ways_init(struct ways *ways, const size_t *ranks, size_t count, size_t taken,
	  struct sift_err *err)
{
	size_t sums = count * (count + 1) + 1;
	double *counts = sift_calloc((taken + 1) * sums, sizeof(*counts));

	if (!counts)
		return sift_fail(err, SIFT_E_NOMEM,
				 "no memory to count arrangements");
	counts[0] = 1;
	for (size_t i = 0; i < count; i++) {
		for (size_t k = taken; k > 0; k--) {
			double *to = counts + k * sums;
			const double *from = counts + (k - 1) * sums;

			for (size_t s = ranks[i]; s < sums; s++)
				to[s] += from[s - ranks[i]];
		}
	}
	*ways = (struct ways){counts, sums, taken};
	return SIFT_OK;
}

static void
ways_release(struct ways *ways)
{
	sift_free(ways->counts);
}

/* How many arrangements there are, and with sums from `low` to `high`. */
static double
ways_between(const struct ways *ways, size_t low, size_t high)
{
	const double *row = ways->counts + ways->taken * ways->sums;
	double sum = 0;

	for (size_t s = low; s <= high && s < ways->sums; s++)
		sum += row[s];
	return sum;
}

enum sift_status
sift_rank_test(const double *x, size_t n, const double *y, size_t m,
	       struct sift_rank_test *out, struct sift_err *err)
{
	struct sift_rank_test test = {NAN, NAN, NAN, NAN};
	double all[SIFT_RANK_MAX_VALUES];
	size_t ranks[SIFT_RANK_MAX_VALUES] = {0};
	size_t count = n + m, sum = 0, centre, gap;
	struct ways ways;
	enum sift_status rc;

	*out = test;
	if (!are_usable(x, n, y, m))
		return SIFT_OK;
	for (size_t i = 0; i < count; i++)
		all[i] = i < n ? x[i] : y[i - n];
	for (size_t i = 0; i < count; i++) {
		ranks[i] = doubled_rank(all[i], all, count);
		sum += i < n ? ranks[i] : 0;
	}
	rc = ways_init(&ways, ranks, count, n, err);
	if (rc)
		return rc;
	/* Doubled ranks of n of all: n(n+m+1) in the middle, even or not. */
	centre = n * (count + 1);
	gap = sum > centre ? sum - centre : centre - sum;
	out->u = (double)sum / 2 - (double)(n * (n + 1)) / 2;
	out->total = ways_between(&ways, 0, ways.sums - 1);
	out->extreme = out->total;
	if (gap > 0)
		out->extreme -=
			ways_between(&ways, centre - gap + 1, centre + gap - 1);
	out->p = out->extreme / out->total;
	ways_release(&ways);
	return SIFT_OK;
}

/* 1 - 2 P(U <= k-1) without ties, from the counts of plain ranks. */
static double
coverage_of(const struct ways *ways, size_t n, size_t k)
{
	size_t least = n * (n + 1); /* the doubled ranks 2, 4 … 2n */
	double total = ways_between(ways, 0, ways->sums - 1);

	return 1 - 2 * ways_between(ways, least, least + 2 * (k - 1)) / total;
}

/* The largest k whose interval still covers 95 %; at least 1. */
static size_t
choose_k(const struct ways *ways, size_t n, size_t pairs)
{
	size_t k = 1;

	while (k + 1 <= (pairs + 1) / 2 && coverage_of(ways, n, k + 1) >= 0.95)
		k++;
	return k;
}

static double *
sorted_differences(const double *x, size_t n, const double *y, size_t m)
{
	double *gaps = sift_malloc(n * m * sizeof(*gaps));

	if (!gaps)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		for (size_t j = 0; j < m; j++)
			gaps[i * m + j] = y[j] - x[i];
	}
	sift_sort_doubles(gaps, n * m);
	return gaps;
}

enum sift_status
sift_rank_shift(const double *x, size_t n, const double *y, size_t m, size_t k,
		struct sift_rank_shift *out, struct sift_err *err)
{
	size_t ranks[SIFT_RANK_MAX_VALUES] = {0};
	struct ways ways;
	double *gaps;
	enum sift_status rc;

	*out = (struct sift_rank_shift){NAN, NAN, NAN, NAN, 0};
	if (!are_usable(x, n, y, m) || k > (n * m + 1) / 2)
		return SIFT_OK;
	for (size_t i = 0; i < n + m; i++)
		ranks[i] = 2 * (i + 1);
	rc = ways_init(&ways, ranks, n + m, n, err);
	if (rc)
		return rc;
	gaps = sorted_differences(x, n, y, m);
	if (gaps) {
		k = k > 0 ? k : choose_k(&ways, n, n * m);
		out->shift = sift_median_of_sorted(gaps, n * m);
		out->low = gaps[k - 1];
		out->high = gaps[n * m - k];
		out->coverage = fmax(coverage_of(&ways, n, k), 0);
		out->k = k;
	} else {
		rc = sift_fail(err, SIFT_E_NOMEM, "no memory for %zu pairs",
			       n * m);
	}
	sift_free(gaps);
	ways_release(&ways);
	return rc;
}
