/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The report that is pasted into a pull request or handed to an AI agent:
 * fuller than text but bounded, with the headings its readers know from the
 * published scripts (AI Optimization Guidance, Data-Driven Optimization
 * Recommendations, Request Performance Metrics, Error Metrics).
 */
#include <config.h>

#include <math.h>

#include "report/compared.h"
#include "report/load_levels.h"
#include "report/markdown.h"
#include "report/markdown_view.h"
#include "report/report.h"
#include "report/service_tables.h"
#include "report/survey.h"
#include "report/wording.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))
#define FAILURES_SHOWN 100 /* failure texts */
#define CHECKS_SHOWN 50
#define INPUTS_SHOWN 200 /* besides those not read whole */
#define NOTES_SHOWN 20	 /* of a set, of a run */

static void
endpoint_cell(struct sift_md_view *v, const char *method, const char *name,
	      enum sift_kind kind)
{
	sift_md_cell_begin(v->out);
	sift_md_endpoint(v, method, name);
	sift_md_text(v->out, sift_words_kind(kind));
	sift_md_cell_end(v->out);
}

/* Under a table that was cut. */
static void
say_more(struct sift_md_view *v, size_t more, const char *what)
{
	if (more > 0)
		sift_buf_printf(v->out, "\n%zu more %s in the JSON report.\n\n",
				more, what);
}

static void
bullet(struct sift_md_view *v, const char *label, const char *text)
{
	sift_buf_printf(v->out, "- **%s:** ", label);
	sift_md_text(v->out, text);
	sift_buf_add_byte(v->out, '\n');
}

/* ---- the top ---- */

static void
render_parameters(struct sift_md_view *v)
{
	bool begun = false;

	for (size_t i = 0; i < v->doc->parameter_count; i++) {
		const struct sift_parameter *p = &v->doc->parameters[i];

		if (!p->value)
			continue;
		sift_buf_add_str(v->out, begun ? ", " : "- **Parameters:** ");
		begun = true;
		sift_md_textf(v->out, "%s ", p->name);
		sift_md_code(v->out, p->value);
	}
	if (begun)
		sift_buf_add_byte(v->out, '\n');
}

static void
render_top(struct sift_md_view *v)
{
	sift_md_heading(v->out, 1, "Load test analysis");
	if (v->doc->plan.largest_payoff)
		bullet(v, "Largest payoff", v->doc->plan.largest_payoff);
	sift_buf_clear(&v->line);
	sift_words_severities(&v->line, v->doc);
	bullet(v, "Findings", sift_md_line(v));
	sift_buf_clear(&v->line);
	sift_words_summary(&v->line, v->doc);
	bullet(v, "Read", sift_md_line(v));
	sift_buf_clear(&v->line);
	sift_words_ledger(&v->line, v->doc);
	bullet(v, "Files", sift_md_line(v));
	if (v->doc->warning)
		bullet(v, "Without effect", v->doc->warning);
	render_parameters(v);
}

/* ---- figures ---- */

static void
percent_cell(struct sift_md_view *v, double share)
{
	char words[SIFT_WORDS_MAX];

	sift_md_cell(v->out, sift_words_percent(share, words));
}

static void
count_cell(struct sift_md_view *v, double count)
{
	char words[SIFT_WORDS_MAX];

	sift_md_cell(v->out, sift_words_count(count, words));
}

static void
rate_cell(struct sift_md_view *v, double rate)
{
	char words[SIFT_WORDS_MAX];

	sift_md_cell(v->out, sift_words_rate(rate, words));
}

static void
result_cells(struct sift_md_view *v, const struct sift_set_result *r)
{
	static const enum sift_stat stats[] = {
		SIFT_STAT_MEAN, SIFT_STAT_P50, SIFT_STAT_P90,
		SIFT_STAT_P95,	SIFT_STAT_P99, SIFT_STAT_MAX,
	};

	char words[SIFT_WORDS_MAX];

	percent_cell(v, r->share_of_time);
	count_cell(v, r->requests.median);
	rate_cell(v, r->rps.median);
	percent_cell(v, r->error_rate.median);
	for (size_t i = 0; i < COUNT(stats); i++)
		sift_md_cell(v->out,
			     sift_words_percentile(r->latency[stats[i]].median,
						   stats[i], r->requests.median,
						   words));
	percent_cell(v, sift_spread_scatter(&r->latency[SIFT_STAT_P50]).cv);
}

/* What the figures are and how they came about. */
static void
set_facts(struct sift_md_view *v, const struct sift_set *set)
{
	sift_buf_clear(&v->line);
	sift_words_set(&v->line, set);
	sift_md_text(v->out, sift_md_line(v));
	if (set->total.percentiles)
		sift_md_textf(v->out, "; percentiles %s, %s",
			      sift_origin_name(set->total.origin),
			      sift_percentiles_name(set->total.percentiles));
	if (set->grouped_by)
		sift_md_textf(v->out, "; one set by %s", set->grouped_by);
	sift_buf_add_str(v->out, ".\n\n");
}

