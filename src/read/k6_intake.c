/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "read/k6_intake.h"

#include <string.h>

#include "base/instant.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/text.h"

#define MAX_METRICS 65536u
#define MAX_UNDECIDED_POINTS (1u << 18)
#define NO_ID UINT32_MAX

/* A point of a metric whose declaration has not been seen. */
struct undecided {
	int64_t time_ns;
	int64_t value_micro;
};

/* A metric met in the file. */
struct sift_k6_seen {
	struct sift_k6_metric is;
	uint32_t id; /* of the series or metric; NO_ID = not declared */
	struct undecided *points; /* owned */
	size_t count;
	size_t capacity;
};

/* One cache for each way to read tags. */
enum tags_of {
	TAGS_OF_HTTP, /* requests and their verdicts */
	TAGS_OF_BROWSER,
	TAGS_OF_GRPC,
	TAGS_OF_WS,
	TAGS_OF_CHECKS,
	TAGS_OF_NOTHING
};

/* A point with its number and time. */
struct sample {
	struct sift_k6_seen *metric;
	struct sift_span tags;
	enum tags_of tags_of;
	int64_t time_ns;
	int64_t value_micro; /* of ms: nanoseconds */
};

void
sift_k6_intake_init(struct sift_k6_intake *p, struct sift_piece *piece,
		    const struct sift_sink *sink, struct sift_err *err)
{
	memset(p, 0, sizeof(*p));
	p->piece = piece;
	p->sink = sink;
	p->err = err;
	sift_table_init(&p->metric_names, MAX_METRICS);
	sift_k6_names_init(&p->names, sink);
	for (size_t i = 0; i < SIFT_K6_TAG_CACHES; i++)
		sift_k6_tagcache_init(&p->tags[i]);
	sift_k6_verdicts_init(&p->verdicts);
	sift_buf_init(&p->text[0], 0);
	sift_buf_init(&p->text[1], 0);
}

void
sift_k6_intake_release(struct sift_k6_intake *p)
{
	for (size_t i = 0; i < p->metric_names.count; i++)
		sift_free(p->metrics[i].points);
	sift_free(p->metrics);
	p->metrics = NULL;
	sift_table_release(&p->metric_names);
	sift_k6_names_release(&p->names);
	for (size_t i = 0; i < SIFT_K6_TAG_CACHES; i++)
		sift_k6_tagcache_release(&p->tags[i]);
	sift_k6_verdicts_release(&p->verdicts);
	sift_buf_release(&p->text[0]);
	sift_buf_release(&p->text[1]);
}

static enum sift_status
put(struct sift_k6_intake *p, const struct sift_event *event)
{
	return sift_sink_put(p->sink, event, p->err);
}

enum sift_status
sift_k6_intake_skip(struct sift_k6_intake *p, const char *kind)
{
	struct sift_event event = {.kind = SIFT_EVENT_SKIPPED};

	event.skipped.kind = kind;
	event.skipped.count = 1;
	event.skipped.line = p->line_number;
	event.skipped.offset = p->line_number ? (int64_t)p->line_offset : -1;
	event.skipped.sample = p->line;
	if (!p->piece->first_line)
		p->piece->doubts |= SIFT_DOUBT_LINES;
	return put(p, &event);
}

/* The text of a raw string; SIFT_END for a bad escape. */
static enum sift_status
plain_text(struct sift_k6_intake *p, unsigned i, struct sift_span raw,
	   struct sift_span *out)
{
	return sift_ndjson_text(raw, &p->text[i], out, p->err);
}

/* ---- metrics ---- */

static enum sift_status
add_metric(struct sift_k6_intake *p, struct sift_span name,
	   struct sift_k6_seen **out)
{
	struct sift_k6_seen *metric;
	uint32_t id;

	if (p->metric_names.count == MAX_METRICS)
		return sift_fail(p->err, SIFT_E_LIMIT, "more than %u metrics",
				 MAX_METRICS);
	if (sift_array_grow((void **)&p->metrics, &p->metric_capacity,
			    p->metric_names.count + 1, sizeof(*p->metrics),
			    MAX_METRICS) ||
	    sift_table_intern(&p->metric_names, name, &id, NULL))
		return sift_fail(p->err, SIFT_E_NOMEM, "no memory for metrics");
	metric = &p->metrics[id];
	memset(metric, 0, sizeof(*metric));
	metric->id = NO_ID;
	sift_k6_metric_builtin(name, &metric->is); /* else undecided */
	*out = metric;
	return SIFT_OK;
}

