/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What was recognised, grouped how and why, and what was skipped: the answer
 * to "why is this run not in that set?".
 */
#include <config.h>

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "report/page.h"
#include "report/report.h"
#include "report/survey.h"
#include "report/wording.h"

#define NAMES_SHOWN 50

struct view {
	const struct sift_document *doc;
	struct sift_page page;
	struct sift_buf line;
};

static const char *
line_text(struct view *v)
{
	return sift_words_text(&v->line, v->page.out);
}

/* "2001 requests, 20 users, 50.1 rps, 60 s, 8 endpoints, from points" */
static void
run_words(struct sift_buf *out, const struct sift_run *run)
{
	char words[SIFT_WORDS_MAX];

	if (run->total.requests < 0)
		sift_buf_add_str(out, "requests not known");
	else
		sift_buf_printf(out, "%s request%s",
				sift_words_integer(run->total.requests, words),
				run->total.requests == 1 ? "" : "s");
	sift_words_load(out, run->load.vus, run->load.measured_rps,
			run->duration_s);
	sift_buf_add_str(out, ", ");
	sift_words_plural(out, run->endpoint_count, "endpoint");
	if (run->source_kind)
		sift_buf_printf(out, ", from %s", run->source_kind);
}

static void
render_run(struct view *v, const struct sift_run *run)
{
	sift_buf_clear(&v->line);
	run_words(&v->line, run);
	sift_page_paragraph(&v->page, 4, "  ", SIFT_INK_PLAIN, run->label);
	sift_page_paragraph(&v->page, 6, "", SIFT_INK_PLAIN, line_text(v));
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
	sift_words_plural(&v->line, set->run_count, "run");
	sift_buf_printf(&v->line, ", scenario %s%s%s", set->scenario,
			set->load ? ", load " : "", set->load ? set->load : "");
	sift_page_heading(&v->page, set->label, line_text(v));
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
	sift_page_paragraph(&v->page, 2, "", SIFT_INK_PLAIN, line_text(v));
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
	if (in->format) {
		sift_buf_add_str(&v->line, " (");
		sift_words_input(&v->line, in);
		sift_buf_add_byte(&v->line, ')');
	}
	if (in->reason)
		sift_buf_printf(&v->line, ": %s", in->reason);
	sift_page_paragraph(&v->page, 14, lead, role_ink(in->role),
			    line_text(v));
}

/* What is not used first: it is what people ask about. */
static void
render_inputs(struct view *v)
{
	sift_buf_clear(&v->line);
	sift_words_ledger(&v->line, v->doc);
	sift_page_heading(&v->page, "FILES", line_text(v));
	for (size_t r = 0; r < SIFT_ROLE_COUNT; r++)
		for (size_t i = 0; i < v->doc->input_count; i++)
			if (v->doc->inputs[i].role == sift_roles_by_weight[r])
				render_input(v, &v->doc->inputs[i]);
}

/* ---- names that stand for others ---- */

static int
compare_named(const void *left, const void *right)
{
	const struct sift_series *a = *(const struct sift_series *const *)left;
	const struct sift_series *b = *(const struct sift_series *const *)right;
	int order = strcmp(a->name, b->name);

	if (!order)
		order = strcmp(a->method ? a->method : "",
			       b->method ? b->method : "");
	return order ? order : strcmp(a->example, b->example);
}

static void
render_name(struct view *v, const struct sift_series *e)
{
	sift_buf_clear(&v->line);
	if (e->method)
		sift_buf_printf(&v->line, "%s ", e->method);
	sift_buf_printf(&v->line, "%s, as %s", e->name, e->example);
	sift_page_paragraph(&v->page, 4, "  ", SIFT_INK_PLAIN, line_text(v));
}

/* One line each: that of the first of its examples. */
static void
render_sorted_names(struct view *v, const struct sift_series **all,
		    size_t count)
{
	size_t shown = 0, names = 0;

	qsort(all, count, sizeof(struct sift_series *), compare_named);
	for (size_t i = 0; i < count; i++) {
		if (i && !strcmp(all[i]->name, all[i - 1]->name) &&
		    !strcmp(all[i]->method ? all[i]->method : "",
			    all[i - 1]->method ? all[i - 1]->method : ""))
			continue;
		names++;
		if (shown < NAMES_SHOWN) {
			render_name(v, all[i]);
			shown++;
		}
	}
	if (names > shown) {
		sift_buf_clear(&v->line);
		sift_buf_printf(&v->line, "and %zu more", names - shown);
		sift_page_paragraph(&v->page, 4, "  ", SIFT_INK_DIM,
				    line_text(v));
	}
}

/* With `out` NULL, how many there are. */
static size_t
collect_names(const struct sift_document *doc, const struct sift_series **out)
{
	size_t count = 0;

	for (size_t i = 0; i < doc->run_count; i++)
		for (size_t k = 0; k < doc->runs[i].endpoint_count; k++) {
			const struct sift_series *e =
				&doc->runs[i].endpoints[k];

			if (e->example && out)
				out[count] = e;
			count += e->example != NULL;
		}
	return count;
}

static enum sift_status
render_names(struct view *v)
{
	size_t count = collect_names(v->doc, NULL);
	const struct sift_series **all;

	if (!count)
		return SIFT_OK;
	all = sift_calloc(count, sizeof(struct sift_series *));
	if (!all)
		return SIFT_E_NOMEM;
	collect_names(v->doc, all);
	sift_page_heading(&v->page, "NAMES",
			  "what stands for several, with one of them");
	render_sorted_names(v, all, count);
	sift_free(all);
	return SIFT_OK;
}

static void
render_parameters(struct view *v)
{
	bool begun = false;

	for (size_t i = 0; i < v->doc->parameter_count; i++) {
		const struct sift_parameter *p = &v->doc->parameters[i];

		if (!p->value)
			continue;
		if (!begun)
			sift_page_heading(&v->page, "PARAMETERS", NULL);
		begun = true;
		sift_buf_clear(&v->line);
		sift_buf_printf(&v->line, "%s = %s", p->name, p->value);
		sift_page_paragraph(&v->page, 4, "  ", SIFT_INK_PLAIN,
				    line_text(v));
	}
}

enum sift_status
sift_render_inspect(const struct sift_document *doc,
		    const struct sift_style *style, unsigned threads,
		    struct sift_buf *out, struct sift_err *err)
{
	struct view v = {.doc = doc};
	enum sift_status rc;

	(void)threads;
	sift_page_init(&v.page, style, out);
	sift_buf_init(&v.line, 0);
	sift_words_summary(&v.line, doc);
	sift_page_paragraph(&v.page, 0, "", SIFT_INK_PLAIN, line_text(&v));
	if (doc->warning)
		sift_page_paragraph(&v.page, 2, "!", SIFT_INK_YELLOW,
				    doc->warning);
	for (size_t i = 0; i < doc->set_count; i++)
		render_set(&v, &doc->sets[i]);
	for (size_t i = 0; i < doc->sweep_count; i++)
		render_sweep(&v, &doc->sweeps[i]);
	rc = render_names(&v);
	render_inputs(&v);
	render_parameters(&v);
	sift_buf_release(&v.line);
	if (rc)
		return sift_fail(err, rc, "no memory for a report");
	return sift_report_status(out, err);
}
