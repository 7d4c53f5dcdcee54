/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "base/thread.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "runner.h"

#define THREADS 50

struct seen {
	unsigned calls;
	cpu_set_t allowed;
	size_t stack_bytes;
};

static void
look(void *context)
{
	struct seen *seen = context;
	pthread_attr_t attr;

	seen->calls++;
	ck_assert_int_eq(
		sched_getaffinity(0, sizeof(seen->allowed), &seen->allowed), 0);
	ck_assert_int_eq(pthread_getattr_np(pthread_self(), &attr), 0);
	pthread_attr_getstacksize(&attr, &seen->stack_bytes);
	pthread_attr_destroy(&attr);
}

static cpu_set_t
own_processors(void)
{
	cpu_set_t own;

	ck_assert_int_eq(sched_getaffinity(0, sizeof(own), &own), 0);
	return own;
}

START_TEST(each_runs_once_and_where_its_maker_may)
{
	struct sift_thread threads[THREADS];
	struct seen seen[THREADS] = {{0}};
	cpu_set_t own = own_processors();

	for (int i = 0; i < THREADS; i++)
		ck_assert(sift_thread_start(&threads[i], look, &seen[i], 0));
	for (int i = 0; i < THREADS; i++) {
		sift_thread_join(&threads[i]);
		ck_assert_uint_eq(seen[i].calls, 1);
		ck_assert(CPU_EQUAL(&seen[i].allowed, &own));
	}
}
END_TEST

START_TEST(one_processor_is_enough)
{
	struct sift_thread thread;
	struct seen seen = {0};
	cpu_set_t own = own_processors(), one;
	size_t first = 0;

	while (!CPU_ISSET(first, &own))
		first++;
	CPU_ZERO(&one);
	CPU_SET(first, &one);
	ck_assert_int_eq(sched_setaffinity(0, sizeof(one), &one), 0);
	ck_assert(sift_thread_start(&thread, look, &seen, 0));
	sift_thread_join(&thread);
	ck_assert_uint_eq(seen.calls, 1);
	ck_assert(CPU_EQUAL(&seen.allowed, &one));
	ck_assert_int_eq(sched_setaffinity(0, sizeof(own), &own), 0);
}
END_TEST

/* As a container may do. */
static bool
forbid_placing(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_sched_setaffinity, 0,
			 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog filter = {.len = 4, .filter = code};

	return !prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) &&
	       !prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter);
}

START_TEST(it_runs_where_placing_is_forbidden)
{
	struct sift_thread thread;
	struct seen seen = {0};
	cpu_set_t own = own_processors();

	if (!forbid_placing())
		return; /* by a kernel without such filters */
	ck_assert_int_eq(sched_setaffinity(0, sizeof(own), &own), -1);
	ck_assert(sift_thread_start(&thread, look, &seen, 0));
	sift_thread_join(&thread);
	ck_assert_uint_eq(seen.calls, 1);
}
END_TEST

START_TEST(its_stack_is_as_asked_for)
{
	struct sift_thread thread;
	struct seen seen = {0};

	ck_assert(sift_thread_start(&thread, look, &seen, 600 << 10));
	sift_thread_join(&thread);
	ck_assert_uint_eq(seen.stack_bytes, 600 << 10);
}
END_TEST

START_TEST(none_can_be_had)
{
	struct sift_thread thread;
	struct seen seen = {0};

	ck_assert(!sift_thread_start(&thread, look, &seen, SIZE_MAX / 4));
	ck_assert_uint_eq(seen.calls, 0);
}
END_TEST

static void
fill(TCase *tc)
{
	tcase_add_test(tc, each_runs_once_and_where_its_maker_may);
	tcase_add_test(tc, one_processor_is_enough);
	tcase_add_test(tc, it_runs_where_placing_is_forbidden);
	tcase_add_test(tc, its_stack_is_as_asked_for);
	tcase_add_test(tc, none_can_be_had);
}

int
main(void)
{
	return run_suite("thread", fill);
}
