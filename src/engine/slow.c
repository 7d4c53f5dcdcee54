/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "engine/slow.h"

#include <string.h>

#include "base/text.h"
#include "engine/analysis.h"
#include "model/source_kind.h"

/* The side that a run of the document is from, and its place there. */
static const struct sift_side *
side_of(const struct sift_analysis *analysis, size_t *run)
{
	const struct sift_grouping *old = analysis->old.grouping;

	if (!old)
		return &analysis->side;
	if (*run < old->run_count)
		return &analysis->old;
	*run -= old->run_count;
	return &analysis->side;
}

/* The run's source that the set's figures are from; NULL = it has none. */
static const struct sift_block *
find_block(const struct sift_side *side, const struct sift_group_run *run,
	   const char *kind)
{
	for (size_t i = 0; i < run->block_count; i++) {
		const struct sift_block *block =
			side->digest.blocks[run->blocks[i]];

		if (kind && !strcmp(sift_source_kind_name(block->kind), kind))
			return block;
	}
	return NULL;
}

static bool
find_series(struct sift_series *out, const struct sift_block *block,
	    const struct sift_compared_endpoint *e)
{
	for (size_t i = 0; i < block->series_count; i++) {
		*out = sift_block_series(block, i);
		if (out->kind == e->kind &&
		    sift_text_same(out->name, e->name) &&
		    sift_text_same(out->method, e->method))
			return true;
	}
	return false;
}

enum sift_status
sift_slow_in_run(void *context, const struct sift_slow_question *question,
		 struct sift_proportion *out, struct sift_err *err)
{
	const struct sift_analysis *analysis = context;
	const struct sift_run *run = &analysis->document.runs[question->run];
	size_t at = question->run;
	const struct sift_side *side = side_of(analysis, &at);
	const struct sift_block *block = find_block(
		side, &side->grouping->runs[at], question->source_kind);
	const bool is_total = !question->endpoint->name;
	struct sift_series series;
	struct sift_slow_count count;
	enum sift_status rc;

	if (!block || run->skipped_s > 0) /* a part was looked at */
		return SIFT_E_EMPTY;
	if (!is_total && !find_series(&series, block, question->endpoint))
		return SIFT_E_EMPTY;
	rc = sift_block_slow(block, is_total ? NULL : &series,
			     question->ok_only, question->limit_ms, &count,
			     err);
	*out = (struct sift_proportion){count.slow, count.all};
	return rc;
}
