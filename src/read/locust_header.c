/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "read/locust_header.h"

#include <math.h>

#include "base/num.h"
#include "input/source.h"
#include "read/locust_today.h"

/* Names are looked up with case, double blanks and units taken away. */
#define NAME_BYTES 64

struct name {
	char text[NAME_BYTES];
	size_t len;
};

static const struct {
	struct sift_span name;
	enum sift_locust_column column;
} synonyms[] = {
	{SIFT_SPAN_INIT("type"), SIFT_LOCUST_TYPE},
	{SIFT_SPAN_INIT("name"), SIFT_LOCUST_NAME},
	{SIFT_SPAN_INIT("request count"), SIFT_LOCUST_REQUESTS},
	{SIFT_SPAN_INIT("failure count"), SIFT_LOCUST_FAILURES},
	{SIFT_SPAN_INIT("median response time"), SIFT_LOCUST_MEDIAN},
	{SIFT_SPAN_INIT("average response time"), SIFT_LOCUST_MEAN},
	{SIFT_SPAN_INIT("min response time"), SIFT_LOCUST_MIN},
	{SIFT_SPAN_INIT("max response time"), SIFT_LOCUST_MAX},
	{SIFT_SPAN_INIT("average content size"), SIFT_LOCUST_BYTES},
	{SIFT_SPAN_INIT("requests/s"), SIFT_LOCUST_RPS},
	{SIFT_SPAN_INIT("failures/s"), SIFT_LOCUST_FAILURES_PER_S},
	{SIFT_SPAN_INIT("timestamp"), SIFT_LOCUST_TIME},
	{SIFT_SPAN_INIT("user count"), SIFT_LOCUST_USERS},
	{SIFT_SPAN_INIT("total request count"), SIFT_LOCUST_REQUESTS},
	{SIFT_SPAN_INIT("method"), SIFT_LOCUST_TYPE},
	{SIFT_SPAN_INIT("request type"), SIFT_LOCUST_TYPE},
	{SIFT_SPAN_INIT("# requests"), SIFT_LOCUST_REQUESTS},
	{SIFT_SPAN_INIT("# reqs"), SIFT_LOCUST_REQUESTS},
	{SIFT_SPAN_INIT("# failures"), SIFT_LOCUST_FAILURES},
	{SIFT_SPAN_INIT("# fails"), SIFT_LOCUST_FAILURES},
	{SIFT_SPAN_INIT("total failure count"), SIFT_LOCUST_FAILURES},
	{SIFT_SPAN_INIT("total median response time"), SIFT_LOCUST_MEDIAN},
	{SIFT_SPAN_INIT("median"), SIFT_LOCUST_MEDIAN},
	{SIFT_SPAN_INIT("total average response time"), SIFT_LOCUST_MEAN},
	{SIFT_SPAN_INIT("average"), SIFT_LOCUST_MEAN},
	{SIFT_SPAN_INIT("avg"), SIFT_LOCUST_MEAN},
	{SIFT_SPAN_INIT("total min response time"), SIFT_LOCUST_MIN},
	{SIFT_SPAN_INIT("min"), SIFT_LOCUST_MIN},
	{SIFT_SPAN_INIT("total max response time"), SIFT_LOCUST_MAX},
	{SIFT_SPAN_INIT("max"), SIFT_LOCUST_MAX},
	{SIFT_SPAN_INIT("total average content size"), SIFT_LOCUST_BYTES},
	{SIFT_SPAN_INIT("average content length"), SIFT_LOCUST_BYTES},
	{SIFT_SPAN_INIT("average size (bytes)"), SIFT_LOCUST_BYTES},
	{SIFT_SPAN_INIT("rps"), SIFT_LOCUST_RPS},
	{SIFT_SPAN_INIT("current rps"), SIFT_LOCUST_RPS},
	{SIFT_SPAN_INIT("requests failed/s"), SIFT_LOCUST_FAILURES_PER_S},
	{SIFT_SPAN_INIT("failure rate"), SIFT_LOCUST_FAILURE_PERCENT},
	{SIFT_SPAN_INIT("failure rate %"), SIFT_LOCUST_FAILURE_PERCENT},
	{SIFT_SPAN_INIT("failure rate%"), SIFT_LOCUST_FAILURE_PERCENT},
	{SIFT_SPAN_INIT("failure rate (%)"), SIFT_LOCUST_FAILURE_PERCENT},
	{SIFT_SPAN_INIT("users"), SIFT_LOCUST_USERS},
	{SIFT_SPAN_INIT("response time"), SIFT_LOCUST_RESPONSE_TIME},
	{SIFT_SPAN_INIT("response length"), SIFT_LOCUST_BYTES},
	{SIFT_SPAN_INIT("status code"), SIFT_LOCUST_STATUS},
	{SIFT_SPAN_INIT("success"), SIFT_LOCUST_SUCCESS},
	{SIFT_SPAN_INIT("error"), SIFT_LOCUST_ERROR},
	{SIFT_SPAN_INIT("exception"), SIFT_LOCUST_ERROR},
	{SIFT_SPAN_INIT("failure"), SIFT_LOCUST_ERROR},
	{SIFT_SPAN_INIT("message"), SIFT_LOCUST_ERROR},
	{SIFT_SPAN_INIT("occurrences"), SIFT_LOCUST_COUNT},
	{SIFT_SPAN_INIT("# occurrences"), SIFT_LOCUST_COUNT},
	{SIFT_SPAN_INIT("# occurences"),
	 SIFT_LOCUST_COUNT}, /* in old Locust's web page */
	{SIFT_SPAN_INIT("count"), SIFT_LOCUST_COUNT},
	{SIFT_SPAN_INIT("traceback"), SIFT_LOCUST_TRACEBACK},
	{SIFT_SPAN_INIT("nodes"), SIFT_LOCUST_NODES},
	{SIFT_SPAN_INIT("first seen"), SIFT_LOCUST_FIRST_SEEN},
	{SIFT_SPAN_INIT("last seen"), SIFT_LOCUST_LAST_SEEN},
};

