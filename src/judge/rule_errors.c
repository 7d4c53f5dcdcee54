/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Failures, summed over the runs of a set: one failure in ten thousand
 * requests is rarely seen in every run, and a median of rates would lose it.
 */
#include <config.h>

#include <math.h>

#include "base/num.h"
#include "base/table.h"
#include "judge/rule_family.h"
#include "judge/words.h"
#include "stat/spread.h"

#define FAILED_MIN 3	  /* fewer may be chance … */
#define ALL_FAILED_MIN 2  /* … unless nothing else came back */
#define LONE_RUNS_MIN 3	  /* runs, of which one may be an exception */
#define PARTS 1000000000u /* limits are compared in parts per billion */
#define AT_ONCE 32	  /* runs */

static void
add_run(struct sift_error_sum *sum, size_t run, double requests,
	double failures)
{
	if (!(requests >= 0) || !(failures >= 0))
		return;
	sum->runs++;
	sum->requests += (uint64_t)requests;
	sum->failed += (uint64_t)failures;
	if (failures > 0) {
		sum->failing++;
		sum->last_failing = run;
	}
}

struct sift_error_sum
sift_sum_errors(const struct sift_set_result *result)
{
	struct sift_error_sum sum = {0, 0, 0, 0, SIFT_NONE};
	double requests[AT_ONCE], failures[AT_ONCE];

	for (size_t i = 0; i < result->requests.value_count; i++) {
		if (i % AT_ONCE == 0) {
			sift_spread_slice(&result->requests, i, AT_ONCE,
					  requests);
			sift_spread_slice(&result->failures, i, AT_ONCE,
					  failures);
		}
		add_run(&sum, i, requests[i % AT_ONCE], failures[i % AT_ONCE]);
	}
	return sum;
}

/* Where all runs know both, what they sum up to can be had without a look at
   each. False where not. */
static bool
sum_at_once(const struct sift_set_result *result, struct sift_error_sum *out)
{
	const struct sift_spread *requests = &result->requests;
	const struct sift_spread *failures = &result->failures;

	if (!requests->n || requests->n < requests->value_count ||
	    failures->n < failures->value_count)
		return false;
	out->requests = (uint64_t)sift_spread_sum(requests);
	out->failed = (uint64_t)sift_spread_sum(failures);
	return true;
}

bool
sift_rate_above(const struct sift_error_sum *sum, double share)
{
	uint64_t parts = (uint64_t)llround(share * PARTS);

	return (sift_u128)sum->failed * PARTS >
	       (sift_u128)sum->requests * parts;
}

/* ---- facts ---- */

static enum sift_status
add_interval(struct sift_judge *judge, struct sift_draft *draft,
	     const struct sift_error_sum *sum)
{
	char low_text[SIFT_WORDS_MAX], high_text[SIFT_WORDS_MAX];
	double low, high;

	sift_wilson_95(sum->failed, sum->requests, &low, &high);
	return sift_draft_fact(
		judge, draft, "error_rate", draft->finding.value, NAN,
		sift_arena_printf(
			judge->arena, "95 %% interval %s to %s (Wilson)",
			sift_words(low, SIFT_WORDS_PERCENT, low_text),
			sift_words(high, SIFT_WORDS_PERCENT, high_text)));
}

static enum sift_status
add_failing_runs(struct sift_judge *judge, struct sift_draft *draft,
		 const struct sift_subject *s, const struct sift_error_sum *sum)
{
	const char *runs;

	if (sum->runs < 2)
		return SIFT_OK;
	runs = sift_words_runs_above(judge->arena, judge->doc, s->set,
				     &s->result->failures, 0, SIFT_WORDS_PLAIN);
	if (!runs)
		return sift_judge_no_memory(judge);
	return sift_draft_fact(
		judge, draft, "failures", (double)sum->failed, NAN,
		sift_arena_printf(judge->arena, "failures in %u of %u runs: %s",
				  sum->failing, sum->runs, runs));
}

static bool
same_or_unknown(const char *a, const char *b)
{
	return !a || !b || !strcmp(a, b);
}

