/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * data/actions.yaml into rows. Everything is checked here, so that the plan
 * can rely on a row: a wrong key, an unknown rule or a missing step is an
 * error that names file, line and key.
 */
#include <config.h>

#include "advise/catalogue.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "advise/actions_yaml.h"
#include "advise/catalogue_explain.h"
#include "base/buf.h"
#include "base/mem.h"
#include "config/nearest.h"
#include "config/quantity.h"
#include "config/yaml.h"

#define VERIFY_MAX 8 /* ways to verify */
#define FIGURE "{figure}"

struct catalogue_reader {
	struct sift_catalogue *catalogue;
	const struct sift_yaml_node *verify; /* map: way -> text */
	struct sift_arena scratch;	     /* for messages */
	struct sift_err *err;
};

/* A row being read, and where. */
struct row_reader {
	struct catalogue_reader *all;
	struct sift_catalogue_row *row;
	struct sift_field_place place;
	const struct sift_yaml_node *node;
};

static enum sift_status
no_memory(const struct catalogue_reader *r)
{
	return sift_fail(r->err, SIFT_E_NOMEM, "no memory for the catalogue");
}

static struct sift_span
span_of(const struct sift_yaml_node *node)
{
	return sift_span_of(node->text, node->len);
}

/* ---- texts ---- */

static enum sift_status
read_text(struct row_reader *r, const struct sift_yaml_node *node,
	  const char **out)
{
	enum sift_status rc =
		sift_field_kind(&r->place, node, SIFT_YAML_SCALAR, "a text");

	if (!rc && !node->len)
		rc = sift_field_fail(&r->place, node, "must not be empty");
	if (rc)
		return rc;
	*out = sift_arena_str(&r->all->catalogue->arena, node->text);
	return *out ? SIFT_OK : no_memory(r->all);
}

static enum sift_status
read_steps(struct row_reader *r, const struct sift_yaml_node *node)
{
	enum sift_status rc =
		sift_field_kind(&r->place, node, SIFT_YAML_LIST, "a list");
	size_t i;

	if (rc)
		return rc;
	if (node->count < SIFT_STEPS_MIN || node->count > SIFT_STEPS_MAX)
		return sift_field_fail(
			&r->place, node, "must have %d to %d steps, has %zu",
			SIFT_STEPS_MIN, SIFT_STEPS_MAX, node->count);
	r->row->steps = sift_arena_array(&r->all->catalogue->arena, node->count,
					 sizeof(*r->row->steps));
	if (!r->row->steps)
		return no_memory(r->all);
	for (i = 0; !rc && i < node->count; i++)
		rc = read_text(r, node->items[i], &r->row->steps[i]);
	r->row->step_count = node->count;
	return rc;
}

/* ---- choices ---- */

/* The number of the word among `names`, or SIFT_E_USAGE. */
static enum sift_status
read_choice(struct row_reader *r, const struct sift_yaml_node *node,
	    const char *const *names, size_t count, size_t *out)
{
	enum sift_status rc =
		sift_field_kind(&r->place, node, SIFT_YAML_SCALAR, "a word");
	const char *near;

	if (rc)
		return rc;
	for (*out = 0; *out < count; (*out)++)
		if (sift_span_equal(span_of(node), sift_span_str(names[*out])))
			return SIFT_OK;
	/* Of one letter every other is a slip away. */
	near = node->len > 1 ? sift_nearest(span_of(node), names, count) : NULL;
	return sift_field_fail(&r->place, node, "%s is not known%s%s%s",
			       sift_field_quote(&r->place, node),
			       near ? " (did you mean \"" : "",
			       near ? near : "", near ? "\"?)" : "");
}

static enum sift_status
read_tier(struct row_reader *r, const struct sift_yaml_node *node)
{
	const char *names[SIFT_TIER_COUNT];
	size_t i;
	enum sift_status rc;

	for (i = 0; i < SIFT_TIER_COUNT; i++)
		names[i] = sift_tier_name((enum sift_tier)i);
	rc = read_choice(r, node, names, SIFT_TIER_COUNT, &i);
	if (!rc)
		r->row->tier = (enum sift_tier)i;
	return rc;
}

