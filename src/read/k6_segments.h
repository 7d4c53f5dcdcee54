/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_READ_K6_SEGMENTS_H
#define SIFT_READ_K6_SEGMENTS_H

/*
 * Segments of lines (k6_layout.h) in which only tags vary, and what tags these
 * are: where requests to several endpoints, checks and iterations take turns,
 * what comes next has mostly come before, and need only be compared.
 *
 * Which of them it may be is told by a sum of some of its bytes: of those a
 * little way in, where the name of a request is, or, of short ones, the first.
 * The sum may reach beyond the segment, to what mostly follows it. It decides
 * nothing: a segment is found if it is there byte for byte.
 */

#include <stdint.h>

#include "base/span.h"

/* Places that a sum can have, a power of two, and segments kept in each. */
#define SIFT_K6_SEGMENT_PLACES 64
#define SIFT_K6_SEGMENT_WAYS 2

struct sift_k6_tagset;

struct sift_k6_segment {
	struct sift_span bytes;	     /* borrowed */
	struct sift_k6_tagset *tags; /* borrowed */
	uint64_t sum;
	uint64_t age; /* as below, when it was kept */
};

struct sift_k6_segments {
	struct sift_k6_segment known[SIFT_K6_SEGMENT_PLACES]
				    [SIFT_K6_SEGMENT_WAYS];
	uint64_t age; /* segments of another are forgotten */
};

/* Forget all, as their bytes or tags are going to move. Zeroed segments must
   be cleared once. */
static inline void
sift_k6_segments_clear(struct sift_k6_segments *segments)
{
	segments->age++;
}

/* Keep a segment, behind which there are bytes up to `end`. */
void sift_k6_segments_keep(struct sift_k6_segments *segments,
			   struct sift_span bytes, const char *end,
			   struct sift_k6_tagset *tags);

/* The segment that is at `p`, where there are bytes up to `end`; NULL: none
   that is known. */
const struct sift_k6_segment *
sift_k6_segments_find(const struct sift_k6_segments *segments, const char *p,
		      const char *end);

#endif /* SIFT_READ_K6_SEGMENTS_H */
