/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * The plan (DESIGN 4.8): which actions of the catalogue fit which cases, one
 * action for all its endpoints, ranked within its tier.
 *
 * Set by set the fitting actions are picked and thinned out. Then the picks
 * of all sets are sorted by action and endpoint; of several sets that say the
 * same of one endpoint the best measured one stands for all, while the action
 * answers the findings of all. What is left is written into the document.
 */
#include <config.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "advise/advise.h"
#include "advise/pick.h"
#include "advise/why.h"
#include "base/mem.h"
#include "base/parallel.h"

#define MEASURED_RUNS 3

/* What fits the cases of one set. */
struct set_picks {
	struct sift_picks picks;
	uint64_t lost; /* rows that fit as well, by bit */
};

struct plan_work {
	struct sift_document *doc;
	const struct sift_catalogue *catalogue;
	struct sift_arena *arena;
	struct sift_err *err;
	struct sift_arena facts; /* of the cases */
	struct sift_case_book *book;
	struct set_picks *sets;	 /* owned; one for each */
	struct sift_pick *picks; /* owned: of all, then one per action and
				    endpoint */
	size_t count;
	struct sift_buf text;
	uint64_t *answers; /* owned: rows that answer each finding, by bit */
};

static enum sift_status
no_memory(struct plan_work *w)
{
	return sift_fail(w->err, SIFT_E_NOMEM, "no memory for a plan");
}

/* The text so far as one of the document's; NULL when memory is out. */
static const char *
take_text(struct plan_work *w)
{
	const char *kept = NULL;

	if (!sift_buf_status(&w->text))
		kept = sift_arena_str(w->arena, w->text.ptr);
	sift_buf_clear(&w->text);
	return kept;
}

/* ---- one set after the other ---- */

/* What does not fit into the plan is told in the notes of the set. */
static enum sift_status
note_lost(struct plan_work *w, size_t index, uint64_t lost)
{
	struct sift_set *set = &w->doc->sets[index];
	const char **notes, *list = "";
	size_t i;

	if (!lost)
		return SIFT_OK;
	notes = sift_arena_array(w->arena, set->note_count + 1, sizeof(*notes));
	if (!notes)
		return no_memory(w);
	for (i = 0; i < set->note_count; i++)
		notes[i] = set->notes[i];
	sift_buf_printf(&w->text,
			"the plan has the %d best actions for this "
			"set; these fit as well: ",
			SIFT_ACTIONS_PER_SET);
	for (i = 0; i < w->catalogue->count; i++) {
		if (!(lost >> i & 1))
			continue;
		sift_buf_printf(&w->text, "%s%s", list,
				w->catalogue->rows[i].id);
		list = ", ";
	}
	notes[i = set->note_count] = take_text(w);
	if (!notes[i])
		return no_memory(w);
	set->notes = notes;
	set->note_count++;
	return SIFT_OK;
}

/* What a pick answers belongs to its set and is nobody else's to mark. */
static void
mark_answered(const struct plan_work *w, const struct sift_pick *p)
{
	const struct sift_conditions *when = &p->row->when;
	const uint64_t bit = UINT64_C(1) << p->row_index;
	const struct sift_fact *of_set;
	size_t i, count;

	for (i = 0; i < p->c.fact_count; i++)
		if (sift_conditions_name_fact(when, &p->c.facts[i], false))
			w->answers[p->c.facts[i].finding] |= bit;
	sift_case_set_facts(p->c.set, &of_set, &count);
	for (i = 0; i < count; i++)
		if (sift_conditions_name_fact(when, &of_set[i], true))
			w->answers[of_set[i].finding] |= bit;
}

static enum sift_status
pick_set(void *context, size_t set, struct sift_arena *arena,
	 struct sift_err *err)
{
	const struct plan_work *w = context;
	struct set_picks *own = &w->sets[set];
	struct sift_picks *picks = &own->picks;
	enum sift_status rc = sift_case_book_open(w->book, set, arena, err);

	if (!rc)
		rc = sift_picks_collect(picks, w->catalogue, w->book, set, err);
	if (rc || !picks->count)
		return rc;
	sift_picks_choose(picks->items, picks->count);
	sift_picks_limit(picks->items, picks->count, w->catalogue, &own->lost);
	for (size_t i = 0; i < picks->count; i++)
		if (!picks->items[i].dropped)
			mark_answered(w, &picks->items[i]);
	return SIFT_OK;
}

