/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "judge/compare.h"

#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "judge/compare_pair.h"

struct comparer {
	struct sift_document *doc;
	const struct sift_compare_options *options;
	struct sift_arena *arena;
	struct sift_err *err;
	struct sift_comparison *list; /* owned */
	size_t capacity;
};

enum sift_status
sift_pair_no_memory(struct sift_pair *pair)
{
	return sift_fail(pair->err, SIFT_E_NOMEM, "no memory for a comparison");
}

static enum sift_status
add_pair(struct comparer *c, size_t before, size_t after)
{
	struct sift_pair pair = {
		.doc = c->doc,
		.options = c->options,
		.arena = c->arena,
		.err = c->err,
		.before = &c->doc->sets[before],
		.after = &c->doc->sets[after],
	};
	size_t count = c->doc->comparison_count;
	enum sift_status rc;

	if (sift_array_grow((void **)&c->list, &c->capacity, count + 1,
			    sizeof(*c->list), SIZE_MAX))
		return sift_pair_no_memory(&pair);
	pair.out = &c->list[count];
	*pair.out = (struct sift_comparison){.before = before, .after = after};
	rc = sift_pair_match(&pair);
	if (!rc && !pair.out->is_comparable && c->options->is_forced)
		pair.out->is_forced = 1;
	if (!rc && (pair.out->is_comparable || pair.out->is_forced))
		rc = sift_pair_judge(&pair);
	if (!rc && (pair.out->is_comparable || pair.out->is_forced))
		rc = sift_pair_new_failures(&pair);
	if (!rc)
		rc = sift_pair_sum_up(&pair);
	if (!rc)
		c->doc->comparison_count++;
	return rc;
}

/* ---- a baseline that the user names ---- */

static bool
is_called(const struct sift_set *set, const char *name)
{
	return !strcmp(set->id, name) ||
	       (set->label && !strcmp(set->label, name)) ||
	       (set->scenario && !strcmp(set->scenario, name));
}

static enum sift_status
find_baseline(const struct comparer *c, const char *name, size_t *out)
{
	size_t found = 0;

	for (size_t i = 0; i < c->doc->set_count; i++) {
		if (is_called(&c->doc->sets[i], name)) {
			*out = i;
			found++;
		}
	}
	if (found == 1)
		return SIFT_OK;
	return sift_fail(c->err, SIFT_E_USAGE,
			 found ? "--baseline \"%s\" names several sets; take "
				 "the id of one (loadsift inspect)"
			       : "--baseline \"%s\" names no set (loadsift "
				 "inspect shows them)",
			 name);
}

static enum sift_status
compare_all_with(struct comparer *c, size_t baseline)
{
	enum sift_status rc = SIFT_OK;

	for (size_t i = 0; i < c->doc->set_count && !rc; i++)
		if (i != baseline)
			rc = add_pair(c, baseline, i);
	return rc;
}

/* ---- two sides ---- */

/* Of one name: by what labels are made of, since those of sides differ. */
static bool
has_same_name(const struct sift_set *a, const struct sift_set *b)
{
	return sift_text_same(a->scenario, b->scenario) &&
	       sift_text_same(a->load, b->load) &&
	       sift_text_same(a->kept_date, b->kept_date);
}

/* How well a set of the old side suits one of the new; 0 = not at all. */
static unsigned
suitability(const struct sift_set *before, const struct sift_set *after)
{
	bool same_tool = before->tool && after->tool &&
			 !strcmp(before->tool, after->tool);

	if (!same_tool)
		return 0;
	return 1 + (has_same_name(before, after) ? 1U : 0) +
	       (sift_sets_are_alike(before, after) ? 2U : 0);
}

/* Each set of the new side with the best of the old, if that suits so well. */
static enum sift_status
compare_suitable(struct comparer *c, unsigned least)
{
	size_t first = c->options->first_after, count = c->doc->set_count;
	enum sift_status rc = SIFT_OK;

	for (size_t i = first; i < count && !rc; i++) {
		size_t before = 0;
		unsigned best = suitability(&c->doc->sets[0], &c->doc->sets[i]);

		for (size_t k = 1; k < first; k++) {
			unsigned suits =
				suitability(&c->doc->sets[k], &c->doc->sets[i]);

			if (suits > best) {
				best = suits;
				before = k;
			}
		}
		if (best >= least)
			rc = add_pair(c, before, i);
	}
	return rc;
}

