/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_INPUT_LABEL_H
#define SIFT_INPUT_LABEL_H

/*
 * Names of files and members, as they come from a file system or an archive,
 * made fit for reports: valid UTF-8, no control characters, bounded.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/span.h"

/* More of one name is never shown. */
#define SIFT_LABEL_BYTES 4096

/*
 * Append the path `raw` as printable UTF-8: as it is when it is that already;
 * a component that is no UTF-8 counts as Windows-1252. Too long: cut, with
 * an ellipsis.
 */
void sift_label_add(struct sift_buf *buf, struct sift_span raw);

/*
 * Put the path of an archive's member into `out` (cleared before) as a
 * relative path: no empty, "." and ".." components. With `backslashes` these
 * separate as well, as in archives made on Windows. "unnamed" if nothing is
 * left. Check sift_buf_status(out).
 */
void sift_label_member(struct sift_buf *out, struct sift_span raw,
		       bool backslashes);

/*
 * Is a file or folder of this name passed over: ".x", "__MACOSX"? (Files
 * "._x" and the folder are what macOS adds to archives.)
 */
bool sift_label_is_hidden(struct sift_span component);

/* The length of `path` up to and with its first hidden component; 0 = none. */
size_t sift_label_hidden_len(struct sift_span path);

#endif /* SIFT_INPUT_LABEL_H */
