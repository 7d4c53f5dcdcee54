/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "group/drafts.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/parallel.h"
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
shown_parts(struct sift_drafting *d, const struct sift_draft *draft,
	    enum part_text which)
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
		       : sift_arena_span(d->arena, sift_buf_span(&buf));
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

/* What labels of a depth would be worth. */
struct trial {
	const struct labelling *l;
	size_t depth;
	size_t distinct; /* labels */
	bool shows;	 /* a word of the scenario, each */
};

static enum sift_status
try_depth(void *context, size_t i, struct sift_arena *arena,
	  struct sift_err *err)
{
	struct trial *trial = (struct trial *)context + i;
	const struct labelling *l = trial->l;
	enum sift_status rc = SIFT_OK;
	struct sift_table labels;
	struct sift_buf buf;
	uint32_t id;

	(void)arena;
	sift_table_init(&labels, 0);
	sift_buf_init(&buf, 0);
	trial->shows = true;
	for (size_t j = 0; j < l->count && !rc; j++) {
		const struct sift_draft *draft = l->drafts[j];
		size_t from, to;

		window(l, &draft->name, trial->depth, &from, &to);
		join(&draft->name, from, to, PART_PLAIN, &buf);
		rc = sift_buf_status(&buf);
		if (!rc)
			rc = sift_table_intern(&labels, sift_buf_span(&buf),
					       &id, NULL);
		trial->shows =
			trial->shows && shows_scenario(l, draft, trial->depth);
	}
	trial->distinct = labels.count;
	sift_buf_release(&buf);
	sift_table_release(&labels);
	return rc ? sift_fail(err, SIFT_E_NOMEM, "no memory for grouping")
		  : SIFT_OK;
}

/* The least depth at which labels are as distinct as they can be. The deepest
   is tried first; as many at a time as there are threads. */
static enum sift_status
find_depth(struct labelling *l, size_t deepest, size_t *out_depth)
{
	struct trial *trials =
		sift_arena_array(l->scratch, deepest, sizeof(*trials));
	size_t end;
	enum sift_status rc = SIFT_OK;

	if (!trials)
		return sift_group_nomem(l->d);
	for (size_t i = 0; i < deepest; i++)
		trials[i] = (struct trial){.l = l, .depth = i ? i : deepest};
	for (size_t from = 0; from < deepest && !rc; from = end) {
		unsigned threads = l->d->threads;

		end = deepest - from < threads ? deepest : from + threads;
		rc = sift_in_parallel(try_depth, trials + from, end - from,
				      threads, l->scratch, l->d->err);
		for (size_t i = from ? from : 1; i < end && !rc; i++) {
			if (trials[i].distinct != trials->distinct ||
			    !trials[i].shows)
				continue;
			*out_depth = i;
			return SIFT_OK;
		}
	}
	*out_depth = deepest;
	return rc;
}

static size_t
deepest_of(const struct labelling *l)
{
	size_t deepest = 1;

	for (size_t i = 0; i < l->count; i++)
		if (l->drafts[i]->name.part_count > deepest)
			deepest = l->drafts[i]->name.part_count;
	return deepest;
}

static int
compare_tools(const void *a, const void *b)
{
	const struct sift_draft *x = *(struct sift_draft *const *)a;
	const struct sift_draft *y = *(struct sift_draft *const *)b;

	return sift_text_order(x->run->tool, y->run->tool);
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
		rc = find_depth(&l, deepest_of(&l), &depth);
		for (size_t j = 0; j < l.count && !rc; j++)
			window(&l, &l.drafts[j]->name, depth,
			       &l.drafts[j]->shown_from,
			       &l.drafts[j]->shown_to);
	}
	return rc;
}

/* ---- the labels ---- */

static enum sift_status
set_label(struct sift_drafting *d, struct sift_draft *draft,
	  enum part_text which)
{
	const char *label = shown_parts(d, draft, which);