static const struct {
	double percent;
	enum sift_locust_column column;
} percentiles[] = {
	{50, SIFT_LOCUST_P50},	  {90, SIFT_LOCUST_P90},
	{95, SIFT_LOCUST_P95},	  {99, SIFT_LOCUST_P99},
	{99.9, SIFT_LOCUST_P999}, {66, SIFT_LOCUST_P66},
	{75, SIFT_LOCUST_P75},	  {80, SIFT_LOCUST_P80},
	{98, SIFT_LOCUST_P98},	  {100, SIFT_LOCUST_P100},
};

/* As Locust writes them today, in its order: nothing of them has to be taken
   away, and most are where they are looked for first. */
static const struct written {
	struct sift_span name;
	enum sift_locust_column column; /* of some percentiles none */
	bool is_percentile;
} written[] = {
	{SIFT_SPAN_INIT("Type"), SIFT_LOCUST_TYPE, false},
	{SIFT_SPAN_INIT("Name"), SIFT_LOCUST_NAME, false},
	{SIFT_SPAN_INIT("Request Count"), SIFT_LOCUST_REQUESTS, false},
	{SIFT_SPAN_INIT("Failure Count"), SIFT_LOCUST_FAILURES, false},
	{SIFT_SPAN_INIT("Median Response Time"), SIFT_LOCUST_MEDIAN, false},
	{SIFT_SPAN_INIT("Average Response Time"), SIFT_LOCUST_MEAN, false},
	{SIFT_SPAN_INIT("Min Response Time"), SIFT_LOCUST_MIN, false},
	{SIFT_SPAN_INIT("Max Response Time"), SIFT_LOCUST_MAX, false},
	{SIFT_SPAN_INIT("Average Content Size"), SIFT_LOCUST_BYTES, false},
	{SIFT_SPAN_INIT("Requests/s"), SIFT_LOCUST_RPS, false},
	{SIFT_SPAN_INIT("Failures/s"), SIFT_LOCUST_FAILURES_PER_S, false},
	{SIFT_SPAN_INIT("50%"), SIFT_LOCUST_P50, true},
	{SIFT_SPAN_INIT("66%"), SIFT_LOCUST_P66, true},
	{SIFT_SPAN_INIT("75%"), SIFT_LOCUST_P75, true},
	{SIFT_SPAN_INIT("80%"), SIFT_LOCUST_P80, true},
	{SIFT_SPAN_INIT("90%"), SIFT_LOCUST_P90, true},
	{SIFT_SPAN_INIT("95%"), SIFT_LOCUST_P95, true},
	{SIFT_SPAN_INIT("98%"), SIFT_LOCUST_P98, true},
	{SIFT_SPAN_INIT("99%"), SIFT_LOCUST_P99, true},
	{SIFT_SPAN_INIT("99.9%"), SIFT_LOCUST_P999, true},
	{SIFT_SPAN_INIT("99.99%"), SIFT_LOCUST_COLUMN_COUNT, true},
	{SIFT_SPAN_INIT("100%"), SIFT_LOCUST_P100, true},
};

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* ---- names ---- */

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static struct sift_span
without_unit(struct sift_span name)
{
	static const struct sift_span units[] = {SIFT_SPAN_INIT(" (ms)"),
						 SIFT_SPAN_INIT("(ms)"),
						 SIFT_SPAN_INIT(" ms")};

	for (size_t i = 0; i < COUNT_OF(units); i++)
		if (sift_span_ends(name, units[i]))
			return sift_span_head(name, name.len - units[i].len);
	return name;
}

