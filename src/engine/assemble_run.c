/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "engine/assemble_impl.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/span.h"
#include "base/table.h"
#include "group/run_sources.h"
#include "group/run_totals.h"
#include "judge/run_course.h"

/* What each run says; DESIGN 4.1, 4.2 and 8. */

struct run_builder {
	struct sift_assembly *a;
	const struct sift_group_run *from;
	struct sift_run *to;
	const struct sift_run_tables *tables;
	bool ok; /* false once memory is out */
};

static const struct sift_block *
fact_block(const struct run_builder *b, enum sift_fact fact)
{
	size_t block = sift_fact_source(b->a->digest, b->from->blocks,
					b->from->block_count, fact);

	return block == SIFT_NONE ? NULL : b->a->digest->blocks[block];
}

static void *
keep_array(struct run_builder *b, size_t count, size_t size)
{
	void *array = sift_arena_array(b->a->arena, count, size);

	b->ok = b->ok && array;
	return array;
}

/* ---- figures ---- */

static void
take_total(struct run_builder *b)
{
	enum sift_source_kind kind =
		b->a->digest->blocks[b->from->blocks[0]]->kind;
	const struct sift_figure_table *t = b->tables->kinds[kind];

	b->to->source_kind = sift_source_kind_name(kind);
	if (t && t->whole_total) {
		b->to->skipped_s = b->tables->skipped_s;
		b->to->whole_total = t->whole_total;
	}
	if (t && t->total.result) {
		b->to->total = *t->total.result;
		return;
	}
	b->to->total.requests = b->to->total.failures = -1;
	b->to->total.error_rate = b->to->total.rps = (double)NAN;
	b->to->total.resolution_ms = (double)NAN;
	sift_latency_init(&b->to->total.latency);
}

/* The endpoints of the best source that has any. */
static void
take_endpoints(struct run_builder *b)
{
	const struct sift_figure_table *t = NULL;

	b->to->spent_ms = b->to->whole_spent_ms = (double)NAN;
	for (size_t i = 0; i < b->from->block_count && (!t || !t->count); i++)
		t = b->tables->kinds[b->a->digest->blocks[b->from->blocks[i]]
					     ->kind];
	if (!t || !t->count)
		return;
	b->to->endpoints = t->endpoints;
	b->to->endpoint_count = t->count;
	b->to->reported = t->reported;
	b->to->spent_ms = t->spent_ms;
	b->to->whole_endpoints = t->whole_endpoints;
	b->to->whole_spent_ms = t->whole_spent_ms;
}

static int
compare_metrics(const void *a, const void *b)
{
	const struct sift_metric *x = a, *y = b;

	return strcmp(x->name, y->name);
}

static enum sift_status
take_metric(struct run_builder *b, const struct sift_block *block,
	    const struct sift_block_metric *metric)
{
	struct sift_metric *m = &b->to->metrics[b->to->metric_count];
	enum sift_status rc = sift_block_metric_values(
		block, metric, b->a->arena, m, b->a->err);

	if (rc)
		return rc;
	b->to->metric_count++;
	return SIFT_OK;
}

/* Each metric from the best source that has it. */
static enum sift_status
take_metrics(struct run_builder *b)
{
	size_t by_kind[SIFT_SOURCE_KIND_COUNT], count = 0;
	enum sift_status rc = SIFT_OK;

	for (size_t k = 0; k < SIFT_SOURCE_KIND_COUNT; k++)
		by_kind[k] = SIFT_NONE;
	for (size_t i = 0; i < b->from->block_count; i++) {
		size_t at = b->from->blocks[i];
		const struct sift_block *block = b->a->digest->blocks[at];

		by_kind[block->kind] = at;
		count += block->metric_count;
	}
	b->to->metrics = keep_array(b, count, sizeof(*b->to->metrics));
	for (size_t k = 0; k < SIFT_SOURCE_KIND_COUNT && b->ok && !rc; k++) {
		const struct sift_block *block;

		if (by_kind[k] == SIFT_NONE)
			continue;
		block = b->a->digest->blocks[by_kind[k]];
		for (size_t i = 0; i < block->metric_count && !rc; i++)
			if (sift_metric_source(b->a->digest, by_kind,
					       SIFT_SOURCE_KIND_COUNT,
					       block->metrics[i].name) == block)
				rc = take_metric(b, block, &block->metrics[i]);
	}
	if (!rc && b->ok)
		qsort(b->to->metrics, b->to->metric_count,
		      sizeof(*b->to->metrics), compare_metrics);
	return rc;
}

/* ---- facts ---- */

static void
take_checks(struct run_builder *b)
{
	const struct sift_block *block = fact_block(b, SIFT_FACT_CHECKS);

	if (!block)
		return;
	b->to->checks = block->checks;
	b->to->check_count = block->check_count;
}

