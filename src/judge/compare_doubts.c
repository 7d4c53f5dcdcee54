/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * What doubts about a test leave of its verdicts. A comparison of figures that
 * do not say what they seem to say is as sure as they are: findings of class
 * `test` on either side lower what may be claimed, and the reason says so.
 */

#include <config.h>

#include <string.h>

#include "config/rules.h"
#include "judge/compare_pair.h"
#include "judge/rule_family.h"
#include "stat/percentile_range.h"

/* Figures, as a set. */
#define P50 (1U << SIFT_COMPARED_P50)
#define P95 (1U << SIFT_COMPARED_P95)
#define ERRORS (1U << SIFT_COMPARED_ERROR_RATE)

/* Which endpoints a doubt about a set concerns. */
enum concern { ALL_ENDPOINTS, STALLING, SHORT_OF_REQUESTS };

/* What is left: a change is likely at most, or nothing is claimed. */
enum keeps { KEEPS_LIKELY, KEEPS_NOTHING };

struct cap {
	enum sift_rule rule;
	enum sift_severity least; /* of the finding: a warning is one of more
				     than half of the runs */
	unsigned figures;
	double share; /* of the run: what a warm-up must take to matter */
	enum concern concern;
	enum keeps keeps;
	bool hides; /* a change may be there unseen: none is equivalent */
	const char *why, *advice;
};

/*
 * The weightiest first. A warm-up in 5 % of the requests moves p50 by no more
 * than what matters (5 %, log-normal, sigma 0.5); p95 is moved so by 1 %. Where
 * some users wait for a stalled answer, what is left out are requests to what
 * stalls: the percentiles of other endpoints stand.
 */
static const struct cap caps[] = {
	{SIFT_RULE_TEST_LITTLE, SIFT_SEVERITY_WARNING, P50 | P95, 0,
	 ALL_ENDPOINTS, KEEPS_NOTHING, true,
	 "throughput, latency and users contradict each other",
	 "check users and duration, and whether parts were counted twice: no "
	 "verdict stands on figures that contradict each other"},
	{SIFT_RULE_TEST_GENERATOR, SIFT_SEVERITY_WARNING, P50 | P95 | ERRORS, 0,
	 ALL_ENDPOINTS, KEEPS_LIKELY, true,
	 "the generator did not send the load asked for",
	 "let the generator keep up (more virtual users, more machines), or "
	 "ask "
	 "for less load"},
	{SIFT_RULE_TEST_WARM_UP, SIFT_SEVERITY_WARNING, P50, 0.05,
	 ALL_ENDPOINTS, KEEPS_LIKELY, false, "the figures include a warm-up",
	 "leave the warm-up out: --skip-warmup auto"},
	{SIFT_RULE_TEST_WARM_UP, SIFT_SEVERITY_WARNING, P95, 0.01,
	 ALL_ENDPOINTS, KEEPS_LIKELY, false, "the figures include a warm-up",
	 "leave the warm-up out: --skip-warmup auto"},
	{SIFT_RULE_TEST_DRIFT, SIFT_SEVERITY_WARNING, P50 | P95, 0,
	 ALL_ENDPOINTS, KEEPS_LIKELY, false,
	 "latency drifted within the runs and has no one value",
	 "find out why latency drifts within a run, or run until it settles"},
	{SIFT_RULE_TEST_OMISSION, SIFT_SEVERITY_NOTE, P95, 0, STALLING,
	 KEEPS_LIKELY, true,
	 "users waited for stalled answers and sent nothing meanwhile",
	 "send requests at a constant rate, so that stalls cannot thin them "
	 "out"},
	{SIFT_RULE_TEST_FEW_REQUESTS, SIFT_SEVERITY_NOTE, P95, 0,
	 SHORT_OF_REQUESTS, KEEPS_LIKELY, false,
	 "a run has fewer than the 72 requests that p95 needs",
	 "make longer runs where p95 has too few requests"},
};

#define CAPS (sizeof(caps) / sizeof(caps[0]))

static const enum sift_compared capped[] = {
	SIFT_COMPARED_P50, SIFT_COMPARED_P95, SIFT_COMPARED_ERROR_RATE};

#define CAPPED (sizeof(capped) / sizeof(capped[0]))

struct doubts {
	/* of each row, the finding on each side that it answers; or NULL */
	const struct sift_finding *of[CAPS][2];
	bool lowered[CAPS]; /* has the row lowered a verdict? */
};

/* ---- which rows apply ---- */

