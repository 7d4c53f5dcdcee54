/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_BASE_HASH_H
#define SIFT_BASE_HASH_H

/*
 * Fixed hashes of bytes (XXH3, seed 0): the same on every machine, so ids
 * and orders derived from them are part of the output's contract.
 */

#include <stddef.h>
#include <stdint.h>

struct sift_hash128 {
	uint64_t high, low;
};

uint64_t sift_hash64(const void *bytes, size_t len);
struct sift_hash128 sift_hash128(const void *bytes, size_t len);

/* The first `digits` (at most 32) hex digits of a hash, terminated. */
void sift_hash_hex(struct sift_hash128 hash, unsigned digits, char *out);

#endif /* SIFT_BASE_HASH_H */
