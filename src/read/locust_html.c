/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Locust's HTML report (2.18 and later): a program in a page, and behind it
 * the data it shows, `window.templateArgs = {…}`. Of that only the tables
 * and times are looked at; the rest is people's own. docs/formats/locust.md.
 */
#include <config.h>

#include <math.h>

#include "base/buf.h"
#include "base/instant.h"
#include "read/html_rows.h"
#include "read/json_doc.h"
#include "read/json_walk.h"
#include "read/locust_cells.h"
#include "read/locust_report.h"
#include "read/reader.h"

static const struct sift_span marker =
	SIFT_SPAN_INIT("window.templateArgs = {");

struct html {
	struct sift_locust_report report;
	const struct sift_limits *limits;
	bool is_escaped;     /* text is, as HTML: 2.18 to 2.37.12 */
	uint64_t not_finite; /* figures of the two tables */
	struct sift_buf method, name, text;
};

/* ---- fields ---- */

/* A text of an item, unescaped into `buf` if need be. */
static struct sift_span
text_of(const struct html *h, const struct sift_json *item, const char *key,
	struct sift_buf *buf)
{
	struct sift_span text = sift_json_text(sift_json_get(item, key));

	if (!h->is_escaped)
		return text;
	sift_buf_clear(buf);
	sift_html_add_text(buf, text);
	return sift_buf_span(buf);
}

static const struct {
	const char *key;
	enum sift_stat stat;
} times[] = {
	{"avg_response_time", SIFT_STAT_MEAN},
	{"min_response_time", SIFT_STAT_MIN},
	{"max_response_time", SIFT_STAT_MAX},
	{"median_response_time", SIFT_STAT_P50},
	{"response_time_percentile_0.95", SIFT_STAT_P95},
	{"response_time_percentile_0.99", SIFT_STAT_P99},
	{"ninetieth_response_time", SIFT_STAT_P90},
	{"ninety_ninth_response_time", SIFT_STAT_P99},
	{"0.5", SIFT_STAT_P50},
	{"0.9", SIFT_STAT_P90},
	{"0.95", SIFT_STAT_P95},
	{"0.99", SIFT_STAT_P99},
};

static void
read_times(const struct sift_json *item, struct sift_figures *out)
{
	sift_figures_init(out);
	out->rounding = SIFT_ROUNDING_LOCUST;
	out->percentiles = SIFT_PERCENTILES_LOCUST;
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		double ms = sift_json_get_number(item, times[i].key);

		if (!isnan(ms))
			out->latency.ms[times[i].stat] = ms;
	}
}

/* ---- items of the lists ---- */

static enum sift_status
add_requests(struct html *h, const struct sift_json *item,
	     struct sift_span text, struct sift_err *err)
{
	struct sift_figures f;

	read_times(item, &f);
	f.requests = sift_json_get_count(item, "num_requests");
	f.failures = sift_json_get_count(item, "num_failures");
	f.rps = sift_json_get_number(item, "total_rps");
	f.mean_bytes = sift_json_get_number(item, "avg_content_length");
	if (f.requests < 0)
		return sift_locust_report_skip(
			&h->report, "count is not a number", text, err);
	if (f.requests == 0) {
		sift_latency_init(&f.latency);
		f.mean_bytes = NAN;
	}
	return sift_locust_report_add(&h->report, &h->report.requests,
				      text_of(h, item, "method", &h->method),
				      text_of(h, item, "name", &h->name), &f,
				      err);
}

static enum sift_status
add_percentiles(struct html *h, const struct sift_json *item,
		struct sift_span text, struct sift_err *err)
{
	struct sift_figures f;

	(void)text;
	read_times(item, &f);
	return sift_locust_report_add(&h->report, &h->report.percentiles,
				      text_of(h, item, "method", &h->method),
				      text_of(h, item, "name", &h->name), &f,
				      err);
}

static enum sift_status
add_failure(struct html *h, const struct sift_json *item, struct sift_span text,
	    struct sift_err *err)
{
	int64_t count = sift_json_get_count(item, "occurrences");

