/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

/*
 * k6's web dashboard record (docs/formats/k6.md):
 *
 *	{"event":"param","data":{"thresholds":{"m":["p(95)<500"]},…}}
 *	{"event":"metric","data":{"http_reqs":{"type":"counter"},…}}
 *	{"event":"start","data":[[1795224345314]]}
 *	{"event":"cumulative","data":[[452,29.998],[],…]}
 *	{"event":"threshold","data":{"m":["p(95)<500"]}}
 *	{"event":"snapshot","data":[[27,27],[],…]}
 *	{"event":"stop","data":[[1795224360382]]}
 *
 * The values have no names: there is a list for each metric known so far, in
 * ascending order of their names. Thresholds that fail are named after the
 * values they were judged by; none are if none fail.
 */

#include "read/k6_dashboard.h"

#include <math.h>
#include <stdlib.h>

#include "base/instant.h"
#include "base/mem.h"
#include "base/num.h"
#include "read/k6_dashboard_impl.h"
#include "read/ndjson.h"
#include "read/reader.h"

static enum sift_status
put(struct sift_k6_dashboard *d, const struct sift_event *event)
{
	return sift_sink_put(d->sink, event, d->err);
}

static enum sift_status
skip(struct sift_k6_dashboard *d, struct sift_span line, const char *kind)
{
	struct sift_event event = {.kind = SIFT_EVENT_SKIPPED};

	event.skipped.kind = kind;
	event.skipped.count = 1;
	event.skipped.line = d->lines.number;
	event.skipped.offset = (int64_t)d->lines.offset;
	event.skipped.sample = line;
	return put(d, &event);
}

static enum sift_status
no_memory(struct sift_k6_dashboard *d)
{
	return sift_fail(d->err, SIFT_E_NOMEM, "no memory for names");
}

static enum sift_status
intern(struct sift_k6_dashboard *d, struct sift_table *table,
       struct sift_span key, uint32_t *out_id, bool *out_new)
{
	enum sift_status rc = sift_table_intern(table, key, out_id, out_new);

	if (rc == SIFT_E_LIMIT)
		return sift_fail(d->err, rc, "more than %u names",
				 SIFT_K6_DASHBOARD_NAMES);
	return rc ? no_memory(d) : SIFT_OK;
}

/* ---- metrics ---- */

static int
by_name(const void *a, const void *b)
{
	return sift_span_compare(
		((const struct sift_k6_dashboard_metric *)a)->name,
		((const struct sift_k6_dashboard_metric *)b)->name);
}

/* {"type":"trend","contains":"time","custom":true} */
static void
read_type(struct sift_span raw, struct sift_k6_dashboard_metric *out)
{
	struct sift_ndjson_value value;
	struct sift_ndjson t;
	struct sift_span key;

	out->type = SIFT_METRIC_TREND;
	sift_ndjson_init(&t, raw, 0);
	sift_ndjson_open(&t, '{');
	while (sift_ndjson_member(&t, &key) && sift_ndjson_value(&t, &value)) {
		if (sift_span_equal(key, SIFT_SPAN("type")))
			sift_k6_metric_type(value.raw, &out->type);
		else if (sift_span_equal(key, SIFT_SPAN("contains")))
			out->unit = sift_k6_metric_unit(value.raw);
	}
}

static enum sift_status
add_metric(struct sift_k6_dashboard *d, struct sift_span name,
	   struct sift_span raw)
{
	struct sift_k6_dashboard_metric metric = {.total = NAN};
	uint32_t id;
	bool is_new;
	enum sift_status rc = sift_ndjson_text(name, &d->text, &name, d->err);

	if (rc)
		return rc == SIFT_END ? SIFT_OK : rc;
	rc = intern(d, &d->names, name, &id, &is_new);
	if (rc || !is_new)
		return rc;
	if (sift_array_grow((void **)&d->metrics, &d->metric_capacity,
			    d->metric_count + 1, sizeof(*d->metrics),
			    SIFT_K6_DASHBOARD_NAMES))
		return no_memory(d);
	read_type(raw, &metric);
	metric.name = sift_table_key(&d->names, id);
	d->metrics[d->metric_count++] = metric;
	return SIFT_OK;
}

