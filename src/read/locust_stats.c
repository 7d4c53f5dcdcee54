/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Locust's _stats.csv: one row per endpoint and, last, one for all together.
 * Only its place tells the total row from an endpoint of the same name, and
 * some headers can only be understood with the rows, so rows are kept until
 * the file is read. Up to 0.13.2 there were two files, _requests.csv and, for
 * the percentiles, _distribution.csv. docs/formats/locust.md.
 */
#include <config.h>

#include <string.h>

#include "model/figures.h"
#include "read/csv_rows.h"
#include "read/locust_cells.h"
#include "read/locust_endpoints.h"
#include "read/locust_figures.h"
#include "read/locust_header.h"
#include "read/reader.h"

struct stats {
	const struct sift_sink *sink;
	struct sift_csv_rows *rows;
	struct sift_locust_header header;
	bool comma;
	bool glue_known;
	bool glued;
	bool after_header; /* a second header was met */
	bool give_up;	   /* say no more: the sink failed, or what was read
			      makes no sense */
	bool incomplete;   /* rows are missing at the end */
	uint64_t cut_line; /* of a row cut short; 0 = none */

	struct sift_locust_endpoints endpoints;
	struct sift_locust_seen seen;
};

/* Does the row make sense with the loose `%` glued? */
static bool
fits_glued(const struct sift_figures *f)
{
	double p95 = f->latency.ms[SIFT_STAT_P95];
	double p99 = f->latency.ms[SIFT_STAT_P99];
	double max = f->latency.ms[SIFT_STAT_MAX];

	/* a percentile is a rounded value, so a bit above the maximum */
	return !(p95 > p99) && !(p99 > max * 1.1) && !(p95 > max * 1.1);
}

/* ---- rows to entries ---- */

static enum sift_status
skip(struct stats *s, const char *kind, const struct sift_csv_row *row,
     struct sift_span sample, struct sift_err *err)
{
	enum sift_status rc =
		sift_locust_put_skipped(s->sink, kind, row, sample, err);

	s->give_up |= rc < 0;
	return rc;
}

/* In _distribution.csv the name of what was requested begins with the method.
 */
static struct sift_span
split_method(struct sift_span *name, int64_t requests)
{
	size_t blank = sift_span_find_byte(*name, ' ');
	struct sift_span method = sift_span_head(*name, blank);

	if (requests == 0 || blank == name->len)
		return (struct sift_span){0};
	*name = sift_span_from(*name, blank + 1);
	return sift_locust_method(method);
}

static enum sift_status
add_endpoint(struct stats *s, const struct sift_csv_row *row,
	     struct sift_locust_endpoint *endpoint, struct sift_err *err)
{
	struct sift_span name =
		sift_locust_cell(&s->header, row, SIFT_LOCUST_NAME);
	struct sift_span method = sift_locust_method(
		sift_locust_cell(&s->header, row, SIFT_LOCUST_TYPE));

	if (s->header.file == SIFT_LOCUST_OLD_DISTRIBUTION)
		method = split_method(&name, endpoint->figures.requests);
	endpoint->line = row->line;
	endpoint->offset = row->offset;
	return sift_locust_endpoints_add(&s->endpoints, method, name, endpoint,
					 err);
}

static enum sift_status
refuse(struct stats *s, struct sift_err *err, const char *why)
{
	s->give_up = true;
	return sift_fail(err, SIFT_E_FORMAT, "%s", why);
}

/* With the first good row: one value less than names? */
static enum sift_status
check_cells(struct stats *s, const struct sift_csv_row *row, bool *out_good,
	    struct sift_err *err)
{
	struct sift_locust_header *h = &s->header;

	if (!s->glue_known && h->loose_percent != SIFT_LOCUST_ABSENT &&
	    row->count + 1 == h->names) {
		sift_locust_header_glue(h);
		s->glued = true;
	}
	s->glue_known = true;
	*out_good = row->count == h->names;
	if (s->glued && row->count == h->names + 1)
		return refuse(s, err,
			      "some rows have as many values as there are "
			      "names, some one less");
	if (*out_good)
		return SIFT_OK;
	return skip(s, "cells do not match the header", row, row->raw, err);
}

