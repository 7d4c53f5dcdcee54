/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <math.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "judge/compare_pair.h"

#define ADVICE 12

/* What has a verdict of its own. */
static const enum sift_compared tested[] = {
	SIFT_COMPARED_P50, SIFT_COMPARED_P95, SIFT_COMPARED_ERROR_RATE};

static bool
has_verdict(const struct sift_compared_endpoint *e, enum sift_compared metric,
	    enum sift_verdict verdict)
{
	const char *text = e->changes[metric].verdict;

	return text && !strcmp(text, sift_verdict_name(verdict));
}

static bool
has_any(const struct sift_compared_endpoint *e, enum sift_verdict verdict)
{
	for (size_t i = 0; i < sizeof(tested) / sizeof(tested[0]); i++)
		if (has_verdict(e, tested[i], verdict))
			return true;
	return false;
}

static size_t
count_of(const struct sift_comparison *c, enum sift_verdict verdict)
{
	size_t count = 0;

	for (size_t i = 0; i < c->endpoint_count; i++)
		count += has_any(&c->endpoints[i], verdict);
	return count;
}

/* Endpoints whose percentile jumps, and whose share of slow requests surely
   changed. */
static size_t
count_slow(const struct sift_comparison *c)
{
	size_t count = 0;

	for (size_t i = 0; i < c->endpoint_count; i++) {
		const struct sift_figure_change *of = c->endpoints[i].changes;
		const struct sift_slow_share *p50 = of[SIFT_COMPARED_P50].slow;
		const struct sift_slow_share *p95 = of[SIFT_COMPARED_P95].slow;

		count += (p50 && p50->direction) || (p95 && p95->direction);
	}
	return count;
}

/* Endpoints that fail in a way they did not; rows are sorted by endpoint. */
static size_t
count_newly_failing(const struct sift_comparison *c)
{
	const struct sift_failure *rows = c->new_failures;
	size_t count = 0;

	for (size_t i = 0; i < c->new_failure_count; i++)
		count += i == 0 ||
			 !sift_text_same(rows[i].name, rows[i - 1].name) ||
			 !sift_text_same(rows[i].method, rows[i - 1].method);
	return count;
}

/* ---- net change ---- */

/* By how much a request takes longer: p50 shifts weighted by time. */
static double
weighted_shift(const struct sift_comparison *c)
{
	double sum = 0;

	for (size_t i = 0; i < c->endpoint_count; i++) {
		const struct sift_compared_endpoint *e = &c->endpoints[i];
		double weight = isnan(e->share_of_time) ? 1 : e->share_of_time;

		if (has_verdict(e, SIFT_COMPARED_P50, SIFT_VERDICT_IMPROVED) ||
		    has_verdict(e, SIFT_COMPARED_P50, SIFT_VERDICT_REGRESSED))
			sum += weight * e->changes[SIFT_COMPARED_P50].shift;
	}
	return sum;
}

static const char *
net_change_of(const struct sift_comparison *c)
{
	size_t better = count_of(c, SIFT_VERDICT_IMPROVED);
	size_t worse = count_of(c, SIFT_VERDICT_REGRESSED);
	size_t same = 0;

	if (better > 0 && worse > 0)
		return weighted_shift(c) < 0 ? "improved" : "regressed";
	if (better + worse > 0)
		return better > 0 ? "improved" : "regressed";
	if (c->global_shift || count_slow(c) > 0 ||
	    count_of(c, SIFT_VERDICT_LIKELY) > 0 ||
	    count_of(c, SIFT_VERDICT_SUSPICIOUS) > 0)
		return "inconclusive";
	for (size_t i = 0; i < c->endpoint_count; i++) {
		const struct sift_compared_endpoint *e = &c->endpoints[i];

		same += has_verdict(e, SIFT_COMPARED_P50,
				    SIFT_VERDICT_EQUIVALENT) ||
			has_verdict(e, SIFT_COMPARED_P50, SIFT_VERDICT_TINY) ||
			has_verdict(e, SIFT_COMPARED_P50,
				    SIFT_VERDICT_IDENTICAL);
	}
	return same == c->endpoint_count ? "neutral" : "inconclusive";
}

/* ---- summary ---- */

static bool
is_described(const struct sift_pair *pair)
{
	return sift_change_grade(pair->before->run_count,
				 pair->after->run_count) ==
	       SIFT_GRADE_DESCRIBED;
}

