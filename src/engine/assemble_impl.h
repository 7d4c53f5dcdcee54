/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_ENGINE_ASSEMBLE_IMPL_H
#define SIFT_ENGINE_ASSEMBLE_IMPL_H

/*
 * The parts of assembling a document, each in its own file, in the order of
 * their use:
 *
 *	assemble_figures.c  what each source of each run says, as tables
 *	assemble_run.c	    doc->runs
 *	assemble_services.c what services counted during each run
 *	assemble_set.c	    doc->sets
 *	assemble_spreads.c  which kind gives what in them; spreads
 *	assemble_ids.c	    the ids of both
 *	assemble.c	    who does that when; doc->sweeps and doc->inputs
 */

#include <stdbool.h>
#include <stddef.h>

#include "engine/assemble.h"
#include "model/figures.h"
#include "model/source_kind.h"

struct sift_figure_ranges {
	struct sift_latency_range p50, p95;
};

/* What one source says: endpoints sorted by name, method, kind. */
struct sift_figure_table {
	size_t block;
	struct sift_series *endpoints;	/* the block's, or made of them; their
					   results: sift_figure_row() */
	struct sift_reported *reported; /* as of the block, whose endpoints they
					   are then; NULL = they were made */
	const struct sift_series *alike; /* then, as of the block */
	size_t count;
	double spent_ms;	  /* by all their requests; NAN = unknown */
	struct sift_series total; /* its result NULL = none */
	/* of the endpoints and, last, of the total; NULL = nobody asked */
	struct sift_figure_ranges *ranges;
	const struct sift_block *part; /* to be read in place of the block:
					  less its warm-up; or NULL */
	/* of the block itself then; else NULL */
	const struct sift_result *whole_total;
	const struct sift_series *whole_endpoints;
	double whole_spent_ms;
	bool is_taken; /* a set's figures were taken from it */
};

/* One table per kind that holds results; NULL = the run has no such source. */
struct sift_run_tables {
	struct sift_figure_table *kinds[SIFT_SOURCE_KIND_COUNT];
	double skipped_s; /* of the run's begin; 0 = nothing */
};

struct sift_assembly {
	struct sift_document *doc;
	struct sift_arena *arena;
	const struct sift_digest *digest;
	const struct sift_grouping *grouping;
	struct sift_run_tables *tables; /* of each run */
	struct sift_arena scratch;	/* has `tables` */
	unsigned threads;
	bool wants_ranges;
	double skip_s; /* as sift_options.skip_warm_up_s */
	struct sift_err *err;
};

/* Of one run or set, which no other looks at; then the ids of all. Each returns
   SIFT_OK or SIFT_E_NOMEM. */
enum sift_status sift_assemble_figures(struct sift_assembly *a,
				       size_t run) SIFT_MUST_CHECK;
enum sift_status sift_assemble_run(struct sift_assembly *a,
				   size_t run) SIFT_MUST_CHECK;
enum sift_status sift_assemble_services(struct sift_assembly *a,
					size_t run) SIFT_MUST_CHECK;
enum sift_status sift_assemble_set(struct sift_assembly *a,
				   size_t set) SIFT_MUST_CHECK;
enum sift_status sift_assemble_ids(struct sift_assembly *a) SIFT_MUST_CHECK;

/* Order of endpoints: name, method, kind; NULL first. */
int sift_compare_endpoints(const struct sift_series *a,
			   const struct sift_series *b);

/* A row of the table, with its result; `count` is that of the total. */
static inline struct sift_series
sift_figure_row(const struct sift_figure_table *table, size_t i)
{
	return i < table->count
		       ? sift_series_at(table->endpoints, table->reported, i)
		       : table->total;
}

/* The result in the table's row for the same endpoint, or NULL. Endpoints are
   asked for in the order of the table; *next, 0 at first, is how far it was
   walked. */
struct sift_result *sift_figure_next(const struct sift_figure_table *table,
				     const struct sift_series *key,
				     size_t *next);

/* Endpoints that are sorted, each once; borrowed. */
struct sift_keys {
	struct sift_series **items;
	size_t count;
};

/* Merge lists by twos until one is left. `from` holds the items of all lists,
   in their order; `to` has as much room. The result is in one of the two. */
struct sift_keys sift_merge_keys(struct sift_keys *lists, size_t count,
				 struct sift_series **from,
				 struct sift_series **to);

/* "no memory for the report" */
enum sift_status sift_assembly_nomem(struct sift_assembly *a);

#endif /* SIFT_ENGINE_ASSEMBLE_IMPL_H */
