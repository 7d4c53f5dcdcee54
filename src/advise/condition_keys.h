/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_ADVISE_CONDITION_KEYS_H
#define SIFT_ADVISE_CONDITION_KEYS_H

/* The keys of a `when`, shared by those who read and those who judge them. */

#include "advise/conditions.h"

enum sift_condition_value {
	SIFT_CONDITION_RULES,
	SIFT_CONDITION_TEXTS,
	SIFT_CONDITION_COMPARISONS,
	SIFT_CONDITION_YES_NO,
	SIFT_CONDITION_CHOICES /* not inside of a choice */
};

/* Whose findings an action answers by having asked for them. */
enum sift_condition_answers {
	SIFT_ANSWERS_NOTHING,
	SIFT_ANSWERS_CASE,
	SIFT_ANSWERS_SET
};

struct sift_condition_key {
	const char *name;
	enum sift_condition_value value;
	enum sift_condition_answers answers;
	bool (*holds)(const struct sift_condition *k,
		      const struct sift_case *c);
};

#define SIFT_CONDITION_KEYS 20
extern const struct sift_condition_key sift_condition_keys[SIFT_CONDITION_KEYS];

#endif /* SIFT_ADVISE_CONDITION_KEYS_H */
