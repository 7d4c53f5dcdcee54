/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "advise/catalogue_explain.h"

#include "advise/phrases.h"
#include "base/buf.h"

static const char *const tier_words[SIFT_TIER_COUNT] = {
	[SIFT_TIER_IMMEDIATE] = "immediate (1-2 hours)",
	[SIFT_TIER_SHORT_TERM] = "short term (4-8 hours)",
	[SIFT_TIER_LONG_TERM] = "long term (next sprint)",
};

static void
explain_gain(struct sift_buf *out, const struct sift_catalogue_row *row)
{
	switch (row->gain) {
	case SIFT_GAIN_CATALOGUE:
		sift_phrase_range(out, row->gain_low, row->gain_high);
		sift_buf_add_str(out, " less latency (catalogue: the figure "
				      "of published guides, not measured on "
				      "your service)");
		break;
	case SIFT_GAIN_SLOW_AT_MEDIAN:
		sift_buf_add_str(out,
				 "modelled from your runs: how much the mean "
				 "would fall if requests slower than three "
				 "medians took as long as usual ones");
		break;
	case SIFT_GAIN_GROWTH:
		sift_buf_add_str(out,
				 "modelled from your sweep: 1 - p50 at the "
				 "lowest load / p50 at the highest, at the "
				 "highest load");
		break;
	case SIFT_GAIN_NONE:
	case SIFT_GAIN_COUNT:
		sift_buf_add_str(out, "no gain in latency is claimed");
		break;
	}
}

enum sift_status
sift_catalogue_explain_row(struct sift_catalogue_row *row,
			   struct sift_arena *arena, struct sift_err *err)
{
	struct sift_buf out;
	size_t i;

	sift_buf_init(&out, 0);
	sift_buf_printf(
		&out, "%s: %s\n\n%s\n\nTier: %s\nEffort: %s\nGain: ", row->id,
		row->title, row->why, tier_words[row->tier], row->effort);
	explain_gain(&out, row);
	sift_buf_printf(&out, "\nRisk: %s\nSteps:\n", row->risk);
	for (i = 0; i < row->step_count; i++)
		sift_buf_printf(&out, "  %zu. %s\n", i + 1, row->steps[i]);
	sift_buf_printf(&out, "Verify: %s\n", row->verify);
	if (!sift_buf_status(&out))
		row->explain = sift_arena_str(arena, out.ptr);
	sift_buf_release(&out);
	if (!row->explain)
		return sift_fail(err, SIFT_E_NOMEM,
				 "no memory for the catalogue");
	return SIFT_OK;
}
