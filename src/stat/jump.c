/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "stat/jump.h"

#include <math.h>

#include "base/mem.h"
#include "stat/order.h"

/* So that no variance is ever 0 (COMPARISON 2.1). */
#define LEAST_VARIANCE 1e-8

/* What one side's ranges have in common. */
struct side {
	double ratio;	   /* exp(median ln(high / low)) */
	double low, high;  /* medians */
	double lowest_low; /* over runs */
	double highest_high;
	double square_sum; /* of the sds */
	size_t count;
};

static bool
is_known(const struct sift_percentile_range *range)
{
	return range->low > 0 && range->high > 0 && range->sd >= 0;
}

/* `scratch` has room for `count` values. */
static struct side
side_of(const struct sift_percentile_range *ranges, size_t count,
	double *scratch)
{
	struct side side = {NAN, NAN, NAN, INFINITY, -INFINITY, 0, 0};

	for (size_t i = 0; i < count; i++) {
		if (!is_known(&ranges[i]))
			continue;
		side.square_sum += ranges[i].sd * ranges[i].sd;
		side.lowest_low = fmin(side.lowest_low, ranges[i].low);
		side.highest_high = fmax(side.highest_high, ranges[i].high);
		scratch[side.count++] = log(ranges[i].high / ranges[i].low);
	}
	side.ratio = exp(sift_median_of(scratch, side.count));
	for (size_t i = 0, kept = 0; i < count; i++) {
		if (is_known(&ranges[i]))
			scratch[kept++] = ranges[i].low;
	}
	side.low = sift_median_of(scratch, side.count);
	for (size_t i = 0, kept = 0; i < count; i++) {
		if (is_known(&ranges[i]))
			scratch[kept++] = ranges[i].high;
	}
	side.high = sift_median_of(scratch, side.count);
	return side;
}

enum sift_status
sift_jump(const struct sift_percentile_range *before, size_t n,
	  const struct sift_percentile_range *after, size_t m,
	  struct sift_jump *out, struct sift_err *err)
{
	double *scratch = sift_calloc(n > m ? n : m, sizeof(*scratch));
	struct side old, new;

	*out = (struct sift_jump){NAN, NAN, false, NAN, NAN, NAN};
	if (!scratch)
		return sift_fail(err, SIFT_E_NOMEM, "no memory for %zu ranges",
				 n + m);
	old = side_of(before, n, scratch);
	new = side_of(after, m, scratch);
	sift_free(scratch);
	if (old.count == 0 || new.count == 0)
		return SIFT_OK;
	out->within_sd = sqrt((old.square_sum + new.square_sum) /
				      (double)(old.count + new.count) +
			      LEAST_VARIANCE);
	out->ratio = fmax(old.ratio, new.ratio);
	out->separated = new.lowest_low > old.highest_high ||
			 new.highest_high < old.lowest_low;
	out->low = fmin(old.low, new.low);
	out->high = fmax(old.high, new.high);
	out->slow = sqrt(out->low * out->high);
	return SIFT_OK;
}

bool
sift_jump_is_unstable(const struct sift_jump *jump)
{
	return jump->ratio > SIFT_JUMP_RATIO && !jump->separated;
}
