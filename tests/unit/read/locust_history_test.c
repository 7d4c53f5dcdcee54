/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "chunk/event_log.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

#define HEADER_C                                                               \
 "Timestamp,User Count,Type,Name,Requests/s,50%,Total Request Count,"          \
 "Total Failure Count\r\n"
#define HEADER_WHOLE                                                           \
 "Timestamp,User Count,Type,Name,Requests/s,Failures/s,50%,99%,100%,Total "    \
 "Request Count,Total Failure Count,Total Median Response Time,Total Average " \
 "Response Time,Total Min Response Time,Total Max Response Time\r\n"
#define HEADER_V2 "Type,Name,# requests,# failures,Average,Max,Requests/s\n"

#define TOOL "tool \"locust\" \"\"\n"
#define C TOOL "format version \"C (1.2 or later)\"\n"
#define A TOOL "format version \"A (0.13.3 to 0.14.6)\"\n"
#define V2 TOOL "format version \"V2 (of a guide)\"\n"
#define V2_NOTE(counts)                                                        \
 "note \"the history has seconds since the start in place of methods; its "    \
 "counts are taken as those " counts "\"\n"
#define V2_SUM V2_NOTE("of each interval")
#define V2_LAST V2_NOTE("since the start")
#define NO_TOTAL                                                               \
 "note \"the history ends within a second: its last rows have no total\"\n"
#define T "1970-01-01T00:"

