/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "advise/pick.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/span.h"

#define PICKS_MAX (4u * 1024 * 1024)

void
sift_picks_release(struct sift_picks *picks)
{
	sift_free(picks->items);
	*picks = (struct sift_picks){0};
}

/* ---- collecting ---- */

/*
 * Of the time of all requests. What leads concerns all of them; a gain for
 * the set as a whole is one of its slow reads.
 */
static double
share_of(const struct sift_catalogue_row *row, const struct sift_case *c)
{
	double share;

	if (!c->endpoint && row->leads)
		return 1;
	share = c->endpoint ? c->endpoint->result.share_of_time
			    : c->set->slow_read_share;
	return isnan(share) ? 0 : share;
}

static enum sift_status
add_pick(struct sift_picks *picks, const struct sift_catalogue *catalogue,
	 size_t row, const struct sift_case *c, struct sift_gain_memo *memo,
	 struct sift_err *err)
{
	struct sift_pick *p;

	if (sift_array_grow((void **)&picks->items, &picks->capacity,
			    picks->count + 1, sizeof(*picks->items), PICKS_MAX))
		return sift_fail(err, SIFT_E_NOMEM, "no memory for a plan");
	p = &picks->items[picks->count++];
	*p = (struct sift_pick){
		.row = &catalogue->rows[row],
		.row_index = row,
		.c = *c,
		.gain = sift_gain_of(&catalogue->rows[row], c, memo),
		.share = share_of(&catalogue->rows[row], c),
	};
	if (!isnan(p->gain.high))
		p->middle = (p->gain.low + p->gain.high) / 2;
	return SIFT_OK;
}

enum sift_status
sift_picks_collect(struct sift_picks *picks,
		   const struct sift_catalogue *catalogue,
		   const struct sift_case_book *book, size_t set,
		   struct sift_err *err)
{
	size_t i = 0, row;
	struct sift_gain_memo memo = {0};
	struct sift_buf room;
	struct sift_case c;
	enum sift_status rc = SIFT_OK;

	sift_buf_init(&room, 0);
	do {
		c = sift_case_book_case(book, set, i++, &room);
		for (row = 0; !rc && row < catalogue->count; row++)
			if (sift_conditions_hold(&catalogue->rows[row].when,
						 &c))
				rc = add_pick(picks, catalogue, row, &c, &memo,
					      err);
	} while (!rc && c.endpoint);
	sift_buf_release(&room);
	return rc;
}

/* ---- alternatives ---- */

static int
compare_text(const char *a, const char *b)
{
	return a == b ? 0 : strcmp(a ? a : "", b ? b : "");
}

static int
compare_size(size_t a, size_t b)
{
	return (a > b) - (a < b);
}

int
sift_pick_compare_subject(const struct sift_pick *a, const struct sift_pick *b)
{
	const struct sift_set_endpoint *x = a->c.endpoint, *y = b->c.endpoint;
	int order;

	if (!x || !y)
		return x   ? -1
		       : y ? 1
			   : compare_size(a->c.set->index, b->c.set->index);
	order = compare_text(x->name, y->name);
	if (!order)
		order = compare_text(x->method, y->method);
	if (!order)
		order = (x->kind == SIFT_KIND_TREND) -
			(y->kind == SIFT_KIND_TREND);
	return order;
}

static int
class_of(const struct sift_pick *pick)
{
	if (!(pick->middle > 0))
		return 2;
	return pick->row->gain == SIFT_GAIN_CATALOGUE ? 1 : 0;
}

/* Alternatives stand together, the best first. */
static int
compare_alternatives(const void *a, const void *b)
{
	const struct sift_pick *x = a, *y = b;
	int order = compare_text(x->row->group, y->row->group);

	if (!order)
		order = (int)x->row->tier - (int)y->row->tier;
	if (!order)
		order = sift_pick_compare_subject(x, y);
	if (!order)
		order = x->dropped - y->dropped;
	if (!order)
		order = class_of(x) - class_of(y);
	if (!order)
		order = (x->middle < y->middle) - (x->middle > y->middle);
	if (!order)
		order = compare_size(x->row_index, y->row_index);
	if (!order)
		order = compare_size(x->c.set->index, y->c.set->index);
	return order;
}

