/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_INPUT_ARCHIVE_FEED_H
#define SIFT_INPUT_ARCHIVE_FEED_H

/*
 * Where libarchive gets its bytes from: a stream, or something one can seek
 * in (a regular file by descriptor, or memory). Our callbacks keep what
 * libarchive's own lose: why reading failed (an I/O error is not a truncated
 * archive), how many bytes went in, and whether the end was reached.
 */

#include "input/archive_library.h"
#include "input/magic.h"
#include "input/source_impl.h"

struct sift_feed {
	const struct sift_archive_library *lib; /* given before it is opened */

	/* One of the three; borrowed. */
	struct sift_source *stream;
	struct sift_span memory;
	int fd; /* used when the other two are empty */

	struct sift_span lead; /* borrowed; comes before the stream */

	uint64_t start; /* of the archive in the file */
	uint64_t size;	/* of what one can seek in; 0 = a stream */
	uint64_t at;	/* the next byte to hand out, for seeking */
	char *block;	/* owned: of a file */
	uint64_t block_at;
	size_t block_len;

	uint64_t bytes;		 /* handed out so far */
	uint64_t trailing_nuls;	 /* at the end of what was handed out */
	bool ended;		 /* libarchive was told of the end */
	enum sift_status status; /* of reading: a failure, or SIFT_OK */
	struct sift_err failure;
};

void sift_feed_of_stream(struct sift_feed *feed, struct sift_source *stream);
void sift_feed_of_memory(struct sift_feed *feed, struct sift_span memory);
/* From the descriptor's position on. Returns SIFT_OK, SIFT_E_IO. */
enum sift_status sift_feed_of_file(struct sift_feed *feed, int fd,
				   uint64_t start,
				   struct sift_err *err) SIFT_MUST_CHECK;
void sift_feed_release(struct sift_feed *feed);

/*
 * Append the last `len` bytes, or all if there are fewer, of something one
 * can seek in. Before the feed is opened only; a failure shows there.
 */
void sift_feed_tail(struct sift_feed *feed, size_t len, struct sift_buf *out);

/* Open `a` on the feed, which must outlive it. libarchive's status. */
int sift_feed_open(struct sift_feed *feed, struct archive *a);

/*
 * Turn what libarchive says into a failure: that of the feed if it failed,
 * else "damaged (truncated) WHAT data: words".
 */
enum sift_status sift_feed_fail(const struct sift_feed *feed, struct archive *a,
				enum sift_magic magic, struct sift_err *err);

#endif /* SIFT_INPUT_ARCHIVE_FEED_H */
