/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "read/csv_unescaped.h"

#include "base/num.h"

/* The cell without its quotes; false when a quote is where none may be. */
static bool
plain_cell(struct sift_span cell, struct sift_span *out)
{
	if (cell.len >= 2 && cell.ptr[0] == '"' &&
	    cell.ptr[cell.len - 1] == '"')
		cell = sift_span_of(cell.ptr + 1, cell.len - 2);
	*out = cell;
	return sift_span_find_byte(cell, '"') == cell.len;
}

/* Right of the text stand numbers only, which is what makes rows sure. */
static bool
is_figure(struct sift_span cell)
{
	double ignored;

	return !cell.len || sift_span_equal(cell, SIFT_SPAN("N/A")) ||
	       sift_parse_double(cell, &ignored);
}

/* Where the first comma of the first line is, or text.len. */
static size_t
find_first_comma(struct sift_span text)
{
	for (size_t i = 0; i < text.len && text.ptr[i] != '\n'; i++)
		if (text.ptr[i] == ',')
			return i;
	return text.len;
}

/* Where the last comma of the last line is, or text.len. Plain cells have no
   row ends in them; not to look beyond keeps a long text from being searched
   again for each of its lines. */
static size_t
find_last_comma(struct sift_span text)
{
	for (size_t i = text.len; i-- > 0 && text.ptr[i] != '\n';)
		if (text.ptr[i] == ',')
			return i;
	return text.len;
}

/* The cells left of the text; *rest becomes what follows them. */
static bool
split_left(struct sift_span *rest, const struct sift_csv_shape *shape,
	   struct sift_span *cells)
{
	for (size_t i = 0; i < shape->first_text; i++) {
		size_t comma = find_first_comma(*rest);
		struct sift_span cell;

		if (comma == rest->len ||
		    !plain_cell(sift_span_head(*rest, comma), &cell))
			return false;
		if (cells)
			cells[i] = cell;
		*rest = sift_span_from(*rest, comma + 1);
	}
	return true;
}

/* The cells right of the text; *rest becomes what stands before them. */
static bool
split_right(struct sift_span *rest, const struct sift_csv_shape *shape,
	    struct sift_span *cells)
{
	for (size_t i = shape->columns; i-- > shape->last_text + 1;) {
		size_t comma = find_last_comma(*rest);
		struct sift_span cell;

		if (comma == rest->len ||
		    !plain_cell(sift_span_from(*rest, comma + 1), &cell) ||
		    !is_figure(cell))
			return false;
		if (cells)
			cells[i] = cell;
		*rest = sift_span_head(*rest, comma);
	}
	return true;
}

/* Another program may have quoted the names of columns only. */
static bool
is_plain_text(struct sift_span text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] == '"' || text.ptr[i] == ',' ||
		    text.ptr[i] == '\n')
			return false;
	return true;
}

/* The text itself, one column or two. */
static bool
split_text(struct sift_span text, const struct sift_csv_shape *shape,
	   struct sift_span *cells)
{
	bool is_one = shape->first_text == shape->last_text;
	size_t border;

	if (is_one && is_plain_text(text)) {
		if (cells)
			cells[shape->first_text] = text;
		return true;
	}
	if (text.len < 2 || text.ptr[0] != '"' || text.ptr[text.len - 1] != '"')
		return false;
	text = sift_span_of(text.ptr + 1, text.len - 2);
	if (is_one) {
		if (cells)
			cells[shape->first_text] = text;
		return true;
	}
	border = sift_span_find(text, SIFT_SPAN("\",\""));
	if (border == text.len)
		return false;
	if (cells) {
		cells[shape->first_text] = sift_span_head(text, border);
		cells[shape->last_text] = sift_span_from(text, border + 3);
	}
	return true;
}

bool
sift_csv_unescaped_split(struct sift_span raw,
			 const struct sift_csv_shape *shape,
			 struct sift_span *cells)
{
	struct sift_span rest = raw;

	if (shape->last_text >= shape->columns ||
	    shape->last_text - shape->first_text > 1)
		return false;
	return split_left(&rest, shape, cells) &&
	       split_right(&rest, shape, cells) &&
	       split_text(rest, shape, cells);
}

bool
sift_csv_unescaped_is_row(struct sift_span raw,
			  const struct sift_csv_shape *shape)
{
	return sift_csv_unescaped_split(raw, shape, NULL);
}

bool
sift_csv_unescaped_begins_row(struct sift_span line,
			      const struct sift_csv_shape *shape)
{
	struct sift_span rest = line;

	return shape->first_text && line.len && line.ptr[0] == '"' &&
	       split_left(&rest, shape, NULL) && rest.len && rest.ptr[0] == '"';
}
