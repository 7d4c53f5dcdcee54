/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Can two sets be compared? Only like with like: the same tool, endpoints that
 * carry most of the requests of both, the same load offered. A difference of
 * duration, mix or version is told and does not forbid.
 */

#include <config.h>

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "base/buf.h"
#include "base/span.h"
#include "base/url.h"
#include "config/config.h"
#include "judge/compare_pair.h"
#include "judge/words.h"

#define SHARED_REQUESTS 0.80 /* of each side, DESIGN 4.4 */
#define SLACK 1.15	     /* of rates and durations */
#define CLOSED_LOOP_RATE 2.0 /* with equal users */
#define MIX_POINTS 0.05	     /* of an endpoint's share of the requests */
#define MISMATCHES 16

/* ---- endpoints ---- */

static int
compare_texts(const char *a, const char *b)
{
	return sift_span_compare(sift_span_str(a), sift_span_str(b));
}

static int
compare_rows(const struct sift_set_endpoint *a,
	     const struct sift_set_endpoint *b)
{
	int c = compare_texts(a->name, b->name);

	if (!c)
		c = compare_texts(a->method, b->method);
	return c ? c : (a->kind > b->kind) - (a->kind < b->kind);
}

static bool
is_request(const struct sift_set_endpoint *e)
{
	return e->kind != SIFT_KIND_TREND;
}

/* The next row that is no trend, from *at on; NULL after the last. */
static const struct sift_set_endpoint *
next_row(const struct sift_set *set, size_t *at)
{
	while (*at < set->endpoint_count && !is_request(&set->endpoints[*at]))
		++*at;
	return *at < set->endpoint_count ? &set->endpoints[*at] : NULL;
}

static double
requests_of(const struct sift_set_result *result)
{
	double median = result->requests.median;

	return isnan(median) ? 0 : median;
}

/* Both lists are sorted: walk them side by side. */
struct walk {
	size_t at[2];
	const struct sift_set_endpoint *rows[2]; /* one may be NULL */
};

static bool
walk_next(struct walk *w, const struct sift_set *a, const struct sift_set *b)
{
	const struct sift_set_endpoint *x = next_row(a, &w->at[0]);
	const struct sift_set_endpoint *y = next_row(b, &w->at[1]);
	int c;

	if (!x && !y)
		return false;
	c = !x ? 1 : (!y ? -1 : compare_rows(x, y));
	w->rows[0] = c <= 0 ? x : NULL;
	w->rows[1] = c >= 0 ? y : NULL;
	w->at[0] += c <= 0;
	w->at[1] += c >= 0;
	return true;
}

/* Requests of each side, in all and at endpoints that both have. */
struct overlap {
	double all[2], shared[2];
	size_t common;
	double mix; /* largest difference of shares among the common */
	double mix_of[2];
	const struct sift_set_endpoint *mixed;
};

static struct overlap
overlap_of(const struct sift_set *a, const struct sift_set *b)
{
	struct overlap o = {.common = 0};
	struct walk w = {{0, 0}, {NULL, NULL}};

	while (walk_next(&w, a, b)) {
		bool both = w.rows[0] && w.rows[1];

		o.common += both;
		for (int side = 0; side < 2; side++) {
			double n = w.rows[side]
					   ? requests_of(&w.rows[side]->result)
					   : 0;

			o.all[side] += n;
			o.shared[side] += both ? n : 0;
		}
	}
	w = (struct walk){{0, 0}, {NULL, NULL}};
	while (walk_next(&w, a, b)) {
		double of[2], gap;

		if (!w.rows[0] || !w.rows[1] || !(o.shared[0] > 0) ||
		    !(o.shared[1] > 0))
			continue;
		for (int side = 0; side < 2; side++)
			of[side] = requests_of(&w.rows[side]->result) /
				   o.shared[side];
		gap = fabs(of[0] - of[1]);
		if (gap > o.mix) {
			o.mix = gap;
			memcpy(o.mix_of, of, sizeof(of));
			o.mixed = w.rows[0];
		}
	}
	return o;
}

static bool
shares_endpoints(const struct overlap *o)
{
	if (o->all[0] == 0 && o->all[1] == 0)
		return true; /* totals only: nothing speaks against it */
	return o->common > 0 && o->shared[0] >= SHARED_REQUESTS * o->all[0] &&
	       o->shared[1] >= SHARED_REQUESTS * o->all[1];
}

