/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Reading: nearly all numbers are an integer of 64 bits over a power of ten,
 * and are read as such. What is not is taken apart by scan_decimal() into
 * sign, significant digits and the place of the point.
 */

#include <config.h>

#include "base/num.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>

#include "base/clocale.h"
#include "base/digits.h"

/*
 * The longest exact decimal of a double or of the point between two doubles
 * has 768 significant digits: of more, all that matters is whether one of
 * them is not 0 (Clinger 1990).
 */
#define MAX_DIGITS 800

/* Value = 0.d1d2d3… x 10^point; the digits may have a '.' among them. */
struct decimal {
	bool negative;
	const char *digits; /* the first that is not 0; == end for zero */
	const char *end;    /* of the digits */
	int64_t point;
};

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static const char *
skip_digits(const char *p, const char *end)
{
	while (p < end && is_digit(*p))
		p++;
	return p;
}

/*
 * Read "[+-]digits" up to `end`, held at 10^17: more than any text has
 * digits that could make up for it.
 */
static bool
scan_exponent(const char *p, const char *end, int64_t *out)
{
	const int64_t most = INT64_C(100000000000000000);
	bool negative = p < end && *p == '-';
	int64_t value = 0;

	if (p < end && (*p == '-' || *p == '+'))
		p++;
	if (p == end)
		return false;
	for (; p < end; p++) {
		if (!is_digit(*p))
			return false;
		if (value < most)
			value = value * 10 + (*p - '0');
	}
	*out = negative ? -value : value;
	return true;
}

static bool
scan_decimal(struct sift_span text, struct decimal *out)
{
	const char *p = text.ptr;
	const char *end;
	const char *whole;
	int64_t exponent = 0;
	size_t count;

	if (text.len == 0)
		return false;
	end = p + text.len;
	out->negative = *p == '-';
	if (*p == '-' || *p == '+')
		p++;
	out->digits = p;
	whole = skip_digits(p, end);
	count = (size_t)(whole - p);
	p = whole;
	if (p < end && *p == '.') {
		p = skip_digits(whole + 1, end);
		count += (size_t)(p - whole) - 1;
	}
	out->end = p;
	if (count == 0)
		return false;
	if (p < end && (*p == 'e' || *p == 'E')) {
		if (!scan_exponent(p + 1, end, &exponent))
			return false;
	} else if (p < end) {
		return false;
	}
	while (out->digits < out->end &&
	       (*out->digits == '0' || *out->digits == '.'))
		out->digits++;
	if (out->digits <= whole)
		out->point = whole - out->digits + exponent;
	else /* zeros behind the point, which is itself one of the bytes */
		out->point = whole + 1 - out->digits + exponent;
	return true;
}

/* Any number, by way of an integer with exponent for strtod(). */
static double
convert_slowly(const struct decimal *number)
{
	char text[MAX_DIGITS + 40];
	size_t len = 0, digits = 0;
	int64_t scale;

	if (number->negative)
		text[len++] = '-';
	for (const char *p = number->digits; p < number->end; p++) {
		if (*p == '.')
			continue;
		if (digits < MAX_DIGITS) {
			text[len++] = *p;
			digits++;
		} else if (*p != '0') {
			text[len++] = '1'; /* "and something more" */
			digits++;
			break;
		}
	}
	if (digits == 0)
		text[len++] = '0';
	/* Far out it is 0 or infinity whatever the digits are. */
	scale = number->point < -5000  ? -5000
		: number->point > 5000 ? 5000
				       : number->point;
	scale -= (int64_t)digits;
	sift_snprintf(text + len, sizeof(text) - len, "e%" PRId64, scale);
	return sift_strtod(text);
}

/* nan, inf, infinity in any case, with a sign or without. */
static bool
parse_not_finite(struct sift_span text, double *out)
{
	bool negative = text.len > 0 && *text.ptr == '-';

	if (text.len > 0 && (*text.ptr == '-' || *text.ptr == '+'))
		text = sift_span_from(text, 1);
	if (sift_span_equal_nocase(text, SIFT_SPAN("nan"))) {
		*out = (double)NAN;
		return true;
	}
	if (sift_span_equal_nocase(text, SIFT_SPAN("inf")) ||
	    sift_span_equal_nocase(text, SIFT_SPAN("infinity"))) {
		*out = negative ? -HUGE_VAL : HUGE_VAL;
		return true;
	}
	return false;
}

static const uint64_t powers_of_ten[] = {
	UINT64_C(1),
	UINT64_C(10),
	UINT64_C(100),
	UINT64_C(1000),
	UINT64_C(10000),
	UINT64_C(100000),
	UINT64_C(1000000),
	UINT64_C(10000000),
	UINT64_C(100000000),
	UINT64_C(1000000000),
	UINT64_C(10000000000),
	UINT64_C(100000000000),
	UINT64_C(1000000000000),
	UINT64_C(10000000000000),
	UINT64_C(100000000000000),
	UINT64_C(1000000000000000),
	UINT64_C(10000000000000000),
	UINT64_C(100000000000000000),
	UINT64_C(1000000000000000000),
	UINT64_C(10000000000000000000),
};

