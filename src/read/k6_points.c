/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "read/k6_points.h"

#include "input/lines.h"
#include "read/k6_intake.h"
#include "read/k6_layout.h"
#include "read/k6_point.h"

#define DEFAULT_LINE_BYTES (1u << 20)

struct points {
	struct sift_k6_intake intake;
	struct sift_lines lines;
	struct sift_k6_layouts layouts;
	struct sift_piece *piece;
	uint64_t json_depth;
	bool parse_all;
	bool version_told;
	bool cut; /* the last line is not whole */
	uint64_t cut_line;
	uint64_t cut_offset;
};

/* The order of keys changed with k6 0.41; Metric lines kept the old one. */
static enum sift_status
tell_version(struct points *p, const struct sift_k6_point *point)
{
	struct sift_event event = {.kind = SIFT_EVENT_FORMAT_VERSION};

	if (p->version_told || point->kind != SIFT_K6_LINE_POINT)
		return SIFT_OK;
	p->version_told = true;
	event.note.text = point->metric_first
				  ? SIFT_SPAN("k6 \xE2\x89\xA5 0.41")
				  : SIFT_SPAN("k6 \xE2\x89\xA4 0.40");
	return sift_sink_put(p->intake.sink, &event, p->intake.err);
}

/* Remember that the last line breaks off: it is dropped, and said at the end
   if the source itself has nothing to say. */
static enum sift_status
note_cut(struct points *p)
{
	p->cut = true;
	p->cut_line = p->intake.line_number;
	p->cut_offset = p->intake.line_offset;
	return sift_k6_intake_skip(&p->intake, "cut short");
}

static enum sift_status
read_line(struct points *p, struct sift_span whole)
{
	struct sift_span line = sift_span_trim(whole);
	struct sift_k6_point point;
	const char *wrong;
	enum sift_status rc;

	if (!line.len)
		return SIFT_OK;
	if (line.ptr[0] != '{') { /* a banner, progress, console.log() */
		p->intake.unused++;
		return SIFT_OK;
	}
	p->intake.line = line;
	p->intake.line_number = p->lines.number;
	p->intake.line_offset = p->lines.offset;
	wrong = sift_k6_point_parse(line, p->json_depth, &point);
	if (wrong && !p->lines.complete)
		return note_cut(p);
	if (wrong)
		return sift_k6_intake_skip(&p->intake, wrong);
	rc = tell_version(p, &point);
	if (!rc)
		rc = sift_k6_intake_add(&p->intake, &point);
	if (!rc && p->lines.complete)
		sift_k6_layouts_learn(&p->layouts, whole, &point);
	return rc;
}

static enum sift_status
put_too_long(struct points *p)
{
	struct sift_event event = {.kind = SIFT_EVENT_SKIPPED};

	if (!p->lines.too_long)
		return SIFT_OK;
	event.skipped.kind = "line too long (--max-line-bytes)";
	event.skipped.count = p->lines.too_long;
	event.skipped.offset = -1;
	return sift_sink_put(p->intake.sink, &event, p->intake.err);
}

/* The lines ahead that need no parsing. */
static enum sift_status
take_known_lines(struct points *p)
{
	size_t len;
	uint64_t count;
	enum sift_status rc;

	if (p->parse_all)
		return SIFT_OK;
	rc = sift_k6_layouts_take(&p->layouts, sift_lines_ahead(&p->lines),
				  &len, &count);

	sift_lines_skip(&p->lines, len, count);
	return rc;
}

/*
 * All lines. A failure of the source comes back in *out_source, after all
 * that was whole has been taken; what is returned is a failure of ours or of
 * the sink.
 */
static enum sift_status
read_lines(struct points *p, enum sift_status *out_source)
{
	struct sift_span line;
	enum sift_status rc = SIFT_OK;

	while (!rc) {
		*out_source = sift_lines_next(&p->lines, &line, p->intake.err);
		if (*out_source)
			break;
		rc = read_line(p, line);
		if (!rc)
			rc = take_known_lines(p);
	}
	if (!rc)
		rc = put_too_long(p);
	if (!rc)
		rc = sift_k6_intake_finish(&p->intake);
	return rc;
}

/* Lines from before the piece: their metrics are known from its start. */
static enum sift_status
take_declared(struct points *p)
{
	struct sift_span left = p->piece->declared;
	enum sift_status rc = SIFT_OK;

	while (left.len && !rc) {
		size_t n = sift_span_find_byte(left, '\n');
		struct sift_k6_point line;

		if (!sift_k6_point_parse(sift_span_head(left, n), p->json_depth,
					 &line))
			rc = sift_k6_intake_declare(&p->intake, &line);
		left = sift_span_from(left, n + 1);
	}
	return rc;
}

