/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_ENGINE_INBOX_H
#define SIFT_ENGINE_INBOX_H

/*
 * Frames as they come from a worker's socket, which does not block.
 *
 *	while (!rc && poll says there is something)
 *		rc = sift_inbox_receive(&inbox, sock, err);
 *		while (!rc && sift_inbox_next(&inbox, &frame, &payload))
 *			...
 *
 * Many small frames cost one call; a large one is received where it stays
 * until it is taken, and is in memory once only.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"
#include "engine/wire.h"

struct sift_inbox {
	uint64_t max_payload;
	char *bytes; /* owned; whole frames and the start of one */
	size_t at;   /* of the next frame */
	size_t len;
	char *large; /* owned; payload of `frame`, which is too large */
	uint64_t large_len;
	struct sift_wire_frame frame;
};

/* No payload may be larger than `max_payload`. */
void sift_inbox_init(struct sift_inbox *inbox, uint64_t max_payload);
void sift_inbox_release(struct sift_inbox *inbox);

/*
 * Receive what has come, not necessarily all of it.
 *
 * Returns SIFT_OK, also if nothing came; SIFT_END when the other side is
 * gone; SIFT_E_FORMAT when a payload is too large; SIFT_E_NOMEM.
 */
enum sift_status sift_inbox_receive(struct sift_inbox *inbox, int sock,
				    struct sift_err *err) SIFT_MUST_CHECK;

/* The next whole frame, if there is one; its payload is borrowed until the
   next call for this inbox. */
bool sift_inbox_next(struct sift_inbox *inbox, struct sift_wire_frame *frame,
		     struct sift_span *payload);

#endif /* SIFT_ENGINE_INBOX_H */
