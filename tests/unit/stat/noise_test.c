/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <check.h>
#include <math.h>
#include <stdlib.h>

#include "stat/noise.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))
#define RUNS 3

/* R: df <- prior + 2 * n - 2
      expm1((qt(.975, df) + qt(.8, df)) * sd * sqrt(2 / n)) */
static const struct {
	double sd;
	unsigned runs;
	double prior_df;
	double share;
} designs[] = {
	{0.05, 3, 0, 0.1638839147977287},
	{0.05, 5, 0, 0.1063113885268971},
	{0.05, 10, 6, 0.0674899433599057},
	{0.04, 3, 10, 0.1034029444179552},
	{0, 3, 0, 0},
};

START_TEST(what_so_many_runs_show_is_what_r_says)
{
	double share = sift_detectable_share(designs[_i].sd, designs[_i].runs,
					     designs[_i].prior_df);

	ck_assert_double_eq_tol(share, designs[_i].share, 1e-9);
}
END_TEST

START_TEST(one_run_a_side_shows_nothing)
{
	ck_assert(isnan(sift_detectable_share(0.05, 1, 10)));
	ck_assert(isnan(sift_detectable_share(0.05, 0, 10)));
	ck_assert(isnan(sift_detectable_share(NAN, 3, 10)));
}
END_TEST

/* Too few endpoints for a prior: each stands by itself. */
START_TEST(spread_is_that_of_logarithms)
{
	static const double values[] = {100, 110, 121};
	static const struct sift_noise_endpoint endpoint = {values, NAN, 0};
	struct sift_noise noise;

	ck_assert(!sift_noise(&endpoint, 1, RUNS, &noise, NULL));
	ck_assert_uint_eq(noise.n, 3);
	ck_assert_double_eq_tol(noise.sd, log(1.1), 1e-12);
	ck_assert_double_eq_tol(noise.own_sd, log(1.1), 1e-12);
	ck_assert_double_eq_tol(noise.between_sd, log(1.1), 1e-12);
	ck_assert(!noise.is_within);
	ck_assert_double_eq(noise.df, 2);
}
END_TEST

START_TEST(runs_differ_at_least_by_what_each_does_not_know)
{
	static const double values[] = {100, 101, 99};
	static const struct sift_noise_endpoint endpoint = {values, 0.05, 1};
	struct sift_noise noise;

	ck_assert(!sift_noise(&endpoint, 1, RUNS, &noise, NULL));
	ck_assert_double_eq(noise.own_sd, 0.05);
	ck_assert(noise.sd >= 0.05);
	ck_assert_double_eq(noise.between_sd, 0);
	ck_assert(noise.is_within);
}
END_TEST

static const double bad[][RUNS] = {
	{100, NAN, NAN}, {NAN, NAN, NAN},  {-1, -1, 5},
	{0, 0, 5},	 {INFINITY, 7, 0},
};

START_TEST(below_two_values_there_is_no_noise)
{
	const struct sift_noise_endpoint endpoint = {bad[_i], 0.01, 0};
	struct sift_noise noise;

	ck_assert(!sift_noise(&endpoint, 1, RUNS, &noise, NULL));
	ck_assert_uint_le(noise.n, 1);
	ck_assert(isnan(noise.sd) && isnan(noise.own_sd));
}
END_TEST

/* A value of 0 is below the source's step: half of it stands in. */
START_TEST(zero_is_half_a_step)
{
	static const double values[] = {0, 1, 1};
	static const double stood_in[] = {0.5, 1, 1};
	static const struct sift_noise_endpoint endpoints[] = {
		{values, NAN, 1}, {stood_in, NAN, 1}};
	struct sift_noise noise[2];

	ck_assert(!sift_noise(endpoints, 2, RUNS, noise, NULL));
	ck_assert_double_eq(noise[0].own_sd, noise[1].own_sd);
	ck_assert_uint_eq(noise[0].n, 3);
}
END_TEST

/* Ten endpoints of about 5 % and one that happened to agree to 0.1 %. */
START_TEST(one_quiet_endpoint_borrows_from_the_others)
{
	double values[11][RUNS];
	struct sift_noise_endpoint endpoints[11];
	struct sift_noise noise[11];

	for (int e = 0; e < 11; e++) {
		double gap = e == 10 ? 0.001 : 0.04 + 0.002 * e;

		values[e][0] = 100 * exp(-gap);
		values[e][1] = 100;
		values[e][2] = 100 * exp(gap);
		endpoints[e] = (struct sift_noise_endpoint){values[e], NAN, 0};
	}
	ck_assert(!sift_noise(endpoints, 11, RUNS, noise, NULL));
	ck_assert_double_eq_tol(noise[10].own_sd, 0.001, 1e-9);
	ck_assert_double_gt(noise[10].sd, 0.003);
	ck_assert_double_gt(noise[10].df, 2);
	ck_assert_double_lt(noise[9].sd, noise[9].own_sd);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("noise");
	TCase *t = tcase_create("noise");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, t);
	tcase_add_loop_test(t, what_so_many_runs_show_is_what_r_says, 0,
			    COUNT(designs));
	tcase_add_test(t, one_run_a_side_shows_nothing);
	tcase_add_test(t, spread_is_that_of_logarithms);
	tcase_add_test(t, runs_differ_at_least_by_what_each_does_not_know);
	tcase_add_loop_test(t, below_two_values_there_is_no_noise, 0,
			    COUNT(bad));
	tcase_add_test(t, zero_is_half_a_step);
	tcase_add_test(t, one_quiet_endpoint_borrows_from_the_others);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
