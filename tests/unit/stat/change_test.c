/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "stat/change.h"
#include "vectors.h"

#define MAX_ENDPOINTS 16
#define MAX_RUNS 8

/* Some endpoints and the room their values lie in. */
struct table {
	double before[MAX_ENDPOINTS][MAX_RUNS];
	double after[MAX_ENDPOINTS][MAX_RUNS];
	struct sift_change_endpoint endpoints[MAX_ENDPOINTS];
	struct sift_change results[MAX_ENDPOINTS];
	struct sift_change_family family;
	size_t count, n, m;
};

static const struct sift_change_rules p50_rules = {0.05, 1};
static const struct sift_change_rules p95_rules = {0.05, 5};

static void
table_judge(struct table *t, const struct sift_change_rules *rules)
{
	ck_assert_int_eq(sift_change_judge(t->endpoints, t->count, t->n, t->m,
					   rules, t->results, &t->family, NULL),
			 SIFT_OK);
}

/* ---- whole cases of two sample archives ---- */

static struct table
table_of(const json_t *entry)
{
	struct table t = {
		.count = json_array_size(json_object_get(entry, "endpoints"))};
	json_t *before = json_object_get(entry, "baseline");
	json_t *after = json_object_get(entry, "candidate");
	double within[VECTOR_MAX], jump[VECTOR_MAX], values[VECTOR_MAX];

	ck_assert_uint_le(t.count, MAX_ENDPOINTS);
	vectors_numbers(json_object_get(entry, "w"), within);
	vectors_numbers(json_object_get(entry, "J"), jump);
	for (size_t e = 0; e < t.count; e++) {
		t.n = vectors_numbers(json_array_get(before, e), values);
		ck_assert_uint_le(t.n, MAX_RUNS);
		memcpy(t.before[e], values, t.n * sizeof(*values));
		t.m = vectors_numbers(json_array_get(after, e), values);
		ck_assert_uint_le(t.m, MAX_RUNS);
		memcpy(t.after[e], values, t.m * sizeof(*values));
		t.endpoints[e].within_sd = within[e];
		t.endpoints[e].jump = jump[e];
	}
	return t;
}

static void
table_point(struct table *t)
{
	for (size_t e = 0; e < t->count; e++) {
		t->endpoints[e].before = t->before[e];
		t->endpoints[e].after = t->after[e];
	}
}

static const char *
words_of(const struct sift_change *change)
{
	if (change->verdict == SIFT_VERDICT_REGRESSED)
		return "SURE slower";
	if (change->verdict == SIFT_VERDICT_IMPROVED)
		return "SURE faster";
	if (change->verdict == SIFT_VERDICT_LIKELY)
		return change->shift > 0 ? "LIKELY slower" : "LIKELY faster";
	if (change->verdict == SIFT_VERDICT_EQUIVALENT)
		return "EQUAL";
	if (change->verdict == SIFT_VERDICT_INCONCLUSIVE)
		return "INCONCL";
	return change->verdict == SIFT_VERDICT_UNSTABLE ? "UNSTABLE" : "TINY";
}

START_TEST(whole_cases_come_out_as_in_the_reference)
{
	json_t *root = vectors_open("vectors.json");
	json_t *entry =
		json_array_get(vectors_cases(root, "engine"), (size_t)_i);
	struct table t = table_of(entry);
	json_t *out = json_object_get(entry, "out");
	const char *name = json_string_value(json_object_get(entry, "name"));

	table_point(&t);
	table_judge(&t, strstr(name, "p95") ? &p95_rules : &p50_rules);
	assert_near(t.family.common, vectors_number(entry, "g"), 1e-9);
	assert_near(t.family.centred_prior.df,
		    vectors_number(entry, "d0_centred_capped"), 1e-9);
	assert_near(sqrt(t.family.centred_prior.variance),
		    vectors_number(entry, "s0_centred"), 1e-9);
	for (size_t e = 0; e < t.count; e++) {
		json_t *wanted = json_array_get(out, e);
		const struct sift_change *got = &t.results[e];

		assert_near(got->shift, vectors_number(wanted, "d"), 1e-9);
		assert_near(got->se, vectors_number(wanted, "se"), 1e-9);
		assert_near(got->p, vectors_number(wanted, "p"), 1e-7);
		assert_near(got->q, vectors_number(wanted, "q"), 1e-7);
		ck_assert_str_eq(
			words_of(got),
			json_string_value(json_object_get(wanted, "verdict")));
	}
	json_decref(root);
}
END_TEST

