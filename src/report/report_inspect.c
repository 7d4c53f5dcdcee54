/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What was recognised, grouped how and why, and what was skipped: the answer
 * to "why is this run not in that set?".
 */
#include <config.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "report/page.h"
#include "report/report.h"
#include "report/wording.h"

struct view {
	const struct sift_document *doc;
	struct sift_page page;
	struct sift_buf line;
};

/* "60 s, 50.1 rps, 20 users, 2 001 requests" */
static void
run_words(struct sift_buf *out, const struct sift_run *run)
{
	char words[SIFT_WORDS_MAX];

	sift_buf_printf(out, "%s requests",
			sift_words_count(run->total.requests < 0
						 ? NAN
						 : (double)run->total.requests,
					 words));
	if (!isnan(run->duration_s))
		sift_buf_printf(out, ", %s",
				sift_words_duration(run->duration_s, words));
	if (!isnan(run->load.measured_rps))
		sift_buf_printf(out, ", %s rps",
				sift_words_rate(run->load.measured_rps, words));
	if (!isnan(run->load.vus))
		sift_buf_printf(out, ", %s users",
				sift_words_count(run->load.vus, words));
	sift_buf_printf(out, ", %zu endpoints", run->endpoint_count);
	if (run->source_kind)
		sift_buf_printf(out, ", from %s", run->source_kind);
}

static void
render_run(struct view *v, const struct sift_run *run)
{
	sift_buf_clear(&v->line);
	run_words(&v->line, run);
	sift_page_paragraph(&v->page, 4, "  ", SIFT_INK_PLAIN, run->label);
	sift_page_paragraph(&v->page, 6, "", SIFT_INK_PLAIN,
			    sift_words_text(&v->line, v->page.out));
	for (size_t i = 0; i < run->source_count; i++)
		sift_page_paragraph(&v->page, 8, "      <", SIFT_INK_DIM,
				    run->sources[i]);
	for (size_t i = 0; i < run->note_count; i++)
		sift_page_paragraph(&v->page, 8, "      !", SIFT_INK_YELLOW,
				    run->notes[i]);
}

static void
render_set(struct view *v, const struct sift_set *set)
{
	sift_buf_clear(&v->line);
	sift_buf_printf(&v->line, "%zu %s, scenario %s%s%s", set->run_count,
			set->run_count == 1 ? "run" : "runs", set->scenario,
			set->load ? ", load " : "", set->load ? set->load : "");
	sift_page_heading(&v->page, set->label,
			  sift_words_text(&v->line, v->page.out));
	sift_page_paragraph(&v->page, 2, "", SIFT_INK_PLAIN, set->grouped_by);
	for (size_t i = 0; i < set->note_count; i++)
		sift_page_paragraph(&v->page, 4, "  !", SIFT_INK_YELLOW,
				    set->notes[i]);
	for (size_t i = 0; i < set->run_count; i++)
		render_run(v, &v->doc->runs[set->runs[i]]);
}

static void
render_sweep(struct view *v, const struct sift_sweep *sweep)
{
	sift_buf_clear(&v->line);
	for (size_t i = 0; i < sweep->level_count; i++)
		sift_buf_printf(&v->line, "%s%s", i ? ", " : "",
				v->doc->sets[sweep->levels[i].set].label);
	sift_page_heading(&v->page, "SWEEP", sweep->scenario);
	sift_page_paragraph(&v->page, 2, "", SIFT_INK_PLAIN,
			    sift_words_text(&v->line, v->page.out));
}

static enum sift_ink
role_ink(enum sift_role role)
{
	static const enum sift_ink inks[SIFT_ROLE_COUNT] = {
		[SIFT_ROLE_USED] = SIFT_INK_GREEN,
		[SIFT_ROLE_SUPERSEDED] = SIFT_INK_DIM,
		[SIFT_ROLE_DUPLICATE] = SIFT_INK_DIM,
		[SIFT_ROLE_IGNORED] = SIFT_INK_DIM,
		[SIFT_ROLE_PARTIAL] = SIFT_INK_YELLOW,
		[SIFT_ROLE_DAMAGED] = SIFT_INK_RED,
	};

	return inks[role];
}

static void
render_input(struct view *v, const struct sift_input *in)
{
	char lead[32];

	snprintf(lead, sizeof(lead), "  %s", sift_role_name(in->role));
	sift_buf_clear(&v->line);
	sift_buf_add_str(&v->line, in->source);
	if (in->format)
		sift_buf_printf(&v->line, " (%s%s%s)", in->format,
				in->format_version ? " " : "",
				in->format_version ? in->format_version : "");
	if (in->reason)
		sift_buf_printf(&v->line, ": %s", in->reason);
	sift_page_paragraph(&v->page, 13, lead, role_ink(in->role),
			    sift_words_text(&v->line, v->page.out));
}

enum sift_status
sift_render_inspect(const struct sift_document *doc,
		    const struct sift_style *style, struct sift_buf *out,
		    struct sift_err *err)
{
	struct view v = {.doc = doc};

	sift_page_init(&v.page, style, out);
	sift_buf_init(&v.line, 0);
	sift_words_summary(&v.line, doc);
	sift_page_paragraph(&v.page, 0, "", SIFT_INK_BOLD,
			    sift_words_text(&v.line, v.page.out));
	for (size_t i = 0; i < doc->set_count; i++)
		render_set(&v, &doc->sets[i]);
	for (size_t i = 0; i < doc->sweep_count; i++)
		render_sweep(&v, &doc->sweeps[i]);
	sift_buf_clear(&v.line);
	sift_words_ledger(&v.line, doc);
	sift_page_heading(&v.page, "FILES",
			  sift_words_text(&v.line, v.page.out));
	for (size_t i = 0; i < doc->input_count; i++)
		render_input(&v, &doc->inputs[i]);
	sift_buf_release(&v.line);
	return sift_buf_status(out) ? sift_fail(err, sift_buf_status(out),
						"no memory for the report")
				    : SIFT_OK;
}
