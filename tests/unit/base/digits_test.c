/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "base/digits.h"

#include <stdbool.h>
#include <stdio.h>

#include "runner.h"

START_TEST(eight_bytes_are_read_in_order)
{
	ck_assert_uint_eq(sift_eight("\x01\x02\x03\x04\x05\x06\x07\xF8"),
			  UINT64_C(0xF807060504030201));
}
END_TEST

/* eight bytes, how many digits they begin with, which number these are */
static const struct {
	const char *text;
	unsigned count;
	uint32_t value;
} cases[] = {
	{"12345678", 8, 12345678},
	{"00000000", 8, 0},
	{"99999999", 8, 99999999},
	{"1234567.", 7, 1234567},
	{"089836Z\"", 6, 89836},
	{"5Z\",\"val", 1, 5},
	{"0,\"tags\"", 1, 0},
	{"12.24907", 2, 12},
	{"1\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 1, 1},
};

START_TEST(digits_are_counted_and_read)
{
	uint64_t eight = sift_eight(cases[_i].text);

	ck_assert_uint_eq(sift_digits_count(eight), cases[_i].count);
	ck_assert_uint_eq(sift_digits_value(eight, cases[_i].count),
			  cases[_i].value);
}
END_TEST

START_TEST(the_last_digits_are_read)
{
	const char *text = "1234567890987654";
	const char *nines = "9999999999999999";
	uint64_t expected = 0, power = 1, got = 77;

	for (size_t count = 0; count <= 16; count++) {
		ck_assert(sift_digits_last(text + 16, count, &got));
		ck_assert_uint_eq(got, expected);
		if (count < 16)
			expected += power * (uint64_t)(text[15 - count] - '0');
		power *= 10;
	}
	ck_assert(sift_digits_last(nines + 16, 16, &got));
	ck_assert_uint_eq(got, UINT64_C(9999999999999999));
}
END_TEST

START_TEST(every_other_byte_is_seen_among_the_last_digits)
{
	for (size_t at = 0; at < 16; at++) {
		for (unsigned byte = 0; byte < 256; byte++) {
			char text[17] = "9090909090909090";
			bool is_digit = byte >= '0' && byte <= '9';
			uint64_t got;

			text[at] = (char)byte;
			ck_assert_int_eq(
				sift_digits_last(text + 16, 16 - at, &got),
				is_digit);
			ck_assert(sift_digits_last(text + 16, 15 - at, &got));
		}
	}
}
END_TEST

START_TEST(every_other_byte_ends_the_digits)
{
	for (unsigned at = 0; at < 8; at++) {
		for (unsigned byte = 0; byte < 256; byte++) {
			char text[9] = "90909090";
			bool is_digit = byte >= '0' && byte <= '9';

			text[at] = (char)byte;
			ck_assert_uint_eq(sift_digits_count(sift_eight(text)),
					  is_digit ? 8 : at);
		}
	}
}
END_TEST

START_TEST(numbers_are_those_that_printf_wrote)
{
	uint64_t state = 1;

	for (int i = 0; i < 100000; i++) {
		unsigned number = (unsigned)(next_random(&state) % 100000000) >>
				  (next_random(&state) % 27);
		char text[32];
		int len =
			snprintf(text, sizeof(text), "%u;;;;;;;;", number) - 8;
		uint64_t eight = sift_eight(text);

		ck_assert_int_eq((int)sift_digits_count(eight), len);
		ck_assert_uint_eq(sift_digits_value(eight, (unsigned)len),
				  number);
	}
}
END_TEST

static void
fill(TCase *tc)
{
	tcase_add_test(tc, eight_bytes_are_read_in_order);
	tcase_add_loop_test(tc, digits_are_counted_and_read, 0, COUNT(cases));
	tcase_add_test(tc, the_last_digits_are_read);
	tcase_add_test(tc, every_other_byte_is_seen_among_the_last_digits);
	tcase_add_test(tc, every_other_byte_ends_the_digits);
	tcase_add_test(tc, numbers_are_those_that_printf_wrote);
}

int
main(void)
{
	return run_suite("digits", fill);
}
