/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "report/markdown.h"

#include <stdarg.h>
#include <string.h>

#define TEXT_MAX 4096 /* bytes of one text that are shown */

void
sift_md_text(struct sift_buf *out, const char *text)
{
	struct sift_buf safe;
	bool start = true;

	sift_buf_init(&safe, 0);
	sift_buf_add_escaped(&safe, sift_span_str(text), TEXT_MAX);
	for (size_t i = 0; i < safe.len; i++) {
		char c = safe.ptr[i];

		if (c == '<')
			sift_buf_add_str(out, "&lt;");
		else if (c == '>')
			sift_buf_add_str(out, "&gt;");
		else if (c == '&')
			sift_buf_add_str(out, "&amp;");
		else if (strchr("\\`*_[]|~$@", c) ||
			 (start && strchr("#+-=:", c)))
			sift_buf_printf(out, "\\%c", c);
		else
			sift_buf_add_byte(out, c);
		start = false;
	}
	if (sift_buf_status(&safe))
		out->status = SIFT_E_NOMEM;
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
sift_md_cell(struct sift_buf *out, const char *text)
{
	sift_buf_add_byte(out, ' ');
	sift_md_text(out, text);
	sift_buf_add_str(out, " |");
}

void
sift_md_row_end(struct sift_buf *out)
{
	sift_buf_add_byte(out, '\n');
}
