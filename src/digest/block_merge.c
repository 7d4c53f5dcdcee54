/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Merging two parts of one source. Whatever both parts may state is joined by
 * a rule that depends neither on order nor on how many merges it takes: sums,
 * extremes, the smaller of two texts.
 */

#include <config.h>

#include "digest/block.h"

#include <string.h>

#include "digest/block_build.h"

/*
 * How reading ended is two facts: something was read; something was lost.
 * Parts join by "or". (A source of which one part was no result, and another
 * was read to its end, was read.)
 */
#define READ 1u
#define LOST 2u

static const unsigned facts_of[SIFT_READING_COUNT] = {
	[SIFT_READING_WHOLE] = READ,
	[SIFT_READING_PARTIAL] = READ | LOST,
	[SIFT_READING_DAMAGED] = LOST,
	[SIFT_READING_IGNORED] = 0,
};

static const enum sift_reading reading_of[] = {
	[0] = SIFT_READING_IGNORED,
	[READ] = SIFT_READING_WHOLE,
	[LOST] = SIFT_READING_DAMAGED,
	[READ | LOST] = SIFT_READING_PARTIAL,
};

static enum sift_status
merge_text(struct sift_block *into, const char **text, const char *from,
	   struct sift_err *err)
{
	const char *copy = from;

	if (!from || (*text && strcmp(*text, from) <= 0))
		return SIFT_OK;
	if (!sift_copy_text(&copy, &into->arena))
		return sift_fail(err, SIFT_E_NOMEM, "no memory for a block");
	*text = copy;
	return SIFT_OK;
}

/*
 * A reason belongs to what was lost; if nothing was, to nothing having been
 * there. That of a part which was read whole is none.
 */
static enum sift_status
merge_reason(struct sift_block *into, const struct sift_block *from,
	     struct sift_err *err)
{
	unsigned ours = facts_of[into->reading];
	unsigned theirs = facts_of[from->reading];
	const char *reason = from->reason;

	if ((ours | theirs) == READ)
		into->reason = NULL;
	if ((ours | theirs) == READ || ((ours & LOST) && !(theirs & LOST)))
		return SIFT_OK;
	if ((theirs & LOST) && !(ours & LOST))
		into->reason = NULL;
	return merge_text(into, &into->reason, reason, err);
}

static enum sift_status
merge_reading(struct sift_block *into, const struct sift_block *from,
	      struct sift_err *err)
{
	enum sift_status rc = merge_reason(into, from, err);
	bool ignored = into->reading == SIFT_READING_IGNORED;

	if (rc)
		return rc;
	if (from->reading != SIFT_READING_IGNORED &&
	    (ignored || from->kind < into->kind))
		into->kind = from->kind;
	into->reading =
		reading_of[facts_of[into->reading] | facts_of[from->reading]];
	return SIFT_OK;
}

/* The source's name stays: it is the same, or the smaller one. */
static enum sift_status
merge_texts(struct sift_block *into, const struct sift_block *from,
	    struct sift_err *err)
{
	const struct {
		const char **into;
		const char *from;
	} pairs[] = {
		{&into->name, from->name},
		{&into->path, from->path},
		{&into->format, from->format},
		{&into->format_version, from->format_version},
		{&into->tool, from->tool},
		{&into->tool_version, from->tool_version},
		{&into->host, from->host},
		{&into->local_time, from->local_time},
	};
	enum sift_status rc = SIFT_OK;

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		if (rc == SIFT_OK)
			rc = merge_text(into, pairs[i].into, pairs[i].from,
					err);
	}
	return rc;
}

static void
merge_numbers(struct sift_block *into, const struct sift_block *from)
{
	if (into->bytes >= 0 && from->bytes >= 0)
		into->bytes =
			sift_add_count(into->bytes, (uint64_t)from->bytes);
	else
		into->bytes = -1;
	into->records_used =
		sift_add_u64(into->records_used, from->records_used);
	into->records_unused =
		sift_add_u64(into->records_unused, from->records_unused);
	if (from->skipped)
		sift_diag_merge(into->skipped, from->skipped);
	sift_range_add(&into->results, from->results.first_ns,
		       from->results.last_ns);
	sift_range_add(&into->side, from->side.first_ns, from->side.last_ns);
	if (from->duration_ns > into->duration_ns)
		into->duration_ns = from->duration_ns;
}

