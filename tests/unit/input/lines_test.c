/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "input/lines.h"
#include "input/source_impl.h"

#define MAX_LINE 8

/* clang-format off */
static const struct {
	const char *name;
	struct sift_span text;
	const char *lines; /* number@offset:text, "." instead of LF if cut */
	unsigned too_long;
} cases[] = {
	{"nothing has no lines", SIFT_SPAN_INIT(""), "", 0},
	{"a lone LF is one empty line", SIFT_SPAN_INIT("\n"), "1@0:\n", 0},
	{"empty lines count", SIFT_SPAN_INIT("\n\na\n\n"),
	 "1@0:\n2@1:\n3@2:a\n4@4:\n", 0},
	{"the last line may lack its LF", SIFT_SPAN_INIT("ab\ncd"),
	 "1@0:ab\n2@3:cd.", 0},
	{"CR is kept", SIFT_SPAN_INIT("ab\r\n\r\n"), "1@0:ab\r\n2@4:\r\n", 0},
	{"a byte order mark is no part of the first line",
	 SIFT_SPAN_INIT("\xEF\xBB\xBF" "ab\n\xEF\xBB\xBF\n"),
	 "1@0:ab\n2@6:\xEF\xBB\xBF\n", 0},
	{"half of a byte order mark is text", SIFT_SPAN_INIT("\xEF\xBB\n"),
	 "1@0:\xEF\xBB\n", 0},
	{"NUL is a byte like others", SIFT_SPAN_INIT("a\0b\n"),
	 "1@0:a_b\n", 0},
	{"a line of the limit is kept", SIFT_SPAN_INIT("12345678\n1\n"),
	 "1@0:12345678\n2@9:1\n", 0},
	{"a line over the limit is counted", SIFT_SPAN_INIT("123456789\n1\n"),
	 "2@10:1\n", 1},
	{"two lines over the limit", SIFT_SPAN_INIT("123456789\n1234567890\nx\n"),
	 "3@21:x\n", 2},
	{"an over-long last line without LF", SIFT_SPAN_INIT("a\n1234567890"),
	 "1@0:a\n", 1},
	{"an over-long first line, much longer",
	 SIFT_SPAN_INIT("1234567890123456789012345678901234567890\nyz"),
	 "2@41:yz.", 1},
};
/* clang-format on */

#define CASES (sizeof(cases) / sizeof(cases[0]))

static void
log_line(struct sift_buf *log, const struct sift_lines *lines,
	 struct sift_span line)
{
	size_t i;

	sift_buf_printf(log, "%llu@%llu:", (unsigned long long)lines->number,
			(unsigned long long)lines->offset);
	for (i = 0; i < line.len; i++)
		sift_buf_add_byte(log, line.ptr[i] ? line.ptr[i] : '_');
	sift_buf_add_byte(log, lines->complete ? '\n' : '.');
}

START_TEST(lines_are_the_same_in_blocks_of_any_size)
{
	struct sift_span text = cases[_i].text;
	struct sift_source *src;
	struct sift_lines lines;
	struct sift_span line;
	struct sift_buf log;
	size_t block;

	for (block = 0; block <= text.len; block++) {
		sift_buf_init(&log, 0);
		sift_buf_add_str(&log, "");
		ck_assert_int_eq(sift_source_open_memory(&src, text.ptr,
							 text.len, block, NULL),
				 SIFT_OK);
		sift_lines_init(&lines, src, MAX_LINE);
		while (sift_lines_next(&lines, &line, NULL) == SIFT_OK)
			log_line(&log, &lines, line);
		ck_assert_int_eq(sift_lines_next(&lines, &line, NULL),
				 SIFT_END);
		ck_assert_msg(!strcmp(log.ptr ? log.ptr : "", cases[_i].lines),
			      "%s, blocks of %zu: %s", cases[_i].name, block,
			      log.ptr);
		ck_assert_uint_eq(lines.too_long, cases[_i].too_long);
		sift_lines_release(&lines);
		sift_source_free(src);
		sift_buf_release(&log);
	}
}
END_TEST

