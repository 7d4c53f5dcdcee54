/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOADSIFT_DOCUMENT_H
#define LOADSIFT_DOCUMENT_H

/*
 * The report document: everything loadsift has to say about some inputs.
 *
 * There is one document per analysis. The stages fill it in order (ledger
 * and runs, sets and sweeps with their statistics, findings, cache TTLs,
 * plan); after that it is read only, and every output format is a rendering
 * of it. docs/report.schema.json describes its JSON form; the names here are
 * the names there.
 *
 * Conventions
 * - Text is UTF-8 without control bytes other than those it had in the
 *   source, terminated by NUL; NULL means unknown (`null`).
 * - Unknown numbers are NAN (double) or -1 (int64_t counts); a reader of the
 *   document must test for them (isnan, < 0), they are never 0.
 * - Latencies are milliseconds, durations of runs seconds, shares and rates
 *   of failure 0 to 1, rates per second `rps`.
 * - Lists are an array and a count; an empty list may have a NULL array.
 * - Everything belongs to the analysis the document came from and lives as
 *   long as it does. References between parts are indexes into the arrays of
 *   the document, SIFT_NONE for none.
 * - Order is fixed and part of the contract (DESIGN "The report document"):
 *   runs, sets and sweeps by natural label order; endpoints by name, method,
 *   kind; findings by severity, then weight; inputs by source name bytewise.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SIFT_REPORT_SCHEMA "loadsift.report/1"
#define SIFT_NONE ((size_t)-1)

/* ---- nouns with fixed names: the table gives the name in every output ---- */

#define SIFT_KIND_LIST(X)                                                      \
 X(HTTP, "http")                                                               \
 X(GRPC, "grpc")                                                               \
 X(WS, "ws")                                                                   \
 X(TREND, "trend") /* a custom k6 trend that measures time */

#define SIFT_STAT_LIST(X)                                                      \
 X(MIN, "min")                                                                 \
 X(MEAN, "mean")                                                               \
 X(P50, "p50")                                                                 \
 X(P90, "p90")                                                                 \
 X(P95, "p95")                                                                 \
 X(P99, "p99")                                                                 \
 X(P999, "p99_9")                                                              \
 X(MAX, "max")                                                                 \
 X(STDDEV, "stddev")

#define SIFT_ORIGIN_LIST(X)                                                    \
 X(NONE, "none")                                                               \
 X(EXACT, "exact")	   /* computed from all samples */                     \
 X(HISTOGRAM, "histogram") /* from a histogram of bounded error */             \
 X(REPORTED, "reported")   /* figures the tool printed */

/* Which value of the sorted samples a percentile is. */
#define SIFT_PERCENTILES_LIST(X)                                               \
 X(UNKNOWN, NULL)                                                              \
 X(K6, "linear, i = p(n-1) (k6)") /* between neighbours */                     \
 X(LOCUST, "bucket at floor(pn) (Locust)")

#define SIFT_ROLE_LIST(X)                                                      \
 X(USED, "used")	     /* its figures are in the report */               \
 X(SUPERSEDED, "superseded") /* a better source of the same run is */          \
 X(DUPLICATE, "duplicate")   /* the same result as another source */           \
 X(IGNORED, "ignored")	     /* no result, or a format not read */             \
 X(PARTIAL, "partial")	     /* read up to damage or a limit; used */          \
 X(DAMAGED, "damaged")	     /* a result file that could not be read */

#define SIFT_SEVERITY_LIST(X)                                                  \
 X(CRITICAL, "critical")                                                       \
 X(WARNING, "warning")                                                         \
 X(NOTE, "note")

/* In the order in which classes are listed within one severity. */
#define SIFT_CLASS_LIST(X)                                                     \
 X(SERVICE, "service")                                                         \
 X(ERRORS, "errors")                                                           \
 X(LOAD, "load")                                                               \
 X(LATENCY, "latency")                                                         \
 X(TARGET, "target")                                                           \
 X(VARIANCE, "variance")                                                       \
 X(TEST, "test")

#define SIFT_TIER_LIST(X)                                                      \
 X(IMMEDIATE, "immediate")   /* 1-2 hours */                                   \
 X(SHORT_TERM, "short_term") /* 4-8 hours */                                   \
 X(LONG_TERM, "long_term")   /* next sprint */

