/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_READ_LOCUST_LATEST_H
#define SIFT_READ_LOCUST_LATEST_H

/*
 * The latest row of each endpoint of a history, and the latest of totals:
 * where no _stats.csv is left, they are the figures of the run. Rows are kept
 * as they are, since nearly all of them are replaced.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/table.h"
#include "model/event.h"
#include "read/csv_rows.h"
#include "read/locust_header.h"

/* A row of an endpoint and the one before: of a group without totals, which
   breaks off, the row before counts. */
struct sift_locust_latest_rows {
	struct sift_buf now, before;
	uint64_t group; /* of the first */
};

struct sift_locust_latest {
	struct sift_table names;	      /* type, NUL, name */
	struct sift_locust_latest_rows *rows; /* owned; by number of the name */
	size_t capacity;
	uint64_t groups; /* with totals, so far */
	struct sift_buf total;
	struct sift_buf key; /* scratch */

	/* `100%` never falls while percentiles are since the start */
	double largest;	    /* of the totals; NAN = none yet */
	double row_largest; /* of the row of totals last kept */
	bool has_fallen;    /* so they are of the last seconds */
	int64_t first_ns;   /* of the totals, since the last reset */
	int64_t grown_ns;   /* when requests last became more */
	int64_t requests;
};

void sift_locust_latest_init(struct sift_locust_latest *latest);
void sift_locust_latest_release(struct sift_locust_latest *latest);

/* Keep a row of an endpoint. Returns SIFT_OK, SIFT_E_LIMIT, SIFT_E_NOMEM. */
enum sift_status
sift_locust_latest_endpoint(struct sift_locust_latest *latest,
			    const struct sift_locust_header *header,
			    const struct sift_csv_row *row,
			    struct sift_err *err) SIFT_MUST_CHECK;

/* Keep a row of totals; of several in a group the last counts. Returns
   SIFT_OK, SIFT_E_NOMEM. */
enum sift_status
sift_locust_latest_total(struct sift_locust_latest *latest,
			 const struct sift_locust_header *header,
			 const struct sift_csv_row *row, bool comma,
			 struct sift_err *err) SIFT_MUST_CHECK;

/* The group of that row is over: it was of a time, with so many requests;
   fewer than in the group before are a reset. */
void sift_locust_latest_close(struct sift_locust_latest *latest,
			      int64_t time_ns, int64_t requests);

/*
 * Put series and figures of what was kept. Rates are over the time in which
 * there were requests. Percentiles are left out unless they are since the
 * start. Returns SIFT_OK, SIFT_E_NOMEM, a failure of the sink.
 */
enum sift_status sift_locust_latest_put(const struct sift_locust_latest *latest,
					const struct sift_locust_header *header,
					bool comma,
					const struct sift_sink *sink,
					struct sift_err *err) SIFT_MUST_CHECK;

#endif /* SIFT_READ_LOCUST_LATEST_H */
