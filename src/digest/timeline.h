/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_DIGEST_TIMELINE_H
#define SIFT_DIGEST_TIMELINE_H

/*
 * What happened when: requests, failures, sum and maximum of times per
 * bucket of 2^shift seconds aligned to the epoch. The width doubles when more
 * than SIFT_TIMELINE_MAX buckets are occupied, which depends on the set of
 * seconds alone, not on the order they came in.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/num.h"

#define SIFT_TIMELINE_MAX 10000

struct sift_bucket {
	sift_i128 sum_ns;
	int64_t start_s; /* aligned to 2^shift */
	uint64_t count;
	uint64_t failed;
	int64_t max_ns;
};

struct sift_timeline {
	struct sift_bucket *buckets; /* owned; sorted by sift_timeline_sort() */
	uint32_t *index;	     /* owned; lookup, see timeline.c */
	uint32_t index_size;
	uint32_t count;
	uint32_t capacity;
	unsigned shift;
};

void sift_timeline_init(struct sift_timeline *line);
void sift_timeline_release(struct sift_timeline *line);
enum sift_status sift_timeline_add(struct sift_timeline *line, int64_t time_ns,
				   int64_t value_ns, int failed,
				   struct sift_err *err) SIFT_MUST_CHECK;
enum sift_status sift_timeline_merge(struct sift_timeline *into,
				     const struct sift_timeline *from,
				     struct sift_err *err) SIFT_MUST_CHECK;
/* Room for so many buckets in all. Returns SIFT_OK, SIFT_E_NOMEM. */
enum sift_status sift_timeline_reserve(struct sift_timeline *line, size_t count,
				       struct sift_err *err) SIFT_MUST_CHECK;
void sift_timeline_sort(struct sift_timeline *line);

#endif /* SIFT_DIGEST_TIMELINE_H */
