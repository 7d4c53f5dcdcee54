/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_JUDGE_LOAD_CURVES_H
#define SIFT_JUDGE_LOAD_CURVES_H

/*
 * How much load is borne: the levels of each sweep, and those within one run,
 * with the capacity at which targets hold as a bracket of two levels tested,
 * and what more load gives. Targets are those of loadsift.yaml on p50, p95, p99
 * and error rate; where it has none that fits, the default critical limits of
 * p95 and error rate over all requests.
 */

#include <loadsift/document.h>

#include "base/arena.h"
#include "base/err.h"
#include "config/config.h"
#include "stat/capacity.h"
#include "stat/usl.h"

/* Fill doc->load_curves. Returns SIFT_OK, SIFT_E_NOMEM. */
enum sift_status sift_load_curves(struct sift_document *doc,
				  const struct sift_config *config,
				  struct sift_arena *arena,
				  struct sift_err *err) SIFT_MUST_CHECK;

/* The curve's summary in sentences, in `arena`; NULL when memory is out.
   `per_day` is the traffic of loadsift.yaml; 0 = none. */
const char *sift_load_curve_summary(const struct sift_load_curve *curve,
				    double per_day, struct sift_arena *arena);

#endif /* SIFT_JUDGE_LOAD_CURVES_H */
