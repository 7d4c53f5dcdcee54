/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "read/k6_layout.h"

#include <string.h>

#include "base/digits.h"
#include "base/num.h"
#include "read/k6_seen.h"

/* How far a quote or the end of the tags is looked for. */
#define NAME_BYTES 256
#define TIME_BYTES 40
#define TAGS_BYTES 4096
#define TAGS_BRACES 32

/* From the start of a number, so many bytes are looked at in one go. */
#define NUMBER_BYTES 17

/* How far ahead of the scan memory is asked for, and in how many cache lines
   for each line: processors foresee what is wanted next in a page only. */
#define AHEAD_BYTES 2048
#define AHEAD_LINES 5
#define CACHE_LINE 64

void
sift_k6_layouts_init(struct sift_k6_layouts *l, struct sift_k6_intake *intake,
		     size_t max_line_bytes, uint64_t max_depth)
{
	memset(l, 0, sizeof(*l));
	l->intake = intake;
	l->max_line_bytes = max_line_bytes;
	l->max_depth = max_depth;
}

/* ---- fields: each function returns where it ended, NULL = no match ---- */

static size_t
at_most(const char *p, const char *end, size_t max)
{
	return (size_t)(end - p) < max ? (size_t)(end - p) : max;
}

/* Bytes that were there before, or are expected for another reason. */
static inline const char *
match_again(const char *p, const char *end, struct sift_span bytes)
{
	if ((size_t)(end - p) < bytes.len || memcmp(p, bytes.ptr, bytes.len))
		return NULL;
	return p + bytes.len;
}

/* The layout's bytes before field `i`, or behind the last. They are few:
   compared before a call of memcmp() would be. */
static inline const char *
match_between(const struct sift_k6_layout *layout, unsigned i, const char *p,
	      const char *end)
{
	const char *q = layout->text + layout->start[i];
	const size_t len = layout->start[i + 1] - layout->start[i];
	const char *behind = p + len;

	if ((size_t)(end - p) < len)
		return NULL;
	if (len < 8) {
		while (p < behind)
			if (*p++ != *q++)
				return NULL;
		return behind;
	}
	for (; behind - p > 8; p += 8, q += 8)
		if (sift_eight(p) != sift_eight(q))
			return NULL;
	q -= 8 - (behind - p);
	return sift_eight(behind - 8) == sift_eight(q) ? behind : NULL;
}

static inline const char *
match_metric(const struct sift_k6_seen *metric, const char *p, const char *end)
{
	uint64_t other = metric->is_odd;

	if ((size_t)(end - p) < SIFT_K6_WRITTEN)
		return NULL;
	for (unsigned i = 0; i < SIFT_K6_WRITTEN / 8; i++)
		other |= (sift_eight(p + 8 * i) ^ metric->written[i]) &
			 metric->counts[i];
	return other ? NULL : p + metric->name.len;
}

static const char *
find_metric(struct sift_k6_layouts *l, const char *p, const char *end)
{
	struct sift_k6_intake *intake = l->intake;
	const char *quote = match_metric(l->before->other, p, end);
	uint32_t id = UINT32_MAX;

	l->metric = l->before->other;
	if (!quote) {
		quote = memchr(p, '"', at_most(p, end, NAME_BYTES));
		if (quote)
			id = sift_table_find(
				&intake->metric_names,
				sift_span_of(p, (size_t)(quote - p)));
		if (id == UINT32_MAX || !intake->metrics[id]->plain)
			return NULL;
		l->metric = intake->metrics[id];
	}
	l->before->other = l->before->next;
	l->before->next = l->metric;
	return quote;
}

/* Metrics follow each other as they did the last time, mostly. */
static inline const char *
match_name(struct sift_k6_layouts *l, const char *p, const char *end)
{
	const char *quote = match_metric(l->before->next, p, end);

	if (!quote)
		return find_metric(l, p, end);
	l->metric = l->before->next;
	return quote;
}

static inline const char *
skip_digits(const char *p)
{
	return p + sift_digits_count(sift_eight(p));
}

/* There is a line's end before `end`, where no number goes on. */
static inline const char *
match_value(const char *p, const char *end)
{
	const char *from = p;

	if ((size_t)(end - p) >= NUMBER_BYTES) {
		p = skip_digits(p);
		if (*p == '.')
			p = skip_digits(p + 1);
	}
	while (sift_ndjson_scalar[(unsigned char)*p])
		p++;
	return p == from ? NULL : p;
}

