/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "read/k6_text_line.h"

#include "base/num.h"
#include "base/text.h"
#include "read/k6_metric.h"
#include "read/k6_text_values.h"

#define ESC '\x1b'

/* k6's signs, and as consoles of Windows store them: UTF-8 taken for code
   page 437, 850 or 1252. */
static const struct {
	struct sift_span text;
	enum sift_k6_glyph glyph;
} glyphs[] = {
	{SIFT_SPAN_INIT("\u2713"), SIFT_K6_GLYPH_PASS},
	{SIFT_SPAN_INIT("\u0393\u00a3\u00f4"), SIFT_K6_GLYPH_PASS},
	{SIFT_SPAN_INIT("\u00d4\u00a3\u00f4"), SIFT_K6_GLYPH_PASS},
	{SIFT_SPAN_INIT("\u00e2\u0153\u201c"), SIFT_K6_GLYPH_PASS},
	{SIFT_SPAN_INIT("\u2717"), SIFT_K6_GLYPH_FAIL},
	{SIFT_SPAN_INIT("\u0393\u00a3\u00f9"), SIFT_K6_GLYPH_FAIL},
	{SIFT_SPAN_INIT("\u00d4\u00a3\u00f9"), SIFT_K6_GLYPH_FAIL},
	{SIFT_SPAN_INIT("\u00e2\u0153\u2014"), SIFT_K6_GLYPH_FAIL},
	{SIFT_SPAN_INIT("\u21b3"), SIFT_K6_GLYPH_COUNTS},
	{SIFT_SPAN_INIT("\u0393\u00e5\u2502"), SIFT_K6_GLYPH_COUNTS},
	{SIFT_SPAN_INIT("\u00d4\u00e5\u2502"), SIFT_K6_GLYPH_COUNTS},
	{SIFT_SPAN_INIT("\u00e2\u2020\u00b3"), SIFT_K6_GLYPH_COUNTS},
	{SIFT_SPAN_INIT("\u2588"), SIFT_K6_GLYPH_TITLE},
	{SIFT_SPAN_INIT("\u0393\u00fb\u00ea"), SIFT_K6_GLYPH_TITLE},
	{SIFT_SPAN_INIT("\u00d4\u00fb\u00ea"), SIFT_K6_GLYPH_TITLE},
	{SIFT_SPAN_INIT("\u00e2\u2013\u02c6"), SIFT_K6_GLYPH_TITLE},
};

#define GLYPH_COUNT (sizeof(glyphs) / sizeof(glyphs[0]))

/* ---- cleaning ---- */

/* The length of a colour or another control sequence at the start. */
static size_t
escape_len(struct sift_span text)
{
	size_t n = 2;

	if (text.len < 2 || text.ptr[1] != '[')
		return 1;
	while (n < text.len && (text.ptr[n] < 0x40 || text.ptr[n] > 0x7e))
		n++;
	return n + 1;
}

/* What is left of a line that was written over. */
static struct sift_span
last_version(struct sift_span line)
{
	while (line.len && line.ptr[line.len - 1] == '\r')
		line.len--;
	for (size_t i = line.len; i-- > 0;)
		if (line.ptr[i] == '\r')
			return sift_span_from(line, i + 1);
	return line;
}

void
sift_k6_text_clean(struct sift_span raw, struct sift_buf *clean)
{
	struct sift_span rest = last_version(raw);

	sift_buf_clear(clean);
	while (rest.len) {
		size_t n = sift_span_find_byte(rest, ESC);

		sift_utf8_add_repaired(clean, sift_span_head(rest, n));
		rest = sift_span_from(rest, n);
		if (rest.len)
			rest = sift_span_from(rest, escape_len(rest));
	}
}

/* ---- signs ---- */

static enum sift_k6_glyph
take_glyph(struct sift_span *text)
{
	for (size_t i = 0; i < GLYPH_COUNT; i++) {
		if (!sift_span_starts(*text, glyphs[i].text))
			continue;
		*text = sift_span_trim(
			sift_span_from(*text, glyphs[i].text.len));
		return glyphs[i].glyph;
	}
	return SIFT_K6_GLYPH_NONE;
}

/* Where what k6 printed begins: behind the last two blanks. */
static struct sift_span
behind_indent(struct sift_span text)
{
	for (size_t i = text.len; i > 1; i--)
		if (text.ptr[i - 1] == ' ' && text.ptr[i - 2] == ' ')
			return sift_span_from(text, i);
	return text;
}

/* The first sign that is indented; NONE if there is none. */
static enum sift_k6_glyph
find_glyph(struct sift_span line, struct sift_span *out_rest)
{
	for (size_t at = 0; at < line.len; at++) {
		struct sift_span rest = sift_span_from(line, at);
		enum sift_k6_glyph glyph;

		if (!((unsigned char)line.ptr[at] & 0x80) ||
		    (at && line.ptr[at - 1] != ' ') ||
		    (at > 1 && line.ptr[at - 2] != ' '))
			continue;
		glyph = take_glyph(&rest);
		*out_rest = rest;
		if (glyph != SIFT_K6_GLYPH_NONE)
			return glyph;
	}
	return SIFT_K6_GLYPH_NONE;
}

/* ---- kinds ---- */

/* The name before the dots, with its sign. Where blanks were lost it is the
   last word, or what is in the last braces. */
