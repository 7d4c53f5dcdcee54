/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "report/service_tables.h"

#include <math.h>

#include "report/markdown.h"
#include "report/survey.h"
#include "report/wording.h"

#define SHOWN_TEXT 15
#define SHOWN_MARKDOWN 50

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

void
sift_json_services(struct sift_json *json, const struct sift_run *run)
{
	sift_json_list_begin(json, "services");
	for (size_t i = 0; i < run->service_count; i++) {
		const struct sift_service_series *s = &run->services[i];

		sift_json_object_begin(json, NULL);
		sift_json_text(json, "service", s->service);
		sift_json_text(json, "metric", s->metric);
		sift_json_text(json, "labels", s->labels);
		sift_json_text(json, "unit", s->unit);
		sift_json_number(json, "count", s->count);
		sift_json_number(json, "mean", s->mean);
		sift_json_number(json, "p50", s->p50);
		sift_json_number(json, "p90", s->p90);
		sift_json_number(json, "p95", s->p95);
		sift_json_number(json, "p99", s->p99);
		sift_json_bool(json, "above_buckets", s->above != 0);
		sift_json_bool(json, "since_start", s->since_start != 0);
		sift_json_object_end(json);
	}
	sift_json_list_end(json);
}

/* Those with times; what took longest first. Owner is the run. */
static void
find_slowest(struct sift_top *top, const struct sift_document *doc, size_t max)
{
	sift_top_init(top, max);
	for (size_t i = 0; i < doc->run_count; i++)
		for (size_t k = 0; k < doc->runs[i].service_count; k++) {
			const struct sift_service_series *s =
				&doc->runs[i].services[k];

			if (s->unit && !isnan(s->p50))
				sift_top_add(top, s->mean * s->count, i, k);
		}
}

static void
add_series_name(struct sift_buf *out, const struct sift_service_series *s)
{
	sift_buf_printf(out, "%s%s%s", s->metric, *s->labels ? " " : "",
			s->labels);
}

enum sift_status
sift_text_services(struct sift_page *page, const struct sift_document *doc,
		   struct sift_err *err)
{
	static const struct sift_table_column columns[] = {
		{"series", false, 0},  {"count", true, 2},
		{"mean ms", true, 4},  {"p50 ms", true, 3},
		{"p95 ms", true, 0},   {"p99 ms", true, 0},
		{"service", false, 1}, {"run", false, 5},
	};
	struct sift_text_table table;
	struct sift_buf name = {0};
	struct sift_top top;
	char words[SIFT_WORDS_MAX];

	find_slowest(&top, doc, SHOWN_TEXT);
	if (!top.all)
		return SIFT_OK;
	sift_page_heading(page, "SERVICES",
			  top.all > top.count
				  ? "what they measured themselves; the "
				    "slowest, all in the JSON report"
				  : "what they measured themselves");
	sift_text_table_init(&table, columns, COUNT(columns));
	for (size_t i = 0; i < top.count; i++) {
		const struct sift_run *run = &doc->runs[top.rows[i].owner];
		const struct sift_service_series *s =
			&run->services[top.rows[i].item];

		sift_buf_clear(&name);
		add_series_name(&name, s);
		sift_text_table_add(&table, name.ptr);
		sift_text_table_add(&table, sift_words_count(s->count, words));
		sift_text_table_add(&table, sift_words_ms(s->mean, words));
		sift_text_table_add(&table, sift_words_ms(s->p50, words));
		sift_text_table_add(&table, sift_words_ms(s->p95, words));
		sift_text_table_add(&table, sift_words_ms(s->p99, words));
		sift_text_table_add(&table, s->service);
		sift_text_table_add(&table, run->label);
	}
	sift_buf_release(&name);
	return sift_text_table_print(&table, page, err);
}

void
sift_md_services(struct sift_buf *out, const struct sift_document *doc)
{
	static const char *const titles[] = {"Run",	"Service",  "Series",
					     ">Count",	">Mean ms", ">p50 ms",
					     ">p95 ms", ">p99 ms"};
	struct sift_buf name = {0};
	struct sift_top top;
	char words[SIFT_WORDS_MAX];

	find_slowest(&top, doc, SHOWN_MARKDOWN);
	if (!top.all)
		return;
	sift_md_heading(out, 2, "Services");
	sift_md_prose(out, "What services measured themselves during the "
			   "runs, from saved copies of `/metrics`.");
	sift_buf_add_str(out, "\n\n");
	sift_md_table(out, titles, COUNT(titles));
	for (size_t i = 0; i < top.count; i++) {
		const struct sift_run *run = &doc->runs[top.rows[i].owner];
		const struct sift_service_series *s =
			&run->services[top.rows[i].item];

		sift_buf_clear(&name);
		add_series_name(&name, s);
		sift_md_row_begin(out);
		sift_md_cell(out, run->label);
		sift_md_cell(out, s->service);
		sift_md_code_cell(out, name.ptr);
		sift_md_cell(out, sift_words_count(s->count, words));
		sift_md_cell(out, sift_words_ms(s->mean, words));
		sift_md_cell(out, sift_words_ms(s->p50, words));
		sift_md_cell(out, sift_words_ms(s->p95, words));
		sift_md_cell(out, sift_words_ms(s->p99, words));
		sift_md_row_end(out);
	}
	sift_buf_release(&name);
	if (top.all > top.count)
		sift_md_textf(out, "\n%zu more in the JSON report.\n",
			      top.all - top.count);
}
