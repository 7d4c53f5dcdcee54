/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "config/config_read.h"

#include <math.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/num.h"
#include "config/config_fields.h"
#include "config/config_names.h"
#include "config/pattern.h"

#define MS_MAX 86400000 /* a day */
#define RATIO_MAX 1000000
#define RATE_MAX 1e9
#define PER_DAY_MAX 1e15
#define REQUESTS_MAX 1e9
#define WORD_MAX 64 /* bytes of a cache word */
#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static enum sift_status
no_memory(struct sift_err *err)
{
	return sift_fail(err, SIFT_E_NOMEM, "no memory for the configuration");
}

static struct sift_span
span_of(const struct sift_yaml_node *node)
{
	return sift_span_of(node->text, node->len);
}

static struct sift_field_place
place_at(struct sift_config *config, struct sift_err *err, const char *path)
{
	return (struct sift_field_place){&config->arena, err, path};
}

/* "section.key", the key made printable; NULL when memory is out. */
static const char *
path_of(struct sift_config *config, const char *section,
	const struct sift_yaml_node *key)
{
	struct sift_buf buf;
	const char *path = NULL;

	sift_buf_init(&buf, 0);
	sift_buf_printf(&buf, "%s.", section);
	sift_buf_add_escaped(&buf, span_of(key), WORD_MAX);
	if (!sift_buf_status(&buf))
		path = sift_arena_str(&config->arena, buf.ptr);
	sift_buf_release(&buf);
	return path;
}

/* ---- rules ---- */

struct rule_numbers {
	double note, warning, critical, min_requests;
};

/* clang-format off */
#define STEP(key, member, quantity, low, high) \
	{key, SIFT_QUANTITY_##quantity, low, high, true, \
	 offsetof(struct rule_numbers, member)}
#define MIN_REQUESTS \
	{"min-requests", SIFT_QUANTITY_WHOLE, 0, REQUESTS_MAX, false, \
	 offsetof(struct rule_numbers, min_requests)}
#define STEPS(quantity, low, high) { \
	STEP("warning", warning, quantity, low, high), \
	STEP("critical", critical, quantity, low, high), \
	STEP("note", note, quantity, low, high), \
	MIN_REQUESTS}

#define RULE_FIELDS 4
static const struct sift_field rule_fields[SIFT_UNIT_COUNT][RULE_FIELDS] = {
	[SIFT_UNIT_MS] = STEPS(MS, 0.001, MS_MAX),
	[SIFT_UNIT_SHARE] = STEPS(SHARE, 0, 1),
	[SIFT_UNIT_RATIO] = STEPS(RATIO, 1, RATIO_MAX),
};
/* Rules without limits of their own: min-requests, where they count. */
static const struct sift_field count_field[] = {MIN_REQUESTS};
/* clang-format on */

static enum sift_status
fail_order(const struct sift_field_place *place,
	   const struct sift_yaml_node *node, const char *low_name, double low,
	   const char *high_name, double high)
{
	char a[SIFT_NUM_MAX], b[SIFT_NUM_MAX];

	sift_format_double(low, a);
	sift_format_double(high, b);
	return sift_field_fail(place, node, "%s (%s) is above %s (%s)",
			       low_name, a, high_name, b);
}

static enum sift_status
check_steps(const struct sift_field_place *place,
	    const struct sift_yaml_node *node, const struct rule_numbers *n)
{
	if (n->warning > n->critical)
		return fail_order(place, node, "warning", n->warning,
				  "critical", n->critical);
	if (n->note > n->warning)
		return fail_order(place, node, "note", n->note, "warning",
				  n->warning);
	if (n->note > n->critical)
		return fail_order(place, node, "note", n->note, "critical",
				  n->critical);
	return SIFT_OK;
}

static enum sift_status
read_rule_map(const struct sift_field_place *place,
	      const struct sift_yaml_node *map, enum sift_rule rule,
	      struct sift_rule_limits *limits)
{
	struct rule_numbers n = {limits->note, limits->warning,
				 limits->critical, limits->min_requests};
	const struct sift_field *fields = rule_fields[sift_rule_unit(rule)];
	size_t count = RULE_FIELDS;
	enum sift_status rc;

	if (sift_rule_unit(rule) == SIFT_UNIT_NONE) {
		fields = count_field;
		count = limits->min_requests ? 1 : 0;
	}
	rc = sift_field_map(place, map, fields, count, &n);
	if (!rc)
		rc = check_steps(place, map, &n);
	if (rc)
		return rc;
	limits->note = n.note;
	limits->warning = n.warning;
	limits->critical = n.critical;
	limits->min_requests = (unsigned)n.min_requests;
	return SIFT_OK;
}

