/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_JUDGE_DRAFT_H
#define SIFT_JUDGE_DRAFT_H

/*
 * Inside judge/: what a rule is given, and the drafts it leaves.
 *
 * Rules look at one subject each and know nothing of one another. A draft is
 * a finding that may yet become the evidence of a better one; rank.c decides
 * that, orders what is left and gives it ids.
 */

#include <stdbool.h>
#include <stdint.h>

#include <loadsift/document.h>

#include "base/arena.h"
#include "base/err.h"
#include "config/config.h"

#define SIFT_DRAFT_FACTS 8 /* of one draft */

/* What a judgement on a set's total has among its facts. */
#define SIFT_NO_ENDPOINTS                                                      \
 "no endpoints in the source: judged on all requests together"

struct sift_draft {
	enum sift_rule rule;
	struct sift_finding finding; /* id and evidence are set in the end */
	struct sift_evidence *facts; /* in the arena; most have none: NULL */
	size_t fact_count;
	double ratio;	/* value ÷ limit, the larger the worse; 0 = unknown */
	size_t subject; /* place among the set's endpoints; SIFT_NONE */
	size_t parent;	/* draft whose evidence it is, or SIFT_NONE */
};

struct sift_judge {
	const struct sift_document *doc;
	const struct sift_config *config;
	struct sift_arena *arena; /* findings and their texts */
	struct sift_err *err;
	struct sift_draft *drafts; /* owned until the end */
	size_t count;
	size_t capacity;
	double *room; /* owned; values of the runs of a set */
	size_t room_capacity;
};

/* What is judged: an endpoint or trend of a set, or a set's total. */
struct sift_subject {
	size_t set;	/* index */
	size_t subject; /* index of the endpoint; SIFT_NONE for the total */
	const char *method;
	const char *name; /* NULL for the total */
	enum sift_kind kind;
	const struct sift_set_result *result;
	const struct sift_target *target; /* or NULL */
};

/*
 * A new draft with rule, class, subject and share filled in and the numbers
 * unknown. NULL when memory is out (told). Valid until the next one is made.
 */
struct sift_draft *sift_draft_new(struct sift_judge *judge, enum sift_rule rule,
				  const struct sift_subject *subject);

/*
 * Add a fact. A NULL `message` means that memory was out for it. Facts
 * beyond SIFT_DRAFT_FACTS are a mistake of the rule.
 */
enum sift_status sift_draft_fact(struct sift_judge *judge,
				 struct sift_draft *draft, const char *metric,
				 double value, double threshold,
				 const char *message) SIFT_MUST_CHECK;

/* SIFT_E_NOMEM, told. */
enum sift_status sift_judge_no_memory(struct sift_judge *judge);

/* The limits in force for a rule. */
static inline const struct sift_rule_limits *
sift_judge_limits(const struct sift_judge *judge, enum sift_rule rule)
{
	return &judge->config->rules[rule];
}

/*
 * Where a limit comes from: "default", or "loadsift.yaml:12" where the rule
 * was given another. NULL when memory is out.
 */
const char *sift_judge_limit_source(struct sift_judge *judge,
				    enum sift_rule rule, double limit);
/* "loadsift.yaml:12"; NULL when memory is out. */
const char *sift_judge_line_source(struct sift_judge *judge, unsigned line);

/* Of the runs' values, how many are above `limit`? */
unsigned sift_count_above(const struct sift_spread *spread, double limit);

/* Are there fewer requests per run (median) than `least`? Not if unknown. */
bool sift_subject_below(const struct sift_subject *subject, double least);

#endif /* SIFT_JUDGE_DRAFT_H */
