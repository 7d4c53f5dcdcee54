/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "block_fixture.h"
#include "digest/keep.h"
#include "digest/samples.h"

static struct sift_result
result_of(const struct sift_block *block, const struct sift_series *series)
{
	struct sift_result result;

	ck_assert_int_eq(sift_block_result(block, series, &result, NULL),
			 SIFT_OK);
	return result;
}

static void
put_series(struct sift_block *block, uint32_t id, const char *name)
{
	struct sift_event event = series_event(id, SIFT_KIND_HTTP, "GET", name);

	put(block, &event);
}

static void
put_sample(struct sift_block *block, uint32_t series, enum sift_outcome outcome,
	   int64_t time_ns, int64_t value_ns)
{
	struct sift_event event =
		sample_event(series, outcome, time_ns, value_ns);

	put(block, &event);
}

static const struct sift_series *
find(const struct sift_block *block, const char *name)
{
	for (size_t i = 0; i < block->series_count; i++) {
		if (strcmp(block->series[i].name, name) == 0)
			return &block->series[i];
	}
	return NULL;
}

/* ---- keep.h ---- */

/* Whatever the order, the keys with the smallest hashes are there. */
START_TEST(the_smallest_hashes_stay)
{
	enum { KEYS = 500, MAX = 37 };
	struct sift_keep keep;
	uint64_t hashes[KEYS], limit = 0;
	uint64_t state = (uint64_t)_i + 1;
	size_t order[KEYS], smaller;

	sift_keep_init(&keep);
	ck_assert_int_eq(sift_keep_add(&keep, SIFT_SPAN("(other)"), true, NULL),
			 SIFT_OK);
	for (size_t i = 0; i < KEYS; i++) {
		char key[16];

		snprintf(key, sizeof(key), "key %zu", i);
		hashes[i] = sift_hash64(key, strlen(key));
		order[i] = i;
	}
	for (size_t i = KEYS - 1; i > 0; i--) {
		size_t other = next_random(&state) % (i + 1);
		size_t swap = order[i];

		order[i] = order[other];
		order[other] = swap;
	}
	for (size_t i = 0; i < 2 * KEYS; i++) { /* each key twice */
		char key[16];
		struct sift_span span;
		uint32_t victim;

		snprintf(key, sizeof(key), "key %zu", order[i % KEYS]);
		span = sift_span_str(key);
		if (sift_keep_find(&keep, span) != SIFT_KEEP_NONE)
			continue;
		if (keep.count - keep.reserved < MAX) {
			ck_assert_int_eq(
				sift_keep_add(&keep, span, false, NULL),
				SIFT_OK);
			continue;
		}
		ck_assert_int_eq(sift_keep_victim(&keep, span, &victim, NULL),
				 SIFT_OK);
		ck_assert(i < KEYS || victim == SIFT_KEEP_NONE);
		if (victim != SIFT_KEEP_NONE)
			ck_assert_int_eq(
				sift_keep_replace(&keep, victim, span, NULL),
				SIFT_OK);
	}
	ck_assert_uint_eq(keep.count, MAX + 1);
	ck_assert_uint_eq(sift_keep_find(&keep, SIFT_SPAN("(other)")), 0);
	for (uint32_t i = 1; i < keep.count; i++) {
		struct sift_span key = sift_keep_key(&keep, i);
		uint64_t hash = sift_hash64(key.ptr, key.len);

		ck_assert_uint_eq(sift_keep_find(&keep, key), i);
		limit = hash > limit ? hash : limit;
	}
	smaller = 0;
	for (size_t i = 0; i < KEYS; i++)
		smaller += hashes[i] <= limit;
	ck_assert_uint_eq(smaller, MAX);
	sift_keep_release(&keep);
}
END_TEST

/* ---- filling ---- */

START_TEST(a_new_block_knows_nothing)
{
	struct sift_block *block = new_block();
	struct sift_result result;
	bool constant = true;

	finish(block);
	ck_assert_str_eq(block->name, "in.tar.gz!runs/a/points.json");
	ck_assert_str_eq(block->path, "runs/a/points.json");
	ck_assert_int_eq(block->bytes, -1);
	ck_assert_int_eq(block->first_ns, SIFT_INSTANT_NONE);
	ck_assert_int_eq(block->last_ns, SIFT_INSTANT_NONE);
	ck_assert_int_eq(block->duration_ns, -1);
	ck_assert_int_eq(sift_block_requests(block), -1);
	ck_assert_int_eq(sift_block_failures(block), -1);
	ck_assert_int_eq(sift_block_peak_users(block, &constant), -1);
	ck_assert(!constant);
	ck_assert_int_eq(sift_block_result(block, NULL, &result, NULL),
			 SIFT_E_EMPTY);
	sift_block_free(block);
	sift_block_free(NULL);
}
END_TEST

