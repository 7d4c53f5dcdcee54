/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Events into a block: one function per kind of event, in a table. Samples
 * are what there is most of; they go first and allocate nothing once the
 * slices of their series are there.
 */

#include <config.h>

#include "digest/block.h"

#include <string.h>

#include "base/text.h"
#include "digest/block_build.h"
#include "digest/fingerprint.h"
#include "digest/generic_name.h"

static enum sift_status
no_memory(struct sift_err *err)
{
	return sift_fail(err, SIFT_E_NOMEM, "no memory for a block");
}

/* ---- the run's facts ---- */

/* Of several statements the smaller stays, so that order does not matter. */
static enum sift_status
set_text(struct sift_block *block, const char **text, struct sift_span value,
	 struct sift_err *err)
{
	const char *copy;

	if (value.len == 0 ||
	    (*text && sift_span_compare(sift_span_str(*text), value) <= 0))
		return SIFT_OK;
	copy = sift_arena_span(&block->arena, value);
	if (!copy)
		return no_memory(err);
	*text = copy;
	return SIFT_OK;
}

static enum sift_status
put_tool(struct sift_block *block, const struct sift_event *event,
	 struct sift_err *err)
{
	enum sift_status rc =
		set_text(block, &block->tool, event->tool.name, err);

	if (!rc)
		rc = set_text(block, &block->tool_version, event->tool.version,
			      err);
	return rc ? rc : set_text(block, &block->host, event->tool.host, err);
}

static enum sift_status
put_time(struct sift_block *block, const struct sift_event *event,
	 struct sift_err *err)
{
	(void)err;
	sift_range_add(&block->results, event->time.first_ns,
		       event->time.last_ns);
	return SIFT_OK;
}

static enum sift_status
put_local_time(struct sift_block *block, const struct sift_event *event,
	       struct sift_err *err)
{
	return set_text(block, &block->local_time, event->local_time.text, err);
}

static enum sift_status
put_duration(struct sift_block *block, const struct sift_event *event,
	     struct sift_err *err)
{
	(void)err;
	if (event->duration.duration_ns > block->duration_ns)
		block->duration_ns = event->duration.duration_ns;
	return SIFT_OK;
}

static enum sift_status
put_format_version(struct sift_block *block, const struct sift_event *event,
		   struct sift_err *err)
{
	return set_text(block, &block->format_version, event->note.text, err);
}

static enum sift_status
put_note(struct sift_block *block, const struct sift_event *event,
	 struct sift_err *err)
{
	if (event->note.text.len == 0)
		return SIFT_OK;
	return sift_block_note(block, event->note.text, err);
}

static enum sift_status
put_users(struct sift_block *block, const struct sift_event *event,
	  struct sift_err *err)
{
	const struct sift_users_point point = {event->users.time_ns,
					       event->users.users};

	sift_range_add(&block->side, point.time_ns, point.time_ns);
	return sift_block_add_users(block, &point, err);
}

static enum sift_status
put_progress(struct sift_block *block, const struct sift_event *event,
	     struct sift_err *err)
{
	const struct sift_progress_point point = {
		event->progress.time_ns,  event->progress.users,
		event->progress.requests, event->progress.failures,
		event->progress.spent_us,
	};

	sift_range_add(&block->results, point.time_ns, point.time_ns);
	return sift_block_add_progress(block, &point, err);
}

/* ---- series ---- */

/* The name an endpoint goes by; borrowed until the next one. */
static struct sift_span
name_of(struct sift_block *block, struct sift_span name)
{
	struct sift_buf *buf = &block->build->name;

	if (!block->is_generic)
		return name;
	sift_buf_clear(buf);
	sift_generic_name(name, buf);
	/* Without memory for the name there is none for its key. */
	return sift_buf_status(buf) ? name : sift_buf_span(buf);
}

/* The first name that gives way tells the reader of the report. */
static enum sift_status
set_example_name(struct sift_block *block, uint32_t slot,
		 struct sift_span example, struct sift_err *err)
{
	const char **at = &block->series[slot].example;
	bool is_first = !*at;
	enum sift_status rc = sift_block_example(block, at, example, err);

	if (rc || !is_first || !block->is_generic)
		return rc;
	return sift_block_note(block, SIFT_SPAN(SIFT_GENERIC_NOTE), err);
}

static enum sift_status
limit_names(struct sift_block *block, struct sift_err *err)
{
	bool changed;

	if (block->is_generic || !block->max_names ||
	    block->build->names <= block->max_names)
		return SIFT_OK;
	return sift_block_generalise(block, NULL, &changed, err);
}

