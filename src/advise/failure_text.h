/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_ADVISE_FAILURE_TEXT_H
#define SIFT_ADVISE_FAILURE_TEXT_H

/*
 * What the texts of failures say, whatever tool wrote them: phrases of whole
 * words, cut as names are (name_words.h), so that "timed out" is in
 * "ReadTimedOut(30)" and 503 is not in "15035 ms". In a phrase that begins
 * with a digit, x stands for any digit: 4xx.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "advise/case.h"

/* Does `text` (NULL says nothing) hold one of the phrases? */
bool sift_text_says_any(const char *text, const char *const *phrases,
			size_t count);

struct sift_failure_count {
	int64_t all;	  /* failures of the endpoint with a text */
	int64_t matching; /* those that say one of the phrases */
};

/* Over all runs of the set. Zeros for the set as a whole. */
struct sift_failure_count sift_failures_that_say(const struct sift_case *c,
						 const char *const *phrases,
						 size_t count);

/* The most frequent text of the endpoint's failures; NULL = none known. */
const char *sift_failure_most(const struct sift_case *c);

#endif /* SIFT_ADVISE_FAILURE_TEXT_H */
