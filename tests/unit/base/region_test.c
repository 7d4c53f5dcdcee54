/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "base/region.h"

#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "runner.h"

#define PAGE ((size_t)4096)
#define SIZE ((size_t)5 << 20)

/* Fails unless the region is zeroed; leaves marks in every page. */
static void
check_and_mark(unsigned char *region, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		ck_assert_uint_eq(region[i], 0);
	for (size_t i = from; i < to; i += PAGE / 2)
		region[i] = (unsigned char)(i / PAGE % 255 + 1);
}

static void
check_marks(const unsigned char *region, size_t from, size_t to)
{
	for (size_t i = from; i < to; i += PAGE / 2)
		ck_assert_uint_eq(region[i], i / PAGE % 255 + 1);
}

START_TEST(a_region_is_zeroed_and_begins_at_a_page)
{
	static const size_t sizes[] = {1, 4095, 4096, 4097, 300000};

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		unsigned char *region = sift_region_new(sizes[i]);

		ck_assert_ptr_nonnull(region);
		ck_assert_uint_eq((uintptr_t)region % PAGE, 0);
		check_and_mark(region, 0, sizes[i]);
		sift_region_free(region, sizes[i]);
	}
	sift_region_free(NULL, 1);
}
END_TEST

START_TEST(what_is_filled_is_zeroed_and_keeps_what_it_has)
{
	unsigned char *region = sift_region_new(SIZE);

	ck_assert_ptr_nonnull(region);
	check_and_mark(region, 0, 2 * PAGE);
	sift_region_fill(region, SIZE);
	check_marks(region, 0, 2 * PAGE);
	check_and_mark(region, 2 * PAGE, SIZE);
	sift_region_free(region, SIZE);
}
END_TEST

START_TEST(a_shared_region_is_that_of_all)
{
	unsigned char *region = sift_region_new_shared(100);
	int status;
	pid_t child;

	ck_assert_ptr_nonnull(region);
	check_and_mark(region, 0, 100);
	child = fork();
	ck_assert_int_ge(child, 0);
	if (child == 0) {
		region[99] = region[0] == 1 ? 7 : 8;
		_exit(0);
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_int_eq(status, 0);
	ck_assert_uint_eq(region[99], 7);
	sift_region_free(region, 100);
}
END_TEST

START_TEST(out_of_memory_is_null)
{
	uint64_t before = sift_mem_calls();

	sift_mem_fail_at(1, 1);
	ck_assert_ptr_null(sift_region_new(1));
	ck_assert_ptr_null(sift_region_new_shared(1));
	sift_mem_fail_at(0, 0);
	ck_assert_uint_eq(sift_mem_calls() - before, 2);
	ck_assert_ptr_null(sift_region_new((size_t)1 << 62));
}
END_TEST

static void
fill(TCase *tc)
{
	tcase_add_test(tc, a_region_is_zeroed_and_begins_at_a_page);
	tcase_add_test(tc, what_is_filled_is_zeroed_and_keeps_what_it_has);
	tcase_add_test(tc, a_shared_region_is_that_of_all);
	tcase_add_test(tc, out_of_memory_is_null);
}

int
main(void)
{
	return run_suite("region", fill);
}
