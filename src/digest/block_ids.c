/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "digest/block_build.h"

#include "base/mem.h"

/* No reader declares more; a table of ids takes eight bytes for each. */
#define IDS_MAX ((size_t)1 << 28)

static enum sift_status
no_memory(struct sift_err *err)
{
	return sift_fail(err, SIFT_E_NOMEM, "no memory for a block");
}

static enum sift_status
make_room(struct sift_ids *ids, uint32_t id, struct sift_err *err)
{
	int grown = sift_array_grow((void **)&ids->ids, &ids->capacity,
				    sift_first_items((size_t)id + 1),
				    sizeof(*ids->ids), IDS_MAX);

	if (grown == -2)
		return sift_fail(err, SIFT_E_LIMIT, "more than %zu names",
				 IDS_MAX);
	if (grown)
		return no_memory(err);
	while (ids->count <= id)
		ids->ids[ids->count++] =
			(struct sift_id){SIFT_KEEP_NONE, SIFT_KEEP_NONE};
	return SIFT_OK;
}

/* The place of the first id of a slot; NULL when memory is out. */
static uint32_t *
head_of(struct sift_ids *ids, uint32_t slot)
{
	size_t need = (size_t)slot + 1;

	if (sift_array_grow((void **)&ids->heads, &ids->head_capacity,
			    sift_first_items(need), sizeof(*ids->heads),
			    UINT32_MAX))
		return NULL;
	while (ids->head_count < need)
		ids->heads[ids->head_count++] = SIFT_KEEP_NONE;
	return &ids->heads[slot];
}

/* Let the id be among those of its slot, if it has one. */
static enum sift_status
link_id(struct sift_ids *ids, uint32_t id, struct sift_err *err)
{
	uint32_t slot = ids->ids[id].slot;
	uint32_t *head;

	if (slot == SIFT_KEEP_NONE)
		return SIFT_OK;
	head = head_of(ids, slot);
	if (!head)
		return no_memory(err);
	ids->ids[id].next = *head;
	*head = id;
	return SIFT_OK;
}

/* Most sources have no names that give way, so nobody asks for all ids of a
   slot. */
static enum sift_status
link_all(struct sift_ids *ids, struct sift_err *err)
{
	enum sift_status rc = SIFT_OK;

	for (size_t id = 0; id < ids->count && !rc && !ids->is_linked; id++)
		rc = link_id(ids, (uint32_t)id, err);
	ids->is_linked = true;
	return rc;
}

enum sift_status
sift_ids_set_any(struct sift_ids *ids, uint32_t id, uint32_t slot,
		 struct sift_err *err)
{
	enum sift_status rc =
		id < ids->count ? SIFT_OK : make_room(ids, id, err);

	if (rc)
		return rc;
	if (slot == SIFT_KEEP_NONE || ids->ids[id].slot == slot)
		return SIFT_OK;
	if (ids->ids[id].slot != SIFT_KEEP_NONE)
		return sift_fail(err, SIFT_E_INTERNAL,
				 "id %u declared for two names", id);
	ids->ids[id].slot = slot;
	return ids->is_linked ? link_id(ids, id, err) : SIFT_OK;
}

/* No slot has ids. */
static void
unlink_all(struct sift_ids *ids)
{
	ids->head_count = 0;
	ids->is_linked = false;
}

void
sift_ids_forget(struct sift_ids *ids)
{
	ids->count = 0;
	unlink_all(ids);
}

void
sift_ids_renumber(struct sift_ids *ids, const uint32_t *slots)
{
	unlink_all(ids);
	for (size_t id = 0; id < ids->count; id++)
		if (ids->ids[id].slot != SIFT_KEEP_NONE)
			ids->ids[id].slot = slots[ids->ids[id].slot];
}

enum sift_status
sift_ids_move(struct sift_ids *ids, uint32_t from, uint32_t to,
	      struct sift_err *err)
{
	enum sift_status rc = link_all(ids, err);
	uint32_t id;

	if (rc || from >= ids->head_count)
		return rc;
	id = ids->heads[from];
	ids->heads[from] = SIFT_KEEP_NONE;
	while (id != SIFT_KEEP_NONE && !rc) {
		uint32_t next = ids->ids[id].next;

		ids->ids[id].slot = to;
		rc = link_id(ids, id, err);
		id = next;
	}
	return rc;
}
