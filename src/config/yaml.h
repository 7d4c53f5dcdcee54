/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_CONFIG_YAML_H
#define SIFT_CONFIG_YAML_H

/*
 * A YAML document as a tree that remembers lines, over libyaml (which lives
 * here only). Used for loadsift.yaml and the catalogue of actions.
 * Aliases, several documents and more than 64 levels are refused.
 */

#include <stddef.h>

#include "base/err.h"
#include "base/span.h"

enum sift_yaml_kind { SIFT_YAML_SCALAR, SIFT_YAML_LIST, SIFT_YAML_MAP };

struct sift_yaml; /* a parsed document */
struct sift_yaml_node {
	enum sift_yaml_kind kind;
	unsigned line, column; /* 1-based */
	const char *text;      /* of a scalar, terminated */
	size_t len;
	int quoted;		       /* the scalar was in quotes */
	struct sift_yaml_node **items; /* of a list; values of a map */
	struct sift_yaml_node **keys;  /* of a map; scalars */
	size_t count;
};

/*
 * Parse `text`; `file` is named in messages. An empty text gives an empty
 * map. A key that occurs twice in a map is an error.
 * Returns SIFT_OK, SIFT_E_USAGE with file, line and reason, SIFT_E_NOMEM.
 */
enum sift_status sift_yaml_parse(struct sift_yaml **out, struct sift_span text,
				 const char *file,
				 struct sift_err *err) SIFT_MUST_CHECK;
const struct sift_yaml_node *sift_yaml_root(const struct sift_yaml *yaml);
void sift_yaml_free(struct sift_yaml *yaml);

/* The value of `key` in a map, or NULL (also when `node` is no map). */
const struct sift_yaml_node *sift_yaml_get(const struct sift_yaml_node *node,
					   const char *key);

#endif /* SIFT_CONFIG_YAML_H */
