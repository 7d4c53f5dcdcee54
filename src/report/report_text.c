/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The report for a terminal, most important first: what was read and what
 * not, findings, what to do, the figures of each set, load levels, failed
 * checks, cache TTLs. Long lists are cut; JSON and Markdown have more.
 */
#include <config.h>

#include <math.h>
#include <stdio.h>

#include "base/parallel.h"
#include "report/compared.h"
#include "report/load_levels.h"
#include "report/page.h"
#include "report/report.h"
#include "report/service_tables.h"
#include "report/survey.h"
#include "report/wording.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))
#define ENDPOINTS_SHOWN 15
#define NOTES_SHOWN 20 /* findings that are notes */
#define EVIDENCE_SHOWN 3
#define SET_NOTES_SHOWN 5
#define ACTION_ENDPOINTS_SHOWN 5
#define CHECKS_SHOWN 10
#define TTLS_SHOWN 15
#define INPUTS_SHOWN 10
#define APPENDED_AT_ONCE (32u * 1024) /* bytes */

/* A scratch buffer for one cell or sentence; cleared before each use. */
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

static void
say_more(struct view *v, size_t more, const char *what)
{
	if (more > 0)
		sift_buf_printf(v->page.out, "  and %zu more%s\n", more, what);
}

/* ---- the top ---- */

static void
render_top(struct view *v)
{
	sift_buf_clear(&v->line);
	sift_words_summary(&v->line, v->doc);
	sift_buf_add_str(&v->line, "; ");
	sift_words_ledger(&v->line, v->doc);
	sift_page_paragraph(&v->page, 0, "", SIFT_INK_PLAIN, line_text(v));
	if (v->doc->warning)
		sift_page_paragraph(&v->page, 2, "!", SIFT_INK_YELLOW,
				    v->doc->warning);
	if (v->doc->plan.largest_payoff)
		sift_page_paragraph(&v->page, 16,
				    "Largest payoff:", SIFT_INK_GREEN,
				    v->doc->plan.largest_payoff);
}

/* ---- what was not read ---- */

/* Used files are listed for their bad records only. */
static const char *
trouble_lead(enum sift_role role)
{
	return role == SIFT_ROLE_DAMAGED   ? "  damaged"
	       : role == SIFT_ROLE_PARTIAL ? "  partial"
					   : "  skipped";
}

static void
render_trouble_input(struct view *v, const struct sift_input *in)
{
	char words[SIFT_WORDS_MAX];

	sift_buf_clear(&v->line);
	sift_buf_printf(&v->line, "%s: ", in->source);
	if (in->records_skipped > 0)
		sift_buf_printf(&v->line, "%s %s skipped: ",
				sift_words_integer(in->records_skipped, words),
				in->records_skipped == 1 ? "record"
							 : "records");
	sift_buf_add_str(&v->line, in->reason ? in->reason : "not read whole");
	sift_page_paragraph(&v->page, 11, trouble_lead(in->role), SIFT_INK_RED,
			    line_text(v));
}

static void
render_trouble(struct view *v)
{
	const struct sift_document *doc = v->doc;
	size_t all = 0;

	for (size_t r = 0; r < SIFT_ROLE_COUNT; r++)
		for (size_t i = 0; i < doc->input_count; i++) {
			const struct sift_input *in = &doc->inputs[i];

			if (in->role != sift_roles_by_weight[r] ||
			    !sift_input_is_trouble(in))
				continue;
			if (all == 0)
				sift_page_heading(&v->page, "NOT READ WHOLE",
						  NULL);
			if (all++ < INPUTS_SHOWN)
				render_trouble_input(v, in);
		}
	if (all > INPUTS_SHOWN)
		say_more(v, all - INPUTS_SHOWN, "");
}

/* ---- findings ---- */

static const struct {
	const char *lead;
	enum sift_ink ink;
} severities[SIFT_SEVERITY_COUNT] = {
	[SIFT_SEVERITY_CRITICAL] = {"  critical", SIFT_INK_RED},
	[SIFT_SEVERITY_WARNING] = {"  warning", SIFT_INK_YELLOW},
	[SIFT_SEVERITY_NOTE] = {"  note", SIFT_INK_CYAN},
};

/* Facts about the endpoint itself; members of a service finding and the like
   are for formats that have room. */
static void
render_evidence(struct view *v, const struct sift_finding *f)
{
	size_t shown = 0;

	for (size_t i = 0; i < f->evidence_count; i++)
		if (!f->evidence[i].name && f->evidence[i].message &&
		    shown++ < EVIDENCE_SHOWN)
			sift_page_aside(&v->page, 14, f->evidence[i].message);
}

