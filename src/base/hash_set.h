/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_BASE_HASH_SET_H
#define SIFT_BASE_HASH_SET_H

/*
 * A set of hashes, to see how many things differ, or that none comes twice,
 * without a look at the things again.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

struct sift_hash_set {
	uint64_t *slots; /* of the arena; 0 = free */
	size_t mask;	 /* slots - 1; a power of two of them */
	size_t count;	 /* of hashes */
};

/* An empty set for at most `max` hashes. Returns SIFT_OK, SIFT_E_NOMEM. */
enum sift_status sift_hash_set_init(struct sift_hash_set *set, size_t max,
				    struct sift_arena *arena) SIFT_MUST_CHECK;
void sift_hash_set_clear(struct sift_hash_set *set);
/* Was it not there? It is then. */
bool sift_hash_set_add(struct sift_hash_set *set, uint64_t hash);

#endif /* SIFT_BASE_HASH_SET_H */
