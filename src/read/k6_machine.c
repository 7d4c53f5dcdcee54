/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

/*
 * k6's machine-readable summary (--new-machine-readable-summary, k6 1.5 and
 * later; docs/formats/k6.md). It says what handleSummary()'s data says in
 * another arrangement, so it is brought into that shape and read as such.
 *
 *	results.metrics, a list	     ->	metrics, by name
 *	p90, p95		     ->	p(90), p(95)
 *	matches and total of a rate  ->	passes and fails
 *	config.duration, seconds     ->	state.testRunDurationMs
 *	results.checks.results	     ->	root_group.checks
 *
 * Both spellings of keys are met: what k6 writes (k6_version, p90) and what
 * its schema says (k6Version, p(90)). config.script, the whole text of the
 * script, may hold secrets and is never looked at.
 */

#include <math.h>

#include "base/instant.h"
#include "read/json_doc.h"
#include "read/k6_summary.h"
#include "read/reader.h"

#define METRICS_DEPTH 3 /* their list's, in a document */

static struct sift_json *
get_either(const struct sift_json *object, const char *key, const char *other)
{
	struct sift_json *value = sift_json_get(object, key);

	return value ? value : sift_json_get(object, other);
}

/* ---- into the shape of handleSummary() ---- */

static void
rename_key(const struct sift_json *object, const char *from, const char *to)
{
	struct sift_json *value = sift_json_get(object, from);

	if (value && !sift_json_get(object, to))
		value->key = sift_span_str(to);
}

/* Counts of a rate: `matches` were not 0. */
static void
rename_rate(const struct sift_json *values)
{
	int64_t total = sift_json_get_count(values, "total");
	int64_t matches = sift_json_get_count(values, "matches");

	if (matches < 0 || total < matches)
		return;
	sift_json_get(values, "total")->number = (double)(total - matches);
	rename_key(values, "matches", "passes");
	rename_key(values, "total", "fails");
}

/* Entries without a name will not pass for metrics. */
static void
name_metric(struct sift_json *entry)
{
	const struct sift_json *name = sift_json_get(entry, "name");
	const struct sift_json *values = sift_json_get(entry, "values");

	entry->key = sift_json_text(name);
	if (!sift_json_is(name, SIFT_JSON_STRING))
		entry->kind = SIFT_JSON_NULL;
	rename_key(values, "p90", "p(90)");
	rename_key(values, "p95", "p(95)");
	rename_rate(values);
}

/* The list becomes an object. */
static enum sift_status
name_metrics(struct sift_json *metrics, struct sift_err *err)
{
	struct sift_json *entry = sift_json_elements(metrics);

	if (!sift_json_is(metrics, SIFT_JSON_ARRAY))
		return SIFT_OK;
	for (; entry; entry = entry->next)
		name_metric(entry);
	metrics->kind = SIFT_JSON_OBJECT;
	return sift_json_doc_unite(metrics, err);
}

/* ---- the document ---- */

/* The summary is made when the run has ended. */
static enum sift_status
put_end(const struct sift_json *about, const struct sift_sink *sink,
	struct sift_err *err)
{
	struct sift_event event = {.kind = SIFT_EVENT_TIME};
	struct sift_span text = sift_json_text(
		get_either(about, "generated_at", "generatedAt"));

	event.time.first_ns = SIFT_INSTANT_NONE;
	if (!sift_instant_parse(text, &event.time.last_ns))
		return SIFT_OK;
	return sift_sink_put(sink, &event, err);
}

/* NAN if it is not said, or not in seconds. */
static double
duration_ms(const struct sift_json *config)
{
	double seconds = sift_json_get_number(config, "duration");

	return seconds > 0 && seconds < 1e9 ? seconds * 1000 : (double)NAN;
}

static enum sift_status
put_machine(const struct sift_json_doc *doc, const struct sift_sink *sink,
	    struct sift_err *err)
{
	const struct sift_json *about = sift_json_get(doc->root, "metadata");
	const struct sift_json *results = sift_json_get(doc->root, "results");
	const struct sift_json *config = sift_json_get(doc->root, "config");
	struct sift_json *metrics = sift_json_get(results, "metrics");
	struct sift_k6_summary parts = {
		.version = sift_json_text(
			get_either(about, "k6_version", "k6Version")),
		.rounding = SIFT_ROUNDING_DOUBLE,
		.metrics = metrics,
		.group = sift_json_get(results, "checks"),
		.duration_ms = duration_ms(config),
		.nulled = doc->nulled,
	};
	enum sift_status rc = name_metrics(metrics, err);

	rename_key(parts.group, "results", "checks");
	if (!rc)
		rc = sift_k6_summary_put(&parts, sink, err);
	return rc ? rc : put_end(about, sink, err);
}

static enum sift_status
read_machine(struct sift_source *src, const struct sift_limits *limits,
	     const struct sift_sink *sink, struct sift_err *err)
{
	struct sift_json_doc doc;
	enum sift_status rc;

	rc = sift_json_doc_load_records(&doc, src, limits, METRICS_DEPTH, err);
	if (rc)
		return rc;
	rc = put_machine(&doc, sink, err);
	rc = sift_json_doc_end(&doc, rc, err);
	sift_json_doc_release(&doc);
	return rc;
}

/* ---- recognition ---- */

static bool
has_keys(const struct sift_json *object, const char *first, const char *second)
{
	return sift_json_get(object, first) && sift_json_get(object, second);
}

/* The script, in the config, may be longer than what recognition sees. */
static unsigned
bid_machine(const struct sift_json *head, struct sift_span text, bool whole)
{
	const struct sift_json *config = sift_json_get(head, "config");
	const struct sift_json *results = sift_json_get(head, "results");

	(void)text;
	(void)whole;
	return (has_keys(config, "execution", "script") ? 110u : 0) +
	       (has_keys(results, "checks", "metrics") ? 110u : 0);
}

const struct sift_format sift_format_k6_machine = {
	.name = "k6 machine-readable summary",
	.tool = "k6",
	.kind = SIFT_SOURCE_HANDLE_SUMMARY,
	.bid_json = bid_machine,
	.most = 220,
	.read = read_machine,
};