static void
render_finding(struct view *v, const struct sift_finding *f)
{
	const char *where = sift_finding_where(v->doc, f);

	sift_buf_clear(&v->line);
	if (f->name) {
		sift_words_endpoint(&v->line, f->method, f->name);
		sift_buf_add_str(&v->line, ": ");
	}
	sift_buf_printf(&v->line, "%s [%s%s%s]", f->message, where,
			*where ? ", " : "", f->rule);
	sift_page_paragraph(&v->page, 12, severities[f->severity].lead,
			    severities[f->severity].ink, line_text(v));
	if (f->severity != SIFT_SEVERITY_NOTE)
		render_evidence(v, f);
}

static void
render_findings(struct view *v)
{
	const struct sift_document *doc = v->doc;
	size_t notes = 0;

	if (doc->finding_count == 0) {
		sift_page_heading(&v->page, "FINDINGS",
				  doc->run_count
					  ? "none: nothing is over its limit"
					  : "none: nothing to judge");
		return;
	}
	sift_buf_clear(&v->line);
	sift_words_severities(&v->line, doc);
	sift_page_heading(&v->page, "FINDINGS", line_text(v));
	for (size_t i = 0; i < doc->finding_count; i++)
		if (doc->findings[i].severity != SIFT_SEVERITY_NOTE ||
		    notes++ < NOTES_SHOWN) {
			render_finding(v, &doc->findings[i]);
			sift_buf_pass_on(v->page.out);
		}
	if (notes > NOTES_SHOWN)
		say_more(v, notes - NOTES_SHOWN, " notes");
}

/* ---- plan ---- */

static void
add_action_endpoints(struct sift_buf *line, const struct sift_action *a)
{
	for (size_t i = 0; i < a->endpoint_count; i++) {
		if (i == ACTION_ENDPOINTS_SHOWN) {
			sift_buf_printf(line, " and %zu more",
					a->endpoint_count - i);
			return;
		}
		sift_buf_add_str(line, i ? ", " : ": ");
		sift_words_endpoint(line, a->endpoints[i].method,
				    a->endpoints[i].name);
	}
}

static void
render_action(struct view *v, size_t number, const struct sift_action *a)
{
	char lead[32];

	snprintf(lead, sizeof(lead), "%3zu.", number);
	sift_buf_clear(&v->line);
	sift_buf_add_str(&v->line, a->title);
	add_action_endpoints(&v->line, a);
	sift_buf_printf(&v->line, " [%s]", a->id);
	sift_page_paragraph(&v->page, 6, lead, SIFT_INK_BOLD, line_text(v));
	sift_buf_clear(&v->line);
	sift_words_cost(&v->line, a);
	sift_page_paragraph(&v->page, 6, "", SIFT_INK_PLAIN, line_text(v));
	sift_page_paragraph(&v->page, 6, "", SIFT_INK_PLAIN, a->why);
	if (a->alternative_count > 0) {
		sift_buf_clear(&v->line);
		for (size_t i = 0; i < a->alternative_count; i++)
			sift_buf_printf(&v->line, "%s%s", i ? ", " : "",
					a->alternatives[i]);
		sift_buf_add_str(&v->line, ", not in addition");
		sift_page_paragraph(&v->page, 14, "      or:", SIFT_INK_DIM,
				    line_text(v));
	}
}

/* What to do and why; how is a page for each action, and would bury that. */
static void
render_plan(struct view *v)
{
	const struct sift_plan *plan = &v->doc->plan;
	enum sift_tier tier = SIFT_TIER_COUNT;

	if (plan->action_count == 0)
		sift_page_heading(&v->page, "PLAN", "nothing to do");
	for (size_t i = 0; i < plan->action_count; i++) {
		if (plan->actions[i].tier != tier) {
			tier = plan->actions[i].tier;
			sift_page_heading(&v->page, "PLAN",
					  sift_words_tier(tier));
		}
		render_action(v, i + 1, &plan->actions[i]);
	}
	if (plan->action_count > 0)
		sift_page_paragraph(&v->page, 2, " ", SIFT_INK_PLAIN,
				    "Steps, risk and how to verify: loadsift "
				    "explain NAME (as in brackets), or the "
				    "Markdown report.");
}

/* ---- figures ---- */

