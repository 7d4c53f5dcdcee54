/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Each action of the built-in catalogue on a small document: what makes it
 * fit, and what just does not. Findings are made by hand, so that only the
 * conditions are tested.
 */
#include <config.h>

#include <check.h>
#include <math.h>
#include <stdlib.h>

#include "../judge/doc_builder.h"
#include "advise/advise.h"
#include "config/rules.h"

#define FINDINGS 16

/*
 * A set "shop" of `runs` with an endpoint, three quiet neighbours and what
 * the members say. What is 0 is not there, or usual.
 */
struct scene {
	const char *id; /* the action asked for */
	int fits;

	/* Rules are numbered from 1 here. */
	int rule; /* a finding on the endpoint */
	enum sift_severity severity;
	int absorbed; /* evidence of that finding */
	int of_set;   /* a finding on the set as a whole */
	size_t runs;
	const char *method, *name;
	double p50, p95, p99, requests, failures;
	const char *failure; /* its text */
	int ttl;	     /* seconds; 0 = none listed, -1 = excluded */
	int little;	     /* the TTL has little to gain */
	double share;	     /* 0 = as it comes */
	const char *trend;   /* name of a slow trend */
	int grown;	     /* neighbours with load.growth as well */
	double value;	     /* of the finding */
	int level;	     /* of a sweep, with a repeated set beside it */
	int trend_finding;   /* the finding is on `trend` */
	const char *service; /* a metric of its own, in `slow` of 3 runs */
	size_t slow;
};

/* clang-format off */
#define FITS(ident, ...) \
	{.id = ident, .fits = 1, __VA_ARGS__}
#define NOT(ident, ...) \
	{.id = ident, .fits = 0, __VA_ARGS__}
#define RULE(r, s) .rule = 1 + SIFT_RULE_##r, .severity = SIFT_SEVERITY_##s
#define NONE .rule = 0
#define SET(r) .of_set = 1 + SIFT_RULE_##r
#define WITH(r) .absorbed = 1 + SIFT_RULE_##r
#define DB "db_query_duration_seconds"
#define CALLS "external_request_duration_seconds"

