/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "chunk/event_log.h"
#include "read/reader.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

#define TOOL "tool \"k6\" \"\"\n"
#define NOTE                                                                   \
 "note \"k6's web dashboard keeps times in five digits: only counts are "      \
 "taken from it\"\n"
#define TIMES                                                                  \
 "time 2026-11-21T01:25:45.314Z 2026-11-21T01:25:47.314Z\n"                    \
 "duration 2000000000\n"
#define BEGIN                                                                  \
 "{\"event\":\"param\",\"data\":{\"scriptPath\":\"secret\",\"thresholds\":"    \
 "{\"http_req_failed\":[\"rate\\u003c1\",\"rate>0\"],"                         \
 "\"m{a:b}\":[\"avg<1\"]}}}\n"                                                 \
 "{\"event\":\"metric\",\"data\":{\"time\":{\"type\":\"gauge\"},"              \
 "\"http_reqs\":{\"type\":\"counter\"},\"http_req_failed\":{\"type\":"         \
 "\"rate\"}}}\n"                                                               \
 "{\"event\":\"start\",\"data\":[[1795224345314]]}\n"
#define STOP "{\"event\":\"stop\",\"data\":[[1795224347314]]}\n"
#define TOTAL(failed, count)                                                   \
 "{\"event\":\"cumulative\",\"data\":[[" failed "],[" count ",3.5],[1]]}\n"
#define SNAPSHOT(time)                                                         \
 "{\"event\":\"snapshot\",\"data\":[[0],[1,1],[" time "]]}\n"
#define FAILS                                                                  \
 "{\"event\":\"threshold\",\"data\":{\"http_req_failed\":[\"rate<1\"]}}\n"
#define RESULTS(first, second)                                                 \
 "threshold " first " \"http_req_failed\" \"rate<1\"\n"                        \
 "threshold " second " \"http_req_failed\" \"rate>0\"\n"                       \
 "threshold -1 \"m{a:b}\" \"avg<1\"\n"
#define RECORDS(n) "records used=" n " unused=0\n"
#define FIGURES(text) "figures total " text " unknown/k6\n"

