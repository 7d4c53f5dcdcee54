/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/text.h"
#include "block_fixture.h"
#include "digest/digest.h"
#include "digest/digest_io.h"
#include "digest/slice.h"

/* A small source in which everything occurs, with reported figures too. */
static struct sift_block *
everything(uint64_t seed)
{
	size_t declared;
	struct sift_event *events = make_events(seed, 100, &declared);
	struct sift_block *block = block_of(events, declared, 0, 100, 8);
	struct sift_figures figures;
	struct sift_event event;

	sift_figures_init(&figures);
	figures.requests = 77;
	figures.rps = 12.25;
	figures.latency.ms[SIFT_STAT_P99] = 240;
	figures.latency_ok.ms[SIFT_STAT_P50] = -0.0;
	event = figures_event(SIFT_SERIES_TOTAL, &figures);
	put(block, &event);
	event = value_event(0, "p(95)", NAN);
	put(block, &(struct sift_event){.kind = SIFT_EVENT_METRIC,
					.metric = {0, SIFT_METRIC_GAUGE,
						   SIFT_SPAN("stated"),
						   SIFT_SPAN("ms")}});
	put(block, &event);
	event.value.value = 1e300;
	event.value.name = SIFT_SPAN("max");
	put(block, &event);
	block->format = "k6 points";
	block->format_version = "B";
	block->local_time = "2026-02-17T08:00:00";
	ck_assert_int_eq(sift_block_set_reading(block, SIFT_READING_PARTIAL,
						"cut short", NULL),
			 SIFT_OK);
	finish(block);
	free(events);
	return block;
}

static struct sift_buf
bytes_of(const struct sift_block *block)
{
	struct sift_buf buf;

	sift_buf_init(&buf, 0);
	ck_assert_int_eq(sift_digest_write_block(block, &buf, NULL), SIFT_OK);
	return buf;
}

static struct sift_buf
digest_bytes(size_t blocks)
{
	struct sift_digest digest;
	struct sift_buf buf;

	sift_digest_init(&digest);
	for (size_t i = 0; i < blocks; i++) {
		struct sift_block *block = everything(i + 1);
		char *name = sift_arena_printf(&block->arena, "%zu.csv", i);

		block->name = name;
		ck_assert_int_eq(sift_digest_add(&digest, block, NULL),
				 SIFT_OK);
	}
	ck_assert_int_eq(sift_digest_finish(&digest, NULL), SIFT_OK);
	sift_buf_init(&buf, 0);
	ck_assert_int_eq(sift_digest_write(&digest, &buf, NULL), SIFT_OK);
	sift_digest_release(&digest);
	return buf;
}

/* A copy of exactly these bytes, so that a sanitizer sees their end. */
static char *
exact(const char *bytes, size_t len)
{
	char *copy = malloc(len ? len : 1);

	memcpy(copy, bytes, len);
	return copy;
}

/* ---- round trips ---- */