/* Lower case, one blank where there were several or a `_`, no unit; a name too
   long to be one of ours becomes empty. */
static struct sift_span
simplify(struct sift_span cell, struct name *out)
{
	struct sift_span text = sift_span_trim(cell);

	out->len = 0;
	for (size_t i = 0; i < text.len; i++) {
		bool is_gap = text.ptr[i] == '\t' || text.ptr[i] == '_';
		char c = lower(is_gap ? ' ' : text.ptr[i]);

		if (c == ' ' && out->len && out->text[out->len - 1] == ' ')
			continue;
		if (out->len == sizeof(out->text))
			return (struct sift_span){0};
		out->text[out->len++] = c;
	}
	return without_unit(sift_span_of(out->text, out->len));
}

/* Looks from *at on, and leaves there what is expected next. */
static const struct written *
find_written(struct sift_span cell, size_t *at)
{
	for (size_t i = 0; i < COUNT_OF(written); i++) {
		const struct written *w =
			&written[(*at + i) % COUNT_OF(written)];

		if (sift_span_equal(cell, w->name)) {
			*at = (size_t)(w - written) + 1;
			return w;
		}
	}
	return NULL;
}

static enum sift_locust_column
find_column(struct sift_span cell)
{
	struct name buffer;
	struct sift_span name;

	/* no name, as most cells that are asked for after the header */
	if (cell.len && cell.ptr[0] >= '0' && cell.ptr[0] <= '9')
		return SIFT_LOCUST_COLUMN_COUNT;
	name = simplify(cell, &buffer);
	for (size_t i = 0; i < COUNT_OF(synonyms); i++)
		if (sift_span_equal(name, synonyms[i].name))
			return synonyms[i].column;
	return SIFT_LOCUST_COLUMN_COUNT;
}

/* Is the name in that column, by another of its words, this one? */
static bool
is_named(const struct sift_csv_row *header, size_t index, const char *name)
{
	struct name buffer;

	return index < header->count &&
	       sift_span_equal(simplify(header->cells[index], &buffer),
			       sift_span_str(name));
}

/* A spreadsheet may have put a comma for the point. */
static bool
parse_percent(struct sift_span text, double *out)
{
	char copy[NAME_BYTES];

	if (!text.len || text.len > sizeof(copy))
		return false;
	for (size_t i = 0; i < text.len; i++) {
		copy[i] = text.ptr[i] == ',' ? '.' : text.ptr[i];
		if (copy[i] != '.' && (copy[i] < '0' || copy[i] > '9'))
			return false;
	}
	return sift_parse_double(sift_span_of(copy, text.len), out);
}

/* Cheaper than to look closely, and enough for most names. */
static bool
may_be_percentile(struct sift_span name)
{
	char c = name.len ? name.ptr[0] : 'x';

	return (c >= '0' && c <= '9') || c == 'p' || c == 'P' || c == '.' ||
	       c == ',';
}

bool
sift_locust_percentile_name(struct sift_span name, bool bare, double *out)
{
	static const struct sift_span ends[] = {SIFT_SPAN_INIT("%ile"),
						SIFT_SPAN_INIT("%")};
	struct name buffer;

	if (!may_be_percentile(sift_span_trim(name)))
		return false;
	name = simplify(name, &buffer);
	for (size_t i = 0; i < COUNT_OF(ends); i++)
		if (sift_span_ends(name, ends[i]))
			return parse_percent(
				sift_span_head(name, name.len - ends[i].len),
				out);
	if (name.len > 1 && name.ptr[0] == 'p')
		return parse_percent(sift_span_from(name, 1), out);
	return bare && parse_percent(name, out);
}

