/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The document as JSON, key by key in the order of DESIGN 8. Every key is
 * always present. docs/report.schema.json says the same for machines.
 */
#include <config.h>

#include <math.h>
#include <stdio.h>

#include "report/compared.h"
#include "report/json_writer.h"
#include "report/load_levels.h"
#include "report/report.h"
#include "report/service_tables.h"

static void
texts(struct sift_json *json, const char *key, const char *const *items,
      size_t count)
{
	sift_json_list_begin(json, key);
	for (size_t i = 0; i < count; i++)
		sift_json_text(json, NULL, items[i]);
	sift_json_list_end(json);
}

static void
latency(struct sift_json *json, const char *key, const struct sift_latency *l)
{
	sift_json_object_begin(json, key);
	for (int s = 0; s < SIFT_STAT_COUNT; s++)
		sift_json_number(json, sift_stat_name((enum sift_stat)s),
				 l->ms[s]);
	sift_json_object_end(json);
}

static void
result_fields(struct sift_json *json, const struct sift_result *r,
	      double share_of_time)
{
	sift_json_count(json, "requests", r->requests);
	sift_json_count(json, "failures", r->failures);
	sift_json_number(json, "error_rate", r->error_rate);
	sift_json_number(json, "rps", r->rps);
	latency(json, "latency_ms", &r->latency);
	if (r->latency_ok)
		latency(json, "latency_ok_ms", r->latency_ok);
	else
		sift_json_null(json, "latency_ok_ms");
	sift_json_lower_bounds(json, (double)r->requests);
	sift_json_number(json, "share_of_time", share_of_time);
	sift_json_text(json, "origin", sift_origin_name(r->origin));
	sift_json_number(json, "resolution_ms", r->resolution_ms);
	sift_json_text(json, "percentile_definition",
		       sift_percentiles_name(r->percentiles));
}

static void
endpoint_name(struct sift_json *json, const char *method, const char *name,
	      enum sift_kind kind)
{
	sift_json_text(json, "method", method);
	sift_json_text(json, "name", name);
	sift_json_text(json, "kind", sift_kind_name(kind));
}

/* ---- inputs ---- */

static void
input(struct sift_json *json, const struct sift_document *doc,
      const struct sift_input *in)
{
	sift_json_object_begin(json, NULL);
	sift_json_text(json, "source", in->source);
	sift_json_count(json, "bytes", in->bytes);
	sift_json_text(json, "format", in->format);
	sift_json_text(json, "format_version", in->format_version);
	sift_json_text(json, "role", sift_role_name(in->role));
	sift_json_text(json, "reason", in->reason);
	sift_json_count(json, "records_used", in->records_used);
	sift_json_count(json, "records_unused", in->records_unused);
	sift_json_count(json, "records_skipped", in->records_skipped);
	sift_json_text(json, "run",
		       in->run == SIFT_NONE ? NULL : doc->runs[in->run].id);
	sift_json_object_end(json);
}

/* ---- runs ---- */

static void
metric(struct sift_json *json, const struct sift_metric *m)
{
	sift_json_object_begin(json, NULL);
	sift_json_text(json, "name", m->name);
	sift_json_text(json, "type", m->type);
	sift_json_text(json, "unit", m->unit);
	sift_json_object_begin(json, "values");
	for (size_t i = 0; i < m->value_count; i++)
		sift_json_number(json, m->values[i].name, m->values[i].value);
	sift_json_object_end(json);
	sift_json_object_end(json);
}

static void
threshold(struct sift_json *json, const struct sift_threshold *t)
{
	sift_json_object_begin(json, NULL);
	sift_json_text(json, "metric", t->metric);
	sift_json_text(json, "expression", t->expression);
	if (t->passed < 0)
		sift_json_null(json, "passed");
	else
		sift_json_bool(json, "passed", t->passed != 0);
	sift_json_object_end(json);
}

