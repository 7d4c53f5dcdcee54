/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "read/k6_summary.h"

/*
 * k6's summaries (docs/formats/k6.md): --summary-export and what scripts
 * store of handleSummary()'s data. One reader for both: every metric shows
 * its own shape. First the figures of requests are collected, then whatever
 * did not become part of them is put as it stands. setup_data, which may
 * hold secrets, is never looked at.
 */

#include <math.h>
#include <string.h>

#include "base/buf.h"
#include "base/instant.h"
#include "base/mem.h"
#include "base/table.h"
#include "model/figures.h"
#include "read/json_doc.h"
#include "read/k6_checks.h"
#include "read/k6_shape.h"
#include "read/k6_stats.h"
#include "read/reader.h"

#define MAX_ENDPOINTS 100000u
#define METRICS_DEPTH 2 /* their object's, in a document */

/* Requests of an endpoint, or of the run. */
struct requests {
	struct sift_ev_series series; /* text borrowed from the document */
	struct sift_figures figures;
	struct sift_latency latency_ok;
	bool has_latency;
	bool has_p99; /* perhaps as null: then it is not said to be missing */
	bool is_zero, ok_is_zero; /* all latency; may mean there is none */
	bool is_shown;
};

/* Whose requests a metric is about, if it is not an endpoint's number. */
#define OF_NONE UINT32_MAX
#define OF_TOTAL (UINT32_MAX - 1)

/* A member of the metrics. */
struct entry {
	const struct sift_json *value;
	bool is_metric;
	struct sift_k6_stats stats; /* if so */
	uint32_t of;
};

struct summary {
	const struct sift_sink *sink;
	struct sift_err *err;
	const struct sift_k6_summary *parts; /* borrowed */
	struct entry *entries;
	size_t entry_count, entry_capacity;
	struct requests total;
	enum sift_k6_role whole; /* whose requests are the total */
	struct sift_table keys;	 /* of endpoints */
	struct requests *endpoints;
	size_t capacity;
	uint32_t series_ids, metric_ids;
	uint64_t used;
	struct sift_buf key; /* scratch */
};

static enum sift_status
put(struct summary *s, const struct sift_event *event)
{
	return sift_sink_put(s->sink, event, s->err);
}

static enum sift_status
put_skipped(struct summary *s, const char *kind, uint64_t count,
	    struct sift_span sample)
{
	struct sift_event event = {.kind = SIFT_EVENT_SKIPPED};

	event.skipped.kind = kind;
	event.skipped.count = count;
	event.skipped.offset = -1;
	event.skipped.sample = sample;
	return count ? put(s, &event) : SIFT_OK;
}

static enum sift_status
put_note(struct summary *s, struct sift_span text)
{
	struct sift_event event = {.kind = SIFT_EVENT_NOTE};

	event.note.text = text;
	return put(s, &event);
}

static void
init_requests(struct requests *r, enum sift_rounding rounding)
{
	memset(r, 0, sizeof(*r));
	sift_figures_init(&r->figures);
	sift_latency_init(&r->latency_ok);
	r->figures.rounding = rounding;
	r->figures.percentiles = SIFT_PERCENTILES_K6;
}

/* ---- collecting the requests ---- */

/* Whose points a metric's endpoint tags select; false for none. */
static bool
endpoint_of(const struct sift_k6_stats *stats, struct sift_ev_series *out)
{
	const struct sift_k6_submetric *sub = &stats->sub;

	*out = (struct sift_ev_series){.kind = SIFT_KIND_HTTP};
	out->name = sub->name.len ? sub->name : sub->url;
	if (stats->is.role == SIFT_K6_GRPC && !out->name.len)
		out->name = sub->method; /* gRPC's method is a name */
	if (!sub->has_tags || sub->other || !out->name.len)
		return false;
	if (stats->is.role == SIFT_K6_GRPC)
		out->kind = SIFT_KIND_GRPC;
	else if (stats->is.role == SIFT_K6_WS_CONNECTING)
		out->kind = SIFT_KIND_WS;
	else
		out->method = sub->method;
	return true;
}

