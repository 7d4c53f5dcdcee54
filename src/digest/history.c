/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "digest/history.h"

#include "base/instant.h"
#include "base/mem.h"

static enum sift_status
no_memory(struct sift_err *err)
{
	return sift_fail(err, SIFT_E_NOMEM, "no memory for samples");
}

static void
free_parts(struct sift_history_parts *parts)
{
	for (size_t i = 0; i < SIFT_OUTCOME_COUNT; i++)
		sift_samples_free(parts->samples[i]);
	sift_timeline_release(&parts->timeline);
	sift_free(parts);
}

void
sift_history_release(struct sift_history *history)
{
	if (history->parts)
		free_parts(history->parts);
	*history = (struct sift_history){0};
}

static enum sift_status
add_to_parts(struct sift_history_parts *parts, enum sift_outcome outcome,
	     int64_t time_ns, int64_t value_ns, bool binned,
	     struct sift_err *err)
{
	struct sift_samples *samples =
		sift_samples_at(&parts->samples[outcome], binned);
	enum sift_status rc;

	if (!samples)
		return no_memory(err);
	rc = sift_samples_add(samples, time_ns, value_ns, err);
	if (rc)
		return rc;
	return sift_timeline_add(&parts->timeline, time_ns, value_ns,
				 outcome == SIFT_OUTCOME_FAILED, err);
}

struct sift_history_parts *
sift_history_open(struct sift_history *history)
{
	struct sift_history_parts *parts = history->parts;

	if (parts)
		return parts;
	parts = sift_calloc(1, sizeof(*parts));
	if (!parts)
		return NULL;
	if (history->has_one &&
	    add_to_parts(parts, history->outcome, history->time_ns,
			 history->value_ns, false, NULL)) {
		free_parts(parts);
		return NULL;
	}
	*history = (struct sift_history){.parts = parts};
	return parts;
}

enum sift_status
sift_history_add(struct sift_history *history, enum sift_outcome outcome,
		 int64_t time_ns, int64_t value_ns, bool binned,
		 struct sift_err *err)
{
	if (!history->parts && !history->has_one && !binned) {
		*history = (struct sift_history){NULL, time_ns, value_ns,
						 outcome, true};
		return SIFT_OK;
	}
	if (!sift_history_open(history))
		return no_memory(err);
	return add_to_parts(history->parts, outcome, time_ns, value_ns, binned,
			    err);
}

enum sift_status
sift_history_merge(struct sift_history *into, const struct sift_history *from,
		   bool binned, struct sift_err *err)
{
	struct sift_history_parts *parts;
	enum sift_status rc = SIFT_OK;

	if (from->has_one)
		return sift_history_add(into, from->outcome, from->time_ns,
					from->value_ns, binned, err);
	if (!from->parts)
		return SIFT_OK;
	parts = sift_history_open(into);
	for (size_t i = 0; parts && i < SIFT_OUTCOME_COUNT && !rc; i++) {
		if (!from->parts->samples[i])
			continue;
		if (!sift_samples_at(&parts->samples[i], binned))
			return no_memory(err);
		rc = sift_samples_merge(parts->samples[i],
					from->parts->samples[i], err);
	}
	if (!parts)
		return no_memory(err);
	return rc ? rc
		  : sift_timeline_merge(&parts->timeline,
					&from->parts->timeline, err);
}

enum sift_status
sift_history_bin(struct sift_history *history, struct sift_err *err)
{
	enum sift_status rc = SIFT_OK;

	if (history->has_one && !sift_history_open(history))
		return no_memory(err);
	for (size_t i = 0; history->parts && i < SIFT_OUTCOME_COUNT && !rc; i++)
		if (history->parts->samples[i])
			rc = sift_samples_bin(history->parts->samples[i], err);
	return rc;
}

void
sift_history_sort(struct sift_history *history, bool but_samples)
{
	if (!history->parts)
		return;
	for (size_t i = 0; i < SIFT_OUTCOME_COUNT && !but_samples; i++)
		if (history->parts->samples[i])
			sift_samples_sort(history->parts->samples[i]);
	sift_timeline_sort(&history->parts->timeline);
}

