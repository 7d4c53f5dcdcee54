/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Variance: figures of one run that lie further apart than one kind of work
 * explains, and runs that differ more than repetitions should.
 *
 * A ratio of small numbers says nothing (2 ms against 0.3 ms), nor does one
 * of figures that were rounded; so a ratio counts only in runs where the
 * larger figure is slow, the gap is felt and no rounding explains it, and
 * only when more than half of the runs agree.
 */
#include <config.h>

#include <math.h>

#include "base/mem.h"
#include "judge/rule_family.h"
#include "judge/words.h"
#include "stat/order.h"

#define LARGER_MIN_MS 200
#define GAP_MIN_MS 100
#define RESOLUTION_STEPS 2
#define MAX_COUNTS_TO 10000 /* requests; over it the maximum is chance */
#define BETWEEN_RUNS_MIN 3
#define BETWEEN_MAX_MIN_MS 50
#define BETWEEN_RANGE_MIN_MS 10

struct ratio {
	enum sift_rule rule;
	const char *metric;
	enum sift_stat larger, smaller;
	bool on_totals;
};

static const struct ratio ratios[] = {
	{SIFT_RULE_VARIANCE_STALLS, "p99_to_p50", SIFT_STAT_P99, SIFT_STAT_P50,
	 true},
	{SIFT_RULE_VARIANCE_P95_TO_MEAN, "p95_to_mean", SIFT_STAT_P95,
	 SIFT_STAT_MEAN, false},
	{SIFT_RULE_VARIANCE_MAX_TO_P99, "max_to_p99", SIFT_STAT_MAX,
	 SIFT_STAT_P99, true},
	{SIFT_RULE_TAIL_P99_TO_P95, "p99_to_p95", SIFT_STAT_P99, SIFT_STAT_P95,
	 true},
};

/* What the runs say about one ratio. */
struct verdict {
	unsigned judged;
	/* Runs that pass the guards and are over the limit of a step. */
	unsigned above[SIFT_SEVERITY_COUNT];
};

/* Over the runs judged. */
struct medians {
	double ratio, larger, smaller;
};

static double
value_at(const struct sift_spread *spread, size_t i)
{
	return i < spread->value_count ? spread->values[i] : NAN;
}

/* The larger figure of run `i`; p99.9 stands for a maximum of many. */
static double
larger_of(const struct sift_subject *s, const struct ratio *ratio, size_t i)
{
	enum sift_stat stat = ratio->larger;

	if (stat == SIFT_STAT_MAX &&
	    value_at(&s->result->requests, i) > MAX_COUNTS_TO)
		stat = SIFT_STAT_P999;
	return value_at(&s->result->latency[stat], i);
}

/* Tools write 0 for less than they can show: take what they can. */
static double
at_least_a_step(double value, double resolution)
{
	return value > 0 ? value : resolution;
}

static bool
passes_guards(double larger, double smaller, double resolution)
{
	double gap = larger - smaller;

	return larger >= LARGER_MIN_MS && gap >= GAP_MIN_MS &&
	       (isnan(resolution) || gap > RESOLUTION_STEPS * resolution);
}

/* Both figures of run `i`; runs without one of them are not judged. */
struct pair {
	double larger, smaller;
	double floor; /* the smaller one to divide by */
};

static bool
pair_of(const struct sift_subject *s, const struct ratio *ratio, size_t i,
	struct pair *out)
{
	out->larger = larger_of(s, ratio, i);
	out->smaller = value_at(&s->result->latency[ratio->smaller], i);
	out->floor = at_least_a_step(out->smaller, s->result->resolution_ms);
	return !isnan(out->larger) && out->floor > 0;
}

static size_t
runs_of(const struct sift_subject *s, const struct ratio *ratio)
{
	return s->result->latency[ratio->smaller].value_count;
}

static struct verdict
count_runs(const struct sift_subject *s, const struct ratio *ratio,
	   const double steps[SIFT_SEVERITY_COUNT])
{
	size_t n = runs_of(s, ratio);
	struct verdict v = {0};
	struct pair p;

	for (size_t i = 0; i < n; i++) {
		double value;

		if (!pair_of(s, ratio, i, &p))
			continue;
		v.judged++;
		if (!passes_guards(p.larger, p.smaller,
				   s->result->resolution_ms))
			continue;
		value = p.larger / p.floor;
		for (int step = 0; step < SIFT_SEVERITY_COUNT; step++)
			v.above[step] += value > steps[step];
	}
	return v;
}

/* Are the runs judged all that the medians of both figures are of? */
static bool
is_of_all(const struct sift_subject *s, const struct ratio *ratio,
	  size_t judged)
{
	const struct sift_spread *latency = s->result->latency;

	return ratio->larger != SIFT_STAT_MAX &&
	       judged == latency[ratio->larger].n &&
	       judged == latency[ratio->smaller].n;
}

