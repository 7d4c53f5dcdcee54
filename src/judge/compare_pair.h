/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_JUDGE_COMPARE_PAIR_H
#define SIFT_JUDGE_COMPARE_PAIR_H

/* Inside the comparison: one pair of sets on its way into the document. */

#include "judge/compare.h"
#include "stat/change.h"
#include "stat/jump.h"

/* One percentile of all common endpoints: a family of tests. */
struct sift_pair_family {
	enum sift_compared metric;
	enum sift_stat stat;
	struct sift_change_rules rules;
	struct sift_change_endpoint *endpoints;
	struct sift_jump *jumps;
	struct sift_change *changes;
	struct sift_change_family family;
};

struct sift_pair {
	const struct sift_document *doc;
	const struct sift_compare_options *options;
	struct sift_arena *arena;
	struct sift_err *err;
	const struct sift_set *before, *after;
	/* of each common endpoint */
	const struct sift_set_result **old_results, **new_results;
	struct sift_comparison *out;
};

/* The endpoints of both, added, removed; mismatches; is it comparable? */
enum sift_status sift_pair_match(struct sift_pair *pair) SIFT_MUST_CHECK;

/* Does the glob of a --control mean this endpoint? */
bool sift_is_control(const char *glob, const char *method, const char *name,
		     struct sift_arena *arena);

/* Do the sets share endpoints and load in the sense of DESIGN 4.4? */
bool sift_sets_are_alike(const struct sift_set *a, const struct sift_set *b);

/* All figures of all endpoints, and the global shift. */
enum sift_status sift_pair_judge(struct sift_pair *pair) SIFT_MUST_CHECK;

/* What moved (nearly) all endpoints together, unless one was found before. */
enum sift_status
sift_pair_together(struct sift_pair *pair,
		   const struct sift_pair_family *f) SIFT_MUST_CHECK;

/* Failures that the old side did not have. */
enum sift_status sift_pair_new_failures(struct sift_pair *pair) SIFT_MUST_CHECK;

/* Lower verdicts as doubts about the test demand, and name these. */
enum sift_status sift_pair_doubt(struct sift_pair *pair) SIFT_MUST_CHECK;

/* Of endpoint `i`, in any run of both sets. */
double sift_pair_least_requests(const struct sift_pair *pair, size_t i);

/* The share of slow requests of endpoint `i`, whose percentile sits on a
   jump; *out stays NULL where no limit is known. */
enum sift_status
sift_pair_slow(struct sift_pair *pair, const struct sift_jump *jump, size_t i,
	       bool ok_only,
	       const struct sift_slow_share **out) SIFT_MUST_CHECK;

/* It in words; NULL when memory is out. */
const char *sift_slow_words(struct sift_arena *arena,
			    const struct sift_slow_share *share);

/* The sentence behind a verdict; NULL when memory is out. */
const char *sift_pair_reason(struct sift_pair *pair,
			     const struct sift_pair_family *family, size_t i);

/* net_change, summary, advice. */
enum sift_status sift_pair_sum_up(struct sift_pair *pair) SIFT_MUST_CHECK;

/* SIFT_E_NOMEM, told. */
enum sift_status sift_pair_no_memory(struct sift_pair *pair);

#endif /* SIFT_JUDGE_COMPARE_PAIR_H */
