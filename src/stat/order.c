/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "stat/order.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Sorted by insertion, which is fastest for few. */
#define RUN 8
/* Enough to halve whatever there is. */
#define ROUNDS_MAX 64
/* Merged on the stack. */
#define MERGE_MAX 512

static int
compare_doubles(const void *left, const void *right)
{
	double a = *(const double *)left;
	double b = *(const double *)right;

	return (a > b) - (a < b);
}

static void
insert_each(double *values, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		double value = values[i];
		size_t at = i;

		for (; at > 0 && values[at - 1] > value; at--)
			values[at] = values[at - 1];
		values[at] = value;
	}
}

/* Two sorted runs into one. No branch depends on what is compared: it would
   be guessed wrong every other time. */
static void
merge(double *to, const double *a, size_t a_count, const double *b,
      size_t b_count)
{
	const double *a_end = a + a_count, *b_end = b + b_count;

	while (a < a_end && b < b_end) {
		bool is_b = *b < *a;

		*to++ = is_b ? *b : *a;
		b += is_b;
		a += !is_b;
	}
	memcpy(to, a, (size_t)(a_end - a) * sizeof(*to));
	memcpy(to + (a_end - a), b, (size_t)(b_end - b) * sizeof(*to));
}

static void
merge_runs(double *values, size_t count)
{
	double room[MERGE_MAX];
	double *from = values, *to = room;

	for (size_t run = RUN; run < count; run *= 2) {
		double *swap = from;

		for (size_t at = 0; at < count; at += 2 * run) {
			size_t left = count - at;
			size_t first = left < run ? left : run;
			size_t second = left - first < run ? left - first : run;

			merge(to + at, from + at, first, from + at + first,
			      second);
		}
		from = to;
		to = swap;
	}
	if (from != values)
		memcpy(values, from, count * sizeof(*values));
}

/* A set has a handful of runs, or some dozens. */
void
sift_sort_doubles(double *values, size_t count)
{
	if (count > MERGE_MAX) {
		qsort(values, count, sizeof(*values), compare_doubles);
		return;
	}
	for (size_t at = 0; at < count; at += RUN)
		insert_each(values + at, count - at < RUN ? count - at : RUN);
	merge_runs(values, count);
}

double
sift_median_of_sorted(const double *values, size_t count)
{
	double low, high;

	if (count == 0)
		return NAN;
	low = values[(count - 1) / 2];
	high = values[count / 2];
	/* The halves are added where the sum would be too large. */
	return isfinite(low + high) ? (low + high) / 2 : low / 2 + high / 2;
}

/* The middle one of three. */
static double
middle(double a, double b, double c)
{
	double low = a < b ? a : b, high = a < b ? b : a;

	return c < low ? low : c > high ? high : c;
}

static bool
is_less(double value, double pivot)
{
	return value < pivot;
}

static bool
is_not_more(double value, double pivot)
{
	return value <= pivot;
}

/* Move those of which `belongs` holds to the front; where the others begin. No
   branch depends on a value here either. */
static inline size_t
gather(double *values, size_t from, size_t to, double pivot,
       bool (*belongs)(double value, double pivot))
{
	size_t end = from;

	for (size_t i = from; i < to; i++) {
		double value = values[i];

		values[i] = values[end];
		values[end] = value;
		end += belongs(value, pivot);
	}
	return end;
}

/*
 * Put the value in its place that `at` would have of all sorted; smaller ones
 * come to stand before it (Hoare 1961, algorithm 65). Should the parts shrink
 * too slowly, what is left is sorted.
 */
static void
select_value(double *values, size_t count, size_t at)
{
	size_t from = 0, to = count;

	for (int round = 0; round < ROUNDS_MAX && to - from > RUN; round++) {
		double pivot =
			middle(values[from], values[from + (to - from) / 2],
			       values[to - 1]);
		size_t equal = gather(values, from, to, pivot, is_less);
		size_t more;

		if (at < equal) {
			to = equal;
			continue;
		}
		more = gather(values, equal, to, pivot, is_not_more);
		if (at < more)
			return;
		from = more;
	}
	sift_sort_doubles(values + from, to - from);
}

double
sift_median_of(double *values, size_t count)
{
	size_t at = count / 2;
	double below;

	if (count == 0)
		return NAN;
	select_value(values, count, at);
	if (count % 2)
		return values[at];
	below = values[0];
	for (size_t i = 1; i < at; i++)
		below = values[i] > below ? values[i] : below;
	return sift_median_of_sorted((double[]){below, values[at]}, 2);
}
