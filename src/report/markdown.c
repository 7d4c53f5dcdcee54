/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What must be written how follows GitHub Flavored Markdown 0.29: cells end
 * at any '|' without a backslash, code spans included; "http://", "www." and
 * "@" make links without any markup, which a backslash prevents for the first
 * two only; '@' and '$' (mentions, formulas) are harmless in code alone.
 */
#include <config.h>

#include "report/markdown.h"

#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

/* Text that may come from a file made printable: nearly all is. Else it is
   borrowed from `safe`, which is to be released. */
static struct sift_span
printable(struct sift_buf *out, const char *from, size_t max,
	  struct sift_buf *safe)
{
	struct sift_span text;

	*safe = (struct sift_buf){0};
	text = sift_buf_printable(safe, sift_span_str(from), max);
	if (sift_buf_status(safe))
		out->status = SIFT_E_NOMEM;
	return text;
}

/* ---- code ---- */

static size_t
longest_run(struct sift_span text, char c)
{
	size_t longest = 0, run = 0;

	for (size_t i = 0; i < text.len; i++) {
		run = text.ptr[i] == c ? run + 1 : 0;
		longest = run > longest ? run : longest;
	}
	return longest;
}

/* Readers take one blank off both ends if there is one at both. */
static bool
needs_padding(struct sift_span text)
{
	char first = text.ptr[0], last = text.ptr[text.len - 1];

	return first == '`' || last == '`' || (first == ' ' && last == ' ');
}

/* Printable text without '|'. The fence is longer than any run inside, and
   must not lengthen that of a span before it. */
static void
add_code(struct sift_buf *out, struct sift_span text)
{
	size_t fence = longest_run(text, '`') + 1;
	bool padded = needs_padding(text);

	if (out->len > 0 && out->ptr[out->len - 1] == '`')
		sift_buf_add_byte(out, ' ');
	sift_buf_add_repeated(out, '`', fence);
	sift_buf_add_repeated(out, ' ', padded ? 1 : 0);
	sift_buf_add_span(out, text);
	sift_buf_add_repeated(out, ' ', padded ? 1 : 0);
	sift_buf_add_repeated(out, '`', fence);
}

/* Printable text; a '|' stands between spans, where a backslash keeps it. */
static void
add_code_spans(struct sift_buf *out, struct sift_span text)
{
	while (text.len > 0) {
		size_t len = sift_span_find_byte(text, '|');

		if (len > 0)
			add_code(out, sift_span_head(text, len));
		if (len < text.len)
			sift_buf_add_str(out, "\\|");
		text = sift_span_from(text, len + 1);
	}
}

void
sift_md_code(struct sift_buf *out, const char *text)
{
	struct sift_buf safe;

	add_code_spans(out, printable(out, text, SIFT_MD_CODE_MAX, &safe));
	sift_buf_release(&safe);
}

/* ---- sentences ---- */

static bool
is_word(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
	       (c >= 'a' && c <= 'z') || c == '_';
}

/* In a word, as in alerts_list, an underscore is only that. */
static bool
is_inside_word(struct sift_span text, size_t i)
{
	return i > 0 && i + 1 < text.len && is_word(text.ptr[i - 1]) &&
	       is_word(text.ptr[i + 1]);
}

static bool
follows_www(struct sift_span text, size_t i)
{
	return i >= 3 &&
	       sift_span_equal_nocase(sift_span_of(text.ptr + i - 3, 3),
				      SIFT_SPAN("www"));
}

/* "1." and "1)" before a blank or the end begin a list; "1.50" does not. */
static bool
ends_list_number(struct sift_span text, size_t i)
{
	size_t digits = 0;

	if (i == 0 || (i + 1 < text.len && text.ptr[i + 1] != ' '))
		return false;
	while (digits < i && text.ptr[digits] >= '0' && text.ptr[digits] <= '9')
		digits++;
	return digits == i;
}

/* What may mean something somewhere, and what makes it harmless. */
enum mark {
	MARK_NONE,
	MARK_BACKSLASH,
	MARK_PLACED, /* a backslash, in some places */
	MARK_ENTITY,
	MARK_ISOLATED, /* being in code */
};

static const unsigned char marks[UCHAR_MAX + 1] = {
	['\\'] = MARK_BACKSLASH, ['`'] = MARK_BACKSLASH, ['*'] = MARK_BACKSLASH,
	['['] = MARK_BACKSLASH,	 [']'] = MARK_BACKSLASH, ['|'] = MARK_BACKSLASH,
	['~'] = MARK_BACKSLASH,	 ['_'] = MARK_PLACED,	 ['#'] = MARK_PLACED,
	['+'] = MARK_PLACED,	 ['-'] = MARK_PLACED,	 ['='] = MARK_PLACED,
	[':'] = MARK_PLACED,	 ['.'] = MARK_PLACED,	 [')'] = MARK_PLACED,
	['<'] = MARK_ENTITY,	 ['>'] = MARK_ENTITY,	 ['&'] = MARK_ENTITY,
	['@'] = MARK_ISOLATED,	 ['$'] = MARK_ISOLATED,
};

static enum mark
mark_of(char c)
{
	return (enum mark)marks[(unsigned char)c];
}

