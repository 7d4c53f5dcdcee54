/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "digest/course.h"

#include <math.h>

#include "base/mem.h"
#include "digest/latency.h"
#include "digest/slice.h"
#include "model/figures.h"

/* The timelines of requests: series 0 … count-1, then those of no endpoint.
   NULL where a series has none, or measures something else. */
static const struct sift_timeline *
timeline_at(const struct sift_block *block, size_t i,
	    struct sift_history_view *view)
{
	const struct sift_series *s =
		i < block->series_count ? &block->series[i] : &block->total;

	if (s->kind == SIFT_KIND_TREND || !s->counted ||
	    sift_history_is_empty(&s->counted->history))
		return NULL;
	sift_history_view(&s->counted->history, view);
	return &view->parts->timeline;
}

bool
sift_block_has_course(const struct sift_block *block)
{
	struct sift_history_view view;

	for (size_t i = 0; i <= block->series_count && !block->is_flat; i++) {
		const struct sift_timeline *line = timeline_at(block, i, &view);

		if (line && line->count > 0)
			return true;
	}
	return false;
}

/* ---- how long, in what steps ---- */

struct span_s {
	int64_t first, last; /* seconds; last < first = nothing yet */
	unsigned shift;	     /* no step is finer than 2^shift */
};

static void
stretch(struct span_s *span, int64_t first, int64_t last)
{
	if (span->last < span->first) {
		span->first = first;
		span->last = last;
		return;
	}
	span->first = first < span->first ? first : span->first;
	span->last = last > span->last ? last : span->last;
}

static void
stretch_by_timelines(struct span_s *span, const struct sift_block *block)
{
	struct sift_history_view view;

	for (size_t i = 0; i <= block->series_count; i++) {
		const struct sift_timeline *line = timeline_at(block, i, &view);

		if (!line || line->count == 0)
			continue;
		span->shift =
			line->shift > span->shift ? line->shift : span->shift;
		for (size_t k = 0; k < line->count; k++)
			stretch(span, line->buckets[k].start_s,
				line->buckets[k].start_s);
	}
}

static void
stretch_by_progress(struct span_s *span, const struct sift_block *block)
{
	for (size_t i = 0; i < block->progress_count; i++)
		if (block->progress[i].time_ns != SIFT_INSTANT_NONE &&
		    block->progress[i].requests >= 0)
			stretch(span,
				sift_second_of(block->progress[i].time_ns),
				sift_second_of(block->progress[i].time_ns));
}

static bool
lay_out(struct sift_course *course, const struct span_s *span,
	struct sift_arena *arena)
{
	unsigned shift = span->shift;
	int64_t first = sift_second_align(span->first, shift);

	while (((span->last - first) >> shift) >= SIFT_COURSE_STEPS) {
		shift++;
		first = sift_second_align(span->first, shift);
	}
	course->start_s = first;
	course->step_s = INT64_C(1) << shift;
	course->count = (size_t)((span->last - first) >> shift) + 1;
	course->requests = sift_arena_array(arena, 4 * course->count,
					    sizeof(*course->requests));
	if (!course->requests)
		return false;
	course->failures = course->requests + course->count;
	course->mean_ms = course->failures + course->count;
	course->users = course->mean_ms + course->count;
	for (size_t i = 0; i < course->count; i++) {
		course->requests[i] = course->failures[i] = 0;
		course->mean_ms[i] = course->users[i] = NAN;
	}
	return true;
}

static size_t
step_of(const struct sift_course *course, int64_t second)
{
	return (size_t)((second - course->start_s) / course->step_s);
}

/* ---- by samples ---- */

static void
add_timelines(struct sift_course *course, const struct sift_block *block)
{
	struct sift_history_view view;

	for (size_t i = 0; i < course->count; i++)
		course->mean_ms[i] = 0;
	for (size_t i = 0; i <= block->series_count; i++) {
		const struct sift_timeline *line = timeline_at(block, i, &view);

		for (size_t k = 0; line && k < line->count; k++) {
			const struct sift_bucket *b = &line->buckets[k];
			size_t at = step_of(course, b->start_s);

			course->requests[at] += (double)b->count;
			course->failures[at] += (double)b->failed;
			course->mean_ms[at] += (double)b->sum_ns / 1e6;
		}
	}
	for (size_t i = 0; i < course->count; i++)
		course->mean_ms[i] /= course->requests[i]; /* 0 / 0 = NAN */
}

/* ---- by counts, which only ever rise ---- */

enum { REQUESTS, FAILURES, SPENT, COUNTED };

static double
count_at(const struct sift_progress_point *p, int what)
{
	const int64_t counts[COUNTED] = {p->requests, p->failures, p->spent_us};

	return counts[what] < 0 ? (double)NAN : (double)counts[what];
}