static bool
is_of_subject(const struct sift_failure *failure, const struct sift_subject *s)
{
	if (!failure->fingerprint || failure->count <= 0)
		return false;
	if (!s->name)
		return true;
	return failure->name && !strcmp(failure->name, s->name) &&
	       same_or_unknown(failure->method, s->method);
}

struct tally {
	struct sift_table texts;
	int64_t *counts; /* by number of the text; in the arena */
	size_t capacity;
};

static enum sift_status
count_failure(struct sift_judge *judge, struct tally *tally,
	      const struct sift_failure *failure)
{
	enum sift_status rc;
	uint32_t id;

	rc = sift_table_intern(&tally->texts,
			       sift_span_str(failure->fingerprint), &id, NULL);
	if (rc)
		return sift_judge_no_memory(judge);
	if (id >= tally->capacity) {
		size_t capacity = tally->capacity ? tally->capacity * 2 : 16;
		int64_t *counts = sift_arena_array(judge->arena, capacity,
						   sizeof(*counts));

		if (!counts)
			return sift_judge_no_memory(judge);
		if (tally->capacity)
			memcpy(counts, tally->counts,
			       tally->capacity * sizeof(*counts));
		tally->counts = counts;
		tally->capacity = capacity;
	}
	tally->counts[id] += failure->count;
	return SIFT_OK;
}

static enum sift_status
count_failures(struct sift_judge *judge, const struct sift_subject *s,
	       struct tally *tally)
{
	const struct sift_set *set = &judge->doc->sets[s->set];
	enum sift_status rc = SIFT_OK;
	size_t i, j;

	for (i = 0; i < set->run_count; i++) {
		const struct sift_run *run = &judge->doc->runs[set->runs[i]];

		for (j = 0; j < run->failure_count && !rc; j++)
			if (is_of_subject(&run->failures[j], s))
				rc = count_failure(judge, tally,
						   &run->failures[j]);
	}
	return rc;
}

/* The text with the highest count, bytewise first among equals. */
static uint32_t
most_frequent(const struct tally *tally)
{
	uint32_t best = 0, id;

	for (id = 1; id < tally->texts.count; id++) {
		int64_t diff = tally->counts[id] - tally->counts[best];

		if (diff > 0 ||
		    (diff == 0 &&
		     sift_span_compare(sift_table_key(&tally->texts, id),
				       sift_table_key(&tally->texts, best)) <
			     0))
			best = id;
	}
	return best;
}

static enum sift_status
add_most_frequent(struct sift_judge *judge, struct sift_draft *draft,
		  const struct sift_subject *s)
{
	struct tally tally = {.counts = NULL};
	enum sift_status rc;

	sift_table_init(&tally.texts, 0);
	rc = count_failures(judge, s, &tally);
	if (!rc && tally.texts.count) {
		uint32_t id = most_frequent(&tally);
		struct sift_span text = sift_table_key(&tally.texts, id);

		rc = sift_draft_fact(
			judge, draft, "failures", (double)tally.counts[id], NAN,
			sift_arena_printf(judge->arena,
					  "most frequent failure: %.*s (%lld)",
					  (int)text.len, text.ptr,
					  (long long)tally.counts[id]));
	}
	sift_table_release(&tally.texts);
	return rc;
}

enum sift_status
sift_error_facts(struct sift_judge *judge, struct sift_draft *draft,
		 const struct sift_subject *s, const struct sift_error_sum *sum)
{
	enum sift_status rc = add_interval(judge, draft, sum);

	if (!rc)
		rc = add_failing_runs(judge, draft, s, sum);
	if (!rc)
		rc = add_most_frequent(judge, draft, s);
	if (!rc && !s->name)
		rc = sift_draft_fact(judge, draft, NULL, NAN, NAN,
				     SIFT_NO_ENDPOINTS);
	return rc;
}

/* ---- the rule ---- */

static bool
enough_failed(const struct sift_error_sum *sum)
{
	return sum->failed >= FAILED_MIN ||
	       (sum->failed >= ALL_FAILED_MIN && sum->failed == sum->requests);
}

/* Over which of the limits, the most severe first? */
static bool
is_over(const struct sift_rule_limits *limits, const struct sift_error_sum *sum,
	enum sift_severity *severity, double *limit)
{
	const double steps[SIFT_SEVERITY_COUNT] = {
		[SIFT_SEVERITY_CRITICAL] = limits->critical,
		[SIFT_SEVERITY_WARNING] = limits->warning,
		[SIFT_SEVERITY_NOTE] = limits->note,
	};
	int i;

