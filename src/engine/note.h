/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_ENGINE_NOTE_H
#define SIFT_ENGINE_NOTE_H

/*
 * A note that a worker leaves in memory it shares with the coordinator: which
 * source it is about to touch. It is read when the worker has died, and costs
 * nothing before: what a worker has to send can wait until there is much of
 * it.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct sift_note; /* opaque */

/* What a note says. Texts are empty if they were too long to be noted. */
struct sift_noted {
	uint32_t file;	  /* index in the job */
	uint64_t source;  /* of the sources of that file, 1-based; 0 = none */
	bool is_inside;	  /* it was being read; else it was done */
	const char *name; /* of the source; borrowed, as its logical path */
	const char *path;
};

/* To be made before the worker. Returns SIFT_OK, SIFT_E_NOMEM. */
enum sift_status sift_note_new(struct sift_note **out,
			       struct sift_err *err) SIFT_MUST_CHECK;
void sift_note_free(struct sift_note *note); /* NULL is allowed */

/* The worker: begins a file; enters a source; has left it. */
void sift_note_file(struct sift_note *note, uint32_t file);
void sift_note_enter(struct sift_note *note, uint64_t source, const char *name,
		     const char *path);
void sift_note_leave(struct sift_note *note);

/* The coordinator, of a worker that is gone; nothing in it is trusted. */
struct sift_noted sift_note_read(struct sift_note *note);

#endif /* SIFT_ENGINE_NOTE_H */