/* Is it the next that the source before had? Then its key need not be made. A
   NUL in the text differs from what stands for it in the key. */
static bool
is_expected(const struct sift_block *block, unsigned kind,
	    struct sift_span method, struct sift_span name)
{
	struct sift_span key =
		sift_keep_expected(&block->build->keeps[SIFT_LIST_SERIES]);

	return key.len == method.len + name.len + 3 &&
	       block->series_count < block->max_endpoints &&
	       key.ptr[0] == (char)('0' + kind) &&
	       sift_span_starts(sift_span_from(key, 1), method) &&
	       !key.ptr[1 + method.len] &&
	       sift_span_starts(sift_span_from(key, method.len + 2), name);
}

static uint32_t
enter_expected(struct sift_block *block, size_t method_bytes)
{
	struct sift_keep *keep = &block->build->keeps[SIFT_LIST_SERIES];
	uint32_t slot = sift_keep_enter_expected(keep);
	const char *key = sift_keep_text(keep, slot).ptr;

	block->series[slot] = (struct sift_series){
		.method = method_bytes ? key + 1 : NULL,
		.name = key + method_bytes + 2,
		.kind = (enum sift_kind)(key[0] - '0'),
	};
	block->series_count = keep->count;
	return slot;
}

/* The entry of a series. */
static enum sift_status
series_slot(struct sift_block *block, const struct sift_ev_series *series,
	    struct sift_span name, uint32_t *out_slot, struct sift_err *err)
{
	struct sift_buf *key = &block->build->key;

	if (is_expected(block, series->kind, series->method, name)) {
		*out_slot = enter_expected(block, series->method.len);
		return SIFT_OK;
	}
	sift_key_begin(key, series->kind);
	sift_key_add(key, series->method);
	sift_key_add(key, name);
	return sift_block_slot(block, SIFT_LIST_SERIES, out_slot, err);
}

static enum sift_status
declare(struct sift_block *block, const struct sift_ev_series *series,
	struct sift_err *err)
{
	struct sift_span name, example = series->original;
	size_t count = block->series_count;
	uint32_t slot;
	enum sift_status rc;

	name = series->kind == SIFT_KIND_TREND ? series->name
					       : name_of(block, series->name);
	if (!example.len && name.ptr != series->name.ptr &&
	    !sift_span_equal(name, series->name))
		example = series->name;
	rc = series_slot(block, series, name, &slot, err);
	if (rc)
		return rc;
	if (series->unit_assumed)
		block->series[slot].unit_assumed = true;
	rc = sift_ids_set(&block->build->ids[0], series->id, slot, err);
	if (!rc && example.len && !sift_series_is_other(&block->series[slot]))
		rc = set_example_name(block, slot, example, err);
	if (rc || block->series_count == count ||
	    series->kind == SIFT_KIND_TREND)
		return rc;
	block->build->names++;
	return limit_names(block, err);
}

static enum sift_status
put_forget(struct sift_block *block, const struct sift_event *event,
	   struct sift_err *err)
{
	(void)event, (void)err;
	sift_ids_forget(&block->build->ids[0]);
	return SIFT_OK;
}

/* The series of a reader's id; NULL when it was never declared. */
static struct sift_series *
series_of(struct sift_block *block, uint32_t id)
{
	const struct sift_ids *ids = &block->build->ids[0];

	if (id == SIFT_SERIES_TOTAL)
		return &block->total;
	if (id >= ids->count || ids->ids[id].slot == SIFT_KEEP_NONE)
		return NULL;
	return &block->series[ids->ids[id].slot];
}

static enum sift_status
undeclared(struct sift_err *err, uint32_t id)
{
	return sift_fail(err, SIFT_E_INTERNAL, "series %u was not declared",
			 (unsigned)id);
}

static enum sift_status
set_figures(struct sift_block *block, uint32_t id,
	    const struct sift_figures *figures, struct sift_err *err)
{
	struct sift_series *series = series_of(block, id);

	if (!series)
		return undeclared(err, id);
	if (sift_series_is_other(series) || (series->example && series->result))
		return sift_series_add_figures(block, series, figures, err);
	return sift_series_set_figures(block, series, figures, err);
}

static enum sift_status
put_series(struct sift_block *block, const struct sift_event *event,
	   struct sift_err *err)
{
	const struct sift_ev_series *series = &event->series;
	enum sift_status rc = declare(block, series, err);