static enum sift_status
read_rule(struct sift_config *config, const struct sift_yaml_node *key,
	  const struct sift_yaml_node *value, enum sift_rule rule,
	  struct sift_err *err)
{
	struct sift_rule_limits *limits = &config->rules[rule];
	const char *path = path_of(config, "rules", key);
	struct sift_field_place place = place_at(config, err, path);
	enum sift_status rc;

	if (!path)
		return no_memory(err);
	limits->line = key->line;
	limits->enabled = !sift_field_is_off(value);
	if (!limits->enabled || sift_field_is_on(value))
		return SIFT_OK;
	rc = sift_field_kind(&place, value, SIFT_YAML_MAP,
			     "a map of limits, or off");
	if (rc)
		return rc;
	return read_rule_map(&place, value, rule, limits);
}

static enum sift_status
unknown_rule(struct sift_config *config, const struct sift_yaml_node *key,
	     struct sift_err *err)
{
	struct sift_field_place place = place_at(config, err, "rules");
	const char *names[SIFT_RULE_COUNT];
	size_t i;

	for (i = 0; i < SIFT_RULE_COUNT; i++)
		names[i] = sift_rule_name((enum sift_rule)i);
	return sift_field_unknown(&place, key, names, SIFT_RULE_COUNT);
}

static enum sift_status
read_rules(struct sift_config *config, const struct sift_yaml_node *map,
	   struct sift_err *err)
{
	enum sift_status rc = SIFT_OK;
	size_t i;

	for (i = 0; i < map->count && !rc; i++) {
		struct sift_span name = span_of(map->keys[i]);
		int rule = 0;

		while (rule < SIFT_RULE_COUNT &&
		       !sift_span_equal(name, sift_span_str(sift_rule_name(
						      (enum sift_rule)rule))))
			rule++;
		if (rule == SIFT_RULE_COUNT)
			return unknown_rule(config, map->keys[i], err);
		rc = read_rule(config, map->keys[i], map->items[i],
			       (enum sift_rule)rule, err);
	}
	return rc;
}

/* ---- endpoints as keys ---- */

/* The length of a method that opens `text` ("GET name"), or 0. */
static size_t
method_length(struct sift_span text)
{
	size_t len = 0;

	while (len < text.len && text.ptr[len] >= 'A' && text.ptr[len] <= 'Z')
		len++;
	if (len < 2 || len + 1 >= text.len || text.ptr[len] != ' ')
		return 0;
	return len;
}

static enum sift_status
read_endpoint(struct sift_config *config, const struct sift_field_place *place,
	      const struct sift_yaml_node *key, const char **method,
	      const char **name)
{
	struct sift_span text = span_of(key);
	size_t len = method_length(text);

	if (!text.len)
		return sift_field_fail(place, key, "the name is empty");
	if (len) {
		*method = sift_arena_span(&config->arena,
					  sift_span_head(text, len));
		if (!*method)
			return no_memory(place->err);
		text = sift_span_from(text, len + 1);
	}
	*name = sift_arena_span(&config->arena, text);
	return *name ? SIFT_OK : no_memory(place->err);
}

/* ---- targets ---- */

/* clang-format off */
#define TARGET(key, member, quantity, low, high) \
	{key, SIFT_QUANTITY_##quantity, low, high, false, \
	 offsetof(struct sift_target, member)}

static const struct sift_field target_fields[] = {
	TARGET("p50", p50_ms, MS, 0.001, MS_MAX),
	TARGET("p95", p95_ms, MS, 0.001, MS_MAX),
	TARGET("p99", p99_ms, MS, 0.001, MS_MAX),
	TARGET("error-rate", error_rate, SHARE, 0, 1),
	TARGET("min-rps", min_rps, RPS, 0.001, RATE_MAX),
};
/* clang-format on */

static enum sift_status
check_target(const struct sift_field_place *place,
	     const struct sift_yaml_node *node, const struct sift_target *t)
{
	if (!node->count)
		return sift_field_fail(place, node,
				       "no target: p50, p95, p99, error-rate "
				       "or min-rps is needed");
	if (t->p50_ms > t->p95_ms)
		return fail_order(place, node, "p50", t->p50_ms, "p95",
				  t->p95_ms);
	if (t->p50_ms > t->p99_ms)
		return fail_order(place, node, "p50", t->p50_ms, "p99",
				  t->p99_ms);
	if (t->p95_ms > t->p99_ms)
		return fail_order(place, node, "p95", t->p95_ms, "p99",
				  t->p99_ms);
	return SIFT_OK;
}