START_TEST(series_are_sorted_by_name_method_kind)
{
	struct sift_block *block = new_block();
	const struct sift_event events[] = {
		series_event(0, SIFT_KIND_WS, "GET", "/b"),
		series_event(1, SIFT_KIND_HTTP, "GET", "/b"),
		series_event(2, SIFT_KIND_HTTP, "", "/b"),
		series_event(3, SIFT_KIND_HTTP, "GET", "/a"),
		series_event(4, SIFT_KIND_HTTP, "GET", "/a"), /* again */
		sample_event(4, SIFT_OUTCOME_OK, SECOND, 7),
		sample_event(3, SIFT_OUTCOME_OK, SECOND, 8),
	};

	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++)
		put(block, &events[i]);
	finish(block);
	ck_assert_uint_eq(block->series_count, 4);
	ck_assert_str_eq(block->series[0].name, "/a");
	ck_assert_uint_eq(block->series[0].samples[SIFT_OUTCOME_OK].count, 2);
	ck_assert_ptr_null(block->series[1].method);
	ck_assert_str_eq(block->series[2].method, "GET");
	ck_assert_int_eq(block->series[2].kind, SIFT_KIND_HTTP);
	ck_assert_int_eq(block->series[3].kind, SIFT_KIND_WS);
	sift_block_free(block);
}
END_TEST

START_TEST(what_was_not_declared_is_an_error_of_the_reader)
{
	struct sift_block *block = new_block();
	struct sift_sink sink = sift_block_sink(block, 0);
	const struct sift_figures figures = {0};
	const struct sift_event events[] = {
		sample_event(0, SIFT_OUTCOME_OK, 0, 0),
		failed_event(7, 1),
		figures_event(1, &figures),
		point_event(0, 0, 0),
		value_event(3, "x", 1),
		{.kind = SIFT_EVENT_KIND_COUNT},
	};

	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++)
		ck_assert_int_eq(sift_sink_put(&sink, &events[i], NULL),
				 SIFT_E_INTERNAL);
	sift_block_free(block);
}
END_TEST

START_TEST(nul_bytes_in_names_become_replacement_characters)
{
	struct sift_block *block = new_block();
	struct sift_event event = series_event(0, SIFT_KIND_HTTP, "", "");

	event.series.name = SIFT_SPAN("a\0b");
	put(block, &event);
	finish(block);
	ck_assert_str_eq(block->series[0].name, "a\xEF\xBF\xBD"
						"b");
	sift_block_free(block);
}
END_TEST

START_TEST(times_of_users_count_only_where_no_better_are_known)
{
	struct sift_block *block = new_block();
	struct sift_event event = users_event(5 * SECOND, 3);

	put(block, &event);
	event = users_event(50 * SECOND, 3);
	put(block, &event);
	finish(block);
	ck_assert_int_eq(block->first_ns, 5 * SECOND);
	ck_assert_int_eq(block->last_ns, 50 * SECOND);
	put_series(block, 0, "/");
	put_sample(block, 0, SIFT_OUTCOME_OK, 10 * SECOND, 1);
	put_sample(block, 0, SIFT_OUTCOME_OK, 20 * SECOND, 1);
	finish(block);
	ck_assert_int_eq(block->first_ns, 10 * SECOND);
	ck_assert_int_eq(block->last_ns, 20 * SECOND);
	event = progress_event(30 * SECOND, 1, 1, 0);
	put(block, &event);
	event = time_event(2 * SECOND, SIFT_INSTANT_NONE);
	put(block, &event);
	finish(block);
	ck_assert_int_eq(block->first_ns, 2 * SECOND);
	ck_assert_int_eq(block->last_ns, 30 * SECOND);
	sift_block_free(block);
}
END_TEST

START_TEST(many_users_are_thinned_to_the_most_per_span)
{
	enum { COUNT = 50000 };
	struct sift_event *events = calloc(COUNT, sizeof(*events));
	struct sift_block *there = new_block();
	struct sift_block *back = new_block();
	int64_t span_peaks[COUNT / 8 + 1] = {0};

	for (int64_t i = 0; i < COUNT; i++) {
		int64_t users = i * 7919 % 1000;

		events[i] = users_event(i * SECOND + 5, users);
		if (users > span_peaks[i / 8])
			span_peaks[i / 8] = users;
	}
	for (size_t i = 0; i < COUNT; i++) {
		put(there, &events[i]);
		put(back, &events[COUNT - 1 - i]);
	}
	finish(there);
	finish(back);
	assert_same_block(there, back);
	ck_assert_int_eq(there->user_shift, 3);
	ck_assert_uint_eq(there->user_count, COUNT / 8);
	for (size_t i = 0; i < there->user_count; i++)
		ck_assert_int_eq(there->users[i].users, span_peaks[i]);
	sift_block_free(there);
	sift_block_free(back);
	free(events);
}
END_TEST

