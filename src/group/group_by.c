/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "group/drafts.h"

#include <stdlib.h>

#include "base/buf.h"
#include "config/pattern.h"

/*
 * The user's own rule: an expression searched for in each source's path
 * without the folders common to all. Group `set` names the scenario; `load`
 * its load; sources for which all three are equal are one run, as long as no
 * kind of result occurs twice. Runs it does not match keep their names.
 */

struct capture {
	const char *set, *load, *run; /* "" = nothing */
};

static enum sift_status
match(struct sift_drafting *d, struct sift_pattern *pattern,
      const struct sift_group_source *s, struct capture *out, int *out_matched)
{
	enum sift_status rc =
		sift_pattern_match(pattern, sift_span_str(sift_source_path(s)),
				   out_matched, d->err);

	if (rc == SIFT_E_LIMIT)
		return SIFT_E_USAGE; /* the words are in err already */
	if (rc || !*out_matched)
		return rc;
	out->set =
		sift_arena_span(d->arena, sift_pattern_group(pattern, "set"));
	out->run = out->load = "";
	if (sift_pattern_has_group(pattern, "run"))
		out->run = sift_arena_span(d->arena,
					   sift_pattern_group(pattern, "run"));
	if (sift_pattern_has_group(pattern, "load"))
		out->load = sift_arena_span(
			d->arena, sift_pattern_group(pattern, "load"));
	if (!out->set || !out->run || !out->load)
		return sift_group_nomem(d);
	*out_matched = *out->set != '\0';
	return SIFT_OK;
}

static void
apply(struct sift_draft *draft, const struct capture *c, bool has_load)
{
	draft->by_user = true;
	draft->user_run = c->run;
	draft->run->scenario = c->set;
	draft->name.has_number = false;
	if (!has_load)
		return; /* the path's load token stays */
	draft->unit = SIFT_LOAD_NONE;
	if (!*c->load)
		return;
	if (!sift_load_parse(sift_span_str(c->load), &draft->load,
			     &draft->unit))
		draft->run->load = c->load; /* "heavy" */
}

/* ---- sources of one run in several places ---- */

static int
compare_runs(const void *a, const void *b)
{
	const struct sift_draft *x = *(struct sift_draft *const *)a;
	const struct sift_draft *y = *(struct sift_draft *const *)b;
	int c = sift_text_order(x->run->scenario, y->run->scenario);

	if (!c)
		c = sift_text_order(x->user_run, y->user_run);
	if (!c)
		c = sift_text_order(x->run->load, y->run->load);
	if (!c)
		c = (x->unit > y->unit) - (x->unit < y->unit);
	if (!c && x->unit != SIFT_LOAD_NONE)
		c = (x->load > y->load) - (x->load < y->load);
	return c ? c : sift_text_order(x->run->tool, y->run->tool);
}

static int
compare_in_order(const void *a, const void *b)
{
	int c = compare_runs(a, b);

	/* Drafts stand in the order of their paths. */
	return c ? c
		 : (*(char *const *)a > *(char *const *)b) -
			       (*(char *const *)a < *(char *const *)b);
}

static bool
can_merge(const struct sift_draft *a, const struct sift_draft *b)
{
	for (size_t k = 0; k < SIFT_SOURCE_KIND_COUNT; k++)
		if (a->by_kind[k] != SIFT_NONE && b->by_kind[k] != SIFT_NONE)
			return false;
	return true;
}

static enum sift_status
merge_runs(struct sift_drafting *d)
{
	struct sift_draft **drafts;
	struct sift_arena scratch;
	size_t count = 0;

	sift_arena_init(&scratch);
	drafts = sift_arena_array(&scratch, d->draft_count, sizeof(*drafts));
	if (!drafts) {
		sift_arena_release(&scratch);
		return sift_group_nomem(d);
	}
	for (size_t i = 0; i < d->draft_count; i++)
		if (d->drafts[i].replaced_by == SIFT_NONE &&
		    d->drafts[i].by_user && *d->drafts[i].user_run)
			drafts[count++] = &d->drafts[i];
	qsort(drafts, count, sizeof(*drafts), compare_in_order);
	for (size_t i = 1; i < count; i++) {
		struct sift_draft *into = drafts[i - 1], *from = drafts[i];

		if (compare_runs(&drafts[i - 1], &drafts[i]) ||
		    !can_merge(into, from))
			continue;
		for (size_t k = 0; k < SIFT_SOURCE_KIND_COUNT; k++)
			if (from->by_kind[k] != SIFT_NONE)
				into->by_kind[k] = from->by_kind[k];
		from->replaced_by = (size_t)(into - d->drafts);
		drafts[i] = into;
	}
	sift_arena_release(&scratch);
	for (size_t i = 0; i < d->digest->count; i++)
		if (d->out->uses[i].run != SIFT_NONE)
			d->out->uses[i].run =
				sift_draft_standing(d, d->out->uses[i].run);
	return sift_list_standing(d);
}

