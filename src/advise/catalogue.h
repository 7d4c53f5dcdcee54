/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_ADVISE_CATALOGUE_H
#define SIFT_ADVISE_CATALOGUE_H

/*
 * The catalogue of actions in memory. docs/catalogue.md tells what its keys
 * mean; conditions.h judges the conditions.
 */

#include <stdbool.h>
#include <stdint.h>

#include <loadsift/document.h>

#include "advise/advise.h"
#include "advise/conditions.h"
#include "base/arena.h"

/* Rows fit into the bits of a uint64_t (plan.c). */
#define SIFT_ACTIONS_MAX 64
#define SIFT_STEPS_MIN 3
#define SIFT_STEPS_MAX 6

#define SIFT_GAIN_LIST(X)                                                      \
 X(NONE, "none", NULL)                                                         \
 X(CATALOGUE, "catalogue", "catalogue")                                        \
 X(SLOW_AT_MEDIAN, "slow_at_median", "modelled")                               \
 X(GROWTH, "growth", "modelled")

#define X(name, text, source) SIFT_GAIN_##name,
enum sift_gain_kind { SIFT_GAIN_LIST(X) SIFT_GAIN_COUNT };
#undef X

struct sift_catalogue_row {
	const char *id;
	const char *title;
	enum sift_tier tier;
	bool leads;	     /* before all that do not, in its tier */
	const char *group;   /* of alternatives; NULL = stands alone */
	size_t same_gain_as; /* row, or SIFT_NONE */
	struct sift_conditions when;
	const char *why;
	const char **steps;
	size_t step_count;
	const char *effort; /* low, medium, high */
	double effort_weight;
	enum sift_gain_kind gain;
	double gain_low, gain_high; /* of SIFT_GAIN_CATALOGUE */
	const char *risk;
	const char *verify;
	const char *explain; /* all of it in plain words */
	unsigned line;
};

struct sift_catalogue {
	struct sift_catalogue_row *rows;
	size_t count;
	struct sift_rule_groups groups;
	struct sift_arena arena; /* everything above */
};

/* measured, modelled, catalogue; NULL where no gain is claimed. */
const char *sift_gain_source(enum sift_gain_kind gain);

#endif /* SIFT_ADVISE_CATALOGUE_H */
