/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "block_fixture.h"
#include "digest/course.h"

enum { SAMPLES = 40 };

/* A sample in each second from 100 on, of `count` series in turn. */
static struct sift_block *
make(uint32_t count)
{
	struct sift_block *block = new_block();

	for (uint32_t i = 0; i < count; i++) {
		struct sift_event event;
		char name[32];

		snprintf(name, sizeof(name), "/%u", (unsigned)i);
		event = series_event(i, SIFT_KIND_HTTP, "GET", name);
		put(block, &event);
	}
	for (uint32_t i = 0; i < SAMPLES; i++) {
		const struct sift_event event = sample_event(
			i % count,
			i % 4 ? SIFT_OUTCOME_OK : SIFT_OUTCOME_FAILED,
			(100 + i) * SECOND, (i + 1) * MS);

		put(block, &event);
	}
	finish(block);
	return block;
}

/* Series that share the samples. */
static const uint32_t counts[] = {1, 3, SAMPLES - 1, SAMPLES};

#define COUNTS (sizeof(counts) / sizeof(counts[0]))

START_TEST(a_course_does_not_depend_on_who_has_the_samples)
{
	struct sift_block *block = make(counts[_i]);
	const struct sift_block *const blocks[] = {block};
	struct sift_course course;
	struct sift_arena arena;

	sift_arena_init(&arena);
	ck_assert(sift_block_has_course(block));
	ck_assert_int_eq(sift_course_make(&course, blocks, 1, &arena, NULL),
			 SIFT_OK);
	ck_assert_int_eq(course.start_s, 100);
	ck_assert_int_eq(course.step_s, 1);
	ck_assert_uint_eq(course.count, SAMPLES);
	for (size_t i = 0; i < SAMPLES; i++) {
		ck_assert_double_eq(course.requests[i], 1);
		ck_assert_double_eq(course.failures[i], i % 4 == 0);
		ck_assert_double_eq(course.mean_ms[i], (double)i + 1);
	}
	sift_arena_release(&arena);
	sift_block_free(block);
}
END_TEST

START_TEST(nor_does_the_latency_of_a_part)
{
	struct sift_block *block = make(counts[_i]);
	struct sift_latency latency;

	ck_assert_int_eq(sift_latency_between(block, 110, 121, &latency, NULL),
			 SIFT_OK);
	ck_assert_double_eq(latency.ms[SIFT_STAT_MIN], 11);
	ck_assert_double_eq(latency.ms[SIFT_STAT_P50], 16);
	ck_assert_double_eq(latency.ms[SIFT_STAT_MAX], 21);
	ck_assert_int_eq(sift_latency_between(block, 90, 100, &latency, NULL),
			 SIFT_OK);
	ck_assert_double_nan(latency.ms[SIFT_STAT_MAX]);
	sift_block_free(block);
}
END_TEST

START_TEST(blocks_without_times_have_no_course)
{
	struct sift_block *block = new_block();
	const struct sift_block *const blocks[] = {block};
	struct sift_latency latency;
	struct sift_course course;
	struct sift_arena arena;

	finish(block);
	sift_arena_init(&arena);
	for (size_t count = 0; count < 2; count++) {
		ck_assert_int_eq(
			sift_course_make(&course, blocks, count, &arena, NULL),
			SIFT_OK);
		ck_assert_uint_eq(course.count, 0);
	}
	ck_assert(!sift_block_has_course(block));
	ck_assert_int_eq(sift_latency_between(block, 0, 100, &latency, NULL),
			 SIFT_OK);
	ck_assert_double_nan(latency.ms[SIFT_STAT_P50]);
	sift_arena_release(&arena);
	sift_block_free(block);
}
END_TEST

/* First and last sample, and how wide a step must be for 512 of them. */
static const struct {
	int64_t first_s, last_s, step_s;
} spans[] = {
	{0, 0, 1},	 {0, 511, 1},
	{0, 512, 2},	 {-10, 10, 1},
	{0, 86400, 256}, {-9000000000, 9000000000, INT64_C(1) << 26},
};