/*
 * value / 10^decimals, rounded correctly: by a reciprocal of 64 bits that is
 * too small by less than one of the last, so its product with the value, each
 * with its top bit set, lacks less than 2^64. In units of 2^65 the quotient
 * lies between `low` and low + 2; rounding keeps order, so where both round
 * alike, what lies between them does. False for those few in a thousand where
 * they do not. At most 19 decimals.
 */
static inline bool
divide(uint64_t value, size_t decimals, double *out)
{
#define TENTHS(power)                                                          \
 {                                                                             \
  (uint64_t)(((sift_u128)1 << (127 - __builtin_clzll(UINT64_C(power)))) /      \
	     UINT64_C(power)),                                                 \
	  (uint64_t)__builtin_clzll(UINT64_C(power)) + 1023 - 62               \
 }
	static const struct {
		uint64_t reciprocal;
		uint64_t exponent; /* of its lowest bit, as a double has it */
	} tenths[] = {
		{0, 0}, /* there is nothing to divide */
		TENTHS(10),
		TENTHS(100),
		TENTHS(1000),
		TENTHS(10000),
		TENTHS(100000),
		TENTHS(1000000),
		TENTHS(10000000),
		TENTHS(100000000),
		TENTHS(1000000000),
		TENTHS(10000000000),
		TENTHS(100000000000),
		TENTHS(1000000000000),
		TENTHS(10000000000000),
		TENTHS(100000000000000),
		TENTHS(1000000000000000),
		TENTHS(10000000000000000),
		TENTHS(100000000000000000),
		TENTHS(1000000000000000000),
		TENTHS(10000000000000000000),
	};
#undef TENTHS
	unsigned moved;
	uint64_t power; /* of two, which the quotient is multiplied by */
	int64_t low;
	double scale;

	if (!value || !decimals) {
		*out = (double)value;
		return true;
	}
	moved = (unsigned)__builtin_clzll(value);
	low = (int64_t)((sift_u128)(value << moved) *
				tenths[decimals].reciprocal >>
			65);
	power = (tenths[decimals].exponent - moved) << 52;
	memcpy(&scale, &power, sizeof(scale));
	*out = (double)low * scale;
	return (double)low == (double)(low + 2);
}

/* Append digits; returns behind the last. */
static inline const char *
add_digits(const char *p, const char *end, uint64_t *value)
{
	uint64_t sum = *value;

	for (; p < end; p++) {
		unsigned digit = (unsigned char)*p - (unsigned)'0';

		if (digit > 9)
			break;
		sum = sum * 10 + digit;
	}
	*value = sum;
	return p;
}

/* The same up to `end`, behind a point, where often there are many: the last
   sixteen at once if `start`, where the text does, is far enough away. */
static inline bool
add_decimals(const char *start, const char *p, const char *end, uint64_t *value)
{
	uint64_t last;

	if (end - start < 16)
		return add_digits(p, end, value) == end;
	if (end - p > 16) {
		p = add_digits(p, end - 16, value);
		if (end - p > 16)
			return false;
	}
	if (!sift_digits_last(end, (size_t)(end - p), &last))
		return false;
	*value = *value * powers_of_ten[end - p] + last;
	return true;
}

/* Nearly all numbers: up to 19 digits, perhaps with a point. */
static inline bool
parse_quickly(struct sift_span text, double *out)
{
	const char *end, *whole;
	uint64_t value = 0;

	if (text.len - 1 >= 20) /* or none */
		return false;
	end = text.ptr + text.len;
	whole = add_digits(text.ptr, end, &value);
	if (whole == end) {
		*out = (double)value;
		return text.len < 20;
	}
	return *whole == '.' && text.len > 1 &&
	       add_decimals(text.ptr, whole + 1, end, &value) &&
	       divide(value, (size_t)(end - whole) - 1, out);
}

/* Those with a sign or with zeros before them, and all others. Apart, so that
   most do not save registers for this. */
__attribute__((noinline)) static bool
parse_slowly(struct sift_span text, double *out)
{
	bool is_negative = text.len > 0 && *text.ptr == '-';
	struct sift_span rest = sift_span_from(text, is_negative);
	struct decimal number;
	double size;

	while (rest.len > 2 && *rest.ptr == '0')
		rest = sift_span_from(rest, 1);
	if (parse_quickly(rest, &size)) {
		*out = is_negative ? -size : size;
		return true;
	}
	if (!scan_decimal(text, &number))
		return parse_not_finite(text, out);
	*out = convert_slowly(&number);
	return true;
}

