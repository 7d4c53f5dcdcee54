/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "digest/block_build.h"

#include <string.h>

static enum sift_status
no_memory(struct sift_err *err)
{
	return sift_fail(err, SIFT_E_NOMEM, "no memory for a metric");
}

static enum sift_status
add_point(struct sift_block *block, struct sift_block_metric *metric,
	  int64_t time_ns, int64_t value_micro, struct sift_err *err)
{
	enum sift_status rc;
	bool first = metric->points == 0;

	metric->points++;
	metric->nonzero += value_micro != 0;
	metric->sum_micro += value_micro;
	if (first || value_micro < metric->min_micro)
		metric->min_micro = value_micro;
	if (first || value_micro > metric->max_micro)
		metric->max_micro = value_micro;
	if (first || time_ns > metric->last_ns ||
	    (time_ns == metric->last_ns && value_micro > metric->last_micro)) {
		metric->last_ns = time_ns;
		metric->last_micro = value_micro;
	}
	if (metric->type != SIFT_METRIC_TREND)
		return SIFT_OK;
	if (!sift_samples_at(&metric->samples, block->binned))
		return no_memory(err);
	rc = sift_samples_add(metric->samples, time_ns, value_micro, err);
	return rc ? rc : sift_block_count(block, 1, err);
}

/* ---- reported values ---- */

/* Most have five, or eight. */
#define VALUE_ROOM 8

static bool
copy_values(struct sift_block_metric *metric, uint32_t room,
	    struct sift_arena *arena)
{
	struct sift_named_value *values =
		sift_arena_array(arena, room, sizeof(*values));

	if (!values)
		return false;
	for (uint32_t i = 0; i < metric->value_count; i++)
		values[i] = metric->values[i];
	metric->values = values;
	metric->value_room = room;
	return true;
}

/* Room for one more; NULL when memory is out. */
static struct sift_named_value *
append_value(struct sift_block *block, struct sift_block_metric *metric)
{
	uint32_t room =
		metric->value_room ? 2 * metric->value_room : VALUE_ROOM;

	if (metric->value_count == metric->value_room &&
	    !copy_values(metric, room, &block->arena))
		return NULL;
	return &metric->values[metric->value_count];
}

static enum sift_status
set_value(struct sift_block *block, struct sift_block_metric *metric,
	  struct sift_span name, double value, struct sift_err *err)
{
	struct sift_named_value *added;

	for (size_t i = 0; i < metric->value_count; i++) {
		if (sift_span_equal(sift_span_str(metric->values[i].name),
				    name)) {
			metric->values[i].value = value;
			return SIFT_OK;
		}
	}
	if (metric->value_count >= SIFT_BLOCK_VALUES)
		return sift_block_note(
			block,
			SIFT_SPAN("too many values of a metric: some are left "
				  "out"),
			err);
	added = append_value(block, metric);
	if (!added)
		return no_memory(err);
	added->name = sift_block_text(block, name);
	added->value = value;
	if (!added->name)
		return no_memory(err);
	metric->value_count++;
	return SIFT_OK;
}

static int
compare_values(const struct sift_block_metric *a,
	       const struct sift_block_metric *b)
{
	if (a->value_count != b->value_count)
		return a->value_count < b->value_count ? -1 : 1;
	for (size_t i = 0; i < a->value_count; i++) {
		const struct sift_named_value *x = &a->values[i];
		const struct sift_named_value *y = &b->values[i];
		int order = strcmp(x->name, y->name);

		if (order == 0)
			order = memcmp(&x->value, &y->value, sizeof(x->value));
		if (order)
			return order;
	}
	return 0;
}

/* Parts of a source do not both report a metric; should they, one is taken,
   by an order that is the same everywhere. */
static enum sift_status
choose_values(struct sift_block *block, struct sift_block_metric *into,
	      const struct sift_block_metric *from, struct sift_err *err)
{
	enum sift_status rc = SIFT_OK;

	if (compare_values(into, from) >= 0)
		return SIFT_OK;
	into->value_count = 0;
	for (size_t i = 0; rc == SIFT_OK && i < from->value_count; i++)
		rc = set_value(block, into, sift_span_str(from->values[i].name),
			       from->values[i].value, err);
	return rc;
}

/* ---- as a list of the block ---- */

static void
add_key(const void *item, struct sift_buf *out)
{
	const struct sift_block_metric *metric = item;

	sift_key_begin(out, metric->type);
	sift_key_add(out, sift_span_str(metric->name));
}

static void
init(void *item, const char *key)
{
	struct sift_block_metric *metric = item;

	metric->type = (enum sift_metric_type)(key[0] - '0');
	metric->name = key + 1;
}

static void
absorb_points(struct sift_block_metric *into,
	      const struct sift_block_metric *from)
{
	bool first = into->points == 0;

	if (from->points == 0)
		return;
	into->points += from->points;
	into->nonzero += from->nonzero;
	into->sum_micro += from->sum_micro;
	if (first || from->min_micro < into->min_micro)
		into->min_micro = from->min_micro;
	if (first || from->max_micro > into->max_micro)
		into->max_micro = from->max_micro;
	if (first || from->last_ns > into->last_ns ||
	    (from->last_ns == into->last_ns &&
	     from->last_micro > into->last_micro)) {
		into->last_ns = from->last_ns;
		into->last_micro = from->last_micro;
	}
}

