/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "group/drafts.h"

#include <math.h>
#include <stdlib.h>

#include "base/put_in_order.h"
#include "base/table.h"

/*
 * What a number in a name counts is only seen beside the other runs of the
 * scenario: 5, 20, 50 may be the load, and a second "run 1" means that the
 * numbering began anew on another day.
 */

#define RATE_SHARE 0.15

/* What a draft is ordered by, beside that of others to be compared. */
struct named {
	struct sift_draft *draft;
	const char *tool;
	const char *stamp;
	double load;
	uint64_t number;
	uint32_t scenario; /* its place in the order of all */
	unsigned char unit;
	bool has_number;
};

static int
compare_subjects(const struct named *x, const struct named *y)
{
	if (x->scenario != y->scenario)
		return x->scenario < y->scenario ? -1 : 1;
	return sift_text_order(x->tool, y->tool);
}

/* Order by scenario and tool, then by load, number, date. */
static int
compare_named(const void *a, const void *b)
{
	const struct named *x = a, *y = b;
	int c = compare_subjects(x, y);

	if (!c)
		c = (x->unit > y->unit) - (x->unit < y->unit);
	if (!c && x->unit != SIFT_LOAD_NONE)
		c = (x->load > y->load) - (x->load < y->load);
	if (!c)
		c = x->has_number - y->has_number;
	if (!c)
		c = (x->number > y->number) - (x->number < y->number);
	if (!c)
		c = sift_text_order(x->stamp, y->stamp);
	return c;
}

/* ---- scenarios: many runs, few texts ---- */

struct scenario {
	struct sift_span text;
	uint32_t id; /* in the order of coming */
};

static int
compare_scenarios(const void *a, const void *b)
{
	return sift_span_compare(((const struct scenario *)a)->text,
				 ((const struct scenario *)b)->text);
}

/* The place of each text in their order, by its id; NULL = no memory. */
static const uint32_t *
rank_scenarios(const struct sift_table *texts, struct sift_arena *scratch)
{
	size_t count = texts->count;
	struct scenario *all = sift_arena_array(scratch, count, sizeof(*all));
	uint32_t *ranks = sift_arena_array(scratch, count, sizeof(*ranks));

	if (!all || !ranks)
		return NULL;
	for (uint32_t id = 0; id < count; id++)
		all[id] = (struct scenario){sift_table_key(texts, id), id};
	sift_put_in_order(all, count, sizeof(*all), compare_scenarios);
	for (uint32_t rank = 0; rank < count; rank++)
		ranks[all[rank].id] = rank;
	return ranks;
}

static enum sift_status
number_scenarios(struct sift_drafting *d, struct named *items)
{
	struct sift_table texts;
	const uint32_t *ranks;
	enum sift_status rc = SIFT_OK;

	sift_table_init(&texts, 0);
	for (size_t i = 0; i < d->standing_count && !rc; i++)
		rc = sift_table_intern(
			&texts, sift_span_str(d->standing[i]->run->scenario),
			&items[i].scenario, NULL);
	ranks = rc ? NULL : rank_scenarios(&texts, &d->scratch);
	for (size_t i = 0; i < d->standing_count && ranks; i++)
		items[i].scenario = ranks[items[i].scenario];
	sift_table_release(&texts);
	return ranks ? SIFT_OK : sift_group_nomem(d);
}

/* ---- numbers ---- */

static bool
is_measured_rate(const struct sift_draft *draft)
{
	double number = (double)draft->name.number;

	return fabs(draft->run->measured_rps - number) <= RATE_SHARE * number;
}

/* Does every number equal what the run measured, and do they differ? */
static enum sift_load_unit
unit_of_numbers(struct sift_draft *const *drafts, size_t count)
{
	bool users = true, rate = true, differ = false;

	for (size_t i = 0; i < count; i++) {
		const struct sift_draft *draft = drafts[i];

		if (!draft->name.has_number || draft->by_user ||
		    draft->unit != SIFT_LOAD_NONE || !draft->name.number)
			return SIFT_LOAD_NONE;
		users = users &&
			draft->run->peak_users == (int64_t)draft->name.number;
		rate = rate && is_measured_rate(draft);
		differ = differ || draft->name.number != drafts[0]->name.number;
	}
	if (!differ)
		return SIFT_LOAD_NONE;
	return users ? SIFT_LOAD_USERS : rate ? SIFT_LOAD_RPS : SIFT_LOAD_NONE;
}