/* Sets without a counterpart are left alone, unless none has any: then it is
   said why. */
static enum sift_status
compare_sides(struct comparer *c)
{
	enum sift_status rc = compare_suitable(c, 2);

	return rc || c->doc->comparison_count > 0 ? rc : compare_suitable(c, 0);
}

/* ---- unasked ---- */

static bool
is_word(const char *text, size_t len)
{
	static const char *const words[] = {"baseline", "before",  "main",
					    "master",	"control", "reference"};

	for (size_t w = 0; w < sizeof(words) / sizeof(words[0]); w++) {
		size_t i = 0;

		while (i < len && words[w][i] &&
		       (text[i] | ' ') == words[w][i]) /* lower case */
			i++;
		if (i == len && !words[w][i])
			return true;
	}
	return false;
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool
sift_says_baseline(const char *scenario)
{
	for (const char *at = scenario ? scenario : ""; *at;) {
		size_t len = 0;

		while (is_letter(at[len]))
			len++;
		if (len > 0 && is_word(at, len))
			return true;
		at += len > 0 ? len : 1;
	}
	return false;
}

static enum sift_status
compare_unasked(struct comparer *c)
{
	const struct sift_set *sets = c->doc->sets;
	enum sift_status rc = SIFT_OK;

	for (size_t i = 0; i < c->doc->set_count; i++) {
		if (!sift_says_baseline(sets[i].scenario))
			continue;
		for (size_t k = 0; k < c->doc->set_count && !rc; k++)
			if (!sift_says_baseline(sets[k].scenario) &&
			    sift_sets_are_alike(&sets[i], &sets[k]))
				rc = add_pair(c, i, k);
	}
	return rc;
}

static enum sift_status
compare_chosen(struct comparer *c)
{
	size_t baseline = 0;
	enum sift_status rc;

	if (c->options->baseline) {
		rc = find_baseline(c, c->options->baseline, &baseline);
		return rc ? rc : compare_all_with(c, baseline);
	}
	return c->options->first_after > 0 ? compare_sides(c)
					   : compare_unasked(c);
}

/* ---- controls without effect ---- */

static bool
is_met(const struct comparer *c, const char *glob)
{
	for (size_t i = 0; i < c->doc->comparison_count; i++) {
		const struct sift_comparison *pair = &c->list[i];

		for (size_t k = 0; k < pair->endpoint_count; k++)
			if (sift_is_control(glob, pair->endpoints[k].method,
					    pair->endpoints[k].name, c->arena))
				return true;
	}
	return false;
}

/* A control that is misspelt would change the verdicts unseen. */
static enum sift_status
warn_of_controls(struct comparer *c)
{
	for (size_t i = 0; i < c->options->control_count; i++) {
		if (c->doc->warning || c->doc->comparison_count == 0 ||
		    is_met(c, c->options->controls[i]))
			continue;
		c->doc->warning = sift_arena_printf(
			c->arena,
			"--control \"%s\" means no endpoint that both sides "
			"have",
			c->options->controls[i]);
		if (!c->doc->warning)
			return sift_fail(c->err, SIFT_E_NOMEM,
					 "no memory for a warning");
	}
	return SIFT_OK;
}

enum sift_status
sift_compare(struct sift_document *doc,
	     const struct sift_compare_options *options,
	     struct sift_arena *arena, struct sift_err *err)
{
	struct comparer c = {doc, options, arena, err, NULL, 0};
	enum sift_status rc;

	doc->comparison_count = 0;
	rc = compare_chosen(&c);
	if (!rc)
		rc = warn_of_controls(&c);
	doc->comparisons =
		sift_arena_array(arena, doc->comparison_count, sizeof(*c.list));
	if (!rc && !doc->comparisons)
		rc = sift_fail(err, SIFT_E_NOMEM, "no memory for comparisons");
	if (!rc && doc->comparison_count > 0)
		memcpy(doc->comparisons, c.list,
		       doc->comparison_count * sizeof(*c.list));
	sift_free(c.list);
	return rc;
}
