/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_READ_K6_TAGSET_H
#define SIFT_READ_K6_TAGSET_H

/*
 * What a point's tags mean, remembered by their bytes: a run has millions of
 * points and few sets of tags, so most are parsed once. The memory of the
 * cache is bounded: when it is full it starts anew (old k6 writes a URL of
 * its own into every request's tags).
 */

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"
#include "base/table.h"
#include "model/event.h"
#include "read/k6_point.h"

struct sift_k6_tagset {
	uint32_t id;		   /* of the series, or of the check */
	enum sift_outcome told;	   /* by expected_response; else UNKNOWN */
	enum sift_outcome derived; /* from status and error_code */
};

/* What expected_response says; UNKNOWN where k6 did not write it. */
enum sift_outcome sift_k6_outcome_told(const struct sift_k6_tags *tags);
/* Of an HTTP request by status, error_code and error; UNKNOWN without. */
enum sift_outcome sift_k6_outcome_http(const struct sift_k6_tags *tags);
/* Of a gRPC call, whose status 0 is OK. */
enum sift_outcome sift_k6_outcome_grpc(const struct sift_k6_tags *tags);

struct sift_k6_tagcache {
	struct sift_table table;
	struct sift_k6_tagset *sets; /* owned; by the table's numbers */
	size_t capacity;
	uint32_t last; /* hit or added last */
};

void sift_k6_tagcache_init(struct sift_k6_tagcache *cache);
void sift_k6_tagcache_release(struct sift_k6_tagcache *cache);

/* What `tags` mean; borrowed until the next _add(); NULL = not known. */
const struct sift_k6_tagset *
sift_k6_tagcache_find(struct sift_k6_tagcache *cache, struct sift_span tags);

/* Remember it, unless the tags are very long. SIFT_OK or SIFT_E_NOMEM. */
enum sift_status sift_k6_tagcache_add(struct sift_k6_tagcache *cache,
				      struct sift_span tags,
				      const struct sift_k6_tagset *set,
				      struct sift_err *err) SIFT_MUST_CHECK;

#endif /* SIFT_READ_K6_TAGSET_H */
