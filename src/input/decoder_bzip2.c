/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <bzlib.h>

#include "base/mem.h"
#include "input/decoder.h"

/* bzip2 by libbz2: each block of at most 900 kB has a CRC, and the stream. */

struct bzip2 {
	bz_stream z;
	bool is_open;
};

static void *
allocate(void *payload, int count, int size)
{
	(void)payload;
	return sift_calloc((size_t)count, (size_t)size);
}

static void
release(void *payload, void *ptr)
{
	(void)payload;
	sift_free(ptr);
}

static void *
open_bzip2(void)
{
	return sift_calloc(1, sizeof(struct bzip2));
}

static void
end_stream(struct bzip2 *b)
{
	if (b->is_open)
		BZ2_bzDecompressEnd(&b->z);
	b->is_open = false;
}

static void
free_bzip2(void *state)
{
	end_stream(state);
	sift_free(state);
}

/* libbz2 cannot use a state again. */
static enum sift_decoded
begin_bzip2(void *state)
{
	struct bzip2 *b = state;

	end_stream(b);
	b->z = (bz_stream){.bzalloc = allocate, .bzfree = release};
	b->is_open = BZ2_bzDecompressInit(&b->z, 0, 0) == BZ_OK;
	return b->is_open ? SIFT_DECODED_SOME : SIFT_DECODED_NOMEM;
}

static enum sift_decoded
step_bzip2(struct sift_decoder *d)
{
	bz_stream *z = &((struct bzip2 *)d->state)->z;
	int rc;

	z->next_in = (char *)d->in; /* only read */
	z->avail_in = (unsigned)d->in_len;
	z->next_out = (char *)d->out;
	z->avail_out = (unsigned)d->out_len;
	rc = BZ2_bzDecompress(z);
	sift_decoder_move(d, z->avail_in, z->avail_out);
	switch (rc) {
	case BZ_OK:
		return SIFT_DECODED_SOME;
	case BZ_STREAM_END:
		return SIFT_DECODED_END;
	case BZ_MEM_ERROR:
		return SIFT_DECODED_NOMEM;
	default: /* a wrong CRC has no code of its own */
		return SIFT_DECODED_DAMAGE;
	}
}

const struct sift_decoder_kind sift_decoder_bzip2 = {
	.block_bytes = SIFT_DECODER_BLOCK_BYTES,
	.firsts = SIFT_SPAN_INIT("B"),
	.open = open_bzip2,
	.begin = begin_bzip2,
	.step = step_bzip2,
	.free = free_bzip2,
};
