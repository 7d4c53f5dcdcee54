/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "read/k6_intake.h"

#include <inttypes.h>
#include <string.h>

#include "base/instant.h"
#include "base/num.h"
#include "read/k6_seen.h"
#include "read/ndjson.h"

#define NO_ID UINT32_MAX

/* A point with its number, its time and what its tags mean. */
struct sample {
	struct sift_k6_seen *metric;
	int64_t time_ns;
	int64_t value_micro; /* of ms: nanoseconds */
	struct sift_k6_meaning tags;
};

void
sift_k6_intake_init(struct sift_k6_intake *p, struct sift_piece *piece,
		    const struct sift_sink *sink, struct sift_err *err)
{
	memset(p, 0, sizeof(*p));
	p->piece = piece;
	p->sink = sink;
	p->err = err;
	sift_table_init(&p->metric_names, SIFT_K6_METRICS);
	sift_k6_names_init(&p->names, sink);
	sift_k6_tagcache_init(&p->tags);
	sift_k6_verdicts_init(&p->verdicts);
	sift_buf_init(&p->text[0], 0);
	sift_buf_init(&p->text[1], 0);
}

void
sift_k6_intake_release(struct sift_k6_intake *p)
{
	sift_k6_seen_release_all(p);
	sift_k6_names_release(&p->names);
	sift_k6_tagcache_release(&p->tags);
	sift_k6_verdicts_release(&p->verdicts);
	sift_buf_release(&p->text[0]);
	sift_buf_release(&p->text[1]);
}

enum sift_status
sift_k6_intake_skip(struct sift_k6_intake *p, const char *kind)
{
	struct sift_event event = {.kind = SIFT_EVENT_SKIPPED};

	event.skipped.kind = kind;
	event.skipped.count = 1;
	event.skipped.line = p->line_number;
	event.skipped.offset = p->line_number ? (int64_t)p->line_offset : -1;
	event.skipped.sample =
		p->plain ? p->line : sift_k6_point_shown(p->line);
	if (!p->piece->first_line)
		p->piece->doubts |= SIFT_DOUBT_LINES;
	return sift_sink_put(p->sink, &event, p->err);
}

enum sift_status
sift_k6_intake_put_sample(struct sift_k6_intake *p, uint32_t series,
			  enum sift_outcome outcome, int64_t time_ns,
			  int64_t value_ns)
{
	struct sift_event event;

	event.kind = SIFT_EVENT_SAMPLE;
	event.sample.series = series;
	event.sample.outcome = outcome;
	event.sample.time_ns = time_ns;
	event.sample.value_ns = value_ns;
	p->used++;
	return sift_sink_put(p->sink, &event, p->err);
}

/* ---- what tags mean ---- */

/* The text of a raw string; SIFT_END for a bad escape. */
static enum sift_status
plain_text(struct sift_k6_intake *p, unsigned i, struct sift_span raw,
	   struct sift_span *out)
{
	*out = raw;
	if (p->plain)
		return SIFT_OK;
	return sift_ndjson_text(raw, &p->text[i], out, p->err);
}

/* kind of series, whether the method belongs to its name */
static const struct {
	enum sift_kind kind;
	bool has_method;
	enum sift_outcome (*outcome)(const struct sift_k6_tags *tags);
} request_tags[] = {
	[SIFT_K6_TAGS_OF_HTTP] = {SIFT_KIND_HTTP, true, sift_k6_outcome_http},
	[SIFT_K6_TAGS_OF_BROWSER] = {SIFT_KIND_HTTP, true,
				     sift_k6_outcome_http},
	[SIFT_K6_TAGS_OF_GRPC] = {SIFT_KIND_GRPC, false, sift_k6_outcome_grpc},
	[SIFT_K6_TAGS_OF_WS] = {SIFT_KIND_WS, false, sift_k6_outcome_http},
};

/* What the transport says; 1400 to 1599 only repeat the status. 0 = nothing */
static uint64_t
transport_error(struct sift_span code)
{
	uint64_t number;

	if (!sift_parse_u64(code, &number) || (number >= 1400 && number < 1600))
		return 0;
	return number;
}

/* What k6 says of a request if it failed: error, code of the error, status,
   whichever there is. */
