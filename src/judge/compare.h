/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_JUDGE_COMPARE_H
#define SIFT_JUDGE_COMPARE_H

/*
 * Comparing: from pairs of sets to doc->comparisons. Which pairs: what the
 * user names (a baseline set, or two sides of the command line), else sets
 * whose names say that they are a baseline (DESIGN 5). What may be said of a
 * pair is stat/change.h's business; here it gets its words.
 *
 * The files: compare.c chooses the pairs, compare_match.c says whether a pair
 * can be compared, compare_figures.c has the figures judged, compare_slow.c
 * counts where a percentile jumps, compare_reasons.c puts each verdict into a
 * sentence, compare_doubts.c lowers those that rest on a doubtful test,
 * compare_words.c sums up.
 */

#include <stdbool.h>

#include <loadsift/document.h>

#include "base/arena.h"
#include "base/err.h"
#include "stat/proportion.h"

/* Least absolute changes that matter (COMPARISON 2.3); p95 moves by 3 ms
   from day to day on one machine. */
#define SIFT_MIN_STEP_P50_MS 1
#define SIFT_MIN_STEP_P95_MS 5

/* Least relative change that matters, unless the user says else. */
#define SIFT_MIN_SHARE 0.05

/* How many requests of an endpoint took longer than a limit, in a run? */
struct sift_slow_question {
	size_t run; /* index into doc->runs */
	const struct sift_compared_endpoint *endpoint;
	const char *source_kind; /* what its latencies were taken from */
	bool ok_only;		 /* of the successful requests */
	double limit_ms;
};

/* Answers it: SIFT_OK; SIFT_E_EMPTY where no source holds each request; other
   failures end the comparison. */
typedef enum sift_status
sift_slow_counter(void *context, const struct sift_slow_question *question,
		  struct sift_proportion *out, struct sift_err *err);

struct sift_compare_options {
	const char *baseline; /* label, scenario or id of a set; or NULL */
	size_t first_after;   /* sets from here on are the new side of the
				 command line; 0 = there are no sides */
	bool is_forced;	      /* compare what cannot be compared */
	double min_share;     /* least relative change that matters */
	const char *const *controls; /* globs over "METHOD name" or "name" */
	size_t control_count;
	sift_slow_counter *count_slow; /* NULL = nobody can */
	void *slow_context;
};

/*
 * Fill doc->comparisons; texts and arrays are put into `arena`.
 *
 * Returns SIFT_OK; SIFT_E_USAGE when the baseline names no set, or several;
 * SIFT_E_NOMEM.
 */
enum sift_status sift_compare(struct sift_document *doc,
			      const struct sift_compare_options *options,
			      struct sift_arena *arena,
			      struct sift_err *err) SIFT_MUST_CHECK;

/* Does the scenario hold one of the words that make a set a baseline unasked,
   whole? NULL does not. */
bool sift_says_baseline(const char *scenario);

/* The step of the source at a value, in ms: Locust's grows with it; 0 = not
   known. */
double sift_step_at(const struct sift_set_result *result, double value_ms);

#endif /* SIFT_JUDGE_COMPARE_H */
