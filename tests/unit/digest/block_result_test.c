/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * What a block says of its run: results, users, values of metrics.
 */

#include <config.h>

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "block_fixture.h"
#include "digest/block.h"

static struct sift_arena arena; /* of latencies of successes */

static struct sift_result
result_of(const struct sift_block *block, const struct sift_series *series)
{
	struct sift_result result;

	ck_assert_int_eq(
		sift_block_result(block, series, &arena, &result, NULL),
		SIFT_OK);
	return result;
}

static void
put_series(struct sift_block *block, uint32_t id, const char *name)
{
	struct sift_event event = series_event(id, SIFT_KIND_HTTP, "GET", name);

	put(block, &event);
}

static void
put_sample(struct sift_block *block, uint32_t series, enum sift_outcome outcome,
	   int64_t time_ns, int64_t value_ns)
{
	struct sift_event event =
		sample_event(series, outcome, time_ns, value_ns);

	put(block, &event);
}

START_TEST(a_result_of_samples_is_exact)
{
	struct sift_block *block = new_block();
	struct sift_result result;

	put_series(block, 0, "/");
	for (int64_t i = 1; i <= 10; i++)
		put_sample(block, 0,
			   i == 10 ? SIFT_OUTCOME_FAILED : SIFT_OUTCOME_OK,
			   i * SECOND, i * 10 * MS);
	finish(block);
	result = result_of(block, &block->series[0]);
	ck_assert_int_eq(result.requests, 10);
	ck_assert_int_eq(result.failures, 1);
	ck_assert_double_eq(result.error_rate, 0.1);
	ck_assert_double_eq(result.rps, 10.0 / 9);
	ck_assert_double_eq(result.latency.ms[SIFT_STAT_MIN], 10);
	ck_assert_double_eq(result.latency.ms[SIFT_STAT_MAX], 100);
	ck_assert_double_eq(result.latency.ms[SIFT_STAT_MEAN], 55);
	ck_assert_double_eq(result.latency.ms[SIFT_STAT_P50], 55);
	ck_assert_double_eq(result.latency.ms[SIFT_STAT_P90], 91);
	ck_assert_double_eq(result.latency.ms[SIFT_STAT_P99], 99.1);
	ck_assert_double_eq(result.latency.ms[SIFT_STAT_P999], 99.91);
	ck_assert_double_eq_tol(result.latency.ms[SIFT_STAT_STDDEV],
				30.276503540974915, 1e-12);
	ck_assert_double_eq(result.latency_ok->ms[SIFT_STAT_MAX], 90);
	ck_assert_double_eq(result.latency_ok->ms[SIFT_STAT_P50], 50);
	ck_assert_int_eq(result.origin, SIFT_ORIGIN_EXACT);
	ck_assert_double_eq(result.resolution_ms, 1e-6);
	ck_assert_str_eq(sift_percentiles_name(result.percentiles),
			 "linear, i = p(n-1) (k6)");
	sift_block_free(block);
}
END_TEST

/* Rows: samples by outcome, failures stated (-1 = none), what comes out. */
static const struct {
	int ok, failed, unknown;
	int64_t stated;
	int64_t failures;
	bool ok_known;
} outcomes[] = {
	{3, 0, 0, -1, 0, true},	  {3, 2, 0, -1, 2, true},
	{0, 2, 0, -1, 2, false},  {0, 0, 5, -1, -1, false},
	{0, 0, 5, 0, 0, false},	  {0, 0, 5, 3, 3, false},
	{2, 1, 5, -1, -1, false}, {2, 1, 5, 4, 5, false},
};

START_TEST(failures_are_known_or_said_not_to_be)
{
	struct sift_block *block = new_block();
	struct sift_result results[2];

	put_series(block, 0, "/");
	for (int i = 0; i < outcomes[_i].ok; i++)
		put_sample(block, 0, SIFT_OUTCOME_OK, i, 5 * MS);
	for (int i = 0; i < outcomes[_i].failed; i++)
		put_sample(block, 0, SIFT_OUTCOME_FAILED, i, 7 * MS);
	for (int i = 0; i < outcomes[_i].unknown; i++)
		put_sample(block, 0, SIFT_OUTCOME_UNKNOWN, i, 9 * MS);
	if (outcomes[_i].stated >= 0) {
		struct sift_event event =
			failed_event(0, (uint64_t)outcomes[_i].stated);

		put(block, &event);
	}
	finish(block);
	results[0] = result_of(block, &block->series[0]);
	results[1] = result_of(block, NULL);
	for (size_t i = 0; i < 2; i++) {
		ck_assert_int_eq(results[i].failures, outcomes[_i].failures);
		ck_assert_int_eq(results[i].requests,
				 outcomes[_i].ok + outcomes[_i].failed +
					 outcomes[_i].unknown);
		ck_assert_int_eq(results[i].latency_ok != NULL,
				 outcomes[_i].ok_known);
		ck_assert_int_eq(isnan(results[i].error_rate),
				 outcomes[_i].failures < 0);
	}
	ck_assert_int_eq(sift_block_failures(block), outcomes[_i].failures);
	sift_block_free(block);
}
END_TEST

