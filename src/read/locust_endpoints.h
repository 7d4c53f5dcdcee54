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
	uint64_t line; /* where its row begins */
	int64_t offset;
	size_t key_at; /* in `keys`: method, NUL, name */
	size_t key_bytes;
	size_t method_bytes;
};

struct sift_locust_endpoints {
	const struct sift_sink *sink;	    /* borrowed */
	struct sift_locust_endpoint *items; /* owned */
	size_t count;			    /* without the total */
	size_t capacity;
	struct sift_buf keys; /* of all items and of the row that waits */
	/* Locust sorts its rows by name and method: as long as each comes
	   behind the one before, none can come twice, and nobody needs ... */
	bool is_indexed;
	struct sift_table index; /* ... a table of the keys */
	bool has_total;
	bool is_old_total; /* named as before 0.12.2 */
	struct sift_figures total;
	bool stopped; /* the sink failed or memory is out: say no more */

	bool is_waiting; /* items[count], for the next row */
};

void sift_locust_endpoints_init(struct sift_locust_endpoints *endpoints,
				const struct sift_sink *sink);
void sift_locust_endpoints_release(struct sift_locust_endpoints *endpoints);

/* Let them be found, to be said before any is added. */
void sift_locust_endpoints_index(struct sift_locust_endpoints *endpoints);

/*
 * Where a row may be made that is added next, or not; its keys are none of the
 * caller's. NULL when memory is out.
 */
struct sift_locust_endpoint *
sift_locust_endpoints_more(struct sift_locust_endpoints *endpoints,
			   struct sift_err *err) SIFT_MUST_CHECK;
static inline struct sift_locust_endpoint *
sift_locust_endpoints_room(struct sift_locust_endpoints *endpoints,
			   struct sift_err *err)
{
	size_t at = endpoints->count + endpoints->is_waiting;

	if (at >= endpoints->capacity)
		return sift_locust_endpoints_more(endpoints, err);
	return &endpoints->items[at];
}

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

/* Its key; borrowed, until the next row is added. */
static inline struct sift_span
sift_locust_endpoint_key(const struct sift_locust_endpoints *endpoints,
			 const struct sift_locust_endpoint *item)
{
	return sift_span_of(endpoints->keys.ptr + item->key_at,
			    item->key_bytes);
}

/* The figures of an endpoint, or NULL; for those that are indexed. */
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
