/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "judge/noise_floors.h"

#include <math.h>

#include "base/mem.h"
#include "judge/compare.h"
#include "judge/words.h"
#include "stat/noise.h"
#include "stat/order.h"

static const unsigned designs[SIFT_NOISE_DESIGNS] = SIFT_NOISE_RUNS;

/* One percentile of all endpoints of a set. */
struct family {
	const struct sift_set *set;
	enum sift_stat stat;
	double min_share, min_step_ms;
	struct sift_noise_endpoint *endpoints;
	struct sift_noise *noise;
	double *values; /* of each run, one endpoint after the other */
};

/* Of what one run does not know of its percentile, the runs' mean square. */
static double
within_sd(const struct sift_latency_range *ranges, size_t runs)
{
	double squares = 0;
	size_t known = 0;

	for (size_t i = 0; ranges && i < runs; i++) {
		if (isnan(ranges[i].log_sd))
			continue;
		squares += ranges[i].log_sd * ranges[i].log_sd;
		known++;
	}
	return known ? sqrt(squares / (double)known) : (double)NAN;
}

static void
put_floor(const struct family *f, size_t i, struct sift_noise_floor *out)
{
	const struct sift_set_result *result = &f->set->endpoints[i].result;
	const struct sift_noise *noise = &f->noise[i];
	double median = result->latency[f->stat].median;
	double step = fmax(f->min_step_ms, sift_step_at(result, median));
	double prior_df = noise->df - ((double)noise->n - 1);

	out->between = expm1(noise->sd);
	out->within = expm1(noise->within_sd);
	out->wants_longer = noise->n >= 2 && noise->is_within;
	for (size_t k = 0; k < SIFT_NOISE_DESIGNS; k++) {
		double share =
			sift_detectable_share(noise->sd, designs[k], prior_df);

		/* fmax would pass over what is unknown */
		out->shows[k] = isnan(share) ? share
					     : fmax(fmax(share, step / median),
						    f->min_share);
	}
}

static enum sift_status
judge_family(struct family *f, struct sift_endpoint_noise *out,
	     struct sift_err *err)
{
	enum sift_status rc;

	for (size_t i = 0; i < f->set->endpoint_count; i++) {
		const struct sift_set_result *r = &f->set->endpoints[i].result;
		double *values = f->values + i * f->set->run_count;

		sift_spread_values(&r->latency[f->stat], values);
		f->endpoints[i] = (struct sift_noise_endpoint){
			.values = values,
			.within_sd = within_sd(f->stat == SIFT_STAT_P50
						       ? r->p50_ranges
						       : r->p95_ranges,
					       f->set->run_count),
			.resolution =
				sift_step_at(r, r->latency[f->stat].median),
		};
	}
	rc = sift_noise(f->endpoints, f->set->endpoint_count, f->set->run_count,
			f->noise, err);
	for (size_t i = 0; i < f->set->endpoint_count && !rc; i++)
		put_floor(f, i,
			  f->stat == SIFT_STAT_P50 ? &out[i].p50 : &out[i].p95);
	return rc;
}

static enum sift_status
judge_set(struct sift_set *set, double min_share, struct sift_arena *arena,
	  struct sift_err *err)
{
	size_t count = set->endpoint_count;
	struct sift_endpoint_noise *out =
		sift_arena_array(arena, count, sizeof(*out));
	struct family f = {
		.set = set,
		.stat = SIFT_STAT_P50,
		.min_share = min_share,
		.min_step_ms = SIFT_MIN_STEP_P50_MS,
		.endpoints = sift_calloc(count, sizeof(*f.endpoints)),
		.noise = sift_calloc(count, sizeof(*f.noise)),
		.values =
			sift_calloc(count, set->run_count * sizeof(*f.values)),
	};
	enum sift_status rc =
		out && f.endpoints && f.noise && f.values
			? judge_family(&f, out, err)
			: sift_fail(err, SIFT_E_NOMEM,
				    "no memory for the noise of a set");

	f.stat = SIFT_STAT_P95;
	f.min_step_ms = SIFT_MIN_STEP_P95_MS;
	if (!rc)
		rc = judge_family(&f, out, err);
	for (size_t i = 0; i < count && !rc; i++)
		set->endpoints[i].noise = &out[i];
	sift_free(f.endpoints);
	sift_free(f.noise);
	sift_free(f.values);
	return rc;
}

/* ---- in a sentence ---- */

/* The median over endpoints of one of their figures: floor->between, or one
   of floor->shows. Fills `scratch`. */
static double
usual(const struct sift_set *set, size_t design, double *scratch, size_t *out_n)
{
	size_t n = 0;

	for (size_t i = 0; i < set->endpoint_count; i++) {
		const struct sift_noise_floor *p50 =
			&set->endpoints[i].noise->p50;
		double value = design < SIFT_NOISE_DESIGNS ? p50->shows[design]
							   : p50->between;

		if (set->endpoints[i].kind != SIFT_KIND_TREND && !isnan(value))
			scratch[n++] = value;
	}
	*out_n = n;
	/* a tenth of a percent is more than is known */
	return round(1000 * sift_median_of(scratch, n)) / 1000;
}

static const char *
summary(const struct sift_set *set, double *scratch, struct sift_arena *arena)
{
	char between[SIFT_WORDS_MAX], shows[SIFT_NOISE_DESIGNS][SIFT_WORDS_MAX];
	size_t n;

	sift_words(usual(set, SIFT_NOISE_DESIGNS, scratch, &n),
		   SIFT_WORDS_PERCENT, between);
	if (n == 0)
		return "no endpoint is in two runs: nothing repeats";
	for (size_t k = 0; k < SIFT_NOISE_DESIGNS; k++)
		sift_words(usual(set, k, scratch, &n), SIFT_WORDS_PERCENT,
			   shows[k]);
	return sift_arena_printf(
		arena,
		"p50 differs by %s from run to run (median of %zu "
		"endpoint%s); %u runs a side show changes from %s on, %u from "
		"%s, %u from %s",
		between, n, n == 1 ? "" : "s", designs[0], shows[0], designs[1],
		shows[1], designs[2], shows[2]);
}

static enum sift_status
sum_up(struct sift_set *set, struct sift_arena *arena, struct sift_err *err)
{
	double *scratch = sift_calloc(set->endpoint_count, sizeof(*scratch));

	if (scratch)
		set->noise_summary = summary(set, scratch, arena);
	sift_free(scratch);
	return set->noise_summary ? SIFT_OK
				  : sift_fail(err, SIFT_E_NOMEM,
					      "no memory for the noise of a "
					      "set");
}

enum sift_status
sift_noise_floors(struct sift_document *doc, double min_share,
		  struct sift_arena *arena, struct sift_err *err)
{
	enum sift_status rc = SIFT_OK;

	for (size_t i = 0; i < doc->set_count && !rc; i++) {
		struct sift_set *set = &doc->sets[i];

		if (set->run_count >= 2 && set->endpoint_count > 0)
			rc = judge_set(set, min_share, arena, err);
		else
			set->noise_summary =
				set->run_count < 2 ? "one run: nothing "
						     "repeats; make at least 3"
						   : "no endpoints";
		if (!rc && set->run_count >= 2 && set->endpoint_count > 0)
			rc = sum_up(set, arena, err);
	}
	return rc;
}
