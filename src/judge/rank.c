/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "judge/rank.h"

#include <math.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/table.h"
#include "base/text.h"

#define RATIO_MAX 10 /* beyond that, worse is no longer more urgent */
#define ID_DIGITS 8

/* Failed requests per run are set by the rule; all else: what share of the
   time is concerned, and how badly. A total is all of it. */
static void
weigh(struct sift_draft *draft)
{
	struct sift_finding *f = &draft->finding;
	double share = f->share_of_time;

	if (f->cls == SIFT_CLASS_ERRORS || f->cls == SIFT_CLASS_SERVICE)
		return;
	if (isnan(share)) /* trends take no time of their own */
		share = f->name ? 0 : 1;
	f->weight =
		share * (draft->ratio < RATIO_MAX ? draft->ratio : RATIO_MAX);
}

/* ---- merging within a subject ---- */

static bool
is_root(const struct sift_draft *draft)
{
	return draft->parent == SIFT_NONE;
}

/*
 * Of one class the most severe leads; of equals the target that is missed
 * most (a p99 ninefold rather than a p50 by a hair), else the rule that is
 * listed first.
 */
static bool
leads(const struct sift_draft *a, const struct sift_draft *b)
{
	if (a->finding.severity != b->finding.severity)
		return a->finding.severity < b->finding.severity;
	if (a->finding.cls == SIFT_CLASS_TARGET &&
	    b->finding.cls == SIFT_CLASS_TARGET && a->ratio != b->ratio)
		return a->ratio > b->ratio;
	return a->rule < b->rule;
}

static size_t
leader_of(const struct sift_judge *judge, size_t first, enum sift_class cls)
{
	size_t i, best = SIFT_NONE;

	for (i = first; i < judge->count; i++)
		if (judge->drafts[i].finding.cls == cls &&
		    (best == SIFT_NONE ||
		     leads(&judge->drafts[i], &judge->drafts[best])))
			best = i;
	return best;
}

/* Is it about a percentile, and warning or worse? */
static bool
is_slow(const struct sift_draft *draft)
{
	bool latency = draft->finding.cls == SIFT_CLASS_LATENCY ||
		       draft->rule == SIFT_RULE_TARGET_P50 ||
		       draft->rule == SIFT_RULE_TARGET_P95 ||
		       draft->rule == SIFT_RULE_TARGET_P99;

	return latency && draft->finding.severity <= SIFT_SEVERITY_WARNING;
}

static const char *
shape_of(enum sift_rule rule)
{
	if (rule == SIFT_RULE_VARIANCE_STALLS)
		return "shape: stalls; ";
	if (rule == SIFT_RULE_VARIANCE_P95_TO_MEAN)
		return "shape: long tail; ";
	if (rule == SIFT_RULE_VARIANCE_MAX_TO_P99)
		return "shape: single outliers; ";
	if (rule == SIFT_RULE_TAIL_P99_TO_P95)
		return "shape: steep tail; ";
	return "shape: differs between runs; ";
}

/* Variance of a slow endpoint tells why it is slow: evidence. */
static enum sift_status
absorb_variance(struct sift_judge *judge, size_t first)
{
	size_t variance = leader_of(judge, first, SIFT_CLASS_VARIANCE);
	size_t slow = SIFT_NONE, i;

	for (i = first; i < judge->count; i++)
		if (is_root(&judge->drafts[i]) && is_slow(&judge->drafts[i]) &&
		    (slow == SIFT_NONE ||
		     leads(&judge->drafts[i], &judge->drafts[slow])))
			slow = i;
	if (variance == SIFT_NONE || slow == SIFT_NONE)
		return SIFT_OK;
	judge->drafts[variance].parent = slow;
	for (i = first; i < judge->count; i++) {
		struct sift_draft *draft = &judge->drafts[i];

		if (draft->finding.cls != SIFT_CLASS_VARIANCE)
			continue;
		draft->finding.message = sift_arena_printf(
			judge->arena, "%s%s", shape_of(draft->rule),
			draft->finding.message);
		if (!draft->finding.message)
			return sift_judge_no_memory(judge);
	}
	return SIFT_OK;
}

enum sift_status
sift_rank_merge(struct sift_judge *judge, size_t first)
{
	size_t i;

	for (i = first; i < judge->count; i++)
		weigh(&judge->drafts[i]);
	for (i = first; i < judge->count; i++) {
		size_t leader =
			leader_of(judge, first, judge->drafts[i].finding.cls);

		if (leader != i)
			judge->drafts[i].parent = leader;
	}
	return absorb_variance(judge, first);
}

/* Chains are short: variance, its leader, latency, service. */
size_t
sift_rank_root(const struct sift_judge *judge, size_t draft)
{
	while (judge->drafts[draft].parent != SIFT_NONE)
		draft = judge->drafts[draft].parent;
	return draft;
}

