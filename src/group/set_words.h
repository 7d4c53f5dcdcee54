/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_GROUP_SET_WORDS_H
#define SIFT_GROUP_SET_WORDS_H

/*
 * Sets in words: labels, why runs are together, why others stay apart.
 */

#include "group/drafts.h"

/* How far runs of one set may lie above the lowest of them. */
#define SIFT_RATE_LIMIT 1.15	  /* requests per second, without users */
#define SIFT_USERS_RATE_LIMIT 2.0 /* the same with equal users */
#define SIFT_DURATION_LIMIT 1.15

/* For qsort() over size_t. */
int sift_compare_index(const void *a, const void *b);

/* Labels that tell all sets apart. Returns SIFT_OK, SIFT_E_NOMEM. */
enum sift_status sift_label_sets(struct sift_drafting *d) SIFT_MUST_CHECK;

/*
 * Fill in grouped_by and notes; `groups` is parallel to the sets, equal for
 * sets of one name. Returns SIFT_OK, SIFT_E_NOMEM.
 */
enum sift_status sift_explain_sets(struct sift_drafting *d,
				   const size_t *groups) SIFT_MUST_CHECK;

#endif /* SIFT_GROUP_SET_WORDS_H */