static const struct scene scenes[] = {
	FITS("errors.fix", RULE(ERRORS_RATE, CRITICAL)),
	FITS("errors.fix", RULE(ERRORS_RATE, NOTE)),
	FITS("errors.fix", RULE(TARGET_ERROR_RATE, CRITICAL)),
	NOT("errors.fix", RULE(LATENCY_P99, CRITICAL)),
	NOT("errors.fix", NONE),

	FITS("errors.timeouts", RULE(ERRORS_RATE, WARNING), .failure = "ReadTimeout"),
	FITS("errors.timeouts", RULE(ERRORS_RATE, WARNING), .failure = "request timed out"),
	FITS("errors.timeouts", RULE(ERRORS_RATE, WARNING), .failure = "ConnectionResetError(104)"),
	FITS("errors.timeouts", RULE(ERRORS_RATE, WARNING), .failure = "HTTPError('502 Bad Gateway')"),
	FITS("errors.timeouts", RULE(ERRORS_RATE, WARNING), .failure = "status 503"),
	FITS("errors.timeouts", RULE(ERRORS_RATE, WARNING), .failure = "504"),
	FITS("errors.timeouts", RULE(ERRORS_RATE, WARNING), .failure = "error_code 1212"),
	NOT("errors.timeouts", RULE(ERRORS_RATE, WARNING), .failure = "HTTP 500"),
	NOT("errors.timeouts", RULE(ERRORS_RATE, WARNING), .failure = "took 15035 ms"),
	NOT("errors.timeouts", RULE(ERRORS_RATE, WARNING)),
	NOT("errors.timeouts", NONE, .failure = "timeout"),

	FITS("tail.pool", RULE(VARIANCE_STALLS, WARNING)),
	FITS("tail.pool", RULE(TAIL_P99_TO_P95, NOTE)),
	FITS("tail.pool", RULE(VARIANCE_P95_TO_MEAN, WARNING)),
	FITS("tail.pool", RULE(LATENCY_P99, CRITICAL), WITH(VARIANCE_STALLS)),
	NOT("tail.pool", RULE(VARIANCE_MAX_TO_P99, WARNING)),
	NOT("tail.pool", RULE(LATENCY_P99, CRITICAL)),

	FITS("tail.trace", RULE(VARIANCE_STALLS, WARNING)),
	FITS("tail.trace", RULE(LATENCY_P95, WARNING), WITH(VARIANCE_STALLS)),
	NOT("tail.trace", RULE(TAIL_P99_TO_P95, NOTE)),
	NOT("tail.trace", RULE(VARIANCE_P95_TO_MEAN, WARNING)),

	FITS("cache.ttl", RULE(LATENCY_P99, WARNING), .ttl = 300),
	FITS("cache.ttl", RULE(TARGET_P95, CRITICAL), .ttl = 300),
	FITS("cache.ttl", NONE, .ttl = 60, .p50 = 50, .share = 0.10),
	FITS("cache.ttl", RULE(LATENCY_P99, WARNING), WITH(VARIANCE_STALLS), .ttl = 60, .p95 = 200),
	NOT("cache.ttl", NONE, .ttl = 60, .p50 = 49.9, .share = 0.10),
	NOT("cache.ttl", NONE, .ttl = 60, .p50 = 50, .share = 0.099),
	NOT("cache.ttl", RULE(LATENCY_P99, NOTE), .ttl = 300, .share = 0.01),
	NOT("cache.ttl", RULE(LATENCY_P99, WARNING), .ttl = -1),
	NOT("cache.ttl", RULE(LATENCY_P99, WARNING), .ttl = 0),
	NOT("cache.ttl", RULE(LATENCY_P99, WARNING), .ttl = 60, .little = 1),
	NOT("cache.ttl", RULE(LATENCY_P99, WARNING), WITH(VARIANCE_STALLS), .ttl = 60, .p95 = 199),
	NOT("cache.ttl", NONE, .ttl = 60, .p50 = 60, .p95 = 199, .p99 = 301, .share = 0.2),
	NOT("cache.ttl", RULE(LATENCY_P99, CRITICAL), SET(SERVICE_LATENCY), .ttl = 300),
	NOT("cache.ttl", RULE(LATENCY_P99, CRITICAL), SET(SERVICE_ERRORS), .ttl = 300),

	FITS("cache.l2", RULE(LATENCY_P99, WARNING), .ttl = 300, .name = "dashboard_overview"),
	FITS("cache.l2", RULE(LATENCY_P99, WARNING), .ttl = 300, .name = "/monthlyReport"),
	FITS("cache.l2", RULE(LATENCY_P99, WARNING), .ttl = 300, .name = "alerts"),
	NOT("cache.l2", RULE(LATENCY_P99, WARNING), .ttl = 300, .name = "users"),
	NOT("cache.l2", RULE(LATENCY_P99, WARNING), .ttl = 300, .name = "reporting"),
	NOT("cache.l2", RULE(LATENCY_P99, WARNING), .ttl = 300, .name = "summary", .method = "POST"),
	NOT("cache.l2", RULE(LATENCY_P99, WARNING), .ttl = 0, .name = "summary"),
	NOT("cache.l2", NONE, .ttl = 300, .name = "summary"),
	NOT("cache.l2", RULE(ERRORS_RATE, CRITICAL), .ttl = 300, .name = "summary", .share = 0.01),
	NOT("cache.l2", RULE(LATENCY_P99, CRITICAL), SET(SERVICE_LATENCY), .ttl = 300, .name = "summary"),

	FITS("log.level", NONE, SET(SERVICE_LATENCY)),
	FITS("log.level", NONE, SET(LOAD_SATURATION)),
	FITS("log.level", RULE(LOAD_GROWTH, WARNING), SET(LOAD_SATURATION), .grown = 3),
	FITS("log.level", RULE(LOAD_GROWTH, WARNING), SET(SERVICE_LATENCY), .grown = 1),
	NOT("log.level", RULE(LOAD_GROWTH, WARNING), SET(LOAD_SATURATION), .grown = 1),
	NOT("log.level", NONE, SET(SERVICE_ERRORS)),
	NOT("log.level", RULE(LATENCY_P99, CRITICAL)),

	FITS("test.repeat", RULE(LATENCY_P99, WARNING), .runs = 2),
	FITS("test.repeat", RULE(LATENCY_P99, NOTE), .runs = 5),
	FITS("test.repeat", RULE(LATENCY_P95, NOTE), .runs = 5),
	NOT("test.repeat", RULE(LATENCY_P99, WARNING), .runs = 3),
	NOT("test.repeat", RULE(TAIL_P99_TO_P95, NOTE), .runs = 1),
	NOT("test.repeat", RULE(TEST_THRESHOLD, CRITICAL), .runs = 1),
	NOT("test.repeat", NONE, .runs = 1),
	NOT("test.repeat", RULE(LATENCY_P99, WARNING), .runs = 1, .level = 1),
	NOT("test.repeat", RULE(LATENCY_P99, NOTE), .runs = 1, .level = 1),

	FITS("test.threshold", RULE(TEST_THRESHOLD, CRITICAL)),
	FITS("test.threshold", NONE, SET(TEST_THRESHOLD)),
	FITS("test.threshold", RULE(TEST_THRESHOLD, CRITICAL), .p95 = 199.9),
	FITS("test.threshold", RULE(TEST_THRESHOLD, CRITICAL), .trend = "join_latency", .trend_finding = 1),
	NOT("test.threshold", RULE(TEST_THRESHOLD, CRITICAL), .p95 = 200),
	NOT("test.threshold", RULE(TEST_THRESHOLD, CRITICAL), .requests = 1000, .failures = 1),
	NOT("test.threshold", RULE(LATENCY_P99, CRITICAL), WITH(TEST_THRESHOLD)),
	NOT("test.threshold", RULE(TEST_THRESHOLD, CRITICAL), WITH(LATENCY_P99)),
	NOT("test.threshold", NONE),

	FITS("errors.retry", RULE(ERRORS_RATE, WARNING), .failures = 6),
	FITS("errors.retry", RULE(ERRORS_RATE, WARNING), .failures = 6, .method = "PUT"),
	FITS("errors.retry", RULE(ERRORS_RATE, WARNING), .failures = 6, .method = "DELETE"),
	FITS("errors.retry", RULE(ERRORS_RATE, WARNING), .failures = 6, .method = "HEAD"),
	FITS("errors.retry", RULE(ERRORS_RATE, CRITICAL), .failures = 10, .failure = "HTTP 500"),
	NOT("errors.retry", RULE(ERRORS_RATE, CRITICAL), .failures = 11),
	NOT("errors.retry", RULE(ERRORS_RATE, WARNING), .failures = 6, .method = "POST"),
	NOT("errors.retry", RULE(ERRORS_RATE, WARNING), .failures = 6, .method = "PATCH"),
	NOT("errors.retry", RULE(ERRORS_RATE, WARNING), .failures = 6, .failure = "404 Client Error"),
	NOT("errors.retry", RULE(ERRORS_RATE, WARNING), .failures = 6, .failure = "error_code 1429"),
	NOT("errors.retry", RULE(ERRORS_RATE, WARNING), .failures = 6, SET(LOAD_SATURATION)),
	NOT("errors.retry", RULE(ERRORS_RATE, WARNING), .failures = 6, SET(SERVICE_ERRORS)),
	NOT("errors.retry", RULE(LATENCY_P99, WARNING)),

	FITS("errors.breaker", RULE(ERRORS_RATE, CRITICAL), .failures = 11),
	FITS("errors.breaker", NONE, SET(SERVICE_ERRORS)),
	NOT("errors.breaker", RULE(ERRORS_RATE, CRITICAL), .failures = 10),
	NOT("errors.breaker", NONE, SET(SERVICE_LATENCY)),
	NOT("errors.breaker", NONE, .failures = 11),

	FITS("db.indexes", RULE(LATENCY_P99, WARNING), .p50 = 100, .name = "user_list"),
	FITS("db.indexes", RULE(LATENCY_P95, WARNING), .p50 = 100, .name = "findUser", .method = "POST"),
	FITS("db.indexes", RULE(LATENCY_P99, WARNING), .p50 = 100, .name = "cart", .trend = "db_query_duration"),
	FITS("db.indexes", RULE(LATENCY_P99, WARNING), .p50 = 100, .name = "cart", .service = DB, .slow = 2),
	NOT("db.indexes", RULE(LATENCY_P99, WARNING), .p50 = 100, .name = "cart", .service = DB, .slow = 1),
	NOT("db.indexes", RULE(LATENCY_P99, WARNING), .p50 = 100, .name = "cart", .service = "cache_ms", .slow = 3),
	NOT("db.indexes", RULE(LATENCY_P99, WARNING), .p50 = 100, .name = "cart"),
	NOT("db.indexes", RULE(LATENCY_P99, WARNING), .p50 = 99.9, .name = "user_list"),
	NOT("db.indexes", NONE, .p50 = 100, .name = "user_list"),
	NOT("db.indexes", RULE(LATENCY_P99, CRITICAL), SET(SERVICE_LATENCY), .p50 = 100, .name = "user_list"),

	FITS("db.pagination", RULE(LATENCY_P99, WARNING), .p50 = 100, .name = "orders/all"),
	NOT("db.pagination", RULE(LATENCY_P99, WARNING), .p50 = 100, .name = "orders"),
	NOT("db.pagination", RULE(LATENCY_P99, WARNING), .p50 = 100, .name = "allies"),
	NOT("db.pagination", RULE(LATENCY_P99, WARNING), .p50 = 99, .name = "orders_list"),
	NOT("db.pagination", RULE(LATENCY_P99, WARNING), .p50 = 100, .name = "orders_list", .method = "POST"),
	NOT("db.pagination", RULE(LATENCY_P99, CRITICAL), SET(SERVICE_ERRORS), .p50 = 100, .name = "orders_list"),

	FITS("db.random", RULE(LATENCY_P99, WARNING), .name = "heroes/random"),
	NOT("db.random", NONE, .name = "heroes/random"),
	NOT("db.random", RULE(LATENCY_P99, WARNING), .name = "heroes/randomize"),
	NOT("db.random", RULE(LATENCY_P99, CRITICAL), SET(SERVICE_LATENCY), .name = "heroes/random"),

	FITS("load.serialised", RULE(LOAD_GROWTH, WARNING), .value = 2),
	FITS("load.serialised", RULE(LOAD_GROWTH, CRITICAL), .grown = 1, .value = 2),
	NOT("load.serialised", RULE(LOAD_GROWTH, CRITICAL), .grown = 2, .value = 2),
	NOT("load.serialised", RULE(LOAD_GROWTH, CRITICAL), .grown = 3, .value = 2),
	NOT("load.serialised", RULE(LATENCY_P99, CRITICAL)),

	FITS("capacity.scale", NONE, SET(SERVICE_ERRORS)),
	FITS("capacity.scale", NONE, SET(SERVICE_LATENCY)),
	FITS("capacity.scale", RULE(LOAD_GROWTH, WARNING), SET(LOAD_SATURATION), .grown = 3),
	NOT("capacity.scale", RULE(LOAD_GROWTH, WARNING), SET(LOAD_SATURATION)),
	NOT("capacity.scale", RULE(LATENCY_P99, CRITICAL)),

	FITS("ext.parallel", RULE(LATENCY_P99, WARNING), .name = "checkout"),
	FITS("ext.parallel", RULE(LATENCY_P99, WARNING), .name = "cart", .trend = "external_request_duration"),
	FITS("ext.parallel", RULE(LATENCY_P99, WARNING), .name = "cart", .service = CALLS, .slow = 3),
	NOT("ext.parallel", RULE(LATENCY_P99, WARNING), .name = "cart"),
	NOT("ext.parallel", RULE(LATENCY_P99, WARNING), .name = "fighter"),
	NOT("ext.parallel", NONE, .name = "checkout"),

	FITS("db.matview", RULE(LATENCY_P99, WARNING), .p50 = 150, .name = "leaderboard"),
	FITS("db.matview", RULE(LATENCY_P99, WARNING), .p50 = 150, .name = "GET /reports/2024"),
	NOT("db.matview", RULE(LATENCY_P99, WARNING), .p50 = 149, .name = "leaderboard"),
	NOT("db.matview", RULE(LATENCY_P99, WARNING), .p50 = 150, .name = "board"),
	NOT("db.matview", NONE, .p50 = 150, .name = "leaderboard"),
	NOT("db.matview", RULE(LATENCY_P99, CRITICAL), SET(SERVICE_LATENCY), .p50 = 150, .name = "leaderboard"),

	FITS("async.job", RULE(LATENCY_P95, CRITICAL), .p95 = 1000.1, .method = "POST"),
	FITS("async.job", RULE(LATENCY_P95, CRITICAL), .p95 = 1000.1, .method = "PATCH"),
	NOT("async.job", RULE(LATENCY_P95, WARNING), .p95 = 1000, .method = "POST"),
	NOT("async.job", RULE(LATENCY_P95, CRITICAL), .p95 = 1000.1, .method = "GET"),
	NOT("async.job", NONE, .p95 = 1000.1, .method = "POST"),
};
/* clang-format on */

