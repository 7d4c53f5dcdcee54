/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_INPUT_MAGIC_H
#define SIFT_INPUT_MAGIC_H

/*
 * Which compression or container do these bytes begin? Ours is the only
 * judgement: libarchive gets just the one format enabled that was found here,
 * because left to guess it takes NULs for an empty tar, NDJSON for an mtree
 * listing and damaged data for a plain file.
 */

#include <stdbool.h>

#include "base/span.h"

/* name, its word in messages, is it compression, is it a container */
#define SIFT_MAGIC_LIST(X)                                                     \
 X(NONE, "plain", false, false)                                                \
 X(GZIP, "gzip", true, false)                                                  \
 X(XZ, "xz", true, false)                                                      \
 X(ZSTD, "zstd", true, false)                                                  \
 X(BZIP2, "bzip2", true, false)                                                \
 X(TAR, "tar", false, true)                                                    \
 X(EMPTY_TAR, "empty tar", false, false)                                       \
 X(ZIP, "zip", false, true)                                                    \
 X(EMPTY_ZIP, "empty zip", false, false)                                       \
 X(SEVENZIP, "7z", false, true)

enum sift_magic {
#define X(name, word, compression, container) SIFT_MAGIC_##name,
	SIFT_MAGIC_LIST(X)
#undef X
};

/* How much of a stream decides, and how much for one that begins with NULs. */
#define SIFT_MAGIC_BYTES 512
#define SIFT_MAGIC_NUL_BYTES 65536

/*
 * What `head` begins; `whole` = it is all there is. A file cut within the
 * magic of a compression counts as that compression if nothing else is in it.
 */
enum sift_magic sift_magic_of(struct sift_span head, bool whole);

const char *sift_magic_word(enum sift_magic magic);
bool sift_magic_is_compression(enum sift_magic magic);
bool sift_magic_is_container(enum sift_magic magic);

/* Are these 512 bytes a tar header whose checksum is right? */
bool sift_magic_is_tar_header(const char *bytes);

/* Are these the mark of a tar's end, two blocks of NULs, and perhaps more of
   such blocks, but nothing else? */
bool sift_magic_is_tar_end(struct sift_span bytes);

#endif /* SIFT_INPUT_MAGIC_H */
