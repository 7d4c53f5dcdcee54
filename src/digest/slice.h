/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_DIGEST_SLICE_H
#define SIFT_DIGEST_SLICE_H

/*
 * The inside of struct sift_samples, for those in digest/ that read or write
 * samples as a whole. A value that fits 32 bits without sign (4.29 s) takes
 * four bytes; the few others, negative ones among them, take eight beside.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "digest/samples.h"

/* Where samples of unknown time are; sorts before all times. */
#define SIFT_SLICE_UNTIMED INT64_MIN

/* No time of 64-bit nanoseconds is further from the epoch than this. */
#define SIFT_SECOND_MAX INT64_C(9223372037)
#define SIFT_SHIFT_MAX 34 /* a slice or bucket that holds all of time */

struct sift_slice {
	int64_t start_s; /* a multiple of 2^shift, or SIFT_SLICE_UNTIMED */
	uint32_t *low;	 /* owned; none in binned samples */
	int64_t *wide;	 /* owned; values that do not fit 32 bits; or bins */
	uint32_t low_count, low_capacity;
	uint32_t wide_count, wide_capacity;
};

/* The second a time is in: towards the past, for times before 1970 too. */
static inline int64_t
sift_second_of(int64_t time_ns)
{
	int64_t second = time_ns / INT64_C(1000000000);

	return second - (time_ns % INT64_C(1000000000) < 0);
}

/* The start of the 2^shift seconds that hold `second`. */
static inline int64_t
sift_second_align(int64_t second, unsigned shift)
{
	return (int64_t)((uint64_t)second & (~UINT64_C(0) << shift));
}

/*
 * A new empty slice at `start_s`, which must be aligned, with room for so
 * many values; or the one that is there, with so much room added. Borrowed
 * until the next slice is made. Values put in must be counted by
 * sift_samples_count().
 *
 * Returns SIFT_OK, SIFT_E_NOMEM.
 */
enum sift_status sift_samples_slice(struct sift_samples *samples,
				    int64_t start_s, size_t low, size_t wide,
				    struct sift_slice **out,
				    struct sift_err *err) SIFT_MUST_CHECK;

/* Put a value into a slice of samples that are not binned, and that has room
   for it. */
void sift_slice_put(struct sift_slice *slice, int64_t value_ns);

/* The slice of values (not bins) that holds all of the 2^shift seconds from
   `start_s`, or NULL; `samples` may be NULL. */
const struct sift_slice *sift_slice_covering(const struct sift_samples *samples,
					     unsigned shift, int64_t start_s);

/* The moments, anew from all values; of binned samples they cannot be had. */
void sift_samples_recount(struct sift_samples *samples);

#endif /* SIFT_DIGEST_SLICE_H */
