/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "read/locust_header.h"
#include "read/locust_today.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* ---- names of percentiles ---- */

static const struct {
	const char *name;
	bool bare;
	double percent; /* NAN = none */
} percentiles[] = {
	{"50%", false, 50},	  {"99.9%", false, 99.9},
	{"55.0%", false, 55},	  {"9500%", false, 9500},
	{"99,9%", false, 99.9},	  {"90%ile", false, 90},
	{"p95", false, 95},	  {"P99.9", false, 99.9},
	{"99.999", true, 99.999}, {"99.999", false, NAN},
	{"%", false, NAN},	  {"p", false, NAN},
	{"", true, NAN},	  {"percent", true, NAN},
	{"-5%", false, NAN},	  {"1e2%", false, NAN},
	{"nan%", false, NAN},	  {"5 %", false, NAN},
	{"5.5.5%", false, NAN},
};

START_TEST(percentiles_are_known_by_name)
{
	double percent = NAN;
	bool found =
		sift_locust_percentile_name(sift_span_str(percentiles[_i].name),
					    percentiles[_i].bare, &percent);

	ck_assert_int_eq(found, !isnan(percentiles[_i].percent));
	if (found)
		ck_assert_double_eq(percent, percentiles[_i].percent);
}
END_TEST

/* ---- files ---- */

#define TIMES "Median Response Time,Average Response Time,Min Response Time,"
#define OLD_TIMES                                                              \
 "\"Median response time\",\"Average response time\",\"Min response time\","   \
 "\"Max response time\",\"Average Content Size\",\"Requests/s\""
#define P12 "50%,66%,75%,80%,90%,95%,98%,99%,99.9%,99.99%,99.999%,100%"
#define QUOTED_P12                                                             \
 "\"50%\",\"66%\",\"75%\",\"80%\",\"90%\",\"95%\",\"98%\",\"99%\",\"99.9%\","  \
 "\"99.99%\",\"99.999%\",\"100%\""

static const struct {
	const char *head;
	enum sift_locust_file file;
	const char *version;
} files[] = {
	{"Type,Name,Request Count,Failure Count," TIMES
	 "Max Response Time,Average Content Size,Requests/s,Failures/s,50%\r\n",
	 SIFT_LOCUST_STATS, "D (1.2 or later)"},
	{"Type,Name,Request Count,Failure Count," TIMES
	 "Max Response Time,Average Content Size,Requests/s,Failures/s\r\n",
	 SIFT_LOCUST_STATS, "D (1.2 or later)"},
	{"Type,Name,Request Count,Failure Count," TIMES
	 "Max Response Time,Average Content Size,Requests/s,Failures/s," P12
	 "\r\n",
	 SIFT_LOCUST_STATS, "C (1.1 to 1.1.1)"},
	{"\"Type\",\"Name\",\"Request Count\",\"Failure Count\"," OLD_TIMES
	 ",\"Failures/s\"," QUOTED_P12 "\n",
	 SIFT_LOCUST_STATS, "C (1.0 to 1.0.3)"},
	{"\"Type\",\"Name\",\"# requests\",\"# failures\"," OLD_TIMES
	 ",\"Requests Failed/s\",\"50%\",\"99.999\",\"100%\"\n",
	 SIFT_LOCUST_STATS, "B (0.13.3 to 0.14.6)"},
	{"Name,Type,# requests,# failures," TIMES
	 "Requests/s,Failure Rate,%,95%,99%\na,GET,1,0,1,1,1,1,0%,1,1\n",
	 SIFT_LOCUST_STATS, "V1 (of a guide)"},
	{"Timestamp,User Count,Type,Name,Requests/s,Failures/s,50%,"
	 "Total Request Count,Total Failure Count\r\n",
	 SIFT_LOCUST_HISTORY, "C (1.2 or later)"},
	{"\"Timestamp\",\"User Count\",\"Type\",\"Name\",\"Requests/s\","
	 "\"Failures/s\"," QUOTED_P12 ",\"Total Request Count\"\n",
	 SIFT_LOCUST_HISTORY, "B (1.0 to 1.1.1)"},
	{"\"Type\",\"Name\",\"Timestamp\",\"# requests\",\"# failures\","
	 "\"Requests/s\",\"50%\"\n",
	 SIFT_LOCUST_HISTORY, "A (0.13.3 to 0.14.6)"},
	{"Type,Name,# requests,# failures," TIMES "Requests/s\n0,a,1,0,1,1,1,1",
	 SIFT_LOCUST_HISTORY, "V2 (of a guide)"},
	{"Method,Name,Error,Occurrences,First Seen,Last Seen\r\n",
	 SIFT_LOCUST_FAILURES_FILE, "2.44.0 or later"},
	{"Method,Name,Error,Occurrences\r\n", SIFT_LOCUST_FAILURES_FILE,
	 "1.1 to 2.43.4"},
	{"\"Method\",\"Name\",\"Error\",\"Occurrences\"\n",
	 SIFT_LOCUST_FAILURES_FILE, "0.14.0 to 1.0.3"},
	{"Method,Name,# occurrences,Failure\n", SIFT_LOCUST_FAILURES_FILE,
	 "V3 (of a guide)"},
	{"Count,Message,Traceback,Nodes\r\n", SIFT_LOCUST_EXCEPTIONS,
	 "1.4.2 or later"},
	{"\"Method\",\"Name\",\"# requests\",\"# failures\"," OLD_TIMES "\n",
	 SIFT_LOCUST_OLD_REQUESTS, "A (0.13.2 or earlier)"},
	{"\"Name\",\"# requests\",\"50%\",\"66%\",\"100%\"\n",
	 SIFT_LOCUST_OLD_DISTRIBUTION, "A (0.13.2 or earlier)"},
	/* written anew by a spreadsheet, by hand, by scripts */
	{"Type;Name;Request Count;Failure Count;Average (ms);50%\r\n",
	 SIFT_LOCUST_STATS, "D (1.2 or later)"},
	{"type\tNAME\t#  Requests\t# Fails\tAvg\tMin (ms)\tp95\n",
	 SIFT_LOCUST_STATS, "D (1.2 or later)"},
	{"", SIFT_LOCUST_NO_FILE, ""},
	{"\n\n", SIFT_LOCUST_NO_FILE, ""},
	{"Name\n", SIFT_LOCUST_NO_FILE, ""},
	{"Name,/login,/metrics,Aggregated\n", SIFT_LOCUST_NO_FILE, ""},
	{"Name,Type\n", SIFT_LOCUST_NO_FILE, ""},
	{"Name,# requests\n", SIFT_LOCUST_NO_FILE, ""},
	{"Name,# requests,avg\n", SIFT_LOCUST_NO_FILE, ""},
	{"Type,Request Count,Average,50%,95%\n", SIFT_LOCUST_NO_FILE, ""},
	{"metric_name,timestamp,metric_value,method,name,url\n",
	 SIFT_LOCUST_NO_FILE, ""},
	{"timeStamp,elapsed,label,responseCode\n", SIFT_LOCUST_NO_FILE, ""},
	{"{\"name\": 1, \"# requests\": 2}\n", SIFT_LOCUST_NO_FILE, ""},
};