static void
add_verdicts(const struct sift_pair *pair, struct sift_buf *out)
{
	static const struct {
		enum sift_verdict verdict;
		const char *words;
	} told[] = {{SIFT_VERDICT_REGRESSED, "regressed"},
		    {SIFT_VERDICT_IMPROVED, "improved"},
		    {SIFT_VERDICT_LIKELY, "likely changed"},
		    {SIFT_VERDICT_SUSPICIOUS, "suspicious"}};
	const struct sift_comparison *c = pair->out;
	size_t begun = 0;

	if (count_of(c, SIFT_VERDICT_IDENTICAL) > 0) {
		sift_buf_add_str(out, "the same runs on both sides");
		return;
	}
	if (is_described(pair)) {
		sift_buf_add_str(out, "described only: too few runs to tell a "
				      "change from chance");
		return;
	}
	if (c->global_shift)
		sift_buf_printf(out, "%s; besides, ", c->global_shift->message);
	for (size_t i = 0; i < sizeof(told) / sizeof(told[0]); i++) {
		size_t n = count_of(c, told[i].verdict);

		if (n > 0)
			sift_buf_printf(out, "%s%zu %s", begun++ ? ", " : "", n,
					told[i].words);
	}
	if (count_slow(c) > 0)
		sift_buf_printf(out, "%s%zu with more or fewer slow requests",
				begun++ ? ", " : "", count_slow(c));
	if (begun == 0)
		sift_buf_add_str(out, "no change that can be called one");
	sift_buf_printf(out, " (of %zu endpoint%s)", c->endpoint_count,
			c->endpoint_count == 1 ? "" : "s");
	if (c->new_failure_count > 0)
		sift_buf_printf(out,
				"; failures not seen before at %zu endpoint%s",
				count_newly_failing(c),
				count_newly_failing(c) == 1 ? "" : "s");
}

static enum sift_status
put_summary(struct sift_pair *pair)
{
	struct sift_comparison *c = pair->out;
	struct sift_buf text;
	enum sift_status rc;

	sift_buf_init(&text, 0);
	if (!c->is_comparable && !c->is_forced)
		sift_buf_printf(&text,
				"not comparable: %s (--force compares all the "
				"same)",
				c->mismatches[0]);
	else
		add_verdicts(pair, &text);
	if (c->is_forced)
		sift_buf_printf(&text,
				"; exploratory: not comparable, since %s",
				c->mismatches[0]);
	rc = sift_buf_status(&text);
	if (!rc) {
		c->summary = sift_arena_span(
			pair->arena,
			(struct sift_span){(const char *)text.ptr, text.len});
		rc = c->summary ? SIFT_OK : SIFT_E_NOMEM;
	}
	sift_buf_release(&text);
	return rc ? sift_pair_no_memory(pair) : SIFT_OK;
}

/* ---- advice ---- */

/* Started all before the first of the others? Times compare as text. */
static bool
are_apart(const struct sift_pair *pair, const struct sift_set *a,
	  const struct sift_set *b)
{
	const char *last = NULL, *first = NULL;

	for (size_t i = 0; i < a->run_count; i++) {
		const char *at = pair->doc->runs[a->runs[i]].started_at;

		if (!at)
			return false;
		last = !last || strcmp(at, last) > 0 ? at : last;
	}
	for (size_t i = 0; i < b->run_count; i++) {
		const char *at = pair->doc->runs[b->runs[i]].started_at;

		if (!at)
			return false;
		first = !first || strcmp(at, first) < 0 ? at : first;
	}
	return last && first && strcmp(last, first) < 0;
}

static bool
has_controls(const struct sift_comparison *c)
{
	size_t count = 0;

	for (size_t i = 0; i < c->endpoint_count; i++)
		count += c->endpoints[i].is_control != 0;
	return count >= 2;
}

/* What more measuring would settle: how many figures by longer runs, how many
   by more of them. */
struct open_figures {
	size_t longer, more;
};

/* Would more measuring settle it? Not what moves with all, or is doubted. */
static bool
is_open(const struct sift_pair *pair, size_t i, enum sift_compared metric)
{
	const struct sift_compared_endpoint *e = &pair->out->endpoints[i];
	const struct sift_figure_change *change = &e->changes[metric];

	if (change->capped_by ||
	    (pair->out->global_shift && change->runs_needed < 0))
		return false;
	return has_verdict(e, metric, SIFT_VERDICT_INCONCLUSIVE) ||
	       has_verdict(e, metric, SIFT_VERDICT_LIKELY);
}

