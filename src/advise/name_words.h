/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_ADVISE_NAME_WORDS_H
#define SIFT_ADVISE_NAME_WORDS_H

/*
 * The words in the name of an endpoint: "alerts_list", "GET /api/alertsList"
 * and "alerts-list" all hold "alerts" and "list", none holds "alert".
 *
 * A name is split at everything that is neither a letter nor a digit and
 * where the case changes ("listALERTSNow" is list, ALERTS, Now). Bytes above
 * 127 are letters. Case does not matter.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

/*
 * The next word of `name` from *at on; *at moves behind it. False at the end.
 */
bool sift_name_next_word(struct sift_span name, size_t *at,
			 struct sift_span *out);

/* Is `word` a whole word of `name`? NULL has no words. */
bool sift_name_has_word(const char *name, const char *word);

/* The first of `words` that is a word of `name`, or NULL. */
const char *sift_name_any_word(const char *name, const char *const *words,
			       size_t count);

#endif /* SIFT_ADVISE_NAME_WORDS_H */
