/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_ENGINE_POOL_IMPL_H
#define SIFT_ENGINE_POOL_IMPL_H

/*
 * The two halves of the pool: pool.c has the workers, who is given what and
 * who has died; pool_tasks.c what a task comes to: blocks, rows of the
 * ledger, pieces that add up or do not.
 */

#include <loadsift/loadsift.h>

#include "base/err.h"
#include "base/span.h"
#include "digest/digest.h"
#include "engine/jobs.h"
#include "engine/note.h"
#include "input/walk.h"

/* What all tasks have to do with. */
struct sift_ledger {
	struct sift_jobs jobs;
	unsigned workers;
	const struct sift_options *options; /* borrowed, as the digest */
	struct sift_digest *digest;
	struct sift_progress progress; /* of tasks that are done */
	struct sift_split **splits;    /* owned */
	size_t split_count;
	size_t split_capacity;
};

/* Queue all files of a walk, and add a row for each that is not read.
   Returns SIFT_OK, SIFT_E_NOMEM. */
enum sift_status sift_ledger_init(struct sift_ledger *ledger,
				  const struct sift_walk *walk,
				  unsigned workers,
				  const struct sift_options *options,
				  struct sift_digest *digest,
				  struct sift_err *err) SIFT_MUST_CHECK;
void sift_ledger_release(struct sift_ledger *ledger);

/* Where the first piece of the task's file ends; 0 = it is not to be split. */
uint64_t sift_ledger_first(const struct sift_ledger *ledger,
			   const struct sift_task *task);

/* A worker says that what it reads is a piece: *task becomes that.
   Returns SIFT_OK, SIFT_E_FORMAT, SIFT_E_NOMEM. */
enum sift_status sift_ledger_answer(struct sift_ledger *ledger,
				    struct sift_task *task,
				    struct sift_span payload,
				    struct sift_err *err) SIFT_MUST_CHECK;

/* A worker sends a block. Returns SIFT_OK, SIFT_E_FORMAT, SIFT_E_NOMEM. */
enum sift_status sift_ledger_block(struct sift_ledger *ledger,
				   const struct sift_task *task,
				   struct sift_span payload,
				   struct sift_err *err) SIFT_MUST_CHECK;

/* The task is done. Returns SIFT_OK; SIFT_E_FORMAT when it cannot be;
   SIFT_E_NOMEM, SIFT_E_LIMIT. */
enum sift_status sift_ledger_done(struct sift_ledger *ledger,
				  const struct sift_task *task,
				  struct sift_err *err) SIFT_MUST_CHECK;

/* A source is lost, with the reason. Returns SIFT_OK, SIFT_E_NOMEM. */
enum sift_status sift_ledger_lost(struct sift_ledger *ledger, const char *name,
				  const char *path, const char *reason,
				  struct sift_err *err) SIFT_MUST_CHECK;

/* The piece that the task is, is lost, and its file with it. As above. */
enum sift_status sift_ledger_lost_piece(struct sift_ledger *ledger,
					const struct sift_task *task,
					const char *reason,
					struct sift_err *err) SIFT_MUST_CHECK;

/*
 * A worker died at the task, in a source or between two, as it has `noted`.
 * The first `got` sources are in, and stay; those that were read but not sent
 * are read again, carefully; the one it died of is lost, with the reason.
 *
 * Returns SIFT_OK; SIFT_END when there is nothing more to read: it is a piece,
 * a stream, or no source was begun since it was read last; SIFT_E_NOMEM.
 */
enum sift_status sift_ledger_charge(struct sift_ledger *ledger,
				    struct sift_task *task, uint64_t got,
				    const struct sift_noted *noted,
				    const char *reason,
				    struct sift_err *err) SIFT_MUST_CHECK;

#endif /* SIFT_ENGINE_POOL_IMPL_H */
