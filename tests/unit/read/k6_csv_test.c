/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chunk/event_log.h"
#include "read/reader.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

#define HEADER                                                                 \
 "metric_name,timestamp,metric_value,error_code,expected_response,method,"     \
 "name,status,url,check,extra_tags,metadata\n"
#define NO_NAME "metric_name,timestamp,metric_value,method,status,extra_tags\n"
#define GET_A "series 0 http \"GET\" \"a\"\n"
#define WHOLE "note \"times of requests are whole seconds\"\n"

static const struct {
	const char *text;
	const char *expected; /* after the tool */
} tables[] = {
	/* a name beats the URL; what says that it failed */
	{HEADER
	 "http_req_duration,1771315200,1.500000,,true,GET,a,200,/u,,,\n"
	 "http_req_duration,1771315201,2.000001,1404,false,GET,a,404,/u,,,\n"
	 "http_req_failed,1771315201,1.000000,1404,false,GET,a,404,/u,,,\n"
	 "http_req_blocked,1771315201,0.100000,,,GET,a,404,/u,,,\n"
	 "http_req_duration,1771315202,3.000000,,,GET,,200,/u,,,\n",
	 GET_A "sample 0 ok 2026-02-17T08:00:00Z 1500000\n"
	       "sample 0 failed 2026-02-17T08:00:01Z 2000001\n"
	       "series 1 http \"GET\" \"/u\"\n" WHOLE
	       "sample 1 ok 2026-02-17T08:00:02Z 3000000\n"
	       "failure 1 \"GET\" \"a\" \"HTTP 404\"\n"
	       "records used=3 unused=2\n"},
	/* setup() and teardown() have no scenario; with the tags in columns
	   and without */
	{"metric_name,timestamp,metric_value,group,name,scenario,status\n"
	 "http_req_duration,1771315200,1.000000,::setup,a,,200\n"
	 "http_req_duration,1771315200,1.000000,::setup,a,default,200\n",
	 "series 0 http \"\" \"a\" setup\nseries 1 http \"\" \"a\"\n" WHOLE
	 "sample 0 ok 2026-02-17T08:00:00Z 1000000\n"
	 "sample 1 ok 2026-02-17T08:00:00Z 1000000\n"
	 "records used=2 unused=0\n"},
	{NO_NAME "http_req_duration,1771315200,1.000000,GET,200,"
		 "group=::teardown&name=a\n",
	 "series 0 http \"GET\" \"a\" teardown\n" WHOLE
	 "sample 0 ok 2026-02-17T08:00:00Z 1000000\n"
	 "records used=1 unused=0\n"},
	/* saved again by a spreadsheet */
	{"metric_name;timestamp;metric_value;method;name;status\r\n"
	 "http_req_duration;1771315200;1,500000;GET;a;200\r\n"
	 "http_req_duration;1771315200;1,5,0;GET;a;200\r\n",
	 GET_A "skipped \"not a number\" 1 line=3 offset=104 "
	       "sample=\"http_req_duration;1771315200;1,5,0\"\n" WHOLE
	       "sample 0 ok 2026-02-17T08:00:00Z 1500000\n"
	       "records used=1 unused=0\n"},
	{"\"metric_name\"\t\"timestamp\"\t\"metric_value\"\t\"check\"\n"
	 "\"checks\"\t\"1771315200\"\t\"1,0\"\t\"a\"\"b\"\"\"\n",
	 WHOLE "check 1 0 \"a\"b\"\"\nrecords used=1 unused=0\n"},
	{"\"metric_name\",\"timestamp\",\"metric_value\",\"check\"\n"
	 "\"checks\",\"1771315200\",\"1.0\",\"a,\"\"b\"\"\"\n",
	 WHOLE "check 1 0 \"a,\"b\"\"\nrecords used=1 unused=0\n"},
	/* every format of time */
	{HEADER "vus,1771315200,2.000000,,,,,,,,,\n"
		"vus,1771315200500,3.000000,,,,,,,,,\n"
		"vus,1771315200500600,4.000000,,,,,,,,,\n"
		"vus,1771315200500600700,5.000000,,,,,,,,,\n"
		"vus,2026-02-17T10:00:00+02:00,6.000000,,,,,,,,,\n"
		"vus,2026-02-17T08:00:00.25Z,7.000000,,,,,,,,,\n",
	 "users 2026-02-17T08:00:00Z 2\nusers 2026-02-17T08:00:00.5Z 3\n"
	 "users 2026-02-17T08:00:00.5006Z 4\n"
	 "users 2026-02-17T08:00:00.5006007Z 5\n"
	 "users 2026-02-17T08:00:00Z 6\nusers 2026-02-17T08:00:00.25Z 7\n"
	 "records used=6 unused=0\n"},
	/* tags whose columns were switched off; k6 escapes nothing there */
	{NO_NAME
	 "http_req_duration,1771315200,1.000000,GET,200,x=&name=a?b=1&c,\n"
	 "http_req_duration,1771315200,1.000000,GET,200,name=a&x=1\n"
	 "http_req_duration,1771315200,1.000000,GET,200,\"names=1&name=a\"\n"
	 "http_req_duration,1771315200,1.000000,GET,200,\n",
	 "skipped \"cells do not match the header\" 1 line=2 offset=60 "
	 "sample=\"http_req_duration,1771315200,1.000000\"\n" GET_A
	 "series 1 http \"GET\" \"(unnamed)\"\n" WHOLE
	 "sample 0 ok 2026-02-17T08:00:00Z 1000000\n"
	 "sample 0 ok 2026-02-17T08:00:00Z 1000000\n"
	 "sample 1 ok 2026-02-17T08:00:00Z 1000000\n"
	 "records used=3 unused=0\n"},
	/* quotes, line ends within them, backslashes that are no escapes */
	{HEADER
	 "http_req_duration,1771315200,1.000000,,true,GET,\"a \"\"b\"\",\n"
	 "\\u0041\",200,,,,\n",
	 "series 0 http \"GET\" \"a \"b\",\\x0a\\x5cu0041\"\n"
	 "sample 0 ok 2026-02-17T08:00:00Z 1000000\n" WHOLE
	 "records used=1 unused=0\n"},
	/* checks; what a script measures, of which nothing is declared */
	{HEADER "checks,1771315200,1.000000,,,,,,,is 200,,\n"
		"checks,1771315200,0.000000,,,,,,,is 200,,\n"
		"join_time,1771315200,12.000000,,,,,,,,,\n"
		"errors,1771315200,1.000000,,,,,,,,,\n",
	 WHOLE "series 0 trend \"\" \"join_time\" assumed\n"
	       "sample 0 unknown 2026-02-17T08:00:00Z 12000000\n"
	       "metric 0 counter \"errors\" \"\"\n"
	       "point 0 2026-02-17T08:00:00Z 1000000\n"
	       "check 1 1 \"is 200\"\nrecords used=4 unused=0\n"},
	/* no rows */
	{HEADER, "records used=0 unused=0\n"},
};

