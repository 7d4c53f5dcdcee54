/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Is the test itself worth believing? One finding per set and doubt, judged
 * over its runs; none of these says anything bad of the service.
 */
#include <config.h>

#include <math.h>
#include <string.h>

#include "judge/rule_family.h"
#include "judge/words.h"
#include "stat/capacity.h"
#include "stat/percentile_range.h"

/* Offered and sent may differ by this much. */
#define OFFERED 0.97

/* Fewer dropped iterations than this change no figure: a note. */
#define DROPPED_SHARE 0.01

/* Coordinated omission: an answer so slow, and so much slower than usual,
   that left out at least this share of the requests. */
#define STALL_MS 1000
#define STALL_TIMES 10
#define OMITTED 0.01

/* One doubt about a set, over its runs. */
struct doubt {
	enum sift_rule rule;
	size_t set;
	const char *metric, *unit;
	double value, threshold;
	unsigned agreeing, judged;
	const char *message; /* NULL: memory was out */
};

static bool
is_on(const struct sift_judge *judge, enum sift_rule rule)
{
	return sift_judge_limits(judge, rule)->enabled;
}

/* Warning if more than half of the runs agree. */
static enum sift_status
tell(struct sift_judge *judge, const struct doubt *doubt, bool may_warn)
{
	struct sift_subject s = {.set = doubt->set, .subject = SIFT_NONE};
	struct sift_draft *draft = sift_draft_new(judge, doubt->rule, &s);
	struct sift_finding *f;

	if (!draft)
		return SIFT_E_NOMEM;
	f = &draft->finding;
	if (may_warn && 2 * doubt->agreeing > doubt->judged)
		f->severity = SIFT_SEVERITY_WARNING;
	f->metric = doubt->metric;
	f->unit = doubt->unit;
	f->value = doubt->value;
	f->threshold = doubt->threshold;
	f->threshold_source = "default";
	f->runs_agreeing = doubt->agreeing;
	f->runs_judged = doubt->judged;
	f->message = doubt->message;
	return f->message ? SIFT_OK : sift_judge_no_memory(judge);
}

static const struct sift_run *
run_at(const struct sift_judge *judge, size_t set, size_t i)
{
	return &judge->doc->runs[judge->doc->sets[set].runs[i]];
}

/* ---- warm-up, drift ---- */

static enum sift_status
judge_warm_up(struct sift_judge *judge, size_t set)
{
	struct doubt d = {SIFT_RULE_TEST_WARM_UP,
			  set,
			  "warm_up",
			  "s",
			  0,
			  NAN,
			  0,
			  0,
			  NULL};
	const struct sift_steadiness *worst = NULL;
	char seconds[SIFT_WORDS_MAX], by[SIFT_WORDS_MAX], runs[SIFT_WORDS_MAX];
	const char *label = NULL;
	double skipped = 0;
	size_t n = judge->doc->sets[set].run_count;

	for (size_t i = 0; i < n; i++) {
		const struct sift_run *run = run_at(judge, set, i);
		const struct sift_steadiness *s = &run->steadiness;

		d.judged += s->is_judged != 0;
		if (!s->is_judged || !(s->warm_up_s > 0))
			continue;
		d.agreeing++;
		if (worst && s->warm_up_s <= worst->warm_up_s)
			continue;
		worst = s;
		label = run->label;
		skipped = run->skipped_s;
	}
	if (!worst)
		return SIFT_OK;
	d.value = worst->warm_up_s;
	d.message = sift_arena_printf(
		judge->arena,
		"the first %s s were %s %s than the rest of the run%s%s%s%s; "
		"%s",
		sift_words(worst->warm_up_s, SIFT_WORDS_PLAIN, seconds),
		sift_words(fabs(worst->warm_up_by), SIFT_WORDS_PERCENT, by),
		worst->warm_up_by > 0 ? "slower" : "faster", n > 1 ? " (" : "",
		n > 1 ? label : "", n > 1 ? ")" : "",
		sift_words_runs(d.agreeing, d.judged, runs),
		skipped >= worst->warm_up_s ? "they are left out"
					    : "all figures include them");
	return tell(judge, &d, !(skipped >= worst->warm_up_s));
}