static void
run_facts(struct sift_json *json, const struct sift_run *run)
{
	sift_json_list_begin(json, "metrics");
	for (size_t i = 0; i < run->metric_count; i++)
		metric(json, &run->metrics[i]);
	sift_json_list_end(json);
	sift_json_services(json, run);
	sift_json_list_begin(json, "checks");
	for (size_t i = 0; i < run->check_count; i++) {
		sift_json_object_begin(json, NULL);
		sift_json_text(json, "name", run->checks[i].name);
		sift_json_count(json, "passes", run->checks[i].passes);
		sift_json_count(json, "fails", run->checks[i].fails);
		sift_json_object_end(json);
	}
	sift_json_list_end(json);
	sift_json_list_begin(json, "thresholds");
	for (size_t i = 0; i < run->threshold_count; i++)
		threshold(json, &run->thresholds[i]);
	sift_json_list_end(json);
	sift_json_list_begin(json, "failures");
	for (size_t i = 0; i < run->failure_count; i++) {
		const struct sift_failure *f = &run->failures[i];

		sift_json_object_begin(json, NULL);
		sift_json_text(json, "fingerprint", f->fingerprint);
		sift_json_text(json, "method", f->method);
		sift_json_text(json, "name", f->name);
		sift_json_count(json, "count", f->count);
		sift_json_text(json, "example",
			       f->example ? f->example : f->fingerprint);
		sift_json_object_end(json);
	}
	sift_json_list_end(json);
	texts(json, "notes", run->notes, run->note_count);
}

/* The results with the warm-up, where the others are without. */
static void
whole_result(struct sift_json *json, const char *key,
	     const struct sift_result *result, double share_of_time)
{
	if (!result) {
		sift_json_null(json, key);
		return;
	}
	sift_json_object_begin(json, key);
	result_fields(json, result, share_of_time);
	sift_json_object_end(json);
}

static void
run_course(struct sift_json *json, const struct sift_run *r)
{
	const struct sift_steadiness *s = &r->steadiness;

	sift_json_object_begin(json, "steadiness");
	sift_json_bool(json, "judged", s->is_judged != 0);
	sift_json_text(json, "not_judged_because", s->why);
	sift_json_number(json, "warm_up_s", s->warm_up_s);
	sift_json_number(json, "warm_up_by", s->warm_up_by);
	sift_json_number(json, "drift", s->drift);
	sift_json_bool(json, "drifting", s->is_drifting != 0);
	sift_json_object_end(json);
	sift_json_list_begin(json, "levels");
	for (size_t i = 0; i < r->level_count; i++) {
		const struct sift_run_level *l = &r->levels[i];

		sift_json_object_begin(json, NULL);
		sift_json_number(json, "users", l->users);
		sift_json_number(json, "from_s", l->from_s);
		sift_json_number(json, "seconds", l->seconds);
		sift_json_number(json, "requests", l->requests);
		sift_json_number(json, "throughput_rps", l->throughput);
		sift_json_number(json, "throughput_se", l->throughput_se);
		sift_json_number(json, "mean_ms", l->mean_ms);
		sift_json_number(json, "p50_ms", l->p50_ms);
		sift_json_number(json, "p95_ms", l->p95_ms);
		sift_json_number(json, "error_rate", l->error_rate);
		sift_json_object_end(json);
	}
	sift_json_list_end(json);
}

static void
run(struct sift_json *json, const struct sift_document *doc,
    const struct sift_run *r)
{
	sift_json_object_begin(json, NULL);
	sift_json_text(json, "id", r->id);
	sift_json_text(json, "label", r->label);
	sift_json_text(json, "set",
		       r->set == SIFT_NONE ? NULL : doc->sets[r->set].id);
	sift_json_text(json, "tool", r->tool);
	sift_json_text(json, "tool_version", r->tool_version);
	sift_json_text(json, "host", r->host);
	sift_json_text(json, "started_at", r->started_at);
	sift_json_text(json, "started_at_local", r->started_at_local);
	sift_json_number(json, "duration_s", r->duration_s);
	sift_json_object_begin(json, "load");
	sift_json_number(json, "vus", r->load.vus);
	sift_json_number(json, "target_rps", r->load.target_rps);
	sift_json_number(json, "measured_rps", r->load.measured_rps);
	sift_json_object_end(json);
	texts(json, "sources", r->sources, r->source_count);
	sift_json_text(json, "source_kind", r->source_kind);
	sift_json_object_begin(json, "total");
	result_fields(json, &r->total, (double)NAN);
	sift_json_object_end(json);
	sift_json_list_begin(json, "endpoints");
	for (size_t i = 0; i < r->endpoint_count; i++) {
		const struct sift_series e = sift_run_endpoint(r, i);
		const struct sift_series *whole =
			r->whole_endpoints ? &r->whole_endpoints[i] : NULL;

		sift_json_object_begin(json, NULL);
		endpoint_name(json, e.method, e.name, e.kind);
		sift_json_text(json, "example", e.example);
		result_fields(json, e.result,
			      sift_share_of_time(&e, r->spent_ms));
		whole_result(
			json, "whole", whole ? whole->result : NULL,
			whole ? sift_share_of_time(whole, r->whole_spent_ms)
			      : (double)NAN);
		sift_json_object_end(json);
	}
	sift_json_list_end(json);
	sift_json_number(json, "skipped_s", r->skipped_s);
	whole_result(json, "whole_total", r->whole_total, (double)NAN);
	run_facts(json, r);
	run_course(json, r);
	sift_json_object_end(json);
}