START_TEST(much_progress_is_thinned_to_the_last_with_the_most_users)
{
	enum { COUNT = 20001 };
	struct sift_block *block = new_block();

	for (int64_t i = COUNT - 1; i >= 0; i--) {
		struct sift_event event = progress_event(
			i * SECOND, i % 4 == 1 ? 9 : 3, i, i / 2);

		put(block, &event);
	}
	finish(block);
	ck_assert_int_eq(block->progress_shift, 2);
	ck_assert_uint_eq(block->progress_count, COUNT / 4 + 1);
	for (size_t i = 0; i < block->progress_count; i++) {
		const struct sift_progress_point *point = &block->progress[i];
		int64_t last = (int64_t)i * 4 + 3;

		last = last < COUNT ? last : COUNT - 1;
		ck_assert_int_eq(point->time_ns, last * SECOND);
		ck_assert_int_eq(point->requests, last);
		ck_assert_int_eq(point->users, last == COUNT - 1 ? 3 : 9);
	}
	sift_block_free(block);
}
END_TEST

START_TEST(few_points_are_all_kept_once)
{
	struct sift_block *block = new_block();
	const struct sift_event events[] = {
		users_event(5, 3),	     users_event(5, 4),
		users_event(5, 3),	     users_event(4, 9),
		progress_event(7, 1, 20, 0), progress_event(7, 1, 20, 0),
		progress_event(7, 1, 10, 0),
	};

	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++)
		put(block, &events[i]);
	finish(block);
	ck_assert_uint_eq(block->user_count, 3);
	ck_assert_int_eq(block->users[0].users, 9);
	ck_assert_int_eq(block->users[1].users, 3);
	ck_assert_uint_eq(block->progress_count, 2);
	ck_assert_int_eq(block->progress[1].requests, 20);
	sift_block_free(block);
}
END_TEST

/* ---- limits ---- */

START_TEST(endpoints_over_the_limit_fold_into_others)
{
	enum { NAMES = 200, MAX = 20 };
	struct sift_block *block = new_block();
	const struct sift_series *other;
	uint64_t kept = 0;

	block->max_endpoints = MAX;
	for (uint32_t i = 0; i < NAMES; i++) {
		char name[32];

		snprintf(name, sizeof(name), "/item/%u", i);
		put_series(block, i, name);
		put_sample(block, i, SIFT_OUTCOME_OK, SECOND, i);
	}
	for (uint32_t i = 0; i < NAMES; i++)
		put_sample(block, i, SIFT_OUTCOME_FAILED, 2 * SECOND, i);
	finish(block);
	ck_assert_uint_eq(block->series_count, MAX + 1);
	other = find(block, SIFT_OTHER);
	ck_assert_ptr_nonnull(other);
	ck_assert_ptr_null(other->method);
	for (size_t i = 0; i < block->series_count; i++) {
		const struct sift_series *series = &block->series[i];

		if (series == other)
			continue;
		kept++;
		/* Whole: its samples of before and after. */
		ck_assert_uint_eq(series->samples[SIFT_OUTCOME_OK].count, 1);
		ck_assert_uint_eq(series->samples[SIFT_OUTCOME_FAILED].count,
				  1);
		ck_assert_int_eq(series->samples[SIFT_OUTCOME_OK].min_ns,
				 atoi(series->name + 6));
	}
	ck_assert_uint_eq(other->samples[SIFT_OUTCOME_OK].count, NAMES - kept);
	ck_assert_uint_eq(other->samples[SIFT_OUTCOME_FAILED].count,
			  NAMES - kept);
	ck_assert_uint_eq(other->timeline.count, 2);
	ck_assert_int_eq(sift_block_requests(block), 2 * NAMES);
	ck_assert_int_eq(sift_block_failures(block), NAMES);
	sift_block_free(block);
}
END_TEST

START_TEST(each_kind_of_series_has_others_of_its_own)
{
	struct sift_block *block = new_block();
	const struct sift_event events[] = {
		series_event(0, SIFT_KIND_HTTP, "GET", "/a"),
		series_event(1, SIFT_KIND_TREND, "", "t"),
		series_event(2, SIFT_KIND_GRPC, "", "g"),
		series_event(3, SIFT_KIND_HTTP, "GET", "/b"),
	};

	block->max_endpoints = 1;
	for (size_t i = 0; i < 4; i++)
		put(block, &events[i]);
	for (uint32_t i = 0; i < 4; i++)
		put_sample(block, i, SIFT_OUTCOME_OK, 0, 1);
	finish(block);
	ck_assert_int_eq(sift_block_requests(block), 3);
	for (size_t i = 0; i < block->series_count; i++) {
		const struct sift_series *series = &block->series[i];

		if (series->kind == SIFT_KIND_TREND)
			ck_assert_uint_eq(
				series->samples[SIFT_OUTCOME_OK].count, 1);
	}
	sift_block_free(block);
}
END_TEST

