/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_INPUT_UNPACK_H
#define SIFT_INPUT_UNPACK_H

/*
 * From an open file to the sources in it: the file itself, what is inside
 * its compression, or each member of the archive it is, down to
 * limits.nesting containers deep. Nothing is written to disk.
 *
 * Compression and containers are recognised by their first bytes only:
 * gzip (inflated by us, CRC and length checked), xz, zstd, bzip2; tar, zip,
 * 7z. One stream has at most two layers of compression.
 *
 * Names: a member of `x.tar.gz` is `x.tar.gz!member`, its logical path is the
 * container's path without archive suffixes, "/", the member's path without
 * "./"; a compressed single result keeps its name and path. The second member
 * of a name has "#2" behind both.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <loadsift/loadsift.h>

#include "base/err.h"
#include "input/source.h"

/* What the walk through a file hands out. */
struct sift_visitor {
	/*
	 * A source to read. Borrowed, valid during the call; it need not be
	 * read to its end, but whether it is sound is only known then:
	 * sift_source_drain(). Returns SIFT_OK to go on, a failure to stop.
	 */
	enum sift_status (*source)(void *payload, const char *name,
				   const char *path, struct sift_source *src,
				   struct sift_err *err);
	/*
	 * Something that is not read: a link or device in an archive, a hidden
	 * member (is_damage 0), a damaged member header, a container that
	 * could not be opened or ends early, a limit (is_damage 1); `reason`
	 * is one line.
	 */
	enum sift_status (*skipped)(void *payload, const char *name,
				    const char *path, const char *reason,
				    int is_damage, struct sift_err *err);
	void *payload;
	/* May a second thread decompress while the visitor reads? What is
	   handed out does not depend on it. */
	bool may_use_thread;
};

/*
 * Visit all sources in the file `fd` (borrowed; regular file or pipe). 7z and
 * zip in a pipe or in another container are held in memory up to 256 MiB.
 *
 * Returns SIFT_OK, a failure of a visitor, SIFT_E_NOMEM, SIFT_E_IO when
 * nothing of the file could be read. Damage goes to visitor->skipped().
 */
enum sift_status sift_unpack(int fd, const char *name, const char *path,
			     const struct sift_limits *limits,
			     const struct sift_visitor *visitor,
			     struct sift_err *err) SIFT_MUST_CHECK;

/*
 * `name` without archive and compression suffixes (.tar.gz, .tgz, .zip …),
 * as a length; equal to strlen(name) when it has none. "x.json.gz" has none:
 * only .tar, .tgz, .tbz2, .txz, .tzst, .zip, .7z, .lsd, and .gz, .xz, .zst,
 * .bz2 after .tar count.
 */
size_t sift_archive_stem_len(const char *name);

/* The defaults of DESIGN 7 in place of zeros. */
struct sift_limits sift_limits_resolved(const struct sift_limits *given);

#endif /* SIFT_INPUT_UNPACK_H */
