/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "judge/load_curves.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "judge/load_curve_maker.h"
#include "judge/words.h"

#define FIT_ERRORS 0.01 /* levels that fail more tell nothing of scaling */
#define CEILING_NEAR 2	/* times what was served: beyond it is a guess */

/* ---- levels ---- */

static double
error_of(const struct sift_spread *spread)
{
	struct sift_scatter scatter = sift_spread_scatter(spread);

	return scatter.stddev / sqrt((double)spread->n);
}

static void
take_set(struct sift_curve_maker *m, const struct sift_sweep_level *from,
	 double load, struct sift_load_level *to)
{
	const struct sift_set *set = &m->doc->sets[from->set];
	const struct sift_set_result *total = &set->total;
	double errors = total->error_rate.median;
	double ok = isnan(errors) ? 1 : 1 - errors;

	*to = (struct sift_load_level){
		.set = from->set,
		.load = load,
		.runs = (unsigned)set->run_count,
		.throughput = total->rps.median * ok,
		.throughput_se = error_of(&total->rps) * ok,
		.mean_ms = total->latency[SIFT_STAT_MEAN].median,
		.p50_ms = total->latency[SIFT_STAT_P50].median,
		.p95_ms = total->latency[SIFT_STAT_P95].median,
		.requests = total->requests.median,
		.error_rate = errors,
		.gain = NAN,
	};
}

static void
take_part(const struct sift_run_level *from, struct sift_load_level *to)
{
	*to = (struct sift_load_level){
		.set = SIFT_NONE,
		.load = from->users,
		.runs = 1,
		.throughput = from->throughput,
		.throughput_se = from->throughput_se,
		.mean_ms = from->mean_ms,
		.p50_ms = from->p50_ms,
		.p95_ms = from->p95_ms,
		.requests = from->requests,
		.error_rate = from->error_rate,
		.gain = NAN,
	};
}

static bool
is_by_users(const struct sift_load_curve *curve)
{
	return !strcmp(curve->axis, "users");
}

static void
fill_levels(struct sift_curve_maker *m)
{
	struct sift_load_curve *curve = m->curve;

	for (size_t i = 0; i < curve->level_count; i++) {
		struct sift_load_level *l = &curve->levels[i];
		double latency_s = l->mean_ms / 1000;

		m->levels[i] = (struct sift_level){
			l->load,   l->throughput, l->throughput_se,
			latency_s, l->p95_ms,	  l->error_rate};
		l->in_flight = l->throughput * latency_s;
		l->think_s =
			is_by_users(curve)
				? sift_little(l->load, l->throughput, latency_s)
					  .think_s
				: (double)NAN;
		l->passes = -1;
		if (i > 0)
			l->gain = sift_marginal_gain(m->levels, i);
	}
}

/* ---- what more load gives ---- */

static double
load_at(const struct sift_load_curve *curve, size_t level)
{
	return level == SIFT_NO_LEVEL ? (double)NAN : curve->levels[level].load;
}

static const char *
think_name(enum sift_think think)
{
	switch (think) {
	case SIFT_THINK_IMPOSSIBLE:
		return "impossible";
	case SIFT_THINK_CONSTANT:
		return "constant";
	case SIFT_THINK_GROWING:
		return "growing";
	case SIFT_THINK_VARYING:
		return "varying";
	case SIFT_THINK_UNKNOWN:
		break;
	}
	return NULL;
}

static void
find_gains(struct sift_curve_maker *m)
{
	struct sift_load_curve *curve = m->curve;
	struct sift_gain gain =
		sift_capacity_gain(m->levels, curve->level_count);

	curve->half_gain_at = load_at(curve, gain.half);
	curve->saturated_at = load_at(curve, gain.saturated);
	curve->retrograde_at = load_at(curve, gain.retrograde);
	curve->best_power_at = load_at(curve, gain.best_power);
	if (is_by_users(curve))
		curve->think = think_name(
			sift_think(m->levels, curve->level_count, m->scratch));
}

static const char *
claim_name(enum sift_usl_claim claim)
{
	switch (claim) {
	case SIFT_USL_LINEAR:
		return "linear";
	case SIFT_USL_CONTENTION:
		return "contention";
	case SIFT_USL_NO_PEAK:
		return "peak not observed";
	case SIFT_USL_PEAK:
		return "peak";
	case SIFT_USL_NOTHING:
		break;
	}
	return "nothing";
}

/* N is what is in flight, whatever the axis: users think. */
static enum sift_status
fit_scalability(struct sift_curve_maker *m)
{
	struct sift_load_curve *curve = m->curve;
	struct sift_scalability *out = &curve->scalability;
	struct sift_usl_level *levels =
		sift_calloc(curve->level_count, sizeof(*levels));
	struct sift_usl_judgement fit;
	size_t count = 0;
	double top;

	if (!levels)
		return sift_curve_no_memory(m);
	for (size_t i = 0; i < curve->level_count; i++) {
		const struct sift_load_level *l = &curve->levels[i];

		if (!(l->error_rate > FIT_ERRORS))
			levels[count++] = (struct sift_usl_level){
				l->in_flight, l->throughput};
	}
	fit = sift_usl_judge(levels, count);
	sift_free(levels);
	*out = (struct sift_scalability){
		claim_name(fit.claim), NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN};
	if (fit.claim == SIFT_USL_NOTHING)
		return SIFT_OK;
	out->lambda = fit.fit.lambda;
	out->sigma = fit.fit.sigma;
	out->kappa = fit.fit.kappa;
	top = curve->levels[curve->level_count - 1].throughput;
	if (fit.claim == SIFT_USL_CONTENTION &&
	    fit.fit.lambda / fit.fit.sigma <= CEILING_NEAR * top)
		out->ceiling = fit.fit.lambda / fit.fit.sigma;
	if (fit.claim == SIFT_USL_PEAK) {
		out->peak_in_flight = fit.fit.peak_load;
		out->peak_low = fit.low;
		out->peak_high = fit.high;
		out->peak_throughput = fit.fit.peak_throughput;
	}
	return SIFT_OK;
}

