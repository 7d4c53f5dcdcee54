/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Latency: the median over runs of a percentile of all requests, failed ones
 * included, against limits.
 */
#include <config.h>

#include <math.h>

#include "base/instant.h"
#include "base/span.h"
#include "judge/rule_family.h"
#include "judge/words.h"

/* With fewer runs a bad one is no exception. */
#define LONE_RUNS_MIN 3

static const struct sift_spread *
spread_of(const struct sift_subject *s, const struct sift_latency_check *check)
{
	return &s->result->latency[check->stat];
}

/* The limit that is exceeded, if any: severity and its number. */
static bool
find_step(const struct sift_latency_check *check, double value,
	  enum sift_severity *severity, double *limit)
{
	const double steps[SIFT_SEVERITY_COUNT] = {
		[SIFT_SEVERITY_CRITICAL] = check->critical,
		[SIFT_SEVERITY_WARNING] = check->warning,
		[SIFT_SEVERITY_NOTE] = check->note,
	};
	int i;

	for (i = 0; i < SIFT_SEVERITY_COUNT; i++)
		if (value > steps[i]) {
			*severity = (enum sift_severity)i;
			*limit = steps[i];
			return true;
		}
	return false;
}

static struct sift_draft *
new_draft(struct sift_judge *judge, const struct sift_subject *s,
	  const struct sift_latency_check *check, double value, double limit)
{
	struct sift_draft *draft = sift_draft_new(judge, check->rule, s);
	struct sift_finding *f;

	if (!draft)
		return NULL;
	f = &draft->finding;
	f->metric = sift_stat_name(check->stat);
	f->unit = "ms";
	f->value = value;
	f->threshold = limit;
	f->threshold_source =
		check->line
			? sift_judge_line_source(judge, check->line)
			: sift_judge_limit_source(judge, check->rule, limit);
	f->runs_judged = spread_of(s, check)->n;
	draft->ratio = value / limit;
	return draft;
}

static enum sift_status
finish(struct sift_judge *judge, struct sift_draft *draft)
{
	if (!draft->finding.message || !draft->finding.threshold_source)
		return sift_judge_no_memory(judge);
	return SIFT_OK;
}

/* ---- facts ---- */

static enum sift_status
add_critical_runs(struct sift_judge *judge, struct sift_draft *draft,
		  const struct sift_subject *s,
		  const struct sift_latency_check *check)
{
	const struct sift_spread *spread = spread_of(s, check);
	unsigned n = sift_count_above(spread, check->critical);
	char limit[SIFT_WORDS_MAX];
	const char *runs;

	if (!n || draft->finding.value > check->critical)
		return SIFT_OK;
	runs = sift_words_runs_above(judge->arena, judge->doc, s->set, spread,
				     check->critical, SIFT_WORDS_MS);
	if (!runs)
		return sift_judge_no_memory(judge);
	return sift_draft_fact(
		judge, draft, draft->finding.metric,
		sift_spread_scatter(spread).max, check->critical,
		sift_arena_printf(
			judge->arena, "over %s in %u of %u runs: %s",
			sift_words(check->critical, SIFT_WORDS_MS, limit), n,
			spread->n, runs));
}

/* A target is judged from any number of requests, but says from how many. */
static enum sift_status
add_few_requests(struct sift_judge *judge, struct sift_draft *draft,
		 const struct sift_subject *s,
		 const struct sift_latency_check *check)
{
	enum sift_rule rule = check->stat == SIFT_STAT_P99
				      ? SIFT_RULE_LATENCY_P99
				      : SIFT_RULE_LATENCY_P95;
	double requests = s->result->requests.median;
	char text[SIFT_WORDS_MAX];

	if (!sift_subject_below(s,
				sift_judge_limits(judge, rule)->min_requests))
		return SIFT_OK;
	return sift_draft_fact(
		judge, draft, "requests", requests, NAN,
		sift_arena_printf(
			judge->arena, "from %s requests per run only",
			sift_words(requests, SIFT_WORDS_PLAIN, text)));
}

