/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "cli/progress.h"

#include <stdio.h>
#include <time.h>

#define FIRST_MS 500 /* before, nobody waits */
#define EVERY_MS 100

static int64_t
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void
sift_progress_start(struct sift_progress_line *line)
{
	line->started_ms = now_ms();
	line->shown_ms = 0;
}

void
sift_progress_show(const struct sift_progress *now, void *payload)
{
	struct sift_progress_line *line = payload;
	int64_t ms = now_ms();
	int64_t since = line->shown_ms ? line->shown_ms : line->started_ms;

	if (ms - since < (line->shown_ms ? EVERY_MS : FIRST_MS))
		return;
	line->shown_ms = ms;
	fprintf(stderr, "\r\033[Kread %.1f of %.1f MB, %llu of %llu files",
		(double)now->bytes_done / 1e6, (double)now->bytes_total / 1e6,
		(unsigned long long)now->files_done,
		(unsigned long long)now->files_total);
	fflush(stderr);
}

void
sift_progress_end(struct sift_progress_line *line)
{
	if (line->shown_ms)
		fputs("\r\033[K", stderr);
}
