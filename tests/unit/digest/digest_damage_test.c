/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Digests that are cut, changed by accident or on purpose: what is damaged is
 * refused, and what is not refused is sound.
 */

#include <config.h>

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "block_fixture.h"
#include "digest/digest.h"
#include "digest/digest_io.h"
#include "digest/slice.h"

/* A copy of exactly these bytes, so that a sanitizer sees their end. */
static char *
exact(const char *bytes, size_t len)
{
	char *copy = malloc(len ? len : 1);

	memcpy(copy, bytes, len);
	return copy;
}

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

/* Only processes of one program send each other what is unsorted. */
START_TEST(an_unsorted_block_is_damage)
{
	struct sift_block *block = everything(1);
	struct sift_digest digest;
	struct sift_buf bytes;
	struct sift_err err = {0};

	block->is_unsorted = true;
	sift_buf_init(&bytes, 0);
	sift_digest_write_header(&bytes);
	ck_assert_int_eq(sift_digest_write_block(block, &bytes, NULL), SIFT_OK);
	ck_assert_int_eq(sift_digest_write_end(1, &bytes, NULL), SIFT_OK);
	sift_digest_init(&digest);
	ck_assert_int_eq(sift_digest_read(&digest, sift_buf_span(&bytes), &err),
			 SIFT_E_FORMAT);
	ck_assert_str_ne(err.what, "");
	ck_assert_uint_eq(digest.count, 0);
	sift_digest_release(&digest);
	sift_buf_release(&bytes);
	sift_block_free(block);
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
check_text(const char *text)
{
	ck_assert(sift_utf8_valid(sift_span_str(text)));
}

static void
check_samples(const struct sift_samples *samples)
{
	for (size_t i = 0; samples && i < samples->slice_count; i++) {
		const struct sift_slice *slice = &samples->slices[i];

		if (i > 0)
			ck_assert_int_lt(slice[-1].start_s, slice->start_s);
		for (size_t at = 1; at < slice->low_count; at++)
			ck_assert_uint_le(slice->low[at - 1], slice->low[at]);
		for (size_t at = 0; at < slice->wide_count; at++)
			ck_assert(samples->binned || slice->wide[at] < 0 ||
				  slice->wide[at] > UINT32_MAX);
	}
}

/* What must be true of a block that was read, whatever it was read from. */
static void
check_history(const struct sift_history *history)
{
	struct sift_history_view view;
	const struct sift_timeline *line;

	sift_history_view(history, &view);
	for (size_t at = 0; at < SIFT_OUTCOME_COUNT; at++)
		check_samples(view.parts->samples[at]);
	line = &view.parts->timeline;
	for (size_t at = 1; at < line->count; at++)
		ck_assert_int_lt(line->buckets[at - 1].start_s,
				 line->buckets[at].start_s);
}

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
		check_history(&sift_series_counted(series)->history);
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
	rc = sift_block_result(block, NULL, &arena, &result, NULL);
	ck_assert(rc == SIFT_OK || rc == SIFT_E_EMPTY);
	for (size_t i = 0; i < block->series_count; i++) {
		const struct sift_series series = sift_block_series(block, i);

		ck_assert_int_eq(sift_block_result(block, &series, &arena,
						   &result, NULL),
				 SIFT_OK);
	}
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
	finish(block); /* its hash was of bytes that we would not write */
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
	struct sift_block *block = _i < 4 ? everything((uint64_t)_i + 20)
					  : everything_binned((uint64_t)_i);
	struct sift_buf buf = bytes_of(block);
	uint64_t state = (uint64_t)_i + 1;
	static const unsigned char odd[] = {0, 1, 127, 128, 255, 254, 64, 3};

	ck_assert(block->binned == (_i >= 4));

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
#define LEDGER P(1, "\2n\2p\1\0\0\0\0\0\0\x64\0\0")
#define FACTS P(3, "\0\0\0\0\0\0\0\0\1\0\0")
#define BINNED P(3, "\0\0\0\0\0\0\0\0\1\1\0")
#define NOTES(content) {LEDGER, FACTS, P(4, content)}
#define USERS(content) {LEDGER, FACTS, P(5, content)}
/* Of a series without method, called "/": samples, timeline. */
#define SERIES(content) P(8, "\0\0\0\2/\0" content)
#define SAMPLES(content) {LEDGER, FACTS, SERIES(content "\0\0\0")}
#define BINS(content) {LEDGER, BINNED, SERIES(content "\0\0\0")}
#define MOMENTS(sum) sum "\x62\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\xe\xe"
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
	/* binned samples, at 5 s: sum 14, squares 98, from 7 to 7, two hits
	   of bin 7; no hit; bin 8; no bin; values; sum 15; a third of bin 0,
	   and the same twice; as many as nobody took */
	{true, BINS("\1\0\0\xa\1\1" MOMENTS("\x1c") "\xe\2"), 0},
	{false, BINS("\1\0\0\xa\1\1" MOMENTS("\x1c") "\xe\0"), 0},
	{false, BINS("\1\0\0\xa\1\1" MOMENTS("\x1c") "\x10\2"), 0},
	{false, BINS("\1\0\0\xa\1\0" MOMENTS("\x1c")), 0},
	{false, BINS("\1\0\0\xa\3\1" MOMENTS("\x1c") "\xe\2"), 0},
	{false, BINS("\1\0\0\xa\1\1" MOMENTS("\x1e") "\xe\2"), 0},
	{false, BINS("\1\0\0\xa\1\2" MOMENTS("\x1c") "\0\1\7\1"), 0},
	{false, BINS("\1\0\0\xa\1\2" MOMENTS("\x1c") "\xe\1\0\1"), 0},
	{false, BINS("\1\0\0\xa\1\1" MOMENTS("\x1c")
	 "\xe\x81\x80\x80\x80\x80\x10"), 0},
	/* values where bins must be; a flag of 2 */
	{false, {LEDGER, BINNED, SERIES(TWO "\0\0\0")}, 0},
	{false, {LEDGER, P(3, "\0\0\0\0\0\0\0\0\1\2")}, 0},
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

int
main(void)
{
	Suite *suite = suite_create("digest damage");
	TCase *tests = tcase_create("digest damage");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_set_timeout(tests, 300);
	tcase_add_test(tests, a_digest_that_is_cut_short_says_so);
	tcase_add_test(tests, an_unsorted_block_is_damage);
	tcase_add_test(tests, no_flipped_bit_goes_unnoticed);
	tcase_add_loop_test(
		tests, changed_bytes_under_a_right_checksum_do_no_harm, 0, 8);
	tcase_add_loop_test(tests, blocks_made_by_hand_are_taken_or_refused, 0,
			    (int)(sizeof(hand_made) / sizeof(hand_made[0])));
	suite_add_tcase(suite, tests);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
