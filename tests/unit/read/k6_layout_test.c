/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chunk/event_log.h"
#include "read/k6_layout.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

#define TIME "2026-01-01T00:00:00Z"
#define NEW(metric, time, value, tags)                                         \
 "{\"metric\":\"" metric "\",\"type\":\"Point\",\"data\":{\"time\":\"" time    \
 "\",\"value\":" value ",\"tags\":" tags "}}\n"
#define OLD(metric, time, value, tags)                                         \
 "{\"type\":\"Point\",\"data\":{\"time\":\"" time "\",\"value\":" value        \
 ",\"tags\":" tags "},\"metric\":\"" metric "\"}\n"
#define SORTED(metric, time, value, tags)                                      \
 "{\"data\": {\"tags\": " tags ", \"time\": \"" time "\", \"value\": " value   \
 "}, \"metric\": \"" metric "\", \"type\": \"Point\"}\r\n"

#define A "{\"expected_response\":\"true\",\"name\":\"a\"}"
#define B "{\"expected_response\":\"true\",\"name\":\"${}}}/${}\"}"

/* what was parsed before, what comes then, how many lines of it are matched */
static const struct {
	const char *before;
	const char *then;
	unsigned lines;
} cases[] = {
	/* the same, and other values of what may differ */
	{NEW("vus", TIME, "1", A), NEW("vus", TIME, "1", A), 1},
	{OLD("vus", TIME, "1", A), OLD("vus", TIME, "1", A), 1},
	{SORTED("vus", TIME, "1", A), SORTED("vus", TIME, "1", A), 1},
	{NEW("vus", TIME, "1", A),
	 NEW("vus", "2026-01-01T00:00:00.123456789Z", "123.456", A), 1},
	{NEW("vus", TIME, "1", A),
	 NEW("vus", "1999-12-31T01:02:03.5-07:30", "0", A), 1},
	{NEW("vus", TIME, "1", A) NEW("http_reqs", TIME, "1", B),
	 NEW("vus", TIME, "1", B) NEW("http_reqs", TIME, "1", A)
		 NEW("vus", TIME, "1", A),
	 3},
	{OLD("vus", TIME, "1", A) OLD("http_reqs", TIME, "1", B),
	 OLD("vus", TIME, "1", B) OLD("http_reqs", TIME, "1", A)
		 OLD("vus", TIME, "1", A),
	 3},
	/* two layouts by turns */
	{OLD("vus", TIME, "1", "null") NEW("vus", TIME, "1", A),
	 OLD("vus", TIME, "2", "null") NEW("vus", TIME, "1", A)
		 OLD("vus", TIME, "2", "null"),
	 3},
	/* what nobody uses need not be a number */
	{NEW("http_reqs", TIME, "1", A), NEW("http_reqs", TIME, "-1e5x", A), 1},
	{NEW("vus", TIME, "1", A), NEW("vus", TIME, "1.5e+03", A), 1},
	{NEW("http_req_duration", TIME, "1", A),
	 NEW("http_req_duration", TIME, "12.249072", A), 1},

	/* nothing was learned */
	{"", NEW("vus", TIME, "1", A), 0},
	{NEW("vus", TIME, "\"1\"", A), NEW("vus", TIME, "\"1\"", A), 0},
	{NEW("vus", "", "1", A), NEW("vus", "", "1", A), 0},
	{" " NEW("vus", TIME, "1", A), " " NEW("vus", TIME, "1", A), 0},
	/* another layout */
	{NEW("vus", TIME, "1", A), OLD("vus", TIME, "1", A), 0},
	{NEW("vus", TIME, "1", A), SORTED("vus", TIME, "1", A), 0},
	{NEW("vus", TIME, "1", A), NEW("vus", TIME, " 1", A), 0},
	{NEW("vus", TIME, "1", A), NEW("vus", TIME, "1 ", A), 0},
	{NEW("vus", TIME, "1", A), NEW("vus", TIME, "1", A " "), 0},
	/* a line that does not end there */
	{NEW("vus", TIME, "1", A), "", 0},
	{NEW("vus", TIME, "1", A), "{\"metric\":\"vus\"", 0},
	{"{\"metric\":\"vus\",\"type\":\"Point\",\"data\":{\"time\":\"" TIME
	 "\",\"value\":1}}\n",
	 "{\"metric\":\"vus\",\"type\":\"Point\",\"data\":{\"time\":\"" TIME
	 "\",\"value\":1}}",
	 0},
	{"{\"metric\":\"vus\",\"type\":\"Point\",\"data\":{\"time\":\"" TIME
	 "\",\"value\":1}}\n",
	 "{\"metric\":\"vus\",\"type\":\"Point\",\"data\":{\"time\":\"" TIME
	 "\",\"value\":1}}{\n",
	 0},
	/* names that were not met, or are written in another way */
	{NEW("vus", TIME, "1", A), NEW("checks", TIME, "1", A), 0},
	{NEW("vus", TIME, "1", A), NEW("vus_max", TIME, "1", A), 0},
	{NEW("vus", TIME, "1", A), NEW("vu", TIME, "1", A), 0},
	{NEW("vus", TIME, "1", A), NEW("", TIME, "1", A), 0},
	{NEW("vus", TIME, "1", A), NEW("v\\u0075s", TIME, "1", A), 0},
	{NEW("a\\\"b", TIME, "1", A), NEW("a\"b", TIME, "1", A), 0},
	{NEW("a\\nb", TIME, "1", A), NEW("a\nb", TIME, "1", A), 0},
	/* a metric that is not known to be of use */
	{NEW("mine", TIME, "1", A), NEW("mine", TIME, "1", A), 0},
	/* no time */
	{NEW("vus", TIME, "1", A), NEW("vus", "", "1", A), 0},
	{NEW("vus", TIME, "1", A), NEW("vus", "2026-01-01T00:00:00", "1", A),
	 0},
	{NEW("vus", TIME, "1", A), NEW("vus", "x\\\"" TIME, "1", A), 0},
	{NEW("http_reqs", TIME, "1", A), NEW("http_reqs", "soon", "1", A), 0},
	/* no number */
	{NEW("vus", TIME, "1", A), NEW("vus", TIME, "-1", A), 0},
	{NEW("vus", TIME, "1", A), NEW("vus", TIME, "", A), 0},
	{NEW("vus", TIME, "1", A), NEW("vus", TIME, "1x", A), 0},
	{NEW("vus", TIME, "1", A), NEW("vus", TIME, "+Inf", A), 0},
	{NEW("http_reqs", TIME, "1", A), NEW("http_reqs", TIME, "\"1\"", A), 0},
	{NEW("http_reqs", TIME, "1", A), NEW("http_reqs", TIME, "{}", A), 0},
	/* tags that were not met are parsed */
	{NEW("vus", TIME, "1", A), NEW("vus", TIME, "1", B), 1},
	{NEW("vus", TIME, "1", A), NEW("vus", TIME, "1", "{}"), 1},
	{NEW("vus", TIME, "1", "{}"),
	 NEW("vus", TIME, "1", A) NEW("vus", TIME, "1", "{ }"), 2},
	{OLD("vus", TIME, "1", A), OLD("vus", TIME, "1", B), 1},
	{NEW("vus", TIME, "1", A), NEW("vus", TIME, "1", "{\"a\":{}}"), 1},
	{NEW("http_reqs", TIME, "1", A),
	 NEW("http_reqs", TIME, "1", "{\"name\":\"\\x\"}"), 1},
	/* but what is no object does not match */
	{NEW("vus", TIME, "1", A), NEW("vus", TIME, "1", "null"), 0},
	{NEW("vus", TIME, "1", A), NEW("vus", TIME, "1", "[]"), 0},
	{NEW("vus", TIME, "1", A), NEW("vus", TIME, "1", "{"), 0},
	{NEW("vus", TIME, "1", A), NEW("vus", TIME, "1", "{\"a\":}"), 0},
	{NEW("vus", TIME, "1", A), NEW("vus", TIME, "1", "{\"a\":\"}"), 0},
	{NEW("vus", TIME, "1", A), NEW("vus", TIME, "1", "{} {}"), 0},
	{NEW("vus", TIME, "1", A), NEW("vus", TIME, "1", " {}"), 0},
	{NEW("vus", TIME, "1", A), NEW("vus", TIME, "1", "{\"a\":\n1}"), 0},
	{NEW("vus", TIME, "1", A), NEW("vus", TIME, "1", "{\"a\":{\"b\":{}}}"),
	 0}, /* too deep */
	{NEW("vus", TIME, "1", "null"), NEW("vus", TIME, "1", "{}"), 0},
	/* tags that were met, but not read in this way */
	{NEW("http_reqs", TIME, "1", A) NEW("checks", TIME, "1", B),
	 NEW("checks", TIME, "1", A), 1},
	{NEW("checks", TIME, "1", A),
	 NEW("checks", TIME, "1", "{\"check\":\"\\x\"}"), 0},
	/* what follows a line that does not match is left alone */
	{NEW("vus", TIME, "1", A),
	 NEW("vus", TIME, "1", A) NEW("vus", TIME, "x", A)
		 NEW("vus", TIME, "1", A),
	 1},
};

