/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Runs of which each second is known: warm-up, drift, levels, or why not. */
#include <config.h>

#include "judge/run_course.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../digest/block_fixture.h"

enum { RATE = 20 };

struct judged_run {
	struct sift_run run;
	struct sift_arena arena;
};

static void
judge(struct judged_run *j, const struct sift_block *const *blocks,
      size_t count)
{
	*j = (struct judged_run){0};
	sift_arena_init(&j->arena);
	ck_assert_int_eq(
		sift_judge_course(&j->run, blocks, count, &j->arena, NULL),
		SIFT_OK);
}

/* `rate` requests in a second, around `ms`: the same each time. */
static void
put_second(struct sift_block *block, int second, int rate, double ms)
{
	for (int i = 0; i < rate; i++) {
		double wave = 1 + 0.1 * ((i * 7 + second * 3) % 11 - 5) / 5.0;
		struct sift_event event = sample_event(
			0, SIFT_OUTCOME_OK,
			second * SECOND + i * (SECOND / (rate + 1)),
			(int64_t)(ms * wave * (double)MS));

		put(block, &event);
	}
}

typedef double latency_at(int second);

static double
steady(int second)
{
	(void)second;
	return 100;
}

static double
slow_begin(int second)
{
	return second < 20 ? 220 : 100;
}

static double
fast_begin(int second)
{
	return second < 20 ? 40 : 100;
}

static double
little_slower_begin(int second)
{
	return second < 20 ? 105 : 100;
}

static double
rising(int second)
{
	return 100 + second / 3.0;
}

static double
falling(int second)
{
	return 140 - second / 3.0;
}

/* A block with a series to put samples into. */
static struct sift_block *
new_series(void)
{
	struct sift_block *block = new_block();
	struct sift_event event = series_event(0, SIFT_KIND_HTTP, "GET", "/");

	put(block, &event);
	return block;
}

static struct sift_block *
make(int seconds, latency_at *latency)
{
	struct sift_block *block = new_series();

	for (int s = 0; s < seconds; s++)
		put_second(block, s, RATE, latency(s));
	finish(block);
	return block;
}

static const struct {
	latency_at *latency;
	double warm_low, warm_high; /* its end; 0, 0 = none */
	int warm_sign;
	int drift; /* its sign; 0 = none */
} courses[] = {
	{steady, 0, 0, 0, 0},	     {slow_begin, 15, 30, 1, 0},
	{fast_begin, 15, 30, -1, 0}, {little_slower_begin, 0, 0, 0, 0},
	{rising, 0, 0, 0, 1},	     {falling, 0, 0, 0, -1},
};

START_TEST(a_course_is_judged)
{
	struct sift_block *block = make(120, courses[_i].latency);
	const struct sift_block *const blocks[] = {block};
	const struct sift_steadiness *s;
	struct judged_run j;

	judge(&j, blocks, 1);
	s = &j.run.steadiness;
	ck_assert(s->is_judged);
	ck_assert_ptr_null(s->why);
	ck_assert_double_ge(s->warm_up_s, courses[_i].warm_low);
	ck_assert_double_le(s->warm_up_s, courses[_i].warm_high);
	ck_assert_int_eq((s->warm_up_by > 0) - (s->warm_up_by < 0),
			 courses[_i].warm_sign);
	ck_assert_int_eq(s->is_drifting, courses[_i].drift != 0);
	if (courses[_i].drift)
		ck_assert(s->drift * courses[_i].drift > 0);
	ck_assert_uint_eq(j.run.level_count, 0);
	sift_arena_release(&j.arena);
	sift_block_free(block);
}
END_TEST

static void
assert_not_judged(const struct judged_run *j, const char *why)
{
	const struct sift_steadiness *s = &j->run.steadiness;

	ck_assert(!s->is_judged && !s->is_drifting);
	ck_assert_str_eq(s->why, why);
	ck_assert_double_nan(s->warm_up_s);
	ck_assert_double_nan(s->drift);
}

START_TEST(a_short_run_is_not_judged)
{
	struct sift_block *block = make(19, steady);
	const struct sift_block *const blocks[] = {block};
	struct judged_run j;

	judge(&j, blocks, 1);
	assert_not_judged(&j, "too short, or no times");
	sift_arena_release(&j.arena);
	sift_block_free(block);
}
END_TEST

