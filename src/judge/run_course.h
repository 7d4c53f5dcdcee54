/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_JUDGE_RUN_COURSE_H
#define SIFT_JUDGE_RUN_COURSE_H

/*
 * What a run's own time line tells: where its warm-up ends, whether it drifts
 * after that, and how it did at each number of users that was held for a
 * while. The time line itself is not kept.
 */

#include <loadsift/document.h>

#include "base/arena.h"
#include "base/err.h"
#include "digest/block.h"

/*
 * Fill run->steadiness and run->levels from its blocks, best first.
 *
 * Returns SIFT_OK, SIFT_E_NOMEM.
 */
enum sift_status sift_judge_course(struct sift_run *run,
				   const struct sift_block *const *blocks,
				   size_t count, struct sift_arena *arena,
				   struct sift_err *err) SIFT_MUST_CHECK;

#endif /* SIFT_JUDGE_RUN_COURSE_H */
