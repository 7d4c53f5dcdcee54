/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <lzma.h>

#include "base/mem.h"
#include "input/decoder.h"

/* xz by liblzma, which checks what sums the stream has. */

/* The window and, amply, what the decoder itself needs. */
#define MEMORY_BYTES                                                           \
 ((UINT64_C(1) << SIFT_DECODER_WINDOW_LOG) + (UINT64_C(1) << 20))

static void *
allocate(void *payload, size_t count, size_t size)
{
	(void)payload;
	return sift_calloc(count, size);
}

static void
release(void *payload, void *ptr)
{
	(void)payload;
	sift_free(ptr);
}

static const lzma_allocator allocator = {.alloc = allocate, .free = release};

static void *
open_xz(void)
{
	lzma_stream *z = sift_calloc(1, sizeof(*z)); /* as LZMA_STREAM_INIT */

	if (z)
		z->allocator = &allocator;
	return z;
}

static void
free_xz(void *state)
{
	lzma_end(state);
	sift_free(state);
}

static enum sift_decoded
begin_xz(void *state)
{
	return lzma_stream_decoder(state, MEMORY_BYTES, 0) == LZMA_OK
		       ? SIFT_DECODED_SOME
		       : SIFT_DECODED_NOMEM;
}

static enum sift_decoded
step_xz(struct sift_decoder *d)
{
	lzma_stream *z = d->state;
	lzma_ret rc;

	z->next_in = d->in;
	z->avail_in = d->in_len;
	z->next_out = d->out;
	z->avail_out = d->out_len;
	rc = lzma_code(z, LZMA_RUN);
	sift_decoder_move(d, z->avail_in, z->avail_out);
	/* Of the many codes few can come, and all others are damage. */
	if (rc == LZMA_OK || rc == LZMA_BUF_ERROR)
		return SIFT_DECODED_SOME;
	if (rc == LZMA_STREAM_END)
		return SIFT_DECODED_END;
	if (rc == LZMA_MEMLIMIT_ERROR)
		return SIFT_DECODED_WINDOW;
	return rc == LZMA_MEM_ERROR ? SIFT_DECODED_NOMEM : SIFT_DECODED_DAMAGE;
}

const struct sift_decoder_kind sift_decoder_xz = {
	.block_bytes = SIFT_DECODER_BLOCK_BYTES,
	.firsts = SIFT_SPAN_INIT("\xfd"),
	.may_follow_nuls = true,
	.open = open_xz,
	.begin = begin_xz,
	.step = step_xz,
	.free = free_xz,
};
