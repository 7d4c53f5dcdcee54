/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_GROUP_DRAFTS_H
#define SIFT_GROUP_DRAFTS_H

/*
 * What the steps of grouping share: runs while they are being made. group.c
 * calls the steps in order, each in its own file:
 *
 *	group_sources.c	blocks to sources, sorted
 *	runs.c		sources of one folder and tool to drafts of runs
 *	duplicates.c	drafts that repeat another one go into it
 *	services.c	metrics of services are put beside what stays
 *	damaged.c	what could not be read is put beside them
 *	run_facts.c	what stays gets its name, totals, load and duration
 *	group_by.c	the user's expression, where there is one
 *	run_sources.c	which source of a run gives what
 *	run_names.c	numbers that are loads, numbering that restarts
 *	run_labels.c	names for people, and the order of everything
 *	sets.c, sweeps.c
 *
 * Sources are walked in order of path, then name, so that nothing depends on
 * the order of blocks. Whether a block is in a run is kept in
 * grouping->uses[].run, as an index of drafts until the end.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/span.h"
#include "group/group.h"
#include "group/path_name.h"

/* A block that may belong to a run, and its path taken apart. */
struct sift_group_source {
	size_t block;
	const struct sift_block *from; /* the same */
	struct sift_span dir;	       /* folders; "" = none */
	struct sift_span file;	       /* name */
	struct sift_span unpacked;     /* name without .gz and the like */
	struct sift_span stem;
	const char *tool;    /* never NULL */
	size_t duplicate_of; /* index of sources, or SIFT_NONE */
};

struct sift_draft {
	size_t by_kind[SIFT_SOURCE_KIND_COUNT]; /* block, or SIFT_NONE */
	size_t best; /* block that gives the figures */
	const struct sift_block *best_block;
	struct sift_span dir; /* runs.c: whole; run_facts.c: stripped */
	struct sift_span stem;
	size_t replaced_by; /* a draft it went into, or SIFT_NONE */
	size_t subject;	    /* rank of its scenario and tool; run_names.c */
	struct sift_path_name name;
	bool by_user;	      /* set, run and load come from --group-by */
	const char *user_run; /* what it captured as the run; "" = nothing */
	double load;	      /* of the path or the user; NAN = none */
	enum sift_load_unit unit;
	int64_t requests;	     /* -1 = unknown */
	size_t shown_from, shown_to; /* parts of the name in labels */
	const char *short_scenario;  /* what labels show of it */
	struct sift_group_run *run;  /* what becomes of it; of out->runs */
};

struct sift_drafting {
	const struct sift_digest *digest;
	struct sift_grouping *out;
	struct sift_arena *arena;  /* &out->arena */
	struct sift_arena scratch; /* has sources and drafts */
	unsigned threads;
	struct sift_err *err;
	struct sift_group_source *sources; /* by dir, tool, stem, kind, name */
	size_t source_count;
	struct sift_draft *drafts; /* room for as many as blocks */
	size_t draft_count;
	/* The drafts that stand: in the order of their folders, of scenarios
	   (run_names.c), in the end that of labels, which is that of runs. */
	struct sift_draft **standing;
	size_t standing_count;
	size_t stripped;      /* bytes at the begin of all folders */
	const char *fallback; /* innermost stripped folder, or NULL */
};

/* Each step returns SIFT_OK or SIFT_E_NOMEM if nothing else is said. What
   concerns one draft alone is done for many at once (sift_each_draft()). */
enum sift_status sift_collect_sources(struct sift_drafting *d) SIFT_MUST_CHECK;
enum sift_status sift_draft_runs(struct sift_drafting *d) SIFT_MUST_CHECK;
enum sift_status sift_drop_duplicates(struct sift_drafting *d) SIFT_MUST_CHECK;
/* Copies of services' metrics, to the one run of their folder. */
enum sift_status sift_place_services(struct sift_drafting *d) SIFT_MUST_CHECK;
/* Blocks that could not be read, to the runs they stood with. */
enum sift_status sift_place_damaged(struct sift_drafting *d) SIFT_MUST_CHECK;
/* Strip folders, read names, by the user's expression as well where there is
   one; what each measured, and which of its sources gives what. Also
   SIFT_E_USAGE. */
enum sift_status sift_describe_drafts(struct sift_drafting *d,
				      const char *group_by) SIFT_MUST_CHECK;
/* Names by the expression; runs of one name are one. Also SIFT_E_USAGE. */
enum sift_status sift_apply_group_by(struct sift_drafting *d,
				     const char *expression) SIFT_MUST_CHECK;
/* Loads that stand as bare numbers, numbering that restarts. */
enum sift_status sift_settle_names(struct sift_drafting *d) SIFT_MUST_CHECK;
/* Labels; drafts that stand stay, in the order of labels: the runs. */
enum sift_status sift_label_runs(struct sift_drafting *d) SIFT_MUST_CHECK;
enum sift_status sift_make_sets(struct sift_drafting *d) SIFT_MUST_CHECK;
enum sift_status sift_make_sweeps(struct sift_drafting *d) SIFT_MUST_CHECK;

/* Do a part for each draft that stands, in parallel: with a drafting that is
   as `d`, but has an arena and an error of its own. */
typedef enum sift_status sift_draft_part(struct sift_drafting *d,
					 struct sift_draft *draft);
enum sift_status sift_each_draft(struct sift_drafting *d,
				 sift_draft_part *part) SIFT_MUST_CHECK;

/* Which sources of a draft are used; sift_draft_part. */
enum sift_status sift_choose_sources(struct sift_drafting *d,
				     struct sift_draft *draft) SIFT_MUST_CHECK;

/* List the drafts that stand, where some were replaced. */
enum sift_status sift_list_standing(struct sift_drafting *d) SIFT_MUST_CHECK;
/* Follow replaced_by to the draft that stands. */
size_t sift_draft_standing(const struct sift_drafting *d, size_t draft);

/* Compare texts; NULL is as "". */
int sift_text_order(const char *a, const char *b);

/* Take a block's path apart; borrowed from it. `block` becomes SIFT_NONE. */
void sift_source_split(struct sift_group_source *s,
		       const struct sift_block *block);

/* Folders that were not stripped, and the file; borrowed. */
const char *sift_source_path(const struct sift_group_source *s);

/* "no memory for grouping" */
enum sift_status sift_group_nomem(struct sift_drafting *d);

#endif /* SIFT_GROUP_DRAFTS_H */
