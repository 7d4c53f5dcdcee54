/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

/*
 * The text k6 prints at the end of a test (docs/formats/k6.md), alone, with
 * what else a console showed, or in the log of a CI job. It is the last
 * resort of a run that left nothing else: its figures are cut to two
 * decimals. What it prints are the metrics of handleSummary()'s data, so they
 * are brought back into that shape and read as such; checks and the results
 * of thresholds are put as they are met.
 */

#include <math.h>

#include "base/buf.h"
#include "base/table.h"
#include "input/lines.h"
#include "read/json_doc.h"
#include "read/k6_rebuild.h"
#include "read/k6_text_line.h"
#include "read/k6_text_values.h"
#include "read/reader.h"

#define MAX_METRICS 100000u

enum section {
	SECTION_TOTAL,	    /* also where there are no sections (up to 0.57) */
	SECTION_THRESHOLDS, /* of the layout of k6 1.0 */
	SECTION_PART	    /* a group or scenario: repeats the total's */
};

struct text {
	const struct sift_sink *sink;
	struct sift_err *err;
	struct sift_lines lines;
	struct sift_buf clean;	 /* the line at hand, without colours */
	struct sift_buf metrics; /* JSON */
	struct sift_table seen;	 /* names of metrics */
	struct sift_buf name;	 /* of the metric at hand, with tags */
	struct sift_buf parent;	 /* of sub-metrics that follow */
	struct sift_buf check;	 /* whose counts come next, or empty */
	struct sift_k6_text_times times;
	enum section section;
	bool is_new;	    /* the layout of k6 1.0 */
	bool is_further;    /* this is another summary than the first */
	double duration_s;  /* 0 = not known */
	uint64_t unused;    /* lines of groups and scenarios */
	uint64_t uncounted; /* checks whose passes are not told */
};

static enum sift_status
put(struct text *t, const struct sift_event *event)
{
	return sift_sink_put(t->sink, event, t->err);
}

static enum sift_status
put_note(struct text *t, struct sift_span text)
{
	struct sift_event event = {.kind = SIFT_EVENT_NOTE};

	event.note.text = text;
	return put(t, &event);
}

static enum sift_status
skip(struct text *t, const char *kind)
{
	struct sift_event event = {.kind = SIFT_EVENT_SKIPPED};

	event.skipped.kind = kind;
	event.skipped.count = 1;
	event.skipped.line = t->lines.number;
	event.skipped.offset = (int64_t)t->lines.offset;
	event.skipped.sample = sift_buf_span(&t->clean);
	return put(t, &event);
}

/* ---- thresholds ---- */

static enum sift_status
put_threshold(struct text *t, struct sift_span expression, bool passed)
{
	struct sift_event event = {.kind = SIFT_EVENT_THRESHOLD};

	event.threshold.metric = sift_buf_span(&t->name);
	event.threshold.expression = expression;
	event.threshold.passed = passed;
	return put(t, &event);
}

/* ---- metrics ---- */

/* "{ name:x }" is a part of the metric before it. */
static void
take_name(struct text *t, struct sift_span name)
{
	sift_buf_clear(&t->name);
	if (sift_span_starts(name, SIFT_SPAN("{")) &&
	    sift_span_ends(name, SIFT_SPAN("}"))) {
		struct sift_span tags =
			sift_span_of(name.ptr + 1, name.len - 2);

		sift_buf_add_span(&t->name, sift_buf_span(&t->parent));
		sift_buf_add_byte(&t->name, '{');
		sift_buf_add_span(&t->name, sift_span_trim(tags));
		sift_buf_add_byte(&t->name, '}');
		return;
	}
	sift_buf_add_span(&t->name, name);
	sift_buf_clear(&t->parent);
	sift_buf_add_span(&t->parent,
			  sift_span_head(name, sift_span_find_byte(name, '{')));
}

/* Rates are per second of the test, so they tell how long it was. */
static void
take_duration(struct text *t, const struct sift_k6_figures *values)
{
	struct sift_span name = sift_buf_span(&t->name);
	double count = values->figures[0].value;
	double rate = values->figures[1].value;

	if (values->type == SIFT_METRIC_COUNTER && count > 0 && rate > 0 &&
	    (sift_span_equal(name, SIFT_SPAN("iterations")) ||
	     sift_span_equal(name, SIFT_SPAN("http_reqs"))))
		t->duration_s = count / rate;
}

/* Since 1.0 the metric "checks" is shown as three. */
static bool
is_of_checks(struct text *t)
{
	struct sift_span name = sift_buf_span(&t->name);

	if (sift_span_equal(name, SIFT_SPAN("checks_succeeded"))) {
		sift_buf_clear(&t->name);
		sift_buf_add_str(&t->name, "checks");
		return false;
	}
	return sift_span_equal(name, SIFT_SPAN("checks_total")) ||
	       sift_span_equal(name, SIFT_SPAN("checks_failed"));
}

