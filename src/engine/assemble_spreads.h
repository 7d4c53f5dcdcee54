/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_ENGINE_ASSEMBLE_SPREADS_H
#define SIFT_ENGINE_ASSEMBLE_SPREADS_H

/*
 * The statistics of a set. Like is compared with like: for each endpoint and
 * metric all runs are read from sources of one kind. DESIGN 4.1 asks for the
 * best kind that every run carries and, in the same breath, that one run
 * without it is left out rather than degrading the rest (four of five with
 * points: n = 4). Both hold with "the best kind that more than half of the
 * runs carry which know the metric at all"; if no kind reaches half, the one
 * most runs carry is taken, of several the best.
 */

#include "engine/assemble_impl.h"
#include "stat/spread.h"

/* What one run of the set says, kind by kind. */
struct sift_set_row {
	struct sift_run_tables *tables;
	/* of the endpoint looked at, or the total; NULL = nothing */
	const struct sift_result *results[SIFT_SOURCE_KIND_COUNT];
	size_t next[SIFT_SOURCE_KIND_COUNT]; /* row of each table, behind it */
};

struct sift_set_builder {
	struct sift_assembly *a;
	const struct sift_group_set *from;
	struct sift_set *to;
	size_t count;		   /* of its runs */
	struct sift_set_row *rows; /* of each */
	/* the kinds that any of them has, best first */
	size_t kinds[SIFT_SOURCE_KIND_COUNT];
	size_t kind_count;
	/* a table for each of these kinds with a row per run: the metrics of
	   the endpoint looked at. The first has what is chosen in the end */
	struct sift_spread_row *cells;
	size_t chosen[SIFT_SPREAD_COLUMNS]; /* the kind that each is from */
	/* one per run: the results of each kind, of the endpoint looked at;
	   made when they are needed; and nothing */
	const struct sift_result *const *results[SIFT_SOURCE_KIND_COUNT];
	const struct sift_result *const *nothing;
	size_t taken[SIFT_SOURCE_KIND_COUNT]; /* figures taken from each kind */
};

/*
 * The best kind that more than half of the `known` runs carry; if there is
 * none, the one most runs carry, of several the best. SIFT_NONE when no run
 * carries any.
 */
size_t sift_common_kind(const size_t carried[SIFT_SOURCE_KIND_COUNT],
			size_t known);

/* The kind that latencies of what sift_fill_spreads() looked at last come from,
   or SIFT_NONE. */
size_t sift_latency_kind(const struct sift_set_builder *b);

/* The spreads of what the rows' results say. Returns SIFT_OK, SIFT_E_NOMEM. */
enum sift_status sift_fill_spreads(struct sift_set_builder *b,
				   struct sift_set_result *out) SIFT_MUST_CHECK;

#endif /* SIFT_ENGINE_ASSEMBLE_SPREADS_H */
