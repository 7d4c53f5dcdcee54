/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "engine/worker.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/num.h"
#include "digest/digest.h"
#include "engine/wire.h"
#include "input/lines.h"
#include "input/unpack.h"
#include "read/reader.h"

/* Sanitizers reserve more address space than any limit allows. */
#ifdef SIFT_ASAN
# define SANITIZED 1
#else
# define SANITIZED 0
#endif

/* So much to send is worth a call; more is not worth its memory. */
#define SEND_BYTES ((size_t)64 << 10)
#define KEEP_BYTES ((size_t)1 << 20)

struct worker {
	int sock;
	struct sift_note *note; /* borrowed */
	const struct sift_limits *limits;
	const struct sift_naming *naming;
	unsigned threads; /* that the job may use */
	uint32_t file;	  /* index in the job of the file being read */
	const struct sift_wire_file *at; /* that file; borrowed */
	uint64_t seen;			 /* its sources so far */
	struct sift_buf out;		 /* frames to be sent */
};

/* ---- frames ---- */

static enum sift_status
flush(struct worker *w, struct sift_err *err)
{
	enum sift_status rc = sift_wire_flush(w->sock, &w->out, err);

	if (w->out.capacity > KEEP_BYTES)
		sift_buf_release(&w->out);
	return rc;
}

static enum sift_status
end_frame(struct worker *w, size_t at, struct sift_err *err)
{
	enum sift_status rc = sift_wire_end(&w->out, at);

	if (rc)
		return sift_fail(err, rc, "no memory for a message");
	return w->out.len < SEND_BYTES ? SIFT_OK : flush(w, err);
}

static enum sift_status
send_block(struct worker *w, struct sift_block *block, struct sift_err *err)
{
	enum sift_status rc;
	size_t at;

	sift_block_settle(block);
	at = sift_wire_begin(&w->out, SIFT_WIRE_BLOCK, w->file);
	rc = sift_digest_write_block(block, &w->out, err);
	if (!rc)
		return end_frame(w, at, err);
	sift_wire_take_back(&w->out, at);
	return rc;
}

static enum sift_status
send_mark(struct worker *w, enum sift_wire_kind kind, struct sift_err *err)
{
	return end_frame(w, sift_wire_begin(&w->out, kind, w->file), err);
}

/* Leave word of what comes next, before touching it. */
static void
enter_source(struct worker *w, const char *name, const char *path)
{
	sift_note_enter(w->note, w->seen, name, path);
}

static enum sift_status
leave_source(struct worker *w, struct sift_err *err)
{
	size_t at = sift_wire_begin(&w->out, SIFT_WIRE_SOURCE_END, w->file);
	enum sift_status rc;

	sift_buf_add(&w->out, &w->seen, sizeof(w->seen));
	rc = end_frame(w, at, err);
	sift_note_leave(w->note);
	if (!rc && w->at->is_careful)
		rc = flush(w, err);
	return rc;
}

/* The next source of the file: has it been dealt with? */
static bool
is_done(struct worker *w)
{
	w->seen++;
	return w->seen <= w->at->skip || w->seen == w->at->avoid;
}

/* A block that is a row of the ledger and nothing else. */
static enum sift_status
send_row(struct worker *w, const char *name, const char *path,
	 const char *format, enum sift_reading reading, const char *reason,
	 int64_t bytes, struct sift_err *err)
{
	struct sift_block *block = NULL;
	enum sift_status rc = sift_block_new(&block, name, path, err);

	if (rc)
		return rc;
	block->bytes = bytes;
	if (format)
		block->format = sift_arena_str(&block->arena, format);
	rc = sift_block_set_reading(block, reading, reason, err);
	if (!rc)
		rc = send_block(w, block, err);
	sift_block_free(block);
	return rc;
}

/* Did a reader that failed leave anything worth keeping? */
static enum sift_reading
reading_after_failure(const struct sift_block *block)
{
	return block->records_used > 0 || block->series_count > 0 ||
			       block->total.figures
		       ? SIFT_READING_PARTIAL
		       : SIFT_READING_DAMAGED;
}

/* Read a source, or if `piece` is given, some lines of one. */
static enum sift_status
read_result(struct worker *w, const struct sift_format *format,
	    struct sift_source *src, struct sift_piece *piece,
	    struct sift_block *block, struct sift_err *err)
{
	struct sift_naming_sink naming;
	struct sift_sink sink =
		sift_naming_sink(&naming, w->naming,
				 sift_block_sink(block, w->limits->endpoints));
	struct sift_err trouble = {0};
	char reason[sizeof(trouble.what) + 64];
	enum sift_status rc;

