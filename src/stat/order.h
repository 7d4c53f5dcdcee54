/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_STAT_ORDER_H
#define SIFT_STAT_ORDER_H

/*
 * Sorted values and their middle: what most of stat/ begins with. NANs have
 * no place in an order; callers leave them out first.
 */

#include <stddef.h>

/* Ascending, in place. */
void sift_sort_doubles(double *values, size_t count);

/* Of an even count the mean of the middle two; NAN of nothing. */
double sift_median_of_sorted(const double *values, size_t count);

/* The same of values in any order, which is lost. */
double sift_median_of(double *values, size_t count);

#endif /* SIFT_STAT_ORDER_H */
