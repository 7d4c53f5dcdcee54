/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_BASE_DIGITS_H
#define SIFT_BASE_DIGITS_H

/*
 * Decimal digits, eight at a time: the bytes are parts of one 64-bit number
 * and are dealt with together, without a branch for each.
 */

#include <endian.h>
#include <stdint.h>
#include <string.h>

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

/* The number that the last `count` of eight digits make, 0 to 7. */
static inline uint32_t
sift_digits_last(uint64_t eight, unsigned count)
{
	return sift_digits_join((eight ^ UINT64_C(0x3030303030303030)) &
				~(UINT64_MAX >> (8 * count)));
}

#endif /* SIFT_BASE_DIGITS_H */
