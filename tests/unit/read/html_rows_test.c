/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "read/html_rows.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static const struct {
	const char *written;
	const char *text;
} texts[] = {
	{"", ""},
	{"plain; & text", "plain; & text"},
	{"&lt;b&gt; &amp;amp; &quot;&apos;", "<b> &amp; \"'"},
	{"&#39;&#x27;&#X41;&#128512;", "''A\xf0\x9f\x98\x80"},
	{"&unknown; &#; &#x; &#xG; &#9z;", "&unknown; &#; &#x; &#xG; &#9z;"},
	{"&#0;&#xD800;&#x110000;&#99999999;",
	 "&#0;&#xD800;&#x110000;&#99999999;"},
	{"a&", "a&"},
	{"&lt", "&lt"},
	{"&lt ;", "&lt ;"},
};

START_TEST(entities_are_undone)
{
	struct sift_buf out;

	sift_buf_init(&out, 0);
	sift_html_add_text(&out, sift_span_str(texts[_i].written));
	ck_assert_uint_eq(out.len, strlen(texts[_i].text));
	ck_assert(!out.len || !memcmp(out.ptr, texts[_i].text, out.len));
	sift_buf_release(&out);
}
END_TEST

static const struct {
	const char *page;
	const char *rows; /* H or D, cells in brackets */
} pages[] = {
	{"", ""},
	{"<tr><th class=\"x\">A</th><th>B</th></tr>"
	 "<tr class=\"total\">\n <td>1</td> <td></td>\n</tr>",
	 "H[A][B]D[1][]"},
	{"<tr><td>a <b>bold</b></td></tr>", "D[a <b>bold</b>]"},
	{"<tr></tr><tr><td>1</td></tr>", "DD[1]"},
	{"<tr><td>1</td></tr><tr><td>2</td>", "D[1]"},
	{"<tr><td>1</td><td>2</tr>", "D[1]"},
	{"<tr", ""},
	{"<tr><td", ""},
	{"</tr><td>1</td>", ""},
};

START_TEST(rows_are_those_that_are_closed)
{
	struct sift_span rest = sift_span_str(pages[_i].page);
	struct sift_html_row row;
	struct sift_buf log;

	sift_buf_init(&log, 0);
	while (sift_html_row_next(&rest, &row)) {
		sift_buf_add_byte(&log, row.is_header ? 'H' : 'D');
		for (size_t i = 0; i < row.count; i++) {
			sift_buf_add_byte(&log, '[');
			sift_buf_add_span(&log, row.cells[i]);
			sift_buf_add_byte(&log, ']');
		}
	}
	ck_assert(sift_span_equal(sift_buf_span(&log),
				  sift_span_str(pages[_i].rows)));
	sift_buf_release(&log);
}
END_TEST

START_TEST(cells_beyond_the_limit_are_left_out)
{
	struct sift_buf page;
	struct sift_span rest;
	struct sift_html_row row;

	sift_buf_init(&page, 0);
	sift_buf_add_str(&page, "<tr>");
	for (size_t i = 0; i < SIFT_HTML_CELLS_MAX + 3; i++)
		sift_buf_add_str(&page, "<td>1</td>");
	sift_buf_add_str(&page, "</tr>");
	rest = sift_buf_span(&page);
	ck_assert(sift_html_row_next(&rest, &row));
	ck_assert_uint_eq(row.count, SIFT_HTML_CELLS_MAX);
	ck_assert_uint_eq(rest.len, 0);
	sift_buf_release(&page);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("html_rows");
	TCase *tc = tcase_create("html_rows");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tc, entities_are_undone, 0, (int)COUNT_OF(texts));
	tcase_add_loop_test(tc, rows_are_those_that_are_closed, 0,
			    (int)COUNT_OF(pages));
	tcase_add_test(tc, cells_beyond_the_limit_are_left_out);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