static enum sift_status
name_failure(struct sift_k6_intake *p, enum sift_k6_tags_of of,
	     const struct sift_k6_tags *tags, struct sift_k6_meaning *out)
{
	const char *protocol =
		of == SIFT_K6_TAGS_OF_GRPC ? "gRPC status" : "HTTP";
	struct sift_buf *text = &p->text[1];
	uint64_t code = transport_error(tags->error_code), status;
	struct sift_span error;
	enum sift_status rc = plain_text(p, 0, tags->error, &error);

	if (rc)
		return rc;
	sift_buf_clear(text);
	if (error.len)
		sift_buf_add_span(text, error);
	else if (code)
		sift_buf_printf(text, "k6 error %" PRIu64, code);
	else if (sift_parse_u64(tags->status, &status) && status)
		sift_buf_printf(text, "%s %" PRIu64, protocol, status);
	else
		sift_buf_add_str(text, tags->status.len ? "no response"
							: "unknown cause");
	if (sift_buf_status(text))
		return sift_fail(p->err, SIFT_E_NOMEM,
				 "no memory for a failure");
	return sift_k6_names_failure(&p->names, out->id, sift_buf_span(text),
				     &out->failure, p->err);
}

/* The series of a request: its name, else its URL. */
static enum sift_status
name_request(struct sift_k6_intake *p, enum sift_k6_tags_of of,
	     const struct sift_k6_tags *tags, struct sift_k6_meaning *out)
{
	struct sift_ev_series series = {.kind = request_tags[of].kind,
					.phase = sift_k6_phase(tags)};
	struct sift_span raw = tags->name.len ? tags->name : tags->url;
	enum sift_status rc = SIFT_OK;

	out->told = (uint8_t)sift_k6_outcome_told(tags);
	out->derived = (uint8_t)request_tags[of].outcome(tags);
	out->id = NO_ID;
	if (!raw.len && of == SIFT_K6_TAGS_OF_BROWSER)
		return SIFT_OK; /* a mere metric */
	if (!raw.len && of == SIFT_K6_TAGS_OF_GRPC)
		raw = tags->method;
	if (request_tags[of].has_method)
		rc = plain_text(p, 0, tags->method, &series.method);
	if (!rc)
		rc = plain_text(p, 1, raw, &series.name);
	if (rc)
		return rc;
	if (!series.name.len)
		series.name = SIFT_SPAN("(unnamed)");
	rc = sift_k6_names_series(&p->names, &series, &out->id, p->err);
	if (rc || out->told == SIFT_OUTCOME_OK)
		return rc;
	return name_failure(p, of, tags, out);
}

static enum sift_status
name_check(struct sift_k6_intake *p, const struct sift_k6_tags *tags,
	   struct sift_k6_meaning *out)
{
	struct sift_span name;
	enum sift_status rc = plain_text(p, 0, tags->check, &name);

	if (rc)
		return rc;
	if (!name.len)
		name = SIFT_SPAN("(unnamed)");
	return sift_k6_names_check(&p->names, name, &out->id, p->err);
}

/* Tags: as they stand in a line, or taken apart. */
struct tags {
	struct sift_span raw;		   /* read if they are not kept */
	const struct sift_k6_tags *parsed; /* NULL: not taken apart yet */
	struct sift_k6_tagset *set;	   /* theirs; NULL: not kept */
};

/* Requests that wait for a verdict wait in vain: their ids are gone. */
static enum sift_status
forget_names(struct sift_k6_intake *p)
{
	enum sift_status rc =
		sift_k6_verdicts_finish(&p->verdicts, &p->names, p->err);

	if (!rc)
		rc = sift_k6_names_forget(&p->names, p->err);
	sift_k6_tagcache_forget(&p->tags);
	sift_k6_seen_forget(p);
	return rc;
}

static enum sift_status
learn_meaning(struct sift_k6_intake *p, enum sift_k6_tags_of of,
	      const struct tags *tags, struct sift_k6_meaning *out)
{
	struct sift_k6_tagset *set = tags->set;
	const struct sift_k6_tags *told = tags->parsed;
	struct sift_k6_tags parsed;
	enum sift_status rc = SIFT_OK;

	if (sift_k6_names_are_many(&p->names))
		rc = forget_names(p);
	if (rc)
		return rc;
	if (!told) {
		sift_k6_tags_parse(set ? sift_k6_tagcache_key(&p->tags, set)
				       : tags->raw,
				   &parsed);
		told = &parsed;
	}
	if (of == SIFT_K6_TAGS_OF_CHECKS)
		rc = name_check(p, told, out);
	else
		rc = name_request(p, of, told, out);
	if (rc)
		return rc;
	out->known = true;
	if (set)
		set->as[of] = *out;
	return SIFT_OK;
}

