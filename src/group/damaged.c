/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "group/drafts.h"

#include "base/put_in_order.h"

/*
 * A result file that could not be read is put to the run it stood with, by
 * folder and stem, so that the run can say what it lacks.
 */

static int
compare_places(const struct sift_draft *x, const struct sift_draft *y)
{
	int c = sift_span_compare(x->dir, y->dir);

	return c ? c : sift_span_compare(x->stem, y->stem);
}

static int
compare_drafts(const void *a, const void *b)
{
	return compare_places(*(struct sift_draft *const *)a,
			      *(struct sift_draft *const *)b);
}

/* The one draft at this place, or NULL for none and several. */
static struct sift_draft *
draft_at(struct sift_draft **drafts, size_t count,
	 const struct sift_draft *place)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (compare_places(drafts[mid], place) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	if (low == count || compare_places(drafts[low], place) ||
	    (low + 1 < count && !compare_places(drafts[low + 1], place)))
		return NULL;
	return drafts[low];
}

static enum sift_status
note_damage(struct sift_drafting *d, struct sift_draft *draft,
	    const struct sift_block *block, struct sift_span file)
{
	struct sift_group_run *run = draft->run;
	const char **notes =
		sift_arena_array(d->arena, run->note_count + 1, sizeof(*notes));
	const char *note = sift_arena_printf(
		d->arena, "%.*s could not be read: %s", (int)file.len, file.ptr,
		block->reason ? block->reason : "damaged");

	if (!notes || !note)
		return sift_group_nomem(d);
	for (size_t i = 0; i < run->note_count; i++)
		notes[i] = run->notes[i];
	notes[run->note_count++] = note;
	run->notes = notes;
	return SIFT_OK;
}

static enum sift_status
place_damaged(struct sift_drafting *d, struct sift_draft **drafts, size_t count)
{
	enum sift_status rc = SIFT_OK;

	for (size_t i = 0; i < d->digest->count && !rc; i++) {
		const struct sift_block *block = d->digest->blocks[i];
		struct sift_group_source s;
		struct sift_draft place, *draft;

		if (block->reading != SIFT_READING_DAMAGED)
			continue;
		sift_source_split(&s, block);
		place.dir = s.dir;
		place.stem = s.stem;
		draft = draft_at(drafts, count, &place);
		if (!draft || (block->tool &&
			       sift_text_order(block->tool, draft->run->tool)))
			continue;
		d->out->uses[i].run = (size_t)(draft - d->drafts);
		rc = note_damage(d, draft, block, s.file);
	}
	return rc;
}

static bool
any_damaged(const struct sift_digest *digest)
{
	for (size_t i = 0; i < digest->count; i++)
		if (digest->blocks[i]->reading == SIFT_READING_DAMAGED)
			return true;
	return false;
}

enum sift_status
sift_place_damaged(struct sift_drafting *d)
{
	struct sift_draft **drafts;
	struct sift_arena scratch;
	size_t count = d->standing_count;
	enum sift_status rc;

	if (!any_damaged(d->digest))
		return SIFT_OK;
	sift_arena_init(&scratch);
	drafts = sift_arena_array(&scratch, count, sizeof(*drafts));
	for (size_t i = 0; i < count && drafts; i++)
		drafts[i] = d->standing[i];
	if (drafts)
		sift_put_in_order(drafts, count, sizeof(*drafts),
				  compare_drafts);
	rc = drafts ? place_damaged(d, drafts, count) : sift_group_nomem(d);
	sift_arena_release(&scratch);
	return rc;
}