static enum sift_status
merge_lists(struct sift_block *into, const struct sift_block *from,
	    struct sift_err *err)
{
	enum sift_status rc = SIFT_OK;

	for (size_t i = 0; i < SIFT_LIST_COUNT; i++) {
		enum sift_block_list list = (enum sift_block_list)i;
		const struct sift_list_ops *ops = sift_list_ops(list);
		const char *array;
		size_t count;

		memcpy(&array, (const char *)from + ops->array_at,
		       sizeof(array));
		memcpy(&count, (const char *)from + ops->count_at,
		       sizeof(count));
		for (size_t at = 0; rc == SIFT_OK && at < count; at++) {
			const void *item = array + at * ops->item_size;
			struct sift_series series;

			if (list == SIFT_LIST_SERIES) {
				series = sift_block_series(from, at);
				item = &series;
			}
			rc = sift_block_absorb(into, list, item, err);
		}
	}
	return rc;
}

static enum sift_status
merge_points(struct sift_block *into, const struct sift_block *from,
	     struct sift_err *err)
{
	enum sift_status rc = SIFT_OK;

	sift_block_thin_points(into, from->user_shift, from->progress_shift);
	for (size_t i = 0; rc == SIFT_OK && i < from->user_count; i++)
		rc = sift_block_add_users(into, &from->users[i], err);
	for (size_t i = 0; rc == SIFT_OK && i < from->progress_count; i++)
		rc = sift_block_add_progress(into, &from->progress[i], err);
	return rc;
}

/* Parts have too many names together if one of them has, or all. */
static enum sift_status
merge_naming(struct sift_block *into, const struct sift_block *from,
	     struct sift_err *err)
{
	uint64_t names = 0;
	bool changed;

	if (from->max_names &&
	    (!into->max_names || from->max_names < into->max_names))
		into->max_names = from->max_names;
	for (size_t i = 0; i < into->series_count; i++)
		names += into->series[i].kind != SIFT_KIND_TREND;
	into->build->names = (size_t)names;
	if (!into->is_generic && !from->is_generic &&
	    (!into->max_names || names <= into->max_names))
		return SIFT_OK;
	return sift_block_generalise(into, NULL, &changed, err);
}

enum sift_status
sift_block_merge(struct sift_block *into, const struct sift_block *from,
		 struct sift_err *err)
{
	enum sift_status rc = SIFT_OK;

	/* The smaller limit holds: entries are entered anew under it. */
	if (from->max_endpoints < into->max_endpoints) {
		into->max_endpoints = from->max_endpoints;
		if (into->build)
			rc = sift_block_finish(into, 1, err);
	}
	if (rc == SIFT_OK)
		rc = sift_block_open(into, err);
	if (rc == SIFT_OK)
		rc = merge_reading(into, from, err);
	if (rc == SIFT_OK)
		rc = merge_texts(into, from, err);
	if (rc == SIFT_OK && from->skipped && !sift_block_diag(into))
		rc = sift_fail(err, SIFT_E_NOMEM, "no memory for a block");
	if (rc)
		return rc;
	merge_numbers(into, from);
	if (from->binned && !into->binned)
		rc = sift_block_bin(into, err);
	if (rc == SIFT_OK)
		rc = sift_block_count(into, from->sample_count, err);
	if (rc == SIFT_OK)
		rc = sift_series_absorb(into, &into->total, &from->total, false,
					err);
	if (rc == SIFT_OK)
		rc = merge_lists(into, from, err);
	if (rc == SIFT_OK)
		rc = merge_points(into, from, err);
	return rc ? rc : merge_naming(into, from, err);
}
