/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/text.h"
#include "block_fixture.h"
#include "digest/block_build.h"
#include "digest/digest.h"
#include "digest/digest_io.h"
#include "digest/slice.h"

/* ---- round trips ---- */

START_TEST(what_is_written_is_read)
{
	struct sift_block *block = everything((uint64_t)_i);
	struct sift_buf buf = bytes_of(block);
	struct sift_span rest = sift_buf_span(&buf);
	const struct sift_result *total;
	struct sift_block *again;
	bool skipped = true;

	ck_assert_int_eq(sift_digest_read_block(&rest, &again, &skipped, NULL),
			 SIFT_OK);
	ck_assert_ptr_nonnull(again);
	ck_assert(!skipped);
	ck_assert_uint_eq(rest.len, 0);
	assert_same_block(block, again);
	ck_assert_str_eq(again->name, block->name);
	ck_assert_str_eq(again->format, "k6 points");
	ck_assert_str_eq(again->reason, "cut short");
	ck_assert_int_eq(again->reading, SIFT_READING_PARTIAL);
	ck_assert_uint_eq(again->series_count, block->series_count);
	ck_assert(!again->skipped == !block->skipped);
	if (again->skipped)
		ck_assert_uint_eq(again->skipped->total, block->skipped->total);
	ck_assert_int_eq(again->total.result->requests, 77);
	total = again->total.result;
	ck_assert_double_eq(total->latency.ms[SIFT_STAT_P99], 240);
	ck_assert(signbit(total->latency_ok->ms[SIFT_STAT_P50]));
	ck_assert_int_eq(sift_block_requests(again),
			 sift_block_requests(block));
	sift_block_free(block);
	sift_block_free(again);
	ck_assert_int_eq(sift_digest_read_block(&rest, &again, NULL, NULL),
			 SIFT_END);
	ck_assert_ptr_null(again);
	sift_buf_release(&buf);
}
END_TEST

/* The rate of the second may be unknown; `counted`: a request is known as well.
   Read from bytes. */
static struct sift_block *
read_reported(double second_rps, bool counted)
{
	const struct sift_event sample =
		sample_event(1, SIFT_OUTCOME_OK, 5 * SECOND, 7 * MS);
	struct sift_block *block = new_block(), *again;
	struct sift_figures figures;
	struct sift_event event;
	struct sift_span rest;
	struct sift_buf buf;

	sift_figures_init(&figures);
	figures.requests = 10;
	figures.latency.ms[SIFT_STAT_MEAN] = 20;
	for (uint32_t i = 0; i < 2; i++) {
		figures.rps = i ? second_rps : 1;
		event = series_event(i, SIFT_KIND_HTTP, "GET", i ? "/b" : "/a");
		put(block, &event);
		event = figures_event(i, &figures);
		put(block, &event);
	}
	if (counted)
		put(block, &sample);
	finish(block);
	ck_assert_ptr_null(block->reported);
	buf = bytes_of(block);
	rest = sift_buf_span(&buf);
	ck_assert_int_eq(sift_digest_read_block(&rest, &again, NULL, NULL),
			 SIFT_OK);
	sift_block_free(block);
	sift_buf_release(&buf);
	return again;
}

START_TEST(a_block_tells_whether_all_was_stated)
{
	struct sift_block *stated = read_reported(2, false);
	struct sift_block *without_rate = read_reported(NAN, false);
	struct sift_block *counted = read_reported(2, true);

	ck_assert_ptr_nonnull(stated->reported);
	ck_assert_double_eq(stated->spent_ms, 400);
	ck_assert_ptr_null(without_rate->reported);
	ck_assert_ptr_null(counted->reported);
	ck_assert_int_eq(sift_block_open(stated, NULL), SIFT_OK);
	ck_assert_ptr_null(stated->reported);
	ck_assert_int_eq(stated->series[1].result->requests, 10);
	sift_block_free(stated);
	sift_block_free(without_rate);
	sift_block_free(counted);
}
END_TEST

