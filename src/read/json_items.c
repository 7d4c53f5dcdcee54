/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "read/json_items.h"

#include "read/json_walk.h"

void
sift_json_items_init(struct sift_json_items *items, struct sift_source *src,
		     size_t max_bytes)
{
	*items = (struct sift_json_items){.src = src, .line = 1};
	sift_buf_init(&items->item, max_bytes);
}

void
sift_json_items_release(struct sift_json_items *items)
{
	sift_buf_release(&items->item);
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static enum sift_status
fail(const struct sift_json_items *items, struct sift_err *err,
     const char *what)
{
	return sift_fail_at(err, SIFT_E_FORMAT, items->line,
			    (int64_t)items->offset, "%s", what);
}

/* ---- bytes ---- */

/* See to it that items->block is not empty. Returns SIFT_END at the end. */
static enum sift_status
fill(struct sift_json_items *items, struct sift_err *err)
{
	enum sift_status rc = SIFT_OK;

	while (!items->block.len && !rc)
		rc = sift_source_next(items->src, &items->block, err);
	return rc;
}

static void
pass(struct sift_json_items *items, size_t count)
{
	for (size_t i = 0; i < count; i++)
		items->line += items->block.ptr[i] == '\n';
	items->offset += count;
	items->block = sift_span_from(items->block, count);
}

/* The next byte that is no blank, which stays. */
static enum sift_status
peek_mark(struct sift_json_items *items, char *out, struct sift_err *err)
{
	for (;;) {
		enum sift_status rc = fill(items, err);

		if (rc)
			return rc;
		*out = items->block.ptr[0];
		if (!is_blank(*out))
			return SIFT_OK;
		pass(items, 1);
	}
}

/* ---- the array ---- */

/* Up to and with the `[` that begins a line; SIFT_END when there is none. */
static enum sift_status
find_line_bracket(struct sift_json_items *items, bool at_line_start,
		  struct sift_err *err)
{
	static const struct sift_span bom = SIFT_SPAN_INIT("\xef\xbb\xbf");

	for (;;) {
		enum sift_status rc = fill(items, err);
		bool in_bom;
		char c;

		if (rc)
			return rc;
		c = items->block.ptr[0];
		in_bom = items->offset < bom.len && c == bom.ptr[items->offset];
		pass(items, 1);
		if (at_line_start && c == '[')
			return SIFT_OK;
		at_line_start = c == '\n' || (at_line_start && in_bom);
	}
}

static enum sift_status
find_array(struct sift_json_items *items, struct sift_err *err)
{
	bool at_line_start = true;
	enum sift_status rc;
	char mark;

	while (!items->is_open) {
		uint64_t line;

		rc = find_line_bracket(items, at_line_start, err);
		line = items->line;
		if (!rc)
			rc = peek_mark(items, &mark, err);
		if (rc == SIFT_END)
			return fail(items, err, "the document breaks off");
		if (rc)
			return rc;
		items->is_open = mark == '{' || mark == ']';
		at_line_start = items->line != line;
	}
	return SIFT_OK;
}

/* ---- items ---- */

static enum sift_status
take_object(struct sift_json_items *items, struct sift_err *err)
{
	struct sift_json_depth depth = {0};

	items->item_line = items->line;
	items->item_offset = items->offset;
	sift_buf_clear(&items->item);
	do {
		enum sift_status rc = fill(items, err);
		size_t count;

		if (rc == SIFT_END)
			return fail(items, err, "the document breaks off");
		if (rc)
			return rc;
		count = sift_json_scan(&depth, items->block);
		sift_buf_add_span(&items->item,
				  sift_span_head(items->block, count));
		rc = sift_buf_status(&items->item);
		if (rc == SIFT_E_LIMIT)
			return sift_fail_at(err, rc, items->item_line,
					    (int64_t)items->item_offset,
					    "an object of more than %zu bytes "
					    "(--max-document-bytes)",
					    items->item.max);
		if (rc)
			return sift_fail(err, rc, "no memory for an object");
		pass(items, count);
	} while (depth.open);
	return SIFT_OK;
}

/* What comes between items: *out_end is true after the last. */
static enum sift_status
pass_mark(struct sift_json_items *items, bool *out_end, struct sift_err *err)
{
	bool is_first = !items->item.len;
	enum sift_status rc;
	char mark;

	rc = peek_mark(items, &mark, err);
	if (!rc && mark == ',' && !is_first && !items->expects_item) {
		items->expects_item = true;
		pass(items, 1);
		rc = peek_mark(items, &mark, err);
	}
	if (rc == SIFT_END)
		return fail(items, err, "the document breaks off");
	if (rc)
		return rc;
	*out_end = mark == ']' && !items->expects_item;
	if (*out_end || (mark == '{' && (is_first || items->expects_item)))
		return SIFT_OK;
	return fail(items, err, "not valid JSON");
}

enum sift_status
sift_json_items_next(struct sift_json_items *items, struct sift_span *out,
		     struct sift_err *err)
{
	enum sift_status rc = find_array(items, err);
	bool is_end = false;

	if (!rc)
		rc = pass_mark(items, &is_end, err);
	if (rc)
		return rc;
	if (is_end) {
		items->block = (struct sift_span){0};
		rc = sift_source_drain(items->src, err);
		return rc ? rc : SIFT_END;
	}
	rc = take_object(items, err);
	items->expects_item = false;
	*out = sift_buf_span(&items->item);
	return rc;
}
