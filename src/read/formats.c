/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "read/reader.h"

#include "base/text.h"
#include "read/locust_today.h"
#include "read/other_tools.h"

/* clang-format off */
static const struct sift_format *const formats[] = {
	&sift_format_locust_json,
	&sift_format_locust_log,
	&sift_format_locust_stats,
	&sift_format_locust_requests,
	&sift_format_locust_distribution,
	&sift_format_locust_history,
	&sift_format_locust_html,
	&sift_format_locust_classic,
	&sift_format_locust_failures,
	&sift_format_locust_exceptions,
	&sift_format_k6_points,
	&sift_format_k6_csv,
	&sift_format_k6_handle_summary,
	&sift_format_k6_summary_export,
	&sift_format_k6_machine,
	&sift_format_k6_text,
	&sift_format_k6_dashboard,
	&sift_format_k6_dashboard_html,
	&sift_format_collector,
	&sift_format_prometheus,
};
/* clang-format on */

/* Most results say by so many bits in their first bytes what they are, and
   need no longer look. */
#define SURE_BYTES 2048
#define SURE_BITS 150

#define FORMAT_COUNT (sizeof(formats) / sizeof(formats[0]))

const struct sift_format *
sift_format_row(size_t i)
{
	if (i < FORMAT_COUNT)
		return formats[i];
	i -= FORMAT_COUNT;
	return i < sift_formats_not_read_count ? &sift_formats_not_read[i]
					       : NULL;
}

static bool
is_blank(struct sift_span text)
{
	return sift_span_trim(text).len == 0;
}

/* Bytes that no text has: NUL, or a good part of control bytes. */
static bool
is_binary(struct sift_span head)
{
	size_t odd = 0;

	for (size_t i = 0; i < head.len; i++) {
		unsigned char c = (unsigned char)head.ptr[i];

		if (!c)
			return true;
		odd += c < 0x20 && c != '\n' && c != '\r' && c != '\t' &&
		       c != 0x1b;
	}
	return odd > head.len / 32;
}

static const char no_header[] = "no known header";

/* Why nothing bids for it. */
static const char *
find_reason(struct sift_span head)
{
	struct sift_span text = sift_span_trim(head);

	if (!head.len)
		return "empty file";
	if (is_blank(head))
		return "nothing but blanks";
	if (is_binary(head))
		return "binary data";
	if (sift_span_equal(text, SIFT_SPAN("[]")))
		return "an empty list"; /* of Locust's two ways to write JSON
					   the second has nothing left */
	if (text.ptr[0] == '{' || text.ptr[0] == '[')
		return "no known JSON document";
	if (text.ptr[0] == '<')
		return "no known HTML or XML document";
	return no_header;
}

/* The begin of a source, and what is found out of it for several rows. */
struct head {
	struct sift_span text;
	bool whole;
	enum sift_locust_file locust;
	unsigned locust_bits;
	struct sift_json_doc json;
};

static struct sift_span
without_bom(struct sift_span text)
{
	static const struct sift_span bom = SIFT_SPAN_INIT("\xef\xbb\xbf");

	return sift_span_starts(text, bom) ? sift_span_from(text, bom.len)
					   : text;
}

static enum sift_status
look_at(struct head *head, struct sift_span text, bool whole,
	struct sift_err *err)
{
	text = without_bom(text);
	*head = (struct head){.text = text, .whole = whole};
	head->locust = sift_locust_sniff(text, &head->locust_bits);
	return sift_json_doc_head(&head->json, text, err);
}

static unsigned
bid_of(const struct sift_format *format, const struct head *head)
{
	if (format->locust_file)
		return format->locust_file == head->locust ? head->locust_bits
							   : 0;
	if (format->bid_json)
		return head->json.root
			       ? format->bid_json(head->json.root, head->text,
						  head->whole)
			       : 0;
	return format->bid(head->text, head->whole);
}

unsigned
sift_format_bid(const struct sift_format *format, struct sift_span text,
		bool whole)
{
	struct head head;
	unsigned bits = 0;

	if (!look_at(&head, text, whole, NULL))
		bits = bid_of(format, &head);
	sift_json_doc_release(&head.json);
	return bits;
}

/* Of equal bids the first; none below `least`. */
static const struct sift_format *
find_highest(const struct head *head, unsigned least, bool late)
{
	const struct sift_format *best = NULL;
	unsigned best_bits = least - 1;

	for (size_t i = 0; head->text.len && sift_format_row(i); i++) {
		const struct sift_format *format = sift_format_row(i);
		unsigned bits;

		if ((format->most && format->most <= best_bits) ||
		    (late && !format->late))
			continue;
		bits = bid_of(format, head);
		if (bits > best_bits) {
			best = format;
			best_bits = bits;
		}
	}
	return best;
}

static enum sift_status
find_format(const struct sift_format **out, struct sift_span text, bool whole,
	    unsigned least, struct sift_err *err)
{
	struct head head;
	enum sift_status rc = look_at(&head, text, whole, err);

	*out = rc ? NULL : find_highest(&head, least, false);
	sift_json_doc_release(&head.json);
	return rc;
}

/* A log may show much else first: what a job installed, what it built. */
static enum sift_status
find_late(const struct sift_format **out, struct sift_source *src,
	  struct sift_err *err)
{
	struct sift_span text;
	enum sift_status rc =
		sift_source_peek(src, SIFT_LATE_BYTES, &text, err);

	if (!rc) {
		const struct head head = {
			.text = sift_span_head(text, SIFT_LATE_BYTES)};

		*out = find_highest(&head, 1, true);
	}
	return rc;
}

/* A header line known word for word says more than any bid. */
static const struct sift_format *
find_by_heart(struct sift_span head)
{
	const struct sift_locust_header *today =
		sift_locust_today_begins(without_bom(head));

	for (size_t i = 0; today && i < FORMAT_COUNT; i++)
		if (formats[i]->locust_file == today->file)
			return formats[i];
	return NULL;
}

enum sift_status
sift_recognise(const struct sift_format **out, struct sift_source *src,
	       struct sift_err *err)
{
	const struct sift_format *best;
	const char *why_not = NULL;
	struct sift_span head;
	enum sift_status rc;
	bool whole;

	rc = sift_source_peek(src, SIFT_HEAD_BYTES, &head, err);
	if (rc)
		return rc;
	/* The same bytes however the source is cut into blocks. */
	whole = head.len < SIFT_HEAD_BYTES;
	head = sift_span_head(head, SIFT_HEAD_BYTES);
	*out = find_by_heart(head);
	if (*out)
		return SIFT_OK;
	rc = find_format(&best, sift_span_head(head, SURE_BYTES),
			 whole && head.len <= SURE_BYTES, SURE_BITS, err);
	if (!rc && !best)
		rc = find_format(&best, head, whole, 1, err);
	if (!rc && !best) {
		why_not = find_reason(without_bom(head));
		if (!whole && why_not == no_header)
			rc = find_late(&best, src, err);
	}
	if (rc)
		return rc;
	if (!best)
		return sift_fail(err, SIFT_E_UNKNOWN, "%s", why_not);
	*out = best;
	return SIFT_OK;
}
