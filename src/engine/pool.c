/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "engine/pool.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "engine/inbox.h"
#include "engine/letter.h"
#include "engine/note.h"
#include "engine/parcel.h"
#include "engine/pool_impl.h"
#include "engine/wire.h"
#include "engine/worker.h"

#define WORKERS_MAX 256
#define PROGRESS_MS 100
/* What a worker may have sent before it must wait for the coordinator, who has
   others to listen to; the kernel may allow for less. */
#define UNHEARD_BYTES (1 << 20)

/* One worker as the coordinator sees it. */
struct slot {
	pid_t pid; /* 0 = none */
	int sock;
	struct sift_task tasks[SIFT_WIRE_FILES];
	size_t task_count;	      /* 0 = idle */
	size_t at;		      /* the first of them not yet done */
	uint64_t got;		      /* its sources that have come in */
	struct sift_note *note;	      /* owned; of the worker */
	struct sift_letters *letters; /* owned; likewise */
	struct sift_inbox inbox;
	int fd; /* of a job that is one file: where it stands; -1 = none */
};

struct pool {
	struct slot *slots; /* owned */
	size_t count;
	struct sift_parcels *parcels; /* owned; NULL = one worker only */
	struct sift_ledger ledger;
	const struct sift_naming *naming;	      /* borrowed */
	struct sift_wire_file files[SIFT_WIRE_FILES]; /* of a job, scratch */
};

/* ---- starting and ending workers ---- */

static void
close_slot(struct slot *slot)
{
	if (slot->pid)
		close(slot->sock);
	if (slot->fd >= 0)
		close(slot->fd);
	slot->fd = -1;
}

/* `ends`: the coordinator's, and the worker's. */
static enum sift_status
open_socket(int ends[2], struct sift_err *err)
{
	const int room = UNHEARD_BYTES;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends))
		return sift_fail_errno(err, SIFT_E_IO, errno,
				       "no socket for a worker");
	/* Without it there is more to wait for, and nothing else. */
	(void)setsockopt(ends[1], SOL_SOCKET, SO_SNDBUF, &room, sizeof(room));
	return SIFT_OK;
}

static enum sift_status
start_worker(struct pool *pool, struct slot *slot, struct sift_err *err)
{
	int ends[2];
	pid_t pid;

	if (!slot->note && sift_note_new(&slot->note, err))
		return SIFT_E_NOMEM;
	sift_note_file(slot->note, 0);
	sift_letters_clear(slot->letters);
	if (open_socket(ends, err))
		return SIFT_E_IO;
	pid = fork();
	if (pid < 0) {
		int cause = errno;

		close(ends[0]);
		close(ends[1]);
		return sift_fail_errno(err, SIFT_E_IO, cause,
				       "no process for a worker");
	}
	if (pid == 0) {
		close(ends[0]);
		/* Else others would not see the coordinator go. */
		for (size_t i = 0; i < pool->count; i++)
			close_slot(&pool->slots[i]);
		sift_worker_run(ends[1], slot->note, slot->letters,
				pool->parcels, &pool->ledger.options->limits,
				pool->naming);
	}
	close(ends[1]);
	slot->pid = pid;
	slot->sock = ends[0];
	return SIFT_OK;
}

/* Close the socket and wait; the wait status of the process. */
static int
end_worker(struct slot *slot)
{
	int status = 0;

	if (!slot->pid)
		return 0;
	close_slot(slot);
	while (waitpid(slot->pid, &status, 0) < 0 && errno == EINTR)
		;
	slot->pid = 0;
	sift_inbox_release(&slot->inbox);
	return status;
}

static void
describe_death(int status, struct sift_buf *out)
{
	sift_buf_clear(out);
	if (WIFSIGNALED(status))
		sift_buf_printf(out,
				"the process reading it was ended by "
				"signal %d (%s)",
				WTERMSIG(status), strsignal(WTERMSIG(status)));
	else
		sift_buf_printf(out,
				"the process reading it ended with "
				"status %d",
				WEXITSTATUS(status));
}

/* ---- jobs ---- */

