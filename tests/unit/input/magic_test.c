/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "input/magic.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* clang-format off */
static const struct {
	struct sift_span head;
	bool whole;
	enum sift_magic magic;
} cases[] = {
	{SIFT_SPAN_INIT("\x1f\x8b\x08"), false, SIFT_MAGIC_GZIP},
	{SIFT_SPAN_INIT("\x1f\x8b"), true, SIFT_MAGIC_GZIP},
	{SIFT_SPAN_INIT("\x1f\x8b\x09"), false, SIFT_MAGIC_GZIP},
	{SIFT_SPAN_INIT("\xfd" "7zXZ\0\0"), false, SIFT_MAGIC_XZ},
	{SIFT_SPAN_INIT("\xfd" "7zX"), true, SIFT_MAGIC_XZ},
	{SIFT_SPAN_INIT("\x28\xb5\x2f\xfd\x24"), false, SIFT_MAGIC_ZSTD},
	{SIFT_SPAN_INIT("\x28\xb5"), true, SIFT_MAGIC_ZSTD},
	{SIFT_SPAN_INIT("\x50\x2a\x4d\x18"), false, SIFT_MAGIC_ZSTD},
	{SIFT_SPAN_INIT("\x5f\x2a\x4d\x18"), false, SIFT_MAGIC_ZSTD},
	{SIFT_SPAN_INIT("BZh91AY&SY"), false, SIFT_MAGIC_BZIP2},
	{SIFT_SPAN_INIT("BZh1\x17\x72\x45\x38\x50\x90"), false,
	 SIFT_MAGIC_BZIP2},
	{SIFT_SPAN_INIT("BZh9"), true, SIFT_MAGIC_BZIP2},
	{SIFT_SPAN_INIT("PK\3\4"), false, SIFT_MAGIC_ZIP},
	{SIFT_SPAN_INIT("PK\7\10PK\3\4"), false, SIFT_MAGIC_ZIP},
	{SIFT_SPAN_INIT("PK\5\6\0\0"), false, SIFT_MAGIC_EMPTY_ZIP},
	{SIFT_SPAN_INIT("7z\xbc\xaf\x27\x1c"), false, SIFT_MAGIC_SEVENZIP},
	{SIFT_SPAN_INIT("7z\xbc"), true, SIFT_MAGIC_SEVENZIP},

	{SIFT_SPAN_INIT(""), true, SIFT_MAGIC_NONE},
	{SIFT_SPAN_INIT("\x1f"), true, SIFT_MAGIC_NONE},
	{SIFT_SPAN_INIT("\x1f\x9d"), false, SIFT_MAGIC_NONE},
	{SIFT_SPAN_INIT("\xfd" "7zX"), false, SIFT_MAGIC_NONE},
	{SIFT_SPAN_INIT("\xfd" "7zXY\0"), false, SIFT_MAGIC_NONE},
	{SIFT_SPAN_INIT("\x4f\x2a\x4d\x18"), false, SIFT_MAGIC_NONE},
	{SIFT_SPAN_INIT("BZh9"), false, SIFT_MAGIC_NONE},
	{SIFT_SPAN_INIT("BZh0" "1AY&SY"), false, SIFT_MAGIC_NONE},
	{SIFT_SPAN_INIT("BZhello world"), true, SIFT_MAGIC_NONE},
	{SIFT_SPAN_INIT("PK"), false, SIFT_MAGIC_NONE},
	{SIFT_SPAN_INIT("PKW,Name\n1,2\n"), true, SIFT_MAGIC_NONE},
	{SIFT_SPAN_INIT("7z"), false, SIFT_MAGIC_NONE},
	{SIFT_SPAN_INIT("Type,Name\n"), true, SIFT_MAGIC_NONE},
	{SIFT_SPAN_INIT("{\"metric\":"), false, SIFT_MAGIC_NONE},
	{SIFT_SPAN_INIT("\xef\xbb\xbfType"), false, SIFT_MAGIC_NONE},
	{SIFT_SPAN_INIT("\0\0\0\0"), true, SIFT_MAGIC_NONE},
};
/* clang-format on */

