/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_BASE_SPAN_H
#define SIFT_BASE_SPAN_H

/*
 * A piece of somebody else's text: pointer and length, always borrowed, may
 * hold NUL bytes, not terminated. ptr may be NULL when len is 0.
 */

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct sift_span {
	const char *ptr;
	size_t len;
};

/* A span over a string literal, usable in tables. */
#define SIFT_SPAN_INIT(literal)                                                \
 {                                                                             \
  (literal), sizeof(literal) - 1                                               \
 }
#define SIFT_SPAN(literal) ((struct sift_span){(literal), sizeof(literal) - 1})

static inline struct sift_span
sift_span_of(const char *ptr, size_t len)
{
	return (struct sift_span){ptr, len};
}

/* A span over a terminated string; NULL gives an empty span. */
static inline struct sift_span
sift_span_str(const char *text)
{
	return (struct sift_span){text, text ? strlen(text) : 0};
}

/* Just behind its last byte; NULL for a span of nothing. */
static inline const char *
sift_span_end(struct sift_span text)
{
	return text.len ? text.ptr + text.len : text.ptr;
}

/* Most that differ do so in their length or first byte. */
static inline bool
sift_span_equal(struct sift_span a, struct sift_span b)
{
	return a.len == b.len &&
	       (!a.len || (*a.ptr == *b.ptr && !memcmp(a.ptr, b.ptr, a.len)));
}

static inline bool
sift_span_starts(struct sift_span text, struct sift_span prefix)
{
	return text.len >= prefix.len &&
	       (!prefix.len || !memcmp(text.ptr, prefix.ptr, prefix.len));
}

static inline bool
sift_span_ends(struct sift_span text, struct sift_span suffix)
{
	return text.len >= suffix.len &&
	       (!suffix.len || !memcmp(text.ptr + text.len - suffix.len,
				       suffix.ptr, suffix.len));
}

/* Equal but for the case of ASCII letters. */
bool sift_span_equal_nocase(struct sift_span a, struct sift_span b);
/* Is it this word, but for the case of ASCII letters? For lists of words, most
   of which differ from it in their first byte: the cases are 0x20 apart. */
static inline bool
sift_span_is_word(struct sift_span text, const char *word)
{
	if (!text.len || (text.ptr[0] ^ word[0]) & ~0x20)
		return false;
	return text.len == strlen(word) &&
	       sift_span_equal_nocase(text, sift_span_of(word, text.len));
}

/* Bytewise order, shorter first when one is a prefix: <0, 0, >0. */
int sift_span_compare(struct sift_span a, struct sift_span b);
/* Position of `needle` in `text`, or text.len when it is not there. */
size_t sift_span_find(struct sift_span text, struct sift_span needle);
/* Position of byte `c`, or text.len. */
static inline size_t
sift_span_find_byte(struct sift_span text, char c)
{
	const char *at = text.len ? memchr(text.ptr, c, text.len) : NULL;

	return at ? (size_t)(at - text.ptr) : text.len;
}

/* Without leading and trailing ASCII blanks, tabs, CR and LF. */
struct sift_span sift_span_trim(struct sift_span text);
/* From byte `from` (clamped to the length) to the end. */
static inline struct sift_span
sift_span_from(struct sift_span text, size_t from)
{
	if (from > text.len)
		from = text.len;
	if (from == 0) /* NULL + 0 is not defined in C */
		return text;
	return sift_span_of(text.ptr + from, text.len - from);
}

/* The first `len` bytes (clamped). */
static inline struct sift_span
sift_span_head(struct sift_span text, size_t len)
{
	return sift_span_of(text.ptr, len < text.len ? len : text.len);
}

#endif /* SIFT_BASE_SPAN_H */
