/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "chunk/event_log.h"

/* Locust's HTML reports of both kinds. */

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

#define MODERN &sift_format_locust_html
#define CLASSIC &sift_format_locust_classic
#define TOOL "tool \"locust\" \"\"\n"
#define ROUNDED                                                                \
 "note \"minimum and maximum are rounded to whole milliseconds (Locust's "     \
 "HTML "                                                                       \
 "report)\"\n"
#define CUT_OFF                                                                \
 "note \"minimum, mean and maximum are cut off to whole milliseconds "         \
 "(Locust's classic report)\"\n"

#define HEAD                                                                   \
 "<!DOCTYPE html><title>Locust</title><script>x=\"window.templateArgs = {\";"  \
 "</script><script>window.templateArgs = {"
#define TAIL "}\nwindow.theme = \"light\"</script></html>\n"
#define END " locust/locust\n"

static const struct {
	const char *what;
	const struct sift_format *format;
	const char *text;
	const char *events;
} files[] = {
	{"tables are joined, the rest is nobody's business", MODERN,
	 HEAD
	 "\"end_time\": \"2026-11-21T01:20:52Z\", \"exceptions_statistics\": "
	 "[{\"count\": 4, \"msg\": \"boom\", \"nodes\": \"local\"}], "
	 "\"failures_statistics\": [{\"error\": \"HTTPError(\\u0027oops\\u0027)"
	 "\", \"method\": \"GET\", \"name\": \"a\", \"occurrences\": 1}], "
	 "\"history\": [{\"time\": \"2026-11-21T01:20:47Z\", \"user_count\": "
	 "[\"2026-11-21T01:20:47Z\", 4]}], \"host\": "
	 "\"http://me:secret@shop.test:80/v1\", "
	 "\"requests_statistics\": [{\"method\": \"GET\", \"name\": \"a\", "
	 "\"num_requests\": 2, \"num_failures\": 1, \"avg_response_time\": "
	 "12.5, \"min_response_time\": 5.0, \"max_response_time\": 20.0, "
	 "\"median_response_time\": 5, \"avg_content_length\": 7, "
	 "\"total_rps\": 0.25, \"current_rps\": 9}, {\"method\": \"\", "
	 "\"name\": \"Aggregated\", \"num_requests\": 2, \"num_failures\": 1, "
	 "\"avg_response_time\": 12.5, \"total_rps\": 0.25}], "
	 "\"response_time_statistics\": [{\"method\": \"GET\", \"name\": "
	 "\"a\", \"0.5\": 20, \"0.9\": 21, \"0.95\": 22, \"0.99\": 23, "
	 "\"1.0\": 24}, {\"method\": null, \"name\": \"Aggregated\", "
	 "\"0.5\": 30}], \"start_time\": \"2026-11-21T01:20:42Z\", \"tasks\": "
	 "{\"requests_statistics\": []}" TAIL,
	 "failure 1 \"GET\" \"a\" \"oops\"\n"
	 "users 2026-11-21T01:20:47Z 4\n" ROUNDED TOOL
	 "format version \"2.37.13 or later\"\n"
	 "host \"shop.test:80\"\n"
	 "series 0 http \"GET\" \"a\"\n"
	 "figures 0 requests=2 failures=1 rps=0.25 bytes=7 min=5 mean=12.5 "
	 "p50=20 p90=21 p95=22 p99=23 max=20" END
	 "figures total requests=2 failures=1 rps=0.25 mean=12.5 p50=30" END
	 "time 2026-11-21T01:20:42Z 2026-11-21T01:20:52Z\n"
	 "note \"a task raised, 4 times: boom\"\n"
	 "records used=6 unused=0\n= ok\n"},
	{"older ones: escaped, times without zone, no rate of the whole",
	 MODERN,
	 HEAD
	 "\"start_time\": \"2024-03-01 10:00:00\", \"end_time\": "
	 "\"2024-03-01 10:00:40\", \"history\": [{\"time\": \"10:00:05\", "
	 "\"user_count\": 7}, {\"time\": \"10:00:10\", \"user_count\": 3}], "
	 "\"requests_statistics\": [{\"method\": \"GET\", \"name\": "
	 "\"&lt;b&gt; &amp;amp;\", \"safe_name\": \"&lt;b&gt;\", "
	 "\"num_requests\": 0, \"num_failures\": 0, \"avg_response_time\": "
	 "0, \"avg_content_length\": 0}]" TAIL,
	 ROUNDED TOOL "format version \"2.18 to 2.37.12\"\n"
		      "series 0 http \"GET\" \"<b> &amp;\"\n"
		      "figures 0 requests=0 failures=0" END
		      "time 2024-03-01T10:00:00Z 2024-03-01T10:00:40Z\n"
		      "duration 40000000000\nusers none 7\n"
		      "records used=1 unused=0\n= ok\n"},
	{"rows that are none", MODERN,
	 HEAD "\"requests_statistics\": [{\"name\": \"a\"}, 7, {]], "
	      "\"failures_statistics\": [{\"error\": 1}], "
	      "\"exceptions_statistics\": [{}]" TAIL,
	 NULL},
	{"a page of Locust's without data", MODERN,
	 "<title>Locust</title></html>",
	 ROUNDED TOOL "format version \"2.37.13 or later\"\n= damaged or "
		      "malformed data: line 0: the document breaks off\n"},
	{"or with other data", MODERN, HEAD "\"is_report\": false" TAIL,
	 ROUNDED TOOL "format version \"2.37.13 or later\"\n= damaged or "
		      "malformed data: line 0: the page holds no statistics\n"},
	{"the classic tables", CLASSIC,
	 "<title>Test Report for x.py</title><p>During: <span>2026-11-21 "
	 "01:21:30</span> - <span>2026-11-21 01:21:55</span>"
	 "<table><tr><th>Method</th><th>Name</th><th># Requests</th><th># "
	 "Fails</th><th>Average (ms)</th><th>Min (ms)</th><th>Max (ms)</th>"
	 "<th>Average size (bytes)</th><th>RPS</th><th>Failures/s</th></tr>"
	 "<tr><td>GET</td><td> a &lt;&#39;b&#39;&gt;</td><td>8</td><td>1</td>"
	 "<td>12</td><td>0</td><td>43</td><td>9</td><td>0.0</td><td>0.0</td>"
	 "</tr><tr><td>GET</td><td>raw <b> &amp;</td><td>8</td><td>x</td>"
	 "<td>12</td><td>0</td><td>43</td><td>9</td><td>0.0</td><td>0.0</td>"
	 "</tr><tr><td>GET</td><td>raw <b> &amp;</td><td>8</td><td>0</td>"
	 "<td>12</td><td>0</td><td>43</td><td>9</td><td>2.5</td><td>0.0</td>"
	 "</tr><tr><td></td><td>Aggregated</td><td>16</td><td>1</td><td>12"
	 "</td><td>0</td><td>43</td><td>9</td><td>2.6</td><td>0.0</td></tr>"
	 "</table><table><tr><th>Method</th><th>Name</th><th>50%ile (ms)</th>"
	 "<th>95%ile (ms)</th></tr><tr><td>GET</td><td> a "
	 "&lt;&#39;b&#39;&gt;</td><td>10</td><td>40</td></tr><tr><td></td>"
	 "<td>Aggregated</td><td>11</td><td>41</td></tr></table>"
	 "<table><tr><th>Method</th><th>Name</th><th>Error</th><th>Occurrences"
	 "</th></tr><tr><td>GET</td><td>a</td><td>got &lt;h1&gt;</td><td>1"
	 "</td></tr></table><table><tr><th>Other</th></tr><tr><td>x</td></tr>"
	 "</table><script>var stats_history = {\"user_count\": [{\"value\": "
	 "4}, {\"value\": 10}], \"x\": [99]}</script></html>",
	 "skipped \"count is not a number\" 1 offset=453 "
	 "sample=\"GET\"\n"
	 "failure 1 \"GET\" \"a\" \"got <h1>\"\n" CUT_OFF TOOL
	 "format version \"up to 2.27\"\n"
	 "series 0 http \"GET\" \" a <'b'>\"\n"
	 "figures 0 requests=8 failures=1 bytes=9 min=0 mean=12 p50=10 p95=40 "
	 "max=43" END "series 1 http \"GET\" \"raw <b> &amp;\"\n"
	 "figures 1 requests=8 failures=0 rps=2.5 bytes=9 min=0 mean=12 "
	 "max=43" END
	 "figures total requests=16 failures=1 rps=2.6 bytes=9 min=0 mean=12 "
	 "p50=11 p95=41 max=43" END
	 "local time \"2026-11-21 01:21:30\"\nusers none 10\n"
	 "records used=6 unused=0\n= ok\n"},
	{"a page with no table", CLASSIC,
	 "<title>Test Report</title>Locust</html>",
	 CUT_OFF TOOL "format version \"up to 2.27\"\n= damaged or malformed "
		      "data: line 0: the page holds no statistics\n"},
	{"a client's nan and inf are left out, and told", MODERN,
	 HEAD
	 "\"requests_statistics\": [{\"method\": \"GET\", \"name\": \"a\", "
	 "\"num_requests\": 2, \"num_failures\": 0, \"avg_response_time\": "
	 "NaN, \"min_response_time\": 5.0, \"max_response_time\": Infinity}], "
	 "\"history\": [{\"user_count\": NaN}]" TAIL,
	 ROUNDED
	 "note \"a client reported nan or inf (values: 2); these figures are "
	 "left out\"\n" TOOL "format version \"2.37.13 or later\"\n"
	 "series 0 http \"GET\" \"a\"\n"
	 "figures 0 requests=2 failures=0 min=5" END
	 "records used=1 unused=0\n= ok\n"},
};