/* The metric of a raw name; borrowed until the next one is added. */
static enum sift_status
find_metric(struct sift_k6_intake *p, struct sift_span raw,
	    struct sift_k6_seen **out)
{
	enum sift_status rc;
	uint32_t id = sift_table_find(&p->metric_names, raw);

	/* No name of k6's holds a backslash, so a raw one that is found is
	   the name itself. */
	if (id == UINT32_MAX) {
		rc = plain_text(p, 0, raw, &raw);
		if (rc)
			return rc;
		id = sift_table_find(&p->metric_names, raw);
	}
	if (id == UINT32_MAX)
		return add_metric(p, raw, out);
	*out = &p->metrics[id];
	return SIFT_OK;
}

static struct sift_span
metric_name(const struct sift_k6_intake *p, const struct sift_k6_seen *metric)
{
	return sift_table_key(&p->metric_names,
			      (uint32_t)(metric - p->metrics));
}

/* Tell the sink of a metric or trend before its first point. */
static enum sift_status
declare_metric(struct sift_k6_intake *p, struct sift_k6_seen *metric)
{
	struct sift_event event = {.kind = SIFT_EVENT_METRIC};
	struct sift_ev_series series = {.kind = SIFT_KIND_TREND};

	if (metric->id != NO_ID)
		return SIFT_OK;
	if (metric->is.role == SIFT_K6_TREND) {
		series.name = metric_name(p, metric);
		series.unit_assumed = metric->is.unit_assumed;
		return sift_k6_names_series(&p->names, &series, &metric->id,
					    p->err);
	}
	metric->id = p->metric_ids++;
	event.metric.id = metric->id;
	event.metric.type = metric->is.type;
	event.metric.name = metric_name(p, metric);
	event.metric.unit = sift_k6_unit_text(metric->is.unit);
	return put(p, &event);
}

static enum sift_status
put_metric_point(struct sift_k6_intake *p, struct sift_k6_seen *metric,
		 int64_t time_ns, int64_t value_micro)
{
	struct sift_event event = {.kind = SIFT_EVENT_POINT};
	enum sift_status rc = declare_metric(p, metric);

	if (rc)
		return rc;
	event.point.metric = metric->id;
	event.point.time_ns = time_ns;
	event.point.value_micro = value_micro;
	p->used++;
	return put(p, &event);
}

static enum sift_status
put_sample(struct sift_k6_intake *p, uint32_t series, enum sift_outcome outcome,
	   int64_t time_ns, int64_t value_ns)
{
	struct sift_event event = {.kind = SIFT_EVENT_SAMPLE};

	event.sample.series = series;
	event.sample.outcome = outcome;
	event.sample.time_ns = time_ns;
	event.sample.value_ns = value_ns;
	p->used++;
	return put(p, &event);
}

static enum sift_status
put_trend_point(struct sift_k6_intake *p, struct sift_k6_seen *metric,
		int64_t time_ns, int64_t value_ns)
{
	enum sift_status rc = declare_metric(p, metric);

	if (rc)
		return rc;
	if (value_ns < 0)
		return sift_k6_intake_skip(p, "negative time");
	return put_sample(p, metric->id, SIFT_OUTCOME_UNKNOWN, time_ns,
			  value_ns);
}

/* A metric's role has become known: let the points that waited go on. */
static enum sift_status
release_undecided(struct sift_k6_intake *p, struct sift_k6_seen *metric)
{
	enum sift_status rc = SIFT_OK;

	for (size_t i = 0; i < metric->count && !rc; i++) {
		const struct undecided *at = &metric->points[i];

		if (metric->is.role == SIFT_K6_TREND)
			rc = put_trend_point(p, metric, at->time_ns,
					     at->value_micro);
		else
			rc = put_metric_point(p, metric, at->time_ns,
					      at->value_micro);
	}
	p->undecided -= metric->count;
	sift_free(metric->points);
	metric->points = NULL;
	metric->count = 0;
	metric->capacity = 0;
	return rc;
}

/*
 * What a metric without a declaration may be (a file that was cut apart).
 * By its name it measures time, or by its values it is a rate (0 and 1), a
 * counter (nothing but 1), else a trend.
 */
static void
infer(struct sift_k6_intake *p, struct sift_k6_seen *metric)
{
	size_t ones = 0;
	size_t zeros = 0;

	sift_k6_metric_custom(metric_name(p, metric), SIFT_METRIC_TREND,
			      SIFT_K6_UNIT_DEFAULT, &metric->is);
	if (metric->is.role == SIFT_K6_TREND)
		return;
	for (size_t i = 0; i < metric->count; i++) {
		ones += metric->points[i].value_micro == 1000000;
		zeros += metric->points[i].value_micro == 0;
	}
	if (ones == metric->count)
		metric->is.type = SIFT_METRIC_COUNTER;
	else if (ones + zeros == metric->count)
		metric->is.type = SIFT_METRIC_RATE;
}