	if (rc || !series->figures)
		return rc;
	return set_figures(block, series->id, series->figures, err);
}

static enum sift_status
put_sample(struct sift_block *block, const struct sift_event *event,
	   struct sift_err *err)
{
	const struct sift_ev_sample *sample = &event->sample;
	struct sift_series *series = series_of(block, sample->series);
	struct sift_counted *counted;
	enum sift_status rc;

	if (!series)
		return undeclared(err, sample->series);
	counted = sift_block_count_series(block, series);
	if (!counted)
		return no_memory(err);
	rc = sift_history_add(&counted->history, sample->outcome,
			      sample->time_ns, sample->value_ns, block->binned,
			      err);
	sift_range_add(&block->results, sample->time_ns, sample->time_ns);
	return rc ? rc : sift_block_count(block, 1, err);
}

static enum sift_status
put_failed(struct sift_block *block, const struct sift_event *event,
	   struct sift_err *err)
{
	struct sift_series *series = series_of(block, event->failed.series);
	struct sift_counted *counted;

	if (!series)
		return undeclared(err, event->failed.series);
	counted = sift_block_count_series(block, series);
	if (!counted)
		return no_memory(err);
	counted->failed_by_count =
		sift_add_u64(counted->failed_by_count, event->failed.count);
	series->failures_known = true;
	return SIFT_OK;
}

static enum sift_status
put_figures(struct sift_block *block, const struct sift_event *event,
	    struct sift_err *err)
{
	return set_figures(block, event->figures.series, event->figures.figures,
			   err);
}

static enum sift_status
put_tally(struct sift_block *block, const struct sift_event *event,
	  struct sift_err *err)
{
	struct sift_series *series = series_of(block, event->tally.series);
	struct sift_counted *counted;

	if (!series)
		return undeclared(err, event->tally.series);
	counted = sift_block_count_series(block, series);
	if (!counted)
		return no_memory(err);
	return sift_tally_add(&counted->tally, event->tally.value_ms,
			      event->tally.count, err);
}

/* ---- checks, thresholds, failures ---- */

static enum sift_status
put_check(struct sift_block *block, const struct sift_event *event,
	  struct sift_err *err)
{
	struct sift_buf *key = &block->build->key;
	struct sift_check *check;
	uint32_t slot;
	enum sift_status rc;

	sift_key_begin(key, 0);
	sift_key_add(key, event->check.name);
	rc = sift_block_slot(block, SIFT_LIST_CHECKS, &slot, err);
	if (rc)
		return rc;
	check = &block->checks[slot];
	check->passes = sift_add_count(check->passes, event->check.passes);
	check->fails = sift_add_count(check->fails, event->check.fails);
	return SIFT_OK;
}

static enum sift_status
put_threshold(struct sift_block *block, const struct sift_event *event,
	      struct sift_err *err)
{
	const struct sift_threshold stated = {.passed =
						      event->threshold.passed};
	struct sift_buf *key = &block->build->key;
	uint32_t slot;
	enum sift_status rc;

	sift_key_begin(key, 0);
	sift_key_add(key, event->threshold.metric);
	sift_key_add(key, event->threshold.expression);
	rc = sift_block_slot(block, SIFT_LIST_THRESHOLDS, &slot, err);
	if (rc)
		return rc;
	return sift_list_ops(SIFT_LIST_THRESHOLDS)
		->absorb(block, &block->thresholds[slot], &stated, false, err);
}

/* The smallest text stands for all of its fingerprint, whatever the order. */
static enum sift_status
set_example(struct sift_block *block, struct sift_failure *failure,
	    struct sift_span text, struct sift_err *err)
{
	struct sift_buf *buf = &block->build->text;
	struct sift_failure from = {0};

	sift_buf_clear(buf);
	sift_buf_add_span(buf, sift_span_head(text, SIFT_BLOCK_EXAMPLE + 1));
	sift_fingerprint_cut(buf, 0, SIFT_BLOCK_EXAMPLE);
	if (sift_buf_status(buf))
		return no_memory(err);
	from.example = buf->ptr;
	return sift_list_ops(SIFT_LIST_FAILURES)
		->absorb(block, failure, &from, false, err);
}

static enum sift_status
put_failure(struct sift_block *block, const struct sift_event *event,
	    struct sift_err *err)
{
	struct sift_buf *key = &block->build->key;
	struct sift_buf *text = &block->build->text;
	struct sift_failure *failure;
	uint32_t slot;
	enum sift_status rc;

