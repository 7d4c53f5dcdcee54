/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <check.h>
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "stat/distribution.h"
#include "stat/jump.h"
#include "stat/percentile_range.h"
#include "vectors.h"

START_TEST(ranks_are_those_of_the_reference)
{
	json_t *root = vectors_open("vectors.json");
	json_t *cases = vectors_cases(root, "quantile_ranks");
	json_t *entry;
	size_t i;

	json_array_foreach(cases, i, entry)
	{
		double n = vectors_number(entry, "n");
		double high = vectors_number(entry, "u");
		struct sift_rank_range range = sift_percentile_ranks(
			(uint64_t)n, vectors_number(entry, "q"));

		assert_near((double)range.low, vectors_number(entry, "l"), 0);
		assert_near((double)range.high, isnan(high) ? n + 1 : high, 0);
		assert_near(range.coverage, vectors_number(entry, "coverage"),
			    1e-9);
	}
	json_decref(root);
}
END_TEST

/* STATISTICS c.4 */
static const struct {
	double share;
	uint64_t least;
} least[] = {
	{0.5, 6}, {0.9, 36}, {0.95, 72}, {0.99, 368}, {0.999, 3688},
	{0, 0},	  {1, 0},    {-1, 0},	 {NAN, 0},    {2, 0},
};

START_TEST(an_upper_bound_takes_so_many_requests)
{
	double share = least[_i].share;
	uint64_t n = least[_i].least;

	ck_assert_uint_eq(sift_percentile_least_requests(share), n);
	if (n == 0) {
		ck_assert(isnan(sift_percentile_ranks(100, share).coverage));
		return;
	}
	ck_assert_uint_eq(sift_percentile_ranks(n, share).high, n);
	ck_assert_uint_eq(sift_percentile_ranks(n - 1, share).high, n);
}
END_TEST

START_TEST(ranks_of_many_requests_are_near_the_normal_ones)
{
	for (uint64_t n = 1000; n < UINT64_C(2000000000); n *= 11) {
		struct sift_rank_range range = sift_percentile_ranks(n, 0.95);
		double half = SIFT_Z_95 * sqrt((double)n * 0.95 * 0.05);

		ck_assert_double_eq_tol((double)range.low,
					(double)n * 0.95 - half, 3);
		ck_assert_double_eq_tol((double)range.high,
					(double)n * 0.95 + half, 3);
		ck_assert(range.coverage >= 0.95 && range.coverage < 0.97);
	}
}
END_TEST

/* Counts come from files: none may keep the program busy for ever. */
START_TEST(ranks_of_any_number_of_requests_come_at_once)
{
	static const uint64_t counts[] = {UINT64_C(100000001),
					  UINT64_C(1) << 53, UINT64_C(1) << 63,
					  UINT64_MAX};

	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		struct sift_rank_range range =
			sift_percentile_ranks(counts[i], 0.99);

		ck_assert_uint_lt(range.low, range.high);
		ck_assert_uint_le(range.high, counts[i]);
		ck_assert_double_eq_tol(range.coverage, 0.95, 1e-12);
	}
}
END_TEST

START_TEST(ranks_of_few_requests_are_bounded)
{
	for (uint64_t n = 0; n < 200; n++) {
		for (int percent = 1; percent < 100; percent++) {
			struct sift_rank_range range =
				sift_percentile_ranks(n, percent / 100.0);

			ck_assert_uint_le(range.low, range.high);
			ck_assert_uint_le(range.high, n + 1);
			ck_assert(n == 0 || range.coverage >= 0.95 - 1e-12);
		}
	}
}
END_TEST

START_TEST(printed_percentiles_are_interpolated_in_logarithms)
{
	static const struct sift_percentile_point points[] = {
		{0, 10},    {0.5, 40},	 {0.66, 50},  {0.75, 60},
		{0.9, 100}, {0.95, 120}, {0.99, 200}, {1, 1000},
	};
	double h = SIFT_Z_95 * sqrt(0.95 * 0.05 / 400);
	double low = 100 * pow(1.2, (0.95 - h - 0.9) / 0.05);
	double high = 120 * pow(200.0 / 120, h / 0.04);
	double w = log(high / low) / (2 * SIFT_Z_95);
	struct sift_percentile_range range =
		sift_percentile_range_from(points, 8, 0.95, 400, 10);

	assert_near(range.low, low, 1e-12);
	assert_near(range.high, high, 1e-12);
	assert_near(range.sd, sqrt(w * w + 100.0 / 14400 / 12), 1e-12);

	h = SIFT_Z_95 * 0.5 / 20;
	high = 40 * pow(1.25, h / 0.16);
	range = sift_percentile_range_from(points, 8, 0.5, 400, 0);
	assert_near(range.high, high, 1e-12);
	assert_near(range.low, 1600 / high, 1e-12);
}
END_TEST

