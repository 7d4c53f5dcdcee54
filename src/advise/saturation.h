/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_ADVISE_SATURATION_H
#define SIFT_ADVISE_SATURATION_H

/*
 * Sets whose figures describe a service at its end rather than an endpoint:
 * advice about single endpoints must not be drawn from them.
 */

#include <stdbool.h>
#include <stddef.h>

#include <loadsift/document.h>

/* Does a load.saturation finding speak of this set, itself or by its level? */
bool sift_set_is_saturated(const struct sift_document *doc, size_t set);

/* Does the set have a service.* finding? */
bool sift_set_is_failing(const struct sift_document *doc, size_t set);

#endif /* SIFT_ADVISE_SATURATION_H */