/* ---- order ---- */

/* Latency and targets stand together. */
static int
class_order(const struct sift_finding *f)
{
	return f->cls == SIFT_CLASS_TARGET ? SIFT_CLASS_LATENCY : (int)f->cls;
}

static int
descending(double a, double b)
{
	return (a < b) - (a > b);
}

static int
ascending(size_t a, size_t b)
{
	return (a > b) - (a < b);
}

static int
compare_text(const char *a, const char *b)
{
	return sift_span_compare(sift_span_str(a), sift_span_str(b));
}

int
sift_rank_compare(const struct sift_draft *a, const struct sift_draft *b)
{
	const struct sift_finding *f = &a->finding, *g = &b->finding;
	int order = (int)f->severity - (int)g->severity;

	if (!order)
		order = class_order(f) - class_order(g);
	if (!order)
		order = descending(f->weight, g->weight);
	if (!order)
		order = descending(a->ratio, b->ratio);
	if (!order)
		order = ascending(f->set, g->set);
	if (!order)
		order = ascending(f->sweep, g->sweep);
	if (!order)
		order = compare_text(f->name, g->name);
	if (!order)
		order = compare_text(f->method, g->method);
	if (!order)
		order = (int)f->kind - (int)g->kind;
	if (!order)
		order = (int)a->rule - (int)b->rule;
	if (!order)
		order = compare_text(f->metric, g->metric);
	return order ? order : compare_text(f->message, g->message);
}

/* ---- ids ---- */

static void
add_part(struct sift_buf *key, const char *part)
{
	sift_buf_add_byte(key, part ? '+' : '-');
	sift_buf_add_str(key, part ? part : "");
	sift_buf_add_byte(key, '\0');
}

static void
build_key(const struct sift_judge *judge, const struct sift_finding *f,
	  struct sift_buf *key)
{
	const struct sift_set *set =
		f->set == SIFT_NONE ? NULL : &judge->doc->sets[f->set];
	const char *scenario = NULL;

	if (set)
		scenario = set->scenario;
	else if (f->sweep != SIFT_NONE)
		scenario = judge->doc->sweeps[f->sweep].scenario;
	sift_buf_clear(key);
	add_part(key, f->rule);
	add_part(key, scenario);
	add_part(key, set ? set->load : NULL);
	add_part(key, set ? set->kept_date : NULL);
	add_part(key, f->method);
	add_part(key, f->name);
	/* Several thresholds may fail on one endpoint. */
	if (f->cls == SIFT_CLASS_TEST)
		add_part(key, f->metric);
}

/* NULL when memory is out. */
static const char *
id_of(struct sift_judge *judge, const struct sift_buf *key)
{
	char id[ID_DIGITS + 2] = "f";

	if (sift_buf_status(key))
		return NULL;
	sift_hash_hex(sift_hash128(key->ptr, key->len), ID_DIGITS, id + 1);
	return sift_arena_str(judge->arena, id);
}

/* ---- evidence ---- */

/* A draft with the root it belongs to, for sorting. */
struct member {
	struct sift_draft *root, *draft;
};

/* A root opens its group; groups have no order yet. */
static int
compare_members(const void *a, const void *b)
{
	const struct member *x = a, *y = b;

	if (x->root != y->root)
		return x->root < y->root ? -1 : 1;
	if ((x->draft == x->root) != (y->draft == y->root))
		return x->draft == x->root ? -1 : 1;
	return sift_rank_compare(x->draft, y->draft);
}

/* Evidence about another endpoint than the finding's names it. */
static void
name_endpoint(struct sift_evidence *evidence, const struct sift_finding *of,
	      const struct sift_finding *root)
{
	if (sift_text_same(of->name, root->name) &&
	    sift_text_same(of->method, root->method))
		return;
	evidence->method = of->method;
	evidence->name = of->name;
}

static size_t
put_evidence(struct sift_evidence *at, const struct sift_draft *draft,
	     const struct sift_draft *root)
{
	const struct sift_finding *f = &draft->finding;
	size_t n = 0, i;

	if (draft != root) {
		at[n] = (struct sift_evidence){
			f->rule,  NULL,		NULL,	   f->metric,
			f->value, f->threshold, f->message};
		name_endpoint(&at[n++], f, &root->finding);
	}
	for (i = 0; i < draft->fact_count; i++) {
		at[n] = draft->facts[i];
		name_endpoint(&at[n++], f, &root->finding);
	}
	return n;
}

static enum sift_status
gather_evidence(struct sift_judge *judge, const struct member *members,
		size_t count)
{
	struct sift_finding *f = &members[0].root->finding;
	size_t i, n = 0;

	for (i = 0; i < count; i++)
		n += members[i].draft->fact_count + 1;
	f->evidence = sift_arena_array(judge->arena, n, sizeof(*f->evidence));
	if (!f->evidence)
		return sift_judge_no_memory(judge);
	for (i = 0; i < count; i++)
		f->evidence_count +=
			put_evidence(&f->evidence[f->evidence_count],
				     members[i].draft, members[0].root);
	return SIFT_OK;
}

