/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_READ_HTML_ROWS_H
#define SIFT_READ_HTML_ROWS_H

/*
 * The tables of an HTML page in memory, row by row. No parser of HTML: it
 * knows rows and cells that are closed, and of entities those that programs
 * write (&lt; &#39; …).
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/span.h"

#define SIFT_HTML_CELLS_MAX 64

struct sift_html_row {
	struct sift_span cells[SIFT_HTML_CELLS_MAX]; /* as written */
	size_t count;
	bool is_header;	      /* of <th> cells */
	struct sift_span tag; /* what is inside of <tr …> */
};

/*
 * The next row that is whole; *rest is moved behind it. False when there is
 * none; *rest is then what is left.
 */
bool sift_html_row_next(struct sift_span *rest, struct sift_html_row *out);

/* Append `text` with its entities undone. */
void sift_html_add_text(struct sift_buf *out, struct sift_span text);

#endif /* SIFT_READ_HTML_ROWS_H */
