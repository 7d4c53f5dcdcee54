/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Locust's HTML report up to 2.27: plain tables, with the columns of the CSV
 * files. docs/formats/locust.md.
 */
#include <config.h>

#include <math.h>

#include "base/buf.h"
#include "base/instant.h"
#include "base/num.h"
#include "read/html_rows.h"
#include "read/locust_cells.h"
#include "read/locust_figures.h"
#include "read/locust_header.h"
#include "read/locust_report.h"
#include "read/reader.h"

/* Of the line that says when the run was. */
#define DURING_BYTES 400
#define LOCAL_TIME_BYTES 19

struct classic {
	struct sift_locust_report report;
	struct sift_locust_header header; /* of the table being read */
	struct sift_locust_seen seen;
	struct sift_buf text; /* of the cells of a row */
	struct sift_span cells[SIFT_HTML_CELLS_MAX];
};

/* ---- rows ---- */

/* Versions from 2 on escape what people wrote, earlier ones do not. */
static bool
is_escaped(struct sift_span cell)
{
	static const char raw[] = {'<', '>', '"', '\''};

	for (size_t i = 0; i < sizeof(raw); i++)
		if (sift_span_find_byte(cell, raw[i]) < cell.len)
			return false;
	return true;
}

/* The cells' own text. */
static enum sift_status
read_cells(struct classic *c, const struct sift_html_row *html,
	   struct sift_csv_row *out, struct sift_err *err)
{
	size_t ends[SIFT_HTML_CELLS_MAX], from = 0;

	sift_buf_clear(&c->text);
	for (size_t i = 0; i < html->count; i++) {
		if (is_escaped(html->cells[i]))
			sift_html_add_text(&c->text, html->cells[i]);
		else
			sift_buf_add_span(&c->text, html->cells[i]);
		ends[i] = c->text.len;
	}
	if (sift_buf_status(&c->text))
		return sift_fail(err, SIFT_E_NOMEM, "no memory for a row");
	for (size_t i = 0; i < html->count; i++) {
		c->cells[i] = sift_span_head(
			sift_span_from(sift_buf_span(&c->text), from),
			ends[i] - from);
		from = ends[i];
	}
	*out = (struct sift_csv_row){
		.cells = c->cells,
		.count = html->count,
		.raw = html->count ? html->cells[0] : (struct sift_span){0},
	};
	return SIFT_OK;
}

static struct sift_span
cell(const struct classic *c, const struct sift_csv_row *row,
     enum sift_locust_column column)
{
	return sift_locust_cell(&c->header, row, column);
}

static enum sift_status
add_requests(struct classic *c, const struct sift_csv_row *row,
	     struct sift_err *err)
{
	struct sift_figures f;
	struct sift_span sample;
	const char *bad = sift_locust_figures(&c->header, row, false, &f,
					      &c->seen, &sample);

	if (bad)
		return sift_locust_report_skip(&c->report, bad, row->raw, err);
	if (f.requests > 0 && f.rps == 0)
		f.rps = NAN; /* below what one decimal shows */
	return sift_locust_report_add(
		&c->report, &c->report.requests,
		sift_locust_method(cell(c, row, SIFT_LOCUST_TYPE)),
		cell(c, row, SIFT_LOCUST_NAME), &f, err);
}

static enum sift_status
add_percentiles(struct classic *c, const struct sift_csv_row *row,
		struct sift_err *err)
{
	static const struct {
		enum sift_locust_column column;
		enum sift_stat stat;
	} columns[] = {
		{SIFT_LOCUST_P50, SIFT_STAT_P50},
		{SIFT_LOCUST_P90, SIFT_STAT_P90},
		{SIFT_LOCUST_P95, SIFT_STAT_P95},
		{SIFT_LOCUST_P99, SIFT_STAT_P99},
	};
	struct sift_figures f;

	sift_figures_init(&f);
	for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++)
		if (sift_locust_number(cell(c, row, columns[i].column), false,
				       &f.latency.ms[columns[i].stat]) ==
		    SIFT_LOCUST_IS_BAD)
			return sift_locust_report_skip(
				&c->report, "percentile is not a number",
				row->raw, err);
	return sift_locust_report_add(
		&c->report, &c->report.percentiles,
		sift_locust_method(cell(c, row, SIFT_LOCUST_TYPE)),
		cell(c, row, SIFT_LOCUST_NAME), &f, err);
}

static enum sift_status
add_error(struct classic *c, const struct sift_csv_row *row,
	  struct sift_err *err)
{
	struct sift_span text = cell(c, row, SIFT_LOCUST_ERROR);
	int64_t count;

	if (sift_locust_count(cell(c, row, SIFT_LOCUST_COUNT), false, &count) !=
	    SIFT_LOCUST_IS_NUMBER)
		return sift_locust_report_skip(
			&c->report, "count is not a number", row->raw, err);
	if (c->header.file == SIFT_LOCUST_EXCEPTIONS)
		return sift_locust_report_exception(&c->report, text,
						    (uint64_t)count, err);
	return sift_locust_report_failure(
		&c->report, sift_locust_method(cell(c, row, SIFT_LOCUST_TYPE)),
		cell(c, row, SIFT_LOCUST_NAME), text, (uint64_t)count, err);
}

/* The table of percentiles has no number of requests and is no file of its
   own among the CSV. */
static bool
is_of_percentiles(const struct sift_locust_header *h)
{
	return h->file == SIFT_LOCUST_NO_FILE && h->percentiles >= 2 &&
	       h->column[SIFT_LOCUST_NAME] != SIFT_LOCUST_ABSENT;
}

