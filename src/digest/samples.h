/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_DIGEST_SAMPLES_H
#define SIFT_DIGEST_SAMPLES_H

/*
 * All latency samples of one series and outcome, exact, in time slices.
 *
 * A slice is 2^shift seconds, aligned to the epoch; the shift is the smallest
 * that keeps the range of times seen within 64 slices, so it depends on the
 * samples alone and not on their order. Samples of unknown time are in a
 * slice of their own. Values are nanoseconds and may be negative.
 *
 * Adding, merging and every figure are independent of order: counts and sums
 * are integers, percentiles come from sorted values.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/num.h"

#define SIFT_SLICES_MAX 64

struct sift_slice;
struct sift_samples {
	struct sift_slice *slices; /* owned, sorted by start */
	size_t slice_count;
	size_t slice_capacity;
	unsigned shift; /* slices are 2^shift seconds */
	uint64_t count;
	sift_i128 sum_ns;
	int64_t min_ns, max_ns; /* meaningless while count is 0 */
};

void sift_samples_init(struct sift_samples *samples);
void sift_samples_release(struct sift_samples *samples);

/* Returns SIFT_OK, SIFT_E_NOMEM. */
enum sift_status sift_samples_add(struct sift_samples *samples, int64_t time_ns,
				  int64_t value_ns,
				  struct sift_err *err) SIFT_MUST_CHECK;

/* Fold `from` in; commutative, associative. Returns SIFT_OK, SIFT_E_NOMEM. */
enum sift_status sift_samples_merge(struct sift_samples *into,
				    const struct sift_samples *from,
				    struct sift_err *err) SIFT_MUST_CHECK;

/* Sort within each slice, so that equal sets have equal bytes. */
void sift_samples_sort(struct sift_samples *samples);

/*
 * All values of `count` sample sets in one sorted array, owned by the caller
 * (sift_free()); *out_count is their number, *out NULL when it is 0.
 * Returns SIFT_OK, SIFT_E_NOMEM.
 */
enum sift_status sift_samples_sorted(const struct sift_samples *const *sets,
				     size_t count, int64_t **out,
				     size_t *out_count,
				     struct sift_err *err) SIFT_MUST_CHECK;

/*
 * The percentile numerator/denominator (p99 = 99/100) of sorted values by
 * k6's definition (formats/k6.md 8): i = (n-1)p, linear between neighbours,
 * in integers, half a nanosecond up. `count` must not be 0.
 */
int64_t sift_percentile_ns(const int64_t *sorted, size_t count,
			   uint64_t numerator, uint64_t denominator);

/* Sample standard deviation (n-1) of sorted values in ns; NAN for n < 2. */
double sift_stddev_ns(const int64_t *sorted, size_t count);

#endif /* SIFT_DIGEST_SAMPLES_H */
