/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_ENGINE_LETTER_H
#define SIFT_ENGINE_LETTER_H

/*
 * Memory that a worker shares with the coordinator for frames it has gathered:
 * a letter, of which only the number goes through the socket. All that small
 * files say would be copied twice there. Letters are few; while none is free
 * frames are sent as they are.
 *
 * A letter is free, or it belongs to the worker, or, sent and until its frames
 * were taken, to the coordinator. A worker that lost its mind may write into
 * one that it has sent, so no length in it is read twice.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"

struct sift_letters; /* opaque; those of one worker */

/* What a frame says that stands for those in a letter. */
struct sift_letter_sent {
	uint64_t index;
	uint64_t len;
};

/* To be made before the worker. Returns SIFT_OK, SIFT_E_NOMEM. */
enum sift_status sift_letters_new(struct sift_letters **out,
				  struct sift_err *err) SIFT_MUST_CHECK;
void sift_letters_free(struct sift_letters *letters); /* NULL is allowed */

/* The worker: copy whole frames into a letter. False, with nothing done, if
   none is free or they are too long for one. */
bool sift_letters_write(struct sift_letters *letters, struct sift_span frames,
			struct sift_letter_sent *out);

/* The coordinator: the frames of a letter, borrowed until it is given back;
   NULL if there is none such. */
struct sift_span sift_letters_open(const struct sift_letters *letters,
				   const struct sift_letter_sent *sent);
void sift_letters_give_back(struct sift_letters *letters, uint64_t index);
/* The worker is gone: all are free. */
void sift_letters_clear(struct sift_letters *letters);

#endif /* SIFT_ENGINE_LETTER_H */
