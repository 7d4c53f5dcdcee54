/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * The `when` of an action, from YAML into conditions. Choices (any_of) hold
 * maps of conditions and no choices of their own, so the functions below call
 * each other one level deep and no more.
 */
#include <config.h>

#include "advise/conditions.h"

#include <string.h>

#include "advise/comparison.h"
#include "advise/condition_keys.h"
#include "config/rules.h"

#define MODIFIERS 2 /* scope, trends */

static enum sift_status
no_memory(const struct sift_conditions_reader *r)
{
	return sift_fail(r->place.err, SIFT_E_NOMEM,
			 "no memory for the catalogue");
}

/* A list of texts, or one text for a list of one. */
static enum sift_status
scalars_of(const struct sift_conditions_reader *r,
	   const struct sift_yaml_node *node, struct sift_yaml_node *one,
	   struct sift_yaml_node **one_item, struct sift_yaml_node *out)
{
	size_t i;
	enum sift_status rc = SIFT_OK;

	*out = *node;
	if (node->kind == SIFT_YAML_SCALAR && node->len) {
		*one = *node;
		*one_item = one;
		out->items = one_item;
		out->count = 1;
		return SIFT_OK;
	}
	rc = sift_field_kind(&r->place, node, SIFT_YAML_LIST, "a list");
	if (!rc && !node->count)
		rc = sift_field_fail(&r->place, node, "must not be empty");
	for (i = 0; !rc && i < node->count; i++)
		rc = sift_field_kind(&r->place, node->items[i],
				     SIFT_YAML_SCALAR, "a word");
	return rc;
}

static bool
is_rule_name(const char *text)
{
	size_t i;

	for (i = 0; i < SIFT_RULE_COUNT; i++)
		if (!strcmp(text, sift_rule_name((enum sift_rule)i)))
			return true;
	return false;
}

/* The rules a text stands for: those of its group, or itself. */
static enum sift_status
expand_rule(const struct sift_conditions_reader *r,
	    const struct sift_yaml_node *node, const char *const **out,
	    size_t *out_count)
{
	size_t i;

	for (i = 0; i < r->groups->count; i++) {
		const struct sift_rule_group *g = &r->groups->items[i];

		if (strcmp(node->text, g->name) != 0)
			continue;
		*out = (const char *const *)g->rules;
		*out_count = g->count;
		return SIFT_OK;
	}
	if (!is_rule_name(node->text))
		return sift_field_fail(&r->place, node,
				       "%s is neither a rule nor a rule group",
				       sift_field_quote(&r->place, node));
	*out = (const char *const *)&node->text;
	*out_count = 1;
	return SIFT_OK;
}

static enum sift_status
add_texts(const struct sift_conditions_reader *r, struct sift_condition *k,
	  const char *const *texts, size_t count)
{
	const char **grown = sift_arena_array(r->arena, k->text_count + count,
					      sizeof(*grown));
	size_t i;

	if (!grown)
		return no_memory(r);
	for (i = 0; i < k->text_count; i++)
		grown[i] = k->texts[i];
	for (i = 0; i < count; i++) {
		grown[k->text_count + i] = sift_arena_str(r->arena, texts[i]);
		if (!grown[k->text_count + i])
			return no_memory(r);
	}
	k->texts = grown;
	k->text_count += count;
	return SIFT_OK;
}

static enum sift_status
read_texts(const struct sift_conditions_reader *r,
	   const struct sift_yaml_node *node, bool rules,
	   struct sift_condition *k)
{
	struct sift_yaml_node one, *one_item, list;
	enum sift_status rc = scalars_of(r, node, &one, &one_item, &list);
	size_t i;

	for (i = 0; !rc && i < list.count; i++) {
		const char *const *texts =
			(const char *const *)&list.items[i]->text;
		size_t count = 1;

		if (rules)
			rc = expand_rule(r, list.items[i], &texts, &count);
		if (!rc)
			rc = add_texts(r, k, texts, count);
	}
	return rc;
}

static enum sift_status
read_comparisons(const struct sift_conditions_reader *r,
		 const struct sift_yaml_node *node, struct sift_condition *k)
{
	struct sift_yaml_node one, *one_item, list;
	enum sift_status rc = scalars_of(r, node, &one, &one_item, &list);
	size_t i;

	if (rc)
		return rc;
	k->comparisons =
		sift_arena_array(r->arena, list.count, sizeof(*k->comparisons));
	if (!k->comparisons)
		return no_memory(r);
	for (i = 0; i < list.count; i++) {
		const struct sift_yaml_node *text = list.items[i];
		const char *why = sift_comparison_parse(
			sift_span_of(text->text, text->len),
			&k->comparisons[i]);

		if (why)
			return sift_field_fail(
				&r->place, text, "%s %s",
				sift_field_quote(&r->place, text), why);
	}
	k->comparison_count = list.count;
	return SIFT_OK;
}

static enum sift_status
read_yes_no(const struct sift_conditions_reader *r,
	    const struct sift_yaml_node *node, bool *out)
{
	if (!sift_field_is_on(node) && !sift_field_is_off(node))
		return sift_field_fail(&r->place, node, "must be yes or no");
	*out = sift_field_is_on(node);
	return SIFT_OK;
}

