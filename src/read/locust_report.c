/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "read/locust_report.h"

#include <math.h>

#include "base/instant.h"
#include "base/text.h"
#include "base/url.h"
#include "read/json_doc.h"
#include "read/locust_cells.h"
#include "read/locust_text.h"

/* ---- the page ---- */

static enum sift_status
repair(struct sift_buf *page, struct sift_err *err)
{
	struct sift_buf repaired;

	if (sift_utf8_valid(sift_buf_span(page)))
		return SIFT_OK;
	sift_buf_init(&repaired, 0);
	sift_utf8_add_repaired(&repaired, sift_buf_span(page));
	sift_buf_release(page);
	*page = repaired;
	return sift_buf_status(page)
		       ? sift_fail(err, SIFT_E_NOMEM, "no memory for a page")
		       : SIFT_OK;
}

enum sift_status
sift_locust_report_load(struct sift_locust_report *r, struct sift_source *src,
			const struct sift_limits *limits,
			const struct sift_sink *sink, struct sift_err *err)
{
	enum sift_status rc, repaired;

	*r = (struct sift_locust_report){.sink = sink, .peak_users = -1};
	sift_buf_init(&r->page, 0);
	sift_buf_init(&r->text, 0);
	sift_locust_endpoints_init(&r->requests, sink);
	sift_locust_endpoints_init(&r->percentiles, sink);
	sift_locust_endpoints_index(&r->percentiles);
	sift_locust_messages_init(&r->exceptions);
	rc = sift_json_doc_read(src, limits, &r->page, err);
	if (rc == SIFT_E_NOMEM || rc == SIFT_E_LIMIT)
		return rc;
	repaired = repair(&r->page, err);
	return repaired ? repaired : rc;
}

void
sift_locust_report_release(struct sift_locust_report *r)
{
	sift_locust_messages_release(&r->exceptions);
	sift_locust_endpoints_release(&r->percentiles);
	sift_locust_endpoints_release(&r->requests);
	sift_buf_release(&r->text);
	sift_buf_release(&r->page);
}

/* ---- collecting ---- */

/* The place in the page of text that may lie elsewhere: -1 then. */
static int64_t
offset_of(const struct sift_locust_report *r, struct sift_span at)
{
	struct sift_span page = sift_buf_span(&r->page);
	uintptr_t from = (uintptr_t)page.ptr, here = (uintptr_t)at.ptr;

	return at.len && here >= from && here - from <= page.len
		       ? (int64_t)(here - from)
		       : -1;
}

enum sift_status
sift_locust_report_add(struct sift_locust_report *r,
		       struct sift_locust_endpoints *table,
		       struct sift_span method, struct sift_span name,
		       const struct sift_figures *figures, struct sift_err *err)
{
	const struct sift_locust_endpoint row = {
		.figures = *figures,
		.offset = -1,
	};

	r->used++;
	return sift_locust_endpoints_add(table, method, name, &row, err);
}

enum sift_status
sift_locust_report_failure(struct sift_locust_report *r,
			   struct sift_span method, struct sift_span name,
			   struct sift_span error, uint64_t count,
			   struct sift_err *err)
{
	struct sift_event event = {.kind = SIFT_EVENT_FAILURE};
	enum sift_status rc = sift_locust_text(error, &r->text);

	r->used++;
	if (rc)
		return sift_fail(err, rc, "no memory for an error's text");
	event.failure.method = method;
	event.failure.name = name;
	event.failure.text = sift_buf_span(&r->text);
	event.failure.count = count;
	rc = sift_sink_put(r->sink, &event, err);
	return rc;
}

enum sift_status
sift_locust_report_exception(struct sift_locust_report *r,
			     struct sift_span message, uint64_t count,
			     struct sift_err *err)
{
	r->used++;
	return sift_locust_messages_add(&r->exceptions, message, count, err);
}

enum sift_status
sift_locust_report_skip(struct sift_locust_report *r, const char *kind,
			struct sift_span at, struct sift_err *err)
{
	const struct sift_csv_row place = {.offset = offset_of(r, at)};
	enum sift_status rc =
		sift_locust_put_skipped(r->sink, kind, &place, at, err);

	r->skipped++;
	return rc;
}

/* ---- putting ---- */

/* Percentiles stand in a table of their own. */
static void
join_percentiles(struct sift_figures *into, const struct sift_figures *from)
{
	static const enum sift_stat stats[] = {SIFT_STAT_P50, SIFT_STAT_P90,
					       SIFT_STAT_P95, SIFT_STAT_P99};

	for (size_t i = 0; from && i < sizeof(stats) / sizeof(stats[0]); i++)
		if (!isnan(from->latency.ms[stats[i]]) && into->requests > 0)
			into->latency.ms[stats[i]] = from->latency.ms[stats[i]];
}

