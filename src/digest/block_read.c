/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The parts of a block, and what all of them are made of. */

#include <config.h>

#include "digest/block_read.h"

#include <string.h>

#include "base/hash.h"
#include "base/text.h"

/* No part with a series or a metric is shorter, none with figures. */
#define SHORTEST_PART 8
#define SHORTEST_FIGURES 16

void
sift_read_damaged(struct sift_reading_place *in)
{
	sift_read_fail(in, SIFT_E_FORMAT);
}

static bool
is_valid(struct sift_span text)
{
	return sift_utf8_valid(text) &&
	       sift_span_find_byte(text, '\0') == text.len;
}

/* What was kept lately was valid. */
static const char *
keep_text(struct sift_reading_place *in, struct sift_making *making,
	  struct sift_span text)
{
	const char *copy = sift_store_find(making->store, text);

	if (copy)
		return copy;
	if (!is_valid(text)) {
		sift_read_damaged(in);
		return NULL;
	}
	copy = sift_store_keep(making->store, text);
	if (!copy)
		sift_read_fail(in, SIFT_E_NOMEM);
	return copy;
}

static const char *
read_other_text(struct sift_reading_place *in, struct sift_making *making)
{
	uint64_t len = sift_read_varint(in);
	struct sift_span text;

	if (len == 0)
		return NULL;
	text = sift_read_bytes(in, len - 1);
	return in->status == SIFT_OK ? keep_text(in, making, text) : NULL;
}

/* The text that stood here in the last block, if its length takes one byte. */
static const char *
read_same_text(struct sift_reading_place *in, struct sift_store *store)
{
	const struct sift_span *next = sift_store_next(store);

	if (!next || next->len >= 127 || sift_read_left(in) <= next->len ||
	    in->at[0] != next->len + 1 ||
	    memcmp(in->at + 1, next->ptr, next->len) != 0)
		return NULL;
	in->at += 1 + next->len;
	store->at++;
	return next->ptr;
}

const char *
sift_read_text(struct sift_reading_place *in, struct sift_making *making)
{
	const char *same = read_same_text(in, making->store);

	return same ? same : read_other_text(in, making);
}

const char *
sift_read_name(struct sift_reading_place *in, struct sift_making *making)
{
	const char *text = sift_read_text(in, making);

	if (text)
		return text;
	sift_read_damaged(in);
	return "";
}

static struct sift_span
read_own_name(struct sift_reading_place *in)
{
	uint64_t len = sift_read_varint(in);
	struct sift_span name = {NULL, 0};

	if (len > 0)
		name = sift_read_bytes(in, len - 1);
	if (len == 0 || !is_valid(name))
		sift_read_damaged(in);
	return in->status == SIFT_OK ? name : SIFT_SPAN("");
}

static const char *
keep_name(struct sift_reading_place *in, struct sift_making *making,
	  struct sift_span name)
{
	const char *copy = sift_store_keep_name(making->store, name);

	if (!copy)
		sift_read_fail(in, SIFT_E_NOMEM);
	return copy ? copy : "";
}

void
sift_read_block_names(struct sift_reading_place *in, struct sift_making *making)
{
	struct sift_block *block = making->block;
	struct sift_span name = read_own_name(in), path = read_own_name(in);

	block->name = block->path = "";
	if (in->status != SIFT_OK)
		return;
	block->name = keep_name(in, making, name);
	if (in->status != SIFT_OK)
		return;
	if (sift_span_ends(name, path))
		block->path = block->name + (name.len - path.len);
	else
		block->path = keep_name(in, making, path);
}

size_t
sift_read_count(struct sift_reading_place *in, size_t max, size_t least)
{
	size_t count = (size_t)sift_read_bounded(in, max);

	if (count <= sift_read_left(in) / least)
		return count;
	sift_read_damaged(in);
	return 0;
}

size_t
sift_read_array(struct sift_reading_place *in, struct sift_making *making,
		void **out, size_t item_size, size_t max, size_t least)
{
	size_t count = sift_read_count(in, max, least);

	*out = NULL;
	if (count == 0)
		return 0;
	*out = sift_arena_array(&making->store->arena, count, item_size);
	if (*out)
		return count;
	sift_read_fail(in, SIFT_E_NOMEM);
	return 0;
}

void
sift_read_check_order(struct sift_reading_place *in, struct sift_block *block,
		      enum sift_block_list list)
{
	const struct sift_list_ops *ops = sift_list_ops(list);
	size_t count = *sift_block_list_count(block, list);
	const char *item = count ? sift_block_item(block, list, 0) : NULL;

	for (size_t i = 1; i < count && in->status == SIFT_OK; i++) {
		if (ops->compare(item, item + ops->item_size) >= 0)
			sift_read_damaged(in);
		item += ops->item_size;
	}
}