static enum sift_status
read_effort(struct row_reader *r, const struct sift_yaml_node *node)
{
	static const char *const names[] = {"low", "medium", "high"};
	static const double weights[] = {1, 2, 4};
	size_t i;
	enum sift_status rc = read_choice(r, node, names, 3, &i);

	if (rc)
		return rc;
	r->row->effort = names[i];
	r->row->effort_weight = weights[i];
	return SIFT_OK;
}

static enum sift_status
read_leads(struct row_reader *r, const struct sift_yaml_node *node)
{
	if (!sift_field_is_on(node) && !sift_field_is_off(node))
		return sift_field_fail(&r->place, node, "must be yes or no");
	r->row->leads = sift_field_is_on(node);
	return SIFT_OK;
}

/* A row that stands above; so there are no circles. */
static enum sift_status
read_same_gain(struct row_reader *r, const struct sift_yaml_node *node)
{
	const char *names[SIFT_ACTIONS_MAX];
	size_t i, count = r->all->catalogue->count;

	for (i = 0; i < count; i++)
		names[i] = r->all->catalogue->rows[i].id;
	return read_choice(r, node, names, count, &r->row->same_gain_as);
}

/* ---- conditions, gain, verification ---- */

static enum sift_status
read_when(struct row_reader *r, const struct sift_yaml_node *node)
{
	struct sift_conditions_reader reader = {r->place,
						&r->all->catalogue->arena,
						&r->all->catalogue->groups};

	return sift_conditions_read(&reader, node, &r->row->when);
}

static enum sift_status
read_gain_range(struct row_reader *r, const struct sift_yaml_node *node)
{
	struct sift_span text = span_of(node);
	size_t at = sift_span_find(text, SIFT_SPAN(" to "));
	struct sift_span low = sift_span_head(text, at);
	struct sift_span high = sift_span_from(text, at + 4);
	struct sift_catalogue_row *row = r->row;

	row->gain = SIFT_GAIN_CATALOGUE;
	if (sift_quantity_parse(low, SIFT_QUANTITY_SHARE, &row->gain_low) ||
	    sift_quantity_parse(high, SIFT_QUANTITY_SHARE, &row->gain_high) ||
	    !(row->gain_low > 0) || row->gain_high > 1 ||
	    row->gain_low > row->gain_high)
		return sift_field_fail(&r->place, node,
				       "%s is neither none, a model nor a "
				       "range (15 %% to 25 %%)",
				       sift_field_quote(&r->place, node));
	return SIFT_OK;
}

#define X(name, text, source) text,
static const char *const gain_names[] = {SIFT_GAIN_LIST(X)};
#undef X
#define X(name, text, source) source,
static const char *const gain_sources[] = {SIFT_GAIN_LIST(X)};
#undef X

const char *
sift_gain_source(enum sift_gain_kind gain)
{
	return gain < SIFT_GAIN_COUNT ? gain_sources[gain] : NULL;
}

static enum sift_status
read_gain(struct row_reader *r, const struct sift_yaml_node *node)
{
	enum sift_status rc =
		sift_field_kind(&r->place, node, SIFT_YAML_SCALAR, "a gain");
	size_t i;

	if (rc)
		return rc;
	for (i = 0; i < SIFT_GAIN_COUNT; i++) {
		if (i == SIFT_GAIN_CATALOGUE ||
		    strcmp(node->text, gain_names[i]) != 0)
			continue;
		r->row->gain = (enum sift_gain_kind)i;
		return SIFT_OK;
	}
	return read_gain_range(r, node);
}

/* `text` with the first {figure} replaced. */
static const char *
fill_in(struct row_reader *r, const char *text, struct sift_span figure)
{
	struct sift_span whole = sift_span_str(text);
	size_t at = sift_span_find(whole, SIFT_SPAN(FIGURE));
	struct sift_arena *arena = &r->all->catalogue->arena;

	if (at == whole.len)
		return sift_arena_str(arena, text);
	return sift_arena_printf(arena, "%.*s%.*s%s", (int)at, text,
				 (int)figure.len, figure.ptr,
				 text + at + strlen(FIGURE));
}

