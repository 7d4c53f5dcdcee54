/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * A chain of blocks. Pieces are cut from the head block, the newest; what is
 * left of a block when the next one starts is lost, at most a quarter of it,
 * because larger pieces get a block of their own. A block is as large as all
 * before, so that a small arena stays small and a large one makes few
 * allocations. From some size on it is a region, whose pages are fetched a
 * chunk at a time, when pieces come to them: that takes less time than a fault
 * for each, and no other thread has to wait for it.
 */

#include <config.h>

#include "base/arena.h"

#include <assert.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/clocale.h"
#include "base/mem.h"
#include "base/region.h"

#define FIRST_BLOCK 1024
/* From so many bytes on, blocks are regions, of so many bytes. */
#define REGIONS_FROM ((size_t)128 << 10)
#define REGION_MIN ((size_t)1 << 20)
#define REGION_MAX ((size_t)16 << 20)
#define CHUNK ((size_t)256 << 10)

struct sift_arena_block {
	struct sift_arena_block *next; /* older */
	size_t size;		       /* of data */
	size_t ready;		       /* of it; the rest has no pages yet */
	bool is_region;
	max_align_t data[];
};

#define HEAD sizeof(struct sift_arena_block)

void
sift_arena_init(struct sift_arena *arena)
{
	*arena = (struct sift_arena){0};
}

void
sift_arena_release(struct sift_arena *arena)
{
	struct sift_arena_block *block = arena->head;

	while (block) {
		struct sift_arena_block *next = block->next;

		if (block->is_region)
			sift_region_free(block, HEAD + block->size);
		else
			sift_free(block);
		block = next;
	}
	sift_arena_init(arena);
}

static size_t
room_left(const struct sift_arena *arena)
{
	return arena->head ? arena->head->size - arena->used : 0;
}

/* Of both heads that with more room stays in use. */
void
sift_arena_join(struct sift_arena *into, struct sift_arena *from)
{
	struct sift_arena_block *last;

	if (room_left(from) > room_left(into) || !into->head) {
		struct sift_arena swap = *into;

		*into = *from;
		*from = swap;
	}
	last = from->head;
	while (last && last->next)
		last = last->next;
	if (last) {
		last->next = into->head->next;
		into->head->next = from->head;
	}
	into->total_bytes += from->total_bytes;
	sift_arena_init(from);
}

static struct sift_arena_block *
new_block(size_t size)
{
	struct sift_arena_block *block;

	if (size > SIZE_MAX - sizeof(*block))
		return NULL;
	block = sift_calloc(1, sizeof(*block) + size);
	if (block)
		block->size = block->ready = size;
	return block;
}

static void
push_block(struct sift_arena *arena, struct sift_arena_block *block,
	   size_t used)
{
	block->next = arena->head;
	arena->head = block;
	arena->used = used;
	arena->is_stale = false;
}

#ifdef SIFT_DEBUG_ARENA

/* Each piece is a block of exactly its size: its end is the heap's edge. */
static void *
take(struct sift_arena *arena, size_t size, size_t align)
{
	struct sift_arena_block *block = new_block(size);

	(void)align;
	if (!block)
		return NULL;
	push_block(arena, block, size);
	arena->total_bytes += size;
	return block->data;
}

#else

/* The first `size` bytes of the block are going to be used. */
static void
make_ready(struct sift_arena_block *block, size_t size)
{
	size_t from = HEAD + block->ready, to = HEAD + size;

	to += CHUNK - (to - 1) % CHUNK - 1; /* the whole is a multiple of it */
	sift_region_fill((char *)block + from, to - from);
	block->ready = to - HEAD;
}

/* A piece of the head block, or NULL when it has no room. */
static void *
take_from_head(struct sift_arena *arena, size_t size, size_t align)
{
	size_t start = arena->used;

	if (!arena->head)
		return NULL;
	start += (align - start % align) % align;
	if (start > arena->head->size || size > arena->head->size - start)
		return NULL;
	if (start + size > arena->head->ready)
		make_ready(arena->head, start + size);
	arena->used = start + size;
	return (char *)arena->head->data + start;
}

/* As large as all that was handed out. */
static size_t
next_block_size(const struct sift_arena *arena)
{
	size_t size = arena->total_bytes;

	if (size < FIRST_BLOCK)
		return FIRST_BLOCK;
	if (size < REGIONS_FROM)
		return size;
	if (size < REGION_MIN)
		return REGION_MIN - HEAD;
	return (size < REGION_MAX ? size - size % CHUNK : REGION_MAX) - HEAD;
}

static struct sift_arena_block *
new_region(size_t size)
{
	struct sift_arena_block *block = sift_region_new(HEAD + size);

	if (!block)
		return NULL;
	sift_region_fill(block, CHUNK);
	block->size = size;
	block->ready = CHUNK - HEAD;
	block->is_region = true;
	return block;
}

/* For one large array, with room for no more. */
static struct sift_arena_block *
new_alone(size_t size, bool is_filled)
{
	struct sift_arena_block *block;

	if (size > SIZE_MAX - HEAD - CHUNK)
		return NULL;
	size += CHUNK - (HEAD + size - 1) % CHUNK - 1;
	block = sift_region_new(HEAD + size);
	if (!block)
		return NULL;
	if (is_filled)
		sift_region_fill(block, HEAD + size);
	block->size = block->ready = size;
	block->is_region = true;
	return block;
}