START_TEST(reported_figures_of_others_add_up)
{
	struct sift_block *block = new_block();
	const struct sift_series *other;
	struct sift_figures figures;
	uint64_t requests = 0;

	block->max_endpoints = 1;
	for (uint32_t i = 0; i < 5; i++) {
		char name[8];
		struct sift_event event;

		snprintf(name, sizeof(name), "/%u", i);
		put_series(block, i, name);
		sift_figures_init(&figures);
		figures.requests = 10 + i;
		figures.failures = i == 2 ? -1 : 1;
		figures.latency.ms[SIFT_STAT_MIN] = i;
		figures.latency.ms[SIFT_STAT_MAX] = 100 + i;
		figures.latency.ms[SIFT_STAT_P99] = 90;
		event = figures_event(i, &figures);
		put(block, &event);
		requests += 10 + i;
	}
	finish(block);
	other = find(block, SIFT_OTHER);
	ck_assert_ptr_nonnull(other);
	for (size_t i = 0; i < 2; i++)
		requests -= (uint64_t)block->series[i].figures.requests;
	ck_assert_uint_eq(requests, 0);
	ck_assert(isnan(other->figures.latency.ms[SIFT_STAT_P99]));
	ck_assert(!isnan(other->figures.latency.ms[SIFT_STAT_MAX]));
	sift_block_free(block);
}
END_TEST

/* One of each kind of entry that has a text, of a name of its own. */
static void
put_named(struct sift_block *block, uint32_t number)
{
	char name[32];

	snprintf(name, sizeof(name), "name %u", number);
	{
		const struct sift_event events[] = {
			check_event(name, 2, 0),
			failure_event("GET", "/", name, 3),
			threshold_event("m", name, number == 77 ? 0 : 1),
			metric_event(number, SIFT_METRIC_GAUGE, name, "ms"),
			point_event(number, 0, 5),
			value_event(number, "max", 5),
		};

		for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++)
			put(block, &events[i]);
	}
}

START_TEST(texts_over_the_limits_fold_or_are_said_to_be_left_out)
{
	struct sift_block *block = new_block();
	uint64_t passes = 0, failures = 0;
	bool failed = false, said = false;

	for (uint32_t i = 0; i < SIFT_BLOCK_CHECKS + 500; i++)
		put_named(block, i);
	for (int i = 0; i < 300; i++) {
		char name[32];
		struct sift_event event;

		snprintf(name, sizeof(name), "note %d", i);
		event = note_event(name);
		put(block, &event);
	}
	finish(block);
	ck_assert_uint_eq(block->check_count, SIFT_BLOCK_CHECKS + 1);
	ck_assert_uint_eq(block->failure_count, SIFT_BLOCK_FAILURES + 1);
	ck_assert_uint_eq(block->threshold_count, SIFT_BLOCK_THRESHOLDS + 1);
	ck_assert_uint_eq(block->metric_count, SIFT_BLOCK_METRICS);
	for (size_t i = 0; i < block->check_count; i++)
		passes += (uint64_t)block->checks[i].passes;
	for (size_t i = 0; i < block->failure_count; i++)
		failures += (uint64_t)block->failures[i].count;
	for (size_t i = 0; i < block->threshold_count; i++)
		failed = failed || block->thresholds[i].passed == 0;
	ck_assert_uint_eq(passes, 2 * (SIFT_BLOCK_CHECKS + 500));
	ck_assert_uint_eq(failures, 3 * (SIFT_BLOCK_CHECKS + 500));
	ck_assert(failed);
	ck_assert_uint_eq(block->note_count, SIFT_BLOCK_NOTES + 1);
	for (size_t i = 0; i < block->note_count; i++) {
		said = said || strcmp(block->notes[i],
				      "further notes are left out") == 0;
	}
	ck_assert(said);
	sift_block_free(block);
}
END_TEST

/* ---- results ---- */

