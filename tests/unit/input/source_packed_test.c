/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <check.h>
#include <malloc.h>
#include <stdlib.h>

#include "base/clocale.h"
#include "base/mem.h"
#include "input_fixture.h"
#include "packed_fixture.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Some 500 bytes packed: compressible text with noise in between. */
static void
make_text(struct sift_buf *plain)
{
	unsigned i;

	sift_buf_init(plain, 0);
	for (i = 0; i < 12; i++) {
		sift_buf_printf(plain, "GET,/api/users/%u,%u,0\n", i, i * i);
		fixture_noise(plain, 16, i);
	}
}

/* More than two blocks of a source, many of any compression. */
static void
make_long_text(struct sift_buf *plain)
{
	unsigned i;

	sift_buf_init(plain, 0);
	for (i = 0; i < 80000; i++)
		sift_buf_printf(plain, "GET,/api/users/%u,%u,0\n", i % 1000,
				i * 2654435761u);
	ck_assert_uint_gt(plain->len, (size_t)1 << 21);
}

static bool
is_prefix(struct sift_span part, struct sift_span whole)
{
	return part.len <= whole.len &&
	       (!part.len || !memcmp(part.ptr, whole.ptr, part.len));
}

/*
 * Unpack damaged data again, in other blocks. It must fail, or not, in the
 * same words, and begin with `sound`, the text of what stands before the
 * damage. What follows may be anything, for no sum was reached to tell.
 */
static void
check_in_blocks(const struct unpacked *got, const struct packed_kind *kind,
		struct sift_span packed, size_t block, struct sift_span sound)
{
	struct unpacked slow;

	sound = sift_span_head(
		sound, sound.len < kind->unsure ? 0 : sound.len - kind->unsure);
	unpack(&slow, kind->magic, packed, block);
	ck_assert_int_eq(got->rc, slow.rc);
	ck_assert_str_eq(got->err.what, slow.err.what);
	ck_assert(is_prefix(sound, sift_buf_span(&got->text)));
	ck_assert(is_prefix(sound, sift_buf_span(&slow.text)));
	sift_buf_release(&slow.text);
}

/* ---- sound data ---- */

static void
check_sound(int kind, struct sift_span plain)
{
	static const size_t blocks[] = {0, 1000, 262144, 1, 2, 3, 7, 64};
	size_t count = plain.len < 10000 ? COUNT(blocks) : 3;
	struct sift_buf packed;
	struct unpacked got;
	size_t i;

	sift_buf_init(&packed, 0);
	packed_kinds[kind].pack(&packed, plain);
	for (i = 0; i < count; i++) {
		unpack(&got, packed_kinds[kind].magic, sift_buf_span(&packed),
		       blocks[i]);
		ck_assert_int_eq(got.rc, SIFT_OK);
		ck_assert(sift_span_equal(sift_buf_span(&got.text), plain));
		sift_buf_release(&got.text);
	}
	sift_buf_release(&packed);
}

START_TEST(text_comes_out_whatever_the_blocks_that_go_in)
{
	struct sift_buf plain;

	check_sound(_i, SIFT_SPAN(""));
	check_sound(_i, SIFT_SPAN("x"));
	make_text(&plain);
	check_sound(_i, sift_buf_span(&plain));
	sift_buf_release(&plain);
	make_long_text(&plain);
	check_sound(_i, sift_buf_span(&plain));
	sift_buf_release(&plain);
	sift_buf_init(&plain, 0);
	fixture_noise(&plain, 2 << 20, 1);
	check_sound(_i, sift_buf_span(&plain));
	sift_buf_release(&plain);
	sift_buf_init(&plain, 0);
	sift_buf_add_repeated(&plain, 'x', 3 << 20);
	check_sound(_i, sift_buf_span(&plain));
	sift_buf_release(&plain);
}
END_TEST

