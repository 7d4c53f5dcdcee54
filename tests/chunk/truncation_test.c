/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Every reader, its input cut at every byte: what was complete before the cut
 * is kept, nothing is made up, and the cut is told with its place.
 */

#include <config.h>

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "event_log.h"
#include "read/reader.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))
#define CUTS 4000 /* of one text, at most about so many */

enum built_of {
	ROWS,	   /* each stands for itself */
	OPEN_ROWS, /* the last has no end: its last number may be cut */
	DOCUMENT   /* one value, or a page */
};

#define REQUEST(name, value)                                                   \
 "{\"metric\":\"http_req_duration\",\"type\":\"Point\",\"data\":{\"time\":"    \
 "\"2026-01-01T00:00:00Z\",\"value\":" value                                   \
 ",\"tags\":{\"expected_response\":\"false\",\"name\":\"" name "\"}}}\n"

static const struct {
	const struct sift_format *format;
	enum built_of built_of;
	const char *text; /* or NULL: */
	const char *file; /* below tests/data */
} inputs[] = {
	{&sift_format_k6_points, ROWS,
	 REQUEST("a", "12.5") REQUEST("b", "13.25") REQUEST("c", "7"), NULL},
	{&sift_format_k6_csv, ROWS,
	 "metric_name,timestamp,metric_value,method,name,status,extra_tags\n"
	 "http_req_duration,1771315200,1.500000,GET,\"a, \"\"b\"\"\",200,\n"
	 "http_req_duration,1771315201,2.500000,GET,c,500,\n"
	 "vus,1771315201,2.000000,,,,\n",
	 NULL},
	{&sift_format_k6_handle_summary, DOCUMENT, NULL,
	 "k6/2026-02-19T10-00_sweep_001rps/summary.json"},
	{&sift_format_k6_summary_export, DOCUMENT, NULL,
	 "k6-text/v1.0.0/summary-export.json"},
	{&sift_format_k6_machine, DOCUMENT,
	 "{\"config\":{\"duration\":2,\"execution\":\"local\",\"script\":\"\"}"
	 ",\"metadata\":{\"k6Version\":\"2.2.0\"},\"results\":{\"metrics\":["
	 "{\"name\":\"http_req_duration\",\"type\":\"trend\",\"contains\":"
	 "\"time\",\"values\":{\"p90\":7,\"p95\":8}}]}}",
	 NULL},
	{&sift_format_k6_text, DOCUMENT, NULL, "k6-text/v1.0.0/k6.stdout.txt"},
	{&sift_format_k6_dashboard, DOCUMENT,
	 "{\"event\":\"param\",\"data\":{\"thresholds\":{\"a\":[\"avg<1\"]},"
	 "\"aggregates\":{\"counter\":[\"count\",\"rate\"]}}}\n"
	 "{\"event\":\"metric\",\"data\":{\"http_reqs\":{\"type\":\"counter\"}"
	 "}}\n"
	 "{\"event\":\"start\",\"data\":[[1795224345314]]}\n"
	 "{\"event\":\"cumulative\",\"data\":[[12,3]]}\n"
	 "{\"event\":\"stop\",\"data\":[[1795224349314]]}\n",
	 NULL},
	{&sift_format_k6_dashboard_html, DOCUMENT, NULL,
	 "k6-dashboard/dashboard-report.html"},
	{&sift_format_collector, DOCUMENT, NULL, "seed/baseline.json"},
	{&sift_format_prometheus, DOCUMENT, NULL,
	 "services/run/metrics_heroes_before.txt"},
	{&sift_format_locust_stats, ROWS,
	 "Type,Name,Request Count,Failure Count,Average Response "
	 "Time,Requests/s,50%,99%\r\n"
	 "GET,/a,10,1,5.5,1.5,5,9\r\n"
	 "GET,\"say \"\"hi\"\", twice\",10,1,5.5,1.5,5,9\r\n"
	 ",Aggregated,20,2,5.5,1.5,5,9\r\n",
	 NULL},
	{&sift_format_locust_requests, OPEN_ROWS,
	 "\"Method\",\"Name\",\"# requests\",\"# failures\",\"Median response "
	 "time\",\"Average response time\",\"Min response time\",\"Max "
	 "response time\",\"Average Content Size\",\"Requests/s\"\n"
	 "\"GET\",\"a\",33,2,94,196,65,3594,3100,3.67\n"
	 "\"GET\",\"b\",33,2,94,196,65,3594,3100,3.67\n",
	 NULL},
	{&sift_format_locust_distribution, ROWS,
	 "\"Name\",\"# requests\",\"50%\",\"95%\",\"100%\"\n"
	 "\"GET a\",33,94,120,3594\n\"GET b\",33,94,120,3594\n",
	 NULL},
	{&sift_format_locust_history, ROWS,
	 "Timestamp,User Count,Type,Name,Requests/s,Failures/s,50%,Total "
	 "Request Count,Total Failure Count,Total Median Response Time\r\n"
	 "1795224042,1,,Aggregated,0.000000,0.000000,N/A,0,0,0\r\n"
	 "1795224043,4,,Aggregated,0.000000,0.000000,5,11,0,16\r\n"
	 "1795224044,5,,Aggregated,0.000000,0.000000,5,12,0,16\r\n",
	 NULL},
	{&sift_format_locust_failures, ROWS,
	 "Method,Name,Error,Occurrences\r\n"
	 "GET,/a,\"HTTPError('404, not \"\"found\"\"')\",3\r\n"
	 "GET,/b,refused,14\r\n",
	 NULL},
	{&sift_format_locust_exceptions, ROWS,
	 "Count,Message,Traceback,Nodes\r\n"
	 "4,\"'task'\",\"  File \"\"x.py\"\"\",local\r\n5,other,trace,b\r\n",
	 NULL},
	{&sift_format_locust_log, ROWS,
	 "timestamp,request_type,name,response_time_ms,response_length,"
	 "status_code,exception\r\n"
	 "1795224042.331172,GET,\"/a, b\",12.5,2,200,\r\n"
	 "1795224043,POST,/c,7,2,0,\"got \"\"x\"\"\"\r\n",
	 NULL},
	{&sift_format_locust_json, DOCUMENT,
	 "[\n{\"name\": \"a\", \"method\": \"GET\", \"num_requests\": 2, "
	 "\"num_failures\": 1, \"response_times\": {\"12\": 1, \"240.0\": "
	 "1}},\n"
	 "{\"name\": \"b\", \"method\": \"GET\", \"num_requests\": 1, "
	 "\"num_failures\": 0, \"response_times\": {\"5\": 1}}\n]\n",
	 NULL},
	{&sift_format_locust_html, DOCUMENT,
	 "<title>Locust</title>window.templateArgs = {\"failures_statistics\": "
	 "[{\"method\": \"G\", \"name\": \"a\", \"error\": \"x\", "
	 "\"occurrences\": 2}], \"requests_statistics\": [{\"name\": \"a\", "
	 "\"method\": \"G\", \"num_requests\": 3, \"num_failures\": 2, "
	 "\"avg_response_time\": 5.5}, {\"name\": \"Aggregated\", \"method\": "
	 "\"\", \"num_requests\": 3, \"num_failures\": 2, "
	 "\"avg_response_time\": 5.5}]}</html>",
	 NULL},
	{&sift_format_locust_classic, DOCUMENT, NULL,
	 "locust-edge/classic-odd-2.20.0.html"},
};

