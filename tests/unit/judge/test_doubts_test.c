/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The rules test.*: doubts about the test itself, each just at its limit. */
#include <config.h>

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "judge_fixture.h"

#define COUNT_OF(a) (sizeof(a) / sizeof((a)[0]))
#define NONE SIFT_SEVERITY_COUNT
#define NOTE SIFT_SEVERITY_NOTE
#define WARNING SIFT_SEVERITY_WARNING

static void
begin(struct judged *j, size_t runs, const char *yaml)
{
	judged_init(j, yaml);
	doc_set(&j->b, "shop", NULL, runs);
	doc_same(&j->b, 0, "GET", "list",
		 (struct doc_figures){.requests = 1200, .p50 = 100});
	for (size_t i = 0; i < runs; i++) {
		struct sift_run *run = doc_run(&j->b, 0, i);

		run->steadiness = (struct sift_steadiness){
			.warm_up_s = NAN, .warm_up_by = NAN, .drift = NAN};
		run->load = (struct sift_run_load){NAN, NAN, NAN};
	}
}

static const struct sift_finding *
finding(const struct judged *j, const char *rule)
{
	return doc_finding(&j->b.doc, rule, NULL);
}

static void
assert_severity(const struct judged *j, const char *rule,
		enum sift_severity want)
{
	const struct sift_finding *f = finding(j, rule);

	if (want == NONE && f)
		ck_abort_msg("unexpected: %s", f->message);
	if (want == NONE)
		return;
	ck_assert_ptr_nonnull(f);
	ck_assert_int_eq(f->severity, want);
	ck_assert_int_eq(f->cls, SIFT_CLASS_TEST);
}

/* ---- warm-up and drift ---- */

/* Of four runs, in so many; what is left out of each. */
static const struct {
	size_t warm, judged;
	double skipped_s;
	enum sift_severity severity;
	const char *words;
} warm_ups[] = {
	{0, 4, 0, NONE, NULL},
	{1, 4, 0, NOTE, "(1 of 4 runs); all figures include them"},
	{2, 4, 0, NOTE, "(2 of 4 runs)"}, /* no more than half */
	{3, 4, 0, WARNING, "(3 of 4 runs)"},
	{1, 1, 0, WARNING, "20 s were 50 % slower"},
	{4, 4, 20, NOTE, "they are left out"},
	{4, 4, 19, WARNING, "include them"},
	{4, 0, 0, NONE, NULL}, /* not judged: nothing is known */
};

START_TEST(a_warm_up_of_most_runs_is_a_warning)
{
	struct judged j;

	begin(&j, 4, NULL);
	for (size_t i = 0; i < 4; i++) {
		struct sift_run *run = doc_run(&j.b, 0, i);

		run->steadiness.is_judged = i < warm_ups[_i].judged;
		run->steadiness.warm_up_s = i < warm_ups[_i].warm ? 20 : 0;
		run->steadiness.warm_up_by = 0.5;
		run->skipped_s = warm_ups[_i].skipped_s;
	}
	judged_run(&j);
	assert_severity(&j, "test.warm-up", warm_ups[_i].severity);
	if (warm_ups[_i].words)
		ck_assert_ptr_nonnull(
			strstr(finding(&j, "test.warm-up")->message,
			       warm_ups[_i].words));
	judged_release(&j);
}
END_TEST

START_TEST(the_worst_run_is_named)
{
	static const double seconds[] = {10, 30, 20};
	static const double drifts[] = {0.2, -0.4, 0.3};
	struct judged j;

	begin(&j, 3, NULL);
	for (size_t i = 0; i < 3; i++) {
		struct sift_run *run = doc_run(&j.b, 0, i);

		run->steadiness = (struct sift_steadiness){
			.is_judged = 1,
			.warm_up_s = seconds[i],
			.warm_up_by = -0.25,
			.drift = drifts[i],
			.is_drifting = 1,
		};
	}
	judged_run(&j);
	ck_assert_double_eq(finding(&j, "test.warm-up")->value, 30);
	ck_assert_ptr_nonnull(strstr(finding(&j, "test.warm-up")->message,
				     "25 % faster than the rest of the run "
				     "(shop run-2)"));
	ck_assert_double_eq(finding(&j, "test.drift")->value, -0.4);
	ck_assert_ptr_nonnull(
		strstr(finding(&j, "test.drift")->message, "fell by 40 %"));
	judged_release(&j);
}
END_TEST

START_TEST(a_rule_that_is_off_says_nothing)
{
	struct judged j;

	begin(&j, 1, "rules: {test.drift: off}");
	doc_run(&j.b, 0, 0)->steadiness = (struct sift_steadiness){
		.is_judged = 1, .warm_up_s = 0, .drift = 0.5, .is_drifting = 1};
	judged_run(&j);
	assert_severity(&j, "test.drift", NONE);
	judged_release(&j);
}
END_TEST

/* ---- the generator ---- */

static void
add_counter(struct sift_metric *metric, struct sift_named_value *value,
	    const char *name, double count)
{
	*value = (struct sift_named_value){"count", count};
	*metric = (struct sift_metric){
		.name = name, .values = value, .value_count = 1};
}

