/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_READ_K6_DASHBOARD_H
#define SIFT_READ_K6_DASHBOARD_H

/*
 * The events of k6's web dashboard, a line each: the record, and what its
 * report has inside. Numbers that are not whole were cut to five digits, so
 * only counts are taken, and the results of thresholds.
 */

#include <loadsift/loadsift.h>

#include "base/err.h"
#include "input/source.h"
#include "model/event.h"

/*
 * Put all that the events say.
 *
 * Returns SIFT_OK; SIFT_E_FORMAT where they break off, or lack the figures
 * (k6 loses those of metrics that were infinite); SIFT_E_NOMEM; a failure of
 * the source or the sink.
 */
enum sift_status sift_k6_dashboard_read(struct sift_source *src,
					const struct sift_limits *limits,
					const struct sift_sink *sink,
					struct sift_err *err) SIFT_MUST_CHECK;

#endif /* SIFT_READ_K6_DASHBOARD_H */
