/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Levels of a sweep, and those of one run: what is said, and what is not. */
#include <config.h>

#include "judge/load_curves.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "judge_fixture.h"

#define COUNT_OF(a) (sizeof(a) / sizeof((a)[0]))
#define LEVELS 4

struct level {
	double users, rps, ms;
};

/* A sweep of these levels; users of 0 end it. */
static void
build(struct judged *j, const struct level levels[LEVELS])
{
	size_t sets[LEVELS], count = 0;

	for (size_t i = 0; i < LEVELS && levels[i].users != 0; i++) {
		const char *load = sift_arena_printf(&j->b.arena, "%02zu", i);

		sets[i] = doc_set(&j->b, "peak", load, 1);
		doc_same(&j->b, sets[i], "GET", "list",
			 (struct doc_figures){.requests = 60 * levels[i].rps,
					      .rps = levels[i].rps,
					      .p50 = levels[i].ms,
					      .p95 = 2 * levels[i].ms});
		j->b.doc.sets[sets[i]].users = levels[i].users;
		count++;
	}
	doc_sweep(&j->b, "peak", sets, count);
	doc_finish(&j->b);
	ck_assert_int_eq(
		sift_load_curves(&j->b.doc, &j->config, &j->b.arena, NULL),
		SIFT_OK);
}

/* The bracket; 0 = there is none. */
static const struct {
	const char *yaml;
	struct level levels[LEVELS];
	double last_pass, first_fail;
	const char *words;
} sweeps[] = {
	{NULL,
	 {{10, 20, 100}, {20, 40, 100}, {40, 80, 100}},
	 40,
	 0,
	 "at least 40 users"},
	{"targets: {list: {p95: 1s}}",
	 {{10, 20, 100}, {20, 40, 300}, {40, 70, 600}},
	 20,
	 40,
	 "between 20 users"},
	{"targets: {list: {p95: 1s}}",
	 {{10, 20, 600}, {20, 40, 700}},
	 0,
	 10,
	 "below the lowest level"},
	{"targets: {list: {p95: 150ms}}",
	 {{10, 20, 50}, {20, 40, 75}, {40, 80, 76}},
	 20,
	 40,
	 "GET list p95 at most 150 ms"},
	{"targets: {other: {p95: 1ms}}", /* fits no endpoint */
	 {{10, 20, 100}, {20, 40, 100}},
	 20,
	 0,
	 "all requests"},
	/* one level better than the one below is chance */
	{"targets: {list: {p95: 1s}}",
	 {{10, 20, 100}, {20, 40, 600}, {40, 80, 480}, {80, 90, 700}},
	 10,
	 20,
	 "between 10 users"},
};

START_TEST(capacity_is_a_bracket)
{
	const struct sift_load_curve *curve;
	struct judged j;

	judged_init(&j, sweeps[_i].yaml);
	build(&j, sweeps[_i].levels);
	ck_assert_uint_eq(j.b.doc.load_curve_count, 1);
	curve = &j.b.doc.load_curves[0];
	ck_assert_uint_eq(curve->run, SIFT_NONE);
	if (sweeps[_i].last_pass > 0)
		ck_assert_double_eq(curve->last_pass, sweeps[_i].last_pass);
	else
		ck_assert_double_nan(curve->last_pass);
	if (sweeps[_i].first_fail > 0)
		ck_assert_double_eq(curve->first_fail, sweeps[_i].first_fail);
	else
		ck_assert_double_nan(curve->first_fail);
	if (!strstr(curve->summary, sweeps[_i].words))
		ck_abort_msg("%s", curve->summary);
	judged_release(&j);
}
END_TEST

START_TEST(levels_say_what_was_served_and_what_more_load_gave)
{
	static const struct level levels[LEVELS] = {
		{10, 20, 100}, {20, 40, 100}, {40, 44, 500}, {80, 40, 1500}};
	const struct sift_load_curve *curve;
	struct judged j;

	judged_init(&j, NULL);
	build(&j, levels);
	curve = &j.b.doc.load_curves[0];
	ck_assert_uint_eq(curve->level_count, 4);
	ck_assert_double_nan(curve->levels[0].gain);
	ck_assert_double_eq_tol(curve->levels[1].gain, 1, 1e-9);
	ck_assert_double_eq_tol(curve->levels[2].gain, 0.1, 1e-9);
	ck_assert(curve->levels[3].gain < 0);
	ck_assert_double_eq_tol(curve->levels[1].in_flight, 4, 1e-9);
	ck_assert_double_eq_tol(curve->levels[0].think_s, 0.4, 1e-9);
	ck_assert_double_eq(curve->levels[2].requests, 60 * 44);
	ck_assert_double_eq(curve->half_gain_at, 40);
	ck_assert_double_eq(curve->retrograde_at, 80);
	ck_assert_double_nan(curve->scalability.peak_in_flight);
	judged_release(&j);
}
END_TEST

