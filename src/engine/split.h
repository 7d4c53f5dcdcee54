/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_ENGINE_SPLIT_H
#define SIFT_ENGINE_SPLIT_H

/*
 * A large plain file that several workers read in pieces, and what became of
 * each. Certain or whole: the pieces add up to exactly what one worker would
 * have made of the file, or none of them counts and one worker reads it all.
 *
 * Pieces are read in any order and judged in that of the file. When a piece's
 * turn comes, all before it are certain, so everything a reader may have to
 * know of them is known (read/piece.h). A piece read without it is read once
 * more; one still in doubt then leaves only the whole.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "digest/block.h"
#include "engine/wire.h"
#include "input/walk.h"

enum sift_split_state {
	SIFT_SPLIT_OPEN,    /* pieces are missing */
	SIFT_SPLIT_CERTAIN, /* all are in, and sure */
	SIFT_SPLIT_WHOLE,   /* the file has to be read as a whole */
	SIFT_SPLIT_LOST	    /* a worker died of it */
};

struct sift_split_piece;
struct sift_split {
	const struct sift_found *file; /* borrowed */
	enum sift_split_state state;
	bool is_closed;	     /* for the pool: the outcome is dealt with */
	uint64_t bytes_done; /* for the pool */
	unsigned threads;    /* to finish the block with */
	struct sift_split_piece *pieces; /* owned */
	size_t count;
	uint32_t format;

	/* of the pieces judged so far, which are the first ones */
	size_t judged;
	struct sift_block *block; /* owned; what they amount to */
	uint64_t lines;
	uint32_t fill;
	struct sift_buf declared;
};

/*
 * How to split a file of `bytes` bytes among `workers`: the size of a piece,
 * and that of the first one, with which a worker finds out whether the file
 * can be split at all; 0 = not at all. `asked`: pieces of this size, please;
 * 0 = as is best.
 */
void sift_split_sizes(uint64_t bytes, unsigned workers, uint64_t asked,
		      uint64_t *out_first, uint64_t *out_piece);

/* All of a file in pieces of these sizes, the last ones smaller; `format` is
   the row of its format. Returns SIFT_OK, SIFT_E_NOMEM. */
enum sift_status sift_split_new(struct sift_split **out,
				const struct sift_found *file, unsigned workers,
				uint64_t first, uint64_t piece, uint32_t format,
				struct sift_err *err) SIFT_MUST_CHECK;
void sift_split_free(struct sift_split *split); /* NULL is allowed */

/* How many bytes of the file piece `i` stands for. */
uint64_t sift_split_bytes(const struct sift_split *split, size_t i);

/* Fill in what the worker that is to read piece `i` is told; borrowed until
   the next call on the split. */
void sift_split_describe(struct sift_split *split, size_t i,
			 struct sift_wire_piece *out);

/* A worker's answer to piece `i`; no block follows if it asks for the whole.
   Returns SIFT_OK, SIFT_E_NOMEM. */
enum sift_status sift_split_answer(struct sift_split *split, size_t i,
				   const struct sift_wire_answer *answer,
				   struct sift_span declares,
				   struct sift_err *err) SIFT_MUST_CHECK;

/* The block of piece `i`, which is taken over. */
void sift_split_keep(struct sift_split *split, size_t i,
		     struct sift_block *block);

/*
 * Piece `i` has been read. Judge all whose turn has come, and so find
 * split->state; once that is CERTAIN, split->block is finished. *out_again
 * becomes the piece that has to be read once more, or split->count.
 *
 * Returns SIFT_OK; SIFT_E_FORMAT when its block is missing; SIFT_E_NOMEM,
 * SIFT_E_LIMIT from merging blocks.
 */
enum sift_status sift_split_done(struct sift_split *split, size_t i,
				 size_t *out_again,
				 struct sift_err *err) SIFT_MUST_CHECK;

/* Give the pieces up; `state` is WHOLE or LOST. */
void sift_split_give_up(struct sift_split *split, enum sift_split_state state);

#endif /* SIFT_ENGINE_SPLIT_H */
