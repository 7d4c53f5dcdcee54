/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "report/json_writer.h"

#include <loadsift/document.h>

#include "base/num.h"
#include "base/text.h"

void
sift_json_init(struct sift_json *json, struct sift_buf *out)
{
	*json = (struct sift_json){.out = out, .first = true};
}

/* What JSON would allow, but terminals and scripts read as something else:
   C1 controls, direction marks, line separators. */
static bool
is_better_escaped(uint32_t c)
{
	return (c >= 0x7f && c <= 0x9f) || c == 0x61c || c == 0x200e ||
	       c == 0x200f || (c >= 0x2028 && c <= 0x202e) ||
	       (c >= 0x2066 && c <= 0x2069);
}

/* Quotes, escapes and repairs. */
static void
add_string(struct sift_buf *out, struct sift_span text)
{
	size_t at = 0;

	sift_buf_add_byte(out, '"');
	while (at < text.len) {
		uint32_t c = sift_utf8_next(text, &at);

		if (c == '"' || c == '\\')
			sift_buf_printf(out, "\\%c", (char)c);
		else if (c == '\n')
			sift_buf_add_str(out, "\\n");
		else if (c == '\t')
			sift_buf_add_str(out, "\\t");
		else if (c < 0x20 || is_better_escaped(c))
			sift_buf_printf(out, "\\u%04x", (unsigned)c);
		else
			sift_utf8_add(out, c);
	}
	sift_buf_add_byte(out, '"');
}

/* What stands before a value: separator, line, indent, key. */
static void
lead(struct sift_json *json, const char *key)
{
	if (!json->first)
		sift_buf_add_str(json->out, json->in_row ? ", " : ",");
	if (!json->in_row && json->depth > 0) {
		sift_buf_add_byte(json->out, '\n');
		sift_buf_add_repeated(json->out, ' ', 2 * json->depth);
	}
	json->first = false;
	sift_buf_pass_on(json->out);
	if (key) {
		add_string(json->out, sift_span_str(key));
		sift_buf_add_str(json->out, ": ");
	}
}

static void
begin(struct sift_json *json, const char *key, char bracket, bool in_row)
{
	lead(json, key);
	sift_buf_add_byte(json->out, bracket);
	json->depth++;
	json->first = true;
	json->in_row = in_row;
}

static void
end(struct sift_json *json, char bracket)
{
	json->depth--;
	if (!json->first && !json->in_row) {
		sift_buf_add_byte(json->out, '\n');
		sift_buf_add_repeated(json->out, ' ', 2 * json->depth);
	}
	sift_buf_add_byte(json->out, bracket);
	json->first = false;
	json->in_row = false;
	if (json->depth == 0)
		sift_buf_add_byte(json->out, '\n');
}

void
sift_json_object_begin(struct sift_json *json, const char *key)
{
	begin(json, key, '{', false);
}

void
sift_json_object_end(struct sift_json *json)
{
	end(json, '}');
}

void
sift_json_list_begin(struct sift_json *json, const char *key)
{
	begin(json, key, '[', false);
}

void
sift_json_list_end(struct sift_json *json)
{
	end(json, ']');
}

void
sift_json_row_begin(struct sift_json *json, const char *key)
{
	begin(json, key, '[', true);
}

void
sift_json_row_end(struct sift_json *json)
{
	end(json, ']');
}

void
sift_json_text(struct sift_json *json, const char *key, const char *text)
{
	lead(json, key);
	if (text)
		add_string(json->out, sift_span_str(text));
	else
		sift_buf_add_str(json->out, "null");
}

void
sift_json_number(struct sift_json *json, const char *key, double value)
{
	char digits[SIFT_NUM_MAX];

	lead(json, key);
	sift_format_double(value, digits);
	sift_buf_add_str(json->out, digits);
}

void
sift_json_count(struct sift_json *json, const char *key, int64_t value)
{
	char digits[SIFT_NUM_MAX] = "null";

	lead(json, key);
	if (value >= 0)
		sift_format_i64(value, digits);
	sift_buf_add_str(json->out, digits);
}

void
sift_json_bool(struct sift_json *json, const char *key, bool value)
{
	lead(json, key);
	sift_buf_add_str(json->out, value ? "true" : "false");
}

void
sift_json_null(struct sift_json *json, const char *key)
{
	lead(json, key);
	sift_buf_add_str(json->out, "null");
}

void
sift_json_lower_bounds(struct sift_json *json, double requests)
{
	sift_json_row_begin(json, "lower_bounds");
	for (int s = 0; s < SIFT_STAT_COUNT; s++)
		if (sift_is_lower_bound((enum sift_stat)s, requests))
			sift_json_text(json, NULL,
				       sift_stat_name((enum sift_stat)s));
	sift_json_row_end(json);
}
