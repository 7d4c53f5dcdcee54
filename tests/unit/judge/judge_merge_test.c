/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How findings join, and what they tell. */
#include <config.h>

#include <check.h>
#include <stdlib.h>

#include "judge/judge.h"
#include "judge_fixture.h"

#define FIGURES(...) ((struct doc_figures){__VA_ARGS__})

static const struct sift_finding *
need(const struct judged *j, const char *rule, const char *name)
{
	const struct sift_finding *f = doc_finding(&j->b.doc, rule, name);

	if (!f)
		ck_abort_msg("no %s on %s", rule, name ? name : "the set");
	return f;
}

static void
none(const struct judged *j, const char *rule, const char *name)
{
	const struct sift_finding *f = doc_finding(&j->b.doc, rule, name);

	if (f)
		ck_abort_msg("unexpected: %s", f->message);
}

/* ---- the example of the published profiler ---- */

START_TEST(published_example_is_judged_as_agreed)
{
	const struct sift_finding *f;
	struct judged j;
	size_t set;

	judged_init(&j, NULL);
	set = doc_set(&j.b, "load_test", NULL, 1);
	doc_same(&j.b, set, "GET", "alerts_list",
		 FIGURES(.requests = 1200, .failures = 12, .mean = 85,
			 .p50 = 75, .p95 = 200, .p99 = 400, .max = 450));
	doc_same(&j.b, set, "GET", "webhooks_list",
		 FIGURES(.requests = 1500, .mean = 55, .p50 = 50, .p95 = 150,
			 .p99 = 300, .max = 300));
	judged_run(&j);
	f = need(&j, "latency.p99", "alerts_list");
	ck_assert_int_eq(f->severity, SIFT_SEVERITY_WARNING);
	ck_assert_str_eq(f->message, "p99 400 ms is over 300 ms");
	ck_assert_str_eq(f->unit, "ms");
	ck_assert_ptr_nonnull(doc_evidence(f, "shape: stalls; p99 400 ms is "
					      "5.33 times p50 75 ms, over 5"));
	f = need(&j, "errors.rate", "alerts_list");
	ck_assert_int_eq(f->severity, SIFT_SEVERITY_WARNING);
	ck_assert_str_eq(f->message, "error rate 1 % is over 0.1 %: 12 of 1200 "
				     "requests failed");
	ck_assert_ptr_nonnull(
		doc_evidence(f, "95 % interval 0.573 % to 1.74 % (Wilson)"));
	none(&j, "latency.p99", "webhooks_list");
	none(&j, "errors.rate", "webhooks_list");
	/* errors stand before latency */
	ck_assert_ptr_eq(f, &j.b.doc.findings[0]);
	judged_release(&j);
}
END_TEST

/* ---- one finding per class ---- */

START_TEST(most_severe_rule_leads_its_class)
{
	const struct sift_finding *f;
	struct judged j;
	size_t set;

	judged_init(&j, NULL);
	set = doc_set(&j.b, "shop", NULL, 3);
	doc_same(&j.b, set, "GET", "both",
		 FIGURES(.requests = 200, .p95 = 600, .p99 = 700));
	doc_same(&j.b, set, "GET", "equal",
		 FIGURES(.requests = 200, .p95 = 1100, .p99 = 1200));
	doc_same(&j.b, set, "GET", "few",
		 FIGURES(.requests = 50, .p95 = 600, .p99 = 700));
	judged_run(&j);
	f = need(&j, "latency.p99", "both");
	ck_assert_int_eq(f->severity, SIFT_SEVERITY_CRITICAL);
	ck_assert_str_eq(f->message, "p99 700 ms is over 500 ms (3 of 3 runs)");
	ck_assert_str_eq(doc_evidence(f, "p95 600 ms")->rule, "latency.p95");
	none(&j, "latency.p95", "both");
	none(&j, "latency.p95", "equal");
	/* a note, though more over its limit, does not lead a warning */
	f = need(&j, "latency.p95", "few");
	ck_assert_ptr_nonnull(doc_evidence(f, "but from 50 requests per run "
					      "only"));
	ck_assert_uint_eq(j.b.doc.finding_count, 3);
	judged_release(&j);
}
END_TEST