static bool
are_alternatives(const struct sift_pick *a, const struct sift_pick *b)
{
	return a->row->group && b->row->group && a->row != b->row &&
	       !strcmp(a->row->group, b->row->group) &&
	       a->row->tier == b->row->tier && !sift_pick_compare_subject(a, b);
}

void
sift_picks_choose(struct sift_pick *picks, size_t count)
{
	size_t i, best = 0;

	if (count)
		qsort(picks, count, sizeof(*picks), compare_alternatives);
	for (i = 1; i < count; i++) {
		if (picks[i].dropped ||
		    !are_alternatives(&picks[best], &picks[i])) {
			best = i;
			continue;
		}
		picks[i].dropped = true;
		picks[best].alternatives |= UINT64_C(1) << picks[i].row_index |
					    picks[i].alternatives;
	}
}

/* ---- rank ---- */

struct sift_action_rank
sift_action_rank_start(const struct sift_catalogue *catalogue, size_t row)
{
	return (struct sift_action_rank){catalogue->rows[row].leads, 2, 0, row};
}

void
sift_action_rank_add(struct sift_action_rank *rank,
		     const struct sift_pick *pick)
{
	int gain_class = class_of(pick);
	double weight = pick->middle > 0 ? pick->middle : 1;

	/* Endpoints without a gain add nothing to a gain, and nothing else
	   counts where there is none. */
	if (gain_class > rank->gain_class)
		return;
	if (gain_class < rank->gain_class)
		rank->score = 0;
	rank->gain_class = gain_class;
	rank->score += weight * pick->share / pick->row->effort_weight;
}

int
sift_action_rank_compare(const struct sift_action_rank *a,
			 const struct sift_action_rank *b)
{
	if (a->leads != b->leads)
		return a->leads ? -1 : 1;
	if (!a->leads && a->gain_class != b->gain_class)
		return a->gain_class - b->gain_class;
	if (!a->leads && (a->score < b->score || a->score > b->score))
		return a->score > b->score ? -1 : 1;
	return compare_size(a->row, b->row);
}

/* ---- no more than eight ---- */

/* An action that shares the gain of another goes where that one goes. */
static void
share_ranks(struct sift_action_rank *ranks,
	    const struct sift_catalogue *catalogue, uint64_t present)
{
	size_t i, other;

	for (i = 0; i < catalogue->count; i++) {
		other = catalogue->rows[i].same_gain_as;
		if (other == SIFT_NONE || !(present >> other & 1) ||
		    catalogue->rows[i].tier != catalogue->rows[other].tier)
			continue;
		ranks[i].gain_class = ranks[other].gain_class;
		ranks[i].score = ranks[other].score;
	}
}

static uint64_t
rank_rows(const struct sift_pick *picks, size_t count,
	  const struct sift_catalogue *catalogue,
	  struct sift_action_rank ranks[SIFT_ACTIONS_MAX])
{
	uint64_t present = 0;
	size_t i;

	for (i = 0; i < catalogue->count; i++)
		ranks[i] = sift_action_rank_start(catalogue, i);
	for (i = 0; i < count; i++) {
		if (picks[i].dropped)
			continue;
		sift_action_rank_add(&ranks[picks[i].row_index], &picks[i]);
		present |= UINT64_C(1) << picks[i].row_index;
	}
	share_ranks(ranks, catalogue, present);
	return present;
}

void
sift_picks_limit(struct sift_pick *picks, size_t count,
		 const struct sift_catalogue *catalogue, uint64_t *out_lost)
{
	struct sift_action_rank ranks[SIFT_ACTIONS_MAX];
	uint64_t present = rank_rows(picks, count, catalogue, ranks);
	size_t i, j, better;

	*out_lost = 0;
	for (i = 0; i < catalogue->count; i++) {
		better = 0;
		for (j = 0; j < catalogue->count; j++)
			better += present >> j & 1 &&
				  sift_action_rank_compare(&ranks[j],
							   &ranks[i]) < 0;
		if (present >> i & 1 && better >= SIFT_ACTIONS_PER_SET)
			*out_lost |= UINT64_C(1) << i;
	}
	for (i = 0; i < count; i++)
		if (*out_lost >> picks[i].row_index & 1)
			picks[i].dropped = true;
}
