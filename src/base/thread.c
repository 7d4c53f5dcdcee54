/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "base/thread.h"

/* Fails where it makes no difference: the thread runs wherever it may. */
static void *
run_placed(void *argument)
{
	struct sift_thread *thread = argument;

	if (thread->is_placed)
		(void)sched_setaffinity(0, sizeof(thread->allowed),
					&thread->allowed);
	thread->run(thread->context);
	return NULL;
}

/* Anywhere but here. */
static void
place(struct sift_thread *thread, pthread_attr_t *attr)
{
	int here = sched_getcpu();
	cpu_set_t others;

	if (here < 0 ||
	    sched_getaffinity(0, sizeof(thread->allowed), &thread->allowed))
		return;
	others = thread->allowed;
	CPU_CLR((size_t)here, &others);
	thread->is_placed =
		CPU_COUNT(&others) > 0 &&
		!pthread_attr_setaffinity_np(attr, sizeof(others), &others);
}

static bool
create(struct sift_thread *thread, size_t stack_bytes, bool elsewhere)
{
	pthread_attr_t attr;
	bool is_made;

	thread->is_placed = false;
	if (pthread_attr_init(&attr))
		return false;
	if (stack_bytes > 0)
		(void)pthread_attr_setstacksize(&attr, stack_bytes);
	if (elsewhere)
		place(thread, &attr);
	is_made = !pthread_create(&thread->id, &attr, run_placed, thread);
	pthread_attr_destroy(&attr);
	return is_made;
}

/* Not everybody may choose processors. */
bool
sift_thread_start(struct sift_thread *thread, sift_thread_run *run,
		  void *context, size_t stack_bytes)
{
	thread->run = run;
	thread->context = context;
	return create(thread, stack_bytes, true) ||
	       (thread->is_placed && create(thread, stack_bytes, false));
}

void
sift_thread_join(struct sift_thread *thread)
{
	pthread_join(thread->id, NULL);
}
