/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_CONFIG_QUANTITY_H
#define SIFT_CONFIG_QUANTITY_H

/*
 * Numbers as people write them: 150ms, 1.5 s, 0.5 %, 100 rps, 2000000 per
 * day. A decimal comma is refused, since "0,5" and "1,000" cannot be told
 * apart.
 */

#include "base/span.h"

enum sift_quantity {
	SIFT_QUANTITY_MS,      /* ms unless it says us, ms, s or min */
	SIFT_QUANTITY_SHARE,   /* 0 to 1, or with % */
	SIFT_QUANTITY_RATIO,   /* 5, 5x */
	SIFT_QUANTITY_RPS,     /* per second */
	SIFT_QUANTITY_PER_DAY, /* per day */
	SIFT_QUANTITY_WHOLE,   /* a whole number */
	SIFT_QUANTITY_COUNT
};

/* "a time (150ms, 1.5s)"; a static string. */
const char *sift_quantity_example(enum sift_quantity quantity);

/*
 * Read the whole of `text`. Returns NULL and sets *out; else, *out untouched,
 * why not: a static string to stand after `"0,5" `, as in "is no time".
 */
const char *sift_quantity_parse(struct sift_span text,
				enum sift_quantity quantity, double *out);

#endif /* SIFT_CONFIG_QUANTITY_H */