static enum sift_status
judge_drift(struct sift_judge *judge, size_t set)
{
	struct doubt d = {SIFT_RULE_TEST_DRIFT,
			  set,
			  "drift",
			  "share",
			  0,
			  0.10,
			  0,
			  0,
			  NULL};
	const struct sift_run *worst = NULL;
	char by[SIFT_WORDS_MAX], runs[SIFT_WORDS_MAX];
	size_t n = judge->doc->sets[set].run_count;

	for (size_t i = 0; i < n; i++) {
		const struct sift_run *run = run_at(judge, set, i);
		const struct sift_steadiness *s = &run->steadiness;

		d.judged += s->is_judged && !isnan(s->drift);
		if (!s->is_drifting)
			continue;
		d.agreeing++;
		if (!worst || fabs(s->drift) > fabs(worst->steadiness.drift))
			worst = run;
	}
	if (!worst)
		return SIFT_OK;
	d.value = worst->steadiness.drift;
	d.message = sift_arena_printf(
		judge->arena,
		"latency %s by %s from begin to end of a run under constant "
		"load%s%s%s%s: it has no one value",
		d.value > 0 ? "rose" : "fell",
		sift_words(fabs(d.value), SIFT_WORDS_PERCENT, by),
		n > 1 ? " (" : "", n > 1 ? worst->label : "", n > 1 ? ")" : "",
		sift_words_runs(d.agreeing, d.judged, runs));
	return tell(judge, &d, true);
}

/* ---- the generator ---- */

/* A value of a run's metric by the first of the names that it has. */
static double
metric_of(const struct sift_run *run, const char *metric,
	  const char *const *names)
{
	for (size_t i = 0; i < run->metric_count; i++) {
		const struct sift_metric *m = &run->metrics[i];

		if (strcmp(m->name, metric) != 0)
			continue;
		for (; *names; names++)
			for (size_t k = 0; k < m->value_count; k++)
				if (!strcmp(m->values[k].name, *names))
					return m->values[k].value;
	}
	return NAN;
}

static double
dropped_by(const struct sift_run *run)
{
	static const char *const names[] = {"sum", "count", NULL};

	return metric_of(run, "dropped_iterations", names);
}

static double
started_by(const struct sift_run *run)
{
	static const char *const names[] = {"sum", "count", NULL};

	return metric_of(run, "iterations", names);
}

/* "; its 50 virtual users were all busy", where that is known. */
static const char *
busy_users(struct sift_judge *judge, const struct sift_run *run)
{
	static const char *const most[] = {"max", "value", NULL};
	double used = metric_of(run, "vus", most);
	double all = metric_of(run, "vus_max", most);
	char words[SIFT_WORDS_MAX];

	if (!(used >= 0.95 * all) || !(all > 0))
		return "";
	return sift_arena_printf(judge->arena,
				 "; its %s virtual users were all busy",
				 sift_words(all, SIFT_WORDS_PLAIN, words));
}

static enum sift_status
judge_dropped(struct sift_judge *judge, size_t set)
{
	struct doubt d = {SIFT_RULE_TEST_GENERATOR,
			  set,
			  "dropped_iterations",
			  "share",
			  0,
			  0,
			  0,
			  0,
			  NULL};
	const struct sift_run *worst = NULL;
	const char *busy;
	char share[SIFT_WORDS_MAX], count[SIFT_WORDS_MAX], runs[SIFT_WORDS_MAX];

	for (size_t i = 0; i < judge->doc->sets[set].run_count; i++) {
		const struct sift_run *run = run_at(judge, set, i);
		double dropped = dropped_by(run), all;

		d.judged++;
		if (!(dropped > 0))
			continue;
		all = dropped + fmax(started_by(run), 0);
		d.agreeing++;
		if (worst && dropped / all <= d.value)
			continue;
		worst = run;
		d.value = dropped / all;
	}
	if (!worst)
		return SIFT_OK;
	busy = busy_users(judge, worst);
	if (busy)
		d.message = sift_arena_printf(
			judge->arena,
			"the generator dropped %s of the iterations it was to "
			"start (%s)%s%s: the load asked for was not sent, and "
			"figures hold for less",
			sift_words(d.value, SIFT_WORDS_PERCENT, share),
			sift_words(dropped_by(worst), SIFT_WORDS_PLAIN, count),
			busy, sift_words_runs(d.agreeing, d.judged, runs));
	return tell(judge, &d, d.value >= DROPPED_SHARE);
}

