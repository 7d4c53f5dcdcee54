/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "read/csv_window.h"

#include <string.h>

#include "base/mem.h"
#include "read/csv_bare.h"
#include "read/csv_unescaped.h"

#define FILL_BYTES ((size_t)65536)
/* A quote that is never closed costs reading on to the limit and coming back
   to the next line; this much is read twice at most. */
#define REREAD_BYTES ((size_t)64 << 20)
/* Lines that one row of the unescaped dialect may have. */
#define UNESCAPED_LINES 4096

static const char too_long[] = "too long (--max-line-bytes)";
static const char too_many_cells[] = "more than 1024 cells";
static const char open_quote[] = "quote is not closed";
static const char text_after_quote[] = "text after a closing quote";

/* ---- the window ---- */

void
sift_csv_window_init(struct sift_csv_window *w, struct sift_source *src,
		     size_t max_row_bytes)
{
	*w = (struct sift_csv_window){
		.src = src,
		.max_row_bytes = max_row_bytes,
		.separator = ',',
		.line = 1,
		.reread_bytes = REREAD_BYTES,
	};
}

void
sift_csv_window_release(struct sift_csv_window *w)
{
	sift_free(w->own);
	w->bytes = w->own = NULL;
}

static size_t
window_bytes(const struct sift_csv_window *w)
{
	return w->end - w->begin;
}

/* `from` and `to` count from the window's begin. */
static struct sift_span
window_span(const struct sift_csv_window *w, size_t from, size_t to)
{
	if (!w->bytes) /* nothing was ever taken in */
		return (struct sift_span){0};
	return sift_span_of(w->bytes + w->begin + from, to - from);
}

/* Nothing is in the window: put the block there, as it lies. Behind the bytes
   of a window there are others that may be read, so some are kept back. */
static void
borrow(struct sift_csv_window *w)
{
	w->bytes = w->block.ptr;
	w->begin = 0;
	w->end = w->block.len - SIFT_CSV_BARE_SLACK;
	w->block = sift_span_from(w->block, w->end);
}

/* Make room for `more` bytes behind those in the window, which are our own
   then. */
static enum sift_status
make_room(struct sift_csv_window *w, size_t more, struct sift_err *err)
{
	struct sift_span rest = window_span(w, 0, window_bytes(w));
	bool is_own = w->bytes == w->own;

	if (is_own && w->begin)
		memmove(w->own, rest.ptr, rest.len);
	if (sift_array_grow((void **)&w->own, &w->capacity,
			    rest.len + more + SIFT_CSV_BARE_SLACK, 1,
			    w->max_row_bytes + 2 * FILL_BYTES +
				    SIFT_CSV_BARE_SLACK))
		return sift_fail(err, SIFT_E_NOMEM, "no memory for a row");
	if (!is_own && rest.len)
		memcpy(w->own, rest.ptr, rest.len);
	w->bytes = w->own;
	w->begin = 0;
	w->end = rest.len;
	return SIFT_OK;
}

/*
 * Take more bytes into the window; what is in it may move. SIFT_END when
 * there are none, also after damage: what came before is whole rows first.
 */
static enum sift_status
fill(struct sift_csv_window *w, struct sift_err *err)
{
	size_t take;

	if (w->at_end)
		return SIFT_END;
	if (!w->block.len) {
		/* A failure is told when all before it is consumed. */
		enum sift_status rc = sift_source_next(w->src, &w->block, NULL);

		if (rc) {
			w->block = (struct sift_span){0};
			w->at_end = true;
			w->damaged = rc < 0;
			return SIFT_END;
		}
	}
	if (!window_bytes(w) && w->block.len > 2 * SIFT_CSV_BARE_SLACK) {
		borrow(w);
		return SIFT_OK;
	}
	take = w->block.len < FILL_BYTES ? w->block.len : FILL_BYTES;
	if (make_room(w, take, err))
		return SIFT_E_NOMEM;
	memcpy(w->own + w->end, w->block.ptr, take);
	w->end += take;
	memset(w->own + w->end, 0, SIFT_CSV_BARE_SLACK);
	w->block = sift_span_from(w->block, take);
	return SIFT_OK;
}

