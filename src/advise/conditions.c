/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * A table of keys, each with the function that tells whether it holds. A new
 * condition is a function, a row, and a line in docs/catalogue.md.
 */
#include <config.h>

#include "advise/conditions.h"

#include <string.h>

#include "advise/comparison.h"
#include "advise/condition_keys.h"
#include "advise/failure_text.h"
#include "advise/name_words.h"
#include "config/rules.h"

#define HEALTHY_P95_MS 200.0
#define HEALTHY_ERRORS 0.001
#define STALL_MS 200.0
#define STALL_RATIO 5
#define SLOW_TREND_P95_MS 200.0
#define REPEATED_RUNS 3

/* ---- findings ---- */

static bool
names_rule(const struct sift_condition *k, const char *rule)
{
	size_t i;

	for (i = 0; i < k->text_count; i++)
		if (!strcmp(k->texts[i], rule))
			return true;
	return false;
}

static bool
is_any(const struct sift_fact *fact)
{
	(void)fact;
	return true;
}

static bool
is_warning(const struct sift_fact *fact)
{
	return fact->severity != SIFT_SEVERITY_NOTE;
}

static bool
is_own(const struct sift_fact *fact)
{
	return fact->evidence == SIFT_NONE;
}

static bool
is_note(const struct sift_fact *fact)
{
	return is_own(fact) && fact->severity == SIFT_SEVERITY_NOTE;
}

static bool
has_fact(const struct sift_condition *k, const struct sift_case *c,
	 bool (*of)(const struct sift_fact *fact))
{
	size_t i;

	for (i = 0; i < c->fact_count; i++)
		if (of(&c->facts[i]) && names_rule(k, c->facts[i].rule))
			return true;
	return false;
}

static bool
holds_findings(const struct sift_condition *k, const struct sift_case *c)
{
	return has_fact(k, c, is_any);
}

static bool
holds_warnings(const struct sift_condition *k, const struct sift_case *c)
{
	return has_fact(k, c, is_warning);
}

static bool
holds_own_findings(const struct sift_condition *k, const struct sift_case *c)
{
	return has_fact(k, c, is_own);
}

static bool
holds_notes(const struct sift_condition *k, const struct sift_case *c)
{
	return has_fact(k, c, is_note);
}

static bool
holds_no_findings(const struct sift_condition *k, const struct sift_case *c)
{
	return !has_fact(k, c, is_any);
}

static bool
holds_set_findings(const struct sift_condition *k, const struct sift_case *c)
{
	const char *saturation = sift_rule_name(SIFT_RULE_LOAD_SATURATION);
	const struct sift_fact *facts;
	size_t i, count;

	if (c->set->saturated && names_rule(k, saturation))
		return true;
	sift_case_set_facts(c->set, &facts, &count);
	for (i = 0; i < count; i++)
		if (names_rule(k, facts[i].rule))
			return true;
	return false;
}

static bool
holds_no_set_findings(const struct sift_condition *k, const struct sift_case *c)
{
	return !holds_set_findings(k, c);
}

/* ---- the endpoint's method, name and failures ---- */

static bool
holds_methods(const struct sift_condition *k, const struct sift_case *c)
{
	struct sift_span method;
	size_t i;

	if (!c->endpoint)
		return false;
	method = sift_span_str(c->endpoint->method);
	for (i = 0; i < k->text_count; i++)
		if (sift_span_is_word(method, k->texts[i]))
			return true;
	return false;
}

static bool
holds_words(const struct sift_condition *k, const struct sift_case *c)
{
	return c->endpoint &&
	       sift_name_any_word(c->endpoint->name, k->texts, k->text_count);
}

static bool
holds_failures(const struct sift_condition *k, const struct sift_case *c)
{
	return sift_failures_that_say(c, k->texts, k->text_count).matching > 0;
}

static bool
holds_failures_not_mostly(const struct sift_condition *k,
			  const struct sift_case *c)
{
	struct sift_failure_count n =
		sift_failures_that_say(c, k->texts, k->text_count);

	return n.matching < n.all - n.matching || !n.matching;
}