/* A source of one text that then fails. */
struct failing {
	struct sift_source base;
	const char *text;
};

static enum sift_status
read_failing(struct sift_source *src, struct sift_span *out,
	     struct sift_err *err)
{
	*out = sift_span_str(((struct failing *)src)->text);
	return sift_fail(err, SIFT_E_IO, "the disk is gone");
}

static const struct sift_source_ops failing_ops = {.read = read_failing};

START_TEST(what_lies_before_a_failure_comes_first)
{
	struct failing failing = {.text = "ab\ncd"};
	struct sift_err err = {0};
	struct sift_lines lines;
	struct sift_span line;

	sift_source_init(&failing.base, &failing_ops);
	sift_lines_init(&lines, &failing.base, MAX_LINE);
	ck_assert_int_eq(sift_lines_next(&lines, &line, &err), SIFT_OK);
	ck_assert(sift_span_equal(line, SIFT_SPAN("ab")));
	ck_assert_int_eq(sift_lines_next(&lines, &line, &err), SIFT_OK);
	ck_assert(sift_span_equal(line, SIFT_SPAN("cd")));
	ck_assert(!lines.complete);
	ck_assert_str_eq(err.what, "");
	ck_assert_int_eq(sift_lines_next(&lines, &line, &err), SIFT_E_IO);
	ck_assert_str_eq(err.what, "the disk is gone");
	ck_assert_int_eq(sift_lines_next(&lines, &line, NULL), SIFT_E_IO);
	sift_lines_release(&lines);
}
END_TEST

START_TEST(a_failure_behind_an_overlong_line_is_told)
{
	struct failing failing = {.text = "1234567890"};
	struct sift_err err = {0};
	struct sift_lines lines;
	struct sift_span line;

	sift_source_init(&failing.base, &failing_ops);
	sift_lines_init(&lines, &failing.base, MAX_LINE);
	ck_assert_int_eq(sift_lines_next(&lines, &line, &err), SIFT_E_IO);
	ck_assert_str_eq(err.what, "the disk is gone");
	ck_assert_uint_eq(lines.too_long, 1);
	sift_lines_release(&lines);
}
END_TEST

/* Who takes lines out of what is ahead keeps numbers and offsets right. */
START_TEST(lines_ahead_can_be_skipped)
{
	struct sift_source *src;
	struct sift_lines lines;
	struct sift_span line;

	ck_assert_int_eq(
		sift_source_open_memory(&src, "a\nbc\nd\ne", 8, 0, NULL),
		SIFT_OK);
	sift_lines_init(&lines, src, MAX_LINE);
	ck_assert_uint_eq(sift_lines_ahead(&lines).len, 0);
	ck_assert_int_eq(sift_lines_next(&lines, &line, NULL), SIFT_OK);
	ck_assert(sift_span_equal(sift_lines_ahead(&lines),
				  SIFT_SPAN("bc\nd\ne")));
	sift_lines_skip(&lines, 5, 2);
	ck_assert(sift_span_equal(sift_lines_ahead(&lines), SIFT_SPAN("e")));
	ck_assert_int_eq(sift_lines_next(&lines, &line, NULL), SIFT_OK);
	ck_assert(sift_span_equal(line, SIFT_SPAN("e")));
	ck_assert_uint_eq(lines.number, 4);
	ck_assert_uint_eq(lines.offset, 7);
	ck_assert(!lines.complete);
	ck_assert_uint_eq(sift_lines_ahead(&lines).len, 0);
	sift_lines_release(&lines);
	sift_source_free(src);
}
END_TEST

START_TEST(lines_cost_no_allocation_once_warm)
{
	enum { LINES = 2000 };
	struct sift_source *src;
	struct sift_lines lines;
	struct sift_span line;
	struct sift_buf text;
	uint64_t calls = 0;
	size_t i;

	sift_buf_init(&text, 0);
	for (i = 0; i < LINES; i++)
		sift_buf_add_str(&text, "0123456\n");
	/* Blocks of 13 bytes: most lines span two. */
	ck_assert_int_eq(
		sift_source_open_memory(&src, text.ptr, text.len, 13, NULL),
		SIFT_OK);
	sift_lines_init(&lines, src, MAX_LINE);
	for (i = 0; i < LINES; i++) {
		if (i == 100)
			calls = sift_mem_calls();
		ck_assert_int_eq(sift_lines_next(&lines, &line, NULL), SIFT_OK);
	}
	ck_assert_uint_eq(sift_mem_calls(), calls);
	sift_lines_release(&lines);
	sift_source_free(src);
	sift_buf_release(&text);
}
END_TEST

