/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_MODEL_EVENT_H
#define SIFT_MODEL_EVENT_H

/*
 * What a reader says about a source: a stream of events into a sink. This is
 * all that reading and digesting know of each other.
 *
 * Text in an event is borrowed: it is valid until put() returns. It is valid
 * UTF-8 (a reader repairs it), with escapes of the format undone. Events
 * may come in any order but for one rule: a series or metric is declared
 * before its first sample, figure or point.
 */

#include <stdint.h>

#include "base/err.h"
#include "base/span.h"
#include "model/figures.h"

/* The id of the series of all requests of the run together; not declared. */
#define SIFT_SERIES_TOTAL UINT32_MAX

enum sift_outcome {
	SIFT_OUTCOME_OK,
	SIFT_OUTCOME_FAILED,
	SIFT_OUTCOME_UNKNOWN, /* the source does not say of this request */
	SIFT_OUTCOME_COUNT
};

enum sift_metric_type {
	SIFT_METRIC_COUNTER,
	SIFT_METRIC_GAUGE,
	SIFT_METRIC_RATE,
	SIFT_METRIC_TREND,
	SIFT_METRIC_TYPE_COUNT
};

/* "counter", …; a static string. */
const char *sift_metric_type_name(enum sift_metric_type type);

/* The tool that made the source, and its version where the source tells. */
struct sift_ev_tool {
	struct sift_span name;	  /* k6, locust, collector */
	struct sift_span version; /* empty = unknown */
	struct sift_span host;	  /* that was tested, with its port; likewise */
};

/* The time range the source covers; SIFT_INSTANT_NONE where unknown. Ranges
   of several events are united. Samples need none: the sink sees theirs. */
struct sift_ev_time {
	int64_t first_ns;
	int64_t last_ns;
};

/* A start time without zone, as the source writes it. */
struct sift_ev_local_time {
	struct sift_span text;
};

/* How long the run took, as stated by the source. */
struct sift_ev_duration {
	int64_t duration_ns;
};

/* When in a run requests are made: before and after the test proper some tools
   run code once. */
enum sift_phase { SIFT_PHASE_TEST, SIFT_PHASE_SETUP, SIFT_PHASE_TEARDOWN };

/* An endpoint or a custom time trend; `id` is the reader's, dense from 0. */
struct sift_ev_series {
	uint32_t id;
	enum sift_kind kind;
	enum sift_phase phase;	 /* TEST too where the source does not tell */
	struct sift_span method; /* empty = none */
	struct sift_span name;
	struct sift_span original; /* what a rule made that name of; empty = it
				      is the source's */
	int unit_assumed;	   /* 1: a trend taken as ms by its name */
	const struct sift_figures *figures; /* as in an event of theirs that
					       follows; NULL = none so far */
};

/* One request. 64-bit nanoseconds throughout. */
struct sift_ev_sample {
	uint32_t series;
	enum sift_outcome outcome;
	int64_t time_ns; /* end of the request; SIFT_INSTANT_NONE = unknown */
	int64_t value_ns;
};

/* Failures known by count only, beside samples of unknown outcome. */
struct sift_ev_failed {
	uint32_t series;
	uint64_t count;
};

/* Reported figures of a series or of SIFT_SERIES_TOTAL. A second event for
   the same series within a source replaces the first. */
struct sift_ev_figures {
	uint32_t series;
	const struct sift_figures *figures;
};

/* How many requests of a series took so long, by a tool's own histogram;
   counts of several events add up. */
struct sift_ev_tally {
	uint32_t series;
	double value_ms; /* finite */
	uint64_t count;
};

/* Users or VUs at a time; SIFT_INSTANT_NONE = at some time of the run (the
   extremes a summary gives). */
struct sift_ev_users {
	int64_t time_ns;
	int64_t users;
};

/* Cumulative totals of the run at a time (a Locust history row); -1 = not
   given. A falling total means a reset. */
struct sift_ev_progress {
	int64_t time_ns;
	int64_t users;
	int64_t requests;
	int64_t failures;
	int64_t spent_us; /* on all these requests: their mean times number */
};

/* A metric that is no latency series; `id` is dense from 0, apart from the
   ids of series. */
