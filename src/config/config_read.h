/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_CONFIG_CONFIG_READ_H
#define SIFT_CONFIG_CONFIG_READ_H

/* The sections of loadsift.yaml, from the tree into a configuration. */

#include "config/config.h"
#include "config/yaml.h"

/*
 * Take over what the tree says. `config` holds the defaults; texts are
 * copied into its arena.
 * Returns SIFT_OK; SIFT_E_USAGE with line and key; SIFT_E_NOMEM.
 */
enum sift_status sift_config_read(struct sift_config *config,
				  const struct sift_yaml_node *root,
				  struct sift_err *err) SIFT_MUST_CHECK;

#endif /* SIFT_CONFIG_CONFIG_READ_H */
