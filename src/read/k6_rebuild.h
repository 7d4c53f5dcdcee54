/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_READ_K6_REBUILD_H
#define SIFT_READ_K6_REBUILD_H

/*
 * Metrics that k6 wrote in some other form, brought back into the shape of
 * handleSummary()'s data, to be put as such (k6_summary.h).
 */

#include "base/buf.h"
#include "base/span.h"
#include "model/event.h"
#include "read/k6_metric.h"
#include "read/k6_summary.h"

#define SIFT_K6_FIGURES 32

struct sift_k6_figures {
	enum sift_metric_type type;
	enum sift_k6_unit unit;
	size_t count;
	/* named as in handleSummary()'s data; times in ms */
	struct {
		struct sift_span name; /* borrowed, or static */
		double value;	       /* may be not finite: left out */
	} figures[SIFT_K6_FIGURES];
};

void sift_k6_figures_add(struct sift_k6_figures *figures, struct sift_span name,
			 double value);

/* Add a metric to what was added to `json` before; `name` has its tags. */
void sift_k6_rebuild_add(struct sift_buf *json, struct sift_span name,
			 const struct sift_k6_figures *figures);

/* Put what was added. Returns as sift_k6_summary_put(). */
enum sift_status sift_k6_rebuild_put(const struct sift_buf *json,
				     const struct sift_limits *limits,
				     enum sift_rounding rounding,
				     const struct sift_sink *sink,
				     struct sift_err *err) SIFT_MUST_CHECK;

#endif /* SIFT_READ_K6_REBUILD_H */
