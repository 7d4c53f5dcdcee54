/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_STAT_SERIES_H
#define SIFT_STAT_SERIES_H

/*
 * What a run's own time line says: where the warm-up ends, whether the rest
 * drifts, and how uncertain an average of dependent values is. Values are one
 * per equal step of time, without gaps, from a load that does not change.
 */

#include <stdbool.h>
#include <stddef.h>

/* Values to a batch, and the batches that a verdict takes. */
#define SIFT_MSER_BATCH 5
#define SIFT_MSER_MIN_BATCHES 4

struct sift_warm_up {
	size_t cut;	/* values to leave out at the start */
	size_t batches; /* whole batches of 5; a shorter tail is dropped */
	bool is_judged; /* there were enough batches */
	bool is_steady; /* a cut was found before the middle */
};

/*
 * MSER-5: cut where the standard error of the mean of what is left is least
 * (K. P. White, Simulation 69, 1997; Hoad and Robinson, WSC 2011):
 *
 *	MSER(d) = sum over i > d (z_i - mean_d)^2 / (k - d)^2
 *
 * of the k means z of batches of 5, for d = 0 … k/2; the first minimum. A
 * minimum at k/2 means that no steady state was reached. `out_mser` has room
 * for k/2 + 1 values, or is NULL.
 */
struct sift_warm_up sift_mser_5(const double *values, size_t count,
				double *out_mser);

/* Batches for an error of a mean: at least 10, better 20. */
#define SIFT_BATCHES_MIN 10

/*
 * Standard error of the mean of `count` values of equal batches of time, sd /
 * sqrt(count), which holds although requests that follow each other are
 * alike. NAN for fewer than SIFT_BATCHES_MIN, or values that are no numbers.
 */
double sift_batch_error(const double *values, size_t count);

struct sift_drift {
	double share;  /* the straight line's rise from end to end, relative to
			  its middle; 0.2 = 20 % slower at the end */
	double p;      /* that it is chance; two-sided t test of the slope */
	bool is_found; /* p <= 0.01 and at least 10 % */
};

/* A straight line through batch means, at least SIFT_BATCHES_MIN of them. */
struct sift_drift sift_drift(const double *values, size_t count);

/* A stretch of time in which the load stood still. */
struct sift_plateau {
	size_t first, count; /* values */
	double load;
};

/*
 * Find the stretches of at least `min_count` values of equal load; their
 * first `settle` values (the transition after a step) are left out of the
 * count and of the stretch. NANs end a stretch. Fills at most `max` plateaus
 * and returns how many there are.
 */
size_t sift_plateaus(const double *load, size_t count, size_t min_count,
		     size_t settle, struct sift_plateau *out, size_t max);

#endif /* SIFT_STAT_SERIES_H */
