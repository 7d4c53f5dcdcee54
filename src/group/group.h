/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_GROUP_GROUP_H
#define SIFT_GROUP_GROUP_H

/*
 * From sources to runs, from runs to sets, from sets to sweeps (DESIGN 4.1
 * and 4.4): by folder and name, checked against what the results say, with
 * the reason of every decision in words.
 *
 * Everything here refers to the blocks of a finished digest by index and
 * borrows from it. The result depends on the blocks' logical paths and
 * content only: not on packing, nor on the order of inputs.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <loadsift/document.h>

#include "base/arena.h"
#include "base/err.h"
#include "digest/digest.h"

/* What became of a block: its row of the ledger. */
struct sift_block_use {
	enum sift_role role;
	const char *reason; /* NULL when plainly used */
	size_t run;	    /* index into runs, or SIFT_NONE */
};

/* Copies of a service's metrics from around a run; blocks. */
struct sift_group_service {
	const char *name; /* of its files, less words like "before" */
	size_t before;	  /* SIFT_NONE = none: what it counts is since the
			     service started */
	size_t after;
};

/* A run: one execution of a test. */
struct sift_group_run {
	const char *label;     /* shortest unambiguous name for people */
	const char *scenario;  /* of its path, less run, load and date */
	const char *load;      /* token, normalised: "100 rps"; NULL = none */
	const char *kept_date; /* or NULL */
	const char *tool;
	const char *tool_version;
	const char *host; /* that was tested; NULL = unknown */
	size_t *blocks;	  /* indexes of used blocks, results first */
	size_t block_count;
	size_t *members; /* all blocks of the run, superseded ones included */
	size_t member_count;
	const char **sources; /* logical paths of all its blocks, stripped */
	size_t source_count;
	int64_t peak_users; /* offered load: users; -1 = unknown */
	double target_rps;  /* from the path's token; NAN */
	double measured_rps;
	double duration_s;		     /* NAN = unknown */
	int64_t first_ns;		     /* SIFT_INSTANT_NONE = unknown */
	struct sift_group_service *services; /* by name */
	size_t service_count;
	const char **notes;
	size_t note_count;
	struct sift_hash128 hash; /* of the content of its blocks */
	size_t set;
};

struct sift_group_set {
	const char *scenario;
	const char *load;
	const char *kept_date;
	const char *label;
	const char *tool;
	size_t *runs; /* natural label order */
	size_t run_count;
	const char *grouped_by; /* why together, in words */
	double users;		/* NAN = not stated */
	unsigned days;
	const char **notes; /* why other runs stay apart, what would join */
	size_t note_count;
};

struct sift_group_sweep {
	const char *scenario;
	const char *tool;
	const char *axis; /* users, rps */
	size_t *sets;	  /* by rising load */
	size_t set_count;
};

struct sift_grouping {
	struct sift_block_use *uses; /* one per block of the digest */
	struct sift_group_run *runs;
	size_t run_count;
	struct sift_group_set *sets;
	size_t set_count;
	struct sift_group_sweep *sweeps;
	size_t sweep_count;
	const char *warning;	 /* of the user's expression; NULL = none */
	struct sift_arena arena; /* everything above */
};

/*
 * Group the blocks of a finished digest. `group_by` is the user's expression
 * (PCRE2 with named groups set, run, load on the logical path) or NULL. Up to
 * `threads` threads may work on it.
 *
 * Returns SIFT_OK; SIFT_E_USAGE for a wrong expression; SIFT_E_EMPTY when no
 * block holds a result (*out is set all the same, for the ledger); NOMEM.
 */
enum sift_status sift_group(struct sift_grouping **out,
			    const struct sift_digest *digest,
			    const char *group_by, unsigned threads,
			    struct sift_err *err) SIFT_MUST_CHECK;
void sift_grouping_free(struct sift_grouping *grouping);

#endif /* SIFT_GROUP_GROUP_H */