static void
describe_task(const struct sift_ledger *ledger, const struct sift_task *task,
	      int fd, struct sift_wire_file *out)
{
	*out = (struct sift_wire_file){
		.name = task->file->name,
		.path = task->file->path,
		.skip = task->skip,
		.avoid = task->avoid,
		/* What a stream gave can not be read again. */
		.is_careful = task->is_careful || task->file->is_stream,
		.first = sift_ledger_first(ledger, task),
		.parcel = task->parcel,
		.fd = fd,
	};
	if (task->split)
		sift_split_describe(task->split, task->piece, &out->piece);
}

/* A file that cannot be opened becomes a row at once. */
static enum sift_status
cannot_open(struct pool *pool, const struct sift_task *task, const char *reason,
	    struct sift_err *err)
{
	enum sift_status rc;

	if (task->split)
		return sift_ledger_lost_piece(&pool->ledger, task, reason, err);
	rc = sift_ledger_lost(&pool->ledger, task->file->name, task->file->path,
			      reason, err);
	return rc ? rc : sift_ledger_done(&pool->ledger, task, err);
}

/* Open the files of the next job; there may be none that can be opened. */
static enum sift_status
open_job(struct pool *pool, struct slot *slot, struct sift_err *err)
{
	size_t taken = sift_jobs_take(&pool->ledger.jobs, slot->tasks);
	enum sift_status rc = SIFT_OK;

	slot->task_count = 0;
	for (size_t i = 0; i < taken && !rc; i++) {
		const struct sift_task task = slot->tasks[i];
		struct sift_err trouble = {0};
		int fd = -1;

		if (!task.parcel && sift_found_open(task.file, &fd, &trouble)) {
			rc = cannot_open(pool, &task, trouble.what, err);
			continue;
		}
		describe_task(&pool->ledger, &task, fd,
			      &pool->files[slot->task_count]);
		slot->tasks[slot->task_count++] = task;
	}
	return rc;
}

static void
begin_task(struct slot *slot, size_t at)
{
	slot->at = at;
	slot->got = at < slot->task_count ? slot->tasks[at].skip : 0;
}

/* A worker may use the processors of those for whom nothing is left. */
static unsigned
threads_for_job(const struct pool *pool)
{
	size_t busy = 0;

	for (size_t i = 0; i < pool->count; i++)
		busy += pool->slots[i].task_count > 0;
	return pool->ledger.jobs.count > 0 ? 1
					   : (unsigned)(pool->count - busy + 1);
}

/* Keep the one descriptor that tells how far a long file has been read. */
static void
close_job(struct pool *pool, struct slot *slot)
{
	size_t count = slot->task_count;

	if (slot->fd >= 0)
		close(slot->fd);
	slot->fd = -1;
	if (count == 1 && pool->ledger.options->progress) {
		slot->fd = pool->files[0].fd;
		return;
	}
	for (size_t i = 0; i < count; i++)
		if (pool->files[i].fd >= 0)
			close(pool->files[i].fd);
}

/* To a worker that is gone, or cannot be told, nothing more is said: the poll
   sees its end either way. */
static enum sift_status
send_job(struct pool *pool, struct slot *slot, struct sift_err *err)
{
	enum sift_status rc =
		sift_wire_send_job(slot->sock, pool->files, slot->task_count,
				   threads_for_job(pool), err);

	if (rc != SIFT_E_IO)
		return rc;
	shutdown(slot->sock, SHUT_RDWR);
	sift_err_clear(err);
	return SIFT_OK;
}

/* Give an idle slot its next job, starting a worker if it has none. */
static enum sift_status
give_job(struct pool *pool, struct slot *slot, struct sift_err *err)
{
	const struct sift_jobs *jobs = &pool->ledger.jobs;
	enum sift_status rc = SIFT_OK;

	/* Before files are opened, lest the worker inherits them. */
	if (jobs->count > 0 && !slot->pid)
		rc = start_worker(pool, slot, err);
	while (jobs->count > 0 && slot->task_count == 0 && !rc)
		rc = open_job(pool, slot, err);
	if (!rc && slot->task_count > 0) {
		begin_task(slot, 0);
		rc = send_job(pool, slot, err);
	}
	close_job(pool, slot);
	return rc;
}

