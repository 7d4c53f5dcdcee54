/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "chunk/event_log.h"
#include "read/k6_text_line.h"
#include "read/k6_text_values.h"
#include "read/reader.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* ---- times ---- */

static const struct {
	const char *text;
	double ms; /* NAN = none */
} durations[] = {
	{"0s", 0},
	{"13.83ms", 13.83},
	{"568.37\u00b5s", 0.56837},
	{"568.37\u03bcs", 0.56837},
	{"568.37us", 0.56837},
	{"568.37\u252c\u2561s", 0.56837}, /* code page 437 */
	{"568.37\u252c\u00c1s", 0.56837}, /* 850 */
	{"568.37\u00c2\u00b5s", 0.56837}, /* 1252 */
	{"25ns", 25e-6},
	{"1.23s", 1230},
	{"1m2s", 62000},
	{"1m0s", 60000},
	{"2h0m5s", 7205000},
	{"-4ms", -4},
	{"-5000000ns", -5},
	{"", NAN},
	{"-", NAN},
	{"s", NAN},
	{"1", NAN},
	{"1m", NAN}, /* "1ms" that was cut */
	{"1h", NAN},
	{"1h2m", NAN},
	{"1s2m", NAN},
	{"1ms2s", NAN},
	{"1m2ms3s", NAN},
	{"1.2.3s", NAN},
	{"1 s", NAN},
	{"1sx", NAN},
	{"1\u00b5", NAN},
	{"ms1", NAN},
	{"NaNs", NAN},
};

START_TEST(durations_end_in_seconds)
{
	struct sift_k6_text_times times = {0, false};
	double ms = NAN;
	bool ok = sift_k6_text_duration(sift_span_str(durations[_i].text),
					&times, &ms);

	ck_assert_int_eq(ok, !isnan(durations[_i].ms));
	if (ok)
		ck_assert_double_eq(ms, durations[_i].ms);
}
END_TEST

/* times of one text, the rounding they show */
static const struct {
	const char *times[4];
	enum sift_rounding rounding;
} roundings[] = {
	{{"0s"}, SIFT_ROUNDING_K6_TEXT},
	{{"0s", "5.5ms", "3\u00b5s", "1m0s"}, SIFT_ROUNDING_K6_TEXT},
	{{"999.99ms", "1ms"}, SIFT_ROUNDING_K6_TEXT},
	{{"0.00ms", "5.50ms"}, SIFT_ROUNDING_10US},
	{{"5.50ms", "1000.00ms"}, SIFT_ROUNDING_10US},
	{{"0.01s", "5.50s"}, SIFT_ROUNDING_10MS},
	{{"1500.00us"}, SIFT_ROUNDING_10NS},
	{{"0.10ms", "0.20s"}, SIFT_ROUNDING_K6_TEXT}, /* of no k6 */
};

START_TEST(a_unit_k6_would_not_choose_was_set)
{
	struct sift_k6_text_times times = {0, false};
	double ms;

	for (size_t i = 0; i < 4 && roundings[_i].times[i]; i++)
		ck_assert(sift_k6_text_duration(
			sift_span_str(roundings[_i].times[i]), &times, &ms));
	ck_assert_int_eq(sift_k6_text_rounding(&times), roundings[_i].rounding);
}
END_TEST

/* ---- values ---- */

