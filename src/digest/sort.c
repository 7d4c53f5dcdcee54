/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Few values are sorted by insertion, many by radix: a byte at a time from
 * the lowest, each pass stable, with all histograms taken in one reading and
 * passes skipped whose byte is the same everywhere. Radix needs a copy; when
 * memory is out, a heap sort does it in place. What is sorted already is left
 * alone: blocks are finished more than once.
 */

#include <config.h>

#include "digest/sort.h"

#include <stdbool.h>
#include <string.h>

#include "base/mem.h"

#define INSERTION_MAX 32
#define DIGITS 256

/* Numbers so that their order as unsigned is their order as signed. */
#define SIGN_64 (UINT64_C(1) << 63)

/* From counts per digit to first positions; false when one digit has all. */
static bool
first_positions(uint32_t *counts, size_t count)
{
	uint32_t next = 0;

	for (size_t digit = 0; digit < DIGITS; digit++) {
		uint32_t here = counts[digit];

		if (here == count)
			return false;
		counts[digit] = next;
		next += here;
	}
	return true;
}

static bool
is_sorted_u32(const uint32_t *values, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		if (values[i - 1] > values[i])
			return false;
	}
	return true;
}

static void
insert_u32(uint32_t *values, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		uint32_t value = values[i];
		size_t at = i;

		for (; at > 0 && values[at - 1] > value; at--)
			values[at] = values[at - 1];
		values[at] = value;
	}
}

static bool
is_sorted_i64(const int64_t *values, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		if (values[i - 1] > values[i])
			return false;
	}
	return true;
}

static void
insert_i64(int64_t *values, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		int64_t value = values[i];
		size_t at = i;

		for (; at > 0 && values[at - 1] > value; at--)
			values[at] = values[at - 1];
		values[at] = value;
	}
}

static void
sink_u32(uint32_t *heap, size_t count, size_t at)
{
	uint32_t value = heap[at];

	for (size_t child = 2 * at + 1; child < count; child = 2 * at + 1) {
		if (child + 1 < count && heap[child + 1] > heap[child])
			child++;
		if (heap[child] <= value)
			break;
		heap[at] = heap[child];
		at = child;
	}
	heap[at] = value;
}

static void
heap_u32(uint32_t *values, size_t count)
{
	for (size_t i = count / 2; i > 0; i--)
		sink_u32(values, count, i - 1);
	for (size_t last = count - 1; last > 0; last--) {
		uint32_t top = values[0];

		values[0] = values[last];
		values[last] = top;
		sink_u32(values, last, 0);
	}
}

static void
sink_i64(int64_t *heap, size_t count, size_t at)
{
	int64_t value = heap[at];

	for (size_t child = 2 * at + 1; child < count; child = 2 * at + 1) {
		if (child + 1 < count && heap[child + 1] > heap[child])
			child++;
		if (heap[child] <= value)
			break;
		heap[at] = heap[child];
		at = child;
	}
	heap[at] = value;
}

static void
heap_i64(int64_t *values, size_t count)
{
	for (size_t i = count / 2; i > 0; i--)
		sink_i64(values, count, i - 1);
	for (size_t last = count - 1; last > 0; last--) {
		int64_t top = values[0];

		values[0] = values[last];
		values[last] = top;
		sink_i64(values, last, 0);
	}
}

static void
radix_u32(uint32_t *values, size_t count, uint32_t *copy)
{
	uint32_t counts[4][DIGITS] = {{0}};
	uint32_t *from = values;
	uint32_t *to = copy;

	for (size_t i = 0; i < count; i++) {
		uint32_t value = values[i];

		counts[0][value & 255]++;
		counts[1][value >> 8 & 255]++;
		counts[2][value >> 16 & 255]++;
		counts[3][value >> 24]++;
	}
	for (unsigned pass = 0; pass < 4; pass++) {
		uint32_t *next = counts[pass];
		uint32_t *swap;

		if (!first_positions(next, count))
			continue;
		for (size_t i = 0; i < count; i++)
			to[next[from[i] >> 8 * pass & 255]++] = from[i];
		swap = from;
		from = to;
		to = swap;
	}
	if (from != values)
		memcpy(values, from, count * sizeof(*values));
}

/* The histogram is taken anew for each pass, to stay small on the stack. */
static void
radix_i64(int64_t *values, size_t count, int64_t *copy)
{
	int64_t *from = values;
	int64_t *to = copy;

	for (unsigned shift = 0; shift < 64; shift += 8) {
		uint32_t next[DIGITS] = {0};
		int64_t *swap;

		for (size_t i = 0; i < count; i++)
			next[((uint64_t)from[i] ^ SIGN_64) >> shift & 255]++;
		if (!first_positions(next, count))
			continue;
		for (size_t i = 0; i < count; i++) {
			uint64_t key = (uint64_t)from[i] ^ SIGN_64;

			to[next[key >> shift & 255]++] = from[i];
		}
		swap = from;
		from = to;
		to = swap;
	}
	if (from != values)
		memcpy(values, from, count * sizeof(*values));
}

/* A second array, or NULL when there is no memory or no need. */
static void *
new_copy(size_t count, size_t size)
{
	if (count > UINT32_MAX || count > SIZE_MAX / size)
		return NULL;
	return sift_malloc(count * size);
}

void
sift_sort_u32(uint32_t *values, size_t count)
{
	uint32_t *copy;

	if (count <= INSERTION_MAX) {
		insert_u32(values, count);
		return;
	}
	if (is_sorted_u32(values, count))
		return;
	copy = new_copy(count, sizeof(*copy));
	if (copy)
		radix_u32(values, count, copy);
	else
		heap_u32(values, count);
	sift_free(copy);
}

void
sift_sort_i64(int64_t *values, size_t count)
{
	int64_t *copy;

	if (count <= INSERTION_MAX) {
		insert_i64(values, count);
		return;
	}
	if (is_sorted_i64(values, count))
		return;
	copy = new_copy(count, sizeof(*copy));
	if (copy)
		radix_i64(values, count, copy);
	else
		heap_i64(values, count);
	sift_free(copy);
}