static void
render_notes(struct sift_md_view *v, const char *of, const char *const *notes,
	     size_t count)
{
	for (size_t i = 0; i < count && i < NOTES_SHOWN; i++) {
		sift_buf_add_str(v->out, "- ");
		if (of) {
			sift_md_code(v->out, of);
			sift_buf_add_str(v->out, ": ");
		}
		sift_md_text(v->out, notes[i]);
		sift_buf_add_byte(v->out, '\n');
	}
	if (count > NOTES_SHOWN)
		sift_buf_printf(v->out, "- %zu more notes in the JSON report\n",
				count - NOTES_SHOWN);
}

static void
render_set_notes(struct sift_md_view *v, const struct sift_set *set)
{
	size_t all = set->note_count;

	for (size_t i = 0; i < set->run_count; i++)
		all += v->doc->runs[set->runs[i]].note_count;
	if (all > 0)
		sift_buf_add_byte(v->out, '\n');
	render_notes(v, NULL, set->notes, set->note_count);
	for (size_t i = 0; i < set->run_count; i++) {
		const struct sift_run *run = &v->doc->runs[set->runs[i]];

		render_notes(v, run->label, run->notes, run->note_count);
	}
}

static void
render_set(struct sift_md_view *v, const struct sift_set *set)
{
	static const char *const titles[] = {
		"Endpoint",  ">Time %",	 ">Requests", ">RPS",
		">Errors %", ">Mean ms", ">p50 ms",   ">p90 ms",
		">p95 ms",   ">p99 ms",	 ">Max ms",   ">CV %",
	};
	struct sift_top top;

	sift_top_endpoints(&top, set, SIFT_MD_ENDPOINTS);
	sift_md_heading(v->out, 3, set->label);
	set_facts(v, set);
	sift_md_table(v->out, titles, COUNT(titles));
	for (size_t i = 0; i < top.count; i++) {
		const struct sift_set_endpoint *e =
			&set->endpoints[top.rows[i].item];

		sift_md_row_begin(v->out);
		endpoint_cell(v, e->method, e->name, e->kind);
		result_cells(v, &e->result);
		sift_md_row_end(v->out);
	}
	sift_md_row_begin(v->out);
	sift_md_cell(v->out, "all requests");
	result_cells(v, &set->total);
	sift_md_row_end(v->out);
	say_more(v, top.all - top.count, "endpoints");
	render_set_notes(v, set);
}

static void
render_performance(struct sift_md_view *v)
{
	sift_md_heading(v->out, 2, "Request Performance Metrics");
	if (v->doc->set_count == 0) {
		sift_buf_add_str(v->out, "No run was read.\n");
		return;
	}
	sift_buf_add_str(
		v->out,
		"Medians over the runs of a set. Time: share of all time "
		"spent in requests. CV: coefficient of variation of p50 "
		"between runs.\n");
	if (sift_has_lower_bounds(v->doc))
		sift_buf_add_str(v->out, "\n" SIFT_WORDS_LOWER_BOUND ".\n");
	for (size_t i = 0; i < v->doc->set_count; i++)
		render_set(v, &v->doc->sets[i]);
}

/* ---- errors ---- */

static void
error_rows(struct sift_md_view *v, const struct sift_set *set,
	   const struct sift_top *top)
{
	for (size_t i = 0; i < top->count; i++) {
		const struct sift_set_endpoint *e =
			&set->endpoints[top->rows[i].item];

		sift_md_row_begin(v->out);
		sift_md_cell(v->out, set->label);
		endpoint_cell(v, e->method, e->name, e->kind);
		count_cell(v, e->result.failures.median);
		count_cell(v, sift_spread_scatter(&e->result.failures).max);
		count_cell(v, e->result.requests.median);
		percent_cell(v, e->result.error_rate.median);
		sift_md_row_end(v->out);
	}
}

static bool
render_failing(struct sift_md_view *v)
{
	static const char *const titles[] = {
		"Set",	     "Endpoint",  ">Failed", ">Most in a run",
		">Requests", ">Errors %",
	};
	struct sift_top top;
	size_t more = 0;
	bool begun = false;

	for (size_t i = 0; i < v->doc->set_count; i++) {
		sift_top_failing(&top, &v->doc->sets[i], SIFT_MD_ENDPOINTS);
		if (top.all == 0)
			continue;
		if (!begun)
			sift_md_table(v->out, titles, COUNT(titles));
		begun = true;
		error_rows(v, &v->doc->sets[i], &top);
		more += top.all - top.count;
	}
	say_more(v, more, "endpoints with failures");
	return begun;
}

static void
render_failure_texts(struct sift_md_view *v)
{
	static const char *const titles[] = {"Run", "Endpoint", "Failure",
					     "For example", ">Count"};
	struct sift_top top;
	char words[SIFT_WORDS_MAX];

	sift_top_failures(&top, v->doc, FAILURES_SHOWN);
	if (top.all == 0)
		return;
	sift_buf_add_byte(v->out, '\n');
	sift_md_table(v->out, titles, COUNT(titles));
	for (size_t i = 0; i < top.count; i++) {
		const struct sift_run *run = &v->doc->runs[top.rows[i].owner];
		const struct sift_failure *f = &run->failures[top.rows[i].item];

		sift_md_row_begin(v->out);
		sift_md_cell(v->out, run->label);
		endpoint_cell(v, f->method, f->name, SIFT_KIND_HTTP);
		sift_md_code_cell(v->out, f->fingerprint);
		if (f->example)
			sift_md_code_cell(v->out, f->example);
		else
			sift_md_cell(v->out, "");
		sift_md_cell(v->out, sift_words_integer(f->count, words));
		sift_md_row_end(v->out);
	}
	say_more(v, top.all - top.count, "failure texts");
}

