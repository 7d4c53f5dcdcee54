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

#include "base/arena.h"

struct sift_strain {
	bool is_saturated; /* a load.saturation finding speaks of the set,
			      itself or by its level */
	bool is_failing;   /* it has a service.* finding */
};

/* One for each set, in `arena`; NULL when memory is out. */
const struct sift_strain *sift_find_strain(const struct sift_document *doc,
					   struct sift_arena *arena);

#endif /* SIFT_ADVISE_SATURATION_H */
