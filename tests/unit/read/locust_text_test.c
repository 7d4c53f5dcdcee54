/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "read/locust_text.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static const struct {
	const char *text;
	const char *expected;
} texts[] = {
	/* one failure as different versions write it */
	{"got 404\nbody: \"x\"", "got 404\nbody: \"x\""},
	{"CatchResponseError('got 404\\nbody: \"x\"')", "got 404\nbody: \"x\""},
	{"\"CatchResponseError('got 404\\\\nbody: \\\"x\\\"')\"",
	 "got 404\nbody: \"x\""},
	{"'CatchResponseError(\\'got 404\\\\nbody: \"x\"\\')'",
	 "got 404\nbody: \"x\""},
	{"HTTPError('404 Client Error: Not Found for url: a')",
	 "404 Client Error: Not Found for url: a"},
	{"HTTPError(u'404 Client Error',)", "404 Client Error"},
	{"'plain'", "plain"},
	{"\"it's\"", "it's"},
	{"'tab\\tcr\\rquote\\'back\\\\slash'", "tab\tcr\rquote'back\\slash"},
	{"'\\xe9 \\u65e5 \\U0001f997'",
	 "\xc3\xa9 \xe6\x97\xa5 \xf0\x9f\xa6\x97"},
	/* addresses of objects */
	{"<X object at 0x7efec6505790> 0xFFFFFFFFFF",
	 "<X object at 0x....> 0x...."},
	{"<X object at 0x....>", "<X object at 0x....>"},
	{"flags 0x1f, 0x", "flags 0x1f, 0x"},
	/* left as they are */
	{"", ""},
	{"'", "'"},
	{"\"", "\""},
	{"'a' is not 'b'", "'a' is not 'b'"},
	{"'ends in a backslash\\'", "'ends in a backslash\\'"},
	{"'mixed\"", "'mixed\""},
	{"ValueError('x')", "ValueError('x')"},
	{"ConnectionRefusedError(111, 'Connection refused')",
	 "ConnectionRefusedError(111, 'Connection refused')"},
	{"HTTPError(500, 'x')", "HTTPError(500, 'x')"},
	{"HTTPError('x', 'y')", "HTTPError('x', 'y')"},
	{"HTTPError('x') again", "HTTPError('x') again"},
	{"HTTPError()", "HTTPError()"},
	{"HTTPError: 500 Server Error", "HTTPError: 500 Server Error"},
	{"'odd \\q \\x4 \\u12 \\Uzzzzzzzz'", "odd \\q \\x4 \\u12 \\Uzzzzzzzz"},
	{"'surrogate \\ud800'", "surrogate \xef\xbf\xbd"},
};

START_TEST(texts_lose_their_layers)
{
	struct sift_buf out;

	sift_buf_init(&out, 0);
	ck_assert_int_eq(sift_locust_text(sift_span_str(texts[_i].text), &out),
			 0);
	ck_assert_str_eq(out.ptr ? out.ptr : "", texts[_i].expected);
	sift_buf_release(&out);
}
END_TEST

START_TEST(layers_have_an_end)
{
	static const char text[] = "''''''''''''''''''''";
	struct sift_buf out;

	sift_buf_init(&out, 0);
	ck_assert_int_eq(sift_locust_text(sift_span_str(text), &out), 0);
	ck_assert_str_eq(out.ptr, text); /* its inside has bare quotes */
	sift_buf_release(&out);
}
END_TEST

START_TEST(memory_may_run_out)
{
	for (uint64_t n = 1;; n++) {
		struct sift_buf out;
		enum sift_status rc;

		sift_buf_init(&out, 0);
		sift_mem_fail_at(n, 0);
		rc = sift_locust_text(
			sift_span_str("\"CatchResponseError('x')\""), &out);
		sift_mem_fail_at(0, 0);
		sift_buf_release(&out);
		if (!rc)
			break;
		ck_assert_int_eq(rc, SIFT_E_NOMEM);
		ck_assert_uint_lt(n, 20);
	}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("locust_text");
	TCase *tc = tcase_create("locust_text");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tc, texts_lose_their_layers, 0,
			    (int)COUNT_OF(texts));
	tcase_add_test(tc, layers_have_an_end);
	tcase_add_test(tc, memory_may_run_out);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