START_TEST(blocks_last_until_as_many_more_are_read)
{
	enum { BLOCKS = 3 };
	struct sift_span blocks[BLOCKS];
	struct sift_source *inner;
	struct sift_source *src;
	struct sift_buf packed;
	struct sift_buf plain;
	uint64_t at = 0;
	size_t i;

	make_long_text(&plain);
	sift_buf_init(&packed, 0);
	packed_kinds[_i].pack(&packed, sift_buf_span(&plain));
	src = open_packed(packed_kinds[_i].magic, sift_buf_span(&packed), 0,
			  2 * BLOCKS, &inner); /* half of them early */
	for (i = 0; i < BLOCKS; i++)
		ck_assert_int_eq(sift_source_next(src, &blocks[i], NULL),
				 SIFT_OK);
	for (i = 0; i < BLOCKS; i++) {
		ck_assert_uint_gt(blocks[i].len, 0);
		ck_assert_mem_eq(blocks[i].ptr, plain.ptr + at, blocks[i].len);
		at += blocks[i].len;
	}
	sift_source_free(src);
	sift_source_free(inner);
	sift_buf_release(&packed);
	sift_buf_release(&plain);
}
END_TEST

/* A member has less than ten, each unlike the others. */
START_TEST(blocks_last_when_more_are_used)
{
	enum { BLOCKS = 8, MEMBERS = SIFT_EARLY_BLOCKS / 4 };
	struct sift_span blocks[BLOCKS];
	uint64_t starts[BLOCKS], at = 0;
	struct sift_buf plain, member, packed;
	struct sift_source *inner, *src;
	enum sift_status rc;
	unsigned n;

	make_long_text(&plain);
	sift_buf_init(&member, 0);
	sift_buf_init(&packed, 0);
	packed_kinds[0].pack(&member, sift_buf_span(&plain));
	for (unsigned i = 0; i < MEMBERS; i++)
		sift_buf_add(&packed, member.ptr, member.len);
	src = open_packed(packed_kinds[0].magic, sift_buf_span(&packed), 0,
			  BLOCKS, &inner);
	for (n = 0;; n++) {
		starts[n % BLOCKS] = at % plain.len;
		rc = sift_source_next(src, &blocks[n % BLOCKS], NULL);
		if (rc)
			break;
		at += blocks[n % BLOCKS].len;
		if (n >= BLOCKS / 2 && n < SIFT_EARLY_BLOCKS)
			ck_assert_ptr_eq(blocks[n % BLOCKS].ptr,
					 blocks[(n - BLOCKS / 2) % BLOCKS].ptr);
		for (unsigned i = 0; i <= n; i++) {
			const char *text = plain.ptr + starts[(n - i) % BLOCKS];

			if (i >= sift_blocks_in_use(BLOCKS, n - i))
				break;
			ck_assert_mem_eq(blocks[(n - i) % BLOCKS].ptr, text,
					 64);
		}
	}
	ck_assert_int_eq(rc, SIFT_END);
	ck_assert_uint_eq(at, MEMBERS * plain.len);
	ck_assert_uint_gt(n, SIFT_EARLY_BLOCKS + 2 * BLOCKS);
	sift_source_free(src);
	sift_source_free(inner);
	sift_buf_release(&packed);
	sift_buf_release(&plain);
	sift_buf_release(&member);
}
END_TEST

/* ---- damage ---- */

START_TEST(every_truncation_is_reported_and_gives_all_it_can)
{
	struct unpacked got, slow;
	struct sift_buf packed;
	struct sift_buf plain;
	char words[40];
	size_t most = 0;
	size_t cut;

	make_text(&plain);
	sift_buf_init(&packed, 0);
	packed_kinds[_i].pack(&packed, sift_buf_span(&plain));
	sift_snprintf(words, sizeof(words), "truncated %s data",
		      packed_kinds[_i].name);
	for (cut = 0; cut < packed.len; cut++) {
		unpack(&got, packed_kinds[_i].magic,
		       sift_span_of(packed.ptr, cut), 0);
		ck_assert_int_eq(got.rc, SIFT_E_FORMAT);
		ck_assert_str_eq(got.err.what, words);
		ck_assert(is_prefix(sift_buf_span(&got.text),
				    sift_buf_span(&plain)));
		ck_assert_uint_ge(got.text.len, most);
		most = got.text.len;
		unpack(&slow, packed_kinds[_i].magic,
		       sift_span_of(packed.ptr, cut), 1);
		ck_assert_str_eq(slow.err.what, words);
		ck_assert_uint_eq(slow.text.len, most);
		sift_buf_release(&slow.text);
		sift_buf_release(&got.text);
	}
	ck_assert_uint_eq(most, plain.len); /* only the sum is missing */
	sift_buf_release(&plain);
	sift_buf_release(&packed);
}
END_TEST