START_TEST(few_printed_percentiles_give_what_they_can)
{
	static const struct sift_percentile_point points[] = {
		{0, 0},
		{0.5, NAN},
		{0.95, 120},
		{1, 150},
	};
	struct sift_percentile_range range;

	range = sift_percentile_range_from(points, 4, 0.95, 100, 0);
	assert_near(range.high,
		    120 * pow(1.25, SIFT_Z_95 * sqrt(0.0475) / 10 / 0.05),
		    1e-12);
	range = sift_percentile_range_from(points, 4, 0.95, 10, 0);
	assert_near(range.high, 150, 0);
	range = sift_percentile_range_from(points, 4, 0.95, 0, 0);
	ck_assert(isnan(range.low) && isnan(range.sd));
	range = sift_percentile_range_from(points, 0, 0.95, 10, 0);
	ck_assert(isnan(range.low) && isnan(range.sd));
	range = sift_percentile_range_from(points, 4, 1, 10, 0);
	ck_assert(isnan(range.low));
}
END_TEST

/* ---- jumps ---- */

static struct sift_percentile_range
range_of(double low, double high)
{
	return sift_percentile_range_of(low, high);
}

static struct sift_jump
jump_of(const struct sift_percentile_range *before, size_t n,
	const struct sift_percentile_range *after, size_t m)
{
	struct sift_jump jump;

	ck_assert_int_eq(sift_jump(before, n, after, m, &jump, NULL), SIFT_OK);
	return jump;
}

START_TEST(a_jump_is_the_larger_of_both_sides)
{
	struct sift_percentile_range before[] = {
		range_of(90, 110), range_of(80, 100), range_of(50, 5000)};
	struct sift_percentile_range after[] = {
		range_of(90, 2000), range_of(100, 2100), range_of(100, 120)};
	struct sift_jump jump = jump_of(before, 3, after, 3);

	assert_near(jump.ratio, 21, 1e-12);
	ck_assert(!jump.separated && sift_jump_is_unstable(&jump));
	assert_near(jump.low, 80, 1e-12);
	assert_near(jump.high, 2000, 1e-12);
	assert_near(jump.slow, 400, 1e-12);
}
END_TEST

START_TEST(separated_sides_may_jump)
{
	struct sift_percentile_range low[] = {range_of(40, 99),
					      range_of(40, 90)};
	struct sift_percentile_range high[] = {range_of(100, 210),
					       range_of(120, 300)};
	struct sift_jump up = jump_of(low, 2, high, 2);
	struct sift_jump down = jump_of(high, 2, low, 2);

	ck_assert(up.separated && !sift_jump_is_unstable(&up));
	ck_assert(down.separated && !sift_jump_is_unstable(&down));
	assert_near(up.within_sd, down.within_sd, 1e-12);
}
END_TEST

static const struct {
	double low, high;
} unknown[] = {
	{NAN, NAN}, {1, NAN}, {NAN, 1},	     {0, 1},
	{-1, 1},    {2, 1},   {1, INFINITY}, {0, 0},
};

START_TEST(unknown_ranges_are_no_jump)
{
	struct sift_percentile_range none =
		range_of(unknown[_i].low, unknown[_i].high);
	struct sift_percentile_range known = range_of(1, 9);
	struct sift_percentile_range mixed[] = {none, known};
	struct sift_jump jump;

	ck_assert(isnan(none.low) && isnan(none.high) && isnan(none.sd));
	jump = jump_of(&none, 1, &known, 1);
	ck_assert(isnan(jump.ratio) && !sift_jump_is_unstable(&jump));
	jump = jump_of(&known, 0, &known, 1);
	ck_assert(isnan(jump.within_sd) && !jump.separated);
	jump = jump_of(mixed, 2, mixed, 2);
	assert_near(jump.ratio, 9, 1e-12);
}
END_TEST

START_TEST(running_out_of_memory_is_said)
{
	struct sift_percentile_range known = range_of(1, 9);
	struct sift_jump jump;

	sift_mem_fail_at(1, 0);
	ck_assert_int_eq(sift_jump(&known, 1, &known, 1, &jump, NULL),
			 SIFT_E_NOMEM);
	sift_mem_fail_at(0, 0);
}
END_TEST

#define ROWS(table) ((int)(sizeof(table) / sizeof(table[0])))

int
main(void)
{
	Suite *suite = suite_create("percentile_range");
	TCase *tests = tcase_create("percentile_range");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tests, ranks_are_those_of_the_reference);
	tcase_add_loop_test(tests, an_upper_bound_takes_so_many_requests, 0,
			    ROWS(least));
	tcase_add_test(tests, ranks_of_many_requests_are_near_the_normal_ones);
	tcase_add_test(tests, ranks_of_any_number_of_requests_come_at_once);
	tcase_add_test(tests, ranks_of_few_requests_are_bounded);
	tcase_add_test(tests,
		       printed_percentiles_are_interpolated_in_logarithms);
	tcase_add_test(tests, few_printed_percentiles_give_what_they_can);
	tcase_add_test(tests, a_jump_is_the_larger_of_both_sides);
	tcase_add_test(tests, separated_sides_may_jump);
	tcase_add_loop_test(tests, unknown_ranges_are_no_jump, 0,
			    ROWS(unknown));
	tcase_add_test(tests, running_out_of_memory_is_said);
	suite_add_tcase(suite, tests);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
