/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "read/json_walk.h"

size_t
sift_json_scan(struct sift_json_depth *d, struct sift_span text)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];

		if (d->escaped) {
			d->escaped = false;
		} else if (d->in_string) {
			d->escaped = c == '\\';
			d->in_string = c != '"';
		} else if (c == '"') {
			d->in_string = true;
		} else if (c == '{' || c == '[') {
			d->open++;
		} else if ((c == '}' || c == ']') && --d->open == 0) {
			return i + 1;
		}
	}
	return text.len;
}

static bool
is_any_of(char c, const char *set)
{
	while (*set && *set != c)
		set++;
	return *set != '\0';
}

/* Behind blanks and the marks in `marks`. */
static struct sift_span
pass_marks(struct sift_span text, const char *marks)
{
	while (text.len &&
	       (is_any_of(*text.ptr, " \t\r\n") || is_any_of(*text.ptr, marks)))
		text = sift_span_from(text, 1);
	return text;
}

/* Bytes of a string with its quotes; 0 when it is none or breaks off. */
static size_t
string_length(struct sift_span text)
{
	bool escaped = false;

	if (!text.len || *text.ptr != '"')
		return 0;
	for (size_t i = 1; i < text.len; i++) {
		if (escaped)
			escaped = false;
		else if (text.ptr[i] == '\\')
			escaped = true;
		else if (text.ptr[i] == '"')
			return i + 1;
	}
	return 0;
}

/* Bytes of the value that begins here; 0 when there is none, or no end. */
static size_t
value_length(struct sift_span text)
{
	struct sift_json_depth depth = {0};
	size_t len = 0;

	if (text.len && *text.ptr == '"')
		return string_length(text);
	if (text.len && is_any_of(*text.ptr, "{[")) {
		len = sift_json_scan(&depth, text);
		return depth.open ? 0 : len;
	}
	while (len < text.len && !is_any_of(text.ptr[len], ",]} \t\r\n"))
		len++;
	return len < text.len ? len : 0;
}

bool
sift_json_walk_next(struct sift_span *rest, struct sift_span *key,
		    struct sift_span *value)
{
	struct sift_span text = pass_marks(*rest, ",");
	size_t len;

	*rest = text;
	*value = (struct sift_span){0};
	if (key) {
		len = string_length(text);
		if (!len)
			return false;
		*key = sift_span_of(text.ptr + 1, len - 2);
		text = pass_marks(sift_span_from(text, len), ":");
	}
	len = value_length(text);
	if (!sift_json_walk_closed(text))
		*value = len ? sift_span_head(text, len) : text;
	if (len)
		*rest = sift_span_from(text, len);
	return len > 0;
}

bool
sift_json_walk_closed(struct sift_span rest)
{
	rest = pass_marks(rest, "");
	return rest.len && is_any_of(*rest.ptr, "]}");
}
