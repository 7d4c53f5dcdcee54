/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_JUDGE_NOISE_FLOORS_H
#define SIFT_JUDGE_NOISE_FLOORS_H

/* What the repeated runs of each set say about comparisons to come: how far
   they differ without any change, and what change could be seen. */

#include <loadsift/document.h>

#include "base/arena.h"
#include "base/err.h"

/*
 * Fill `noise` of the endpoints of all sets of two runs or more. `min_share`
 * is the least relative change that matters: none below it is promised, nor
 * below the least absolute one or a step of the source.
 *
 * Returns SIFT_OK, SIFT_E_NOMEM.
 */
enum sift_status sift_noise_floors(struct sift_document *doc, double min_share,
				   struct sift_arena *arena,
				   struct sift_err *err) SIFT_MUST_CHECK;

#endif /* SIFT_JUDGE_NOISE_FLOORS_H */
