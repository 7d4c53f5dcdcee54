/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Load: what becomes slower, or gives no more, as a sweep's load rises.
 */
#include <config.h>

#include <math.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/table.h"
#include "judge/rule_family.h"
#include "judge/words.h"

#define GROWTH_MIN_MS 10
#define SATURATED 0.25 /* throughput's rise ÷ that of users, low to high */
/*
 * The same from a level in between to the highest: there a rise that is
 * merely weak is the way to saturation, not yet there.
 */
#define CEILING 0.1
/* A step of fewer users than this share drowns in noise. */
#define STEP_MIN 0.2

/* ---- saturation ---- */

/* Relative rise from level `from` to level `to`. */
static double
rise_of_users(const struct sift_sweep *sweep, size_t from, size_t to)
{
	return sweep->levels[to].users / sweep->levels[from].users - 1;
}

static double
rise_of_rps(const struct sift_sweep *sweep, size_t from, size_t to)
{
	return sweep->levels[to].measured_rps /
		       sweep->levels[from].measured_rps -
	       1;
}

static bool
stalls_between(const struct sift_sweep *sweep, size_t from, size_t to,
	       double share)
{
	double users = rise_of_users(sweep, from, to);

	/* Unknown figures are NAN and make every comparison false. */
	return users >= STEP_MIN &&
	       rise_of_rps(sweep, from, to) < share * users;
}

/* The first step that brings little; if none does alone, the first. */
static size_t
first_weak_step(const struct sift_sweep *sweep)
{
	size_t i;

	for (i = 0; i + 1 < sweep->level_count; i++)
		if (stalls_between(sweep, i, i + 1, SATURATED))
			return i;
	return 0;
}

/*
 * In between, everything up to the top must bring little: one weak level
 * between good ones is noise.
 */
size_t
sift_saturated_from(const struct sift_sweep *sweep)
{
	size_t i, top = sweep->level_count - 1;

	if (sweep->level_count < 2)
		return SIFT_NONE;
	if (stalls_between(sweep, 0, top, SATURATED))
		return first_weak_step(sweep) + 1;
	for (i = 1; i < top; i++)
		if (stalls_between(sweep, i, i + 1, CEILING) &&
		    stalls_between(sweep, i, top, CEILING))
			return i + 1;
	return SIFT_NONE;
}

static struct sift_subject
subject_of_sweep(void)
{
	return (struct sift_subject){.set = SIFT_NONE, .subject = SIFT_NONE};
}

static enum sift_status
add_level(struct sift_judge *judge, struct sift_draft *draft,
	  const struct sift_sweep_level *level)
{
	char users[SIFT_WORDS_MAX], rps[SIFT_WORDS_MAX], p50[SIFT_WORDS_MAX];

	if (draft->fact_count == SIFT_DRAFT_FACTS)
		return SIFT_OK;
	return sift_draft_fact(
		judge, draft, "rps", level->measured_rps, NAN,
		sift_arena_printf(
			judge->arena,
			"%s user%s: %s requests per second, p50 %s",
			sift_words(level->users, SIFT_WORDS_PLAIN, users),
			level->users == 1 ? "" : "s",
			sift_words(level->measured_rps, SIFT_WORDS_PLAIN, rps),
			isnan(level->p50_ms) ? "unknown"
					     : sift_words(level->p50_ms,
							  SIFT_WORDS_MS, p50)));
}

static const char *
describe_saturation(struct sift_judge *judge, const struct sift_sweep *sweep,
		    size_t from)
{
	const struct sift_sweep_level *low = &sweep->levels[from];
	const struct sift_sweep_level *high =
		&sweep->levels[sweep->level_count - 1];
	bool rises = high->measured_rps > low->measured_rps;
	char users[SIFT_WORDS_MAX], more[SIFT_WORDS_MAX];
	char rps[SIFT_WORDS_MAX], more_rps[SIFT_WORDS_MAX];

	return sift_arena_printf(
		judge->arena,
		"from %s to %s users the throughput %s %s to %s requests per "
		"second",
		sift_words(low->users, SIFT_WORDS_PLAIN, users),
		sift_words(high->users, SIFT_WORDS_PLAIN, more),
		rises ? "rises only from" : "goes from",
		sift_words(low->measured_rps, SIFT_WORDS_PLAIN, rps),
		sift_words_beside(high->measured_rps, low->measured_rps,
				  SIFT_WORDS_PLAIN, more_rps));
}

