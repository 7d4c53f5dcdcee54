/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * How well a percentile is known, by what it is known from.
 */

#include <config.h>

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "block_fixture.h"
#include "digest/block.h"
#include "digest/digest.h"

static struct sift_latency_range p50, p95;
static struct sift_arena arena; /* of latencies of successes */

/* Fills p50 and p95; returns the result that they are of. */
static struct sift_result
ranges_of(const struct sift_block *block, const struct sift_series *series)
{
	struct sift_result result;

	ck_assert_int_eq(
		sift_block_result(block, series, &arena, &result, NULL),
		SIFT_OK);
	ck_assert_int_eq(
		sift_block_ranges(block, series, &result, &p50, &p95, NULL),
		SIFT_OK);
	return result;
}

static void
put_series(struct sift_block *block)
{
	struct sift_event event = series_event(0, SIFT_KIND_HTTP, "GET", "/");

	put(block, &event);
}

static void
put_samples(struct sift_block *block, enum sift_outcome outcome, int64_t from,
	    int64_t to)
{
	for (int64_t i = from; i <= to; i++) {
		struct sift_event event =
			sample_event(0, outcome, i * SECOND, i * MS);

		put(block, &event);
	}
}

/* Of 100 values the 40th to 60th hold the median: P(B < 40) < 2.5 %. */
START_TEST(samples_know_the_ranks_around)
{
	struct sift_block *block = new_block();

	put_series(block);
	put_samples(block, SIFT_OUTCOME_UNKNOWN, 1, 100);
	finish(block);
	ranges_of(block, &block->series[0]);
	ck_assert_double_eq(p50.low_ms, 40);
	ck_assert_double_eq(p50.high_ms, 61);
	ck_assert_double_eq_tol(p50.log_sd, log(61 / 40.0) / (2 * 1.96), 1e-5);
	ck_assert(p95.low_ms > 85 && p95.low_ms < 95);
	ck_assert(p95.high_ms > 97);
	ranges_of(block, NULL);
	ck_assert_double_eq(p50.low_ms, 40);
	sift_block_free(block);
}
END_TEST

START_TEST(successes_count_where_they_are_known)
{
	struct sift_block *block = new_block();

	put_series(block);
	put_samples(block, SIFT_OUTCOME_OK, 1, 100);
	put_samples(block, SIFT_OUTCOME_FAILED, 1001, 2000);
	finish(block);
	ranges_of(block, &block->series[0]);
	ck_assert_double_eq(p50.low_ms, 40);
	ck_assert_double_eq(p50.high_ms, 61);
	sift_block_free(block);

	block = new_block();
	put_series(block);
	put_samples(block, SIFT_OUTCOME_FAILED, 1, 100);
	finish(block);
	ranges_of(block, &block->series[0]);
	ck_assert_double_eq(p50.low_ms, 40);
	sift_block_free(block);
}
END_TEST

static struct sift_figures
printed_figures(void)
{
	struct sift_figures figures;

	sift_figures_init(&figures);
	figures.requests = 100;
	figures.rounding = SIFT_ROUNDING_LOCUST;
	figures.latency.ms[SIFT_STAT_MIN] = 10;
	figures.latency.ms[SIFT_STAT_P50] = 40;
	figures.latency.ms[SIFT_STAT_P90] = 80;
	figures.latency.ms[SIFT_STAT_P95] = 90;
	figures.latency.ms[SIFT_STAT_MAX] = 200;
	return figures;
}

START_TEST(printed_percentiles_know_their_neighbours)
{
	struct sift_block *block = new_block();
	struct sift_figures figures = printed_figures();
	struct sift_event event = figures_event(0, &figures);

	put_series(block);
	put(block, &event);
	event = figures_event(SIFT_SERIES_TOTAL, &figures);
	put(block, &event);
	finish(block);
	for (int of_total = 0; of_total < 2; of_total++) {
		ranges_of(block, of_total ? NULL : &block->series[0]);
		ck_assert(p50.low_ms > 10 && p50.low_ms < 40);
		ck_assert(p50.high_ms > 40 && p50.high_ms < 80);
		ck_assert(p95.low_ms > 80 && p95.low_ms < 90);
		ck_assert(p95.high_ms > 90 && p95.high_ms < 200);
		ck_assert(p50.log_sd > 0 && p95.log_sd > 0);
	}
	sift_block_free(block);
}
END_TEST