START_TEST(variance_is_the_shape_of_a_slow_endpoint)
{
	const struct sift_finding *f;
	struct judged j;
	size_t set;

	judged_init(&j, "targets: {wanted: {p99: 100ms}}");
	set = doc_set(&j.b, "shop", NULL, 1);
	doc_same(&j.b, set, "GET", "fine",
		 FIGURES(.requests = 200, .p50 = 20, .p99 = 250));
	doc_same(&j.b, set, "GET", "noted",
		 FIGURES(.requests = 200, .p50 = 20, .p95 = 60, .p99 = 290));
	doc_same(&j.b, set, "GET", "rare",
		 FIGURES(.requests = 50, .p50 = 20, .p95 = 290, .p99 = 310));
	doc_same(&j.b, set, "GET", "slow",
		 FIGURES(.requests = 200, .p50 = 20, .p99 = 350, .max = 900));
	doc_same(&j.b, set, "GET", "wanted",
		 FIGURES(.requests = 200, .p50 = 20, .p99 = 250));
	judged_run(&j);
	need(&j, "variance.stalls", "fine");
	/* tail.p99-to-p95 is of the same class */
	f = need(&j, "variance.stalls", "noted");
	ck_assert_ptr_nonnull(doc_evidence(f, "times p95"));
	f = need(&j, "latency.p99", "slow");
	ck_assert_ptr_nonnull(doc_evidence(f, "shape: stalls"));
	ck_assert_ptr_nonnull(doc_evidence(f, "shape: single outliers"));
	ck_assert_ptr_nonnull(doc_evidence(f, "largest maximum 900 ms in shop "
					      "run-1"));
	none(&j, "variance.stalls", "slow");
	f = need(&j, "target.p99", "wanted");
	ck_assert_ptr_nonnull(doc_evidence(f, "shape: stalls"));
	/* a note is not slow enough to absorb it */
	need(&j, "latency.p99", "rare");
	need(&j, "variance.p95-to-mean", "rare");
	judged_release(&j);
}
END_TEST

/* ---- what findings tell ---- */

START_TEST(missing_p99_is_told)
{
	const struct sift_finding *f;
	struct judged j;

	judged_init(&j, NULL);
	doc_same(&j.b, doc_set(&j.b, "shop", NULL, 1), "GET", "list",
		 FIGURES(.requests = 200, .p95 = 600));
	judged_run(&j);
	f = need(&j, "latency.p95", "list");
	ck_assert_ptr_nonnull(doc_evidence(f, "p(99) was not recorded"));
	judged_release(&j);
}
END_TEST

START_TEST(lone_bad_run_is_named)
{
	static const struct doc_figures figures[] = {
		{.requests = 200, .p99 = 120},
		{.requests = 200, .p99 = 100},
		{.requests = 200, .p99 = 620}};
	static const char *const days[] = {"2026-02-17T08:00:00Z",
					   "2026-02-18T08:00:00Z",
					   "2026-02-19T08:00:00Z"};
	static const char text[] =
		"p99 is fine in the median (120 ms), but over 500 ms in 1 of 3 "
		"runs: shop run-3 (620 ms)";
	const struct sift_finding *f;
	struct judged j;
	size_t set, i;

	judged_init(&j, NULL);
	set = doc_set(&j.b, "shop", NULL, 3);
	doc_each(&j.b, set, "GET", "list", figures);
	judged_run(&j);
	f = need(&j, "latency.p99", "list");
	ck_assert_int_eq(f->severity, SIFT_SEVERITY_NOTE);
	ck_assert_str_eq(f->message, text);
	for (i = 0; i < 3; i++)
		doc_run(&j.b, set, i)->started_at = days[i];
	j.b.doc.sets[set].days = 1;
	ck_assert_int_eq(sift_judge(&j.b.doc, &j.config, 1, &j.b.arena, NULL),
			 SIFT_OK);
	ck_assert_str_eq(need(&j, "latency.p99", "list")->message, text);
	j.b.doc.sets[set].days = 3;
	ck_assert_int_eq(sift_judge(&j.b.doc, &j.config, 1, &j.b.arena, NULL),
			 SIFT_OK);
	f = need(&j, "latency.p99", "list");
	ck_assert_int_eq(
		strncmp(f->message, "new in the newest run: p99 is fine", 34),
		0);
	judged_release(&j);
}
END_TEST

