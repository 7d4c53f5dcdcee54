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
guess_type(const json_t *values)
{
	if (json_object_get(values, "passes") ||
	    json_object_get(values, "fails"))
		return SIFT_METRIC_RATE;
	if (json_object_get(values, "rate"))
		return SIFT_METRIC_COUNTER;
	if (json_object_get(values, "value"))
		return SIFT_METRIC_GAUGE;
	return SIFT_METRIC_TREND;
}

bool
sift_k6_stats_parse(const char *name, const json_t *entry,
		    struct sift_k6_stats *out)
{
	const json_t *values = json_object_get(entry, "values");
	struct sift_span type =
		sift_json_doc_text(json_object_get(entry, "type"));
	struct sift_span unit =
		sift_json_doc_text(json_object_get(entry, "contains"));
	enum sift_metric_type told;

	if (!json_is_object(entry))
		return false;
	out->text = sift_span_str(name);
	sift_k6_submetric_parse(out->text, &out->sub);
	out->values = json_is_object(values) ? values : entry;
	out->thresholds = json_object_get(entry, "thresholds");
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
	return sift_json_doc_count(stats->values, "passes");
}

int64_t
sift_k6_stats_zero(const struct sift_k6_stats *stats)
{
	return sift_json_doc_count(stats->values, "fails");
}

double
sift_k6_stats_rate(const struct sift_k6_stats *stats)
{
	int64_t nonzero = sift_k6_stats_nonzero(stats);
	int64_t zero = sift_k6_stats_zero(stats);
	double rate = sift_json_doc_number(stats->values, "rate");

	if (nonzero >= 0 && zero >= 0)
		return nonzero + zero > 0
			       ? (double)nonzero / (double)(nonzero + zero)
			       : (double)NAN;
	return isnan(rate) ? sift_json_doc_number(stats->values, "value")
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
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)(uintptr_t)stats->values, key, value)
	{
		if (stat_of(sift_span_str(key)) == stat)
			return true;
	}
	return false;
}

void
sift_k6_stats_latency(const struct sift_k6_stats *stats,
		      struct sift_latency *out)
{
	const char *key;
	json_t *value;

	/* the cast: Jansson 2.14 iterates over what it calls not const */
	json_object_foreach((json_t *)(uintptr_t)stats->values, key, value)
	{
		enum sift_stat stat = stat_of(sift_span_str(key));

		if (stat != SIFT_STAT_COUNT && json_is_number(value))
			out->ms[stat] = json_number_value(value);
	}
}

bool
sift_k6_stats_is_zero(const struct sift_k6_stats *stats)
{
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)(uintptr_t)stats->values, key,
			    value) if (json_number_value(value) !=
				       0) return false;
	return true;
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
	enum sift_status rc;
	const char *key;
	json_t *value;

	event.metric.id = id;
	event.metric.type = stats->is.type;
	event.metric.name = stats->text;
	event.metric.unit = sift_k6_unit_text(stats->is.unit);
	rc = sift_sink_put(sink, &event, err);
	if (!rc && is_rate)
		rc = put_value(id, SIFT_SPAN("rate"), sift_k6_stats_rate(stats),
			       sink, err);
	json_object_foreach((json_t *)(uintptr_t)stats->values, key, value)
	{
		struct sift_span name = sift_span_str(key);

		if (rc)
			break;
		if (is_rate && (sift_span_equal(name, SIFT_SPAN("rate")) ||
				sift_span_equal(name, SIFT_SPAN("value"))))
			continue;
		if (json_is_number(value))
			rc = put_value(id, name, json_number_value(value), sink,
				       err);
	}
	return rc;
}

/* -1 when it is no result. In an export the bool stands for "was crossed",
   handleSummary has {"ok": bool}. */
static int
has_passed(const json_t *result)
{
	if (json_is_boolean(result))
		return json_is_false(result);
	result = json_object_get(result, "ok");
	return json_is_boolean(result) ? json_is_true(result) : -1;
}

enum sift_status
sift_k6_stats_put_thresholds(const struct sift_k6_stats *stats,
			     const struct sift_sink *sink, struct sift_err *err)
{
	struct sift_event event = {.kind = SIFT_EVENT_THRESHOLD};
	enum sift_status rc = SIFT_OK;
	const char *key;
	json_t *result;

	event.threshold.metric = stats->text;
	json_object_foreach((json_t *)(uintptr_t)stats->thresholds, key, result)
	{
		event.threshold.expression = sift_span_str(key);
		event.threshold.passed = has_passed(result);
		rc = sift_sink_put(sink, &event, err);
		if (rc)
			break;
	}
	return rc;
}
