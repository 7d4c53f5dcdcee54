/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "read/locust_text.h"

#include <stdint.h>

#include "base/text.h"

/* Two layers of repr() around a wrapper around its own. */
#define LAYERS_MAX 6
/* Shorter numbers may be numbers; addresses have more digits. */
#define ADDRESS_DIGITS_MIN 6

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

/* ---- quotes ---- */

/* What is between the quotes of a Python string, still escaped; false when
   the text is none. Python 2 wrote u'…'. */
static bool
find_quoted(struct sift_span text, struct sift_span *out)
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

static void
add_unescaped(struct sift_span text, struct sift_buf *out)
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

/* ---- wrappers ---- */

/* The one argument of an exception that has nothing else to say. */
static bool
find_wrapped(struct sift_span text, struct sift_span *out)
{
	static const struct sift_span wrappers[] = {
		SIFT_SPAN_INIT("CatchResponseError("),
		SIFT_SPAN_INIT("HTTPError("),
	};
	struct sift_span ignored;

	if (!sift_span_ends(text, SIFT_SPAN(")")))
		return false;
	for (size_t i = 0; i < sizeof(wrappers) / sizeof(wrappers[0]); i++) {
		if (!sift_span_starts(text, wrappers[i]))
			continue;
		*out = sift_span_from(sift_span_head(text, text.len - 1),
				      wrappers[i].len);
		if (sift_span_ends(*out, SIFT_SPAN(","))) /* Python 2 */
			out->len--;
		return find_quoted(*out, &ignored);
	}
	return false;
}

/* ---- addresses ---- */

static size_t
count_hex(struct sift_span text, size_t at)
{
	size_t from = at;

	while (at < text.len && hex_value(text.ptr[at]) >= 0)
		at++;
	return at - from;
}

static void
add_masked(struct sift_span text, struct sift_buf *out)
{
	for (;;) {
		size_t at = sift_span_find(text, SIFT_SPAN("0x"));
		size_t digits;

		if (at == text.len)
			break;
		digits = count_hex(text, at + 2);
		sift_buf_add_span(out, sift_span_head(text, at + 2));
		text = sift_span_from(text, at + 2);
		if (digits < ADDRESS_DIGITS_MIN)
			continue;
		sift_buf_add_str(out, "....");
		text = sift_span_from(text, digits);
	}
	sift_buf_add_span(out, text);
}

/* ---- */

enum sift_status
sift_locust_text(struct sift_span text, struct sift_buf *out)
{
	struct sift_buf layers[2];
	enum sift_status rc = SIFT_OK;
	struct sift_span inner;

	sift_buf_init(&layers[0], out->max);
	sift_buf_init(&layers[1], out->max);
	for (size_t i = 0; i < LAYERS_MAX; i++) {
		struct sift_buf *layer = &layers[i % 2];

		if (find_wrapped(text, &inner)) {
			text = inner;
		} else if (find_quoted(text, &inner)) {
			sift_buf_clear(layer);
			add_unescaped(inner, layer);
			rc = sift_buf_status(layer);
			if (rc)
				break;
			text = sift_buf_span(layer);
		} else {
			break;
		}
	}
	if (!rc) {
		sift_buf_clear(out);
		add_masked(text, out);
		rc = sift_buf_status(out);
	}
	sift_buf_release(&layers[0]);
	sift_buf_release(&layers[1]);
	return rc;
}