static void
take_thresholds(struct run_builder *b)
{
	const struct sift_block *block = fact_block(b, SIFT_FACT_THRESHOLDS);

	if (!block)
		return;
	b->to->thresholds = block->thresholds;
	b->to->threshold_count = block->threshold_count;
}

static bool
has_endpoint(const struct run_builder *b, const char *name)
{
	for (size_t i = 0; i < b->to->endpoint_count; i++)
		if (strcmp(b->to->endpoints[i].name, name) == 0)
			return true;
	return false;
}

/* A guide calls the failures of "a" "a[GET /x]", unless that is an endpoint. */
static void
name_failure(struct run_builder *b, struct sift_failure *failure)
{
	struct sift_span name = sift_span_str(failure->name);
	size_t open = sift_span_find_byte(name, '[');
	struct sift_span request = sift_span_from(name, open + 1);

	if (!failure->method || !*failure->method || open == 0 ||
	    !sift_span_ends(request, SIFT_SPAN("]")) ||
	    !sift_span_starts(request, sift_span_str(failure->method)) ||
	    has_endpoint(b, failure->name))
		return;
	failure->name =
		sift_arena_span(b->a->arena, sift_span_head(name, open));
	b->ok = b->ok && failure->name;
}

static void
take_failures(struct run_builder *b)
{
	const struct sift_block *block = fact_block(b, SIFT_FACT_FAILURES);
	size_t count = block ? block->failure_count : 0;

	if (!count)
		return;
	b->to->failures =
		sift_arena_array(b->a->arena, count, sizeof(*b->to->failures));
	b->ok = b->ok && b->to->failures;
	if (!b->to->failures)
		return;
	b->to->failure_count = count;
	memcpy(b->to->failures, block->failures,
	       count * sizeof(*b->to->failures));
	for (size_t i = 0; i < count; i++)
		name_failure(b, &b->to->failures[i]);
}

static void
take_load(struct run_builder *b)
{
	double vus = (double)NAN;

	for (size_t i = 0; i < b->from->block_count; i++) {
		int64_t peak = sift_block_peak_users(
			b->a->digest->blocks[b->from->blocks[i]], NULL);

		if (peak > 0)
			vus = fmax(vus, (double)peak); /* a NAN loses */
	}
	b->to->load.vus = vus;
	b->to->load.target_rps = b->from->target_rps;
	b->to->load.measured_rps = b->to->total.rps;
}

static void
take_times(struct run_builder *b)
{
	const struct sift_block *local = fact_block(b, SIFT_FACT_LOCAL_TIME);
	char text[SIFT_INSTANT_MAX];

	b->to->duration_s = b->from->duration_s;
	if (local)
		b->to->started_at_local = local->local_time;
	if (b->from->first_ns == SIFT_INSTANT_NONE)
		return;
	sift_instant_format(b->from->first_ns, text);
	b->to->started_at = sift_arena_str(b->a->arena, text);
	b->ok = b->ok && b->to->started_at;
}

/* ---- its course ---- */

static enum sift_status
take_course(struct run_builder *b)
{
	const struct sift_block **blocks =
		sift_calloc(b->from->block_count, sizeof(*blocks));
	enum sift_status rc;

	if (!blocks)
		return sift_assembly_nomem(b->a);
	for (size_t i = 0; i < b->from->block_count; i++)
		blocks[i] = b->a->digest->blocks[b->from->blocks[i]];
	rc = sift_judge_course(b->to, blocks, b->from->block_count, b->a->arena,
			       b->a->err);
	sift_free(blocks);
	return rc;
}

/* ---- notes ---- */

/* Notes of a result source are about its figures: of several only those of
   the first, which gives them, concern the report. */
static bool
notes_concern(const struct run_builder *b, size_t i)
{
	return i == 0 ||
	       !sift_source_kind_has_results(
		       b->a->digest->blocks[b->from->blocks[i]]->kind);
}

static void
note_skipped(struct run_builder *b)
{
	const char *text = NULL;

	if (b->to->skipped_s > 0)
		text = sift_arena_printf(
			b->a->arena,
			"the first %.0f s are left out (--skip-warmup); the "
			"JSON report has the whole run beside",
			b->to->skipped_s);
	else if (b->a->skip_s > 0)
		text = "--skip-warmup could not be followed: the source has "
		       "no samples by time";
	else
		return;
	b->ok = b->ok && text;
	b->to->notes[b->to->note_count++] = text;
}