START_TEST(a_result_of_samples_is_exact)
{
	struct sift_block *block = new_block();
	struct sift_result result;

	put_series(block, 0, "/");
	for (int64_t i = 1; i <= 10; i++)
		put_sample(block, 0,
			   i == 10 ? SIFT_OUTCOME_FAILED : SIFT_OUTCOME_OK,
			   i * SECOND, i * 10 * MS);
	finish(block);
	result = result_of(block, &block->series[0]);
	ck_assert_int_eq(result.requests, 10);
	ck_assert_int_eq(result.failures, 1);
	ck_assert_double_eq(result.error_rate, 0.1);
	ck_assert_double_eq(result.rps, 10.0 / 9);
	ck_assert_double_eq(result.latency.ms[SIFT_STAT_MIN], 10);
	ck_assert_double_eq(result.latency.ms[SIFT_STAT_MAX], 100);
	ck_assert_double_eq(result.latency.ms[SIFT_STAT_MEAN], 55);
	ck_assert_double_eq(result.latency.ms[SIFT_STAT_P50], 55);
	ck_assert_double_eq(result.latency.ms[SIFT_STAT_P90], 91);
	ck_assert_double_eq(result.latency.ms[SIFT_STAT_P99], 99.1);
	ck_assert_double_eq(result.latency.ms[SIFT_STAT_P999], 99.91);
	ck_assert_double_eq_tol(result.latency.ms[SIFT_STAT_STDDEV],
				30.276503540974915, 1e-12);
	ck_assert_double_eq(result.latency_ok.ms[SIFT_STAT_MAX], 90);
	ck_assert_double_eq(result.latency_ok.ms[SIFT_STAT_P50], 50);
	ck_assert_int_eq(result.origin, SIFT_ORIGIN_EXACT);
	ck_assert_double_eq(result.resolution_ms, 1e-6);
	ck_assert_str_eq(result.percentile_definition,
			 "linear, i = p(n-1) (k6)");
	ck_assert(isnan(result.share_of_time));
	sift_block_free(block);
}
END_TEST

/* Rows: samples by outcome, failures stated (-1 = none), what comes out. */
static const struct {
	int ok, failed, unknown;
	int64_t stated;
	int64_t failures;
	bool ok_known;
} outcomes[] = {
	{3, 0, 0, -1, 0, true},	  {3, 2, 0, -1, 2, true},
	{0, 2, 0, -1, 2, false},  {0, 0, 5, -1, -1, false},
	{0, 0, 5, 0, 0, false},	  {0, 0, 5, 3, 3, false},
	{2, 1, 5, -1, -1, false}, {2, 1, 5, 4, 5, false},
	{0, 0, 0, -1, 0, false},
};

START_TEST(failures_are_known_or_said_not_to_be)
{
	struct sift_block *block = new_block();
	struct sift_result results[2];

	put_series(block, 0, "/");
	for (int i = 0; i < outcomes[_i].ok; i++)
		put_sample(block, 0, SIFT_OUTCOME_OK, i, 5 * MS);
	for (int i = 0; i < outcomes[_i].failed; i++)
		put_sample(block, 0, SIFT_OUTCOME_FAILED, i, 7 * MS);
	for (int i = 0; i < outcomes[_i].unknown; i++)
		put_sample(block, 0, SIFT_OUTCOME_UNKNOWN, i, 9 * MS);
	if (outcomes[_i].stated >= 0) {
		struct sift_event event =
			failed_event(0, (uint64_t)outcomes[_i].stated);

		put(block, &event);
	}
	finish(block);
	results[0] = result_of(block, &block->series[0]);
	results[1] = result_of(block, NULL);
	for (size_t i = 0; i < 2; i++) {
		ck_assert_int_eq(results[i].failures, outcomes[_i].failures);
		ck_assert_int_eq(results[i].requests,
				 outcomes[_i].ok + outcomes[_i].failed +
					 outcomes[_i].unknown);
		ck_assert_int_eq(
			!isnan(results[i].latency_ok.ms[SIFT_STAT_MAX]),
			outcomes[_i].ok_known);
		ck_assert_int_eq(isnan(results[i].error_rate),
				 outcomes[_i].failures < 0 ||
					 results[i].requests == 0);
	}
	ck_assert_int_eq(sift_block_failures(block), outcomes[_i].failures);
	sift_block_free(block);
}
END_TEST

START_TEST(failures_of_a_trend_have_no_meaning)
{
	struct sift_block *block = new_block();
	struct sift_event event = series_event(0, SIFT_KIND_TREND, "", "t");
	struct sift_result result;

	put(block, &event);
	put_sample(block, 0, SIFT_OUTCOME_OK, 0, 5 * MS);
	finish(block);
	result = result_of(block, &block->series[0]);
	ck_assert_int_eq(result.requests, 1);
	ck_assert_int_eq(result.failures, -1);
	ck_assert(isnan(result.error_rate));
	ck_assert(isnan(result.latency_ok.ms[SIFT_STAT_P50]));
	ck_assert_double_eq(result.latency.ms[SIFT_STAT_P50], 5);
	ck_assert_int_eq(sift_block_result(block, NULL, &result, NULL),
			 SIFT_E_EMPTY);
	ck_assert_int_eq(sift_block_requests(block), -1);
	sift_block_free(block);
}
END_TEST