START_TEST(failures_of_a_trend_have_no_meaning)
{
	struct sift_block *block = new_block();
	struct sift_event event = series_event(0, SIFT_KIND_TREND, "", "t");
	struct sift_result result;

	put(block, &event);
	put_sample(block, 0, SIFT_OUTCOME_OK, 0, 5 * MS);
	finish(block);
	result = result_of(block, &block->series[0]);
	ck_assert_int_eq(result.requests, 1);
	ck_assert_int_eq(result.failures, -1);
	ck_assert(isnan(result.error_rate));
	ck_assert_ptr_null(result.latency_ok);
	ck_assert_double_eq(result.latency.ms[SIFT_STAT_P50], 5);
	ck_assert_int_eq(sift_block_result(block, NULL, &arena, &result, NULL),
			 SIFT_E_EMPTY);
	ck_assert_int_eq(sift_block_requests(block), -1);
	sift_block_free(block);
}
END_TEST

/* Of an endpoint whose samples were all skipped only the name was read. */
START_TEST(without_a_sample_requests_are_not_known)
{
	struct sift_block *block = new_block();
	struct sift_result result;

	put_series(block, 0, "/a");
	finish(block);
	result = result_of(block, &block->series[0]);
	ck_assert_int_eq(result.requests, -1);
	ck_assert_int_eq(result.failures, -1);
	ck_assert_int_eq(result.origin, SIFT_ORIGIN_NONE);
	ck_assert_int_eq(sift_block_requests(block), -1);
	ck_assert_int_eq(sift_block_result(block, NULL, &arena, &result, NULL),
			 SIFT_E_EMPTY);
	sift_block_free(block);

	block = new_block();
	put_series(block, 0, "/a");
	put_series(block, 1, "/b");
	put_sample(block, 1, SIFT_OUTCOME_OK, 0, 5 * MS);
	finish(block);
	ck_assert_int_eq(sift_block_requests(block), 1);
	result = result_of(block, NULL);
	ck_assert_int_eq(result.requests, 1);
	sift_block_free(block);
}
END_TEST

START_TEST(a_total_is_of_all_requests_but_no_trends)
{
	struct sift_block *block = new_block();
	struct sift_event event = series_event(2, SIFT_KIND_TREND, "", "t");
	struct sift_result result;

	put_series(block, 0, "/a");
	put_series(block, 1, "/b");
	put(block, &event);
	put_sample(block, 0, SIFT_OUTCOME_OK, 0, 10 * MS);
	put_sample(block, 1, SIFT_OUTCOME_FAILED, 2 * SECOND, 30 * MS);
	put_sample(block, 2, SIFT_OUTCOME_OK, SECOND, 500 * MS);
	/* A request that belongs to no endpoint is one all the same. */
	put_sample(block, SIFT_SERIES_TOTAL, SIFT_OUTCOME_OK, SECOND, 20 * MS);
	finish(block);
	result = result_of(block, NULL);
	ck_assert_int_eq(result.requests, 3);
	ck_assert_int_eq(result.failures, 1);
	ck_assert_double_eq(result.rps, 1.5);
	ck_assert_double_eq(result.latency.ms[SIFT_STAT_P50], 20);
	ck_assert_double_eq(result.latency.ms[SIFT_STAT_MAX], 30);
	ck_assert_double_eq(result.latency_ok->ms[SIFT_STAT_MAX], 20);
	ck_assert_int_eq(sift_block_requests(block), 3);
	sift_block_free(block);
}
END_TEST