START_TEST(files_are_known_by_their_header)
{
	static const struct sift_limits limits = {.line_bytes = 65536};
	struct sift_span head = sift_span_str(files[_i].head);
	struct sift_source *src = NULL;
	struct sift_csv_rows *rows = NULL;
	const struct sift_csv_row *first;
	struct sift_locust_header h;
	unsigned bits;

	ck_assert_int_eq(sift_locust_sniff(head, &bits), files[_i].file);
	ck_assert_int_eq(bits > 0, files[_i].file != SIFT_LOCUST_NO_FILE);
	if (!bits)
		return;
	ck_assert_int_eq(
		sift_source_open_memory(&src, head.ptr, head.len, 0, NULL), 0);
	ck_assert_int_eq(sift_csv_rows_open(&rows, src, &limits, NULL), 0);
	ck_assert_int_eq(sift_locust_header_read(&h, rows, &first, NULL), 0);
	ck_assert_int_eq(h.file, files[_i].file);
	ck_assert_str_eq(h.version, files[_i].version);
	sift_csv_rows_free(rows);
	sift_source_free(src);
}
END_TEST

/* ---- columns ---- */

static void
read_header(const char *text, struct sift_locust_header *out)
{
	static const struct sift_limits limits = {.line_bytes = 65536};
	struct sift_source *src = NULL;
	struct sift_csv_rows *rows = NULL;
	const struct sift_csv_row *first;

	ck_assert_int_eq(
		sift_source_open_memory(&src, text, strlen(text), 0, NULL), 0);
	ck_assert_int_eq(sift_csv_rows_open(&rows, src, &limits, NULL), 0);
	ck_assert_int_eq(sift_locust_header_read(out, rows, &first, NULL), 0);
	sift_csv_rows_free(rows);
	sift_source_free(src);
}

START_TEST(columns_are_bound_by_name)
{
	struct sift_locust_header h;

	read_header("95%,Name,Max Response Time (ms),odd,METHOD,# reqs,"
		    "Average Size (bytes),Average Response Time,99.9%,95%\n",
		    &h);
	ck_assert_uint_eq(h.column[SIFT_LOCUST_P95], 0);
	ck_assert_uint_eq(h.column[SIFT_LOCUST_NAME], 1);
	ck_assert_uint_eq(h.column[SIFT_LOCUST_MAX], 2);
	ck_assert_uint_eq(h.column[SIFT_LOCUST_TYPE], 4);
	ck_assert_uint_eq(h.column[SIFT_LOCUST_REQUESTS], 5);
	ck_assert_uint_eq(h.column[SIFT_LOCUST_BYTES], 6);
	ck_assert_uint_eq(h.column[SIFT_LOCUST_MEAN], 7);
	ck_assert_uint_eq(h.column[SIFT_LOCUST_P999], 8);
	ck_assert_uint_eq(h.column[SIFT_LOCUST_P50], SIFT_LOCUST_ABSENT);
	ck_assert_uint_eq(h.column[SIFT_LOCUST_FAILURES], SIFT_LOCUST_ABSENT);
	ck_assert_uint_eq(h.names, 10);
	ck_assert_uint_eq(h.percentiles, 3);
	ck_assert_uint_eq(h.loose_percent, SIFT_LOCUST_ABSENT);
}
END_TEST