/* "C p99": a way and the figure to look at. */
static enum sift_status
read_verify(struct row_reader *r, const struct sift_yaml_node *node)
{
	const char *names[VERIFY_MAX];
	struct sift_yaml_node way = *node;
	struct sift_span figure;
	enum sift_status rc;
	size_t i;

	rc = sift_field_kind(&r->place, node, SIFT_YAML_SCALAR, "a way");
	if (rc)
		return rc;
	for (i = 0; i < r->all->verify->count; i++)
		names[i] = r->all->verify->keys[i]->text;
	way.len = sift_span_find_byte(span_of(node), ' ');
	figure = sift_span_trim(sift_span_from(span_of(node), way.len));
	rc = read_choice(r, &way, names, i, &i);
	if (rc)
		return rc;
	if (!figure.len)
		figure = SIFT_SPAN("p95");
	r->row->verify = fill_in(r, r->all->verify->items[i]->text, figure);
	return r->row->verify ? SIFT_OK : no_memory(r->all);
}

/* ---- rows ---- */

/* A text goes to its offset, anything else is read by a function. */
static const struct {
	const char *key;
	bool needed;
	enum sift_status (*read)(struct row_reader *r,
				 const struct sift_yaml_node *node);
	size_t offset;
} row_keys[] = {
	{"id", true, NULL, offsetof(struct sift_catalogue_row, id)},
	{"tier", true, read_tier, 0},
	{"leads", false, read_leads, 0},
	{"group", false, NULL, offsetof(struct sift_catalogue_row, group)},
	{"same_gain_as", false, read_same_gain, 0},
	{"title", true, NULL, offsetof(struct sift_catalogue_row, title)},
	{"when", true, read_when, 0},
	{"why", true, NULL, offsetof(struct sift_catalogue_row, why)},
	{"steps", true, read_steps, 0},
	{"effort", true, read_effort, 0},
	{"gain", true, read_gain, 0},
	{"risk", true, NULL, offsetof(struct sift_catalogue_row, risk)},
	{"verify", true, read_verify, 0},
};
#define ROW_KEY_COUNT (sizeof(row_keys) / sizeof(row_keys[0]))

static enum sift_status
unknown_row_key(struct row_reader *r, const struct sift_yaml_node *key)
{
	const char *names[ROW_KEY_COUNT];
	size_t i;

	for (i = 0; i < ROW_KEY_COUNT; i++)
		names[i] = row_keys[i].key;
	return sift_field_unknown(&r->place, key, names, ROW_KEY_COUNT);
}

static enum sift_status
read_row_key(struct row_reader *reader, const struct sift_yaml_node *key,
	     const struct sift_yaml_node *value)
{
	struct row_reader r = *reader;
	const char **text;
	size_t i = 0;

	while (i < ROW_KEY_COUNT && strcmp(key->text, row_keys[i].key) != 0)
		i++;
	if (i == ROW_KEY_COUNT)
		return unknown_row_key(&r, key);
	r.place.path = sift_arena_printf(r.place.arena, "%s.%s",
					 reader->place.path, key->text);
	if (!r.place.path)
		return no_memory(r.all);
	if (row_keys[i].read)
		return row_keys[i].read(&r, value);
	/* All members at these offsets are texts. */
	text = (const char **)(void *)((char *)r.row + row_keys[i].offset);
	return read_text(&r, value, text);
}

static enum sift_status
check_row(struct row_reader *r)
{
	const struct sift_catalogue *catalogue = r->all->catalogue;
	size_t i;

	for (i = 0; i < ROW_KEY_COUNT; i++)
		if (row_keys[i].needed &&
		    !sift_yaml_get(r->node, row_keys[i].key))
			return sift_field_fail(&r->place, r->node,
					       "lacks the key \"%s\"",
					       row_keys[i].key);
	for (i = 0; i < catalogue->count; i++)
		if (!strcmp(catalogue->rows[i].id, r->row->id))
			return sift_field_fail(
				&r->place, r->node,
				"the id \"%s\" occurs twice (first in line %u)",
				r->row->id, catalogue->rows[i].line);
	return SIFT_OK;
}

