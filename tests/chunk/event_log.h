/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_TEST_CHUNK_EVENT_LOG_H
#define SIFT_TEST_CHUNK_EVENT_LOG_H

/*
 * What a reader said, as lines of text: to be compared as a whole, between
 * two readings or with a text in a test.
 *
 *	series 0 http "GET" "/a"
 *	figures 0 requests=12 failures=0 p50=240 locust/locust
 *	skipped "time is not a number" 1 line=3 offset=120 sample="1,2"
 *	= ok
 *
 * Unknown values are left out. Control bytes are written as \xHH. The log
 * also checks the contract of model/event.h (text is UTF-8; ids are dense and
 * declared before use; enums are in range): a breach is a line that begins
 * with "BROKEN".
 */

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "model/event.h"
#include "read/reader.h"

struct event_log {
	FILE *out;
	char *text; /* owned; complete after event_log_text() */
	size_t len;
	uint32_t series_count;
	uint32_t metric_count;
	uint64_t fail_at; /* put() number n fails; 0 = none */
	uint64_t puts;
};

void event_log_init(struct event_log *log);
void event_log_release(struct event_log *log);

/* A sink that writes into `log`; borrowed. */
struct sift_sink event_log_sink(struct event_log *log);

/* What was put so far; borrowed, until the next put. */
const char *event_log_text(struct event_log *log);

/*
 * Let `format` read `len` bytes from memory, in blocks of at most `block`
 * bytes (0 = all at once), with `limits` (NULL = the defaults). Returns the
 * log with a last line "= ok" or "= STATUS WORDS: line N: WHAT"; the caller
 * frees it with free().
 */
char *event_log_read(const struct sift_format *format, const void *bytes,
		     size_t len, size_t block,
		     const struct sift_limits *limits);

/*
 * Fail the running Check test unless the log is the same for every block
 * size from 1 to `len` (at most the first `max_block` sizes, 0 = all).
 */
void event_log_same_at_every_split(const struct sift_format *format,
				   const void *bytes, size_t len,
				   size_t max_block);

/* A whole file; the caller frees it with free(). NULL when it is not there. */
char *event_log_load(const char *path, size_t *out_len);

/*
 * The path of a file below $LOADSIFT_SAMPLES in `out`, terminated. Returns
 * NULL when the variable is empty or not set: skip the test then.
 */
const char *event_log_sample(const char *name, char *out, size_t size);

/* The defaults of DESIGN 7, for tests of readers. */
struct sift_limits event_log_limits(void);

#endif /* SIFT_TEST_CHUNK_EVENT_LOG_H */