START_TEST(a_total_is_of_all_requests_but_no_trends)
{
	struct sift_block *block = new_block();
	struct sift_event event = series_event(2, SIFT_KIND_TREND, "", "t");
	struct sift_result result;

	put_series(block, 0, "/a");
	put_series(block, 1, "/b");
	put(block, &event);
	put_sample(block, 0, SIFT_OUTCOME_OK, 0, 10 * MS);
	put_sample(block, 1, SIFT_OUTCOME_FAILED, 2 * SECOND, 30 * MS);
	put_sample(block, 2, SIFT_OUTCOME_OK, SECOND, 500 * MS);
	/* A request that belongs to no endpoint is one all the same. */
	put_sample(block, SIFT_SERIES_TOTAL, SIFT_OUTCOME_OK, SECOND, 20 * MS);
	finish(block);
	result = result_of(block, NULL);
	ck_assert_int_eq(result.requests, 3);
	ck_assert_int_eq(result.failures, 1);
	ck_assert_double_eq(result.rps, 1.5);
	ck_assert_double_eq(result.latency.ms[SIFT_STAT_P50], 20);
	ck_assert_double_eq(result.latency.ms[SIFT_STAT_MAX], 30);
	ck_assert_double_eq(result.latency_ok.ms[SIFT_STAT_MAX], 20);
	ck_assert_int_eq(sift_block_requests(block), 3);
	sift_block_free(block);
}
END_TEST

static struct sift_figures
locust_figures(int64_t requests, int64_t failures, double median)
{
	struct sift_figures figures;

	sift_figures_init(&figures);
	figures.requests = requests;
	figures.failures = failures;
	figures.rps = 12.5;
	figures.rounding = SIFT_ROUNDING_LOCUST;
	figures.percentiles = SIFT_PERCENTILES_LOCUST;
	figures.latency.ms[SIFT_STAT_P50] = median;
	figures.latency.ms[SIFT_STAT_P95] = 240;
	figures.latency.ms[SIFT_STAT_MIN] = 1;
	figures.latency.ms[SIFT_STAT_MAX] = 2345;
	figures.latency.ms[SIFT_STAT_MEAN] = median + 1;
	return figures;
}

START_TEST(reported_figures_stand_as_they_are)
{
	struct sift_block *block = new_block();
	struct sift_figures first = locust_figures(1, 1, 1);
	struct sift_figures figures = locust_figures(200, 10, 44);
	struct sift_figures total = locust_figures(1000, 50, 46);
	struct sift_event event;
	struct sift_result result;

	put_series(block, 0, "/");
	event = figures_event(0, &first);
	put(block, &event);
	event = figures_event(0, &figures); /* replaces the first */
	put(block, &event);
	event = figures_event(SIFT_SERIES_TOTAL, &total);
	put(block, &event);
	finish(block);
	result = result_of(block, &block->series[0]);
	ck_assert_int_eq(result.requests, 200);
	ck_assert_double_eq(result.error_rate, 0.05);
	ck_assert_double_eq(result.rps, 12.5);
	ck_assert_double_eq(result.latency.ms[SIFT_STAT_P50], 44);
	ck_assert(isnan(result.latency.ms[SIFT_STAT_P99]));
	ck_assert_int_eq(result.origin, SIFT_ORIGIN_REPORTED);
	ck_assert_double_eq(result.resolution_ms, 10);
	ck_assert_str_eq(result.percentile_definition,
			 "bucket at floor(pn) (Locust)");
	result = result_of(block, NULL);
	ck_assert_int_eq(result.requests, 1000);
	ck_assert_int_eq(sift_block_requests(block), 1000);
	ck_assert_int_eq(sift_block_failures(block), 50);
	sift_block_free(block);
}
END_TEST

START_TEST(without_a_reported_total_counts_add_up_and_no_more)
{
	struct sift_block *block = new_block();
	struct sift_figures a = locust_figures(100, 1, 10);
	struct sift_figures b = locust_figures(300, 2, 30);
	struct sift_event event;
	struct sift_result result;

	put_series(block, 0, "/a");
	put_series(block, 1, "/b");
	event = figures_event(0, &a);
	put(block, &event);
	event = figures_event(1, &b);
	put(block, &event);
	finish(block);
	result = result_of(block, NULL);
	ck_assert_int_eq(result.requests, 400);
	ck_assert_int_eq(result.failures, 3);
	ck_assert_double_eq(result.latency.ms[SIFT_STAT_MEAN], 26);
	ck_assert_double_eq(result.latency.ms[SIFT_STAT_MAX], 2345);
	ck_assert(isnan(result.latency.ms[SIFT_STAT_P50]));
	ck_assert_int_eq(result.origin, SIFT_ORIGIN_REPORTED);
	sift_block_free(block);
}
END_TEST

