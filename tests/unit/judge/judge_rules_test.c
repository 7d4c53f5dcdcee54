/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Each rule by itself: just under, at and just over its limits. */
#include <config.h>

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "judge/draft.h"
#include "judge/judge.h"
#include "judge/rule_family.h"
#include "judge_fixture.h"

#define FIGURES(...) ((struct doc_figures){__VA_ARGS__})
#define NONE SIFT_SEVERITY_COUNT
#define NOTE SIFT_SEVERITY_NOTE
#define WARNING SIFT_SEVERITY_WARNING
#define CRITICAL SIFT_SEVERITY_CRITICAL
#define COUNT_OF(a) (sizeof(a) / sizeof((a)[0]))

static void
assert_severity(const struct sift_finding *f, enum sift_severity severity)
{
	if (severity == NONE) {
		if (f)
			ck_abort_msg("unexpected: %s", f->message);
		return;
	}
	ck_assert_ptr_nonnull(f);
	if (f->severity != severity)
		ck_abort_msg("%s is %s", f->message,
			     sift_severity_name(f->severity));
}

/* ---- one endpoint, the same in each run ---- */

/* clang-format off */
static const struct {
	const char *rule;
	size_t runs;
	struct doc_figures figures;
	enum sift_severity severity;
} same[] = {
	/* latency.p99: over 300, over 500, from 100 requests */
	{"latency.p99", 1, {.requests = 100, .p99 = 300}, NONE},
	{"latency.p99", 1, {.requests = 100, .p99 = 300.1}, WARNING},
	{"latency.p99", 1, {.requests = 100, .p99 = 500}, WARNING},
	{"latency.p99", 1, {.requests = 100, .p99 = 500.1}, CRITICAL},
	{"latency.p99", 1, {.requests = 99, .p99 = 501}, NOTE},
	{"latency.p99", 1, {.requests = 99, .p99 = 301}, NOTE},
	{"latency.p99", 1, {.requests = 99, .p99 = 300}, NONE},
	{"latency.p99", 1, {.requests = -1, .p99 = 501}, CRITICAL},
	{"latency.p99", 5, {.requests = 100, .p99 = 501}, CRITICAL},
	{"latency.p99", 1, {.requests = 100, .p95 = 900}, NONE},
	/* latency.p95: over 500, over 1000, from 20 requests */
	{"latency.p95", 1, {.requests = 20, .p95 = 500}, NONE},
	{"latency.p95", 1, {.requests = 20, .p95 = 500.1}, WARNING},
	{"latency.p95", 1, {.requests = 20, .p95 = 1000}, WARNING},
	{"latency.p95", 1, {.requests = 20, .p95 = 1000.1}, CRITICAL},
	{"latency.p95", 1, {.requests = 19, .p95 = 1001}, NOTE},
	/* errors.rate: over 0.1 %, over 1 %, from 3 failures */
	{"errors.rate", 1, {.requests = 3000, .failures = 3}, NONE},
	{"errors.rate", 1, {.requests = 2999, .failures = 3}, WARNING},
	{"errors.rate", 1, {.requests = 1200, .failures = 12}, WARNING},
	{"errors.rate", 1, {.requests = 1199, .failures = 12}, CRITICAL},
	{"errors.rate", 1, {.requests = 10, .failures = 2}, NONE},
	{"errors.rate", 1, {.requests = 10, .failures = 3}, CRITICAL},
	{"errors.rate", 1, {.requests = 2, .failures = 2}, CRITICAL},
	{"errors.rate", 1, {.requests = 3, .failures = 2}, NONE},
	{"errors.rate", 1, {.requests = 1, .failures = 1}, NONE},
	{"errors.rate", 1, {.requests = 0, .failures = 0}, NONE},
	{"errors.rate", 1, {.requests = 100, .failures = -1}, NONE},
	{"errors.rate", 3, {.requests = 500, .failures = 1}, WARNING},
	{"errors.rate", 2, {.requests = 500, .failures = 1}, NONE},
	/* variance.stalls: p99 ÷ p50 over 5, from 100 requests */
	{"variance.stalls", 1, {.requests = 100, .p50 = 50, .p99 = 250}, NONE},
	{"variance.stalls", 1, {.requests = 100, .p50 = 50, .p99 = 251},
	 WARNING},
	{"variance.stalls", 1, {.requests = 99, .p50 = 50, .p99 = 251}, NONE},
	{"variance.stalls", 1, {.requests = -1, .p50 = 50, .p99 = 251}, NONE},
	{"variance.stalls", 1, {.requests = 100, .p50 = 20, .p99 = 199}, NONE},
	{"variance.stalls", 1, {.requests = 100, .p50 = 20, .p99 = 200},
	 WARNING},
	/* variance.p95-to-mean: over 3, from 20 requests */
	{"variance.p95-to-mean", 1, {.requests = 20, .mean = 100, .p95 = 300},
	 NONE},
	{"variance.p95-to-mean", 1, {.requests = 20, .mean = 99, .p95 = 300},
	 WARNING},
	{"variance.p95-to-mean", 1, {.requests = 19, .mean = 99, .p95 = 300},
	 NONE},
	/* variance.max-to-p99: over 2, from 100 requests; p99.9 over 10 000 */
	{"variance.max-to-p99", 1, {.requests = 100, .p99 = 150, .max = 300},
	 NONE},
	{"variance.max-to-p99", 1, {.requests = 100, .p99 = 150, .max = 301},
	 WARNING},
	{"variance.max-to-p99", 1, {.requests = 99, .p99 = 150, .max = 301},
	 NONE},
	{"variance.max-to-p99", 1, {.requests = 100, .p99 = 95, .max = 194},
	 NONE},
	{"variance.max-to-p99", 1,
	 {.requests = 10000, .p99 = 150, .p99_9 = 160, .max = 900}, WARNING},
	{"variance.max-to-p99", 1,
	 {.requests = 10001, .p99 = 150, .p99_9 = 160, .max = 900}, NONE},
	{"variance.max-to-p99", 1,
	 {.requests = 10001, .p99 = 150, .p99_9 = 301, .max = 900}, WARNING},
	{"variance.max-to-p99", 1,
	 {.requests = 10001, .p99 = 150, .max = 900}, NONE},
	/* tail.p99-to-p95: note over 1.5, from 100 requests */
	{"tail.p99-to-p95", 1, {.requests = 100, .p95 = 200, .p99 = 300}, NONE},
	{"tail.p99-to-p95", 1, {.requests = 100, .p95 = 199, .p99 = 300}, NOTE},
	{"tail.p99-to-p95", 1, {.requests = 99, .p95 = 199, .p99 = 300}, NONE},
	{"tail.p99-to-p95", 1, {.requests = 100, .p95 = 151, .p99 = 250}, NONE},
};
/* clang-format on */