/* what stands behind the dots; what comes of it, "" for nothing */
static const struct {
	const char *text;
	const char *expected;
} values[] = {
	{"avg=15.92ms  min=0s       med=13.83ms  p(99.9)=1m2s ",
	 "trend 1 avg=15.92 min=0 med=13.83 p(99.9)=62000"},
	{"count=7", "trend 0 count=7"},
	{"avg=1.2 kB min=12 B", "trend 2 avg=1200 min=12"},
	{"avg=Infinity min=-5.5 max=+Inf med=NaN p(90)=1e+21",
	 "trend 0 avg=inf min=-5.5 max=inf med=nan p(90)=1e+21"},
	{"avg=NaN min=1ms", "trend 1 avg=nan min=1"},
	{"153      36.524242/s", "counter 0 count=153 rate=36.524242"},
	{"28 kB    6.7 kB/s", "counter 2 count=28000 rate=6700"},
	{"0 B 0 B/s", "counter 2 count=0 rate=0"},
	{"1.5s 2.5ms/s", "counter 1 count=1500 rate=2.5"},
	{"2        min=2             max=2", "gauge 0 value=2 min=2 max=2"},
	{"2 kB min=2 kB max=3 MB", "gauge 2 value=2000 min=2000 max=3000000"},
	{"-17 min=-17 max=0", "gauge 0 value=-17 min=-17 max=0"},
	{"43.13%   \u2713 66              \u2717 87 ",
	 "rate 0 rate=0.4313 passes=66 fails=87"},
	{"43.13%   66 out of 153", "rate 0 rate=0.4313 passes=66 fails=87"},
	{"0.00%   0 out of 0", "rate 0 rate=0 passes=0 fails=0"},
	{"", ""},
	{"153", ""},
	{"done", ""},
	{"done in 5s", ""},
	{"153 36.5", ""},
	{"153 /s", ""},
	{"x 36.5/s", ""},
	{"1 2 3/s", ""},
	{"2 max=2 min=2", ""},
	{"2 min=2", ""},
	{"2 min=x max=2", ""},
	{"avg=", ""},
	{"=5", ""},
	{"avg=5 ms", ""},
	{"avg=5ms min", ""},
	{"43.13%", ""},
	{"43.13% 66", ""},
	{"43.13% 66 out of", ""},
	{"43.13% 154 out of 153", ""},
	{"x% 6 out of 7", ""},
	{"43% -6 out of 7", ""},
	{"43% P x F 7", ""},
	{"kB 6.7 kB/s", ""},
};

START_TEST(values_are_told_by_their_form)
{
	struct sift_k6_text_times times = {0, false};
	struct sift_k6_figures got;
	char text[300] = "";
	int n = 0;

	if (sift_k6_text_values_parse(sift_span_str(values[_i].text), &times,
				      &got)) {
		n = snprintf(text, sizeof(text), "%s %d",
			     sift_metric_type_name(got.type), (int)got.unit);
		for (size_t i = 0; i < got.count; i++)
			n += snprintf(
				text + n, sizeof(text) - (size_t)n,
				" %.*s=%.12g", (int)got.figures[i].name.len,
				got.figures[i].name.ptr, got.figures[i].value);
	}
	ck_assert_str_eq(text, values[_i].expected);
}
END_TEST

START_TEST(too_many_figures_are_none)
{
	struct sift_k6_text_times times = {0, false};
	struct sift_k6_figures got;
	char text[SIFT_K6_FIGURES * 4 + 8] = "";

	for (size_t i = 0; i < SIFT_K6_FIGURES; i++)
		strcat(text, "a=1 ");
	ck_assert(sift_k6_text_values_parse(sift_span_str(text), &times, &got));
	strcat(text, "a=1");
	ck_assert(
		!sift_k6_text_values_parse(sift_span_str(text), &times, &got));
}
END_TEST

/* ---- lines ---- */

