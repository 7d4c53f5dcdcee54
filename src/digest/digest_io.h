/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_DIGEST_DIGEST_IO_H
#define SIFT_DIGEST_DIGEST_IO_H

/*
 * What the writer and the reader of the byte form agree on; the form itself
 * is told in docs/formats/lsd.md.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/digits.h"
#include "base/err.h"
#include "base/num.h"
#include "base/span.h"
#include "digest/block.h"
#include "digest/digest.h"
#include "digest/store.h"

#define SIFT_DIGEST_VERSION 5
#define SIFT_DIGEST_HEADER (sizeof(SIFT_DIGEST_MAGIC) - 1 + 4)

/* Kinds of sections. */
#define SIFT_SECTION_END 0
#define SIFT_SECTION_BLOCK 1

/* A section is kind (4), length (8), payload, checksum of all that (8). */
#define SIFT_SECTION_HEAD ((size_t)12)
#define SIFT_SECTION_TAIL ((size_t)8)

/* Parts of a block's section. From FACTS on they say what the result is, not
   how it came, and are hashed. */
enum sift_part {
	SIFT_PART_LEDGER = 1,
	SIFT_PART_SKIPPED,
	SIFT_PART_FACTS,
	SIFT_PART_NOTES,
	SIFT_PART_USERS,
	SIFT_PART_PROGRESS,
	SIFT_PART_TOTAL,
	SIFT_PART_SERIES, /* one for each */
	SIFT_PART_METRIC, /* one for each */
	SIFT_PART_CHECKS,
	SIFT_PART_THRESHOLDS,
	SIFT_PART_FAILURES,
	SIFT_PART_COUNT
};

/* How all samples of a block are written. */
enum sift_samples_form {
	SIFT_SAMPLES_SORTED,
	SIFT_SAMPLES_BINNED,
	SIFT_SAMPLES_UNSORTED, /* between processes of one program only */
	SIFT_SAMPLES_FORMS
};

/* A series of more samples is none that anybody took. */
#define SIFT_SAMPLES_MAX (UINT64_C(1) << 38)

/* Flags of a series. */
#define SIFT_SERIES_UNIT_ASSUMED 1u
#define SIFT_SERIES_FAILURES_KNOWN 2u
#define SIFT_SERIES_FIGURES 4u
#define SIFT_SERIES_TALLY 8u
#define SIFT_SERIES_EXAMPLE 16u
#define SIFT_SERIES_FLAGS 31u

/*
 * A bucket of a timeline begins with a number made of these bits; above them
 * stands how many widths it is from the one before.
 */
#define SIFT_BUCKET_MAX_MASK 3u /* where max is: an outcome, or itself */
#define SIFT_BUCKET_ITSELF 3u
#define SIFT_BUCKET_COUNT_SHIFT 2
#define SIFT_BUCKET_COUNT_MASK 3u /* count less 1, 2 = it follows; or */
#define SIFT_BUCKET_SLICES 3u	  /* all is as the slices say */
#define SIFT_BUCKET_FAILED 16u	  /* number of failed follows */
#define SIFT_BUCKET_GAP_SHIFT 5

/* Signed numbers so that small ones have few bits. */
static inline uint64_t
sift_zigzag(int64_t value)
{
	return (uint64_t)value << 1 ^ (value < 0 ? UINT64_MAX : 0);
}

static inline int64_t
sift_unzigzag(uint64_t value)
{
	return (int64_t)(value >> 1 ^ (value & 1 ? UINT64_MAX : 0));
}

/* The bucket that the samples of one slice of each outcome make, where slices
   are as wide as the bucket; its count is 0 where they are not. */
void sift_bucket_of_slices(struct sift_samples *const *samples, unsigned shift,
			   int64_t start_s, struct sift_bucket *out);

/* How many parts of a kind a block has, and what is in one of them. */
size_t sift_block_parts(const struct sift_block *block, enum sift_part part);
void sift_block_write_part(const struct sift_block *block, enum sift_part part,
			   size_t i, struct sift_buf *out);

/*
 * Hash what a block says, without name, path and ledger. Where no request was
 * counted, its bytes are hashed; else the hashes of its parts, so that the
 * whole need not be in memory at once.
 * Returns SIFT_OK, SIFT_E_NOMEM.
 */
