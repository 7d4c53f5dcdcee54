/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

/*
 * A saved page of a service's metrics: Prometheus' text exposition format,
 * and OpenMetrics as far as it is the same (docs/formats/prometheus.md).
 *
 *	# TYPE db_query_duration_seconds histogram
 *	db_query_duration_seconds_bucket{query_type="find",le="0.1"} 1050.0
 *	db_query_duration_seconds_count{query_type="find"} 1500.0
 *
 * What a series was at that moment becomes a metric of the source: counters,
 * and histograms with a value for each bucket. Which copies belong together
 * is seen later (group/services.h). What says nothing of requests, gauges and
 * the metrics of the runtime, is not kept.
 */

#include <math.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/table.h"
#include "base/text.h"
#include "input/lines.h"
#include "read/reader.h"

#define MAX_SERIES 100000u
#define LABELS 64 /* of a sample, at most */

enum type { TYPE_OTHER, TYPE_COUNTER, TYPE_HISTOGRAM, TYPE_SUMMARY };

struct label {
	struct sift_span name;
	struct sift_span value; /* as written, without its quotes */
};

struct sample {
	struct sift_span name;
	struct label labels[LABELS];
	size_t label_count;
	struct sift_span bound; /* le of a bucket; empty = none */
	double value;
};

struct page {
	const struct sift_sink *sink;
	struct sift_err *err;
	struct sift_lines lines;
	struct sift_table families; /* names with a type */
	enum type *types;	    /* owned, by family */
	size_t type_capacity;
	struct sift_table series;
	struct sift_buf key, text; /* scratch */
	uint64_t used, unused;
};

static enum sift_status
put(struct page *p, const struct sift_event *event)
{
	return sift_sink_put(p->sink, event, p->err);
}

static enum sift_status
skip(struct page *p, struct sift_span line, const char *kind)
{
	struct sift_event event = {.kind = SIFT_EVENT_SKIPPED};

	event.skipped.kind = p->lines.complete ? kind : "cut short";
	event.skipped.count = 1;
	event.skipped.line = p->lines.number;
	event.skipped.offset = (int64_t)p->lines.offset;
	event.skipped.sample = line;
	return put(p, &event);
}

/* ---- a line ---- */

static bool
is_of_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_' || c == ':';
}

static struct sift_span
without_blanks(struct sift_span text)
{
	while (text.len && (*text.ptr == ' ' || *text.ptr == '\t'))
		text = sift_span_from(text, 1);
	return text;
}

static struct sift_span
take_name(struct sift_span *text)
{
	struct sift_span name = *text;
	size_t n = 0;

	while (n < name.len && is_of_name(name.ptr[n]))
		n++;
	*text = without_blanks(sift_span_from(name, n));
	return sift_span_head(name, n);
}

static bool
take_byte(struct sift_span *text, char c)
{
	if (!text->len || *text->ptr != c)
		return false;
	*text = without_blanks(sift_span_from(*text, 1));
	return true;
}

/* A quoted value; \\, \" and \n stay as they are. */
static bool
take_value(struct sift_span *text, struct sift_span *out)
{
	size_t n = 1;

	if (!text->len || *text->ptr != '"')
		return false;
	while (n < text->len && text->ptr[n] != '"')
		n += text->ptr[n] == '\\' ? 2 : 1;
	if (n >= text->len)
		return false;
	*out = sift_span_of(text->ptr + 1, n - 1);
	*text = without_blanks(sift_span_from(*text, n + 1));
	return true;
}

/* {name="value",…}; a comma before the bracket is allowed. */
static bool
take_labels(struct sift_span *text, struct sample *out)
{
	if (!take_byte(text, '{'))
		return true;
	while (!take_byte(text, '}')) {
		struct label label;

		label.name = take_name(text);
		if (!label.name.len || !take_byte(text, '=') ||
		    !take_value(text, &label.value))
			return false;
		if (!take_byte(text, ',') && (!text->len || *text->ptr != '}'))
			return false;
		if (sift_span_equal(label.name, SIFT_SPAN("le"))) {
			out->bound = label.value;
		} else {
			if (out->label_count == LABELS)
				return false;
			out->labels[out->label_count++] = label;
		}
	}
	return true;
}

/* Behind the value may stand a time, and behind `#` an exemplar. */
static bool
parse_sample(struct sift_span line, struct sample *out)
{
	size_t n = 0;

	out->label_count = 0;
	out->bound = SIFT_SPAN("");
	out->name = take_name(&line);
	if (!out->name.len || !take_labels(&line, out))
		return false;
	while (n < line.len && line.ptr[n] != ' ' && line.ptr[n] != '\t')
		n++;
	return sift_parse_double(sift_span_head(line, n), &out->value);
}

/* ---- families ---- */

static const struct {
	struct sift_span word;
	enum type type;
} type_words[] = {
	{SIFT_SPAN_INIT("counter"), TYPE_COUNTER},
	{SIFT_SPAN_INIT("histogram"), TYPE_HISTOGRAM},
	{SIFT_SPAN_INIT("summary"), TYPE_SUMMARY},
};

