/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_READ_LOCUST_ENDPOINTS_H
#define SIFT_READ_LOCUST_ENDPOINTS_H

/*
 * A table of Locust's: a row of figures for each endpoint and, last, one for
 * all together. Only its place tells the total from an endpoint of the same
 * name, so a row waits for the next one. Rows are kept until they are put,
 * as some can only be understood together.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"
#include "base/table.h"
#include "model/event.h"
#include "model/figures.h"

struct sift_locust_endpoint {
	struct sift_figures figures;
	size_t method_bytes; /* of its key: method, NUL, name */
	uint64_t line;	     /* where its row begins */
	int64_t offset;
};

struct sift_locust_endpoints {
	const struct sift_sink *sink; /* borrowed */
	struct sift_table names;
	struct sift_locust_endpoint *items; /* owned; by number of the name */
	size_t count;			    /* without the total */
	size_t capacity;
	bool has_total;
	bool is_old_total; /* named as before 0.12.2 */
	struct sift_figures total;
	bool stopped; /* the sink failed or memory is out: say no more */

	bool is_waiting; /* a row, for the next one */
	struct sift_locust_endpoint waiting;
	struct sift_buf key; /* of it */
};

void sift_locust_endpoints_init(struct sift_locust_endpoints *endpoints,
				const struct sift_sink *sink);
void sift_locust_endpoints_release(struct sift_locust_endpoints *endpoints);

/*
 * Add a row; all texts are copied. A second row of an endpoint is skipped.
 * Returns SIFT_OK, SIFT_E_LIMIT, SIFT_E_NOMEM, a failure of the sink.
 */
enum sift_status
sift_locust_endpoints_add(struct sift_locust_endpoints *endpoints,
			  struct sift_span method, struct sift_span name,
			  const struct sift_locust_endpoint *row,
			  struct sift_err *err) SIFT_MUST_CHECK;

/* There are no more rows: the last may be the total. Returns as above. */
enum sift_status
sift_locust_endpoints_end(struct sift_locust_endpoints *endpoints,
			  struct sift_err *err) SIFT_MUST_CHECK;

/* The figures of an endpoint, or NULL. */
struct sift_figures *
sift_locust_endpoints_find(const struct sift_locust_endpoints *endpoints,
			   struct sift_span key);

/*
 * Put series and figures of all. `incomplete`: rows are missing; those that
 * are left are not the total then.
 */
enum sift_status
sift_locust_endpoints_put(const struct sift_locust_endpoints *endpoints,
			  bool incomplete,
			  struct sift_err *err) SIFT_MUST_CHECK;

/* Note what the endpoints' requests and failures lack of the total's. */
enum sift_status
sift_locust_endpoints_put_sum(const struct sift_locust_endpoints *endpoints,
			      struct sift_err *err) SIFT_MUST_CHECK;

#endif /* SIFT_READ_LOCUST_ENDPOINTS_H */
