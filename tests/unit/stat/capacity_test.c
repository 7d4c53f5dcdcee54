/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <check.h>
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "stat/capacity.h"
#include "stat/noise.h"
#include "vectors.h"

#define MAX 8

/* load, throughput, se, latency, p95, errors */
static const struct sift_level rising[] = {
	{10, 100, 1, 0.05, 80, 0},	{20, 200, 1, 0.05, 90, 0},
	{40, 390, 2, 0.05, 85, 0},	{80, 600, 5, 0.08, 200, 0},
	{160, 620, 5, 0.2, 600, 0.002}, {320, 550, 5, 0.5, 900, 0.05},
};

static const struct {
	double p95, errors;
	size_t last_pass, first_fail;
	int by_errors;
	double interpolated;
} brackets[] = {
	{300, 0.01, 3, 4, 0, 80 + 80 * 100.0 / 400},
	{NAN, 0.01, 4, 5, 1, NAN},
	{1000, 0.5, 5, SIFT_NO_LEVEL, 0, NAN},
	{50, 0.01, SIFT_NO_LEVEL, 0, 0, NAN},
	{NAN, NAN, 5, SIFT_NO_LEVEL, 0, NAN},
	{87.5, NAN, 2, 3, 0, 40}, /* 90 and 85 are pooled */
};

START_TEST(capacity_is_a_bracket)
{
	struct sift_capacity_target target = {brackets[_i].p95,
					      brackets[_i].errors};
	double scratch[MAX];
	struct sift_bracket out =
		sift_capacity_bracket(rising, 6, &target, scratch);

	ck_assert_uint_eq(out.last_pass, brackets[_i].last_pass);
	ck_assert_uint_eq(out.first_fail, brackets[_i].first_fail);
	ck_assert_int_eq(out.by_errors, brackets[_i].by_errors);
	assert_near(out.interpolated, brackets[_i].interpolated, 1e-12);
}
END_TEST

START_TEST(p95_is_made_monotone_first)
{
	struct sift_level levels[] = {
		{1, 1, 0, 1, 100, 0}, {2, 2, 0, 1, 300, 0},
		{3, 3, 0, 1, 50, 0},  {4, 4, 0, 1, 60, 0},
		{5, 5, 0, 1, NAN, 0}, {6, 6, 0, 1, 500, 0},
	};
	struct sift_capacity_target target = {150, NAN};
	double scratch[MAX];
	struct sift_bracket out =
		sift_capacity_bracket(levels, 6, &target, scratch);

	/* 300, 50, 60 pool to 136.7; the missing one takes it as well. */
	assert_near(scratch[1], 410.0 / 3, 1e-12);
	ck_assert_uint_eq(out.first_fail, 5);
	out = sift_capacity_bracket(levels, 0, &target, scratch);
	ck_assert_uint_eq(out.last_pass, SIFT_NO_LEVEL);
}
END_TEST

START_TEST(gains_are_found_beyond_noise)
{
	struct sift_level noisy[6];
	struct sift_gain out = sift_capacity_gain(rising, 6);

	ck_assert_uint_eq(out.half, 4);
	ck_assert_uint_eq(out.saturated, 4);
	ck_assert_uint_eq(out.retrograde, 5);
	ck_assert_uint_eq(out.best_power, 2);
	ck_assert_uint_eq(out.flat, SIFT_NO_LEVEL);
	assert_near(sift_marginal_gain(rising, 1), 1, 1e-12);
	assert_near(sift_marginal_gain(rising, 3), 210.0 / 390, 1e-12);
	for (int i = 0; i < 6; i++) {
		noisy[i] = rising[i];
		noisy[i].throughput_se = 400;
	}
	out = sift_capacity_gain(noisy, 6);
	ck_assert_uint_eq(out.half, SIFT_NO_LEVEL);
	ck_assert_uint_eq(out.retrograde, SIFT_NO_LEVEL);
}
END_TEST

START_TEST(throughput_may_be_flat)
{
	struct sift_level levels[] = {
		{10, 100, NAN, 1, 1, 0},
		{20, 150, NAN, 1, 1, 0},
		{40, 152, NAN, 1, 1, 0},
		{80, 149, NAN, 1, 1, 0},
	};

	ck_assert_uint_eq(sift_capacity_gain(levels, 4).flat, 1);
	ck_assert_uint_eq(sift_capacity_gain(levels, 3).flat, SIFT_NO_LEVEL);
	ck_assert_uint_eq(sift_capacity_gain(levels, 0).flat, SIFT_NO_LEVEL);
	levels[2].throughput = NAN;
	ck_assert_uint_eq(sift_capacity_gain(levels, 4).retrograde,
			  SIFT_NO_LEVEL);
}
END_TEST

START_TEST(littles_law_gives_think_time)
{
	struct sift_little out = sift_little(100, 50, 0.5);

	assert_near(out.in_flight, 25, 1e-12);
	assert_near(out.think_s, 1.5, 1e-12);
	ck_assert(!out.is_impossible);
	ck_assert(sift_little(10, 100, 0.5).is_impossible);
	ck_assert(!sift_little(50, 100, 0.52).is_impossible);
	ck_assert(isnan(sift_little(0, 1, 1).think_s));
	ck_assert(isnan(sift_little(1, 0, 1).think_s));
	ck_assert(isnan(sift_little(1, 1, -1).think_s));
	ck_assert(isnan(sift_little(NAN, 1, 1).think_s));
}
END_TEST

