/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_INPUT_SEEN_H
#define SIFT_INPUT_SEEN_H

/*
 * How often was a name seen? Kept are 64-bit hashes, 16 bytes a name, since
 * an archive may have a million members. Two names of one hash, once in some
 * 10^7 archives of that size, cost the second a needless "#2".
 */

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"

struct sift_seen_slot;
struct sift_seen {
	struct sift_seen_slot *slots; /* owned */
	size_t slot_count;	      /* power of two or 0 */
	size_t count;
};

void sift_seen_init(struct sift_seen *seen);
void sift_seen_release(struct sift_seen *seen);

/* Count `name`; *out_before is how often it came before. SIFT_E_NOMEM. */
enum sift_status sift_seen_add(struct sift_seen *seen, struct sift_span name,
			       uint64_t *out_before,
			       struct sift_err *err) SIFT_MUST_CHECK;

#endif /* SIFT_INPUT_SEEN_H */