START_TEST(limit_is_not_over_the_limit)
{
	struct judged j;
	size_t set;

	judged_init(&j, NULL);
	set = doc_set(&j.b, "shop", NULL, same[_i].runs);
	doc_same(&j.b, set, "GET", "list", same[_i].figures);
	judged_run(&j);
	assert_severity(doc_finding(&j.b.doc, same[_i].rule, "list"),
			same[_i].severity);
	judged_release(&j);
}
END_TEST

/* ---- one figure that differs from run to run ---- */

enum field { P50, P95, P99, FAILURES, STALLS };

/* clang-format off */
static const struct {
	const char *rule;
	enum field field;
	size_t runs;
	double values[5];
	enum sift_severity severity;
	unsigned agreeing, judged;
} each[] = {
	/* the median over runs */
	{"latency.p99", P99, 3, {200, 310, 900}, WARNING, 2, 3},
	{"latency.p99", P99, 5, {510, 200, 520, 530, 540}, CRITICAL, 4, 5},
	{"latency.p99", P99, 2, {200, 400}, NONE, 0, 0},
	{"latency.p99", P99, 2, {200, 402}, WARNING, 1, 2},
	{"latency.p99", P99, 4, {0, 310, 320, 330}, WARNING, 3, 3},
	/* the median is fine, some runs are not */
	{"latency.p99", P99, 3, {100, 100, 501}, NOTE, 1, 3},
	{"latency.p99", P99, 3, {100, 100, 500}, NONE, 0, 0},
	{"latency.p99", P99, 2, {10, 501}, NONE, 0, 0},
	{"latency.p99", P99, 5, {100, 600, 100, 100, 700}, NOTE, 2, 5},
	/* failures are summed; in one of three runs they count a step less */
	{"errors.rate", FAILURES, 3, {0, 0, 31}, WARNING, 1, 3},
	{"errors.rate", FAILURES, 3, {0, 0, 4}, NOTE, 1, 3},
	{"errors.rate", FAILURES, 3, {0, 1, 30}, CRITICAL, 2, 3},
	{"errors.rate", FAILURES, 2, {0, 30}, CRITICAL, 1, 2},
	{"errors.rate", FAILURES, 1, {30}, CRITICAL, 1, 1},
	/* more than half of the runs */
	{"variance.stalls", STALLS, 4, {25, 25, 2, 2}, NONE, 0, 0},
	{"variance.stalls", STALLS, 4, {25, 25, 25, 2}, WARNING, 3, 4},
	{"variance.stalls", STALLS, 5, {25, 25, 25, 2, 2}, WARNING, 3, 5},
	{"variance.stalls", STALLS, 5, {25, 25, 2, 2, 2}, NONE, 0, 0},
	/* between runs: CV over 15 %, slowest from 50 ms, range from 10 ms */
	{"variance.between-runs", P50, 3, {100, 100, 140}, WARNING, 3, 3},
	{"variance.between-runs", P50, 3, {100, 100, 125}, NONE, 0, 0},
	{"variance.between-runs", P50, 2, {100, 200}, NONE, 0, 0},
	{"variance.between-runs", P50, 3, {30, 30, 49}, NONE, 0, 0},
	{"variance.between-runs", P50, 3, {30, 30, 50}, WARNING, 3, 3},
	{"variance.between-runs", P95, 3, {100, 100, 140}, NOTE, 3, 3},
};
/* clang-format on */