static enum sift_status
add_facts(struct sift_judge *judge, struct sift_draft *draft,
	  const struct sift_subject *s, const struct sift_latency_check *check)
{
	enum sift_status rc = SIFT_OK;

	if (check->stat == SIFT_STAT_P95 &&
	    !s->result->latency[SIFT_STAT_P99].n)
		rc = sift_draft_fact(judge, draft, "p99", NAN, NAN,
				     "p(99) was not recorded");
	if (!rc && !s->name)
		rc = sift_draft_fact(judge, draft, NULL, NAN, NAN,
				     SIFT_NO_ENDPOINTS);
	if (!rc && check->line)
		rc = add_few_requests(judge, draft, s, check);
	if (!rc && isnan(s->result->requests.median))
		rc = sift_draft_fact(judge, draft, "requests", NAN, NAN,
				     "the number of requests is not known");
	return rc;
}

/* ---- the median ---- */

static const char *
describe_median(struct sift_judge *judge, const struct sift_finding *f,
		const struct sift_latency_check *check, bool near)
{
	char value[SIFT_WORDS_MAX], limit[SIFT_WORDS_MAX];
	char runs[SIFT_WORDS_MAX];

	sift_words_runs(f->runs_agreeing, f->runs_judged, runs);
	return sift_arena_printf(
		judge->arena, "%s %s is %s %s%s%s", f->metric,
		sift_words_beside(f->value, f->threshold, SIFT_WORDS_MS, value),
		near ? "within 10 % of" : "over",
		check->line ? "the target of " : "",
		sift_words(f->threshold, SIFT_WORDS_MS, limit),
		near ? "" : runs);
}

static const char *
add_few(struct sift_judge *judge, const char *message, double requests)
{
	char count[SIFT_WORDS_MAX];

	return message ? sift_arena_printf(
				 judge->arena,
				 "%s, but from %s requests per run only",
				 message,
				 sift_words(requests, SIFT_WORDS_PLAIN, count))
		       : NULL;
}

static enum sift_status
over_in_median(struct sift_judge *judge, const struct sift_subject *s,
	       const struct sift_latency_check *check,
	       enum sift_severity severity, double limit)
{
	bool near = check->near && severity == SIFT_SEVERITY_NOTE;
	bool few = sift_subject_below(s, check->min_requests);
	struct sift_draft *draft =
		new_draft(judge, s, check, spread_of(s, check)->median,
			  near ? check->critical : limit);
	enum sift_status rc;

	if (!draft)
		return SIFT_E_NOMEM;
	draft->finding.severity = few ? SIFT_SEVERITY_NOTE : severity;
	draft->finding.runs_agreeing =
		sift_count_above(spread_of(s, check), limit);
	draft->finding.message =
		describe_median(judge, &draft->finding, check, near);
	if (few)
		draft->finding.message = add_few(judge, draft->finding.message,
						 s->result->requests.median);
	rc = finish(judge, draft);
	if (!rc)
		rc = add_critical_runs(judge, draft, s, check);
	if (!rc)
		rc = add_facts(judge, draft, s, check);
	return rc;
}

/* ---- lone runs ---- */

/*
 * The place of the newest run in the set; SIFT_NONE when the runs are of one
 * day, or when one does not say when it began.
 */
static size_t
newest_run(const struct sift_document *doc, size_t set)
{
	const struct sift_set *runs = &doc->sets[set];
	int64_t latest = SIFT_INSTANT_NONE;
	size_t newest = SIFT_NONE, i;

	if (runs->days < 2)
		return SIFT_NONE;
	for (i = 0; i < runs->run_count; i++) {
		const struct sift_run *run = &doc->runs[runs->runs[i]];
		int64_t started;

		if (!sift_instant_parse(sift_span_str(run->started_at),
					&started))
			return SIFT_NONE;
		if (started > latest) {
			latest = started;
			newest = i;
		}
	}
	return newest;
}

/* The values of runs with enough requests; others are NAN in `kept`. */
static void
keep_judged(const struct sift_subject *s,
	    const struct sift_latency_check *check, double *kept)
{
	const struct sift_spread *spread = spread_of(s, check);
	const struct sift_spread *requests = &s->result->requests;
	size_t i;

	for (i = 0; i < spread->value_count; i++) {
		bool few = i < requests->value_count &&
			   sift_spread_value(requests, i) < check->min_requests;

		kept[i] = few ? NAN : sift_spread_value(spread, i);
	}
}

