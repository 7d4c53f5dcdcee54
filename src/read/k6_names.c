/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "read/k6_names.h"

#include <string.h>

#include "base/mem.h"
#include "read/ndjson.h"

#define MAX_CHECKS 100000u
#define MAX_THRESHOLDS 100000u

#define PHASE_SHIFT 4 /* beside the kind of a series, in its key */

struct sift_k6_check {
	uint64_t passes;
	uint64_t fails;
};

void
sift_k6_names_init(struct sift_k6_names *names, const struct sift_sink *sink)
{
	memset(names, 0, sizeof(*names));
	names->sink = sink;
	sift_table_init(&names->series, 0);
	sift_table_init(&names->checks, MAX_CHECKS);
	sift_table_init(&names->failures, 0);
	sift_table_init(&names->thresholds, MAX_THRESHOLDS);
	sift_buf_init(&names->key, 0);
}

void
sift_k6_names_release(struct sift_k6_names *names)
{
	sift_table_release(&names->series);
	sift_table_release(&names->checks);
	sift_table_release(&names->failures);
	sift_table_release(&names->thresholds);
	sift_free(names->check_counts);
	names->check_counts = NULL;
	sift_free(names->failure_counts);
	names->failure_counts = NULL;
	sift_buf_release(&names->key);
}

/* Intern a key with the words for both ways to fail. */
static enum sift_status
intern(struct sift_table *table, struct sift_span key, const char *what,
       uint32_t *out_id, bool *out_new, struct sift_err *err)
{
	enum sift_status rc = sift_table_intern(table, key, out_id, out_new);

	if (rc == SIFT_E_LIMIT)
		return sift_fail(err, rc, "more than %zu %s", table->max, what);
	if (rc)
		return sift_fail(err, rc, "no memory for %s", what);
	return SIFT_OK;
}

/* Two texts as one key, so that no two pairs share one. */
static enum sift_status
make_key(struct sift_k6_names *names, uint8_t kind, struct sift_span first,
	 struct sift_span second, struct sift_err *err)
{
	sift_buf_clear(&names->key);
	sift_buf_add_u8(&names->key, kind);
	sift_buf_add_varint(&names->key, first.len);
	sift_buf_add_span(&names->key, first);
	sift_buf_add_span(&names->key, second);
	if (sift_buf_status(&names->key))
		return sift_fail(err, SIFT_E_NOMEM, "no memory for a name");
	return SIFT_OK;
}

enum sift_status
sift_k6_names_series(struct sift_k6_names *names,
		     const struct sift_ev_series *series, uint32_t *out_id,
		     struct sift_err *err)
{
	struct sift_event event = {.kind = SIFT_EVENT_SERIES};
	bool is_new;
	enum sift_status rc = make_key(
		names, (uint8_t)(series->phase << PHASE_SHIFT | series->kind),
		series->method, series->name, err);

	if (!rc)
		rc = intern(&names->series, sift_buf_span(&names->key),
			    "request names", out_id, &is_new, err);
	if (rc || !is_new)
		return rc;
	event.series = *series;
	event.series.id = *out_id;
	return sift_sink_put(names->sink, &event, err);
}

static enum sift_status
tell_threshold(struct sift_k6_names *names, struct sift_span metric,
	       struct sift_span expression, struct sift_err *err)
{
	struct sift_event event = {.kind = SIFT_EVENT_THRESHOLD};
	uint32_t id;
	bool is_new;
	enum sift_status rc = make_key(names, 0, metric, expression, err);

	if (!rc)
		rc = intern(&names->thresholds, sift_buf_span(&names->key),
			    "thresholds", &id, &is_new, err);
	if (rc || !is_new)
		return rc;
	event.threshold.metric = metric;
	event.threshold.expression = expression;
	event.threshold.passed = -1;
	return sift_sink_put(names->sink, &event, err);
}

/* The next definition in a list: a text, or the member of an object that has
   more to it ("abortOnFail"). Empty for anything else. */
static struct sift_span
next_definition(struct sift_ndjson *t)
{
	struct sift_span text = SIFT_SPAN("");
	struct sift_ndjson_value value;
	struct sift_span key;
	enum sift_ndjson_kind kind;

	if (sift_ndjson_peek(t, &kind) && kind != SIFT_NDJSON_OBJECT)
		return sift_ndjson_value(t, &value) &&
				       kind == SIFT_NDJSON_STRING
			       ? value.raw
			       : text;
	sift_ndjson_open(t, '{');
	while (sift_ndjson_member(t, &key) && sift_ndjson_value(t, &value))
		if (value.kind == SIFT_NDJSON_STRING &&
		    sift_span_equal(key, SIFT_SPAN("threshold")))
			text = value.raw;
	return text;
}

enum sift_status
sift_k6_names_thresholds(struct sift_k6_names *names, struct sift_span metric,
			 struct sift_span list, struct sift_buf *scratch,
			 struct sift_err *err)
{
	enum sift_status rc = SIFT_OK;
	struct sift_ndjson t;

	sift_ndjson_init(&t, list, 0);
	sift_ndjson_open(&t, '[');
	while (!rc && sift_ndjson_element(&t)) {
		struct sift_span text = next_definition(&t);

		if (!text.len)
			continue;
		rc = sift_ndjson_text(text, scratch, &text, err);
		if (!rc)
			rc = tell_threshold(names, metric, text, err);
	}
	return rc;
}

