/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_DIGEST_BINS_H
#define SIFT_DIGEST_BINS_H

/*
 * The integer histogram: 256 bins for each doubling of the value. Bin i >= 0
 * holds the values v with (v >> shift) + 256 * shift = i, where the shift is
 * the smallest that leaves at most 9 bits of v; up to 511 each value has a
 * bin of its own. Negative values mirror them: the bin of v is ~bin(~v). So
 * numbers of bins rise with the value, and the middle of a bin is within
 * 1/512 (0.195 %) of everything in it.
 *
 * A bin and how often it was hit are one 64-bit integer, the number in the
 * upper 16 bits: sorting such entries sorts them by bin. Counts stay at
 * SIFT_BIN_COUNT_MAX when they reach it, so that adding up commutes.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/num.h"

#define SIFT_BINS_PER_OCTAVE 256
#define SIFT_BIN_MAX 14335 /* of INT64_MAX; the least is ~SIFT_BIN_MAX */
#define SIFT_BIN_COUNT_MAX ((UINT64_C(1) << 48) - 1)

/* The bin of a value. */
int sift_bin_of(int64_t value);

/* The value that stands for a bin, and how many values the bin holds. */
int64_t sift_bin_middle(int bin);
uint64_t sift_bin_width(int bin);

/* `count` is at most SIFT_BIN_COUNT_MAX. */
static inline int64_t
sift_bin_entry(int bin, uint64_t count)
{
	return (int64_t)((uint64_t)bin << 48 | count);
}

static inline int
sift_bin_number(int64_t entry)
{
	return (int)(entry >> 48);
}

static inline uint64_t
sift_bin_count(int64_t entry)
{
	return (uint64_t)entry & SIFT_BIN_COUNT_MAX;
}

/* Sort entries, join those of one bin; returns how many are left. */
size_t sift_bins_settle(int64_t *entries, size_t count);

#endif /* SIFT_DIGEST_BINS_H */
