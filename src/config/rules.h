/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_CONFIG_RULES_H
#define SIFT_CONFIG_RULES_H

/*
 * The rules by which runs are judged, and their default limits (DESIGN 4.6).
 * judge/ has a function per rule; loadsift.yaml may override the numbers.
 */

#include <stdbool.h>

#include <loadsift/document.h>

/* What a limit counts in; tells how loadsift.yaml may write it. */
enum sift_unit {
	SIFT_UNIT_MS,	 /* 150, 150ms, 1.5s */
	SIFT_UNIT_SHARE, /* 0.01, 1 % */
	SIFT_UNIT_RATIO, /* 5, 5x */
	SIFT_UNIT_NONE,	 /* the rule has no limit to set */
	SIFT_UNIT_COUNT
};

/*
 * id, name, class, unit, note over, warning over, critical over, judged from
 * so many requests per run. NAN = the rule has no such step.
 */
/* clang-format off */
#define SIFT_RULE_LIST(X) \
	X(LATENCY_P99, "latency.p99", LATENCY, MS, NAN, 300, 500, 100) \
	X(LATENCY_P95, "latency.p95", LATENCY, MS, NAN, 500, 1000, 20) \
	X(ERRORS_RATE, "errors.rate", ERRORS, SHARE, NAN, 0.001, 0.01, 0) \
	X(VARIANCE_STALLS, "variance.stalls", VARIANCE, RATIO, NAN, 5, NAN, 100) \
	X(VARIANCE_P95_TO_MEAN, "variance.p95-to-mean", VARIANCE, RATIO, NAN, 3, NAN, 20) \
	X(VARIANCE_MAX_TO_P99, "variance.max-to-p99", VARIANCE, RATIO, NAN, 2, NAN, 100) \
	X(TAIL_P99_TO_P95, "tail.p99-to-p95", VARIANCE, RATIO, 1.5, NAN, NAN, 100) \
	X(VARIANCE_BETWEEN_RUNS, "variance.between-runs", VARIANCE, SHARE, 0.15, 0.15, NAN, 0) \
	X(LOAD_GROWTH, "load.growth", LOAD, RATIO, NAN, 1.5, 5, 20) \
	X(LOAD_SATURATION, "load.saturation", LOAD, NONE, NAN, NAN, NAN, 0) \
	X(SERVICE_ERRORS, "service.errors", SERVICE, NONE, NAN, NAN, NAN, 20) \
	X(SERVICE_LATENCY, "service.latency", SERVICE, NONE, NAN, NAN, NAN, 20) \
	X(TARGET_P50, "target.p50", TARGET, NONE, NAN, NAN, NAN, 0) \
	X(TARGET_P95, "target.p95", TARGET, NONE, NAN, NAN, NAN, 0) \
	X(TARGET_P99, "target.p99", TARGET, NONE, NAN, NAN, NAN, 0) \
	X(TARGET_ERROR_RATE, "target.error-rate", TARGET, NONE, NAN, NAN, NAN, 0) \
	X(TARGET_RPS, "target.rps", TARGET, NONE, NAN, NAN, NAN, 0) \
	X(TEST_THRESHOLD, "test.threshold", TEST, NONE, NAN, NAN, NAN, 0) \
	X(TEST_WARM_UP, "test.warm-up", TEST, NONE, NAN, NAN, NAN, 0) \
	X(TEST_DRIFT, "test.drift", TEST, NONE, NAN, NAN, NAN, 0) \
	X(TEST_GENERATOR, "test.generator", TEST, NONE, NAN, NAN, NAN, 0) \
	X(TEST_OMISSION, "test.omission", TEST, NONE, NAN, NAN, NAN, 0) \
	X(TEST_LITTLE, "test.little", TEST, NONE, NAN, NAN, NAN, 0) \
	X(TEST_FEW_REQUESTS, "test.few-requests", TEST, NONE, NAN, NAN, NAN, 0)
/* clang-format on */

#define X(id, ...) SIFT_RULE_##id,
enum sift_rule { SIFT_RULE_LIST(X) SIFT_RULE_COUNT };
#undef X

struct sift_rule_limits {
	bool enabled;
	double note, warning, critical; /* NAN = no such step */
	unsigned min_requests;
	unsigned line; /* of loadsift.yaml that set it; 0 = default */
};

const char *sift_rule_name(enum sift_rule rule);
enum sift_class sift_rule_class(enum sift_rule rule);
enum sift_unit sift_rule_unit(enum sift_rule rule);
struct sift_rule_limits sift_rule_defaults(enum sift_rule rule);

#endif /* SIFT_CONFIG_RULES_H */