/* For the few that become findings. */
static enum sift_status
find_medians(struct sift_judge *judge, const struct sift_subject *s,
	     const struct ratio *ratio, struct medians *out)
{
	size_t n = runs_of(s, ratio), judged = 0;
	double *values, *larger, *smaller;
	struct pair p;

	if (sift_array_grow((void **)&judge->room, &judge->room_capacity, 3 * n,
			    sizeof(*judge->room), SIZE_MAX))
		return sift_judge_no_memory(judge);
	values = judge->room;
	larger = values + n;
	smaller = larger + n;
	for (size_t i = 0; i < n; i++) {
		if (!pair_of(s, ratio, i, &p))
			continue;
		values[judged] = p.larger / p.floor;
		larger[judged] = p.larger;
		smaller[judged++] = p.smaller;
	}
	out->ratio = sift_median_of(values, judged);
	if (is_of_all(s, ratio, judged)) {
		out->larger = s->result->latency[ratio->larger].median;
		out->smaller = s->result->latency[ratio->smaller].median;
		return SIFT_OK;
	}
	out->larger = sift_median_of(larger, judged);
	out->smaller = sift_median_of(smaller, judged);
	return SIFT_OK;
}

/* The first step that more than half of the runs agree on; COUNT = none. */
static enum sift_severity
find_step(const struct verdict *v)
{
	int step = 0;

	while (step < SIFT_SEVERITY_COUNT && 2 * v->above[step] <= v->judged)
		step++;
	return (enum sift_severity)step;
}

static const char *
larger_name(const struct sift_subject *s, const struct ratio *ratio)
{
	if (ratio->larger == SIFT_STAT_MAX &&
	    s->result->requests.median > MAX_COUNTS_TO)
		return "p99.9";
	return sift_stat_name(ratio->larger);
}

static const char *
describe(struct sift_judge *judge, const struct sift_subject *s,
	 const struct ratio *ratio, const struct medians *medians,
	 const struct sift_finding *f)
{
	char value[SIFT_WORDS_MAX], limit[SIFT_WORDS_MAX];
	char larger[SIFT_WORDS_MAX], smaller[SIFT_WORDS_MAX];
	const char *runs =
		sift_words_runs(judge->arena, f->runs_agreeing, f->runs_judged);

	if (!runs)
		return NULL;
	return sift_arena_printf(
		judge->arena, "%s %s is %s times %s %s, over %s%s",
		larger_name(s, ratio),
		sift_words(medians->larger, SIFT_WORDS_MS, larger),
		sift_words_beside(medians->ratio, f->threshold,
				  SIFT_WORDS_PLAIN, value),
		sift_stat_name(ratio->smaller),
		sift_words(medians->smaller, SIFT_WORDS_MS, smaller),
		sift_words(f->threshold, SIFT_WORDS_PLAIN, limit), runs);
}

/* A maximum is one request: say in which run. */
static enum sift_status
add_largest(struct sift_judge *judge, struct sift_draft *draft,
	    const struct sift_subject *s)
{
	const struct sift_spread *max = &s->result->latency[SIFT_STAT_MAX];
	const struct sift_set *set = &judge->doc->sets[s->set];
	double largest = sift_spread_scatter(max).max;
	char text[SIFT_WORDS_MAX];
	const char *label;
	size_t i = 0;

	while (i < max->value_count && !(max->values[i] >= largest))
		i++;
	if (i >= max->value_count || i >= set->run_count)
		return SIFT_OK;
	label = judge->doc->runs[set->runs[i]].label;
	return sift_draft_fact(
		judge, draft, "max", largest, NAN,
		sift_arena_printf(judge->arena, "largest maximum %s in %s",
				  sift_words(largest, SIFT_WORDS_MS, text),
				  label ? label : "a run without name"));
}

static enum sift_status
draft_ratio(struct sift_judge *judge, const struct sift_subject *s,
	    const struct ratio *ratio, const struct verdict *v,
	    enum sift_severity severity, double limit)
{
	struct sift_draft *draft = sift_draft_new(judge, ratio->rule, s);
	struct sift_finding *f;
	struct medians medians = {0};

	if (!draft || find_medians(judge, s, ratio, &medians))
		return SIFT_E_NOMEM;
	f = &draft->finding;
	f->severity = severity;
	f->metric = ratio->metric;
	f->unit = "ratio";
	f->value = medians.ratio;
	f->threshold = limit;
	f->threshold_source =
		sift_judge_limit_source(judge, ratio->rule, limit);
	f->runs_judged = v->judged;
	f->runs_agreeing = v->above[severity];
	f->message = describe(judge, s, ratio, &medians, f);
	draft->ratio = medians.ratio / limit;
	if (!f->message || !f->threshold_source)
		return sift_judge_no_memory(judge);
	if (ratio->larger == SIFT_STAT_MAX)
		return add_largest(judge, draft, s);
	return SIFT_OK;
}

/*
 * Could any run pass and be over the lowest step? By the extremes of both
 * figures over the runs, before the work: mostly none can.
 */
