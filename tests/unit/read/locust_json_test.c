/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "chunk/event_log.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

#define JSON &sift_format_locust_json
#define TOOL "tool \"locust\" \"\"\n"

#define ENDPOINT(method, name, requests, failures, times)                      \
 "{\"name\":" name ",\"method\":" method                                       \
 ",\"last_request_timestamp\":1795224052.5,\"start_time\":1795224042.5,"       \
 "\"num_requests\":" requests                                                  \
 ",\"num_none_requests\":0,\"num_failures\":" failures                         \
 ",\"total_response_time\":50.5,\"max_response_time\":40.25,"                  \
 "\"min_response_time\":2.5,\"total_content_length\":30,"                      \
 "\"response_times\":" times                                                   \
 ",\"num_reqs_per_sec\":{},\"num_fail_per_sec\":{}}"

#define A ENDPOINT("\"GET\"", "\"a\"", "3", "1", "{\"2\":1,\"40\":2}")
#define A2 ENDPOINT("\"GET\"", "\"b\"", "1", "0", "{\"120\":1}")
#define NOTHING                                                                \
 "figures total requests=0 failures=0 locust/locust\n"                         \
 "time none none\nrecords used=0 unused=0\n"
#define A_SAID "series 0 http \"GET\" \"a\"\ntally 0 2 1\ntally 0 40 2\n"
#define A_FIGURES                                                              \
 "figures 0 requests=3 failures=1 rps=0.3 bytes=10 min=2.5 "                   \
 "mean=16.8333333333333 max=40.25 locust/locust\n"
#define NO_TOTAL "figures total locust/locust\n"
#define TIME "time 2026-11-21T01:20:42.5Z 2026-11-21T01:20:52.5Z\n"

static const struct {
	const char *what;
	const char *text;
	const char *events;
} files[] = {
	{"the total is that of all endpoints",
	 "[" A ",\n" ENDPOINT("null", "\"b\"", "1", "0", "{\"120.0\":1}") "]\n",
	 A_SAID "series 1 http \"\" \"b\"\ntally 1 120 1\n" TOOL
		"format version \"2.14.1 to 2.43.3\"\n" A_FIGURES
		"figures 1 requests=1 failures=0 rps=0.1 bytes=30 min=2.5 "
		"mean=50.5 max=40.25 locust/locust\n"
		"figures total requests=4 failures=1 rps=0.4 bytes=15 min=2.5 "
		"mean=25.25 max=40.25 locust/locust\n" TIME
		"records used=2 unused=0\n= ok\n"},
	{"a name may be anything",
	 "[" ENDPOINT("\"\"", "\"Aggregated ]},\\\"[{\\\\\"", "0", "0",
		      "{}") "]",
	 "series 0 http \"\" \"Aggregated ]},\"[{\\x5c\"\n" TOOL
	 "figures 0 requests=0 failures=0 rps=0 locust/locust\n"
	 "figures total requests=0 failures=0 rps=0 locust/locust\n" TIME
	 "records used=1 unused=0\n= ok\n"},
	{"output of the test stands before it",
	 "\xef\xbb\xbfhello [{\n[info] up\n[\n\n[1]\n[\n" A "]\n[x",
	 A_SAID TOOL A_FIGURES
	 "figures total requests=3 failures=1 rps=0.3 bytes=10 min=2.5 "
	 "mean=16.8333333333333 max=40.25 locust/locust\n" TIME
	 "records used=1 unused=0\n= ok\n"},
	{"an empty array", "[ ]", TOOL NOTHING "= ok\n"},
};

/* A log that holds `words`. */
static void
assert_says(const char *text, const char *words)
{
	char *log = event_log_read(JSON, text, strlen(text), 0, NULL);

	ck_assert_msg(strstr(log, words) != NULL, "%s\n%s", words, log);
	free(log);
}

START_TEST(says_what_the_file_says)
{
	const char *text = files[_i].text;
	char *log = event_log_read(JSON, text, strlen(text), 0, NULL);

	ck_assert_msg(strcmp(log, files[_i].events) == 0, "%s:\n%s",
		      files[_i].what, log);
	free(log);
}
END_TEST

static const struct {
	const char *object;
	const char *kind;
} bad_objects[] = {
	{"{}", "no endpoint"},
	{"{\"name\":7}", "no endpoint"},
	{"{]", "not valid JSON"},
	{"{\"name\":}", "not valid JSON"},
	{ENDPOINT("1", "\"b\"", "-1", "0", "{}"), "count is not a number"},
	{ENDPOINT("1", "\"b\"", "1.5", "0", "{}"), "count is not a number"},
	{ENDPOINT("1", "\"b\"", "1", "null", "{}"), "count is not a number"},
	{ENDPOINT("1", "\"b\"", "1", "2", "{}"), "more failures than requests"},
	{ENDPOINT("1", "\"b\"", "1", "0", "[]"),
	 "response time is not a number"},
	{ENDPOINT("1", "\"b\"", "1", "0", "{\"x\":1}"),
	 "response time is not a number"},
	{ENDPOINT("1", "\"b\"", "1", "0", "{\"nan\":1}"),
	 "response time is not a number"},
	{ENDPOINT("1", "\"b\"", "1", "0", "{\"1\":0.5}"),
	 "response time is not a number"},
	{ENDPOINT("1", "\"b\"", "1", "0", "{\"1\":-1}"),
	 "response time is not a number"},
};

