/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "report/page.h"

#include <string.h>

#include "base/text.h"

#define TEXT_MAX 4096 /* bytes of one text that are shown */
#define HANGING 2     /* columns by which a heading's further lines stand in */

static const char *const ink_codes[SIFT_INK_COUNT] = {
	[SIFT_INK_PLAIN] = "\033[0m",	[SIFT_INK_BOLD] = "\033[1m",
	[SIFT_INK_DIM] = "\033[2m",	[SIFT_INK_RED] = "\033[1;31m",
	[SIFT_INK_YELLOW] = "\033[33m", [SIFT_INK_CYAN] = "\033[36m",
	[SIFT_INK_GREEN] = "\033[32m",
};

void
sift_page_init(struct sift_page *page, const struct sift_style *style,
	       struct sift_buf *out)
{
	page->out = out;
	page->columns = style->columns ? style->columns : 80;
	page->colour = style->colour != 0;
}

void
sift_page_ink(struct sift_page *page, enum sift_ink ink)
{
	if (page->colour)
		sift_buf_add_str(page->out, ink_codes[ink]);
}

static void
ink_on(struct sift_page *page, enum sift_ink ink)
{
	if (ink != SIFT_INK_PLAIN)
		sift_page_ink(page, ink);
}

static void
ink_off(struct sift_page *page, enum sift_ink ink)
{
	if (ink != SIFT_INK_PLAIN)
		sift_page_ink(page, SIFT_INK_PLAIN);
}

/* The next word: up to the next blank. */
static struct sift_span
next_word(struct sift_span *text)
{
	size_t len = sift_span_find_byte(*text, ' ');
	struct sift_span word = sift_span_head(*text, len);

	*text = sift_span_from(*text, len + 1);
	return word;
}

static void
new_line(struct sift_page *page, size_t indent, enum sift_ink ink)
{
	ink_off(page, ink);
	sift_buf_add_byte(page->out, '\n');
	sift_buf_add_repeated(page->out, ' ', indent);
	ink_on(page, ink);
}

/* Where words go: `gap` blanks behind `column`, further lines at `indent`. */
struct flow {
	size_t indent, column, gap;
	enum sift_ink ink;
};

/* Write the words of printable text; `at` is then behind the last. */
static void
add_words(struct sift_page *page, struct flow *at, struct sift_span text)
{
	ink_on(page, at->ink);
	while (text.len > 0) {
		struct sift_span word = next_word(&text);
		size_t width = sift_text_columns(word);

		if (word.len == 0)
			continue;
		if (at->column > at->indent &&
		    at->column + at->gap + width > page->columns) {
			new_line(page, at->indent, at->ink);
			at->column = at->indent;
			at->gap = 0;
		}
		sift_buf_add_repeated(page->out, ' ', at->gap);
		sift_buf_add_span(page->out, word);
		at->column += at->gap + width;
		at->gap = 1;
	}
	ink_off(page, at->ink);
}

/* Text that may come from a file is made printable. */
static void
add_text(struct sift_page *page, struct flow *at, const char *text)
{
	struct sift_buf safe = {0};

	add_words(page, at,
		  sift_buf_printable(&safe, sift_span_str(text), TEXT_MAX));
	if (sift_buf_status(&safe))
		page->out->status = SIFT_E_NOMEM;
	sift_buf_release(&safe);
}

void
sift_page_heading(struct sift_page *page, const char *title, const char *aside)
{
	struct flow at = {.indent = HANGING, .ink = SIFT_INK_BOLD};

	sift_buf_add_byte(page->out, '\n');
	add_text(page, &at, title);
	if (aside && *aside) {
		at.gap = 2;
		at.ink = SIFT_INK_DIM;
		add_text(page, &at, aside);
	}
	sift_buf_add_byte(page->out, '\n');
}

void
sift_page_paragraph(struct sift_page *page, size_t indent, const char *lead,
		    enum sift_ink ink, const char *text)
{
	size_t blanks = strspn(lead, " ");
	struct flow at = {.indent = blanks, .column = blanks, .ink = ink};

	sift_buf_add_repeated(page->out, ' ', blanks);
	add_text(page, &at, lead + blanks);
	at.indent = indent;
	at.ink = SIFT_INK_PLAIN;
	if (*text && at.column > 0 && at.column >= indent) {
		new_line(page, indent, SIFT_INK_PLAIN);
		at.column = indent;
	}
	at.gap = indent > at.column ? indent - at.column : 0;
	add_text(page, &at, text);
	sift_buf_add_byte(page->out, '\n');
}

void
sift_page_aside(struct sift_page *page, size_t indent, const char *text)
{
	struct sift_buf safe = {0};
	size_t room = page->columns > indent ? page->columns - indent : 1;

	sift_buf_add_escaped(&safe, sift_span_str(text), TEXT_MAX);
	sift_page_cut(&safe, room, room);
	if (sift_buf_status(&safe))
		page->out->status = SIFT_E_NOMEM;
	sift_buf_add_repeated(page->out, ' ', indent);
	ink_on(page, SIFT_INK_DIM);
	sift_buf_add_span(page->out, sift_buf_span(&safe));
	ink_off(page, SIFT_INK_DIM);
	sift_buf_add_byte(page->out, '\n');
	sift_buf_release(&safe);
}

/* The end of the longest beginning of `text` that takes `columns`. */
static size_t
end_of_head(struct sift_span text, size_t columns)
{
	size_t at = 0, end = 0, column = 0;

	while (at < text.len) {
		size_t plain = sift_text_plain(text, at);
		size_t from;

		if (plain > columns - column)
			return at + columns - column;
		column += plain;
		end = from = at += plain;
		if (at == text.len)
			break;
		sift_utf8_next(text, &at);
		column += sift_text_columns(
			sift_span_of(text.ptr + from, at - from));
		if (column > columns)
			break;
		end = at;
	}
	return end;
}

/* The start of the longest end of `text` that takes `columns`; a combining
   mark whose letter is not in it is not in it either. */
static size_t
start_of_tail(struct sift_span text, size_t columns)
{
	size_t left, at = 0;

	if (columns == 0)
		return text.len;
	left = sift_text_columns(text);
	while (at < text.len) {
		size_t next = at, width;

		sift_utf8_next(text, &next);
		width = sift_text_columns(
			sift_span_of(text.ptr + at, next - at));
		if (left <= columns && width > 0)
			break;
		left -= width;
		at = next;
	}
	return at;
}

void
sift_page_cut(struct sift_buf *text, size_t max, size_t head_columns)
{
	struct sift_span all = sift_buf_span(text);
	struct sift_buf cut;
	size_t head, tail;

	if (sift_text_columns(all) <= max || max == 0)
		return;
	if (head_columns > max - 1)
		head_columns = max - 1;
	head = end_of_head(all, head_columns);
	tail = start_of_tail(all, max - 1 - head_columns);
	sift_buf_init(&cut, 0);
	sift_buf_add_span(&cut, sift_span_head(all, head));
	sift_buf_add_str(&cut, "…");
	sift_buf_add_span(&cut, sift_span_from(all, tail));
	sift_buf_release(text);
	*text = cut;
}
