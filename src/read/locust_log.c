/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The log of Locust's csv_request_logger: a row for each request, so that
 * every figure can be computed. docs/formats/locust.md.
 */
#include <config.h>

#include "base/buf.h"
#include "base/instant.h"
#include "base/num.h"
#include "base/table.h"
#include "read/csv_rows.h"
#include "read/locust_cells.h"
#include "read/locust_header.h"
#include "read/locust_text.h"
#include "read/reader.h"

#define NAMES_MAX 4194304u
#define NAMES_BYTES_MAX ((size_t)256 << 20)
/* Seconds of the epoch are below, milliseconds above. */
#define SECONDS_MAX INT64_C(100000000000)

struct log {
	const struct sift_sink *sink;
	struct sift_csv_rows *rows;
	struct sift_locust_header header;
	bool comma;
	bool stopped; /* the sink failed or memory is out */
	struct sift_table names;
	struct sift_buf key;
	struct sift_buf text;
	uint64_t used;
	uint64_t unused; /* requests without a time of their own */
};

static struct sift_span
cell(const struct log *l, const struct sift_csv_row *row,
     enum sift_locust_column column)
{
	return sift_span_trim(sift_locust_cell(&l->header, row, column));
}

static enum sift_status
skip(const struct log *l, const char *kind, const struct sift_csv_row *row,
     struct sift_span sample, struct sift_err *err)
{
	return sift_locust_put_skipped(l->sink, kind, row, sample, err);
}

/* ---- cells ---- */

/* Exact to the nanosecond; the double is for what is no plain number. */
static enum sift_locust_value
response_time(const struct log *l, struct sift_span text, int64_t *out_ns)
{
	double ms;
	enum sift_locust_value value;

	if (sift_parse_micro(text, out_ns, NULL))
		return SIFT_LOCUST_IS_NUMBER;
	if (sift_span_equal(text, SIFT_SPAN("None")))
		return SIFT_LOCUST_IS_ABSENT;
	value = sift_locust_number(text, l->comma, &ms);
	if (value != SIFT_LOCUST_IS_NUMBER)
		return value;
	if (!(ms > -9e12 && ms < 9e12))
		return SIFT_LOCUST_IS_BAD;
	*out_ns = (int64_t)(ms * 1e6 + (ms < 0 ? -0.5 : 0.5));
	return SIFT_LOCUST_IS_NUMBER;
}

/* When the request was sent: seconds or ms of the epoch, or RFC 3339. */
static bool
sent_at(struct sift_span text, int64_t *out_ns)
{
	int64_t micro;

	if (sift_instant_parse(text, out_ns))
		return true;
	if (!sift_parse_micro(text, &micro, NULL) || micro < 0)
		return false;
	if (micro < SECONDS_MAX * 1000000)
		return !__builtin_mul_overflow(micro, 1000, out_ns);
	*out_ns = micro;
	return true;
}

static bool
is_word(struct sift_span text, const char *const *words)
{
	for (; *words; words++)
		if (sift_span_equal_nocase(text, sift_span_str(*words)))
			return true;
	return false;
}

/* The logger has an empty exception for what went well, whatever the status:
   a test may take a 404 for success. */
static enum sift_outcome
outcome_of(const struct log *l, const struct sift_csv_row *row)
{
	static const char *const none[] = {"", "None", NULL};
	static const char *const yes[] = {"true", "1", "yes", NULL};
	static const char *const no[] = {"false", "0", "no", NULL};
	struct sift_span text = cell(l, row, SIFT_LOCUST_SUCCESS);
	int64_t status;

	if (is_word(text, yes))
		return SIFT_OUTCOME_OK;
	if (is_word(text, no))
		return SIFT_OUTCOME_FAILED;
	if (l->header.column[SIFT_LOCUST_ERROR] != SIFT_LOCUST_ABSENT)
		return is_word(cell(l, row, SIFT_LOCUST_ERROR), none)
			       ? SIFT_OUTCOME_OK
			       : SIFT_OUTCOME_FAILED;
	if (!sift_parse_i64(cell(l, row, SIFT_LOCUST_STATUS), &status))
		return SIFT_OUTCOME_UNKNOWN;
	return status >= 100 && status < 400 ? SIFT_OUTCOME_OK
					     : SIFT_OUTCOME_FAILED;
}

/* ---- events ---- */

static enum sift_status
name_series(struct log *l, const struct sift_csv_row *row, uint32_t *out_id,
	    struct sift_err *err)
{
	struct sift_event event = {.kind = SIFT_EVENT_SERIES};
	enum sift_status rc;
	bool is_new;

	event.series.method = sift_locust_method(
		sift_locust_cell(&l->header, row, SIFT_LOCUST_TYPE));
	event.series.name = sift_locust_cell(&l->header, row, SIFT_LOCUST_NAME);
	event.series.kind = sift_locust_kind(event.series.method);
	sift_buf_clear(&l->key);
	sift_buf_add_span(&l->key, event.series.method);
	sift_buf_add_byte(&l->key, '\0');
	sift_buf_add_span(&l->key, event.series.name);
	rc = sift_buf_status(&l->key);
	if (!rc && l->names.arena.total_bytes > NAMES_BYTES_MAX)
		rc = SIFT_E_LIMIT;
	if (!rc)
		rc = sift_table_intern(&l->names, sift_buf_span(&l->key),
				       out_id, &is_new);
	if (rc == SIFT_E_LIMIT)
		return sift_fail(err, rc,
				 "more than %u names, or 256 MiB of them",
				 NAMES_MAX);
	if (rc)
		return sift_fail(err, rc, "no memory for a name");
	event.series.id = *out_id;
	return is_new ? sift_sink_put(l->sink, &event, err) : SIFT_OK;
}