static const char *
match_time(struct sift_k6_layouts *l, const char *p, const char *end)
{
	const char *quote = p + l->time_len;

	/* There is no quote in a time, so this is the first. */
	if (quote < end && *quote == '"' &&
	    sift_instant_parse_near(&l->near, sift_span_of(p, l->time_len),
				    &l->time_ns))
		return quote;
	quote = memchr(p, '"', at_most(p, end, TIME_BYTES));
	if (!quote || !sift_instant_parse_near(
			      &l->near, sift_span_of(p, (size_t)(quote - p)),
			      &l->time_ns))
		return NULL;
	l->time_len = (size_t)(quote - p);
	return quote;
}

/* Tags that are not known: what the tokeniser makes of them. */
static const char *
parse_tags(struct sift_k6_layouts *l, const char *p, const char *end)
{
	const char *lf = memchr(p, '\n', (size_t)(end - p));
	struct sift_ndjson_value value;
	struct sift_ndjson t;

	if (!lf)
		return NULL;
	/* Sets move when one is entered. */
	sift_k6_segments_clear(&l->segments);
	sift_ndjson_init(&t, sift_span_of(p, (size_t)(lf - p)), l->max_depth);
	if (!sift_ndjson_value(&t, &value) ||
	    value.kind != SIFT_NDJSON_OBJECT || value.raw.ptr != p ||
	    sift_k6_tagcache_enter(&l->intake->tags, value.raw, &l->tags,
				   NULL) ||
	    !l->tags)
		return NULL;
	return t.at;
}

/* Tags end before what follows them in the layout; if the cache knows them,
   they end right there. */
static const char *
match_tags(struct sift_k6_layouts *l, const struct sift_k6_layout *layout,
	   unsigned field, const char *p, const char *end)
{
	const char *brace = p;

	for (unsigned i = 0; i < TAGS_BRACES; i++, brace++) {
		size_t far = TAGS_BYTES - (size_t)(brace - p);

		brace = memchr(brace, '}', at_most(brace, end, far));
		if (!brace)
			break;
		if (!match_between(layout, field + 1, brace + 1, end))
			continue;
		l->tags = sift_k6_tagcache_find(
			&l->intake->tags,
			sift_span_of(p, (size_t)(brace + 1 - p)));
		if (!l->tags)
			break;
		return brace + 1;
	}
	return parse_tags(l, p, end);
}

static inline const char *
match_field(struct sift_k6_layouts *l, const struct sift_k6_layout *layout,
	    unsigned i, const char *p, const char *end)
{
	return layout->fields[i] == SIFT_K6_FIELD_TIME
		       ? match_time(l, p, end)
		       : match_tags(l, layout, i, p, end);
}

/* From behind field `i` up to field `to`, or the next line: what is between
   is time or tags. */
static const char *
match_segment(struct sift_k6_layouts *l, const struct sift_k6_layout *layout,
	      unsigned i, unsigned to, const char *p, const char *end)
{
	p = match_between(layout, ++i, p, end);
	while (p && i < to) {
		p = match_field(l, layout, i, p, end);
		if (p)
			p = match_between(layout, ++i, p, end);
	}
	return p;
}

/* The same from the start of a line. */
static inline const char *
match_head(struct sift_k6_layouts *l, const struct sift_k6_layout *layout,
	   unsigned to, const char *p, const char *end)
{
	p = match_between(layout, 0, p, end);
	if (p && to > 0) {
		p = match_field(l, layout, 0, p, end);
		if (p)
			p = match_segment(l, layout, 0, to, p, end);
	}
	return p;
}

/* ---- segments ---- */

/* From behind one of the two varying fields to the other. */
struct segment {
	unsigned from, to;	 /* these fields of the layout */
	bool of_time, of_tags;	 /* nothing else varies in it */
	struct sift_span latest; /* in the line before; at first, what nothing
				    matches */
};

