/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "read/ndjson.h"

/* Consume one value of any kind; the words of the error, or NULL. */
static const char *
error_of(const char *text, uint64_t depth)
{
	struct sift_ndjson t;
	struct sift_ndjson_value value;

	sift_ndjson_init(&t, sift_span_str(text), depth);
	sift_ndjson_value(&t, &value);
	sift_ndjson_end(&t);
	return t.error;
}

static const char *const good[] = {
	"1",
	" -1.5e+06 ",
	"+Inf",
	"null",
	"\"\"",
	"\"a\\\"b\"",
	"\"a\\\\\"",
	"{}",
	"[]",
	" { } ",
	"[1,\"a\",{},[],null]",
	"{\"a\":1,\"b\" : [ 2 , 3 ] ,\"c\":{\"d\":\"}\"}}",
	"\r\n{\t\"a\":1}\r\n",
};

START_TEST(good_json_is_consumed)
{
	const char *error = error_of(good[_i], 0);

	ck_assert_msg(!error, "%s: %s", good[_i], error);
}
END_TEST

static const char *const bad[] = {
	"",
	" ",
	"\"",
	"\"a",
	"\"a\\\"",
	"{",
	"[",
	"}",
	"]",
	"{]",
	"[}",
	"[1,]",
	"[,1]",
	"[1 2]",
	"{\"a\"}",
	"{\"a\":}",
	"{\"a\" 1}",
	"{\"a\":1,}",
	"{,\"a\":1}",
	"{a:1}",
	"{1:1}",
	"{\"a\":1 \"b\":2}",
	"{\"a\":1}}",
	"{\"a\":1} x",
	"{\"a\":[1}",
	"[{\"a\":1]",
	"1 2",
	"#",
	"'a'",
	"[\"a\":1]",
	"{\"a\":{\"b\":1}",
};

START_TEST(bad_json_is_refused)
{
	ck_assert_msg(error_of(bad[_i], 0) != NULL, "%s", bad[_i]);
}
END_TEST

START_TEST(a_nul_byte_is_no_end)
{
	struct sift_ndjson t;
	struct sift_ndjson_value value;

	sift_ndjson_init(&t, sift_span_of("{}\0{}", 5), 0);
	ck_assert(sift_ndjson_value(&t, &value));
	ck_assert(!sift_ndjson_end(&t));
}
END_TEST

START_TEST(depth_has_a_limit)
{
	char text[2 * 100 + 1];
	static const struct {
		size_t depth;
		uint64_t limit;
		bool good;
	} cases[] = {
		{1, 1, true},	 {2, 1, false},	 {64, 0, true}, {65, 0, false},
		{65, 90, false}, {64, 90, true}, {5, 5, true},	{6, 5, false},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		size_t n = cases[i].depth;

		memset(text, '[', n);
		memset(text + n, ']', n);
		text[2 * n] = '\0';
		ck_assert_int_eq(!error_of(text, cases[i].limit),
				 cases[i].good);
	}
}
END_TEST

START_TEST(members_come_in_their_order)
{
	struct sift_ndjson t;
	struct sift_ndjson_value value;
	struct sift_span key;
	char seen[200] = "";

	sift_ndjson_init(&t,
			 SIFT_SPAN("{\"a\":\"x\\\"y\", \"b\":[1,{}],"
				   "\"\":-Inf,\"d\":{\"e\":2}}"),
			 0);
	ck_assert(sift_ndjson_open(&t, '{'));
	while (sift_ndjson_member(&t, &key)) {
		size_t n = strlen(seen);

		ck_assert(sift_ndjson_value(&t, &value));
		snprintf(seen + n, sizeof(seen) - n, "%.*s=%d:%.*s;",
			 (int)key.len, key.ptr, (int)value.kind,
			 (int)value.raw.len, value.raw.ptr);
	}
	ck_assert(sift_ndjson_end(&t));
	ck_assert_str_eq(seen, "a=0:x\\\"y;b=3:[1,{}];=1:-Inf;d=2:{\"e\":2};");
}
END_TEST

START_TEST(an_inner_object_can_be_stepped_into)
{
	struct sift_ndjson t;
	struct sift_ndjson_value value;
	struct sift_span key;
	unsigned count = 0;

	sift_ndjson_init(&t, SIFT_SPAN("{\"a\":{},\"b\":[{\"c\":1},2]}"), 0);
	ck_assert(sift_ndjson_open(&t, '{'));
	ck_assert(sift_ndjson_member(&t, &key));
	ck_assert(sift_ndjson_open(&t, '{'));
	ck_assert(!sift_ndjson_member(&t, &key));
	ck_assert(sift_ndjson_member(&t, &key));
	ck_assert(sift_span_equal(key, SIFT_SPAN("b")));
	ck_assert(sift_ndjson_open(&t, '['));
	for (; sift_ndjson_element(&t); count++)
		ck_assert(sift_ndjson_value(&t, &value));
	ck_assert_uint_eq(count, 2);
	ck_assert(!sift_ndjson_member(&t, &key));
	ck_assert(sift_ndjson_end(&t));
}
END_TEST

START_TEST(errors_stick_and_have_a_place)
{
	struct sift_ndjson t;
	struct sift_ndjson_value value;
	struct sift_span key;

	sift_ndjson_init(&t, SIFT_SPAN("{\"a\":1 \"b\":2}"), 0);
	ck_assert(sift_ndjson_open(&t, '{'));
	ck_assert(sift_ndjson_member(&t, &key));
	ck_assert(sift_ndjson_value(&t, &value));
	ck_assert(!sift_ndjson_member(&t, &key));
	ck_assert_str_eq(t.error, "a comma is missing");
	ck_assert_uint_eq(sift_ndjson_offset(&t), 7);
	ck_assert(!sift_ndjson_value(&t, &value));
	ck_assert(!sift_ndjson_open(&t, '{'));
	ck_assert(!sift_ndjson_element(&t));
	ck_assert(!sift_ndjson_end(&t));
	ck_assert_str_eq(t.error, "a comma is missing");
}
END_TEST

