/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "group/drafts.h"

#include <math.h>
#include <stdlib.h>

#include "base/text.h"
#include "group/run_totals.h"

/*
 * Sets to sweeps: one scenario at different loads. Load tokens say so by
 * name. Without them only a known number of users does, and only for three
 * sets or more: different throughputs may be an outcome, never a plan.
 */

#define LEVELS_WITHOUT_TOKENS 3

struct candidate {
	size_t set;
	const struct sift_draft *first; /* its first run */
	double load;
	bool rate;
	size_t run_count;
	struct sift_span folder; /* of all its runs; ptr NULL = several */
};

struct sweeping {
	struct sift_drafting *d;
	struct candidate *items;
	size_t count;
	bool *in_sweep; /* per set */
};

static struct sift_group_sweep *
new_sweep(struct sweeping *w, size_t levels, const char *axis)
{
	struct sift_grouping *out = w->d->out;
	struct sift_group_sweep *sweep = &out->sweeps[out->sweep_count];

	*sweep = (struct sift_group_sweep){.axis = axis};
	sweep->sets =
		sift_arena_array(w->d->arena, levels, sizeof(*sweep->sets));
	if (!sweep->sets)
		return NULL;
	out->sweep_count++;
	return sweep;
}

static void
add_level(struct sweeping *w, struct sift_group_sweep *sweep, size_t set)
{
	sweep->sets[sweep->set_count++] = set;
	w->in_sweep[set] = true;
}

/* ---- by load tokens ---- */

static int
compare_scenarios(const struct candidate *x, const struct candidate *y)
{
	const struct sift_group_run *a = x->first->run, *b = y->first->run;
	int c = sift_text_order(a->tool, b->tool);

	if (!c)
		c = sift_text_order(a->scenario, b->scenario);
	return c ? c : sift_text_order(a->kept_date, b->kept_date);
}

/* By scenario and axis, then load, then the set with most runs first. */
static int
compare_tokens(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;
	int c = compare_scenarios(x, y);

	if (!c)
		c = x->rate - y->rate;
	if (!c)
		c = (x->load > y->load) - (x->load < y->load);
	if (!c)
		c = (x->run_count < y->run_count) -
		    (x->run_count > y->run_count);
	return c ? c : (x->set > y->set) - (x->set < y->set);
}

/* The end of the candidates at the load of `from`; *out_clear is false when
   no set has more runs than the others. */
static size_t
end_of_level(const struct candidate *items, size_t from, size_t to,
	     bool *out_clear)
{
	size_t end = from + 1;

	while (end < to && !(items[end].load > items[from].load))
		end++;
	*out_clear = end == from + 1 ||
		     items[from].run_count > items[from + 1].run_count;
	return end;
}

static enum sift_status
sweep_by_tokens(struct sweeping *w, size_t from, size_t to)
{
	const struct candidate *items = w->items;
	struct sift_group_sweep *sweep;
	size_t levels = 0, end;
	bool clear;

	for (size_t i = from; i < to; i = end) {
		end = end_of_level(items, i, to, &clear);
		levels += clear;
	}
	if (levels < 2)
		return SIFT_OK;
	sweep = new_sweep(w, levels, items[from].rate ? "rps" : "users");
	if (!sweep)
		return sift_group_nomem(w->d);
	sweep->scenario = items[from].first->run->scenario;
	sweep->tool = items[from].first->run->tool;
	for (size_t i = from; i < to; i = end) {
		end = end_of_level(items, i, to, &clear);
		if (clear)
			add_level(w, sweep, items[i].set);
	}
	return SIFT_OK;
}

static enum sift_status
find_by_tokens(struct sweeping *w)
{
	enum sift_status rc = SIFT_OK;
	size_t end;

	qsort(w->items, w->count, sizeof(*w->items), compare_tokens);
	for (size_t i = 0; i < w->count && !rc; i = end) {
		for (end = i;
		     end < w->count &&
		     !compare_scenarios(&w->items[i], &w->items[end]) &&
		     w->items[i].rate == w->items[end].rate;)
			end++;
		rc = sweep_by_tokens(w, i, end);
	}
	return rc;
}

/* ---- by facts ---- */

static int
compare_users(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;
	int c = compare_scenarios(x, y);

	if (!c)
		c = (x->load > y->load) - (x->load < y->load);
	return c ? c : (x->set > y->set) - (x->set < y->set);
}

static int
compare_folders(const struct candidate *x, const struct candidate *y)
{
	int c = sift_text_order(x->first->run->tool, y->first->run->tool);

	return c ? c : sift_span_compare(x->folder, y->folder);
}

static int
compare_folder_users(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;
	int c = compare_folders(x, y);

	if (!c)
		c = (x->load > y->load) - (x->load < y->load);
	return c ? c : (x->set > y->set) - (x->set < y->set);
}

