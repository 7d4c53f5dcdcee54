/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <check.h>
#include <stdlib.h>

#include "base/repr.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* NULL: no such string. */
static const struct {
	const char *text;
	const char *expected;
} cases[] = {
	{"''", ""},
	{"'a'", "a"},
	{"u'a'", "a"},
	{"b\"a\"", "a"},
	{"\"it's\"", "it's"},
	{"'\\'\\\"\\\\\\n\\r\\t'", "'\"\\\n\r\t"},
	{"'\\x41\\u00e9\\U0001f997'", "A\xc3\xa9\xf0\x9f\xa6\x97"},
	{"'\\q\\x4\\u12\\Uzzzzzzzz'", "\\q\\x4\\u12\\Uzzzzzzzz"},
	{"'\\ud800'", "\xef\xbf\xbd"},
	{"", NULL},
	{"u", NULL},
	{"'", NULL},
	{"a", NULL},
	{"'a\"", NULL},
	{"'a' 'b'", NULL},
	{"'a\\'", NULL},
	{"x'a'", NULL},
	{" 'a'", NULL},
};

START_TEST(strings_are_found_and_unescaped)
{
	struct sift_span inner;
	struct sift_buf out;

	sift_buf_init(&out, 0);
	ck_assert_int_eq(sift_repr_find(sift_span_str(cases[_i].text), &inner),
			 cases[_i].expected != NULL);
	if (cases[_i].expected) {
		sift_repr_unescape(inner, &out);
		ck_assert(sift_span_equal(sift_buf_span(&out),
					  sift_span_str(cases[_i].expected)));
	}
	sift_buf_release(&out);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("repr");
	TCase *tc = tcase_create("repr");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tc, strings_are_found_and_unescaped, 0,
			    (int)COUNT_OF(cases));
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
