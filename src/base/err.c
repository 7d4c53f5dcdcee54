/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "base/err.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/clocale.h"
#include "base/text.h"

const char *
sift_status_text(enum sift_status status)
{
	switch (status) {
#define X(name, value, words)                                                  \
 case SIFT_##name:                                                             \
  return words;
		SIFT_STATUS_LIST(X)
#undef X
	}
	return "unknown status";
}

/* Drop the beginning of a character that a cut has left at the end. */
static void
mend_cut(char *text)
{
	text[sift_utf8_whole(sift_span_str(text))] = '\0';
}

/* Put `text` into `out`, cut between characters if it does not fit. */
static void
put_text(char *out, size_t size, const char *text)
{
	size_t len = strlen(text);

	if (len < size) {
		memcpy(out, text, len + 1);
		return;
	}
	memcpy(out, text, size - 1);
	out[size - 1] = '\0';
	mend_cut(out);
}

/* As put_text() behind what is there. */
static void
append_text(char *out, size_t size, const char *text)
{
	size_t len = strlen(out);

	put_text(out + len, size - len, text);
}

SIFT_PRINTF(5, 0)
static void
record(struct sift_err *err, enum sift_status status, uint64_t line,
       int64_t offset, const char *format, va_list args)
{
	int len;

	err->status = status;
	err->line = line;
	err->offset = offset;
	len = sift_vsnprintf(err->what, sizeof(err->what), format, args);
	if (len < 0)
		put_text(err->what, sizeof(err->what),
			 sift_status_text(status));
	else if ((size_t)len >= sizeof(err->what))
		mend_cut(err->what);
}

/* Is there an error to write to that holds none yet? */
static bool
is_free(const struct sift_err *err)
{
	return err && err->status == SIFT_OK;
}

enum sift_status
sift_fail(struct sift_err *err, enum sift_status status, const char *format,
	  ...)
{
	va_list args;

	assert(status < 0);
	if (!is_free(err))
		return status;
	va_start(args, format);
	record(err, status, 0, -1, format, args);
	va_end(args);
	return status;
}

enum sift_status
sift_fail_at(struct sift_err *err, enum sift_status status, uint64_t line,
	     int64_t offset, const char *format, ...)
{
	va_list args;

	assert(status < 0);
	if (!is_free(err))
		return status;
	va_start(args, format);
	record(err, status, line, offset, format, args);
	va_end(args);
	return status;
}

enum sift_status
sift_fail_errno(struct sift_err *err, enum sift_status status, int errno_value,
		const char *format, ...)
{
	va_list args;

	assert(status < 0);
	if (!is_free(err))
		return status;
	va_start(args, format);
	record(err, status, 0, -1, format, args);
	va_end(args);
	append_text(err->what, sizeof(err->what), ": ");
	append_text(err->what, sizeof(err->what), sift_errno_text(errno_value));
	return status;
}

void
sift_err_where(struct sift_err *err, const char *where)
{
	if (err && where && err->where[0] == '\0')
		put_text(err->where, sizeof(err->where), where);
}

void
sift_err_clear(struct sift_err *err)
{
	if (err)
		*err = (struct sift_err){.offset = -1};
}

char *
sift_err_format(const struct sift_err *err, char *out, unsigned long size)
{
	char number[32];

	if (size == 0)
		return out;
	put_text(out, size, err->where);
	if (err->line > 0) {
		snprintf(number, sizeof(number), "%s%" PRIu64,
			 err->where[0] ? ":" : "line ", err->line);
		append_text(out, size, number);
	}
	if (out[0])
		append_text(out, size, ": ");
	append_text(out, size,
		    err->what[0] ? err->what : sift_status_text(err->status));
	if (err->line == 0 && err->offset >= 0 && err->status != SIFT_OK) {
		snprintf(number, sizeof(number), " (byte %" PRId64 ")",
			 err->offset);
		append_text(out, size, number);
	}
	return out;
}
