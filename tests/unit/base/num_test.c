/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "base/num.h"

#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "runner.h"

/* ---- doubles from text ---- */

static const struct {
	const char *text;
	double value;
} doubles[] = {
	{"0", 0},
	{"-0", -0.0},
	{"1", 1},
	{"+1", 1},
	{"-12.5", -12.5},
	{".5", .5},
	{"5.", 5},
	{"-.5e1", -5},
	{"5.e-1", .5},
	{"000001.50000", 1.5},
	{"0.1", 0.1},
	{"1e3", 1000},
	{"1E+3", 1000},
	{"1e-3", 0.001},
	{"1e22", 1e22},
	{"1e23", 1e23},
	{"123456789012345678901234567890", 123456789012345678901234567890.},
	{"18446744073709551617", 18446744073709551616.}, /* 2^64 + 1 */
	{"9007199254740993", 9007199254740992.},
	{"9007199254740993.0000000000000000000000001", 9007199254740994.},
	{"1.7976931348623157e308", DBL_MAX},
	{"1e309", HUGE_VAL},
	{"-1e999999999999999999999999", -HUGE_VAL},
	{"1e-999999999999999999999999", 0},
	{"0e999999999999999999999999", 0},
	{"4.9406564584124654e-324", 4.9406564584124654e-324},
	{"2.4703282292062327e-324", 0},
	{"2.4703282292062328e-324", 4.9406564584124654e-324},
	{"2.2250738585072011e-308", 2.2250738585072011e-308},
	{"inf", HUGE_VAL},
	{"-Infinity", -HUGE_VAL},
	{"+INF", HUGE_VAL},
};

static const struct sift_span no_doubles[] = {
	SIFT_SPAN_INIT(""),	 SIFT_SPAN_INIT("."),
	SIFT_SPAN_INIT("-"),	 SIFT_SPAN_INIT("+"),
	SIFT_SPAN_INIT("-."),	 SIFT_SPAN_INIT("e5"),
	SIFT_SPAN_INIT(".e5"),	 SIFT_SPAN_INIT("1e"),
	SIFT_SPAN_INIT("1e+"),	 SIFT_SPAN_INIT("1e5.5"),
	SIFT_SPAN_INIT("1e 5"),	 SIFT_SPAN_INIT(" 1"),
	SIFT_SPAN_INIT("1 "),	 SIFT_SPAN_INIT("1\n"),
	SIFT_SPAN_INIT("1,5"),	 SIFT_SPAN_INIT("1.5.2"),
	SIFT_SPAN_INIT("--1"),	 SIFT_SPAN_INIT("+-1"),
	SIFT_SPAN_INIT("0x10"),	 SIFT_SPAN_INIT("0x1p3"),
	SIFT_SPAN_INIT("1d5"),	 SIFT_SPAN_INIT("1_000"),
	SIFT_SPAN_INIT("1f"),	 SIFT_SPAN_INIT("nan(1)"),
	SIFT_SPAN_INIT("na"),	 SIFT_SPAN_INIT("infi"),
	SIFT_SPAN_INIT("- inf"), SIFT_SPAN_INIT("--inf"),
	SIFT_SPAN_INIT("1\0"),	 SIFT_SPAN_INIT("\0001"),
	SIFT_SPAN_INIT("1\0.5"), SIFT_SPAN_INIT("\xEF\xBC\x91"),
	SIFT_SPAN_INIT("N/A"),	 SIFT_SPAN_INIT("12ms"),
};

static uint64_t
bits_of(double value)
{
	uint64_t bits;

	memcpy(&bits, &value, sizeof(bits));
	return bits;
}

/* What is plain is no other number; nothing else is taken for a plain one. */
static void
check_plain(struct sift_span text, bool is_number, double wanted)
{
	double got = 77;

	if (!sift_parse_plain(text, &got))
		return;
	ck_assert(is_number && isfinite(got));
	ck_assert_uint_eq(bits_of(got), bits_of(wanted));
}