/* a line, raw; "kind glyph text|values passes/fails" */
static const struct {
	const char *text;
	const char *expected;
} lines[] = {
	{"     http_reqs......................: 153  36.5/s",
	 "1 0 http_reqs|153  36.5/s 0/0"},
	{"   \u2717 http_reqs...: 153  36.5/s\r",
	 "1 2 http_reqs|153  36.5/s 0/0"},
	{"  \u2713 checks...: 1", "1 1 checks|1 0/0"},
	{"       { name:a  b }...: x", "1 0 b }|x 0/0"}, /* not of k6 */
	{"     \u2713 { name:a b }.......: x", "1 1 { name:a b }|x 0/0"},
	{"    my own metric...: x", "1 0 my own metric|x 0/0"},
	{"2026-02-17T08:00:00.123Z      http_reqs...: x",
	 "1 0 http_reqs|x 0/0"},
	{"k6-1  |    \u2717 http_reqs...: x", "1 2 http_reqs|x 0/0"},
	{"2026-02-17 http_reqs...: x", "1 0 http_reqs|x 0/0"},
	{"2026-02-17 { name:x }...: x", "1 0 { name:x }|x 0/0"},
	{"\x1b[1m    http_reqs\x1b[0m\x1b[2m...:\x1b[0m \x1b[36m1\x1b[0m",
	 "1 0 http_reqs|1 0/0"},
	{"old\r   new\r     http_reqs...: x\r\r", "1 0 http_reqs|x 0/0"},
	{"     ...: x", "0 0 ...: x| 0/0"},
	{"    http_reqs..: 1", "0 0 http_reqs..: 1| 0/0"},
	{"      \u2713 is 200", "3 1 is 200| 0/0"},
	{"      \u2717 always \"false\" \\ <&>",
	 "3 2 always \"false\" \\ <&>| 0/0"},
	{"\u2713 is 200", "3 1 is 200| 0/0"},
	{"time  \u0393\u00a3\u00f4 is 200", "3 1 is 200| 0/0"},
	{"    \u00d4\u00a3\u00f9 is 200", "3 2 is 200| 0/0"},
	{"    \u00e2\u0153\u2014 is 200", "3 2 is 200| 0/0"},
	{"default   \u2713 [=====] 2 VUs  6s", "0 0 [=====] 2 VUs  6s| 0/0"},
	{"default \u2713 is 200", "0 0 default \u2713 is 200| 0/0"},
	{"     \u2713", "0 0 | 0/0"},
	{"    \u2713 'p(95)<500' p(95)=41.64ms",
	 "3 1 'p(95)<500' p(95)=41.64ms|p(95)<500 0/0"},
	{"    \u2713 'it's' x='1'", "3 1 'it's' x='1'|it's' x='1 0/0"},
	{"    \u2713 'cut", "3 1 'cut| 0/0"},
	{"       \u21b3  96% \u2014 \u2713 28 / \u2717 1",
	 "4 0 96% \u2014 "
	 "\u2713 28 / \u2717 1| 28/1"},
	{"       \u21b3  96% \u2014 \u2713 28 / \u2717",
	 "0 0 96% \u2014 \u2713 28 "
	 "/ \u2717| 0/0"},
	{"       \u21b3  96% \u2014 \u2713 28 / \u2717 1 2",
	 "0 0 96% \u2014 \u2713 28 / \u2717 1 2| 0/0"},
	{"       \u21b3  96% \u2014 \u2713 x / \u2717 1",
	 "0 0 96% \u2014 \u2713 x / \u2717 1| 0/0"},
	{"  \u2588 TOTAL RESULTS ", "2 0 TOTAL RESULTS| 0/0"},
	{"    http_req_duration", "0 0 http_req_duration| 0/0"},
	{"x |      {name:webhooks_list}\n", "0 0 {name:webhooks_list}| 0/0"},
	{"", "0 0 | 0/0"},
	{"\x1b", "0 0 | 0/0"},
	{"\x1b[", "0 0 | 0/0"},
	{"\x1b[36", "0 0 | 0/0"},
	{"\xff", "0 0 \uFFFD| 0/0"},
};

/* The numbers above do not depend on the order of the enumeration. */
static int
number_of(enum sift_k6_text_kind kind)
{
	static const int numbers[] = {
		[SIFT_K6_TEXT_OTHER] = 0,  [SIFT_K6_TEXT_METRIC] = 1,
		[SIFT_K6_TEXT_TITLE] = 2,  [SIFT_K6_TEXT_MARK] = 3,
		[SIFT_K6_TEXT_COUNTS] = 4,
	};

	return numbers[kind];
}

START_TEST(lines_are_told_by_signs_and_dots)
{
	struct sift_buf clean = {0};
	struct sift_k6_text_line got;
	char text[300];

	sift_k6_text_clean(sift_span_str(lines[_i].text), &clean);
	sift_k6_text_line_parse(sift_buf_span(&clean), &got);
	snprintf(text, sizeof(text), "%d %d %.*s|%.*s %u/%u",
		 number_of(got.kind), (int)got.glyph, (int)got.text.len,
		 got.text.ptr ? got.text.ptr : "", (int)got.values.len,
		 got.values.ptr ? got.values.ptr : "", (unsigned)got.passes,
		 (unsigned)got.fails);
	sift_buf_release(&clean);
	ck_assert_str_eq(text, lines[_i].expected);
}
END_TEST

