/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_CONFIG_CONFIG_NAMES_H
#define SIFT_CONFIG_CONFIG_NAMES_H

/* The section `names` of loadsift.yaml. */

#include "config/config.h"
#include "config/yaml.h"

/* Returns SIFT_OK, SIFT_E_USAGE, SIFT_E_NOMEM. */
enum sift_status sift_config_read_names(struct sift_config *config,
					const struct sift_yaml_node *map,
					struct sift_err *err) SIFT_MUST_CHECK;

#endif /* SIFT_CONFIG_CONFIG_NAMES_H */