static void
assert_same_result(const struct sift_result *x, const struct sift_result *y)
{
	ck_assert_mem_eq(x, y, offsetof(struct sift_result, latency_ok));
	ck_assert(!x->latency_ok == !y->latency_ok);
	if (x->latency_ok)
		ck_assert_mem_eq(x->latency_ok, y->latency_ok,
				 sizeof(*x->latency_ok));
	ck_assert_mem_eq(&x->resolution_ms, &y->resolution_ms,
			 sizeof(x->resolution_ms));
	ck_assert_int_eq(x->percentiles, y->percentiles);
	ck_assert_int_eq(x->origin, y->origin);
}

START_TEST(results_are_the_same_after_a_round_trip)
{
	struct sift_block *block = everything(9);
	struct sift_buf buf = bytes_of(block);
	struct sift_span rest = sift_buf_span(&buf);
	struct sift_arena arena;
	struct sift_block *again;

	sift_arena_init(&arena);
	ck_assert_int_eq(sift_digest_read_block(&rest, &again, NULL, NULL),
			 SIFT_OK);
	for (size_t i = 0; i < block->series_count; i++) {
		const struct sift_series a = sift_block_series(block, i);
		const struct sift_series b = sift_block_series(again, i);
		struct sift_result x, y;

		ck_assert_int_eq(sift_block_result(block, &a, &arena, &x, NULL),
				 SIFT_OK);
		ck_assert_int_eq(sift_block_result(again, &b, &arena, &y, NULL),
				 SIFT_OK);
		assert_same_result(&x, &y);
	}
	sift_arena_release(&arena);
	sift_block_free(block);
	sift_block_free(again);
	sift_buf_release(&buf);
}
END_TEST

START_TEST(a_block_that_was_read_knows_whether_all_are_asked)
{
	static const int64_t requests[] = {5, 0, -1};
	struct sift_event events[] = {
		series_event(0, SIFT_KIND_HTTP, "GET", "/a"),
		series_event(1, SIFT_KIND_HTTP, "GET", "/b"),
		series_event(2, SIFT_KIND_TREND, NULL, "waiting"),
	};
	struct sift_block *block = new_block(), *again;
	struct sift_figures figures;
	struct sift_event event;
	struct sift_buf buf;
	struct sift_span rest;

	for (size_t i = 0; i < 3; i++)
		put(block, &events[i]);
	sift_figures_init(&figures);
	for (uint32_t i = 0; i < 2; i++) {
		figures.requests = i ? requests[_i] : 5;
		event = figures_event(i, &figures);
		put(block, &event);
	}
	finish(block);
	ck_assert(!block->is_asked);
	buf = bytes_of(block);
	rest = sift_buf_span(&buf);
	ck_assert_int_eq(sift_digest_read_block(&rest, &again, NULL, NULL),
			 SIFT_OK);
	ck_assert(again->is_asked == (requests[_i] > 0));
	ck_assert_int_eq(sift_block_open(again, NULL), SIFT_OK);
	ck_assert(!again->is_asked);
	sift_block_free(again);
	sift_block_free(block);
	sift_buf_release(&buf);
}
END_TEST

START_TEST(extreme_samples_survive)
{
	static const int64_t times[] = {SIFT_INSTANT_NONE, INT64_MIN + 1, -1, 0,
					INT64_MAX};
	static const int64_t values[] = {
		INT64_MIN, -1, 0, UINT32_MAX, INT64_C(1) << 32, INT64_MAX};
	struct sift_block *block = new_block();
	struct sift_event event = series_event(0, SIFT_KIND_WS, "", "/");
	struct sift_span rest;
	struct sift_buf buf;
	struct sift_block *again;

	put(block, &event);
	for (size_t i = 0; i < 5 * 6 * 3; i++) {
		event = sample_event(0, (enum sift_outcome)(i % 3),
				     times[i / 3 % 5], values[i / 15]);
		put(block, &event);
		event = users_event(times[i / 3 % 5], values[i / 15]);
		put(block, &event);
		event = progress_event(times[i / 3 % 5], values[i / 15],
				       values[5 - i / 15], -1);
		put(block, &event);
	}
	finish(block);
	buf = bytes_of(block);
	rest = sift_buf_span(&buf);
	ck_assert_int_eq(sift_digest_read_block(&rest, &again, NULL, NULL),
			 SIFT_OK);
	assert_same_block(block, again);
	sift_block_free(block);
	sift_block_free(again);
	sift_buf_release(&buf);
}
END_TEST