START_TEST(every_bit_flip_is_reported_or_harmless)
{
	struct unpacked cut, got;
	struct sift_buf packed;
	struct sift_buf plain;
	unsigned harmless = 0;
	size_t bit;

	make_text(&plain);
	sift_buf_init(&packed, 0);
	packed_kinds[_i].pack(&packed, sift_buf_span(&plain));
	for (bit = 0; bit < packed.len * 8; bit++) {
		unpack(&cut, packed_kinds[_i].magic,
		       sift_span_of(packed.ptr, bit / 8), 0);
		packed.ptr[bit / 8] ^= (char)(1 << bit % 8);
		unpack(&got, packed_kinds[_i].magic, sift_buf_span(&packed), 0);
		if (got.rc == SIFT_OK) {
			ck_assert(sift_span_equal(sift_buf_span(&got.text),
						  sift_buf_span(&plain)));
			harmless++;
		}
		check_in_blocks(&got, &packed_kinds[_i], sift_buf_span(&packed),
				1, sift_buf_span(&cut.text));
		sift_buf_release(&got.text);
		sift_buf_release(&cut.text);
		packed.ptr[bit / 8] ^= (char)(1 << bit % 8);
	}
	ck_assert_uint_le(harmless, packed_kinds[_i].free_bits);
	sift_buf_release(&plain);
	sift_buf_release(&packed);
}
END_TEST

/* Far into long data, where blocks of ours lie behind. */
START_TEST(all_text_before_damage_comes_out)
{
	struct unpacked cut, got;
	struct sift_buf packed;
	struct sift_buf plain;
	size_t at, i;

	make_long_text(&plain);
	sift_buf_init(&packed, 0);
	packed_kinds[_i].pack(&packed, sift_buf_span(&plain));
	for (i = 1; i < 8; i++) {
		at = packed.len / 8 * i + i;
		unpack(&cut, packed_kinds[_i].magic,
		       sift_span_of(packed.ptr, at), 0);
		ck_assert(is_prefix(sift_buf_span(&cut.text),
				    sift_buf_span(&plain)));
		ck_assert_uint_gt(cut.text.len, plain.len / 16 * i);
		packed.ptr[at] ^= (char)0xff;
		unpack(&got, packed_kinds[_i].magic, sift_buf_span(&packed), 0);
		ck_assert_int_eq(got.rc, SIFT_E_FORMAT);
		check_in_blocks(&got, &packed_kinds[_i], sift_buf_span(&packed),
				777, sift_buf_span(&cut.text));
		packed.ptr[at] ^= (char)0xff;
		sift_buf_release(&got.text);
		sift_buf_release(&cut.text);
	}
	sift_buf_release(&plain);
	sift_buf_release(&packed);
}
END_TEST

/* What is in memory before must not show: fill it with this, then with that. */
START_TEST(damage_gives_the_same_whatever_memory_held)
{
	static const int fills[] = {0x11, 0x77};
	struct unpacked got[COUNT(fills)];
	struct sift_buf packed;
	struct sift_buf plain;
	size_t bit, f;
	unsigned i;

	sift_buf_init(&plain, 0);
	for (i = 0; i < 4000; i++)
		sift_buf_printf(&plain, "GET,/api/users/%u,%u,0\n", i % 1000,
				i * 2654435761u);
	sift_buf_init(&packed, 0);
	packed_kinds[_i].pack(&packed, sift_buf_span(&plain));
	for (i = 0; i < 300; i++) {
		bit = (i * (size_t)2654435761u) % (packed.len * 8);
		packed.ptr[bit / 8] ^= (char)(1 << bit % 8);
		for (f = 0; f < COUNT(fills); f++) {
			mallopt(M_PERTURB, fills[f]);
			unpack(&got[f], packed_kinds[_i].magic,
			       sift_buf_span(&packed), 0);
		}
		ck_assert_str_eq(got[0].err.what, got[1].err.what);
		ck_assert(sift_span_equal(sift_buf_span(&got[0].text),
					  sift_buf_span(&got[1].text)));
		for (f = 0; f < COUNT(fills); f++)
			sift_buf_release(&got[f].text);
		packed.ptr[bit / 8] ^= (char)(1 << bit % 8);
	}
	mallopt(M_PERTURB, 0);
	sift_buf_release(&packed);
	sift_buf_release(&plain);
}
END_TEST

