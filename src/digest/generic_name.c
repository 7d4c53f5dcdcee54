/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "digest/generic_name.h"

#include "base/token.h"

static bool
is_part_byte(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	       (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

static bool
is_word_byte(char c)
{
	return is_part_byte(c) || c == '-' || c == '_';
}

static size_t
count_bytes(struct sift_span text, bool (*is)(char c))
{
	size_t len = 0;

	while (len < text.len && is(text.ptr[len]))
		len++;
	return len;
}

/* "https://host:8080" at the begin of a name; 0 when it is no URL. */
static size_t
authority_length(struct sift_span name)
{
	const struct sift_span mark = SIFT_SPAN("://");
	size_t scheme = count_bytes(name, is_part_byte);
	struct sift_span rest = sift_span_from(name, scheme);

	if (!sift_span_starts(rest, mark))
		return 0;
	rest = sift_span_from(rest, mark.len);
	return scheme + mark.len + sift_span_find_byte(rest, '/');
}

static bool
add_part(struct sift_buf *out, struct sift_span part)
{
	struct sift_span placeholder = sift_token_placeholder(part);

	sift_buf_add_span(out, placeholder.len ? placeholder : part);
	return placeholder.len > 0;
}

/* As a whole, else part by part: order-42, 2026-11-21. */
static bool
add_word(struct sift_buf *out, struct sift_span word)
{
	bool changed = false;

	if (sift_token_placeholder(word).len)
		return add_part(out, word);
	while (word.len) {
		size_t len = count_bytes(word, is_part_byte);

		changed |= add_part(out, sift_span_head(word, len));
		if (len < word.len)
			sift_buf_add_byte(out, word.ptr[len++]);
		word = sift_span_from(word, len);
	}
	return changed;
}

bool
sift_generic_name(struct sift_span name, struct sift_buf *out)
{
	size_t at = authority_length(name);
	bool changed = false;

	sift_buf_add_span(out, sift_span_head(name, at));
	while (at < name.len) {
		struct sift_span rest = sift_span_from(name, at);
		size_t len = count_bytes(rest, is_word_byte);

		changed |= add_word(out, sift_span_head(rest, len));
		if (len < rest.len)
			sift_buf_add_byte(out, rest.ptr[len++]);
		at += len;
	}
	return changed;
}
