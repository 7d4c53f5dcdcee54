/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "base/clocale.h"

#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>

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

#define AS_PRINTF(...)                                                         \
 do {                                                                          \
  char want[64], got[64];                                                      \
  for (size_t size = 0; size < 32; size++) {                                   \
   memset(want, '#', sizeof(want));                                            \
   memset(got, '#', sizeof(got));                                              \
   ck_assert_int_eq(sift_snprintf(got, size, __VA_ARGS__),                     \
		    snprintf(want, size, __VA_ARGS__));                        \
   ck_assert_mem_eq(got, want, sizeof(want));                                  \
  }                                                                            \
 } while (0)

START_TEST(each_format_gives_what_printf_does)
{
	const char *volatile none = NULL; /* as glibc has it */

	AS_PRINTF("%s", "");
	AS_PRINTF("plain");
	AS_PRINTF("%s and %s.", "this", "that");
	AS_PRINTF("%s", none);
	AS_PRINTF("%d %d %d %d", 0, -1, INT_MAX, INT_MIN);
	AS_PRINTF("%u, %u", 0u, UINT_MAX);
	AS_PRINTF("%zu-%zu", (size_t)10, SIZE_MAX);
	AS_PRINTF("100 %% of %s", "it");
	/* with more than that, the first arguments are taken again */
	AS_PRINTF("%s %zu %u %d %5.1f%c", "a", (size_t)1, 2u, 3, 4.5, 'b');
	AS_PRINTF("%s %4s|%-4s|%.2s|%02u|%zd", "a", "b", "c", "def", 7u,
		  (ssize_t)-8);
	AS_PRINTF("%ld %lu %lld %x", -1L, 1UL, -2LL, 255u);
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
	tcase_add_test(tc, each_format_gives_what_printf_does);
	tcase_add_test(tc, errno_has_english_words);
	tcase_add_test(tc, the_process_locale_is_not_asked_and_not_changed);
}

int
main(void)
{
	return run_suite("clocale", fill);
}
