/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_STAT_JUMP_H
#define SIFT_STAT_JUMP_H

/*
 * What the runs of both sides know of their own percentile, taken together
 * for one endpoint; and the share of slow requests, for a percentile that
 * jumps (COMPARISON 2.1 and 2.4).
 *
 * If 5 % of the requests stall, p95 is now a stalled request and now a normal
 * one, by chance. Then the percentile has no value to compare, but the share
 * of requests slower than a place between the two has.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "stat/percentile_range.h"

/* The ratio from which a range is a jump. 1.5 would take broad but smooth
   latencies for jumps, 3 would let stalls of thrice the latency pass. */
#define SIFT_JUMP_RATIO 2.0

struct sift_jump {
	double within_sd; /* root of the mean squared sd of all runs, plus
			     1e-8 so that it is never 0; NAN = not known */
	double ratio;	  /* J: of the two sides' exp(median ln(high/low)) the
			     larger; NAN = not known */
	bool separated;	  /* every range of one side above all of the other */
	double low, high; /* the ranges' medians: of the sides the outer */
	double slow;	  /* sqrt(low * high): slower is slow */
};

/*
 * Of `n` runs before and `m` after; ranges with NANs are left out. A side
 * without any gives NANs, and false.
 *
 * Returns SIFT_OK, SIFT_E_NOMEM.
 */
enum sift_status sift_jump(const struct sift_percentile_range *before, size_t n,
			   const struct sift_percentile_range *after, size_t m,
			   struct sift_jump *out,
			   struct sift_err *err) SIFT_MUST_CHECK;

/* 1 when the percentile is not one number and the sides overlap. */
bool sift_jump_is_unstable(const struct sift_jump *jump);

#endif /* SIFT_STAT_JUMP_H */
