/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "digest/digest.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/put_in_order.h"
#include "digest/block_build.h"

/* Far more than the sources one analysis may have. */
#define BLOCKS_MAX ((size_t)1 << 26)

void
sift_digest_init(struct sift_digest *digest)
{
	*digest = (struct sift_digest){
		.max_samples = SIFT_DIGEST_SAMPLES,
		.max_source_samples = SIFT_BLOCK_SAMPLES,
	};
}

uint64_t
sift_source_samples(uint64_t bytes)
{
	return bytes < 16 ? 1 : bytes / 16;
}

void
sift_digest_limit(struct sift_digest *digest, uint64_t bytes)
{
	digest->max_samples = bytes < 4 ? 1 : bytes / 4;
	digest->max_source_samples = sift_source_samples(bytes);
}

void
sift_digest_release(struct sift_digest *digest)
{
	for (size_t i = 0; i < digest->count; i++)
		sift_block_free(digest->blocks[i]);
	sift_free(digest->blocks);
	sift_store_release(&digest->store);
	sift_digest_init(digest);
}

static enum sift_status
make_room(struct sift_digest *digest, size_t more, struct sift_err *err)
{
	int grown = more > BLOCKS_MAX
			    ? -2
			    : sift_array_grow(
				      (void **)&digest->blocks,
				      &digest->capacity, digest->count + more,
				      sizeof(*digest->blocks), BLOCKS_MAX);

	if (grown == -2)
		return sift_fail(err, SIFT_E_LIMIT, "more than %zu sources",
				 BLOCKS_MAX);
	if (grown)
		return sift_fail(err, SIFT_E_NOMEM, "no memory for a digest");
	return SIFT_OK;
}

enum sift_status
sift_digest_add(struct sift_digest *digest, struct sift_block *block,
		struct sift_err *err)
{
	enum sift_status rc = make_room(digest, 1, err);

	if (rc == SIFT_OK)
		digest->blocks[digest->count++] = block;
	return rc;
}

enum sift_status
sift_digest_merge(struct sift_digest *into, struct sift_digest *from,
		  struct sift_err *err)
{
	enum sift_status rc = SIFT_OK;

	if (from->count > 0)
		rc = make_room(into, from->count, err);
	if (rc)
		return rc;
	if (from->count > 0)
		memcpy(into->blocks + into->count, from->blocks,
		       from->count * sizeof(*from->blocks));
	into->count += from->count;
	sift_store_join(&into->store, &from->store);
	from->count = 0;
	sift_digest_release(from);
	return SIFT_OK;
}

static int
compare_names(const void *left, const void *right)
{
	const struct sift_block *const *a = left;
	const struct sift_block *const *b = right;

	return strcmp((*a)->name, (*b)->name);
}

static int
compare_paths(const void *left, const void *right)
{
	const struct sift_block *const *a = left;
	const struct sift_block *const *b = right;
	int order = strcmp((*a)->path, (*b)->path);

	return order ? order : strcmp((*a)->name, (*b)->name);
}

/* Fold the blocks of one name, `count` of them, into the first; the others
   are freed, whatever happens. */
static enum sift_status
merge_parts(const struct sift_digest *digest, struct sift_block **parts,
	    size_t count, unsigned threads, struct sift_err *err)
{
	struct sift_block *into = parts[0];
	bool binned = into->binned;
	enum sift_status rc;

	into->max_samples = digest->max_source_samples;
	rc = sift_block_count(into, 0, err);
	for (size_t i = 1; i < count; i++) {
		if (rc == SIFT_OK)
			rc = sift_block_merge(into, parts[i], err);
		sift_block_free(parts[i]);
	}
	if (rc == SIFT_OK &&
	    (count > 1 || into->binned != binned || into->is_unsorted))
		rc = sift_block_finish(into, threads, err);
	return rc;
}

/* ---- too many samples ---- */

static int
compare_sizes(const void *left, const void *right)
{
	const struct sift_block *a = *(struct sift_block *const *)left;
	const struct sift_block *b = *(struct sift_block *const *)right;

	if (a->sample_count != b->sample_count)
		return a->sample_count < b->sample_count ? -1 : 1;
	if (a->hash.high != b->hash.high)
		return a->hash.high > b->hash.high ? -1 : 1;
	return (a->hash.low < b->hash.low) - (a->hash.low > b->hash.low);
}

/*
 * From the smallest on, as many as fit stay exact. So what is binned here is
 * binned as well when more sources are there, and what was binned before, in
 * a part of them, would be now: digests of digests come out alike.
 */
static enum sift_status
bin_largest(struct sift_block **blocks, size_t count, uint64_t max,
	    struct sift_err *err)
{
	enum sift_status rc = SIFT_OK;
	uint64_t sum = 0;
	size_t kept = 0;

	qsort(blocks, count, sizeof(*blocks), compare_sizes);
	for (; kept < count; kept++) {
		if (kept == 0 ||
		    compare_sizes(&blocks[kept - 1], &blocks[kept]) != 0)
			sum = sift_add_u64(sum, blocks[kept]->sample_count);
		if (sum > max)
			break;
	}
	for (size_t i = kept; rc == SIFT_OK && i < count; i++) {
		rc = sift_block_bin(blocks[i], err);
		if (rc == SIFT_OK)
			rc = sift_block_finish(blocks[i], 1, err);
	}
	return rc;
}

static enum sift_status
limit_samples(struct sift_digest *digest, struct sift_err *err)
{
	struct sift_block **exact;
	size_t count = 0;
	uint64_t sum = 0;
	enum sift_status rc;

	for (size_t i = 0; i < digest->count; i++)
		if (!digest->blocks[i]->binned)
			sum = sift_add_u64(sum,
					   digest->blocks[i]->sample_count);
	if (digest->max_samples == 0 || sum <= digest->max_samples)
		return SIFT_OK;
	exact = sift_calloc(digest->count, sizeof(struct sift_block *));
	if (!exact)
		return sift_fail(err, SIFT_E_NOMEM, "no memory for a digest");
	for (size_t i = 0; i < digest->count; i++)
		if (!digest->blocks[i]->binned)
			exact[count++] = digest->blocks[i];
	rc = bin_largest(exact, count, digest->max_samples, err);
	sift_free(exact);
	return rc;
}

enum sift_status
sift_digest_finish(struct sift_digest *digest, unsigned threads,
		   struct sift_err *err)
{
	struct sift_block **blocks = digest->blocks;
	enum sift_status rc = SIFT_OK;
	size_t kept = 0;
	size_t end;

	if (digest->count == 0)
		return SIFT_OK;
	sift_put_in_order(blocks, digest->count, sizeof(*blocks),
			  compare_names);
	for (size_t i = 0; i < digest->count; i = end) {
		enum sift_status merged;

		for (end = i + 1; end < digest->count; end++) {
			if (compare_names(&blocks[i], &blocks[end]) != 0)
				break;
		}
		merged = merge_parts(digest, &blocks[i], end - i, threads, err);
		rc = rc ? rc : merged;
		blocks[kept++] = blocks[i];
	}
	digest->count = kept;
	if (rc == SIFT_OK)
		rc = limit_samples(digest, err);
	sift_put_in_order(blocks, kept, sizeof(*blocks), compare_paths);
	return rc;
}