	if (count < 0)
		return sift_locust_report_skip(
			&h->report, "count is not a number", text, err);
	return sift_locust_report_failure(
		&h->report, text_of(h, item, "method", &h->method),
		text_of(h, item, "name", &h->name),
		text_of(h, item, "error", &h->text), (uint64_t)count, err);
}

static enum sift_status
add_exception(struct html *h, const struct sift_json *item,
	      struct sift_span text, struct sift_err *err)
{
	int64_t count = sift_json_get_count(item, "count");

	if (count < 0)
		return sift_locust_report_skip(
			&h->report, "count is not a number", text, err);
	return sift_locust_report_exception(&h->report,
					    text_of(h, item, "msg", &h->text),
					    (uint64_t)count, err);
}

/* Every few seconds; since 2.31.3 as [time, value]. */
static enum sift_status
add_history(struct html *h, const struct sift_json *item, struct sift_span text,
	    struct sift_err *err)
{
	const struct sift_json *users = sift_json_get(item, "user_count");
	struct sift_span time = sift_json_text(sift_json_get(item, "time"));
	struct sift_event event = {.kind = SIFT_EVENT_USERS};
	double count;

	(void)text;
	if (sift_json_elements(users))
		users = sift_json_elements(users)->next;
	count = sift_json_double(users, (double)NAN);
	if (!(count >= 0 && count < 1e9))
		return SIFT_OK;
	event.users.users = (int64_t)count;
	if (!sift_instant_parse(time, &event.users.time_ns)) {
		/* of day only, before 2.29 */
		if (event.users.users > h->report.peak_users)
			h->report.peak_users = event.users.users;
		return SIFT_OK;
	}
	return sift_sink_put(h->report.sink, &event, err);
}

static const struct list {
	struct sift_span key;
	enum sift_status (*add)(struct html *h, const struct sift_json *item,
				struct sift_span text, struct sift_err *err);
} lists[] = {
	{SIFT_SPAN_INIT("requests_statistics"), add_requests},
	{SIFT_SPAN_INIT("response_time_statistics"), add_percentiles},
	{SIFT_SPAN_INIT("failures_statistics"), add_failure},
	{SIFT_SPAN_INIT("exceptions_statistics"), add_exception},
	{SIFT_SPAN_INIT("history"), add_history},
};

/* ---- the data ---- */

static enum sift_status
add_item(struct html *h, const struct list *list, struct sift_span text,
	 struct sift_err *err)
{
	struct sift_json_doc doc;
	enum sift_status rc = sift_json_doc_parse(&doc, text, h->limits, NULL);

	if (rc == SIFT_E_NOMEM)
		return sift_fail(err, rc, "no memory for a row");
	if (rc)
		return sift_locust_report_skip(&h->report, "not valid JSON",
					       text, err);
	if (list->add == add_requests || list->add == add_percentiles)
		h->not_finite += doc.nulled;
	rc = list->add(h, doc.root, text, err);
	sift_json_doc_release(&doc);
	if (!rc && (sift_buf_status(&h->method) || sift_buf_status(&h->name) ||
		    sift_buf_status(&h->text)))
		return sift_fail(err, SIFT_E_NOMEM, "no memory for a name");
	return rc;
}

static enum sift_status
add_list(struct html *h, const struct list *list, struct sift_span text,
	 struct sift_err *err)
{
	struct sift_span rest = sift_span_from(text, 1), item;
	enum sift_status rc = SIFT_OK;

	if (!text.len || *text.ptr != '[')
		return SIFT_OK;
	while (!rc && sift_json_walk_next(&rest, NULL, &item))
		rc = add_item(h, list, item, err);
	return rc;
}

static struct sift_span
without_quotes(struct sift_span text)
{
	return text.len < 2 || *text.ptr != '"'
		       ? (struct sift_span){0}
		       : sift_span_of(text.ptr + 1, text.len - 2);
}

/* A list that breaks off has items all the same. */
static enum sift_status
add_member(struct html *h, struct sift_span key, struct sift_span value,
	   struct sift_err *err)
{
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		if (sift_span_equal(key, lists[i].key))
			return add_list(h, &lists[i], value, err);
	return SIFT_OK;
}