/* ---- texts ---- */

#define NOTE                                                                   \
 "note \"figures are from the text k6 printed, cut to two decimals\"\n"
#define TIME "duration 2000000000\n"
#define OLD TIME "format version \"old layout\"\n"
#define NEW TIME "format version \"layout of k6 1.0\"\n"
#define NO_P99 "note \"p(99) was not recorded\"\n"
#define REQS "     http_reqs...: 4  2/s\n"
#define K6 "tool \"k6\" \"\"\n"

static const struct {
	const char *text;
	const char *expected;
} texts[] = {
	/* the duration is what count and rate say */
	{REQS, K6 "figures total requests=4 rps=2 k6 "
		  "text/k6\nrecords used=1 unused=0\n" OLD NOTE
		  "records used=0 unused=0\n= ok\n"},
	/* checks with counts; thresholds by their metric */
	{"     \u2588 a group\n\n       \u2713 fine\n       \u2717 bad\n       "
	 " \u21b3  50% \u2014 \u2713 1 / \u2717 2\n\n   \u2717 checks...: "
	 "50.00%  \u2713 3  \u2717 2\n" REQS
	 "     \u2713 { name:\"a\" }...: 1  0.5/s\n",
	 "check 1 2 \"bad\"\nthreshold 0 \"checks\" \"(expression not "
	 "shown)\"\nthreshold 1 \"http_reqs{name:\"a\"}\" \"(expression not "
	 "shown)\"\n" K6 "figures total requests=4 rps=2 k6 "
	 "text/k6\nseries 0 http \"\" \"a\"\nfigures 0 requests=1 rps=0.5 k6 "
	 "text/k6\nmetric 0 rate \"checks\" \"\"\nvalue 0 \"rate\" 0.6\nvalue "
	 "0 \"passes\" 3\nvalue 0 \"fails\" 2\nrecords used=3 unused=0\n" OLD
		 NOTE "note \"k6 printed no counts of checks that never "
	 "failed\"\nrecords used=0 unused=0\n= ok\n"},
	/* sections; groups and scenarios repeat the total */
	{"  \u2588 THRESHOLDS \n\n    http_req_duration\n    \u2713 "
	 "'p(95)<500' p(95)=5.5ms\n    \u2717 'avg<1' avg=2ms\n\n      "
	 "{name:x}\n      \u2717 'max<1' max=9ms\n\n    http_reqs{name:y}\n    "
	 "\u2713 'count<9' count=4\n\n  \u2588 TOTAL RESULTS \n\n    "
	 "checks_total.......: 5      1/s\n    checks_succeeded...: 60.00% 3 "
	 "out of 5\n    checks_failed......: 40.00% 2 out of 5\n\n    \u2717 "
	 "bad\n      \u21b3  33% \u2014 \u2713 1 / \u2717 2\n\n    HTTP\n    "
	 "http_req_duration...: avg=2ms min=1.5ms\n" REQS
	 "\n  \u2588 GROUP: g\n\n    \u2717 bad\n      \u21b3  33% \u2014 "
	 "\u2713 1 / \u2717 2\n" REQS "    \u21b3 GROUP: inner\n" REQS
	 "  \u2588 SCENARIO: default\n" REQS,
	 "threshold 1 \"http_req_duration\" \"p(95)<500\"\nthreshold 0 "
	 "\"http_req_duration\" \"avg<1\"\nthreshold 0 "
	 "\"http_req_duration{name:x}\" \"max<1\"\nthreshold 1 "
	 "\"http_reqs{name:y}\" \"count<9\"\ncheck 1 2 \"bad\"\n" K6
	 "figures total requests=4 rps=2 min=1.5 mean=2 "
	 "k6 text/k6\n" NO_P99
	 "metric 0 rate \"checks\" \"\"\nvalue 0 \"rate\" 0.6\nvalue 0 "
	 "\"passes\" 3\nvalue 0 \"fails\" 2\nrecords used=3 unused=0\n" NEW NOTE
	 "records used=0 unused=3\n= ok\n"},
	/* a unit the script set */
	{REQS "     http_req_duration...: avg=0.02s min=0.00s\n",
	 K6 "figures total requests=4 rps=2 min=0 mean=20 "
	    "10ms/k6\n" NO_P99 "records used=2 unused=0\n" OLD NOTE
	    "records used=0 unused=0\n= ok\n"},
	/* what k6 has no figure for */
	{REQS "     odd\"\x01...: avg=Infinity min=-5.5\n",
	 K6 "figures total requests=4 rps=2 k6 "
	    "text/k6\nmetric 0 trend \"odd\"\\x01\" \"\"\nvalue 0 \"min\" "
	    "-5.5\nrecords used=2 unused=0\n" OLD NOTE
	    "records used=0 unused=0\n= ok\n"},
	/* bad lines */
	{"x\n     vus...: many\n     { a:b }...: \n     other...: thing\n" REQS,
	 "skipped \"not a figure\" 1 line=2 offset=2 sample=\"     vus...: "
	 "many\"\nskipped \"not a figure\" 1 line=3 offset=20 sample=\"     { "
	 "a:b }...: \"\n" K6 "figures total requests=4 rps=2 k6 "
	 "text/k6\nrecords used=1 unused=0\n" OLD NOTE
	 "records used=0 unused=0\n= ok\n"},
	/* half a name */
	{"  \u2588 THRESHOLDS \n\n    {\n    \u2713 'a<1' a=0\n" REQS,
	 "threshold 1 \"{\" \"a<1\"\n" K6
	 "figures total requests=4 rps=2 k6 text/k6\n"
	 "records used=1 unused=0\n" NEW NOTE
	 "records used=0 unused=0\n= ok\n"},
	/* a second summary in the same log */
	{REQS REQS "     vus...: 1 min=1 max=1\n",
	 "skipped \"of a further summary\" 1 line=2 offset=26 sample=\"     "
	 "http_reqs...: 4  2/s\"\nskipped \"of a further summary\" 1 line=3 "
	 "offset=52 sample=\"     vus...: 1 min=1 max=1\"\n" K6
	 "figures total requests=4 rps=2 k6 "
	 "text/k6\nrecords used=1 unused=0\n" OLD NOTE
	 "records used=0 unused=0\n= ok\n"},
	/* numbers may have gone on */
	{REQS "     vus...: 1 min=1 max=1",
	 "skipped \"cut short\" 1 line=2 offset=26 sample=\"     vus...: 1 "
	 "min=1 max=1\"\n" K6 "figures total requests=4 rps=2 k6 "
	 "text/k6\nrecords used=1 unused=0\n" OLD NOTE
	 "records used=0 unused=0\n= ok\n"},
	{"     execution: local\n  scenarios: (100.00%) 1 scenario, 2 max VUs, "
	 "36s max duration\n",
	 "= unknown format: line 0: k6's log, without a summary\n"},
};

