/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A block as bytes: a table of parts, each with a function that writes it. */

#include <config.h>

#include "digest/digest_io.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "base/text.h"
#include "digest/put_bytes.h"

/* ---- pieces ---- */

/* Length + 1 and the text; 0 for none. */
static inline unsigned char *
put_text(unsigned char *at, struct sift_span text)
{
	at = sift_put_varint(at, text.ptr ? (uint64_t)text.len + 1 : 0);
	if (text.len > 0)
		memcpy(at, text.ptr, text.len);
	return at + text.len;
}

/* The same; what is no UTF-8 is repaired. */
static void
write_text(struct sift_buf *out, const char *text)
{
	struct sift_span span = sift_span_str(text);
	struct sift_buf repaired = {0};
	unsigned char *at;

	if (!sift_utf8_valid(span)) {
		sift_utf8_add_repaired(&repaired, span);
		span = sift_buf_span(&repaired);
	}
	at = sift_buf_room(out, SIFT_VARINT_BYTES + span.len);
	if (at)
		sift_buf_wrote(out, put_text(at, span));
	if (repaired.status)
		out->status = repaired.status;
	sift_buf_release(&repaired);
}

/* No figures take more. */
#define FIGURES_BYTES                                                          \
 (8 * SIFT_VARINT_BYTES + 8 * (3 + 2 * SIFT_STAT_COUNT + SIFT_BETWEEN_COUNT))

static inline unsigned char *
put_figures(unsigned char *at, const struct sift_reported *figures)
{
	const struct sift_result *result = &figures->result;
	const double singles[] = {result->failures < 0 ? result->error_rate
						       : (double)NAN,
				  result->rps, figures->mean_bytes};
	double between_ms[SIFT_BETWEEN_COUNT];

	for (size_t i = 0; i < SIFT_BETWEEN_COUNT; i++)
		between_ms[i] = (double)figures->between_ms[i];
	at = sift_put_varint(at, sift_zigzag(result->requests));
	at = sift_put_varint(at, sift_zigzag(result->failures));
	at = sift_put_doubles(at, singles, 3);
	at = sift_put_doubles(at, result->latency.ms, SIFT_STAT_COUNT);
	if (result->latency_ok)
		at = sift_put_doubles(at, result->latency_ok->ms,
				      SIFT_STAT_COUNT);
	else
		*at++ = 0; /* none of them is known */
	at = sift_put_doubles(at, between_ms, SIFT_BETWEEN_COUNT);
	*at++ = (unsigned char)figures->rounding;
	*at++ = (unsigned char)result->percentiles;
	return at;
}

static void
write_range(struct sift_buf *out, const struct sift_range *range)
{
	sift_write_i64(out, range->first_ns);
	sift_write_i64(out, range->last_ns);
}

/* ---- parts ---- */

enum sift_samples_form
sift_samples_form_of(const struct sift_block *block)
{
	if (block->binned)
		return SIFT_SAMPLES_BINNED;
	return block->is_unsorted ? SIFT_SAMPLES_UNSORTED : SIFT_SAMPLES_SORTED;
}

static void
write_ledger(struct sift_buf *out, const struct sift_block *block, size_t i)
{
	(void)i;
	write_text(out, block->name);
	write_text(out, block->path);
	sift_write_i64(out, block->bytes);
	write_text(out, block->format);
	write_text(out, block->format_version);
	sift_buf_add_u8(out, (uint8_t)block->reading);
	write_text(out, block->reason);
	sift_buf_add_varint(out, block->records_used);
	sift_buf_add_varint(out, block->records_unused);
	sift_buf_add_varint(out, block->max_endpoints);
	sift_buf_add_varint(out, block->max_names);
	sift_buf_add_u8(out, block->is_generic);
}

static void
write_skipped(struct sift_buf *out, const struct sift_block *block, size_t i)
{
	const struct sift_diag *diag = block->skipped;

	(void)i;
	sift_buf_add_varint(out, diag->total);
	sift_buf_add_varint(out, diag->count);
	for (size_t at = 0; at < diag->count; at++) {
		const struct sift_diag_entry *entry = &diag->entries[at];

		write_text(out, entry->kind);
		sift_buf_add_varint(out, entry->count);
		sift_buf_add_varint(out, entry->line);
		sift_write_i64(out, entry->offset);
		write_text(out, entry->sample);
	}
}