/* Throughput from users, latency and think time. */
static void
make_levels(struct sift_level levels[4], const double think[4], double latency)
{
	for (int i = 0; i < 4; i++) {
		double users = 10.0 * (1 << i);

		levels[i] = (struct sift_level){
			users, users / (latency + think[i]), NAN, latency, NAN,
			0};
	}
}

static const struct {
	double think[4];
	double factor; /* of the last throughput */
	enum sift_think wanted;
} thinks[] = {
	{{1, 1, 1.1, 0.95}, 1, SIFT_THINK_CONSTANT},
	{{1, 1, 2, 4}, 1, SIFT_THINK_GROWING},
	{{4, 2, 1, 1}, 1, SIFT_THINK_VARYING},
	{{1, 1, 1, 1}, 50, SIFT_THINK_IMPOSSIBLE},
};

START_TEST(think_times_judge_the_generator)
{
	struct sift_level levels[4];
	double scratch[MAX];

	make_levels(levels, thinks[_i].think, 0.1);
	levels[3].throughput *= thinks[_i].factor;
	ck_assert_int_eq(sift_think(levels, 4, scratch), thinks[_i].wanted);
	ck_assert_int_eq(sift_think(levels, 2, scratch), SIFT_THINK_UNKNOWN);
	ck_assert_int_eq(sift_think(levels, 0, scratch), SIFT_THINK_UNKNOWN);
}
END_TEST

/* ---- noise ---- */

START_TEST(noise_is_split_into_within_and_between)
{
	static const double values[] = {100, 110, 121};
	struct sift_noise_endpoint endpoints[] = {
		{values, 0.01, 0},
		{values, 0.09, 0},
		{values, 0.5, 0},
		{values, NAN, 0},
	};
	struct sift_noise out[4];
	double sd = log(1.1);

	ck_assert_int_eq(sift_noise(endpoints, 2, 3, out, NULL), SIFT_OK);
	assert_near(out[0].own_sd, sd, 1e-12);
	assert_near(out[0].sd, sd, 1e-12); /* two are no prior */
	assert_near(out[0].between_sd, sqrt(sd * sd - 1e-4), 1e-12);
	ck_assert(!out[0].is_within && out[1].is_within);
	assert_near(out[0].df, 2, 0);
	ck_assert_int_eq(sift_noise(endpoints, 4, 3, out, NULL), SIFT_OK);
	ck_assert(out[0].df > 2 && out[0].sd > sd);
	assert_near(out[2].own_sd, 0.5, 1e-12);
	assert_near(out[2].between_sd, 0, 0);
	ck_assert(out[2].sd >= 0.5 && !out[3].is_within);
}
END_TEST

START_TEST(without_two_runs_there_is_no_noise)
{
	static const double values[] = {100, NAN, 0, -1};
	struct sift_noise_endpoint endpoint = {values, 0.01, 0};
	struct sift_noise out;

	for (size_t runs = 0; runs <= 4; runs++) {
		ck_assert_int_eq(sift_noise(&endpoint, 1, runs, &out, NULL),
				 SIFT_OK);
		ck_assert(isnan(out.sd) && isnan(out.df));
		ck_assert_uint_eq(out.n, runs > 0);
	}
	sift_mem_fail_at(1, 0);
	ck_assert_int_eq(sift_noise(&endpoint, 1, 4, &out, NULL), SIFT_E_NOMEM);
	sift_mem_fail_at(0, 0);
}
END_TEST

/* STATISTICS c.2: 3v3 sees 3.0 to 3.3 standard deviations, 5v5 about 2. */
START_TEST(more_runs_show_smaller_changes)
{
	double sd = 0.001;

	ck_assert_double_eq_tol(sift_detectable_share(sd, 3, 0) / sd, 3.05,
				0.05);
	ck_assert_double_eq_tol(sift_detectable_share(sd, 5, 0) / sd, 2.02,
				0.02);
	ck_assert(sift_detectable_share(sd, 10, 0) <
		  sift_detectable_share(sd, 5, 0));
	ck_assert(sift_detectable_share(sd, 3, 10) <
		  sift_detectable_share(sd, 3, 0));
	ck_assert(isnan(sift_detectable_share(sd, 1, 0)));
	ck_assert(isnan(sift_detectable_share(NAN, 3, 0)));
}
END_TEST

#define ROWS(table) ((int)(sizeof(table) / sizeof(table[0])))

int
main(void)
{
	Suite *suite = suite_create("capacity");
	TCase *tests = tcase_create("capacity");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_loop_test(tests, capacity_is_a_bracket, 0, ROWS(brackets));
	tcase_add_test(tests, p95_is_made_monotone_first);
	tcase_add_test(tests, gains_are_found_beyond_noise);
	tcase_add_test(tests, throughput_may_be_flat);
	tcase_add_test(tests, littles_law_gives_think_time);
	tcase_add_loop_test(tests, think_times_judge_the_generator, 0,
			    ROWS(thinks));
	tcase_add_test(tests, noise_is_split_into_within_and_between);
	tcase_add_test(tests, without_two_runs_there_is_no_noise);
	tcase_add_test(tests, more_runs_show_smaller_changes);
	suite_add_tcase(suite, tests);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