START_TEST(a_line_without_memory_fails)
{
	struct sift_source *src;
	struct sift_lines lines;
	struct sift_span line;

	ck_assert_int_eq(sift_source_open_memory(&src, "abcdef\n", 7, 3, NULL),
			 SIFT_OK);
	sift_lines_init(&lines, src, MAX_LINE);
	sift_mem_fail_at(1, 1);
	ck_assert_int_eq(sift_lines_next(&lines, &line, NULL), SIFT_E_NOMEM);
	sift_mem_fail_at(0, 0);
	sift_lines_release(&lines);
	sift_source_free(src);
}
END_TEST

/* ---- where lines start ---- */

#define LONGEST 5000

static int
make_file(const char *text, size_t len)
{
	FILE *file = tmpfile();
	int fd;

	ck_assert_ptr_nonnull(file);
	ck_assert_uint_eq(fwrite(text, 1, len, file), len);
	ck_assert_int_eq(fflush(file), 0);
	fd = dup(fileno(file));
	fclose(file);
	return fd;
}

START_TEST(lines_start_behind_every_line_feed)
{
	static const char text[] = "\nab\n\ncdef\r\ng";
	const size_t len = sizeof(text) - 1;
	int fd = make_file(text, len);

	for (size_t at = 0; at <= len + 2; at++) {
		uint64_t start = 99, expected = at;

		while (expected < len && text[expected] != '\n')
			expected++;
		if (expected < len)
			expected++;
		ck_assert_int_eq(
			sift_line_start_behind(fd, at, LONGEST, &start, NULL),
			SIFT_OK);
		ck_assert_uint_eq(start, expected);
	}
	ck_assert_int_eq(lseek(fd, 0, SEEK_CUR), (off_t)len);
	close(fd);
}
END_TEST

START_TEST(a_line_is_not_followed_for_ever)
{
	static char text[20000];
	struct sift_err err = {0};
	uint64_t start = 0;
	int fd;

	memset(text, 'x', sizeof(text));
	text[9000] = '\n';
	fd = make_file(text, sizeof(text));
	ck_assert_int_eq(sift_line_start_behind(fd, 0, LONGEST, &start, &err),
			 SIFT_E_LIMIT);
	ck_assert_ptr_nonnull(strstr(err.what, "5000"));
	ck_assert_int_eq(
		sift_line_start_behind(fd, 4500, LONGEST, &start, NULL),
		SIFT_OK);
	ck_assert_uint_eq(start, 9001);
	/* The last line has an end, if no LF. */
	ck_assert_int_eq(
		sift_line_start_behind(fd, 16000, LONGEST, &start, NULL),
		SIFT_OK);
	ck_assert_uint_eq(start, sizeof(text));
	close(fd);
	ck_assert_int_eq(sift_line_start_behind(-1, 0, LONGEST, &start, NULL),
			 SIFT_E_IO);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("lines");
	TCase *tcase = tcase_create("lines");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tcase, lines_are_the_same_in_blocks_of_any_size, 0,
			    (int)CASES);
	tcase_add_test(tcase, what_lies_before_a_failure_comes_first);
	tcase_add_test(tcase, lines_start_behind_every_line_feed);
	tcase_add_test(tcase, a_line_is_not_followed_for_ever);
	tcase_add_test(tcase, a_failure_behind_an_overlong_line_is_told);
	tcase_add_test(tcase, lines_ahead_can_be_skipped);
	tcase_add_test(tcase, lines_cost_no_allocation_once_warm);
	tcase_add_test(tcase, a_line_without_memory_fails);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
