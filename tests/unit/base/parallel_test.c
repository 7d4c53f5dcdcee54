/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "base/parallel.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>

#include "base/mem.h"
#include "runner.h"

#define PARTS 1000

struct work {
	unsigned done[PARTS];
	const char *texts[PARTS];
	size_t fails_from, fails_to;
};

static enum sift_status
do_part(void *context, size_t part, struct sift_arena *arena,
	struct sift_err *err)
{
	struct work *work = context;

	work->done[part]++;
	work->texts[part] = sift_arena_printf(arena, "part %zu", part);
	if (part >= work->fails_from && part < work->fails_to)
		return sift_fail(err, SIFT_E_LIMIT, "part %zu", part);
	return work->texts[part] ? SIFT_OK : SIFT_E_NOMEM;
}

static const struct {
	size_t parts;
	unsigned threads;
} cases[] = {
	{0, 0}, {0, 4}, {1, 0},	    {1, 4},	{2, 2},
	{7, 3}, {7, 9}, {PARTS, 1}, {PARTS, 2}, {PARTS, 5},
};

START_TEST(each_part_is_done_once_and_lasts)
{
	size_t parts = cases[_i].parts;
	struct sift_arena arena = {0};
	struct work work = {.fails_from = 0};

	ck_assert_ptr_nonnull(sift_arena_str(&arena, "what was there"));
	ck_assert_int_eq(sift_in_parallel(do_part, &work, parts,
					  cases[_i].threads, &arena, NULL),
			 SIFT_OK);
	for (size_t i = 0; i < PARTS; i++) {
		char text[32];

		ck_assert_uint_eq(work.done[i], i < parts);
		if (i >= parts)
			continue;
		snprintf(text, sizeof(text), "part %zu", i);
		ck_assert_str_eq(work.texts[i], text);
	}
	sift_arena_release(&arena);
}
END_TEST

START_TEST(the_first_part_that_fails_is_told)
{
	struct sift_arena arena = {0};
	struct work work = {.fails_from = 300, .fails_to = PARTS};
	struct sift_err err = {0};

	ck_assert_int_eq(sift_in_parallel(do_part, &work, PARTS, (unsigned)_i,
					  &arena, &err),
			 SIFT_E_LIMIT);
	ck_assert_int_eq(err.status, SIFT_E_LIMIT);
	ck_assert_str_eq(err.what, "part 300");
	ck_assert_uint_eq(work.done[PARTS - 1], 0);
	ck_assert_int_eq(sift_in_parallel(do_part, &work, PARTS, (unsigned)_i,
					  &arena, NULL),
			 SIFT_E_LIMIT);
	sift_arena_release(&arena);
}
END_TEST

START_TEST(without_memory_for_threads_it_is_done_by_one)
{
	struct sift_arena arena = {0};
	struct work work = {.fails_from = 0};

	sift_mem_fail_at(1, 0);
	ck_assert_int_eq(
		sift_in_parallel(do_part, &work, PARTS, 3, &arena, NULL),
		SIFT_OK);
	sift_mem_fail_at(0, 0);
	for (size_t i = 0; i < PARTS; i++)
		ck_assert_uint_eq(work.done[i], 1);
	sift_arena_release(&arena);
}
END_TEST

static void
fill(TCase *tc)
{
	tcase_add_loop_test(tc, each_part_is_done_once_and_lasts, 0,
			    (int)(sizeof(cases) / sizeof(cases[0])));
	tcase_add_loop_test(tc, the_first_part_that_fails_is_told, 1, 5);
	tcase_add_test(tc, without_memory_for_threads_it_is_done_by_one);
}

int
main(void)
{
	return run_suite("parallel", fill);
}
