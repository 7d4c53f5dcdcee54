/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_CONFIG_CONFIG_FIELDS_H
#define SIFT_CONFIG_CONFIG_FIELDS_H

/*
 * Maps with fixed keys in loadsift.yaml as tables of fields: key, what it
 * counts in, bounds, where it goes. Messages name the key with its path.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "config/quantity.h"
#include "config/yaml.h"

struct sift_field {
	const char *key;
	enum sift_quantity quantity;
	double low, high; /* both allowed */
	bool may_be_off;  /* "off" takes the number away: NAN */
	size_t offset;	  /* of a double in the target */
};

/*
 * What the functions below need to speak of a place. `path` is the map the
 * key stands in ("rules.latency.p99"; "" = the top).
 */
struct sift_field_place {
	struct sift_arena *arena; /* for texts of messages and values */
	struct sift_err *err;
	const char *path;
};

/* `"text"`, made printable and cut; "" when memory is out. */
const char *sift_field_quote(const struct sift_field_place *place,
			     const struct sift_yaml_node *node);

/* SIFT_E_USAGE at the node's line: "path: what". */
enum sift_status sift_field_fail(const struct sift_field_place *place,
				 const struct sift_yaml_node *node,
				 const char *format, ...) SIFT_PRINTF(3, 4);

/* unknown key "x" in path (did you mean "y"?) */
enum sift_status sift_field_unknown(const struct sift_field_place *place,
				    const struct sift_yaml_node *key,
				    const char *const *names, size_t count);

/* Is `node` of this kind? If not, SIFT_E_USAGE saying what it must be. */
enum sift_status sift_field_kind(const struct sift_field_place *place,
				 const struct sift_yaml_node *node,
				 enum sift_yaml_kind kind,
				 const char *what) SIFT_MUST_CHECK;

/* One number within bounds. `path` of the place names the key itself. */
enum sift_status sift_field_number(const struct sift_field_place *place,
				   const struct sift_yaml_node *node,
				   const struct sift_field *field,
				   double *out) SIFT_MUST_CHECK;

/*
 * Read a map whose keys are those of `fields` into the doubles of `target`;
 * keys that are not there leave theirs untouched.
 */
enum sift_status sift_field_map(const struct sift_field_place *place,
				const struct sift_yaml_node *map,
				const struct sift_field *fields, size_t count,
				void *target) SIFT_MUST_CHECK;

/* Is it off, false or no? Is it on, true or yes? */
bool sift_field_is_off(const struct sift_yaml_node *node);
bool sift_field_is_on(const struct sift_yaml_node *node);

#endif /* SIFT_CONFIG_CONFIG_FIELDS_H */
