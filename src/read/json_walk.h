/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_READ_JSON_WALK_H
#define SIFT_READ_JSON_WALK_H

/*
 * A way through JSON in memory without a tree: what is wanted is found, the
 * rest is passed over, and of a text that breaks off what is before the break
 * can be had. Nothing is checked but quotes and brackets.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

/* How far into a value the bytes so far led; zeroed at its begin. */
struct sift_json_depth {
	size_t open;
	bool in_string;
	bool escaped;
};

/* How many bytes of `text` belong to the object or array that began before
   or begins here; all of them, with depth->open above 0, if it goes on. */
size_t sift_json_scan(struct sift_json_depth *depth, struct sift_span text);

/*
 * The next value in `rest`, the inside of an array, or (with `key`) the next
 * member of an object, its key as written between the quotes. *rest is moved
 * behind it. False at the end, which sift_json_walk_closed() tells, or where
 * the text breaks off or is no JSON; *value is what there is of one then.
 */
bool sift_json_walk_next(struct sift_span *rest, struct sift_span *key,
			 struct sift_span *value);

/* Does the closing bracket come next? */
bool sift_json_walk_closed(struct sift_span rest);

#endif /* SIFT_READ_JSON_WALK_H */
