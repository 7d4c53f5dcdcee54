/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <check.h>
#include <math.h>
#include <stdlib.h>

#include "model/event.h"
#include "model/figures.h"
#include "model/source_kind.h"
#include "stat/percentile_range.h"

/* ---- document.h ---- */

START_TEST(nouns_have_the_names_of_the_report)
{
	ck_assert_str_eq(sift_kind_name(SIFT_KIND_GRPC), "grpc");
	ck_assert_str_eq(sift_stat_name(SIFT_STAT_P999), "p99_9");
	ck_assert_str_eq(sift_origin_name(SIFT_ORIGIN_REPORTED), "reported");
	ck_assert_str_eq(sift_role_name(SIFT_ROLE_DAMAGED), "damaged");
	ck_assert_str_eq(sift_severity_name(SIFT_SEVERITY_NOTE), "note");
	ck_assert_str_eq(sift_class_name(SIFT_CLASS_TEST), "test");
	ck_assert_str_eq(sift_tier_name(SIFT_TIER_SHORT_TERM), "short_term");
}
END_TEST

START_TEST(share_of_time_is_of_what_is_known)
{
	struct sift_result result = {.requests = 20};
	struct sift_series series = {.name = "a", .result = &result};
	const struct sift_series total = {.result = &result};

	result.latency.ms[SIFT_STAT_MEAN] = 5;
	ck_assert_double_eq(sift_share_of_time(&series, 400), 0.25);
	ck_assert_double_nan(sift_share_of_time(&total, 400));
	ck_assert_double_nan(sift_share_of_time(&series, 0));
	ck_assert_double_nan(sift_share_of_time(&series, NAN));
	series.kind = SIFT_KIND_TREND;
	ck_assert_double_nan(sift_share_of_time(&series, 400));
	series.kind = SIFT_KIND_WS;
	result.requests = -1;
	ck_assert_double_nan(sift_share_of_time(&series, 400));
	result.requests = 20;
	result.latency.ms[SIFT_STAT_MEAN] = NAN;
	ck_assert_double_nan(sift_share_of_time(&series, 400));
}
END_TEST

START_TEST(values_outside_of_an_enum_are_unknown)
{
	ck_assert_str_eq(sift_kind_name(SIFT_KIND_COUNT), "unknown");
	ck_assert_str_eq(sift_stat_name(SIFT_STAT_COUNT), "unknown");
	ck_assert_str_eq(sift_origin_name(SIFT_ORIGIN_COUNT), "unknown");
	ck_assert_str_eq(sift_role_name(SIFT_ROLE_COUNT), "unknown");
	ck_assert_str_eq(sift_severity_name(SIFT_SEVERITY_COUNT), "unknown");
	ck_assert_str_eq(sift_class_name(SIFT_CLASS_COUNT), "unknown");
	ck_assert_str_eq(sift_tier_name(SIFT_TIER_COUNT), "unknown");
	ck_assert_str_eq(sift_metric_type_name(SIFT_METRIC_TYPE_COUNT),
			 "unknown");
	ck_assert_str_eq(sift_source_kind_name(SIFT_SOURCE_KIND_COUNT),
			 "unknown");
}
END_TEST

START_TEST(lower_bounds_are_those_of_the_binomial)
{
	static const struct {
		enum sift_stat stat;
		double share;
	} rows[] = {{SIFT_STAT_P50, .5},
		    {SIFT_STAT_P90, .9},
		    {SIFT_STAT_P95, .95},
		    {SIFT_STAT_P99, .99},
		    {SIFT_STAT_P999, .999}};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		double least =
			(double)sift_percentile_least_requests(rows[i].share);

		ck_assert(sift_is_lower_bound(rows[i].stat, 0));
		ck_assert(sift_is_lower_bound(rows[i].stat, least - 1));
		ck_assert(!sift_is_lower_bound(rows[i].stat, least));
		ck_assert(!sift_is_lower_bound(rows[i].stat, NAN));
		ck_assert(!sift_is_lower_bound(rows[i].stat, -1));
	}
	ck_assert(!sift_is_lower_bound(SIFT_STAT_MEAN, 1));
	ck_assert(!sift_is_lower_bound(SIFT_STAT_MAX, 1));
	ck_assert(!sift_is_lower_bound(SIFT_STAT_COUNT, 1));
}
END_TEST