/* ---- made by hand ---- */

/* `count` endpoints of latencies near 100 ms that differ by about `noise`. */
static void
table_fill(struct table *t, size_t count, size_t n, size_t m, double noise)
{
	*t = (struct table){.count = count, .n = n, .m = m};
	for (size_t e = 0; e < count; e++) {
		for (size_t r = 0; r < n + m; r++) {
			double wave = sin((double)(e * 7 + r * 13 + 1) * 2.3);
			double value = 100 * exp(noise * wave);

			if (r < n)
				t->before[e][r] = value;
			else
				t->after[e][r - n] = value;
		}
		t->endpoints[e].within_sd = noise / 2;
		t->endpoints[e].jump = 1.2;
	}
	table_point(t);
}

static void
table_scale(struct table *t, size_t first, size_t count, double factor)
{
	for (size_t e = first; e < first + count; e++) {
		for (size_t r = 0; r < t->m; r++)
			t->after[e][r] *= factor;
	}
}

static void
assert_verdict(const struct table *t, size_t e, enum sift_verdict wanted)
{
	ck_assert_str_eq(sift_verdict_name(t->results[e].verdict),
			 sift_verdict_name(wanted));
}

START_TEST(equal_runs_have_not_changed)
{
	struct table t;

	table_fill(&t, 6, 3, 3, 0.02);
	memcpy(t.after, t.before, sizeof(t.after));
	table_judge(&t, &p50_rules);
	for (size_t e = 0; e < t.count; e++) {
		assert_verdict(&t, e, SIFT_VERDICT_EQUIVALENT);
		ck_assert_double_eq(t.results[e].p, 1);
		ck_assert_double_eq(t.results[e].ratio, 0);
	}
	ck_assert(!t.family.is_global);
}
END_TEST

/* Nothing differs between runs, as with two significant digits. */
START_TEST(constant_values_are_judged_by_the_floor)
{
	struct table t;

	table_fill(&t, 6, 3, 3, 0);
	table_judge(&t, &p50_rules);
	assert_verdict(&t, 0, SIFT_VERDICT_EQUIVALENT);
	table_scale(&t, 1, 1, 1.5);
	table_judge(&t, &p50_rules);
	assert_verdict(&t, 0, SIFT_VERDICT_EQUIVALENT);
	assert_verdict(&t, 1, SIFT_VERDICT_REGRESSED);
	assert_near(t.results[1].ratio, 0.5, 1e-12);
}
END_TEST

START_TEST(swapping_the_sides_mirrors_the_verdicts)
{
	struct table t, back;

	table_fill(&t, 8, 4, 3, 0.03);
	table_scale(&t, 0, 1, 0.7);
	table_scale(&t, 1, 1, 1.4);
	back = t;
	back.n = t.m;
	back.m = t.n;
	memcpy(back.before, t.after, sizeof(t.after));
	memcpy(back.after, t.before, sizeof(t.before));
	table_point(&t);
	table_point(&back);
	table_judge(&t, &p50_rules);
	table_judge(&back, &p50_rules);
	assert_verdict(&t, 0, SIFT_VERDICT_IMPROVED);
	assert_verdict(&t, 1, SIFT_VERDICT_REGRESSED);
	assert_verdict(&back, 0, SIFT_VERDICT_REGRESSED);
	assert_verdict(&back, 1, SIFT_VERDICT_IMPROVED);
	for (size_t e = 0; e < t.count; e++) {
		ck_assert_double_eq_tol(t.results[e].shift,
					-back.results[e].shift, 1e-12);
		assert_near(t.results[e].p, back.results[e].p, 1e-9);
	}
}
END_TEST