START_TEST(texts_that_are_no_utf8_are_repaired_in_writing)
{
	struct sift_block *block = new_block();
	struct sift_span rest;
	struct sift_buf buf;
	struct sift_block *again;

	block->path = "caf\xE9/stats.csv";
	finish(block);
	buf = bytes_of(block);
	rest = sift_buf_span(&buf);
	ck_assert_int_eq(sift_digest_read_block(&rest, &again, NULL, NULL),
			 SIFT_OK);
	ck_assert_str_eq(again->path, "caf\xEF\xBF\xBD/stats.csv");
	sift_block_free(block);
	sift_block_free(again);
	sift_buf_release(&buf);
}
END_TEST

static const struct {
	const char *name, *path;
	bool is_end; /* of the name is the path */
} names_of_blocks[] = {
	{"in.tar.gz!runs/a.csv", "runs/a.csv", true},
	{"a.csv", "a.csv", true},
	{"./a.csv", "in/a.csv", false},
	{"a.csv", "", true},
	{"", "", true},
	{"", "a.csv", false},
};

START_TEST(name_and_path_of_a_block_survive)
{
	struct sift_block *block = new_block(), *again;
	const char *end;
	struct sift_span rest;
	struct sift_buf buf;

	block->name = names_of_blocks[_i].name;
	block->path = names_of_blocks[_i].path;
	finish(block);
	buf = bytes_of(block);
	rest = sift_buf_span(&buf);
	ck_assert_int_eq(sift_digest_read_block(&rest, &again, NULL, NULL),
			 SIFT_OK);
	ck_assert_str_eq(again->name, names_of_blocks[_i].name);
	ck_assert_str_eq(again->path, names_of_blocks[_i].path);
	end = again->name + strlen(again->name) - strlen(again->path);
	if (names_of_blocks[_i].is_end)
		ck_assert_ptr_eq(again->path, end);
	sift_block_free(block);
	sift_block_free(again);
	sift_buf_release(&buf);
}
END_TEST

START_TEST(a_usual_run_is_small)
{
	struct sift_block *block = new_block();
	uint64_t state = 1;
	struct sift_buf buf;

	for (uint32_t i = 0; i < 8; i++) {
		char name[8] = {'/', (char)('a' + i)};
		struct sift_event event =
			series_event(i, SIFT_KIND_HTTP, "GET", name);

		put(block, &event);
	}
	for (int64_t i = 0; i < 2000; i++) {
		/* 5 to 105 ms, 33 requests a second */
		struct sift_event event = sample_event(
			(uint32_t)(next_random(&state) % 8), SIFT_OUTCOME_OK,
			1700000000 * SECOND + i * 30 * MS,
			5 * MS + (int64_t)(next_random(&state) % (100 * MS)));

		put(block, &event);
	}
	finish(block);
	buf = bytes_of(block);
	ck_assert_uint_le(buf.len, 10240);
	sift_block_free(block);
	sift_buf_release(&buf);
}
END_TEST

/* ---- digests ---- */

START_TEST(a_digest_is_sorted_by_path_and_has_each_source_once)
{
	static const char *const names[] = {"b!2", "a!1", "b!2", "c!0", "b!2"};
	static const char *const paths[] = {"2", "1", "2", "0", "2"};
	struct sift_digest digest, more;

	sift_digest_init(&digest);
	sift_digest_init(&more);
	for (size_t i = 0; i < 5; i++) {
		struct sift_block *block;

		ck_assert_int_eq(
			sift_block_new(&block, names[i], paths[i], NULL),
			SIFT_OK);
		block->records_used = 1;
		finish(block);
		ck_assert_int_eq(
			sift_digest_add(i < 2 ? &digest : &more, block, NULL),
			SIFT_OK);
	}
	ck_assert_int_eq(sift_digest_merge(&digest, &more, NULL), SIFT_OK);
	ck_assert_uint_eq(more.count, 0);
	ck_assert_int_eq(sift_digest_merge(&digest, &more, NULL), SIFT_OK);
	ck_assert_int_eq(sift_digest_finish(&digest, 1, NULL), SIFT_OK);
	ck_assert_uint_eq(digest.count, 3);
	for (size_t i = 0; i < 3; i++)
		ck_assert_int_eq(digest.blocks[i]->path[0], '0' + (int)i);
	ck_assert_uint_eq(digest.blocks[2]->records_used, 3);
	sift_digest_release(&digest);
	sift_digest_release(&more);
}
END_TEST

