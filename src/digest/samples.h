/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_DIGEST_SAMPLES_H
#define SIFT_DIGEST_SAMPLES_H

/*
 * The latency samples of one series and outcome, in time slices: each one,
 * or, when there are too many of them, a histogram ("binned" samples).
 *
 * A slice is 2^shift seconds, aligned to the epoch; the shift is the smallest
 * that keeps the range of times seen within 64 slices, so it depends on the
 * samples alone and not on their order. Samples of unknown time are in a
 * slice of their own. Values are nanoseconds and may be negative.
 *
 * Adding, merging, binning and every figure are independent of order: counts
 * and sums are integers, percentiles come from sorted values or bins. Number,
 * sum, mean, deviation and extremes are exact even of binned samples.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "digest/moments.h"

#define SIFT_SLICES_MAX 64

struct sift_slice;
struct sift_samples {
	struct sift_moments all;   /* of all values */
	struct sift_slice *slices; /* owned, sorted by start */
	size_t slice_count;
	uint32_t slice_capacity;
	unsigned shift; /* slices are 2^shift seconds */
	bool binned;	/* slices hold bins, not values */
};

void sift_samples_init(struct sift_samples *samples);
void sift_samples_release(struct sift_samples *samples);

/* The samples in a place that may be NULL: then new ones are put there, empty
   and binned or not. NULL when memory is out. Release and free them with
   sift_samples_free(), which takes NULL, too. */
struct sift_samples *sift_samples_new(struct sift_samples **place, bool binned);
static inline struct sift_samples *
sift_samples_at(struct sift_samples **place, bool binned)
{
	return *place ? *place : sift_samples_new(place, binned);
}
void sift_samples_free(struct sift_samples *samples);

/* Returns SIFT_OK, SIFT_E_NOMEM. */
enum sift_status sift_samples_add(struct sift_samples *samples, int64_t time_ns,
				  int64_t value_ns,
				  struct sift_err *err) SIFT_MUST_CHECK;

/* Fold `from` in; commutative, associative. When one of both is binned, the
   result is. Returns SIFT_OK, SIFT_E_NOMEM. */
enum sift_status sift_samples_merge(struct sift_samples *into,
				    const struct sift_samples *from,
				    struct sift_err *err) SIFT_MUST_CHECK;

/* Let a histogram take the place of the values. It does not matter whether
   that happens before, between or after additions and merges. When memory is
   out (SIFT_E_NOMEM) the samples stay as they are. */
enum sift_status sift_samples_bin(struct sift_samples *samples,
				  struct sift_err *err) SIFT_MUST_CHECK;

/* Sort within each slice, so that equal sets have equal bytes. */
void sift_samples_sort(struct sift_samples *samples);

#endif /* SIFT_DIGEST_SAMPLES_H */
