/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "engine/processors.h"

#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

#include "base/num.h"
#include "base/span.h"

static unsigned
runnable(void)
{
	cpu_set_t set;
	long online;

	if (sched_getaffinity(0, sizeof(set), &set) == 0 && CPU_COUNT(&set) > 0)
		return (unsigned)CPU_COUNT(&set);
	online = sysconf(_SC_NPROCESSORS_ONLN);
	return online > 0 ? (unsigned)online : 1;
}

/*
 * What a container is granted, by version 2 of control groups: "200000
 * 100000" is two processors, "max 100000" all of them. Rounded up; 0 = no
 * limit is known.
 */
static uint64_t
granted(void)
{
	char text[64];
	uint64_t quota, period;
	int fd = open("/sys/fs/cgroup/cpu.max", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text));
	struct sift_span all = {text, n > 0 ? (size_t)n : 0};
	size_t blank = sift_span_find_byte(all, ' ');

	if (fd >= 0)
		close(fd);
	if (!sift_parse_u64(sift_span_head(all, blank), &quota) ||
	    !sift_parse_u64(sift_span_trim(sift_span_from(all, blank)),
			    &period) ||
	    period == 0)
		return 0;
	return quota / period + (quota % period != 0);
}

unsigned
sift_processors(void)
{
	unsigned most = runnable();
	uint64_t share = granted();

	return share > 0 && share < most ? (unsigned)share : most;
}
