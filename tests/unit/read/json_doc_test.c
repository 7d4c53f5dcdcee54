/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <check.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "base/text.h"
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

static void dump_value(struct sift_buf *out, const struct sift_json *value);

static void
dump_values(struct sift_buf *out, const struct sift_json *first, bool keys)
{
	for (const struct sift_json *v = first; v; v = v->next) {
		if (v != first)
			sift_buf_add_byte(out, ',');
		if (keys)
			sift_buf_printf(out, "\"%.*s\":", (int)v->key.len,
					v->key.len ? v->key.ptr : "");
		dump_value(out, v);
	}
}

/* In the compact form, but for escapes. */
static void
dump_value(struct sift_buf *out, const struct sift_json *value)
{
	static const char *const words[] = {"null", "false", "true"};

	if (value->kind == SIFT_JSON_NUMBER) {
		sift_buf_printf(out, "%.17g", value->number);
	} else if (value->kind == SIFT_JSON_STRING) {
		sift_buf_printf(out, "\"%.*s\"", (int)value->text.len,
				value->text.len ? value->text.ptr : "");
	} else if (value->kind == SIFT_JSON_ARRAY) {
		sift_buf_add_byte(out, '[');
		dump_values(out, value->first, false);
		sift_buf_add_byte(out, ']');
	} else if (value->kind == SIFT_JSON_OBJECT) {
		sift_buf_add_byte(out, '{');
		dump_values(out, value->first, true);
		sift_buf_add_byte(out, '}');
	} else {
		sift_buf_add_str(out, words[value->kind]);
	}
}

/* text of a document, its compact form, what was nulled */
static const struct {
	const char *text;
	const char *dump;
	unsigned nulled;
} good[] = {
	{"{}", "{}", 0},
	{"\xEF\xBB\xBF {\"a\":\r\n1}\r\n", "{\"a\":1}", 0},
	{"{\"a\":123456789012345678901234567890}",
	 "{\"a\":1.2345678901234568e+29}", 0},
	{"{\"a\":NaN,\"b\":[-Infinity,Infinity,+Inf,nan]}",
	 "{\"a\":null,\"b\":[null,null,null,null]}", 5},
	{"{\"a\":1e400,\"b\":-1e+999,\"c\":1e-999}",
	 "{\"a\":null,\"b\":null,\"c\":0}", 2},
	{"{\"NaN\":\"NaN, Infinity\"}", "{\"NaN\":\"NaN, Infinity\"}", 0},
	{"{\"a\":\"\\\"NaN\"}", "{\"a\":\"\"NaN\"}", 0},
	{"{\"a\\\\\":NaN}", "{\"a\\\":null}", 1},
	{"{\"a\":true,\"b\":false,\"c\":null}",
	 "{\"a\":true,\"b\":false,\"c\":null}", 0},
	{"{\"a\":1,\"a\":2}", "{\"a\":2}", 0},
	{"{\"a\":1,\"b\":2,\"a\":[3],\"b\":{\"c\":4},\"d\":5,\"a\":6}",
	 "{\"a\":6,\"b\":{\"c\":4},\"d\":5}", 0},
	{"{\"a\":0,\"b\":1,\"c\":2,\"d\":3,\"e\":4,\"f\":5,\"g\":6,\"h\":7,"
	 "\"i\":8,\"\\u0061\":9,\"\":10,\"i\":11,\"b\":12,\"\":13}",
	 "{\"a\":9,\"b\":12,\"c\":2,\"d\":3,\"e\":4,\"f\":5,\"g\":6,\"h\":7,"
	 "\"i\":11,\"\":13}",
	 0},
	/* escapes and bytes that would cost the whole document */
	{"{\"a\":\"\\u0000\"}", "{\"a\":\"\xEF\xBF\xBD\"}", 0},
	{"{\"\\u0000\":1}", "{\"\xEF\xBF\xBD\":1}", 0},
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
	struct sift_buf dump = {0};
	struct sift_err err;

	ck_assert_msg(load(&doc, good[_i].text, strlen(good[_i].text), &limits,
			   &err) == SIFT_OK,
		      "%s: %s", good[_i].text, err.what);
	dump_value(&dump, doc.root);
	ck_assert_str_eq(dump.ptr, good[_i].dump);
	ck_assert_uint_eq(doc.nulled, good[_i].nulled);
	sift_buf_release(&dump);
	sift_json_doc_release(&doc);
}
END_TEST