static bool
needs_backslash(struct sift_span text, size_t i)
{
	switch (text.ptr[i]) {
	case '_':
		return !is_inside_word(text, i);
	case '#':
		return i == 0 || text.ptr[i - 1] == ' ';
	case ':':
		return i == 0 || sift_span_starts(sift_span_from(text, i + 1),
						  SIFT_SPAN("//"));
	case '.':
		return follows_www(text, i) || ends_list_number(text, i);
	case ')':
		return ends_list_number(text, i);
	default: /* + - = */
		return i == 0;
	}
}

static const char *
entity(char c)
{
	return c == '<' ? "&lt;" : c == '>' ? "&gt;" : "&amp;";
}

/* Printable text; returns what of it was written. */
static size_t
add_isolated(struct sift_buf *out, struct sift_span text)
{
	size_t len = 0;

	while (len < text.len && mark_of(text.ptr[len]) == MARK_ISOLATED)
		len++;
	add_code(out, sift_span_head(text, len));
	return len;
}

/* How many bytes from `at` on are no marks. */
static size_t
unmarked(struct sift_span text, size_t at)
{
	size_t from = at;

	while (at < text.len && mark_of(text.ptr[at]) == MARK_NONE)
		at++;
	return at - from;
}

/* One mark, or several that go together; returns how many. */
static size_t
add_marked(struct sift_buf *out, struct sift_span text, size_t i)
{
	enum mark mark = mark_of(text.ptr[i]);

	if (mark == MARK_ISOLATED)
		return add_isolated(out, sift_span_from(text, i));
	if (mark == MARK_ENTITY) {
		sift_buf_add_str(out, entity(text.ptr[i]));
		return 1;
	}
	if (mark == MARK_BACKSLASH || needs_backslash(text, i))
		sift_buf_add_byte(out, '\\');
	sift_buf_add_byte(out, text.ptr[i]);
	return 1;
}

static void
add_sentence(struct sift_buf *out, struct sift_span text)
{
	/* Many blanks would begin a block of code. */
	if (sift_span_starts(text, SIFT_SPAN("  "))) {
		sift_buf_add_str(out, "&#32;");
		text = sift_span_from(text, 1);
	}
	for (size_t i = 0; i < text.len;) {
		size_t len = unmarked(text, i);

		sift_buf_add(out, text.ptr + i, len);
		i += len;
		if (i < text.len)
			i += add_marked(out, text, i);
	}
}

void
sift_md_text(struct sift_buf *out, const char *text)
{
	struct sift_buf safe;

	add_sentence(out, printable(out, text, SIFT_MD_TEXT_MAX, &safe));
	sift_buf_release(&safe);
}

void
sift_md_textf(struct sift_buf *out, const char *format, ...)
{
	struct sift_buf text;
	va_list args;

	sift_buf_init(&text, 0);
	va_start(args, format);
	sift_buf_vprintf(&text, format, args);
	va_end(args);
	if (sift_buf_status(&text))
		out->status = SIFT_E_NOMEM;
	else
		sift_md_text(out, text.ptr ? text.ptr : "");
	sift_buf_release(&text);
}

void
sift_md_prose(struct sift_buf *out, const char *text)
{
	struct sift_buf safe;
	struct sift_span rest = printable(out, text, SIFT_MD_TEXT_MAX, &safe);

	while (rest.len > 0) {
		size_t open = sift_span_find_byte(rest, '`');
		struct sift_span code = sift_span_from(rest, open + 1);
		size_t close = sift_span_find_byte(code, '`');

		if (close == 0 || close == code.len) /* no pair */
			open = rest.len;
		add_sentence(out, sift_span_head(rest, open));
		if (open == rest.len)
			break;
		add_code_spans(out, sift_span_head(code, close));
		rest = sift_span_from(code, close + 1);
	}
	sift_buf_release(&safe);
}

/* ---- headings and tables ---- */

void
sift_md_heading(struct sift_buf *out, unsigned level, const char *title)
{
	if (out->len > 0)
		sift_buf_add_byte(out, '\n');
	sift_buf_add_repeated(out, '#', level);
	sift_buf_add_byte(out, ' ');
	sift_md_text(out, title);
	sift_buf_add_str(out, "\n\n");
}

void
sift_md_table(struct sift_buf *out, const char *const *titles, size_t count)
{
	sift_md_row_begin(out);
	for (size_t i = 0; i < count; i++)
		sift_md_cell(out, titles[i] + (titles[i][0] == '>'));
	sift_md_row_end(out);
	sift_md_row_begin(out);
	for (size_t i = 0; i < count; i++)
		sift_buf_add_str(out,
				 titles[i][0] == '>' ? " --: |" : " --- |");
	sift_md_row_end(out);
}

void
sift_md_row_begin(struct sift_buf *out)
{
	sift_buf_add_byte(out, '|');
}

void
sift_md_cell_begin(struct sift_buf *out)
{
	sift_buf_add_byte(out, ' ');
}

void
sift_md_cell_end(struct sift_buf *out)
{
	sift_buf_add_str(out, " |");
}

void
sift_md_cell(struct sift_buf *out, const char *text)
{
	sift_buf_add_byte(out, ' ');
	sift_md_text(out, text);
	sift_buf_add_str(out, " |");
}

void
sift_md_code_cell(struct sift_buf *out, const char *text)
{
	sift_md_cell_begin(out);
	sift_md_code(out, text);
	sift_md_cell_end(out);
}

void
sift_md_row_end(struct sift_buf *out)
{
	sift_buf_add_byte(out, '\n');
}