static enum sift_status
infer_all(struct sift_k6_intake *p)
{
	enum sift_status rc = SIFT_OK;

	for (size_t i = 0; i < p->metric_names.count && !rc; i++) {
		if (p->metrics[i].is.role != SIFT_K6_UNDECIDED ||
		    !p->metrics[i].count)
			continue;
		infer(p, &p->metrics[i]);
		rc = release_undecided(p, &p->metrics[i]);
	}
	return rc;
}

/* ---- what becomes of a point, by the role of its metric ---- */

/* SIFT_END says that the tags hold a bad escape. */
struct taker {
	enum sift_status (*take)(struct sift_k6_intake *p,
				 const struct sample *s);
	enum tags_of of;
};

static enum sift_status
take_undecided(struct sift_k6_intake *p, const struct sample *s)
{
	struct sift_k6_seen *metric = s->metric;

	if (p->undecided == MAX_UNDECIDED_POINTS) {
		enum sift_status rc = infer_all(p);

		if (rc)
			return rc;
		p->piece->doubts |= SIFT_DOUBT_WHOLE;
	}
	if (sift_array_grow((void **)&metric->points, &metric->capacity,
			    metric->count + 1, sizeof(*metric->points),
			    MAX_UNDECIDED_POINTS))
		return sift_fail(p->err, SIFT_E_NOMEM, "no memory for points");
	metric->points[metric->count].time_ns = s->time_ns;
	metric->points[metric->count].value_micro = s->value_micro;
	metric->count++;
	p->undecided++;
	return SIFT_OK;
}

static enum sift_status
take_unused(struct sift_k6_intake *p, const struct sample *s)
{
	(void)s;
	p->unused++;
	return SIFT_OK;
}

static enum sift_status
take_trend(struct sift_k6_intake *p, const struct sample *s)
{
	return put_trend_point(p, s->metric, s->time_ns, s->value_micro);
}

static enum sift_status
take_metric(struct sift_k6_intake *p, const struct sample *s)
{
	return put_metric_point(p, s->metric, s->time_ns, s->value_micro);
}

static enum sift_status
take_users(struct sift_k6_intake *p, const struct sample *s)
{
	struct sift_event event = {.kind = SIFT_EVENT_USERS};

	if (s->value_micro < 0)
		return sift_k6_intake_skip(p, "negative users");
	event.users.time_ns = s->time_ns;
	event.users.users = s->value_micro / 1000000;
	p->used++;
	return put(p, &event);
}

/* kind of series, whether the method belongs to its name */
static const struct {
	enum sift_kind kind;
	bool has_method;
	enum sift_outcome (*outcome)(const struct sift_k6_tags *tags);
} request_tags[] = {
	[TAGS_OF_HTTP] = {SIFT_KIND_HTTP, true, sift_k6_outcome_http},
	[TAGS_OF_BROWSER] = {SIFT_KIND_HTTP, true, sift_k6_outcome_http},
	[TAGS_OF_GRPC] = {SIFT_KIND_GRPC, false, sift_k6_outcome_grpc},
	[TAGS_OF_WS] = {SIFT_KIND_WS, false, sift_k6_outcome_http},
};

/* The series of a request: its name, else its URL. */
static enum sift_status
name_request(struct sift_k6_intake *p, enum tags_of of,
	     const struct sift_k6_tags *tags, struct sift_k6_tagset *set)
{
	struct sift_ev_series series = {.kind = request_tags[of].kind};
	struct sift_span raw = tags->name.len ? tags->name : tags->url;
	enum sift_status rc = SIFT_OK;

	set->told = sift_k6_outcome_told(tags);
	set->derived = request_tags[of].outcome(tags);
	set->id = NO_ID;
	if (!raw.len && of == TAGS_OF_BROWSER)
		return SIFT_OK; /* a mere metric */
	if (!raw.len && of == TAGS_OF_GRPC)
		raw = tags->method;
	if (request_tags[of].has_method)
		rc = plain_text(p, 0, tags->method, &series.method);
	if (!rc)
		rc = plain_text(p, 1, raw, &series.name);
	if (rc)
		return rc;
	if (!series.name.len)
		series.name = SIFT_SPAN("(unnamed)");
	return sift_k6_names_series(&p->names, &series, &set->id, p->err);
}

static enum sift_status
name_check(struct sift_k6_intake *p, const struct sift_k6_tags *tags,
	   struct sift_k6_tagset *set)
{
	struct sift_span name;
	enum sift_status rc = plain_text(p, 0, tags->check, &name);

