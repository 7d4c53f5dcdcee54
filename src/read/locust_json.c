/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Locust's JSON (--json, --json-file): an array with an object for each
 * endpoint, which holds its histogram of response times. There is no total:
 * it is that of all endpoints, and rates are over the time of the whole run,
 * so figures follow when the file is read. docs/formats/locust.md.
 */
#include <config.h>

#include <math.h>

#include "base/buf.h"
#include "base/instant.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/table.h"
#include "model/figures.h"
#include "read/json_doc.h"
#include "read/json_items.h"
#include "read/locust_cells.h"
#include "read/reader.h"

#define ENDPOINTS_MAX 262144u
#define NAMES_BYTES_MAX ((size_t)256 << 20)

/* What objects say, of one of them or of all. */
struct sums {
	int64_t requests;
	int64_t failures;
	int64_t none; /* requests without a time */
	double time_ms;
	double bytes;
	double min_ms, max_ms; /* NAN = no request had a time */
};

struct json {
	const struct sift_sink *sink;
	const struct sift_limits *limits;
	struct sift_json_items items;
	struct sift_table names;
	struct sift_buf key;
	struct sums *endpoints; /* by number of the name */
	size_t capacity;
	struct sums total;
	double first_s, last_s; /* of all requests; NAN = not known */

	uint64_t skipped;
	uint64_t nulled;
	uint64_t uneven; /* histograms that do not add up */
	bool has_point;	 /* a time was written as "240.0" */
	bool has_large;	 /* there is one that would be, before 2.43.4 */
	bool own_rounding;
	bool stopped; /* the sink failed or memory is out */
};

/* ---- one object ---- */

/* Does Locust itself round to this? */
static bool
is_rounded(double ms)
{
	double step = sift_rounding_step_ms(SIFT_ROUNDING_LOCUST, ms);

	return fmod(ms, step) == 0;
}

/* The histogram, looked through before anything is said: false when it is
   none. */
static bool
check_times(struct json *j, const struct sift_json *times, uint64_t *out_sum)
{
	const struct sift_json *value = sift_json_members(times);

	*out_sum = 0;
	for (; value; value = value->next) {
		struct sift_span text = value->key;
		double count = sift_json_double(value, 0);
		double ms;

		if (!sift_parse_double(text, &ms) || !isfinite(ms) ||
		    !(count >= 0 && count <= 9007199254740992.0) ||
		    count != floor(count))
			return false;
		*out_sum += (uint64_t)count;
		j->own_rounding |= !is_rounded(ms);
		j->has_large |= ms >= 100;
		j->has_point |= sift_span_ends(text, SIFT_SPAN(".0"));
	}
	return sift_json_is(times, SIFT_JSON_OBJECT);
}

/* NULL, or why the object is no endpoint. */
static const char *
check_object(struct json *j, const struct sift_json *object, struct sums *out)
{
	const double max = 9007199254740992.0; /* 2^53 */
	uint64_t times;

	*out = (struct sums){
		.requests = sift_json_get_count(object, "num_requests"),
		.failures = sift_json_get_count(object, "num_failures"),
		.none = sift_json_get_count(object, "num_none_requests"),
		.time_ms = sift_json_get_number(object, "total_response_time"),
		.bytes = sift_json_get_number(object, "total_content_length"),
		.min_ms = sift_json_get_number(object, "min_response_time"),
		.max_ms = sift_json_get_number(object, "max_response_time"),
	};
	if (!sift_json_is(sift_json_get(object, "name"), SIFT_JSON_STRING))
		return "no endpoint";
	if (out->requests < 0 || out->failures < 0)
		return "count is not a number";
	if (out->none < 0)
		out->none = 0;
	if (out->failures > out->requests || out->none > out->requests)
		return "more failures than requests";
	if (!check_times(j, sift_json_get(object, "response_times"), &times))
		return "response time is not a number";
	if (times > (uint64_t)max)
		return "count is not a number";
	j->uneven += times != (uint64_t)(out->requests - out->none);
	return NULL;
}

