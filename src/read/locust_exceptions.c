/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Locust's _exceptions.csv: exceptions raised in tasks, with tracebacks.
 */
#include <config.h>

#include "read/csv_rows.h"
#include "read/locust_cells.h"
#include "read/locust_header.h"
#include "read/locust_messages.h"
#include "read/reader.h"

struct exceptions {
	const struct sift_sink *sink;
	struct sift_csv_rows *rows;
	struct sift_locust_header header;
	bool comma;
	bool stopped; /* the sink failed or memory is out */
	struct sift_locust_messages messages;
	uint64_t used;
};

static enum sift_status
skip(const struct exceptions *e, const char *kind,
     const struct sift_csv_row *row, struct sift_span sample,
     struct sift_err *err)
{
	return sift_locust_put_skipped(e->sink, kind, row, sample, err);
}

static enum sift_status
add_row(struct exceptions *e, const struct sift_csv_row *row,
	struct sift_err *err)
{
	struct sift_span cell;
	int64_t count;

	if (row->bad)
		return skip(e, row->bad, row, row->raw, err);
	if (sift_locust_is_header_again(&e->header, row))
		return skip(e, "a second header", row, row->raw, err);
	if (row->count != e->header.names)
		return skip(e, "cells do not match the header", row, row->raw,
			    err);
	cell = sift_locust_cell(&e->header, row, SIFT_LOCUST_COUNT);
	if (sift_locust_count(cell, e->comma, &count) != SIFT_LOCUST_IS_NUMBER)
		return skip(e, "count is not a number", row, cell, err);
	e->used++;
	return sift_locust_messages_add(
		&e->messages,
		sift_locust_cell(&e->header, row, SIFT_LOCUST_ERROR),
		(uint64_t)count, err);
}

static enum sift_status
read_rows(struct exceptions *e, const struct sift_csv_row *row,
	  struct sift_err *err)
{
	enum sift_status rc = SIFT_OK;

	while (row && !rc) {
		rc = add_row(e, row, err);
		e->stopped = rc < 0;
		if (!rc)
			rc = sift_csv_rows_next(e->rows, &row, err);
	}
	e->stopped |= rc == SIFT_E_NOMEM;
	return rc < 0 ? rc : SIFT_OK;
}

static enum sift_status
put_end(const struct exceptions *e, struct sift_err *err)
{
	enum sift_status rc =
		sift_locust_messages_put(&e->messages, e->sink, err);

	return rc ? rc : sift_locust_put_records(e->sink, e->used, 0, err);
}

static enum sift_status
read_exceptions(struct sift_source *src, const struct sift_limits *limits,
		const struct sift_sink *sink, struct sift_err *err)
{
	struct exceptions e = {.sink = sink};
	const struct sift_csv_row *first;
	enum sift_status rc = sift_csv_rows_open(&e.rows, src, limits, err);

	if (rc)
		return rc;
	sift_locust_messages_init(&e.messages);
	e.comma = sift_csv_rows_decimal_comma(e.rows);
	rc = sift_locust_header_read(&e.header, e.rows, &first, err);
	if (!rc)
		rc = sift_locust_put_tool(sink, e.header.version, err);
	if (!rc) {
		rc = read_rows(&e, first, err);
		if (!e.stopped) {
			enum sift_status put = put_end(&e, err);

			rc = rc ? rc : put;
		}
	}
	sift_locust_messages_release(&e.messages);
	sift_csv_rows_free(e.rows);
	return rc;
}

const struct sift_format sift_format_locust_exceptions = {
	.name = "Locust exceptions CSV",
	.tool = "locust",
	.kind = SIFT_SOURCE_EXCEPTIONS,
	.locust_file = SIFT_LOCUST_EXCEPTIONS,
	.read = read_exceptions,
};
