/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <check.h>
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "stat/ranks.h"
#include "vectors.h"

START_TEST(tests_are_those_of_the_reference)
{
	json_t *root = vectors_open("vectors.json");
	json_t *cases = vectors_cases(root, "mann_whitney_exact");
	json_t *entry;
	size_t i;

	json_array_foreach(cases, i, entry)
	{
		double x[VECTOR_MAX], y[VECTOR_MAX];
		size_t n = vectors_numbers(json_object_get(entry, "x"), x);
		size_t m = vectors_numbers(json_object_get(entry, "y"), y);
		struct sift_rank_test test;

		ck_assert_int_eq(sift_rank_test(x, n, y, m, &test, NULL),
				 SIFT_OK);
		assert_near(test.u, vectors_number(entry, "U_x"), 1e-12);
		assert_near(test.extreme, vectors_number(entry, "extreme"),
			    1e-12);
		assert_near(test.total, vectors_number(entry, "total"), 1e-12);
		assert_near(test.p, vectors_number(entry, "p_two_sided"), 1e-9);
	}
	json_decref(root);
}
END_TEST

static void
assert_interval(const double *x, size_t n, const double *y, size_t m,
		const json_t *interval, double wanted_shift)
{
	size_t k = (size_t)vectors_number(interval, "k");
	struct sift_rank_shift shift;

	ck_assert_int_eq(sift_rank_shift(x, n, y, m, k, &shift, NULL), SIFT_OK);
	assert_near(shift.shift, wanted_shift, 1e-9);
	assert_near(shift.low, vectors_number(interval, "lo"), 1e-9);
	assert_near(shift.high, vectors_number(interval, "hi"), 1e-9);
	assert_near(shift.coverage, vectors_number(interval, "coverage"), 1e-9);
}

START_TEST(shifts_are_those_of_the_reference)
{
	json_t *root = vectors_open("vectors.json");
	json_t *cases = vectors_cases(root, "hodges_lehmann");
	json_t *entry, *interval;
	size_t i, k;

	json_array_foreach(cases, i, entry)
	{
		double x[VECTOR_MAX], y[VECTOR_MAX];
		size_t n = vectors_numbers(json_object_get(entry, "x"), x);
		size_t m = vectors_numbers(json_object_get(entry, "y"), y);

		json_array_foreach(json_object_get(entry, "intervals"), k,
				   interval)
		{
			assert_interval(
				x, n, y, m, interval,
				vectors_number(entry, "hl_shift_y_minus_x"));
		}
	}
	json_decref(root);
}
END_TEST

/* The table of STATISTICS c.1: smallest p, and the widest interval. */
static const struct {
	size_t n, m;
	double p, coverage;
} designs[] = {
	{3, 3, 0.100, 0.900},	{3, 4, 0.057, 0.943}, {4, 4, 0.029, 0.971},
	{3, 5, 0.036, 0.964},	{4, 5, 0.016, 0.984}, {5, 5, 0.0079, 0.992},
	{3, 6, 0.024, 0.976},	{3, 8, 0.012, 0.988}, {3, 10, 0.0070, 0.993},
	{3, 20, 0.0011, 0.999}, {1, 19, 0.10, 0.90},  {1, 39, 0.05, 0.95},
	{1, 1, 1, 0},		{50, 50, 0, 1},
};

START_TEST(the_smallest_p_depends_on_the_number_of_runs)
{
	double x[64], y[64];
	struct sift_rank_test test;
	struct sift_rank_shift shift;
	size_t n = designs[_i].n, m = designs[_i].m;

	for (size_t i = 0; i < 64; i++) {
		x[i] = (double)i;
		y[i] = 1000 + (double)(i * i);
	}
	ck_assert_int_eq(sift_rank_test(x, n, y, m, &test, NULL), SIFT_OK);
	ck_assert_double_eq_tol(test.p, designs[_i].p, 5e-4);
	ck_assert_int_eq(sift_rank_shift(x, n, y, m, 1, &shift, NULL), SIFT_OK);
	ck_assert_double_eq_tol(shift.coverage, designs[_i].coverage, 6e-4);
}
END_TEST

START_TEST(the_interval_chosen_covers_95_percent_or_all_it_can)
{
	double x[] = {1, 2, 3, 4, 5}, y[] = {11, 12, 13, 14, 15};
	struct sift_rank_shift shift;

	ck_assert_int_eq(sift_rank_shift(x, 5, y, 5, 0, &shift, NULL), SIFT_OK);
	ck_assert_uint_eq(shift.k, 3);
	ck_assert_int_eq(sift_rank_shift(x, 3, y, 3, 0, &shift, NULL), SIFT_OK);
	ck_assert_uint_eq(shift.k, 1);
	assert_near(shift.coverage, 0.9, 1e-12);
}
END_TEST

static const struct {
	double x[2], y[2];
	size_t n, m, k;
} hopeless[] = {
	{{0}, {0}, 0, 0, 1},
	{{1}, {0}, 1, 0, 1},
	{{0}, {1}, 0, 1, 1},
	{{NAN, 1}, {1, 2}, 2, 2, 1},
	{{1, 2}, {1, INFINITY}, 2, 2, 1},
	{{1, 2}, {1, 2}, SIFT_RANK_MAX_VALUES, 1, 1},
	{{1, 2}, {1, 2}, SIZE_MAX, 2, 1},
	{{1, 2}, {1, 2}, 2, 2, 3},
};

START_TEST(what_cannot_be_ranked_gives_no_number)
{
	struct sift_rank_test test;
	struct sift_rank_shift shift;

	ck_assert_int_eq(sift_rank_shift(hopeless[_i].x, hopeless[_i].n,
					 hopeless[_i].y, hopeless[_i].m,
					 hopeless[_i].k, &shift, NULL),
			 SIFT_OK);
	ck_assert(isnan(shift.shift) && isnan(shift.coverage));
	if (hopeless[_i].k > 1)
		return;
	ck_assert_int_eq(sift_rank_test(hopeless[_i].x, hopeless[_i].n,
					hopeless[_i].y, hopeless[_i].m, &test,
					NULL),
			 SIFT_OK);
	ck_assert(isnan(test.p));
}
END_TEST

START_TEST(running_out_of_memory_is_said)
{
	double x[] = {1, 2}, y[] = {3, 4};
	struct sift_rank_test test;
	struct sift_rank_shift shift;

	sift_mem_fail_at(1, 0);
	ck_assert_int_eq(sift_rank_test(x, 2, y, 2, &test, NULL), SIFT_E_NOMEM);
	for (uint64_t call = 1; call <= 2; call++) {
		sift_mem_fail_at(call, 0);
		ck_assert_int_eq(sift_rank_shift(x, 2, y, 2, 1, &shift, NULL),
				 SIFT_E_NOMEM);
	}
	sift_mem_fail_at(0, 0);
}
END_TEST

#define ROWS(table) ((int)(sizeof(table) / sizeof(table[0])))

int
main(void)
{
	Suite *suite = suite_create("ranks");
	TCase *tests = tcase_create("ranks");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tests, tests_are_those_of_the_reference);
	tcase_add_test(tests, shifts_are_those_of_the_reference);
	tcase_add_loop_test(tests, the_smallest_p_depends_on_the_number_of_runs,
			    0, ROWS(designs));
	tcase_add_test(tests,
		       the_interval_chosen_covers_95_percent_or_all_it_can);
	tcase_add_loop_test(tests, what_cannot_be_ranked_gives_no_number, 0,
			    ROWS(hopeless));
	tcase_add_test(tests, running_out_of_memory_is_said);
	suite_add_tcase(suite, tests);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
