/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Thresholds that the test itself recorded. One on an endpoint's metric is
 * another opinion on what the rules have seen there, so it joins their
 * finding; the rest stand for themselves.
 */
#include <config.h>

#include <math.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/table.h"
#include "base/text.h"
#include "judge/rank.h"
#include "judge/rule_family.h"
#include "judge/words.h"

#define LONE_RUNS_MIN 3 /* runs, of which one may be an exception */

/* A threshold over the runs of a set. */
struct crossing {
	const struct sift_threshold *threshold;
	unsigned judged, failed;
	const char *first_failed; /* label of the run */
};

struct crossings {
	struct sift_table keys; /* metric, expression */
	struct crossing *items; /* owned, by number of the key */
	size_t capacity;
};

static bool
is_same(const struct sift_threshold *a, const struct sift_threshold *b)
{
	return sift_text_same(a->metric, b->metric) &&
	       sift_text_same(a->expression, b->expression);
}

/* The crossing of a threshold; a new one where there is none, NULL when memory
   is out. */
static struct crossing *
find_crossing(struct crossings *all, struct sift_buf *key,
	      const struct sift_threshold *t)
{
	void *grown = all->items;
	uint32_t id;
	bool is_new;

	sift_buf_clear(key);
	sift_buf_add_str(key, t->metric ? t->metric : "");
	sift_buf_add_byte(key, '\0');
	sift_buf_add_str(key, t->expression ? t->expression : "");
	if (sift_buf_status(key) ||
	    sift_table_intern(&all->keys, sift_buf_span(key), &id, &is_new) ||
	    sift_array_grow(&grown, &all->capacity, (size_t)id + 1,
			    sizeof(*all->items), SIZE_MAX / 2))
		return NULL;
	all->items = grown;
	if (is_new)
		all->items[id] = (struct crossing){.threshold = t};
	return &all->items[id];
}

/* Runs of one test mostly state the same in the same order: `guess`. */
static enum sift_status
add_crossing(struct sift_judge *judge, struct crossings *all,
	     struct sift_buf *key, const struct sift_run *run, size_t guess)
{
	const struct sift_threshold *t = &run->thresholds[guess];
	struct crossing *crossing =
		guess < all->keys.count &&
				is_same(all->items[guess].threshold, t)
			? &all->items[guess]
			: find_crossing(all, key, t);

	if (!crossing)
		return sift_judge_no_memory(judge);
	crossing->judged++;
	if (!t->passed) {
		if (!crossing->failed)
			crossing->first_failed = run->label;
		crossing->failed++;
	}
	return SIFT_OK;
}

static enum sift_status
gather(struct sift_judge *judge, size_t set, struct crossings *all,
       struct sift_buf *key)
{
	const struct sift_set *s = &judge->doc->sets[set];
	enum sift_status rc = SIFT_OK;
	size_t i, j;

	for (i = 0; i < s->run_count; i++) {
		const struct sift_run *run = &judge->doc->runs[s->runs[i]];

		for (j = 0; j < run->threshold_count && !rc; j++)
			if (run->thresholds[j].passed >= 0)
				rc = add_crossing(judge, all, key, run, j);
	}
	return rc;
}

/* ---- which endpoint a threshold is about ---- */

/* "http_req_duration" of "http_req_duration{name:x}" */
static struct sift_span
base_metric(const struct sift_threshold *t)
{
	struct sift_span metric = sift_span_str(t->metric);

	return sift_span_trim(
		sift_span_head(metric, sift_span_find_byte(metric, '{')));
}

/*
 * Do the tags hold `tag` with exactly this value? Values may hold colons and
 * braces (URLs do), so the value is looked for rather than cut out.
 */
static bool
has_tag(const struct sift_threshold *t, const char *tag, const char *value)
{
	struct sift_span metric = sift_span_str(t->metric);
	size_t at = sift_span_find_byte(metric, '{');
	size_t tag_len = strlen(tag), len = strlen(value);

	for (; at < metric.len; at++) {
		struct sift_span rest = sift_span_from(metric, at + 1);

		if (metric.ptr[at] != '{' && metric.ptr[at] != ',' &&
		    metric.ptr[at] != ' ')
			continue;
		if (!sift_span_starts(rest, sift_span_of(tag, tag_len)))
			continue;
		rest = sift_span_trim(sift_span_from(rest, tag_len));
		if (sift_span_starts(rest, sift_span_of(value, len)) &&
		    rest.len > len &&
		    (rest.ptr[len] == ',' || rest.ptr[len] == '}'))
			return true;
	}
	return false;
}

