/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_BASE_REPR_H
#define SIFT_BASE_REPR_H

/*
 * What Python's repr() makes of a string, undone: 'it\'s\n'. Tools write texts
 * so, one layer or several.
 */

#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"

/* What is between the quotes of a string, still escaped; false when the text
   is no such string. Python 2 wrote u'…'. */
bool sift_repr_find(struct sift_span text, struct sift_span *out);

/* Append it without its escapes; an unknown one stays as it is. */
void sift_repr_unescape(struct sift_span text, struct sift_buf *out);

#endif /* SIFT_BASE_REPR_H */
