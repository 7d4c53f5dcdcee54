/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_READ_K6_SUBMETRIC_H
#define SIFT_READ_K6_SUBMETRIC_H

/*
 * The name of a metric in a summary: `http_req_duration{name:x,method:GET}`
 * is the part of http_req_duration whose points have those tags. Old metric
 * names may hold braces of their own: the first `{` counts, if the name ends
 * in `}`.
 */

#include <stdbool.h>

#include "base/span.h"

struct sift_k6_submetric {
	struct sift_span base; /* http_req_duration */
	bool has_tags;
	struct sift_span name; /* values of known tags; empty = absent */
	struct sift_span url;
	struct sift_span method;
	bool expected; /* expected_response:true */
	bool other;    /* tags that say nothing of an endpoint */
};

/* Spans are borrowed from `text`. */
void sift_k6_submetric_parse(struct sift_span text,
			     struct sift_k6_submetric *out);

/* Is it about one endpoint (maybe its expected responses only)? */
bool sift_k6_submetric_is_endpoint(const struct sift_k6_submetric *sub);

#endif /* SIFT_READ_K6_SUBMETRIC_H */