	if (!enough_failed(sum))
		return false;
	for (i = 0; i < SIFT_SEVERITY_COUNT; i++)
		if (!isnan(steps[i]) && sift_rate_above(sum, steps[i])) {
			*severity = (enum sift_severity)i;
			*limit = steps[i];
			return true;
		}
	return false;
}

static const char *
describe(struct sift_judge *judge, const struct sift_finding *f,
	 const struct sift_error_sum *sum, bool lone)
{
	const struct sift_set *set = &judge->doc->sets[f->set];
	char rate[SIFT_WORDS_MAX], limit[SIFT_WORDS_MAX];
	char runs[SIFT_WORDS_MAX];
	const char *label;

	sift_words_beside(f->value, f->threshold, SIFT_WORDS_PERCENT, rate);
	sift_words(f->threshold, SIFT_WORDS_PERCENT, limit);
	sift_words_runs(sum->failing, sum->runs, runs);
	if (!lone)
		return sift_arena_printf(
			judge->arena,
			"error rate %s is over %s: %llu of %llu requests "
			"failed%s",
			rate, limit, (unsigned long long)sum->failed,
			(unsigned long long)sum->requests, runs);
	label = judge->doc->runs[set->runs[sum->last_failing]].label;
	return sift_arena_printf(
		judge->arena,
		"error rate %s is over %s: %llu of %llu requests failed, all "
		"in one of %u runs: %s",
		rate, limit, (unsigned long long)sum->failed,
		(unsigned long long)sum->requests, sum->runs,
		label ? label : "a run without name");
}

static enum sift_status
draft_errors(struct sift_judge *judge, const struct sift_subject *s,
	     const struct sift_error_sum *sum, enum sift_severity severity,
	     double limit)
{
	struct sift_draft *draft =
		sift_draft_new(judge, SIFT_RULE_ERRORS_RATE, s);
	bool lone = sum->runs >= LONE_RUNS_MIN && sum->failing == 1;
	struct sift_finding *f;

	if (!draft)
		return SIFT_E_NOMEM;
	f = &draft->finding;
	if (lone && severity != SIFT_SEVERITY_NOTE)
		severity = (enum sift_severity)(severity + 1);
	f->severity = severity;
	f->metric = "error_rate";
	f->unit = "share";
	f->value = (double)sum->failed / (double)sum->requests;
	f->threshold = limit;
	f->threshold_source =
		sift_judge_limit_source(judge, SIFT_RULE_ERRORS_RATE, limit);
	f->runs_agreeing = sum->failing;
	f->runs_judged = sum->runs;
	f->weight = (double)sum->failed / sum->runs;
	f->message = describe(judge, f, sum, lone);
	draft->ratio = limit > 0 ? f->value / limit : HUGE_VAL;
	if (!f->message || !f->threshold_source)
		return sift_judge_no_memory(judge);
	return sift_error_facts(judge, draft, s, sum);
}

enum sift_status
sift_rules_errors(struct sift_judge *judge, const struct sift_subject *s)
{
	const struct sift_rule_limits *limits =
		sift_judge_limits(judge, SIFT_RULE_ERRORS_RATE);
	struct sift_error_sum sum;
	enum sift_severity severity;
	double limit;

	if (!limits->enabled || s->kind == SIFT_KIND_TREND ||
	    sift_target_replaces(judge, s, SIFT_RULE_TARGET_ERROR_RATE) ||
	    !(sift_spread_scatter(&s->result->failures).max > 0))
		return SIFT_OK; /* mostly nothing failed */
	if (sum_at_once(s->result, &sum) &&
	    !is_over(limits, &sum, &severity, &limit))
		return SIFT_OK;
	sum = sift_sum_errors(s->result);
	if (!is_over(limits, &sum, &severity, &limit))
		return SIFT_OK;
	if (sift_subject_below(s, limits->min_requests))
		severity = SIFT_SEVERITY_NOTE;
	return draft_errors(judge, s, &sum, severity, limit);
}
