/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The report that is pasted into a pull request or handed to an AI agent:
 * complete where text cuts, with the headings its readers know from the
 * published scripts (Request Performance Metrics, Error Metrics, AI
 * Optimization Guidance, Data-Driven Optimization Recommendations).
 */
#include <config.h>

#include <math.h>

#include "base/mem.h"
#include "report/markdown.h"
#include "report/report.h"
#include "report/wording.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))
#define INPUTS_SHOWN 200 /* of files that are of no use */

struct view {
	const struct sift_document *doc;
	struct sift_buf *out;
	struct sift_buf line; /* scratch; cleared before each use */
};

static void
endpoint_cell(struct view *v, const char *method, const char *name)
{
	sift_buf_clear(&v->line);
	sift_words_endpoint(&v->line, method, name);
	sift_md_cell(v->out, sift_words_text(&v->line, v->out));
}

static void
bullet(struct view *v, const char *label, const char *text)
{
	sift_buf_printf(v->out, "- **%s:** ", label);
	sift_md_text(v->out, text);
	sift_buf_add_byte(v->out, '\n');
}

/* ---- the top ---- */

static void
render_top(struct view *v)
{
	const struct sift_document *doc = v->doc;

	sift_md_heading(v->out, 1, "Load test analysis");
	sift_buf_clear(&v->line);
	sift_words_summary(&v->line, doc);
	bullet(v, "Read", sift_words_text(&v->line, v->out));
	sift_buf_clear(&v->line);
	sift_words_ledger(&v->line, doc);
	bullet(v, "Files", sift_words_text(&v->line, v->out));
	sift_buf_clear(&v->line);
	sift_buf_printf(&v->line, "%zu critical, %zu warning, %zu note",
			sift_count_severity(doc, SIFT_SEVERITY_CRITICAL),
			sift_count_severity(doc, SIFT_SEVERITY_WARNING),
			sift_count_severity(doc, SIFT_SEVERITY_NOTE));
	bullet(v, "Findings", sift_words_text(&v->line, v->out));
	if (doc->plan.largest_payoff)
		bullet(v, "Largest payoff", doc->plan.largest_payoff);
}

/* ---- findings ---- */

static void
render_evidence(struct view *v, const struct sift_finding *f)
{
	for (size_t i = 0; i < f->evidence_count; i++) {
		const struct sift_evidence *e = &f->evidence[i];

		sift_buf_add_str(v->out, "  - ");
		if (e->name) {
			sift_buf_clear(&v->line);
			sift_words_endpoint(&v->line, e->method, e->name);
			sift_md_textf(v->out, "%s: ",
				      sift_words_text(&v->line, v->out));
		}
		sift_md_textf(v->out, "%s (%s)", e->message, e->rule);
		sift_buf_add_byte(v->out, '\n');
	}
}

static void
render_findings(struct view *v)
{
	const struct sift_document *doc = v->doc;

	sift_md_heading(v->out, 2, "AI Optimization Guidance");
	if (doc->finding_count == 0)
		sift_buf_add_str(v->out,
				 "No finding: nothing is over its limit.\n");
	for (size_t i = 0; i < doc->finding_count; i++) {
		const struct sift_finding *f = &doc->findings[i];

		sift_buf_printf(v->out, "- **%s** ",
				sift_severity_name(f->severity));
		if (f->name) {
			sift_buf_clear(&v->line);
			sift_words_endpoint(&v->line, f->method, f->name);
			sift_md_textf(v->out, "%s: ",
				      sift_words_text(&v->line, v->out));
		}
		sift_md_textf(v->out, "%s (%s; %s; %s)", f->message,
			      sift_finding_where(doc, f), f->rule, f->id);
		sift_buf_add_byte(v->out, '\n');
		render_evidence(v, f);
	}
}

/* ---- figures ---- */

static void
ms_cell(struct view *v, double ms)
{
	char words[SIFT_WORDS_MAX];

	sift_md_cell(v->out, sift_words_ms(ms, words));
}

static void
result_cells(struct view *v, const struct sift_set_result *r)
{
	static const enum sift_stat stats[] = {
		SIFT_STAT_MEAN, SIFT_STAT_P50, SIFT_STAT_P90,
		SIFT_STAT_P95,	SIFT_STAT_P99, SIFT_STAT_MAX,
	};
	char words[SIFT_WORDS_MAX];

	sift_md_cell(v->out, sift_words_count(r->requests.median, words));
	sift_md_cell(v->out, sift_words_rate(r->rps.median, words));
	for (size_t i = 0; i < COUNT(stats); i++)
		ms_cell(v, r->latency[stats[i]].median);
	sift_md_cell(v->out,
		     sift_words_percent(r->latency[SIFT_STAT_P50].cv, words));
	sift_md_cell(v->out, sift_words_percent(r->share_of_time, words));
}

