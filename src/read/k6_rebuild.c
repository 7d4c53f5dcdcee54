/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "read/k6_rebuild.h"

#include "base/num.h"

void
sift_k6_figures_add(struct sift_k6_figures *figures, struct sift_span name,
		    double value)
{
	figures->figures[figures->count].name = name;
	figures->figures[figures->count].value = value;
	figures->count++;
}

static void
add_string(struct sift_buf *json, struct sift_span text)
{
	sift_buf_add_byte(json, '"');
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.ptr[i];

		if (c < 0x20 || c == '"' || c == '\\')
			sift_buf_printf(json, "\\u%04x", c);
		else
			sift_buf_add_byte(json, text.ptr[i]);
	}
	sift_buf_add_byte(json, '"');
}

void
sift_k6_rebuild_add(struct sift_buf *json, struct sift_span name,
		    const struct sift_k6_figures *figures)
{
	static const char *const units[] = {
		[SIFT_K6_UNIT_DEFAULT] = "default",
		[SIFT_K6_UNIT_TIME] = "time",
		[SIFT_K6_UNIT_DATA] = "data",
	};
	char number[SIFT_NUM_MAX];

	if (json->len)
		sift_buf_add_byte(json, ',');
	add_string(json, name);
	sift_buf_printf(
		json, ":{\"type\":\"%s\",\"contains\":\"%s\",\"values\":{",
		sift_metric_type_name(figures->type), units[figures->unit]);
	for (size_t i = 0; i < figures->count; i++) {
		if (i)
			sift_buf_add_byte(json, ',');
		add_string(json, figures->figures[i].name);
		sift_format_double(figures->figures[i].value, number);
		sift_buf_printf(json, ":%s", number);
	}
	sift_buf_add_str(json, "}}");
}

enum sift_status
sift_k6_rebuild_put(const struct sift_buf *json,
		    const struct sift_limits *limits,
		    enum sift_rounding rounding, const struct sift_sink *sink,
		    struct sift_err *err)
{
	struct sift_k6_summary summary;
	struct sift_json_doc doc;
	struct sift_buf text;
	enum sift_status rc = sift_buf_status(json);

	sift_buf_init(&text, 0);
	sift_buf_add_str(&text, "{\"metrics\":{");
	sift_buf_add_span(&text, sift_buf_span(json));
	sift_buf_add_str(&text, "}}");
	if (!rc)
		rc = sift_buf_status(&text);
	if (rc)
		sift_fail(err, rc, "the summary is too large");
	else
		rc = sift_json_doc_parse(&doc, sift_buf_span(&text), limits,
					 err);
	if (!rc) {
		sift_k6_summary_of(&doc, &summary);
		summary.rounding = rounding;
		rc = sift_k6_summary_put(&summary, sink, err);
		sift_json_doc_release(&doc);
	}
	sift_buf_release(&text);
	return rc;
}
