/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_INPUT_DECODER_H
#define SIFT_INPUT_DECODER_H

/*
 * A decoder undoes one kind of compression by means of one library: packed
 * bytes in, plain bytes out, and where a member (a gzip member, a zstd frame,
 * an xz or bzip2 stream) ends. One file for each library.
 *
 * What is the same for all is in source_packed.c, the only caller: members in
 * a row, padding, junk, input that ends early, messages.
 */

#include "input/magic.h"
#include "input/source_impl.h"

/* Windows up to this are decoded; what the tools need by default is 8 MiB. */
#define SIFT_DECODER_WINDOW_LOG 27
#define SIFT_DECODER_WINDOW_WORDS "128 MiB"

/* What a step came to. */
enum sift_decoded {
	SIFT_DECODED_SOME, /* all input is used up or the room is full */
	SIFT_DECODED_END,  /* of the member, which is sound, or has a seal */
	SIFT_DECODED_DAMAGE,
	SIFT_DECODED_WRONG_SUM,
	SIFT_DECODED_WINDOW, /* larger than allowed */
	SIFT_DECODED_DICTIONARY,
	SIFT_DECODED_NOMEM
};

struct sift_decoder {
	const struct sift_decoder_kind *kind;
	void *state; /* owned; the kind's own */
	const unsigned char *in;
	size_t in_len; /* packed bytes left; below 4 GiB */
	unsigned char *out;
	size_t out_len;	       /* room left; below 4 GiB */
	struct sift_seal seal; /* of a member that has ended; see `add` */
};

/* For most: fits the processor's second cache, with what they need beside. */
#define SIFT_DECODER_BLOCK_BYTES ((size_t)256 << 10)

struct sift_decoder_kind {
	size_t block_bytes;	 /* of plain bytes, to be decoded in one go */
	struct sift_span firsts; /* bytes that a member may begin with */
	bool may_follow_nuls;	 /* may a member? */
	/* A new state; NULL = no memory. */
	void *(*open)(void);
	/* Prepare for a member. Gives SOME or NOMEM. */
	enum sift_decoded (*begin)(void *state);
	/*
	 * Go on with the member: move `in` and `out` by what was used. Bytes
	 * before damage come out first. Room that is left after SOME says
	 * that more input is wanted; a step without input is allowed.
	 */
	enum sift_decoded (*step)(struct sift_decoder *d);
	/* Add bytes to the sum that a seal is compared with, at first 0. NULL:
	   the decoder checks members itself. */
	uint32_t (*add)(uint32_t sum, const unsigned char *bytes, uint64_t len);
	/* The sum of what has the sum `a` and, behind it, `len` bytes with the
	   sum `b`. */
	uint32_t (*join)(uint32_t a, uint32_t b, uint64_t len);
	void (*free)(void *state);
};

extern const struct sift_decoder_kind sift_decoder_gzip;
extern const struct sift_decoder_kind sift_decoder_xz;
extern const struct sift_decoder_kind sift_decoder_zstd;
extern const struct sift_decoder_kind sift_decoder_bzip2;

/* For a step: so much input and so much room is left. */
static inline void
sift_decoder_move(struct sift_decoder *d, size_t in_len, size_t out_len)
{
	d->in += d->in_len - in_len;
	d->in_len = in_len;
	d->out += d->out_len - out_len;
	d->out_len = out_len;
}

#endif /* SIFT_INPUT_DECODER_H */