#define X(name, text) SIFT_KIND_##name,
enum sift_kind { SIFT_KIND_LIST(X) SIFT_KIND_COUNT };
#undef X
#define X(name, text) SIFT_STAT_##name,
enum sift_stat { SIFT_STAT_LIST(X) SIFT_STAT_COUNT };
#undef X
#define X(name, text) SIFT_ORIGIN_##name,
enum sift_origin { SIFT_ORIGIN_LIST(X) SIFT_ORIGIN_COUNT };
#undef X
#define X(name, text) SIFT_PERCENTILES_##name,
enum sift_percentiles { SIFT_PERCENTILES_LIST(X) SIFT_PERCENTILES_COUNT };
#undef X
#define X(name, text) SIFT_ROLE_##name,
enum sift_role { SIFT_ROLE_LIST(X) SIFT_ROLE_COUNT };
#undef X
#define X(name, text) SIFT_SEVERITY_##name,
enum sift_severity { SIFT_SEVERITY_LIST(X) SIFT_SEVERITY_COUNT };
#undef X
#define X(name, text) SIFT_CLASS_##name,
enum sift_class { SIFT_CLASS_LIST(X) SIFT_CLASS_COUNT };
#undef X
#define X(name, text) SIFT_TIER_##name,
enum sift_tier { SIFT_TIER_LIST(X) SIFT_TIER_COUNT };
#undef X

/* The text of each noun; static strings. */
const char *sift_kind_name(enum sift_kind kind);
const char *sift_stat_name(enum sift_stat stat);
const char *sift_origin_name(enum sift_origin origin);
const char *sift_percentiles_name(enum sift_percentiles percentiles);
const char *sift_role_name(enum sift_role role);
const char *sift_severity_name(enum sift_severity severity);
const char *sift_class_name(enum sift_class cls);
const char *sift_tier_name(enum sift_tier tier);

/*
 * Are so many requests too few to bound a percentile from above, with 0.975?
 * p50 needs 6 of them, p90 to p99.9 need 36, 72, 368 and 3688. "At least x" is
 * all that such a figure says, x being what was measured. Not said of figures
 * that are no percentiles, nor of an unknown number (NAN, below 0).
 */
int sift_is_lower_bound(enum sift_stat stat, double requests);

/* ---- results of one run ---- */

/*
 * How well one run knows its own percentile: with 0.95 at least, it is
 * between two of its requests, ordered by time. NAN = not known; a bound
 * that the requests are too few for is the fastest or slowest of them.
 */
struct sift_latency_range {
	double low_ms, high_ms;
	double log_sd; /* standard deviation of the percentile's logarithm */
};

/* Latency figures in ms, indexed by enum sift_stat; NAN = not known. */
struct sift_latency {
	double ms[SIFT_STAT_COUNT];
};

/* What one run says about one endpoint, or about all requests together. */
struct sift_result {
	int64_t requests; /* -1 = unknown */
	int64_t failures; /* -1 = unknown */
	double error_rate;
	double rps;
	struct sift_latency latency;
	const struct sift_latency *latency_ok; /* successful requests only;
						  NULL where nothing is known
						  of them alone */
	double resolution_ms; /* step of the coarsest percentile given */
	enum sift_origin origin;
	enum sift_percentiles percentiles; /* percentile_definition */
};

struct sift_counted;
struct sift_reported;

/* What one run measured of an endpoint, or of a custom time trend. A digest
   keeps series in this form, so that most go into a document as they lie. */
struct sift_series {
	const char *method; /* NULL = none */
	const char *name;
	const char *example;	      /* NULL, or a name that it stands for: the
					 smallest of those replaced by `name` */
	struct sift_result *result;   /* never NULL in what sift_run_endpoint()
					 gives */
	struct sift_counted *counted; /* the library's own: what was counted,
					 request by request; or NULL */
	enum sift_kind kind;
	bool failures_known; /* the source tells of failures, even of none */
	bool unit_assumed;   /* a trend, taken as milliseconds by its name */
};

/*
 * Share of a series in `spent_ms`, the time that all requests of the run took
 * together. NAN for a trend, and where requests or their mean are not known.
 */
