/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "group/drafts.h"

#include <string.h>

#include "base/buf.h"
#include "base/hash_set.h"
#include "base/parallel.h"
#include "base/put_in_order.h"
#include "base/text.h"

/*
 * Labels: of each run's path the innermost folders that are needed to tell
 * the runs of its tool apart, as many for each run and enough to hold a word
 * of the scenario. Endings that all runs of the tool share (load_test) say
 * nothing and go; timestamps go too unless runs of the scenario differ in
 * nothing else. Labels that still collide get more of their paths.
 */

/* A run and its label: labels are compared many times. */
struct labelled {
	struct sift_span label; /* ends with a NUL */
	struct sift_draft *draft;
};

struct labelling {
	struct sift_drafting *d;
	struct labelled *items; /* of a tool; then all, by label */
	size_t count;
	size_t trail; /* parts at the end that all share */
	size_t depth; /* how many parts before it labels show */
	struct sift_arena *scratch;
};

static bool
is_same(const char *a, const char *b)
{
	return !sift_text_order(a, b);
}

/* ---- how much of a path to show ---- */

static size_t
shared_ending(const struct sift_path_name *a, const struct sift_path_name *b)
{
	size_t n = 0;

	while (n < a->part_count && n < b->part_count &&
	       is_same(a->parts[a->part_count - 1 - n].text,
		       b->parts[b->part_count - 1 - n].text))
		n++;
	return n;
}

static void
find_trail(struct labelling *l)
{
	size_t trail = SIZE_MAX;

	for (size_t i = 0; i < l->count; i++) {
		const struct sift_path_name *name = &l->items[i].draft->name;
		size_t shared = shared_ending(&l->items[0].draft->name, name);
		size_t room = name->part_count ? name->part_count - 1 : 0;

		trail = shared < trail ? shared : trail;
		trail = room < trail ? room : trail;
	}
	l->trail = l->count > 1 ? trail : 0;
}

/* The parts [*out_from, *out_to) that a label of this depth shows. */
static void
window(const struct labelling *l, const struct sift_path_name *name,
       size_t depth, size_t *out_from, size_t *out_to)
{
	*out_to = name->part_count - (name->part_count ? l->trail : 0);
	*out_from = *out_to > depth ? *out_to - depth : 0;
}

enum part_text { PART_TEXT, PART_PLAIN, PART_CORE };

static const char *
part_text(const struct sift_path_part *part, enum part_text which)
{
	return which == PART_TEXT    ? part->text
	       : which == PART_PLAIN ? part->plain
				     : part->core;
}

/* The parts [from, to) of a path. */
static void
join(const struct sift_path_name *name, size_t from, size_t to,
     enum part_text which, struct sift_buf *buf)
{
	sift_buf_clear(buf);
	for (; from < to; from++) {
		const char *part = part_text(&name->parts[from], which);

		if (buf->len && *part)
			sift_buf_add_byte(buf, '/');
		sift_buf_add_str(buf, part);
	}
}

/* Of those that a draft shows; NULL when memory is out. */
static const char *
shown_parts(const struct sift_draft *draft, enum part_text which,
	    struct sift_arena *arena)
{
	const struct sift_path_name *name = &draft->name;
	struct sift_buf buf;
	const char *text;

	if (draft->shown_from + 1 == draft->shown_to)
		return part_text(&name->parts[draft->shown_from], which);
	sift_buf_init(&buf, 0);
	join(name, draft->shown_from, draft->shown_to, which, &buf);
	text = sift_buf_status(&buf)
		       ? NULL
		       : sift_arena_span(arena, sift_buf_span(&buf));
	sift_buf_release(&buf);
	return text;
}

/* Is there a word of the scenario among the parts shown, if it has any? */
static bool
shows_scenario(const struct labelling *l, const struct sift_draft *draft,
	       size_t depth)
{
	size_t from, to;

	if (!*draft->name.scenario)
		return true;
	window(l, &draft->name, depth, &from, &to);
	if (!from)
		return true; /* there is no more to show */
	for (; from < to; from++)
		if (*draft->name.parts[from].core)
			return true;
	return false;
}

