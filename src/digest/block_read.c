/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Blocks from bytes that are not trusted. Reads never fail one by one: the
 * first damage moves the place to its end and is asked for once (as
 * sift_buf does for writing). What is read is sound whatever the bytes say,
 * so a half-read block can be freed. Lists must be sorted and free of
 * doubles, as the writer leaves them.
 */

#include <config.h>

#include "digest/digest_io.h"

#include <endian.h>
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "digest/block_build.h"
#include "digest/slice.h"

/* ---- pieces ---- */

static void
damaged(struct sift_reading_place *in)
{
	sift_read_fail(in, SIFT_E_FORMAT);
}

/* A text in the arena; NULL for none. */
static const char *
read_text(struct sift_reading_place *in, struct sift_arena *arena)
{
	uint64_t len = sift_read_varint(in);
	struct sift_span text;
	const char *copy;

	if (len == 0)
		return NULL;
	text = sift_read_bytes(in, len - 1);
	if (in->status != SIFT_OK)
		return NULL;
	if (!sift_utf8_valid(text) ||
	    sift_span_find_byte(text, '\0') < text.len) {
		damaged(in);
		return NULL;
	}
	copy = sift_arena_copy(arena, text.ptr, text.len);
	if (!copy)
		sift_read_fail(in, SIFT_E_NOMEM);
	return copy;
}

/* A text that must be there; "" after damage. */
static const char *
read_name(struct sift_reading_place *in, struct sift_arena *arena)
{
	const char *text = read_text(in, arena);

	if (text)
		return text;
	damaged(in);
	return "";
}

static void
read_doubles(struct sift_reading_place *in, double *out, size_t count)
{
	uint64_t known = sift_read_bounded(in, (UINT64_C(1) << count) - 1);
	struct sift_span bytes = sift_read_bytes(
		in, (uint64_t)__builtin_popcountll(known) * sizeof(*out));

	for (size_t i = 0; i < count; i++) {
		uint64_t bits;

		out[i] = NAN;
		if (!(known >> i & 1) || !bytes.ptr)
			continue;
		memcpy(&bits, bytes.ptr, sizeof(bits));
		bits = le64toh(bits);
		memcpy(&out[i], &bits, sizeof(bits));
		bytes.ptr += sizeof(bits);
	}
}

/* -1 for unknown, or a count. */
static int64_t
read_known(struct sift_reading_place *in)
{
	int64_t value = sift_read_i64(in);

	if (value < -1)
		damaged(in);
	return value;
}

static void
read_figures(struct sift_reading_place *in, struct sift_figures *out)
{
	double singles[3];

	out->requests = read_known(in);
	out->failures = read_known(in);
	read_doubles(in, singles, 3);
	out->error_rate = singles[0];
	out->rps = singles[1];
	out->mean_bytes = singles[2];
	read_doubles(in, out->latency.ms, SIFT_STAT_COUNT);
	read_doubles(in, out->latency_ok.ms, SIFT_STAT_COUNT);
	read_doubles(in, out->between_ms, SIFT_BETWEEN_COUNT);
	out->rounding = (enum sift_rounding)sift_read_bounded(
		in, SIFT_ROUNDING_COUNT - 1);
	out->percentiles = (enum sift_percentiles)sift_read_bounded(
		in, SIFT_PERCENTILES_COUNT - 1);
}

static void
read_series_figures(struct sift_reading_place *in, struct sift_series *out)
{
	struct sift_figures figures;

	read_figures(in, &figures);
	if (sift_series_set_figures(out, &figures, NULL))
		sift_read_fail(in, SIFT_E_NOMEM);
}

static void
read_range(struct sift_reading_place *in, struct sift_range *out)
{
	out->first_ns = sift_read_i64(in);
	out->last_ns = sift_read_i64(in);
}

/* ---- lists ---- */

/* A zeroed array of the stated number of entries, each of which takes at
   least `least` bytes; the number is 0 after damage. */
