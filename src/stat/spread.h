/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_STAT_SPREAD_H
#define SIFT_STAT_SPREAD_H

/*
 * Centre and spread of one metric across a few runs (DESIGN 4.5). The run is
 * the experimental unit: values are one per run, never requests.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct sift_summary_stats {
	unsigned n;
	double median; /* of an even n the mean of the middle two */
	double min, max, mean;
	double variance; /* sample variance, n-1; NAN for n < 2, and so: */
	double stddev;
	double cv;  /* stddev / mean; NAN when the mean is 0 */
	double mad; /* median absolute deviation, unscaled */
};

/*
 * Of `count` values, NAN ones left out. Results depend on the set of values
 * only, not on their order. n = 0 gives NAN throughout.
 *
 * Returns SIFT_OK, SIFT_E_NOMEM.
 */
enum sift_status sift_summary_stats(const double *values, size_t count,
				    struct sift_summary_stats *out,
				    struct sift_err *err) SIFT_MUST_CHECK;

/* Several metrics of one run. */
#define SIFT_SPREAD_COLUMNS 14
struct sift_spread_row {
	double values[SIFT_SPREAD_COLUMNS];
};

/*
 * The same, to the last bit, of each column of a table with a row per run;
 * several times as fast, as all columns are dealt with at once.
 *
 * Returns SIFT_OK, SIFT_E_NOMEM.
 */
enum sift_status
sift_summary_columns(const struct sift_spread_row *rows, size_t count,
		     struct sift_summary_stats out[SIFT_SPREAD_COLUMNS],
		     struct sift_err *err) SIFT_MUST_CHECK;

/*
 * Wilson score interval for a proportion of `failed` in `total`, at
 * confidence 0.95. total = 0 gives NAN twice.
 */
void sift_wilson_95(uint64_t failed, uint64_t total, double *out_low,
		    double *out_high);

/* Coverage of [min, max] of n values for the median: 1 - 2^(1-n). */
double sift_median_range_coverage(unsigned n);

#endif /* SIFT_STAT_SPREAD_H */
