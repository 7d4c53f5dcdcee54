/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "advise/saturation.h"

#include <string.h>

#include "config/rules.h"
#include "judge/rule_family.h"

/* The levels from which on the service is saturated. */
static void
mark_levels(const struct sift_sweep *sweep, struct sift_strain *strain)
{
	size_t from = sift_saturated_from(sweep), i;

	if (!sweep->level_count)
		return;
	/* The finding is there, so the last level at least is beyond. */
	if (from == SIFT_NONE)
		from = sweep->level_count - 1;
	for (i = from; i < sweep->level_count; i++)
		strain[sweep->levels[i].set].is_saturated = true;
}

const struct sift_strain *
sift_find_strain(const struct sift_document *doc, struct sift_arena *arena)
{
	const char *saturation = sift_rule_name(SIFT_RULE_LOAD_SATURATION);
	struct sift_strain *strain =
		sift_arena_array(arena, doc->set_count, sizeof(*strain));
	size_t i;

	for (i = 0; i < doc->finding_count && strain; i++) {
		const struct sift_finding *f = &doc->findings[i];
		bool saturated = f->cls == SIFT_CLASS_LOAD &&
				 !strcmp(f->rule, saturation);

		if (f->set < doc->set_count) {
			strain[f->set].is_saturated |= saturated;
			strain[f->set].is_failing |=
				f->cls == SIFT_CLASS_SERVICE;
		}
		if (saturated && f->sweep < doc->sweep_count)
			mark_levels(&doc->sweeps[f->sweep], strain);
	}
	return strain;
}
