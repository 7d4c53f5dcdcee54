/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "base/parallel.h"

#include <stdatomic.h>
#include <stdbool.h>

#include "base/mem.h"
#include "base/thread.h"

/* A thread takes several parts at a time: there may be many small ones. */
#define TURNS 32

struct shared {
	sift_work *work;
	void *context;
	size_t count;
	size_t at_a_time;
	atomic_size_t next;
	atomic_bool has_failed;
	enum sift_status status; /* in the end */
};

struct worker {
	struct shared *shared;
	struct sift_arena *arena;
	struct sift_arena own; /* of threads but the caller's */
	size_t failed;	       /* the part that did */
	enum sift_status status;
	struct sift_err err;
	struct sift_thread thread;
};

static void
do_parts(struct worker *w, size_t first, size_t end)
{
	struct shared *shared = w->shared;

	for (size_t i = first; i < end && !w->status; i++) {
		w->status = shared->work(shared->context, i, w->arena, &w->err);
		w->failed = i;
	}
}

/* Parts are begun in their order, so that all before one that fails are done
   as well. */
static void
run(void *context)
{
	struct worker *w = context;
	struct shared *shared = w->shared;

	while (!w->status && !atomic_load(&shared->has_failed)) {
		size_t first =
			atomic_fetch_add(&shared->next, shared->at_a_time);
		size_t left = shared->count - first;

		if (first >= shared->count)
			break;
		do_parts(w, first,
			 first + (left < shared->at_a_time
					  ? left
					  : shared->at_a_time));
	}
	if (w->status)
		atomic_store(&shared->has_failed, true);
}

/* Threads that cannot be started are not needed. */
static size_t
start(struct worker *workers, size_t count)
{
	size_t started = 1;

	for (; started < count; started++) {
		struct worker *w = &workers[started];

		w->arena = &w->own;
		if (!sift_thread_start(&w->thread, run, w, 0))
			break;
	}
	return started;
}

/* Wait for all, and take over what they have; the first part that failed. */
static const struct worker *
finish(struct worker *workers, size_t started, struct sift_arena *arena)
{
	const struct worker *first = &workers[0];

	for (size_t i = 1; i < started; i++) {
		struct worker *w = &workers[i];

		sift_thread_join(&w->thread);
		sift_arena_join(arena, &w->own);
		if (w->status && (!first->status || w->failed < first->failed))
			first = w;
	}
	return first;
}

/* Without memory for more, the caller's thread does it alone. */
enum sift_status
sift_in_parallel(sift_work *work, void *context, size_t count, unsigned threads,
		 struct sift_arena *arena, struct sift_err *err)
{
	struct shared shared = {
		.work = work, .context = context, .count = count};
	size_t wanted = threads < count ? threads : count;
	struct worker alone = {.shared = &shared, .arena = arena};
	struct worker *workers = NULL;
	const struct worker *first;

	if (wanted > 1)
		workers = sift_calloc(wanted, sizeof(*workers));
	if (!workers)
		wanted = 1;
	shared.at_a_time = wanted > 1 ? count / wanted / TURNS + 1 : count;
	for (size_t i = 0; i < wanted && workers; i++)
		workers[i] = alone;
	wanted = start(workers, wanted);
	run(workers ? workers : &alone);
	first = workers ? finish(workers, wanted, arena) : &alone;
	if (first->status && err && !err->status)
		*err = first->err;
	shared.status = first->status;
	sift_free(workers);
	return shared.status;
}
