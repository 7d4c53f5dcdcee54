/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "digest/store.h"

#include "base/hash.h"

/* Some hundred endpoints are many for one test; a power of two. */
#define RECENT 1024

void
sift_store_share(struct sift_store *store)
{
	if (!store->recent)
		store->recent = sift_arena_array(&store->arena, RECENT,
						 sizeof(*store->recent));
}

void
sift_store_release(struct sift_store *store)
{
	sift_arena_release(&store->arena);
	store->recent = NULL;
}

void
sift_store_join(struct sift_store *into, struct sift_store *from)
{
	sift_arena_join(&into->arena, &from->arena);
	from->recent = NULL;
}

static struct sift_span *
place_of(const struct sift_store *store, struct sift_span text)
{
	return &store->recent[sift_hash64(text.ptr, text.len) & (RECENT - 1)];
}

const char *
sift_store_find(const struct sift_store *store, struct sift_span text)
{
	const struct sift_span *place;

	if (!store->recent)
		return NULL;
	place = place_of(store, text);
	return place->ptr && sift_span_equal(*place, text) ? place->ptr : NULL;
}

const char *
sift_store_keep(struct sift_store *store, struct sift_span text)
{
	const char *copy = sift_arena_copy(&store->arena, text.ptr, text.len);

	if (copy && store->recent)
		*place_of(store, text) = sift_span_of(copy, text.len);
	return copy;
}