bool
sift_parse_plain(struct sift_span text, double *out)
{
	return parse_quickly(text, out);
}

bool
sift_parse_double(struct sift_span text, double *out)
{
	double value;

	if (!parse_quickly(text, &value))
		return parse_slowly(text, out);
	*out = value;
	return true;
}

bool
sift_parse_u64(struct sift_span text, uint64_t *out)
{
	uint64_t value = 0;

	if (text.len == 0)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		uint64_t digit;

		if (!is_digit(text.ptr[i]))
			return false;
		digit = (uint64_t)(text.ptr[i] - '0');
		if (value > (UINT64_MAX - digit) / 10)
			return false;
		value = value * 10 + digit;
	}
	*out = value;
	return true;
}

bool
sift_parse_i64(struct sift_span text, int64_t *out)
{
	bool negative = text.len > 0 && *text.ptr == '-';
	uint64_t value;

	if (text.len > 0 && (*text.ptr == '-' || *text.ptr == '+'))
		text = sift_span_from(text, 1);
	if (!sift_parse_u64(text, &value))
		return false;
	if (value > (uint64_t)INT64_MAX + negative)
		return false;
	/* -value wraps to the bits of the negative number, INT64_MIN too. */
	*out = negative ? (int64_t)(0 - value) : (int64_t)value;
	return true;
}

/*
 * Digits, perhaps a point and up to six more: what k6 writes. At most 18
 * digits in all once scaled, so nothing can overflow.
 */
static bool
parse_micro_quickly(struct sift_span text, int64_t *out)
{
	const char *p = text.ptr;
	const char *end;
	const char *start;
	uint64_t value = 0;
	size_t decimals = 0;

	if (text.len == 0)
		return false;
	end = p + text.len;
	if (*p == '-')
		p++;
	start = p;
	for (; p < end && is_digit(*p); p++)
		value = value * 10 + (uint64_t)(*p - '0');
	if (p == start || p - start > 12)
		return false;
	if (p < end && *p == '.') {
		start = ++p;
		for (; p < end && is_digit(*p) && p - start < 6; p++)
			value = value * 10 + (uint64_t)(*p - '0');
		decimals = (size_t)(p - start);
	}
	if (p < end)
		return false;
	value *= powers_of_ten[6 - decimals];
	*out = *text.ptr == '-' ? -(int64_t)value : (int64_t)value;
	return true;
}

/*
 * The first `keep` digits of the number as an integer, half rounded away
 * from zero; zeros stand in for digits that are not written. At most 19.
 */
static uint64_t
leading_digits(const struct decimal *number, int64_t keep, bool *out_exact)
{
	uint64_t value = 0;
	bool round_up = false;
	int64_t count = 0;

	*out_exact = true;
	for (const char *p = number->digits; p < number->end; p++) {
		if (*p == '.')
			continue;
		if (count < keep)
			value = value * 10 + (uint64_t)(*p - '0');
		else if (*p != '0')
			*out_exact = false;
		if (count == keep)
			round_up = *p >= '5';
		count++;
	}
	for (; count < keep; count++)
		value *= 10;
	return value + round_up;
}

bool
sift_parse_micro(struct sift_span text, int64_t *out, bool *out_exact)
{
	struct decimal number;
	uint64_t value = 0;
	bool exact = true;

	if (parse_micro_quickly(text, out)) {
		if (out_exact)
			*out_exact = true;
		return true;
	}
	if (!scan_decimal(text, &number))
		return false;
	/* Scaled, the integer part has point + 6 digits. */
	if (number.digits == number.end)
		value = 0;
	else if (number.point + 6 > 19)
		return false;
	else if (number.point + 6 < 0)
		exact = false; /* below 0.1: rounds to 0 */
	else
		value = leading_digits(&number, number.point + 6, &exact);
	if (value > INT64_MAX)
		return false;
	*out = number.negative ? -(int64_t)value : (int64_t)value;
	if (out_exact)
		*out_exact = exact;
	return true;
}

/*
 * Long division to at least 55 significant bits, in steps of 64, with the
 * lowest bit set when something is left over: rounding that to a double
 * rounds the true quotient, since no tie can arise falsely.
 */
double
sift_ratio_i128(sift_i128 numerator, uint64_t denominator)
{
	sift_u128 size =
		numerator < 0 ? 0 - (sift_u128)numerator : (sift_u128)numerator;
	sift_u128 quotient, rest;
	int scale = 0;
	double result;

	if (denominator == 0)
		return (double)NAN;
	quotient = size / denominator;
	rest = size % denominator;
	while (rest != 0 && quotient >> 55 == 0 && scale > -128) {
		rest <<= 64; /* was below 2^64 */
		quotient = quotient << 64 | rest / denominator;
		rest %= denominator;
		scale -= 64;
	}
	result = ldexp((double)(quotient | (rest != 0)), scale);
	return numerator < 0 ? -result : result;
}
