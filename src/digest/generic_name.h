/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_DIGEST_GENERIC_NAME_H
#define SIFT_DIGEST_GENERIC_NAME_H

/*
 * The name of an endpoint without what names one thing of many:
 *
 *	/users/42/orders/1a2b3c4d?page=7
 *	/users/{n}/orders/{hash}?page={n}
 *
 * Words between marks, and parts of words between - and _, are replaced as
 * base/token.h says. Scheme, host and port of a URL stay.
 */

#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"

/* Append it to `out`; true when it is another than `name`. The generic name
   of a generic name is itself. */
bool sift_generic_name(struct sift_span name, struct sift_buf *out);

#endif /* SIFT_DIGEST_GENERIC_NAME_H */
