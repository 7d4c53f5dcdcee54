/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_DIGEST_TALLY_H
#define SIFT_DIGEST_TALLY_H

/*
 * How often each time occurred, as a tool counted it: Locust keeps no times
 * but rounds each one and counts (docs/formats/locust.md). Unlike reported
 * percentiles, tallies add up. The order in which counts come does not
 * matter.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <loadsift/document.h>

#include "base/err.h"

/* Different times in one tally. Locust's rounding leaves some hundreds. */
#define SIFT_TALLY_MAX (UINT32_C(1) << 20)

struct sift_tally_bin {
	double value_ms; /* finite */
	uint64_t count;	 /* above 0 */
};

struct sift_tally {
	struct sift_tally_bin *bins; /* owned; rising once sorted */
	size_t count;
	size_t capacity;
};

void sift_tally_release(struct sift_tally *tally);

/* Returns SIFT_OK, SIFT_E_NOMEM, SIFT_E_LIMIT. */
enum sift_status sift_tally_add(struct sift_tally *tally, double value_ms,
				uint64_t count,
				struct sift_err *err) SIFT_MUST_CHECK;

/* Fold `from` in. Returns as sift_tally_add(). */
enum sift_status sift_tally_merge(struct sift_tally *into,
				  const struct sift_tally *from,
				  struct sift_err *err) SIFT_MUST_CHECK;

/* Sort, each time once; equal tallies have equal bytes then. */
void sift_tally_sort(struct sift_tally *tally);

/*
 * Set the percentiles of a sorted tally by Locust's definition: of n times
 * the one at floor(p * n). An empty tally changes nothing.
 */
void sift_tally_percentiles(const struct sift_tally *tally,
			    struct sift_latency *out);

/* How well the percentile `share` of a sorted tally is known; NANs for an
   empty one. */
struct sift_latency_range sift_tally_range(const struct sift_tally *tally,
					   double share);

#endif /* SIFT_DIGEST_TALLY_H */
