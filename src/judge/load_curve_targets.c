/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * The capacity at which targets hold, as a bracket of two levels: each demand
 * on an endpoint is judged level by level, and the first that is missed bounds
 * it. docs/load-levels.md
 */

#include <config.h>

#include <math.h>
#include <string.h>

#include "base/num.h"
#include "config/rules.h"
#include "judge/load_curve_maker.h"
#include "judge/words.h"
#include "model/figures.h"

enum sift_status
sift_curve_no_memory(const struct sift_curve_maker *m)
{
	return sift_fail(m->err, SIFT_E_NOMEM, "no memory for load levels");
}

/* A percentile, or the error rate, of an endpoint or of all requests. */
struct demand {
	const char *method, *name; /* name NULL = all requests */
	enum sift_kind kind;
	enum sift_stat stat; /* SIFT_STAT_COUNT = error rate */
	double limit;
	unsigned line; /* of loadsift.yaml; 0 = default */
};

static const struct sift_set_result *
result_of(const struct sift_set *set, const struct demand *d)
{
	for (size_t i = 0; d->name && i < set->endpoint_count; i++) {
		const struct sift_set_endpoint *e = &set->endpoints[i];

		if (e->kind == d->kind && !strcmp(e->name, d->name) &&
		    (e->method == d->method ||
		     (e->method && d->method && !strcmp(e->method, d->method))))
			return &e->result;
	}
	return d->name ? NULL : &set->total;
}

/* What is demanded, at one level; NAN = not known. */
static double
value_at(const struct sift_curve_maker *m, size_t i, const struct demand *d)
{
	const struct sift_load_level *l = &m->curve->levels[i];
	const struct sift_set_result *r;

	if (l->set == SIFT_NONE) {
		if (d->name)
			return NAN;
		return d->stat == SIFT_STAT_COUNT ? l->error_rate
		       : d->stat == SIFT_STAT_P95 ? l->p95_ms
						  : (double)NAN;
	}
	r = result_of(&m->doc->sets[l->set], d);
	if (!r)
		return NAN;
	return d->stat == SIFT_STAT_COUNT ? r->error_rate.median
					  : r->latency[d->stat].median;
}

static const char *
describe(struct sift_curve_maker *m, const struct demand *d, double value)
{
	bool is_rate = d->stat == SIFT_STAT_COUNT;
	enum sift_words_unit unit =
		is_rate ? SIFT_WORDS_PERCENT : SIFT_WORDS_MS;
	char limit[SIFT_WORDS_MAX], is[SIFT_WORDS_MAX];
	const char *beyond = "";

	if (!isnan(value)) {
		beyond = sift_arena_printf(
			m->arena, " (it is %s)",
			sift_words_beside(value, d->limit, unit, is));
		if (!beyond)
			return NULL;
	}
	return sift_arena_printf(
		m->arena, "%s%s%s %s at most %s%s", d->method ? d->method : "",
		d->method ? " " : "", d->name ? d->name : "all requests:",
		is_rate ? "error rate" : sift_stat_name(d->stat),
		sift_words(d->limit, unit, limit), beyond);
}

/* Does any level have the figure? */
static bool
is_known(const struct sift_curve_maker *m, const struct demand *d)
{
	for (size_t i = 0; i < m->curve->level_count; i++)
		if (!isnan(value_at(m, i, d)))
			return true;
	return false;
}

/* A demand is first missed at `load`: the lowest such load bounds the bracket,
   and there the demand that is missed most says why. */
static enum sift_status
bound(struct sift_curve_maker *m, const struct demand *d,
      const struct sift_bracket *bracket)
{
	struct sift_load_curve *curve = m->curve;
	double load = curve->levels[bracket->first_fail].load;
	double value = value_at(m, bracket->first_fail, d);
	double missed_by = value / d->limit;

	if (load > curve->first_fail)
		return SIFT_OK;
	if (load < curve->first_fail)
		curve->interpolated = bracket->interpolated;
	else
		curve->interpolated =
			fmin(curve->interpolated, bracket->interpolated);
	if (load == curve->first_fail && missed_by <= m->missed_by)
		return SIFT_OK;
	curve->first_fail = load;
	m->missed_by = missed_by;
	curve->target = describe(m, d, value);
	curve->target_source =
		d->line ? sift_arena_printf(m->arena, "%s:%u", m->config->file,
					    d->line)
			: "default";
	return curve->target && curve->target_source ? SIFT_OK
						     : sift_curve_no_memory(m);
}

/* Let one demand bound the bracket; the strictest stays. */
static enum sift_status
apply(struct sift_curve_maker *m, const struct demand *d)
{
	struct sift_load_curve *curve = m->curve;
	bool is_rate = d->stat == SIFT_STAT_COUNT;
	struct sift_capacity_target target = {is_rate ? (double)NAN : d->limit,
					      is_rate ? d->limit : (double)NAN};
	struct sift_bracket bracket;

	if (!is_known(m, d))
		return SIFT_OK;
	for (size_t i = 0; i < curve->level_count; i++) {
		double value = value_at(m, i, d);

		m->levels[i].p95_ms = is_rate ? (double)NAN : value;
		m->levels[i].error_rate = is_rate ? value : (double)NAN;
	}
	bracket = sift_capacity_bracket(m->levels, curve->level_count, &target,
					m->scratch);
	for (size_t i = 0; i < curve->level_count; i++) {
		bool fails = bracket.first_fail != SIFT_NO_LEVEL &&
			     i >= bracket.first_fail;
		int *passes = &curve->levels[i].passes;

		*passes = fails ? 0 : (*passes == 0 ? 0 : 1);
	}
	return bracket.first_fail == SIFT_NO_LEVEL ? SIFT_OK
						   : bound(m, d, &bracket);
}

