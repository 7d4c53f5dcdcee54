/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_ENGINE_POOL_H
#define SIFT_ENGINE_POOL_H

/*
 * The coordinator's side: start workers, hand out jobs, collect blocks.
 *
 * A worker that dies costs the source that its note names: that source
 * becomes a damaged block with the cause, the rest of the job is queued again
 * for another worker. A file at which workers die without getting one source
 * further is given up. So every death ends one source or one file, and the
 * pool always comes to an end.
 */

#include <loadsift/loadsift.h>

#include "base/err.h"
#include "digest/digest.h"
#include "engine/naming.h"
#include "input/walk.h"

/*
 * Read all files of `walk` with `workers` (at least 1) processes, add their
 * blocks to `digest`, also one for each file found but not read, and finish it
 * (sift_digest_finish()) with as many threads. `options` gives limits
 * (resolved) and the progress callback, `naming` (NULL = none) how endpoints
 * are called.
 *
 * Returns SIFT_OK; SIFT_E_IO when no process can be started; SIFT_E_NOMEM.
 * All workers are gone when it returns.
 */
enum sift_status sift_pool_read(const struct sift_walk *walk, unsigned workers,
				const struct sift_options *options,
				const struct sift_naming *naming,
				struct sift_digest *digest,
				struct sift_err *err) SIFT_MUST_CHECK;

#endif /* SIFT_ENGINE_POOL_H */
