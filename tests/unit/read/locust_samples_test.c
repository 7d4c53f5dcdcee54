/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whole files against numbers that were not computed here: the oracle's, made
 * with Python from the same files (tests/data/README.md), and counts of rows
 * and requests taken from the files with other tools.
 */
#include <config.h>

#include <check.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chunk/event_log.h"
#include "input/unpack.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))
#define SERIES_MAX 64

/* ---- what a reader said ---- */

struct endpoint {
	char method[64];
	char name[256];
	struct sift_figures figures;
	int64_t failed; /* by the failures file */
};

struct capture {
	struct endpoint endpoints[SERIES_MAX];
	size_t count;
	bool has_total;
	struct sift_figures total;
	uint64_t used, unused, skipped, notes, progress;
	int64_t last_requests, max_users;
};

static void
copy(char *out, size_t size, struct sift_span text)
{
	ck_assert_uint_lt(text.len, size);
	if (text.len)
		memcpy(out, text.ptr, text.len);
	out[text.len] = '\0';
}

static struct endpoint *
find(struct capture *c, const char *method, const char *name)
{
	for (size_t i = 0; i < c->count; i++)
		if (!strcmp(c->endpoints[i].method, method) &&
		    !strcmp(c->endpoints[i].name, name))
			return &c->endpoints[i];
	return NULL;
}

static void
add_failure(struct capture *c, const struct sift_ev_failure *ev)
{
	char method[64];
	char name[256];
	struct endpoint *endpoint;

	copy(method, sizeof(method), ev->method);
	copy(name, sizeof(name), ev->name);
	endpoint = find(c, method, name);
	if (!endpoint) { /* a guide's: "a[GET /x]" is of "a" */
		name[strcspn(name, "[")] = '\0';
		endpoint = find(c, method, name);
	}
	ck_assert_msg(endpoint != NULL, "%s %s", method, name);
	endpoint->failed += (int64_t)ev->count;
}

static enum sift_status
capture_put(void *payload, const struct sift_event *e, struct sift_err *err)
{
	struct capture *c = payload;
	struct endpoint *endpoint;

	(void)err;
	if (e->kind == SIFT_EVENT_SERIES) {
		ck_assert_uint_lt(c->count, SERIES_MAX);
		endpoint = &c->endpoints[c->count++];
		*endpoint = (struct endpoint){0};
		copy(endpoint->method, sizeof(endpoint->method),
		     e->series.method);
		copy(endpoint->name, sizeof(endpoint->name), e->series.name);
		if (e->series.figures)
			endpoint->figures = *e->series.figures;
	} else if (e->kind == SIFT_EVENT_FIGURES &&
		   e->figures.series == SIFT_SERIES_TOTAL) {
		c->has_total = true;
		c->total = *e->figures.figures;
	} else if (e->kind == SIFT_EVENT_FIGURES) {
		c->endpoints[e->figures.series].figures = *e->figures.figures;
	} else if (e->kind == SIFT_EVENT_FAILURE) {
		add_failure(c, &e->failure);
	} else if (e->kind == SIFT_EVENT_PROGRESS) {
		c->progress++;
		c->last_requests = e->progress.requests;
		if (e->progress.users > c->max_users)
			c->max_users = e->progress.users;
	} else if (e->kind == SIFT_EVENT_NOTE) {
		c->notes++;
	} else if (e->kind == SIFT_EVENT_SKIPPED) {
		c->skipped += e->skipped.count;
	} else if (e->kind == SIFT_EVENT_RECORDS) {
		c->used = e->records.used;
		c->unused = e->records.unused;
	}
	return SIFT_OK;
}

/* Let the format that bids highest read the file; its name must be `name`. */
static void
read_file(struct capture *c, const char *path, const char *name)
{
	struct sift_limits limits = event_log_limits();
	struct sift_sink sink = {capture_put, c};
	const struct sift_format *format;
	struct sift_source *src = NULL;
	struct sift_err err = {0};
	size_t len;
	char *bytes = event_log_load(path, &len);

	ck_assert_msg(bytes != NULL, "%s", path);
	ck_assert_int_eq(sift_source_open_memory(&src, bytes, len, 4096, &err),
			 0);
	ck_assert_int_eq(sift_recognise(&format, src, &err), 0);
	ck_assert_str_eq(format->name, name);
	ck_assert_msg(!format->read(src, &limits, &sink, &err), "%s: %s", path,
		      err.what);
	sift_source_free(src);
	free(bytes);
}

