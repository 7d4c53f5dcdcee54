/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_BASE_REGION_H
#define SIFT_BASE_REGION_H

/*
 * Zeroed memory straight from the kernel, for what is large or shared. It
 * begins at a page, and its pages come when they are touched, or many at once
 * by sift_region_fill(), which takes less time.
 *
 * sift_region_new() and its like return NULL when memory is out, and then
 * only; they are counted, and made to fail, as allocations are (mem.h).
 */

#include <stddef.h>

void *sift_region_new(size_t size);
/* A region that a process shares with those it makes. */
void *sift_region_new_shared(size_t size);
void sift_region_free(void *region, size_t size); /* NULL is allowed */

/*
 * Fetch the pages of `size` bytes from a page on, of a region that is not
 * shared. It cannot fail: where the kernel does not know how to, they come
 * when they are touched.
 */
void sift_region_fill(void *at, size_t size);

#endif /* SIFT_BASE_REGION_H */
