/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

/*
 * From what a web dashboard's events said in the end to the source's events.
 */

#include "read/k6_dashboard_impl.h"

#include <math.h>

#include "base/instant.h"
#include "read/json_doc.h"
#include "read/k6_rebuild.h"

static enum sift_status
put(struct sift_k6_dashboard *d, const struct sift_event *event)
{
	return sift_sink_put(d->sink, event, d->err);
}

static double
total_of(const struct sift_k6_dashboard *d, struct sift_span name)
{
	for (size_t i = 0; i < d->metric_count; i++)
		if (sift_span_equal(d->metrics[i].name, name))
			return d->metrics[i].total;
	return NAN;
}

/*
 * A share was cut to five decimals. Up to 100 000 requests that leaves one
 * number of failures; -1 if it leaves another number of them.
 */
static int64_t
failures_of(double share, double requests)
{
	double least = ceil(share * requests - 1e-6);

	if (!(share >= 0 && share <= 1 && requests > 0 && requests < 1e5) ||
	    least / requests >= share + 1e-5 ||
	    (least + 1) / requests < share + 1e-5)
		return -1;
	return (int64_t)least;
}

static void
rebuild(const struct sift_k6_dashboard *d, struct sift_buf *json)
{
	double requests = total_of(d, SIFT_SPAN("http_reqs"));
	int64_t failures = failures_of(
		total_of(d, SIFT_SPAN("http_req_failed")), requests);
	struct sift_k6_figures failed = {.type = SIFT_METRIC_RATE};

	for (size_t i = 0; i < d->metric_count; i++) {
		const struct sift_k6_dashboard_metric *m = &d->metrics[i];
		struct sift_k6_figures count = {SIFT_METRIC_COUNTER, m->unit};

		if (m->type != SIFT_METRIC_COUNTER || m->total < 0 ||
		    m->total != floor(m->total))
			continue;
		sift_k6_figures_add(&count, SIFT_SPAN("count"), m->total);
		sift_k6_rebuild_add(json, m->name, &count);
	}
	if (failures < 0)
		return;
	sift_k6_figures_add(&failed, SIFT_SPAN("passes"), (double)failures);
	sift_k6_figures_add(&failed, SIFT_SPAN("fails"),
			    requests - (double)failures);
	sift_k6_rebuild_add(json, SIFT_SPAN("http_req_failed"), &failed);
}

static enum sift_status
put_counts(struct sift_k6_dashboard *d, const struct sift_limits *limits)
{
	struct sift_buf json;
	enum sift_status rc = SIFT_OK;

	sift_buf_init(&json, sift_json_doc_max(limits));
	rebuild(d, &json);
	if (json.len || sift_buf_status(&json))
		rc = sift_k6_rebuild_put(&json, limits, SIFT_ROUNDING_UNKNOWN,
					 d->sink, d->err);
	sift_buf_release(&json);
	return rc;
}

static enum sift_status
put_times(struct sift_k6_dashboard *d)
{
	struct sift_event time = {.kind = SIFT_EVENT_TIME};
	struct sift_event duration = {.kind = SIFT_EVENT_DURATION};
	enum sift_status rc;

	time.time.first_ns = d->start_ns;
	time.time.last_ns = d->stop_ns;
	if (d->start_ns == SIFT_INSTANT_NONE)
		return SIFT_OK;
	rc = put(d, &time);
	if (rc || d->stop_ns <= d->start_ns)
		return rc;
	duration.duration.duration_ns = d->stop_ns - d->start_ns;
	return put(d, &duration);
}

/* The dashboard has no sub-metrics but those of groups, and does not judge
   what it does not have. */
static enum sift_status
put_thresholds(struct sift_k6_dashboard *d)
{
	bool is_over = d->is_judged && d->stop_ns != SIFT_INSTANT_NONE;
	enum sift_status rc = SIFT_OK;

	for (uint32_t i = 0; i < d->keys.count && !rc; i++) {
		struct sift_event event = {.kind = SIFT_EVENT_THRESHOLD};
		struct sift_span key = sift_table_key(&d->keys, i);
		size_t n = sift_span_find_byte(key, '\0');

		event.threshold.metric = sift_span_head(key, n);
		event.threshold.expression = sift_span_from(key, n + 1);
		event.threshold.passed = -1;
		if (is_over &&
		    sift_table_find(&d->names, event.threshold.metric) !=
			    UINT32_MAX)
			event.threshold.passed =
				d->thresholds[i].failed != d->generation;
		rc = put(d, &event);
	}
	return rc;
}

enum sift_status
sift_k6_dashboard_put(struct sift_k6_dashboard *d,
		      const struct sift_limits *limits)
{
	struct sift_event note = {.kind = SIFT_EVENT_NOTE};
	struct sift_event records = {.kind = SIFT_EVENT_RECORDS};
	enum sift_status rc = put_counts(d, limits);

	note.note.text = SIFT_SPAN("k6's web dashboard keeps times in five "
				   "digits: only counts are taken from it");
	records.records.used = d->used;
	records.records.unused = d->unused;
	if (!rc)
		rc = put_times(d);
	if (!rc)
		rc = put_thresholds(d);
	if (!rc)
		rc = put(d, &note);
	if (!rc)
		rc = put(d, &records);
	if (!rc && !d->has_totals)
		return sift_fail(d->err, SIFT_E_FORMAT,
				 "no figures: k6 loses them where a metric "
				 "is infinite");
	if (!rc && d->stop_ns == SIFT_INSTANT_NONE)
		return sift_fail_at(d->err, SIFT_E_FORMAT, d->lines.number,
				    (int64_t)d->lines.offset,
				    "breaks off before the end of the test");
	return rc;
}
