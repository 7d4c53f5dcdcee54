/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_DIGEST_LATENCY_H
#define SIFT_DIGEST_LATENCY_H

/*
 * The figures of samples: in integers up to the last step, and without an
 * array of all values, of which there may be millions. Exact, but for the
 * percentiles of binned samples, which are within 0.2 %.
 */

#include <stddef.h>
#include <stdint.h>

#include <loadsift/document.h>

#include "base/err.h"
#include "digest/samples.h"

/*
 * All figures of the values of `count` sample sets together, divided by 10^6:
 * nanoseconds become ms. All NAN when there are no values. Percentiles are
 * k6's; the samples need not be sorted.
 *
 * Returns SIFT_OK, SIFT_E_NOMEM.
 */
enum sift_status sift_samples_latency(const struct sift_samples *const *sets,
				      size_t count, struct sift_latency *out,
				      struct sift_err *err) SIFT_MUST_CHECK;

/*
 * How well the values' own p50 and p95 are known, divided by 10^6 as well;
 * NANs when there are no values. Returns SIFT_OK, SIFT_E_NOMEM.
 */
enum sift_status sift_samples_ranges(const struct sift_samples *const *sets,
				     size_t count,
				     struct sift_latency_range *p50,
				     struct sift_latency_range *p95,
				     struct sift_err *err) SIFT_MUST_CHECK;

/* How many of the values are above `limit`; of binned ones, how many are in
   bins whose middle is. */
uint64_t sift_samples_above(const struct sift_samples *const *sets,
			    size_t count, int64_t limit);

#endif /* SIFT_DIGEST_LATENCY_H */