/* ---- load ---- */

static bool
is_within(double a, double b, double factor)
{
	if (isnan(a) || isnan(b))
		return true;
	return fmax(a, b) <= factor * fmin(a, b);
}

static bool
has_same_load(const struct sift_set *a, const struct sift_set *b)
{
	if (!isnan(a->users) && !isnan(b->users))
		return a->users == b->users &&
		       is_within(a->measured_rps, b->measured_rps,
				 CLOSED_LOOP_RATE);
	return is_within(a->measured_rps, b->measured_rps, SLACK);
}

static bool
has_same_tool(const struct sift_set *a, const struct sift_set *b)
{
	return a->tool == b->tool ||
	       (a->tool && b->tool && !strcmp(a->tool, b->tool));
}

bool
sift_sets_are_alike(const struct sift_set *a, const struct sift_set *b)
{
	struct overlap o = overlap_of(a, b);

	return has_same_tool(a, b) && shares_endpoints(&o) &&
	       has_same_load(a, b);
}

/* ---- mismatches in words ---- */

static enum sift_status
add_mismatch(struct sift_pair *pair, const char *text)
{
	if (!text)
		return sift_pair_no_memory(pair);
	if (pair->out->mismatch_count < MISMATCHES)
		pair->out->mismatches[pair->out->mismatch_count++] = text;
	return SIFT_OK;
}

static const char *
load_words(struct sift_pair *pair)
{
	const struct sift_set *a = pair->before, *b = pair->after;
	char one[SIFT_WORDS_MAX], two[SIFT_WORDS_MAX];

	if (!isnan(a->users) && !isnan(b->users) && a->users != b->users)
		return sift_arena_printf(
			pair->arena, "load: %s users against %s",
			sift_words(a->users, SIFT_WORDS_PLAIN, one),
			sift_words(b->users, SIFT_WORDS_PLAIN, two));
	return sift_arena_printf(
		pair->arena, "load: %s requests per second against %s",
		sift_words(a->measured_rps, SIFT_WORDS_PLAIN, one),
		sift_words(b->measured_rps, SIFT_WORDS_PLAIN, two));
}

/* What forbids the comparison. */
static enum sift_status
add_contradictions(struct sift_pair *pair, const struct overlap *o)
{
	enum sift_status rc = SIFT_OK;
	char one[SIFT_WORDS_MAX], two[SIFT_WORDS_MAX];

	if (!has_same_tool(pair->before, pair->after))
		rc = add_mismatch(
			pair, sift_arena_printf(
				      pair->arena, "tools: %s against %s",
				      pair->before->tool ? pair->before->tool
							 : "unknown",
				      pair->after->tool ? pair->after->tool
							: "unknown"));
	if (!rc && !shares_endpoints(o))
		rc = add_mismatch(
			pair,
			sift_arena_printf(
				pair->arena,
				"different scenarios: endpoints that both have "
				"carry %s of the old requests and %s of the "
				"new",
				sift_words(o->shared[0] / fmax(o->all[0], 1),
					   SIFT_WORDS_PERCENT, one),
				sift_words(o->shared[1] / fmax(o->all[1], 1),
					   SIFT_WORDS_PERCENT, two)));
	if (!rc && !has_same_load(pair->before, pair->after))
		rc = add_mismatch(pair, load_words(pair));
	pair->out->is_comparable = pair->out->mismatch_count == 0;
	return rc;
}

/* ---- facts of runs ---- */

#define FACTS 4 /* different ones of a side that are told */

/* What the runs of a side say, each text once, sorted. */
struct facts {
	struct sift_span list[FACTS];
	size_t count;
};

static void
add_fact(struct facts *facts, struct sift_span text)
{
	size_t at = 0;

	while (at < facts->count &&
	       sift_span_compare(facts->list[at], text) < 0)
		at++;
	if (!text.len || at == FACTS ||
	    (at < facts->count && sift_span_equal(facts->list[at], text)))
		return;
	if (facts->count < FACTS)
		facts->count++;
	memmove(&facts->list[at + 1], &facts->list[at],
		(facts->count - 1 - at) * sizeof(*facts->list));
	facts->list[at] = text;
}

