/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_ENGINE_INBOX_H
#define SIFT_ENGINE_INBOX_H

/*
 * Frames as they come from a worker's socket, which does not block.
 *
 *	while (!rc && poll says there is something)
 *		rc = sift_inbox_receive(&inbox, sock, err);
 *		while (!rc && !sift_inbox_next(&inbox, &frame, &payload, err))
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
#include "engine/letter.h"
#include "engine/wire.h"

struct sift_inbox {
	uint64_t max_payload;
	struct sift_letters *letters; /* borrowed; the worker's */
	struct sift_letter_sent open; /* the letter that is being read */
	struct sift_span left;	      /* of it; ptr NULL = none is */
	char *bytes; /* owned; whole frames and the start of one */
	size_t at;   /* of the next frame */
	size_t len;
	char *large; /* owned; payload of `frame`, which is too large */
	uint64_t large_len;
	struct sift_wire_frame frame;
};

/* No payload may be larger than `max_payload`. `letters` may be NULL: then
   there are none. */
void sift_inbox_init(struct sift_inbox *inbox, uint64_t max_payload,
		     struct sift_letters *letters);
void sift_inbox_release(struct sift_inbox *inbox);

/*
 * Receive what has come, not necessarily all of it.
 *
 * Returns SIFT_OK, also if nothing came; SIFT_END when the other side is
 * gone; SIFT_E_FORMAT when a payload is too large; SIFT_E_NOMEM.
 */
enum sift_status sift_inbox_receive(struct sift_inbox *inbox, int sock,
				    struct sift_err *err) SIFT_MUST_CHECK;

/*
 * The next whole frame, be it in a letter; its payload is borrowed until the
 * next call for this inbox.
 *
 * Returns SIFT_OK; SIFT_END when more has to be received first; SIFT_E_FORMAT
 * when a letter is none or does not hold whole frames.
 */
enum sift_status sift_inbox_next(struct sift_inbox *inbox,
				 struct sift_wire_frame *frame,
				 struct sift_span *payload,
				 struct sift_err *err) SIFT_MUST_CHECK;

#endif /* SIFT_ENGINE_INBOX_H */