/* A text that breaks off, what there is of it, what it says of that. */
static const struct {
	const char *text;
	const char *dump;
	const char *cut; /* NULL = nothing */
} cut[] = {
	{"{\"m\":{\"a\":{\"v\":1}}}", "{\"m\":{\"a\":{\"v\":1}}}", NULL},
	{"{\"m\":{\"a\":{\"v\":1}}", "{\"m\":{\"a\":{\"v\":1}}}", "breaks off"},
	{"{\"m\":{\"a\":{\"v\":1}, \"b\":{\"v\":2,\"w\":{\"x\":3}",
	 "{\"m\":{\"a\":{\"v\":1}}}", "breaks off"},
	{"{\"m\":{\"a\":{\"v\":1},\"b\":{\"v\":[1,2,3",
	 "{\"m\":{\"a\":{\"v\":1}}}", "breaks off"},
	{"{\"m\":{\"a\":{\"v\":1}},\"g\":{\"c\":[{\"n\":\"x\"},{\"n\":\"y",
	 "{\"m\":{\"a\":{\"v\":1}},\"g\":{\"c\":[{\"n\":\"x\"}]}}",
	 "breaks off"},
	/* there may have been more of it */
	{"{\"m\":{\"a\":12", "{\"m\":{}}", "breaks off"},
	{"{\"m\":{\"a\":tru", "{\"m\":{}}", "not valid"},
	{"{\"m\":{\"a\":\"x\"", "{\"m\":{\"a\":\"x\"}}", "breaks off"},
	{"{\"m\":{\"a\":\"x", "{\"m\":{}}", "breaks off"},
	{"{\"m\":{\"a\":[", "{\"m\":{\"a\":[]}}", "breaks off"},
	{"{\"m\":{\"a\":1,\"a\":2,", "{\"m\":{\"a\":2}}", "breaks off"},
	{"{\"m\":{\"a\"", "{\"m\":{}}", "breaks off"},
	{"{", "{}", "breaks off"},
	/* no end, but an error */
	{"{\"m\":{\"a\":}", NULL, "not valid"},
	{"{\"m\":1}}", NULL, "text behind"},
	{"[1,2", NULL, "not a JSON object"},
	{"", NULL, "breaks off"},
};

