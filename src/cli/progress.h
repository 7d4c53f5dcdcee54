/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_CLI_PROGRESS_H
#define SIFT_CLI_PROGRESS_H

/*
 * A progress line on standard error, for analyses that take longer than half
 * a second; only on a terminal. The clock is read for nothing else.
 */

#include <stdbool.h>
#include <stdint.h>

#include <loadsift/loadsift.h>

struct sift_progress_line {
	int64_t started_ms;
	int64_t shown_ms; /* when last drawn; 0 = never */
};

void sift_progress_start(struct sift_progress_line *line);
/* For struct sift_options: `payload` is the line. */
void sift_progress_show(const struct sift_progress *now, void *payload);
/* Wipe the line, if it was drawn. */
void sift_progress_end(struct sift_progress_line *line);

#endif /* SIFT_CLI_PROGRESS_H */