/* ---- the oracle ---- */

static const char *
data_path(const char *name, char *out, size_t size)
{
	const char *top = getenv("top_srcdir");

	snprintf(out, size, "%s/tests/data/%s", top ? top : ".", name);
	return out;
}

static double
number_of(const struct sift_figures *f, const char *column)
{
	static const struct {
		const char *column;
		enum sift_stat stat;
	} stats[] = {
		{"Min Response Time", SIFT_STAT_MIN},
		{"Average Response Time", SIFT_STAT_MEAN},
		{"Max Response Time", SIFT_STAT_MAX},
		{"50%", SIFT_STAT_P50},
		{"90%", SIFT_STAT_P90},
		{"95%", SIFT_STAT_P95},
		{"99%", SIFT_STAT_P99},
		{"99.9%", SIFT_STAT_P999},
	};

	if (!strcmp(column, "Request Count"))
		return (double)f->requests;
	if (!strcmp(column, "Failure Count"))
		return (double)f->failures;
	if (!strcmp(column, "Requests/s"))
		return f->rps;
	if (!strcmp(column, "Average Content Size"))
		return f->mean_bytes;
	for (size_t i = 0; i < COUNT_OF(stats); i++)
		if (!strcmp(column, stats[i].column))
			return f->latency.ms[stats[i].stat];
	return NAN;
}

/* Every number of one endpoint that figures have; returns how many. */
static size_t
check_endpoint(const struct sift_figures *f, json_t *metrics, size_t run)
{
	const char *column;
	json_t *metric;
	size_t checked = 0;

	json_object_foreach(metrics, column, metric)
	{
		json_t *values = json_object_get(metric, "values");
		double got = number_of(f, column);
		double expected =
			json_number_value(json_array_get(values, run));

		if (isnan(got))
			continue; /* a column that figures do not have */
		ck_assert_msg(got == expected, "%s: %.17g, not %.17g", column,
			      got, expected);
		checked++;
	}
	return checked;
}

static void
check_run(json_t *oracle, const char *folder, size_t run)
{
	static struct capture c;
	json_t *endpoints = json_object_get(oracle, "endpoints");
	json_t *endpoint;
	char name[256];
	char path[1024];
	size_t i;

	c = (struct capture){0};
	snprintf(name, sizeof(name), "locust/%s/run-%02zu/load_test_stats.csv",
		 folder, run + 1);
	read_file(&c, data_path(name, path, sizeof(path)), "Locust stats CSV");
	ck_assert_uint_eq(c.count + 1, json_array_size(endpoints));
	ck_assert(c.has_total);
	json_array_foreach(endpoints, i, endpoint)
	{
		struct sift_figures *f = &c.total;

		if (!json_is_true(json_object_get(endpoint, "aggregated"))) {
			struct endpoint *e =
				find(&c,
				     json_string_value(
					     json_object_get(endpoint, "type")),
				     json_string_value(json_object_get(
					     endpoint, "name")));

			ck_assert_ptr_nonnull(e);
			f = &e->figures;
		}
		ck_assert_uint_eq(
			check_endpoint(f, json_object_get(endpoint, "metrics"),
				       run),
			12);
	}
}

static const struct {
	const char *folder;
	size_t runs;
} oracles[] = {{"baseline", 5}, {"optimised", 3}};

START_TEST(figures_are_those_of_the_oracle)
{
	char name[128];
	char path[1024];
	json_error_t error;
	json_t *oracle;

	snprintf(name, sizeof(name), "oracle/locust/%s.json",
		 oracles[_i].folder);
	oracle = json_load_file(data_path(name, path, sizeof(path)), 0, &error);
	ck_assert_msg(oracle != NULL, "%s: %s", path, error.text);
	for (size_t run = 0; run < oracles[_i].runs; run++)
		check_run(oracle, oracles[_i].folder, run);
	json_decref(oracle);
}
END_TEST

/* ---- sample archives ---- */

/* Endpoints, requests and failures of all, by Python's csv module; of the
   hand-made dialect by eye. */
