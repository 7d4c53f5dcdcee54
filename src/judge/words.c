/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "judge/words.h"

#include <math.h>
#include <string.h>

#include "base/buf.h"
#include "base/clocale.h"

#define DECIMALS_MAX 9
#define NAMED_MAX 4 /* runs named in one message */

static const char *const suffixes[] = {
	[SIFT_WORDS_MS] = " ms",
	[SIFT_WORDS_PERCENT] = " %",
	[SIFT_WORDS_PLAIN] = "",
};

/* Three digits that mean something. */
static unsigned
usual_decimals(double value)
{
	value = fabs(value);
	if (value >= 100)
		return 0;
	if (value >= 10)
		return 1;
	if (value >= 1)
		return 2;
	return value >= 0.1 ? 3 : 4;
}

/* "1.50" to "1.5", "2.00" to "2"; returns the length. */
static size_t
drop_zeros(char *text, size_t len)
{
	if (!memchr(text, '.', len))
		return len;
	while (text[len - 1] == '0')
		len--;
	return text[len - 1] == '.' ? len - 1 : len;
}

static char *
with_decimals(double value, unsigned decimals, enum sift_words_unit unit,
	      char out[SIFT_WORDS_MAX])
{
	size_t len = sift_format_fixed(value, decimals, out);

	len = drop_zeros(out, len);
	memcpy(out + len, suffixes[unit], strlen(suffixes[unit]) + 1);
	return out;
}

char *
sift_words(double value, enum sift_words_unit unit, char out[SIFT_WORDS_MAX])
{
	if (unit == SIFT_WORDS_PERCENT)
		value *= 100;
	return with_decimals(value, usual_decimals(value), unit, out);
}

char *
sift_words_beside(double value, double other, enum sift_words_unit unit,
		  char out[SIFT_WORDS_MAX])
{
	char text[SIFT_WORDS_MAX];
	double scale = unit == SIFT_WORDS_PERCENT ? 100 : 1;
	unsigned decimals = usual_decimals(value * scale);

	for (;; decimals++) {
		with_decimals(value * scale, decimals, unit, out);
		with_decimals(other * scale, decimals, unit, text);
		if (value == other || decimals == DECIMALS_MAX ||
		    strcmp(out, text) != 0)
			return out;
	}
}

char *
sift_words_runs(unsigned agreeing, unsigned judged, char out[SIFT_WORDS_MAX])
{
	if (judged < 2)
		*out = '\0';
	else
		sift_snprintf(out, SIFT_WORDS_MAX, " (%u of %u runs)", agreeing,
			      judged);
	return out;
}

static const char *
label_of(const struct sift_document *doc, size_t set, size_t i)
{
	const char *label = doc->runs[doc->sets[set].runs[i]].label;

	return label ? label : "a run without name";
}

const char *
sift_words_runs_above(struct sift_arena *arena, const struct sift_document *doc,
		      size_t set, const struct sift_spread *spread,
		      double limit, enum sift_words_unit unit)
{
	struct sift_buf buf;
	const char *kept = NULL;
	size_t i, named = 0, more = 0;

	sift_buf_init(&buf, 0);
	for (i = 0; i < spread->value_count && i < doc->sets[set].run_count;
	     i++) {
		double value = sift_spread_value(spread, i);
		char text[SIFT_WORDS_MAX];

		if (!(value > limit))
			continue;
		if (named == NAMED_MAX) {
			more++;
			continue;
		}
		sift_buf_printf(&buf, "%s%s (%s)", named++ ? ", " : "",
				label_of(doc, set, i),
				sift_words_beside(value, limit, unit, text));
	}
	if (more)
		sift_buf_printf(&buf, " and %zu more", more);
	if (!sift_buf_status(&buf))
		kept = sift_arena_str(arena, buf.ptr ? buf.ptr : "");
	sift_buf_release(&buf);
	return kept;
}
