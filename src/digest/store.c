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
}

void
sift_store_join(struct sift_store *into, struct sift_store *from)
{
	sift_arena_join(&into->arena, &from->arena);
	sift_arena_join(&into->names, &from->names);
	from->texts = NULL;
}

static struct sift_span *
by_hash(const struct sift_store *store, struct sift_span text)
{
	uint64_t hash = sift_hash64(text.ptr, text.len);

	return &store->texts->by_hash[hash & (SIFT_STORE_RECENT - 1)];
}

static struct sift_span *
in_order(const struct sift_store *store, size_t at)
{
	return &store->texts->in_order[at & (SIFT_STORE_RECENT - 1)];
}

const char *
sift_store_find(struct sift_store *store, struct sift_span text)
{
	const struct sift_span *found;
	struct sift_span *next;

	if (!store->texts)
		return NULL;
	next = in_order(store, store->at++);
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
	const struct sift_span kept = sift_span_of(copy, text.len);

	if (copy && store->texts) {
		*by_hash(store, text) = kept;
		/* By its hash alone it may give way to another of the block. */
		*in_order(store, store->at - 1) = kept;
	}
	return copy;
}

const char *
sift_store_keep_name(struct sift_store *store, struct sift_span name)
{
	return sift_arena_copy(&store->names, name.ptr, name.len);
}
