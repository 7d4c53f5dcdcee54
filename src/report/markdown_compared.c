/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <math.h>

#include "report/compared.h"
#include "report/markdown.h"
#include "report/wording.h"

#define ENDPOINTS_SHOWN 100 /* of a comparison */

struct view {
	const struct sift_document *doc;
	const struct sift_comparison *c;
	struct sift_top top; /* its endpoints that are shown */
	struct sift_buf *out;
	struct sift_buf line;
	bool is_described; /* all of it: the summary says why */
};

static const enum sift_compared tested[] = {
	SIFT_COMPARED_P50, SIFT_COMPARED_P95, SIFT_COMPARED_ERROR_RATE};

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static const struct sift_compared_endpoint *
endpoint_at(const struct view *v, size_t i)
{
	return &v->c->endpoints[v->top.rows[i].item];
}

static const char *
line_text(struct view *v)
{
	return sift_words_text(&v->line, v->out);
}

static const char *
figure_name(enum sift_compared metric)
{
	return metric == SIFT_COMPARED_ERROR_RATE ? "error rate"
						  : sift_compared_name(metric);
}

static bool
rises(const struct sift_figure_change *change)
{
	return change->shift > 0;
}

/* "- `GET list` p50: 185.50 → 145.20 (-21.73%): clear; …" */
static void
add_item(struct view *v, const struct sift_compared_endpoint *e,
	 enum sift_compared metric, const char *word)
{
	const struct sift_figure_change *change = &e->changes[metric];

	sift_buf_add_str(v->out, "- ");
	sift_buf_clear(&v->line);
	sift_words_compared(&v->line, e);
	sift_md_code(v->out, line_text(v));
	sift_buf_printf(v->out, " %s: ", figure_name(metric));
	sift_buf_clear(&v->line);
	sift_words_change(&v->line, metric, change);
	sift_buf_add_str(v->out, line_text(v));
	sift_buf_printf(v->out, "%s; ", word);
	sift_md_text(v->out, change->reason);
	sift_buf_add_byte(v->out, '\n');
}

/* Sure ones and likely ones of one direction, under one heading. */
static void
show_direction(struct view *v, const char *title, const char *verdict, bool up)
{
	bool begun = false;

	for (size_t k = 0; k < COUNT(tested); k++) {
		for (size_t i = 0; i < v->top.count; i++) {
			const struct sift_compared_endpoint *e =
				endpoint_at(v, i);
			const struct sift_figure_change *change =
				&e->changes[tested[k]];
			bool sure = sift_change_is(change, verdict);
			bool likely = sift_change_is(change, "likely") &&
				      rises(change) == up;

			if (!sure && !likely)
				continue;
			if (!begun) {
				sift_md_heading(v->out, 4, title);
				begun = true;
			}
			add_item(v, e, tested[k], likely ? " (likely)" : "");
		}
	}
}

static void
add_numbers(struct view *v, enum sift_compared metric,
	    const struct sift_figure_change *change)
{
	sift_md_cell_begin(v->out);
	sift_buf_clear(&v->line);
	if (change->verdict)
		sift_words_change(&v->line, metric, change);
	else
		sift_buf_add_str(&v->line, "-");
	sift_buf_add_str(v->out, line_text(v));
	sift_md_cell_end(v->out);
}

static void
add_row(struct view *v, const struct sift_compared_endpoint *e)
{
	sift_md_row_begin(v->out);
	sift_buf_clear(&v->line);
	sift_words_compared(&v->line, e);
	sift_md_code_cell(v->out, line_text(v));
	for (size_t k = 0; k < COUNT(tested); k++) {
		const struct sift_figure_change *change =
			&e->changes[tested[k]];

		add_numbers(v, tested[k], change);
		sift_md_cell(v->out, change->verdict ? change->verdict : "-");
	}
	add_numbers(v, SIFT_COMPARED_MEAN, &e->changes[SIFT_COMPARED_MEAN]);
	add_numbers(v, SIFT_COMPARED_P99, &e->changes[SIFT_COMPARED_P99]);
	add_numbers(v, SIFT_COMPARED_RPS, &e->changes[SIFT_COMPARED_RPS]);
	sift_md_row_end(v->out);
}

