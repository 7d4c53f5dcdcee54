/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <check.h>
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "stat/proportion.h"
#include "vectors.h"

static const struct sift_failure_rules rules = {0.01, 10, 0.01};

/* R's dhyper(); tests/data/statistics/second.R */
START_TEST(exact_tests_are_those_of_r)
{
	json_t *root = vectors_open("second.json");
	json_t *cases = vectors_cases(root, "fisher"), *entry;
	size_t i;

	json_array_foreach(cases, i, entry)
	{
		struct sift_proportion a = {
			(uint64_t)vectors_number(entry, "a"),
			(uint64_t)vectors_number(entry, "na")};
		struct sift_proportion b = {
			(uint64_t)vectors_number(entry, "b"),
			(uint64_t)vectors_number(entry, "nb")};
		struct sift_proportion_test test;

		sift_proportion_test(&a, 1, &b, 1, &test);
		assert_near(test.p, vectors_number(entry, "p"), 1e-9);
		sift_proportion_test(&b, 1, &a, 1, &test);
		assert_near(test.p, vectors_number(entry, "p"), 1e-9);
	}
	json_decref(root);
}
END_TEST

/* Newcombe 1998, table II: 56/70 against 48/80, method 10. */
START_TEST(intervals_are_those_of_newcombe)
{
	struct sift_proportion a = {48, 80}, b = {56, 70};
	struct sift_proportion_test test;

	sift_proportion_test(&a, 1, &b, 1, &test);
	ck_assert_double_eq_tol(test.low, 0.0524, 5e-5);
	ck_assert_double_eq_tol(test.high, 0.3339, 5e-5);
	a = (struct sift_proportion){0, 10};
	b = (struct sift_proportion){10, 10};
	sift_proportion_test(&a, 1, &b, 1, &test);
	ck_assert_double_eq_tol(test.high, 1, 1e-9);
	ck_assert_double_eq_tol(test.low, 0.6075, 5e-5);
}
END_TEST

/* Failures that come in bursts are worth fewer. */
START_TEST(dispersion_widens_the_test)
{
	struct sift_proportion even[] = {{10, 1000}, {10, 1000}, {10, 1000}};
	struct sift_proportion twice[] = {{20, 1000}, {20, 1000}, {20, 1000}};
	struct sift_proportion burst[] = {{0, 1000}, {60, 1000}, {0, 1000}};
	struct sift_proportion_test plain, wide;

	sift_proportion_test(even, 3, twice, 3, &plain);
	sift_proportion_test(even, 3, burst, 3, &wide);
	ck_assert_double_eq(plain.dispersion, 1);
	/* (20^2 + 40^2 + 20^2) / (1000 * 0.02 * 0.98) / 4 */
	assert_near(wide.dispersion, 2400 / 19.6 / 4, 1e-12);
	ck_assert(plain.p < 0.01 && wide.p > 0.3);
	ck_assert(wide.low < plain.low && wide.high > plain.high);
}
END_TEST

/* COMPARISON 2.4 */
START_TEST(slow_shares_change_by_twice_and_no_chance)
{
	struct sift_proportion stalls[] = {{10, 200}, {11, 200}, {9, 200}};
	struct sift_proportion more[] = {{30, 200}, {31, 200}, {27, 200}};
	struct sift_proportion alike[] = {{16, 200}, {15, 200}, {17, 200}};
	struct sift_proportion none[] = {{0, 200}, {0, 200}, {0, 200}};
	struct sift_proportion few[] = {{3, 200}, {3, 200}, {3, 200}};
	struct sift_proportion_test test;

	sift_slow_share_test(stalls, 3, more, 3, &test);
	ck_assert(sift_slow_share_changed(&test));
	assert_near(test.before, 0.05, 1e-12);
	sift_slow_share_test(more, 3, stalls, 3, &test);
	ck_assert(sift_slow_share_changed(&test));
	sift_slow_share_test(stalls, 3, alike, 3, &test);
	ck_assert(!sift_slow_share_changed(&test));
	sift_slow_share_test(none, 3, few, 3, &test);
	ck_assert(test.p < 0.01 && !sift_slow_share_changed(&test));
	sift_slow_share_test(none, 3, none, 3, &test);
	ck_assert_double_eq(test.p, 1);
	ck_assert(!sift_slow_share_changed(&test));
}
END_TEST

/* ---- verdicts ---- */