START_TEST(rows_become_events)
{
	const char *text = tables[_i].text;
	char *log = event_log_read(&sift_format_k6_csv, text, strlen(text), 0,
				   NULL);
	char *whole;

	ck_assert_int_ge(asprintf(&whole, "tool \"k6\" \"\"\n%s= ok\n",
				  tables[_i].expected),
			 0);
	ck_assert_str_eq(log, whole);
	free(whole);
	free(log);
}
END_TEST

static const struct {
	const char *row;
	const char *why;
} bad_rows[] = {
	{"vus,1771315200,1.000000", "cells do not match the header"},
	{"vus,1771315200,1.000000,,,,,,,,,,", "cells do not match the header"},
	{"vus,soon,1.000000,,,,,,,,,", "not a time"},
	{"vus,,1.000000,,,,,,,,,", "not a time"},
	{"vus,-5,1.000000,,,,,,,,,", "not a time"},
	{"vus,2026-02-17T08:00:00,1.000000,,,,,,,,,", "not a time"},
	{"vus,9999999999999999999,1.000000,,,,,,,,,", "not a time"},
	{"vus,1771315200,many,,,,,,,,,", "not a number"},
	{"vus,1771315200,,,,,,,,,,", "not a number"},
	{"vus,1771315200,+Inf,,,,,,,,,", "not finite"},
	{"vus,1771315200,NaN,,,,,,,,,", "not finite"},
	{"vus,1771315200,1000000000000000000000.000000,,,,,,,,,",
	 "beyond 9.2e12"},
	{"vus,1771315200,-1.000000,,,,,,,,,", "negative users"},
	{"http_req_duration,1771315200,-1.000000,,,GET,a,,,,,",
	 "negative time"},
	{"metric_name,timestamp,metric_value,error_code,expected_response,"
	 "method,name,status,url,check,extra_tags,metadata",
	 "a second header"},
};