START_TEST(lone_bad_run_of_few_requests_says_nothing)
{
	static const struct doc_figures figures[] = {
		{.requests = 200, .p99 = 120},
		{.requests = 200, .p99 = 100},
		{.requests = 99, .p99 = 620}};
	struct judged j;

	judged_init(&j, NULL);
	doc_each(&j.b, doc_set(&j.b, "shop", NULL, 3), "GET", "list", figures);
	judged_run(&j);
	none(&j, "latency.p99", "list");
	judged_release(&j);
}
END_TEST

START_TEST(failures_name_runs_and_most_frequent_text)
{
	static const struct doc_figures figures[] = {
		{.requests = 200, .failures = 4},
		{.requests = 200},
		{.requests = 200, .failures = 6}};
	const struct sift_finding *f;
	struct judged j;
	size_t set;

	judged_init(&j, NULL);
	set = doc_set(&j.b, "shop", NULL, 3);
	doc_each(&j.b, set, "GET", "list", figures);
	doc_failure(&j.b, set, 0, "timeout", "GET", "list", 4);
	doc_failure(&j.b, set, 2, "HTTP 503", "GET", "list", 3);
	doc_failure(&j.b, set, 2, "timeout", NULL, "list", 3);
	doc_failure(&j.b, set, 2, "HTTP 500", "GET", "other", 99);
	doc_failure(&j.b, set, 2, "HTTP 500", "POST", "list", 99);
	judged_run(&j);
	f = need(&j, "errors.rate", "list");
	ck_assert_ptr_nonnull(doc_evidence(f, "failures in 2 of 3 runs: shop "
					      "run-1 (4), shop run-3 (6)"));
	ck_assert_ptr_nonnull(
		doc_evidence(f, "most frequent failure: timeout (7)"));
	judged_release(&j);
}
END_TEST

START_TEST(set_without_endpoints_is_judged_on_its_total)
{
	const struct sift_finding *f;
	struct judged j;
	size_t set;

	judged_init(&j, "targets: {\"*\": {p50: 10ms}}");
	set = doc_set(&j.b, "shop", NULL, 1);
	doc_total(&j.b, set,
		  FIGURES(.requests = 1000, .failures = 20, .mean = 30,
			  .p50 = 40, .p95 = 600, .p99 = 700));
	doc_trend(&j.b, set, "join", FIGURES(.p50 = 4));
	judged_run(&j);
	f = need(&j, "latency.p99", NULL);
	ck_assert_int_eq(f->severity, SIFT_SEVERITY_CRITICAL);
	ck_assert_str_eq(f->message, "all requests: p99 700 ms is over 500 ms");
	ck_assert_ptr_nonnull(doc_evidence(f, "no endpoints in the source"));
	ck_assert_ptr_nonnull(doc_evidence(f, "shape: stalls"));
	f = need(&j, "errors.rate", NULL);
	ck_assert_ptr_nonnull(doc_evidence(f, "no endpoints in the source"));
	need(&j, "target.p50", NULL);
	judged_release(&j);
}
END_TEST

START_TEST(total_mixes_endpoints_so_its_mean_says_nothing)
{
	struct judged j;
	size_t set;

	judged_init(&j, NULL);
	set = doc_set(&j.b, "shop", NULL, 1);
	doc_total(&j.b, set, FIGURES(.requests = 500, .mean = 30, .p95 = 400));
	judged_run(&j);
	none(&j, "variance.p95-to-mean", NULL);
	judged_release(&j);
}
END_TEST

START_TEST(total_is_no_endpoint_where_there_are_endpoints)
{
	struct judged j;
	size_t set;

	judged_init(&j, NULL);
	set = doc_set(&j.b, "shop", NULL, 1);
	doc_same(&j.b, set, "GET", "list", FIGURES(.requests = 200, .p99 = 5));
	doc_total(&j.b, set, FIGURES(.requests = 200, .p99 = 900));
	judged_run(&j);
	ck_assert_uint_eq(j.b.doc.finding_count, 0);
	judged_release(&j);
}
END_TEST