/* What all sets have left. */
static enum sift_status
join_picks(struct plan_work *w)
{
	size_t count = 0;

	for (size_t i = 0; i < w->doc->set_count; i++)
		count += w->sets[i].picks.count;
	w->picks = sift_calloc(count, sizeof(*w->picks));
	if (!w->picks)
		return no_memory(w);
	for (size_t i = 0; i < w->doc->set_count; i++) {
		const struct sift_picks *from = &w->sets[i].picks;

		for (size_t j = 0; j < from->count; j++)
			if (!from->items[j].dropped)
				w->picks[w->count++] = from->items[j];
	}
	return SIFT_OK;
}

/* Sets do not look at each other. */
static enum sift_status
pick_sets(struct plan_work *w, unsigned threads)
{
	size_t count = w->doc->set_count;
	enum sift_status rc;

	w->sets = sift_calloc(count, sizeof(*w->sets));
	w->answers = sift_calloc(w->doc->finding_count, sizeof(*w->answers));
	if (!w->sets || !w->answers)
		return no_memory(w);
	rc = sift_in_parallel(pick_set, w, count, threads, &w->facts, w->err);
	if (!rc)
		rc = join_picks(w);
	for (size_t i = 0; i < count && !rc; i++)
		rc = note_lost(w, i, w->sets[i].lost);
	return rc;
}

/* ---- one pick per action and endpoint ---- */

static size_t
measured_runs(const struct sift_pick *pick)
{
	size_t runs = pick->c.doc->sets[pick->c.set->index].run_count;

	return runs < MEASURED_RUNS ? runs : MEASURED_RUNS;
}

static double
payoff_of(const struct sift_pick *pick)
{
	return pick->middle * pick->share;
}

/* Failed requests of a run, where an action is about failures. */
static double
failures_of(const struct sift_pick *pick)
{
	double failures = sift_case_result(&pick->c)->failures.median;

	return pick->row->leads && failures > 0 ? failures : 0;
}

/*
 * Which of two speaks for an endpoint, or comes first in an action. Both are
 * of one row.
 */
static int
compare_worth(const struct sift_pick *x, const struct sift_pick *y)
{
	double a = failures_of(x), b = failures_of(y);

	if (a < b || a > b)
		return a > b ? -1 : 1;
	if (payoff_of(x) < payoff_of(y) || payoff_of(x) > payoff_of(y))
		return payoff_of(x) > payoff_of(y) ? -1 : 1;
	if (x->share < y->share || x->share > y->share)
		return x->share > y->share ? -1 : 1;
	return 0;
}

static int
compare_size(size_t a, size_t b)
{
	return (a > b) - (a < b);
}

static int
compare_merge(const void *a, const void *b)
{
	const struct sift_pick *x = a, *y = b;
	int order = compare_size(x->row_index, y->row_index);

	if (!order)
		order = sift_pick_compare_subject(x, y);
	if (!order)
		order = compare_size(measured_runs(y), measured_runs(x));
	if (!order)
		order = compare_worth(x, y);
	if (!order)
		order = compare_size(x->c.set->index, y->c.set->index);
	return order;
}

/* The first of each action and endpoint, with what the others replaced. */
static void
merge_picks(struct plan_work *w)
{
	struct sift_pick *picks = w->picks;
	size_t i, kept = 1;

	if (!w->count)
		return;
	qsort(picks, w->count, sizeof(*picks), compare_merge);
	for (i = 1; i < w->count; i++) {
		struct sift_pick *last = &picks[kept - 1];

		if (last->row == picks[i].row &&
		    !sift_pick_compare_subject(last, &picks[i]))
			last->alternatives |= picks[i].alternatives;
		else
			picks[kept++] = picks[i];
	}
	w->count = kept;
	sift_picks_choose(picks, kept);
}

/* ---- actions and their order ---- */

/* Chosen picks of one action stand together, the worthiest first. */
static int
compare_chosen(const void *a, const void *b)
{
	const struct sift_pick *x = a, *y = b;
	int order = x->dropped - y->dropped;

	if (!order)
		order = compare_size(x->row_index, y->row_index);
	if (!order)
		order = compare_worth(x, y);
	if (!order)
		order = sift_pick_compare_subject(x, y);
	return order;
}

struct planned {
	struct sift_action_rank rank;
	enum sift_tier tier;
	const struct sift_pick *picks;
	size_t count;
};