START_TEST(doubles_are_read)
{
	double got = 77;

	ck_assert(sift_parse_double(sift_span_str(doubles[_i].text), &got));
	ck_assert_uint_eq(bits_of(got), bits_of(doubles[_i].value));
	check_plain(sift_span_str(doubles[_i].text), true, got);
}
END_TEST

START_TEST(nan_is_read_as_nan)
{
	static const char *const texts[] = {"nan", "NaN", "NAN", "-nan",
					    "+nan"};

	for (int i = 0; i < COUNT(texts); i++) {
		double got = 77;

		ck_assert(sift_parse_double(sift_span_str(texts[i]), &got));
		ck_assert(isnan(got));
	}
}
END_TEST

START_TEST(what_is_no_double_is_refused)
{
	double got = 77;
	int64_t micro = 77;
	bool exact = true;

	ck_assert(!sift_parse_double(no_doubles[_i], &got));
	check_plain(no_doubles[_i], false, got);
	ck_assert_double_eq(got, 77);
	ck_assert(!sift_parse_micro(no_doubles[_i], &micro, &exact));
	ck_assert_int_eq(micro, 77);
	ck_assert(!sift_parse_double((struct sift_span){0}, &got));
	ck_assert(!sift_parse_micro((struct sift_span){0}, &micro, NULL));
}
END_TEST

/* A number as somebody might write it: any place of point, any exponent. */
static size_t
random_number(uint64_t *state, char *out, size_t max_digits)
{
	size_t digits = next_random(state) % max_digits + 1;
	size_t point = next_random(state) % (digits + 3);
	size_t len = 0;

	if (next_random(state) % 4 == 0)
		out[len++] = next_random(state) % 2 ? '-' : '+';
	for (size_t i = 0; i < digits; i++) {
		uint64_t kind = next_random(state) % 8;

		if (i == point)
			out[len++] = '.';
		out[len++] = kind == 0 ? '0'
			     : kind == 1
				     ? '9'
				     : (char)('0' + next_random(state) % 10);
	}
	if (next_random(state) % 3 == 0)
		len += (size_t)snprintf(out + len, 16, "e%d",
					(int)(next_random(state) % 700) - 350);
	out[len] = '\0';
	return len;
}

START_TEST(doubles_agree_with_strtod)
{
	static char text[1100];
	static const size_t max_digits[] = {6, 19, 25, 1000};
	uint64_t state = 4;

	for (int i = 0; i < 200000; i++) {
		size_t most = max_digits[i % 4];
		size_t len;
		double got = 77;

		if (most == 1000 && i % 16 != 3)
			continue;
		len = random_number(&state, text, most);
		ck_assert_msg(sift_parse_double(sift_span_of(text, len), &got),
			      "%s", text);
		ck_assert_msg(bits_of(got) == bits_of(strtod(text, NULL)), "%s",
			      text);
		check_plain(sift_span_of(text, len), true, got);
	}
}
END_TEST

/* An odd number of 54 bits over 2, 4 or 8 lies in the middle between two
   doubles: as decimals, that and what is next to it. */
START_TEST(the_middle_between_doubles_agrees_with_strtod)
{
	uint64_t state = 9;

	for (int i = 0; i < 20000; i++) {
		unsigned k = (unsigned)i % 3 + 1;
		uint64_t five = k == 1 ? 5 : k == 2 ? 25 : 125;
		uint64_t scale = k == 1 ? 10 : k == 2 ? 100 : 1000;
		uint64_t odd = next_random(&state) >> 10 | 1;
		uint64_t value = odd * five + next_random(&state) % 3 - 1;
		char text[24];
		double got = 77;

		snprintf(text, sizeof(text), "%" PRIu64 ".%0*" PRIu64,
			 value / scale, (int)k, value % scale);
		ck_assert(sift_parse_double(sift_span_str(text), &got));
		ck_assert_msg(bits_of(got) == bits_of(strtod(text, NULL)), "%s",
			      text);
	}
}
END_TEST

