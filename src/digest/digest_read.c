/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * The frame of the byte form: header, sections with length and checksum, the
 * end. What is in a block's section is read in block_read.c.
 */

#include <config.h>

#include "digest/digest_io.h"

#include "base/hash.h"

/* ---- sections ---- */

struct section {
	uint32_t kind;
	struct sift_span payload;
};

/*
 * Take the section at the start of *bytes apart. *bytes moves past it, also
 * when its checksum is wrong; to the end, when its length cannot be right.
 */
static enum sift_status
take_section(struct sift_span *bytes, struct section *out, struct sift_err *err)
{
	struct sift_reading_place in = {
		.at = (const unsigned char *)bytes->ptr,
		.end = (const unsigned char *)bytes->ptr + bytes->len,
	};
	struct sift_span kind = sift_read_bytes(&in, 4);
	uint64_t len = sift_read_u64(&in);
	const char *start = bytes->ptr;
	uint64_t checksum;

	if (in.status == SIFT_OK)
		out->payload = sift_read_bytes(&in, len);
	checksum = sift_read_u64(&in);
	if (in.status != SIFT_OK) {
		*bytes = sift_span_from(*bytes, bytes->len);
		return sift_fail(err, SIFT_E_FORMAT, "the digest is cut short");
	}
	*bytes = sift_span_of((const char *)in.at, sift_read_left(&in));
	if (sift_hash64(start, SIFT_SECTION_HEAD + (size_t)len) != checksum)
		return sift_fail(err, SIFT_E_FORMAT,
				 "a section of the digest is damaged");
	out->kind = 0;
	for (size_t i = 0; i < 4; i++)
		out->kind |= (uint32_t)(unsigned char)kind.ptr[i] << 8 * i;
	return SIFT_OK;
}

static enum sift_status
read_section(const struct section *section, struct sift_store *store,
	     struct sift_block **out, bool *out_skipped, struct sift_err *err)
{
	enum sift_status rc = SIFT_OK;

	if (section->kind == SIFT_SECTION_BLOCK)
		rc = sift_block_read(section->payload, store, out, out_skipped,
				     err);
	else if (section->kind != SIFT_SECTION_END)
		*out_skipped = true;
	if (rc || !*out || !(*out)->is_unsorted)
		return rc;
	sift_block_free(*out);
	*out = NULL;
	return sift_fail(err, SIFT_E_FORMAT,
			 "a block of the digest is not sorted");
}

enum sift_status
sift_digest_read_block(struct sift_span *bytes, struct sift_block **out,
		       bool *out_skipped, struct sift_err *err)
{
	struct section section = {0};
	bool skipped = false;
	enum sift_status rc;

	*out = NULL;
	if (out_skipped)
		*out_skipped = false;
	if (bytes->len == 0)
		return SIFT_END;
	rc = take_section(bytes, &section, err);
	if (rc == SIFT_OK)
		rc = read_section(&section, NULL, out, &skipped, err);
	if (out_skipped)
		*out_skipped = skipped;
	return rc;
}

static enum sift_status
add_block(struct sift_digest *digest, struct sift_block *block,
	  struct sift_err *err)
{
	enum sift_status rc = sift_digest_add(digest, block, err);

	if (rc)
		sift_block_free(block);
	return rc;
}

enum sift_status
sift_digest_take_block(struct sift_digest *digest, struct sift_span payload,
		       struct sift_err *err)
{
	struct sift_block *block = NULL;
	bool skipped = false;
	enum sift_status rc;

	sift_store_share(&digest->store);
	rc = sift_block_read(payload, &digest->store, &block, &skipped, err);
	return rc ? rc : add_block(digest, block, err);
}

bool
sift_digest_is(struct sift_span head)
{
	return sift_span_starts(head, SIFT_SPAN(SIFT_DIGEST_MAGIC));
}

static enum sift_status
read_header(struct sift_span *bytes, struct sift_err *err)
{
	uint32_t version = 0;

	if (!sift_digest_is(*bytes))
		return sift_fail(err, SIFT_E_FORMAT, "this is no digest");
	if (bytes->len < SIFT_DIGEST_HEADER)
		return sift_fail(err, SIFT_E_FORMAT, "the digest is cut short");
	for (size_t i = 0; i < 4; i++)
		version |= (uint32_t)(unsigned char)
				   bytes->ptr[SIFT_DIGEST_HEADER - 4 + i]
			   << 8 * i;
	if (version != SIFT_DIGEST_VERSION)
		return sift_fail(err, SIFT_E_UNSUPPORTED,
				 "digests of version %u are not known",
				 (unsigned)version);
	*bytes = sift_span_from(*bytes, SIFT_DIGEST_HEADER);
	return SIFT_OK;
}

/* The number of blocks, which the last section states. */
static enum sift_status
check_end(const struct section *section, uint64_t blocks, struct sift_span rest,
	  struct sift_err *err)
{
	struct sift_reading_place in = {
		.at = (const unsigned char *)section->payload.ptr,
		.end = (const unsigned char *)section->payload.ptr +
		       section->payload.len,
	};

	if (sift_read_varint(&in) != blocks || in.status != SIFT_OK)
		return sift_fail(err, SIFT_E_FORMAT,
				 "the digest lacks some of its blocks");
	if (rest.len > 0)
		return sift_fail(err, SIFT_E_FORMAT,
				 "%zu bytes after the end of the digest",
				 rest.len);
	return SIFT_OK;
}

/* Damage is remembered while sections are left; the rest ends reading. */
enum sift_status
sift_digest_read(struct sift_digest *digest, struct sift_span bytes,
		 struct sift_err *err)
{
	enum sift_status damage = SIFT_OK;
	enum sift_status unknown = SIFT_OK;
	uint64_t blocks = 0;
	enum sift_status rc = read_header(&bytes, err);

	if (rc)
		return rc;
	while (bytes.len > 0) {
		struct sift_block *block = NULL;
		struct section section = {0};
		bool skipped = false;

		rc = take_section(&bytes, &section, err);
		if (rc == SIFT_OK && section.kind == SIFT_SECTION_END) {
			rc = check_end(&section, blocks, bytes, err);
			return damage ? damage : rc ? rc : unknown;
		}
		if (rc == SIFT_OK)
			rc = read_section(&section, &digest->store, &block,
					  &skipped, err);
		if (rc == SIFT_OK && block)
			rc = add_block(digest, block, err);
		else if (rc == SIFT_OK)
			unknown = sift_fail(err, SIFT_E_UNSUPPORTED,
					    "the digest holds sections of a "
					    "newer version");
		if (rc && rc != SIFT_E_FORMAT)
			return rc;
		damage = rc ? rc : damage;
		blocks += section.kind == SIFT_SECTION_BLOCK;
	}
	return sift_fail(err, SIFT_E_FORMAT, "the digest is cut short");
}