static enum sift_status
enter_metric(struct text *t, const struct sift_k6_text_line *line,
	     const struct sift_k6_figures *values)
{
	static const struct sift_span not_shown =
		SIFT_SPAN_INIT("(expression not shown)");
	enum sift_status rc;
	uint32_t id;
	bool is_new;

	if (t->is_new && is_of_checks(t))
		return SIFT_OK;
	rc = sift_table_intern(&t->seen, sift_buf_span(&t->name), &id, &is_new);
	if (rc)
		return sift_fail(t->err, rc, "more than %u metrics",
				 MAX_METRICS);
	if (!is_new) {
		t->is_further = true;
		return skip(t, "of a further summary");
	}
	take_duration(t, values);
	sift_k6_rebuild_add(&t->metrics, sift_buf_span(&t->name), values);
	if (line->glyph == SIFT_K6_GLYPH_NONE)
		return SIFT_OK;
	return put_threshold(t, not_shown, line->glyph == SIFT_K6_GLYPH_PASS);
}

/* What has dots like a metric may be anything of a log, unless k6 has a
   metric of that name. */
static enum sift_status
take_no_metric(struct text *t, const struct sift_k6_text_line *line)
{
	struct sift_k6_metric is;

	if (!sift_k6_metric_builtin(line->text, &is) &&
	    !sift_span_starts(line->text, SIFT_SPAN("{")))
		return SIFT_OK;
	return skip(t, "not a figure");
}

static enum sift_status
take_metric(struct text *t, const struct sift_k6_text_line *line)
{
	struct sift_k6_figures values;

	if (t->section == SECTION_PART) {
		t->unused++;
		return SIFT_OK;
	}
	if (!sift_k6_text_values_parse(line->values, &t->times, &values))
		return take_no_metric(t, line);
	if (!t->lines.complete && !sift_span_ends(line->values, SIFT_SPAN("s")))
		return skip(t, "cut short");
	if (t->is_further)
		return skip(t, "of a further summary");
	take_name(t, line->text);
	return enter_metric(t, line, &values);
}

/* ---- checks ---- */

/* Of a check that never failed the text has no counts. */
static void
drop_check(struct text *t)
{
	t->uncounted += t->check.len > 0;
	sift_buf_clear(&t->check);
}

static enum sift_status
take_counts(struct text *t, const struct sift_k6_text_line *line)
{
	struct sift_event event = {.kind = SIFT_EVENT_CHECK};
	enum sift_status rc;

	if (!t->check.len)
		return SIFT_OK;
	if (!t->lines.complete) /* nor do texts end here */
		return skip(t, "cut short");
	event.check.name = sift_buf_span(&t->check);
	event.check.passes = line->passes;
	event.check.fails = line->fails;
	rc = put(t, &event);
	sift_buf_clear(&t->check);
	return rc;
}

/* ---- lines ---- */

static enum sift_status
take_mark(struct text *t, const struct sift_k6_text_line *line)
{
	if (t->is_further || t->section == SECTION_PART)
		return SIFT_OK;
	if (t->section == SECTION_THRESHOLDS)
		return line->values.len
			       ? put_threshold(t, line->values,
					       line->glyph ==
						       SIFT_K6_GLYPH_PASS)
			       : SIFT_OK;
	drop_check(t);
	sift_buf_add_span(&t->check, line->text);
	return SIFT_OK;
}

static void
take_title(struct text *t, struct sift_span title)
{
	drop_check(t);
	if (sift_span_equal(title, SIFT_SPAN("THRESHOLDS")))
		t->section = SECTION_THRESHOLDS;
	else if (sift_span_equal(title, SIFT_SPAN("TOTAL RESULTS")))
		t->section = SECTION_TOTAL;
	else if (sift_span_starts(title, SIFT_SPAN("GROUP: ")) ||
		 sift_span_starts(title, SIFT_SPAN("SCENARIO: ")))
		t->section = SECTION_PART;
	else
		return; /* a group of the old layout */
	t->is_new = true;
	if (t->section != SECTION_PART && t->seen.count)
		t->is_further = true;
}

static enum sift_status
take_parsed(struct text *t, const struct sift_k6_text_line *line)
{
	switch (line->kind) {
	case SIFT_K6_TEXT_METRIC:
		drop_check(t);
		return take_metric(t, line);
	case SIFT_K6_TEXT_MARK:
		return take_mark(t, line);
	case SIFT_K6_TEXT_COUNTS:
		return take_counts(t, line);
	case SIFT_K6_TEXT_TITLE:
		take_title(t, line->text);
		return SIFT_OK;
	case SIFT_K6_TEXT_OTHER:
		if (t->section == SECTION_THRESHOLDS && line->text.len)
			take_name(t, line->text);
		return SIFT_OK;
	}
	return SIFT_OK;
}