static enum sift_status
add_row(struct stats *s, const struct sift_csv_row *row, struct sift_err *err)
{
	struct sift_locust_endpoint *endpoint;
	struct sift_span sample;
	const char *bad;
	enum sift_status rc;
	bool is_good;

	if (row->bad) {
		if (strcmp(row->bad, "cut short") == 0) {
			s->incomplete = true;
			s->cut_line = row->line;
		}
		return skip(s, row->bad, row, row->raw, err);
	}
	if (s->after_header)
		return skip(s, "after a second header", row, row->raw, err);
	if (sift_locust_is_header_again(&s->header, row)) {
		s->after_header = true;
		rc = sift_locust_endpoints_end(&s->endpoints, err);
		return rc ? rc : skip(s, "a second header", row, row->raw, err);
	}
	rc = check_cells(s, row, &is_good, err);
	if (rc || !is_good)
		return rc;
	endpoint = sift_locust_endpoints_room(&s->endpoints, err);
	if (!endpoint)
		return SIFT_E_NOMEM;
	bad = sift_locust_figures(&s->header, row, s->comma, &endpoint->figures,
				  &s->seen, &sample);
	if (bad)
		return skip(s, bad, row, sample, err);
	if (s->glued && !fits_glued(&endpoint->figures))
		return refuse(s, err, "values and names do not line up");
	return add_endpoint(s, row, endpoint, err);
}

static enum sift_status
read_rows(struct stats *s, const struct sift_csv_row *row, struct sift_err *err)
{
	enum sift_status rc = SIFT_OK;

	while (row && !rc) {
		rc = add_row(s, row, err);
		if (!rc)
			rc = sift_csv_rows_next(s->rows, &row, err);
	}
	if (rc == SIFT_E_NOMEM)
		s->give_up = true;
	s->incomplete |= rc < 0;
	return rc < 0 ? rc : SIFT_OK;
}

/* ---- saying it ---- */

/* Before 0.12 requests did not hold the failed ones. */
static void
count_failures_in(struct sift_figures *f)
{
	if (f->failures > 0)
		f->requests += f->failures;
}

/*
 * Are failed requests not among the requests? A guide's failure rates tell. A
 * _requests.csv has the total's name of such versions then, though 0.12.0 and
 * 0.12.1 have it as well; an endpoint that only failed has no requests then,
 * or as many as failures.
 */
static bool
is_counted_apart(const struct stats *s)
{
	bool is_apart = s->endpoints.is_old_total;
	bool has_failures = false;

	if (s->header.file != SIFT_LOCUST_OLD_REQUESTS)
		return s->seen.rated_of_all < s->seen.rated &&
		       s->seen.rated_of_apart == s->seen.rated;
	for (size_t i = 0; i < s->endpoints.count; i++) {
		const struct sift_figures *f = &s->endpoints.items[i].figures;

		if (f->failures > f->requests)
			return true;
		if (f->requests > 0 && f->failures == f->requests)
			is_apart = false;
		has_failures |= f->failures > 0;
	}
	return is_apart && has_failures;
}

/* Failures beyond requests are no failures of these requests. */
static void
drop_impossible(struct sift_figures *f, uint64_t *dropped)
{
	if (f->failures > f->requests) {
		f->failures = -1;
		++*dropped;
	}
}

/* What only the whole file tells of its counts. */
static enum sift_status
settle_counts(struct stats *s, struct sift_err *err)
{
	bool is_apart = is_counted_apart(s);
	enum sift_status rc = SIFT_OK;
	uint64_t dropped = 0;

	for (size_t i = 0; i < s->endpoints.count; i++) {
		if (is_apart)
			count_failures_in(&s->endpoints.items[i].figures);
		drop_impossible(&s->endpoints.items[i].figures, &dropped);
	}
	if (s->endpoints.has_total) {
		if (is_apart)
			count_failures_in(&s->endpoints.total);
		drop_impossible(&s->endpoints.total, &dropped);
	}
	if (is_apart)
		rc = sift_locust_put_note(
			s->sink, err,
			"failed requests were counted apart from requests "
			"(Locust before 0.12) and have no times; they are "
			"added");
	else if (s->seen.rated_of_all < s->seen.rated)
		rc = sift_locust_put_note(
			s->sink, err,
			"the failure rate is not failures per request (rows: "
			"%llu); counts are used",
			(unsigned long long)(s->seen.rated -
					     s->seen.rated_of_all));
	if (!rc && dropped)
		rc = sift_locust_put_note(
			s->sink, err,
			"more failures than requests (rows: %llu); these "
			"failures are not used",
			(unsigned long long)dropped);
	return rc;
}

