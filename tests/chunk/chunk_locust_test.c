/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "event_log.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* Files of Locust in all dialects, and what can go wrong in them. */

#define STATS_D                                                                \
 "Type,Name,Request Count,Failure Count,Median Response Time,Average "         \
 "Response Time,Min Response Time,Max Response Time,Average Content "          \
 "Size,Requests/s,Failures/s,50%,95%,99%\r\n"
#define STATS_B                                                                \
 "\"Type\",\"Name\",\"# requests\",\"# failures\",\"Median response "          \
 "time\",\"Average response time\",\"Min response time\",\"Max response "      \
 "time\",\"Average Content Size\",\"Requests/s\",\"Requests "                  \
 "Failed/s\",\"50%\",\"99%\"\n"
#define HISTORY_C                                                              \
 "Timestamp,User Count,Type,Name,Requests/s,Failures/s,50%,Total Request "     \
 "Count,Total Failure Count,Total Median Response Time\r\n"
#define FAILURES "Method,Name,Error,Occurrences\r\n"
#define EXCEPTIONS "Count,Message,Traceback,Nodes\r\n"

static const struct {
	const struct sift_format *format;
	const char *text;
} files[] = {
	{&sift_format_locust_stats, STATS_D
	 "GET,/a,10,1,5,5.5,1,9,12.0,1.5,0.1,5,8,9\r\n"
	 "GET,\"say \"\"hi\"\", twice\",10,1,5,5.5,1,9,12.0,1.5,0.1,5,8,9\r\n"
	 "POST,\"line1\nline2\",3,0,5,5.5,1,9,12.0,1.5,0.1,N/A,8,9\r\n"
	 ",Aggregated,23,2,5,5.5,1,9,12.0,1.5,0.1,5,8,9\r\n"},
	{&sift_format_locust_stats,
	 "\xef\xbb\xbf" STATS_D
	 "GET,na\xefve,10,1,5,5.5,1,9,12.0,1.5,0.1,5,8,9\r\r\n"
	 "\r\r\n"
	 "GET,short,10\r\n"
	 "GET,bad,10,1,5,x,1,9,12.0,1.5,0.1,5,8,9\r\n"
	 "GET,\"open,10,1,5,5.5,1,9,12.0,1.5,0.1,5,8,9\r\n"
	 "GET,\"text\"after,10,1,5,5.5,1,9,12.0,1.5,0.1,5,8,9\r\n"
	 ",Aggregated,23,2,5,5.5,1,9,12.0,1.5,0.1,5,8,9\r\n"
	 "GET,cut,10,1,5,5.5,1,9,12.0,1.5,0.1,5,8,9"},
	{&sift_format_locust_stats, STATS_B
	 "\"GET\",\"say \"hi\", twice\",12,0,45,45,1,99,12,1.50,0.00,45,99\n"
	 "\"GET\",\"line1\nline2\",12,0,45,45,1,99,12,1.50,0.00,45,99\n"
	 "\"GET\",\"a\"\",\"b\",12,0,45,45,1,99,12,1.50,0.00,45,99\n"
	 "\"GET\",\"broken\",12,0,45,\n"
	 "garbage\n"
	 "\"GET\",\"none\",0,0,0,0,0,0,0,0.00,0.00,\"N/A\",\"N/A\"\n"
	 "\"None\",\"Total\",36,0,45,45,1,99,12,1.50,0.00,45,99"},
	{&sift_format_locust_stats,
	 "Name,Type,# requests,# failures,Median Response Time,Average "
	 "Response Time,Max Response Time,Requests/s,Failure Rate,%,95%,99%\n"
	 "a,GET,1500,0,50,55,300,50.0,0.0%,150,300\n"
	 "b,GET,1200,12,75,85,450,40.0,1.0%,200,400\n"},
	{&sift_format_locust_stats,
	 "Type;Name;Request Count;Failure Count;Average Response Time;50%\r\n"
	 "GET;/a,b;10;1;5,5;5\r\n"
	 ";Aggregated;10;1;5,5;5\r\n"},
	{&sift_format_locust_history,
	 HISTORY_C "1795224042,0,,Aggregated,0.000000,0.000000,N/A,0,0,0\r\n"
		   "1795224043,4,GET,/a,0.000000,0.000000,5,11,0,16\r\n"
		   "1795224043,4,,Aggregated,0.000000,0.000000,5,11,0,16\r\n"
		   "1795224044,4,,Aggregated,0.000000,0.000000,5,2,0,16\r\n"
		   "1795224045,x,,Aggregated,0.000000,0.000000,5,20,0,16\r\n"
		   "later,4,,Aggregated,0.000000,0.000000,5,20,0,16\r\n"
		   "1795224046,4,GET,/a,0.000000,0.000000,5,11,0,16\r\n"},
	{&sift_format_locust_history,
	 "\"Type\",\"Name\",\"Timestamp\",\"# requests\",\"# failures\",\"Re"
	 "quests/s\",\"50%\",\"99%\",\"100%\"\n"
	 "\"GET\",\"a \"b\"\",\"1795224081\",17,0,0.00,0,0,0\n"
	 "\"None\",\"Aggregated\",\"1795224081\",17,0,0.00,0,0,0\n"
	 "\"None\",\"Aggregated\",\"1795224083\",19,0,0.00,0,0"},
	{&sift_format_locust_history,
	 "Type,Name,# requests,# failures,Median Response Time,Average "
	 "Response Time,Requests/s\n"
	 "0,a,150,0,50,55,50.0\n5,a,160,1,52,58,53.3\n4,a,1,1,1,1,1\n"},
	{&sift_format_locust_failures,
	 FAILURES "GET,/a,\"CatchResponseError('x\\ny')\",3\r\n"
		  "GET,/a,\"raw\ntext, \"\"quoted\"\"\",x\r\n"
		  "GET,/a,HTTPError('404 at 0x7efec6505790'),4\r\n"},
	{&sift_format_locust_failures,
	 "\"Method\",\"Name\",\"Error\",\"Occurrences\"\n"
	 "\"GET\",\"a \"b\"\",\"got 404\nbody: \"<h1>\"\r\n\tx\",36\n"
	 "\"GET\",\"c\",\"ends like a row\",7\nbut does not\",8\n"
	 "\"GET\",\"d\",\"last\",9"},
	{&sift_format_locust_requests,
	 "\"Method\",\"Name\",\"# requests\",\"# failures\",\"Median response "
	 "time\",\"Average response time\",\"Min response time\",\"Max "
	 "response "
	 "time\",\"Average Content Size\",\"Requests/s\"\n"
	 "\"GET\",\"a \"b\", c\",33,2,94,196,65,3594,3100,3.67\n"
	 "\"GET\",\"d\",33,2,94,x,65,3594,3100,3.67\n"
	 "\"None\",\"Total\",33,2,94,196,65,3594,3100,3.67"},
	{&sift_format_locust_distribution,
	 "\"Name\",\"# requests\",\"50%\",\"66%\",\"95%\",\"100%\"\n"
	 "\"GET a \"b\", c\",33,94,100,120,3594\n"
	 "\"d\",0,\"N/A\",\"N/A\",\"N/A\",\"N/A\"\n"
	 "\"None Total\",33,94,100,120,3594"},
	{&sift_format_locust_html,
	 "<title>Locust</title>window.templateArgs = {\"failures_statistics\": "
	 "[{\"method\": \"G\", \"name\": \"a]\", \"error\": \"x\\\"}\", "
	 "\"occurrences\": 2}], \"requests_statistics\": [{\"name\": \"\xff\", "
	 "\"num_requests\": 1, \"avg_response_time\": NaN}, {\"name\": 1}], "
	 "\"start_time\": \"x\"}</html>"},
	{&sift_format_locust_classic,
	 "<title>Test Report</title>Locust During 2026-11-21 01:21:30 2026-11-"
	 "21 01:21:55<tr><th>Method</th><th>Name</th><th># Requests</th><th># "
	 "Fails</th><th>Average (ms)</th></tr><tr><td>G</td><td>&lt;\xff</td>"
	 "<td>3</td><td>0</td><td>5</td></tr><tr><td>x</td></tr></html>"},
	{&sift_format_locust_json,
	 "up\n[x] y\n[\n  {\"name\": \"a]}\\\"\", \"method\": "
	 "null,\n\"num_requests\": "
	 "2, \"num_failures\": 1, \"response_times\": {\"12\": 1, \"240.0\": "
	 "1}, \"total_response_time\": NaN},\n{\"name\": 7},\n {\"name\": "
	 "\"b\", \"num_requests\": 1, \"num_failures\": 0, "
	 "\"response_times\": {\"5\": 1}}\n]\nbye\n"},
	{&sift_format_locust_log,
	 "timestamp,request_type,name,response_time_ms,response_length,"
	 "status_code,exception\r\n"
	 "1795224042.331172,GET,\"/a, b\",12.5,2,200,\r\n"
	 "1795224043,POST,/c,nan,2,0,\"got\r\n\"\"x\"\"\"\r\n"
	 "1795224043,POST,/c,7,2,0,\"got\r\n\"\"x\"\"\"\r\n"
	 "later,GET,/a,1,2,200,\r\n"
	 "1795224043,POST,/c,7"},
	{&sift_format_locust_exceptions, EXCEPTIONS
	 "4,\"'task'\",\"  File \"\"x.py\"\", line 3\n    y\n\",local\r\n"
	 "5,other,trace,\"a, b\"\r\n"},
};

