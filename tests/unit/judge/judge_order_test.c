/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Sweeps; how findings stand in order and are named; health. */
#include <config.h>

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "config/rules.h"
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

/* ---- sweeps ---- */

#define LEVELS 4

static const double users[LEVELS] = {5, 20, 50, 100};

static void
run_sweep(struct judged *j, const double *p50, const double *rps,
	  const double *requests)
{
	size_t sets[LEVELS], i;

	for (i = 0; i < LEVELS; i++) {
		static const char *const loads[] = {"005 users", "020 users",
						    "050 users", "100 users"};

		sets[i] = doc_set(&j->b, "peak", loads[i], 1);
		j->b.doc.sets[sets[i]].users = users[i];
		doc_same(&j->b, sets[i], "POST", "merge",
			 FIGURES(.requests = requests[i], .p50 = p50[i]));
		doc_total(&j->b, sets[i],
			  FIGURES(.requests = requests[i], .rps = rps[i]));
	}
	doc_sweep(&j->b, "peak", sets, LEVELS);
	judged_run(j);
}

/* clang-format off */
static const struct {
	double p50[LEVELS], requests[LEVELS];
	enum sift_severity severity; /* SIFT_SEVERITY_COUNT = none */
	double value;
} growths[] = {
	{{100, 1, 1, 150}, {20, 20, 20, 20}, SIFT_SEVERITY_COUNT, 0},
	{{100, 1, 1, 151}, {20, 20, 20, 20}, SIFT_SEVERITY_WARNING, 1.51},
	{{100, 1, 1, 500}, {20, 20, 20, 20}, SIFT_SEVERITY_WARNING, 5},
	{{100, 1, 1, 501}, {20, 20, 20, 20}, SIFT_SEVERITY_CRITICAL, 5.01},
	{{10, 1, 1, 19.9}, {20, 20, 20, 20}, SIFT_SEVERITY_COUNT, 0},
	{{10, 1, 1, 20}, {20, 20, 20, 20}, SIFT_SEVERITY_WARNING, 2},
	/* the lowest and highest level with 20 requests */
	{{10, 100, 200, 900}, {19, 20, 20, 19}, SIFT_SEVERITY_WARNING, 2},
	{{10, 100, 200, 900}, {19, 19, 20, 19}, SIFT_SEVERITY_COUNT, 0},
};

static const struct {
	double rps[LEVELS];
	int saturated;
	const char *message;
} ceilings[] = {
	{{50, 200, 500, 1000}, 0, NULL},
	/* a quarter from the lowest to the highest level */
	{{50, 200, 250, 255}, 1, "from 20 to 100 users the throughput rises "
	 "only from 200 to 255 requests per second"},
	{{50, 100, 200, 287.5}, 0, NULL},
	{{50, 100, 200, 287}, 1, "from 5 to 100 users the throughput rises "
	 "only from 50 to 287 requests per second"},
	/* a tenth from one in between */
	{{50, 200, 500, 550}, 0, NULL},
	{{50, 200, 500, 549}, 1, "from 50 to 100 users the throughput rises "
	 "only from 500 to 549 requests per second"},
	{{50, 200, 500, 400}, 1, "from 50 to 100 users the throughput goes "
	 "from 500 to 400 requests per second"},
	{{50, 200, 200, 1000}, 0, NULL}, /* one weak level is noise */
	{{0, 200, 500, 1000}, 0, NULL},	 /* unknown */
};
/* clang-format on */

START_TEST(growth_compares_highest_with_lowest_level)
{
	static const double rps[LEVELS] = {50, 200, 500, 1000};
	const struct sift_finding *f;
	struct judged j;

	judged_init(&j, NULL);
	run_sweep(&j, growths[_i].p50, rps, growths[_i].requests);
	f = doc_finding(&j.b.doc, "load.growth", "merge");
	if (growths[_i].severity == SIFT_SEVERITY_COUNT) {
		ck_assert_ptr_null(f);
	} else {
		ck_assert_ptr_nonnull(f);
		ck_assert_int_eq(f->severity, growths[_i].severity);
		ck_assert_double_eq_tol(f->value, growths[_i].value, 1e-9);
		ck_assert_uint_eq(f->set, SIFT_NONE);
		ck_assert_uint_eq(f->sweep, 0);
	}
	none(&j, "load.saturation", NULL);
	judged_release(&j);
}
END_TEST

