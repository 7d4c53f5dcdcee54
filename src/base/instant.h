/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_BASE_INSTANT_H
#define SIFT_BASE_INSTANT_H

/*
 * Points in time: int64 nanoseconds since 1970-01-01T00:00:00 UTC. The
 * process's clock and time zone are never read.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

#define SIFT_INSTANT_NONE INT64_MIN /* unknown */
#define SIFT_NS_PER_S INT64_C(1000000000)

/* Room for a formatted instant with its NUL. */
#define SIFT_INSTANT_MAX 40

/*
 * Parse RFC 3339: date, T or blank, time, optional fraction of 1-9 digits
 * (further digits are cut), Z or +hh:mm; t and z too. Leap second 60 counts
 * as 59.999999999. Years 1678 to 2261, as written. Returns false, *out_ns
 * untouched, when it is anything else, a time without zone included.
 */
bool sift_instant_parse(struct sift_span text, int64_t *out_ns);

/*
 * The same for many times that lie near each other: a time of the same second
 * and zone as the one before is read by its fraction alone. `near` is zeroed
 * before the first.
 */
struct sift_instant_near {
	char second[20]; /* "2026-02-17T08:00:00." */
	char zone[6];
	unsigned char zone_len; /* 0 = nothing to be near to */
	int64_t second_ns;
};

bool sift_instant_parse_near(struct sift_instant_near *near,
			     struct sift_span text, int64_t *out_ns);

/*
 * What is left of a time that begins as the one before, with the same second
 * and a point: fraction and zone, from `p` on. Returns what is behind them;
 * NULL, *out_ns untouched, when they are not there or it is another zone.
 */
const char *sift_instant_near_rest(const struct sift_instant_near *near,
				   const char *p, const char *end,
				   int64_t *out_ns);

/*
 * As RFC 3339 UTC with the fraction's trailing zeros dropped; returns the
 * length. SIFT_INSTANT_NONE gives "".
 */
unsigned sift_instant_format(int64_t ns, char out[SIFT_INSTANT_MAX]);

/*
 * Is this a date and time without zone, "2026-02-17T08:00:00[.frac]"? A blank
 * may stand for the T.
 */
bool sift_instant_is_local(struct sift_span text);

#endif /* SIFT_BASE_INSTANT_H */
