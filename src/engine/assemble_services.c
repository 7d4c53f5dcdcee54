/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "engine/assemble_impl.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "group/run_sources.h"
#include "stat/histogram_quantile.h"

/*
 * What services counted during a run: the difference of two copies of their
 * metrics. A count that fell began anew in between, with the service; then
 * the second copy alone is the least that is known.
 */

#define BUCKETS SIFT_BLOCK_VALUES

struct services {
	struct sift_assembly *a;
	struct sift_run *to;
	const struct sift_group_service *of;
	bool restarted; /* some count fell */
	bool above;	/* some percentile is beyond the buckets */
};

/* ---- one series ---- */

static double
value_of(const struct sift_block_metric *m, const char *name)
{
	for (size_t i = 0; m && i < m->value_count; i++)
		if (!strcmp(m->values[i].name, name))
			return m->values[i].value;
	return 0;
}

/* Did it begin anew? A sum may fall by itself, of values below 0. */
static bool
has_fallen(const struct sift_block_metric *after,
	   const struct sift_block_metric *before)
{
	for (size_t i = 0; i < after->value_count; i++)
		if (strcmp(after->values[i].name, "sum") != 0 &&
		    after->values[i].value <
			    value_of(before, after->values[i].name))
			return true;
	return false;
}

static size_t
fill_buckets(const struct sift_block_metric *after,
	     const struct sift_block_metric *before, struct sift_le_bucket *out)
{
	size_t count = 0;

	for (size_t i = 0; i < after->value_count && count < BUCKETS; i++) {
		const struct sift_named_value *v = &after->values[i];
		struct sift_le_bucket *b = &out[count];

		if (!sift_parse_double(sift_span_str(v->name), &b->bound) ||
		    isnan(b->bound))
			continue;
		b->count = v->value - value_of(before, v->name);
		count++;
	}
	sift_buckets_settle(out, count);
	return count;
}

/* By the ending of the metric's name, as Prometheus asks for. */
static double
scale_of(struct sift_span metric, const char **out_unit)
{
	static const struct {
		struct sift_span ending;
		double ms;
	} units[] = {
		{SIFT_SPAN_INIT("_seconds"), 1e3},
		{SIFT_SPAN_INIT("_milliseconds"), 1},
		{SIFT_SPAN_INIT("_ms"), 1},
		{SIFT_SPAN_INIT("_microseconds"), 1e-3},
	};

	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++) {
		if (!sift_span_ends(metric, units[i].ending))
			continue;
		*out_unit = "ms";
		return units[i].ms;
	}
	*out_unit = NULL;
	return 1;
}

static void
fill_histogram(struct services *s, const struct sift_block_metric *after,
	       const struct sift_block_metric *before, double scale,
	       struct sift_service_series *out)
{
	struct sift_le_bucket buckets[BUCKETS];
	size_t count = fill_buckets(after, before, buckets);
	const struct {
		double q;
		double *to;
	} quantiles[] = {{0.50, &out->p50},
			 {0.90, &out->p90},
			 {0.95, &out->p95},
			 {0.99, &out->p99}};
	double sum = value_of(after, "sum") - value_of(before, "sum");

	out->count = value_of(after, "count") - value_of(before, "count");
	if (!(out->count > 0) && count)
		out->count = buckets[count - 1].count;
	if (out->count > 0 && sum > 0)
		out->mean = scale * sum / out->count;
	for (size_t i = 0; i < sizeof(quantiles) / sizeof(*quantiles); i++) {
		int above;

		*quantiles[i].to =
			scale * sift_histogram_quantile(buckets, count,
							quantiles[i].q, &above);
		out->above |= above;
	}
	s->above |= out->above;
}

/* "metric{labels}" taken apart; false = no memory. */
static bool
fill_name(struct services *s, const char *name, struct sift_span *out_metric,
	  struct sift_service_series *out)
{
	struct sift_span text = sift_span_str(name);
	size_t n = sift_span_find_byte(text, '{');
	struct sift_span labels = sift_span_from(text, n + 1);

	if (labels.len) /* the bracket behind them */
		labels.len--;
	*out_metric = sift_span_head(text, n);
	out->service = s->of->name;
	out->metric = sift_arena_span(s->a->arena, *out_metric);
	out->labels = sift_arena_span(s->a->arena, labels);
	return out->metric && out->labels;
}

