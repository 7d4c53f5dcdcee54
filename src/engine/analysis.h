/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_ENGINE_ANALYSIS_H
#define SIFT_ENGINE_ANALYSIS_H

/*
 * What stands behind the opaque type of <loadsift/loadsift.h>: the document
 * with the memory it lives in, and the digest it was made from.
 */

#include <loadsift/loadsift.h>

#include "advise/advise.h"
#include "base/arena.h"
#include "config/config.h"
#include "digest/digest.h"
#include "group/group.h"

/* What was read, and how it belongs together; the document borrows from
   both. */
struct sift_side {
	struct sift_digest digest;
	struct sift_grouping *grouping; /* owned */
};

struct sift_analysis {
	struct sift_arena arena; /* everything the document points to */
	struct sift_document document;
	struct sift_side side; /* the only one, or the new one */
	struct sift_side old;  /* empty unless two sides are compared */
	size_t old_sets;       /* whose sets come first in the document */
	unsigned threads;      /* that may work on it */
	struct sift_config config;
	struct sift_catalogue *catalogue; /* owned */
};

#endif /* SIFT_ENGINE_ANALYSIS_H */