static enum sift_status
add_row(struct classic *c, const struct sift_html_row *html,
	struct sift_err *err)
{
	struct sift_csv_row row;
	enum sift_status rc = read_cells(c, html, &row, err);

	if (rc || !html->count)
		return rc;
	if (html->is_header) {
		sift_locust_header_bind(&c->header, &row, false);
		c->header.truncated = true; /* times are whole ms */
		return SIFT_OK;
	}
	if (c->header.file != SIFT_LOCUST_STATS &&
	    c->header.file != SIFT_LOCUST_FAILURES_FILE &&
	    c->header.file != SIFT_LOCUST_EXCEPTIONS &&
	    !is_of_percentiles(&c->header))
		return SIFT_OK; /* another table */
	if (row.count != c->header.names)
		return sift_locust_report_skip(&c->report,
					       "cells do not match the header",
					       row.raw, err);
	if (c->header.file == SIFT_LOCUST_STATS)
		return add_requests(c, &row, err);
	return is_of_percentiles(&c->header) ? add_percentiles(c, &row, err)
					     : add_error(c, &row, err);
}

/* ---- what is in no table ---- */

/* "During: … 2026-11-21 01:21:30 … - … 2026-11-21 01:21:55": without zone,
   which is that of the machine up to 2.4.1 and UTC since. */
static void
find_times(struct sift_locust_report *r)
{
	struct sift_span page = sift_buf_span(&r->page);
	struct sift_span text = sift_span_head(
		sift_span_from(page, sift_span_find(page, SIFT_SPAN("During"))),
		DURING_BYTES);

	while (text.len >= LOCAL_TIME_BYTES && !r->last.len) {
		struct sift_span time = sift_span_head(text, LOCAL_TIME_BYTES);
		size_t step = 1;

		if (sift_instant_is_local(time)) {
			*(r->first.len ? &r->last : &r->first) = time;
			step = LOCAL_TIME_BYTES;
		}
		text = sift_span_from(text, step);
	}
}

/* "user_count": [{"value": 10}, …] of the chart's data */
static void
find_users(struct sift_locust_report *r)
{
	struct sift_span page = sift_buf_span(&r->page);
	size_t at = sift_span_find(page, SIFT_SPAN("\"user_count\": ["));
	struct sift_span text = sift_span_from(page, at);

	text = sift_span_head(text, sift_span_find_byte(text, ']'));
	while (text.len) {
		size_t len = 0;
		uint64_t users;

		while (len < text.len && text.ptr[len] >= '0' &&
		       text.ptr[len] <= '9')
			len++;
		if (sift_parse_u64(sift_span_head(text, len), &users) &&
		    users < INT32_MAX && (int64_t)users > r->peak_users)
			r->peak_users = (int64_t)users;
		text = sift_span_from(text, len ? len : 1);
	}
}

/* "Target Host: <span>http://shop.test</span>" */
static void
find_host(struct sift_locust_report *r)
{
	const struct sift_span label = SIFT_SPAN("Target Host: <span>");
	struct sift_span page = sift_buf_span(&r->page);
	size_t at = sift_span_find(page, label);
	struct sift_span text = sift_span_from(page, at);

	if (text.len == 0)
		return;
	text = sift_span_from(text, label.len);
	r->url = sift_span_head(text, sift_span_find_byte(text, '<'));
}

static enum sift_status
read_page(struct classic *c, struct sift_err *err)
{
	struct sift_span rest = sift_buf_span(&c->report.page);
	struct sift_html_row row;
	enum sift_status rc = SIFT_OK;
	bool is_whole;

	while (!rc && sift_html_row_next(&rest, &row))
		rc = add_row(c, &row, err);
	if (rc)
		return rc;
	find_times(&c->report);
	find_users(&c->report);
	find_host(&c->report);
	is_whole = sift_span_find(rest, SIFT_SPAN("</html>")) < rest.len;
	rc = sift_locust_put_note(
		c->report.sink, err,
		"minimum, mean and maximum are cut off to whole milliseconds "
		"(Locust's classic report)");
	return rc ? rc
		  : sift_locust_report_put(&c->report, "up to 2.27", is_whole,
					   err);
}

static enum sift_status
read_classic(struct sift_source *src, const struct sift_limits *limits,
	     const struct sift_sink *sink, struct sift_err *err)
{
	struct classic c = {.header = {.file = SIFT_LOCUST_NO_FILE}};
	enum sift_status rc;

	sift_buf_init(&c.text, 0);
	rc = sift_locust_report_load(&c.report, src, limits, sink, err);
	if (rc != SIFT_E_NOMEM && rc != SIFT_E_LIMIT) {
		/* what was read before damage stands */
		enum sift_status said = read_page(&c, err);

		rc = rc ? rc : said;
	}
	sift_locust_report_release(&c.report);
	sift_buf_release(&c.text);
	return rc;
}

static unsigned
bid(struct sift_span head, bool whole)
{
	(void)whole;
	if (!sift_span_starts(sift_span_trim(head), SIFT_SPAN("<")) ||
	    sift_span_find(head, SIFT_SPAN("<title>Test Report")) == head.len)
		return 0;
	return sift_span_find(head, SIFT_SPAN("Locust")) < head.len ? 60 : 0;
}

const struct sift_format sift_format_locust_classic = {
	.name = "Locust HTML report (classic)",
	.tool = "locust",
	.kind = SIFT_SOURCE_REPORT,
	.bid = bid,
	.most = 60,
	.read = read_classic,
};