/* What makes no curve. */
static const struct level no_curves[][LEVELS] = {
	{{10, 20, 100}},		/* one level */
	{{10, 20, 100}, {-1, 20, 100}}, /* users that are none */
	{{10, 20, 100}, {NAN, 20, 100}},
};

START_TEST(fewer_than_two_levels_are_no_curve)
{
	struct judged j;

	judged_init(&j, NULL);
	build(&j, no_curves[_i]);
	ck_assert_uint_eq(j.b.doc.load_curve_count, 0);
	judged_release(&j);
}
END_TEST

START_TEST(unknown_figures_claim_nothing)
{
	static const struct level levels[LEVELS] = {{10, NAN, NAN},
						    {20, NAN, NAN}};
	const struct sift_load_curve *curve;
	struct judged j;

	judged_init(&j, NULL);
	build(&j, levels);
	ck_assert_uint_eq(j.b.doc.load_curve_count, 1);
	curve = &j.b.doc.load_curves[0];
	ck_assert_double_nan(curve->last_pass);
	ck_assert_double_nan(curve->first_fail);
	ck_assert_int_eq(curve->levels[0].passes, -1);
	ck_assert_ptr_nonnull(curve->summary);
	judged_release(&j);
}
END_TEST

START_TEST(parts_of_a_run_are_levels_by_rising_load)
{
	struct sift_run_level parts[] = {
		{.users = 10,
		 .throughput = 20,
		 .mean_ms = 100,
		 .p95_ms = 200,
		 .p50_ms = 90,
		 .requests = 800,
		 .error_rate = 0},
		{.users = 40,
		 .throughput = 60,
		 .mean_ms = 300,
		 .p95_ms = 1500,
		 .p50_ms = 250,
		 .requests = 2400,
		 .error_rate = 0},
		{.users = 20,
		 .throughput = 40,
		 .mean_ms = 110,
		 .p95_ms = 220,
		 .p50_ms = 95,
		 .requests = 1600,
		 .error_rate = 0},
		{.users = 10,
		 .throughput = 1,
		 .mean_ms = 900,
		 .p95_ms = 9000,
		 .p50_ms = 800,
		 .requests = 40,
		 .error_rate = 0}, /* again */
	};
	const struct sift_load_curve *curve;
	struct judged j;

	judged_init(&j, NULL);
	doc_set(&j.b, "climb", NULL, 1);
	doc_same(&j.b, 0, "GET", "list",
		 (struct doc_figures){.requests = 100, .p50 = 100});
	doc_run(&j.b, 0, 0)->levels = parts;
	doc_run(&j.b, 0, 0)->level_count = COUNT_OF(parts);
	doc_finish(&j.b);
	ck_assert_int_eq(
		sift_load_curves(&j.b.doc, &j.config, &j.b.arena, NULL),
		SIFT_OK);
	ck_assert_uint_eq(j.b.doc.load_curve_count, 1);
	curve = &j.b.doc.load_curves[0];
	ck_assert_uint_eq(curve->run, 0);
	ck_assert_uint_eq(curve->level_count, 3);
	for (size_t i = 0; i < 3; i++)
		ck_assert_double_eq(curve->levels[i].load,
				    10 * (double)(1 << i));
	ck_assert_double_eq(curve->levels[0].throughput, 20);
	ck_assert_double_eq(curve->last_pass, 20);
	ck_assert_double_eq(curve->first_fail, 40);
	judged_release(&j);
}
END_TEST

START_TEST(without_levels_there_is_nothing)
{
	struct judged j;

	judged_init(&j, NULL);
	doc_finish(&j.b);
	ck_assert_int_eq(
		sift_load_curves(&j.b.doc, &j.config, &j.b.arena, NULL),
		SIFT_OK);
	ck_assert_uint_eq(j.b.doc.load_curve_count, 0);
	judged_release(&j);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("load curves");
	TCase *tc = tcase_create("load curves");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tc, capacity_is_a_bracket, 0,
			    (int)COUNT_OF(sweeps));
	tcase_add_test(tc, levels_say_what_was_served_and_what_more_load_gave);
	tcase_add_loop_test(tc, fewer_than_two_levels_are_no_curve, 0,
			    (int)COUNT_OF(no_curves));
	tcase_add_test(tc, unknown_figures_claim_nothing);
	tcase_add_test(tc, parts_of_a_run_are_levels_by_rising_load);
	tcase_add_test(tc, without_levels_there_is_nothing);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