static bool
names_any(const struct sift_threshold *t, const char *tag)
{
	struct sift_span metric = sift_span_str(t->metric);

	return sift_span_find(metric, sift_span_str(tag)) < metric.len;
}

static bool
is_about(const struct sift_threshold *t, const struct sift_set_endpoint *e)
{
	if (!t->metric || !e->name)
		return false;
	if (e->kind == SIFT_KIND_TREND)
		return sift_span_equal(base_metric(t), sift_span_str(e->name));
	if (!has_tag(t, "name:", e->name) && !has_tag(t, "url:", e->name))
		return false;
	return !e->method || !names_any(t, "method:") ||
	       has_tag(t, "method:", e->method);
}

/* Place among the set's endpoints, SIFT_NONE for none. */
static size_t
find_subject(const struct sift_set *set, const struct sift_threshold *t)
{
	size_t i;

	for (i = 0; i < set->endpoint_count; i++)
		if (is_about(t, &set->endpoints[i]))
			return i;
	return SIFT_NONE;
}

/* ---- which finding it joins ---- */

static bool
is_about_failures(const struct sift_threshold *t)
{
	return t->metric &&
	       sift_span_equal(base_metric(t), SIFT_SPAN("http_req_failed"));
}

static bool
is_about_latency(const struct sift_threshold *t)
{
	struct sift_span base = base_metric(t);

	return sift_span_equal(base, SIFT_SPAN("http_req_duration")) ||
	       sift_span_equal(base, SIFT_SPAN("http_req_waiting")) ||
	       sift_span_equal(base, SIFT_SPAN("grpc_req_duration"));
}

static bool
is_errors_draft(const struct sift_draft *draft)
{
	return draft->finding.cls == SIFT_CLASS_ERRORS ||
	       draft->rule == SIFT_RULE_TARGET_ERROR_RATE;
}

static bool
is_latency_draft(const struct sift_draft *draft)
{
	return draft->finding.cls == SIFT_CLASS_LATENCY ||
	       draft->finding.cls == SIFT_CLASS_VARIANCE ||
	       (draft->finding.cls == SIFT_CLASS_TARGET &&
		draft->rule != SIFT_RULE_TARGET_ERROR_RATE &&
		draft->rule != SIFT_RULE_TARGET_RPS);
}

/*
 * Is the draft about what the threshold is about: an endpoint it names (two
 * methods may share a name), or else the set's total?
 */
static bool
is_same_subject(const struct sift_judge *judge, const struct sift_draft *draft,
		const struct sift_threshold *t, size_t subject)
{
	const struct sift_set *set = &judge->doc->sets[draft->finding.set];

	if (subject == SIFT_NONE || draft->subject == SIFT_NONE)
		return draft->subject == subject;
	return is_about(t, &set->endpoints[draft->subject]);
}

/*
 * The finding that the threshold joins: of the endpoint it names, or, for
 * failures of all requests, the worst errors finding of the set.
 */
static size_t
find_host(const struct sift_judge *judge, size_t first, size_t last,
	  const struct sift_threshold *t, size_t subject)
{
	bool errors = is_about_failures(t);
	bool any = errors && subject == SIFT_NONE && !names_any(t, "name:") &&
		   !names_any(t, "url:");
	size_t i, best = SIFT_NONE;

	for (i = first; i < last; i++) {
		const struct sift_draft *draft = &judge->drafts[i];

		if (!any && !is_same_subject(judge, draft, t, subject))
			continue;
		if (errors ? !is_errors_draft(draft) : !is_latency_draft(draft))
			continue;
		if (isnan(draft->finding.value)) /* a target not judged */
			continue;
		if (best == SIFT_NONE ||
		    sift_rank_compare(draft, &judge->drafts[best]) < 0)
			best = i;
	}
	return best == SIFT_NONE ? SIFT_NONE : sift_rank_root(judge, best);
}

