/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_DIGEST_BLOCK_H
#define SIFT_DIGEST_BLOCK_H

/*
 * Everything loadsift keeps of one source: its row of the ledger, the facts
 * it states of its run, and its results. A digest is a set of blocks.
 *
 * A block is filled by sift_block_sink() with the events of a reader, or read
 * back from bytes (digest/digest_io.h), and completed by sift_block_finish(),
 * which sorts everything: after that, equal content has equal bytes. Series
 * are sorted by name, method, kind; metrics, checks, thresholds and failures
 * by their texts; users and progress by time.
 *
 * Which of a run's blocks gives the figures is decided later, in group/.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <loadsift/document.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/hash.h"
#include "base/instant.h"
#include "digest/history.h"
#include "digest/tally.h"
#include "model/event.h"
#include "model/figures.h"
#include "model/source_kind.h"

/* How reading a source ended. */
enum sift_reading {
	SIFT_READING_WHOLE,   /* to its end */
	SIFT_READING_PARTIAL, /* cut, damaged or limited; the rest stands */
	SIFT_READING_DAMAGED, /* a result file that gave nothing */
	SIFT_READING_IGNORED, /* no result, or a format not read */
	SIFT_READING_COUNT
};

/* What was counted of a series, request by request. */
struct sift_counted {
	struct sift_history history;
	struct sift_tally tally;  /* of all its requests; if it has any, its
				     figures have no percentiles */
	uint64_t failed_by_count; /* SIFT_EVENT_FAILED */
};

/* Figures of a series of a block (model/figures.h), or NULL: its result is the
   first thing in them. What not all series have, of which a source may
   have 100 000, is made when it is needed. */
static inline struct sift_reported *
sift_series_reported(const struct sift_series *series)
{
	return (struct sift_reported *)series->result;
}

/* A metric that is no latency series. Points add up in a mergeable way;
   reported values stand beside them. */
struct sift_block_metric {
	enum sift_metric_type type;
	const char *name;
	const char *unit; /* NULL = none */
	uint64_t points;
	uint64_t nonzero;
	sift_i128 sum_micro;
	int64_t min_micro, max_micro;
	int64_t last_ns, last_micro;  /* the latest point; ties: the larger */
	struct sift_samples *samples; /* owned; trends only; millionths */
	struct sift_named_value *values; /* reported; by order of the source;
					    in the arena, as texts are */
	uint32_t value_count;
	uint32_t value_room;
};

struct sift_users_point {
	int64_t time_ns;
	int64_t users;
};

struct sift_progress_point {
	int64_t time_ns;
	int64_t users, requests, failures, spent_us; /* -1 = not given */
};

/* SIFT_INSTANT_NONE = unknown */
struct sift_range {
	int64_t first_ns, last_ns;
};

struct sift_block {
	/* the ledger */
	const char *name;	    /* archive.tar.gz!runs/a/stats.csv */
	const char *path;	    /* logical: runs/a/stats.csv */
	int64_t bytes;		    /* decoded; -1 = unknown */
	const char *format;	    /* NULL = not recognised */
	const char *format_version; /* NULL = unknown */
	enum sift_source_kind kind; /* meaningful unless IGNORED */
	enum sift_reading reading;
	const char *reason; /* of anything but WHOLE; may be NULL */
	uint64_t records_used, records_unused;
	struct sift_diag *skipped; /* owned; NULL = nothing */

	/* the run's facts */
	const char *tool;	   /* k6, locust, … */
	const char *tool_version;  /* NULL = unknown */
	const char *host;	   /* that was tested; NULL = unknown */
	int64_t first_ns, last_ns; /* SIFT_INSTANT_NONE = unknown */
	struct sift_range results; /* of samples, progress, stated times */
	struct sift_range side;	   /* of users and points of metrics: where
				      nothing better is known */
	const char *local_time;	   /* NULL = none */
	int64_t duration_ns;	   /* stated; -1 = not */
	const char **notes;
	size_t note_count;
	struct sift_users_point *users;
	size_t user_count;
	int user_shift; /* kept: the highest per 2^shift s; -1 = every point */
	struct sift_progress_point *progress;
	size_t progress_count;
	int progress_shift; /* kept: the last per 2^shift s, with the most
			       users; -1 = every point */

	/* results */
	struct sift_series *series; /* owned array, as all are; their results:
				       sift_block_series() */
	size_t series_count;
	uint64_t max_endpoints;	  /* as given to sift_block_sink() */
	uint64_t max_names;	  /* of requests; with more of them the block
				     is generic; 0 = no limit */
	bool is_generic;	  /* ids in names are replaced */
	uint64_t sample_count;	  /* of all series and metrics */
	uint64_t max_samples;	  /* more than that are binned; 0 = no limit */
	bool binned;		  /* all samples are */
	struct sift_series total; /* name NULL; figures reported for the run,
				     samples that belong to no endpoint */
	struct sift_block_metric *metrics;
	size_t metric_count;
	struct sift_check *checks;
	size_t check_count;
	struct sift_threshold *thresholds;
	size_t threshold_count;
	struct sift_failure *failures;
	size_t failure_count;