/* A row that is no point is told, and costs nothing but itself. */
START_TEST(bad_rows_are_skipped)
{
	static const char good[] = "vus,1771315200,2.000000,,,,,,,,,\n";
	char *text, *log, *why;

	ck_assert_int_ge(asprintf(&text, HEADER "%s%s\n%s", good,
				  bad_rows[_i].row, good),
			 0);
	ck_assert_int_ge(
		asprintf(&why, "skipped \"%s\" 1 line=3", bad_rows[_i].why), 0);
	log = event_log_read(&sift_format_k6_csv, text, strlen(text), 0, NULL);
	ck_assert_msg(strstr(log, why) != NULL, "%s", log);
	ck_assert_msg(strstr(log, "records used=2 unused=0\n= ok\n") != NULL,
		      "%s", log);
	free(log);
	free(why);
	free(text);
}
END_TEST

START_TEST(tables_without_the_columns_fail)
{
	static const char *const texts[] = {
		"",
		"metric_name,timestamp\nvus,1\n",
		"timestamp,metric_value\n1,1\n",
		"\n",
	};
	char *log = event_log_read(&sift_format_k6_csv, texts[_i],
				   strlen(texts[_i]), 0, NULL);

	ck_assert_msg(strstr(log, "= damaged") != NULL, "%s", log);
	free(log);
}
END_TEST

/* Cut anywhere, the whole rows before the cut stay, and the rest is told. */
START_TEST(rows_before_a_cut_are_kept)
{
	const char *text = tables[0].text;
	size_t ends = 0;

	for (size_t len = sizeof(HEADER) - 1; len < strlen(text); len++) {
		char *log =
			event_log_read(&sift_format_k6_csv, text, len, 0, NULL);
		unsigned rows, unused;
		const char *at = strstr(log, "records used=");

		ends += text[len - 1] == '\n';
		ck_assert_msg(strstr(log, "skipped \"cut short\"") != NULL ||
				      text[len - 1] == '\n' ||
				      text[len] == '\n',
			      "%zu: %s", len, log);
		ck_assert_msg(at && sscanf(at, "records used=%u unused=%u",
					   &rows, &unused) == 2,
			      "%s", log);
		ck_assert_msg(rows + unused == ends - (text[len] != '\n'),
			      "%zu: %s", len, log);
		free(log);
	}
}
END_TEST

START_TEST(the_header_tells_the_format)
{
	ck_assert_uint_gt(
		sift_format_bid(&sift_format_k6_csv, SIFT_SPAN(HEADER), true),
		100);
	ck_assert_uint_eq(sift_format_bid(&sift_format_k6_csv,
					  SIFT_SPAN("metric_name,time\n"),
					  true),
			  0);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("k6_csv");
	TCase *tc = tcase_create("k6_csv");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tc, rows_become_events, 0, LENGTH(tables));
	tcase_add_loop_test(tc, bad_rows_are_skipped, 0, LENGTH(bad_rows));
	tcase_add_loop_test(tc, tables_without_the_columns_fail, 0, 4);
	tcase_add_test(tc, rows_before_a_cut_are_kept);
	tcase_add_test(tc, the_header_tells_the_format);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
