/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "base/mem.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * The one piece of state in base/: it serves tests and changes no result.
 * Threads share it, hence the atomics; which thread's call is the n-th is
 * up to the scheduler, as it would be with a heap that is really full.
 */
static atomic_uint_fast64_t calls;
static atomic_uint_fast64_t fail_at; /* number of a call; 0 = none */
static atomic_int fail_persistent;

int
sift_mem_must_fail(void)
{
	uint_fast64_t number = atomic_fetch_add(&calls, 1) + 1;
	uint_fast64_t at = atomic_load(&fail_at);

	if (at == 0)
		return 0;
	if (atomic_load(&fail_persistent))
		return number >= at;
	return number == at;
}

/* malloc(0) may give NULL, which here always means that memory is out. */
static size_t
at_least_one(size_t size)
{
	return size > 0 ? size : 1;
}

void *
sift_malloc(size_t size)
{
	return sift_mem_must_fail() ? NULL : malloc(at_least_one(size));
}

void *
sift_calloc(size_t count, size_t size)
{
	if (sift_mem_must_fail())
		return NULL;
	if (count == 0 || size == 0)
		return calloc(1, 1);
	return calloc(count, size);
}

void *
sift_realloc(void *ptr, size_t size)
{
	return sift_mem_must_fail() ? NULL : realloc(ptr, at_least_one(size));
}

void *
sift_malloc_pages(size_t size)
{
	void *ptr = NULL;

	if (sift_mem_must_fail() ||
	    posix_memalign(&ptr, (size_t)sysconf(_SC_PAGESIZE),
			   at_least_one(size)))
		return NULL;
	return ptr;
}

void
sift_free(void *ptr)
{
	free(ptr);
}

char *
sift_strdup(const char *text)
{
	return sift_strndup(text, strlen(text));
}

char *
sift_strndup(const char *text, size_t len)
{
	char *copy;

	if (len == SIZE_MAX)
		return NULL;
	copy = sift_malloc(len + 1);
	if (!copy)
		return NULL;
	if (len > 0)
		memcpy(copy, text, len);
	copy[len] = '\0';
	return copy;
}

/* Up to here arrays double: there are many, and most stay small. */
#define SMALL_BYTES 4096

/*
 * The capacity to ask for: half as much again, so that n additions cost
 * O(n) copies; at least 8 elements, so that small arrays do not crawl.
 */
static size_t
next_capacity(size_t capacity, size_t need, size_t size, size_t max)
{
	size_t next = capacity + capacity / 2;

	if (size > 0 && capacity < SMALL_BYTES / size)
		next = 2 * capacity;
	if (next < capacity) /* overflow */
		next = max;
	if (next < 8)
		next = 8;
	if (next < need)
		next = need;
	return next < max ? next : max;
}

int
sift_array_enlarge(void **array, size_t *capacity, size_t need, size_t size,
		   size_t max)
{
	size_t next;
	void *items;

	if (need > max)
		return -2;
	next = next_capacity(*capacity, need, size, max);
	if (size > 0 && next > SIZE_MAX / size)
		return -1;

	/*
	 * *array is really a pointer to some other type, which must not be
	 * read through a void **: the compiler may assume that the two do
	 * not alias. memcpy may look at anything.
	 */
	memcpy(&items, array, sizeof(items));
	items = sift_realloc(items, next * size);
	if (!items)
		return -1;
	memcpy(array, &items, sizeof(items));
	*capacity = next;
	return 0;
}

uint64_t
sift_mem_calls(void)
{
	return atomic_load(&calls);
}

void
sift_mem_fail_at(uint64_t n, int persistent)
{
	atomic_store(&fail_at, 0); /* never a mixture of old and new */
	atomic_store(&fail_persistent, persistent);
	if (n > 0)
		atomic_store(&fail_at, atomic_load(&calls) + n);
}