START_TEST(what_all_endpoints_share_is_a_finding_of_its_own)
{
	struct table t;

	table_fill(&t, 8, 3, 3, 0.01);
	table_scale(&t, 0, 8, 1.2);
	table_scale(&t, 0, 1, 1.8);
	table_judge(&t, &p50_rules);
	ck_assert(t.family.is_global);
	ck_assert_double_eq_tol(t.family.global_shift, log(1.2), 0.02);
	ck_assert_uint_eq(t.family.in_common, 7);
	assert_verdict(&t, 0, SIFT_VERDICT_REGRESSED);
	for (size_t e = 1; e < 8; e++) {
		assert_verdict(&t, e, SIFT_VERDICT_INCONCLUSIVE);
		ck_assert_int_eq(t.results[e].reason, SIFT_REASON_WITH_COMMON);
	}
}
END_TEST

START_TEST(controls_tell_the_machine_from_the_service)
{
	struct table t;

	table_fill(&t, 8, 3, 3, 0.01);
	table_scale(&t, 0, 8, 1.2); /* a slow day */
	table_scale(&t, 0, 5, 1.2); /* and five slower endpoints */
	for (size_t e = 5; e < 8; e++)
		t.endpoints[e].is_control = true;
	table_judge(&t, &p50_rules);
	ck_assert(t.family.has_controls);
	ck_assert_double_eq_tol(t.family.common, log(1.2), 0.02);
	for (size_t e = 0; e < 5; e++)
		assert_verdict(&t, e, SIFT_VERDICT_REGRESSED);
	for (size_t e = 5; e < 8; e++)
		assert_verdict(&t, e, SIFT_VERDICT_EQUIVALENT);
}
END_TEST

START_TEST(one_control_is_none)
{
	struct table t;

	table_fill(&t, 4, 3, 3, 0.01);
	t.endpoints[0].is_control = true;
	table_judge(&t, &p50_rules);
	ck_assert(!t.family.has_controls && !t.family.is_centred);
	ck_assert(isnan(t.results[0].centred));
	ck_assert(isnan(t.family.global_shift));
}
END_TEST

static const struct {
	size_t n, m;
	enum sift_change_grade grade;
} designs[] = {
	{0, 0, SIFT_GRADE_DESCRIBED}, {0, 8, SIFT_GRADE_DESCRIBED},
	{1, 1, SIFT_GRADE_DESCRIBED}, {1, 8, SIFT_GRADE_DESCRIBED},
	{8, 1, SIFT_GRADE_DESCRIBED}, {2, 2, SIFT_GRADE_DESCRIBED},
	{3, 2, SIFT_GRADE_LIKELY},    {2, 3, SIFT_GRADE_LIKELY},
	{2, 4, SIFT_GRADE_FULL},      {3, 3, SIFT_GRADE_FULL},
	{8, 8, SIFT_GRADE_FULL},
};

START_TEST(few_runs_may_say_little)
{
	struct table t;
	size_t n = designs[_i].n, m = designs[_i].m;

	ck_assert_int_eq(sift_change_grade(n, m), designs[_i].grade);
	table_fill(&t, 6, n, m, 0.01);
	table_scale(&t, 0, 1, 2);
	table_judge(&t, &p50_rules);
	if (designs[_i].grade == SIFT_GRADE_DESCRIBED) {
		assert_verdict(&t, 0, SIFT_VERDICT_DESCRIBED);
		ck_assert_int_eq(t.results[0].reason, SIFT_REASON_FEW_RUNS);
		ck_assert(isnan(t.results[0].p) && isnan(t.results[0].low));
		ck_assert(isnan(t.results[0].ratio) == (n == 0 || m == 0));
	} else if (designs[_i].grade == SIFT_GRADE_LIKELY) {
		assert_verdict(&t, 0, SIFT_VERDICT_LIKELY);
		ck_assert_int_eq(t.results[0].reason, SIFT_REASON_CAPPED);
	} else {
		assert_verdict(&t, 0, SIFT_VERDICT_REGRESSED);
	}
}
END_TEST

static const double bad_values[] = {NAN, INFINITY, -INFINITY, -1, 0};

START_TEST(an_endpoint_with_a_bad_value_is_described_only)
{
	struct table t;

	table_fill(&t, 6, 3, 3, 0.01);
	t.after[2][1] = bad_values[_i];
	table_judge(&t, &p50_rules);
	ck_assert_uint_eq(t.family.tested, 5);
	assert_verdict(&t, 2, SIFT_VERDICT_DESCRIBED);
	ck_assert_int_eq(t.results[2].reason, SIFT_REASON_NOT_IN_ALL);
	ck_assert(isnan(t.results[2].p) && isnan(t.results[2].q));
	assert_verdict(&t, 3, SIFT_VERDICT_EQUIVALENT);
}
END_TEST

