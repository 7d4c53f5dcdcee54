/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "engine/split.h"

#include <string.h>

#include "read/piece.h"
#include "runner.h"

#define PIECES 5
#define FIRST 100
#define PIECE 1000

/* ---- sizes ---- */

#define MIB (UINT64_C(1) << 20)

static const struct {
	uint64_t bytes;
	unsigned workers;
	uint64_t asked;
	bool is_split;
} sizes[] = {
	{0, 8, 0, false},
	{1, 8, 0, false},
	{64 * MIB - 1, 8, 0, false},
	{64 * MIB, 8, 0, true},
	{64 * MIB, 1, 0, false},
	{1024 * MIB, 1, 0, false},
	{1024 * MIB, 2, 0, true},
	{UINT64_C(1) << 50, 2, 0, true},
	{0, 1, 1, false},
	{1, 1, 1, false},
	{2, 1, 1, true},
	{1000, 1, 1000, false},
	{1001, 1, 1000, true},
	{1024 * MIB, 2, 1, true},
	{UINT64_C(1) << 50, 1, 1, true},
};

START_TEST(only_large_files_are_split_unless_asked)
{
	uint64_t first, piece;

	sift_split_sizes(sizes[_i].bytes, sizes[_i].workers, sizes[_i].asked,
			 &first, &piece);
	ck_assert_int_eq(first > 0, sizes[_i].is_split);
	if (!first)
		return;
	ck_assert_uint_lt(first, sizes[_i].bytes);
	ck_assert_uint_gt(piece, 0);
	ck_assert_uint_lt(sizes[_i].bytes / piece, 1 << 16);
	if (!sizes[_i].asked)
		ck_assert_uint_eq(piece % MIB, 0);
}
END_TEST

START_TEST(pieces_cover_a_file_of_any_size)
{
	struct sift_found file = {.bytes = (uint64_t)_i * 499};
	struct sift_wire_piece piece = {0};
	struct sift_split *split;
	uint64_t sum = 0, end = 0;

	ck_assert_int_eq(
		sift_split_new(&split, &file, 2, FIRST, PIECE, 0, NULL),
		SIFT_OK);
	for (size_t i = 0; i < split->count; i++) {
		sift_split_describe(split, i, &piece);
		ck_assert_uint_eq(piece.begin, end);
		ck_assert_uint_gt(piece.end, piece.begin);
		ck_assert(i == 0 || piece.begin < file.bytes);
		end = piece.end;
		sum += sift_split_bytes(split, i);
	}
	ck_assert_uint_eq(end, UINT64_MAX);
	ck_assert_uint_eq(sum, file.bytes);
	sift_split_free(split);
}
END_TEST

/* 1 GB among two workers: the last pieces are a quarter of the others. */
START_TEST(pieces_become_smaller_towards_the_end)
{
	struct sift_found file = {.bytes = UINT64_C(1) << 30};
	uint64_t first, piece, last = UINT64_MAX;
	struct sift_split *split;

	sift_split_sizes(file.bytes, 2, 0, &first, &piece);
	ck_assert_int_eq(
		sift_split_new(&split, &file, 2, first, piece, 0, NULL),
		SIFT_OK);
	ck_assert_uint_eq(sift_split_bytes(split, 1), piece);
	for (size_t i = 1; i < split->count; i++) {
		ck_assert_uint_le(sift_split_bytes(split, i), last);
		last = sift_split_bytes(split, i);
	}
	ck_assert_uint_le(last, piece / 4);
	ck_assert_uint_lt(split->count, 50);
	sift_split_free(split);
}
END_TEST

/* ---- judging ---- */

/* What a piece answers, and how often it is read. */
struct answer {
	unsigned doubts; /* if it is not told all: WHOLE, always */
	uint64_t fill;
	const char *declares;
	const char *version;
	bool is_damaged;
	int readings;
};

static const struct sift_found found = {
	.name = "n", .path = "p", .bytes = FIRST + 4 * PIECE};

static struct sift_block *
make_block(const struct answer *answer)
{
	struct sift_block *block = NULL;

	ck_assert_int_eq(sift_block_new(&block, "n", "p", NULL), SIFT_OK);
	block->records_used = !answer->is_damaged;
	block->bytes = 10;
	block->format_version = answer->version;
	if (answer->is_damaged)
		ck_assert_int_eq(sift_block_set_reading(block,
							SIFT_READING_DAMAGED,
							"cut", NULL),
				 SIFT_OK);
	ck_assert_int_eq(sift_block_finish(block, 1, NULL), SIFT_OK);
	return block;
}

/* Read piece `i` as a reader would that has the doubts of `answer` unless it
   is told all; what it was told goes to *piece. */
