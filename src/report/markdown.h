/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_REPORT_MARKDOWN_H
#define SIFT_REPORT_MARKDOWN_H

/*
 * Writing GitHub-flavoured Markdown so that text from files stays text: no
 * name can end a table cell, start a link, an element or a mention, or break
 * a line. Names are code, so that they read as data; sentences are escaped.
 */

#include <stddef.h>

#include "base/buf.h"

/* Bytes of one text that are shown; of a name, of a sentence. */
#define SIFT_MD_CODE_MAX 512
#define SIFT_MD_TEXT_MAX 4096

/* Escaped text: punctuation that Markdown or HTML could read gets a
   backslash or an entity, control bytes and line ends become visible. */
void sift_md_text(struct sift_buf *out, const char *text);
/* The same, printed first. */
void sift_md_textf(struct sift_buf *out, const char *format, ...)
	SIFT_PRINTF(2, 3);
/* A sentence of ours, where `backticks` mark code; all else is escaped. */
void sift_md_prose(struct sift_buf *out, const char *text);
/* A name as a code span; "" gives nothing. */
void sift_md_code(struct sift_buf *out, const char *text);

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
void sift_md_code_cell(struct sift_buf *out, const char *text);
/* A cell of several parts, added between the two. */
void sift_md_cell_begin(struct sift_buf *out);
void sift_md_cell_end(struct sift_buf *out);
void sift_md_row_end(struct sift_buf *out);

#endif /* SIFT_REPORT_MARKDOWN_H */
