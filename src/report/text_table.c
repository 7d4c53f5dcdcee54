/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Tables of the page: what is known of their columns when all rows are there
 * decides which are shown and how wide.
 */
#include <config.h>

#include <assert.h>
#include <stdint.h>

#include "base/mem.h"
#include "base/text.h"
#include "report/page.h"

#define INDENT 2
#define GAP 2
#define TEXT_MAX 4096 /* bytes of a cell that are shown */
#define FIRST_MIN 24  /* columns are dropped before the first gets narrower */

void
sift_text_table_init(struct sift_text_table *table,
		     const struct sift_table_column *columns, size_t count)
{
	assert(count > 0 && count <= SIFT_TABLE_COLUMNS);
	*table = (struct sift_text_table){.columns = columns,
					  .column_count = count};
	for (size_t c = 0; c < count; c++)
		sift_text_table_add(table, columns[c].title);
}

void
sift_text_table_add(struct sift_text_table *table, const char *cell)
{
	size_t at = table->texts.len;
	struct sift_span text;

	sift_buf_add_escaped(&table->texts, sift_span_str(cell), TEXT_MAX);
	if (sift_buf_status(&table->texts) ||
	    sift_array_grow((void **)&table->cells, &table->capacity,
			    table->cell_count + 1, sizeof(*table->cells),
			    SIZE_MAX)) {
		table->failed = true;
		return;
	}
	text = sift_span_from(sift_buf_span(&table->texts), at);
	table->cells[table->cell_count++] =
		(struct sift_table_cell){at, text.len, sift_text_columns(text)};
}

static struct sift_span
text_of(const struct sift_text_table *table, const struct sift_table_cell *cell)
{
	return sift_span_of(table->texts.ptr + cell->at, cell->len);
}

/* How a table is laid out: widths[c] 0 = column c is not shown. */
struct layout {
	size_t widths[SIFT_TABLE_COLUMNS];
};

static bool
is_unknown(struct sift_span cell)
{
	return !cell.len || sift_span_equal(cell, SIFT_SPAN("-"));
}

/* As wide as the widest cell; nothing where no cell says anything. */
static size_t
natural_width(const struct sift_text_table *table, size_t column)
{
	size_t width = 0, titles = table->column_count;
	bool known = table->cell_count == titles || column == 0;

	for (size_t i = column; i < table->cell_count;
	     i += table->column_count) {
		const struct sift_table_cell *cell = &table->cells[i];

		known = known ||
			(i >= titles && !is_unknown(text_of(table, cell)));
		width = cell->width > width ? cell->width : width;
	}
	return known ? width : 0;
}

/* What the columns other than the first take, with indent and gaps. */
static size_t
room_of_others(const struct sift_text_table *table, const struct layout *layout)
{
	size_t room = INDENT;

	for (size_t c = 1; c < table->column_count; c++)
		if (layout->widths[c] > 0)
			room += GAP + layout->widths[c];
	return room;
}

/* The shown column to go first, 0 = all must stay. */
static size_t
least_important(const struct sift_text_table *table,
		const struct layout *layout)
{
	size_t least = 0;

	for (size_t c = 1; c < table->column_count; c++)
		if (layout->widths[c] > 0 &&
		    table->columns[c].rank > table->columns[least].rank)
			least = c;
	return least;
}

static void
fit(const struct sift_text_table *table, struct layout *layout, size_t page)
{
	size_t first = layout->widths[0];
	size_t wanted = first < FIRST_MIN ? first : FIRST_MIN;
	size_t others = room_of_others(table, layout);

	while (wanted + others > page) {
		size_t c = least_important(table, layout);

		if (c == 0)
			break;
		layout->widths[c] = 0;
		others = room_of_others(table, layout);
	}
	if (first + others > page)
		layout->widths[0] = page > others ? page - others : 1;
}

/* Names share their beginnings, addresses above all: the end tells more. */
static void
print_cut(struct sift_page *page, struct sift_span cell, size_t width)
{
	struct sift_buf text;

	sift_buf_init(&text, 0);
	sift_buf_add_span(&text, cell);
	sift_page_cut(&text, width, width / 3);
	if (sift_buf_status(&text))
		page->out->status = SIFT_E_NOMEM;
	cell = sift_buf_span(&text);
	sift_buf_add_span(page->out, cell);
	sift_buf_add_repeated(page->out, ' ', width - sift_text_columns(cell));
	sift_buf_release(&text);
}

static void
print_cell(const struct sift_text_table *table, struct sift_page *page,
	   const struct sift_table_cell *cell, size_t width, bool right)
{
	struct sift_span text = text_of(table, cell);

	if (cell->width > width) {
		print_cut(page, text, width);
		return;
	}
	if (right)
		sift_buf_add_repeated(page->out, ' ', width - cell->width);
	sift_buf_add_span(page->out, text);
	if (!right)
		sift_buf_add_repeated(page->out, ' ', width - cell->width);
}

static void
print_row(const struct sift_text_table *table, struct sift_page *page,
	  const struct layout *layout, const struct sift_table_cell *cells,
	  enum sift_ink ink)
{
	if (ink != SIFT_INK_PLAIN)
		sift_page_ink(page, ink);
	for (size_t c = 0; c < table->column_count; c++) {
		if (c && !layout->widths[c])
			continue;
		sift_buf_add_repeated(page->out, ' ', c ? GAP : INDENT);
		print_cell(table, page, &cells[c], layout->widths[c],
			   table->columns[c].right);
	}
	while (page->out->len > 0 && page->out->ptr[page->out->len - 1] == ' ')
		page->out->len--;
	if (ink != SIFT_INK_PLAIN)
		sift_page_ink(page, SIFT_INK_PLAIN);
	sift_buf_add_byte(page->out, '\n');
}

static void
print(const struct sift_text_table *table, struct sift_page *page)
{
	struct layout layout = {0};
	size_t n = table->column_count;

	for (size_t c = 0; c < n; c++)
		layout.widths[c] = natural_width(table, c);
	fit(table, &layout, page->columns);
	for (size_t i = 0; i + n <= table->cell_count; i += n)
		print_row(table, page, &layout, table->cells + i,
			  i ? SIFT_INK_PLAIN : SIFT_INK_DIM);
}

enum sift_status
sift_text_table_print(struct sift_text_table *table, struct sift_page *page,
		      struct sift_err *err)
{
	bool failed = table->failed;

	if (!failed)
		print(table, page);
	sift_buf_release(&table->texts);
	sift_free(table->cells);
	*table = (struct sift_text_table){0};
	return failed ? sift_fail(err, SIFT_E_NOMEM, "no memory for the report")
		      : SIFT_OK;
}
