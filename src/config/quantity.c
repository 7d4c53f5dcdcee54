/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "config/quantity.h"

#include <math.h>

#include "base/num.h"

struct unit {
	enum sift_quantity quantity;
	const char *name;
	double factor, divisor; /* two, so that 0.5 % is 0.5 / 100 */
};

/* clang-format off */
static const struct unit units[] = {
	{SIFT_QUANTITY_MS, "", 1, 1},
	{SIFT_QUANTITY_MS, "ms", 1, 1},
	{SIFT_QUANTITY_MS, "s", 1000, 1},
	{SIFT_QUANTITY_MS, "us", 1, 1000},
	{SIFT_QUANTITY_MS, "\xc2\xb5s", 1, 1000}, /* micro sign */
	{SIFT_QUANTITY_MS, "min", 60000, 1},
	{SIFT_QUANTITY_SHARE, "", 1, 1},
	{SIFT_QUANTITY_SHARE, "%", 1, 100},
	{SIFT_QUANTITY_RATIO, "", 1, 1},
	{SIFT_QUANTITY_RATIO, "x", 1, 1},
	{SIFT_QUANTITY_RPS, "", 1, 1},
	{SIFT_QUANTITY_RPS, "rps", 1, 1},
	{SIFT_QUANTITY_RPS, "/s", 1, 1},
	{SIFT_QUANTITY_RPS, "per second", 1, 1},
	{SIFT_QUANTITY_RPS, "per minute", 1, 60},
	{SIFT_QUANTITY_PER_DAY, "", 1, 1},
	{SIFT_QUANTITY_PER_DAY, "per day", 1, 1},
	{SIFT_QUANTITY_PER_DAY, "per hour", 24, 1},
	{SIFT_QUANTITY_PER_DAY, "per minute", 1440, 1},
	{SIFT_QUANTITY_PER_DAY, "per second", 86400, 1},
	{SIFT_QUANTITY_WHOLE, "", 1, 1},
};

static const struct {
	const char *example, *is_none;
} words[SIFT_QUANTITY_COUNT] = {
	[SIFT_QUANTITY_MS] = {"a time (150ms, 1.5s)",
		"is not a time (150ms, 1.5s)"},
	[SIFT_QUANTITY_SHARE] = {"a share (0.5 %, 0.005)",
		"is not a share (0.5 %, 0.005)"},
	[SIFT_QUANTITY_RATIO] = {"a ratio (5, 5x)",
		"is not a ratio (5, 5x)"},
	[SIFT_QUANTITY_RPS] = {"a rate (100, 100 rps)",
		"is not a rate (100, 100 rps)"},
	[SIFT_QUANTITY_PER_DAY] = {"an amount of requests (2000000 per day)",
		"is not an amount of requests (2000000 per day)"},
	[SIFT_QUANTITY_WHOLE] = {"a whole number (100)",
		"is not a whole number (100)"},
};
/* clang-format on */

const char *
sift_quantity_example(enum sift_quantity quantity)
{
	return words[quantity].example;
}

static size_t
skip_digits(struct sift_span text, size_t at)
{
	while (at < text.len && ((text.ptr[at] >= '0' && text.ptr[at] <= '9') ||
				 text.ptr[at] == '.' || text.ptr[at] == ','))
		at++;
	return at;
}

/* Where the number ends and the unit begins. */
static size_t
number_length(struct sift_span text)
{
	size_t at = text.len && (text.ptr[0] == '-' || text.ptr[0] == '+');
	size_t mark;

	at = skip_digits(text, at);
	if (at == text.len || (text.ptr[at] != 'e' && text.ptr[at] != 'E'))
		return at;
	mark = at + 1;
	if (mark < text.len && (text.ptr[mark] == '-' || text.ptr[mark] == '+'))
		mark++;
	return skip_digits(text, mark) > mark ? skip_digits(text, mark) : at;
}

static const struct unit *
find_unit(enum sift_quantity quantity, struct sift_span name)
{
	size_t i;

	for (i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (units[i].quantity == quantity &&
		    sift_span_equal(name, sift_span_str(units[i].name)))
			return &units[i];
	return NULL;
}

const char *
sift_quantity_parse(struct sift_span text, enum sift_quantity quantity,
		    double *out)
{
	size_t len = number_length(text);
	struct sift_span number = sift_span_head(text, len);
	const struct unit *unit =
		find_unit(quantity, sift_span_trim(sift_span_from(text, len)));
	double value;

	if (sift_span_find_byte(number, ',') < number.len)
		return "is not a number: write a decimal point and no comma";
	if (!unit || !sift_parse_double(number, &value) || !isfinite(value))
		return words[quantity].is_none;
	value = value * unit->factor / unit->divisor;
	if (quantity == SIFT_QUANTITY_WHOLE && value != floor(value))
		return words[quantity].is_none;
	*out = value;
	return NULL;
}
