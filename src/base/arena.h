/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_BASE_ARENA_H
#define SIFT_BASE_ARENA_H

/*
 * Many small things freed at once. Memory is zeroed and aligned for any
 * type. --enable-debug-arena makes each piece a separate allocation, so that
 * sanitizers see its bounds. A zeroed struct is an empty arena.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/span.h"

struct sift_arena_block;
struct sift_arena {
	struct sift_arena_block *head; /* owned */
	size_t used;		       /* of the head block */
	bool is_stale; /* the head block was in use before it was cleared: it
			  may hold anything */
	size_t total_bytes; /* handed out, without waste */
};

void sift_arena_init(struct sift_arena *arena);
void sift_arena_release(struct sift_arena *arena);
/* The same, but for memory that will do for as much again. */
void sift_arena_clear(struct sift_arena *arena);
/* Let all that lies in `from`, which is empty then, live as long as `into`. */
void sift_arena_join(struct sift_arena *into, struct sift_arena *from);

/* NULL when memory is out or count * size overflows. Never NULL for 0. */
void *sift_arena_alloc(struct sift_arena *arena, size_t size);
/* The same, but the memory may hold anything. */
void *sift_arena_room(struct sift_arena *arena, size_t size);
void *sift_arena_array(struct sift_arena *arena, size_t count, size_t size);
/* The same, where several threads will fill the array: pages of a large one
   come when they are touched, to each thread those that it needs. */
void *sift_arena_common_array(struct sift_arena *arena, size_t count,
			      size_t size);
/* Text is not aligned. All return NULL when memory is out. */
char *sift_arena_str(struct sift_arena *arena, const char *text);
/* `len` bytes as they are, then a NUL. */
char *sift_arena_copy(struct sift_arena *arena, const void *bytes, size_t len);
/* A terminated copy; NUL bytes inside become U+FFFD. */
char *sift_arena_span(struct sift_arena *arena, struct sift_span text);
/* In the C locale. */
char *sift_arena_printf(struct sift_arena *arena, const char *format, ...)
	SIFT_PRINTF(2, 3);

#endif /* SIFT_BASE_ARENA_H */
