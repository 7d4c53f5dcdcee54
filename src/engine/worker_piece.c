/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "engine/worker_impl.h"
#include "input/lines.h"
#include "read/reader.h"

/* The lines of a piece, and where in the file they begin. */
static enum sift_status
open_piece(struct sift_worker *w, const struct sift_wire_piece *job,
	   struct sift_source **out, uint64_t *out_begin, struct sift_err *err)
{
	uint64_t longest = w->limits->line_bytes;
	uint64_t end = UINT64_MAX;
	enum sift_status rc = SIFT_OK;

	*out_begin = 0;
	if (job->begin)
		rc = sift_line_start_behind(w->at->fd, job->begin, longest,
					    out_begin, err);
	if (!rc && job->end != UINT64_MAX)
		rc = sift_line_start_behind(w->at->fd, job->end, longest, &end,
					    err);
	if (!rc)
		rc = sift_source_open_range(out, w->at->fd, *out_begin, end,
					    err);
	return rc;
}

static enum sift_status
read_piece(struct sift_worker *w, const struct sift_wire_piece *job,
	   struct sift_piece *piece, struct sift_block *block,
	   struct sift_err *err)
{
	struct sift_source *src = NULL;
	enum sift_status rc;

	piece->first_line = job->first_line;
	piece->declared = job->declared;
	rc = open_piece(w, job, &src, &piece->begin, err);
	if (!rc)
		rc = sift_worker_read_result(w, sift_format_row(job->format),
					     src, piece, block, err);
	sift_source_free(src);
	return rc;
}

static enum sift_status
send_answer(struct sift_worker *w, const struct sift_wire_piece *job,
	    const struct sift_piece *piece, struct sift_err *err)
{
	const struct sift_wire_answer answer = {.lines = piece->lines,
						.fill = piece->fill,
						.doubts = piece->doubts,
						.format = job->format};

	size_t at = sift_wire_begin(&w->out, SIFT_WIRE_ANSWER, w->file);

	sift_buf_add(&w->out, &answer, sizeof(answer));
	sift_buf_add_span(&w->out, sift_buf_span(&piece->declares));
	return sift_worker_end_frame(w, at, err);
}

/*
 * Read a piece and send what it gave. Whatever goes wrong with it, reading
 * the whole will tell better. `is_try`: then send nothing, and *out_done
 * becomes false.
 */
static enum sift_status
do_piece(struct sift_worker *w, const struct sift_wire_piece *job, bool is_try,
	 bool *out_done, struct sift_err *err)
{
	struct sift_block *block = NULL;
	struct sift_piece piece;
	enum sift_status rc;

	sift_piece_init(&piece);
	rc = sift_block_new(&block, w->at->name, w->at->path, err);
	if (!rc && read_piece(w, job, &piece, block, NULL) < 0)
		piece.doubts |= SIFT_DOUBT_WHOLE;
	*out_done = !(is_try && piece.doubts & SIFT_DOUBT_WHOLE);
	if (!rc && *out_done)
		rc = send_answer(w, job, &piece, err);
	if (!rc && !(piece.doubts & SIFT_DOUBT_WHOLE))
		rc = sift_worker_send_block(w, block, err);
	sift_block_free(block);
	sift_piece_release(&piece);
	return rc;
}

/* A large plain file: read its first piece, if this is a format for it. */
enum sift_status
sift_worker_try_first_piece(struct sift_worker *w,
			    const struct sift_format *format,
			    const struct sift_source *src, bool *out_done,
			    struct sift_err *err)
{
	struct sift_wire_piece job = {.end = w->at->first, .first_line = 1};

	*out_done = false;
	if (!job.end || !format->read_piece || !sift_source_is_fd(src))
		return SIFT_OK;
	while (sift_format_row(job.format) != format)
		job.format++;
	return do_piece(w, &job, true, out_done, err);
}

enum sift_status
sift_worker_read_piece(struct sift_worker *w, struct sift_err *err)
{
	const struct sift_wire_piece *job = &w->at->piece;
	const struct sift_format *format = sift_format_row(job->format);
	enum sift_status rc;
	bool done;

	if (!format || !format->read_piece)
		return sift_fail(err, SIFT_E_INTERNAL, "a piece of no format");
	w->seen++;
	sift_worker_enter_source(w, w->at->name, w->at->path);
	rc = do_piece(w, job, false, &done, err);
	return rc ? rc : sift_worker_leave_source(w, err);
}
