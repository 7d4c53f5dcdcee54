/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "read/json_doc.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static enum sift_status
load(struct sift_json_doc *doc, const char *text, size_t len,
     const struct sift_limits *limits, struct sift_err *err)
{
	struct sift_source *src;
	enum sift_status rc;

	memset(err, 0, sizeof(*err));
	ck_assert_int_eq(sift_source_open_memory(&src, text, len, 3, err),
			 SIFT_OK);
	rc = sift_json_doc_load(doc, src, limits, err);
	sift_source_free(src);
	return rc;
}

/* text of a document, its compact form as Jansson writes it, what was nulled
 */
static const struct {
	const char *text;
	const char *dump;
	unsigned nulled;
} good[] = {
	{"{}", "{}", 0},
	{"\xEF\xBB\xBF {\"a\":\r\n1}\r\n", "{\"a\":1.0}", 0},
	{"{\"a\":123456789012345678901234567890}", "{\"a\":1.2e29}", 0},
	{"{\"a\":NaN,\"b\":[-Infinity,Infinity,+Inf,nan]}",
	 "{\"a\":null,\"b\":[null,null,null,null]}", 5},
	{"{\"a\":1e400,\"b\":-1e+999,\"c\":1e-999}",
	 "{\"a\":null,\"b\":null,\"c\":0.0}", 2},
	{"{\"NaN\":\"NaN, Infinity\"}", "{\"NaN\":\"NaN, Infinity\"}", 0},
	{"{\"a\":\"\\\"NaN\"}", "{\"a\":\"\\\"NaN\"}", 0},
	{"{\"a\\\\\":NaN}", "{\"a\\\\\":null}", 1},
	{"{\"a\":true,\"b\":false,\"c\":null}",
	 "{\"a\":true,\"b\":false,\"c\":null}", 0},
	{"{\"a\":1,\"a\":2}", "{\"a\":2.0}", 0},
	/* escapes and bytes that would cost the whole document */
	{"{\"a\":\"\\u0000\"}", "{\"a\":\"\xEF\xBF\xBD\"}", 0},
	{"{\"\\u0000\":1}", "{\"\xEF\xBF\xBD\":1.0}", 0},
	{"{\"a\":\"\\ud83d\"}", "{\"a\":\"\xEF\xBF\xBD\"}", 0},
	{"{\"a\":\"\\ude80x\\uD83D\\u0041\"}",
	 "{\"a\":\"\xEF\xBF\xBDx\xEF\xBF\xBD"
	 "A\"}",
	 0},
	{"{\"a\":\"\\ud83d\\ude80\"}", "{\"a\":\"\xF0\x9F\x9A\x80\"}", 0},
	{"{\"a\":\"\xFFz\"}", "{\"a\":\"\xEF\xBF\xBDz\"}", 0},
};

START_TEST(documents_are_loaded)
{
	struct sift_limits limits = {0};
	struct sift_json_doc doc;
	struct sift_err err;
	char *dump;

	ck_assert_msg(load(&doc, good[_i].text, strlen(good[_i].text), &limits,
			   &err) == SIFT_OK,
		      "%s: %s", good[_i].text, err.what);
	dump = json_dumps(doc.root, JSON_COMPACT | JSON_REAL_PRECISION(2));
	ck_assert_str_eq(dump, good[_i].dump);
	ck_assert_uint_eq(doc.nulled, good[_i].nulled);
	free(dump);
	sift_json_doc_release(&doc);
}
END_TEST

/* text, words, line, byte */
static const struct {
	const char *text;
	const char *what;
	uint64_t line;
	int64_t offset;
} bad[] = {
	{"", "the document breaks off", 1, 0},
	{" \n", "the document breaks off", 2, 2},
	{"{", "the document breaks off", 1, 1},
	{"{\"a\": 1", "the document breaks off", 1, 7},
	{"{\"a\": \"secret", "the document breaks off", 1, 13},
	{"\xEF\xBB\xBF{\n\"a\" 1}", "not valid JSON", 2, 10},
	{"{\"a\": 1}}", "text behind the document", 1, 9},
	{"{\"a\": 1} {}", "text behind the document", 1, 10},
	{"{\"a\": secret}", "not valid JSON", 1, 12},
	{"{'a': 1}", "not valid JSON", 1, 2},
	{"{\"a\": NaN, \"b\": NaN, x}", "not valid JSON", 1, -1},
	{"{\"a\": 01}", "not valid JSON", 1, 7},
	{"{\"a\": 1.}", "not valid JSON", 1, 8},
	{"{\"a\": 1,}", "not valid JSON", 1, 9},
	{"{\"a\": \"\\x\"}", "not valid JSON", 1, 9},
	{"{\"a\": \"\\", "not valid JSON", 1, 8},
	{"{\"a\": \"\\u00", "not valid JSON", 1, 11},
	{"[]", "not a JSON object", 0, -1},
	{"\"a\"", "not valid JSON", 1, 3},
	{"7", "not valid JSON", 1, 1},
};