static enum sift_status
set_type(struct page *p, struct sift_span family, enum type type)
{
	void *types = p->types;
	uint32_t id;
	enum sift_status rc;

	if (sift_array_grow(&types, &p->type_capacity, p->families.count + 1,
			    sizeof(*p->types), MAX_SERIES + 1))
		return sift_fail(p->err, SIFT_E_NOMEM, "no memory for names");
	p->types = types;
	rc = sift_table_intern(&p->families, family, &id, NULL);
	if (rc)
		return sift_fail(p->err, rc, "more than %u metrics",
				 MAX_SERIES);
	p->types[id] = type;
	return SIFT_OK;
}

/* # TYPE name counter */
static enum sift_status
take_comment(struct page *p, struct sift_span line)
{
	enum type type = TYPE_OTHER;
	struct sift_span family;

	line = without_blanks(sift_span_from(line, 1));
	if (!sift_span_starts(line, SIFT_SPAN("TYPE ")))
		return SIFT_OK;
	line = without_blanks(sift_span_from(line, 5));
	family = take_name(&line);
	for (size_t i = 0; i < sizeof(type_words) / sizeof(*type_words); i++)
		if (sift_span_equal(sift_span_trim(line), type_words[i].word))
			type = type_words[i].type;
	return family.len ? set_type(p, family, type) : SIFT_OK;
}

static enum type
type_of(const struct page *p, struct sift_span family)
{
	uint32_t id = sift_table_find(&p->families, family);

	return id == UINT32_MAX ? TYPE_OTHER : p->types[id];
}

static bool
cut_suffix(struct sift_span *name, struct sift_span suffix)
{
	if (!sift_span_ends(*name, suffix) || name->len == suffix.len)
		return false;
	name->len -= suffix.len;
	return true;
}

/* What the value of a sample is called in its series; empty for a sample
   that is not kept. *family is cut to the name of the series. */
static struct sift_span
value_name(struct page *p, const struct sample *s, struct sift_span *family)
{
	*family = s->name;
	if (type_of(p, *family) == TYPE_COUNTER)
		return SIFT_SPAN("total");
	if (s->bound.len && cut_suffix(family, SIFT_SPAN("_bucket")))
		return s->bound;
	if (cut_suffix(family, SIFT_SPAN("_sum")))
		return type_of(p, *family) >= TYPE_HISTOGRAM ? SIFT_SPAN("sum")
							     : SIFT_SPAN("");
	if (cut_suffix(family, SIFT_SPAN("_count")))
		return type_of(p, *family) >= TYPE_HISTOGRAM
			       ? SIFT_SPAN("count")
			       : SIFT_SPAN("");
	/* OpenMetrics declares a counter without its ending */
	return sift_span_ends(*family, SIFT_SPAN("_total")) ? SIFT_SPAN("total")
							    : SIFT_SPAN("");
}

/* Of the process or its language, not of requests. */
static bool
is_of_runtime(struct sift_span name)
{
	static const struct sift_span prefixes[] = {
		SIFT_SPAN_INIT("process_"),  SIFT_SPAN_INIT("python_"),
		SIFT_SPAN_INIT("go_"),	     SIFT_SPAN_INIT("jvm_"),
		SIFT_SPAN_INIT("promhttp_"), SIFT_SPAN_INIT("nodejs_"),
		SIFT_SPAN_INIT("dotnet_"),   SIFT_SPAN_INIT("node_"),
		SIFT_SPAN_INIT("scrape_"),   SIFT_SPAN_INIT("ruby_"),
	};

	for (size_t i = 0; i < sizeof(prefixes) / sizeof(*prefixes); i++)
		if (sift_span_starts(name, prefixes[i]))
			return true;
	return false;
}

/* ---- series ---- */

static int
by_name(const void *a, const void *b)
{
	return sift_span_compare(((const struct label *)a)->name,
				 ((const struct label *)b)->name);
}

static void
add_unescaped(struct sift_buf *out, struct sift_span text)
{
	for (size_t i = 0; i < text.len; i++) {
		bool escaped = text.ptr[i] == '\\' && i + 1 < text.len;

		i += escaped;
		sift_buf_add_byte(out, escaped && text.ptr[i] == 'n'
					       ? '\n'
					       : text.ptr[i]);
	}
}

