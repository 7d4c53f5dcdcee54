/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "read/locust_figures.h"

#include <math.h>

#include "read/locust_cells.h"

static const char bad_count[] = "count is not a number";
static const char bad_time[] = "response time is not a number";
static const char bad_percentile[] = "percentile is not a number";
static const char bad_rate[] = "rate is not a number";
static const char bad_size[] = "content size is not a number";

static const struct {
	enum sift_locust_column column;
	enum sift_stat stat;
	const char *bad;
} times[] = {
	{SIFT_LOCUST_MIN, SIFT_STAT_MIN, bad_time},
	{SIFT_LOCUST_MEAN, SIFT_STAT_MEAN, bad_time},
	{SIFT_LOCUST_MAX, SIFT_STAT_MAX, bad_time},
	{SIFT_LOCUST_P50, SIFT_STAT_P50, bad_percentile},
	{SIFT_LOCUST_P90, SIFT_STAT_P90, bad_percentile},
	{SIFT_LOCUST_P95, SIFT_STAT_P95, bad_percentile},
	{SIFT_LOCUST_P99, SIFT_STAT_P99, bad_percentile},
	{SIFT_LOCUST_P999, SIFT_STAT_P999, bad_percentile},
};

/* A row on its way into figures. */
struct parse {
	const struct sift_locust_header *header;
	const struct sift_csv_row *row;
	bool comma;
	struct sift_locust_seen *seen;
	struct sift_figures *figures;
	bool has_not_finite;
	const char *bad; /* why it is no good */
	struct sift_span sample;
};

static void
parse_number(struct parse *p, enum sift_locust_column column, const char *bad,
	     double *out)
{
	struct sift_span cell = sift_locust_cell(p->header, p->row, column);

	switch (sift_locust_number(cell, p->comma, out)) {
	case SIFT_LOCUST_IS_NUMBER:
	case SIFT_LOCUST_IS_ABSENT:
		break;
	case SIFT_LOCUST_IS_NOT_FINITE:
		p->has_not_finite = true;
		break;
	case SIFT_LOCUST_IS_BAD:
		p->bad = p->bad ? p->bad : bad;
		p->sample = cell;
		break;
	}
}

static void
parse_counts(struct parse *p)
{
	const struct sift_locust_header *h = p->header;
	struct sift_span requests =
		sift_locust_cell(h, p->row, SIFT_LOCUST_REQUESTS);
	struct sift_span failures =
		sift_locust_cell(h, p->row, SIFT_LOCUST_FAILURES);

	if (sift_locust_count(requests, p->comma, &p->figures->requests) !=
	    SIFT_LOCUST_IS_NUMBER) {
		p->bad = bad_count;
		p->sample = requests;
	} else if (sift_locust_count(failures, p->comma,
				     &p->figures->failures) ==
		   SIFT_LOCUST_IS_BAD) {
		p->bad = bad_count;
		p->sample = failures;
	}
}

/*
 * The failure rate of a guide's file, "2.1%": the only word on failures where
 * there is no count, else a check of how requests were counted.
 */
static void
parse_failure_rate(struct parse *p)
{
	struct sift_figures *f = p->figures;
	struct sift_span cell = sift_span_trim(sift_locust_cell(
		p->header, p->row, SIFT_LOCUST_FAILURE_PERCENT));
	size_t point;
	double percent, step, requests, failures;

	if (!cell.len) /* most have no such column */
		return;
	if (sift_span_ends(cell, SIFT_SPAN("%")))
		cell.len--;
	if (sift_locust_number(cell, p->comma, &percent) ==
		    SIFT_LOCUST_IS_BAD ||
	    percent < 0 || percent > 100) {
		p->bad = p->bad ? p->bad : "failure rate is no percentage";
		p->sample = cell;
		return;
	}
	if (isnan(percent))
		return;
	if (f->failures < 0) {
		f->error_rate = percent / 100;
		return;
	}
	if (f->failures == 0 && percent == 0)
		return;
	/* one unit of the last digit printed, rounded or cut off */
	point = sift_span_find_byte(cell, '.');
	step = point < cell.len ? pow(10, -(double)(cell.len - point - 1)) : 1;
	step *= 1 + 1e-9;
	requests = (double)f->requests;
	failures = (double)f->failures;
	p->seen->rated++;
	p->seen->rated_of_all +=
		fabs(100 * failures / requests - percent) <= step;
	p->seen->rated_of_apart +=
		fabs(100 * failures / (requests + failures) - percent) <= step;
}

/* All 0 where requests had no time at all; older files cut fractions off, so
   that 0 may mean below 1 ms there. */
static bool
has_no_times(const struct parse *p)
{
	const double *ms = p->figures->latency.ms;

	return !p->header->truncated && ms[SIFT_STAT_MEAN] == 0 &&
	       ms[SIFT_STAT_MIN] == 0 && ms[SIFT_STAT_MAX] == 0;
}

static void
parse_times(struct parse *p)
{
	double *ms = p->figures->latency.ms;

	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++)
		parse_number(p, times[i].column, times[i].bad,
			     &ms[times[i].stat]);
	if (p->header->column[SIFT_LOCUST_P50] == SIFT_LOCUST_ABSENT)
		parse_number(p, SIFT_LOCUST_MEDIAN, bad_time,
			     &ms[SIFT_STAT_P50]);
}

/* Nobody sees these: a bad one is left out and the row stays. */
static void
parse_between(struct parse *p)
{
	static const enum sift_locust_column columns[] = {
		[SIFT_BETWEEN_P66] = SIFT_LOCUST_P66,
		[SIFT_BETWEEN_P75] = SIFT_LOCUST_P75,
		[SIFT_BETWEEN_P80] = SIFT_LOCUST_P80,
		[SIFT_BETWEEN_P98] = SIFT_LOCUST_P98,
	};

	for (size_t i = 0; i < SIFT_BETWEEN_COUNT; i++) {
		double value = NAN;

		if (sift_locust_number(
			    sift_locust_cell(p->header, p->row, columns[i]),
			    p->comma, &value) == SIFT_LOCUST_IS_NUMBER)
			p->figures->between_ms[i] = value;
	}
}

const char *
sift_locust_figures(const struct sift_locust_header *header,
		    const struct sift_csv_row *row, bool comma,
		    struct sift_figures *out, struct sift_locust_seen *seen,
		    struct sift_span *sample)
{
	struct parse p = {
		.header = header,
		.row = row,
		.comma = comma,
		.seen = seen,
		.figures = out,
	};

	sift_figures_init(out);
	out->rounding = SIFT_ROUNDING_LOCUST;
	out->percentiles = SIFT_PERCENTILES_LOCUST;
	parse_counts(&p);
	parse_times(&p);
	parse_between(&p);
	parse_number(&p, SIFT_LOCUST_RPS, bad_rate, &out->rps);
	parse_number(&p, SIFT_LOCUST_BYTES, bad_size, &out->mean_bytes);
	if (!p.bad)
		parse_failure_rate(&p);
	*sample = p.sample;
	if (p.bad)
		return p.bad;
	seen->not_finite += p.has_not_finite;
	if (out->requests == 0) {
		out->mean_bytes = NAN;
		sift_latency_init(&out->latency);
	} else if (has_no_times(&p)) {
		seen->no_times++;
		sift_latency_init(&out->latency);
	}
	return NULL;
}