	if (rc)
		return rc;
	if (!name.len)
		name = SIFT_SPAN("(unnamed)");
	set->told = SIFT_OUTCOME_UNKNOWN;
	set->derived = SIFT_OUTCOME_UNKNOWN;
	return sift_k6_names_check(&p->names, name, &set->id, p->err);
}

/* What the tags of a point mean. SIFT_END for a bad escape in them. */
static enum sift_status
find_tags(struct sift_k6_intake *p, enum tags_of of, struct sift_span tags,
	  struct sift_k6_tagset *out)
{
	const struct sift_k6_tagset *known =
		sift_k6_tagcache_find(&p->tags[of], tags);
	struct sift_k6_tags parsed;
	enum sift_status rc;

	if (known) {
		*out = *known;
		return SIFT_OK;
	}
	sift_k6_tags_parse(tags, &parsed);
	if (of == TAGS_OF_CHECKS)
		rc = name_check(p, &parsed, out);
	else
		rc = name_request(p, of, &parsed, out);
	if (rc)
		return rc;
	return sift_k6_tagcache_add(&p->tags[of], tags, out, p->err);
}

static enum sift_status
take_http(struct sift_k6_intake *p, const struct sample *s)
{
	struct sift_ev_sample sample = {.time_ns = s->time_ns,
					.value_ns = s->value_micro};
	struct sift_k6_tagset set;
	enum sift_status rc;

	if (s->value_micro < 0)
		return sift_k6_intake_skip(p, "negative time");
	rc = find_tags(p, s->tags_of, s->tags, &set);
	if (rc)
		return rc;
	if (set.told != SIFT_OUTCOME_UNKNOWN)
		return put_sample(p, set.id, set.told, s->time_ns,
				  s->value_micro);
	sample.series = set.id;
	sample.outcome = set.derived;
	p->used++;
	return sift_k6_verdicts_request(&p->verdicts, &sample, p->sink, p->err);
}

static enum sift_status
take_http_failed(struct sift_k6_intake *p, const struct sample *s)
{
	struct sift_k6_tagset set;
	enum sift_status rc = find_tags(p, s->tags_of, s->tags, &set);

	if (rc)
		return rc;
	if (set.told != SIFT_OUTCOME_UNKNOWN)
		return take_unused(p, s);     /* the request says it itself */
	p->piece->doubts |= SIFT_DOUBT_WHOLE; /* of which piece is that? */
	p->used++;
	return sift_k6_verdicts_verdict(&p->verdicts, set.id, s->time_ns,
					s->value_micro != 0, p->sink, p->err);
}

static enum sift_status
take_request(struct sift_k6_intake *p, const struct sample *s)
{
	struct sift_k6_tagset set;
	enum sift_status rc;

	if (s->value_micro < 0)
		return sift_k6_intake_skip(p, "negative time");
	rc = find_tags(p, s->tags_of, s->tags, &set);
	if (rc)
		return rc;
	if (set.id == NO_ID)
		return take_metric(p, s);
	return put_sample(p, set.id,
			  set.told == SIFT_OUTCOME_UNKNOWN ? set.derived
							   : set.told,
			  s->time_ns, s->value_micro);
}

static enum sift_status
take_check(struct sift_k6_intake *p, const struct sample *s)
{
	struct sift_k6_tagset set;
	enum sift_status rc = find_tags(p, s->tags_of, s->tags, &set);

	if (rc)
		return rc;
	sift_k6_names_checked(&p->names, set.id, s->value_micro != 0);
	p->used++;
	return SIFT_OK;
}

/* clang-format off */
static const struct taker takers[SIFT_K6_ROLE_COUNT] = {
	[SIFT_K6_UNDECIDED] =     {take_undecided,   TAGS_OF_NOTHING},
	[SIFT_K6_UNUSED] =        {take_unused,      TAGS_OF_NOTHING},
	[SIFT_K6_HTTP] =          {take_http,        TAGS_OF_HTTP},
	[SIFT_K6_HTTP_FAILED] =   {take_http_failed, TAGS_OF_HTTP},
	[SIFT_K6_BROWSER] =       {take_request,     TAGS_OF_BROWSER},
	[SIFT_K6_GRPC] =          {take_request,     TAGS_OF_GRPC},
	[SIFT_K6_WS_CONNECTING] = {take_request,     TAGS_OF_WS},
	[SIFT_K6_TREND] =         {take_trend,       TAGS_OF_NOTHING},
	[SIFT_K6_METRIC] =        {take_metric,      TAGS_OF_NOTHING},
	[SIFT_K6_USERS] =         {take_users,       TAGS_OF_NOTHING},
	[SIFT_K6_CHECKS] =        {take_check,       TAGS_OF_CHECKS},
};
/* clang-format on */