static void
read_piece(struct sift_split *split, size_t i, const struct answer *answer,
	   const struct sift_wire_piece *piece, size_t known, size_t *out_again)
{
	struct sift_wire_answer said = {.lines = 7, .fill = answer->fill};
	bool knows = piece->declared.len == known;

	said.doubts = answer->doubts;
	if (knows)
		said.doubts &= ~(unsigned)SIFT_DOUBT_DECLARED;
	if (piece->first_line)
		said.doubts &= ~(unsigned)SIFT_DOUBT_LINES;
	ck_assert(!piece->first_line || piece->first_line == i * 7 + 1);
	ck_assert_int_eq(sift_split_answer(split, i, &said,
					   sift_span_str(answer->declares),
					   NULL),
			 SIFT_OK);
	sift_split_keep(split, i, make_block(answer));
	ck_assert_int_eq(sift_split_done(split, i, out_again, NULL), SIFT_OK);
}

/* clang-format off */
static const struct {
	const char *name;
	struct answer answers[PIECES];
	enum sift_split_state state;
} cases[] = {
	{"no doubts",
	 {{0, 0, "", NULL, false, 1}, {0, 0, "", NULL, false, 1},
	  {0, 0, "", NULL, false, 1}, {0, 0, "", NULL, false, 1},
	  {0, 0, "", NULL, false, 1}}, SIFT_SPLIT_CERTAIN},
	{"lines: read again, but for the first, which knows",
	 {{SIFT_DOUBT_LINES, 0, "", NULL, false, 1},
	  {0, 0, "", NULL, false, 1},
	  {SIFT_DOUBT_LINES, 0, "", NULL, false, 2},
	  {0, 0, "", NULL, false, 1},
	  {SIFT_DOUBT_LINES, 0, "", NULL, false, 2}}, SIFT_SPLIT_CERTAIN},
	{"declared by an earlier piece: read again",
	 {{0, 0, "", NULL, false, 1}, {0, 0, "ab", NULL, false, 1},
	  {0, 0, "", NULL, false, 1},
	  {SIFT_DOUBT_DECLARED, 0, "", NULL, false, 2},
	  {0, 0, "", NULL, false, 1}}, SIFT_SPLIT_CERTAIN},
	{"declared twice: the second has to know of the first",
	 {{0, 0, "", NULL, false, 1}, {0, 0, "ab", NULL, false, 1},
	  {0, 0, "", NULL, false, 1}, {0, 0, "ab", NULL, false, 2},
	  {0, 0, "", NULL, false, 1}}, SIFT_SPLIT_CERTAIN},
	{"nearly full",
	 {{0, SIFT_PIECE_FULL - 4, "", NULL, false, 1},
	  {0, 1, "", NULL, false, 1}, {0, 1, "", NULL, false, 1},
	  {0, 1, "", NULL, false, 1}, {0, 1, "", NULL, false, 1}},
	 SIFT_SPLIT_CERTAIN},
	{"over full",
	 {{0, SIFT_PIECE_FULL - 4, "", NULL, false, 1},
	  {0, 1, "", NULL, false, 1}, {0, 1, "", NULL, false, 1},
	  {0, 1, "", NULL, false, 1}, {0, 2, "", NULL, false, 1}},
	 SIFT_SPLIT_WHOLE},
	{"fuller than full",
	 {{0, UINT64_MAX, "", NULL, false, 1}, {0, 1, "", NULL, false, 1},
	  {0, 0, "", NULL, false, 1}, {0, 0, "", NULL, false, 1},
	  {0, 0, "", NULL, false, 1}}, SIFT_SPLIT_WHOLE},
	{"the whole",
	 {{0, 0, "", NULL, false, 1}, {0, 0, "", NULL, false, 1},
	  {SIFT_DOUBT_WHOLE, 0, "", NULL, false, 1},
	  {0, 0, "", NULL, false, 1}, {0, 0, "", NULL, false, 1}},
	 SIFT_SPLIT_WHOLE},
	{"one version",
	 {{0, 0, "", "2", false, 1}, {0, 0, "", NULL, false, 1},
	  {0, 0, "", "2", false, 1}, {0, 0, "", "2", false, 1},
	  {0, 0, "", "2", false, 1}}, SIFT_SPLIT_CERTAIN},
	{"two versions",
	 {{0, 0, "", "2", false, 1}, {0, 0, "", NULL, false, 1},
	  {0, 0, "", "1", false, 1}, {0, 0, "", "2", false, 1},
	  {0, 0, "", "2", false, 1}}, SIFT_SPLIT_WHOLE},
	{"a piece that is nothing but damage",
	 {{0, 0, "", NULL, false, 1}, {0, 0, "", NULL, false, 1},
	  {0, 0, "", NULL, false, 1}, {0, 0, "", NULL, false, 1},
	  {0, 0, "", NULL, true, 1}}, SIFT_SPLIT_CERTAIN},
	{"nothing but damage",
	 {{0, 0, "", NULL, true, 1}, {0, 0, "", NULL, true, 1},
	  {0, 0, "", NULL, true, 1}, {0, 0, "", NULL, true, 1},
	  {0, 0, "", NULL, true, 1}}, SIFT_SPLIT_WHOLE},
};
/* clang-format on */

