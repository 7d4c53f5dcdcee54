/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The pipeline: one function per stage, in the order of DESIGN 2.
 */
#include <config.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "engine/analysis.h"
#include "engine/assemble.h"
#include "engine/pool.h"
#include "engine/processors.h"
#include "engine/sides.h"
#include "engine/slow.h"
#include "group/group.h"
#include "input/unpack.h"
#include "input/walk.h"
#include "judge/compare.h"
#include "judge/judge.h"
#include "judge/load_curves.h"
#include "judge/noise_floors.h"

static unsigned
threads_of(const struct sift_options *options)
{
	return options->jobs ? options->jobs : sift_processors();
}

static enum sift_status
read_inputs(struct sift_side *side, const char *const *inputs, size_t count,
	    const struct sift_options *options,
	    const struct sift_naming *naming, struct sift_err *err)
{
	struct sift_walk walk;
	enum sift_status rc;

	sift_digest_limit(&side->digest, options->limits.sample_bytes);
	sift_walk_init(&walk);
	rc = sift_walk_inputs(&walk, inputs, count, err);
	if (!rc)
		rc = sift_pool_read(&walk, threads_of(options), options, naming,
				    &side->digest, err);
	sift_walk_release(&walk);
	return rc;
}

/* Can it come to a comparison? What only that asks for is not made else. */
static bool
may_compare(const struct sift_comparing *what,
	    const struct sift_grouping *grouping)
{
	bool may = what->baseline || what->old_inputs > 0 || what->noise;

	for (size_t i = 0; i < grouping->set_count && !may; i++)
		may = sift_says_baseline(grouping->sets[i].scenario);
	return may;
}

/* SIFT_E_EMPTY when there is no result; the ledger is filled all the same. */
static enum sift_status
tabulate(struct sift_side *side, const struct sift_options *options,
	 const char *group_by, struct sift_document *doc,
	 struct sift_arena *arena, struct sift_err *err)
{
	struct sift_assemble_options assembling = {
		.skip_s = options->skip_warm_up_s,
		.threads = threads_of(options)};
	enum sift_status found, rc;

	found = sift_group(&side->grouping, &side->digest, group_by,
			   threads_of(options), err);
	if (found && found != SIFT_E_EMPTY)
		return found;
	assembling.wants_ranges =
		may_compare(&options->comparing, side->grouping);
	rc = sift_assemble(doc, arena, &side->digest, side->grouping,
			   &assembling, err);
	return rc ? rc : found;
}

/* The old side of a comparison, whose sets come first in the document. */
static enum sift_status
tabulate_old(struct sift_analysis *analysis, const struct sift_options *options,
	     const char *group_by, const struct sift_side_words *words,
	     struct sift_err *err)
{
	struct sift_document new = analysis->document;
	enum sift_status rc;

	rc = tabulate(&analysis->old, options, group_by, &analysis->document,
		      &analysis->arena, err);
	analysis->old_sets = analysis->document.set_count;
	if (rc && rc != SIFT_E_EMPTY)
		return rc;
	return sift_side_append(&analysis->document, &new, words,
				&analysis->arena, err)
		       ? SIFT_E_NOMEM
		       : rc;
}

static struct sift_naming
naming_of(const struct sift_analysis *analysis,
	  const struct sift_options *options)
{
	const struct sift_config *config = &analysis->config;

	if (options->raw_names)
		return (struct sift_naming){.setup_apart =
						    options->setup_apart};
	return (struct sift_naming){
		.rules = config->name_rules,
		.rule_count = config->name_rule_count,
		.setup_apart = options->setup_apart,
		.max_names = config->names_stay ? 0 : SIFT_BLOCK_NAMES,
	};
}