/* What texts blocks have in common is one copy, mostly. */
static bool
are_same(const struct sift_store_series *known, const struct sift_block *block)
{
	if (!known->series || known->count != block->series_count)
		return false;
	for (size_t i = 0; i < known->count; i++) {
		const struct sift_series *a = &known->series[i];
		const struct sift_series *b = &block->series[i];

		if (a->name != b->name || a->method != b->method ||
		    a->kind != b->kind)
			return false;
	}
	return true;
}

static uint64_t
hash_name(const struct sift_series *series)
{
	return series->name ? sift_hash64(series->name, strlen(series->name))
			    : 0;
}

/* Where series like the block's are, if there were any. */
static struct sift_store_series *
place_of(const struct sift_store *store, const struct sift_block *block)
{
	const size_t count = block->series_count;
	const uint64_t looks = hash_name(&block->series[0]) + 3 * count +
			       5 * hash_name(&block->series[count - 1]);

	return &store->texts->sets[looks % SIFT_STORE_SETS];
}

/* Results that lie by the side of series are not pointed at by them. */
static void
part_results(struct sift_making *making)
{
	struct sift_block *block = making->block;

	if (!making->reported || !block->is_flat)
		return;
	block->reported = making->reported;
	for (size_t i = 0; i < block->series_count; i++)
		block->series[i].result = NULL;
}

/* Of series that are the same by their names: are they in all? */
static bool
can_share(const struct sift_series *a, const struct sift_series *b,
	  size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (a[i].result || b[i].result || a[i].counted ||
		    b[i].counted || a[i].example != b[i].example ||
		    a[i].failures_known != b[i].failures_known ||
		    a[i].unit_assumed != b[i].unit_assumed)
			return false;
	return true;
}

/* Let the block have series that last: those that are known, if any are alike
   and it can, else its own. */
static void
keep_series(struct sift_reading_place *in, struct sift_making *making,
	    struct sift_series *alike)
{
	struct sift_block *block = making->block;
	struct sift_store *store = making->store;
	size_t count = block->series_count;
	struct sift_series *series = alike;

	if (!store->texts || block->series != store->texts->reading)
		return;
	if (!alike || !can_share(alike, block->series, count)) {
		series =
			sift_arena_array(&store->arena, count, sizeof(*series));
		if (!series) {
			sift_read_fail(in, SIFT_E_NOMEM);
			return;
		}
		memcpy(series, block->series, count * sizeof(*series));
	}
	block->series = series;
}

/* They must be in order: so they are if those of a block before were the
   same. */
static void
settle_series(struct sift_reading_place *in, struct sift_making *making)
{
	struct sift_block *block = making->block;
	struct sift_store_series *known =
		making->store->texts && block->series_count
			? place_of(making->store, block)
			: NULL;
	bool is_known = known && are_same(known, block);

	if (!is_known)
		sift_read_check_order(in, block, SIFT_LIST_SERIES);
	if (in->status != SIFT_OK)
		return;
	part_results(making);
	keep_series(in, making, is_known ? known->series : NULL);
	if (known && !is_known)
		*known = (struct sift_store_series){block->series,
						    block->series_count};
	block->alike = known ? known->series : NULL;
}

/* ---- parts ---- */

static const struct {
	bool many; /* may come again */
	sift_part_read *read;
} parts[SIFT_PART_COUNT] = {
	[SIFT_PART_LEDGER] = {false, sift_read_ledger},
	[SIFT_PART_SKIPPED] = {false, sift_read_skipped},
	[SIFT_PART_FACTS] = {false, sift_read_facts},
	[SIFT_PART_NOTES] = {false, sift_read_notes},
	[SIFT_PART_USERS] = {false, sift_read_users},
	[SIFT_PART_PROGRESS] = {false, sift_read_progress},
	[SIFT_PART_TOTAL] = {false, sift_read_total},
	[SIFT_PART_SERIES] = {true, sift_read_series},
	[SIFT_PART_METRIC] = {true, sift_read_metric},
	[SIFT_PART_CHECKS] = {false, sift_read_checks},
	[SIFT_PART_THRESHOLDS] = {false, sift_read_thresholds},
	[SIFT_PART_FAILURES] = {false, sift_read_failures},
};

/* The part of a series, or of the total, begins with its kind and its flags. */
static bool
has_figures(struct sift_span part)
{
	return part.len >= SHORTEST_FIGURES &&
	       (unsigned char)part.ptr[1] & SIFT_SERIES_FIGURES;
}

/* Zeroed; where they need not be kept if another block has them. */
static struct sift_series *
series_room(const struct sift_making *making)
{
	struct sift_store *store = making->store;
	size_t count = making->series_room;

	if (!store->texts || count > SIFT_STORE_RECENT)
		return sift_arena_array(&store->arena, count,
					sizeof(struct sift_series));
	memset(store->texts->reading, 0, count * sizeof(struct sift_series));
	return store->texts->reading;
}

/* Series and metrics have a part each: make room for as many as there are, and
   for their figures. */