static struct sift_figures
locust_figures(int64_t requests, int64_t failures, double median)
{
	struct sift_figures figures;

	sift_figures_init(&figures);
	figures.requests = requests;
	figures.failures = failures;
	figures.rps = 12.5;
	figures.rounding = SIFT_ROUNDING_LOCUST;
	figures.percentiles = SIFT_PERCENTILES_LOCUST;
	figures.latency.ms[SIFT_STAT_P50] = median;
	figures.latency.ms[SIFT_STAT_P95] = 240;
	figures.latency.ms[SIFT_STAT_MIN] = 1;
	figures.latency.ms[SIFT_STAT_MAX] = 2345;
	figures.latency.ms[SIFT_STAT_MEAN] = median + 1;
	return figures;
}

START_TEST(reported_figures_stand_as_they_are)
{
	struct sift_block *block = new_block();
	struct sift_figures first = locust_figures(1, 1, 1);
	struct sift_figures figures = locust_figures(200, 10, 44);
	struct sift_figures total = locust_figures(1000, 50, 46);
	struct sift_event event;
	struct sift_result result;

	put_series(block, 0, "/");
	event = figures_event(0, &first);
	put(block, &event);
	event = figures_event(0, &figures); /* replaces the first */
	put(block, &event);
	event = figures_event(SIFT_SERIES_TOTAL, &total);
	put(block, &event);
	finish(block);
	result = result_of(block, &block->series[0]);
	ck_assert_int_eq(result.requests, 200);
	ck_assert_double_eq(result.error_rate, 0.05);
	ck_assert_double_eq(result.rps, 12.5);
	ck_assert_double_eq(result.latency.ms[SIFT_STAT_P50], 44);
	ck_assert(isnan(result.latency.ms[SIFT_STAT_P99]));
	ck_assert_int_eq(result.origin, SIFT_ORIGIN_REPORTED);
	ck_assert_double_eq(result.resolution_ms, 10);
	ck_assert_str_eq(sift_percentiles_name(result.percentiles),
			 "bucket at floor(pn) (Locust)");
	result = result_of(block, NULL);
	ck_assert_int_eq(result.requests, 1000);
	ck_assert_int_eq(sift_block_requests(block), 1000);
	ck_assert_int_eq(sift_block_failures(block), 50);
	sift_block_free(block);
}
END_TEST

START_TEST(without_a_reported_total_counts_add_up_and_no_more)
{
	struct sift_block *block = new_block();
	struct sift_figures a = locust_figures(100, 1, 10);
	struct sift_figures b = locust_figures(300, 2, 30);
	struct sift_event event;
	struct sift_result result;

	put_series(block, 0, "/a");
	put_series(block, 1, "/b");
	event = figures_event(0, &a);
	put(block, &event);
	event = figures_event(1, &b);
	put(block, &event);
	finish(block);
	result = result_of(block, NULL);
	ck_assert_int_eq(result.requests, 400);
	ck_assert_int_eq(result.failures, 3);
	ck_assert_double_eq(result.latency.ms[SIFT_STAT_MEAN], 26);
	ck_assert_double_eq(result.latency.ms[SIFT_STAT_MAX], 2345);
	ck_assert(isnan(result.latency.ms[SIFT_STAT_P50]));
	ck_assert_int_eq(result.origin, SIFT_ORIGIN_REPORTED);
	sift_block_free(block);
}
END_TEST

static void
put_tally(struct sift_block *block, uint32_t series, double value_ms,
	  uint64_t count)
{
	struct sift_event event = tally_event(series, value_ms, count);

	put(block, &event);
}

