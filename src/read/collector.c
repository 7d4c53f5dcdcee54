/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

/*
 * The JSON of a collector script that circulates with load-testing guides
 * (docs/formats/collector.md). It copies figures of a k6 summary export and
 * gets some wrong; what is known to be wrong is left out here, with a note.
 */

#include <math.h>

#include "base/buf.h"
#include "base/instant.h"
#include "model/figures.h"
#include "read/json_doc.h"
#include "read/reader.h"

#define MAX_SERVICES_NAMED 20
/* Objects that stand in so many others are whole or left out. */
#define RECORDS_DEPTH 2

struct collector {
	const struct sift_sink *sink;
	struct sift_err *err;
	const struct sift_json *root;
	bool is_cut; /* what is missing may have been there */
};

static enum sift_status
put(struct collector *c, const struct sift_event *event)
{
	return sift_sink_put(c->sink, event, c->err);
}

static enum sift_status
put_note(struct collector *c, struct sift_span text)
{
	struct sift_event event = {.kind = SIFT_EVENT_NOTE};

	event.note.text = text;
	return put(c, &event);
}

static enum sift_status
put_start(struct collector *c)
{
	struct sift_span text =
		sift_json_text(sift_json_get(c->root, "timestamp"));
	struct sift_event event = {.kind = SIFT_EVENT_LOCAL_TIME};
	int64_t ns;

	if (sift_instant_parse(text, &ns)) {
		event.kind = SIFT_EVENT_TIME;
		event.time.first_ns = ns;
		event.time.last_ns = SIFT_INSTANT_NONE;
		return put(c, &event);
	}
	if (!sift_instant_is_local(text))
		return SIFT_OK;
	event.local_time.text = text;
	return put(c, &event);
}

/* ---- latencies ---- */

/* Lowest first, but for the mean. */
static const struct {
	const char *key;
	enum sift_stat stat;
} durations[] = {
	{"min", SIFT_STAT_MIN}, {"p50", SIFT_STAT_P50}, {"p95", SIFT_STAT_P95},
	{"p99", SIFT_STAT_P99}, {"max", SIFT_STAT_MAX}, {"avg", SIFT_STAT_MEAN},
};

/*
 * The script writes 0 for what k6 did not record, above all p99. A figure of
 * 0 behind one that is larger cannot be.
 */
static void
read_latency(const struct sift_json *duration, struct sift_latency *out)
{
	double largest = 0;

	for (size_t i = 0; i < sizeof(durations) / sizeof(durations[0]); i++) {
		double value = sift_json_get_number(duration, durations[i].key);

		if (!(value >= 0) || (value == 0 && largest > 0))
			value = NAN;
		if (value > largest)
			largest = value;
		out->ms[durations[i].stat] = value;
	}
	if (largest == 0) /* nothing was recorded */
		sift_latency_init(out);
}

/*
 * failure_rate is 0 whatever happened, and failed_requests counts successes,
 * in all but hand-made files. So only a rate above 0 is believed, and the
 * count only where it fits the rate.
 */
static bool
read_failures(const struct sift_json *errors, struct sift_figures *figures)
{
	double rate = sift_json_get_number(errors, "failure_rate");
	int64_t failed = sift_json_get_count(errors, "failed_requests");

	if (!(rate > 0 && rate <= 1))
		return false;
	if (failed >= 0 && figures->requests >= 0 &&
	    fabs(rate * (double)figures->requests - (double)failed) <= 1)
		figures->failures = failed;
	else
		figures->error_rate = rate;
	return true;
}

static enum sift_status
put_figures(struct collector *c)
{
	const struct sift_json *requests =
		sift_json_get(c->root, "request_metrics");
	const struct sift_json *errors =
		sift_json_get(c->root, "error_metrics");
	struct sift_event event = {.kind = SIFT_EVENT_FIGURES};
	struct sift_figures figures;
	double p95;
	bool has_failures;
	enum sift_status rc;

	sift_figures_init(&figures);
	figures.rounding = SIFT_ROUNDING_DOUBLE;
	figures.percentiles = SIFT_PERCENTILES_K6;
	figures.requests = sift_json_get_count(requests, "total_requests");
	figures.rps = sift_json_get_number(requests, "requests_per_second");
	read_latency(sift_json_get(requests, "duration"), &figures.latency);
	has_failures = read_failures(errors, &figures);
	p95 = figures.latency.ms[SIFT_STAT_P95];

	event.figures.series = SIFT_SERIES_TOTAL;
	event.figures.figures = &figures;
	rc = put(c, &event);
	if (!rc && !has_failures && !(c->is_cut && !errors))
		rc = put_note(
			c, SIFT_SPAN("the error rate is unknown: the collector "
				     "writes 0 whatever happened and counts "
				     "successes as failures"));
	if (!rc && !isnan(p95) && isnan(figures.latency.ms[SIFT_STAT_P99]))
		rc = put_note(c, SIFT_SPAN("p(99) was not recorded"));
	return rc;
}

