/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

/*
 * Points and summaries of real runs against numbers computed by other means:
 * the runs in tests/data, and those of the sample archives if they are there.
 */

#include <check.h>
#include <dirent.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "chunk/event_log.h"
#include "model/figures.h"
#include "read/reader.h"

#define MAX_SERIES 64

struct series {
	enum sift_kind kind;
	char method[32];
	char name[256];
	int64_t *values;
	size_t count;
	size_t capacity;
	uint64_t failed;
	uint64_t unknown;
};

struct run {
	struct series series[MAX_SERIES];
	size_t series_count;
	json_t *checks; /* name -> [passes, fails] */
	int64_t first_ns;
	int64_t last_ns;
	uint64_t used, unused, skipped;
	bool has_total; /* of a summary */
	struct sift_figures total;
	int64_t duration_ns;
};

static void
copy_text(char *out, size_t size, struct sift_span text)
{
	ck_assert_uint_lt(text.len, size);
	if (text.len)
		memcpy(out, text.ptr, text.len);
	out[text.len] = '\0';
}

static void
add_sample(struct run *run, const struct sift_ev_sample *ev)
{
	struct series *s = &run->series[ev->series];

	if (s->count == s->capacity) {
		s->capacity = s->capacity ? 2 * s->capacity : 64;
		s->values =
			realloc(s->values, s->capacity * sizeof(*s->values));
		ck_assert_ptr_nonnull(s->values);
	}
	s->values[s->count++] = ev->value_ns;
	s->failed += ev->outcome == SIFT_OUTCOME_FAILED;
	s->unknown += ev->outcome == SIFT_OUTCOME_UNKNOWN;
	if (s->kind != SIFT_KIND_HTTP)
		return;
	if (run->first_ns > ev->time_ns)
		run->first_ns = ev->time_ns;
	if (run->last_ns < ev->time_ns)
		run->last_ns = ev->time_ns;
}

static void
add_check(json_t *checks, const char *name, json_int_t passes, json_int_t fails)
{
	json_t *old = json_object_get(checks, name);

	passes += json_integer_value(json_array_get(old, 0));
	fails += json_integer_value(json_array_get(old, 1));
	json_object_set_new(checks, name, json_pack("[I,I]", passes, fails));
}

static enum sift_status
put(void *payload, const struct sift_event *e, struct sift_err *err)
{
	struct run *run = payload;
	struct series *s;
	char name[256];

	(void)err;
	if (e->kind == SIFT_EVENT_SERIES) {
		ck_assert_uint_lt(run->series_count, MAX_SERIES);
		s = &run->series[run->series_count++];
		s->kind = e->series.kind;
		copy_text(s->method, sizeof(s->method), e->series.method);
		copy_text(s->name, sizeof(s->name), e->series.name);
	} else if (e->kind == SIFT_EVENT_SAMPLE) {
		add_sample(run, &e->sample);
	} else if (e->kind == SIFT_EVENT_FAILED) {
		run->series[e->failed.series].failed += e->failed.count;
	} else if (e->kind == SIFT_EVENT_CHECK) {
		copy_text(name, sizeof(name), e->check.name);
		add_check(run->checks, name, (json_int_t)e->check.passes,
			  (json_int_t)e->check.fails);
	} else if (e->kind == SIFT_EVENT_FIGURES) {
		if (e->figures.series == SIFT_SERIES_TOTAL)
			run->total = *e->figures.figures;
		run->has_total |= e->figures.series == SIFT_SERIES_TOTAL;
	} else if (e->kind == SIFT_EVENT_DURATION) {
		run->duration_ns = e->duration.duration_ns;
	} else if (e->kind == SIFT_EVENT_SKIPPED) {
		run->skipped += e->skipped.count;
	} else if (e->kind == SIFT_EVENT_RECORDS) {
		run->used = e->records.used;
		run->unused = e->records.unused;
	}
	return SIFT_OK;
}

/* ---- numbers of a series ---- */