static struct doc_builder b;
static struct sift_catalogue *catalogue;

static void
open_catalogue(void)
{
	struct sift_err err = {0};

	if (sift_catalogue_builtin(&catalogue, &err))
		ck_abort_msg("%s:%d: %s", err.where, (int)err.line, err.what);
}

static void
close_catalogue(void)
{
	sift_catalogue_free(catalogue);
}

static enum sift_rule
rule_of(int number)
{
	return (enum sift_rule)(number - 1);
}

static double or (double value, double usual)
{
	return value > 0 ? value : usual;
}

static struct sift_finding *
add_finding(enum sift_rule rule, enum sift_severity severity, size_t set,
	    const char *method, const char *name)
{
	struct sift_finding *f = &b.doc.findings[b.doc.finding_count++];

	ck_assert_uint_le(b.doc.finding_count, FINDINGS);
	*f = (struct sift_finding){
		.id = sift_arena_printf(&b.arena, "f%zu", b.doc.finding_count),
		.rule = sift_rule_name(rule),
		.cls = sift_rule_class(rule),
		.severity = severity,
		.set = set,
		.sweep = SIFT_NONE,
		.method = method,
		.name = name,
		.value = 2,
		.message = "found",
	};
	return f;
}

static void
add_findings(const struct scene *s, size_t set, const char *method,
	     const char *name)
{
	static const char *const neighbours[] = {"z1", "z2", "z3"};
	struct sift_finding *f;
	int i;

	if (s->rule) {
		f = s->trend_finding
			    ? add_finding(rule_of(s->rule), s->severity, set,
					  NULL, s->trend)
			    : add_finding(rule_of(s->rule), s->severity, set,
					  method, name);
		if (s->trend_finding)
			f->kind = SIFT_KIND_TREND;
		if (s->absorbed) {
			f->evidence = sift_arena_array(&b.arena, 1,
						       sizeof(*f->evidence));
			f->evidence_count = 1;
			f->evidence->rule =
				sift_rule_name(rule_of(s->absorbed));
			f->evidence->message = "absorbed";
		}
	}
	if (s->of_set)
		add_finding(rule_of(s->of_set), SIFT_SEVERITY_CRITICAL, set,
			    NULL, NULL);
	for (i = 0; i < s->grown; i++)
		add_finding(SIFT_RULE_LOAD_GROWTH, SIFT_SEVERITY_WARNING, set,
			    "GET", neighbours[i]);
}

