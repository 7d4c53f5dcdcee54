/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_ADVISE_CONDITIONS_H
#define SIFT_ADVISE_CONDITIONS_H

/*
 * When an action fits a case: a list of conditions, all of which must hold.
 * Each is a key of a `when` map in the catalogue and a row of the table in
 * conditions.c; docs/catalogue.md lists them for people.
 */

#include <stdbool.h>
#include <stddef.h>

#include "advise/case.h"
#include "base/arena.h"
#include "base/err.h"
#include "config/config_fields.h"
#include "config/yaml.h"

#define SIFT_RULE_GROUPS_MAX 16

/* Names for several rules at once, from the catalogue's `rule_groups`. */
struct sift_rule_group {
	const char *name;
	const char **rules;
	size_t count;
};
struct sift_rule_groups {
	struct sift_rule_group items[SIFT_RULE_GROUPS_MAX];
	size_t count;
};

/* A comparison like "p50 >= 150 ms". */
struct sift_figure_test {
	size_t figure; /* row of the table in figure_of.c */
	bool at_least; /* limit is a lower one */
	bool or_equal;
	double limit;
};

struct sift_condition {
	size_t key; /* row of the table in conditions.c */
	const char **texts;
	size_t text_count;
	struct sift_figure_test *comparisons;
	size_t comparison_count;
	bool wanted;			 /* of a yes or no */
	struct sift_conditions *choices; /* of any_of */
	size_t choice_count;
};

struct sift_conditions {
	struct sift_condition *items;
	size_t count;
	bool on_endpoints, on_sets; /* scope */
	bool on_trends;
};

/* Where a `when` is read: message place, memory for what is kept, groups. */
struct sift_conditions_reader {
	struct sift_field_place place;
	struct sift_arena *arena;
	const struct sift_rule_groups *groups;
};

/*
 * Read the map of a `when`. Returns SIFT_OK; SIFT_E_USAGE with line and key;
 * SIFT_E_NOMEM.
 */
enum sift_status
sift_conditions_read(const struct sift_conditions_reader *reader,
		     const struct sift_yaml_node *map,
		     struct sift_conditions *out) SIFT_MUST_CHECK;

/* Do all hold? Scope and kind of the case included. */
bool sift_conditions_hold(const struct sift_conditions *when,
			  const struct sift_case *c);

/*
 * Is `fact` one that the conditions ask for, on the case itself or (with
 * `of_set`) on its set as a whole? Such are what the action answers.
 */
bool sift_conditions_name_fact(const struct sift_conditions *when,
			       const struct sift_fact *fact, bool of_set);

/* Do they ask for a cache TTL? */
bool sift_conditions_need_ttl(const struct sift_conditions *when);

#endif /* SIFT_ADVISE_CONDITIONS_H */