/* What had been counted at a time: on the line between two points. */
static void
counted_at(const struct sift_block *block, double second, size_t *at,
	   double out[COUNTED])
{
	const struct sift_progress_point *p = block->progress;
	double before, after, share;

	while (*at + 1 < block->progress_count &&
	       (double)p[*at + 1].time_ns / 1e9 <= second)
		++*at;
	p += *at;
	for (int k = 0; k < COUNTED; k++)
		out[k] = count_at(p, k);
	before = (double)p[0].time_ns / 1e9;
	if (*at + 1 >= block->progress_count || second <= before)
		return;
	after = (double)p[1].time_ns / 1e9;
	share = (second - before) / (after - before);
	for (int k = 0; k < COUNTED; k++)
		out[k] += (count_at(p + 1, k) - out[k]) * share;
}

static void
add_progress(struct sift_course *course, const struct sift_block *block)
{
	size_t at = 0;
	double last[COUNTED];

	counted_at(block, (double)course->start_s, &at, last);
	for (size_t i = 0; i < course->count; i++) {
		double end = (double)(course->start_s +
				      (int64_t)(i + 1) * course->step_s);
		double now[COUNTED], gain[COUNTED];

		counted_at(block, end, &at, now);
		for (int k = 0; k < COUNTED; k++) {
			gain[k] = now[k] < last[k] ? 0 : now[k] - last[k];
			last[k] = now[k];
		}
		course->requests[i] = gain[REQUESTS];
		course->failures[i] = gain[FAILURES];
		course->mean_ms[i] = gain[SPENT] / 1000 / gain[REQUESTS];
	}
}

/* ---- users ---- */

/* The number holds until the next one; what is before the first has its. */
static void
spread_users(struct sift_course *course)
{
	double last = NAN;

	for (size_t i = 0; i < course->count && isnan(last); i++)
		last = course->users[i];
	for (size_t i = 0; i < course->count; i++) {
		if (isnan(course->users[i]))
			course->users[i] = last;
		last = course->users[i];
	}
}

static void
put_users(struct sift_course *course, int64_t time_ns, int64_t users)
{
	int64_t second;

	if (time_ns == SIFT_INSTANT_NONE || users < 0)
		return;
	second = sift_second_of(time_ns);
	if (second >= course->start_s &&
	    step_of(course, second) < course->count)
		course->users[step_of(course, second)] = (double)users;
}

/* Points are in order of time, so the last of a step stands. */
static void
add_users(struct sift_course *course, const struct sift_block *block)
{
	for (size_t i = 0; i < block->user_count; i++)
		put_users(course, block->users[i].time_ns,
			  block->users[i].users);
	if (block->user_count == 0)
		for (size_t i = 0; i < block->progress_count; i++)
			put_users(course, block->progress[i].time_ns,
				  block->progress[i].users);
	spread_users(course);
}

/* ---- the whole ---- */

enum sift_status
sift_course_make(struct sift_course *out,
		 const struct sift_block *const *blocks, size_t count,
		 struct sift_arena *arena, struct sift_err *err)
{
	const struct sift_block *samples = NULL, *counts = NULL, *users = NULL;
	struct span_s span = {0, -1, 0};

	*out = (struct sift_course){0};
	for (size_t i = 0; i < count; i++) {
		const struct sift_block *b = blocks[i];

		if (!samples && sift_block_has_course(b))
			samples = b;
		if (!counts && b->progress_count > 1)
			counts = b;
		if (!users && (b->user_count > 0 || b->progress_count > 0))
			users = b;
	}
	if (samples)
		stretch_by_timelines(&span, samples);
	else if (counts)
		stretch_by_progress(&span, counts);
	if (span.last < span.first)
		return SIFT_OK;
	if (!lay_out(out, &span, arena))
		return sift_fail(err, SIFT_E_NOMEM,
				 "no memory for the course of a run");
	if (samples)
		add_timelines(out, samples);
	else
		add_progress(out, counts);
	if (users)
		add_users(out, users);
	return SIFT_OK;
}

/* ---- percentiles of a part ---- */

/* The slices of a set that lie in the range, as a set of their own. */
static struct sift_samples
part_of(const struct sift_samples *samples, int64_t from_s, int64_t to_s)
{
	struct sift_samples part = *samples;
	int64_t width = INT64_C(1) << samples->shift;
	size_t first = 0, end;

	while (first < samples->slice_count &&
	       samples->slices[first].start_s < from_s)
		first++;
	end = first;
	while (end < samples->slice_count &&
	       samples->slices[end].start_s <= to_s - width)
		end++;
	part.slices = samples->slices + first;
	part.slice_count = end - first;
	sift_samples_recount(&part);
	return part;
}

/* Samples to be taken together, made of slices in a range. */
struct taken {
	int64_t from_s, to_s;
	struct sift_samples *parts;	   /* slices borrowed */
	const struct sift_samples **items; /* each a part, or `lone` */
	size_t count;
	struct sift_samples lone; /* of series with one sample */
};