	block->kind = format->kind;
	block->max_samples = sift_source_samples(w->limits->sample_bytes);
	block->max_names = w->naming ? w->naming->max_names : 0;
	block->format = sift_arena_str(&block->arena, format->name);
	block->tool = sift_arena_str(&block->arena, format->tool);
	if (!block->format || !block->tool)
		return sift_fail(err, SIFT_E_NOMEM, "no memory for a block");
	rc = piece ? format->read_piece(src, w->limits, piece, &sink, &trouble)
		   : format->read(src, w->limits, &sink, &trouble);
	sift_naming_sink_release(&naming);
	block->bytes = (int64_t)sift_source_offset(src);
	if (rc >= 0)
		return SIFT_OK;
	if (rc == SIFT_E_UNKNOWN)
		return sift_block_set_reading(block, SIFT_READING_IGNORED,
					      trouble.what, err);
	/* A piece may only lack the end of its last line. */
	if (rc == SIFT_E_NOMEM || rc == SIFT_E_INTERNAL ||
	    (piece && rc != SIFT_E_FORMAT))
		return sift_fail(err, rc, "%s", trouble.what);
	sift_err_format(&trouble, reason, sizeof(reason));
	return sift_block_set_reading(block, reading_after_failure(block),
				      reason, err);
}

/* ---- pieces of a file ---- */

