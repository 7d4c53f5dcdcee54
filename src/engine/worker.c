/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "engine/worker_impl.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/num.h"
#include "input/unpack.h"

/* Sanitizers reserve more address space than any limit allows. */
#ifdef SIFT_ASAN
# define SANITIZED 1
#else
# define SANITIZED 0
#endif

/* Of address space, for libarchive and what it needs itself: 39 MiB on Debian
   12. */
#define LIBRARY_BYTES ((uint64_t)64 << 20)

/* So much to send is worth a call; more is not worth its memory. */
#define SEND_BYTES ((size_t)64 << 10)
#define KEEP_BYTES ((size_t)1 << 20)

/* ---- frames ---- */

static enum sift_status
flush(struct sift_worker *w, struct sift_err *err)
{
	enum sift_status rc =
		sift_wire_flush(w->sock, w->letters, &w->out, err);

	if (w->out.capacity > KEEP_BYTES)
		sift_buf_release(&w->out);
	return rc;
}

enum sift_status
sift_worker_end_frame(struct sift_worker *w, size_t at, struct sift_err *err)
{
	enum sift_status rc = sift_wire_end(&w->out, at);

	if (rc)
		return sift_fail(err, rc, "no memory for a message");
	return w->out.len < SEND_BYTES ? SIFT_OK : flush(w, err);
}

/* Samples that were not encoded take twice the bytes, of the worker and of the
   coordinator: 8 MiB, and no more. */
#define UNSORTED_SAMPLES_MAX (UINT64_C(2) << 20)

/* Of a piece all would be sorted again when it is put to the others. Of a large
   block bytes are taken for its hash, by the coordinator when no worker is left
   to be fed: then it may sort as well, and need not decode. */
static bool
is_better_unsorted(const struct sift_worker *w, const struct sift_block *block)
{
	bool is_piece = w->at->piece.end > 0;
	bool is_large = block->sample_count >= SIFT_BLOCK_THREADS_SAMPLES &&
			block->sample_count <= UNSORTED_SAMPLES_MAX;

	return (is_piece || is_large) && !block->binned;
}

enum sift_status
sift_worker_send_block(struct sift_worker *w, struct sift_block *block,
		       struct sift_err *err)
{
	enum sift_status rc;
	size_t at;

	block->is_unsorted = is_better_unsorted(w, block);
	sift_block_settle(block, w->threads);
	at = sift_wire_begin(&w->out, SIFT_WIRE_BLOCK, w->file);
	rc = sift_block_write(block, &w->out, err);
	if (!rc)
		return sift_worker_end_frame(w, at, err);
	sift_wire_take_back(&w->out, at);
	return rc;
}

static enum sift_status
send_mark(struct sift_worker *w, enum sift_wire_kind kind, struct sift_err *err)
{
	return sift_worker_end_frame(w, sift_wire_begin(&w->out, kind, w->file),
				     err);
}

void
sift_worker_enter_source(struct sift_worker *w, const char *name,
			 const char *path)
{
	sift_note_enter(w->note, w->seen, name, path);
}

enum sift_status
sift_worker_leave_source(struct sift_worker *w, struct sift_err *err)
{
	size_t at = sift_wire_begin(&w->out, SIFT_WIRE_SOURCE_END, w->file);
	enum sift_status rc;

	sift_buf_add(&w->out, &w->seen, sizeof(w->seen));
	rc = sift_worker_end_frame(w, at, err);
	sift_note_leave(w->note);
	if (!rc && w->at->is_careful)
		rc = flush(w, err);
	return rc;
}

/* The next source of the file: has it been dealt with? */
static bool
is_done(struct sift_worker *w)
{
	w->seen++;
	return w->seen <= w->at->skip || w->seen == w->at->avoid;
}

/* ---- parcels ---- */

/* Part with the parcel at hand. */
static enum sift_status
announce(struct sift_worker *w, struct sift_err *err)
{
	struct sift_wire_parcel parcel = {.source = w->packed};
	size_t at;

	if (!w->parcel)
		return SIFT_OK;
	parcel.index = sift_parcel_index(w->parcels, w->parcel);
	w->parcel = NULL;
	w->packed = 0;
	if (!parcel.source) {
		sift_parcels_give_back(w->parcels, parcel.index);
		return SIFT_OK;
	}
	at = sift_wire_begin(&w->out, SIFT_WIRE_PARCEL, w->file);
	sift_buf_add(&w->out, &parcel, sizeof(parcel));
	return sift_worker_end_frame(w, at, err);
}

/*
 * Leave what is at hand to another worker, if one has the time. `item` NULL =
 * it is too large. Returns SIFT_END when it is to be read here and now; all
 * that was packed before has been announced then.
 */
static enum sift_status
pack(struct sift_worker *w, const struct sift_parcel_item *item,
     struct sift_err *err)
{
	bool may_take = item && !w->at->is_careful && !w->at->parcel;
	bool had_one = w->parcel != NULL;
	enum sift_status rc;

	if (!item || !had_one || !sift_parcel_add(w->parcel, item)) {
		rc = announce(w, err);
		if (!rc && may_take)
			w->parcel = sift_parcels_take(w->parcels, w->pid);
		/* Somebody may be waiting for what was announced. */
		if (!rc && (had_one || w->parcel))
			rc = flush(w, err);
		if (rc)
			return rc;
		if (!w->parcel || !sift_parcel_add(w->parcel, item))
			return SIFT_END;
	}
	w->packed = w->seen;
	sift_note_leave(w->note);
	return SIFT_OK;
}

/* ---- sources ---- */

