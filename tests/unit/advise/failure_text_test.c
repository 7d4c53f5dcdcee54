/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "advise/failure_text.h"

#include <check.h>
#include <stdlib.h>

#include "../judge/doc_builder.h"

static const struct {
	const char *text, *phrase;
	bool says;
} sayings[] = {
	{"ReadTimeout", "timeout", true},
	{"HTTPConnectionPool: Read timed out. (read timeout=30)", "timed out",
	 true},
	{"ConnectionResetError(104, 'Connection reset by peer')", "reset",
	 true},
	{"RemoteDisconnected('Remote end closed')", "remote disconnected",
	 true},
	{"unexpected EOF", "eof", true},
	{"status 503", "503", true},
	{"HTTPError('404 Client Error: Not Found')", "4xx", true},
	{"error_code=1404", "14xx", true},
	{"error_code=1404", "4xx", false},
	{"took 15035 ms", "503", false},
	{"timed too far out", "timed out", false},
	{"out timed", "timed out", false},
	{"timed", "timed out", false},
	{"presets", "reset", false},
	{"4th try", "4xx", false},
	{"", "timeout", false},
	{NULL, "timeout", false},
};

START_TEST(phrases_are_whole_words)
{
	ck_assert_int_eq(
		sift_text_says_any(sayings[_i].text, &sayings[_i].phrase, 1),
		sayings[_i].says);
}
END_TEST

START_TEST(failures_are_those_of_the_endpoint_in_all_runs)
{
	static const char *const phrases[] = {"nothing", "500"};
	struct doc_builder b;
	struct sift_case_set set = {.index = 0};
	struct sift_case c = {.set = &set};
	struct sift_failure_count n;

	doc_init(&b);
	doc_set(&b, "shop", NULL, 2);
	doc_same(&b, 0, "GET", "a", (struct doc_figures){.requests = 9});
	doc_failure(&b, 0, 0, "HTTP 500", "GET", "a", 3);
	doc_failure(&b, 0, 0, "HTTP 502", "GET", "a", 4);
	doc_failure(&b, 0, 0, "HTTP 500", "POST", "a", 100);
	doc_failure(&b, 0, 0, "HTTP 500", "GET", "b", 100);
	doc_failure(&b, 0, 1, "HTTP 500", "GET", "a", 2);
	doc_failure(&b, 0, 1, "HTTP 500", "GET", "a", -1);
	doc_failure(&b, 0, 1, NULL, "GET", "a", 50);
	doc_finish(&b);
	c.doc = &b.doc;
	n = sift_failures_that_say(&c, phrases, 2);
	ck_assert_int_eq(n.all, 0);
	ck_assert_ptr_null(sift_failure_most(&c));
	c.endpoint = &b.doc.sets[0].endpoints[0];
	n = sift_failures_that_say(&c, phrases, 2);
	ck_assert_int_eq(n.all, 59);
	ck_assert_int_eq(n.matching, 5);
	ck_assert_str_eq(sift_failure_most(&c), "HTTP 500");
	doc_release(&b);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("failure_text");
	TCase *c = tcase_create("failure_text");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(c, phrases_are_whole_words, 0,
			    (int)(sizeof(sayings) / sizeof(sayings[0])));
	tcase_add_test(c, failures_are_those_of_the_endpoint_in_all_runs);
	suite_add_tcase(suite, c);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
