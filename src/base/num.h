/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_BASE_NUM_H
#define SIFT_BASE_NUM_H

/*
 * Numbers to and from text, without the locale, and integers of 128 bits.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

__extension__ typedef __int128 sift_i128;
__extension__ typedef unsigned __int128 sift_u128;

/*
 * Parse the whole of `text` as a decimal number: [+-]digits[.digits][e[+-]d],
 * also .5 and 5., [+-]nan, inf, infinity (any case). No blanks, no hexadecimal.
 * Correctly rounded: what is too large becomes infinite, what is too small 0,
 * so callers that need a finite number test for it. Any length. Returns
 * false, *out untouched, for anything else.
 */
bool sift_parse_double(struct sift_span text, double *out);

/* The same of nearly all numbers: up to 19 digits, perhaps with a point, which
   are finite. False, *out undefined, where sift_parse_double() is to be asked.
 */
bool sift_parse_plain(struct sift_span text, double *out);

/* The same of one to eight digits and nothing else: where most numbers are
   such, asked first. */
static inline bool
sift_parse_few_digits(struct sift_span text, double *out)
{
	uint32_t value = 0;

	if (text.len - 1 >= 8)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		unsigned digit = (unsigned char)text.ptr[i] - (unsigned)'0';

		if (digit > 9)
			return false;
		value = value * 10 + digit;
	}
	*out = value;
	return true;
}

/* Digits only, no sign; false on anything else or overflow. */
bool sift_parse_u64(struct sift_span text, uint64_t *out);
/* Optional sign. */
bool sift_parse_i64(struct sift_span text, int64_t *out);

/*
 * Parse a decimal number and scale it by 10^6 into an integer, exactly, so
 * that milliseconds become nanoseconds: "12.249072" -> 12249072. Exponents
 * are understood. Digits below 10^-6 are rounded half away from zero and
 * *out_exact (may be NULL) becomes false. Returns false, *out untouched, for
 * text that is no finite number or for a result beyond +-(2^63 - 1).
 */
bool sift_parse_micro(struct sift_span text, int64_t *out, bool *out_exact);

/* Room for any number written by the functions below, with its NUL. */
#define SIFT_NUM_MAX 40

/*
 * The shortest decimal form that is right to 15 significant digits, as JSON
 * wants it: no exponent between 1e-6 and 1e21, never "-0". Not finite: "null".
 * Returns the length.
 */
unsigned sift_format_double(double value, char out[SIFT_NUM_MAX]);

/*
 * With exactly `decimals` (0-9) decimals, "1234.50", never "-0.00". Rounds as
 * printf does: the double's exact binary value, a tie to the even digit. So
 * 0.125 gives "0.12" and 2.675, which is 2.67499999…, "2.67". From 1e21 on
 * and for what is not finite as sift_format_double().
 */
unsigned sift_format_fixed(double value, unsigned decimals,
			   char out[SIFT_NUM_MAX]);

/* 1234567 -> "1234567" */
unsigned sift_format_i64(int64_t value, char out[SIFT_NUM_MAX]);

/*
 * numerator/denominator, correctly rounded, so that the low bits of a 128-bit
 * sum count. NAN when the denominator is 0.
 */
double sift_ratio_i128(sift_i128 numerator, uint64_t denominator);

#endif /* SIFT_BASE_NUM_H */
