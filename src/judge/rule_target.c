/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Targets: what the user demands. Exceeded is critical, within 10 % a note,
 * and a figure that is missing is said to be missing.
 */
#include <config.h>

#include <math.h>

#include "judge/rule_family.h"
#include "judge/words.h"

#define NEAR 0.9 /* of the target: "within 10 %" */
/* An offered load is measured; hitting it to one per cent is reaching it. */
#define REACHED 0.99

static const struct {
	enum sift_rule rule;
	size_t offset; /* of the number in struct sift_target */
} numbers[] = {
	{SIFT_RULE_TARGET_P50, offsetof(struct sift_target, p50_ms)},
	{SIFT_RULE_TARGET_P95, offsetof(struct sift_target, p95_ms)},
	{SIFT_RULE_TARGET_P99, offsetof(struct sift_target, p99_ms)},
	{SIFT_RULE_TARGET_ERROR_RATE, offsetof(struct sift_target, error_rate)},
	{SIFT_RULE_TARGET_RPS, offsetof(struct sift_target, min_rps)},
};

/* The number demanded, NAN for none. */
static double
target_of(const struct sift_judge *judge, const struct sift_subject *s,
	  enum sift_rule rule)
{
	double value = NAN;
	size_t i;

	if (!s->target || !sift_judge_limits(judge, rule)->enabled)
		return NAN;
	for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		if (numbers[i].rule == rule)
			memcpy(&value,
			       (const char *)s->target + numbers[i].offset,
			       sizeof(value));
	return value;
}

bool
sift_target_replaces(const struct sift_judge *judge,
		     const struct sift_subject *s, enum sift_rule rule)
{
	return !isnan(target_of(judge, s, rule));
}

static struct sift_draft *
new_draft(struct sift_judge *judge, const struct sift_subject *s,
	  enum sift_rule rule, const char *metric, const char *unit)
{
	struct sift_draft *draft = sift_draft_new(judge, rule, s);

	if (!draft)
		return NULL;
	draft->finding.metric = metric;
	draft->finding.unit = unit;
	draft->finding.threshold = target_of(judge, s, rule);
	draft->finding.threshold_source =
		sift_judge_line_source(judge, s->target->line);
	return draft;
}

static enum sift_status
finish(struct sift_judge *judge, struct sift_draft *draft, const char *message)
{
	draft->finding.message = message;
	if (!message || !draft->finding.threshold_source)
		return sift_judge_no_memory(judge);
	return SIFT_OK;
}

/* A target that cannot be judged is said, never taken for met. */
static enum sift_status
not_judged(struct sift_judge *judge, const struct sift_subject *s,
	   enum sift_rule rule, const char *metric, enum sift_words_unit unit,
	   const char *why)
{
	static const char *const units[] = {
		[SIFT_WORDS_MS] = "ms",
		[SIFT_WORDS_PERCENT] = "share",
		[SIFT_WORDS_PLAIN] = "rps",
	};
	struct sift_draft *draft =
		new_draft(judge, s, rule, metric, units[unit]);
	char text[SIFT_WORDS_MAX];

	if (!draft)
		return SIFT_E_NOMEM;
	return finish(judge, draft,
		      sift_arena_printf(
			      judge->arena,
			      "the target of %s for %s is not judged: %s",
			      sift_words(draft->finding.threshold, unit, text),
			      metric, why));
}

/* ---- percentiles ---- */

static enum sift_status
judge_percentile(struct sift_judge *judge, const struct sift_subject *s,
		 enum sift_rule rule, enum sift_stat stat)
{
	double target = target_of(judge, s, rule);
	struct sift_latency_check check = {
		.rule = rule,
		.stat = stat,
		.note = NEAR * target,
		.warning = NAN,
		.critical = target,
		.near = true,
		.min_requests = sift_judge_limits(judge, rule)->min_requests,
	};

	if (isnan(target))
		return SIFT_OK;
	check.line = s->target->line;
	if (!s->result->latency[stat].n)
		return not_judged(judge, s, rule, sift_stat_name(stat),
				  SIFT_WORDS_MS, "it was not recorded");
	return sift_check_latency(judge, s, &check);
}

/* ---- errors ---- */

static const char *
describe_errors(struct sift_judge *judge, const struct sift_finding *f,
		const struct sift_error_sum *sum, bool broken)
{
	char rate[SIFT_WORDS_MAX], limit[SIFT_WORDS_MAX];
	char runs[SIFT_WORDS_MAX];

	return sift_arena_printf(
		judge->arena,
		"error rate %s is %s the target of %s: %llu of %llu requests "
		"failed%s",
		sift_words_beside(f->value, f->threshold, SIFT_WORDS_PERCENT,
				  rate),
		broken ? "over" : "within 10 % of",
		sift_words(f->threshold, SIFT_WORDS_PERCENT, limit),
		(unsigned long long)sum->failed,
		(unsigned long long)sum->requests,
		sift_words_runs(sum->failing, sum->runs, runs));
}

static enum sift_status
draft_errors(struct sift_judge *judge, const struct sift_subject *s,
	     const struct sift_error_sum *sum, double target, bool broken)
{
	struct sift_draft *draft = new_draft(
		judge, s, SIFT_RULE_TARGET_ERROR_RATE, "error_rate", "share");
	struct sift_finding *f;
	enum sift_status rc;

	if (!draft)
		return SIFT_E_NOMEM;
	f = &draft->finding;
	f->severity = broken ? SIFT_SEVERITY_CRITICAL : SIFT_SEVERITY_NOTE;
	f->value = (double)sum->failed / (double)sum->requests;
	f->runs_agreeing = sum->failing;
	f->runs_judged = sum->runs;
	draft->ratio = target > 0 ? f->value / target : HUGE_VAL;
	rc = finish(judge, draft, describe_errors(judge, f, sum, broken));
	if (!rc)
		rc = sift_error_facts(judge, draft, s, sum);
	return rc;
}

