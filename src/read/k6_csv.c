/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

/*
 * k6 --out csv (docs/formats/k6.md): the same points as --out json, a row
 * each. Tags are columns, which ones differs between versions and options, so
 * they are bound by name. Rows go to where lines of JSON go.
 *
 * Unlike JSON, nothing declares the metrics of a script: what they are is
 * inferred from their names and values.
 */

#include <stddef.h>
#include <string.h>

#include "base/instant.h"
#include "base/num.h"
#include "read/csv_rows.h"
#include "read/k6_intake.h"
#include "read/piece.h"
#include "read/reader.h"

#define ABSENT ((size_t)-1)

#define TIME_MAX 48 /* longer than any */

enum column { METRIC, TIME, VALUE, EXTRA, FIRST_TAG };

/* Columns, and where the tags go. */
static const struct {
	struct sift_span name;
	size_t tag; /* offset in struct sift_k6_tags */
} columns[] = {
	[METRIC] = {SIFT_SPAN_INIT("metric_name"), 0},
	[TIME] = {SIFT_SPAN_INIT("timestamp"), 0},
	[VALUE] = {SIFT_SPAN_INIT("metric_value"), 0},
	[EXTRA] = {SIFT_SPAN_INIT("extra_tags"), 0},
#define TAG(name)                                                              \
 {                                                                             \
  SIFT_SPAN_INIT(#name), offsetof(struct sift_k6_tags, name)                   \
 }
	TAG(method),
	TAG(name),
	TAG(url),
	TAG(service),
	TAG(status),
	TAG(expected_response),
	TAG(error),
	TAG(error_code),
	TAG(check),
	TAG(group),
	TAG(scenario),
#undef TAG
};

#define COLUMN_COUNT (sizeof(columns) / sizeof(columns[0]))

struct points {
	struct sift_k6_intake intake;
	struct sift_csv_rows *rows;
	size_t at[COLUMN_COUNT]; /* of a column, or ABSENT */
	size_t cells;		 /* of a row */
	bool has_fraction;	 /* some time is no whole second */
	char time[TIME_MAX];	 /* of the row before */
	size_t time_len;	 /* 0: not known */
	int64_t time_ns;
};

/* ---- columns ---- */

static bool
bind(struct points *p, const struct sift_csv_row *header)
{
	const struct sift_csv_shape shape = {.columns = header->count};

	for (size_t c = 0; c < COLUMN_COUNT; c++) {
		p->at[c] = ABSENT;
		for (size_t i = header->count; i-- > 0;)
			if (sift_span_equal(header->cells[i], columns[c].name))
				p->at[c] = i;
	}
	p->cells = header->count;
	/* k6 quotes no name; where a spreadsheet did, rows are as they are */
	if (!sift_csv_rows_quoted(p->rows))
		sift_csv_rows_expect(p->rows, &shape);
	return p->at[METRIC] != ABSENT && p->at[TIME] != ABSENT &&
	       p->at[VALUE] != ABSENT;
}

static struct sift_span
cell(const struct points *p, const struct sift_csv_row *row, size_t c)
{
	return p->at[c] == ABSENT ? SIFT_SPAN("") : row->cells[p->at[c]];
}

/* ---- times ---- */

/* Units by the number of digits; all of them end in the year 2286. */
static const struct {
	int64_t below;
	int64_t ns;
} units[] = {
	{INT64_C(10000000000), INT64_C(1000000000)}, /* unix */
	{INT64_C(10000000000000), INT64_C(1000000)}, /* unix_milli */
	{INT64_C(10000000000000000), INT64_C(1000)}, /* unix_micro */
	{INT64_MAX, 1},				     /* unix_nano */
};

static bool
parse_time(struct sift_span text, int64_t *out_ns)
{
	int64_t number;
	size_t unit = 0;

	if (!sift_parse_i64(text, &number))
		return sift_instant_parse(text, out_ns);
	if (number < 0)
		return false;
	while (number >= units[unit].below && units[unit].ns > 1)
		unit++;
	return !__builtin_mul_overflow(number, units[unit].ns, out_ns);
}

/* Most rows have the time of the row before. */
static bool
time_of(struct points *p, struct sift_span text, int64_t *out_ns)
{
	if (text.len == p->time_len && text.len &&
	    !memcmp(text.ptr, p->time, text.len)) {
		*out_ns = p->time_ns;
		return true;
	}
	if (!parse_time(text, out_ns))
		return false;
	p->time_len = text.len <= TIME_MAX ? text.len : 0;
	memcpy(p->time, text.ptr, p->time_len);
	p->time_ns = *out_ns;
	return true;
}

/* ---- tags ---- */

static bool
is_of_key(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_';
}

/* The length of a tag's value, which goes on to the next `&key=` or to the
   end: k6 escapes nothing. */
static size_t
value_len(struct sift_span text)
{
	for (size_t i = 0; i < text.len; i++) {
		size_t key = i + 1;

		if (text.ptr[i] != '&')
			continue;
		while (key < text.len && is_of_key(text.ptr[key]))
			key++;
		if (key > i + 1 && key < text.len && text.ptr[key] == '=')
			return i;
	}
	return text.len;
}

/* A tag that has no column, because a script sets it whose system tag was
   switched off: `k=v&k=v`. */
static struct sift_span
extra_tag(struct sift_span text, struct sift_span key)
{
	while (text.len) {
		size_t n = value_len(text);
		struct sift_span pair = sift_span_head(text, n);

		if (sift_span_starts(pair, key) && pair.len > key.len &&
		    pair.ptr[key.len] == '=')
			return sift_span_from(pair, key.len + 1);
		text = sift_span_from(text, n + 1);
	}
	return text;
}

static void
take_tags(const struct points *p, const struct sift_csv_row *row,
	  struct sift_k6_tags *out)
{
	struct sift_span extra = cell(p, row, EXTRA);

	for (size_t c = FIRST_TAG; c < COLUMN_COUNT; c++) {
		char *tag = (char *)out + columns[c].tag;
		struct sift_span value =
			p->at[c] == ABSENT ? extra_tag(extra, columns[c].name)
					   : cell(p, row, c);

		memcpy(tag, &value, sizeof(value));
	}
}

/* ---- rows ---- */

static const char *
add_error(const struct points *p, const struct sift_csv_row *row)
{
	if (row->bad)
		return row->bad;
	if (row->count != p->cells)
		return "cells do not match the header";
	return sift_span_equal(cell(p, row, METRIC), columns[METRIC].name)
		       ? "a second header"
		       : NULL;
}

#define NUMBER_MAX 64 /* more digits than any double has is no value */

/* A value, its comma made a point where a spreadsheet wrote one. */
static struct sift_span
value_of(const struct points *p, const struct sift_csv_row *row,
	 char scratch[NUMBER_MAX])
{
	struct sift_span text = cell(p, row, VALUE);
	size_t at = sift_span_find_byte(text, ',');

	if (at == text.len || text.len > NUMBER_MAX ||
	    !sift_csv_rows_decimal_comma(p->rows))
		return text;
	memcpy(scratch, text.ptr, text.len);
	scratch[at] = '.';
	return sift_span_of(scratch, text.len);
}

/* What may be shown of a row: metric, time and value, or less. Scripts' tags,
   which may hold secrets, stand behind them. */
static struct sift_span
shown_of(const struct sift_csv_row *row)
{
	size_t n = VALUE;

	for (size_t i = 0; i <= VALUE && !row->bad && i < row->count; i++)
		n += row->cells[i].len;
	if (row->bad || row->count <= VALUE ||
	    sift_span_find_byte(sift_span_head(row->raw, n), '"') < n)
		for (n = 0;
		     n < row->raw.len && !memchr(",;\t", row->raw.ptr[n], 3);)
			n++;
	return sift_span_head(row->raw, n);
}

static enum sift_status
add_row(struct points *p, const struct sift_csv_row *row)
{
	char scratch[NUMBER_MAX];
	const char *error = add_error(p, row);
	struct sift_k6_tags tags = {{NULL, 0}};
	struct sift_k6_row point = {.tags = &tags};

	p->intake.line = shown_of(row);
	p->intake.line_number = row->line;
	p->intake.line_offset = (uint64_t)row->offset;
	if (error)
		return sift_k6_intake_skip(&p->intake, error);
	if (!time_of(p, cell(p, row, TIME), &point.time_ns))
		return sift_k6_intake_skip(&p->intake, "not a time");
	p->has_fraction |= point.time_ns % SIFT_NS_PER_S != 0;
	point.metric = cell(p, row, METRIC);
	point.value = value_of(p, row, scratch);
	take_tags(p, row, &tags);
	return sift_k6_intake_add_row(&p->intake, &point);
}

static enum sift_status
put_note(struct points *p)
{
	struct sift_event event = {.kind = SIFT_EVENT_NOTE};

	if (p->has_fraction || !p->intake.used)
		return SIFT_OK;
	event.note.text = SIFT_SPAN("times of requests are whole seconds");
	return sift_sink_put(p->intake.sink, &event, p->intake.err);
}

/* All rows; *out_source is how the source ended. */
static enum sift_status
read_rows(struct points *p, enum sift_status *out_source)
{
	struct sift_event tool = {.kind = SIFT_EVENT_TOOL};
	const struct sift_csv_row *row;
	enum sift_status rc;

	tool.tool.name = SIFT_SPAN("k6");
	rc = sift_sink_put(p->intake.sink, &tool, p->intake.err);
	while (!rc) {
		*out_source = sift_csv_rows_next(p->rows, &row, p->intake.err);
		if (*out_source)
			break;
		rc = add_row(p, row);
	}
	if (!rc)
		rc = put_note(p);
	return rc ? rc : sift_k6_intake_finish(&p->intake);
}

static enum sift_status
read_csv(struct sift_source *src, const struct sift_limits *limits,
	 const struct sift_sink *sink, struct sift_err *err)
{
	struct points p = {.rows = NULL};
	struct sift_piece whole;
	enum sift_status source = SIFT_OK;
	enum sift_status rc = sift_csv_rows_open(&p.rows, src, limits, err);

	if (rc)
		return rc;
	sift_piece_init(&whole);
	sift_k6_intake_init(&p.intake, &whole, sink, err);
	p.intake.plain = true;
	if (!bind(&p, sift_csv_rows_header(p.rows)))
		rc = sift_fail(err, SIFT_E_FORMAT,
			       "no metric_name, timestamp or metric_value");
	if (!rc)
		rc = read_rows(&p, &source);
	sift_k6_intake_release(&p.intake);
	sift_piece_release(&whole);
	sift_csv_rows_free(p.rows);
	if (rc)
		return rc;
	return source == SIFT_END ? SIFT_OK : source;
}

/* Take a name of the header, in quotes or not, and what ends its cell. */
static bool
take_column(struct sift_span *head, struct sift_span name)
{
	bool quoted = sift_span_starts(*head, SIFT_SPAN("\""));
	size_t n = name.len + 2 * (size_t)quoted;

	if (!sift_span_starts(sift_span_from(*head, quoted), name) ||
	    head->len <= n || (quoted && head->ptr[n - 1] != '"') ||
	    (head->ptr[n] != ',' && head->ptr[n] != ';' &&
	     head->ptr[n] != '\t'))
		return false;
	*head = sift_span_from(*head, n + 1);
	return true;
}

static unsigned
bid(struct sift_span head, bool whole)
{
	(void)whole;
	return take_column(&head, columns[METRIC].name) &&
			       take_column(&head, columns[TIME].name) &&
			       take_column(&head, columns[VALUE].name)
		       ? 200
		       : 0;
}

const struct sift_format sift_format_k6_csv = {
	.name = "k6 CSV",
	.tool = "k6",
	.kind = SIFT_SOURCE_POINTS_CSV,
	.bid = bid,
	.read = read_csv,
};
