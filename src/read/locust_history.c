/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Locust's _stats_history.csv: each second or two a group of rows, the last
 * of which has the totals of the run so far. They are put as they are met; the
 * latest rows of all are the figures of a run that left nothing else.
 * docs/formats/locust.md.
 */
#include <config.h>

#include <math.h>

#include "base/instant.h"
#include "base/num.h"
#include "read/csv_rows.h"
#include "read/locust_cells.h"
#include "read/locust_elapsed.h"
#include "read/locust_figures.h"
#include "read/locust_header.h"
#include "read/locust_latest.h"
#include "read/reader.h"

/* Numbers from here on are seconds of the epoch, not since a start. */
#define EPOCH_S 1e9

struct history {
	const struct sift_sink *sink;
	struct sift_locust_header header;
	bool comma;
	uint64_t used;
	uint64_t unused;

	/* the group being read: rows of one timestamp */
	bool in_group;
	int64_t group_ns;
	bool awaits_total; /* endpoints were met, but no row of totals yet */
	bool has_total;
	struct sift_ev_progress total;

	/* all of it */
	int64_t first_ns, last_ns; /* SIFT_INSTANT_NONE = no row yet */
	int64_t last_requests;
	uint64_t resets;
	int64_t reset_ns; /* of the first */
	double elapsed_s; /* a guide's: the largest so far */
	struct sift_locust_elapsed elapsed;
	struct sift_locust_latest latest;
};

static enum sift_status
skip(const struct history *h, const char *kind, const struct sift_csv_row *row,
     struct sift_span sample, struct sift_err *err)
{
	return sift_locust_put_skipped(h->sink, kind, row, sample, err);
}

/* Seconds of the epoch as written, "1795224186" or "1795224186.5": nothing
   else, since a spreadsheet's 1.79522E+09 is another time. */
static bool
parse_time(struct sift_span cell, int64_t *out_ns)
{
	struct sift_span text = sift_span_trim(cell);
	int64_t micro;

	for (size_t i = 0; i < text.len; i++)
		if ((text.ptr[i] < '0' || text.ptr[i] > '9') &&
		    text.ptr[i] != '.')
			return false;
	/* sift_parse_micro() gives microseconds of seconds */
	if (!sift_parse_micro(text, &micro, NULL) || micro > INT64_MAX / 1000)
		return false;
	*out_ns = micro * 1000;
	return true;
}

static void
see_time(struct history *h, int64_t ns)
{
	if (h->first_ns == SIFT_INSTANT_NONE || ns < h->first_ns)
		h->first_ns = ns;
	if (h->last_ns == SIFT_INSTANT_NONE || ns > h->last_ns)
		h->last_ns = ns;
}

/* The group is over: its totals go out. */
static enum sift_status
close_group(struct history *h, struct sift_err *err)
{
	struct sift_event event = {.kind = SIFT_EVENT_PROGRESS};

	h->in_group = false;
	h->awaits_total = false;
	if (!h->has_total)
		return SIFT_OK;
	h->has_total = false;
	event.progress = h->total;
	if (h->total.requests < h->last_requests && !h->resets++)
		h->reset_ns = h->total.time_ns;
	h->last_requests = h->total.requests;
	sift_locust_latest_close(&h->latest, h->total.time_ns,
				 h->total.requests);
	see_time(h, h->total.time_ns);
	h->used++;
	return sift_sink_put(h->sink, &event, err);
}

/* The mean of all requests so far, times their number; -1 = not given. */
static int64_t
spent_us(const struct history *h, const struct sift_csv_row *row,
	 int64_t requests)
{
	struct sift_span cell =
		sift_locust_cell(&h->header, row, SIFT_LOCUST_MEAN);
	double mean_ms, us;

	if (sift_locust_number(cell, h->comma, &mean_ms) !=
		    SIFT_LOCUST_IS_NUMBER ||
	    mean_ms < 0)
		return -1;
	us = mean_ms * 1000 * (double)requests;
	return us < 9e18 ? (int64_t)us : -1;
}

