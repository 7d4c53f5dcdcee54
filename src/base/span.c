/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "base/span.h"

/* tolower() would ask the locale. */
static char
ascii_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

bool
sift_span_equal_nocase(struct sift_span a, struct sift_span b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++) {
		if (ascii_lower(a.ptr[i]) != ascii_lower(b.ptr[i]))
			return false;
	}
	return true;
}

int
sift_span_compare(struct sift_span a, struct sift_span b)
{
	size_t common = a.len < b.len ? a.len : b.len;
	int order = common > 0 ? memcmp(a.ptr, b.ptr, common) : 0;

	if (order != 0)
		return order;
	return (a.len > b.len) - (a.len < b.len);
}

size_t
sift_span_find(struct sift_span text, struct sift_span needle)
{
	const char *at;

	if (needle.len == 0)
		return 0;
	if (text.len < needle.len)
		return text.len;
	at = memmem(text.ptr, text.len, needle.ptr, needle.len);
	return at ? (size_t)(at - text.ptr) : text.len;
}

struct sift_span
sift_span_trim(struct sift_span text)
{
	while (text.len > 0 && is_blank(text.ptr[text.len - 1]))
		text.len--;
	while (text.len > 0 && is_blank(*text.ptr)) {
		text.ptr++;
		text.len--;
	}
	return text;
}