/* ---- event.h, source_kind.h ---- */

START_TEST(metric_types_have_names)
{
	ck_assert_str_eq(sift_metric_type_name(SIFT_METRIC_COUNTER), "counter");
	ck_assert_str_eq(sift_metric_type_name(SIFT_METRIC_GAUGE), "gauge");
	ck_assert_str_eq(sift_metric_type_name(SIFT_METRIC_RATE), "rate");
	ck_assert_str_eq(sift_metric_type_name(SIFT_METRIC_TREND), "trend");
}
END_TEST

START_TEST(side_files_hold_no_results)
{
	ck_assert_int_eq(sift_source_kind_has_results(SIFT_SOURCE_POINTS), 1);
	ck_assert_int_eq(sift_source_kind_has_results(SIFT_SOURCE_COLLECTOR),
			 1);
	ck_assert_int_eq(sift_source_kind_has_results(SIFT_SOURCE_HISTORY), 0);
	ck_assert_int_eq(sift_source_kind_has_results(SIFT_SOURCE_EXCEPTIONS),
			 0);
	ck_assert_str_eq(sift_source_kind_name(SIFT_SOURCE_STATS), "stats CSV");
}
END_TEST

/* ---- figures.h ---- */

START_TEST(new_figures_know_nothing)
{
	struct sift_figures f;

	sift_figures_init(&f);
	ck_assert_int_eq(f.requests, -1);
	ck_assert_int_eq(f.failures, -1);
	ck_assert(isnan(f.error_rate) && isnan(f.rps) && isnan(f.mean_bytes));
	for (size_t i = 0; i < SIFT_STAT_COUNT; i++)
		ck_assert(isnan(f.latency.ms[i]));
	ck_assert_ptr_null(f.latency_ok);
	ck_assert_int_eq(f.rounding, SIFT_ROUNDING_UNKNOWN);
	ck_assert_int_eq(f.percentiles, SIFT_PERCENTILES_UNKNOWN);
}
END_TEST

static const struct {
	enum sift_rounding rounding;
	double value_ms;
	double step_ms;
} steps[] = {
	{SIFT_ROUNDING_LOCUST, 0, 1},
	{SIFT_ROUNDING_LOCUST, 99, 1},
	{SIFT_ROUNDING_LOCUST, 100, 10},
	{SIFT_ROUNDING_LOCUST, 240, 10},
	{SIFT_ROUNDING_LOCUST, 990, 10},
	{SIFT_ROUNDING_LOCUST, 1000, 100},
	{SIFT_ROUNDING_LOCUST, 9900, 100},
	{SIFT_ROUNDING_LOCUST, 10000, 1000},
	{SIFT_ROUNDING_LOCUST, 1e16, 1000},
	{SIFT_ROUNDING_LOCUST, -240, 10},
	{SIFT_ROUNDING_NS, 240, 1e-6},
	{SIFT_ROUNDING_DOUBLE, 240, 1e-6},
	{SIFT_ROUNDING_MS, 240, 1},
	{SIFT_ROUNDING_LOCUST, NAN, NAN},
	{SIFT_ROUNDING_NS, NAN, NAN},
	{SIFT_ROUNDING_UNKNOWN, 240, NAN},
	{SIFT_ROUNDING_COUNT, 240, NAN},
	{SIFT_ROUNDING_K6_TEXT, 0, 1e-6},
	{SIFT_ROUNDING_K6_TEXT, 0.5, 1e-5},
	{SIFT_ROUNDING_K6_TEXT, -1, 0.01},
	{SIFT_ROUNDING_K6_TEXT, 999.99, 0.01},
	{SIFT_ROUNDING_K6_TEXT, 1000, 10},
	{SIFT_ROUNDING_K6_TEXT, 60000, 1000},
	{SIFT_ROUNDING_10NS, 240, 1e-5},
	{SIFT_ROUNDING_10US, 240, 0.01},
	{SIFT_ROUNDING_10MS, 240, 10},
};

