/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "read/html_rows.h"

#include <stdint.h>

#include "base/text.h"

/* ---- entities ---- */

/* The code point of the digits in &#39; or &#x27;; 0 for none. */
static uint32_t
numbered(struct sift_span name)
{
	bool hex = name.len && (*name.ptr == 'x' || *name.ptr == 'X');
	uint32_t code = 0;

	if (hex)
		name = sift_span_from(name, 1);
	if (!name.len || name.len > 7)
		return 0;
	for (size_t i = 0; i < name.len; i++) {
		char c = name.ptr[i];
		uint32_t digit = 16;

		if (c >= '0' && c <= '9')
			digit = (uint32_t)(c - '0');
		else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
			digit = (uint32_t)((c | 0x20) - 'a') + 10;
		if (digit >= (hex ? 16u : 10u))
			return 0;
		code = code * (hex ? 16 : 10) + digit;
	}
	return code < 0x110000 && !(code >= 0xD800 && code < 0xE000) ? code : 0;
}

/* What stands between & and ;. */
static uint32_t
entity(struct sift_span name)
{
	static const struct {
		struct sift_span name;
		uint32_t code;
	} known[] = {
		{SIFT_SPAN_INIT("lt"), '<'},	{SIFT_SPAN_INIT("gt"), '>'},
		{SIFT_SPAN_INIT("amp"), '&'},	{SIFT_SPAN_INIT("quot"), '"'},
		{SIFT_SPAN_INIT("apos"), '\''}, {SIFT_SPAN_INIT("nbsp"), 0xA0},
	};

	if (name.len && *name.ptr == '#')
		return numbered(sift_span_from(name, 1));
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (sift_span_equal(name, known[i].name))
			return known[i].code;
	return 0;
}

void
sift_html_add_text(struct sift_buf *out, struct sift_span text)
{
	for (;;) {
		size_t at = sift_span_find_byte(text, '&'), end;
		struct sift_span name;
		uint32_t code = 0;

		sift_buf_add_span(out, sift_span_head(text, at));
		if (at == text.len)
			break;
		name = sift_span_head(sift_span_from(text, at + 1), 10);
		end = sift_span_find_byte(name, ';');
		if (end < name.len)
			code = entity(sift_span_head(name, end));
		if (code)
			sift_utf8_add(out, code);
		else
			sift_buf_add_byte(out, '&');
		text = sift_span_from(text, at + 1 + (code ? end + 1 : 0));
	}
}

/* ---- rows ---- */

/* The text up to `end`, which *rest is moved behind; false when it is not
   there. */
static bool
take_until(struct sift_span *rest, struct sift_span end, struct sift_span *out)
{
	size_t at = sift_span_find(*rest, end);

	if (at == rest->len)
		return false;
	*out = sift_span_head(*rest, at);
	*rest = sift_span_from(*rest, at + end.len);
	return true;
}

static void
split_cells(struct sift_span row, struct sift_html_row *out)
{
	const struct sift_span open = SIFT_SPAN("<t");
	struct sift_span before, tag;

	while (take_until(&row, open, &before)) {
		bool is_header = row.len && *row.ptr == 'h';

		if (out->count == SIFT_HTML_CELLS_MAX ||
		    !take_until(&row, SIFT_SPAN(">"), &tag) ||
		    !take_until(&row,
				is_header ? SIFT_SPAN("</th>")
					  : SIFT_SPAN("</td>"),
				&out->cells[out->count]))
			return;
		out->is_header |= is_header;
		out->count++;
	}
}

bool
sift_html_row_next(struct sift_span *rest, struct sift_html_row *out)
{
	struct sift_span text = *rest, before, inside;

	out->count = 0;
	out->is_header = false;
	if (!take_until(&text, SIFT_SPAN("<tr"), &before) ||
	    !take_until(&text, SIFT_SPAN(">"), &out->tag) ||
	    !take_until(&text, SIFT_SPAN("</tr>"), &inside))
		return false;
	split_cells(inside, out);
	*rest = text;
	return true;
}
