/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_READ_K6_STATS_H
#define SIFT_READ_K6_STATS_H

/*
 * One metric of a k6 summary, in either of two shapes, and what can be taken
 * from it:
 *
 *	handleSummary   {"type", "contains", "values": {...}, "thresholds"}
 *	summary export  {...figures..., "thresholds"}, without type and unit
 */

#include <stdbool.h>
#include <stdint.h>

#include <loadsift/document.h>

#include "base/err.h"
#include "model/event.h"
#include "read/json_doc.h"
#include "read/k6_metric.h"
#include "read/k6_submetric.h"

struct sift_k6_stats {
	struct sift_span text; /* the metric's name as it stands, with tags */
	struct sift_k6_submetric sub;
	struct sift_k6_metric is;	    /* of sub.base */
	const struct sift_json *values;	    /* borrowed; its figures */
	const struct sift_json *thresholds; /* borrowed; may be NULL */
};

/* A member of the metrics; false when it is none. */
bool sift_k6_stats_parse(const struct sift_json *entry,
			 struct sift_k6_stats *out);

/* A rate's counts: k6's "passes" are the samples that were not 0, for
   http_req_failed thus the failures. -1 = not given. */
int64_t sift_k6_stats_nonzero(const struct sift_k6_stats *stats);
int64_t sift_k6_stats_zero(const struct sift_k6_stats *stats);

/* The share of a rate, by its counts where it has any (k6 0.26 always writes
   0); NAN if unknown, and without samples. */
double sift_k6_stats_rate(const struct sift_k6_stats *stats);

/* The latencies of a trend; what was not recorded stays as it is. */
void sift_k6_stats_latency(const struct sift_k6_stats *stats,
			   struct sift_latency *out);

/* Is there such a figure, perhaps without a value (null)? */
bool sift_k6_stats_has(const struct sift_k6_stats *stats, enum sift_stat stat);

/* Are all figures of a trend 0? k6 writes that also for one without
   samples. */
bool sift_k6_stats_is_zero(const struct sift_k6_stats *stats);

/* Put it as a metric with values. */
enum sift_status sift_k6_stats_put_metric(const struct sift_k6_stats *stats,
					  uint32_t id,
					  const struct sift_sink *sink,
					  struct sift_err *err) SIFT_MUST_CHECK;

/* Put the results of its thresholds. */
enum sift_status
sift_k6_stats_put_thresholds(const struct sift_k6_stats *stats,
			     const struct sift_sink *sink,
			     struct sift_err *err) SIFT_MUST_CHECK;

#endif /* SIFT_READ_K6_STATS_H */
