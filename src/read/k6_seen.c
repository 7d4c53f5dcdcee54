/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "read/k6_seen.h"

#include <string.h>

#include "base/digits.h"
#include "base/mem.h"
#include "read/ndjson.h"

#define MAX_WAITING_POINTS (1u << 18)
#define NO_ID UINT32_MAX

struct sift_k6_waiting_point {
	int64_t time_ns;
	int64_t value_micro;
};

static void
free_metric(struct sift_k6_seen *metric)
{
	sift_free(metric->points);
	sift_free(metric);
}

void
sift_k6_seen_release_all(struct sift_k6_intake *p)
{
	for (size_t i = 0; i < p->metric_names.count; i++)
		free_metric(p->metrics[i]);
	sift_free(p->metrics);
	p->metrics = NULL;
	sift_table_release(&p->metric_names);
}

/* ---- finding ---- */

/* Is it written in a line just like this? */
static bool
is_plain(struct sift_span name)
{
	for (size_t i = 0; i < name.len; i++)
		if (strchr("\\\"\n", name.ptr[i])) /* NUL too; it has none */
			return false;
	return true;
}

static void
know_written(struct sift_k6_seen *metric)
{
	struct sift_span name = metric->name;
	char text[SIFT_K6_WRITTEN] = {0};
	char counts[SIFT_K6_WRITTEN] = {0};

	metric->is_odd =
		!metric->plain || !name.len || name.len >= sizeof(text);
	if (metric->is_odd)
		return;
	memcpy(text, name.ptr, name.len);
	text[name.len] = '"';
	memset(counts, 0xFF, name.len + 1);
	for (size_t i = 0; i < sizeof(text) / 8; i++) {
		metric->written[i] = sift_eight(text + 8 * i);
		metric->counts[i] = sift_eight(counts + 8 * i);
	}
}

static enum sift_status
add_metric(struct sift_k6_intake *p, struct sift_span name,
	   struct sift_k6_seen **out)
{
	struct sift_k6_seen *metric;
	uint32_t id;

	if (p->metric_names.count == SIFT_K6_METRICS)
		return sift_fail(p->err, SIFT_E_LIMIT, "more than %u metrics",
				 SIFT_K6_METRICS);
	metric = sift_calloc(1, sizeof(*metric));
	if (!metric ||
	    sift_array_grow((void **)&p->metrics, &p->metric_capacity,
			    p->metric_names.count + 1, sizeof(*p->metrics),
			    SIFT_K6_METRICS) ||
	    sift_table_intern(&p->metric_names, name, &id, NULL)) {
		sift_free(metric);
		return sift_fail(p->err, SIFT_E_NOMEM, "no memory for metrics");
	}
	p->metrics[id] = metric;
	metric->id = NO_ID;
	metric->name = sift_table_key(&p->metric_names, id);
	metric->plain = is_plain(name);
	know_written(metric);
	metric->next = metric;
	metric->other = metric;
	sift_k6_metric_builtin(name, &metric->is); /* else undecided */
	*out = metric;
	return SIFT_OK;
}

enum sift_status
sift_k6_seen_find(struct sift_k6_intake *p, struct sift_span raw,
		  struct sift_k6_seen **out)
{
	enum sift_status rc;
	uint32_t id = sift_table_find(&p->metric_names, raw);

	/* No name of k6's holds a backslash, so a raw one that is found is
	   the name itself. */
	if (id == UINT32_MAX) {
		rc = sift_ndjson_text(raw, &p->text[0], &raw, p->err);
		if (rc)
			return rc;
		id = sift_table_find(&p->metric_names, raw);
	}
	if (id == UINT32_MAX)
		return add_metric(p, raw, out);
	*out = p->metrics[id];
	return SIFT_OK;
}

/* ---- points ---- */

/* Tell the sink of a metric or trend before its first point. */
static enum sift_status
tell(struct sift_k6_intake *p, struct sift_k6_seen *metric)
{
	struct sift_event event = {.kind = SIFT_EVENT_METRIC};
	struct sift_ev_series series = {.kind = SIFT_KIND_TREND};

	if (metric->is.role == SIFT_K6_TREND) {
		series.name = metric->name;
		series.unit_assumed = metric->is.unit_assumed;
		return sift_k6_names_series(&p->names, &series, &metric->id,
					    p->err);
	}
	metric->id = p->metric_ids++;
	event.metric.id = metric->id;
	event.metric.type = metric->is.type;
	event.metric.name = metric->name;
	event.metric.unit = sift_k6_unit_text(metric->is.unit);
	return sift_sink_put(p->sink, &event, p->err);
}