/* ---- lines ---- */

/* Why a value cannot be taken. */
static const char *
value_error(const struct sift_ndjson_value *value)
{
	double number;

	if (value->kind != SIFT_NDJSON_SCALAR ||
	    !sift_parse_double(value->raw, &number))
		return "not a number";
	/* k6 0.38 to 1.8 write bare +Inf */
	return number - number == 0 ? "out of range" : "not finite";
}

static enum sift_status
take_point(struct sift_k6_intake *p, struct sift_k6_seen *metric,
	   const struct sift_k6_point *point)
{
	const struct taker *taker = &takers[metric->is.role];
	struct sample s = {
		.metric = metric, .tags = point->tags, .tags_of = taker->of};

	if (point->value.kind != SIFT_NDJSON_SCALAR ||
	    !sift_parse_micro(point->value.raw, &s.value_micro, NULL))
		return sift_k6_intake_skip(p, value_error(&point->value));
	if (!sift_instant_parse(point->time, &s.time_ns))
		return sift_k6_intake_skip(p, "not a time");
	return taker->take(p, &s);
}

/* The first declaration of a script's metric decides what it is. */
static enum sift_status
decide(struct sift_k6_intake *p, struct sift_k6_seen *metric,
       enum sift_metric_type type, const struct sift_k6_point *line)
{
	sift_k6_metric_custom(metric_name(p, metric), type,
			      sift_k6_metric_unit(line->contains), &metric->is);
	return release_undecided(p, metric);
}

static enum sift_status
take_declaration(struct sift_k6_intake *p, struct sift_k6_seen *metric,
		 const struct sift_k6_point *line)
{
	enum sift_metric_type type;
	enum sift_status rc = SIFT_OK;

	if (!sift_k6_metric_type(line->type, &type))
		return sift_k6_intake_skip(p, "unknown type of metric");
	if (metric->is.role == SIFT_K6_UNDECIDED) {
		sift_piece_declare(p->piece, p->line);
		rc = decide(p, metric, type, line);
	}
	p->used++;
	if (rc || !line->thresholds.len)
		return rc;
	return sift_k6_names_thresholds(&p->names, metric_name(p, metric),
					line->thresholds, &p->text[1], p->err);
}

enum sift_status
sift_k6_intake_add(struct sift_k6_intake *p, const struct sift_k6_point *line)
{
	struct sift_k6_seen *metric = NULL;
	enum sift_status rc = find_metric(p, line->metric, &metric);

	if (!rc && line->kind == SIFT_K6_LINE_METRIC)
		rc = take_declaration(p, metric, line);
	else if (!rc && metric->is.role == SIFT_K6_UNUSED)
		p->unused++;
	else if (!rc)
		rc = take_point(p, metric, line);
	if (rc == SIFT_END)
		return sift_k6_intake_skip(p, "bad escape");
	return rc;
}

enum sift_status
sift_k6_intake_declare(struct sift_k6_intake *p,
		       const struct sift_k6_point *line)
{
	struct sift_k6_seen *metric = NULL;
	enum sift_metric_type type;
	enum sift_status rc = find_metric(p, line->metric, &metric);

	if (rc)
		return rc == SIFT_END ? SIFT_OK : rc;
	if (line->kind == SIFT_K6_LINE_METRIC &&
	    metric->is.role == SIFT_K6_UNDECIDED &&
	    sift_k6_metric_type(line->type, &type))
		rc = decide(p, metric, type, line);
	return rc;
}

enum sift_status
sift_k6_intake_finish(struct sift_k6_intake *p)
{
	struct sift_event event = {.kind = SIFT_EVENT_RECORDS};
	enum sift_status rc;

	if (p->undecided)
		p->piece->doubts |= SIFT_DOUBT_DECLARED;
	sift_piece_count(p->piece, p->metric_names.count, MAX_METRICS);
	sift_k6_names_count(&p->names, p->piece);

	p->line = SIFT_SPAN("");
	p->line_number = 0;
	rc = infer_all(p);
	if (!rc)
		rc = sift_k6_verdicts_finish(&p->verdicts, p->sink, p->err);
	if (!rc)
		rc = sift_k6_names_finish(&p->names, p->err);
	if (rc)
		return rc;
	event.records.used = p->used - p->verdicts.unused;
	event.records.unused = p->unused + p->verdicts.unused;
	return put(p, &event);
}
