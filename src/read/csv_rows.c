/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rows are found here and taken apart by libcsv, one at a time: libcsv tells
 * neither lines nor offsets, swallows blank lines, and lets an open quote
 * take the rest of the file. So it only ever sees one row whose quotes are
 * known to be in order.
 */
#include <config.h>

#include "read/csv_rows.h"

#include <csv.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "read/csv_bare.h"
#include "read/csv_unescaped.h"
#include "read/csv_window.h"

/* A row may have so many times the bytes of its largest cell. */
#define ROW_CELLS_BYTES 4
/* What a window holds beyond one row; a row of it is never larger. */
#define SLACK_BYTES ((size_t)131072)

static const char cut_short[] = "cut short";
static const char too_long[] = "too long (--max-line-bytes)";
static const char too_many_cells[] = "more than 1024 cells";
static const char wrong_cells[] = "cells do not match the header";

struct sift_csv_rows {
	struct sift_csv_window window;
	struct csv_parser parser;
	size_t max_cell_bytes;
	size_t max_bare_bytes; /* too few for too many cells, or too large */

	/* dialect */
	bool quoted;	/* names are */
	bool crlf;	/* the header row ends with CRLF */
	bool text_mode; /* LF became CRLF after writing (Windows) */
	struct sift_csv_shape shape;

	/* the row returned last */
	struct sift_csv_row row;
	struct sift_buf text;
	struct sift_buf undone; /* a cell without text mode */
	size_t cell_count;
	const char *cell_bad;
	/* Not zeroed: there are many small files. */
	size_t cell_ends[SIFT_CSV_CELLS_MAX];
	struct sift_span cells[SIFT_CSV_CELLS_MAX];
};

/* ---- taking a row apart ---- */

/* In text mode on Windows each LF that Python wrote became CRLF. */
static struct sift_span
undo_text_mode(struct sift_csv_rows *r, struct sift_span cell)
{
	sift_buf_clear(&r->undone);
	for (;;) {
		size_t crlf = sift_span_find(cell, SIFT_SPAN("\r\n"));

		sift_buf_add_span(&r->undone, sift_span_head(cell, crlf));
		if (crlf == cell.len)
			break;
		cell = sift_span_from(cell, crlf + 1);
	}
	return sift_buf_span(&r->undone);
}

static void
add_cell(struct sift_csv_rows *r, struct sift_span cell)
{
	if (r->cell_count >= SIFT_CSV_CELLS_MAX)
		r->cell_bad = too_many_cells;
	else if (cell.len > r->max_cell_bytes)
		r->cell_bad = too_long;
	if (r->cell_bad)
		return;
	if (r->text_mode)
		cell = undo_text_mode(r, cell);
	sift_utf8_add_or_cp1252(&r->text, cell);
	r->cell_ends[r->cell_count++] = r->text.len;
}

static void
on_cell(void *text, size_t len, void *payload)
{
	add_cell(payload, sift_span_of(text, text ? len : 0));
}

static void
on_row(int end, void *payload)
{
	(void)end;
	(void)payload;
}

static int
never(unsigned char c)
{
	(void)c;
	return 0;
}

static void
forget_cells(struct sift_csv_rows *r)
{
	sift_buf_clear(&r->text);
	r->cell_count = 0;
	r->cell_bad = NULL;
}

/*
 * Let libcsv do it. In strict mode a stray quote leaves no cells; its error
 * is taken before csv_fini(), which would hide it.
 */
static enum sift_status
split_escaped(struct sift_csv_rows *r, struct sift_span raw, bool strict,
	      struct sift_err *err)
{
	struct csv_parser *p = &r->parser;
	int error = 0;

	forget_cells(r);
	csv_set_opts(p, strict ? CSV_STRICT | CSV_STRICT_FINI : 0);
	csv_set_delim(p, (unsigned char)r->window.separator);
	if (csv_parse(p, raw.ptr, raw.len, on_cell, on_row, r) != raw.len)
		error = csv_error(p);
	if (!error && csv_fini(p, on_cell, on_row, r))
		error = csv_error(p);
	if (error == CSV_ENOMEM)
		return sift_fail(err, SIFT_E_NOMEM, "no memory for a cell");
	if (error) {
		forget_cells(r);
		csv_set_opts(p, 0);
		csv_fini(p, NULL, NULL, NULL); /* ready for the next row */
	}
	return SIFT_OK;
}

/* By the letter first: a spreadsheet may have written the quotes anew. */
static enum sift_status
split_unescaped(struct sift_csv_rows *r, struct sift_span raw,
		struct sift_err *err)
{
	enum sift_status rc = split_escaped(r, raw, true, err);

	if (rc || r->cell_count == r->shape.columns)
		return rc;
	forget_cells(r);
	if (!sift_csv_unescaped_split(raw, &r->shape, r->cells)) {
		r->cell_bad = wrong_cells;
		return SIFT_OK;
	}
	/* r->cells are spans into `raw` until set_cells() */
	for (size_t i = 0; i < r->shape.columns; i++)
		add_cell(r, r->cells[i]);
	return SIFT_OK;
}