/* Seventeen digits are enough for any double. */
START_TEST(doubles_come_back_as_they_were_written)
{
	uint64_t state = 11;

	for (int i = 0; i < 200000; i++) {
		double value = ldexp((double)next_random(&state),
				     -20 - (int)(next_random(&state) % 64));
		char text[64];
		double got = 77;

		snprintf(text, sizeof(text), i % 2 ? "%.17g" : "%.15f", value);
		ck_assert(sift_parse_double(sift_span_str(text), &got));
		ck_assert_msg(bits_of(got) == bits_of(strtod(text, NULL)), "%s",
			      text);
		check_plain(sift_span_str(text), true, got);
	}
}
END_TEST

/* Digits are read together: a byte that is none, at any place among them. */
START_TEST(a_byte_that_is_no_digit_is_refused_anywhere)
{
	char text[24];
	double got = 77;

	for (size_t len = 1; len <= 22; len++) {
		for (size_t at = 0; at < len * 256; at++) {
			char c = (char)(at % 256);

			if (strchr("0123456789.eE+-", c) && c)
				continue;
			for (size_t point = 0; point < len; point++) {
				memset(text, '0' + (char)len % 10, len);
				text[point] = '.';
				text[at / 256] = c;
				ck_assert_msg(
					!sift_parse_double(
						sift_span_of(text, len), &got),
					"%d at %zu of %zu", c, at / 256, len);
			}
		}
	}
	ck_assert_double_eq(got, 77);
}
END_TEST

/* Halfway between two doubles, and the least bit off it, needs all digits. */
START_TEST(ties_are_settled_by_the_last_of_many_digits)
{
	static char text[3000];
	double low = 1 + DBL_EPSILON; /* odd: a tie goes up */
	double even = 1;
	double got;
	int len;

	/* 1 + epsilon/2 in full, then zeros: rounds to the even 1. */
	len = snprintf(text, sizeof(text), "%.53Lf%02000d",
		       1 + (long double)DBL_EPSILON / 2, 0);
	ck_assert(sift_parse_double(sift_span_of(text, (size_t)len), &got));
	ck_assert_uint_eq(bits_of(got), bits_of(even));
	text[len - 1] = '1';
	ck_assert(sift_parse_double(sift_span_of(text, (size_t)len), &got));
	ck_assert_uint_eq(bits_of(got), bits_of(low));
}
END_TEST

START_TEST(very_long_numbers_are_read)
{
	size_t len = 1000000;
	char *text = malloc(len + 20);
	double got = 77;
	int64_t micro = 77;

	/* 0.000…1e+1000000: the exponent makes up for the zeros. */
	memset(text, '0', len);
	text[1] = '.';
	memcpy(text + len - 1, "15e999998", 10);
	ck_assert(sift_parse_double(sift_span_str(text), &got));
	ck_assert_double_eq(got, 1.5);
	ck_assert(sift_parse_micro(sift_span_str(text), &micro, NULL));
	ck_assert_int_eq(micro, 1500000);

	memset(text, '9', len);
	ck_assert(sift_parse_double(sift_span_of(text, len), &got));
	ck_assert(isinf(got));
	ck_assert(!sift_parse_micro(sift_span_of(text, len), &micro, NULL));
	memcpy(text + len, "e-999999", 9);
	ck_assert(sift_parse_double(sift_span_str(text), &got));
	ck_assert_double_eq(got, 10);
	ck_assert(sift_parse_micro(sift_span_str(text), &micro, NULL));
	ck_assert_int_eq(micro, 10000000);
	free(text);
}
END_TEST

/* ---- integers ---- */

START_TEST(integers_are_read_to_their_limits)
{
	uint64_t u = 77;
	int64_t i = 77;

	ck_assert(sift_parse_u64(SIFT_SPAN("18446744073709551615"), &u));
	ck_assert_uint_eq(u, UINT64_MAX);
	ck_assert(sift_parse_u64(SIFT_SPAN("00000000000000000000000012"), &u));
	ck_assert_uint_eq(u, 12);
	ck_assert(sift_parse_i64(SIFT_SPAN("9223372036854775807"), &i));
	ck_assert_int_eq(i, INT64_MAX);
	ck_assert(sift_parse_i64(SIFT_SPAN("-9223372036854775808"), &i));
	ck_assert_int_eq(i, INT64_MIN);
	ck_assert(sift_parse_i64(SIFT_SPAN("+5"), &i));
	ck_assert_int_eq(i, 5);
	ck_assert(sift_parse_i64(SIFT_SPAN("-0"), &i));
	ck_assert_int_eq(i, 0);
}
END_TEST