static void
render_checks(struct sift_md_view *v)
{
	static const char *const titles[] = {"Check", "Run", ">Failed",
					     ">Passed"};
	struct sift_top top;
	char words[SIFT_WORDS_MAX];

	sift_top_checks(&top, v->doc, CHECKS_SHOWN);
	if (top.all == 0)
		return;
	sift_md_heading(v->out, 3, "Failed checks");
	sift_md_table(v->out, titles, COUNT(titles));
	for (size_t i = 0; i < top.count; i++) {
		const struct sift_run *run = &v->doc->runs[top.rows[i].owner];
		const struct sift_check *c = &run->checks[top.rows[i].item];

		sift_md_row_begin(v->out);
		sift_md_code_cell(v->out, c->name);
		sift_md_cell(v->out, run->label);
		sift_md_cell(v->out, sift_words_integer(c->fails, words));
		sift_md_cell(v->out, sift_words_integer(c->passes, words));
		sift_md_row_end(v->out);
	}
	say_more(v, top.all - top.count, "failed checks");
}

static void
render_errors(struct sift_md_view *v)
{
	sift_md_heading(v->out, 2, "Error Metrics");
	if (!render_failing(v))
		sift_buf_add_str(v->out,
				 "No endpoint reported a failed request.\n");
	render_failure_texts(v);
	render_checks(v);
}

/* ---- cache TTLs ---- */

static void
render_ttls(struct sift_md_view *v)
{
	static const char *const titles[] = {"Endpoint", ">TTL", "Scenario",
					     "Because"};
	char words[SIFT_WORDS_MAX];

	if (v->doc->cache_ttl_count == 0)
		return;
	sift_md_heading(v->out, 2, "Cache TTLs");
	sift_md_table(v->out, titles, COUNT(titles));
	for (size_t i = 0; i < v->doc->cache_ttl_count; i++) {
		const struct sift_ttl *t = &v->doc->cache_ttls[i];

		sift_md_row_begin(v->out);
		endpoint_cell(v, t->method, t->name, SIFT_KIND_HTTP);
		sift_md_cell(v->out, sift_words_ttl(t->ttl_s, words));
		sift_md_cell(v->out, t->scenario);
		sift_md_cell(v->out, t->reason);
		sift_md_row_end(v->out);
	}
}

/* ---- inputs ---- */

static void
input_row(struct sift_md_view *v, const struct sift_input *in)
{
	sift_md_row_begin(v->out);
	sift_md_code_cell(v->out, in->source);
	sift_md_cell(v->out, sift_role_name(in->role));
	sift_buf_clear(&v->line);
	sift_words_input(&v->line, in);
	sift_md_cell(v->out, sift_md_line(v));
	sift_md_cell(v->out, in->reason ? in->reason : "");
	sift_md_row_end(v->out);
}

/* Those not read whole without limit, the others as far as there is room. */
static void
render_inputs(struct sift_md_view *v)
{
	static const char *const titles[] = {"File", "Role", "Content",
					     "Reason"};
	const struct sift_document *doc = v->doc;
	size_t others = 0;

	sift_md_heading(v->out, 2, "Inputs");
	sift_md_table(v->out, titles, COUNT(titles));
	for (size_t i = 0; i < doc->input_count; i++)
		if (sift_input_is_trouble(&doc->inputs[i]))
			input_row(v, &doc->inputs[i]);
	for (size_t r = 0; r < SIFT_ROLE_COUNT; r++)
		for (size_t i = 0; i < doc->input_count; i++)
			if (doc->inputs[i].role == sift_roles_by_weight[r] &&
			    !sift_input_is_trouble(&doc->inputs[i]) &&
			    others++ < INPUTS_SHOWN)
				input_row(v, &doc->inputs[i]);
	if (others > INPUTS_SHOWN)
		say_more(v, others - INPUTS_SHOWN, "files");
}

enum sift_status
sift_render_markdown(const struct sift_document *doc,
		     const struct sift_style *style, unsigned threads,
		     struct sift_buf *out, struct sift_err *err)
{
	struct sift_md_view v = {.doc = doc, .out = out};

	(void)style;
	(void)threads;
	sift_buf_init(&v.line, 0);
	render_top(&v);
	sift_md_comparisons(out, doc);
	sift_md_findings(&v);
	sift_md_plan(&v);
	render_performance(&v);
	sift_md_load_curves(out, doc);
	sift_md_services(out, doc);
	render_errors(&v);
	render_ttls(&v);
	render_inputs(&v);
	sift_buf_release(&v.line);
	return sift_report_status(out, err);
}
