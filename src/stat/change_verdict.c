/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * The ladder of COMPARISON 2.5: the first rung that holds is the verdict.
 */

#include <config.h>

#include <math.h>

#include "stat/change_impl.h"
#include "stat/distribution.h"
#include "stat/jump.h"

/* A faster endpoint that does less is no improvement beyond this. */
#define SUSPICIOUS_SHARE (-0.40)

/* More runs than this nobody makes. */
#define MAX_FURTHER_RUNS 100

/* ---- is the change large enough to matter (2.3) ---- */

enum size { LARGE, SMALL_SHARE, SMALL_STEP, ONE_STEP };

static double
relative_limit(const struct change_case *at)
{
	double limit = log1p(at->rules->min_share);

	if (!at->family->has_controls && at->family->is_centred)
		limit = fmax(limit, fabs(at->family->common));
	return limit;
}

static enum size
size_of(const struct change_case *at, const struct sift_change *change)
{
	double step = fmin(fabs(change->after - change->before),
			   change->before * fabs(expm1(change->shift)));
	double medians = log(change->after / change->before);

	if (fabs(change->shift) < change->limit || medians * change->shift <= 0)
		return SMALL_SHARE;
	if (fabs(medians) < log1p(at->rules->min_share))
		return SMALL_SHARE;
	if (step <= at->endpoint->resolution)
		return ONE_STEP;
	return step < at->rules->min_step ? SMALL_STEP : LARGE;
}

static enum sift_change_reason
reason_of(enum size size)
{
	if (size == ONE_STEP)
		return SIFT_REASON_RESOLUTION;
	return size == SMALL_STEP ? SIFT_REASON_SMALL_STEP
				  : SIFT_REASON_SMALL_SHARE;
}

/* ---- equivalence ---- */

static double
margin_of(const struct change_case *at)
{
	return 2 * log1p(at->rules->min_share);
}

/* The farther from 0 of the shifts that take part. */
static double
widest_shift(const struct change_case *at, const struct sift_change *change)
{
	if (!at->family->is_centred)
		return fabs(change->raw);
	if (at->family->has_controls)
		return fabs(change->centred);
	return fmax(fabs(change->raw), fabs(change->centred));
}

/* The 90 % interval inside the margin, about each of the shifts. */
static bool
is_equivalent(const struct change_case *at, const struct sift_change *change)
{
	double h90 = sift_t_quantile(0.95, change->df) * change->se;

	return widest_shift(at, change) + h90 <= margin_of(at);
}

/* ---- how many runs more ---- */

/* Would `k` further runs a side settle it, all numbers being the same? */
static bool
would_settle(const struct change_case *at, const struct sift_change *change,
	     double k)
{
	double now = 1 / (double)at->n + 1 / (double)at->m;
	double then = 1 / ((double)at->n + k) + 1 / ((double)at->m + k);
	double se = change->se * sqrt(then / now);
	double df = change->df + 2 * k;
	double h95 = sift_t_quantile(0.975, df) * se;
	double h90 = sift_t_quantile(0.95, df) * se;
	double d = fabs(change->shift);

	if (d >= change->limit)
		return d >= h95 &&
		       (d - h95 >= change->limit || d >= 2 * change->limit);
	return widest_shift(at, change) + h90 <= margin_of(at) ||
	       (d > 0 && d >= h95);
}

/* The fewest that would: more runs never unsettle, so halve the range. */
static unsigned
runs_needed(const struct change_case *at, const struct sift_change *change)
{
	unsigned too_few = 0, enough = MAX_FURTHER_RUNS;

	if (!would_settle(at, change, enough))
		return 0;
	while (enough - too_few > 1) {
		unsigned middle = (too_few + enough) / 2;

		if (would_settle(at, change, middle))
			enough = middle;
		else
			too_few = middle;
	}
	return enough;
}

/* ---- the ladder ---- */

static void
settle(struct sift_change *change, enum sift_verdict verdict,
       enum sift_change_reason reason)
{
	change->verdict = verdict;
	change->reason = reason;
}

static void
settle_strong(const struct change_case *at, struct sift_change *change,
	      enum sift_change_reason reason)
{
	enum sift_verdict verdict = change->shift > 0 ? SIFT_VERDICT_REGRESSED
						      : SIFT_VERDICT_IMPROVED;

	if (at->family->grade != SIFT_GRADE_FULL)
		settle(change, SIFT_VERDICT_LIKELY, SIFT_REASON_CAPPED);
	else
		settle(change, verdict, reason);
}

/* The rungs of a change; returns whether one held. */
static bool
settle_changed(const struct change_case *at, struct sift_change *change)
{
	double d = fabs(change->shift);
	double h95 = change->high - change->shift;

	if (at->family->is_global && change->in_common &&
	    !at->family->has_controls)
		return false;
	if (change->q <= 0.05 && d - h95 >= change->limit)
		settle_strong(at, change, SIFT_REASON_BEYOND);
	else if (change->q <= 0.05 && d >= 2 * change->limit)
		settle_strong(at, change, SIFT_REASON_TWICE);
	else if (change->p <= 0.10 && change->q <= 0.15)
		settle(change, SIFT_VERDICT_LIKELY, SIFT_REASON_WEAK);
	else
		return false;
	if (change->shift < log1p(SUSPICIOUS_SHARE) && at->endpoint->does_less)
		settle(change, SIFT_VERDICT_SUSPICIOUS, SIFT_REASON_DOING_LESS);
	return true;
}

static enum sift_change_reason
why_inconclusive(const struct change_case *at, const struct sift_change *change)
{
	if (at->family->is_global && change->in_common)
		return SIFT_REASON_WITH_COMMON;
	if (at->family->is_centred && change->raw * change->centred < 0)
		return SIFT_REASON_DISAGREE;
	return SIFT_REASON_NOISE;
}

void
sift_change_verdict(const struct change_case *at, struct sift_change *change)
{
	enum size size;

	change->limit = relative_limit(at);
	size = size_of(at, change);
	if (at->endpoint->jump > SIFT_JUMP_RATIO && !at->endpoint->separated) {
		settle(change, SIFT_VERDICT_UNSTABLE, SIFT_REASON_JUMP);
	} else if (size == LARGE && settle_changed(at, change)) {
		if (change->verdict == SIFT_VERDICT_LIKELY)
			change->runs_needed = runs_needed(at, change);
	} else if (is_equivalent(at, change)) {
		settle(change, SIFT_VERDICT_EQUIVALENT, SIFT_REASON_MARGIN);
	} else if (change->q <= 0.05 && size != LARGE) {
		settle(change, SIFT_VERDICT_TINY, reason_of(size));
	} else {
		settle(change, SIFT_VERDICT_INCONCLUSIVE,
		       why_inconclusive(at, change));
		if (change->reason != SIFT_REASON_WITH_COMMON)
			change->runs_needed = runs_needed(at, change);
	}
}
