/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_ENGINE_PARCEL_H
#define SIFT_ENGINE_PARCEL_H

/*
 * How workers share the members of one archive.
 *
 * One worker goes through it alone, so limits, names, and what is damaged are
 * what they are without help. But while others have nothing to do, it does
 * not read small members: it packs them into parcels, memory that all
 * processes share, for the others to read. If none is free it reads on.
 *
 * A parcel is free, or it belongs to the worker that fills it, or, announced
 * and until it has been read, to the coordinator, who passes it on as it does
 * with files. So whoever dies, no parcel is lost.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "input/source.h"

struct sift_parcels; /* opaque; all there are */
struct sift_parcel;  /* opaque */

/* Something that sift_unpack() hands out. */
struct sift_parcel_item {
	const char *name;
	const char *path;
	const char *skipped; /* the reason; NULL = it is a source */
	bool is_damage;	     /* the skipped */
	struct sift_whole whole;
};

/* To be made before the first worker, for two at least. Returns SIFT_OK,
   SIFT_E_NOMEM. */
enum sift_status sift_parcels_new(struct sift_parcels **out, unsigned workers,
				  struct sift_err *err) SIFT_MUST_CHECK;
void sift_parcels_free(struct sift_parcels *parcels); /* NULL is allowed */

/* The coordinator: is there anybody to read parcels? */
void sift_parcels_invite(struct sift_parcels *parcels, bool is_welcome);
/* Worker `owner` has announced parcel `index`. Returns whether it has it. */
bool sift_parcels_accept(struct sift_parcels *parcels, uint64_t index,
			 pid_t owner);
/* It has been read. */
void sift_parcels_give_back(struct sift_parcels *parcels, uint64_t index);
/* `owner` has died: what it was filling is free. */
void sift_parcels_inherit(struct sift_parcels *parcels, pid_t owner);

/* The worker that packs: a parcel of its own, empty; NULL if none is free or
   nobody wants one, as with `parcels` NULL. */
struct sift_parcel *sift_parcels_take(struct sift_parcels *parcels,
				      pid_t owner);
uint64_t sift_parcel_index(const struct sift_parcels *parcels,
			   const struct sift_parcel *parcel);
/* Returns whether it had room for a copy of the item. */
bool sift_parcel_add(struct sift_parcel *parcel,
		     const struct sift_parcel_item *item);

/* The worker that reads: the parcel; its items, the first with *at = 0. They
   point into the parcel. */
const struct sift_parcel *sift_parcels_at(const struct sift_parcels *parcels,
					  uint64_t index);
bool sift_parcel_next(const struct sift_parcel *parcel, size_t *at,
		      struct sift_parcel_item *out);

#endif /* SIFT_ENGINE_PARCEL_H */