static const struct {
	struct sift_span text;
	bool signed_too; /* wrong for signed integers as well */
} no_integers[] = {
	{SIFT_SPAN_INIT(""), true},
	{SIFT_SPAN_INIT("-1"), false},
	{SIFT_SPAN_INIT("+1"), false},
	{SIFT_SPAN_INIT("18446744073709551616"), true},
	{SIFT_SPAN_INIT("99999999999999999999999"), true},
	{SIFT_SPAN_INIT("1.0"), true},
	{SIFT_SPAN_INIT("1e3"), true},
	{SIFT_SPAN_INIT(" 1"), true},
	{SIFT_SPAN_INIT("1 "), true},
	{SIFT_SPAN_INIT("1\0"), true},
	{SIFT_SPAN_INIT("0x1"), true},
	{SIFT_SPAN_INIT("1,000"), true},
	{SIFT_SPAN_INIT("-"), true},
	{SIFT_SPAN_INIT("+"), true},
	{SIFT_SPAN_INIT("--1"), true},
	{SIFT_SPAN_INIT("+-1"), true},
	{SIFT_SPAN_INIT("-9223372036854775809"), true},
};

START_TEST(what_is_no_integer_is_refused)
{
	uint64_t u = 77;
	int64_t i = 77;

	ck_assert(!sift_parse_u64(no_integers[_i].text, &u));
	ck_assert_uint_eq(u, 77);
	if (!no_integers[_i].signed_too)
		return;
	ck_assert(!sift_parse_i64(no_integers[_i].text, &i));
	ck_assert_int_eq(i, 77);
}
END_TEST

START_TEST(signed_integers_do_not_take_unsigned_ones)
{
	int64_t i = 77;

	ck_assert(!sift_parse_i64(SIFT_SPAN("9223372036854775808"), &i));
	ck_assert(!sift_parse_i64(SIFT_SPAN("18446744073709551615"), &i));
	ck_assert_int_eq(i, 77);
}
END_TEST

/* ---- millionths ---- */

static const struct {
	const char *text;
	int64_t value;
	bool exact;
} micros[] = {
	{"12.249072", 12249072, true},
	{"0", 0, true},
	{"-0.000000", 0, true},
	{"+3", 3000000, true},
	{".5", 500000, true},
	{"5.", 5000000, true},
	{"-12.5", -12500000, true},
	{"0.000001", 1, true},
	{"1.2490720000", 1249072, true},
	{"0.0000004999999", 0, false},
	{"0.0000005", 1, false},
	{"-0.0000005", -1, false},
	{"0.00000005", 0, false},
	{"2.5000005", 2500001, false},
	{"2.5000014999999999999999999999", 2500001, false},
	{"0.9999995", 1000000, false},
	{"99999.9999999", 100000000000, false},
	{"1e-6", 1, true},
	{"5e-7", 1, false},
	{"4e-7", 0, false},
	{"1e-400", 0, false},
	{"1e-99999999999999999999", 0, false},
	{"0e99999999999999999999", 0, true},
	{"1.5e3", 1500000000, true},
	{"1234567e-3", 1234567000, true},
	{"0.00001e5", 1000000, true},
	{"9223372036854.775807", INT64_MAX, true},
	{"-9223372036854.775807", -INT64_MAX, true},
	{"9223372036854.7758074", INT64_MAX, false},
	{"9.223372036854775807e12", INT64_MAX, true},
	{"999999999999.999999", 999999999999999999, true},
	{"0000000000000000000000001.5", 1500000, true},
};

static const char *const no_micros[] = {
	"nan",
	"inf",
	"-Infinity",
	"9223372036854.775808",
	"9223372036854.7758075",
	"-9223372036854.775808",
	"9999999999999.999999",
	"18446744073709.551616",
	"10000000000000",
	"1e13",
	"1e400",
	"1e99999999999999999999",
	"99999999999999999999999",
};