static enum sift_status
add_series(struct services *s, const struct sift_block_metric *after,
	   const struct sift_block_metric *before)
{
	struct sift_service_series *out =
		&s->to->services[s->to->service_count];
	struct sift_span metric;
	double scale;

	*out = (struct sift_service_series){.mean = NAN,
					    .p50 = NAN,
					    .p90 = NAN,
					    .p95 = NAN,
					    .p99 = NAN,
					    .since_start =
						    s->of->before == SIFT_NONE};
	if (!fill_name(s, after->name, &metric, out))
		return sift_assembly_nomem(s->a);
	scale = scale_of(metric, &out->unit);
	if (after->type == SIFT_METRIC_COUNTER)
		out->count =
			value_of(after, "total") - value_of(before, "total");
	else
		fill_histogram(s, after, before, scale, out);
	s->to->service_count += out->count > 0;
	return SIFT_OK;
}

/* ---- a service ---- */

/* The same series of the first copy; NULL = began at 0. */
static const struct sift_block_metric *
before_of(const struct services *s, const struct sift_block_metric *after)
{
	if (s->of->before == SIFT_NONE || s->restarted)
		return NULL;
	return sift_block_find_metric(s->a->digest->blocks[s->of->before],
				      after->name);
}

static enum sift_status
add_service(struct services *s)
{
	const struct sift_block *after = s->a->digest->blocks[s->of->after];
	enum sift_status rc = SIFT_OK;
	bool fell = false;

	for (size_t i = 0; i < after->metric_count && !fell; i++)
		fell = has_fallen(&after->metrics[i],
				  before_of(s, &after->metrics[i]));
	s->restarted = fell;
	for (size_t i = 0; i < after->metric_count && !rc; i++)
		rc = add_series(s, &after->metrics[i],
				before_of(s, &after->metrics[i]));
	return rc;
}

static enum sift_status
add_note(struct services *s, const char **notes, const char *what)
{
	const char *note = sift_arena_printf(s->a->arena, "service %s: %s",
					     s->of->name, what);

	if (!note)
		return sift_assembly_nomem(s->a);
	notes[s->to->note_count++] = note;
	return SIFT_OK;
}

static enum sift_status
add_notes(struct services *s, const char **notes)
{
	enum sift_status rc = SIFT_OK;

	if (s->of->before == SIFT_NONE)
		rc = add_note(s, notes,
			      "one copy of its metrics, which count since it "
			      "started");
	if (!rc && s->restarted)
		rc = add_note(s, notes,
			      "counters began anew between the copies; what "
			      "was counted before that is lost");
	if (!rc && s->above)
		rc = add_note(s, notes,
			      "percentiles beyond its largest bucket are that "
			      "bound; they are higher");
	return rc;
}

static int
compare_series(const void *a, const void *b)
{
	const struct sift_service_series *x = a, *y = b;
	double p = x->mean > 0 ? x->mean * x->count : 0;
	double q = y->mean > 0 ? y->mean * y->count : 0;
	int c = strcmp(x->service, y->service);

	if (!c)
		c = (p < q) - (p > q);
	if (!c)
		c = strcmp(x->metric, y->metric);
	return c ? c : strcmp(x->labels, y->labels);
}

/* ---- a run ---- */

#define NOTES 3 /* of a service, at most */

enum sift_status
sift_assemble_services(struct sift_assembly *a, size_t run)
{
	const struct sift_group_run *from = &a->grouping->runs[run];
	struct sift_run *to = &a->doc->runs[run];
	const char **notes;
	size_t room = 0;
	enum sift_status rc = SIFT_OK;

	if (!from->service_count)
		return SIFT_OK;
	notes = sift_arena_array(a->arena,
				 to->note_count + NOTES * from->service_count,
				 sizeof(*notes));
	for (size_t i = 0; i < from->service_count; i++)
		room += a->digest->blocks[from->services[i].after]
				->metric_count;
	/* one more: a series is written before it is known to count */
	to->services =
		sift_arena_array(a->arena, room + 1, sizeof(*to->services));
	if (!notes || !to->services)
		return sift_assembly_nomem(a);
	for (size_t i = 0; i < to->note_count; i++)
		notes[i] = to->notes[i];
	to->notes = notes;
	for (size_t i = 0; i < from->service_count && !rc; i++) {
		struct services s = {a, to, &from->services[i], false, false};

		rc = add_service(&s);
		if (!rc)
			rc = add_notes(&s, notes);
	}
	qsort(to->services, to->service_count, sizeof(*to->services),
	      compare_series);
	return rc;
}
