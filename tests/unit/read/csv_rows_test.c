/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <check.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "read/csv_rows.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static const struct sift_limits limits = {.line_bytes = 4096};

/* The rows as text: "LINE@OFFSET [cell][cell]" or "LINE@OFFSET ! reason". */
static char *
rows_in_blocks(const char *bytes, size_t len, size_t block,
	       const struct sift_csv_shape *shape)
{
	struct sift_source *src = NULL;
	struct sift_csv_rows *rows = NULL;
	const struct sift_csv_row *row;
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	enum sift_status rc;

	ck_assert_int_eq(sift_source_open_memory(&src, bytes, len, block, NULL),
			 0);
	rc = sift_csv_rows_open(&rows, src, &limits, NULL);
	if (rc)
		fprintf(out, "= %s", sift_status_text(rc));
	else
		sift_csv_rows_expect(rows, shape);
	while (!rc) {
		rc = sift_csv_rows_next(rows, &row, NULL);
		if (rc)
			break;
		fprintf(out, "%" PRIu64 "@%" PRId64 " ", row->line,
			row->offset);
		if (row->bad)
			fprintf(out, "! %s", row->bad);
		for (size_t i = 0; !row->bad && i < row->count; i++)
			fprintf(out, "[%.*s]", (int)row->cells[i].len,
				row->cells[i].ptr);
		fputc('\n', out);
	}
	if (rc < 0 && rows)
		fprintf(out, "= %s", sift_status_text(rc));
	fclose(out);
	sift_csv_rows_free(rows);
	sift_source_free(src);
	return text;
}

static char *
rows_of(const char *bytes, size_t len, const struct sift_csv_shape *shape)
{
	return rows_in_blocks(bytes, len, 0, shape);
}

static const struct sift_csv_shape three = {3, 1, 1, false};

static const struct {
	const char *what;
	const char *text;
	const char *rows;
} dialects[] = {
	{"LF", "a,b,c\n1,2,3\n4,5,6\n", "2@6 [1][2][3]\n3@12 [4][5][6]\n"},
	{"CRLF", "a,b,c\r\n1,2,3\r\n", "2@7 [1][2][3]\n"},
	{"CR CR LF", "a,b,c\r\r\n1,2,3\r\r\n4,5,6\r\r\n",
	 "2@8 [1][2][3]\n3@16 [4][5][6]\n"},
	{"byte order mark",
	 "\xef\xbb\xbf"
	 "a,b,c\n1,2,3\n",
	 "2@9 [1][2][3]\n"},
	{"blanks are data", "a,b,c\n 1 ,\t2,3 \n", "2@6 [ 1 ][\t2][3 ]\n"},
	{"doubled quotes", "a,b,c\n1,\"say \"\"hi\"\"\",3\n",
	 "2@6 [1][say \"hi\"][3]\n"},
	{"quotes within a bare cell", "a,b,c\n1,5\" x\"y\",3\n",
	 "2@6 [1][5\" x\"y\"][3]\n"},
	{"row ends in quotes", "a,b,c\n1,\"x\ny\r\nz\",3\n4,5,6\n",
	 "2@6 [1][x\ny\r\nz][3]\n5@19 [4][5][6]\n"},
	{"text mode turns LF to CRLF", "a,b,c\r\r\n1,\"x\r\ny\",3\r\r\n",
	 "2@8 [1][x\ny][3]\n"},
	{"empty cells", "a,b,c\n1,,\n,2,\n\"\",\"\",3\n",
	 "2@6 [1][][]\n3@10 [][2][]\n4@14 [][][3]\n"},
	{"blank rows are none", "a,b,c\n\n\r\n,,\n\"\"\n1,2,3\n",
	 "6@15 [1][2][3]\n"},
	{"semicolons", "a;b;c\n1;2,5;3\n", "2@6 [1][2,5][3]\n"},
	{"tabs", "a\tb\tc\n1\t2,5\t3\n", "2@6 [1][2,5][3]\n"},
	{"commas in a semicolon's header", "a;\"b,,,,\";c\n1;2;3\n",
	 "2@12 [1][2][3]\n"},
	{"Windows-1252 by the cell", "a,b,c\n\xfc,\xc3\xbc,\x80\n",
	 "2@6 [\xc3\xbc][\xc3\xbc][\xe2\x82\xac]\n"},
	{"other counts are left to the reader", "a,b,c\n1,2\n1,2,3,4\n",
	 "2@6 [1][2]\n3@10 [1][2][3][4]\n"},
	{"an editor's file may lack the last row end", "a,b,c\n1,2,3",
	 "2@6 [1][2][3]\n"},
	{"no rows", "a,b,c\n", ""},
};

