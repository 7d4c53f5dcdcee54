/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "base/hash.h"

#include <assert.h>

/* Most keys are short: inlined, XXH3 takes a few nanoseconds for them. */
#define XXH_INLINE_ALL
#include <xxhash.h>

/* XXH3 reads nothing at length 0, but a sanitizer dislikes NULL all the same */
static const void *
never_null(const void *bytes)
{
	return bytes ? bytes : "";
}

uint64_t
sift_hash64(const void *bytes, size_t len)
{
	return XXH3_64bits(never_null(bytes), len);
}

struct sift_hash128
sift_hash128(const void *bytes, size_t len)
{
	XXH128_hash_t hash = XXH3_128bits(never_null(bytes), len);

	return (struct sift_hash128){hash.high64, hash.low64};
}

void
sift_hash_hex(struct sift_hash128 hash, unsigned digits, char *out)
{
	assert(digits <= 32);
	for (unsigned i = 0; i < digits; i++) {
		uint64_t half = i < 16 ? hash.high : hash.low;

		out[i] = "0123456789abcdef"[half >> (60 - 4 * (i % 16)) & 15];
	}
	out[digits] = '\0';
}
