/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * The hash of what a block says, by which duplicates are found: from the block,
 * or from its bytes, which gives the same.
 */

#include <config.h>

#include "digest/digest_io.h"

#include "base/parallel.h"
#include "digest/put_bytes.h"

/* A part's number and its own hash. */
#define RECORD 17

static unsigned char *
put_record(unsigned char *at, unsigned part, struct sift_span bytes)
{
	struct sift_hash128 hash = sift_hash128(bytes.ptr, bytes.len);

	*at++ = (unsigned char)part;
	return sift_put_u64(sift_put_u64(at, hash.high), hash.low);
}

/* ---- of bytes ---- */

static struct sift_reading_place
place_of(struct sift_span bytes)
{
	return (struct sift_reading_place){
		.at = (const unsigned char *)bytes.ptr,
		.end = (const unsigned char *)sift_span_end(bytes),
	};
}

/* What is hashed of them: all behind the parts that tell how it came. */
static struct sift_span
skip_ledger(struct sift_span payload)
{
	struct sift_reading_place in = place_of(payload);
	struct sift_span bytes, rest;

	do
		rest = sift_span_of((const char *)in.at, sift_read_left(&in));
	while (rest.len && sift_take_part(&in, &bytes) < SIFT_PART_FACTS);
	return rest;
}

enum sift_status
sift_hash_payload(struct sift_span payload, bool is_flat,
		  struct sift_hash128 *out, struct sift_err *err)
{
	struct sift_span hashed = skip_ledger(payload);
	struct sift_reading_place in = place_of(hashed);
	struct sift_buf records;
	enum sift_status rc;

	if (is_flat) {
		*out = sift_hash128(hashed.ptr, hashed.len);
		return SIFT_OK;
	}
	sift_buf_init(&records, 0);
	while (in.at < in.end) {
		struct sift_span bytes;
		unsigned part = (unsigned)sift_take_part(&in, &bytes);
		unsigned char *at = sift_buf_room(&records, RECORD);

		if (at)
			sift_buf_wrote(&records, put_record(at, part, bytes));
	}
	rc = sift_written(&records, err);
	if (!rc)
		*out = sift_hash128(records.ptr, records.len);
	sift_buf_release(&records);
	return rc;
}

/* ---- of a block ---- */

static bool
is_flat(const struct sift_block *block)
{
	if (block->is_flat)
		return true;
	if (sift_series_is_counted(&block->total))
		return false;
	for (size_t i = 0; i < block->series_count; i++)
		if (sift_series_is_counted(&block->series[i]))
			return false;
	return true;
}

static enum sift_status
hash_written(const struct sift_block *block, struct sift_hash128 *out,
	     struct sift_err *err)
{
	struct sift_buf bytes;
	enum sift_status rc;

	sift_buf_init(&bytes, 0);
	rc = sift_block_write(block, &bytes, err);
	if (!rc)
		rc = sift_hash_payload(sift_buf_span(&bytes), true, out, err);
	sift_buf_release(&bytes);
	return rc;
}

struct hashing {
	const struct sift_block *block;
	size_t counts[SIFT_PART_COUNT];
	unsigned char *records;
};

/* Write part number `i` of those that are hashed, and hash that. */
static enum sift_status
hash_item(void *context, size_t i, struct sift_arena *arena,
	  struct sift_err *err)
{
	const struct hashing *hashing = context;
	unsigned char *record = hashing->records + i * RECORD;
	struct sift_buf bytes;
	enum sift_status rc;
	unsigned part = SIFT_PART_FACTS;

	(void)arena;
	for (; i >= hashing->counts[part]; part++)
		i -= hashing->counts[part];
	sift_buf_init(&bytes, 0);
	sift_block_write_part(hashing->block, part, i, &bytes);
	rc = sift_written(&bytes, err);
	if (!rc)
		put_record(record, part, sift_buf_span(&bytes));
	sift_buf_release(&bytes);
	return rc;
}

static enum sift_status
hash_parts(const struct sift_block *block, unsigned threads,
	   struct sift_hash128 *out, struct sift_err *err)
{
	struct hashing hashing = {.block = block};
	struct sift_arena arena;
	size_t count = 0;
	enum sift_status rc;

	for (unsigned part = SIFT_PART_FACTS; part < SIFT_PART_COUNT; part++) {
		hashing.counts[part] = sift_block_parts(block, part);
		count += hashing.counts[part];
	}
	sift_arena_init(&arena);
	hashing.records = sift_arena_array(&arena, count, RECORD);
	rc = hashing.records ? sift_in_parallel(hash_item, &hashing, count,
						threads, &arena, err)
			     : sift_fail(err, SIFT_E_NOMEM,
					 "no memory to hash a block");
	if (!rc)
		*out = sift_hash128(hashing.records, count * RECORD);
	sift_arena_release(&arena);
	return rc;
}

enum sift_status
sift_block_hash(const struct sift_block *block, unsigned threads,
		struct sift_hash128 *out, struct sift_err *err)
{
	return is_flat(block) ? hash_written(block, out, err)
			      : hash_parts(block, threads, out, err);
}
