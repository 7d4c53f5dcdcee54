/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_TEST_STAT_VECTORS_H
#define SIFT_TEST_STAT_VECTORS_H

/*
 * tests/data/statistics/vectors.json: results of numpy 1.24.2 and scipy
 * 1.10.1, to 12 digits, with the formula of each section in it.
 */

#include <jansson.h>
#include <stddef.h>

#define VECTOR_MAX 128

/* A file of tests/data/statistics; fails the test when it is not there. */
json_t *vectors_open(const char *name);

/* The cases of a section, a list. */
json_t *vectors_cases(json_t *root, const char *section);

/* The numbers of a list; "inf" and null become INFINITY and NAN. */
size_t vectors_numbers(const json_t *list, double out[VECTOR_MAX]);

/* One number of an object. */
double vectors_number(const json_t *object, const char *key);

/* Fails unless equal to `relative` of the larger, or both no number. */
void assert_near(double got, double wanted, double relative);

#endif /* SIFT_TEST_STAT_VECTORS_H */