/* ---- binding ---- */

static void
bind(struct sift_locust_header *h, enum sift_locust_column column, size_t index)
{
	h->bound++;
	if (column != SIFT_LOCUST_COLUMN_COUNT &&
	    h->column[column] == SIFT_LOCUST_ABSENT)
		h->column[column] = index; /* of duplicates the first */
}

static void
bind_percentile(struct sift_locust_header *h, double percent, size_t index)
{
	enum sift_locust_column column = SIFT_LOCUST_COLUMN_COUNT;

	h->percentiles++;
	for (size_t i = 0; i < COUNT_OF(percentiles); i++)
		if (fabs(percentiles[i].percent - percent) < 1e-6)
			column = percentiles[i].column;
	bind(h, column, index);
}

/* A name in other words than today's; returns whether it is a percentile. */
static bool
bind_other(struct sift_locust_header *h, struct sift_span name, size_t index,
	   bool after_percentile)
{
	enum sift_locust_column column = find_column(name);
	double percent;

	if (column != SIFT_LOCUST_COLUMN_COUNT) {
		bind(h, column, index);
	} else if (sift_locust_percentile_name(name, after_percentile,
					       &percent)) {
		bind_percentile(h, percent, index);
		return true;
	} else if (index && !after_percentile &&
		   h->loose_percent == SIFT_LOCUST_ABSENT &&
		   (!name.len || sift_span_equal(name, SIFT_SPAN("%")))) {
		h->loose_percent = index;
	}
	return false;
}

static void
bind_all(struct sift_locust_header *h, const struct sift_csv_row *header)
{
	bool is_percentile = false; /* the last one */
	size_t next = 0;

	for (size_t i = 0; i < header->count; i++) {
		struct sift_span name = sift_span_trim(header->cells[i]);
		const struct written *w = find_written(name, &next);

		if (w) {
			bind(h, w->column, i);
			is_percentile = w->is_percentile;
			h->percentiles += is_percentile;
		} else {
			is_percentile = bind_other(h, name, i, is_percentile);
		}
	}
}

static bool
has(const struct sift_locust_header *h, enum sift_locust_column column)
{
	return h->column[column] != SIFT_LOCUST_ABSENT;
}

/* ---- which file, which Locust ---- */

/* A row for each request: when, what, how long, and whether it failed. */
static bool
is_request_log(const struct sift_locust_header *h)
{
	return has(h, SIFT_LOCUST_NAME) && has(h, SIFT_LOCUST_TYPE) &&
	       has(h, SIFT_LOCUST_TIME) && has(h, SIFT_LOCUST_RESPONSE_TIME) &&
	       (has(h, SIFT_LOCUST_ERROR) || has(h, SIFT_LOCUST_SUCCESS) ||
		has(h, SIFT_LOCUST_STATUS));
}

/* A file of figures without a time of day. */
static enum sift_locust_file
find_result_file(const struct sift_locust_header *h,
		 const struct sift_csv_row *names)
{
	bool has_times = has(h, SIFT_LOCUST_MEAN) || has(h, SIFT_LOCUST_MEDIAN);

	if (!has_times)
		return h->percentiles >= 2 ? SIFT_LOCUST_OLD_DISTRIBUTION
					   : SIFT_LOCUST_NO_FILE;
	if (h->bound < 5)
		return SIFT_LOCUST_NO_FILE;
	if (!h->percentiles && !has(h, SIFT_LOCUST_FAILURES_PER_S) &&
	    is_named(names, h->column[SIFT_LOCUST_TYPE], "method"))
		return SIFT_LOCUST_OLD_REQUESTS;
	return SIFT_LOCUST_STATS;
}

static enum sift_locust_file
find_file(const struct sift_locust_header *h, const struct sift_csv_row *names)
{
	bool has_text = has(h, SIFT_LOCUST_ERROR) && has(h, SIFT_LOCUST_COUNT);

	if (has_text && has(h, SIFT_LOCUST_TRACEBACK))
		return SIFT_LOCUST_EXCEPTIONS;
	if (!has(h, SIFT_LOCUST_NAME))
		return SIFT_LOCUST_NO_FILE;
	if (has_text)
		return SIFT_LOCUST_FAILURES_FILE;
	if (is_request_log(h))
		return SIFT_LOCUST_REQUEST_LOG;
	if (!has(h, SIFT_LOCUST_REQUESTS))
		return SIFT_LOCUST_NO_FILE;
	if (has(h, SIFT_LOCUST_TIME))
		return SIFT_LOCUST_HISTORY;
	return find_result_file(h, names);
}