static void
write_facts(struct sift_buf *out, const struct sift_block *block, size_t i)
{
	(void)i;
	sift_buf_add_u8(out, (uint8_t)block->kind);
	write_text(out, block->tool);
	write_text(out, block->tool_version);
	write_range(out, &block->results);
	write_range(out, &block->side);
	write_text(out, block->local_time);
	sift_write_i64(out, block->duration_ns);
	sift_buf_add_u8(out, (uint8_t)sift_samples_form_of(block));
	write_text(out, block->host);
}

static void
write_notes(struct sift_buf *out, const struct sift_block *block, size_t i)
{
	(void)i;
	sift_buf_add_varint(out, block->note_count);
	for (size_t at = 0; at < block->note_count; at++)
		write_text(out, block->notes[at]);
}

static void
write_users(struct sift_buf *out, const struct sift_block *block, size_t i)
{
	struct sift_users_point last = {0, 0};

	(void)i;
	sift_write_i64(out, block->user_shift);
	sift_buf_add_varint(out, block->user_count);
	for (size_t at = 0; at < block->user_count; at++) {
		const struct sift_users_point *point = &block->users[at];

		/* Differences wrap around: they are exact all the same. */
		sift_buf_add_varint(out, (uint64_t)point->time_ns -
						 (uint64_t)last.time_ns);
		sift_write_i64(out, (int64_t)((uint64_t)point->users -
					      (uint64_t)last.users));
		last = *point;
	}
}

static void
write_progress(struct sift_buf *out, const struct sift_block *block, size_t i)
{
	struct sift_progress_point last = {0, 0, 0, 0, 0};

	(void)i;
	sift_write_i64(out, block->progress_shift);
	sift_buf_add_varint(out, block->progress_count);
	for (size_t at = 0; at < block->progress_count; at++) {
		const struct sift_progress_point *point = &block->progress[at];

		sift_buf_add_varint(out, (uint64_t)point->time_ns -
						 (uint64_t)last.time_ns);
		sift_write_i64(out, (int64_t)((uint64_t)point->users -
					      (uint64_t)last.users));
		sift_write_i64(out, (int64_t)((uint64_t)point->requests -
					      (uint64_t)last.requests));
		sift_write_i64(out, (int64_t)((uint64_t)point->failures -
					      (uint64_t)last.failures));
		sift_write_i64(out, (int64_t)((uint64_t)point->spent_us -
					      (uint64_t)last.spent_us));
		last = *point;
	}
}

static void
write_tally(struct sift_buf *out, const struct sift_tally *tally)
{
	sift_buf_add_varint(out, tally->count);
	for (size_t i = 0; i < tally->count; i++) {
		unsigned char *at = sift_buf_room(out, 8 + SIFT_VARINT_BYTES);

		if (!at)
			return;
		at = sift_put_double(at, tally->bins[i].value_ms);
		at = sift_put_varint(at, tally->bins[i].count);
		sift_buf_wrote(out, at);
	}
}

/* What was counted: failures known by number, samples by outcome, and the
   timeline, a zero for each that is empty. */
#define COUNTED_PARTS (1 + SIFT_OUTCOME_COUNT + 1)

/* The timeline may refer to samples that are sorted. */
static void
write_counted(struct sift_buf *out, const struct sift_counted *counted,
	      enum sift_samples_form form)
{
	static const unsigned char none[COUNTED_PARTS - 1];
	static struct sift_samples *const nowhere[SIFT_OUTCOME_COUNT];
	struct sift_history_view view;

	sift_buf_add_varint(out, counted->failed_by_count);
	if (sift_history_is_empty(&counted->history)) {
		sift_buf_add(out, none, sizeof(none));
		return;
	}
	sift_history_view(&counted->history, &view);
	for (size_t i = 0; i < SIFT_OUTCOME_COUNT; i++)
		sift_write_samples(out, view.parts->samples[i], form);
	sift_write_timeline(
		out, &view.parts->timeline,
		form == SIFT_SAMPLES_UNSORTED ? nowhere : view.parts->samples);
}

static unsigned
series_flags(const struct sift_series *series)
{
	const struct sift_counted *counted = series->counted;

	return (series->unit_assumed ? SIFT_SERIES_UNIT_ASSUMED : 0u) |
	       (series->failures_known ? SIFT_SERIES_FAILURES_KNOWN : 0u) |
	       (series->result ? SIFT_SERIES_FIGURES : 0u) |
	       (counted && counted->tally.count ? SIFT_SERIES_TALLY : 0u) |
	       (series->example ? SIFT_SERIES_EXAMPLE : 0u);
}