static enum sift_status
judge_saturation(struct sift_judge *judge, size_t index)
{
	const struct sift_sweep *sweep = &judge->doc->sweeps[index];
	const struct sift_subject s = subject_of_sweep();
	size_t i, beyond = sift_saturated_from(sweep);
	size_t top = sweep->level_count - 1;
	bool overall =
		beyond != SIFT_NONE && stalls_between(sweep, 0, top, SATURATED);
	size_t from = overall ? 0 : beyond - 1;
	struct sift_draft *draft;
	struct sift_finding *f;
	enum sift_status rc = SIFT_OK;

	if (beyond == SIFT_NONE ||
	    !sift_judge_limits(judge, SIFT_RULE_LOAD_SATURATION)->enabled)
		return SIFT_OK;
	draft = sift_draft_new(judge, SIFT_RULE_LOAD_SATURATION, &s);
	if (!draft)
		return SIFT_E_NOMEM;
	f = &draft->finding;
	f->severity = SIFT_SEVERITY_WARNING;
	f->sweep = index;
	f->metric = "rps";
	f->unit = "ratio";
	f->value =
		rise_of_rps(sweep, from, top) / rise_of_users(sweep, from, top);
	f->threshold = overall ? SATURATED : CEILING;
	f->threshold_source = "default";
	f->runs_judged = f->runs_agreeing =
		(unsigned)judge->doc->sets[sweep->levels[top].set].run_count;
	f->share_of_time = 1;
	draft->ratio = f->value > 0 ? f->threshold / f->value : HUGE_VAL;
	f->message = describe_saturation(judge, sweep, beyond - 1);
	if (!f->message)
		return sift_judge_no_memory(judge);
	for (i = beyond - 1; i < sweep->level_count && !rc; i++)
		rc = add_level(judge, draft, &sweep->levels[i]);
	return rc;
}

/* ---- growth ---- */

/* The lowest and highest level at which an endpoint was asked often enough. */
struct reach {
	const char *method, *name; /* both NULL = all requests together */
	enum sift_kind kind;
	const struct sift_set_result *low, *high;
	size_t low_level, high_level;
};

struct reaches {
	struct sift_table keys; /* method, name, kind */
	struct reach *items;	/* owned, by number of the key */
	size_t capacity;
};

static enum sift_status
add_reach(struct sift_judge *judge, struct reaches *reaches,
	  struct sift_buf *key, const struct reach *what)
{
	void *grown = reaches->items;
	uint32_t id;
	bool is_new;

	sift_buf_clear(key);
	sift_buf_add_byte(key, (char)('a' + what->kind));
	sift_buf_add_byte(key, what->name ? 'n' : '-');
	sift_buf_add_str(key, what->method ? what->method : "");
	sift_buf_add_byte(key, '\0');
	sift_buf_add_str(key, what->name ? what->name : "");
	if (sift_buf_status(key) ||
	    sift_table_intern(&reaches->keys, sift_buf_span(key), &id, &is_new))
		return sift_judge_no_memory(judge);
	if (sift_array_grow(&grown, &reaches->capacity, (size_t)id + 1,
			    sizeof(*reaches->items), SIZE_MAX / 2))
		return sift_judge_no_memory(judge);
	reaches->items = grown;
	if (is_new)
		reaches->items[id] = *what;
	reaches->items[id].high = what->high;
	reaches->items[id].high_level = what->high_level;
	return SIFT_OK;
}

static bool
is_enough(const struct sift_judge *judge, const struct sift_set_result *result)
{
	double least =
		sift_judge_limits(judge, SIFT_RULE_LOAD_GROWTH)->min_requests;

	return result->requests.median >= least &&
	       result->latency[SIFT_STAT_P50].n;
}

/* Without endpoints a level is judged on its total. */
static enum sift_status
gather_level(struct sift_judge *judge, const struct sift_sweep *sweep,
	     size_t level, struct reaches *reaches, struct sift_buf *key)
{
	const struct sift_set *set =
		&judge->doc->sets[sweep->levels[level].set];
	struct reach total = {NULL,	   NULL,  SIFT_KIND_HTTP, &set->total,
			      &set->total, level, level};
	enum sift_status rc = SIFT_OK;
	bool has_endpoints = false;
	size_t i;

	for (i = 0; i < set->endpoint_count && !rc; i++) {
		const struct sift_set_endpoint *e = &set->endpoints[i];
		struct reach reach = {e->method,  e->name, e->kind, &e->result,
				      &e->result, level,   level};

		if (e->kind == SIFT_KIND_TREND)
			continue;
		has_endpoints = true;
		if (is_enough(judge, &e->result))
			rc = add_reach(judge, reaches, key, &reach);
	}
	if (!rc && !has_endpoints && is_enough(judge, &set->total))
		rc = add_reach(judge, reaches, key, &total);
	return rc;
}

static const char *
level_name(struct sift_judge *judge, const struct sift_sweep *sweep,
	   size_t level)
{
	const struct sift_sweep_level *l = &sweep->levels[level];
	char text[SIFT_WORDS_MAX];

	if (!isnan(l->users))
		return sift_arena_printf(
			judge->arena, l->users == 1 ? "%s user" : "%s users",
			sift_words(l->users, SIFT_WORDS_PLAIN, text));
	if (l->load)
		return l->load;
	return sift_arena_printf(
		judge->arena, "%s rps",
		sift_words(l->measured_rps, SIFT_WORDS_PLAIN, text));
}