/* In which the pieces come in; all are described beforehand. */
static const size_t orders[][PIECES] = {
	{0, 1, 2, 3, 4},
	{4, 3, 2, 1, 0},
	{2, 0, 4, 1, 3},
};

#define ORDERS COUNT(orders)

START_TEST(pieces_are_judged_in_the_order_of_the_file)
{
	const struct answer *answers = cases[_i / ORDERS].answers;
	const size_t *order = orders[_i % ORDERS];
	struct sift_wire_piece told[PIECES];
	int readings[PIECES] = {0};
	struct sift_split *split;
	size_t again = PIECES;

	ck_assert_int_eq(
		sift_split_new(&split, &found, 2, FIRST, PIECE, 3, NULL),
		SIFT_OK);
	ck_assert_uint_eq(split->count, PIECES);
	for (size_t i = 0; i < PIECES; i++) {
		sift_split_describe(split, i, &told[i]);
		ck_assert_uint_eq(told[i].format, 3);
	}
	for (size_t i = 0; i < PIECES; i++) {
		size_t at = order[i];

		while (at < PIECES && split->state == SIFT_SPLIT_OPEN) {
			/* A doubt of declarations goes when "ab" is known. */
			read_piece(split, at, &answers[at], &told[at], 2,
				   &again);
			readings[at]++;
			at = again;
			if (at < PIECES)
				sift_split_describe(split, at, &told[at]);
		}
	}
	ck_assert_msg(split->state == cases[_i / ORDERS].state, "%s: %d",
		      cases[_i / ORDERS].name, (int)split->state);
	if (split->state == SIFT_SPLIT_CERTAIN) {
		for (size_t i = 0; i < PIECES; i++)
			ck_assert_int_eq(readings[i], answers[i].readings);
		ck_assert_uint_eq(split->lines, 7 * PIECES);
		ck_assert_uint_ge(split->block->records_used, PIECES - 1);
		ck_assert_int_eq(split->block->bytes, 10 * PIECES);
	} else {
		ck_assert_ptr_null(split->block);
	}
	sift_split_free(split);
}
END_TEST

START_TEST(what_comes_after_the_end_changes_nothing)
{
	const struct answer none = {.declares = ""};
	const struct sift_wire_answer answer = {.lines = 1};
	struct sift_split *split;
	size_t again = 0;

	ck_assert_int_eq(
		sift_split_new(&split, &found, 2, FIRST, PIECE, 0, NULL),
		SIFT_OK);
	sift_split_give_up(split, SIFT_SPLIT_LOST);
	ck_assert_int_eq(
		sift_split_answer(split, 1, &answer, SIFT_SPAN("x"), NULL),
		SIFT_OK);
	sift_split_keep(split, 1, make_block(&none));
	ck_assert_int_eq(sift_split_done(split, 1, &again, NULL), SIFT_OK);
	ck_assert_uint_eq(again, PIECES);
	ck_assert_int_eq(split->state, SIFT_SPLIT_LOST);
	ck_assert_ptr_null(split->block);
	sift_split_free(split);
	sift_split_free(NULL);
}
END_TEST

START_TEST(a_piece_without_a_block_is_not_done)
{
	const struct sift_wire_answer answer = {.lines = 1};
	struct sift_split *split;
	size_t again;

	ck_assert_int_eq(
		sift_split_new(&split, &found, 2, FIRST, PIECE, 0, NULL),
		SIFT_OK);
	ck_assert_int_eq(
		sift_split_answer(split, 0, &answer, SIFT_SPAN(""), NULL),
		SIFT_OK);
	ck_assert_int_eq(sift_split_done(split, 0, &again, NULL),
			 SIFT_E_FORMAT);
	sift_split_free(split);
}
END_TEST

static void
fill(TCase *tc)
{
	tcase_add_loop_test(tc, only_large_files_are_split_unless_asked, 0,
			    COUNT(sizes));
	tcase_add_test(tc, pieces_become_smaller_towards_the_end);
	tcase_add_loop_test(tc, pieces_cover_a_file_of_any_size, 0, 12);
	tcase_add_loop_test(tc, pieces_are_judged_in_the_order_of_the_file, 0,
			    COUNT(cases) * ORDERS);
	tcase_add_test(tc, what_comes_after_the_end_changes_nothing);
	tcase_add_test(tc, a_piece_without_a_block_is_not_done);
}

int
main(void)
{
	return run_suite("split", fill);
}
