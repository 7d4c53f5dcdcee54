/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "base/err.h"

#include <errno.h>
#include <string.h>

#include "base/span.h"
#include "base/text.h"
#include "runner.h"

START_TEST(each_status_has_its_words)
{
#define X(name, value, words)                                                  \
 ck_assert_int_eq(SIFT_##name, value);                                         \
 ck_assert_str_eq(sift_status_text(SIFT_##name), words);
	SIFT_STATUS_LIST(X)
#undef X
	ck_assert_str_eq(sift_status_text((enum sift_status) - 77),
			 "unknown status");
}
END_TEST

START_TEST(failing_returns_the_status_and_keeps_the_words)
{
	struct sift_err err = {0};

	ck_assert_int_eq(
		sift_fail(&err, SIFT_E_LIMIT, "more than %d of %s", 7, "them"),
		SIFT_E_LIMIT);
	ck_assert_int_eq(err.status, SIFT_E_LIMIT);
	ck_assert_str_eq(err.what, "more than 7 of them");
	ck_assert_uint_eq(err.line, 0);
	ck_assert_int_eq(err.offset, -1);
	ck_assert_str_eq(err.where, "");
}
END_TEST

START_TEST(the_first_failure_stays)
{
	struct sift_err err = {0};
	struct sift_err before;

	sift_fail_at(&err, SIFT_E_FORMAT, 3, 4, "first");
	before = err;
	ck_assert_int_eq(sift_fail(&err, SIFT_E_IO, "second"), SIFT_E_IO);
	ck_assert_int_eq(sift_fail_at(&err, SIFT_E_IO, 8, 9, "third"),
			 SIFT_E_IO);
	ck_assert_int_eq(sift_fail_errno(&err, SIFT_E_IO, ENOENT, "fourth"),
			 SIFT_E_IO);
	ck_assert_mem_eq(&err, &before, sizeof(err));
}
END_TEST

START_TEST(an_error_need_not_be_asked_for)
{
	ck_assert_int_eq(sift_fail(NULL, SIFT_E_IO, "x"), SIFT_E_IO);
	ck_assert_int_eq(sift_fail_at(NULL, SIFT_E_IO, 1, 1, "x"), SIFT_E_IO);
	ck_assert_int_eq(sift_fail_errno(NULL, SIFT_E_IO, 1, "x"), SIFT_E_IO);
	sift_err_where(NULL, "x");
	sift_err_clear(NULL);
}
END_TEST

START_TEST(the_text_of_errno_is_appended)
{
	struct sift_err err = {0};

	sift_fail_errno(&err, SIFT_E_IO, ENOENT, "cannot open \"%s\"", "a");
	ck_assert_str_eq(err.what,
			 "cannot open \"a\": No such file or directory");
}
END_TEST

START_TEST(the_first_place_stays)
{
	struct sift_err err = {0};

	sift_fail(&err, SIFT_E_IO, "x");
	sift_err_where(&err, NULL);
	sift_err_where(&err, "");
	sift_err_where(&err, "a.tar!b");
	sift_err_where(&err, "elsewhere");
	ck_assert_str_eq(err.where, "a.tar!b");
}
END_TEST

START_TEST(a_cleared_error_can_be_used_again)
{
	struct sift_err err = {0};

	sift_fail_at(&err, SIFT_E_IO, 1, 2, "x");
	sift_err_where(&err, "a");
	sift_err_clear(&err);
	ck_assert_int_eq(err.status, SIFT_OK);
	ck_assert_str_eq(err.where, "");
	sift_fail(&err, SIFT_E_NOMEM, "y");
	sift_err_where(&err, "b");
	ck_assert_int_eq(err.status, SIFT_E_NOMEM);
	ck_assert_str_eq(err.what, "y");
	ck_assert_str_eq(err.where, "b");
}
END_TEST

START_TEST(long_text_is_cut_between_characters)
{
	struct sift_err err = {0};
	char text[3001];

	for (size_t i = 0; i < 3000; i += 3)
		memcpy(text + i, "\xE2\x82\xAC", 3); /* € */
	text[3000] = '\0';
	for (int shift = 0; shift < 3; shift++) {
		sift_err_clear(&err);
		sift_fail(&err, SIFT_E_IO, "%.*s%s", shift, "xx", text);
		sift_err_where(&err, text);
		ck_assert(sift_utf8_valid(sift_span_str(err.what)));
		ck_assert_uint_gt(strlen(err.what), sizeof(err.what) - 4);
		ck_assert(sift_utf8_valid(sift_span_str(err.where)));
		ck_assert_uint_gt(strlen(err.where), sizeof(err.where) - 4);
	}
	sift_err_clear(&err);
	sift_fail_errno(&err, SIFT_E_IO, ENOENT, "%s", text);
	ck_assert(sift_utf8_valid(sift_span_str(err.what)));
}
END_TEST

static const struct {
	const char *where;
	uint64_t line;
	int64_t offset;
	const char *what, *text;
} places[] = {
	{"a.csv", 812, -1, "no number", "a.csv:812: no number"},
	{"a.csv", 812, 9, "no number", "a.csv:812: no number"},
	{"a.csv", 0, 17, "cut short", "a.csv: cut short (byte 17)"},
	{"a.csv", 0, 0, "cut short", "a.csv: cut short (byte 0)"},
	{"a.csv", 0, -1, "cut short", "a.csv: cut short"},
	{"", 812, -1, "no number", "line 812: no number"},
	{"", 0, 17, "cut short", "cut short (byte 17)"},
	{"", 0, -1, "cut short", "cut short"},
	{"", 0, -1, "", "input or output error"},
	{"a.csv", 0, -1, "", "a.csv: input or output error"},
};

START_TEST(the_place_is_told_as_far_as_it_is_known)
{
	struct sift_err err = {0};
	char out[1200];

	sift_fail_at(&err, SIFT_E_IO, places[_i].line, places[_i].offset, "%s",
		     places[_i].what);
	sift_err_where(&err, places[_i].where);
	ck_assert_ptr_eq(sift_err_format(&err, out, sizeof(out)), out);
	ck_assert_str_eq(out, places[_i].text);
}
END_TEST

START_TEST(no_error_is_called_success)
{
	struct sift_err err = {0};
	char out[100];

	ck_assert_str_eq(sift_err_format(&err, out, sizeof(out)), "success");
}
END_TEST

START_TEST(formatting_stays_within_any_size)
{
	struct sift_err err = {0};
	char whole[1200], out[64];

	sift_fail_at(&err, SIFT_E_IO, 0, 123, "a €uro is missing");
	sift_err_where(&err, "Straße.csv");
	sift_err_format(&err, whole, sizeof(whole));
	memset(out, '#', sizeof(out));
	sift_err_format(&err, out, 0);
	ck_assert_int_eq(out[0], '#');
	for (size_t size = 1; size < sizeof(out); size++) {
		size_t len;

		memset(out, '#', sizeof(out));
		sift_err_format(&err, out, size);
		ck_assert_int_eq(out[size], '#');
		len = strlen(out);
		ck_assert_uint_lt(len, size);
		ck_assert(sift_utf8_valid(sift_span_str(out)));
		/* Each part is cut by itself; the beginning is right. */
		ck_assert(len + 4 > size || len == strlen(whole));
	}
}
END_TEST

static void
fill(TCase *tc)
{
	tcase_add_test(tc, each_status_has_its_words);
	tcase_add_test(tc, failing_returns_the_status_and_keeps_the_words);
	tcase_add_test(tc, the_first_failure_stays);
	tcase_add_test(tc, an_error_need_not_be_asked_for);
	tcase_add_test(tc, the_text_of_errno_is_appended);
	tcase_add_test(tc, the_first_place_stays);
	tcase_add_test(tc, a_cleared_error_can_be_used_again);
	tcase_add_test(tc, long_text_is_cut_between_characters);
	tcase_add_loop_test(tc, the_place_is_told_as_far_as_it_is_known, 0,
			    COUNT(places));
	tcase_add_test(tc, no_error_is_called_success);
	tcase_add_test(tc, formatting_stays_within_any_size);
}

int
main(void)
{
	return run_suite("err", fill);
}