/* Did several endpoints become one of which only sums are known? */
static bool
has_sums_only(const struct sift_block *block)
{
	for (size_t i = 0; i < block->series_count; i++) {
		const struct sift_series s = sift_block_series(block, i);

		if (s.example && s.result && s.result->requests > 0 &&
		    isnan(s.result->latency.ms[SIFT_STAT_MEAN]) &&
		    !sift_series_counted(&s)->tally.count)
			return true;
	}
	return false;
}

/* What was not kept one by one. */
static void
note_limits(struct run_builder *b, const struct sift_block *block)
{
	if (block->binned)
		b->to->notes[b->to->note_count++] =
			"too many latency samples to keep each (--memory): "
			"percentiles are those of a histogram, within 0.2 %";
	if (sift_block_is_folded(block))
		b->to->notes[b->to->note_count++] = sift_arena_printf(
			b->a->arena,
			"more than %llu endpoints (--max-endpoints): the "
			"others are " SIFT_OTHER " together",
			(unsigned long long)block->max_endpoints);
	if (has_sums_only(block))
		b->to->notes[b->to->note_count++] =
			"percentiles and means of endpoints that became one "
			"are not known: the source has those of each only";
}

/* Of what is there besides, nothing gives figures. */
static void
note_history(struct run_builder *b)
{
	if (b->a->digest->blocks[b->from->blocks[0]]->kind ==
	    SIFT_SOURCE_HISTORY)
		b->to->notes[b->to->note_count++] =
			"there is no stats file: figures are those of the "
			"history's last rows";
}

/* Files of one run that say different things: people should know, whichever
   is right. */
static void
note_doubts(struct run_builder *b)
{
	struct sift_block **blocks = b->a->digest->blocks;
	const char *text;

	for (size_t i = 0; i < b->from->member_count; i++) {
		if (b->from->members[i] == b->from->blocks[0])
			continue;
		b->ok = !sift_totals_doubt(&text, blocks[b->from->members[i]],
					   blocks[b->from->blocks[0]],
					   b->a->arena) &&
			b->ok;
		if (b->ok && text)
			b->to->notes[b->to->note_count++] = text;
	}
}

/* What readers noted, each thing once, then what was read in part. */
static enum sift_status
take_notes(struct run_builder *b)
{
	struct sift_table seen;
	/* those of note_skipped() and note_history() */
	size_t count = b->from->note_count + b->from->member_count + 2;
	enum sift_status rc = SIFT_OK;

	for (size_t i = 0; i < b->from->block_count; i++)
		count += 4 +
			 b->a->digest->blocks[b->from->blocks[i]]->note_count;
	b->to->notes = keep_array(b, count, sizeof(*b->to->notes));
	sift_table_init(&seen, 0);
	for (size_t i = 0; i < b->from->block_count && b->ok && !rc; i++) {
		const struct sift_block *block =
			b->a->digest->blocks[b->from->blocks[i]];

		for (size_t j = 0;
		     notes_concern(b, i) && j < block->note_count && !rc; j++) {
			bool is_new;
			uint32_t id;

			rc = sift_table_intern(&seen,
					       sift_span_str(block->notes[j]),
					       &id, &is_new);
			if (!rc && is_new)
				b->to->notes[b->to->note_count++] =
					block->notes[j];
		}
		if (notes_concern(b, i))
			note_limits(b, block);
		if (block->reading == SIFT_READING_PARTIAL && block->reason)
			b->to->notes[b->to->note_count++] = sift_arena_printf(
				b->a->arena, "%s was read in part: %s",
				sift_source_kind_name(block->kind),
				block->reason);
	}
	sift_table_release(&seen);
	if (b->ok) {
		note_history(b);
		note_skipped(b);
		note_doubts(b);
	}
	for (size_t i = 0; i < b->from->note_count && b->ok; i++)
		b->to->notes[b->to->note_count++] = b->from->notes[i];
	for (size_t i = 0; i < b->to->note_count; i++)
		b->ok = b->ok && b->to->notes[i];
	return rc;
}

/* ---- the whole ---- */

enum sift_status
sift_assemble_run(struct sift_assembly *a, size_t i)
{
	struct run_builder b = {a, &a->grouping->runs[i], &a->doc->runs[i],
				&a->tables[i], true};
	enum sift_status rc;

	b.to->label = b.from->label;
	b.to->set = b.from->set;
	b.to->tool = b.from->tool;
	b.to->tool_version = b.from->tool_version;
	b.to->host = b.from->host;
	take_total(&b);
	take_endpoints(&b);
	take_checks(&b);
	take_thresholds(&b);
	take_failures(&b);
	take_load(&b);
	take_times(&b);
	b.to->sources = b.from->sources;
	b.to->source_count = b.from->source_count;
	rc = take_metrics(&b);
	if (!rc)
		rc = take_course(&b);
	if (!rc)
		rc = take_notes(&b);
	return rc || b.ok ? rc : sift_assembly_nomem(a);
}