/* Of the label of this depth; 0 = it shows no word of the scenario. */
static uint64_t
hash_label(const struct labelling *l, const struct sift_draft *draft,
	   size_t depth)
{
	uint64_t hash = 1;
	size_t from, to;

	if (!shows_scenario(l, draft, depth))
		return 0;
	window(l, &draft->name, depth, &from, &to);
	for (; from < to; from++) {
		const char *part = draft->name.parts[from].plain;

		if (*part) /* others are left out of labels */
			hash = hash * UINT64_C(0x9e3779b97f4a7c15) +
			       sift_hash64(part, strlen(part));
	}
	return hash;
}

/* Depths that are tried while the path of a run is at hand. */
#define DEPTHS 3
struct trial {
	const struct labelling *l;
	size_t depths[DEPTHS];	    /* the first is the deepest there is */
	uint64_t (*hashes)[DEPTHS]; /* of the labels of each run */
	struct sift_hash_set labels;
};

static enum sift_status
hash_labels(void *context, size_t i, struct sift_arena *arena,
	    struct sift_err *err)
{
	const struct trial *trial = context;

	(void)arena;
	(void)err;
	for (size_t k = 0; k < DEPTHS; k++)
		trial->hashes[i][k] = hash_label(
			trial->l, trial->l->items[i].draft, trial->depths[k]);
	return SIFT_OK;
}

/* How many labels of a depth differ; 0 where one shows no scenario. */
static size_t
count_labels(struct trial *trial, size_t k)
{
	sift_hash_set_clear(&trial->labels);
	for (size_t i = 0; i < trial->l->count; i++) {
		if (!trial->hashes[i][k])
			return 0;
		sift_hash_set_add(&trial->labels, trial->hashes[i][k]);
	}
	return trial->labels.count;
}

static size_t
deepest_of(const struct labelling *l)
{
	size_t deepest = 1;

	for (size_t i = 0; i < l->count; i++)
		if (l->items[i].draft->name.part_count > deepest)
			deepest = l->items[i].draft->name.part_count;
	return deepest;
}

/* The least depth at which labels are as distinct as they can be. */
static enum sift_status
find_depth(struct labelling *l)
{
	size_t deepest = deepest_of(l);
	struct trial trial = {.l = l, .depths = {deepest}};
	enum sift_status rc = SIFT_OK;

	trial.hashes =
		sift_arena_array(l->scratch, l->count, sizeof(*trial.hashes));
	if (!trial.hashes ||
	    sift_hash_set_init(&trial.labels, l->count, l->scratch))
		return sift_group_nomem(l->d);
	l->depth = deepest;
	for (size_t depth = 1; depth < deepest && !rc; depth += DEPTHS - 1) {
		size_t distinct;

		for (size_t k = 1; k < DEPTHS; k++)
			trial.depths[k] = depth + k - 1;
		rc = sift_in_parallel(hash_labels, &trial, l->count,
				      l->d->threads, l->scratch, l->d->err);
		distinct = count_labels(&trial, 0);
		for (size_t k = 1; k < DEPTHS && !rc; k++) {
			if (count_labels(&trial, k) != distinct)
				continue;
			l->depth = trial.depths[k];
			return SIFT_OK;
		}
	}
	return rc;
}

/* ---- the labels ---- */

static enum sift_status
set_label(const struct labelling *l, struct labelled *item,
	  enum part_text which, struct sift_arena *arena)
{
	const char *label = shown_parts(item->draft, which, arena);

	if (!label)
		return SIFT_E_NOMEM;
	if (!*label)
		label = l->d->fallback ? l->d->fallback
				       : item->draft->run->scenario;
	item->label = sift_span_str(label);
	return SIFT_OK;
}