static enum sift_status
take_metrics(struct sift_k6_dashboard *d, struct sift_span data)
{
	struct sift_ndjson_value value;
	struct sift_ndjson t;
	struct sift_span name;
	enum sift_status rc = SIFT_OK;

	sift_ndjson_init(&t, data, 0);
	sift_ndjson_open(&t, '{');
	while (!rc && sift_ndjson_member(&t, &name) &&
	       sift_ndjson_value(&t, &value))
		rc = add_metric(d, name, value.raw);
	if (d->metric_count)
		qsort(d->metrics, d->metric_count, sizeof(*d->metrics),
		      by_name);
	return rc;
}

/* ---- values ---- */

/* The first of a list, which may be empty; NAN then. False for no list. */
static bool
first_value(struct sift_ndjson *lists, double *out)
{
	struct sift_ndjson_value value;
	struct sift_ndjson t;

	*out = NAN;
	if (!sift_ndjson_element(lists) || !sift_ndjson_value(lists, &value) ||
	    value.kind != SIFT_NDJSON_ARRAY)
		return false;
	sift_ndjson_init(&t, value.raw, 0);
	sift_ndjson_open(&t, '[');
	if (sift_ndjson_element(&t) && sift_ndjson_value(&t, &value) &&
	    !(sift_parse_double(value.raw, out) && isfinite(*out)))
		*out = NAN;
	return true;
}

/* A list for each metric; `values` has room for them. */
static bool
read_values(const struct sift_k6_dashboard *d, struct sift_span data,
	    double *values)
{
	struct sift_ndjson t;

	sift_ndjson_init(&t, data, 0);
	if (!sift_ndjson_open(&t, '['))
		return false;
	for (size_t i = 0; i < d->metric_count; i++)
		if (!first_value(&t, &values[i]))
			return false;
	return !sift_ndjson_element(&t) && sift_ndjson_end(&t);
}

static bool
to_ns(double ms, int64_t *out)
{
	if (!(ms > 0 && ms < 9e12))
		return false;
	*out = (int64_t)ms * 1000000;
	return true;
}

static double
value_named(const struct sift_k6_dashboard *d, const double *values,
	    struct sift_span name)
{
	for (size_t i = 0; i < d->metric_count; i++)
		if (sift_span_equal(d->metrics[i].name, name))
			return values[i];
	return NAN;
}

/* How many VUs there were at the end of a period. */
static enum sift_status
put_users(struct sift_k6_dashboard *d, const double *values, int64_t time_ns)
{
	struct sift_event event = {.kind = SIFT_EVENT_USERS};
	double users = value_named(d, values, SIFT_SPAN("vus"));

	if (!time_ns || !(users >= 0 && users < 1e9))
		return SIFT_OK;
	event.users.time_ns = time_ns;
	event.users.users = (int64_t)users;
	return put(d, &event);
}

static enum sift_status
take_values(struct sift_k6_dashboard *d, struct sift_span data, bool is_total)
{
	double *values = sift_calloc(d->metric_count, sizeof(*values));
	enum sift_status rc = SIFT_OK;
	int64_t time_ns = 0; /* 0 = not known */

	if (!values)
		return no_memory(d);
	if (!read_values(d, data, values)) {
		sift_free(values);
		return skip(d, data, "not a value for each metric");
	}
	to_ns(value_named(d, values, SIFT_SPAN("time")), &time_ns);
	if (!is_total) {
		rc = put_users(d, values, time_ns);
		/* of the period just judged, or of one that came later? */
		if (!d->judged_ns || time_ns != d->judged_ns)
			d->is_judged = false;
	} else {
		for (size_t i = 0; i < d->metric_count; i++)
			d->metrics[i].total = values[i];
		d->has_totals = true;
		d->is_judged = true;
		d->judged_ns = time_ns;
		d->generation++; /* nothing fails, unless told next */
	}
	sift_free(values);
	return rc;
}