START_TEST(rows_in_all_dialects)
{
	char *rows =
		rows_of(dialects[_i].text, strlen(dialects[_i].text), &three);

	ck_assert_msg(!strcmp(rows, dialects[_i].rows), "%s: %s",
		      dialects[_i].what, rows);
	free(rows);
}
END_TEST

static const struct {
	const char *what;
	const char *text;
	const char *rows;
} bad[] = {
	{"nothing", "", "= damaged or malformed data"},
	{"empty names", ",,\n1,2,3\n", ""},
	{"rows of nothing", ",,\n,,\n\n", "= damaged or malformed data"},
	{"an open quote in the header", "a,\"b,c\n1,2,3\n",
	 "= damaged or malformed data"},
	{"an open quote costs one line", "a,b,c\n1,\"2,3\n4,5,6\n7,8,9\n",
	 "2@6 ! quote is not closed\n3@13 [4][5][6]\n4@19 [7][8][9]\n"},
	{"an open quote at the end", "a,b,c\n1,2,3\n4,\"5",
	 "2@6 [1][2][3]\n3@12 ! quote is not closed\n"},
	{"text after a quote", "a,b,c\n1,\"2\"x,3\n4,5,6\n",
	 "2@6 ! text after a closing quote\n3@15 [4][5][6]\n"},
	{"a blank after a quote", "a,b,c\n1,\"2\" ,3\n4,5,6\n",
	 "2@6 ! text after a closing quote\n3@15 [4][5][6]\n"},
	{"two open quotes", "a,b,c\n\"1,2,3\n\"4,5,6\n7,8,9\n",
	 "2@6 ! text after a closing quote\n"
	 "3@13 ! quote is not closed\n4@20 [7][8][9]\n"},
	{"csv.writer always ends its rows", "a,b,c\r\n1,2,3\r\n4,5,6",
	 "2@7 [1][2][3]\n3@14 ! cut short\n"},
	{"a CR is end enough", "a,b,c\r\n1,2,3\r", "2@7 [1][2][3]\n"},
	{"cut within the row", "a,b,c\n1,2,3\n4,5",
	 "2@6 [1][2][3]\n3@12 ! cut short\n"},
};

START_TEST(bad_rows_are_told_and_left)
{
	char *rows = rows_of(bad[_i].text, strlen(bad[_i].text), &three);

	ck_assert_msg(!strcmp(rows, bad[_i].rows), "%s: %s", bad[_i].what,
		      rows);
	free(rows);
}
END_TEST

/* Of the dialect without escapes; text is the second column. */
static const struct sift_csv_shape four = {4, 1, 1, false};
static const struct sift_csv_shape ends = {4, 1, 1, true};
static const struct sift_csv_shape two_texts = {4, 1, 2, false};

#define QUOTED "\"a\",\"b\",\"c\",\"d\"\n"