/* ---- what workers send ---- */

static enum sift_status
end_task(struct pool *pool, const struct sift_task *task, struct sift_err *err)
{
	if (!task->parcel)
		return sift_ledger_done(&pool->ledger, task, err);
	sift_parcels_give_back(pool->parcels, task->parcel - 1);
	return SIFT_OK;
}

static enum sift_status
task_done(struct pool *pool, struct slot *slot, struct sift_err *err)
{
	enum sift_status rc = end_task(pool, &slot->tasks[slot->at], err);

	if (!rc)
		begin_task(slot, slot->at + 1);
	return rc;
}

/* All sources up to this number are in, or in parcels. */
static enum sift_status
take_count(struct slot *slot, uint64_t source, struct sift_err *err)
{
	if (source <= slot->got)
		return sift_fail(err, SIFT_E_FORMAT,
				 "a worker has lost count of sources");
	slot->got = source;
	return SIFT_OK;
}

static enum sift_status
take_source_end(struct slot *slot, struct sift_span payload,
		struct sift_err *err)
{
	uint64_t source = 0;

	if (payload.len == sizeof(source))
		memcpy(&source, payload.ptr, sizeof(source));
	return take_count(slot, source, err);
}

static enum sift_status
take_parcel(struct pool *pool, struct slot *slot, struct sift_span payload,
	    struct sift_err *err)
{
	struct sift_wire_parcel parcel = {0};
	struct sift_task task = {.file = slot->tasks[slot->at].file};
	enum sift_status rc;

	if (payload.len == sizeof(parcel))
		memcpy(&parcel, payload.ptr, sizeof(parcel));
	rc = take_count(slot, parcel.source, err);
	if (rc)
		return rc;
	if (!pool->parcels ||
	    !sift_parcels_accept(pool->parcels, parcel.index, slot->pid))
		return sift_fail(err, SIFT_E_FORMAT,
				 "a worker sent a parcel that is not its own");
	task.parcel = parcel.index + 1;
	return sift_jobs_put(&pool->ledger.jobs, &task, 1, err);
}

static enum sift_status
take_frame(struct pool *pool, struct slot *slot,
	   const struct sift_wire_frame *frame, struct sift_span payload,
	   struct sift_err *err)
{
	struct sift_task *task = &slot->tasks[slot->at];

	if (frame->kind == SIFT_WIRE_JOB_END) {
		slot->task_count = 0;
		return SIFT_OK;
	}
	if (slot->at >= slot->task_count)
		return sift_fail(err, SIFT_E_FORMAT,
				 "a worker sent more than it was asked for");
	switch (frame->kind) {
	case SIFT_WIRE_ANSWER:
		return sift_ledger_answer(&pool->ledger, task, payload, err);
	case SIFT_WIRE_BLOCK:
		return sift_ledger_block(&pool->ledger, task, payload, err);
	case SIFT_WIRE_SOURCE_END:
		return take_source_end(slot, payload, err);
	case SIFT_WIRE_PARCEL:
		return take_parcel(pool, slot, payload, err);
	case SIFT_WIRE_FILE_END:
		return task_done(pool, slot, err);
	default:
		return sift_fail(err, SIFT_E_FORMAT,
				 "a worker sent what is no frame");
	}
}

/* SIFT_END when the worker is gone. */
static enum sift_status
receive(struct pool *pool, struct slot *slot, struct sift_err *err)
{
	struct sift_wire_frame frame;
	struct sift_span payload;
	enum sift_status rc = sift_inbox_receive(&slot->inbox, slot->sock, err);

	if (rc)
		return rc;
	while (!rc) {
		rc = sift_inbox_next(&slot->inbox, &frame, &payload, err);
		if (!rc)
			rc = take_frame(pool, slot, &frame, payload, err);
	}
	return rc == SIFT_END ? SIFT_OK : rc;
}