static bool
may_matter(const struct sift_subject *s, const struct ratio *ratio,
	   const double steps[SIFT_SEVERITY_COUNT])
{
	const struct sift_spread *latency = s->result->latency;
	double most = sift_spread_scatter(&latency[ratio->larger]).max;
	double least = sift_spread_scatter(&latency[ratio->smaller]).min;
	bool over = false;

	if (ratio->larger == SIFT_STAT_MAX)
		most = fmax(most,
			    sift_spread_scatter(&latency[SIFT_STAT_P999]).max);
	if (!(most >= LARGER_MIN_MS))
		return false;
	/* What is written as 0 is divided by a step of the tool's instead. */
	for (int step = 0; step < SIFT_SEVERITY_COUNT; step++)
		over = over || !(least > 0) || most / least > steps[step];
	return over;
}

static enum sift_status
judge_ratio(struct sift_judge *judge, const struct sift_subject *s,
	    const struct ratio *ratio)
{
	const struct sift_rule_limits *limits =
		sift_judge_limits(judge, ratio->rule);
	const double steps[SIFT_SEVERITY_COUNT] = {
		[SIFT_SEVERITY_CRITICAL] = limits->critical,
		[SIFT_SEVERITY_WARNING] = limits->warning,
		[SIFT_SEVERITY_NOTE] = limits->note,
	};
	enum sift_severity severity;
	struct verdict v;

	if (!limits->enabled || (!s->name && !ratio->on_totals) ||
	    !(s->result->requests.median >= limits->min_requests) ||
	    !may_matter(s, ratio, steps))
		return SIFT_OK;
	v = count_runs(s, ratio, steps);
	severity = find_step(&v);
	return severity == SIFT_SEVERITY_COUNT
		       ? SIFT_OK
		       : draft_ratio(judge, s, ratio, &v, severity,
				     steps[severity]);
}

enum sift_status
sift_rules_ratio(struct sift_judge *judge, const struct sift_subject *s)
{
	enum sift_status rc = SIFT_OK;
	size_t i;

	for (i = 0; i < sizeof(ratios) / sizeof(ratios[0]) && !rc; i++)
		rc = judge_ratio(judge, s, &ratios[i]);
	return rc;
}

/* ---- between runs ---- */

static bool
differs(const struct sift_spread *spread, double limit)
{
	struct sift_scatter s = sift_spread_scatter(spread);

	return spread->n >= BETWEEN_RUNS_MIN && s.cv > limit &&
	       s.max >= BETWEEN_MAX_MIN_MS &&
	       s.max - s.min >= BETWEEN_RANGE_MIN_MS;
}

static enum sift_status
draft_between(struct sift_judge *judge, const struct sift_subject *s,
	      enum sift_stat stat, enum sift_severity severity, double limit)
{
	const enum sift_rule rule = SIFT_RULE_VARIANCE_BETWEEN_RUNS;
	const struct sift_spread *spread = &s->result->latency[stat];
	const struct sift_scatter scatter = sift_spread_scatter(spread);
	struct sift_draft *draft = sift_draft_new(judge, rule, s);
	char cv[SIFT_WORDS_MAX], over[SIFT_WORDS_MAX];
	char low[SIFT_WORDS_MAX], high[SIFT_WORDS_MAX];
	struct sift_finding *f;

	if (!draft)
		return SIFT_E_NOMEM;
	f = &draft->finding;
	f->severity = severity;
	f->metric = sift_stat_name(stat);
	f->unit = "share";
	f->value = scatter.cv;
	f->threshold = limit;
	f->threshold_source = sift_judge_limit_source(judge, rule, limit);
	f->runs_judged = f->runs_agreeing = spread->n;
	f->message = sift_arena_printf(
		judge->arena,
		"%s differs between runs: %s to %s in %u runs, coefficient of "
		"variation %s is over %s",
		f->metric, sift_words(scatter.min, SIFT_WORDS_MS, low),
		sift_words(scatter.max, SIFT_WORDS_MS, high), spread->n,
		sift_words_beside(scatter.cv, limit, SIFT_WORDS_PERCENT, cv),
		sift_words(limit, SIFT_WORDS_PERCENT, over));
	draft->ratio = limit > 0 ? scatter.cv / limit : HUGE_VAL;
	if (!f->message || !f->threshold_source)
		return sift_judge_no_memory(judge);
	return SIFT_OK;
}

/* p50 by the warning and critical limits; p95 alone only makes a note. */
enum sift_status
sift_rules_between(struct sift_judge *judge, const struct sift_subject *s)
{
	const struct sift_rule_limits *limits =
		sift_judge_limits(judge, SIFT_RULE_VARIANCE_BETWEEN_RUNS);
	const struct sift_spread *latency = s->result->latency;

	if (!limits->enabled || sift_subject_below(s, limits->min_requests))
		return SIFT_OK;
	if (differs(&latency[SIFT_STAT_P50], limits->critical))
		return draft_between(judge, s, SIFT_STAT_P50,
				     SIFT_SEVERITY_CRITICAL, limits->critical);
	if (differs(&latency[SIFT_STAT_P50], limits->warning))
		return draft_between(judge, s, SIFT_STAT_P50,
				     SIFT_SEVERITY_WARNING, limits->warning);
	if (differs(&latency[SIFT_STAT_P95], limits->note))
		return draft_between(judge, s, SIFT_STAT_P95,
				     SIFT_SEVERITY_NOTE, limits->note);
	return SIFT_OK;
}
