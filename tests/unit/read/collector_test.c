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

#define NO_RATE                                                                \
 "note \"the error rate is unknown: the collector writes 0 whatever "          \
 "happened and counts successes as failures\"\n"
#define NO_P99 "note \"p(99) was not recorded\"\n"

/* duration; total; rate, failed; what comes of the figures */
static const struct {
	const char *duration;
	const char *total;
	const char *errors;
	const char *expected;
} figures[] = {
	{"{\"avg\":185.5,\"min\":85,\"max\":650,\"p50\":165,\"p95\":450,"
	 "\"p99\":520}",
	 "1500", "{\"failure_rate\":0.002,\"failed_requests\":3}",
	 "figures total requests=1500 failures=3 rps=50 min=85 mean=185.5 "
	 "p50=165 p95=450 p99=520 max=650 double/k6\n"},
	/* what k6 did not record is 0 */
	{"{\"avg\":2,\"min\":0,\"max\":5,\"p50\":0,\"p95\":4,\"p99\":0}", "10",
	 "{\"failure_rate\":0.5,\"failed_requests\":5}",
	 "figures total requests=10 failures=5 rps=50 min=0 mean=2 p50=0 "
	 "p95=4 max=5 double/k6\n" NO_P99},
	{"{\"avg\":0,\"min\":1,\"max\":0,\"p50\":2,\"p95\":0,\"p99\":0}", "10",
	 "{\"failure_rate\":0.5,\"failed_requests\":5}",
	 "figures total requests=10 failures=5 rps=50 min=1 p50=2 "
	 "double/k6\n"},
	{"{\"avg\":0,\"min\":0,\"max\":0,\"p50\":0,\"p95\":0,\"p99\":0}", "0",
	 "{\"failure_rate\":0.5,\"failed_requests\":0}",
	 "figures total requests=0 failures=0 rps=50 double/k6\n"},
	{"{}", "10", "{\"failure_rate\":1,\"failed_requests\":10}",
	 "figures total requests=10 failures=10 rps=50 double/k6\n"},
	{"{\"avg\":\"2\",\"p95\":null,\"p99\":-1,\"max\":NaN,\"p50\":3}", "10",
	 "{\"failure_rate\":1,\"failed_requests\":10}",
	 "figures total requests=10 failures=10 rps=50 p50=3 double/k6\n"},
	/* the error rate is always 0, the failures are the successes */
	{"{\"p99\":1}", "10", "{\"failure_rate\":0,\"failed_requests\":10}",
	 "figures total requests=10 rps=50 p99=1 double/k6\n" NO_RATE},
	{"{\"p99\":1}", "10", "{\"failure_rate\":0.0,\"failed_requests\":0}",
	 "figures total requests=10 rps=50 p99=1 double/k6\n" NO_RATE},
	{"{\"p99\":1}", "10", "{\"failure_rate\":0,\"failed_requests\":8}",
	 "figures total requests=10 rps=50 p99=1 double/k6\n" NO_RATE},
	{"{\"p99\":1}", "10", "{}",
	 "figures total requests=10 rps=50 p99=1 double/k6\n" NO_RATE},
	{"{\"p99\":1}", "10", "7",
	 "figures total requests=10 rps=50 p99=1 double/k6\n" NO_RATE},
	{"{\"p99\":1}", "10", "{\"failure_rate\":-0.5}",
	 "figures total requests=10 rps=50 p99=1 double/k6\n" NO_RATE},
	{"{\"p99\":1}", "10", "{\"failure_rate\":50}",
	 "figures total requests=10 rps=50 p99=1 double/k6\n" NO_RATE},
	/* a count that does not fit the rate is not taken */
	{"{\"p99\":1}", "100", "{\"failure_rate\":0.1,\"failed_requests\":90}",
	 "figures total requests=100 error_rate=0.1 rps=50 p99=1 "
	 "double/k6\n"},
	{"{\"p99\":1}", "null", "{\"failure_rate\":0.1,\"failed_requests\":1}",
	 "figures total error_rate=0.1 rps=50 p99=1 double/k6\n"},
	{"{\"p99\":1}", "-3", "{\"failure_rate\":0.1}",
	 "figures total error_rate=0.1 rps=50 p99=1 double/k6\n"},
};

static char *
read_text(const char *text)
{
	return event_log_read(&sift_format_collector, text, strlen(text), 0,
			      NULL);
}