static char *
text_of(int i, size_t *out_len)
{
	char path[4096];
	char *text;

	if (inputs[i].text) {
		*out_len = strlen(inputs[i].text);
		text = strdup(inputs[i].text);
	} else {
		snprintf(path, sizeof(path), "%s/tests/data/%s",
			 getenv("top_srcdir") ? getenv("top_srcdir") : ".",
			 inputs[i].file);
		text = event_log_load(path, out_len);
	}
	ck_assert_ptr_nonnull(text);
	return text;
}

/* A line of the log that holds results, which a cut leaves or takes whole. */
static bool
is_result(const char *line)
{
	static const char *const heads[] = {
		"sample ", "figures ",	"tally ", "failure ",
		"users ",  "progress ", "check ", "point ",
	};

	if (!strncmp(line, "figures total", strlen("figures total")))
		return false; /* of a cut file: what there is, added up */
	for (size_t i = 0; i < COUNT_OF(heads); i++)
		if (!strncmp(line, heads[i], strlen(heads[i])))
			return true;
	return false;
}

/* Are all words of `line` in `other`? A cut row may lack its last figures. */
static bool
has_words(const char *other, size_t other_len, const char *line, size_t len)
{
	struct sift_span all = sift_span_of(other, other_len);
	size_t at = 0;

	while (at < len) {
		struct sift_span word =
			sift_span_from(sift_span_of(line, len), at);

		word = sift_span_head(word, sift_span_find_byte(word, ' ') + 1);
		if (sift_span_ends(word, SIFT_SPAN(" ")) &&
		    sift_span_find(all, word) == all.len)
			return false;
		if (!sift_span_ends(word, SIFT_SPAN(" ")) &&
		    !sift_span_ends(all, word))
			return false;
		at += word.len;
	}
	return true;
}

static bool
has_line(const char *log, const char *line, size_t len)
{
	bool is_figures = !strncmp(line, "figures ", strlen("figures "));
	const char *end;

	for (const char *at = log; *at; at = end + 1) {
		end = strchr(at, '\n');
		if ((size_t)(end - at) == len && !strncmp(at, line, len))
			return true;
		if (is_figures && has_words(at, (size_t)(end - at), line, len))
			return true;
	}
	return false;
}

