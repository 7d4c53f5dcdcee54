/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "engine/jobs.h"

#include "runner.h"

#define FILES 1000

/* A walk over `count` files of `bytes` each; every seventh is not read. */
static void
fill_walk(struct sift_walk *walk, struct sift_found *files, size_t count,
	  uint64_t bytes)
{
	for (size_t i = 0; i < count; i++)
		files[i] = (struct sift_found){.name = "n",
					       .path = "p",
					       .bytes = bytes,
					       .skip = i % 7 == 6 ? "hidden"
								  : NULL};
	walk->files = files;
	walk->count = count;
}

static size_t
readable(size_t count)
{
	return count - count / 7;
}

static const struct {
	size_t files;
	uint64_t bytes;
	unsigned workers;
} loads[] = {
	{0, 0, 1},	  {1, 0, 4},	     {1, UINT64_C(1) << 40, 2},
	{16, 500000, 2},  {1000, 100, 1},    {1000, 100, 256},
	{50, 1 << 26, 2}, {100, 1 << 30, 8},
};

START_TEST(every_readable_file_is_taken_once_and_in_order)
{
	static struct sift_found files[FILES];
	static struct sift_task tasks[SIFT_WIRE_FILES];
	struct sift_walk walk = {0};
	struct sift_jobs jobs;
	size_t taken = 0, n;
	const struct sift_found *last = NULL;

	fill_walk(&walk, files, loads[_i].files, loads[_i].bytes);
	ck_assert_int_eq(sift_jobs_init(&jobs, &walk, loads[_i].workers, NULL),
			 SIFT_OK);
	while ((n = sift_jobs_take(&jobs, tasks)) > 0) {
		uint64_t bytes = 0;

		ck_assert_uint_le(n, SIFT_WIRE_FILES);
		for (size_t i = 0; i < n; i++) {
			ck_assert_ptr_null(tasks[i].file->skip);
			ck_assert_uint_eq(tasks[i].skip, 0);
			ck_assert(!last || tasks[i].file > last);
			last = tasks[i].file;
			bytes += tasks[i].file->bytes;
		}
		ck_assert(n == 1 || bytes <= UINT64_C(64) << 20);
		taken += n;
	}
	ck_assert_uint_eq(taken, readable(loads[_i].files));
	sift_jobs_release(&jobs);
}
END_TEST

START_TEST(few_files_are_spread_over_the_workers)
{
	static struct sift_found files[FILES];
	static struct sift_task tasks[SIFT_WIRE_FILES];
	struct sift_walk walk = {0};
	struct sift_jobs jobs;

	fill_walk(&walk, files, 6, 1000);
	ck_assert_int_eq(sift_jobs_init(&jobs, &walk, 2, NULL), SIFT_OK);
	ck_assert_uint_le(sift_jobs_take(&jobs, tasks), 3);
	sift_jobs_release(&jobs);
}
END_TEST

START_TEST(what_is_put_back_comes_next)
{
	static struct sift_found files[FILES];
	static struct sift_task tasks[SIFT_WIRE_FILES], again[SIFT_WIRE_FILES];
	struct sift_walk walk = {0};
	struct sift_jobs jobs;
	size_t n;

	fill_walk(&walk, files, FILES, 10);
	ck_assert_int_eq(sift_jobs_init(&jobs, &walk, 1, NULL), SIFT_OK);
	n = sift_jobs_take(&jobs, tasks);
	ck_assert_uint_gt(n, 3);
	tasks[2].skip = 5;
	ck_assert_int_eq(sift_jobs_put(&jobs, tasks + 2, n - 2, NULL), SIFT_OK);
	sift_jobs_take(&jobs, again);
	ck_assert_ptr_eq(again[0].file, tasks[2].file);
	ck_assert_uint_eq(again[0].skip, 5);
	ck_assert_ptr_eq(again[1].file, tasks[3].file);
	sift_jobs_release(&jobs);
}
END_TEST

START_TEST(what_takes_long_comes_first)
{
	static struct sift_task tasks[SIFT_WIRE_FILES];
	struct sift_found files[] = {
		{.bytes = 5},	  {.bytes = 70000}, {.bytes = 900},
		{.is_stream = 1}, {.bytes = 70000}, {.bytes = 1 << 30},
	};
	const size_t expected[] = {3, 5, 1, 4, 2, 0};
	struct sift_walk walk = {.files = files, .count = 6};
	struct sift_jobs jobs;
	size_t at = 0, n;

	ck_assert_int_eq(sift_jobs_init(&jobs, &walk, 3, NULL), SIFT_OK);
	while ((n = sift_jobs_take(&jobs, tasks)) > 0)
		for (size_t i = 0; i < n; i++, at++)
			ck_assert_ptr_eq(tasks[i].file, &files[expected[at]]);
	ck_assert_uint_eq(at, 6);
	sift_jobs_release(&jobs);
}
END_TEST

START_TEST(a_piece_is_a_job_of_its_own_until_it_is_dropped)
{
	static struct sift_found files[FILES];
	static struct sift_task tasks[SIFT_WIRE_FILES];
	struct sift_walk walk = {0};
	struct sift_split split = {0}, other = {0};
	struct sift_task pieces[] = {
		{.file = &files[0], .split = &split, .piece = 0},
		{.file = &files[0], .split = &split, .piece = 1},
		{.file = &files[0], .split = &other, .piece = 2},
		{.file = &files[0], .split = &split, .piece = 3},
	};
	struct sift_jobs jobs;

	fill_walk(&walk, files, 5, 0);
	ck_assert_int_eq(sift_jobs_init(&jobs, &walk, 1, NULL), SIFT_OK);
	ck_assert_int_eq(sift_jobs_put(&jobs, pieces, 4, NULL), SIFT_OK);
	ck_assert_uint_eq(sift_jobs_take(&jobs, tasks), 1);
	ck_assert_uint_eq(tasks[0].piece, 0);
	sift_jobs_drop(&jobs, &split);
	ck_assert_uint_eq(sift_jobs_take(&jobs, tasks), 1);
	ck_assert_uint_eq(tasks[0].piece, 2);
	ck_assert_ptr_eq(tasks[0].split, &other);
	ck_assert_uint_gt(sift_jobs_take(&jobs, tasks), 1);
	ck_assert_ptr_null(tasks[0].split);
	sift_jobs_release(&jobs);
}
END_TEST

static void
fill(TCase *tc)
{
	tcase_add_loop_test(tc, every_readable_file_is_taken_once_and_in_order,
			    0, COUNT(loads));
	tcase_add_test(tc, few_files_are_spread_over_the_workers);
	tcase_add_test(tc, what_is_put_back_comes_next);
	tcase_add_test(tc, what_takes_long_comes_first);
	tcase_add_test(tc, a_piece_is_a_job_of_its_own_until_it_is_dropped);
}

int
main(void)
{
	return run_suite("jobs", fill);
}