START_TEST(the_first_bytes_tell)
{
	ck_assert_int_eq(sift_magic_of(cases[_i].head, cases[_i].whole),
			 cases[_i].magic);
}
END_TEST

/* A tar header with a right checksum, without "ustar". */
static void
make_header(char block[512], char fill)
{
	unsigned sum = 0;
	size_t i;

	memset(block, 0, 512);
	block[0] = 'a';
	block[1] = fill;
	memset(block + 148, ' ', 8);
	for (i = 0; i < 512; i++)
		sum += (unsigned char)block[i];
	snprintf(block + 148, 8, "%06o", sum);
}

START_TEST(a_tar_is_known_by_its_checksum_or_magic)
{
	char block[512];

	make_header(block, 'b');
	ck_assert_int_eq(sift_magic_of(sift_span_of(block, 512), false),
			 SIFT_MAGIC_TAR);
	block[0] ^= 1;
	ck_assert_int_eq(sift_magic_of(sift_span_of(block, 512), false),
			 SIFT_MAGIC_NONE);
	memcpy(block + 257, "ustar", 6);
	ck_assert_int_eq(sift_magic_of(sift_span_of(block, 512), false),
			 SIFT_MAGIC_TAR);
	ck_assert(!sift_magic_is_tar_header(block));
	memcpy(block + 257, "ustar  ", 8);
	ck_assert_int_eq(sift_magic_of(sift_span_of(block, 300), true),
			 SIFT_MAGIC_TAR);
	memcpy(block + 257, "ustard", 7);
	ck_assert_int_eq(sift_magic_of(sift_span_of(block, 512), false),
			 SIFT_MAGIC_NONE);
}
END_TEST

START_TEST(checksums_of_signed_bytes_count_too)
{
	char block[512];

	make_header(block, '\xe9');
	ck_assert(sift_magic_is_tar_header(block));
	/* 256 less is the sum with byte 1 taken as negative. */
	make_header(block, '\0');
	block[1] = '\xe9';
	ck_assert(!sift_magic_is_tar_header(block));
	make_header(block, '\x69'); /* 0xe9 - 256 + 384 */
	ck_assert(sift_magic_is_tar_header(block));
}
END_TEST

START_TEST(nuls_are_an_empty_tar_only_in_a_tars_length)
{
	static const char nuls[10241];

	ck_assert_int_eq(sift_magic_of(sift_span_of(nuls, 10240), true),
			 SIFT_MAGIC_EMPTY_TAR);
	ck_assert_int_eq(sift_magic_of(sift_span_of(nuls, 1024), true),
			 SIFT_MAGIC_EMPTY_TAR);
	ck_assert_int_eq(sift_magic_of(sift_span_of(nuls, 512), true),
			 SIFT_MAGIC_NONE);
	ck_assert_int_eq(sift_magic_of(sift_span_of(nuls, 10241), true),
			 SIFT_MAGIC_NONE);
	ck_assert_int_eq(sift_magic_of(sift_span_of(nuls, 10240), false),
			 SIFT_MAGIC_NONE);
}
END_TEST

START_TEST(no_magic_is_both_compression_and_container)
{
	int magic;

	for (magic = SIFT_MAGIC_NONE; magic <= SIFT_MAGIC_SEVENZIP; magic++) {
		ck_assert_str_ne(sift_magic_word((enum sift_magic)magic), "");
		ck_assert(!sift_magic_is_compression((enum sift_magic)magic) ||
			  !sift_magic_is_container((enum sift_magic)magic));
	}
	ck_assert(sift_magic_is_compression(SIFT_MAGIC_XZ));
	ck_assert(sift_magic_is_container(SIFT_MAGIC_ZIP));
	ck_assert(!sift_magic_is_container(SIFT_MAGIC_EMPTY_ZIP));
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("magic");
	TCase *tcase = tcase_create("magic");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tcase, the_first_bytes_tell, 0, (int)COUNT(cases));
	tcase_add_test(tcase, a_tar_is_known_by_its_checksum_or_magic);
	tcase_add_test(tcase, checksums_of_signed_bytes_count_too);
	tcase_add_test(tcase, nuls_are_an_empty_tar_only_in_a_tars_length);
	tcase_add_test(tcase, no_magic_is_both_compression_and_container);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