START_TEST(millionths_are_exact_or_rounded_and_said_so)
{
	int64_t got = 77;
	bool exact = !micros[_i].exact;

	ck_assert(
		sift_parse_micro(sift_span_str(micros[_i].text), &got, &exact));
	ck_assert_int_eq(got, micros[_i].value);
	ck_assert_int_eq(exact, micros[_i].exact);
	got = 77;
	ck_assert(sift_parse_micro(sift_span_str(micros[_i].text), &got, NULL));
	ck_assert_int_eq(got, micros[_i].value);
}
END_TEST

START_TEST(millionths_out_of_range_are_refused)
{
	int64_t got = 77;
	bool exact = true;

	ck_assert(
		!sift_parse_micro(sift_span_str(no_micros[_i]), &got, &exact));
	ck_assert_int_eq(got, 77);
	ck_assert(exact);
}
END_TEST

/* Against long division in 128 bits: up to 12 digits on either side. */
START_TEST(millionths_agree_with_integer_arithmetic)
{
	uint64_t state = 5;

	for (int i = 0; i < 300000; i++) {
		uint64_t whole =
			next_random(&state) % (i % 2 ? 1000000000000 : 10000);
		unsigned places = (unsigned)(next_random(&state) % 13);
		uint64_t power = 1, fraction, rest;
		int64_t want, got = 77;
		bool exact = false;
		char text[64];
		int len;

		for (unsigned k = 0; k < places; k++)
			power *= 10;
		fraction = next_random(&state) % power;
		len = snprintf(text, sizeof(text), "%s%llu", i % 3 ? "" : "-",
			       (unsigned long long)whole);
		if (places > 0)
			len += snprintf(text + len, 32, ".%0*llu", (int)places,
					(unsigned long long)fraction);
		if (i % 5 == 0) /* the same number with an exponent */
			len += snprintf(text + len, 8, "e0");
		for (; places < 12; places++)
			fraction *= 10;
		rest = fraction % 1000000;
		want = (int64_t)(whole * 1000000 + fraction / 1000000 +
				 (rest >= 500000));
		if (i % 3 == 0)
			want = -want;
		ck_assert_msg(sift_parse_micro(sift_span_of(text, (size_t)len),
					       &got, &exact),
			      "%s", text);
		ck_assert_msg(got == want, "%s", text);
		ck_assert_msg(exact == (rest == 0), "%s", text);
	}
}
END_TEST

/* Any form of number, roughly: a second opinion on signs and exponents. */
START_TEST(millionths_agree_with_strtold)
{
	uint64_t state = 6;
	int compared = 0;

	for (int i = 0; i < 200000; i++) {
		char text[64];
		size_t len = random_number(&state, text, 25);
		long double want = strtold(text, NULL) * 1e6L;
		int64_t got = 77;
		bool is_read =
			sift_parse_micro(sift_span_of(text, len), &got, NULL);

		ck_assert_msg(is_read == (fabsl(want) < 9.2233720368547758e18L),
			      "%s", text);
		if (!is_read)
			continue;
		compared++;
		ck_assert_msg(fabsl((long double)got - want) <=
				      0.5L + fabsl(want) * LDBL_EPSILON * 4,
			      "%s", text);
	}
	ck_assert_int_gt(compared, 50000);
}
END_TEST

/* ---- numbers to text ---- */

