/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "group/drafts.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/put_in_order.h"
#include "base/table.h"
#include "base/text.h"

/*
 * Labels: of each run's path the innermost folders that are needed to tell
 * the runs of its tool apart, as many for each run and enough to hold a word
 * of the scenario. Endings that all runs of the tool share (load_test) say
 * nothing and go; timestamps go too unless runs of the scenario differ in
 * nothing else. Labels that still collide get more of their paths.
 */

struct labelling {
	struct sift_drafting *d;
	struct sift_draft **drafts; /* the ones that stand; of a tool */
	size_t count;
	size_t trail; /* parts at the end that all share */
	struct sift_arena *scratch;
	struct sift_buf *buf; /* for a label in the making */
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
		const struct sift_path_name *name = &l->drafts[i]->name;
		size_t shared = shared_ending(&l->drafts[0]->name, name);
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
join(struct labelling *l, const struct sift_path_name *name, size_t from,
     size_t to, enum part_text which)
{
	sift_buf_clear(l->buf);
	for (; from < to; from++) {
		const char *part = part_text(&name->parts[from], which);

		if (l->buf->len && *part)
			sift_buf_add_byte(l->buf, '/');
		sift_buf_add_str(l->buf, part);
	}
}

/* Of those that a draft shows; NULL when memory is out. */
static char *
shown_parts(struct labelling *l, const struct sift_draft *draft,
	    enum part_text which)
{
	join(l, &draft->name, draft->shown_from, draft->shown_to, which);
	return sift_buf_status(l->buf)
		       ? NULL
		       : sift_arena_span(l->d->arena, sift_buf_span(l->buf));
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

/* How many different labels there are at a depth; 0 when memory is out. */
static size_t
distinct_at(struct labelling *l, size_t depth, bool *out_shows)
{
	struct sift_table labels;
	bool ok = true;
	size_t distinct;
	uint32_t id;

	sift_table_init(&labels, 0);
	*out_shows = true;
	for (size_t i = 0; ok && i < l->count; i++) {
		size_t from, to;

		window(l, &l->drafts[i]->name, depth, &from, &to);
		join(l, &l->drafts[i]->name, from, to, PART_PLAIN);
		ok = !sift_buf_status(l->buf) &&
		     !sift_table_intern(&labels, sift_buf_span(l->buf), &id,
					NULL);
		*out_shows =
			*out_shows && shows_scenario(l, l->drafts[i], depth);
	}
	distinct = ok ? labels.count : 0;
	sift_table_release(&labels);
	return distinct;
}

static enum sift_status
find_depth(struct labelling *l, size_t *out_depth)
{
	size_t deepest = 1, most, distinct, depth;
	bool shows;

	for (size_t i = 0; i < l->count; i++)
		if (l->drafts[i]->name.part_count > deepest)
			deepest = l->drafts[i]->name.part_count;
	most = distinct_at(l, deepest, &shows);
	if (!most)
		return sift_group_nomem(l->d);
	for (depth = 1; depth < deepest; depth++) {
		distinct = distinct_at(l, depth, &shows);
		if (!distinct)
			return sift_group_nomem(l->d);
		if (distinct == most && shows)
			break;
	}
	*out_depth = depth;
	return SIFT_OK;
}

static int
compare_tools(const void *a, const void *b)
{
	const struct sift_draft *x = *(struct sift_draft *const *)a;
	const struct sift_draft *y = *(struct sift_draft *const *)b;

	return sift_text_order(x->run.tool, y->run.tool);
}

/* The parts that labels show, for the runs of each tool. */
static enum sift_status
find_windows(struct labelling *all)
{
	enum sift_status rc = SIFT_OK;
	size_t end;

	sift_put_in_order(all->drafts, all->count, sizeof(*all->drafts),
			  compare_tools);
	for (size_t i = 0; i < all->count && !rc; i = end) {
		struct labelling l = *all;
		size_t depth = 0; /* for gcc, which cannot see it set */

		for (end = i;
		     end < all->count &&
		     !compare_tools(&all->drafts[i], &all->drafts[end]);)
			end++;
		l.drafts = all->drafts + i;
		l.count = end - i;
		find_trail(&l);
		rc = find_depth(&l, &depth);
		for (size_t j = 0; j < l.count && !rc; j++)
			window(&l, &l.drafts[j]->name, depth,
			       &l.drafts[j]->shown_from,
			       &l.drafts[j]->shown_to);
	}
	return rc;
}

/* ---- the labels ---- */

static enum sift_status
set_label(struct labelling *l, struct sift_draft *draft, enum part_text which)
{
	const char *label = shown_parts(l, draft, which);

	if (label && !*label)
		label = l->d->fallback ? l->d->fallback : draft->run.scenario;
	draft->run.label = label;
	return label ? SIFT_OK : sift_group_nomem(l->d);
}

/* Labels are compared many times: they stand beside each other meanwhile. */
struct label_key {
	struct sift_span label;
	struct sift_draft *draft;
};

static int
compare_labels(const void *a, const void *b)
{
	const struct label_key *p = a, *q = b;
	const struct sift_draft *x = p->draft, *y = q->draft;
	int c = sift_text_compare_natural(p->label, q->label);

	if (!c)
		c = sift_text_order(x->run.tool, y->run.tool);
	if (!c)
		c = sift_span_compare(x->dir, y->dir);
	if (!c)
		c = sift_text_order(x->best_block->path, y->best_block->path);
	return c ? c
		 : sift_text_order(x->best_block->name, y->best_block->name);
}

static enum sift_status
sort_by_label(struct labelling *l)
{
	struct label_key *keys =
		sift_arena_array(l->scratch, l->count, sizeof(*keys));

	if (!keys)
		return sift_group_nomem(l->d);
	for (size_t i = 0; i < l->count; i++)
		keys[i] = (struct label_key){
			sift_span_str(l->drafts[i]->run.label), l->drafts[i]};
	sift_put_in_order(keys, l->count, sizeof(*keys), compare_labels);
	for (size_t i = 0; i < l->count; i++)
		l->drafts[i] = keys[i].draft;
	return SIFT_OK;
}

static bool
collides(const struct labelling *l, size_t i)
{
	const char *label = l->drafts[i]->run.label;

	return (i && is_same(l->drafts[i - 1]->run.label, label)) ||
	       (i + 1 < l->count &&
		is_same(l->drafts[i + 1]->run.label, label));
}

/* Runs of a scenario stay in the order of their labels. */
static int
compare_scenarios(const void *a, const void *b)
{
	const struct sift_draft *x = *(struct sift_draft *const *)a;
	const struct sift_draft *y = *(struct sift_draft *const *)b;

	if (x->subject != y->subject)
		return x->subject < y->subject ? -1 : 1;
	return (x->place > y->place) - (x->place < y->place);
}

/* Drafts of one scenario get the text of their paths, timestamps and all. */
static enum sift_status
set_long_labels(struct labelling *l, size_t from, size_t to, bool whole)
{
	enum sift_status rc = SIFT_OK;

	for (size_t i = from; i < to && !rc; i++) {
		struct sift_draft *draft = l->drafts[i];

		if (whole) {
			draft->shown_from = 0;
			draft->shown_to = draft->name.part_count;
		}
		rc = set_label(l, draft, PART_TEXT);
	}
	return rc;
}

/* Make the labels of all scenarios longer in which one collides. */
static enum sift_status
lengthen(struct labelling *l, bool whole)
{
	enum sift_status rc = SIFT_OK;
	size_t end;

	for (size_t i = 0; i < l->count; i++) {
		l->drafts[i]->collides = collides(l, i);
		l->drafts[i]->place = i;
	}
	sift_put_in_order(l->drafts, l->count, sizeof(*l->drafts),
			  compare_scenarios);
	for (size_t i = 0; i < l->count && !rc; i = end) {
		bool collision = false;

		for (end = i; end < l->count &&
			      l->drafts[end]->subject == l->drafts[i]->subject;
		     end++)
			collision = collision || l->drafts[end]->collides;
		if (collision)
			rc = set_long_labels(l, i, end, whole);
	}
	return rc ? rc : sort_by_label(l);
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
	size_t n = 0;
	const char **labels;

	labels = sift_arena_array(l->scratch, l->count, sizeof(*labels));
	if (!labels)
		return sift_group_nomem(l->d);
	for (size_t i = 0; i < l->count; i++) {
		struct sift_draft *draft = l->drafts[i];

		labels[i] = draft->run.label;
		if (!collides(l, i))
			continue;
		n = i && is_same(l->drafts[i - 1]->run.label, draft->run.label)
			    ? n + 1
			    : 1;
		labels[i] = number ? sift_arena_printf(arena, "%s #%zu",
						       draft->run.label, n)
				   : sift_arena_printf(arena, "%s (%s)",
						       draft->run.label,
						       best_file(draft));
		if (!labels[i])
			return sift_group_nomem(l->d);
	}
	for (size_t i = 0; i < l->count; i++)
		l->drafts[i]->run.label = labels[i];
	return sort_by_label(l);
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
	enum sift_status rc = SIFT_OK;

	for (size_t i = 0; i < l->count && !rc; i++)
		rc = set_label(l, l->drafts[i], PART_PLAIN);
	if (!rc)
		rc = sort_by_label(l);
	if (!rc && any_collision(l))
		rc = lengthen(l, false);
	if (!rc && any_collision(l))
		rc = lengthen(l, true);
	for (int number = 0; number < 2 && !rc && any_collision(l); number++)
		rc = append_difference(l, number);
	return rc;
}

static enum sift_status
write_short_scenarios(struct labelling *l)
{
	for (size_t i = 0; i < l->count; i++) {
		struct sift_draft *draft = l->drafts[i];

		draft->short_scenario = draft->run.scenario;
		if (draft->by_user)
			continue;
		draft->short_scenario = shown_parts(l, draft, PART_CORE);
		if (!draft->short_scenario)
			return sift_group_nomem(l->d);
		if (!*draft->short_scenario)
			draft->short_scenario = draft->run.scenario;
	}
	return SIFT_OK;
}

/* ---- moving the runs to where they stay ---- */

/* The drafts that stand, in the order of labels; uses[] follow. */
static enum sift_status
reorder(struct labelling *l)
{
	struct sift_drafting *d = l->d;
	struct sift_draft *ordered =
		sift_arena_array(&d->scratch, l->count, sizeof(*ordered));
	size_t *place =
		sift_arena_array(l->scratch, d->draft_count, sizeof(*place));

	if (!ordered || !place)
		return sift_group_nomem(d);
	for (size_t i = 0; i < l->count; i++) {
		ordered[i] = *l->drafts[i];
		place[l->drafts[i] - d->drafts] = i;
	}
	for (size_t i = 0; i < d->digest->count; i++) {
		size_t *run = &d->out->uses[i].run;

		if (*run != SIFT_NONE)
			*run = place[sift_draft_standing(d, *run)];
	}
	d->drafts = ordered;
	d->draft_count = l->count;
	return SIFT_OK;
}

enum sift_status
sift_label_runs(struct sift_drafting *d)
{
	struct sift_arena scratch;
	struct sift_buf buf;
	struct labelling l = {.d = d, .scratch = &scratch, .buf = &buf};
	enum sift_status rc = SIFT_OK;

	sift_arena_init(&scratch);
	sift_buf_init(&buf, 0);
	l.drafts = sift_arena_array(&scratch, d->draft_count,
				    sizeof(struct sift_draft *));
	if (!l.drafts)
		rc = sift_group_nomem(d);
	for (size_t i = 0; i < d->draft_count && !rc; i++)
		if (d->drafts[i].replaced_by == SIFT_NONE)
			l.drafts[l.count++] = &d->drafts[i];
	if (!rc)
		rc = find_windows(&l);
	if (!rc)
		rc = write_short_scenarios(&l);
	if (!rc)
		rc = write_labels(&l);
	if (!rc)
		rc = reorder(&l);
	sift_buf_release(&buf);
	sift_arena_release(&scratch);
	return rc;
}
