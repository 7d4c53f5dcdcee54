/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * `loadsift noise`: how far the runs of each set differ by themselves, and
 * the smallest change that 3, 5 or 10 runs a side would show.
 */

#include <config.h>

#include <math.h>
#include <stdio.h>

#include "report/page.h"
#include "report/report.h"
#include "report/wording.h"

struct view {
	const struct sift_document *doc;
	struct sift_page page;
	struct sift_buf line;
	struct sift_err *err;
};

static const unsigned designs[SIFT_NOISE_DESIGNS] = SIFT_NOISE_RUNS;

static const struct sift_table_column columns[] = {
	{"endpoint", false, 0}, {"p50 ms", true, 0}, {"noise", true, 0},
	{"3 runs", true, 0},	{"5 runs", true, 0}, {"10 runs", true, 3},
	{"p95 ms", true, 0},	{"noise", true, 0},  {"3 runs", true, 0},
	{"5 runs", true, 2},	{"10 runs", true, 4}};

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static const char *
line_text(struct view *v)
{
	return sift_words_text(&v->line, v->page.out);
}

/* "4.2%", "12%"; unknown is "-". */
static const char *
share(double value, char out[SIFT_WORDS_MAX])
{
	if (isnan(value))
		return "-";
	if (value > 1)
		return ">100%";
	snprintf(out, SIFT_WORDS_MAX, "%.*f%%", value < 0.0995 ? 1 : 0,
		 100 * value);
	return out;
}

static void
add_floor(struct sift_text_table *table, const struct sift_set_result *r,
	  enum sift_stat stat, const struct sift_noise_floor *noise)
{
	char words[SIFT_WORDS_MAX];

	sift_text_table_add(table,
			    sift_words_percentile(r->latency[stat].median, stat,
						  r->requests.median, words));
	sift_text_table_add(table, share(noise->between, words));
	for (size_t k = 0; k < SIFT_NOISE_DESIGNS; k++)
		sift_text_table_add(table, share(noise->shows[k], words));
}

/* What more of it needs: longer runs or more of them. */
static void
show_advice(struct view *v, const struct sift_set *set)
{
	size_t longer = 0, known = 0;

	for (size_t i = 0; i < set->endpoint_count; i++) {
		const struct sift_endpoint_noise *noise =
			set->endpoints[i].noise;

		known += isnan(noise->p50.between) ? 0 : 1;
		longer += noise->p50.wants_longer != 0;
	}
	if (known == 0)
		return;
	sift_buf_clear(&v->line);
	if (2 * longer > known)
		sift_buf_printf(&v->line,
				"longer runs would help most: at %zu of %zu "
				"endpoints a run is as uncertain of its own "
				"p50 as runs differ",
				longer, known);
	else
		sift_buf_printf(&v->line,
				"more runs would help most: at %zu of %zu "
				"endpoints runs differ by more than each is "
				"uncertain of its own p50",
				known - longer, known);
	sift_page_paragraph(&v->page, 10, "  advice", SIFT_INK_CYAN,
			    line_text(v));
}

static enum sift_status
show_set(struct view *v, const struct sift_set *set)
{
	struct sift_text_table table;
	enum sift_status rc;

	sift_buf_clear(&v->line);
	sift_words_plural(&v->line, set->run_count, "run");
	sift_page_heading(&v->page, set->label, line_text(v));
	sift_page_paragraph(&v->page, 2, "", SIFT_INK_PLAIN,
			    set->noise_summary
				    ? set->noise_summary
				    : "not judged: ask with loadsift noise");
	if (set->endpoint_count == 0 || !set->endpoints[0].noise)
		return SIFT_OK;
	sift_text_table_init(&table, columns, COUNT(columns));
	for (size_t i = 0; i < set->endpoint_count; i++) {
		const struct sift_set_endpoint *e = &set->endpoints[i];

		sift_buf_clear(&v->line);
		sift_words_endpoint(&v->line, e->method, e->name);
		sift_buf_add_str(&v->line, sift_words_kind(e->kind));
		sift_text_table_add(&table, line_text(v));
		add_floor(&table, &e->result, SIFT_STAT_P50, &e->noise->p50);
		add_floor(&table, &e->result, SIFT_STAT_P95, &e->noise->p95);
	}
	rc = sift_text_table_print(&table, &v->page, v->err);
	if (!rc)
		show_advice(v, set);
	return rc;
}

enum sift_status
sift_render_noise(const struct sift_document *doc,
		  const struct sift_style *style, unsigned threads,
		  struct sift_buf *out, struct sift_err *err)
{
	struct view v = {.doc = doc, .err = err};
	enum sift_status rc = SIFT_OK;

	(void)threads;
	sift_page_init(&v.page, style, out);
	sift_buf_init(&v.line, 0);
	sift_words_summary(&v.line, doc);
	sift_page_paragraph(&v.page, 0, "", SIFT_INK_PLAIN, line_text(&v));
	for (size_t i = 0; i < doc->set_count && !rc; i++)
		rc = show_set(&v, &doc->sets[i]);
	sift_buf_clear(&v.line);
	sift_buf_printf(&v.line,
			"noise: how far runs of the same thing differ "
			"(standard deviation). %u, %u, %u runs: the smallest "
			"change that so many runs a side show in four of five "
			"cases, as far as it matters",
			designs[0], designs[1], designs[2]);
	sift_page_heading(&v.page, "HOW TO READ IT", NULL);
	sift_page_paragraph(&v.page, 2, "", SIFT_INK_PLAIN, line_text(&v));
	sift_buf_release(&v.line);
	return rc ? rc : sift_report_status(out, err);
}
