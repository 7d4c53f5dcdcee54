/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * analyze, compare, noise, inspect and explain: all of them analyse inputs
 * first; they differ in what is then written where.
 */
#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/parallel.h"
#include "cli/command.h"
#include "cli/output_file.h"
#include "cli/progress.h"

/* The configuration of the folder, if the user names none (DESIGN 5). */
#define DEFAULT_CONFIG "loadsift.yaml"

/* Flag, then NO_COLOR, then CLICOLOR_FORCE, then the terminal. */
static bool
wants_colour(enum sift_colour colour, int fd)
{
	const char *none = getenv("NO_COLOR");
	const char *force = getenv("CLICOLOR_FORCE");

	if (colour != SIFT_COLOUR_AUTO)
		return colour == SIFT_COLOUR_ALWAYS;
	if (none && *none)
		return false;
	if (force && *force && strcmp(force, "0") != 0)
		return true;
	return isatty(fd);
}

static struct sift_style
style_for(const struct sift_settings *settings, int fd)
{
	struct sift_style style = {.columns = 80};
	struct winsize size;

	style.colour = wants_colour(settings->colour, fd);
	if (isatty(fd) && ioctl(fd, TIOCGWINSZ, &size) == 0 &&
	    size.ws_col >= 40)
		style.columns = size.ws_col;
	return style;
}

static enum sift_status
write_output(const struct sift_analysis *analysis,
	     const struct sift_settings *settings,
	     const struct sift_output *output, struct sift_err *err)
{
	struct sift_output_file file;
	struct sift_style style;
	enum sift_status rc = sift_output_open(&file, output->file, err);

	if (rc)
		return rc;
	style = style_for(settings, file.fd);
	rc = sift_analysis_write(analysis, output->format, file.fd, &style,
				 err);
	if (rc) {
		sift_err_where(err, output->file);
		sift_output_discard(&file);
		return rc;
	}
	return sift_output_commit(&file, err);
}

/* Standard output gets a report unless an -o names it, or -q and some -o. */
static bool
stdout_is_free(const struct sift_settings *settings)
{
	for (size_t i = 0; i < settings->output_count; i++)
		if (strcmp(settings->outputs[i].file, "-") == 0)
			return false;
	return !settings->quiet || settings->output_count == 0 ||
	       settings->stdout_format;
}

struct writing {
	const struct sift_analysis *analysis;
	const struct sift_settings *settings;
	struct sift_output standard;
	struct sift_err standard_err;
	bool has_failed;	  /* one that has a name */
	bool standard_has_failed; /* the one that has none */
};

/* All outputs that have a name, also when one of them fails. */
static void
write_named(struct writing *w)
{
	for (size_t i = 0; i < w->settings->output_count; i++) {
		struct sift_err err = {0};

		if (!write_output(w->analysis, w->settings,
				  &w->settings->outputs[i], &err))
			continue;
		sift_cli_error(&err);
		w->has_failed = true;
	}
}

static enum sift_status
write_part(void *context, size_t part, struct sift_arena *arena,
	   struct sift_err *err)
{
	struct writing *w = context;

	(void)arena;
	(void)err; /* an output that fails stops no other */
	if (part == 0)
		write_named(w);
	else if (write_output(w->analysis, w->settings, &w->standard,
			      &w->standard_err))
		w->standard_has_failed = true;
	return SIFT_OK;
}

/* What goes to the same place has an order: the terminal may be an -o. */
static bool
has_stream(const struct sift_settings *settings)
{
	for (size_t i = 0; i < settings->output_count; i++)
		if (sift_output_is_stream(settings->outputs[i].file))
			return true;
	return false;
}

/* Files, and beside them standard output: a file waits for its disk. */
static int
write_outputs(const struct sift_analysis *analysis,
	      const struct sift_settings *settings, const char *stdout_format)
{
	struct writing w = {
		.analysis = analysis,
		.settings = settings,
		.standard = {"-", stdout_format},
	};
	bool at_once = settings->analysis.jobs != 1 && !has_stream(settings);
	struct sift_arena unused = {0};
	struct sift_err err = {0};
	enum sift_status rc;

	if (settings->stdout_format)
		w.standard.format = settings->stdout_format;
	rc = sift_in_parallel(write_part, &w, stdout_is_free(settings) ? 2 : 1,
			      at_once ? 2 : 1, &unused, &err);
	if (w.standard_has_failed)
		sift_cli_error(&w.standard_err);
	return rc || w.has_failed || w.standard_has_failed ? SIFT_EXIT_OUTPUT
							   : SIFT_EXIT_DONE;
}