double sift_share_of_time(const struct sift_series *series, double spent_ms);

struct sift_run_load {
	double vus;	     /* peak users or VUs */
	double target_rps;   /* configured, e.g. named in the path */
	double measured_rps; /* requests per second of the total */
};

/* A figure of a custom or built-in metric, e.g. {"rate", 12.5}. */
struct sift_named_value {
	const char *name;
	double value;
};

struct sift_metric {
	const char *name;
	const char *type; /* counter, gauge, rate, trend */
	const char *unit; /* ms, bytes, NULL = none or unknown */
	struct sift_named_value *values;
	size_t value_count;
};

struct sift_check {
	const char *name;
	int64_t passes;
	int64_t fails;
};

struct sift_threshold {
	const char *metric; /* with its tags: http_req_duration{name:x} */
	const char *expression;
	int passed; /* 1, 0; -1 = the source has the definition only */
};

struct sift_failure {
	const char *fingerprint; /* what failed, in the same words for each
				    run, version and tool */
	const char *method;
	const char *name;
	int64_t count;
	const char *example; /* as a tool wrote it once; NULL = like that */
};

/* Did the run settle, by the mean latency over its time? Seconds count from
   its first request; unknown = NAN. */
struct sift_steadiness {
	int is_judged;
	const char *why;   /* not judged; NULL if it is */
	double warm_up_s;  /* 0 = none was found */
	double warm_up_by; /* how much slower it was than the rest; 0.5 = half
			      as slow again */
	double drift;	   /* of the rest from its begin to its end */
	int is_drifting;   /* by more than chance explains, and 10 % */
};

/* A part of a run in which the users stood still; unknown = NAN. */
struct sift_run_level {
	double users;
	double from_s, seconds; /* without the first 20 s after the change */
	double requests;
	double throughput; /* successful requests per second */
	double throughput_se;
	double mean_ms, p50_ms, p95_ms;
	double error_rate;
};

/*
 * A series of a service's own metrics: what it counted between two copies,
 * or since it started. Latencies in ms where the metric's name tells its
 * unit, else as they are. Unknown = NAN.
 */
struct sift_service_series {
	const char *service;
	const char *metric; /* db_query_duration_seconds */
	const char *labels; /* query_type=find; "" = none */
	const char *unit;   /* ms, or NULL = as the service has it */
	double count;
	double mean, p50, p90, p95, p99; /* of a histogram; else NAN */
	int above;	 /* 1: some percentile is a lower bound */
	int since_start; /* 1: not of the run alone */
};

struct sift_run {
	const char *id;	   /* r + 12 hex digits */
	const char *label; /* what people call it; no container names */
	size_t set;	   /* index into sets */
	const char *tool;
	const char *tool_version;
	const char *host;	      /* that was tested, with its port */
	const char *started_at;	      /* RFC 3339 UTC */
	const char *started_at_local; /* a time without zone, as written */
	double duration_s;
	struct sift_run_load load;
	const char **sources; /* logical paths, packing does not show */
	size_t source_count;
	const char *source_kind; /* of `total`: "points", "stats csv", … */
	struct sift_result total;
	double skipped_s; /* of its begin, left out of all results; 0 = none */
	const struct sift_result *whole_total; /* with it; NULL = the same */
	/* All but their results: for these, sift_run_endpoint(). Runs of one
	   test have them in common. */
	struct sift_series *endpoints;
	size_t endpoint_count;
	struct sift_reported *reported; /* the library's own: results of the
					   endpoints; NULL = they have them */
	double spent_ms; /* by requests of all endpoints; NAN = unknown */
	const struct sift_series *whole_endpoints; /* as `whole_total`; one for
						      each, or NULL */
	double whole_spent_ms;
	struct sift_metric *metrics;
	size_t metric_count;
	struct sift_service_series *services; /* by service; what took longest
						 first */
	size_t service_count;
	struct sift_check *checks;
	size_t check_count;
	struct sift_threshold *thresholds;
	size_t threshold_count;
	struct sift_failure *failures;
	size_t failure_count;
	struct sift_steadiness steadiness;
	struct sift_run_level *levels; /* by time; none of fewer than two */
	size_t level_count;
	const char **notes;
	size_t note_count;
};