	if (label && !*label)
		label = d->fallback ? d->fallback : draft->run->scenario;
	draft->run->label = label;
	return label ? SIFT_OK : sift_group_nomem(d);
}

/* And what the label of its set shows of the scenario. */
static enum sift_status
write_label(struct sift_drafting *d, struct sift_draft *draft)
{
	const char *scenario = draft->run->scenario;

	draft->short_scenario =
		draft->by_user ? scenario : shown_parts(d, draft, PART_CORE);
	if (!draft->short_scenario)
		return sift_group_nomem(d);
	if (!*draft->short_scenario)
		draft->short_scenario = scenario;
	return set_label(d, draft, PART_PLAIN);
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
		c = sift_text_order(x->run->tool, y->run->tool);
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
			sift_span_str(l->drafts[i]->run->label), l->drafts[i]};
	sift_put_in_order(keys, l->count, sizeof(*keys), compare_labels);
	for (size_t i = 0; i < l->count; i++)
		l->drafts[i] = keys[i].draft;
	return SIFT_OK;
}

static bool
collides(const struct labelling *l, size_t i)
{
	const char *label = l->drafts[i]->run->label;

	return (i && is_same(l->drafts[i - 1]->run->label, label)) ||
	       (i + 1 < l->count &&
		is_same(l->drafts[i + 1]->run->label, label));
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
		rc = set_label(l->d, draft, PART_TEXT);
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

		labels[i] = draft->run->label;
		if (!collides(l, i))
			continue;
		n = i && is_same(l->drafts[i - 1]->run->label,
				 draft->run->label)
			    ? n + 1
			    : 1;
		labels[i] = number ? sift_arena_printf(arena, "%s #%zu",
						       draft->run->label, n)
				   : sift_arena_printf(arena, "%s (%s)",
						       draft->run->label,
						       best_file(draft));
		if (!labels[i])
			return sift_group_nomem(l->d);
	}
	for (size_t i = 0; i < l->count; i++)
		l->drafts[i]->run->label = labels[i];
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
	enum sift_status rc = sift_each_draft(l->d, write_label);

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

/* ---- moving the runs to where they stay ---- */

/* Each draft and its run come from place `from`, which is used up: one cycle
   of places after the other. */
static void
move_drafts(struct sift_drafting *d, size_t *from)
{
	struct sift_group_run *runs = d->out->runs;

	for (size_t i = 0; i < d->draft_count; i++) {
		struct sift_draft draft = d->drafts[i];
		struct sift_group_run run = runs[i];
		size_t to = i;

		if (from[i] == i)
			continue;
		for (size_t next; from[to] != i; to = next) {
			next = from[to];
			d->drafts[to] = d->drafts[next];
			runs[to] = runs[next];
			from[to] = to;
		}
		d->drafts[to] = draft;
		runs[to] = run;
		from[to] = to;
	}
	for (size_t i = 0; i < d->draft_count; i++)
		d->drafts[i].run = &runs[i];
}

/* The drafts that stand, in the order of labels, before all others; uses[]
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
		from[i] = (size_t)(l->drafts[i] - d->drafts);
	for (size_t i = 0; i < count; i++)
		if (d->drafts[i].replaced_by != SIFT_NONE)
			from[others++] = i;
	for (size_t i = 0; i < count; i++)
		place[from[i]] = i;
	for (size_t i = 0; i < d->digest->count; i++) {
		size_t *run = &d->out->uses[i].run;

		if (*run != SIFT_NONE)
			*run = place[sift_draft_standing(d, *run)];
	}
	move_drafts(d, from);
	d->draft_count = l->count;
	return SIFT_OK;
}

enum sift_status
sift_label_runs(struct sift_drafting *d)
{
	struct sift_arena scratch;
	struct labelling l = {.d = d, .scratch = &scratch};
	enum sift_status rc = SIFT_OK;

	sift_arena_init(&scratch);
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
		rc = write_labels(&l);
	if (!rc)
		rc = reorder(&l);
	sift_arena_release(&scratch);
	return rc;
}
