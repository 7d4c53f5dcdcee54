/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "read/k6_text_values.h"

#include "base/num.h"

/* ---- times ---- */

enum unit { NS, US, MS, S, MIN, H, UNIT_COUNT };

/* A value in a unit is value * times / by in ms: exact divisors round once. */
static const struct {
	double times, by;
} units[UNIT_COUNT] = {
	[NS] = {1, 1e6}, [US] = {1, 1e3},	[MS] = {1, 1},
	[S] = {1e3, 1},	 [MIN] = {60 * 1e3, 1}, [H] = {3600 * 1e3, 1},
};

/* Longer ones first. The micro sign is found as other code pages show its
   UTF-8: a console of Windows stores it so. */
static const struct {
	struct sift_span text;
	enum unit unit;
} unit_names[] = {
	{SIFT_SPAN_INIT("ns"), NS},
	{SIFT_SPAN_INIT("\u00b5s"), US},
	{SIFT_SPAN_INIT("\u03bcs"), US},
	{SIFT_SPAN_INIT("us"), US},
	{SIFT_SPAN_INIT("\u252c\u2561s"), US},
	{SIFT_SPAN_INIT("\u252c\u00c1s"), US},
	{SIFT_SPAN_INIT("\u00c2\u00b5s"), US},
	{SIFT_SPAN_INIT("ms"), MS},
	{SIFT_SPAN_INIT("s"), S},
	{SIFT_SPAN_INIT("m"), MIN},
	{SIFT_SPAN_INIT("h"), H},
};

static bool
take_unit(struct sift_span *text, enum unit *out)
{
	for (size_t i = 0; i < sizeof(unit_names) / sizeof(*unit_names); i++) {
		if (!sift_span_starts(*text, unit_names[i].text))
			continue;
		*text = sift_span_from(*text, unit_names[i].text.len);
		*out = unit_names[i].unit;
		return true;
	}
	return false;
}

static bool
take_number(struct sift_span *text, double *out)
{
	size_t n = 0;

	while (n < text->len && ((text->ptr[n] >= '0' && text->ptr[n] <= '9') ||
				 text->ptr[n] == '.'))
		n++;
	if (!sift_parse_double(sift_span_head(*text, n), out))
		return false;
	*text = sift_span_from(*text, n);
	return true;
}

/* k6 chooses the unit in which a value is from 1 to 1000, and prints no
   zeros behind; 0 is "0s". A script may have chosen another. */
static void
note_unit(struct sift_k6_text_times *times, struct sift_span text, double value,
	  enum unit unit)
{
	if (sift_span_equal(text, SIFT_SPAN("0s")))
		return;
	times->units |= 1u << unit;
	if (unit == S)
		times->odd |= value < 1;
	else if (unit == US || unit == MS)
		times->odd |= value < 1 || value >= 1000;
}

bool
sift_k6_text_duration(struct sift_span text, struct sift_k6_text_times *times,
		      double *out_ms)
{
	bool negative = sift_span_starts(text, SIFT_SPAN("-"));
	struct sift_span rest = sift_span_from(text, negative);
	double sum = 0, value = 0;
	enum unit unit = UNIT_COUNT;
	unsigned parts = 0;

	while (rest.len) {
		enum unit last = unit;

		if (!take_number(&rest, &value) || !take_unit(&rest, &unit) ||
		    (parts && (last < MIN || unit >= last)))
			return false;
		sum += value * units[unit].times / units[unit].by;
		parts++;
	}
	if (!parts || unit >= MIN)
		return false;
	if (parts == 1)
		note_unit(times, text, value, unit);
	*out_ms = negative ? -sum : sum;
	return true;
}

enum sift_rounding
sift_k6_text_rounding(const struct sift_k6_text_times *times)
{
	if (times->odd && times->units == 1u << US)
		return SIFT_ROUNDING_10NS;
	if (times->odd && times->units == 1u << MS)
		return SIFT_ROUNDING_10US;
	if (times->odd && times->units == 1u << S)
		return SIFT_ROUNDING_10MS;
	return SIFT_ROUNDING_K6_TEXT;
}

/* ---- values ---- */

static const struct {
	struct sift_span text;
	double bytes;
} sizes[] = {
	{SIFT_SPAN_INIT(" B"), 1},     {SIFT_SPAN_INIT(" kB"), 1e3},
	{SIFT_SPAN_INIT(" MB"), 1e6},  {SIFT_SPAN_INIT(" GB"), 1e9},
	{SIFT_SPAN_INIT(" TB"), 1e12}, {SIFT_SPAN_INIT(" PB"), 1e15},
};

static bool
parse_size(struct sift_span text, double *out)
{
	double value;

	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		struct sift_span unit = sizes[i].text;

		if (!sift_span_ends(text, unit))
			continue;
		if (!sift_parse_double(
			    sift_span_head(text, text.len - unit.len), &value))
			return false;
		*out = value * sizes[i].bytes;
		return true;
	}
	return false;
}