static enum sift_status
take_line(struct text *t, struct sift_span raw)
{
	struct sift_k6_text_line line;
	enum sift_status rc;

	sift_k6_text_clean(raw, &t->clean);
	rc = sift_buf_status(&t->clean);
	sift_k6_text_line_parse(sift_buf_span(&t->clean), &line);
	if (!rc)
		rc = take_parsed(t, &line);
	if (!rc && (sift_buf_status(&t->name) || sift_buf_status(&t->parent) ||
		    sift_buf_status(&t->check)))
		rc = SIFT_E_NOMEM;
	return rc == SIFT_E_NOMEM
		       ? sift_fail(t->err, rc, "no memory for a line")
		       : rc;
}

static enum sift_status
take_lines(struct text *t, enum sift_status *out_source)
{
	enum sift_status rc = SIFT_OK;
	struct sift_span line;

	while (!rc) {
		*out_source = sift_lines_next(&t->lines, &line, t->err);
		if (*out_source)
			break;
		rc = take_line(t, line);
	}
	drop_check(t);
	return rc;
}

/* ---- the document ---- */

static enum sift_status
put_duration(struct text *t)
{
	struct sift_event event = {.kind = SIFT_EVENT_DURATION};

	if (!(t->duration_s > 0 && t->duration_s < 1e9))
		return SIFT_OK;
	event.duration.duration_ns = llround(t->duration_s * 1e3) * 1000000;
	return put(t, &event);
}

static enum sift_status
put_all(struct text *t, const struct sift_limits *limits)
{
	struct sift_event version = {.kind = SIFT_EVENT_FORMAT_VERSION};
	struct sift_event records = {.kind = SIFT_EVENT_RECORDS};
	enum sift_status rc = sift_k6_rebuild_put(
		&t->metrics, limits, sift_k6_text_rounding(&t->times), t->sink,
		t->err);

	version.note.text = t->is_new ? SIFT_SPAN("layout of k6 1.0")
				      : SIFT_SPAN("old layout");
	if (!rc)
		rc = put_duration(t);
	if (!rc)
		rc = put(t, &version);
	if (!rc)
		rc = put_note(t, SIFT_SPAN("figures are from the text k6 "
					   "printed, cut to two decimals"));
	if (!rc && t->uncounted &&
	    sift_table_find(&t->seen, SIFT_SPAN("checks")) != UINT32_MAX)
		rc = put_note(t, SIFT_SPAN("k6 printed no counts of checks "
					   "that never failed"));
	records.records.unused = t->unused;
	return rc ? rc : put(t, &records);
}

static void
init(struct text *t, struct sift_source *src, const struct sift_limits *limits)
{
	sift_lines_init(&t->lines, src, limits->line_bytes);
	sift_table_init(&t->seen, MAX_METRICS);
	sift_buf_init(&t->clean, 0);
	sift_buf_init(&t->metrics, sift_json_doc_max(limits));
	sift_buf_init(&t->name, 0);
	sift_buf_init(&t->parent, 0);
	sift_buf_init(&t->check, 0);
}

static void
release(struct text *t)
{
	sift_lines_release(&t->lines);
	sift_table_release(&t->seen);
	sift_buf_release(&t->clean);
	sift_buf_release(&t->metrics);
	sift_buf_release(&t->name);
	sift_buf_release(&t->parent);
	sift_buf_release(&t->check);
}

static enum sift_status
read_text(struct sift_source *src, const struct sift_limits *limits,
	  const struct sift_sink *sink, struct sift_err *err)
{
	struct text t = {.sink = sink, .err = err};
	enum sift_status source = SIFT_OK;
	enum sift_status rc;

	init(&t, src, limits);
	rc = take_lines(&t, &source);
	if (!rc && t.seen.count)
		rc = put_all(&t, limits);
	else if (!rc && source == SIFT_END)
		rc = sift_fail(err, SIFT_E_UNKNOWN,
			       "k6's log, without a summary");
	release(&t);
	if (rc)
		return rc;
	return source == SIFT_END ? SIFT_OK : source;
}

const struct sift_format sift_format_k6_text = {
	.name = "k6 end-of-test text",
	.tool = "k6",
	.kind = SIFT_SOURCE_TEXT_SUMMARY,
	.bid = sift_k6_text_bid,
	.most = 100,
	.late = true,
	.read = read_text,
};
