/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a metric that is no latency series comes to. */

#include <config.h>

#include "digest/block.h"

#include "base/num.h"
#include "digest/block_build.h"
#include "digest/latency.h"

static void
add_value(struct sift_metric *out, const char *name, double value)
{
	out->values[out->value_count].name = name;
	out->values[out->value_count].value = value;
	out->value_count++;
}

static double
from_micro(int64_t micro)
{
	return (double)micro / 1e6;
}

static void
counter_values(const struct sift_block *block,
	       const struct sift_block_metric *m, struct sift_metric *out)
{
	double sum = sift_ratio_i128(m->sum_micro, 1) / 1e6;

	add_value(out, "sum", sum);
	add_value(out, "rate", sum / sift_block_seconds(block));
}

static void
gauge_values(const struct sift_block_metric *m, struct sift_metric *out)
{
	add_value(out, "value", from_micro(m->last_micro));
	add_value(out, "min", from_micro(m->min_micro));
	add_value(out, "max", from_micro(m->max_micro));
}

static void
rate_values(const struct sift_block_metric *m, struct sift_metric *out)
{
	add_value(out, "passes", (double)m->nonzero);
	add_value(out, "fails", (double)(m->points - m->nonzero));
	add_value(out, "rate", (double)m->nonzero / (double)m->points);
}

static enum sift_status
trend_values(const struct sift_block_metric *m, struct sift_metric *out,
	     struct sift_err *err)
{
	static const struct {
		const char *name;
		enum sift_stat stat;
	} stats[] = {
		{"avg", SIFT_STAT_MEAN}, {"min", SIFT_STAT_MIN},
		{"med", SIFT_STAT_P50},	 {"p90", SIFT_STAT_P90},
		{"p95", SIFT_STAT_P95},	 {"p99", SIFT_STAT_P99},
		{"max", SIFT_STAT_MAX},
	};
	const struct sift_samples *const sets[] = {m->samples};
	struct sift_latency latency;
	enum sift_status rc =
		sift_samples_latency(sets, m->samples != NULL, &latency, err);

	if (rc)
		return rc;
	add_value(out, "count", (double)m->points);
	for (size_t i = 0; i < sizeof(stats) / sizeof(stats[0]); i++)
		add_value(out, stats[i].name, latency.ms[stats[i].stat]);
	return SIFT_OK;
}

static enum sift_status
computed_values(const struct sift_block *block,
		const struct sift_block_metric *m, struct sift_metric *out,
		struct sift_err *err)
{
	switch (m->type) {
	case SIFT_METRIC_COUNTER:
		counter_values(block, m, out);
		return SIFT_OK;
	case SIFT_METRIC_GAUGE:
		gauge_values(m, out);
		return SIFT_OK;
	case SIFT_METRIC_RATE:
		rate_values(m, out);
		return SIFT_OK;
	case SIFT_METRIC_TREND:
		return trend_values(m, out, err);
	case SIFT_METRIC_TYPE_COUNT:
		break;
	}
	return SIFT_OK;
}

#define COMPUTED_MAX 8 /* a trend's */

enum sift_status
sift_block_metric_values(const struct sift_block *block,
			 const struct sift_block_metric *m,
			 struct sift_arena *arena, struct sift_metric *out,
			 struct sift_err *err)
{
	*out = (struct sift_metric){
		.name = m->name,
		.type = sift_metric_type_name(m->type),
		.unit = m->unit,
		.values = m->values,
		.value_count = m->value_count,
	};
	if (m->value_count > 0 || m->points == 0)
		return SIFT_OK;
	out->values =
		sift_arena_array(arena, COMPUTED_MAX, sizeof(*out->values));
	if (!out->values)
		return sift_fail(err, SIFT_E_NOMEM, "no memory for a metric");
	return computed_values(block, m, out, err);
}
