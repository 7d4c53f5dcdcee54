/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "event_log.h"
#include "read/reader.h"

static const char points[] =
	"\xEF\xBB\xBF"
	"          /\\      |\xE2\x80\xBE| Grafana\n\n"
	"{\"type\":\"Metric\",\"data\":{\"name\":\"t\",\"type\":\"trend\","
	"\"contains\":\"time\",\"thresholds\":[\"p(95)<5\"]},"
	"\"metric\":\"t\"}\r\n"
	"{\"metric\":\"t\",\"type\":\"Point\",\"data\":{\"time\":"
	"\"2026-01-01T00:00:00.5Z\",\"value\":1e-2,\"tags\":{}}}\n"
	"{\"type\":\"Point\",\"data\":{\"time\":\"2026-01-01T00:00:00Z\","
	"\"value\":12.249072,\"tags\":{\"name\":\"caf\xC3\xA9 \\u003ca\\\"\","
	"\"status\":\"200\"}},\"metric\":\"http_req_duration\"}\n"
	"{\"type\":\"Point\",\"data\":{\"time\":\"2026-01-01T00:00:00Z\","
	"\"value\":1,\"tags\":{\"name\":\"caf\xC3\xA9 \\u003ca\\\"\","
	"\"status\":\"200\"}},\"metric\":\"http_req_failed\"}\n"
	"{\"metric\":\"odd\",\"type\":\"Point\",\"data\":{\"time\":"
	"\"2026-01-01T00:00:00Z\",\"value\":+Inf,\"tags\":{}}}\n"
	"\n{\"broken\n"
	"{\"metric\":\"checks\",\"type\":\"Point\",\"data\":{\"time\":"
	"\"2026-01-01T00:00:00Z\",\"value\":1,\"tags\":{\"check\":\"c\"}}}\n"
	"{\"metric\":\"vus\",\"type\":\"Point\",\"data\":{\"time\":"
	"\"2026-01-01T00:00:00Z\",\"val";

START_TEST(points_are_the_same_at_every_split)
{
	event_log_same_at_every_split(&sift_format_k6_points, points,
				      strlen(points), 0);
}
END_TEST

/* Take out the line that says of a cut, and the end with the counts. */
static void
strip_cut(char *log)
{
	char *cut = strstr(log, "skipped \"cut short\"");
	char *counts;

	if (cut) {
		char *next = strchr(cut, '\n') + 1;

		memmove(cut, next, strlen(next) + 1);
	}
	counts = strstr(log, "records used=");
	ck_assert_ptr_nonnull(counts);
	*counts = '\0';
}

/* Cut anywhere, the lines before the cut give what they give alone. */
START_TEST(points_before_a_cut_are_kept)
{
	for (size_t len = 0; len < strlen(points); len++) {
		size_t whole = len;
		char *cut = event_log_read(&sift_format_k6_points, points, len,
					   0, NULL);
		char *alone;

		/* a record is whole without the end of its line */
		if (len && points[len - 1] == '}' && points[len] != '}' &&
		    points[len] != ',')
			whole++;
		while (whole && points[whole - 1] != '\n' &&
		       points[whole - 1] != '\r')
			whole--;
		alone = event_log_read(&sift_format_k6_points, points, whole, 0,
				       NULL);
		strip_cut(cut);
		strip_cut(alone);
		ck_assert_str_eq(cut, alone);
		free(cut);
		free(alone);
	}
}
END_TEST

static const char summary[] =
	"\xEF\xBB\xBF{\"metrics\":{\"http_reqs\":{\"count\":2,\"rate\":NaN},"
	"\"http_req_duration\":{\"avg\":1,\"thresholds\":{\"avg<1\":true}}},"
	"\"root_group\":{\"checks\":{\"caf\xC3\xA9\":{\"passes\":1,"
	"\"fails\":0}}}}";

static const char machine[] =
	"{\"config\":{\"duration\":2,\"execution\":\"local\",\"script\":\"\"},"
	"\"metadata\":{\"k6Version\":\"2.2.0\"},\"results\":{\"metrics\":["
	"{\"name\":\"http_req_duration\",\"type\":\"trend\",\"contains\":"
	"\"time\",\"values\":{\"p90\":7,\"p95\":8}}]}}";

static const char collector[] =
	"{\"timestamp\":\"2026-02-17T08:00:00\",\"request_metrics\":"
	"{\"duration\":{\"p95\":450},\"total_requests\":2},"
	"\"error_metrics\":{},\"service_metrics\":{\"heroes\":{}}}";

static const char csv[] =
	"metric_name,timestamp,metric_value,method,name,status,extra_tags\n"
	"http_req_duration,1771315200,1.500000,GET,\"a, \"\"b\"\"\",200,\n"
	"http_req_duration,soon,1.5,GET,a,200,\r\n"
	"odd,1771315201,+Inf,,,,caf\xC3\xA9=1\n"
	"checks,1771315201,1.000000,,,,\n"
	"vus,1771315201,2.0000";

START_TEST(rows_are_the_same_at_every_split)
{
	event_log_same_at_every_split(&sift_format_k6_csv, csv, strlen(csv), 0);
}
END_TEST

START_TEST(documents_are_the_same_at_every_split)
{
	event_log_same_at_every_split(&sift_format_k6_handle_summary, summary,
				      strlen(summary), 0);
	event_log_same_at_every_split(&sift_format_k6_summary_export, summary,
				      strlen(summary), 0);
	event_log_same_at_every_split(&sift_format_k6_machine, machine,
				      strlen(machine), 0);
	event_log_same_at_every_split(&sift_format_collector, collector,
				      strlen(collector), 0);
}
END_TEST

/* A document that is cut anywhere is said to be, and says nothing before its
   first whole metric. */
START_TEST(a_cut_document_fails)
{
	size_t first = (size_t)(strstr(summary, "},") - summary) + 1;

	for (size_t len = 0; len < strlen(summary); len++) {
		char *log = event_log_read(&sift_format_k6_summary_export,
					   summary, len, 0, NULL);
		const char *end = strstr(log, "= damaged");

		ck_assert_msg(end && !strstr(end, "\n="), "%zu: %s", len, log);
		ck_assert_msg(len < first ? end == log : end > log, "%zu: %s",
			      len, log);
		free(log);
	}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("chunk_k6");
	TCase *tc = tcase_create("chunk_k6");
	SRunner *runner;
	int failed;

	tcase_add_test(tc, points_are_the_same_at_every_split);
	tcase_add_test(tc, points_before_a_cut_are_kept);
	tcase_add_test(tc, rows_are_the_same_at_every_split);
	tcase_add_test(tc, documents_are_the_same_at_every_split);
	tcase_add_test(tc, a_cut_document_fails);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