static void
show_table(struct view *v)
{
	static const char *const titles[] = {
		"Endpoint", ">p50 ms", "Verdict",  ">p95 ms", "Verdict",
		">Errors",  "Verdict", ">Mean ms", ">p99 ms", ">rps"};

	sift_buf_add_byte(v->out, '\n');
	sift_md_table(v->out, titles, COUNT(titles));
	for (size_t i = 0; i < v->top.count; i++)
		add_row(v, endpoint_at(v, i));
	if (v->top.all > v->top.count)
		sift_buf_printf(v->out,
				"\n%zu more endpoints in the JSON report.\n",
				v->top.all - v->top.count);
}

/* "-26.6 (-31.7 to -21.2)"; how sure, where that is not 19 times of 20. */
static void
add_estimate(struct view *v, enum sift_compared metric,
	     const struct sift_figure_change *change)
{
	sift_md_cell_begin(v->out);
	if (!change->verdict || isnan(change->shift)) {
		sift_buf_add_str(v->out, "-");
	} else {
		sift_buf_clear(&v->line);
		sift_words_estimate(&v->line, metric, change);
		sift_buf_add_str(v->out, line_text(v));
	}
	sift_md_cell_end(v->out);
}

/* What can be claimed, of all that was compared. */
static void
show_estimates(struct view *v)
{
	static const char *const titles[] = {"Weighed over all runs",
					     ">p50 %",
					     ">p95 %",
					     ">Errors, points",
					     ">Mean %",
					     ">p99 %",
					     ">rps %"};
	static const enum sift_compared shown[] = {
		SIFT_COMPARED_P50,  SIFT_COMPARED_P95, SIFT_COMPARED_ERROR_RATE,
		SIFT_COMPARED_MEAN, SIFT_COMPARED_P99, SIFT_COMPARED_RPS};

	sift_buf_add_str(v->out,
			 "\nChanges weighed over all runs (of p50 and p95 "
			 "the weaker of two estimates); in brackets where the "
			 "true change is, 19 times of 20 or as often as "
			 "written.\n\n");
	sift_md_table(v->out, titles, COUNT(titles));
	for (size_t i = 0; i < v->top.count; i++) {
		const struct sift_compared_endpoint *e = endpoint_at(v, i);

		sift_md_row_begin(v->out);
		sift_buf_clear(&v->line);
		sift_words_compared(&v->line, e);
		sift_md_code_cell(v->out, line_text(v));
		for (size_t k = 0; k < COUNT(shown); k++)
			add_estimate(v, shown[k], &e->changes[shown[k]]);
		sift_md_row_end(v->out);
	}
}

/* Is nothing tested, on any endpoint? */
static bool
is_all_described(const struct sift_comparison *c)
{
	for (size_t i = 0; i < c->endpoint_count; i++) {
		for (size_t k = 0; k < COUNT(tested); k++) {
			const struct sift_figure_change *change =
				&c->endpoints[i].changes[tested[k]];

			if (change->verdict &&
			    !sift_change_is(change, "described"))
				return false;
		}
	}
	return true;
}

/* Verdicts whose reasons are worth a row: changes have theirs above. */
static bool
is_unsettled(const struct view *v, const struct sift_figure_change *change)
{
	static const char *const verdicts[] = {"unstable", "inconclusive",
					       "suspicious", "tiny"};

	for (size_t i = 0; i < COUNT(verdicts); i++)
		if (sift_change_is(change, verdicts[i]))
			return true;
	return sift_change_is(change, "described") && !v->is_described;
}

/* What is neither a change nor surely none, and why. */
static void
show_reasons(struct view *v)
{
	static const char *const titles[] = {"Not settled", "Figure", "Verdict",
					     "Because"};
	bool begun = false;
	for (size_t i = 0; i < v->top.count; i++) {
		const struct sift_compared_endpoint *e = endpoint_at(v, i);

		for (size_t k = 0; k < COUNT(tested); k++) {
			const struct sift_figure_change *change =
				&e->changes[tested[k]];

			if (!is_unsettled(v, change))
				continue;
			if (!begun) {
				sift_buf_add_byte(v->out, '\n');
				sift_md_table(v->out, titles, COUNT(titles));
			}
			begun = true;
			sift_md_row_begin(v->out);
			sift_buf_clear(&v->line);
			sift_words_compared(&v->line, e);
			sift_md_code_cell(v->out, line_text(v));
			sift_md_cell(v->out, figure_name(tested[k]));
			sift_md_cell(v->out, change->verdict);
			sift_md_cell(v->out, change->reason);
			sift_md_row_end(v->out);
		}
	}
}

