/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The report for a terminal, most important first: what was read, what to do
 * first, findings, figures of each set, load levels, plan, cache TTLs, and
 * what was not read. Long lists are cut; JSON and Markdown have all of them.
 */
#include <config.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "report/page.h"
#include "report/report.h"
#include "report/wording.h"

#define ENDPOINTS_SHOWN 15
#define TTLS_SHOWN 15
#define INPUTS_SHOWN 10

/* A scratch buffer for one cell or sentence; cleared before each use. */
struct view {
	const struct sift_document *doc;
	struct sift_page page;
	struct sift_buf line;
};

static const char *
endpoint_text(struct view *v, const char *method, const char *name)
{
	sift_buf_clear(&v->line);
	sift_words_endpoint(&v->line, method, name);
	return sift_words_text(&v->line, v->page.out);
}

/* ---- the top ---- */

static void
render_top(struct view *v)
{
	sift_buf_clear(&v->line);
	sift_words_summary(&v->line, v->doc);
	sift_buf_add_str(&v->line, "; ");
	sift_words_ledger(&v->line, v->doc);
	sift_page_paragraph(&v->page, 0, "", SIFT_INK_BOLD,
			    sift_words_text(&v->line, v->page.out));
	if (v->doc->plan.largest_payoff)
		sift_page_paragraph(&v->page, 16,
				    "Largest payoff:", SIFT_INK_GREEN,
				    v->doc->plan.largest_payoff);
}

/* ---- findings ---- */

static enum sift_ink
severity_ink(enum sift_severity severity)
{
	static const enum sift_ink inks[SIFT_SEVERITY_COUNT] = {
		[SIFT_SEVERITY_CRITICAL] = SIFT_INK_RED,
		[SIFT_SEVERITY_WARNING] = SIFT_INK_YELLOW,
		[SIFT_SEVERITY_NOTE] = SIFT_INK_CYAN,
	};

	return inks[severity];
}

static void
render_finding(struct view *v, const struct sift_finding *f)
{
	char lead[16] = "  ";

	memcpy(lead + 2, sift_severity_name(f->severity),
	       strlen(sift_severity_name(f->severity)) + 1);
	sift_buf_clear(&v->line);
	if (f->name) {
		sift_words_endpoint(&v->line, f->method, f->name);
		sift_buf_add_str(&v->line, ": ");
	}
	sift_buf_printf(&v->line, "%s [%s, %s]", f->message,
			sift_finding_where(v->doc, f), f->rule);
	sift_page_paragraph(&v->page, 12, lead, severity_ink(f->severity),
			    sift_words_text(&v->line, v->page.out));
}

static void
render_findings(struct view *v)
{
	char aside[96];
	const struct sift_document *doc = v->doc;

	if (doc->finding_count == 0) {
		sift_page_heading(&v->page, "FINDINGS",
				  "none: nothing is over its limit");
		return;
	}
	snprintf(aside, sizeof(aside), "%zu critical, %zu warning, %zu note",
		 sift_count_severity(doc, SIFT_SEVERITY_CRITICAL),
		 sift_count_severity(doc, SIFT_SEVERITY_WARNING),
		 sift_count_severity(doc, SIFT_SEVERITY_NOTE));
	sift_page_heading(&v->page, "FINDINGS", aside);
	for (size_t i = 0; i < doc->finding_count; i++)
		render_finding(v, &doc->findings[i]);
}

/* ---- figures ---- */

static const struct sift_table_column set_columns[] = {
	{"endpoint", false, 30}, {"req", true, 0},    {"err %", true, 0},
	{"rps", true, 0},	 {"p50 ms", true, 0}, {"p95 ms", true, 0},
	{"p99 ms", true, 0},	 {"CV", true, 0},
};

static void
add_result(struct sift_text_table *table, const struct sift_set_result *r)
{
	char words[SIFT_WORDS_MAX];

	sift_text_table_add(table, sift_words_count(r->requests.median, words));
	sift_text_table_add(table,
			    sift_words_percent(r->error_rate.median, words));
	sift_text_table_add(table, sift_words_rate(r->rps.median, words));
	sift_text_table_add(
		table, sift_words_ms(r->latency[SIFT_STAT_P50].median, words));
	sift_text_table_add(
		table, sift_words_ms(r->latency[SIFT_STAT_P95].median, words));
	sift_text_table_add(
		table, sift_words_ms(r->latency[SIFT_STAT_P99].median, words));
	sift_text_table_add(
		table, sift_words_percent(r->latency[SIFT_STAT_P50].cv, words));
}

