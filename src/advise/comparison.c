/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "advise/comparison.h"

#include <math.h>

#include "advise/phrases.h"
#include "config/quantity.h"

static double
p50_of(const struct sift_case *c)
{
	return sift_case_result(c)->latency[SIFT_STAT_P50].median;
}

static double
p95_of(const struct sift_case *c)
{
	return sift_case_result(c)->latency[SIFT_STAT_P95].median;
}

static double
p99_of(const struct sift_case *c)
{
	return sift_case_result(c)->latency[SIFT_STAT_P99].median;
}

static double
mean_of(const struct sift_case *c)
{
	return sift_case_result(c)->latency[SIFT_STAT_MEAN].median;
}

static double
share_of(const struct sift_case *c)
{
	return sift_case_result(c)->share_of_time;
}

static double
error_rate_of(const struct sift_case *c)
{
	const struct sift_set_result *r = sift_case_result(c);
	double rate =
		sift_spread_sum(&r->failures) / sift_spread_sum(&r->requests);

	return isfinite(rate) ? rate : r->error_rate.median;
}

static double
requests_of(const struct sift_case *c)
{
	return sift_case_result(c)->requests.median;
}

static double
runs_of(const struct sift_case *c)
{
	return (double)c->doc->sets[c->set->index].run_count;
}

static double
growth_share_of(const struct sift_case *c)
{
	return c->set->growth_share;
}

static double
slow_reads_of(const struct sift_case *c)
{
	return c->set->slow_reads;
}

static double
slow_read_share_of(const struct sift_case *c)
{
	return c->set->slow_read_share;
}

static const struct {
	const char *name;
	enum sift_quantity quantity;
	double (*value)(const struct sift_case *c);
} figures[] = {
	{"p50", SIFT_QUANTITY_MS, p50_of},
	{"p95", SIFT_QUANTITY_MS, p95_of},
	{"p99", SIFT_QUANTITY_MS, p99_of},
	{"mean", SIFT_QUANTITY_MS, mean_of},
	{"share", SIFT_QUANTITY_SHARE, share_of},
	{"error_rate", SIFT_QUANTITY_SHARE, error_rate_of},
	{"requests", SIFT_QUANTITY_WHOLE, requests_of},
	{"runs", SIFT_QUANTITY_WHOLE, runs_of},
	{"growth_share", SIFT_QUANTITY_SHARE, growth_share_of},
	{"slow_reads", SIFT_QUANTITY_WHOLE, slow_reads_of},
	{"slow_read_share", SIFT_QUANTITY_SHARE, slow_read_share_of},
};
#define FIGURE_COUNT (sizeof(figures) / sizeof(figures[0]))

/* Up to the first blank or sign of comparison. */
static struct sift_span
take_name(struct sift_span *text)
{
	size_t len = 0;
	struct sift_span name;

	while (len < text->len && !memchr(" <>=", text->ptr[len], 4))
		len++;
	name = sift_span_head(*text, len);
	*text = sift_span_trim(sift_span_from(*text, len));
	return name;
}

static bool
take_sign(struct sift_span *text, struct sift_figure_test *out)
{
	size_t len = 1;

	if (!text->len || (text->ptr[0] != '<' && text->ptr[0] != '>'))
		return false;
	out->at_least = text->ptr[0] == '>';
	out->or_equal = text->len > 1 && text->ptr[1] == '=';
	len += out->or_equal;
	*text = sift_span_trim(sift_span_from(*text, len));
	return true;
}

const char *
sift_comparison_parse(struct sift_span text, struct sift_figure_test *out)
{
	struct sift_figure_test c = {0};
	struct sift_span rest = sift_span_trim(text);
	struct sift_span name = take_name(&rest);
	const char *why;

	while (c.figure < FIGURE_COUNT &&
	       !sift_span_equal(name, sift_span_str(figures[c.figure].name)))
		c.figure++;
	if (c.figure == FIGURE_COUNT)
		return "does not begin with a figure (p50, p95, p99, mean, "
		       "share, error_rate, requests, runs, growth_share, "
		       "slow_reads, slow_read_share)";
	if (!take_sign(&rest, &c))
		return "lacks one of < <= > >= behind the figure";
	why = sift_quantity_parse(rest, figures[c.figure].quantity, &c.limit);
	if (why)
		return why;
	*out = c;
	return NULL;
}

bool
sift_comparison_holds(const struct sift_figure_test *comparison,
		      const struct sift_case *c)
{
	double value = figures[comparison->figure].value(c);

	if (isnan(value))
		return false;
	if (comparison->or_equal && value == comparison->limit)
		return true;
	return comparison->at_least ? value > comparison->limit
				    : value < comparison->limit;
}