START_TEST(zero_is_half_a_step_of_the_source)
{
	struct table t;

	table_fill(&t, 6, 3, 3, 0.01);
	memset(t.before[2], 0, sizeof(t.before[2]));
	t.endpoints[2].resolution = 1;
	table_judge(&t, &p50_rules);
	ck_assert_uint_eq(t.family.tested, 6);
	ck_assert_double_eq_tol(t.results[2].raw, log(200), 0.05);
	ck_assert(isnan(t.results[2].ratio));
}
END_TEST

static const struct {
	double before, after, resolution;
	enum sift_verdict verdict;
	enum sift_change_reason reason;
} sizes[] = {
	{3, 4, 1, SIFT_VERDICT_TINY, SIFT_REASON_RESOLUTION},
	{3, 4.5, 1, SIFT_VERDICT_REGRESSED, SIFT_REASON_BEYOND},
	{80, 90, 10, SIFT_VERDICT_TINY, SIFT_REASON_RESOLUTION},
	{0.5, 1, 0, SIFT_VERDICT_TINY, SIFT_REASON_SMALL_STEP},
	{1000, 1040, 0, SIFT_VERDICT_EQUIVALENT, SIFT_REASON_MARGIN},
	{1000, 700, 10, SIFT_VERDICT_IMPROVED, SIFT_REASON_BEYOND},
	{1e-3, 1e9, 0, SIFT_VERDICT_REGRESSED, SIFT_REASON_BEYOND},
	{1e9, 1e-9, 0, SIFT_VERDICT_IMPROVED, SIFT_REASON_BEYOND},
};

START_TEST(a_change_must_be_large_enough_to_matter)
{
	struct table t;

	table_fill(&t, 6, 3, 3, 0.001);
	for (size_t r = 0; r < 3; r++) {
		t.before[0][r] *= sizes[_i].before / 100;
		t.after[0][r] *= sizes[_i].after / 100;
	}
	t.endpoints[0].resolution = sizes[_i].resolution;
	if (sizes[_i].reason == SIFT_REASON_RESOLUTION) {
		for (size_t r = 0; r < 3; r++) {
			t.before[0][r] = sizes[_i].before;
			t.after[0][r] = sizes[_i].after;
		}
	}
	table_judge(&t, &p50_rules);
	assert_verdict(&t, 0, sizes[_i].verdict);
	ck_assert_int_eq(t.results[0].reason, sizes[_i].reason);
}
END_TEST

START_TEST(a_percentile_on_a_jump_gets_no_verdict)
{
	struct table t;

	table_fill(&t, 6, 3, 3, 0.01);
	table_scale(&t, 0, 1, 3);
	t.endpoints[0].jump = 2.5;
	table_judge(&t, &p95_rules);
	assert_verdict(&t, 0, SIFT_VERDICT_UNSTABLE);
	t.endpoints[0].separated = true;
	table_judge(&t, &p95_rules);
	assert_verdict(&t, 0, SIFT_VERDICT_REGRESSED);
	t.endpoints[0].jump = NAN;
	t.endpoints[0].separated = false;
	table_judge(&t, &p95_rules);
	assert_verdict(&t, 0, SIFT_VERDICT_REGRESSED);
}
END_TEST

START_TEST(much_faster_and_doing_less_is_suspicious)
{
	struct table t;

	table_fill(&t, 6, 3, 3, 0.01);
	table_scale(&t, 0, 1, 0.5);
	table_scale(&t, 1, 1, 0.7);
	t.endpoints[0].does_less = t.endpoints[1].does_less = true;
	table_judge(&t, &p50_rules);
	assert_verdict(&t, 0, SIFT_VERDICT_SUSPICIOUS);
	assert_verdict(&t, 1, SIFT_VERDICT_IMPROVED);
}
END_TEST

START_TEST(more_runs_are_asked_for_where_they_would_settle_it)
{
	struct table t;

	table_fill(&t, 6, 3, 3, 0.08);
	table_scale(&t, 0, 1, 1.12);
	table_judge(&t, &p50_rules);
	for (size_t e = 0; e < t.count; e++) {
		const struct sift_change *at = &t.results[e];
		bool open = at->verdict == SIFT_VERDICT_INCONCLUSIVE ||
			    at->verdict == SIFT_VERDICT_LIKELY;

		ck_assert_uint_le(at->runs_needed, 100);
		ck_assert(open || at->runs_needed == 0);
	}
	ck_assert_uint_gt(t.results[0].runs_needed, 0);
}
END_TEST

