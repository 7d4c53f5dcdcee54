/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "engine/split.h"

#include <string.h>

#include "base/mem.h"
#include "read/piece.h"

/*
 * Sizes. The first piece delays all others, so it is small; it holds the
 * declarations of most scripts' metrics. The others are large enough that
 * sending their blocks costs nothing, and few; towards the end of the file they
 * become smaller, so that all workers end at about the same time. All are
 * multiples of what is read at once.
 */
#define SPLIT_BYTES_MIN (UINT64_C(64) << 20)
#define FIRST_BYTES (UINT64_C(4) << 20)
#define PIECE_BYTES_MIN (UINT64_C(32) << 20)
#define LAST_PIECE_BYTES (UINT64_C(8) << 20)
#define ALIGN_BYTES (UINT64_C(256) << 10)
#define PIECES_USUAL 64
#define PIECES_MAX 65536

struct sift_split_piece {
	uint64_t begin, end;
	/* as it was described */
	uint64_t first_line;
	size_t declared_len;
	/* as it was answered */
	uint64_t lines;
	uint32_t doubts;
	uint32_t fill;
	struct sift_buf declares;
	struct sift_block *block;
	bool is_done; /* nothing more of it will come */
};

/* What becomes of a piece whose turn has come. */
enum verdict { TAKE, READ_AGAIN, READ_WHOLE };

void
sift_split_sizes(uint64_t bytes, unsigned workers, uint64_t asked,
		 uint64_t *out_first, uint64_t *out_piece)
{
	uint64_t share = bytes / PIECES_USUAL / PIECE_BYTES_MIN;

	*out_first = FIRST_BYTES;
	*out_piece = (share + 1) * PIECE_BYTES_MIN;
	if (asked) {
		uint64_t least = bytes / PIECES_MAX + 1;

		*out_first = *out_piece = asked > least ? asked : least;
	}
	if (asked ? bytes <= asked : workers < 2 || bytes < SPLIT_BYTES_MIN)
		*out_first = 0;
}

/* Of what is left each worker is to have two pieces, if they come to be neither
   too small nor too large. */
static uint64_t
next_size(uint64_t left, unsigned workers, uint64_t piece)
{
	uint64_t size = left / workers / 2 / ALIGN_BYTES * ALIGN_BYTES;

	if (size < LAST_PIECE_BYTES)
		size = LAST_PIECE_BYTES;
	return size < piece ? size : piece;
}

/* The first piece, which there is always, and those behind it; each end is put
   into `pieces`, unless that is NULL. */
static size_t
cut(uint64_t bytes, unsigned workers, uint64_t first, uint64_t piece,
    struct sift_split_piece *pieces)
{
	uint64_t at = first;
	size_t count = 0;

	for (;; at += next_size(bytes - at, workers, piece)) {
		if (pieces)
			pieces[count].end = at;
		count++;
		if (at >= bytes)
			return count;
	}
}

enum sift_status
sift_split_new(struct sift_split **out, const struct sift_found *file,
	       unsigned workers, uint64_t first, uint64_t piece,
	       uint32_t format, struct sift_err *err)
{
	struct sift_split *split = sift_calloc(1, sizeof(*split));

	if (split) {
		split->count = cut(file->bytes, workers, first, piece, NULL);
		split->pieces =
			sift_calloc(split->count, sizeof(*split->pieces));
	}
	if (!split || !split->pieces) {
		sift_free(split);
		return sift_fail(err, SIFT_E_NOMEM, "no memory for pieces");
	}
	split->file = file;
	split->format = format;
	sift_buf_init(&split->declared, 0);
	cut(file->bytes, workers, first, piece, split->pieces);
	for (size_t i = 0; i < split->count; i++) {
		if (i > 0)
			split->pieces[i].begin = split->pieces[i - 1].end;
		sift_buf_init(&split->pieces[i].declares, 0);
	}
	/* However large the file may have become. */
	split->pieces[split->count - 1].end = UINT64_MAX;
	split->pieces[0].first_line = 1;
	*out = split;
	return SIFT_OK;
}

/* Free all that was read. */
static void
drop(struct sift_split *split)
{
	for (size_t i = 0; i < split->count; i++) {
		sift_block_free(split->pieces[i].block);
		split->pieces[i].block = NULL;
		sift_buf_release(&split->pieces[i].declares);
	}
	sift_block_free(split->block);
	split->block = NULL;
	sift_buf_release(&split->declared);
}

void
sift_split_free(struct sift_split *split)
{
	if (!split)
		return;
	drop(split);
	sift_free(split->pieces);
	sift_free(split);
}

void
sift_split_give_up(struct sift_split *split, enum sift_split_state state)
{
	drop(split);
	split->state = state;
}

uint64_t
sift_split_bytes(const struct sift_split *split, size_t i)
{
	const struct sift_split_piece *piece = &split->pieces[i];

	if (i + 1 == split->count)
		return split->file->bytes - piece->begin;
	return piece->end - piece->begin;
}

void
sift_split_describe(struct sift_split *split, size_t i,
		    struct sift_wire_piece *out)
{
	struct sift_split_piece *piece = &split->pieces[i];