/* Parse all lines of `text` and learn from each. */
static void
learn(struct sift_k6_layouts *layouts, struct sift_k6_intake *intake,
      const char *text)
{
	struct sift_span left = sift_span_str(text);

	while (left.len) {
		size_t n = sift_span_find_byte(left, '\n');
		struct sift_span line = sift_span_head(left, n);
		struct sift_k6_point point;

		ck_assert_ptr_null(
			sift_k6_point_parse(sift_span_trim(line), 64, &point));
		ck_assert_int_eq(sift_k6_intake_add(intake, &point), SIFT_OK);
		sift_k6_layouts_learn(layouts, line, &point);
		left = sift_span_from(left, n + 1);
	}
}

/* How many lines of `then` match; its bytes have memory of their own size. */
static unsigned
matched(const char *before, const char *then, size_t max_line_bytes)
{
	struct sift_err err = {0};
	struct event_log log;
	struct sift_sink sink;
	struct sift_k6_intake intake;
	struct sift_k6_layouts layouts;
	struct sift_piece piece;
	size_t len = strlen(then);
	char *bytes = malloc(len ? len : 1);
	size_t taken = 77;
	uint64_t lines = 77;
	size_t at = 0;

	ck_assert_ptr_nonnull(bytes);
	memcpy(bytes, then, len);
	event_log_init(&log);
	sink = event_log_sink(&log);
	sift_piece_init(&piece);
	sift_k6_intake_init(&intake, &piece, &sink, &err);
	sift_k6_layouts_init(&layouts, &intake, max_line_bytes, 2);
	learn(&layouts, &intake, before);
	ck_assert_int_eq(sift_k6_layouts_take(&layouts,
					      sift_span_of(bytes, len), &taken,
					      &lines),
			 SIFT_OK);
	for (uint64_t i = 0; i < lines; i++)
		at += sift_span_find_byte(
			      sift_span_from(sift_span_of(bytes, len), at),
			      '\n') +
		      1;
	ck_assert_uint_eq(taken, at);
	sift_k6_intake_release(&intake);
	sift_piece_release(&piece);
	event_log_release(&log);
	free(bytes);
	return (unsigned)lines;
}

