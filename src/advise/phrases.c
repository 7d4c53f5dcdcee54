/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "advise/phrases.h"

#include <math.h>
#include <string.h>

#include "base/num.h"

#define DECIMALS_MAX 9
#define TEXT_MAX 120 /* bytes of a name that are shown */

static unsigned
usual_decimals(double value)
{
	double size = fabs(value);

	if (size >= 100 || value == floor(value))
		return 0;
	return size >= 1 ? 1 : size >= 0.1 ? 2 : 3;
}

static void
trim_zeros(char *text)
{
	size_t len = strlen(text);

	if (!strchr(text, '.'))
		return;
	while (text[len - 1] == '0')
		text[--len] = '\0';
	if (text[len - 1] == '.')
		text[len - 1] = '\0';
}

void
sift_phrase_number(struct sift_buf *out, double value, double beside,
		   enum sift_phrase_unit unit)
{
	double factor = unit == SIFT_PHRASE_SHARE ? 100 : 1;
	char text[SIFT_NUM_MAX], other[SIFT_NUM_MAX];
	/* 100 * 0.07 is 7.000000000000001. */
	double shown = round(value * factor * 1e9) / 1e9;
	unsigned decimals = usual_decimals(shown);

	sift_format_fixed(shown, decimals, text);
	while (!isnan(beside) && value != beside && decimals < DECIMALS_MAX) {
		sift_format_fixed(beside * factor, decimals, other);
		if (strcmp(text, other) != 0)
			break;
		sift_format_fixed(shown, ++decimals, text);
	}
	trim_zeros(text);
	sift_buf_add_str(out, text);
	if (unit == SIFT_PHRASE_MS)
		sift_buf_add_str(out, " ms");
	else if (unit == SIFT_PHRASE_SHARE)
		sift_buf_add_str(out, " %");
}

void
sift_phrase_range(struct sift_buf *out, double low, double high)
{
	long from = lround(low * 100), to = lround(high * 100);

	if (from == to)
		sift_buf_printf(out, "%ld %%", from);
	else
		sift_buf_printf(out, "%ld-%ld %%", from, to);
}

void
sift_phrase_text(struct sift_buf *out, const char *text)
{
	sift_buf_add_escaped(out, sift_span_str(text), TEXT_MAX);
}

void
sift_phrase_endpoint(struct sift_buf *out, const char *method, const char *name)
{
	if (method && *method) {
		sift_phrase_text(out, method);
		sift_buf_add_byte(out, ' ');
	}
	if (name && *name)
		sift_phrase_text(out, name);
	else
		sift_buf_add_str(out, "(no name)");
}

void
sift_phrase_failures(struct sift_buf *out, const struct sift_set_result *result)
{
	double failures = sift_spread_sum(&result->failures);
	double requests = sift_spread_sum(&result->requests);

	if (isnan(failures) || isnan(requests) || requests <= 0) {
		sift_phrase_number(out, result->error_rate.median, NAN,
				   SIFT_PHRASE_SHARE);
		sift_buf_add_str(out, " failed");
		return;
	}
	sift_phrase_number(out, failures, NAN, SIFT_PHRASE_PLAIN);
	sift_buf_add_str(out, " of ");
	sift_phrase_number(out, requests, NAN, SIFT_PHRASE_PLAIN);
	sift_buf_add_str(out, " failed (");
	sift_phrase_number(out, failures / requests, NAN, SIFT_PHRASE_SHARE);
	sift_buf_add_byte(out, ')');
}