/* `offset`: the place of a text in struct sift_run. */
static void
gather_facts(const struct sift_pair *pair, const struct sift_set *set,
	     size_t offset, struct facts *out)
{
	for (size_t i = 0; i < set->run_count; i++) {
		const char *run = (const char *)&pair->doc->runs[set->runs[i]];
		const char *text;

		memcpy(&text, run + offset, sizeof(text));
		add_fact(out, sift_span_str(text));
	}
}

/* "https://", not what only holds a URL. */
static bool
is_url(struct sift_span text)
{
	size_t scheme = 0;

	while (scheme < text.len && text.ptr[scheme] >= 'a' &&
	       text.ptr[scheme] <= 'z')
		scheme++;
	return scheme > 0 &&
	       sift_span_starts(sift_span_from(text, scheme), SIFT_SPAN("://"));
}

/* Endpoints may be called by their whole URL. */
static void
gather_hosts(const struct sift_pair *pair, const struct sift_set *set,
	     struct facts *out)
{
	gather_facts(pair, set, offsetof(struct sift_run, host), out);
	for (size_t i = 0; i < set->endpoint_count; i++) {
		struct sift_span name = sift_span_str(set->endpoints[i].name);

		if (is_url(name))
			add_fact(out, sift_url_host(name));
	}
}

static bool
are_same_facts(const struct facts *a, const struct facts *b)
{
	for (size_t i = 0; i < a->count && i < b->count; i++)
		if (!sift_span_equal(a->list[i], b->list[i]))
			return false;
	return a->count == b->count;
}

static void
add_list(struct sift_buf *out, const struct facts *facts)
{
	for (size_t i = 0; i < facts->count; i++) {
		sift_buf_add_str(out, i ? ", " : "");
		sift_buf_add_span(out, facts->list[i]);
	}
}

/* Facts that should be the same, and what follows if they are not; a side
   that does not tell is not different. */
static enum sift_status
compare_facts(struct sift_pair *pair, const char *name, const struct facts *old,
	      const struct facts *new, const char *so)
{
	struct sift_buf text;
	enum sift_status rc;

	if (!old->count || !new->count || are_same_facts(old, new))
		return SIFT_OK;
	sift_buf_init(&text, 0);
	sift_buf_printf(&text, "%s: ", name);
	add_list(&text, old);
	sift_buf_add_str(&text, " against ");
	add_list(&text, new);
	sift_buf_add_str(&text, so);
	rc = sift_buf_status(&text)
		     ? sift_pair_no_memory(pair)
		     : add_mismatch(pair,
				    sift_arena_span(pair->arena,
						    sift_buf_span(&text)));
	sift_buf_release(&text);
	return rc;
}

static enum sift_status
compare_hosts(struct sift_pair *pair, bool shares)
{
	struct facts old = {.count = 0}, new = {.count = 0};

	gather_hosts(pair, pair->before, &old);
	gather_hosts(pair, pair->after, &new);
	return compare_facts(pair, "hosts", &old, &new,
			     shares ? "; what differs may be the machine, not "
				      "the version"
				    : "; if endpoints are called by their "
				      "hosts, take these off with a rule under "
				      "names in loadsift.yaml");
}

static enum sift_status
compare_versions(struct sift_pair *pair)
{
	struct facts old = {.count = 0}, new = {.count = 0};
	const size_t offset = offsetof(struct sift_run, tool_version);

	gather_facts(pair, pair->before, offset, &old);
	gather_facts(pair, pair->after, offset, &new);
	return compare_facts(pair, "tool version", &old, &new, "");
}

/* What must be known when reading the result. */
static enum sift_status
add_differences(struct sift_pair *pair, const struct overlap *o)
{
	const struct sift_set *a = pair->before, *b = pair->after;
	char one[SIFT_WORDS_MAX], two[SIFT_WORDS_MAX];
	enum sift_status rc = compare_hosts(pair, shares_endpoints(o));

	if (!rc && !is_within(a->duration_s, b->duration_s, SLACK))
		rc = add_mismatch(
			pair,
			sift_arena_printf(
				pair->arena,
				"duration: %s s against %s s; warm-up weighs "
				"more in the shorter",
				sift_words(a->duration_s, SIFT_WORDS_PLAIN,
					   one),
				sift_words(b->duration_s, SIFT_WORDS_PLAIN,
					   two)));
	if (!rc && o->mix > MIX_POINTS)
		rc = add_mismatch(
			pair,
			sift_arena_printf(
				pair->arena,
				"mix: %s%s%s is %s of the requests against %s; "
				"totals cannot be compared",
				o->mixed->method ? o->mixed->method : "",
				o->mixed->method ? " " : "", o->mixed->name,
				sift_words(o->mix_of[0], SIFT_WORDS_PERCENT,
					   one),
				sift_words(o->mix_of[1], SIFT_WORDS_PERCENT,
					   two)));
	return rc ? rc : compare_versions(pair);
}

