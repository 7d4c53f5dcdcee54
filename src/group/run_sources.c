/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "group/run_sources.h"

#include <string.h>

#include "group/drafts.h"

/*
 * Several sources of one run: the best kind gives the figures. Another one is
 * still used when any fact of it enters the report, such as the thresholds of
 * a k6 summary beside points; else it is superseded.
 */

static bool
states(const struct sift_block *block, enum sift_fact fact)
{
	switch (fact) {
	case SIFT_FACT_THRESHOLDS:
		return block->threshold_count > 0;
	case SIFT_FACT_CHECKS:
		return block->check_count > 0;
	case SIFT_FACT_FAILURES:
		return block->failure_count > 0;
	case SIFT_FACT_DURATION:
		return block->duration_ns > 0;
	case SIFT_FACT_LOCAL_TIME:
		return block->local_time != NULL;
	case SIFT_FACT_COUNT:
		break;
	}
	return false;
}

/*
 * Points know the definition of a threshold but not how it ended, and see
 * checks only as far as they were written.
 */
static unsigned
preference(enum sift_source_kind kind, enum sift_fact fact)
{
	bool verdict = fact == SIFT_FACT_THRESHOLDS || fact == SIFT_FACT_CHECKS;

	if (kind == SIFT_SOURCE_POINTS && verdict)
		return SIFT_SOURCE_KIND_COUNT;
	if (kind == SIFT_SOURCE_FAILURES && fact == SIFT_FACT_FAILURES)
		return 0;
	return 1u + (unsigned)kind;
}

size_t
sift_fact_source(const struct sift_digest *digest, const size_t *blocks,
		 size_t count, enum sift_fact fact)
{
	size_t chosen = SIFT_NONE;

	for (size_t i = 0; i < count; i++) {
		const struct sift_block *block;

		if (blocks[i] == SIFT_NONE)
			continue;
		block = digest->blocks[blocks[i]];
		if (!states(block, fact))
			continue;
		if (chosen == SIFT_NONE ||
		    preference(block->kind, fact) <
			    preference(digest->blocks[chosen]->kind, fact))
			chosen = blocks[i];
	}
	return chosen;
}

const struct sift_block_metric *
sift_block_find_metric(const struct sift_block *block, const char *name)
{
	size_t low = 0, high = block->metric_count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int c = strcmp(block->metrics[mid].name, name);

		if (!c)
			return &block->metrics[mid];
		if (c < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

/* Is it a time series there? Of an export, which has no units, the same is a
   metric. Series are sorted by name first. */
static bool
has_trend(const struct sift_block *block, const char *name)
{
	size_t low = 0, high = block->series_count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (strcmp(block->series[mid].name, name) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	for (; low < block->series_count &&
	       !strcmp(block->series[low].name, name);
	     low++)
		if (block->series[low].kind == SIFT_KIND_TREND)
			return true;
	return false;
}

const struct sift_block *
sift_metric_source(const struct sift_digest *digest, const size_t *blocks,
		   size_t count, const char *name)
{
	const struct sift_block *block;

	for (size_t i = 0; i < count; i++) {
		if (blocks[i] == SIFT_NONE)
			continue;
		block = digest->blocks[blocks[i]];
		if (sift_block_find_metric(block, name) ||
		    has_trend(block, name))
			return block;
	}
	return NULL;
}

/* Does a metric of this block enter the report? */
static bool
gives_metric(const struct sift_drafting *d, const struct sift_draft *draft,
	     const struct sift_block *block)
{
	for (size_t i = 0; i < block->metric_count; i++)
		if (sift_metric_source(d->digest, draft->by_kind,
				       SIFT_SOURCE_KIND_COUNT,
				       block->metrics[i].name) == block)
			return true;
	return false;
}

/* The percentiles of Locust's requests CSV are in the distribution CSV. */
static bool
gives_percentiles(const struct sift_drafting *d, const struct sift_draft *draft,
		  size_t block)
{
	return d->digest->blocks[block]->kind == SIFT_SOURCE_DISTRIBUTION &&
	       d->digest->blocks[draft->best]->kind == SIFT_SOURCE_STATS;
}

static bool
gives_anything(const struct sift_drafting *d, const struct sift_draft *draft,
	       size_t block)
{
	if (block == draft->best || gives_percentiles(d, draft, block))
		return true;
	for (int f = 0; f < SIFT_FACT_COUNT; f++)
		if (sift_fact_source(d->digest, draft->by_kind,
				     SIFT_SOURCE_KIND_COUNT,
				     (enum sift_fact)f) == block)
			return true;
	return gives_metric(d, draft, d->digest->blocks[block]);
}

static const char *
file_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static enum sift_status
use_or_supersede(struct sift_drafting *d, const struct sift_draft *draft,
		 size_t block)
{
	const struct sift_block *b = d->digest->blocks[block];
	struct sift_block_use *use = &d->out->uses[block];

	use->role =
		sift_block_is_partial(b) ? SIFT_ROLE_PARTIAL : SIFT_ROLE_USED;
	use->reason = b->reason;
	if (!sift_source_kind_has_results(b->kind) ||
	    gives_anything(d, draft, block))
		return SIFT_OK;
	use->role = SIFT_ROLE_SUPERSEDED;
	use->reason = sift_arena_printf(
		d->arena, "figures taken from %s%s%s",
		file_name(d->digest->blocks[draft->best]->path),
		b->reason ? "; " : "", b->reason ? b->reason : "");
	return use->reason ? SIFT_OK : sift_group_nomem(d);
}

enum sift_status
sift_choose_sources(struct sift_drafting *d, struct sift_draft *draft)
{
	enum sift_status rc = SIFT_OK;

	for (size_t k = 0; k < SIFT_SOURCE_KIND_COUNT && !rc; k++)
		if (draft->by_kind[k] != SIFT_NONE)
			rc = use_or_supersede(d, draft, draft->by_kind[k]);
	return rc;
}
