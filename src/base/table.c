/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Open addressing with linear probing over slots of eight bytes: half of the
 * key's hash and the key's number. The half settles nearly every comparison
 * without a look at the key; its low bits choose the slot, so that a growing
 * table needs no key again. At most two thirds of the slots are taken.
 * Nothing is ever removed.
 */

#include <config.h>

#include "base/table.h"

#include "base/hash.h"
#include "base/mem.h"

#define FIRST_SLOTS 32

struct sift_table_slot {
	uint32_t tag;	  /* of the key's hash */
	uint32_t id_plus; /* the key's number + 1; 0 = free */
};

void
sift_table_init(struct sift_table *table, size_t max)
{
	*table = (struct sift_table){0};
	table->max = max;
	sift_arena_init(&table->arena);
}

void
sift_table_release(struct sift_table *table)
{
	sift_free(table->slots);
	sift_free(table->keys);
	sift_arena_release(&table->arena);
	sift_table_init(table, table->max);
}

/* Numbers are below UINT32_MAX, which means "not there". */
static size_t
max_keys(const struct sift_table *table)
{
	if (table->max == 0 || table->max > UINT32_MAX)
		return UINT32_MAX;
	return table->max;
}

static uint32_t
tag_of(struct sift_span key)
{
	return (uint32_t)sift_hash64(key.ptr, key.len);
}

/* The slot that holds `key`, or the free one where it belongs. */
static size_t
find_slot(const struct sift_table *table, struct sift_span key, uint32_t tag)
{
	size_t mask = table->slot_count - 1;
	size_t at = tag & mask;

	for (;; at = (at + 1) & mask) {
		const struct sift_table_slot *slot = &table->slots[at];

		if (slot->id_plus == 0)
			return at;
		if (slot->tag == tag &&
		    sift_span_equal(table->keys[slot->id_plus - 1], key))
			return at;
	}
}

static void
place(struct sift_table_slot *slots, size_t slot_count,
      struct sift_table_slot slot)
{
	size_t at = slot.tag & (slot_count - 1);

	while (slots[at].id_plus != 0)
		at = (at + 1) & (slot_count - 1);
	slots[at] = slot;
}

/* Make sure that one more key leaves a third of the slots free. */
static enum sift_status
grow_slots(struct sift_table *table)
{
	size_t slot_count = table->slot_count ? table->slot_count : FIRST_SLOTS;
	struct sift_table_slot *slots;

	if (table->slot_count / 3 * 2 > table->count)
		return SIFT_OK;
	if (table->slot_count > 0) {
		if (slot_count > SIZE_MAX / 2)
			return SIFT_E_NOMEM;
		slot_count *= 2;
	}
	slots = sift_calloc(slot_count, sizeof(*slots));
	if (!slots)
		return SIFT_E_NOMEM;
	for (size_t i = 0; i < table->slot_count; i++)
		if (table->slots[i].id_plus != 0)
			place(slots, slot_count, table->slots[i]);
	sift_free(table->slots);
	table->slots = slots;
	table->slot_count = slot_count;
	return SIFT_OK;
}

/* Enter a key that is not there. On failure the table holds what it held. */
static enum sift_status
enter(struct sift_table *table, struct sift_span key, uint32_t tag)
{
	struct sift_table_slot slot = {tag, (uint32_t)table->count + 1};
	char *text;
	enum sift_status rc;

	if (table->count >= max_keys(table))
		return SIFT_E_LIMIT;
	rc = grow_slots(table);
	if (rc)
		return rc;
	if (sift_array_grow((void **)&table->keys, &table->capacity,
			    table->count + 1, sizeof(*table->keys),
			    max_keys(table)))
		return SIFT_E_NOMEM;
	text = sift_arena_copy(&table->arena, key.ptr, key.len);
	if (!text)
		return SIFT_E_NOMEM;
	place(table->slots, table->slot_count, slot);
	table->keys[table->count++] = sift_span_of(text, key.len);
	return SIFT_OK;
}

enum sift_status
sift_table_intern(struct sift_table *table, struct sift_span key,
		  uint32_t *out_id, bool *out_new)
{
	uint32_t tag = tag_of(key);
	uint32_t id = (uint32_t)table->count;
	bool is_new = true;
	enum sift_status rc = SIFT_OK;

	if (table->slot_count > 0) {
		size_t at = find_slot(table, key, tag);

		if (table->slots[at].id_plus != 0) {
			id = table->slots[at].id_plus - 1;
			is_new = false;
		}
	}
	if (is_new)
		rc = enter(table, key, tag);
	if (rc)
		return rc;
	*out_id = id;
	if (out_new)
		*out_new = is_new;
	return SIFT_OK;
}

uint32_t
sift_table_find(const struct sift_table *table, struct sift_span key)
{
	size_t at;

	if (table->slot_count == 0)
		return UINT32_MAX;
	at = find_slot(table, key, tag_of(key));
	return table->slots[at].id_plus - 1; /* free: 0 - 1 = UINT32_MAX */
}
