/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "stat/capacity.h"

#include <math.h>

#include "stat/order.h"

#define FALL 0.05 /* a fall of throughput, or the width of "flat" */
#define HALF 0.5  /* marginal gain: hardly worth it */
#define TENTH 0.1 /* saturated */
#define NOISE 2.0 /* standard errors */
#define FLAT_LEVELS 3
#define IN_FLIGHT_SLACK 1.05
#define CONSTANT_THINK 0.20
#define GROWING_THINK 1.5
#define FLAT_LATENCY 1.2

/* ---- the bracket ---- */

/*
 * Pool adjacent violators (Ayer et al. 1955): means of the stretches that go
 * down. Quadratic at worst, and levels are few. NANs take the value before.
 */
static void
make_monotone(const struct sift_level *levels, size_t count, double *out)
{
	for (size_t i = 0; i < count; i++) {
		size_t first = i;
		double before = i > 0 ? out[i - 1] : 0;
		double mean =
			isnan(levels[i].p95_ms) ? before : levels[i].p95_ms;
		double sum = mean;

		while (first > 0 && out[first - 1] > mean) {
			sum += out[--first];
			mean = sum / (double)(i - first + 1);
		}
		for (size_t k = first; k <= i; k++)
			out[k] = mean;
	}
}

static double
meeting_point(const struct sift_level *levels, const double *p95, size_t i,
	      double target)
{
	double way = (target - p95[i - 1]) / (p95[i] - p95[i - 1]);

	return levels[i - 1].load + way * (levels[i].load - levels[i - 1].load);
}

struct sift_bracket
sift_capacity_bracket(const struct sift_level *levels, size_t count,
		      const struct sift_capacity_target *target,
		      double *scratch)
{
	struct sift_bracket out = {SIFT_NO_LEVEL, SIFT_NO_LEVEL, false, NAN};

	make_monotone(levels, count, scratch);
	for (size_t i = 0; i < count; i++) {
		bool errs = levels[i].error_rate > target->error_rate;
		bool slow = scratch[i] > target->p95_ms;

		if (!errs && !slow) {
			out.last_pass = i;
			continue;
		}
		out.first_fail = i;
		out.by_errors = errs;
		if (!errs && i > 0)
			out.interpolated = meeting_point(levels, scratch, i,
							 target->p95_ms);
		break;
	}
	return out;
}

/* ---- gains ---- */

double
sift_marginal_gain(const struct sift_level *levels, size_t i)
{
	const struct sift_level *from = &levels[i - 1], *to = &levels[i];

	return (to->throughput / from->throughput - 1) /
	       (to->load / from->load - 1);
}

/* Twice the standard error of the difference of two levels' throughput. */
static double
noise_of(const struct sift_level *from, const struct sift_level *to)
{
	double noise = NOISE * hypot(from->throughput_se, to->throughput_se);

	return isnan(noise) ? 0 : noise;
}

/* Does throughput rise by less than `share` of load, beyond noise? */
static bool
gains_less(const struct sift_level *levels, size_t i, double share)
{
	const struct sift_level *from = &levels[i - 1], *to = &levels[i];
	double expected =
		share * from->throughput * (to->load / from->load - 1);
	double missing = expected - (to->throughput - from->throughput);

	return missing > 0 && missing > noise_of(from, to);
}

static bool
falls(const struct sift_level *levels, size_t i)
{
	double fall = levels[i - 1].throughput - levels[i].throughput;

	return fall > FALL * levels[i - 1].throughput &&
	       fall > noise_of(&levels[i - 1], &levels[i]);
}

static bool
is_flat_from(const struct sift_level *levels, size_t count, size_t first)
{
	double low = INFINITY, high = -INFINITY;

	if (count - first < FLAT_LEVELS)
		return false;
	for (size_t i = first; i < count; i++) {
		low = fmin(low, levels[i].throughput);
		high = fmax(high, levels[i].throughput);
	}
	return high - low < FALL * high;
}

struct sift_gain
sift_capacity_gain(const struct sift_level *levels, size_t count)
{
	struct sift_gain out = {SIFT_NO_LEVEL, SIFT_NO_LEVEL, SIFT_NO_LEVEL,
				SIFT_NO_LEVEL, SIFT_NO_LEVEL};
	double best = 0;

	for (size_t i = 0; i < count; i++) {
		double power = levels[i].throughput / levels[i].latency_s;

		if (isfinite(power) && power > best) {
			best = power;
			out.best_power = i;
		}
		if (out.flat == SIFT_NO_LEVEL && is_flat_from(levels, count, i))
			out.flat = i;
		if (i == 0)
			continue;
		if (out.half == SIFT_NO_LEVEL && gains_less(levels, i, HALF))
			out.half = i;
		if (out.saturated == SIFT_NO_LEVEL &&
		    gains_less(levels, i, TENTH))
			out.saturated = i;
		if (out.retrograde == SIFT_NO_LEVEL && falls(levels, i))
			out.retrograde = i;
	}
	return out;
}

/* ---- Little's law ---- */

struct sift_little
sift_little(double users, double throughput, double latency_s)
{
	struct sift_little out = {NAN, NAN, false};

	if (!(users > 0) || !(throughput > 0) || !(latency_s >= 0))
		return out;
	out.in_flight = throughput * latency_s;
	out.think_s = users / throughput - latency_s;
	out.is_impossible = out.in_flight > users * IN_FLIGHT_SLACK;
	return out;
}

enum sift_think
sift_think(const struct sift_level *levels, size_t count, double *scratch)
{
	double first = NAN, last = NAN, first_r = NAN, last_r = NAN, median;
	size_t known = 0;

	for (size_t i = 0; i < count; i++) {
		struct sift_little at =
			sift_little(levels[i].load, levels[i].throughput,
				    levels[i].latency_s);

		if (at.is_impossible)
			return SIFT_THINK_IMPOSSIBLE;
		if (isnan(at.think_s))
			continue;
		if (known == 0) {
			first = at.think_s;
			first_r = levels[i].latency_s;
		}
		last = at.think_s;
		last_r = levels[i].latency_s;
		scratch[known++] = at.think_s;
	}
	if (known < 3)
		return SIFT_THINK_UNKNOWN;
	median = sift_median_of(scratch, known);
	if (scratch[known - 1] - median <= CONSTANT_THINK * fabs(median) &&
	    median - scratch[0] <= CONSTANT_THINK * fabs(median))
		return SIFT_THINK_CONSTANT;
	if (last > GROWING_THINK * first && last_r < FLAT_LATENCY * first_r)
		return SIFT_THINK_GROWING;
	return SIFT_THINK_VARYING;
}
