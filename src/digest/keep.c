/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * An index of open addressing with linear probing; an entry is taken out by
 * moving up those behind it (Knuth 6.4 R). The heap is built when the table
 * is full for the first time; from then on keys are only replaced, at its
 * top.
 */

#include <config.h>

#include "digest/keep.h"

#include <string.h>

#include "base/mem.h"

/* Room for a usual number of endpoints. */
#define FIRST_INDEX 64
#define FIRST_ENTRIES 32
/* No more bytes of keys are kept for the next source. */
#define KNOWN_BYTES 65536

void
sift_keep_init(struct sift_keep *keep)
{
	*keep = (struct sift_keep){0};
}

void
sift_keep_release(struct sift_keep *keep)
{
	sift_free(keep->entries);
	sift_free(keep->index);
	sift_free(keep->heap);
	sift_arena_release(&keep->texts);
	sift_keep_init(keep);
}

static enum sift_status
no_memory(struct sift_err *err)
{
	return sift_fail(err, SIFT_E_NOMEM, "no memory for names");
}

static struct sift_span
text_of(const struct sift_keep_entry *entry)
{
	return sift_span_of(entry->text, entry->len);
}

static int
compare(const struct sift_keep_key *key, const struct sift_keep_entry *entry)
{
	if (key->hash != entry->hash)
		return key->hash < entry->hash ? -1 : 1;
	return sift_span_compare(key->text, text_of(entry));
}

/* ---- index ---- */

static size_t
home_of(const struct sift_keep *keep, uint64_t hash)
{
	return (size_t)hash & (keep->index_size - 1);
}

static void
put_in_index(struct sift_keep *keep, uint32_t slot)
{
	size_t at = home_of(keep, keep->entries[slot].hash);

	while (keep->index[at] != 0)
		at = (at + 1) & (keep->index_size - 1);
	keep->index[at] = slot + 1;
}

static void
take_out_of_index(struct sift_keep *keep, uint32_t slot)
{
	size_t mask = keep->index_size - 1;
	size_t hole = home_of(keep, keep->entries[slot].hash);
	size_t at;

	while (keep->index[hole] != slot + 1)
		hole = (hole + 1) & mask;
	for (at = (hole + 1) & mask; keep->index[at] != 0;
	     at = (at + 1) & mask) {
		uint32_t other = keep->index[at] - 1;
		size_t home = home_of(keep, keep->entries[other].hash);

		/* It may move up unless its home is after the hole. */
		if (((at - home) & mask) < ((at - hole) & mask))
			continue;
		keep->index[hole] = keep->index[at];
		hole = at;
	}
	keep->index[hole] = 0;
}

/* Expect no more. */
static void
forget(struct sift_keep *keep)
{
	if (keep->known > keep->count) {
		memset(keep->index, 0, keep->index_size * sizeof(*keep->index));
		for (size_t i = 0; i < keep->count; i++)
			put_in_index(keep, (uint32_t)i);
	}
	keep->known = keep->count;
}

/* Keys that gave way to others cannot come again in this order. */
void
sift_keep_empty(struct sift_keep *keep)
{
	if (keep->heap || keep->reserved ||
	    keep->texts.total_bytes > KNOWN_BYTES) {
		sift_keep_release(keep);
		return;
	}
	if (keep->known < keep->count)
		keep->known = keep->count;
	keep->count = 0;
}

static enum sift_status
grow_index(struct sift_keep *keep, struct sift_err *err)
{
	size_t size = keep->index_size ? keep->index_size * 2 : FIRST_INDEX;
	uint32_t *index;

	if (keep->index_size / 3 * 2 > keep->count)
		return SIFT_OK;
	index = sift_calloc(size, sizeof(*index));
	if (!index)
		return no_memory(err);
	sift_free(keep->index);
	keep->index = index;
	keep->index_size = size;
	for (size_t i = 0; i < keep->count; i++)
		put_in_index(keep, (uint32_t)i);
	return SIFT_OK;
}

uint32_t
sift_keep_find(const struct sift_keep *keep, const struct sift_keep_key *key)
{
	size_t at;

	if (keep->index_size == 0)
		return SIFT_KEEP_NONE;
	for (at = home_of(keep, key->hash); keep->index[at] != 0;
	     at = (at + 1) & (keep->index_size - 1)) {
		uint32_t slot = keep->index[at] - 1;
		const struct sift_keep_entry *entry = &keep->entries[slot];

		if (slot < keep->count && entry->hash == key->hash &&
		    sift_span_equal(text_of(entry), key->text))
			return slot;
	}
	return SIFT_KEEP_NONE;
}

