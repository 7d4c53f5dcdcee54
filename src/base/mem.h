/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_BASE_MEM_H
#define SIFT_BASE_MEM_H

/*
 * The only door to the heap: malloc and its kin are called nowhere else.
 * Memory that is not of the heap is in region.h.
 *
 * All functions return NULL when memory is out, and then only: a size of 0
 * gives a pointer as well. They may be called from any thread. Tests count
 * calls (nothing may be allocated per record once warm) and make the n-th
 * one fail.
 */

#include <stddef.h>
#include <stdint.h>

void *sift_malloc(size_t size);
void *sift_calloc(size_t count, size_t size); /* checks for overflow */
void *sift_realloc(void *ptr, size_t size);   /* ptr stays valid on NULL */
void *sift_malloc_pages(size_t size);	      /* begins at a page */
void sift_free(void *ptr);
char *sift_strdup(const char *text);
char *sift_strndup(const char *text, size_t len); /* copies len bytes + NUL */

/*
 * Make room for `need` elements of `size` bytes in the array *array of
 * capacity *capacity, growing geometrically but never beyond `max`. New
 * elements are not initialised.
 *
 * Returns 0; -1 when memory is out, -2 when need > max. On failure the array
 * is as it was.
 *
 *	if (sift_array_grow((void **)&a->items, &a->capacity, a->count + 1,
 *			    sizeof(*a->items), SIFT_MAX_ITEMS))
 */
int sift_array_enlarge(void **array, size_t *capacity, size_t need, size_t size,
		       size_t max);
static inline int
sift_array_grow(void **array, size_t *capacity, size_t need, size_t size,
		size_t max)
{
	/* There is room nearly always. */
	if (need <= *capacity && need <= max)
		return 0;
	return sift_array_enlarge(array, capacity, need, size, max);
}

/* Calls for memory so far, of any of these; failed ones as well. */
uint64_t sift_mem_calls(void);

/*
 * For tests: let the n-th allocation from now on fail (1 = the next), once
 * or, if `persistent`, and all after it. n = 0 switches it off.
 */
void sift_mem_fail_at(uint64_t n, int persistent);

/* For what gives memory elsewhere: count a call, and say whether it is one
   that must fail. */
int sift_mem_must_fail(void);

#endif /* SIFT_BASE_MEM_H */
