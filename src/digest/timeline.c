/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Buckets are kept in the order in which they were met. Time mostly runs
 * forward, so the newest bucket is tried first; an index finds the others: a
 * table of open addressing over numbers of buckets + 1, at most two thirds
 * full. A timeline of few buckets is searched without one, as most series of
 * a run with many have few.
 */

#include <config.h>

#include "digest/timeline.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/instant.h"
#include "base/mem.h"
#include "digest/slice.h"

#define UNINDEXED_MAX 8
#define FIRST_INDEX 32

void
sift_timeline_init(struct sift_timeline *line)
{
	*line = (struct sift_timeline){0};
}

static void
drop_index(struct sift_timeline *line)
{
	sift_free(line->index);
	line->index = NULL;
	line->index_size = 0;
}

void
sift_timeline_release(struct sift_timeline *line)
{
	drop_index(line);
	sift_free(line->buckets);
	sift_timeline_init(line);
}

static enum sift_status
no_memory(struct sift_err *err)
{
	return sift_fail(err, SIFT_E_NOMEM, "no memory for a timeline");
}

/* Where a start is in the index, or the free place where it belongs. */
static size_t
place_of(const struct sift_timeline *line, int64_t start_s)
{
	/* Neighbouring buckets must not crowd: Fibonacci hashing. */
	uint64_t hash = ((uint64_t)start_s >> line->shift) *
			UINT64_C(0x9e3779b97f4a7c15);
	size_t mask = line->index_size - 1;
	size_t at = (size_t)(hash >> 32) & mask;

	while (line->index[at] != 0 &&
	       line->buckets[line->index[at] - 1].start_s != start_s)
		at = (at + 1) & mask;
	return at;
}

/* (Re)build the index with room for one more bucket. */
static enum sift_status
build_index(struct sift_timeline *line, struct sift_err *err)
{
	uint32_t size = FIRST_INDEX;
	uint32_t *index;

	while (size / 3 * 2 <= line->count + line->count / 2)
		size *= 2;
	index = sift_calloc(size, sizeof(*index));
	if (!index)
		return no_memory(err);
	sift_free(line->index);
	line->index = index;
	line->index_size = size;
	for (size_t i = 0; i < line->count; i++)
		index[place_of(line, line->buckets[i].start_s)] =
			(uint32_t)i + 1;
	return SIFT_OK;
}

/* The bucket of this start, or NULL. */
static struct sift_bucket *
find(const struct sift_timeline *line, int64_t start_s)
{
	if (line->count > 0 &&
	    line->buckets[line->count - 1].start_s == start_s)
		return &line->buckets[line->count - 1];
	if (line->index) {
		uint32_t number = line->index[place_of(line, start_s)];

		return number ? &line->buckets[number - 1] : NULL;
	}
	for (size_t i = 0; i < line->count; i++) {
		if (line->buckets[i].start_s == start_s)
			return &line->buckets[i];
	}
	return NULL;
}

enum sift_status
sift_timeline_reserve(struct sift_timeline *line, size_t count,
		      struct sift_err *err)
{
	struct sift_bucket *buckets;

	if (count <= line->capacity)
		return SIFT_OK;
	if (count > 2 * (size_t)SIFT_TIMELINE_MAX)
		return no_memory(err);
	buckets = sift_realloc(line->buckets, count * sizeof(*buckets));
	if (!buckets)
		return no_memory(err);
	line->buckets = buckets;
	line->capacity = (uint32_t)count;
	return SIFT_OK;
}

/* Append an empty bucket; its start must be new. */
static enum sift_status
append(struct sift_timeline *line, int64_t start_s, struct sift_bucket **out,
       struct sift_err *err)
{
	enum sift_status rc = SIFT_OK;

	/* One, two, four …: most series of many are seen a few times. */
	if (line->count == line->capacity)
		rc = sift_timeline_reserve(
			line, line->capacity ? line->capacity * 2 : 1, err);
	if (rc == SIFT_OK && line->count >= UNINDEXED_MAX &&
	    line->index_size / 3 * 2 <= line->count)
		rc = build_index(line, err);
	if (rc)
		return rc;
	line->buckets[line->count] = (struct sift_bucket){
		.start_s = start_s,
		.max_ns = INT64_MIN,
	};
	if (line->index)
		line->index[place_of(line, start_s)] = line->count + 1;
	*out = &line->buckets[line->count++];
	return SIFT_OK;
}

static void
add_bucket(struct sift_bucket *into, const struct sift_bucket *from)
{
	into->count += from->count;
	into->failed += from->failed;
	into->sum_ns += from->sum_ns;
	if (from->max_ns > into->max_ns)
		into->max_ns = from->max_ns;
}

static int
compare_starts(const void *left, const void *right)
{
	const struct sift_bucket *a = left;
	const struct sift_bucket *b = right;

	return (a->start_s > b->start_s) - (a->start_s < b->start_s);
}

void
sift_timeline_sort(struct sift_timeline *line)
{
	bool sorted = true;

	for (size_t i = 1; sorted && i < line->count; i++)
		sorted =
			line->buckets[i - 1].start_s < line->buckets[i].start_s;
	if (sorted)
		return;
	drop_index(line);
	qsort(line->buckets, line->count, sizeof(*line->buckets),
	      compare_starts);
}

/* Widen to 2^shift seconds; wider buckets that fall together become one. */
static void
coarsen(struct sift_timeline *line, unsigned shift)
{
	uint32_t kept = 0;

	if (shift == line->shift)
		return;
	sift_timeline_sort(line);
	drop_index(line);
	for (size_t i = 0; i < line->count; i++) {
		struct sift_bucket bucket = line->buckets[i];

		bucket.start_s = sift_second_align(bucket.start_s, shift);
		if (kept > 0 &&
		    line->buckets[kept - 1].start_s == bucket.start_s)
			add_bucket(&line->buckets[kept - 1], &bucket);
		else
			line->buckets[kept++] = bucket;
	}
	line->count = kept;
	line->shift = shift;
}

/* Add a bucket of any second or aligned start. */
static enum sift_status
add(struct sift_timeline *line, const struct sift_bucket *from,
    struct sift_err *err)
{
	int64_t start_s = sift_second_align(from->start_s, line->shift);
	struct sift_bucket *bucket = find(line, start_s);
	enum sift_status rc = SIFT_OK;

	if (!bucket)
		rc = append(line, start_s, &bucket, err);
	if (rc)
		return rc;
	add_bucket(bucket, from);
	while (line->count > SIFT_TIMELINE_MAX)
		coarsen(line, line->shift + 1);
	if (!line->index && line->count > UNINDEXED_MAX)
		rc = build_index(line, err);
	return rc;
}

enum sift_status
sift_timeline_add(struct sift_timeline *line, int64_t time_ns, int64_t value_ns,
		  int failed, struct sift_err *err)
{
	struct sift_bucket bucket = {
		.count = 1,
		.failed = failed != 0,
		.sum_ns = value_ns,
		.max_ns = value_ns,
	};

	if (time_ns == SIFT_INSTANT_NONE)
		return SIFT_OK;
	bucket.start_s = sift_second_of(time_ns);
	return add(line, &bucket, err);
}

enum sift_status
sift_timeline_merge(struct sift_timeline *into,
		    const struct sift_timeline *from, struct sift_err *err)
{
	enum sift_status rc = SIFT_OK;

	if (from->shift > into->shift)
		coarsen(into, from->shift);
	for (size_t i = 0; rc == SIFT_OK && i < from->count; i++)
		rc = add(into, &from->buckets[i], err);
	return rc;
}