static enum sift_status
read_target(struct sift_config *config, const struct sift_yaml_node *key,
	    const struct sift_yaml_node *value, struct sift_target *target,
	    struct sift_err *err)
{
	const char *path = path_of(config, "targets", key);
	struct sift_field_place place = place_at(config, err, path);
	enum sift_status rc;

	if (!path)
		return no_memory(err);
	*target = (struct sift_target){NULL, NULL, NAN, NAN,
				       NAN,  NAN,  NAN, key->line};
	rc = read_endpoint(config, &place, key, &target->method, &target->name);
	if (!rc)
		rc = sift_field_kind(&place, value, SIFT_YAML_MAP,
				     "a map of targets");
	if (!rc)
		rc = sift_field_map(&place, value, target_fields,
				    COUNT_OF(target_fields), target);
	if (!rc)
		rc = check_target(&place, value, target);
	return rc;
}

static enum sift_status
read_targets(struct sift_config *config, const struct sift_yaml_node *map,
	     struct sift_err *err)
{
	enum sift_status rc = SIFT_OK;
	size_t i;

	config->targets = sift_arena_array(&config->arena, map->count,
					   sizeof(*config->targets));
	if (!config->targets)
		return no_memory(err);
	for (i = 0; i < map->count && !rc; i++)
		rc = read_target(config, map->keys[i], map->items[i],
				 &config->targets[i], err);
	config->target_count = map->count;
	return rc;
}

/* ---- traffic ---- */

static enum sift_status
read_volume(struct sift_config *config, const struct sift_yaml_node *key,
	    const struct sift_yaml_node *value, struct sift_traffic *traffic,
	    struct sift_err *err)
{
	static const struct sift_field per_day = {
		"", SIFT_QUANTITY_PER_DAY, 0, PER_DAY_MAX, false, 0};
	const char *path = path_of(config, "traffic", key);
	struct sift_field_place place = place_at(config, err, path);
	enum sift_status rc;

	if (!path)
		return no_memory(err);
	*traffic = (struct sift_traffic){NULL, NULL, NAN, key->line};
	rc = read_endpoint(config, &place, key, &traffic->method,
			   &traffic->name);
	if (!rc)
		rc = sift_field_number(&place, value, &per_day,
				       &traffic->per_day);
	return rc;
}

static enum sift_status
read_traffic(struct sift_config *config, const struct sift_yaml_node *map,
	     struct sift_err *err)
{
	enum sift_status rc = SIFT_OK;
	size_t i;

	config->traffic = sift_arena_array(&config->arena, map->count,
					   sizeof(*config->traffic));
	if (!config->traffic)
		return no_memory(err);
	for (i = 0; i < map->count && !rc; i++)
		rc = read_volume(config, map->keys[i], map->items[i],
				 &config->traffic[i], err);
	config->traffic_count = map->count;
	return rc;
}

/* ---- cache ---- */

/* Words are compared with whole words of names, so they have no blanks. */
static enum sift_status
read_word(struct sift_config *config, const struct sift_field_place *place,
	  const struct sift_yaml_node *node, const char **out)
{
	enum sift_status rc = sift_field_kind(place, node, SIFT_YAML_SCALAR,
					      "a list of words");
	char *word;
	size_t i;

	if (rc)
		return rc;
	if (!node->len || node->len > WORD_MAX)
		return sift_field_fail(place, node, "a word has 1 to %d bytes",
				       WORD_MAX);
	word = sift_arena_span(&config->arena, span_of(node));
	if (!word)
		return no_memory(place->err);
	for (i = 0; word[i]; i++) {
		if (word[i] >= 'A' && word[i] <= 'Z')
			word[i] = (char)(word[i] - 'A' + 'a');
		if (word[i] == ' ' || word[i] == '/' || word[i] == '_' ||
		    word[i] == '-' || word[i] == '.')
			return sift_field_fail(place, node,
					       "%s is more than one word",
					       sift_field_quote(place, node));
	}
	*out = word;
	return SIFT_OK;
}