	struct sift_hash128 hash;	/* of the content without name and path;
					   valid after sift_block_finish() */
	struct sift_arena arena;	/* all texts */
	struct sift_block_build *build; /* lookup while filling; else NULL */
	bool is_packed; /* it was read: arrays are not owned, but lie in the
			   arena or in what was lent (digest/store.h) */
	bool is_lent;	/* it lies in what was lent itself */
	bool is_flat;	/* it was read: nothing of its series is on the heap,
			   as most sources tell of no single request */
	bool is_asked;	/* it was read: all its series, trends aside, report
			   requests; who asks that need not look at each */
	/* It was read: all series are reported and nothing else is known of
	   them, their rates are too. What the report says of them lies here,
	   in their order; the series have none, and may be those of another
	   block in what was lent: they are not to be changed. Else NULL. */
	struct sift_reported *reported;
	double spent_ms; /* by their requests then */
	/* It was read: series of the same endpoints as its own, and as many,
	   which blocks before may have had, too; for these it is the same. In
	   what was lent; NULL = who knows. */
	const struct sift_series *alike;
	bool is_unsorted; /* on its way from a worker: samples are as they
			     came, there is no hash; until it is finished */
};

/*
 * What a block holds at most, of each kind. Over it the entries with the
 * smallest hash stay and the rest fold into one of the name SIFT_OTHER (a
 * metric is left out and a note says so), whatever the order. Users and
 * progress are thinned.
 */
#define SIFT_BLOCK_ENDPOINTS 100000 /* unless sift_block_sink() says else */
#define SIFT_BLOCK_ENDPOINTS_MAX (UINT32_MAX / 2)
#define SIFT_BLOCK_SAMPLES ((uint64_t)1 << 24) /* kept as they are */
#define SIFT_BLOCK_METRICS 10000
#define SIFT_BLOCK_VALUES 256 /* of one metric */
#define SIFT_BLOCK_CHECKS 10000
#define SIFT_BLOCK_THRESHOLDS 10000
#define SIFT_BLOCK_FAILURES 10000
#define SIFT_BLOCK_EXAMPLE 300 /* bytes of a failure's text as written */
#define SIFT_BLOCK_NOTES 100
#define SIFT_BLOCK_POINTS 10000 /* of users, and of progress */
#define SIFT_OTHER "(other)"

/* More names than that have ids in them, it is taken. */
#define SIFT_BLOCK_NAMES 200
/* What a block says whose names were replaced. */
#define SIFT_GENERIC_NOTE                                                      \
 "numbers, ids and hashes in names of endpoints are replaced: see inspect, "   \
 "and --raw-names"

/* A new empty block for a source; name and path are copied. */
enum sift_status sift_block_new(struct sift_block **out, const char *name,
				const char *path,
				struct sift_err *err) SIFT_MUST_CHECK;
void sift_block_free(struct sift_block *block);

/*
 * Drop all that a block holds which is being filled, name and path too, but
 * not its memory: it takes in the next source with fewer allocations, and
 * sooner where that has the same names. False, with nothing done, when it has
 * too much memory to keep or was read or finished: then it is to be freed.
 */
bool sift_block_empty(struct sift_block *block);
/* What sift_block_new() does, for one that was emptied. */
enum sift_status sift_block_rename(struct sift_block *block, const char *name,
				   const char *path,
				   struct sift_err *err) SIFT_MUST_CHECK;

/* A sink that fills the block, with at most `max_endpoints` series (0 =
   SIFT_BLOCK_ENDPOINTS): over it the names with the smallest 64-bit hash stay
   and the rest fold into `(other)`, one for each kind of series. When put()
   has failed, the block can still be finished, but may lack some of the event
   it failed on. */
struct sift_sink sift_block_sink(struct sift_block *block,
				 uint64_t max_endpoints);

/* Say how reading ended; `reason` is copied, may be NULL. */
enum sift_status sift_block_set_reading(struct sift_block *block,
					enum sift_reading reading,
					const char *reason,
					struct sift_err *err) SIFT_MUST_CHECK;

/* With so many samples, the threads of all processors are worth starting. */
#define SIFT_BLOCK_THREADS_SAMPLES 50000

/* Sort, with up to `threads` threads where there are many samples: enough for a
   block that is written and no more. Samples of one that is_unsorted stay as
   they are. Nothing can be added to it any more, unless it is finished or
   emptied. */
void sift_block_settle(struct sift_block *block, unsigned threads);

/* Drop lookup tables and what only they need, sort, and compute the hash. */
enum sift_status sift_block_finish(struct sift_block *block, unsigned threads,
				   struct sift_err *err) SIFT_MUST_CHECK;

/*
 * Fold `from`, another part of the same source (same name), into `into`;
 * commutative. `from` must be finished; `into` must be finished afterwards,
 * and may take in several parts before. When it fails, `into` can only be
 * freed.
 */
