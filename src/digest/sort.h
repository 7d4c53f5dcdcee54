/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_DIGEST_SORT_H
#define SIFT_DIGEST_SORT_H

/*
 * Sorting of numbers, ascending. Neither can fail: they are fast while there
 * is memory for a copy, and correct without.
 */

#include <stddef.h>
#include <stdint.h>

void sift_sort_u32(uint32_t *values, size_t count);
void sift_sort_i64(int64_t *values, size_t count);

/* How many of sorted values are below `value`: its place, or where it would
   be. */
static inline size_t
sift_sorted_below(const uint32_t *values, size_t count, int64_t value)
{
	size_t low = 0;
	size_t high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (values[middle] < value)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

#endif /* SIFT_DIGEST_SORT_H */