START_TEST(steps_are_as_wide_as_the_span_needs)
{
	struct sift_block *block = new_block();
	const struct sift_block *const blocks[] = {block};
	struct sift_event event = series_event(0, SIFT_KIND_HTTP, "GET", "/");
	struct sift_course course;
	struct sift_arena arena;
	double sum = 0;

	put(block, &event);
	event = sample_event(0, SIFT_OUTCOME_OK, spans[_i].first_s * SECOND,
			     MS);
	put(block, &event);
	event = sample_event(0, SIFT_OUTCOME_FAILED, spans[_i].last_s * SECOND,
			     3 * MS);
	put(block, &event);
	finish(block);
	sift_arena_init(&arena);
	ck_assert_int_eq(sift_course_make(&course, blocks, 1, &arena, NULL),
			 SIFT_OK);
	ck_assert_int_ge(course.step_s, spans[_i].step_s);
	ck_assert_uint_ge(course.count, 1);
	ck_assert_uint_le(course.count, SIFT_COURSE_STEPS);
	ck_assert_int_le(course.start_s, spans[_i].first_s);
	for (size_t i = 0; i < course.count; i++)
		sum += course.requests[i];
	ck_assert_double_eq(sum, 2);
	ck_assert_double_ge(course.failures[course.count - 1], 1);
	ck_assert_double_nan(course.users[0]);
	sift_arena_release(&arena);
	sift_block_free(block);
}
END_TEST

START_TEST(users_and_counts_come_from_where_they_are)
{
	struct sift_block *counted = new_block(), *users = new_block();
	const struct sift_block *const blocks[] = {users, counted};
	struct sift_course course;
	struct sift_arena arena;
	struct sift_event event;

	for (int s = 0; s <= 10; s++) {
		event = progress_event(s * SECOND, -1, 5 * s, 0);
		put(counted, &event);
	}
	for (int s = 2; s <= 8; s += 6) {
		event = users_event(s * SECOND, 7);
		put(users, &event);
	}
	finish(counted);
	finish(users);
	sift_arena_init(&arena);
	ck_assert_int_eq(sift_course_make(&course, blocks, 2, &arena, NULL),
			 SIFT_OK);
	ck_assert_uint_eq(course.count, 11);
	ck_assert_double_eq(course.requests[3], 5);
	ck_assert_double_nan(course.mean_ms[3]);
	ck_assert_double_eq(course.users[0], 7); /* before, too */
	ck_assert_double_eq(course.users[5], 7);
	sift_arena_release(&arena);
	sift_block_free(counted);
	sift_block_free(users);
}
END_TEST

/* 40 ms for five requests a second, then 90; one of five fails then. */
START_TEST(counts_tell_latency_and_failures)
{
	struct sift_block *counted = new_block();
	const struct sift_block *const blocks[] = {counted};
	struct sift_course course;
	struct sift_arena arena;
	struct sift_event event;

	for (int s = 0; s <= 10; s++) {
		int late = s > 5 ? s - 5 : 0;

		event = progress_event(s * SECOND, 7, 5 * s, late);
		event.progress.spent_us = 5 * 1000 * (40 * s + 50 * late);
		put(counted, &event);
	}
	finish(counted);
	sift_arena_init(&arena);
	ck_assert_int_eq(sift_course_make(&course, blocks, 1, &arena, NULL),
			 SIFT_OK);
	ck_assert_double_eq(course.mean_ms[3], 40);
	ck_assert_double_eq(course.failures[3], 0);
	ck_assert_double_eq(course.mean_ms[7], 90);
	ck_assert_double_eq(course.failures[7], 1);
	ck_assert_double_nan(course.mean_ms[10]); /* no request after the end */
	sift_arena_release(&arena);
	sift_block_free(counted);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("course");
	TCase *tc = tcase_create("course");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tc, a_course_does_not_depend_on_who_has_the_samples,
			    0, COUNTS);
	tcase_add_loop_test(tc, nor_does_the_latency_of_a_part, 0, COUNTS);
	tcase_add_test(tc, blocks_without_times_have_no_course);
	tcase_add_loop_test(tc, steps_are_as_wide_as_the_span_needs, 0,
			    (int)(sizeof(spans) / sizeof(spans[0])));
	tcase_add_test(tc, users_and_counts_come_from_where_they_are);
	tcase_add_test(tc, counts_tell_latency_and_failures);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
