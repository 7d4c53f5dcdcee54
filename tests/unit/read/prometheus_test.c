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

#define RECORDS(used, unused)                                                  \
 "records used=" #used " unused=" #unused "\n= ok\n"

static const struct {
	const char *text;
	const char *expected;
} pages[] = {
	{"# HELP h x\n# TYPE h histogram\n"
	 "h_bucket{b=\"2\",a=\"1\",le=\"0.5\"} 3\nh_bucket{a=\"1\",b=\"2\",le="
	 "\"+Inf\"} 4.0\nh_count{a=\"1\",b=\"2\"} 4\nh_sum{a=\"1\",b=\"2\"} "
	 "1e-1\n",
	 "metric 0 trend \"h{a=1,b=2}\" \"\"\nvalue 0 \"0.5\" 3\n"
	 "value 0 \"+Inf\" 4\nvalue 0 \"count\" 4\nvalue 0 \"sum\" "
	 "0.1\n" RECORDS(4, 0)},
	/* without types: buckets tell of sums that follow */
	{"h_sum 1\nh_bucket{le=\"1\"} 3\nh_count 4\nx_count 5\ny_total 6\n",
	 "metric 0 trend \"h\" \"\"\nvalue 0 \"1\" 3\nvalue 0 \"count\" 4\n"
	 "metric 1 counter \"y_total\" \"\"\nvalue 1 \"total\" 6\n" RECORDS(3,
									    2)},
	/* kinds that are not kept */
	{"# TYPE g gauge\ng 5\n# TYPE s summary\ns{quantile=\"0.5\"} 1\n"
	 "s_sum 3\ns_count 2\n# TYPE go_x_total counter\ngo_x_total 1\n"
	 "process_cpu_seconds_total 5\nq_total NaN\n# TYPE jobs_count counter\n"
	 "jobs_count 7\n",
	 "metric 0 trend \"s\" \"\"\nvalue 0 \"sum\" 3\nvalue 0 \"count\" 2\n"
	 "metric 1 counter \"jobs_count\" \"\"\nvalue 1 \"total\" 7\n" RECORDS(
		 3, 5)},
	/* OpenMetrics: a type without ending, times, exemplars, an end */
	{"# TYPE r counter\n# UNIT r seconds\nr_total{a=\"x\"} 5 1.7e9 # "
	 "{trace_id=\"y\"} 1\nr_created{a=\"x\"} 1.7e9\n# EOF\n",
	 "metric 0 counter \"r_total{a=x}\" \"\"\nvalue 0 \"total\" "
	 "5\n" RECORDS(1, 1)},
	/* escapes, blanks, a comma too many, CR */
	{"r_total { a = \"q\\\"\\\\\\n}\" , } \t5\t170000\r\n",
	 "metric 0 counter \"r_total{a=q\"\\x5c\\x0a}}\" \"\"\n"
	 "value 0 \"total\" 5\n" RECORDS(1, 0)},
	/* not UTF-8 */
	{"r_total{a=\"caf\xe9\"} 5\n",
	 "metric 0 counter \"r_total{a=caf\u00e9}\" \"\"\n"
	 "value 0 \"total\" 5\n" RECORDS(1, 0)},
	/* bad lines */
	{"r_total\nr_total x\nr_total{a} 1\nr_total{a=b} 1\nr_total{a=\"b} 1\n"
	 "r_total{a=\"b\" 1\n{a=\"b\"} 1\nr_total{a=\"b\\\nr_total 1",
	 "skipped \"not a sample\" 1 line=1 offset=0 sample=\"r_total\"\n"
	 "skipped \"not a sample\" 1 line=2 offset=8 sample=\"r_total x\"\n"
	 "skipped \"not a sample\" 1 line=3 offset=18 sample=\"r_total{a} 1\"\n"
	 "skipped \"not a sample\" 1 line=4 offset=31 sample=\"r_total{a=b} "
	 "1\"\n"
	 "skipped \"not a sample\" 1 line=5 offset=46 sample=\"r_total{a=\"b} "
	 "1\"\n"
	 "skipped \"not a sample\" 1 line=6 offset=62 sample=\"r_total{a=\"b\" "
	 "1\"\n"
	 "skipped \"not a sample\" 1 line=7 offset=78 sample=\"{a=\"b\"} 1\"\n"
	 "skipped \"not a sample\" 1 line=8 offset=88 "
	 "sample=\"r_total{a=\"b\\\"\n"
	 "skipped \"cut short\" 1 line=9 offset=102 sample=\"r_total "
	 "1\"\n" RECORDS(0, 0)},
	{"", RECORDS(0, 0)},
};

