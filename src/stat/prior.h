/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_STAT_PRIOR_H
#define SIFT_STAT_PRIOR_H

/*
 * Moderated variances: with three runs a side each endpoint's own variance is
 * hardly known, but the endpoints together say what variances are usual here.
 * Empirical Bayes after G. K. Smyth, "Linear models and empirical Bayes
 * methods for assessing differential expression", SAGMB 3 (2004), section
 * 6.2; the same arithmetic as limma's fitFDist() and squeezeVar().
 *
 *	e        = ln s2 - digamma(df/2) + ln(df/2)       for each endpoint
 *	d0       : trigamma(d0/2) = var(e) - trigamma(df/2)
 *	s0^2     = exp(mean(e) + digamma(d0/2) - ln(d0/2))
 *	s2~      = (d0 s0^2 + df s2) / (d0 + df)
 */

#include <stddef.h>

/* No more weight than this for the prior: from few endpoints d0 is
   optimistic (COMPARISON 2.2). */
#define SIFT_PRIOR_MAX_DF 10

/* Below, a distribution of variances cannot be guessed at. */
#define SIFT_PRIOR_MIN_VARIANCES 3

struct sift_variance_prior {
	double df;	  /* d0, capped; 0 = no prior */
	double df_fitted; /* before the cap; INFINITY = all variances alike */
	double variance;  /* s0^2, of the fitted d0; 0 without prior */
};

/*
 * Fit a prior to `count` variances of `df` degrees of freedom each. What is
 * not positive and finite is left out; with fewer than
 * SIFT_PRIOR_MIN_VARIANCES left, or df <= 0, there is no prior.
 */
void sift_variance_prior_fit(const double *variances, size_t count, double df,
			     struct sift_variance_prior *out);

/* s2~ for a variance of `df` degrees of freedom. */
double sift_variance_moderate(const struct sift_variance_prior *prior,
			      double variance, double df);

#endif /* SIFT_STAT_PRIOR_H */