START_TEST(steps_follow_the_rounding)
{
	double got =
		sift_rounding_step_ms(steps[_i].rounding, steps[_i].value_ms);

	if (isnan(steps[_i].step_ms))
		ck_assert(isnan(got));
	else
		ck_assert_double_eq(got, steps[_i].step_ms);
}
END_TEST

START_TEST(percentile_definitions_have_words)
{
	ck_assert_str_eq(sift_percentiles_name(SIFT_PERCENTILES_K6),
			 "linear, i = p(n-1) (k6)");
	ck_assert_str_eq(sift_percentiles_name(SIFT_PERCENTILES_LOCUST),
			 "bucket at floor(pn) (Locust)");
	ck_assert_ptr_null(sift_percentiles_name(SIFT_PERCENTILES_UNKNOWN));
	ck_assert_str_eq(sift_percentiles_name(SIFT_PERCENTILES_COUNT),
			 "unknown");
}
END_TEST

static void
assert_scatter(const struct sift_spread *spread, double value, double mad)
{
	struct sift_scatter s = sift_spread_scatter(spread);
	const double same[] = {s.min, s.max, s.mean};

	for (size_t i = 0; i < 3; i++)
		ck_assert(same[i] == value || (isnan(value) && isnan(same[i])));
	ck_assert(s.mad == mad || (isnan(mad) && isnan(s.mad)));
	ck_assert(isnan(s.variance) && isnan(s.stddev) && isnan(s.cv));
}

START_TEST(one_value_does_not_scatter)
{
	const struct sift_spread one = {
		.n = 1, .value_count = 1, .median = 5, .values = &one.median};
	const struct sift_spread none = {.value_count = 1, .median = NAN};

	assert_scatter(&one, 5, 0);
	assert_scatter(&none, NAN, NAN);
}
END_TEST

START_TEST(values_of_a_spread_are_figures_of_results)
{
	const struct sift_latency of_ok = {.ms = {[SIFT_STAT_P95] = 90}};
	const struct sift_result known = {
		.requests = 7,
		.failures = 0,
		.error_rate = 0.5,
		.rps = 3,
		.latency =
			{.ms = {[SIFT_STAT_MIN] = 1, [SIFT_STAT_STDDEV] = 2}},
		.latency_ok = &of_ok};
	const struct sift_result unknown = {
		.requests = -1, .failures = -1, .error_rate = NAN, .rps = NAN};
	const struct sift_result *const results[] = {&known, NULL, &unknown,
						     &known};
	static const struct {
		unsigned figure;
		double value;
	} table[] = {
		{SIFT_FIGURE_REQUESTS, 7},
		{SIFT_FIGURE_FAILURES, 0},
		{SIFT_FIGURE_ERROR_RATE, 0.5},
		{SIFT_FIGURE_RPS, 3},
		{SIFT_FIGURE_LATENCY + SIFT_STAT_MIN, 1},
		{SIFT_FIGURE_LATENCY + SIFT_STAT_STDDEV, 2},
		{SIFT_FIGURE_LATENCY_OK + SIFT_STAT_P95, 90},
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		const struct sift_spread spread = {.n = 1,
						   .value_count = 4,
						   .results = results,
						   .figure = table[i].figure};
		double values[4], behind[3];

		sift_spread_values(&spread, values);
		sift_spread_slice(&spread, 1, 3, behind);
		ck_assert_double_nan(behind[0]);
		ck_assert_double_eq(behind[2], table[i].value);
		ck_assert_double_eq(values[0], table[i].value);
		ck_assert_double_eq(sift_spread_value(&spread, 0), values[0]);
		ck_assert_double_nan(values[1]);
		ck_assert_double_nan(sift_spread_value(&spread, 1));
		if (table[i].figure < SIFT_FIGURE_LATENCY ||
		    table[i].figure >= SIFT_FIGURE_LATENCY_OK)
			ck_assert_double_nan(values[2]);
	}
	ck_assert_double_nan(sift_result_figure(&known, SIFT_FIGURE_COUNT));
}
END_TEST