enum sift_status sift_block_hash(const struct sift_block *block,
				 unsigned threads, struct sift_hash128 *out,
				 struct sift_err *err) SIFT_MUST_CHECK;
/* The same of a block that was read from these bytes, and is_flat or not. */
enum sift_status sift_hash_payload(struct sift_span payload, bool is_flat,
				   struct sift_hash128 *out,
				   struct sift_err *err) SIFT_MUST_CHECK;

/* What came of the buffer, with words for a failure. */
enum sift_status sift_written(const struct sift_buf *out,
			      struct sift_err *err) SIFT_MUST_CHECK;

/* ---- samples_write.c, samples_read.c ---- */

enum sift_samples_form sift_samples_form_of(const struct sift_block *block);
/* NULL: none. */
void sift_write_samples(struct sift_buf *out,
			const struct sift_samples *samples,
			enum sift_samples_form form);
/* `samples` are those of the same series, by outcome, sorted; or NULL each. */
void sift_write_timeline(struct sift_buf *out, const struct sift_timeline *line,
			 struct sift_samples *const *samples);
void sift_write_i64(struct sift_buf *out, int64_t value);
void sift_write_i128(struct sift_buf *out, sift_i128 value);

/* Where a reader is. Errors stick: all later reads give 0 and empty texts. */
struct sift_reading_place {
	const unsigned char *at;
	const unsigned char *end;
	enum sift_status status;
};

static inline size_t
sift_read_left(const struct sift_reading_place *in)
{
	return (size_t)(in->end - in->at);
}

/* Damage, or (`status`) something else is wrong. */
void sift_read_fail(struct sift_reading_place *in, enum sift_status status);
/* So many bytes, borrowed; none after damage. */
static inline struct sift_span
sift_read_bytes(struct sift_reading_place *in, uint64_t len)
{
	const char *at = (const char *)in->at;

	if (len > sift_read_left(in)) {
		sift_read_fail(in, SIFT_E_FORMAT);
		return (struct sift_span){NULL, 0};
	}
	in->at += len;
	return sift_span_of(at, (size_t)len);
}
static inline uint64_t
sift_read_u64(struct sift_reading_place *in)
{
	struct sift_span bytes = sift_read_bytes(in, 8);

	return bytes.len ? sift_eight(bytes.ptr) : 0;
}
uint64_t sift_read_long_varint(struct sift_reading_place *in);
/* Nearly all have one byte or two. */
static inline uint64_t
sift_read_varint(struct sift_reading_place *in)
{
	const unsigned char *at = in->at;
	size_t left = sift_read_left(in);

	if (left > 0 && at[0] < 128) {
		in->at += 1;
		return at[0];
	}
	if (left > 1 && at[1] < 128) {
		in->at += 2;
		return (at[0] & 127u) | (uint64_t)at[1] << 7;
	}
	return sift_read_long_varint(in);
}
static inline int64_t
sift_read_i64(struct sift_reading_place *in)
{
	return sift_unzigzag(sift_read_varint(in));
}
sift_i128 sift_read_i128(struct sift_reading_place *in);
/* A varint that must not be above `max`. */
static inline uint64_t
sift_read_bounded(struct sift_reading_place *in, uint64_t max)
{
	uint64_t value = sift_read_varint(in);

	if (value <= max)
		return value;
	sift_read_fail(in, SIFT_E_FORMAT);
	return 0;
}
/* Take the next part, and return its number; what `in` says of damage tells
   whether there is one. */
static inline uint64_t
sift_take_part(struct sift_reading_place *in, struct sift_span *out)
{
	uint64_t part = sift_read_varint(in);

	*out = sift_read_bytes(in, sift_read_varint(in));
	return part;
}
/* *out is NULL before, and after when there are none. */
void sift_read_samples(struct sift_reading_place *in,
		       enum sift_samples_form form, struct sift_samples **out);
void sift_read_timeline(struct sift_reading_place *in,
			struct sift_samples *const *samples,
			struct sift_timeline *out);

#endif /* SIFT_DIGEST_DIGEST_IO_H */
