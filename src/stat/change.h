/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_STAT_CHANGE_H
#define SIFT_STAT_CHANGE_H

/*
 * Did an endpoint get faster or slower between two sets of runs?
 *
 * The run is the unit: one value per endpoint and run, never requests. With
 * three runs a side that is little, so three things help (docs/comparison.md
 * tells it in words; figures on real runs are in that page too):
 *
 * - Each endpoint's variance is moderated by those of all endpoints
 *   (stat/prior.h) and cannot be less than what one run knows of itself.
 * - Two tests must agree. RAW compares the logarithms as they are and is
 *   misled when the whole machine was slower that day. CENTRED takes from each
 *   run what moved its endpoints in common, and is misled when many endpoints
 *   really changed. The weaker of the two is the result, unless control
 *   endpoints (which are known not to have changed) are declared: then
 *   CENTRED on the controls alone decides.
 * - A change must be large enough to matter: relative, absolute, and more
 *   than one step of the source's resolution.
 *
 *	y = ln x;  d = mean(y after) - mean(y before);  df = n + m - 2
 *	s2~ = max(moderated variance, within^2);  D = d0 + df
 *	t = d / sqrt(s2~ (1/n + 1/m)),  p two-sided of Student's t with D
 *	q = Benjamini-Hochberg over the endpoints given (one metric = a family)
 *
 * Numbers only: no clock, no chance; the order of endpoints and of runs within
 * a side changes results by rounding at most.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "stat/prior.h"

/* What is tested with how much right, by the number of runs. */
enum sift_change_grade {
	SIFT_GRADE_DESCRIBED, /* a side of 1 run, or fewer than 5 in all */
	SIFT_GRADE_LIKELY,    /* 5 in all: at most "likely" */
	SIFT_GRADE_FULL,
};

/* The order is that of the ladder, except for the last four. */
#define SIFT_VERDICT_LIST(X)                                                   \
 X(DESCRIBED, "described") /* numbers, no test: too few runs */                \
 X(UNSTABLE, "unstable")   /* the percentile sits on a jump */                 \
 X(REGRESSED, "regressed")                                                     \
 X(IMPROVED, "improved")                                                       \
 X(LIKELY, "likely")	     /* probably changed; the sign says how */         \
 X(EQUIVALENT, "equivalent") /* no change of any size that matters */          \
 X(TINY, "tiny")	     /* changed, by too little to matter */            \
 X(INCONCLUSIVE, "inconclusive")                                               \
 X(SUSPICIOUS, "suspicious") /* much faster, and doing less */                 \
 X(IDENTICAL, "identical")   /* the same runs on both sides */                 \
 X(INCOMPARABLE, "incomparable")

#define X(name, text) SIFT_VERDICT_##name,
enum sift_verdict { SIFT_VERDICT_LIST(X) SIFT_VERDICT_COUNT };
#undef X

/* Why; the numbers are in the result. */
enum sift_change_reason {
	SIFT_REASON_FEW_RUNS,	 /* described: see grade */
	SIFT_REASON_NOT_IN_ALL,	 /* described: a run lacks the endpoint */
	SIFT_REASON_JUMP,	 /* unstable: `jump` */
	SIFT_REASON_BEYOND,	 /* whole interval beyond the limit */
	SIFT_REASON_TWICE,	 /* the shift is twice the limit */
	SIFT_REASON_CAPPED,	 /* likely: strong, but 5 runs only */
	SIFT_REASON_WEAK,	 /* likely: p <= 0.10, q <= 0.15 */
	SIFT_REASON_MARGIN,	 /* equivalent: intervals inside it */
	SIFT_REASON_SMALL_SHARE, /* tiny: below the relative minimum */
	SIFT_REASON_SMALL_STEP,	 /* tiny: below the absolute minimum */
	SIFT_REASON_RESOLUTION,	 /* tiny: one step of the source */
	SIFT_REASON_DISAGREE,	 /* the two tests point apart */
	SIFT_REASON_WITH_COMMON, /* moves with the global shift */
	SIFT_REASON_NOISE,	 /* the runs differ too much */
	SIFT_REASON_DOING_LESS,	 /* suspicious */
};

/* Two runs of 40 ms and 41 ms differ; these are what makes it matter. */
struct sift_change_rules {
	double min_share; /* 0.05 = 5 % */
	double min_step;  /* in the unit of the values: 1 ms p50, 5 ms p95 */
};

/* One endpoint at one metric. Arrays are borrowed. */
struct sift_change_endpoint {
	const double *before; /* one per run of a side; NAN = it lacks it */
	const double *after;
	double within_sd;  /* sift_jump.within_sd; NAN = not known */
	double jump;	   /* sift_jump.ratio; NAN = not known */
	bool separated;	   /* sift_jump.separated */
	double resolution; /* step of the source at these values; 0 = none */
	bool is_control;   /* declared not to have changed */
	bool is_left_out;  /* described only: too few requests */
	bool does_less;	   /* requests collapsed or fail fast */
};

struct sift_change {
	double before, after; /* medians over runs */
	double ratio;	      /* after / before of the medians, less 1 */
	double raw;	      /* logarithms from here on: d of RAW */
	double centred;	      /* d of CENTRED; NAN when not done */
	double shift;	      /* the conservative of the two: the result */
	double low, high;     /* shift -+ t * se, coverage 0.95 */
	double se;
	double df; /* D, of the test that decided */
	double p, q;
	double jump;
	double limit; /* the relative minimum that applied, Lg */
	enum sift_verdict verdict;
	enum sift_change_reason reason;
	unsigned runs_needed; /* further runs a side that would settle it, if
				 the numbers stay; 0 = none or over 100 */
	bool in_common;	      /* 0.5 to 2 times the common shift */
};

/* What concerns all endpoints together. */
struct sift_change_family {
	enum sift_change_grade grade;
	size_t tested;	   /* endpoints present in every run */
	bool is_centred;   /* CENTRED was possible */
	bool has_controls; /* at least 2 were declared */
	double common;	   /* g: median d of the reference endpoints */
	struct sift_variance_prior raw_prior, centred_prior;
	double common_p;     /* of the common shift, COMPARISON 2.6 */
	size_t in_common;    /* endpoints that moved with it */
	bool is_global;	     /* a finding of its own */
	double global_shift; /* g without regard to controls */
};

/* The grade for so many runs a side. */
enum sift_change_grade sift_change_grade(size_t before, size_t after);

/*
 * Judge `count` endpoints from `n` runs before and `m` after. `out` has room
 * for `count` results; out_family may be NULL. What was not tested has NAN
 * for p, q, and logarithms.
 *
 * Returns SIFT_OK, SIFT_E_NOMEM.
 */
enum sift_status sift_change_judge(const struct sift_change_endpoint *endpoints,
				   size_t count, size_t n, size_t m,
				   const struct sift_change_rules *rules,
				   struct sift_change *out,
				   struct sift_change_family *out_family,
				   struct sift_err *err) SIFT_MUST_CHECK;

/* The text of a verdict; a static string. */
const char *sift_verdict_name(enum sift_verdict verdict);

#endif /* SIFT_STAT_CHANGE_H */
