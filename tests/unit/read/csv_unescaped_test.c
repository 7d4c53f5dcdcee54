/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "read/csv_unescaped.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static const struct sift_csv_shape stats = {4, 1, 1, false};
static const struct sift_csv_shape failures = {4, 1, 2, false};
static const struct sift_csv_shape first = {3, 0, 0, false};

static const struct {
	const struct sift_csv_shape *shape;
	const char *raw;
	const char *cells; /* NULL = no row */
} rows[] = {
	{&stats, "\"G\",\"x\",1,2", "G|x|1|2|"},
	{&stats, "G,\"x\",1,2", "G|x|1|2|"},
	{&stats, "\"\",\"x\",-1.5,1e3", "|x|-1.5|1e3|"},
	{&stats, "\"G\",\"a, \"b\", c\",1,2", "G|a, \"b\", c|1|2|"},
	{&stats, "\"G\",\"x\",1,2\",1,2", "G|x\",1,2|1|2|"},
	{&stats, "\"G\",\"\",,nan", "G|||nan|"},
	{&stats, "\"G\",\"x\",\"N/A\",\"N/A\"", "G|x|N/A|N/A|"},
	{&stats, "G,x,1,2", "G|x|1|2|"},
	{&failures, "\"G\",\"n\",\"e\",1", "G|n|e|1|"},
	{&failures, "\"G\",\"n\",\"e\",\"f\",1", "G|n|e\",\"f|1|"},
	{&first, "\"n\",1,2", "n|1|2|"},
	{&stats, "", NULL},
	{&stats, "\"G\"", NULL},
	{&stats, "\"G\",\"x\",1", NULL},
	{&stats, "\"G\",\"x\",1,2 ms", NULL},
	{&stats, "\"G\",\"x\",1,two", NULL},
	{&stats, "\"G\",x\"y,1,2", NULL},
	{&stats, "G,x\ny,1,2", NULL},
	{&failures, "G,x,y,1", NULL},
	{&stats, "\"G\",\"x,1,2", NULL},
	{&stats, "\"G\",\",1,2", NULL},
	{&stats, "G\"G,\"x\",1,2", NULL},
	{&stats, "x\",1,2", NULL},
	{&stats, "\"G\",\"x\",\n1,2", NULL},
	{&failures, "\"G\",\"n\",1", NULL},
	{&failures, "\"G\",\"n\",\"e\"", NULL},
};

START_TEST(rows_are_split_by_counting)
{
	struct sift_span raw = sift_span_str(rows[_i].raw);
	struct sift_span cells[4] = {{0}};
	bool is_row = sift_csv_unescaped_split(raw, rows[_i].shape, cells);
	char text[128] = "";
	size_t at = 0;

	ck_assert_int_eq(is_row, rows[_i].cells != NULL);
	ck_assert_int_eq(is_row,
			 sift_csv_unescaped_is_row(raw, rows[_i].shape));
	for (size_t i = 0; is_row && i < rows[_i].shape->columns; i++)
		at += (size_t)snprintf(text + at, sizeof(text) - at, "%.*s|",
				       (int)cells[i].len,
				       cells[i].ptr ? cells[i].ptr : "");
	if (is_row)
		ck_assert_str_eq(text, rows[_i].cells);
}
END_TEST

START_TEST(impossible_shapes_have_no_rows)
{
	static const struct sift_csv_shape shapes[] = {
		{2, 2, 2, false}, {4, 2, 1, false}, {4, 0, 2, false}};
	struct sift_span raw = SIFT_SPAN("\"a\",\"b\",1,2");

	for (size_t i = 0; i < COUNT_OF(shapes); i++)
		ck_assert(!sift_csv_unescaped_is_row(raw, &shapes[i]));
}
END_TEST

static const struct {
	const char *line;
	bool begins;
} lines[] = {
	{"\"G\",\"x\",1,2", true},
	{"\"G\",\"x", true},
	{"\"G\",\"", true},
	{"\"G\",x", false},
	{"G,\"x\"", false},
	{"\"G\"", false},
	{"", false},
	{"line2\",1,2", false},
};

START_TEST(rows_begin_with_plain_cells_and_a_quote)
{
	ck_assert_int_eq(sift_csv_unescaped_begins_row(
				 sift_span_str(lines[_i].line), &stats),
			 lines[_i].begins);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("csv_unescaped");
	TCase *tc = tcase_create("csv_unescaped");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tc, rows_are_split_by_counting, 0,
			    (int)COUNT_OF(rows));
	tcase_add_test(tc, impossible_shapes_have_no_rows);
	tcase_add_loop_test(tc, rows_begin_with_plain_cells_and_a_quote, 0,
			    (int)COUNT_OF(lines));
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
