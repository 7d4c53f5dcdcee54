/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "digest/digest.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* Far more than the sources one analysis may have. */
#define BLOCKS_MAX ((size_t)1 << 26)

void
sift_digest_init(struct sift_digest *digest)
{
	*digest = (struct sift_digest){0};
}

void
sift_digest_release(struct sift_digest *digest)
{
	for (size_t i = 0; i < digest->count; i++)
		sift_block_free(digest->blocks[i]);
	sift_free(digest->blocks);
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

/* Fold the blocks of one name, `count` of them, into the first. */
static enum sift_status
merge_parts(struct sift_block **parts, size_t count, struct sift_err *err)
{
	enum sift_status rc = SIFT_OK;

	for (size_t i = 1; rc == SIFT_OK && i < count; i++)
		rc = sift_block_merge(parts[0], parts[i], err);
	if (rc == SIFT_OK && count > 1)
		rc = sift_block_finish(parts[0], err);
	return rc;
}

enum sift_status
sift_digest_finish(struct sift_digest *digest, struct sift_err *err)
{
	struct sift_block **blocks = digest->blocks;
	enum sift_status rc = SIFT_OK;
	size_t kept = 0;
	size_t end;

	if (digest->count == 0)
		return SIFT_OK;
	qsort(blocks, digest->count, sizeof(*blocks), compare_names);
	for (size_t i = 0; i < digest->count; i = end) {
		for (end = i + 1; end < digest->count; end++) {
			if (compare_names(&blocks[i], &blocks[end]) != 0)
				break;
		}
		if (rc == SIFT_OK)
			rc = merge_parts(&blocks[i], end - i, err);
		for (size_t at = i + 1; at < end; at++)
			sift_block_free(blocks[at]);
		blocks[kept++] = blocks[i];
	}
	digest->count = kept;
	qsort(blocks, kept, sizeof(*blocks), compare_paths);
	return rc;
}