bool
sift_csv_window_complete(struct sift_csv_window *w)
{
	return w->bytes != w->own && fill(w, NULL) == SIFT_OK;
}

void
sift_csv_window_consume(struct sift_csv_window *w, size_t count)
{
	struct sift_span rest = window_span(w, 0, count);

	for (;;) {
		size_t lf = sift_span_find_byte(rest, '\n');

		if (lf == rest.len)
			break;
		w->line++;
		rest = sift_span_from(rest, lf + 1);
	}
	w->begin += count;
	w->offset += count;
}

enum sift_status
sift_csv_window_peek_line(struct sift_csv_window *w, struct sift_span *out,
			  struct sift_err *err)
{
	struct sift_span seen = {0};
	enum sift_status rc = SIFT_OK;

	while (!rc && seen.len < FILL_BYTES &&
	       sift_span_find_byte(seen, '\n') == seen.len) {
		rc = fill(w, err);
		seen = window_span(w, 0, window_bytes(w));
	}
	if (rc < 0)
		return rc;
	seen = sift_span_head(seen, FILL_BYTES);
	*out = sift_span_head(seen, sift_span_find_byte(seen, '\n') + 1);
	return SIFT_OK;
}

/* Keep the first bytes of the line at the window's begin; the same bytes
   however the source is cut into blocks. */
static enum sift_status
take_sample(struct sift_csv_window *w, struct sift_span *out,
	    struct sift_err *err)
{
	struct sift_span line = {0};
	enum sift_status rc = SIFT_OK;

	while (!rc) {
		line = window_span(w, 0, window_bytes(w));
		line = sift_span_head(line, sift_span_find_byte(line, '\n'));
		if (line.len < window_bytes(w) ||
		    line.len >= SIFT_CSV_SAMPLE_BYTES)
			break;
		rc = fill(w, err);
	}
	if (rc < 0)
		return rc;
	line = sift_span_head(line, SIFT_CSV_SAMPLE_BYTES);
	if (line.len)
		memcpy(w->sample, line.ptr, line.len);
	*out = sift_span_of(w->sample, line.len);
	return SIFT_OK;
}

/* Give up what begins the window, of which `seen` bytes were read, to the
   end of the line; memory stays bounded however long that is. */
static enum sift_status
skip_line(struct sift_csv_window *w, size_t seen, struct sift_csv_found *f,
	  struct sift_err *err)
{
	enum sift_status rc = take_sample(w, &f->text, err);

	if (rc)
		return rc;
	sift_csv_window_consume(w, seen);
	for (;;) {
		struct sift_span rest = window_span(w, 0, window_bytes(w));
		size_t lf = sift_span_find_byte(rest, '\n');

		if (lf < rest.len) {
			f->total_bytes = lf + 1;
			return SIFT_OK;
		}
		sift_csv_window_consume(w, rest.len);
		rc = fill(w, err);
		if (rc)
			return rc < 0 ? rc : SIFT_OK;
	}
}

/* ---- RFC 4180 ---- */

enum scan_state {
	AT_CELL,
	IN_BARE,
	IN_QUOTES,
	AFTER_QUOTE,
	AT_ROW_END /* CR after a closing quote */
};

struct scan {
	enum scan_state state;
	size_t at;	  /* from the window's begin */
	size_t first_end; /* behind the first LF, even one in quotes; 0 */
	size_t cells;
	const char *bad;
};

