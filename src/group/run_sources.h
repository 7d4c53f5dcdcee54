/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_GROUP_RUN_SOURCES_H
#define SIFT_GROUP_RUN_SOURCES_H

/*
 * Which of a run's sources states a fact, so that grouping (which says what
 * became of each source) and the report (which takes the fact) agree.
 */

#include <stddef.h>

#include "digest/digest.h"
#include "group/group.h"

/*
 * Facts that one source gives for the whole run. Thresholds and checks come
 * from the summary, which alone knows how they ended.
 */
enum sift_fact {
	SIFT_FACT_THRESHOLDS,
	SIFT_FACT_CHECKS,
	SIFT_FACT_FAILURES,
	SIFT_FACT_DURATION,
	SIFT_FACT_LOCAL_TIME,
	SIFT_FACT_COUNT
};

/*
 * The block that states a fact, of `blocks` (indexes into the digest,
 * SIFT_NONE are passed over); SIFT_NONE when none does.
 */
size_t sift_fact_source(const struct sift_digest *digest, const size_t *blocks,
			size_t count, enum sift_fact fact);

/* The metric of this name, or NULL. */
const struct sift_block_metric *
sift_block_find_metric(const struct sift_block *block, const char *name);

/*
 * The block of the run that gives a metric, as such or as a time series, where
 * several have it: points before summaries. `blocks` in order of preference;
 * NULL = none.
 */
const struct sift_block *sift_metric_source(const struct sift_digest *digest,
					    const size_t *blocks, size_t count,
					    const char *name);

#endif /* SIFT_GROUP_RUN_SOURCES_H */
