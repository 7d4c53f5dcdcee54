/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_DIGEST_PUT_BYTES_H
#define SIFT_DIGEST_PUT_BYTES_H

/*
 * Numbers as bytes, put where there is room; what is returned is where the
 * next thing goes.
 */

#include <endian.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#ifdef __SSE2__
# include <emmintrin.h>
#endif

#define SIFT_VARINT_BYTES 10

static inline unsigned char *
sift_put_varint(unsigned char *at, uint64_t value)
{
	for (; value >= 128; value >>= 7)
		*at++ = (unsigned char)((value & 127) | 128);
	*at++ = (unsigned char)value;
	return at;
}

static inline unsigned char *
sift_put_u64(unsigned char *at, uint64_t value)
{
	value = htole64(value);
	memcpy(at, &value, sizeof(value));
	return at + sizeof(value);
}

static inline unsigned char *
sift_put_double(unsigned char *at, double value)
{
	uint64_t bits;

	memcpy(&bits, &value, sizeof(bits));
	return sift_put_u64(at, bits);
}

/* Which of them are known: a bit for each, 63 at most. */
static inline uint64_t
sift_known(const double *values, unsigned count)
{
	uint64_t known = 0;
	unsigned i = 0;

#ifdef __SSE2__
	for (; i + 2 <= count; i += 2) {
		__m128d two = _mm_loadu_pd(values + i);

		known |= (uint64_t)_mm_movemask_pd(_mm_cmpord_pd(two, two))
			 << i;
	}
#endif
	for (; i < count; i++)
		known |= (uint64_t)!isnan(values[i]) << i;
	return known;
}

/* That, then these. There is room for all, so where the first few are known, as
   mostly, the others may be put as well. */
static inline unsigned char *
sift_put_doubles(unsigned char *at, const double *values, unsigned count)
{
	uint64_t known = sift_known(values, count);

	at = sift_put_varint(at, known);
	if (!(known & (known + 1))) {
#if BYTE_ORDER == LITTLE_ENDIAN
		memcpy(at, values, count * sizeof(*values));
#else
		for (unsigned i = 0; i < count; i++)
			sift_put_double(at + (size_t)8 * i, values[i]);
#endif
		return at + 8 * __builtin_ctzll(~known);
	}
	for (; known; known &= known - 1)
		at = sift_put_double(at, values[__builtin_ctzll(known)]);
	return at;
}

#endif /* SIFT_DIGEST_PUT_BYTES_H */
