/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_CLI_PROGRESS_H
#define SIFT_CLI_PROGRESS_H

/*
 * How far reading has come, on standard error, for analyses that take longer
 * than half a second: one line that is drawn anew on a terminal, or a line
 * every few seconds. The clock is read for nothing else.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <loadsift/loadsift.h>

enum sift_progress_mode {
	SIFT_PROGRESS_AUTO,  /* drawn on a terminal, else nothing */
	SIFT_PROGRESS_PLAIN, /* lines */
	SIFT_PROGRESS_NONE
};

struct sift_progress_line {
	enum sift_progress_mode mode;
	int64_t started_ms;
	int64_t shown_ms; /* when last; 0 = never */
};

/* Start the clock; false when nothing is to be shown. */
bool sift_progress_start(struct sift_progress_line *line,
			 enum sift_progress_mode mode);
/* For struct sift_options: `payload` is the line. */
void sift_progress_show(const struct sift_progress *now, void *payload);
/* Wipe the line, if it was drawn. */
void sift_progress_end(struct sift_progress_line *line);

/*
 * "1.2 of 4.0 GB, 3 of 12 files, 810 MB/s, 4 s left" after `elapsed_ms`; what
 * cannot be told is left out. Always terminated, cut if it does not fit.
 */
void sift_progress_text(const struct sift_progress *now, int64_t elapsed_ms,
			char *out, size_t size);

#endif /* SIFT_CLI_PROGRESS_H */
