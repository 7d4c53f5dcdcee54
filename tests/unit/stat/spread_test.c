/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <check.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "stat/spread.h"

#define MAX 64

static struct sift_summary_stats
stats_of(const double *values, size_t count)
{
	struct sift_summary_stats stats;
	struct sift_err err = {0};

	ck_assert_int_eq(sift_summary_stats(values, count, &stats, &err),
			 SIFT_OK);
	return stats;
}

/* Equal to 1e-12 of the larger, or both no number. */
static void
assert_close(double a, double b)
{
	double size = fmax(fabs(a), fabs(b));

	if (isnan(a) && isnan(b))
		return;
	ck_assert_msg(a == b || fabs(a - b) <= 1e-12 * size,
		      "%.17g is not %.17g", a, b);
}

static int
compare_doubles(const void *left, const void *right)
{
	double a = *(const double *)left;
	double b = *(const double *)right;

	return (a > b) - (a < b);
}

static long double
reference_median(double *values, size_t count)
{
	qsort(values, count, sizeof(*values), compare_doubles);
	return ((long double)values[(count - 1) / 2] + values[count / 2]) / 2;
}

/* The definitions of DESIGN 4.5, in long double, two passes. */
static struct sift_summary_stats
reference(const double *values, size_t count)
{
	struct sift_summary_stats out = {.n = (unsigned)count};
	double copy[MAX];
	long double sum = 0, squares = 0, mean, median;

	memcpy(copy, values, count * sizeof(*copy));
	median = reference_median(copy, count);
	for (size_t i = 0; i < count; i++)
		sum += values[i];
	mean = sum / (long double)count;
	for (size_t i = 0; i < count; i++)
		squares += (values[i] - mean) * (values[i] - mean);
	out.median = (double)median;
	out.min = copy[0];
	out.max = copy[count - 1];
	out.mean = (double)mean;
	out.variance = (double)(squares / (long double)(count - 1));
	out.stddev = (double)sqrtl(squares / (long double)(count - 1));
	out.cv = (double)(sqrtl(squares / (long double)(count - 1)) / mean);
	for (size_t i = 0; i < count; i++)
		copy[i] = (double)fabsl(values[i] - median);
	out.mad = (double)reference_median(copy, count);
	return out;
}

static void
assert_stats_close(const struct sift_summary_stats *a,
		   const struct sift_summary_stats *b)
{
	ck_assert_uint_eq(a->n, b->n);
	assert_close(a->median, b->median);
	assert_close(a->min, b->min);
	assert_close(a->max, b->max);
	assert_close(a->mean, b->mean);
	assert_close(a->variance, b->variance);
	assert_close(a->stddev, b->stddev);
	assert_close(a->cv, b->cv);
	assert_close(a->mad, b->mad);
}

/* A small generator: tests must not depend on the C library's. */
static uint64_t
next_random(uint64_t *state)
{
	*state = *state * UINT64_C(6364136223846793005) + 1442695040888963407;
	return *state >> 33;
}

static const double offsets[] = {0, 1, 1e3, 1e6, -1e3, 1e-3, 0.1};

START_TEST(stats_agree_with_a_long_double_reference)
{
	uint64_t state = (uint64_t)_i + 1;

	for (size_t count = 2; count <= MAX; count++) {
		double values[MAX];
		struct sift_summary_stats stats, wanted;

		for (size_t i = 0; i < count; i++)
			values[i] = offsets[_i] +
				    (double)next_random(&state) / 2147483648.0;
		stats = stats_of(values, count);
		wanted = reference(values, count);
		assert_stats_close(&stats, &wanted);
	}
}
END_TEST

START_TEST(a_large_offset_does_not_spoil_the_variance)
{
	static const double values[] = {1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16};

	assert_close(stats_of(values, 4).variance, 30);
	assert_close(stats_of(values, 4).mean, 1e9 + 10);
}
END_TEST

