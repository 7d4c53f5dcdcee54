/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * The frame of the byte form: header, sections with length and checksum, the
 * end. What is in a block's section is written in block_write.c.
 */

#include <config.h>

#include "digest/digest_io.h"

#include "base/hash.h"

static void
set_u64(char *at, uint64_t value)
{
	for (unsigned i = 0; i < 8; i++)
		at[i] = (char)(unsigned char)(value >> 8 * i & 255);
}

static size_t
begin_section(struct sift_buf *out, uint32_t kind)
{
	size_t start = out->len;

	sift_buf_add_u32(out, kind);
	sift_buf_add_u64(out, 0); /* the length, when it is known */
	return start;
}

static void
end_section(struct sift_buf *out, size_t start)
{
	if (out->status != SIFT_OK)
		return;
	set_u64(out->ptr + start + 4, out->len - start - SIFT_SECTION_HEAD);
	sift_buf_add_u64(out, sift_hash64(out->ptr + start, out->len - start));
}

void
sift_digest_write_header(struct sift_buf *out)
{
	sift_buf_add_str(out, SIFT_DIGEST_MAGIC);
	sift_buf_add_u32(out, SIFT_DIGEST_VERSION);
}

enum sift_status
sift_digest_write_block(const struct sift_block *block, struct sift_buf *out,
			struct sift_err *err)
{
	size_t start = begin_section(out, SIFT_SECTION_BLOCK);
	enum sift_status rc = sift_block_write(block, out, err);

	end_section(out, start);
	return rc ? rc : sift_written(out, err);
}

enum sift_status
sift_digest_write_end(uint64_t blocks, struct sift_buf *out,
		      struct sift_err *err)
{
	size_t start = begin_section(out, SIFT_SECTION_END);

	sift_buf_add_varint(out, blocks);
	end_section(out, start);
	return sift_written(out, err);
}

enum sift_status
sift_digest_write(const struct sift_digest *digest, struct sift_buf *out,
		  struct sift_err *err)
{
	enum sift_status rc = SIFT_OK;

	sift_digest_write_header(out);
	for (size_t i = 0; rc == SIFT_OK && i < digest->count; i++) {
		rc = sift_digest_write_block(digest->blocks[i], out, err);
		sift_buf_pass_on(out);
	}
	if (rc == SIFT_OK)
		rc = sift_digest_write_end(digest->count, out, err);
	return rc;
}