static enum sift_status
new_entry(struct sift_keep *keep, struct sift_keep_entry *out,
	  const struct sift_keep_key *key, bool reserved, struct sift_err *err)
{
	struct sift_span text = key->text;

	if (text.len >= UINT32_MAX)
		return sift_fail(err, SIFT_E_LIMIT, "a name of 4 GiB");
	out->text = sift_arena_copy(&keep->texts, text.ptr, text.len);
	if (!out->text)
		return no_memory(err);
	out->hash = key->hash;
	out->len = (uint32_t)text.len;
	out->reserved = reserved;
	return SIFT_OK;
}

enum sift_status
sift_keep_add(struct sift_keep *keep, const struct sift_keep_key *key,
	      bool reserved, struct sift_err *err)
{
	size_t need = keep->count + 1;
	enum sift_status rc;

	forget(keep);
	if (keep->in_order > keep->count)
		keep->in_order = keep->count;
	rc = grow_index(keep, err);
	if (rc)
		return rc;
	if (sift_array_grow((void **)&keep->entries, &keep->capacity,
			    need < FIRST_ENTRIES ? FIRST_ENTRIES : need,
			    sizeof(*keep->entries), SIFT_KEEP_NONE))
		return no_memory(err);
	rc = new_entry(keep, &keep->entries[keep->count], key, reserved, err);
	if (rc)
		return rc;
	put_in_index(keep, (uint32_t)keep->count++);
	keep->reserved += reserved;
	if (!reserved) {
		sift_free(keep->heap);
		keep->heap = NULL;
	}
	return SIFT_OK;
}

/* ---- heap ---- */

static bool
is_before(const struct sift_keep *keep, uint32_t a, uint32_t b)
{
	const struct sift_keep_entry *entry = &keep->entries[a];
	const struct sift_keep_key key = {text_of(entry), entry->hash};

	return compare(&key, &keep->entries[b]) < 0;
}

static void
sink(struct sift_keep *keep, size_t at)
{
	uint32_t *heap = keep->heap;
	uint32_t slot = heap[at];
	size_t child;

	for (child = 2 * at + 1; child < keep->heap_count; child = 2 * at + 1) {
		if (child + 1 < keep->heap_count &&
		    is_before(keep, heap[child], heap[child + 1]))
			child++;
		if (!is_before(keep, slot, heap[child]))
			break;
		heap[at] = heap[child];
		at = child;
	}
	heap[at] = slot;
}

static enum sift_status
build_heap(struct sift_keep *keep, struct sift_err *err)
{
	keep->heap = sift_calloc(keep->count, sizeof(*keep->heap));
	if (!keep->heap)
		return no_memory(err);
	keep->heap_count = 0;
	for (size_t i = 0; i < keep->count; i++) {
		if (!keep->entries[i].reserved)
			keep->heap[keep->heap_count++] = (uint32_t)i;
	}
	for (size_t i = keep->heap_count / 2; i > 0; i--)
		sink(keep, i - 1);
	return SIFT_OK;
}

enum sift_status
sift_keep_victim(struct sift_keep *keep, const struct sift_keep_key *key,
		 uint32_t *out_slot, struct sift_err *err)
{
	enum sift_status rc = SIFT_OK;

	*out_slot = SIFT_KEEP_NONE;
	if (keep->count == keep->reserved)
		return SIFT_OK;
	forget(keep);
	if (!keep->heap)
		rc = build_heap(keep, err);
	if (rc)
		return rc;
	if (compare(key, &keep->entries[keep->heap[0]]) < 0)
		*out_slot = keep->heap[0];
	return SIFT_OK;
}

enum sift_status
sift_keep_replace(struct sift_keep *keep, uint32_t victim,
		  const struct sift_keep_key *key, struct sift_err *err)
{
	struct sift_keep_entry entry;
	enum sift_status rc = new_entry(keep, &entry, key, false, err);

	if (rc)
		return rc;
	take_out_of_index(keep, victim);
	keep->in_order = 0;
	keep->entries[victim] = entry;
	put_in_index(keep, victim);
	sink(keep, 0);
	return SIFT_OK;
}
