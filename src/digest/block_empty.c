/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * A block that has been filled and sent, made ready for the next source.
 * Thousands of small files have few things each, of mostly the same names: to
 * make a block with its tables for each took more time than to fill it.
 */

#include <config.h>

#include "digest/block_build.h"

#include "base/mem.h"

/* Of no list more entries, of no reader more ids, are kept room for. */
#define KEEP_ITEMS 1024
#define KEEP_BYTES 65536

static bool
is_small(const struct sift_block *block)
{
	const struct sift_block_build *b = block->build;
	bool is_small = b->ids[0].capacity <= KEEP_ITEMS &&
			b->ids[1].capacity <= KEEP_ITEMS &&
			b->user_capacity <= KEEP_ITEMS &&
			b->progress_capacity <= KEEP_ITEMS &&
			b->key.capacity <= KEEP_BYTES &&
			b->text.capacity <= KEEP_BYTES &&
			b->name.capacity <= KEEP_BYTES &&
			b->other.capacity <= KEEP_BYTES;

	for (size_t list = 0; list < SIFT_LIST_COUNT; list++)
		is_small = is_small && b->capacities[list] <= KEEP_ITEMS;
	return is_small;
}

static void
empty_list(struct sift_block *block, enum sift_block_list list)
{
	const struct sift_list_ops *ops = sift_list_ops(list);
	size_t *count = sift_block_list_count(block, list);
	bool is_bare = list == SIFT_LIST_SERIES && !block->build->has_counted;

	for (size_t i = 0; i < *count && !is_bare; i++)
		ops->release(sift_block_item(block, list, i));
	*count = 0;
	sift_keep_empty(&block->build->keeps[list]);
}

bool
sift_block_build_empty(struct sift_block *block)
{
	struct sift_block_build *build = block->build;

	if (!is_small(block))
		return false;
	for (size_t list = 0; list < SIFT_LIST_COUNT; list++)
		empty_list(block, (enum sift_block_list)list);
	sift_ids_forget(&build->ids[0]);
	sift_ids_forget(&build->ids[1]);
	sift_table_release(&build->texts);
	build->names = 0;
	build->has_counted = false;
	return true;
}