static struct doc_figures
figures_of(enum field field, double value)
{
	struct doc_figures f = {.requests = 1000};

	if (field == P50)
		f.p50 = value;
	else if (field == P95)
		f.p95 = value;
	else if (field == P99)
		f.p99 = value;
	else if (field == FAILURES)
		f.failures = value;
	else
		f.p50 = 10, f.p99 = 10 * value;
	return f;
}

START_TEST(runs_are_judged_together)
{
	struct doc_figures figures[5];
	const struct sift_finding *f;
	struct judged j;
	size_t set, i;

	judged_init(&j, NULL);
	set = doc_set(&j.b, "shop", NULL, each[_i].runs);
	for (i = 0; i < each[_i].runs; i++)
		figures[i] = figures_of(each[_i].field, each[_i].values[i]);
	doc_each(&j.b, set, "GET", "list", figures);
	judged_run(&j);
	f = doc_finding(&j.b.doc, each[_i].rule, "list");
	assert_severity(f, each[_i].severity);
	if (f) {
		ck_assert_uint_eq(f->runs_agreeing, each[_i].agreeing);
		ck_assert_uint_eq(f->runs_judged, each[_i].judged);
	}
	judged_release(&j);
}
END_TEST

/* Two runs of one figure each are 20 ms below the range's limit of 10. */
START_TEST(small_range_between_runs_is_no_variance)
{
	static const struct doc_figures figures[] = {
		{.requests = 50, .p50 = 50},
		{.requests = 50, .p50 = 41},
		{.requests = 50, .p50 = 41}};
	struct judged j;

	judged_init(&j, "rules: {variance.between-runs: {warning: 5 %, "
			"note: off}}");
	doc_each(&j.b, doc_set(&j.b, "shop", NULL, 3), "GET", "list", figures);
	judged_run(&j);
	assert_severity(doc_finding(&j.b.doc, "variance.between-runs", "list"),
			NONE);
	judged_release(&j);
}
END_TEST

/* ---- resolution ---- */

START_TEST(resolution_step_is_no_variance)
{
	static const struct {
		double resolution;
		enum sift_severity severity;
	} rows[] = {{0, WARNING}, {100, WARNING}, {125, NONE}, {126, NONE}};
	size_t i;

	for (i = 0; i < COUNT_OF(rows); i++) {
		struct judged j;
		size_t set;

		judged_init(&j, NULL);
		set = doc_set(&j.b, "shop", NULL, 1);
		doc_same(&j.b, set, "GET", "list",
			 FIGURES(.requests = 100, .p50 = 49, .p99 = 299));
		doc_finish(&j.b);
		doc_endpoint(&j.b, set, "GET", "list")->result.resolution_ms =
			rows[i].resolution;
		ck_assert_int_eq(
			sift_judge(&j.b.doc, &j.config, 1, &j.b.arena, NULL),
			SIFT_OK);
		assert_severity(
			doc_finding(&j.b.doc, "variance.stalls", "list"),
			rows[i].severity);
		judged_release(&j);
	}
}
END_TEST

