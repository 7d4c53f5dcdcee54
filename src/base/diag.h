/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_BASE_DIAG_H
#define SIFT_BASE_DIAG_H

/*
 * Bad records, counted by kind, with the first place of each: what "skipped"
 * in the ledger is made of. Merging is commutative: the place with the
 * smallest line, then offset stays.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

#define SIFT_DIAG_KINDS 12 /* further kinds fold into the last */

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

/* Count one (or `count`) bad records of a kind. `sample` may be NULL. */
void sift_diag_add(struct sift_diag *diag, const char *kind, uint64_t count,
		   uint64_t line, int64_t offset, const char *sample);
void sift_diag_merge(struct sift_diag *into, const struct sift_diag *from);

/*
 * "3 records skipped: not a number (2, first at line 812: "1,2"), cut short
 * (1, first at line 900)". Adds nothing when there is nothing.
 */
void sift_diag_describe(const struct sift_diag *diag, struct sift_buf *out);

#endif /* SIFT_BASE_DIAG_H */
