/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "digest/bins.h"

#include "digest/sort.h"

#define LINEAR_BITS 9 /* 512 values and more share bins */

/* The number of bits that a value above 0 has. */
static unsigned
bit_length(uint64_t value)
{
	unsigned bits = 1;

	for (unsigned half = 32; half > 0; half /= 2) {
		if (value >> half) {
			value >>= half;
			bits += half;
		}
	}
	return bits;
}

static int
bin_of_magnitude(uint64_t value)
{
	unsigned shift;

	if (value >> LINEAR_BITS == 0)
		return (int)value;
	shift = bit_length(value) - LINEAR_BITS;
	return (int)(SIFT_BINS_PER_OCTAVE * shift + (value >> shift));
}

int
sift_bin_of(int64_t value)
{
	return value < 0 ? ~bin_of_magnitude(~(uint64_t)value)
			 : bin_of_magnitude((uint64_t)value);
}

static unsigned
shift_of(int bin)
{
	unsigned magnitude = (unsigned)(bin < 0 ? ~bin : bin);

	return magnitude < 2 * SIFT_BINS_PER_OCTAVE
		       ? 0
		       : magnitude / SIFT_BINS_PER_OCTAVE - 1;
}

uint64_t
sift_bin_width(int bin)
{
	return UINT64_C(1) << shift_of(bin);
}

int64_t
sift_bin_middle(int bin)
{
	uint64_t magnitude = (uint64_t)(bin < 0 ? ~bin : bin);
	unsigned shift = shift_of(bin);
	uint64_t low = (magnitude - SIFT_BINS_PER_OCTAVE * shift) << shift;
	int64_t middle = (int64_t)(low + (sift_bin_width(bin) >> 1));

	return bin < 0 ? ~middle : middle;
}

size_t
sift_bins_settle(int64_t *entries, size_t count)
{
	size_t kept = 0;

	sift_sort_i64(entries, count);
	for (size_t i = 0; i < count; i++) {
		int bin = sift_bin_number(entries[i]);
		uint64_t hits = sift_bin_count(entries[i]);

		if (kept > 0 && sift_bin_number(entries[kept - 1]) == bin)
			hits += sift_bin_count(entries[--kept]);
		if (hits > SIFT_BIN_COUNT_MAX)
			hits = SIFT_BIN_COUNT_MAX;
		entries[kept++] = sift_bin_entry(bin, hits);
	}
	return kept;
}