static const struct {
	double value;
	const char *text;
} formats[] = {
	{0, "0"},
	{-0.0, "0"},
	{1, "1"},
	{-1, "-1"},
	{0.5, "0.5"},
	{0.1, "0.1"},
	{0.1 + 0.2, "0.3"},
	{1.0 / 3, "0.333333333333333"},
	{2.0 / 3, "0.666666666666667"},
	{12.249072, "12.249072"},
	{-1234.5678, "-1234.5678"},
	{100, "100"},
	{123456789012345, "123456789012345"},
	{123456789012345678., "123456789012346000"},
	{999999999999999, "999999999999999"},
	{1e15, "1000000000000000"},
	{99999999999999.95, "100000000000000"},
	{1e20, "100000000000000000000"},
	{123456789012345678901., "123456789012346000000"},
	{999999999999999e6, "999999999999999000000"},
	{1e21, "1e+21"},
	{-1.5e21, "-1.5e+21"},
	{1.7976931348623157e308, "1.79769313486232e+308"},
	{1e-6, "0.000001"},
	{1.25e-6, "0.00000125"},
	{0.000123456789012345678, "0.000123456789012346"},
	{9.99999999999999e-7, "9.99999999999999e-7"},
	{9.9999999999999999e-7, "0.000001"},
	{1e-7, "1e-7"},
	{-1.5e-7, "-1.5e-7"},
	{2.2250738585072014e-308, "2.2250738585072e-308"},
	{4.9406564584124654e-324, "4.94065645841247e-324"},
	{HUGE_VAL, "null"},
	{-HUGE_VAL, "null"},
};

START_TEST(doubles_are_written_short)
{
	char out[SIFT_NUM_MAX];

	ck_assert_uint_eq(sift_format_double(formats[_i].value, out),
			  strlen(formats[_i].text));
	ck_assert_str_eq(out, formats[_i].text);
}
END_TEST

START_TEST(nan_is_written_as_null)
{
	char out[SIFT_NUM_MAX];

	ck_assert_uint_eq(sift_format_double((double)NAN, out), 4);
	ck_assert_str_eq(out, "null");
	sift_format_fixed((double)NAN, 2, out);
	ck_assert_str_eq(out, "null");
	sift_format_fixed(-HUGE_VAL, 2, out);
	ck_assert_str_eq(out, "null");
}
END_TEST

/* JSON's grammar for what it allows: -?int[.digits][e[+-]digits] */
static bool
is_json_number(const char *p)
{
	p += *p == '-';
	if (*p == '0' && p[1] >= '0' && p[1] <= '9')
		return false;
	if (strspn(p, "0123456789") == 0)
		return false;
	p += strspn(p, "0123456789");
	if (*p == '.') {
		if (strspn(p + 1, "0123456789") == 0)
			return false;
		p += 1 + strspn(p + 1, "0123456789");
	}
	if (*p == 'e') {
		p += 2;
		if (strspn(p, "0123456789") == 0)
			return false;
		p += strspn(p, "0123456789");
	}
	return *p == '\0';
}

/* Any bits, and numbers of every size: as printf's 15 digits, but short. */
START_TEST(written_doubles_agree_with_printf)
{
	uint64_t state = 7;

	for (int i = 0; i < 300000; i++) {
		uint64_t bits = next_random(&state);
		char out[SIFT_NUM_MAX], plain[64];
		double value, size;
		unsigned len;

		if (i % 2 == 0) {
			memcpy(&value, &bits, sizeof(value));
			if (!isfinite(value))
				continue;
		} else {
			value = ldexp((double)(int64_t)bits,
				      -(int)(next_random(&state) % 90));
			if (i % 3 == 0)
				value = floor(value * 1000) / 1000;
		}
		len = sift_format_double(value, out);
		ck_assert_uint_lt(len, SIFT_NUM_MAX);
		ck_assert_uint_eq(len, strlen(out));
		snprintf(plain, sizeof(plain), "%.14e", value);
		ck_assert_msg(strtod(out, NULL) == strtod(plain, NULL), "%s %s",
			      out, plain);
		ck_assert_msg(is_json_number(out), "%s", out);
		size = fabs(strtod(plain, NULL));
		ck_assert_msg(
			(strchr(out, 'e') == NULL) ==
				(size == 0 || (size >= 1e-6 && size < 1e21)),
			"%s", out);
		if (strchr(out, '.') && !strchr(out, 'e'))
			ck_assert_int_ne(out[len - 1], '0');
	}
}
END_TEST

