/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_ENGINE_JOBS_H
#define SIFT_ENGINE_JOBS_H

/*
 * The work to be done: files, dealt out in jobs. How files are dealt has no
 * influence on results, only on how evenly the workers are busy.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "engine/wire.h"
#include "input/walk.h"

/* A file that waits to be read. */
struct sift_task {
	const struct sift_found *file; /* borrowed from the walk */
	uint64_t skip; /* sources that an earlier worker got through */
};

struct sift_jobs {
	struct sift_task *tasks; /* owned; a stack, next one last */
	size_t count;
	size_t capacity;
	size_t max_files;   /* of one job */
	uint64_t max_bytes; /* of one job of several files */
};

/* All readable files of a walk, for `workers` workers.
   Returns SIFT_OK, SIFT_E_NOMEM. */
enum sift_status sift_jobs_init(struct sift_jobs *jobs,
				const struct sift_walk *walk, unsigned workers,
				struct sift_err *err) SIFT_MUST_CHECK;
void sift_jobs_release(struct sift_jobs *jobs);

/* Take the next job: up to SIFT_WIRE_FILES tasks; 0 when none is left. */
size_t sift_jobs_take(struct sift_jobs *jobs,
		      struct sift_task tasks[SIFT_WIRE_FILES]);

/* Put tasks back, to be taken next and in this order. There is always room:
   they came from here. */
void sift_jobs_put_back(struct sift_jobs *jobs, const struct sift_task *tasks,
			size_t count);

#endif /* SIFT_ENGINE_JOBS_H */