static void
add_ttl(const struct scene *s, size_t set, const char *method, const char *name)
{
	struct sift_ttl *ttl = sift_arena_array(&b.arena, 1, sizeof(*ttl));

	*ttl = (struct sift_ttl){.scenario = "shop",
				 .set = set,
				 .method = method,
				 .name = name,
				 .ttl_s = s->ttl,
				 .little_to_gain = s->little,
				 .reason = "said"};
	b.doc.cache_ttls = ttl;
	b.doc.cache_ttl_count = 1;
}

static void
add_beside_a_repeated_set(size_t set)
{
	size_t other = doc_set(&b, "steady", NULL, 3);

	doc_same(&b, other, "GET", "z1",
		 (struct doc_figures){.requests = 50, .p50 = 10});
	b.doc.sets[set].users = 10;
	doc_sweep(&b, "shop", &set, 1);
}

/* A page of a service with each run of the set. */
static void
add_services(const struct scene *s, size_t set)
{
	for (size_t i = 0; i < b.doc.sets[set].run_count; i++) {
		struct sift_run *run = doc_run(&b, set, i);

		run->services =
			sift_arena_array(&b.arena, 1, sizeof(*run->services));
		run->services[0] = (struct sift_service_series){
			.service = "heroes",
			.metric = s->service,
			.labels = "",
			.unit = "ms",
			.count = 100,
			.p95 = i < s->slow ? 201 : 200,
		};
		run->service_count = 1;
	}
}