static const struct {
	int64_t users[6];
	size_t count;
	int64_t peak;
	bool constant;
} climbs[] = {
	{{10}, 1, 10, true},
	{{10, 10, 10}, 3, 10, true},
	{{0, 10, 10}, 3, 10, true},
	{{1, 1, 10, 10}, 4, 10, true},
	{{0, 5, 10, 10}, 4, 10, false},
	{{10, 10, 9}, 3, 10, false},
	{{0, 10, 0}, 3, 10, false},
	{{-1, -1}, 2, -1, false},
	{{0, 0}, 2, -1, false}, /* only rows of before the start */
};

START_TEST(extremes_of_users_without_times_are_not_constant)
{
	static const int64_t users[][2] = {{0, 10}, {10, 0}, {10, 10}};

	for (size_t i = 0; i < 3; i++) {
		struct sift_block *block = new_block();
		bool constant;

		for (size_t n = 0; n < 2; n++) {
			struct sift_event event =
				users_event(SIFT_INSTANT_NONE, users[i][n]);

			put(block, &event);
		}
		finish(block);
		ck_assert_int_eq(sift_block_peak_users(block, &constant), 10);
		ck_assert_int_eq(constant, users[i][0] == users[i][1]);
		sift_block_free(block);
	}
}
END_TEST

START_TEST(users_are_constant_if_they_rise_once_at_most)
{
	struct sift_block *points = new_block();
	struct sift_block *history = new_block();
	bool constant[2];

	for (size_t i = 0; i < climbs[_i].count; i++) {
		struct sift_event event =
			users_event((int64_t)i * SECOND, climbs[_i].users[i]);

		put(points, &event);
		event = progress_event((int64_t)i * SECOND, climbs[_i].users[i],
				       -1, -1);
		put(history, &event);
	}
	finish(points);
	finish(history);
	ck_assert_int_eq(sift_block_peak_users(points, &constant[0]),
			 climbs[_i].peak);
	ck_assert_int_eq(sift_block_peak_users(history, &constant[1]),
			 climbs[_i].peak);
	ck_assert_int_eq(sift_block_peak_users(history, NULL), climbs[_i].peak);
	ck_assert_int_eq(constant[0], climbs[_i].constant);
	ck_assert_int_eq(constant[1], climbs[_i].constant);
	sift_block_free(points);
	sift_block_free(history);
}
END_TEST

static double
value_of(const struct sift_metric *metric, const char *name)
{
	for (size_t i = 0; i < metric->value_count; i++) {
		if (strcmp(metric->values[i].name, name) == 0)
			return metric->values[i].value;
	}
	ck_abort_msg("no value %s", name);
	return NAN;
}

START_TEST(metrics_give_the_values_of_their_type)
{
	struct sift_block *block = new_block();
	const struct sift_event events[] = {
		metric_event(0, SIFT_METRIC_COUNTER, "a_counter", "bytes"),
		metric_event(1, SIFT_METRIC_GAUGE, "b_gauge", ""),
		metric_event(2, SIFT_METRIC_RATE, "c_rate", ""),
		metric_event(3, SIFT_METRIC_TREND, "d_trend", ""),
		metric_event(4, SIFT_METRIC_TREND, "e_stated", ""),
		metric_event(5, SIFT_METRIC_GAUGE, "f_empty", ""),
	};
	struct sift_arena arena;
	struct sift_metric out[6];

	for (size_t i = 0; i < 6; i++)
		put(block, &events[i]);
	for (uint32_t metric = 0; metric < 4; metric++) {
		for (int64_t i = 0; i < 5; i++) {
			/* 3, 0, 2, 4, 1 at 4, 3, 2, 1, 0 s */
			struct sift_event event =
				point_event(metric, (4 - i) * SECOND,
					    (i * 2 + 3) % 5 * 1000000);

			put(block, &event);
		}
	}
	for (int i = 0; i < 3; i++) {
		struct sift_event event =
			value_event(4, i == 1 ? "p(95)" : "avg", i + 0.5);

		put(block, &event);
	}
	finish(block);
	sift_arena_init(&arena);
	for (size_t i = 0; i < 6; i++)
		ck_assert_int_eq(
			sift_block_metric_values(block, &block->metrics[i],
						 &arena, &out[i], NULL),
			SIFT_OK);
	ck_assert_str_eq(out[0].type, "counter");
	ck_assert_str_eq(out[0].unit, "bytes");
	ck_assert_double_eq(value_of(&out[0], "sum"), 10);
	ck_assert_double_eq(value_of(&out[0], "rate"), 2.5);
	ck_assert_double_eq(value_of(&out[1], "value"), 3);
	ck_assert_double_eq(value_of(&out[1], "min"), 0);
	ck_assert_double_eq(value_of(&out[1], "max"), 4);
	ck_assert_ptr_null(out[1].unit);
	ck_assert_double_eq(value_of(&out[2], "passes"), 4);
	ck_assert_double_eq(value_of(&out[2], "fails"), 1);
	ck_assert_double_eq(value_of(&out[2], "rate"), 0.8);
	ck_assert_double_eq(value_of(&out[3], "count"), 5);
	ck_assert_double_eq(value_of(&out[3], "med"), 2);
	ck_assert_double_eq(value_of(&out[3], "p90"), 3.6);
	ck_assert_uint_eq(out[4].value_count, 2);
	ck_assert_str_eq(out[4].values[0].name, "avg");
	ck_assert_double_eq(out[4].values[0].value, 2.5);
	ck_assert_double_eq(out[4].values[1].value, 1.5);
	ck_assert_uint_eq(out[5].value_count, 0);
	sift_arena_release(&arena);
	sift_block_free(block);
}
END_TEST

