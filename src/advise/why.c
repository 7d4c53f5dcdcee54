/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "advise/why.h"

#include <math.h>
#include <string.h>

#include "advise/failure_text.h"
#include "advise/phrases.h"

#define SHOWN_ENDPOINTS 3
#define SHOWN_FACTS 3
#define TELLING_SHARE 0.01 /* of the time; less is not told */

/* Begins a further fact of one endpoint: ": " and then ", ". */
struct facts {
	struct sift_buf *out;
	size_t count;
	const char *rules[SHOWN_FACTS];
};

static void
begin_fact(struct facts *f)
{
	sift_buf_add_str(f->out, f->count ? ", " : ": ");
	f->count++;
}

static void
say_subject(struct sift_buf *out, const struct sift_pick *pick)
{
	const struct sift_document *doc = pick->c.doc;
	const struct sift_set *set = &doc->sets[pick->c.set->index];

	if (pick->c.endpoint) {
		sift_phrase_endpoint(out, pick->c.endpoint->method,
				     pick->c.endpoint->name);
		if (pick->share >= TELLING_SHARE)
			sift_buf_printf(out, " (%ld %% of the time)",
					lround(pick->share * 100));
		if (doc->set_count > 1)
			sift_buf_add_str(out, " in ");
	}
	if (!pick->c.endpoint || doc->set_count > 1)
		sift_phrase_text(out, set->label ? set->label : "the runs");
}

static bool
was_said(const struct facts *f, const char *rule)
{
	size_t i;

	for (i = 0; i < f->count && i < SHOWN_FACTS; i++)
		if (f->rules[i] && !strcmp(f->rules[i], rule))
			return true;
	return false;
}

static bool
is_error(const struct sift_case *c, const struct sift_fact *fact)
{
	return c->endpoint && (!strcmp(fact->rule, "errors.rate") ||
			       !strcmp(fact->rule, "target.error-rate"));
}

/* "26 of 1021 failed (2.5 %) in 5 of 5 runs, mostly "HTTP 500"" */
static void
say_errors(struct facts *f, const struct sift_case *c,
	   const struct sift_fact *fact)
{
	const struct sift_finding *finding = &c->doc->findings[fact->finding];
	const char *text = sift_failure_most(c);

	sift_phrase_failures(f->out, &c->endpoint->result);
	if (fact->evidence == SIFT_NONE && finding->runs_judged > 1)
		sift_buf_printf(f->out, " in %u of %u runs",
				finding->runs_agreeing, finding->runs_judged);
	if (!text)
		return;
	sift_buf_add_str(f->out, ", mostly \"");
	sift_phrase_text(f->out, text);
	sift_buf_add_byte(f->out, '"');
}

/* Evidence that names the shape of a finding begins with it. */
static const char *
without_shape(const char *message)
{
	const char *behind = strstr(message, "; ");

	return !strncmp(message, "shape: ", 7) && behind ? behind + 2 : message;
}

static void
say_fact(struct facts *f, const struct sift_case *c,
	 const struct sift_fact *fact)
{
	const char *message = sift_fact_message(c->doc, fact);

	if (f->count >= SHOWN_FACTS || was_said(f, fact->rule))
		return;
	f->rules[f->count] = fact->rule;
	begin_fact(f);
	if (is_error(c, fact))
		say_errors(f, c, fact);
	else
		sift_buf_add_str(f->out,
				 message ? without_shape(message) : fact->rule);
}

static void
say_facts(struct facts *f, const struct sift_pick *pick)
{
	const struct sift_conditions *when = &pick->row->when;
	const struct sift_fact *of_set;
	size_t i, count;

	for (i = 0; i < pick->c.fact_count; i++)
		if (sift_conditions_name_fact(when, &pick->c.facts[i], false))
			say_fact(f, &pick->c, &pick->c.facts[i]);
	sift_case_set_facts(pick->c.set, &of_set, &count);
	for (i = 0; pick->c.endpoint && i < count; i++)
		if (sift_conditions_name_fact(when, &of_set[i], true))
			say_fact(f, &pick->c, &of_set[i]);
}

/* What speaks for an action without a finding. */
static void
say_figures(struct facts *f, const struct sift_pick *pick)
{
	const struct sift_case *c = &pick->c;
	unsigned runs = (unsigned)c->doc->sets[c->set->index].run_count;
	double p50 = sift_case_result(c)->latency[SIFT_STAT_P50].median;

	begin_fact(f);
	if (!c->endpoint) {
		sift_buf_printf(f->out, "%u run%s", runs, runs == 1 ? "" : "s");
		return;
	}
	sift_buf_add_str(f->out, "p50 ");
	sift_phrase_number(f->out, p50, NAN, SIFT_PHRASE_MS);
}

static void
say_extras(struct facts *f, const struct sift_pick *pick)
{
	if (sift_conditions_need_ttl(&pick->row->when) && pick->c.ttl) {
		begin_fact(f);
		sift_buf_printf(f->out, "cache TTL %d s",
				(int)pick->c.ttl->ttl_s);
	}
	if (pick->middle > 0 && pick->row->gain != SIFT_GAIN_CATALOGUE) {
		begin_fact(f);
		sift_buf_add_str(f->out, "modelled gain ");
		sift_phrase_range(f->out, pick->gain.low, pick->gain.high);
	}
}

void
sift_why_action(struct sift_buf *out, const struct sift_pick *picks,
		size_t count)
{
	size_t i;

	for (i = 0; i < count && i < SHOWN_ENDPOINTS; i++) {
		struct facts f = {.out = out};

		if (i)
			sift_buf_add_str(out, "; ");
		say_subject(out, &picks[i]);
		say_facts(&f, &picks[i]);
		if (!f.count)
			say_figures(&f, &picks[i]);
		say_extras(&f, &picks[i]);
	}
	if (count > SHOWN_ENDPOINTS)
		sift_buf_printf(out, "; and %zu more", count - SHOWN_ENDPOINTS);
	sift_buf_add_str(out, ". ");
	sift_buf_add_str(out, picks[0].row->why);
}

void
sift_why_payoff(struct sift_buf *out, const struct sift_pick *pick)
{
	static const char *const tiers[SIFT_TIER_COUNT] = {
		"immediate", "short term", "long term"};
	const struct sift_catalogue_row *row = pick->row;
	const struct sift_set *set = &pick->c.doc->sets[pick->c.set->index];

	sift_buf_printf(out, "%s (%s, %s)", row->title, row->id,
			tiers[row->tier]);
	if (pick->c.endpoint) {
		sift_buf_add_str(out, " for ");
		sift_phrase_endpoint(out, pick->c.endpoint->method,
				     pick->c.endpoint->name);
	}
	if (!(pick->middle * pick->share > 0)) {
		sift_buf_add_str(out, ": no gain in latency is claimed");
		return;
	}
	sift_buf_add_str(out, ": ");
	sift_phrase_range(out, pick->gain.low * pick->share,
			  pick->gain.high * pick->share);
	sift_buf_add_str(out, " less time for all requests in ");
	sift_phrase_text(out, set->label ? set->label : "the runs");
	sift_buf_add_str(out, " (");
	sift_phrase_range(out, pick->gain.low, pick->gain.high);
	sift_buf_printf(out,
			" of its latency, %s; it takes %ld %% of the time)",
			sift_gain_source(row->gain), lround(pick->share * 100));
}