static enum sift_status
take_snapshot(struct sift_k6_dashboard *d, struct sift_span data)
{
	return take_values(d, data, false);
}

static enum sift_status
take_cumulative(struct sift_k6_dashboard *d, struct sift_span data)
{
	return take_values(d, data, true);
}

/* ---- thresholds ---- */

static enum sift_status
add_threshold(struct sift_k6_dashboard *d, struct sift_span metric,
	      struct sift_span expression, bool failed)
{
	enum sift_status rc;
	uint32_t id;
	bool is_new;

	sift_buf_clear(&d->key);
	if (!sift_ndjson_unescape(metric, &d->key))
		return SIFT_OK;
	sift_buf_add_byte(&d->key, '\0');
	if (!sift_ndjson_unescape(expression, &d->key))
		return SIFT_OK;
	if (sift_buf_status(&d->key) ||
	    sift_array_grow((void **)&d->thresholds, &d->threshold_capacity,
			    d->keys.count + 1, sizeof(*d->thresholds),
			    SIFT_K6_DASHBOARD_NAMES + 1))
		return no_memory(d);
	rc = intern(d, &d->keys, sift_buf_span(&d->key), &id, &is_new);
	if (rc)
		return rc;
	if (is_new)
		d->thresholds[id].failed = 0;
	if (failed)
		d->thresholds[id].failed = d->generation;
	return SIFT_OK;
}

/* {"metric":["expression",…],…} */
static enum sift_status
add_thresholds(struct sift_k6_dashboard *d, struct sift_span raw, bool failed)
{
	enum sift_status rc = SIFT_OK;
	struct sift_ndjson_value value;
	struct sift_ndjson t;
	struct sift_span metric;

	sift_ndjson_init(&t, raw, 0);
	sift_ndjson_open(&t, '{');
	while (!rc && sift_ndjson_member(&t, &metric)) {
		if (!sift_ndjson_open(&t, '['))
			break;
		while (!rc && sift_ndjson_element(&t) &&
		       sift_ndjson_value(&t, &value))
			rc = add_threshold(d, metric, value.raw, failed);
	}
	return rc;
}

static enum sift_status
take_failed(struct sift_k6_dashboard *d, struct sift_span data)
{
	d->generation++;
	d->is_judged = true;
	return add_thresholds(d, data, true);
}

/* Parameters; the script's path is nobody's business. */
static enum sift_status
take_param(struct sift_k6_dashboard *d, struct sift_span data)
{
	struct sift_ndjson_value value;
	struct sift_ndjson t;
	struct sift_span key;

	sift_ndjson_init(&t, data, 0);
	sift_ndjson_open(&t, '{');
	while (sift_ndjson_member(&t, &key) && sift_ndjson_value(&t, &value))
		if (sift_span_equal(key, SIFT_SPAN("thresholds")))
			return add_thresholds(d, value.raw, false);
	return SIFT_OK;
}

/* ---- begin and end ---- */

/* [[1795224345314]] */
static bool
read_time(struct sift_span data, int64_t *out)
{
	struct sift_ndjson t;
	double ms;

	sift_ndjson_init(&t, data, 0);
	return sift_ndjson_open(&t, '[') && first_value(&t, &ms) &&
	       to_ns(ms, out);
}

static enum sift_status
take_start(struct sift_k6_dashboard *d, struct sift_span data)
{
	return read_time(data, &d->start_ns) ? SIFT_OK
					     : skip(d, data, "not a time");
}

static enum sift_status
take_stop(struct sift_k6_dashboard *d, struct sift_span data)
{
	return read_time(data, &d->stop_ns) ? SIFT_OK
					    : skip(d, data, "not a time");
}

/* ---- lines ---- */

static const struct {
	struct sift_span name;
	enum sift_status (*take)(struct sift_k6_dashboard *d,
				 struct sift_span data);
} events[] = {
	{SIFT_SPAN_INIT("param"), take_param},
	{SIFT_SPAN_INIT("metric"), take_metrics},
	{SIFT_SPAN_INIT("start"), take_start},
	{SIFT_SPAN_INIT("snapshot"), take_snapshot},
	{SIFT_SPAN_INIT("cumulative"), take_cumulative},
	{SIFT_SPAN_INIT("threshold"), take_failed},
	{SIFT_SPAN_INIT("stop"), take_stop},
};