/* Did a service's own metric of this name take long in the run? */
static bool
has_slow_service(const struct sift_condition *k, const struct sift_run *run)
{
	size_t i;

	for (i = 0; i < run->service_count; i++) {
		const struct sift_service_series *s = &run->services[i];

		if (s->unit && s->p95 > SLOW_TREND_P95_MS &&
		    sift_text_says_any(s->metric, k->texts, k->text_count))
			return true;
	}
	return false;
}

/* In more than half of the runs that have pages of services? */
static bool
has_slow_services(const struct sift_condition *k, const struct sift_case *c)
{
	const struct sift_set *set = &c->doc->sets[c->set->index];
	size_t i, with = 0, slow = 0;

	for (i = 0; i < set->run_count; i++) {
		const struct sift_run *run = &c->doc->runs[set->runs[i]];

		with += run->service_count > 0;
		slow += has_slow_service(k, run);
	}
	return slow > with - slow;
}

/* Trends are looked for in the whole set: they measure steps of requests. So
   do the metrics that services show of themselves. */
static bool
holds_slow_trends(const struct sift_condition *k, const struct sift_case *c)
{
	const struct sift_set *set = &c->doc->sets[c->set->index];
	size_t i;

	for (i = 0; i < set->endpoint_count; i++) {
		const struct sift_set_endpoint *e = &set->endpoints[i];

		if (e->kind == SIFT_KIND_TREND &&
		    e->result.latency[SIFT_STAT_P95].median >
			    SLOW_TREND_P95_MS &&
		    sift_text_says_any(e->name, k->texts, k->text_count))
			return true;
	}
	return c->set->has_services && has_slow_services(k, c);
}

/* ---- figures ---- */

static bool
holds_where(const struct sift_condition *k, const struct sift_case *c)
{
	size_t i;

	for (i = 0; i < k->comparison_count; i++)
		if (!sift_comparison_holds(&k->comparisons[i], c))
			return false;
	return true;
}

static bool
holds_unless(const struct sift_condition *k, const struct sift_case *c)
{
	return !holds_where(k, c);
}

/* ---- yes or no ---- */

static bool
holds_cacheable(const struct sift_condition *k, const struct sift_case *c)
{
	bool is = c->ttl && c->ttl->ttl_s >= 0 && !c->ttl->little_to_gain;

	return is == k->wanted;
}

static bool
has_rule(const struct sift_case *c, enum sift_rule rule)
{
	size_t i;

	for (i = 0; i < c->fact_count; i++)
		if (!strcmp(c->facts[i].rule, sift_rule_name(rule)))
			return true;
	return false;
}

/* The figures may show a stall before requests suffice for a finding. */
static bool
stalls(const struct sift_case *c)
{
	const struct sift_set_result *r = sift_case_result(c);
	double p50 = r->latency[SIFT_STAT_P50].median;
	double p99 = r->latency[SIFT_STAT_P99].median;

	return has_rule(c, SIFT_RULE_VARIANCE_STALLS) ||
	       (p99 > STALL_MS && p99 > STALL_RATIO * p50);
}

/*
 * All but the slowest requests are fine: what stalls those, a cache in front
 * of them would not cure.
 */
static bool
holds_stalls_only(const struct sift_condition *k, const struct sift_case *c)
{
	bool is = stalls(c) &&
		  sift_case_result(c)->latency[SIFT_STAT_P95].median <
			  HEALTHY_P95_MS;

	return is == k->wanted;
}

/* Of the set as a whole nothing is asked but that the service works. */
static bool
is_healthy(const struct sift_case *c)
{
	const struct sift_set_result *r = sift_case_result(c);
	size_t i;

	if (!c->endpoint)
		return !c->set->failing;
	for (i = 0; i < c->fact_count; i++)
		if (is_warning(&c->facts[i]) &&
		    strcmp(c->facts[i].rule,
			   sift_rule_name(SIFT_RULE_TEST_THRESHOLD)) != 0)
			return false;
	/* Unknown figures (NAN) are not held against it. */
	return !(r->latency[SIFT_STAT_P95].median >= HEALTHY_P95_MS) &&
	       !(r->error_rate.median >= HEALTHY_ERRORS);
}

static bool
holds_healthy(const struct sift_condition *k, const struct sift_case *c)
{
	return is_healthy(c) == k->wanted;
}