static int
compare_values(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a;
	int64_t y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* k6's definition on sorted values, in ms. */
static double
percentile(const struct series *s, double q)
{
	double i = q * (double)(s->count - 1);
	size_t low = (size_t)floor(i);
	size_t high = (size_t)ceil(i);
	double a = (double)s->values[low];
	double b = (double)s->values[high];

	return (a + (b - a) * (i - floor(i))) / 1e6;
}

static double
mean(const struct series *s)
{
	double sum = 0;

	for (size_t i = 0; i < s->count; i++)
		sum += (double)s->values[i];
	return sum / (double)s->count / 1e6;
}

/* Values below 1e-6 ms, which only custom trends have, are rounded. */
static void
check_number(const char *where, const json_t *entry, const char *key,
	     double value)
{
	double wanted = json_number_value(json_object_get(entry, key));

	ck_assert_msg(fabs(value - wanted) <= 1e-6 + 1e-9 * fabs(wanted),
		      "%s: %s is %.9g, not %.9g", where, key, value, wanted);
}

static void
check_numbers(const char *where, const json_t *entry, struct series *s)
{
	qsort(s->values, s->count, sizeof(*s->values), compare_values);
	ck_assert_msg(json_integer_value(json_object_get(entry, "count")) ==
			      (json_int_t)s->count,
		      "%s: %zu samples", where, s->count);
	check_number(where, entry, "min", (double)s->values[0] / 1e6);
	check_number(where, entry, "max",
		     (double)s->values[s->count - 1] / 1e6);
	check_number(where, entry, "mean", mean(s));
	check_number(where, entry, "p50_lin", percentile(s, 0.5));
	check_number(where, entry, "p90_lin", percentile(s, 0.9));
	check_number(where, entry, "p95_lin", percentile(s, 0.95));
	check_number(where, entry, "p99_lin", percentile(s, 0.99));
	check_number(where, entry, "p99.9_lin", percentile(s, 0.999));
}

/* k6 <= 0.30 has no http_req_failed: there the status says it. */
static json_int_t
wanted_failures(const json_t *entry)
{
	json_t *told = json_object_get(entry, "failed_http_req_failed");
	json_int_t failed = 0;
	const char *status;
	json_t *count;

	if (json_is_integer(told))
		return json_integer_value(told);
	json_object_foreach(json_object_get(entry, "status"), status, count)
	{
		long code = strtol(status, NULL, 10);

		if (code == 0 || code >= 400)
			failed += json_integer_value(count);
	}
	return failed;
}

static void
check_endpoint(const char *run_name, struct run *run, const json_t *entry)
{
	const char *name = json_string_value(json_object_get(entry, "name"));
	const char *method =
		json_string_value(json_object_get(entry, "method"));
	struct series *s = NULL;
	char where[600];

	snprintf(where, sizeof(where), "%s: %s %s", run_name, method, name);
	for (size_t i = 0; i < run->series_count && !s; i++)
		if (run->series[i].kind == SIFT_KIND_HTTP &&
		    !strcmp(run->series[i].method, method) &&
		    !strcmp(run->series[i].name, *name ? name : "(unnamed)"))
			s = &run->series[i];
	ck_assert_msg(s != NULL, "%s is missing", where);
	check_numbers(where, entry, s);
	ck_assert_msg(s->failed == (uint64_t)wanted_failures(entry),
		      "%s: %d failed", where, (int)s->failed);
	ck_assert_msg(s->unknown == 0, "%s: unknown outcomes", where);
}

static void
check_trends(const char *run_name, struct run *run, const json_t *oracle)
{
	json_t *trends = json_object_get(oracle, "custom_trends");

	for (size_t i = 0; i < run->series_count; i++) {
		struct series *s = &run->series[i];
		const json_t *entry = json_object_get(trends, s->name);

		if (s->kind != SIFT_KIND_TREND)
			continue;
		ck_assert_msg(entry != NULL, "%s: %s", run_name, s->name);
		check_numbers(s->name, entry, s);
	}
}

/* The oracle has checks by group, we by name; no check tag is no name. */
static void
check_checks(const char *run_name, const struct run *run, const json_t *oracle)
{
	json_t *sums = json_object();
	size_t i;
	json_t *entry;

	json_array_foreach(json_object_get(oracle, "checks"), i, entry)
	{
		const char *name =
			json_string_value(json_object_get(entry, "check"));

		add_check(sums, *name ? name : "(unnamed)",
			  json_integer_value(json_object_get(entry, "passes")),
			  json_integer_value(json_object_get(entry, "fails")));
	}
	ck_assert_msg(json_equal(sums, run->checks), "%s: checks", run_name);
	json_decref(sums);
}

/* ---- runs ---- */

/* A file, unpacked; the caller frees it. A cut gzip gives what it holds. */
static char *
load(const char *path, size_t *out_len)
{
	gzFile file = gzopen(path, "rb");
	size_t capacity = 1 << 20;
	char *bytes = malloc(capacity);
	int n;

	if (!file) {
		free(bytes);
		return NULL;
	}
	ck_assert_ptr_nonnull(bytes);
	*out_len = 0;
	while ((n = gzread(file, bytes + *out_len,
			   (unsigned)(capacity - *out_len))) > 0) {
		*out_len += (size_t)n;
		if (*out_len < capacity)
			continue;
		capacity *= 2;
		bytes = realloc(bytes, capacity);
		ck_assert_ptr_nonnull(bytes);
	}
	gzclose(file);
	return bytes;
}

static void
read_run(struct run *run, const struct sift_format *format, const char *bytes,
	 size_t len)
{
	struct sift_limits limits = event_log_limits();
	struct sift_sink sink = {put, run};
	struct sift_source *src;
	struct sift_err err = {0};

	memset(run, 0, sizeof(*run));
	run->first_ns = INT64_MAX;
	run->last_ns = INT64_MIN;
	run->checks = json_object();
	ck_assert_int_eq(
		sift_source_open_memory(&src, bytes, len, 1 << 18, &err),
		SIFT_OK);
	ck_assert_msg(format->read(src, &limits, &sink, &err) == SIFT_OK, "%s",
		      err.what);
	sift_source_free(src);
}

static void
release_run(struct run *run)
{
	for (size_t i = 0; i < run->series_count; i++)
		free(run->series[i].values);
	json_decref(run->checks);
}

static void
check_run(const char *name, struct run *run, const json_t *oracle)
{
	size_t http = 0;
	size_t i;
	json_t *entry;

	json_array_foreach(json_object_get(oracle, "endpoints"), i, entry)
		check_endpoint(name, run, entry);
	for (i = 0; i < run->series_count; i++)
		http += run->series[i].kind == SIFT_KIND_HTTP;
	ck_assert_uint_eq(
		http, json_array_size(json_object_get(oracle, "endpoints")));
	check_trends(name, run, oracle);
	check_checks(name, run, oracle);
	ck_assert_int_eq(run->first_ns,
			 json_integer_value(json_object_get(
				 oracle, "first_http_end_unix_ns")));
	ck_assert_int_eq(run->last_ns,
			 json_integer_value(json_object_get(
				 oracle, "last_http_end_unix_ns")));
	/* nothing is lost: every line is in one of the three */
	ck_assert_int_eq((int64_t)(run->used + run->unused + run->skipped),
			 json_integer_value(json_object_get(oracle, "lines")));
}

static const struct {
	const char *key;
	enum sift_stat stat;
} stats[] = {
	{"min", SIFT_STAT_MIN},	    {"mean", SIFT_STAT_MEAN},
	{"p50_lin", SIFT_STAT_P50}, {"p90_lin", SIFT_STAT_P90},
	{"p95_lin", SIFT_STAT_P95}, {"p99_lin", SIFT_STAT_P99},
	{"max", SIFT_STAT_MAX},	    {"p99.9_lin", SIFT_STAT_P999},
};

static bool
checks_are_named(const json_t *oracle)
{
	size_t i;
	json_t *entry;

	json_array_foreach(json_object_get(oracle, "checks"), i, entry) if (
		!json_string_length(
			json_object_get(entry, "check"))) return false;
	return true;
}

/* Figures of a summary are those of the points of its run. */
static void
check_total(const char *path, const struct run *run, const json_t *oracle)
{
	json_t *total = json_object_get(oracle, "total");
	json_t *failed = json_object_get(total, "failed_http_req_failed");
	json_t *duration = json_object_get(oracle, "testRunDurationMs");
	unsigned seen = 0;

	ck_assert_msg(run->has_total, "%s", path);
	ck_assert_int_eq(run->total.requests,
			 json_integer_value(json_object_get(total, "count")));
	if (run->total.failures >= 0)
		ck_assert_int_eq(run->total.failures,
				 json_integer_value(failed));
	for (size_t i = 0; i < sizeof(stats) / sizeof(stats[0]); i++) {
		double value = run->total.latency.ms[stats[i].stat];

		if (isnan(value))
			continue;
		seen++;
		check_number(path, total, stats[i].key, value);
	}
	ck_assert_uint_ge(seen, 2);
	if (run->duration_ns && duration)
		ck_assert_double_eq_tol((double)run->duration_ns / 1e6,
					json_number_value(duration), 1e-6);
	/* without the system tag "check" only the summary has names */
	if (checks_are_named(oracle))
		check_checks(path, run, oracle);
}

/* Which of the summaries it is; NULL = none. */
static const struct sift_format *
summary_format(struct sift_span text)
{
	const struct sift_format *const formats[] = {
		&sift_format_k6_handle_summary, &sift_format_k6_summary_export,
		&sift_format_k6_machine};
	struct sift_span head = sift_span_head(text, SIFT_HEAD_BYTES);

	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		if (sift_format_bid(formats[i], head, head.len == text.len))
			return formats[i];
	return NULL;
}

/* The summaries beside the points. */
static unsigned
check_summaries(const char *folder, const json_t *oracle)
{
	static const char *const names[] = {"summary.json",
					    "summary-export.json"};
	unsigned checked = 0;

	for (size_t i = 0; i < 2; i++) {
		const struct sift_format *format = NULL;
		char path[1200];
		struct run run;
		size_t len;
		char *bytes;

		snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		bytes = event_log_load(path, &len);
		if (bytes)
			format = summary_format(sift_span_of(bytes, len));
		if (format) {
			read_run(&run, format, bytes, len);
			check_total(path, &run, oracle);
			release_run(&run);
			checked++;
		}
		free(bytes);
	}
	return checked;
}

/* The lines of a file in another order, always the same; freed by the
   caller. The last line ends with LF. */
static char *
shuffle_lines(const char *bytes, size_t len)
{
	struct sift_span *lines;
	char *out = malloc(len);
	size_t count = 0;
	size_t at = 0;
	uint32_t state = 1;

	for (size_t i = 0; i < len; i++)
		count += bytes[i] == '\n';
	lines = calloc(count, sizeof(*lines));
	ck_assert(out && lines && bytes[len - 1] == '\n');
	for (size_t i = 0; i < count; i++) {
		const char *from =
			i ? lines[i - 1].ptr + lines[i - 1].len : bytes;
		const char *end = strchr(from, '\n');

		lines[i] = sift_span_of(from, (size_t)(end + 1 - from));
	}
	for (size_t i = count; i > 1; i--) {
		struct sift_span last = lines[i - 1];
		size_t other;

		state = state * 1664525 + 1013904223;
		other = (size_t)(((uint64_t)state * i) >> 32);
		lines[i - 1] = lines[other];
		lines[other] = last;
	}
	for (size_t i = 0; i < count; i++) {
		memcpy(out + at, lines[i].ptr, lines[i].len);
		at += lines[i].len;
	}
	free(lines);
	return out;
}

static void
check_shuffled(const char *name, const char *bytes, size_t len,
	       const json_t *oracle)
{
	char *shuffled = shuffle_lines(bytes, len);
	struct run run;

	read_run(&run, &sift_format_k6_points, shuffled, len);
	check_run(name, &run, oracle);
	release_run(&run);
	free(shuffled);
}

/* The CSV beside the points holds the same points, but for their times. */
static unsigned
check_csv(const char *folder, const json_t *oracle)
{
	struct run run;
	char path[1200];
	size_t len, i;
	char *bytes;
	json_t *entry;

	snprintf(path, sizeof(path), "%s/results.csv.gz", folder);
	bytes = load(path, &len);
	if (!bytes || !len) {
		free(bytes);
		return 0;
	}
	read_run(&run, &sift_format_k6_csv, bytes, len);
	json_array_foreach(json_object_get(oracle, "endpoints"), i, entry)
		check_endpoint(path, &run, entry);
	check_checks(path, &run, oracle);
	release_run(&run);
	free(bytes);
	return 1;
}

/* Where runs lie: ORACLE/RUN.json, and RUN/ in one of the folders. */
struct place {
	const char *oracle;
	const char *folders[2];
};

struct tally {
	unsigned runs;
	unsigned summaries;
	unsigned csvs;
};

/* The folder of a run; false when it is not there. */
static bool
find_run(const struct place *place, const char *file, const char *source,
	 char *path, size_t size, char **out_bytes, size_t *out_len)
{
	*out_bytes = NULL;
	for (size_t i = 0; i < 2 && !*out_bytes; i++) {
		snprintf(path, size, "%s/%.*s/%s", place->folders[i],
			 (int)strlen(file) - 5, file, source);
		*out_bytes = load(path, out_len);
	}
	*strrchr(path, '/') = '\0';
	return *out_bytes != NULL;
}

/* One oracle file and the run it is of. */
static void
check_oracle(const struct place *place, const char *file, struct tally *tally)
{
	char path[1024];
	const char *source;
	char *bytes;
	size_t len;
	struct run run;
	json_t *oracle;

	snprintf(path, sizeof(path), "%s/%s", place->oracle, file);
	oracle = json_load_file(path, 0, NULL);
	ck_assert_msg(oracle != NULL, "%s", path);
	source = json_string_value(json_object_get(oracle, "source"));
	if (find_run(place, file, source, path, sizeof(path), &bytes, &len)) {
		read_run(&run, &sift_format_k6_points, bytes, len);
		check_run(file, &run, oracle);
		release_run(&run);
		check_shuffled(file, bytes, len, oracle);
		tally->summaries += check_summaries(path, oracle);
		tally->csvs += check_csv(path, oracle);
		tally->runs++;
	}
	free(bytes);
	json_decref(oracle);
}

static struct tally
check_place(const struct place *place)
{
	DIR *dir = opendir(place->oracle);
	struct tally tally = {0};
	const struct dirent *entry;

	ck_assert_msg(dir != NULL, "%s", place->oracle);
	for (entry = readdir(dir); entry; entry = readdir(dir))
		if (strstr(entry->d_name, ".json"))
			check_oracle(place, entry->d_name, &tally);
	closedir(dir);
	return tally;
}

START_TEST(runs_of_the_test_data_agree_with_the_oracle)
{
	const char *top = getenv("top_srcdir");
	char oracle[600], runs[600];
	struct place place = {oracle, {runs, runs}};
	struct tally tally;

	snprintf(oracle, sizeof(oracle), "%s/tests/data/oracle/k6",
		 top ? top : ".");
	snprintf(runs, sizeof(runs), "%s/tests/data/k6", top ? top : ".");
	tally = check_place(&place);
	ck_assert_uint_ge(tally.runs, 3);
	ck_assert_uint_ge(tally.summaries, 4);
}
END_TEST

START_TEST(runs_of_the_samples_agree_with_the_oracle)
{
	const char *samples = getenv("LOADSIFT_SAMPLES");
	char oracle[600], runs[600], versions[600];
	struct place place = {oracle, {runs, versions}};
	struct tally tally;

	if (!samples || !*samples)
		return;
	snprintf(oracle, sizeof(oracle), "%s/k6/oracle", samples);
	snprintf(runs, sizeof(runs), "%s/k6/runs", samples);
	snprintf(versions, sizeof(versions), "%s/k6/versions", samples);
	tally = check_place(&place);
	ck_assert_uint_gt(tally.runs, 0);
	ck_assert_uint_ge(tally.csvs, 6);
	ck_assert_uint_ge(tally.summaries, tally.runs);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("k6_oracle");
	TCase *tc = tcase_create("k6_oracle");
	SRunner *runner;
	int failed;

	tcase_add_test(tc, runs_of_the_test_data_agree_with_the_oracle);
	tcase_add_test(tc, runs_of_the_samples_agree_with_the_oracle);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
