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
#include "engine/jobs.h"
#include "engine/wire.h"
#include "engine/worker.h"

#define WORKERS_MAX 256
#define READ_BYTES ((size_t)256 << 10)

/* One worker as the coordinator sees it. */
struct slot {
	pid_t pid; /* 0 = none */
	int sock;
	struct sift_task tasks[SIFT_WIRE_FILES];
	size_t task_count; /* 0 = idle */
	size_t at;	   /* the task being read */
	uint64_t visited;  /* its sources announced, by all workers so far */
	bool delivered;	   /* the last of them gave all its blocks */
	struct sift_buf announced; /* its name NUL path NUL; empty = none */
	struct sift_buf in;	   /* bytes received, not yet taken apart */
};

struct pool {
	struct slot *slots; /* owned */
	size_t count;
	struct sift_jobs jobs;
	const struct sift_options *options;
	struct sift_digest *digest;
	struct sift_progress progress;
};

/* ---- blocks that say why there is nothing ---- */

static enum sift_status
add_row(struct sift_digest *digest, const char *name, const char *path,
	enum sift_reading reading, const char *reason, struct sift_err *err)
{
	struct sift_block *block = NULL;
	enum sift_status rc = sift_block_new(&block, name, path, err);

	if (!rc)
		rc = sift_block_set_reading(block, reading, reason, err);
	if (!rc)
		rc = sift_block_finish(block, err);
	if (!rc)
		rc = sift_digest_add(digest, block, err);
	if (rc)
		sift_block_free(block);
	return rc;
}

static enum sift_status
add_unread(struct sift_digest *digest, const struct sift_walk *walk,
	   struct sift_err *err)
{
	enum sift_status rc = SIFT_OK;

	for (size_t i = 0; i < walk->count && !rc; i++) {
		const struct sift_found *file = &walk->files[i];

		if (file->skip)
			rc = add_row(digest, file->name, file->path,
				     file->is_damage ? SIFT_READING_DAMAGED
						     : SIFT_READING_IGNORED,
				     file->skip, err);
	}
	return rc;
}

/* ---- starting and ending workers ---- */

static enum sift_status
start_worker(struct pool *pool, struct slot *slot, struct sift_err *err)
{
	int ends[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends))
		return sift_fail_errno(err, SIFT_E_IO, errno,
				       "no socket for a worker");
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
		/* Others would not see the coordinator go. */
		for (size_t i = 0; i < pool->count; i++)
			if (pool->slots[i].pid)
				close(pool->slots[i].sock);
		sift_worker_run(ends[1], &pool->options->limits);
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
	close(slot->sock);
	while (waitpid(slot->pid, &status, 0) < 0 && errno == EINTR)
		;
	slot->pid = 0;
	sift_buf_clear(&slot->in);
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

/* Open a job's files; those that cannot be opened become rows at once. */
static enum sift_status
open_job(struct pool *pool, struct slot *slot, struct sift_wire_file *files,
	 size_t *out_count, struct sift_err *err)
{
	size_t taken = sift_jobs_take(&pool->jobs, slot->tasks);
	size_t count = 0;
	enum sift_status rc = SIFT_OK;

	for (size_t i = 0; i < taken && !rc; i++) {
		const struct sift_found *file = slot->tasks[i].file;
		struct sift_err trouble = {0};
		int fd = -1;

		if (sift_found_open(file, &fd, &trouble)) {
			rc = add_row(pool->digest, file->name, file->path,
				     SIFT_READING_DAMAGED, trouble.what, err);
			pool->progress.files_done++;
			continue;
		}
		slot->tasks[count] = slot->tasks[i];
		files[count++] =
			(struct sift_wire_file){.name = file->name,
						.path = file->path,
						.skip = slot->tasks[i].skip,
						.fd = fd};
	}
	*out_count = count;
	return rc;
}

static void
begin_task(struct slot *slot, size_t at)
{
	slot->at = at;
	slot->visited = at < slot->task_count ? slot->tasks[at].skip : 0;
	slot->delivered = true;
	sift_buf_clear(&slot->announced);
}

/* Give an idle slot its next job, starting a worker if it has none. */
static enum sift_status
give_job(struct pool *pool, struct slot *slot, struct sift_wire_file *files,
	 struct sift_err *err)
{
	size_t count = 0;
	enum sift_status rc = SIFT_OK;

