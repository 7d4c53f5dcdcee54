/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Of a percentile that sits on a jump: how many requests are slow, slower than
 * a place between the two it may be (COMPARISON 2.4). Requests are counted
 * where a source holds each of them. From printed percentiles only a bracket
 * is known, which is told and never tested: shares read off between printed
 * percentiles found changes that were none.
 */

#include <config.h>

#include <math.h>

#include "base/mem.h"
#include "judge/compare_pair.h"
#include "judge/words.h"

/* ---- counted ---- */

static enum sift_status
count_side(struct sift_pair *pair, const struct sift_slow_question *question,
	   const struct sift_set *set, struct sift_proportion *out)
{
	const struct sift_compare_options *options = pair->options;
	struct sift_slow_question of_run = *question;
	enum sift_status rc = SIFT_OK;

	for (size_t i = 0; i < set->run_count && !rc; i++) {
		of_run.run = set->runs[i];
		rc = options->count_slow(options->slow_context, &of_run,
					 &out[i], pair->err);
	}
	return rc;
}

static void
put_test(const struct sift_proportion_test *test, struct sift_slow_share *out)
{
	out->before_low = out->before_high = test->before;
	out->after_low = out->after_high = test->after;
	out->before_slow = (int64_t)test->before_hits;
	out->before_requests = (int64_t)test->before_total;
	out->after_slow = (int64_t)test->after_hits;
	out->after_requests = (int64_t)test->after_total;
	out->p = test->p;
	if (sift_slow_share_changed(test))
		out->direction = test->after > test->before ? 1 : -1;
}

/* SIFT_E_EMPTY where some run's requests cannot be counted. */
static enum sift_status
count_both(struct sift_pair *pair, size_t i, bool ok_only,
	   struct sift_slow_share *out)
{
	size_t n = pair->before->run_count, m = pair->after->run_count;
	struct sift_slow_question question = {
		.endpoint = &pair->out->endpoints[i],
		.source_kind = pair->old_results[i]->source_kind,
		.ok_only = ok_only,
		.limit_ms = out->limit_ms,
	};
	struct sift_proportion *counts;
	struct sift_proportion_test test;
	enum sift_status rc;

	if (!pair->options->count_slow)
		return SIFT_E_EMPTY;
	counts = sift_calloc(n + m, sizeof(*counts));
	if (!counts)
		return sift_pair_no_memory(pair);
	rc = count_side(pair, &question, pair->before, counts);
	question.source_kind = pair->new_results[i]->source_kind;
	if (!rc)
		rc = count_side(pair, &question, pair->after, counts + n);
	if (!rc) {
		sift_slow_share_test(counts, n, counts + n, m, &test);
		put_test(&test, out);
	}
	sift_free(counts);
	return rc;
}

/* ---- read off printed percentiles ---- */

static void
bracket(const struct sift_set_result *r, double limit_ms, double *low,
	double *high)
{
	static const struct {
		enum sift_stat stat;
		double share;
	} points[] = {{SIFT_STAT_P50, 0.5},
		      {SIFT_STAT_P90, 0.9},
		      {SIFT_STAT_P95, 0.95},
		      {SIFT_STAT_P99, 0.99},
		      {SIFT_STAT_P999, 0.999}};

	*low = 0;
	*high = 1;
	for (size_t i = 0; i < sizeof(points) / sizeof(points[0]); i++) {
		double ms = r->latency[points[i].stat].median;

		if (ms <= limit_ms)
			*high = 1 - points[i].share;
		else if (ms > limit_ms)
			*low = fmax(*low, 1 - points[i].share);
	}
}

enum sift_status
sift_pair_slow(struct sift_pair *pair, const struct sift_jump *jump, size_t i,
	       bool ok_only, const struct sift_slow_share **out)
{
	struct sift_slow_share *share;
	enum sift_status rc;

	if (isnan(jump->slow))
		return SIFT_OK;
	share = sift_arena_alloc(pair->arena, sizeof(*share));
	if (!share)
		return sift_pair_no_memory(pair);
	*share = (struct sift_slow_share){.limit_ms = jump->slow,
					  .before_slow = -1,
					  .before_requests = -1,
					  .after_slow = -1,
					  .after_requests = -1,
					  .p = NAN};
	rc = count_both(pair, i, ok_only, share);
	if (rc && rc != SIFT_E_EMPTY)
		return rc;
	if (rc) {
		bracket(pair->old_results[i], jump->slow, &share->before_low,
			&share->before_high);
		bracket(pair->new_results[i], jump->slow, &share->after_low,
			&share->after_high);
	}
	*out = share;
	return SIFT_OK;
}

/* ---- in words ---- */

static const char *
percent(double share, char out[SIFT_WORDS_MAX])
{
	return sift_words(share, SIFT_WORDS_PERCENT, out);
}

static const char *
range(struct sift_arena *arena, double low, double high)
{
	char one[SIFT_WORDS_MAX], two[SIFT_WORDS_MAX];

	if (high >= 1)
		return sift_arena_printf(arena, "over %s", percent(low, one));
	if (low <= 0)
		return sift_arena_printf(arena, "under %s", percent(high, one));
	return sift_arena_printf(arena, "%s to %s", percent(low, one),
				 percent(high, two));
}

const char *
sift_slow_words(struct sift_arena *arena, const struct sift_slow_share *s)
{
	static const char *const verdicts[] = {
		"clearly fewer", "which chance may explain", "clearly more"};
	char limit[SIFT_WORDS_MAX];
	const char *before, *after;

	sift_words(s->limit_ms, SIFT_WORDS_MS, limit);
	if (s->before_slow >= 0)
		return sift_arena_printf(
			arena,
			"slower than %s were %lld of %lld requests before, "
			"%lld of %lld after, %s",
			limit, (long long)s->before_slow,
			(long long)s->before_requests, (long long)s->after_slow,
			(long long)s->after_requests,
			verdicts[s->direction + 1]);
	before = range(arena, s->before_low, s->before_high);
	after = range(arena, s->after_low, s->after_high);
	if (!before || !after)
		return NULL;
	return sift_arena_printf(
		arena,
		"slower than %s were %s of the requests before, %s after (read "
		"off percentiles, so not tested)",
		limit, before, after);
}
