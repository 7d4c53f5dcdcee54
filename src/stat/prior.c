/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "stat/prior.h"

#include <math.h>
#include <stdbool.h>

#include "stat/distribution.h"

static bool
is_usable(double variance)
{
	return variance > 0 && isfinite(variance);
}

/* Mean and sample variance of ln s2; returns how many there were. */
static size_t
log_moments(const double *variances, size_t count, double *out_mean,
	    double *out_variance)
{
	double sum = 0, squares = 0;
	size_t n = 0;

	for (size_t i = 0; i < count; i++) {
		if (is_usable(variances[i])) {
			sum += log(variances[i]);
			n++;
		}
	}
	*out_mean = sum / (double)n;
	for (size_t i = 0; i < count; i++) {
		if (is_usable(variances[i])) {
			double gap = log(variances[i]) - *out_mean;

			squares += gap * gap;
		}
	}
	*out_variance = squares / ((double)n - 1);
	return n;
}

void
sift_variance_prior_fit(const double *variances, size_t count, double df,
			struct sift_variance_prior *out)
{
	double mean, excess, half;

	*out = (struct sift_variance_prior){0, 0, 0};
	if (!(df > 0) || log_moments(variances, count, &mean, &excess) <
				 SIFT_PRIOR_MIN_VARIANCES)
		return;
	mean -= sift_digamma(df / 2) - log(df / 2);
	excess -= sift_trigamma(df / 2);
	if (excess <= 0) {
		out->df_fitted = INFINITY;
		out->variance = exp(mean);
	} else {
		half = sift_trigamma_inverse(excess);
		out->df_fitted = 2 * half;
		out->variance = exp(mean + sift_digamma(half) - log(half));
	}
	out->df = fmin(out->df_fitted, SIFT_PRIOR_MAX_DF);
}

double
sift_variance_moderate(const struct sift_variance_prior *prior, double variance,
		       double df)
{
	if (!(prior->df > 0))
		return variance;
	return (prior->df * prior->variance + df * variance) / (prior->df + df);
}