/* As workers send them: whole, and in parts. */
START_TEST(unsorted_blocks_come_to_the_same)
{
	size_t declared;
	struct sift_event *events = make_events((uint64_t)_i, 400, &declared);
	struct sift_block *whole = block_of(events, declared, 0, 400, 10);
	struct sift_digest digest;
	size_t parts = (size_t)_i % 3 + 1;

	sift_digest_init(&digest);
	for (size_t part = 0; part < parts; part++) {
		struct sift_block *block = new_block();
		struct sift_buf bytes;

		block->bytes = whole->bytes;
		block->max_endpoints = 10;
		for (size_t i = 0; i < declared; i++)
			put(block, &events[i]);
		for (size_t i = part; i < 400; i += parts)
			put(block, &events[declared + i]);
		block->is_unsorted = true;
		sift_block_settle(block, 1);
		sift_buf_init(&bytes, 0);
		ck_assert_int_eq(sift_block_write(block, &bytes, NULL),
				 SIFT_OK);
		ck_assert_int_eq(sift_digest_take_block(
					 &digest, sift_buf_span(&bytes), NULL),
				 SIFT_OK);
		ck_assert(digest.blocks[part]->is_unsorted);
		sift_buf_release(&bytes);
		sift_block_free(block);
	}
	ck_assert_int_eq(sift_digest_finish(&digest, 2, NULL), SIFT_OK);
	ck_assert_uint_eq(digest.count, 1);
	ck_assert(!digest.blocks[0]->is_unsorted);
	whole->bytes = digest.blocks[0]->bytes;
	assert_same_block(digest.blocks[0], whole);
	ck_assert_uint_eq(digest.blocks[0]->hash.low, whole->hash.low);
	sift_digest_release(&digest);
	sift_block_free(whole);
	free(events);
}
END_TEST

/* Put a block with a series for each letter into the digest, by its bytes: of
   gRPC for "A", of HTTP for "a"; `turned`: the first two the wrong way round.
 */
static enum sift_status
take_named(struct sift_digest *digest, const char *letters, bool turned)
{
	struct sift_block *block = new_block();
	struct sift_buf bytes;
	enum sift_status rc;

	for (uint32_t i = 0; letters[i]; i++) {
		const char name[] = {'/', (char)(letters[i] | 0x20), '\0'};
		bool is_grpc = letters[i] < 'a';
		struct sift_event event = series_event(
			i, is_grpc ? SIFT_KIND_GRPC : SIFT_KIND_HTTP, "GET",
			name);

		put(block, &event);
	}
	finish(block);
	if (turned) {
		struct sift_series first = block->series[0];

		block->series[0] = block->series[1];
		block->series[1] = first;
	}
	sift_buf_init(&bytes, 0);
	ck_assert_int_eq(sift_block_write(block, &bytes, NULL), SIFT_OK);
	rc = sift_digest_take_block(digest, sift_buf_span(&bytes), NULL);
	sift_buf_release(&bytes);
	sift_block_free(block);
	return rc;
}

/* Wherever what is known of endpoints is looked up: often in one place. */
START_TEST(blocks_of_fewer_endpoints_are_not_alike)
{
	struct sift_digest digest;

	sift_digest_init(&digest);
	for (char a = 'A'; a < 'Z'; a++)
		for (char b = (char)(a + 1); b <= 'Z'; b++) {
			const char one[] = {a, '\0'}, two[] = {a, b, '\0'};
			struct sift_block **last;

			ck_assert(!take_named(&digest, one, false));
			ck_assert(!take_named(&digest, two, false));
			last = &digest.blocks[digest.count - 1];
			ck_assert_ptr_ne(last[0]->alike, last[-1]->alike);
		}
	sift_digest_release(&digest);
}
END_TEST