static enum sift_status
judge_offered(struct sift_judge *judge, size_t set)
{
	struct doubt d = {SIFT_RULE_TEST_GENERATOR,
			  set,
			  "rps",
			  "share",
			  INFINITY,
			  OFFERED,
			  0,
			  0,
			  NULL};
	const struct sift_run *worst = NULL;
	char asked[SIFT_WORDS_MAX], sent[SIFT_WORDS_MAX], runs[SIFT_WORDS_MAX];

	for (size_t i = 0; i < judge->doc->sets[set].run_count; i++) {
		const struct sift_run *run = run_at(judge, set, i);
		double share = run->load.measured_rps / run->load.target_rps;

		if (isnan(share))
			continue;
		d.judged++;
		d.agreeing += share < OFFERED;
		if (share < OFFERED && share < d.value) {
			worst = run;
			d.value = share;
		}
	}
	if (!worst)
		return SIFT_OK;
	d.message = sift_arena_printf(
		judge->arena,
		"%s requests per second were asked for and %s sent%s: figures "
		"hold for what was sent",
		sift_words(worst->load.target_rps, SIFT_WORDS_PLAIN, asked),
		sift_words(worst->load.measured_rps, SIFT_WORDS_PLAIN, sent),
		sift_words_runs(d.agreeing, d.judged, runs));
	return tell(judge, &d, true);
}

static enum sift_status
judge_generator(struct sift_judge *judge, size_t set)
{
	size_t before = judge->count;
	enum sift_status rc = judge_dropped(judge, set);

	/* What was dropped explains what is missing. */
	return rc || judge->count > before ? rc : judge_offered(judge, set);
}

/* ---- closed loops ---- */

bool
sift_result_stalls(const struct sift_set_result *result)
{
	double p50 = result->latency[SIFT_STAT_P50].median;
	double max = result->latency[SIFT_STAT_MAX].median;

	return max >= STALL_MS && max >= STALL_TIMES * p50;
}

/*
 * N users who each wait for their answer send X = N / cycle. A request that
 * takes longer than usual keeps one from sending (its latency - p50) / cycle
 * others; over all requests of an endpoint that is (mean - p50) / cycle each.
 * Only endpoints that stall count: the others are as slow as they are.
 */
static double
omitted_share(const struct sift_set *set)
{
	double cycle_ms = 1000 * set->users / set->total.rps.median;
	double lost_ms = 0;

	for (size_t i = 0; i < set->endpoint_count; i++) {
		const struct sift_set_result *r = &set->endpoints[i].result;

		if (set->endpoints[i].kind != SIFT_KIND_TREND &&
		    sift_result_stalls(r))
			lost_ms += r->requests.median *
				   (r->latency[SIFT_STAT_MEAN].median -
				    r->latency[SIFT_STAT_P50].median);
	}
	return lost_ms / set->total.requests.median / cycle_ms;
}

static enum sift_status
judge_omission(struct sift_judge *judge, size_t set)
{
	const struct sift_set *s = &judge->doc->sets[set];
	struct doubt d = {SIFT_RULE_TEST_OMISSION,
			  set,
			  "omitted",
			  "share",
			  omitted_share(s),
			  OMITTED,
			  0,
			  0,
			  NULL};
	char share[SIFT_WORDS_MAX], users[SIFT_WORDS_MAX], max[SIFT_WORDS_MAX];

	if (!(d.value > OMITTED))
		return SIFT_OK;
	d.agreeing = d.judged = s->total.rps.n;
	d.message = sift_arena_printf(
		judge->arena,
		"%s users wait for each answer, up to %s: about %s of the "
		"requests that a constant rate would have sent meanwhile are "
		"missing, and high percentiles may look too good",
		sift_words(s->users, SIFT_WORDS_PLAIN, users),
		sift_words(s->total.latency[SIFT_STAT_MAX].median,
			   SIFT_WORDS_MS, max),
		sift_words(round(100 * fmin(d.value, 1)) / 100,
			   SIFT_WORDS_PERCENT, share));
	return tell(judge, &d, false);
}

