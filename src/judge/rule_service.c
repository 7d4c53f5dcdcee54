/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Service: when nearly every endpoint fails or is slow, the cause is one and
 * common, and one finding says so.
 */
#include <config.h>

#include <math.h>

#include "judge/rank.h"
#include "judge/rule_family.h"
#include "judge/words.h"

#define ENDPOINTS_MIN 3
#define SHARE 0.75 /* of the endpoints; compared in integers below */

struct service {
	enum sift_rule rule;
	enum sift_class cls;
	const char *what;
};

static const struct service services[] = {
	{SIFT_RULE_SERVICE_ERRORS, SIFT_CLASS_ERRORS, "error rate"},
	{SIFT_RULE_SERVICE_LATENCY, SIFT_CLASS_LATENCY, "latency"},
};

static bool
is_counted(const struct sift_judge *judge, enum sift_rule rule,
	   const struct sift_set_endpoint *e)
{
	return e->kind != SIFT_KIND_TREND &&
	       e->result.requests.median >=
		       sift_judge_limits(judge, rule)->min_requests;
}

static size_t
count_endpoints(const struct sift_judge *judge, enum sift_rule rule, size_t set)
{
	const struct sift_set *s = &judge->doc->sets[set];
	size_t i, n = 0;

	for (i = 0; i < s->endpoint_count; i++)
		n += is_counted(judge, rule, &s->endpoints[i]);
	return n;
}

static bool
is_member(const struct sift_judge *judge, const struct service *service,
	  const struct sift_draft *draft)
{
	const struct sift_finding *f = &draft->finding;

	return draft->parent == SIFT_NONE && draft->subject != SIFT_NONE &&
	       f->cls == service->cls &&
	       f->severity == SIFT_SEVERITY_CRITICAL &&
	       is_counted(judge, service->rule,
			  &judge->doc->sets[f->set].endpoints[draft->subject]);
}

/* What the members add up to. */
struct tally {
	size_t members;
	double weight, share, ratio;
	unsigned agreeing, judged;
};

static void
add_member(struct tally *t, const struct sift_draft *draft)
{
	const struct sift_finding *f = &draft->finding;

	t->weight += f->weight;
	if (!isnan(f->share_of_time))
		t->share += f->share_of_time;
	if (draft->ratio > t->ratio)
		t->ratio = draft->ratio;
	if (!t->members || f->runs_agreeing < t->agreeing)
		t->agreeing = f->runs_agreeing;
	if (f->runs_judged > t->judged)
		t->judged = f->runs_judged;
	t->members++;
}

static enum sift_status
draft_service(struct sift_judge *judge, const struct service *service,
	      size_t set, const struct tally *t, size_t endpoints)
{
	struct sift_subject s = {.set = set, .subject = SIFT_NONE};
	struct sift_draft *draft = sift_draft_new(judge, service->rule, &s);
	struct sift_finding *f;

	if (!draft)
		return SIFT_E_NOMEM;
	f = &draft->finding;
	f->severity = SIFT_SEVERITY_CRITICAL;
	f->metric = "endpoints";
	f->unit = "share";
	f->value = (double)t->members / (double)endpoints;
	f->threshold = SHARE;
	f->threshold_source = "default";
	f->runs_agreeing = t->agreeing;
	f->runs_judged = t->judged;
	f->share_of_time = t->share;
	f->weight = t->weight;
	draft->ratio = t->ratio;
	f->message = sift_arena_printf(
		judge->arena, "the %s of %zu of %zu endpoints is critical",
		service->what, t->members, endpoints);
	return f->message ? SIFT_OK : sift_judge_no_memory(judge);
}

static enum sift_status
judge_service(struct sift_judge *judge, const struct service *service,
	      size_t set, size_t first)
{
	size_t endpoints = count_endpoints(judge, service->rule, set);
	size_t i, last = judge->count;
	struct tally t = {0};
	enum sift_status rc;

	for (i = first; i < last; i++)
		if (is_member(judge, service, &judge->drafts[i]))
			add_member(&t, &judge->drafts[i]);
	if (!sift_judge_limits(judge, service->rule)->enabled ||
	    endpoints < ENDPOINTS_MIN || 4 * t.members < 3 * endpoints)
		return SIFT_OK;
	rc = draft_service(judge, service, set, &t, endpoints);
	for (i = first; i < last && !rc; i++)
		if (is_member(judge, service, &judge->drafts[i]))
			judge->drafts[i].parent = last;
	return rc;
}

enum sift_status
sift_rules_service(struct sift_judge *judge, size_t set, size_t first)
{
	enum sift_status rc = SIFT_OK;
	size_t i;

	for (i = 0; i < sizeof(services) / sizeof(services[0]) && !rc; i++)
		rc = judge_service(judge, &services[i], set, first);
	return rc;
}
