/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_DIGEST_STORE_H
#define SIFT_DIGEST_STORE_H

/*
 * Where blocks that are read from bytes lie: in one arena, from one to the
 * next. Runs of one test have their names in common, so of the texts that
 * came a short while ago no second copy is made.
 */

#include <loadsift/document.h>

#include "base/arena.h"
#include "base/span.h"

/* Some hundred endpoints are many for one test; a power of two. */
#define SIFT_STORE_RECENT 1024

/* So many sets of endpoints: of the tests that take turns in an archive. */
#define SIFT_STORE_SETS 64

/* What blocks have in common. */
struct sift_store_texts {
	/* They mostly have them in one order, which takes less to find than a
	   hash: those of the last block. */
	struct sift_span in_order[SIFT_STORE_RECENT];
	struct sift_span by_hash[SIFT_STORE_RECENT];
	/* Series of blocks, sorted, in the arena; NULL = none. By first and
	   last name and the number of series. */
	struct sift_store_series {
		struct sift_series *series;
		size_t count;
	} sets[SIFT_STORE_SETS];
	/* Those of the block that is being read: another one may have had
	   them, and then they are not kept. */
	struct sift_series reading[SIFT_STORE_RECENT];
};

struct sift_store {
	struct sift_arena arena;
	struct sift_arena names; /* of blocks, which are sorted by them: side
				    by side, for the cache */
	struct sift_store_texts *texts; /* in the arena; NULL = none shared */
	size_t at; /* the text to be asked for, of the block */
};

/* A block begins that shares texts with those before and after. Without it, or
   when memory is out, each has copies of its own. */
void sift_store_share(struct sift_store *store);
void sift_store_release(struct sift_store *store);
/* Take over all that `from` has, which is empty then. */
void sift_store_join(struct sift_store *into, struct sift_store *from);

/* The text found at this place of the last block, for a quick look; NULL =
   none. Who takes it adds one to `at`. */
static inline const struct sift_span *
sift_store_next(const struct sift_store *store)
{
	const struct sift_span *next;

	if (!store->texts)
		return NULL;
	next = &store->texts->in_order[store->at & (SIFT_STORE_RECENT - 1)];
	return next->ptr ? next : NULL;
}
/* The copy of a text that came lately, or NULL: then it is to be kept. Its
   place in the block is the next one. */
const char *sift_store_find(struct sift_store *store, struct sift_span text);
/* A copy, without a NUL byte inside, of what was looked for last; NULL when
   memory is out. */
const char *sift_store_keep(struct sift_store *store, struct sift_span text);
/* The same for the name or path of a block, which no other one has. */
const char *sift_store_keep_name(struct sift_store *store,
				 struct sift_span name);

#endif /* SIFT_DIGEST_STORE_H */