START_TEST(texts_become_events)
{
	char *log = event_log_read(&sift_format_k6_text, texts[_i].text,
				   strlen(texts[_i].text), 0, NULL);

	ck_assert_str_eq(log, texts[_i].expected);
	free(log);
}
END_TEST

START_TEST(texts_are_the_same_at_every_split)
{
	event_log_same_at_every_split(&sift_format_k6_text, texts[_i].text,
				      strlen(texts[_i].text), 0);
}
END_TEST

/* Cut anywhere, a text gives what its whole lines give, and maybe the line
   at the cut if that must be whole. */
START_TEST(lines_before_a_cut_are_kept)
{
	const char *text = texts[_i].text;

	for (size_t len = 0; len <= strlen(text); len++) {
		char *cut = event_log_read(&sift_format_k6_text, text, len, 0,
					   NULL);
		size_t whole = len;
		char *alone;
		char *ended;
		char *copy = malloc(len + 1);

		while (whole && text[whole - 1] != '\n')
			whole--;
		memcpy(copy, text, len);
		copy[len] = '\n';
		alone = event_log_read(&sift_format_k6_text, text, whole, 0,
				       NULL);
		ended = event_log_read(&sift_format_k6_text, copy, len + 1, 0,
				       NULL);
		ck_assert_msg(!strcmp(cut, alone) || !strcmp(cut, ended) ||
				      strstr(cut, "cut short"),
			      "%zu: %s", len, cut);
		ck_assert_ptr_null(strstr(cut, "BROKEN"));
		free(cut);
		free(alone);
		free(ended);
		free(copy);
	}
}
END_TEST