/* Without looking for the line among those known by heart. */
static void
bind_slowly(struct sift_span line, struct sift_locust_header *out)
{
	struct sift_span cells[64];
	struct sift_csv_row row = {.cells = cells, .raw = line};

	while (line.len) {
		size_t n = sift_span_find_byte(line, ',');

		ck_assert_uint_lt(row.count, COUNT_OF(cells));
		cells[row.count++] = sift_span_head(line, n);
		line = sift_span_from(line, n + 1);
	}
	sift_locust_header_bind(out, &row, false);
}

START_TEST(lines_known_by_heart_mean_what_is_found_in_them)
{
	struct sift_span line;

	for (size_t i = 0; (line = sift_locust_today_line(i)).len; i++) {
		const struct sift_locust_header *today =
			sift_locust_today(line);
		struct sift_locust_header h;

		bind_slowly(line, &h);
		ck_assert_int_eq(today->file, h.file);
		ck_assert_uint_eq(today->names, h.names);
		ck_assert_uint_eq(today->bound, h.bound);
		ck_assert_mem_eq(today->column, h.column, sizeof(h.column));
		ck_assert_uint_eq(today->percentiles, h.percentiles);
		ck_assert_str_eq(today->version, h.version);
		ck_assert_uint_eq(today->loose_percent, h.loose_percent);
		ck_assert(!today->truncated && !h.truncated);
		ck_assert(!today->quoted && !today->elapsed && !today->guide);
		ck_assert(!today->has_windows && !h.has_windows);
	}
}
END_TEST

START_TEST(line_known_by_heart_must_end)
{
	struct sift_span line = sift_locust_today_line(0);
	char text[512];

	ck_assert_uint_lt(line.len + 3, sizeof(text));
	memcpy(text, line.ptr, line.len);
	memcpy(text + line.len, "\r\nx", 3);
	ck_assert_ptr_null(sift_locust_today_begins(line));
	ck_assert_ptr_nonnull(
		sift_locust_today_begins(sift_span_of(text, line.len + 2)));
	text[line.len] = '\n';
	ck_assert_ptr_nonnull(
		sift_locust_today_begins(sift_span_of(text, line.len + 2)));
	text[line.len] = ',';
	ck_assert_ptr_null(
		sift_locust_today_begins(sift_span_of(text, line.len + 2)));
	ck_assert_ptr_null(sift_locust_today(sift_span_of(text, line.len + 1)));
}
END_TEST

START_TEST(percentile_of_another_number_is_not_p95)
{
	struct sift_locust_header h;

	read_header("Type,Name,Request Count,Average,9500%,95.5%\n", &h);
	ck_assert_uint_eq(h.column[SIFT_LOCUST_P95], SIFT_LOCUST_ABSENT);
	ck_assert_uint_eq(h.percentiles, 2);
}
END_TEST

START_TEST(loose_percent_glues_to_the_left)
{
	struct sift_locust_header h;

	read_header("Name,Type,# requests,Average,Failure Rate,%,95%,99%\n",
		    &h);
	ck_assert_uint_eq(h.loose_percent, 5);
	ck_assert_uint_eq(h.column[SIFT_LOCUST_P95], 6);
	sift_locust_header_glue(&h);
	ck_assert_uint_eq(h.names, 7);
	ck_assert_uint_eq(h.column[SIFT_LOCUST_NAME], 0);
	ck_assert_uint_eq(h.column[SIFT_LOCUST_FAILURE_PERCENT], 4);
	ck_assert_uint_eq(h.column[SIFT_LOCUST_P95], 5);
	ck_assert_uint_eq(h.column[SIFT_LOCUST_P99], 6);
	ck_assert_uint_eq(h.loose_percent, SIFT_LOCUST_ABSENT);
}
END_TEST

START_TEST(percent_behind_a_percentile_is_not_loose)
{
	struct sift_locust_header h;

	read_header("Name,Type,# requests,Average,95%,%,99%\n", &h);
	ck_assert_uint_eq(h.loose_percent, SIFT_LOCUST_ABSENT);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("locust_header");
	TCase *tc = tcase_create("locust_header");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tc, percentiles_are_known_by_name, 0,
			    (int)COUNT_OF(percentiles));
	tcase_add_loop_test(tc, files_are_known_by_their_header, 0,
			    (int)COUNT_OF(files));
	tcase_add_test(tc, columns_are_bound_by_name);
	tcase_add_test(tc, lines_known_by_heart_mean_what_is_found_in_them);
	tcase_add_test(tc, line_known_by_heart_must_end);
	tcase_add_test(tc, percentile_of_another_number_is_not_p95);
	tcase_add_test(tc, loose_percent_glues_to_the_left);
	tcase_add_test(tc, percent_behind_a_percentile_is_not_loose);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
