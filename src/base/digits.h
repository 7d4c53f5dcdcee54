/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_BASE_DIGITS_H
#define SIFT_BASE_DIGITS_H

/*
 * Decimal digits, eight or sixteen at a time: the bytes are parts of one
 * number and are dealt with together, without a branch for each.
 */

#include <endian.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#ifdef __SSE2__
# include <emmintrin.h>
#endif

/* The eight bytes at `p`, the first the lowest, on any machine. */
static inline uint64_t
sift_eight(const char *p)
{
	uint64_t eight;

	memcpy(&eight, p, sizeof(eight));
	return le64toh(eight);
}

/* The top bit of each byte that is no digit is set, and maybe those of bytes
   behind it: '0' to '9' become 0 to 9; to all else 0x76 adds up to 0x80 or
   more, or it has that bit. A sum may carry, to bytes that come later. */
static inline uint64_t
sift_digits_others(uint64_t eight)
{
	uint64_t x = eight ^ UINT64_C(0x3030303030303030);

	return (x | (x + UINT64_C(0x7676767676767676))) &
	       UINT64_C(0x8080808080808080);
}

/* How many bytes, from the first on, are digits. */
static inline unsigned
sift_digits_count(uint64_t eight)
{
	uint64_t others = sift_digits_others(eight);

	return others ? (unsigned)__builtin_ctzll(others) / 8 : 8;
}

/* Eight digits without their upper halves, as a number: neighbours are joined
   thrice, the first taken ten, hundred, ten thousand times. */
static inline uint32_t
sift_digits_join(uint64_t x)
{
	x = (x * (1 + (10 << 8))) >> 8;
	x = (x & UINT64_C(0x00FF00FF00FF00FF)) * (1 + (100 << 16)) >> 16;
	x = (x & UINT64_C(0x0000FFFF0000FFFF)) *
		    (1 + (UINT64_C(10000) << 32)) >>
	    32;
	return (uint32_t)x;
}

/* The number that the first `count` of them make, 1 to 8, which are digits. */
static inline uint32_t
sift_digits_value(uint64_t eight, unsigned count)
{
	/* Zeros go before the digits. */
	return sift_digits_join((eight ^ UINT64_C(0x3030303030303030))
				<< (64 - 8 * count));
}

#ifdef __SSE2__

/* Sixteen digits as a number: neighbours are joined thrice, as above. */
static inline uint64_t
sift_digits_join_sixteen(__m128i x)
{
	uint64_t halves;

	x = _mm_srli_epi16(_mm_mullo_epi16(x, _mm_set1_epi16(1 + (10 << 8))),
			   8);
	x = _mm_madd_epi16(x, _mm_set1_epi32(100 + (1 << 16)));
	x = _mm_packs_epi32(x, x);
	x = _mm_madd_epi16(x, _mm_set1_epi32(10000 + (1 << 16)));
	_mm_storel_epi64((__m128i *)(void *)&halves, x);
	return (uint32_t)halves * UINT64_C(100000000) + (halves >> 32);
}

/* The number that the last `count` of the sixteen bytes before `end` make, up
   to 16; false if one of these is no digit. */
static inline bool
sift_digits_last(const char *end, size_t count, uint64_t *out)
{
	static const unsigned char keep[32] = {
		[16] = 255, 255, 255, 255, 255, 255, 255, 255,
		255,	    255, 255, 255, 255, 255, 255, 255,
	};
	__m128i x = _mm_loadu_si128((const __m128i *)(const void *)(end - 16));

	x = _mm_xor_si128(x, _mm_set1_epi8('0'));
	x = _mm_and_si128(
		x,
		_mm_loadu_si128((const __m128i *)(const void *)(keep + count)));
	*out = sift_digits_join_sixteen(x);
	/* what was no digit has the top bit, or gets it */
	return !_mm_movemask_epi8(_mm_adds_epu8(x, _mm_set1_epi8(0x76)));
}

#else

static inline bool
sift_digits_last(const char *end, size_t count, uint64_t *out)
{
	uint64_t value = 0;

	for (const char *p = end - count; p < end; p++) {
		unsigned digit = (unsigned char)*p - (unsigned)'0';

		if (digit > 9)
			return false;
		value = value * 10 + digit;
	}
	*out = value;
	return true;
}

#endif

#endif /* SIFT_BASE_DIGITS_H */
