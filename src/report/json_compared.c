/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <math.h>

#include "report/compared.h"

static void
texts(struct sift_json *json, const char *key, const char **list, size_t count)
{
	sift_json_list_begin(json, key);
	for (size_t i = 0; i < count; i++)
		sift_json_text(json, NULL, list[i]);
	sift_json_list_end(json);
}

static void
names(struct sift_json *json, const char *key,
      const struct sift_action_endpoint *list, size_t count)
{
	sift_json_list_begin(json, key);
	for (size_t i = 0; i < count; i++) {
		sift_json_object_begin(json, NULL);
		sift_json_text(json, "method", list[i].method);
		sift_json_text(json, "name", list[i].name);
		sift_json_object_end(json);
	}
	sift_json_list_end(json);
}

static void
new_failures(struct sift_json *json, const struct sift_comparison *c)
{
	sift_json_list_begin(json, "new_failures");
	for (size_t i = 0; i < c->new_failure_count; i++) {
		const struct sift_failure *f = &c->new_failures[i];

		sift_json_object_begin(json, NULL);
		sift_json_text(json, "fingerprint", f->fingerprint);
		sift_json_text(json, "method", f->method);
		sift_json_text(json, "name", f->name);
		sift_json_count(json, "count", f->count);
		sift_json_object_end(json);
	}
	sift_json_list_end(json);
}

static void
slow_side(struct sift_json *json, const char *key, double low, double high,
	  int64_t slow, int64_t requests)
{
	sift_json_object_begin(json, key);
	sift_json_number(json, "share_low", low);
	sift_json_number(json, "share_high", high);
	sift_json_count(json, "slow", slow);
	sift_json_count(json, "requests", requests);
	sift_json_object_end(json);
}

static void
slow_requests(struct sift_json *json, const struct sift_slow_share *s)
{
	static const char *const verdicts[] = {"fewer", NULL, "more"};

	if (!s) {
		sift_json_null(json, "slow_requests");
		return;
	}
	sift_json_object_begin(json, "slow_requests");
	sift_json_number(json, "limit_ms", s->limit_ms);
	slow_side(json, "old", s->before_low, s->before_high, s->before_slow,
		  s->before_requests);
	slow_side(json, "new", s->after_low, s->after_high, s->after_slow,
		  s->after_requests);
	sift_json_number(json, "p", s->p);
	sift_json_text(json, "verdict", verdicts[s->direction + 1]);
	sift_json_object_end(json);
}

static void
change(struct sift_json *json, const char *key,
       const struct sift_figure_change *c)
{
	if (!c->verdict) {
		sift_json_null(json, key);
		return;
	}
	sift_json_object_begin(json, key);
	sift_json_number(json, "old", c->before);
	sift_json_number(json, "new", c->after);
	sift_json_bool(json, "old_is_lower_bound", c->is_lower_bound[0] != 0);
	sift_json_bool(json, "new_is_lower_bound", c->is_lower_bound[1] != 0);
	sift_json_number(json, "change", c->change);
	sift_json_number(json, "shift", c->shift);
	if (isnan(c->coverage)) {
		sift_json_null(json, "interval");
	} else {
		sift_json_object_begin(json, "interval");
		sift_json_number(json, "low", c->low);
		sift_json_number(json, "high", c->high);
		sift_json_number(json, "coverage", c->coverage);
		sift_json_object_end(json);
	}
	sift_json_number(json, "p", c->p);
	sift_json_number(json, "q", c->q);
	sift_json_number(json, "jump", c->jump);
	sift_json_text(json, "verdict", c->verdict);
	sift_json_text(json, "reason", c->reason);
	sift_json_count(json, "runs_needed", c->runs_needed);
	slow_requests(json, c->slow);
	sift_json_text(json, "capped_by", c->capped_by);
	sift_json_text(json, "uncapped_verdict", c->uncapped);
	sift_json_object_end(json);
}

static void
endpoint(struct sift_json *json, const struct sift_compared_endpoint *e)
{
	static const enum sift_compared latencies[] = {
		SIFT_COMPARED_P50, SIFT_COMPARED_P95, SIFT_COMPARED_P99,
		SIFT_COMPARED_MEAN};

	sift_json_object_begin(json, NULL);
	sift_json_text(json, "method", e->method);
	sift_json_text(json, "name", e->name);
	sift_json_text(json, "kind", sift_kind_name(e->kind));
	sift_json_bool(json, "control", e->is_control != 0);
	sift_json_object_begin(json, "metrics");
	for (size_t i = 0; i < sizeof(latencies) / sizeof(latencies[0]); i++)
		change(json, sift_compared_name(latencies[i]),
		       &e->changes[latencies[i]]);
	sift_json_object_end(json);
	change(json, "error_rate", &e->changes[SIFT_COMPARED_ERROR_RATE]);
	change(json, "rps", &e->changes[SIFT_COMPARED_RPS]);
	sift_json_object_end(json);
}

static void
doubts(struct sift_json *json, const struct sift_document *doc,
       const struct sift_comparison *c)
{
	sift_json_list_begin(json, "doubts");
	for (size_t i = 0; i < c->doubt_count; i++) {
		const struct sift_test_doubt *d = &c->doubts[i];

		sift_json_object_begin(json, NULL);
		sift_json_text(json, "side", d->is_after ? "new" : "old");
		sift_json_text(json, "finding", doc->findings[d->finding].id);
		sift_json_text(json, "rule", doc->findings[d->finding].rule);
		sift_json_text(json, "message",
			       doc->findings[d->finding].message);
		sift_json_text(json, "effect", d->effect);
		sift_json_object_end(json);
	}
	sift_json_list_end(json);
}

static void
global_shift(struct sift_json *json, const struct sift_global_shift *s)
{
	if (!s) {
		sift_json_null(json, "global_shift");
		return;
	}
	sift_json_object_begin(json, "global_shift");
	sift_json_text(json, "metric", sift_compared_name(s->metric));
	sift_json_number(json, "change", s->change);
	sift_json_number(json, "p", s->p);
	sift_json_count(json, "endpoints", (int64_t)s->endpoints);
	sift_json_count(json, "of", (int64_t)s->of);
	names(json, "together", s->together, s->endpoints);
	sift_json_bool(json, "controls", s->has_controls != 0);
	sift_json_text(json, "capped_by", s->capped_by);
	sift_json_text(json, "message", s->message);
	sift_json_object_end(json);
}

void
sift_json_comparison(struct sift_json *json, const struct sift_document *doc,
		     const struct sift_comparison *c)
{
	bool is_compared = c->is_comparable || c->is_forced;

	sift_json_object_begin(json, NULL);
	sift_json_text(json, "old", doc->sets[c->before].id);
	sift_json_text(json, "new", doc->sets[c->after].id);
	sift_json_bool(json, "comparable", c->is_comparable != 0);
	sift_json_bool(json, "exploratory", c->is_forced != 0);
	texts(json, "mismatches", c->mismatches, c->mismatch_count);
	doubts(json, doc, c);
	sift_json_text(json, "net_change", c->net_change);
	sift_json_text(json, "summary", c->summary);
	global_shift(json, c->global_shift);
	names(json, "endpoints_added", c->added, c->added_count);
	names(json, "endpoints_removed", c->removed, c->removed_count);
	new_failures(json, c);
	sift_json_list_begin(json, "endpoints");
	for (size_t i = 0; is_compared && i < c->endpoint_count; i++)
		endpoint(json, &c->endpoints[i]);
	sift_json_list_end(json);
	texts(json, "advice", c->advice, c->advice_count);
	sift_json_object_end(json);
}