struct sift_ev_metric {
	uint32_t id;
	enum sift_metric_type type;
	struct sift_span name;
	struct sift_span unit; /* ms, bytes; empty = none or unknown */
};

/* One point of a metric, in millionths. */
struct sift_ev_point {
	uint32_t metric;
	int64_t time_ns;
	int64_t value_micro;
};

/* A reported value of a metric, e.g. its "rate" or "p(95)". */
struct sift_ev_value {
	uint32_t metric;
	struct sift_span name;
	double value;
};

/* Results of a check; counts of several events add up. */
struct sift_ev_check {
	struct sift_span name;
	uint64_t passes;
	uint64_t fails;
};

struct sift_ev_threshold {
	struct sift_span metric; /* with its tags */
	struct sift_span expression;
	int passed; /* 1, 0, -1 = definition only */
};

/* Failures of one text; counts add up. `count` 0 is allowed. */
struct sift_ev_failure {
	struct sift_span method;
	struct sift_span name; /* of the endpoint */
	struct sift_span text;
	uint64_t count;
	enum sift_phase phase; /* of its series */
};

/* Something the report should say of the run, one line, no full stop. */
struct sift_ev_note {
	struct sift_span text;
};

/* Bad records: counted, skipped, reading goes on. */
struct sift_ev_skipped {
	const char *kind; /* few distinct texts, static: "not a number" */
	uint64_t count;
	uint64_t line;		 /* 0 = unknown */
	int64_t offset;		 /* -1 = unknown */
	struct sift_span sample; /* what stood there, raw */
};

/* Good records: those that entered events, those of a kind not needed. */
struct sift_ev_records {
	uint64_t used;
	uint64_t unused;
};

enum sift_event_kind {
	SIFT_EVENT_TOOL,
	SIFT_EVENT_TIME,
	SIFT_EVENT_LOCAL_TIME,
	SIFT_EVENT_DURATION,
	SIFT_EVENT_SERIES,
	SIFT_EVENT_FORGET, /* no payload: ids of series told so far mean
			      nothing from now on; what comes of a series
			      after that is told under a new one */
	SIFT_EVENT_SAMPLE,
	SIFT_EVENT_FAILED,
	SIFT_EVENT_FIGURES,
	SIFT_EVENT_TALLY,
	SIFT_EVENT_USERS,
	SIFT_EVENT_PROGRESS,
	SIFT_EVENT_METRIC,
	SIFT_EVENT_POINT,
	SIFT_EVENT_VALUE,
	SIFT_EVENT_CHECK,
	SIFT_EVENT_THRESHOLD,
	SIFT_EVENT_FAILURE,
	SIFT_EVENT_NOTE,
	SIFT_EVENT_SKIPPED,
	SIFT_EVENT_RECORDS,
	SIFT_EVENT_FORMAT_VERSION, /* .note: "B (1.0-1.1.1)" */
	SIFT_EVENT_KIND_COUNT
};

struct sift_event {
	enum sift_event_kind kind;
	union {
		struct sift_ev_tool tool;
		struct sift_ev_time time;
		struct sift_ev_local_time local_time;
		struct sift_ev_duration duration;
		struct sift_ev_series series;
		struct sift_ev_sample sample;
		struct sift_ev_failed failed;
		struct sift_ev_figures figures;
		struct sift_ev_tally tally;
		struct sift_ev_users users;
		struct sift_ev_progress progress;
		struct sift_ev_metric metric;
		struct sift_ev_point point;
		struct sift_ev_value value;
		struct sift_ev_check check;
		struct sift_ev_threshold threshold;
		struct sift_ev_failure failure;
		struct sift_ev_note note;
		struct sift_ev_skipped skipped;
		struct sift_ev_records records;
	};
};

/* Where events go. put() returns SIFT_OK, or a failure (SIFT_E_NOMEM,
   SIFT_E_LIMIT) that the reader passes on at once. */
struct sift_sink {
	enum sift_status (*put)(void *payload, const struct sift_event *event,
				struct sift_err *err);
	void *payload; /* borrowed */
};

static inline enum sift_status
sift_sink_put(const struct sift_sink *sink, const struct sift_event *event,
	      struct sift_err *err)
{
	return sink->put(sink->payload, event, err);
}

#endif /* SIFT_MODEL_EVENT_H */