/* Both sides, or the only one. */
static enum sift_status
read_sides(struct sift_analysis *analysis, const char *const *inputs,
	   size_t count, const struct sift_options *options,
	   const char *group_by, struct sift_err *err)
{
	size_t old = options->comparing.old_inputs;
	struct sift_digest *const digests[] = {&analysis->old.digest,
					       &analysis->side.digest};
	const struct sift_naming naming = naming_of(analysis, options);
	struct sift_side_words words;
	enum sift_status rc = SIFT_OK, found;

	if (old >= count)
		old = 0; /* nothing to compare with */
	if (old > 0)
		rc = read_inputs(&analysis->old, inputs, old, options, &naming,
				 err);
	if (!rc)
		rc = read_inputs(&analysis->side, inputs + old, count - old,
				 options, &naming, err);
	if (!rc && naming.max_names)
		rc = sift_digest_share_names(digests, 2, err);
	if (rc)
		return rc;
	found = tabulate(&analysis->side, options, group_by,
			 &analysis->document, &analysis->arena, err);
	if (old == 0 || (found && found != SIFT_E_EMPTY))
		return found;
	rc = sift_side_words(&words, inputs, old, inputs + old, count - old,
			     &analysis->arena, err);
	if (!rc)
		rc = tabulate_old(analysis, options, group_by, &words, err);
	return rc ? rc : found;
}

static double
least_share(const struct sift_comparing *what)
{
	return what->min_effect > 0 ? what->min_effect : SIFT_MIN_SHARE;
}

static enum sift_status
compare(struct sift_analysis *analysis, const struct sift_comparing *what,
	struct sift_err *err)
{
	const struct sift_compare_options options = {
		.baseline = what->baseline,
		.first_after = analysis->old_sets,
		.is_forced = what->force != 0,
		.min_share = least_share(what),
		.controls = what->controls,
		.control_count = what->control_count,
		.count_slow = sift_slow_in_run,
		.slow_context = analysis,
	};

	return sift_compare(&analysis->document, &options, &analysis->arena,
			    err);
}

static enum sift_status
conclude(struct sift_analysis *analysis, const struct sift_options *options,
	 struct sift_err *err)
{
	struct sift_document *doc = &analysis->document;
	enum sift_status rc;

	rc = sift_judge(doc, &analysis->config, threads_of(options),
			&analysis->arena, err);
	if (!rc)
		rc = sift_load_curves(doc, &analysis->config, &analysis->arena,
				      err);
	if (!rc)
		rc = compare(analysis, &options->comparing, err);
	if (!rc && options->comparing.noise)
		rc = sift_noise_floors(doc, least_share(&options->comparing),
				       &analysis->arena, err);
	if (!rc)
		rc = sift_advise_ttls(doc, &analysis->config,
				      options->traffic_rate, &analysis->arena,
				      err);
	if (!rc)
		rc = sift_advise_plan(doc, analysis->catalogue,
				      threads_of(options), &analysis->arena,
				      err);
	return rc;
}

/* What shaped the result; the number of workers is not among it. */
static enum sift_status
note_parameters(struct sift_analysis *analysis,
		const struct sift_options *options, const char *group_by,
		struct sift_err *err)
{
	char memory[SIFT_NUM_MAX];
	const char *skip = options->skip_warm_up_s == 0 ? NULL
			   : options->skip_warm_up_s < 0
				   ? "auto"
				   : sift_arena_printf(&analysis->arena, "%g s",
						       options->skip_warm_up_s);
	const struct sift_parameter rows[] = {
		{"config", options->config},
		{"group_by", group_by},
		{"memory", memory},
		{"names", options->raw_names ? "raw" : NULL},
		{"setup", options->setup_apart ? "apart" : NULL},
		{"skip_warmup", skip},
		{"traffic", options->traffic_rate ? "rate" : "run"},
	};
	size_t count = sizeof(rows) / sizeof(*rows);
	struct sift_document *doc = &analysis->document;

