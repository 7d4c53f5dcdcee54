/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Locust's _exceptions.csv: exceptions raised in tasks, with tracebacks. They
 * are faults of the test and no failures of requests, so they become notes:
 * the most frequent ones, by the first line of their message.
 */
#include <config.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/table.h"
#include "read/csv_rows.h"
#include "read/locust_cells.h"
#include "read/locust_header.h"
#include "read/reader.h"

#define NOTES_MAX 5
#define MESSAGE_BYTES ((size_t)200)
#define MESSAGES_MAX 10000u

struct exceptions {
	const struct sift_sink *sink;
	struct sift_csv_rows *rows;
	struct sift_locust_header header;
	bool comma;
	bool stopped;	       /* the sink failed or memory is out */
	struct sift_buf first; /* line of a message */
	struct sift_table messages;
	uint64_t *counts; /* by number of the message */
	size_t capacity;
	uint64_t beyond; /* of messages beyond MESSAGES_MAX */
	uint64_t used;
};

static enum sift_status
add_message(struct exceptions *e, struct sift_span message, uint64_t count,
	    struct sift_err *err)
{
	struct sift_span line =
		sift_span_head(message, sift_span_find_byte(message, '\n'));
	enum sift_status rc;
	uint32_t id;
	bool is_new;

	sift_buf_clear(&e->first);
	sift_buf_add_escaped(&e->first, sift_span_trim(line), MESSAGE_BYTES);
	rc = sift_buf_status(&e->first);
	if (!rc)
		rc = sift_table_intern(&e->messages, sift_buf_span(&e->first),
				       &id, &is_new);
	if (rc == SIFT_E_LIMIT) {
		e->beyond++;
		return SIFT_OK;
	}
	if (rc || sift_array_grow((void **)&e->counts, &e->capacity,
				  e->messages.count, sizeof(*e->counts),
				  MESSAGES_MAX))
		return sift_fail(err, SIFT_E_NOMEM, "no memory for a message");
	if (is_new)
		e->counts[id] = 0;
	e->counts[id] += count;
	return SIFT_OK;
}

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
	return add_message(e,
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

/* ---- the end ---- */

/* Is message `a` to be told before `b`? The file's order is that of a hash. */
static bool
goes_before(const struct exceptions *e, uint32_t a, uint32_t b)
{
	if (e->counts[a] != e->counts[b])
		return e->counts[a] > e->counts[b];
	return sift_span_compare(sift_table_key(&e->messages, a),
				 sift_table_key(&e->messages, b)) < 0;
}

/* The first NOTES_MAX in order; returns how many there are. */
static size_t
pick(const struct exceptions *e, uint32_t picked[NOTES_MAX])
{
	size_t count = 0;

	for (uint32_t id = 0; id < e->messages.count; id++) {
		size_t at = count;

		while (at > 0 && goes_before(e, id, picked[at - 1])) {
			if (at < NOTES_MAX)
				picked[at] = picked[at - 1];
			at--;
		}
		if (at < NOTES_MAX)
			picked[at] = id;
		if (count < NOTES_MAX)
			count++;
	}
	return count;
}

static enum sift_status
put_notes(const struct exceptions *e, struct sift_err *err)
{
	uint32_t picked[NOTES_MAX];
	size_t count = pick(e, picked);
	uint64_t more = e->messages.count - count + e->beyond;
	enum sift_status rc = SIFT_OK;

	for (size_t i = 0; !rc && i < count; i++) {
		unsigned long long times = e->counts[picked[i]];
		struct sift_span text = sift_table_key(&e->messages, picked[i]);

		rc = sift_locust_put_note(
			e->sink, err, "a task raised, %llu time%s: %s", times,
			times == 1 ? "" : "s", text.len ? text.ptr : "(empty)");
	}
	if (!rc && more)
		rc = sift_locust_put_note(e->sink, err,
					  "tasks raised %llu more exceptions",
					  (unsigned long long)more);
	return rc;
}

static enum sift_status
put_end(const struct exceptions *e, struct sift_err *err)
{
	enum sift_status rc = put_notes(e, err);

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
	sift_buf_init(&e.first, 0);
	sift_table_init(&e.messages, MESSAGES_MAX);
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
	sift_buf_release(&e.first);
	sift_table_release(&e.messages);
	sift_free(e.counts);
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