static enum sift_status
judge_little(struct sift_judge *judge, size_t set)
{
	const struct sift_set *s = &judge->doc->sets[set];
	struct sift_little little =
		sift_little(s->users, s->total.rps.median,
			    s->total.latency[SIFT_STAT_MEAN].median / 1000);
	struct doubt d = {SIFT_RULE_TEST_LITTLE,
			  set,
			  "in_flight",
			  "requests",
			  little.in_flight,
			  s->users,
			  0,
			  0,
			  NULL};
	char under_way[SIFT_WORDS_MAX], users[SIFT_WORDS_MAX];

	if (isnan(s->users) || !little.is_impossible)
		return SIFT_OK;
	d.agreeing = d.judged = s->total.rps.n;
	d.message = sift_arena_printf(
		judge->arena,
		"throughput times latency makes %s requests under way, from %s "
		"users: impossible (Little's law), so one of the figures is "
		"wrong",
		sift_words(round(10 * little.in_flight) / 10, SIFT_WORDS_PLAIN,
			   under_way),
		sift_words(s->users, SIFT_WORDS_PLAIN, users));
	return tell(judge, &d, true);
}

/* ---- too few requests ---- */

/* Endpoints that have the percentile, of too few requests in a usual run. */
static size_t
count_short(const struct sift_set *set, enum sift_stat stat, double share,
	    size_t *out_known)
{
	double least = (double)sift_percentile_least_requests(share);
	size_t count = 0, known = 0;

	for (size_t i = 0; i < set->endpoint_count; i++) {
		const struct sift_set_endpoint *e = &set->endpoints[i];

		if (e->kind == SIFT_KIND_TREND || !e->result.latency[stat].n)
			continue;
		known++;
		count += e->result.requests.median < least;
	}
	*out_known = known;
	return count;
}

static enum sift_status
judge_few_requests(struct sift_judge *judge, size_t set)
{
	const struct sift_set *s = &judge->doc->sets[set];
	size_t known95, known99;
	size_t p95 = count_short(s, SIFT_STAT_P95, 0.95, &known95);
	size_t p99 = count_short(s, SIFT_STAT_P99, 0.99, &known99);
	struct doubt d = {SIFT_RULE_TEST_FEW_REQUESTS,
			  set,
			  "requests",
			  "endpoints",
			  (double)(p95 ? p95 : p99),
			  NAN,
			  (unsigned)s->run_count,
			  (unsigned)s->run_count,
			  NULL};

	if (p95 == 0 && p99 == 0)
		return SIFT_OK;
	d.message = sift_arena_printf(
		judge->arena,
		"too few requests per run for %s of %zu of %zu endpoints%s: "
		"read %s as \"at least\"",
		p95 ? "p95" : "p99", p95 ? p95 : p99, p95 ? known95 : known99,
		p95 && p99 > p95
			? sift_arena_printf(judge->arena, ", p99 of %zu", p99)
			: "",
		p95 ? "them" : "it");
	return tell(judge, &d, false);
}

enum sift_status
sift_rules_test(struct sift_judge *judge, size_t set, size_t first)
{
	static const struct {
		enum sift_rule rule;
		enum sift_status (*judge)(struct sift_judge *judge, size_t set);
	} rows[] = {
		{SIFT_RULE_TEST_WARM_UP, judge_warm_up},
		{SIFT_RULE_TEST_DRIFT, judge_drift},
		{SIFT_RULE_TEST_GENERATOR, judge_generator},
		{SIFT_RULE_TEST_OMISSION, judge_omission},
		{SIFT_RULE_TEST_LITTLE, judge_little},
		{SIFT_RULE_TEST_FEW_REQUESTS, judge_few_requests},
	};
	enum sift_status rc = SIFT_OK;

	(void)first;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]) && !rc; i++)
		if (is_on(judge, rows[i].rule))
			rc = rows[i].judge(judge, set);
	return rc;
}
