/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Nearly all numbers are scaled to an integer exactly and their digits
 * written; the rest goes through printf in the C locale.
 */

#include <config.h>

#include "base/num.h"

#include <assert.h>
#include <float.h>
#include <math.h>

#include "base/clocale.h"

#define TEN_TO_15 UINT64_C(1000000000000000)

static unsigned
copy_text(char *out, const char *text)
{
	size_t len = strlen(text);

	memcpy(out, text, len + 1);
	return (unsigned)len;
}

/*
 * The number value x 10^scale rounded to an integer as printf rounds: by the
 * exact binary value, a tie to the even one. False for what 128 bits do not
 * hold; value is positive.
 */
static bool
scale_exactly(double value, int scale, uint64_t *out)
{
	static const uint64_t powers[] = {
		UINT64_C(1),	       UINT64_C(10),
		UINT64_C(100),	       UINT64_C(1000),
		UINT64_C(10000),       UINT64_C(100000),
		UINT64_C(1000000),     UINT64_C(10000000),
		UINT64_C(100000000),   UINT64_C(1000000000),
		UINT64_C(10000000000),
	};
	const int mantissa_bits = DBL_MANT_DIG - 1;
	const uint64_t hidden = UINT64_C(1) << mantissa_bits;
	sift_u128 scaled, whole, rest, half;
	uint64_t bits;
	int exponent;

	/* The parts of an IEEE 754 double; of one so small that its mantissa
	   has no hidden bit the exponent is out of reach, as that of 0 is. */
	memcpy(&bits, &value, sizeof(bits));
	exponent = (int)(bits >> mantissa_bits) - (DBL_MAX_EXP - 1) -
		   mantissa_bits;
	if (!bits)
		exponent = -1;
	if (scale < 0 || scale > 20 || exponent >= 0 || exponent < -120)
		return false;
	scaled = bits ? (bits & (hidden - 1)) | hidden : 0;
	/* 53 bits and 67 of 10^20 */
	scaled *= powers[scale / 2];
	scaled *= powers[scale - scale / 2];
	whole = scaled >> -exponent;
	rest = scaled - (whole << -exponent);
	half = (sift_u128)1 << (-exponent - 1);
	whole += rest > half || (rest == half && whole % 2);
	*out = (uint64_t)whole;
	return whole >> 63 == 0;
}

/* `count` digits, the last ones of the number, and a NUL. */
static void
write_digits(uint64_t number, unsigned count, char *out)
{
	out[count] = '\0';
	for (; count > 0; number /= 10)
		out[--count] = (char)('0' + number % 10);
}

static unsigned
write_integer(uint64_t number, char *out)
{
	unsigned count = 1;

	for (uint64_t rest = number; rest >= 10; rest /= 10)
		count++;
	write_digits(number, count, out);
	return count;
}

/* Fifteen significant digits of a double, zeros at the end dropped. */
struct digits {
	char text[16];	/* d1d2d3…, value = d1.d2d3… x 10^exponent */
	unsigned count; /* at least 1 */
	int exponent;
	bool negative;
};

/* By printf, which can do all. */
static void
round_slowly(double value, struct digits *d)
{
	char text[SIFT_NUM_MAX]; /* d.dddddddddddddde±xxx */
	int64_t exponent = 0;

	sift_snprintf(text, sizeof(text), "%.14e", value);
	d->text[0] = text[0];
	memcpy(d->text + 1, text + 2, 14);
	sift_parse_i64(sift_span_str(text + 17), &exponent);
	d->exponent = (int)exponent;
}

static bool
round_quickly(double value, struct digits *d)
{
	uint64_t all;
	int binary;
	bool known;

	frexp(value, &binary);
	/* log10(2) is 0.30103; the guess is right or one too low */
	d->exponent = (int)floor((binary - 1) * 0.30103);
	known = scale_exactly(value, 14 - d->exponent, &all);
	if (known && all >= TEN_TO_15)
		known = scale_exactly(value, 14 - ++d->exponent, &all);
	if (!known || all < TEN_TO_15 / 10 || all >= TEN_TO_15)
		return false;
	write_digits(all, 15, d->text);
	return true;
}

static struct digits
round_to_digits(double value)
{
	struct digits d = {.negative = signbit(value) != 0};

	if (!round_quickly(fabs(value), &d))
		round_slowly(fabs(value), &d);
	d.count = 15;
	while (d.count > 1 && d.text[d.count - 1] == '0')
		d.count--;
	return d;
}

static unsigned
write_plain(const struct digits *d, char *out)
{
	char *to = out;
	int at = d->exponent; /* power of ten of the digit being written */

	if (at < 0) {
		*to++ = '0';
		*to++ = '.';
		for (int i = -1; i > at; i--)
			*to++ = '0';
	}
	for (unsigned i = 0; i < d->count; i++, at--) {
		if (at == -1 && i > 0)
			*to++ = '.';
		*to++ = d->text[i];
	}
	for (; at >= 0; at--)
		*to++ = '0';
	*to = '\0';
	return (unsigned)(to - out);
}

static unsigned
write_with_exponent(const struct digits *d, char *out)
{
	char fraction[16] = "";

	if (d->count > 1) {
		fraction[0] = '.';
		memcpy(fraction + 1, d->text + 1, d->count - 1);
	}
	return (unsigned)sift_snprintf(out, SIFT_NUM_MAX - 1, "%c%se%+d",
				       d->text[0], fraction, d->exponent);
}

unsigned
sift_format_double(double value, char out[SIFT_NUM_MAX])
{
	struct digits d;
	unsigned sign = 0;

	if (!isfinite(value))
		return copy_text(out, "null");
	if (fabs(value) < 1e15 && trunc(value) == value)
		return sift_format_i64((int64_t)value, out); /* -0 as well */
	d = round_to_digits(value);
	if (d.negative)
		out[sign++] = '-';
	if (d.exponent < -6 || d.exponent >= 21)
		return sign + write_with_exponent(&d, out + sign);
	return sign + write_plain(&d, out + sign);
}

static unsigned
write_fixed(uint64_t scaled, bool negative, unsigned decimals, char *out)
{
	uint64_t unit = 1;
	unsigned len = 0;

	for (unsigned i = 0; i < decimals; i++)
		unit *= 10;
	if (negative && scaled)
		out[len++] = '-';
	len += write_integer(scaled / unit, out + len);
	if (!decimals)
		return len;
	out[len++] = '.';
	write_digits(scaled % unit, decimals, out + len);
	return len + decimals;
}

unsigned
sift_format_fixed(double value, unsigned decimals, char out[SIFT_NUM_MAX])
{
	uint64_t scaled;
	int len;

	assert(decimals <= 9);
	if (!isfinite(value) || fabs(value) >= 1e21)
		return sift_format_double(value, out);
	if (scale_exactly(fabs(value), (int)decimals, &scaled))
		return write_fixed(scaled, value < 0, decimals, out);
	len = sift_snprintf(out, SIFT_NUM_MAX, "%.*f", (int)decimals, value);
	if (out[0] == '-' && strspn(out, "-0.") == (size_t)len) {
		memmove(out, out + 1, (size_t)len); /* "-0.00": with the NUL */
		len--;
	}
	return (unsigned)len;
}

unsigned
sift_format_i64(int64_t value, char out[SIFT_NUM_MAX])
{
	if (value >= 0)
		return write_integer((uint64_t)value, out);
	out[0] = '-';
	return 1 + write_integer(0 - (uint64_t)value, out + 1);
}
