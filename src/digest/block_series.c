/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "digest/block_build.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"

void
sift_series_init(struct sift_series *series)
{
	*series = (struct sift_series){0};
}

void
sift_series_release(struct sift_series *series)
{
	if (series->counted) {
		sift_history_release(&series->counted->history);
		sift_tally_release(&series->counted->tally);
	}
	sift_series_init(series);
}

struct sift_counted *
sift_series_count(struct sift_series *series, struct sift_arena *arena)
{
	if (!series->counted)
		series->counted =
			sift_arena_alloc(arena, sizeof(*series->counted));
	return series->counted;
}

bool
sift_series_is_other(const struct sift_series *series)
{
	return series->name && !series->method &&
	       strcmp(series->name, SIFT_OTHER) == 0;
}

/* Series that many blocks are like are in the cache. */
bool
sift_block_is_folded(const struct sift_block *block)
{
	const struct sift_series *series =
		block->alike ? block->alike : block->series;

	for (size_t i = 0; i < block->series_count; i++)
		if (sift_series_is_other(&series[i]))
			return true;
	return false;
}

uint64_t
sift_series_sample_count(const struct sift_series *series)
{
	return sift_history_count_all(&sift_series_counted(series)->history);
}

bool
sift_series_is_counted(const struct sift_series *series)
{
	const struct sift_counted *counted = sift_series_counted(series);

	return counted->failed_by_count > 0 || counted->tally.count > 0 ||
	       !sift_history_is_empty(&counted->history);
}

enum sift_status
sift_series_bin(struct sift_series *series, struct sift_err *err)
{
	return series->counted
		       ? sift_history_bin(&series->counted->history, err)
		       : SIFT_OK;
}

void
sift_series_sort(struct sift_series *series, bool but_samples)
{
	if (!series->counted)
		return;
	sift_history_sort(&series->counted->history, but_samples);
	sift_tally_sort(&series->counted->tally);
}

/* ---- figures ---- */

static int64_t
add_known(int64_t a, int64_t b)
{
	return a < 0 || b < 0 ? -1 : sift_add_count(a, (uint64_t)b);
}

static bool
is_unknown(const struct sift_latency *latency)
{
	for (size_t i = 0; i < SIFT_STAT_COUNT; i++)
		if (!isnan(latency->ms[i]))
			return false;
	return true;
}

/* A copy in the arena, or NULL if there is nothing to know. */
static bool
copy_latency(const struct sift_latency **latency, struct sift_arena *arena)
{
	struct sift_latency *copy;

	if (*latency && is_unknown(*latency))
		*latency = NULL;
	if (!*latency)
		return true;
	copy = sift_arena_alloc(arena, sizeof(*copy));
	if (!copy)
		return false;
	*copy = **latency;
	*latency = copy;
	return true;
}

/* To be filled with figures, of which those of successes are copied. */
static struct sift_reported *
figures_room(struct sift_block *block, struct sift_series *series,
	     const struct sift_latency **ok, struct sift_err *err)
{
	struct sift_reported *figures = sift_series_reported(series);

	if (!figures)
		figures = sift_arena_room(&block->arena, sizeof(*figures));
	if (figures && copy_latency(ok, &block->arena)) {
		series->result = &figures->result;
		return figures;
	}
	sift_fail(err, SIFT_E_NOMEM, "no memory for figures");
	return NULL;
}

/* What follows from the rest is left to sift_block_finish(): of what is written
   nobody asks for it. */
enum sift_status
sift_series_set_figures(struct sift_block *block, struct sift_series *series,
			const struct sift_figures *figures,
			struct sift_err *err)
{
	const struct sift_latency *ok = figures->latency_ok;
	struct sift_reported *into = figures_room(block, series, &ok, err);

	if (!into)
		return SIFT_E_NOMEM;
	into->result.requests = figures->requests;
	into->result.failures = figures->failures;
	into->result.error_rate = figures->error_rate;
	into->result.rps = figures->rps;
	into->result.latency = figures->latency;
	into->result.latency_ok = ok;
	into->result.percentiles = figures->percentiles;
	into->mean_bytes = figures->mean_bytes;
	for (size_t i = 0; i < SIFT_BETWEEN_COUNT; i++)
		into->between_ms[i] = (float)figures->between_ms[i];
	into->rounding = figures->rounding;
	sift_reported_limit(into, series->kind);
	return SIFT_OK;
}

static enum sift_status
keep_figures(struct sift_block *block, struct sift_series *series,
	     const struct sift_reported *figures, struct sift_err *err)
{
	const struct sift_latency *ok = figures->result.latency_ok;
	struct sift_reported *into = figures_room(block, series, &ok, err);

	if (!into)
		return SIFT_E_NOMEM;
	*into = *figures;
	into->result.latency_ok = ok;
	return SIFT_OK;
}