START_TEST(printed_figures_of_successes_are_too_few)
{
	struct sift_block *block = new_block();
	struct sift_figures figures = printed_figures();
	struct sift_event event = figures_event(0, &figures);
	struct sift_latency ok;

	sift_latency_init(&ok);
	ok.ms[SIFT_STAT_P50] = 40;
	figures.latency_ok = &ok;
	put_series(block);
	put(block, &event);
	finish(block);
	ranges_of(block, &block->series[0]);
	ck_assert(isnan(p50.low_ms) && isnan(p50.high_ms));
	ck_assert(isnan(p50.log_sd));
	ck_assert(p95.low_ms > 80);
	ranges_of(block, NULL); /* added up of series */
	ck_assert(isnan(p50.low_ms) && isnan(p95.low_ms));
	sift_block_free(block);
}
END_TEST

START_TEST(a_tally_knows_better_than_what_is_printed)
{
	struct sift_block *block = new_block();
	struct sift_figures figures = printed_figures();
	struct sift_event event = figures_event(0, &figures);

	put_series(block);
	put(block, &event);
	for (int i = 1; i <= 100; i++) {
		event = tally_event(0, i, 1);
		put(block, &event);
	}
	finish(block);
	ranges_of(block, &block->series[0]);
	ck_assert_double_eq(p50.low_ms, 40);
	ck_assert_double_eq(p50.high_ms, 61);
	sift_block_free(block);
}
END_TEST

START_TEST(of_nothing_nothing_is_known)
{
	struct sift_block *block = new_block();
	struct sift_figures figures;
	struct sift_event event = figures_event(0, &figures);

	sift_figures_init(&figures);
	put_series(block);
	finish(block);
	ranges_of(block, &block->series[0]);
	ck_assert(isnan(p50.low_ms) && isnan(p95.high_ms));
	put_series(block);
	put(block, &event);
	finish(block);
	ranges_of(block, &block->series[0]);
	ck_assert(isnan(p50.low_ms) && isnan(p95.high_ms));
	sift_block_free(block);
}
END_TEST

/* ---- slow requests ---- */

static void
assert_slow(const struct sift_block *block, const struct sift_series *series,
	    bool ok_only, double limit_ms, uint64_t slow, uint64_t all)
{
	struct sift_slow_count count;

	ck_assert_int_eq(
		sift_block_slow(block, series, ok_only, limit_ms, &count, NULL),
		SIFT_OK);
	ck_assert_uint_eq(count.slow, slow);
	ck_assert_uint_eq(count.all, all);
}

static void
assert_uncounted(const struct sift_block *block,
		 const struct sift_series *series, bool ok_only,
		 double limit_ms)
{
	struct sift_slow_count count;

	ck_assert_int_eq(
		sift_block_slow(block, series, ok_only, limit_ms, &count, NULL),
		SIFT_E_EMPTY);
}

START_TEST(slow_samples_are_counted)
{
	struct sift_block *block = new_block();

	put_series(block);
	put_samples(block, SIFT_OUTCOME_OK, 1, 100);
	put_samples(block, SIFT_OUTCOME_FAILED, 5001, 5050); /* over 32 bits */
	finish(block);
	for (int of_total = 0; of_total < 2; of_total++) {
		const struct sift_series *series =
			of_total ? NULL : &block->series[0];

		assert_slow(block, series, true, 90, 10, 100);
		assert_slow(block, series, false, 90, 60, 150);
		assert_slow(block, series, false, 5049, 1, 150);
		assert_slow(block, series, true, 99.999, 1, 100);
		assert_slow(block, series, true, 100, 0, 100);
		assert_slow(block, series, true, 0, 100, 100);
		assert_uncounted(block, series, true, NAN);
		assert_uncounted(block, series, true, -1);
		assert_uncounted(block, series, true, INFINITY);
	}
	ck_assert_int_eq(sift_block_bin(block, NULL), SIFT_OK);
	assert_slow(block, &block->series[0], false, 90.2, 60, 150);
	assert_slow(block, &block->series[0], false, 1000, 50, 150);
	sift_block_free(block);
}
END_TEST