static const struct sift_table_column set_columns[] = {
	{"endpoint", false, 0}, {"time %", true, 4}, {"req", true, 5},
	{"rps", true, 7},	{"err %", true, 1},  {"p50 ms", true, 3},
	{"p95 ms", true, 0},	{"p99 ms", true, 2}, {"CV %", true, 6},
};

static void
add_result(struct sift_text_table *table, const struct sift_set_result *r)
{
	static const enum sift_stat stats[] = {SIFT_STAT_P50, SIFT_STAT_P95,
					       SIFT_STAT_P99};
	char words[SIFT_WORDS_MAX];

	sift_text_table_add(table, sift_words_percent(r->share_of_time, words));
	sift_text_table_add(table, sift_words_count(r->requests.median, words));
	sift_text_table_add(table, sift_words_rate(r->rps.median, words));
	sift_text_table_add(table,
			    sift_words_percent(r->error_rate.median, words));
	for (size_t i = 0; i < COUNT(stats); i++)
		sift_text_table_add(table, sift_words_percentile(
						   r->latency[stats[i]].median,
						   stats[i], r->requests.median,
						   words));
	sift_text_table_add(
		table,
		sift_words_percent(
			sift_spread_scatter(&r->latency[SIFT_STAT_P50]).cv,
			words));
}

static void
render_set_notes(struct view *v, const struct sift_set *set)
{
	for (size_t i = 0; i < set->note_count && i < SET_NOTES_SHOWN; i++)
		sift_page_paragraph(&v->page, 4, "  !", SIFT_INK_YELLOW,
				    set->notes[i]);
	if (set->note_count > SET_NOTES_SHOWN)
		say_more(v, set->note_count - SET_NOTES_SHOWN, " notes");
}

static enum sift_status
render_set(struct view *v, const struct sift_set *set, struct sift_err *err)
{
	struct sift_text_table table;
	struct sift_top top;
	enum sift_status rc;

	sift_top_endpoints(&top, set, ENDPOINTS_SHOWN);
	sift_buf_clear(&v->line);
	sift_words_set(&v->line, set);
	sift_page_heading(&v->page, set->label, line_text(v));
	sift_text_table_init(&table, set_columns, COUNT(set_columns));
	for (size_t i = 0; i < top.count; i++) {
		const struct sift_set_endpoint *e =
			&set->endpoints[top.rows[i].item];

		sift_buf_clear(&v->line);
		sift_words_endpoint(&v->line, e->method, e->name);
		sift_buf_add_str(&v->line, sift_words_kind(e->kind));
		sift_text_table_add(&table, line_text(v));
		add_result(&table, &e->result);
	}
	sift_text_table_add(&table, "all requests");
	add_result(&table, &set->total);
	rc = sift_text_table_print(&table, &v->page, err);
	say_more(v, top.all - top.count, " endpoints");
	render_set_notes(v, set);
	return rc;
}

static enum sift_status
render_sets(struct view *v, struct sift_err *err)
{
	enum sift_status rc = SIFT_OK;

	if (v->doc->set_count > 0)
		sift_page_heading(&v->page, "FIGURES",
				  "medians of runs; time %: share of request "
				  "time; CV %: of p50 across runs");
	if (sift_has_lower_bounds(v->doc))
		sift_page_paragraph(&v->page, 2, "", SIFT_INK_DIM,
				    SIFT_WORDS_LOWER_BOUND);
	for (size_t i = 0; i < v->doc->set_count && !rc; i++)
		rc = render_set(v, &v->doc->sets[i], err);
	return rc;
}

static const struct sift_table_column check_columns[] = {
	{"check", false, 0},
	{"failed", true, 0},
	{"passed", true, 0},
	{"run", false, 1},
};

static enum sift_status
render_checks(struct view *v, struct sift_err *err)
{
	struct sift_text_table table;
	struct sift_top top;
	char words[SIFT_WORDS_MAX];
	enum sift_status rc;

	sift_top_checks(&top, v->doc, CHECKS_SHOWN);
	if (top.all == 0)
		return SIFT_OK;
	sift_page_heading(&v->page, "FAILED CHECKS", NULL);
	sift_text_table_init(&table, check_columns, COUNT(check_columns));
	for (size_t i = 0; i < top.count; i++) {
		const struct sift_run *run = &v->doc->runs[top.rows[i].owner];
		const struct sift_check *c = &run->checks[top.rows[i].item];

		sift_text_table_add(&table, c->name);
		sift_text_table_add(&table,
				    sift_words_integer(c->fails, words));
		sift_text_table_add(&table,
				    sift_words_integer(c->passes, words));
		sift_text_table_add(&table, run->label);
	}
	rc = sift_text_table_print(&table, &v->page, err);
	say_more(v, top.all - top.count, "");
	return rc;
}

