/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_BASE_PARALLEL_H
#define SIFT_BASE_PARALLEL_H

/*
 * Work that falls into parts which have nothing to do with each other, by
 * several threads. Which thread does which part cannot show in the result.
 */

#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"

/* Do part number `part`; what lasts is put into `arena`, which no other thread
   uses meanwhile. Returns SIFT_OK, or what went wrong. */
typedef enum sift_status sift_work(void *context, size_t part,
				   struct sift_arena *arena,
				   struct sift_err *err);

/*
 * Do parts 0 to count-1, with up to `threads` threads, of which the caller's is
 * one; `arena` has what they put into theirs. After a failure no part is begun
 * any more; of several that of the first part is returned.
 */
enum sift_status sift_in_parallel(sift_work *work, void *context, size_t count,
				  unsigned threads, struct sift_arena *arena,
				  struct sift_err *err) SIFT_MUST_CHECK;

#endif /* SIFT_BASE_PARALLEL_H */
