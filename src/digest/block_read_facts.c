/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The ledger and the facts of a run, from bytes. */

#include <config.h>

#include "digest/block_read.h"

#include <string.h>

#include "base/text.h"
#include "digest/slice.h"

static void
read_range(struct sift_reading_place *in, struct sift_range *out)
{
	out->first_ns = sift_read_i64(in);
	out->last_ns = sift_read_i64(in);
}

void
sift_read_ledger(struct sift_reading_place *in, struct sift_making *making)
{
	struct sift_block *block = making->block;

	sift_read_block_names(in, making);
	block->bytes = sift_read_known(in);
	block->format = sift_read_text(in, making);
	block->format_version = sift_read_text(in, making);
	block->reading = (enum sift_reading)sift_read_bounded(
		in, SIFT_READING_COUNT - 1);
	block->reason = sift_read_text(in, making);
	block->records_used = sift_read_varint(in);
	block->records_unused = sift_read_varint(in);
	block->max_endpoints = sift_read_bounded(in, SIFT_BLOCK_ENDPOINTS_MAX);
	block->max_names = sift_read_varint(in);
	block->is_generic = sift_read_bounded(in, 1);
}

/* A text of the ledger's fixed arrays. */
static void
read_short(struct sift_reading_place *in, char *out, size_t size)
{
	struct sift_span text =
		sift_read_bytes(in, sift_read_bounded(in, size) - 1);

	if (!sift_utf8_valid(text) || text.len >= size ||
	    sift_span_find_byte(text, '\0') < text.len)
		sift_read_damaged(in);
	else if (text.len > 0)
		memcpy(out, text.ptr, text.len);
}

void
sift_read_skipped(struct sift_reading_place *in, struct sift_making *making)
{
	struct sift_diag *diag =
		sift_arena_alloc(&making->store->arena, sizeof(*diag));

	making->block->skipped = diag;
	if (!diag) {
		sift_read_fail(in, SIFT_E_NOMEM);
		return;
	}
	diag->total = sift_read_varint(in);
	diag->count = (size_t)sift_read_bounded(in, SIFT_DIAG_KINDS);
	for (size_t i = 0; i < diag->count; i++) {
		struct sift_diag_entry *entry = &diag->entries[i];

		read_short(in, entry->kind, sizeof(entry->kind));
		entry->count = sift_read_varint(in);
		entry->line = sift_read_varint(in);
		entry->offset = sift_read_i64(in);
		read_short(in, entry->sample, sizeof(entry->sample));
	}
}

void
sift_read_facts(struct sift_reading_place *in, struct sift_making *making)
{
	struct sift_block *block = making->block;
	enum sift_samples_form form;

	block->kind = (enum sift_source_kind)sift_read_bounded(
		in, SIFT_SOURCE_KIND_COUNT - 1);
	block->tool = sift_read_text(in, making);
	block->tool_version = sift_read_text(in, making);
	read_range(in, &block->results);
	read_range(in, &block->side);
	block->local_time = sift_read_text(in, making);
	block->duration_ns = sift_read_i64(in);
	form = (enum sift_samples_form)sift_read_bounded(
		in, SIFT_SAMPLES_FORMS - 1);
	block->binned = form == SIFT_SAMPLES_BINNED;
	block->is_unsorted = form == SIFT_SAMPLES_UNSORTED;
	block->host = sift_read_text(in, making);
}

void
sift_read_notes(struct sift_reading_place *in, struct sift_making *making)
{
	struct sift_block *block = making->block;
	void *array;
	size_t count =
		sift_read_array(in, making, &array, sizeof(*block->notes),
				SIFT_BLOCK_NOTES + 1, 1);

	block->notes = array;
	block->note_count = count;
	for (size_t i = 0; i < count; i++)
		block->notes[i] = sift_read_name(in, making);
	sift_read_check_order(in, block, SIFT_LIST_NOTES);
}

static int64_t
read_difference(struct sift_reading_place *in, int64_t last)
{
	return (int64_t)((uint64_t)last + (uint64_t)sift_read_i64(in));
}

static int64_t
read_later(struct sift_reading_place *in, int64_t last, bool first)
{
	int64_t time = (int64_t)((uint64_t)last + sift_read_varint(in));

	if (!first && time < last)
		sift_read_damaged(in);
	return time;
}

static int
read_shift(struct sift_reading_place *in)
{
	int64_t shift = sift_read_i64(in);

	if (shift < -1 || shift > SIFT_SHIFT_MAX)
		sift_read_damaged(in);
	return in->status == SIFT_OK ? (int)shift : -1;
}

void
sift_read_users(struct sift_reading_place *in, struct sift_making *making)
{
	struct sift_block *block = making->block;
	struct sift_users_point last = {0, 0};
	void *array;

	block->user_shift = read_shift(in);
	block->user_count =
		sift_read_array(in, making, &array, sizeof(*block->users),
				SIFT_BLOCK_POINTS, 2);
	block->users = array;
	for (size_t i = 0; i < block->user_count; i++) {
		last.time_ns = read_later(in, last.time_ns, i == 0);
		last.users = read_difference(in, last.users);
		block->users[i] = last;
	}
}

void
sift_read_progress(struct sift_reading_place *in, struct sift_making *making)
{
	struct sift_block *block = making->block;
	struct sift_progress_point last = {0, 0, 0, 0, 0};
	void *array;

	block->progress_shift = read_shift(in);
	block->progress_count =
		sift_read_array(in, making, &array, sizeof(*block->progress),
				SIFT_BLOCK_POINTS, 5);
	block->progress = array;
	for (size_t i = 0; i < block->progress_count; i++) {
		last.time_ns = read_later(in, last.time_ns, i == 0);
		last.users = read_difference(in, last.users);
		last.requests = read_difference(in, last.requests);
		last.failures = read_difference(in, last.failures);
		last.spent_us = read_difference(in, last.spent_us);
		block->progress[i] = last;
	}
}