/* ---- sets and sweeps ---- */

static void
spread(struct sift_json *json, const char *key, const struct sift_spread *s)
{
	const struct sift_scatter scatter = sift_spread_scatter(s);

	sift_json_object_begin(json, key);
	sift_json_count(json, "n", (int64_t)s->n);
	sift_json_number(json, "median", s->median);
	sift_json_number(json, "min", scatter.min);
	sift_json_number(json, "max", scatter.max);
	sift_json_number(json, "mean", scatter.mean);
	sift_json_number(json, "variance", scatter.variance);
	sift_json_number(json, "stddev", scatter.stddev);
	sift_json_number(json, "cv", scatter.cv);
	sift_json_number(json, "mad", scatter.mad);
	sift_json_row_begin(json, "values");
	for (size_t i = 0; i < s->value_count; i++)
		sift_json_number(json, NULL, sift_spread_value(s, i));
	sift_json_row_end(json);
	sift_json_object_end(json);
}

static void
spreads(struct sift_json *json, const char *key,
	const struct sift_spread by_stat[SIFT_STAT_COUNT])
{
	sift_json_object_begin(json, key);
	for (int s = 0; s < SIFT_STAT_COUNT; s++)
		spread(json, sift_stat_name((enum sift_stat)s), &by_stat[s]);
	sift_json_object_end(json);
}

static void
set_result_fields(struct sift_json *json, const struct sift_set_result *r)
{
	spread(json, "requests", &r->requests);
	spread(json, "failures", &r->failures);
	spread(json, "error_rate", &r->error_rate);
	spread(json, "rps", &r->rps);
	spreads(json, "latency_ms", r->latency);
	if (r->latency_ok)
		spreads(json, "latency_ok_ms", r->latency_ok);
	else
		sift_json_null(json, "latency_ok_ms");
	sift_json_lower_bounds(json, r->requests.median);
	sift_json_number(json, "share_of_time", r->share_of_time);
	sift_json_text(json, "origin", sift_origin_name(r->origin));
	sift_json_number(json, "resolution_ms", r->resolution_ms);
	sift_json_text(json, "percentile_definition",
		       sift_percentiles_name(r->percentiles));
	sift_json_text(json, "source_kind", r->source_kind);
}

static void
noise_floor(struct sift_json *json, const char *key,
	    const struct sift_noise_floor *noise)
{
	static const unsigned runs[SIFT_NOISE_DESIGNS] = SIFT_NOISE_RUNS;

	sift_json_object_begin(json, key);
	sift_json_number(json, "between_runs", noise->between);
	sift_json_number(json, "within_run", noise->within);
	for (size_t k = 0; k < SIFT_NOISE_DESIGNS; k++) {
		char name[32];

		snprintf(name, sizeof(name), "smallest_of_%u_runs", runs[k]);
		sift_json_number(json, name, noise->shows[k]);
	}
	sift_json_bool(json, "wants_longer_runs", noise->wants_longer != 0);
	sift_json_object_end(json);
}

static void
endpoint_noise(struct sift_json *json, const struct sift_endpoint_noise *noise)
{
	if (!noise) {
		sift_json_null(json, "noise");
		return;
	}
	sift_json_object_begin(json, "noise");
	noise_floor(json, "p50", &noise->p50);
	noise_floor(json, "p95", &noise->p95);
	sift_json_object_end(json);
}

static void
set(struct sift_json *json, const struct sift_document *doc,
    const struct sift_set *s)
{
	sift_json_object_begin(json, NULL);
	sift_json_text(json, "id", s->id);
	sift_json_text(json, "label", s->label);
	sift_json_text(json, "scenario", s->scenario);
	sift_json_text(json, "load", s->load);
	sift_json_text(json, "kept_date", s->kept_date);
	sift_json_text(json, "tool", s->tool);
	sift_json_row_begin(json, "runs");
	for (size_t i = 0; i < s->run_count; i++)
		sift_json_text(json, NULL, doc->runs[s->runs[i]].id);
	sift_json_row_end(json);
	sift_json_text(json, "grouped_by", s->grouped_by);
	sift_json_text(json, "source_kind", s->source_kind);
	sift_json_number(json, "users", s->users);
	sift_json_number(json, "measured_rps", s->measured_rps);
	sift_json_number(json, "duration_s", s->duration_s);
	sift_json_count(json, "days", s->days ? (int64_t)s->days : -1);
	sift_json_list_begin(json, "endpoints");
	for (size_t i = 0; i < s->endpoint_count; i++) {
		const struct sift_set_endpoint *e = &s->endpoints[i];

		sift_json_object_begin(json, NULL);
		endpoint_name(json, e->method, e->name, e->kind);
		set_result_fields(json, &e->result);
		endpoint_noise(json, e->noise);
		sift_json_object_end(json);
	}
	sift_json_list_end(json);
	sift_json_text(json, "noise_summary", s->noise_summary);
	sift_json_object_begin(json, "total");
	set_result_fields(json, &s->total);
	sift_json_object_end(json);
	texts(json, "notes", s->notes, s->note_count);
	sift_json_object_end(json);
}

