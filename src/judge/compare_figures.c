/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "judge/compare_pair.h"
#include "model/figures.h"
#include "stat/proportion.h"
#include "stat/ranks.h"

/* In every run: fewer do not bound even a median (STATISTICS c.4). */
#define MIN_REQUESTS 6

/* Requests that collapse, failures that make an endpoint fast. */
#define COLLAPSED 0.5
#define FAST_FAILURES 0.1

static const struct sift_failure_rules failure_rules = {
	.min_rate = 0.01, .min_failures = 10, .margin = 0.01};

static struct sift_figure_change *
change_at(struct sift_pair *pair, size_t i, enum sift_compared metric)
{
	return &pair->out->endpoints[i].changes[metric];
}

static struct sift_figure_change
nothing_known(void)
{
	return (struct sift_figure_change){
		.before = NAN,
		.after = NAN,
		.change = NAN,
		.shift = NAN,
		.low = NAN,
		.high = NAN,
		.coverage = NAN,
		.p = NAN,
		.q = NAN,
		.jump = NAN,
		.runs_needed = -1,
	};
}

/* ---- p50 and p95: a verdict ---- */

static const struct sift_latency_range *
ranges_of(const struct sift_set_result *r, enum sift_stat stat)
{
	return stat == SIFT_STAT_P50 ? r->p50_ranges : r->p95_ranges;
}

static enum sift_status
fill_jump(struct sift_pair *pair, struct sift_pair_family *f, size_t i)
{
	const struct sift_latency_range *from[2] = {
		ranges_of(pair->old_results[i], f->stat),
		ranges_of(pair->new_results[i], f->stat)};
	size_t runs[2] = {pair->before->run_count, pair->after->run_count};
	struct sift_percentile_range *ranges =
		sift_calloc(runs[0] + runs[1], sizeof(*ranges));
	enum sift_status rc;

	if (!ranges)
		return sift_pair_no_memory(pair);
	for (size_t side = 0, k = 0; side < 2; side++) {
		for (size_t r = 0; r < runs[side]; r++)
			ranges[k++] = (struct sift_percentile_range){
				from[side][r].low_ms, from[side][r].high_ms,
				from[side][r].log_sd};
	}
	rc = sift_jump(ranges, runs[0], ranges + runs[0], runs[1], &f->jumps[i],
		       pair->err);
	sift_free(ranges);
	return rc;
}

/* Successful requests only where both sides know them in every run: what
   fails fast must not look like an improvement. */
static const struct sift_spread *
latencies_of(const struct sift_pair *pair, size_t i, enum sift_stat stat,
	     bool after)
{
	const struct sift_set_result *old = pair->old_results[i];
	const struct sift_set_result *new = pair->new_results[i];
	const struct sift_set_result *r = after ? new : old;

	if (!old->latency_ok || !new->latency_ok ||
	    old->latency_ok[stat].n != pair->before->run_count ||
	    new->latency_ok[stat].n != pair->after->run_count)
		return &r->latency[stat];
	return &r->latency_ok[stat];
}

double
sift_step_at(const struct sift_set_result *r, double value_ms)
{
	if (isnan(r->resolution_ms))
		return 0;
	if (r->resolution_ms < 1)
		return r->resolution_ms;
	return fmin(r->resolution_ms,
		    sift_rounding_step_ms(SIFT_ROUNDING_LOCUST, value_ms));
}

double
sift_pair_least_requests(const struct sift_pair *pair, size_t i)
{
	return fmin(sift_spread_scatter(&pair->old_results[i]->requests).min,
		    sift_spread_scatter(&pair->new_results[i]->requests).min);
}

/* Fewer requests by half, or many failures that were not there before. */
static bool
does_less(const struct sift_set_result *old, const struct sift_set_result *new)
{
	return new->requests.median < COLLAPSED * old->requests.median ||
	       new->error_rate.median > old->error_rate.median + FAST_FAILURES;
}

