/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "digest/store.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"

#define MANY 5000

/* Text number `i` of many. */
static struct sift_span
text(char *out, size_t size, unsigned i)
{
	int len = snprintf(out, size, "GET /%u", i);

	return sift_span_of(out, (size_t)len);
}

START_TEST(a_text_that_came_lately_is_found)
{
	struct sift_store store = {0};
	struct sift_span a = SIFT_SPAN("/orders"), b = SIFT_SPAN("/order");
	const char *copy;

	sift_store_share(&store);
	ck_assert_ptr_null(sift_store_find(&store, a));
	copy = sift_store_keep(&store, a);
	ck_assert_str_eq(copy, "/orders");
	ck_assert_ptr_ne(copy, a.ptr);
	ck_assert_ptr_eq(sift_store_find(&store, a), copy);
	ck_assert_ptr_null(sift_store_find(&store, b));
	sift_store_share(&store); /* forgets nothing */
	ck_assert_ptr_eq(sift_store_find(&store, a), copy);
	sift_store_release(&store);
}
END_TEST

/* Of two texts one of which takes the place of the other, found by their hash,
   both stay where they stood in the block. */
START_TEST(texts_in_each_others_place_are_kept_once)
{
	struct sift_store store = {0};
	struct sift_span a = SIFT_SPAN("/orders"), b = a;
	const char *copies[2];
	char name[32];

	for (unsigned i = 0; i < MANY; i++) {
		sift_store_share(&store);
		ck_assert_ptr_null(sift_store_find(&store, a));
		copies[0] = sift_store_keep(&store, a);
		b = text(name, sizeof(name), i);
		(void)sift_store_find(&store, b);
		copies[1] = sift_store_keep(&store, b);
		if (!sift_store_find(&store, a))
			break;
		sift_store_release(&store);
	}
	ck_assert_ptr_nonnull(store.texts);
	sift_store_share(&store);
	ck_assert_ptr_eq(sift_store_next(&store)->ptr, copies[0]);
	store.at++;
	ck_assert_ptr_eq(sift_store_next(&store)->ptr, copies[1]);
	sift_store_release(&store);
}
END_TEST

START_TEST(what_is_found_is_the_text_asked_for)
{
	struct sift_store store = {0};
	char name[32];

	sift_store_share(&store);
	for (unsigned i = 0; i < MANY; i++)
		ck_assert_ptr_nonnull(
			sift_store_keep(&store, text(name, sizeof(name), i)));
	for (unsigned i = 0; i < 2 * MANY; i++) {
		const char *found =
			sift_store_find(&store, text(name, sizeof(name), i));

		if (found)
			ck_assert_str_eq(found, name);
		ck_assert(!found || i < MANY);
	}
	sift_store_release(&store);
}
END_TEST

START_TEST(nothing_is_found_where_nothing_is_shared)
{
	struct sift_store store = {0};
	struct sift_span a = SIFT_SPAN("/orders");

	ck_assert_str_eq(sift_store_keep(&store, a), "/orders");
	ck_assert_ptr_null(sift_store_find(&store, a));
	sift_store_release(&store);
}
END_TEST

START_TEST(texts_live_on_where_they_are_joined_to)
{
	struct sift_store into = {0}, from = {0};
	const char *kept;

	sift_store_share(&from);
	kept = sift_store_keep(&from, SIFT_SPAN("/orders"));
	sift_store_join(&into, &from); /* into an empty one */
	ck_assert_ptr_null(from.texts);
	sift_store_release(&from);
	ck_assert_str_eq(kept, "/orders");
	kept = sift_store_keep(&from, SIFT_SPAN("/users"));
	sift_store_join(&into, &from);
	sift_store_join(&into, &from); /* nothing */
	sift_store_release(&from);
	ck_assert_str_eq(kept, "/users");
	sift_store_release(&into);
}
END_TEST

START_TEST(names_of_blocks_lie_side_by_side)
{
	struct sift_store store = {0}, into = {0};
	const char *a, *b;

	a = sift_store_keep_name(&store, SIFT_SPAN("runs/a.csv"));
	ck_assert_ptr_nonnull(sift_store_keep(&store, SIFT_SPAN("/orders")));
	b = sift_store_keep_name(&store, SIFT_SPAN("runs/b.csv"));
	ck_assert_str_eq(a, "runs/a.csv");
#ifndef SIFT_DEBUG_ARENA
	ck_assert_ptr_eq(b, a + sizeof("runs/a.csv"));
#endif
	sift_store_join(&into, &store);
	sift_store_release(&store);
	ck_assert_str_eq(a, "runs/a.csv");
	ck_assert_str_eq(b, "runs/b.csv");
	sift_store_release(&into);
	sift_mem_fail_at(1, 0);
	ck_assert_ptr_null(sift_store_keep_name(&store, SIFT_SPAN("a")));
	sift_mem_fail_at(0, 0);
	sift_store_release(&store);
}
END_TEST

START_TEST(without_memory_nothing_is_shared_or_lost)
{
	struct sift_store store = {0};
	struct sift_span a = SIFT_SPAN("/orders");

	sift_mem_fail_at(1, 1);
	sift_store_share(&store);
	ck_assert_ptr_null(sift_store_keep(&store, a));
	sift_mem_fail_at(0, 0);
	ck_assert_str_eq(sift_store_keep(&store, a), "/orders");
	sift_store_release(&store);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("store");
	TCase *tc = tcase_create("store");
	SRunner *runner;
	int failed;

	tcase_add_test(tc, a_text_that_came_lately_is_found);
	tcase_add_test(tc, what_is_found_is_the_text_asked_for);
	tcase_add_test(tc, texts_in_each_others_place_are_kept_once);
	tcase_add_test(tc, nothing_is_found_where_nothing_is_shared);
	tcase_add_test(tc, texts_live_on_where_they_are_joined_to);
	tcase_add_test(tc, names_of_blocks_lie_side_by_side);
	tcase_add_test(tc, without_memory_nothing_is_shared_or_lost);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
