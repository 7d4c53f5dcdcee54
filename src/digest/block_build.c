/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "digest/block_build.h"

#include <string.h>

#include "base/mem.h"
#include "base/text.h"

static enum sift_status
no_memory(struct sift_err *err)
{
	return sift_fail(err, SIFT_E_NOMEM, "no memory for a block");
}

/* ---- keys ---- */

void
sift_key_begin(struct sift_buf *key, unsigned first)
{
	sift_buf_clear(key);
	sift_buf_add_byte(key, (char)('0' + first));
}

/* Parts end with a NUL byte: one inside becomes U+FFFD, as in an arena. */
void
sift_key_add(struct sift_buf *key, struct sift_span part)
{
	while (part.len > 0) {
		size_t nul = sift_span_find_byte(part, '\0');

		if (sift_utf8_valid(sift_span_head(part, nul)))
			sift_buf_add(key, part.ptr, nul);
		else
			sift_utf8_add_repaired(key, sift_span_head(part, nul));
		if (nul < part.len) {
			sift_buf_add_str(key, "\xEF\xBF\xBD");
			nul++;
		}
		part = sift_span_from(part, nul);
	}
	sift_buf_add_byte(key, '\0');
}

/* ---- entries ---- */

size_t *
sift_block_list_count(struct sift_block *block, enum sift_block_list list)
{
	return (size_t *)(void *)((char *)block +
				  sift_list_ops(list)->count_at);
}

/* Arrays have types of their own: their pointers are read as bytes. */
static void *
array_of(struct sift_block *block, enum sift_block_list list)
{
	void *array;

	memcpy(&array, (char *)block + sift_list_ops(list)->array_at,
	       sizeof(array));
	return array;
}

static void
set_array(struct sift_block *block, enum sift_block_list list, void *array)
{
	memcpy((char *)block + sift_list_ops(list)->array_at, &array,
	       sizeof(array));
}

void *
sift_block_item(struct sift_block *block, enum sift_block_list list,
		size_t slot)
{
	return (char *)array_of(block, list) +
	       slot * sift_list_ops(list)->item_size;
}

static bool
is_other(const struct sift_list_ops *ops, struct sift_span key)
{
	return ops->other.len > 0 &&
	       sift_span_equal(sift_span_from(key, 1), ops->other);
}

/* Append an entry for a key that is not there. */
static enum sift_status
add_item(struct sift_block *block, enum sift_block_list list,
	 const struct sift_keep_key *key, uint32_t *out_slot,
	 struct sift_err *err)
{
	const struct sift_list_ops *ops = sift_list_ops(list);
	struct sift_keep *keep = &block->build->keeps[list];
	size_t *count = sift_block_list_count(block, list);
	void *array = array_of(block, list);
	uint32_t slot = (uint32_t)*count;
	enum sift_status rc;
	void *item;

	if (sift_array_grow(&array, &block->build->capacities[list],
			    sift_first_items(*count + 1), ops->item_size,
			    SIFT_KEEP_NONE))
		return no_memory(err);
	set_array(block, list, array);
	rc = sift_keep_add(keep, key, is_other(ops, key->text), err);
	if (rc)
		return rc;
	item = (char *)array + slot * ops->item_size;
	memset(item, 0, ops->item_size);
	ops->init(item, sift_keep_text(keep, slot).ptr);
	*count = (size_t)slot + 1;
	*out_slot = slot;
	return SIFT_OK;
}

/* The entry that takes in what is too much of entries like `key`. */
static enum sift_status
other_slot(struct sift_block *block, enum sift_block_list list, const char *key,
	   uint32_t *out_slot, struct sift_err *err)
{
	const struct sift_list_ops *ops = sift_list_ops(list);
	struct sift_buf *other = &block->build->other;
	struct sift_keep_key other_key;

	*out_slot = SIFT_KEEP_NONE;
	if (ops->other.len == 0)
		return sift_block_note(
			block, SIFT_SPAN("too many metrics: some are left out"),
			err);
	sift_buf_clear(other);
	sift_buf_add_byte(other, key[0]);
	sift_buf_add_span(other, ops->other);
	if (sift_buf_status(other))
		return no_memory(err);
	other_key = sift_keep_hashed(sift_buf_span(other));
	*out_slot = sift_keep_find(&block->build->keeps[list], &other_key);
	if (*out_slot != SIFT_KEEP_NONE)
		return SIFT_OK;
	return add_item(block, list, &other_key, out_slot, err);
}