static enum sift_status
render_set(struct view *v, const struct sift_set *set, struct sift_err *err)
{
	struct sift_text_table table;
	size_t *order = sift_calloc(set->endpoint_count + 1, sizeof(*order));
	size_t shown = set->endpoint_count;
	enum sift_status rc;

	if (!order)
		return sift_fail(err, SIFT_E_NOMEM, "no memory for the report");
	if (shown > ENDPOINTS_SHOWN)
		shown = ENDPOINTS_SHOWN;
	sift_order_by_share(set, order);
	sift_buf_clear(&v->line);
	sift_words_set(&v->line, set);
	sift_page_heading(&v->page, set->label,
			  sift_words_text(&v->line, v->page.out));
	sift_text_table_init(&table, set_columns,
			     sizeof(set_columns) / sizeof(*set_columns));
	for (size_t i = 0; i < shown; i++) {
		const struct sift_set_endpoint *e = &set->endpoints[order[i]];

		sift_text_table_add(&table,
				    endpoint_text(v, e->method, e->name));
		add_result(&table, &e->result);
	}
	sift_text_table_add(&table, "all requests");
	add_result(&table, &set->total);
	rc = sift_text_table_print(&table, &v->page, err);
	if (shown < set->endpoint_count)
		sift_buf_printf(v->page.out, "  and %zu more endpoints\n",
				set->endpoint_count - shown);
	sift_free(order);
	return rc;
}

static enum sift_status
render_sets(struct view *v, struct sift_err *err)
{
	enum sift_status rc = SIFT_OK;

	for (size_t i = 0; i < v->doc->set_count && !rc; i++)
		rc = render_set(v, &v->doc->sets[i], err);
	return rc;
}

static const struct sift_table_column level_columns[] = {
	{"load", false, 20}, {"users", true, 0},  {"rps", true, 0},
	{"p50 ms", true, 0}, {"p95 ms", true, 0}, {"err %", true, 0},
};

static enum sift_status
render_sweep(struct view *v, const struct sift_sweep *sweep,
	     struct sift_err *err)
{
	struct sift_text_table table;
	char words[SIFT_WORDS_MAX];

	sift_buf_clear(&v->line);
	sift_buf_printf(&v->line, "LOAD LEVELS of %s", sweep->scenario);
	sift_page_heading(&v->page, sift_words_text(&v->line, v->page.out),
			  NULL);
	sift_text_table_init(&table, level_columns,
			     sizeof(level_columns) / sizeof(*level_columns));
	for (size_t i = 0; i < sweep->level_count; i++) {
		const struct sift_sweep_level *l = &sweep->levels[i];

		sift_text_table_add(
			&table, l->load ? l->load : v->doc->sets[l->set].label);
		sift_text_table_add(&table, sift_words_count(l->users, words));
		sift_text_table_add(&table,
				    sift_words_rate(l->measured_rps, words));
		sift_text_table_add(&table, sift_words_ms(l->p50_ms, words));
		sift_text_table_add(&table, sift_words_ms(l->p95_ms, words));
		sift_text_table_add(&table,
				    sift_words_percent(l->error_rate, words));
	}
	return sift_text_table_print(&table, &v->page, err);
}

/* ---- plan and TTLs ---- */

static void
render_action(struct view *v, size_t number, const struct sift_action *a)
{
	char lead[32];

	snprintf(lead, sizeof(lead), "%3zu.", number);
	sift_buf_clear(&v->line);
	sift_buf_printf(&v->line, "%s (effort %s", a->title, a->effort);
	if (!isnan(a->gain_low)) {
		sift_buf_add_str(&v->line, ", ");
		sift_words_gain(&v->line, a);
	}
	sift_buf_add_byte(&v->line, ')');
	sift_page_paragraph(&v->page, 5, lead, SIFT_INK_BOLD,
			    sift_words_text(&v->line, v->page.out));
	sift_page_paragraph(&v->page, 5, "", SIFT_INK_PLAIN, a->why);
	for (size_t i = 0; i < a->step_count; i++)
		sift_page_paragraph(&v->page, 7, "     -", SIFT_INK_DIM,
				    a->steps[i]);
	for (size_t i = 0; i < a->alternative_count; i++)
		sift_page_paragraph(&v->page, 20,
				    "     alternative:", SIFT_INK_DIM,
				    a->alternatives[i]);
	sift_page_paragraph(&v->page, 13, "     verify:", SIFT_INK_DIM,
			    a->verify);
}