/* ---- targets ---- */

#define LIST "targets:\n  list: "

/* clang-format off */
static const struct {
	const char *yaml, *rule;
	struct doc_figures figures;
	enum sift_severity severity;
} targets[] = {
	{LIST "{p50: 50ms}", "target.p50", {.requests = 9, .p50 = 50}, NOTE},
	{LIST "{p50: 50ms}", "target.p50", {.requests = 9, .p50 = 51},
	 CRITICAL},
	{LIST "{p50: 50ms}", "target.p50", {.requests = 9, .p50 = 45}, NONE},
	{LIST "{p50: 50ms}", "target.p50", {.requests = 9, .p50 = 45.1}, NOTE},
	{LIST "{p95: 150ms}", "target.p95", {.requests = 9, .p95 = 151},
	 CRITICAL},
	{LIST "{p99: 300ms}", "target.p99", {.requests = 9, .p99 = 301},
	 CRITICAL},
	{LIST "{p99: 300ms}", "target.p99", {.requests = 9, .p95 = 100}, NOTE},
	{LIST "{error-rate: 0 %}", "target.error-rate",
	 {.requests = 5000, .failures = 1}, CRITICAL},
	{LIST "{error-rate: 0 %}", "target.error-rate",
	 {.requests = 5000, .failures = 0}, NONE},
	{LIST "{error-rate: 0.5 %}", "target.error-rate",
	 {.requests = 1000, .failures = 5}, NOTE},
	{LIST "{error-rate: 0.5 %}", "target.error-rate",
	 {.requests = 999, .failures = 5}, CRITICAL},
	{LIST "{error-rate: 0.5 %}", "target.error-rate",
	 {.requests = 2000, .failures = 9}, NONE},
	{LIST "{error-rate: 0.5 %}", "target.error-rate",
	 {.requests = 100, .failures = -1}, NOTE},
	/* the load offered is not known: nothing is proven */
	{LIST "{min-rps: 100}", "target.rps", {.requests = 9, .rps = 50}, NOTE},
	{LIST "{min-rps: 100}", "target.rps", {.requests = 9, .rps = 111},
	 NOTE},
	{LIST "{min-rps: 100}", "target.rps", {.requests = 9, .rps = 112},
	 NONE},
	/* the default of the same metric gives way, others do not */
	{LIST "{p99: 600ms}", "latency.p99", {.requests = 100, .p99 = 510},
	 NONE},
	{LIST "{p95: 600ms}", "latency.p99", {.requests = 100, .p99 = 510},
	 CRITICAL},
	{LIST "{p95: 2s}", "latency.p95", {.requests = 100, .p95 = 1100}, NONE},
	{LIST "{error-rate: 5 %}", "errors.rate",
	 {.requests = 100, .failures = 4}, NONE},
	{LIST "{p99: 600ms}\nrules: {target.p99: off}", "latency.p99",
	 {.requests = 100, .p99 = 510}, CRITICAL},
	{"targets: {other: {p99: 1ms}}", "target.p99",
	 {.requests = 100, .p99 = 100}, NONE},
	{"targets: {POST list: {p99: 1ms}}", "target.p99",
	 {.requests = 100, .p99 = 100}, NONE},
	{"targets: {GET li*: {p99: 1ms}}", "target.p99",
	 {.requests = 100, .p99 = 100}, CRITICAL},
	/* other limits */
	{"rules: {latency.p99: {warning: 100ms}}", "latency.p99",
	 {.requests = 100, .p99 = 101}, WARNING},
	{"rules: {latency.p99: {note: 100ms}}", "latency.p99",
	 {.requests = 100, .p99 = 101}, NOTE},
	{"rules: {latency.p99: {critical: off}}", "latency.p99",
	 {.requests = 100, .p99 = 9000}, WARNING},
	{"rules: {latency.p99: off}", "latency.p99",
	 {.requests = 100, .p99 = 9000}, NONE},
	{"rules: {latency.p99: {min-requests: 10}}", "latency.p99",
	 {.requests = 10, .p99 = 501}, CRITICAL},
	{"rules: {errors.rate: {min-requests: 50}}", "errors.rate",
	 {.requests = 49, .failures = 9}, NOTE},
	{"rules: {errors.rate: off}", "errors.rate",
	 {.requests = 49, .failures = 9}, NONE},
	{"rules: {variance.stalls: {critical: 10}}", "variance.stalls",
	 {.requests = 100, .p50 = 20, .p99 = 250}, CRITICAL},
	{"rules: {variance.between-runs: off}", "variance.between-runs",
	 {.requests = 100}, NONE},
};
/* clang-format on */