/* Sorted by users: enough sets, no two at the same, the same endpoints. */
static bool
is_sweep(const struct candidate *items, size_t from, size_t to)
{
	size_t leader = from;

	if (to - from < LEVELS_WITHOUT_TOKENS)
		return false;
	for (size_t i = from; i < to; i++) {
		if (isnan(items[i].load) ||
		    (i > from && !(items[i].load > items[i - 1].load)))
			return false;
		if (items[i].set < items[leader].set)
			leader = i;
	}
	for (size_t i = from; i < to; i++)
		if (!sift_endpoints_agree(items[leader].first->best_block,
					  items[i].first->best_block))
			return false;
	return true;
}

static const char *
folder_name(struct sweeping *w, const struct candidate *c)
{
	struct sift_span folder = c->folder;

	for (size_t i = 0; i < c->folder.len; i++)
		if (c->folder.ptr[i] == '/')
			folder = sift_span_from(c->folder, i + 1);
	if (folder.len)
		return sift_arena_span(w->d->arena, folder);
	if (w->d->fallback)
		return w->d->fallback;
	return c->first->run->tool ? c->first->run->tool : "runs";
}

static enum sift_status
sweep_by_users(struct sweeping *w, size_t from, size_t to, bool of_folder)
{
	struct sift_group_sweep *sweep;

	if (!is_sweep(w->items, from, to))
		return SIFT_OK;
	sweep = new_sweep(w, to - from, "users");
	if (!sweep)
		return sift_group_nomem(w->d);
	sweep->tool = w->items[from].first->run->tool;
	sweep->scenario = of_folder ? folder_name(w, &w->items[from])
				    : w->items[from].first->run->scenario;
	for (size_t i = from; i < to; i++)
		add_level(w, sweep, w->items[i].set);
	return sweep->scenario ? SIFT_OK : sift_group_nomem(w->d);
}

static enum sift_status
find_by_users(struct sweeping *w, bool of_folder)
{
	int (*same)(const struct candidate *, const struct candidate *) =
		of_folder ? compare_folders : compare_scenarios;
	enum sift_status rc = SIFT_OK;
	size_t end;

	qsort(w->items, w->count, sizeof(*w->items),
	      of_folder ? compare_folder_users : compare_users);
	for (size_t i = 0; i < w->count && !rc; i = end) {
		for (end = i;
		     end < w->count && !same(&w->items[i], &w->items[end]);)
			end++;
		rc = sweep_by_users(w, i, end, of_folder);
	}
	return rc;
}

/* ---- candidates ---- */

/* The one folder whose stems all runs of the set are, if there is one. */
static struct sift_span
folder_of(const struct sift_drafting *d, const struct sift_group_set *set)
{
	struct sift_span folder = d->standing[set->runs[0]]->dir;

	for (size_t i = 0; i < set->run_count; i++) {
		const struct sift_draft *draft = d->standing[set->runs[i]];

		if (!draft->stem.len || !sift_span_equal(draft->dir, folder))
			return (struct sift_span){NULL, 0};
	}
	return folder;
}

static void
collect(struct sweeping *w, bool with_token, bool of_folder)
{
	struct sift_drafting *d = w->d;

	w->count = 0;
	for (size_t i = 0; i < d->out->set_count; i++) {
		const struct sift_group_set *set = &d->out->sets[i];
		const struct sift_draft *first = d->standing[set->runs[0]];
		struct candidate c = {
			i,
			first,
			with_token ? first->load : set->users,
			sift_load_is_rate(first->unit),
			set->run_count,
			folder_of(d, set),
		};

		if (w->in_sweep[i] || with_token != (set->load != NULL) ||
		    (with_token && first->unit == SIFT_LOAD_NONE) ||
		    (of_folder && !c.folder.ptr))
			continue;
		w->items[w->count++] = c;
	}
}

static int
compare_sweeps(const void *a, const void *b)
{
	const struct sift_group_sweep *x = a, *y = b;
	int c = sift_text_compare_natural(sift_span_str(x->scenario),
					  sift_span_str(y->scenario));

	return c ? c : (x->sets[0] > y->sets[0]) - (x->sets[0] < y->sets[0]);
}

enum sift_status
sift_make_sweeps(struct sift_drafting *d)
{
	struct sweeping w = {.d = d};
	struct sift_arena scratch;
	enum sift_status rc = SIFT_OK;
	size_t sets = d->out->set_count;

	sift_arena_init(&scratch);
	w.items = sift_arena_array(&scratch, sets, sizeof(*w.items));
	w.in_sweep = sift_arena_array(&scratch, sets, sizeof(*w.in_sweep));
	d->out->sweeps =
		sift_arena_array(d->arena, sets, sizeof(*d->out->sweeps));
	if (!w.items || !w.in_sweep || !d->out->sweeps)
		rc = sift_group_nomem(d);
	if (!rc) {
		collect(&w, true, false);
		rc = find_by_tokens(&w);
	}
	for (int of_folder = 0; of_folder < 2 && !rc; of_folder++) {
		collect(&w, false, of_folder);
		rc = find_by_users(&w, of_folder);
	}
	if (!rc)
		qsort(d->out->sweeps, d->out->sweep_count,
		      sizeof(*d->out->sweeps), compare_sweeps);
	sift_arena_release(&scratch);
	return rc;
}
