/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <check.h>
#include <math.h>
#include <stdlib.h>

#include "stat/histogram_quantile.h"

#define INF (double)INFINITY

/* Worked by hand from the definition. */
static const struct {
	struct sift_le_bucket buckets[4];
	size_t count;
	double q, expected; /* NAN = none */
	int above;
} cases[] = {
	{{{1, 10}, {2, 30}, {4, 40}, {INF, 40}}, 4, 0.5, 1.5, 0},
	{{{1, 10}, {2, 30}, {4, 40}, {INF, 40}}, 4, 0.1, 0.4, 0},
	{{{1, 10}, {2, 30}, {4, 40}, {INF, 40}}, 4, 0.95, 3.6, 0},
	{{{1, 10}, {2, 30}, {4, 40}, {INF, 40}}, 4, 1, 4, 0},
	{{{1, 10}, {2, 30}, {4, 40}, {INF, 40}}, 4, 0, 0, 0},
	/* empty buckets; a rank at a bound */
	{{{1, 0}, {2, 10}, {4, 10}, {INF, 20}}, 4, 0.5, 2, 0},
	/* beyond the last bound */
	{{{1, 10}, {INF, 20}}, 2, 0.5, 1, 0},
	{{{1, 10}, {INF, 20}}, 2, 0.51, 1, 1},
	{{{1, 0}, {INF, 20}}, 2, 0.5, 1, 1},
	/* nothing below 0 is invented */
	{{{-1, 10}, {1, 20}, {INF, 20}}, 3, 0.25, -1, 0},
	{{{-1, 10}, {1, 20}, {INF, 20}}, 3, 0.75, 0, 0},
	/* any order, counts that fall */
	{{{INF, 40}, {4, 28}, {1, 10}, {2, 30}}, 4, 0.5, 1.5, 0},
	/* no answer */
	{{{1, 10}, {2, 30}}, 2, 0.5, NAN, 0},
	{{{INF, 10}}, 1, 0.5, NAN, 0},
	{{{1, 0}, {INF, 0}}, 2, 0.5, NAN, 0},
	{{{0, 0}}, 0, 0.5, NAN, 0},
};

START_TEST(quantiles_are_those_of_prometheus)
{
	struct sift_le_bucket buckets[4];
	double got;
	int above = -1;

	for (size_t i = 0; i < 4; i++)
		buckets[i] = cases[_i].buckets[i];
	sift_buckets_settle(buckets, cases[_i].count);
	got = sift_histogram_quantile(buckets, cases[_i].count, cases[_i].q,
				      &above);
	if (isnan(cases[_i].expected))
		ck_assert(isnan(got));
	else
		ck_assert_double_eq_tol(got, cases[_i].expected, 1e-12);
	ck_assert_int_eq(above, cases[_i].above);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("histogram_quantile");
	TCase *tc = tcase_create("histogram_quantile");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tc, quantiles_are_those_of_prometheus, 0,
			    (int)(sizeof(cases) / sizeof(cases[0])));
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
