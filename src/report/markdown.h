/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_REPORT_MARKDOWN_H
#define SIFT_REPORT_MARKDOWN_H

/*
 * Writing GitHub-flavoured Markdown so that text from files stays text: no
 * name can end a table cell, start a link or an element, or break a line.
 */

#include <stddef.h>

#include "base/buf.h"

/* Escaped text: punctuation that Markdown or HTML could read gets a
   backslash or an entity, control bytes and line ends become visible. */
void sift_md_text(struct sift_buf *out, const char *text);
/* The same, printed first. */
void sift_md_textf(struct sift_buf *out, const char *format, ...)
	SIFT_PRINTF(2, 3);

/* "## Title" between blank lines; `level` 1 to 6. */
void sift_md_heading(struct sift_buf *out, unsigned level, const char *title);

/*
 * A table: the head, one row by as many cells as the head has, and so on. A
 * title that starts with '>' is that of a right-aligned column.
 */
void sift_md_table(struct sift_buf *out, const char *const *titles,
		   size_t count);
void sift_md_row_begin(struct sift_buf *out);
void sift_md_cell(struct sift_buf *out, const char *text);
void sift_md_row_end(struct sift_buf *out);

#endif /* SIFT_REPORT_MARKDOWN_H */