START_TEST(trend_has_latency_and_targets_but_no_errors)
{
	struct judged j;
	size_t set;

	judged_init(&j, "targets: {join_room_latency: {p95: 300ms, "
			"error-rate: 0 %, min-rps: 10}}");
	set = doc_set(&j.b, "game", NULL, 1);
	doc_trend(&j.b, set, "join_room_latency",
		  FIGURES(.requests = 500, .p50 = 20, .p95 = 310, .p99 = 320));
	doc_trend(&j.b, set, "other",
		  FIGURES(.requests = 500, .p50 = 300, .p99 = 501));
	judged_run(&j);
	ck_assert_int_eq(need(&j, "target.p95", "join_room_latency")->severity,
			 SIFT_SEVERITY_CRITICAL);
	ck_assert_int_eq(need(&j, "latency.p99", "join_room_latency")->severity,
			 SIFT_SEVERITY_WARNING);
	ck_assert_int_eq(need(&j, "latency.p99", "other")->kind,
			 SIFT_KIND_TREND);
	none(&j, "target.error-rate", "join_room_latency");
	none(&j, "target.rps", "join_room_latency");
	judged_release(&j);
}
END_TEST

START_TEST(failures_of_a_trend_are_not_judged)
{
	struct judged j;
	size_t set;

	judged_init(&j, "targets: {wanted: {error-rate: 0 %}}");
	set = doc_set(&j.b, "game", NULL, 1);
	doc_same(&j.b, set, "GET", "list", FIGURES(.requests = 50));
	doc_same(&j.b, set, NULL, "other",
		 FIGURES(.requests = 50, .failures = 20));
	doc_same(&j.b, set, NULL, "wanted",
		 FIGURES(.requests = 50, .failures = 20));
	doc_endpoint(&j.b, set, NULL, "other")->kind = SIFT_KIND_TREND;
	doc_endpoint(&j.b, set, NULL, "wanted")->kind = SIFT_KIND_TREND;
	judged_run(&j);
	ck_assert_uint_eq(j.b.doc.finding_count, 0);
	judged_release(&j);
}
END_TEST

/* ---- service ---- */

static void
add_shop(struct judged *j, size_t set, size_t bad, size_t good, double requests)
{
	static const char *const names[] = {"a", "b", "c", "d",
					    "e", "f", "g", "h"};
	size_t i;

	for (i = 0; i < bad + good; i++)
		doc_same(&j->b, set, "GET", names[i],
			 FIGURES(.requests = requests,
				 .failures = i < bad ? requests / 2 : 0,
				 .p99 = 10));
}

/* clang-format off */
static const struct {
	size_t bad, good;
	double requests;
	int is_service;
} services[] = {
	{3, 1, 20, 1}, {3, 2, 20, 0}, {3, 0, 20, 1}, {2, 0, 20, 0},
	{3, 1, 19, 0}, {6, 2, 20, 1}, {5, 2, 20, 0}, {0, 4, 20, 0},
};
/* clang-format on */

START_TEST(service_fails_when_three_in_four_endpoints_do)
{
	const struct sift_finding *f;
	struct judged j;

	judged_init(&j, NULL);
	add_shop(&j, doc_set(&j.b, "shop", NULL, 1), services[_i].bad,
		 services[_i].good, services[_i].requests);
	judged_run(&j);
	f = doc_finding(&j.b.doc, "service.errors", NULL);
	ck_assert_int_eq(f != NULL, services[_i].is_service);
	if (!f) {
		ck_assert_uint_eq(j.b.doc.finding_count, services[_i].bad);
	} else {
		ck_assert_uint_eq(j.b.doc.finding_count, 1);
		ck_assert_int_eq(f->severity, SIFT_SEVERITY_CRITICAL);
		ck_assert_str_eq(doc_evidence(f, "error rate 50 %")->rule,
				 "errors.rate");
		ck_assert_ptr_nonnull(doc_evidence(f, "error rate")->name);
	}
	judged_release(&j);
}
END_TEST

START_TEST(service_latency_keeps_the_rest_of_the_evidence)
{
	const struct sift_finding *f;
	struct judged j;
	size_t set;

	judged_init(&j, NULL);
	set = doc_set(&j.b, "shop", NULL, 3);
	doc_same(&j.b, set, "GET", "a",
		 FIGURES(.requests = 200, .p50 = 40, .p99 = 900));
	doc_same(&j.b, set, "GET", "b", FIGURES(.requests = 200, .p99 = 800));
	doc_same(&j.b, set, "GET", "c", FIGURES(.requests = 200, .p99 = 700));
	doc_same(&j.b, set, "GET", "d", FIGURES(.requests = 200, .p99 = 350));
	judged_run(&j);
	f = need(&j, "service.latency", NULL);
	ck_assert_str_eq(f->message,
			 "the latency of 3 of 4 endpoints is critical");
	ck_assert_str_eq(doc_evidence(f, "shape: stalls")->name, "a");
	ck_assert_double_eq(f->value, 0.75);
	/* a warning is no member */
	need(&j, "latency.p99", "d");
	ck_assert_uint_eq(j.b.doc.finding_count, 2);
	ck_assert_ptr_eq(f, &j.b.doc.findings[0]);
	judged_release(&j);
}
END_TEST

