/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "group/drafts.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/parallel.h"
#include "base/put_in_order.h"
#include "base/text.h"
#include "group/run_totals.h"
#include "group/set_words.h"

/*
 * Runs to sets. Runs of one name (scenario, load token, kept date, tool) are
 * cut apart where their facts disagree: first by endpoints, then by offered
 * load, then by duration. Each cut is of a sorted list, so that the outcome
 * does not depend on order. What becomes of one name does not concern the
 * others, so that threads share the names.
 */

struct splitting {
	struct sift_drafting *d;
	size_t *runs; /* of all groups, cut into ever smaller slices */
	struct sift_group_set **sets; /* where the first run of each stands */
	size_t *groups; /* of each set: equal for sets of one name */
	size_t *firsts; /* of each name: where its runs begin */
	size_t name_count;
};

static const struct sift_draft *
draft_of(const struct splitting *s, size_t i)
{
	return s->d->standing[s->runs[i]];
}

static const struct sift_group_run *
run_of(const struct splitting *s, size_t i)
{
	return &s->d->out->runs[s->runs[i]];
}

/* ---- a slice that belongs together ---- */

static enum sift_status
add_set(struct splitting *s, size_t from, size_t to, size_t group)
{
	const struct sift_draft *first;
	struct sift_group_set *set =
		sift_arena_alloc(s->d->arena, sizeof(*set));

	if (!set)
		return sift_group_nomem(s->d);
	sift_put_in_order(s->runs + from, to - from, sizeof(*s->runs),
			  sift_compare_index);
	first = draft_of(s, from);
	*set = (struct sift_group_set){
		.scenario = first->run->scenario,
		.load = first->run->load,
		.kept_date = first->run->kept_date,
		.tool = first->run->tool,
		.runs = s->runs + from,
		.run_count = to - from,
	};
	s->sets[from] = set;
	s->groups[from] = group;
	return SIFT_OK;
}

/* In the order of their runs, one behind the other. */
static enum sift_status
gather_sets(struct splitting *s)
{
	struct sift_grouping *out = s->d->out;
	size_t runs = s->d->standing_count, count = 0;

	for (size_t i = 0; i < runs; i += s->sets[i]->run_count)
		count++;
	out->sets = sift_arena_array(s->d->arena, count, sizeof(*out->sets));
	if (!out->sets)
		return sift_group_nomem(s->d);
	for (size_t i = 0; i < runs; i += s->sets[i]->run_count) {
		s->groups[out->set_count] = s->groups[i];
		out->sets[out->set_count++] = *s->sets[i];
	}
	return SIFT_OK;
}

struct value_key {
	double value; /* NAN sorts first */
	size_t run;
};

static int
compare_values(const void *a, const void *b)
{
	const struct value_key *x = a, *y = b;

	if (isnan(x->value) != isnan(y->value))
		return isnan(x->value) ? -1 : 1;
	if (x->value < y->value || x->value > y->value)
		return x->value < y->value ? -1 : 1;
	return (x->run > y->run) - (x->run < y->run);
}

typedef double value_of_run(const struct sift_group_run *run);

/*
 * Sort the slice by a value; *out_end is where the first run beyond `limit`
 * times the lowest stands. Unknown values go with the lowest.
 */
static enum sift_status
sort_slice(struct splitting *s, size_t from, size_t to, value_of_run *value_of)
{
	struct sift_arena scratch;
	struct value_key *keys;

	sift_arena_init(&scratch);
	keys = sift_arena_array(&scratch, to - from, sizeof(*keys));
	for (size_t i = from; i < to && keys; i++)
		keys[i - from] =
			(struct value_key){value_of(run_of(s, i)), s->runs[i]};
	if (keys) {
		sift_put_in_order(keys, to - from, sizeof(*keys),
				  compare_values);
		for (size_t i = from; i < to; i++)
			s->runs[i] = keys[i - from].run;
	}
	sift_arena_release(&scratch);
	return keys ? SIFT_OK : sift_group_nomem(s->d);
}

static size_t
slice_end(const struct splitting *s, size_t from, size_t to,
	  value_of_run *value_of, double limit)
{
	double lowest = (double)NAN;

	for (size_t i = from; i < to; i++) {
		double value = value_of(run_of(s, i));

		if (isnan(lowest))
			lowest = value;
		else if (value > lowest * limit)
			return i;
	}
	return to;
}

static double
rate_of(const struct sift_group_run *run)
{
	return run->measured_rps;
}

static double
users_of(const struct sift_group_run *run)
{
	return (double)run->peak_users;
}

static double
duration_of(const struct sift_group_run *run)
{
	return run->duration_s;
}

typedef enum sift_status next_cut(struct splitting *s, size_t from, size_t to,
				  size_t group);

static enum sift_status
cut_by(struct splitting *s, size_t from, size_t to, size_t group,
       value_of_run *value_of, double limit, next_cut *next)
{
	enum sift_status rc = sort_slice(s, from, to, value_of);

	for (size_t end; from < to && !rc; from = end) {
		end = slice_end(s, from, to, value_of, limit);
		rc = next(s, from, end, group);
	}
	return rc;
}

