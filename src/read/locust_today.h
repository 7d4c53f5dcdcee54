/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_READ_LOCUST_TODAY_H
#define SIFT_READ_LOCUST_TODAY_H

/*
 * Header lines of which archives hold thousands, word for word as Locust
 * writes them today, with what sift_locust_header_bind() finds in them: the
 * general way takes ten thousand instructions to find that again. Nothing
 * depends on a line being listed here.
 */

#include "base/span.h"
#include "read/locust_header.h"

/* By the line without its end, or NULL. */
const struct sift_locust_header *sift_locust_today(struct sift_span line);

/* By the line that `head` begins with and that ends in it, or NULL. */
const struct sift_locust_header *
sift_locust_today_begins(struct sift_span head);

/* Line `i`, empty after the last; for tests. */
struct sift_span sift_locust_today_line(size_t i);

#endif /* SIFT_READ_LOCUST_TODAY_H */
