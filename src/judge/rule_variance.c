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

/* Two figures of each run. */
struct pairs {
	size_t count;
	const double *larger, *smaller;
	double *quotients; /* NAN of a run that is not judged */
	double *felt;	   /* the same where the guards let it count */
	unsigned judged;
};

struct medians {
	double ratio, larger, smaller;
};

static double
value_at(const struct sift_spread *spread, size_t i)
{
	return i < spread->value_count ? sift_spread_value(spread, i) : NAN;
}

/* p99.9 stands for a maximum of many. */
static void
take_maxima(const struct sift_set_result *result, size_t count, double *out)
{
	for (size_t i = 0; i < count; i++) {
		bool many = value_at(&result->requests, i) > MAX_COUNTS_TO;

		out[i] = value_at(
			&result->latency[many ? SIFT_STAT_P999 : SIFT_STAT_MAX],
			i);
	}
}

/*
 * Tools write 0 for less than they can show: what they can is divided by. A
 * choice between two values, and no branch: compilers make vector instructions
 * of it.
 */
static void
divide(struct pairs *restrict pairs, double resolution)
{
	const double *restrict larger = pairs->larger;
	const double *restrict smaller = pairs->smaller;
	double *restrict quotients = pairs->quotients;
	double *restrict felt = pairs->felt;
	double rounding = isnan(resolution) ? 0 : RESOLUTION_STEPS * resolution;

	for (size_t i = 0; i < pairs->count; i++) {
		double gap = larger[i] - smaller[i];
		double floor = smaller[i] > 0 ? smaller[i] : resolution;
		double quotient = larger[i] / (floor > 0 ? floor : NAN);

		quotients[i] = quotient;
		quotient = larger[i] >= LARGER_MIN_MS ? quotient : NAN;
		quotient = gap >= GAP_MIN_MS ? quotient : NAN;
		felt[i] = gap > rounding ? quotient : NAN;
	}
}

/* Runs that lack the larger figure are not judged. */
static enum sift_status
pair_figures(struct sift_judge *judge, const struct sift_subject *s,
	     const struct ratio *ratio, struct pairs *out)
{
	const struct sift_spread *larger = &s->result->latency[ratio->larger];
	const struct sift_spread *smaller = &s->result->latency[ratio->smaller];
	size_t n = smaller->value_count;
	size_t most = n > larger->value_count ? n : larger->value_count;
	double *room;

	if (ratio->larger != SIFT_STAT_MAX && larger->value_count < n)
		n = larger->value_count;
	if (n == 0)
		return SIFT_OK;
	if (sift_array_grow((void **)&judge->room, &judge->room_capacity,
			    4 * most, sizeof(*judge->room), SIZE_MAX))
		return sift_judge_no_memory(judge);
	room = judge->room;
	*out = (struct pairs){.count = n,
			      .larger = room,
			      .smaller = room + most,
			      .quotients = room + 2 * most,
			      .felt = room + 3 * most};
	if (ratio->larger == SIFT_STAT_MAX)
		take_maxima(s->result, n, room);
	else
		sift_spread_values(larger, room);
	sift_spread_values(smaller, room + most);
	divide(out, s->result->resolution_ms);
	for (size_t i = 0; i < n; i++)
		out->judged += isnan(out->quotients[i]) ? 0 : 1;
	return SIFT_OK;
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

/* What was felt is not asked for any more. */
static double
median_of_judged(const struct pairs *pairs, const double *figures)
{
	double *known = pairs->felt;
	size_t count = 0;

	for (size_t i = 0; i < pairs->count; i++)
		if (!isnan(pairs->quotients[i]))
			known[count++] = figures[i];
	return sift_median_of(known, count);
}

/* For the few that become findings. */
static struct medians
find_medians(const struct sift_subject *s, const struct ratio *ratio,
	     const struct pairs *pairs)
{
	const struct sift_spread *latency = s->result->latency;
	double quotient = median_of_judged(pairs, pairs->quotients);

	if (is_of_all(s, ratio, pairs->judged))
		return (struct medians){quotient, latency[ratio->larger].median,
					latency[ratio->smaller].median};
	return (struct medians){quotient,
				median_of_judged(pairs, pairs->larger),
				median_of_judged(pairs, pairs->smaller)};
}

/* The first step that more than half of the runs agree on; COUNT = none. */
static enum sift_severity
find_step(const struct pairs *pairs, const double steps[SIFT_SEVERITY_COUNT],
	  unsigned *out_agreeing)
{
	int step = 0;

	for (; step < SIFT_SEVERITY_COUNT; step++) {
		unsigned above = 0;

		for (size_t i = 0; i < pairs->count; i++)
			above += pairs->felt[i] > steps[step];
		*out_agreeing = above;
		if (2 * above > pairs->judged)
			break;
	}
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
	char runs[SIFT_WORDS_MAX];

	return sift_arena_printf(
		judge->arena, "%s %s is %s times %s %s, over %s%s",
		larger_name(s, ratio),
		sift_words(medians->larger, SIFT_WORDS_MS, larger),
		sift_words_beside(medians->ratio, f->threshold,
				  SIFT_WORDS_PLAIN, value),
		sift_stat_name(ratio->smaller),
		sift_words(medians->smaller, SIFT_WORDS_MS, smaller),
		sift_words(f->threshold, SIFT_WORDS_PLAIN, limit),
		sift_words_runs(f->runs_agreeing, f->runs_judged, runs));
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

	while (i < max->value_count && !(sift_spread_value(max, i) >= largest))
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
	    const struct ratio *ratio, const struct pairs *pairs,
	    unsigned agreeing, enum sift_severity severity, double limit)
{
	struct medians medians = find_medians(s, ratio, pairs);
	struct sift_draft *draft = sift_draft_new(judge, ratio->rule, s);
	struct sift_finding *f;

	if (!draft)
		return SIFT_E_NOMEM;
	f = &draft->finding;
	f->severity = severity;
	f->metric = ratio->metric;
	f->unit = "ratio";
	f->value = medians.ratio;
	f->threshold = limit;
	f->threshold_source =
		sift_judge_limit_source(judge, ratio->rule, limit);
	f->runs_judged = pairs->judged;
	f->runs_agreeing = agreeing;
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
	struct pairs pairs = {0};
	unsigned agreeing = 0;

	if (!limits->enabled || (!s->name && !ratio->on_totals) ||
	    !(s->result->requests.median >= limits->min_requests) ||
	    !may_matter(s, ratio, steps))
		return SIFT_OK;
	if (pair_figures(judge, s, ratio, &pairs))
		return SIFT_E_NOMEM;
	severity = find_step(&pairs, steps, &agreeing);
	return severity == SIFT_SEVERITY_COUNT
		       ? SIFT_OK
		       : draft_ratio(judge, s, ratio, &pairs, agreeing,
				     severity, steps[severity]);
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