/* All that a target demands of an endpoint. */
static enum sift_status
apply_target(struct sift_curve_maker *m, const struct sift_set_endpoint *e,
	     const struct sift_target *target)
{
	const struct {
		enum sift_stat stat;
		double limit;
	} rows[] = {
		{SIFT_STAT_P50, target->p50_ms},
		{SIFT_STAT_P95, target->p95_ms},
		{SIFT_STAT_P99, target->p99_ms},
		{SIFT_STAT_COUNT, target->error_rate},
	};
	enum sift_status rc = SIFT_OK;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]) && !rc; i++) {
		struct demand d = {e->method,	 e->name,	e->kind,
				   rows[i].stat, rows[i].limit, target->line};

		if (!isnan(d.limit))
			rc = apply(m, &d);
	}
	return rc;
}

/* Endpoints of the lowest level stand for those of all: a sweep is of sets
   that share them. */
static enum sift_status
apply_targets(struct sift_curve_maker *m, bool *out_any)
{
	const struct sift_load_level *low = &m->curve->levels[0];
	const struct sift_set *set;
	enum sift_status rc = SIFT_OK;

	*out_any = false;
	if (low->set == SIFT_NONE)
		return SIFT_OK;
	set = &m->doc->sets[low->set];
	for (size_t i = 0; i < set->endpoint_count && !rc; i++) {
		const struct sift_set_endpoint *e = &set->endpoints[i];
		const struct sift_target *target =
			sift_config_target(m->config, e->method, e->name);

		if (!target || e->kind == SIFT_KIND_TREND)
			continue;
		*out_any = true;
		rc = apply_target(m, e, target);
	}
	return rc;
}

static enum sift_status
apply_defaults(struct sift_curve_maker *m)
{
	const struct sift_rule_limits *rules = m->config->rules;
	const struct demand demands[] = {
		{NULL, NULL, SIFT_KIND_HTTP, SIFT_STAT_P95,
		 rules[SIFT_RULE_LATENCY_P95].critical,
		 rules[SIFT_RULE_LATENCY_P95].line},
		{NULL, NULL, SIFT_KIND_HTTP, SIFT_STAT_COUNT,
		 rules[SIFT_RULE_ERRORS_RATE].critical,
		 rules[SIFT_RULE_ERRORS_RATE].line},
	};
	bool has_p95 = is_known(m, &demands[0]);
	bool has_errors = is_known(m, &demands[1]);
	char p95[SIFT_WORDS_MAX], errors[SIFT_WORDS_MAX];
	enum sift_status rc = apply(m, &demands[0]);

	if (!rc)
		rc = apply(m, &demands[1]);
	if (rc || m->curve->target)
		return rc;
	sift_words(demands[0].limit, SIFT_WORDS_MS, p95);
	sift_words(demands[1].limit, SIFT_WORDS_PERCENT, errors);
	m->curve->target = sift_arena_printf(
		m->arena, "all requests: %s%s%s%s",
		has_p95 || !has_errors ? "p95 at most " : "p95 is not known",
		has_p95 || !has_errors ? p95 : "",
		has_errors || !has_p95 ? ", error rate at most "
				       : ", errors are not known",
		has_errors || !has_p95 ? errors : "");
	m->curve->target_source = "default";
	return m->curve->target ? SIFT_OK : sift_curve_no_memory(m);
}

/* Of the levels within a run only all requests together are known. */
static enum sift_status
say_what_cannot_be_judged(struct sift_curve_maker *m)
{
	if (m->curve->levels[0].set != SIFT_NONE ||
	    m->config->target_count == 0)
		return SIFT_OK;
	m->curve->target = sift_arena_printf(
		m->arena,
		"%s; targets of endpoints can only be judged where each level "
		"has runs of its own",
		m->curve->target);
	return m->curve->target ? SIFT_OK : sift_curve_no_memory(m);
}

enum sift_status
sift_curve_find_capacity(struct sift_curve_maker *m)
{
	struct sift_load_curve *curve = m->curve;
	bool any;
	enum sift_status rc;

	curve->first_fail = INFINITY;
	rc = apply_targets(m, &any);
	if (!rc && !any)
		rc = apply_defaults(m);
	if (!rc && !any)
		rc = say_what_cannot_be_judged(m);
	for (size_t i = 0; i < curve->level_count; i++)
		if (curve->levels[i].passes == 1)
			curve->last_pass = curve->levels[i].load;
	if (isinf(curve->first_fail))
		curve->first_fail = NAN;
	if (!rc && !curve->target) {
		curve->target = "the targets of loadsift.yaml";
		curve->target_source = m->config->file;
	}
	return rc;
}
