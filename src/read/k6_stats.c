/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "read/k6_stats.h"

#include <math.h>

#include "base/num.h"
#include "read/json_doc.h"

/*
 * The type of a metric that does not tell: a rate has counts of its own, a
 * counter a rate, a gauge a value. A trend has none of these; its "count",
 * where asked for, stands without a "rate".
 */
static enum sift_metric_type
guess_type(const struct sift_json *values)
{
	if (sift_json_get(values, "passes") || sift_json_get(values, "fails"))
		return SIFT_METRIC_RATE;
	if (sift_json_get(values, "rate"))
		return SIFT_METRIC_COUNTER;
	if (sift_json_get(values, "value"))
		return SIFT_METRIC_GAUGE;
	return SIFT_METRIC_TREND;
}

bool
sift_k6_stats_parse(const struct sift_json *entry, struct sift_k6_stats *out)
{
	const struct sift_json *values = sift_json_get(entry, "values");
	struct sift_span type = sift_json_text(sift_json_get(entry, "type"));
	struct sift_span unit =
		sift_json_text(sift_json_get(entry, "contains"));
	enum sift_metric_type told;

	if (!sift_json_is(entry, SIFT_JSON_OBJECT))
		return false;
	out->text = entry->key;
	sift_k6_submetric_parse(out->text, &out->sub);
	out->values = sift_json_is(values, SIFT_JSON_OBJECT) ? values : entry;
	out->thresholds = sift_json_get(entry, "thresholds");
	if (sift_k6_metric_builtin(out->sub.base, &out->is))
		return true;
	if (!sift_k6_metric_type(type, &told))
		told = guess_type(out->values);
	sift_k6_metric_custom(out->sub.base, told, sift_k6_metric_unit(unit),
			      &out->is);
	return true;
}

int64_t
sift_k6_stats_nonzero(const struct sift_k6_stats *stats)
{
	return sift_json_get_count(stats->values, "passes");
}

int64_t
sift_k6_stats_zero(const struct sift_k6_stats *stats)
{
	return sift_json_get_count(stats->values, "fails");
}

double
sift_k6_stats_rate(const struct sift_k6_stats *stats)
{
	int64_t nonzero = sift_k6_stats_nonzero(stats);
	int64_t zero = sift_k6_stats_zero(stats);
	double rate = sift_json_get_number(stats->values, "rate");

	if (nonzero >= 0 && zero >= 0)
		return nonzero + zero > 0
			       ? (double)nonzero / (double)(nonzero + zero)
			       : (double)NAN;
	return isnan(rate) ? sift_json_get_number(stats->values, "value")
			   : rate;
}

/* ---- trends ---- */

static const struct {
	struct sift_span key;
	enum sift_stat stat;
} plain_stats[] = {
	{SIFT_SPAN_INIT("avg"), SIFT_STAT_MEAN},
	{SIFT_SPAN_INIT("min"), SIFT_STAT_MIN},
	{SIFT_SPAN_INIT("med"), SIFT_STAT_P50},
	{SIFT_SPAN_INIT("max"), SIFT_STAT_MAX},
	/* as k6 writes them unless told otherwise */
	{SIFT_SPAN_INIT("p(90)"), SIFT_STAT_P90},
	{SIFT_SPAN_INIT("p(95)"), SIFT_STAT_P95},
	{SIFT_SPAN_INIT("p(99)"), SIFT_STAT_P99},
};

static const struct {
	double percent;
	enum sift_stat stat;
} percentiles[] = {
	{50, SIFT_STAT_P50}, {90, SIFT_STAT_P90},    {95, SIFT_STAT_P95},
	{99, SIFT_STAT_P99}, {99.9, SIFT_STAT_P999},
};

/* The N of p(N); k6 keeps its text as typed, "p(99.90)". */
static bool
parse_percentile(struct sift_span key, double *out)
{
	return sift_span_starts(key, SIFT_SPAN("p(")) &&
	       sift_span_ends(key, SIFT_SPAN(")")) && key.len > 3 &&
	       sift_parse_double(sift_span_of(key.ptr + 2, key.len - 3), out);
}

/* Which figure a key is; SIFT_STAT_COUNT for none of ours. */
static enum sift_stat
stat_of(struct sift_span key)
{
	double percent;

	for (size_t i = 0; i < sizeof(plain_stats) / sizeof(plain_stats[0]);
	     i++)
		if (sift_span_equal(key, plain_stats[i].key))
			return plain_stats[i].stat;
	if (!parse_percentile(key, &percent))
		return SIFT_STAT_COUNT;
	for (size_t i = 0; i < sizeof(percentiles) / sizeof(percentiles[0]);
	     i++)
		if (fabs(percent - percentiles[i].percent) < 1e-9)
			return percentiles[i].stat;
	return SIFT_STAT_COUNT;
}

