/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_READ_K6_POINTS_H
#define SIFT_READ_K6_POINTS_H

/* k6 --out json (docs/formats/k6.md): lines in, events out. */

#include "read/reader.h"

/*
 * What sift_format_k6_points.read does, but with each line parsed: without the
 * fast way of k6_layout.h. Both say the same of every input; this one is there
 * to be compared with.
 */
enum sift_status sift_k6_points_parse_all(struct sift_source *src,
					  const struct sift_limits *limits,
					  const struct sift_sink *sink,
					  struct sift_err *err) SIFT_MUST_CHECK;

#endif /* SIFT_READ_K6_POINTS_H */