static const struct {
	const char *folder;
	const char *prefix;
	size_t endpoints;
	int64_t requests, failures;
	uint64_t notes;
	bool has_total;
	bool has_failures; /* a failures file */
} runs[] = {
	{"edge/custom-percentiles", "load_test", 8, 148, 0, 0, true, true},
	{"edge/distributed/locust-2.46.3", "load_test", 20, 2394, 91, 0, true,
	 true},
	{"edge/guide-variant-SYNTHETIC", "run1", 8, 1554, 3, 2, false, true},
	{"edge/guide-variant-SYNTHETIC", "run2", 8, 1555, 0, 2, false, true},
	{"edge/guide-variant-SYNTHETIC", "run3", 8, 1551, 5, 2, false, true},
	{"edge/history-cut/locust-2.20.0", "load_test", 20, 3167, 137, 0, true,
	 true},
	{"edge/odd-names/locust-0.14.6", "load_test", 10, 1573, 90, 1, true,
	 true},
	{"edge/odd-names/locust-1.4.4", "load_test", 20, 1617, 62, 0, true,
	 true},
	{"edge/odd-names/locust-2.46.3", "load_test", 20, 1439, 55, 0, true,
	 true},
	{"edge/reset-stats", "load_test", 8, 151, 0, 0, true, true},
	{"edge/special-values", "load_test", 11, 238, 25, 3, true, true},
	{"edge/versions/locust-0.13.5", "load_test", 8, 648, 1, 1, true, false},
	{"edge/versions/locust-1.0", "load_test", 8, 525, 3, 1, true, true},
	{"edge/versions/locust-2.20.0", "load_test", 8, 938, 1, 0, true, true},
	{"edge/windows-variant-SYNTHETIC", "load_test", 20, 1439, 55, 0, true,
	 true},
	{"perf-archive/older runs/2025-12 Z\xc3\xbcrich, v1.4", "load_test", 8,
	 919, 1, 0, true, true},
	{"perf-archive/runs/peak/users-005", "load_test", 8, 569, 0, 0, true,
	 true},
	{"perf-archive/runs/peak/users-020", "load_test", 8, 2151, 2, 0, true,
	 true},
	{"perf-archive/runs/peak/users-050", "load_test", 8, 4967, 14, 0, true,
	 true},
	{"perf-archive/runs/peak/users-100", "load_test", 8, 5975, 10, 0, true,
	 true},
};

static void
check_counts(const struct capture *c, size_t run)
{
	int64_t requests = 0;
	int64_t failures = 0;

	ck_assert_uint_eq(c->count, runs[run].endpoints);
	ck_assert_uint_eq(c->used, c->count + (runs[run].has_total ? 1 : 0));
	ck_assert_uint_eq(c->skipped, 0);
	ck_assert_uint_eq(c->notes, runs[run].notes);
	ck_assert_int_eq(c->has_total, runs[run].has_total);
	for (size_t i = 0; i < c->count; i++) {
		requests += c->endpoints[i].figures.requests;
		failures += c->endpoints[i].figures.failures;
	}
	if (c->has_total) {
		requests = c->total.requests;
		failures = c->total.failures;
	}
	ck_assert_int_eq(requests, runs[run].requests);
	ck_assert_int_eq(failures, runs[run].failures);
}

static const char *
sample_path(size_t run, const char *end, char *out, size_t size)
{
	char name[512];

	snprintf(name, sizeof(name), "locust/%s/%s%s", runs[run].folder,
		 runs[run].prefix, end);
	return event_log_sample(name, out, size);
}

START_TEST(runs_have_the_counts_of_other_tools)
{
	static struct capture c;
	size_t run = (size_t)_i;
	char path[1024];

	c = (struct capture){0};
	if (!sample_path(run, "_stats.csv", path, sizeof(path)))
		return;
	read_file(&c, path, "Locust stats CSV");
	check_counts(&c, run);
	if (!runs[run].has_failures)
		return;
	/* the failures file has the failures of each endpoint */
	sample_path(run, "_failures.csv", path, sizeof(path));
	read_file(&c, path, "Locust failures CSV");
	ck_assert_uint_eq(c.skipped, 0);
	for (size_t i = 0; i < c.count; i++)
		ck_assert_msg(c.endpoints[i].failed ==
				      c.endpoints[i].figures.failures,
			      "%s", c.endpoints[i].name);
}
END_TEST

