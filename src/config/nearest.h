/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_CONFIG_NEAREST_H
#define SIFT_CONFIG_NEAREST_H

/* "Did you mean …": which known name is a slip of the finger away. */

#include <stddef.h>

#include "base/span.h"

/*
 * Edits (insert, delete, replace, swap neighbours; case of ASCII letters is
 * no edit) between two texts; SIZE_MAX when one is longer than 64 bytes.
 */
size_t sift_edit_distance(struct sift_span a, struct sift_span b);

/*
 * Of `count` names the one nearest to `word`, the earliest of equals; NULL
 * when all are further away than a third of the word's length (at least 1).
 */
const char *sift_nearest(struct sift_span word, const char *const *names,
			 size_t count);

#endif /* SIFT_CONFIG_NEAREST_H */
