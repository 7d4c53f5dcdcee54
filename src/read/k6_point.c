/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "read/k6_point.h"

#include <string.h>

/* The members of a line's "data" that are looked at. */
static bool
parse_data(struct sift_ndjson *t, struct sift_k6_point *out)
{
	struct sift_ndjson_value value;
	struct sift_span key;

	if (!sift_ndjson_open(t, '{'))
		return false;
	while (sift_ndjson_member(t, &key)) {
		if (!sift_ndjson_value(t, &value))
			return false;
		if (sift_span_equal(key, SIFT_SPAN("value")))
			out->value = value;
		else if (value.kind == SIFT_NDJSON_SCALAR)
			continue; /* null stands for absent */
		else if (sift_span_equal(key, SIFT_SPAN("time")))
			out->time = value.raw;
		else if (sift_span_equal(key, SIFT_SPAN("tags")) &&
			 value.kind == SIFT_NDJSON_OBJECT)
			out->tags = value.raw;
		else if (sift_span_equal(key, SIFT_SPAN("type")))
			out->type = value.raw;
		else if (sift_span_equal(key, SIFT_SPAN("contains")))
			out->contains = value.raw;
		else if (sift_span_equal(key, SIFT_SPAN("thresholds")) &&
			 value.kind == SIFT_NDJSON_ARRAY)
			out->thresholds = value.raw;
	}
	return !t->error;
}

/* Which kind of line a "type" names. */
static bool
parse_kind(struct sift_span type, enum sift_k6_line *out)
{
	*out = sift_span_equal(type, SIFT_SPAN("Point")) ? SIFT_K6_LINE_POINT
							 : SIFT_K6_LINE_METRIC;
	return *out == SIFT_K6_LINE_POINT ||
	       sift_span_equal(type, SIFT_SPAN("Metric"));
}

const char *
sift_k6_point_parse(struct sift_span line, uint64_t max_depth,
		    struct sift_k6_point *out)
{
	struct sift_ndjson t;
	struct sift_ndjson_value value;
	struct sift_span key;
	bool has_kind = false;
	bool has_data = false;

	memset(out, 0, sizeof(*out));
	sift_ndjson_init(&t, line, max_depth);
	sift_ndjson_open(&t, '{');
	while (sift_ndjson_member(&t, &key)) {
		if (!has_data && sift_span_equal(key, SIFT_SPAN("data")) &&
		    sift_ndjson_peek(&t, &value.kind) &&
		    value.kind == SIFT_NDJSON_OBJECT) {
			has_data = parse_data(&t, out);
			continue;
		}
		if (!sift_ndjson_value(&t, &value))
			break;
		if (value.kind != SIFT_NDJSON_STRING)
			continue;
		if (sift_span_equal(key, SIFT_SPAN("metric"))) {
			out->metric = value.raw;
			out->metric_first = !has_data;
		} else if (sift_span_equal(key, SIFT_SPAN("type"))) {
			has_kind = parse_kind(value.raw, &out->kind);
		}
	}
	if (!sift_ndjson_end(&t))
		return t.error;
	if (!has_kind || !has_data || !out->metric.len)
		return "no k6 record";
	return NULL;
}

struct sift_span
sift_k6_point_shown(struct sift_span line)
{
	static const struct sift_span hidden[] = {
		SIFT_SPAN_INIT("\"tags\""), SIFT_SPAN_INIT("\"metadata\"")};

	for (size_t i = 0; i < sizeof(hidden) / sizeof(hidden[0]); i++)
		line = sift_span_head(line, sift_span_find(line, hidden[i]));
	return line;
}

/* key of a tag, where its value goes */
static const struct {
	struct sift_span key;
	size_t offset;
} known_tags[] = {
#define TAG(name)                                                              \
 {                                                                             \
  SIFT_SPAN_INIT(#name), offsetof(struct sift_k6_tags, name)                   \
 }
	TAG(method), TAG(name),	      TAG(url),
	TAG(status), TAG(check),      TAG(expected_response),
	TAG(error),  TAG(error_code), TAG(service),
	TAG(group),  TAG(scenario),
#undef TAG
};

void
sift_k6_tags_parse(struct sift_span tags, struct sift_k6_tags *out)
{
	struct sift_ndjson t;
	struct sift_ndjson_value value;
	struct sift_span key;

	memset(out, 0, sizeof(*out));
	sift_ndjson_init(&t, tags, 0);
	sift_ndjson_open(&t, '{');
	while (sift_ndjson_member(&t, &key) && sift_ndjson_value(&t, &value)) {
		for (size_t i = 0;
		     i < sizeof(known_tags) / sizeof(known_tags[0]); i++) {
			if (!sift_span_equal(key, known_tags[i].key))
				continue;
			memcpy((char *)out + known_tags[i].offset, &value.raw,
			       sizeof(value.raw));
			break;
		}
	}
}
