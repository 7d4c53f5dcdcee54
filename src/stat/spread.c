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
#include <stdalign.h>
#include <stdbool.h>
#include <string.h>

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

/* Of distances from the mean: the sum of their squares, and their own, which is
   0 but for the rounding of the mean. */
static double
variance_of_sums(double squares, double rest, size_t count)
{
	if (count < 2)
		return NAN;
	return fmax(squares - rest * rest / (double)count, 0) /
	       (double)(count - 1);
}

static double
variance_of_sorted(const double *values, size_t count, double mean)
{
	struct sum squares = {0, 0};
	struct sum rest = {0, 0};

	for (size_t i = 0; i < count; i++) {
		double distance = values[i] - mean;

		sum_add(&squares, distance * distance);
		sum_add(&rest, distance);
	}
	return variance_of_sums(sum_value(&squares), sum_value(&rest), count);
}

/*
 * The middle of the distances from the median, which grow from it to either
 * side: of the `half` nearest values so many lie below that no other way to
 * share them out gives nearer ones.
 */
static double
mad_of_sorted(const double *values, size_t count, double median)
{
	size_t half = count / 2;
	size_t below = (count - 1) / 2; /* as many are not above the median */
	size_t least = 0, most, above;
	double next, last = 0;

	while (below < count && values[below] <= median)
		below++;
	if (half > count - below)
		least = half - (count - below);
	most = half < below ? half : below;
	while (least < most) {
		size_t taken = least + (most - least) / 2;

		if (median - values[below - 1 - taken] <
		    values[below + half - taken - 1] - median)
			least = taken + 1;
		else
			most = taken;
	}
	above = below + half - least;
	below -= least;
	next = fmin(below > 0 ? median - values[below - 1] : HUGE_VAL,
		    above < count ? values[above] - median : HUGE_VAL);
	if (count % 2)
		return next;
	if (least > 0)
		last = median - values[below];
	if (least < half)
		last = fmax(last, values[above - 1] - median);
	return sift_median_of_sorted((double[]){last, next}, 2);
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

static const struct sift_summary_stats nothing = {
	0, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN,
};

/* Of `n` sorted values, one at least. */
static struct sift_summary_stats
describe_sorted(const double *sorted, size_t n, double mean, double variance)
{
	struct sift_summary_stats stats = nothing;

	stats.n = (unsigned)n;
	stats.median = sift_median_of_sorted(sorted, n);
	stats.min = sorted[0];
	stats.max = sorted[n - 1];
	stats.mean = mean;
	stats.variance = variance;
	stats.stddev = sqrt(variance);
	if (mean != 0)
		stats.cv = stats.stddev / mean;
	stats.mad = mad_of_sorted(sorted, n, stats.median);
	return stats;
}

static enum sift_status
no_memory(size_t count, struct sift_err *err)
{
	return sift_fail(err, SIFT_E_NOMEM, "no memory for %zu values", count);
}

enum sift_status
sift_summary_stats(const double *values, size_t count,
		   struct sift_summary_stats *out, struct sift_err *err)
{
	double *sorted;
	size_t n;

	*out = nothing;
	if (count == 0)
		return SIFT_OK;
	if (count > SIZE_MAX / sizeof(*sorted))
		return no_memory(count, err);
	sorted = sift_malloc(count * sizeof(*sorted));
	if (!sorted)
		return no_memory(count, err);
	n = copy_sorted(sorted, values, count);
	if (n > 0) {
		double mean = mean_of_sorted(sorted, n);

		*out = describe_sorted(sorted, n, mean,
				       variance_of_sorted(sorted, n, mean));
	}
	sift_free(sorted);
	return SIFT_OK;
}

/* ---- many at once ---- */

/*
 * What follows does to each column of a row what is done above to a value, in
 * the same order, so that results are the same. What is done to a row has no
 * branches and a fixed length, and stays a function by itself: compilers make
 * vector instructions of it then. (gcc unrolls a loop within a loop first, and
 * does not know any more what it was.) They are made three times, and the
 * longest taken that the processor has: nothing is fused, so that the bits are
 * the same. A row is as long as whole vectors are.
 */

#define COLUMNS SIFT_SPREAD_COLUMNS
#define LANES 16 /* the columns, and zeros */
#if defined(__x86_64__) && defined(__GLIBC__)
# define ROW_OPERATION                                                         \
  __attribute__((target_clones("avx512f", "avx2", "default"))) static void
#else
# define ROW_OPERATION __attribute__((noinline)) static void
#endif
/* Of more rows, columns are sorted faster one by one. */
#define ROWS_MAX 256

/* A vector is read from one line of the cache. */
struct row {
	alignas(64) double values[LANES];
};

struct column_sums {
	alignas(64) double total[LANES];
	double lost[LANES];
};

ROW_OPERATION
sum_add_row(struct column_sums *restrict sums, const double *restrict values)
{
	for (size_t c = 0; c < LANES; c++) {
		double total = sums->total[c], value = values[c];
		double next = total + value;
		double of_value = next - total;

		sums->lost[c] +=
			(total - (next - of_value)) + (value - of_value);
		sums->total[c] = next;
	}
}

static double
column_sum(const struct column_sums *sums, size_t column)
{
	return sum_value(
		&(struct sum){sums->total[column], sums->lost[column]});
}

/* The smaller of each pair to `low`. Each comparison and the choice that goes
   with it are one instruction: a minimum, a maximum. */
ROW_OPERATION
exchange(double *restrict low, double *restrict high)
{
	for (size_t c = 0; c < LANES; c++) {
		double a = low[c], b = high[c];

		low[c] = b < a ? b : a;
		high[c] = a < b ? b : a;
	}
}

/* Of the first `count` rows those that have the bits `r` of `p`, each with the
   one `d` behind it. */
static void
exchange_all(struct row *rows, size_t count, size_t p, size_t r, size_t d)
{
	for (size_t from = r; from < count; from += 2 * p) {
		size_t end = from + p < count ? from + p : count;

		for (size_t i = from; i < end; i++)
			exchange(rows[i].values, rows[i + d].values);
	}
}

/* Batcher's merge exchange (Knuth, TAOCP 5.2.2, algorithm M): which rows are
   compared depends on nothing but their number. */
static void
sort_columns(struct row *rows, size_t count)
{
	size_t top = 1;

	while (2 * top < count)
		top *= 2;
	for (size_t p = top; p > 0; p /= 2) {
		size_t r = 0, d = p;

		for (size_t q = top;; q /= 2) {
			exchange_all(rows, count - d, p, r, d);
			if (q == p)
				break;
			d = q - p;
			r = p;
		}
	}
}

ROW_OPERATION
take_distances(const double *restrict values, const double *restrict mean,
	       double *restrict distance, double *restrict square)
{
	for (size_t c = 0; c < LANES; c++) {
		distance[c] = values[c] - mean[c];
		square[c] = distance[c] * distance[c];
	}
}

/* Means and variances of sorted columns; see variance_of_sorted(). */
static void
measure_columns(const struct row *rows, size_t count, double *mean,
		double *variance)
{
	struct column_sums sums = {{0}, {0}};
	struct column_sums squares = {{0}, {0}}, rest = {{0}, {0}};

	for (size_t i = 0; i < count; i++)
		sum_add_row(&sums, rows[i].values);
	for (size_t c = 0; c < LANES; c++)
		mean[c] = column_sum(&sums, c) / (double)count;
	for (size_t i = 0; i < count; i++) {
		alignas(64) double distance[LANES], square[LANES];

		take_distances(rows[i].values, mean, distance, square);
		sum_add_row(&squares, square);
		sum_add_row(&rest, distance);
	}
	for (size_t c = 0; c < LANES; c++)
		variance[c] = variance_of_sums(column_sum(&squares, c),
					       column_sum(&rest, c), count);
}

/* A copy in which -0 is 0; what is no number is counted. */
ROW_OPERATION
copy_row(double *restrict to, const double *restrict values,
	 double *restrict unknown)
{
	for (size_t c = 0; c < COLUMNS; c++) {
		to[c] = values[c] + 0.0;
		unknown[c] += values[c] != values[c];
	}
}

static void
copy_column(double *out, const double *first, size_t row_length, size_t count)
{
	for (size_t i = 0; i < count; i++)
		out[i] = first[i * row_length];
}

/* Describe the columns that lack nothing, of few rows. */
static void
describe_columns(const struct sift_spread_row *rows, size_t count,
		 double *unknown, struct sift_summary_stats *out)
{
	struct row sorted[ROWS_MAX];
	double column[ROWS_MAX];
	alignas(64) double mean[LANES], variance[LANES];

	memset(sorted, 0, count * sizeof(*sorted));
	for (size_t i = 0; i < count; i++)
		copy_row(sorted[i].values, rows[i].values, unknown);
	sort_columns(sorted, count);
	measure_columns(sorted, count, mean, variance);
	for (size_t c = 0; c < COLUMNS; c++) {
		if (unknown[c] > 0)
			continue;
		copy_column(column, &sorted->values[c], LANES, count);
		out[c] = describe_sorted(column, count, mean[c], variance[c]);
	}
}

/* NANs have no place in an order: whatever becomes of theirs, a column with
   some of them is dealt with by itself. */
enum sift_status
sift_summary_columns(const struct sift_spread_row *rows, size_t count,
		     struct sift_summary_stats out[SIFT_SPREAD_COLUMNS],
		     struct sift_err *err)
{
	bool at_once = count > 0 && count <= ROWS_MAX;
	double unknown[COLUMNS] = {0};
	double *column = NULL;
	enum sift_status rc = SIFT_OK;

	if (at_once)
		describe_columns(rows, count, unknown, out);
	for (size_t c = 0; c < COLUMNS && !rc; c++) {
		if (at_once && unknown[c] == 0)
			continue;
		out[c] = nothing;
		if (unknown[c] == (double)count)
			continue;
		if (!column)
			column = sift_calloc(count, sizeof(*column));
		if (!column) {
			rc = no_memory(count, err);
			break;
		}
		copy_column(column, &rows->values[c], COLUMNS, count);
		rc = sift_summary_stats(column, count, &out[c], err);
	}
	sift_free(column);
	return rc;
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
