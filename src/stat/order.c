/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "stat/order.h"

#include <math.h>
#include <stdlib.h>

#define INSERTION_MAX 100

static int
compare_doubles(const void *left, const void *right)
{
	double a = *(const double *)left;
	double b = *(const double *)right;

	return (a > b) - (a < b);
}

/* A set has a handful of runs, for which insertion is fastest by far. */
void
sift_sort_doubles(double *values, size_t count)
{
	if (count > INSERTION_MAX) {
		qsort(values, count, sizeof(*values), compare_doubles);
		return;
	}
	for (size_t i = 1; i < count; i++) {
		double value = values[i];
		size_t at = i;

		for (; at > 0 && values[at - 1] > value; at--)
			values[at] = values[at - 1];
		values[at] = value;
	}
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

double
sift_median_of(double *values, size_t count)
{
	sift_sort_doubles(values, count);
	return sift_median_of_sorted(values, count);
}