static const struct {
	const char *text;
	const char *expected;
} records[] = {
	/* the last values count, and what fails after them */
	{BEGIN TOTAL("0", "3") FAILS TOTAL("0.42857", "7") STOP,
	 TOOL FIGURES("requests=7 failures=3") RECORDS("2")
		 TIMES RESULTS("1", "1") NOTE RECORDS("7") "= ok\n"},
	{BEGIN TOTAL("0.42857", "7") FAILS STOP,
	 TOOL FIGURES("requests=7 failures=3") RECORDS("2")
		 TIMES RESULTS("0", "1") NOTE RECORDS("6") "= ok\n"},
	/* the report has them behind the end, and nulls */
	{BEGIN "null\n" STOP TOTAL("0", "7") FAILS,
	 TOOL FIGURES("requests=7 failures=0") RECORDS("2")
		 TIMES RESULTS("0", "1") NOTE RECORDS("6") "= ok\n"},
	/* names in the order of bytes, also those that come late; users */
	{BEGIN "{\"event\":\"metric\",\"data\":{\"vus\":{\"type\":\"gauge\"},"
	       "\"a\\u00e9\":{\"type\":\"counter\",\"contains\":\"data\"}}}\n"
	       "{\"event\":\"snapshot\",\"data\":[[5],[],[7,7],"
	       "[1795224346322],[3]]}\n"
	       "{\"event\":\"cumulative\",\"data\":[[5,1],[],[7,7],[1],[3]]}"
	       "\n" STOP,
	 "users 2026-11-21T01:25:46.322Z 3\n" TOOL FIGURES(
		 "requests=7") "metric 0 counter \"a\u00e9\" \"bytes\"\n"
			       "value 0 \"count\" 5\n" RECORDS("2")
				       TIMES RESULTS("1", "1")
					       NOTE RECORDS("7") "= ok\n"},
	/* failures that a share cut to five decimals does not tell */
	{BEGIN TOTAL("0.4", "7") STOP,
	 TOOL FIGURES("requests=7") RECORDS("1") TIMES RESULTS("1", "1")
		 NOTE RECORDS("5") "= ok\n"},
	{BEGIN TOTAL("0.00001", "200000") STOP,
	 TOOL FIGURES("requests=200000") RECORDS("1") TIMES RESULTS("1", "1")
		 NOTE RECORDS("5") "= ok\n"},
	{BEGIN TOTAL("1", "7") STOP,
	 TOOL FIGURES("requests=7 failures=7") RECORDS("2")
		 TIMES RESULTS("1", "1") NOTE RECORDS("5") "= ok\n"},
	{BEGIN TOTAL("", "7") STOP,
	 TOOL FIGURES("requests=7") RECORDS("1") TIMES RESULTS("1", "1")
		 NOTE RECORDS("5") "= ok\n"},
	/* bad lines; events of other versions */
	{BEGIN "{\"event\":\"cumulative\",\"data\":[[1],[2]]}\n"
	       "{\"event\":\"cumulative\",\"data\":[[1],[2],[3],[4]]}\n"
	       "{\"event\":\"cumulative\",\"data\":[[1],2,[3]]}\n"
	       "{\"event\":\"cumulative\",\"data\":7}\n"
	       "{\"event\":\"start\",\"data\":\"x\"}\n"
	       "{\"event\":\"stop\"}\n{}\nx\n" TOTAL(
		       "0", "7") "{\"event\":\"config\",\"data\":{}}\n" STOP,
	 "skipped \"not a value for each metric\" 1 line=4 offset=286 "
	 "sample=\"[[1],[2]]\"\n"
	 "skipped \"not a value for each metric\" 1 line=5 offset=326 "
	 "sample=\"[[1],[2],[3],[4]]\"\n"
	 "skipped \"not a value for each metric\" 1 line=6 offset=374 "
	 "sample=\"[[1],2,[3]]\"\n"
	 "skipped \"not a value for each metric\" 1 line=7 offset=416 "
	 "sample=\"7\"\n"
	 "skipped \"not a time\" 1 line=8 offset=448 sample=\"x\"\n"
	 "skipped \"not an event\" 1 line=9 offset=477 "
	 "sample=\"{\"event\":\"stop\"}\"\n"
	 "skipped \"not an event\" 1 line=10 offset=494 sample=\"{}\"\n"
	 "skipped \"not an event\" 1 line=11 offset=497 sample=\"x\"\n" TOOL
		 FIGURES("requests=7 failures=0") RECORDS("2") TIMES RESULTS(
			 "1", "1") NOTE "records used=10 unused=1\n= ok\n"},
	/* values of the period that was judged, and of one that was not */
	{BEGIN TOTAL("0.42857", "7") FAILS SNAPSHOT("1") STOP,
	 TOOL FIGURES("requests=7 failures=3") RECORDS("2")
		 TIMES RESULTS("0", "1") NOTE RECORDS("7") "= ok\n"},
	{BEGIN TOTAL("0.42857", "7") FAILS SNAPSHOT("2") STOP,
	 TOOL FIGURES("requests=7 failures=3") RECORDS("2")
		 TIMES RESULTS("-1", "-1") NOTE RECORDS("7") "= ok\n"},
	/* no end: nothing is decided */
	{BEGIN TOTAL("0", "7"),
	 TOOL FIGURES("requests=7 failures=0") RECORDS(
		 "2") "time 2026-11-21T01:25:45.314Z none\n" RESULTS("-1", "-1")
		 NOTE RECORDS(
			 "4") "= damaged or malformed data: line 4: breaks "
			      "off before the end of the "
			      "test\n"},
	/* no values, since one was infinite; what fails is known all the same
	 */
	{BEGIN FAILS STOP, TIMES RESULTS("0", "1") NOTE RECORDS(
				   "5") "= damaged or malformed data: line 0: "
					"no figures: k6 loses them where a "
					"metric is infinite\n"},
	{BEGIN STOP, TIMES RESULTS("-1", "-1") NOTE RECORDS(
			     "4") "= damaged or malformed data: line 0: no "
				  "figures: k6 loses "
				  "them where a metric is infinite\n"},
	{"", NOTE RECORDS("0") "= damaged or malformed data: line 0: no "
			       "figures: k6 loses them "
			       "where a metric is infinite\n"},
};

START_TEST(records_become_counts)
{
	char *log = event_log_read(&sift_format_k6_dashboard, records[_i].text,
				   strlen(records[_i].text), 0, NULL);

	ck_assert_str_eq(log, records[_i].expected);
	ck_assert_ptr_null(strstr(log, "secret"));
	free(log);
}
END_TEST

START_TEST(records_are_the_same_at_every_split)
{
	event_log_same_at_every_split(&sift_format_k6_dashboard,
				      records[_i].text,
				      strlen(records[_i].text), 0);
}
END_TEST

/* Cut anywhere, a record gives what its whole lines give. */
START_TEST(lines_before_a_cut_are_kept)
{
	const char *text = records[3].text;

	for (size_t len = 0; len < strlen(text); len++) {
		size_t whole = len;
		char *cut = event_log_read(&sift_format_k6_dashboard, text, len,
					   0, NULL);
		char *alone;
		char *figures, *expected;

		while (whole && text[whole - 1] != '\n')
			whole--;
		if (text[len] == '\n') /* a record without its LF is whole */
			whole = len;
		alone = event_log_read(&sift_format_k6_dashboard, text, whole,
				       0, NULL);
		ck_assert(len + 1 == strlen(text) ||
			  strstr(cut, "\n= damaged or malformed"));
		*strstr(cut, "\n= ") = '\0'; /* names the line */
		*strstr(alone, "\n= ") = '\0';
		figures = strstr(cut, "tool");
		expected = strstr(alone, "tool");
		ck_assert_str_eq(figures ? figures : "",
				 expected ? expected : "");
		ck_assert(len == whole || strstr(cut, "cut short"));
		free(cut);
		free(alone);
	}
}
END_TEST

