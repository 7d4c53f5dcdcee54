/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_READ_LOCUST_HEADER_H
#define SIFT_READ_LOCUST_HEADER_H

/*
 * The header row of a Locust CSV: which column means what, which file it is
 * and which Locust wrote it (docs/formats/locust.md). Columns are found by
 * name, never by place, so that files made by guides and scripts are read as
 * well.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/span.h"
#include "read/csv_rows.h"

/* A header has no such column. */
#define SIFT_LOCUST_ABSENT ((size_t)-1)

enum sift_locust_column {
	SIFT_LOCUST_NAME,
	SIFT_LOCUST_TYPE,
	SIFT_LOCUST_REQUESTS,
	SIFT_LOCUST_FAILURES,
	SIFT_LOCUST_MEDIAN,
	SIFT_LOCUST_MEAN,
	SIFT_LOCUST_MIN,
	SIFT_LOCUST_MAX,
	SIFT_LOCUST_BYTES,
	SIFT_LOCUST_RPS,
	SIFT_LOCUST_FAILURES_PER_S,
	SIFT_LOCUST_FAILURE_PERCENT,
	SIFT_LOCUST_TIME,
	SIFT_LOCUST_USERS,
	SIFT_LOCUST_RESPONSE_TIME, /* of one request */
	SIFT_LOCUST_STATUS,
	SIFT_LOCUST_SUCCESS,
	SIFT_LOCUST_ERROR, /* the text of a failure or exception */
	SIFT_LOCUST_COUNT, /* how often it occurred */
	SIFT_LOCUST_TRACEBACK,
	SIFT_LOCUST_NODES,
	SIFT_LOCUST_FIRST_SEEN,
	SIFT_LOCUST_LAST_SEEN,
	SIFT_LOCUST_P50, /* the percentiles that figures have */
	SIFT_LOCUST_P90,
	SIFT_LOCUST_P95,
	SIFT_LOCUST_P99,
	SIFT_LOCUST_P999,
	SIFT_LOCUST_P66, /* and those between, for the ranges of the others */
	SIFT_LOCUST_P75,
	SIFT_LOCUST_P80,
	SIFT_LOCUST_P98,
	SIFT_LOCUST_P100, /* which tells how a history counts */
	SIFT_LOCUST_COLUMN_COUNT
};

enum sift_locust_file {
	SIFT_LOCUST_NO_FILE, /* not of Locust */
	SIFT_LOCUST_STATS,
	SIFT_LOCUST_HISTORY,
	SIFT_LOCUST_FAILURES_FILE,
	SIFT_LOCUST_EXCEPTIONS,
	SIFT_LOCUST_REQUEST_LOG,
	SIFT_LOCUST_OLD_REQUESTS,     /* _requests.csv, until 0.13.2 */
	SIFT_LOCUST_OLD_DISTRIBUTION, /* _distribution.csv, until 0.13.2 */
	SIFT_LOCUST_FILE_COUNT
};

struct sift_locust_header {
	enum sift_locust_file file;
	size_t names; /* in the header */
	size_t bound; /* of these are known, percentiles of all kinds too */
	size_t column[SIFT_LOCUST_COLUMN_COUNT]; /* index or ABSENT */
	size_t percentiles;
	const char *version; /* "C (1.0 to 1.1.1)"; a static string */
	bool truncated;	     /* times are whole ms, cut off */
	bool quoted;
	/* A history's percentiles are of the last ten seconds (by 1.1.1). */
	bool has_windows;
	/* A guide's history: TYPE holds seconds since the start. */
	bool elapsed;
	/* A guide's failures: "# occurrences". */
	bool guide;
	/*
	 * Index of a bare `%` (or empty) name whose left neighbour is no
	 * percentile, as in `Failure Rate,%,95%`; else ABSENT. If each row
	 * has one cell less than there are names, it belongs to the left
	 * neighbour: sift_locust_header_glue().
	 */
	size_t loose_percent;
};

/* Bind the names of a header row; `quoted` is the dialect of old files. */
void sift_locust_header_bind(struct sift_locust_header *out,
			     const struct sift_csv_row *names, bool quoted);

/*
 * Bind the names of the header row of `rows`, and look at its first data row
 * for what names do not tell; that row is `*first` (NULL = there is none),
 * borrowed until the next.
 *
 * Returns SIFT_OK, also with file = SIFT_LOCUST_NO_FILE; or any failure of
 * sift_csv_rows_next() but SIFT_END.
 */
enum sift_status sift_locust_header_read(struct sift_locust_header *out,
					 struct sift_csv_rows *rows,
					 const struct sift_csv_row **first,
					 struct sift_err *err) SIFT_MUST_CHECK;

/* Join the loose `%` with the name before it: columns after it move down. */
void sift_locust_header_glue(struct sift_locust_header *header);

/* The text of a column in a row; empty when the row or header lacks it. */
static inline struct sift_span
sift_locust_cell(const struct sift_locust_header *header,
		 const struct sift_csv_row *row, enum sift_locust_column column)
{
	size_t index = header->column[column];

	if (index >= row->count) /* ABSENT is larger than any count */
		return (struct sift_span){0};
	return row->cells[index];
}

/* Is the row a header again, as where files were joined end to end? */
bool sift_locust_is_header_maybe(const struct sift_locust_header *header,
				 const struct sift_csv_row *row);
static inline bool
sift_locust_is_header_again(const struct sift_locust_header *header,
			    const struct sift_csv_row *row)
{
	struct sift_span requests =
		sift_locust_cell(header, row, SIFT_LOCUST_REQUESTS);

	/* where their number stands, their name does not */
	if (requests.len && *requests.ptr >= '0' && *requests.ptr <= '9')
		return false;
	return sift_locust_is_header_maybe(header, row);
}

/*
 * For recognition: the file that `head` begins, NO_FILE if none, and how many
 * bits had to be right for it. Memory that is out counts as NO_FILE.
 */
enum sift_locust_file sift_locust_sniff(struct sift_span head,
					unsigned *out_bits);

/*
 * The number N of a percentile's name: "N%", "N%ile", "pN"; with `bare` also
 * "N". False when it is none.
 */
bool sift_locust_percentile_name(struct sift_span name, bool bare, double *out);

#endif /* SIFT_READ_LOCUST_HEADER_H */
