/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_BASE_ERR_H
#define SIFT_BASE_ERR_H

/*
 * Failing in one line. The types are public: see <loadsift/status.h>.
 *
 *	return sift_fail(err, SIFT_E_LIMIT, "more than %u members", max);
 */

#include <loadsift/status.h>

#if defined(__GNUC__)
# define SIFT_MUST_CHECK __attribute__((warn_unused_result))
# define SIFT_PRINTF(f, a) __attribute__((format(printf, f, a)))
#else
# define SIFT_MUST_CHECK
# define SIFT_PRINTF(f, a)
#endif

/*
 * Record a failure, unless `err` holds one already (the first stays) or is
 * NULL. Returns `status`, so that failing is one line. Text that comes from
 * files must have been made printable first: sift_buf_add_escaped() in
 * base/buf.h.
 */
enum sift_status sift_fail(struct sift_err *err, enum sift_status status,
			   const char *format, ...) SIFT_PRINTF(3, 4);

/* As sift_fail(), with the line (1-based, 0 = unknown) and byte offset (-1). */
enum sift_status sift_fail_at(struct sift_err *err, enum sift_status status,
			      uint64_t line, int64_t offset, const char *format,
			      ...) SIFT_PRINTF(5, 6);

/* As sift_fail() with the text of `errno_value` appended after ": ". */
enum sift_status sift_fail_errno(struct sift_err *err, enum sift_status status,
				 int errno_value, const char *format, ...)
	SIFT_PRINTF(4, 5);

/* Say where, unless it is known already. NULL `err` is allowed. */
void sift_err_where(struct sift_err *err, const char *where);

/* Forget, so that `err` can be used for the next thing. */
void sift_err_clear(struct sift_err *err);

#endif /* SIFT_BASE_ERR_H */
