/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "report/compared.h"
#include "report/wording.h"

#define NAMES_SHOWN 10
#define ENDPOINTS_SHOWN 50

/* One comparison on its way to the page. */
struct view {
	const struct sift_document *doc;
	const struct sift_comparison *c;
	struct sift_top top; /* its endpoints that are shown */
	struct sift_page *page;
	struct sift_buf line;
};

/* In this order; what has none of these is said by a count. */
static const struct {
	const char *verdict;
	const char *lead;
	enum sift_ink ink;
} told[] = {
	{"regressed", "  REGRESSED", SIFT_INK_RED},
	{"suspicious", "  suspicious", SIFT_INK_YELLOW},
	{"improved", "  IMPROVED", SIFT_INK_GREEN},
	{"likely", "  likely", SIFT_INK_YELLOW},
	{"unstable", "  unstable", SIFT_INK_CYAN},
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
	return sift_words_text(&v->line, v->page->out);
}

static void
tell_change(struct view *v, const struct sift_compared_endpoint *e,
	    enum sift_compared metric, size_t row)
{
	const struct sift_figure_change *change = &e->changes[metric];

	sift_buf_clear(&v->line);
	sift_words_compared(&v->line, e);
	sift_buf_printf(&v->line, " %s: ",
			metric == SIFT_COMPARED_ERROR_RATE
				? "error rate"
				: sift_compared_name(metric));
	sift_words_change(&v->line, metric, change);
	if (metric != SIFT_COMPARED_ERROR_RATE)
		sift_buf_add_str(&v->line, " ms");
	sift_buf_printf(&v->line, ": %s", change->reason);
	sift_page_paragraph(v->page, 14, told[row].lead, told[row].ink,
			    line_text(v));
}

static void
tell_changes(struct view *v)
{
	for (size_t row = 0; row < COUNT(told); row++) {
		for (size_t k = 0; k < COUNT(tested); k++) {
			for (size_t i = 0; i < v->top.count; i++) {
				const struct sift_compared_endpoint *e =
					endpoint_at(v, i);

				if (sift_change_is(&e->changes[tested[k]],
						   told[row].verdict))
					tell_change(v, e, tested[k], row);
			}
		}
	}
}

/* "p50 of GET list (4), GET cart (7)"; whether there was any. */
static bool
add_open(struct view *v, enum sift_compared metric)
{
	size_t count = 0;

	for (size_t i = 0; i < v->top.count; i++) {
		const struct sift_compared_endpoint *e = endpoint_at(v, i);
		const struct sift_figure_change *change = &e->changes[metric];

		if (!sift_change_is(change, "inconclusive") ||
		    change->runs_needed < 0 || count++ >= NAMES_SHOWN)
			continue;
		if (count > 1)
			sift_buf_add_str(&v->line, ", ");
		else
			sift_buf_printf(&v->line, "%s%s of ",
					v->line.len ? "; " : "",
					sift_compared_name(metric));
		sift_words_compared(&v->line, e);
		sift_buf_printf(&v->line, " (%d)", (int)change->runs_needed);
	}
	if (count > NAMES_SHOWN)
		sift_buf_printf(&v->line, " and %zu more", count - NAMES_SHOWN);
	return count > 0;
}

/* Of what chance may explain: how many runs more would settle it. */
static void
tell_open(struct view *v)
{
	bool p50, p95;

	sift_buf_clear(&v->line);
	p50 = add_open(v, SIFT_COMPARED_P50);
	p95 = add_open(v, SIFT_COMPARED_P95);
	if (!p50 && !p95)
		return;
	sift_buf_add_str(&v->line, "; in brackets the further runs a side that "
				   "would settle it, if the figures stay");
	sift_page_paragraph(v->page, 14, "  open", SIFT_INK_CYAN, line_text(v));
}

static const struct sift_table_column columns[] = {
	{"endpoint", false, 0}, {"p50 ms", true, 3},  {"change", true, 0},
	{"p50", false, 0},	{"p95 ms", true, 4},  {"change", true, 1},
	{"p95", false, 0},	{"errors", false, 2},
};

static void
add_percent(struct sift_text_table *table, double change)
{
	char text[SIFT_WORDS_MAX];

	snprintf(text, sizeof(text), "%+.1f%%", 100 * change);
	sift_text_table_add(table, isnan(change) ? "-" : text);
}

static void
add_cells(struct sift_text_table *table, const struct sift_figure_change *c)
{
	char old[SIFT_WORDS_MAX], new[SIFT_WORDS_MAX];
	char both[2 * SIFT_WORDS_MAX + 8];

	snprintf(both, sizeof(both), "%s → %s", sift_words_side(c, false, old),
		 sift_words_side(c, true, new));
	sift_text_table_add(table, c->verdict ? both : "-");
	add_percent(table, c->change);
	sift_text_table_add(table, c->verdict ? c->verdict : "-");
}