/*
 * Of two series together: counts add up, the extremes are the extremes of
 * both; no other figure can be had from those of the parts.
 */
static enum sift_status
add_figures(struct sift_block *block, struct sift_series *into,
	    const struct sift_reported *figures, struct sift_err *err)
{
	const struct sift_reported *old =
		into->result ? sift_series_reported(into) : figures;
	const double *a = old->result.latency.ms;
	const double *b = figures->result.latency.ms;
	struct sift_figures sum;

	sift_figures_init(&sum);
	sum.requests = figures->result.requests;
	sum.failures = figures->result.failures;
	if (into->result) {
		sum.requests = add_known(old->result.requests, sum.requests);
		sum.failures = add_known(old->result.failures, sum.failures);
	}
	if (old->rounding == figures->rounding)
		sum.rounding = old->rounding;
	if (old->result.percentiles == figures->result.percentiles)
		sum.percentiles = old->result.percentiles;
	/* What one of them does not know, both together do not. */
	if (!isnan(a[SIFT_STAT_MIN]) && !isnan(b[SIFT_STAT_MIN]))
		sum.latency.ms[SIFT_STAT_MIN] =
			fmin(a[SIFT_STAT_MIN], b[SIFT_STAT_MIN]);
	if (!isnan(a[SIFT_STAT_MAX]) && !isnan(b[SIFT_STAT_MAX]))
		sum.latency.ms[SIFT_STAT_MAX] =
			fmax(a[SIFT_STAT_MAX], b[SIFT_STAT_MAX]);
	return sift_series_set_figures(block, into, &sum, err);
}

enum sift_status
sift_series_add_figures(struct sift_block *block, struct sift_series *into,
			const struct sift_figures *figures,
			struct sift_err *err)
{
	/* all that add_figures() asks for */
	const struct sift_reported reported = {
		.result = {.requests = figures->requests,
			   .failures = figures->failures,
			   .latency = figures->latency,
			   .percentiles = figures->percentiles},
		.rounding = figures->rounding,
	};

	return add_figures(block, into, &reported, err);
}

/* Any order will do, as long as it is of what the figures say. */
static int
compare_figures(const struct sift_reported *a, const struct sift_reported *b)
{
	const size_t counts = offsetof(struct sift_result, latency_ok);
	const struct sift_latency *x = a->result.latency_ok;
	const struct sift_latency *y = b->result.latency_ok;
	int order = memcmp(a, b, counts);

	if (order == 0 && x && y)
		order = memcmp(x, y, sizeof(*x));
	else if (order == 0)
		order = !y - !x;
	if (order == 0)
		order = memcmp(&a->mean_bytes, &b->mean_bytes,
			       sizeof(a->mean_bytes));
	if (order == 0)
		order = memcmp(a->between_ms, b->between_ms,
			       sizeof(a->between_ms));
	if (order == 0)
		order = (a->rounding > b->rounding) -
			(a->rounding < b->rounding);
	return order ? order
		     : (int)a->result.percentiles - (int)b->result.percentiles;
}

/* Two parts of a source do not both report a series; should they, one of
   them is taken, by an order that is the same everywhere. */
static enum sift_status
choose_figures(struct sift_block *block, struct sift_series *into,
	       const struct sift_reported *figures, struct sift_err *err)
{
	const struct sift_reported *old = sift_series_reported(into);

	if (old && (old->result.requests > figures->result.requests ||
		    (old->result.requests == figures->result.requests &&
		     compare_figures(old, figures) >= 0)))
		return SIFT_OK;
	return keep_figures(block, into, figures, err);
}

static enum sift_status
absorb_counted(struct sift_block *block, struct sift_series *series,
	       const struct sift_counted *from, struct sift_err *err)
{
	struct sift_counted *into;
	enum sift_status rc;

	if (!from)
		return SIFT_OK;
	into = sift_block_count_series(block, series);
	if (!into)
		return sift_fail(err, SIFT_E_NOMEM, "no memory for a series");
	into->failed_by_count =
		sift_add_u64(into->failed_by_count, from->failed_by_count);
	rc = sift_history_merge(&into->history, &from->history, block->binned,
				err);
	return rc ? rc : sift_tally_merge(&into->tally, &from->tally, err);
}

enum sift_status
sift_series_absorb(struct sift_block *block, struct sift_series *into,
		   const struct sift_series *from, bool other,
		   struct sift_err *err)
{
	enum sift_status rc = absorb_counted(block, into, from->counted, err);

	if (rc)
		return rc;
	into->failures_known = into->failures_known || from->failures_known;
	into->unit_assumed = into->unit_assumed || from->unit_assumed;
	if (!from->result)
		return SIFT_OK;
	return other ? add_figures(block, into, sift_series_reported(from), err)
		     : choose_figures(block, into, sift_series_reported(from),
				      err);
}