static const struct {
	const struct sift_csv_shape *shape;
	const char *text;
	const char *rows;
} unescaped[] = {
	{&four, QUOTED "\"G\",\"x\",1,2\n\"G\",\"y\",3,4",
	 "2@16 [G][x][1][2]\n3@28 [G][y][3][4]\n"},
	{&four, QUOTED "\"G\",\"say \"hi\", twice\",1,2\n",
	 "2@16 [G][say \"hi\", twice][1][2]\n"},
	{&four, QUOTED "\"G\",\"ends \"so\"\",1,2\n\"G\",\"y\",3,4\n",
	 "2@16 [G][ends \"so\"][1][2]\n3@36 [G][y][3][4]\n"},
	{&four, QUOTED "\"G\",\"x\ny\",1,2\n\"G\",\"z\",3,4\n",
	 "2@16 [G][x\ny][1][2]\n4@30 [G][z][3][4]\n"},
	{&four, QUOTED "\"G\",\"a\",\"b\",1,2\n", "2@16 [G][a\",\"b][1][2]\n"},
	{&four, QUOTED "\"G\",\"x\",\"N/A\",\"5\"\n", "2@16 [G][x][N/A][5]\n"},
	/* written anew by a spreadsheet that quotes all text */
	{&four, QUOTED "\"G\",\"say \"\"hi\"\"\",1,2\n",
	 "2@16 [G][say \"hi\"][1][2]\n"},
	/* a row that breaks off does not take the next one with it */
	{&four, QUOTED "\"G\",\"x\",1\n\"G\",\"y\",3,4\n",
	 "2@16 ! cells do not match the header\n3@26 [G][y][3][4]\n"},
	{&four, QUOTED "noise\n\"G\",\"y\",3,4\n",
	 "2@16 ! cells do not match the header\n3@22 [G][y][3][4]\n"},
	{&four, QUOTED "\"G\",\"x\",1,2\n\"G\",\"y\",3,",
	 "2@16 [G][x][1][2]\n3@28 [G][y][3][]\n"},
	{&four, QUOTED "\"G\",\"x\",1,2\n\"G\",\"y\",3",
	 "2@16 [G][x][1][2]\n3@28 ! cut short\n"},
	{&ends, QUOTED "\"G\",\"x\",1,2\n\"G\",\"y\",3,4",
	 "2@16 [G][x][1][2]\n3@28 ! cut short\n"},
	{&two_texts, QUOTED "\"G\",\"n\",\"e \"q\", f\",1\n",
	 "2@16 [G][n][e \"q\", f][1]\n"},
	{&two_texts, QUOTED "\"G\",\"n \"q\"\",\"e\nf\",1\n\"G\",\"n\",\"e\",2",
	 "2@16 [G][n \"q\"][e\nf][1]\n4@36 [G][n][e][2]\n"},
	{&two_texts, QUOTED "\"G\",\"n\",\"e\",5\nf\",1\n",
	 "2@16 [G][n][e\",5\nf][1]\n"},
};

START_TEST(unescaped_rows_are_found_by_counting)
{
	char *rows = rows_of(unescaped[_i].text, strlen(unescaped[_i].text),
			     unescaped[_i].shape);

	ck_assert_str_eq(rows, unescaped[_i].rows);
	free(rows);
}
END_TEST

/* ---- limits ---- */

static char *
repeat(const char *head, const char *piece, size_t count, const char *tail)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	fputs(head, out);
	while (count--)
		fputs(piece, out);
	fputs(tail, out);
	fclose(out);
	return text;
}

static const struct {
	const char *what;
	const char *head;
	const char *piece;
	size_t count;
	const char *tail;
	const char *rows;
} large[] = {
	{"cell over the limit", "a,b,c\n1,", "x", 4097, ",3\n4,5,6\n",
	 "2@6 ! too long (--max-line-bytes)\n3@4108 [4][5][6]\n"},
	{"row over four times the limit", "a,b,c\n1,", "x,", 900 * 10,
	 "3\n4,5,6\n", "2@6 ! more than 1024 cells\n3@18010 [4][5][6]\n"},
	{"row without end", "a,b,c\n", "x", 300000, "",
	 "2@6 ! too long (--max-line-bytes)\n"},
	{"quote without end", "a,b,c\n1,\"2,3\n", "4,5,6\n", 3, "",
	 "2@6 ! quote is not closed\n3@13 [4][5][6]\n"
	 "4@19 [4][5][6]\n5@25 [4][5][6]\n"},
};

START_TEST(limits_cost_one_row)
{
	char *text = repeat(large[_i].head, large[_i].piece, large[_i].count,
			    large[_i].tail);
	char *rows = rows_of(text, strlen(text), &three);

	ck_assert_msg(!strcmp(rows, large[_i].rows), "%s: %s", large[_i].what,
		      rows);
	free(rows);
	free(text);
}
END_TEST

START_TEST(open_quote_far_from_the_end_costs_one_line)
{
	/* beyond four times the limit, where reading on stops */
	char *text = repeat("a,b,c\n1,\"2,3\n", "4,5,6\n", 10000, "");
	char *rows = rows_of(text, strlen(text), &three);
	size_t lines = 0;

	for (const char *at = rows; *at; at++)
		lines += *at == '\n';
	ck_assert_uint_eq(lines, 10001);
	ck_assert_ptr_nonnull(strstr(rows, "2@6 ! quote is not closed\n"));
	ck_assert_ptr_nonnull(strstr(rows, "10002@60007 [4][5][6]\n"));
	free(rows);
	free(text);
}
END_TEST