START_TEST(trends_are_no_endpoints_of_a_service)
{
	struct judged j;
	size_t set;

	judged_init(&j, NULL);
	set = doc_set(&j.b, "shop", NULL, 1);
	add_shop(&j, set, 3, 0, 100);
	doc_trend(&j.b, set, "join", FIGURES(.requests = 100, .p99 = 10));
	doc_trend(&j.b, set, "leave", FIGURES(.requests = 100, .p99 = 10));
	judged_run(&j);
	need(&j, "service.errors", NULL);
	judged_release(&j);
}
END_TEST

/* ---- thresholds ---- */

START_TEST(threshold_joins_the_finding_on_its_endpoint)
{
	const struct sift_finding *f;
	struct judged j;
	size_t set;

	judged_init(&j, NULL);
	set = doc_set(&j.b, "shop", NULL, 3);
	doc_same(&j.b, set, "GET", "fine",
		 FIGURES(.requests = 200, .p50 = 30, .p99 = 50));
	doc_same(&j.b, set, "GET", "http://x/{id}?a:b,c",
		 FIGURES(.requests = 200, .p50 = 30, .p99 = 350));
	doc_same(&j.b, set, "GET", "list",
		 FIGURES(.requests = 400, .failures = 1, .p50 = 30, .p99 = 90));
	doc_trend(&j.b, set, "join", FIGURES(.requests = 200, .p99 = 350));
	doc_threshold(&j.b, set, "http_req_duration{name:fine}", "p(95)<9", 0);
	doc_threshold(&j.b, set,
		      "http_req_duration{method:GET, "
		      "name:http://x/{id}?a:b,c}",
		      "p(95)<100", 0);
	doc_threshold(&j.b, set, "http_req_failed", "rate<0.001", 0);
	doc_threshold(&j.b, set, "join", "p(99)<100", 0);
	doc_threshold(&j.b, set, "checks", "rate>0.9", 0);
	doc_threshold(&j.b, set, "http_req_duration", "p(95)<100", 0);
	doc_threshold(&j.b, set, "http_reqs", "rate>1", 1);
	doc_threshold(&j.b, set, "iterations", "rate>1", -1);
	judged_run(&j);
	f = need(&j, "latency.p99", "http://x/{id}?a:b,c");
	ck_assert_int_eq(f->severity, SIFT_SEVERITY_CRITICAL);
	ck_assert_str_eq(f->message, "p99 350 ms is over 300 ms (3 of 3 runs); "
				     "the test's threshold p(95)<100 failed");
	ck_assert_ptr_nonnull(doc_evidence(f, "threshold p(95)<100 on"));
	f = need(&j, "errors.rate", "list");
	ck_assert_int_eq(f->severity, SIFT_SEVERITY_CRITICAL);
	ck_assert_ptr_nonnull(doc_evidence(
		f, "threshold rate<0.001 on http_req_failed failed (3 of 3 "
		   "runs)"));
	ck_assert_int_eq(need(&j, "latency.p99", "join")->severity,
			 SIFT_SEVERITY_CRITICAL);
	/* nothing found there: stands alone, but names its endpoint */
	f = need(&j, "test.threshold", "fine");
	ck_assert_int_eq(f->severity, SIFT_SEVERITY_CRITICAL);
	ck_assert_str_eq(f->threshold_source, "k6");
	ck_assert_uint_eq(j.b.doc.finding_count, 6);
	/* last among the critical ones: two of the whole test, one named */
	ck_assert_int_eq(j.b.doc.findings[2].cls, SIFT_CLASS_LATENCY);
	ck_assert_int_eq(j.b.doc.findings[3].cls, SIFT_CLASS_TEST);
	judged_release(&j);
}
END_TEST

