/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_READ_LOCUST_TEXT_H
#define SIFT_READ_LOCUST_TEXT_H

/*
 * One text for one failure. The same failure is written as it is, as the
 * repr() of its exception, or as the repr() of that, depending on Locust's
 * version and on whether workers reported it (docs/formats/locust.md).
 */

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

/*
 * Put the failure's own words into `out` (cleared first): layers of quotes
 * with backslashes, CatchResponseError(…) and HTTPError(…) are taken off, and
 * addresses of objects (0x7f…) become 0x.... as newer versions write them.
 *
 * Returns SIFT_OK, SIFT_E_NOMEM or SIFT_E_LIMIT, as `out` does.
 */
enum sift_status sift_locust_text(struct sift_span text, struct sift_buf *out);

#endif /* SIFT_READ_LOCUST_TEXT_H */