START_TEST(figures_are_repaired)
{
	char *text;
	char *log;

	ck_assert_int_ge(
		asprintf(&text,
			 "{\"request_metrics\":{\"duration\":%s,"
			 "\"total_requests\":%s,\"requests_per_second\":50},"
			 "\"error_metrics\":%s}",
			 figures[_i].duration, figures[_i].total,
			 figures[_i].errors),
		0);
	log = read_text(text);
	ck_assert_msg(strstr(log, figures[_i].expected) ==
			      strchr(log, '\n') + 1,
		      "%s", log);
	ck_assert_ptr_nonnull(strstr(log, "records used=1 unused=0\n= ok\n"));
	ck_assert_ptr_null(strstr(log, "BROKEN"));
	/* and no note beyond those expected */
	ck_assert_int_eq(strstr(log, NO_RATE) != NULL,
			 strstr(figures[_i].expected, NO_RATE) != NULL);
	ck_assert_int_eq(strstr(log, NO_P99) != NULL,
			 strstr(figures[_i].expected, NO_P99) != NULL);
	free(log);
	free(text);
}
END_TEST

/* a timestamp, what it becomes */
static const struct {
	const char *timestamp;
	const char *expected;
} times[] = {
	{"\"2026-02-17T08:00:00.123456\"",
	 "local time \"2026-02-17T08:00:00.123456\"\n"},
	{"\"2026-02-17T08:00:00\"", "local time \"2026-02-17T08:00:00\"\n"},
	{"\"2026-02-17T08:00:00+01:00\"", "time 2026-02-17T07:00:00Z none\n"},
	{"\"yesterday\"", ""},
	{"\"\"", ""},
	{"1771315200", ""},
	{"null", ""},
};

START_TEST(the_time_stays_as_it_is)
{
	char *text;
	char *expected;
	char *log;

	ck_assert_int_ge(asprintf(&text,
				  "{\"timestamp\":%s,\"error_metrics\":{},"
				  "\"request_metrics\":{\"total_requests\":1}}",
				  times[_i].timestamp),
			 0);
	ck_assert_int_ge(asprintf(&expected,
				  "tool \"collector\" \"\"\n%sfigures total "
				  "requests=1 double/k6\n" NO_RATE
				  "records used=1 unused=0\n= ok\n",
				  times[_i].expected),
			 0);
	log = read_text(text);
	ck_assert_str_eq(log, expected);
	free(log);
	free(expected);
	free(text);
}
END_TEST

START_TEST(services_are_named_in_a_note)
{
	char text[4096] = "{\"request_metrics\":{\"total_requests\":1},"
			  "\"service_metrics\":{";
	size_t len = strlen(text);
	char *log;

	for (unsigned i = 0; i < 25; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len,
					"\"s\\u001b%u\":{\"m\":[1]},", i);
	snprintf(text + len, sizeof(text) - len,
		 "\"z\":{}},\"error_metrics\":{}}");
	log = read_text(text);
	ck_assert_msg(strstr(log, "without their labels: s\\x5cx1B0 (1), "
				  "s\\x5cx1B1 (1)") ||
			      strstr(log, "without their labels: s\\x5cx1b0 "
					  "(1), s\\x5cx1b1 (1)"),
		      "%s", log);
	ck_assert_msg(strstr(log, "19 (1), and 6 more\"\n") != NULL, "%s", log);
	free(log);
}
END_TEST

/* text, the words of the failure */
static const struct {
	const char *text;
	const char *what;
} broken[] = {
	{"{\"request_metrics\":{},\"error_metrics\":{}}",
	 "request_metrics is empty: the summary could not be read"},
	{"{\"request_metrics\":7,\"error_metrics\":{}}",
	 "request_metrics is empty: the summary could not be read"},
	{"{\"error_metrics\":{}}",
	 "request_metrics is empty: the summary could not be read"},
	{"{\"request_metrics\":{\"duration\":{\"avg\":1,\"p95\":2",
	 "the document breaks off"},
	{"", "the document breaks off"},
	{"[]", "not a JSON object"},
};

START_TEST(broken_documents_fail_and_say_nothing)
{
	char *log = read_text(broken[_i].text);

	ck_assert_msg(!strncmp(log, "= damaged", 9), "%s", log);
	ck_assert_msg(strstr(log, broken[_i].what) != NULL, "%s", log);
	free(log);
}
END_TEST

/* What stands whole before a cut is kept, half a figure is not, and what is
   missing is not called wrong. */
