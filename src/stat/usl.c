/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * With weights (X/N)^2 each row is (X/N) [1, N-1, N(N-1)] and its right side
 * is 1, so the residuals are relative errors. Columns are made orthogonal one
 * after the other (modified Gram-Schmidt), which keeps the digits that normal
 * equations of N^4 would lose. Negative terms are dropped and the best of the
 * remaining subsets is taken: four at most.
 */

#include <config.h>

#include "stat/usl.h"

#include <math.h>
#include <stdint.h>

#define TERMS 3

/* Below these a term is none at the loads that were tested. */
#define NO_CONTENTION 1e-3
#define SUPER_LINEAR 1.05

/* Leave-one-out peaks may differ by so much. */
#define MAX_PEAK_RATIO 2.0

/* A column that the ones before it explain up to rounding. */
#define DEPENDENT 1e-9

struct columns {
	double value[TERMS][SIFT_USL_MAX_LEVELS];
	size_t count;
};

static bool
is_level(const struct sift_usl_level *level)
{
	return level->load > 0 && isfinite(level->load) &&
	       level->throughput > 0 && isfinite(level->throughput);
}

/* `skip` is a level to leave out; count or more = none. */
static void
columns_init(struct columns *columns, const struct sift_usl_level *levels,
	     size_t count, size_t skip)
{
	columns->count = 0;
	for (size_t i = 0; i < count && i < SIFT_USL_MAX_LEVELS; i++) {
		double n = levels[i].load, weight;

		if (i == skip || !is_level(&levels[i]))
			continue;
		weight = levels[i].throughput / n;
		columns->value[0][columns->count] = weight;
		columns->value[1][columns->count] = weight * (n - 1);
		columns->value[2][columns->count] = weight * n * (n - 1);
		columns->count++;
	}
}

static double
dot(const double *a, const double *b, size_t count)
{
	double sum = 0;

	for (size_t i = 0; i < count; i++)
		sum += a[i] * b[i];
	return sum;
}

static void
subtract(double *from, const double *what, double times, size_t count)
{
	for (size_t i = 0; i < count; i++)
		from[i] -= times * what[i];
}

/*
 * Least squares of a column of ones on those terms whose bit is in `terms`.
 * Returns false where a column depends on those before it.
 */
static bool
solve(const struct columns *given, unsigned terms, double out[TERMS],
      double *out_residual)
{
	struct columns q = *given;
	double r[TERMS][TERMS] = {{0}}, right[TERMS] = {0};
	double rest[SIFT_USL_MAX_LEVELS];
	size_t n = given->count;

	for (size_t i = 0; i < n; i++)
		rest[i] = 1;
	for (unsigned j = 0; j < TERMS; j++) {
		double size = sqrt(dot(q.value[j], q.value[j], n));

		out[j] = 0;
		if (!(terms & 1U << j))
			continue;
		for (unsigned k = 0; k < j; k++) {
			if (!(terms & 1U << k))
				continue;
			r[k][j] = dot(q.value[k], q.value[j], n);
			subtract(q.value[j], q.value[k], r[k][j], n);
		}
		r[j][j] = sqrt(dot(q.value[j], q.value[j], n));
		if (!(r[j][j] > DEPENDENT * size))
			return false;
		for (size_t i = 0; i < n; i++)
			q.value[j][i] /= r[j][j];
		right[j] = dot(q.value[j], rest, n);
		subtract(rest, q.value[j], right[j], n);
	}
	for (unsigned j = TERMS; j-- > 0;) {
		if (!(terms & 1U << j))
			continue;
		out[j] = right[j];
		for (unsigned k = j + 1; k < TERMS; k++)
			out[j] -= r[j][k] * out[k];
		out[j] /= r[j][j];
	}
	*out_residual = dot(rest, rest, n);
	return true;
}

static void
set_peak(struct sift_usl *fit)
{
	fit->peak_load = NAN;
	fit->peak_throughput = NAN;
	if (!(fit->kappa > 0) || !(fit->sigma < 1))
		return;
	fit->peak_load = sqrt((1 - fit->sigma) / fit->kappa);
	fit->peak_throughput = sift_usl_throughput(fit, fit->peak_load);
}

static bool
has_two_loads(const struct sift_usl_level *levels, size_t count, size_t skip)
{
	double low = INFINITY, high = -INFINITY;

	for (size_t i = 0; i < count && i < SIFT_USL_MAX_LEVELS; i++) {
		if (i != skip && is_level(&levels[i])) {
			low = fmin(low, levels[i].load);
			high = fmax(high, levels[i].load);
		}
	}
	return high > low;
}