static enum sift_status
cut_by_duration(struct splitting *s, size_t from, size_t to, size_t group)
{
	return cut_by(s, from, to, group, duration_of, SIFT_DURATION_LIMIT,
		      add_set);
}

static enum sift_status
cut_by_rate_of_users(struct splitting *s, size_t from, size_t to, size_t group)
{
	return cut_by(s, from, to, group, rate_of, SIFT_USERS_RATE_LIMIT,
		      cut_by_duration);
}

static enum sift_status
cut_by_load(struct splitting *s, size_t from, size_t to, size_t group)
{
	bool users = true;

	for (size_t i = from; i < to; i++)
		users = users && run_of(s, i)->peak_users >= 0;
	if (users)
		return cut_by(s, from, to, group, users_of, 1.0,
			      cut_by_rate_of_users);
	return cut_by(s, from, to, group, rate_of, SIFT_RATE_LIMIT,
		      cut_by_duration);
}

/* ---- endpoints ---- */

static int
compare_leaders(const void *a, const void *b)
{
	const struct value_key *x = a, *y = b;

	return x->value < y->value   ? -1
	       : x->value > y->value ? 1
				     : (x->run > y->run) - (x->run < y->run);
}

/*
 * Each run goes with the first leader whose endpoints agree with its own; a
 * run that agrees with none leads a new part.
 */
static void
follow_leaders(struct splitting *s, size_t from, size_t to,
	       struct value_key *keys, size_t *leaders)
{
	size_t count = 0;

	sift_put_in_order(s->runs + from, to - from, sizeof(*s->runs),
			  sift_compare_index);
	for (size_t i = from; i < to; i++) {
		const struct sift_block *block = draft_of(s, i)->best_block;
		size_t part = 0;

		while (part < count &&
		       !sift_endpoints_agree(
			       s->d->standing[leaders[part]]->best_block,
			       block))
			part++;
		if (part == count)
			leaders[count++] = s->runs[i];
		keys[i - from] = (struct value_key){(double)part, s->runs[i]};
	}
}

static enum sift_status
cut_by_endpoints(struct splitting *s, size_t from, size_t to, size_t group)
{
	struct sift_arena scratch;
	struct value_key *keys;
	enum sift_status rc = SIFT_OK;
	size_t *leaders, end;

	sift_arena_init(&scratch);
	keys = sift_arena_array(&scratch, to - from, sizeof(*keys));
	leaders = sift_arena_array(&scratch, to - from, sizeof(*leaders));
	if (!keys || !leaders)
		rc = sift_group_nomem(s->d);
	else
		follow_leaders(s, from, to, keys, leaders);
	if (!rc)
		sift_put_in_order(keys, to - from, sizeof(*keys),
				  compare_leaders);
	for (size_t i = from; i < to && !rc; i++)
		s->runs[i] = keys[i - from].run;
	for (size_t i = from; i < to && !rc; i = end) {
		for (end = i; end < to &&
			      !(keys[end - from].value > keys[i - from].value);)
			end++;
		rc = cut_by_load(s, i, end, group);
	}
	sift_arena_release(&scratch);
	return rc;
}

/* ---- runs of one name ---- */

/* Of a draft, beside those of others to be compared. */
struct name_key {
	size_t subject;
	const char *load;
	const char *kept_date;
	bool by_user;
	size_t run;
};

static int
compare_names(const struct name_key *x, const struct name_key *y)
{
	int c = (x->subject > y->subject) - (x->subject < y->subject);

	if (!c)
		c = x->by_user - y->by_user;
	if (!c)
		c = sift_text_order(x->load, y->load);
	return c ? c : sift_text_order(x->kept_date, y->kept_date);
}

static int
compare_name_keys(const void *a, const void *b)
{
	const struct name_key *x = a, *y = b;
	int c = compare_names(x, y);

	return c ? c : (x->run > y->run) - (x->run < y->run);
}

/* The runs of one name. */
static enum sift_status
split_name(void *context, size_t name, struct sift_arena *arena,
	   struct sift_err *err)
{
	struct splitting own = *(const struct splitting *)context;
	struct sift_drafting d = *own.d;
	size_t from = own.firsts[name], to = own.firsts[name + 1];

	d.arena = arena;
	d.err = err;
	own.d = &d;
	return draft_of(&own, from)->by_user
		       ? add_set(&own, from, to, from)
		       : cut_by_endpoints(&own, from, to, from);
}

static enum sift_status
split_names(struct splitting *s, struct name_key *keys)
{
	size_t count = s->d->standing_count;
	enum sift_status rc;

	for (size_t i = 0; i < count; i++) {
		const struct sift_draft *draft = s->d->standing[i];

		keys[i] = (struct name_key){draft->subject, draft->run->load,
					    draft->run->kept_date,
					    draft->by_user, i};
	}
	sift_put_in_order(keys, count, sizeof(*keys), compare_name_keys);
	for (size_t i = 0; i < count; i++) {
		s->runs[i] = keys[i].run;
		if (!i || compare_names(&keys[i - 1], &keys[i]))
			s->firsts[s->name_count++] = i;
	}
	s->firsts[s->name_count] = count;
	rc = sift_in_parallel(split_name, s, s->name_count, s->d->threads,
			      s->d->arena, s->d->err);
	return rc ? rc : gather_sets(s);
}