static bool
applies(const struct cap *cap, const struct sift_finding *f,
	const struct sift_set *set)
{
	return f->severity <= cap->least &&
	       !strcmp(f->rule, sift_rule_name(cap->rule)) &&
	       !(f->value < cap->share * set->duration_s);
}

static void
find_doubts(const struct sift_pair *pair, struct doubts *out)
{
	const struct sift_set *sets[2] = {pair->before, pair->after};

	*out = (struct doubts){0};
	for (size_t i = 0; i < pair->doc->finding_count; i++) {
		const struct sift_finding *f = &pair->doc->findings[i];

		if (f->cls != SIFT_CLASS_TEST || f->set == SIFT_NONE)
			continue;
		for (size_t side = 0; side < 2; side++)
			for (size_t k = 0; k < CAPS; k++)
				if (sets[side] == &pair->doc->sets[f->set] &&
				    applies(&caps[k], f, sets[side]))
					out->of[k][side] = f;
	}
}

static bool
concerns(const struct cap *cap, const struct sift_set_result *r)
{
	switch (cap->concern) {
	case STALLING:
		return sift_result_stalls(r);
	case SHORT_OF_REQUESTS:
		return sift_spread_scatter(&r->requests).min <
		       (double)sift_percentile_least_requests(0.95);
	case ALL_ENDPOINTS:
		break;
	}
	return true;
}

/* ---- one figure of one endpoint ---- */

/* The weightiest row for a figure, CAPS if there is none; and whose doubt. */
static size_t
find_cap(const struct sift_pair *pair, const struct doubts *doubts, size_t i,
	 enum sift_compared metric, const char **out_side)
{
	for (size_t k = 0; k < CAPS; k++) {
		bool old = doubts->of[k][0] &&
			   concerns(&caps[k], pair->old_results[i]);
		bool new = doubts->of[k][1] &&
			   concerns(&caps[k], pair->new_results[i]);

		if (!(caps[k].figures & (1U << metric)) || (!old && !new))
			continue;
		*out_side = old && new ? "both sides"
			    : old      ? "old side"
				       : "new side";
		return k;
	}
	return CAPS;
}

static bool
says(const struct sift_figure_change *change, enum sift_verdict verdict)
{
	return !strcmp(change->verdict, sift_verdict_name(verdict));
}

/* The verdict that is left, and why; the verdict there was is kept. */
static enum sift_status
lower(struct sift_pair *pair, struct sift_figure_change *change,
      enum sift_verdict verdict, const struct cap *cap, const char *reason)
{
	change->uncapped = change->verdict;
	change->capped_by = sift_rule_name(cap->rule);
	change->verdict = sift_verdict_name(verdict);
	change->reason = reason;
	change->runs_needed = -1;
	return reason ? SIFT_OK : sift_pair_no_memory(pair);
}

static enum sift_status
cap_change(struct sift_pair *pair, struct sift_figure_change *change,
	   const struct cap *cap, const char *side)
{
	struct sift_arena *arena = pair->arena;

	if (says(change, SIFT_VERDICT_DESCRIBED) ||
	    says(change, SIFT_VERDICT_UNSTABLE))
		return SIFT_OK;
	if (cap->keeps == KEEPS_NOTHING)
		return lower(pair, change, SIFT_VERDICT_DESCRIBED, cap,
			     sift_arena_printf(arena,
					       "nothing is claimed: %s (%s)",
					       cap->why, side));
	if (says(change, SIFT_VERDICT_REGRESSED) ||
	    says(change, SIFT_VERDICT_IMPROVED))
		return lower(pair, change, SIFT_VERDICT_LIKELY, cap,
			     sift_arena_printf(arena,
					       "likely at most, since %s (%s); "
					       "else %s",
					       cap->why, side, change->reason));
	if (cap->hides && says(change, SIFT_VERDICT_EQUIVALENT))
		return lower(pair, change, SIFT_VERDICT_INCONCLUSIVE, cap,
			     sift_arena_printf(arena,
					       "%s to be seen, but %s (%s), "
					       "which may hide one",
					       change->reason, cap->why, side));
	return SIFT_OK;
}

static enum sift_status
cap_endpoint(struct sift_pair *pair, struct doubts *doubts, size_t i)
{
	enum sift_status rc = SIFT_OK;

	for (size_t m = 0; m < CAPPED && !rc; m++) {
		struct sift_figure_change *change =
			&pair->out->endpoints[i].changes[capped[m]];
		const char *side = NULL;
		size_t k = find_cap(pair, doubts, i, capped[m], &side);

		if (k == CAPS || !change->verdict)
			continue;
		rc = cap_change(pair, change, &caps[k], side);
		doubts->lowered[k] = doubts->lowered[k] || change->capped_by;
	}
	return rc;
}