/* ---- curves ---- */

static double
traffic_per_day(const struct sift_config *config)
{
	double sum = 0;

	for (size_t i = 0; i < config->traffic_count; i++)
		sum += config->traffic[i].per_day;
	return sum;
}

/* Levels are there; judge them. */
static enum sift_status
judge(struct sift_curve_maker *m)
{
	struct sift_load_curve *curve = m->curve;
	enum sift_status rc;

	curve->last_pass = curve->interpolated = NAN;
	m->levels = sift_calloc(curve->level_count, sizeof(*m->levels));
	m->scratch = sift_calloc(curve->level_count, sizeof(*m->scratch));
	if (m->levels && m->scratch) {
		fill_levels(m);
		find_gains(m);
		rc = sift_curve_find_capacity(m);
		if (!rc)
			rc = fit_scalability(m);
	} else {
		rc = sift_curve_no_memory(m);
	}
	sift_free(m->levels);
	sift_free(m->scratch);
	if (rc)
		return rc;
	curve->summary = sift_load_curve_summary(
		curve, traffic_per_day(m->config), m->arena);
	return curve->summary ? SIFT_OK : sift_curve_no_memory(m);
}

static enum sift_status
begin(struct sift_curve_maker *m, size_t levels)
{
	m->curve->levels =
		sift_arena_array(m->arena, levels, sizeof(*m->curve->levels));
	return m->curve->levels ? SIFT_OK : sift_curve_no_memory(m);
}

static double
load_of(const struct sift_sweep *sweep, size_t i)
{
	const struct sift_sweep_level *l = &sweep->levels[i];

	return !strcmp(sweep->axis, "users") ? l->users : l->measured_rps;
}

static enum sift_status
add_sweep(struct sift_curve_maker *m, size_t index)
{
	const struct sift_sweep *sweep = &m->doc->sweeps[index];
	struct sift_load_curve *curve =
		&m->doc->load_curves[m->doc->load_curve_count];
	enum sift_status rc;

	*curve = (struct sift_load_curve){.scenario = sweep->scenario,
					  .tool = sweep->tool,
					  .axis = sweep->axis,
					  .sweep = index,
					  .run = SIFT_NONE};
	m->curve = curve;
	rc = begin(m, sweep->level_count);
	if (rc)
		return rc;
	for (size_t i = 0; i < sweep->level_count; i++)
		if (load_of(sweep, i) > 0)
			take_set(m, &sweep->levels[i], load_of(sweep, i),
				 &curve->levels[curve->level_count++]);
	if (curve->level_count < 2)
		return SIFT_OK;
	m->doc->load_curve_count++;
	return judge(m);
}

static int
compare_levels(const void *a, const void *b)
{
	const struct sift_load_level *x = a, *y = b;

	return (x->load > y->load) - (x->load < y->load);
}

/* Up, and perhaps down again: of two parts of one load the first stays. */
static enum sift_status
add_run(struct sift_curve_maker *m, size_t index)
{
	const struct sift_run *run = &m->doc->runs[index];
	struct sift_load_curve *curve =
		&m->doc->load_curves[m->doc->load_curve_count];
	enum sift_status rc;

	*curve = (struct sift_load_curve){.scenario = run->label,
					  .tool = run->tool,
					  .axis = "users",
					  .sweep = SIFT_NONE,
					  .run = index};
	m->curve = curve;
	rc = begin(m, run->level_count);
	for (size_t i = 0; i < run->level_count && !rc; i++) {
		bool is_new = true;

		for (size_t k = 0; k < curve->level_count; k++)
			is_new = is_new &&
				 curve->levels[k].load != run->levels[i].users;
		if (is_new)
			take_part(&run->levels[i],
				  &curve->levels[curve->level_count++]);
	}
	if (rc || curve->level_count < 2)
		return rc;
	qsort(curve->levels, curve->level_count, sizeof(*curve->levels),
	      compare_levels);
	m->doc->load_curve_count++;
	return judge(m);
}

enum sift_status
sift_load_curves(struct sift_document *doc, const struct sift_config *config,
		 struct sift_arena *arena, struct sift_err *err)
{
	struct sift_curve_maker m = {
		.doc = doc, .config = config, .arena = arena, .err = err};
	size_t most = doc->sweep_count;
	enum sift_status rc = SIFT_OK;

	for (size_t i = 0; i < doc->run_count; i++)
		most += doc->runs[i].level_count > 0;
	doc->load_curve_count = 0;
	if (most == 0)
		return SIFT_OK;
	doc->load_curves =
		sift_arena_array(arena, most, sizeof(*doc->load_curves));
	if (!doc->load_curves)
		return sift_curve_no_memory(&m);
	for (size_t i = 0; i < doc->sweep_count && !rc; i++)
		rc = add_sweep(&m, i);
	for (size_t i = 0; i < doc->run_count && !rc; i++)
		if (doc->runs[i].level_count > 0)
			rc = add_run(&m, i);
	return rc;
}
