/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_READ_CSV_ROWS_H
#define SIFT_READ_CSV_ROWS_H

/*
 * A source as rows of cells.
 *
 * Sequence: sift_csv_rows_open() reads the header row and learns the dialect
 * from it; the caller binds the names and tells the shape of a good row with
 * sift_csv_rows_expect(); sift_csv_rows_next() until SIFT_END.
 *
 * Dialects: RFC 4180 with rows ended by LF, CRLF or CR CR LF (Python in text
 * mode on Windows); blanks are data; `,` `;` or tab between cells, whichever
 * the header has most of (spreadsheets write decimal commas with the latter
 * two); a UTF-8 byte order mark. A header that begins with a quote announces
 * the dialect of Locust before 1.1, where quotes within text are not doubled
 * (csv_unescaped.h). Cells come as valid UTF-8, those that are not as a whole
 * taken for Windows-1252.
 *
 * A row that cannot be had is returned with `bad` set, and reading goes on
 * with the next line that can be trusted.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <loadsift/loadsift.h>

#include "base/err.h"
#include "base/span.h"
#include "input/source.h"

#define SIFT_CSV_CELLS_MAX 1024

struct sift_csv_rows; /* opaque */

struct sift_csv_row {
	const struct sift_span *cells;
	size_t count;
	uint64_t line;	      /* of its first byte, 1-based */
	int64_t offset;	      /* of its first byte */
	struct sift_span raw; /* without the row end; may be cut if bad */
	const char *bad;      /* why it is no row ("cut short"); else NULL */
};

/* What good rows look like. Free text is what people name and may hold
   anything; all other cells are plain. */
struct sift_csv_shape {
	size_t columns;
	size_t first_text;  /* index of the first column of free text */
	size_t last_text;   /* and of the last; at most one more */
	bool last_row_ends; /* in the unescaped dialect a last row may lack its
			       row end; here it is cut short then */
};

/*
 * Start reading rows from `src` (borrowed): reads the header row.
 *
 * On success *out is to be released with sift_csv_rows_free(); on failure it
 * is untouched. Returns SIFT_OK; SIFT_E_FORMAT when there is no header row; a
 * failure of the source; SIFT_E_NOMEM.
 */
enum sift_status sift_csv_rows_open(struct sift_csv_rows **out,
				    struct sift_source *src,
				    const struct sift_limits *limits,
				    struct sift_err *err) SIFT_MUST_CHECK;
void sift_csv_rows_free(struct sift_csv_rows *rows);

/* The header row; borrowed, until the first sift_csv_rows_next(). */
const struct sift_csv_row *
sift_csv_rows_header(const struct sift_csv_rows *rows);
/* Are the names in quotes? */
bool sift_csv_rows_quoted(const struct sift_csv_rows *rows);
/* May numbers have a decimal comma? */
bool sift_csv_rows_decimal_comma(const struct sift_csv_rows *rows);

void sift_csv_rows_expect(struct sift_csv_rows *rows,
			  const struct sift_csv_shape *shape);

/*
 * The next row that is not blank; *out is borrowed until the next call.
 *
 * Returns SIFT_OK; SIFT_END; a failure of the source, after all rows before
 * the damage; SIFT_E_NOMEM.
 */
enum sift_status sift_csv_rows_next(struct sift_csv_rows *rows,
				    const struct sift_csv_row **out,
				    struct sift_err *err) SIFT_MUST_CHECK;

#endif /* SIFT_READ_CSV_ROWS_H */
