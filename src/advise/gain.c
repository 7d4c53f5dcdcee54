/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Two models.
 *
 * slow_at_median: the mean if the slow requests took as long as a usual one.
 * From a run's mean and percentiles, without its samples: the mean of the
 * usual requests is taken as 1.05 of their median (a log-normal distribution
 * with p95 at 1.65 of the median, as of an endpoint that does not stall); what
 * the mean has above that is the slow requests'. Slow is over three medians.
 * The percentiles bound the estimate from both sides: at least 1 % of the
 * requests take p99 or longer, at most 1 % longer than p99, and so on. Runs
 * give a range; less than three runs give the bound below as its low end.
 * Checked against samples (k6 baseline, dashboard_overview: 24-30 %).
 *
 * growth: 1 - p50 at the lowest level / p50 at the highest one, what would be
 * gained at the top if nothing were waited for there.
 */
#include <config.h>

#include "advise/gain.h"

#include <math.h>
#include <string.h>

#include "config/rules.h"

#define USUAL_MEAN 1.05
#define SLOW 3.0
#define RUNS_FOR_RANGE 3
#define LEAST 0.005 /* less rounds to 0 % and is not claimed */

static const struct sift_gain nothing = {NAN, NAN};

/* Of numbers: unlike fmin() and fmax() these are one instruction each. */
static double
lesser(double a, double b)
{
	return a < b ? a : b;
}

static double
greater(double a, double b)
{
	return a > b ? a : b;
}

/* Of so many runs at once. */
#define AT_ONCE 32

struct run_figures {
	double mean[AT_ONCE], p50[AT_ONCE], p95[AT_ONCE], p99[AT_ONCE],
		max[AT_ONCE];
};

static void
figures_from(const struct sift_set_result *r, size_t first,
	     struct run_figures *out)
{
	const struct sift_spread *latency = r->latency;

	sift_spread_slice(&latency[SIFT_STAT_MEAN], first, AT_ONCE, out->mean);
	sift_spread_slice(&latency[SIFT_STAT_P50], first, AT_ONCE, out->p50);
	sift_spread_slice(&latency[SIFT_STAT_P95], first, AT_ONCE, out->p95);
	sift_spread_slice(&latency[SIFT_STAT_P99], first, AT_ONCE, out->p99);
	sift_spread_slice(&latency[SIFT_STAT_MAX], first, AT_ONCE, out->max);
}

/* What requests at `value` take beyond the median, if they are slow. */
static double
excess(double value, double p50)
{
	return value > SLOW * p50 ? value - p50 : 0; /* 0 for NAN */
}

/* At least this much of the mean is due to slow requests. */
static double
least_of(const struct run_figures *f, size_t run)
{
	double p50 = f->p50[run];

	return 0.04 * excess(f->p95[run], p50) +
	       0.01 * excess(f->p99[run], p50);
}

/* And at most this much. */
static double
most_of(const struct run_figures *f, size_t run)
{
	double p50 = f->p50[run], p99 = f->p99[run];
	double max = isnan(f->max[run]) ? p99 : f->max[run];

	return 0.05 * excess(f->p95[run], p50) + 0.04 * excess(p99, p50) +
	       0.01 * excess(max, p50);
}

static bool
model_run(const struct run_figures *f, size_t run, double *least,
	  double *estimate)
{
	double mean = f->mean[run], p50 = f->p50[run];
	double low, high, slow = mean - USUAL_MEAN * p50;

	if (!(mean > 0) || !(p50 > 0))
		return false;
	/* Rounded percentiles may say more than the mean allows. */
	low = lesser(least_of(f, run), greater(slow, 0));
	high = greater(most_of(f, run), low);
	*least = low / mean;
	*estimate = lesser(greater(slow, low), high) / mean;
	return true;
}

static struct sift_gain
model_slow(const struct sift_set_result *r)
{
	size_t i, runs = 0, count = r->latency[SIFT_STAT_MEAN].value_count;
	double low = HUGE_VAL, high = -HUGE_VAL, bound = HUGE_VAL;
	double least, estimate;
	struct run_figures figures;

	for (i = 0; i < count; i++) {
		if (i % AT_ONCE == 0)
			figures_from(r, i, &figures);
		if (!model_run(&figures, i % AT_ONCE, &least, &estimate))
			continue;
		runs++;
		low = lesser(low, estimate);
		high = greater(high, estimate);
		bound = lesser(bound, least);
	}
	if (runs < RUNS_FOR_RANGE)
		low = bound;
	if (!(high >= LEAST))
		return nothing;
	return (struct sift_gain){low, high};
}

static struct sift_gain
model_growth(const struct sift_case *c)
{
	const char *rule = sift_rule_name(SIFT_RULE_LOAD_GROWTH);
	size_t i;

	for (i = 0; i < c->fact_count; i++) {
		const struct sift_fact *fact = &c->facts[i];

		if (fact->evidence == SIFT_NONE && !strcmp(fact->rule, rule) &&
		    fact->value > 1)
			return (struct sift_gain){1 - 1 / fact->value,
						  1 - 1 / fact->value};
	}
	return nothing;
}

static struct sift_gain
slow_of(struct sift_gain_memo *memo, const struct sift_set_result *r)
{
	if (memo->of != r)
		*memo = (struct sift_gain_memo){r, model_slow(r)};
	return memo->slow;
}

struct sift_gain
sift_gain_of(const struct sift_catalogue_row *row, const struct sift_case *c,
	     struct sift_gain_memo *memo)
{
	switch (row->gain) {
	case SIFT_GAIN_CATALOGUE:
		return (struct sift_gain){row->gain_low, row->gain_high};
	case SIFT_GAIN_SLOW_AT_MEDIAN:
		return slow_of(memo, sift_case_result(c));
	case SIFT_GAIN_GROWTH:
		return model_growth(c);
	case SIFT_GAIN_NONE:
	case SIFT_GAIN_COUNT:
		break;
	}
	return nothing;
}
