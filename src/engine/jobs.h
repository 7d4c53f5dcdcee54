/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_ENGINE_JOBS_H
#define SIFT_ENGINE_JOBS_H

/*
 * The work to be done: files, dealt out in jobs. How files are dealt has no
 * influence on results, only on how evenly the workers are busy: large files
 * come first, each alone, small ones in the end, many at once.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "engine/split.h"
#include "engine/wire.h"
#include "input/walk.h"

/* A file, a piece of one, or a parcel of its members, that waits to be read. */
struct sift_task {
	const struct sift_found *file; /* borrowed from the walk */
	uint64_t skip;	 /* sources that earlier workers got through */
	uint64_t avoid;	 /* the one behind those that a worker died of */
	bool is_careful; /* a worker died of it */
	bool is_whole;	 /* it cannot be read in pieces, as was found out */
	struct sift_split *split; /* borrowed; NULL = all of the file */
	size_t piece;
	uint64_t parcel; /* its index + 1; 0 = none */
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

/* Add tasks, or put them back, to be taken next and in this order.
   Returns SIFT_OK, SIFT_E_NOMEM. */
enum sift_status sift_jobs_put(struct sift_jobs *jobs,
			       const struct sift_task *tasks, size_t count,
			       struct sift_err *err) SIFT_MUST_CHECK;

/* Take all pieces of a file that nobody is to read any more. */
void sift_jobs_drop(struct sift_jobs *jobs, const struct sift_split *split);

#endif /* SIFT_ENGINE_JOBS_H */
