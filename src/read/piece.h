/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_READ_PIECE_H
#define SIFT_READ_PIECE_H

/*
 * A piece: some whole lines of a large file, read apart from the others, in
 * any order, so that several workers can share the file. Merged, the pieces'
 * events must amount to exactly what reading the file as a whole gives.
 *
 * A reader cannot always promise that: a line may mean what an earlier line
 * says. What it needs from before the piece it is given (`declared`,
 * `first_line`); where that was not enough it says so (`doubts`), and whoever
 * handed the pieces out gives more, or has the file read as a whole. Certain
 * or whole: nothing in between.
 */

#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"

/* Why a piece may not be what it would be as part of the whole. */
enum sift_doubt {
	SIFT_DOUBT_LINES = 1,	 /* it told of a line; first_line is missing */
	SIFT_DOUBT_DECLARED = 2, /* it met what is declared elsewhere */
	SIFT_DOUBT_WHOLE = 4	 /* only reading the whole can tell */
};

/* So much of anything the reader counts names of: its tables are full. */
#define SIFT_PIECE_FULL (1u << 16)

struct sift_piece {
	/* where it stands */
	uint64_t begin;		   /* offset of its first line in the file */
	uint64_t first_line;	   /* number of that line; 0 = unknown */
	struct sift_span declared; /* lines from before it; borrowed */

	/* what the reader says of it */
	uint64_t lines;
	unsigned doubts;	  /* set of enum sift_doubt */
	uint32_t fill;		  /* of its fullest table, by SIFT_PIECE_FULL:
				     those of all pieces may fill it together */
	struct sift_buf declares; /* owned; lines that those behind it need */
};

/* The whole of a file, until told otherwise. */
void sift_piece_init(struct sift_piece *piece);
void sift_piece_release(struct sift_piece *piece);

/* Take note of a line (without its end) that others may need. */
void sift_piece_declare(struct sift_piece *piece, struct sift_span line);

/* `count` of at most `max` names of one kind were met. */
void sift_piece_count(struct sift_piece *piece, size_t count, size_t max);

#endif /* SIFT_READ_PIECE_H */