/* The last row without a row end: may it be whole? The hand-made dialect has
   files that end so; csv.writer always ends its rows; what was written again
   by an editor may lack it. */
static bool
needs_end(const struct sift_csv_rows *r)
{
	if (r->window.damaged)
		return true;
	return r->window.unescaped ? r->shape.last_row_ends : r->crlf;
}

static void
set_cells(struct sift_csv_rows *r)
{
	struct sift_span text = sift_buf_span(&r->text);
	size_t from = 0;

	for (size_t i = 0; i < r->cell_count; i++) {
		r->cells[i] = sift_span_head(sift_span_from(text, from),
					     r->cell_ends[i] - from);
		from = r->cell_ends[i];
	}
	r->row.cells = r->cells;
	r->row.count = r->cell_count;
}

/* Make r->row of what was found. */
static enum sift_status
take_row(struct sift_csv_rows *r, const struct sift_csv_found *f,
	 struct sift_err *err)
{
	enum sift_status rc;

	r->row = (struct sift_csv_row){
		.line = f->line,
		.offset = (int64_t)f->offset,
		.raw = f->text,
		.bad = f->bad,
	};
	while (r->row.raw.len && r->row.raw.ptr[r->row.raw.len - 1] == '\r')
		r->row.raw.len--;
	forget_cells(r);
	if (!f->bad && !f->ended && needs_end(r))
		r->row.bad = cut_short;
	if (r->row.bad || !r->row.raw.len)
		return SIFT_OK;
	rc = r->window.unescaped ? split_unescaped(r, r->row.raw, err)
				 : split_escaped(r, r->row.raw, false, err);
	if (rc)
		return rc;
	if (sift_buf_status(&r->text) || sift_buf_status(&r->undone))
		return sift_fail(err, SIFT_E_NOMEM, "no memory for a row");
	r->row.bad = r->cell_bad;
	if (!f->ended && (r->row.bad || r->cell_count < r->shape.columns))
		r->row.bad = cut_short;
	if (!r->row.bad)
		set_cells(r);
	return SIFT_OK;
}

static enum sift_status
take_any(struct sift_csv_rows *r, struct sift_err *err)
{
	struct sift_csv_found f;
	enum sift_status rc = sift_csv_window_find(&r->window, &f, err);

	if (!rc)
		rc = take_row(r, &f, err);
	if (!rc)
		sift_csv_window_consume(&r->window, f.total_bytes);
	return rc;
}

/* Nothing in it, as between CR CR LF, or the empty rows of a spreadsheet. */
static bool
is_blank(const struct sift_csv_rows *r)
{
	if (r->row.bad)
		return false;
	for (size_t i = 0; i < r->row.count; i++)
		if (r->row.cells[i].len)
			return false;
	return true;
}

/* ---- bare rows ---- */

static bool
scan_bare(struct sift_csv_rows *r, struct sift_csv_bare *b)
{
	const struct sift_csv_window *w = &r->window;

	b->last = r->cells;
	b->text = sift_span_of(w->bytes + w->begin, w->end - w->begin);
	b->text = sift_span_head(b->text, r->max_bare_bytes);
	return sift_csv_bare_scan(b, w->separator);
}

/* Did the row lack what was not yet in the window? */
static bool
complete(struct sift_csv_rows *r)
{
	const struct sift_csv_window *w = &r->window;

	return w->end - w->begin < r->max_bare_bytes &&
	       sift_csv_window_complete(&r->window);
}

/*
 * Nearly all rows: whole in the window, without a quote, UTF-8, and too short
 * to have too many cells. Their cells are what is between separators, where
 * they stand in the window. False, with nothing done, for any other.
 */
static bool
take_bare(struct sift_csv_rows *r)
{
	struct sift_csv_window *w = &r->window;
	struct sift_csv_bare b;
	const char *end;

	if (w->unescaped || w->begin == w->end)
		return false;
	if (!scan_bare(r, &b) && !(complete(r) && scan_bare(r, &b)))
		return false;
	end = b.end;
	while (end > b.cell && end[-1] == '\r')
		end--;
	*b.last = sift_span_of(b.cell, (size_t)(end - b.cell));
	r->row.cells = r->cells;
	r->row.count = (size_t)(b.last - r->cells) + 1;
	r->row.line = w->line;
	r->row.offset = (int64_t)w->offset;
	r->row.raw = sift_span_of(b.text.ptr, (size_t)(end - b.text.ptr));
	r->row.bad = NULL;
	if (!b.is_ascii && !sift_utf8_valid(r->row.raw))
		return false;
	sift_csv_window_consume_line(w, (size_t)(b.end + 1 - b.text.ptr));
	return true;
}

/* ---- the dialect ---- */

static size_t
count_byte(struct sift_span text, char c)
{
	size_t count = 0;

	for (size_t i = 0; i < text.len; i++)
		count += text.ptr[i] == c;
	return count;
}

/* What parts the cells of the header: the one of `,` `;` and tab that it has
   most of, outside of quotes. */