/* An endpoint of a run (0 = the first), with its result, which is the run's. */
struct sift_series sift_run_endpoint(const struct sift_run *run,
				     size_t endpoint);

/* ---- run sets and sweeps ---- */

/* How the values of several runs lie about their median. */
struct sift_scatter {
	double min, max, mean;
	double variance; /* sample variance, n-1; NAN for n < 2, as are: */
	double stddev, cv;
	double mad; /* median absolute deviation; 0 for one value */
};

/* Runs a side that the noise of a set is judged for. */
#define SIFT_NOISE_RUNS                                                        \
 {                                                                             \
  3, 5, 10                                                                     \
 }
#define SIFT_NOISE_DESIGNS 3

/* Figures of a result. Behind the two latencies stand those of all statistics,
   in their order: of all requests, of successful ones. */
enum sift_figure {
	SIFT_FIGURE_REQUESTS,
	SIFT_FIGURE_FAILURES,
	SIFT_FIGURE_ERROR_RATE,
	SIFT_FIGURE_RPS,
	SIFT_FIGURE_LATENCY,
	SIFT_FIGURE_LATENCY_OK = SIFT_FIGURE_LATENCY + SIFT_STAT_COUNT,
	SIFT_FIGURE_COUNT = SIFT_FIGURE_LATENCY_OK + SIFT_STAT_COUNT
};

/* NAN = not known, as is all of a result that is NULL. */
double sift_result_figure(const struct sift_result *result, unsigned figure);

/* One metric across the runs of a set; its values: sift_spread_value(). */
struct sift_spread {
	unsigned n;	      /* runs that have the metric */
	unsigned value_count; /* runs of the set */
	double median;
	const struct sift_scatter *scatter; /* NULL for n < 2, when the median
					       says it all */
	/* One per run of the set, in its order: values; or, where that is NULL,
	   results that have it, or not, as a figure. */
	const double *values;
	const struct sift_result *const *results;
	unsigned figure; /* enum sift_figure */
};

/* What the metric is in one run of the set (0 = the first); NAN where that
   lacks it. */
double sift_spread_value(const struct sift_spread *spread, size_t run);

/* The same for all runs: value_count of them. */
void sift_spread_values(const struct sift_spread *spread, double *out);

/* The same for `count` runs from `first` on; NAN behind the last. To ask for
   many together takes less time: results may lie far from each other. */
void sift_spread_slice(const struct sift_spread *spread, size_t first,
		       size_t count, double *out);

/* The sum of counts over the runs that have them, from their mean: exact below
   2^51, since these are whole numbers; NAN where no run has them. */
double sift_spread_sum(const struct sift_spread *spread);

/* The scatter of any spread; NAN where there is no value. */
struct sift_scatter sift_spread_scatter(const struct sift_spread *spread);

struct sift_set_result {
	struct sift_spread requests;
	struct sift_spread failures;
	struct sift_spread error_rate;
	struct sift_spread rps;
	struct sift_spread latency[SIFT_STAT_COUNT];
	const struct sift_spread *latency_ok; /* as latency, which it may be;
						 NULL = nothing is known */
	/* of latency_ok where that is known, else of latency; one per run.
	   NULL where nobody asks for them: nothing is compared */
	const struct sift_latency_range *p50_ranges, *p95_ranges;
	double share_of_time; /* median over runs; NAN for totals, trends */
	enum sift_origin origin;
	double resolution_ms;
	enum sift_percentiles percentiles;
	const char *source_kind; /* what the latencies were taken from */
};

/* How far repeated runs differ in one percentile, as shares of its value, and
   what change that leaves to be seen. Unknown = NAN. */
struct sift_noise_floor {
	double between; /* standard deviation from run to run, all in all */
	double within;	/* what one run does not know of its own percentile */
	double shows[SIFT_NOISE_DESIGNS]; /* the smallest change that so many
					     runs a side show 4 times of 5 */
	int wants_longer; /* 1 = longer runs would help more than more runs */
};

struct sift_endpoint_noise {
	struct sift_noise_floor p50, p95;
};

