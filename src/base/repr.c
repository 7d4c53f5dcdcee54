/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "base/repr.h"

#include <stdint.h>

#include "base/text.h"

static int
hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

bool
sift_repr_find(struct sift_span text, struct sift_span *out)
{
	char quote;

	if (text.len && (text.ptr[0] == 'u' || text.ptr[0] == 'b'))
		text = sift_span_from(text, 1);
	if (text.len < 2)
		return false;
	quote = text.ptr[0];
	if ((quote != '\'' && quote != '"') || text.ptr[text.len - 1] != quote)
		return false;
	*out = sift_span_of(text.ptr + 1, text.len - 2);
	for (size_t i = 0; i < out->len; i++) {
		if (out->ptr[i] == quote)
			return false; /* two strings, or just a text */
		if (out->ptr[i] == '\\' && ++i == out->len)
			return false;
	}
	return true;
}

/* \xHH, \uHHHH, \UHHHHHHHH at `at`; false when digits are missing. */
static bool
add_code_point(struct sift_span text, size_t at, size_t digits,
	       struct sift_buf *out)
{
	uint32_t code = 0;

	if (text.len - at < digits)
		return false;
	for (size_t i = at; i < at + digits; i++) {
		int value = hex_value(text.ptr[i]);

		if (value < 0)
			return false;
		code = code << 4 | (uint32_t)value;
	}
	sift_utf8_add(out, code);
	return true;
}

/* The escape whose letter is at `at`; returns how many bytes it has after
   the backslash. An unknown one stays as it is. */
static size_t
add_escape(struct sift_span text, size_t at, struct sift_buf *out)
{
	char c = text.ptr[at];

	switch (c) {
	case 'n':
		sift_buf_add_byte(out, '\n');
		return 1;
	case 'r':
		sift_buf_add_byte(out, '\r');
		return 1;
	case 't':
		sift_buf_add_byte(out, '\t');
		return 1;
	case '\\':
	case '\'':
	case '"':
		sift_buf_add_byte(out, c);
		return 1;
	case 'x':
		if (add_code_point(text, at + 1, 2, out))
			return 3;
		break;
	case 'u':
		if (add_code_point(text, at + 1, 4, out))
			return 5;
		break;
	case 'U':
		if (add_code_point(text, at + 1, 8, out))
			return 9;
		break;
	default:
		break;
	}
	sift_buf_add_byte(out, '\\');
	return 0;
}

void
sift_repr_unescape(struct sift_span text, struct sift_buf *out)
{
	size_t at = 0;

	while (at < text.len) {
		struct sift_span rest = sift_span_from(text, at);
		size_t plain = sift_span_find_byte(rest, '\\');

		sift_buf_add_span(out, sift_span_head(rest, plain));
		at += plain;
		if (at < text.len)
			at += 1 + add_escape(text, at + 1, out);
	}
}