/* ---- what moved together ---- */

/* A doubt about the whole test concerns it as it does the endpoints. */
static enum sift_status
cap_shift(struct sift_pair *pair, const struct doubts *doubts)
{
	struct sift_global_shift *shift = pair->out->global_shift;

	for (size_t k = 0; shift && k < CAPS; k++) {
		const struct cap *cap = &caps[k];

		if (cap->concern != ALL_ENDPOINTS ||
		    !(cap->figures & (1U << shift->metric)) ||
		    (!doubts->of[k][0] && !doubts->of[k][1]))
			continue;
		if (cap->keeps == KEEPS_NOTHING) {
			pair->out->global_shift = NULL;
			break;
		}
		shift->capped_by = sift_rule_name(cap->rule);
		shift->message =
			sift_arena_printf(pair->arena, "%s; doubtful, since %s",
					  shift->message, cap->why);
		return shift->message ? SIFT_OK : sift_pair_no_memory(pair);
	}
	return SIFT_OK;
}

/* ---- the pair ---- */

/* "p50 and p95 are likely at most" */
static const char *
effect_of(struct sift_pair *pair, unsigned figures, const struct cap *cap)
{
	const char *names = "p95";
	const char *where = cap->concern == STALLING ? " of what stalls"
			    : cap->concern == SHORT_OF_REQUESTS
				    ? " of endpoints with too few requests"
				    : "";

	if (figures == (P50 | P95 | ERRORS))
		names = "p50, p95 and error rate";
	else if (figures == (P50 | P95))
		names = "p50 and p95";
	return sift_arena_printf(pair->arena,
				 cap->keeps == KEEPS_NOTHING
					 ? "nothing is claimed of %s%s"
					 : "changes of %s%s are likely at most",
				 names, where);
}

/* Totals cannot be parted: only another test is without its begin. */
static const char *
advice_of(const struct sift_pair *pair, const struct cap *cap, size_t side)
{
	const struct sift_set *set = side ? pair->after : pair->before;

	return cap->rule == SIFT_RULE_TEST_WARM_UP &&
			       set->total.origin != SIFT_ORIGIN_EXACT
		       ? "let the service warm up before the test begins: what "
			 "this source tells of a run cannot be parted"
		       : cap->advice;
}

/* A doubt about single endpoints is worth a line where it lowered one. */
static bool
is_worth_telling(const struct doubts *doubts, size_t k, size_t side)
{
	return doubts->of[k][side] &&
	       (caps[k].concern == ALL_ENDPOINTS || doubts->lowered[k]);
}

/* Of one side, one line per finding; rows of one rule make one. */
static enum sift_status
tell_side(struct sift_pair *pair, const struct doubts *doubts, size_t side)
{
	struct sift_comparison *out = pair->out;

	for (size_t k = 0; k < CAPS; k++) {
		const struct sift_finding *f = doubts->of[k][side];
		unsigned figures = 0;

		if (!is_worth_telling(doubts, k, side) ||
		    (k > 0 && doubts->of[k - 1][side] == f))
			continue;
		for (size_t n = k; n < CAPS && caps[n].rule == caps[k].rule;
		     n++)
			figures |= doubts->of[n][side] ? caps[n].figures : 0;
		out->doubts[out->doubt_count] = (struct sift_test_doubt){
			(size_t)(f - pair->doc->findings), side == 1,
			effect_of(pair, figures, &caps[k]),
			advice_of(pair, &caps[k], side)};
		if (!out->doubts[out->doubt_count++].effect)
			return sift_pair_no_memory(pair);
	}
	return SIFT_OK;
}

enum sift_status
sift_pair_doubt(struct sift_pair *pair)
{
	struct doubts doubts;
	enum sift_status rc = SIFT_OK;

	find_doubts(pair, &doubts);
	pair->out->doubts = sift_arena_array(pair->arena, 2 * CAPS,
					     sizeof(*pair->out->doubts));
	if (!pair->out->doubts)
		return sift_pair_no_memory(pair);
	for (size_t i = 0; i < pair->out->endpoint_count && !rc; i++)
		rc = cap_endpoint(pair, &doubts, i);
	if (!rc)
		rc = cap_shift(pair, &doubts);
	for (size_t side = 0; side < 2 && !rc; side++)
		rc = tell_side(pair, &doubts, side);
	return rc;
}
