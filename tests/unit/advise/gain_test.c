/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "advise/gain.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>

#include "../judge/doc_builder.h"

static struct doc_builder b;

/* The gain of `kind` for an endpoint with these figures in each run. */
static struct sift_gain
gain_of(enum sift_gain_kind kind, const struct doc_figures *runs, size_t count)
{
	struct sift_catalogue_row row = {
		.gain = kind, .gain_low = 0.1, .gain_high = 0.2};
	struct sift_case_set set = {.index = 0};
	struct sift_case c = {.doc = &b.doc, .set = &set};
	struct sift_gain gain;

	doc_init(&b);
	doc_set(&b, "shop", NULL, count);
	doc_each(&b, 0, "GET", "a", runs);
	doc_finish(&b);
	c.endpoint = &b.doc.sets[0].endpoints[0];
	gain = sift_gain_of(&row, &c, &(struct sift_gain_memo){0});
	doc_release(&b);
	return gain;
}

static const struct {
	struct doc_figures run;
	double low, high; /* NAN = none claimed */
} models[] = {
	/* 4 % at 500 or more, 1 % at 600 or more, the mean knows of 35 ms */
	{{.requests = 200,
	  .mean = 140,
	  .p50 = 100,
	  .p95 = 500,
	  .p99 = 600,
	  .max = 800},
	 21.0 / 140,
	 35.0 / 140},
	/* the percentiles allow for less than the mean has */
	{{.requests = 200,
	  .mean = 300,
	  .p50 = 100,
	  .p95 = 120,
	  .p99 = 400,
	  .max = 500},
	 3.0 / 300,
	 16.0 / 300},
	/* a wide distribution without slow requests */
	{{.requests = 200,
	  .mean = 140,
	  .p50 = 100,
	  .p95 = 250,
	  .p99 = 290,
	  .max = 299},
	 NAN,
	 NAN},
	/* a narrow one: the mean is where it is expected */
	{{.requests = 200,
	  .mean = 104,
	  .p50 = 100,
	  .p95 = 150,
	  .p99 = 400,
	  .max = 400},
	 NAN,
	 NAN},
	/* a rounded p95 says more than the mean: the mean is right */
	{{.requests = 200,
	  .mean = 110,
	  .p50 = 100,
	  .p95 = 900,
	  .p99 = 900,
	  .max = 900},
	 5.0 / 110,
	 5.0 / 110},
	/* without a maximum p99 stands in */
	{{.requests = 200, .mean = 300, .p50 = 100, .p95 = 120, .p99 = 400},
	 3.0 / 300,
	 15.0 / 300},
	{{.requests = 200, .mean = 140}, NAN, NAN},
	{{.requests = 200}, NAN, NAN},
};

START_TEST(slow_requests_are_modelled_at_the_median)
{
	struct sift_gain g =
		gain_of(SIFT_GAIN_SLOW_AT_MEDIAN, &models[_i].run, 1);

	if (isnan(models[_i].low)) {
		ck_assert_double_nan(g.low);
		ck_assert_double_nan(g.high);
		return;
	}
	ck_assert_double_eq_tol(g.low, models[_i].low, 1e-9);
	ck_assert_double_eq_tol(g.high, models[_i].high, 1e-9);
}
END_TEST

START_TEST(three_runs_give_the_range)
{
	static const struct doc_figures runs[] = {
		{.mean = 140, .p50 = 100, .p95 = 500, .p99 = 600, .max = 800},
		{.mean = 150, .p50 = 100, .p95 = 500, .p99 = 900, .max = 950},
		{.mean = 0},
		{.mean = 145, .p50 = 100, .p95 = 500, .p99 = 700, .max = 800},
	};
	struct sift_gain g = gain_of(SIFT_GAIN_SLOW_AT_MEDIAN, runs, 4);

	ck_assert_double_eq_tol(g.low, 35.0 / 140, 1e-9);
	ck_assert_double_eq_tol(g.high, 45.0 / 150, 1e-9);
	g = gain_of(SIFT_GAIN_SLOW_AT_MEDIAN, runs, 3);
	ck_assert_double_eq_tol(g.low, 21.0 / 140, 1e-9);
	ck_assert_double_eq_tol(g.high, 45.0 / 150, 1e-9);
}
END_TEST

/* More than are looked at together. */
START_TEST(of_many_runs_all_count)
{
	struct doc_figures runs[40];
	struct sift_gain g;

	for (size_t i = 0; i < 40; i++)
		runs[i] = (struct doc_figures){.mean = 140,
					       .p50 = 100,
					       .p95 = 500,
					       .p99 = 600,
					       .max = 800};
	runs[37].mean = 150;
	runs[37].p99 = 900;
	runs[37].max = 950;
	g = gain_of(SIFT_GAIN_SLOW_AT_MEDIAN, runs, 40);
	ck_assert_double_eq_tol(g.low, 35.0 / 140, 1e-9);
	ck_assert_double_eq_tol(g.high, 45.0 / 150, 1e-9);
}
END_TEST

START_TEST(catalogue_and_none_are_as_they_say)
{
	struct sift_gain g = gain_of(SIFT_GAIN_CATALOGUE, &models[0].run, 1);

	ck_assert_double_eq(g.low, 0.1);
	ck_assert_double_eq(g.high, 0.2);
	g = gain_of(SIFT_GAIN_NONE, &models[0].run, 1);
	ck_assert_double_nan(g.high);
	ck_assert_str_eq(sift_gain_source(SIFT_GAIN_CATALOGUE), "catalogue");
	ck_assert_str_eq(sift_gain_source(SIFT_GAIN_GROWTH), "modelled");
	ck_assert_ptr_null(sift_gain_source(SIFT_GAIN_NONE));
}
END_TEST

static const struct {
	const char *rule;
	size_t evidence;
	double value, gain;
} growths[] = {
	{"load.growth", SIFT_NONE, 2.4, 1 - 1 / 2.4},
	{"load.growth", SIFT_NONE, 12.8, 1 - 1 / 12.8},
	{"load.growth", SIFT_NONE, 1, NAN},
	{"load.growth", SIFT_NONE, NAN, NAN},
	{"load.growth", 0, 2.4, NAN},
	{"latency.p99", SIFT_NONE, 400, NAN},
};

START_TEST(growth_is_won_back_at_the_top)
{
	struct sift_catalogue_row row = {.gain = SIFT_GAIN_GROWTH};
	struct sift_fact fact = {.rule = growths[_i].rule,
				 .evidence = growths[_i].evidence,
				 .value = growths[_i].value};
	struct sift_case c = {.facts = &fact, .fact_count = 1};
	struct sift_gain g =
		sift_gain_of(&row, &c, &(struct sift_gain_memo){0});

	if (isnan(growths[_i].gain)) {
		ck_assert_double_nan(g.high);
		return;
	}
	ck_assert_double_eq_tol(g.low, growths[_i].gain, 1e-12);
	ck_assert_double_eq_tol(g.high, growths[_i].gain, 1e-12);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("gain");
	TCase *c = tcase_create("gain");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(c, slow_requests_are_modelled_at_the_median, 0,
			    (int)(sizeof(models) / sizeof(models[0])));
	tcase_add_test(c, three_runs_give_the_range);
	tcase_add_test(c, of_many_runs_all_count);
	tcase_add_test(c, catalogue_and_none_are_as_they_say);
	tcase_add_loop_test(c, growth_is_won_back_at_the_top, 0,
			    (int)(sizeof(growths) / sizeof(growths[0])));
	suite_add_tcase(suite, c);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
