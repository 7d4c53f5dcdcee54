/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <string.h>

#include "read/k6_layout.h"

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