/* Messages speak of a row by its id where it has one. */
static const char *
row_path(struct row_reader *r, size_t index)
{
	const struct sift_yaml_node *id = sift_yaml_get(r->node, "id");

	if (id && id->kind == SIFT_YAML_SCALAR && id->len)
		return sift_arena_str(r->place.arena, id->text);
	return sift_arena_printf(r->place.arena, "actions[%zu]", index);
}

static enum sift_status
read_row(struct catalogue_reader *all, const struct sift_yaml_node *node)
{
	struct sift_catalogue *catalogue = all->catalogue;
	struct row_reader r = {
		.all = all,
		.row = &catalogue->rows[catalogue->count],
		.place = {&all->scratch, all->err, "actions"},
		.node = node,
	};
	enum sift_status rc;
	size_t i;

	rc = sift_field_kind(&r.place, node, SIFT_YAML_MAP, "an action");
	if (rc)
		return rc;
	r.place.path = row_path(&r, catalogue->count);
	if (!r.place.path)
		return no_memory(all);
	r.row->same_gain_as = SIFT_NONE;
	r.row->gain_low = r.row->gain_high = NAN;
	r.row->line = node->line;
	for (i = 0; !rc && i < node->count; i++)
		rc = read_row_key(&r, node->keys[i], node->items[i]);
	if (!rc)
		rc = check_row(&r);
	if (!rc)
		rc = sift_catalogue_explain_row(r.row, &catalogue->arena,
						all->err);
	if (!rc)
		catalogue->count++;
	return rc;
}

static enum sift_status
read_rows(struct catalogue_reader *r, const struct sift_yaml_node *node)
{
	struct sift_field_place place = {&r->scratch, r->err, "actions"};
	enum sift_status rc =
		sift_field_kind(&place, node, SIFT_YAML_LIST, "a list");
	size_t i;

	if (rc)
		return rc;
	if (node->count > SIFT_ACTIONS_MAX)
		return sift_field_fail(&place, node, "more than %d actions",
				       SIFT_ACTIONS_MAX);
	r->catalogue->rows = sift_arena_array(&r->catalogue->arena, node->count,
					      sizeof(*r->catalogue->rows));
	if (!r->catalogue->rows)
		return no_memory(r);
	for (i = 0; !rc && i < node->count; i++)
		rc = read_row(r, node->items[i]);
	return rc;
}

/* ---- the rest of the file ---- */

static enum sift_status
read_rule_group(struct catalogue_reader *r, const struct sift_yaml_node *key,
		const struct sift_yaml_node *list, struct sift_rule_group *out)
{
	struct sift_arena *arena = &r->catalogue->arena;
	struct sift_field_place place = {&r->scratch, r->err, "rule_groups"};
	enum sift_status rc =
		sift_field_kind(&place, list, SIFT_YAML_LIST, "a list");
	size_t i;

	if (rc)
		return rc;
	out->name = sift_arena_str(arena, key->text);
	out->rules = sift_arena_array(arena, list->count, sizeof(*out->rules));
	if (!out->name || !out->rules)
		return no_memory(r);
	for (i = 0; i < list->count; i++) {
		const struct sift_yaml_node *item = list->items[i];
		size_t rule = 0;

		rc = sift_field_kind(&place, item, SIFT_YAML_SCALAR, "a rule");
		if (rc)
			return rc;
		while (rule < SIFT_RULE_COUNT &&
		       strcmp(item->text,
			      sift_rule_name((enum sift_rule)rule)) != 0)
			rule++;
		if (rule == SIFT_RULE_COUNT)
			return sift_field_fail(&place, item, "%s is no rule",
					       sift_field_quote(&place, item));
		out->rules[out->count++] = sift_rule_name((enum sift_rule)rule);
	}
	return SIFT_OK;
}