START_TEST(says_what_the_page_says)
{
	const char *text = files[_i].text;
	char *log =
		event_log_read(files[_i].format, text, strlen(text), 0, NULL);

	if (files[_i].events)
		ck_assert_msg(strcmp(log, files[_i].events) == 0, "%s:\n%s",
			      files[_i].what, log);
	ck_assert_msg(!strstr(log, "secret"), "%s", log);
	free(log);
}
END_TEST

START_TEST(rows_that_are_none_are_skipped)
{
	static const char *const skipped[] = {
		"skipped \"count is not a number\" 1 offset=",
		"sample=\"{\"name\": \"a\"}\"\n",
		"skipped \"not valid JSON\" 1 offset=",
		"sample=\"7\"\n",
		"sample=\"{\"error\": 1}\"\n",
		"sample=\"{}\"\n",
	};
	const char *text = files[2].text;
	char *log = event_log_read(MODERN, text, strlen(text), 0, NULL);

	for (size_t i = 0; i < COUNT_OF(skipped); i++)
		ck_assert_msg(strstr(log, skipped[i]) != NULL, "%s\n%s",
			      skipped[i], log);
	free(log);
}
END_TEST

/* Cut anywhere: rows that were whole before stand, and the place is said. */
START_TEST(a_cut_page_keeps_the_rows_before)
{
	static const char *const rows[] = {"series 0 http \"GET\" ",
					   "figures total requests="};
	const char *text = files[_i].text;
	const char *first =
		strstr(text, _i ? "0.0</td></tr>" : "\"current_rps\": 9}");
	size_t first_end = (size_t)(first - text) +
			   strlen(_i ? "0.0</td></tr>" : "\"current_rps\": 9}");

	for (size_t len = 1; len < strlen(text); len++) {
		char *log =
			event_log_read(files[_i].format, text, len, 0, NULL);
		bool is_cut = strstr(log, "the document breaks off") != NULL;

		ck_assert_msg(is_cut == (len < strlen(text) - 1), "%zu: %s",
			      len, log);
		ck_assert_msg((strstr(log, rows[0]) != NULL) ==
				      (len >= first_end),
			      "%zu: %s", len, log);
		if (len < first_end + 10)
			ck_assert(!strstr(log, rows[1]));
		free(log);
	}
}
END_TEST

