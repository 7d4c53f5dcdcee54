/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>

#include "base/mem.h"
#include "runner.h"

START_TEST(pieces_are_zeroed_aligned_and_apart)
{
	struct sift_arena arena;
	unsigned char *pieces[3000];
	uint64_t state = 2;

	sift_arena_init(&arena);
	for (unsigned i = 0; i < 3000; i++) {
		size_t size =
			i % 700 == 699 ? 100000 : next_random(&state) % 90;
		unsigned char mark = (unsigned char)(i % 255 + 1);

		pieces[i] = sift_arena_alloc(&arena, size);
		ck_assert_ptr_nonnull(pieces[i]);
		ck_assert_uint_eq((uintptr_t)pieces[i] % alignof(max_align_t),
				  0);
		for (size_t k = 0; k < size; k++)
			ck_assert_uint_eq(pieces[i][k], 0);
		memset(pieces[i], mark, size);
		if (size == 0)
			ck_assert(i == 0 || pieces[i] != pieces[i - 1]);
	}
	state = 2;
	for (unsigned i = 0; i < 3000; i++) {
		size_t size =
			i % 700 == 699 ? 100000 : next_random(&state) % 90;

		for (size_t k = 0; k < size; k++)
			ck_assert_uint_eq(pieces[i][k], i % 255 + 1);
	}
	sift_arena_release(&arena);
	ck_assert_ptr_null(arena.head);
	ck_assert_uint_eq(arena.total_bytes, 0);
	sift_arena_release(&arena);
}
END_TEST

START_TEST(texts_are_copied_whole)
{
	struct sift_arena arena = {0};
	char *empty = sift_arena_span(&arena, (struct sift_span){0});
	char *text = sift_arena_str(&arena, "abc");
	char *copy = sift_arena_copy(&arena, "a\0b", 3);
	char *nuls = sift_arena_span(&arena, SIFT_SPAN("\0a\0"));
	char *span = sift_arena_span(&arena, sift_span_of("abcdef", 3));

	ck_assert_str_eq(empty, "");
	ck_assert_str_eq(text, "abc");
	ck_assert_mem_eq(copy, "a\0b", 4);
	ck_assert_str_eq(nuls, "\xEF\xBF\xBD"
			       "a\xEF\xBF\xBD");
	ck_assert_str_eq(span, "abc");
	ck_assert_str_eq(sift_arena_copy(&arena, NULL, 0), "");
	sift_arena_release(&arena);
}
END_TEST

START_TEST(alignment_survives_text)
{
	struct sift_arena arena = {0};

	for (int i = 0; i < 200; i++) {
		uintptr_t at;

		ck_assert_ptr_nonnull(sift_arena_str(&arena, "ab"));
		at = (uintptr_t)sift_arena_alloc(&arena, 8);
		ck_assert_uint_eq(at % alignof(max_align_t), 0);
	}
	sift_arena_release(&arena);
}
END_TEST

START_TEST(printf_writes_any_length)
{
	struct sift_arena arena = {0};

	for (int len = 0; len < 9000; len += 89) {
		char *text = sift_arena_printf(&arena, "%*s%d", len, "", 7);

		ck_assert_uint_eq(strlen(text), (size_t)len + 1);
		ck_assert_int_eq(text[len], '7');
	}
	sift_arena_release(&arena);
}
END_TEST

START_TEST(sizes_that_overflow_are_refused)
{
	struct sift_arena arena = {0};

	ck_assert_ptr_null(sift_arena_alloc(&arena, SIZE_MAX));
	ck_assert_ptr_null(sift_arena_alloc(&arena, SIZE_MAX - 20));
	ck_assert_ptr_null(sift_arena_array(&arena, SIZE_MAX / 8 + 1, 8));
	ck_assert_ptr_null(sift_arena_array(&arena, 8, SIZE_MAX / 8 + 1));
	ck_assert_ptr_null(sift_arena_copy(&arena, "x", SIZE_MAX));
	ck_assert_ptr_nonnull(sift_arena_array(&arena, SIZE_MAX, 0));
	ck_assert_ptr_nonnull(sift_arena_alloc(&arena, 1));
	ck_assert_ptr_null(sift_arena_alloc(&arena, SIZE_MAX));
	sift_arena_release(&arena);
}
END_TEST

START_TEST(out_of_memory_leaves_the_arena_usable)
{
	struct sift_arena arena = {0};
	char *before;

	sift_mem_fail_at(1, 1);
	ck_assert_ptr_null(sift_arena_alloc(&arena, 10));
	ck_assert_ptr_null(sift_arena_str(&arena, "a"));
	ck_assert_ptr_null(sift_arena_span(&arena, SIFT_SPAN("a\0")));
	ck_assert_ptr_null(sift_arena_printf(&arena, "%d", 1));
	sift_mem_fail_at(0, 0);
	ck_assert_uint_eq(arena.total_bytes, 0);
	before = sift_arena_str(&arena, "abc");
	sift_mem_fail_at(1, 1);
	ck_assert_ptr_null(sift_arena_alloc(&arena, 1000000));
	sift_mem_fail_at(0, 0);
	ck_assert_str_eq(before, "abc");
	ck_assert_str_eq(sift_arena_str(&arena, "def"), "def");
	sift_arena_release(&arena);
}
END_TEST

