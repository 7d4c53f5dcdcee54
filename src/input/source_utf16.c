/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * UTF-16 as UTF-8, which is all that readers know. Spreadsheets and shells on
 * Windows save text so. Halves of surrogate pairs become U+FFFD.
 */
#include <config.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "input/source_impl.h"

/* Bytes taken from a block at a time: at most twice as many come out. */
#define PART_BYTES ((size_t)65536)
#define REPLACEMENT 0xFFFDu

struct utf16_source {
	struct sift_source base;
	struct sift_source *inner; /* borrowed */
	struct sift_span block;	   /* what is left of inner's */
	struct sift_buf text;
	bool is_big; /* endian */
	bool at_begin;
	bool has_odd; /* the first byte of a unit */
	unsigned char odd;
	uint32_t high; /* surrogate that waits for a low one; 0 = none */
};

bool
sift_utf16_is(struct sift_span head)
{
	return sift_span_starts(head, SIFT_SPAN("\xff\xfe")) ||
	       sift_span_starts(head, SIFT_SPAN("\xfe\xff"));
}

static void
add_unit(struct utf16_source *u, uint32_t unit)
{
	bool is_low = unit >= 0xDC00 && unit < 0xE000;

	if (u->high && is_low) {
		sift_utf8_add(&u->text, 0x10000 + ((u->high - 0xD800) << 10) +
						(unit - 0xDC00));
		u->high = 0;
		return;
	}
	if (u->high)
		sift_utf8_add(&u->text, REPLACEMENT);
	u->high = unit >= 0xD800 && unit < 0xDC00 ? unit : 0;
	if (is_low)
		sift_utf8_add(&u->text, REPLACEMENT);
	else if (!u->high)
		sift_utf8_add(&u->text, unit);
}

static void
add_byte(struct utf16_source *u, unsigned char byte)
{
	if (!u->has_odd) {
		u->odd = byte;
		u->has_odd = true;
		return;
	}
	u->has_odd = false;
	if (u->at_begin) /* FE FF, or FF FE */
		u->is_big = u->odd == 0xFE;
	else
		add_unit(u, u->is_big ? (uint32_t)u->odd << 8 | byte
				      : (uint32_t)byte << 8 | u->odd);
	u->at_begin = false;
}

/* The end, or the failure, of what is inside. */
static enum sift_status
end(struct utf16_source *u, enum sift_status rc, struct sift_err *err)
{
	if (u->high)
		sift_utf8_add(&u->text, REPLACEMENT);
	u->high = 0;
	if (rc == SIFT_END && u->has_odd)
		return sift_fail(err, SIFT_E_FORMAT,
				 "UTF-16 text breaks off within a character");
	return rc;
}

static enum sift_status
read_utf16(struct sift_source *src, struct sift_span *out, struct sift_err *err)
{
	struct utf16_source *u = (struct utf16_source *)src;
	enum sift_status rc = SIFT_OK;
	struct sift_span part;

	sift_buf_clear(&u->text);
	if (!u->block.len)
		rc = sift_source_next(u->inner, &u->block, err);
	part = sift_span_head(u->block, PART_BYTES);
	u->block = sift_span_from(u->block, part.len);
	for (size_t i = 0; i < part.len; i++)
		add_byte(u, (unsigned char)part.ptr[i]);
	if (rc)
		rc = end(u, rc, err);
	*out = sift_buf_span(&u->text);
	if (sift_buf_status(&u->text))
		return sift_fail(err, SIFT_E_NOMEM, "no memory for text");
	return rc;
}

static void
release_utf16(struct sift_source *src)
{
	struct utf16_source *u = (struct utf16_source *)src;

	sift_buf_release(&u->text);
	sift_free(u);
}

static const struct sift_source_ops utf16_ops = {
	.read = read_utf16,
	.release = release_utf16,
};

enum sift_status
sift_source_open_utf16(struct sift_source **out, struct sift_source *inner,
		       struct sift_err *err)
{
	struct utf16_source *u = sift_calloc(1, sizeof(*u));

	if (!u)
		return sift_fail(err, SIFT_E_NOMEM, "no memory for a source");
	sift_source_init(&u->base, &utf16_ops);
	sift_buf_init(&u->text, 0);
	u->inner = inner;
	u->at_begin = true;
	*out = &u->base;
	return SIFT_OK;
}
