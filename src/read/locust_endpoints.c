/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "read/locust_endpoints.h"

#include <string.h>

#include "base/mem.h"
#include "read/locust_cells.h"

#define ROWS_FIRST 32u
#define ROWS_MAX 262144u
#define NAMES_BYTES_FIRST 1024
#define NAMES_BYTES_MAX ((size_t)256 << 20)

void
sift_locust_endpoints_init(struct sift_locust_endpoints *e,
			   const struct sift_sink *sink)
{
	*e = (struct sift_locust_endpoints){.sink = sink};
	sift_table_init(&e->index, ROWS_MAX);
	sift_buf_init(&e->keys, 0);
}

void
sift_locust_endpoints_release(struct sift_locust_endpoints *e)
{
	sift_buf_release(&e->keys);
	sift_table_release(&e->index);
	sift_free(e->items);
}

void
sift_locust_endpoints_index(struct sift_locust_endpoints *e)
{
	e->is_indexed = true;
}

static enum sift_status
stop(struct sift_locust_endpoints *e, enum sift_status status,
     struct sift_err *err, const char *what)
{
	e->stopped = true;
	return sift_fail(err, status, "%s", what);
}

/* ---- names ---- */

static struct sift_span
method_of(const struct sift_locust_endpoints *e,
	  const struct sift_locust_endpoint *item)
{
	return sift_span_head(sift_locust_endpoint_key(e, item),
			      item->method_bytes);
}

static struct sift_span
name_of(const struct sift_locust_endpoints *e,
	const struct sift_locust_endpoint *item)
{
	return sift_span_from(sift_locust_endpoint_key(e, item),
			      item->method_bytes + 1);
}

/* Does the row that waits come behind all others? */
static bool
is_in_order(const struct sift_locust_endpoints *e)
{
	const struct sift_locust_endpoint *item = &e->items[e->count];
	int order = 1;

	if (e->count)
		order = sift_span_compare(name_of(e, item),
					  name_of(e, item - 1));
	if (!order)
		order = sift_span_compare(method_of(e, item),
					  method_of(e, item - 1));
	return order > 0;
}

/* Enter the names of all items but the first `from`, and of the row that
   waits. */
static enum sift_status
enter_keys(struct sift_locust_endpoints *e, size_t from, bool *out_new)
{
	enum sift_status rc = SIFT_OK;

	for (size_t i = from; !rc && i <= e->count; i++) {
		uint32_t id;

		rc = sift_table_intern(
			&e->index, sift_locust_endpoint_key(e, &e->items[i]),
			&id, out_new);
	}
	return rc;
}

/* ---- rows ---- */

static enum sift_status
skip_second(struct sift_locust_endpoints *e, struct sift_err *err)
{
	const struct sift_locust_endpoint *item = &e->items[e->count];
	const struct sift_csv_row place = {.line = item->line,
					   .offset = item->offset};
	enum sift_status rc = sift_locust_put_skipped(
		e->sink, "duplicate row", &place, name_of(e, item), err);

	e->stopped |= rc < 0;
	return rc;
}

/* The waiting row is an endpoint. */
static enum sift_status
keep_waiting(struct sift_locust_endpoints *e, struct sift_err *err)
{
	enum sift_status rc = SIFT_OK;
	bool is_new = true;

	e->is_waiting = false;
	if (e->keys.len > NAMES_BYTES_MAX)
		return sift_fail(err, SIFT_E_LIMIT,
				 "more than 256 MiB of names");
	if (e->is_indexed) {
		rc = enter_keys(e, e->count, &is_new);
	} else if (!is_in_order(e)) {
		e->is_indexed = true;
		rc = enter_keys(e, 0, &is_new);
	} else if (e->count >= ROWS_MAX) {
		rc = SIFT_E_LIMIT;
	}
	if (rc == SIFT_E_LIMIT)
		return sift_fail(err, rc, "more than %u rows", ROWS_MAX);
	if (rc)
		return stop(e, rc, err, "no memory for a name");
	if (!is_new)
		return skip_second(e, err);
	e->count++;
	return SIFT_OK;
}

struct sift_locust_endpoint *
sift_locust_endpoints_more(struct sift_locust_endpoints *e,
			   struct sift_err *err)
{
	size_t at = e->count + e->is_waiting;

	if (sift_array_grow((void **)&e->items, &e->capacity,
			    at < ROWS_FIRST ? ROWS_FIRST : at + 1,
			    sizeof(*e->items), ROWS_MAX + 2) ||
	    !sift_buf_reserve(&e->keys, NAMES_BYTES_FIRST)) {
		stop(e, SIFT_E_NOMEM, err, "no memory for rows");
		return NULL;
	}
	return &e->items[at];
}