static char
sniff_separator(struct sift_span line)
{
	static const char separators[] = {',', ';', '\t'};
	size_t counts[3] = {0};
	size_t best = 0;

	line = sift_span_head(line, sift_span_find_byte(line, '\n'));
	if (sift_span_find_byte(line, ';') == line.len &&
	    sift_span_find_byte(line, '\t') == line.len)
		return ',';
	while (line.len) {
		size_t quote = sift_span_find_byte(line, '"');

		for (size_t k = 0; k < 3; k++)
			counts[k] += count_byte(sift_span_head(line, quote),
						separators[k]);
		line = sift_span_from(line, quote + 1);
		line = sift_span_from(line, sift_span_find_byte(line, '"') + 1);
	}
	for (size_t k = 1; k < 3; k++)
		if (counts[k] > counts[best])
			best = k;
	return separators[best];
}

static enum sift_status
sniff(struct sift_csv_rows *r, struct sift_err *err)
{
	struct sift_span line;
	enum sift_status rc = sift_csv_window_peek_line(&r->window, &line, err);

	if (rc)
		return rc;
	if (sift_span_starts(line, SIFT_SPAN("\xef\xbb\xbf"))) {
		sift_csv_window_consume(&r->window, 3);
		line = sift_span_from(line, 3);
	}
	r->window.separator = sniff_separator(line);
	r->quoted = line.len && line.ptr[0] == '"';
	return SIFT_OK;
}

static enum sift_status
read_header(struct sift_csv_rows *r, struct sift_err *err)
{
	const struct sift_csv_row *header;
	enum sift_status rc = sniff(r, err);
	uint64_t row_end_bytes;

	if (!rc)
		rc = sift_csv_rows_next(r, &header, err);
	if (rc < 0)
		return rc;
	if (rc == SIFT_END || header->bad)
		return sift_fail_at(err, SIFT_E_FORMAT, 1, 0,
				    "there is no header row");
	row_end_bytes =
		r->window.offset - (uint64_t)header->offset - header->raw.len;
	r->crlf = row_end_bytes > 1;
	/* csv.writer's own CRLF became CR CR LF, the hand-made LF CRLF */
	r->text_mode = row_end_bytes > (r->quoted ? 1u : 2u);
	return SIFT_OK;
}

/* ---- the interface ---- */

enum sift_status
sift_csv_rows_open(struct sift_csv_rows **out, struct sift_source *src,
		   const struct sift_limits *limits, struct sift_err *err)
{
	struct sift_csv_rows *r = sift_malloc(sizeof(*r));
	size_t max_row_bytes;
	enum sift_status rc;

	if (!r)
		return sift_fail(err, SIFT_E_NOMEM, "no memory for rows");
	memset(r, 0, offsetof(struct sift_csv_rows, cell_ends));
	r->max_cell_bytes = limits->line_bytes;
	r->max_bare_bytes = limits->line_bytes < SIFT_CSV_CELLS_MAX
				    ? limits->line_bytes
				    : SIFT_CSV_CELLS_MAX;
	max_row_bytes = limits->line_bytes * ROW_CELLS_BYTES;
	sift_csv_window_init(&r->window, src, max_row_bytes);
	/* Windows-1252 grows to at most three times its size. */
	sift_buf_init(&r->text, 3 * (max_row_bytes + SLACK_BYTES));
	sift_buf_init(&r->undone, max_row_bytes + SLACK_BYTES);
	csv_init(&r->parser, 0);
	csv_set_realloc_func(&r->parser, sift_realloc);
	csv_set_free_func(&r->parser, sift_free);
	csv_set_blk_size(&r->parser, 4096);
	csv_set_space_func(&r->parser, never); /* blanks are data */
	csv_set_term_func(&r->parser, never);  /* one row at a time */
	rc = read_header(r, err);
	if (rc) {
		sift_csv_rows_free(r);
		return rc;
	}
	*out = r;
	return SIFT_OK;
}

void
sift_csv_rows_free(struct sift_csv_rows *r)
{
	if (!r)
		return;
	csv_free(&r->parser);
	sift_buf_release(&r->text);
	sift_buf_release(&r->undone);
	sift_csv_window_release(&r->window);
	sift_free(r);
}

const struct sift_csv_row *
sift_csv_rows_header(const struct sift_csv_rows *r)
{
	return &r->row;
}

bool
sift_csv_rows_quoted(const struct sift_csv_rows *r)
{
	return r->quoted;
}

bool
sift_csv_rows_decimal_comma(const struct sift_csv_rows *r)
{
	return r->window.separator != ',';
}

void
sift_csv_rows_expect(struct sift_csv_rows *r,
		     const struct sift_csv_shape *shape)
{
	r->shape = *shape;
	r->window.unescaped = NULL;
	if (r->quoted && r->window.separator == ',' &&
	    shape->columns <= SIFT_CSV_CELLS_MAX)
		r->window.unescaped = &r->shape;
}

enum sift_status
sift_csv_rows_next(struct sift_csv_rows *r, const struct sift_csv_row **out,
		   struct sift_err *err)
{
	do {
		enum sift_status rc = take_bare(r) ? SIFT_OK : take_any(r, err);

		if (rc)
			return rc;
	} while (is_blank(r));
	*out = &r->row;
	return SIFT_OK;
}
