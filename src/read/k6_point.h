/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_READ_K6_POINT_H
#define SIFT_READ_K6_POINT_H

/*
 * One line of k6's NDJSON as spans into it (docs/formats/k6.md). Any order
 * of keys, any blanks; what is not needed is skipped over.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"
#include "read/ndjson.h"

enum sift_k6_line { SIFT_K6_LINE_POINT, SIFT_K6_LINE_METRIC };

/* Spans are raw: strings without quotes, escapes in place; empty = absent. */
struct sift_k6_point {
	enum sift_k6_line kind;
	struct sift_span metric;
	bool metric_first; /* the name stood before the data: k6 >= 0.41 */

	/* of a point */
	struct sift_span time;
	struct sift_ndjson_value value;
	struct sift_span tags; /* with its braces; empty for null */

	/* of a metric */
	struct sift_span type;
	struct sift_span contains;
	struct sift_span thresholds; /* with its brackets */
};

/*
 * Parse a line that begins with `{`. Returns NULL, or the words of what is
 * wrong with it (static, few): *out is then undefined.
 */
const char *sift_k6_point_parse(struct sift_span line, uint64_t max_depth,
				struct sift_k6_point *out);

/* What may be shown of a line in a message: tags and metadata, which may hold
   secrets, and what follows them, are cut off. */
struct sift_span sift_k6_point_shown(struct sift_span line);

/* The tags somebody asks for, raw; empty = absent. */
struct sift_k6_tags {
	struct sift_span method;
	struct sift_span name;
	struct sift_span url;
	struct sift_span service;
	struct sift_span status;
	struct sift_span expected_response;
	struct sift_span error;
	struct sift_span error_code;
	struct sift_span check;
	struct sift_span group;
	struct sift_span scenario;
};

/* Pick the known tags out of sift_k6_point.tags, which was parsed before. */
void sift_k6_tags_parse(struct sift_span tags, struct sift_k6_tags *out);

#endif /* SIFT_READ_K6_POINT_H */