enum sift_status
sift_k6_names_check(struct sift_k6_names *names, struct sift_span name,
		    uint32_t *out_id, struct sift_err *err)
{
	bool is_new;
	enum sift_status rc;

	if (sift_array_grow((void **)&names->check_counts,
			    &names->check_capacity, names->checks.count + 1,
			    sizeof(*names->check_counts), MAX_CHECKS + 1))
		return sift_fail(err, SIFT_E_NOMEM, "no memory for checks");
	rc = intern(&names->checks, name, "checks", out_id, &is_new, err);
	if (!rc && is_new)
		memset(&names->check_counts[*out_id], 0,
		       sizeof(*names->check_counts));
	return rc;
}

void
sift_k6_names_checked(struct sift_k6_names *names, uint32_t id, bool passed)
{
	if (passed)
		names->check_counts[id].passes++;
	else
		names->check_counts[id].fails++;
}

enum sift_status
sift_k6_names_failure(struct sift_k6_names *names, uint32_t series,
		      struct sift_span text, uint32_t *out_id,
		      struct sift_err *err)
{
	bool is_new;
	enum sift_status rc;

	if (sift_array_grow((void **)&names->failure_counts,
			    &names->failure_capacity, names->failures.count + 1,
			    sizeof(*names->failure_counts), SIZE_MAX))
		return sift_fail(err, SIFT_E_NOMEM, "no memory for failures");
	sift_buf_clear(&names->key);
	sift_buf_add_u32(&names->key, series);
	sift_buf_add_span(&names->key, text);
	if (sift_buf_status(&names->key))
		return sift_fail(err, SIFT_E_NOMEM, "no memory for a failure");
	rc = intern(&names->failures, sift_buf_span(&names->key), "failures",
		    out_id, &is_new, err);
	if (!rc && is_new)
		names->failure_counts[*out_id] = 0;
	return rc;
}

void
sift_k6_names_count(const struct sift_k6_names *names, struct sift_piece *piece)
{
	sift_piece_count(piece, names->checks.count, MAX_CHECKS);
	sift_piece_count(piece, names->thresholds.count, MAX_THRESHOLDS);
}

static enum sift_status
tell_checks(struct sift_k6_names *names, struct sift_err *err)
{
	enum sift_status rc = SIFT_OK;

	for (uint32_t i = 0; i < names->checks.count && !rc; i++) {
		struct sift_event event = {.kind = SIFT_EVENT_CHECK};

		event.check.name = sift_table_key(&names->checks, i);
		event.check.passes = names->check_counts[i].passes;
		event.check.fails = names->check_counts[i].fails;
		rc = sift_sink_put(names->sink, &event, err);
	}
	return rc;
}

/* Phase, method and name again, from the key that was made of them. */
static void
read_series(struct sift_span key, struct sift_ev_failure *out)
{
	const size_t kind = 1;
	size_t len = 0, at = kind;
	unsigned shift = 0;

	do {
		len |= (size_t)((unsigned char)key.ptr[at] & 0x7F) << shift;
		shift += 7;
	} while ((unsigned char)key.ptr[at++] & 0x80);
	out->phase =
		(enum sift_phase)((unsigned char)key.ptr[0] >> PHASE_SHIFT);
	out->method = sift_span_head(sift_span_from(key, at), len);
	out->name = sift_span_from(key, at + len);
}

static enum sift_status
tell_failures(struct sift_k6_names *names, struct sift_err *err)
{
	enum sift_status rc = SIFT_OK;

	for (uint32_t i = 0; i < names->failures.count && !rc; i++) {
		struct sift_event event = {.kind = SIFT_EVENT_FAILURE};
		struct sift_span key = sift_table_key(&names->failures, i);
		uint32_t series = 0;

		if (names->failure_counts[i] == 0)
			continue; /* it might have failed, and did not */
		for (unsigned byte = 0; byte < 4; byte++)
			series |= (uint32_t)(unsigned char)key.ptr[byte]
				  << 8 * byte;
		read_series(sift_table_key(&names->series, series),
			    &event.failure);
		event.failure.text = sift_span_from(key, 4);
		event.failure.count = names->failure_counts[i];
		rc = sift_sink_put(names->sink, &event, err);
	}
	return rc;
}

bool
sift_k6_names_are_many(const struct sift_k6_names *names)
{
	const struct sift_table *a = &names->series, *b = &names->failures;

	return a->count + b->count >= SIFT_K6_NAMES ||
	       a->arena.total_bytes + b->arena.total_bytes >=
		       SIFT_K6_NAME_BYTES;
}

enum sift_status
sift_k6_names_forget(struct sift_k6_names *names, struct sift_err *err)
{
	const struct sift_event event = {.kind = SIFT_EVENT_FORGET};
	enum sift_status rc = tell_failures(names, err);

	sift_table_release(&names->failures);
	sift_table_release(&names->series);
	return rc ? rc : sift_sink_put(names->sink, &event, err);
}

enum sift_status
sift_k6_names_finish(struct sift_k6_names *names, struct sift_err *err)
{
	enum sift_status rc = tell_checks(names, err);

	return rc ? rc : tell_failures(names, err);
}
