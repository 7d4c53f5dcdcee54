/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_ENGINE_SLOW_H
#define SIFT_ENGINE_SLOW_H

/*
 * Counting slow requests in what was read, for a comparison that meets a
 * percentile which is no number: which limit makes a request slow is known
 * only then.
 */

#include "judge/compare.h"

/* A sift_slow_counter; `context` is the struct sift_analysis. */
enum sift_status sift_slow_in_run(void *context,
				  const struct sift_slow_question *question,
				  struct sift_proportion *out,
				  struct sift_err *err) SIFT_MUST_CHECK;

#endif /* SIFT_ENGINE_SLOW_H */
