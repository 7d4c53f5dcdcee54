/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_MODEL_FIGURES_H
#define SIFT_MODEL_FIGURES_H

/*
 * Figures that a tool computed and printed, as read: doubles stay as they
 * are, absent is NAN or -1, never 0. With them goes how they were rounded
 * and how percentiles were defined, since a change of one rounding step is
 * no change.
 */

#include <math.h>
#include <stdint.h>

#include <loadsift/document.h>

/* How a tool rounds its percentiles. */
enum sift_rounding {
	SIFT_ROUNDING_UNKNOWN,
	SIFT_ROUNDING_NS,      /* exact nanoseconds (k6 samples) */
	SIFT_ROUNDING_DOUBLE,  /* computed doubles, printed in full (k6) */
	SIFT_ROUNDING_LOCUST,  /* two significant digits (formats/locust 3.2) */
	SIFT_ROUNDING_MS,      /* whole milliseconds */
	SIFT_ROUNDING_K6_TEXT, /* two decimals of µs, ms or s (formats/k6) */
	SIFT_ROUNDING_10NS,
	SIFT_ROUNDING_10US,
	SIFT_ROUNDING_10MS,
	SIFT_ROUNDING_COUNT
};

/* Percentiles that are not reported, but say how steep the others lie. */
#define SIFT_BETWEEN_LIST(X) X(P66, 66) X(P75, 75) X(P80, 80) X(P98, 98)
#define X(name, percent) SIFT_BETWEEN_##name,
enum sift_between { SIFT_BETWEEN_LIST(X) SIFT_BETWEEN_COUNT };
#undef X

struct sift_figures {
	int64_t requests; /* -1 = unknown */
	int64_t failures;
	double error_rate; /* only where failures are unknown; else NAN */
	double rps;
	struct sift_latency latency;
	const struct sift_latency *latency_ok; /* borrowed; NULL = unknown */
	double mean_bytes;		       /* of a response body */
	double between_ms[SIFT_BETWEEN_COUNT]; /* of `latency` */
	enum sift_rounding rounding;
	enum sift_percentiles percentiles;
};

extern const struct sift_figures sift_figures_unknown;
/* Everything unknown. */
static inline void
sift_figures_init(struct sift_figures *figures)
{
	*figures = sift_figures_unknown;
}
/* All NAN. */
void sift_latency_init(struct sift_latency *latency);

/* Figures that were reported, and the result that they are: it lies here once,
   and runs of the report point at it. */
struct sift_reported {
	struct sift_result result;
	double mean_bytes;
	float between_ms[SIFT_BETWEEN_COUNT]; /* exact for whole ms, as tools
						 give them, of 4 h at least */
	enum sift_rounding rounding;
};

/* Series number `i`, with its result: of `reported`, unless that is NULL and
   series have results of their own. */
static inline struct sift_series
sift_series_at(const struct sift_series *series, struct sift_reported *reported,
	       size_t i)
{
	struct sift_series one = series[i];

	if (reported)
		one.result = &reported[i].result;
	return one;
}

/* What the requests of a series took together; NAN for a trend, and where it
   is not known. */
static inline double
sift_series_spent_ms(const struct sift_series *series)
{
	const struct sift_result *result = series->result;

	return series->kind == SIFT_KIND_TREND || result->requests < 0
		       ? (double)NAN
		       : (double)result->requests *
				 result->latency.ms[SIFT_STAT_MEAN];
}

/*
 * The distance of neighbouring values of a rounding at `value_ms`, in ms: 10
 * for Locust's 240. NAN for SIFT_ROUNDING_UNKNOWN and for a NAN value.
 */
double sift_rounding_step_ms(enum sift_rounding rounding, double value_ms);

#endif /* SIFT_MODEL_FIGURES_H */