/* A history of a guide has seconds since the start in place of methods,
   which its header does not tell. */
static bool
is_elapsed(const struct sift_locust_header *h, const struct sift_csv_row *first)
{
	double seconds;

	if ((h->file != SIFT_LOCUST_STATS &&
	     h->file != SIFT_LOCUST_OLD_REQUESTS) ||
	    h->percentiles || has(h, SIFT_LOCUST_FAILURES_PER_S) ||
	    has(h, SIFT_LOCUST_FAILURE_PERCENT))
		return false;
	return first && !first->bad &&
	       sift_parse_double(sift_locust_cell(h, first, SIFT_LOCUST_TYPE),
				 &seconds) &&
	       seconds >= 0;
}

static const char *
stats_version(const struct sift_locust_header *h,
	      const struct sift_csv_row *names)
{
	size_t rate = h->column[SIFT_LOCUST_FAILURES_PER_S];
	size_t last = names->count - 1;

	if (has(h, SIFT_LOCUST_FAILURE_PERCENT))
		return "V1 (of a guide)";
	if (is_named(names, rate, "requests failed/s"))
		return "B (0.13.3 to 0.14.6)";
	if (last && is_named(names, last - 1, "99.999%") &&
	    h->percentiles == 12)
		return h->quoted ? "C (1.0 to 1.0.3)" : "C (1.1 to 1.1.1)";
	return "D (1.2 or later)";
}

static const char *
history_version(const struct sift_locust_header *h,
		const struct sift_csv_row *names)
{
	if (is_named(names, h->column[SIFT_LOCUST_REQUESTS], "# requests"))
		return "A (0.13.3 to 0.14.6)";
	if (h->quoted && h->percentiles == 12)
		return "B (1.0 to 1.1.1)";
	return "C (1.2 or later)";
}

static const char *
failures_version(const struct sift_locust_header *h)
{
	if (h->guide)
		return "V3 (of a guide)";
	if (has(h, SIFT_LOCUST_FIRST_SEEN))
		return "2.44.0 or later";
	return h->quoted ? "0.14.0 to 1.0.3" : "1.1 to 2.43.4";
}

static const char *
find_version(const struct sift_locust_header *h,
	     const struct sift_csv_row *names)
{
	switch (h->file) {
	case SIFT_LOCUST_STATS:
		return stats_version(h, names);
	case SIFT_LOCUST_HISTORY:
		return history_version(h, names);
	case SIFT_LOCUST_FAILURES_FILE:
		return failures_version(h);
	case SIFT_LOCUST_EXCEPTIONS:
		return "1.4.2 or later";
	case SIFT_LOCUST_OLD_REQUESTS:
	case SIFT_LOCUST_OLD_DISTRIBUTION:
		return "A (0.13.2 or earlier)";
	case SIFT_LOCUST_REQUEST_LOG:
	case SIFT_LOCUST_NO_FILE:
	case SIFT_LOCUST_FILE_COUNT:
		break;
	}
	return "";
}

/* ---- reading ---- */

/* Which columns people fill with text of their own. */
static void
expect_rows(struct sift_csv_rows *rows, const struct sift_locust_header *h)
{
	struct sift_csv_shape shape = {.columns = h->names};
	size_t name = h->column[SIFT_LOCUST_NAME];
	size_t error = h->column[SIFT_LOCUST_ERROR];

	if (h->file == SIFT_LOCUST_EXCEPTIONS)
		name = h->quoted ? SIFT_LOCUST_ABSENT : error;
	shape.first_text = shape.last_text = name;
	if (h->file == SIFT_LOCUST_FAILURES_FILE && error == name + 1)
		shape.last_text = error;
	shape.last_row_ends = h->file == SIFT_LOCUST_HISTORY;
	if (name != SIFT_LOCUST_ABSENT)
		sift_csv_rows_expect(rows, &shape);
}

