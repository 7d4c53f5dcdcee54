/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_ENGINE_NAMING_H
#define SIFT_ENGINE_NAMING_H

/*
 * How endpoints are called: the name rules of loadsift.yaml, as a sink before
 * that of a block, and the number of names above which the block makes them
 * general by itself (digest/block.h).
 */

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "config/config.h"
#include "model/event.h"

struct sift_naming {
	const struct sift_name_rule *rules; /* borrowed */
	size_t rule_count;
	uint64_t max_names; /* 0 = names stay, whatever their number */
};

struct sift_naming_sink {
	const struct sift_naming *naming; /* borrowed */
	struct sift_sink inner;
	struct sift_buf names[2];
};

/* `inner`, or a sink that renames what goes there. `out` must stay where it is
   and be released. */
struct sift_sink sift_naming_sink(struct sift_naming_sink *out,
				  const struct sift_naming *naming,
				  struct sift_sink inner);
void sift_naming_sink_release(struct sift_naming_sink *sink);

#endif /* SIFT_ENGINE_NAMING_H */
