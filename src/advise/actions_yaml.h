/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_ADVISE_ACTIONS_YAML_H
#define SIFT_ADVISE_ACTIONS_YAML_H

/*
 * The catalogue of actions, data/actions.yaml, as it was when the program
 * was built. The definition is generated, see local.mk.
 */

#include <stddef.h>

/* The text of the file, ended by a NUL. */
extern const char sift_actions_yaml[];

/* Its length in bytes, without the NUL. */
extern const size_t sift_actions_yaml_size;

#endif /* SIFT_ADVISE_ACTIONS_YAML_H */
