/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "read/piece.h"

/* Declarations are a few dozen lines; a file made of them is read whole. */
#define DECLARES_MAX ((size_t)64 << 10)

void
sift_piece_init(struct sift_piece *piece)
{
	*piece = (struct sift_piece){.first_line = 1};
	sift_buf_init(&piece->declares, DECLARES_MAX);
}

void
sift_piece_release(struct sift_piece *piece)
{
	sift_buf_release(&piece->declares);
}

void
sift_piece_declare(struct sift_piece *piece, struct sift_span line)
{
	sift_buf_add_span(&piece->declares, line);
	sift_buf_add_byte(&piece->declares, '\n');
	if (sift_buf_status(&piece->declares))
		piece->doubts |= SIFT_DOUBT_WHOLE;
}

void
sift_piece_count(struct sift_piece *piece, size_t count, size_t max)
{
	/* Rounded up; counts are below 2^32, so nothing overflows. */
	uint64_t fill = ((uint64_t)count * SIFT_PIECE_FULL + max - 1) / max;

	if (fill > piece->fill)
		piece->fill = fill < SIFT_PIECE_FULL ? (uint32_t)fill
						     : SIFT_PIECE_FULL;
}
