/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "stat/noise.h"

#include <math.h>

#include "base/mem.h"
#include "stat/distribution.h"
#include "stat/prior.h"

#define POWER 0.80

/* Variance of the logarithms of what is positive; NAN below two of them. */
static double
log_variance(const struct sift_noise_endpoint *endpoint, size_t runs,
	     unsigned *out_n)
{
	double mean = 0, squares = 0;
	unsigned n = 0;

	for (size_t r = 0; r < runs; r++) {
		double value = endpoint->values[r], gap;

		if (value == 0)
			value = endpoint->resolution / 2;
		if (!(value > 0) || !isfinite(value))
			continue;
		gap = log(value) - mean;
		mean += gap / ++n;
		squares += gap * (log(value) - mean);
	}
	*out_n = n;
	return n < 2 ? NAN : squares / (n - 1);
}

static void
split(const struct sift_noise_endpoint *endpoint, double variance,
      struct sift_noise *out)
{
	double within = isfinite(endpoint->within_sd) ? endpoint->within_sd : 0;
	double between;

	out->own_sd = sqrt(fmax(variance, within * within));
	out->within_sd = endpoint->within_sd;
	between = fmax(variance - within * within, 0);
	out->between_sd = sqrt(between);
	out->is_within = within * within > between;
}

/* Only endpoints of all runs inform the prior: their df is the same. */
static void
moderate(struct sift_noise *noise, size_t count, size_t runs, double *scratch)
{
	struct sift_variance_prior prior;
	size_t known = 0;

	for (size_t e = 0; e < count; e++) {
		if (noise[e].n == runs)
			scratch[known++] = noise[e].own_sd * noise[e].own_sd;
	}
	sift_variance_prior_fit(scratch, known, (double)runs - 1, &prior);
	for (size_t e = 0; e < count; e++) {
		double own = noise[e].own_sd * noise[e].own_sd;
		double df = (double)noise[e].n - 1;
		double floor =
			isfinite(noise[e].within_sd) ? noise[e].within_sd : 0;

		if (noise[e].n < 2)
			continue;
		noise[e].df = prior.df + df;
		noise[e].sd = fmax(
			sqrt(sift_variance_moderate(&prior, own, df)), floor);
	}
}

enum sift_status
sift_noise(const struct sift_noise_endpoint *endpoints, size_t count,
	   size_t runs, struct sift_noise *out, struct sift_err *err)
{
	double *scratch = sift_calloc(count, sizeof(*scratch));

	if (!scratch)
		return sift_fail(err, SIFT_E_NOMEM,
				 "no memory for the noise of %zu endpoints",
				 count);
	for (size_t e = 0; e < count; e++) {
		double variance;

		out[e] = (struct sift_noise){0,	  NAN, NAN,	   NAN,
					     NAN, 0,   (double)NAN};
		variance = log_variance(&endpoints[e], runs, &out[e].n);
		if (out[e].n >= 2)
			split(&endpoints[e], variance, &out[e]);
	}
	moderate(out, count, runs, scratch);
	sift_free(scratch);
	return SIFT_OK;
}

double
sift_detectable_share(double sd, unsigned runs, double prior_df)
{
	double df = prior_df + 2 * (double)runs - 2;

	if (runs < 2)
		return NAN;
	return expm1((sift_t_quantile(0.975, df) + sift_t_quantile(POWER, df)) *
		     sd * sqrt(2 / (double)runs));
}