/* And what the label of its set shows of the scenario. */
static enum sift_status
write_label(void *context, size_t i, struct sift_arena *arena,
	    struct sift_err *err)
{
	const struct labelling *l = context;
	struct sift_draft *draft = l->items[i].draft;
	const char *scenario = draft->run->scenario, *text = scenario;

	window(l, &draft->name, l->depth, &draft->shown_from, &draft->shown_to);
	if (!draft->by_user)
		text = shown_parts(draft, PART_CORE, arena);
	if (!text || set_label(l, &l->items[i], PART_PLAIN, arena))
		return sift_fail(err, SIFT_E_NOMEM, "no memory for grouping");
	draft->short_scenario = *text ? text : scenario;
	return SIFT_OK;
}

/* For the runs of one tool, of the same depth. */
static enum sift_status
write_short_labels(struct labelling *l)
{
	enum sift_status rc;

	find_trail(l);
	rc = find_depth(l);
	return rc ? rc
		  : sift_in_parallel(write_label, l, l->count, l->d->threads,
				     l->d->arena, l->d->err);
}

static int
compare_tools(const void *a, const void *b)
{
	const struct labelled *x = a, *y = b;

	return sift_text_order(x->draft->run->tool, y->draft->run->tool);
}

static enum sift_status
write_labels_by_tool(struct labelling *all)
{
	enum sift_status rc = SIFT_OK;
	size_t end;

	sift_put_in_order(all->items, all->count, sizeof(*all->items),
			  compare_tools);
	for (size_t i = 0; i < all->count && !rc; i = end) {
		struct labelling l = *all;

		for (end = i; end < all->count &&
			      !compare_tools(&all->items[i], &all->items[end]);)
			end++;
		l.items = all->items + i;
		l.count = end - i;
		rc = write_short_labels(&l);
	}
	return rc;
}

static int
compare_labels(const void *a, const void *b)
{
	const struct labelled *p = a, *q = b;
	const struct sift_draft *x = p->draft, *y = q->draft;
	int c = sift_text_compare_natural(p->label, q->label);

	if (!c)
		c = sift_text_order(x->run->tool, y->run->tool);
	if (!c)
		c = sift_span_compare(x->dir, y->dir);
	if (!c)
		c = sift_text_order(x->best_block->path, y->best_block->path);
	return c ? c
		 : sift_text_order(x->best_block->name, y->best_block->name);
}

static void
sort_by_label(struct labelling *l)
{
	sift_put_in_order(l->items, l->count, sizeof(*l->items),
			  compare_labels);
}

static bool
is_label_of(const struct labelled *a, const struct labelled *b)
{
	return sift_span_equal(a->label, b->label);
}

static bool
collides(const struct labelling *l, size_t i)
{
	const struct labelled *item = &l->items[i];

	return (i && is_label_of(item - 1, item)) ||
	       (i + 1 < l->count && is_label_of(item, item + 1));
}

/* The labels of all scenarios in which one collides get the text of their
   paths, timestamps and all. */
static enum sift_status
lengthen(struct labelling *l, bool whole)
{
	bool *longer = sift_arena_array(l->scratch, l->count, sizeof(*longer));

	if (!longer)
		return sift_group_nomem(l->d);
	for (size_t i = 0; i < l->count; i++)
		if (collides(l, i))
			longer[l->items[i].draft->subject] = true;
	for (size_t i = 0; i < l->count; i++) {
		struct sift_draft *draft = l->items[i].draft;

		if (!longer[draft->subject])
			continue;
		if (whole) {
			draft->shown_from = 0;
			draft->shown_to = draft->name.part_count;
		}
		if (set_label(l, &l->items[i], PART_TEXT, l->d->arena))
			return sift_group_nomem(l->d);
	}
	sort_by_label(l);
	return SIFT_OK;
}

