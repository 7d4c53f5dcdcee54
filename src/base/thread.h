/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_BASE_THREAD_H
#define SIFT_BASE_THREAD_H

/*
 * Threads that begin at once. Linux may put a new thread on the processor of
 * the one that makes it, even while another stands still; there it waits for
 * some milliseconds, which is longer than most of ours live. These begin on
 * another processor, if the caller may use one, and are free from then on.
 */

#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stddef.h>

typedef void sift_thread_run(void *context);

struct sift_thread {
	pthread_t id;
	sift_thread_run *run;
	void *context;
	bool is_placed;	   /* elsewhere than it may go from then on: */
	cpu_set_t allowed; /* where the caller may run */
};

/* Run `run` in a thread, with a stack of so many bytes (0 = as is usual); false
   when none can be had. `*thread` must stay where it is until it is joined. */
bool sift_thread_start(struct sift_thread *thread, sift_thread_run *run,
		       void *context, size_t stack_bytes);
/* Wait for the end of one that was started. */
void sift_thread_join(struct sift_thread *thread);

#endif /* SIFT_BASE_THREAD_H */
