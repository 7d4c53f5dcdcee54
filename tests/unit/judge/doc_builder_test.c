/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "doc_builder.h"

#include <check.h>
#include <stdlib.h>

START_TEST(spreads_and_shares_follow_from_runs)
{
	static const struct doc_figures list[] = {
		{.requests = 100, .failures = 1, .p50 = 10, .p99 = 40},
		{.requests = 100, .failures = 0, .p50 = 30, .p99 = 0},
		{.requests = 100, .failures = 2, .p50 = 20, .p99 = 50},
	};
	struct doc_builder b;
	const struct sift_set_result *r;
	size_t set;

	doc_init(&b);
	set = doc_set(&b, "shop", "10 users", 3);
	doc_same(&b, set, "GET", "cart",
		 (struct doc_figures){.requests = 300, .p50 = 20});
	doc_each(&b, set, "GET", "list", list);
	doc_trend(&b, set, "join", (struct doc_figures){.p95 = 5});
	doc_finish(&b);
	r = &doc_endpoint(&b, set, "GET", "list")->result;
	ck_assert_double_eq(r->latency[SIFT_STAT_P50].median, 20);
	ck_assert_double_eq(r->latency[SIFT_STAT_P99].median, 45);
	ck_assert_uint_eq(r->latency[SIFT_STAT_P99].n, 2);
	ck_assert_double_nan(r->latency[SIFT_STAT_P99].values[1]);
	ck_assert_double_nan(r->latency[SIFT_STAT_MAX].median);
	ck_assert_double_eq(sift_spread_scatter(&r->failures).mean, 1);
	ck_assert_double_eq(sift_spread_scatter(&r->failures).variance, 1);
	ck_assert_double_eq_tol(r->share_of_time, 0.25, 1e-12);
	ck_assert_double_nan(
		doc_endpoint(&b, set, NULL, "join")->result.share_of_time);
	ck_assert_double_eq(b.doc.sets[set].total.requests.median, 400);
	ck_assert_str_eq(doc_run(&b, set, 2)->label, "shop 10 users run-3");
	doc_release(&b);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("doc_builder");
	TCase *c = tcase_create("doc_builder");
	SRunner *runner;
	int failed;

	tcase_add_test(c, spreads_and_shares_follow_from_runs);
	suite_add_tcase(suite, c);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
