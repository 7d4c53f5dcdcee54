/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_INPUT_WALK_ROOTS_H
#define SIFT_INPUT_WALK_ROOTS_H

/*
 * What the inputs are called in logical paths; only input/ includes this.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"

struct sift_walk_root {
	const char *given; /* as on the command line; borrowed */
	bool is_folder;	   /* to be set before: archive suffixes stay */
	const char *label; /* out: raw; in the arena; "" for "/" */

	/* while they are found */
	const char *last;   /* component, raw, suffixes off */
	const char *folder; /* absolute, that it is in */
	size_t parents;	    /* how many of that folder's components to show */
};

/*
 * Find labels for all roots. Returns SIFT_OK, SIFT_E_NOMEM.
 */
enum sift_status sift_walk_label_roots(struct sift_walk_root *roots,
				       size_t count, struct sift_arena *arena,
				       struct sift_err *err) SIFT_MUST_CHECK;

#endif /* SIFT_INPUT_WALK_ROOTS_H */
