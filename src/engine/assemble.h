/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_ENGINE_ASSEMBLE_H
#define SIFT_ENGINE_ASSEMBLE_H

/*
 * From grouped blocks to the first half of the document: inputs, runs, sets
 * and sweeps, with the statistics of each set. Which kind of source gives a
 * figure is chosen here per set, endpoint and metric (DESIGN 4.1): the best
 * kind that most runs of the set carry, so that like is compared with like; a
 * run without it is left out of that figure and n says so.
 */

#include <stdbool.h>

#include <loadsift/document.h>

#include "base/arena.h"
#include "base/err.h"
#include "digest/digest.h"
#include "group/group.h"

struct sift_assemble_options {
	bool wants_ranges; /* for sets that are to be compared */
	double skip_s;	   /* as sift_options.skip_warm_up_s */
	unsigned threads;  /* that may work on it; 0 = one */
};

/* Fill doc->inputs, runs, sets, sweeps. Texts are borrowed from `digest` and
   `grouping`, which must live as long as the document; the rest is in `arena`.
   Returns SIFT_OK, SIFT_E_NOMEM. */
enum sift_status sift_assemble(struct sift_document *doc,
			       struct sift_arena *arena,
			       const struct sift_digest *digest,
			       const struct sift_grouping *grouping,
			       const struct sift_assemble_options *options,
			       struct sift_err *err) SIFT_MUST_CHECK;

#endif /* SIFT_ENGINE_ASSEMBLE_H */