static enum sift_status
put_failure(struct log *l, const struct sift_csv_row *row, struct sift_err *err)
{
	struct sift_event event = {.kind = SIFT_EVENT_FAILURE};
	struct sift_span status = cell(l, row, SIFT_LOCUST_STATUS);
	enum sift_status rc =
		sift_locust_text(cell(l, row, SIFT_LOCUST_ERROR), &l->text);

	if (!rc && !l->text.len && status.len) {
		sift_buf_add_str(&l->text, "status ");
		sift_buf_add_span(&l->text, status);
		rc = sift_buf_status(&l->text);
	}
	if (rc)
		return sift_fail(err, rc, "no memory for an error's text");
	event.failure.method = sift_locust_method(
		sift_locust_cell(&l->header, row, SIFT_LOCUST_TYPE));
	event.failure.name =
		sift_locust_cell(&l->header, row, SIFT_LOCUST_NAME);
	event.failure.text = sift_buf_span(&l->text);
	event.failure.count = 1;
	return sift_sink_put(l->sink, &event, err);
}

static enum sift_status
put_request(struct log *l, const struct sift_csv_row *row, int64_t sent_ns,
	    int64_t took_ns, struct sift_err *err)
{
	struct sift_event event = {.kind = SIFT_EVENT_SAMPLE};
	enum sift_status rc;

	event.sample.outcome = outcome_of(l, row);
	event.sample.value_ns = took_ns;
	/* a sample's time is its end, the log's its begin */
	if (__builtin_add_overflow(sent_ns, took_ns, &event.sample.time_ns))
		event.sample.time_ns = sent_ns;
	rc = name_series(l, row, &event.sample.series, err);
	if (!rc)
		rc = sift_sink_put(l->sink, &event, err);
	if (!rc && event.sample.outcome == SIFT_OUTCOME_FAILED)
		rc = put_failure(l, row, err);
	return rc;
}

/* ---- rows ---- */

static enum sift_status
add_row(struct log *l, const struct sift_csv_row *row, struct sift_err *err)
{
	struct sift_span took, sent;
	int64_t took_ns, sent_ns;

	if (row->bad)
		return skip(l, row->bad, row, row->raw, err);
	if (sift_locust_is_header_again(&l->header, row))
		return skip(l, "a second header", row, row->raw, err);
	if (row->count != l->header.names)
		return skip(l, "cells do not match the header", row, row->raw,
			    err);
	sent = cell(l, row, SIFT_LOCUST_TIME);
	if (!sent_at(sent, &sent_ns))
		return skip(l, "time is not a number", row, sent, err);
	took = cell(l, row, SIFT_LOCUST_RESPONSE_TIME);
	switch (response_time(l, took, &took_ns)) {
	case SIFT_LOCUST_IS_NUMBER:
		break;
	case SIFT_LOCUST_IS_ABSENT:
	case SIFT_LOCUST_IS_NOT_FINITE:
		l->unused++;
		return SIFT_OK;
	case SIFT_LOCUST_IS_BAD:
		return skip(l, "response time is not a number", row, took, err);
	}
	l->used++;
	return put_request(l, row, sent_ns, took_ns, err);
}

static enum sift_status
read_rows(struct log *l, const struct sift_csv_row *row, struct sift_err *err)
{
	enum sift_status rc = SIFT_OK;

	while (row && !rc) {
		rc = add_row(l, row, err);
		l->stopped = rc < 0 && rc != SIFT_E_LIMIT;
		if (!rc)
			rc = sift_csv_rows_next(l->rows, &row, err);
	}
	l->stopped |= rc == SIFT_E_NOMEM;
	return rc < 0 ? rc : SIFT_OK;
}

static enum sift_status
put_end(const struct log *l, struct sift_err *err)
{
	enum sift_status rc = SIFT_OK;

	if (l->unused)
		rc = sift_locust_put_note(
			l->sink, err,
			"requests without a response time are left out (rows: "
			"%llu)",
			(unsigned long long)l->unused);
	return rc ? rc
		  : sift_locust_put_records(l->sink, l->used, l->unused, err);
}

static enum sift_status
read_log(struct sift_source *src, const struct sift_limits *limits,
	 const struct sift_sink *sink, struct sift_err *err)
{
	struct log l = {.sink = sink};
	const struct sift_csv_row *first;
	enum sift_status rc = sift_csv_rows_open(&l.rows, src, limits, err);

	if (rc)
		return rc;
	sift_table_init(&l.names, NAMES_MAX);
	sift_buf_init(&l.key, 0);
	sift_buf_init(&l.text, 0);
	l.comma = sift_csv_rows_decimal_comma(l.rows);
	rc = sift_locust_header_read(&l.header, l.rows, &first, err);
	if (!rc)
		rc = sift_locust_put_tool(sink, l.header.version, err);
	if (!rc) {
		rc = read_rows(&l, first, err);
		if (!l.stopped) {
			/* what was read before damage stands */
			enum sift_status put = put_end(&l, err);

			rc = rc ? rc : put;
		}
	}
	sift_buf_release(&l.text);
	sift_buf_release(&l.key);
	sift_table_release(&l.names);
	sift_csv_rows_free(l.rows);
	return rc;
}

const struct sift_format sift_format_locust_log = {
	.name = "Locust request log CSV",
	.tool = "locust",
	.kind = SIFT_SOURCE_REQUEST_LOG,
	.locust_file = SIFT_LOCUST_REQUEST_LOG,
	.read = read_log,
};