/* ---- hash ---- */

START_TEST(the_hash_is_of_results_not_of_names_and_lines)
{
	size_t declared;
	struct sift_event *events = make_events(3, 200, &declared);
	struct sift_block *a = block_of(events, declared, 0, 200, 100);
	struct sift_block *b = block_of(events, declared, 0, 200, 100);
	struct sift_block *c = block_of(events, declared, 0, 199, 100);

	b->name = "elsewhere.zip!stats.csv";
	b->path = "stats.csv";
	b->bytes = 5;
	b->skipped.entries[0].line++;
	finish(b);
	ck_assert(a->hash.high == b->hash.high && a->hash.low == b->hash.low);
	ck_assert(a->hash.low != c->hash.low);
	sift_block_free(a);
	sift_block_free(b);
	sift_block_free(c);
	free(events);
}
END_TEST

START_TEST(reading_can_end_well_or_not)
{
	struct sift_block *block = new_block();
	char reason[] = "cut short";

	ck_assert_int_eq(sift_block_set_reading(block, SIFT_READING_PARTIAL,
						reason, NULL),
			 SIFT_OK);
	reason[0] = 'x';
	finish(block);
	ck_assert_int_eq(block->reading, SIFT_READING_PARTIAL);
	ck_assert_str_eq(block->reason, "cut short");
	ck_assert_int_eq(
		sift_block_set_reading(block, SIFT_READING_WHOLE, NULL, NULL),
		SIFT_OK);
	ck_assert_ptr_null(block->reason);
	sift_block_free(block);
}
END_TEST

#define ROWS(table) ((int)(sizeof(table) / sizeof(table[0])))

static void
add_tests(TCase *tests)
{
	tcase_add_loop_test(tests, the_smallest_hashes_stay, 0, 20);
	tcase_add_test(tests, a_new_block_knows_nothing);
	tcase_add_test(tests, series_are_sorted_by_name_method_kind);
	tcase_add_test(tests, what_was_not_declared_is_an_error_of_the_reader);
	tcase_add_test(tests, nul_bytes_in_names_become_replacement_characters);
	tcase_add_test(tests,
		       times_of_users_count_only_where_no_better_are_known);
	tcase_add_test(tests, many_users_are_thinned_to_the_most_per_span);
	tcase_add_test(
		tests,
		much_progress_is_thinned_to_the_last_with_the_most_users);
	tcase_add_test(tests, few_points_are_all_kept_once);
	tcase_add_test(tests, endpoints_over_the_limit_fold_into_others);
	tcase_add_test(tests, each_kind_of_series_has_others_of_its_own);
	tcase_add_test(tests, reported_figures_of_others_add_up);
	tcase_add_test(tests,
		       texts_over_the_limits_fold_or_are_said_to_be_left_out);
	tcase_add_test(tests, a_result_of_samples_is_exact);
	tcase_add_loop_test(tests, failures_are_known_or_said_not_to_be, 0,
			    ROWS(outcomes));
	tcase_add_test(tests, failures_of_a_trend_have_no_meaning);
	tcase_add_test(tests, a_total_is_of_all_requests_but_no_trends);
	tcase_add_test(tests, reported_figures_stand_as_they_are);
	tcase_add_test(tests,
		       without_a_reported_total_counts_add_up_and_no_more);
	tcase_add_test(tests, extremes_of_users_without_times_are_not_constant);
	tcase_add_loop_test(tests, users_are_constant_if_they_rise_once_at_most,
			    0, ROWS(climbs));
	tcase_add_test(tests, metrics_give_the_values_of_their_type);
	tcase_add_test(tests, the_hash_is_of_results_not_of_names_and_lines);
	tcase_add_test(tests, reading_can_end_well_or_not);
}

int
main(void)
{
	Suite *suite = suite_create("block");
	TCase *tests = tcase_create("block");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_set_timeout(tests, 60);
	add_tests(tests);
	suite_add_tcase(suite, tests);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
