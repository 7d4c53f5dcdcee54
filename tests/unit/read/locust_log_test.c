/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "chunk/event_log.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

#define LOG &sift_format_locust_log
#define HEADER                                                                 \
 "timestamp,request_type,name,response_time_ms,response_length,status_code,"   \
 "exception\r\n"
#define TOOL "tool \"locust\" \"\"\n"
#define A "series 0 http \"GET\" \"a\"\n"

static const struct {
	const char *what;
	const char *text;
	const char *events;
} files[] = {
	{"the end of a request is when it was sent, and how long it took",
	 HEADER "1795224042.331172,GET,a,1500.25,2,200,\r\n"
		"1795224043,GET,a,0,2,404,\r\n",
	 TOOL A "sample 0 ok 2026-11-21T01:20:43.831422Z 1500250000\n"
		"sample 0 ok 2026-11-21T01:20:43Z 0\n"
		"records used=2 unused=0\n= ok\n"},
	{"an exception is a failure, whatever the status",
	 HEADER "1795224042,None,\"a,\n b\",1,0,200,\"HTTPError('x, \"\"y\"\"')"
		"\"\r\n"
		"1795224042,GET,c,1e1,0,0,at 0x7efec6505790\r\n"
		"1795224042,GET,c,1,0,0,None\r\n",
	 TOOL "series 0 http \"\" \"a,\\x0a b\"\n"
	      "sample 0 failed 2026-11-21T01:20:42.001Z 1000000\n"
	      "failure 1 \"\" \"a,\\x0a b\" \"x, \"y\"\"\n"
	      "series 1 http \"GET\" \"c\"\n"
	      "sample 1 failed 2026-11-21T01:20:42.01Z 10000000\n"
	      "failure 1 \"GET\" \"c\" \"at 0x....\"\n"
	      "sample 1 ok 2026-11-21T01:20:42.001Z 1000000\n"
	      "records used=3 unused=0\n= ok\n"},
	{"what was not timed is left out and said",
	 HEADER "1795224042,GET,a,,2,200,\r\n"
		"1795224042,GET,a,nan,2,200,\r\n"
		"1795224042,GET,a,None,2,200,\r\n"
		"1795224042,GET,a,inf,2,200,\r\n",
	 TOOL "note \"requests without a response time are left out (rows: 4)\""
	      "\nrecords used=0 unused=4\n= ok\n"},
	{"bad rows",
	 HEADER "x,GET,a,1,2,200,\r\n"
		"-5,GET,a,1,2,200,\r\n"
		"1795224042,GET,a,1s,2,200,\r\n"
		"1795224042,GET,a,1e300,2,200,\r\n"
		"1795224042,GET,a\r\n" HEADER "1795224042,GET,a,5,2,200,",
	 TOOL "skipped \"time is not a number\" 1 line=2 offset=84 "
	      "sample=\"x\"\n"
	      "skipped \"time is not a number\" 1 line=3 offset=102 "
	      "sample=\"-5\"\n"
	      "skipped \"response time is not a number\" 1 line=4 offset=121 "
	      "sample=\"1s\"\n"
	      "skipped \"response time is not a number\" 1 line=5 offset=149 "
	      "sample=\"1e300\"\n"
	      "skipped \"cells do not match the header\" 1 line=6 offset=180 "
	      "sample=\"1795224042,GET,a\"\n"
	      "skipped \"a second header\" 1 line=7 offset=198 "
	      "sample=\"timestamp,request_type,name,response_time_ms,"
	      "response_length,status_code,exception\"\n"
	      "skipped \"cut short\" 1 line=8 offset=282 "
	      "sample=\"1795224042,GET,a,5,2,200,\"\n"
	      "records used=0 unused=0\n= ok\n"},
	{"without exceptions the column of success counts, else the status",
	 "Timestamp;Method;Name;Response Time (ms);Success;Status Code\n"
	 "2026-11-21T01:20:42+00:00;GET;a;1,5;True;500\n"
	 "1795224042000;GET;a;2;false;200\n"
	 "1795224042000;GET;a;2;;404\n"
	 "1795224042000;GET;a;2;;399\n"
	 "1795224042000;GET;a;2;;\n",
	 TOOL A "sample 0 ok 2026-11-21T01:20:42.0015Z 1500000\n"
		"sample 0 failed 2026-11-21T01:20:42.002Z 2000000\n"
		"failure 1 \"GET\" \"a\" \"status 200\"\n"
		"sample 0 failed 2026-11-21T01:20:42.002Z 2000000\n"
		"failure 1 \"GET\" \"a\" \"status 404\"\n"
		"sample 0 ok 2026-11-21T01:20:42.002Z 2000000\n"
		"sample 0 unknown 2026-11-21T01:20:42.002Z 2000000\n"
		"records used=5 unused=0\n= ok\n"},
	{"nothing but a header", HEADER,
	 TOOL "records used=0 unused=0\n= ok\n"},
};

