/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_GROUP_RUN_TOTALS_H
#define SIFT_GROUP_RUN_TOTALS_H

/*
 * What sources say of a run as a whole, and whether two of them can speak of
 * the same one. The tolerances are in DESIGN 4.4 and docs/grouping.md.
 */

#include <stdbool.h>

#include "base/arena.h"
#include "digest/block.h"

/* Is the end of the rows missing, and the total with it? What is left of the
   endpoints adds up to less than the run. */
bool sift_block_lacks_total(const struct sift_block *block);

/* Requests per second the source states for the whole run; NAN = none. */
double sift_block_stated_rps(const struct sift_block *block);

/*
 * Seconds the run took: as stated, else requests over stated rate (tools
 * divide by exactly that), else last minus first time; NAN = unknown.
 */
double sift_block_duration_s(const struct sift_block *block);

/* Requests of one series; -1 = unknown. */
int64_t sift_series_requests(const struct sift_series *series);

/* Does `a` hold more of a run than `b`, another file of the same kind? */
bool sift_block_is_fuller(const struct sift_block *a,
			  const struct sift_block *b);

/* Do two sources of one kind state the same requests, failures and mean? */
bool sift_totals_equal(const struct sift_block *a, const struct sift_block *b);

/* Can two result sources be of one run: k6 within 2 %, others within about
   two seconds of requests? Unknown totals never agree. */
bool sift_totals_agree(const struct sift_block *a, const struct sift_block *b);

/*
 * In words, what a source of a run says otherwise than the one that its
 * figures are of: requests, or the failures it lists. *out is NULL where they
 * agree, or cannot be compared, as what was read in part. The text is in
 * `arena`. Returns SIFT_OK, SIFT_E_NOMEM.
 */
enum sift_status sift_totals_doubt(const char **out,
				   const struct sift_block *other,
				   const struct sift_block *figures,
				   struct sift_arena *arena) SIFT_MUST_CHECK;

/*
 * Do the endpoints that both blocks have carry 80 % of the requests of each?
 * Blocks without endpoints agree with everything.
 */
bool sift_endpoints_agree(const struct sift_block *a,
			  const struct sift_block *b);

/*
 * Can a side file be of the run with these results: as many failures, or a
 * history of 90 to 100 % of its requests? Exceptions state no total and fit
 * every run.
 */
bool sift_side_fits(const struct sift_block *side,
		    const struct sift_block *results);

/* "12 failures", "a history of 1554 requests", for a message; in `arena`,
   NULL when memory is out. */
const char *sift_side_text(const struct sift_block *side,
			   struct sift_arena *arena);

#endif /* SIFT_GROUP_RUN_TOTALS_H */