static enum sift_status
show_table(struct view *v, struct sift_err *err)
{
	struct sift_text_table table;
	enum sift_status rc;

	sift_text_table_init(&table, columns, COUNT(columns));
	for (size_t i = 0; i < v->top.count; i++) {
		const struct sift_compared_endpoint *e = endpoint_at(v, i);
		const char *errors =
			e->changes[SIFT_COMPARED_ERROR_RATE].verdict;

		sift_buf_clear(&v->line);
		sift_words_compared(&v->line, e);
		if (e->is_control)
			sift_buf_add_str(&v->line, " (control)");
		sift_text_table_add(&table, line_text(v));
		add_cells(&table, &e->changes[SIFT_COMPARED_P50]);
		add_cells(&table, &e->changes[SIFT_COMPARED_P95]);
		sift_text_table_add(&table, errors ? errors : "-");
	}
	rc = sift_text_table_print(&table, v->page, err);
	if (v->top.all > v->top.count)
		sift_buf_printf(v->page->out,
				"  and %zu more endpoints in the JSON report\n",
				v->top.all - v->top.count);
	return rc;
}

static void
name_endpoints(struct view *v, const char *lead,
	       const struct sift_action_endpoint *list, size_t count)
{
	if (count == 0)
		return;
	sift_buf_clear(&v->line);
	for (size_t i = 0; i < count && i < NAMES_SHOWN; i++) {
		sift_buf_add_str(&v->line, i ? ", " : "");
		sift_words_endpoint(&v->line, list[i].method, list[i].name);
	}
	if (count > NAMES_SHOWN)
		sift_buf_printf(&v->line, " and %zu more", count - NAMES_SHOWN);
	sift_page_paragraph(v->page, 14, lead, SIFT_INK_BOLD, line_text(v));
}

static void
tell_new_failures(struct view *v)
{
	const struct sift_comparison *c = v->c;
	size_t count = c->new_failure_count;

	if (count == 0)
		return;
	sift_buf_clear(&v->line);
	for (size_t i = 0; i < count && i < NAMES_SHOWN; i++) {
		sift_buf_add_str(&v->line, i ? ", " : "");
		sift_words_new_failure(&v->line, &c->new_failures[i]);
	}
	if (count > NAMES_SHOWN)
		sift_buf_printf(&v->line, " and %zu more", count - NAMES_SHOWN);
	sift_page_paragraph(v->page, 14, "  new errors", SIFT_INK_RED,
			    line_text(v));
}

static enum sift_status
show(struct view *v, struct sift_err *err)
{
	const struct sift_comparison *c = v->c;
	enum sift_status rc = SIFT_OK;

	sift_buf_clear(&v->line);
	sift_buf_printf(&v->line, "%s → %s", v->doc->sets[c->before].label,
			v->doc->sets[c->after].label);
	sift_page_heading(v->page, "COMPARISON WITH BASELINE", line_text(v));
	for (size_t i = 0; i < c->mismatch_count; i++)
		sift_page_paragraph(v->page, 14, "  mismatch", SIFT_INK_YELLOW,
				    c->mismatches[i]);
	sift_page_paragraph(v->page, 14, "  Net change:", SIFT_INK_BOLD,
			    c->net_change ? c->net_change : "not comparable");
	sift_page_paragraph(v->page, 14, "", SIFT_INK_PLAIN, c->summary);
	for (size_t i = 0; i < c->doubt_count; i++) {
		sift_buf_clear(&v->line);
		sift_words_doubt(&v->line, v->doc, &c->doubts[i]);
		sift_page_paragraph(v->page, 14, "  doubt", SIFT_INK_YELLOW,
				    line_text(v));
	}
	name_endpoints(v, "  added", c->added, c->added_count);
	name_endpoints(v, "  removed", c->removed, c->removed_count);
	if (c->global_shift)
		name_endpoints(v, "  together", c->global_shift->together,
			       c->global_shift->endpoints);
	tell_new_failures(v);
	if (c->is_comparable || c->is_forced) {
		tell_changes(v);
		tell_open(v);
		rc = show_table(v, err);
	}
	for (size_t i = 0; i < c->advice_count; i++)
		sift_page_paragraph(v->page, 14, "  advice", SIFT_INK_CYAN,
				    c->advice[i]);
	return rc;
}

enum sift_status
sift_text_comparisons(struct sift_page *page, const struct sift_document *doc,
		      struct sift_err *err)
{
	struct view v = {.doc = doc, .page = page};
	enum sift_status rc = sift_text_trends(page, doc, err);

	sift_buf_init(&v.line, 0);
	for (size_t i = 0; i < doc->comparison_count && !rc; i++) {
		v.c = &doc->comparisons[i];
		sift_top_compared(&v.top, v.c, ENDPOINTS_SHOWN);
		rc = show(&v, err);
	}
	sift_buf_release(&v.line);
	return rc;
}
