/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_ADVISE_PICK_H
#define SIFT_ADVISE_PICK_H

/*
 * Picks: an action of the catalogue that fits a case. Picks of one set are
 * thinned out (alternatives, never more than eight actions); those left are
 * merged over sets and then make the plan.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "advise/case.h"
#include "advise/catalogue.h"
#include "advise/gain.h"

#define SIFT_ACTIONS_PER_SET 8

struct sift_pick {
	const struct sift_catalogue_row *row;
	size_t row_index;
	struct sift_case c;
	struct sift_gain gain;
	double middle;	       /* of the gain; 0 = none claimed */
	double share;	       /* of the time, where the gain is taken from */
	uint64_t alternatives; /* rows it was better than, by bit */
	bool dropped;
};

struct sift_picks {
	struct sift_pick *items; /* owned */
	size_t count;
	size_t capacity;
};

void sift_picks_release(struct sift_picks *picks);

/* Add what fits the cases of one set. SIFT_OK or SIFT_E_NOMEM. */
enum sift_status sift_picks_collect(struct sift_picks *picks,
				    const struct sift_catalogue *catalogue,
				    const struct sift_case_book *book,
				    size_t set,
				    struct sift_err *err) SIFT_MUST_CHECK;

/*
 * Of alternatives (one group, tier and endpoint) drop all but the best, which
 * remembers them. Reorders the picks.
 */
void sift_picks_choose(struct sift_pick *picks, size_t count);

/*
 * Keep the eight best actions of one set's picks; *out_lost has the rows that
 * were dropped, by bit.
 */
void sift_picks_limit(struct sift_pick *picks, size_t count,
		      const struct sift_catalogue *catalogue,
		      uint64_t *out_lost);

/* About the same thing: <0, 0, >0. A set as a whole is like itself only. */
int sift_pick_compare_subject(const struct sift_pick *a,
			      const struct sift_pick *b);

/* How an action ranks among others of its tier. */
struct sift_action_rank {
	bool leads;
	int gain_class; /* 0 measured or modelled, 1 catalogue, 2 none */
	double score;	/* gain × share ÷ effort, summed over endpoints */
	size_t row;
};
int sift_action_rank_compare(const struct sift_action_rank *a,
			     const struct sift_action_rank *b);

/* The rank of `row` before any pick, and what a pick adds to it. */
struct sift_action_rank
sift_action_rank_start(const struct sift_catalogue *catalogue, size_t row);
void sift_action_rank_add(struct sift_action_rank *rank,
			  const struct sift_pick *pick);

#endif /* SIFT_ADVISE_PICK_H */
