/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_READ_K6_DASHBOARD_IMPL_H
#define SIFT_READ_K6_DASHBOARD_IMPL_H

/*
 * What is known of a web dashboard's events while they are read.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <loadsift/loadsift.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/table.h"
#include "input/lines.h"
#include "model/event.h"
#include "read/k6_metric.h"

#define SIFT_K6_DASHBOARD_NAMES 100000u

struct sift_k6_dashboard_metric {
	struct sift_span name; /* in the table of names */
	enum sift_metric_type type;
	enum sift_k6_unit unit;
	double total; /* first of the cumulative values; NAN = none */
};

/* "metric\0expression"; failing while `failed` is the generation. */
struct sift_k6_dashboard_threshold {
	uint64_t failed;
};

struct sift_k6_dashboard {
	const struct sift_sink *sink;
	struct sift_err *err;
	struct sift_lines lines;
	struct sift_table names;
	struct sift_k6_dashboard_metric *metrics; /* owned, by name */
	size_t metric_count, metric_capacity;
	struct sift_table keys;
	struct sift_k6_dashboard_threshold *thresholds; /* owned, by key */
	size_t threshold_capacity;
	uint64_t generation; /* of what is failing */
	bool is_judged;	     /* nothing came after the last judgement */
	int64_t judged_ns;   /* the period it was of; 0 = not known */
	bool has_totals;
	int64_t start_ns, stop_ns; /* SIFT_INSTANT_NONE = not told */
	struct sift_buf text, key; /* scratch */
	uint64_t used, unused;
};

/*
 * Put counts, times and thresholds. Returns as sift_k6_dashboard_read().
 */
enum sift_status
sift_k6_dashboard_put(struct sift_k6_dashboard *d,
		      const struct sift_limits *limits) SIFT_MUST_CHECK;

#endif /* SIFT_READ_K6_DASHBOARD_IMPL_H */
