/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "digest/generic_name.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static const struct {
	const char *name;
	const char *generic;
} cases[] = {
	{"", ""},
	{"webhooks_list", "webhooks_list"},
	{"/api/v1/users", "/api/v1/users"},
	{"Aggregated", "Aggregated"},
	{"/users/{id}", "/users/{id}"},
	{"/users/42", "/users/{n}"},
	{"/users/42/orders/7/", "/users/{n}/orders/{n}/"},
	{"/users/42?page=3&sort=name", "/users/{n}?page={n}&sort=name"},
	{"get user 42", "get user {n}"},
	{"user-42", "user-{n}"},
	{"order_42_v2", "order_{n}_v2"},
	{"/reports/2026-11-21.csv", "/reports/{n}-{n}-{n}.csv"},
	{"/u/123e4567-e89b-12d3-a456-426614174000/x", "/u/{uuid}/x"},
	{"/o/507f1f77bcf86cd799439011", "/o/{hash}"},
	{"/commit/1a2b3c4d", "/commit/{hash}"},
	{"/t/dQw4w9WgXcQ_dQw4w9WgXcQ", "/t/{token}"},
	{"http://10.0.0.1:8080/users/42", "http://10.0.0.1:8080/users/{n}"},
	{"https://host1/", "https://host1/"},
	{"https://host1", "https://host1"},
	{"pkg.Service/Method2", "pkg.Service/Method2"},
	{"\xc3\xa9t\xc3\xa9/42", "\xc3\xa9t\xc3\xa9/{n}"},
	{"--__//42", "--__//{n}"},
};

START_TEST(what_names_one_of_many_gives_way)
{
	struct sift_span name = sift_span_str(cases[_i].name);
	struct sift_buf once, twice;

	sift_buf_init(&once, 0);
	sift_buf_init(&twice, 0);
	ck_assert_int_eq(sift_generic_name(name, &once),
			 strcmp(cases[_i].name, cases[_i].generic) != 0);
	ck_assert_msg(sift_span_equal(sift_buf_span(&once),
				      sift_span_str(cases[_i].generic)),
		      "%s: %.*s", cases[_i].name, (int)once.len, once.ptr);
	ck_assert(!sift_generic_name(sift_buf_span(&once), &twice));
	ck_assert(sift_span_equal(sift_buf_span(&once), sift_buf_span(&twice)));
	sift_buf_release(&once);
	sift_buf_release(&twice);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("generic_name");
	TCase *tc = tcase_create("generic_name");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tc, what_names_one_of_many_gives_way, 0,
			    (int)COUNT_OF(cases));
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
