/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "config/config_names.h"

#include "config/config_fields.h"
#include "config/pattern.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static enum sift_status
no_memory(struct sift_err *err)
{
	return sift_fail(err, SIFT_E_NOMEM, "no memory for the configuration");
}

static struct sift_field_place
place_at(struct sift_config *config, struct sift_err *err, const char *path)
{
	return (struct sift_field_place){&config->arena, err, path};
}

/* A rule: {match: …, name: …}. A group that is not there shows at once. */
static enum sift_status
read_name_rule(struct sift_config *config, const struct sift_yaml_node *map,
	       struct sift_err *err)
{
	static const char *const names[] = {"match", "name"};
	struct sift_field_place place = place_at(config, err, "names.rules");
	const struct sift_yaml_node *match = sift_yaml_get(map, names[0]);
	const struct sift_yaml_node *name = sift_yaml_get(map, names[1]);
	struct sift_name_rule *rule =
		&config->name_rules[config->name_rule_count];
	struct sift_err inner = {0};
	enum sift_status rc;

	for (size_t i = 0; i < map->count; i++)
		if (map->items[i] != match && map->items[i] != name)
			return sift_field_unknown(&place, map->keys[i], names,
						  COUNT_OF(names));
	if (!match || !name)
		return sift_field_fail(&place, map, "needs %s",
				       match ? names[1] : names[0]);
	rc = sift_field_kind(&place, match, SIFT_YAML_SCALAR, "an expression");
	if (!rc)
		rc = sift_field_kind(&place, name, SIFT_YAML_SCALAR, "a name");
	if (rc)
		return rc;
	rc = sift_pattern_new(&rule->pattern, match->text, &inner);
	if (rc == SIFT_E_USAGE)
		return sift_field_fail(&place, match, "%s", inner.what);
	if (rc)
		return sift_fail(err, rc, "%s", inner.what);
	config->name_rule_count++;
	rule->line = (unsigned)map->line;
	rule->name = sift_arena_str(&config->arena, name->text);
	return rule->name ? SIFT_OK : no_memory(err);
}

static enum sift_status
read_name_rules(struct sift_config *config, const struct sift_yaml_node *list,
		struct sift_err *err)
{
	struct sift_field_place place = place_at(config, err, "names.rules");
	enum sift_status rc;

	rc = sift_field_kind(&place, list, SIFT_YAML_LIST, "a list of rules");
	if (rc)
		return rc;
	config->name_rules = sift_arena_array(&config->arena, list->count,
					      sizeof(*config->name_rules));
	if (!config->name_rules)
		return no_memory(err);
	for (size_t i = 0; i < list->count && !rc; i++) {
		rc = sift_field_kind(&place, list->items[i], SIFT_YAML_MAP,
				     "a rule as {match: '/\\d+', name: /N}");
		if (!rc)
			rc = read_name_rule(config, list->items[i], err);
	}
	return rc;
}

enum sift_status
sift_config_read_names(struct sift_config *config,
		       const struct sift_yaml_node *map, struct sift_err *err)
{
	static const char *const names[] = {"automatic", "rules"};
	struct sift_field_place place = place_at(config, err, "names");
	const struct sift_yaml_node *automatic = sift_yaml_get(map, names[0]);
	const struct sift_yaml_node *rules = sift_yaml_get(map, names[1]);

	for (size_t i = 0; i < map->count; i++)
		if (map->items[i] != automatic && map->items[i] != rules)
			return sift_field_unknown(&place, map->keys[i], names,
						  COUNT_OF(names));
	if (automatic) {
		config->names_stay = sift_field_is_off(automatic);
		if (!config->names_stay && !sift_field_is_on(automatic))
			return sift_field_fail(&place, automatic,
					       "automatic must be on or off");
	}
	return rules ? read_name_rules(config, rules, err) : SIFT_OK;
}