/* A row with totals; of two in one second the later one counts. */
static enum sift_status
add_total(struct history *h, const struct sift_csv_row *row, int64_t ns,
	  struct sift_err *err)
{
	static const char bad[] = "count is not a number";
	static const enum sift_locust_column columns[] = {
		SIFT_LOCUST_REQUESTS, SIFT_LOCUST_FAILURES, SIFT_LOCUST_USERS};
	int64_t counts[3];

	for (size_t i = 0; i < 3; i++) {
		struct sift_span cell =
			sift_locust_cell(&h->header, row, columns[i]);
		enum sift_locust_value value =
			sift_locust_count(cell, h->comma, &counts[i]);

		if (value == SIFT_LOCUST_IS_BAD ||
		    (value == SIFT_LOCUST_IS_ABSENT && i == 0))
			return skip(h, bad, row, cell, err);
	}
	h->unused += h->has_total;
	h->has_total = true;
	h->total = (struct sift_ev_progress){
		.time_ns = ns,
		.requests = counts[0],
		.failures = counts[1],
		.users = counts[2],
		.spent_us = spent_us(h, row, counts[0]),
	};
	return sift_locust_latest_total(&h->latest, &h->header, row, h->comma,
					err);
}

static enum sift_status
add_timed(struct history *h, const struct sift_csv_row *row,
	  struct sift_err *err)
{
	struct sift_span cell =
		sift_locust_cell(&h->header, row, SIFT_LOCUST_TIME);
	struct sift_span method = sift_locust_method(
		sift_locust_cell(&h->header, row, SIFT_LOCUST_TYPE));
	struct sift_span name =
		sift_locust_cell(&h->header, row, SIFT_LOCUST_NAME);
	enum sift_status rc = SIFT_OK;
	int64_t ns;

	if (!parse_time(cell, &ns))
		return skip(h, "timestamp is not a number", row, cell, err);
	if (h->in_group && ns != h->group_ns)
		rc = close_group(h, err);
	h->in_group = true;
	h->group_ns = ns;
	if (rc)
		return rc;
	h->awaits_total = !sift_locust_is_total(method, name);
	if (!h->awaits_total)
		return add_total(h, row, ns, err);
	h->unused++;
	return sift_locust_latest_endpoint(&h->latest, &h->header, row, err);
}

/* A guide's row: seconds since the start in place of the method. */
static enum sift_status
add_elapsed(struct history *h, const struct sift_csv_row *row,
	    struct sift_err *err)
{
	struct sift_span cell =
		sift_locust_cell(&h->header, row, SIFT_LOCUST_TYPE);
	struct sift_locust_seen seen = {0};
	struct sift_figures figures;
	const char *bad;
	double seconds;

	if (sift_locust_number(cell, h->comma, &seconds) !=
		    SIFT_LOCUST_IS_NUMBER ||
	    seconds < 0 || seconds > 9e9)
		return skip(h, "time is not a number", row, cell, err);
	if (seconds < h->elapsed_s)
		return skip(h, "time goes back", row, cell, err);
	bad = sift_locust_figures(&h->header, row, h->comma, &figures, &seen,
				  &cell);
	if (bad)
		return skip(h, bad, row, cell, err);
	h->elapsed_s = seconds;
	if (seconds >= EPOCH_S)
		see_time(h, (int64_t)(seconds * 1e3) * 1000000);
	h->used++;
	return sift_locust_elapsed_add(
		&h->elapsed, seconds,
		sift_locust_cell(&h->header, row, SIFT_LOCUST_NAME), &figures,
		err);
}

static enum sift_status
add_row(struct history *h, const struct sift_csv_row *row, struct sift_err *err)
{
	if (row->bad)
		return skip(h, row->bad, row, row->raw, err);
	if (sift_locust_is_header_again(&h->header, row))
		return skip(h, "a second header", row, row->raw, err);
	if (row->count != h->header.names)
		return skip(h, "cells do not match the header", row, row->raw,
			    err);
	return h->header.elapsed ? add_elapsed(h, row, err)
				 : add_timed(h, row, err);
}

/* ---- the end ---- */

static enum sift_status
put_range(const struct history *h, struct sift_err *err)
{
	struct sift_event event = {.kind = SIFT_EVENT_TIME};

	if (h->first_ns != SIFT_INSTANT_NONE) {
		event.time.first_ns = h->first_ns;
		event.time.last_ns = h->last_ns;
	} else if (h->elapsed_s > 0) {
		event.kind = SIFT_EVENT_DURATION;
		event.duration.duration_ns =
			(int64_t)(h->elapsed_s * 1e3) * 1000000;
	} else {
		return SIFT_OK;
	}
	return sift_sink_put(h->sink, &event, err);
}