static struct sift_ids *
ids_of(struct sift_block *block, enum sift_block_list list)
{
	if (list == SIFT_LIST_SERIES)
		return &block->build->ids[0];
	if (list == SIFT_LIST_METRICS)
		return &block->build->ids[1];
	return NULL;
}

/* Fold an entry into the other one, and leave its slot without content. */
static enum sift_status
give_way(struct sift_block *block, enum sift_block_list list, uint32_t victim,
	 struct sift_err *err)
{
	const struct sift_list_ops *ops = sift_list_ops(list);
	const char *key =
		sift_keep_text(&block->build->keeps[list], victim).ptr;
	struct sift_ids *ids = ids_of(block, list);
	uint32_t other;
	void *item;
	enum sift_status rc = other_slot(block, list, key, &other, err);

	if (rc)
		return rc;
	item = sift_block_item(block, list, victim);
	if (other != SIFT_KEEP_NONE)
		rc = ops->absorb(block, sift_block_item(block, list, other),
				 item, true, err);
	ops->release(item);
	memset(item, 0, ops->item_size);
	ops->init(item, key);
	if (rc == SIFT_OK && ids)
		rc = sift_ids_move(ids, victim, other, err);
	return rc;
}

static enum sift_status
replace(struct sift_block *block, enum sift_block_list list, uint32_t victim,
	const struct sift_keep_key *key, struct sift_err *err)
{
	const struct sift_list_ops *ops = sift_list_ops(list);
	struct sift_keep *keep = &block->build->keeps[list];
	enum sift_status rc = give_way(block, list, victim, err);

	if (rc == SIFT_OK)
		rc = sift_keep_replace(keep, victim, key, err);
	if (rc)
		return rc;
	ops->init(sift_block_item(block, list, victim),
		  sift_keep_text(keep, victim).ptr);
	return SIFT_OK;
}

/* The entry of the key that the list's keep expects next; there is room. */
static uint32_t
enter_expected(struct sift_block *block, enum sift_block_list list)
{
	const struct sift_list_ops *ops = sift_list_ops(list);
	struct sift_keep *keep = &block->build->keeps[list];
	uint32_t slot = sift_keep_enter_expected(keep);
	void *item = sift_block_item(block, list, slot);

	memset(item, 0, ops->item_size);
	ops->init(item, sift_keep_text(keep, slot).ptr);
	*sift_block_list_count(block, list) = keep->count;
	return slot;
}

enum sift_status
sift_block_slot(struct sift_block *block, enum sift_block_list list,
		uint32_t *out_slot, struct sift_err *err)
{
	const struct sift_list_ops *ops = sift_list_ops(list);
	struct sift_keep *keep = &block->build->keeps[list];
	struct sift_keep_key key;
	uint64_t max = ops->max ? ops->max : block->max_endpoints;
	enum sift_status rc;

	if (sift_buf_status(&block->build->key))
		return no_memory(err);
	key.text = sift_buf_span(&block->build->key);
	if (keep->count < max &&
	    sift_span_equal(sift_keep_expected(keep), key.text)) {
		*out_slot = enter_expected(block, list);
		return SIFT_OK;
	}
	key = sift_keep_hashed(key.text);
	*out_slot = sift_keep_find(keep, &key);
	if (*out_slot != SIFT_KEEP_NONE)
		return SIFT_OK;
	if (keep->count - keep->reserved < max || is_other(ops, key.text))
		return add_item(block, list, &key, out_slot, err);
	rc = sift_keep_victim(keep, &key, out_slot, err);
	if (rc)
		return rc;
	if (*out_slot == SIFT_KEEP_NONE)
		return other_slot(block, list, key.text.ptr, out_slot, err);
	return replace(block, list, *out_slot, &key, err);
}

