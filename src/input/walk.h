/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_INPUT_WALK_H
#define SIFT_INPUT_WALK_H

/*
 * From the paths on the command line to files.
 *
 * Folders are walked in bytewise order of names. Hidden entries and symbolic
 * links inside folders are not followed; they and everything that is no
 * regular file are found too, with the reason why they are not read (a
 * hidden folder counts as one). A path given by the user may itself be a
 * link. Modification times are never looked at.
 *
 * Each file has two names: `name` is where it is, for the ledger; `path` is
 * the logical path that grouping works on, in which packing does not show:
 * the input's last path component without archive suffixes, then the path
 * below it. If several inputs end in the same component, as many parents as
 * tell them apart stand before it, and before its siblings' among the inputs.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

struct sift_found {
	const char *name; /* "-" for standard input */
	const char *path; /* logical */
	const char *file; /* what to open */
	uint64_t bytes;	  /* as stored; 0 for standard input */
	int given;	  /* 1: the user named it: may be a link or a FIFO */
	int is_stream;	  /* 1: standard input or a FIFO: read once only */
	const char *skip; /* why it is not read; NULL = read it */
	int is_damage;	  /* 1: `skip` is a failure (permission, I/O) that
			     makes the result partial */
};

struct sift_walk {
	struct sift_found *files; /* owned array, sorted by input, then name */
	size_t count;
	size_t capacity;
	struct sift_arena arena; /* texts */
};

void sift_walk_init(struct sift_walk *walk);
void sift_walk_release(struct sift_walk *walk);

/*
 * Walk all inputs. The same file met twice (device and inode) is found once,
 * under the first of its logical paths in bytewise order, whatever the order
 * of inputs; the others get skip = "given twice".
 *
 * Returns SIFT_OK; SIFT_E_USAGE for an input that does not exist;
 * SIFT_E_LIMIT beyond 16 million files; SIFT_E_NOMEM. Anything unreadable
 * below an input is an entry, no failure.
 */
enum sift_status sift_walk_inputs(struct sift_walk *walk,
				  const char *const *inputs, size_t count,
				  struct sift_err *err) SIFT_MUST_CHECK;

/*
 * Open a found file for reading, not following a link that took its place,
 * and make sure it is a regular file (standard input may be anything, and
 * what the user named a FIFO). Never blocks: a FIFO's writer is waited for
 * when it is read.
 * *out_fd is owned by the caller.
 *
 * Returns SIFT_OK, SIFT_E_IO.
 */
enum sift_status sift_found_open(const struct sift_found *found, int *out_fd,
				 struct sift_err *err) SIFT_MUST_CHECK;

#endif /* SIFT_INPUT_WALK_H */