bool
sift_k6_stats_has(const struct sift_k6_stats *stats, enum sift_stat stat)
{
	const struct sift_json *value = sift_json_members(stats->values);

	while (value && stat_of(value->key) != stat)
		value = value->next;
	return value != NULL;
}

/*
 * k6 starts a maximum at 0 (a gauge's up to 2.0, a trend's up to 0.40), so that
 * of nothing but negative values it is 0. That cannot be told from a true 0.
 */
static bool
is_doubtful(const struct sift_k6_stats *stats, const struct sift_json *value)
{
	const char *now = stats->is.type == SIFT_METRIC_GAUGE ? "value" : "avg";

	return value->kind == SIFT_JSON_NUMBER && value->number == 0 &&
	       sift_span_equal(value->key, SIFT_SPAN("max")) &&
	       sift_json_get_number(stats->values, now) < 0;
}

void
sift_k6_stats_latency(const struct sift_k6_stats *stats,
		      struct sift_latency *out)
{
	for (const struct sift_json *value = sift_json_members(stats->values);
	     value; value = value->next) {
		enum sift_stat stat = stat_of(value->key);

		if (stat != SIFT_STAT_COUNT &&
		    value->kind == SIFT_JSON_NUMBER &&
		    !is_doubtful(stats, value))
			out->ms[stat] = value->number;
	}
}

bool
sift_k6_stats_is_zero(const struct sift_k6_stats *stats)
{
	const struct sift_json *value = sift_json_members(stats->values);

	while (value && sift_json_double(value, 0) == 0)
		value = value->next;
	return !value;
}

/* ---- events ---- */

static enum sift_status
put_value(uint32_t id, struct sift_span name, double value,
	  const struct sift_sink *sink, struct sift_err *err)
{
	struct sift_event event = {.kind = SIFT_EVENT_VALUE};

	event.value.metric = id;
	event.value.name = name;
	event.value.value = value;
	return isfinite(value) ? sift_sink_put(sink, &event, err) : SIFT_OK;
}

enum sift_status
sift_k6_stats_put_metric(const struct sift_k6_stats *stats, uint32_t id,
			 const struct sift_sink *sink, struct sift_err *err)
{
	struct sift_event event = {.kind = SIFT_EVENT_METRIC};
	bool is_rate = stats->is.type == SIFT_METRIC_RATE;
	const struct sift_json *value = sift_json_members(stats->values);
	enum sift_status rc;

	event.metric.id = id;
	event.metric.type = stats->is.type;
	event.metric.name = stats->text;
	event.metric.unit = sift_k6_unit_text(stats->is.unit);
	rc = sift_sink_put(sink, &event, err);
	if (!rc && is_rate)
		rc = put_value(id, SIFT_SPAN("rate"), sift_k6_stats_rate(stats),
			       sink, err);
	for (; value && !rc; value = value->next) {
		if (is_rate &&
		    (sift_span_equal(value->key, SIFT_SPAN("rate")) ||
		     sift_span_equal(value->key, SIFT_SPAN("value"))))
			continue;
		if (value->kind == SIFT_JSON_NUMBER &&
		    !is_doubtful(stats, value))
			rc = put_value(id, value->key, value->number, sink,
				       err);
	}
	return rc;
}

static bool
is_boolean(const struct sift_json *value)
{
	return sift_json_is(value, SIFT_JSON_TRUE) ||
	       sift_json_is(value, SIFT_JSON_FALSE);
}

/* -1 when it is no result. In an export the bool stands for "was crossed",
   handleSummary has {"ok": bool}. */
static int
has_passed(const struct sift_json *result)
{
	if (is_boolean(result))
		return result->kind == SIFT_JSON_FALSE;
	result = sift_json_get(result, "ok");
	return is_boolean(result) ? result->kind == SIFT_JSON_TRUE : -1;
}

enum sift_status
sift_k6_stats_put_thresholds(const struct sift_k6_stats *stats,
			     const struct sift_sink *sink, struct sift_err *err)
{
	struct sift_event event = {.kind = SIFT_EVENT_THRESHOLD};
	enum sift_status rc = SIFT_OK;
	const struct sift_json *result = sift_json_members(stats->thresholds);

	event.threshold.metric = stats->text;
	for (; result; result = result->next) {
		event.threshold.expression = result->key;
		event.threshold.passed = has_passed(result);
		rc = sift_sink_put(sink, &event, err);
		if (rc)
			break;
	}
	return rc;
}