START_TEST(saturation_is_users_without_throughput)
{
	static const double p50[LEVELS] = {1, 1, 1, 1};
	static const double requests[LEVELS] = {20, 20, 20, 20};
	const struct sift_finding *f;
	struct judged j;

	judged_init(&j, NULL);
	run_sweep(&j, p50, ceilings[_i].rps, requests);
	f = doc_finding(&j.b.doc, "load.saturation", NULL);
	ck_assert_int_eq(f != NULL, ceilings[_i].saturated);
	if (f) {
		ck_assert_int_eq(f->severity, SIFT_SEVERITY_WARNING);
		ck_assert_double_lt(f->value, f->threshold);
	}
	if (f && ceilings[_i].message)
		ck_assert_str_eq(f->message, ceilings[_i].message);
	judged_release(&j);
}
END_TEST

START_TEST(throughput_target_is_judged_under_saturation)
{
	static const double p50[LEVELS] = {1, 1, 1, 1};
	static const double rps[LEVELS] = {50, 60, 70, 75};
	static const double requests[LEVELS] = {3000, 3600, 4200, 4500};
	const struct sift_finding *f;
	struct judged j;
	size_t i, critical = 0;

	judged_init(&j, "targets: {merge: {min-rps: 100}}");
	run_sweep(&j, p50, rps, requests);
	for (i = 0; i < j.b.doc.finding_count; i++) {
		f = &j.b.doc.findings[i];
		if (strcmp(f->rule, "target.rps") ||
		    f->severity != SIFT_SEVERITY_CRITICAL)
			continue;
		critical++;
		ck_assert_uint_ge(f->set, 1); /* the first level is below */
	}
	ck_assert_uint_eq(critical, 3);
	judged_release(&j);
}
END_TEST

/* ---- order and ids ---- */

static void
add_mixed(struct judged *j, size_t set, bool reversed)
{
	/* clang-format off */
	static const struct {
		const char *name;
		struct doc_figures figures;
	} rows[] = {
		{"few-errors", {.requests = 1000, .failures = 20, .p50 = 9}},
		{"heavy", {.requests = 5000, .p50 = 100, .p99 = 600}},
		{"light", {.requests = 100, .p50 = 100, .p99 = 600}},
		{"many-errors", {.requests = 1000, .failures = 50, .p50 = 9}},
		{"shaky", {.requests = 100, .p50 = 10, .p99 = 250}},
		{"slow", {.requests = 100, .p50 = 10, .p99 = 350}},
	};
	/* clang-format on */
	size_t n = sizeof(rows) / sizeof(rows[0]), i;

	for (i = 0; i < n; i++) {
		size_t k = reversed ? n - 1 - i : i;

		doc_same(&j->b, set, "GET", rows[k].name, rows[k].figures);
	}
}

START_TEST(findings_stand_in_order_whatever_the_input)
{
	static const char *const order[] = {
		"many-errors", "few-errors", "heavy", "light", "slow", "shaky"};
	struct judged forward, backward;
	size_t i;

	judged_init(&forward, NULL);
	add_mixed(&forward, doc_set(&forward.b, "shop", NULL, 3), false);
	judged_run(&forward);
	judged_init(&backward, NULL);
	add_mixed(&backward, doc_set(&backward.b, "shop", NULL, 3), true);
	judged_run(&backward);
	ck_assert_uint_eq(forward.b.doc.finding_count, 6);
	ck_assert_uint_eq(backward.b.doc.finding_count, 6);
	for (i = 0; i < 6; i++) {
		const struct sift_finding *f = &forward.b.doc.findings[i];
		const struct sift_finding *g = &backward.b.doc.findings[i];

		ck_assert_str_eq(f->name, order[i]);
		ck_assert_str_eq(f->id, g->id);
		ck_assert_str_eq(f->message, g->message);
		ck_assert_uint_eq(f->evidence_count, g->evidence_count);
	}
	judged_release(&forward);
	judged_release(&backward);
}
END_TEST

/* clang-format off */
static const struct {
	struct doc_figures a, b;
	const char *first;
} weights[] = {
	/* p50 is the mean, so time is requests × p50 */
	{{.requests = 400, .p50 = 100, .p99 = 4500},
	 {.requests = 600, .p50 = 100, .p99 = 1000}, "a"}, /* 3.6 : 1.2 */
	{{.requests = 100, .p50 = 100, .p99 = 50000},
	 {.requests = 900, .p50 = 100, .p99 = 1000}, "b"}, /* 10 at most */
	{{.requests = 100, .p50 = 100, .p99 = 600},
	 {.requests = 900, .p50 = 100, .p99 = 600}, "b"},
};
/* clang-format on */

