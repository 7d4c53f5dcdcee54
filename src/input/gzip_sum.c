/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * ISA-L's CRC multiplies 16 bytes at a time, or 64 where there is AVX-512.
 * Processors in between (Zen 3, Alder Lake) can do 32, at twice the speed: a
 * gzip stream's sum is a sixth of the work on it.
 *
 * A CRC is what remains of a polynomial when it is divided by P. Sixteen bytes
 * may give way to a remainder of theirs that is added (xor) to bytes behind
 * them, as long as it is multiplied by x for each bit in between. So all bytes
 * fold into the last 256, which have the same CRC as all had, and ISA-L takes
 * the CRC of these.
 *
 * The lowest bit of a byte has the highest power of x. Of each sixteen bytes
 * the first eight are moved by 2048 + 64 bits, the last eight by 2048. Both
 * numbers below are 32 less: as much as a remainder of 32 bits stands higher in
 * its 64; and they are shifted by one, since the product of two reversed
 * numbers of 64 bits is reversed in 127.
 */

#include <config.h>

#include "input/gzip_sum.h"

#include <isa-l/crc.h>
#include <stdbool.h>
#include <string.h>

#if defined(__x86_64__) && defined(__GNUC__)
# include <immintrin.h>

# define LANES 8
# define FOLD_BYTES (LANES * sizeof(__m256i))
# define FIRST_HALF 0x11542778a /* x^2080 mod P, its bits reversed */
# define LAST_HALF 0x1322d1430	/* x^2016 mod P */

# define WIDE __attribute__((target("avx2,vpclmulqdq")))

static bool
is_worthwhile(uint64_t len)
{
	return len >= 4 * FOLD_BYTES && __builtin_cpu_supports("avx2") &&
	       __builtin_cpu_supports("vpclmulqdq") &&
	       !__builtin_cpu_supports("avx512f");
}

WIDE static inline __m256i
load(const unsigned char *bytes)
{
	return _mm256_loadu_si256((const __m256i *)(const void *)bytes);
}

/* Fold into `last` as many bytes as it has, as often as they are there; how
   many were is returned. */
WIDE static uint64_t
fold(uint32_t sum, const unsigned char *bytes, uint64_t len,
     unsigned char last[FOLD_BYTES])
{
	const __m256i powers =
		_mm256_set_epi64x(LAST_HALF, FIRST_HALF, LAST_HALF, FIRST_HALF);
	__m256i lanes[LANES];
	uint64_t at = FOLD_BYTES;

	for (size_t i = 0; i < LANES; i++)
		lanes[i] = load(bytes + i * sizeof(lanes[0]));
	lanes[0] = _mm256_xor_si256(
		lanes[0], _mm256_set_epi32(0, 0, 0, 0, 0, 0, 0, (int)~sum));
	for (; len - at >= FOLD_BYTES; at += FOLD_BYTES)
		for (size_t i = 0; i < LANES; i++) {
			__m256i next = load(bytes + at + i * sizeof(lanes[0]));
			__m256i first = _mm256_clmulepi64_epi128(lanes[i],
								 powers, 0x00);
			__m256i second = _mm256_clmulepi64_epi128(lanes[i],
								  powers, 0x11);

			lanes[i] = _mm256_xor_si256(
				_mm256_xor_si256(first, second), next);
		}
	memcpy(last, lanes, FOLD_BYTES);
	return at;
}

uint32_t
sift_gzip_sum(uint32_t sum, const unsigned char *bytes, uint64_t len)
{
	unsigned char last[FOLD_BYTES];
	uint64_t folded;

	if (!is_worthwhile(len))
		return crc32_gzip_refl(sum, bytes, len);
	folded = fold(sum, bytes, len, last);
	/* `sum` is in `last`: nothing more is to be added to it. */
	sum = crc32_gzip_refl(UINT32_MAX, last, FOLD_BYTES);
	return crc32_gzip_refl(sum, bytes + folded, len - folded);
}

#else

uint32_t
sift_gzip_sum(uint32_t sum, const unsigned char *bytes, uint64_t len)
{
	return crc32_gzip_refl(sum, bytes, len);
}

#endif