static void
build(const struct scene *s)
{
	const char *method = s->method ? s->method : "GET";
	const char *name = s->name ? s->name : "a";
	size_t i, set = doc_set(&b, "shop", NULL, s->runs ? s->runs : 3);
	struct doc_figures quiet = {.requests = 200, .p50 = 20, .p95 = 30};
	char neighbour[3] = "z1";

	doc_same(&b, set, method, name,
		 (struct doc_figures){.requests = or (s->requests, 200),
				      .failures = s->failures,
				      .p50 = or (s->p50, 30),
				      .p95 = or (s->p95, 60),
				      .p99 = or (s->p99, 90)});
	for (; neighbour[1] < '4'; neighbour[1]++)
		doc_same(&b, set, "GET", sift_arena_str(&b.arena, neighbour),
			 quiet);
	if (s->trend)
		doc_trend(&b, set, s->trend,
			  (struct doc_figures){.requests = 200,
					       .p95 = s->trend_finding ? 100
								       : 201});
	for (i = 0; s->failure && i < b.doc.sets[set].run_count; i++)
		doc_failure(&b, set, i, s->failure, method, name, 2);
	if (s->service)
		add_services(s, set);
	if (s->level)
		add_beside_a_repeated_set(set);
	b.doc.findings =
		sift_arena_array(&b.arena, FINDINGS, sizeof(*b.doc.findings));
	doc_finish(&b);
	if (s->share > 0)
		doc_endpoint(&b, set, method, name)->result.share_of_time =
			s->share;
	add_findings(s, set, method, name);
	if (s->ttl)
		add_ttl(s, set, method, name);
}

