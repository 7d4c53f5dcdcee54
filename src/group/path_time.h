/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_GROUP_PATH_TIME_H
#define SIFT_GROUP_PATH_TIME_H

/*
 * Timestamps in paths: dates, dates with times, year and month, epochs. They
 * only help to tell what a name repeats; when a run happened is read from
 * its content.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

#define SIFT_PATH_STAMP_MAX 24

struct sift_path_time {
	char date[12];			 /* 2026-02-17, or 2026-02 */
	char stamp[SIFT_PATH_STAMP_MAX]; /* the date, or 2026-02-17T08:00:59 */
};

/*
 * The length of the timestamp that begins at byte `at` of a path, 0 when
 * there is none. A timestamp is no part of a longer word or number; it may
 * go over folders as 2026/02/17 and 2026-02-17/08-00-00 do.
 */
size_t sift_path_time_from(struct sift_span path, size_t at,
			   struct sift_path_time *out);
static inline size_t
sift_path_time_at(struct sift_span path, size_t at, struct sift_path_time *out)
{
	/* All begin with a digit; most bytes of a path are none. */
	if (at >= path.len || path.ptr[at] < '0' || path.ptr[at] > '9')
		return 0;
	return sift_path_time_from(path, at, out);
}

#endif /* SIFT_GROUP_PATH_TIME_H */