static enum sift_status
read_source(struct points *p, struct sift_source *src,
	    const struct sift_limits *limits, const struct sift_sink *sink,
	    struct sift_err *err)
{
	struct sift_event tool = {.kind = SIFT_EVENT_TOOL};
	uint64_t before = p->piece->first_line ? p->piece->first_line - 1 : 0;
	enum sift_status source = SIFT_OK;
	enum sift_status rc;

	p->json_depth = limits->json_depth;
	sift_k6_intake_init(&p->intake, p->piece, sink, err);
	sift_lines_init(&p->lines, src,
			limits->line_bytes ? (size_t)limits->line_bytes
					   : DEFAULT_LINE_BYTES);
	sift_k6_layouts_init(&p->layouts, &p->intake, p->lines.max_line_bytes,
			     p->json_depth);
	p->layouts.is_near = sift_source_is_near(src);
	p->lines.number = before;
	p->lines.next_offset = p->piece->begin;
	tool.tool.name = SIFT_SPAN("k6");
	rc = sift_sink_put(sink, &tool, err);
	if (!rc)
		rc = take_declared(p);
	if (!rc)
		rc = read_lines(p, &source);
	p->piece->lines = p->lines.number - before;
	sift_lines_release(&p->lines);
	sift_k6_intake_release(&p->intake);
	if (rc)
		return rc;
	if (source != SIFT_END)
		return source;
	if (p->cut)
		return sift_fail_at(err, SIFT_E_FORMAT, p->cut_line,
				    (int64_t)p->cut_offset, "last line is cut");
	return SIFT_OK;
}

static enum sift_status
read_piece(struct sift_source *src, const struct sift_limits *limits,
	   struct sift_piece *piece, const struct sift_sink *sink,
	   struct sift_err *err)
{
	struct points p = {.piece = piece};

	return read_source(&p, src, limits, sink, err);
}

static enum sift_status
read_whole(struct sift_source *src, const struct sift_limits *limits,
	   const struct sift_sink *sink, bool parse_all, struct sift_err *err)
{
	struct sift_piece whole;
	struct points p = {.piece = &whole, .parse_all = parse_all};
	enum sift_status rc;

	sift_piece_init(&whole);
	rc = read_source(&p, src, limits, sink, err);
	sift_piece_release(&whole);
	return rc;
}

static enum sift_status
read_points(struct sift_source *src, const struct sift_limits *limits,
	    const struct sift_sink *sink, struct sift_err *err)
{
	return read_whole(src, limits, sink, false, err);
}

enum sift_status
sift_k6_points_parse_all(struct sift_source *src,
			 const struct sift_limits *limits,
			 const struct sift_sink *sink, struct sift_err *err)
{
	return read_whole(src, limits, sink, true, err);
}

/* ---- recognition ---- */

/* Does `line` hold "type": and one of k6's words? The line may be cut. */
static bool
has_type(struct sift_span line)
{
	static const struct sift_span key = SIFT_SPAN_INIT("\"type\"");
	size_t at = sift_span_find(line, key);

	if (at == line.len)
		return false;
	line = sift_span_trim(sift_span_from(line, at + key.len));
	if (!line.len || line.ptr[0] != ':')
		return false;
	line = sift_span_trim(sift_span_from(line, 1));
	return sift_span_starts(line, SIFT_SPAN("\"Point\"")) ||
	       sift_span_starts(line, SIFT_SPAN("\"Metric\""));
}

/* Is there nothing but blanks before `at` in its line? */
static bool
begins_line(struct sift_span head, size_t at)
{
	while (at && (head.ptr[at - 1] == ' ' || head.ptr[at - 1] == '\t' ||
		      head.ptr[at - 1] == '\r'))
		at--;
	return !at || head.ptr[at - 1] == '\n';
}

/* k6 mixes points with console text on stdout, so the first line that looks
   like a record counts; it is less sure if it is not the first of all. */
static unsigned
bid(struct sift_span head, bool whole)
{
	size_t at = sift_span_find_byte(head, '{');

	(void)whole;
	while (at < head.len) {
		struct sift_span rest = sift_span_from(head, at);
		size_t len = sift_span_find_byte(rest, '\n');

		if (begins_line(head, at) &&
		    has_type(sift_span_head(rest, len)))
			return sift_span_trim(sift_span_head(head, at)).len
				       ? 120
				       : 200;
		at += 1 + sift_span_find_byte(sift_span_from(rest, 1), '{');
	}
	return 0;
}

const struct sift_format sift_format_k6_points = {
	.name = "k6 points",
	.tool = "k6",
	.kind = SIFT_SOURCE_POINTS,
	.bid = bid,
	.most = 200,
	.read = read_points,
	.read_piece = read_piece,
};
