/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "stat/order.h"

#include <check.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define MOST 1100

static int
compare(const void *left, const void *right)
{
	double a = *(const double *)left, b = *(const double *)right;

	return (a > b) - (a < b);
}

/* Of few different values, or of many. */
static void
fill(double *values, size_t count, uint64_t different, uint64_t *state)
{
	for (size_t i = 0; i < count; i++) {
		*state = *state * 6364136223846793005u + 1442695040888963407u;
		values[i] = (double)(*state >> 33) - 1e9;
		if (different)
			values[i] = fmod(values[i], (double)different);
		if (*state >> 60 == 0)
			values[i] = *state & 1024 ? HUGE_VAL : -HUGE_VAL;
	}
}

/* Of two infinities there is no middle. */
static bool
is_same(double a, double b)
{
	return (isnan(a) && isnan(b)) || a == b;
}

/* Of any order: as drawn, sorted, the other way round. */
START_TEST(a_median_is_that_of_the_sorted)
{
	static const uint64_t different[] = {0, 2, 5};
	static double values[MOST], sorted[MOST];
	uint64_t state = 3;

	for (size_t count = 1; count <= MOST; count += count < 300 ? 1 : 100) {
		for (size_t d = 0; d < 9; d++) {
			double expected;

			fill(values, count, different[d % 3], &state);
			memcpy(sorted, values, count * sizeof(*values));
			qsort(sorted, count, sizeof(*values), compare);
			expected = sift_median_of_sorted(sorted, count);
			for (size_t i = 0; i < count && d >= 3; i++)
				values[i] = sorted[d < 6 ? i : count - 1 - i];
			ck_assert(is_same(sift_median_of(values, count),
					  expected));
		}
	}
}
END_TEST

START_TEST(any_number_of_values_is_sorted)
{
	static const uint64_t different[] = {0, 2, 5};
	static double values[MOST + 1], expected[MOST];
	uint64_t state = 1;

	for (size_t count = 0; count <= MOST; count += count < 300 ? 1 : 100) {
		for (size_t d = 0; d < 3; d++) {
			fill(values, count, different[d], &state);
			values[count] = 77;
			memcpy(expected, values, count * sizeof(*values));
			qsort(expected, count, sizeof(*values), compare);
			sift_sort_doubles(values, count);
			for (size_t i = 0; i < count; i++)
				ck_assert_msg(
					!compare(&values[i], &expected[i]),
					"%zu of %zu", i, count);
			ck_assert_double_eq(values[count], 77);
		}
	}
}
END_TEST

START_TEST(a_median_is_in_the_middle)
{
	double values[] = {5, 1, 4, 2};

	ck_assert(isnan(sift_median_of(values, 0)));
	ck_assert_double_eq(sift_median_of(values, 1), 5);
	ck_assert_double_eq(sift_median_of(values, 3), 4);
	ck_assert_double_eq(sift_median_of(values, 4), 3);
	values[1] = values[2] = 1.7e308;
	ck_assert_double_eq(sift_median_of_sorted(values + 1, 2), 1.7e308);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("order");
	TCase *tests = tcase_create("order");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tests, any_number_of_values_is_sorted);
	tcase_add_test(tests, a_median_is_in_the_middle);
	tcase_add_test(tests, a_median_is_that_of_the_sorted);
	suite_add_tcase(suite, tests);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