static enum sift_status
find_endpoint(struct summary *s, const struct sift_ev_series *series,
	      uint32_t *out)
{
	enum sift_status rc;
	bool is_new;

	sift_buf_clear(&s->key);
	sift_buf_add_u8(&s->key, (uint8_t)series->kind);
	sift_buf_add_varint(&s->key, series->method.len);
	sift_buf_add_span(&s->key, series->method);
	sift_buf_add_span(&s->key, series->name);
	if (sift_buf_status(&s->key) ||
	    sift_array_grow((void **)&s->endpoints, &s->capacity,
			    s->keys.count + 1, sizeof(*s->endpoints),
			    MAX_ENDPOINTS + 1))
		return sift_fail(s->err, SIFT_E_NOMEM, "no memory for names");
	rc = sift_table_intern(&s->keys, sift_buf_span(&s->key), out, &is_new);
	if (rc)
		return sift_fail(s->err, rc,
				 rc == SIFT_E_LIMIT
					 ? "more than %u endpoints"
					 : "no memory for names (%u)",
				 MAX_ENDPOINTS);
	if (is_new) {
		init_requests(&s->endpoints[*out], s->parts->rounding);
		s->endpoints[*out].series = *series;
	}
	return SIFT_OK;
}

/* Add what one metric says of these requests. */
static void
add_stats(struct requests *r, const struct sift_k6_stats *stats)
{
	struct sift_figures *f = &r->figures;
	int64_t failed, passed, count;

	if (stats->is.role == SIFT_K6_HTTP_FAILED ||
	    stats->is.role == SIFT_K6_BROWSER_FAILED) {
		failed = sift_k6_stats_nonzero(stats);
		passed = sift_k6_stats_zero(stats);
		f->failures = failed;
		if (failed < 0)
			f->error_rate = sift_k6_stats_rate(stats);
		else if (f->requests < 0 && passed >= 0)
			f->requests = failed + passed;
	} else if (stats->is.role == SIFT_K6_UNUSED) { /* http_reqs */
		count = sift_json_get_count(stats->values, "count");
		if (count >= 0)
			f->requests = count;
		f->rps = sift_json_get_number(stats->values, "rate");
	} else if (stats->sub.expected) {
		sift_k6_stats_latency(stats, &r->latency_ok);
		r->ok_is_zero = sift_k6_stats_is_zero(stats);
	} else {
		sift_k6_stats_latency(stats, &f->latency);
		r->has_latency = true;
		r->has_p99 = sift_k6_stats_has(stats, SIFT_STAT_P99);
		r->is_zero = sift_k6_stats_is_zero(stats);
		count = sift_json_get_count(stats->values, "count");
		if (f->requests < 0)
			f->requests = count;
	}
}

/* Is this metric about requests, whole or by endpoint? */
static bool
is_of_requests(const struct sift_k6_stats *stats)
{
	return stats->is.role == SIFT_K6_HTTP ||
	       stats->is.role == SIFT_K6_HTTP_FAILED ||
	       stats->is.role == SIFT_K6_BROWSER ||
	       stats->is.role == SIFT_K6_BROWSER_FAILED ||
	       stats->is.role == SIFT_K6_GRPC ||
	       stats->is.role == SIFT_K6_WS_CONNECTING ||
	       sift_span_equal(stats->sub.base, SIFT_SPAN("http_reqs"));
}

static struct requests *
requests_of(struct summary *s, uint32_t of)
{
	if (of == OF_NONE)
		return NULL;
	return of == OF_TOTAL ? &s->total : &s->endpoints[of];
}

/* Metrics that stand for all requests of a run: the first that is there. */
static const struct {
	const char *name;
	enum sift_k6_role role;
} wholes[] = {
	{"http_req_duration", SIFT_K6_HTTP},
	{"http_reqs", SIFT_K6_HTTP},
	{"grpc_req_duration", SIFT_K6_GRPC},
	{"browser_http_req_duration", SIFT_K6_BROWSER},
	{"ws_connecting", SIFT_K6_WS_CONNECTING},
};

