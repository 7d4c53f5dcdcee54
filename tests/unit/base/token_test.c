/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/token.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static const struct {
	const char *word;
	const char *placeholder; /* "" = a name */
} cases[] = {
	{"", ""},
	{"users", ""},
	{"v2", ""},
	{"utf8", ""},
	{"sha256", ""},
	{"1a2b3c4", ""},
	{"deadbeef", ""},
	{"facade", ""},
	{"2026-11-21", ""},
	{"webhooks_list_of_everything", ""},
	{"a1", ""},
	{"averyverylongnamewith1digit", ""},
	{"1", "{n}"},
	{"00012345678901234567890", "{n}"},
	{"1a2b3c4d", "{hash}"},
	{"DEADBEE1", "{hash}"},
	{"507f1f77bcf86cd799439011", "{hash}"},
	{"123e4567-e89b-12d3-a456-426614174000", "{uuid}"},
	{"123E4567-E89B-12D3-A456-426614174000", "{uuid}"},
	{"123e4567-e89b-12d3-a456-42661417400", "{token}"},
	{"123e4567-e89b-12d3-a456-4266141740000", "{token}"},
	{"dQw4w9WgXcQ_dQw4w9WgXcQ", "{token}"},
	{"dQw4w9WgXcQ.dQw4w9WgXcQ", ""},
};

START_TEST(a_word_is_a_name_or_one_of_many)
{
	struct sift_span got =
		sift_token_placeholder(sift_span_str(cases[_i].word));

	ck_assert_msg(
		sift_span_equal(got, sift_span_str(cases[_i].placeholder)),
		"%s: %.*s", cases[_i].word, (int)got.len,
		got.len ? got.ptr : "");
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("token");
	TCase *tc = tcase_create("token");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tc, a_word_is_a_name_or_one_of_many, 0,
			    (int)COUNT_OF(cases));
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