static enum sift_status read_map(const struct sift_conditions_reader *r,
				 const struct sift_yaml_node *map,
				 bool is_choice, struct sift_conditions *out);

static enum sift_status
read_choices(const struct sift_conditions_reader *r,
	     const struct sift_yaml_node *node, struct sift_condition *k)
{
	enum sift_status rc =
		sift_field_kind(&r->place, node, SIFT_YAML_LIST, "a list");
	size_t i;

	if (rc)
		return rc;
	if (node->count < 2)
		return sift_field_fail(&r->place, node,
				       "needs two choices or more");
	k->choices =
		sift_arena_array(r->arena, node->count, sizeof(*k->choices));
	if (!k->choices)
		return no_memory(r);
	for (i = 0; !rc && i < node->count; i++)
		rc = read_map(r, node->items[i], true, &k->choices[i]);
	k->choice_count = node->count;
	return rc;
}

static enum sift_status
read_value(const struct sift_conditions_reader *r,
	   const struct sift_yaml_node *node, struct sift_condition *k)
{
	switch (sift_condition_keys[k->key].value) {
	case SIFT_CONDITION_RULES:
		return read_texts(r, node, true, k);
	case SIFT_CONDITION_TEXTS:
		return read_texts(r, node, false, k);
	case SIFT_CONDITION_COMPARISONS:
		return read_comparisons(r, node, k);
	case SIFT_CONDITION_YES_NO:
		return read_yes_no(r, node, &k->wanted);
	case SIFT_CONDITION_CHOICES:
		return read_choices(r, node, k);
	}
	return SIFT_E_INTERNAL; /* not reached: all kinds are above */
}

static enum sift_status
read_scope(const struct sift_conditions_reader *r,
	   const struct sift_yaml_node *node, struct sift_conditions *out)
{
	struct sift_yaml_node one, *one_item, list;
	enum sift_status rc = scalars_of(r, node, &one, &one_item, &list);
	size_t i;

	out->on_endpoints = false;
	for (i = 0; !rc && i < list.count; i++) {
		const char *text = list.items[i]->text;

		if (!strcmp(text, "endpoint"))
			out->on_endpoints = true;
		else if (!strcmp(text, "set"))
			out->on_sets = true;
		else
			rc = sift_field_fail(
				&r->place, list.items[i],
				"%s is neither endpoint nor set",
				sift_field_quote(&r->place, list.items[i]));
	}
	return rc;
}

static size_t
find_key(const char *text)
{
	size_t i = 0;

	while (i < SIFT_CONDITION_KEYS &&
	       strcmp(text, sift_condition_keys[i].name) != 0)
		i++;
	return i;
}

static enum sift_status
unknown_key(const struct sift_conditions_reader *r,
	    const struct sift_yaml_node *key, bool is_choice)
{
	const char *names[SIFT_CONDITION_KEYS + MODIFIERS];
	size_t i, n = 0;

	for (i = 0; i < SIFT_CONDITION_KEYS; i++)
		if (!is_choice ||
		    sift_condition_keys[i].value != SIFT_CONDITION_CHOICES)
			names[n++] = sift_condition_keys[i].name;
	if (!is_choice) {
		names[n++] = "scope";
		names[n++] = "trends";
	}
	return sift_field_unknown(&r->place, key, names, n);
}

/* One key of a `when`, or of a choice, which has no scope and no choices. */
static enum sift_status
read_key(const struct sift_conditions_reader *reader,
	 const struct sift_yaml_node *key, const struct sift_yaml_node *value,
	 bool is_choice, struct sift_conditions *out)
{
	struct sift_conditions_reader r = *reader;
	struct sift_condition *k = &out->items[out->count];

	r.place.path = sift_arena_printf(r.place.arena, "%s.%s",
					 reader->place.path, key->text);
	if (!r.place.path)
		return no_memory(reader);
	if (!is_choice && !strcmp(key->text, "scope"))
		return read_scope(&r, value, out);
	if (!is_choice && !strcmp(key->text, "trends"))
		return read_yes_no(&r, value, &out->on_trends);
	k->key = find_key(key->text);
	if (k->key == SIFT_CONDITION_KEYS ||
	    (is_choice &&
	     sift_condition_keys[k->key].value == SIFT_CONDITION_CHOICES))
		return unknown_key(reader, key, is_choice);
	out->count++;
	return read_value(&r, value, k);
}

static enum sift_status
read_map(const struct sift_conditions_reader *r,
	 const struct sift_yaml_node *map, bool is_choice,
	 struct sift_conditions *out)
{
	enum sift_status rc = sift_field_kind(&r->place, map, SIFT_YAML_MAP,
					      "a map of conditions");
	size_t i;

	if (rc)
		return rc;
	*out = (struct sift_conditions){.on_endpoints = true};
	out->items =
		sift_arena_array(r->arena, map->count, sizeof(*out->items));
	if (!out->items)
		return no_memory(r);
	for (i = 0; !rc && i < map->count; i++)
		rc = read_key(r, map->keys[i], map->items[i], is_choice, out);
	if (!rc && !out->count)
		rc = sift_field_fail(&r->place, map, "needs a condition");
	return rc;
}

enum sift_status
sift_conditions_read(const struct sift_conditions_reader *reader,
		     const struct sift_yaml_node *map,
		     struct sift_conditions *out)
{
	return read_map(reader, map, false, out);
}