START_TEST(one_endpoint_is_tested_alone)
{
	struct table t;

	table_fill(&t, 1, 5, 5, 0.02);
	table_scale(&t, 0, 1, 1.3);
	table_judge(&t, &p50_rules);
	assert_verdict(&t, 0, SIFT_VERDICT_REGRESSED);
	ck_assert_double_eq(t.results[0].q, t.results[0].p);
	ck_assert_double_eq(t.family.raw_prior.df, 0);
	t.count = 0;
	table_judge(&t, &p50_rules);
	ck_assert_uint_eq(t.family.tested, 0);
}
END_TEST

START_TEST(thousands_of_endpoints_are_judged)
{
	enum { COUNT = 5000 };
	struct sift_change_endpoint *list = sift_calloc(COUNT, sizeof(*list));
	struct sift_change *out = sift_calloc(COUNT, sizeof(*out));
	struct sift_change_family family;
	struct table t;

	ck_assert(list && out);
	table_fill(&t, MAX_ENDPOINTS, 3, 3, 0.02);
	table_scale(&t, 0, 1, 1.5);
	for (size_t e = 0; e < COUNT; e++)
		list[e] = t.endpoints[e < 10 ? 0 : 1 + e % 15];
	ck_assert_int_eq(sift_change_judge(list, COUNT, 3, 3, &p50_rules, out,
					   &family, NULL),
			 SIFT_OK);
	ck_assert_uint_eq(family.tested, COUNT);
	for (size_t e = 0; e < COUNT; e++)
		ck_assert_int_eq(out[e].verdict == SIFT_VERDICT_REGRESSED,
				 e < 10);
	sift_free(list);
	sift_free(out);
}
END_TEST

START_TEST(running_out_of_memory_is_said)
{
	struct table t;

	table_fill(&t, 6, 3, 3, 0.02);
	for (uint64_t call = 1; call <= 5; call++) {
		sift_mem_fail_at(call, 0);
		ck_assert_int_eq(sift_change_judge(t.endpoints, t.count, 3, 3,
						   &p50_rules, t.results, NULL,
						   NULL),
				 SIFT_E_NOMEM);
	}
	sift_mem_fail_at(0, 0);
	table_judge(&t, &p50_rules);
}
END_TEST

#define ROWS(table) ((int)(sizeof(table) / sizeof(table[0])))

int
main(void)
{
	Suite *suite = suite_create("change");
	TCase *tests = tcase_create("change");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_loop_test(tests, whole_cases_come_out_as_in_the_reference, 0,
			    4);
	tcase_add_test(tests, equal_runs_have_not_changed);
	tcase_add_test(tests, constant_values_are_judged_by_the_floor);
	tcase_add_test(tests, swapping_the_sides_mirrors_the_verdicts);
	tcase_add_test(tests, what_all_endpoints_share_is_a_finding_of_its_own);
	tcase_add_test(tests, controls_tell_the_machine_from_the_service);
	tcase_add_test(tests, one_control_is_none);
	tcase_add_loop_test(tests, few_runs_may_say_little, 0, ROWS(designs));
	tcase_add_loop_test(tests,
			    an_endpoint_with_a_bad_value_is_described_only, 0,
			    ROWS(bad_values));
	tcase_add_test(tests, zero_is_half_a_step_of_the_source);
	tcase_add_loop_test(tests, a_change_must_be_large_enough_to_matter, 0,
			    ROWS(sizes));
	tcase_add_test(tests, a_percentile_on_a_jump_gets_no_verdict);
	tcase_add_test(tests, much_faster_and_doing_less_is_suspicious);
	tcase_add_test(tests,
		       more_runs_are_asked_for_where_they_would_settle_it);
	tcase_add_test(tests, one_endpoint_is_tested_alone);
	tcase_add_test(tests, thousands_of_endpoints_are_judged);
	tcase_add_test(tests, running_out_of_memory_is_said);
	suite_add_tcase(suite, tests);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