/* A block for this piece alone, put behind the head, which stays in use. */
static void *
take_alone(struct sift_arena *arena, size_t size, bool is_filled)
{
	struct sift_arena_block *block =
		size < CHUNK ? new_block(size) : new_alone(size, is_filled);

	if (!block)
		return NULL;
	if (arena->head) {
		block->next = arena->head->next;
		arena->head->next = block;
	} else {
		push_block(arena, block, size);
	}
	return block->data;
}

static void *
take(struct sift_arena *arena, size_t size, size_t align)
{
	void *piece;

	if (size == 0)
		size = 1; /* so that every piece has its own address */
	piece = take_from_head(arena, size, align);
	if (!piece && size > next_block_size(arena) / 4) {
		piece = take_alone(arena, size, true);
	} else if (!piece) {
		size_t room = next_block_size(arena);
		struct sift_arena_block *block = room < REGIONS_FROM
							 ? new_block(room)
							 : new_region(room);

		if (!block)
			return NULL;
		push_block(arena, block, 0);
		piece = take_from_head(arena, size, align);
	}
	if (piece)
		arena->total_bytes += size;
	return piece;
}

#endif

#ifdef SIFT_DEBUG_ARENA

void
sift_arena_clear(struct sift_arena *arena)
{
	sift_arena_release(arena);
}

#else

/* One block for what took several, with room for what alignment wastes. */
static void
renew(struct sift_arena *arena)
{
	size_t size = arena->total_bytes + arena->total_bytes / 4;
	struct sift_arena_block *block;

	sift_arena_release(arena);
	block = size < 2 * REGIONS_FROM ? new_block(size) : NULL;
	if (block)
		push_block(arena, block, 0);
}

void
sift_arena_clear(struct sift_arena *arena)
{
	struct sift_arena_block *head = arena->head;

	if (head && (head->next || head->is_region)) {
		renew(arena);
	} else if (head) {
		arena->is_stale = true;
		arena->used = 0;
		arena->total_bytes = 0;
	}
}

#endif

void *
sift_arena_room(struct sift_arena *arena, size_t size)
{
	return take(arena, size, alignof(max_align_t));
}

void *
sift_arena_alloc(struct sift_arena *arena, size_t size)
{
	void *piece = sift_arena_room(arena, size);

	if (arena->is_stale && piece)
		memset(piece, 0, size);
	return piece;
}

void *
sift_arena_array(struct sift_arena *arena, size_t count, size_t size)
{
	if (size > 0 && count > SIZE_MAX / size)
		return NULL;
	return sift_arena_alloc(arena, count * size);
}

#ifdef SIFT_DEBUG_ARENA

void *
sift_arena_common_array(struct sift_arena *arena, size_t count, size_t size)
{
	return sift_arena_array(arena, count, size);
}

#else

void *
sift_arena_common_array(struct sift_arena *arena, size_t count, size_t size)
{
	void *array;

	if (size == 0 || count < CHUNK / size || count > SIZE_MAX / size)
		return sift_arena_array(arena, count, size);
	array = take_alone(arena, count * size, false);
	if (array)
		arena->total_bytes += count * size;
	return array;
}

#endif

char *
sift_arena_copy(struct sift_arena *arena, const void *bytes, size_t len)
{
	char *copy;

	if (len == SIZE_MAX)
		return NULL;
	copy = take(arena, len + 1, 1);
	if (!copy)
		return NULL;
	if (len > 0)
		memcpy(copy, bytes, len);
	copy[len] = '\0';
	return copy;
}

char *
sift_arena_str(struct sift_arena *arena, const char *text)
{
	return sift_arena_copy(arena, text, strlen(text));
}

char *
sift_arena_span(struct sift_arena *arena, struct sift_span text)
{
	static const char replacement[] = "\xEF\xBF\xBD"; /* U+FFFD */
	size_t nuls = 0;
	char *copy, *to;

	if (sift_span_find_byte(text, '\0') == text.len)
		return sift_arena_copy(arena, text.ptr, text.len);
	for (size_t i = 0; i < text.len; i++)
		nuls += text.ptr[i] == '\0';
	if (nuls > (SIZE_MAX - 1 - text.len) / 2)
		return NULL;
	copy = take(arena, text.len + 2 * nuls + 1, 1);
	if (!copy)
		return NULL;
	to = copy;
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] == '\0') {
			memcpy(to, replacement, 3);
			to += 3;
		} else {
			*to++ = text.ptr[i];
		}
	}
	*to = '\0';
	return copy;
}

char *
sift_arena_printf(struct sift_arena *arena, const char *format, ...)
{
	char few[512]; /* most texts are short: formatted once */
	va_list args;
	int len;
	char *text;

	va_start(args, format);
	len = sift_vsnprintf(few, sizeof(few), format, args);
	va_end(args);
	if (len < 0)
		return NULL;
	if ((size_t)len < sizeof(few))
		return sift_arena_copy(arena, few, (size_t)len);
	text = take(arena, (size_t)len + 1, 1);
	if (!text)
		return NULL;
	va_start(args, format);
	sift_vsnprintf(text, (size_t)len + 1, format, args);
	va_end(args);
	return text;
}