/* Shown, or named as the alternative of one that is shown. */
static int
has_action(const char *id)
{
	size_t i, j;

	for (i = 0; i < b.doc.plan.action_count; i++) {
		const struct sift_action *a = &b.doc.plan.actions[i];

		if (!strcmp(a->id, id))
			return 1;
		for (j = 0; j < a->alternative_count; j++)
			if (!strcmp(a->alternatives[j], id))
				return 1;
	}
	return 0;
}

START_TEST(action_fits_by_its_conditions)
{
	const struct scene *s = &scenes[_i];
	struct sift_err err = {0};

	doc_init(&b);
	build(s);
	if (sift_advise_plan(&b.doc, catalogue, 2, &b.arena, &err))
		ck_abort_msg("%s", err.what);
	ck_assert_msg(has_action(s->id) == s->fits, "row %d: %s %s", _i, s->id,
		      s->fits ? "does not fit" : "fits");
	doc_release(&b);
}
END_TEST

/* ---- replicas need two slow reads and a saturated set ---- */

static const struct {
	double shares[2];
	const char *methods[2];
	enum sift_severity severity;
	int saturated, fits;
} replicas[] = {
	{{0.2, 0.1}, {"GET", "GET"}, SIFT_SEVERITY_WARNING, 1, 1},
	{{0.2, 0.099}, {"GET", "GET"}, SIFT_SEVERITY_WARNING, 1, 0},
	{{0.2, 0.2}, {"GET", "POST"}, SIFT_SEVERITY_WARNING, 1, 0},
	{{0.2, 0.2}, {"GET", "GET"}, SIFT_SEVERITY_NOTE, 1, 0},
	{{0.2, 0.2}, {"GET", "GET"}, SIFT_SEVERITY_WARNING, 0, 0},
};

