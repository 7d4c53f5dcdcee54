/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_STAT_DISTRIBUTION_H
#define SIFT_STAT_DISTRIBUTION_H

/*
 * The few distributions and special functions the tests need. GSL computes
 * them; it is called on arguments inside its domain only, because its error
 * handler would end the program. Outside, every function gives NAN.
 */

/* The 0.975 quantile of the standard normal distribution. */
#define SIFT_Z_95 1.959963984540054

/*
 * P(|T| >= |t|) of Student's t with `df` degrees of freedom, which need not
 * be whole; df = INFINITY is the normal distribution.
 */
double sift_t_two_sided(double t, double df);

/* The `share` quantile (0 < share < 1) of Student's t. */
double sift_t_quantile(double share, double df);

/* Derivatives of ln gamma, x > 0. */
double sift_digamma(double x);
double sift_trigamma(double x);

/*
 * The y with trigamma(y) = x, x > 0: Newton's method on 1/trigamma, which is
 * nearly straight (Smyth 2004, appendix). Good to 1e-14 relative.
 */
double sift_trigamma_inverse(double x);

#endif /* SIFT_STAT_DISTRIBUTION_H */