START_TEST(pages_become_series)
{
	char *log = event_log_read(&sift_format_prometheus, pages[_i].text,
				   strlen(pages[_i].text), 0, NULL);

	ck_assert_str_eq(log, pages[_i].expected);
	free(log);
	event_log_same_at_every_split(&sift_format_prometheus, pages[_i].text,
				      strlen(pages[_i].text), 0);
}
END_TEST

/* Cut anywhere, a page gives what its whole lines give. */
START_TEST(lines_before_a_cut_are_kept)
{
	const char *text = pages[_i].text;

	for (size_t len = 0; len < strlen(text); len++) {
		size_t whole = len;
		char *cut = event_log_read(&sift_format_prometheus, text, len,
					   0, NULL);
		char *alone;

		while (whole && text[whole - 1] != '\n')
			whole--;
		alone = event_log_read(&sift_format_prometheus, text, whole, 0,
				       NULL);
		*strstr(alone, "records used=") = '\0';
		ck_assert_msg(!strncmp(cut, alone, strlen(alone)), "%s", cut);
		ck_assert(len == whole || text[whole] == '#' ||
			  strstr(cut, "cut short"));
		free(cut);
		free(alone);
	}
}
END_TEST

static const struct {
	const char *head;
	unsigned whole, part;
} bids[] = {
	{"# HELP a b\n# TYPE a counter\na 1\n", 60, 60},
	{"a_bucket{le=\"1\"} 5\na_sum 3\n", 50, 50},
	{"a_bucket{le=\"1\"} 5\na_sum 3", 50, 50},
	{"a_bucket{le=\"1\"} 5\na_su", 0, 50},
	{"a 1\nb 2\n", 0, 0},
	{"a_bucket{le=\"1\"} 5\nx\n", 0, 0},
	{"# a comment\n", 0, 0},
	{"", 0, 0},
};

START_TEST(pages_are_recognised)
{
	struct sift_span head = sift_span_str(bids[_i].head);

	ck_assert_uint_eq(sift_format_prometheus.bid(head, true),
			  bids[_i].whole);
	ck_assert_uint_eq(sift_format_prometheus.bid(head, false),
			  bids[_i].part);
}
END_TEST

START_TEST(failing_allocations_are_told)
{
	struct sift_limits limits = event_log_limits();
	enum sift_status rc = SIFT_E_NOMEM;

	for (uint64_t n = 1; rc; n++) {
		struct sift_source *src;
		struct sift_err err = {0};
		struct event_log log;
		struct sift_sink sink;

		ck_assert_int_eq(sift_source_open_memory(&src, pages[0].text,
							 strlen(pages[0].text),
							 16, &err),
				 SIFT_OK);
		event_log_init(&log);
		sink = event_log_sink(&log);
		sift_mem_fail_at(n, 0);
		rc = sift_format_prometheus.read(src, &limits, &sink, &err);
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
	Suite *suite = suite_create("prometheus");
	TCase *tc = tcase_create("prometheus");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tc, pages_become_series, 0, (int)LENGTH(pages));
	tcase_add_loop_test(tc, lines_before_a_cut_are_kept, 0,
			    (int)LENGTH(pages));
	tcase_add_loop_test(tc, pages_are_recognised, 0, (int)LENGTH(bids));
	tcase_add_test(tc, failing_allocations_are_told);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
