/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_DIGEST_FINGERPRINT_H
#define SIFT_DIGEST_FINGERPRINT_H

/*
 * One text for one failure: what differs from request to request, from run
 * to run and from machine to machine gives way to a placeholder.
 *
 *	dial tcp 10.0.0.7:43210: connect: connection refused
 *	dial tcp {ip}: connect: connection refused
 *
 * {ip} an address with its port, {port} the port of a named host, {n} a number
 * of five digits or more, in a path, before a unit or with three decimals;
 * {uuid}, {hash}, {token} (base/token.h); {time} a date with a time. Shorter
 * numbers stay: they are statuses and error numbers. What libraries say in
 * words of their own is said in one way (failure_cause.h), and an exception
 * with a text gives the text, for older versions of Locust write only that.
 * Blanks and ends of lines in a row are one blank; what is longer than
 * SIFT_FINGERPRINT_MAX bytes ends in "…".
 */

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

#define SIFT_FINGERPRINT_MAX 300

/*
 * Append it to `out`. The fingerprint of a fingerprint is itself. Returns
 * SIFT_OK, SIFT_E_NOMEM, SIFT_E_LIMIT.
 */
enum sift_status sift_fingerprint(struct sift_span text,
				  struct sift_buf *out) SIFT_MUST_CHECK;

/* Leave at most `max` bytes of what stands in `out` behind `from`, the last
   of them "…" if that is a cut. */
void sift_fingerprint_cut(struct sift_buf *out, size_t from, size_t max);

#endif /* SIFT_DIGEST_FINGERPRINT_H */
