/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_READ_K6_CHECKS_H
#define SIFT_READ_K6_CHECKS_H

#include "base/err.h"
#include "model/event.h"
#include "read/json_doc.h"

/*
 * Put the checks of a group of a k6 summary, and of the groups inside it. The
 * root is a group as well; NULL = none. Returns SIFT_OK, a failure of the
 * sink.
 */
enum sift_status sift_k6_checks_put(const struct sift_json *group,
				    const struct sift_sink *sink,
				    struct sift_err *err) SIFT_MUST_CHECK;

#endif /* SIFT_READ_K6_CHECKS_H */
