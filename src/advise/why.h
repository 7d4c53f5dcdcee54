/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_ADVISE_WHY_H
#define SIFT_ADVISE_WHY_H

/* Sentences of the plan, with the numbers that they rest on. */

#include "advise/pick.h"
#include "base/buf.h"

/*
 * Why an action: what was found at the first few of `picks` (best first) and
 * what the catalogue says.
 */
void sift_why_action(struct sift_buf *out, const struct sift_pick *picks,
		     size_t count);

/* The line about the largest payoff: what doing `pick` would save. */
void sift_why_payoff(struct sift_buf *out, const struct sift_pick *pick);

#endif /* SIFT_ADVISE_WHY_H */