static enum sift_status
read_rule_groups(struct catalogue_reader *r, const struct sift_yaml_node *node)
{
	struct sift_field_place place = {&r->scratch, r->err, "rule_groups"};
	struct sift_rule_groups *groups = &r->catalogue->groups;
	enum sift_status rc;
	size_t i;

	if (!node)
		return SIFT_OK;
	rc = sift_field_kind(&place, node, SIFT_YAML_MAP, "a map");
	if (!rc && node->count > SIFT_RULE_GROUPS_MAX)
		rc = sift_field_fail(&place, node, "more than %d groups",
				     SIFT_RULE_GROUPS_MAX);
	for (i = 0; !rc && i < node->count; i++)
		rc = read_rule_group(r, node->keys[i], node->items[i],
				     &groups->items[groups->count++]);
	return rc;
}

static enum sift_status
check_verify(struct catalogue_reader *r, const struct sift_yaml_node *node)
{
	struct sift_field_place place = {&r->scratch, r->err, "verify"};
	enum sift_status rc =
		sift_field_kind(&place, node, SIFT_YAML_MAP, "a map");
	size_t i;

	if (!rc && node->count > VERIFY_MAX)
		rc = sift_field_fail(&place, node, "more than %d ways",
				     VERIFY_MAX);
	for (i = 0; !rc && i < node->count; i++)
		rc = sift_field_kind(&place, node->items[i], SIFT_YAML_SCALAR,
				     "a text");
	r->verify = node;
	return rc;
}

static enum sift_status
check_top(struct catalogue_reader *r, const struct sift_yaml_node *root)
{
	static const char *const names[] = {"rule_groups", "verify", "actions"};
	struct sift_field_place place = {&r->scratch, r->err, ""};
	enum sift_status rc =
		sift_field_kind(&place, root, SIFT_YAML_MAP, "a map");
	size_t i, j;

	for (i = 0; !rc && i < root->count; i++) {
		for (j = 0; j < 3; j++)
			if (!strcmp(root->keys[i]->text, names[j]))
				break;
		if (j == 3)
			rc = sift_field_unknown(&place, root->keys[i], names,
						3);
	}
	for (j = 1; !rc && j < 3; j++)
		if (!sift_yaml_get(root, names[j]))
			rc = sift_field_fail(&place, root,
					     "lacks the key \"%s\"", names[j]);
	return rc;
}

static enum sift_status
read_root(struct catalogue_reader *r, const struct sift_yaml_node *root)
{
	enum sift_status rc = check_top(r, root);

	if (!rc)
		rc = read_rule_groups(r, sift_yaml_get(root, "rule_groups"));
	if (!rc)
		rc = check_verify(r, sift_yaml_get(root, "verify"));
	if (!rc)
		rc = read_rows(r, sift_yaml_get(root, "actions"));
	return rc;
}

enum sift_status
sift_catalogue_parse(struct sift_catalogue **out, struct sift_span text,
		     const char *file, struct sift_err *err)
{
	struct catalogue_reader r = {.err = err};
	struct sift_yaml *yaml = NULL;
	enum sift_status rc;

	r.catalogue = sift_calloc(1, sizeof(*r.catalogue));
	if (!r.catalogue)
		return no_memory(&r);
	rc = sift_yaml_parse(&yaml, text, file, err);
	if (!rc)
		rc = read_root(&r, sift_yaml_root(yaml));
	if (rc)
		sift_err_where(err, file);
	sift_yaml_free(yaml);
	sift_arena_release(&r.scratch);
	if (rc)
		sift_catalogue_free(r.catalogue);
	else
		*out = r.catalogue;
	return rc;
}

enum sift_status
sift_catalogue_builtin(struct sift_catalogue **out, struct sift_err *err)
{
	struct sift_span text =
		sift_span_of(sift_actions_yaml, sift_actions_yaml_size);
	enum sift_status rc =
		sift_catalogue_parse(out, text, "actions.yaml", err);

	return rc == SIFT_E_USAGE ? SIFT_E_INTERNAL : rc;
}

void
sift_catalogue_free(struct sift_catalogue *catalogue)
{
	if (!catalogue)
		return;
	sift_arena_release(&catalogue->arena);
	sift_free(catalogue);
}

const char *
sift_action_explain(const struct sift_catalogue *catalogue, const char *id)
{
	size_t i;

	for (i = 0; i < catalogue->count; i++)
		if (!strcmp(catalogue->rows[i].id, id))
			return catalogue->rows[i].explain;
	return NULL;
}