/* Rows of totals and other rows, by grep; the last totals and most users by
   eye. */
static const struct {
	const char *name;
	uint64_t used, unused;
	int64_t last_requests, max_users;
	uint64_t notes;
} histories[] = {
	{"perf-archive/runs/baseline/run-01", 40, 311, 1554, 10, 0},
	{"perf-archive/runs/peak/users-100", 30, 0, 5975, 100, 0},
	{"edge/history-cut/locust-2.20.0", 18, 354, 2966, 3, 1},
	{"edge/reset-stats", 12, 81, 151, 6, 1},
	{"edge/odd-names/locust-0.14.6", 5, 48, 1573, -1, 0},
	{"edge/versions/locust-1.0", 9, 64, 525, 10, 0},
};

START_TEST(histories_have_the_rows_of_other_tools)
{
	static struct capture c;
	char name[512];
	char path[1024];

	c = (struct capture){.max_users = -1};
	snprintf(name, sizeof(name), "locust/%s/load_test_stats_history.csv",
		 histories[_i].name);
	if (!event_log_sample(name, path, sizeof(path)))
		return;
	read_file(&c, path, "Locust history CSV");
	ck_assert_uint_eq(c.used, histories[_i].used);
	ck_assert_uint_eq(c.progress, histories[_i].used);
	ck_assert_uint_eq(c.unused, histories[_i].unused);
	ck_assert_uint_eq(c.skipped, 0);
	ck_assert_uint_eq(c.notes, histories[_i].notes);
	ck_assert_int_eq(c.max_users, histories[_i].max_users);
	ck_assert_int_eq(c.last_requests, histories[_i].last_requests);
}
END_TEST

/* ---- damage ---- */

static enum sift_status
read_history(void *payload, const char *name, const char *path,
	     struct sift_source *src, struct sift_err *err)
{
	struct sift_limits limits = event_log_limits();
	struct sift_sink sink = {capture_put, payload};
	enum sift_status rc;

	(void)name;
	(void)path;
	rc = sift_format_locust_history.read(src, &limits, &sink, err);
	ck_assert_int_eq(rc, SIFT_E_FORMAT);
	return SIFT_OK;
}

static enum sift_status
nothing_is_skipped(void *payload, const char *name, const char *path,
		   const char *reason, int is_damage, struct sift_err *err)
{
	(void)payload;
	(void)name;
	(void)path;
	(void)is_damage;
	(void)err;
	ck_abort_msg("%s", reason);
	return SIFT_OK;
}

/* A compressed history of which the second half is missing. */
START_TEST(rows_before_damage_stand)
{
	static struct capture c;
	struct sift_limits limits = event_log_limits();
	struct sift_visitor visitor = {read_history, nothing_is_skipped, &c};
	char path[1024];
	size_t len;
	char *bytes;
	FILE *file;

	c = (struct capture){0};
	if (!event_log_sample("locust/archives/load_test_stats_history.csv.gz",
			      path, sizeof(path)))
		return;
	bytes = event_log_load(path, &len);
	ck_assert_ptr_nonnull(bytes);
	file = tmpfile();
	ck_assert_ptr_nonnull(file);
	ck_assert_uint_eq(fwrite(bytes, 1, len / 2, file), len / 2);
	ck_assert_int_eq(fflush(file), 0);
	rewind(file);
	ck_assert_int_eq(sift_unpack(fileno(file), "h.csv.gz", "h.csv", &limits,
				     &visitor, NULL),
			 0);
	ck_assert_uint_gt(c.progress, 5);
	ck_assert_uint_eq(c.progress, c.used);
	ck_assert_uint_eq(c.skipped, 1); /* the row that breaks off */
	fclose(file);
	free(bytes);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("locust_samples");
	TCase *tc = tcase_create("locust_samples");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tc, figures_are_those_of_the_oracle, 0,
			    (int)COUNT_OF(oracles));
	tcase_add_loop_test(tc, runs_have_the_counts_of_other_tools, 0,
			    (int)COUNT_OF(runs));
	tcase_add_loop_test(tc, histories_have_the_rows_of_other_tools, 0,
			    (int)COUNT_OF(histories));
	tcase_add_test(tc, rows_before_damage_stand);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