	/* Before files are opened, lest the worker inherits them. */
	if (pool->jobs.count > 0 && !slot->pid)
		rc = start_worker(pool, slot, err);
	while (pool->jobs.count > 0 && count == 0 && !rc)
		rc = open_job(pool, slot, files, &count, err);
	if (!rc && count > 0) {
		slot->task_count = count;
		begin_task(slot, 0);
		/* A worker that is gone already is seen by the poll. */
		(void)!sift_wire_send_job(slot->sock, files, count, NULL);
	}
	for (size_t i = 0; i < count; i++)
		close(files[i].fd);
	return rc;
}

/* ---- what workers send ---- */

static void
task_done(struct pool *pool, struct slot *slot)
{
	pool->progress.files_done++;
	pool->progress.bytes_done += slot->tasks[slot->at].file->bytes;
	begin_task(slot, slot->at + 1);
}

static enum sift_status
take_frame(struct pool *pool, struct slot *slot,
	   const struct sift_wire_frame *frame, struct sift_span payload,
	   struct sift_err *err)
{
	struct sift_block *block = NULL;
	enum sift_status rc = SIFT_OK;

	switch (frame->kind) {
	case SIFT_WIRE_SOURCE:
		slot->visited++;
		slot->delivered = false;
		sift_buf_clear(&slot->announced);
		sift_buf_add_span(&slot->announced, payload);
		return sift_buf_status(&slot->announced);
	case SIFT_WIRE_BLOCK:
		rc = sift_digest_read_block(&payload, &block, NULL, err);
		if (!rc && block)
			rc = sift_digest_add(pool->digest, block, err);
		if (rc)
			sift_block_free(block);
		return rc;
	case SIFT_WIRE_SOURCE_END:
		slot->delivered = true;
		return SIFT_OK;
	case SIFT_WIRE_FILE_END:
		task_done(pool, slot);
		return SIFT_OK;
	case SIFT_WIRE_JOB_END:
		slot->task_count = 0;
		return SIFT_OK;
	default:
		return sift_fail(err, SIFT_E_FORMAT,
				 "a worker sent what is no frame");
	}
}

/* Take whole frames off the start of slot->in. */
static enum sift_status
take_frames(struct pool *pool, struct slot *slot, struct sift_err *err)
{
	struct sift_span left = sift_buf_span(&slot->in);
	enum sift_status rc = SIFT_OK;

	while (!rc && left.len >= sizeof(struct sift_wire_frame)) {
		struct sift_wire_frame frame;

		memcpy(&frame, left.ptr, sizeof(frame));
		if (frame.length > SIFT_WIRE_FRAME_MAX)
			return sift_fail(err, SIFT_E_FORMAT,
					 "a worker sent what is no frame");
		if (left.len - sizeof(frame) < frame.length)
			break;
		left = sift_span_from(left, sizeof(frame));
		rc = take_frame(pool, slot, &frame,
				sift_span_head(left, (size_t)frame.length),
				err);
		left = sift_span_from(left, (size_t)frame.length);
	}
	memmove(slot->in.ptr, left.ptr, left.len);
	slot->in.len = left.len;
	return rc;
}

/* SIFT_END when the worker is gone. */
static enum sift_status
receive(struct pool *pool, struct slot *slot, char *piece, struct sift_err *err)
{
	ssize_t n = recv(slot->sock, piece, READ_BYTES, MSG_DONTWAIT);

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return SIFT_OK;
	if (n <= 0)
		return SIFT_END;
	sift_buf_add(&slot->in, piece, (size_t)n);
	if (sift_buf_status(&slot->in))
		return sift_fail(err, SIFT_E_NOMEM,
				 "no memory for what a worker sent");
	return take_frames(pool, slot, err);
}

/* ---- when a worker dies ---- */

/* The row for what the worker was at. */
static enum sift_status
add_lost(struct pool *pool, const char *name, const char *path, int status,
	 struct sift_err *err)
{
	struct sift_buf reason;
	enum sift_status rc;

	sift_buf_init(&reason, 0);
	describe_death(status, &reason);
	rc = add_row(pool->digest, name, path, SIFT_READING_DAMAGED,
		     sift_buf_status(&reason) ? "its reader died" : reason.ptr,
		     err);
	sift_buf_release(&reason);
	return rc;
}

/* Charge the loss to what the worker was at; what else is in that file is
   for the next one, but a stream cannot be read again. */