START_TEST(replicas_need_saturation_and_slow_reads)
{
	struct sift_err err = {0};
	size_t i, set;

	doc_init(&b);
	b.doc.findings =
		sift_arena_array(&b.arena, FINDINGS, sizeof(*b.doc.findings));
	set = doc_set(&b, "shop", NULL, 3);
	doc_same(&b, set, replicas[_i].methods[0], "a",
		 (struct doc_figures){.requests = 200, .p50 = 30});
	doc_same(&b, set, replicas[_i].methods[1], "b",
		 (struct doc_figures){.requests = 200, .p50 = 30});
	doc_finish(&b);
	for (i = 0; i < 2; i++) {
		b.doc.sets[set].endpoints[i].result.share_of_time =
			replicas[_i].shares[i];
		add_finding(SIFT_RULE_LATENCY_P99, replicas[_i].severity, set,
			    replicas[_i].methods[i], i ? "b" : "a");
	}
	if (replicas[_i].saturated)
		add_finding(SIFT_RULE_LOAD_SATURATION, SIFT_SEVERITY_WARNING,
			    set, NULL, NULL);
	ck_assert_int_eq(sift_advise_plan(&b.doc, catalogue, 2, &b.arena, &err),
			 SIFT_OK);
	ck_assert_int_eq(has_action("db.replicas"), replicas[_i].fits);
	doc_release(&b);
}
END_TEST

START_TEST(every_action_is_tried_both_ways)
{
	static const char *const tiers[] = {
		"errors.fix",	  "errors.timeouts", "tail.pool",
		"tail.trace",	  "cache.ttl",	     "cache.l2",
		"log.level",	  "test.repeat",     "test.threshold",
		"errors.retry",	  "errors.breaker",  "db.indexes",
		"db.pagination",  "db.random",	     "load.serialised",
		"capacity.scale", "ext.parallel",    "db.matview",
		"async.job",
	};
	size_t i, j, fits, not ;

	for (i = 0; i < sizeof(tiers) / sizeof(tiers[0]); i++) {
		fits = not = 0;
		for (j = 0; j < sizeof(scenes) / sizeof(scenes[0]); j++) {
			if (strcmp(scenes[j].id, tiers[i]) != 0)
				continue;
			fits += scenes[j].fits == 1;
			not += scenes[j].fits == 0;
		}
		ck_assert_msg(fits && not, "%s", tiers[i]);
		ck_assert_ptr_nonnull(sift_action_explain(catalogue, tiers[i]));
	}
	ck_assert_ptr_nonnull(sift_action_explain(catalogue, "db.replicas"));
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("conditions");
	TCase *c = tcase_create("conditions");
	SRunner *runner;
	int failed;

	tcase_add_unchecked_fixture(c, open_catalogue, close_catalogue);
	tcase_add_loop_test(c, action_fits_by_its_conditions, 0,
			    (int)(sizeof(scenes) / sizeof(scenes[0])));
	tcase_add_loop_test(c, replicas_need_saturation_and_slow_reads, 0,
			    (int)(sizeof(replicas) / sizeof(replicas[0])));
	tcase_add_test(c, every_action_is_tried_both_ways);
	suite_add_tcase(suite, c);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