static enum sift_status
stop(struct json *j, enum sift_status status, struct sift_err *err,
     const char *what)
{
	j->stopped = true;
	return sift_fail(err, status, "%s", what);
}

static enum sift_status
put(struct json *j, const struct sift_event *event, struct sift_err *err)
{
	enum sift_status rc = sift_sink_put(j->sink, event, err);

	j->stopped |= rc < 0;
	return rc;
}

static enum sift_status
skip(struct json *j, const char *kind, struct sift_span sample,
     struct sift_err *err)
{
	const struct sift_csv_row place = {
		.line = j->items.item_line,
		.offset = (int64_t)j->items.item_offset,
	};
	enum sift_status rc =
		sift_locust_put_skipped(j->sink, kind, &place, sample, err);

	j->skipped++;
	j->stopped |= rc < 0;
	return rc;
}

/* The number of the object's name; *out_new is false for one met before. */
static enum sift_status
name_endpoint(struct json *j, const struct sift_json *object, uint32_t *out_id,
	      bool *out_new, struct sift_err *err)
{
	enum sift_status rc;

	sift_buf_clear(&j->key);
	sift_buf_add_span(&j->key,
			  sift_json_text(sift_json_get(object, "method")));
	sift_buf_add_byte(&j->key, '\0');
	sift_buf_add_span(&j->key,
			  sift_json_text(sift_json_get(object, "name")));
	if (j->names.arena.total_bytes > NAMES_BYTES_MAX)
		return sift_fail(err, SIFT_E_LIMIT,
				 "more than 256 MiB of names");
	rc = sift_buf_status(&j->key);
	if (!rc)
		rc = sift_table_intern(&j->names, sift_buf_span(&j->key),
				       out_id, out_new);
	if (rc == SIFT_E_LIMIT)
		return sift_fail(err, rc, "more than %u endpoints",
				 ENDPOINTS_MAX);
	if (rc || sift_array_grow((void **)&j->endpoints, &j->capacity,
				  j->names.count, sizeof(*j->endpoints),
				  ENDPOINTS_MAX))
		return stop(j, SIFT_E_NOMEM, err, "no memory for an endpoint");
	return SIFT_OK;
}

static void
add_sums(struct sums *into, const struct sums *from)
{
	into->requests += from->requests;
	into->failures += from->failures;
	into->none += from->none;
	into->time_ms += from->time_ms;
	into->bytes += from->bytes;
	into->min_ms = fmin(into->min_ms, from->min_ms); /* a NAN loses */
	into->max_ms = fmax(into->max_ms, from->max_ms);
}

static enum sift_status
put_endpoint(struct json *j, const struct sift_json *object, uint32_t id,
	     struct sift_err *err)
{
	const struct sift_json *time =
		sift_json_members(sift_json_get(object, "response_times"));
	struct sift_event event = {.kind = SIFT_EVENT_SERIES};
	enum sift_status rc;

	event.series.id = id;
	event.series.method = sift_json_text(sift_json_get(object, "method"));
	event.series.name = sift_json_text(sift_json_get(object, "name"));
	event.series.kind = sift_locust_kind(event.series.method);
	rc = put(j, &event, err);
	event = (struct sift_event){.kind = SIFT_EVENT_TALLY};
	event.tally.series = id;
	for (; time && !rc; time = time->next) {
		event.tally.count = (uint64_t)sift_json_double(time, 0);
		if (sift_parse_double(time->key, &event.tally.value_ms))
			rc = put(j, &event, err);
	}
	return rc;
}

static enum sift_status
add_object(struct json *j, const struct sift_json *object,
	   struct sift_span text, struct sift_err *err)
{
	struct sums sums;
	const char *bad = check_object(j, object, &sums);
	enum sift_status rc;
	uint32_t id = 0;
	bool is_new = true;