static enum sift_k6_role
find_whole(const struct sift_json *metrics)
{
	for (size_t i = 0; i < sizeof(wholes) / sizeof(wholes[0]); i++)
		if (sift_json_get(metrics, wholes[i].name))
			return wholes[i].role;
	return SIFT_K6_HTTP;
}

/* Of which whole a metric of requests is a part. */
static enum sift_k6_role
whole_of(enum sift_k6_role role)
{
	if (role == SIFT_K6_BROWSER_FAILED)
		return SIFT_K6_BROWSER;
	return role == SIFT_K6_HTTP_FAILED || role == SIFT_K6_UNUSED
		       ? SIFT_K6_HTTP
		       : role;
}

/* The requests a metric adds to; OF_NONE for one that is not of requests. */
static enum sift_status
find_requests(struct summary *s, const struct sift_k6_stats *stats,
	      uint32_t *out)
{
	struct sift_ev_series series;
	bool is_whole = !stats->sub.has_tags ||
			(stats->sub.expected && !stats->sub.other &&
			 !stats->sub.name.len && !stats->sub.url.len &&
			 !stats->sub.method.len);

	*out = OF_NONE;
	if (!is_of_requests(stats))
		return SIFT_OK;
	/* beside k6's own requests a browser's are a metric: they may have
	   the same names */
	if (whole_of(stats->is.role) == SIFT_K6_BROWSER &&
	    s->whole != SIFT_K6_BROWSER)
		return SIFT_OK;
	/* of all others expected_response is no more than a tag */
	if (stats->sub.expected && stats->is.role != SIFT_K6_HTTP)
		return SIFT_OK;
	if (endpoint_of(stats, &series))
		return find_endpoint(s, &series, out);
	if (is_whole && whole_of(stats->is.role) == s->whole)
		*out = OF_TOTAL;
	return SIFT_OK;
}

static enum sift_status
add_entry(struct summary *s, const struct sift_json *value)
{
	struct entry *entry;
	enum sift_status rc;

	if (sift_array_grow((void **)&s->entries, &s->entry_capacity,
			    s->entry_count + 1, sizeof(*entry), SIZE_MAX))
		return sift_fail(s->err, SIFT_E_NOMEM, "no memory for metrics");
	entry = &s->entries[s->entry_count++];
	entry->value = value;
	entry->is_metric = sift_k6_stats_parse(value, &entry->stats);
	if (!entry->is_metric)
		return SIFT_OK;
	rc = find_requests(s, &entry->stats, &entry->of);
	if (!rc && entry->of != OF_NONE)
		add_stats(requests_of(s, entry->of), &entry->stats);
	return rc;
}

static enum sift_status
collect(struct summary *s)
{
	const struct sift_json *entry = sift_json_members(s->parts->metrics);
	enum sift_status rc = SIFT_OK;

	s->whole = find_whole(s->parts->metrics);
	for (; entry && !rc; entry = entry->next)
		rc = add_entry(s, entry);
	return rc;
}

/*
 * k6 writes zeros for a trend without samples. They are figures only if
 * there were requests (refused connections take 0 ms).
 */
static void
drop_zeros(struct requests *r)
{
	struct sift_figures *f = &r->figures;

	if (r->is_zero && f->requests <= 0) {
		sift_latency_init(&f->latency);
		r->has_latency = false;
	}
	if (r->ok_is_zero &&
	    (f->requests < 0 || f->failures < 0 || f->requests <= f->failures))
		sift_latency_init(&r->latency_ok);
	r->is_shown = r->has_latency || f->requests > 0;
}

static enum sift_status
put_figures(struct summary *s, uint32_t id, struct requests *r)
{
	const struct sift_event event = {.kind = SIFT_EVENT_FIGURES,
					 .figures = {id, &r->figures}};

	r->figures.latency_ok = &r->latency_ok;
	return put(s, &event);
}

static enum sift_status
put_requests(struct summary *s, struct requests *r)
{
	struct sift_event event = {.kind = SIFT_EVENT_SERIES};
	enum sift_status rc;

	event.series = r->series;
	event.series.id = s->series_ids++;
	rc = put(s, &event);
	return rc ? rc : put_figures(s, event.series.id, r);
}

