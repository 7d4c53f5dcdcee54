/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Locust's _failures.csv: method, endpoint, error text, how often.
 */
#include <config.h>

#include "base/buf.h"
#include "read/csv_rows.h"
#include "read/locust_cells.h"
#include "read/locust_header.h"
#include "read/locust_text.h"
#include "read/reader.h"

struct failures {
	const struct sift_sink *sink;
	struct sift_csv_rows *rows;
	struct sift_locust_header header;
	bool comma;
	bool stopped; /* the sink failed or memory is out */
	struct sift_buf text;
	uint64_t used;
};

/*
 * A guide's names are the endpoint's with its request in brackets,
 * `webhooks_list[GET /api/v1/webhooks]`: the request if its method is the
 * row's, else nothing. Whether it is a part of the name, the endpoints tell.
 */
static struct sift_span
bracket_of(struct sift_span name, struct sift_span method)
{
	const struct sift_span none = {0};
	struct sift_span inside;
	size_t open = name.len;

	while (open > 0 && name.ptr[open - 1] != '[')
		open--;
	if (open < 2 || name.ptr[name.len - 1] != ']' || !method.len)
		return none;
	inside = sift_span_of(name.ptr + open, name.len - open - 1);
	if (!sift_span_starts(inside, method) || inside.len <= method.len ||
	    inside.ptr[method.len] != ' ')
		return none;
	return inside;
}

static enum sift_status
put_failure(struct failures *f, const struct sift_csv_row *row, uint64_t count,
	    struct sift_err *err)
{
	struct sift_event event = {.kind = SIFT_EVENT_FAILURE};
	struct sift_span request = {0};
	enum sift_status rc;

	event.failure.method = sift_locust_method(
		sift_locust_cell(&f->header, row, SIFT_LOCUST_TYPE));
	event.failure.name =
		sift_locust_cell(&f->header, row, SIFT_LOCUST_NAME);
	event.failure.count = count;
	rc = sift_locust_text(
		sift_locust_cell(&f->header, row, SIFT_LOCUST_ERROR), &f->text);
	if (f->header.guide)
		request = bracket_of(event.failure.name, event.failure.method);
	if (!rc && request.len) {
		sift_buf_add_str(&f->text, " (");
		sift_buf_add_span(&f->text, request);
		sift_buf_add_str(&f->text, ")");
		rc = sift_buf_status(&f->text);
	}
	if (rc)
		return sift_fail(err, rc, "no memory for an error's text");
	event.failure.text = sift_buf_span(&f->text);
	return sift_sink_put(f->sink, &event, err);
}

static enum sift_status
skip(const struct failures *f, const char *kind, const struct sift_csv_row *row,
     struct sift_span sample, struct sift_err *err)
{
	return sift_locust_put_skipped(f->sink, kind, row, sample, err);
}

static enum sift_status
add_row(struct failures *f, const struct sift_csv_row *row,
	struct sift_err *err)
{
	struct sift_span cell;
	int64_t count;

	if (row->bad)
		return skip(f, row->bad, row, row->raw, err);
	if (sift_locust_is_header_again(&f->header, row))
		return skip(f, "a second header", row, row->raw, err);
	if (row->count != f->header.names)
		return skip(f, "cells do not match the header", row, row->raw,
			    err);
	cell = sift_locust_cell(&f->header, row, SIFT_LOCUST_COUNT);
	if (sift_locust_count(cell, f->comma, &count) != SIFT_LOCUST_IS_NUMBER)
		return skip(f, "count is not a number", row, cell, err);
	f->used++;
	return put_failure(f, row, (uint64_t)count, err);
}

static enum sift_status
read_rows(struct failures *f, const struct sift_csv_row *row,
	  struct sift_err *err)
{
	enum sift_status rc = SIFT_OK;

	while (row && !rc) {
		rc = add_row(f, row, err);
		f->stopped = rc < 0;
		if (!rc)
			rc = sift_csv_rows_next(f->rows, &row, err);
	}
	f->stopped |= rc == SIFT_E_NOMEM;
	return rc < 0 ? rc : SIFT_OK;
}

static enum sift_status
read_failures(struct sift_source *src, const struct sift_limits *limits,
	      const struct sift_sink *sink, struct sift_err *err)
{
	struct failures f = {.sink = sink};
	const struct sift_csv_row *first;
	enum sift_status rc = sift_csv_rows_open(&f.rows, src, limits, err);

	if (rc)
		return rc;
	sift_buf_init(&f.text, 0);
	f.comma = sift_csv_rows_decimal_comma(f.rows);
	rc = sift_locust_header_read(&f.header, f.rows, &first, err);
	if (!rc)
		rc = sift_locust_put_tool(sink, f.header.version, err);
	if (!rc) {
		rc = read_rows(&f, first, err);
		if (!f.stopped) {
			enum sift_status put =
				sift_locust_put_records(sink, f.used, 0, err);

			rc = rc ? rc : put;
		}
	}
	sift_buf_release(&f.text);
	sift_csv_rows_free(f.rows);
	return rc;
}

const struct sift_format sift_format_locust_failures = {
	.name = "Locust failures CSV",
	.tool = "locust",
	.kind = SIFT_SOURCE_FAILURES,
	.locust_file = SIFT_LOCUST_FAILURES_FILE,
	.read = read_failures,
};