START_TEST(what_is_written_is_read)
{
	struct sift_block *block = everything((uint64_t)_i);
	struct sift_buf buf = bytes_of(block);
	struct sift_span rest = sift_buf_span(&buf);
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
	ck_assert_uint_eq(again->skipped.total, block->skipped.total);
	ck_assert_int_eq(again->total.figures.requests, 77);
	ck_assert_double_eq(again->total.figures.latency.ms[SIFT_STAT_P99],
			    240);
	ck_assert(signbit(again->total.figures.latency_ok.ms[SIFT_STAT_P50]));
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

START_TEST(results_are_the_same_after_a_round_trip)
{
	struct sift_block *block = everything(9);
	struct sift_buf buf = bytes_of(block);
	struct sift_span rest = sift_buf_span(&buf);
	struct sift_block *again;

	ck_assert_int_eq(sift_digest_read_block(&rest, &again, NULL, NULL),
			 SIFT_OK);
	for (size_t i = 0; i < block->series_count; i++) {
		struct sift_result x, y;

		ck_assert_int_eq(
			sift_block_result(block, &block->series[i], &x, NULL),
			SIFT_OK);
		ck_assert_int_eq(
			sift_block_result(again, &again->series[i], &y, NULL),
			SIFT_OK);
		ck_assert_mem_eq(&x, &y, sizeof(x));
	}
	sift_block_free(block);
	sift_block_free(again);
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
	ck_assert_int_eq(sift_digest_finish(&digest, NULL), SIFT_OK);
	ck_assert_uint_eq(digest.count, 3);
	for (size_t i = 0; i < 3; i++)
		ck_assert_int_eq(digest.blocks[i]->path[0], '0' + (int)i);
	ck_assert_uint_eq(digest.blocks[2]->records_used, 3);
	sift_digest_release(&digest);
	sift_digest_release(&more);
}
END_TEST

START_TEST(an_empty_digest_has_bytes_too)
{
	struct sift_digest digest;
	struct sift_buf buf;

	sift_digest_init(&digest);
	sift_buf_init(&buf, 0);
	ck_assert_int_eq(sift_digest_finish(&digest, NULL), SIFT_OK);
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

/* ---- damage ---- */

/* Every beginning but the whole says that something is missing. */
START_TEST(a_digest_that_is_cut_short_says_so)
{
	struct sift_buf bytes = digest_bytes(2);

	for (size_t len = 0; len < bytes.len; len++) {
		char *copy = exact(bytes.ptr, len);
		struct sift_digest digest;
		struct sift_err err = {0};

		sift_digest_init(&digest);
		ck_assert_int_eq(sift_digest_read(&digest,
						  sift_span_of(copy, len),
						  &err),
				 SIFT_E_FORMAT);
		ck_assert_str_ne(err.what, "");
		ck_assert_uint_le(digest.count, 2);
		sift_digest_release(&digest);
		free(copy);
	}
	sift_buf_release(&bytes);
}
END_TEST

/* A damaged section gives no block; the others are as they were. */
START_TEST(no_flipped_bit_goes_unnoticed)
{
	struct sift_buf bytes = digest_bytes(2);
	struct sift_digest good;
	char *copy = exact(bytes.ptr, bytes.len);

	sift_digest_init(&good);
	ck_assert_int_eq(sift_digest_read(&good, sift_buf_span(&bytes), NULL),
			 SIFT_OK);
	for (size_t bit = 0; bit < bytes.len * 8; bit++) {
		struct sift_digest digest;
		enum sift_status rc;

		copy[bit / 8] ^= (char)(1 << bit % 8);
		sift_digest_init(&digest);
		rc = sift_digest_read(&digest, sift_span_of(copy, bytes.len),
				      NULL);
		ck_assert(rc == SIFT_E_FORMAT || rc == SIFT_E_UNSUPPORTED);
		for (size_t i = 0; i < digest.count; i++) {
			const struct sift_block *block = digest.blocks[i];
			size_t same =
				strcmp(block->name, good.blocks[0]->name) == 0
					? 0
					: 1;

			if (bit % 64 == 0)
				assert_same_block(block, good.blocks[same]);
			ck_assert_uint_eq(block->hash.low,
					  good.blocks[same]->hash.low);
		}
		sift_digest_release(&digest);
		copy[bit / 8] ^= (char)(1 << bit % 8);
	}
	sift_digest_release(&good);
	sift_buf_release(&bytes);
	free(copy);
}
END_TEST

static void
fix_checksum(char *bytes, size_t len)
{
	uint64_t hash = sift_hash64(bytes, len - SIFT_SECTION_TAIL);

	for (unsigned i = 0; i < 8; i++)
		bytes[len - 8 + i] = (char)(unsigned char)(hash >> 8 * i & 255);
}

static void
check_text(const char *text)
{
	ck_assert(sift_utf8_valid(sift_span_str(text)));
}

static void
check_samples(const struct sift_samples *samples)
{
	for (size_t i = 0; i < samples->slice_count; i++) {
		const struct sift_slice *slice = &samples->slices[i];

		if (i > 0)
			ck_assert_int_lt(slice[-1].start_s, slice->start_s);
		for (size_t at = 1; at < slice->low_count; at++)
			ck_assert_uint_le(slice->low[at - 1], slice->low[at]);
		for (size_t at = 0; at < slice->wide_count; at++)
			ck_assert(slice->wide[at] < 0 ||
				  slice->wide[at] > UINT32_MAX);
	}
}

/* What must be true of a block that was read, whatever it was read from. */
static void
check_block(const struct sift_block *block)
{
	check_text(block->name);
	check_text(block->path);
	check_text(block->format);
	check_text(block->reason);
	check_text(block->tool);
	for (size_t i = 0; i < block->note_count; i++) {
		check_text(block->notes[i]);
		ck_assert(i == 0 ||
			  strcmp(block->notes[i - 1], block->notes[i]) < 0);
	}
	for (size_t i = 0; i < block->series_count; i++) {
		const struct sift_series *series = &block->series[i];

		check_text(series->name);
		check_text(series->method);
		for (size_t at = 0; at < SIFT_OUTCOME_COUNT; at++)
			check_samples(&series->samples[at]);
		for (size_t at = 1; at < series->timeline.count; at++)
			ck_assert_int_lt(
				series->timeline.buckets[at - 1].start_s,
				series->timeline.buckets[at].start_s);
		if (i > 0)
			ck_assert(strcmp(series[-1].name, series->name) <= 0);
	}
	for (size_t i = 1; i < block->check_count; i++)
		ck_assert_int_lt(strcmp(block->checks[i - 1].name,
					block->checks[i].name),
				 0);
}

/* Whoever writes a right checksum may write anything: it must be refused or
   be a block that can be used, written and read again. */
static void
use_hostile(const char *bytes, size_t len)
{
	struct sift_span rest = sift_span_of(bytes, len);
	struct sift_block *block, *again;
	enum sift_status rc = sift_digest_read_block(&rest, &block, NULL, NULL);
	struct sift_result result;
	struct sift_arena arena;
	struct sift_buf buf;

	if (rc != SIFT_OK) {
		ck_assert_int_eq(rc, SIFT_E_FORMAT);
		ck_assert_ptr_null(block);
	}
	if (!block)
		return;
	check_block(block);
	sift_arena_init(&arena);
	rc = sift_block_result(block, NULL, &result, NULL);
	ck_assert(rc == SIFT_OK || rc == SIFT_E_EMPTY);
	for (size_t i = 0; i < block->series_count; i++)
		ck_assert_int_eq(sift_block_result(block, &block->series[i],
						   &result, NULL),
				 SIFT_OK);
	for (size_t i = 0; i < block->metric_count; i++) {
		struct sift_metric metric;

		ck_assert_int_eq(
			sift_block_metric_values(block, &block->metrics[i],
						 &arena, &metric, NULL),
			SIFT_OK);
	}
	(void)sift_block_requests(block);
	(void)sift_block_failures(block);
	(void)sift_block_peak_users(block, NULL);
	buf = bytes_of(block);
	rest = sift_buf_span(&buf);
	ck_assert_int_eq(sift_digest_read_block(&rest, &again, NULL, NULL),
			 SIFT_OK);
	assert_same_block(block, again);
	ck_assert_int_eq(sift_block_merge(block, again, NULL), SIFT_OK);
	finish(block);
	sift_block_free(block);
	sift_block_free(again);
	sift_buf_release(&buf);
	sift_arena_release(&arena);
}

START_TEST(changed_bytes_under_a_right_checksum_do_no_harm)
{
	struct sift_block *block = everything((uint64_t)_i + 20);
	struct sift_buf buf = bytes_of(block);
	uint64_t state = (uint64_t)_i + 1;
	static const unsigned char odd[] = {0, 1, 127, 128, 255, 254, 64, 3};

	for (int round = 0; round < 2000; round++) {
		char *copy = exact(buf.ptr, buf.len);
		size_t room = buf.len - SIFT_SECTION_HEAD - SIFT_SECTION_TAIL;
		uint64_t changes = 1 + next_random(&state) % 3;

		for (uint64_t i = 0; i < changes; i++) {
			size_t at =
				SIFT_SECTION_HEAD + next_random(&state) % room;

			copy[at] =
				(char)(round % 2 ? odd[next_random(&state) % 8]
						 : next_random(&state) & 255);
		}
		fix_checksum(copy, buf.len);
		use_hostile(copy, buf.len);
		free(copy);
	}
	sift_block_free(block);
	sift_buf_release(&buf);
}
END_TEST

/* clang-format off */
#define P(part, content) {part, content, sizeof(content) - 1}
#define LEDGER P(1, "\2n\2p\1\0\0\0\0\0\0\x64")
#define FACTS P(3, "\0\0\0\0\0\0\0\0\1")
#define NOTES(content) {LEDGER, FACTS, P(4, content)}
#define USERS(content) {LEDGER, FACTS, P(5, content)}
/* Of a series without method, called "/": samples, timeline. */
#define SERIES(content) P(8, "\0\0\0\2/\0" content)
#define SAMPLES(content) {LEDGER, FACTS, SERIES(content "\0\0\0")}
#define LINE(content) {LEDGER, FACTS, SERIES("\0\0\0" content)}
/* One slice at 5 s of values 7, 7 with k = 0; one bucket of them. */
#define TWO "\1\0\0\xa\4\0\7\0"

static const struct {
	bool good;
	struct {
		uint64_t part;
		const char *content;
		size_t len;
	} parts[5];
	size_t missing; /* bytes at the end */
} hand_made[] = {
	{true, {LEDGER, FACTS}, 0},
	{true, {LEDGER, FACTS, SERIES("\0\0\0\0")}, 0},
	{true, {LEDGER, FACTS, SERIES(TWO "\0\0" "\1\0\xa\xc")}, 0},
	/* The bucket points to place 1; to a place 2, which is not there. */
	{true, {LEDGER, FACTS, SERIES(TWO "\0\0" "\1\0\xa\0\1")}, 0},
	{false, {LEDGER, FACTS, SERIES(TWO "\0\0" "\1\0\xa\0\2")}, 0},
	/* parts: missing, out of order, twice, of number 0, cut */
	{false, {{0, NULL, 0}}, 0},
	{false, {LEDGER}, 0},
	{false, {FACTS}, 0},
	{false, {FACTS, LEDGER}, 0},
	{false, {LEDGER, LEDGER, FACTS}, 0},
	{false, {LEDGER, FACTS, FACTS}, 0},
	{false, {LEDGER, P(4, "\0"), FACTS}, 0},
	{false, {LEDGER, FACTS, P(0, "\0")}, 0},
	{false, {LEDGER, FACTS, P(4, "\1\2a"), P(4, "\0")}, 0},
	{false, NOTES("\1\2a"), 1},
	/* texts */
	{true, NOTES("\1\2a"), 0},
	{false, NOTES("\1\2a\0"), 0},     /* a byte is left */
	{false, NOTES("\1\2\xff"), 0},    /* no UTF-8 */
	{false, NOTES("\1\3a\0"), 0},     /* NUL inside */
	{false, NOTES("\1\0"), 0},	   /* none, where there must be one */
	{false, NOTES("\2\2b\2a"), 0},    /* not sorted */
	{false, NOTES("\2\2a\2a"), 0},    /* twice */
	{false, NOTES("\1\3a"), 0},	   /* longer than is there */
	{false, NOTES("\x70\2a"), 0},     /* too many */
	{false, NOTES("\xff\xff\xff\xff\xf"), 0},
	{false, NOTES("\xff\xff\xff\xff\xff\xff\xff\xff\xff\2"), 0},
	/* users: sound; back in time; a shift of 35; of -2 */
	{true, USERS("\1\2\5\2\5\2"), 0},
	{false, USERS("\1\2\5\2\xff\xff\xff\xff\xff\xff\xff\xff\xff\1\2"), 0},
	{false, USERS("\x46\0"), 0},
	{false, USERS("\3\0"), 0},
	/* a threshold that is 2; a check of 2^63 */
	{true, {LEDGER, FACTS, P(11, "\1\2m\2e\2")}, 0},
	{false, {LEDGER, FACTS, P(11, "\1\2m\2e\4")}, 0},
	{false, {LEDGER, FACTS, P(10, "\1\2m"
	 "\x80\x80\x80\x80\x80\x80\x80\x80\x80\1" "\0")}, 0},
	/* series: kind 4; flag 8; the same twice; without a name */
	{false, {LEDGER, FACTS, P(8, "\4\0\0\2/\0\0\0\0\0")}, 0},
	{false, {LEDGER, FACTS, P(8, "\0\x8\0\2/\0\0\0\0\0")}, 0},
	{false, {LEDGER, FACTS, SERIES("\0\0\0\0"), SERIES("\0\0\0\0")}, 0},
	{false, {LEDGER, FACTS, P(8, "\0\0\0\0\0\0\0\0\0")}, 0},
	/* a total with a method; with a name */
	{false, {LEDGER, FACTS, P(7, "\0\0\2/\0\0\0\0\0\0")}, 0},
	{false, {LEDGER, FACTS, P(7, "\0\0\0\2/\0\0\0\0\0")}, 0},
	/* samples: 66 slices; a shift of 35; more values than bits; none */
	{false, SAMPLES("\x42\0\0"), 0},
	{false, SAMPLES("\1\x23\0\xa\4\0\7\0"), 0},
	{false, SAMPLES("\1\0\0\xa\xfe\1\0\7\0"), 0},
	{false, SAMPLES("\1\0\0\xa\0"), 0},
	/* k = 32; the sum of distances beyond 32 bits */
	{false, SAMPLES("\1\0\0\xa\4\x20\7\0\0\0\0\0\0\0\0"), 0},
	{true, SAMPLES("\1\0\0\xa\4\0\xfe\xff\xff\xff\xf\1"), 0},
	{false, SAMPLES("\1\0\0\xa\4\0\xff\xff\xff\xff\xf\1"), 0},
	/* slices: two; at the same start; back; 64 widths apart; at no time */
	{true, SAMPLES("\2\0\0\xa\2\2\2\0\7\0"), 0},
	{false, SAMPLES("\2\0\0\xa\2\0\2\0\7\0"), 0},
	{false, SAMPLES("\2\0\0\xa\2\1\2\0\7\0"), 0},
	{false, SAMPLES("\2\0\0\xa\2\x80\1\2\0\7\0"), 0},
	{false, SAMPLES("\1\0\0\xff\xff\xff\xff\xff\1\2\0\7\0"), 0},
	/* wide values: -4; 4; above the largest; fewer than said */
	{true, SAMPLES("\1\0\0\xa\1\1\7"), 0},
	{false, SAMPLES("\1\0\0\xa\1\1\x8"), 0},
	{false, SAMPLES("\1\0\0\xa\1\2" "\x80\x80\x80\x80\x40"
	 "\xff\xff\xff\xff\xff\xff\xff\xff\xff\1"), 0},
	{false, SAMPLES("\1\0\0\xa\1\0"), 0},
	/* buckets: sound; of no request; more failed than made; as slices
	   that are not there; too many; a reference to no slice */
	{true, LINE("\1\0\xa\x13\7\1"), 0},
	{false, LINE("\1\0\xa\xb\7\0\0"), 0},
	{false, LINE("\1\0\xa\x13\7\2"), 0},
	{false, LINE("\1\0\xa\xc"), 0},
	{false, LINE("\x91\x4e\0\xa\x13\7\1"), 0},
	{false, LINE("\1\0\xa\0\0"), 0},
	/* a sum of 2^120 */
	{false, LINE("\1\0\xa\xb\7\3" "\x80\x80\x80\x80\x80\x80\x80\x80"
	 "\x80\x80\x80\x80\x80\x80\x80\x80\x80\4"), 0},
};
/* clang-format on */

static struct sift_buf
section_of(int row)
{
	struct sift_buf payload, buf;

	sift_buf_init(&payload, 0);
	for (size_t i = 0; hand_made[row].parts[i].content; i++) {
		sift_buf_add_varint(&payload, hand_made[row].parts[i].part);
		sift_buf_add_varint(&payload, hand_made[row].parts[i].len);
		sift_buf_add(&payload, hand_made[row].parts[i].content,
			     hand_made[row].parts[i].len);
	}
	payload.len -= hand_made[row].missing;
	sift_buf_init(&buf, 0);
	sift_buf_add_u32(&buf, SIFT_SECTION_BLOCK);
	sift_buf_add_u64(&buf, payload.len);
	sift_buf_add_span(&buf, sift_buf_span(&payload));
	sift_buf_add_u64(&buf, 0);
	fix_checksum(buf.ptr, buf.len);
	sift_buf_release(&payload);
	return buf;
}

START_TEST(blocks_made_by_hand_are_taken_or_refused)
{
	struct sift_buf buf = section_of(_i);
	struct sift_span rest = sift_buf_span(&buf);
	struct sift_block *block;
	enum sift_status rc = sift_digest_read_block(&rest, &block, NULL, NULL);

	ck_assert_int_eq(rc, hand_made[_i].good ? SIFT_OK : SIFT_E_FORMAT);
	sift_block_free(block);
	use_hostile(buf.ptr, buf.len);
	sift_buf_release(&buf);
}
END_TEST

/* ---- newer versions ---- */

START_TEST(an_unknown_version_is_not_read)
{
	char bytes[] = SIFT_DIGEST_MAGIC "\2\0\0\0";
	struct sift_digest digest;
	struct sift_err err = {0};

	sift_digest_init(&digest);
	ck_assert_int_eq(
		sift_digest_read(&digest,
				 sift_span_of(bytes, sizeof(bytes) - 1), &err),
		SIFT_E_UNSUPPORTED);
	ck_assert_str_eq(err.what, "digests of version 2 are not known");
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
	if (block && sift_block_finish(block, NULL) == SIFT_OK)
		(void)!sift_block_result(block, NULL, &result, NULL);
	if (rc == SIFT_OK)
		rc = sift_block_finish(block, NULL);
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
		rc = sift_digest_finish(&digest, NULL);
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
	tcase_add_test(tests, results_are_the_same_after_a_round_trip);
	tcase_add_test(tests, extreme_samples_survive);
	tcase_add_test(tests, texts_that_are_no_utf8_are_repaired_in_writing);
	tcase_add_test(tests, a_usual_run_is_small);
	tcase_add_test(tests,
		       a_digest_is_sorted_by_path_and_has_each_source_once);
	tcase_add_test(tests, an_empty_digest_has_bytes_too);
	tcase_add_test(tests, a_digest_is_the_same_after_a_round_trip);
	tcase_add_test(tests, a_digest_that_is_cut_short_says_so);
	tcase_add_test(tests, no_flipped_bit_goes_unnoticed);
	tcase_add_loop_test(
		tests, changed_bytes_under_a_right_checksum_do_no_harm, 0, 4);
	tcase_add_loop_test(tests, blocks_made_by_hand_are_taken_or_refused, 0,
			    (int)(sizeof(hand_made) / sizeof(hand_made[0])));
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
