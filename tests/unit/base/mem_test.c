/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "base/mem.h"

#include <pthread.h>
#include <string.h>

#include "runner.h"

START_TEST(size_zero_gives_a_pointer)
{
	void *a = sift_malloc(0);
	void *b = sift_calloc(0, 8);
	void *c = sift_calloc(8, 0);
	void *d = sift_realloc(NULL, 0);

	ck_assert(a && b && c && d);
	d = sift_realloc(d, 0);
	ck_assert_ptr_nonnull(d);
	sift_free(a);
	sift_free(b);
	sift_free(c);
	sift_free(d);
	sift_free(NULL);
}
END_TEST

START_TEST(calloc_zeroes_and_refuses_overflow)
{
	unsigned char *zeroed = sift_calloc(100, 3);

	for (int i = 0; i < 300; i++)
		ck_assert_uint_eq(zeroed[i], 0);
	sift_free(zeroed);
	ck_assert_ptr_null(sift_calloc(SIZE_MAX / 2 + 2, 2));
	ck_assert_ptr_null(sift_calloc(2, SIZE_MAX / 2 + 2));
}
END_TEST

START_TEST(pages_begin_at_a_page)
{
	static const size_t sizes[] = {0, 1, 4095, 4096, 100000};

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		unsigned char *pages = sift_malloc_pages(sizes[i]);

		ck_assert_ptr_nonnull(pages);
		ck_assert_uint_eq((uintptr_t)pages % 4096, 0);
		memset(pages, 1, sizes[i]);
		sift_free(pages);
	}
}
END_TEST

START_TEST(copies_of_text_end_in_nul)
{
	char *a = sift_strdup("abc");
	char *b = sift_strndup("a\0bc", 3);
	char *c = sift_strndup(NULL, 0);
	char *d = sift_strdup("");

	ck_assert_str_eq(a, "abc");
	ck_assert_mem_eq(b, "a\0b", 4);
	ck_assert_str_eq(c, "");
	ck_assert_str_eq(d, "");
	ck_assert_ptr_null(sift_strndup("x", SIZE_MAX));
	sift_free(a);
	sift_free(b);
	sift_free(c);
	sift_free(d);
}
END_TEST

START_TEST(array_grows_to_its_maximum_and_keeps_its_elements)
{
	uint32_t *items = NULL;
	size_t capacity = 0;

	for (uint32_t i = 0; i < 1000; i++) {
		ck_assert_int_eq(sift_array_grow((void **)&items, &capacity,
						 i + 1, sizeof(*items), 1000),
				 0);
		ck_assert_uint_gt(capacity, i);
		ck_assert_uint_le(capacity, 1000);
		items[i] = i;
	}
	for (uint32_t i = 0; i < 1000; i++)
		ck_assert_uint_eq(items[i], i);
	ck_assert_int_eq(sift_array_grow((void **)&items, &capacity, 1001,
					 sizeof(*items), 1000),
			 -2);
	ck_assert_uint_eq(capacity, 1000);
	ck_assert_uint_eq(items[999], 999);
	sift_free(items);
}
END_TEST

START_TEST(array_grows_geometrically)
{
	char *items = NULL;
	size_t capacity = 0;
	uint64_t before = sift_mem_calls();

	for (size_t need = 1; need <= 1000000; need++)
		ck_assert_int_eq(sift_array_grow((void **)&items, &capacity,
						 need, 1, SIZE_MAX),
				 0);
	ck_assert_uint_lt(sift_mem_calls() - before, 40);
	sift_free(items);
}
END_TEST

START_TEST(array_that_cannot_grow_is_as_it_was)
{
	uint64_t *items = NULL;
	size_t capacity = 0;
	uint64_t *before;

	ck_assert_int_eq(sift_array_grow((void **)&items, &capacity, 3, 8, 100),
			 0);
	before = items;
	items[0] = 7;
	sift_mem_fail_at(1, 0);
	ck_assert_int_eq(
		sift_array_grow((void **)&items, &capacity, 50, 8, 100), -1);
	ck_assert_int_eq(sift_array_grow((void **)&items, &capacity,
					 SIZE_MAX / 8 + 1, 8, SIZE_MAX),
			 -1);
	ck_assert_int_eq(sift_array_grow((void **)&items, &capacity, 1, 8, 0),
			 -2);
	ck_assert_ptr_eq(items, before);
	ck_assert_uint_eq(capacity, 8);
	ck_assert_uint_eq(items[0], 7);
	sift_free(items);
}
END_TEST

START_TEST(array_with_room_asks_for_nothing)
{
	char *items = NULL;
	size_t capacity = 0;
	uint64_t before;

	ck_assert_int_eq(sift_array_grow((void **)&items, &capacity, 0, 1, 10),
			 0);
	ck_assert_ptr_null(items);
	ck_assert_int_eq(sift_array_grow((void **)&items, &capacity, 5, 1, 10),
			 0);
	before = sift_mem_calls();
	ck_assert_int_eq(sift_array_grow((void **)&items, &capacity, 8, 1, 10),
			 0);
	ck_assert_uint_eq(sift_mem_calls(), before);
	sift_free(items);
}
END_TEST

START_TEST(only_the_nth_allocation_fails)
{
	void *a, *b, *c;

	sift_mem_fail_at(2, 0);
	a = sift_malloc(1);
	b = sift_malloc(1);
	c = sift_malloc(1);
	ck_assert(a && !b && c);
	sift_free(a);
	sift_free(c);
}
END_TEST

START_TEST(after_the_nth_all_fail_if_so_asked)
{
	void *a;

	sift_mem_fail_at(2, 1);
	a = sift_malloc(1);
	ck_assert_ptr_nonnull(a);
	ck_assert_ptr_null(sift_malloc(1));
	ck_assert_ptr_null(sift_calloc(1, 1));
	ck_assert_ptr_null(sift_realloc(a, 2));
	ck_assert_ptr_null(sift_strdup("x"));
	ck_assert_ptr_null(sift_malloc_pages(1));
	sift_mem_fail_at(0, 0);
	a = sift_realloc(a, 2);
	ck_assert_ptr_nonnull(a);
	sift_free(a);
}
END_TEST

static void *
allocate_often(void *unused)
{
	(void)unused;
	for (int i = 0; i < 10000; i++)
		sift_free(sift_malloc(8));
	return NULL;
}

START_TEST(calls_of_all_threads_are_counted)
{
	uint64_t before = sift_mem_calls();
	pthread_t threads[4];

	for (int i = 0; i < 4; i++)
		ck_assert_int_eq(
			pthread_create(&threads[i], NULL, allocate_often, NULL),
			0);
	for (int i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	ck_assert_uint_eq(sift_mem_calls() - before, 40000);
}
END_TEST

static void
fill(TCase *tc)
{
	tcase_add_test(tc, size_zero_gives_a_pointer);
	tcase_add_test(tc, calloc_zeroes_and_refuses_overflow);
	tcase_add_test(tc, pages_begin_at_a_page);
	tcase_add_test(tc, copies_of_text_end_in_nul);
	tcase_add_test(tc, array_grows_to_its_maximum_and_keeps_its_elements);
	tcase_add_test(tc, array_grows_geometrically);
	tcase_add_test(tc, array_that_cannot_grow_is_as_it_was);
	tcase_add_test(tc, array_with_room_asks_for_nothing);
	tcase_add_test(tc, only_the_nth_allocation_fails);
	tcase_add_test(tc, after_the_nth_all_fail_if_so_asked);
	tcase_add_test(tc, calls_of_all_threads_are_counted);
}

int
main(void)
{
	return run_suite("mem", fill);
}
