/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_BASE_DIAG_H
#define SIFT_BASE_DIAG_H

/*
 * Bad records, counted by kind, with the first place of each: what "skipped"
 * in the ledger is made of.
 *
 * Adding and merging commute and associate: the same records give the same
 * bytes in whatever order and through whatever intermediate sums they come.
 * - The place with the smallest line, then offset, then sample stays.
 * - Entries are sorted by kind, bytewise. Up to SIFT_DIAG_KINDS kinds are
 *   kept. Of more, those with the smallest names are, and the others are one
 *   entry, SIFT_DIAG_OTHER, the last. Which kinds are kept depends on the set
 *   of all kinds only, and a kind that is kept in the end was kept all along,
 *   so its count is complete.
 * - Counts that overflow stay at UINT64_MAX.
 *
 * A zeroed struct is empty.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

#define SIFT_DIAG_KINDS 12
#define SIFT_DIAG_OTHER "other kinds"

struct sift_diag_entry {
	char kind[64]; /* "not a number", "cut short", … */
	uint64_t count;
	uint64_t line;	 /* of the first; 0 = unknown */
	int64_t offset;	 /* of the first; -1 = unknown */
	char sample[96]; /* what stood there, escaped; may be "" */
};

struct sift_diag {
	struct sift_diag_entry entries[SIFT_DIAG_KINDS];
	size_t count;
	uint64_t total;
};

/*
 * Count `count` bad records of a kind, the first of them at `line` (0 =
 * unknown) and `offset` (-1 = unknown). `sample`, which may be NULL, is
 * escaped and cut to fit; a kind that is too long is cut. A count of 0
 * changes nothing.
 */
void sift_diag_add(struct sift_diag *diag, const char *kind, uint64_t count,
		   uint64_t line, int64_t offset, const char *sample);
/* Fold `from`, which must be another, into `into`. */
void sift_diag_merge(struct sift_diag *into, const struct sift_diag *from);

/*
 * "3 records skipped: not a number (2, first at line 812: "1,2"), cut short
 * (1, first at line 900)". The most frequent first, other kinds last. Adds
 * nothing when there is nothing.
 */
void sift_diag_describe(const struct sift_diag *diag, struct sift_buf *out);

#endif /* SIFT_BASE_DIAG_H */