static size_t
read_array(struct sift_reading_place *in, void **out, size_t item_size,
	   size_t max, size_t least)
{
	size_t count = (size_t)sift_read_bounded(in, max);

	if (count > sift_read_left(in) / least) {
		damaged(in);
		count = 0;
	}
	*out = NULL;
	if (count > 0) {
		*out = sift_calloc(count, item_size);
		if (!*out) {
			sift_read_fail(in, SIFT_E_NOMEM);
			count = 0;
		}
	}
	return count;
}

static void
check_order(struct sift_reading_place *in, struct sift_block *block,
	    enum sift_block_list list)
{
	size_t count = *sift_block_list_count(block, list);

	for (size_t i = 1; in->status == SIFT_OK && i < count; i++) {
		if (sift_list_ops(list)->compare(
			    sift_block_item(block, list, i - 1),
			    sift_block_item(block, list, i)) >= 0)
			damaged(in);
	}
}

/* A new zeroed entry at the end of a list that is read one at a time. */
static void *
new_item(struct sift_reading_place *in, struct sift_block *block,
	 enum sift_block_list list, void **array, size_t *capacity, size_t max)
{
	const struct sift_list_ops *ops = sift_list_ops(list);
	size_t *count = sift_block_list_count(block, list);
	char *item;
	int grown = sift_array_grow(array, capacity, *count + 1, ops->item_size,
				    max);

	if (grown) {
		sift_read_fail(in, grown == -2 ? SIFT_E_FORMAT : SIFT_E_NOMEM);
		return NULL;
	}
	item = (char *)*array + *count * ops->item_size;
	memset(item, 0, ops->item_size);
	++*count;
	return item;
}

/* ---- parts ---- */

/* A block in the making, and the room of its arrays. */
struct making {
	struct sift_block *block;
	struct sift_buf hashes;
	size_t series_capacity;
	size_t metric_capacity;
};

static void
read_ledger(struct sift_reading_place *in, struct making *making)
{
	struct sift_block *block = making->block;
	struct sift_arena *arena = &block->arena;

	block->name = read_name(in, arena);
	block->path = read_name(in, arena);
	block->bytes = read_known(in);
	block->format = read_text(in, arena);
	block->format_version = read_text(in, arena);
	block->reading = (enum sift_reading)sift_read_bounded(
		in, SIFT_READING_COUNT - 1);
	block->reason = read_text(in, arena);
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
		damaged(in);
	else if (text.len > 0)
		memcpy(out, text.ptr, text.len);
}

