/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Names with ids in them, made general: in a block that has too many names,
 * and in those that are to be compared with it.
 *
 * A name is replaced by what it alone says (generic_name.h), so that neither
 * order nor parts matter; what the names of one new name have is added up as
 * it is for SIFT_OTHER.
 */

#include <config.h>

#include "digest/block.h"

#include <string.h>

#include "base/mem.h"
#include "digest/block_build.h"
#include "digest/digest.h"
#include "digest/generic_name.h"

struct naming {
	struct sift_block *block;
	const struct sift_table *only; /* NULL: all names */
	struct sift_buf generic;
	struct sift_err *err;
};

/* What the name becomes; empty when it stays. */
static struct sift_span
new_name(struct naming *n, const char *name)
{
	struct sift_span none = SIFT_SPAN("");

	sift_buf_clear(&n->generic);
	if (!name || !sift_generic_name(sift_span_str(name), &n->generic))
		return none;
	if (n->only &&
	    sift_table_find(n->only, sift_buf_span(&n->generic)) == UINT32_MAX)
		return none;
	return sift_buf_span(&n->generic);
}

/* Returns SIFT_OK, SIFT_E_NOMEM. */
typedef enum sift_status rename_item(struct naming *n, void *item);

static enum sift_status
replace(struct naming *n, const char **name)
{
	struct sift_span to = new_name(n, *name);

	if (sift_buf_status(&n->generic))
		return SIFT_E_NOMEM;
	if (to.len)
		*name = sift_block_text(n->block, to);
	return *name || !to.len ? SIFT_OK : SIFT_E_NOMEM;
}

static enum sift_status
rename_series(struct naming *n, void *item)
{
	struct sift_series *series = item;
	const char *name = series->name;
	enum sift_status rc = SIFT_OK;

	if (series->kind == SIFT_KIND_TREND)
		return SIFT_OK;
	rc = replace(n, &series->name);
	if (rc || series->name == name)
		return rc;
	return sift_block_example(n->block, &series->example,
				  sift_span_str(name), n->err);
}

static enum sift_status
rename_failure(struct naming *n, void *item)
{
	struct sift_failure *failure = item;

	return replace(n, &failure->name);
}

/* Enter all entries anew under their new names; ids follow. */
static enum sift_status
rename_list(struct naming *n, enum sift_block_list list, rename_item *rename)
{
	const struct sift_list_ops *ops = sift_list_ops(list);
	size_t count = *sift_block_list_count(n->block, list);
	uint32_t *slots = sift_calloc(count ? count : 1, sizeof(*slots));
	struct sift_renewal old;
	enum sift_status rc = SIFT_OK;

	if (!slots)
		return SIFT_E_NOMEM;
	sift_block_renew(n->block, list, &old);
	for (size_t i = 0; i < count; i++) {
		void *item = old.array + i * ops->item_size;

		if (!rc)
			rc = rename(n, item);
		if (!rc)
			rc = sift_block_enter(n->block, list, item, &slots[i],
					      n->err);
		ops->release(item);
	}
	if (!rc && list == SIFT_LIST_SERIES)
		sift_ids_renumber(&n->block->build->ids[0], slots);
	sift_block_renewed(&old);
	sift_free(slots);
	return rc;
}

static bool
changes_any(struct naming *n)
{
	const struct sift_block *block = n->block;
	bool changes = false;

	for (size_t i = 0; i < block->series_count && !changes; i++)
		changes = block->series[i].kind != SIFT_KIND_TREND &&
			  new_name(n, block->series[i].name).len;
	for (size_t i = 0; i < block->failure_count && !changes; i++)
		changes = new_name(n, block->failures[i].name).len;
	return changes;
}

static enum sift_status
rename_all(struct naming *n)
{
	enum sift_status rc = sift_block_open(n->block, n->err);

	if (rc == SIFT_OK)
		rc = rename_list(n, SIFT_LIST_SERIES, rename_series);
	if (rc == SIFT_OK)
		rc = rename_list(n, SIFT_LIST_FAILURES, rename_failure);
	if (rc == SIFT_OK)
		rc = sift_block_note(n->block, SIFT_SPAN(SIFT_GENERIC_NOTE),
				     n->err);
	return rc;
}

enum sift_status
sift_block_generalise(struct sift_block *block, const struct sift_table *only,
		      bool *out_changed, struct sift_err *err)
{
	struct naming n = {.block = block, .only = only, .err = err};
	enum sift_status rc = SIFT_OK;

	sift_buf_init(&n.generic, 0);
	*out_changed = changes_any(&n);
	if (*out_changed)
		rc = rename_all(&n);
	if (!only)
		block->is_generic = true;
	sift_buf_release(&n.generic);
	if (rc == SIFT_E_NOMEM)
		return sift_fail(err, rc, "no memory for names");
	return rc;
}

/* ---- across blocks ---- */

/* The names that stand for several in a block that had too many. */
static enum sift_status
collect(const struct sift_digest *digest, struct sift_table *names)
{
	enum sift_status rc = SIFT_OK;

	for (size_t i = 0; i < digest->count && !rc; i++) {
		const struct sift_block *block = digest->blocks[i];

		for (size_t k = 0;
		     block->is_generic && k < block->series_count && !rc; k++)
			if (block->series[k].example)
				rc = sift_table_intern(
					names,
					sift_span_str(block->series[k].name),
					&(uint32_t){0}, NULL);
	}
	return rc;
}

static enum sift_status
share(struct sift_digest *digest, const struct sift_table *names,
      struct sift_err *err)
{
	enum sift_status rc = SIFT_OK;

	for (size_t i = 0; i < digest->count && !rc; i++) {
		bool changed;

		rc = sift_block_generalise(digest->blocks[i], names, &changed,
					   err);
		if (!rc && changed)
			rc = sift_block_finish(digest->blocks[i], 1, err);
	}
	return rc;
}

enum sift_status
sift_digest_share_names(struct sift_digest *const *digests, size_t count,
			struct sift_err *err)
{
	struct sift_table names;
	enum sift_status rc = SIFT_OK;

	sift_table_init(&names, 0);
	for (size_t i = 0; i < count && !rc; i++)
		rc = collect(digests[i], &names);
	if (rc)
		rc = sift_fail(err, rc, "no memory for names");
	for (size_t i = 0; i < count && !rc && names.count; i++)
		rc = share(digests[i], &names, err);
	sift_table_release(&names);
	return rc;
}
