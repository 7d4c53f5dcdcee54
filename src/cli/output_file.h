/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_CLI_OUTPUT_FILE_H
#define SIFT_CLI_OUTPUT_FILE_H

/*
 * An output that is there whole or not at all: written to a new file beside
 * the target, then renamed over it. A target that exists and is no regular
 * file (a device, a FIFO) is written directly; "-" is standard output.
 *
 * Sequence: open, write to .fd, then _commit() or _discard().
 */

#include <stdbool.h>

#include "base/err.h"

struct sift_output_file {
	int fd;
	char *target;	 /* owned; links resolved */
	char *temporary; /* owned; NULL when written directly */
};

/* Will it be written directly? */
bool sift_output_is_stream(const char *file);
/* Returns SIFT_OK, SIFT_E_IO, SIFT_E_NOMEM. */
enum sift_status sift_output_open(struct sift_output_file *out,
				  const char *file,
				  struct sift_err *err) SIFT_MUST_CHECK;
/* Make it last and visible; closes. Returns SIFT_OK, SIFT_E_IO. */
enum sift_status sift_output_commit(struct sift_output_file *out,
				    struct sift_err *err) SIFT_MUST_CHECK;
/* Leave the target as it was; closes. */
void sift_output_discard(struct sift_output_file *out);

#endif /* SIFT_CLI_OUTPUT_FILE_H */