START_TEST(order_does_not_matter_to_the_last_bit)
{
	double values[MAX];
	struct sift_summary_stats first, again;
	uint64_t state = 7;

	for (size_t i = 0; i < MAX; i++)
		values[i] =
			ldexp((double)next_random(&state), (int)(i % 60) - 30);
	values[3] = 0.0;
	values[9] = -0.0;
	values[20] = NAN;
	first = stats_of(values, MAX);
	for (int round = 0; round < 100; round++) {
		for (size_t i = MAX - 1; i > 0; i--) {
			size_t other = next_random(&state) % (i + 1);
			double swap = values[i];

			values[i] = values[other];
			values[other] = swap;
		}
		again = stats_of(values, MAX);
		ck_assert_mem_eq(&again.median, &first.median,
				 8 * sizeof(double));
	}
}
END_TEST

static const struct {
	double values[4];
	size_t count;
	unsigned n;
	double median, min, max, mean, variance, cv, mad;
} small[] = {
	{{0}, 0, 0, NAN, NAN, NAN, NAN, NAN, NAN, NAN},
	{{NAN, NAN}, 2, 0, NAN, NAN, NAN, NAN, NAN, NAN, NAN},
	{{5}, 1, 1, 5, 5, 5, 5, NAN, NAN, 0},
	{{NAN, 5}, 2, 1, 5, 5, 5, 5, NAN, NAN, 0},
	{{1, 2}, 2, 2, 1.5, 1, 2, 1.5, 0.5, 0.4714045207910317, 0.5},
	{{4, NAN, 1, 2}, 4, 3, 2, 1, 4, 7. / 3, 7. / 3, 0.6546536707079772, 1},
	{{4, 1, 2, 3}, 4, 4, 2.5, 1, 4, 2.5, 5. / 3, 0.5163977794943222, 1},
	{{-1, 1}, 2, 2, 0, -1, 1, 0, 2, NAN, 1},
	{{7, 7, 7}, 3, 3, 7, 7, 7, 7, 0, 0, 0},
	{{0, 0, 0}, 3, 3, 0, 0, 0, 0, 0, NAN, 0},
	{{1e308, 1e308}, 2, 2, 1e308, 1e308, 1e308, INFINITY, INFINITY, NAN, 0},
	{{INFINITY, 1}, 2, 2, INFINITY, 1, INFINITY, INFINITY, NAN, NAN, NAN},
};

START_TEST(few_values_give_what_is_known_of_them)
{
	struct sift_summary_stats stats =
		stats_of(small[_i].values, small[_i].count);

	ck_assert_uint_eq(stats.n, small[_i].n);
	assert_close(stats.median, small[_i].median);
	assert_close(stats.min, small[_i].min);
	assert_close(stats.max, small[_i].max);
	if (!isfinite(small[_i].mean) && small[_i].n > 0)
		return; /* sums overflow: the rest is no number worth a name */
	assert_close(stats.mean, small[_i].mean);
	assert_close(stats.variance, small[_i].variance);
	assert_close(stats.stddev, sqrt(small[_i].variance));
	assert_close(stats.cv, small[_i].cv);
	assert_close(stats.mad, small[_i].mad);
}
END_TEST

START_TEST(running_out_of_memory_is_said)
{
	static const double values[] = {1, 2, 3};
	struct sift_summary_stats stats;
	struct sift_err err = {0};

	sift_mem_fail_at(1, 0);
	ck_assert_int_eq(sift_summary_stats(values, 3, &stats, &err),
			 SIFT_E_NOMEM);
	sift_mem_fail_at(0, 0);
	ck_assert_int_eq(err.status, SIFT_E_NOMEM);
	ck_assert_int_eq(sift_summary_stats(values, SIZE_MAX, &stats, NULL),
			 SIFT_E_NOMEM);
}
END_TEST

/* What column `c` has in row `i`: numbers, ties, zeros of both signs, the
   largest and the smallest; in some columns with gaps, in one nothing. */
