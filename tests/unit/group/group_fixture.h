/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_TEST_GROUP_GROUP_FIXTURE_H
#define SIFT_TEST_GROUP_GROUP_FIXTURE_H

/*
 * Digests built by hand: one row per source. What is 0 or NULL is left out of
 * the block, so that a row says only what its test is about.
 */

#include <stdbool.h>

#include "base/buf.h"
#include "digest/digest.h"
#include "group/group.h"

struct source_row {
	const char *path;
	enum sift_source_kind kind;
	const char *endpoints; /* one letter each, equal shares; NULL = "a" */
	int requests;	       /* of the run; a history: its last total */
	int failures;
	double rps;	     /* not 0: also a history has figures, its last */
	int users;	     /* peak */
	double seconds;	     /* stated */
	int salt;	     /* makes latencies, hence content, differ */
	const char *tool;    /* NULL: by kind */
	const char *started; /* RFC 3339; NULL = unknown */
	enum sift_reading reading;
	const char *threshold; /* of a summary */
	int last_users;	       /* not 0: users fall to this number */
	bool no_total;	       /* endpoints only */
	bool is_cut;	       /* before the row of the total */
};

/* A finished block of its own. */
struct sift_block *source_block(const struct source_row *row, const char *name,
				const char *path);

/* All rows in their order; with `prefix` before each path, and name =
 * container!path. */
void digest_of(struct sift_digest *digest, const struct source_row *rows,
	       size_t count, const char *prefix);

void digest_free(struct sift_digest *digest);

/* Turn the order of blocks around. */
void digest_reverse(struct sift_digest *digest);

/*
 * The sets: "label: run, run\n" each; then the sweeps: "sweep scenario axis:
 * set, set\n".
 */
void describe_sets(const struct sift_grouping *g, struct sift_buf *out);

/* "path role reason\n" of each block that is not plainly used; by path. */
void describe_uses(const struct sift_grouping *g,
		   const struct sift_digest *digest, struct sift_buf *out);

/* Group the rows and compare describe_sets() with `expected`. */
void expect_sets(const struct source_row *rows, size_t count,
		 const char *expected);
/* The same for describe_uses(). */
void expect_uses(const struct source_row *rows, size_t count,
		 const char *expected);

#define ROWS(table) (table), (sizeof(table) / sizeof(*(table)))

#endif /* SIFT_TEST_GROUP_GROUP_FIXTURE_H */
