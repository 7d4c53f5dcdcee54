/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_READ_K6_SHAPE_H
#define SIFT_READ_K6_SHAPE_H

/*
 * Which of k6's summaries a JSON document is, by its first bytes: keys come
 * in any order, and the head may end anywhere (docs/formats/k6.md).
 */

#include <stdbool.h>

#include "base/span.h"
#include "read/json_doc.h"

struct sift_k6_shape {
	unsigned handle_summary; /* bids; 0 = no */
	unsigned summary_export;
};

/* `text` is what is known as `head`. */
void sift_k6_shape_of(const struct sift_json *head, struct sift_span text,
		      struct sift_k6_shape *out);

#endif /* SIFT_READ_K6_SHAPE_H */