/* A value with its unit; one that has none leaves *unit as it is. */
static bool
parse_value(struct sift_span text, struct sift_k6_text_times *times,
	    enum sift_k6_unit *unit, double *out)
{
	if (sift_parse_double(text, out))
		return true;
	if (parse_size(text, out)) {
		*unit = SIFT_K6_UNIT_DATA;
		return true;
	}
	if (!sift_k6_text_duration(text, times, out))
		return false;
	*unit = SIFT_K6_UNIT_TIME;
	return true;
}

/* ---- words of a line ---- */

#define WORDS (SIFT_K6_FIGURES + 1)

struct words {
	struct sift_span at[WORDS];
	size_t count;
};

static bool
is_size(struct sift_span word)
{
	if (sift_span_ends(word, SIFT_SPAN("/s")))
		word.len -= 2;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++)
		if (sift_span_equal(word, sift_span_from(sizes[i].text, 1)))
			return true;
	return false;
}

/* A unit of bytes belongs to the number before it. */
static bool
split(struct sift_span text, struct words *out)
{
	out->count = 0;
	for (text = sift_span_trim(text); text.len;
	     text = sift_span_trim(text)) {
		size_t n = sift_span_find_byte(text, ' ');
		struct sift_span word = sift_span_head(text, n);

		if (out->count && is_size(word)) {
			struct sift_span *last = &out->at[out->count - 1];

			last->len = (size_t)(word.ptr - last->ptr) + n;
		} else {
			if (out->count == WORDS)
				return false;
			out->at[out->count++] = word;
		}
		text = sift_span_from(text, n);
	}
	return out->count > 0;
}

/* ---- the four types ---- */

/* Words of the form name=value. */
static bool
add_named(struct sift_k6_figures *out, const struct words *words, size_t first,
	  struct sift_k6_text_times *times)
{
	for (size_t i = first; i < words->count; i++) {
		size_t at = sift_span_find_byte(words->at[i], '=');
		struct sift_span value = sift_span_from(words->at[i], at + 1);
		double number;

		if (!at || !parse_value(value, times, &out->unit, &number))
			return false;
		sift_k6_figures_add(out, sift_span_head(words->at[i], at),
				    number);
	}
	return true;
}

static bool
parse_counter(struct sift_k6_figures *out, const struct words *words,
	      struct sift_k6_text_times *times)
{
	struct sift_span rate = words->at[1];
	double count, each;

	if (words->count != 2 || !sift_span_ends(rate, SIFT_SPAN("/s")))
		return false;
	rate.len -= 2;
	if (!parse_value(words->at[0], times, &out->unit, &count) ||
	    !parse_value(rate, times, &out->unit, &each))
		return false;
	out->type = SIFT_METRIC_COUNTER;
	sift_k6_figures_add(out, SIFT_SPAN("count"), count);
	sift_k6_figures_add(out, SIFT_SPAN("rate"), each);
	return true;
}

static bool
parse_gauge(struct sift_k6_figures *out, const struct words *words,
	    struct sift_k6_text_times *times)
{
	double value;

	if (words->count != 3 ||
	    !sift_span_starts(words->at[1], SIFT_SPAN("min=")) ||
	    !sift_span_starts(words->at[2], SIFT_SPAN("max=")) ||
	    !parse_value(words->at[0], times, &out->unit, &value))
		return false;
	out->type = SIFT_METRIC_GAUGE;
	sift_k6_figures_add(out, SIFT_SPAN("value"), value);
	return add_named(out, words, 1, times);
}

/* "43.13% ✓ 66 ✗ 87" and "43.13% 66 out of 153" */
static bool
parse_rate(struct sift_k6_figures *out, const struct words *words)
{
	struct sift_span share = words->at[0];
	uint64_t nonzero, other;
	double percent;

	if (words->count != 5 || !sift_span_ends(share, SIFT_SPAN("%")))
		return false;
	share.len--;
	if (!sift_parse_double(share, &percent) ||
	    !sift_parse_u64(words->at[4], &other))
		return false;
	if (sift_span_equal(words->at[2], SIFT_SPAN("out"))) {
		if (!sift_parse_u64(words->at[1], &nonzero) || nonzero > other)
			return false;
		other -= nonzero;
	} else if (!sift_parse_u64(words->at[2], &nonzero)) {
		return false;
	}
	out->type = SIFT_METRIC_RATE;
	sift_k6_figures_add(out, SIFT_SPAN("rate"), percent / 100);
	sift_k6_figures_add(out, SIFT_SPAN("passes"), (double)nonzero);
	sift_k6_figures_add(out, SIFT_SPAN("fails"), (double)other);
	return true;
}

bool
sift_k6_text_values_parse(struct sift_span text,
			  struct sift_k6_text_times *times,
			  struct sift_k6_figures *out)
{
	struct words words;

	out->count = 0;
	out->unit = SIFT_K6_UNIT_DEFAULT;
	if (!split(text, &words))
		return false;
	if (sift_span_find_byte(words.at[0], '=') < words.at[0].len) {
		out->type = SIFT_METRIC_TREND;
		return words.count <= SIFT_K6_FIGURES &&
		       add_named(out, &words, 0, times);
	}
	return words.count > 1 &&
	       (parse_counter(out, &words, times) ||
		parse_gauge(out, &words, times) || parse_rate(out, &words));
}