/* ---- tallies ---- */

static enum sift_status
add_all_tallies(const struct sift_block *block, struct sift_tally *sum,
		struct sift_err *err)
{
	enum sift_status rc = sift_tally_merge(
		sum, &sift_series_counted(&block->total)->tally, err);

	for (size_t i = 0; i < block->series_count && !rc; i++)
		if (block->series[i].kind != SIFT_KIND_TREND)
			rc = sift_tally_merge(
				sum,
				&sift_series_counted(&block->series[i])->tally,
				err);
	return rc;
}

enum sift_status
sift_series_tallied(const struct sift_block *block,
		    const struct sift_series *series, struct sift_tally *out,
		    struct sift_err *err)
{
	struct sift_tally sum = {0};
	enum sift_status rc =
		series ? sift_tally_merge(
				 &sum, &sift_series_counted(series)->tally, err)
		       : add_all_tallies(block, &sum, err);

	if (rc) {
		sift_tally_release(&sum);
		return rc;
	}
	sift_tally_sort(&sum);
	*out = sum;
	return SIFT_OK;
}

/* ---- as a list of the block ---- */

static void
add_key(const void *item, struct sift_buf *out)
{
	const struct sift_series *series = item;

	sift_key_begin(out, series->kind);
	sift_key_add(out, sift_span_str(series->method));
	sift_key_add(out, sift_span_str(series->name));
}

static void
init(void *item, const char *key)
{
	struct sift_series *series = item;
	const char *method = key + 1;

	series->kind = (enum sift_kind)(key[0] - '0');
	series->method = *method ? method : NULL;
	series->name = method + strlen(method) + 1;
}

/* Of names that became one, figures add up as those of others do. */
static enum sift_status
absorb(struct sift_block *block, void *into_item, const void *from_item,
       bool other, struct sift_err *err)
{
	struct sift_series *into = into_item;
	const struct sift_series *from = from_item;
	enum sift_status rc = sift_series_absorb(
		block, into, from, other || into->example || from->example,
		err);

	if (rc || other)
		return rc;
	return sift_block_example(block, &into->example,
				  sift_span_str(from->example), err);
}

static void
release(void *item)
{
	sift_series_release(item);
}

static void
move(void *into_item, void *from_item)
{
	struct sift_series *into = into_item;
	struct sift_series *from = from_item;
	struct sift_series key = *into;

	*into = *from;
	into->method = key.method;
	into->name = key.name;
	sift_series_init(from);
}

static bool
copy_figures(struct sift_series *series, struct sift_arena *arena)
{
	struct sift_reported *copy;

	if (!series->result)
		return true;
	copy = sift_arena_alloc(arena, sizeof(*copy));
	if (!copy)
		return false;
	*copy = *sift_series_reported(series);
	series->result = &copy->result;
	return copy_latency(&copy->result.latency_ok, arena);
}

static bool
copy_counted(struct sift_counted **counted, struct sift_arena *arena)
{
	struct sift_counted *copy;

	if (!*counted)
		return true;
	copy = sift_arena_alloc(arena, sizeof(*copy));
	if (!copy)
		return false;
	*copy = **counted;
	*counted = copy;
	return true;
}

static enum sift_status
copy_texts(void *item, struct sift_arena *arena)
{
	struct sift_series *series = item;

	if (!sift_copy_text(&series->method, arena) ||
	    !sift_copy_text(&series->name, arena) ||
	    !sift_copy_text(&series->example, arena) ||
	    !copy_figures(series, arena) ||
	    !copy_counted(&series->counted, arena))
		return SIFT_E_NOMEM;
	return SIFT_OK;
}

static void
finish(void *item, bool but_samples)
{
	sift_series_sort(item, but_samples);
}

static int
compare(const void *left, const void *right)
{
	const struct sift_series *a = left;
	const struct sift_series *b = right;
	int order = sift_compare_texts(a->name, b->name);

	if (order == 0)
		order = sift_compare_texts(a->method, b->method);
	if (order == 0)
		order = (a->kind > b->kind) - (a->kind < b->kind);
	return order;
}

const struct sift_list_ops sift_series_ops = {
	.array_at = offsetof(struct sift_block, series),
	.count_at = offsetof(struct sift_block, series_count),
	.item_size = sizeof(struct sift_series),
	.max = 0,
	.other = SIFT_SPAN_INIT("\0" SIFT_OTHER "\0"),
	.add_key = add_key,
	.init = init,
	.absorb = absorb,
	.release = release,
	.move = move,
	.copy_texts = copy_texts,
	.finish = finish,
	.compare = compare,
};