/* ---- drafts ---- */

static const char *
describe(struct sift_judge *judge, const struct crossing *c)
{
	const struct sift_threshold *t = c->threshold;
	char runs[SIFT_WORDS_MAX];
	const char *label =
		c->first_failed ? c->first_failed : "a run without name";

	sift_words_runs(c->failed, c->judged, runs);
	if (c->judged < 2 || c->failed == c->judged)
		label = NULL;
	return sift_arena_printf(
		judge->arena, "threshold %s on %s failed%s%s%s%s",
		t->expression ? t->expression : "without expression",
		t->metric ? t->metric : "an unknown metric", runs,
		label ? ": " : "", label ? label : "",
		label && c->failed > 1 ? " and others" : "");
}

static struct sift_subject
subject_at(const struct sift_judge *judge, size_t set, size_t subject)
{
	const struct sift_set *s = &judge->doc->sets[set];
	struct sift_subject result = {.set = set, .subject = subject};

	if (subject == SIFT_NONE)
		return result;
	result.method = s->endpoints[subject].method;
	result.name = s->endpoints[subject].name;
	result.kind = s->endpoints[subject].kind;
	result.result = &s->endpoints[subject].result;
	return result;
}

/* Failed in one run of several is no verdict on the set. */
static bool
is_lone(const struct crossing *c)
{
	return c->judged >= LONE_RUNS_MIN && 2 * c->failed <= c->judged;
}

/* The finding becomes critical, and says that it is the threshold's doing. */
static enum sift_status
raise_host(struct sift_judge *judge, size_t host,
	   const struct sift_threshold *t)
{
	struct sift_finding *f = &judge->drafts[host].finding;

	if (f->severity == SIFT_SEVERITY_CRITICAL)
		return SIFT_OK;
	f->severity = SIFT_SEVERITY_CRITICAL;
	f->message = sift_arena_printf(
		judge->arena, "%s; the test's threshold %s failed", f->message,
		t->expression ? t->expression : "on it");
	return f->message ? SIFT_OK : sift_judge_no_memory(judge);
}

static enum sift_status
judge_crossing(struct sift_judge *judge, size_t set, size_t first, size_t last,
	       const struct crossing *c)
{
	size_t subject = find_subject(&judge->doc->sets[set], c->threshold);
	bool joins = is_about_failures(c->threshold) || subject != SIFT_NONE ||
		     is_about_latency(c->threshold);
	size_t host =
		joins ? find_host(judge, first, last, c->threshold, subject)
		      : SIFT_NONE;
	struct sift_subject s = subject_at(judge, set, subject);
	struct sift_draft *draft =
		sift_draft_new(judge, SIFT_RULE_TEST_THRESHOLD, &s);

	if (!draft)
		return SIFT_E_NOMEM;
	draft->parent = host;
	draft->finding.severity =
		is_lone(c) ? SIFT_SEVERITY_NOTE : SIFT_SEVERITY_CRITICAL;
	draft->finding.metric = c->threshold->metric;
	draft->finding.threshold_source = "k6";
	draft->finding.runs_agreeing = c->failed;
	draft->finding.runs_judged = c->judged;
	draft->finding.message = describe(judge, c);
	if (!draft->finding.message)
		return sift_judge_no_memory(judge);
	if (host != SIFT_NONE && !is_lone(c))
		return raise_host(judge, host, c->threshold);
	return SIFT_OK;
}

enum sift_status
sift_rules_threshold(struct sift_judge *judge, size_t set, size_t first)
{
	struct crossings all = {.items = NULL};
	struct sift_buf key;
	enum sift_status rc;
	size_t i, last = judge->count;

	if (!sift_judge_limits(judge, SIFT_RULE_TEST_THRESHOLD)->enabled)
		return SIFT_OK;
	sift_table_init(&all.keys, 0);
	sift_buf_init(&key, 0);
	rc = gather(judge, set, &all, &key);
	for (i = 0; i < all.keys.count && !rc; i++)
		if (all.items[i].failed)
			rc = judge_crossing(judge, set, first, last,
					    &all.items[i]);
	sift_buf_release(&key);
	sift_free(all.items);
	sift_table_release(&all.keys);
	return rc;
}