/* What is left is no total then. */
START_TEST(what_is_no_endpoint_is_skipped)
{
	char text[2048], words[128];

	snprintf(text, sizeof(text), "[%s," A "]", bad_objects[_i].object);
	snprintf(words, sizeof(words), "skipped \"%s\" 1 line=1 offset=1 ",
		 bad_objects[_i].kind);
	assert_says(text, words);
	assert_says(text, A_FIGURES NO_TOTAL);
	assert_says(text, "records used=1 unused=0\n= ok\n");
}
END_TEST

static const struct {
	const char *text;
	const char *note;
} odd[] = {
	{"[" A "," A "]", "skipped \"duplicate endpoint\" 1 line=1 "},
	{"[" ENDPOINT("1", "\"a\"", "2", "0", "{\"1\":1}") "]",
	 "note \"histograms do not hold as many times as there are requests "
	 "(endpoints: 1)\""},
	{"[" ENDPOINT("1", "\"a\"", "1", "0", "{\"123\":1}") "]",
	 "note \"times were rounded by the test's own rule\""},
	{"[" ENDPOINT("1", "\"a\"", "1", "0", "{\"0.5\":1}") "]",
	 "note \"times were rounded by the test's own rule\""},
	{"[" ENDPOINT("NaN", "\"a\"", "1", "0", "{\"5\":1}") "]",
	 "note \"a client reported nan or inf (values: 1); these figures are "
	 "left out\""},
};

START_TEST(what_is_odd_is_said)
{
	assert_says(odd[_i].text, odd[_i].note);
}
END_TEST

/* Requests without a time count, but weigh nothing in the mean. */
START_TEST(requests_without_a_time_are_no_zeros)
{
	static const char text[] =
		"[{\"name\":\"a\",\"num_requests\":4,\"num_failures\":0,"
		"\"num_none_requests\":2,\"total_response_time\":10,"
		"\"min_response_time\":null,\"response_times\":{\"5\":2}}]";

	assert_says(text, "figures 0 requests=4 failures=0 mean=5 "
			  "locust/locust\n");
	assert_says(text, "note \"requests without response times: 2; "
			  "percentiles are those of the others\"");
}
END_TEST

/* Cut anywhere: what was whole before stands, and the place is said. */
START_TEST(a_cut_file_keeps_the_endpoints_before)
{
	static const char text[] = "[" A ",\n" A2 "]";
	size_t first_end = strlen("[" A);

	for (size_t len = 1; len < strlen(text); len++) {
		char *log = event_log_read(JSON, text, len, 0, NULL);
		bool has_first = strstr(log, A_SAID) != NULL;
		bool has_second = strstr(log, "tally 1 120 1\n") != NULL;

		ck_assert_msg(strstr(log, len <= first_end + 1
						  ? "line 1: the document"
						  : "line 2: the document"),
			      "%zu: %s", len, log);
		ck_assert_int_eq(has_first, len >= first_end);
		ck_assert_int_eq(has_second, len == strlen(text) - 1);
		ck_assert_msg(strstr(log, NO_TOTAL) != NULL, "%s", log);
		free(log);
	}
}
END_TEST

#define CUT "= damaged or malformed data: line 1: the document breaks off\n"
#define WRONG "= damaged or malformed data: line 1: not valid JSON\n"

static const struct {
	const char *text;
	const char *end;
} broken[] = {
	{"", CUT},
	{"[", CUT},
	{"[info] {", CUT},
	{"[" A ",", CUT},
	{"[" A " " A "]", WRONG},
	{"[" A ",,", WRONG},
	{"[" A ",]", WRONG},
	{"[" A ",7]", WRONG},
	{"[" A "}", WRONG},
};

START_TEST(what_is_no_array_fails)
{
	char *log = event_log_read(JSON, broken[_i].text,
				   strlen(broken[_i].text), 0, NULL);

	ck_assert_msg(strstr(log, broken[_i].end) != NULL, "%s", log);
	free(log);
}
END_TEST

START_TEST(an_object_has_a_limit)
{
	struct sift_limits limits = event_log_limits();
	char *log;

	limits.document_bytes = strlen(A) - 1;
	log = event_log_read(JSON, "[" A "]", strlen("[" A "]"), 7, &limits);
	ck_assert_msg(strstr(log, "--max-document-bytes") != NULL, "%s", log);
	free(log);
	limits.document_bytes++;
	log = event_log_read(JSON, "[" A "]", strlen("[" A "]"), 7, &limits);
	ck_assert_msg(strstr(log, "= ok") != NULL, "%s", log);
	free(log);
}
END_TEST

/* Memory that is out and a sink that fails end the reading at once. */
START_TEST(failures_of_memory_and_sink_are_passed_on)
{
	static const char text[] = "[" A ",\n{}," A2 "]";
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
		rc = sift_format_locust_json.read(src, &limits, &sink, NULL);
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
	Suite *suite = suite_create("locust_json");
	TCase *tc = tcase_create("locust_json");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tc, says_what_the_file_says, 0,
			    (int)COUNT_OF(files));
	tcase_add_loop_test(tc, what_is_no_endpoint_is_skipped, 0,
			    (int)COUNT_OF(bad_objects));
	tcase_add_loop_test(tc, what_is_odd_is_said, 0, (int)COUNT_OF(odd));
	tcase_add_test(tc, requests_without_a_time_are_no_zeros);
	tcase_add_test(tc, a_cut_file_keeps_the_endpoints_before);
	tcase_add_loop_test(tc, what_is_no_array_fails, 0,
			    (int)COUNT_OF(broken));
	tcase_add_test(tc, an_object_has_a_limit);
	tcase_add_loop_test(tc, failures_of_memory_and_sink_are_passed_on, 0,
			    2);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
