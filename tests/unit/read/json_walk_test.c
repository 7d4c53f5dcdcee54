/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "read/json_walk.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static const struct {
	const char *text; /* the inside of an array or object */
	bool is_object;
	const char *values; /* each with a blank; for the last see below */
	const char *left;   /* of the value that breaks off */
	bool closed;
} walks[] = {
	{"]", false, "", "", true},
	{" 1 , \"a,]\" ,[2,{}],{\"b\":\"}\"} , null ] x", false,
	 "1|\"a,]\"|[2,{}]|{\"b\":\"}\"}|null|", "", true},
	{"}", true, "", "", true},
	{"\"a\": 1, \"b\\\"\" : [\"]\"], \"c\":\"\\\\\"}", true,
	 "a=1|b\\\"=[\"]\"]|c=\"\\\\\"|", "", true},
	{"", false, "", "", false},
	{"1", false, "", "1", false},
	{"[1,2", false, "", "[1,2", false},
	{"1,\"a\\\"", false, "1|", "\"a\\\"", false},
	{"\"a\"", true, "", "", false},
	{"\"a\":1,\"b\":[{}", true, "a=1|", "[{}", false},
	{"\"a\":1,\"b", true, "a=1|", "", false},
	{"a:1}", true, "", "", false},
};

START_TEST(values_are_found_up_to_the_break)
{
	struct sift_span rest = sift_span_str(walks[_i].text), key, value;
	char log[256] = "";

	while (sift_json_walk_next(&rest, walks[_i].is_object ? &key : NULL,
				   &value)) {
		size_t len = strlen(log);

		ck_assert_uint_lt(len, sizeof(log) - 1);
		if (walks[_i].is_object)
			snprintf(log + len, sizeof(log) - len, "%.*s=%.*s|",
				 (int)key.len, key.ptr, (int)value.len,
				 value.ptr);
		else
			snprintf(log + len, sizeof(log) - len, "%.*s|",
				 (int)value.len, value.ptr);
	}
	ck_assert_str_eq(log, walks[_i].values);
	ck_assert_uint_eq(value.len, strlen(walks[_i].left));
	ck_assert(!value.len || !memcmp(value.ptr, walks[_i].left, value.len));
	ck_assert_int_eq(sift_json_walk_closed(rest), walks[_i].closed);
}
END_TEST

START_TEST(a_scan_goes_on_where_it_stopped)
{
	static const char text[] = "{\"a\\\"}\":[1,{\"]\":2}]} rest";
	const size_t whole = strlen(text) - strlen(" rest");

	for (size_t cut = 1; cut < whole; cut++) {
		struct sift_json_depth depth = {0};
		struct sift_span span = sift_span_str(text);

		ck_assert_uint_eq(
			sift_json_scan(&depth, sift_span_head(span, cut)), cut);
		ck_assert_uint_gt(depth.open, 0);
		ck_assert_uint_eq(
			sift_json_scan(&depth, sift_span_from(span, cut)),
			whole - cut);
		ck_assert_uint_eq(depth.open, 0);
	}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("json_walk");
	TCase *tc = tcase_create("json_walk");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tc, values_are_found_up_to_the_break, 0,
			    (int)COUNT_OF(walks));
	tcase_add_test(tc, a_scan_goes_on_where_it_stopped);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
