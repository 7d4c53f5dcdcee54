/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_READ_K6_TEXT_VALUES_H
#define SIFT_READ_K6_TEXT_VALUES_H

/*
 * What stands behind the dots of a line of k6's end-of-test text:
 *
 *	trend    avg=15.92ms min=0s med=568.37µs max=1m2s p(90)=… p(95)=…
 *	counter  153 36.524242/s, 28 kB 6.7 kB/s
 *	gauge    2 min=2 max=2
 *	rate     43.13% ✓ 66 ✗ 87, 43.13% 66 out of 153
 */

#include <stdbool.h>

#include "base/span.h"
#include "model/figures.h"
#include "read/k6_rebuild.h"

/* How the times of a text were cut to two decimals; start with zeros. */
struct sift_k6_text_times {
	unsigned units; /* seen, a bit each */
	bool odd;	/* one is in a unit that k6 would not have chosen */
};

/* False for anything else; `times` goes on from one line to the next. */
bool sift_k6_text_values_parse(struct sift_span text,
			       struct sift_k6_text_times *times,
			       struct sift_k6_figures *out);

/* A time as k6 prints it; it has to end in seconds of some size. */
bool sift_k6_text_duration(struct sift_span text,
			   struct sift_k6_text_times *times, double *out_ms);

/* The rounding of all times of a text: by their size, unless the script set
   summaryTimeUnit. */
enum sift_rounding
sift_k6_text_rounding(const struct sift_k6_text_times *times);

#endif /* SIFT_READ_K6_TEXT_VALUES_H */