static const struct {
	double value;
	unsigned decimals;
	const char *text;
} fixed[] = {
	{1234.5, 2, "1234.50"},
	{1234.5, 0, "1234"}, /* a tie: to even */
	{1235.5, 0, "1236"},
	{0.125, 2, "0.12"},
	{0.375, 2, "0.38"},
	{2.675, 2, "2.67"}, /* is 2.67499999… */
	{-0.001, 2, "0.00"},
	{-0.0, 1, "0.0"},
	{-0.4, 0, "0"},
	{-0.6, 0, "-1"},
	{-0.05, 1, "-0.1"}, /* is 0.05000000000000000277… */
	{-10, 0, "-10"},
	{0, 9, "0.000000000"},
	{999.999, 2, "1000.00"},
	{999999999999999868928., 9, "999999999999999868928.000000000"},
	{-999999999999999868928., 9, "-999999999999999868928.000000000"},
	{1e21, 2, "1e+21"},
	{-1e300, 9, "-1e+300"},
};

START_TEST(fixed_decimals_round_as_printf_does)
{
	char out[SIFT_NUM_MAX];

	ck_assert_uint_eq(
		sift_format_fixed(fixed[_i].value, fixed[_i].decimals, out),
		strlen(fixed[_i].text));
	ck_assert_str_eq(out, fixed[_i].text);
}
END_TEST

START_TEST(fixed_decimals_agree_with_printf)
{
	uint64_t state = 9;

	for (int i = 0; i < 200000; i++) {
		unsigned decimals = (unsigned)i % 10;
		/* few bits behind the point make ties */
		double value =
			ldexp((double)(int64_t)next_random(&state),
			      -(int)(next_random(&state) % 60) - 11 * (i % 2));
		char out[SIFT_NUM_MAX], want[400];

		if (i % 4 == 0)
			value = floor(ldexp(value, 6)) / 64;
		if (fabs(value) >= 1e21)
			continue;
		snprintf(want, sizeof(want), "%.*f", (int)decimals, value);
		sift_format_fixed(value, decimals, out);
		ck_assert_str_eq(out, want[0] == '-' && strspn(want, "-0.") ==
								strlen(want)
					      ? want + 1
					      : want);
	}
}
END_TEST

START_TEST(integers_are_written_to_their_limits)
{
	char out[SIFT_NUM_MAX];

	ck_assert_uint_eq(sift_format_i64(0, out), 1);
	ck_assert_str_eq(out, "0");
	ck_assert_uint_eq(sift_format_i64(1234567, out), 7);
	ck_assert_str_eq(out, "1234567");
	ck_assert_uint_eq(sift_format_i64(-10, out), 3);
	ck_assert_str_eq(out, "-10");
	ck_assert_uint_eq(sift_format_i64(INT64_MAX, out), 19);
	ck_assert_str_eq(out, "9223372036854775807");
	ck_assert_uint_eq(sift_format_i64(INT64_MIN, out), 20);
	ck_assert_str_eq(out, "-9223372036854775808");
}
END_TEST

START_TEST(the_locale_changes_no_number)
{
	char out[SIFT_NUM_MAX];
	double got = 77;

	if (!set_comma_locale())
		return;
	ck_assert_int_eq(*localeconv()->decimal_point, ',');
	sift_format_double(1234.5678, out);
	ck_assert_str_eq(out, "1234.5678");
	sift_format_double(1.5e-7, out);
	ck_assert_str_eq(out, "1.5e-7");
	sift_format_fixed(1234.5, 2, out);
	ck_assert_str_eq(out, "1234.50");
	ck_assert(sift_parse_double(
		SIFT_SPAN("1.50000000000000000000000000000001e300"), &got));
	ck_assert_double_eq(got, 1.5e300);
	ck_assert(!sift_parse_double(SIFT_SPAN("1,5"), &got));
	setlocale(LC_ALL, "C");
}
END_TEST

/* ---- quotients of 128 bits ---- */

START_TEST(quotients_of_small_numbers_are_plain_division)
{
	uint64_t state = 8;

	for (int i = 0; i < 100000; i++) {
		int64_t a = (int64_t)next_random(&state) >> 11;
		uint64_t b = (next_random(&state) >> 11) + 1;

		/* Both are exact doubles: one correctly rounded division. */
		ck_assert_double_eq(sift_ratio_i128(a, b),
				    (double)a / (double)b);
	}
}
END_TEST

