/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "engine/jobs.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* DESIGN 2: a job of small files is at most this. */
#define JOB_BYTES_MAX (UINT64_C(64) << 20)
/* So many jobs per worker, so that none idles while another has much left. */
#define JOBS_PER_WORKER 4

/* By size; of one size the first comes last, where it is taken. What a stream
   will bring nobody knows: it counts as long. */
static int
compare_tasks(const void *left, const void *right)
{
	const struct sift_found *a = ((const struct sift_task *)left)->file;
	const struct sift_found *b = ((const struct sift_task *)right)->file;

	if (a->is_stream != b->is_stream)
		return a->is_stream ? 1 : -1;
	if (a->bytes != b->bytes)
		return a->bytes < b->bytes ? -1 : 1;
	return a < b ? 1 : -1;
}

enum sift_status
sift_jobs_init(struct sift_jobs *jobs, const struct sift_walk *walk,
	       unsigned workers, struct sift_err *err)
{
	size_t shares = (size_t)workers * JOBS_PER_WORKER;
	uint64_t bytes = 0;

	memset(jobs, 0, sizeof(*jobs));
	if (sift_array_grow((void **)&jobs->tasks, &jobs->capacity,
			    walk->count ? walk->count : 1, sizeof(*jobs->tasks),
			    SIZE_MAX))
		return sift_fail(err, SIFT_E_NOMEM, "no memory for the jobs");
	for (size_t i = 0; i < walk->count; i++) {
		if (walk->files[i].skip)
			continue;
		jobs->tasks[jobs->count++] =
			(struct sift_task){.file = &walk->files[i]};
		bytes += walk->files[i].bytes;
	}
	if (jobs->count > 1)
		qsort(jobs->tasks, jobs->count, sizeof(*jobs->tasks),
		      compare_tasks);
	jobs->max_files = jobs->count / shares + 1;
	if (jobs->max_files > SIFT_WIRE_FILES)
		jobs->max_files = SIFT_WIRE_FILES;
	jobs->max_bytes = bytes / shares + 1;
	if (jobs->max_bytes > JOB_BYTES_MAX)
		jobs->max_bytes = JOB_BYTES_MAX;
	return SIFT_OK;
}

void
sift_jobs_release(struct sift_jobs *jobs)
{
	sift_free(jobs->tasks);
	memset(jobs, 0, sizeof(*jobs));
}

/* Is it a job of its own? */
static bool
is_alone(const struct sift_task *task)
{
	return task->split || task->parcel;
}

size_t
sift_jobs_take(struct sift_jobs *jobs, struct sift_task tasks[SIFT_WIRE_FILES])
{
	uint64_t bytes = 0;
	size_t taken = 0;

	while (jobs->count > 0 && taken < jobs->max_files) {
		struct sift_task *next = &jobs->tasks[jobs->count - 1];

		bytes += next->file->bytes;
		if (taken > 0 && (bytes > jobs->max_bytes || is_alone(next)))
			break;
		tasks[taken++] = *next;
		jobs->count--;
		if (is_alone(next))
			break;
	}
	return taken;
}

enum sift_status
sift_jobs_put(struct sift_jobs *jobs, const struct sift_task *tasks,
	      size_t count, struct sift_err *err)
{
	if (sift_array_grow((void **)&jobs->tasks, &jobs->capacity,
			    jobs->count + count, sizeof(*jobs->tasks),
			    SIZE_MAX))
		return sift_fail(err, SIFT_E_NOMEM, "no memory for the jobs");
	while (count-- > 0)
		jobs->tasks[jobs->count++] = tasks[count];
	return SIFT_OK;
}

void
sift_jobs_drop(struct sift_jobs *jobs, const struct sift_split *split)
{
	size_t kept = 0;

	for (size_t i = 0; i < jobs->count; i++)
		if (jobs->tasks[i].split != split)
			jobs->tasks[kept++] = jobs->tasks[i];
	jobs->count = kept;
}
