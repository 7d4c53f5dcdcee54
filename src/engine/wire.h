/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_ENGINE_WIRE_H
#define SIFT_ENGINE_WIRE_H

/*
 * Messages between the coordinator and a worker, over a stream socket.
 *
 * Coordinator to worker: a job, that is up to SIFT_WIRE_FILES open files,
 * their descriptors as SCM_RIGHTS, with their names. A worker never sees a
 * path it could open.
 *
 * A large plain file may be read in pieces (engine/split.h). Whether a file
 * can be, the worker that gets it whole finds out: it then reads the first
 * piece only, and its answer tells how to have the others read.
 *
 * Worker to coordinator: frames, gathered until there is much to send, which
 * then goes in a letter (engine/letter.h) if one is free. Which source a dying
 * worker was at is in its note (engine/note.h), how far it had come tell the
 * frames that did arrive.
 *
 * Both sides are the same program on the same machine: integers are native.
 * The coordinator nevertheless trusts no length.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"
#include "engine/letter.h"

#define SIFT_WIRE_FILES 200 /* SCM_RIGHTS carries at most 253 */

/* Which part of a file is to be read, and what its reader has to know
   (read/piece.h). */
struct sift_wire_piece {
	uint64_t begin; /* the lines that start behind it (at 0, from there) */
	uint64_t end;	/* and not behind this; 0 = all of the file */
	uint64_t first_line;
	uint32_t format; /* its row, as the answer gave it */
	struct sift_span declared;
};

/* One file of a job; or a parcel, which then is alone in it. */
struct sift_wire_file {
	const char *name; /* for the ledger */
	const char *path; /* logical */
	uint64_t skip;	  /* sources at its start that are done already */
	uint64_t avoid;	  /* the one that a worker died of, 1-based; 0 = none */
	bool is_careful;  /* send what a source gave at once */
	uint64_t first;	  /* if it can be read in pieces: the end of the
			     first; 0 = read all of it */
	struct sift_wire_piece piece;
	uint64_t parcel; /* read this instead (engine/parcel.h): its index + 1;
			    0 = none. Numbers of sources are those in it */
	int fd;		 /* -1 with a parcel */
};

/* What became of a piece; the lines it declares follow. */
struct sift_wire_answer {
	uint64_t lines;
	uint64_t fill;
	uint32_t doubts;
	uint32_t format;
};

/* Sources of the file that somebody else is to read. */
struct sift_wire_parcel {
	uint64_t source; /* the last of them: what came before was sent */
	uint64_t index;
};

enum sift_wire_kind {
	SIFT_WIRE_ANSWER = 1, /* payload: struct sift_wire_answer, lines; what
				 is read is a piece, its block follows */
	SIFT_WIRE_BLOCK,      /* payload: as sift_block_write() */
	SIFT_WIRE_SOURCE_END, /* payload: uint64_t; all blocks of the file's
				 sources up to this one were sent */
	SIFT_WIRE_PARCEL,     /* payload: struct sift_wire_parcel */
	SIFT_WIRE_LETTER,     /* payload: struct sift_letter_sent; the frames in
				 it stand here */
	SIFT_WIRE_FILE_END,   /* this file of the job is done */
	SIFT_WIRE_JOB_END
};

struct sift_wire_frame {
	uint32_t kind;
	uint32_t file;	 /* index in the job */
	uint64_t length; /* of the payload that follows */
};

/*
 * Send a job; the descriptors stay the caller's. `threads`: how many the
 * worker may use for it.
 * Returns SIFT_OK, SIFT_E_IO (the worker is gone, or descriptors cannot be
 * sent), SIFT_E_NOMEM.
 */
enum sift_status sift_wire_send_job(int sock,
				    const struct sift_wire_file *files,
				    size_t count, unsigned threads,
				    struct sift_err *err) SIFT_MUST_CHECK;

/*
 * Wait for a job. Names live in `text`, descriptors are the caller's.
 * Returns SIFT_OK; SIFT_END when the coordinator has no more; SIFT_E_IO,
 * SIFT_E_FORMAT, SIFT_E_NOMEM.
 */
enum sift_status
sift_wire_receive_job(int sock, struct sift_wire_file files[SIFT_WIRE_FILES],
		      size_t *out_count, unsigned *out_threads,
		      struct sift_buf *text,
		      struct sift_err *err) SIFT_MUST_CHECK;

/*
 * Frames to be sent, in a buffer. Begin one, add its payload to the buffer,
 * end it; or take back what was added since. Nothing of a frame that failed
 * for lack of memory stays: sift_wire_end() then returns SIFT_E_NOMEM.
 *
 *	at = sift_wire_begin(&out, SIFT_WIRE_BLOCK, file);
 *	sift_buf_add(&out, ...);
 *	rc = sift_wire_end(&out, at);
 */
size_t sift_wire_begin(struct sift_buf *out, enum sift_wire_kind kind,
		       uint32_t file);
enum sift_status sift_wire_end(struct sift_buf *out, size_t at) SIFT_MUST_CHECK;
void sift_wire_take_back(struct sift_buf *out, size_t at);

/* Send all that is in the buffer, and empty it: in a letter, if there is much
   and one is free. `letters` may be NULL. Returns SIFT_OK, SIFT_E_IO. */
enum sift_status sift_wire_flush(int sock, struct sift_letters *letters,
				 struct sift_buf *out,
				 struct sift_err *err) SIFT_MUST_CHECK;

#endif /* SIFT_ENGINE_WIRE_H */
