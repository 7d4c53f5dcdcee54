/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "config/pattern.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static struct sift_pattern *
compiled(const char *expression)
{
	struct sift_pattern *pattern = NULL;
	struct sift_err err = {0};

	ck_assert_int_eq(sift_pattern_new(&pattern, expression, &err), SIFT_OK);
	return pattern;
}

static const struct {
	const char *expression, *text;
	int matched;
	const char *set, *run; /* groups */
} matches[] = {
	{"^(?<set>.*)/run-(?<run>\\d+)", "base/run-12", 1, "base", "12"},
	{"^(?<set>.*)/run-(?<run>\\d+)", "base/12", 0, "", ""},
	{"(?<set>a)|(?<run>b)", "b", 1, "", "b"},
	{"(?<set>x*)", "", 1, "", ""},
	{"(?J)(?<set>a)|(?<set>b)", "b", 1, "b", ""},
	{"(?<set>.)$", "gr\xc3\xbc", 1, "\xc3\xbc", ""},
	{"b", "\xff\xfe", 0, "", ""}, /* no UTF-8 */
};

START_TEST(match_gives_named_groups)
{
	struct sift_pattern *pattern = compiled(matches[_i].expression);
	struct sift_span set, run;
	int matched = -1;

	ck_assert_int_eq(sift_pattern_match(pattern,
					    sift_span_str(matches[_i].text),
					    &matched, NULL),
			 SIFT_OK);
	ck_assert_int_eq(matched, matches[_i].matched);
	set = sift_pattern_group(pattern, "set");
	run = sift_pattern_group(pattern, "run");
	ck_assert(sift_span_equal(set, sift_span_str(matches[_i].set)));
	ck_assert(sift_span_equal(run, sift_span_str(matches[_i].run)));
	ck_assert_uint_eq(sift_pattern_group(pattern, "other").len, 0);
	sift_pattern_free(pattern);
}
END_TEST

/* NULL: it fails, with `status`. */
static const struct {
	const char *expression, *by, *text, *expected;
	int changed;
	enum sift_status status;
} replaced[] = {
	{"\\d+", "N", "/a/12/b/3", "/a/N/b/N", 1, SIFT_OK},
	{"\\d+", "N", "/a", "/a", 0, SIFT_OK},
	{"\\d+", "N", "", "", 0, SIFT_OK},
	{"x*", "-", "a", "-a-", 1, SIFT_OK},
	{"(a)|(b)", "<$1${2}$$>", "ab", "<a$><b$>", 1, SIFT_OK},
	{"(?<what>\\w+)/\\d+", "${what}/N", "u/1 v/2", "u/N v/N", 1, SIFT_OK},
	{"\xc3\xa9", "e", "\xc3\xa9t\xc3\xa9", "ete", 1, SIFT_OK},
	{"a", "${none}", "a", NULL, 0, SIFT_E_USAGE},
	{"a", "$2", "a", NULL, 0, SIFT_E_USAGE},
	{"a", "${1", "a", NULL, 0, SIFT_E_USAGE},
	{"^(a+)+$", "", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", NULL, 0,
	 SIFT_E_LIMIT},
};

START_TEST(every_match_is_replaced)
{
	struct sift_pattern *pattern = compiled(replaced[_i].expression);
	struct sift_err err = {0};
	struct sift_buf out;
	int changed = 0;

	sift_buf_init(&out, 0);
	sift_buf_add_str(&out, "before ");
	ck_assert_int_eq(
		sift_pattern_replace(pattern, sift_span_str(replaced[_i].text),
				     replaced[_i].by, &out, &changed, &err),
		replaced[_i].status);
	if (replaced[_i].expected) {
		ck_assert_int_eq(changed, replaced[_i].changed);
		ck_assert(
			sift_span_equal(sift_span_from(sift_buf_span(&out), 7),
					sift_span_str(replaced[_i].expected)));
	} else {
		ck_assert_uint_eq(out.len, 7);
		ck_assert_str_ne(err.what, "");
	}
	sift_buf_release(&out);
	sift_pattern_free(pattern);
}
END_TEST

START_TEST(too_long_a_result_is_none)
{
	struct sift_pattern *pattern = compiled("a");
	static const char by[] = "bbbbbbbbbbbbbbbb";
	char text[1024];
	struct sift_buf out;
	int changed;

	memset(text, 'a', sizeof(text));
	sift_buf_init(&out, 0);
	ck_assert_int_eq(sift_pattern_replace(pattern,
					      sift_span_of(text, sizeof(text)),
					      by, &out, &changed, NULL),
			 SIFT_E_LIMIT);
	ck_assert_uint_eq(out.len, 0);
	sift_buf_release(&out);
	sift_pattern_free(pattern);
}
END_TEST

static const char *const wrong[] = {
	"",	"(",	     "a)",
	"[a",	"(?<set>a",  "(?<1>a)",
	"*",	"\\",	     "(?<s>a)(?<s>b)",
	"\xff", "a{2,1}",    "(?<=a*)b",
	"\\C",	"(?P>none)",
};