static const struct {
	const char *text;
	const char *figures;
} cut[] = {
	{"{\"request_metrics\":{\"duration\":{\"avg\":1,\"p95\":2},"
	 "\"total_requests\":15",
	 "mean=1 p95=2 double/k6\n"
	 "note \"p(99) was not recorded\"\n"},
	{"{\"request_metrics\":{\"total_requests\":15,\"duration\":{\"avg\":1",
	 "requests=15 double/k6\n"},
	{"{\"request_metrics\":{\"total_requests\":15},\"error_metrics\":{"
	 "\"failure_rate\":0.2,\"failed_requests\":3},\"service_metrics\":",
	 "requests=15 failures=3 double/k6\n"},
};

START_TEST(figures_before_a_cut_are_kept)
{
	char *log = read_text(cut[_i].text), *expected;

	ck_assert_int_ge(asprintf(&expected,
				  "tool \"collector\" \"\"\n"
				  "figures total %srecords used=1 unused=0\n"
				  "= damaged or malformed data: line 1: the "
				  "document breaks off\n",
				  cut[_i].figures),
			 0);
	ck_assert_str_eq(log, expected);
	free(expected);
	free(log);
}
END_TEST

START_TEST(failing_allocations_are_told)
{
	static const char text[] =
		"{\"timestamp\":\"2026-02-17T08:00:00\",\"error_metrics\":{},"
		"\"request_metrics\":{\"duration\":{\"p95\":1}},"
		"\"service_metrics\":{\"a\":{}}}";
	struct sift_limits limits = event_log_limits();
	enum sift_status rc = SIFT_E_NOMEM;

	for (uint64_t n = 1; rc; n++) {
		struct sift_source *src;
		struct sift_err err = {0};
		struct event_log log;
		struct sift_sink sink;

		ck_assert_int_eq(sift_source_open_memory(&src, text,
							 strlen(text), 0, &err),
				 SIFT_OK);
		event_log_init(&log);
		sink = event_log_sink(&log);
		sift_mem_fail_at(n, 0);
		rc = sift_format_collector.read(src, &limits, &sink, &err);
		sift_mem_fail_at(0, 0);
		ck_assert_int_eq(rc, err.status);
		ck_assert(rc == SIFT_OK || rc == SIFT_E_NOMEM);
		event_log_release(&log);
		sift_source_free(src);
	}
}
END_TEST

/* head, whether all of it is there, whether it is one */
static const struct {
	const char *head;
	bool whole;
	bool is_collector;
} heads[] = {
	{"{\"timestamp\":\"\",\"request_metrics\":{},\"error_metrics\":{}}",
	 true, true},
	{"\xEF\xBB\xBF{\n  \"error_metrics\": {},\n  \"request_metrics\": {",
	 false, true},
	{"{\"request_metrics\":{\"a\":1},\"service_metrics\":{\"x", false,
	 true},
	{"{\"request_metrics\":{\"a\":1}}", true, false},
	{"{\"request_metrics\":{\"a\":1", true, true},
	{"{\"x\":{\"request_metrics\":{},\"error_metrics\":{}}}", true, false},
	{"{\"service_metrics\":{\"x", false, false},
	{"[{\"request_metrics\":{},\"error_metrics\":{}}]", true, false},
	{"{\"metrics\":{},\"root_group\":{}}", true, false},
	{"", true, false},
	{"{", true, false},
	{"request_metrics error_metrics", true, false},
};

START_TEST(the_collector_is_recognised)
{
	unsigned bid =
		sift_format_bid(&sift_format_collector,
				sift_span_str(heads[_i].head), heads[_i].whole);

	ck_assert_msg((bid > 0) == heads[_i].is_collector, "%s",
		      heads[_i].head);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("collector");
	TCase *tc = tcase_create("collector");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tc, figures_are_repaired, 0, LENGTH(figures));
	tcase_add_loop_test(tc, the_time_stays_as_it_is, 0, LENGTH(times));
	tcase_add_test(tc, services_are_named_in_a_note);
	tcase_add_loop_test(tc, figures_before_a_cut_are_kept, 0, LENGTH(cut));
	tcase_add_loop_test(tc, broken_documents_fail_and_say_nothing, 0,
			    LENGTH(broken));
	tcase_add_test(tc, failing_allocations_are_told);
	tcase_add_loop_test(tc, the_collector_is_recognised, 0, LENGTH(heads));
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