static void
numbers_to_loads(struct sift_draft **drafts, size_t count)
{
	enum sift_load_unit unit = unit_of_numbers(drafts, count);

	for (size_t i = 0; i < count && unit != SIFT_LOAD_NONE; i++) {
		drafts[i]->load = (double)drafts[i]->name.number;
		drafts[i]->unit = unit;
		drafts[i]->name.has_number = false;
		if (sift_load_is_rate(unit))
			drafts[i]->run->target_rps = drafts[i]->load;
	}
}

static bool
is_same_number(const struct sift_draft *a, const struct sift_draft *b)
{
	return a->name.has_number && b->name.has_number &&
	       a->name.number == b->name.number && a->unit == b->unit &&
	       (a->unit == SIFT_LOAD_NONE || a->load == b->load);
}

/* Runs of one number and load: how many differ in date, in time only. */
static void
count_restarts(struct sift_draft *const *drafts, size_t count, size_t *out_new,
	       size_t *out_same_date)
{
	*out_new = *out_same_date = 0;
	for (size_t i = 1; i < count; i++) {
		const struct sift_draft *a = drafts[i - 1], *b = drafts[i];

		if (!is_same_number(a, b) || a->by_user)
			continue;
		if (sift_text_order(a->name.date, b->name.date))
			(*out_new)++;
		else if (sift_text_order(a->name.stamp, b->name.stamp))
			(*out_same_date)++;
	}
}

static int
compare_stamps(const void *a, const void *b)
{
	const struct sift_draft *x = *(struct sift_draft *const *)a;
	const struct sift_draft *y = *(struct sift_draft *const *)b;

	return sift_text_order(x->name.stamp, y->name.stamp);
}

/* A time that several runs share names the series, not the run. */
static bool
share_stamps(struct sift_draft **drafts, size_t count)
{
	qsort(drafts, count, sizeof(*drafts), compare_stamps);
	for (size_t i = 1; i < count; i++)
		if (drafts[i]->name.stamp &&
		    !compare_stamps(&drafts[i - 1], &drafts[i]))
			return true;
	return false;
}

static void
keep_dates(struct sift_draft **drafts, size_t count)
{
	size_t restarts, same_date;
	bool with_time;

	count_restarts(drafts, count, &restarts, &same_date);
	if (!restarts && !same_date)
		return;
	with_time = same_date && share_stamps(drafts, count);
	for (size_t i = 0; i < count; i++)
		drafts[i]->run->kept_date = with_time ? drafts[i]->name.stamp
						      : drafts[i]->name.date;
}

/* Drafts of one load, which stand beside each other, share its text. */
static enum sift_status
write_loads(struct sift_drafting *d, struct sift_draft **drafts, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct sift_draft *draft = drafts[i];

		if (draft->unit == SIFT_LOAD_NONE || draft->run->load)
			continue;
		if (i && drafts[i - 1]->unit == draft->unit &&
		    drafts[i - 1]->load == draft->load)
			draft->run->load = drafts[i - 1]->run->load;
		else
			draft->run->load = sift_load_text(
				draft->load, draft->unit, d->arena);
		if (!draft->run->load)
			return sift_group_nomem(d);
	}
	return SIFT_OK;
}

/* Drafts of one scenario and tool. */
static void
settle(struct sift_draft **drafts, size_t count, size_t subject)
{
	for (size_t i = 0; i < count; i++)
		drafts[i]->subject = subject;
	numbers_to_loads(drafts, count);
	keep_dates(drafts, count);
}

enum sift_status
sift_settle_names(struct sift_drafting *d)
{
	size_t count = d->standing_count, end;
	struct named *items =
		sift_arena_array(&d->scratch, count, sizeof(*items));
	enum sift_status rc;

	if (!items)
		return sift_group_nomem(d);
	for (size_t i = 0; i < count; i++) {
		struct sift_draft *draft = d->standing[i];

		items[i] = (struct named){draft,
					  draft->run->tool,
					  draft->name.stamp,
					  draft->load,
					  draft->name.number,
					  0,
					  (unsigned char)draft->unit,
					  draft->name.has_number};
	}
	rc = number_scenarios(d, items);
	if (rc)
		return rc;
	sift_put_in_order(items, count, sizeof(*items), compare_named);
	for (size_t i = 0; i < count; i++)
		d->standing[i] = items[i].draft;
	for (size_t i = 0; i < count; i = end) {
		for (end = i + 1;
		     end < count && !compare_subjects(&items[i], &items[end]);)
			end++;
		settle(d->standing + i, end - i, i);
	}
	return write_loads(d, d->standing, count);
}