static const struct {
	const char *what;
	const char *text;
	const char *events;
} files[] = {
	{"totals alone",
	 HEADER_C "60,0,,Aggregated,0.0,N/A,0,0\r\n"
		  "61,5,,Aggregated,1.0,12,7,1\r\n",
	 C "progress " T "01:00Z users=0 requests=0 failures=0\n"
	   "progress " T "01:01Z users=5 requests=7 failures=1\n"
	   "time " T "01:00Z " T "01:01Z\nrecords used=2 unused=0\n= ok\n"},
	{"endpoints are not needed",
	 HEADER_C "60,1,GET,/a,0.0,N/A,3,0\r\n60,1,GET,Aggregated,0.0,1,3,0\r\n"
		  "60,1,,Aggregated,0.0,N/A,6,0\r\n",
	 C "progress " T "01:00Z users=1 requests=6 failures=0\n"
	   "time " T "01:00Z " T "01:00Z\nrecords used=1 unused=2\n= ok\n"},
	{"a group without its total, at the end",
	 HEADER_C "60,1,,Aggregated,0.0,N/A,6,0\r\n61,1,GET,/a,0.0,N/A,3,0\r\n",
	 C "progress " T "01:00Z users=1 requests=6 failures=0\n"
	   "time " T "01:00Z " T "01:00Z\n" NO_TOTAL
	   "records used=1 unused=1\n= ok\n"},
	{"two groups in one second",
	 HEADER_C "60,1,,Aggregated,0.0,N/A,6,0\r\n"
		  "60,2,,Aggregated,0.0,N/A,8,0\r\n",
	 C "progress " T "01:00Z users=2 requests=8 failures=0\n"
	   "time " T "01:00Z " T "01:00Z\nrecords used=1 unused=1\n= ok\n"},
	{"a reset",
	 HEADER_C "60,1,,Aggregated,0.0,N/A,6,0\r\n"
		  "61,1,,Aggregated,0.0,N/A,2,0\r\n"
		  "62,1,,Aggregated,0.0,N/A,3,0\r\n",
	 C "progress " T "01:00Z users=1 requests=6 failures=0\n"
	   "progress " T "01:01Z users=1 requests=2 failures=0\n"
	   "progress " T "01:02Z users=1 requests=3 failures=0\n"
	   "time " T "01:00Z " T "01:02Z\n"
	   "note \"statistics were reset during the run: 1 time, first at " T
	   "01:01Z\"\nrecords used=3 unused=0\n= ok\n"},
	{"bad rows",
	 HEADER_C "later,1,,Aggregated,0.0,N/A,6,0\r\n"
		  "1.8E+9,1,,Aggregated,0.0,N/A,6,0\r\n"
		  "-5,1,,Aggregated,0.0,N/A,6,0\r\n"
		  "9999999999999,1,,Aggregated,0.0,N/A,6,0\r\n"
		  "60,1,,Aggregated,0.0,N/A,,0\r\n"
		  "60,1,,Aggregated,0.0,N/A,6,x\r\n"
		  "60,few,,Aggregated,0.0,N/A,6,0\r\n"
		  "60,1\r\n" HEADER_C "60,1,,Aggregated,0.0,N/A,6,0",
	 C "skipped \"timestamp is not a number\" 1 line=2 offset=87 "
	   "sample=\"later\"\n"
	   "skipped \"timestamp is not a number\" 1 line=3 offset=120 "
	   "sample=\"1.8E+9\"\n"
	   "skipped \"timestamp is not a number\" 1 line=4 offset=154 "
	   "sample=\"-5\"\n"
	   "skipped \"timestamp is not a number\" 1 line=5 offset=184 "
	   "sample=\"9999999999999\"\n"
	   "skipped \"count is not a number\" 1 line=6 offset=225 sample=\"\"\n"
	   "skipped \"count is not a number\" 1 line=7 offset=254 "
	   "sample=\"x\"\n"
	   "skipped \"count is not a number\" 1 line=8 offset=284 "
	   "sample=\"few\"\n"
	   "skipped \"cells do not match the header\" 1 line=9 offset=316 "
	   "sample=\"60,1\"\n"
	   "skipped \"a second header\" 1 line=10 offset=322 "
	   "sample=\"Timestamp,User Count,Type,Name,Requests/s,50%,Total "
	   "Request Count,Total Failure Count\"\n"
	   "skipped \"cut short\" 1 line=11 offset=409 "
	   "sample=\"60,1,,Aggregated,0.0,N/A,6,0\"\n"
	   "records used=0 unused=0\n= ok\n"},
	{"the oldest, by hand, without users",
	 "\"Type\",\"Name\",\"Timestamp\",\"# requests\",\"# failures\",\"50%\""
	 "\n\"GET\",\"a \"b\"\",\"60\",17,0,0\n"
	 "\"None\",\"Aggregated\",\"60\",17,1,0\n",
	 A "progress " T "01:00Z requests=17 failures=1\n"
	   "time " T "01:00Z " T "01:00Z\nrecords used=1 unused=1\n= ok\n"},
	{"a guide's, in seconds since the start",
	 HEADER_V2 "0,a,150,0,55,200,50.0\n5,a,160,1,58,200,53.3\n"
		   "GET,a,160,1,58,200,53.3\n4,a,160,1,58,200,53.3\n",
	 V2 "skipped \"time is not a number\" 1 line=4 offset=99 "
	    "sample=\"GET\"\n"
	    "skipped \"time goes back\" 1 line=5 offset=123 sample=\"4\"\n"
	    "duration 5000000000\nseries 0 http \"\" \"a\"\n"
	    "figures 0 requests=310 failures=1 rps=32 mean=56.5483870967742 "
	    "max=200 locust/locust\n" V2_SUM "records used=2 unused=0\n= ok\n"},
	{"a guide's, counts since the start; a row of totals",
	 HEADER_V2 "5,a,10,0,50,200,2\n5,Total,10,0,50,200,2\n"
		   "10,a,20,1,55,210,2\n10,b,10,0,9,9,2\n"
		   "10,Total,30,1,40,210,2\n15,a,x,1,55,210,2\n"
		   "20,a,30,1,56,220,2\n20,b,30,0,8,9,2\n"
		   "20,Total,60,1,32,220,2\n",
	 V2 "skipped \"count is not a number\" 1 line=7 offset=153 "
	    "sample=\"x\"\nduration 20000000000\n"
	    "series 0 http \"\" \"a\"\n"
	    "figures 0 requests=30 failures=1 rps=1.5 mean=56 max=220 "
	    "locust/locust\n"
	    "series 1 http \"\" \"b\"\n"
	    "figures 1 requests=30 failures=0 rps=1.5 mean=8 max=9 "
	    "locust/locust\n"
	    "figures total requests=60 failures=1 rps=3 mean=32 max=220 "
	    "locust/locust\n" V2_LAST "records used=8 unused=0\n= ok\n"},
	{"a guide's, in seconds of the epoch",
	 HEADER_V2 "1000000000,a,150,0,55,200,50.0\n"
		   "1000000005.5,a,160,1,58,200,53.3\n",
	 V2 "time 2001-09-09T01:46:40Z 2001-09-09T01:46:45.5Z\n"
	    "series 0 http \"\" \"a\"\n"
	    "figures 0 requests=310 failures=1 rps=29.0909090909091 "
	    "mean=56.5483870967742 max=200 locust/locust\n" V2_SUM
	    "records used=2 unused=0\n= ok\n"},
	{"of a last group without totals the rows before count",
	 HEADER_WHOLE "60,1,GET,/a,9,0,4,8,8,0,0,3,4.5,1,8.25\r\n"
		      "60,1,,Aggregated,9,0,4,8,8,0,0,3,4.5,1,8.25\r\n"
		      "62,1,GET,/a,9,0,4,8,8,9,0,3,4.5,1,8.25\r\n"
		      "62,1,,Aggregated,9,0,4,8,8,9,0,3,4.5,1,8.25\r\n"
		      "63,1,GET,/a,9,0,4,9,9,19,0,3,4.5,1,9.25\r\n"
		      "63,1,GET,/b,9,0,4,9,9,19,0,3,4.5,1,9.25\r\n",
	 C "progress " T "01:00Z users=1 requests=0 failures=0\n"
	   "progress " T "01:02Z users=1 requests=9 failures=0\n"
	   "time " T "01:00Z " T "01:02Z\n"
	   "series 0 http \"GET\" \"/a\"\n"
	   "figures 0 requests=9 failures=0 rps=4.5 min=1 mean=4.5 p50=4 "
	   "p99=8 max=8.25 locust/locust\n"
	   "figures total requests=9 failures=0 rps=4.5 min=1 mean=4.5 p50=4 "
	   "p99=8 max=8.25 locust/locust\n" NO_TOTAL
	   "records used=2 unused=4\n= ok\n"},
	{"an endpoint called as the totals are no reset",
	 HEADER_WHOLE "60,1,,Aggregated,9,0,4,8,8,0,0,3,4.5,1,8.25\r\n"
		      "60,1,,Aggregated,9,0,4,8,8,0,0,3,4.5,1,8.25\r\n"
		      "62,1,,Aggregated,9,0,4,8,8,4,0,3,4.5,1,8.25\r\n"
		      "62,1,,Aggregated,9,0,4,9,9,9,0,3,4.5,1,9.25\r\n"
		      "64,1,,Aggregated,9,0,4,8,8,8,0,3,4.5,1,8.25\r\n"
		      "64,1,,Aggregated,9,0,4,9,9,20,0,3,4.5,1,9.25\r\n",
	 C "progress " T "01:00Z users=1 requests=0 failures=0\n"
	   "progress " T "01:02Z users=1 requests=9 failures=0\n"
	   "progress " T "01:04Z users=1 requests=20 failures=0\n"
	   "time " T "01:00Z " T "01:04Z\n"
	   "figures total requests=20 failures=0 rps=5 min=1 mean=4.5 p50=4 "
	   "p99=9 max=9.25 locust/locust\nrecords used=3 unused=3\n= ok\n"},
	{"the last rows are figures; percentiles since the start",
	 HEADER_WHOLE "60,1,,Aggregated,9,0,N/A,N/A,N/A,0,0,0,0.0,0,0\r\n"
		      "61,1,,Aggregated,9,0,4,8,8,10,0,3,4.5,1,8.25\r\n"
		      "70,1,,Aggregated,9,0,5,9,9,20,1,4,5.5,1,9.25\r\n"
		      "75,1,,Aggregated,9,0,5,9,9,20,1,4,5.5,1,9.25\r\n",
	 C "progress " T "01:00Z users=1 requests=0 failures=0\n"
	   "progress " T "01:01Z users=1 requests=10 failures=0\n"
	   "progress " T "01:10Z users=1 requests=20 failures=1\n"
	   "progress " T "01:15Z users=1 requests=20 failures=1\n"
	   "time " T "01:00Z " T "01:15Z\n"
	   "figures total requests=20 failures=1 rps=2 min=1 mean=5.5 p50=5 "
	   "p99=9 max=9.25 locust/locust\nrecords used=4 unused=0\n= ok\n"},
	{"a window's percentiles fall; a reset; endpoints",
	 HEADER_WHOLE "60,1,GET,/a,9,0,7,8,8,9,0,3,4.5,1,8.25\r\n"
		      "60,1,,Aggregated,9,0,7,8,8,9,0,3,4.5,1,8.25\r\n"
		      "61,1,GET,/a,9,0,4,4,4,2,0,3,4.5,1,8.25\r\n"
		      "61,1,,Aggregated,9,0,4,4,4,2,0,3,4.5,1,8.25\r\n"
		      "65,1,GET,/a,9,0,0,0,0,8,1,3,4.5,1,8.25\r\n"
		      "65,1,,Aggregated,9,0,0,0,0,8,1,3,4.5,1,8.25\r\n",
	 C "progress " T "01:00Z users=1 requests=9 failures=0\n"
	   "progress " T "01:01Z users=1 requests=2 failures=0\n"
	   "progress " T "01:05Z users=1 requests=8 failures=1\n"
	   "time " T "01:00Z " T "01:05Z\n"
	   "series 0 http \"GET\" \"/a\"\n"
	   "figures 0 requests=8 failures=1 rps=2 min=1 mean=4.5 p50=3 "
	   "max=8.25 locust/locust\n"
	   "figures total requests=8 failures=1 rps=2 min=1 mean=4.5 p50=3 "
	   "max=8.25 locust/locust\n"
	   "note \"statistics were reset during the run: 1 time, first at " T
	   "01:01Z\"\nrecords used=3 unused=3\n= ok\n"},
	{"by hand: windows, whatever they show",
	 "\"Type\",\"Name\",\"Timestamp\",\"# requests\",\"# failures\","
	 "\"Requests/s\",\"Requests Failed/s\",\"Median response time\","
	 "\"Average response time\",\"Min response time\",\"Max response "
	 "time\",\"50%\",\"99%\",\"100%\"\n"
	 "\"None\",\"Aggregated\",\"60\",0,0,0.00,0.00,0,0,0,0,\"N/A\","
	 "\"N/A\",\"N/A\"\n"
	 "\"None\",\"Aggregated\",\"62\",6,0,3.00,0.00,4,5,1,9,5,9,9\n",
	 A "progress " T "01:00Z requests=0 failures=0\n"
	   "progress " T "01:02Z requests=6 failures=0\n"
	   "time " T "01:00Z " T "01:02Z\n"
	   "figures total requests=6 failures=0 rps=3 min=1 mean=5 p50=4 max=9 "
	   "locust/locust\nrecords used=2 unused=0\n= ok\n"},
	{"nothing but the header", HEADER_C,
	 C "records used=0 unused=0\n= ok\n"},
};