/* Also of series that fold into one, and of all. */
START_TEST(tallies_give_percentiles_of_all_together)
{
	static const char *const names[] = {"/a", "/b", "/c"};
	struct sift_block *block = new_block();
	struct sift_figures figures;
	struct sift_event event;
	struct sift_result result;

	sift_figures_init(&figures);
	figures.requests = 10;
	figures.rounding = SIFT_ROUNDING_LOCUST;
	figures.percentiles = SIFT_PERCENTILES_LOCUST;
	block->max_endpoints = 1;
	for (uint32_t i = 0; i < 3; i++) {
		put_series(block, i, names[i]);
		put_tally(block, i, 100 * (i + 1), 10);
		event = figures_event(i, &figures);
		put(block, &event);
	}
	figures.requests = 30;
	event = figures_event(SIFT_SERIES_TOTAL, &figures);
	put(block, &event);
	finish(block);
	ck_assert_uint_eq(block->series_count, 2);
	for (size_t i = 0; i < 2; i++) {
		bool other = strcmp(block->series[i].name, SIFT_OTHER) == 0;

		result = result_of(block, &block->series[i]);
		ck_assert_int_eq(result.requests, other ? 20 : 10);
		ck_assert_int_eq(result.origin, SIFT_ORIGIN_HISTOGRAM);
		ck_assert(!isnan(result.latency.ms[SIFT_STAT_P99]));
		ck_assert_uint_eq(
			sift_series_counted(&block->series[i])->tally.count,
			other ? 2 : 1);
		ck_assert_str_eq(sift_percentiles_name(result.percentiles),
				 "bucket at floor(pn) (Locust)");
	}
	result = result_of(block, NULL);
	ck_assert_int_eq(result.origin, SIFT_ORIGIN_HISTOGRAM);
	ck_assert_double_eq(result.latency.ms[SIFT_STAT_P50], 200);
	ck_assert_double_eq(result.latency.ms[SIFT_STAT_P90], 300);
	ck_assert_double_eq(result.resolution_ms, 10);
	sift_block_free(block);
}
END_TEST

/* What is left of a cut file is not all. */
START_TEST(an_unknown_total_has_no_percentiles)
{
	struct sift_block *block = new_block();
	struct sift_figures unknown;
	struct sift_event event;
	struct sift_result result;

	sift_figures_init(&unknown);
	put_series(block, 0, "/a");
	put_tally(block, 0, 100, 10);
	event = figures_event(SIFT_SERIES_TOTAL, &unknown);
	put(block, &event);
	finish(block);
	result = result_of(block, NULL);
	ck_assert(isnan(result.latency.ms[SIFT_STAT_P50]));
	ck_assert_int_eq(result.origin, SIFT_ORIGIN_REPORTED);
	sift_block_free(block);
}
END_TEST

static const struct {
	int64_t users[6];
	size_t count;
	int64_t peak;
	bool constant;
} climbs[] = {
	{{10}, 1, 10, true},
	{{10, 10, 10}, 3, 10, true},
	{{0, 10, 10}, 3, 10, true},
	{{1, 1, 10, 10}, 4, 10, true},
	{{0, 5, 10, 10}, 4, 10, false},
	{{10, 10, 9}, 3, 10, false},
	{{0, 10, 0}, 3, 10, false},
	{{-1, -1}, 2, -1, false},
	{{0, 0}, 2, -1, false}, /* only rows of before the start */
};

START_TEST(extremes_of_users_without_times_are_not_constant)
{
	static const int64_t users[][2] = {{0, 10}, {10, 0}, {10, 10}};

	for (size_t i = 0; i < 3; i++) {
		struct sift_block *block = new_block();
		bool constant;

		for (size_t n = 0; n < 2; n++) {
			struct sift_event event =
				users_event(SIFT_INSTANT_NONE, users[i][n]);

			put(block, &event);
		}
		finish(block);
		ck_assert_int_eq(sift_block_peak_users(block, &constant), 10);
		ck_assert_int_eq(constant, users[i][0] == users[i][1]);
		sift_block_free(block);
	}
}
END_TEST

START_TEST(users_are_constant_if_they_rise_once_at_most)
{
	struct sift_block *points = new_block();
	struct sift_block *history = new_block();
	bool constant[2];

	for (size_t i = 0; i < climbs[_i].count; i++) {
		struct sift_event event =
			users_event((int64_t)i * SECOND, climbs[_i].users[i]);

		put(points, &event);
		event = progress_event((int64_t)i * SECOND, climbs[_i].users[i],
				       -1, -1);
		put(history, &event);
	}
	finish(points);
	finish(history);
	ck_assert_int_eq(sift_block_peak_users(points, &constant[0]),
			 climbs[_i].peak);
	ck_assert_int_eq(sift_block_peak_users(history, &constant[1]),
			 climbs[_i].peak);
	ck_assert_int_eq(sift_block_peak_users(history, NULL), climbs[_i].peak);
	ck_assert_int_eq(constant[0], climbs[_i].constant);
	ck_assert_int_eq(constant[1], climbs[_i].constant);
	sift_block_free(points);
	sift_block_free(history);
}
END_TEST

static double
value_of(const struct sift_metric *metric, const char *name)
{
	for (size_t i = 0; i < metric->value_count; i++) {
		if (strcmp(metric->values[i].name, name) == 0)
			return metric->values[i].value;
	}
	ck_abort_msg("no value %s", name);
	return NAN;
}