static void
name_endpoints(struct view *v, const char *what,
	       const struct sift_action_endpoint *list, size_t count)
{
	if (count == 0)
		return;
	sift_buf_printf(v->out, "\n%s: ", what);
	for (size_t i = 0; i < count && i < ENDPOINTS_SHOWN; i++) {
		sift_buf_add_str(v->out, i ? ", " : "");
		sift_buf_clear(&v->line);
		sift_words_endpoint(&v->line, list[i].method, list[i].name);
		sift_md_code(v->out, line_text(v));
	}
	if (count > ENDPOINTS_SHOWN)
		sift_buf_printf(v->out, " and %zu more",
				count - ENDPOINTS_SHOWN);
	sift_buf_add_byte(v->out, '\n');
}

static void
tell_new_failures(struct view *v)
{
	const struct sift_comparison *c = v->c;
	size_t count = c->new_failure_count;

	if (count > 0)
		sift_buf_add_str(v->out, "\nFailures not seen before:\n\n");
	for (size_t i = 0; i < count && i < ENDPOINTS_SHOWN; i++) {
		sift_buf_add_str(v->out, "- ");
		sift_buf_clear(&v->line);
		sift_words_new_failure(&v->line, &c->new_failures[i]);
		sift_md_text(v->out, line_text(v));
		sift_buf_add_byte(v->out, '\n');
	}
	if (count > ENDPOINTS_SHOWN)
		sift_buf_printf(v->out, "- and %zu more\n",
				count - ENDPOINTS_SHOWN);
}

static void
show(struct view *v)
{
	const struct sift_comparison *c = v->c;

	sift_buf_clear(&v->line);
	sift_buf_printf(&v->line, "%s → %s", v->doc->sets[c->before].label,
			v->doc->sets[c->after].label);
	sift_md_heading(v->out, 3, line_text(v));
	for (size_t i = 0; i < c->mismatch_count; i++) {
		sift_buf_add_str(v->out, "- Mismatch: ");
		sift_md_text(v->out, c->mismatches[i]);
		sift_buf_add_byte(v->out, '\n');
	}
	sift_buf_printf(v->out, "%s**Net change:** %s. ",
			c->mismatch_count ? "\n" : "",
			c->net_change ? c->net_change : "not comparable");
	sift_md_text(v->out, c->summary);
	sift_buf_add_str(v->out, ".\n");
	for (size_t i = 0; i < c->doubt_count; i++) {
		sift_buf_clear(&v->line);
		sift_words_doubt(&v->line, v->doc, &c->doubts[i]);
		sift_buf_add_str(v->out, i ? "- Doubt: " : "\n- Doubt: ");
		sift_md_text(v->out, line_text(v));
		sift_buf_add_byte(v->out, '\n');
	}
	name_endpoints(v, "Endpoints added", c->added, c->added_count);
	name_endpoints(v, "Endpoints removed", c->removed, c->removed_count);
	if (c->global_shift)
		name_endpoints(v, "Moved together", c->global_shift->together,
			       c->global_shift->endpoints);
	tell_new_failures(v);
	if (c->is_comparable || c->is_forced) {
		show_direction(v, "Improvements ✓", "improved", false);
		show_direction(v, "Regressions ✗", "regressed", true);
		v->is_described = is_all_described(c);
		show_table(v);
		if (!v->is_described)
			show_estimates(v);
		show_reasons(v);
	}
	for (size_t i = 0; i < c->advice_count; i++) {
		sift_buf_add_str(v->out, i ? "- " : "\nAdvice:\n\n- ");
		sift_md_text(v->out, c->advice[i]);
		sift_buf_add_byte(v->out, '\n');
	}
}

void
sift_md_comparisons(struct sift_buf *out, const struct sift_document *doc)
{
	struct view v = {.doc = doc, .out = out};

	if (doc->comparison_count == 0)
		return;
	sift_md_heading(out, 2, "Comparison with Baseline");
	sift_md_trends(out, doc);
	sift_buf_init(&v.line, 0);
	for (size_t i = 0; i < doc->comparison_count; i++) {
		v.c = &doc->comparisons[i];
		sift_top_compared(&v.top, v.c, ENDPOINTS_SHOWN);
		show(&v);
	}
	sift_buf_release(&v.line);
}