START_TEST(share_times_excess_decides)
{
	struct judged j;
	size_t set;

	judged_init(&j, NULL);
	set = doc_set(&j.b, "shop", NULL, 1);
	doc_same(&j.b, set, "GET", "a", weights[_i].a);
	doc_same(&j.b, set, "GET", "b", weights[_i].b);
	judged_run(&j);
	ck_assert_uint_eq(j.b.doc.finding_count, 2);
	ck_assert_str_eq(j.b.doc.findings[0].name, weights[_i].first);
	judged_release(&j);
}
END_TEST

START_TEST(targets_stand_among_latencies)
{
	struct judged j;
	size_t set;

	judged_init(&j, "targets: {b: {p50: 50ms}}");
	set = doc_set(&j.b, "shop", NULL, 1);
	doc_same(&j.b, set, "GET", "a",
		 FIGURES(.requests = 100, .p50 = 100, .p99 = 600));
	doc_same(&j.b, set, "GET", "b", FIGURES(.requests = 900, .p50 = 100));
	judged_run(&j);
	ck_assert_str_eq(j.b.doc.findings[0].rule, "target.p50");
	ck_assert_str_eq(j.b.doc.findings[1].rule, "latency.p99");
	judged_release(&j);
}
END_TEST

START_TEST(target_missed_most_leads)
{
	struct judged j;

	judged_init(&j, "targets: {list: {p50: 50ms, p99: 100ms}}");
	doc_same(&j.b, doc_set(&j.b, "shop", NULL, 1), "GET", "list",
		 FIGURES(.requests = 100, .p50 = 55, .p99 = 900));
	judged_run(&j);
	ck_assert_uint_eq(j.b.doc.finding_count, 1);
	ck_assert_str_eq(j.b.doc.findings[0].message,
			 "p99 900 ms is over the target of 100 ms");
	ck_assert_str_eq(
		doc_evidence(&j.b.doc.findings[0], "p50 55 ms is over")->rule,
		"target.p50");
	judged_release(&j);
}
END_TEST

START_TEST(ids_are_stable_and_unique)
{
	struct judged j;
	size_t i, k;

	judged_init(&j, NULL);
	for (i = 0; i < 3; i++)
		doc_same(&j.b,
			 doc_set(&j.b, "shop", i == 2 ? "5 users" : NULL, 1),
			 "GET", "list", FIGURES(.requests = 200, .p99 = 400));
	judged_run(&j);
	ck_assert_uint_eq(j.b.doc.finding_count, 3);
	for (i = 0; i < 3; i++) {
		const struct sift_finding *f = &j.b.doc.findings[i];

		ck_assert_uint_eq(strlen(f->id), 9);
		ck_assert_int_eq(f->id[0], 'f');
		for (k = 0; k < i; k++)
			ck_assert_str_ne(f->id, j.b.doc.findings[k].id);
	}
	/* changing this breaks what people have written down */
	ck_assert_str_eq(j.b.doc.findings[0].id, "f1ccb1b24");
	judged_release(&j);
}
END_TEST

/* ---- health ---- */

START_TEST(health_needs_proof)
{
	/* clang-format off */
	static const struct {
		struct doc_figures figures;
		int healthy;
	} rows[] = {
		{{.requests = 2000, .failures = 1, .p95 = 199}, 1},
		{{.requests = 1000, .failures = 1, .p95 = 199}, 0},
		{{.requests = 2000, .p95 = 200}, 0},
		{{.requests = 2000, .p50 = 10}, 0},
		{{.requests = 2000, .failures = -1, .p95 = 10}, 0},
		{{.requests = 2000, .p95 = 199, .p99 = 301}, 0},
		{{.requests = 2000, .p95 = 199, .p99 = 300}, 1},
		{{.requests = 50, .p95 = 199, .p99 = 301}, 1}, /* a note */
	};
	/* clang-format on */
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct judged j;
		size_t set;

		judged_init(&j, NULL);
		set = doc_set(&j.b, "shop", NULL, 1);
		doc_same(&j.b, set, "GET", "list", rows[i].figures);
		judged_run(&j);
		ck_assert_int_eq(
			sift_is_healthy(&j.b.doc, set,
					doc_endpoint(&j.b, set, "GET", "list")),
			rows[i].healthy);
		judged_release(&j);
	}
}
END_TEST