static void
read_skipped(struct sift_reading_place *in, struct making *making)
{
	struct sift_diag *diag = sift_calloc(1, sizeof(*diag));

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

static void
read_facts(struct sift_reading_place *in, struct making *making)
{
	struct sift_block *block = making->block;
	struct sift_arena *arena = &block->arena;

	block->kind = (enum sift_source_kind)sift_read_bounded(
		in, SIFT_SOURCE_KIND_COUNT - 1);
	block->tool = read_text(in, arena);
	block->tool_version = read_text(in, arena);
	read_range(in, &block->results);
	read_range(in, &block->side);
	block->local_time = read_text(in, arena);
	block->duration_ns = sift_read_i64(in);
	block->binned = sift_read_bounded(in, 1) != 0;
}

static void
read_notes(struct sift_reading_place *in, struct making *making)
{
	struct sift_block *block = making->block;
	void *array;
	size_t count = read_array(in, &array, sizeof(*block->notes),
				  SIFT_BLOCK_NOTES + 1, 1);

	block->notes = array;
	block->note_count = count;
	for (size_t i = 0; i < count; i++)
		block->notes[i] = read_name(in, &block->arena);
	check_order(in, block, SIFT_LIST_NOTES);
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
		damaged(in);
	return time;
}

static int
read_shift(struct sift_reading_place *in)
{
	int64_t shift = sift_read_i64(in);

	if (shift < -1 || shift > SIFT_SHIFT_MAX)
		damaged(in);
	return in->status == SIFT_OK ? (int)shift : -1;
}

static void
read_users(struct sift_reading_place *in, struct making *making)
{
	struct sift_block *block = making->block;
	struct sift_users_point last = {0, 0};
	void *array;

	block->user_shift = read_shift(in);
	block->user_count = read_array(in, &array, sizeof(*block->users),
				       SIFT_BLOCK_POINTS, 2);
	block->users = array;
	for (size_t i = 0; i < block->user_count; i++) {
		last.time_ns = read_later(in, last.time_ns, i == 0);
		last.users = read_difference(in, last.users);
		block->users[i] = last;
	}
}

static void
read_progress(struct sift_reading_place *in, struct making *making)
{
	struct sift_block *block = making->block;
	struct sift_progress_point last = {0, 0, 0, 0};
	void *array;

	block->progress_shift = read_shift(in);
	block->progress_count = read_array(in, &array, sizeof(*block->progress),
					   SIFT_BLOCK_POINTS, 4);
	block->progress = array;
	for (size_t i = 0; i < block->progress_count; i++) {
		last.time_ns = read_later(in, last.time_ns, i == 0);
		last.users = read_difference(in, last.users);
		last.requests = read_difference(in, last.requests);
		last.failures = read_difference(in, last.failures);
		block->progress[i] = last;
	}
}

static void
read_tally(struct sift_reading_place *in, struct sift_tally *out)
{
	double last = -INFINITY;
	void *array;

	out->count = out->capacity =
		read_array(in, &array, sizeof(*out->bins), SIFT_TALLY_MAX, 9);
	out->bins = array;
	for (size_t i = 0; i < out->count; i++) {
		struct sift_tally_bin *bin = &out->bins[i];
		uint64_t bits = sift_read_u64(in);

		memcpy(&bin->value_ms, &bits, sizeof(bits));
		bin->count = sift_read_varint(in);
		if (!isfinite(bin->value_ms) || bin->value_ms <= last ||
		    bin->count == 0)
			damaged(in);
		last = bin->value_ms;
	}
}

static void
read_history(struct sift_reading_place *in, bool binned,
	     struct sift_history *out)
{
	struct sift_history_parts *parts = sift_history_open(out);

	if (!parts) {
		sift_read_fail(in, SIFT_E_NOMEM);
		return;
	}
	for (size_t i = 0; i < SIFT_OUTCOME_COUNT; i++)
		sift_read_samples(in, binned, &parts->samples[i]);
	sift_read_timeline(in, parts->samples, &parts->timeline);
	sift_history_close(out);
}

static void
read_one_series(struct sift_reading_place *in, struct sift_block *block,
		struct sift_series *out)
{
	struct sift_arena *arena = &block->arena;
	unsigned flags;

	sift_series_init(out);
	out->kind = (enum sift_kind)sift_read_bounded(in, SIFT_KIND_COUNT - 1);
	flags = (unsigned)sift_read_bounded(in, SIFT_SERIES_FLAGS);
	out->unit_assumed = flags & SIFT_SERIES_UNIT_ASSUMED;
	out->failures_known = flags & SIFT_SERIES_FAILURES_KNOWN;
	out->method = read_text(in, arena);
	out->name = read_text(in, arena);
	if (flags & SIFT_SERIES_EXAMPLE)
		out->example = read_text(in, arena);
	out->failed_by_count = sift_read_varint(in);
	read_history(in, block->binned, &out->history);
	block->sample_count += sift_series_sample_count(out);
	if (flags & SIFT_SERIES_FIGURES)
		read_series_figures(in, out);
	if (flags & SIFT_SERIES_TALLY)
		read_tally(in, &out->tally);
}

static void
read_total(struct sift_reading_place *in, struct making *making)
{
	struct sift_series *total = &making->block->total;

	read_one_series(in, making->block, total);
	if (total->name || total->method)
		damaged(in);
}

static void
read_series(struct sift_reading_place *in, struct making *making)
{
	struct sift_block *block = making->block;
	void *array = block->series;
	size_t max = (size_t)block->max_endpoints + SIFT_KIND_COUNT;
	struct sift_series *series =
		new_item(in, block, SIFT_LIST_SERIES, &array,
			 &making->series_capacity, max);

	block->series = array;
	if (!series)
		return;
	read_one_series(in, block, series);
	if (series->name)
		return;
	series->name = "";
	damaged(in);
}

static void
read_values(struct sift_reading_place *in, struct sift_arena *arena,
	    struct sift_block_metric *metric)
{
	void *array;

	metric->value_count = read_array(in, &array, sizeof(*metric->values),
					 SIFT_BLOCK_VALUES, 2);
	metric->values = array;
	for (size_t i = 0; i < metric->value_count; i++) {
		metric->values[i].name = read_name(in, arena);
		read_doubles(in, &metric->values[i].value, 1);
	}
}

static void
read_metric(struct sift_reading_place *in, struct making *making)
{
	struct sift_block *block = making->block;
	void *array = block->metrics;
	struct sift_block_metric *metric =
		new_item(in, block, SIFT_LIST_METRICS, &array,
			 &making->metric_capacity, SIFT_BLOCK_METRICS);

	block->metrics = array;
	if (!metric)
		return;
	metric->type = (enum sift_metric_type)sift_read_bounded(
		in, SIFT_METRIC_TYPE_COUNT - 1);
	metric->name = read_name(in, &block->arena);
	metric->unit = read_text(in, &block->arena);
	metric->points = sift_read_varint(in);
	metric->nonzero = sift_read_bounded(in, metric->points);
	metric->sum_micro = sift_read_i128(in);
	metric->min_micro = sift_read_i64(in);
	metric->max_micro = sift_read_i64(in);
	metric->last_ns = sift_read_i64(in);
	metric->last_micro = sift_read_i64(in);
	sift_read_samples(in, block->binned, &metric->samples);
	if (metric->samples)
		block->sample_count += metric->samples->all.count;
	read_values(in, &block->arena, metric);
}

static void
read_checks(struct sift_reading_place *in, struct making *making)
{
	struct sift_block *block = making->block;
	void *array;

	block->check_count = read_array(in, &array, sizeof(*block->checks),
					SIFT_BLOCK_CHECKS + 1, 3);
	block->checks = array;
	for (size_t i = 0; i < block->check_count; i++) {
		struct sift_check *check = &block->checks[i];

		check->name = read_name(in, &block->arena);
		check->passes = (int64_t)sift_read_bounded(in, INT64_MAX);
		check->fails = (int64_t)sift_read_bounded(in, INT64_MAX);
	}
	check_order(in, block, SIFT_LIST_CHECKS);
}

static void
read_thresholds(struct sift_reading_place *in, struct making *making)
{
	struct sift_block *block = making->block;
	void *array;

	block->threshold_count =
		read_array(in, &array, sizeof(*block->thresholds),
			   SIFT_BLOCK_THRESHOLDS + 1, 3);
	block->thresholds = array;
	for (size_t i = 0; i < block->threshold_count; i++) {
		struct sift_threshold *threshold = &block->thresholds[i];
		int64_t passed;

		threshold->metric = read_name(in, &block->arena);
		threshold->expression = read_name(in, &block->arena);
		passed = sift_read_i64(in);
		if (passed < -1 || passed > 1)
			damaged(in);
		else
			threshold->passed = (int)passed;
	}
	check_order(in, block, SIFT_LIST_THRESHOLDS);
}

static void
read_failures(struct sift_reading_place *in, struct making *making)
{
	struct sift_block *block = making->block;
	void *array;

	block->failure_count = read_array(in, &array, sizeof(*block->failures),
					  SIFT_BLOCK_FAILURES + 1, 5);
	block->failures = array;
	for (size_t i = 0; i < block->failure_count; i++) {
		struct sift_failure *failure = &block->failures[i];

		failure->method = read_text(in, &block->arena);
		failure->name = read_text(in, &block->arena);
		failure->fingerprint = read_name(in, &block->arena);
		failure->count = (int64_t)sift_read_bounded(in, INT64_MAX);
		failure->example = read_text(in, &block->arena);
	}
	check_order(in, block, SIFT_LIST_FAILURES);
}

/* ---- the block ---- */

static const struct {
	bool many; /* may come again */
	void (*read)(struct sift_reading_place *in, struct making *making);
} parts[SIFT_PART_COUNT] = {
	[SIFT_PART_LEDGER] = {false, read_ledger},
	[SIFT_PART_SKIPPED] = {false, read_skipped},
	[SIFT_PART_FACTS] = {false, read_facts},
	[SIFT_PART_NOTES] = {false, read_notes},
	[SIFT_PART_USERS] = {false, read_users},
	[SIFT_PART_PROGRESS] = {false, read_progress},
	[SIFT_PART_TOTAL] = {false, read_total},
	[SIFT_PART_SERIES] = {true, read_series},
	[SIFT_PART_METRIC] = {true, read_metric},
	[SIFT_PART_CHECKS] = {false, read_checks},
	[SIFT_PART_THRESHOLDS] = {false, read_thresholds},
	[SIFT_PART_FAILURES] = {false, read_failures},
};

/* Read one part into the block; its number must not be below the last. */
static void
read_part(struct sift_reading_place *in, struct making *making,
	  unsigned *last_part, bool *out_skipped)
{
	uint64_t part = sift_read_varint(in);
	struct sift_span bytes = sift_read_bytes(in, sift_read_varint(in));
	struct sift_reading_place inside = {
		.at = (const unsigned char *)bytes.ptr,
		.end = (const unsigned char *)sift_span_end(bytes),
	};

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
		damaged(in);
		return;
	}
	*last_part = (unsigned)part;
	parts[part].read(&inside, making);
	if (inside.status == SIFT_OK && inside.at != inside.end)
		damaged(&inside);
	if (inside.status != SIFT_OK)
		sift_read_fail(in, inside.status);
	sift_hash_part(&making->hashes, (unsigned)part, bytes);
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

/* The bytes that were read are those that would be written and hashed, unless
   something was left out. */
static enum sift_status
settle(struct making *making, bool skipped, struct sift_err *err)
{
	const struct sift_buf *hashes = &making->hashes;

	if (skipped || sift_buf_status(hashes))
		return sift_block_finish(making->block, err);
	sift_block_settle(making->block);
	making->block->hash = sift_hash128(hashes->ptr, hashes->len);
	return SIFT_OK;
}

enum sift_status
sift_block_read(struct sift_span payload, struct sift_block **out,
		bool *out_skipped, struct sift_err *err)
{
	struct sift_reading_place in = {
		.at = (const unsigned char *)payload.ptr,
		.end = (const unsigned char *)payload.ptr + payload.len,
	};
	struct making making = {.block = NULL};
	unsigned last_part = 0;
	enum sift_status rc = sift_block_new(&making.block, "", "", err);

	if (rc)
		return rc;
	sift_buf_init(&making.hashes, 0);
	while (in.at < in.end)
		read_part(&in, &making, &last_part, out_skipped);
	if (last_part < SIFT_PART_FACTS)
		damaged(&in);
	check_order(&in, making.block, SIFT_LIST_SERIES);
	check_order(&in, making.block, SIFT_LIST_METRICS);
	rc = in.status;
	if (rc == SIFT_E_NOMEM)
		sift_fail(err, rc, "no memory to read a digest");
	else if (rc)
		sift_fail(err, rc, "a block of the digest makes no sense");
	else if (*out_skipped)
		rc = say_skipped(making.block, err);
	if (rc == SIFT_OK)
		rc = settle(&making, *out_skipped, err);
	sift_buf_release(&making.hashes);
	if (rc)
		sift_block_free(making.block);
	else
		*out = making.block;
	return rc;
}
