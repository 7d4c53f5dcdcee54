/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "read/ndjson.h"

#include <string.h>

#include "base/text.h"

/* clang-format off */
const bool sift_ndjson_scalar[256] = {
#define ONE(c) [c] = true
#define TEN(a, b, c, d, e, f, g, h, i, j) \
	ONE(a), ONE(b), ONE(c), ONE(d), ONE(e), ONE(f), ONE(g), ONE(h), \
	ONE(i), ONE(j)
	ONE('.'), ONE('-'), ONE('+'),
	TEN('0', '1', '2', '3', '4', '5', '6', '7', '8', '9'),
	TEN('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'),
	TEN('k', 'l', 'm', 'n', 'o', 'p', 'q', 'r', 's', 't'),
	ONE('u'), ONE('v'), ONE('w'), ONE('x'), ONE('y'), ONE('z'),
	TEN('A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', 'J'),
	TEN('K', 'L', 'M', 'N', 'O', 'P', 'Q', 'R', 'S', 'T'),
	ONE('U'), ONE('V'), ONE('W'), ONE('X'), ONE('Y'), ONE('Z'),
#undef ONE
#undef TEN
};
/* clang-format on */

static bool
fail(struct sift_ndjson *t, const char *error)
{
	if (!t->error)
		t->error = error;
	return false;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void
skip_blanks(struct sift_ndjson *t)
{
	while (t->at < t->end && is_blank(*t->at))
		t->at++;
}

/* The next byte that is not blank; NUL at the end, where NUL is no JSON. */
static char
next_byte(struct sift_ndjson *t)
{
	skip_blanks(t);
	return t->at < t->end ? *t->at : '\0';
}

void
sift_ndjson_init(struct sift_ndjson *t, struct sift_span text,
		 uint64_t max_depth)
{
	t->start = text.len ? text.ptr : "";
	t->at = t->start;
	t->end = t->start + text.len;
	t->max_depth = SIFT_NDJSON_DEPTH;
	if (max_depth && max_depth < SIFT_NDJSON_DEPTH)
		t->max_depth = (unsigned)max_depth;
	t->fresh = false;
	t->error = NULL;
}

/* Is the quote at `quote` escaped, in a string that starts at `from`? Looks
   at the backslashes before it, each of them once per string. */
static bool
is_escaped(const char *from, const char *quote)
{
	const char *p = quote;

	while (p > from && p[-1] == '\\')
		p--;
	return (quote - p) % 2 != 0;
}

static bool
take_string(struct sift_ndjson *t, struct sift_span *out)
{
	const char *from = t->at + 1;
	const char *quote = from;

	for (;; quote++) {
		quote = memchr(quote, '"', (size_t)(t->end - quote));
		if (!quote) {
			t->at = t->end;
			return fail(t, "a string does not end");
		}
		if (quote[-1] != '\\' || !is_escaped(from, quote))
			break;
	}
	*out = sift_span_of(from, (size_t)(quote - from));
	t->at = quote + 1;
	return true;
}

static bool
take_scalar(struct sift_ndjson *t, struct sift_span *out)
{
	const char *from = t->at;

	while (t->at < t->end && sift_ndjson_scalar[(unsigned char)*t->at])
		t->at++;
	if (t->at == from)
		return fail(t, "a value is missing");
	*out = sift_span_of(from, (size_t)(t->at - from));
	return true;
}

static bool
take_key(struct sift_ndjson *t, struct sift_span *out)
{
	if (next_byte(t) != '"')
		return fail(t, "a key is missing");
	if (!take_string(t, out))
		return false;
	if (next_byte(t) != ':')
		return fail(t, "a colon is missing");
	t->at++;
	return true;
}

/* Step over the comma between two members or elements; false at the end of
   the container, which is consumed. */
static bool
step(struct sift_ndjson *t, char close)
{
	char c = next_byte(t);

	if (c == close) {
		t->at++;
		t->fresh = false;
		return false;
	}
	if (!t->fresh) {
		if (c != ',')
			return fail(t, "a comma is missing");
		t->at++;
	}
	t->fresh = false;
	return true;
}

/*
 * Consume an object or array, without recursion: the kinds of the open
 * containers are the bits of a word, the innermost lowest.
 */
static bool
take_container(struct sift_ndjson *t)
{
	uint64_t objects = 0;
	unsigned depth = 0;
	struct sift_span text;

	do {
		char c = next_byte(t);

		if (c == '{' || c == '[') {
			if (depth == t->max_depth)
				return fail(t, "nested too deep");
			objects = objects << 1 | (c == '{');
			depth++;
			t->at++;
			t->fresh = true;
		} else if (!(c == '"' ? take_string(t, &text)
				      : take_scalar(t, &text))) {
			return false;
		}
		while (depth && !step(t, objects & 1 ? '}' : ']')) {
			if (t->error)
				return false;
			objects >>= 1;
			depth--;
		}
		if (depth && (objects & 1) && !take_key(t, &text))
			return false;
	} while (depth);
	return true;
}

bool
sift_ndjson_peek(struct sift_ndjson *t, enum sift_ndjson_kind *out)
{
	char c = next_byte(t);

	*out = SIFT_NDJSON_SCALAR;
	if (c == '"')
		*out = SIFT_NDJSON_STRING;
	else if (c == '{')
		*out = SIFT_NDJSON_OBJECT;
	else if (c == '[')
		*out = SIFT_NDJSON_ARRAY;
	return !t->error && t->at < t->end;
}

bool
sift_ndjson_open(struct sift_ndjson *t, char bracket)
{
	if (t->error)
		return false;
	if (next_byte(t) != bracket)
		return fail(t, bracket == '{' ? "an object is missing"
					      : "an array is missing");
	t->at++;
	t->fresh = true;
	return true;
}

bool
sift_ndjson_member(struct sift_ndjson *t, struct sift_span *out_key)
{
	return !t->error && step(t, '}') && take_key(t, out_key);
}

bool
sift_ndjson_element(struct sift_ndjson *t)
{
	return !t->error && step(t, ']');
}

bool
sift_ndjson_value(struct sift_ndjson *t, struct sift_ndjson_value *out)
{
	const char *from;

	if (t->error)
		return false;
	if (!sift_ndjson_peek(t, &out->kind))
		return fail(t, "a value is missing");
	if (out->kind == SIFT_NDJSON_STRING)
		return take_string(t, &out->raw);
	if (out->kind == SIFT_NDJSON_SCALAR)
		return take_scalar(t, &out->raw);
	from = t->at;
	if (!take_container(t))
		return false;
	out->raw = sift_span_of(from, (size_t)(t->at - from));
	return true;
}

bool
sift_ndjson_end(struct sift_ndjson *t)
{
	skip_blanks(t);
	if (t->at < t->end)
		fail(t, "text behind the value");
	return !t->error;
}

size_t
sift_ndjson_offset(const struct sift_ndjson *t)
{
	return (size_t)(t->at - t->start);
}

/* ---- strings ---- */

static const char escapes[][2] = {
	{'"', '"'},  {'\\', '\\'}, {'/', '/'},	{'b', '\b'},
	{'f', '\f'}, {'n', '\n'},  {'r', '\r'}, {'t', '\t'},
};

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* The four hex digits at `at`; UINT32_MAX if they are none. */
static uint32_t
hex4(struct sift_span raw, size_t at)
{
	uint32_t value = 0;

	if (raw.len - at < 4)
		return UINT32_MAX;
	for (size_t i = at; i < at + 4; i++) {
		int digit = hex_digit(raw.ptr[i]);

		if (digit < 0)
			return UINT32_MAX;
		value = value << 4 | (uint32_t)digit;
	}
	return value;
}

/* Undo \uXXXX, and a pair of them, whose XXXX begins at *at. */
static bool
add_unicode(struct sift_span raw, size_t *at, struct sift_buf *out)
{
	uint32_t code = hex4(raw, *at);
	uint32_t low;

	if (code == UINT32_MAX)
		return false;
	*at += 4;
	if (code >= 0xD800 && code < 0xDC00 && raw.len - *at >= 6 &&
	    raw.ptr[*at] == '\\' && raw.ptr[*at + 1] == 'u') {
		low = hex4(raw, *at + 2);
		if (low >= 0xDC00 && low < 0xE000) {
			code = 0x10000 + ((code - 0xD800) << 10) +
			       (low - 0xDC00);
			*at += 6;
		}
	}
	if (code == 0 || (code >= 0xD800 && code < 0xE000))
		code = 0xFFFD;
	sift_utf8_add(out, code);
	return true;
}

static bool
add_escape(struct sift_span raw, size_t *at, struct sift_buf *out)
{
	char c;

	if (*at >= raw.len)
		return false;
	c = raw.ptr[(*at)++];
	if (c == 'u')
		return add_unicode(raw, at, out);
	for (size_t i = 0; i < sizeof(escapes) / sizeof(escapes[0]); i++) {
		if (escapes[i][0] != c)
			continue;
		sift_buf_add_byte(out, escapes[i][1]);
		return true;
	}
	return false;
}

/* Text between escapes: NUL bytes are replaced like those in escapes. */
static void
add_plain(struct sift_span text, struct sift_buf *out)
{
	while (text.len) {
		size_t n = sift_span_find_byte(text, '\0');

		sift_utf8_add_repaired(out, sift_span_head(text, n));
		if (n < text.len)
			sift_utf8_add(out, 0xFFFD);
		text = sift_span_from(text, n + 1);
	}
}

bool
sift_ndjson_unescape(struct sift_span raw, struct sift_buf *out)
{
	size_t at = 0;

	while (at < raw.len) {
		struct sift_span rest = sift_span_from(raw, at);
		size_t n = sift_span_find_byte(rest, '\\');

		add_plain(sift_span_head(rest, n), out);
		at += n;
		if (at == raw.len)
			break;
		at++;
		if (!add_escape(raw, &at, out))
			return false;
	}
	return true;
}

enum sift_status
sift_ndjson_text(struct sift_span raw, struct sift_buf *scratch,
		 struct sift_span *out, struct sift_err *err)
{
	*out = raw;
	if (sift_span_find_byte(raw, '\\') == raw.len &&
	    sift_span_find_byte(raw, '\0') == raw.len && sift_utf8_valid(raw))
		return SIFT_OK;
	sift_buf_clear(scratch);
	if (!sift_ndjson_unescape(raw, scratch))
		return SIFT_END;
	if (sift_buf_status(scratch))
		return sift_fail(err, SIFT_E_NOMEM, "no memory for a text");
	*out = sift_buf_span(scratch);
	return SIFT_OK;
}
