/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "digest/block.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/parallel.h"
#include "digest/block_build.h"
#include "digest/digest_io.h"

static enum sift_status
no_memory(struct sift_err *err)
{
	return sift_fail(err, SIFT_E_NOMEM, "no memory for a block");
}

/* Knows nothing and has no memory. */
static const struct sift_block nothing = {
	.name = "",
	.path = "",
	.bytes = -1,
	.first_ns = SIFT_INSTANT_NONE,
	.last_ns = SIFT_INSTANT_NONE,
	.results = {SIFT_INSTANT_NONE, SIFT_INSTANT_NONE},
	.side = {SIFT_INSTANT_NONE, SIFT_INSTANT_NONE},
	.duration_ns = -1,
	.user_shift = -1,
	.progress_shift = -1,
	.max_endpoints = SIFT_BLOCK_ENDPOINTS,
	.max_samples = SIFT_BLOCK_SAMPLES,
};

static struct sift_block *
new_block(void)
{
	struct sift_block *block = sift_malloc(sizeof(*block));

	if (block)
		*block = nothing;
	return block;
}

enum sift_status
sift_block_new_packed(struct sift_block **out, struct sift_arena *lent,
		      struct sift_err *err)
{
	struct sift_block *block = lent ? sift_arena_alloc(lent, sizeof(*block))
					: sift_malloc(sizeof(*block));

	*out = block;
	if (!block)
		return no_memory(err);
	*block = nothing;
	block->is_packed = true;
	block->is_lent = lent != NULL;
	block->is_flat = true;
	block->is_asked = true;
	return SIFT_OK;
}

enum sift_status
sift_block_rename(struct sift_block *block, const char *name, const char *path,
		  struct sift_err *err)
{
	block->name = sift_arena_str(&block->arena, name);
	block->path = sift_arena_str(&block->arena, path);
	return block->name && block->path ? SIFT_OK : no_memory(err);
}

enum sift_status
sift_block_new(struct sift_block **out, const char *name, const char *path,
	       struct sift_err *err)
{
	struct sift_block *block = new_block();
	enum sift_status rc;

	if (!block)
		return no_memory(err);
	rc = sift_block_rename(block, name, path, err);
	if (rc)
		sift_block_free(block);
	else
		*out = block;
	return rc;
}

void
sift_block_free_arrays(struct sift_block *block)
{
	sift_free(block->series);
	sift_free(block->metrics);
	sift_free(block->checks);
	sift_free(block->thresholds);
	sift_free(block->failures);
	sift_free(block->notes);
	sift_free(block->users);
	sift_free(block->progress);
	sift_free(block->skipped);
}

void
sift_block_free(struct sift_block *block)
{
	if (!block)
		return;
	for (size_t i = 0; i < block->series_count && !block->is_flat; i++)
		sift_series_release(&block->series[i]);
	for (size_t i = 0; i < block->metric_count; i++)
		sift_metric_ops.release(&block->metrics[i]);
	sift_series_release(&block->total);
	if (!block->is_packed)
		sift_block_free_arrays(block);
	sift_arena_release(&block->arena);
	sift_block_build_free(block->build);
	if (!block->is_lent)
		sift_free(block);
}

bool
sift_block_empty(struct sift_block *block)
{
	struct sift_block empty = nothing;

	if (!block->build || !sift_block_build_empty(block))
		return false;
	sift_series_release(&block->total);
	sift_free(block->skipped);
	sift_arena_clear(&block->arena);
	empty.series = block->series;
	empty.metrics = block->metrics;
	empty.checks = block->checks;
	empty.thresholds = block->thresholds;
	empty.failures = block->failures;
	empty.notes = block->notes;
	empty.users = block->users;
	empty.progress = block->progress;
	empty.arena = block->arena;
	empty.build = block->build;
	*block = empty;
	return true;
}

enum sift_status
sift_block_set_reading(struct sift_block *block, enum sift_reading reading,
		       const char *reason, struct sift_err *err)
{
	const char *copy = reason;

	if (!sift_copy_text(&copy, &block->arena))
		return no_memory(err);
	block->reading = reading;
	block->reason = copy;
	return SIFT_OK;
}

/* Copy all texts to the new arena; the old ones may be in the old one, in
   the tables of keys, or static. */
static enum sift_status
copy_texts(struct sift_block *block, struct sift_arena *arena)
{
	const char **const facts[] = {
		&block->name,		&block->path,	&block->format,
		&block->format_version, &block->reason, &block->tool,
		&block->tool_version,	&block->host,	&block->local_time,
	};
	enum sift_status rc = SIFT_OK;

	for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]); i++) {
		if (!sift_copy_text(facts[i], arena))
			return SIFT_E_NOMEM;
	}
	for (size_t i = 0; i < SIFT_LIST_COUNT; i++) {
		enum sift_block_list list = (enum sift_block_list)i;
		size_t count = *sift_block_list_count(block, list);

		for (size_t at = 0; rc == SIFT_OK && at < count; at++)
			rc = sift_list_ops(list)->copy_texts(
				sift_block_item(block, list, at), arena);
	}
	return rc ? rc : sift_series_ops.copy_texts(&block->total, arena);
}

/*
 * Leave the state in which the block can be filled. When that fails, texts
 * are in both arenas, and both stay.
 */
