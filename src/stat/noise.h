/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_STAT_NOISE_H
#define SIFT_STAT_NOISE_H

/*
 * How much do repeated runs of one thing differ, and what change could so
 * many runs show? Two sources of spread ask for different cures: what one run
 * does not know of itself (few requests) shrinks with longer runs; what runs
 * really differ by shrinks with more of them (Kalibera and Jones, ISMM 2013).
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct sift_noise_endpoint {
	const double *values; /* one per run; NAN = it lacks the endpoint */
	double within_sd;     /* of the logarithm, of one run; NAN = unknown */
	double resolution;    /* step of the source at these values; 0 = none */
};

struct sift_noise {
	unsigned n;	   /* runs that have it */
	double sd;	   /* of the logarithm, moderated over the endpoints */
	double own_sd;	   /* of its own runs alone, not below within_sd */
	double within_sd;  /* as given */
	double between_sd; /* sqrt(own^2 - within^2), 0 where within covers it
			    */
	bool is_within;	   /* within is most of it: longer runs help more */
	double df;	   /* of sd */
};

/*
 * Of `count` endpoints in `runs` runs. Endpoints with fewer than 2 positive
 * values get NANs.
 *
 * Returns SIFT_OK, SIFT_E_NOMEM.
 */
enum sift_status sift_noise(const struct sift_noise_endpoint *endpoints,
			    size_t count, size_t runs, struct sift_noise *out,
			    struct sift_err *err) SIFT_MUST_CHECK;

/*
 * The smallest relative change that `runs` runs a side would show four times
 * of five at p <= 0.05, by (t_0.975 + t_0.80) sd sqrt(2 / runs), as a share of
 * the old value; `prior_df` is what the moderation adds to 2 runs - 2. The
 * smallest change that matters, and one step of the source, are the caller's
 * to add. NAN for runs < 2.
 */
double sift_detectable_share(double sd, unsigned runs, double prior_df);

#endif /* SIFT_STAT_NOISE_H */
