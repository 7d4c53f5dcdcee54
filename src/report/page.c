/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "report/page.h"

#include <stdint.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

#define INDENT 2
#define GAP 2
#define TEXT_MAX 4096 /* bytes of one text that are shown */

static const char *const ink_codes[SIFT_INK_COUNT] = {
	[SIFT_INK_PLAIN] = "",		[SIFT_INK_BOLD] = "\033[1m",
	[SIFT_INK_DIM] = "\033[2m",	[SIFT_INK_RED] = "\033[1;31m",
	[SIFT_INK_YELLOW] = "\033[33m", [SIFT_INK_CYAN] = "\033[36m",
	[SIFT_INK_GREEN] = "\033[32m",
};

void
sift_page_init(struct sift_page *page, const struct sift_style *style,
	       struct sift_buf *out)
{
	page->out = out;
	page->columns = style->columns ? style->columns : 80;
	page->colour = style->colour != 0;
}

static void
add_inked(struct sift_page *page, enum sift_ink ink, struct sift_span text)
{
	bool inked = page->colour && ink != SIFT_INK_PLAIN;

	if (inked)
		sift_buf_add_str(page->out, ink_codes[ink]);
	sift_buf_add_span(page->out, text);
	if (inked)
		sift_buf_add_str(page->out, "\033[0m");
}

/* Inked text that may come from a file. */
static void
add_escaped(struct sift_page *page, enum sift_ink ink, const char *text)
{
	struct sift_buf safe;

	sift_buf_init(&safe, 0);
	sift_buf_add_escaped(&safe, sift_span_str(text), TEXT_MAX);
	if (sift_buf_status(&safe))
		page->out->status = SIFT_E_NOMEM;
	add_inked(page, ink, sift_buf_span(&safe));
	sift_buf_release(&safe);
}

void
sift_page_heading(struct sift_page *page, const char *title, const char *aside)
{
	sift_buf_add_byte(page->out, '\n');
	add_escaped(page, SIFT_INK_BOLD, title);
	if (aside) {
		sift_buf_add_str(page->out, "  ");
		add_escaped(page, SIFT_INK_DIM, aside);
	}
	sift_buf_add_byte(page->out, '\n');
}

/* The next word: up to the next blank. */
static struct sift_span
next_word(struct sift_span *text)
{
	size_t len = sift_span_find_byte(*text, ' ');
	struct sift_span word = sift_span_head(*text, len);

	*text = sift_span_from(*text, len + 1);
	return word;
}

static void
add_wrapped(struct sift_page *page, size_t indent, struct sift_span text,
	    size_t column)
{
	bool first = true;

	while (text.len > 0) {
		struct sift_span word = next_word(&text);
		size_t width = sift_text_columns(word);

		if (word.len == 0)
			continue;
		if (!first && column + 1 + width > page->columns) {
			sift_buf_add_byte(page->out, '\n');
			sift_buf_add_repeated(page->out, ' ', indent);
			column = indent;
			first = true;
		}
		if (!first) {
			sift_buf_add_byte(page->out, ' ');
			column++;
		}
		sift_buf_add_span(page->out, word);
		column += width;
		first = false;
	}
	sift_buf_add_byte(page->out, '\n');
}

void
sift_page_paragraph(struct sift_page *page, size_t indent, const char *lead,
		    enum sift_ink ink, const char *text)
{
	struct sift_buf safe_lead, safe_text;
	size_t column;

	sift_buf_init(&safe_lead, 0);
	sift_buf_init(&safe_text, 0);
	sift_buf_add_escaped(&safe_lead, sift_span_str(lead), TEXT_MAX);
	sift_buf_add_escaped(&safe_text, sift_span_str(text), TEXT_MAX);
	column = sift_text_columns(sift_buf_span(&safe_lead));
	add_inked(page, ink, sift_buf_span(&safe_lead));
	if (column < indent) {
		sift_buf_add_repeated(page->out, ' ', indent - column);
	} else if (column > indent && safe_text.len > 0) {
		sift_buf_add_byte(page->out, '\n');
		sift_buf_add_repeated(page->out, ' ', indent);
	}
	add_wrapped(page, indent, sift_buf_span(&safe_text), indent);
	if (sift_buf_status(&safe_lead) || sift_buf_status(&safe_text))
		page->out->status = SIFT_E_NOMEM;
	sift_buf_release(&safe_lead);
	sift_buf_release(&safe_text);
}