static double
cell(uint32_t *state, size_t c)
{
	uint32_t random = *state = *state * 1664525 + 1013904223;

	random >>= 8;
	if (c == 13 || (c >= 10 && random % 7 == 0))
		return NAN;
	switch (c % 5) {
	case 0:
		return random % 9;
	case 1:
		return random % 2 ? -0.0 : 0.0;
	case 2:
		return (double)random / 1024;
	case 3:
		return ldexp(random % 3 ? 1 : -1, (int)(random % 2000) - 1000);
	default:
		return random % 50 ? 1e9 + random * 1e-9 : HUGE_VAL;
	}
}

static const size_t table_sizes[] = {0,	 1,  2,	 3,   4,   5,	6,   7,
				     8,	 9,  15, 16,  17,  31,	33,  50,
				     63, 64, 65, 127, 200, 256, 257, 300};

START_TEST(columns_say_what_each_says_alone)
{
	static struct sift_spread_row rows[300];
	struct sift_summary_stats all[SIFT_SPREAD_COLUMNS];
	size_t count = table_sizes[_i];
	uint32_t state = (uint32_t)_i;

	for (size_t i = 0; i < count; i++)
		for (size_t c = 0; c < SIFT_SPREAD_COLUMNS; c++)
			rows[i].values[c] = cell(&state, c);
	ck_assert_int_eq(sift_summary_columns(rows, count, all, NULL), SIFT_OK);
	for (size_t c = 0; c < SIFT_SPREAD_COLUMNS; c++) {
		struct sift_summary_stats one;
		double column[300];

		for (size_t i = 0; i < count; i++)
			column[i] = rows[i].values[c];
		one = stats_of(column, count);
		ck_assert_uint_eq(one.n, all[c].n);
		for (size_t at = 1; at < sizeof(one) / sizeof(double); at++) {
			double a, b;

			memcpy(&a, (char *)&one + at * sizeof(a), sizeof(a));
			memcpy(&b, (char *)&all[c] + at * sizeof(b), sizeof(b));
			ck_assert_msg(a == b ? signbit(a) == signbit(b)
					     : isnan(a) && isnan(b),
				      "%zu rows, column %zu, figure %zu: %a %a",
				      count, c, at, a, b);
		}
	}
}
END_TEST

START_TEST(columns_without_memory_are_said)
{
	struct sift_spread_row rows[2] = {0};
	struct sift_summary_stats all[SIFT_SPREAD_COLUMNS];

	rows[0].values[0] = NAN; /* this column is dealt with by itself */
	for (unsigned n = 1; n <= 2; n++) {
		struct sift_err err = {0};

		sift_mem_fail_at(n, 0);
		ck_assert_int_eq(sift_summary_columns(rows, 2, all, &err),
				 SIFT_E_NOMEM);
		sift_mem_fail_at(0, 0);
		ck_assert_int_eq(err.status, SIFT_E_NOMEM);
	}
}
END_TEST

/* Computed with 50 digits by another program of Wilson 1927. */
static const struct {
	uint64_t failed, total;
	double low, high;
} wilson[] = {
	{0, 0, NAN, NAN},
	{0, 1, 0, 0.79345068562276261203},
	{1, 1, 0.20654931437723738797, 1},
	{0, 100, 0, 0.036993498206985684669},
	{12, 1200, 0.0057295761902185342507, 0.017397604400461691930},
	{50, 100, 0.40383153036599562708, 0.59616846963400437292},
	{100, 100, 0.96300650179301431533, 1},
	{200, 100, 0.96300650179301431533, 1}, /* more failed than were made */
};

START_TEST(wilson_intervals_are_those_of_the_formula)
{
	double low, high;

	sift_wilson_95(wilson[_i].failed, wilson[_i].total, &low, &high);
	if (wilson[_i].total == 0) {
		ck_assert(isnan(low) && isnan(high));
		return;
	}
	ck_assert_double_eq_tol(low, wilson[_i].low, 1e-12);
	ck_assert_double_eq_tol(high, wilson[_i].high, 1e-12);
}
END_TEST