static enum sift_status
make_room(struct sift_making *making, struct sift_reading_place in,
	  struct sift_err *err)
{
	struct sift_arena *arena = &making->store->arena;
	struct sift_block *block = making->block;
	size_t counts[SIFT_PART_COUNT] = {0};

	while (in.at < in.end) {
		struct sift_span bytes;
		uint64_t part = sift_take_part(&in, &bytes);

		if (in.status != SIFT_OK || part >= SIFT_PART_COUNT ||
		    bytes.len < SHORTEST_PART)
			continue;
		counts[part]++;
		if (part == SIFT_PART_SERIES || part == SIFT_PART_TOTAL)
			making->figures_left += has_figures(bytes);
	}
	making->series_room = counts[SIFT_PART_SERIES];
	making->metric_room = counts[SIFT_PART_METRIC];
	making->figures = sift_arena_array(arena, making->figures_left,
					   sizeof(*making->figures));
	making->reported = making->figures;
	block->series = series_room(making);
	block->metrics = sift_arena_array(arena, making->metric_room,
					  sizeof(*block->metrics));
	return block->series && block->metrics && making->figures
		       ? SIFT_OK
		       : sift_fail(err, SIFT_E_NOMEM,
				   "no memory to read a digest");
}

/* Read one part into the block; its number must not be below the last. */
static void
read_part(struct sift_reading_place *in, struct sift_making *making,
	  unsigned *last_part, bool *out_skipped)
{
	struct sift_reading_place inside = {.status = SIFT_OK};
	struct sift_span bytes;
	uint64_t part = sift_take_part(in, &bytes);

	if (in->status != SIFT_OK)
		return;
	if (part >= SIFT_PART_COUNT) {
		*out_skipped = true;
		return;
	}
	if (part == 0 || part < *last_part ||
	    (part == *last_part && !parts[part].many) ||
	    (*last_part < SIFT_PART_FACTS && part > SIFT_PART_FACTS) ||
	    (*last_part == 0 && part != SIFT_PART_LEDGER)) {
		sift_read_damaged(in);
		return;
	}
	*last_part = (unsigned)part;
	inside.at = (const unsigned char *)bytes.ptr;
	inside.end = (const unsigned char *)sift_span_end(bytes);
	parts[part].read(&inside, making);
	if (inside.status == SIFT_OK && inside.at != inside.end)
		sift_read_damaged(&inside);
	if (inside.status != SIFT_OK)
		sift_read_fail(in, inside.status);
}

static enum sift_status
say_skipped(struct sift_block *block, struct sift_err *err)
{
	enum sift_status rc = sift_block_open(block, err);

	if (rc)
		return rc;
	return sift_block_note(block,
			       SIFT_SPAN("the digest holds parts of a newer "
					 "version: they are left out"),
			       err);
}

/* Lists and samples were found in order; the bytes are those that would be
   written and hashed, unless something was left out. What is unsorted is
   finished later, with other parts of its source. */
static enum sift_status
settle(struct sift_block *block, struct sift_span payload, bool skipped,
       struct sift_err *err)
{
	if (skipped)
		return sift_block_finish(block, 1, err);
	sift_block_settle_times(block);
	if (block->is_unsorted)
		return SIFT_OK;
	return sift_hash_payload(payload, block->is_flat, &block->hash, err);
}

static enum sift_status
read_parts(struct sift_making *making, struct sift_span payload,
	   bool *out_skipped, struct sift_err *err)
{
	struct sift_reading_place in = {
		.at = (const unsigned char *)payload.ptr,
		.end = (const unsigned char *)payload.ptr + payload.len,
	};
	unsigned last_part = 0;
	enum sift_status rc = make_room(making, in, err);

	if (rc)
		return rc;
	while (in.at < in.end)
		read_part(&in, making, &last_part, out_skipped);
	if (last_part < SIFT_PART_FACTS)
		sift_read_damaged(&in);
	settle_series(&in, making);
	sift_read_check_order(&in, making->block, SIFT_LIST_METRICS);
	if (in.status == SIFT_E_NOMEM)
		return sift_fail(err, in.status, "no memory to read a digest");
	if (in.status)
		return sift_fail(err, in.status,
				 "a block of the digest makes no sense");
	if (*out_skipped)
		rc = say_skipped(making->block, err);
	return rc ? rc : settle(making->block, payload, *out_skipped, err);
}

enum sift_status
sift_block_read(struct sift_span payload, struct sift_store *store,
		struct sift_block **out, bool *out_skipped,
		struct sift_err *err)
{
	struct sift_store own = {.texts = NULL};
	struct sift_making making = {.store = store ? store : &own};
	enum sift_status rc = sift_block_new_packed(
		&making.block, store ? &store->arena : NULL, err);

	if (rc)
		return rc;
	rc = read_parts(&making, payload, out_skipped, err);
	sift_arena_join(&making.block->arena, &own.arena);
	sift_arena_join(&making.block->arena, &own.names);
	if (rc)
		sift_block_free(making.block);
	else
		*out = making.block;
	return rc;
}