START_TEST(lines_match_or_do_not)
{
	ck_assert_msg(matched(cases[_i].before, cases[_i].then, 1 << 20) ==
			      cases[_i].lines,
		      "%s%s", cases[_i].before, cases[_i].then);
}
END_TEST

/* Only k6 would not write so much. */
START_TEST(tags_too_long_to_be_kept_do_not_match)
{
	static const char before[] = NEW("vus", TIME, "1", A);
	static const char format[] = NEW("vus", TIME, "1", "{\"a\":\"%0*d\"}");
	char then[8192];

	for (int len = 4000; len < 4200; len += 50) {
		snprintf(then, sizeof(then), format, len, 0);
		ck_assert_uint_eq(matched(before, then, 1 << 20), len <= 4088);
	}
}
END_TEST

START_TEST(a_line_over_the_limit_does_not_match)
{
	static const char line[] = NEW("vus", TIME, "1", A);
	size_t len = strlen(line) - 1;

	ck_assert_uint_eq(matched(line, line, len), 1);
	ck_assert_uint_eq(matched(line, line, len - 1), 0);
}
END_TEST

/* The oldest layout gives way to a fifth. */
START_TEST(four_layouts_are_kept)
{
	static const char before[] = NEW("vus", TIME, "1", A)
		NEW("vus", TIME, "1", " " A) NEW("vus", TIME, "1", "  " A)
			NEW("vus", TIME, "1", "   " A);

	ck_assert_uint_eq(matched(before, before, 1000), 4);
	ck_assert_uint_eq(matched(NEW("vus", TIME, "1", "    " A)
					  NEW("vus", TIME, "1", "\t" A) "",
				  NEW("vus", TIME, "1", "    " A), 1000),
			  1);
	ck_assert_uint_eq(
		matched(NEW("vus", TIME, "1", "    " A) NEW("vus", TIME, "1", A)
				NEW("vus", TIME, "1", " " A)
					NEW("vus", TIME, "1", "  " A)
						NEW("vus", TIME, "1", "   " A),
			NEW("vus", TIME, "1", "    " A), 1000),
		0);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("k6_layout");
	TCase *tc = tcase_create("k6_layout");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tc, lines_match_or_do_not, 0, LENGTH(cases));
	tcase_add_test(tc, tags_too_long_to_be_kept_do_not_match);
	tcase_add_test(tc, a_line_over_the_limit_does_not_match);
	tcase_add_test(tc, four_layouts_are_kept);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
