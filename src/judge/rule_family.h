/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_JUDGE_RULE_FAMILY_H
#define SIFT_JUDGE_RULE_FAMILY_H

/*
 * The rules, a family per file rule_*.c; DESIGN 4.6 says what each judges,
 * docs/findings.md why. judge.c has them in a table. All return SIFT_OK or
 * SIFT_E_NOMEM.
 */

#include "judge/draft.h"

/* Judge one subject of a set. */
typedef enum sift_status sift_rule_of_subject(struct sift_judge *judge,
					      const struct sift_subject *s);
sift_rule_of_subject sift_rules_latency; /* latency.* */
sift_rule_of_subject sift_rules_errors;	 /* errors.rate */
sift_rule_of_subject sift_rules_ratio;	 /* variance.*, tail.*, in a run */
sift_rule_of_subject sift_rules_between; /* variance.between-runs */
sift_rule_of_subject sift_rules_target;	 /* target.* */

/* Judge a set; the drafts of its subjects, merged, are those from `first`. */
typedef enum sift_status sift_rule_of_set(struct sift_judge *judge, size_t set,
					  size_t first);
sift_rule_of_set sift_rules_service;   /* service.* */
sift_rule_of_set sift_rules_threshold; /* test.threshold */
sift_rule_of_set sift_rules_test;      /* the rest of test.* */

/* Judge a sweep: load.* */
enum sift_status sift_rules_load(struct sift_judge *judge, size_t sweep);

/*
 * The level of a sweep from which on more users bring next to no more
 * throughput: index of the first level beyond it, or SIFT_NONE.
 */
size_t sift_saturated_from(const struct sift_sweep *sweep);

/* Does the subject's target take the place of the default for its metric? */
bool sift_target_replaces(const struct sift_judge *judge,
			  const struct sift_subject *s, enum sift_rule rule);

/* Answers so slow, and so much slower than usual, that users who wait for them
   leave requests out (test.omission). */
bool sift_result_stalls(const struct sift_set_result *result);

/* A percentile against limits, as latency.* and target.* do it. */
struct sift_latency_check {
	enum sift_rule rule;
	enum sift_stat stat;
	double note, warning, critical; /* NAN = no such step */
	bool near; /* `note` is not over: within 10 % of `critical` */
	unsigned min_requests;
	unsigned line; /* of the target; 0 = the rule's limits */
};
enum sift_status
sift_check_latency(struct sift_judge *judge, const struct sift_subject *s,
		   const struct sift_latency_check *check) SIFT_MUST_CHECK;

/* Failures and requests of all runs that know both. */
struct sift_error_sum {
	uint64_t failed, requests;
	unsigned runs, failing;
	size_t last_failing; /* place in the set */
};
struct sift_error_sum sift_sum_errors(const struct sift_set_result *result);
/* Is failed ÷ requests above `share`? In integers: 12 of 1200 is not. */
bool sift_rate_above(const struct sift_error_sum *sum, double share);
/* The facts of an errors draft: interval, runs, most frequent failure. */
enum sift_status
sift_error_facts(struct sift_judge *judge, struct sift_draft *draft,
		 const struct sift_subject *s,
		 const struct sift_error_sum *sum) SIFT_MUST_CHECK;

#endif /* SIFT_JUDGE_RULE_FAMILY_H */