	sift_buf_clear(text);
	if (sift_fingerprint(event->failure.text, text))
		return no_memory(err);
	sift_key_begin(key, 0);
	sift_key_add(key, event->failure.method);
	sift_key_add(key, name_of(block, event->failure.name));
	sift_key_add(key, sift_buf_span(text));
	rc = sift_block_slot(block, SIFT_LIST_FAILURES, &slot, err);
	if (rc)
		return rc;
	failure = &block->failures[slot];
	failure->count = sift_add_count(failure->count, event->failure.count);
	if (!event->failure.text.len ||
	    sift_span_equal(event->failure.text, sift_buf_span(text)))
		return SIFT_OK;
	return set_example(block, failure, event->failure.text, err);
}

/* ---- the ledger ---- */

/* What stood there is cut to what the ledger keeps, and terminated. */
static enum sift_status
put_skipped(struct sift_block *block, const struct sift_event *event,
	    struct sift_err *err)
{
	const struct sift_ev_skipped *skipped = &event->skipped;
	char sample[sizeof(block->skipped->entries[0].sample)];
	struct sift_span text =
		sift_span_head(skipped->sample, sizeof(sample) - 1);

	if (!sift_block_diag(block))
		return no_memory(err);
	text = sift_span_head(text, sift_span_find_byte(text, '\0'));
	if (text.len > 0)
		memcpy(sample, text.ptr, text.len);
	sample[text.len] = '\0';
	sift_diag_add(block->skipped, skipped->kind, skipped->count,
		      skipped->line, skipped->offset, sample);
	return SIFT_OK;
}

static enum sift_status
put_records(struct sift_block *block, const struct sift_event *event,
	    struct sift_err *err)
{
	(void)err;
	block->records_used =
		sift_add_u64(block->records_used, event->records.used);
	block->records_unused =
		sift_add_u64(block->records_unused, event->records.unused);
	return SIFT_OK;
}

static sift_block_put *const functions[SIFT_EVENT_KIND_COUNT] = {
	[SIFT_EVENT_TOOL] = put_tool,
	[SIFT_EVENT_TIME] = put_time,
	[SIFT_EVENT_LOCAL_TIME] = put_local_time,
	[SIFT_EVENT_DURATION] = put_duration,
	[SIFT_EVENT_SERIES] = put_series,
	[SIFT_EVENT_FORGET] = put_forget,
	[SIFT_EVENT_SAMPLE] = put_sample,
	[SIFT_EVENT_FAILED] = put_failed,
	[SIFT_EVENT_FIGURES] = put_figures,
	[SIFT_EVENT_TALLY] = put_tally,
	[SIFT_EVENT_USERS] = put_users,
	[SIFT_EVENT_PROGRESS] = put_progress,
	[SIFT_EVENT_METRIC] = sift_block_put_metric,
	[SIFT_EVENT_POINT] = sift_block_put_point,
	[SIFT_EVENT_VALUE] = sift_block_put_value,
	[SIFT_EVENT_CHECK] = put_check,
	[SIFT_EVENT_THRESHOLD] = put_threshold,
	[SIFT_EVENT_FAILURE] = put_failure,
	[SIFT_EVENT_NOTE] = put_note,
	[SIFT_EVENT_SKIPPED] = put_skipped,
	[SIFT_EVENT_RECORDS] = put_records,
	[SIFT_EVENT_FORMAT_VERSION] = put_format_version,
};

static enum sift_status
put(void *payload, const struct sift_event *event, struct sift_err *err)
{
	struct sift_block *block = payload;

	if (event->kind == SIFT_EVENT_SAMPLE && block->build)
		return put_sample(block, event, err);
	if (event->kind >= SIFT_EVENT_KIND_COUNT || !functions[event->kind])
		return sift_fail(err, SIFT_E_INTERNAL, "unknown event %d",
				 (int)event->kind);
	if (!block->build) {
		enum sift_status rc = sift_block_open(block, err);

		if (rc)
			return rc;
	}
	return functions[event->kind](block, event, err);
}

struct sift_sink
sift_block_sink(struct sift_block *block, uint64_t max_endpoints)
{
	if (max_endpoints == 0)
		max_endpoints = SIFT_BLOCK_ENDPOINTS;
	/* More cannot be numbered. */
	if (max_endpoints > SIFT_BLOCK_ENDPOINTS_MAX)
		max_endpoints = SIFT_BLOCK_ENDPOINTS_MAX;
	block->max_endpoints = max_endpoints;
	return (struct sift_sink){put, block};
}
