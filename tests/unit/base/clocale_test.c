/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "base/clocale.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "runner.h"

START_TEST(text_is_cut_and_its_length_told)
{
	char out[8];

	memset(out, '#', sizeof(out));
	ck_assert_int_eq(sift_snprintf(out, 4, "%s-%d", "abc", 12), 6);
	ck_assert_mem_eq(out, "abc\0####", 8);
	ck_assert_int_eq(sift_snprintf(out, 0, "%d", 12345), 5);
	ck_assert_int_eq(sift_snprintf(NULL, 0, "%d", 12345), 5);
	ck_assert_mem_eq(out, "abc\0####", 8);
}
END_TEST

START_TEST(errno_has_english_words)
{
	ck_assert_str_eq(sift_errno_text(ENOENT), "No such file or directory");
	ck_assert_ptr_nonnull(strstr(sift_errno_text(99999), "99999"));
}
END_TEST

START_TEST(the_process_locale_is_not_asked_and_not_changed)
{
	struct sift_buf buf = {0};
	struct sift_arena arena = {0};
	struct sift_err err = {0};
	char plain[16];

	if (!set_comma_locale())
		return;
	sift_buf_printf(&buf, "%.2f", 1.5);
	ck_assert_str_eq(buf.ptr, "1.50");
	ck_assert_str_eq(sift_arena_printf(&arena, "%.2f", 1.5), "1.50");
	sift_fail(&err, SIFT_E_IO, "%.2f", 1.5);
	ck_assert_str_eq(err.what, "1.50");
	ck_assert_double_eq(sift_strtod("1.5"), 1.5);
	ck_assert_str_eq(sift_errno_text(ENOENT), "No such file or directory");
	snprintf(plain, sizeof(plain), "%.2f", 1.5);
	ck_assert_str_eq(plain, "1,50");
	setlocale(LC_ALL, "C");
	sift_buf_release(&buf);
	sift_arena_release(&arena);
}
END_TEST

static void
fill(TCase *tc)
{
	tcase_add_test(tc, text_is_cut_and_its_length_told);
	tcase_add_test(tc, errno_has_english_words);
	tcase_add_test(tc, the_process_locale_is_not_asked_and_not_changed);
}

int
main(void)
{
	return run_suite("clocale", fill);
}