/* ---- tables ---- */

void
sift_text_table_init(struct sift_text_table *table,
		     const struct sift_table_column *columns, size_t count)
{
	memset(table, 0, sizeof(*table));
	table->columns = columns;
	table->column_count = count;
}

/* Cut to `max` columns, the last of which is then an ellipsis. */
static void
cut(struct sift_buf *text, size_t max)
{
	struct sift_span all = sift_buf_span(text);
	size_t at = 0, column = 0, keep = 0;

	if (max == 0 || sift_text_columns(all) <= max)
		return;
	while (at < all.len) {
		size_t from = at;

		sift_utf8_next(all, &at);
		column += sift_text_columns(
			sift_span_of(all.ptr + from, at - from));
		if (column > max - 1)
			break;
		keep = at;
	}
	text->len = keep;
	sift_buf_add_str(text, "…");
}

void
sift_text_table_add(struct sift_text_table *table, const char *cell)
{
	size_t column = table->cell_count % table->column_count;
	struct sift_buf text;

	sift_buf_init(&text, 0);
	sift_buf_add_escaped(&text, sift_span_str(cell), TEXT_MAX);
	cut(&text, table->columns[column].max_width);
	sift_buf_add(&text, "", 0);
	if (sift_buf_status(&text) ||
	    sift_array_grow((void **)&table->cells, &table->capacity,
			    table->cell_count + 1, sizeof(*table->cells),
			    SIZE_MAX)) {
		sift_buf_release(&text);
		table->failed = true;
		return;
	}
	table->cells[table->cell_count++] = text.ptr; /* NULL when empty */
}

static size_t
cell_width(const char *cell)
{
	return sift_text_columns(sift_span_str(cell));
}

static void
print_cell(struct sift_page *page, const char *cell, size_t width, bool right,
	   bool last, enum sift_ink ink)
{
	size_t pad = width - cell_width(cell);

	if (right)
		sift_buf_add_repeated(page->out, ' ', pad);
	add_inked(page, ink, sift_span_str(cell));
	if (!right && !last)
		sift_buf_add_repeated(page->out, ' ', pad);
}

static void
print_row(const struct sift_text_table *table, struct sift_page *page,
	  const size_t *widths, const char *const *cells, enum sift_ink ink)
{
	sift_buf_add_repeated(page->out, ' ', INDENT);
	for (size_t c = 0; c < table->column_count; c++) {
		if (c > 0)
			sift_buf_add_repeated(page->out, ' ', GAP);
		print_cell(page, cells[c], widths[c], table->columns[c].right,
			   c + 1 == table->column_count, ink);
	}
	sift_buf_add_byte(page->out, '\n');
}

enum sift_status
sift_text_table_print(struct sift_text_table *table, struct sift_page *page,
		      struct sift_err *err)
{
	size_t widths[SIFT_TABLE_COLUMNS] = {0};
	const char *titles[SIFT_TABLE_COLUMNS];
	size_t n = table->column_count;
	bool failed = table->failed;

	for (size_t c = 0; c < n; c++) {
		titles[c] = table->columns[c].title;
		widths[c] = cell_width(titles[c]);
	}
	for (size_t i = 0; i < table->cell_count; i++) {
		size_t width = cell_width(table->cells[i]);

		if (width > widths[i % n])
			widths[i % n] = width;
	}
	print_row(table, page, widths, titles, SIFT_INK_DIM);
	for (size_t i = 0; i + n <= table->cell_count && !failed; i += n)
		print_row(table, page, widths,
			  (const char *const *)table->cells + i,
			  SIFT_INK_PLAIN);
	for (size_t i = 0; i < table->cell_count; i++)
		sift_free(table->cells[i]);
	sift_free(table->cells);
	memset(table, 0, sizeof(*table));
	return failed ? sift_fail(err, SIFT_E_NOMEM, "no memory for the report")
		      : SIFT_OK;
}
