/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_STAT_MULTIPLICITY_H
#define SIFT_STAT_MULTIPLICITY_H

/*
 * Many endpoints are many chances for a false alarm. The false discovery rate
 * of Y. Benjamini and Y. Hochberg, J. R. Stat. Soc. B 57 (1995), as R's
 * p.adjust(p, "BH"):
 *
 *	q_(i) = min over j >= i of p_(j) n / j, at most 1
 *
 * A family is all endpoints at one metric.
 */

#include <stddef.h>

#include "base/err.h"

/*
 * Put the adjusted value of p[i] into q[i]; p and q may be one array. NANs
 * (nothing was tested) stay NAN and do not count.
 *
 * Returns SIFT_OK, SIFT_E_NOMEM.
 */
enum sift_status sift_false_discovery(const double *p, size_t count, double *q,
				      struct sift_err *err) SIFT_MUST_CHECK;

#endif /* SIFT_STAT_MULTIPLICITY_H */