static enum sift_status
put_all_requests(struct summary *s)
{
	struct requests *total = &s->total;
	enum sift_status rc = SIFT_OK;

	drop_zeros(total);
	if (total->has_latency || total->figures.requests >= 0) {
		total->is_shown = true;
		rc = put_figures(s, SIFT_SERIES_TOTAL, total);
	}
	if (!rc && total->has_latency && !total->has_p99)
		rc = put_note(s, SIFT_SPAN("p(99) was not recorded"));
	for (size_t i = 0; i < s->keys.count && !rc; i++) {
		drop_zeros(&s->endpoints[i]);
		if (s->endpoints[i].is_shown)
			rc = put_requests(s, &s->endpoints[i]);
	}
	return rc;
}

/* ---- everything else ---- */

static enum sift_status
put_trend(struct summary *s, const struct sift_k6_stats *stats)
{
	struct requests r;

	init_requests(&r, s->parts->rounding);
	r.series.kind = SIFT_KIND_TREND;
	r.series.name = stats->text;
	r.series.unit_assumed = stats->is.unit_assumed;
	r.figures.requests = sift_json_get_count(stats->values, "count");
	sift_k6_stats_latency(stats, &r.figures.latency);
	return put_requests(s, &r);
}

/* The extremes of the VUs, at times nobody knows. */
static enum sift_status
put_users(struct summary *s, const struct sift_k6_stats *stats)
{
	struct sift_event event = {.kind = SIFT_EVENT_USERS};
	int64_t min = sift_json_get_count(stats->values, "min");
	int64_t max = sift_json_get_count(stats->values, "max");
	enum sift_status rc;

	if (max < 0)
		return SIFT_OK;
	event.users.time_ns = SIFT_INSTANT_NONE;
	event.users.users = max;
	rc = put(s, &event);
	if (rc || min < 0 || min == max)
		return rc;
	event.users.users = min;
	return put(s, &event);
}

static enum sift_status
put_metric(struct summary *s, const struct entry *entry)
{
	const struct sift_k6_stats *stats = &entry->stats;
	const struct requests *r = requests_of(s, entry->of);
	enum sift_status rc = SIFT_OK;

	if (r && r->is_shown)
		return SIFT_OK; /* it is among the figures */
	if (stats->is.role == SIFT_K6_TREND && !stats->sub.has_tags &&
	    !sift_k6_stats_is_zero(stats))
		return put_trend(s, stats);
	if (stats->is.role == SIFT_K6_USERS && !stats->sub.has_tags)
		rc = put_users(s, stats);
	return rc ? rc
		  : sift_k6_stats_put_metric(stats, s->metric_ids++, s->sink,
					     s->err);
}

static enum sift_status
put_entry(struct summary *s, const struct entry *entry)
{
	enum sift_status rc;

	if (!entry->is_metric)
		return put_skipped(s, "not a metric", 1, entry->value->key);
	s->used++;
	rc = put_metric(s, entry);
	return rc ? rc
		  : sift_k6_stats_put_thresholds(&entry->stats, s->sink,
						 s->err);
}

static enum sift_status
put_entries(struct summary *s)
{
	enum sift_status rc = SIFT_OK;

	for (size_t i = 0; i < s->entry_count && !rc; i++)
		rc = put_entry(s, &s->entries[i]);
	return rc;
}

/* ---- the document ---- */

static enum sift_status
put_duration(struct summary *s)
{
	struct sift_event event = {.kind = SIFT_EVENT_DURATION};
	double ms = s->parts->duration_ms;

	if (!(ms > 0 && ms < 1e12))
		return SIFT_OK;
	event.duration.duration_ns = (int64_t)llround(ms * 1e6);
	return put(s, &event);
}