START_TEST(same_events_at_every_split)
{
	const char *text = files[_i].text;

	event_log_same_at_every_split(files[_i].format, text, strlen(text), 0);
}
END_TEST

/* With the input cut off anywhere nothing breaks, and splits do not show. */
START_TEST(same_events_when_cut_anywhere)
{
	const char *text = files[_i].text;

	for (size_t len = 0; len < strlen(text); len++)
		event_log_same_at_every_split(files[_i].format, text, len, 3);
}
END_TEST

/* Limits that are reached within these files do not let splits show. */
START_TEST(same_events_when_limits_are_reached)
{
	static const uint64_t line_bytes[] = {1, 2, 5, 11, 14, 40};
	const char *text = files[_i].text;
	size_t len = strlen(text);

	for (size_t i = 0; i < COUNT_OF(line_bytes); i++) {
		struct sift_limits limits = event_log_limits();
		char *whole;

		limits.line_bytes = line_bytes[i];
		whole = event_log_read(files[_i].format, text, len, 0, &limits);
		for (size_t block = 1; block <= len; block++) {
			char *split = event_log_read(files[_i].format, text,
						     len, block, &limits);

			ck_assert_str_eq(split, whole);
			free(split);
		}
		free(whole);
	}
}
END_TEST

static const struct {
	const struct sift_format *format;
	const char *name;
} samples[] = {
	{&sift_format_locust_stats,
	 "locust/edge/odd-names/locust-2.46.3/load_test_stats.csv"},
	{&sift_format_locust_stats,
	 "locust/edge/odd-names/locust-0.14.6/load_test_stats.csv"},
	{&sift_format_locust_stats,
	 "locust/edge/windows-variant-SYNTHETIC/load_test_stats.csv"},
	{&sift_format_locust_history,
	 "locust/edge/history-cut/locust-2.20.0/load_test_stats_history.csv"},
	{&sift_format_locust_history,
	 "locust/edge/odd-names/locust-0.14.6/load_test_stats_history.csv"},
	{&sift_format_locust_failures,
	 "locust/edge/odd-names/locust-0.14.6/load_test_failures.csv"},
	{&sift_format_locust_failures,
	 "locust/edge/odd-names/locust-1.4.4/load_test_failures.csv"},
	{&sift_format_locust_requests,
	 "locust/edge/versions/locust-0.8/load_test_requests.csv"},
	{&sift_format_locust_distribution,
	 "locust/edge/versions/locust-0.8/load_test_distribution.csv"},
	{&sift_format_locust_html,
	 "locust/edge/html-data-only/odd-2.46.3.html"},
	{&sift_format_locust_classic,
	 "locust/edge/html-data-only/classic-odd-2.20.0.html"},
	{&sift_format_locust_json,
	 "locust/edge/odd-names/locust-2.46.3/load_test.json"},
	{&sift_format_locust_json, "locust/edge/special-values/load_test.json"},
	{&sift_format_locust_exceptions,
	 "locust/edge/odd-names/locust-1.4.4/load_test_exceptions.csv"},
};

START_TEST(samples_give_the_same_events_at_every_split)
{
	char path[1024];
	size_t len;
	char *bytes;

	if (!event_log_sample(samples[_i].name, path, sizeof(path)))
		return;
	bytes = event_log_load(path, &len);
	ck_assert_msg(bytes != NULL, "%s", path);
	event_log_same_at_every_split(samples[_i].format, bytes, len, 150);
	free(bytes);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("chunk_locust");
	TCase *tc = tcase_create("chunk_locust");
	SRunner *runner;
	int failed;

	tcase_set_timeout(tc, 120);
	tcase_add_loop_test(tc, same_events_at_every_split, 0,
			    (int)COUNT_OF(files));
	tcase_add_loop_test(tc, same_events_when_cut_anywhere, 0,
			    (int)COUNT_OF(files));
	tcase_add_loop_test(tc, same_events_when_limits_are_reached, 0,
			    (int)COUNT_OF(files));
	tcase_add_loop_test(tc, samples_give_the_same_events_at_every_split, 0,
			    (int)COUNT_OF(samples));
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
