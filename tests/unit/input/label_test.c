/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <check.h>
#include <stdlib.h>

#include "base/text.h"
#include "input/label.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* clang-format off */
static const struct {
	struct sift_span raw;
	const char *label;
} labels[] = {
	{SIFT_SPAN_INIT(""), ""},
	{SIFT_SPAN_INIT("a b/c.csv"), "a b/c.csv"},
	{SIFT_SPAN_INIT("/a//b/"), "/a//b/"},
	{SIFT_SPAN_INIT("\xc3\xa9"), "\xc3\xa9"},
	{SIFT_SPAN_INIT("\xe9"), "\xc3\xa9"},
	{SIFT_SPAN_INIT("\x80"), "\xe2\x82\xac"},
	{SIFT_SPAN_INIT("\xc3\xa9/\xe9"), "\xc3\xa9/\xc3\xa9"},
	{SIFT_SPAN_INIT("a\0b"), "a\\x00b"},
	{SIFT_SPAN_INIT("a\nb\tc"), "a\\nb\\tc"},
	{SIFT_SPAN_INIT("\x7f"), "\\x7F"},
	{SIFT_SPAN_INIT("\xe2\x80\xae"), "\\u{202E}"},
};

static const struct {
	const char *raw;
	bool backslashes;
	const char *path;
	size_t hidden_len;
} members[] = {
	{"a/b.csv", false, "a/b.csv", 0},
	{"./a", false, "a", 0},
	{"./././a/.", false, "a", 0},
	{"/a", false, "a", 0},
	{"a/../../b", false, "a/b", 0},
	{"", false, "unnamed", 0},
	{"/", false, "unnamed", 0},
	{"../..", false, "unnamed", 0},
	{"a\\b", false, "a\\b", 0},
	{"a\\b", true, "a/b", 0},
	{"..\\..\\b", true, "b", 0},
	{"C:\\runs\\a", true, "C:/runs/a", 0},
	{".a", false, ".a", 2},
	{"a/.b/c", false, "a/.b", 4},
	{"__MACOSX/a", false, "__MACOSX", 8},
	{"a/__MACOSX/a", false, "a/__MACOSX", 10},
	{"__MACOSX2/a", false, "__MACOSX2/a", 0},
	{"...", false, "...", 3},
	{"a.b/c", false, "a.b/c", 0},
};
/* clang-format on */

START_TEST(labels_are_printable_utf8)
{
	struct sift_buf buf;

	sift_buf_init(&buf, 0);
	sift_label_add(&buf, labels[_i].raw);
	ck_assert_str_eq(buf.ptr ? buf.ptr : "", labels[_i].label);
	ck_assert(sift_utf8_valid(sift_buf_span(&buf)));
	sift_buf_release(&buf);
}
END_TEST

START_TEST(paths_of_members_lead_nowhere_else)
{
	struct sift_buf buf;
	size_t hidden_len;

	sift_buf_init(&buf, 0);
	sift_buf_add_str(&buf, "what was there before");
	sift_label_member(&buf, sift_span_str(members[_i].raw),
			  members[_i].backslashes);
	hidden_len = sift_label_hidden_len(sift_buf_span(&buf));
	ck_assert_uint_eq(hidden_len, members[_i].hidden_len);
	if (hidden_len)
		buf.ptr[hidden_len] = '\0';
	ck_assert_str_eq(buf.ptr, members[_i].path);
	sift_buf_release(&buf);
}
END_TEST

START_TEST(long_labels_are_cut)
{
	struct sift_buf raw;
	struct sift_buf label;

	sift_buf_init(&raw, 0);
	sift_buf_init(&label, 0);
	sift_buf_add_repeated(&raw, 'x', SIFT_LABEL_BYTES);
	sift_label_add(&label, sift_buf_span(&raw));
	ck_assert_str_eq(label.ptr, raw.ptr);
	sift_buf_add_byte(&raw, 'x');
	sift_buf_clear(&label);
	sift_label_add(&label, sift_buf_span(&raw));
	ck_assert_uint_eq(label.len, SIFT_LABEL_BYTES + 3);
	ck_assert(sift_span_ends(sift_buf_span(&label),
				 SIFT_SPAN("x\xe2\x80\xa6")));
	sift_buf_release(&raw);
	sift_buf_release(&label);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("label");
	TCase *tcase = tcase_create("label");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tcase, labels_are_printable_utf8, 0,
			    (int)COUNT(labels));
	tcase_add_loop_test(tcase, paths_of_members_lead_nowhere_else, 0,
			    (int)COUNT(members));
	tcase_add_test(tcase, long_labels_are_cut);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
