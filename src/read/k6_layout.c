/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "read/k6_layout.h"

#include <string.h>

#include "read/k6_seen.h"

/* How far a quote or the end of the tags is looked for. */
#define NAME_BYTES 256
#define TAGS_BYTES 4096
#define TAGS_BRACES 32

void
sift_k6_layouts_init(struct sift_k6_layouts *l, struct sift_k6_intake *intake,
		     size_t max_line_bytes)
{
	memset(l, 0, sizeof(*l));
	l->intake = intake;
	l->max_line_bytes = max_line_bytes;
}

/* ---- matching: each step returns where it ended, NULL = no match ---- */

static size_t
at_most(const char *p, const char *end, size_t max)
{
	return (size_t)(end - p) < max ? (size_t)(end - p) : max;
}

static const char *
match_bytes(const char *p, const char *end, const char *bytes, size_t len)
{
	return (size_t)(end - p) >= len && !memcmp(p, bytes, len) ? p + len
								  : NULL;
}

/* The layout's bytes before field `i`, or behind the last. */
static const char *
match_between(const struct sift_k6_layout *layout, unsigned i, const char *p,
	      const char *end)
{
	return match_bytes(p, end, layout->text + layout->start[i],
			   layout->start[i + 1] - layout->start[i]);
}

/* Metrics follow each other as they did the last time, mostly. */
static const char *
match_name(struct sift_k6_layouts *l, const char *p, const char *end,
	   uint32_t *out_metric)
{
	struct sift_k6_intake *intake = l->intake;
	uint32_t id = intake->metrics[l->metric].next;
	struct sift_span name = sift_table_key(&intake->metric_names, id);
	const char *quote = match_bytes(p, end, name.ptr, name.len);

	if (!quote || quote == end || *quote != '"' ||
	    !intake->metrics[id].plain) {
		quote = memchr(p, '"', at_most(p, end, NAME_BYTES));
		if (!quote)
			return NULL;
		name = sift_span_of(p, (size_t)(quote - p));
		id = sift_table_find(&intake->metric_names, name);
		if (id == UINT32_MAX || !intake->metrics[id].plain)
			return NULL;
	}
	*out_metric = id;
	return quote;
}

/* The points of a request have one time. */
static const char *
match_time(struct sift_k6_layouts *l, const char *p, const char *end)
{
	const char *quote = NULL;
	size_t len;

	if (l->time_len && match_bytes(p, end, l->time, l->time_len))
		return p + l->time_len - 1;
	quote = memchr(p, '"', at_most(p, end, sizeof(l->time)));
	if (!quote)
		return NULL;
	len = (size_t)(quote - p);
	if (!sift_instant_parse_near(&l->near, sift_span_of(p, len),
				     &l->time_ns)) {
		l->time_len = 0;
		return NULL;
	}
	memcpy(l->time, p, len + 1);
	l->time_len = len + 1;
	return quote;
}

static const char *
match_value(const char *p, const char *end, struct sift_span *out)
{
	const char *from = p;

	while (p < end && sift_ndjson_is_scalar(*p))
		p++;
	*out = sift_span_of(from, (size_t)(p - from));
	return p == from ? NULL : p;
}

/*
 * Tags other than the last: they end before what follows them in the layout,
 * and if they are known to the cache they end right there.
 */
static const char *
find_tags(struct sift_k6_layouts *l, const struct sift_k6_layout *layout,
	  unsigned field, const char *p, const char *end,
	  struct sift_k6_tagset **out)
{
	const char *brace = p;

	for (unsigned i = 0; i < TAGS_BRACES; i++, brace++) {
		size_t far = TAGS_BYTES - (size_t)(brace - p);

		brace = memchr(brace, '}', at_most(brace, end, far));
		if (!brace)
			return NULL;
		if (!match_between(layout, field + 1, brace + 1, end))
			continue;
		*out = sift_k6_tagcache_find(
			&l->intake->tags,
			sift_span_of(p, (size_t)(brace + 1 - p)));
		return *out ? brace + 1 : NULL;
	}
	return NULL;
}

static const char *
match_tags(struct sift_k6_layouts *l, const struct sift_k6_layout *layout,
	   unsigned field, const char *p, const char *end,
	   struct sift_k6_tagset **out)
{
	struct sift_k6_tagcache *cache = &l->intake->tags;
	struct sift_span last = sift_k6_tagcache_last(cache);

	/* An empty set stands for none: it is no object. */
	if (last.len && match_bytes(p, end, last.ptr, last.len)) {
		*out = &cache->sets[cache->last];
		return p + last.len;
	}
	return find_tags(l, layout, field, p, end, out);
}

/* The line that starts at `p`; returns its end, LF included. */
static const char *
match_line(struct sift_k6_layouts *l, const struct sift_k6_layout *layout,
	   const char *p, const char *end, struct sift_k6_known *out)
{
	out->tags = NULL;
	for (unsigned i = 0; i < layout->count; i++) {
		p = match_between(layout, i, p, end);
		if (!p)
			return NULL;
		switch (layout->fields[i]) {
		case SIFT_K6_FIELD_NAME:
			p = match_name(l, p, end, &out->metric);
			break;
		case SIFT_K6_FIELD_TIME:
			p = match_time(l, p, end);
			break;
		case SIFT_K6_FIELD_VALUE:
			p = match_value(p, end, &out->value);
			break;
		case SIFT_K6_FIELD_TAGS:
		case SIFT_K6_FIELD_COUNT:
			p = match_tags(l, layout, i, p, end, &out->tags);
			break;
		}
		if (!p)
			return NULL;
	}
	out->time_ns = l->time_ns;
	return match_between(layout, layout->count, p, end);
}

/* By the layout that fitted last, or else by another one. */
static const char *
match_any(struct sift_k6_layouts *l, const char *p, const char *end,
	  struct sift_k6_known *out)
{
	for (unsigned i = 0; i < l->count; i++) {
		unsigned at = (l->latest + i) % l->count;
		const char *next = match_line(l, &l->known[at], p, end, out);

		if (!next)
			continue;
		l->latest = at;
		return (size_t)(next - 1 - p) <= l->max_line_bytes ? next
								   : NULL;
	}
	return NULL;
}

enum sift_status
sift_k6_layouts_take(struct sift_k6_layouts *l, struct sift_span bytes,
		     size_t *out_len, uint64_t *out_lines)
{
	const char *p = bytes.ptr;
	const char *end = sift_span_end(bytes);
	struct sift_k6_known point;
	enum sift_status rc = SIFT_OK;

	*out_len = 0;
	*out_lines = 0;
	if (!l->count || !l->intake->metric_names.count)
		return SIFT_OK;
	while (p < end) {
		const char *next = match_any(l, p, end, &point);

		if (!next)
			break;
		l->intake->metrics[l->metric].next = point.metric;
		l->metric = point.metric;
		rc = sift_k6_intake_add_known(l->intake, &point);
		if (rc)
			break;
		p = next;
		++*out_lines;
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