	piece->first_line = i == split->judged ? split->lines + 1 : 0;
	piece->declared_len = split->declared.len;
	*out = (struct sift_wire_piece){
		.begin = piece->begin,
		.end = piece->end,
		.first_line = piece->first_line,
		.format = split->format,
		.declared = sift_buf_span(&split->declared),
	};
}

enum sift_status
sift_split_answer(struct sift_split *split, size_t i,
		  const struct sift_wire_answer *answer,
		  struct sift_span declares, struct sift_err *err)
{
	struct sift_split_piece *piece = &split->pieces[i];

	if (split->state != SIFT_SPLIT_OPEN)
		return SIFT_OK;
	if (answer->doubts & SIFT_DOUBT_WHOLE) {
		sift_split_give_up(split, SIFT_SPLIT_WHOLE);
		return SIFT_OK;
	}
	piece->lines = answer->lines;
	piece->doubts = answer->doubts;
	piece->fill = answer->fill < SIFT_PIECE_FULL ? (uint32_t)answer->fill
						     : SIFT_PIECE_FULL;
	sift_buf_clear(&piece->declares);
	sift_buf_add_span(&piece->declares, declares);
	if (sift_buf_status(&piece->declares))
		return sift_fail(err, SIFT_E_NOMEM, "no memory for a piece");
	return SIFT_OK;
}

void
sift_split_keep(struct sift_split *split, size_t i, struct sift_block *block)
{
	if (split->state != SIFT_SPLIT_OPEN || split->pieces[i].block) {
		sift_block_free(block);
		return;
	}
	split->pieces[i].block = block;
}

/* The first point of a file tells its version, a merge keeps the smaller. */
static bool
are_of_one_version(const struct sift_block *a, const struct sift_block *b)
{
	return !a || !a->format_version || !b->format_version ||
	       strcmp(a->format_version, b->format_version) == 0;
}

/*
 * A piece that declares something may only repeat what an earlier one has
 * declared: it has to know.
 */
static enum verdict
judge(const struct sift_split *split, const struct sift_split_piece *piece)
{
	bool declares =
		piece->declares.len || piece->doubts & SIFT_DOUBT_DECLARED;

	if (split->fill + piece->fill > SIFT_PIECE_FULL ||
	    !are_of_one_version(split->block, piece->block))
		return READ_WHOLE;
	if (declares && piece->declared_len != split->declared.len)
		return READ_AGAIN;
	if (piece->doubts & SIFT_DOUBT_DECLARED)
		return READ_WHOLE;
	if (piece->doubts & SIFT_DOUBT_LINES)
		return piece->first_line ? READ_WHOLE : READ_AGAIN;
	return TAKE;
}

static enum sift_status
take(struct sift_split *split, struct sift_split_piece *piece,
     struct sift_err *err)
{
	enum sift_status rc = SIFT_OK;

	split->lines += piece->lines;
	split->fill += piece->fill;
	sift_buf_add_span(&split->declared, sift_buf_span(&piece->declares));
	if (sift_buf_status(&split->declared))
		return sift_fail(err, SIFT_E_NOMEM, "no memory for a piece");
	if (!split->block) {
		split->block = piece->block;
	} else {
		rc = sift_block_merge(split->block, piece->block, err);
		sift_block_free(piece->block);
	}
	piece->block = NULL;
	sift_buf_release(&piece->declares);
	split->judged++;
	return rc;
}

/* All pieces are taken. */
static enum sift_status
finish(struct sift_split *split, struct sift_err *err)
{
	/* Cut, and no piece had a record: that is damage, not a part. */
	if (split->block->reading != SIFT_READING_WHOLE &&
	    split->block->records_used == 0) {
		sift_split_give_up(split, SIFT_SPLIT_WHOLE);
		return SIFT_OK;
	}
	split->state = SIFT_SPLIT_CERTAIN;
	return sift_block_finish(split->block, split->threads, err);
}

enum sift_status
sift_split_done(struct sift_split *split, size_t i, size_t *out_again,
		struct sift_err *err)
{
	struct sift_split_piece *piece = &split->pieces[i];
	enum verdict verdict = TAKE;
	enum sift_status rc = SIFT_OK;

	*out_again = split->count;
	if (split->state != SIFT_SPLIT_OPEN)
		return SIFT_OK;
	if (!piece->block)
		return sift_fail(err, SIFT_E_FORMAT,
				 "a worker sent nothing of a piece");
	piece->is_done = true;
	while (!rc && verdict == TAKE && split->judged < split->count) {
		piece = &split->pieces[split->judged];
		if (!piece->is_done)
			return SIFT_OK;
		verdict = judge(split, piece);
		if (verdict == TAKE)
			rc = take(split, piece, err);
	}
	if (rc || verdict == TAKE)
		return rc ? rc : finish(split, err);
	if (verdict == READ_WHOLE) {
		sift_split_give_up(split, SIFT_SPLIT_WHOLE);
		return SIFT_OK;
	}
	sift_block_free(piece->block);
	piece->block = NULL;
	piece->is_done = false;
	*out_again = split->judged;
	return SIFT_OK;
}