struct sift_set_endpoint {
	const char *method;
	const char *name;
	enum sift_kind kind;
	struct sift_set_result result;
	const struct sift_endpoint_noise *noise; /* NULL = one run, or
						    nobody asked */
};

struct sift_set {
	const char *id;	      /* s + 8 hex digits */
	const char *label;    /* scenario with load and kept date, for people */
	const char *scenario; /* what the runs repeat */
	const char *load;     /* the load's token ("100 rps"), NULL = none */
	const char *kept_date; /* where the numbering restarts; else NULL */
	const char *tool;
	size_t *runs; /* indexes into runs, in natural label order */
	size_t run_count;
	const char *grouped_by;	 /* why these runs are together, in words */
	const char *source_kind; /* kind most figures were taken from */
	double users;		 /* the load all runs state; NAN = not stated */
	double measured_rps;	 /* median over runs */
	double duration_s;	 /* median over runs */
	unsigned days; /* how many days the runs span; 0 = not known */
	struct sift_set_endpoint *endpoints;
	size_t endpoint_count;
	struct sift_set_result total;
	const char *noise_summary; /* of the endpoints, in a sentence; NULL
				      = nobody asked */
	const char **notes;
	size_t note_count;
};

struct sift_sweep_level {
	size_t set; /* index into sets */
	const char *load;
	double users;
	double measured_rps;
	double p50_ms, p95_ms; /* of the total, medians over runs */
	double error_rate;
};

struct sift_sweep {
	const char *scenario;
	const char *tool;
	const char *axis;		 /* "users" or "rps": what rises */
	struct sift_sweep_level *levels; /* by rising load */
	size_t level_count;
};

/* ---- load levels: what rising load shows ---- */

/* One level; medians over its runs. Unknown = NAN. */
struct sift_load_level {
	size_t set;	      /* SIFT_NONE for a part of a run */
	double load;	      /* users, or the rate offered */
	unsigned runs;	      /* 1 for a part of a run */
	double requests;      /* of a run, or of the part */
	double throughput;    /* successful requests per second */
	double throughput_se; /* over runs, or over batches of a part */
	double mean_ms, p50_ms, p95_ms;
	double error_rate;
	double in_flight; /* requests under way on average: Little's law */
	double think_s;	  /* of a user between requests, implied; of users */
	double gain;	  /* share of the load added that arrived as throughput
			     since the level before */
	int passes;	  /* 1, 0: all targets hold; -1 = cannot be judged */
};

/* The Universal Scalability Law over the levels. What may not be claimed is
   NAN. */
struct sift_scalability {
	const char *claim; /* nothing, linear, contention, peak not observed,
			      peak */
	double lambda;	   /* throughput of one request in flight */
	double sigma, kappa;
	double peak_in_flight, peak_low, peak_high, peak_throughput;
	double ceiling; /* throughput that contention alone allows */
};

/* The levels of a sweep, or those within one run, and what they say. */
struct sift_load_curve {
	const char *scenario;
	const char *tool;
	const char *axis; /* "users" or "rps" */
	size_t sweep;	  /* index into sweeps; SIFT_NONE for parts of a run */
	size_t run;	  /* index into runs; SIFT_NONE for a sweep */
	struct sift_load_level *levels; /* by rising load */
	size_t level_count;
	const char *target; /* what decides: "GET list p95 at most 300 ms" */
	const char *target_source;    /* default, or loadsift.yaml:12 */
	double last_pass, first_fail; /* loads; NAN = there is none */
	double interpolated;	      /* load at which p95 meets its target,
					 on a line between the two */
	double half_gain_at, saturated_at; /* first loads at which more load
					      gives less than half, a tenth */
	double retrograde_at;		   /* throughput falls */
	double best_power_at;		   /* most throughput per latency */
	const char *think; /* constant, growing, varying, impossible; NULL =
			      not known */
	struct sift_scalability scalability;
	const char *summary; /* what an engineer would sign, in sentences */
};

/* ---- judgement ---- */

/* A fact behind a finding; also a lesser finding that it absorbed. */
struct sift_evidence {
	const char *rule;
	const char *method; /* of the endpoint; NULL with name NULL = same */
	const char *name;
	const char *metric;
	double value;
	double threshold;
	const char *message; /* one line */
};