static const char *
describe_growth(struct sift_judge *judge, const struct sift_sweep *sweep,
		const struct reach *reach, const struct sift_finding *f)
{
	const char *low_name = level_name(judge, sweep, reach->low_level);
	const char *high_name = level_name(judge, sweep, reach->high_level);
	char low[SIFT_WORDS_MAX], high[SIFT_WORDS_MAX];
	char value[SIFT_WORDS_MAX], limit[SIFT_WORDS_MAX];

	if (!low_name || !high_name)
		return NULL;
	return sift_arena_printf(
		judge->arena,
		"%sp50 grows from %s at %s to %s at %s: %s times, over %s",
		reach->name ? "" : "all requests: ",
		sift_words(reach->low->latency[SIFT_STAT_P50].median,
			   SIFT_WORDS_MS, low),
		low_name,
		sift_words(reach->high->latency[SIFT_STAT_P50].median,
			   SIFT_WORDS_MS, high),
		high_name,
		sift_words_beside(f->value, f->threshold, SIFT_WORDS_PLAIN,
				  value),
		sift_words(f->threshold, SIFT_WORDS_PLAIN, limit));
}

static enum sift_status
draft_growth(struct sift_judge *judge, size_t index, const struct reach *reach,
	     double low, double ratio, enum sift_severity severity,
	     double limit)
{
	const struct sift_spread *high = &reach->high->latency[SIFT_STAT_P50];
	struct sift_subject s = subject_of_sweep();
	struct sift_draft *draft;
	struct sift_finding *f;

	s.method = reach->method;
	s.name = reach->name;
	s.kind = reach->kind;
	s.result = reach->high;
	draft = sift_draft_new(judge, SIFT_RULE_LOAD_GROWTH, &s);
	if (!draft)
		return SIFT_E_NOMEM;
	f = &draft->finding;
	f->severity = severity;
	f->sweep = index;
	f->metric = "p50";
	f->unit = "ratio";
	f->value = ratio;
	f->threshold = limit;
	f->threshold_source =
		sift_judge_limit_source(judge, SIFT_RULE_LOAD_GROWTH, limit);
	f->runs_judged = high->n;
	f->runs_agreeing = sift_count_above(high, limit * low);
	f->message =
		describe_growth(judge, &judge->doc->sweeps[index], reach, f);
	draft->ratio = ratio / limit;
	if (!f->message || !f->threshold_source)
		return sift_judge_no_memory(judge);
	if (!reach->name)
		return sift_draft_fact(judge, draft, NULL, NAN, NAN,
				       SIFT_NO_ENDPOINTS);
	return SIFT_OK;
}

static enum sift_status
judge_reach(struct sift_judge *judge, size_t index, const struct reach *reach)
{
	const struct sift_rule_limits *limits =
		sift_judge_limits(judge, SIFT_RULE_LOAD_GROWTH);
	const double steps[SIFT_SEVERITY_COUNT] = {
		[SIFT_SEVERITY_CRITICAL] = limits->critical,
		[SIFT_SEVERITY_WARNING] = limits->warning,
		[SIFT_SEVERITY_NOTE] = limits->note,
	};
	double low = reach->low->latency[SIFT_STAT_P50].median;
	double high = reach->high->latency[SIFT_STAT_P50].median;
	int i;

	if (reach->low_level == reach->high_level ||
	    !(high - low >= GROWTH_MIN_MS))
		return SIFT_OK;
	if (!(low > 0)) /* less than the tool can show */
		low = reach->low->resolution_ms;
	for (i = 0; low > 0 && i < SIFT_SEVERITY_COUNT; i++)
		if (high / low > steps[i])
			return draft_growth(judge, index, reach, low,
					    high / low, (enum sift_severity)i,
					    steps[i]);
	return SIFT_OK;
}

static enum sift_status
judge_growth(struct sift_judge *judge, size_t index)
{
	const struct sift_sweep *sweep = &judge->doc->sweeps[index];
	struct reaches reaches = {.items = NULL};
	struct sift_buf key;
	enum sift_status rc = SIFT_OK;
	size_t i;

	if (!sift_judge_limits(judge, SIFT_RULE_LOAD_GROWTH)->enabled)
		return SIFT_OK;
	sift_table_init(&reaches.keys, 0);
	sift_buf_init(&key, 0);
	for (i = 0; i < sweep->level_count && !rc; i++)
		rc = gather_level(judge, sweep, i, &reaches, &key);
	for (i = 0; i < reaches.keys.count && !rc; i++)
		rc = judge_reach(judge, index, &reaches.items[i]);
	sift_buf_release(&key);
	sift_free(reaches.items);
	sift_table_release(&reaches.keys);
	return rc;
}

enum sift_status
sift_rules_load(struct sift_judge *judge, size_t sweep)
{
	enum sift_status rc = judge_growth(judge, sweep);

	if (!rc)
		rc = judge_saturation(judge, sweep);
	return rc;
}