static enum sift_status
join(struct sift_locust_report *r, struct sift_err *err)
{
	struct sift_locust_endpoints *requests = &r->requests;
	enum sift_status rc = sift_locust_endpoints_end(requests, err);

	if (!rc)
		rc = sift_locust_endpoints_end(&r->percentiles, err);
	for (uint32_t id = 0; id < requests->count; id++)
		join_percentiles(
			&requests->items[id].figures,
			sift_locust_endpoints_find(
				&r->percentiles,
				sift_locust_endpoint_key(
					requests, &requests->items[id])));
	if (requests->has_total && r->percentiles.has_total)
		join_percentiles(&requests->total, &r->percentiles.total);
	return rc;
}

static enum sift_status
put_duration(const struct sift_locust_report *r, int64_t first_ns,
	     int64_t last_ns, struct sift_err *err)
{
	struct sift_event event = {.kind = SIFT_EVENT_DURATION};

	/* requests over a rate that is printed in full tell it better */
	if (last_ns <= first_ns ||
	    (r->requests.has_total && r->requests.total.rps > 0))
		return SIFT_OK;
	event.duration.duration_ns = last_ns - first_ns;
	return sift_sink_put(r->sink, &event, err);
}

/* A local time as if it were UTC, to take differences. */
static bool
parse_local(struct sift_span text, int64_t *out_ns)
{
	char copy[32];
	size_t len = 0;

	if (!sift_instant_is_local(text) || text.len > sizeof(copy) - 1)
		return false;
	for (; len < text.len; len++)
		copy[len] = text.ptr[len];
	copy[len++] = 'Z';
	return sift_instant_parse(sift_span_of(copy, len), out_ns);
}

static enum sift_status
put_time(const struct sift_locust_report *r, struct sift_err *err)
{
	struct sift_event event = {.kind = SIFT_EVENT_TIME};
	int64_t first_ns, last_ns;
	enum sift_status rc;

	if (sift_instant_parse(r->first, &first_ns) &&
	    sift_instant_parse(r->last, &last_ns)) {
		event.time = (struct sift_ev_time){first_ns, last_ns};
	} else if (parse_local(r->first, &first_ns) &&
		   parse_local(r->last, &last_ns)) {
		event.time = (struct sift_ev_time){first_ns, last_ns};
		if (!r->is_utc) {
			event.kind = SIFT_EVENT_LOCAL_TIME;
			event.local_time.text = r->first;
		}
	} else {
		return SIFT_OK;
	}
	rc = sift_sink_put(r->sink, &event, err);
	return rc ? rc : put_duration(r, first_ns, last_ns, err);
}

static enum sift_status
put_users(const struct sift_locust_report *r, struct sift_err *err)
{
	struct sift_event event = {.kind = SIFT_EVENT_USERS};

	if (r->peak_users < 0)
		return SIFT_OK;
	event.users.time_ns = SIFT_INSTANT_NONE;
	event.users.users = r->peak_users;
	return sift_sink_put(r->sink, &event, err);
}

static enum sift_status
put_all(struct sift_locust_report *r, bool whole, struct sift_err *err)
{
	enum sift_status rc = sift_locust_endpoints_put(
		&r->requests, !whole || r->skipped, err);

	if (!rc)
		rc = put_time(r, err);
	if (!rc)
		rc = put_users(r, err);
	if (!rc)
		rc = sift_locust_endpoints_put_sum(&r->requests, err);
	if (!rc)
		rc = sift_locust_messages_put(&r->exceptions, r->sink, err);
	return rc ? rc : sift_locust_put_records(r->sink, r->used, 0, err);
}

static enum sift_status
put_host(const struct sift_locust_report *r, struct sift_err *err)
{
	struct sift_event event = {.kind = SIFT_EVENT_TOOL};

	event.tool.host = sift_url_host(r->url);
	return event.tool.host.len ? sift_sink_put(r->sink, &event, err)
				   : SIFT_OK;
}

enum sift_status
sift_locust_report_put(struct sift_locust_report *r, const char *version,
		       bool whole, struct sift_err *err)
{
	struct sift_span page = sift_buf_span(&r->page);
	bool is_empty;
	enum sift_status rc = sift_locust_put_tool(r->sink, version, err);

	if (!rc)
		rc = put_host(r, err);
	if (!rc)
		rc = join(r, err);
	is_empty = !r->requests.count && !r->requests.has_total;
	if (!rc && (!is_empty || r->used))
		rc = put_all(r, whole, err);
	if (!rc && !whole)
		rc = sift_fail_at(err, SIFT_E_FORMAT, 0, (int64_t)page.len,
				  "the document breaks off");
	else if (!rc && is_empty)
		rc = sift_fail(err, SIFT_E_FORMAT,
			       "the page holds no statistics");
	return rc;
}
