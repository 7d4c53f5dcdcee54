/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "config/yaml.h"

#include <check.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"

static struct sift_yaml *
parsed(const char *text)
{
	struct sift_yaml *yaml = NULL;
	struct sift_err err = {0};

	if (sift_yaml_parse(&yaml, sift_span_str(text), "t.yaml", &err))
		ck_abort_msg("line %d: %s", (int)err.line, err.what);
	return yaml;
}

START_TEST(tree_has_kinds_and_lines)
{
	struct sift_yaml *yaml = parsed("# a comment\n"
					"rules:\n"
					"  p99: {warning: 300ms}\n"
					"words:\n"
					"  - health\n"
					"  - 'off'\n");
	const struct sift_yaml_node *root = sift_yaml_root(yaml);
	const struct sift_yaml_node *rules = sift_yaml_get(root, "rules");
	const struct sift_yaml_node *p99 = sift_yaml_get(rules, "p99");
	const struct sift_yaml_node *warning = sift_yaml_get(p99, "warning");
	const struct sift_yaml_node *words = sift_yaml_get(root, "words");

	ck_assert_int_eq(root->kind, SIFT_YAML_MAP);
	ck_assert_uint_eq(root->count, 2);
	ck_assert_str_eq(root->keys[1]->text, "words");
	ck_assert_uint_eq(root->keys[1]->line, 4);
	ck_assert_str_eq(warning->text, "300ms");
	ck_assert_uint_eq(warning->line, 3);
	ck_assert_uint_eq(warning->column, 18);
	ck_assert_int_eq(warning->quoted, 0);
	ck_assert_int_eq(words->kind, SIFT_YAML_LIST);
	ck_assert_uint_eq(words->count, 2);
	ck_assert_ptr_null(words->keys);
	ck_assert_uint_eq(words->items[1]->line, 6);
	ck_assert_int_eq(words->items[1]->quoted, 1);
	ck_assert_uint_eq(words->items[1]->len, 3);
	sift_yaml_free(yaml);
}
END_TEST

static const char *const empties[] = {"",      "\n\n", "# only words\n",
				      "---\n", "{}",   "\xef\xbb\xbf"};

START_TEST(nothing_is_an_empty_map)
{
	struct sift_yaml *yaml = parsed(empties[_i]);

	ck_assert_int_eq(sift_yaml_root(yaml)->kind, SIFT_YAML_MAP);
	ck_assert_uint_eq(sift_yaml_root(yaml)->count, 0);
	sift_yaml_free(yaml);
}
END_TEST

START_TEST(get_of_what_is_not_there_is_null)
{
	struct sift_yaml *yaml = parsed("a: [1]");
	const struct sift_yaml_node *root = sift_yaml_root(yaml);

	ck_assert_ptr_null(sift_yaml_get(root, "b"));
	ck_assert_ptr_null(sift_yaml_get(root, ""));
	ck_assert_ptr_null(sift_yaml_get(sift_yaml_get(root, "a"), "1"));
	ck_assert_ptr_null(sift_yaml_get(NULL, "a"));
	sift_yaml_free(yaml);
	sift_yaml_free(NULL);
}
END_TEST

static const struct {
	const char *text;
	unsigned line;
	const char *what;
} bad[] = {
	{"a: 1\nb: 2\na: 3\n", 3, "key \"a\" occurs twice (first in line 1)"},
	{"x: {k: 1,\n k: 2}", 2, "key \"k\" occurs twice (first in line 1)"},
	{"a: 1\n\"a\": 2", 2, "key \"a\" occurs twice (first in line 1)"},
	{"a: 1\n\n---\nb: 1", 3, "more than one document"},
	{"a: &x 1\nb: *x", 2, "aliases (*name) are not supported"},
	{"a: &x [*x]", 1, "aliases (*name) are not supported"},
	{"a: 1\n<<: *b", 2, "aliases (*name) are not supported"},
	{"? [1, 2]\n: b", 1, "a key must be plain text"},
	{"? {a: 1}\n: b", 1, "a key must be plain text"},
	{"a: !!int 5", 1, "tags are not supported"},
	{"a: !x [5]", 1, "tags are not supported"},
	{"a:\n  !x {b: 5}", 2, "tags are not supported"},
	{"a: \"x\\0y\"", 1, "text with a NUL in it"},
	{"a: [1, 2\nb: 3\n", 2, NULL},
	{"a: 1\n b: 2\n", 2, NULL},
	{"a:\n\t- 1\n", 2, NULL},
	{"a: 'open", 1, NULL},
	{"ok: 1\nb: \xff\n", 2, NULL},
	{"a: b: c", 1, NULL},
	{"]", 1, NULL},
	{"%YAML 9.9\n---\na: 1", 1, NULL},
};

