/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Several sets against one baseline, side by side: p50 of each endpoint, with
 * an arrow where the comparison calls it changed. Sets are in the order of
 * their labels, which is that of their numbers and dates. Levels of a sweep
 * are no versions; they have a table of their own.
 */

#include <config.h>

#include <stdio.h>

#include "base/text.h"
#include "report/compared.h"
#include "report/markdown.h"
#include "report/wording.h"

#define SETS_MAX 8 /* beside the endpoint and the baseline */
#define ROWS_SHOWN 50

#define LEGEND "↑ regressed, ↓ improved, in brackets likely; each against the "

/* Comparisons with one baseline and of the same endpoints. */
struct trend {
	const struct sift_document *doc;
	const struct sift_comparison *of[SETS_MAX];
	size_t count;
};

/* A version of the baseline, compared with it, at the same level. */
static bool
is_version(const struct sift_document *doc, const struct sift_comparison *c)
{
	return (c->is_comparable || c->is_forced) && c->endpoint_count > 0 &&
	       sift_text_same(doc->sets[c->before].load,
			      doc->sets[c->after].load);
}

/* The same endpoints, row by row? */
static bool
are_alike(const struct sift_comparison *a, const struct sift_comparison *b)
{
	if (a->endpoint_count != b->endpoint_count)
		return false;
	for (size_t i = 0; i < a->endpoint_count; i++)
		if (!sift_text_same(a->endpoints[i].name,
				    b->endpoints[i].name) ||
		    !sift_text_same(a->endpoints[i].method,
				    b->endpoints[i].method))
			return false;
	return true;
}

/* The next such group from *at on; false after the last. */
static bool
next_trend(const struct sift_document *doc, size_t *at, struct trend *out)
{
	out->doc = doc;
	while (*at < doc->comparison_count) {
		size_t before = doc->comparisons[*at].before;

		for (out->count = 0; *at < doc->comparison_count; ++*at) {
			const struct sift_comparison *c =
				&doc->comparisons[*at];

			if (c->before != before || out->count == SETS_MAX)
				break;
			if (is_version(doc, c) &&
			    (out->count == 0 || are_alike(out->of[0], c)))
				out->of[out->count++] = c;
		}
		if (out->count > 1)
			return true;
	}
	return false;
}

static const struct sift_figure_change *
change_of(const struct trend *t, size_t set, size_t endpoint)
{
	return &t->of[set]->endpoints[endpoint].changes[SIFT_COMPARED_P50];
}

static const struct sift_set *
baseline_of(const struct trend *t)
{
	return &t->doc->sets[t->of[0]->before];
}

static const struct sift_set *
set_of(const struct trend *t, size_t set)
{
	return &t->doc->sets[t->of[set]->after];
}

/* For people; JSON has all. */
static size_t
rows_shown(const struct trend *t)
{
	size_t all = t->of[0]->endpoint_count;

	return all < ROWS_SHOWN ? all : ROWS_SHOWN;
}

/* "145", with an arrow where it changed. */
static const char *
cell(const struct sift_figure_change *change, char out[SIFT_WORDS_MAX])
{
	char ms[SIFT_WORDS_MAX];
	const char *arrow = "";

	if (sift_change_is(change, "regressed"))
		arrow = " ↑";
	else if (sift_change_is(change, "improved"))
		arrow = " ↓";
	else if (sift_change_is(change, "likely"))
		arrow = change->shift > 0 ? " (↑)" : " (↓)";
	snprintf(out, SIFT_WORDS_MAX, "%.40s%s",
		 sift_words_side(change, true, ms), arrow);
	return out;
}

/* ---- Markdown ---- */

static void
md_trend(const struct trend *t, struct sift_buf *out, struct sift_buf *line)
{
	const char *titles[SETS_MAX + 2] = {"Endpoint", baseline_of(t)->label};
	char words[SIFT_WORDS_MAX];

	for (size_t k = 0; k < t->count; k++)
		titles[k + 2] = set_of(t, k)->label;
	sift_md_heading(out, 3, "Trend of p50, ms");
	sift_md_table(out, titles, t->count + 2);
	for (size_t i = 0; i < rows_shown(t); i++) {
		sift_md_row_begin(out);
		sift_buf_clear(line);
		sift_words_compared(line, &t->of[0]->endpoints[i]);
		sift_md_code_cell(out, sift_words_text(line, out));
		sift_md_cell(out,
			     sift_words_side(change_of(t, 0, i), false, words));
		for (size_t k = 0; k < t->count; k++)
			sift_md_cell(out, cell(change_of(t, k, i), words));
		sift_md_row_end(out);
	}
	sift_buf_add_str(out, "\n" LEGEND "baseline.\n");
}

