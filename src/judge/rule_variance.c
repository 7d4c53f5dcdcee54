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
	double value;	      /* median over the runs judged */
	double larger_median; /* of the larger figure */
	double smaller_median;
	unsigned judged;
	double *all, *larger, *smaller; /* of the runs judged */
	struct sift_spread per_run; /* ratio of runs that pass the guards, NAN
				       for others */
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

/*
 * Runs without one of the figures are not judged. `room` is for four values
 * of each run.
 */
static void
gather(const struct sift_subject *s, const struct ratio *ratio, double *room,
       struct verdict *v)
{
	double resolution = s->result->resolution_ms;
	size_t i, n = s->result->latency[ratio->smaller].value_count;
	double *passing = room;

	*v = (struct verdict){
		.per_run = {.values = passing, .value_count = (unsigned)n},
		.all = room + n,
		.larger = room + 2 * n,
		.smaller = room + 3 * n,
	};
	for (i = 0; i < n; i++) {
		double a = larger_of(s, ratio, i);
		double b = value_at(&s->result->latency[ratio->smaller], i);
		double floor = at_least_a_step(b, resolution);

		passing[i] = NAN;
		if (isnan(a) || !(floor > 0))
			continue;
		if (passes_guards(a, b, resolution))
			passing[i] = a / floor;
		v->all[v->judged] = a / floor;
		v->larger[v->judged] = a;
		v->smaller[v->judged++] = b;
	}
}

/* For the few that become findings. */
static void
find_medians(struct verdict *v)
{
	v->value = sift_median_of(v->all, v->judged);
	v->larger_median = sift_median_of(v->larger, v->judged);
	v->smaller_median = sift_median_of(v->smaller, v->judged);
}

static bool
find_step(const struct sift_rule_limits *limits, const struct verdict *v,
	  enum sift_severity *severity, double *limit)
{
	const double steps[SIFT_SEVERITY_COUNT] = {
		[SIFT_SEVERITY_CRITICAL] = limits->critical,
		[SIFT_SEVERITY_WARNING] = limits->warning,
		[SIFT_SEVERITY_NOTE] = limits->note,
	};
	int i;

	for (i = 0; i < SIFT_SEVERITY_COUNT; i++)
		if (2 * sift_count_above(&v->per_run, steps[i]) > v->judged) {
			*severity = (enum sift_severity)i;
			*limit = steps[i];
			return true;
		}
	return false;
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
	 const struct ratio *ratio, const struct verdict *v,
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
		sift_words(v->larger_median, SIFT_WORDS_MS, larger),
		sift_words_beside(v->value, f->threshold, SIFT_WORDS_PLAIN,
				  value),
		sift_stat_name(ratio->smaller),
		sift_words(v->smaller_median, SIFT_WORDS_MS, smaller),
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

	if (!draft)
		return SIFT_E_NOMEM;
	f = &draft->finding;
	f->severity = severity;
	f->metric = ratio->metric;
	f->unit = "ratio";
	f->value = v->value;
	f->threshold = limit;
	f->threshold_source =
		sift_judge_limit_source(judge, ratio->rule, limit);
	f->runs_judged = v->judged;
	f->runs_agreeing = sift_count_above(&v->per_run, limit);
	f->message = describe(judge, s, ratio, v, f);
	draft->ratio = v->value / limit;
	if (!f->message || !f->threshold_source)
		return sift_judge_no_memory(judge);
	if (ratio->larger == SIFT_STAT_MAX)
		return add_largest(judge, draft, s);
	return SIFT_OK;
}

static enum sift_status
judge_ratio(struct sift_judge *judge, const struct sift_subject *s,
	    const struct ratio *ratio, double *room)
{
	const struct sift_rule_limits *limits =
		sift_judge_limits(judge, ratio->rule);
	enum sift_severity severity;
	struct verdict v;
	double limit;

	if (!limits->enabled || (!s->name && !ratio->on_totals) ||
	    !(s->result->requests.median >= limits->min_requests))
		return SIFT_OK;
	gather(s, ratio, room, &v);
	if (!v.judged || !find_step(limits, &v, &severity, &limit))
		return SIFT_OK;
	find_medians(&v);
	return draft_ratio(judge, s, ratio, &v, severity, limit);
}

/* Cheap look before the work: no ratio counts below LARGER_MIN_MS. */
static bool
may_matter(const struct sift_set_result *result)
{
	static const enum sift_stat stats[] = {SIFT_STAT_MAX, SIFT_STAT_P999,
					       SIFT_STAT_P99, SIFT_STAT_P95};

	for (size_t i = 0; i < sizeof(stats) / sizeof(stats[0]); i++)
		if (sift_spread_scatter(&result->latency[stats[i]]).max >=
		    LARGER_MIN_MS)
			return true;
	return false;
}

enum sift_status
sift_rules_ratio(struct sift_judge *judge, const struct sift_subject *s)
{
	size_t need = 4 * judge->doc->sets[s->set].run_count;
	enum sift_status rc = SIFT_OK;
	size_t i;

	if (!may_matter(s->result))
		return SIFT_OK;
	if (sift_array_grow((void **)&judge->room, &judge->room_capacity, need,
			    sizeof(*judge->room), SIZE_MAX))
		return sift_judge_no_memory(judge);
	for (i = 0; i < sizeof(ratios) / sizeof(ratios[0]) && !rc; i++)
		rc = judge_ratio(judge, s, &ratios[i], judge->room);
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
