/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_ADVISE_GAIN_H
#define SIFT_ADVISE_GAIN_H

/*
 * How much of its latency an endpoint would lose: the figure of the
 * catalogue, or a model fed with what was measured.
 */

#include "advise/case.h"
#include "advise/catalogue.h"

struct sift_gain {
	double low, high; /* share of the mean latency; NAN = none claimed */
};

/* The slow requests of the figures asked for last: several rows model those of
   one endpoint. Zeroed, it knows of none. */
struct sift_gain_memo {
	const struct sift_set_result *of;
	struct sift_gain slow;
};

struct sift_gain sift_gain_of(const struct sift_catalogue_row *row,
			      const struct sift_case *c,
			      struct sift_gain_memo *memo);

#endif /* SIFT_ADVISE_GAIN_H */
