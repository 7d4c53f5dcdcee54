/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "advise/saturation.h"

#include <string.h>

#include "config/rules.h"
#include "judge/rule_family.h"

static bool
is_beyond(const struct sift_sweep *sweep, size_t set)
{
	size_t from = sift_saturated_from(sweep), i;

	/* The finding is there, so the last level at least is beyond. */
	if (from == SIFT_NONE)
		from = sweep->level_count - 1;
	for (i = from; i < sweep->level_count; i++)
		if (sweep->levels[i].set == set)
			return true;
	return false;
}

bool
sift_set_is_saturated(const struct sift_document *doc, size_t set)
{
	const char *rule = sift_rule_name(SIFT_RULE_LOAD_SATURATION);
	enum sift_class cls = sift_rule_class(SIFT_RULE_LOAD_SATURATION);
	size_t i;

	for (i = 0; i < doc->finding_count; i++) {
		const struct sift_finding *f = &doc->findings[i];

		if (f->cls != cls || strcmp(f->rule, rule) != 0)
			continue;
		if (f->set == set)
			return true;
		if (f->sweep < doc->sweep_count &&
		    doc->sweeps[f->sweep].level_count &&
		    is_beyond(&doc->sweeps[f->sweep], set))
			return true;
	}
	return false;
}

bool
sift_set_is_failing(const struct sift_document *doc, size_t set)
{
	size_t i;

	for (i = 0; i < doc->finding_count; i++)
		if (doc->findings[i].set == set &&
		    doc->findings[i].cls == SIFT_CLASS_SERVICE)
			return true;
	return false;
}