static enum sift_status
put_notes(const struct history *h, bool is_cut, struct sift_err *err)
{
	char when[SIFT_INSTANT_MAX];
	enum sift_status rc = SIFT_OK;

	if (h->resets) {
		sift_instant_format(h->reset_ns, when);
		rc = sift_locust_put_note(
			h->sink, err,
			"statistics were reset during the run: %llu time%s, "
			"first at %s",
			(unsigned long long)h->resets,
			h->resets == 1 ? "" : "s", when);
	}
	if (!rc && is_cut)
		rc = sift_locust_put_note(
			h->sink, err,
			"the history ends within a second: its last rows have "
			"no total");
	if (!rc && h->header.elapsed)
		rc = sift_locust_put_note(
			h->sink, err,
			"the history has seconds since the start in place of "
			"methods; its counts are taken as those %s",
			sift_locust_elapsed_is_cumulative(&h->elapsed)
				? "since the start"
				: "of each interval");
	return rc;
}

static enum sift_status
put_end(struct history *h, struct sift_err *err)
{
	bool is_cut = h->awaits_total && !h->has_total;
	enum sift_status rc = close_group(h, err);

	if (!rc)
		rc = put_range(h, err);
	if (!rc && h->header.elapsed)
		rc = sift_locust_elapsed_put(&h->elapsed, h->sink, err);
	/* without them there is nothing but counts */
	else if (!rc &&
		 h->header.column[SIFT_LOCUST_MEAN] != SIFT_LOCUST_ABSENT)
		rc = sift_locust_latest_put(&h->latest, &h->header, h->comma,
					    h->sink, err);
	if (!rc)
		rc = put_notes(h, is_cut, err);
	if (!rc)
		rc = sift_locust_put_records(h->sink, h->used, h->unused, err);
	return rc;
}

/* Rows until the end; *out_stopped when the sink failed or memory is out. */
static enum sift_status
read_rows(struct history *h, struct sift_csv_rows *rows,
	  const struct sift_csv_row *row, bool *out_stopped,
	  struct sift_err *err)
{
	enum sift_status rc = SIFT_OK;

	while (row && !rc) {
		rc = add_row(h, row, err);
		*out_stopped = rc < 0;
		if (!rc)
			rc = sift_csv_rows_next(rows, &row, err);
	}
	*out_stopped |= rc == SIFT_E_NOMEM;
	return rc < 0 ? rc : SIFT_OK;
}

static enum sift_status
read_history(struct sift_source *src, const struct sift_limits *limits,
	     const struct sift_sink *sink, struct sift_err *err)
{
	struct history h = {
		.sink = sink,
		.first_ns = SIFT_INSTANT_NONE,
		.last_ns = SIFT_INSTANT_NONE,
	};
	const struct sift_csv_row *first;
	struct sift_csv_rows *rows;
	bool stopped = false;
	enum sift_status rc = sift_csv_rows_open(&rows, src, limits, err);

	if (rc)
		return rc;
	sift_locust_latest_init(&h.latest);
	sift_locust_elapsed_init(&h.elapsed);
	h.comma = sift_csv_rows_decimal_comma(rows);
	rc = sift_locust_header_read(&h.header, rows, &first, err);
	if (!rc)
		rc = sift_locust_put_tool(sink, h.header.version, err);
	if (!rc) {
		rc = read_rows(&h, rows, first, &stopped, err);
		if (!stopped) {
			/* what was read before damage stands */
			enum sift_status put = put_end(&h, err);

			rc = rc ? rc : put;
		}
	}
	sift_locust_latest_release(&h.latest);
	sift_locust_elapsed_release(&h.elapsed);
	sift_csv_rows_free(rows);
	return rc;
}

const struct sift_format sift_format_locust_history = {
	.name = "Locust history CSV",
	.tool = "locust",
	.kind = SIFT_SOURCE_HISTORY,
	.locust_file = SIFT_LOCUST_HISTORY,
	.read = read_history,
};
