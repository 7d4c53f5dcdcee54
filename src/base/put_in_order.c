/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "base/put_in_order.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/*
 * A natural merge sort (Knuth, The Art of Computer Programming 3, 5.2.4): the
 * stretches that are in order are found, and neighbours merged until one is
 * left. For n items in r stretches that is n log r comparisons.
 */

#define SHORT                                                                  \
 8 /* items of a stretch: if most have less, there is not much                 \
      order to keep */

typedef int comparison(const void *, const void *);

struct items {
	size_t size; /* of one */
	comparison *compare;
	size_t *starts; /* of each stretch, in bytes; and the end of the last */
	size_t count;	/* of stretches */
};

/* False where there are more than `max`. */
static bool
find_stretches(struct items *s, size_t max, const char *items, size_t bytes)
{
	s->starts[0] = 0;
	s->count = 1;
	for (size_t at = s->size; at < bytes; at += s->size) {
		if (s->compare(items + at - s->size, items + at) <= 0)
			continue;
		if (s->count == max)
			return false;
		s->starts[s->count++] = at;
	}
	s->starts[s->count] = bytes;
	return true;
}

/* [from, middle) and [middle, to) into one. */
static void
merge(const struct items *s, char *out, const char *from, const char *middle,
      const char *to)
{
	const char *a = from, *b = middle;

	while (a < middle && b < to) {
		const char **next = s->compare(a, b) <= 0 ? &a : &b;

		memcpy(out, *next, s->size);
		out += s->size;
		*next += s->size;
	}
	memcpy(out, a, (size_t)(middle - a));
	memcpy(out + (middle - a), b, (size_t)(to - b));
}

/* Each two neighbours; half as many are left. A last one alone is copied. */
static void
merge_neighbours(struct items *s, char *out, const char *items)
{
	size_t left = 0;

	for (size_t i = 0; i < s->count; i += 2) {
		size_t from = s->starts[i], middle = s->starts[i + 1];
		size_t to = i + 1 < s->count ? s->starts[i + 2] : middle;

		merge(s, out + from, items + from, items + middle, items + to);
		s->starts[left++] = from;
	}
	s->starts[left] = s->starts[s->count];
	s->count = left;
}

static bool
is_in_order(const char *items, size_t count, size_t size, comparison *compare)
{
	for (size_t i = 1; i < count; i++, items += size)
		if (compare(items, items + size) > 0)
			return false;
	return true;
}

/* False, and nothing is changed, where it is not worth it or there is no
   memory. */
static bool
merge_stretches(struct items *s, char *items, size_t count, char *room)
{
	size_t bytes = count * s->size;
	char *from = items, *to = room;

	if (!room || !s->starts ||
	    !find_stretches(s, count / SHORT, items, bytes))
		return false;
	while (s->count > 1) {
		char *swap = from;

		merge_neighbours(s, to, from);
		from = to;
		to = swap;
	}
	if (from != items)
		memcpy(items, from, bytes);
	return true;
}

void
sift_put_in_order(void *items, size_t count, size_t size, comparison *compare)
{
	struct items s = {.size = size, .compare = compare};
	char *room;

	if (is_in_order(items, count, size, compare))
		return;
	if (count < 2 * SHORT) {
		qsort(items, count, size, compare);
		return;
	}
	room = sift_malloc(count * size);
	s.starts = sift_malloc((count / SHORT + 1) * sizeof(*s.starts));
	if (!merge_stretches(&s, items, count, room))
		qsort(items, count, size, compare);
	sift_free(s.starts);
	sift_free(room);
}
