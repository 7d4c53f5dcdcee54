/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "advise/name_words.h"

#include <check.h>
#include <stdlib.h>

#include "base/buf.h"

static const struct {
	const char *name;
	const char *words; /* joined by | */
} splits[] = {
	{"alerts_list", "alerts|list"},
	{"GET /api/alertsList?x=1", "GET|api|alerts|List|x|1"},
	{"HTTPStatus", "HTTP|Status"},
	{"getHTTPStatusNow", "get|HTTP|Status|Now"},
	{"ABC", "ABC"},
	{"aB", "a|B"},
	{"${}/rooms/${}/state", "rooms|state"},
	{"stats (teardown)", "stats|teardown"},
	{"v2health", "v2health"},
	{"caf\xc3\xa9-liste", "caf\xc3\xa9|liste"},
	{"__", ""},
	{"", ""},
	{NULL, ""},
};

START_TEST(names_split_into_words)
{
	struct sift_span name = sift_span_str(splits[_i].name), word;
	struct sift_buf got = {0};
	size_t at = 0;

	sift_buf_add_str(&got, "");
	while (sift_name_next_word(name, &at, &word)) {
		if (got.len)
			sift_buf_add_byte(&got, '|');
		sift_buf_add_span(&got, word);
	}
	ck_assert_str_eq(got.ptr ? got.ptr : "", splits[_i].words);
	sift_buf_release(&got);
}
END_TEST

static const struct {
	const char *name, *word;
	bool there;
} wholes[] = {
	{"health_check", "health", true},
	{"HealthCheck", "health", true},
	{"healthy_food", "health", false},
	{"cache_stats", "stats", true},
	{"statistics", "stats", false},
	{"authors", "auth", false},
	{"deadmin", "admin", false},
	{"alerts_list", "alert", false},
	{"delivery", "live", false},
	{"LOGIN", "login", true},
	{"", "login", false},
	{NULL, "login", false},
	{"login", "", false},
};

START_TEST(only_whole_words_count)
{
	ck_assert_int_eq(sift_name_has_word(wholes[_i].name, wholes[_i].word),
			 wholes[_i].there);
}
END_TEST

START_TEST(first_word_of_the_list_is_told)
{
	static const char *const words[] = {"token", "check", "health"};

	ck_assert_str_eq(sift_name_any_word("health_check", words, 3), "check");
	ck_assert_ptr_null(sift_name_any_word("health", words, 2));
	ck_assert_ptr_null(sift_name_any_word("health", words, 0));
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("name_words");
	TCase *c = tcase_create("name_words");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(c, names_split_into_words, 0,
			    (int)(sizeof(splits) / sizeof(splits[0])));
	tcase_add_loop_test(c, only_whole_words_count, 0,
			    (int)(sizeof(wholes) / sizeof(wholes[0])));
	tcase_add_test(c, first_word_of_the_list_is_told);
	suite_add_tcase(suite, c);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
