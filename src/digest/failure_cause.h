/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_DIGEST_FAILURE_CAUSE_H
#define SIFT_DIGEST_FAILURE_CAUSE_H

/*
 * What libraries of all tools say in words of their own, in ours:
 *
 *	500 Server Error: Internal Server Error for url: http://a/b	HTTP 500
 *	dial tcp 10.0.0.7:80: connect: connection refused
 *	ConnectionRefusedError(111, 'Connection refused')
 *					both: connection refused
 *
 * Only what has the form that a library gives it counts: "refused" in a
 * message of the test's own does not.
 */

#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"

/* Append the cause; false, with nothing appended, for any other text. */
bool sift_failure_cause(struct sift_span text, struct sift_buf *out);

#endif /* SIFT_DIGEST_FAILURE_CAUSE_H */
