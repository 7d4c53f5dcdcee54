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
	sift_jobs_put_back(&jobs, tasks + 2, n - 2);
	sift_jobs_take(&jobs, again);
	ck_assert_ptr_eq(again[0].file, tasks[2].file);
	ck_assert_uint_eq(again[0].skip, 5);
	ck_assert_ptr_eq(again[1].file, tasks[3].file);
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
}

int
main(void)
{
	return run_suite("jobs", fill);
}
