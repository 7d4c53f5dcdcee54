/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "stat/distribution.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_sf_psi.h>
#include <math.h>
#include <stdbool.h>

/* Beyond this Student's t and the normal distribution are one. */
#define DF_NORMAL 1e8

/* Where the series' first term is all there is to a double. */
#define TRIGAMMA_SMALL 1e-8
#define TRIGAMMA_LARGE 1e14

/* Newton's steps; four are usual. */
#define MAX_STEPS 60

double
sift_t_two_sided(double t, double df)
{
	if (isnan(t) || !(df > 0))
		return NAN;
	if (isinf(t))
		return 0;
	if (df > DF_NORMAL)
		return erfc(fabs(t) / sqrt(2));
	return fmin(2 * gsl_cdf_tdist_Q(fabs(t), df), 1);
}

/* GSL's inverse is good to nine digits; Newton's method gives the rest. */
static double
t_upper_quantile(double tail, double df)
{
	double t = gsl_cdf_tdist_Qinv(tail, df);

	for (int i = 0; i < 2; i++) {
		double excess = gsl_cdf_tdist_Q(t, df) - tail;
		double slope = gsl_ran_tdist_pdf(t, df);

		if (slope > 0 && isfinite(excess / slope))
			t += excess / slope;
	}
	return t;
}

double
sift_t_quantile(double share, double df)
{
	if (!(share > 0 && share < 1) || !(df > 0))
		return NAN;
	if (df > DF_NORMAL)
		return gsl_cdf_ugaussian_Pinv(share);
	return share > 0.5 ? t_upper_quantile(1 - share, df)
			   : -t_upper_quantile(share, df);
}

static bool
is_in_domain(double x)
{
	return x > 0 && isfinite(x);
}

double
sift_digamma(double x)
{
	return is_in_domain(x) ? gsl_sf_psi(x) : NAN;
}

/* 1/x^2 would overflow below 1e-154. */
double
sift_trigamma(double x)
{
	return is_in_domain(x) && x > 1e-150 ? gsl_sf_psi_1(x) : NAN;
}

double
sift_trigamma_inverse(double x)
{
	double y;

	if (!is_in_domain(x))
		return NAN;
	if (x >= TRIGAMMA_LARGE)
		return 1 / sqrt(x);
	if (x <= TRIGAMMA_SMALL)
		return 1 / x + 0.5;
	y = 0.5 + 1 / x;
	for (int i = 0; i < MAX_STEPS; i++) {
		double trigamma = sift_trigamma(y);
		double step =
			trigamma * (1 - trigamma / x) / gsl_sf_psi_n(2, y);

		y += step;
		if (fabs(step) < 1e-15 * y)
			break;
	}
	return y;
}
