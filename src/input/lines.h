/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_INPUT_LINES_H
#define SIFT_INPUT_LINES_H

/*
 * A source as lines. A line ends at LF; the LF is not part of it, a CR before
 * it is. Lines that lie within one block are not copied. A byte order mark
 * before the first line is not part of it, though counted in offsets.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "input/source.h"

struct sift_lines {
	struct sift_source *src; /* borrowed */
	struct sift_span block;	 /* what is left of the current block */
	struct sift_buf partial; /* a line that spans blocks */
	size_t max_line_bytes;
	uint64_t number;   /* of the line last returned, 1-based */
	uint64_t offset;   /* of its first byte */
	bool complete;	   /* it ended with LF */
	uint64_t too_long; /* lines skipped for their length so far */
	uint64_t next_offset;
};

void sift_lines_init(struct sift_lines *lines, struct sift_source *src,
		     size_t max_line_bytes);
void sift_lines_release(struct sift_lines *lines);

/*
 * The next line; *out is borrowed until the next call. A line longer than
 * max_line_bytes is skipped and counted in too_long; it costs no memory
 * beyond that. A last line without LF is returned with complete = false,
 * also when the stream then fails; the failure comes with the next call.
 *
 * Returns SIFT_OK, SIFT_END, or a failure of the source.
 */
enum sift_status sift_lines_next(struct sift_lines *lines,
				 struct sift_span *out,
				 struct sift_err *err) SIFT_MUST_CHECK;

/* What is in memory behind the line last returned; borrowed until the next
   call, may be empty. */
struct sift_span sift_lines_ahead(const struct sift_lines *lines);

/* The first `len` bytes of that were `count` whole lines: they are done. */
void sift_lines_skip(struct sift_lines *lines, size_t len, uint64_t count);

/*
 * Where in the regular file `fd` the first line begins that starts behind the
 * offset `at`; the end of the file if none does. So the ranges between the
 * starts behind any offsets are whole lines, each line in one of them. The
 * descriptor's position is neither used nor changed.
 *
 * Returns SIFT_OK; SIFT_E_LIMIT when the line at `at` goes on for more than
 * `max` bytes; SIFT_E_IO.
 */
enum sift_status sift_line_start_behind(int fd, uint64_t at, uint64_t max,
					uint64_t *out,
					struct sift_err *err) SIFT_MUST_CHECK;

#endif /* SIFT_INPUT_LINES_H */