/* ---- when a worker dies ---- */

/* Charge the death to the task the worker was at, and queue what is left. */
static enum sift_status
settle(struct pool *pool, struct slot *slot, struct sift_noted noted,
       const char *reason, struct sift_err *err)
{
	struct sift_ledger *ledger = &pool->ledger;
	struct sift_task *tasks = slot->tasks + slot->at;
	size_t count = slot->task_count - slot->at;
	size_t at = noted.file - slot->at;
	enum sift_status rc;

	if (noted.file < slot->at || at >= count) {
		noted = (struct sift_noted){0};
		at = 0;
	}
	if (at > 0) /* read to its end; not all of that has come in */
		tasks[0].skip = slot->got;
	rc = sift_ledger_charge(ledger, &tasks[at],
				at > 0 ? tasks[at].skip : slot->got, &noted,
				reason, err);
	if (rc == SIFT_END) {
		rc = end_task(pool, &tasks[at], err);
		memmove(&tasks[at], &tasks[at + 1],
			(--count - at) * sizeof(*tasks));
	}
	return rc ? rc : sift_jobs_put(&ledger->jobs, tasks, count, err);
}

static enum sift_status
bury(struct pool *pool, struct slot *slot, struct sift_err *err)
{
	struct sift_buf reason;
	pid_t pid = slot->pid;
	enum sift_status rc = SIFT_OK;

	sift_buf_init(&reason, 0);
	describe_death(end_worker(slot), &reason);
	if (pool->parcels)
		sift_parcels_inherit(pool->parcels, pid);
	if (slot->at < slot->task_count)
		rc = settle(pool, slot, sift_note_read(slot->note),
			    sift_buf_status(&reason) ? "its reader died"
						     : reason.ptr,
			    err);
	slot->task_count = 0;
	sift_buf_release(&reason);
	return rc;
}

/* ---- the loop ---- */

static enum sift_status
serve(struct pool *pool, struct slot *slot, struct sift_err *err)
{
	enum sift_status rc = receive(pool, slot, err);

	if (rc == SIFT_END)
		return bury(pool, slot, err);
	if (rc == SIFT_E_FORMAT) {
		/* It has lost its mind: as good as dead. */
		kill(slot->pid, SIGKILL);
		sift_err_clear(err);
		return bury(pool, slot, err);
	}
	return rc;
}

/* What is done, and how far long files have been read: a worker moves the
   position of the descriptor that it shares with us. */
static void
show_progress(const struct pool *pool)
{
	const struct sift_options *options = pool->ledger.options;
	struct sift_progress now = pool->ledger.progress;

	if (!options->progress)
		return;
	for (size_t i = 0; i < pool->count; i++) {
		const struct slot *slot = &pool->slots[i];
		off_t at = slot->fd < 0 || slot->at >= slot->task_count
				   ? 0
				   : lseek(slot->fd, 0, SEEK_CUR);

		if (at > 0 && !slot->tasks[slot->at].split)
			now.bytes_done += (uint64_t)at;
	}
	if (now.bytes_done > now.bytes_total)
		now.bytes_done = now.bytes_total;
	options->progress(&now, options->payload);
}

static enum sift_status
wait_for_workers(struct pool *pool, struct sift_err *err)
{
	struct pollfd polls[WORKERS_MAX];
	size_t slots[WORKERS_MAX];
	nfds_t count = 0;
	enum sift_status rc = SIFT_OK;

	for (size_t i = 0; i < pool->count; i++)
		if (pool->slots[i].task_count > 0) {
			polls[count] = (struct pollfd){
				.fd = pool->slots[i].sock, .events = POLLIN};
			slots[count++] = i;
		}
	if (count == 0)
		return SIFT_END;
	if (poll(polls, count,
		 pool->ledger.options->progress ? PROGRESS_MS : -1) < 0 &&
	    errno != EINTR)
		return sift_fail_errno(err, SIFT_E_IO, errno,
				       "waiting for workers failed");
	for (nfds_t i = 0; i < count && !rc; i++)
		if (polls[i].revents)
			rc = serve(pool, &pool->slots[slots[i]], err);
	show_progress(pool);
	return rc;
}

