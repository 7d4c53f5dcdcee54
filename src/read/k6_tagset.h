/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_READ_K6_TAGSET_H
#define SIFT_READ_K6_TAGSET_H

/*
 * What a point's tags mean, remembered by their bytes: a run has millions of
 * points and few sets of tags, so most are parsed once. Sets are entered
 * for the points of all metrics, for a set that is known is known to be one
 * whole JSON object (k6_layout.h lives on that); what it means depends on the
 * metric and is found out when somebody asks.
 *
 * The memory of the cache is bounded: when it is full it starts anew (old k6
 * writes a URL of its own into every request's tags).
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"
#include "base/table.h"
#include "model/event.h"
#include "read/k6_point.h"

/* The ways to read tags. */
enum sift_k6_tags_of {
	SIFT_K6_TAGS_OF_HTTP, /* requests and their verdicts */
	SIFT_K6_TAGS_OF_BROWSER,
	SIFT_K6_TAGS_OF_GRPC,
	SIFT_K6_TAGS_OF_WS,
	SIFT_K6_TAGS_OF_CHECKS,
	SIFT_K6_TAGS_OF_COUNT /* also: of nothing, they are not read */
};

/* What they say when read in one of these ways. */
struct sift_k6_meaning {
	uint32_t id;	  /* of the series, or of the check */
	uint32_t failure; /* what it is if it failed; none if it is told not */
	uint8_t told; /* enum sift_outcome: by expected_response, or UNKNOWN */
	uint8_t derived; /* enum sift_outcome: from status and error_code */
	bool known;	 /* false: nobody has asked yet */
};

struct sift_k6_tagset {
	struct sift_k6_meaning as[SIFT_K6_TAGS_OF_COUNT];
};

/* What expected_response says; UNKNOWN where k6 did not write it. */
enum sift_outcome sift_k6_outcome_told(const struct sift_k6_tags *tags);
/* Of an HTTP request by status, error_code and error; UNKNOWN without. */
enum sift_outcome sift_k6_outcome_http(const struct sift_k6_tags *tags);
/* Of a gRPC call, whose status 0 is OK. */
enum sift_outcome sift_k6_outcome_grpc(const struct sift_k6_tags *tags);
/* Of setup() or teardown()? */
enum sift_phase sift_k6_phase(const struct sift_k6_tags *tags);

#define SIFT_K6_TAGS_RECENT 256 /* a power of two */

struct sift_k6_tagcache {
	struct sift_table table;
	struct sift_k6_tagset *sets; /* owned; by the table's numbers */
	size_t capacity;
	/* the last one asked for of those that look alike; may be gone */
	uint32_t recent[SIFT_K6_TAGS_RECENT];
};

void sift_k6_tagcache_init(struct sift_k6_tagcache *cache);
void sift_k6_tagcache_release(struct sift_k6_tagcache *cache);

/* The set of these bytes; borrowed until the next _enter(); NULL = not known */
struct sift_k6_tagset *sift_k6_tagcache_find(struct sift_k6_tagcache *cache,
					     struct sift_span tags);

/* Forget what all sets mean, but not the sets. */
void sift_k6_tagcache_forget(struct sift_k6_tagcache *cache);

/* The bytes of a set of the cache; borrowed as the set is. */
struct sift_span sift_k6_tagcache_key(const struct sift_k6_tagcache *cache,
				      const struct sift_k6_tagset *set);

/*
 * The same, entered if need be; `tags` are one JSON object, or empty. *out is
 * NULL for tags that are too long to be kept. SIFT_OK or SIFT_E_NOMEM.
 */
enum sift_status sift_k6_tagcache_enter(struct sift_k6_tagcache *cache,
					struct sift_span tags,
					struct sift_k6_tagset **out,
					struct sift_err *err) SIFT_MUST_CHECK;

#endif /* SIFT_READ_K6_TAGSET_H */