START_TEST(broken_documents_have_a_place_and_show_no_text)
{
	struct sift_limits limits = {0};
	struct sift_json_doc doc;
	struct sift_err err;

	ck_assert_int_eq(
		load(&doc, bad[_i].text, strlen(bad[_i].text), &limits, &err),
		SIFT_E_FORMAT);
	ck_assert_str_eq(err.what, bad[_i].what);
	ck_assert_msg(err.line == bad[_i].line, "%s: line %d", bad[_i].text,
		      (int)err.line);
	ck_assert_ptr_null(strstr(err.what, "secret"));
	if (bad[_i].line)
		ck_assert_msg(err.offset == bad[_i].offset, "%s: byte %d",
			      bad[_i].text, (int)err.offset);
}
END_TEST

START_TEST(depth_is_limited)
{
	struct sift_limits limits = {.json_depth = 3};
	struct sift_json_doc doc;
	struct sift_err err;
	size_t len = 1000000;
	char *deep = malloc(len);

	ck_assert_int_eq(load(&doc, "{\"a\":[[]]}", 10, &limits, &err),
			 SIFT_OK);
	sift_json_doc_release(&doc);
	ck_assert_int_eq(load(&doc, "{\"a\":[[[]]]}", 12, &limits, &err),
			 SIFT_E_LIMIT);
	ck_assert_ptr_nonnull(deep);
	memset(deep, '[', len);
	limits.json_depth = 0;
	ck_assert_int_eq(load(&doc, deep, len, &limits, &err), SIFT_E_LIMIT);
	ck_assert_str_eq(err.what, "nested deeper than 64 (--max-json-depth)");
	free(deep);
}
END_TEST

START_TEST(size_is_limited)
{
	struct sift_limits limits = {.document_bytes = 10};
	struct sift_json_doc doc;
	struct sift_err err;

	ck_assert_int_eq(load(&doc, "{\"a\":[[]]}", 10, &limits, &err),
			 SIFT_OK);
	sift_json_doc_release(&doc);
	ck_assert_int_eq(load(&doc, "{\"a\":[[]]} ", 11, &limits, &err),
			 SIFT_E_LIMIT);
	ck_assert_str_eq(err.what, "more than 10 bytes (--max-document-bytes)");
}
END_TEST

START_TEST(numbers_and_counts_are_told_apart)
{
	static const char text[] =
		"{\"zero\":0,\"n\":7,\"half\":0.5,\"minus\":-1,"
		"\"big\":9007199254740992,\"bigger\":9007199254740994,"
		"\"text\":\"7\",\"null\":null}";
	static const struct {
		const char *key;
		int64_t count;
		bool is_number;
	} cases[] = {
		{"zero", 0, true},     {"n", 7, true},
		{"half", -1, true},    {"minus", -1, true},
		{"bigger", -1, true},  {"big", INT64_C(9007199254740992), true},
		{"text", -1, false},   {"null", -1, false},
		{"absent", -1, false},
	};
	struct sift_limits limits = {0};
	struct sift_json_doc doc;
	struct sift_err err;

	ck_assert_int_eq(load(&doc, text, strlen(text), &limits, &err),
			 SIFT_OK);
	for (size_t i = 0; i < LENGTH(cases); i++) {
		ck_assert_int_eq(sift_json_doc_count(doc.root, cases[i].key),
				 cases[i].count);
		ck_assert_int_eq(
			!isnan(sift_json_doc_number(doc.root, cases[i].key)),
			cases[i].is_number);
	}
	ck_assert(sift_span_equal(
		sift_json_doc_text(json_object_get(doc.root, "text")),
		SIFT_SPAN("7")));
	ck_assert_uint_eq(
		sift_json_doc_text(json_object_get(doc.root, "n")).len, 0);
	ck_assert_uint_eq(sift_json_doc_text(NULL).len, 0);
	sift_json_doc_release(&doc);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("json_doc");
	TCase *tc = tcase_create("json_doc");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tc, documents_are_loaded, 0, LENGTH(good));
	tcase_add_loop_test(tc, broken_documents_have_a_place_and_show_no_text,
			    0, LENGTH(bad));
	tcase_add_test(tc, depth_is_limited);
	tcase_add_test(tc, size_is_limited);
	tcase_add_test(tc, numbers_and_counts_are_told_apart);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