void
sift_locust_header_bind(struct sift_locust_header *out,
			const struct sift_csv_row *names, bool quoted)
{
	struct sift_locust_header h = {
		.names = names->count,
		.quoted = quoted,
		.loose_percent = SIFT_LOCUST_ABSENT,
	};

	for (size_t i = 0; i < SIFT_LOCUST_COLUMN_COUNT; i++)
		h.column[i] = SIFT_LOCUST_ABSENT;
	bind_all(&h, names);
	h.file = find_file(&h, names);
	h.guide =
		is_named(names, h.column[SIFT_LOCUST_COUNT], "# occurrences") ||
		is_named(names, h.column[SIFT_LOCUST_COUNT], "# occurences");
	h.version = find_version(&h, names);
	h.has_windows = h.file == SIFT_LOCUST_HISTORY && h.version[0] != 'C';
	h.truncated = h.file == SIFT_LOCUST_OLD_REQUESTS || h.has_windows ||
		      (h.quoted && h.file == SIFT_LOCUST_STATS &&
		       (h.version[0] == 'B' || h.version[0] == 'C'));
	*out = h;
}

enum sift_status
sift_locust_header_read(struct sift_locust_header *out,
			struct sift_csv_rows *rows,
			const struct sift_csv_row **first, struct sift_err *err)
{
	const struct sift_csv_row *names = sift_csv_rows_header(rows);
	const struct sift_locust_header *today = sift_locust_today(names->raw);
	struct sift_locust_header h;
	enum sift_status rc;

	if (today)
		h = *today;
	else
		sift_locust_header_bind(&h, names, sift_csv_rows_quoted(rows));
	expect_rows(rows, &h);
	*first = NULL;
	if (h.file == SIFT_LOCUST_NO_FILE) {
		*out = h;
		return SIFT_OK;
	}
	rc = sift_csv_rows_next(rows, first, err);
	if (rc < 0)
		return rc;
	if (rc == SIFT_END)
		*first = NULL;
	h.elapsed = is_elapsed(&h, *first);
	if (h.elapsed) {
		h.file = SIFT_LOCUST_HISTORY;
		h.version = "V2 (of a guide)";
	}
	*out = h;
	return SIFT_OK;
}

void
sift_locust_header_glue(struct sift_locust_header *h)
{
	for (size_t i = 0; i < SIFT_LOCUST_COLUMN_COUNT; i++)
		if (h->column[i] != SIFT_LOCUST_ABSENT &&
		    h->column[i] > h->loose_percent)
			h->column[i]--;
	h->names--;
	h->loose_percent = SIFT_LOCUST_ABSENT;
}

bool
sift_locust_is_header_maybe(const struct sift_locust_header *h,
			    const struct sift_csv_row *row)
{
	enum sift_locust_column second = h->file == SIFT_LOCUST_EXCEPTIONS
						 ? SIFT_LOCUST_TRACEBACK
						 : SIFT_LOCUST_NAME;
	enum sift_locust_column number = SIFT_LOCUST_COUNT;

	if (has(h, SIFT_LOCUST_REQUESTS))
		number = SIFT_LOCUST_REQUESTS;
	else if (h->file == SIFT_LOCUST_REQUEST_LOG)
		number = SIFT_LOCUST_RESPONSE_TIME;

	return find_column(sift_locust_cell(h, row, number)) == number &&
	       find_column(sift_locust_cell(h, row, second)) == second;
}

/* ---- recognition ---- */

enum sift_locust_file
sift_locust_sniff(struct sift_span head, unsigned *out_bits)
{
	static const struct sift_limits limits = {.line_bytes = 65536};
	struct sift_source *src = NULL;
	struct sift_csv_rows *rows = NULL;
	const struct sift_csv_row *first;
	struct sift_locust_header h = {.file = SIFT_LOCUST_NO_FILE};

	*out_bits = 0;
	if (!head.len || head.ptr[0] == '{' || head.ptr[0] == '[' ||
	    head.ptr[0] == '<' || head.ptr[0] == '#')
		return SIFT_LOCUST_NO_FILE;
	if (!sift_source_open_memory(&src, head.ptr, head.len, 0, NULL) &&
	    !sift_csv_rows_open(&rows, src, &limits, NULL) &&
	    !sift_locust_header_read(&h, rows, &first, NULL))
		*out_bits = h.file ? 8 * (unsigned)h.bound : 0;
	sift_csv_rows_free(rows);
	sift_source_free(src);
	return *out_bits ? h.file : SIFT_LOCUST_NO_FILE;
}