/* Judged once for the set, and where there is something to be sure of. */
static bool
holds_few_runs(const struct sift_condition *k, const struct sift_case *c)
{
	bool is = !c->endpoint && c->set->has_fault &&
		  c->doc->sets[c->set->index].run_count < REPEATED_RUNS;

	return is == k->wanted;
}

static bool
holds_only_level(const struct sift_condition *k, const struct sift_case *c)
{
	return c->set->only_level == k->wanted;
}

/* ---- one of several ---- */

static bool all_hold(const struct sift_conditions *when,
		     const struct sift_case *c);

static bool
holds_any_of(const struct sift_condition *k, const struct sift_case *c)
{
	size_t i;

	for (i = 0; i < k->choice_count; i++)
		if (all_hold(&k->choices[i], c))
			return true;
	return false;
}

/* ---- the table ---- */

/* clang-format off */
#define ROW(name, value, answers) \
	{#name, SIFT_CONDITION_##value, SIFT_ANSWERS_##answers, holds_##name}
const struct sift_condition_key sift_condition_keys[SIFT_CONDITION_KEYS] = {
	ROW(findings, RULES, CASE),
	ROW(warnings, RULES, CASE),
	ROW(own_findings, RULES, CASE),
	ROW(notes, RULES, CASE),
	ROW(no_findings, RULES, NOTHING),
	ROW(set_findings, RULES, SET),
	ROW(no_set_findings, RULES, NOTHING),
	ROW(methods, TEXTS, NOTHING),
	ROW(words, TEXTS, NOTHING),
	ROW(failures, TEXTS, NOTHING),
	ROW(failures_not_mostly, TEXTS, NOTHING),
	ROW(slow_trends, TEXTS, NOTHING),
	ROW(where, COMPARISONS, NOTHING),
	ROW(unless, COMPARISONS, NOTHING),
	ROW(cacheable, YES_NO, NOTHING),
	ROW(stalls_only, YES_NO, NOTHING),
	ROW(healthy, YES_NO, NOTHING),
	ROW(few_runs, YES_NO, NOTHING),
	ROW(only_level, YES_NO, NOTHING),
	ROW(any_of, CHOICES, NOTHING),
};
#undef ROW
/* clang-format on */

static bool
all_hold(const struct sift_conditions *when, const struct sift_case *c)
{
	size_t i;

	for (i = 0; i < when->count; i++)
		if (!sift_condition_keys[when->items[i].key].holds(
			    &when->items[i], c))
			return false;
	return true;
}

bool
sift_conditions_hold(const struct sift_conditions *when,
		     const struct sift_case *c)
{
	if (!c->endpoint && !when->on_sets)
		return false;
	if (c->endpoint && !when->on_endpoints)
		return false;
	if (c->endpoint && c->endpoint->kind == SIFT_KIND_TREND &&
	    !when->on_trends)
		return false;
	return all_hold(when, c);
}

static bool
key_names_fact(const struct sift_condition *k, const struct sift_fact *fact,
	       bool of_set)
{
	enum sift_condition_answers asked =
		of_set ? SIFT_ANSWERS_SET : SIFT_ANSWERS_CASE;

	return sift_condition_keys[k->key].answers == asked &&
	       names_rule(k, fact->rule);
}

/* Choices hold no choices of their own, so this goes one level deep. */
bool
sift_conditions_name_fact(const struct sift_conditions *when,
			  const struct sift_fact *fact, bool of_set)
{
	size_t i, j, n;

	for (i = 0; i < when->count; i++) {
		const struct sift_condition *k = &when->items[i];

		if (key_names_fact(k, fact, of_set))
			return true;
		for (j = 0; j < k->choice_count; j++)
			for (n = 0; n < k->choices[j].count; n++)
				if (key_names_fact(&k->choices[j].items[n],
						   fact, of_set))
					return true;
	}
	return false;
}

bool
sift_conditions_need_ttl(const struct sift_conditions *when)
{
	size_t i;

	for (i = 0; i < when->count; i++)
		if (sift_condition_keys[when->items[i].key].holds ==
			    holds_cacheable &&
		    when->items[i].wanted)
			return true;
	return false;
}
