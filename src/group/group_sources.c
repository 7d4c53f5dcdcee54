/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "group/drafts.h"

#include "base/parallel.h"
#include "base/put_in_order.h"

/*
 * Blocks that were read to sources: their paths taken apart, and the order in
 * which those of one run stand together.
 */

static struct sift_span
logical_path(const struct sift_block *block)
{
	struct sift_span path = sift_span_str(block->path);

	while (sift_span_starts(path, SIFT_SPAN("./")))
		path = sift_span_from(path, 2);
	return path;
}

static void
split_path(struct sift_group_source *s, const struct sift_block *block)
{
	struct sift_span path = logical_path(block);
	size_t slash = path.len;

	while (slash && path.ptr[slash - 1] != '/')
		slash--;
	s->file = sift_span_from(path, slash);
	s->dir = sift_span_head(path, slash ? slash - 1 : 0);
	s->block = SIFT_NONE;
	s->from = block;
	s->tool = block->tool ? block->tool : "";
	s->duplicate_of = SIFT_NONE;
}

void
sift_source_split(struct sift_group_source *s, const struct sift_block *block)
{
	split_path(s, block);
	s->stem = sift_path_stem(s->file, &s->unpacked);
}

/* Files of one name have one stem: mostly it is known from the one before. */
static void
find_stem(struct sift_group_source *s, const struct sift_group_source *before)
{
	if (!before || !sift_span_equal(s->file, before->file)) {
		s->stem = sift_path_stem(s->file, &s->unpacked);
		return;
	}
	s->unpacked = sift_span_head(s->file, before->unpacked.len);
	s->stem = sift_span_of(s->file.ptr +
				       (before->stem.ptr - before->file.ptr),
			       before->stem.len);
}

#define SLICE 64 /* sources that one thread takes at a time */

/* A place is left empty for each block that was not read; they get their role
   here. */
static void
split_slice(struct sift_drafting *d, size_t slice)
{
	size_t from = slice * SLICE, left = d->digest->count - from;
	const struct sift_group_source *before = NULL;

	for (size_t i = from; i < from + (left < SLICE ? left : SLICE); i++) {
		const struct sift_block *block = d->digest->blocks[i];

		d->out->uses[i] = (struct sift_block_use){
			block->reading == SIFT_READING_DAMAGED
				? SIFT_ROLE_DAMAGED
				: SIFT_ROLE_IGNORED,
			block->reason, SIFT_NONE};
		if (block->reading != SIFT_READING_WHOLE &&
		    block->reading != SIFT_READING_PARTIAL)
			continue;
		split_path(&d->sources[i], block);
		find_stem(&d->sources[i], before);
		d->sources[i].block = i;
		before = &d->sources[i];
	}
}

/* Of no source there are two drafts. Large arrays take long to get: while one
   thread does that, another can split paths. */
static enum sift_status
make_room(struct sift_drafting *d, struct sift_arena *scratch)
{
	size_t count = d->digest->count;

	d->drafts = sift_arena_array(scratch, count, sizeof(*d->drafts));
	d->out->runs = sift_arena_array(d->arena, count, sizeof(*d->out->runs));
	return d->drafts && d->out->runs ? SIFT_OK : SIFT_E_NOMEM;
}

static enum sift_status
collect_part(void *context, size_t part, struct sift_arena *scratch,
	     struct sift_err *err)
{
	struct sift_drafting *d = context;

	if (part > 0)
		split_slice(d, part - 1);
	else if (make_room(d, scratch))
		return sift_fail(err, SIFT_E_NOMEM, "no memory for grouping");
	return SIFT_OK;
}

static int
compare_sources(const void *a, const void *b)
{
	const struct sift_group_source *x = a, *y = b;
	int c = sift_span_compare(x->dir, y->dir);

	if (!c)
		c = sift_text_order(x->tool, y->tool);
	if (!c)
		c = sift_span_compare(x->stem, y->stem);
	if (!c)
		c = (x->from->kind > y->from->kind) -
		    (x->from->kind < y->from->kind);
	if (!c)
		c = sift_span_compare(x->file, y->file);
	return c ? c : sift_text_order(x->from->name, y->from->name);
}

enum sift_status
sift_collect_sources(struct sift_drafting *d)
{
	size_t count = d->digest->count;
	enum sift_status rc;

	d->sources = sift_arena_common_array(&d->scratch, count,
					     sizeof(*d->sources));
	if (!d->sources)
		return sift_group_nomem(d);
	rc = sift_in_parallel(collect_part, d, 1 + (count + SLICE - 1) / SLICE,
			      d->threads, &d->scratch, d->err);
	for (size_t i = 0; i < count; i++)
		if (d->sources[i].from)
			d->sources[d->source_count++] = d->sources[i];
	sift_put_in_order(d->sources, d->source_count, sizeof(*d->sources),
			  compare_sources);
	return rc;
}
