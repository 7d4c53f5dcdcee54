/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * The sections of the Markdown report in words: findings with their evidence,
 * and the plan.
 */

#include <config.h>

#include "report/markdown.h"
#include "report/markdown_view.h"
#include "report/survey.h"
#include "report/wording.h"

const char *
sift_md_line(struct sift_md_view *v)
{
	return sift_words_text(&v->line, v->out);
}

void
sift_md_endpoint(struct sift_md_view *v, const char *method, const char *name)
{
	sift_buf_clear(&v->line);
	sift_words_endpoint(&v->line, method, name);
	if (name)
		sift_md_code(v->out, sift_md_line(v));
	else
		sift_md_text(v->out, sift_md_line(v));
}

/* ---- findings ---- */

static void
render_evidence(struct sift_md_view *v, const struct sift_finding *f)
{
	for (size_t i = 0; i < f->evidence_count; i++) {
		const struct sift_evidence *e = &f->evidence[i];

		sift_buf_add_str(v->out, "  - ");
		if (e->name) {
			sift_md_endpoint(v, e->method, e->name);
			sift_buf_add_str(v->out, ": ");
		}
		sift_md_text(v->out, e->message ? e->message : "");
		if (e->rule) {
			sift_buf_add_byte(v->out, ' ');
			sift_md_code(v->out, e->rule);
		}
		sift_buf_add_byte(v->out, '\n');
	}
}

static void
render_finding(struct sift_md_view *v, const struct sift_finding *f)
{
	const char *where = sift_finding_where(v->doc, f);

	sift_buf_printf(v->out, "- **%s** ", sift_severity_name(f->severity));
	if (f->name) {
		sift_md_endpoint(v, f->method, f->name);
		sift_buf_add_str(v->out, ": ");
	}
	sift_md_text(v->out, f->message);
	sift_md_textf(v->out, " (%s%s", where, *where ? ", " : "");
	sift_md_code(v->out, f->rule);
	sift_buf_add_str(v->out, ", ");
	sift_md_code(v->out, f->id);
	sift_buf_add_str(v->out, ")\n");
	render_evidence(v, f);
}

void
sift_md_findings(struct sift_md_view *v)
{
	const struct sift_document *doc = v->doc;

	sift_md_heading(v->out, 2, "AI Optimization Guidance");
	if (doc->finding_count == 0)
		sift_buf_add_str(v->out,
				 doc->run_count
					 ? "No finding: nothing is over its "
					   "limit.\n"
					 : "Nothing to judge.\n");
	for (size_t i = 0; i < doc->finding_count; i++)
		render_finding(v, &doc->findings[i]);
}

/* ---- plan ---- */

/* One item of the list below an action. */
static void
action_item(struct sift_md_view *v, size_t indent, const char *label,
	    const char *text)
{
	if (!text)
		return;
	sift_buf_add_repeated(v->out, ' ', indent);
	sift_buf_printf(v->out, "- %s%s", label, *label ? ": " : "");
	sift_md_prose(v->out, text);
	sift_buf_add_byte(v->out, '\n');
}

static void
action_codes(struct sift_md_view *v, size_t indent, const char *label,
	     const char *const *codes, size_t count)
{
	if (count == 0)
		return;
	sift_buf_add_repeated(v->out, ' ', indent);
	sift_buf_printf(v->out, "- %s: ", label);
	for (size_t i = 0; i < count; i++) {
		sift_buf_add_str(v->out, i ? ", " : "");
		sift_md_code(v->out, codes[i]);
	}
	sift_buf_add_byte(v->out, '\n');
}

static void
action_head(struct sift_md_view *v, const struct sift_action *a)
{
	size_t shown = a->endpoint_count;

	if (shown > SIFT_MD_ENDPOINTS)
		shown = SIFT_MD_ENDPOINTS;
	sift_buf_add_str(v->out, "**");
	sift_md_text(v->out, a->title);
	sift_buf_add_str(v->out, "**");
	for (size_t i = 0; i < shown; i++) {
		sift_buf_add_str(v->out, i ? ", " : ": ");
		sift_md_endpoint(v, a->endpoints[i].method,
				 a->endpoints[i].name);
	}
	if (shown < a->endpoint_count)
		sift_buf_printf(v->out, " and %zu more",
				a->endpoint_count - shown);
	sift_buf_clear(&v->line);
	sift_words_cost(&v->line, a);
	sift_md_textf(v->out, " (%s, ", sift_md_line(v));
	sift_md_code(v->out, a->id);
	sift_buf_add_str(v->out, ")\n");
}

static void
render_action(struct sift_md_view *v, size_t number,
	      const struct sift_action *a)
{
	size_t from = v->out->len, indent;

	/* Items of the list within stand below the text behind the number. */
	sift_buf_printf(v->out, "%zu. ", number);
	indent = v->out->len - from;
	action_head(v, a);
	action_item(v, indent, "Why", a->why);
	for (size_t i = 0; i < a->step_count; i++)
		action_item(v, indent, "", a->steps[i]);
	action_codes(v, indent, "Instead, not in addition", a->alternatives,
		     a->alternative_count);
	action_item(v, indent, "Risk", a->risk);
	action_item(v, indent, "Verify", a->verify);
	action_codes(v, indent, "Answers", a->findings, a->finding_count);
}

void
sift_md_plan(struct sift_md_view *v)
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
