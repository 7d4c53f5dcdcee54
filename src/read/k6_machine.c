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

#include "base/instant.h"
#include "read/json_doc.h"
#include "read/k6_summary.h"
#include "read/ndjson.h"
#include "read/reader.h"

/* json_object_set_new() takes the value also when it fails. */
static bool
set(json_t *object, const char *key, json_t *value)
{
	return !json_object_set_new(object, key, value);
}

static json_t *
get_either(const json_t *object, const char *key, const char *other)
{
	json_t *value = json_object_get(object, key);

	return value ? value : json_object_get(object, other);
}

/* ---- into the shape of handleSummary() ---- */

static bool
rename_key(json_t *object, const char *from, const char *to)
{
	json_t *value = json_object_get(object, from);

	if (!value || json_object_get(object, to))
		return true;
	return !json_object_set(object, to, value) &&
	       !json_object_del(object, from);
}

/* Counts of a rate: `matches` were not 0. */
static bool
rename_rate(json_t *values)
{
	int64_t total = sift_json_doc_count(values, "total");
	int64_t matches = sift_json_doc_count(values, "matches");

	if (matches < 0 || total < matches)
		return true;
	return set(values, "passes", json_real((double)matches)) &&
	       set(values, "fails", json_real((double)(total - matches))) &&
	       !json_object_del(values, "matches") &&
	       !json_object_del(values, "total");
}

static bool
add_metric(json_t *metrics, json_t *entry)
{
	json_t *values = json_object_get(entry, "values");
	const char *name = json_string_value(json_object_get(entry, "name"));

	if (!name) /* will not pass for a metric */
		return !json_object_set(metrics, "", json_null());
	return rename_key(values, "p90", "p(90)") &&
	       rename_key(values, "p95", "p(95)") && rename_rate(values) &&
	       !json_object_set(metrics, name, entry);
}

static bool
add_metrics(json_t *root, const json_t *results)
{
	json_t *metrics = json_object();
	bool ok = set(root, "metrics", metrics);
	size_t i;
	json_t *entry;

	json_array_foreach(json_object_get(results, "metrics"), i, entry) ok =
		ok && add_metric(metrics, entry);
	return ok;
}

static bool
add_checks(json_t *root, const json_t *results)
{
	json_t *list =
		json_object_get(json_object_get(results, "checks"), "results");
	json_t *group = json_object();

	return set(root, "root_group", group) &&
	       (!list || !json_object_set(group, "checks", list));
}

static bool
add_duration(json_t *root, const json_t *machine)
{
	double seconds = sift_json_doc_number(
		json_object_get(machine, "config"), "duration");
	json_t *state = json_object();

	if (!set(root, "state", state))
		return false;
	if (!(seconds > 0 && seconds < 1e9)) /* NAN: not given */
		return true;
	return set(state, "testRunDurationMs", json_real(seconds * 1000));
}

/* ---- the document ---- */

/* The summary is made when the run has ended. */
static enum sift_status
put_end(const json_t *about, const struct sift_sink *sink, struct sift_err *err)
{
	struct sift_event event = {.kind = SIFT_EVENT_TIME};
	struct sift_span text = sift_json_doc_text(
		get_either(about, "generated_at", "generatedAt"));

	event.time.first_ns = SIFT_INSTANT_NONE;
	if (!sift_instant_parse(text, &event.time.last_ns))
		return SIFT_OK;
	return sift_sink_put(sink, &event, err);
}

static enum sift_status
put_machine(const struct sift_json_doc *machine, const struct sift_sink *sink,
	    struct sift_err *err)
{
	const json_t *about = json_object_get(machine->root, "metadata");
	const json_t *results = json_object_get(machine->root, "results");
	const struct sift_k6_about of = {
		sift_json_doc_text(
			get_either(about, "k6_version", "k6Version")),
		SIFT_ROUNDING_DOUBLE};
	struct sift_json_doc doc = {json_object(), machine->nulled};
	enum sift_status rc;

	if (add_metrics(doc.root, results) && add_checks(doc.root, results) &&
	    add_duration(doc.root, machine->root))
		rc = sift_k6_summary_put(&doc, &of, sink, err);
	else
		rc = sift_fail(err, SIFT_E_NOMEM, "no memory for a summary");
	if (!rc)
		rc = put_end(about, sink, err);
	sift_json_doc_release(&doc);
	return rc;
}

static enum sift_status
read_machine(struct sift_source *src, const struct sift_limits *limits,
	     const struct sift_sink *sink, struct sift_err *err)
{
	struct sift_json_doc machine;
	enum sift_status rc = sift_json_doc_load(&machine, src, limits, err);

	if (rc)
		return rc;
	rc = put_machine(&machine, sink, err);
	sift_json_doc_release(&machine);
	return rc;
}

/* ---- recognition ---- */

/* Has the object that comes next both keys? The script that follows may be
   longer than what recognition sees. */
static bool
has_keys(struct sift_ndjson t, struct sift_span first, struct sift_span second)
{
	struct sift_ndjson_value value;
	struct sift_span key;
	bool has_first = false, has_second = false;

	if (!sift_ndjson_open(&t, '{'))
		return false;
	while (sift_ndjson_member(&t, &key)) {
		has_first |= sift_span_equal(key, first);
		has_second |= sift_span_equal(key, second);
		if (!sift_ndjson_value(&t, &value))
			break;
	}
	return has_first && has_second;
}

static unsigned
bid_machine(struct sift_span head, bool whole)
{
	struct sift_ndjson_value value;
	struct sift_ndjson t;
	struct sift_span key;
	unsigned bits = 0;

	(void)whole;
	sift_ndjson_init(&t, head, 0);
	sift_ndjson_open(&t, '{');
	while (sift_ndjson_member(&t, &key)) {
		if (sift_span_equal(key, SIFT_SPAN("config")) &&
		    has_keys(t, SIFT_SPAN("execution"), SIFT_SPAN("script")))
			bits += 110;
		if (sift_span_equal(key, SIFT_SPAN("results")) &&
		    has_keys(t, SIFT_SPAN("checks"), SIFT_SPAN("metrics")))
			bits += 110;
		if (!sift_ndjson_value(&t, &value))
			break;
	}
	return bits;
}

const struct sift_format sift_format_k6_machine = {
	.name = "k6 machine-readable summary",
	.tool = "k6",
	.kind = SIFT_SOURCE_HANDLE_SUMMARY,
	.bid = bid_machine,
	.read = read_machine,
};