START_TEST(configuration_sets_targets_and_limits)
{
	struct judged j;

	judged_init(&j, targets[_i].yaml);
	doc_same(&j.b, doc_set(&j.b, "shop", NULL, 1), "GET", "list",
		 targets[_i].figures);
	judged_run(&j);
	assert_severity(doc_finding(&j.b.doc, targets[_i].rule, "list"),
			targets[_i].severity);
	judged_release(&j);
}
END_TEST

START_TEST(source_of_a_limit_is_named)
{
	struct judged j;
	size_t set;

	judged_init(&j, "rules:\n  latency.p95: {warning: 100ms}\n"
			"targets:\n  cart: {p99: 50ms}\n");
	set = doc_set(&j.b, "shop", NULL, 1);
	doc_same(&j.b, set, "GET", "cart", FIGURES(.requests = 100, .p99 = 60));
	doc_same(&j.b, set, "GET", "list",
		 FIGURES(.requests = 100, .p95 = 200));
	doc_same(&j.b, set, "GET", "list2",
		 FIGURES(.requests = 100, .p95 = 2000));
	judged_run(&j);
	ck_assert_str_eq(
		doc_finding(&j.b.doc, "target.p99", "cart")->threshold_source,
		"loadsift.yaml:4");
	ck_assert_str_eq(
		doc_finding(&j.b.doc, "latency.p95", "list")->threshold_source,
		"loadsift.yaml:2");
	ck_assert_str_eq(
		doc_finding(&j.b.doc, "latency.p95", "list2")->threshold_source,
		"default");
	judged_release(&j);
}
END_TEST

/* ---- throughput where the load was there ---- */

static enum sift_severity
severity_of_rps(double target_rps, double rps)
{
	const struct sift_finding *f;
	enum sift_severity severity;
	struct judged j;
	size_t set, i;

	judged_init(&j, LIST "{min-rps: 100}");
	set = doc_set(&j.b, "shop", NULL, 3);
	doc_same(&j.b, set, "GET", "list",
		 FIGURES(.requests = 6000, .rps = rps));
	for (i = 0; i < 3; i++)
		doc_run(&j.b, set, i)->load.target_rps = target_rps;
	judged_run(&j);
	f = doc_finding(&j.b.doc, "target.rps", "list");
	severity = f ? f->severity : NONE;
	judged_release(&j);
	return severity;
}

START_TEST(throughput_is_judged_where_the_load_reached_it)
{
	ck_assert_int_eq(severity_of_rps(100, 99), CRITICAL);
	ck_assert_int_eq(severity_of_rps(100, 100), NOTE);
	ck_assert_int_eq(severity_of_rps(98, 97), NOTE); /* not judged */
	ck_assert_int_eq(severity_of_rps(200, 150), NONE);
	ck_assert_int_eq(severity_of_rps(NAN, 50), NOTE); /* not judged */
}
END_TEST

START_TEST(load_must_reach_the_target_in_most_runs)
{
	struct judged j;
	size_t set;

	judged_init(&j, LIST "{min-rps: 100}");
	set = doc_set(&j.b, "shop", NULL, 3);
	doc_same(&j.b, set, "GET", "list",
		 FIGURES(.requests = 6000, .rps = 50));
	doc_run(&j.b, set, 0)->load.target_rps = 200;
	judged_run(&j);
	assert_severity(doc_finding(&j.b.doc, "target.rps", "list"), NOTE);
	judged_release(&j);
}
END_TEST

/* ---- words ---- */