static enum sift_status
judge_errors(struct sift_judge *judge, const struct sift_subject *s)
{
	double target = target_of(judge, s, SIFT_RULE_TARGET_ERROR_RATE);
	struct sift_error_sum sum;

	if (isnan(target) || s->kind == SIFT_KIND_TREND)
		return SIFT_OK;
	sum = sift_sum_errors(s->result);
	if (!sum.requests)
		return not_judged(judge, s, SIFT_RULE_TARGET_ERROR_RATE,
				  "error_rate", SIFT_WORDS_PERCENT,
				  "failures were not recorded");
	if (sift_rate_above(&sum, target))
		return draft_errors(judge, s, &sum, target, true);
	if (target > 0 && sift_rate_above(&sum, NEAR * target))
		return draft_errors(judge, s, &sum, target, false);
	return SIFT_OK;
}

/* ---- throughput ---- */

/* Is the set a level at which a sweep no longer brings more throughput? */
static bool
is_saturated(const struct sift_document *doc, size_t set)
{
	size_t i, j;

	for (i = 0; i < doc->sweep_count; i++) {
		const struct sift_sweep *sweep = &doc->sweeps[i];

		for (j = sift_saturated_from(sweep); j < sweep->level_count;
		     j++)
			if (sweep->levels[j].set == set)
				return true;
	}
	return false;
}

/*
 * The rate at which the endpoint was asked for in run `i`: its share of the
 * rate the run was set to. What came back instead is no measure of it.
 */
static double
offered_rps(const struct sift_judge *judge, const struct sift_subject *s,
	    size_t i)
{
	const struct sift_set *set = &judge->doc->sets[s->set];
	const struct sift_run *run = &judge->doc->runs[set->runs[i]];
	double share = 1;

	if (s->name)
		share = sift_spread_value(&s->result->requests, i) /
			(double)run->total.requests;
	return run->load.target_rps * share;
}

/* In more than half of the runs? */
static bool
load_reached(const struct sift_judge *judge, const struct sift_subject *s,
	     double target)
{
	size_t runs = judge->doc->sets[s->set].run_count;
	size_t i, reached = 0;

	if (is_saturated(judge->doc, s->set))
		return true;
	for (i = 0; i < runs && i < s->result->requests.value_count; i++)
		if (offered_rps(judge, s, i) >= REACHED * target)
			reached++;
	return 2 * reached > runs;
}

static unsigned
count_below(const struct sift_spread *spread, double limit)
{
	unsigned n = 0;
	size_t i;

	for (i = 0; i < spread->value_count; i++)
		if (sift_spread_value(spread, i) < limit)
			n++;
	return n;
}

static enum sift_status
draft_rps(struct sift_judge *judge, const struct sift_subject *s, double target)
{
	const struct sift_spread *rps = &s->result->rps;
	struct sift_draft *draft =
		new_draft(judge, s, SIFT_RULE_TARGET_RPS, "rps", "rps");
	bool broken = rps->median < target;
	char value[SIFT_WORDS_MAX], limit[SIFT_WORDS_MAX];
	char runs[SIFT_WORDS_MAX];
	struct sift_finding *f;

	if (!draft)
		return SIFT_E_NOMEM;
	f = &draft->finding;
	f->severity = broken ? SIFT_SEVERITY_CRITICAL : SIFT_SEVERITY_NOTE;
	f->value = rps->median;
	f->runs_judged = rps->n;
	f->runs_agreeing = count_below(rps, broken ? target : target / NEAR);
	draft->ratio = target / rps->median;
	return finish(
		judge, draft,
		sift_arena_printf(judge->arena,
				  "throughput %s requests per second is %s the "
				  "target of %s%s",
				  sift_words_beside(rps->median, target,
						    SIFT_WORDS_PLAIN, value),
				  broken ? "below" : "within 10 % of",
				  sift_words(target, SIFT_WORDS_PLAIN, limit),
				  sift_words_runs(f->runs_agreeing,
						  f->runs_judged, runs)));
}

static enum sift_status
judge_rps(struct sift_judge *judge, const struct sift_subject *s)
{
	double target = target_of(judge, s, SIFT_RULE_TARGET_RPS);
	const struct sift_spread *rps = &s->result->rps;

	if (isnan(target) || s->kind == SIFT_KIND_TREND)
		return SIFT_OK;
	if (!rps->n)
		return not_judged(judge, s, SIFT_RULE_TARGET_RPS, "rps",
				  SIFT_WORDS_PLAIN, "it was not recorded");
	if (rps->median >= target / NEAR)
		return SIFT_OK;
	if (rps->median < target && !load_reached(judge, s, target))
		return not_judged(judge, s, SIFT_RULE_TARGET_RPS, "rps",
				  SIFT_WORDS_PLAIN,
				  "the load offered is not known to have "
				  "reached it");
	return draft_rps(judge, s, target);
}

/* ---- the rules ---- */

enum sift_status
sift_rules_target(struct sift_judge *judge, const struct sift_subject *s)
{
	enum sift_status rc;

	rc = judge_percentile(judge, s, SIFT_RULE_TARGET_P99, SIFT_STAT_P99);
	if (!rc)
		rc = judge_percentile(judge, s, SIFT_RULE_TARGET_P95,
				      SIFT_STAT_P95);
	if (!rc)
		rc = judge_percentile(judge, s, SIFT_RULE_TARGET_P50,
				      SIFT_STAT_P50);
	if (!rc)
		rc = judge_errors(judge, s);
	if (!rc)
		rc = judge_rps(judge, s);
	return rc;
}