static int
compare_planned(const void *a, const void *b)
{
	const struct planned *x = a, *y = b;

	if (x->tier != y->tier)
		return x->tier < y->tier ? -1 : 1;
	return sift_action_rank_compare(&x->rank, &y->rank);
}

static size_t
gather_actions(struct plan_work *w, struct planned *actions)
{
	const struct sift_pick *picks = w->picks;
	size_t i, count = 0;

	if (w->count)
		qsort(w->picks, w->count, sizeof(*picks), compare_chosen);
	for (i = 0; i < w->count && !picks[i].dropped; i++) {
		struct planned *last = count ? &actions[count - 1] : NULL;

		if (!last || last->picks->row != picks[i].row) {
			last = &actions[count++];
			*last = (struct planned){
				sift_action_rank_start(w->catalogue,
						       picks[i].row_index),
				picks[i].row->tier, &picks[i], 0};
		}
		last->count++;
		sift_action_rank_add(&last->rank, &picks[i]);
	}
	return count;
}

/* Actions with the same gain stand together. Rows are in catalogue order. */
static void
share_gains(const struct plan_work *w, struct planned *actions, size_t count)
{
	size_t i, j;

	for (i = 0; i < count; i++) {
		size_t other =
			w->catalogue->rows[actions[i].rank.row].same_gain_as;

		for (j = 0; j < i; j++) {
			if (actions[j].rank.row != other ||
			    actions[j].tier != actions[i].tier)
				continue;
			actions[i].rank.gain_class = actions[j].rank.gain_class;
			actions[i].rank.score = actions[j].rank.score;
		}
	}
}

/* ---- writing ---- */

/* Of all sets, not only of those whose figures are shown. */
static enum sift_status
write_findings(struct plan_work *w, size_t row, struct sift_action *out)
{
	size_t i, count = 0;

	for (i = 0; i < w->doc->finding_count; i++)
		count += w->answers[i] >> row & 1;
	out->findings =
		sift_arena_array(w->arena, count, sizeof(*out->findings));
	if (!out->findings)
		return no_memory(w);
	for (i = 0; i < w->doc->finding_count; i++)
		if (w->answers[i] >> row & 1)
			out->findings[out->finding_count++] =
				w->doc->findings[i].id;
	return SIFT_OK;
}

static enum sift_status
write_endpoints(struct plan_work *w, const struct planned *planned,
		struct sift_action *out)
{
	size_t i;

	out->endpoints = sift_arena_array(w->arena, planned->count,
					  sizeof(*out->endpoints));
	if (!out->endpoints)
		return no_memory(w);
	for (i = 0; i < planned->count; i++) {
		const struct sift_set_endpoint *e =
			planned->picks[i].c.endpoint;

		if (e)
			out->endpoints[out->endpoint_count++] =
				(struct sift_action_endpoint){e->method,
							      e->name};
	}
	return SIFT_OK;
}

static enum sift_status
write_alternatives(struct plan_work *w, const struct planned *planned,
		   struct sift_action *out)
{
	const struct sift_catalogue *catalogue = w->catalogue;
	uint64_t rows = 0;
	size_t i;

	for (i = 0; i < planned->count; i++)
		rows |= planned->picks[i].alternatives;
	out->alternatives = sift_arena_array(w->arena, catalogue->count,
					     sizeof(*out->alternatives));
	if (!out->alternatives)
		return no_memory(w);
	for (i = 0; i < catalogue->count; i++)
		if (rows >> i & 1)
			out->alternatives[out->alternative_count++] =
				sift_arena_str(w->arena, catalogue->rows[i].id);
	for (i = 0; i < out->alternative_count; i++)
		if (!out->alternatives[i])
			return no_memory(w);
	return SIFT_OK;
}

/* The document outlives the catalogue: texts are copied. */
static enum sift_status
write_texts(struct plan_work *w, const struct sift_catalogue_row *row,
	    struct sift_action *out)
{
	size_t i;

	out->steps = sift_arena_array(w->arena, row->step_count,
				      sizeof(*out->steps));
	if (!out->steps)
		return no_memory(w);
	for (i = 0; i < row->step_count; i++) {
		out->steps[i] = sift_arena_str(w->arena, row->steps[i]);
		if (!out->steps[i])
			return no_memory(w);
	}
	out->step_count = row->step_count;
	out->id = sift_arena_str(w->arena, row->id);
	out->title = sift_arena_str(w->arena, row->title);
	out->effort = sift_arena_str(w->arena, row->effort);
	out->risk = sift_arena_str(w->arena, row->risk);
	out->verify = sift_arena_str(w->arena, row->verify);
	if (!out->id || !out->title || !out->effort || !out->risk ||
	    !out->verify)
		return no_memory(w);
	return SIFT_OK;
}

