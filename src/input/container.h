/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_INPUT_CONTAINER_H
#define SIFT_INPUT_CONTAINER_H

/*
 * A tar, zip or 7z, member by member. libarchive reads it, with only the
 * format enabled that the magic bytes said; plain members at the begin of a
 * tar, and a sound end right behind them, are read without it (tar_plain.h).
 *
 * sift_container_next() goes to the next member, sift_container_data() is its
 * content. A failure of next() is damage to a header, after which one may go
 * on, unless sift_container_is_dead(): then nothing more can be read.
 */

#include "input/magic.h"
#include "input/source_impl.h"

/* kind, why it is not read */
#define SIFT_MEMBER_LIST(X)                                                    \
 X(FILE, NULL)                                                                 \
 X(FOLDER, NULL)                                                               \
 X(SYMLINK, "symbolic link")                                                   \
 X(HARDLINK, "hard link to another member")                                    \
 X(OTHER, "no regular file")                                                   \
 X(ENCRYPTED, "encrypted")

enum sift_member_kind {
#define X(name, reason) SIFT_MEMBER_##name,
	SIFT_MEMBER_LIST(X)
#undef X
};

struct sift_member {
	struct sift_span path; /* raw; borrowed until the next call */
	enum sift_member_kind kind;
};

struct sift_container;

/*
 * A tar in the stream `src`; any container in the regular file `fd` from byte
 * `start` on, or in memory. All is borrowed and must outlive it, as must
 * `meter`. Return SIFT_OK; a failure when the container makes no sense at
 * all, SIFT_E_NOMEM, SIFT_E_IO.
 */
enum sift_status
sift_container_open_stream(struct sift_container **out, enum sift_magic magic,
			   struct sift_source *src, struct sift_meter *meter,
			   struct sift_err *err) SIFT_MUST_CHECK;
enum sift_status sift_container_open_file(struct sift_container **out,
					  enum sift_magic magic, int fd,
					  uint64_t start,
					  struct sift_meter *meter,
					  struct sift_err *err) SIFT_MUST_CHECK;
enum sift_status
sift_container_open_memory(struct sift_container **out, enum sift_magic magic,
			   struct sift_span bytes, struct sift_meter *meter,
			   struct sift_err *err) SIFT_MUST_CHECK;

/*
 * Go to the next member. Returns SIFT_OK; SIFT_END when the container was
 * read to a proper end; SIFT_E_FORMAT for headers that were passed over, or
 * an end that is none; other failures of what it is read from.
 */
enum sift_status sift_container_next(struct sift_container *c,
				     struct sift_member *out,
				     struct sift_err *err) SIFT_MUST_CHECK;
bool sift_container_is_dead(const struct sift_container *c);

/* The data of the member; valid until the next call of next(). */
struct sift_source *sift_container_data(struct sift_container *c);

/* NULL is allowed. */
void sift_container_free(struct sift_container *c);

#endif /* SIFT_INPUT_CONTAINER_H */
