/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_JUDGE_WORDS_H
#define SIFT_JUDGE_WORDS_H

/*
 * Numbers and runs as messages show them: enough digits to tell a value from
 * its limit, no more. What is put into an arena is NULL when memory is out.
 */

#include <loadsift/document.h>

#include "base/arena.h"
#include "base/num.h"

#define SIFT_WORDS_MAX (SIFT_NUM_MAX + 8)

enum sift_words_unit {
	SIFT_WORDS_MS,	    /* "400 ms" */
	SIFT_WORDS_PERCENT, /* "0.57 %" of a share */
	SIFT_WORDS_PLAIN    /* "12.8" */
};

char *sift_words(double value, enum sift_words_unit unit,
		 char out[SIFT_WORDS_MAX]);

/* As sift_words(), with so many more digits that it reads unlike `other`
   unless the two are equal. */
char *sift_words_beside(double value, double other, enum sift_words_unit unit,
			char out[SIFT_WORDS_MAX]);

/* " (4 of 5 runs)"; "" when one run was judged. */
char *sift_words_runs(unsigned agreeing, unsigned judged,
		      char out[SIFT_WORDS_MAX]);

/*
 * The runs of a set whose value is above `limit`, with that value: "base
 * run-2 (620 ms), base run-4 (700 ms) and 3 more".
 */
const char *sift_words_runs_above(struct sift_arena *arena,
				  const struct sift_document *doc, size_t set,
				  const struct sift_spread *spread,
				  double limit, enum sift_words_unit unit);

#endif /* SIFT_JUDGE_WORDS_H */