START_TEST(values_of_their_own_come_first)
{
	const double own[] = {4, 6};
	const struct sift_spread spread = {
		.n = 2, .value_count = 2, .median = 5, .values = own};
	double values[2];

	sift_spread_values(&spread, values);
	ck_assert_double_eq(values[0], 4);
	ck_assert_double_eq(sift_spread_value(&spread, 1), 6);
}
END_TEST

START_TEST(a_slice_has_nan_where_there_is_no_run)
{
	const double own[] = {4, 6, 8};
	const struct sift_spread spread = {
		.n = 3, .value_count = 3, .median = 6, .values = own};

	for (size_t first = 0; first <= 5; first++)
		for (size_t count = 0; count <= 5; count++) {
			double slice[6] = {[5] = -1};

			slice[count] = -1;
			sift_spread_slice(&spread, first, count, slice);
			for (size_t i = 0; i < count; i++)
				if (first + i < 3)
					ck_assert_double_eq(slice[i],
							    own[first + i]);
				else
					ck_assert_double_nan(slice[i]);
			ck_assert_double_eq(slice[count], -1);
		}
}
END_TEST

START_TEST(counts_are_summed_from_their_mean)
{
	const struct sift_spread none = {.value_count = 2, .median = NAN};
	const struct sift_spread one = {
		.n = 1, .value_count = 2, .median = 1199};
	uint64_t seed = 1;

	ck_assert_double_nan(sift_spread_sum(&none));
	ck_assert_double_eq(sift_spread_sum(&one), 1199);
	for (unsigned n = 2; n < 3000; n++) {
		struct sift_scatter scatter = {0};
		const struct sift_spread spread = {
			.n = n, .value_count = n + 1, .scatter = &scatter};
		uint64_t sum;

		seed = seed * UINT64_C(6364136223846793005) + 1;
		sum = seed >> (13 + n % 50); /* below 2^51 */
		scatter.mean = (double)sum / n;
		ck_assert_double_eq(sift_spread_sum(&spread), (double)sum);
	}
}
END_TEST

START_TEST(scatter_of_several_values_is_what_was_stored)
{
	const struct sift_scatter stored = {1, 3, 2, 1, 1, 0.5, 1};
	const struct sift_spread spread = {
		.n = 3, .value_count = 3, .median = 2, .scatter = &stored};
	struct sift_scatter got = sift_spread_scatter(&spread);

	ck_assert_mem_eq(&got, &stored, sizeof(got));
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("model");
	TCase *tc = tcase_create("model");
	SRunner *runner;
	int failed;

	tcase_add_test(tc, nouns_have_the_names_of_the_report);
	tcase_add_test(tc, share_of_time_is_of_what_is_known);
	tcase_add_test(tc, values_outside_of_an_enum_are_unknown);
	tcase_add_test(tc, lower_bounds_are_those_of_the_binomial);
	tcase_add_test(tc, metric_types_have_names);
	tcase_add_test(tc, side_files_hold_no_results);
	tcase_add_test(tc, new_figures_know_nothing);
	tcase_add_loop_test(tc, steps_follow_the_rounding, 0,
			    (int)(sizeof(steps) / sizeof(steps[0])));
	tcase_add_test(tc, percentile_definitions_have_words);
	tcase_add_test(tc, one_value_does_not_scatter);
	tcase_add_test(tc, values_of_a_spread_are_figures_of_results);
	tcase_add_test(tc, values_of_their_own_come_first);
	tcase_add_test(tc, a_slice_has_nan_where_there_is_no_run);
	tcase_add_test(tc, counts_are_summed_from_their_mean);
	tcase_add_test(tc, scatter_of_several_values_is_what_was_stored);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