struct sift_finding {
	const char *id;	  /* f + 8 hex digits */
	const char *rule; /* latency.p99, errors.rate, … */
	enum sift_class cls;
	enum sift_severity severity;
	size_t set;   /* index into sets; SIFT_NONE for a sweep's finding */
	size_t sweep; /* index into sweeps, or SIFT_NONE */
	const char *method;
	const char *name; /* NULL = the set as a whole */
	enum sift_kind kind;
	const char *metric; /* p99, error_rate, … */
	const char *unit;   /* of value and threshold: ms, ratio, share */
	double value;
	double threshold;
	const char *threshold_source; /* default, loadsift.yaml:12, k6 */
	unsigned runs_agreeing;
	unsigned runs_judged;
	double share_of_time;
	double weight; /* the order within severity and class; not printed */
	const char *message; /* one line with the numbers in it */
	struct sift_evidence *evidence;
	size_t evidence_count;
};

struct sift_ttl {
	const char *scenario;
	size_t set;
	const char *method;
	const char *name;
	int64_t ttl_s; /* -1 = none, see reason */
	double volume;
	const char *volume_basis; /* run, configured, rate */
	double p99_ms;
	int little_to_gain; /* 1 = listed, but hardly worth the work */
	const char *reason;
};

struct sift_action_endpoint {
	const char *method;
	const char *name;
};

struct sift_action {
	const char *id; /* row of the catalogue: errors.fix */
	const char *title;
	enum sift_tier tier;
	struct sift_action_endpoint *endpoints;
	size_t endpoint_count;
	const char **findings; /* ids of the findings it answers */
	size_t finding_count;
	const char *why; /* the findings' numbers in one or two sentences */
	const char **steps;
	size_t step_count;
	const char *effort;	    /* low, medium, high */
	double gain_low, gain_high; /* share of latency; NAN = none claimed */
	const char *gain_source;    /* measured, modelled, catalogue; NULL */
	const char **alternatives;  /* ids of actions shown instead of adding
				       up with this one */
	size_t alternative_count;
	const char *risk;
	const char *verify; /* the command that will show whether it helped */
};

struct sift_plan {
	const char *largest_payoff;  /* one line; NULL = empty plan */
	struct sift_action *actions; /* in order of tier, then rank */
	size_t action_count;
};

/* ---- comparisons ---- */

/* What of an endpoint is compared: a verdict each but for the last three. */
#define SIFT_COMPARED_LIST(X)                                                  \
 X(P50, "p50")                                                                 \
 X(P95, "p95")                                                                 \
 X(ERROR_RATE, "error_rate")                                                   \
 X(MEAN, "mean")                                                               \
 X(P99, "p99")                                                                 \
 X(RPS, "rps")

#define X(name, text) SIFT_COMPARED_##name,
enum sift_compared { SIFT_COMPARED_LIST(X) SIFT_COMPARED_COUNT };
#undef X
const char *sift_compared_name(enum sift_compared metric);

/*
 * Of a percentile that sits on a jump: the share of requests slower than a
 * place between the two it may be. Where requests were counted low and high
 * are the same, else they are a bracket and the counts -1.
 */
struct sift_slow_share {
	double limit_ms;
	double before_low, before_high, after_low, after_high;
	int64_t before_slow, before_requests, after_slow, after_requests;
	double p;      /* NAN = not tested */
	int direction; /* 1 = surely more, at least twice as many; -1 = fewer,
			  at most half; 0 = not shown */
};

/*
 * One figure before and after. Shares are changes relative to `before`, 0.12
 * = 12 % more; for the error rate they are differences, 0.01 = one point more.
 */
struct sift_figure_change {
	double before, after; /* medians over runs */
	double change;	      /* of these medians */
	double shift;	      /* what can be claimed of it: the weaker test */
	double low, high;     /* where the true change lies … */
	double coverage;      /* … with this probability */
	double p, q;
	double jump;	     /* of a percentile: see docs/comparison.md */
	const char *verdict; /* regressed, improved, likely, equivalent, tiny,
				unstable, inconclusive, suspicious, identical,
				described; NULL = nothing to compare */
	const char *reason;  /* one sentence for people */
	int64_t runs_needed; /* further runs a side; -1 = none would help */
	const struct sift_slow_share *slow; /* of what is unstable, or NULL */
	const char *capped_by; /* rule of class test that lowered the verdict */
	int is_lower_bound[2]; /* of before, after: sift_is_lower_bound() */
	const char *uncapped; /* the verdict without it; both NULL = none did */
};

