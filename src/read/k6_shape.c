/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "read/k6_shape.h"

#include "read/k6_metric.h"

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
look_at_entry(const struct sift_json *entry, struct evidence *e)
{
	const struct sift_json *figure = sift_json_members(entry);

	if (!sift_json_is(entry, SIFT_JSON_OBJECT))
		return false;
	if (sift_json_is(sift_json_get(entry, "values"), SIFT_JSON_OBJECT))
		e->typed = true;
	while (figure && figure->kind > SIFT_JSON_NUMBER)
		figure = figure->next;
	e->bare |= figure != NULL;
	return true;
}

static bool
is_builtin(struct sift_span name)
{
	struct sift_k6_metric known;

	name = sift_span_head(name, sift_span_find_byte(name, '{'));
	return sift_k6_metric_builtin(name, &known);
}

static void
look_at_metrics(const struct sift_json *metrics, struct evidence *e)
{
	const struct sift_json *entry = sift_json_members(metrics);

	e->metrics = sift_json_is(metrics, SIFT_JSON_OBJECT);
	for (; entry && !(e->builtin && e->typed); entry = entry->next) {
		e->builtin |= is_builtin(entry->key);
		if (!look_at_entry(entry, e))
			break;
	}
}

static void
look_at_root_group(const struct sift_json *group, struct evidence *e)
{
	static const char *const keys[] = {"groups", "checks"};

	e->root_group = sift_json_is(group, SIFT_JSON_OBJECT);
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		const struct sift_json *list = sift_json_get(group, keys[i]);

		e->groups_are_lists |= sift_json_is(list, SIFT_JSON_ARRAY);
		e->groups_are_objects |= sift_json_is(list, SIFT_JSON_OBJECT);
	}
}

/* The document may be nothing but the metrics. */
static void
look_at_bare_metrics(const struct sift_json *head, struct evidence *e)
{
	const struct sift_json *entry = sift_json_members(head);

	for (; entry && !e->typed; entry = entry->next) {
		if (is_builtin(entry->key))
			look_at_entry(entry, e);
	}
	e->metrics = e->builtin = e->typed;
}

void
sift_k6_shape_of(const struct sift_json *head, struct sift_span text,
		 struct sift_k6_shape *out)
{
	const struct sift_json *metrics = sift_json_get(head, "metrics");
	struct evidence e = {0};

	out->handle_summary = 0;
	out->summary_export = 0;
	look_at_root_group(sift_json_get(head, "root_group"), &e);
	e.options_or_state =
		sift_json_get(head, "options") || sift_json_get(head, "state");
	e.setup_data = sift_json_get(head, "setup_data") != NULL;
	e.indent_of_4 = sift_span_starts(text, SIFT_SPAN("{\n    \""));
	if (metrics)
		look_at_metrics(metrics, &e);
	else
		look_at_bare_metrics(head, &e);
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
