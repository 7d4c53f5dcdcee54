/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Each verdict in a sentence for somebody who knows no statistics: what is
 * known, how surely, or what stands in the way.
 */

#include <config.h>

#include <math.h>

#include "judge/compare_pair.h"
#include "judge/words.h"
#include "stat/percentile_range.h"

struct told {
	struct sift_pair *pair;
	const struct sift_pair_family *family;
	const struct sift_change *change;
	const struct sift_change_endpoint *endpoint;
	const struct sift_jump *jump;
	size_t i;
};

static const char *
share(double value, char out[SIFT_WORDS_MAX])
{
	return sift_words(fabs(value), SIFT_WORDS_PERCENT, out);
}

static double
rounded_percent(double log_change)
{
	double percent = round(100 * expm1(log_change));

	return percent == 0 ? 0 : percent; /* no -0 */
}

/* "; 4 further runs a side would settle it" */
static const char *
more_runs(const struct told *t)
{
	unsigned runs = t->change->runs_needed;

	if (runs == 0)
		return "; more runs alone would hardly settle it";
	return sift_arena_printf(t->pair->arena,
				 "; about %u further run%s a side would settle "
				 "it if the figures stay",
				 runs, runs == 1 ? "" : "s");
}

static const char *
changed(const struct told *t, const char *how_sure)
{
	double low = rounded_percent(t->change->low);
	double high = rounded_percent(t->change->high);

	return sift_arena_printf(t->pair->arena,
				 "%s; weighed over all runs it is %+.0f %%, "
				 "and the true change between %+.0f and "
				 "%+.0f %%, 19 times of 20",
				 how_sure, rounded_percent(t->change->shift),
				 low, high);
}

static const char *
likely(const struct told *t)
{
	const char *more = more_runs(t);

	return more ? changed(t, sift_arena_printf(
					 t->pair->arena,
					 "probably %s, but runs differ too "
					 "much to be sure%s",
					 t->change->shift > 0 ? "slower"
							      : "faster",
					 more))
		    : NULL;
}

static const char *
few_runs(const struct told *t)
{
	return sift_arena_printf(
		t->pair->arena,
		"%zu against %zu runs: too few to tell a change from chance",
		t->pair->before->run_count, t->pair->after->run_count);
}

static const char *
on_a_jump(const struct told *t)
{
	const char *name = sift_compared_name(t->family->metric);
	uint64_t least = sift_percentile_least_requests(
		t->family->stat == SIFT_STAT_P50 ? 0.5 : 0.95);
	char low[SIFT_WORDS_MAX], high[SIFT_WORDS_MAX];
	bool few = sift_pair_least_requests(t->pair, t->i) < (double)least;
	const struct sift_slow_share *slow =
		t->pair->out->endpoints[t->i].changes[t->family->metric].slow;
	const char *counted =
		slow && !few ? sift_slow_words(t->pair->arena, slow) : "";

	if (!counted)
		return NULL;
	return sift_arena_printf(
		t->pair->arena,
		"%s sits on a jump: within one run it is anywhere from %s to "
		"%s%s%s",
		name, sift_words(t->jump->low, SIFT_WORDS_MS, low),
		sift_words(t->jump->high, SIFT_WORDS_MS, high),
		few	   ? " (too few requests for it)"
		: *counted ? "; "
			   : "",
		counted);
}

static const char *
equivalent(const struct told *t)
{
	char margin[SIFT_WORDS_MAX];
	double both = expm1(2 * log1p(t->family->rules.min_share));

	return sift_arena_printf(t->pair->arena, "no change above %s",
				 share(round(100 * both) / 100, margin));
}

static const char *
too_small(const struct told *t)
{
	char limit[SIFT_WORDS_MAX];

	if (t->change->reason == SIFT_REASON_RESOLUTION)
		return sift_arena_printf(
			t->pair->arena,
			"no more than one step of the source (%s)",
			sift_words(t->endpoint->resolution, SIFT_WORDS_MS,
				   limit));
	if (t->change->reason == SIFT_REASON_SMALL_STEP)
		return sift_arena_printf(t->pair->arena, "there, but below %s",
					 sift_words(t->family->rules.min_step,
						    SIFT_WORDS_MS, limit));
	return sift_arena_printf(t->pair->arena, "there, but below %s",
				 share(expm1(t->change->limit), limit));
}

static const char *
inconclusive(const struct told *t)
{
	const char *more = more_runs(t);
	double low = rounded_percent(t->change->low);
	double high = rounded_percent(t->change->high);

	if (!more)
		return NULL;
	if (t->change->reason == SIFT_REASON_WITH_COMMON)
		return "moves with most other endpoints: the environment or a "
		       "shared cause";
	if (t->change->reason == SIFT_REASON_DISAGREE)
		return sift_arena_printf(
			t->pair->arena,
			"%+.0f %% by itself, %+.0f %% against the other "
			"endpoints: too little to call%s",
			rounded_percent(t->change->raw),
			rounded_percent(t->change->centred), more);
	return sift_arena_printf(
		t->pair->arena,
		"chance may explain it: anything from %+.0f to "
		"%+.0f %% fits the runs%s",
		low, high, more);
}

const char *
sift_pair_reason(struct sift_pair *pair, const struct sift_pair_family *family,
		 size_t i)
{
	const struct told t = {pair,
			       family,
			       &family->changes[i],
			       &family->endpoints[i],
			       &family->jumps[i],
			       i};

	switch (t.change->reason) {
	case SIFT_REASON_FEW_RUNS:
		return few_runs(&t);
	case SIFT_REASON_NOT_IN_ALL:
		return "some run has fewer than 6 requests or lacks the "
		       "figure, so it is not tested";
	case SIFT_REASON_JUMP:
		return on_a_jump(&t);
	case SIFT_REASON_BEYOND:
		return changed(&t, "clear");
	case SIFT_REASON_TWICE:
		return changed(&t, "more than twice what matters");
	case SIFT_REASON_CAPPED:
		return changed(&t, "clear, but five runs in all are too few "
				   "to be sure");
	case SIFT_REASON_WEAK:
		return likely(&t);
	case SIFT_REASON_MARGIN:
		return equivalent(&t);
	case SIFT_REASON_SMALL_SHARE:
	case SIFT_REASON_SMALL_STEP:
	case SIFT_REASON_RESOLUTION:
		return too_small(&t);
	case SIFT_REASON_DOING_LESS:
		return "much faster, but with far fewer requests or many more "
		       "failures: look at what it does";
	case SIFT_REASON_DISAGREE:
	case SIFT_REASON_WITH_COMMON:
	case SIFT_REASON_NOISE:
		break;
	}
	return inconclusive(&t);
}