static enum sift_status
charge_task(struct pool *pool, struct slot *slot, int status,
	    struct sift_err *err)
{
	struct sift_task *task = &slot->tasks[slot->at];
	const char *name = slot->announced.ptr;
	bool in_source = slot->announced.len > 0 && !slot->delivered;
	bool got_on = slot->visited > task->skip;
	enum sift_status rc = SIFT_OK;

	if (in_source)
		rc = add_lost(pool, name, name + strlen(name) + 1, status, err);
	else if (!got_on || task->file->is_stream)
		rc = add_lost(pool, task->file->name, task->file->path, status,
			      err);
	task->skip = slot->visited;
	if (!got_on || task->file->is_stream)
		task_done(pool, slot);
	return rc;
}

static enum sift_status
bury(struct pool *pool, struct slot *slot, struct sift_err *err)
{
	int status = end_worker(slot);
	enum sift_status rc = SIFT_OK;

	if (slot->task_count == 0)
		return SIFT_OK;
	if (slot->at < slot->task_count)
		rc = charge_task(pool, slot, status, err);
	sift_jobs_put_back(&pool->jobs, slot->tasks + slot->at,
			   slot->task_count - slot->at);
	slot->task_count = 0;
	return rc;
}

/* ---- the loop ---- */

static enum sift_status
serve(struct pool *pool, struct slot *slot, char *piece, struct sift_err *err)
{
	enum sift_status rc = receive(pool, slot, piece, err);

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

static enum sift_status
wait_for_workers(struct pool *pool, char *piece, struct sift_err *err)
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
	if (poll(polls, count, 200) < 0 && errno != EINTR)
		return sift_fail_errno(err, SIFT_E_IO, errno,
				       "waiting for workers failed");
	for (nfds_t i = 0; i < count && !rc; i++)
		if (polls[i].revents)
			rc = serve(pool, &pool->slots[slots[i]], piece, err);
	if (pool->options->progress)
		pool->options->progress(&pool->progress,
					pool->options->payload);
	return rc;
}

static enum sift_status
run(struct pool *pool, char *piece, struct sift_wire_file *files,
    struct sift_err *err)
{
	enum sift_status rc = SIFT_OK;

	while (!rc) {
		for (size_t i = 0; i < pool->count && !rc; i++)
			if (pool->slots[i].task_count == 0)
				rc = give_job(pool, &pool->slots[i], files,
					      err);
		if (!rc)
			rc = wait_for_workers(pool, piece, err);
	}
	return rc == SIFT_END ? SIFT_OK : rc;
}

static void
count_work(struct pool *pool, const struct sift_walk *walk)
{
	for (size_t i = 0; i < walk->count; i++)
		if (!walk->files[i].skip) {
			pool->progress.files_total++;
			pool->progress.bytes_total += walk->files[i].bytes;
		}
}

enum sift_status
sift_pool_read(const struct sift_walk *walk, unsigned workers,
	       const struct sift_options *options, struct sift_digest *digest,
	       struct sift_err *err)
{
	struct pool pool = {.options = options, .digest = digest};
	struct sift_wire_file *files =
		sift_calloc(SIFT_WIRE_FILES, sizeof(*files));
	char *piece = sift_malloc(READ_BYTES);
	enum sift_status rc;

	pool.count = workers < WORKERS_MAX ? workers : WORKERS_MAX;
	pool.slots = sift_calloc(pool.count, sizeof(*pool.slots));
	for (size_t i = 0; pool.slots && i < pool.count; i++) {
		sift_buf_init(&pool.slots[i].in, 0);
		sift_buf_init(&pool.slots[i].announced, 0);
	}
	count_work(&pool, walk);
	rc = sift_jobs_init(&pool.jobs, walk, workers, err);
	if (!rc && (!files || !piece || !pool.slots))
		rc = sift_fail(err, SIFT_E_NOMEM, "no memory for workers");
	if (!rc)
		rc = add_unread(digest, walk, err);
	if (!rc)
		rc = run(&pool, piece, files, err);
	for (size_t i = 0; pool.slots && i < pool.count; i++) {
		if (rc && pool.slots[i].pid)
			kill(pool.slots[i].pid, SIGKILL);
		end_worker(&pool.slots[i]);
		sift_buf_release(&pool.slots[i].in);
		sift_buf_release(&pool.slots[i].announced);
	}
	sift_jobs_release(&pool.jobs);
	sift_free(pool.slots);
	sift_free(piece);
	sift_free(files);
	return rc;
}