static bool
parse_line(struct sift_span line, struct sift_span *out_event,
	   struct sift_span *out_data)
{
	struct sift_ndjson_value value;
	struct sift_ndjson t;
	struct sift_span key;

	sift_ndjson_init(&t, line, 0);
	sift_ndjson_open(&t, '{');
	while (sift_ndjson_member(&t, &key) && sift_ndjson_value(&t, &value)) {
		if (sift_span_equal(key, SIFT_SPAN("event")))
			*out_event = value.raw;
		else if (sift_span_equal(key, SIFT_SPAN("data")))
			*out_data = value.raw;
	}
	return sift_ndjson_end(&t) && out_event->len && out_data->len;
}

static enum sift_status
take_line(struct sift_k6_dashboard *d, struct sift_span line)
{
	struct sift_span event = SIFT_SPAN(""), data = SIFT_SPAN("");

	/* where k6 could not write an event of the report */
	if (!sift_span_trim(line).len ||
	    sift_span_equal(sift_span_trim(line), SIFT_SPAN("null")))
		return SIFT_OK;
	if (!parse_line(line, &event, &data))
		return skip(d, line,
			    d->lines.complete ? "not an event" : "cut short");
	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++) {
		if (!sift_span_equal(event, events[i].name))
			continue;
		d->used++;
		return events[i].take(d, data);
	}
	d->unused++;
	return SIFT_OK;
}

static enum sift_status
take_lines(struct sift_k6_dashboard *d, enum sift_status *out_source)
{
	enum sift_status rc = SIFT_OK;
	struct sift_span line;

	while (!rc) {
		*out_source = sift_lines_next(&d->lines, &line, d->err);
		if (*out_source)
			break;
		rc = take_line(d, line);
	}
	return rc;
}

static void
release(struct sift_k6_dashboard *d)
{
	sift_lines_release(&d->lines);
	sift_table_release(&d->names);
	sift_table_release(&d->keys);
	sift_free(d->metrics);
	sift_free(d->thresholds);
	sift_buf_release(&d->text);
	sift_buf_release(&d->key);
}

enum sift_status
sift_k6_dashboard_read(struct sift_source *src,
		       const struct sift_limits *limits,
		       const struct sift_sink *sink, struct sift_err *err)
{
	struct sift_k6_dashboard d = {.sink = sink,
				      .err = err,
				      .generation = 1,
				      .start_ns = SIFT_INSTANT_NONE,
				      .stop_ns = SIFT_INSTANT_NONE};
	enum sift_status source = SIFT_OK;
	enum sift_status rc;

	sift_lines_init(&d.lines, src, limits->line_bytes);
	sift_table_init(&d.names, SIFT_K6_DASHBOARD_NAMES);
	sift_table_init(&d.keys, SIFT_K6_DASHBOARD_NAMES);
	rc = take_lines(&d, &source);
	if (!rc)
		rc = sift_k6_dashboard_put(&d, limits);
	if (rc == SIFT_E_FORMAT && source < 0)
		rc = source; /* the damage says it better, and said it first */
	release(&d);
	return rc || source == SIFT_END ? rc : source;
}

/* ---- the format ---- */

static unsigned
bid(struct sift_span head, bool whole)
{
	struct sift_span text = sift_span_trim(head);

	(void)whole;
	return sift_span_starts(text, SIFT_SPAN("{\"event\":\"")) &&
			       sift_span_find(text, SIFT_SPAN("\"data\":")) <
				       text.len
		       ? 70
		       : 0;
}

const struct sift_format sift_format_k6_dashboard = {
	.name = "k6 web dashboard record",
	.tool = "k6",
	.kind = SIFT_SOURCE_DASHBOARD,
	.bid = bid,
	.most = 70,
	.read = sift_k6_dashboard_read,
};