START_TEST(wrong_expression_is_refused)
{
	struct sift_pattern *pattern = NULL;
	struct sift_err err = {0};

	ck_assert_int_eq(sift_pattern_new(&pattern, wrong[_i], &err),
			 SIFT_E_USAGE);
	ck_assert_ptr_null(pattern);
	ck_assert_ptr_nonnull(strstr(err.what, "expression"));
}
END_TEST

START_TEST(fault_is_named_with_its_position)
{
	struct sift_pattern *pattern = NULL;
	struct sift_err err = {0};

	ck_assert_int_eq(sift_pattern_new(&pattern, "(?<set>a", &err),
			 SIFT_E_USAGE);
	ck_assert_str_eq(err.what, "expression \"(?<set>a\": missing closing "
				   "parenthesis at byte 8");
}
END_TEST

START_TEST(overlong_expression_is_refused)
{
	static char text[5000];
	struct sift_pattern *pattern = NULL;

	memset(text, 'a', sizeof(text) - 1);
	ck_assert_int_eq(sift_pattern_new(&pattern, text, NULL), SIFT_E_USAGE);
}
END_TEST

/* Without limits these take many millions of steps. */
static const struct {
	const char *expression, *text;
	size_t repeat;
} hungry[] = {
	{"^(a+)+$", "a", 40},
	{"(a+b?a*)+[yz]", "aab", 12},
	{"(*LIMIT_MATCH=4000000000)^(a+)+$", "a", 40},
};

START_TEST(hungry_expression_has_not_run)
{
	struct sift_pattern *pattern = compiled(hungry[_i].expression);
	struct sift_err err = {0};
	char text[4096] = "";
	size_t i, len = 0;
	int matched = -1;

	for (i = 0; i < hungry[_i].repeat; i++) {
		memcpy(text + len, hungry[_i].text, strlen(hungry[_i].text));
		len += strlen(hungry[_i].text);
	}
	text[len++] = '!';
	ck_assert_int_eq(sift_pattern_match(pattern, sift_span_of(text, len),
					    &matched, &err),
			 SIFT_E_LIMIT);
	ck_assert_int_eq(matched, -1);
	ck_assert_ptr_nonnull(strstr(err.what, "did not run"));
	ck_assert_uint_eq(sift_pattern_group(pattern, "set").len, 0);
	sift_pattern_free(pattern);
}
END_TEST

START_TEST(text_of_4096_bytes_runs_and_one_more_does_not)
{
	static char text[4097];
	struct sift_pattern *pattern = compiled("^(?<set>x)");
	int matched = -1;

	memset(text, 'x', sizeof(text));
	ck_assert_int_eq(sift_pattern_match(pattern, sift_span_of(text, 4096),
					    &matched, NULL),
			 SIFT_OK);
	ck_assert_int_eq(matched, 1);
	ck_assert_int_eq(sift_pattern_match(pattern, sift_span_of(text, 4097),
					    &matched, NULL),
			 SIFT_E_LIMIT);
	ck_assert_uint_eq(sift_pattern_group(pattern, "set").len, 0);
	sift_pattern_free(pattern);
}
END_TEST

START_TEST(has_group_knows_names)
{
	struct sift_pattern *pattern = compiled("(?<set>a)(?<other>b)");

	ck_assert(sift_pattern_has_group(pattern, "set"));
	ck_assert(sift_pattern_has_group(pattern, "other"));
	ck_assert(!sift_pattern_has_group(pattern, "run"));
	ck_assert(!sift_pattern_has_group(pattern, ""));
	sift_pattern_free(pattern);
}
END_TEST

START_TEST(no_memory_is_told_and_leaks_nothing)
{
	enum sift_status rc = SIFT_E_NOMEM;
	uint64_t n;

	for (n = 1; rc; n++) {
		struct sift_pattern *pattern = NULL;
		int matched;

		sift_mem_fail_at(n, 0);
		rc = sift_pattern_new(&pattern, "(?<set>a+)(b|c)*", NULL);
		if (!rc)
			rc = sift_pattern_match(pattern, SIFT_SPAN("aabc"),
						&matched, NULL);
		sift_mem_fail_at(0, 0);
		sift_pattern_free(pattern);
		ck_assert(rc == SIFT_OK || rc == SIFT_E_NOMEM);
		ck_assert_uint_lt(n, 1000);
	}
	ck_assert_uint_gt(n, 4);
}
END_TEST

#define COUNT_OF(a) ((int)(sizeof(a) / sizeof((a)[0])))

int
main(void)
{
	Suite *suite = suite_create("pattern");
	TCase *c = tcase_create("pattern");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(c, match_gives_named_groups, 0, COUNT_OF(matches));
	tcase_add_loop_test(c, every_match_is_replaced, 0, COUNT_OF(replaced));
	tcase_add_test(c, too_long_a_result_is_none);
	tcase_add_loop_test(c, wrong_expression_is_refused, 0, COUNT_OF(wrong));
	tcase_add_test(c, fault_is_named_with_its_position);
	tcase_add_test(c, overlong_expression_is_refused);
	tcase_add_loop_test(c, hungry_expression_has_not_run, 0,
			    COUNT_OF(hungry));
	tcase_add_test(c, text_of_4096_bytes_runs_and_one_more_does_not);
	tcase_add_test(c, has_group_knows_names);
	tcase_add_test(c, no_memory_is_told_and_leaks_nothing);
	suite_add_tcase(suite, c);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