/* ---- recognition, memory ---- */

static const struct {
	const char *head;
	unsigned bits;
} bids[] = {
	{REQS, 100},
	{"npm install\n2026-01-01T00:00:00Z   " REQS, 100},
	{"  \u2588 TOTAL RESULTS \n", 0}, /* no dots: nothing to read yet */
	{"  \u2588 THRESHOLDS \n", 100},
	{"    checks_total...: 5\n  \u2588 TOTAL RESULTS \n", 100},
	{"  scenarios: (100.00%) 1 scenario, 2 max VUs, 36s max\n", 40},
	{"running (0m01.0s), 2/2 VUs, 4 complete and 0 interrupted "
	 "iterations\n",
	 40},
	{"time=\"2026\" level=warning msg=\"Request Failed\" error=x\n", 40},
	{"time=\"2026\" level=warning msg=\"something\"\n", 0},
	{"     http_reqs...: soon\n", 0},
	{"     my_metric...: 4  2/s\n", 0},
	{"THRESHOLDS\n", 0},
	{"Loading...: 5\n", 0},
	{"", 0},
};

START_TEST(summaries_and_logs_are_recognised)
{
	ck_assert_uint_eq(sift_k6_text_bid(sift_span_str(bids[_i].head), true),
			  bids[_i].bits);
}
END_TEST

START_TEST(no_memory_is_told)
{
	struct sift_limits limits = event_log_limits();

	for (uint64_t n = 1; n < 200; n++) {
		struct sift_source *src = NULL;
		struct sift_err err = {0};
		struct event_log log;
		struct sift_sink sink;
		enum sift_status rc;

		ck_assert_int_eq(sift_source_open_memory(&src, texts[2].text,
							 strlen(texts[2].text),
							 64, &err),
				 SIFT_OK);
		event_log_init(&log);
		sink = event_log_sink(&log);
		sift_mem_fail_at(n, 0);
		rc = sift_format_k6_text.read(src, &limits, &sink, &err);
		sift_mem_fail_at(0, 0);
		ck_assert_int_eq(rc, err.status);
		fputs(rc ? "" : "= ok\n", log.out);
		ck_assert(rc == SIFT_E_NOMEM ||
			  !strcmp(event_log_text(&log), texts[2].expected));
		event_log_release(&log);
		sift_source_free(src);
	}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("k6_text");
	TCase *tc = tcase_create("k6_text");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tc, durations_end_in_seconds, 0,
			    (int)LENGTH(durations));
	tcase_add_loop_test(tc, a_unit_k6_would_not_choose_was_set, 0,
			    (int)LENGTH(roundings));
	tcase_add_loop_test(tc, values_are_told_by_their_form, 0,
			    (int)LENGTH(values));
	tcase_add_test(tc, too_many_figures_are_none);
	tcase_add_loop_test(tc, lines_are_told_by_signs_and_dots, 0,
			    (int)LENGTH(lines));
	tcase_add_loop_test(tc, texts_become_events, 0, (int)LENGTH(texts));
	tcase_add_loop_test(tc, texts_are_the_same_at_every_split, 0,
			    (int)LENGTH(texts));
	tcase_add_loop_test(tc, lines_before_a_cut_are_kept, 0,
			    (int)LENGTH(texts));
	tcase_add_loop_test(tc, summaries_and_logs_are_recognised, 0,
			    (int)LENGTH(bids));
	tcase_add_test(tc, no_memory_is_told);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