START_TEST(page_is_no_service)
{
	struct judged j;
	size_t set;

	judged_init(&j, "targets: {browser_web_vital_lcp: {p95: 1000ms}}");
	set = doc_set(&j.b, "shop", NULL, 3);
	doc_trend(&j.b, set, "browser_web_vital_fcp",
		  FIGURES(.requests = 200, .p95 = 2000, .p99 = 2100));
	doc_trend(&j.b, set, "browser_web_vital_lcp",
		  FIGURES(.requests = 200, .p95 = 2000, .p99 = 2100));
	doc_trend(&j.b, set, "join_latency",
		  FIGURES(.requests = 200, .p95 = 2000, .p99 = 2100));
	judged_run(&j);
	ck_assert_ptr_null(
		doc_finding(&j.b.doc, "latency.p99", "browser_web_vital_fcp"));
	ck_assert_ptr_nonnull(
		doc_finding(&j.b.doc, "target.p95", "browser_web_vital_lcp"));
	ck_assert_ptr_nonnull(
		doc_finding(&j.b.doc, "latency.p99", "join_latency"));
	judged_release(&j);
}
END_TEST

START_TEST(value_reads_unlike_its_limit)
{
	static const struct {
		double p99;
		const char *message;
	} rows[] = {
		{300.4, "p99 300.4 ms is over 300 ms"},
		{300.0001, "p99 300.0001 ms is over 300 ms"},
		{301.4, "p99 301 ms is over 300 ms"},
		{1234.6, "p99 1235 ms is over 500 ms"},
	};
	size_t i;

	for (i = 0; i < COUNT_OF(rows); i++) {
		struct judged j;

		judged_init(&j, NULL);
		doc_same(&j.b, doc_set(&j.b, "shop", NULL, 1), "GET", "list",
			 FIGURES(.requests = 100, .p99 = rows[i].p99));
		judged_run(&j);
		ck_assert_str_eq(
			doc_finding(&j.b.doc, "latency.p99", "list")->message,
			rows[i].message);
		judged_release(&j);
	}
}
END_TEST

/* More than are looked at together. */
START_TEST(of_many_runs_all_count)
{
	double requests[70], failures[70] = {0};
	const struct sift_scatter scatter = {.max = 3};
	struct sift_set_result result = {
		.requests = {.n = 70, .value_count = 70, .values = requests},
		.failures = {.n = 70,
			     .value_count = 70,
			     .values = failures,
			     .scatter = &scatter},
	};
	struct sift_error_sum sum;

	for (size_t i = 0; i < 70; i++)
		requests[i] = (double)(i + 1);
	failures[35] = 2;
	failures[68] = 3;
	sum = sift_sum_errors(&result);
	ck_assert_uint_eq(sum.runs, 70);
	ck_assert_uint_eq(sum.requests, 70 * 71 / 2);
	ck_assert_uint_eq(sum.failed, 5);
	ck_assert_uint_eq(sum.failing, 2);
	ck_assert_uint_eq(sum.last_failing, 68);
	ck_assert_uint_eq(sift_count_above(&result.failures, 1), 2);
	ck_assert_uint_eq(sift_count_above(&result.failures, 2), 1);
	ck_assert_uint_eq(sift_count_above(&result.failures, 3), 0);

	failures[1] = NAN; /* a run that does not know counts for no limit */
	result.failures.n = 69;
	ck_assert_uint_eq(sift_count_above(&result.failures, -1), 69);
	ck_assert_uint_eq(sift_count_above(&result.failures, 0), 2);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("judge_rules");
	TCase *c = tcase_create("judge_rules");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(c, limit_is_not_over_the_limit, 0,
			    (int)COUNT_OF(same));
	tcase_add_loop_test(c, runs_are_judged_together, 0,
			    (int)COUNT_OF(each));
	tcase_add_test(c, small_range_between_runs_is_no_variance);
	tcase_add_test(c, resolution_step_is_no_variance);
	tcase_add_loop_test(c, configuration_sets_targets_and_limits, 0,
			    (int)COUNT_OF(targets));
	tcase_add_test(c, source_of_a_limit_is_named);
	tcase_add_test(c, throughput_is_judged_where_the_load_reached_it);
	tcase_add_test(c, load_must_reach_the_target_in_most_runs);
	tcase_add_test(c, page_is_no_service);
	tcase_add_test(c, value_reads_unlike_its_limit);
	tcase_add_test(c, of_many_runs_all_count);
	suite_add_tcase(suite, c);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
