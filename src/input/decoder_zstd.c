/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <zstd.h>
#include <zstd_errors.h>

#include "base/mem.h"
#include "input/decoder.h"

/*
 * zstd by libzstd, which checks the content checksum that a frame may have.
 *
 * When a call fails, what it decoded before is lost: libzstd counts output on
 * success only. So each call gets as much input as ends one block, neither
 * more nor the header of the next; and the first byte of a frame comes alone,
 * or libzstd would take a small frame whole, to give all or nothing.
 */

#define BLOCK_HEADER_BYTES 3

struct zstd {
	ZSTD_DCtx *context; /* owned */
	size_t wanted;	    /* input that libzstd asked for */
};

static void
free_zstd(void *state)
{
	struct zstd *z = state;

	ZSTD_freeDCtx(z->context);
	sift_free(z);
}

static void *
open_zstd(void)
{
	struct zstd *z = sift_calloc(1, sizeof(*z));

	if (!z)
		return NULL;
	z->context = ZSTD_createDCtx();
	if (!z->context ||
	    ZSTD_isError(ZSTD_DCtx_setParameter(z->context, ZSTD_d_windowLogMax,
						SIFT_DECODER_WINDOW_LOG))) {
		free_zstd(z);
		return NULL;
	}
	return z;
}

static enum sift_decoded
begin_zstd(void *state)
{
	((struct zstd *)state)->wanted = 1;
	return SIFT_DECODED_SOME;
}

static enum sift_decoded
failure_of(size_t code)
{
	ZSTD_ErrorCode error = ZSTD_getErrorCode(code);

	if (error == ZSTD_error_checksum_wrong)
		return SIFT_DECODED_WRONG_SUM;
	if (error == ZSTD_error_frameParameter_windowTooLarge)
		return SIFT_DECODED_WINDOW;
	if (error == ZSTD_error_dictionary_wrong)
		return SIFT_DECODED_DICTIONARY;
	return error == ZSTD_error_memory_allocation ? SIFT_DECODED_NOMEM
						     : SIFT_DECODED_DAMAGE;
}

/* How much of the input may go in: see above. */
static size_t
portion(const struct zstd *z, size_t in_len)
{
	size_t len = z->wanted;

	/* What is asked for takes in the header of the block after it. */
	if (len > BLOCK_HEADER_BYTES)
		len -= BLOCK_HEADER_BYTES;
	return len < in_len ? len : in_len;
}

static enum sift_decoded
step_zstd(struct sift_decoder *d)
{
	struct zstd *z = d->state;
	ZSTD_outBuffer out = {d->out, d->out_len, 0};
	ZSTD_inBuffer in = {d->in, 0, 0};
	size_t rc;

	do {
		in.size = in.pos + portion(z, d->in_len - in.pos);
		rc = ZSTD_decompressStream(z->context, &out, &in);
		if (!ZSTD_isError(rc))
			z->wanted = rc;
	} while (rc && !ZSTD_isError(rc) && in.pos < d->in_len &&
		 out.pos < out.size);
	sift_decoder_move(d, d->in_len - in.pos, d->out_len - out.pos);
	if (ZSTD_isError(rc))
		return failure_of(rc);
	return rc ? SIFT_DECODED_SOME : SIFT_DECODED_END;
}

const struct sift_decoder_kind sift_decoder_zstd = {
	.block_bytes = SIFT_DECODER_BLOCK_BYTES,
	/* a frame, or one of the sixteen that are to be skipped */
	.firsts = SIFT_SPAN_INIT("\x28\x50\x51\x52\x53\x54\x55\x56\x57"
				 "\x58\x59\x5a\x5b\x5c\x5d\x5e\x5f"),
	.open = open_zstd,
	.begin = begin_zstd,
	.step = step_zstd,
	.free = free_zstd,
};
