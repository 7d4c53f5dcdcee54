/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <isa-l/igzip_lib.h>
#include <zlib.h>

#include "base/mem.h"
#include "input/decoder.h"
#include "input/gzip_sum.h"

/*
 * gzip by ISA-L, at three times zlib's speed. It inflates only: CRC and length
 * behind a member are its seal, checked where there is time to.
 *
 * The header is read by a call of its own: isal_inflate() can do that as well
 * but loses its place when the input ends within the header (2.30).
 *
 * At a bad symbol or distance it has counted as output what the copy it could
 * not make would have given: bytes that nobody wrote. How many is not told;
 * as symbols have 10 bits, and a length is the symbol less 254, at most
 * PHANTOM_BYTES. So many are dropped, sound ones among them.
 */

#define PHANTOM_BYTES ((size_t)1023 - 254)

/* A call copies 64 KiB, out of the library and into it. */
#define BLOCK_BYTES (2 * SIFT_DECODER_BLOCK_BYTES)

struct gzip {
	struct inflate_state inflate;
	struct isal_gzip_header header;
	bool is_in_header;
	uint64_t trailer; /* so many bytes of it, the first the lowest */
	unsigned trailer_len;
	bool is_in_trailer;
};

#define TRAILER_BYTES 8 /* CRC, length */

static void *
open_gzip(void)
{
	return sift_malloc(sizeof(struct gzip));
}

static enum sift_decoded
begin_gzip(void *state)
{
	struct gzip *g = state;

	isal_inflate_init(&g->inflate);
	g->inflate.crc_flag = ISAL_DEFLATE;
	isal_gzip_header_init(&g->header);
	g->is_in_header = true;
	g->is_in_trailer = false;
	return SIFT_DECODED_SOME;
}

static int
inflate_some(struct gzip *g)
{
	int rc;

	if (g->is_in_header) {
		rc = isal_read_gzip_header(&g->inflate, &g->header);
		if (rc != ISAL_DECOMP_OK)
			return rc;
		g->is_in_header = false;
	}
	return isal_inflate(&g->inflate);
}

static void
drop_phantom(struct inflate_state *z, size_t room)
{
	size_t made = room - z->avail_out;

	z->avail_out += (uint32_t)(made < PHANTOM_BYTES ? made : PHANTOM_BYTES);
}

/* The first bytes of the trailer are those that were read ahead. */
static void
begin_trailer(struct gzip *g)
{
	unsigned bits = (unsigned)g->inflate.read_in_length;

	g->is_in_trailer = true;
	g->trailer_len = bits / 8;
	g->trailer = g->inflate.read_in >> bits % 8;
	if (g->trailer_len < TRAILER_BYTES)
		g->trailer &= (UINT64_C(1) << 8 * g->trailer_len) - 1;
}

static enum sift_decoded
take_trailer(struct sift_decoder *d)
{
	struct gzip *g = d->state;

	for (; g->trailer_len < TRAILER_BYTES; g->trailer_len++) {
		if (!d->in_len)
			return SIFT_DECODED_SOME;
		g->trailer |= (uint64_t)*d->in << 8 * g->trailer_len;
		sift_decoder_move(d, d->in_len - 1, d->out_len);
	}
	d->seal.is_end = true;
	d->seal.sum = (uint32_t)g->trailer;
	d->seal.len = (uint32_t)(g->trailer >> 32);
	return SIFT_DECODED_END;
}

static enum sift_decoded
step_gzip(struct sift_decoder *d)
{
	struct gzip *g = d->state;
	struct inflate_state *z = &g->inflate;
	int rc;

	if (g->is_in_trailer)
		return take_trailer(d);
	z->next_in = (uint8_t *)d->in; /* only read */
	z->avail_in = (uint32_t)d->in_len;
	z->next_out = d->out;
	z->avail_out = (uint32_t)d->out_len;
	rc = inflate_some(g);
	if (rc == ISAL_INVALID_SYMBOL || rc == ISAL_INVALID_LOOKBACK)
		drop_phantom(z, d->out_len);
	sift_decoder_move(d, z->avail_in, z->avail_out);
	if (rc == ISAL_INCORRECT_CHECKSUM) /* of the header */
		return SIFT_DECODED_WRONG_SUM;
	if (rc < 0)
		return SIFT_DECODED_DAMAGE;
	if (z->block_state != ISAL_BLOCK_FINISH)
		return SIFT_DECODED_SOME;
	begin_trailer(g);
	return take_trailer(d);
}

static uint32_t
join_sums(uint32_t a, uint32_t b, uint64_t len)
{
	return (uint32_t)crc32_combine(a, b, (z_off_t)len);
}

const struct sift_decoder_kind sift_decoder_gzip = {
	.block_bytes = BLOCK_BYTES,
	.firsts = SIFT_SPAN_INIT("\x1f"),
	.open = open_gzip,
	.begin = begin_gzip,
	.step = step_gzip,
	.add = sift_gzip_sum,
	.join = join_sums,
	.free = sift_free,
};
