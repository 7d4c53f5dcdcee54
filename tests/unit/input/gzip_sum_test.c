/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "input/decoder.h"

#define BYTES 70000

static unsigned char *
make_bytes(void)
{
	unsigned char *bytes = malloc(BYTES);
	uint32_t state = 1;

	ck_assert_ptr_nonnull(bytes);
	for (size_t i = 0; i < BYTES; i++) {
		state = state * 1103515245 + 12345;
		bytes[i] = (unsigned char)(state >> 16);
	}
	return bytes;
}

/* A copy of exactly these, so that a sanitizer sees their end. */
static void
assert_sum_of(const unsigned char *bytes, size_t len, uint32_t before)
{
	unsigned char *copy = malloc(len + 1);

	ck_assert_ptr_nonnull(copy);
	memcpy(copy + 1, bytes, len);
	ck_assert_uint_eq(sift_decoder_gzip.add(before, copy + 1, len),
			  crc32(before, copy + 1, (uInt)len));
	free(copy);
}

START_TEST(the_sum_is_zlibs)
{
	unsigned char *bytes = make_bytes();

	for (size_t len = 0; len < 3000; len++)
		assert_sum_of(bytes + len % 70, len, (uint32_t)len * 77777);
	assert_sum_of(bytes, BYTES, 0);
	assert_sum_of(bytes, BYTES - 1, UINT32_MAX);
	free(bytes);
}
END_TEST

START_TEST(parts_have_the_sum_of_the_whole)
{
	unsigned char *bytes = make_bytes();
	uint32_t whole = sift_decoder_gzip.add(0, bytes, BYTES);

	for (size_t len = 0; len < BYTES; len += 1 + len / 9) {
		uint32_t a = sift_decoder_gzip.add(0, bytes, len);
		uint32_t b = sift_decoder_gzip.add(0, bytes + len, BYTES - len);

		ck_assert_uint_eq(
			sift_decoder_gzip.add(a, bytes + len, BYTES - len),
			whole);
		ck_assert_uint_eq(sift_decoder_gzip.join(a, b, BYTES - len),
				  whole);
	}
	free(bytes);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("gzip sum");
	TCase *tests = tcase_create("gzip sum");
	SRunner *runner;
	int failed;

	if (!sift_decoder_gzip.add)
		return 77; /* zlib checks what it inflates itself */
	tcase_add_test(tests, the_sum_is_zlibs);
	tcase_add_test(tests, parts_have_the_sum_of_the_whole);
	suite_add_tcase(suite, tests);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