/* What begins a source is looked at where it lies, unless it is short. */
START_TEST(rows_are_the_same_in_blocks_of_any_size)
{
	static const char *const rows[] = {
		"1,2,3\n",
		"GET,\"a,b\",3\r\n",
		"\n",
		"x,\"two\nlines\",0\n",
		"G\xc3\xa9T,/caf\xe9,9\n",
		"a name of some length,another one that is not short,7\n",
		"1,2,\"open\n",
	};
	char text[2000] = "a,b,c\n";
	size_t len = strlen(text);
	unsigned seed = (unsigned)_i;
	char *wanted;

	while (len < 20 * (size_t)_i) {
		const char *row =
			rows[(seed = seed * 1103515245 + 12345) / 65536 %
			     (COUNT_OF(rows) - (_i % 5 != 0))];

		memcpy(text + len, row, strlen(row) + 1);
		len += strlen(row);
	}
	len -= _i % 3 == 0; /* without the last row's end */
	wanted = rows_in_blocks(text, len, 1, &three);
	for (size_t block = 0; block < 400; block += 1 + block / 16) {
		char *found = rows_in_blocks(text, len, block, &three);

		ck_assert_msg(!strcmp(found, wanted), "%zu: %s\nnot %s", block,
			      found, wanted);
		free(found);
	}
	free(wanted);
}
END_TEST

START_TEST(nothing_is_allocated_per_row)
{
	uint64_t calls[2];

	for (size_t i = 0; i < 2; i++) {
		char *text = repeat("a,b,c\n", "1,\"2 \"\"x\"\"\",3\n",
				    i ? 100000 : 20000, "");
		struct sift_source *src = NULL;
		struct sift_csv_rows *rows = NULL;
		const struct sift_csv_row *row;
		uint64_t before;

		ck_assert_int_eq(sift_source_open_memory(
					 &src, text, strlen(text), 8192, NULL),
				 0);
		before = sift_mem_calls();
		ck_assert_int_eq(sift_csv_rows_open(&rows, src, &limits, NULL),
				 0);
		while (!sift_csv_rows_next(rows, &row, NULL))
			ck_assert_uint_eq(row->count, 3);
		calls[i] = sift_mem_calls() - before;
		sift_csv_rows_free(rows);
		sift_source_free(src);
		free(text);
	}
	ck_assert_uint_eq(calls[0], calls[1]);
}
END_TEST

START_TEST(memory_may_run_out_anywhere)
{
	static const char text[] = QUOTED "\"G\",\"say \"hi\"\",1,2\n";

	for (uint64_t n = 1;; n++) {
		struct sift_source *src = NULL;
		struct sift_csv_rows *rows = NULL;
		const struct sift_csv_row *row;
		struct sift_err err = {0};
		enum sift_status rc;

		ck_assert_int_eq(sift_source_open_memory(
					 &src, text, sizeof(text) - 1, 5, NULL),
				 0);
		sift_mem_fail_at(n, 0);
		rc = sift_csv_rows_open(&rows, src, &limits, &err);
		if (!rc) {
			sift_csv_rows_expect(rows, &four);
			rc = sift_csv_rows_next(rows, &row, &err);
		}
		sift_mem_fail_at(0, 0);
		sift_csv_rows_free(rows);
		sift_source_free(src);
		if (!rc)
			break;
		ck_assert_int_eq(rc, SIFT_E_NOMEM);
		ck_assert_int_eq(err.status, SIFT_E_NOMEM);
		ck_assert_uint_lt(n, 100);
	}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("csv_rows");
	TCase *tc = tcase_create("csv_rows");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tc, rows_in_all_dialects, 0,
			    (int)COUNT_OF(dialects));
	tcase_add_loop_test(tc, bad_rows_are_told_and_left, 0,
			    (int)COUNT_OF(bad));
	tcase_add_loop_test(tc, unescaped_rows_are_found_by_counting, 0,
			    (int)COUNT_OF(unescaped));
	tcase_add_loop_test(tc, limits_cost_one_row, 0, (int)COUNT_OF(large));
	tcase_add_test(tc, open_quote_far_from_the_end_costs_one_line);
	tcase_add_loop_test(tc, rows_are_the_same_in_blocks_of_any_size, 1, 90);
	tcase_add_test(tc, nothing_is_allocated_per_row);
	tcase_add_test(tc, memory_may_run_out_anywhere);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
