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

/* How many bytes, from the first on, are digits. */
static inline unsigned
sift_digits_count(uint64_t eight)
{
	/* '0' to '9' become 0 to 9; to all else 0x76 adds up to 0x80 or more,
	   or it has that bit. A sum may carry, to bytes that come later. */
	uint64_t x = eight ^ UINT64_C(0x3030303030303030);
	uint64_t other = (x | (x + UINT64_C(0x7676767676767676))) &
			 UINT64_C(0x8080808080808080);

	return other ? (unsigned)__builtin_ctzll(other) / 8 : 8;
}

/* The number that the first `count` of them make, 1 to 8, which are digits. */
static inline uint32_t
sift_digits_value(uint64_t eight, unsigned count)
{
	/* Zeros go before the digits; then neighbours are joined thrice, the
	   first taken ten, hundred, ten thousand times. */
	uint64_t x = (eight ^ UINT64_C(0x3030303030303030)) << (64 - 8 * count);

	x = (x * (1 + (10 << 8))) >> 8;
	x = (x & UINT64_C(0x00FF00FF00FF00FF)) * (1 + (100 << 16)) >> 16;
	x = (x & UINT64_C(0x0000FFFF0000FFFF)) *
		    (1 + (UINT64_C(10000) << 32)) >>
	    32;
	return (uint32_t)x;
}

#endif /* SIFT_BASE_DIGITS_H */
