/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "base/hash.h"

#include <string.h>

#include "runner.h"

/* XXH3 with seed 0, from the shared library of xxHash 0.8.1. */
static const struct {
	const char *text;
	uint64_t hash64;
	const char *hash128;
} vectors[] = {
	{"", UINT64_C(0x2d06800538d394c2), "99aa06d3014798d86001c324468d497f"},
	{"abc", UINT64_C(0x78af5f94892f3950),
	 "06b05ab6733a618578af5f94892f3950"},
};

START_TEST(hashes_are_the_published_ones)
{
	const char *text = vectors[_i].text;
	char hex[33];

	ck_assert_uint_eq(sift_hash64(text, strlen(text)), vectors[_i].hash64);
	sift_hash_hex(sift_hash128(text, strlen(text)), 32, hex);
	ck_assert_str_eq(hex, vectors[_i].hash128);
}
END_TEST

/* The long-input code is chosen by the processor: it must not show. */
START_TEST(long_input_has_a_fixed_hash_too)
{
	unsigned char bytes[5000];
	char hex[33];

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (unsigned char)(i * 7 + i / 256);
	ck_assert_uint_eq(sift_hash64(bytes, sizeof(bytes)),
			  UINT64_C(0xed0146266d138bd8));
	sift_hash_hex(sift_hash128(bytes, sizeof(bytes)), 32, hex);
	ck_assert_str_eq(hex, "e814573b3db786c4ed0146266d138bd8");
}
END_TEST

START_TEST(every_byte_counts)
{
	char bytes[300] = {0};
	uint64_t plain = sift_hash64(bytes, sizeof(bytes));

	for (size_t i = 0; i < sizeof(bytes); i++) {
		bytes[i] = 1;
		ck_assert_uint_ne(sift_hash64(bytes, sizeof(bytes)), plain);
		bytes[i] = 0;
		ck_assert_uint_ne(sift_hash64(bytes, i), plain);
	}
}
END_TEST

START_TEST(nothing_has_a_hash)
{
	ck_assert_uint_eq(sift_hash64(NULL, 0), sift_hash64("", 0));
	ck_assert_uint_eq(sift_hash128(NULL, 0).high, sift_hash128("", 0).high);
}
END_TEST

START_TEST(hex_is_cut_to_the_digits_asked_for)
{
	struct sift_hash128 hash = {UINT64_C(0x0123456789abcdef),
				    UINT64_C(0xfedcba9876543210)};
	const char *all = "0123456789abcdeffedcba9876543210";
	char hex[40];

	for (unsigned digits = 0; digits <= 32; digits++) {
		memset(hex, '#', sizeof(hex));
		sift_hash_hex(hash, digits, hex);
		ck_assert_uint_eq(strlen(hex), digits);
		ck_assert_mem_eq(hex, all, digits);
		ck_assert_int_eq(hex[digits + 1], '#');
	}
}
END_TEST

static void
fill(TCase *tc)
{
	tcase_add_loop_test(tc, hashes_are_the_published_ones, 0,
			    COUNT(vectors));
	tcase_add_test(tc, long_input_has_a_fixed_hash_too);
	tcase_add_test(tc, every_byte_counts);
	tcase_add_test(tc, nothing_has_a_hash);
	tcase_add_test(tc, hex_is_cut_to_the_digits_asked_for);
}

int
main(void)
{
	return run_suite("hash", fill);
}