static const struct {
	double dropped, started; /* iterations; NAN = no such metric */
	double offered;		 /* of which 20 per second were sent */
	enum sift_severity severity;
	double value;
} generators[] = {
	{5, 95, NAN, WARNING, 0.05},
	{0, 95, NAN, NONE, 0},
	{5, NAN, NAN, WARNING, 1}, /* none is known to have begun */
	{NAN, 95, 20.6, NONE, 0},
	{NAN, 95, 20.7, WARNING, 20 / 20.7},
	{NAN, 95, 10, NONE, 0},
	{5, 95, 40, WARNING, 0.05}, /* what is dropped explains it */
	{NAN, NAN, NAN, NONE, 0},
	{NAN, NAN, 0, NONE, 0},
};

START_TEST(a_generator_that_lags_is_a_warning)
{
	struct sift_named_value values[2];
	struct sift_metric metrics[2];
	struct sift_run *run;
	struct judged j;
	size_t n = 0;

	begin(&j, 1, NULL);
	run = doc_run(&j.b, 0, 0);
	if (!isnan(generators[_i].dropped))
		add_counter(&metrics[n], &values[n], "dropped_iterations",
			    generators[_i].dropped),
			n++;
	if (!isnan(generators[_i].started))
		add_counter(&metrics[n], &values[n], "iterations",
			    generators[_i].started),
			n++;
	run->metrics = metrics;
	run->metric_count = n;
	run->load.target_rps = generators[_i].offered;
	judged_run(&j);
	assert_severity(&j, "test.generator", generators[_i].severity);
	if (generators[_i].severity != NONE)
		ck_assert_double_eq_tol(finding(&j, "test.generator")->value,
					generators[_i].value, 1e-12);
	judged_release(&j);
}
END_TEST

/* ---- users who wait; sums that cannot be ---- */

/* Of 10 users at 20 rps: in flight = 20 rps × mean. */
static const struct {
	double users, p50, mean, max;
	enum sift_severity omission, little;
} loads[] = {
	{10, 100, 100, 300, NONE, NONE},
	{10, 100, 200, 1000, NOTE, NONE},   /* (200 - 100) / 500 ms missing */
	{10, 100, 104, 1000, NONE, NONE},   /* 0.8 % */
	{10, 100, 106, 1000, NOTE, NONE},   /* 1.2 % */
	{10, 100, 200, 999, NONE, NONE},    /* no second */
	{10, 101, 200, 1000, NONE, NONE},   /* not ten times the usual */
	{10, 520, 520, 900, NONE, NONE},    /* 10.4 in flight: within 5 % */
	{10, 530, 530, 900, NONE, WARNING}, /* 10.6 */
	{NAN, 530, 530, 9000, NONE, NONE},  /* users are not known */
	{10, NAN, NAN, NAN, NONE, NONE},
};

START_TEST(waiting_and_impossible_users_are_told)
{
	struct judged j;

	judged_init(&j, NULL);
	doc_set(&j.b, "shop", NULL, 1);
	doc_same(&j.b, 0, "GET", "list",
		 (struct doc_figures){.requests = 1200,
				      .p50 = loads[_i].p50,
				      .mean = loads[_i].mean,
				      .max = loads[_i].max});
	j.b.doc.sets[0].users = loads[_i].users;
	judged_run(&j);
	assert_severity(&j, "test.omission", loads[_i].omission);
	assert_severity(&j, "test.little", loads[_i].little);
	judged_release(&j);
}
END_TEST

/* ---- too few requests ---- */

static const struct {
	double one, other; /* requests of two endpoints; -1 = unknown */
	const char *words; /* NULL = enough */
} counts[] = {
	{368, 368, NULL},
	{367, 368, "p99 of 1 of 2 endpoints: read it as \"at least\""},
	{72, 72, "p99 of 2 of 2"},
	{71, 72, "p95 of 1 of 2 endpoints, p99 of 2: read them"},
	{71, 368, "p95 of 1 of 2 endpoints: read them"},
	{0, 368, "p95 of 1 of 2"},
	{-1, 368, NULL},
};

START_TEST(too_few_requests_are_counted_by_endpoint)
{
	const struct sift_finding *f;
	struct judged j;

	judged_init(&j, NULL);
	j.config.rules[SIFT_RULE_TEST_FEW_REQUESTS].enabled = true;
	doc_set(&j.b, "shop", NULL, 2);
	doc_same(&j.b, 0, "GET", "list",
		 (struct doc_figures){
			 .requests = counts[_i].one, .p95 = 90, .p99 = 99});
	doc_same(&j.b, 0, "GET", "view",
		 (struct doc_figures){
			 .requests = counts[_i].other, .p95 = 90, .p99 = 99});
	judged_run(&j);
	f = finding(&j, "test.few-requests");
	if (!counts[_i].words) {
		ck_assert_ptr_null(f);
	} else {
		ck_assert_ptr_nonnull(f);
		ck_assert_int_eq(f->severity, NOTE);
		if (!strstr(f->message, counts[_i].words))
			ck_abort_msg("%s", f->message);
	}
	judged_release(&j);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("test doubts");
	TCase *tc = tcase_create("test doubts");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tc, a_warm_up_of_most_runs_is_a_warning, 0,
			    (int)COUNT_OF(warm_ups));
	tcase_add_test(tc, the_worst_run_is_named);
	tcase_add_test(tc, a_rule_that_is_off_says_nothing);
	tcase_add_loop_test(tc, a_generator_that_lags_is_a_warning, 0,
			    (int)COUNT_OF(generators));
	tcase_add_loop_test(tc, waiting_and_impossible_users_are_told, 0,
			    (int)COUNT_OF(loads));
	tcase_add_loop_test(tc, too_few_requests_are_counted_by_endpoint, 0,
			    (int)COUNT_OF(counts));
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