static enum sift_status
fill_family(struct sift_pair *pair, struct sift_pair_family *f)
{
	size_t count = pair->out->endpoint_count;
	enum sift_status rc = SIFT_OK;

	f->endpoints =
		sift_arena_array(pair->arena, count, sizeof(*f->endpoints));
	f->jumps = sift_arena_array(pair->arena, count, sizeof(*f->jumps));
	f->changes = sift_arena_array(pair->arena, count, sizeof(*f->changes));
	if (!f->endpoints || !f->jumps || !f->changes)
		return sift_pair_no_memory(pair);
	for (size_t i = 0; i < count && !rc; i++) {
		const struct sift_set_result *old = pair->old_results[i];
		const struct sift_set_result *new = pair->new_results[i];
		const struct sift_spread *before =
			latencies_of(pair, i, f->stat, false);
		const struct sift_spread *after =
			latencies_of(pair, i, f->stat, true);
		double *values = sift_arena_array(
			pair->arena, before->value_count + after->value_count,
			sizeof(*values));

		if (!values)
			return sift_pair_no_memory(pair);
		sift_spread_values(before, values);
		sift_spread_values(after, values + before->value_count);
		rc = fill_jump(pair, f, i);
		f->endpoints[i] = (struct sift_change_endpoint){
			.before = values,
			.after = values + before->value_count,
			.within_sd = f->jumps[i].within_sd,
			.jump = f->jumps[i].ratio,
			.separated = f->jumps[i].separated,
			.resolution = sift_step_at(old, before->median),
			.is_left_out = sift_pair_least_requests(pair, i) <
				       MIN_REQUESTS,
			.is_control = pair->out->endpoints[i].is_control,
			.does_less = does_less(old, new),
		};
	}
	return rc;
}

/* Which side's figure says "at least" only? */
static void
put_bounds(const struct sift_pair *pair, size_t i, enum sift_stat stat,
	   struct sift_figure_change *to)
{
	const struct sift_set_result *of[2] = {pair->old_results[i],
					       pair->new_results[i]};

	for (size_t side = 0; side < 2; side++)
		to->is_lower_bound[side] =
			sift_is_lower_bound(stat, of[side]->requests.median);
}

/* Logarithms to shares. */
static enum sift_status
put_change(struct sift_pair *pair, const struct sift_pair_family *f, size_t i)
{
	const struct sift_change *from = &f->changes[i];
	struct sift_figure_change *to = change_at(pair, i, f->metric);

	*to = nothing_known();
	to->before = from->before;
	to->after = from->after;
	to->change = from->ratio;
	put_bounds(pair, i, f->stat, to);
	if (isnan(from->before) || isnan(from->after))
		return SIFT_OK; /* a side does not have the figure at all */
	to->shift = expm1(from->shift);
	to->low = expm1(from->low);
	to->high = expm1(from->high);
	to->coverage = isnan(from->low) ? (double)NAN : 0.95;
	to->p = from->p;
	to->q = from->q;
	to->jump = from->jump;
	to->verdict = sift_verdict_name(from->verdict);
	to->runs_needed =
		from->runs_needed > 0 ? (int64_t)from->runs_needed : -1;
	if (from->verdict == SIFT_VERDICT_UNSTABLE) {
		enum sift_status rc = sift_pair_slow(
			pair, &f->jumps[i], i,
			latencies_of(pair, i, f->stat, false) !=
				&pair->old_results[i]->latency[f->stat],
			&to->slow);

		if (rc)
			return rc;
	}
	to->reason = sift_pair_reason(pair, f, i);
	return to->reason ? SIFT_OK : sift_pair_no_memory(pair);
}

static enum sift_status
judge_family(struct sift_pair *pair, enum sift_compared metric,
	     enum sift_stat stat, double min_step)
{
	struct sift_pair_family f = {
		.metric = metric,
		.stat = stat,
		.rules = {pair->options->min_share, min_step},
	};
	enum sift_status rc = fill_family(pair, &f);

	if (!rc)
		rc = sift_change_judge(f.endpoints, pair->out->endpoint_count,
				       pair->before->run_count,
				       pair->after->run_count, &f.rules,
				       f.changes, &f.family, pair->err);
	for (size_t i = 0; i < pair->out->endpoint_count && !rc; i++)
		rc = put_change(pair, &f, i);
	return rc ? rc : sift_pair_together(pair, &f);
}

/* ---- error rates ---- */

static bool
put_counts(const struct sift_set_result *r, size_t runs,
	   struct sift_proportion *out)
{
	for (size_t i = 0; i < runs; i++) {
		double hits = sift_spread_value(&r->failures, i);
		double total = sift_spread_value(&r->requests, i);

		if (!(hits >= 0) || !(total >= 0))
			return false;
		out[i] = (struct sift_proportion){(uint64_t)hits,
						  (uint64_t)total};
	}
	return true;
}

