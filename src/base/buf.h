/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_BASE_BUF_H
#define SIFT_BASE_BUF_H

/*
 * A growing byte buffer with a maximum.
 *
 * Errors stick: when memory is out or the maximum is reached, the buffer
 * remembers it, ignores later additions, and sift_buf_status() tells in the
 * end. So a writer may add without checking each call and check once.
 * ptr is always terminated by a NUL that len does not count (NULL while
 * nothing was added). A zeroed struct is an empty buffer without maximum.
 */

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/err.h"
#include "base/span.h"

struct sift_buf {
	char *ptr;
	size_t len;
	size_t capacity;
	size_t max;
	enum sift_status status;
	enum sift_status (*drain)(void *payload, struct sift_span bytes);
	void *payload; /* of the drain */
};

/* `max` bytes at most; 0 = no limit but memory. */
void sift_buf_init(struct sift_buf *buf, size_t max);
void sift_buf_release(struct sift_buf *buf);
/* Empty it and forget its error; keeps the memory. */
void sift_buf_clear(struct sift_buf *buf);

/* Room for `len` more bytes and a NUL; false, with the status set, if not. */
bool sift_buf_grow(struct sift_buf *buf, size_t len);
static inline bool
sift_buf_reserve(struct sift_buf *buf, size_t len)
{
	if (buf->status == SIFT_OK && len < buf->capacity - buf->len)
		return true;
	return sift_buf_grow(buf, len);
}

/*
 * An addition is made whole or, when it fails, not at all. What is added
 * must not be part of the buffer itself.
 */
static inline void
sift_buf_add(struct sift_buf *buf, const void *bytes, size_t len)
{
	if (len == 0 || !sift_buf_reserve(buf, len))
		return;
	memcpy(buf->ptr + buf->len, bytes, len);
	buf->len += len;
	buf->ptr[buf->len] = '\0';
}
/*
 * The place where up to `len` bytes may be written by hand, or NULL when there
 * is no room; _wrote() then says where they end.
 */
static inline unsigned char *
sift_buf_room(struct sift_buf *buf, size_t len)
{
	return sift_buf_reserve(buf, len) ? (unsigned char *)buf->ptr + buf->len
					  : NULL;
}
static inline void
sift_buf_wrote(struct sift_buf *buf, const unsigned char *end)
{
	buf->len = (size_t)((const char *)end - buf->ptr);
	buf->ptr[buf->len] = '\0';
}
static inline void
sift_buf_add_span(struct sift_buf *buf, struct sift_span text)
{
	sift_buf_add(buf, text.ptr, text.len);
}
static inline void
sift_buf_add_str(struct sift_buf *buf, const char *text)
{
	sift_buf_add(buf, text, strlen(text));
}
static inline void
sift_buf_add_byte(struct sift_buf *buf, char c)
{
	if (!sift_buf_reserve(buf, 1))
		return;
	buf->ptr[buf->len++] = c;
	buf->ptr[buf->len] = '\0';
}
void sift_buf_add_repeated(struct sift_buf *buf, char c, size_t count);
/* In the C locale, whatever the process has set. */
void sift_buf_printf(struct sift_buf *buf, const char *format, ...)
	SIFT_PRINTF(2, 3);
void sift_buf_vprintf(struct sift_buf *buf, const char *format, va_list args)
	SIFT_PRINTF(2, 0);

/*
 * Add text from a file so that it is safe on a terminal and in a message:
 * control bytes (C0, DEL, C1), bidirectional controls, line separators and
 * invalid UTF-8 become \n, \t, \xHH or \u{HHHH}; at most `max_len` bytes of
 * input, cut between characters, then "…". Everything else, valid UTF-8 and
 * the backslash included, is kept, so that escaping twice changes nothing.
 */
void sift_buf_add_escaped(struct sift_buf *buf, struct sift_span text,
			  size_t max_len);
/* The same text without adding it where there is nothing to escape, which is
   nearly always; else it is added to `safe`, and borrowed from it. */
struct sift_span sift_buf_printable(struct sift_buf *safe,
				    struct sift_span text, size_t max_len);

/* Little-endian integers of fixed width, for the digest's byte form. */
static inline void
sift_buf_add_u8(struct sift_buf *buf, uint8_t value)
{
	sift_buf_add_byte(buf, (char)value);
}
void sift_buf_add_u32(struct sift_buf *buf, uint32_t value);
void sift_buf_add_u64(struct sift_buf *buf, uint64_t value);
/* LEB128; most values are small. */
void sift_buf_add_long_varint(struct sift_buf *buf, uint64_t value);
static inline void
sift_buf_add_varint(struct sift_buf *buf, uint64_t value)
{
	if (value < 0x80)
		sift_buf_add_u8(buf, (uint8_t)value);
	else
		sift_buf_add_long_varint(buf, value);
}

/*
 * If the buffer has a drain (NULL after init), give it what is there, once it
 * is 64 KiB or more, and be empty: so a large output need not be in memory
 * whole. To be called by a writer where it does not look back. A failure of
 * the drain sticks like others.
 */
void sift_buf_pass_on(struct sift_buf *buf);

/* What was added so far; borrowed, until the next change. */
struct sift_span sift_buf_span(const struct sift_buf *buf);
/* SIFT_OK, SIFT_E_NOMEM or SIFT_E_LIMIT. */
enum sift_status sift_buf_status(const struct sift_buf *buf) SIFT_MUST_CHECK;

#endif /* SIFT_BASE_BUF_H */