uint64_t
sift_history_count(const struct sift_history *history,
		   enum sift_outcome outcome)
{
	const struct sift_samples *samples;

	if (!history->parts)
		return history->has_one && history->outcome == outcome;
	samples = history->parts->samples[outcome];
	return samples ? samples->all.count : 0;
}

uint64_t
sift_history_count_all(const struct sift_history *history)
{
	uint64_t count = 0;

	if (sift_history_is_empty(history))
		return 0;
	for (size_t i = 0; i < SIFT_OUTCOME_COUNT; i++)
		count += sift_history_count(history, (enum sift_outcome)i);
	return count;
}

/* ---- one sample and what is made of it ---- */

static void
make_samples(const struct sift_history *history, struct sift_history_view *view)
{
	view->slice = (struct sift_slice){
		.start_s = SIFT_SLICE_UNTIMED,
		.low = &view->low,
		.wide = &view->wide,
	};
	if (history->time_ns != SIFT_INSTANT_NONE)
		view->slice.start_s = sift_second_of(history->time_ns);
	sift_slice_put(&view->slice, history->value_ns);
	view->samples = (struct sift_samples){
		.slices = &view->slice,
		.slice_count = 1,
	};
	sift_moments_add(&view->samples.all, history->value_ns);
	view->made.samples[history->outcome] = &view->samples;
}

static void
make_timeline(const struct sift_history *history,
	      struct sift_history_view *view)
{
	if (history->time_ns == SIFT_INSTANT_NONE)
		return;
	view->bucket = (struct sift_bucket){
		.start_s = sift_second_of(history->time_ns),
		.count = 1,
		.failed = history->outcome == SIFT_OUTCOME_FAILED,
		.sum_ns = history->value_ns,
		.max_ns = history->value_ns,
	};
	view->made.timeline.buckets = &view->bucket;
	view->made.timeline.count = 1;
}

void
sift_history_view(const struct sift_history *history,
		  struct sift_history_view *out)
{
	out->parts = history->parts;
	if (history->parts)
		return;
	out->parts = &out->made;
	out->made = (struct sift_history_parts){0};
	if (!history->has_one)
		return;
	make_samples(history, out);
	make_timeline(history, out);
}

/* The sample of parts with only one; false for any others. */
static bool
only_sample(const struct sift_history_parts *parts, struct sift_history *out)
{
	const struct sift_slice *slice = NULL;

	for (size_t i = 0; i < SIFT_OUTCOME_COUNT; i++) {
		const struct sift_samples *samples = parts->samples[i];

		if (!samples)
			continue;
		if (slice || samples->binned || samples->all.count != 1 ||
		    samples->shift || samples->slice_count != 1)
			return false;
		slice = samples->slices;
		out->outcome = (enum sift_outcome)i;
	}
	if (!slice)
		return false;
	out->has_one = true;
	out->value_ns = slice->low_count ? slice->low[0] : slice->wide[0];
	out->time_ns = SIFT_INSTANT_NONE;
	if (slice->start_s == SIFT_SLICE_UNTIMED)
		return true;
	if (slice->start_s >= SIFT_SECOND_MAX - 1 ||
	    slice->start_s <= 1 - SIFT_SECOND_MAX)
		return false; /* in ns it may not fit */
	out->time_ns = slice->start_s * SIFT_NS_PER_S;
	return true;
}

static bool
are_same(const struct sift_timeline *a, const struct sift_timeline *b)
{
	const struct sift_bucket *x = a->buckets, *y = b->buckets;

	if (a->count != b->count || a->shift != b->shift || a->count > 1)
		return false;
	return a->count == 0 ||
	       (x->start_s == y->start_s && x->count == y->count &&
		x->failed == y->failed && x->sum_ns == y->sum_ns &&
		x->max_ns == y->max_ns);
}

void
sift_history_close(struct sift_history *history)
{
	struct sift_history one = {0};
	struct sift_history_view view;

	if (!history->parts || !only_sample(history->parts, &one))
		return;
	sift_history_view(&one, &view);
	if (!are_same(&history->parts->timeline, &view.parts->timeline))
		return;
	sift_history_release(history);
	*history = one;
}