/* Over the endpoints that gain at all. */
static void
write_gain(const struct planned *planned, struct sift_action *out)
{
	size_t i;

	out->gain_low = out->gain_high = NAN;
	for (i = 0; i < planned->count; i++) {
		/* fmin() of NAN and a number is the number. */
		out->gain_low = fmin(out->gain_low, planned->picks[i].gain.low);
		out->gain_high =
			fmax(out->gain_high, planned->picks[i].gain.high);
	}
	if (!isnan(out->gain_low))
		out->gain_source = sift_gain_source(planned->picks->row->gain);
}

static enum sift_status
write_action(struct plan_work *w, const struct planned *planned,
	     struct sift_action *out)
{
	const struct sift_catalogue_row *row = planned->picks->row;
	enum sift_status rc = write_texts(w, row, out);

	if (!rc)
		rc = write_endpoints(w, planned, out);
	if (!rc)
		rc = write_findings(w, planned->rank.row, out);
	if (!rc)
		rc = write_alternatives(w, planned, out);
	if (rc)
		return rc;
	out->tier = row->tier;
	write_gain(planned, out);
	sift_why_action(&w->text, planned->picks, planned->count);
	out->why = take_text(w);
	return out->why ? SIFT_OK : no_memory(w);
}

/* By gain × share alone: what it takes is for the tiers to say. */
static const struct sift_pick *
find_payoff(const struct plan_work *w, const struct planned *actions)
{
	const struct sift_pick *best = NULL, *p;
	size_t i;

	for (i = 0; i < w->count; i++) {
		p = &w->picks[i];
		if (!p->dropped && payoff_of(p) > 0 &&
		    (!best || payoff_of(p) > payoff_of(best)))
			best = p;
	}
	return best ? best : actions->picks;
}

static enum sift_status
write_plan(struct plan_work *w, const struct planned *actions, size_t count)
{
	struct sift_action *out =
		sift_arena_array(w->arena, count, sizeof(*out));
	const char *payoff;
	enum sift_status rc = SIFT_OK;
	size_t i;

	if (!out)
		return no_memory(w);
	for (i = 0; !rc && i < count; i++)
		rc = write_action(w, &actions[i], &out[i]);
	if (rc)
		return rc;
	sift_why_payoff(&w->text, find_payoff(w, actions));
	payoff = take_text(w);
	if (!payoff)
		return no_memory(w);
	w->doc->plan = (struct sift_plan){payoff, out, count};
	return SIFT_OK;
}

static enum sift_status
rank_and_write(struct plan_work *w)
{
	struct planned *actions =
		sift_calloc(w->catalogue->count, sizeof(*actions));
	enum sift_status rc = SIFT_OK;
	size_t count;

	if (!actions)
		return no_memory(w);
	count = gather_actions(w, actions);
	share_gains(w, actions, count);
	if (count) {
		qsort(actions, count, sizeof(*actions), compare_planned);
		rc = write_plan(w, actions, count);
	}
	sift_free(actions);
	return rc;
}

static void
release(struct plan_work *w)
{
	for (size_t i = 0; w->sets && i < w->doc->set_count; i++)
		sift_picks_release(&w->sets[i].picks);
	sift_free(w->sets);
	sift_free(w->picks);
	sift_free(w->answers);
	sift_case_book_free(w->book);
	sift_arena_release(&w->facts);
	sift_buf_release(&w->text);
}

enum sift_status
sift_advise_plan(struct sift_document *doc,
		 const struct sift_catalogue *catalogue, unsigned threads,
		 struct sift_arena *arena, struct sift_err *err)
{
	struct plan_work w = {
		.doc = doc,
		.catalogue = catalogue,
		.arena = arena,
		.err = err,
	};
	enum sift_status rc;

	doc->plan = (struct sift_plan){0};
	rc = sift_case_book_new(&w.book, doc, &w.facts, err);
	if (!rc)
		rc = pick_sets(&w, threads);
	if (!rc) {
		merge_picks(&w);
		rc = rank_and_write(&w);
	}
	release(&w);
	return rc;
}