/* name{a=x,b=y}, labels by their names */
static enum sift_status
make_key(struct page *p, struct sift_span family, struct sample *s)
{
	qsort(s->labels, s->label_count, sizeof(*s->labels), by_name);
	sift_buf_clear(&p->text);
	sift_buf_add_span(&p->text, family);
	for (size_t i = 0; i < s->label_count; i++) {
		sift_buf_add_byte(&p->text, i ? ',' : '{');
		sift_buf_add_span(&p->text, s->labels[i].name);
		sift_buf_add_byte(&p->text, '=');
		add_unescaped(&p->text, s->labels[i].value);
	}
	if (s->label_count)
		sift_buf_add_byte(&p->text, '}');
	sift_buf_clear(&p->key);
	sift_utf8_add_or_cp1252(&p->key, sift_buf_span(&p->text));
	if (sift_buf_status(&p->text) || sift_buf_status(&p->key))
		return sift_fail(p->err, SIFT_E_NOMEM, "no memory for a name");
	return SIFT_OK;
}

static enum sift_status
find_series(struct page *p, bool is_counter, uint32_t *out_id)
{
	struct sift_event event = {.kind = SIFT_EVENT_METRIC};
	enum sift_status rc;
	bool is_new;

	rc = sift_table_intern(&p->series, sift_buf_span(&p->key), out_id,
			       &is_new);
	if (rc)
		return sift_fail(p->err, rc, "more than %u series", MAX_SERIES);
	if (!is_new)
		return SIFT_OK;
	event.metric.id = *out_id;
	event.metric.type =
		is_counter ? SIFT_METRIC_COUNTER : SIFT_METRIC_TREND;
	event.metric.name = sift_buf_span(&p->key);
	return put(p, &event);
}

static enum sift_status
take_sample(struct page *p, struct sift_span line, struct sample *s)
{
	struct sift_event event = {.kind = SIFT_EVENT_VALUE};
	struct sift_span family, name;
	enum sift_status rc = SIFT_OK;

	if (!parse_sample(line, s))
		return skip(p, line, "not a sample");
	if (!p->lines.complete) /* the number may have gone on */
		return skip(p, line, "cut short");
	name = value_name(p, s, &family);
	if (!name.len || is_of_runtime(family) || !isfinite(s->value)) {
		p->unused++;
		return SIFT_OK;
	}
	/* sums and counts that come before a type is known */
	if (s->bound.len && type_of(p, family) != TYPE_HISTOGRAM)
		rc = set_type(p, family, TYPE_HISTOGRAM);
	if (!rc)
		rc = make_key(p, family, s);
	if (!rc)
		rc = find_series(p, sift_span_equal(name, SIFT_SPAN("total")),
				 &event.value.metric);
	if (rc)
		return rc;
	event.value.name = name;
	event.value.value = s->value;
	p->used++;
	return put(p, &event);
}

/* ---- the page ---- */

static enum sift_status
take_lines(struct page *p, enum sift_status *out_source)
{
	enum sift_status rc = SIFT_OK;
	struct sample sample;
	struct sift_span line;

	while (!rc) {
		*out_source = sift_lines_next(&p->lines, &line, p->err);
		if (*out_source)
			break;
		line = sift_span_trim(line);
		if (line.len && *line.ptr == '#')
			rc = take_comment(p, line);
		else if (line.len)
			rc = take_sample(p, line, &sample);
	}
	return rc;
}

static enum sift_status
put_records(struct page *p)
{
	struct sift_event event = {.kind = SIFT_EVENT_RECORDS};

	event.records.used = p->used;
	event.records.unused = p->unused;
	return put(p, &event);
}

static enum sift_status
read_page(struct sift_source *src, const struct sift_limits *limits,
	  const struct sift_sink *sink, struct sift_err *err)
{
	struct page p = {.sink = sink, .err = err};
	enum sift_status source = SIFT_OK;
	enum sift_status rc;

	sift_lines_init(&p.lines, src, limits->line_bytes);
	sift_table_init(&p.families, MAX_SERIES);
	sift_table_init(&p.series, MAX_SERIES);
	rc = take_lines(&p, &source);
	if (!rc)
		rc = put_records(&p);
	sift_lines_release(&p.lines);
	sift_table_release(&p.families);
	sift_table_release(&p.series);
	sift_free(p.types);
	sift_buf_release(&p.key);
	sift_buf_release(&p.text);
	return rc || source == SIFT_END ? rc : source;
}

/* A declaration of a type, or nothing but samples, some in buckets. */
static unsigned
bid(struct sift_span head, bool whole)
{
	struct sample sample;
	bool has_bucket = false;

	while (head.len) {
		size_t n = sift_span_find_byte(head, '\n');
		struct sift_span line = sift_span_trim(sift_span_head(head, n));

		if (sift_span_starts(line, SIFT_SPAN("# TYPE ")))
			return 60;
		if (n == head.len && !whole)
			break;
		if (line.len && *line.ptr != '#') {
			if (!parse_sample(line, &sample))
				return 0;
			has_bucket |= sample.bound.len > 0;
		}
		head = sift_span_from(head, n + 1);
	}
	return has_bucket ? 50 : 0;
}

const struct sift_format sift_format_prometheus = {
	.name = "Prometheus metrics",
	.tool = "prometheus",
	.kind = SIFT_SOURCE_SERVICE_METRICS,
	.bid = bid,
	.most = 60,
	.read = read_page,
};
