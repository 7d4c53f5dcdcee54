/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * usage: report_show RENDERER DOCUMENT [COLUMNS]
 *
 * Print a document of the fixture, for checks by other parsers and for eyes.
 * COLUMNS of 0 is the usual; with "+" before, in colour. A test like others,
 * since the document builder asserts.
 */
#include <config.h>

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "report/report.h"
#include "report_fixture.h"

static const char *renderer_name, *document_name, *columns = "0";

START_TEST(show)
{
	const struct sift_renderer *renderer =
		sift_renderer_find(renderer_name);
	struct sift_style style = {.colour = *columns == '+'};
	struct doc_builder b;
	struct sift_buf out;

	ck_assert_ptr_nonnull(renderer);
	style.columns = (unsigned)strtoul(columns, NULL, 10);
	report_document(&b, document_name);
	sift_buf_init(&out, 0);
	ck_assert_int_eq(renderer->render(&b.doc, &style, 2, &out, NULL),
			 SIFT_OK);
	ck_assert_uint_eq(fwrite(out.ptr, 1, out.len, stdout), out.len);
	ck_assert_int_eq(fflush(stdout), 0);
	sift_buf_release(&out);
	doc_release(&b);
}
END_TEST

int
main(int argc, char **argv)
{
	Suite *suite = suite_create("report_show");
	TCase *tc = tcase_create("report_show");
	SRunner *runner;
	int failed;

	if (argc < 3)
		return EXIT_FAILURE;
	renderer_name = argv[1];
	document_name = argv[2];
	if (argc > 3)
		columns = argv[3];
	tcase_add_test(tc, show);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_set_fork_status(runner, CK_NOFORK);
	srunner_run_all(runner, CK_SILENT);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