/* What the tags of a point mean. SIFT_END for a bad escape in them. */
static inline enum sift_status
find_meaning(struct sift_k6_intake *p, enum sift_k6_tags_of of,
	     const struct tags *tags, struct sift_k6_meaning *out)
{
	if (!tags->set || !tags->set->as[of].known)
		return learn_meaning(p, of, tags, out);
	*out = tags->set->as[of];
	return SIFT_OK;
}

/* ---- what becomes of a point, by the role of its metric ---- */

static enum sift_status
take_undecided(struct sift_k6_intake *p, const struct sample *s)
{
	return sift_k6_seen_wait(p, s->metric, s->time_ns, s->value_micro);
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
	return sift_k6_seen_put_trend(p, s->metric, s->time_ns, s->value_micro);
}

static enum sift_status
take_metric(struct sift_k6_intake *p, const struct sample *s)
{
	return sift_k6_seen_put_point(p, s->metric, s->time_ns, s->value_micro);
}

static enum sift_status
take_users(struct sift_k6_intake *p, const struct sample *s)
{
	struct sift_event event = {.kind = SIFT_EVENT_USERS};

	event.users.time_ns = s->time_ns;
	event.users.users = s->value_micro / 1000000;
	p->used++;
	return sift_sink_put(p->sink, &event, p->err);
}

static enum sift_status
put_request(struct sift_k6_intake *p, const struct sample *s, unsigned outcome)
{
	if (outcome == SIFT_OUTCOME_FAILED)
		sift_k6_names_failed(&p->names, s->tags.failure);
	return sift_k6_intake_put_sample(p, s->tags.id,
					 (enum sift_outcome)outcome, s->time_ns,
					 s->value_micro);
}

static enum sift_status
take_http(struct sift_k6_intake *p, const struct sample *s)
{
	struct sift_ev_sample sample = {.time_ns = s->time_ns,
					.value_ns = s->value_micro};

	if (s->tags.told != SIFT_OUTCOME_UNKNOWN)
		return put_request(p, s, s->tags.told);
	sample.series = s->tags.id;
	sample.outcome = (enum sift_outcome)s->tags.derived;
	p->used++;
	return sift_k6_verdicts_request(&p->verdicts, &sample, s->tags.failure,
					&p->names, p->err);
}

static enum sift_status
take_http_failed(struct sift_k6_intake *p, const struct sample *s)
{
	if (s->tags.told != SIFT_OUTCOME_UNKNOWN)
		return take_unused(p, s);     /* the request says it itself */
	p->piece->doubts |= SIFT_DOUBT_WHOLE; /* of which piece is that? */
	p->used++;
	return sift_k6_verdicts_verdict(&p->verdicts, s->tags.id, s->time_ns,
					s->value_micro != 0, &p->names, p->err);
}

static enum sift_status
take_request(struct sift_k6_intake *p, const struct sample *s)
{
	unsigned outcome = s->tags.told == SIFT_OUTCOME_UNKNOWN
				   ? s->tags.derived
				   : s->tags.told;

	if (s->tags.id == NO_ID)
		return take_metric(p, s);
	return put_request(p, s, outcome);
}

/* A browser says the status of nearly all requests; the verdict, for those of
   which it does not, and is a metric besides. */
static bool
is_told_by_verdict(const struct sift_k6_meaning *tags)
{
	return tags->id != NO_ID && tags->told == SIFT_OUTCOME_UNKNOWN &&
	       tags->derived == SIFT_OUTCOME_UNKNOWN;
}

static enum sift_status
take_browser(struct sift_k6_intake *p, const struct sample *s)
{
	return is_told_by_verdict(&s->tags) ? take_http(p, s)
					    : take_request(p, s);
}

static enum sift_status
take_browser_failed(struct sift_k6_intake *p, const struct sample *s)
{
	return is_told_by_verdict(&s->tags) ? take_http_failed(p, s)
					    : take_metric(p, s);
}

static enum sift_status
take_check(struct sift_k6_intake *p, const struct sample *s)
{
	sift_k6_names_checked(&p->names, s->tags.id, s->value_micro != 0);
	p->used++;
	return SIFT_OK;
}

struct taker {
	enum sift_status (*take)(struct sift_k6_intake *p,
				 const struct sample *s);
	enum sift_k6_tags_of of; /* how its tags are read */
	const char *negative;	 /* what a negative value is; NULL = fine */
};

