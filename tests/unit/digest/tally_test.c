/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "digest/tally.h"
#include "model/figures.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static void
add(struct sift_tally *tally, double value_ms, uint64_t count)
{
	ck_assert_int_eq(sift_tally_add(tally, value_ms, count, NULL), SIFT_OK);
}

/* Expected values by hand: of n times the one at floor(p * n). */
static const struct {
	const char *what;
	struct sift_tally_bin bins[4];
	double p50, p90, p99;
} cases[] = {
	{"one", {{7, 1}}, 7, 7, 7},
	{"of two the upper", {{58, 1}, {47, 1}}, 58, 58, 58},
	{"a bucket holds many", {{10, 90}, {240, 10}}, 10, 240, 240},
	{"one less", {{10, 91}, {240, 9}}, 10, 10, 240},
	{"times below zero", {{-3, 5}, {-0.0, 5}}, 0, 0, 0},
	{"larger than any integer", {{1, 1}, {1e300, 99}}, 1e300, 1e300, 1e300},
	{"0.99 of 100 is 99", {{1, 99}, {2, 1}}, 1, 1, 2},
};

START_TEST(a_percentile_is_the_time_at_p_n)
{
	struct sift_tally tally = {0};
	struct sift_latency latency;

	sift_latency_init(&latency);
	for (size_t i = 0; i < COUNT_OF(cases[_i].bins); i++)
		add(&tally, cases[_i].bins[i].value_ms,
		    cases[_i].bins[i].count);
	sift_tally_sort(&tally);
	sift_tally_percentiles(&tally, &latency);
	ck_assert_msg(latency.ms[SIFT_STAT_P50] == cases[_i].p50, "%s: p50 %g",
		      cases[_i].what, latency.ms[SIFT_STAT_P50]);
	ck_assert_msg(latency.ms[SIFT_STAT_P90] == cases[_i].p90, "%s: p90 %g",
		      cases[_i].what, latency.ms[SIFT_STAT_P90]);
	ck_assert_msg(latency.ms[SIFT_STAT_P99] == cases[_i].p99, "%s: p99 %g",
		      cases[_i].what, latency.ms[SIFT_STAT_P99]);
	ck_assert(isnan(latency.ms[SIFT_STAT_MAX]));
	sift_tally_release(&tally);
}
END_TEST

START_TEST(an_empty_tally_changes_nothing)
{
	struct sift_tally tally = {0};
	struct sift_latency latency;

	sift_latency_init(&latency);
	add(&tally, 5, 0);
	sift_tally_sort(&tally);
	sift_tally_percentiles(&tally, &latency);
	ck_assert_uint_eq(tally.count, 0);
	ck_assert(isnan(latency.ms[SIFT_STAT_P50]));
	sift_tally_release(&tally);
}
END_TEST

START_TEST(order_and_parts_do_not_show)
{
	struct sift_tally whole = {0}, parts[2] = {{0}, {0}};

	for (unsigned i = 0; i < 5000; i++) {
		add(&whole, i * 7919 % 300, i % 7);
		add(&parts[i % 2], (4999 - i) * 7919 % 300, (4999 - i) % 7);
	}
	ck_assert_int_eq(sift_tally_merge(&parts[1], &parts[0], NULL), SIFT_OK);
	sift_tally_sort(&whole);
	sift_tally_sort(&parts[1]);
	ck_assert_uint_eq(whole.count, 300);
	ck_assert_uint_eq(parts[1].count, whole.count);
	for (size_t i = 0; i < whole.count; i++) {
		ck_assert(whole.bins[i].value_ms == parts[1].bins[i].value_ms);
		ck_assert(whole.bins[i].count == parts[1].bins[i].count);
	}
	ck_assert_uint_lt(whole.capacity, 2048); /* 5000 counts came */
	sift_tally_release(&whole);
	sift_tally_release(&parts[0]);
	sift_tally_release(&parts[1]);
}
END_TEST

START_TEST(there_is_a_limit_to_different_times)
{
	struct sift_tally tally = {0};
	struct sift_err err = {0};
	enum sift_status rc = SIFT_OK;
	uint32_t i = 0;

	while (!rc && i <= SIFT_TALLY_MAX)
		rc = sift_tally_add(&tally, i++, 1, &err);
	ck_assert_int_eq(rc, SIFT_E_LIMIT);
	ck_assert_uint_eq(i, SIFT_TALLY_MAX + 1);
	ck_assert_str_eq(err.what, "more than 1048576 different times");
	sift_tally_release(&tally);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("tally");
	TCase *tc = tcase_create("tally");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tc, a_percentile_is_the_time_at_p_n, 0,
			    (int)COUNT_OF(cases));
	tcase_add_test(tc, an_empty_tally_changes_nothing);
	tcase_add_test(tc, order_and_parts_do_not_show);
	tcase_add_test(tc, there_is_a_limit_to_different_times);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
