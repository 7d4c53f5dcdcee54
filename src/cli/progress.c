/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "cli/progress.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "base/err.h"

#define FIRST_MS 500 /* before, nobody waits */
#define DRAW_MS 100
#define PLAIN_MS 2000
#define LINE_BYTES 160
#define COLUMNS_USUAL 80

static int64_t
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ---- words ---- */

struct text {
	char *at;
	size_t left; /* with the NUL */
};

static void SIFT_PRINTF(2, 3) add(struct text *text, const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(text->at, text->left, format, args);
	va_end(args);
	if (n < 0)
		return;
	if ((size_t)n >= text->left)
		n = (int)text->left - 1;
	text->at += n;
	text->left -= (size_t)n;
}

static void
add_time(struct text *text, uint64_t seconds)
{
	if (seconds < 60)
		add(text, "%" PRIu64 " s", seconds);
	else if (seconds < 3600)
		add(text, "%" PRIu64 " min %02" PRIu64 " s", seconds / 60,
		    seconds % 60);
	else
		add(text, "%" PRIu64 " h %02" PRIu64 " min", seconds / 3600,
		    seconds / 60 % 60);
}

/* The rate is that of all the time so far: it is steady, and good enough. */
static void
add_rate(struct text *text, const struct sift_progress *now, int64_t elapsed_ms)
{
	double rate = (double)now->bytes_done * 1000 / (double)elapsed_ms;
	double left = (double)(now->bytes_total - now->bytes_done);

	add(text, ", %.*f MB/s", rate < 1e7 ? 1 : 0, rate / 1e6);
	/* More than a year is no estimate. */
	if (left > 0 && left / rate < 3e7) {
		add(text, ", ");
		add_time(text, (uint64_t)(left / rate) + 1);
		add(text, " left");
	}
}

void
sift_progress_text(const struct sift_progress *now, int64_t elapsed_ms,
		   char *out, size_t size)
{
	struct text text = {out, size};
	bool is_large = now->bytes_total >= 1000000000;
	double unit = is_large ? 1e9 : 1e6;

	*out = '\0';
	if (now->bytes_total > 0)
		add(&text, "%.1f of %.1f %s, ", (double)now->bytes_done / unit,
		    (double)now->bytes_total / unit, is_large ? "GB" : "MB");
	add(&text, "%" PRIu64 " of %" PRIu64 " file%s", now->files_done,
	    now->files_total, now->files_total == 1 ? "" : "s");
	if (now->bytes_done > 0 && elapsed_ms > 0)
		add_rate(&text, now, elapsed_ms);
}

/* ---- showing them ---- */

bool
sift_progress_start(struct sift_progress_line *line,
		    enum sift_progress_mode mode)
{
	*line = (struct sift_progress_line){.mode = mode,
					    .started_ms = now_ms()};
	return mode == SIFT_PROGRESS_PLAIN ||
	       (mode == SIFT_PROGRESS_AUTO && isatty(STDERR_FILENO));
}

/* A line that fills the last column would wrap, and could not be wiped. */
static int
width(void)
{
	struct winsize size;

	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1)
		return size.ws_col - 1;
	return COLUMNS_USUAL - 1;
}

void
sift_progress_show(const struct sift_progress *now, void *payload)
{
	struct sift_progress_line *line = payload;
	bool is_plain = line->mode == SIFT_PROGRESS_PLAIN;
	int64_t ms = now_ms();
	int64_t since = line->shown_ms ? line->shown_ms : line->started_ms;
	int64_t wait = line->shown_ms ? DRAW_MS : FIRST_MS;
	char text[LINE_BYTES];

	if (ms - since < (is_plain ? PLAIN_MS : wait))
		return;
	line->shown_ms = ms;
	sift_progress_text(now, ms - line->started_ms, text, sizeof(text));
	if (is_plain)
		fprintf(stderr, "loadsift: read %s\n", text);
	else
		fprintf(stderr, "\r\033[K%.*s", width(), text);
}

void
sift_progress_end(struct sift_progress_line *line)
{
	if (line->shown_ms && line->mode != SIFT_PROGRESS_PLAIN)
		fputs("\r\033[K", stderr);
}
