/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "input/lines.h"

#include <errno.h>
#include <unistd.h>

void
sift_lines_init(struct sift_lines *lines, struct sift_source *src,
		size_t max_line_bytes)
{
	*lines = (struct sift_lines){.src = src,
				     .max_line_bytes = max_line_bytes};
	sift_buf_init(&lines->partial, 0);
}

void
sift_lines_release(struct sift_lines *lines)
{
	sift_buf_release(&lines->partial);
	*lines = (struct sift_lines){0};
}

/* The line that began at next_offset has `len` bytes and an end. */
static void
count_line(struct sift_lines *lines, uint64_t len, bool complete)
{
	lines->number++;
	lines->offset = lines->next_offset;
	lines->next_offset += len + complete;
	lines->complete = complete;
}

/*
 * The stream is over after `len` bytes without an LF. They go out before its
 * failure, if it failed; the source will repeat that.
 */
static enum sift_status
finish(struct sift_lines *lines, uint64_t len, struct sift_span *out,
       struct sift_err *err)
{
	if (len) {
		count_line(lines, len, false);
		if (len <= lines->max_line_bytes) {
			*out = sift_buf_span(&lines->partial);
			return SIFT_OK;
		}
		lines->too_long++;
	}
	return sift_source_next(lines->src, out, err);
}

/*
 * Keep the start of a line whose end is in a later block; of one that is too
 * long already, nothing.
 */
static enum sift_status
keep(struct sift_lines *lines, struct sift_span part, uint64_t len,
     struct sift_err *err)
{
	enum sift_status rc;

	if (len > lines->max_line_bytes) {
		sift_buf_clear(&lines->partial);
		return SIFT_OK;
	}
	sift_buf_add_span(&lines->partial, part);
	rc = sift_buf_status(&lines->partial);
	return rc ? sift_fail(err, rc, "no memory for a line") : SIFT_OK;
}

static enum sift_status
next_line(struct sift_lines *lines, struct sift_span *out, struct sift_err *err)
{
	uint64_t len = 0; /* of the line so far, kept or not */
	struct sift_span part;
	enum sift_status rc;
	bool whole;

	sift_buf_clear(&lines->partial);
	for (;;) {
		if (!lines->block.len &&
		    sift_source_next(lines->src, &lines->block, NULL))
			return finish(lines, len, out, err);
		part = sift_span_head(lines->block,
				      sift_span_find_byte(lines->block, '\n'));
		whole = part.len < lines->block.len;
		lines->block = sift_span_from(lines->block, part.len + whole);
		if (whole && !len && part.len <= lines->max_line_bytes) {
			count_line(lines, part.len, true);
			*out = part;
			return SIFT_OK;
		}
		len += part.len;
		rc = keep(lines, part, len, err);
		if (rc)
			return rc;
		if (!whole)
			continue;
		count_line(lines, len, true);
		if (len <= lines->max_line_bytes) {
			*out = sift_buf_span(&lines->partial);
			return SIFT_OK;
		}
		lines->too_long++;
		len = 0;
	}
}

enum sift_status
sift_lines_next(struct sift_lines *lines, struct sift_span *out,
		struct sift_err *err)
{
	static const struct sift_span bom = SIFT_SPAN_INIT("\xEF\xBB\xBF");
	enum sift_status rc = next_line(lines, out, err);

	if (!rc && lines->offset == 0 && sift_span_starts(*out, bom))
		*out = sift_span_from(*out, bom.len);
	return rc;
}

struct sift_span
sift_lines_ahead(const struct sift_lines *lines)
{
	return lines->block;
}

void
sift_lines_skip(struct sift_lines *lines, size_t len, uint64_t count)
{
	lines->block = sift_span_from(lines->block, len);
	lines->next_offset += len;
	lines->number += count;
}

enum sift_status
sift_line_start_behind(int fd, uint64_t at, uint64_t max, uint64_t *out,
		       struct sift_err *err)
{
	uint64_t end = at + max;
	char piece[4096];

	while (at <= end) {
		ssize_t n = pread(fd, piece, sizeof(piece), (off_t)at);
		const char *found;

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return sift_fail_errno(err, SIFT_E_IO, errno,
					       "cannot be read");
		found = n > 0 ? memchr(piece, '\n', (size_t)n) : NULL;
		*out = at +
		       (found ? (uint64_t)(found - piece) + 1 : (uint64_t)n);
		if (n == 0 || found)
			return SIFT_OK;
		at += (uint64_t)n;
	}
	return sift_fail(err, SIFT_E_LIMIT, "a line of more than %llu bytes",
			 (unsigned long long)max);
}