static bool
fit_without(const struct sift_usl_level *levels, size_t count, size_t skip,
	    struct sift_usl *out)
{
	static const unsigned subsets[] = {7, 3, 5, 1}; /* a always */
	struct columns columns;
	double best = INFINITY;

	*out = (struct sift_usl){NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN};
	if (!has_two_loads(levels, count, skip))
		return false;
	columns_init(&columns, levels, count, skip);
	for (size_t i = 0; i < sizeof(subsets) / sizeof(*subsets); i++) {
		double term[TERMS], residual;

		if (!solve(&columns, subsets[i], term, &residual) ||
		    !(term[0] > 0) || term[1] < 0 || term[2] < 0 ||
		    residual >= best)
			continue;
		best = residual;
		out->a = term[0];
		out->b = term[1];
		out->c = term[2];
	}
	if (isinf(best))
		return false;
	out->residual = best;
	out->lambda = 1 / out->a;
	out->sigma = out->b / out->a;
	out->kappa = out->c / out->a;
	set_peak(out);
	return true;
}

bool
sift_usl_fit(const struct sift_usl_level *levels, size_t count,
	     struct sift_usl *out)
{
	return fit_without(levels, count, SIZE_MAX, out);
}

double
sift_usl_throughput(const struct sift_usl *fit, double load)
{
	return fit->lambda * load /
	       (1 + fit->sigma * (load - 1) + fit->kappa * load * (load - 1));
}

/* ---- what may be claimed ---- */

static void
leave_one_out(const struct sift_usl_level *levels, size_t count,
	      struct sift_usl_judgement *out)
{
	out->low = INFINITY;
	out->high = 0;
	for (size_t i = 0; i < count && i < SIFT_USL_MAX_LEVELS; i++) {
		struct sift_usl fit;
		double peak = INFINITY;

		if (!is_level(&levels[i]))
			continue;
		if (fit_without(levels, count, i, &fit) &&
		    !isnan(fit.peak_load))
			peak = fit.peak_load;
		out->low = fmin(out->low, peak);
		out->high = fmax(out->high, peak);
	}
}

static void
find_super_linear(const struct sift_usl_level *levels, size_t count,
		  struct sift_usl_judgement *out)
{
	double worst = SUPER_LINEAR;

	for (size_t i = 0; i < count && i < SIFT_USL_MAX_LEVELS; i++) {
		double efficiency = levels[i].throughput /
				    (levels[i].load * out->fit.lambda);

		if (!is_level(&levels[i]) || !(efficiency > SUPER_LINEAR))
			continue;
		out->super_linear++;
		if (efficiency > worst) {
			worst = efficiency;
			out->worst_level = i;
		}
	}
}

static enum sift_usl_claim
claim_of(const struct sift_usl_judgement *at, size_t levels)
{
	const struct sift_usl *fit = &at->fit;

	if (levels < SIFT_USL_MIN_LEVELS)
		return SIFT_USL_NOTHING;
	if (isnan(fit->peak_load) || fit->peak_load > 100 * at->max_load)
		return fit->sigma > NO_CONTENTION ? SIFT_USL_CONTENTION
						  : SIFT_USL_LINEAR;
	if (levels < SIFT_USL_MIN_PEAK_LEVELS ||
	    at->max_load <= fit->peak_load ||
	    !(at->high < MAX_PEAK_RATIO * at->low))
		return SIFT_USL_NO_PEAK;
	return SIFT_USL_PEAK;
}

struct sift_usl_judgement
sift_usl_judge(const struct sift_usl_level *levels, size_t count)
{
	struct sift_usl_judgement out = {.claim = SIFT_USL_NOTHING,
					 .low = NAN,
					 .high = NAN,
					 .max_load = NAN};
	size_t usable = 0;

	for (size_t i = 0; i < count && i < SIFT_USL_MAX_LEVELS; i++) {
		if (is_level(&levels[i])) {
			out.max_load = fmax(out.max_load, levels[i].load);
			usable++;
		}
	}
	if (!sift_usl_fit(levels, count, &out.fit))
		return out;
	leave_one_out(levels, count, &out);
	find_super_linear(levels, count, &out);
	out.claim = claim_of(&out, usable);
	return out;
}
