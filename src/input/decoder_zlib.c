/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <string.h>
#include <zlib.h>

#include "base/mem.h"
#include "input/decoder.h"

/* gzip by zlib, where there is no ISA-L; checks CRC and length as well. */

#define WINDOW_BITS_GZIP (15 + 16)

static void *
allocate(void *payload, unsigned count, unsigned size)
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

static void *
open_gzip(void)
{
	z_stream *z = sift_calloc(1, sizeof(*z));

	if (!z)
		return NULL;
	z->zalloc = allocate;
	z->zfree = release;
	if (inflateInit2(z, WINDOW_BITS_GZIP) != Z_OK) {
		sift_free(z);
		return NULL;
	}
	return z;
}

static void
free_gzip(void *state)
{
	inflateEnd(state);
	sift_free(state);
}

static enum sift_decoded
begin_gzip(void *state)
{
	return inflateReset(state) == Z_OK ? SIFT_DECODED_SOME
					   : SIFT_DECODED_NOMEM;
}

/* zlib has one code for all damage; only its words tell more. */
static enum sift_decoded
kind_of_damage(const char *words)
{
	static const char *const sums[] = {"incorrect data check",
					   "incorrect length check",
					   "header crc mismatch"};
	size_t i;

	for (i = 0; words && i < sizeof(sums) / sizeof(sums[0]); i++)
		if (!strcmp(words, sums[i]))
			return SIFT_DECODED_WRONG_SUM;
	return SIFT_DECODED_DAMAGE;
}

static enum sift_decoded
step_gzip(struct sift_decoder *d)
{
	z_stream *z = d->state;
	int rc;

	z->next_in = (z_const Bytef *)d->in;
	z->avail_in = (uInt)d->in_len;
	z->next_out = d->out;
	z->avail_out = (uInt)d->out_len;
	rc = inflate(z, Z_NO_FLUSH);
	sift_decoder_move(d, z->avail_in, z->avail_out);
	switch (rc) {
	case Z_OK:
	case Z_BUF_ERROR: /* neither input nor more to come of it */
		return SIFT_DECODED_SOME;
	case Z_STREAM_END:
		return SIFT_DECODED_END;
	case Z_MEM_ERROR:
		return SIFT_DECODED_NOMEM;
	default:
		return kind_of_damage(z->msg);
	}
}

const struct sift_decoder_kind sift_decoder_gzip = {
	.block_bytes = SIFT_DECODER_BLOCK_BYTES,
	.firsts = SIFT_SPAN_INIT("\x1f"),
	.open = open_gzip,
	.begin = begin_gzip,
	.step = step_gzip,
	.free = free_gzip,
};