START_TEST(metrics_give_the_values_of_their_type)
{
	struct sift_block *block = new_block();
	const struct sift_event events[] = {
		metric_event(0, SIFT_METRIC_COUNTER, "a_counter", "bytes"),
		metric_event(1, SIFT_METRIC_GAUGE, "b_gauge", ""),
		metric_event(2, SIFT_METRIC_RATE, "c_rate", ""),
		metric_event(3, SIFT_METRIC_TREND, "d_trend", ""),
		metric_event(4, SIFT_METRIC_TREND, "e_stated", ""),
		metric_event(5, SIFT_METRIC_GAUGE, "f_empty", ""),
	};
	struct sift_metric out[6];

	for (size_t i = 0; i < 6; i++)
		put(block, &events[i]);
	for (uint32_t metric = 0; metric < 4; metric++) {
		for (int64_t i = 0; i < 5; i++) {
			/* 3, 0, 2, 4, 1 at 4, 3, 2, 1, 0 s */
			struct sift_event event =
				point_event(metric, (4 - i) * SECOND,
					    (i * 2 + 3) % 5 * 1000000);

			put(block, &event);
		}
	}
	for (int i = 0; i < 3; i++) {
		struct sift_event event =
			value_event(4, i == 1 ? "p(95)" : "avg", i + 0.5);

		put(block, &event);
	}
	finish(block);
	for (size_t i = 0; i < 6; i++)
		ck_assert_int_eq(
			sift_block_metric_values(block, &block->metrics[i],
						 &arena, &out[i], NULL),
			SIFT_OK);
	ck_assert_str_eq(out[0].type, "counter");
	ck_assert_str_eq(out[0].unit, "bytes");
	ck_assert_double_eq(value_of(&out[0], "sum"), 10);
	ck_assert_double_eq(value_of(&out[0], "rate"), 2.5);
	ck_assert_double_eq(value_of(&out[1], "value"), 3);
	ck_assert_double_eq(value_of(&out[1], "min"), 0);
	ck_assert_double_eq(value_of(&out[1], "max"), 4);
	ck_assert_ptr_null(out[1].unit);
	ck_assert_double_eq(value_of(&out[2], "passes"), 4);
	ck_assert_double_eq(value_of(&out[2], "fails"), 1);
	ck_assert_double_eq(value_of(&out[2], "rate"), 0.8);
	ck_assert_double_eq(value_of(&out[3], "count"), 5);
	ck_assert_double_eq(value_of(&out[3], "med"), 2);
	ck_assert_double_eq(value_of(&out[3], "p90"), 3.6);
	ck_assert_uint_eq(out[4].value_count, 2);
	ck_assert_str_eq(out[4].values[0].name, "avg");
	ck_assert_double_eq(out[4].values[0].value, 2.5);
	ck_assert_double_eq(out[4].values[1].value, 1.5);
	ck_assert_uint_eq(out[5].value_count, 0);
	sift_arena_release(&arena);
	sift_block_free(block);
}
END_TEST

#define ROWS(table) ((int)(sizeof(table) / sizeof(table[0])))

static void
add_tests(TCase *tests)
{
	tcase_add_test(tests, a_result_of_samples_is_exact);
	tcase_add_loop_test(tests, failures_are_known_or_said_not_to_be, 0,
			    ROWS(outcomes));
	tcase_add_test(tests, failures_of_a_trend_have_no_meaning);
	tcase_add_test(tests, a_total_is_of_all_requests_but_no_trends);
	tcase_add_test(tests, without_a_sample_requests_are_not_known);
	tcase_add_test(tests, reported_figures_stand_as_they_are);
	tcase_add_test(tests,
		       without_a_reported_total_counts_add_up_and_no_more);
	tcase_add_test(tests, tallies_give_percentiles_of_all_together);
	tcase_add_test(tests, an_unknown_total_has_no_percentiles);
	tcase_add_test(tests, extremes_of_users_without_times_are_not_constant);
	tcase_add_loop_test(tests, users_are_constant_if_they_rise_once_at_most,
			    0, ROWS(climbs));
	tcase_add_test(tests, metrics_give_the_values_of_their_type);
}

int
main(void)
{
	Suite *suite = suite_create("block result");
	TCase *tests = tcase_create("block result");
	SRunner *runner = srunner_create(suite);
	int failed;

	add_tests(tests);
	suite_add_tcase(suite, tests);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
