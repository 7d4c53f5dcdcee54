/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_READ_CSV_UNESCAPED_H
#define SIFT_READ_CSV_UNESCAPED_H

/*
 * The CSV that Locust wrote by hand up to 1.0.3: text in quotes, numbers
 * bare, and nothing escaped, so that text may hold quotes, commas and row
 * ends:
 *
 *	"GET","say "hi", twice",12,0,45
 *
 * Such a row is found by counting: plain cells from the left up to the text,
 * plain cells from the right down to it, and what is between is text. Two
 * texts side by side (name and error) are parted at the first `","`.
 */

#include <stdbool.h>

#include "base/span.h"
#include "read/csv_rows.h"

/*
 * Take `raw` apart; `cells` has room for shape->columns. Cells are borrowed
 * from `raw`, without their quotes. False when it is no row of this shape.
 */
bool sift_csv_unescaped_split(struct sift_span raw,
			      const struct sift_csv_shape *shape,
			      struct sift_span *cells);

/* As above without the cells: does a whole row stand here? */
bool sift_csv_unescaped_is_row(struct sift_span raw,
			       const struct sift_csv_shape *shape);

/* Does a row begin here: plain cells, then text in quotes? */
bool sift_csv_unescaped_begins_row(struct sift_span line,
				   const struct sift_csv_shape *shape);

#endif /* SIFT_READ_CSV_UNESCAPED_H */