START_TEST(what_is_not_there_cannot_be_opened)
{
	struct sift_ndjson t;

	sift_ndjson_init(&t, SIFT_SPAN("[]"), 0);
	ck_assert(!sift_ndjson_open(&t, '{'));
	sift_ndjson_init(&t, SIFT_SPAN(""), 0);
	ck_assert(!sift_ndjson_open(&t, '{'));
	sift_ndjson_init(&t, sift_span_of(NULL, 0), 0);
	ck_assert(!sift_ndjson_open(&t, '['));
}
END_TEST

static const struct {
	struct sift_span raw;
	const char *text; /* NULL = refused */
} strings[] = {
#define S(text) SIFT_SPAN_INIT(text)
	{S(""), ""},
	{S("plain"), "plain"},
	{S("a\\\"b\\\\c\\/d"), "a\"b\\c/d"},
	{S("\\b\\f\\n\\r\\t"), "\b\f\n\r\t"},
	{S("\\u003chtml\\u003E"), "<html>"},
	{S("caf\\u00e9"), "caf\xC3\xA9"},
	{S("\\u2028"), "\xE2\x80\xA8"},
	{S("\\ud83d\\ude80"), "\xF0\x9F\x9A\x80"},
	{S("\xF0\x9F\x9A\x80"), "\xF0\x9F\x9A\x80"},
	{S("\\ufffd"), "\xEF\xBF\xBD"},
	/* halves of pairs, alone or followed by something else */
	{S("\\ud83d"), "\xEF\xBF\xBD"},
	{S("\\ud83dx"), "\xEF\xBF\xBDx"},
	{S("\\ude80\\ud83d"), "\xEF\xBF\xBD\xEF\xBF\xBD"},
	{S("\\ud83d\\u0041"), "\xEF\xBF\xBD"
			      "A"},
	{S("\\ud83d\\n"), "\xEF\xBF\xBD\n"},
	{S("\\u0000"), "\xEF\xBF\xBD"},
	{S("a\0b"), "a\xEF\xBF\xBD"
		    "b"},
	{S("a\xFF"), "a\xEF\xBF\xBD"},
	{S("\\"), NULL},
	{S("a\\"), NULL},
	{S("\\x41"), NULL},
	{S("\\q"), NULL},
	{S("\\u"), NULL},
	{S("\\u12"), NULL},
	{S("\\u12g4"), NULL},
	{S("\\U0041"), NULL},
	{S("\\ud83d\\u12"), NULL},
	{S("\\u 041"), NULL},
	{S("\\u+041"), NULL},
#undef S
};

START_TEST(strings_are_unescaped)
{
	struct sift_buf buf;
	bool done;

	sift_buf_init(&buf, 0);
	done = sift_ndjson_unescape(strings[_i].raw, &buf);
	ck_assert_int_eq(done, strings[_i].text != NULL);
	if (done)
		ck_assert_str_eq(buf.ptr ? buf.ptr : "", strings[_i].text);
	sift_buf_release(&buf);
}
END_TEST

START_TEST(text_without_escapes_is_not_copied)
{
	static const struct sift_span raw = SIFT_SPAN_INIT("caf\xC3\xA9");
	uint64_t before = sift_mem_calls();
	struct sift_buf buf;
	struct sift_span text;

	sift_buf_init(&buf, 0);
	ck_assert_int_eq(sift_ndjson_text(raw, &buf, &text, NULL), SIFT_OK);
	ck_assert_ptr_eq(text.ptr, raw.ptr);
	ck_assert_uint_eq(sift_mem_calls(), before);
	ck_assert_int_eq(sift_ndjson_text(SIFT_SPAN("\\t"), &buf, &text, NULL),
			 SIFT_OK);
	ck_assert(sift_span_equal(text, SIFT_SPAN("\t")));
	ck_assert_int_eq(sift_ndjson_text(SIFT_SPAN("\\x"), &buf, &text, NULL),
			 SIFT_END);
	sift_buf_release(&buf);
}
END_TEST

static Suite *
ndjson_suite(void)
{
	Suite *suite = suite_create("ndjson");
	TCase *tc = tcase_create("ndjson");

	tcase_add_loop_test(tc, good_json_is_consumed, 0,
			    sizeof(good) / sizeof(good[0]));
	tcase_add_loop_test(tc, bad_json_is_refused, 0,
			    sizeof(bad) / sizeof(bad[0]));
	tcase_add_test(tc, a_nul_byte_is_no_end);
	tcase_add_test(tc, depth_has_a_limit);
	tcase_add_test(tc, members_come_in_their_order);
	tcase_add_test(tc, an_inner_object_can_be_stepped_into);
	tcase_add_test(tc, errors_stick_and_have_a_place);
	tcase_add_test(tc, what_is_not_there_cannot_be_opened);
	tcase_add_loop_test(tc, strings_are_unescaped, 0,
			    sizeof(strings) / sizeof(strings[0]));
	tcase_add_test(tc, text_without_escapes_is_not_copied);
	suite_add_tcase(suite, tc);
	return suite;
}

int
main(void)
{
	SRunner *runner = srunner_create(ndjson_suite());
	int failed;

	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
