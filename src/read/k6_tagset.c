/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "read/k6_tagset.h"

#include <string.h>

#include "base/digits.h"
#include "base/mem.h"
#include "base/num.h"

#define MAX_SETS 8192
#define MAX_TAG_BYTES 4096
#define MAX_CACHE_BYTES (4u << 20)

enum sift_outcome
sift_k6_outcome_told(const struct sift_k6_tags *tags)
{
	if (sift_span_equal(tags->expected_response, SIFT_SPAN("true")))
		return SIFT_OUTCOME_OK;
	if (sift_span_equal(tags->expected_response, SIFT_SPAN("false")))
		return SIFT_OUTCOME_FAILED;
	return SIFT_OUTCOME_UNKNOWN;
}

/* "0" = no response. An error_code beside a good status: the transport
   failed in the body. */
enum sift_outcome
sift_k6_outcome_http(const struct sift_k6_tags *tags)
{
	uint64_t status;

	if (tags->error.len ||
	    (tags->error_code.len &&
	     !sift_span_equal(tags->error_code, SIFT_SPAN("0"))))
		return SIFT_OUTCOME_FAILED;
	if (!sift_parse_u64(tags->status, &status))
		return SIFT_OUTCOME_UNKNOWN;
	return status == 0 || status >= 400 ? SIFT_OUTCOME_FAILED
					    : SIFT_OUTCOME_OK;
}

enum sift_outcome
sift_k6_outcome_grpc(const struct sift_k6_tags *tags)
{
	uint64_t status;

	if (!sift_parse_u64(tags->status, &status))
		return SIFT_OUTCOME_UNKNOWN;
	return status ? SIFT_OUTCOME_FAILED : SIFT_OUTCOME_OK;
}

static bool
is_group(struct sift_span group, struct sift_span name)
{
	return sift_span_starts(group, name) &&
	       (group.len == name.len ||
		sift_span_starts(sift_span_from(group, name.len),
				 SIFT_SPAN("::")));
}

/* k6 puts setup() and teardown() into groups of their own, outside of any
   scenario. A script's own group("setup") has the same name, inside of one. */
enum sift_phase
sift_k6_phase(const struct sift_k6_tags *tags)
{
	if (tags->scenario.len)
		return SIFT_PHASE_TEST;
	if (is_group(tags->group, SIFT_SPAN("::setup")))
		return SIFT_PHASE_SETUP;
	if (is_group(tags->group, SIFT_SPAN("::teardown")))
		return SIFT_PHASE_TEARDOWN;
	return SIFT_PHASE_TEST;
}

void
sift_k6_tagcache_init(struct sift_k6_tagcache *cache)
{
	sift_table_init(&cache->table, MAX_SETS);
	cache->sets = NULL;
	cache->capacity = 0;
	memset(cache->recent, 0, sizeof(cache->recent));
}

void
sift_k6_tagcache_release(struct sift_k6_tagcache *cache)
{
	sift_table_release(&cache->table);
	sift_free(cache->sets);
	cache->sets = NULL;
	cache->capacity = 0;
}

/* A number of little chance: tags mostly differ in length, or by the end of
   the URL that ends them. */
static uint32_t *
recent_of(struct sift_k6_tagcache *cache, struct sift_span tags)
{
	uint64_t looks = tags.len;

	if (tags.len >= 16)
		looks = (looks + sift_eight(tags.ptr + tags.len - 8)) *
				UINT64_C(0x9E3779B97F4A7C15) ^
			sift_eight(tags.ptr + tags.len - 16);
	looks *= UINT64_C(0x9E3779B97F4A7C15);
	return &cache->recent[looks >> 32 & (SIFT_K6_TAGS_RECENT - 1)];
}

struct sift_k6_tagset *
sift_k6_tagcache_find(struct sift_k6_tagcache *cache, struct sift_span tags)
{
	uint32_t *recent = recent_of(cache, tags);
	uint32_t id = *recent;

	if (id >= cache->table.count ||
	    !sift_span_equal(tags, sift_table_key(&cache->table, id)))
		id = sift_table_find(&cache->table, tags);
	if (id == UINT32_MAX)
		return NULL;
	*recent = id;
	return &cache->sets[id];
}

void
sift_k6_tagcache_forget(struct sift_k6_tagcache *cache)
{
	if (cache->table.count)
		memset(cache->sets, 0,
		       cache->table.count * sizeof(*cache->sets));
}

struct sift_span
sift_k6_tagcache_key(const struct sift_k6_tagcache *cache,
		     const struct sift_k6_tagset *set)
{
	return sift_table_key(&cache->table, (uint32_t)(set - cache->sets));
}

static enum sift_status
add(struct sift_k6_tagcache *cache, struct sift_span tags,
    struct sift_k6_tagset **out, struct sift_err *err)
{
	uint32_t id;

	if (cache->table.count == MAX_SETS ||
	    cache->table.arena.total_bytes > MAX_CACHE_BYTES)
		sift_table_release(&cache->table);
	if (sift_array_grow((void **)&cache->sets, &cache->capacity,
			    cache->table.count + 1, sizeof(*cache->sets),
			    MAX_SETS) ||
	    sift_table_intern(&cache->table, tags, &id, NULL))
		return sift_fail(err, SIFT_E_NOMEM, "no memory for tags");
	memset(&cache->sets[id], 0, sizeof(cache->sets[id]));
	*recent_of(cache, tags) = id;
	*out = &cache->sets[id];
	return SIFT_OK;
}

enum sift_status
sift_k6_tagcache_enter(struct sift_k6_tagcache *cache, struct sift_span tags,
		       struct sift_k6_tagset **out, struct sift_err *err)
{
	*out = sift_k6_tagcache_find(cache, tags);
	if (*out || tags.len > MAX_TAG_BYTES)
		return SIFT_OK;
	return add(cache, tags, out, err);
}