static struct segment
segment_of(const struct sift_k6_layout *layout, unsigned from, unsigned to)
{
	const enum sift_k6_field *only =
		to == from + 2 ? &layout->fields[from + 1] : NULL;

	return (struct segment){
		.from = from,
		.to = to,
		.of_time = only && *only == SIFT_K6_FIELD_TIME,
		.of_tags = only && *only == SIFT_K6_FIELD_TAGS,
		.latest = {NULL, SIZE_MAX},
	};
}

static void
keep_segment(struct sift_k6_layouts *l, struct segment *s, const char *p,
	     const char *behind, const char *end)
{
	s->latest = sift_span_of(p, (size_t)(behind - p));
	if (s->of_tags)
		sift_k6_segments_keep(&l->segments, s->latest, end, l->tags);
}

/* One of tags, as it was some lines before. */
static const char *
match_known_segment(struct sift_k6_layouts *l, struct segment *s, const char *p,
		    const char *end)
{
	const struct sift_k6_segment *known =
		sift_k6_segments_find(&l->segments, p, end);

	if (!known)
		return NULL;
	l->tags = known->tags;
	s->latest = known->bytes;
	return p + known->bytes.len;
}

/* One of a time: as in the line before, but for the fraction of a second. */
static const char *
match_segment_later(struct sift_k6_layouts *l,
		    const struct sift_k6_layout *layout, struct segment *s,
		    const char *p, const char *end)
{
	const size_t until_fraction = layout->start[s->from + 2] -
				      layout->start[s->from + 1] +
				      sizeof(l->near.second);
	struct sift_span same = sift_span_head(s->latest, until_fraction);
	const char *rest;

	if (!s->latest.ptr || !match_again(p, end, same))
		return NULL;
	rest = sift_instant_near_rest(&l->near, p + same.len, end, &l->time_ns);
	return rest ? match_between(layout, s->to, rest, end) : NULL;
}

static const char *
match_other_segment(struct sift_k6_layouts *l,
		    const struct sift_k6_layout *layout, struct segment *s,
		    const char *p, const char *end)
{
	const char *behind = NULL;

	if (s->of_time)
		behind = match_segment_later(l, layout, s, p, end);
	else if (s->of_tags)
		behind = match_known_segment(l, s, p, end);
	if (!behind)
		behind = match_segment(l, layout, s->from, s->to, p, end);
	if (behind)
		keep_segment(l, s, p, behind, end);
	return behind;
}

/* Between the two varying fields of a line. */
static inline const char *
match_middle(struct sift_k6_layouts *l, const struct sift_k6_layout *layout,
	     struct segment *s, const char *p, const char *end)
{
	const char *behind = match_again(p, end, s->latest);

	return behind ? behind : match_other_segment(l, layout, s, p, end);
}

/* From the second of them to the first of the next line. */
static inline const char *
match_turn(struct sift_k6_layouts *l, struct segment *s, const char *p,
	   const char *end)
{
	const char *behind = match_again(p, end, s->latest);

	if (behind || !s->of_tags)
		return behind;
	return match_known_segment(l, s, p, end);
}

/* ---- lines ---- */

/* The usual form, "12.249072": seven digits at most, a point, up to six more.
   What else there is takes the long way, to the same number. */
static inline bool
parse_value(struct sift_span text, const char *end, int64_t *out)
{
	static const int64_t scale[] = {1000000, 100000, 10000, 1000,
					100,	 10,	 1};
	uint64_t eight;
	unsigned whole, part;

	if ((size_t)(end - text.ptr) < NUMBER_BYTES)
		return sift_parse_micro(text, out, NULL);
	eight = sift_eight(text.ptr);
	whole = sift_digits_count(eight);
	if (whole == 0 || whole == 8 || text.len > NUMBER_BYTES)
		return sift_parse_micro(text, out, NULL);
	*out = sift_digits_value(eight, whole) * scale[0];
	if (whole == text.len)
		return true;
	eight = sift_eight(text.ptr + whole + 1);
	part = (unsigned)text.len - whole - 1;
	if (text.ptr[whole] != '.' || part == 0 || part > 6 ||
	    sift_digits_count(eight) < part)
		return sift_parse_micro(text, out, NULL);
	*out += sift_digits_value(eight, part) * scale[part];
	return true;
}