static enum sift_status
put_document(struct summary *s)
{
	struct sift_event tool = {.kind = SIFT_EVENT_TOOL};
	struct sift_event records = {.kind = SIFT_EVENT_RECORDS};
	enum sift_status rc;

	tool.tool.name = SIFT_SPAN("k6");
	tool.tool.version = s->parts->version;
	rc = put(s, &tool);
	if (!rc)
		rc = put_duration(s);
	if (!rc)
		rc = collect(s);
	if (!rc)
		rc = put_all_requests(s);
	if (!rc)
		rc = put_entries(s);
	if (!rc)
		rc = sift_k6_checks_put(s->parts->group, s->sink, s->err);
	if (!rc)
		rc = put_skipped(s, "not finite", s->parts->nulled,
				 SIFT_SPAN(""));
	if (rc)
		return rc;
	records.records.used = s->used;
	return put(s, &records);
}

/* Some scripts store nothing but the metrics. */
static const struct sift_json *
find_metrics(const struct sift_json *root)
{
	const struct sift_json *metrics = sift_json_get(root, "metrics");
	const struct sift_json *entry = sift_json_members(root);

	if (sift_json_is(metrics, SIFT_JSON_OBJECT))
		return metrics;
	while (entry &&
	       !sift_json_is(sift_json_get(entry, "values"), SIFT_JSON_OBJECT))
		entry = entry->next;
	return entry ? root : NULL;
}

void
sift_k6_summary_of(const struct sift_json_doc *doc, struct sift_k6_summary *out)
{
	*out = (struct sift_k6_summary){
		.rounding = SIFT_ROUNDING_DOUBLE,
		.metrics = find_metrics(doc->root),
		.group = sift_json_get(doc->root, "root_group"),
		.duration_ms = sift_json_get_number(
			sift_json_get(doc->root, "state"), "testRunDurationMs"),
		.nulled = doc->nulled,
	};
}

enum sift_status
sift_k6_summary_put(const struct sift_k6_summary *summary,
		    const struct sift_sink *sink, struct sift_err *err)
{
	struct summary s = {.sink = sink, .err = err, .parts = summary};
	enum sift_status rc;

	init_requests(&s.total, summary->rounding);
	sift_table_init(&s.keys, MAX_ENDPOINTS);
	sift_buf_init(&s.key, 0);
	rc = sift_json_members(summary->metrics)
		     ? put_document(&s)
		     : sift_fail(err, SIFT_E_FORMAT,
				 "there are no metrics in the summary");
	sift_buf_release(&s.key);
	sift_table_release(&s.keys);
	sift_free(s.endpoints);
	sift_free(s.entries);
	return rc;
}

static enum sift_status
read_summary(struct sift_source *src, const struct sift_limits *limits,
	     const struct sift_sink *sink, struct sift_err *err)
{
	struct sift_k6_summary parts;
	struct sift_json_doc doc;
	enum sift_status rc;

	rc = sift_json_doc_load_records(&doc, src, limits, METRICS_DEPTH, err);
	if (rc)
		return rc;
	sift_k6_summary_of(&doc, &parts);
	rc = sift_k6_summary_put(&parts, sink, err);
	rc = sift_json_doc_end(&doc, rc, err);
	sift_json_doc_release(&doc);
	return rc;
}

static unsigned
bid_handle_summary(const struct sift_json *head, struct sift_span text,
		   bool whole)
{
	struct sift_k6_shape shape;

	(void)whole;
	sift_k6_shape_of(head, text, &shape);
	return shape.handle_summary;
}

static unsigned
bid_summary_export(const struct sift_json *head, struct sift_span text,
		   bool whole)
{
	struct sift_k6_shape shape;

	(void)whole;
	sift_k6_shape_of(head, text, &shape);
	return shape.summary_export;
}

const struct sift_format sift_format_k6_handle_summary = {
	.name = "k6 summary",
	.tool = "k6",
	.kind = SIFT_SOURCE_HANDLE_SUMMARY,
	.bid_json = bid_handle_summary,
	.most = 150,
	.read = read_summary,
};

const struct sift_format sift_format_k6_summary_export = {
	.name = "k6 summary export",
	.tool = "k6",
	.kind = SIFT_SOURCE_SUMMARY_EXPORT,
	.bid_json = bid_summary_export,
	.most = 150,
	.read = read_summary,
};
