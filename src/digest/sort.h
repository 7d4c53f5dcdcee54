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

#endif /* SIFT_DIGEST_SORT_H */
