/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "group/drafts.h"

#include <math.h>
#include <stdlib.h>

#include "base/put_in_order.h"

/*
 * What a number in a name counts is only seen beside the other runs of the
 * scenario: 5, 20, 50 may be the load, and a second "run 1" means that the
 * numbering began anew on another day.
 */

#define RATE_SHARE 0.15

/* Order by scenario and tool, then by load, number, date. */
static int
compare_drafts(const void *a, const void *b)
{
	const struct sift_draft *x = *(struct sift_draft *const *)a;
	const struct sift_draft *y = *(struct sift_draft *const *)b;
	int c = sift_text_order(x->run->scenario, y->run->scenario);

	if (!c)
		c = sift_text_order(x->run->tool, y->run->tool);
	if (!c)
		c = (x->unit > y->unit) - (x->unit < y->unit);
	if (!c && x->unit != SIFT_LOAD_NONE)
		c = (x->load > y->load) - (x->load < y->load);
	if (!c)
		c = x->name.has_number - y->name.has_number;
	if (!c)
		c = (x->name.number > y->name.number) -
		    (x->name.number < y->name.number);
	if (!c)
		c = sift_text_order(x->name.stamp, y->name.stamp);
	return c;
}

static bool
is_same_scenario(const struct sift_draft *a, const struct sift_draft *b)
{
	return !sift_text_order(a->run->scenario, b->run->scenario) &&
	       !sift_text_order(a->run->tool, b->run->tool);
}

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

enum sift_status
sift_settle_names(struct sift_drafting *d)
{
	struct sift_draft **drafts = d->standing;
	size_t count = d->standing_count, end;

	sift_put_in_order(drafts, count, sizeof(*drafts), compare_drafts);
	for (size_t i = 0; i < count; i = end) {
		for (end = i;
		     end < count && is_same_scenario(drafts[i], drafts[end]);)
			end++;
		for (size_t j = i; j < end; j++)
			drafts[j]->subject = i;
		numbers_to_loads(drafts + i, end - i);
		keep_dates(drafts + i, end - i);
	}
	return write_loads(d, drafts, count);
}