	if (bad)
		return skip(j, bad, text, err);
	rc = name_endpoint(j, object, &id, &is_new, err);
	if (rc)
		return rc;
	if (!is_new)
		return skip(j, "duplicate endpoint", text, err);
	j->endpoints[id] = sums;
	add_sums(&j->total, &sums);
	j->first_s =
		fmin(j->first_s, sift_json_get_number(object, "start_time"));
	j->last_s =
		fmax(j->last_s,
		     sift_json_get_number(object, "last_request_timestamp"));
	return put_endpoint(j, object, id, err);
}

static enum sift_status
add_item(struct json *j, struct sift_span text, struct sift_err *err)
{
	struct sift_json_doc doc;
	enum sift_status rc = sift_json_doc_parse(&doc, text, j->limits, NULL);

	if (rc == SIFT_E_NOMEM)
		return stop(j, rc, err, "no memory for an endpoint");
	if (rc)
		return skip(j, "not valid JSON", text, err);
	j->nulled += doc.nulled;
	rc = add_object(j, doc.root, text, err);
	sift_json_doc_release(&doc);
	return rc;
}

/* ---- figures ---- */

static enum sift_status
put_figures(struct json *j, uint32_t series, const struct sums *sums,
	    struct sift_err *err)
{
	struct sift_event event = {.kind = SIFT_EVENT_FIGURES};
	int64_t timed = sums->requests - sums->none;
	struct sift_figures f;

	sift_figures_init(&f);
	f.requests = sums->requests;
	f.failures = sums->failures;
	f.percentiles = SIFT_PERCENTILES_LOCUST;
	if (!j->own_rounding)
		f.rounding = SIFT_ROUNDING_LOCUST;
	if (sums->requests > 0)
		f.mean_bytes = sums->bytes / (double)sums->requests;
	if (sums->requests >= 0 && j->last_s > j->first_s)
		f.rps = (double)sums->requests / (j->last_s - j->first_s);
	if (timed > 0) {
		f.latency.ms[SIFT_STAT_MEAN] = sums->time_ms / (double)timed;
		f.latency.ms[SIFT_STAT_MIN] = sums->min_ms;
		f.latency.ms[SIFT_STAT_MAX] = sums->max_ms;
	}
	event.figures.series = series;
	event.figures.figures = &f;
	return put(j, &event, err);
}

static enum sift_status
put_all_figures(struct json *j, bool is_whole, struct sift_err *err)
{
	struct sums total = is_whole ? j->total : (struct sums){-1, -1};
	enum sift_status rc = SIFT_OK;

	for (uint32_t id = 0; id < j->names.count && !rc; id++)
		rc = put_figures(j, id, &j->endpoints[id], err);
	/* what is left of the endpoints is not the run */
	return rc ? rc : put_figures(j, SIFT_SERIES_TOTAL, &total, err);
}

/* Microseconds are what these numbers are good for. */
static int64_t
instant_of(double seconds)
{
	if (!(seconds > 0 && seconds < 9e9))
		return SIFT_INSTANT_NONE;
	return (int64_t)llround(seconds * 1e6) * 1000;
}

static enum sift_status
put_time(struct json *j, struct sift_err *err)
{
	struct sift_event event = {.kind = SIFT_EVENT_TIME};

	event.time.first_ns = instant_of(j->first_s);
	event.time.last_ns = instant_of(j->last_s);
	return put(j, &event, err);
}

