/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_READ_LOCUST_CELLS_H
#define SIFT_READ_LOCUST_CELLS_H

/*
 * What the readers of Locust's CSV files share: the meaning of single cells,
 * and saying things through the sink.
 */

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

#include <loadsift/document.h>

#include "base/err.h"
#include "base/num.h"
#include "base/span.h"
#include "model/event.h"
#include "read/csv_rows.h"

/* ---- cells ---- */

enum sift_locust_value {
	SIFT_LOCUST_IS_NUMBER,
	SIFT_LOCUST_IS_ABSENT,	   /* empty, N/A, - */
	SIFT_LOCUST_IS_NOT_FINITE, /* nan, inf: a client reported it */
	SIFT_LOCUST_IS_BAD
};

/* What is no plain number: see below. */
enum sift_locust_value sift_locust_odd_number(struct sift_span cell, bool comma,
					      double *out);

/*
 * The number in a cell; blanks around it are allowed, a decimal comma if
 * `comma`. *out is NAN unless it is a number.
 */
static inline enum sift_locust_value
sift_locust_number(struct sift_span cell, bool comma, double *out)
{
	/* Nearly all are plain; blanks are no part of one. */
	if (sift_parse_plain(cell, out))
		return SIFT_LOCUST_IS_NUMBER;
	return sift_locust_odd_number(cell, comma, out);
}

/* A count: a whole number from 0 to 2^53, "12.0" too; *out is -1 otherwise. */
enum sift_locust_value sift_locust_count(struct sift_span cell, bool comma,
					 int64_t *out);

/* The method in a Type cell: empty for None, as Locust before 1.1 wrote. */
struct sift_span sift_locust_method(struct sift_span cell);

/* Is this the total row, if it is the last? By method and name: an endpoint
   may be called Aggregated, but has a method then. */
bool sift_locust_is_total(struct sift_span method, struct sift_span name);

enum sift_kind sift_locust_kind(struct sift_span method);

/* ---- events ---- */

/* The tool, and the format's version if it is not empty. */
enum sift_status sift_locust_put_tool(const struct sift_sink *sink,
				      const char *version,
				      struct sift_err *err);
enum sift_status sift_locust_put_note(const struct sift_sink *sink,
				      struct sift_err *err, const char *format,
				      ...) SIFT_PRINTF(3, 4);
/* `kind` is static; `sample` is what was wrong with `row`. */
enum sift_status sift_locust_put_skipped(const struct sift_sink *sink,
					 const char *kind,
					 const struct sift_csv_row *row,
					 struct sift_span sample,
					 struct sift_err *err);
enum sift_status sift_locust_put_records(const struct sift_sink *sink,
					 uint64_t used, uint64_t unused,
					 struct sift_err *err);

#endif /* SIFT_READ_LOCUST_CELLS_H */
