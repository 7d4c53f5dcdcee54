/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_INPUT_UNPACK_IMPL_H
#define SIFT_INPUT_UNPACK_IMPL_H

/*
 * The two halves of unpacking: unpack.c takes compression off a stream and
 * sees what is left, unpack_members.c goes through a container and gives each
 * member back to the first half. Only input/ includes this.
 */

#include "input/magic.h"
#include "input/source_impl.h"
#include "input/unpack.h"

/* The state of one sift_unpack(). */
struct sift_unpacker {
	struct sift_limits limits;	    /* resolved */
	const struct sift_visitor *visitor; /* borrowed */
	struct sift_meter meter;
	uint64_t members; /* met so far, in all containers */
};

/* Where a stream was found; texts borrowed. */
struct sift_place {
	const char *name;
	const char *path;
	uint64_t depth; /* containers around it */
	int fd;		/* the regular file that it is; -1 = something else */
	uint64_t start; /* where in it */
};

/*
 * Visit what is in the stream `src` (borrowed). Returns SIFT_OK, SIFT_E_NOMEM,
 * a visitor's failure, or the failure of a file that gives nothing.
 */
enum sift_status sift_unpack_source(struct sift_unpacker *u,
				    struct sift_source *src,
				    const struct sift_place *at,
				    struct sift_err *err) SIFT_MUST_CHECK;

/*
 * Visit the members of the container `src` is, a `magic`. Returns as
 * sift_unpack_source(): damage goes to the visitor.
 */
enum sift_status sift_unpack_members(struct sift_unpacker *u,
				     struct sift_source *src,
				     enum sift_magic magic,
				     const struct sift_place *at,
				     struct sift_err *err) SIFT_MUST_CHECK;

/* Tell the visitor of something that is not read. Its status. */
enum sift_status sift_unpack_skip(struct sift_unpacker *u, const char *name,
				  const char *path, const char *reason,
				  bool is_damage,
				  struct sift_err *err) SIFT_MUST_CHECK;

#endif /* SIFT_INPUT_UNPACK_IMPL_H */
