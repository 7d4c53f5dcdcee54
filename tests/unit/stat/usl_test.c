/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <check.h>
#include <math.h>
#include <stdlib.h>

#include "stat/usl.h"
#include "vectors.h"

static size_t
levels_of(const json_t *entry, struct sift_usl_level out[VECTOR_MAX])
{
	double load[VECTOR_MAX], rate[VECTOR_MAX];
	size_t count = vectors_numbers(json_object_get(entry, "N"), load);

	ck_assert_uint_eq(vectors_numbers(json_object_get(entry, "X"), rate),
			  count);
	for (size_t i = 0; i < count; i++)
		out[i] = (struct sift_usl_level){load[i], rate[i]};
	return count;
}

static const struct {
	const char *file;
} files[] = {{"vectors.json"}, {"second.json"}};

START_TEST(fits_are_those_of_others)
{
	json_t *root = vectors_open(files[_i].file);
	json_t *cases = vectors_cases(root, "usl"), *entry;
	size_t i;

	json_array_foreach(cases, i, entry)
	{
		struct sift_usl_level levels[VECTOR_MAX];
		struct sift_usl fit;
		size_t count = levels_of(entry, levels);

		ck_assert(sift_usl_fit(levels, count, &fit));
		assert_near(fit.a, vectors_number(entry, "a"), 1e-9);
		assert_near(fit.b, vectors_number(entry, "b"), 1e-9);
		assert_near(fit.c, vectors_number(entry, "c"), 1e-9);
		assert_near(fit.residual, vectors_number(entry, "wrss"), 1e-9);
		if (_i > 0)
			continue;
		assert_near(fit.lambda, vectors_number(entry, "lam"), 1e-9);
		assert_near(fit.sigma, vectors_number(entry, "sigma"), 1e-9);
		assert_near(fit.kappa, vectors_number(entry, "kappa"), 1e-9);
		assert_near(fit.peak_load, vectors_number(entry, "N_star"),
			    1e-9);
		assert_near(fit.peak_throughput, vectors_number(entry, "X_max"),
			    1e-9);
	}
	json_decref(root);
}
END_TEST

/*
 * SPEC SDM91, the worked example of Gunther 2007. His fit is not weighted (as
 * R's nls(): sigma 0.0277, kappa 0.000104, peak at 96.5), so that sigma
 * differs; the peak, which is what anybody wants of it, hardly does.
 */
START_TEST(the_worked_example_of_the_book_peaks_where_it_should)
{
	static const struct sift_usl_level levels[] = {
		{1, 64.9},     {18, 995.9},   {36, 1652.4},  {72, 1853.2},
		{108, 1828.9}, {144, 1775.0}, {216, 1702.2},
	};
	struct sift_usl_judgement out = sift_usl_judge(levels, 7);

	ck_assert_int_eq(out.claim, SIFT_USL_PEAK);
	ck_assert_double_eq_tol(out.fit.kappa, 0.000104, 0.000015);
	ck_assert_double_eq_tol(out.fit.peak_load, 96.5, 5);
	ck_assert(out.low < 96.5 && out.high > 96.5);
}
END_TEST

static void
make_levels(struct sift_usl_level *levels, size_t count, double sigma,
	    double kappa)
{
	static const double loads[] = {1, 10, 40, 70, 100, 130};
	struct sift_usl law = {.lambda = 40, .sigma = sigma, .kappa = kappa};

	for (size_t i = 0; i < count; i++)
		levels[i] = (struct sift_usl_level){
			loads[i], sift_usl_throughput(&law, loads[i])};
}

static const struct {
	size_t levels;
	double sigma, kappa;
	enum sift_usl_claim claim;
} claims[] = {
	{6, 0.02, 0.0002, SIFT_USL_PEAK}, /* N* = 70 */
	{4, 0.02, 0.0002, SIFT_USL_NO_PEAK},
	{3, 0.02, 0.0002, SIFT_USL_NOTHING},
	{6, 0.02, 0.00002, SIFT_USL_NO_PEAK}, /* N* = 221 */
	{6, 0.05, 0, SIFT_USL_CONTENTION},
	{6, 0, 0, SIFT_USL_LINEAR},
};

