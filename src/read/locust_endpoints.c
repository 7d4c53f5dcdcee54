/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "read/locust_endpoints.h"

#include "base/mem.h"
#include "read/locust_cells.h"

#define ROWS_FIRST 32u
#define ROWS_MAX 262144u
#define NAMES_BYTES_MAX ((size_t)256 << 20)

void
sift_locust_endpoints_init(struct sift_locust_endpoints *e,
			   const struct sift_sink *sink)
{
	*e = (struct sift_locust_endpoints){.sink = sink};
	sift_table_init(&e->names, ROWS_MAX);
	sift_buf_init(&e->key, 0);
}

void
sift_locust_endpoints_release(struct sift_locust_endpoints *e)
{
	sift_buf_release(&e->key);
	sift_table_release(&e->names);
	sift_free(e->items);
}

/* ---- rows ---- */

static enum sift_status
stop(struct sift_locust_endpoints *e, enum sift_status status,
     struct sift_err *err, const char *what)
{
	e->stopped = true;
	return sift_fail(err, status, "%s", what);
}

static enum sift_status
skip_second(struct sift_locust_endpoints *e, struct sift_err *err)
{
	const struct sift_csv_row place = {.line = e->waiting.line,
					   .offset = e->waiting.offset};
	struct sift_span name = sift_span_from(sift_buf_span(&e->key),
					       e->waiting.method_bytes + 1);
	enum sift_status rc = sift_locust_put_skipped(e->sink, "duplicate row",
						      &place, name, err);

	e->stopped |= rc < 0;
	return rc;
}

/* The waiting row is an endpoint. */
static enum sift_status
keep_waiting(struct sift_locust_endpoints *e, struct sift_err *err)
{
	enum sift_status rc;
	uint32_t id;
	bool is_new;

	e->is_waiting = false;
	if (e->names.arena.total_bytes > NAMES_BYTES_MAX)
		return sift_fail(err, SIFT_E_LIMIT,
				 "more than 256 MiB of names");
	rc = sift_table_intern(&e->names, sift_buf_span(&e->key), &id, &is_new);
	if (rc == SIFT_E_LIMIT)
		return sift_fail(err, rc, "more than %u rows", ROWS_MAX);
	if (rc)
		return stop(e, rc, err, "no memory for a name");
	if (!is_new)
		return skip_second(e, err);
	if (sift_array_grow((void **)&e->items, &e->capacity,
			    e->names.count < ROWS_FIRST ? ROWS_FIRST
							: e->names.count,
			    sizeof(*e->items), ROWS_MAX))
		return stop(e, SIFT_E_NOMEM, err, "no memory for rows");
	e->items[id] = e->waiting;
	e->count = e->names.count;
	return SIFT_OK;
}

enum sift_status
sift_locust_endpoints_add(struct sift_locust_endpoints *e,
			  struct sift_span method, struct sift_span name,
			  const struct sift_locust_endpoint *row,
			  struct sift_err *err)
{
	enum sift_status rc = e->is_waiting ? keep_waiting(e, err) : SIFT_OK;

	if (rc)
		return rc;
	sift_buf_clear(&e->key);
	sift_buf_add_span(&e->key, method);
	sift_buf_add_byte(&e->key, '\0');
	sift_buf_add_span(&e->key, name);
	if (sift_buf_status(&e->key))
		return stop(e, SIFT_E_NOMEM, err, "no memory for a name");
	e->waiting = *row;
	e->waiting.method_bytes = method.len;
	e->is_waiting = true;
	return SIFT_OK;
}

enum sift_status
sift_locust_endpoints_end(struct sift_locust_endpoints *e, struct sift_err *err)
{
	struct sift_span key = sift_buf_span(&e->key);
	struct sift_span method = sift_span_head(key, e->waiting.method_bytes);
	struct sift_span name = sift_span_from(key, method.len + 1);

	if (!e->is_waiting)
		return SIFT_OK;
	if (!sift_locust_is_total(method, name))
		return keep_waiting(e, err);
	e->is_waiting = false;
	e->has_total = true;
	e->is_old_total = sift_span_equal(name, SIFT_SPAN("Total"));
	e->total = e->waiting.figures;
	return SIFT_OK;
}

struct sift_figures *
sift_locust_endpoints_find(const struct sift_locust_endpoints *e,
			   struct sift_span key)
{
	uint32_t id = sift_table_find(&e->names, key);

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
put_endpoint(const struct sift_locust_endpoints *e, uint32_t id,
	     struct sift_err *err)
{
	const struct sift_locust_endpoint *item = &e->items[id];
	struct sift_span key = sift_table_key(&e->names, id);
	struct sift_event event = {.kind = SIFT_EVENT_SERIES};
	enum sift_status rc;

	event.series.id = id;
	event.series.method = sift_span_head(key, item->method_bytes);
	event.series.name = sift_span_from(key, item->method_bytes + 1);
	event.series.kind = sift_locust_kind(event.series.method);
	rc = sift_sink_put(e->sink, &event, err);
	return rc ? rc : put_figures(e, id, &item->figures, err);
}

enum sift_status
sift_locust_endpoints_put(const struct sift_locust_endpoints *e,
			  bool incomplete, struct sift_err *err)
{
	struct sift_figures unknown;
	enum sift_status rc = SIFT_OK;

	for (uint32_t id = 0; !rc && id < e->count; id++)
		rc = put_endpoint(e, id, err);
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