static size_t
group_length(const struct member *members, size_t count)
{
	size_t n = 1;

	while (n < count && members[n].root == members[0].root)
		n++;
	return n;
}

static enum sift_status
gather_groups(struct sift_judge *judge, const struct member *members)
{
	size_t i = 0, length;
	enum sift_status rc = SIFT_OK;
	struct sift_buf key;

	sift_buf_init(&key, 0);
	for (; i < judge->count && !rc; i += length) {
		struct sift_finding *f = &members[i].root->finding;

		length = group_length(&members[i], judge->count - i);
		rc = gather_evidence(judge, &members[i], length);
		build_key(judge, f, &key);
		f->id = id_of(judge, &key);
		if (!rc && !f->id)
			rc = sift_judge_no_memory(judge);
	}
	sift_buf_release(&key);
	return rc;
}

enum sift_status
sift_rank_gather(struct sift_judge *judge)
{
	struct member *members;
	enum sift_status rc;
	size_t i;

	if (!judge->count)
		return SIFT_OK;
	members = sift_calloc(judge->count, sizeof(*members));
	if (!members)
		return sift_judge_no_memory(judge);
	for (i = 0; i < judge->count; i++) {
		struct sift_draft *draft = &judge->drafts[i];

		weigh(draft);
		members[i] = (struct member){
			&judge->drafts[sift_rank_root(judge, i)], draft};
	}
	qsort(members, judge->count, sizeof(*members), compare_members);
	rc = gather_groups(judge, members);
	sift_free(members);
	return rc;
}

/* ---- the list ---- */

/* A finding to be, with its place before sorting, for those that are equal. */
struct ranked {
	const struct sift_draft *draft;
	size_t at;
};

static int
compare_ranked(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;
	int order = sift_rank_compare(x->draft, y->draft);

	return order ? order : ascending(x->at, y->at);
}

/* With `out` NULL they are only counted. */
static size_t
list_roots(const struct sift_judge *parts, size_t count, struct ranked *out)
{
	size_t n = 0;

	for (size_t part = 0; part < count; part++) {
		for (size_t i = 0; i < parts[part].count; i++) {
			const struct sift_draft *draft = &parts[part].drafts[i];

			if (!is_root(draft))
				continue;
			if (out)
				out[n] = (struct ranked){draft, n};
			n++;
		}
	}
	return n;
}

/*
 * Sets that were kept apart by facts share their names, and 32 bits may
 * collide: then the later one, in the order of findings, is hashed again
 * with a number.
 */
static enum sift_status
tell_apart(struct sift_judge *judge, struct sift_finding *f,
	   struct sift_table *taken)
{
	struct sift_buf key;
	bool is_new = false;
	unsigned again = 0;
	uint32_t number;

	sift_buf_init(&key, 0);
	while (f->id &&
	       !sift_table_intern(taken, sift_span_str(f->id), &number,
				  &is_new) &&
	       !is_new) {
		if (!again++)
			build_key(judge, f, &key);
		sift_buf_printf(&key, "%u", again);
		f->id = id_of(judge, &key);
	}
	sift_buf_release(&key);
	return is_new ? SIFT_OK : sift_judge_no_memory(judge);
}

static enum sift_status
write_findings(struct sift_judge *judge, const struct ranked *ranked,
	       size_t count, struct sift_finding *out)
{
	struct sift_table taken;
	enum sift_status rc = SIFT_OK;

	sift_table_init(&taken, 0);
	for (size_t i = 0; i < count && !rc; i++) {
		out[i] = ranked[i].draft->finding;
		rc = tell_apart(judge, &out[i], &taken);
	}
	sift_table_release(&taken);
	return rc;
}

enum sift_status
sift_rank_findings(struct sift_judge *judge, const struct sift_judge *parts,
		   size_t part_count, struct sift_finding **out,
		   size_t *out_count)
{
	size_t count = list_roots(parts, part_count, NULL);
	struct ranked *ranked = sift_calloc(count, sizeof(*ranked));
	struct sift_finding *findings =
		sift_arena_array(judge->arena, count, sizeof(*findings));
	enum sift_status rc;

	if (!ranked || !findings) {
		sift_free(ranked);
		return sift_judge_no_memory(judge);
	}
	list_roots(parts, part_count, ranked);
	if (count)
		qsort(ranked, count, sizeof(*ranked), compare_ranked);
	rc = write_findings(judge, ranked, count, findings);
	sift_free(ranked);
	if (rc)
		return rc;
	*out = findings;
	*out_count = count;
	return SIFT_OK;
}