START_TEST(handed_out_bytes_are_counted)
{
	struct sift_arena arena = {0};

	sift_arena_alloc(&arena, 100);
	sift_arena_alloc(&arena, 100000);
	sift_arena_str(&arena, "abc");
	ck_assert_uint_eq(arena.total_bytes, 100104);
	sift_arena_release(&arena);
}
END_TEST

#ifndef SIFT_DEBUG_ARENA
START_TEST(many_pieces_take_few_allocations)
{
	struct sift_arena arena = {0};
	uint64_t before = sift_mem_calls();

	for (int i = 0; i < 100000; i++)
		ck_assert_ptr_nonnull(sift_arena_alloc(&arena, 16));
	ck_assert_uint_lt(sift_mem_calls() - before, 20);
	sift_arena_release(&arena);
}
END_TEST

/* Some of it in huge blocks. */
START_TEST(a_large_arena_is_zeroed_and_whole)
{
	struct sift_arena arena = {0};
	size_t size = 50000, count = 1000;
	char **pieces = calloc(count, sizeof(*pieces));

	ck_assert_ptr_nonnull(pieces);
	for (size_t i = 0; i < count; i++) {
		pieces[i] = sift_arena_alloc(&arena, size);
		ck_assert_ptr_nonnull(pieces[i]);
		ck_assert_int_eq(pieces[i][0], 0);
		ck_assert_mem_eq(pieces[i], pieces[i] + 1, size - 1);
		memset(pieces[i], (int)i, size);
	}
	for (size_t i = 0; i < count; i++) {
		ck_assert_int_eq((unsigned char)pieces[i][0], i & 255);
		ck_assert_mem_eq(pieces[i], pieces[i] + 1, size - 1);
	}
	sift_arena_release(&arena);
	free(pieces);
}
END_TEST

START_TEST(a_large_piece_does_not_waste_the_block)
{
	struct sift_arena arena = {0};
	char *a, *b;

	a = sift_arena_copy(&arena, "", 0);
	ck_assert_ptr_nonnull(sift_arena_alloc(&arena, 1000000));
	b = sift_arena_copy(&arena, "", 0);
	ck_assert_ptr_eq(b, a + 1);
	sift_arena_release(&arena);
}
END_TEST
#endif

START_TEST(a_common_array_is_zeroed_and_apart)
{
	for (size_t count = 1; count < 200000; count *= 3) {
		struct sift_arena arena = {0};
		uint64_t *before = sift_arena_array(&arena, 2, 8);
		uint64_t *array = sift_arena_common_array(&arena, count, 8);
		uint64_t *behind = sift_arena_array(&arena, 2, 8);

		ck_assert_ptr_nonnull(before);
		ck_assert_ptr_nonnull(array);
		ck_assert_ptr_nonnull(behind);
		for (size_t i = 0; i < count; i++)
			ck_assert_uint_eq(array[i], 0);
		memset(array, 'x', count * 8);
		ck_assert_uint_eq(before[1], 0);
		ck_assert_uint_eq(behind[0], 0);
		ck_assert_ptr_nonnull(sift_arena_common_array(&arena, 0, 8));
		ck_assert_ptr_nonnull(sift_arena_common_array(&arena, 8, 0));
		ck_assert_ptr_null(
			sift_arena_common_array(&arena, SIZE_MAX / 2, 8));
		sift_arena_release(&arena);
	}
}
END_TEST

START_TEST(a_cleared_arena_is_as_a_new_one)
{
	struct sift_arena arena = {0};

	for (size_t round = 0; round < 20; round++) {
		for (size_t i = 0; i < 5 * round; i++) {
			char *piece = sift_arena_alloc(&arena, 100 * i + 1);

			ck_assert_ptr_nonnull(piece);
			for (size_t k = 0; k < 100 * i + 1; k++)
				ck_assert_int_eq(piece[k], 0);
			memset(piece, 'x', 100 * i + 1);
		}
		for (size_t i = 0; i < round; i++) {
			memset(sift_arena_room(&arena, i), 'x', i);
			ck_assert_str_eq(sift_arena_str(&arena, "abc"), "abc");
			ck_assert_str_eq(
				sift_arena_span(&arena, SIFT_SPAN("a\0")),
				"a\xEF\xBF\xBD");
		}
		sift_arena_clear(&arena);
		ck_assert_uint_eq(arena.total_bytes, 0);
	}
	sift_arena_release(&arena);
}
END_TEST

static void
fill(TCase *tc)
{
	tcase_add_test(tc, pieces_are_zeroed_aligned_and_apart);
	tcase_add_test(tc, texts_are_copied_whole);
	tcase_add_test(tc, alignment_survives_text);
	tcase_add_test(tc, printf_writes_any_length);
	tcase_add_test(tc, sizes_that_overflow_are_refused);
	tcase_add_test(tc, out_of_memory_leaves_the_arena_usable);
	tcase_add_test(tc, handed_out_bytes_are_counted);
	tcase_add_test(tc, a_common_array_is_zeroed_and_apart);
	tcase_add_test(tc, a_cleared_arena_is_as_a_new_one);
#ifndef SIFT_DEBUG_ARENA
	tcase_add_test(tc, many_pieces_take_few_allocations);
	tcase_add_test(tc, a_large_arena_is_zeroed_and_whole);
	tcase_add_test(tc, a_large_piece_does_not_waste_the_block);
#endif
}

int
main(void)
{
	return run_suite("arena", fill);
}