static void
sweep(struct sift_json *json, const struct sift_document *doc,
      const struct sift_sweep *s)
{
	sift_json_object_begin(json, NULL);
	sift_json_text(json, "scenario", s->scenario);
	sift_json_text(json, "tool", s->tool);
	sift_json_text(json, "axis", s->axis);
	sift_json_list_begin(json, "levels");
	for (size_t i = 0; i < s->level_count; i++) {
		const struct sift_sweep_level *l = &s->levels[i];

		sift_json_object_begin(json, NULL);
		sift_json_text(json, "set", doc->sets[l->set].id);
		sift_json_text(json, "load", l->load);
		sift_json_number(json, "users", l->users);
		sift_json_number(json, "measured_rps", l->measured_rps);
		sift_json_number(json, "p50_ms", l->p50_ms);
		sift_json_number(json, "p95_ms", l->p95_ms);
		sift_json_number(json, "error_rate", l->error_rate);
		sift_json_object_end(json);
	}
	sift_json_list_end(json);
	sift_json_object_end(json);
}

/* ---- judgement ---- */

static void
evidence(struct sift_json *json, const struct sift_evidence *e)
{
	sift_json_object_begin(json, NULL);
	sift_json_text(json, "rule", e->rule);
	sift_json_text(json, "method", e->method);
	sift_json_text(json, "name", e->name);
	sift_json_text(json, "metric", e->metric);
	sift_json_number(json, "value", e->value);
	sift_json_number(json, "threshold", e->threshold);
	sift_json_text(json, "message", e->message);
	sift_json_object_end(json);
}

static void
finding(struct sift_json *json, const struct sift_document *doc,
	const struct sift_finding *f)
{
	sift_json_object_begin(json, NULL);
	sift_json_text(json, "id", f->id);
	sift_json_text(json, "rule", f->rule);
	sift_json_text(json, "class", sift_class_name(f->cls));
	sift_json_text(json, "severity", sift_severity_name(f->severity));
	sift_json_text(json, "set",
		       f->set == SIFT_NONE ? NULL : doc->sets[f->set].id);
	sift_json_text(json, "method", f->method);
	sift_json_text(json, "name", f->name);
	sift_json_text(json, "metric", f->metric);
	sift_json_text(json, "unit", f->unit);
	sift_json_number(json, "value", f->value);
	sift_json_number(json, "threshold", f->threshold);
	sift_json_text(json, "threshold_source", f->threshold_source);
	sift_json_count(json, "runs_agreeing", (int64_t)f->runs_agreeing);
	sift_json_count(json, "runs_judged", (int64_t)f->runs_judged);
	sift_json_number(json, "share_of_time", f->share_of_time);
	sift_json_text(json, "message", f->message);
	sift_json_list_begin(json, "evidence");
	for (size_t i = 0; i < f->evidence_count; i++)
		evidence(json, &f->evidence[i]);
	sift_json_list_end(json);
	sift_json_object_end(json);
}

static void
ttl(struct sift_json *json, const struct sift_document *doc,
    const struct sift_ttl *t)
{
	sift_json_object_begin(json, NULL);
	sift_json_text(json, "scenario", t->scenario);
	sift_json_text(json, "set",
		       t->set == SIFT_NONE ? NULL : doc->sets[t->set].id);
	sift_json_text(json, "method", t->method);
	sift_json_text(json, "name", t->name);
	sift_json_count(json, "ttl_s", t->ttl_s);
	sift_json_number(json, "volume", t->volume);
	sift_json_text(json, "volume_basis", t->volume_basis);
	sift_json_number(json, "p99_ms", t->p99_ms);
	sift_json_bool(json, "little_to_gain", t->little_to_gain != 0);
	sift_json_text(json, "reason", t->reason);
	sift_json_object_end(json);
}

