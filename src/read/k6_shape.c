/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "read/k6_shape.h"

#include "model/event.h"
#include "read/k6_metric.h"
#include "read/ndjson.h"

/* What the head shows. */
struct evidence {
	bool root_group;
	bool groups_are_lists;	 /* handleSummary */
	bool groups_are_objects; /* --summary-export */
	bool options_or_state;
	bool setup_data;
	bool metrics;
	bool typed;   /* an entry with type and values */
	bool bare;    /* an entry with its figures beside each other */
	bool builtin; /* a name that only k6 uses */
	bool indent_of_4;
};

/* An entry of the metrics; false when it is none of k6's. */
static bool
look_at_entry(struct sift_ndjson *t, struct evidence *e)
{
	struct sift_ndjson_value value = {0};
	struct sift_span key;
	enum sift_metric_type type;
	enum sift_ndjson_kind kind;
	bool has_type = false;

	if (!sift_ndjson_peek(t, &kind) || kind != SIFT_NDJSON_OBJECT)
		return false;
	sift_ndjson_open(t, '{');
	while (sift_ndjson_member(t, &key)) {
		bool values = sift_span_equal(key, SIFT_SPAN("values"));

		if (sift_ndjson_peek(t, &kind) && kind == SIFT_NDJSON_OBJECT &&
		    values && has_type)
			e->typed = true;
		if (!sift_ndjson_value(t, &value))
			break;
		if (value.kind == SIFT_NDJSON_SCALAR)
			e->bare = true;
		if (sift_span_equal(key, SIFT_SPAN("type")) &&
		    sift_k6_metric_type(value.raw, &type))
			has_type = true;
		/* keys come in any order: "type" may follow "values" */
		if (values && value.kind == SIFT_NDJSON_OBJECT)
			e->typed = true;
	}
	return true;
}

static void
look_at_metrics(struct sift_ndjson t, struct evidence *e)
{
	struct sift_k6_metric known;
	struct sift_span key;

	if (!sift_ndjson_open(&t, '{'))
		return;
	e->metrics = true;
	while (sift_ndjson_member(&t, &key)) {
		key = sift_span_head(key, sift_span_find_byte(key, '{'));
		if (sift_k6_metric_builtin(key, &known))
			e->builtin = true;
		if (!look_at_entry(&t, e))
			return;
	}
}

static void
look_at_root_group(struct sift_ndjson t, struct evidence *e)
{
	struct sift_ndjson_value value;
	enum sift_ndjson_kind kind;
	struct sift_span key;

	if (!sift_ndjson_open(&t, '{'))
		return;
	e->root_group = true;
	while (sift_ndjson_member(&t, &key)) {
		if ((sift_span_equal(key, SIFT_SPAN("groups")) ||
		     sift_span_equal(key, SIFT_SPAN("checks"))) &&
		    sift_ndjson_peek(&t, &kind)) {
			e->groups_are_lists |= kind == SIFT_NDJSON_ARRAY;
			e->groups_are_objects |= kind == SIFT_NDJSON_OBJECT;
		}
		if (!sift_ndjson_value(&t, &value))
			return;
	}
}

/* A member of a document that is nothing but the metrics. */
static void
look_at_bare_metric(struct sift_ndjson t, struct sift_span key,
		    struct evidence *e)
{
	struct evidence entry = {0};
	struct sift_k6_metric known;

	key = sift_span_head(key, sift_span_find_byte(key, '{'));
	if (!sift_k6_metric_builtin(key, &known) || !look_at_entry(&t, &entry))
		return;
	e->metrics |= entry.typed;
	e->typed |= entry.typed;
	e->builtin |= entry.typed;
}

static void
look_at_document(struct sift_span head, struct evidence *e)
{
	struct sift_ndjson_value value;
	struct sift_ndjson t;
	struct sift_span key;

	sift_ndjson_init(&t, head, 0);
	sift_ndjson_open(&t, '{');
	while (sift_ndjson_member(&t, &key)) {
		if (sift_span_equal(key, SIFT_SPAN("metrics")))
			look_at_metrics(t, e);
		else if (sift_span_equal(key, SIFT_SPAN("root_group")))
			look_at_root_group(t, e);
		else if (sift_span_equal(key, SIFT_SPAN("options")) ||
			 sift_span_equal(key, SIFT_SPAN("state")))
			e->options_or_state = true;
		else if (sift_span_equal(key, SIFT_SPAN("setup_data")))
			e->setup_data = true;
		else
			look_at_bare_metric(t, key, e);
		if (!sift_ndjson_value(&t, &value))
			return;
	}
}

void
sift_k6_shape_of(struct sift_span head, struct sift_k6_shape *out)
{
	static const struct sift_span bom = SIFT_SPAN_INIT("\xEF\xBB\xBF");
	struct evidence e = {0};

	out->handle_summary = 0;
	out->summary_export = 0;
	if (sift_span_starts(head, bom))
		head = sift_span_from(head, bom.len);
	look_at_document(head, &e);
	e.indent_of_4 = sift_span_starts(head, SIFT_SPAN("{\n    \""));
	if (e.metrics && e.typed && (e.builtin || e.root_group))
		out->handle_summary = 150;
	else if (e.metrics && e.bare && (e.builtin || e.root_group))
		out->summary_export = 150;
	else if (e.groups_are_lists)
		out->handle_summary = 100;
	else if (e.groups_are_objects)
		out->summary_export = 100;
	else if (e.setup_data && e.options_or_state)
		out->handle_summary = 60;
	else if (e.setup_data && e.indent_of_4)
		out->summary_export = 20; /* it fills the whole head */
	else if (e.setup_data)
		out->handle_summary = 20;
}
