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
	sift_ndjson_init(&t, sift_span_of(p, (size_t)(lf - p)), l->max_depth);
	if (!sift_ndjson_value(&t, &value) ||
	    value.kind != SIFT_NDJSON_OBJECT || value.raw.ptr != p ||
	    sift_k6_tagcache_enter(&l->intake->tags, value.raw, &l->tags,
				   NULL) ||
	    !l->tags)
		return NULL;
	return t.at;
}

/*
 * Tags are those that came behind the same metric the last time, as the tags
 * of checks and iterations do, or end before what follows them in the layout;
 * if the cache knows them, they end right there.
 */
static const char *
match_tags(struct sift_k6_layouts *l, const struct sift_k6_layout *layout,
	   unsigned field, const char *p, const char *end)
{
	struct sift_k6_tagcache *cache = &l->intake->tags;
	const char *brace = p;

	l->tags = sift_k6_tagcache_at(cache, l->before->tags);
	if (l->tags) {
		struct sift_span key = sift_k6_tagcache_key(cache, l->tags);

		if (key.len && match_again(p, end, key))
			return p + key.len;
	}
	for (unsigned i = 0; i < TAGS_BRACES; i++, brace++) {
		size_t far = TAGS_BYTES - (size_t)(brace - p);

		brace = memchr(brace, '}', at_most(brace, end, far));
		if (!brace)
			break;
		if (!match_between(layout, field + 1, brace + 1, end))
			continue;
		l->tags = sift_k6_tagcache_find(
			cache, sift_span_of(p, (size_t)(brace + 1 - p)));
		if (!l->tags)
			break;
		l->before->tags = sift_k6_tagcache_id(cache, l->tags);
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
 */
static const char *
take_lines(struct sift_k6_layouts *l, const struct sift_k6_layout *layout,
	   const char *line, const char *end, uint64_t *lines,
	   enum sift_status *out_rc)
{
	const unsigned first = layout->varying[0];
	const unsigned second = layout->varying[1];
	const bool name_first = layout->fields[first] == SIFT_K6_FIELD_NAME;
	/* Segments of the line before; at first, what nothing matches. */
	struct sift_span middle = {NULL, SIZE_MAX};
	struct sift_span turn = {NULL, SIZE_MAX};
	struct sift_span value;
	const char *p, *next, *behind;
	size_t head;

	l->tags = NULL;
	p = match_head(l, layout, first, line, end);
	while (p) {
		head = (size_t)(p - line);
		ask_for(line);
		value.ptr = p;
		p = name_first ? match_name(l, p, end) : match_value(p, end);
		if (!p)
			break;
		value.len = (size_t)(p - value.ptr);
		next = match_again(p, end, middle);
		if (!next) {
			next = match_segment(l, layout, first, second, p, end);
			if (!next)
				break;
			middle = sift_span_of(p, (size_t)(next - p));
		}
		if (name_first) {
			value.ptr = next;
			p = match_value(next, end);
			value.len = (size_t)(p - next);
		} else {
			p = match_name(l, next, end);
		}
		if (!p)
			break;
		next = match_again(p, end, turn);
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
			turn = sift_span_of(p, (size_t)(next - p));
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
		const char *from = p;

		p = take_lines(l, &l->known[l->latest], p, end, out_lines, &rc);
		misses = p > from ? 0 : misses + 1;
		if (misses)
			l->latest = (l->latest + 1) % l->count;
	}
	*out_len = (size_t)(p - bytes.ptr);
	return rc == SIFT_END ? SIFT_OK : rc;
}

/* ---- learning ---- */

/* Is it the inside of a string? (An object may stand for a time.) */
static bool
is_quoted(struct sift_span text)
{
	return text.len && text.ptr[-1] == '"' && text.ptr[text.len] == '"';
}

/* Where the fields of a line are, by their order. */
struct places {
	unsigned count;
	enum sift_k6_field fields[SIFT_K6_FIELD_COUNT];
	struct sift_span spans[SIFT_K6_FIELD_COUNT];
};

static void
insert(struct places *places, enum sift_k6_field field, struct sift_span span)
{
	unsigned i = places->count++;

	for (; i && places->spans[i - 1].ptr > span.ptr; i--) {
		places->spans[i] = places->spans[i - 1];
		places->fields[i] = places->fields[i - 1];
	}
	places->spans[i] = span;
	places->fields[i] = field;
}

static bool
find_places(const struct sift_k6_point *point, struct places *out)
{
	out->count = 0;
	if (point->kind != SIFT_K6_LINE_POINT || !is_quoted(point->metric) ||
	    !is_quoted(point->time) ||
	    point->value.kind != SIFT_NDJSON_SCALAR || !point->value.raw.len)
		return false;
	insert(out, SIFT_K6_FIELD_NAME, point->metric);
	insert(out, SIFT_K6_FIELD_TIME, point->time);
	insert(out, SIFT_K6_FIELD_VALUE, point->value.raw);
	if (point->tags.len)
		insert(out, SIFT_K6_FIELD_TAGS, point->tags);
	return true;
}

/* Name and value part the line. */
static void
find_varying(struct sift_k6_layout *layout)
{
	unsigned count = 0;

	for (unsigned i = 0; i < layout->count; i++)
		if (layout->fields[i] == SIFT_K6_FIELD_NAME ||
		    layout->fields[i] == SIFT_K6_FIELD_VALUE)
			layout->varying[count++] = i;
}

/* Copy what is between the fields; false if it is too much. */
static bool
copy_between(struct sift_span line, const struct places *places,
	     struct sift_k6_layout *out)
{
	const char *from = line.ptr;
	unsigned len = 0;

	out->count = places->count;
	for (unsigned i = 0; i <= places->count; i++) {
		const char *to = i < places->count ? places->spans[i].ptr
						   : line.ptr + line.len;
		size_t part = (size_t)(to - from);

		if (part >= SIFT_K6_LAYOUT_BYTES - len)
			return false;
		memcpy(out->text + len, from, part);
		out->start[i] = len;
		len += (unsigned)part;
		if (i == places->count)
			break;
		out->fields[i] = places->fields[i];
		from = to + places->spans[i].len;
	}
	out->text[len++] = '\n';
	out->start[places->count + 1] = len;
	find_varying(out);
	return true;
}

static bool
is_same(const struct sift_k6_layout *a, const struct sift_k6_layout *b)
{
	if (a->count != b->count)
		return false;
	return !memcmp(a->fields, b->fields, a->count * sizeof(a->fields[0])) &&
	       !memcmp(a->start, b->start,
		       (a->count + 2) * sizeof(a->start[0])) &&
	       !memcmp(a->text, b->text, a->start[a->count + 1]);
}

static void
remember(struct sift_k6_layouts *l, const struct sift_k6_layout *layout)
{
	unsigned i;

	for (i = 0; i < l->count; i++) {
		if (!is_same(&l->known[i], layout))
			continue;
		l->latest = i;
		return;
	}
	if (i == SIFT_K6_LAYOUTS) {
		i = l->oldest;
		l->oldest = (l->oldest + 1) % SIFT_K6_LAYOUTS;
	} else {
		l->count++;
	}
	l->known[i] = *layout;
	l->latest = i;
}

void
sift_k6_layouts_learn(struct sift_k6_layouts *l, struct sift_span line,
		      const struct sift_k6_point *point)
{
	struct sift_k6_layout layout;
	struct places places;

	/* The parser is not given what stands before a brace. */
	if (!line.len || line.ptr[0] != '{' || !find_places(point, &places) ||
	    !copy_between(line, &places, &layout))
		return;
	remember(l, &layout);
}
