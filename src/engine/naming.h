/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_ENGINE_NAMING_H
#define SIFT_ENGINE_NAMING_H

/*
 * How endpoints are called: the name rules of loadsift.yaml and, if wanted,
 * the phase of the test they belong to, as a sink before that of a block; and
 * the number of names above which the block makes them general by itself
 * (digest/block.h).
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "config/config.h"
#include "model/event.h"

struct sift_naming {
	const struct sift_name_rule *rules; /* borrowed */
	size_t rule_count;
	bool setup_apart;   /* setup and teardown: endpoints of their own */
	uint64_t max_names; /* 0 = names stay, whatever their number */
};

struct sift_naming_sink {
	const struct sift_naming *naming; /* borrowed */
	struct sift_sink inner;
	struct sift_buf names[2];
	struct sift_buf apart;
};

/* `inner`, or a sink that renames what goes there. `out` must stay where it is
   and be released. */
struct sift_sink sift_naming_sink(struct sift_naming_sink *out,
				  const struct sift_naming *naming,
				  struct sift_sink inner);
/* Is it a name of setup or teardown, as they are called when set apart? */
bool sift_naming_is_apart(const char *name);

void sift_naming_sink_release(struct sift_naming_sink *sink);

#endif /* SIFT_ENGINE_NAMING_H */