/* The program may hold the marker itself, and stand before the data. */
static struct sift_span
find_data(struct sift_span page)
{
	struct sift_span rest = page;
	struct sift_span data = {0};

	for (;;) {
		size_t at = sift_span_find(rest, marker);

		if (at == rest.len)
			return data;
		rest = sift_span_from(rest, at + marker.len);
		data = rest;
	}
}

static enum sift_status
read_data(struct html *h, bool *out_whole, struct sift_err *err)
{
	struct sift_span page = sift_buf_span(&h->report.page);
	struct sift_span rest = find_data(page), key = {0}, value = {0};
	enum sift_status rc = SIFT_OK;

	h->report.is_utc = true; /* before 2.29 without saying so */
	h->is_escaped =
		sift_span_find(rest, SIFT_SPAN("\"safe_name\":")) < rest.len;
	while (!rc && sift_json_walk_next(&rest, &key, &value)) {
		if (sift_span_equal(key, SIFT_SPAN("start_time")))
			h->report.first = without_quotes(value);
		else if (sift_span_equal(key, SIFT_SPAN("end_time")))
			h->report.last = without_quotes(value);
		else if (sift_span_equal(key, SIFT_SPAN("host")))
			h->report.url = without_quotes(value);
		else
			rc = add_member(h, key, value, err);
	}
	*out_whole = sift_json_walk_closed(rest) &&
		     sift_span_find(rest, SIFT_SPAN("</html>")) < rest.len;
	return !rc && value.len ? add_member(h, key, value, err) : rc;
}

static enum sift_status
read_report(struct html *h, struct sift_err *err)
{
	bool is_whole = false;
	enum sift_status rc = read_data(h, &is_whole, err);

	if (!rc)
		rc = sift_locust_put_note(h->report.sink, err,
					  "minimum and maximum are rounded to "
					  "whole milliseconds (Locust's HTML "
					  "report)");
	if (!rc && h->not_finite)
		rc = sift_locust_put_note(
			h->report.sink, err,
			"a client reported nan or inf (values: %llu); these "
			"figures are left out",
			(unsigned long long)h->not_finite);
	if (rc)
		return rc;
	return sift_locust_report_put(&h->report,
				      h->is_escaped ? "2.18 to 2.37.12"
						    : "2.37.13 or later",
				      is_whole, err);
}

static enum sift_status
read_html(struct sift_source *src, const struct sift_limits *limits,
	  const struct sift_sink *sink, struct sift_err *err)
{
	struct html h = {.limits = limits};
	enum sift_status rc;

	sift_buf_init(&h.method, 0);
	sift_buf_init(&h.name, 0);
	sift_buf_init(&h.text, 0);
	rc = sift_locust_report_load(&h.report, src, limits, sink, err);
	if (rc != SIFT_E_NOMEM && rc != SIFT_E_LIMIT) {
		/* what was read before damage stands */
		enum sift_status said = read_report(&h, err);

		rc = rc ? rc : said;
	}
	sift_locust_report_release(&h.report);
	sift_buf_release(&h.text);
	sift_buf_release(&h.name);
	sift_buf_release(&h.method);
	return rc;
}

static unsigned
bid(struct sift_span head, bool whole)
{
	/* people give pages other titles, but seldom cut the program off */
	static const struct sift_span signs[] = {
		SIFT_SPAN_INIT("<title>Locust</title>"),
		SIFT_SPAN_INIT("window.templateArgs"),
	};

	(void)whole;
	if (!sift_span_starts(sift_span_trim(head), SIFT_SPAN("<")))
		return 0;
	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++)
		if (sift_span_find(head, signs[i]) < head.len)
			return 60;
	return 0;
}

const struct sift_format sift_format_locust_html = {
	.name = "Locust HTML report",
	.tool = "locust",
	.kind = SIFT_SOURCE_REPORT,
	.bid = bid,
	.most = 60,
	.read = read_html,
};