/* The state after `c`; what is wrong with it goes to s->bad. */
static enum scan_state
scan_next(struct scan *s, char c, char separator)
{
	bool is_end = c == '\n' || c == '\r';

	switch (s->state) {
	case IN_QUOTES:
		return c == '"' ? AFTER_QUOTE : IN_QUOTES;
	case AFTER_QUOTE:
		if (c == '"')
			return IN_QUOTES; /* a doubled one */
		if (c == separator)
			return AT_CELL;
		if (!is_end)
			s->bad = text_after_quote;
		return AT_ROW_END;
	case AT_ROW_END:
		if (!is_end)
			s->bad = text_after_quote;
		return AT_ROW_END;
	case AT_CELL:
		if (c == '"')
			return IN_QUOTES;
		break;
	case IN_BARE:
		break;
	}
	return c == separator ? AT_CELL : IN_BARE;
}

/* One byte further; true when it was the LF that ends the row. */
static bool
scan_byte(struct scan *s, char c, char separator)
{
	s->at++;
	if (c == '\n' && !s->first_end)
		s->first_end = s->at;
	s->state = scan_next(s, c, separator);
	if (s->state == AT_CELL && ++s->cells >= SIFT_CSV_CELLS_MAX)
		s->bad = too_many_cells;
	return c == '\n' && s->state != IN_QUOTES;
}

/*
 * The row at the window's begin is none. A quote that was never closed had
 * us read over row ends: then only its first line is given up.
 */
static enum sift_status
give_up(struct sift_csv_window *w, const struct scan *s,
	struct sift_csv_found *f, struct sift_err *err)
{
	f->bad = s->bad;
	if (s->first_end && s->at - s->first_end <= w->reread_bytes) {
		w->reread_bytes -= s->at - s->first_end;
		f->total_bytes = s->first_end;
		f->text = window_span(w, 0, s->first_end - 1);
		return SIFT_OK;
	}
	return skip_line(w, s->at, f, err);
}

/* The input ends within the row. */
static enum sift_status
find_last(struct sift_csv_window *w, struct scan *s, struct sift_csv_found *f,
	  struct sift_err *err)
{
	if (s->state == IN_QUOTES)
		s->bad = open_quote;
	if (s->bad && s->first_end)
		return give_up(w, s, f, err);
	f->bad = s->bad;
	f->total_bytes = s->at;
	f->text = window_span(w, 0, s->at);
	/* A CR is as good as the CRLF it begins. */
	f->ended = s->at && f->text.ptr[s->at - 1] == '\r';
	return SIFT_OK;
}

static enum sift_status
find_row(struct sift_csv_window *w, struct sift_csv_found *f,
	 struct sift_err *err)
{
	struct scan s = {.state = AT_CELL};
	bool is_whole = false;

	f->ended = true;
	while (!is_whole) {
		if (s.at >= w->max_row_bytes)
			s.bad = s.state == IN_QUOTES ? open_quote : too_long;
		if (s.bad)
			return give_up(w, &s, f, err);
		if (s.at == window_bytes(w)) {
			enum sift_status rc = fill(w, err);

			if (rc < 0)
				return rc;
			if (rc == SIFT_END)
				return find_last(w, &s, f, err);
		}
		is_whole =
			scan_byte(&s, w->bytes[w->begin + s.at], w->separator);
	}
	f->total_bytes = s.at;
	f->text = window_span(w, 0, s.at - 1);
	return SIFT_OK;
}

/* ---- the unescaped dialect ---- */

/* The rest of the line that begins at `from`: *out_end becomes the position
   behind its LF, or of the end of input (SIFT_END). SIFT_E_LIMIT when the row
   would be too long. */
static enum sift_status
find_line(struct sift_csv_window *w, size_t from, size_t *out_end,
	  struct sift_err *err)
{
	for (;;) {
		size_t have = window_bytes(w);
		struct sift_span rest = window_span(w, from, have);
		size_t lf = sift_span_find_byte(rest, '\n');
		enum sift_status rc;

		*out_end = lf < rest.len ? from + lf + 1 : have;
		if (*out_end > w->max_row_bytes)
			return SIFT_E_LIMIT;
		if (lf < rest.len)
			return SIFT_OK;
		rc = fill(w, err);
		if (rc)
			return rc;
	}
}

