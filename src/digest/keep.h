/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_DIGEST_KEEP_H
#define SIFT_DIGEST_KEEP_H

/*
 * Which names stay when there are too many: a table from keys to dense
 * numbers ("slots") whose key with the largest 64-bit hash can be replaced.
 *
 * The keys with the smallest hashes stay, whatever the order in which keys
 * come: once the table is full, its largest hash only ever sinks, so that a
 * key which was turned away or replaced never comes back, and a key that is
 * there at the end was there from its first mention. Keys of one hash are
 * ordered bytewise. Reserved keys always stay and do not count.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/span.h"

#define SIFT_KEEP_NONE UINT32_MAX

struct sift_keep_entry {
	uint64_t hash;
	const char *text; /* in the arena */
	uint32_t len;
	bool reserved;
};

struct sift_keep {
	struct sift_keep_entry *entries; /* owned; one per slot */
	size_t count;
	size_t known; /* entries in all: those from `count` on were there before
			 sift_keep_empty(), and are expected to come again */
	size_t capacity;
	size_t in_order; /* so many, from the first on, are known to be in the
			    order that the owner sorts them in */
	size_t reserved; /* entries that do not count */
	uint32_t *index; /* owned; open addressing, slots + 1 */
	size_t index_size;
	uint32_t *heap; /* owned; the largest hash first; NULL until needed */
	size_t heap_count;
	struct sift_arena texts; /* of keys; of those replaced as well: their
				    number grows with the logarithm of all */
};

/* A key with its hash, which is taken once. */
struct sift_keep_key {
	struct sift_span text;
	uint64_t hash;
};

static inline struct sift_keep_key
sift_keep_hashed(struct sift_span text)
{
	return (struct sift_keep_key){text, sift_hash64(text.ptr, text.len)};
}

/* The copy of a slot's key, borrowed until the table is released; followed by
   a NUL byte. */
static inline struct sift_span
sift_keep_text(const struct sift_keep *keep, size_t slot)
{
	return sift_span_of(keep->entries[slot].text, keep->entries[slot].len);
}

void sift_keep_init(struct sift_keep *keep);
void sift_keep_release(struct sift_keep *keep);

/*
 * Empty it, but for the memory of the keys: those of one source are mostly
 * those of the next, in the same order. Unless they are many.
 */
void sift_keep_empty(struct sift_keep *keep);

/* The key that is expected next, or an empty one. */
static inline struct sift_span
sift_keep_expected(const struct sift_keep *keep)
{
	return keep->count < keep->known ? sift_keep_text(keep, keep->count)
					 : (struct sift_span){0};
}

/* It came. */
static inline uint32_t
sift_keep_enter_expected(struct sift_keep *keep)
{
	return (uint32_t)keep->count++;
}

/* The slot of `key`, or SIFT_KEEP_NONE. */
uint32_t sift_keep_find(const struct sift_keep *keep,
			const struct sift_keep_key *key);

/*
 * Enter a key that is not there; its slot is the number of those before it.
 * Returns SIFT_OK, SIFT_E_NOMEM.
 */
enum sift_status sift_keep_add(struct sift_keep *keep,
			       const struct sift_keep_key *key, bool reserved,
			       struct sift_err *err) SIFT_MUST_CHECK;

/*
 * The slot that must give way to `key`, or SIFT_KEEP_NONE when `key` comes
 * after all of them. Returns SIFT_OK, SIFT_E_NOMEM.
 */
enum sift_status sift_keep_victim(struct sift_keep *keep,
				  const struct sift_keep_key *key,
				  uint32_t *out_slot,
				  struct sift_err *err) SIFT_MUST_CHECK;

/* Give the victim's slot to `key`. Returns SIFT_OK, SIFT_E_NOMEM. */
enum sift_status sift_keep_replace(struct sift_keep *keep, uint32_t victim,
				   const struct sift_keep_key *key,
				   struct sift_err *err) SIFT_MUST_CHECK;

#endif /* SIFT_DIGEST_KEEP_H */