static const struct {
	struct sift_proportion before[3], after[3];
	size_t n, m;
	enum sift_verdict verdict;
	enum sift_change_reason reason;
} ladder[] = {
	{{{0, 1000}, {1, 1000}, {0, 1000}},
	 {{20, 1000}, {25, 1000}, {22, 1000}},
	 3,
	 3,
	 SIFT_VERDICT_REGRESSED,
	 SIFT_REASON_BEYOND},
	{{{20, 1000}, {25, 1000}, {22, 1000}},
	 {{0, 1000}, {1, 1000}, {0, 1000}},
	 3,
	 3,
	 SIFT_VERDICT_IMPROVED,
	 SIFT_REASON_BEYOND},
	{{{0, 1000}, {1, 1000}},
	 {{20, 1000}, {25, 1000}, {22, 1000}},
	 2,
	 3,
	 SIFT_VERDICT_LIKELY,
	 SIFT_REASON_CAPPED},
	{{{0, 1000}, {1, 1000}},
	 {{20, 1000}, {25, 1000}},
	 2,
	 2,
	 SIFT_VERDICT_DESCRIBED,
	 SIFT_REASON_FEW_RUNS},
	{{{0, 1000}, {0, 1000}, {0, 1000}},
	 {{0, 1000}, {0, 1000}, {0, 1000}},
	 3,
	 3,
	 SIFT_VERDICT_EQUIVALENT,
	 SIFT_REASON_MARGIN},
	{{{0, 10}, {0, 10}, {0, 10}},
	 {{0, 10}, {0, 10}, {0, 10}},
	 3,
	 3,
	 SIFT_VERDICT_INCONCLUSIVE,
	 SIFT_REASON_NOISE},
	{{{0, 20}, {0, 20}, {0, 20}},
	 {{3, 20}, {3, 20}, {3, 20}},
	 3,
	 3,
	 SIFT_VERDICT_TINY,
	 SIFT_REASON_SMALL_STEP},
	/* there beyond doubt, and inside the margin: not the same */
	{{{0, 30000}, {0, 30000}, {0, 30000}},
	 {{200, 30000}, {210, 30000}, {190, 30000}},
	 3,
	 3,
	 SIFT_VERDICT_TINY,
	 SIFT_REASON_SMALL_SHARE},
	{{{0, 100}, {0, 100}, {0, 100}},
	 {{0, 100}, {60, 100}, {0, 100}},
	 3,
	 3,
	 SIFT_VERDICT_INCONCLUSIVE,
	 SIFT_REASON_NOISE},
	{{{0, 0}, {0, 0}, {0, 0}},
	 {{1, 100}, {60, 100}, {1, 100}},
	 3,
	 3,
	 SIFT_VERDICT_DESCRIBED,
	 SIFT_REASON_FEW_RUNS},
	{{{UINT64_MAX, 100}, {100, 100}, {100, 100}},
	 {{0, 100}, {0, 100}, {0, 100}},
	 3,
	 3,
	 SIFT_VERDICT_IMPROVED,
	 SIFT_REASON_BEYOND},
};

START_TEST(error_rates_climb_the_ladder)
{
	struct sift_failure_endpoint endpoint = {ladder[_i].before,
						 ladder[_i].after};
	struct sift_failure_change out;

	ck_assert_int_eq(sift_failure_judge(&endpoint, 1, ladder[_i].n,
					    ladder[_i].m, &rules, &out, NULL),
			 SIFT_OK);
	ck_assert_str_eq(sift_verdict_name(out.verdict),
			 sift_verdict_name(ladder[_i].verdict));
	ck_assert_int_eq(out.reason, ladder[_i].reason);
	if (!isnan(out.test.p))
		ck_assert_double_eq(out.q, out.test.p);
}
END_TEST

START_TEST(large_counts_are_counted)
{
	struct sift_proportion a = {500000000, 100000000000};
	struct sift_proportion b = {500300000, 100000000000};
	struct sift_proportion_test test;

	sift_proportion_test(&a, 1, &b, 1, &test);
	ck_assert(test.p > 0 && test.p < 1e-10);
	a = (struct sift_proportion){1, UINT64_MAX / 4};
	sift_proportion_test(&a, 1, &a, 1, &test);
	ck_assert_double_eq_tol(test.p, 1, 1e-6);
}
END_TEST

START_TEST(running_out_of_memory_is_said)
{
	struct sift_proportion run = {1, 2};
	struct sift_failure_endpoint endpoint = {&run, &run};
	struct sift_failure_change out;

	for (uint64_t call = 1; call <= 2; call++) {
		sift_mem_fail_at(call, 0);
		ck_assert_int_eq(sift_failure_judge(&endpoint, 1, 1, 1, &rules,
						    &out, NULL),
				 SIFT_E_NOMEM);
	}
	sift_mem_fail_at(0, 0);
	ck_assert_int_eq(sift_failure_judge(NULL, 0, 0, 0, &rules, NULL, NULL),
			 SIFT_OK);
}
END_TEST

#define ROWS(table) ((int)(sizeof(table) / sizeof(table[0])))

int
main(void)
{
	Suite *suite = suite_create("proportion");
	TCase *tests = tcase_create("proportion");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tests, exact_tests_are_those_of_r);
	tcase_add_test(tests, intervals_are_those_of_newcombe);
	tcase_add_test(tests, dispersion_widens_the_test);
	tcase_add_test(tests, slow_shares_change_by_twice_and_no_chance);
	tcase_add_loop_test(tests, error_rates_climb_the_ladder, 0,
			    ROWS(ladder));
	tcase_add_test(tests, large_counts_are_counted);
	tcase_add_test(tests, running_out_of_memory_is_said);
	suite_add_tcase(suite, tests);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