/* The lines of a piece, and where in the file they begin. */
static enum sift_status
open_piece(struct worker *w, const struct sift_wire_piece *job,
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
read_piece(struct worker *w, const struct sift_wire_piece *job,
	   struct sift_piece *piece, struct sift_block *block,
	   struct sift_err *err)
{
	struct sift_source *src = NULL;
	enum sift_status rc;

	piece->first_line = job->first_line;
	piece->declared = job->declared;
	rc = open_piece(w, job, &src, &piece->begin, err);
	if (!rc)
		rc = read_result(w, sift_format_row(job->format), src, piece,
				 block, err);
	sift_source_free(src);
	return rc;
}

static enum sift_status
send_answer(struct worker *w, const struct sift_wire_piece *job,
	    const struct sift_piece *piece, struct sift_err *err)
{
	const struct sift_wire_answer answer = {.lines = piece->lines,
						.fill = piece->fill,
						.doubts = piece->doubts,
						.format = job->format};

	size_t at = sift_wire_begin(&w->out, SIFT_WIRE_ANSWER, w->file);

	sift_buf_add(&w->out, &answer, sizeof(answer));
	sift_buf_add_span(&w->out, sift_buf_span(&piece->declares));
	return end_frame(w, at, err);
}

/*
 * Read a piece and send what it gave. Whatever goes wrong with it, reading
 * the whole will tell better. `is_try`: then send nothing, and *out_done
 * becomes false.
 */
static enum sift_status
do_piece(struct worker *w, const struct sift_wire_piece *job, bool is_try,
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
		rc = send_block(w, block, err);
	sift_block_free(block);
	sift_piece_release(&piece);
	return rc;
}

/* A large plain file: read its first piece, if this is a format for it. */
static enum sift_status
try_first_piece(struct worker *w, const struct sift_format *format,
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

static enum sift_status
read_file_piece(struct worker *w, struct sift_err *err)
{
	const struct sift_wire_piece *job = &w->at->piece;
	const struct sift_format *format = sift_format_row(job->format);
	enum sift_status rc;
	bool done;

	if (!format || !format->read_piece)
		return sift_fail(err, SIFT_E_INTERNAL, "a piece of no format");
	w->seen = 1;
	enter_source(w, w->at->name, w->at->path);
	rc = do_piece(w, job, false, &done, err);
	return rc ? rc : leave_source(w, err);
}

/* ---- sources ---- */

/* A digest stands for the sources it was made of: each block goes on under
   the digest's name, as a member does under its archive's, and the digest
   itself has a row in the ledger only when it is damaged. */
static enum sift_status
pass_on_block(struct worker *w, const char *name, const char *path,
	      struct sift_block *block, struct sift_err *err)
{
	block->name =
		sift_arena_printf(&block->arena, "%s!%s", name, block->name);
	block->path = sift_arena_printf(&block->arena, "%.*s/%s",
					(int)sift_archive_stem_len(path), path,
					block->path);
	if (!block->name || !block->path)
		return sift_fail(err, SIFT_E_NOMEM, "no memory for a block");
	return send_block(w, block, err);
}

static enum sift_status
read_digest(struct worker *w, const char *name, const char *path,
	    struct sift_source *src, struct sift_err *err)
{
	struct sift_digest digest;
	struct sift_err trouble = {0};
	struct sift_buf bytes;
	enum sift_status rc, ended;

	sift_buf_init(&bytes, 0);
	sift_digest_init(&digest);
	ended = sift_source_read_all(src, (size_t)w->limits->worker_bytes,
				     &bytes, &trouble);
	rc = sift_digest_read(&digest, sift_buf_span(&bytes), &trouble);
	ended = ended ? ended : rc;
	rc = SIFT_OK;
	for (size_t i = 0; i < digest.count && !rc; i++)
		rc = pass_on_block(w, name, path, digest.blocks[i], err);
	if (!rc && ended)
		rc = send_row(w, name, path, "loadsift digest",
			      SIFT_READING_DAMAGED, trouble.what,
			      (int64_t)bytes.len, err);
	sift_digest_release(&digest);
	sift_buf_release(&bytes);
	return rc;
}

/* A source of no known format: nothing to say of it, unless its stream is
   damaged before its head is over, when it may have been a result. */
static enum sift_status
send_unknown(struct worker *w, const char *name, const char *path,
	     struct sift_source *src, size_t head_len, const char *why,
	     struct sift_err *err)
{
	struct sift_err trouble = {0};
	if (head_len >= SIFT_HEAD_BYTES ||
	    sift_source_drain(src, &trouble) == SIFT_OK)
		return send_row(w, name, path, NULL, SIFT_READING_IGNORED, why,
				-1, err);
	return send_row(w, name, path, NULL, SIFT_READING_DAMAGED, trouble.what,
			-1, err);
}

static enum sift_status
read_text(struct worker *w, const char *name, const char *path,
	  struct sift_source *src, struct sift_err *err)
{
	const struct sift_format *format = NULL;
	struct sift_err trouble = {0};
	struct sift_block *block = NULL;
	struct sift_span head;
	bool done = false;
	enum sift_status rc =
		sift_source_peek(src, SIFT_HEAD_BYTES, &head, err);

	if (rc)
		return rc;
	rc = sift_recognise(&format, src, &trouble);
	if (rc == SIFT_E_UNKNOWN)
		return send_unknown(w, name, path, src, head.len, trouble.what,
				    err);
	if (rc)
		return sift_fail(err, rc, "%s", trouble.what);
	if (!format->read)
		return send_row(w, name, path, format->name,
				SIFT_READING_IGNORED, format->why_not, -1, err);
	rc = try_first_piece(w, format, src, &done, err);
	if (rc || done)
		return rc;
	rc = sift_block_new(&block, name, path, err);
	if (!rc)
		rc = read_result(w, format, src, NULL, block, err);
	if (!rc)
		rc = send_block(w, block, err);
	sift_block_free(block);
	return rc;
}

static enum sift_status
read_source(struct worker *w, const char *name, const char *path,
	    struct sift_source *src, struct sift_err *err)
{
	struct sift_source *text = NULL;
	struct sift_span head;
	enum sift_status rc =
		sift_source_peek(src, SIFT_HEAD_BYTES, &head, err);

	if (rc)
		return rc;
	if (sift_digest_is(head))
		return read_digest(w, name, path, src, err);
	if (!sift_utf16_is(head))
		return read_text(w, name, path, src, err);
	rc = sift_source_open_utf16(&text, src, err);
	if (!rc)
		rc = read_text(w, name, path, text, err);
	sift_source_free(text);
	return rc;
}

/*
 * Out of memory while reading costs this source only: the coordinator hears
 * why, and the worker, whose heap may be at its limit, goes on after having
 * freed what the source had taken.
 */
static enum sift_status
visit_source(void *payload, const char *name, const char *path,
	     struct sift_source *src, struct sift_err *err)
{
	struct worker *w = payload;
	struct sift_err trouble = {0};
	enum sift_status rc;

	if (is_done(w))
		return SIFT_OK;
	enter_source(w, name, path);
	rc = read_source(w, name, path, src, &trouble);
	if (rc == SIFT_E_IO)
		return sift_fail(err, rc, "%s", trouble.what);
	if (rc < 0)
		rc = send_row(w, name, path, NULL, SIFT_READING_DAMAGED,
			      rc == SIFT_E_NOMEM
				      ? "out of memory (--max-worker-memory)"
				      : trouble.what,
			      -1, err);
	return rc < 0 ? rc : leave_source(w, err);
}

static enum sift_status
visit_skipped(void *payload, const char *name, const char *path,
	      const char *reason, int is_damage, struct sift_err *err)
{
	struct worker *w = payload;
	enum sift_status rc;

	if (is_done(w))
		return SIFT_OK;
	enter_source(w, name, path);
	rc = send_row(w, name, path, NULL,
		      is_damage ? SIFT_READING_DAMAGED : SIFT_READING_IGNORED,
		      reason, -1, err);
	return rc ? rc : leave_source(w, err);
}

static enum sift_status
read_file_whole(struct worker *w, struct sift_err *err)
{
	const struct sift_wire_file *file = w->at;
	struct sift_visitor visitor = {.source = visit_source,
				       .skipped = visit_skipped,
				       .payload = w,
				       .may_use_thread = w->threads > 1};
	struct sift_err trouble = {0};
	enum sift_status rc;

	w->seen = 0;
	rc = sift_unpack(file->fd, file->name, file->path, w->limits, &visitor,
			 &trouble);
	if (rc < 0) /* of the file as a whole; a lost coordinator shows below */
		rc = visit_skipped(w, file->name, file->path, trouble.what, 1,
				   err);
	return rc;
}

static enum sift_status
read_file(struct worker *w, struct sift_err *err)
{
	enum sift_status rc;

	sift_note_file(w->note, w->file);
	rc = w->at->piece.end ? read_file_piece(w, err)
			      : read_file_whole(w, err);
	if (rc >= 0)
		rc = send_mark(w, SIFT_WIRE_FILE_END, err);
	return rc < 0 || !w->at->is_careful ? rc : flush(w, err);
}

/* Address space this process has now; 0 when it cannot be told. */
static uint64_t
address_space_bytes(void)
{
	char text[64];
	uint64_t pages = 0;
	int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text));
	struct sift_span all = {text, n > 0 ? (size_t)n : 0};

	if (fd >= 0)
		close(fd);
	if (!sift_parse_u64(sift_span_head(all, sift_span_find_byte(all, ' ')),
			    &pages))
		return 0;
	return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

static void
limit_process(const struct sift_limits *limits)
{
	struct rlimit none = {0, 0};
	struct rlimit memory;

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	(void)setrlimit(RLIMIT_CORE, &none);
	memory.rlim_cur = address_space_bytes() + limits->worker_bytes;
	memory.rlim_max = memory.rlim_cur;
	if (!SANITIZED)
		(void)setrlimit(RLIMIT_AS, &memory);
}

static enum sift_status
run_job(struct worker *w, const struct sift_wire_file *files, size_t count,
	struct sift_err *err)
{
	enum sift_status rc = SIFT_OK;

	for (size_t i = 0; i < count; i++) {
		w->file = (uint32_t)i;
		w->at = &files[i];
		if (rc >= 0)
			rc = read_file(w, err);
		close(files[i].fd);
	}
	if (rc >= 0)
		rc = send_mark(w, SIFT_WIRE_JOB_END, err);
	return rc < 0 ? rc : flush(w, err);
}

void
sift_worker_run(int sock, struct sift_note *note,
		const struct sift_limits *limits,
		const struct sift_naming *naming)
{
	struct worker w = {
		.sock = sock, .note = note, .limits = limits, .naming = naming};
	struct sift_wire_file *files;
	struct sift_buf text;
	enum sift_status rc = SIFT_OK;

	limit_process(limits);
	sift_buf_init(&text, 0);
	sift_buf_init(&w.out, 0);
	files = sift_calloc(SIFT_WIRE_FILES, sizeof(*files));
	while (files && rc >= 0) {
		size_t count = 0;

		rc = sift_wire_receive_job(sock, files, &count, &w.threads,
					   &text, NULL);
		if (rc)
			break;
		rc = run_job(&w, files, count, NULL);
	}
	sift_free(files);
	sift_buf_release(&text);
	sift_buf_release(&w.out);
	_exit(rc < 0 || !files ? 1 : 0);
}