START_TEST(threshold_of_one_run_in_three_is_a_note)
{
	const struct sift_finding *f;
	struct judged j;
	size_t set;

	judged_init(&j, NULL);
	set = doc_set(&j.b, "shop", NULL, 3);
	doc_same(&j.b, set, "GET", "list",
		 FIGURES(.requests = 200, .p50 = 30, .p99 = 90));
	doc_threshold(&j.b, set, "checks", "rate>0.9", 1);
	doc_run(&j.b, set, 1)->thresholds[0].passed = 0;
	judged_run(&j);
	f = need(&j, "test.threshold", NULL);
	ck_assert_int_eq(f->severity, SIFT_SEVERITY_NOTE);
	ck_assert_str_eq(f->message, "threshold rate>0.9 on checks failed (1 "
				     "of 3 runs): shop run-2");
	judged_release(&j);
}
END_TEST

START_TEST(threshold_names_its_endpoint_whole)
{
	struct judged j;
	size_t set;

	judged_init(&j, "targets: {wanted: {p99: 9ms}}");
	set = doc_set(&j.b, "shop", NULL, 1);
	doc_same(&j.b, set, "GET", "li", FIGURES(.requests = 200, .p99 = 350));
	doc_same(&j.b, set, "GET", "wanted",
		 FIGURES(.requests = 200, .p50 = 3));
	doc_threshold(&j.b, set, "http_req_duration{name:list}", "avg<1", 0);
	doc_threshold(&j.b, set, "http_req_duration{name:wanted}", "avg<1", 0);
	judged_run(&j);
	ck_assert_int_eq(need(&j, "latency.p99", "li")->severity,
			 SIFT_SEVERITY_WARNING);
	need(&j, "test.threshold", NULL);
	/* "not judged" is nothing to join */
	ck_assert_int_eq(need(&j, "target.p99", "wanted")->severity,
			 SIFT_SEVERITY_NOTE);
	need(&j, "test.threshold", "wanted");
	judged_release(&j);
}
END_TEST

START_TEST(threshold_without_verdict_is_not_counted)
{
	const struct sift_finding *f;
	struct judged j;
	size_t set;

	judged_init(&j, NULL);
	set = doc_set(&j.b, "shop", NULL, 3);
	doc_same(&j.b, set, "GET", "list", FIGURES(.requests = 200));
	doc_threshold(&j.b, set, "checks", "rate>0.9", -1);
	doc_run(&j.b, set, 1)->thresholds[0].passed = 0;
	judged_run(&j);
	f = need(&j, "test.threshold", NULL);
	ck_assert_int_eq(f->severity, SIFT_SEVERITY_CRITICAL);
	ck_assert_uint_eq(f->runs_judged, 1);
	judged_release(&j);
}
END_TEST

#define COUNT_OF(a) ((int)(sizeof(a) / sizeof((a)[0])))

static Suite *
merge_suite(void)
{
	Suite *suite = suite_create("judge_merge");
	TCase *c = tcase_create("judge_merge");

	tcase_add_test(c, published_example_is_judged_as_agreed);
	tcase_add_test(c, most_severe_rule_leads_its_class);
	tcase_add_test(c, variance_is_the_shape_of_a_slow_endpoint);
	tcase_add_test(c, missing_p99_is_told);
	tcase_add_test(c, lone_bad_run_is_named);
	tcase_add_test(c, lone_bad_run_of_few_requests_says_nothing);
	tcase_add_test(c, failures_name_runs_and_most_frequent_text);
	tcase_add_test(c, set_without_endpoints_is_judged_on_its_total);
	tcase_add_test(c, total_mixes_endpoints_so_its_mean_says_nothing);
	tcase_add_test(c, total_is_no_endpoint_where_there_are_endpoints);
	tcase_add_test(c, trend_has_latency_and_targets_but_no_errors);
	tcase_add_test(c, failures_of_a_trend_are_not_judged);
	tcase_add_loop_test(c, service_fails_when_three_in_four_endpoints_do, 0,
			    COUNT_OF(services));
	tcase_add_test(c, service_latency_keeps_the_rest_of_the_evidence);
	tcase_add_test(c, trends_are_no_endpoints_of_a_service);
	tcase_add_test(c, threshold_joins_the_finding_on_its_endpoint);
	tcase_add_test(c, threshold_of_one_run_in_three_is_a_note);
	tcase_add_test(c, threshold_names_its_endpoint_whole);
	tcase_add_test(c, threshold_without_verdict_is_not_counted);
	suite_add_tcase(suite, c);
	return suite;
}

int
main(void)
{
	SRunner *runner = srunner_create(merge_suite());
	int failed;

	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
