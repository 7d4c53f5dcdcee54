/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "digest/block_build.h"

#include <math.h>
#include <string.h>

void
sift_series_init(struct sift_series *series)
{
	*series = (struct sift_series){0};
	sift_figures_init(&series->figures);
}

void
sift_series_release(struct sift_series *series)
{
	for (size_t i = 0; i < SIFT_OUTCOME_COUNT; i++)
		sift_samples_release(&series->samples[i]);
	sift_timeline_release(&series->timeline);
	sift_tally_release(&series->tally);
}

void
sift_series_sort(struct sift_series *series)
{
	for (size_t i = 0; i < SIFT_OUTCOME_COUNT; i++)
		sift_samples_sort(&series->samples[i]);
	sift_timeline_sort(&series->timeline);
	sift_tally_sort(&series->tally);
}

/* ---- figures ---- */

static int64_t
add_known(int64_t a, int64_t b)
{
	return a < 0 || b < 0 ? -1 : sift_add_count(a, (uint64_t)b);
}

/*
 * Of two series together: counts add up, the extremes are the extremes of
 * both; no other figure can be had from those of the parts.
 */
void
sift_series_add_figures(struct sift_series *into,
			const struct sift_figures *figures)
{
	struct sift_figures sum;
	const struct sift_figures *old = &into->figures;
	double low[2], high[2];

	if (!into->has_figures) {
		sift_figures_init(&into->figures);
		into->figures.requests = 0;
		into->figures.failures = 0;
		into->figures.rounding = figures->rounding;
		into->figures.percentiles = figures->percentiles;
		into->figures.latency.ms[SIFT_STAT_MIN] = INFINITY;
		into->figures.latency.ms[SIFT_STAT_MAX] = -INFINITY;
		into->has_figures = true;
	}
	sift_figures_init(&sum);
	sum.requests = add_known(old->requests, figures->requests);
	sum.failures = add_known(old->failures, figures->failures);
	if (old->rounding == figures->rounding)
		sum.rounding = old->rounding;
	if (old->percentiles == figures->percentiles)
		sum.percentiles = old->percentiles;
	low[0] = old->latency.ms[SIFT_STAT_MIN];
	low[1] = figures->latency.ms[SIFT_STAT_MIN];
	high[0] = old->latency.ms[SIFT_STAT_MAX];
	high[1] = figures->latency.ms[SIFT_STAT_MAX];
	/* What one of them does not know, both together do not. */
	if (!isnan(low[0]) && !isnan(low[1]))
		sum.latency.ms[SIFT_STAT_MIN] = fmin(low[0], low[1]);
	if (!isnan(high[0]) && !isnan(high[1]))
		sum.latency.ms[SIFT_STAT_MAX] = fmax(high[0], high[1]);
	into->figures = sum;
}

/* Two parts of a source do not both report a series; should they, one of
   them is taken, by an order that is the same everywhere. */
static void
choose_figures(struct sift_series *into, const struct sift_figures *figures)
{
	const struct sift_figures *old = &into->figures;

	if (into->has_figures && (old->requests > figures->requests ||
				  (old->requests == figures->requests &&
				   memcmp(old, figures, sizeof(*old)) >= 0)))
		return;
	into->figures = *figures;
	into->has_figures = true;
}

enum sift_status
sift_series_absorb(struct sift_series *into, const struct sift_series *from,
		   bool other, struct sift_err *err)
{
	enum sift_status rc = SIFT_OK;

	for (size_t i = 0; rc == SIFT_OK && i < SIFT_OUTCOME_COUNT; i++)
		rc = sift_samples_merge(&into->samples[i], &from->samples[i],
					err);
	if (rc == SIFT_OK)
		rc = sift_timeline_merge(&into->timeline, &from->timeline, err);
	if (rc == SIFT_OK)
		rc = sift_tally_merge(&into->tally, &from->tally, err);
	if (rc)
		return rc;
	into->failed_by_count =
		sift_add_u64(into->failed_by_count, from->failed_by_count);
	into->failures_known = into->failures_known || from->failures_known;
	into->unit_assumed = into->unit_assumed || from->unit_assumed;
	if (from->has_figures && other)
		sift_series_add_figures(into, &from->figures);
	else if (from->has_figures)
		choose_figures(into, &from->figures);
	return SIFT_OK;
}

/* ---- tallies ---- */

static enum sift_status
add_all_tallies(const struct sift_block *block, struct sift_tally *sum,
		struct sift_err *err)
{
	enum sift_status rc = sift_tally_merge(sum, &block->total.tally, err);

	for (size_t i = 0; i < block->series_count && !rc; i++)
		if (block->series[i].kind != SIFT_KIND_TREND)
			rc = sift_tally_merge(sum, &block->series[i].tally,
					      err);
	return rc;
}

enum sift_status
sift_series_tallied(const struct sift_block *block,
		    const struct sift_series *series, struct sift_latency *out,
		    bool *out_has, struct sift_err *err)
{
	struct sift_tally sum = {0};
	enum sift_status rc =
		series ? sift_tally_merge(&sum, &series->tally, err)
		       : add_all_tallies(block, &sum, err);

	if (!rc) {
		sift_tally_sort(&sum);
		sift_tally_percentiles(&sum, out);
	}
	*out_has = sum.count > 0;
	sift_tally_release(&sum);
	return rc;
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

	sift_series_init(series);
	series->kind = (enum sift_kind)(key[0] - '0');
	series->method = *method ? method : NULL;
	series->name = method + strlen(method) + 1;
}

static enum sift_status
absorb(struct sift_block *block, void *into, const void *from, bool other,
       struct sift_err *err)
{
	(void)block;
	return sift_series_absorb(into, from, other, err);
}

static void
release(void *item)
{
	sift_series_release(item);
}

static enum sift_status
copy_texts(void *item, struct sift_arena *arena)
{
	struct sift_series *series = item;

	if (!sift_copy_text(&series->method, arena) ||
	    !sift_copy_text(&series->name, arena))
		return SIFT_E_NOMEM;
	return SIFT_OK;
}

static void
finish(void *item)
{
	sift_series_sort(item);
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
	.copy_texts = copy_texts,
	.finish = finish,
	.compare = compare,
};