START_TEST(a_wrong_sum_comes_after_the_text)
{
	static const struct {
		int kind;
		size_t from_end;
	} sums[] = {{0, 8}, {0, 7}, {0, 6}, {0, 5}, {0, 4}, {0, 3},
		    {0, 2}, {0, 1}, {2, 4}, {2, 3}, {2, 2}, {2, 1}};
	struct sift_buf packed;
	struct sift_buf plain;
	struct unpacked got;
	char words[80];
	size_t i;

	make_text(&plain);
	for (i = 0; i < COUNT(sums); i++) {
		sift_buf_init(&packed, 0);
		packed_kinds[sums[i].kind].pack(&packed, sift_buf_span(&plain));
		packed.ptr[packed.len - sums[i].from_end] ^= 0x10;
		unpack(&got, packed_kinds[sums[i].kind].magic,
		       sift_buf_span(&packed), 0);
		ck_assert_int_eq(got.rc, SIFT_E_FORMAT);
		sift_snprintf(words, sizeof(words),
			      "damaged %s data: wrong checksum or length",
			      packed_kinds[sums[i].kind].name);
		ck_assert_str_eq(got.err.what, words);
		ck_assert(sift_span_equal(sift_buf_span(&got.text),
					  sift_buf_span(&plain)));
		sift_buf_release(&got.text);
		sift_buf_release(&packed);
	}
	sift_buf_release(&plain);
}
END_TEST

/* ---- memory ---- */

/* Of our own allocations; libzstd's are its own. */
START_TEST(each_missing_allocation_is_out_of_memory)
{
	struct sift_source *inner = NULL;
	struct sift_source *src = NULL;
	struct sift_buf packed;
	enum sift_status rc;
	uint64_t n;

	sift_buf_init(&packed, 0);
	packed_kinds[_i].pack(&packed, SIFT_SPAN("ab"));
	for (n = 1;; n++) {
		ck_assert_int_eq(sift_source_open_memory(&inner, packed.ptr,
							 packed.len, 0, NULL),
				 SIFT_OK);
		sift_mem_fail_at(n, 0);
		rc = sift_source_open_packed(&src, packed_kinds[_i].magic,
					     inner, 1, NULL);
		if (!rc) {
			rc = sift_source_drain(src, NULL);
			sift_source_free(src);
		}
		sift_mem_fail_at(0, 0);
		sift_source_free(inner);
		if (!rc)
			break;
		ck_assert_int_eq(rc, SIFT_E_NOMEM);
		ck_assert_uint_lt(n, 100);
	}
	ck_assert_uint_gt(n, 3); /* the source, its block, the state */
	sift_buf_release(&packed);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("source_packed");
	TCase *tcase = tcase_create("source_packed");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tcase,
			    text_comes_out_whatever_the_blocks_that_go_in, 0,
			    PACKED_KINDS);
	tcase_add_test(tcase, blocks_last_when_more_are_used);
	tcase_add_loop_test(tcase, blocks_last_until_as_many_more_are_read, 0,
			    PACKED_KINDS);
	tcase_add_loop_test(tcase,
			    every_truncation_is_reported_and_gives_all_it_can,
			    0, PACKED_KINDS);
	tcase_add_loop_test(tcase, every_bit_flip_is_reported_or_harmless, 0,
			    PACKED_KINDS);
	tcase_add_loop_test(tcase, all_text_before_damage_comes_out, 0,
			    PACKED_KINDS);
	tcase_add_loop_test(tcase, damage_gives_the_same_whatever_memory_held,
			    0, PACKED_KINDS);
	tcase_add_test(tcase, a_wrong_sum_comes_after_the_text);
	tcase_add_loop_test(tcase, each_missing_allocation_is_out_of_memory, 0,
			    PACKED_KINDS);
	tcase_set_timeout(tcase, 120);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
