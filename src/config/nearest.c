/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "config/nearest.h"

#include <stdint.h>

#define WORD_MAX 64

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/*
 * Optimal string alignment: Levenshtein's table with swaps of neighbours,
 * three rows of it at a time.
 */
size_t
sift_edit_distance(struct sift_span a, struct sift_span b)
{
	size_t rows[3][WORD_MAX + 1];
	size_t i, j;

	if (a.len > WORD_MAX || b.len > WORD_MAX)
		return SIZE_MAX;
	for (j = 0; j <= b.len; j++)
		rows[0][j] = j;
	for (i = 1; i <= a.len; i++) {
		size_t *now = rows[i % 3];
		const size_t *above = rows[(i + 2) % 3];
		const size_t *two_above = rows[(i + 1) % 3];

		now[0] = i;
		for (j = 1; j <= b.len; j++) {
			char x = lower(a.ptr[i - 1]), y = lower(b.ptr[j - 1]);

			now[j] = least(above[j - 1] + (x != y),
				       least(above[j], now[j - 1]) + 1);
			if (i > 1 && j > 1 && x == lower(b.ptr[j - 2]) &&
			    y == lower(a.ptr[i - 2]))
				now[j] = least(now[j], two_above[j - 2] + 1);
		}
	}
	return rows[a.len % 3][b.len];
}

const char *
sift_nearest(struct sift_span word, const char *const *names, size_t count)
{
	size_t best = word.len / 3 ? word.len / 3 : 1;
	const char *found = NULL;
	size_t i;

	for (i = 0; i < count; i++) {
		size_t d = sift_edit_distance(word, sift_span_str(names[i]));

		if (d < best || (d == best && !found)) {
			best = d;
			found = names[i];
		}
	}
	return found;
}
