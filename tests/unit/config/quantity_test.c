/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "config/quantity.h"

#include <check.h>
#include <stdint.h>
#include <stdlib.h>

#include "config/nearest.h"

#define MS SIFT_QUANTITY_MS
#define SHARE SIFT_QUANTITY_SHARE
#define RATIO SIFT_QUANTITY_RATIO
#define RPS SIFT_QUANTITY_RPS
#define PER_DAY SIFT_QUANTITY_PER_DAY
#define WHOLE SIFT_QUANTITY_WHOLE

/* clang-format off */
static const struct {
	const char *text;
	enum sift_quantity quantity;
	double value;
} good[] = {
	{"150", MS, 150}, {"150ms", MS, 150}, {"150 ms", MS, 150},
	{"1.5s", MS, 1500}, {"1.5 s", MS, 1500}, {"500us", MS, 0.5},
	{"500\xc2\xb5s", MS, 0.5}, {"2min", MS, 120000}, {"1e3ms", MS, 1000},
	{".5s", MS, 500}, {"+5", MS, 5}, {"-5", MS, -5}, {"1e-1s", MS, 100},
	{"0.5 %", SHARE, 0.005}, {"0.5%", SHARE, 0.005},
	{"0.1 %", SHARE, 0.001}, {"1 %", SHARE, 0.01}, {"0.005", SHARE, 0.005},
	{"0", SHARE, 0}, {"0 %", SHARE, 0},
	{"5", RATIO, 5}, {"1.5x", RATIO, 1.5},
	{"100", RPS, 100}, {"100 rps", RPS, 100}, {"100/s", RPS, 100},
	{"120 per minute", RPS, 2},
	{"2000000", PER_DAY, 2000000}, {"2000000 per day", PER_DAY, 2000000},
	{"100 per hour", PER_DAY, 2400}, {"1 per minute", PER_DAY, 1440},
	{"2 per second", PER_DAY, 172800},
	{"100", WHOLE, 100}, {"1e2", WHOLE, 100},
};

static const struct {
	const char *text;
	enum sift_quantity quantity;
} bad[] = {
	{"", MS}, {"ms", MS}, {"fast", MS}, {"150 m", MS}, {"150 MS", MS},
	{"150 %", MS}, {"nan", MS}, {"inf", MS}, {"1e999", MS}, {"0x10", MS},
	{"1 5", MS}, {"1.5.5", MS}, {"--5", MS}, {"5e", MS}, {"5 e3", MS},
	{".", MS}, {"150ms fast", MS}, {"0,5", SHARE}, {"1,000", WHOLE},
	{"0.5 ms", SHARE}, {"0.5 % %", SHARE}, {"5 times", RATIO},
	{"100 per year", PER_DAY}, {"100 rps", PER_DAY}, {"1.5", WHOLE},
	{"100 requests", WHOLE}, {"1_000", WHOLE},
};

static const struct {
	const char *a, *b;
	size_t edits;
} distances[] = {
	{"", "", 0}, {"a", "", 1}, {"", "abc", 3}, {"warning", "warning", 0},
	{"Warning", "wARNING", 0}, {"wraning", "warning", 1},
	{"waning", "warning", 1}, {"warnings", "warning", 1},
	{"p9", "p99", 1}, {"critical", "warning", 7}, {"ca", "abc", 3},
};

static const struct {
	const char *word, *nearest;
} nearest[] = {
	{"wraning", "warning"}, {"warnin", "warning"}, {"CRITICAL", "critical"},
	{"p98", "p95"}, {"p5", "p50"}, {"min_requests", "min-requests"},
	{"colour", NULL}, {"", NULL}, {"xyz", NULL},
};
/* clang-format on */

START_TEST(number_reads_naturally)
{
	double value = -1;

	ck_assert_ptr_null(sift_quantity_parse(sift_span_str(good[_i].text),
					       good[_i].quantity, &value));
	ck_assert_double_eq(value, good[_i].value);
}
END_TEST

START_TEST(bad_number_says_why)
{
	double value = -1;
	const char *why = sift_quantity_parse(sift_span_str(bad[_i].text),
					      bad[_i].quantity, &value);

	ck_assert_ptr_nonnull(why);
	ck_assert_int_eq(strncmp(why, "is not ", 7), 0);
	ck_assert_double_eq(value, -1);
}
END_TEST

START_TEST(decimal_comma_gets_a_hint)
{
	double value;

	ck_assert_str_eq(sift_quantity_parse(SIFT_SPAN("0,5 %"), SHARE, &value),
			 "is not a number: write a decimal point and no comma");
}
END_TEST

START_TEST(distance_counts_edits_both_ways)
{
	struct sift_span a = sift_span_str(distances[_i].a);
	struct sift_span b = sift_span_str(distances[_i].b);

	ck_assert_uint_eq(sift_edit_distance(a, b), distances[_i].edits);
	ck_assert_uint_eq(sift_edit_distance(b, a), distances[_i].edits);
}
END_TEST

START_TEST(overlong_words_are_near_nothing)
{
	static const char text[66] = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
				     "aaaaaaaaaaaaaaaaaaaaaaaa";

	ck_assert_uint_eq(sift_edit_distance(sift_span_of(text, 65),
					     sift_span_of(text, 64)),
			  SIZE_MAX);
	ck_assert_uint_eq(sift_edit_distance(sift_span_of(text, 64),
					     sift_span_of(text, 63)),
			  1);
}
END_TEST

START_TEST(nearest_is_a_slip_away)
{
	static const char *const names[] = {
		"p50", "p95", "p99", "warning", "critical", "min-requests"};
	const char *found = sift_nearest(sift_span_str(nearest[_i].word), names,
					 sizeof(names) / sizeof(names[0]));

	if (nearest[_i].nearest)
		ck_assert_str_eq(found, nearest[_i].nearest);
	else
		ck_assert_ptr_null(found);
}
END_TEST

#define COUNT_OF(a) ((int)(sizeof(a) / sizeof((a)[0])))

int
main(void)
{
	Suite *suite = suite_create("quantity");
	TCase *c = tcase_create("quantity");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(c, number_reads_naturally, 0, COUNT_OF(good));
	tcase_add_loop_test(c, bad_number_says_why, 0, COUNT_OF(bad));
	tcase_add_test(c, decimal_comma_gets_a_hint);
	tcase_add_loop_test(c, distance_counts_edits_both_ways, 0,
			    COUNT_OF(distances));
	tcase_add_test(c, overlong_words_are_near_nothing);
	tcase_add_loop_test(c, nearest_is_a_slip_away, 0, COUNT_OF(nearest));
	suite_add_tcase(suite, c);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
