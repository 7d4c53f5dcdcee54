/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "base/hash_set.h"

#include <string.h>

/* Open addressing; at most three of four slots are taken. */

enum sift_status
sift_hash_set_init(struct sift_hash_set *set, size_t max,
		   struct sift_arena *arena)
{
	size_t slots = 4;

	while (slots / 4 * 3 < max && slots <= SIZE_MAX / 2)
		slots *= 2;
	*set = (struct sift_hash_set){.mask = slots - 1};
	set->slots = sift_arena_array(arena, slots, sizeof(*set->slots));
	return set->slots ? SIFT_OK : SIFT_E_NOMEM;
}

void
sift_hash_set_clear(struct sift_hash_set *set)
{
	memset(set->slots, 0, (set->mask + 1) * sizeof(*set->slots));
	set->count = 0;
}

bool
sift_hash_set_add(struct sift_hash_set *set, uint64_t hash)
{
	uint64_t stored = hash ? hash : 1; /* 0 is a free slot */
	size_t i = (size_t)stored & set->mask;

	for (; set->slots[i]; i = (i + 1) & set->mask)
		if (set->slots[i] == stored)
			return false;
	set->slots[i] = stored;
	set->count++;
	return true;
}