enum sift_status sift_block_merge(struct sift_block *into,
				  const struct sift_block *from,
				  struct sift_err *err) SIFT_MUST_CHECK;

/*
 * Let histograms take the place of the samples (digest/bins.h), whatever
 * their number; more can be added and merged. A finished block must be
 * finished again. When it fails, the block can only be freed.
 *
 * Returns SIFT_OK, SIFT_E_NOMEM.
 */
enum sift_status sift_block_bin(struct sift_block *block,
				struct sift_err *err) SIFT_MUST_CHECK;

/* Series number `i`, with its result; series[i] is all else of it. */
static inline struct sift_series
sift_block_series(const struct sift_block *block, size_t i)
{
	return sift_series_at(block->series, block->reported, i);
}

/* Were there more series than are kept? */
bool sift_block_is_folded(const struct sift_block *block);

/* What was counted of a series, which may be nothing. */
static inline const struct sift_counted *
sift_series_counted(const struct sift_series *series)
{
	static const struct sift_counted nothing;

	return series->counted ? series->counted : &nothing;
}

/* Was anything counted of it? */
bool sift_series_is_counted(const struct sift_series *series);

/* Samples of a series, of all outcomes. */
uint64_t sift_series_sample_count(const struct sift_series *series);

/* Was anything of the source not read: its end, or single records? */
bool sift_block_is_partial(const struct sift_block *block);

/* Requests of the run by this block (total figures, else the sum over its
   request series); -1 = unknown. Failures likewise. A block with neither
   knows nothing of them. */
int64_t sift_block_requests(const struct sift_block *block);
int64_t sift_block_failures(const struct sift_block *block);

/* Highest users or VUs seen; -1 = unknown, also when none but 0 was seen: no
   users make no requests, the source broke off too early. *out_constant (may be
   NULL) tells whether the number never changed after its first rise: all points
   are alike, but for those before it came up from a lower number. */
int64_t sift_block_peak_users(const struct sift_block *block,
			      bool *out_constant);

/*
 * The result of one series (of sift_block_series()), or of all requests
 * together when `series` is NULL: reported total figures when there are any,
 * else computed from all samples of request series (kinds other than TREND).
 * From samples, percentiles are k6's, origin EXACT, resolution one
 * nanosecond; from binned samples origin HISTOGRAM, resolution the width of
 * the bin of the largest percentile. `rps` is the count over last minus first
 * sample time of the whole block unless reported. Texts are static; latencies
 * of successes are put into `arena`, NULL = nobody asks for them.
 *
 * Returns SIFT_OK; SIFT_E_EMPTY when there is nothing (a total without any
 * request series or figures); SIFT_E_NOMEM.
 */
enum sift_status sift_block_result(const struct sift_block *block,
				   const struct sift_series *series,
				   struct sift_arena *arena,
				   struct sift_result *out,
				   struct sift_err *err) SIFT_MUST_CHECK;

/* The same where it was reported and nothing is known better: as it lies in the
   block. NULL where it has to be made. */
struct sift_result *sift_block_reported(const struct sift_block *block,
					const struct sift_series *series);

/*
 * How well the p50 and the p95 of a result are known, of its successful
 * requests where these are known: what only a comparison needs, and takes as
 * long as the result. `result` is what sift_block_result() gave.
 *
 * Returns SIFT_OK, SIFT_E_NOMEM, SIFT_E_LIMIT.
 */
enum sift_status sift_block_ranges(const struct sift_block *block,
				   const struct sift_series *series,
				   const struct sift_result *result,
				   struct sift_latency_range *p50,
				   struct sift_latency_range *p95,
				   struct sift_err *err) SIFT_MUST_CHECK;

/* Requests of a series that took longer than a limit, and all of them. */
struct sift_slow_count {
	uint64_t slow, all;
};

/*
 * Count the slow ones of a series (NULL = of all requests), of successful
 * requests only if `ok_only`. Only from what holds each request: samples, or
 * a tally where all requests are asked for.
 *
 * Returns SIFT_OK; SIFT_E_EMPTY where nothing holds them; SIFT_E_NOMEM,
 * SIFT_E_LIMIT.
 */
enum sift_status sift_block_slow(const struct sift_block *block,
				 const struct sift_series *series, bool ok_only,
				 double limit_ms, struct sift_slow_count *out,
				 struct sift_err *err) SIFT_MUST_CHECK;

/*
 * The metric as named values for the report: reported values as they are,
 * borrowed from the block; else in `arena`, by type: counter sum and rate (over
 * first to last time of the block), gauge value min max, rate passes fails
 * rate, trend count avg min med p90 p95 p99 max.
 */
enum sift_status sift_block_metric_values(const struct sift_block *block,
					  const struct sift_block_metric *m,
					  struct sift_arena *arena,
					  struct sift_metric *out,
					  struct sift_err *err) SIFT_MUST_CHECK;

#endif /* SIFT_DIGEST_BLOCK_H */
