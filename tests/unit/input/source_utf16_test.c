/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "input/source.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))
#define BYTES(literal) (literal), sizeof(literal) - 1

static const struct {
	const char *bytes;
	size_t len;
	const char *text;
	enum sift_status end;
} cases[] = {
	{BYTES("\xff\xfe"), "", SIFT_OK},
	{BYTES("\xfe\xff"), "", SIFT_OK},
	{BYTES("\xff\xfe"
	       "a\0,\0\xe9\0\xac\x20\r\0\n\0"),
	 "a,\xc3\xa9\xe2\x82\xac\r\n", SIFT_OK},
	{BYTES("\xfe\xff"
	       "\0a\0,\0\xe9\x20\xac"),
	 "a,\xc3\xa9\xe2\x82\xac", SIFT_OK},
	/* beyond 16 bits: U+1F600 */
	{BYTES("\xff\xfe\x3d\xd8\x00\xde"), "\xf0\x9f\x98\x80", SIFT_OK},
	{BYTES("\xfe\xff\xd8\x3d\xde\x00"), "\xf0\x9f\x98\x80", SIFT_OK},
	/* halves: high and text, low alone, high and high and low, at the end
	 */
	{BYTES("\xff\xfe\x3d\xd8"
	       "a\0"),
	 "\xef\xbf\xbd"
	 "a",
	 SIFT_OK},
	{BYTES("\xff\xfe\x00\xde"
	       "a\0"),
	 "\xef\xbf\xbd"
	 "a",
	 SIFT_OK},
	{BYTES("\xff\xfe\x3d\xd8\x3d\xd8\x00\xde"),
	 "\xef\xbf\xbd\xf0\x9f\x98\x80", SIFT_OK},
	{BYTES("\xff\xfe\x3d\xd8"), "\xef\xbf\xbd", SIFT_OK},
	/* cut within a unit */
	{BYTES("\xff\xfe"
	       "a\0b"),
	 "a", SIFT_E_FORMAT},
};

static enum sift_status
read_in_blocks(const char *bytes, size_t len, size_t block,
	       struct sift_buf *out, struct sift_err *err)
{
	struct sift_source *inner = NULL, *text = NULL;
	enum sift_status rc;

	sift_buf_init(out, 0);
	ck_assert_int_eq(
		sift_source_open_memory(&inner, bytes, len, block, NULL),
		SIFT_OK);
	ck_assert_int_eq(sift_source_open_utf16(&text, inner, NULL), SIFT_OK);
	rc = sift_source_read_all(text, 1 << 20, out, err);
	sift_source_free(text);
	sift_source_free(inner);
	return rc;
}

START_TEST(text_is_the_same_at_every_split)
{
	for (size_t block = 1; block <= cases[_i].len; block++) {
		struct sift_err err = {0};
		struct sift_buf out;

		ck_assert_int_eq(read_in_blocks(cases[_i].bytes, cases[_i].len,
						block, &out, &err),
				 cases[_i].end);
		ck_assert(sift_span_equal(sift_buf_span(&out),
					  sift_span_str(cases[_i].text)));
		if (cases[_i].end)
			ck_assert_str_eq(err.what, "UTF-16 text breaks off "
						   "within a character");
		sift_buf_release(&out);
	}
}
END_TEST

/* A block is taken in parts. */
START_TEST(long_text_is_not_cut)
{
	const size_t count = 300001;
	char *bytes = sift_malloc(2 * (count + 1));
	struct sift_buf out;

	ck_assert_ptr_nonnull(bytes);
	memcpy(bytes, "\xff\xfe", 2);
	for (size_t i = 0; i < count; i++) {
		bytes[2 * i + 2] = (char)('a' + i % 26);
		bytes[2 * i + 3] = '\0';
	}
	ck_assert_int_eq(read_in_blocks(bytes, 2 * (count + 1), 0, &out, NULL),
			 SIFT_OK);
	ck_assert_uint_eq(out.len, count);
	for (size_t i = 0; i < count; i++)
		ck_assert(out.ptr[i] == (char)('a' + i % 26));
	sift_buf_release(&out);
	sift_free(bytes);
}
END_TEST

START_TEST(it_is_known_by_its_mark)
{
	ck_assert(sift_utf16_is(sift_span_of("\xff\xfe", 2)));
	ck_assert(sift_utf16_is(sift_span_of("\xfe\xff\0a", 4)));
	ck_assert(!sift_utf16_is(sift_span_of("\xff", 1)));
	ck_assert(!sift_utf16_is(sift_span_of("\xef\xbb\xbf", 3)));
	ck_assert(!sift_utf16_is(sift_span_of("a\0b\0", 4)));
	ck_assert(!sift_utf16_is(sift_span_of(NULL, 0)));
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("source_utf16");
	TCase *tc = tcase_create("source_utf16");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tc, text_is_the_same_at_every_split, 0,
			    (int)COUNT_OF(cases));
	tcase_add_test(tc, long_text_is_not_cut);
	tcase_add_test(tc, it_is_known_by_its_mark);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