enum sift_status
sift_block_note(struct sift_block *block, struct sift_span text,
		struct sift_err *err)
{
	/* Not build->key: a note may be made while another key is at hand. */
	struct sift_buf key;
	struct sift_buf kept = block->build->key;
	uint32_t slot;
	enum sift_status rc;

	sift_buf_init(&key, 0);
	sift_key_begin(&key, 0);
	sift_key_add(&key, text);
	block->build->key = key;
	rc = sift_block_slot(block, SIFT_LIST_NOTES, &slot, err);
	sift_buf_release(&block->build->key);
	block->build->key = kept;
	return rc;
}

struct sift_diag *
sift_block_diag(struct sift_block *block)
{
	if (!block->skipped)
		block->skipped = sift_calloc(1, sizeof(*block->skipped));
	return block->skipped;
}

const char *
sift_block_text(struct sift_block *block, struct sift_span text)
{
	uint32_t id;

	if (sift_table_intern(&block->build->texts, text, &id, NULL))
		return NULL;
	return sift_table_key(&block->build->texts, id).ptr;
}

/* The slot that an entry of another block, or of this one before, goes to. */
static enum sift_status
slot_for(struct sift_block *block, enum sift_block_list list, const void *item,
	 uint32_t *out_slot, struct sift_err *err)
{
	struct sift_buf *key = &block->build->key;

	sift_buf_clear(key);
	sift_list_ops(list)->add_key(item, key);
	return sift_block_slot(block, list, out_slot, err);
}

static enum sift_status
absorb_at(struct sift_block *block, enum sift_block_list list, uint32_t slot,
	  const void *item, struct sift_err *err)
{
	const struct sift_list_ops *ops = sift_list_ops(list);
	struct sift_span key;

	if (slot == SIFT_KEEP_NONE)
		return SIFT_OK;
	key = sift_keep_text(&block->build->keeps[list], slot);
	return ops->absorb(block, sift_block_item(block, list, slot), item,
			   is_other(ops, key), err);
}

enum sift_status
sift_block_absorb(struct sift_block *block, enum sift_block_list list,
		  const void *item, struct sift_err *err)
{
	uint32_t slot;
	enum sift_status rc = slot_for(block, list, item, &slot, err);

	return rc ? rc : absorb_at(block, list, slot, item, err);
}

enum sift_status
sift_block_enter(struct sift_block *block, enum sift_block_list list,
		 void *item, uint32_t *out_slot, struct sift_err *err)
{
	const struct sift_list_ops *ops = sift_list_ops(list);
	const struct sift_keep *keep = &block->build->keeps[list];
	size_t count = *sift_block_list_count(block, list);
	enum sift_status rc = slot_for(block, list, item, out_slot, err);

	if (rc)
		return rc;
	if (!ops->move || *out_slot != count ||
	    is_other(ops, sift_keep_text(keep, *out_slot)))
		return absorb_at(block, list, *out_slot, item, err);
	ops->move(sift_block_item(block, list, *out_slot), item);
	return SIFT_OK;
}

void
sift_block_renew(struct sift_block *block, enum sift_block_list list,
		 struct sift_renewal *out)
{
	*out = (struct sift_renewal){array_of(block, list),
				     block->build->keeps[list]};
	set_array(block, list, NULL);
	*sift_block_list_count(block, list) = 0;
	block->build->capacities[list] = 0;
	sift_keep_init(&block->build->keeps[list]);
}

void
sift_block_renewed(struct sift_renewal *old)
{
	sift_keep_release(&old->keep);
	sift_free(old->array);
}

enum sift_status
sift_block_example(struct sift_block *block, const char **example,
		   struct sift_span text, struct sift_err *err)
{
	const char *copy;

	if (!text.len ||
	    (*example && sift_span_compare(sift_span_str(*example), text) <= 0))
		return SIFT_OK;
	copy = sift_block_text(block, text);
	if (!copy)
		return no_memory(err);
	*example = copy;
	return SIFT_OK;
}

/* ---- beginning and end ---- */

