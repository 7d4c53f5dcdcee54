/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "group/set_words.h"

#include <math.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/num.h"
#include "base/text.h"
#include "group/run_totals.h"

int
sift_compare_index(const void *a, const void *b)
{
	const size_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* ---- ranges of a fact over the runs of a set ---- */

enum fact { FACT_USERS, FACT_RATE, FACT_DURATION, FACT_COUNT };

static const char *const units[FACT_COUNT] = {" users", " rps", " s"};

static double
fact_of(const struct sift_draft *draft, enum fact fact)
{
	if (fact == FACT_USERS)
		return draft->run->peak_users < 0
			       ? (double)NAN
			       : (double)draft->run->peak_users;
	return fact == FACT_RATE ? draft->run->measured_rps
				 : draft->run->duration_s;
}

/* Lowest and highest; false when no run has it. */
static bool
range_of(const struct sift_drafting *d, const struct sift_group_set *set,
	 enum fact fact, double *out_low, double *out_high)
{
	*out_low = *out_high = (double)NAN;
	for (size_t i = 0; i < set->run_count; i++) {
		double value = fact_of(d->standing[set->runs[i]], fact);

		*out_low = fmin(*out_low, value); /* NAN loses */
		*out_high = fmax(*out_high, value);
	}
	return !isnan(*out_low);
}

static void
add_value(struct sift_buf *buf, double value, enum fact fact)
{
	char text[SIFT_NUM_MAX];
	unsigned decimals = value < 10 ? 2 : value < 100 ? 1 : 0;

	sift_format_fixed(value, fact == FACT_USERS ? 0 : decimals, text);
	sift_buf_add_str(buf, text);
}

/* "20 users", "39.8 to 40.2 s" */
static void
add_range(const struct sift_drafting *d, const struct sift_group_set *set,
	  enum fact fact, const char *before, struct sift_buf *buf)
{
	double low, high;

	if (!range_of(d, set, fact, &low, &high))
		return;
	sift_buf_add_str(buf, before);
	add_value(buf, low, fact);
	if (high > low) {
		sift_buf_add_str(buf, " to ");
		add_value(buf, high, fact);
	}
	sift_buf_add_str(buf, fact == FACT_USERS && high == 1 ? " user"
							      : units[fact]);
}

static enum sift_status
keep_text(struct sift_drafting *d, struct sift_buf *buf, const char **out)
{
	*out = sift_buf_status(buf)
		       ? NULL
		       : sift_arena_span(d->arena, sift_buf_span(buf));
	sift_buf_release(buf);
	return *out ? SIFT_OK : sift_group_nomem(d);
}

/* ---- labels ---- */

/* What a label says more, as long as it collides with another. */
enum detail {
	DETAIL_NONE,
	DETAIL_TOOL,
	DETAIL_SCENARIO, /* in full */
	DETAIL_USERS,
	DETAIL_RATE,
	DETAIL_DURATION,
	DETAIL_RUN,
	DETAIL_COUNT
};

static enum sift_status
write_label(struct sift_drafting *d, struct sift_group_set *set,
	    enum detail detail)
{
	const struct sift_draft *first = d->standing[set->runs[0]];
	struct sift_buf buf;

	sift_buf_init(&buf, 0);
	sift_buf_add_str(&buf, detail == DETAIL_SCENARIO
				       ? set->scenario
				       : first->short_scenario);
	if (set->load)
		sift_buf_printf(&buf, " %s", set->load);
	if (set->kept_date)
		sift_buf_printf(&buf, " %s", set->kept_date);
	if (detail == DETAIL_TOOL && set->tool)
		sift_buf_printf(&buf, " (%s)", set->tool);
	if (detail == DETAIL_USERS)
		add_range(d, set, FACT_USERS, ", ", &buf);
	if (detail == DETAIL_RATE)
		add_range(d, set, FACT_RATE, ", ", &buf);
	if (detail == DETAIL_DURATION)
		add_range(d, set, FACT_DURATION, ", ", &buf);
	if (detail == DETAIL_RUN)
		sift_buf_printf(&buf, " (%s)", first->run->label);
	return keep_text(d, &buf, &set->label);
}

static int
compare_set_labels(const void *a, const void *b)
{
	const struct sift_group_set *x = *(struct sift_group_set *const *)a;
	const struct sift_group_set *y = *(struct sift_group_set *const *)b;
	int c = sift_text_order(x->label, y->label);

	return c ? c : sift_compare_index(x->runs, y->runs);
}

/* Give all sets whose label is not their own more detail. */
static enum sift_status
add_detail(struct sift_drafting *d, struct sift_group_set **sets,
	   enum detail detail)
{
	size_t count = d->out->set_count, end;
	enum sift_status rc = SIFT_OK;

	qsort(sets, count, sizeof(struct sift_group_set *), compare_set_labels);
	for (size_t i = 0; i < count && !rc; i = end) {
		for (end = i + 1;
		     end < count &&
		     !sift_text_order(sets[i]->label, sets[end]->label);)
			end++;
		for (size_t j = i; j < end && end - i > 1 && !rc; j++)
			rc = write_label(d, sets[j], detail);
	}
	return rc;
}

enum sift_status
sift_label_sets(struct sift_drafting *d)
{
	struct sift_group_set **sets;
	struct sift_arena scratch;
	enum sift_status rc = SIFT_OK;

	sift_arena_init(&scratch);
	sets = sift_arena_array(&scratch, d->out->set_count,
				sizeof(struct sift_group_set *));
	if (!sets)
		rc = sift_group_nomem(d);
	for (size_t i = 0; i < d->out->set_count && !rc; i++) {
		sets[i] = &d->out->sets[i];
		rc = write_label(d, sets[i], DETAIL_NONE);
	}
	for (int detail = 1; detail < DETAIL_COUNT && !rc; detail++)
		rc = add_detail(d, sets, (enum detail)detail);
	sift_arena_release(&scratch);
	return rc;
}

/* ---- why together ---- */

static bool
numbers_differ(const struct sift_drafting *d, const struct sift_group_set *set)
{
	const struct sift_path_name *first = &d->standing[set->runs[0]]->name;

	for (size_t i = 1; i < set->run_count; i++) {
		const struct sift_path_name *name =
			&d->standing[set->runs[i]]->name;

		if (name->has_number != first->has_number ||
		    name->number != first->number)
			return true;
	}
	return false;
}

static bool
dates_differ(const struct sift_drafting *d, const struct sift_group_set *set)
{
	const char *first = d->standing[set->runs[0]]->name.stamp;

	for (size_t i = 1; i < set->run_count; i++)
		if (sift_text_order(d->standing[set->runs[i]]->name.stamp,
				    first))
			return true;
	return false;
}

static bool
has_endpoints(const struct sift_drafting *d, const struct sift_group_set *set)
{
	for (size_t i = 0; i < set->run_count; i++)
		if (!d->standing[set->runs[i]]->best_block->series_count)
			return false;
	return true;
}

static enum sift_status
explain(struct sift_drafting *d, struct sift_group_set *set)
{
	bool numbers = numbers_differ(d, set), dates = dates_differ(d, set);
	struct sift_buf buf;

	sift_buf_init(&buf, 0);
	if (d->standing[set->runs[0]]->by_user)
		sift_buf_add_str(&buf, "--group-by");
	else if (set->run_count == 1)
		sift_buf_add_str(&buf, "one run");
	else
		sift_buf_printf(&buf, "same name%s%s%s",
				numbers || dates ? " but for the " : "",
				numbers ? "run number"
				: dates ? "date"
					: "",
				numbers && dates ? " and date" : "");
	if (set->run_count > 1 && set->days > 1)
		sift_buf_printf(&buf, ", over %u days", set->days);
	if (set->run_count > 1 && has_endpoints(d, set) &&
	    !d->standing[set->runs[0]]->by_user)
		sift_buf_add_str(&buf, "; same endpoints");
	if (isnan(set->users))
		add_range(d, set, FACT_RATE, "; ", &buf);
	else
		add_range(d, set, FACT_USERS, "; ", &buf);
	add_range(d, set, FACT_DURATION, "; ", &buf);
	return keep_text(d, &buf, &set->grouped_by);
}

/* ---- why apart ---- */

#define NOTES_MAX 4

static enum sift_status
add_note(struct sift_drafting *d, struct sift_group_set *set,
	 struct sift_buf *text)
{
	if (!set->notes)
		set->notes = sift_arena_array(d->arena, NOTES_MAX,
					      sizeof(*set->notes));
	if (!set->notes || set->note_count == NOTES_MAX) {
		sift_buf_release(text);
		return set->notes ? SIFT_OK : sift_group_nomem(d);
	}
	return keep_text(d, text, &set->notes[set->note_count++]);
}

static bool
is_beyond(double a, double b, double limit)
{
	return fmax(a, b) > fmin(a, b) * limit; /* false with a NAN beside */
}

/* The fact in which two runs of one name disagree; FACT_COUNT = endpoints. */
static enum fact
disagreement(const struct sift_draft *a, const struct sift_draft *b)
{
	double users_a = fact_of(a, FACT_USERS);
	double users_b = fact_of(b, FACT_USERS);
	bool users = !isnan(users_a) && !isnan(users_b);
	double rate_limit = users ? SIFT_USERS_RATE_LIMIT : SIFT_RATE_LIMIT;

	if (!sift_endpoints_agree(a->best_block, b->best_block))
		return FACT_COUNT;
	if (users && (users_a < users_b || users_a > users_b))
		return FACT_USERS;
	if (is_beyond(fact_of(a, FACT_RATE), fact_of(b, FACT_RATE), rate_limit))
		return FACT_RATE;
	if (is_beyond(fact_of(a, FACT_DURATION), fact_of(b, FACT_DURATION),
		      SIFT_DURATION_LIMIT))
		return FACT_DURATION;
	/* Neighbours on the two sides of a cut. */
	return users ? FACT_DURATION : FACT_RATE;
}

static enum sift_status
explain_apart(struct sift_drafting *d, struct sift_group_set *set,
	      const struct sift_group_set *main_set)
{
	enum fact fact = disagreement(d->standing[set->runs[0]],
				      d->standing[main_set->runs[0]]);
	struct sift_buf buf;

	sift_buf_init(&buf, 0);
	sift_buf_printf(
		&buf, "named like \"%s\" but apart from it: ", main_set->label);
	if (fact == FACT_COUNT) {
		sift_buf_add_str(&buf, "other endpoints");
	} else {
		add_range(d, set, fact, "", &buf);
		add_range(d, main_set, fact, " against ", &buf);
	}
	return add_note(d, set, &buf);
}

struct group_key {
	size_t group;
	size_t set;
};

static int
compare_groups(const void *a, const void *b)
{
	const struct group_key *x = a, *y = b;

	if (x->group != y->group)
		return x->group < y->group ? -1 : 1;
	return (x->set > y->set) - (x->set < y->set);
}

static enum sift_status
explain_group(struct sift_drafting *d, const struct group_key *keys,
	      size_t count)
{
	struct sift_group_set *sets = d->out->sets;
	enum sift_status rc = SIFT_OK;
	size_t main_set = keys[0].set;

	for (size_t i = 1; i < count; i++)
		if (sets[keys[i].set].run_count > sets[main_set].run_count)
			main_set = keys[i].set;
	for (size_t i = 0; i < count && !rc; i++)
		if (keys[i].set != main_set)
			rc = explain_apart(d, &sets[keys[i].set],
					   &sets[main_set]);
	return rc;
}

static enum sift_status
explain_groups(struct sift_drafting *d, const size_t *groups,
	       struct sift_arena *scratch)
{
	size_t count = d->out->set_count, end;
	enum sift_status rc = SIFT_OK;
	struct group_key *keys =
		sift_arena_array(scratch, count, sizeof(*keys));

	if (!keys)
		return sift_group_nomem(d);
	for (size_t i = 0; i < count; i++)
		keys[i] = (struct group_key){groups[i], i};
	qsort(keys, count, sizeof(*keys), compare_groups);
	for (size_t i = 0; i < count && !rc; i = end) {
		for (end = i; end < count && keys[end].group == keys[i].group;)
			end++;
		rc = explain_group(d, keys + i, end - i);
	}
	return rc;
}

/* ---- together by the user's word only ---- */

/* Do the runs of the set disagree where others would be kept apart? */
static bool
is_mixed(const struct sift_drafting *d, const struct sift_group_set *set,
	 enum fact fact, double limit)
{
	double low, high;

	return range_of(d, set, fact, &low, &high) &&
	       is_beyond(low, high, limit);
}

static bool
mixes_endpoints(const struct sift_drafting *d, const struct sift_group_set *set)
{
	const struct sift_draft *first = d->standing[set->runs[0]];

	for (size_t i = 1; i < set->run_count; i++)
		if (!sift_endpoints_agree(
			    first->best_block,
			    d->standing[set->runs[i]]->best_block))
			return true;
	return false;
}

/* The user decides, and is told what speaks against it. */
static enum sift_status
warn_of_mixture(struct sift_drafting *d, struct sift_group_set *set)
{
	static const double limits[FACT_COUNT] = {
		[FACT_USERS] = 1.0,
		[FACT_RATE] = SIFT_RATE_LIMIT,
		[FACT_DURATION] = SIFT_DURATION_LIMIT,
	};
	struct sift_buf buf;

	if (!d->standing[set->runs[0]]->by_user)
		return SIFT_OK;
	sift_buf_init(&buf, 0);
	for (int fact = 0; fact < FACT_COUNT; fact++)
		if (is_mixed(d, set, (enum fact)fact, limits[fact]))
			add_range(d, set, (enum fact)fact,
				  buf.len ? ", " : "its runs differ: ", &buf);
	if (mixes_endpoints(d, set))
		sift_buf_printf(&buf, "%sendpoints",
				buf.len ? ", " : "its runs differ: ");
	if (buf.len || sift_buf_status(&buf))
		return add_note(d, set, &buf);
	sift_buf_release(&buf);
	return SIFT_OK;
}

/* ---- apart only by a number that stayed in the name ---- */

struct skeleton_key {
	const struct sift_draft *draft;
	size_t set;
};

static int
compare_skeletons(const struct sift_draft *x, const struct sift_draft *y)
{
	int c = sift_text_order(x->name.skeleton, y->name.skeleton);

	if (!c)
		c = sift_text_order(x->name.joiner, y->name.joiner);
	if (!c)
		c = sift_text_order(x->run->load, y->run->load);
	return c ? c : sift_text_order(x->run->tool, y->run->tool);
}

static int
compare_skeleton_keys(const void *a, const void *b)
{
	const struct skeleton_key *x = a, *y = b;
	int c = compare_skeletons(x->draft, y->draft);

	return c ? c : (x->set > y->set) - (x->set < y->set);
}

static enum sift_status
suggest_joiner(struct sift_drafting *d, const struct skeleton_key *keys,
	       size_t count)
{
	enum sift_status rc = SIFT_OK;

	for (size_t i = 0; i < count && !rc; i++) {
		struct sift_buf buf;

		sift_buf_init(&buf, 0);
		sift_buf_printf(&buf,
				"%zu sets differ in name by a number only; "
				"--group-by '%s' joins them",
				count, keys[i].draft->name.joiner);
		rc = add_note(d, &d->out->sets[keys[i].set], &buf);
	}
	return rc;
}

/* Do the scenarios differ? Sets of one scenario are apart for other reasons. */
static bool
scenarios_differ(const struct skeleton_key *keys, size_t count)
{
	for (size_t i = 1; i < count; i++)
		if (sift_text_order(keys[i].draft->run->scenario,
				    keys[0].draft->run->scenario))
			return true;
	return false;
}

static enum sift_status
suggest_joiners(struct sift_drafting *d, struct sift_arena *scratch)
{
	size_t count = 0, end;
	enum sift_status rc = SIFT_OK;
	struct skeleton_key *keys =
		sift_arena_array(scratch, d->out->set_count, sizeof(*keys));

	if (!keys)
		return sift_group_nomem(d);
	for (size_t i = 0; i < d->out->set_count; i++) {
		const struct sift_draft *draft =
			d->standing[d->out->sets[i].runs[0]];

		if (draft->name.joiner && !draft->by_user)
			keys[count++] = (struct skeleton_key){draft, i};
	}
	qsort(keys, count, sizeof(*keys), compare_skeleton_keys);
	for (size_t i = 0; i < count && !rc; i = end) {
		for (end = i;
		     end < count &&
		     !compare_skeletons(keys[i].draft, keys[end].draft);)
			end++;
		if (scenarios_differ(keys + i, end - i))
			rc = suggest_joiner(d, keys + i, end - i);
	}
	return rc;
}

enum sift_status
sift_explain_sets(struct sift_drafting *d, const size_t *groups)
{
	struct sift_arena scratch;
	enum sift_status rc = SIFT_OK;

	for (size_t i = 0; i < d->out->set_count && !rc; i++) {
		rc = explain(d, &d->out->sets[i]);
		if (!rc)
			rc = warn_of_mixture(d, &d->out->sets[i]);
	}
	sift_arena_init(&scratch);
	if (!rc)
		rc = explain_groups(d, groups, &scratch);
	if (!rc)
		rc = suggest_joiners(d, &scratch);
	sift_arena_release(&scratch);
	return rc;
}