static void
render_plan(struct view *v)
{
	const struct sift_plan *plan = &v->doc->plan;
	enum sift_tier tier = SIFT_TIER_COUNT;
	size_t number = 0;

	if (plan->action_count == 0) {
		sift_page_heading(&v->page, "PLAN", "nothing to do");
		return;
	}
	for (size_t i = 0; i < plan->action_count; i++) {
		if (plan->actions[i].tier != tier) {
			tier = plan->actions[i].tier;
			sift_page_heading(&v->page, "PLAN",
					  sift_words_tier(tier));
		}
		render_action(v, ++number, &plan->actions[i]);
	}
}

static void
render_ttl(struct view *v, const struct sift_ttl *t)
{
	char words[SIFT_WORDS_MAX];
	char lead[SIFT_WORDS_MAX + 2];

	snprintf(lead, sizeof(lead), "  %s", sift_words_ttl(t->ttl_s, words));
	sift_buf_clear(&v->line);
	sift_words_endpoint(&v->line, t->method, t->name);
	sift_buf_printf(&v->line, ": %s", t->reason);
	sift_page_paragraph(&v->page, 9, lead, SIFT_INK_BOLD,
			    sift_words_text(&v->line, v->page.out));
}

static void
render_ttls(struct view *v)
{
	const struct sift_document *doc = v->doc;
	size_t shown = 0, cacheable = 0;

	for (size_t i = 0; i < doc->cache_ttl_count; i++)
		cacheable += doc->cache_ttls[i].ttl_s >= 0;
	if (doc->cache_ttl_count == 0)
		return;
	sift_page_heading(&v->page, "CACHE TTLS",
			  cacheable ? NULL : "nothing here can be cached");
	for (size_t i = 0; i < doc->cache_ttl_count; i++)
		if (doc->cache_ttls[i].ttl_s >= 0 && shown < TTLS_SHOWN) {
			render_ttl(v, &doc->cache_ttls[i]);
			shown++;
		}
	if (cacheable > shown)
		sift_buf_printf(v->page.out, "  and %zu more\n",
				cacheable - shown);
	if (doc->cache_ttl_count > cacheable)
		sift_buf_printf(v->page.out,
				"  %zu without a TTL; the Markdown and JSON "
				"reports say why\n",
				doc->cache_ttl_count - cacheable);
}

/* ---- what was not read ---- */

/* Inputs a user must know of: damaged, partly read, or with bad records. */
static bool
is_trouble(const struct sift_input *in)
{
	return in->role == SIFT_ROLE_DAMAGED || in->role == SIFT_ROLE_PARTIAL ||
	       in->records_skipped > 0;
}

/* Used files are listed for their bad records only. */
static const char *
role_lead(enum sift_role role)
{
	return role == SIFT_ROLE_DAMAGED   ? "  damaged"
	       : role == SIFT_ROLE_PARTIAL ? "  partial"
					   : "  skipped";
}

static void
render_trouble(struct view *v)
{
	size_t shown = 0, all = 0;

	for (size_t i = 0; i < v->doc->input_count; i++)
		all += is_trouble(&v->doc->inputs[i]);
	if (all == 0)
		return;
	sift_page_heading(&v->page, "NOT READ WHOLE",
			  "everything else is reported unchanged");
	for (size_t i = 0; i < v->doc->input_count; i++) {
		const struct sift_input *in = &v->doc->inputs[i];

		if (!is_trouble(in) || shown == INPUTS_SHOWN)
			continue;
		sift_buf_clear(&v->line);
		sift_buf_printf(&v->line, "%s: %s", in->source,
				in->reason ? in->reason : "not read whole");
		sift_page_paragraph(&v->page, 11, role_lead(in->role),
				    SIFT_INK_RED,
				    sift_words_text(&v->line, v->page.out));
		shown++;
	}
	if (shown < all)
		sift_buf_printf(v->page.out, "  and %zu more\n", all - shown);
}

enum sift_status
sift_render_text(const struct sift_document *doc,
		 const struct sift_style *style, struct sift_buf *out,
		 struct sift_err *err)
{
	struct view v = {.doc = doc};
	enum sift_status rc;

	sift_page_init(&v.page, style, out);
	sift_buf_init(&v.line, 0);
	render_top(&v);
	render_trouble(&v);
	render_findings(&v);
	rc = render_sets(&v, err);
	for (size_t i = 0; i < doc->sweep_count && !rc; i++)
		rc = render_sweep(&v, &doc->sweeps[i], err);
	if (!rc) {
		render_plan(&v);
		render_ttls(&v);
	}
	sift_buf_release(&v.line);
	if (!rc && sift_buf_status(out))
		rc = sift_fail(err, sift_buf_status(out),
			       "no memory for the report");
	return rc;
}
