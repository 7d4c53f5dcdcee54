/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "digest/store.h"

#include "base/hash.h"

void
sift_store_share(struct sift_store *store)
{
	store->at = 0;
	if (!store->texts)
		store->texts =
			sift_arena_alloc(&store->arena, sizeof(*store->texts));
}

void
sift_store_release(struct sift_store *store)
{
	sift_arena_release(&store->arena);
	sift_arena_release(&store->names);
	store->texts = NULL;
	store->series = NULL;
}

void
sift_store_join(struct sift_store *into, struct sift_store *from)
{
	sift_arena_join(&into->arena, &from->arena);
	sift_arena_join(&into->names, &from->names);
	from->texts = NULL;
	from->series = NULL;
}

static struct sift_span *
by_hash(const struct sift_store *store, struct sift_span text)
{
	uint64_t hash = sift_hash64(text.ptr, text.len);

	return &store->texts->by_hash[hash & (SIFT_STORE_RECENT - 1)];
}

const char *
sift_store_find(struct sift_store *store, struct sift_span text)
{
	const struct sift_span *found;
	struct sift_span *next;

	if (!store->texts)
		return NULL;
	next = &store->texts->in_order[store->at++ & (SIFT_STORE_RECENT - 1)];
	found = by_hash(store, text);
	if (!found->ptr || !sift_span_equal(*found, text))
		return NULL;
	*next = *found;
	return next->ptr;
}

const char *
sift_store_keep(struct sift_store *store, struct sift_span text)
{
	const char *copy = sift_arena_copy(&store->arena, text.ptr, text.len);

	if (copy && store->texts)
		*by_hash(store, text) = sift_span_of(copy, text.len);
	return copy;
}

const char *
sift_store_keep_name(struct sift_store *store, struct sift_span name)
{
	return sift_arena_copy(&store->names, name.ptr, name.len);
}