static struct sift_block_build *
new_build(void)
{
	struct sift_block_build *build = sift_calloc(1, sizeof(*build));

	if (!build)
		return NULL;
	for (size_t list = 0; list < SIFT_LIST_COUNT; list++)
		sift_keep_init(&build->keeps[list]);
	sift_table_init(&build->texts, 0);
	sift_buf_init(&build->key, 0);
	sift_buf_init(&build->other, 0);
	sift_buf_init(&build->text, 0);
	sift_buf_init(&build->name, 0);
	sift_arena_init(&build->fresh);
	return build;
}

void
sift_block_build_free(struct sift_block_build *build)
{
	if (!build)
		return;
	for (size_t list = 0; list < SIFT_LIST_COUNT; list++)
		sift_keep_release(&build->keeps[list]);
	for (size_t i = 0; i < 2; i++) {
		sift_free(build->ids[i].ids);
		sift_free(build->ids[i].heads);
	}
	sift_table_release(&build->texts);
	sift_buf_release(&build->key);
	sift_buf_release(&build->other);
	sift_buf_release(&build->text);
	sift_buf_release(&build->name);
	sift_arena_release(&build->fresh);
	sift_free(build);
}

/* Enter all entries of a list anew, each released when it is in. */
static enum sift_status
reopen_list(struct sift_block *block, enum sift_block_list list,
	    struct sift_err *err)
{
	const struct sift_list_ops *ops = sift_list_ops(list);
	size_t count = *sift_block_list_count(block, list);
	struct sift_renewal old;
	enum sift_status rc = SIFT_OK;

	sift_block_renew(block, list, &old);
	for (size_t i = 0; i < count; i++) {
		void *item = old.array + i * ops->item_size;
		uint32_t slot;

		if (rc == SIFT_OK)
			rc = sift_block_enter(block, list, item, &slot, err);
		ops->release(item);
	}
	sift_block_renewed(&old);
	return rc;
}

/* A copy of an array; NULL of none. *ok becomes false when memory is out. */
static void *
own_array(const void *from, size_t count, size_t size, bool *ok)
{
	void *copy = count ? sift_malloc(count * size) : NULL;

	if (copy)
		memcpy(copy, from, count * size);
	*ok = *ok && (copy || !count);
	return copy;
}

/* Let the block own what it was lent. */
static enum sift_status
unpack(struct sift_block *block, struct sift_err *err)
{
	struct sift_block own = *block;
	bool ok = true;

	for (size_t i = 0; i < SIFT_LIST_COUNT; i++) {
		enum sift_block_list list = (enum sift_block_list)i;

		set_array(&own, list,
			  own_array(array_of(block, list),
				    *sift_block_list_count(block, list),
				    sift_list_ops(list)->item_size, &ok));
	}
	own.users = own_array(block->users, block->user_count,
			      sizeof(*own.users), &ok);
	own.progress = own_array(block->progress, block->progress_count,
				 sizeof(*own.progress), &ok);
	own.skipped = own_array(block->skipped, block->skipped != NULL,
				sizeof(*own.skipped), &ok);
	own.is_packed = own.is_flat = own.is_asked = false;
	own.alike = NULL;
	own.reported = NULL;
	if (!ok) {
		sift_block_free_arrays(&own);
		return no_memory(err);
	}
	for (size_t i = 0; i < own.series_count; i++)
		own.series[i] = sift_block_series(block, i);
	*block = own;
	return SIFT_OK;
}

enum sift_status
sift_block_open(struct sift_block *block, struct sift_err *err)
{
	enum sift_status rc = SIFT_OK;

	if (block->build)
		return SIFT_OK;
	if (block->is_packed)
		rc = unpack(block, err);
	if (rc)
		return rc;
	block->build = new_build();
	if (!block->build)
		return no_memory(err);
	for (size_t list = 0; rc == SIFT_OK && list < SIFT_LIST_COUNT; list++)
		rc = reopen_list(block, (enum sift_block_list)list, err);
	for (size_t i = 0; i < block->series_count; i++)
		block->build->names += block->series[i].kind != SIFT_KIND_TREND;
	block->build->has_counted = block->series_count > 0;
	block->build->user_capacity = block->user_count;
	block->build->progress_capacity = block->progress_count;
	return rc;
}
