/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Values are sorted before anything is added up, so that a result depends on
 * the set of values alone. Sums are compensated (Neumaier 1974) and in plain
 * doubles: the same on every machine, right to the last digit or two. The
 * variance is two-pass with the correction for the rounding of the mean
 * (Chan, Golub, LeVeque 1983, "corrected two-pass").
 */

#include <config.h>

#include "stat/spread.h"

#include <math.h>

#include "base/mem.h"
#include "stat/order.h"

/* The 0.975 quantile of the standard normal distribution. */
#define Z_95 1.959963984540054

/* A compensated sum: the value is total + lost. */
struct sum {
	double total;
	double lost;
};

static void
sum_add(struct sum *sum, double value)
{
	double next = sum->total + value;
	double of_value = next - sum->total;

	/* what is lost of either, exactly (Knuth's two-sum) */
	sum->lost += (sum->total - (next - of_value)) + (value - of_value);
	sum->total = next;
}

static double
sum_value(const struct sum *sum)
{
	/* Beyond the largest double the lost part is no number. */
	return isfinite(sum->total) ? sum->total + sum->lost : sum->total;
}

static double
mean_of_sorted(const double *values, size_t count)
{
	struct sum sum = {0, 0};

	for (size_t i = 0; i < count; i++)
		sum_add(&sum, values[i]);
	return sum_value(&sum) / (double)count;
}

static double
variance_of_sorted(const double *values, size_t count, double mean)
{
	struct sum squares = {0, 0};
	struct sum rest = {0, 0}; /* 0 but for the rounding of the mean */
	double correction;

	if (count < 2)
		return NAN;
	for (size_t i = 0; i < count; i++) {
		double distance = values[i] - mean;

		sum_add(&squares, distance * distance);
		sum_add(&rest, distance);
	}
	correction = sum_value(&rest) * sum_value(&rest) / (double)count;
	return fmax(sum_value(&squares) - correction, 0) / (double)(count - 1);
}

/*
 * The middle of the distances from the median, which grow from it to either
 * side: they are met in order by going outwards, the nearer side first.
 */
static double
mad_of_sorted(const double *values, size_t count, double median)
{
	size_t below = 0; /* as many are not above the median */
	size_t above;
	double middle[2] = {0, 0}; /* the last two met */

	while (below < count && values[below] <= median)
		below++;
	above = below;
	for (size_t met = 0; met <= count / 2; met++) {
		double down = below > 0 ? median - values[below - 1] : HUGE_VAL;
		double up = above < count ? values[above] - median : HUGE_VAL;

		middle[0] = middle[1];
		middle[1] = down < up ? down : up;
		if (below > 0 && down <= up)
			below--;
		else
			above++;
	}
	return sift_median_of_sorted(count % 2 ? middle + 1 : middle,
				     count % 2 ? 1 : 2);
}

/* What is a number, sorted; -0 and 0 are one value and must look like it. */
static size_t
copy_sorted(double *out, const double *values, size_t count)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++) {
		if (!isnan(values[i]))
			out[kept++] = values[i] == 0 ? 0.0 : values[i];
	}
	sift_sort_doubles(out, kept);
	return kept;
}

enum sift_status
sift_summary_stats(const double *values, size_t count,
		   struct sift_summary_stats *out, struct sift_err *err)
{
	struct sift_summary_stats stats = {
		0, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN,
	};
	double *sorted = NULL;
	size_t n = 0;

	if (count > 0) {
		if (count <= SIZE_MAX / sizeof(*sorted))
			sorted = sift_malloc(count * sizeof(*sorted));
		if (!sorted)
			return sift_fail(err, SIFT_E_NOMEM,
					 "no memory for %zu values", count);
		n = copy_sorted(sorted, values, count);
	}
	if (n > 0) {
		stats.n = (unsigned)n;
		stats.median = sift_median_of_sorted(sorted, n);
		stats.min = sorted[0];
		stats.max = sorted[n - 1];
		stats.mean = mean_of_sorted(sorted, n);
		stats.variance = variance_of_sorted(sorted, n, stats.mean);
		stats.stddev = sqrt(stats.variance);
		if (stats.mean != 0)
			stats.cv = stats.stddev / stats.mean;
		stats.mad = mad_of_sorted(sorted, n, stats.median);
	}
	sift_free(sorted);
	*out = stats;
	return SIFT_OK;
}

/* Wilson 1927; the ends are exact where nothing or everything failed. */
void
sift_wilson_95(uint64_t failed, uint64_t total, double *out_low,
	       double *out_high)
{
	double n = (double)total;
	double z2 = Z_95 * Z_95;
	double share, centre, half;

	*out_low = NAN;
	*out_high = NAN;
	if (total == 0)
		return;
	if (failed > total)
		failed = total;
	share = (double)failed / n;
	centre = (share + z2 / (2 * n)) / (1 + z2 / n);
	half = Z_95 / (1 + z2 / n) *
	       sqrt(share * (1 - share) / n + z2 / (4 * n * n));
	*out_low = failed == 0 ? 0 : fmax(centre - half, 0);
	*out_high = failed == total ? 1 : fmin(centre + half, 1);
}

double
sift_median_range_coverage(unsigned n)
{
	if (n == 0)
		return NAN;
	if (n > 1000) /* far beyond what a double can tell from 1 */
		return 1;
	return 1 - ldexp(1, 1 - (int)n);
}
