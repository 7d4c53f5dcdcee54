/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "stat/multiplicity.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

struct place {
	double p;
	size_t index;
};

static int
compare_places(const void *left, const void *right)
{
	double a = ((const struct place *)left)->p;
	double b = ((const struct place *)right)->p;

	return (a > b) - (a < b);
}

enum sift_status
sift_false_discovery(const double *p, size_t count, double *q,
		     struct sift_err *err)
{
	struct place *places = sift_calloc(count, sizeof(*places));
	double least = 1;
	size_t n = 0;

	if (!places)
		return sift_fail(err, SIFT_E_NOMEM, "no memory for %zu tests",
				 count);
	for (size_t i = 0; i < count; i++) {
		if (!isnan(p[i]))
			places[n++] = (struct place){p[i], i};
		q[i] = NAN;
	}
	qsort(places, n, sizeof(*places), compare_places);
	for (size_t rank = n; rank > 0; rank--) {
		double scaled = places[rank - 1].p * (double)n / (double)rank;

		least = fmin(least, scaled);
		q[places[rank - 1].index] = least;
	}
	sift_free(places);
	return SIFT_OK;
}