/* A line without its end. */
static struct sift_span
bare_line(const struct sift_csv_window *w, size_t from, size_t end)
{
	struct sift_span line = window_span(w, from, end);

	while (line.len && (line.ptr[line.len - 1] == '\n' ||
			    line.ptr[line.len - 1] == '\r'))
		line.len--;
	return line;
}

/* With names and errors both free text, a line that ends like a row may
   still be one of the error's: then the next one must begin like a row. */
static enum sift_status
next_begins_row(struct sift_csv_window *w, size_t at, bool *out,
		struct sift_err *err)
{
	enum sift_status rc = SIFT_OK;

	*out = true;
	if (w->unescaped->first_text == w->unescaped->last_text)
		return SIFT_OK;
	if (at == window_bytes(w))
		rc = fill(w, err);
	if (!rc)
		*out = w->bytes[w->begin + at] == '"';
	return rc < 0 ? rc : SIFT_OK;
}

/*
 * Is the line at `from` the begin of a row of its own, so that what stands
 * before it is none? Sure where numbers alone follow the text; an error's
 * text may have lines that look like the begin of a row.
 */
static bool
is_next_row(const struct sift_csv_window *w, size_t from, size_t end)
{
	struct sift_span line = bare_line(w, from, end);

	if (w->unescaped->first_text == w->unescaped->last_text &&
	    sift_csv_unescaped_begins_row(line, w->unescaped))
		return true;
	return sift_csv_unescaped_is_row(line, w->unescaped);
}

/* The row ends at `end` at the latest; does it? */
static enum sift_status
is_whole_row(struct sift_csv_window *w, size_t end, bool *out,
	     struct sift_err *err)
{
	struct sift_span text = bare_line(w, 0, end);

	*out = !text.len; /* blank */
	if (!sift_csv_unescaped_is_row(text, w->unescaped))
		return SIFT_OK;
	return next_begins_row(w, end, out, err);
}

static void
set_unescaped(const struct sift_csv_window *w, size_t end,
	      struct sift_csv_found *f)
{
	f->total_bytes = end;
	f->text = window_span(w, 0, end);
	f->ended = end && f->text.ptr[end - 1] == '\n';
	if (f->ended)
		f->text.len--;
}

static enum sift_status
find_unescaped(struct sift_csv_window *w, struct sift_csv_found *f,
	       struct sift_err *err)
{
	bool is_whole = false;
	size_t from = 0;
	size_t end = 0;

	for (size_t lines = 1; !is_whole; lines++) {
		enum sift_status rc = find_line(w, from, &end, err);

		if (rc == SIFT_E_LIMIT || lines > UNESCAPED_LINES) {
			f->bad = too_long;
			return skip_line(w, from, f, err);
		}
		if (rc < 0)
			return rc;
		if (from && is_next_row(w, from, end)) {
			end = from;
			break;
		}
		if (rc == SIFT_END)
			break;
		rc = is_whole_row(w, end, &is_whole, err);
		if (rc)
			return rc;
		from = end;
	}
	set_unescaped(w, end, f);
	return SIFT_OK;
}

/* ---- */

enum sift_status
sift_csv_window_find(struct sift_csv_window *w, struct sift_csv_found *out,
		     struct sift_err *err)
{
	*out = (struct sift_csv_found){.line = w->line, .offset = w->offset};
	if (!window_bytes(w)) {
		enum sift_status rc = fill(w, err);

		if (rc == SIFT_END && w->damaged)
			return sift_source_next(w->src, &out->text, err);
		if (rc)
			return rc;
	}
	return w->unescaped ? find_unescaped(w, out, err)
			    : find_row(w, out, err);
}