void
sift_md_trends(struct sift_buf *out, const struct sift_document *doc)
{
	struct sift_buf line;
	struct trend t;
	size_t at = 0;

	sift_buf_init(&line, 0);
	while (next_trend(doc, &at, &t))
		md_trend(&t, out, &line);
	sift_buf_release(&line);
}

/* ---- text ---- */

static enum sift_status
text_trend(const struct trend *t, struct sift_page *page, struct sift_buf *line,
	   struct sift_err *err)
{
	struct sift_table_column columns[SETS_MAX + 2] = {
		{"endpoint", false, 0}, {baseline_of(t)->label, true, 0}};
	struct sift_text_table table;
	char words[SIFT_WORDS_MAX];

	/* On a narrow page the newest stay. */
	for (size_t k = 0; k < t->count; k++)
		columns[k + 2] = (struct sift_table_column){
			set_of(t, k)->label, true, (unsigned)(t->count - k)};
	sift_page_heading(page, "TREND OF P50, MS", LEGEND "first");
	sift_text_table_init(&table, columns, t->count + 2);
	for (size_t i = 0; i < rows_shown(t); i++) {
		sift_buf_clear(line);
		sift_words_compared(line, &t->of[0]->endpoints[i]);
		sift_text_table_add(&table, sift_words_text(line, page->out));
		sift_text_table_add(&table, sift_words_side(change_of(t, 0, i),
							    false, words));
		for (size_t k = 0; k < t->count; k++)
			sift_text_table_add(&table,
					    cell(change_of(t, k, i), words));
	}
	return sift_text_table_print(&table, page, err);
}

enum sift_status
sift_text_trends(struct sift_page *page, const struct sift_document *doc,
		 struct sift_err *err)
{
	enum sift_status rc = SIFT_OK;
	struct sift_buf line;
	struct trend t;
	size_t at = 0;

	sift_buf_init(&line, 0);
	while (!rc && next_trend(doc, &at, &t))
		rc = text_trend(&t, page, &line, err);
	sift_buf_release(&line);
	return rc;
}

/* ---- JSON ---- */

static void
json_endpoint(struct sift_json *json, const struct trend *t, size_t i)
{
	const struct sift_compared_endpoint *e = &t->of[0]->endpoints[i];

	sift_json_object_begin(json, NULL);
	sift_json_text(json, "method", e->method);
	sift_json_text(json, "name", e->name);
	sift_json_text(json, "kind", sift_kind_name(e->kind));
	sift_json_row_begin(json, "p50_ms");
	sift_json_number(json, NULL, change_of(t, 0, i)->before);
	for (size_t k = 0; k < t->count; k++)
		sift_json_number(json, NULL, change_of(t, k, i)->after);
	sift_json_row_end(json);
	sift_json_row_begin(json, "verdicts");
	sift_json_null(json, NULL);
	for (size_t k = 0; k < t->count; k++)
		sift_json_text(json, NULL, change_of(t, k, i)->verdict);
	sift_json_row_end(json);
	sift_json_object_end(json);
}

void
sift_json_trends(struct sift_json *json, const struct sift_document *doc)
{
	struct trend t;
	size_t at = 0;

	sift_json_list_begin(json, "trends");
	while (next_trend(doc, &at, &t)) {
		sift_json_object_begin(json, NULL);
		sift_json_row_begin(json, "sets");
		sift_json_text(json, NULL, baseline_of(&t)->id);
		for (size_t k = 0; k < t.count; k++)
			sift_json_text(json, NULL, set_of(&t, k)->id);
		sift_json_row_end(json);
		sift_json_list_begin(json, "endpoints");
		for (size_t i = 0; i < t.of[0]->endpoint_count; i++)
			json_endpoint(json, &t, i);
		sift_json_list_end(json);
		sift_json_object_end(json);
	}
	sift_json_list_end(json);
}
