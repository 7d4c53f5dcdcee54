/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "report/survey.h"

#include <assert.h>
#include <math.h>

const enum sift_role sift_roles_by_weight[SIFT_ROLE_COUNT] = {
	SIFT_ROLE_DAMAGED,   SIFT_ROLE_PARTIAL,	   SIFT_ROLE_IGNORED,
	SIFT_ROLE_DUPLICATE, SIFT_ROLE_SUPERSEDED, SIFT_ROLE_USED,
};

size_t
sift_count_severity(const struct sift_document *doc,
		    enum sift_severity severity)
{
	size_t count = 0;

	for (size_t i = 0; i < doc->finding_count; i++)
		count += doc->findings[i].severity == severity;
	return count;
}

size_t
sift_count_role(const struct sift_document *doc, enum sift_role role)
{
	size_t count = 0;

	for (size_t i = 0; i < doc->input_count; i++)
		count += doc->inputs[i].role == role;
	return count;
}

const char *
sift_finding_where(const struct sift_document *doc,
		   const struct sift_finding *finding)
{
	if (finding->set != SIFT_NONE)
		return doc->sets[finding->set].label;
	if (finding->sweep != SIFT_NONE)
		return doc->sweeps[finding->sweep].scenario;
	return "";
}

bool
sift_input_is_trouble(const struct sift_input *input)
{
	return input->role == SIFT_ROLE_DAMAGED ||
	       input->role == SIFT_ROLE_PARTIAL || input->records_skipped > 0;
}

static bool
has_lower_bounds(const struct sift_set_result *r)
{
	static const enum sift_stat stats[] = {SIFT_STAT_P50, SIFT_STAT_P90,
					       SIFT_STAT_P95, SIFT_STAT_P99};

	for (size_t i = 0; i < sizeof(stats) / sizeof(stats[0]); i++)
		if (r->latency[stats[i]].n > 0 &&
		    sift_is_lower_bound(stats[i], r->requests.median))
			return true;
	return false;
}

bool
sift_has_lower_bounds(const struct sift_document *doc)
{
	for (size_t i = 0; i < doc->set_count; i++) {
		const struct sift_set *set = &doc->sets[i];

		if (has_lower_bounds(&set->total))
			return true;
		for (size_t k = 0; k < set->endpoint_count; k++)
			if (has_lower_bounds(&set->endpoints[k].result))
				return true;
	}
	return false;
}

/* ---- the first of many ---- */

void
sift_top_init(struct sift_top *top, size_t max)
{
	assert(max > 0 && max <= SIFT_TOP_MAX);
	top->max = max;
	top->count = 0;
	top->all = 0;
}

/* Insertion from below: with few rows kept, most are turned away at once. */
void
sift_top_add(struct sift_top *top, double key, size_t owner, size_t item)
{
	size_t at;

	top->all++;
	if (isnan(key))
		key = -HUGE_VAL;
	if (top->count == top->max && key <= top->rows[top->max - 1].key)
		return;
	if (top->count < top->max)
		top->count++;
	for (at = top->count - 1; at > 0 && top->rows[at - 1].key < key; at--)
		top->rows[at] = top->rows[at - 1];
	top->rows[at] = (struct sift_top_row){key, owner, item};
}

void
sift_top_endpoints(struct sift_top *top, const struct sift_set *set, size_t max)
{
	sift_top_init(top, max);
	for (size_t i = 0; i < set->endpoint_count; i++)
		sift_top_add(top, set->endpoints[i].result.share_of_time, 0, i);
}

void
sift_top_failing(struct sift_top *top, const struct sift_set *set, size_t max)
{
	sift_top_init(top, max);
	for (size_t i = 0; i < set->endpoint_count; i++) {
		double most =
			sift_spread_scatter(&set->endpoints[i].result.failures)
				.max;

		if (most > 0)
			sift_top_add(top, most, 0, i);
	}
}

void
sift_top_failures(struct sift_top *top, const struct sift_document *doc,
		  size_t max)
{
	sift_top_init(top, max);
	for (size_t i = 0; i < doc->run_count; i++)
		for (size_t k = 0; k < doc->runs[i].failure_count; k++)
			sift_top_add(top,
				     (double)doc->runs[i].failures[k].count, i,
				     k);
}

void
sift_top_checks(struct sift_top *top, const struct sift_document *doc,
		size_t max)
{
	sift_top_init(top, max);
	for (size_t i = 0; i < doc->run_count; i++)
		for (size_t k = 0; k < doc->runs[i].check_count; k++) {
			int64_t fails = doc->runs[i].checks[k].fails;

			if (fails > 0)
				sift_top_add(top, (double)fails, i, k);
		}
}