/* The first result of `log` that `other` lacks; NULL = it has them all. */
static const char *
lacks(const char *other, const char *log)
{
	for (const char *at = log; *at; at = strchr(at, '\n') + 1)
		if (is_result(at) &&
		    !has_line(other, at, (size_t)(strchr(at, '\n') - at)))
			return at;
	return NULL;
}

static bool
is_blank_text(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!strchr(" \t\r\n", text[i]))
			return false;
	return true;
}

/* Where a row is bad, or that a document ends too early: that is its end. */
static bool
tells_a_place(const char *log)
{
	return strstr(log, " line=") || strstr(log, " offset=") ||
	       (strstr(log, ": line ") && !strstr(log, ": line 0:")) ||
	       strstr(log, "breaks off");
}

/* Nothing of it was taken, and so it says. */
static bool
is_refused(const char *log)
{
	return strstr(log, "= unknown format") || strstr(log, "holds no") ||
	       strstr(log, "no figures") || strstr(log, "truncated");
}

static char *
log_of(int i, const char *text, size_t len)
{
	return event_log_read(inputs[i].format, text, len, 0, NULL);
}

/* The rows before a cut give what they give alone, whatever follows. */
static void
check_rows(int i, const char *text, size_t len, const char *cut,
	   const char *whole)
{
	size_t rows = len;
	char *alone;
	const char *missing, *more;

	while (rows && text[rows - 1] != '\n')
		rows--;
	alone = log_of(i, text, rows);
	missing = lacks(cut, alone);
	more = lacks(alone, cut);
	ck_assert_msg(
		!more || !lacks(whole, cut) || inputs[i].built_of == OPEN_ROWS,
		"%s cut at %zu made up %s", inputs[i].format->name, len, more);
	ck_assert_msg(!missing, "%s cut at %zu lost %s", inputs[i].format->name,
		      len, missing);
	if (!is_blank_text(text + rows, len - rows) && rows > 0 &&
	    text[len - 1] != '\r' && !more)
		ck_assert_msg(tells_a_place(cut), "%s cut at %zu: %s",
			      inputs[i].format->name, len, cut);
	free(alone);
}

/* Of a cut document fewer are counted: whose figures they are does not count,
   but what they are. */
static void
forget_numbers(char *log)
{
	static const char head[] = "\nfigures ";
	char *at = log;

	while ((at = strstr(at, head)) != NULL) {
		size_t digits;

		at += strlen(head);
		digits = strspn(at, "0123456789");
		memmove(at, at + digits, strlen(at + digits) + 1);
	}
}

/* All that a cut document gives is in the whole one; `rest` is what it lacks.
 */
static void
check_document(int i, const char *rest, size_t len, char *cut, char *whole)
{
	const char *more;

	forget_numbers(cut);
	forget_numbers(whole);
	more = lacks(whole, cut);

	ck_assert_msg(!more, "%s, %zu bytes cut off, made up %s",
		      inputs[i].format->name, len, more);
	if (!is_blank_text(rest, len) && !strstr(cut, "\n= ok\n") &&
	    !is_refused(cut))
		ck_assert_msg(tells_a_place(cut), "%s, %zu bytes cut off: %s",
			      inputs[i].format->name, len, cut);
}

START_TEST(what_is_complete_before_a_cut_is_kept)
{
	size_t len;
	char *text = text_of(_i, &len);
	char *whole = log_of(_i, text, len);

	ck_assert_msg(strstr(whole, "\n= ok\n") != NULL, "%s", whole);
	for (size_t at = 1; at < len; at += len / CUTS + 1) {
		char *cut = log_of(_i, text, at);

		if (inputs[_i].built_of != DOCUMENT)
			check_rows(_i, text, at, cut, whole);
		else
			check_document(_i, text + at, len - at, cut, whole);
		free(cut);
	}
	free(whole);
	free(text);
}
END_TEST

START_TEST(splits_do_not_show)
{
	size_t len;
	char *text = text_of(_i, &len);

	event_log_same_at_every_split(inputs[_i].format, text, len,
				      len < 10000 ? 0 : 50);
	free(text);
}
END_TEST

/* A new reader gets a row above. */
START_TEST(every_reader_is_here)
{
	const struct sift_format *format;

	for (size_t i = 0; (format = sift_format_row(i)); i++) {
		bool found = !format->read;

		for (size_t k = 0; k < COUNT_OF(inputs); k++)
			found = found || inputs[k].format == format;
		ck_assert_msg(found, "%s", format->name);
	}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("truncation");
	TCase *tc = tcase_create("truncation");
	SRunner *runner;
	int failed;

	tcase_set_timeout(tc, 120);
	tcase_add_loop_test(tc, what_is_complete_before_a_cut_is_kept, 0,
			    (int)COUNT_OF(inputs));
	tcase_add_loop_test(tc, splits_do_not_show, 0, (int)COUNT_OF(inputs));
	tcase_add_test(tc, every_reader_is_here);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