enum sift_status
sift_locust_endpoints_add(struct sift_locust_endpoints *e,
			  struct sift_span method, struct sift_span name,
			  const struct sift_locust_endpoint *row,
			  struct sift_err *err)
{
	enum sift_status rc = e->is_waiting ? keep_waiting(e, err) : SIFT_OK;
	struct sift_locust_endpoint *item;
	unsigned char *at;

	if (rc)
		return rc;
	item = sift_locust_endpoints_room(e, err);
	if (!item)
		return SIFT_E_NOMEM;
	if (row != item)
		*item = *row;
	item->method_bytes = method.len;
	item->key_at = e->count ? item[-1].key_at + item[-1].key_bytes : 0;
	item->key_bytes = method.len + 1 + name.len;
	e->keys.len = item->key_at; /* of rows that were skipped is no need */
	at = sift_buf_room(&e->keys, item->key_bytes);
	if (!at)
		return stop(e, SIFT_E_NOMEM, err, "no memory for a name");
	if (method.len > 0)
		memcpy(at, method.ptr, method.len);
	at[method.len] = '\0';
	if (name.len > 0)
		memcpy(at + method.len + 1, name.ptr, name.len);
	sift_buf_wrote(&e->keys, at + item->key_bytes);
	e->is_waiting = true;
	return SIFT_OK;
}

enum sift_status
sift_locust_endpoints_end(struct sift_locust_endpoints *e, struct sift_err *err)
{
	const struct sift_locust_endpoint *last;
	struct sift_span name;

	if (!e->is_waiting)
		return SIFT_OK;
	last = &e->items[e->count];
	name = name_of(e, last);
	if (!sift_locust_is_total(method_of(e, last), name))
		return keep_waiting(e, err);
	e->is_waiting = false;
	e->has_total = true;
	e->is_old_total = sift_span_equal(name, SIFT_SPAN("Total"));
	e->total = last->figures;
	return SIFT_OK;
}

struct sift_figures *
sift_locust_endpoints_find(const struct sift_locust_endpoints *e,
			   struct sift_span key)
{
	uint32_t id = sift_table_find(&e->index, key);

	return id < e->count ? &e->items[id].figures : NULL;
}

/* ---- saying it ---- */

static enum sift_status
put_figures(const struct sift_locust_endpoints *e, uint32_t series,
	    const struct sift_figures *figures, struct sift_err *err)
{
	struct sift_event event = {.kind = SIFT_EVENT_FIGURES};

	event.figures.series = series;
	event.figures.figures = figures;
	return sift_sink_put(e->sink, &event, err);
}

static enum sift_status
put_endpoints(const struct sift_locust_endpoints *e, struct sift_err *err)
{
	struct sift_event event = {.kind = SIFT_EVENT_SERIES};
	enum sift_status rc = SIFT_OK;

	for (uint32_t id = 0; !rc && id < e->count; id++) {
		const struct sift_locust_endpoint *item = &e->items[id];

		event.series.id = id;
		event.series.method = method_of(e, item);
		event.series.name = name_of(e, item);
		event.series.kind = sift_locust_kind(event.series.method);
		event.series.figures = &item->figures;
		rc = sift_sink_put(e->sink, &event, err);
	}
	return rc;
}

enum sift_status
sift_locust_endpoints_put(const struct sift_locust_endpoints *e,
			  bool incomplete, struct sift_err *err)
{
	struct sift_figures unknown;
	enum sift_status rc = put_endpoints(e, err);

	if (!rc && e->has_total)
		return put_figures(e, SIFT_SERIES_TOTAL, &e->total, err);
	if (!rc && incomplete) {
		sift_figures_init(&unknown);
		rc = put_figures(e, SIFT_SERIES_TOTAL, &unknown, err);
	}
	return rc;
}

enum sift_status
sift_locust_endpoints_put_sum(const struct sift_locust_endpoints *e,
			      struct sift_err *err)
{
	int64_t requests = 0;
	int64_t failures = 0;

	if (!e->has_total)
		return SIFT_OK;
	for (size_t i = 0; i < e->count; i++) {
		requests += e->items[i].figures.requests;
		if (e->items[i].figures.failures > 0)
			failures += e->items[i].figures.failures;
	}
	if (requests != e->total.requests)
		return sift_locust_put_note(
			e->sink, err,
			"the endpoints have %lld requests, the total row %lld",
			(long long)requests, (long long)e->total.requests);
	if (e->total.failures >= 0 && failures != e->total.failures)
		return sift_locust_put_note(
			e->sink, err,
			"the endpoints have %lld failures, the total row %lld",
			(long long)failures, (long long)e->total.failures);
	return SIFT_OK;
}
