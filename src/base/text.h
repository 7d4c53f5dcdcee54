/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_BASE_TEXT_H
#define SIFT_BASE_TEXT_H

/*
 * UTF-8: is it, how wide is it, and what to do when it is not.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/buf.h"
#include "base/span.h"

/* Are both the same text, or both absent (NULL)? */
static inline bool
sift_text_same(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

/* Strict: no overlong forms, surrogates or values above U+10FFFF. */
bool sift_utf8_valid(struct sift_span text);

/*
 * Decode one code point; *at moves on by its length. An invalid byte gives
 * UINT32_MAX and moves on by one. `*at` must be below text.len.
 */
uint32_t sift_utf8_next(struct sift_span text, size_t *at);

/* Append the UTF-8 form of a code point (invalid ones as U+FFFD). */
void sift_utf8_add(struct sift_buf *buf, uint32_t code_point);

/*
 * Append `text` as valid UTF-8: as it is when valid, else every byte taken as
 * Windows-1252 (undefined positions as Latin-1 control characters).
 */
void sift_utf8_add_or_cp1252(struct sift_buf *buf, struct sift_span text);

/* Append `text` with each invalid byte replaced by U+FFFD. */
void sift_utf8_add_repaired(struct sift_buf *buf, struct sift_span text);

/*
 * The length of `text` without the beginning of a character at its end:
 * for text that was cut after a number of bytes.
 */
size_t sift_utf8_whole(struct sift_span text);

/* Room for one escaped or plain character; it is not terminated. */
#define SIFT_ESCAPE_MAX 12

/*
 * Write the next character as sift_buf_add_escaped() shows it; *at, which
 * must be below text.len, moves on. Returns the length written.
 */
size_t sift_text_escape_next(struct sift_span text, size_t *at,
			     char out[SIFT_ESCAPE_MAX]);

/* How many bytes from `at` on are printable ASCII: a column each, and nothing
   to be escaped. */
size_t sift_text_plain(struct sift_span text, size_t at);

/*
 * Columns the text takes on a terminal: 0 for combining marks and invisible
 * characters, 2 for wide East Asian characters and emoji, 1 for the rest,
 * invalid bytes included. By tables of our own (Unicode 14): wcwidth() would
 * depend on the locale.
 */
size_t sift_text_columns(struct sift_span text);

/*
 * Natural order for labels: runs of digits compare as numbers (run-2 before
 * run-10), the rest bytewise; ties by plain bytewise order. <0, 0, >0.
 */
int sift_text_compare_natural(struct sift_span a, struct sift_span b);

#endif /* SIFT_BASE_TEXT_H */