START_TEST(files_give_events)
{
	char *log = event_log_read(&sift_format_locust_history, files[_i].text,
				   strlen(files[_i].text), 0, NULL);

	ck_assert_msg(!strcmp(log, files[_i].events), "%s:\n%s\nexpected:\n%s",
		      files[_i].what, log, files[_i].events);
	free(log);
}
END_TEST

/* a reset and endpoints; a guide's */
static const size_t full[] = {COUNT_OF(files) - 3, 8};

START_TEST(memory_may_run_out_anywhere)
{
	for (uint64_t n = 1;; n++) {
		struct sift_limits limits = event_log_limits();
		struct sift_source *src = NULL;
		struct event_log log;
		struct sift_sink sink;
		enum sift_status rc;

		event_log_init(&log);
		sink = event_log_sink(&log);
		ck_assert_int_eq(sift_source_open_memory(
					 &src, files[full[_i]].text,
					 strlen(files[full[_i]].text), 9, NULL),
				 0);
		sift_mem_fail_at(n, 0);
		rc = sift_format_locust_history.read(src, &limits, &sink, NULL);
		sift_mem_fail_at(0, 0);
		sift_source_free(src);
		event_log_release(&log);
		if (!rc)
			break;
		ck_assert_int_eq(rc, SIFT_E_NOMEM);
		ck_assert_uint_lt(n, 100);
	}
}
END_TEST

START_TEST(failure_of_the_sink_is_passed_on_at_once)
{
	for (uint64_t n = 1;; n++) {
		struct sift_limits limits = event_log_limits();
		struct sift_source *src = NULL;
		struct event_log log;
		struct sift_sink sink;
		enum sift_status rc;

		event_log_init(&log);
		log.fail_at = n;
		sink = event_log_sink(&log);
		ck_assert_int_eq(sift_source_open_memory(
					 &src, files[full[_i]].text,
					 strlen(files[full[_i]].text), 9, NULL),
				 0);
		rc = sift_format_locust_history.read(src, &limits, &sink, NULL);
		sift_source_free(src);
		if (rc)
			ck_assert_uint_eq(log.puts, n);
		event_log_release(&log);
		if (!rc)
			break;
		ck_assert_uint_lt(n, 20);
	}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("locust_history");
	TCase *tc = tcase_create("locust_history");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tc, files_give_events, 0, (int)COUNT_OF(files));
	tcase_add_loop_test(tc, memory_may_run_out_anywhere, 0, 2);
	tcase_add_loop_test(tc, failure_of_the_sink_is_passed_on_at_once, 0, 2);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