START_TEST(says_what_the_file_says)
{
	const char *text = files[_i].text;
	char *log = event_log_read(LOG, text, strlen(text), 0, NULL);

	ck_assert_msg(strcmp(log, files[_i].events) == 0, "%s:\n%s",
		      files[_i].what, log);
	free(log);
}
END_TEST

/* Cut anywhere, all rows before are there, and none that is not; CR is as
   good as CRLF at the end. */
START_TEST(a_cut_file_keeps_the_rows_before)
{
	static const char text[] =
		HEADER "1795224042,GET,a,1,2,200,\r\n"
		       "1795224043,GET,a,2,2,0,\"two\r\nlines\"\r\n"
		       "1795224044,GET,a,3,2,200,\r\n";
	static const char *const samples[] = {
		"sample 0 ok 2026-11-21T01:20:42.001Z 1000000\n",
		"sample 0 failed 2026-11-21T01:20:43.002Z 2000000\n",
		"sample 0 ok 2026-11-21T01:20:44.003Z 3000000\n",
	};
	const size_t ends[] = {sizeof(HEADER) - 1 + 27,
			       sizeof(HEADER) - 1 + 27 + 37, sizeof(text) - 1};

	for (size_t len = sizeof(HEADER) - 1; len < sizeof(text); len++) {
		char *log = event_log_read(LOG, text, len, 0, NULL);
		bool at_end = len == sizeof(HEADER) - 1;

		for (size_t i = 0; i < COUNT_OF(ends); i++) {
			ck_assert_msg((strstr(log, samples[i]) != NULL) ==
					      (len + 1 >= ends[i]),
				      "%zu: %s", len, log);
			at_end |= len == ends[i] || len + 1 == ends[i];
		}
		ck_assert_msg(at_end == !strstr(log, "skipped \""), "%zu: %s",
			      len, log);
		free(log);
	}
}
END_TEST

START_TEST(failures_of_memory_and_sink_are_passed_on)
{
	static const char text[] = HEADER "1795224042,GET,a,1,2,0,x\r\nx\r\n"
					  "1795224042,GET,b,nan,2,200,\r\n";
	struct sift_limits limits = event_log_limits();
	enum sift_status rc = SIFT_E_NOMEM;

	for (uint64_t n = 1; rc; n++) {
		struct sift_source *src = NULL;
		struct event_log log;
		struct sift_sink sink;

		event_log_init(&log);
		sink = event_log_sink(&log);
		ck_assert_int_eq(sift_source_open_memory(
					 &src, text, sizeof(text) - 1, 9, NULL),
				 SIFT_OK);
		if (_i)
			sift_mem_fail_at(n, 0);
		else
			log.fail_at = n;
		rc = sift_format_locust_log.read(src, &limits, &sink, NULL);
		sift_mem_fail_at(0, 0);
		sift_source_free(src);
		if (rc && !_i)
			ck_assert_uint_eq(log.puts, n);
		event_log_release(&log);
		ck_assert(rc == SIFT_OK || rc == SIFT_E_NOMEM);
		ck_assert_uint_lt(n, 300);
	}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("locust_log");
	TCase *tc = tcase_create("locust_log");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tc, says_what_the_file_says, 0,
			    (int)COUNT_OF(files));
	tcase_add_test(tc, a_cut_file_keeps_the_rows_before);
	tcase_add_loop_test(tc, failures_of_memory_and_sink_are_passed_on, 0,
			    2);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