struct sift_compared_endpoint {
	const char *method;
	const char *name;
	enum sift_kind kind;
	int is_control;	      /* declared not to have changed */
	double share_of_time; /* before */
	struct sift_figure_change changes[SIFT_COMPARED_COUNT];
};

/* What moved all endpoints together; unknown = NAN. */
struct sift_global_shift {
	enum sift_compared metric; /* p50; p95 where that alone moved */
	double change; /* of it, median of the endpoints; 0.1 = 10 % slower */
	double p;
	size_t endpoints; /* that moved with it */
	size_t of;
	struct sift_action_endpoint *together; /* these endpoints */
	int has_controls;      /* verdicts are against them: it needs no gate */
	const char *capped_by; /* rule of class test that makes it doubtful */
	const char *message;
};

/* A finding about the test of one side that limits what may be claimed. */
struct sift_test_doubt {
	size_t finding;	    /* index into findings */
	int is_after;	    /* 1 = of the new side */
	const char *effect; /* "changes of p50 and p95 are likely at most" */
	const char *advice; /* what would lift it */
};

/* Two sets: what changed from `before` to `after`. */
struct sift_comparison {
	size_t before, after; /* indexes into sets */
	int is_comparable;
	int is_forced;		 /* compared all the same: exploratory */
	const char **mismatches; /* the first make it incomparable, if any */
	size_t mismatch_count;
	struct sift_test_doubt *doubts; /* of the old side first */
	size_t doubt_count;
	const char *net_change; /* improved, regressed, neutral, inconclusive;
				   NULL = incomparable */
	const char *summary;	/* one or two sentences, verdict first */
	struct sift_global_shift *global_shift; /* NULL = none found */
	struct sift_action_endpoint *added;
	size_t added_count;
	struct sift_action_endpoint *removed;
	size_t removed_count;
	struct sift_failure *new_failures; /* no run of the old side had them
					      there; by endpoint */
	size_t new_failure_count;
	struct sift_compared_endpoint *endpoints; /* by name, method, kind */
	size_t endpoint_count;
	const char **advice; /* what would make the answer surer */
	size_t advice_count;
};

/* ---- the ledger and the whole ---- */

/* One row per file met. read = used + unused + skipped, in records. */
struct sift_input {
	const char *source; /* archive.tar.gz!runs/a/stats.csv */
	int64_t bytes;	    /* decoded bytes; -1 = unknown */
	const char *format; /* "k6 points", "Locust stats CSV", NULL */
	const char *format_version;
	enum sift_role role;
	const char *reason;	 /* why not used; NULL when plainly used */
	int64_t records_used;	 /* entered the figures or facts */
	int64_t records_unused;	 /* well formed, of a kind not needed */
	int64_t records_skipped; /* malformed; `reason` has the first */
	size_t run;		 /* index into runs, or SIFT_NONE */
};

struct sift_parameter {
	const char *name;
	const char *value; /* as text; NULL = not set */
};

struct sift_document {
	const char *generator_name;
	const char *generator_version;
	struct sift_parameter *parameters;
	size_t parameter_count;
	const char *warning; /* of a parameter that had no effect, such as a
				--group-by that matches nothing; NULL = none */
	struct sift_input *inputs;
	size_t input_count;
	struct sift_run *runs;
	size_t run_count;
	struct sift_set *sets;
	size_t set_count;
	struct sift_sweep *sweeps;
	size_t sweep_count;
	struct sift_load_curve *load_curves;
	size_t load_curve_count;
	struct sift_comparison *comparisons;
	size_t comparison_count;
	struct sift_finding *findings;
	size_t finding_count;
	struct sift_ttl *cache_ttls;
	size_t cache_ttl_count;
	struct sift_plan plan;
};

#ifdef __cplusplus
}
#endif

#endif /* LOADSIFT_DOCUMENT_H */
