/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "report_fixture.h"

#include <check.h>
#include <math.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static void *
copy(struct doc_builder *b, const void *from, size_t count, size_t size)
{
	void *to = sift_arena_array(&b->arena, count, size);

	ck_assert_ptr_nonnull(to);
	memcpy(to, from, count * size);
	return to;
}

/* Give a part of the document the rows of a table. */
#define SET_ROWS(b, list, count, rows)                                         \
 do {                                                                          \
  (list) = copy((b), (rows), COUNT(rows), sizeof(*(rows)));                    \
  (count) = COUNT(rows);                                                       \
 } while (0)

/* ---- one run ---- */

static void
fill_one(struct doc_builder *b)
{
	size_t set = doc_set(b, "smoke", NULL, 1);

	doc_same(b, set, "GET", "/health",
		 (struct doc_figures){.requests = 60,
				      .p50 = 2.1,
				      .p90 = 2.9,
				      .p95 = 3.4,
				      .p99 = 9.996,
				      .max = 12});
	doc_finish(b);
}

/* ---- the usual ---- */

static void
add_shop_endpoints(struct doc_builder *b, size_t set, double slower)
{
	const struct {
		const char *method, *name;
		struct doc_figures figures;
	} rows[] = {
		{"GET",
		 "/api/alerts",
		 {1021, 26, 0, 0, 64 * slower, 120, 180 * slower, 812 * slower,
		  0, 1204}},
		{"POST",
		 "/api/alerts/acknowledge",
		 {204, 0, 0, 0, 31.2 * slower, 55, 61, 88, 0, 90}},
		{"GET",
		 "/api/dashboard/overview",
		 {510, 0, 0, 0, 142 * slower, 250, 310 * slower, 655 * slower,
		  0, 911}},
		{"GET", "/api/health", {59, 0, 0, 0, 1.8, 2.4, 2.9, 4, 0, 5}},
		{"GET",
		 "/api/webhooks/{id}/deliveries?status=failed&page={n}",
		 {980, 0, 0, 0, 22 * slower, 31, 44 * slower, 97 * slower, 0,
		  301}},
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		doc_same(b, set, rows[i].method, rows[i].name, rows[i].figures);
	doc_trend(b, set, "join_room_latency",
		  (struct doc_figures){.requests = 120,
				       .p50 = 41,
				       .p90 = 70,
				       .p95 = 90,
				       .p99 = 101,
				       .max = 140});
}

static const char *const shop_steps[] = {
	("read the failure text with most occurrences and the service's log "
	 "of the same minute"),
	"fix that one first; it is 23 of 26 failures",
	"add a test that fails without the fix",
};
static const struct sift_action_endpoint shop_alerts[] = {
	{"GET", "/api/alerts"}};
static const struct sift_action_endpoint shop_slow[] = {
	{"GET", "/api/alerts"}, {"GET", "/api/dashboard/overview"}};
static const char *const shop_error_ids[] = {"f0000000a"};
static const char *const shop_tail_ids[] = {"f0000000b", "f0000000c"};
static const char *const shop_instead[] = {"cache.ttl"};

static void
add_plan(struct doc_builder *b)
{
	const struct sift_action actions[] = {
		{"errors.fix", "Fix the most frequent failure",
		 SIFT_TIER_IMMEDIATE,
		 (struct sift_action_endpoint *)shop_alerts, 1,
		 (const char **)shop_error_ids, 1,
		 "GET /api/alerts: 130 of 5105 failed (2.55 %) in 5 of 5 runs, "
		 "mostly \"HTTP 503\". Failures hide every other figure.",
		 (const char **)shop_steps, COUNT(shop_steps), "low", NAN, NAN,
		 NULL, NULL, 0,
		 "Low. Do not silence the error, or the next report hides it.",
		 "run the scenario five times more, then `loadsift analyze "
		 "NEW_RUNS` and look at errors.rate: the finding is gone, or "
		 "its interval lies lower"},
		{"cache.l2", "Second-level (Redis) cache", SIFT_TIER_IMMEDIATE,
		 (struct sift_action_endpoint *)shop_slow, 2,
		 (const char **)shop_tail_ids, 2,
		 "GET /api/dashboard/overview: p99 655 ms is over 500 ms (5 of "
		 "5 runs). A cache shared by all instances answers what was "
		 "computed a moment ago.",
		 (const char **)shop_steps, 1, "low", 0.3, 0.4, "catalogue",
		 (const char **)shop_instead, 1,
		 "Stale data for as long as the TTL.",
		 "`loadsift analyze BEFORE AFTER`: compare the medians of the "
		 "mean"},
		{"db.matview", "Materialised view", SIFT_TIER_LONG_TERM,
		 (struct sift_action_endpoint *)shop_slow, 1,
		 (const char **)shop_tail_ids, 1,
		 "The dashboard aggregates on every request.",
		 (const char **)shop_steps, 2, "high", 0.5, 0.5, "modelled",
		 NULL, 0, NULL, "repeat the sweep with the same loads"},
	};

	SET_ROWS(b, b->doc.plan.actions, b->doc.plan.action_count, actions);
	b->doc.plan.largest_payoff =
		"Second-level (Redis) cache (cache.l2, immediate) for GET "
		"/api/dashboard/overview: 30-40 % of 27 % of the time";
}

static struct sift_evidence alert_errors[] = {
	{"errors.rate", NULL, NULL, "error_rate", 0.0255, NAN,
	 "95 % interval 2.15 % to 3.01 % (Wilson)"},
	{"errors.rate", NULL, NULL, "failures", 130, NAN,
	 "failures in 5 of 5 runs: baseline 50 rps run-1 (26), baseline 50 rps "
	 "run-2 (26), baseline 50 rps run-3 (26) and 2 more"},
	{"errors.rate", NULL, NULL, "failures", 115, NAN,
	 "115 times: HTTP 503"},
};
static struct sift_evidence alert_latency[] = {
	{"latency.p95", NULL, NULL, "p95", 612, 500,
	 "p95 612 ms is over 500 ms (4 of 5 runs)"},
	{"variance.stalls", NULL, NULL, "p99_to_p50", 12.7, 5,
	 "shape: stalls; p99 812 ms is 12.7 times p50 64 ms, over 5"},
};
static struct sift_evidence service[] = {
	{"latency.p99", "GET", "/api/alerts", "p99", 812, 500,
	 "p99 812 ms is over 500 ms"},
	{"latency.p99", "GET", "/api/dashboard/overview", "p99", 655, 500,
	 "p99 655 ms is over 500 ms"},
};

static void
add_findings(struct doc_builder *b)
{
	const struct sift_finding findings[] = {
		{"f00000009",
		 "service.latency",
		 SIFT_CLASS_SERVICE,
		 SIFT_SEVERITY_CRITICAL,
		 1,
		 SIFT_NONE,
		 NULL,
		 NULL,
		 SIFT_KIND_HTTP,
		 "endpoints",
		 "share",
		 0.8,
		 0.75,
		 "default",
		 3,
		 3,
		 1,
		 1,
		 "the latency of 4 of 5 endpoints is critical (3 of 3 runs)",
		 service,
		 COUNT(service)},
		{"f0000000a",
		 "errors.rate",
		 SIFT_CLASS_ERRORS,
		 SIFT_SEVERITY_CRITICAL,
		 0,
		 SIFT_NONE,
		 "GET",
		 "/api/alerts",
		 SIFT_KIND_HTTP,
		 "error_rate",
		 "share",
		 0.0255,
		 0.01,
		 "default",
		 5,
		 5,
		 0.31,
		 1,
		 "error rate 2.55 % is over 1 %: 130 of 5105 requests failed",
		 alert_errors,
		 COUNT(alert_errors)},
		{"f0000000b",
		 "latency.p99",
		 SIFT_CLASS_LATENCY,
		 SIFT_SEVERITY_CRITICAL,
		 0,
		 SIFT_NONE,
		 "GET",
		 "/api/alerts",
		 SIFT_KIND_HTTP,
		 "p99",
		 "ms",
		 812,
		 500,
		 "loadsift.yaml:12",
		 5,
		 5,
		 0.31,
		 1,
		 "p99 812 ms is over 500 ms (5 of 5 runs)",
		 alert_latency,
		 COUNT(alert_latency)},
		{"f0000000c",
		 "latency.p99",
		 SIFT_CLASS_LATENCY,
		 SIFT_SEVERITY_WARNING,
		 0,
		 SIFT_NONE,
		 "GET",
		 "/api/dashboard/overview",
		 SIFT_KIND_HTTP,
		 "p99",
		 "ms",
		 455,
		 300,
		 "default",
		 5,
		 5,
		 0.27,
		 1,
		 "p99 455 ms is over 300 ms (5 of 5 runs)",
		 NULL,
		 0},
		{"f0000000d",
		 "load.saturation",
		 SIFT_CLASS_LOAD,
		 SIFT_SEVERITY_WARNING,
		 SIFT_NONE,
		 0,
		 NULL,
		 NULL,
		 SIFT_KIND_HTTP,
		 "rps",
		 "ratio",
		 0.02,
		 0.25,
		 "default",
		 3,
		 3,
		 1,
		 1,
		 "throughput stops rising at 20 users: 40 users give 51 "
		 "requests per second instead of 50",
		 NULL,
		 0},
		{"f0000000e",
		 "variance.between-runs",
		 SIFT_CLASS_VARIANCE,
		 SIFT_SEVERITY_NOTE,
		 0,
		 SIFT_NONE,
		 NULL,
		 "join_room_latency",
		 SIFT_KIND_TREND,
		 "p95",
		 "share",
		 0.18,
		 0.15,
		 "default",
		 5,
		 5,
		 NAN,
		 1,
		 "p95 differs between runs: 80 ms to 130 ms in 5 runs, "
		 "coefficient of variation 18 % is over 15 %",
		 NULL,
		 0},
	};

	SET_ROWS(b, b->doc.findings, b->doc.finding_count, findings);
}

static void
add_ttls(struct doc_builder *b)
{
	const struct sift_ttl ttls[] = {
		{"baseline", 0, "GET", "/api/alerts", 300, 1021, "run", 812, 0,
		 "1021 requests per run > 1000, p99 812 ms > 200 ms (at least "
		 "300 s) in baseline 50 rps"},
		{"baseline", 0, "GET", "/api/dashboard/overview", 120, 510,
		 "run", 655, 0,
		 "510 requests per run > 100 in baseline 50 rps"},
		{"baseline", 0, "GET", "/api/webhooks/{id}", 60, 50, "run", 97,
		 1, "50 requests per run > 10; little to gain: p50 2 ms"},
		{"baseline", 0, "POST", "/api/alerts/acknowledge", -1, 204,
		 "run", 88, 0, "POST does not only read"},
	};

	SET_ROWS(b, b->doc.cache_ttls, b->doc.cache_ttl_count, ttls);
}

static void
add_inputs(struct doc_builder *b)
{
	const struct sift_input inputs[] = {
		{"week.tar.gz!baseline/run-1/points.json.gz", 8123456,
		 "k6 points", "1.0", SIFT_ROLE_USED, NULL, 123456, 12, 0, 0},
		{"week.tar.gz!baseline/run-1/summary.json", 8123, "k6 summary",
		 NULL, SIFT_ROLE_SUPERSEDED, "the points say more", 40, 0, 0,
		 0},
		{"week.tar.gz!baseline/run-2/points.json.gz", 8123456,
		 "k6 points", NULL, SIFT_ROLE_USED,
		 "line 81234: response time \"x\" is not a number", 123000, 0,
		 3, 1},
		{"week.tar.gz!baseline/run-5/points.json.gz", 812345,
		 "k6 points", NULL, SIFT_ROLE_PARTIAL,
		 "gzip data ends after 812345 bytes: truncated", 12000, 0, 0,
		 4},
		{"week.tar.gz!baseline/run-6/points.json.gz", 100, "k6 points",
		 NULL, SIFT_ROLE_DAMAGED, "wrong CRC of gzip data", 0, 0, 0,
		 SIFT_NONE},
		{"week.tar.gz!notes.txt", 512, NULL, NULL, SIFT_ROLE_IGNORED,
		 "no result of a load test", -1, -1, -1, SIFT_NONE},
	};

	SET_ROWS(b, b->doc.inputs, b->doc.input_count, inputs);
}

static void
add_parameters(struct doc_builder *b)
{
	const struct sift_parameter parameters[] = {
		{"config", "./loadsift.yaml"},
		{"group_by", NULL},
		{"traffic", "run"},
	};

	SET_ROWS(b, b->doc.parameters, b->doc.parameter_count, parameters);
}

static void
add_facts_of_runs(struct doc_builder *b)
{
	static struct sift_check checks[] = {{"status is 200", 2800, 26},
					     {"body is not empty", 2826, 0}};
	static const char *notes[] = {"p(99) was not recorded"};

	doc_failure(b, 0, 0, "HTTP 503", "GET", "/api/alerts", 23);
	doc_failure(b, 0, 0,
		    "ConnectionError('Connection aborted.', "
		    "RemoteDisconnected('Remote end closed connection'))",
		    "GET", "/api/alerts", 3);
	doc_run(b, 0, 0)->checks = checks;
	doc_run(b, 0, 0)->check_count = COUNT(checks);
	doc_run(b, 0, 1)->notes = notes;
	doc_run(b, 0, 1)->note_count = COUNT(notes);
}

static void
fill_usual(struct doc_builder *b)
{
	static const char *notes[] = {"1 of 5 runs kept no points and is left "
				      "out of latencies: n = 4"};
	size_t levels[2];

	levels[0] = doc_set(b, "baseline", "50 rps", 5);
	levels[1] = doc_set(b, "baseline", "100 rps", 3);
	add_shop_endpoints(b, levels[0], 1);
	add_shop_endpoints(b, levels[1], 2.5);
	b->doc.sets[0].users = 20;
	b->doc.sets[1].users = 40;
	b->doc.sets[0].notes = notes;
	b->doc.sets[0].note_count = COUNT(notes);
	add_facts_of_runs(b);
	doc_sweep(b, "baseline", levels, 2);
	doc_finish(b);
	b->doc.sets[1].total.resolution_ms = 10;
	add_findings(b);
	add_plan(b);
	add_ttls(b);
	add_inputs(b);
	add_parameters(b);
}

/* ---- nothing known ---- */

static void
fill_absent(struct doc_builder *b)
{
	const struct doc_figures nothing = {.requests = -1, .failures = -1};
	size_t set = doc_set(b, "unknown", NULL, 2);

	doc_same(b, set, NULL, "list", nothing);
	doc_finish(b);
	b->doc.sets[set].duration_s = NAN;
	b->doc.sets[set].source_kind = NULL;
	b->doc.sets[set].grouped_by = NULL;
	b->doc.sets[set].total.percentiles = SIFT_PERCENTILES_UNKNOWN;
	for (size_t i = 0; i < 2; i++) {
		struct sift_run *run = doc_run(b, set, i);

		run->tool = NULL;
		run->duration_s = NAN;
		run->source_kind = NULL;
		run->total.percentiles = SIFT_PERCENTILES_UNKNOWN;
		run->load = (struct sift_run_load){NAN, NAN, NAN};
	}
}

/* ---- very much ---- */

static void
add_many_endpoints(struct doc_builder *b, struct sift_set *set)
{
	struct sift_set_endpoint *all =
		sift_arena_array(&b->arena, REPORT_MANY, sizeof(*all));

	ck_assert_ptr_nonnull(all);
	for (size_t i = 0; i < REPORT_MANY; i++) {
		all[i] = set->endpoints[0];
		all[i].name = sift_arena_printf(&b->arena, "/item/%03zu", i);
		/* The last takes most of the time. */
		all[i].result.share_of_time =
			(double)(i + 1) / (REPORT_MANY * REPORT_MANY);
	}
	set->endpoints = all;
	set->endpoint_count = REPORT_MANY;
}

static void
add_many_failures(struct doc_builder *b, struct sift_run *run)
{
	run->failures = sift_arena_array(&b->arena, REPORT_MANY,
					 sizeof(*run->failures));
	ck_assert_ptr_nonnull(run->failures);
	run->failure_count = REPORT_MANY;
	for (size_t i = 0; i < REPORT_MANY; i++)
		run->failures[i] = (struct sift_failure){
			sift_arena_printf(&b->arena, "error %03zu", i), "GET",
			"/item", (int64_t)i + 1, NULL};
}

static void
add_many_inputs(struct doc_builder *b)
{
	size_t count = 2 * REPORT_MANY;

	b->doc.inputs =
		sift_arena_array(&b->arena, count, sizeof(*b->doc.inputs));
	ck_assert_ptr_nonnull(b->doc.inputs);
	b->doc.input_count = count;
	for (size_t i = 0; i < count; i++)
		b->doc.inputs[i] = (struct sift_input){
			.source = sift_arena_printf(&b->arena, "f/%04zu", i),
			.role = i % 2 ? SIFT_ROLE_DAMAGED : SIFT_ROLE_IGNORED,
			.reason = i % 2 ? "wrong CRC" : "no result",
			.bytes = -1,
			.records_used = -1,
			.records_unused = -1,
			.records_skipped = -1,
			.run = SIFT_NONE,
		};
}

static void
fill_many(struct doc_builder *b)
{
	size_t set = doc_set(b, "crowd", NULL, 1);

	doc_same(b, set, "GET", "/item",
		 (struct doc_figures){.requests = 1000,
				      .failures = 10,
				      .p50 = 10,
				      .p95 = 12.5,
				      .p99 = 20});
	doc_finish(b);
	add_many_endpoints(b, &b->doc.sets[set]);
	add_many_failures(b, doc_run(b, set, 0));
	add_many_inputs(b);
}

/* ---- hostile names ---- */

const char *const report_hostile_names[REPORT_HOSTILE_NAMES] = {
	"<script>alert(1)</script>",
	"</td></tr></table><h1>owned",
	"<img src=x onerror=alert(1)>",
	"<!-- never closed",
	"]]>",
	"<![CDATA[x",
	"&lt;b&gt; &amp; &#60;",
	"\"quoted\" 'single'",
	"back`tick",
	"``two`` `and one",
	"`whole`",
	"``",
	"a|b|c",
	"| start",
	"end |",
	"back\\slash",
	"a\\|b",
	"ends with \\",
	"line\nbreak",
	"cr\rlf\r\nend",
	"tab\there",
	"![pixel](javascript:alert(1))",
	"[text](https://evil.example/)",
	"<https://evil.example/>",
	"https://evil.example/login",
	"see www.evil.example now",
	"mail admin@evil.example",
	"@everyone and $HOME $x$",
	"\033[2J\033[1;31mred",
	"\033]8;;https://evil.example\033\\click\033]8;;\033\\",
	"c1 \xC2\x9B"
	"31m control",
	"right-to-left \xE2\x80\xAE"
	"txt.exe",
	"isolate \xE2\x81\xA6x\xE2\x81\xA9",
	"=cmd|' /C calc'!A0",
	"+1+1",
	"-2 minus",
	"# heading",
	"1. item",
	"    four blanks",
	"bad \xFF\xC3\x28 utf-8",
	"cut \xE2\x82",
	"separator \xE2\x80\xA8 and \xE2\x80\xA9 end",
	"*bold* _under_ ~~gone~~ a_b",
	"",
};

static struct sift_evidence *
hostile_evidence(struct doc_builder *b, const char *name)
{
	const struct sift_evidence e = {"r", "GET", name, "p99", 1, 1, name};

	return copy(b, &e, 1, sizeof(e));
}

/* The name wherever there is text from files. */
static void
add_hostile(struct doc_builder *b, size_t i, const char *name)
{
	const char **texts = sift_arena_array(&b->arena, 1, sizeof(*texts));
	struct sift_action_endpoint *of =
		sift_arena_array(&b->arena, 1, sizeof(*of));

	ck_assert_ptr_nonnull(texts);
	ck_assert_ptr_nonnull(of);
	texts[0] = name;
	*of = (struct sift_action_endpoint){"GET", name};
	b->doc.findings[i] = (struct sift_finding){
		.id = sift_arena_printf(&b->arena, "f%08zu", i),
		.rule = "latency.p99",
		.cls = SIFT_CLASS_LATENCY,
		.severity = SIFT_SEVERITY_WARNING,
		.sweep = SIFT_NONE,
		.method = "GET",
		.name = name,
		.value = 1,
		.message = name,
		.evidence = hostile_evidence(b, name),
		.evidence_count = 1,
	};
	b->doc.cache_ttls[i] = (struct sift_ttl){
		.scenario = name, .name = name, .ttl_s = 30, .reason = name};
	b->doc.plan.actions[i] = (struct sift_action){
		.id = "a",
		.title = name,
		.endpoints = of,
		.endpoint_count = 1,
		.why = name,
		.steps = texts,
		.step_count = 1,
		.effort = "low",
		.gain_low = NAN,
		.gain_high = NAN,
		.risk = name,
		.verify = name,
	};
	b->doc.inputs[i] = (struct sift_input){
		.source = name,
		.format = name,
		.role = SIFT_ROLE_PARTIAL,
		.reason = name,
		.run = SIFT_NONE,
	};
}

static void
add_hostile_parts(struct doc_builder *b)
{
	size_t n = REPORT_HOSTILE_NAMES;
	struct sift_document *d = &b->doc;

	d->finding_count = d->cache_ttl_count = n;
	d->plan.action_count = d->input_count = n;
	d->findings = sift_arena_array(&b->arena, n, sizeof(*d->findings));
	d->cache_ttls = sift_arena_array(&b->arena, n, sizeof(*d->cache_ttls));
	d->plan.actions =
		sift_arena_array(&b->arena, n, sizeof(*d->plan.actions));
	d->inputs = sift_arena_array(&b->arena, n, sizeof(*d->inputs));
	ck_assert(d->findings && d->cache_ttls && d->plan.actions && d->inputs);
	for (size_t i = 0; i < n; i++)
		add_hostile(b, i, report_hostile_names[i]);
}

/* One set for each two names: endpoints, labels, failures and notes. */
static void
add_hostile_set(struct doc_builder *b, const char *name, const char *other)
{
	size_t set = doc_set(b, name, NULL, 1);
	const char **notes = sift_arena_array(&b->arena, 1, sizeof(*notes));
	struct doc_figures figures = {
		.requests = 100, .failures = 1, .p50 = 10, .p95 = 20};

	ck_assert_ptr_nonnull(notes);
	notes[0] = name;
	doc_same(b, set, "GET", name, figures);
	doc_same(b, set, "POST", other, figures);
	doc_failure(b, set, 0, name, "GET", other, 1);
	doc_failure(b, set, 0, other, "GET", name, 1);
	b->doc.sets[set].notes = notes;
	b->doc.sets[set].note_count = 1;
	b->doc.sets[set].grouped_by = name;
}

static void
fill_hostile(struct doc_builder *b)
{
	/* As many sets as there is room for; each name is in some part. */
	for (size_t i = 0; i + 1 < REPORT_HOSTILE_NAMES && i / 3 < DOC_SETS;
	     i += 3)
		add_hostile_set(b, report_hostile_names[i],
				report_hostile_names[i + 1]);
	doc_finish(b);
	add_hostile_parts(b);
}

static void
fill_empty(struct doc_builder *b)
{
	(void)b;
}

const char *const report_documents[REPORT_DOCUMENTS] = {
	"empty", "one", "usual", "absent", "many", "hostile"};

void
report_document(struct doc_builder *b, const char *name)
{
	static void (*const fill[REPORT_DOCUMENTS])(struct doc_builder *) = {
		fill_empty,  fill_one,	fill_usual,
		fill_absent, fill_many, fill_hostile};

	doc_init(b);
	for (size_t i = 0; i < REPORT_DOCUMENTS; i++)
		if (strcmp(report_documents[i], name) == 0)
			fill[i](b);
}