START_TEST(bad_text_is_refused_with_its_line)
{
	struct sift_yaml *yaml = NULL;
	struct sift_err err = {0};

	ck_assert_int_eq(sift_yaml_parse(&yaml, sift_span_str(bad[_i].text),
					 "t.yaml", &err),
			 SIFT_E_USAGE);
	ck_assert_ptr_null(yaml);
	ck_assert_str_eq(err.where, "t.yaml");
	ck_assert_uint_eq(err.line, bad[_i].line);
	ck_assert_uint_gt(strlen(err.what), 0);
	if (bad[_i].what)
		ck_assert_str_eq(err.what, bad[_i].what);
}
END_TEST

static enum sift_status
parse_nested(size_t levels)
{
	struct sift_yaml *yaml = NULL;
	struct sift_buf buf;
	enum sift_status rc;

	sift_buf_init(&buf, 0);
	sift_buf_add_repeated(&buf, '[', levels);
	sift_buf_add_repeated(&buf, ']', levels);
	rc = sift_yaml_parse(&yaml, sift_buf_span(&buf), "t", NULL);
	sift_buf_release(&buf);
	sift_yaml_free(yaml);
	return rc;
}

START_TEST(sixty_four_levels_and_no_more)
{
	ck_assert_int_eq(parse_nested(64), SIFT_OK);
	ck_assert_int_eq(parse_nested(65), SIFT_E_USAGE);
	ck_assert_int_eq(parse_nested(5000), SIFT_E_USAGE);
}
END_TEST

static enum sift_status
parse_list(size_t items)
{
	struct sift_yaml *yaml = NULL;
	struct sift_buf buf;
	enum sift_status rc;
	size_t i;

	sift_buf_init(&buf, 0);
	for (i = 0; i < items; i++)
		sift_buf_add_str(&buf, "- x\n");
	rc = sift_yaml_parse(&yaml, sift_buf_span(&buf), "t", NULL);
	sift_buf_release(&buf);
	sift_yaml_free(yaml);
	return rc;
}

START_TEST(ten_thousand_items_and_no_more)
{
	ck_assert_int_eq(parse_list(10000), SIFT_OK);
	ck_assert_int_eq(parse_list(10001), SIFT_E_USAGE);
}
END_TEST

START_TEST(hostile_keys_are_printable_in_messages)
{
	struct sift_yaml *yaml = NULL;
	struct sift_err err = {0};

	ck_assert_int_eq(
		sift_yaml_parse(&yaml,
				SIFT_SPAN("\"\\e[31m\": 1\n\"\\e[31m\": 2"),
				"t.yaml", &err),
		SIFT_E_USAGE);
	ck_assert_ptr_null(strchr(err.what, 0x1b));
}
END_TEST

START_TEST(no_memory_is_told_and_leaks_nothing)
{
	static const char text[] = "a: {b: [1, 2, {c: d}], e: f}\ng: h\n";
	enum sift_status rc = SIFT_E_NOMEM;
	uint64_t n;

	for (n = 1; rc; n++) {
		struct sift_yaml *yaml = NULL;

		sift_mem_fail_at(n, 0);
		rc = sift_yaml_parse(&yaml, sift_span_str(text), "t", NULL);
		sift_mem_fail_at(0, 0);
		sift_yaml_free(yaml);
		ck_assert(rc == SIFT_OK || rc == SIFT_E_NOMEM);
		ck_assert_uint_lt(n, 1000);
	}
	ck_assert_uint_gt(n, 4);
}
END_TEST

#define COUNT_OF(a) ((int)(sizeof(a) / sizeof((a)[0])))

int
main(void)
{
	Suite *suite = suite_create("yaml");
	TCase *c = tcase_create("yaml");
	SRunner *runner;
	int failed;

	tcase_add_test(c, tree_has_kinds_and_lines);
	tcase_add_loop_test(c, nothing_is_an_empty_map, 0, COUNT_OF(empties));
	tcase_add_test(c, get_of_what_is_not_there_is_null);
	tcase_add_loop_test(c, bad_text_is_refused_with_its_line, 0,
			    COUNT_OF(bad));
	tcase_add_test(c, sixty_four_levels_and_no_more);
	tcase_add_test(c, ten_thousand_items_and_no_more);
	tcase_add_test(c, hostile_keys_are_printable_in_messages);
	tcase_add_test(c, no_memory_is_told_and_leaks_nothing);
	suite_add_tcase(suite, c);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
