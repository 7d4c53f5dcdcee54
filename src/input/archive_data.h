/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_INPUT_ARCHIVE_DATA_H
#define SIFT_INPUT_ARCHIVE_DATA_H

/* The data of the entry libarchive is at, as a source. */

#include "input/archive_feed.h"

struct sift_archive_data {
	struct sift_source base;
	struct archive *a; /* borrowed */
	struct sift_feed *feed;
	struct sift_meter *meter;
	enum sift_magic magic;
	uint64_t size;		/* of a tar's entry without holes, or 2^64-1 */
	uint64_t *total;	/* yielded by all members of the container */
	uint64_t feed_start;	/* feed->bytes when the entry began */
	uint64_t yielded;	/* of this entry */
	struct sift_span piece; /* got, not handed out: a hole may precede */
	uint64_t piece_at;	/* where in the entry it belongs */
	enum sift_status after; /* what follows it */
	bool is_fatal;		/* libarchive may not be able to go on */
};

/* To be called after each archive_read_next_header(). */
void sift_archive_data_init(struct sift_archive_data *data, struct archive *a,
			    struct archive_entry *entry, struct sift_feed *feed,
			    struct sift_meter *meter, enum sift_magic magic,
			    uint64_t *total);

/* The `read` of a source that begins with a struct sift_archive_data. */
enum sift_status sift_archive_data_read(struct sift_source *src,
					struct sift_span *out,
					struct sift_err *err);

#endif /* SIFT_INPUT_ARCHIVE_DATA_H */
