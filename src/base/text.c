/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "base/text.h"

#include <string.h>

#include "base/clocale.h"
#include "base/digits.h"
#include "base/width.h"

static bool
is_continuation(unsigned char byte)
{
	return (byte & 0xC0) == 0x80;
}

/* Bytes of the character that `lead` begins; 0 when nothing begins so. */
static size_t
announced_length(unsigned char lead)
{
	if (lead < 0x80)
		return 1;
	if (lead < 0xC2) /* continuation, or overlong */
		return 0;
	if (lead < 0xE0)
		return 2;
	if (lead < 0xF0)
		return 3;
	return lead < 0xF5 ? 4 : 0;
}

/*
 * The length of the valid character at p[0..len), len > 0; 0 if there is
 * none. Overlong forms, surrogates and values above U+10FFFF show in the
 * second byte (Unicode 14, table 3-7).
 */
static size_t
character_length(const unsigned char *p, size_t len)
{
	size_t n = announced_length(p[0]);

	if (n <= 1)
		return n;
	if (n > len)
		return 0;
	for (size_t i = 1; i < n; i++) {
		if (!is_continuation(p[i]))
			return 0;
	}
	if ((p[0] == 0xE0 && p[1] < 0xA0) || (p[0] == 0xED && p[1] > 0x9F) ||
	    (p[0] == 0xF0 && p[1] < 0x90) || (p[0] == 0xF4 && p[1] > 0x8F))
		return 0;
	return n;
}

/* How many bytes from `at` on are ASCII; eight at a time. */
static size_t
ascii_run(struct sift_span text, size_t at)
{
	size_t start = at;

	for (; text.len - at >= 8; at += 8) {
		uint64_t word;

		memcpy(&word, text.ptr + at, sizeof(word));
		if (word & UINT64_C(0x8080808080808080))
			break;
	}
	while (at < text.len && (unsigned char)text.ptr[at] < 0x80)
		at++;
	return at - start;
}

/* Nearly all texts are: eight bytes at a time, the last eight once more. */
static bool
is_ascii(struct sift_span text)
{
	uint64_t bits = 0;
	uint64_t word;

	if (text.len < sizeof(word)) {
		for (size_t at = 0; at < text.len; at++)
			bits |= (unsigned char)text.ptr[at];
		return bits < 0x80;
	}
	for (size_t at = 0; text.len - at > sizeof(word); at += sizeof(word)) {
		memcpy(&word, text.ptr + at, sizeof(word));
		bits |= word;
	}
	memcpy(&word, text.ptr + text.len - sizeof(word), sizeof(word));
	return !((bits | word) & UINT64_C(0x8080808080808080));
}

bool
sift_utf8_valid(struct sift_span text)
{
	size_t at = 0;

	if (is_ascii(text))
		return true;
	while (at < text.len) {
		size_t n = ascii_run(text, at);

		if (n == 0)
			n = character_length((const unsigned char *)text.ptr +
						     at,
					     text.len - at);
		if (n == 0)
			return false;
		at += n;
	}
	return true;
}

uint32_t
sift_utf8_next(struct sift_span text, size_t *at)
{
	const unsigned char *p = (const unsigned char *)text.ptr + *at;
	size_t n = character_length(p, text.len - *at);
	uint32_t code_point;

	if (n <= 1) {
		*at += 1;
		return n == 1 ? p[0] : UINT32_MAX;
	}
	code_point = p[0] & (0xFFu >> (n + 1));
	for (size_t i = 1; i < n; i++)
		code_point = code_point << 6 | (p[i] & 0x3F);
	*at += n;
	return code_point;
}

void
sift_utf8_add(struct sift_buf *buf, uint32_t code_point)
{
	unsigned char out[4];
	size_t n;

	if (code_point > 0x10FFFF ||
	    (code_point >= 0xD800 && code_point <= 0xDFFF))
		code_point = 0xFFFD;
	n = code_point < 0x80	   ? 1
	    : code_point < 0x800   ? 2
	    : code_point < 0x10000 ? 3
				   : 4;
	for (size_t i = n - 1; i > 0; i--) {
		out[i] = (unsigned char)(0x80 | (code_point & 0x3F));
		code_point >>= 6;
	}
	/* The lead byte has as many 1s as there are bytes: 110x, 1110, … */
	out[0] = (unsigned char)((n == 1 ? 0 : 0xF00u >> n) & 0xFF);
	out[0] = (unsigned char)(out[0] | code_point);
	sift_buf_add(buf, out, n);
}

/* What Windows has at 0x80 to 0x9F; 0 = undefined. */
static const uint16_t cp1252[32] = {
	0x20AC, 0,	0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
	0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0,	0x017D, 0,
	0,	0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
	0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,	0x017E, 0x0178,
};

void
sift_utf8_add_or_cp1252(struct sift_buf *buf, struct sift_span text)
{
	if (sift_utf8_valid(text)) {
		sift_buf_add_span(buf, text);
		return;
	}
	for (size_t i = 0; i < text.len; i++) {
		uint32_t byte = (unsigned char)text.ptr[i];

		if (byte >= 0x80 && byte < 0xA0 && cp1252[byte - 0x80])
			byte = cp1252[byte - 0x80];
		sift_utf8_add(buf, byte);
	}
}

