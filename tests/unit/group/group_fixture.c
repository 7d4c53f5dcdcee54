/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "group_fixture.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define START_NS (INT64_C(1771315200) * SIFT_NS_PER_S) /* 2026-02-17 */

static void
put(struct sift_sink *sink, const struct sift_event *event)
{
	struct sift_err err = {.status = SIFT_OK};

	ck_assert_msg(!sift_sink_put(sink, event, &err), "%s", err.what);
}

static const char *
tool_of(const struct source_row *row)
{
	if (row->tool)
		return row->tool;
	switch (row->kind) {
	case SIFT_SOURCE_POINTS:
	case SIFT_SOURCE_POINTS_CSV:
	case SIFT_SOURCE_HANDLE_SUMMARY:
	case SIFT_SOURCE_SUMMARY_EXPORT:
	case SIFT_SOURCE_TEXT_SUMMARY:
	case SIFT_SOURCE_DASHBOARD:
	case SIFT_SOURCE_DASHBOARD_REPORT:
		return "k6";
	case SIFT_SOURCE_COLLECTOR:
		return "collector";
	case SIFT_SOURCE_REQUEST_LOG:
	case SIFT_SOURCE_HISTOGRAMS:
	case SIFT_SOURCE_STATS:
	case SIFT_SOURCE_REPORT:
	case SIFT_SOURCE_DISTRIBUTION:
	case SIFT_SOURCE_HISTORY:
	case SIFT_SOURCE_FAILURES:
	case SIFT_SOURCE_EXCEPTIONS:
	case SIFT_SOURCE_SERVICE_METRICS:
	case SIFT_SOURCE_KIND_COUNT:
		break;
	}
	return "locust";
}

static void
put_series(struct sift_sink *sink, uint32_t id, char name)
{
	struct sift_event event = {.kind = SIFT_EVENT_SERIES};

	event.series.id = id;
	event.series.kind = SIFT_KIND_HTTP;
	event.series.method = SIFT_SPAN("GET");
	event.series.name = sift_span_of(&name, 1);
	put(sink, &event);
}

static void
put_samples(struct sift_sink *sink, uint32_t id, int count, int failures,
	    const struct source_row *row)
{
	int64_t start = START_NS;

	if (row->started)
		ck_assert(sift_instant_parse(sift_span_str(row->started),
					     &start));
	for (int i = 0; i < count; i++) {
		struct sift_event event = {.kind = SIFT_EVENT_SAMPLE};

		event.sample.series = id;
		event.sample.outcome =
			i < failures ? SIFT_OUTCOME_FAILED : SIFT_OUTCOME_OK;
		event.sample.time_ns = start + (int64_t)i * SIFT_NS_PER_S / 10;
		event.sample.value_ns =
			1000000 * (1 + i % 10) + row->salt * 1000;
		put(sink, &event);
	}
}

static void
put_figures(struct sift_sink *sink, uint32_t id, int requests, int failures,
	    double rps, int salt)
{
	struct sift_event event = {.kind = SIFT_EVENT_FIGURES};
	struct sift_figures figures;

	sift_figures_init(&figures);
	figures.requests = requests;
	figures.failures = failures;
	if (rps > 0)
		figures.rps = rps;
	figures.latency.ms[SIFT_STAT_MEAN] = 5 + salt / 1000.0;
	figures.latency.ms[SIFT_STAT_P95] = 10 + salt / 1000.0;
	figures.rounding = SIFT_ROUNDING_DOUBLE;
	event.figures.series = id;
	event.figures.figures = &figures;
	put(sink, &event);
}

