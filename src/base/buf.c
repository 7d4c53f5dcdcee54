/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "base/buf.h"

#include "base/clocale.h"
#include "base/mem.h"
#include "base/text.h"

/* Less is not worth growing by. */
#define FIRST_BYTES 64
#define DRAIN_BYTES ((size_t)64 << 10)

void
sift_buf_init(struct sift_buf *buf, size_t max)
{
	*buf = (struct sift_buf){.max = max};
}

void
sift_buf_release(struct sift_buf *buf)
{
	sift_free(buf->ptr);
	sift_buf_init(buf, buf->max);
}

void
sift_buf_clear(struct sift_buf *buf)
{
	buf->len = 0;
	buf->status = SIFT_OK;
	if (buf->ptr)
		buf->ptr[0] = '\0';
}

void
sift_buf_pass_on(struct sift_buf *buf)
{
	enum sift_status rc;

	if (!buf->drain || buf->len < DRAIN_BYTES || buf->status)
		return;
	rc = buf->drain(buf->payload, sift_buf_span(buf));
	sift_buf_clear(buf);
	buf->status = rc;
}

bool
sift_buf_grow(struct sift_buf *buf, size_t len)
{
	size_t max = buf->max && buf->max < SIZE_MAX ? buf->max : SIZE_MAX - 1;
	size_t need;

	if (buf->status)
		return false;
	if (buf->len > max || len > max - buf->len) {
		buf->status = SIFT_E_LIMIT;
		return false;
	}
	need = buf->len + len + 1;
	if (need < FIRST_BYTES && FIRST_BYTES <= max)
		need = FIRST_BYTES;
	if (sift_array_grow((void **)&buf->ptr, &buf->capacity, need, 1,
			    max + 1)) {
		buf->status = SIFT_E_NOMEM;
		return false;
	}
	return true;
}

void
sift_buf_add_repeated(struct sift_buf *buf, char c, size_t count)
{
	if (count == 0 || !sift_buf_reserve(buf, count))
		return;
	memset(buf->ptr + buf->len, c, count);
	buf->len += count;
	buf->ptr[buf->len] = '\0';
}

void
sift_buf_printf(struct sift_buf *buf, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	sift_buf_vprintf(buf, format, args);
	va_end(args);
}

/* Write where there is room; when there is not enough, make it and repeat. */
void
sift_buf_vprintf(struct sift_buf *buf, const char *format, va_list args)
{
	va_list again;
	int len;

	if (!sift_buf_reserve(buf, 0))
		return;
	va_copy(again, args);
	len = sift_vsnprintf(buf->ptr + buf->len, buf->capacity - buf->len,
			     format, args);
	if (len < 0) { /* longer than INT_MAX */
		buf->status = SIFT_E_LIMIT;
	} else if ((size_t)len < buf->capacity - buf->len) {
		buf->len += (size_t)len;
	} else if (sift_buf_reserve(buf, (size_t)len)) {
		sift_vsnprintf(buf->ptr + buf->len, buf->capacity - buf->len,
			       format, again);
		buf->len += (size_t)len;
	}
	buf->ptr[buf->len] = '\0'; /* nothing of an addition that failed */
	va_end(again);
}

void
sift_buf_add_escaped(struct sift_buf *buf, struct sift_span text,
		     size_t max_len)
{
	struct sift_span shown = sift_span_head(text, max_len);
	size_t at = 0;

	if (shown.len < text.len)
		shown.len = sift_utf8_whole(shown);
	while (at < shown.len) {
		size_t plain = sift_text_plain(shown, at);
		char out[SIFT_ESCAPE_MAX];

		sift_buf_add(buf, shown.ptr + at, plain);
		at += plain;
		if (at < shown.len)
			sift_buf_add(buf, out,
				     sift_text_escape_next(shown, &at, out));
	}
	if (shown.len < text.len)
		sift_buf_add_str(buf, "\xE2\x80\xA6"); /* … */
}

struct sift_span
sift_buf_printable(struct sift_buf *safe, struct sift_span text, size_t max_len)
{
	size_t from = safe->len;

	if (text.len <= max_len && sift_text_plain(text, 0) == text.len)
		return text;
	sift_buf_add_escaped(safe, text, max_len);
	return sift_span_from(sift_buf_span(safe), from);
}

/* The bytes of a value are one store, where the machine is little-endian. */
void
sift_buf_add_u32(struct sift_buf *buf, uint32_t value)
{
	const unsigned char out[] = {
		(unsigned char)(value & 255),
		(unsigned char)(value >> 8 & 255),
		(unsigned char)(value >> 16 & 255),
		(unsigned char)(value >> 24 & 255),
	};

	sift_buf_add(buf, out, sizeof(out));
}

void
sift_buf_add_u64(struct sift_buf *buf, uint64_t value)
{
	const unsigned char out[] = {
		(unsigned char)(value & 255),
		(unsigned char)(value >> 8 & 255),
		(unsigned char)(value >> 16 & 255),
		(unsigned char)(value >> 24 & 255),
		(unsigned char)(value >> 32 & 255),
		(unsigned char)(value >> 40 & 255),
		(unsigned char)(value >> 48 & 255),
		(unsigned char)(value >> 56 & 255),
	};

	sift_buf_add(buf, out, sizeof(out));
}

/* LEB128: seven bits a byte, lowest first, the top bit says "goes on". */
void
sift_buf_add_long_varint(struct sift_buf *buf, uint64_t value)
{
	unsigned char out[10];
	size_t len = 0;

	while (value >= 0x80) {
		out[len++] = (unsigned char)((value & 0x7F) | 0x80);
		value >>= 7;
	}
	out[len++] = (unsigned char)value;
	sift_buf_add(buf, out, len);
}

struct sift_span
sift_buf_span(const struct sift_buf *buf)
{
	return sift_span_of(buf->ptr, buf->len);
}

enum sift_status
sift_buf_status(const struct sift_buf *buf)
{
	return buf->status;
}