/* ---- the rest ---- */

static size_t
count_from(const struct sift_json *member)
{
	size_t count = 0;

	for (; member; member = member->next)
		count++;
	return count;
}

/* "metrics of services, without their labels: fights (0), heroes (2)" */
static enum sift_status
put_services(struct collector *c)
{
	const struct sift_json *service =
		sift_json_members(sift_json_get(c->root, "service_metrics"));
	size_t total = count_from(service);
	struct sift_buf text;
	size_t count = 0;
	enum sift_status rc;

	if (!total)
		return SIFT_OK;
	sift_buf_init(&text, 0);
	sift_buf_add_str(&text, "metrics of services, without their labels: ");
	for (; service; service = service->next) {
		if (count++ == MAX_SERVICES_NAMED) {
			sift_buf_printf(&text, ", and %zu more",
					total - MAX_SERVICES_NAMED);
			break;
		}
		sift_buf_add_str(&text, count > 1 ? ", " : "");
		sift_buf_add_escaped(&text, service->key, 80);
		sift_buf_printf(&text, " (%zu)",
				count_from(sift_json_members(service)));
	}
	rc = sift_buf_status(&text)
		     ? sift_fail(c->err, SIFT_E_NOMEM, "no memory for a note")
		     : put_note(c, sift_buf_span(&text));
	sift_buf_release(&text);
	return rc;
}

static enum sift_status
put_document(struct collector *c, uint64_t nulled)
{
	struct sift_event tool = {.kind = SIFT_EVENT_TOOL};
	struct sift_event records = {.kind = SIFT_EVENT_RECORDS};
	struct sift_event skipped = {.kind = SIFT_EVENT_SKIPPED};
	enum sift_status rc;

	tool.tool.name = SIFT_SPAN("collector");
	rc = put(c, &tool);
	if (!rc)
		rc = put_start(c);
	if (!rc)
		rc = put_figures(c);
	if (!rc)
		rc = put_services(c);
	skipped.skipped.kind = "not finite";
	skipped.skipped.count = nulled;
	skipped.skipped.offset = -1;
	if (!rc && nulled)
		rc = put(c, &skipped);
	records.records.used = 1;
	return rc ? rc : put(c, &records);
}

static enum sift_status
read_collector(struct sift_source *src, const struct sift_limits *limits,
	       const struct sift_sink *sink, struct sift_err *err)
{
	struct collector c = {.sink = sink, .err = err};
	struct sift_json_doc doc;
	enum sift_status rc;

	/* of a document that breaks off, what request_metrics has whole */
	rc = sift_json_doc_load_records(&doc, src, limits, RECORDS_DEPTH, err);
	if (rc)
		return rc;
	c.root = doc.root;
	c.is_cut = doc.cut.status;
	if (sift_json_members(sift_json_get(c.root, "request_metrics")))
		rc = put_document(&c, doc.nulled);
	else
		rc = sift_fail(err, SIFT_E_FORMAT,
			       "request_metrics is empty: the summary could "
			       "not be read");
	rc = sift_json_doc_end(&doc, rc, err);
	sift_json_doc_release(&doc);
	return rc;
}

/* Both keys, or one where the other lies beyond the head, since
   service_metrics may be large, or where the document breaks off. */
static unsigned
bid(const struct sift_json *head, struct sift_span text, bool whole)
{
	bool requests = sift_json_get(head, "request_metrics") != NULL;
	bool errors = sift_json_get(head, "error_metrics") != NULL;

	if (requests && errors)
		return 150;
	whole = whole && sift_span_ends(sift_span_trim(text), SIFT_SPAN("}"));
	return (requests || errors) && !whole ? 60 : 0;
}

const struct sift_format sift_format_collector = {
	.name = "collector JSON",
	.tool = "collector",
	.kind = SIFT_SOURCE_COLLECTOR,
	.bid_json = bid,
	.most = 150,
	.read = read_collector,
};
