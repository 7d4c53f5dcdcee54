/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <check.h>
#include <math.h>
#include <stdlib.h>

#include "read/locust_cells.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static const struct {
	const char *cell;
	bool comma;
	enum sift_locust_value value;
	double number;
} numbers[] = {
	{"12", false, SIFT_LOCUST_IS_NUMBER, 12},
	{" 12.5 ", false, SIFT_LOCUST_IS_NUMBER, 12.5},
	{"4.8e-05", false, SIFT_LOCUST_IS_NUMBER, 4.8e-05},
	{"1e+16", false, SIFT_LOCUST_IS_NUMBER, 1e16},
	{"-3.0", false, SIFT_LOCUST_IS_NUMBER, -3},
	{"10000000000000000000000", false, SIFT_LOCUST_IS_NUMBER, 1e22},
	{"1,5", true, SIFT_LOCUST_IS_NUMBER, 1.5},
	{"1.5", true, SIFT_LOCUST_IS_NUMBER, 1.5},
	{"", false, SIFT_LOCUST_IS_ABSENT, NAN},
	{"  ", false, SIFT_LOCUST_IS_ABSENT, NAN},
	{"N/A", false, SIFT_LOCUST_IS_ABSENT, NAN},
	{"-", false, SIFT_LOCUST_IS_ABSENT, NAN},
	{"nan", false, SIFT_LOCUST_IS_NOT_FINITE, NAN},
	{"inf", false, SIFT_LOCUST_IS_NOT_FINITE, NAN},
	{"-Infinity", false, SIFT_LOCUST_IS_NOT_FINITE, NAN},
	{"1e999", false, SIFT_LOCUST_IS_NOT_FINITE, NAN},
	{"1,5", false, SIFT_LOCUST_IS_BAD, NAN},
	{"1.234,5", true, SIFT_LOCUST_IS_BAD, NAN},
	{"1,2,3", true, SIFT_LOCUST_IS_BAD, NAN},
	{"12 ms", false, SIFT_LOCUST_IS_BAD, NAN},
	{"0x10", false, SIFT_LOCUST_IS_BAD, NAN},
	{"1 2", false, SIFT_LOCUST_IS_BAD, NAN},
	{"12%", false, SIFT_LOCUST_IS_BAD, NAN},
	{"Name", false, SIFT_LOCUST_IS_BAD, NAN},
};

START_TEST(numbers_are_read_in_full)
{
	double number = 1;

	ck_assert_int_eq(sift_locust_number(sift_span_str(numbers[_i].cell),
					    numbers[_i].comma, &number),
			 numbers[_i].value);
	if (isnan(numbers[_i].number))
		ck_assert(isnan(number));
	else
		ck_assert_double_eq(number, numbers[_i].number);
}
END_TEST

static const struct {
	const char *cell;
	enum sift_locust_value value;
	int64_t count;
} counts[] = {
	{"0", SIFT_LOCUST_IS_NUMBER, 0},
	{"1554", SIFT_LOCUST_IS_NUMBER, 1554},
	{"1554.0", SIFT_LOCUST_IS_NUMBER, 1554},
	{"9007199254740992", SIFT_LOCUST_IS_NUMBER, INT64_C(9007199254740992)},
	{"", SIFT_LOCUST_IS_ABSENT, -1},
	{"N/A", SIFT_LOCUST_IS_ABSENT, -1},
	{"-1", SIFT_LOCUST_IS_BAD, -1},
	{"1.5", SIFT_LOCUST_IS_BAD, -1},
	{"1e300", SIFT_LOCUST_IS_BAD, -1},
	{"nan", SIFT_LOCUST_IS_BAD, -1},
	{"inf", SIFT_LOCUST_IS_BAD, -1},
	{"many", SIFT_LOCUST_IS_BAD, -1},
};

START_TEST(counts_are_whole)
{
	int64_t count = 7;

	ck_assert_int_eq(sift_locust_count(sift_span_str(counts[_i].cell),
					   false, &count),
			 counts[_i].value);
	ck_assert_int_eq(count, counts[_i].count);
}
END_TEST

static const struct {
	const char *type;
	const char *name;
	bool is_total;
	enum sift_kind kind;
} keys[] = {
	{"", "Aggregated", true, SIFT_KIND_HTTP},
	{"None", "Total", true, SIFT_KIND_HTTP},
	{"None", "Aggregated", true, SIFT_KIND_HTTP},
	{"GET", "Aggregated", false, SIFT_KIND_HTTP},
	{"", "no type", false, SIFT_KIND_HTTP},
	{"", "aggregated", false, SIFT_KIND_HTTP},
	{" ", "Aggregated", false, SIFT_KIND_HTTP},
	{"none", "Total", false, SIFT_KIND_HTTP},
	{"grpc", "/a.B/C", false, SIFT_KIND_GRPC},
	{"gRPC", "/a.B/C", false, SIFT_KIND_GRPC},
	{"WS", "x", false, SIFT_KIND_WS},
	{"wss", "x", false, SIFT_KIND_WS},
	{"WSX", "x", false, SIFT_KIND_HTTP},
};

START_TEST(types_and_names_make_keys)
{
	struct sift_span method =
		sift_locust_method(sift_span_str(keys[_i].type));

	ck_assert_int_eq(
		sift_locust_is_total(method, sift_span_str(keys[_i].name)),
		keys[_i].is_total);
	ck_assert_int_eq(sift_locust_kind(method), keys[_i].kind);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("locust_cells");
	TCase *tc = tcase_create("locust_cells");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tc, numbers_are_read_in_full, 0,
			    (int)COUNT_OF(numbers));
	tcase_add_loop_test(tc, counts_are_whole, 0, (int)COUNT_OF(counts));
	tcase_add_loop_test(tc, types_and_names_make_keys, 0,
			    (int)COUNT_OF(keys));
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