START_TEST(blocks_of_the_same_endpoints_are_alike)
{
	struct sift_digest digest;
	struct sift_block **blocks;

	sift_digest_init(&digest);
	ck_assert_int_eq(take_named(&digest, "abc", false), SIFT_OK);
	ck_assert_int_eq(take_named(&digest, "abc", false), SIFT_OK);
	ck_assert_int_eq(take_named(&digest, "", false), SIFT_OK);
	ck_assert_int_eq(take_named(&digest, "abc", false), SIFT_OK);
	ck_assert_int_eq(take_named(&digest, "abd", false), SIFT_OK);
	ck_assert_int_eq(take_named(&digest, "ab", false), SIFT_OK);
	ck_assert_int_eq(take_named(&digest, "ab", false), SIFT_OK);
	ck_assert_int_eq(take_named(&digest, "aB", false), SIFT_OK);
	ck_assert_int_eq(take_named(&digest, "abc", false), SIFT_OK);
	blocks = digest.blocks;
	ck_assert_ptr_nonnull(blocks[0]->alike);
	ck_assert_ptr_eq(blocks[1]->alike, blocks[0]->alike);
	ck_assert_ptr_null(blocks[2]->alike);
	ck_assert_ptr_eq(blocks[3]->alike, blocks[0]->alike);
	ck_assert_ptr_nonnull(blocks[4]->alike);
	ck_assert_ptr_ne(blocks[4]->alike, blocks[0]->alike);
	ck_assert_ptr_nonnull(blocks[5]->alike);
	ck_assert_ptr_ne(blocks[5]->alike, blocks[4]->alike);
	ck_assert_ptr_eq(blocks[6]->alike, blocks[5]->alike);
	ck_assert_ptr_ne(blocks[7]->alike, blocks[5]->alike);
	ck_assert_ptr_eq(blocks[8]->alike, blocks[0]->alike);
	ck_assert_int_eq(sift_block_open(blocks[6], NULL), SIFT_OK);
	ck_assert_ptr_null(blocks[6]->alike);
	sift_digest_release(&digest);
}
END_TEST

enum oddity { NOTHING, AN_EXAMPLE, A_UNIT, FAILURES, NO_RATE };

/* A source that reports `requests` of a first endpoint, twice as many of the
   second and so on, and knows something else of the first. */
static void
take_reported(struct sift_digest *digest, uint32_t count, int64_t requests,
	      enum oddity odd)
{
	const struct sift_event failed = {
		.kind = SIFT_EVENT_FAILED,
		.failed = {.series = 0, .count = 0},
	};
	struct sift_block *block = new_block();
	struct sift_figures figures;
	struct sift_buf bytes;

	sift_figures_init(&figures);
	for (uint32_t i = 0; i < count; i++) {
		enum oddity what = i ? NOTHING : odd;
		char name[16];
		struct sift_event event;

		snprintf(name, sizeof(name), "/%c%06u", i ? 'b' : 'a', i);
		event = series_event(i, SIFT_KIND_HTTP, "GET", name);
		if (what == AN_EXAMPLE)
			event.series.original = SIFT_SPAN("/a1");
		event.series.unit_assumed = what == A_UNIT;
		figures.rps = what == NO_RATE ? (double)NAN : 1;
		figures.requests = requests * (1 + (int64_t)i);
		event.series.figures = &figures;
		put(block, &event);
		if (what == FAILURES)
			put(block, &failed);
	}
	finish(block);
	sift_buf_init(&bytes, 0);
	ck_assert_int_eq(sift_block_write(block, &bytes, NULL), SIFT_OK);
	ck_assert_int_eq(
		sift_digest_take_block(digest, sift_buf_span(&bytes), NULL),
		SIFT_OK);
	sift_buf_release(&bytes);
	sift_block_free(block);
}

static int64_t
requests_of(const struct sift_block *block, size_t i)
{
	return sift_block_series(block, i).result->requests;
}