/* Parcels are welcome while somebody has nothing else to do. They lie on top
   of the jobs: below them are the files that wait. */
static void
invite_parcels(struct pool *pool)
{
	const struct sift_jobs *jobs = &pool->ledger.jobs;
	bool files_wait = jobs->count > 0 && !jobs->tasks[0].parcel;
	bool is_idle = false;

	for (size_t i = 0; i < pool->count; i++)
		is_idle |= pool->slots[i].task_count == 0 ||
			   pool->slots[i].tasks[0].parcel;
	if (pool->parcels)
		sift_parcels_invite(pool->parcels, is_idle && !files_wait);
}

static enum sift_status
run(struct pool *pool, struct sift_err *err)
{
	enum sift_status rc = SIFT_OK;

	while (!rc) {
		for (size_t i = 0; i < pool->count && !rc; i++)
			if (pool->slots[i].task_count == 0)
				rc = give_job(pool, &pool->slots[i], err);
		invite_parcels(pool);
		if (!rc)
			rc = wait_for_workers(pool, err);
	}
	return rc == SIFT_END ? SIFT_OK : rc;
}

static enum sift_status
open_pool(struct pool *pool, unsigned workers, uint64_t max_payload,
	  struct sift_err *err)
{
	enum sift_status rc = SIFT_OK;

	pool->slots = sift_calloc(workers, sizeof(*pool->slots));
	if (!pool->slots)
		return sift_fail(err, SIFT_E_NOMEM, "no memory for workers");
	pool->count = workers;
	for (size_t i = 0; i < pool->count; i++) {
		struct slot *slot = &pool->slots[i];

		slot->fd = -1; /* whatever fails: 0 would be closed */
		if (!rc)
			rc = sift_letters_new(&slot->letters, err);
		sift_inbox_init(&slot->inbox, max_payload, slot->letters);
	}
	if (rc)
		return rc;
	return workers > 1 ? sift_parcels_new(&pool->parcels, workers, err)
			   : SIFT_OK;
}

/* Let all workers go, at once if their work is not wanted any more. They end
   together, while something else is done; the last to go gives parcels back. */
static void
dismiss(struct pool *pool, bool at_once)
{
	sift_parcels_free(pool->parcels);
	pool->parcels = NULL;
	for (size_t i = 0; i < pool->count; i++)
		if (at_once && pool->slots[i].pid)
			kill(pool->slots[i].pid, SIGKILL);
		else if (pool->slots[i].pid)
			shutdown(pool->slots[i].sock, SHUT_RDWR);
}

static void
close_pool(struct pool *pool)
{
	for (size_t i = 0; i < pool->count; i++) {
		end_worker(&pool->slots[i]);
		close_slot(&pool->slots[i]);
		sift_note_free(pool->slots[i].note);
		sift_letters_free(pool->slots[i].letters);
	}
	sift_free(pool->slots);
	sift_ledger_release(&pool->ledger);
	sift_free(pool);
}

enum sift_status
sift_pool_read(const struct sift_walk *walk, unsigned workers,
	       const struct sift_options *options,
	       const struct sift_naming *naming, struct sift_digest *digest,
	       struct sift_err *err)
{
	struct pool *pool = sift_calloc(1, sizeof(*pool));
	enum sift_status rc;

	if (!pool)
		return sift_fail(err, SIFT_E_NOMEM, "no memory for workers");
	pool->naming = naming;
	if (workers > WORKERS_MAX)
		workers = WORKERS_MAX;
	rc = sift_ledger_init(&pool->ledger, walk, workers, options, digest,
			      err);
	/* No worker has more to send than it can hold. */
	if (!rc)
		rc = open_pool(pool, workers, options->limits.worker_bytes,
			       err);
	if (!rc)
		rc = run(pool, err);
	dismiss(pool, rc != SIFT_OK);
	if (!rc)
		rc = sift_digest_finish(digest, workers, err);
	close_pool(pool);
	return rc;
}
