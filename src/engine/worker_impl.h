/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_ENGINE_WORKER_IMPL_H
#define SIFT_ENGINE_WORKER_IMPL_H

/*
 * The parts of a worker: worker.c takes jobs, goes through files and keeps
 * note of where it is; worker_source.c reads one source; worker_piece.c reads
 * a piece of a large one.
 */

#include "base/buf.h"
#include "digest/digest.h"
#include "engine/letter.h"
#include "engine/parcel.h"
#include "engine/wire.h"
#include "engine/worker.h"
#include "input/source.h"
#include "read/reader.h"

struct sift_worker {
	int sock;
	pid_t pid;
	struct sift_note *note; /* borrowed, as all that follows */
	struct sift_letters *letters;
	struct sift_parcels *parcels; /* NULL = there is nobody to share with */
	const struct sift_limits *limits;
	const struct sift_naming *naming;
	unsigned threads; /* that the job may use */
	uint32_t file;	  /* index in the job of the file being read */
	const struct sift_wire_file *at; /* that file */
	uint64_t seen;			 /* its sources so far */
	struct sift_parcel *parcel;	 /* being filled; NULL = none */
	uint64_t packed;		 /* the last source put into it */
	struct sift_block *spare; /* an empty one, for the next source; owned;
				     NULL = none */
	struct sift_buf out;	  /* frames to be sent */
};

/* A frame is complete: send what there is, once that is worth a call.
   Returns SIFT_OK, SIFT_E_NOMEM, SIFT_E_IO when the coordinator is gone; so
   do all that follow. */
enum sift_status sift_worker_end_frame(struct sift_worker *w, size_t at,
				       struct sift_err *err) SIFT_MUST_CHECK;
enum sift_status sift_worker_send_block(struct sift_worker *w,
					struct sift_block *block,
					struct sift_err *err) SIFT_MUST_CHECK;

/* A block that is a row of the ledger and nothing else; `format` may be NULL,
   `bytes` -1. */
enum sift_status sift_worker_send_row(struct sift_worker *w, const char *name,
				      const char *path, const char *format,
				      enum sift_reading reading,
				      const char *reason, int64_t bytes,
				      struct sift_err *err) SIFT_MUST_CHECK;

/* Read a source and send what it gives. */
enum sift_status sift_worker_read_source(struct sift_worker *w,
					 const char *name, const char *path,
					 struct sift_source *src,
					 struct sift_err *err) SIFT_MUST_CHECK;

/* Read a source into `block`, or if `piece` is given, some lines of one.
   Damage is noted in the block. */
enum sift_status sift_worker_read_result(struct sift_worker *w,
					 const struct sift_format *format,
					 struct sift_source *src,
					 struct sift_piece *piece,
					 struct sift_block *block,
					 struct sift_err *err) SIFT_MUST_CHECK;

/* A large plain file: read its first piece and send that, if this is a format
   for it; *out_done says whether. */
enum sift_status
sift_worker_try_first_piece(struct sift_worker *w,
			    const struct sift_format *format,
			    const struct sift_source *src, bool *out_done,
			    struct sift_err *err) SIFT_MUST_CHECK;

/* The job is a piece of a file: read it and send the answer and its block. */
enum sift_status sift_worker_read_piece(struct sift_worker *w,
					struct sift_err *err) SIFT_MUST_CHECK;

/* Leave word of the source that comes next, before touching it; then, that
   all it gave is sent. */
void sift_worker_enter_source(struct sift_worker *w, const char *name,
			      const char *path);
enum sift_status sift_worker_leave_source(struct sift_worker *w,
					  struct sift_err *err) SIFT_MUST_CHECK;

#endif /* SIFT_ENGINE_WORKER_IMPL_H */