/* Where only figures are known there is room for all at once. Method and name
   were keys, which are repaired. */
static void
write_one_series(struct sift_buf *out, const struct sift_series *series,
		 enum sift_samples_form form)
{
	struct sift_span method = sift_span_str(series->method);
	struct sift_span name = sift_span_str(series->name);
	unsigned char *at = sift_buf_room(
		out, 2 + 2 * SIFT_VARINT_BYTES + method.len + name.len +
			     COUNTED_PARTS + FIGURES_BYTES);

	if (!at)
		return;
	*at++ = (unsigned char)series->kind;
	*at++ = (unsigned char)series_flags(series);
	at = put_text(at, method);
	at = put_text(at, name);
	if (series->example || series->counted) {
		sift_buf_wrote(out, at);
		if (series->example)
			write_text(out, series->example);
		write_counted(out, sift_series_counted(series), form);
		at = sift_buf_room(out, FIGURES_BYTES);
		if (!at)
			return;
	} else {
		memset(at, 0, COUNTED_PARTS);
		at += COUNTED_PARTS;
	}
	if (series->result)
		at = put_figures(at, sift_series_reported(series));
	sift_buf_wrote(out, at);
	if (series->counted && series->counted->tally.count)
		write_tally(out, &series->counted->tally);
}

static void
write_total(struct sift_buf *out, const struct sift_block *block, size_t i)
{
	(void)i;
	write_one_series(out, &block->total, sift_samples_form_of(block));
}

static void
write_series(struct sift_buf *out, const struct sift_block *block, size_t i)
{
	const struct sift_series series = sift_block_series(block, i);

	write_one_series(out, &series, sift_samples_form_of(block));
}

static void
write_metric(struct sift_buf *out, const struct sift_block *block, size_t i)
{
	const struct sift_block_metric *metric = &block->metrics[i];

	sift_buf_add_u8(out, (uint8_t)metric->type);
	write_text(out, metric->name);
	write_text(out, metric->unit);
	sift_buf_add_varint(out, metric->points);
	sift_buf_add_varint(out, metric->nonzero);
	sift_write_i128(out, metric->sum_micro);
	sift_write_i64(out, metric->min_micro);
	sift_write_i64(out, metric->max_micro);
	sift_write_i64(out, metric->last_ns);
	sift_write_i64(out, metric->last_micro);
	sift_write_samples(out, metric->samples, sift_samples_form_of(block));
	sift_buf_add_varint(out, metric->value_count);
	for (size_t at = 0; at < metric->value_count; at++) {
		const double *value = &metric->values[at].value;
		unsigned char *end;

		write_text(out, metric->values[at].name);
		end = sift_buf_room(out, 1 + 8);
		if (end)
			sift_buf_wrote(out, sift_put_doubles(end, value, 1));
	}
}

static void
write_checks(struct sift_buf *out, const struct sift_block *block, size_t i)
{
	(void)i;
	sift_buf_add_varint(out, block->check_count);
	for (size_t at = 0; at < block->check_count; at++) {
		write_text(out, block->checks[at].name);
		sift_buf_add_varint(out, (uint64_t)block->checks[at].passes);
		sift_buf_add_varint(out, (uint64_t)block->checks[at].fails);
	}
}

static void
write_thresholds(struct sift_buf *out, const struct sift_block *block, size_t i)
{
	(void)i;
	sift_buf_add_varint(out, block->threshold_count);
	for (size_t at = 0; at < block->threshold_count; at++) {
		write_text(out, block->thresholds[at].metric);
		write_text(out, block->thresholds[at].expression);
		sift_write_i64(out, block->thresholds[at].passed);
	}
}

static void
write_failures(struct sift_buf *out, const struct sift_block *block, size_t i)
{
	(void)i;
	sift_buf_add_varint(out, block->failure_count);
	for (size_t at = 0; at < block->failure_count; at++) {
		const struct sift_failure *failure = &block->failures[at];

		write_text(out, failure->method);
		write_text(out, failure->name);
		write_text(out, failure->fingerprint);
		sift_buf_add_varint(out, (uint64_t)failure->count);
		write_text(out, failure->example);
	}
}