static void
action(struct sift_json *json, const struct sift_action *a)
{
	sift_json_object_begin(json, NULL);
	sift_json_text(json, "id", a->id);
	sift_json_text(json, "title", a->title);
	sift_json_list_begin(json, "endpoints");
	for (size_t i = 0; i < a->endpoint_count; i++) {
		sift_json_object_begin(json, NULL);
		sift_json_text(json, "method", a->endpoints[i].method);
		sift_json_text(json, "name", a->endpoints[i].name);
		sift_json_object_end(json);
	}
	sift_json_list_end(json);
	texts(json, "findings", a->findings, a->finding_count);
	sift_json_text(json, "why", a->why);
	texts(json, "steps", a->steps, a->step_count);
	sift_json_text(json, "effort", a->effort);
	if (isnan(a->gain_low)) {
		sift_json_null(json, "gain");
	} else {
		sift_json_object_begin(json, "gain");
		sift_json_number(json, "low", a->gain_low);
		sift_json_number(json, "high", a->gain_high);
		sift_json_text(json, "source", a->gain_source);
		sift_json_object_end(json);
	}
	texts(json, "alternatives", a->alternatives, a->alternative_count);
	sift_json_text(json, "risk", a->risk);
	sift_json_text(json, "verify", a->verify);
	sift_json_object_end(json);
}

static void
plan(struct sift_json *json, const struct sift_plan *p)
{
	sift_json_object_begin(json, "plan");
	sift_json_text(json, "largest_payoff", p->largest_payoff);
	for (int t = 0; t < SIFT_TIER_COUNT; t++) {
		sift_json_list_begin(json, sift_tier_name((enum sift_tier)t));
		for (size_t i = 0; i < p->action_count; i++)
			if (p->actions[i].tier == (enum sift_tier)t)
				action(json, &p->actions[i]);
		sift_json_list_end(json);
	}
	sift_json_object_end(json);
}

/* ---- the whole ---- */

static void
header(struct sift_json *json, const struct sift_document *doc)
{
	sift_json_text(json, "schema", SIFT_REPORT_SCHEMA);
	sift_json_object_begin(json, "generator");
	sift_json_text(json, "name", doc->generator_name);
	sift_json_text(json, "version", doc->generator_version);
	sift_json_object_end(json);
	sift_json_object_begin(json, "parameters");
	for (size_t i = 0; i < doc->parameter_count; i++)
		sift_json_text(json, doc->parameters[i].name,
			       doc->parameters[i].value);
	sift_json_object_end(json);
	sift_json_text(json, "warning", doc->warning);
}

enum sift_status
sift_render_json(const struct sift_document *doc,
		 const struct sift_style *style, unsigned threads,
		 struct sift_buf *out, struct sift_err *err)
{
	struct sift_json json;

	(void)style;
	(void)threads;
	sift_json_init(&json, out);
	sift_json_object_begin(&json, NULL);
	header(&json, doc);
	sift_json_list_begin(&json, "inputs");
	for (size_t i = 0; i < doc->input_count; i++)
		input(&json, doc, &doc->inputs[i]);
	sift_json_list_end(&json);
	sift_json_list_begin(&json, "runs");
	for (size_t i = 0; i < doc->run_count; i++)
		run(&json, doc, &doc->runs[i]);
	sift_json_list_end(&json);
	sift_json_list_begin(&json, "sets");
	for (size_t i = 0; i < doc->set_count; i++)
		set(&json, doc, &doc->sets[i]);
	sift_json_list_end(&json);
	sift_json_list_begin(&json, "sweeps");
	for (size_t i = 0; i < doc->sweep_count; i++)
		sweep(&json, doc, &doc->sweeps[i]);
	sift_json_list_end(&json);
	sift_json_load_curves(&json, doc);
	sift_json_list_begin(&json, "comparisons");
	for (size_t i = 0; i < doc->comparison_count; i++)
		sift_json_comparison(&json, doc, &doc->comparisons[i]);
	sift_json_list_end(&json);
	sift_json_trends(&json, doc);
	sift_json_list_begin(&json, "findings");
	for (size_t i = 0; i < doc->finding_count; i++)
		finding(&json, doc, &doc->findings[i]);
	sift_json_list_end(&json);
	sift_json_list_begin(&json, "cache_ttls");
	for (size_t i = 0; i < doc->cache_ttl_count; i++)
		ttl(&json, doc, &doc->cache_ttls[i]);
	sift_json_list_end(&json);
	plan(&json, &doc->plan);
	sift_json_object_end(&json);
	return sift_report_status(out, err);
}