/* ---- what is known of a set ---- */

static void
find_users(const struct sift_drafting *d, struct sift_group_set *set)
{
	int64_t users = d->out->runs[set->runs[0]].peak_users;

	for (size_t i = 1; i < set->run_count; i++)
		if (d->out->runs[set->runs[i]].peak_users != users)
			users = -1;
	set->users = users < 0 ? (double)NAN : (double)users;
}

#define NS_PER_DAY (INT64_C(86400) * SIFT_NS_PER_S)

/* Day number of a run by its content or, where `by_path`, by its path. */
static bool
day_of(const struct sift_draft *draft, bool by_path, int64_t *out)
{
	char text[SIFT_INSTANT_MAX];
	int64_t ns = draft->run->first_ns;

	if (by_path) {
		if (!draft->name.date)
			return false;
		snprintf(text, sizeof(text), "%sT00:00:00Z", draft->name.date);
		if (!sift_instant_parse(sift_span_str(text), &ns))
			return false; /* year and month only */
	} else if (ns == SIFT_INSTANT_NONE) {
		return false;
	}
	*out = ns / NS_PER_DAY - (ns % NS_PER_DAY < 0);
	return true;
}

/* Content beats path; a mixture of both would compare unlike things. */
static void
count_days(const struct sift_drafting *d, struct sift_group_set *set)
{
	for (int by_path = 0; by_path < 2 && !set->days; by_path++) {
		int64_t day, first = INT64_MAX, last = INT64_MIN;
		bool known = true;

		for (size_t i = 0; i < set->run_count && known; i++) {
			known = day_of(d->standing[set->runs[i]], by_path,
				       &day);
			if (known && day < first)
				first = day;
			if (known && day > last)
				last = day;
		}
		if (known && last - first < UINT32_MAX)
			set->days = (unsigned)(last - first + 1);
	}
}

/* ---- the order of sets ---- */

struct set_key {
	struct sift_group_set set;
	size_t group;
};

static int
compare_sets(const void *a, const void *b)
{
	const struct set_key *x = a, *y = b;
	int c = sift_text_compare_natural(sift_span_str(x->set.label),
					  sift_span_str(y->set.label));

	return c ? c
		 : (x->set.runs[0] > y->set.runs[0]) -
			       (x->set.runs[0] < y->set.runs[0]);
}

static enum sift_status
sort_sets(struct splitting *s)
{
	struct sift_grouping *out = s->d->out;
	struct sift_arena scratch;
	struct set_key *keys;

	sift_arena_init(&scratch);
	keys = sift_arena_array(&scratch, out->set_count, sizeof(*keys));
	for (size_t i = 0; i < out->set_count && keys; i++)
		keys[i] = (struct set_key){out->sets[i], s->groups[i]};
	if (keys)
		qsort(keys, out->set_count, sizeof(*keys), compare_sets);
	for (size_t i = 0; i < out->set_count && keys; i++) {
		out->sets[i] = keys[i].set;
		s->groups[i] = keys[i].group;
		for (size_t j = 0; j < out->sets[i].run_count; j++)
			out->runs[out->sets[i].runs[j]].set = i;
	}
	sift_arena_release(&scratch);
	return keys ? SIFT_OK : sift_group_nomem(s->d);
}

enum sift_status
sift_make_sets(struct sift_drafting *d)
{
	size_t count = d->standing_count;
	struct splitting s = {.d = d};
	struct sift_arena scratch;
	struct name_key *keys;
	enum sift_status rc = SIFT_OK;

	sift_arena_init(&scratch);
	keys = sift_arena_array(&scratch, count, sizeof(*keys));
	s.groups = sift_arena_array(&scratch, count, sizeof(*s.groups));
	s.firsts = sift_arena_array(&scratch, count + 1, sizeof(*s.firsts));
	s.runs = sift_arena_array(d->arena, count, sizeof(*s.runs));
	s.sets = sift_arena_array(&scratch, count, sizeof(*s.sets));
	if (!keys || !s.groups || !s.firsts || !s.runs || !s.sets)
		rc = sift_group_nomem(d);
	if (!rc)
		rc = split_names(&s, keys);
	for (size_t i = 0; i < d->out->set_count && !rc; i++) {
		find_users(d, &d->out->sets[i]);
		count_days(d, &d->out->sets[i]);
	}
	if (!rc)
		rc = sift_label_sets(d);
	if (!rc)
		rc = sort_sets(&s);
	if (!rc)
		rc = sift_explain_sets(d, s.groups);
	sift_arena_release(&scratch);
	return rc;
}