START_TEST(quotients_keep_the_low_bits)
{
	sift_i128 big = (sift_i128)1 << 100;
	sift_i128 most = (sift_i128)(((sift_u128)1 << 127) - 1);

	ck_assert_double_eq(sift_ratio_i128(0, 7), 0);
	ck_assert_double_eq(sift_ratio_i128(big, 1), ldexp(1, 100));
	ck_assert_double_eq(sift_ratio_i128(-big, 1), -ldexp(1, 100));
	/* 1 + 2^-53 is a tie and goes to 1; one more bit and it does not. */
	ck_assert_double_eq(sift_ratio_i128(big + ((sift_i128)1 << 47), 1),
			    ldexp(1, 100));
	ck_assert_double_eq(sift_ratio_i128(big + ((sift_i128)1 << 47) + 1, 1),
			    ldexp(1 + DBL_EPSILON, 100));
	/* The same with the bit in the remainder of the division. */
	ck_assert_double_eq(
		sift_ratio_i128(big + ((sift_i128)1 << 47), UINT64_C(1) << 47),
		ldexp(1, 53));
	ck_assert_double_eq(sift_ratio_i128(big + ((sift_i128)1 << 47) + 1,
					    UINT64_C(1) << 47),
			    ldexp(1 + DBL_EPSILON, 53));
	ck_assert_double_eq(sift_ratio_i128(1, UINT64_MAX), ldexp(1, -64));
	ck_assert_double_eq(sift_ratio_i128(most, 1), ldexp(1, 127));
	ck_assert_double_eq(sift_ratio_i128(-most - 1, 1), -ldexp(1, 127));
	ck_assert(isnan(sift_ratio_i128(1, 0)));
}
END_TEST

static void
fill_reading(TCase *tc)
{
	tcase_add_loop_test(tc, doubles_are_read, 0, COUNT(doubles));
	tcase_add_test(tc, nan_is_read_as_nan);
	tcase_add_loop_test(tc, what_is_no_double_is_refused, 0,
			    COUNT(no_doubles));
	tcase_add_test(tc, doubles_agree_with_strtod);
	tcase_add_test(tc, the_middle_between_doubles_agrees_with_strtod);
	tcase_add_test(tc, doubles_come_back_as_they_were_written);
	tcase_add_test(tc, a_byte_that_is_no_digit_is_refused_anywhere);
	tcase_add_test(tc, ties_are_settled_by_the_last_of_many_digits);
	tcase_add_test(tc, very_long_numbers_are_read);
	tcase_add_test(tc, integers_are_read_to_their_limits);
	tcase_add_loop_test(tc, what_is_no_integer_is_refused, 0,
			    COUNT(no_integers));
	tcase_add_test(tc, signed_integers_do_not_take_unsigned_ones);
	tcase_add_loop_test(tc, millionths_are_exact_or_rounded_and_said_so, 0,
			    COUNT(micros));
	tcase_add_loop_test(tc, millionths_out_of_range_are_refused, 0,
			    COUNT(no_micros));
	tcase_add_test(tc, millionths_agree_with_integer_arithmetic);
	tcase_add_test(tc, millionths_agree_with_strtold);
}

static void
fill(TCase *tc)
{
	fill_reading(tc);
	tcase_add_loop_test(tc, doubles_are_written_short, 0, COUNT(formats));
	tcase_add_test(tc, nan_is_written_as_null);
	tcase_add_test(tc, written_doubles_agree_with_printf);
	tcase_add_loop_test(tc, fixed_decimals_round_as_printf_does, 0,
			    COUNT(fixed));
	tcase_add_test(tc, fixed_decimals_agree_with_printf);
	tcase_add_test(tc, integers_are_written_to_their_limits);
	tcase_add_test(tc, the_locale_changes_no_number);
	tcase_add_test(tc, quotients_of_small_numbers_are_plain_division);
	tcase_add_test(tc, quotients_keep_the_low_bits);
}

int
main(void)
{
	return run_suite("num", fill);
}