static enum sift_status
put_notes(const struct json *j, struct sift_err *err)
{
	enum sift_status rc = SIFT_OK;

	if (j->nulled)
		rc = sift_locust_put_note(
			j->sink, err,
			"a client reported nan or inf (values: %llu); these "
			"figures are left out",
			(unsigned long long)j->nulled);
	if (!rc && j->total.none)
		rc = sift_locust_put_note(
			j->sink, err,
			"requests without response times: %lld; percentiles "
			"are those of the others",
			(long long)j->total.none);
	if (!rc && j->uneven)
		rc = sift_locust_put_note(
			j->sink, err,
			"histograms do not hold as many times as there are "
			"requests (endpoints: %llu)",
			(unsigned long long)j->uneven);
	if (!rc && j->own_rounding)
		rc = sift_locust_put_note(
			j->sink, err,
			"times were rounded by the test's own rule");
	return rc;
}

static enum sift_status
put_all(struct json *j, bool is_whole, struct sift_err *err)
{
	const char *version = "";
	enum sift_status rc;

	if (j->has_large)
		version = j->has_point ? "2.14.1 to 2.43.3" : "2.43.4 or later";
	rc = sift_locust_put_tool(j->sink, version, err);
	if (!rc)
		rc = put_all_figures(j, is_whole && !j->skipped, err);
	if (!rc)
		rc = put_time(j, err);
	if (!rc)
		rc = put_notes(j, err);
	if (!rc)
		rc = sift_locust_put_records(j->sink, j->names.count, 0, err);
	return rc;
}

static enum sift_status
read_json(struct sift_source *src, const struct sift_limits *limits,
	  const struct sift_sink *sink, struct sift_err *err)
{
	struct json j = {
		.sink = sink,
		.limits = limits,
		.total = {.min_ms = NAN, .max_ms = NAN},
		.first_s = NAN,
		.last_s = NAN,
	};
	struct sift_span item;
	enum sift_status rc;

	sift_json_items_init(&j.items, src, sift_json_doc_max(limits));
	sift_table_init(&j.names, ENDPOINTS_MAX);
	sift_buf_init(&j.key, 0);
	do {
		rc = sift_json_items_next(&j.items, &item, err);
		if (!rc)
			rc = add_item(&j, item, err);
	} while (!rc);
	j.stopped |= rc == SIFT_E_NOMEM;
	rc = rc == SIFT_END ? SIFT_OK : rc;
	if (!j.stopped) {
		/* what was read before damage stands */
		enum sift_status said = put_all(&j, !rc, err);

		rc = rc ? rc : said;
	}
	sift_json_items_release(&j.items);
	sift_table_release(&j.names);
	sift_buf_release(&j.key);
	sift_free(j.endpoints);
	return rc;
}

/* ---- recognition ---- */

/* Where programs wrote to the same output, the array begins a later line. */
static bool
has_array(struct sift_span head)
{
	size_t at = 0;

	while (at < head.len) {
		struct sift_span line = sift_span_from(head, at);
		struct sift_span rest = sift_span_from(line, 1);

		if (line.ptr[0] == '[' &&
		    sift_span_starts(sift_span_trim(rest), SIFT_SPAN("{")))
			return true;
		at += sift_span_find_byte(line, '\n') + 1;
	}
	return false;
}

static unsigned
bid(struct sift_span head, bool whole)
{
	static const struct sift_span keys[] = {
		SIFT_SPAN_INIT("\"num_none_requests\":"),
		SIFT_SPAN_INIT("\"last_request_timestamp\":"),
		SIFT_SPAN_INIT("\"total_content_length\":"),
		SIFT_SPAN_INIT("\"total_response_time\":"),
		SIFT_SPAN_INIT("\"response_times\":"),
		SIFT_SPAN_INIT("\"num_reqs_per_sec\":"),
	};
	unsigned found = 0;

	(void)whole;
	if (!has_array(head))
		return 0;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		found += sift_span_find(head, keys[i]) < head.len;
	return found >= 3 ? 30 * found : 0;
}

const struct sift_format sift_format_locust_json = {
	.name = "Locust JSON",
	.tool = "locust",
	.kind = SIFT_SOURCE_HISTOGRAMS,
	.bid = bid,
	.most = 180,
	.read = read_json,
};
