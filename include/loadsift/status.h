/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOADSIFT_STATUS_H
#define LOADSIFT_STATUS_H

/*
 * How functions of loadsift say what happened.
 *
 * A function that can fail returns an enum sift_status: 0 is success,
 * SIFT_END (positive) the regular end of an iteration, failures are
 * negative. The words for people are in a struct sift_err that the caller
 * owns and passes as the last argument; NULL is allowed there. It holds
 * fixed arrays, so that running out of memory can be reported as well.
 */

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* name, value, words */
#define SIFT_STATUS_LIST(X)                                                    \
 X(OK, 0, "success")                                                           \
 X(END, 1, "end")                                                              \
 X(E_USAGE, -1, "wrong usage or configuration")                                \
 X(E_NOMEM, -2, "out of memory")                                               \
 X(E_IO, -3, "input or output error")                                          \
 X(E_LIMIT, -4, "limit reached")                                               \
 X(E_FORMAT, -5, "damaged or malformed data")                                  \
 X(E_UNKNOWN, -6, "unknown format")                                            \
 X(E_UNSUPPORTED, -7, "known but not read")                                    \
 X(E_EMPTY, -8, "nothing usable")                                              \
 X(E_INTERNAL, -9, "internal error")

enum sift_status {
#define X(name, value, words) SIFT_##name = (value),
	SIFT_STATUS_LIST(X)
#undef X
};

/*
 * What went wrong, where. The first failure stays: callers may fill in
 * `where`, they never rewrite `what`.
 */
struct sift_err {
	enum sift_status status;
	uint64_t line;	 /* 1-based line, 0 = unknown */
	int64_t offset;	 /* byte offset in the decoded data, -1 = unknown */
	char where[512]; /* `run.tar.gz!stats.csv`, "" = unknown */
	char what[512];	 /* one line, no capital, no full stop */
};

/* The words for a status; a static string, never NULL. */
const char *sift_status_text(enum sift_status status);

/*
 * Put "where:line: what" (or "where: what (byte N)", whatever is known) into
 * `out`, always terminated, cut if it does not fit. Returns `out`.
 */
char *sift_err_format(const struct sift_err *err, char *out,
		      unsigned long size);

#ifdef __cplusplus
}
#endif

#endif /* LOADSIFT_STATUS_H */