/* Variances of one side: between its runs, and of what each run does not know
   of its own percentile. Both 0 where they are not known. */
static void
add_variances(const struct sift_set *set, const struct sift_set_result *r,
	      enum sift_stat stat, double *between, double *within)
{
	const struct sift_latency_range *ranges =
		stat == SIFT_STAT_P50 ? r->p50_ranges : r->p95_ranges;
	double cv = sift_spread_scatter(&r->latency[stat]).cv;

	if (!isnan(cv))
		*between += cv * cv;
	for (size_t i = 0; i < set->run_count; i++) {
		double sd = ranges[i].log_sd;

		if (!isnan(sd))
			*within += sd * sd / (double)set->run_count;
	}
}

/* The runs' own uncertainty is in what they differ by: if it is half of that
   or more, longer runs help, else more of them. Of failures there are only
   ever too few. */
static bool
wants_longer(const struct sift_pair *pair, size_t i, enum sift_compared metric)
{
	enum sift_stat stat =
		metric == SIFT_COMPARED_P50 ? SIFT_STAT_P50 : SIFT_STAT_P95;
	double between = 0, within = 0;

	if (metric == SIFT_COMPARED_ERROR_RATE)
		return true;
	add_variances(pair->before, pair->old_results[i], stat, &between,
		      &within);
	add_variances(pair->after, pair->new_results[i], stat, &between,
		      &within);
	return 2 * within > between;
}

static struct open_figures
count_open(const struct sift_pair *pair)
{
	struct open_figures open = {0, 0};

	for (size_t i = 0; i < pair->out->endpoint_count; i++) {
		for (size_t k = 0; k < sizeof(tested) / sizeof(tested[0]);
		     k++) {
			if (!is_open(pair, i, tested[k]))
				continue;
			if (wants_longer(pair, i, tested[k]))
				open.longer++;
			else
				open.more++;
		}
	}
	return open;
}

static void
advise(struct sift_pair *pair, const char *text)
{
	struct sift_comparison *c = pair->out;

	for (size_t i = 0; i < c->advice_count; i++)
		if (!strcmp(c->advice[i], text))
			return; /* both sides ask for it */
	if (c->advice_count < ADVICE)
		c->advice[c->advice_count++] = text;
}

static enum sift_status
put_advice(struct sift_pair *pair)
{
	struct sift_comparison *c = pair->out;
	struct open_figures open;

	c->advice = sift_arena_array(pair->arena, ADVICE, sizeof(*c->advice));
	if (!c->advice)
		return sift_pair_no_memory(pair);
	if (count_of(c, SIFT_VERDICT_IDENTICAL) > 0)
		return SIFT_OK;
	for (size_t i = 0; i < c->doubt_count; i++)
		advise(pair, c->doubts[i].advice);
	if (is_described(pair))
		advise(pair, "make at least 3 runs of each version; 5 of the "
			     "old make 3 of the new worth more");
	if (are_apart(pair, pair->before, pair->after) ||
	    are_apart(pair, pair->after, pair->before))
		advise(pair, "the versions were run one after the other; take "
			     "turns in one session, so that a slow hour "
			     "cannot look like a slow version");
	if (c->global_shift && !has_controls(c))
		advise(pair, "declare endpoints that cannot have changed with "
			     "--control, at least two");
	if (pair->options->control_count > 0 && !has_controls(c))
		advise(pair, "controls decide from two endpoints on; fewer "
			     "were found, so they did not");
	if (!is_described(pair) && c->endpoint_count < 5 && !has_controls(c))
		advise(pair, "with fewer than 5 endpoints and no controls a "
			     "shift of the whole machine cannot be told from "
			     "a change");
	open = count_open(pair);
	if (open.longer > open.more)
		advise(pair, "longer runs would help most: within a run the "
			     "figures are uncertain");
	else if (open.more > 0)
		advise(pair, "more runs would help most: the runs differ by "
			     "more than each is uncertain by");
	return SIFT_OK;
}

enum sift_status
sift_pair_sum_up(struct sift_pair *pair)
{
	struct sift_comparison *c = pair->out;
	bool is_compared = c->is_comparable || c->is_forced;
	enum sift_status rc;

	if (is_compared)
		c->net_change = net_change_of(c);
	rc = put_summary(pair);
	return rc || !is_compared ? rc : put_advice(pair);
}
