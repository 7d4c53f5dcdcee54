/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

/*
 * The report of k6's web dashboard: a page with a program in it, and behind
 * that the events of the record, all but the last of cumulative values and of
 * thresholds left out, under gzip and base64 (docs/formats/k6.md).
 */

#include "base/buf.h"
#include "read/json_doc.h"
#include "read/k6_dashboard.h"
#include "read/reader.h"

static const struct sift_span marker = SIFT_SPAN_INIT(
	"type=\"application/json; charset=utf-8; gzip; base64\">");

/* The six bits of a digit; -1 for what is none. */
static int
digit_of(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == '+')
		return 62;
	return c == '/' ? 63 : -1;
}

/* What base64 stands for, up to the first byte that is not of it. */
static void
add_decoded(struct sift_buf *out, struct sift_span text)
{
	uint32_t bits = 0;
	unsigned count = 0;

	for (size_t i = 0; i < text.len; i++) {
		int digit = digit_of(text.ptr[i]);

		if (digit < 0)
			break;
		bits = bits << 6 | (uint32_t)digit;
		count += 6;
		if (count < 8)
			continue;
		count -= 8;
		sift_buf_add_u8(out, (uint8_t)(bits >> count));
	}
}

/* The program may hold the marker itself, and stands before the data. */
static struct sift_span
find_data(struct sift_span page)
{
	struct sift_span data = SIFT_SPAN("");

	for (;;) {
		size_t at = sift_span_find(page, marker);

		if (at == page.len)
			return data;
		page = sift_span_from(page, at + marker.len);
		data = page;
	}
}

static enum sift_status
read_packed(struct sift_span packed, const struct sift_limits *limits,
	    const struct sift_sink *sink, struct sift_err *err)
{
	struct sift_source *inner = NULL, *src = NULL;
	enum sift_status rc =
		sift_source_open_memory(&inner, packed.ptr, packed.len, 0, err);

	if (!rc)
		rc = sift_source_open_gzip(&src, inner,
					   sift_json_doc_max(limits), err);
	if (!rc)
		rc = sift_k6_dashboard_read(src, limits, sink, err);
	sift_source_free(src);
	sift_source_free(inner);
	return rc;
}

static enum sift_status
read_html(struct sift_source *src, const struct sift_limits *limits,
	  const struct sift_sink *sink, struct sift_err *err)
{
	struct sift_buf page, packed;
	enum sift_status damage, rc;

	sift_buf_init(&page, 0);
	sift_buf_init(&packed, 0);
	damage = sift_json_doc_read(src, limits, &page, err);
	rc = damage;
	if (damage != SIFT_E_NOMEM && damage != SIFT_E_LIMIT) {
		add_decoded(&packed,
			    sift_span_trim(find_data(sift_buf_span(&page))));
		sift_buf_release(&page);
		rc = sift_buf_status(&packed);
		if (rc)
			sift_fail(err, rc, "no memory for a report");
		else if (!packed.len)
			rc = sift_fail(err, SIFT_E_FORMAT,
				       "breaks off before the data");
		else
			rc = read_packed(sift_buf_span(&packed), limits, sink,
					 err);
	}
	sift_buf_release(&packed);
	sift_buf_release(&page);
	return rc ? rc : damage;
}

static unsigned
bid(struct sift_span head, bool whole)
{
	struct sift_span text = sift_span_trim(head);

	(void)whole;
	if (!sift_span_starts(text, SIFT_SPAN("<")))
		return 0;
	if (sift_span_find(text, marker) < text.len)
		return 90;
	return sift_span_find(text, SIFT_SPAN("<title>k6 report")) < text.len
		       ? 50
		       : 0;
}

const struct sift_format sift_format_k6_dashboard_html = {
	.name = "k6 web dashboard report",
	.tool = "k6",
	.kind = SIFT_SOURCE_DASHBOARD_REPORT,
	.bid = bid,
	.most = 90,
	.read = read_html,
};
