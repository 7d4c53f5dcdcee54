/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "engine/parcel.h"

#include <stdatomic.h>
#include <string.h>

#include "base/region.h"

/* Room for the longest source that can be whole, and its names. */
#define PARCEL_BYTES (SIFT_WHOLE_MAX + 16384)

/* So many that nobody waits for one: being read, queued, being filled. More of
   them would only be more memory to fetch. */
#define PARCELS_PER_READER 3

/* Owners that are no worker. */
#define NOBODY 0
#define COORDINATOR (-1)

struct sift_parcel {
	_Atomic pid_t owner; /* others do not look at the rest */
	size_t len;
	char bytes[PARCEL_BYTES];
};

struct sift_parcels {
	atomic_bool is_welcome;
	size_t count;
	struct sift_parcel all[];
};

/* An item as it is stored; texts with their NUL, and the bytes, follow. */
struct item_head {
	size_t name_size, path_size, skipped_size, len;
	bool is_damage;
	enum sift_status end;
};

static size_t
map_bytes(size_t count)
{
	return sizeof(struct sift_parcels) + count * sizeof(struct sift_parcel);
}

enum sift_status
sift_parcels_new(struct sift_parcels **out, unsigned workers,
		 struct sift_err *err)
{
	size_t count = (size_t)(workers - 1) * PARCELS_PER_READER;

	*out = sift_region_new_shared(map_bytes(count));
	if (!*out)
		return sift_fail(err, SIFT_E_NOMEM, "no memory for parcels");
	(*out)->count = count;
	return SIFT_OK;
}

void
sift_parcels_free(struct sift_parcels *parcels)
{
	if (parcels)
		sift_region_free(parcels, map_bytes(parcels->count));
}

void
sift_parcels_invite(struct sift_parcels *parcels, bool is_welcome)
{
	atomic_store(&parcels->is_welcome, is_welcome);
}

static bool
hand_over(struct sift_parcel *parcel, pid_t from, pid_t to)
{
	return atomic_compare_exchange_strong(&parcel->owner, &from, to);
}

bool
sift_parcels_accept(struct sift_parcels *parcels, uint64_t index, pid_t owner)
{
	return index < parcels->count &&
	       hand_over(&parcels->all[index], owner, COORDINATOR);
}

void
sift_parcels_give_back(struct sift_parcels *parcels, uint64_t index)
{
	atomic_store(&parcels->all[index].owner, NOBODY);
}

void
sift_parcels_inherit(struct sift_parcels *parcels, pid_t owner)
{
	for (size_t i = 0; i < parcels->count; i++)
		hand_over(&parcels->all[i], owner, NOBODY);
}

struct sift_parcel *
sift_parcels_take(struct sift_parcels *parcels, pid_t owner)
{
	if (!parcels || !atomic_load(&parcels->is_welcome))
		return NULL;
	for (size_t i = 0; i < parcels->count; i++)
		if (hand_over(&parcels->all[i], NOBODY, owner)) {
			parcels->all[i].len = 0;
			return &parcels->all[i];
		}
	return NULL;
}

uint64_t
sift_parcel_index(const struct sift_parcels *parcels,
		  const struct sift_parcel *parcel)
{
	return (uint64_t)(parcel - parcels->all);
}

static void
put(struct sift_parcel *parcel, const void *bytes, size_t len)
{
	if (len)
		memcpy(parcel->bytes + parcel->len, bytes, len);
	parcel->len += len;
}

bool
sift_parcel_add(struct sift_parcel *parcel, const struct sift_parcel_item *item)
{
	const struct sift_whole *whole = &item->whole;
	const struct item_head head = {
		.name_size = strlen(item->name) + 1,
		.path_size = strlen(item->path) + 1,
		.skipped_size = item->skipped ? strlen(item->skipped) + 1 : 0,
		.len = whole->bytes.len,
		.is_damage = item->is_damage,
		.end = whole->end.status,
	};
	size_t end_size = head.end < 0 ? sizeof(whole->end) : 0;

	/* Lengths of what is in memory: no sum of them overflows. */
	if (sizeof(head) + head.name_size + head.path_size + head.skipped_size +
		    end_size + head.len >
	    sizeof(parcel->bytes) - parcel->len)
		return false;
	put(parcel, &head, sizeof(head));
	put(parcel, item->name, head.name_size);
	put(parcel, item->path, head.path_size);
	put(parcel, item->skipped, head.skipped_size);
	put(parcel, &whole->end, end_size);
	put(parcel, whole->bytes.ptr, head.len);
	return true;
}

const struct sift_parcel *
sift_parcels_at(const struct sift_parcels *parcels, uint64_t index)
{
	return &parcels->all[index];
}

/* The next `len` bytes; *at moves behind them. */
static const char *
get(const struct sift_parcel *parcel, size_t *at, size_t len)
{
	const char *bytes = parcel->bytes + *at;

	*at += len;
	return bytes;
}

bool
sift_parcel_next(const struct sift_parcel *parcel, size_t *at,
		 struct sift_parcel_item *out)
{
	struct item_head head;

	if (*at >= parcel->len)
		return false;
	memcpy(&head, get(parcel, at, sizeof(head)), sizeof(head));
	*out = (struct sift_parcel_item){.is_damage = head.is_damage};
	out->name = get(parcel, at, head.name_size);
	out->path = get(parcel, at, head.path_size);
	if (head.skipped_size)
		out->skipped = get(parcel, at, head.skipped_size);
	if (head.end < 0)
		memcpy(&out->whole.end,
		       get(parcel, at, sizeof(struct sift_err)),
		       sizeof(struct sift_err));
	out->whole.end.status = head.end;
	out->whole.bytes = sift_span_of(get(parcel, at, head.len), head.len);
	return true;
}