/* ---- cache TTLs ---- */

static bool
is_worth_caching(const struct sift_ttl *t)
{
	return t->ttl_s >= 0 && !t->little_to_gain;
}

static void
render_ttl(struct view *v, const struct sift_ttl *t)
{
	char words[SIFT_WORDS_MAX];
	char lead[SIFT_WORDS_MAX + 2];

	snprintf(lead, sizeof(lead), "  %s", sift_words_ttl(t->ttl_s, words));
	sift_buf_clear(&v->line);
	sift_words_endpoint(&v->line, t->method, t->name);
	sift_buf_printf(&v->line, ": %s", t->reason ? t->reason : "");
	sift_page_paragraph(&v->page, 9, lead, SIFT_INK_BOLD, line_text(v));
}

static void
render_ttls(struct view *v)
{
	const struct sift_document *doc = v->doc;
	size_t worth = 0;

	if (doc->cache_ttl_count == 0)
		return;
	sift_page_heading(&v->page, "CACHE TTLS", NULL);
	for (size_t i = 0; i < doc->cache_ttl_count; i++)
		if (is_worth_caching(&doc->cache_ttls[i]) &&
		    worth++ < TTLS_SHOWN)
			render_ttl(v, &doc->cache_ttls[i]);
	if (worth > TTLS_SHOWN)
		say_more(v, worth - TTLS_SHOWN, "");
	if (doc->cache_ttl_count == worth)
		return;
	sift_buf_clear(&v->line);
	sift_words_plural(&v->line, doc->cache_ttl_count - worth, "endpoint");
	sift_buf_add_str(&v->line, " without a TTL or with little to gain; the "
				   "Markdown and JSON reports say why");
	sift_page_paragraph(&v->page, 2, "", SIFT_INK_PLAIN, line_text(v));
}

/* ---- the page ---- */

static enum sift_status
render_head(struct view *v, struct sift_err *err)
{
	enum sift_status rc;

	render_top(v);
	render_trouble(v);
	rc = sift_text_comparisons(&v->page, v->doc, err);
	render_findings(v);
	render_plan(v);
	return rc;
}

static enum sift_status
render_rest(struct view *v, struct sift_err *err)
{
	enum sift_status rc = sift_text_load_curves(&v->page, v->doc, err);

	if (!rc)
		rc = sift_text_services(&v->page, v->doc, err);
	if (!rc)
		rc = render_checks(v, err);
	render_ttls(v);
	return rc;
}

/* In their order on the page; what is long is first and second. */
static enum sift_status (*const sections[])(struct view *v,
					    struct sift_err *err) = {
	render_head,
	render_sets,
	render_rest,
};

struct text_work {
	const struct sift_document *doc;
	const struct sift_style *style;
	struct sift_buf *out;			   /* for the first section */
	struct sift_buf buffered[COUNT(sections)]; /* owned; for others */
};

static enum sift_status
render_section(void *context, size_t section, struct sift_arena *arena,
	       struct sift_err *err)
{
	struct text_work *w = context;
	struct view v = {.doc = w->doc};
	enum sift_status rc;

	(void)arena;
	sift_page_init(&v.page, w->style,
		       section == 0 ? w->out : &w->buffered[section]);
	rc = sections[section](&v, err);
	sift_buf_release(&v.line);
	return rc ? rc : sift_report_status(v.page.out, err);
}

/* In pieces, so that `out` need not hold it all. */
static void
append(struct sift_buf *out, struct sift_span text)
{
	while (text.len > 0) {
		struct sift_span piece = sift_span_head(text, APPENDED_AT_ONCE);

		sift_buf_add_span(out, piece);
		sift_buf_pass_on(out);
		text = sift_span_from(text, piece.len);
	}
}

enum sift_status
sift_render_text(const struct sift_document *doc,
		 const struct sift_style *style, unsigned threads,
		 struct sift_buf *out, struct sift_err *err)
{
	struct text_work w = {.doc = doc, .style = style, .out = out};
	struct sift_arena unused = {0};
	enum sift_status rc = sift_in_parallel(
		render_section, &w, COUNT(sections), threads, &unused, err);

	for (size_t i = 0; i < COUNT(sections); i++) {
		if (!rc)
			append(out, sift_buf_span(&w.buffered[i]));
		sift_buf_release(&w.buffered[i]);
	}
	return rc ? rc : sift_report_status(out, err);
}