static const char *
why_failures(const struct sift_failure_change *change)
{
	static const struct {
		enum sift_change_reason reason;
		const char *words;
	} rows[] = {
		{SIFT_REASON_SMALL_SHARE,
		 "; there, but below 1 %, which is too little to matter"},
		{SIFT_REASON_SMALL_STEP,
		 "; there, but of too few failures to matter"},
		{SIFT_REASON_MARGIN, "; no change above 1 point"},
		{SIFT_REASON_CAPPED,
		 "; clear, but five runs in all are too few to be sure"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (change->reason == rows[i].reason)
			return rows[i].words;
	if (change->test.dispersion > SIFT_DISPERSION_PLAIN)
		return change->reason == SIFT_REASON_NOISE
			       ? "; failures come in bursts, so chance may "
				 "explain it"
			       : "; failures come in bursts, which the test "
				 "allows for";
	return change->reason == SIFT_REASON_NOISE
		       ? "; too few requests to tell a change of a point from "
			 "none"
		       : "";
}

static bool
is_called_changed(const struct sift_failure_change *change)
{
	return change->verdict == SIFT_VERDICT_REGRESSED ||
	       change->verdict == SIFT_VERDICT_IMPROVED ||
	       change->verdict == SIFT_VERDICT_LIKELY;
}

static const char *
failure_reason(struct sift_pair *pair, const struct sift_failure_change *change)
{
	const struct sift_proportion_test *t = &change->test;
	const char *counts = sift_arena_printf(
		pair->arena, "%llu of %llu failed before, %llu of %llu after%s",
		(unsigned long long)t->before_hits,
		(unsigned long long)t->before_total,
		(unsigned long long)t->after_hits,
		(unsigned long long)t->after_total, why_failures(change));

	if (!counts || !is_called_changed(change))
		return counts;
	return sift_arena_printf(pair->arena,
				 "%s; the true change is between %+.1f and "
				 "%+.1f points, 19 times of 20",
				 counts, 100 * t->low, 100 * t->high);
}

static enum sift_status
put_failures(struct sift_pair *pair, size_t i,
	     const struct sift_failure_change *from)
{
	struct sift_figure_change *to =
		change_at(pair, i, SIFT_COMPARED_ERROR_RATE);

	to->before = from->test.before;
	to->after = from->test.after;
	to->change = to->shift = to->after - to->before;
	to->low = from->test.low;
	to->high = from->test.high;
	to->coverage = 0.95;
	to->p = from->test.p;
	to->q = from->q;
	to->verdict = sift_verdict_name(from->verdict);
	to->reason = failure_reason(pair, from);
	return to->reason ? SIFT_OK : sift_pair_no_memory(pair);
}

/* Endpoints whose failures all runs know are one family. */
static enum sift_status
judge_failures(struct sift_pair *pair)
{
	size_t count = pair->out->endpoint_count, known = 0;
	size_t n = pair->before->run_count, m = pair->after->run_count;
	struct sift_proportion *counts =
		sift_calloc(count, (n + m) * sizeof(*counts));
	struct sift_failure_endpoint *list = sift_calloc(count, sizeof(*list));
	struct sift_failure_change *out = sift_calloc(count, sizeof(*out));
	size_t *index = sift_calloc(count, sizeof(*index));
	enum sift_status rc = SIFT_OK;

	if (!counts || !list || !out || !index)
		rc = sift_pair_no_memory(pair);
	for (size_t i = 0; i < count && !rc; i++) {
		struct sift_proportion *at = counts + known * (n + m);

		*change_at(pair, i, SIFT_COMPARED_ERROR_RATE) = nothing_known();
		if (!put_counts(pair->old_results[i], n, at) ||
		    !put_counts(pair->new_results[i], m, at + n))
			continue;
		list[known] = (struct sift_failure_endpoint){at, at + n};
		index[known++] = i;
	}
	if (!rc)
		rc = sift_failure_judge(list, known, n, m, &failure_rules, out,
					pair->err);
	for (size_t k = 0; k < known && !rc; k++)
		rc = put_failures(pair, index[k], &out[k]);
	sift_free(counts);
	sift_free(list);
	sift_free(out);
	sift_free(index);
	return rc;
}

/* ---- beside them, described only ---- */

static void
take_logarithms(const struct sift_spread *spread, double *out)
{
	for (size_t i = 0; i < spread->value_count; i++)
		out[i] = log(sift_spread_value(spread, i));
}

/* The shift of Hodges and Lehmann on logarithms, with what it covers. */
static enum sift_status
describe(struct sift_pair *pair, const struct sift_spread *old,
	 const struct sift_spread *new, struct sift_figure_change *to)
{
	size_t n = old->value_count, m = new->value_count;
	double *logs = sift_calloc(n + m, sizeof(*logs));
	struct sift_rank_shift shift;
	enum sift_status rc;

	*to = nothing_known();
	if (!logs)
		return sift_pair_no_memory(pair);
	take_logarithms(old, logs);
	take_logarithms(new, logs + n);
	rc = sift_rank_shift(logs, n, logs + n, m, 0, &shift, pair->err);
	sift_free(logs);
	if (rc)
		return rc;
	to->before = old->median;
	to->after = new->median;
	if (isnan(to->before) || isnan(to->after))
		return SIFT_OK;
	to->change = to->before > 0 ? to->after / to->before - 1 : (double)NAN;
	to->shift = expm1(shift.shift);
	if (shift.coverage > 0) {
		to->low = expm1(shift.low);
		to->high = expm1(shift.high);
		to->coverage = shift.coverage;
	}
	to->verdict = sift_verdict_name(SIFT_VERDICT_DESCRIBED);
	to->reason = "shown beside p50 and p95, not tested";
	return SIFT_OK;
}

/* Between two lower bounds anything may have changed. */
static void
withhold_p99(struct sift_pair *pair, size_t i)
{
	struct sift_figure_change *to = change_at(pair, i, SIFT_COMPARED_P99);

	put_bounds(pair, i, SIFT_STAT_P99, to);
	if (!to->verdict || (!to->is_lower_bound[0] && !to->is_lower_bound[1]))
		return;
	to->change = to->shift = to->low = to->high = to->coverage = NAN;
	to->reason = "p99 needs 368 requests in a run; of fewer it is a lower "
		     "bound, and no change is told";
}

static enum sift_status
describe_rest(struct sift_pair *pair)
{
	enum sift_status rc = SIFT_OK;

	for (size_t i = 0; i < pair->out->endpoint_count && !rc; i++) {
		rc = describe(pair,
			      latencies_of(pair, i, SIFT_STAT_MEAN, false),
			      latencies_of(pair, i, SIFT_STAT_MEAN, true),
			      change_at(pair, i, SIFT_COMPARED_MEAN));
		if (!rc)
			rc = describe(
				pair,
				latencies_of(pair, i, SIFT_STAT_P99, false),
				latencies_of(pair, i, SIFT_STAT_P99, true),
				change_at(pair, i, SIFT_COMPARED_P99));
		withhold_p99(pair, i);
		if (!rc)
			rc = describe(pair, &pair->old_results[i]->rps,
				      &pair->new_results[i]->rps,
				      change_at(pair, i, SIFT_COMPARED_RPS));
	}
	return rc;
}

/* ---- the same runs ---- */

static bool
are_same_runs(const struct sift_pair *pair)
{
	const struct sift_set *a = pair->before, *b = pair->after;

	if (a->run_count != b->run_count)
		return false;
	for (size_t i = 0; i < a->run_count; i++)
		if (strcmp(pair->doc->runs[a->runs[i]].id,
			   pair->doc->runs[b->runs[i]].id) != 0)
			return false;
	return true;
}

static void
call_identical(struct sift_pair *pair)
{
	for (size_t i = 0; i < pair->out->endpoint_count; i++) {
		for (int k = 0; k < SIFT_COMPARED_COUNT; k++) {
			struct sift_figure_change *to =
				change_at(pair, i, (enum sift_compared)k);

			if (!to->verdict)
				continue;
			to->verdict = sift_verdict_name(SIFT_VERDICT_IDENTICAL);
			to->reason = "the same runs on both sides";
			to->runs_needed = -1;
		}
	}
	pair->out->global_shift = NULL;
}

enum sift_status
sift_pair_judge(struct sift_pair *pair)
{
	enum sift_status rc = judge_family(pair, SIFT_COMPARED_P50,
					   SIFT_STAT_P50, SIFT_MIN_STEP_P50_MS);

	if (!rc)
		rc = judge_family(pair, SIFT_COMPARED_P95, SIFT_STAT_P95,
				  SIFT_MIN_STEP_P95_MS);
	if (!rc)
		rc = judge_failures(pair);
	if (!rc)
		rc = describe_rest(pair);
	if (rc)
		return rc;
	if (!are_same_runs(pair))
		return sift_pair_doubt(pair);
	call_identical(pair);
	return SIFT_OK;
}