/* ---- the report ---- */

#define MARKER                                                                 \
 "<script id=\"data\" type=\"application/json; charset=utf-8; gzip; base64\">"
/* param, metric, start, stop, cumulative: by Python's gzip and base64 */
#define DATA                                                                   \
 "H4sIAAAAAAAC/23LQQqDMBBA0X2PMWspxCihoTcRkUGHRjCaJpNACd69tQtR2uWH9zNQop"      \
 "lBg0OPFgoYkBF0BjaeglmmIWxlQTeA6XEX0K7resn7Z4n92B9Gw+w6T8/vxy9HH9QvcWby"      \
 "cF4Do+f9bBqhbnVZVrKqpaja9kwX90+qH9lHGyfkMdHBq0Je6829AVXteQbwAAAA"
#define PAGE "<!doctype html><script>x='" MARKER "'</script>" MARKER

START_TEST(reports_have_a_record_inside)
{
	static const char page[] = PAGE DATA "</script></body></html>";
	char *log = event_log_read(&sift_format_k6_dashboard_html, page,
				   strlen(page), 0, NULL);

	ck_assert_str_eq(
		log, TOOL FIGURES("requests=7") RECORDS("1") TIMES
		"threshold -1 \"m\" \"avg<1\"\n" NOTE RECORDS("5") "= ok\n");
	free(log);
	event_log_same_at_every_split(&sift_format_k6_dashboard_html, page,
				      strlen(page), 0);
}
END_TEST

/* As a formatter of HTML leaves it. */
START_TEST(blanks_around_the_data_do_not_matter)
{
	static const char page[] = PAGE "\n  " DATA "\n</script>";
	char *log = event_log_read(&sift_format_k6_dashboard_html, page,
				   strlen(page), 0, NULL);

	ck_assert_msg(strstr(log, FIGURES("requests=7")) != NULL, "%s", log);
	free(log);
}
END_TEST

START_TEST(cut_reports_are_told)
{
	static const char page[] = PAGE DATA;

	for (size_t len = 0; len + 1 < strlen(page); len++) {
		char *log = event_log_read(&sift_format_k6_dashboard_html, page,
					   len, 0, NULL);

		ck_assert_msg(strstr(log, "breaks off") ||
				      strstr(log, "truncated"),
			      "%zu: %s", len, log);
		ck_assert_ptr_null(strstr(log, "BROKEN"));
		free(log);
	}
}
END_TEST

/* ---- recognition, memory ---- */

static const struct {
	const char *head;
	unsigned record, report;
} bids[] = {
	{BEGIN, 70, 0},
	{"\n {\"event\":\"metric\",\"data\":", 70, 0},
	{"{\"event\":\"x\"}", 0, 0},
	{"{\"events\":[],\"data\":1}", 0, 0},
	{PAGE, 0, 90},
	{"<!doctype html><title>k6 report</title>", 0, 50},
	{"<!doctype html><title>report</title>", 0, 0},
	{MARKER, 0, 90},
	{"x" MARKER, 0, 0},
	{"", 0, 0},
};

START_TEST(both_are_recognised)
{
	struct sift_span head = sift_span_str(bids[_i].head);

	ck_assert_uint_eq(sift_format_k6_dashboard.bid(head, true),
			  bids[_i].record);
	ck_assert_uint_eq(sift_format_k6_dashboard_html.bid(head, true),
			  bids[_i].report);
}
END_TEST

START_TEST(failing_allocations_are_told)
{
	static const char page[] = PAGE DATA "</script></body></html>";
	struct sift_limits limits = event_log_limits();
	enum sift_status rc = SIFT_E_NOMEM;

	for (uint64_t n = 1; rc; n++) {
		struct sift_source *src;
		struct sift_err err = {0};
		struct event_log log;
		struct sift_sink sink;

		ck_assert_int_eq(sift_source_open_memory(&src, page,
							 strlen(page), 0, &err),
				 SIFT_OK);
		event_log_init(&log);
		sink = event_log_sink(&log);
		sift_mem_fail_at(n, 0);
		rc = sift_format_k6_dashboard_html.read(src, &limits, &sink,
							&err);
		sift_mem_fail_at(0, 0);
		ck_assert_int_eq(rc, err.status);
		ck_assert(rc == SIFT_OK || rc == SIFT_E_NOMEM);
		event_log_release(&log);
		sift_source_free(src);
	}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("k6_dashboard");
	TCase *tc = tcase_create("k6_dashboard");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tc, records_become_counts, 0, (int)LENGTH(records));
	tcase_add_loop_test(tc, records_are_the_same_at_every_split, 0,
			    (int)LENGTH(records));
	tcase_add_test(tc, lines_before_a_cut_are_kept);
	tcase_add_test(tc, reports_have_a_record_inside);
	tcase_add_test(tc, blanks_around_the_data_do_not_matter);
	tcase_add_test(tc, cut_reports_are_told);
	tcase_add_loop_test(tc, both_are_recognised, 0, (int)LENGTH(bids));
	tcase_add_test(tc, failing_allocations_are_told);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