START_TEST(slow_ones_of_a_tally_are_counted)
{
	struct sift_block *block = new_block();
	struct sift_figures figures = printed_figures();
	struct sift_event event = figures_event(0, &figures);

	put_series(block);
	put(block, &event);
	event = tally_event(0, 40, 70);
	put(block, &event);
	event = tally_event(0, 400, 30);
	put(block, &event);
	finish(block);
	assert_slow(block, &block->series[0], false, 100, 30, 100);
	assert_slow(block, &block->series[0], false, 400, 0, 100);
	assert_uncounted(block, &block->series[0], true, 100);
	sift_block_free(block);
}
END_TEST

/* The ranges of a source that reports so, as it was filled and read again. */
static void
ranges_between(const struct sift_figures *figures,
	       struct sift_latency_range out[2])
{
	struct sift_block *block = new_block(), *again;
	struct sift_event event = figures_event(0, figures);
	struct sift_series series;
	struct sift_buf bytes;
	struct sift_span rest;

	put_series(block);
	put(block, &event);
	finish(block);
	ranges_of(block, &block->series[0]);
	out[0] = p50;
	out[1] = p95;
	bytes = bytes_of(block);
	rest = sift_buf_span(&bytes);
	ck_assert(!sift_digest_read_block(&rest, &again, NULL, NULL));
	series = sift_block_series(again, 0);
	ranges_of(again, &series);
	ck_assert_mem_eq(&p50, &out[0], sizeof(p50));
	ck_assert_mem_eq(&p95, &out[1], sizeof(p95));
	sift_block_free(block);
	sift_block_free(again);
	sift_buf_release(&bytes);
}

/* Each of them moves a range, of fewer requests or of more. */
START_TEST(percentiles_between_say_how_steep_it_is)
{
	static const int64_t requests[] = {12, 20, 200};
	static const double usual[] = {
		[SIFT_BETWEEN_P66] = 50,
		[SIFT_BETWEEN_P75] = 60,
		[SIFT_BETWEEN_P80] = 66,
		[SIFT_BETWEEN_P98] = 120,
	};

	for (size_t k = 0; k < SIFT_BETWEEN_COUNT; k++) {
		bool moves = false;

		for (size_t i = 0; i < 3; i++) {
			struct sift_figures figures = printed_figures();
			struct sift_latency_range before[2], after[2];

			figures.requests = requests[i];
			memcpy(figures.between_ms, usual, sizeof(usual));
			ranges_between(&figures, before);
			figures.between_ms[k] += 3;
			ranges_between(&figures, after);
			moves |= memcmp(before, after, sizeof(before)) != 0;
		}
		ck_assert_msg(moves, "%zu moves nothing", k);
	}
}
END_TEST

START_TEST(printed_figures_count_nothing)
{
	struct sift_block *block = new_block();
	struct sift_figures figures = printed_figures();
	struct sift_event event = figures_event(0, &figures);

	put_series(block);
	assert_uncounted(block, &block->series[0], false, 100);
	put(block, &event);
	finish(block);
	assert_uncounted(block, &block->series[0], false, 100);
	assert_uncounted(block, NULL, false, 100);
	sift_block_free(block);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("block ranges");
	TCase *tests = tcase_create("block ranges");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tests, samples_know_the_ranks_around);
	tcase_add_test(tests, successes_count_where_they_are_known);
	tcase_add_test(tests, printed_percentiles_know_their_neighbours);
	tcase_add_test(tests, printed_figures_of_successes_are_too_few);
	tcase_add_test(tests, a_tally_knows_better_than_what_is_printed);
	tcase_add_test(tests, of_nothing_nothing_is_known);
	tcase_add_test(tests, slow_samples_are_counted);
	tcase_add_test(tests, slow_ones_of_a_tally_are_counted);
	tcase_add_test(tests, percentiles_between_say_how_steep_it_is);
	tcase_add_test(tests, printed_figures_count_nothing);
	suite_add_tcase(suite, tests);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