static enum sift_status
render_set(struct view *v, const struct sift_set *set, struct sift_err *err)
{
	static const char *const titles[] = {
		"Endpoint", ">Requests", ">RPS",    ">Mean ms",
		">p50 ms",  ">p90 ms",	 ">p95 ms", ">p99 ms",
		">Max ms",  ">CV %",	 ">Time %",
	};
	size_t *order = sift_calloc(set->endpoint_count + 1, sizeof(*order));

	if (!order)
		return sift_fail(err, SIFT_E_NOMEM, "no memory for the report");
	sift_order_by_share(set, order);
	sift_md_heading(v->out, 3, set->label);
	sift_buf_clear(&v->line);
	sift_words_set(&v->line, set);
	sift_md_textf(v->out, "%s. %s.", sift_words_text(&v->line, v->out),
		      set->grouped_by);
	sift_buf_add_str(v->out, "\n\n");
	sift_md_table(v->out, titles, COUNT(titles));
	for (size_t i = 0; i < set->endpoint_count; i++) {
		const struct sift_set_endpoint *e = &set->endpoints[order[i]];

		sift_md_row_begin(v->out);
		endpoint_cell(v, e->method, e->name);
		result_cells(v, &e->result);
		sift_md_row_end(v->out);
	}
	sift_md_row_begin(v->out);
	sift_md_cell(v->out, "all requests");
	result_cells(v, &set->total);
	sift_md_row_end(v->out);
	sift_free(order);
	return SIFT_OK;
}

static enum sift_status
render_performance(struct view *v, struct sift_err *err)
{
	enum sift_status rc = SIFT_OK;

	sift_md_heading(v->out, 2, "Request Performance Metrics");
	sift_buf_add_str(
		v->out,
		"Medians across the runs of a set; CV is the coefficient of "
		"variation of p50 between runs, Time the share of all request "
		"time.\n");
	for (size_t i = 0; i < v->doc->set_count && !rc; i++)
		rc = render_set(v, &v->doc->sets[i], err);
	return rc;
}

static void
render_levels(struct view *v)
{
	static const char *const titles[] = {"Load",	">Users",  ">RPS",
					     ">p50 ms", ">p95 ms", ">Errors %"};
	char words[SIFT_WORDS_MAX];

	for (size_t i = 0; i < v->doc->sweep_count; i++) {
		const struct sift_sweep *s = &v->doc->sweeps[i];

		if (i == 0)
			sift_md_heading(v->out, 2, "Load Levels");
		sift_md_heading(v->out, 3, s->scenario);
		sift_md_table(v->out, titles, COUNT(titles));
		for (size_t k = 0; k < s->level_count; k++) {
			const struct sift_sweep_level *l = &s->levels[k];

			sift_md_row_begin(v->out);
			sift_md_cell(v->out,
				     l->load ? l->load
					     : v->doc->sets[l->set].label);
			sift_md_cell(v->out, sift_words_count(l->users, words));
			sift_md_cell(v->out,
				     sift_words_rate(l->measured_rps, words));
			ms_cell(v, l->p50_ms);
			ms_cell(v, l->p95_ms);
			sift_md_cell(v->out,
				     sift_words_percent(l->error_rate, words));
			sift_md_row_end(v->out);
		}
	}
}

/* ---- errors ---- */

static double
sum(const struct sift_spread *spread)
{
	return spread->n ? spread->mean * spread->n : NAN;
}

static void
error_row(struct view *v, const struct sift_set *set,
	  const struct sift_set_endpoint *e)
{
	char words[SIFT_WORDS_MAX];

	sift_md_row_begin(v->out);
	sift_md_cell(v->out, set->label);
	endpoint_cell(v, e->method, e->name);
	sift_md_cell(v->out,
		     sift_words_count(round(sum(&e->result.failures)), words));
	sift_md_cell(v->out,
		     sift_words_count(round(sum(&e->result.requests)), words));
	sift_md_cell(v->out,
		     sift_words_percent(e->result.error_rate.median, words));
	sift_md_row_end(v->out);
}

static void
render_error_texts(struct view *v)
{
	static const char *const titles[] = {"Run", "Endpoint", "Failure",
					     ">Count"};
	char words[SIFT_WORDS_MAX];
	bool begun = false;

	for (size_t i = 0; i < v->doc->run_count; i++) {
		const struct sift_run *run = &v->doc->runs[i];

		for (size_t k = 0; k < run->failure_count; k++) {
			const struct sift_failure *f = &run->failures[k];

			if (!begun) {
				sift_buf_add_byte(v->out, '\n');
				sift_md_table(v->out, titles, COUNT(titles));
			}
			begun = true;
			sift_md_row_begin(v->out);
			sift_md_cell(v->out, run->label);
			endpoint_cell(v, f->method, f->name);
			sift_md_cell(v->out, f->fingerprint);
			sift_md_cell(v->out,
				     sift_words_count((double)f->count, words));
			sift_md_row_end(v->out);
		}
	}
}

static void
render_errors(struct view *v)
{
	static const char *const titles[] = {"Set", "Endpoint", ">Failed",
					     ">Requests", ">Median rate %"};
	bool begun = false;

	sift_md_heading(v->out, 2, "Error Metrics");
	for (size_t i = 0; i < v->doc->set_count; i++) {
		const struct sift_set *set = &v->doc->sets[i];

		for (size_t k = 0; k < set->endpoint_count; k++) {
			if (!(set->endpoints[k].result.failures.max > 0))
				continue;
			if (!begun)
				sift_md_table(v->out, titles, COUNT(titles));
			begun = true;
			error_row(v, set, &set->endpoints[k]);
		}
	}
	if (!begun)
		sift_buf_add_str(v->out,
				 "No endpoint reported a failed request.\n");
	render_error_texts(v);
}

