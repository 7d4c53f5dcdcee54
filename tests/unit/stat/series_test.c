/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <check.h>
#include <math.h>
#include <stdlib.h>

#include "stat/series.h"
#include "vectors.h"

static void
assert_mser(const json_t *entry)
{
	double x[VECTOR_MAX], mser[VECTOR_MAX], wanted[VECTOR_MAX];
	size_t count = vectors_numbers(json_object_get(entry, "x"), x);
	size_t steps = vectors_numbers(json_object_get(entry, "mser"), wanted);
	double d = vectors_number(entry, "d");
	struct sift_warm_up out = sift_mser_5(x, count, mser);

	ck_assert_uint_eq(steps, out.batches / 2 + 1);
	for (size_t i = 0; i < steps; i++)
		assert_near(mser[i], wanted[i], 1e-9);
	ck_assert(out.is_judged);
	ck_assert_int_eq(out.is_steady, (size_t)d < out.batches / 2);
	if (out.is_steady)
		assert_near((double)out.cut, vectors_number(entry, "cut"), 0);
}

START_TEST(cuts_are_those_of_the_reference)
{
	json_t *root = vectors_open("vectors.json");

	assert_mser(json_object_get(root, "mser5"));
	json_decref(root);
}
END_TEST

/* R's var(); tests/data/statistics/second.R */
START_TEST(cuts_are_those_of_r)
{
	json_t *root = vectors_open("second.json");
	json_t *cases = vectors_cases(root, "mser5");

	for (size_t i = 0; i < json_array_size(cases); i++)
		assert_mser(json_array_get(cases, i));
	json_decref(root);
}
END_TEST

START_TEST(a_series_that_never_settles_is_said_to)
{
	double rising[100], steady[100], broken[100];
	struct sift_warm_up out;

	for (int i = 0; i < 100; i++) {
		rising[i] = i;
		steady[i] = 7;
		broken[i] = i == 50 ? NAN : 7;
	}
	out = sift_mser_5(rising, 100, NULL);
	ck_assert(out.is_judged && !out.is_steady && out.cut == 0);
	out = sift_mser_5(steady, 100, NULL);
	ck_assert(out.is_judged && out.is_steady && out.cut == 0);
	out = sift_mser_5(broken, 100, NULL);
	ck_assert(!out.is_judged);
}
END_TEST

START_TEST(short_series_are_not_judged)
{
	double values[20] = {0};

	for (size_t count = 0; count < 20; count++)
		ck_assert(!sift_mser_5(values, count, NULL).is_judged);
	ck_assert(sift_mser_5(values, 20, NULL).is_judged);
}
END_TEST

START_TEST(the_error_of_batch_means_is_that_of_a_mean)
{
	double values[20];

	for (int i = 0; i < 20; i++)
		values[i] = i;
	/* variance of 0..19 is 35 */
	assert_near(sift_batch_error(values, 20), sqrt(35.0 / 20), 1e-12);
	ck_assert(isnan(sift_batch_error(values, 9)));
	ck_assert(isnan(sift_batch_error(values, 0)));
	values[3] = INFINITY;
	ck_assert(isnan(sift_batch_error(values, 20)));
}
END_TEST

START_TEST(a_drift_is_a_line_that_is_no_chance)
{
	double values[20];
	struct sift_drift out;

	for (int i = 0; i < 20; i++)
		values[i] = 100 + i + (i % 2 ? 0.5 : -0.5);
	out = sift_drift(values, 20);
	/* R: summary(lm(v ~ i)) gives a slope of 1 + 10/1330, sxx = 665 */
	assert_near(out.share, (1 + 5.0 / 665) * 19 / 109.5, 1e-9);
	ck_assert(out.is_found && out.p < 1e-10);
	for (int i = 0; i < 20; i++)
		values[i] = 100 + 10 * sin(i * 2.4);
	ck_assert(!sift_drift(values, 20).is_found);
	for (int i = 0; i < 20; i++)
		values[i] = 100 + i / 10.0; /* certain, and small */
	ck_assert(!sift_drift(values, 20).is_found);
	for (int i = 0; i < 20; i++)
		values[i] = 5;
	ck_assert_double_eq(sift_drift(values, 20).p, 1);
	ck_assert(isnan(sift_drift(values, 9).p));
	values[0] = NAN;
	ck_assert(isnan(sift_drift(values, 20).p));
}
END_TEST

START_TEST(plateaus_are_where_the_load_stands_still)
{
	double load[100];
	struct sift_plateau out[2];

	for (int i = 0; i < 100; i++)
		load[i] = i < 40 ? 10 : (i < 50 ? i : 50);
	for (int i = 90; i < 100; i++)
		load[i] = NAN;
	ck_assert_uint_eq(sift_plateaus(load, 100, 30, 20, out, 2), 2);
	ck_assert_uint_eq(out[0].first, 20);
	ck_assert_uint_eq(out[0].count, 20);
	ck_assert_double_eq(out[0].load, 10);
	ck_assert_uint_eq(out[1].first, 70);
	ck_assert_uint_eq(out[1].count, 20);
	ck_assert_uint_eq(sift_plateaus(load, 100, 30, 20, out, 1), 2);
	ck_assert_uint_eq(sift_plateaus(load, 100, 41, 20, out, 2), 0);
	ck_assert_uint_eq(sift_plateaus(load, 100, 30, 40, out, 2), 0);
	ck_assert_uint_eq(sift_plateaus(load, 0, 30, 20, out, 2), 0);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("series");
	TCase *tests = tcase_create("series");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tests, cuts_are_those_of_the_reference);
	tcase_add_test(tests, cuts_are_those_of_r);
	tcase_add_test(tests, a_series_that_never_settles_is_said_to);
	tcase_add_test(tests, short_series_are_not_judged);
	tcase_add_test(tests, the_error_of_batch_means_is_that_of_a_mean);
	tcase_add_test(tests, a_drift_is_a_line_that_is_no_chance);
	tcase_add_test(tests, plateaus_are_where_the_load_stands_still);
	suite_add_tcase(suite, tests);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