START_TEST(what_is_complete_before_the_end_is_kept)
{
	struct sift_limits limits = {0};
	struct sift_json_doc doc;
	struct sift_buf dump = {0};
	struct sift_err err = {0};
	enum sift_status rc = sift_json_doc_parse_cut(
		&doc, sift_span_str(cut[_i].text), &limits, 2, &err);

	if (!cut[_i].dump) {
		ck_assert_int_eq(rc, SIFT_E_FORMAT);
		ck_assert_msg(strstr(err.what, cut[_i].cut) != NULL, "%s",
			      err.what);
		return;
	}
	ck_assert_int_eq(rc, SIFT_OK);
	dump_value(&dump, doc.root);
	ck_assert_str_eq(dump.ptr, cut[_i].dump);
	rc = sift_json_doc_end(&doc, SIFT_OK, &err);
	ck_assert_int_eq(rc, cut[_i].cut ? SIFT_E_FORMAT : SIFT_OK);
	ck_assert_msg(!cut[_i].cut || strstr(err.what, cut[_i].cut) != NULL,
		      "%s", err.what);
	ck_assert(!cut[_i].cut || err.line == 1);
	/* what is worse wins */
	ck_assert_int_eq(sift_json_doc_end(&doc, SIFT_E_NOMEM, &err),
			 SIFT_E_NOMEM);
	sift_buf_release(&dump);
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
	{"\xEF\xBB\xBF{\n\"a\" 1}", "not valid JSON", 2, 9},
	{"{\"a\": 1}}", "text behind the document", 1, 8},
	{"{\"a\": 1} {}", "text behind the document", 1, 9},
	{"{\"a\": secret}", "not valid JSON", 1, 6},
	{"{'a': 1}", "not valid JSON", 1, 1},
	{"{\"a\": NaN, \"b\": NaN, x}", "not valid JSON", 1, 21},
	{"{\"a\": 01}", "not valid JSON", 1, 6},
	{"{\"a\": 1.}", "not valid JSON", 1, 6},
	{"{\"a\": .1}", "not valid JSON", 1, 6},
	{"{\"a\": +1}", "not valid JSON", 1, 6},
	{"{\"a\": -}", "not valid JSON", 1, 6},
	{"{\"a\": 1e}", "not valid JSON", 1, 6},
	{"{\"a\": 1e+}", "not valid JSON", 1, 6},
	{"{\"a\": nul}", "not valid JSON", 1, 6},
	{"{\"a\": truee}", "not valid JSON", 1, 6},
	{"{\"a\": 1,}", "not valid JSON", 1, 8},
	{"{\"a\":\n[1,]}", "not valid JSON", 2, 9},
	{"{\"a\": [1 2]}", "not valid JSON", 1, 9},
	{"{\"a\": [1}}", "not valid JSON", 1, 8},
	{"{\"a\": {1]}", "not valid JSON", 1, 7},
	{"{\"a\": \"\\x\"}", "not valid JSON", 1, 6},
	{"{\"a\": \"\\ug000\"}", "not valid JSON", 1, 6},
	{"{\"a\": \"b\nc\"}", "not valid JSON", 1, 8},
	{"{\"a\": \"\\", "the document breaks off", 1, 8},
	{"{\"a\": \"\\u00", "the document breaks off", 1, 11},
	{"\xFF{}", "not valid JSON", 1, 0},
	{"[]", "not a JSON object", 0, -1},
	{"\"a\"", "not a JSON object", 0, -1},
	{"7", "not a JSON object", 0, -1},
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

/* ---- against Jansson ---- */

static void
assert_text(const char *what, struct sift_span text, const char *theirs,
	    size_t len)
{
	ck_assert_msg(sift_span_equal(text, sift_span_of(theirs, len)), "%s",
		      what);
}

static void
assert_same(const char *what, const struct sift_json *ours, json_t *theirs)
{
	static const enum sift_json_kind kinds[] = {
		[JSON_OBJECT] = SIFT_JSON_OBJECT,
		[JSON_ARRAY] = SIFT_JSON_ARRAY,
		[JSON_STRING] = SIFT_JSON_STRING,
		[JSON_REAL] = SIFT_JSON_NUMBER,
		[JSON_TRUE] = SIFT_JSON_TRUE,
		[JSON_FALSE] = SIFT_JSON_FALSE,
		[JSON_NULL] = SIFT_JSON_NULL,
	};
	const struct sift_json *value = sift_json_members(ours);
	const char *key;
	json_t *their;
	size_t i;

	ck_assert_msg(ours->kind == kinds[json_typeof(theirs)], "%s", what);
	if (json_is_number(theirs))
		ck_assert_msg(ours->number == json_number_value(theirs), "%s",
			      what);
	if (json_is_string(theirs))
		assert_text(what, ours->text, json_string_value(theirs),
			    json_string_length(theirs));
	json_object_foreach(theirs, key, their)
	{
		ck_assert_msg(value != NULL, "%s", what);
		assert_text(what, value->key, key, strlen(key));
		assert_same(what, value, their);
		value = value->next;
	}
	ck_assert_msg(!value, "%s", what);
	value = sift_json_elements(ours);
	json_array_foreach(theirs, i, their)
	{
		ck_assert_msg(value != NULL, "%s", what);
		assert_same(what, value, their);
		value = value->next;
	}
	ck_assert_msg(!value, "%s", what);
}

/* Is there something in it that we forgive? */
static bool
is_forgiven(struct sift_span text, const struct sift_json_doc *doc)
{
	return doc->nulled || !sift_utf8_valid(text) ||
	       sift_span_find(text, SIFT_SPAN("\\u")) < text.len ||
	       sift_span_starts(text, SIFT_SPAN("\xEF\xBB\xBF"));
}

/* In memory of exactly its length, for the sanitizers. */
static void
compare(struct sift_span text)
{
	struct sift_limits limits = {0};
	struct sift_json_doc doc;
	char *copy = malloc(text.len + 1);
	char *own = malloc(text.len ? text.len : 1);
	struct sift_err err = {0};
	json_error_t error;
	json_t *theirs;
	bool is_good;

	ck_assert(copy && own);
	memcpy(own, text.ptr, text.len);
	memcpy(copy, text.ptr, text.len);
	copy[text.len] = '\0';
	/* NUL confuses Jansson 2.14 behind a number */
	theirs = memchr(own, '\0', text.len)
			 ? NULL
			 : json_loadb(own, text.len, JSON_DECODE_INT_AS_REAL,
				      &error);
	is_good = sift_json_doc_parse(&doc, sift_span_of(own, text.len),
				      &limits, &err) == SIFT_OK;
	if (is_good && theirs)
		assert_same(copy, doc.root, theirs);
	else if (is_good)
		ck_assert_msg(is_forgiven(text, &doc), "%s", copy);
	else
		ck_assert_msg(!json_is_object(theirs), "%s: %s", copy,
			      err.what);
	if (is_good)
		sift_json_doc_release(&doc);
	json_decref(theirs);
	free(own);
	free(copy);
}

static const char *const seeds[] = {
	"{\"metrics\":{\"http_req_duration{name:a \\\"b\\\"}\":{\"type\": "
	"\"trend\",\n\t\"values\":{\"p(95)\":12.249072,\"avg\":-0.5e-3,\"max\":"
	"1E5}}},\"root_group\":{\"groups\":[],\"checks\":[{\"name\":\"\\u00e9"
	"\\ud83d\\ude80\",\"passes\":3},true,false,null,[[]],{}]}}",
	"{\"a\":1,\"b\":2,\"c\":3,\"d\":4,\"e\":5,\"f\":6,\"g\":7,\"h\":8,"
	"\"i\":9,\"j\":10,\"k\":11,\"a\":12,\"c\":{\"c\":13,\"c\":14}}",
	" { \"\\/\\b\\f\\n\\r\\t\\\\\" : [ 1e308, 1e-400, 0, -0, 0.1, 123456789"
	"01234567890, 2.2250738585072011e-308, 1.7976931348623159e308 ] } ",
	"{\"\xC3\xA9\xF0\x9F\x9A\x80\":\"\x7F\xE2\x82\xAC\",\"NaN\":\"x\"}",
};

START_TEST(what_jansson_reads_is_read_alike)
{
	struct sift_span text = sift_span_str(seeds[_i]);

	compare(text);
	for (size_t len = 0; len < text.len; len++)
		compare(sift_span_head(text, len));
}
END_TEST

START_TEST(hostile_documents_are_read_as_by_jansson)
{
	static const char bytes[] =
		"\"\\{}[],: \n\t/019.-+eEuNaItfn\x01\x1F\x80"
		"\xC3\xED";
	struct sift_span text = sift_span_str(seeds[_i]);
	char *mutant = malloc(text.len + 1);

	ck_assert_ptr_nonnull(mutant);
	for (size_t at = 0; at < text.len; at++) {
		for (size_t i = 0; i < sizeof(bytes); i++) {
			/* in its place, before it */
			memcpy(mutant, text.ptr, text.len);
			mutant[at] = bytes[i];
			compare(sift_span_of(mutant, text.len));
			memmove(mutant + at + 1, text.ptr + at, text.len - at);
			compare(sift_span_of(mutant, text.len + 1));
		}
		memcpy(mutant, text.ptr, at);
		memcpy(mutant + at, text.ptr + at + 1, text.len - at - 1);
		compare(sift_span_of(mutant, text.len - 1));
	}
	free(mutant);
}
END_TEST

/* ---- heads ---- */

/* head, what can be told of it */
static const struct {
	const char *head;
	const char *dump;
} heads[] = {
	{"", NULL},
	{" ", NULL},
	{"x", NULL},
	{"[{\"a\":1}]", NULL},
	{"{", "{}"},
	{"{\"a", "{}"},
	{"{\"a\"", "{}"},
	{"{\"a\":", "{\"a\":null}"},
	{"{\"a\":\"cut", "{\"a\":null}"},
	{"{\"a\":\"\\", "{\"a\":null}"},
	{"{\"a\":12", "{\"a\":0}"},
	{"{\"a\":tru", "{\"a\":0}"},
	{"{\"a\":[1,{\"b\":true,\"c\":[",
	 "{\"a\":[0,{\"b\":true,\"c\":[null]}]}"},
	{"{\"a\":\"\\x\n\xFF\",\"b\":{}}", "{\"a\":\"\\x\n\xFF\",\"b\":{}}"},
	{"{\"a\":1e999}", "{\"a\":0}"},
	{"{\"a\":{\"b\":1,\"b\":\"x\"", "{\"a\":{\"b\":\"x\"}}"},
	{"{\"a\":true,'b'}", "{\"a\":true}"},
	{"{\"a\":true} {\"b\":true}", "{\"a\":true}"},
	{"\xEF\xBB\xBF {\"a\":null}", "{\"a\":null}"},
};

START_TEST(heads_tell_what_is_there)
{
	struct sift_json_doc doc;
	struct sift_buf dump = {0};
	struct sift_err err = {0};

	ck_assert_int_eq(
		sift_json_doc_head(&doc, sift_span_str(heads[_i].head), &err),
		SIFT_OK);
	ck_assert_str_eq(err.what, "");
	ck_assert_int_eq(doc.root != NULL, heads[_i].dump != NULL);
	if (doc.root) {
		dump_value(&dump, doc.root);
		ck_assert_str_eq(dump.ptr, heads[_i].dump);
	}
	sift_buf_release(&dump);
	sift_json_doc_release(&doc);
}
END_TEST

/* ---- limits ---- */

START_TEST(lack_of_memory_is_told)
{
	static const char text[] =
		"{\"\\n\":1,\"b\":2,\"c\":3,\"d\":4,\"e\":5,\"f\":6,\"g\":7,"
		"\"h\":8,\"i\":9,\"j\":10,\"k\":[[],[],[],[],[],[],[]]}";
	struct sift_limits limits = {0};
	enum sift_status rc = SIFT_E_NOMEM;
	struct sift_json_doc doc;
	uint64_t n;

	for (n = 1; rc == SIFT_E_NOMEM; n++) {
		struct sift_err err = {0};

		sift_mem_fail_at(n, 0);
		rc = sift_json_doc_parse(&doc, SIFT_SPAN(text), &limits, &err);
		sift_mem_fail_at(0, 0);
	}
	ck_assert_int_eq(rc, SIFT_OK);
	ck_assert_uint_gt(n, 4);
	sift_json_doc_release(&doc);
	rc = SIFT_E_NOMEM;
	for (n = 1; rc == SIFT_E_NOMEM; n++) {
		struct sift_err err = {0};

		sift_mem_fail_at(n, 0);
		rc = sift_json_doc_head(&doc, SIFT_SPAN(text), &err);
		sift_mem_fail_at(0, 0);
		sift_json_doc_release(&doc);
	}
	ck_assert_int_eq(rc, SIFT_OK);
	ck_assert_uint_gt(n, 3);
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
		ck_assert_int_eq(sift_json_get_count(doc.root, cases[i].key),
				 cases[i].count);
		ck_assert_int_eq(
			!isnan(sift_json_get_number(doc.root, cases[i].key)),
			cases[i].is_number);
	}
	ck_assert(
		sift_span_equal(sift_json_text(sift_json_get(doc.root, "text")),
				SIFT_SPAN("7")));
	ck_assert_uint_eq(sift_json_text(sift_json_get(doc.root, "n")).len, 0);
	ck_assert_uint_eq(sift_json_text(NULL).len, 0);
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

	tcase_set_timeout(tc, 60); /* sanitizers make it slow */
	tcase_add_loop_test(tc, documents_are_loaded, 0, LENGTH(good));
	tcase_add_loop_test(tc, broken_documents_have_a_place_and_show_no_text,
			    0, LENGTH(bad));
	tcase_add_loop_test(tc, what_is_complete_before_the_end_is_kept, 0,
			    LENGTH(cut));
	tcase_add_loop_test(tc, what_jansson_reads_is_read_alike, 0,
			    LENGTH(seeds));
	tcase_add_loop_test(tc, hostile_documents_are_read_as_by_jansson, 0,
			    LENGTH(seeds));
	tcase_add_loop_test(tc, heads_tell_what_is_there, 0, LENGTH(heads));
	tcase_add_test(tc, lack_of_memory_is_told);
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
