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
#include "digest/digest_io.h"
#include "digest/keep.h"
#include "digest/samples.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

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

/* Of blocks that need not be finished. */
static void
assert_same_bytes(const struct sift_block *a, const struct sift_block *b)
{
	struct sift_buf x, y;

	sift_buf_init(&x, 0);
	sift_buf_init(&y, 0);
	ck_assert_int_eq(sift_block_write(a, &x, NULL), SIFT_OK);
	ck_assert_int_eq(sift_block_write(b, &y, NULL), SIFT_OK);
	ck_assert_uint_eq(x.len, y.len);
	ck_assert_mem_eq(x.ptr, y.ptr, x.len);
	sift_buf_release(&x);
	sift_buf_release(&y);
}

/* ---- keep.h ---- */

/* Whatever the order, the keys with the smallest hashes are there. */
START_TEST(the_smallest_hashes_stay)
{
	enum { KEYS = 500, MAX = 37 };
	struct sift_keep keep;
	const struct sift_keep_key reserved =
		sift_keep_hashed(SIFT_SPAN("(other)"));
	uint64_t hashes[KEYS], limit = 0;
	uint64_t state = (uint64_t)_i + 1;
	size_t order[KEYS], smaller;

	sift_keep_init(&keep);
	ck_assert_int_eq(sift_keep_add(&keep, &reserved, true, NULL), SIFT_OK);
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
		char text[16];
		struct sift_keep_key key;
		uint32_t victim;

		snprintf(text, sizeof(text), "key %zu", order[i % KEYS]);
		key = sift_keep_hashed(sift_span_str(text));
		if (sift_keep_find(&keep, &key) != SIFT_KEEP_NONE)
			continue;
		if (keep.count - keep.reserved < MAX) {
			ck_assert_int_eq(
				sift_keep_add(&keep, &key, false, NULL),
				SIFT_OK);
			continue;
		}
		ck_assert_int_eq(sift_keep_victim(&keep, &key, &victim, NULL),
				 SIFT_OK);
		ck_assert(i < KEYS || victim == SIFT_KEEP_NONE);
		if (victim != SIFT_KEEP_NONE)
			ck_assert_int_eq(
				sift_keep_replace(&keep, victim, &key, NULL),
				SIFT_OK);
	}
	ck_assert_uint_eq(keep.count, MAX + 1);
	ck_assert_uint_eq(sift_keep_find(&keep, &reserved), 0);
	for (uint32_t i = 1; i < keep.count; i++) {
		struct sift_keep_key key =
			sift_keep_hashed(sift_keep_text(&keep, i));

		ck_assert_uint_eq(sift_keep_find(&keep, &key), i);
		limit = key.hash > limit ? key.hash : limit;
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
	ck_assert_int_eq(sift_block_result(block, NULL, NULL, &result, NULL),
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
	ck_assert_uint_eq(sift_history_count(&block->series[0].counted->history,
					     SIFT_OUTCOME_OK),
			  2);
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

START_TEST(names_that_are_no_utf8_are_repaired)
{
	struct sift_block *block = new_block();
	struct sift_event event =
		series_event(0, SIFT_KIND_HTTP, "G\xC3T", "a");

	put(block, &event);
	event = series_event(1, SIFT_KIND_HTTP, "GET", "/\xFFz\xE2\x82");
	put(block, &event);
	finish(block);
	ck_assert_str_eq(block->series[0].name,
			 "/\xEF\xBF\xBDz\xEF\xBF\xBD\xEF\xBF\xBD");
	ck_assert_str_eq(block->series[1].method, "G\xEF\xBF\xBDT");
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

START_TEST(ids_that_were_forgotten_mean_what_they_are_told_to)
{
	struct sift_block *block = new_block();
	const struct sift_event forget = {.kind = SIFT_EVENT_FORGET};

	put_series(block, 0, "/a");
	put_series(block, 1, "/b");
	put_sample(block, 0, SIFT_OUTCOME_OK, SECOND, 1);
	put(block, &forget);
	put_series(block, 0, "/b");
	put_sample(block, 0, SIFT_OUTCOME_OK, SECOND, 2);
	put_series(block, 1, "/a");
	put_sample(block, 1, SIFT_OUTCOME_OK, SECOND, 3);
	put_sample(block, 1, SIFT_OUTCOME_OK, SECOND, 4);
	finish(block);
	ck_assert_uint_eq(block->series_count, 2);
	ck_assert_uint_eq(sift_series_sample_count(find(block, "/a")), 3);
	ck_assert_uint_eq(sift_series_sample_count(find(block, "/b")), 1);
	ck_assert(!sift_block_is_folded(block));
	sift_block_free(block);
}
END_TEST

START_TEST(a_forgotten_id_means_nothing)
{
	struct sift_block *block = new_block();
	const struct sift_event forget = {.kind = SIFT_EVENT_FORGET};
	const struct sift_event sample =
		sample_event(0, SIFT_OUTCOME_OK, SECOND, 1);
	struct sift_sink sink = sift_block_sink(block, 0);

	put_series(block, 0, "/a");
	put(block, &forget);
	ck_assert_int_eq(sift_sink_put(&sink, &sample, NULL), SIFT_E_INTERNAL);
	sift_block_free(block);
}
END_TEST

START_TEST(endpoints_over_the_limit_fold_into_others)
{
	enum { NAMES = 200, MAX = 20 };
	struct sift_block *block = new_block();
	const struct sift_series *other;
	const struct sift_history_parts *parts;
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
		parts = series->counted->history.parts;
		ck_assert_uint_eq(parts->samples[SIFT_OUTCOME_OK]->all.count,
				  1);
		ck_assert_uint_eq(
			parts->samples[SIFT_OUTCOME_FAILED]->all.count, 1);
		ck_assert_int_eq(parts->samples[SIFT_OUTCOME_OK]->all.min,
				 atoi(series->name + 6));
	}
	parts = other->counted->history.parts;
	ck_assert_uint_eq(parts->samples[SIFT_OUTCOME_OK]->all.count,
			  NAMES - kept);
	ck_assert_uint_eq(parts->samples[SIFT_OUTCOME_FAILED]->all.count,
			  NAMES - kept);
	ck_assert_uint_eq(parts->timeline.count, 2);
	ck_assert_int_eq(sift_block_requests(block), 2 * NAMES);
	ck_assert_int_eq(sift_block_failures(block), NAMES);
	ck_assert(sift_block_is_folded(block));
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
				sift_history_count(&series->counted->history,
						   SIFT_OUTCOME_OK),
				1);
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
		requests -= (uint64_t)block->series[i].result->requests;
	ck_assert_uint_eq(requests, 0);
	ck_assert_int_eq(other->result->failures, find(block, "/2") ? 4 : -1);
	ck_assert(isnan(other->result->latency.ms[SIFT_STAT_P99]));
	ck_assert(!isnan(other->result->latency.ms[SIFT_STAT_MAX]));
	sift_block_free(block);
}
END_TEST

/* One of each kind of entry that has a text, of a name of its own. */
static void
put_named(struct sift_block *block, uint32_t number)
{
	char name[32];

	snprintf(name, sizeof(name), "name%u", number);
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

/* ---- failures ---- */

START_TEST(of_one_failure_the_smallest_text_stays)
{
	static const char *const texts[] = {"order 23456 is gone",
					    "order 12345 is gone",
					    "order {n} is gone"};
	struct sift_block *block = new_block();

	for (int i = 0; i < 3; i++) {
		struct sift_event event = failure_event(
			"GET", "/", texts[(i + _i) % 3], (uint64_t)i);

		put(block, &event);
	}
	finish(block);
	ck_assert_uint_eq(block->failure_count, 1);
	ck_assert_int_eq(block->failures[0].count, 3);
	ck_assert_str_eq(block->failures[0].fingerprint, "order {n} is gone");
	ck_assert_str_eq(block->failures[0].example, "order 12345 is gone");
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
	b->skipped->entries[0].line++;
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

/* Samples enough that threads sort and hash them. */
static struct sift_block *
many_samples(unsigned threads)
{
	static const char *const names[] = {"c", "a", "b"};
	struct sift_block *block = new_block();
	uint64_t state = 1;

	for (uint32_t id = 0; id < 3; id++) {
		struct sift_event event =
			series_event(id, SIFT_KIND_HTTP, "GET", names[id]);

		put(block, &event);
	}
	for (int i = 0; i < 60000; i++) {
		uint64_t random = next_random(&state);
		struct sift_event event =
			sample_event((uint32_t)(random % 3), SIFT_OUTCOME_OK,
				     (int64_t)(random >> 8 & 0xff) * SECOND,
				     (int64_t)(random >> 16 & 0xffffff));

		put(block, &event);
	}
	ck_assert_int_eq(sift_block_finish(block, threads, NULL), SIFT_OK);
	return block;
}

START_TEST(the_number_of_threads_does_not_show)
{
	struct sift_block *one = many_samples(1);
	struct sift_block *four = many_samples(4);

	assert_same_block(one, four);
	ck_assert_uint_eq(one->hash.high, four->hash.high);
	ck_assert_uint_eq(one->hash.low, four->hash.low);
	ck_assert_str_eq(four->series[0].name, "a");
	sift_block_free(one);
	sift_block_free(four);
}
END_TEST

/* ---- emptying ---- */

/* Declarations from `from` on, then some events of another source. */
static void
fill_otherwise(struct sift_block *block, uint64_t seed, size_t from,
	       uint64_t max_endpoints)
{
	size_t declared;
	struct sift_event *events = make_events(seed, 100, &declared);

	block->max_endpoints = max_endpoints;
	for (size_t i = from; i < declared; i++)
		put(block, &events[i]);
	for (size_t i = 0; !from && i < 100; i++)
		put(block, &events[declared + i]);
	sift_block_settle(block, 1);
	free(events);
}

/* Whatever it held: the same names, others, more or fewer of them. */
START_TEST(an_emptied_block_is_as_a_new_one)
{
	static const struct {
		size_t from;
		uint64_t before, max;
	} cases[] = {
		{0, 100, 100}, {1, 100, 100}, {3, 100, 100}, {0, 2, 100},
		{0, 100, 2},   {4, 100, 3},   {0, 2, 2},
	};
	size_t declared;
	struct sift_event *events = make_events(5, 100, &declared);
	struct sift_block *block = new_block();

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct sift_block *fresh;

		fill_otherwise(block, i, cases[i].from, cases[i].before);
		ck_assert(sift_block_empty(block));
		ck_assert_int_eq(sift_block_rename(block,
						   "in.tar.gz!runs/a/points."
						   "json",
						   "runs/a/points.json", NULL),
				 SIFT_OK);
		fresh = block_of(events, declared, 0, 100, cases[i].max);
		block->max_endpoints = cases[i].max;
		block->max_samples = fresh->max_samples;
		block->bytes = 100;
		for (size_t k = 0; k < declared + 100; k++)
			put(block, &events[k]);
		sift_block_settle(block, 1);
		assert_same_bytes(block, fresh);
		ck_assert(sift_block_empty(block));
		sift_block_free(fresh);
	}
	sift_block_free(block);
	free(events);
}
END_TEST

/* Some of these, in order or not; the first is counted, not reported. */
static void
fill_some(struct sift_block *block, const char *order, bool is_counted)
{
	struct sift_figures figures;
	struct sift_event event;
	char name[] = "/x";

	sift_figures_init(&figures);
	for (uint32_t i = 0; order[i]; i++) {
		name[1] = order[i];
		event = series_event(i, SIFT_KIND_HTTP, "GET", name);
		figures.requests = i + 7;
		if (i || !is_counted)
			event.series.figures = &figures;
		put(block, &event);
	}
	event = (struct sift_event){
		.kind = SIFT_EVENT_SAMPLE,
		.sample = {.value_ns = 5, .time_ns = SIFT_INSTANT_NONE}};
	if (is_counted)
		put(block, &event);
	sift_block_settle(block, 1);
}

START_TEST(names_of_the_next_source_come_in_any_order)
{
	static const char *const orders[] = {
		"abcd", "abcd", "ab",  "abcd", "abdc",	"abcd", "abce",
		"abcb", "a",	"dba", "dba",  "abdba", "bcd",	"abcdefgh",
	};
	struct sift_block *block = new_block();

	for (size_t i = 0; i < 3 * COUNT_OF(orders); i++) {
		const char *order = orders[i * 5 % COUNT_OF(orders)];
		struct sift_block *fresh = new_block();

		fill_some(fresh, order, i % 3 == 1);
		fill_some(block, order, i % 3 == 1);
		assert_same_bytes(block, fresh);
		ck_assert(sift_block_empty(block));
		ck_assert_int_eq(sift_block_rename(block, fresh->name,
						   fresh->path, NULL),
				 SIFT_OK);
		sift_block_free(fresh);
	}
	sift_block_free(block);
}
END_TEST

START_TEST(names_with_nul_bytes_come_again)
{
	struct sift_block *block = new_block();
	struct sift_event event =
		series_event(0, SIFT_KIND_HTTP, "GET", "/\xEF\xBF\xBD");

	put(block, &event);
	for (size_t i = 0; i < 2; i++) {
		ck_assert(sift_block_empty(block));
		event.series.name = i ? SIFT_SPAN("/\0") : SIFT_SPAN("/\0\0\0");
		put(block, &event);
		ck_assert_uint_eq(block->series_count, 1);
		ck_assert_str_eq(block->series[0].name,
				 i ? "/\xEF\xBF\xBD"
				   : "/\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
	}
	sift_block_free(block);
}
END_TEST

START_TEST(a_finished_block_and_a_large_one_are_not_emptied)
{
	struct sift_block *block = new_block();
	char name[16];

	finish(block);
	ck_assert(!sift_block_empty(block));
	sift_block_free(block);
	block = new_block();
	for (uint32_t i = 0; i < 5000; i++) {
		snprintf(name, sizeof(name), "/%u", i);
		put_series(block, i, name);
	}
	ck_assert(!sift_block_empty(block));
	ck_assert_uint_eq(block->series_count, 5000);
	sift_block_free(block);
}
END_TEST

static void
add_tests(TCase *tests)
{
	tcase_add_loop_test(tests, the_smallest_hashes_stay, 0, 20);
	tcase_add_test(tests, a_new_block_knows_nothing);
	tcase_add_test(tests, series_are_sorted_by_name_method_kind);
	tcase_add_test(tests, what_was_not_declared_is_an_error_of_the_reader);
	tcase_add_test(tests, names_that_are_no_utf8_are_repaired);
	tcase_add_test(tests, nul_bytes_in_names_become_replacement_characters);
	tcase_add_test(tests,
		       times_of_users_count_only_where_no_better_are_known);
	tcase_add_test(tests, many_users_are_thinned_to_the_most_per_span);
	tcase_add_test(
		tests,
		much_progress_is_thinned_to_the_last_with_the_most_users);
	tcase_add_test(tests, few_points_are_all_kept_once);
	tcase_add_test(tests,
		       ids_that_were_forgotten_mean_what_they_are_told_to);
	tcase_add_test(tests, a_forgotten_id_means_nothing);
	tcase_add_test(tests, endpoints_over_the_limit_fold_into_others);
	tcase_add_test(tests, each_kind_of_series_has_others_of_its_own);
	tcase_add_test(tests, reported_figures_of_others_add_up);
	tcase_add_test(tests,
		       texts_over_the_limits_fold_or_are_said_to_be_left_out);
	tcase_add_loop_test(tests, of_one_failure_the_smallest_text_stays, 0,
			    3);
	tcase_add_test(tests, the_hash_is_of_results_not_of_names_and_lines);
	tcase_add_test(tests, reading_can_end_well_or_not);
	tcase_add_test(tests, the_number_of_threads_does_not_show);
	tcase_add_test(tests, an_emptied_block_is_as_a_new_one);
	tcase_add_test(tests, names_of_the_next_source_come_in_any_order);
	tcase_add_test(tests, names_with_nul_bytes_come_again);
	tcase_add_test(tests, a_finished_block_and_a_large_one_are_not_emptied);
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
