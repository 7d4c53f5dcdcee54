/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "engine/assemble_spreads.h"

#include <math.h>

#include "stat/order.h"

#define CACHE_LINE 64 /* of most processors; no result depends on it */

/* ---- all endpoints ---- */

static bool
has_endpoints(const struct sift_figure_table *table, bool trends)
{
	for (size_t e = 0; table && e < table->count; e++)
		if ((table->endpoints[e].kind == SIFT_KIND_TREND) == trends)
			return true;
	return false;
}

/*
 * The worst kind of source that may name endpoints (or trends) of the set. A
 * k6 summary calls `{name:x}` what the points of the same run know as GET x:
 * where most runs have the points, only they are asked.
 */
static size_t
naming_kind(const struct sift_set_builder *b, bool trends)
{
	size_t carried[SIFT_SOURCE_KIND_COUNT] = {0}, known = 0;

	for (size_t i = 0; i < b->count; i++) {
		bool any = false;

		for (size_t at = 0; at < b->kind_count; at++) {
			size_t k = b->kinds[at];
			bool has = has_endpoints(b->rows[i].tables->kinds[k],
						 trends);

			carried[k] += has;
			any = any || has;
		}
		known += any;
	}
	return sift_common_kind(carried, known);
}

/* The endpoints that the table may name; none without a table. */
static struct sift_keys
list_keys(struct sift_figure_table *table, size_t kind, const size_t naming[2],
	  struct sift_series **out)
{
	struct sift_keys keys = {out, 0};

	for (size_t i = 0; table && i < table->count; i++) {
		struct sift_series *e = &table->endpoints[i];

		if (kind <= naming[e->kind == SIFT_KIND_TREND])
			out[keys.count++] = e;
	}
	return keys;
}

static bool
are_alike(const struct sift_figure_table *a, const struct sift_figure_table *b)
{
	return a && b && a->alike && a->alike == b->alike;
}

/* The endpoints of all runs, sorted, each once. */
static enum sift_status
collect_keys(struct sift_set_builder *b, struct sift_arena *scratch,
	     struct sift_keys *out)
{
	const size_t naming[] = {naming_kind(b, false), naming_kind(b, true)};
	struct sift_series **items;
	struct sift_keys *lists;
	size_t room = 0, count = 0, used = 0;

	for (size_t i = 0; i < b->count; i++)
		for (size_t k = 0; k < SIFT_SOURCE_KIND_COUNT; k++)
			if (b->rows[i].tables->kinds[k])
				room += b->rows[i].tables->kinds[k]->count;
	items = sift_arena_array(scratch, 2 * room, sizeof(*items));
	lists = sift_arena_array(scratch, b->count * b->kind_count,
				 sizeof(*lists));
	if (!items || !lists)
		return sift_assembly_nomem(b->a);
	for (size_t i = 0; i < b->count; i++)
		for (size_t at = 0; at < b->kind_count; at++) {
			size_t k = b->kinds[at];
			struct sift_figure_table *table =
				b->rows[i].tables->kinds[k];

			if (i &&
			    are_alike(b->rows[i - 1].tables->kinds[k], table))
				continue; /* nothing new */
			lists[count] =
				list_keys(table, k, naming, items + used);
			used += lists[count++].count;
		}
	*out = sift_merge_keys(lists, count, items, items + room);
	return SIFT_OK;
}

/* Results of many runs lie far from each other: all are on their way before the
   first is looked at. */
static void
fetch(const struct sift_result *result)
{
	const char *figures = (const char *)result;

	for (size_t at = 0; at < sizeof(*result); at += CACHE_LINE)
		__builtin_prefetch(figures + at);
	__builtin_prefetch(figures + sizeof(*result) - 1);
}

static void
find_endpoint(struct sift_set_builder *b, const struct sift_series *key)
{
	for (size_t i = 0; i < b->count; i++) {
		struct sift_set_row *row = &b->rows[i];

		for (size_t at = 0; at < b->kind_count; at++) {
			size_t k = b->kinds[at];

			if (!row->tables->kinds[k])
				continue;
			row->results[k] = sift_figure_next(
				row->tables->kinds[k], key, &row->next[k]);
			if (row->results[k])
				fetch(row->results[k]);
		}
	}
}

static void
find_total(struct sift_set_builder *b)
{
	for (size_t i = 0; i < b->count; i++)
		for (size_t at = 0; at < b->kind_count; at++) {
			size_t k = b->kinds[at];
			const struct sift_figure_table *t =
				b->rows[i].tables->kinds[k];

			if (!t)
				continue;
			b->rows[i].results[k] = t->total.result;
			b->rows[i].next[k] = t->count + 1;
		}
}

static enum sift_status
fill_endpoints(struct sift_set_builder *b, struct sift_arena *scratch)
{
	struct sift_keys keys = {NULL, 0};
	enum sift_status rc = collect_keys(b, scratch, &keys);

	if (rc)
		return rc;
	b->to->endpoints = sift_arena_array(b->a->arena, keys.count,
					    sizeof(*b->to->endpoints));
	if (!b->to->endpoints)
		return sift_assembly_nomem(b->a);
	for (size_t i = 0; i < keys.count && !rc; i++) {
		struct sift_set_endpoint *e = &b->to->endpoints[i];

		e->method = keys.items[i]->method;
		e->name = keys.items[i]->name;
		e->kind = keys.items[i]->kind;
		find_endpoint(b, keys.items[i]);
		rc = sift_fill_spreads(b, &e->result);
	}
	b->to->endpoint_count = keys.count;
	return rc;
}