/* ---- plan ---- */

static void
render_action(struct view *v, size_t number, const struct sift_action *a)
{
	sift_buf_printf(v->out, "%zu. **", number);
	sift_md_text(v->out, a->title);
	sift_buf_add_str(v->out, "**");
	for (size_t i = 0; i < a->endpoint_count; i++) {
		sift_buf_clear(&v->line);
		sift_words_endpoint(&v->line, a->endpoints[i].method,
				    a->endpoints[i].name);
		sift_buf_add_str(v->out, i ? ", " : " — ");
		sift_md_text(v->out, sift_words_text(&v->line, v->out));
	}
	sift_md_textf(v->out, " (effort %s", a->effort);
	if (!isnan(a->gain_low)) {
		sift_buf_clear(&v->line);
		sift_words_gain(&v->line, a);
		sift_md_textf(v->out, ", %s",
			      sift_words_text(&v->line, v->out));
	}
	sift_buf_add_str(v->out, ")\n   - Why: ");
	sift_md_text(v->out, a->why);
	sift_buf_add_byte(v->out, '\n');
	for (size_t i = 0; i < a->step_count; i++) {
		sift_buf_add_str(v->out, "   - ");
		sift_md_text(v->out, a->steps[i]);
		sift_buf_add_byte(v->out, '\n');
	}
	for (size_t i = 0; i < a->alternative_count; i++) {
		sift_buf_add_str(v->out, "   - Instead, not in addition: ");
		sift_md_text(v->out, a->alternatives[i]);
		sift_buf_add_byte(v->out, '\n');
	}
	if (a->risk) {
		sift_buf_add_str(v->out, "   - Risk: ");
		sift_md_text(v->out, a->risk);
		sift_buf_add_byte(v->out, '\n');
	}
	sift_buf_add_str(v->out, "   - Verify: ");
	sift_md_text(v->out, a->verify);
	sift_buf_add_byte(v->out, '\n');
}

static void
render_plan(struct view *v)
{
	const struct sift_plan *plan = &v->doc->plan;
	enum sift_tier tier = SIFT_TIER_COUNT;

	sift_md_heading(v->out, 2, "Data-Driven Optimization Recommendations");
	if (plan->action_count == 0)
		sift_buf_add_str(v->out, "Nothing to do.\n");
	for (size_t i = 0; i < plan->action_count; i++) {
		if (plan->actions[i].tier != tier) {
			tier = plan->actions[i].tier;
			sift_md_heading(v->out, 3, sift_words_tier(tier));
		}
		render_action(v, i + 1, &plan->actions[i]);
	}
}

static void
render_ttls(struct view *v)
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
		endpoint_cell(v, t->method, t->name);
		sift_md_cell(v->out, t->ttl_s < 0
					     ? "none"
					     : sift_words_ttl(t->ttl_s, words));
		sift_md_cell(v->out, t->scenario);
		sift_md_cell(v->out, t->reason);
		sift_md_row_end(v->out);
	}
}

/* ---- inputs ---- */

static void
render_inputs(struct view *v)
{
	static const char *const titles[] = {"File", "Format", "Role",
					     "Reason"};
	size_t shown = 0;

	sift_md_heading(v->out, 2, "Inputs");
	sift_md_table(v->out, titles, COUNT(titles));
	for (size_t i = 0; i < v->doc->input_count; i++) {
		const struct sift_input *in = &v->doc->inputs[i];

		if (in->role == SIFT_ROLE_IGNORED && shown++ >= INPUTS_SHOWN)
			continue;
		sift_md_row_begin(v->out);
		sift_md_cell(v->out, in->source);
		sift_md_cell(v->out, in->format ? in->format : "");
		sift_md_cell(v->out, sift_role_name(in->role));
		sift_md_cell(v->out, in->reason ? in->reason : "");
		sift_md_row_end(v->out);
	}
	if (shown > INPUTS_SHOWN)
		sift_buf_printf(v->out,
				"\n%zu further ignored files are in the JSON "
				"report.\n",
				shown - INPUTS_SHOWN);
}

enum sift_status
sift_render_markdown(const struct sift_document *doc,
		     const struct sift_style *style, struct sift_buf *out,
		     struct sift_err *err)
{
	struct view v = {.doc = doc, .out = out};
	enum sift_status rc;

	(void)style;
	sift_buf_init(&v.line, 0);
	render_top(&v);
	rc = render_performance(&v, err);
	if (!rc) {
		render_levels(&v);
		render_errors(&v);
		render_findings(&v);
		render_plan(&v);
		render_ttls(&v);
		render_inputs(&v);
	}
	sift_buf_release(&v.line);
	if (!rc && sift_buf_status(out))
		rc = sift_fail(err, sift_buf_status(out),
			       "no memory for the report");
	return rc;
}