START_TEST(a_range_covers_the_median_as_often_as_binomials_say)
{
	ck_assert(isnan(sift_median_range_coverage(0)));
	ck_assert_double_eq(sift_median_range_coverage(1), 0);
	ck_assert_double_eq(sift_median_range_coverage(2), 0.5);
	ck_assert_double_eq(sift_median_range_coverage(3), 0.75);
	ck_assert_double_eq(sift_median_range_coverage(6), 0.96875);
	ck_assert_double_eq(sift_median_range_coverage(4000000000U), 1);
}
END_TEST

/* ---- against an independent tool ---- */

static void
check_metric(json_t *metric)
{
	json_t *list = json_object_get(metric, "values");
	double values[MAX];
	size_t count = json_array_size(list);
	struct sift_summary_stats stats;
	static const char *const names[] = {"mean",	"median", "min", "max",
					    "variance", "stddev", "cv"};
	double got[7];

	ck_assert_uint_le(count, MAX);
	for (size_t i = 0; i < count; i++) {
		json_t *value = json_array_get(list, i);

		values[i] =
			json_is_number(value) ? json_number_value(value) : NAN;
	}
	stats = stats_of(values, count);
	got[0] = stats.mean;
	got[1] = stats.median;
	got[2] = stats.min;
	got[3] = stats.max;
	got[4] = stats.variance;
	got[5] = stats.stddev;
	got[6] = stats.cv;
	for (size_t i = 0; i < 7; i++) {
		json_t *wanted = json_object_get(metric, names[i]);

		if (json_is_number(wanted))
			assert_close(got[i], json_number_value(wanted));
	}
}

static size_t
check_file(const char *folder, const char *name)
{
	char path[4096];
	json_error_t error;
	json_t *root, *endpoint, *metric;
	const char *key;
	size_t i, checked = 0;

	snprintf(path, sizeof(path), "%s/locust/oracle/%s", folder, name);
	root = json_load_file(path, 0, &error);
	if (!root)
		return 0;
	json_array_foreach(json_object_get(root, "endpoints"), i, endpoint)
	{
		json_object_foreach(json_object_get(endpoint, "metrics"), key,
				    metric)
		{
			check_metric(metric);
			checked++;
		}
	}
	json_decref(root);
	return checked;
}

START_TEST(stats_agree_with_those_of_the_sample_archives)
{
	const char *folder = getenv("LOADSIFT_SAMPLES");

	if (!folder || !*folder)
		return;
	ck_assert_uint_gt(check_file(folder, "baseline.json"), 100);
	ck_assert_uint_gt(check_file(folder, "optimised.json"), 100);
}
END_TEST

#define ROWS(table) ((int)(sizeof(table) / sizeof(table[0])))

int
main(void)
{
	Suite *suite = suite_create("spread");
	TCase *tests = tcase_create("spread");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_loop_test(tests, stats_agree_with_a_long_double_reference, 0,
			    ROWS(offsets));
	tcase_add_test(tests, a_large_offset_does_not_spoil_the_variance);
	tcase_add_test(tests, order_does_not_matter_to_the_last_bit);
	tcase_add_loop_test(tests, few_values_give_what_is_known_of_them, 0,
			    ROWS(small));
	tcase_add_test(tests, running_out_of_memory_is_said);
	tcase_add_loop_test(tests, columns_say_what_each_says_alone, 0,
			    ROWS(table_sizes));
	tcase_add_test(tests, columns_without_memory_are_said);
	tcase_add_loop_test(tests, wilson_intervals_are_those_of_the_formula, 0,
			    ROWS(wilson));
	tcase_add_test(tests,
		       a_range_covers_the_median_as_often_as_binomials_say);
	tcase_add_test(tests, stats_agree_with_those_of_the_sample_archives);
	suite_add_tcase(suite, tests);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