/* All but their results, where nothing else of them differs. */
START_TEST(blocks_have_reported_series_in_common)
{
	static const enum oddity odd[] = {NOTHING,  AN_EXAMPLE, A_UNIT,
					  FAILURES, NO_RATE,	NOTHING};
	struct sift_digest digest;
	struct sift_block **b, *sum;

	sift_digest_init(&digest);
	for (int64_t i = 0; i < 6; i++)
		take_reported(&digest, 3, (i + 1) * 10, odd[i]);
	b = digest.blocks;
	for (size_t i = 0; i < digest.count; i++) {
		ck_assert_ptr_eq(b[i]->alike, b[0]->alike);
		ck_assert_int_eq(b[i]->series == b[0]->series,
				 odd[i] == NOTHING);
		ck_assert_int_eq(b[i]->reported != NULL, odd[i] != NO_RATE);
		for (size_t s = 0; s < 3; s++)
			ck_assert_int_eq(requests_of(b[i], s),
					 (int64_t)((i + 1) * 10 * (s + 1)));
	}
	ck_assert_str_eq(b[1]->series[0].example, "/a1");
	ck_assert(b[2]->series[0].unit_assumed);
	ck_assert(b[3]->series[0].failures_known);

	sum = new_block();
	ck_assert_int_eq(sift_block_merge(sum, b[5], NULL), SIFT_OK);
	ck_assert_int_eq(sift_block_finish(sum, 1, NULL), SIFT_OK);
	ck_assert_int_eq(requests_of(sum, 2), 180);

	/* Who changes one takes its series from the others. */
	ck_assert_int_eq(sift_block_open(b[5], NULL), SIFT_OK);
	ck_assert_ptr_ne(b[5]->series, b[0]->series);
	b[5]->series[0].result->requests = 7;
	ck_assert_int_eq(sift_block_finish(b[5], 1, NULL), SIFT_OK);
	ck_assert_int_eq(requests_of(b[5], 0), 7);
	ck_assert_int_eq(requests_of(b[5], 1), 120);
	ck_assert_int_eq(requests_of(b[0], 0), 10);
	sift_block_free(sum);
	sift_digest_release(&digest);
}
END_TEST

/* More than are looked up. */
START_TEST(blocks_of_very_many_series_have_their_own)
{
	const uint32_t many = 5000;
	struct sift_digest digest;

	sift_digest_init(&digest);
	take_reported(&digest, many, 1, NOTHING);
	take_reported(&digest, many, 2, NOTHING);
	for (size_t i = 0; i < 2; i++)
		for (size_t s = 0; s < many; s++)
			ck_assert_int_eq(requests_of(digest.blocks[i], s),
					 (int64_t)((i + 1) * (s + 1)));
	ck_assert_ptr_ne(digest.blocks[0]->series, digest.blocks[1]->series);
	sift_digest_release(&digest);
}
END_TEST

/* Whether they are in order is asked once, but not forgotten. */
START_TEST(series_must_be_in_order_whatever_the_last_were)
{
	struct sift_digest digest;

	sift_digest_init(&digest);
	for (unsigned i = 0; i < 2; i++) {
		ck_assert_int_eq(take_named(&digest, "ab", true),
				 SIFT_E_FORMAT);
		ck_assert_int_eq(take_named(&digest, "ab", true),
				 SIFT_E_FORMAT);
		ck_assert_int_eq(take_named(&digest, "ab", false), SIFT_OK);
	}
	ck_assert_uint_eq(digest.count, 2);
	ck_assert_ptr_eq(digest.blocks[0]->alike, digest.blocks[1]->alike);
	sift_digest_release(&digest);
}
END_TEST

START_TEST(an_empty_digest_has_bytes_too)
{
	struct sift_digest digest;
	struct sift_buf buf;

	sift_digest_init(&digest);
	sift_buf_init(&buf, 0);
	ck_assert_int_eq(sift_digest_finish(&digest, 1, NULL), SIFT_OK);
	ck_assert_int_eq(sift_digest_write(&digest, &buf, NULL), SIFT_OK);
	ck_assert(sift_digest_is(sift_buf_span(&buf)));
	ck_assert_int_eq(sift_digest_read(&digest, sift_buf_span(&buf), NULL),
			 SIFT_OK);
	ck_assert_uint_eq(digest.count, 0);
	sift_buf_release(&buf);
}
END_TEST

START_TEST(a_digest_is_the_same_after_a_round_trip)
{
	struct sift_buf bytes = digest_bytes(3);
	struct sift_digest digest;
	struct sift_buf again;

	sift_digest_init(&digest);
	sift_buf_init(&again, 0);
	ck_assert_int_eq(sift_digest_read(&digest, sift_buf_span(&bytes), NULL),
			 SIFT_OK);
	ck_assert_uint_eq(digest.count, 3);
	ck_assert_int_eq(sift_digest_write(&digest, &again, NULL), SIFT_OK);
	ck_assert_uint_eq(again.len, bytes.len);
	ck_assert(memcmp(again.ptr, bytes.ptr, bytes.len) == 0);
	sift_digest_release(&digest);
	sift_buf_release(&bytes);
	sift_buf_release(&again);
}
END_TEST