	snprintf(memory, sizeof(memory), "%" PRIu64,
		 options->limits.sample_bytes);
	doc->generator_name = PACKAGE_NAME;
	doc->generator_version = PACKAGE_VERSION;
	doc->parameters =
		sift_arena_array(&analysis->arena, count, sizeof(*rows));
	if (!doc->parameters)
		return sift_fail(err, SIFT_E_NOMEM, "no memory for a report");
	for (size_t i = 0; i < count; i++) {
		doc->parameters[i].name = rows[i].name;
		if (!rows[i].value)
			continue;
		doc->parameters[i].value =
			sift_arena_str(&analysis->arena, rows[i].value);
		if (!doc->parameters[i].value)
			return sift_fail(err, SIFT_E_NOMEM,
					 "no memory for a report");
	}
	doc->parameter_count = count;
	return SIFT_OK;
}

/* Only k6's points tell of each request when it was made. */
static void
warn_of_setup(struct sift_document *doc)
{
	for (size_t i = 0; i < doc->run_count; i++)
		for (size_t e = 0; e < doc->runs[i].endpoint_count; e++)
			if (sift_naming_is_apart(
				    doc->runs[i].endpoints[e].name))
				return;
	if (!doc->warning)
		doc->warning = "--setup apart: no result tells of a request "
			       "that it was made in setup() or teardown()";
}

static enum sift_status
analyse(struct sift_analysis *analysis, const char *const *inputs, size_t count,
	const struct sift_options *options, struct sift_err *err)
{
	const char *group_by;
	enum sift_status rc = sift_config_init(&analysis->config, err);

	if (!rc && options->config)
		rc = sift_config_load(&analysis->config, options->config, err);
	if (!rc)
		rc = sift_catalogue_builtin(&analysis->catalogue, err);
	if (rc)
		return rc;
	group_by = options->group_by ? options->group_by
				     : analysis->config.group_by;
	rc = note_parameters(analysis, options, group_by, err);
	if (!rc)
		rc = read_sides(analysis, inputs, count, options, group_by,
				err);
	if (!rc && options->setup_apart)
		warn_of_setup(&analysis->document);
	if (!rc)
		rc = conclude(analysis, options, err);
	return rc;
}

enum sift_status
sift_analyse(struct sift_analysis **out, const char *const *inputs,
	     size_t input_count, const struct sift_options *options,
	     struct sift_err *err)
{
	struct sift_options resolved = SIFT_OPTIONS_INIT;
	struct sift_analysis *analysis = sift_calloc(1, sizeof(*analysis));
	enum sift_status rc;

	if (!analysis)
		return sift_fail(err, SIFT_E_NOMEM, "no memory for a report");
	if (options)
		resolved = *options;
	resolved.limits = sift_limits_resolved(&resolved.limits);
	analysis->threads = threads_of(&resolved);
	sift_arena_init(&analysis->arena);
	sift_digest_init(&analysis->side.digest);
	sift_digest_init(&analysis->old.digest);
	rc = analyse(analysis, inputs, input_count, &resolved, err);
	if (rc && rc != SIFT_E_EMPTY) {
		sift_analysis_free(analysis);
		return rc;
	}
	*out = analysis;
	return rc;
}

void
sift_analysis_free(struct sift_analysis *analysis)
{
	if (!analysis)
		return;
	sift_catalogue_free(analysis->catalogue);
	sift_config_release(&analysis->config);
	sift_grouping_free(analysis->side.grouping);
	sift_digest_release(&analysis->side.digest);
	sift_grouping_free(analysis->old.grouping);
	sift_digest_release(&analysis->old.digest);
	sift_arena_release(&analysis->arena);
	sift_free(analysis);
}

const struct sift_document *
sift_analysis_document(const struct sift_analysis *analysis)
{
	return &analysis->document;
}

int
sift_analysis_is_partial(const struct sift_analysis *analysis)
{
	const struct sift_document *doc = &analysis->document;

	for (size_t i = 0; i < doc->input_count; i++)
		if (doc->inputs[i].role == SIFT_ROLE_PARTIAL ||
		    doc->inputs[i].role == SIFT_ROLE_DAMAGED ||
		    doc->inputs[i].records_skipped > 0)
			return 1;
	return 0;
}
