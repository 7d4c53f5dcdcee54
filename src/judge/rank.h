/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_JUDGE_RANK_H
#define SIFT_JUDGE_RANK_H

/*
 * From drafts to findings: which drafts are evidence of which, in what order
 * they stand, and their ids (DESIGN 4.6). Nothing is dropped: each draft is
 * a finding or the evidence of one.
 */

#include "judge/draft.h"

/*
 * Merge the drafts of one subject, those from `first`: one finding per
 * class, led by the most severe rule; a variance finding beside a latency
 * finding of warning or worse becomes evidence of its shape.
 */
enum sift_status sift_rank_merge(struct sift_judge *judge,
				 size_t first) SIFT_MUST_CHECK;

/* The draft that leads: `draft` itself or whatever absorbed it. */
size_t sift_rank_root(const struct sift_judge *judge, size_t draft);

/* The order of findings: <0 when a stands before b. */
int sift_rank_compare(const struct sift_draft *a, const struct sift_draft *b);

/*
 * Give the drafts that became findings what they absorbed as evidence, in
 * order, and an id, which one of another judge may have as well.
 */
enum sift_status sift_rank_gather(struct sift_judge *judge) SIFT_MUST_CHECK;

/*
 * Write the findings that several judges have gathered in order, with ids that
 * tell them apart, into *out (in `judge`'s arena).
 */
enum sift_status sift_rank_findings(struct sift_judge *judge,
				    const struct sift_judge *parts,
				    size_t part_count,
				    struct sift_finding **out,
				    size_t *out_count) SIFT_MUST_CHECK;

#endif /* SIFT_JUDGE_RANK_H */