enum sift_status
sift_k6_seen_put_point(struct sift_k6_intake *p, struct sift_k6_seen *metric,
		       int64_t time_ns, int64_t value_micro)
{
	struct sift_event event = {.kind = SIFT_EVENT_POINT};
	enum sift_status rc = metric->id == NO_ID ? tell(p, metric) : SIFT_OK;

	if (rc)
		return rc;
	event.point.metric = metric->id;
	event.point.time_ns = time_ns;
	event.point.value_micro = value_micro;
	p->used++;
	return sift_sink_put(p->sink, &event, p->err);
}

enum sift_status
sift_k6_seen_put_trend(struct sift_k6_intake *p, struct sift_k6_seen *metric,
		       int64_t time_ns, int64_t value_ns)
{
	enum sift_status rc = metric->id == NO_ID ? tell(p, metric) : SIFT_OK;

	if (rc)
		return rc;
	if (value_ns < 0)
		return sift_k6_intake_skip(p, "negative time");
	return sift_k6_intake_put_sample(p, metric->id, SIFT_OUTCOME_UNKNOWN,
					 time_ns, value_ns);
}

/* Of a metric whose role is known by now. */
static enum sift_status
put_decided(struct sift_k6_intake *p, struct sift_k6_seen *metric,
	    int64_t time_ns, int64_t value_micro)
{
	if (metric->is.role == SIFT_K6_TREND)
		return sift_k6_seen_put_trend(p, metric, time_ns, value_micro);
	return sift_k6_seen_put_point(p, metric, time_ns, value_micro);
}

enum sift_status
sift_k6_seen_wait(struct sift_k6_intake *p, struct sift_k6_seen *metric,
		  int64_t time_ns, int64_t value_micro)
{
	if (p->undecided == MAX_WAITING_POINTS) {
		enum sift_status rc = sift_k6_seen_infer_all(p);

		if (rc)
			return rc;
		p->piece->doubts |= SIFT_DOUBT_WHOLE;
		if (metric->is.role != SIFT_K6_UNDECIDED)
			return put_decided(p, metric, time_ns, value_micro);
	}
	if (sift_array_grow((void **)&metric->points, &metric->capacity,
			    metric->count + 1, sizeof(*metric->points),
			    MAX_WAITING_POINTS))
		return sift_fail(p->err, SIFT_E_NOMEM, "no memory for points");
	metric->points[metric->count].time_ns = time_ns;
	metric->points[metric->count].value_micro = value_micro;
	metric->count++;
	p->undecided++;
	return SIFT_OK;
}

/* ---- roles that become known ---- */

/* Let the points that waited go on. */
static enum sift_status
release_points(struct sift_k6_intake *p, struct sift_k6_seen *metric)
{
	enum sift_status rc = SIFT_OK;

	for (size_t i = 0; i < metric->count && !rc; i++) {
		const struct sift_k6_waiting_point *at = &metric->points[i];

		rc = put_decided(p, metric, at->time_ns, at->value_micro);
	}
	p->undecided -= metric->count;
	sift_free(metric->points);
	metric->points = NULL;
	metric->count = 0;
	metric->capacity = 0;
	return rc;
}

enum sift_status
sift_k6_seen_declare(struct sift_k6_intake *p, struct sift_k6_seen *metric,
		     enum sift_metric_type type, enum sift_k6_unit unit)
{
	if (metric->is.role != SIFT_K6_UNDECIDED)
		return SIFT_OK;
	sift_k6_metric_custom(metric->name, type, unit, &metric->is);
	return release_points(p, metric);
}

/*
 * What a metric without a declaration may be (a file that was cut apart).
 * By its name it measures time, or by its values it is a rate (0 and 1), a
 * counter (nothing but 1), else a trend.
 */
static void
infer(struct sift_k6_seen *metric)
{
	size_t ones = 0;
	size_t zeros = 0;

	sift_k6_metric_custom(metric->name, SIFT_METRIC_TREND,
			      SIFT_K6_UNIT_DEFAULT, &metric->is);
	if (metric->is.role == SIFT_K6_TREND)
		return;
	for (size_t i = 0; i < metric->count; i++) {
		ones += metric->points[i].value_micro == 1000000;
		zeros += metric->points[i].value_micro == 0;
	}
	if (ones == metric->count)
		metric->is.type = SIFT_METRIC_COUNTER;
	else if (ones + zeros == metric->count)
		metric->is.type = SIFT_METRIC_RATE;
}

enum sift_status
sift_k6_seen_infer_all(struct sift_k6_intake *p)
{
	enum sift_status rc = SIFT_OK;

	for (size_t i = 0; i < p->metric_names.count && !rc; i++) {
		struct sift_k6_seen *metric = p->metrics[i];

		if (metric->is.role != SIFT_K6_UNDECIDED || !metric->count)
			continue;
		infer(metric);
		rc = release_points(p, metric);
	}
	return rc;
}

void
sift_k6_seen_forget(struct sift_k6_intake *p)
{
	for (size_t i = 0; i < p->metric_names.count; i++)
		if (p->metrics[i]->is.role == SIFT_K6_TREND)
			p->metrics[i]->id = NO_ID;
}