/* ---- the lists ---- */

bool
sift_is_control(const char *glob, const char *method, const char *name,
		struct sift_arena *arena)
{
	const char *both = name;

	if (method)
		both = sift_arena_printf(arena, "%s %s", method, name);
	return name && (sift_glob_match(glob, name) ||
			(both && sift_glob_match(glob, both)));
}

static bool
is_control(const struct sift_pair *pair, const struct sift_set_endpoint *e)
{
	for (size_t i = 0; i < pair->options->control_count; i++)
		if (sift_is_control(pair->options->controls[i], e->method,
				    e->name, pair->arena))
			return true;
	return false;
}

static void
add_common(struct sift_pair *pair, const struct sift_set_endpoint *old,
	   const struct sift_set_endpoint *new)
{
	size_t i = pair->out->endpoint_count++;
	struct sift_compared_endpoint *e = &pair->out->endpoints[i];

	pair->old_results[i] = &old->result;
	pair->new_results[i] = &new->result;
	*e = (struct sift_compared_endpoint){
		.method = old->method,
		.name = old->name,
		.kind = old->kind,
		.is_control = is_control(pair, old),
		.share_of_time = old->result.share_of_time,
	};
}

static void
fill_lists(struct sift_pair *pair)
{
	struct walk w = {{0, 0}, {NULL, NULL}};
	struct sift_comparison *out = pair->out;

	while (walk_next(&w, pair->before, pair->after)) {
		if (w.rows[0] && w.rows[1])
			add_common(pair, w.rows[0], w.rows[1]);
		else if (w.rows[0])
			out->removed[out->removed_count++] =
				(struct sift_action_endpoint){w.rows[0]->method,
							      w.rows[0]->name};
		else
			out->added[out->added_count++] =
				(struct sift_action_endpoint){w.rows[1]->method,
							      w.rows[1]->name};
	}
	if (out->endpoint_count > 0 || out->removed_count > 0 ||
	    out->added_count > 0)
		return;
	/* Sources without endpoints: all requests together. */
	pair->old_results[0] = &pair->before->total;
	pair->new_results[0] = &pair->after->total;
	out->endpoints[0] = (struct sift_compared_endpoint){
		.kind = SIFT_KIND_HTTP, .share_of_time = NAN};
	out->endpoint_count = 1;
}

static enum sift_status
make_room(struct sift_pair *pair)
{
	size_t old = pair->before->endpoint_count + 1;
	size_t new = pair->after->endpoint_count + 1;
	struct sift_comparison *out = pair->out;

	pair->old_results = sift_arena_array(pair->arena, old,
					     sizeof(struct sift_set_result *));
	pair->new_results = sift_arena_array(pair->arena, old,
					     sizeof(struct sift_set_result *));
	out->endpoints =
		sift_arena_array(pair->arena, old, sizeof(*out->endpoints));
	out->removed =
		sift_arena_array(pair->arena, old, sizeof(*out->removed));
	out->added = sift_arena_array(pair->arena, new, sizeof(*out->added));
	out->mismatches = sift_arena_array(pair->arena, MISMATCHES,
					   sizeof(*out->mismatches));
	if (!pair->old_results || !pair->new_results || !out->endpoints ||
	    !out->removed || !out->added || !out->mismatches)
		return sift_pair_no_memory(pair);
	return SIFT_OK;
}

enum sift_status
sift_pair_match(struct sift_pair *pair)
{
	struct overlap o = overlap_of(pair->before, pair->after);
	enum sift_status rc = make_room(pair);

	if (!rc)
		rc = add_contradictions(pair, &o);
	if (!rc)
		rc = add_differences(pair, &o);
	if (!rc)
		fill_lists(pair);
	return rc;
}
