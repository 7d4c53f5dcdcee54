/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_STAT_CAPACITY_H
#define SIFT_STAT_CAPACITY_H

/*
 * What rising load shows: how much is borne while the targets hold, where more
 * load stops paying, and whether it makes things worse (STATISTICS d.1, d.2,
 * d.4). Levels are given by rising load. No model is needed here; for one see
 * stat/usl.h.
 */

#include <stdbool.h>
#include <stddef.h>

#define SIFT_NO_LEVEL ((size_t)-1)

/* One load level; medians over its runs, NAN = not known. */
struct sift_level {
	double load;	      /* users, or the rate offered */
	double throughput;    /* X, successful requests per second */
	double throughput_se; /* over runs; NAN for one run */
	double latency_s;     /* R, mean, seconds */
	double p95_ms;
	double error_rate; /* 0 to 1 */
};

/* ---- capacity: targets, no model ---- */

struct sift_capacity_target {
	double p95_ms;	   /* at most; NAN = none */
	double error_rate; /* at most; NAN = none */
};

struct sift_bracket {
	size_t last_pass;    /* SIFT_NO_LEVEL = none passes */
	size_t first_fail;   /* SIFT_NO_LEVEL = none fails */
	bool by_errors;	     /* first_fail exceeds the error rate */
	double interpolated; /* load at which p95 meets its target, on the
				line between the two; NAN where errors decide,
				or the bracket is open */
};

/*
 * The levels up to which targets hold and from which they do not. p95 is made
 * monotone first (pool adjacent violators): chance can make one level look
 * better than the one below, and a level counts as passed only if none below
 * it fails.
 *
 * `scratch` has room for `count` values.
 */
struct sift_bracket
sift_capacity_bracket(const struct sift_level *levels, size_t count,
		      const struct sift_capacity_target *target,
		      double *scratch);

/* ---- what more load gives ---- */

struct sift_gain {
	size_t half;	   /* first level at which throughput rises by less
			      than half of the load's share */
	size_t saturated;  /* less than a tenth */
	size_t retrograde; /* throughput falls by over 5 % */
	size_t best_power; /* most throughput / latency (Kleinrock 1979) */
	size_t flat;	   /* first of at least 3 levels in a row across
			      which throughput moves by less than 5 % */
};

/*
 * SIFT_NO_LEVEL where not met. A fall, or the lack of a rise, must be beyond
 * twice the standard error where that is known.
 */
struct sift_gain sift_capacity_gain(const struct sift_level *levels,
				    size_t count);

/* Share of the load added that arrived as throughput, from level i-1 to i. */
double sift_marginal_gain(const struct sift_level *levels, size_t i);

/* ---- Little's law ---- */

struct sift_little {
	double in_flight;   /* X R: requests under way, on average */
	double think_s;	    /* Z = N / X - R, per request */
	bool is_impossible; /* more in flight than there are users (5 %) */
};

/* N users, X per second, R seconds. */
struct sift_little sift_little(double users, double throughput,
			       double latency_s);

/* What think times over the levels say of the test itself. */
enum sift_think {
	SIFT_THINK_UNKNOWN,    /* fewer than 3 levels known */
	SIFT_THINK_IMPOSSIBLE, /* at some level */
	SIFT_THINK_CONSTANT,   /* within 20 % of their median */
	SIFT_THINK_GROWING,    /* while latency is flat: the generator */
	SIFT_THINK_VARYING,
};

/* `load` of the levels is taken as users. */
enum sift_think sift_think(const struct sift_level *levels, size_t count,
			   double *scratch);

#endif /* SIFT_STAT_CAPACITY_H */
