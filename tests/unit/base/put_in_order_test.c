/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "base/put_in_order.h"

#include "runner.h"

static int
compare_numbers(const void *a, const void *b)
{
	const int *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

#define ITEMS 5

static const int cases[][ITEMS] = {
	{1, 2, 3, 4, 5}, {5, 4, 3, 2, 1}, {2, 1, 3, 4, 5},
	{1, 2, 3, 5, 4}, {3, 3, 3, 3, 3}, {2, 2, 1, 1, 3},
};

START_TEST(what_was_in_any_order_is_sorted)
{
	int items[ITEMS];

	for (size_t i = 0; i < ITEMS; i++)
		items[i] = cases[_i][i];
	sift_put_in_order(items, ITEMS, sizeof(*items), compare_numbers);
	for (size_t i = 1; i < ITEMS; i++)
		ck_assert_int_le(items[i - 1], items[i]);
}
END_TEST

struct wide {
	char name[40];
	int key;
};

static int
compare_wide(const void *a, const void *b)
{
	const struct wide *x = a, *y = b;

	return (x->key > y->key) - (x->key < y->key);
}

/* Stretches of 1 to `_i` items: many short ones, and few long ones. */
START_TEST(stretches_in_order_become_one)
{
	static struct wide items[1000];
	const size_t count = sizeof(items) / sizeof(*items);
	long sum = 0;

	for (size_t i = 0; i < count; i++) {
		items[i].key = (int)(i % (size_t)_i * 7 + i / (size_t)_i % 5);
		items[i].name[0] = (char)items[i].key;
		sum += items[i].key;
	}
	sift_put_in_order(items, count, sizeof(*items), compare_wide);
	for (size_t i = 0; i < count; i++) {
		ck_assert(i == 0 || items[i - 1].key <= items[i].key);
		ck_assert_int_eq(items[i].name[0], (char)items[i].key);
		sum -= items[i].key;
	}
	ck_assert_int_eq(sum, 0);
}
END_TEST

START_TEST(no_item_and_one_are_in_order)
{
	int one = 7;

	sift_put_in_order(&one, 0, sizeof(one), compare_numbers);
	sift_put_in_order(&one, 1, sizeof(one), compare_numbers);
	ck_assert_int_eq(one, 7);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("put_in_order");
	TCase *tc = tcase_create("put_in_order");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tc, what_was_in_any_order_is_sorted, 0,
			    (int)sizeof(cases) / sizeof(*cases));
	tcase_add_loop_test(tc, stretches_in_order_become_one, 1, 1001);
	tcase_add_test(tc, no_item_and_one_are_in_order);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
