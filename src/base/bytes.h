/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_BASE_BYTES_H
#define SIFT_BASE_BYTES_H

/*
 * Sixty-four bytes looked at together: the answer is a bit for each, that of
 * the first the lowest.
 */

#include <stdint.h>
#include <string.h>

#define SIFT_BYTES 64

#ifdef __SSE2__

# include <emmintrin.h>

struct sift_bytes {
	__m128i part[4];
};

static inline struct sift_bytes
sift_bytes_at(const char *p)
{
	struct sift_bytes bytes;

	for (unsigned i = 0; i < 4; i++)
		bytes.part[i] = _mm_loadu_si128(
			(const __m128i *)(const void *)(p + (size_t)16 * i));
	return bytes;
}

/* Those beyond ASCII. */
static inline uint64_t
sift_bytes_high(struct sift_bytes bytes)
{
	uint64_t mask = 0;

	for (unsigned i = 0; i < 4; i++)
		mask |= (uint64_t)(uint32_t)_mm_movemask_epi8(bytes.part[i])
			<< 16 * i;
	return mask;
}

/* Those that are `c`. */
static inline uint64_t
sift_bytes_equal(struct sift_bytes bytes, char c)
{
	for (unsigned i = 0; i < 4; i++)
		bytes.part[i] = _mm_cmpeq_epi8(bytes.part[i], _mm_set1_epi8(c));
	return sift_bytes_high(bytes);
}

#else

struct sift_bytes {
	unsigned char each[SIFT_BYTES];
};

static inline struct sift_bytes
sift_bytes_at(const char *p)
{
	struct sift_bytes bytes;

	memcpy(bytes.each, p, sizeof(bytes.each));
	return bytes;
}

static inline uint64_t
sift_bytes_high(struct sift_bytes bytes)
{
	uint64_t mask = 0;

	for (unsigned i = 0; i < SIFT_BYTES; i++)
		mask |= (uint64_t)(bytes.each[i] >> 7) << i;
	return mask;
}

static inline uint64_t
sift_bytes_equal(struct sift_bytes bytes, char c)
{
	uint64_t mask = 0;

	for (unsigned i = 0; i < SIFT_BYTES; i++)
		mask |= (uint64_t)(bytes.each[i] == (unsigned char)c) << i;
	return mask;
}

#endif

#endif /* SIFT_BASE_BYTES_H */