/* Append to, or put in the place of, the words known so far. */
static enum sift_status
read_words(struct sift_config *config, const char *path,
	   const struct sift_yaml_node *list, bool also, struct sift_err *err)
{
	struct sift_field_place place = place_at(config, err, path);
	size_t kept = also ? config->no_cache_word_count : 0;
	const char **words;
	enum sift_status rc;
	size_t i;

	rc = sift_field_kind(&place, list, SIFT_YAML_LIST, "a list of words");
	if (rc)
		return rc;
	words = sift_arena_array(&config->arena, kept + list->count,
				 sizeof(*words));
	if (!words)
		return no_memory(err);
	for (i = 0; i < kept; i++)
		words[i] = config->no_cache_words[i];
	for (i = 0; i < list->count && !rc; i++)
		rc = read_word(config, &place, list->items[i],
			       &words[kept + i]);
	config->no_cache_words = words;
	config->no_cache_word_count = kept + list->count;
	return rc;
}

static enum sift_status
read_cache(struct sift_config *config, const struct sift_yaml_node *map,
	   struct sift_err *err)
{
	static const char *const names[] = {"never", "never-also"};
	struct sift_field_place place = place_at(config, err, "cache");
	const struct sift_yaml_node *never = sift_yaml_get(map, names[0]);
	const struct sift_yaml_node *also = sift_yaml_get(map, names[1]);
	enum sift_status rc = SIFT_OK;
	size_t i;

	for (i = 0; i < map->count; i++)
		if (map->items[i] != never && map->items[i] != also)
			return sift_field_unknown(&place, map->keys[i], names,
						  COUNT_OF(names));
	if (never)
		rc = read_words(config, "cache.never", never, false, err);
	if (!rc && also)
		rc = read_words(config, "cache.never-also", also, true, err);
	return rc;
}

/* ---- group-by ---- */

static enum sift_status
read_group_by(struct sift_config *config, const struct sift_yaml_node *node,
	      struct sift_err *err)
{
	struct sift_field_place place = place_at(config, err, "group-by");
	struct sift_err inner = {0};
	struct sift_pattern *pattern;
	enum sift_status rc;
	bool named;

	rc = sift_field_kind(&place, node, SIFT_YAML_SCALAR, "an expression");
	if (rc)
		return rc;
	rc = sift_pattern_new(&pattern, node->text, &inner);
	if (rc == SIFT_E_USAGE)
		return sift_field_fail(&place, node, "%s", inner.what);
	if (rc)
		return sift_fail(err, rc, "%s", inner.what);
	named = sift_pattern_has_group(pattern, "set");
	sift_pattern_free(pattern);
	if (!named)
		return sift_field_fail(&place, node,
				       "needs a group named set, as in "
				       "(?<set>.*)");
	config->group_by = sift_arena_str(&config->arena, node->text);
	return config->group_by ? SIFT_OK : no_memory(err);
}

/* ---- the whole ---- */

typedef enum sift_status read_section(struct sift_config *config,
				      const struct sift_yaml_node *node,
				      struct sift_err *err);

static const struct {
	const char *name;
	read_section *read;
	bool is_map;
} sections[] = {
	{"rules", read_rules, true},
	{"targets", read_targets, true},
	{"traffic", read_traffic, true},
	{"cache", read_cache, true},
	{"group-by", read_group_by, false},
	{"names", sift_config_read_names, true},
};

static enum sift_status
read_one(struct sift_config *config, const struct sift_yaml_node *key,
	 const struct sift_yaml_node *value, struct sift_err *err)
{
	struct sift_field_place top = place_at(config, err, "");
	const char *names[COUNT_OF(sections)];
	size_t i;

	for (i = 0; i < COUNT_OF(sections); i++) {
		enum sift_status rc = SIFT_OK;

		names[i] = sections[i].name;
		if (!sift_span_equal(span_of(key),
				     sift_span_str(sections[i].name)))
			continue;
		top.path = sections[i].name;
		if (sections[i].is_map)
			rc = sift_field_kind(&top, value, SIFT_YAML_MAP,
					     "a map");
		return rc ? rc : sections[i].read(config, value, err);
	}
	return sift_field_unknown(&top, key, names, COUNT_OF(names));
}

enum sift_status
sift_config_read(struct sift_config *config, const struct sift_yaml_node *root,
		 struct sift_err *err)
{
	struct sift_field_place top = place_at(config, err, "");
	enum sift_status rc;
	size_t i;

	rc = sift_field_kind(&top, root, SIFT_YAML_MAP,
			     "a map (rules:, targets:, …)");
	for (i = 0; !rc && i < root->count; i++)
		rc = read_one(config, root->keys[i], root->items[i], err);
	return rc;
}