static void
put_results(struct sift_sink *sink, const struct source_row *row)
{
	const char *endpoints = row->endpoints ? row->endpoints : "a";
	int count = (int)strlen(endpoints);

	for (int i = 0; i < count; i++) {
		/* The last takes what division leaves. */
		int n = row->requests / count +
			(i == count - 1 ? row->requests % count : 0);
		int failed = i ? 0 : row->failures;

		put_series(sink, (uint32_t)i, endpoints[i]);
		if (row->kind == SIFT_SOURCE_POINTS)
			put_samples(sink, (uint32_t)i, n, failed, row);
		else
			put_figures(sink, (uint32_t)i, n, failed,
				    row->rps / count, row->salt);
	}
	if (row->is_cut)
		put_figures(sink, SIFT_SERIES_TOTAL, -1, -1, 0, 0);
	else if (row->kind != SIFT_SOURCE_POINTS && !row->no_total)
		put_figures(sink, SIFT_SERIES_TOTAL, row->requests,
			    row->failures, row->rps, row->salt);
}

static void
put_side(struct sift_sink *sink, const struct source_row *row)
{
	struct sift_event event = {.kind = SIFT_EVENT_FAILURE};

	if (row->kind == SIFT_SOURCE_FAILURES && row->failures) {
		event.failure.method = SIFT_SPAN("GET");
		event.failure.name = SIFT_SPAN("a");
		event.failure.text = SIFT_SPAN("500 Server Error");
		event.failure.count = (uint64_t)row->failures;
		put(sink, &event);
	}
	if (row->kind == SIFT_SOURCE_HISTORY) {
		event.kind = SIFT_EVENT_PROGRESS;
		event.progress.time_ns = START_NS;
		event.progress.users = row->users ? row->users : -1;
		event.progress.requests = row->requests;
		event.progress.failures = row->failures;
		put(sink, &event);
		if (row->rps > 0)
			put_figures(sink, SIFT_SERIES_TOTAL, row->requests,
				    row->failures, row->rps, row->salt);
	}
}

static void
put_facts(struct sift_sink *sink, const struct source_row *row)
{
	struct sift_event event = {.kind = SIFT_EVENT_TOOL};

	event.tool.name = sift_span_str(tool_of(row));
	put(sink, &event);
	if (row->users) {
		event.kind = SIFT_EVENT_USERS;
		event.users.time_ns = START_NS;
		event.users.users = row->users;
		put(sink, &event);
	}
	if (row->last_users) {
		event.users.time_ns = START_NS + SIFT_NS_PER_S;
		event.users.users = row->last_users;
		put(sink, &event);
	}
	if (row->seconds > 0) {
		event.kind = SIFT_EVENT_DURATION;
		event.duration.duration_ns =
			(int64_t)(row->seconds * (double)SIFT_NS_PER_S);
		put(sink, &event);
	}
	if (row->threshold) {
		event.kind = SIFT_EVENT_THRESHOLD;
		event.threshold.metric = SIFT_SPAN("http_req_duration");
		event.threshold.expression = sift_span_str(row->threshold);
		event.threshold.passed = 1;
		put(sink, &event);
	}
}

struct sift_block *
source_block(const struct source_row *row, const char *name, const char *path)
{
	struct sift_err err = {.status = SIFT_OK};
	struct sift_block *block;
	struct sift_sink sink;
	const char *reason = NULL;

	ck_assert(!sift_block_new(&block, name, path, &err));
	block->kind = row->kind;
	block->format = sift_source_kind_name(row->kind);
	sink = sift_block_sink(block, 1000);
	if (row->reading != SIFT_READING_IGNORED &&
	    row->reading != SIFT_READING_DAMAGED) {
		put_facts(&sink, row);
		if (sift_source_kind_has_results(row->kind))
			put_results(&sink, row);
		else
			put_side(&sink, row);
	}
	if (row->reading == SIFT_READING_PARTIAL)
		reason = "cut short";
	else if (row->reading == SIFT_READING_DAMAGED)
		reason = "not JSON";
	else if (row->reading == SIFT_READING_IGNORED)
		reason = "no known header";
	ck_assert(!sift_block_set_reading(block, row->reading, reason, &err));
	ck_assert(!sift_block_finish(block, 1, &err));
	return block;
}