START_TEST(only_what_the_levels_show_is_claimed)
{
	struct sift_usl_level levels[6];
	struct sift_usl_judgement out;

	make_levels(levels, claims[_i].levels, claims[_i].sigma,
		    claims[_i].kappa);
	out = sift_usl_judge(levels, claims[_i].levels);
	ck_assert_int_eq(out.claim, claims[_i].claim);
	ck_assert_uint_eq(out.super_linear, 0);
	ck_assert_double_eq_tol(out.fit.sigma, claims[_i].sigma, 1e-6);
	ck_assert_double_eq_tol(out.fit.kappa, claims[_i].kappa, 1e-8);
}
END_TEST

START_TEST(super_linear_levels_are_named)
{
	struct sift_usl_level levels[6];
	struct sift_usl_judgement out;

	make_levels(levels, 6, 0, 0);
	levels[3].throughput *= 1.3;
	out = sift_usl_judge(levels, 6);
	ck_assert_uint_eq(out.super_linear, 1);
	ck_assert_uint_eq(out.worst_level, 3);
}
END_TEST

static const struct {
	struct sift_usl_level levels[3];
	size_t count;
} hopeless[] = {
	{{{0, 0}}, 0},
	{{{1, 10}}, 1},
	{{{5, 10}, {5, 11}, {5, 12}}, 3},
	{{{1, 0}, {2, 0}, {3, 0}}, 3},
	{{{NAN, 1}, {2, 2}, {INFINITY, 3}}, 3},
	{{{-1, 1}, {0, 2}, {3, 3}}, 3},
	{{{1, NAN}, {2, INFINITY}, {3, 3}}, 3},
};

START_TEST(without_two_loads_there_is_no_fit)
{
	struct sift_usl fit;

	ck_assert(!sift_usl_fit(hopeless[_i].levels, hopeless[_i].count, &fit));
	ck_assert(isnan(fit.lambda) && isnan(fit.peak_load));
	ck_assert_int_eq(
		sift_usl_judge(hopeless[_i].levels, hopeless[_i].count).claim,
		SIFT_USL_NOTHING);
}
END_TEST

START_TEST(extreme_levels_do_no_harm)
{
	static const struct sift_usl_level levels[] = {
		{1e-9, 1e-9}, {1, 1e9}, {1e6, 1e-6}, {1e9, 1e9}, {1e12, 1}};
	struct sift_usl_level many[SIFT_USL_MAX_LEVELS + 9];
	struct sift_usl fit;

	if (sift_usl_fit(levels, 5, &fit))
		ck_assert(fit.a > 0 && fit.b >= 0 && fit.c >= 0);
	for (size_t i = 0; i < SIFT_USL_MAX_LEVELS + 9; i++)
		many[i] = (struct sift_usl_level){(double)i + 1, 5};
	ck_assert(sift_usl_fit(many, SIFT_USL_MAX_LEVELS + 9, &fit));
}
END_TEST

#define ROWS(table) ((int)(sizeof(table) / sizeof(table[0])))

int
main(void)
{
	Suite *suite = suite_create("usl");
	TCase *tests = tcase_create("usl");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_loop_test(tests, fits_are_those_of_others, 0, ROWS(files));
	tcase_add_test(tests,
		       the_worked_example_of_the_book_peaks_where_it_should);
	tcase_add_loop_test(tests, only_what_the_levels_show_is_claimed, 0,
			    ROWS(claims));
	tcase_add_test(tests, super_linear_levels_are_named);
	tcase_add_loop_test(tests, without_two_loads_there_is_no_fit, 0,
			    ROWS(hopeless));
	tcase_add_test(tests, extreme_levels_do_no_harm);
	suite_add_tcase(suite, tests);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
