/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_DIGEST_BLOCK_READ_H
#define SIFT_DIGEST_BLOCK_READ_H

/*
 * Blocks from bytes that are not trusted. Reads never fail one by one: the
 * first damage moves the place to its end and is asked for once (as
 * sift_buf does for writing). What is read is sound whatever the bytes say,
 * so a half-read block can be freed. Lists must be sorted and free of
 * doubles, as the writer leaves them.
 */

#include <stddef.h>

#include "base/buf.h"
#include "digest/block_build.h"
#include "digest/digest_io.h"
#include "digest/store.h"

/* A block in the making. All of it goes to the store, but for samples. */
struct sift_making {
	struct sift_block *block;
	struct sift_store *store;
	size_t series_room;
	size_t metric_room;
	struct sift_reported *figures; /* the next ones, of so many: */
	size_t figures_left;
	struct sift_reported *reported; /* by the block's series, in their
					   order; NULL = not by all, or not
					   only */
};

/* Each reads one part. */
typedef void sift_part_read(struct sift_reading_place *in,
			    struct sift_making *making);

/* ---- block_read_facts.c ---- */

sift_part_read sift_read_ledger;
sift_part_read sift_read_skipped;
sift_part_read sift_read_facts;
sift_part_read sift_read_notes;
sift_part_read sift_read_users;
sift_part_read sift_read_progress;

/* ---- block_read_results.c ---- */

sift_part_read sift_read_total;
sift_part_read sift_read_series;
sift_part_read sift_read_metric;
sift_part_read sift_read_checks;
sift_part_read sift_read_thresholds;
sift_part_read sift_read_failures;

/* ---- block_read.c ---- */

/* Damage. */
void sift_read_damaged(struct sift_reading_place *in);
/* -1 for unknown, or a count. */
static inline int64_t
sift_read_known(struct sift_reading_place *in)
{
	int64_t value = sift_read_i64(in);

	if (value < -1)
		sift_read_damaged(in);
	return value;
}
/* A text; NULL for none. */
const char *sift_read_text(struct sift_reading_place *in,
			   struct sift_making *making);
/* A text that must be there; "" after damage. */
const char *sift_read_name(struct sift_reading_place *in,
			   struct sift_making *making);
/* Its name and its path, which mostly is how the name ends. */
void sift_read_block_names(struct sift_reading_place *in,
			   struct sift_making *making);
/* The number of entries of an array, each of which takes at least `least`
   bytes; 0 after damage. */
size_t sift_read_count(struct sift_reading_place *in, size_t max, size_t least);
/* The same, and a zeroed array of so many. */
size_t sift_read_array(struct sift_reading_place *in,
		       struct sift_making *making, void **out, size_t item_size,
		       size_t max, size_t least);
/* The entries of the list must be in order. */
void sift_read_check_order(struct sift_reading_place *in,
			   struct sift_block *block, enum sift_block_list list);

#endif /* SIFT_DIGEST_BLOCK_READ_H */
