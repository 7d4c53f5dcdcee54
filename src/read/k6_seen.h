/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_READ_K6_SEEN_H
#define SIFT_READ_K6_SEEN_H

/*
 * The metrics met in a file of k6 points. Those of a script are declared by a
 * line of the file, which may come late or never: their points wait for it,
 * within a bound; over it, and at the end, the metric is inferred.
 */

#include "read/k6_intake.h"

/* So many bytes of a name, with the quote behind it, are compared at once. */
#define SIFT_K6_WRITTEN 32

struct sift_k6_waiting_point;
struct sift_k6_seen {
	struct sift_span name; /* borrowed from the table */
	struct sift_k6_metric is;
	uint32_t id; /* of the series or metric; UINT32_MAX = not declared */
	struct sift_k6_waiting_point *points; /* owned; waiting */
	size_t count;
	size_t capacity;
	bool plain; /* its name is written as it is, without escapes */
	/* How it begins in a line, quote included, and which bits of that
	   count; odd: not like that, or longer. */
	uint64_t written[SIFT_K6_WRITTEN / 8];
	uint64_t counts[SIFT_K6_WRITTEN / 8];
	bool is_odd;
	/* The metrics that followed it last, and the last time it was another:
	   iterations end with one that mostly is amid them. */
	struct sift_k6_seen *next, *other;
};

/*
 * The metric of a raw name; borrowed from the intake. Returns
 * SIFT_OK; SIFT_END for a bad escape; SIFT_E_LIMIT, SIFT_E_NOMEM.
 */
enum sift_status sift_k6_seen_find(struct sift_k6_intake *intake,
				   struct sift_span raw,
				   struct sift_k6_seen **out) SIFT_MUST_CHECK;

/*
 * Put a point of a metric, of a trend, or let it wait. Return SIFT_OK,
 * SIFT_E_NOMEM, SIFT_E_LIMIT, a failure of the sink.
 */
enum sift_status sift_k6_seen_put_point(struct sift_k6_intake *intake,
					struct sift_k6_seen *metric,
					int64_t time_ns,
					int64_t value_micro) SIFT_MUST_CHECK;
enum sift_status sift_k6_seen_put_trend(struct sift_k6_intake *intake,
					struct sift_k6_seen *metric,
					int64_t time_ns,
					int64_t value_ns) SIFT_MUST_CHECK;
enum sift_status sift_k6_seen_wait(struct sift_k6_intake *intake,
				   struct sift_k6_seen *metric, int64_t time_ns,
				   int64_t value_micro) SIFT_MUST_CHECK;

/* A declaration: it holds unless the metric is known already. What waited
   goes on. */
enum sift_status sift_k6_seen_declare(struct sift_k6_intake *intake,
				      struct sift_k6_seen *metric,
				      enum sift_metric_type type,
				      enum sift_k6_unit unit) SIFT_MUST_CHECK;

/* Infer all metrics for whose declaration points wait. */
enum sift_status
sift_k6_seen_infer_all(struct sift_k6_intake *intake) SIFT_MUST_CHECK;

/* The ids of series of trends are void. */
void sift_k6_seen_forget(struct sift_k6_intake *intake);

void sift_k6_seen_release_all(struct sift_k6_intake *intake);

#endif /* SIFT_READ_K6_SEEN_H */