static enum sift_status
close_build(struct sift_block *block, struct sift_err *err)
{
	struct sift_block_build *build = block->build;

	if (!build)
		return SIFT_OK;
	if (copy_texts(block, &build->fresh))
		return no_memory(err);
	sift_arena_release(&block->arena);
	block->arena = build->fresh;
	sift_arena_init(&build->fresh);
	sift_block_build_free(build);
	block->build = NULL;
	return SIFT_OK;
}

enum sift_status
sift_block_bin(struct sift_block *block, struct sift_err *err)
{
	enum sift_status rc = sift_series_bin(&block->total, err);

	for (size_t i = 0; rc == SIFT_OK && i < block->series_count; i++)
		rc = sift_series_bin(&block->series[i], err);
	for (size_t i = 0; rc == SIFT_OK && i < block->metric_count; i++)
		if (block->metrics[i].samples)
			rc = sift_samples_bin(block->metrics[i].samples, err);
	block->binned = rc == SIFT_OK;
	return rc;
}

enum sift_status
sift_block_count(struct sift_block *block, uint64_t more, struct sift_err *err)
{
	block->sample_count = sift_add_u64(block->sample_count, more);
	if (block->binned || block->max_samples == 0 ||
	    block->sample_count <= block->max_samples)
		return SIFT_OK;
	return sift_block_bin(block, err);
}

struct list {
	const struct sift_list_ops *ops;
	size_t count;
	char *items;
	bool but_samples;
};

static enum sift_status
finish_item(void *context, size_t i, struct sift_arena *arena,
	    struct sift_err *err)
{
	const struct list *list = context;

	(void)arena, (void)err;
	list->ops->finish(list->items + i * list->ops->item_size,
			  list->but_samples);
	return SIFT_OK;
}

/* Is there anything to be sorted inside of its items? */
static bool
has_insides(const struct sift_block *block, enum sift_block_list which)
{
	return which != SIFT_LIST_SERIES || !block->build ||
	       block->build->has_counted;
}

/* Order is one of keys, so it is known of those that came as they came before;
   `keep` has the keys of a list that was filled, else NULL. */
static bool
is_in_order(const struct list *list, struct sift_keep *keep)
{
	size_t size = list->ops->item_size;

	for (size_t i = keep && keep->in_order ? keep->in_order : 1;
	     i < list->count; i++)
		if (list->ops->compare(list->items + (i - 1) * size,
				       list->items + i * size) > 0)
			return false;
	if (keep && keep->in_order < list->count)
		keep->in_order = list->count;
	return true;
}

static void
sort_list(struct sift_block *block, enum sift_block_list which,
	  unsigned threads)
{
	struct list list = {sift_list_ops(which),
			    *sift_block_list_count(block, which), NULL,
			    block->is_unsorted};
	struct sift_arena none;

	if (list.count == 0)
		return;
	list.items = sift_block_item(block, which, 0);
	sift_arena_init(&none);
	if (has_insides(block, which) &&
	    sift_in_parallel(finish_item, &list, list.count, threads, &none,
			     NULL))
		return; /* no item can fail */
	if (!is_in_order(&list,
			 block->build ? &block->build->keeps[which] : NULL))
		qsort(list.items, list.count, list.ops->item_size,
		      list.ops->compare);
}

static void
settle_range(struct sift_block *block)
{
	const struct sift_range *results = &block->results;
	const struct sift_range *side = &block->side;

	block->first_ns = results->first_ns != SIFT_INSTANT_NONE
				  ? results->first_ns
				  : side->first_ns;
	block->last_ns = results->last_ns != SIFT_INSTANT_NONE
				 ? results->last_ns
				 : side->last_ns;
	if (block->first_ns != SIFT_INSTANT_NONE &&
	    block->last_ns != SIFT_INSTANT_NONE &&
	    block->last_ns < block->first_ns)
		block->last_ns = block->first_ns;
}

void
sift_block_settle_times(struct sift_block *block)
{
	sift_block_sort_points(block);
	settle_range(block);
}

/* Sorting and hashing fewer samples takes less than a thread. */
static unsigned
worthwhile(const struct sift_block *block, unsigned threads)
{
	return block->sample_count < SIFT_BLOCK_THREADS_SAMPLES ? 1 : threads;
}

void
sift_block_settle(struct sift_block *block, unsigned threads)
{
	threads = block->is_unsorted ? 1 : worthwhile(block, threads);
	for (size_t i = 0; i < SIFT_LIST_COUNT; i++)
		sort_list(block, (enum sift_block_list)i, threads);
	sift_series_sort(&block->total, block->is_unsorted);
	sift_block_settle_times(block);
}

static void
complete(const struct sift_series *series)
{
	if (series->result)
		sift_reported_complete(sift_series_reported(series));
}

enum sift_status
sift_block_finish(struct sift_block *block, unsigned threads,
		  struct sift_err *err)
{
	enum sift_status rc = close_build(block, err);

	if (rc)
		return rc;
	block->is_unsorted = false;
	for (size_t i = 0; i < block->series_count; i++)
		complete(&block->series[i]);
	complete(&block->total);
	sift_block_settle(block, threads);
	return sift_block_hash(block, worthwhile(block, threads), &block->hash,
			       err);
}