void
sift_utf8_add_repaired(struct sift_buf *buf, struct sift_span text)
{
	size_t at = 0;

	while (at < text.len) {
		size_t start = at;

		if (sift_utf8_next(text, &at) == UINT32_MAX)
			sift_utf8_add(buf, 0xFFFD);
		else
			sift_buf_add(buf, text.ptr + start, at - start);
	}
}

size_t
sift_utf8_whole(struct sift_span text)
{
	size_t back = 1;

	while (back < 4 && back < text.len &&
	       is_continuation((unsigned char)text.ptr[text.len - back]))
		back++;
	if (text.len > 0 &&
	    announced_length((unsigned char)text.ptr[text.len - back]) > back)
		return text.len - back;
	return text.len;
}

/* Characters that change how a line is read rather than stand in it. */
static bool
is_layout_control(uint32_t c)
{
	return c < 0x20 || (c >= 0x7F && c <= 0x9F) ||
	       c == 0x61C ||		       /* Arabic letter mark */
	       c == 0x200E || c == 0x200F ||   /* direction marks */
	       (c >= 0x2028 && c <= 0x202E) || /* separators, embeddings */
	       (c >= 0x2066 && c <= 0x2069);   /* isolates */
}

size_t
sift_text_escape_next(struct sift_span text, size_t *at,
		      char out[SIFT_ESCAPE_MAX])
{
	size_t start = *at;
	uint32_t c = sift_utf8_next(text, at);
	int len;

	if (c == '\n' || c == '\t') {
		out[0] = '\\';
		out[1] = c == '\n' ? 'n' : 't';
		return 2;
	}
	if (c != UINT32_MAX && !is_layout_control(c)) {
		memcpy(out, text.ptr + start, *at - start);
		return *at - start;
	}
	if (c == UINT32_MAX)
		c = (unsigned char)text.ptr[start];
	len = sift_snprintf(out, SIFT_ESCAPE_MAX,
			    *at - start == 1 ? "\\x%02X" : "\\u{%04X}",
			    (unsigned)c);
	return (size_t)len;
}

/* Eight at a time; a byte is in 0x20 to 0x7E if no sum carries into its top
   bit that it does not have itself. */
size_t
sift_text_plain(struct sift_span text, size_t at)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);
	size_t start = at;

	for (; text.len - at >= 8; at += 8) {
		uint64_t word, low;

		memcpy(&word, text.ptr + at, sizeof(word));
		low = word & 0x7f * ones;
		if ((word | (low + ones) | ~(low + 0x60 * ones)) & 0x80 * ones)
			break;
	}
	while (at < text.len && text.ptr[at] >= 0x20 && text.ptr[at] < 0x7F)
		at++;
	return at - start;
}

size_t
sift_text_columns(struct sift_span text)
{
	size_t columns = 0, at = 0;

	while (at < text.len) {
		size_t plain = sift_text_plain(text, at);

		columns += plain;
		at += plain;
		if (at < text.len)
			columns += sift_code_point_columns(
				sift_utf8_next(text, &at));
	}
	return columns;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Split the run of digits at *at off, without zeros in front. */
static struct sift_span
take_number(struct sift_span text, size_t *at)
{
	size_t start;

	while (*at < text.len && text.ptr[*at] == '0')
		++*at;
	start = *at;
	while (*at < text.len && is_digit(text.ptr[*at]))
		++*at;
	return sift_span_of(text.ptr + start, *at - start);
}

/*
 * Number against number by length, then digits: of any size. A number
 * against a byte is settled by its first digit, and no byte lies between the
 * digits, so this is an order (transitive) of number-and-byte sequences.
 */
int
sift_text_compare_natural(struct sift_span a, struct sift_span b)
{
	size_t i = 0, j;

	/* What is alike says nothing, but for a number that goes on. */
	while (i + 8 <= a.len && i + 8 <= b.len &&
	       sift_eight(a.ptr + i) == sift_eight(b.ptr + i))
		i += 8;
	while (i < a.len && i < b.len && a.ptr[i] == b.ptr[i])
		i++;
	while (i > 0 && is_digit(a.ptr[i - 1]))
		i--;
	j = i;
	while (i < a.len && j < b.len) {
		if (is_digit(a.ptr[i]) && is_digit(b.ptr[j])) {
			struct sift_span m = take_number(a, &i);
			struct sift_span n = take_number(b, &j);
			int order;

			if (m.len != n.len)
				return m.len < n.len ? -1 : 1;
			order = sift_span_compare(m, n);
			if (order != 0)
				return order;
		} else {
			unsigned char c = (unsigned char)a.ptr[i++];
			unsigned char d = (unsigned char)b.ptr[j++];

			if (c != d)
				return c < d ? -1 : 1;
		}
	}
	if (i < a.len || j < b.len)
		return i < a.len ? 1 : -1;
	return sift_span_compare(a, b);
}