static bool
is_called(const struct sift_compared_endpoint *e, enum sift_compared metric,
	  const char *verdict)
{
	const char *text = e->changes[metric].verdict;

	return text && strcmp(text, verdict) == 0;
}

static bool
has_regression(const struct sift_comparison *c)
{
	if (!c->is_comparable && !c->is_forced)
		return false;
	for (size_t i = 0; i < c->endpoint_count; i++) {
		const struct sift_compared_endpoint *e = &c->endpoints[i];

		if (is_called(e, SIFT_COMPARED_P50, "regressed") ||
		    is_called(e, SIFT_COMPARED_P95, "regressed") ||
		    is_called(e, SIFT_COMPARED_ERROR_RATE, "regressed"))
			return true;
	}
	return false;
}

/* Slower all together; against controls the verdicts say what is slower. */
static bool
has_shift(const struct sift_comparison *c)
{
	const struct sift_global_shift *shift = c->global_shift;

	return shift && shift->change > 0 && !shift->has_controls &&
	       !shift->capped_by;
}

/* One comparison that meets a condition is enough. */
static bool
comparison_fails(const struct sift_document *doc, unsigned fail_on)
{
	for (size_t i = 0; i < doc->comparison_count; i++) {
		const struct sift_comparison *c = &doc->comparisons[i];
		bool is_open = c->net_change &&
			       strcmp(c->net_change, "inconclusive") == 0;

		if ((fail_on & SIFT_FAIL_ON_REGRESSION && has_regression(c)) ||
		    (fail_on & SIFT_FAIL_ON_SHIFT && has_shift(c)) ||
		    (fail_on & SIFT_FAIL_ON_INCONCLUSIVE && is_open) ||
		    (fail_on & SIFT_FAIL_ON_INCOMPARABLE && !c->is_comparable))
			return true;
	}
	return false;
}

static bool
condition_is_met(const struct sift_document *doc, unsigned fail_on)
{
	for (size_t i = 0; i < doc->finding_count; i++) {
		const struct sift_finding *f = &doc->findings[i];

		if ((fail_on & SIFT_FAIL_ON_CRITICAL &&
		     f->severity == SIFT_SEVERITY_CRITICAL) ||
		    (fail_on & SIFT_FAIL_ON_WARNING &&
		     f->severity == SIFT_SEVERITY_WARNING) ||
		    (fail_on & SIFT_FAIL_ON_TARGET &&
		     f->cls == SIFT_CLASS_TARGET &&
		     f->severity == SIFT_SEVERITY_CRITICAL))
			return true;
	}
	return comparison_fails(doc, fail_on);
}

/* What had no effect, and a line per file that made the result partial, on
   standard error. */
static void
warn(const struct sift_document *doc)
{
	if (doc->warning)
		fprintf(stderr, "loadsift: %s\n", doc->warning);
	for (size_t i = 0; i < doc->input_count; i++) {
		const struct sift_input *in = &doc->inputs[i];

		if (in->role == SIFT_ROLE_DAMAGED ||
		    in->role == SIFT_ROLE_PARTIAL || in->records_skipped > 0)
			fprintf(stderr, "loadsift: %s: %s: %s\n", in->source,
				sift_role_name(in->role),
				in->reason ? in->reason : "not read whole");
	}
}

#define REASONS_SHOWN 20

/* Why nothing was usable: what was met, as far as it fits. */
static int
report_nothing(const struct sift_document *doc)
{
	size_t count = 0;

	/* The other side of a comparison may hold some. */
	fputs(doc->run_count == 0
		      ? "loadsift: nothing usable: no file holds a result\n"
		      : "loadsift: nothing to compare: one side holds no "
			"result\n",
	      stderr);
	for (size_t i = 0; i < doc->input_count; i++) {
		const struct sift_input *in = &doc->inputs[i];

		if (in->run == SIFT_NONE && count++ < REASONS_SHOWN)
			fprintf(stderr, "  %s: %s\n", in->source,
				in->reason ? in->reason : "no result");
	}
	if (count > REASONS_SHOWN)
		fprintf(stderr, "  and %zu more\n", count - REASONS_SHOWN);
	return SIFT_EXIT_EMPTY;
}

