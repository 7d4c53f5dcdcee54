/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "read/locust_figures.h"

#include <math.h>
#include <stddef.h>

#include "read/locust_cells.h"

static const char bad_count[] = "count is not a number";
static const char bad_time[] = "response time is not a number";
static const char bad_percentile[] = "percentile is not a number";
static const char bad_rate[] = "rate is not a number";
static const char bad_size[] = "content size is not a number";

/* What is read alike, and where in figures it goes. */
struct number {
	enum sift_locust_column column;
	size_t at;
	const char *bad; /* NULL: nobody sees it; a bad one is left out and the
			    row stays */
};

#define TIME(stat) offsetof(struct sift_figures, latency.ms[stat])
#define BETWEEN(i) offsetof(struct sift_figures, between_ms[i])

static const struct number numbers[] = {
	{SIFT_LOCUST_MIN, TIME(SIFT_STAT_MIN), bad_time},
	{SIFT_LOCUST_MEAN, TIME(SIFT_STAT_MEAN), bad_time},
	{SIFT_LOCUST_MAX, TIME(SIFT_STAT_MAX), bad_time},
	{SIFT_LOCUST_P50, TIME(SIFT_STAT_P50), bad_percentile},
	{SIFT_LOCUST_P90, TIME(SIFT_STAT_P90), bad_percentile},
	{SIFT_LOCUST_P95, TIME(SIFT_STAT_P95), bad_percentile},
	{SIFT_LOCUST_P99, TIME(SIFT_STAT_P99), bad_percentile},
	{SIFT_LOCUST_P999, TIME(SIFT_STAT_P999), bad_percentile},
	{SIFT_LOCUST_P66, BETWEEN(SIFT_BETWEEN_P66), NULL},
	{SIFT_LOCUST_P75, BETWEEN(SIFT_BETWEEN_P75), NULL},
	{SIFT_LOCUST_P80, BETWEEN(SIFT_BETWEEN_P80), NULL},
	{SIFT_LOCUST_P98, BETWEEN(SIFT_BETWEEN_P98), NULL},
	{SIFT_LOCUST_RPS, offsetof(struct sift_figures, rps), bad_rate},
	{SIFT_LOCUST_BYTES, offsetof(struct sift_figures, mean_bytes),
	 bad_size},
};

/* Where there is no column of the 50th percentile. */
static const struct number median = {SIFT_LOCUST_MEDIAN, TIME(SIFT_STAT_P50),
				     bad_time};

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
parse_number(struct parse *p, const struct number *number)
{
	struct sift_span cell =
		sift_locust_cell(p->header, p->row, number->column);
	double *out = (double *)(void *)((char *)p->figures + number->at);
	enum sift_locust_value value;

	if (sift_parse_few_digits(cell, out))
		return;
	value = sift_locust_number(cell, p->comma, out);
	if (!number->bad)
		return;
	p->has_not_finite |= value == SIFT_LOCUST_IS_NOT_FINITE;
	if (value == SIFT_LOCUST_IS_BAD) {
		p->bad = p->bad ? p->bad : number->bad;
		p->sample = cell;
	}
}

static enum sift_locust_value
parse_count(struct sift_span cell, bool comma, int64_t *out)
{
	double number;

	if (!sift_parse_few_digits(cell, &number))
		return sift_locust_count(cell, comma, out);
	*out = (int64_t)number;
	return SIFT_LOCUST_IS_NUMBER;
}

static void
parse_counts(struct parse *p)
{
	const struct sift_locust_header *h = p->header;
	struct sift_span requests =
		sift_locust_cell(h, p->row, SIFT_LOCUST_REQUESTS);
	struct sift_span failures =
		sift_locust_cell(h, p->row, SIFT_LOCUST_FAILURES);

	if (parse_count(requests, p->comma, &p->figures->requests) !=
	    SIFT_LOCUST_IS_NUMBER) {
		p->bad = bad_count;
		p->sample = requests;
	} else if (parse_count(failures, p->comma, &p->figures->failures) ==
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
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		parse_number(&p, &numbers[i]);
	if (header->column[SIFT_LOCUST_P50] == SIFT_LOCUST_ABSENT)
		parse_number(&p, &median);
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