void
digest_of(struct sift_digest *digest, const struct source_row *rows,
	  size_t count, const char *prefix)
{
	*digest = (struct sift_digest){NULL, 0, 0};
	digest->blocks = sift_calloc(count, sizeof(struct sift_block *));
	ck_assert_ptr_nonnull(digest->blocks);
	for (size_t i = 0; i < count; i++) {
		char name[512], path[512];

		snprintf(path, sizeof(path), "%s%s", prefix, rows[i].path);
		snprintf(name, sizeof(name), "%s%s%s", prefix,
			 *prefix ? "!" : "", rows[i].path);
		digest->blocks[digest->count++] =
			source_block(&rows[i], name, path);
	}
}

void
digest_free(struct sift_digest *digest)
{
	for (size_t i = 0; i < digest->count; i++)
		sift_block_free(digest->blocks[i]);
	sift_free(digest->blocks);
	*digest = (struct sift_digest){NULL, 0, 0};
}

void
digest_reverse(struct sift_digest *digest)
{
	for (size_t i = 0; i < digest->count / 2; i++) {
		struct sift_block *swap = digest->blocks[i];

		digest->blocks[i] = digest->blocks[digest->count - 1 - i];
		digest->blocks[digest->count - 1 - i] = swap;
	}
}

void
describe_sets(const struct sift_grouping *g, struct sift_buf *out)
{
	for (size_t i = 0; i < g->set_count; i++) {
		sift_buf_printf(out, "%s:", g->sets[i].label);
		for (size_t j = 0; j < g->sets[i].run_count; j++) {
			size_t run = g->sets[i].runs[j];

			ck_assert_uint_eq(g->runs[run].set, i);
			sift_buf_printf(out, "%s %s", j ? "," : "",
					g->runs[run].label);
		}
		sift_buf_add_byte(out, '\n');
	}
	for (size_t i = 0; i < g->sweep_count; i++) {
		sift_buf_printf(out, "sweep %s %s:", g->sweeps[i].scenario,
				g->sweeps[i].axis);
		for (size_t j = 0; j < g->sweeps[i].set_count; j++)
			sift_buf_printf(out, "%s %s", j ? "," : "",
					g->sets[g->sweeps[i].sets[j]].label);
		sift_buf_add_byte(out, '\n');
	}
}

static int
compare_lines(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void
describe_uses(const struct sift_grouping *g, const struct sift_digest *digest,
	      struct sift_buf *out)
{
	char *lines[256];
	size_t count = 0;

	for (size_t i = 0; i < digest->count; i++) {
		const struct sift_block_use *use = &g->uses[i];
		char line[1024];

		if (use->role == SIFT_ROLE_USED && !use->reason)
			continue;
		snprintf(line, sizeof(line), "%s %s: %s\n",
			 digest->blocks[i]->path, sift_role_name(use->role),
			 use->reason ? use->reason : "-");
		ck_assert_uint_lt(count, 256);
		lines[count++] = strdup(line);
	}
	qsort(lines, count, sizeof(*lines), compare_lines);
	for (size_t i = 0; i < count; i++) {
		sift_buf_add_str(out, lines[i]);
		free(lines[i]);
	}
}

static void
expect(const struct source_row *rows, size_t count, const char *expected,
       bool uses)
{
	struct sift_err err = {.status = SIFT_OK};
	struct sift_grouping *g = NULL;
	struct sift_digest digest;
	enum sift_status rc;
	struct sift_buf text;

	digest_of(&digest, rows, count, "");
	rc = sift_group(&g, &digest, NULL, 1, &err);
	ck_assert_msg(rc == SIFT_OK || rc == SIFT_E_EMPTY, "%s", err.what);
	sift_buf_init(&text, 0);
	sift_buf_add_str(&text, "");
	if (uses)
		describe_uses(g, &digest, &text);
	else
		describe_sets(g, &text);
	ck_assert_str_eq(text.ptr ? text.ptr : "", expected);
	sift_buf_release(&text);
	sift_grouping_free(g);
	digest_free(&digest);
}

void
expect_sets(const struct source_row *rows, size_t count, const char *expected)
{
	expect(rows, count, expected, false);
}

void
expect_uses(const struct source_row *rows, size_t count, const char *expected)
{
	expect(rows, count, expected, true);
}