/* ---- newer versions ---- */

START_TEST(an_unknown_version_is_not_read)
{
	char bytes[] = SIFT_DIGEST_MAGIC "\6\0\0\0";
	struct sift_digest digest;
	struct sift_err err = {0};

	sift_digest_init(&digest);
	ck_assert_int_eq(
		sift_digest_read(&digest,
				 sift_span_of(bytes, sizeof(bytes) - 1), &err),
		SIFT_E_UNSUPPORTED);
	ck_assert_str_eq(err.what, "digests of version 6 are not known");
}
END_TEST

START_TEST(unknown_sections_and_parts_are_skipped_and_said)
{
	struct sift_block *block = everything(4);
	struct sift_buf buf = bytes_of(block);
	struct sift_buf longer;
	struct sift_span rest;
	struct sift_block *again;
	bool skipped = false;
	size_t payload = buf.len - SIFT_SECTION_HEAD - SIFT_SECTION_TAIL;

	/* A section of kind 7. */
	buf.ptr[0] = 7;
	fix_checksum(buf.ptr, buf.len);
	rest = sift_buf_span(&buf);
	ck_assert_int_eq(sift_digest_read_block(&rest, &again, &skipped, NULL),
			 SIFT_OK);
	ck_assert_ptr_null(again);
	ck_assert(skipped);
	ck_assert_uint_eq(rest.len, 0);

	/* A part of number 99 and three bytes at the end of the block. */
	sift_buf_init(&longer, 0);
	sift_buf_add_u32(&longer, SIFT_SECTION_BLOCK);
	sift_buf_add_u64(&longer, payload + 5);
	sift_buf_add(&longer, buf.ptr + SIFT_SECTION_HEAD, payload);
	sift_buf_add(&longer, "\x63\3abc", 5);
	sift_buf_add_u64(&longer, 0);
	fix_checksum(longer.ptr, longer.len);
	rest = sift_buf_span(&longer);
	ck_assert_int_eq(sift_digest_read_block(&rest, &again, &skipped, NULL),
			 SIFT_OK);
	ck_assert(skipped);
	ck_assert_ptr_nonnull(again);
	ck_assert_uint_eq(again->note_count, block->note_count + 1);
	ck_assert_uint_eq(again->series_count, block->series_count);
	sift_block_free(again);
	sift_block_free(block);
	sift_buf_release(&buf);
	sift_buf_release(&longer);
}
END_TEST

START_TEST(one_damaged_section_does_not_take_the_others_along)
{
	struct sift_buf bytes = digest_bytes(3);
	struct sift_digest digest;

	sift_digest_init(&digest);
	bytes.ptr[SIFT_DIGEST_HEADER + SIFT_SECTION_HEAD + 5] ^= 1;
	ck_assert_int_eq(sift_digest_read(&digest, sift_buf_span(&bytes), NULL),
			 SIFT_E_FORMAT);
	ck_assert_uint_eq(digest.count, 2);
	sift_digest_release(&digest);
	sift_buf_release(&bytes);
}
END_TEST

START_TEST(bytes_after_the_end_are_damage)
{
	struct sift_buf bytes = digest_bytes(1);
	struct sift_digest digest;

	sift_digest_init(&digest);
	sift_buf_add_byte(&bytes, 'x');
	ck_assert_int_eq(sift_digest_read(&digest, sift_buf_span(&bytes), NULL),
			 SIFT_E_FORMAT);
	ck_assert_uint_eq(digest.count, 1);
	sift_digest_release(&digest);
	sift_buf_release(&bytes);
}
END_TEST

/* ---- memory ---- */

/* Fill, finish, write, read, merge: whatever allocation fails, it is said
   and nothing is lost track of. Returns whether any failed. */
