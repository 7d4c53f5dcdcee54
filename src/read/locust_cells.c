/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "read/locust_cells.h"

#include <stdarg.h>

#include "base/buf.h"

#define NOTE_BYTES 2048

static bool
is_absent(struct sift_span text)
{
	return !text.len || sift_span_equal(text, SIFT_SPAN("-")) ||
	       sift_span_equal_nocase(text, SIFT_SPAN("n/a"));
}

/* "1,5" as "1.5", if the file may have it so. */
static bool
parse_comma(struct sift_span text, double *out)
{
	char copy[64];

	if (text.len > sizeof(copy) ||
	    sift_span_find_byte(text, '.') != text.len)
		return false;
	for (size_t i = 0; i < text.len; i++)
		copy[i] = text.ptr[i] == ',' ? '.' : text.ptr[i];
	return sift_parse_double(sift_span_of(copy, text.len), out);
}

enum sift_locust_value
sift_locust_odd_number(struct sift_span cell, bool comma, double *out)
{
	struct sift_span text = sift_span_trim(cell);
	double value;

	*out = NAN;
	if (is_absent(text))
		return SIFT_LOCUST_IS_ABSENT;
	if (!sift_parse_double(text, &value) &&
	    !(comma && parse_comma(text, &value)))
		return SIFT_LOCUST_IS_BAD;
	if (!isfinite(value))
		return SIFT_LOCUST_IS_NOT_FINITE;
	*out = value;
	return SIFT_LOCUST_IS_NUMBER;
}

enum sift_locust_value
sift_locust_count(struct sift_span cell, bool comma, int64_t *out)
{
	const double max = 9007199254740992.0; /* 2^53 */
	double number;
	enum sift_locust_value value = sift_locust_number(cell, comma, &number);

	*out = -1;
	if (value != SIFT_LOCUST_IS_NUMBER)
		return value == SIFT_LOCUST_IS_ABSENT ? value
						      : SIFT_LOCUST_IS_BAD;
	if (number < 0 || number > max || number != floor(number))
		return SIFT_LOCUST_IS_BAD;
	*out = (int64_t)number;
	return SIFT_LOCUST_IS_NUMBER;
}

struct sift_span
sift_locust_method(struct sift_span cell)
{
	if (sift_span_equal(cell, SIFT_SPAN("None")))
		return (struct sift_span){0};
	return cell;
}

bool
sift_locust_is_total(struct sift_span method, struct sift_span name)
{
	return !method.len && (sift_span_equal(name, SIFT_SPAN("Aggregated")) ||
			       sift_span_equal(name, SIFT_SPAN("Total")));
}

enum sift_kind
sift_locust_kind(struct sift_span method)
{
	static const struct {
		const char *method;
		enum sift_kind kind;
	} kinds[] = {
		{"grpc", SIFT_KIND_GRPC},
		{"ws", SIFT_KIND_WS},
		{"wss", SIFT_KIND_WS},
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (sift_span_is_word(method, kinds[i].method))
			return kinds[i].kind;
	return SIFT_KIND_HTTP;
}

/* ---- events ---- */

enum sift_status
sift_locust_put_tool(const struct sift_sink *sink, const char *version,
		     struct sift_err *err)
{
	struct sift_event tool = {.kind = SIFT_EVENT_TOOL};
	struct sift_event format = {.kind = SIFT_EVENT_FORMAT_VERSION};
	enum sift_status rc;

	tool.tool.name = SIFT_SPAN("locust");
	format.note.text = sift_span_str(version);
	rc = sift_sink_put(sink, &tool, err);
	if (rc || !format.note.text.len)
		return rc;
	return sift_sink_put(sink, &format, err);
}

enum sift_status
sift_locust_put_note(const struct sift_sink *sink, struct sift_err *err,
		     const char *format, ...)
{
	struct sift_event event = {.kind = SIFT_EVENT_NOTE};
	struct sift_buf text;
	enum sift_status rc;
	va_list args;

	sift_buf_init(&text, NOTE_BYTES);
	va_start(args, format);
	sift_buf_vprintf(&text, format, args);
	va_end(args);
	rc = sift_buf_status(&text);
	if (rc) {
		rc = sift_fail(err, rc, "no room for a note");
	} else {
		event.note.text = sift_buf_span(&text);
		rc = sift_sink_put(sink, &event, err);
	}
	sift_buf_release(&text);
	return rc;
}

enum sift_status
sift_locust_put_skipped(const struct sift_sink *sink, const char *kind,
			const struct sift_csv_row *row, struct sift_span sample,
			struct sift_err *err)
{
	struct sift_event event = {.kind = SIFT_EVENT_SKIPPED};

	event.skipped = (struct sift_ev_skipped){
		.kind = kind,
		.count = 1,
		.line = row->line,
		.offset = row->offset,
		.sample = sample,
	};
	return sift_sink_put(sink, &event, err);
}

enum sift_status
sift_locust_put_records(const struct sift_sink *sink, uint64_t used,
			uint64_t unused, struct sift_err *err)
{
	struct sift_event event = {.kind = SIFT_EVENT_RECORDS};

	event.records = (struct sift_ev_records){used, unused};
	return sift_sink_put(sink, &event, err);
}