static const char *
best_file(const struct sift_draft *draft)
{
	const char *path = draft->best_block->path;
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* What is left are runs of one folder and stem: the file or a number. */
static enum sift_status
append_difference(struct labelling *l, bool number)
{
	struct sift_arena *arena = l->d->arena;
	struct sift_span before = {NULL, 0}; /* the label, as it was */
	size_t n = 0;

	for (size_t i = 0; i < l->count; i++) {
		struct labelled *item = &l->items[i];
		bool again = i && sift_span_equal(before, item->label);
		const char *label;

		n = again ? n + 1 : 1;
		before = item->label;
		if (!again &&
		    (i + 1 == l->count || !is_label_of(item, item + 1)))
			continue;
		label = number ? sift_arena_printf(arena, "%s #%zu",
						   item->label.ptr, n)
			       : sift_arena_printf(arena, "%s (%s)",
						   item->label.ptr,
						   best_file(item->draft));
		if (!label)
			return sift_group_nomem(l->d);
		item->label = sift_span_str(label);
	}
	sort_by_label(l);
	return SIFT_OK;
}

static bool
any_collision(const struct labelling *l)
{
	for (size_t i = 1; i < l->count; i++)
		if (collides(l, i))
			return true;
	return false;
}

static enum sift_status
write_labels(struct labelling *l)
{
	enum sift_status rc = write_labels_by_tool(l);

	if (!rc)
		sort_by_label(l);
	for (int whole = 0; whole < 2 && !rc && any_collision(l); whole++)
		rc = lengthen(l, whole);
	for (int number = 0; number < 2 && !rc && any_collision(l); number++)
		rc = append_difference(l, number);
	return rc;
}

/* ---- runs in the order of labels ---- */

/* Each run comes from place `from`, which is used up: one cycle of places
   after the other. */
static void
move_runs(struct sift_group_run *runs, size_t *from, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct sift_group_run run = runs[i];
		size_t to = i;

		if (from[i] == i)
			continue;
		for (size_t next; from[to] != i; to = next) {
			next = from[to];
			runs[to] = runs[next];
			from[to] = to;
		}
		runs[to] = run;
		from[to] = to;
	}
}

/* The runs that stand, in the order of labels, before all others; uses[]
   follow. */
static enum sift_status
reorder(struct labelling *l)
{
	struct sift_drafting *d = l->d;
	size_t count = d->draft_count, others = l->count;
	size_t *place = sift_arena_array(l->scratch, count, sizeof(*place));
	size_t *from = sift_arena_array(l->scratch, count, sizeof(*from));

	if (!place || !from)
		return sift_group_nomem(d);
	for (size_t i = 0; i < l->count; i++)
		from[i] = (size_t)(l->items[i].draft - d->drafts);
	for (size_t i = 0; i < count && others < count; i++)
		if (d->drafts[i].replaced_by != SIFT_NONE)
			from[others++] = i;
	for (size_t i = 0; i < count; i++)
		place[from[i]] = i;
	for (size_t i = 0; i < d->digest->count; i++) {
		size_t *run = &d->out->uses[i].run;

		if (*run != SIFT_NONE)
			*run = place[sift_draft_standing(d, *run)];
	}
	move_runs(d->out->runs, from, count);
	for (size_t i = 0; i < l->count; i++) {
		struct sift_draft *draft = l->items[i].draft;

		d->standing[i] = draft;
		draft->run = &d->out->runs[i];
		draft->run->label = l->items[i].label.ptr;
	}
	return SIFT_OK;
}

enum sift_status
sift_label_runs(struct sift_drafting *d)
{
	struct sift_arena scratch;
	struct labelling l = {
		.d = d, .scratch = &scratch, .count = d->standing_count};
	enum sift_status rc = SIFT_OK;

	sift_arena_init(&scratch);
	l.items = sift_arena_array(&scratch, l.count, sizeof(*l.items));
	if (!l.items)
		rc = sift_group_nomem(d);
	for (size_t i = 0; i < l.count && !rc; i++)
		l.items[i].draft = d->standing[i];
	if (!rc)
		rc = write_labels(&l);
	if (!rc)
		rc = reorder(&l);
	sift_arena_release(&scratch);
	return rc;
}
