/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_REPORT_PAGE_H
#define SIFT_REPORT_PAGE_H

/*
 * Text for a terminal: headings, wrapped paragraphs, aligned tables, in a
 * given number of columns, coloured or not. All text is escaped here, so that
 * a hostile endpoint name cannot move the cursor or break the layout. No line
 * is longer than the page unless a single word is.
 */

#include <stdbool.h>
#include <stddef.h>

#include <loadsift/loadsift.h>

#include "base/buf.h"

enum sift_ink {
	SIFT_INK_PLAIN,
	SIFT_INK_BOLD,
	SIFT_INK_DIM,
	SIFT_INK_RED,
	SIFT_INK_YELLOW,
	SIFT_INK_CYAN,
	SIFT_INK_GREEN,
	SIFT_INK_COUNT
};

struct sift_page {
	struct sift_buf *out; /* borrowed; out of memory shows in its status */
	size_t columns;
	bool colour;
};

void sift_page_init(struct sift_page *page, const struct sift_style *style,
		    struct sift_buf *out);

/* The colour of what follows, on a page with colours; plain = the usual. */
void sift_page_ink(struct sift_page *page, enum sift_ink ink);

/* A blank line, then TITLE, then `aside` (may be NULL) after two blanks. */
void sift_page_heading(struct sift_page *page, const char *title,
		       const char *aside);

/*
 * `lead` in `ink`, then `text` wrapped at the page's edge, its further lines
 * indented by `indent` columns; `lead` is padded to `indent` when shorter,
 * and has a line of its own when longer.
 */
void sift_page_paragraph(struct sift_page *page, size_t indent,
			 const char *lead, enum sift_ink ink, const char *text);

/*
 * Cut printable text to `max` columns: its first `head` columns, "…" and as
 * much of its end as there is room for. Shorter text stays; `max` 0 is no
 * limit. Whole characters only.
 */
void sift_page_cut(struct sift_buf *text, size_t max, size_t head);

/* One line of dim text at `indent`; what is beyond the edge is cut with "…". */
void sift_page_aside(struct sift_page *page, size_t indent, const char *text);

/* ---- tables ---- */

#define SIFT_TABLE_COLUMNS 12

struct sift_table_column {
	const char *title;
	bool right; /* numbers; a cell "-" is unknown */
	/* When the page is too narrow, columns go in the order of their rank,
	   highest first; 0 stays. */
	unsigned rank;
};

/* What a cell shows, among the texts of all. */
struct sift_table_cell {
	size_t at, len;
	size_t width; /* columns */
};

/*
 * Rows are collected, then printed with each column as wide as its widest
 * cell. Columns of which nothing is known are left out. In a table too wide
 * for the page columns are dropped by rank and the first column is cut in the
 * middle (names share their beginnings). Cells are copied.
 */
struct sift_text_table {
	const struct sift_table_column *columns; /* borrowed */
	size_t column_count;
	struct sift_buf texts;	       /* of the cells */
	struct sift_table_cell *cells; /* owned; row by row */
	size_t cell_count;
	size_t capacity;
	bool failed; /* out of memory: printing says so by status */
};

void sift_text_table_init(struct sift_text_table *table,
			  const struct sift_table_column *columns,
			  size_t count);
/* The next cell; rows fill from left to right. NULL = empty. */
void sift_text_table_add(struct sift_text_table *table, const char *cell);
/* Print indented by two blanks and release, also when it fails. */
enum sift_status sift_text_table_print(struct sift_text_table *table,
				       struct sift_page *page,
				       struct sift_err *err) SIFT_MUST_CHECK;

#endif /* SIFT_REPORT_PAGE_H */
