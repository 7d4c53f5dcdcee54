/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_READ_K6_METRIC_H
#define SIFT_READ_K6_METRIC_H

/*
 * What each k6 metric is to loadsift: the built-in ones by a table, those of
 * a script by their declared type, unit and name (docs/formats/k6.md).
 */

#include <stdbool.h>

#include "base/span.h"
#include "model/event.h"

enum sift_k6_role {
	SIFT_K6_UNDECIDED,	/* of a script, its declaration not seen yet */
	SIFT_K6_UNUSED,		/* parts of a request, bytes, iterations */
	SIFT_K6_HTTP,		/* a request per point */
	SIFT_K6_HTTP_FAILED,	/* the verdict on a request */
	SIFT_K6_BROWSER,	/* a browser's request */
	SIFT_K6_BROWSER_FAILED, /* the verdict on it */
	SIFT_K6_GRPC,		/* a call per point */
	SIFT_K6_WS_CONNECTING,	/* a WebSocket handshake per point */
	SIFT_K6_TREND,		/* a series of times of its own */
	SIFT_K6_METRIC,		/* a metric that is no latency */
	SIFT_K6_USERS,		/* vus */
	SIFT_K6_CHECKS,
	SIFT_K6_ROLE_COUNT
};

/* The unit k6 declares as "contains". */
enum sift_k6_unit {
	SIFT_K6_UNIT_DEFAULT, /* not known */
	SIFT_K6_UNIT_TIME,    /* ms */
	SIFT_K6_UNIT_DATA     /* bytes */
};

struct sift_k6_metric {
	enum sift_k6_role role;
	enum sift_metric_type type;
	enum sift_k6_unit unit;
	bool unit_assumed; /* of a TREND: taken as ms by its name */
};

/* A built-in metric; false for one of a script. */
bool sift_k6_metric_builtin(struct sift_span name, struct sift_k6_metric *out);

/* "counter", "gauge", "rate", "trend"; false for anything else. */
bool sift_k6_metric_type(struct sift_span word, enum sift_metric_type *out);

/* "time", "data"; anything else is DEFAULT. */
enum sift_k6_unit sift_k6_metric_unit(struct sift_span word);

/* "ms", "bytes" or empty. */
struct sift_span sift_k6_unit_text(enum sift_k6_unit unit);

/*
 * A script's metric of a known type: TREND when it measures time, by its unit
 * or, with the default unit, by a name that ends in _latency, _duration, _time
 * or _ms; else METRIC.
 */
void sift_k6_metric_custom(struct sift_span name, enum sift_metric_type type,
			   enum sift_k6_unit unit, struct sift_k6_metric *out);

#endif /* SIFT_READ_K6_METRIC_H */