/* What is at hand can be packed if it is short. It is looked at even if there
   is nobody to read it: limits count what is decoded. */
static enum sift_status
pack_source(struct sift_worker *w, const char *name, const char *path,
	    struct sift_source *src, struct sift_err *err)
{
	struct sift_parcel_item item = {.name = name, .path = path};
	enum sift_status rc = SIFT_END;

	if (!sift_source_is_fd(src))
		rc = sift_source_whole(src, &item.whole, err);
	return rc < 0 ? rc : pack(w, rc ? NULL : &item, err);
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
	struct sift_worker *w = payload;
	struct sift_err trouble = {0};
	enum sift_status rc;

	if (is_done(w))
		return SIFT_OK;
	sift_worker_enter_source(w, name, path);
	rc = pack_source(w, name, path, src, &trouble);
	if (!rc)
		return SIFT_OK;
	if (rc == SIFT_END)
		rc = sift_worker_read_source(w, name, path, src, &trouble);
	if (rc == SIFT_E_IO)
		return sift_fail(err, rc, "%s", trouble.what);
	if (rc < 0)
		rc = sift_worker_send_row(
			w, name, path, NULL, SIFT_READING_DAMAGED,
			rc == SIFT_E_NOMEM
				? "out of memory (--max-worker-memory)"
				: trouble.what,
			-1, err);
	return rc < 0 ? rc : sift_worker_leave_source(w, err);
}

static enum sift_status
visit_skipped(void *payload, const char *name, const char *path,
	      const char *reason, int is_damage, struct sift_err *err)
{
	struct sift_worker *w = payload;
	const struct sift_parcel_item item = {.name = name,
					      .path = path,
					      .skipped = reason,
					      .is_damage = is_damage != 0};
	enum sift_status rc;

	if (is_done(w))
		return SIFT_OK;
	sift_worker_enter_source(w, name, path);
	rc = pack(w, &item, err);
	if (rc != SIFT_END)
		return rc;
	rc = sift_worker_send_row(w, name, path, NULL,
				  is_damage ? SIFT_READING_DAMAGED
					    : SIFT_READING_IGNORED,
				  reason, -1, err);
	return rc ? rc : sift_worker_leave_source(w, err);
}

static enum sift_status
read_item(struct sift_worker *w, const struct sift_parcel_item *item,
	  struct sift_err *err)
{
	struct sift_source *src = NULL;
	enum sift_status rc;

	if (item->skipped)
		return visit_skipped(w, item->name, item->path, item->skipped,
				     item->is_damage, err);
	rc = sift_source_open_whole(&src, &item->whole, err);
	if (!rc)
		rc = visit_source(w, item->name, item->path, src, err);
	sift_source_free(src);
	return rc;
}

static enum sift_status
read_parcel(struct sift_worker *w, struct sift_err *err)
{
	const struct sift_parcel *parcel =
		sift_parcels_at(w->parcels, w->at->parcel - 1);
	struct sift_parcel_item item;
	enum sift_status rc = SIFT_OK;
	size_t at = 0;

	while (rc >= 0 && sift_parcel_next(parcel, &at, &item))
		rc = read_item(w, &item, err);
	return rc;
}

/* ---- files ---- */

static enum sift_status
read_file_whole(struct sift_worker *w, struct sift_err *err)
{
	const struct sift_wire_file *file = w->at;
	struct sift_visitor visitor = {.source = visit_source,
				       .skipped = visit_skipped,
				       .payload = w,
				       .may_use_thread = w->threads > 1};
	struct sift_err trouble = {0};
	enum sift_status rc;

	rc = sift_unpack(file->fd, file->name, file->path, w->limits, &visitor,
			 &trouble);
	if (rc < 0) /* of the file as a whole; a lost coordinator shows below */
		rc = visit_skipped(w, file->name, file->path, trouble.what, 1,
				   err);
	/* What is announced now and sent with the job's end may well be ours.
	 */
	return rc < 0 ? rc : announce(w, err);
}

static enum sift_status
read_file(struct sift_worker *w, struct sift_err *err)
{
	enum sift_status rc;

	sift_note_file(w->note, w->file);
	w->seen = 0;
	if (w->at->parcel)
		rc = read_parcel(w, err);
	else
		rc = w->at->piece.end ? sift_worker_read_piece(w, err)
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
	memory.rlim_cur =
		address_space_bytes() + LIBRARY_BYTES + limits->worker_bytes;
	memory.rlim_max = memory.rlim_cur;
	if (!SANITIZED)
		(void)setrlimit(RLIMIT_AS, &memory);
}

static enum sift_status
run_job(struct sift_worker *w, const struct sift_wire_file *files, size_t count,
	struct sift_err *err)
{
	enum sift_status rc = SIFT_OK;

	for (size_t i = 0; i < count; i++) {
		w->file = (uint32_t)i;
		w->at = &files[i];
		if (rc >= 0)
			rc = read_file(w, err);
		if (files[i].fd >= 0)
			close(files[i].fd);
	}
	if (rc >= 0)
		rc = send_mark(w, SIFT_WIRE_JOB_END, err);
	return rc < 0 ? rc : flush(w, err);
}

void
sift_worker_run(int sock, struct sift_note *note, struct sift_letters *letters,
		struct sift_parcels *parcels, const struct sift_limits *limits,
		const struct sift_naming *naming)
{
	struct sift_worker w = {.sock = sock,
				.pid = getpid(),
				.note = note,
				.letters = letters,
				.parcels = parcels,
				.limits = limits,
				.naming = naming};
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
	sift_block_free(w.spare);
	_exit(rc < 0 || !files ? 1 : 0);
}