/* ---- side files without a run of their own ---- */

static struct sift_draft *
run_captured(struct sift_drafting *d, const struct capture *c,
	     const struct sift_group_source *s, enum sift_source_kind kind)
{
	for (size_t i = 0; i < d->draft_count && *c->run; i++) {
		struct sift_draft *draft = &d->drafts[i];

		if (draft->replaced_by == SIFT_NONE && draft->by_user &&
		    !strcmp(draft->run->scenario, c->set) &&
		    !strcmp(draft->user_run, c->run) &&
		    !sift_text_order(draft->run->tool, s->tool) &&
		    draft->by_kind[kind] == SIFT_NONE)
			return draft;
	}
	return NULL;
}

static enum sift_status
place_sides(struct sift_drafting *d, struct sift_pattern *pattern)
{
	enum sift_status rc = SIFT_OK;

	for (size_t i = 0; i < d->source_count && !rc; i++) {
		const struct sift_group_source *s = &d->sources[i];
		struct sift_block_use *use = &d->out->uses[s->block];
		enum sift_source_kind kind = d->digest->blocks[s->block]->kind;
		struct sift_draft *draft;
		struct capture c;
		int matched;

		if (use->run != SIFT_NONE || use->role != SIFT_ROLE_IGNORED)
			continue;
		rc = match(d, pattern, s, &c, &matched);
		draft = rc || !matched ? NULL : run_captured(d, &c, s, kind);
		if (!draft)
			continue;
		draft->by_kind[kind] = s->block;
		*use = (struct sift_block_use){SIFT_ROLE_USED, NULL,
					       (size_t)(draft - d->drafts)};
	}
	return rc;
}

/* A run is named by the source that gives its figures. */
static enum sift_status
name_runs(struct sift_drafting *d, struct sift_pattern *pattern)
{
	bool has_load = sift_pattern_has_group(pattern, "load");
	enum sift_status rc = SIFT_OK;

	for (size_t i = 0; i < d->source_count && !rc; i++) {
		size_t run = d->out->uses[d->sources[i].block].run;
		struct capture c;
		int matched;

		if (run == SIFT_NONE ||
		    d->drafts[run].best != d->sources[i].block)
			continue;
		rc = match(d, pattern, &d->sources[i], &c, &matched);
		if (!rc && matched)
			apply(&d->drafts[run], &c, has_load);
	}
	return rc;
}

/* An expression that is off by a letter would else change nothing, silently. */
static void
warn_if_idle(struct sift_drafting *d)
{
	for (size_t i = 0; i < d->draft_count; i++)
		if (d->drafts[i].by_user)
			return;
	if (d->draft_count)
		d->out->warning = "--group-by matches no path of a result: all "
				  "runs are grouped as usual";
}

static enum sift_status
apply_pattern(struct sift_drafting *d, struct sift_pattern *pattern)
{
	enum sift_status rc = name_runs(d, pattern);

	if (!rc)
		warn_if_idle(d);
	if (!rc)
		rc = merge_runs(d);
	return rc ? rc : place_sides(d, pattern);
}

enum sift_status
sift_apply_group_by(struct sift_drafting *d, const char *expression)
{
	struct sift_pattern *pattern;
	enum sift_status rc;

	rc = sift_pattern_new(&pattern, expression, d->err);
	if (rc)
		return rc;
	if (sift_pattern_has_group(pattern, "set"))
		rc = apply_pattern(d, pattern);
	else
		rc = sift_fail(d->err, SIFT_E_USAGE,
			       "--group-by needs a group named set, as in "
			       "(?<set>[a-z]+)-(?<run>[0-9]+)");
	sift_pattern_free(pattern);
	return rc;
}