/* clang-format off */
static const struct taker takers[SIFT_K6_ROLE_COUNT] = {
#define ROW(role, take, of, negative) \
	[SIFT_K6_##role] = {take, SIFT_K6_TAGS_OF_##of, negative}
#define SIFT_K6_TAGS_OF_NONE SIFT_K6_TAGS_OF_COUNT
	ROW(UNDECIDED,     take_undecided,   NONE,    NULL),
	ROW(UNUSED,        take_unused,      NONE,    NULL),
	ROW(HTTP,          take_http,        HTTP,    "negative time"),
	ROW(HTTP_FAILED,   take_http_failed, HTTP,    NULL),
	ROW(BROWSER,       take_browser,     BROWSER, "negative time"),
	ROW(BROWSER_FAILED, take_browser_failed, BROWSER, NULL),
	ROW(GRPC,          take_request,     GRPC,    "negative time"),
	ROW(WS_CONNECTING, take_request,     WS,      "negative time"),
	ROW(TREND,         take_trend,       NONE,    NULL), /* says it itself */
	ROW(METRIC,        take_metric,      NONE,    NULL),
	ROW(USERS,         take_users,       NONE,    "negative users"),
	ROW(CHECKS,        take_check,       CHECKS,  NULL),
#undef ROW
};
/* clang-format on */

/* ---- lines ---- */

/* Why a value cannot be taken. */
static const char *
value_error(struct sift_span value)
{
	double number;

	if (!sift_parse_double(value, &number))
		return "not a number";
	/* values are whole nanoseconds in 64 bits; k6 0.38 to 1.8 write bare
	   +Inf */
	return number - number == 0 ? "beyond 9.2e12" : "not finite";
}

static enum sift_status
take_sample(struct sift_k6_intake *p, struct sample *s, const struct tags *tags)
{
	const struct taker *taker = &takers[s->metric->is.role];
	enum sift_status rc = SIFT_OK;

	if (s->value_micro < 0 && taker->negative)
		return sift_k6_intake_skip(p, taker->negative);
	if (taker->of < SIFT_K6_TAGS_OF_COUNT)
		rc = find_meaning(p, taker->of, tags, &s->tags);
	return rc ? rc : taker->take(p, s);
}

static enum sift_status
take_point(struct sift_k6_intake *p, struct sift_k6_seen *metric,
	   const struct sift_k6_point *point, struct sift_k6_tagset *set)
{
	const struct tags tags = {.raw = point->tags, .set = set};
	struct sample s = {.metric = metric};

	if (point->value.kind != SIFT_NDJSON_SCALAR)
		return sift_k6_intake_skip(p, "not a number");
	if (!sift_parse_micro(point->value.raw, &s.value_micro, NULL))
		return sift_k6_intake_skip(p, value_error(point->value.raw));
	if (!sift_instant_parse(point->time, &s.time_ns))
		return sift_k6_intake_skip(p, "not a time");
	return take_sample(p, &s, &tags);
}

static enum sift_status
take_declaration(struct sift_k6_intake *p, struct sift_k6_seen *metric,
		 const struct sift_k6_point *line)
{
	enum sift_metric_type type;
	enum sift_status rc;

	if (!sift_k6_metric_type(line->type, &type))
		return sift_k6_intake_skip(p, "unknown type of metric");
	if (metric->is.role == SIFT_K6_UNDECIDED)
		sift_piece_declare(p->piece, p->line);
	rc = sift_k6_seen_declare(p, metric, type,
				  sift_k6_metric_unit(line->contains));
	p->used++;
	if (rc || !line->thresholds.len)
		return rc;
	return sift_k6_names_thresholds(&p->names, metric->name,
					line->thresholds, &p->text[1], p->err);
}

enum sift_status
sift_k6_intake_add(struct sift_k6_intake *p, const struct sift_k6_point *line)
{
	struct sift_k6_seen *metric = NULL;
	struct sift_k6_tagset *set = NULL;
	enum sift_status rc = sift_k6_seen_find(p, line->metric, &metric);

	if (!rc && line->kind == SIFT_K6_LINE_POINT)
		rc = sift_k6_tagcache_enter(&p->tags, line->tags, &set, p->err);
	if (!rc && line->kind == SIFT_K6_LINE_METRIC)
		rc = take_declaration(p, metric, line);
	else if (!rc && metric->is.role == SIFT_K6_UNUSED)
		p->unused++;
	else if (!rc)
		rc = take_point(p, metric, line, set);
	if (rc == SIFT_END)
		return sift_k6_intake_skip(p, "bad escape");
	return rc;
}

/* Tags that were taken apart as bytes again, to be found by: each with its
   length before it. */
static enum sift_status
find_row_tags(struct sift_k6_intake *p, const struct sift_k6_tags *tags,
	      struct sift_k6_tagset **out)
{
	const struct sift_span parts[] = {
		tags->method,	  tags->name,  tags->url,
		tags->status,	  tags->check, tags->expected_response,
		tags->error_code, tags->error, tags->group,
		tags->scenario,
	};
	struct sift_buf *key = &p->text[0];

	sift_buf_clear(key);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		sift_buf_add_varint(key, parts[i].len);
		sift_buf_add_span(key, parts[i]);
	}
	if (sift_buf_status(key))
		return sift_fail(p->err, SIFT_E_NOMEM, "no memory for tags");
	return sift_k6_tagcache_enter(&p->tags, sift_buf_span(key), out,
				      p->err);
}

