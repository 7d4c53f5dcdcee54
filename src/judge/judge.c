/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "judge/judge.h"

#include "base/mem.h"
#include "base/parallel.h"
#include "base/text.h"
#include "judge/rank.h"
#include "judge/rule_family.h"

/* A rule is a row here, a row of config/rules.h and a text in explain.c. */
static sift_rule_of_subject *const subject_rules[] = {
	sift_rules_latency, sift_rules_errors, sift_rules_ratio,
	sift_rules_between, sift_rules_target,
};

static sift_rule_of_set *const set_rules[] = {
	sift_rules_service,
	sift_rules_threshold, /* joins what service has gathered */
	sift_rules_test,
};

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* A message on a total must not read as if it were about an endpoint. */
static enum sift_status
name_total(struct sift_judge *judge, size_t first)
{
	size_t i;

	for (i = first; i < judge->count; i++) {
		struct sift_finding *f = &judge->drafts[i].finding;

		if (judge->drafts[i].parent != SIFT_NONE)
			continue; /* evidence stands under what it is of */
		f->message = sift_arena_printf(judge->arena, "all requests: %s",
					       f->message);
		if (!f->message)
			return sift_judge_no_memory(judge);
	}
	return SIFT_OK;
}

static enum sift_status
judge_subject(struct sift_judge *judge, struct sift_subject *s)
{
	size_t i, first = judge->count;
	enum sift_status rc = SIFT_OK;

	s->target = sift_config_target(judge->config, s->method, s->name);
	for (i = 0; i < COUNT_OF(subject_rules) && !rc; i++)
		rc = subject_rules[i](judge, s);
	if (!rc)
		rc = sift_rank_merge(judge, first);
	return rc || s->name ? rc : name_total(judge, first);
}

static bool
has_request_endpoints(const struct sift_set *set)
{
	size_t i;

	for (i = 0; i < set->endpoint_count; i++)
		if (set->endpoints[i].kind != SIFT_KIND_TREND)
			return true;
	return false;
}

/* Endpoints and trends; without endpoints the total. */
static enum sift_status
judge_subjects(struct sift_judge *judge, size_t index)
{
	const struct sift_set *set = &judge->doc->sets[index];
	enum sift_status rc = SIFT_OK;
	size_t i;

	for (i = 0; i < set->endpoint_count && !rc; i++) {
		const struct sift_set_endpoint *e = &set->endpoints[i];
		struct sift_subject s = {index,	  i,	   e->method,
					 e->name, e->kind, &e->result,
					 NULL};

		rc = judge_subject(judge, &s);
	}
	if (!rc && !has_request_endpoints(set)) {
		struct sift_subject s = {index, SIFT_NONE,	NULL,
					 NULL,	SIFT_KIND_HTTP, &set->total,
					 NULL};

		rc = judge_subject(judge, &s);
	}
	return rc;
}

static enum sift_status
judge_set(struct sift_judge *judge, size_t index)
{
	size_t i, first = judge->count;
	enum sift_status rc = judge_subjects(judge, index);

	for (i = 0; i < COUNT_OF(set_rules) && !rc; i++)
		rc = set_rules[i](judge, index, first);
	return rc;
}

/* ---- all sets and sweeps ---- */

struct judging {
	const struct sift_judge *judge;
	struct sift_judge *parts; /* owned; one per set, then one per sweep */
};

/* Sets do not look at each other, nor do sweeps. */
static enum sift_status
judge_part(void *context, size_t part, struct sift_arena *arena,
	   struct sift_err *err)
{
	const struct judging *w = context;
	size_t sets = w->judge->doc->set_count;
	struct sift_judge *own = &w->parts[part];
	enum sift_status rc;

	*own = *w->judge;
	own->arena = arena;
	own->err = err;
	rc = part < sets ? judge_set(own, part)
			 : sift_rules_load(own, part - sets);
	if (!rc)
		rc = sift_rank_gather(own);
	sift_free(own->room);
	return rc;
}

enum sift_status
sift_judge(struct sift_document *doc, const struct sift_config *config,
	   unsigned threads, struct sift_arena *arena, struct sift_err *err)
{
	struct sift_judge judge = {
		.doc = doc, .config = config, .arena = arena, .err = err};
	size_t count = doc->set_count + doc->sweep_count;
	struct judging w = {&judge, sift_calloc(count, sizeof(*w.parts))};
	enum sift_status rc;

	if (!w.parts)
		return sift_judge_no_memory(&judge);
	rc = sift_in_parallel(judge_part, &w, count, threads, arena, err);
	if (!rc)
		rc = sift_rank_findings(&judge, w.parts, count, &doc->findings,
					&doc->finding_count);
	for (size_t i = 0; i < count; i++)
		sift_free(w.parts[i].drafts);
	sift_free(w.parts);
	return rc;
}

/* ---- health ---- */

#define HEALTHY_P95_MS 200
#define HEALTHY_REQUESTS_PER_FAILURE 1000 /* more than, 0.1 % */

static bool
concerns_set(const struct sift_document *doc, const struct sift_finding *f,
	     size_t set)
{
	size_t i;

	if (f->set != SIFT_NONE || f->sweep == SIFT_NONE)
		return f->set == set;
	for (i = 0; i < doc->sweeps[f->sweep].level_count; i++)
		if (doc->sweeps[f->sweep].levels[i].set == set)
			return true;
	return false;
}

/* Named by the finding, or by its evidence: a member of service.*. */
static bool
concerns(const struct sift_finding *f, const struct sift_set_endpoint *e)
{
	size_t i;

	if (sift_text_same(f->name, e->name) &&
	    sift_text_same(f->method, e->method))
		return true;
	for (i = 0; f->cls == SIFT_CLASS_SERVICE && i < f->evidence_count; i++)
		if (sift_text_same(f->evidence[i].name, e->name) &&
		    sift_text_same(f->evidence[i].method, e->method))
			return true;
	return false;
}

/* Failures per request below the limit, in integers; known at all. */
static bool
fails_rarely(const struct sift_set_endpoint *e)
{
	struct sift_error_sum sum = sift_sum_errors(&e->result);

	if (e->kind == SIFT_KIND_TREND)
		return true;
	return sum.failed * HEALTHY_REQUESTS_PER_FAILURE < sum.requests;
}

int
sift_is_healthy(const struct sift_document *doc, size_t set,
		const struct sift_set_endpoint *endpoint)
{
	size_t i;

	if (!(endpoint->result.latency[SIFT_STAT_P95].median <
	      HEALTHY_P95_MS) ||
	    !fails_rarely(endpoint))
		return 0;
	for (i = 0; i < doc->finding_count; i++) {
		const struct sift_finding *f = &doc->findings[i];

		if (f->severity <= SIFT_SEVERITY_WARNING &&
		    concerns_set(doc, f, set) && concerns(f, endpoint))
			return 0;
	}
	return 1;
}