START_TEST(member_of_a_sick_service_is_not_healthy)
{
	struct judged j;
	size_t set, other;

	judged_init(&j, NULL);
	set = doc_set(&j.b, "shop", NULL, 1);
	doc_same(&j.b, set, "GET", "a",
		 FIGURES(.requests = 200, .p95 = 10, .p99 = 900));
	doc_same(&j.b, set, "GET", "b",
		 FIGURES(.requests = 200, .p95 = 10, .p99 = 900));
	doc_same(&j.b, set, "GET", "c",
		 FIGURES(.requests = 200, .p95 = 10, .p99 = 900));
	other = doc_set(&j.b, "shop2", NULL, 1);
	doc_same(&j.b, other, "GET", "a",
		 FIGURES(.requests = 200, .p95 = 10, .p99 = 90));
	judged_run(&j);
	need(&j, "service.latency", NULL);
	ck_assert(!sift_is_healthy(&j.b.doc, set,
				   doc_endpoint(&j.b, set, "GET", "a")));
	ck_assert(sift_is_healthy(&j.b.doc, other,
				  doc_endpoint(&j.b, other, "GET", "a")));
	judged_release(&j);
}
END_TEST

/* ---- explain, memory ---- */

START_TEST(each_rule_is_explained_in_a_few_lines)
{
	int i;

	for (i = 0; i < SIFT_RULE_COUNT; i++) {
		const char *text =
			sift_rule_explain(sift_rule_name((enum sift_rule)i));
		size_t lines = 0;

		ck_assert_ptr_nonnull(text);
		for (; *text; text++)
			lines += *text == '\n';
		ck_assert_uint_ge(lines, 4);
		ck_assert_uint_le(lines, 8);
	}
	ck_assert_ptr_null(sift_rule_explain("latency.p98"));
	ck_assert_ptr_null(sift_rule_explain(""));
	ck_assert_ptr_null(sift_rule_explain(NULL));
}
END_TEST

START_TEST(empty_document_has_no_findings)
{
	struct judged j;

	judged_init(&j, NULL);
	judged_run(&j);
	ck_assert_uint_eq(j.b.doc.finding_count, 0);
	judged_release(&j);
}
END_TEST

START_TEST(no_memory_is_told_and_leaks_nothing)
{
	enum sift_status rc = SIFT_E_NOMEM;
	struct judged j;
	size_t set;
	uint64_t n;

	judged_init(&j, NULL);
	set = doc_set(&j.b, "shop", NULL, 3);
	add_mixed(&j, set, false);
	doc_failure(&j.b, set, 0, "timeout", "GET", "many-errors", 4);
	doc_threshold(&j.b, set, "checks", "rate>0.9", 0);
	doc_sweep(&j.b, "shop", &set, 1);
	doc_finish(&j.b);
	for (n = 1; rc; n++) {
		struct sift_arena arena;

		sift_arena_init(&arena);
		sift_mem_fail_at(n, 0);
		rc = sift_judge(&j.b.doc, &j.config, 1, &arena, NULL);
		sift_mem_fail_at(0, 0);
		ck_assert(rc == SIFT_OK || rc == SIFT_E_NOMEM);
		if (!rc)
			ck_assert_uint_eq(j.b.doc.finding_count, 7);
		else
			ck_assert_uint_eq(j.b.doc.finding_count, 0);
		sift_arena_release(&arena);
		ck_assert_uint_lt(n, 5000);
	}
	ck_assert_uint_gt(n, 4);
	judged_release(&j);
}
END_TEST

#define COUNT_OF(a) ((int)(sizeof(a) / sizeof((a)[0])))

static Suite *
order_suite(void)
{
	Suite *suite = suite_create("judge_order");
	TCase *c = tcase_create("judge_order");

	tcase_add_loop_test(c, growth_compares_highest_with_lowest_level, 0,
			    COUNT_OF(growths));
	tcase_add_loop_test(c, saturation_is_users_without_throughput, 0,
			    COUNT_OF(ceilings));
	tcase_add_test(c, throughput_target_is_judged_under_saturation);
	tcase_add_test(c, findings_stand_in_order_whatever_the_input);
	tcase_add_loop_test(c, share_times_excess_decides, 0,
			    COUNT_OF(weights));
	tcase_add_test(c, targets_stand_among_latencies);
	tcase_add_test(c, target_missed_most_leads);
	tcase_add_test(c, ids_are_stable_and_unique);
	tcase_add_test(c, health_needs_proof);
	tcase_add_test(c, member_of_a_sick_service_is_not_healthy);
	tcase_add_test(c, each_rule_is_explained_in_a_few_lines);
	tcase_add_test(c, empty_document_has_no_findings);
	tcase_add_test(c, no_memory_is_told_and_leaks_nothing);
	suite_add_tcase(suite, c);
	return suite;
}

int
main(void)
{
	SRunner *runner = srunner_create(order_suite());
	int failed;

	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