START_TEST(of_nothing_nothing_is_judged)
{
	struct sift_block *block = new_block();
	const struct sift_block *const blocks[] = {block};
	struct judged_run j;

	judge(&j, NULL, 0);
	assert_not_judged(&j, "too short, or no times");
	sift_arena_release(&j.arena);
	finish(block);
	judge(&j, blocks, 1);
	assert_not_judged(&j, "too short, or no times");
	ck_assert_uint_eq(j.run.level_count, 0);
	sift_arena_release(&j.arena);
	sift_block_free(block);
}
END_TEST

START_TEST(times_that_are_far_apart_are_no_constant_load)
{
	struct sift_block *block = new_series();
	const struct sift_block *const blocks[] = {block};
	struct sift_event event = sample_event(0, SIFT_OUTCOME_OK,
					       300 * 86400 * SECOND, 100 * MS);
	struct judged_run j;

	put_second(block, 0, RATE, 100);
	put(block, &event);
	finish(block);
	judge(&j, blocks, 1);
	ck_assert(!j.run.steadiness.is_judged);
	sift_arena_release(&j.arena);
	sift_block_free(block);
}
END_TEST

START_TEST(an_uneven_rate_is_not_judged)
{
	struct sift_block *block = new_series();
	const struct sift_block *const blocks[] = {block};
	struct judged_run j;

	for (int s = 0; s < 120; s++)
		put_second(block, s, 2 + s, 100);
	finish(block);
	judge(&j, blocks, 1);
	assert_not_judged(&j, "the load was not constant");
	sift_arena_release(&j.arena);
	sift_block_free(block);
}
END_TEST

/* ---- levels ---- */

/* Users of each minute, 0 = nobody. */
static struct sift_block *
climb(const int *users, int minutes)
{
	struct sift_block *block = new_series();

	for (int s = 0; s < 60 * minutes; s++) {
		struct sift_event event =
			users_event(s * SECOND, users[s / 60]);

		put(block, &event);
		put_second(block, s, users[s / 60], 50 + users[s / 60]);
	}
	finish(block);
	return block;
}

START_TEST(held_users_are_levels)
{
	static const int users[] = {10, 20, 40};
	struct sift_block *block = climb(users, 3);
	const struct sift_block *const blocks[] = {block};
	struct judged_run j;

	judge(&j, blocks, 1);
	ck_assert_uint_eq(j.run.level_count, 3);
	for (size_t i = 0; i < 3; i++) {
		const struct sift_run_level *l = &j.run.levels[i];

		ck_assert_double_eq(l->users, users[i]);
		ck_assert_double_ge(l->from_s, 60 * (double)i + 20);
		ck_assert_double_le(l->seconds, 41);
		ck_assert_double_eq_tol(l->throughput, users[i], 1);
		ck_assert_double_eq_tol(l->mean_ms, 50 + users[i], 2);
		ck_assert_double_eq_tol(l->p50_ms, 50 + users[i], 2);
		ck_assert_double_eq(l->error_rate, 0);
	}
	sift_arena_release(&j.arena);
	sift_block_free(block);
}
END_TEST

START_TEST(one_level_is_none)
{
	static const int users[][3] = {{10, 10, 10}, {10, 0, 0}, {0, 0, 10}};

	for (size_t i = 0; i < 3; i++) {
		struct sift_block *block = climb(users[i], 3);
		const struct sift_block *const blocks[] = {block};
		struct judged_run j;

		judge(&j, blocks, 1);
		ck_assert_uint_eq(j.run.level_count, 0);
		sift_arena_release(&j.arena);
		sift_block_free(block);
	}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("run course");
	TCase *tc = tcase_create("run course");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tc, a_course_is_judged, 0,
			    (int)(sizeof(courses) / sizeof(courses[0])));
	tcase_add_test(tc, a_short_run_is_not_judged);
	tcase_add_test(tc, of_nothing_nothing_is_judged);
	tcase_add_test(tc, times_that_are_far_apart_are_no_constant_load);
	tcase_add_test(tc, an_uneven_rate_is_not_judged);
	tcase_add_test(tc, held_users_are_levels);
	tcase_add_test(tc, one_level_is_none);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