static enum sift_status
absorb(struct sift_block *block, void *into_item, const void *from_item,
       bool other, struct sift_err *err)
{
	struct sift_block_metric *into = into_item;
	const struct sift_block_metric *from = from_item;
	enum sift_status rc = SIFT_OK;

	(void)other;
	if (from->samples) {
		if (!sift_samples_at(&into->samples, block->binned))
			return no_memory(err);
		rc = sift_samples_merge(into->samples, from->samples, err);
	}
	if (rc)
		return rc;
	absorb_points(into, from);
	if (from->unit && (!into->unit || strcmp(from->unit, into->unit) < 0)) {
		into->unit = sift_block_text(block, sift_span_str(from->unit));
		if (!into->unit)
			return no_memory(err);
	}
	return choose_values(block, into, from, err);
}

static void
release(void *item)
{
	struct sift_block_metric *metric = item;

	sift_samples_free(metric->samples);
}

static enum sift_status
copy_texts(void *item, struct sift_arena *arena)
{
	struct sift_block_metric *metric = item;

	if (!sift_copy_text(&metric->name, arena) ||
	    !sift_copy_text(&metric->unit, arena) ||
	    !copy_values(metric, metric->value_count, arena))
		return SIFT_E_NOMEM;
	for (size_t i = 0; i < metric->value_count; i++) {
		if (!sift_copy_text(&metric->values[i].name, arena))
			return SIFT_E_NOMEM;
	}
	return SIFT_OK;
}

static void
finish(void *item, bool but_samples)
{
	struct sift_block_metric *metric = item;

	if (metric->samples && !but_samples)
		sift_samples_sort(metric->samples);
}

static int
compare(const void *left, const void *right)
{
	const struct sift_block_metric *a = left;
	const struct sift_block_metric *b = right;
	int order = sift_compare_texts(a->name, b->name);

	return order ? order : (a->type > b->type) - (a->type < b->type);
}

const struct sift_list_ops sift_metric_ops = {
	.array_at = offsetof(struct sift_block, metrics),
	.count_at = offsetof(struct sift_block, metric_count),
	.item_size = sizeof(struct sift_block_metric),
	.max = SIFT_BLOCK_METRICS,
	.add_key = add_key,
	.init = init,
	.absorb = absorb,
	.release = release,
	.copy_texts = copy_texts,
	.finish = finish,
	.compare = compare,
};

/* ---- events ---- */

enum sift_status
sift_block_put_metric(struct sift_block *block, const struct sift_event *event,
		      struct sift_err *err)
{
	const struct sift_ev_metric *metric = &event->metric;
	struct sift_buf *key = &block->build->key;
	struct sift_block_metric *item;
	uint32_t slot;
	enum sift_status rc;

	sift_key_begin(key, metric->type);
	sift_key_add(key, metric->name);
	rc = sift_block_slot(block, SIFT_LIST_METRICS, &slot, err);
	if (rc == SIFT_OK)
		rc = sift_ids_set(&block->build->ids[1], metric->id, slot, err);
	if (rc || slot == SIFT_KEEP_NONE || metric->unit.len == 0)
		return rc;
	item = &block->metrics[slot];
	if (item->unit &&
	    sift_span_compare(sift_span_str(item->unit), metric->unit) <= 0)
		return SIFT_OK;
	item->unit = sift_block_text(block, metric->unit);
	return item->unit ? SIFT_OK : no_memory(err);
}

/* *out is NULL for a metric that was left out. */
static enum sift_status
metric_of(struct sift_block *block, uint32_t id, struct sift_block_metric **out,
	  struct sift_err *err)
{
	const struct sift_ids *ids = &block->build->ids[1];

	if (id >= ids->count)
		return sift_fail(err, SIFT_E_INTERNAL,
				 "metric %u was not declared", (unsigned)id);
	*out = ids->ids[id].slot == SIFT_KEEP_NONE
		       ? NULL
		       : &block->metrics[ids->ids[id].slot];
	return SIFT_OK;
}

enum sift_status
sift_block_put_point(struct sift_block *block, const struct sift_event *event,
		     struct sift_err *err)
{
	const struct sift_ev_point *point = &event->point;
	struct sift_block_metric *metric = NULL;
	enum sift_status rc = metric_of(block, point->metric, &metric, err);

	if (rc || !metric)
		return rc;
	sift_range_add(&block->side, point->time_ns, point->time_ns);
	return add_point(block, metric, point->time_ns, point->value_micro,
			 err);
}

enum sift_status
sift_block_put_value(struct sift_block *block, const struct sift_event *event,
		     struct sift_err *err)
{
	const struct sift_ev_value *value = &event->value;
	struct sift_block_metric *metric = NULL;
	enum sift_status rc = metric_of(block, value->metric, &metric, err);

	if (rc || !metric)
		return rc;
	return set_value(block, metric, value->name, value->value, err);
}