/* Room for all parts of a block. */
static bool
begin_taking(struct taken *t, const struct sift_block *block)
{
	size_t most = SIFT_OUTCOME_COUNT; /* of the total */

	for (size_t i = 0; i < block->series_count; i++)
		if (sift_series_counted(&block->series[i])->history.parts)
			most += SIFT_OUTCOME_COUNT;
	t->parts = sift_calloc(most, sizeof(*t->parts));
	t->items = sift_calloc(most + 1, sizeof(*t->items));
	if (t->items)
		t->items[t->count++] = &t->lone;
	return t->parts && t->items;
}

static void
end_taking(struct taken *t)
{
	sift_free(t->parts);
	sift_free(t->items);
	sift_samples_release(&t->lone);
}

static enum sift_status
take(struct taken *t, const struct sift_history *history, struct sift_err *err)
{
	int64_t second = sift_second_of(history->time_ns);

	if (history->has_one && history->time_ns != SIFT_INSTANT_NONE &&
	    second >= t->from_s && second < t->to_s)
		return sift_samples_add(&t->lone, SIFT_INSTANT_NONE,
					history->value_ns, err);
	for (size_t i = 0; history->parts && i < SIFT_OUTCOME_COUNT; i++) {
		const struct sift_samples *all = history->parts->samples[i];
		struct sift_samples *part = &t->parts[t->count - 1];

		if (!all)
			continue;
		*part = part_of(all, t->from_s, t->to_s);
		t->items[t->count++] = part;
	}
	return SIFT_OK;
}

enum sift_status
sift_latency_between(const struct sift_block *block, int64_t from_s,
		     int64_t to_s, struct sift_latency *out,
		     struct sift_err *err)
{
	struct taken t = {.from_s = from_s, .to_s = to_s};
	enum sift_status rc = SIFT_OK;

	sift_latency_init(out);
	if (block->binned)
		return SIFT_OK;
	if (!begin_taking(&t, block))
		rc = sift_fail(err, SIFT_E_NOMEM,
			       "no memory for a part of a run");
	for (size_t i = 0; i <= block->series_count && !rc; i++) {
		const struct sift_series *s = i < block->series_count
						      ? &block->series[i]
						      : &block->total;

		if (s->kind != SIFT_KIND_TREND)
			rc = take(&t, &sift_series_counted(s)->history, err);
	}
	if (!rc)
		rc = sift_samples_latency(t.items, t.count, out, err);
	end_taking(&t);
	return rc;
}

/* ---- the block without its begin ---- */

/* Let a copy of a history have only what is in whole slices from `from_s` on;
   the slices stay the other's. */
static bool
keep_since(struct sift_history *history, int64_t from_s)
{
	const struct sift_history_parts *all = history->parts;
	bool enough = true;

	if (!all) {
		history->has_one = history->has_one &&
				   sift_second_of(history->time_ns) >= from_s;
		return true;
	}
	history->parts = sift_calloc(1, sizeof(*history->parts));
	for (size_t k = 0; history->parts && k < SIFT_OUTCOME_COUNT; k++) {
		struct sift_samples *part;

		if (!all->samples[k])
			continue;
		part = sift_calloc(1, sizeof(*part));
		if (part)
			*part = part_of(all->samples[k], from_s, INT64_MAX);
		enough = enough && part;
		history->parts->samples[k] = part;
	}
	return enough && history->parts;
}

static void
release_kept(struct sift_history *history)
{
	for (size_t k = 0; history->parts && k < SIFT_OUTCOME_COUNT; k++)
		sift_free(history->parts->samples[k]);
	sift_free(history->parts);
}

static bool
has_figures(const struct sift_block *block)
{
	for (size_t i = 0; i < block->series_count; i++)
		if (sift_block_series(block, i).result)
			return true;
	return block->total.result != NULL;
}

bool
sift_block_since(struct sift_block *out, const struct sift_block *block,
		 int64_t from_s)
{
	struct sift_counted *counted;
	bool enough = true;

	if (block->binned || has_figures(block) ||
	    !sift_block_has_course(block))
		return false;
	*out = *block;
	counted = sift_calloc(block->series_count + 1, sizeof(*counted));
	out->series = sift_calloc(block->series_count, sizeof(*out->series));
	if (!counted || !out->series) {
		sift_free(counted);
		sift_free(out->series);
		return false;
	}
	for (size_t i = 0; i <= block->series_count; i++) {
		struct sift_series *s = i ? &out->series[i - 1] : &out->total;

		if (i)
			*s = block->series[i - 1];
		counted[i] = *sift_series_counted(s);
		s->counted = &counted[i];
		enough = keep_since(&s->counted->history, from_s) && enough;
	}
	if (block->first_ns < from_s * SIFT_NS_PER_S)
		out->first_ns = from_s * SIFT_NS_PER_S;
	if (!enough)
		sift_block_since_release(out);
	return enough;
}

void
sift_block_since_release(struct sift_block *part)
{
	release_kept(&part->total.counted->history);
	for (size_t i = 0; i < part->series_count; i++)
		release_kept(&part->series[i].counted->history);
	sift_free(part->total.counted); /* that of all */
	sift_free(part->series);
}