/* ---- the block ---- */

static size_t
count_one(const struct sift_block *block)
{
	(void)block;
	return 1;
}

static size_t
count_skipped(const struct sift_block *block)
{
	return block->skipped && block->skipped->count > 0;
}

static size_t
count_total(const struct sift_block *block)
{
	const struct sift_series *total = &block->total;

	return total->result || total->failures_known ||
	       sift_series_sample_count(total) > 0;
}

#define COUNT(member) offsetof(struct sift_block, member)

/* By number, which is the order of the bytes: how many there are is counted,
   or told by the block; `is_list`: all are in one part. */
static const struct part {
	void (*write)(struct sift_buf *out, const struct sift_block *block,
		      size_t i);
	size_t (*count)(const struct sift_block *block);
	size_t count_at;
	bool is_list;
} parts[SIFT_PART_COUNT] = {
	[SIFT_PART_LEDGER] = {write_ledger, count_one, 0, false},
	[SIFT_PART_SKIPPED] = {write_skipped, count_skipped, 0, false},
	[SIFT_PART_FACTS] = {write_facts, count_one, 0, false},
	[SIFT_PART_NOTES] = {write_notes, NULL, COUNT(note_count), true},
	[SIFT_PART_USERS] = {write_users, NULL, COUNT(user_count), true},
	[SIFT_PART_PROGRESS] = {write_progress, NULL, COUNT(progress_count),
				true},
	[SIFT_PART_TOTAL] = {write_total, count_total, 0, false},
	[SIFT_PART_SERIES] = {write_series, NULL, COUNT(series_count), false},
	[SIFT_PART_METRIC] = {write_metric, NULL, COUNT(metric_count), false},
	[SIFT_PART_CHECKS] = {write_checks, NULL, COUNT(check_count), true},
	[SIFT_PART_THRESHOLDS] = {write_thresholds, NULL,
				  COUNT(threshold_count), true},
	[SIFT_PART_FAILURES] = {write_failures, NULL, COUNT(failure_count),
				true},
};

size_t
sift_block_parts(const struct sift_block *block, enum sift_part number)
{
	const struct part *part = &parts[number];
	size_t count;

	if (part->count)
		return part->count(block);
	memcpy(&count, (const char *)block + part->count_at, sizeof(count));
	return part->is_list ? count > 0 : count;
}

void
sift_block_write_part(const struct sift_block *block, enum sift_part number,
		      size_t i, struct sift_buf *out)
{
	parts[number].write(out, block, i);
}

/* What came of the buffer, with words for a failure. */
enum sift_status
sift_written(const struct sift_buf *out, struct sift_err *err)
{
	enum sift_status rc = sift_buf_status(out);

	if (rc == SIFT_E_LIMIT)
		return sift_fail(err, rc, "a digest above %zu bytes", out->max);
	return rc ? sift_fail(err, rc, "no memory to write a digest") : rc;
}

/* Before a part stands its length, which takes two bytes of most. */
static size_t
begin_part(struct sift_buf *out, unsigned part)
{
	unsigned char *at = sift_buf_room(out, 1 + 2);

	if (at)
		sift_buf_wrote(out, sift_put_varint(at, part) + 2);
	return out->len;
}

static void
end_part(struct sift_buf *out, size_t start)
{
	size_t len = out->len - start;
	unsigned char *at = sift_buf_room(out, SIFT_VARINT_BYTES);
	unsigned char bytes[SIFT_VARINT_BYTES];
	size_t count;

	if (!at)
		return;
	at -= len;
	if (len < 1 << 7 || len >= 1 << 14) {
		count = (size_t)(sift_put_varint(bytes, len) - bytes);
		memmove(at - 2 + count, at, len);
		sift_buf_wrote(out, at - 2 + count + len);
	}
	sift_put_varint(at - 2, len);
}

enum sift_status
sift_block_write(const struct sift_block *block, struct sift_buf *out,
		 struct sift_err *err)
{
	for (unsigned part = SIFT_PART_LEDGER; part < SIFT_PART_COUNT; part++) {
		size_t count = sift_block_parts(block, part);

		for (size_t i = 0; i < count; i++) {
			size_t start = begin_part(out, part);

			parts[part].write(out, block, i);
			end_part(out, start);
		}
	}
	return sift_written(out, err);
}