/* Analyse the operands; *out is set for SIFT_OK and SIFT_E_EMPTY. */
static enum sift_status
analyse(struct sift_settings *settings, struct sift_analysis **out,
	struct sift_err *err)
{
	struct sift_progress_line line;
	enum sift_status rc;

	if (!settings->analysis.config && access(DEFAULT_CONFIG, F_OK) == 0)
		settings->analysis.config = DEFAULT_CONFIG;
	if (sift_progress_start(&line, settings->quiet ? SIFT_PROGRESS_NONE
						       : settings->progress)) {
		settings->analysis.progress = sift_progress_show;
		settings->analysis.payload = &line;
	}
	rc = sift_analyse(out, (const char *const *)settings->operands,
			  settings->operand_count, &settings->analysis, err);
	sift_progress_end(&line);
	return rc;
}

static int
exit_code(const struct sift_analysis *analysis,
	  const struct sift_settings *settings)
{
	if (condition_is_met(sift_analysis_document(analysis),
			     settings->fail_on))
		return SIFT_EXIT_CONDITION;
	if (sift_analysis_is_partial(analysis) && !settings->allow_partial)
		return SIFT_EXIT_PARTIAL;
	return SIFT_EXIT_DONE;
}

static int
analyse_and_write(struct sift_settings *settings, const char *stdout_format)
{
	struct sift_analysis *analysis = NULL;
	struct sift_err err = {0};
	enum sift_status rc;
	int code;

	if (settings->operand_count == 0)
		return sift_cli_usage("no input: name a folder, a result file "
				      "or an archive");
	if (settings->analysis.comparing.old_inputs == settings->operand_count)
		return sift_cli_usage("no input after --vs");
	rc = analyse(settings, &analysis, &err);
	if (rc && rc != SIFT_E_EMPTY)
		return sift_cli_error(&err);
	if (!settings->quiet)
		warn(sift_analysis_document(analysis));
	if (rc == SIFT_E_EMPTY) {
		code = report_nothing(sift_analysis_document(analysis));
	} else {
		code = write_outputs(analysis, settings, stdout_format);
		if (code == SIFT_EXIT_DONE)
			code = exit_code(analysis, settings);
	}
	sift_analysis_free(analysis);
	return code;
}

int
sift_cmd_analyze(struct sift_settings *settings)
{
	return analyse_and_write(settings, "text");
}

int
sift_cmd_compare(struct sift_settings *settings)
{
	struct sift_comparing *comparing = &settings->analysis.comparing;

	if (!comparing->baseline && comparing->old_inputs == 0) {
		if (settings->operand_count != 2)
			return sift_cli_usage(
				"compare takes two inputs, OLD NEW; several "
				"as OLD... --vs NEW...; or --baseline SET");
		comparing->old_inputs = 1;
	}
	return analyse_and_write(settings, "text");
}

int
sift_cmd_noise(struct sift_settings *settings)
{
	settings->analysis.comparing.noise = 1;
	return analyse_and_write(settings, "noise");
}

int
sift_cmd_inspect(struct sift_settings *settings)
{
	return analyse_and_write(settings, "inspect");
}

int
sift_cmd_explain(struct sift_settings *settings)
{
	struct sift_analysis *analysis = NULL;
	struct sift_err err = {0};
	const char *id;
	enum sift_status rc = SIFT_OK;

	if (settings->operand_count == 0)
		return sift_cli_usage("explain what? name a rule, an action, "
				      "or a finding's id and its input");
	id = settings->operands[0];
	settings->operands++;
	settings->operand_count--;
	if (settings->operand_count > 0)
		rc = analyse(settings, &analysis, &err);
	if (!rc)
		rc = sift_explain(analysis, id, STDOUT_FILENO, &err);
	sift_analysis_free(analysis);
	return rc ? sift_cli_error(&err) : SIFT_EXIT_DONE;
}
