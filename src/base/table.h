/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_BASE_TABLE_H
#define SIFT_BASE_TABLE_H

/*
 * A hash table from bytes to dense numbers 0, 1, 2 … in order of insertion:
 * the key's number indexes whatever array the caller keeps beside it.
 * Hashing is seedless and the same everywhere; results never depend on the
 * table's inner order. Keys are copied. A zeroed struct is an empty table
 * without maximum.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/span.h"

struct sift_table_slot;
struct sift_table {
	struct sift_table_slot *slots; /* owned */
	size_t slot_count;	       /* power of two or 0 */
	struct sift_span *keys;	       /* owned array; text in the arena */
	size_t count;
	size_t capacity;
	size_t max;
	struct sift_arena arena;
};

/* At most `max` keys (0 = UINT32_MAX). Release drops the keys, not `max`. */
void sift_table_init(struct sift_table *table, size_t max);
void sift_table_release(struct sift_table *table);

/*
 * The number of `key`, entering it if it is new (*out_new, may be NULL).
 * Returns SIFT_OK; SIFT_E_LIMIT when the table holds `max` keys, SIFT_E_NOMEM.
 * On failure the table is as it was, and still finds its keys.
 */
enum sift_status sift_table_intern(struct sift_table *table,
				   struct sift_span key, uint32_t *out_id,
				   bool *out_new) SIFT_MUST_CHECK;

/* The number of `key`, or UINT32_MAX when it is not there. */
uint32_t sift_table_find(const struct sift_table *table, struct sift_span key);

/* The key of `id`; borrowed from the table, valid until its release; it is
   followed by a NUL byte. */
static inline struct sift_span
sift_table_key(const struct sift_table *table, uint32_t id)
{
	return table->keys[id];
}

#endif /* SIFT_BASE_TABLE_H */