enum sift_status
sift_k6_intake_add_row(struct sift_k6_intake *p, const struct sift_k6_row *row)
{
	struct tags tags = {.parsed = row->tags};
	struct sample s = {.time_ns = row->time_ns};
	enum sift_status rc = sift_k6_seen_find(p, row->metric, &s.metric);

	if (rc)
		return rc;
	if (s.metric->is.role == SIFT_K6_UNUSED) {
		p->unused++;
		return SIFT_OK;
	}
	if (!sift_parse_micro(row->value, &s.value_micro, NULL))
		return sift_k6_intake_skip(p, value_error(row->value));
	if (takers[s.metric->is.role].of < SIFT_K6_TAGS_OF_COUNT)
		rc = find_row_tags(p, row->tags, &tags.set);
	return rc ? rc : take_sample(p, &s, &tags);
}

enum sift_status
sift_k6_intake_declare(struct sift_k6_intake *p,
		       const struct sift_k6_point *line)
{
	struct sift_k6_seen *metric = NULL;
	enum sift_metric_type type;
	enum sift_status rc = sift_k6_seen_find(p, line->metric, &metric);

	if (rc)
		return rc == SIFT_END ? SIFT_OK : rc;
	if (line->kind != SIFT_K6_LINE_METRIC ||
	    !sift_k6_metric_type(line->type, &type))
		return SIFT_OK;
	return sift_k6_seen_declare(p, metric, type,
				    sift_k6_metric_unit(line->contains));
}

enum sift_status
sift_k6_intake_add_known(struct sift_k6_intake *p,
			 const struct sift_k6_known *point)
{
	struct sift_k6_seen *metric = point->metric;
	const struct taker *taker = &takers[metric->is.role];
	struct sample s = {.metric = metric,
			   .time_ns = point->time_ns,
			   .value_micro = point->value_micro};

	if (metric->is.role == SIFT_K6_UNDECIDED || s.value_micro < 0)
		return SIFT_END;
	if (taker->of < SIFT_K6_TAGS_OF_COUNT) {
		const struct tags tags = {.set = point->tags};
		enum sift_status rc;

		if (!point->tags)
			return SIFT_END;
		rc = find_meaning(p, taker->of, &tags, &s.tags);
		if (rc)
			return rc;
	}
	return taker->take(p, &s);
}

enum sift_status
sift_k6_intake_finish(struct sift_k6_intake *p)
{
	struct sift_event event = {.kind = SIFT_EVENT_RECORDS};
	enum sift_status rc;

	if (p->undecided)
		p->piece->doubts |= SIFT_DOUBT_DECLARED;
	sift_piece_count(p->piece, p->metric_names.count, SIFT_K6_METRICS);
	sift_k6_names_count(&p->names, p->piece);

	p->line = SIFT_SPAN("");
	p->line_number = 0;
	rc = sift_k6_seen_infer_all(p);
	if (!rc)
		rc = sift_k6_verdicts_finish(&p->verdicts, &p->names, p->err);
	if (!rc)
		rc = sift_k6_names_finish(&p->names, p->err);
	if (rc)
		return rc;
	event.records.used = p->used - p->verdicts.unused;
	event.records.unused = p->unused + p->verdicts.unused;
	return sift_sink_put(p->sink, &event, p->err);
}