/* ---- the set itself ---- */

static void
find_source_kind(struct sift_set_builder *b)
{
	size_t chosen = SIFT_NONE;

	for (size_t k = 0; k < SIFT_SOURCE_KIND_COUNT; k++)
		if (b->taken[k] &&
		    (chosen == SIFT_NONE || b->taken[k] > b->taken[chosen]))
			chosen = k;
	if (chosen != SIFT_NONE)
		b->to->source_kind =
			sift_source_kind_name((enum sift_source_kind)chosen);
}

static enum sift_status
median_duration(struct sift_set_builder *b, struct sift_arena *scratch)
{
	double *durations =
		sift_arena_array(scratch, b->count, sizeof(*durations));
	size_t known = 0;

	if (!durations)
		return sift_assembly_nomem(b->a);
	for (size_t i = 0; i < b->count; i++) {
		durations[known] =
			b->a->grouping->runs[b->from->runs[i]].duration_s;
		known += isnan(durations[known]) ? 0 : 1;
	}
	b->to->duration_s = sift_median_of(durations, known);
	return SIFT_OK;
}

static enum sift_status
copy_facts(struct sift_set_builder *b)
{
	struct sift_set *to = b->to;
	const struct sift_group_set *from = b->from;

	to->label = from->label;
	to->scenario = from->scenario;
	to->load = from->load;
	to->kept_date = from->kept_date;
	to->tool = from->tool;
	to->grouped_by = from->grouped_by;
	to->users = from->users;
	to->days = from->days;
	to->runs = from->runs;
	to->run_count = from->run_count;
	/* one more may come: note_left_out() */
	to->notes = sift_arena_array(b->a->arena, from->note_count + 1,
				     sizeof(*to->notes));
	if (!to->notes)
		return sift_assembly_nomem(b->a);
	for (size_t i = 0; i < from->note_count; i++)
		to->notes[i] = from->notes[i];
	to->note_count = from->note_count;
	return SIFT_OK;
}

/* Does this run of the set lack the kind, though it knows other figures? */
static bool
is_left_out(const struct sift_set_builder *b, size_t i, size_t kind)
{
	bool any = false;

	for (size_t k = 0; k < SIFT_SOURCE_KIND_COUNT; k++)
		any = any || b->rows[i].results[k];
	return any && !b->rows[i].results[kind];
}

/* Say which runs are left out of the total's latencies, and why. */
static enum sift_status
note_left_out(struct sift_set_builder *b)
{
	size_t kind = sift_latency_kind(b), left_out = 0;
	const char *first = NULL;

	for (size_t i = 0; i < b->count && kind != SIFT_NONE; i++) {
		if (!is_left_out(b, i, kind))
			continue;
		if (!left_out++)
			first = b->a->grouping->runs[b->from->runs[i]].label;
	}
	if (!left_out)
		return SIFT_OK;
	b->to->notes[b->to->note_count] = sift_arena_printf(
		b->a->arena, "latencies are of %zu of %zu runs: %s%s no %s",
		b->count - left_out, b->count, first,
		left_out > 2   ? " and others have"
		: left_out > 1 ? " and another have"
			       : " has",
		sift_source_kind_name((enum sift_source_kind)kind));
	return b->to->notes[b->to->note_count++] ? SIFT_OK
						 : sift_assembly_nomem(b->a);
}

/* Which runs, which kinds of source, and room to work in. */
static enum sift_status
begin_set(struct sift_set_builder *b, struct sift_arena *scratch)
{
	bool has[SIFT_SOURCE_KIND_COUNT] = {false};
	b->count = b->from->run_count;
	b->rows = sift_arena_array(scratch, b->count, sizeof(*b->rows));
	b->nothing = sift_arena_array(b->a->arena, b->count,
				      sizeof(const struct sift_result *));
	if (!b->rows || !b->nothing)
		return sift_assembly_nomem(b->a);
	for (size_t i = 0; i < b->count; i++) {
		b->rows[i].tables = &b->a->tables[b->from->runs[i]];
		for (size_t k = 0; k < SIFT_SOURCE_KIND_COUNT; k++)
			has[k] |= b->rows[i].tables->kinds[k] != NULL;
	}
	for (size_t k = 0; k < SIFT_SOURCE_KIND_COUNT; k++)
		if (has[k])
			b->kinds[b->kind_count++] = k;
	b->cells = sift_arena_array(scratch,
				    b->count * (b->kind_count + !b->kind_count),
				    sizeof(*b->cells));
	return b->cells ? SIFT_OK : sift_assembly_nomem(b->a);
}

enum sift_status
sift_assemble_set(struct sift_assembly *a, size_t i)
{
	struct sift_set_builder b = {
		.a = a, .from = &a->grouping->sets[i], .to = &a->doc->sets[i]};
	struct sift_arena scratch;
	enum sift_status rc;

	sift_arena_init(&scratch);
	rc = begin_set(&b, &scratch);
	if (!rc)
		rc = copy_facts(&b);
	if (!rc)
		rc = fill_endpoints(&b, &scratch);
	if (!rc) {
		find_total(&b);
		rc = sift_fill_spreads(&b, &b.to->total);
		b.to->total.share_of_time = (double)NAN;
		b.to->measured_rps = b.to->total.rps.median;
		find_source_kind(&b);
	}
	if (!rc)
		rc = note_left_out(&b);
	if (!rc)
		rc = median_duration(&b, &scratch);
	sift_arena_release(&scratch);
	return rc;
}
