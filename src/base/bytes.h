/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_BASE_BYTES_H
#define SIFT_BASE_BYTES_H

/*
 * Thirty-two bytes looked at together: the answer is a bit for each, that of
 * the first the lowest.
 */

#include <stdint.h>
#include <string.h>

#ifdef __SSE2__

# include <emmintrin.h>

struct sift_bytes {
	__m128i half[2];
};

static inline struct sift_bytes
sift_bytes_at(const char *p)
{
	return (struct sift_bytes){
		{_mm_loadu_si128((const __m128i *)(const void *)p),
		 _mm_loadu_si128((const __m128i *)(const void *)(p + 16))}};
}

/* Those that are `c`. */
static inline uint32_t
sift_bytes_equal(struct sift_bytes bytes, char c)
{
	__m128i wanted = _mm_set1_epi8(c);
	int low = _mm_movemask_epi8(_mm_cmpeq_epi8(bytes.half[0], wanted));
	int high = _mm_movemask_epi8(_mm_cmpeq_epi8(bytes.half[1], wanted));

	return (uint32_t)low | (uint32_t)high << 16;
}

/* Those beyond ASCII. */
static inline uint32_t
sift_bytes_high(struct sift_bytes bytes)
{
	return (uint32_t)_mm_movemask_epi8(bytes.half[0]) |
	       (uint32_t)_mm_movemask_epi8(bytes.half[1]) << 16;
}

#else

struct sift_bytes {
	unsigned char each[32];
};

static inline struct sift_bytes
sift_bytes_at(const char *p)
{
	struct sift_bytes bytes;

	memcpy(bytes.each, p, sizeof(bytes.each));
	return bytes;
}

static inline uint32_t
sift_bytes_equal(struct sift_bytes bytes, char c)
{
	uint32_t mask = 0;

	for (unsigned i = 0; i < sizeof(bytes.each); i++)
		mask |= (uint32_t)(bytes.each[i] == (unsigned char)c) << i;
	return mask;
}

static inline uint32_t
sift_bytes_high(struct sift_bytes bytes)
{
	uint32_t mask = 0;

	for (unsigned i = 0; i < sizeof(bytes.each); i++)
		mask |= (uint32_t)(bytes.each[i] >> 7) << i;
	return mask;
}

#endif

#endif /* SIFT_BASE_BYTES_H */
