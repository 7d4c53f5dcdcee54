/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "judge/draft.h"

#include <assert.h>
#include <math.h>

#include "base/mem.h"

#define DRAFTS_MAX 10000000

enum sift_status
sift_judge_no_memory(struct sift_judge *judge)
{
	return sift_fail(judge->err, SIFT_E_NOMEM, "no memory for findings");
}

struct sift_draft *
sift_draft_new(struct sift_judge *judge, enum sift_rule rule,
	       const struct sift_subject *subject)
{
	void *grown = judge->drafts;
	struct sift_draft *draft;

	if (sift_array_grow(&grown, &judge->capacity, judge->count + 1,
			    sizeof(*judge->drafts), DRAFTS_MAX)) {
		(void)sift_judge_no_memory(judge);
		return NULL;
	}
	judge->drafts = grown;
	draft = &judge->drafts[judge->count++];
	*draft = (struct sift_draft){
		.rule = rule,
		.subject = subject->subject,
		.parent = SIFT_NONE,
		.finding = {
			.rule = sift_rule_name(rule),
			.cls = sift_rule_class(rule),
			.severity = SIFT_SEVERITY_NOTE,
			.set = subject->set,
			.sweep = SIFT_NONE,
			.method = subject->method,
			.name = subject->name,
			.kind = subject->kind,
			.value = NAN,
			.threshold = NAN,
			.share_of_time =
				subject->result ? subject->result->share_of_time
						: NAN,
		}};
	return draft;
}

enum sift_status
sift_draft_fact(struct sift_judge *judge, struct sift_draft *draft,
		const char *metric, double value, double threshold,
		const char *message)
{
	if (!message)
		return sift_judge_no_memory(judge);
	assert(draft->fact_count < SIFT_DRAFT_FACTS);
	if (!draft->facts)
		draft->facts = sift_arena_array(judge->arena, SIFT_DRAFT_FACTS,
						sizeof(*draft->facts));
	if (!draft->facts)
		return sift_judge_no_memory(judge);
	draft->facts[draft->fact_count++] = (struct sift_evidence){
		draft->finding.rule, NULL,   NULL, metric, value,
		threshold,	     message};
	return SIFT_OK;
}

const char *
sift_judge_line_source(struct sift_judge *judge, unsigned line)
{
	const char *file = judge->config->file;

	return sift_arena_printf(judge->arena, "%s:%u",
				 file ? file : "configuration", line);
}

const char *
sift_judge_limit_source(struct sift_judge *judge, enum sift_rule rule,
			double limit)
{
	struct sift_rule_limits defaults = sift_rule_defaults(rule);
	unsigned line = sift_judge_limits(judge, rule)->line;

	if (!line || limit == defaults.note || limit == defaults.warning ||
	    limit == defaults.critical)
		return "default";
	return sift_judge_line_source(judge, line);
}

unsigned
sift_count_above(const struct sift_spread *spread, double limit)
{
	double values[32];
	size_t at_once = sizeof(values) / sizeof(values[0]);
	struct sift_scatter scatter = sift_spread_scatter(spread);
	unsigned n = 0;

	if (!(scatter.max > limit))
		return 0;
	if (scatter.min > limit)
		return spread->n;
	for (size_t i = 0; i < spread->value_count; i += at_once) {
		sift_spread_slice(spread, i, at_once, values);
		for (size_t j = 0; j < at_once; j++)
			n += values[j] > limit;
	}
	return n;
}

bool
sift_subject_below(const struct sift_subject *subject, double least)
{
	return subject->result->requests.median < least;
}