static void
take_name(struct sift_span text, struct sift_k6_text_line *out)
{
	struct sift_span name = behind_indent(text);

	out->glyph = take_glyph(&name);
	if (name.ptr == text.ptr && out->glyph == SIFT_K6_GLYPH_NONE) {
		bool is_part = sift_span_ends(text, SIFT_SPAN("}"));
		size_t at = text.len;

		while (at && text.ptr[at - 1] != (is_part ? '{' : ' '))
			at--;
		name = sift_span_from(text, is_part && at ? at - 1 : at);
	}
	out->text = sift_span_trim(name);
}

static bool
parse_metric(struct sift_span line, struct sift_k6_text_line *out)
{
	static const struct sift_span dots = SIFT_SPAN_INIT("...: ");
	size_t at = sift_span_find(line, dots);
	struct sift_span name = sift_span_head(line, at);

	if (at == line.len)
		return false;
	while (name.len && name.ptr[name.len - 1] == '.')
		name.len--;
	take_name(name, out);
	if (!out->text.len)
		return false;
	out->values = sift_span_trim(sift_span_from(line, at + dots.len));
	out->kind = SIFT_K6_TEXT_METRIC;
	return true;
}

/* "0% — ✓ 0 / ✗ 29", the numbers are the fourth and seventh word. */
static bool
parse_counts(struct sift_span rest, struct sift_k6_text_line *out)
{
	struct sift_span words[7];
	size_t count = 0;

	for (rest = sift_span_trim(rest); rest.len;
	     rest = sift_span_trim(rest)) {
		size_t n = sift_span_find_byte(rest, ' ');

		if (count == 7)
			return false;
		words[count++] = sift_span_head(rest, n);
		rest = sift_span_from(rest, n);
	}
	return count == 7 && sift_parse_u64(words[3], &out->passes) &&
	       sift_parse_u64(words[6], &out->fails);
}

/* What is in quotes, up to the last one: an expression may have some. */
static struct sift_span
quoted(struct sift_span text)
{
	struct sift_span inner = sift_span_from(text, 1);

	if (!sift_span_starts(text, SIFT_SPAN("'")))
		return SIFT_SPAN("");
	while (inner.len && inner.ptr[inner.len - 1] != '\'')
		inner.len--;
	return sift_span_head(inner, inner.len ? inner.len - 1 : 0);
}

void
sift_k6_text_line_parse(struct sift_span line, struct sift_k6_text_line *out)
{
	struct sift_span rest = line;
	enum sift_k6_glyph glyph;

	*out = (struct sift_k6_text_line){.kind = SIFT_K6_TEXT_OTHER};
	if (parse_metric(line, out))
		return;
	glyph = find_glyph(line, &rest);
	out->text = rest;
	if (glyph == SIFT_K6_GLYPH_NONE) {
		out->text = behind_indent(sift_span_trim(line));
	} else if (glyph == SIFT_K6_GLYPH_TITLE) {
		out->kind = SIFT_K6_TEXT_TITLE;
	} else if (glyph == SIFT_K6_GLYPH_COUNTS) {
		if (parse_counts(rest, out))
			out->kind = SIFT_K6_TEXT_COUNTS;
	} else if (rest.len && rest.ptr[0] != '[') { /* a progress bar */
		out->kind = SIFT_K6_TEXT_MARK;
		out->glyph = glyph;
		out->values = quoted(rest);
	}
}

/* ---- recognition ---- */

/* Is there a line that only a summary has? */
static bool
has_summary(struct sift_span head)
{
	struct sift_buf clean = {0};
	bool found = false;

	while (head.len && !found) {
		size_t n = sift_span_find_byte(head, '\n');
		struct sift_k6_text_times times = {0};
		struct sift_k6_figures values;
		struct sift_k6_text_line line;
		struct sift_k6_metric is;

		sift_k6_text_clean(sift_span_head(head, n), &clean);
		sift_k6_text_line_parse(sift_buf_span(&clean), &line);
		if (line.kind == SIFT_K6_TEXT_METRIC)
			found = sift_k6_metric_builtin(line.text, &is) &&
				sift_k6_text_values_parse(line.values, &times,
							  &values);
		else if (line.kind == SIFT_K6_TEXT_TITLE)
			found = sift_span_equal(line.text,
						SIFT_SPAN("TOTAL RESULTS")) ||
				sift_span_equal(line.text,
						SIFT_SPAN("THRESHOLDS"));
		head = sift_span_from(head, n + 1);
	}
	sift_buf_release(&clean);
	return found;
}

static bool
has(struct sift_span head, struct sift_span word)
{
	return sift_span_find(head, word) < head.len;
}

/* What k6 shows while it runs. */
static bool
is_log(struct sift_span head)
{
	return (has(head, SIFT_SPAN("scenarios: (")) &&
		has(head, SIFT_SPAN(" max VUs, "))) ||
	       (has(head, SIFT_SPAN(" VUs, ")) &&
		has(head, SIFT_SPAN(" complete and ")) &&
		has(head, SIFT_SPAN(" interrupted iterations"))) ||
	       (has(head, SIFT_SPAN("time=\"")) &&
		has(head, SIFT_SPAN(" level=")) &&
		(has(head, SIFT_SPAN(" msg=\"Request Failed\"")) ||
		 has(head, SIFT_SPAN("thresholds on metrics '"))));
}

unsigned
sift_k6_text_bid(struct sift_span head, bool whole)
{
	(void)whole;
	if ((has(head, SIFT_SPAN("...:")) ||
	     has(head, SIFT_SPAN("THRESHOLDS"))) &&
	    has_summary(head))
		return 100;
	return is_log(head) ? 40 : 0;
}