/* The line at hand has been matched. */
static inline enum sift_status
take(struct sift_k6_layouts *l, struct sift_span value, const char *end)
{
	struct sift_k6_known point;

	l->before = l->metric;
	if (l->metric->is.role == SIFT_K6_UNUSED) {
		l->intake->unused++;
		return SIFT_OK;
	}
	point.metric = l->metric;
	point.time_ns = l->time_ns;
	if (!parse_value(value, end, &point.value_micro))
		return SIFT_END;
	point.tags = l->tags;
	return sift_k6_intake_add_known(l->intake, &point);
}

static inline void
ask_for(const char *bytes)
{
	for (unsigned i = 0; i < AHEAD_LINES; i++)
		__builtin_prefetch(bytes + AHEAD_BYTES + i * CACHE_LINE);
}

/*
 * Take the lines from `line` on that have this layout; returns where the
 * first starts that has not. SIFT_END in *out_rc: it has, but must be parsed.
 *
 * Each turn of the loop is one line, from behind its head (the first segment)
 * to behind the head of the next: as the end of a line and the next one's head
 * mostly are what they were before, they are compared in one go.
 *
 * It is compiled twice, for either order of the varying fields.
 */
static inline __attribute__((always_inline)) const char *
take_lines(struct sift_k6_layouts *l, const struct sift_k6_layout *layout,
	   bool name_first, const char *line, const char *end, uint64_t *lines,
	   enum sift_status *out_rc)
{
	const unsigned first = layout->varying[0];
	const unsigned second = layout->varying[1];
	struct segment middle = segment_of(layout, first, second);
	struct segment turn = segment_of(layout, second, layout->count);
	struct sift_span value;
	const char *p, *next, *behind;
	size_t head;

	/* What stands in a head is of the next line. */
	turn.of_tags = turn.of_tags && first == 0;
	l->metric = l->before;
	l->tags = NULL;
	sift_k6_segments_clear(&l->segments);
	p = match_head(l, layout, first, line, end);
	while (p) {
		head = (size_t)(p - line);
		if (!l->is_near)
			ask_for(line);
		value.ptr = p;
		p = name_first ? match_name(l, p, end) : match_value(p, end);
		if (!p)
			break;
		value.len = (size_t)(p - value.ptr);
		next = match_middle(l, layout, &middle, p, end);
		if (!next)
			break;
		p = name_first ? match_value(next, end)
			       : match_name(l, next, end);
		if (!p)
			break;
		if (name_first)
			value = sift_span_of(next, (size_t)(p - next));
		next = match_turn(l, &turn, p, end);
		if (next)
			behind = next - head;
		else
			behind = match_segment(l, layout, second, layout->count,
					       p, end);
		if (!behind || (size_t)(behind - 1 - line) > l->max_line_bytes)
			break;
		*out_rc = take(l, value, end);
		if (*out_rc)
			break;
		line = behind;
		++*lines;
		if (!next) {
			next = match_head(l, layout, first, line, end);
			if (!next)
				break;
			keep_segment(l, &turn, p, next, end);
		}
		p = next;
	}
	return line;
}

/* The end of the last line that is whole. */
static const char *
last_end(struct sift_span bytes)
{
	const char *end = sift_span_end(bytes);

	while (end != bytes.ptr && end[-1] != '\n')
		end--;
	return end;
}

enum sift_status
sift_k6_layouts_take(struct sift_k6_layouts *l, struct sift_span bytes,
		     size_t *out_len, uint64_t *out_lines)
{
	const char *p = bytes.ptr;
	const char *end = last_end(bytes);
	enum sift_status rc = SIFT_OK;

	*out_len = 0;
	*out_lines = 0;
	if (!l->count || !l->intake->metric_names.count)
		return SIFT_OK;
	if (!l->before)
		l->before = l->intake->metrics[0];
	for (unsigned misses = 0; misses < l->count && !rc && p < end;) {
		const struct sift_k6_layout *layout = &l->known[l->latest];
		const char *from = p;

		if (layout->fields[layout->varying[0]] == SIFT_K6_FIELD_NAME)
			p = take_lines(l, layout, true, p, end, out_lines, &rc);
		else
			p = take_lines(l, layout, false, p, end, out_lines,
				       &rc);
		misses = p > from ? 0 : misses + 1;
		if (misses)
			l->latest = (l->latest + 1) % l->count;
	}
	*out_len = (size_t)(p - bytes.ptr);
	return rc == SIFT_END ? SIFT_OK : rc;
}