static enum sift_status
put_notes(const struct stats *s, struct sift_err *err)
{
	const struct sift_locust_header *h = &s->header;
	bool is_median = h->column[SIFT_LOCUST_P50] == SIFT_LOCUST_ABSENT &&
			 h->column[SIFT_LOCUST_MEDIAN] != SIFT_LOCUST_ABSENT;
	enum sift_status rc = sift_locust_endpoints_put_sum(&s->endpoints, err);

	if (!rc && s->endpoints.count > 0 && !s->endpoints.has_total &&
	    !s->incomplete)
		rc = sift_locust_put_note(
			s->sink, err,
			"there is no total row; counts, mean and extremes of "
			"all requests are those of the endpoints together");
	if (!rc && h->truncated)
		rc = sift_locust_put_note(
			s->sink, err,
			"minimum, mean and maximum are cut off to whole "
			"milliseconds (Locust 1.0.3 or earlier)");
	if (!rc && is_median && h->file == SIFT_LOCUST_OLD_REQUESTS)
		rc = sift_locust_put_note(
			s->sink, err,
			"percentiles are in the distribution file; without it "
			"the median stands in for p50");
	else if (!rc && is_median)
		rc = sift_locust_put_note(s->sink, err,
					  "there is no 50%% column; the median "
					  "stands in for p50");
	if (!rc && s->seen.not_finite)
		rc = sift_locust_put_note(
			s->sink, err,
			"a client reported nan or inf (rows: %llu); these "
			"figures are left out",
			(unsigned long long)s->seen.not_finite);
	if (!rc && s->seen.no_times)
		rc = sift_locust_put_note(
			s->sink, err,
			"requests without response times (rows: %llu)",
			(unsigned long long)s->seen.no_times);
	return rc;
}

static enum sift_status
put_all(struct stats *s, struct sift_err *err)
{
	enum sift_status rc = sift_locust_endpoints_end(&s->endpoints, err);

	if (!rc)
		rc = settle_counts(s, err);
	if (!rc)
		rc = sift_locust_endpoints_put(&s->endpoints, s->incomplete,
					       err);
	if (!rc)
		rc = put_notes(s, err);
	if (!rc)
		rc = sift_locust_put_records(
			s->sink,
			s->endpoints.count + (s->endpoints.has_total ? 1 : 0),
			0, err);
	return rc;
}

static enum sift_status
read_stats(struct sift_source *src, const struct sift_limits *limits,
	   const struct sift_sink *sink, struct sift_err *err)
{
	struct stats s = {.sink = sink};
	const struct sift_csv_row *first = NULL;
	enum sift_status rc = sift_csv_rows_open(&s.rows, src, limits, err);

	if (rc)
		return rc;
	sift_locust_endpoints_init(&s.endpoints, sink);
	s.comma = sift_csv_rows_decimal_comma(s.rows);
	rc = sift_locust_header_read(&s.header, s.rows, &first, err);
	if (!rc)
		rc = sift_locust_put_tool(sink, s.header.version, err);
	if (!rc && !first)
		rc = sift_fail(err, SIFT_E_FORMAT, "a header and no rows");
	s.give_up = rc;
	if (!rc)
		rc = read_rows(&s, first, err);
	if (!s.give_up && !s.endpoints.stopped) {
		/* what was read before damage stands */
		enum sift_status put = put_all(&s, err);

		rc = rc ? rc : put;
		if (!rc && s.cut_line)
			rc = sift_fail_at(err, SIFT_E_FORMAT, s.cut_line, -1,
					  "last line is cut");
	}
	sift_locust_endpoints_release(&s.endpoints);
	sift_csv_rows_free(s.rows);
	return rc;
}

const struct sift_format sift_format_locust_stats = {
	.name = "Locust stats CSV",
	.tool = "locust",
	.kind = SIFT_SOURCE_STATS,
	.locust_file = SIFT_LOCUST_STATS,
	.read = read_stats,
};

const struct sift_format sift_format_locust_requests = {
	.name = "Locust requests CSV",
	.tool = "locust",
	.kind = SIFT_SOURCE_STATS,
	.locust_file = SIFT_LOCUST_OLD_REQUESTS,
	.read = read_stats,
};

const struct sift_format sift_format_locust_distribution = {
	.name = "Locust distribution CSV",
	.tool = "locust",
	.kind = SIFT_SOURCE_DISTRIBUTION,
	.locust_file = SIFT_LOCUST_OLD_DISTRIBUTION,
	.read = read_stats,
};
