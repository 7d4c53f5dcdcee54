/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_BASE_TOKEN_H
#define SIFT_BASE_TOKEN_H

/*
 * Words that name one thing of many, and what may stand in for all of them:
 * a number "{n}", a UUID "{uuid}", a hash "{hash}", another long token of
 * letters and digits "{token}". What people call things by is none of these.
 */

#include <stddef.h>

#include "base/span.h"

/*
 * The placeholder for a word, a static span; empty when the word is a name.
 * Hashes are hexadecimal with 8 digits or more, letters and digits in them;
 * tokens have 20 letters and digits or more (with - and _ between), at least
 * two of each.
 */
struct sift_span sift_token_placeholder(struct sift_span word);

/* How many bytes at the begin of `text` are a UUID, 0 or 36. */
size_t sift_token_uuid(struct sift_span text);

#endif /* SIFT_BASE_TOKEN_H */
