/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Several sets against one baseline, side by side: p50 of each endpoint, with
 * an arrow where the comparison calls it changed. Sets are in the order of
 * their labels, which is that of their numbers and dates.
 */

#include <config.h>

#include <stdio.h>
#include <string.h>

#include "report/compared.h"
#include "report/markdown.h"
#include "report/wording.h"

#define SETS_MAX 8 /* beside the endpoint and the baseline */

/* Comparisons that follow each other and share their baseline. */
struct trend {
	const struct sift_document *doc;
	const struct sift_comparison *first;
	size_t count;
};

static bool
are_equal(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

/* The same endpoints, row by row? */
static bool
are_alike(const struct sift_comparison *a, const struct sift_comparison *b)
{
	if (a->before != b->before || a->endpoint_count != b->endpoint_count)
		return false;
	for (size_t i = 0; i < a->endpoint_count; i++)
		if (!are_equal(a->endpoints[i].name, b->endpoints[i].name) ||
		    !are_equal(a->endpoints[i].method, b->endpoints[i].method))
			return false;
	return true;
}

/* The next such group from *at on; false after the last. */
static bool
next_trend(const struct sift_document *doc, size_t *at, struct trend *out)
{
	while (*at < doc->comparison_count) {
		const struct sift_comparison *first = &doc->comparisons[*at];
		size_t n = 0;

		while (*at + n < doc->comparison_count && n < SETS_MAX &&
		       are_alike(first, &first[n]))
			n++;
		*at += n;
		*out = (struct trend){doc, first, n};
		if (n > 1 && first->endpoint_count > 0)
			return true;
	}
	return false;
}

static const struct sift_figure_change *
change_of(const struct trend *t, size_t set, size_t endpoint)
{
	return &t->first[set].endpoints[endpoint].changes[SIFT_COMPARED_P50];
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

static void
show(const struct trend *t, struct sift_buf *out, struct sift_buf *line)
{
	const char *titles[SETS_MAX + 2] = {"Endpoint"};
	char words[SIFT_WORDS_MAX];

	titles[1] = t->doc->sets[t->first->before].label;
	for (size_t k = 0; k < t->count; k++)
		titles[k + 2] = t->doc->sets[t->first[k].after].label;
	sift_md_heading(out, 3, "Trend of p50, ms");
	sift_md_table(out, titles, t->count + 2);
	for (size_t i = 0; i < t->first->endpoint_count; i++) {
		sift_md_row_begin(out);
		sift_buf_clear(line);
		sift_words_compared(line, &t->first->endpoints[i]);
		sift_md_code_cell(out, sift_words_text(line, out));
		sift_md_cell(out,
			     sift_words_side(change_of(t, 0, i), false, words));
		for (size_t k = 0; k < t->count; k++)
			sift_md_cell(out, cell(change_of(t, k, i), words));
		sift_md_row_end(out);
	}
	sift_buf_add_str(out, "\n↑ regressed, ↓ improved, in brackets likely; "
			      "each against the baseline.\n");
}

void
sift_md_trends(struct sift_buf *out, const struct sift_document *doc)
{
	struct sift_buf line;
	struct trend t;
	size_t at = 0;

	sift_buf_init(&line, 0);
	while (next_trend(doc, &at, &t))
		show(&t, out, &line);
	sift_buf_release(&line);
}