static const char *
describe_lone(struct sift_judge *judge, const struct sift_finding *f,
	      const struct sift_spread *spread, double limit)
{
	size_t newest = newest_run(judge->doc, f->set);
	char median[SIFT_WORDS_MAX], over[SIFT_WORDS_MAX];
	const char *runs = sift_words_runs_above(
		judge->arena, judge->doc, f->set, spread, limit, SIFT_WORDS_MS);
	bool is_new = f->runs_agreeing == 1 && newest < spread->value_count &&
		      sift_spread_value(spread, newest) > limit;

	if (!runs)
		return NULL;
	return sift_arena_printf(
		judge->arena,
		"%s%s is fine in the median (%s), but over %s in %u of %u "
		"runs: %s",
		is_new ? "new in the newest run: " : "", f->metric,
		sift_words(f->value, SIFT_WORDS_MS, median),
		sift_words(limit, SIFT_WORDS_MS, over), f->runs_agreeing,
		f->runs_judged, runs);
}

/* The median is fine: are there runs over critical all the same? */
static enum sift_status
lone_runs(struct sift_judge *judge, const struct sift_subject *s,
	  const struct sift_latency_check *check)
{
	struct sift_spread judged = *spread_of(s, check);
	struct sift_draft *draft;
	double *kept;
	enum sift_status rc;

	if (judged.n < LONE_RUNS_MIN ||
	    !(sift_spread_scatter(&judged).max > check->critical))
		return SIFT_OK;
	kept = sift_arena_array(judge->arena, judged.value_count,
				sizeof(*kept));
	if (!kept)
		return sift_judge_no_memory(judge);
	keep_judged(s, check, kept);
	judged.values = kept; /* in place of the results' */
	if (!sift_count_above(&judged, check->critical))
		return SIFT_OK;
	draft = new_draft(judge, s, check, judged.median, check->critical);
	if (!draft)
		return SIFT_E_NOMEM;
	draft->finding.runs_agreeing =
		sift_count_above(&judged, check->critical);
	draft->finding.message =
		describe_lone(judge, &draft->finding, &judged, check->critical);
	rc = finish(judge, draft);
	if (!rc)
		rc = add_facts(judge, draft, s, check);
	return rc;
}

/* ---- the rules ---- */

enum sift_status
sift_check_latency(struct sift_judge *judge, const struct sift_subject *s,
		   const struct sift_latency_check *check)
{
	enum sift_severity severity;
	double limit;

	if (!spread_of(s, check)->n)
		return SIFT_OK;
	if (find_step(check, spread_of(s, check)->median, &severity, &limit))
		return over_in_median(judge, s, check, severity, limit);
	return lone_runs(judge, s, check);
}

static enum sift_status
judge_default(struct sift_judge *judge, const struct sift_subject *s,
	      enum sift_rule rule, enum sift_stat stat, bool has_target)
{
	const struct sift_rule_limits *limits = sift_judge_limits(judge, rule);
	struct sift_latency_check check = {
		.rule = rule,
		.stat = stat,
		.note = limits->note,
		.warning = limits->warning,
		.critical = limits->critical,
		.min_requests = limits->min_requests,
	};

	if (!limits->enabled || has_target)
		return SIFT_OK;
	return sift_check_latency(judge, s, &check);
}

/* How soon a page shows itself is not how soon a service answers: 2.5 s are
   good for a largest paint. Without a target it has no limit here. */
static bool
is_page_vital(const struct sift_subject *s)
{
	return s->kind == SIFT_KIND_TREND &&
	       sift_span_starts(sift_span_str(s->name),
				SIFT_SPAN("browser_web_vital_"));
}

enum sift_status
sift_rules_latency(struct sift_judge *judge, const struct sift_subject *s)
{
	enum sift_status rc;

	if (is_page_vital(s))
		return SIFT_OK;
	rc = judge_default(
		judge, s, SIFT_RULE_LATENCY_P99, SIFT_STAT_P99,
		sift_target_replaces(judge, s, SIFT_RULE_TARGET_P99));
	if (!rc)
		rc = judge_default(
			judge, s, SIFT_RULE_LATENCY_P95, SIFT_STAT_P95,
			sift_target_replaces(judge, s, SIFT_RULE_TARGET_P95));
	return rc;
}
