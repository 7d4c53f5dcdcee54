/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_REPORT_SURVEY_H
#define SIFT_REPORT_SURVEY_H

/*
 * What renderers for people need to know of a document before they write:
 * how much there is of something, and which rows come first when there is
 * not room for all. Nothing here is computed that JSON would not say.
 */

#include <stdbool.h>
#include <stddef.h>

#include <loadsift/document.h>

/* How many findings of a severity there are. */
size_t sift_count_severity(const struct sift_document *doc,
			   enum sift_severity severity);
/* How many inputs have a role. */
size_t sift_count_role(const struct sift_document *doc, enum sift_role role);

/* The label of what a finding is about: its set's, its sweep's scenario. */
const char *sift_finding_where(const struct sift_document *doc,
			       const struct sift_finding *finding);

/* Is any p50, p90, p95 or p99 of a set's endpoint a lower bound only? */
bool sift_has_lower_bounds(const struct sift_document *doc);

/* Inputs a user must know of: damaged, partly read, or with bad records. */
bool sift_input_is_trouble(const struct sift_input *input);

/* The roles of inputs in the order in which people look at them. */
extern const enum sift_role sift_roles_by_weight[SIFT_ROLE_COUNT];

/* ---- the first of many ---- */

#define SIFT_TOP_MAX 100

/* Where a row is: `item` of the set or run `owner`. */
struct sift_top_row {
	double key;
	size_t owner, item;
};

/* The `max` rows with the largest keys, largest first, ties in the order in
   which they were offered; an unknown key is less than all. */
struct sift_top {
	size_t max;   /* at most SIFT_TOP_MAX */
	size_t count; /* rows kept */
	size_t all;   /* rows offered */
	struct sift_top_row rows[SIFT_TOP_MAX];
};

void sift_top_init(struct sift_top *top, size_t max);
void sift_top_add(struct sift_top *top, double key, size_t owner, size_t item);

/* A set's endpoints by share of time. */
void sift_top_endpoints(struct sift_top *top, const struct sift_set *set,
			size_t max);
/* A set's endpoints with failures, by the most of them in a run. */
void sift_top_failing(struct sift_top *top, const struct sift_set *set,
		      size_t max);
/* Failure texts of all runs, by count; owner is the run. */
void sift_top_failures(struct sift_top *top, const struct sift_document *doc,
		       size_t max);
/* Checks of all runs that failed, by how often; owner is the run. */
void sift_top_checks(struct sift_top *top, const struct sift_document *doc,
		     size_t max);

#endif /* SIFT_REPORT_SURVEY_H */