START_TEST(failures_of_memory_and_sink_are_passed_on)
{
	size_t file = _i < 2 ? 0 : 5;
	const char *text = files[file].text;
	struct sift_limits limits = event_log_limits();
	enum sift_status rc = SIFT_E_NOMEM;

	for (uint64_t n = 1; rc; n++) {
		struct sift_source *src = NULL;
		struct event_log log;
		struct sift_sink sink;

		event_log_init(&log);
		sink = event_log_sink(&log);
		ck_assert_int_eq(sift_source_open_memory(
					 &src, text, strlen(text), 99, NULL),
				 SIFT_OK);
		if (_i % 2)
			sift_mem_fail_at(n, 0);
		else
			log.fail_at = n;
		rc = files[file].format->read(src, &limits, &sink, NULL);
		sift_mem_fail_at(0, 0);
		sift_source_free(src);
		if (rc && _i % 2 == 0)
			ck_assert_uint_eq(log.puts, n);
		event_log_release(&log);
		ck_assert(rc == SIFT_OK || rc == SIFT_E_NOMEM);
		ck_assert_uint_lt(n, 1000);
	}
}
END_TEST

START_TEST(a_page_has_a_limit)
{
	struct sift_limits limits = event_log_limits();
	const char *text = files[0].text;
	char *log;

	limits.document_bytes = strlen(text) - 1;
	log = event_log_read(MODERN, text, strlen(text), 7, &limits);
	ck_assert_msg(strstr(log, "--max-document-bytes") != NULL, "%s", log);
	free(log);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("locust_html");
	TCase *tc = tcase_create("locust_html");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tc, says_what_the_page_says, 0,
			    (int)COUNT_OF(files));
	tcase_add_test(tc, rows_that_are_none_are_skipped);
	tcase_add_test(tc, a_cut_page_keeps_the_rows_before);
	tcase_add_loop_test(tc, failures_of_memory_and_sink_are_passed_on, 0,
			    4);
	tcase_add_test(tc, a_page_has_a_limit);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