static bool
try_all(const struct sift_event *events, size_t declared, size_t count,
	uint64_t fail_at)
{
	struct sift_block *block = NULL, *again = NULL;
	struct sift_sink sink;
	struct sift_digest digest;
	struct sift_buf buf;
	struct sift_span rest;
	struct sift_result result;
	enum sift_status rc;

	sift_digest_init(&digest);
	sift_buf_init(&buf, 0);
	sift_mem_fail_at(fail_at, 0);
	rc = sift_block_new(&block, "name", "path", NULL);
	if (rc == SIFT_OK)
		sink = sift_block_sink(block, 6);
	for (size_t i = 0; rc == SIFT_OK && i < declared + count; i++)
		rc = sift_sink_put(&sink, &events[i], NULL);
	/* What has failed can be finished and used all the same. */
	if (block && sift_block_finish(block, 1, NULL) == SIFT_OK)
		(void)!sift_block_result(block, NULL, &block->arena, &result,
					 NULL);
	if (rc == SIFT_OK)
		rc = sift_block_finish(block, 1, NULL);
	if (rc == SIFT_OK)
		rc = sift_digest_write_block(block, &buf, NULL);
	rest = sift_buf_span(&buf);
	if (rc == SIFT_OK)
		rc = sift_digest_read_block(&rest, &again, NULL, NULL);
	if (rc == SIFT_OK)
		rc = sift_digest_add(&digest, again, NULL);
	if (rc == SIFT_OK)
		again = NULL;
	if (rc == SIFT_OK)
		rc = sift_digest_add(&digest, block, NULL);
	if (rc == SIFT_OK)
		block = NULL;
	if (rc == SIFT_OK)
		rc = sift_digest_finish(&digest, 1, NULL);
	sift_mem_fail_at(0, 0);
	ck_assert(rc == SIFT_OK || rc == SIFT_E_NOMEM);
	sift_block_free(block);
	sift_block_free(again);
	sift_digest_release(&digest);
	sift_buf_release(&buf);
	return rc != SIFT_OK;
}

START_TEST(running_out_of_memory_is_said_and_leaks_nothing)
{
	size_t declared;
	struct sift_event *events = make_events(5, 150, &declared);
	uint64_t calls = sift_mem_calls();

	ck_assert(!try_all(events, declared, 150, 0));
	calls = sift_mem_calls() - calls;
	for (uint64_t n = 1; n <= calls; n++)
		(void)try_all(events, declared, 150, n);
	ck_assert(try_all(events, declared, 150, 1));
	free(events);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("digest");
	TCase *tests = tcase_create("digest");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_set_timeout(tests, 300);
	tcase_add_loop_test(tests, what_is_written_is_read, 0, 10);
	tcase_add_test(tests, a_block_tells_whether_all_was_stated);
	tcase_add_test(tests, results_are_the_same_after_a_round_trip);
	tcase_add_loop_test(
		tests, a_block_that_was_read_knows_whether_all_are_asked, 0, 3);
	tcase_add_test(tests, extreme_samples_survive);
	tcase_add_test(tests, texts_that_are_no_utf8_are_repaired_in_writing);
	tcase_add_loop_test(tests, name_and_path_of_a_block_survive, 0,
			    sizeof(names_of_blocks) / sizeof(*names_of_blocks));
	tcase_add_test(tests, a_usual_run_is_small);
	tcase_add_test(tests,
		       a_digest_is_sorted_by_path_and_has_each_source_once);
	tcase_add_loop_test(tests, unsorted_blocks_come_to_the_same, 1, 30);
	tcase_add_test(tests, blocks_of_the_same_endpoints_are_alike);
	tcase_add_test(tests, blocks_of_fewer_endpoints_are_not_alike);
	tcase_add_test(tests, blocks_have_reported_series_in_common);
	tcase_add_test(tests, blocks_of_very_many_series_have_their_own);
	tcase_add_test(tests, series_must_be_in_order_whatever_the_last_were);
	tcase_add_test(tests, an_empty_digest_has_bytes_too);
	tcase_add_test(tests, a_digest_is_the_same_after_a_round_trip);
	tcase_add_test(tests, an_unknown_version_is_not_read);
	tcase_add_test(tests, unknown_sections_and_parts_are_skipped_and_said);
	tcase_add_test(tests,
		       one_damaged_section_does_not_take_the_others_along);
	tcase_add_test(tests, bytes_after_the_end_are_damage);
	tcase_add_test(tests, running_out_of_memory_is_said_and_leaks_nothing);
	suite_add_tcase(suite, tests);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
