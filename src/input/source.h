/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_INPUT_SOURCE_H
#define SIFT_INPUT_SOURCE_H

/*
 * A source is one file's decoded bytes as a stream of blocks: of a plain
 * file, of a gzip stream we inflate, of a member of an archive, or of memory.
 *
 * sift_source_peek() looks ahead without consuming, for recognition;
 * sift_source_next() consumes block by block until SIFT_END. A damaged or
 * truncated stream delivers all bytes that could be decoded first and only
 * then fails, so that readers can keep the records before the damage.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

struct sift_source; /* opaque */

#define SIFT_PEEK_MAX ((size_t)1 << 20)

/*
 * The first bytes of what has not been consumed: at least `want` of them (at
 * most SIFT_PEEK_MAX) unless the stream ends before. *out is borrowed until the
 * next call on the source. A failure of the stream is not reported here but
 * by sift_source_next() in its turn.
 *
 * Returns SIFT_OK (also with an empty *out at the end), SIFT_E_NOMEM.
 */
enum sift_status sift_source_peek(struct sift_source *src, size_t want,
				  struct sift_span *out,
				  struct sift_err *err) SIFT_MUST_CHECK;

/*
 * The next block, of any size above 0, borrowed until the next call.
 *
 * Returns SIFT_OK; SIFT_END; SIFT_E_IO; SIFT_E_FORMAT for damaged or
 * truncated data; SIFT_E_LIMIT; SIFT_E_NOMEM. After a failure every further
 * call fails the same way.
 */
enum sift_status sift_source_next(struct sift_source *src,
				  struct sift_span *out,
				  struct sift_err *err) SIFT_MUST_CHECK;

/*
 * Append all that is left to `buf`, at most `max` bytes.
 *
 * Returns SIFT_OK at the end of the stream; SIFT_E_LIMIT when there is more
 * than `max`; any failure of sift_source_next(), with the good bytes in buf.
 */
enum sift_status sift_source_read_all(struct sift_source *src, size_t max,
				      struct sift_buf *buf,
				      struct sift_err *err) SIFT_MUST_CHECK;

/*
 * Read on to the end and keep nothing: tells whether the rest is sound.
 * Returns SIFT_OK at the end of the stream, else as sift_source_next().
 */
enum sift_status sift_source_drain(struct sift_source *src,
				   struct sift_err *err) SIFT_MUST_CHECK;

/* Decoded bytes consumed so far. */
uint64_t sift_source_offset(const struct sift_source *src);

/*
 * A source over `len` borrowed bytes that hands them out in blocks of at most
 * `block` bytes (0 = all at once); for tests and small nested containers.
 * Returns SIFT_OK or SIFT_E_NOMEM.
 */
enum sift_status sift_source_open_memory(struct sift_source **out,
					 const void *bytes, size_t len,
					 size_t block,
					 struct sift_err *err) SIFT_MUST_CHECK;

#define SIFT_WHOLE_MAX ((size_t)512 << 10)

/* All that a short source has to give. */
struct sift_whole {
	struct sift_span bytes;
	struct sift_err end; /* status: SIFT_END, or the failure behind them */
};

/*
 * Is the source shorter than SIFT_WHOLE_MAX, and nothing of it consumed? Then
 * *out is all of it, borrowed until the next call. Nothing is consumed either:
 * it can still be read.
 * Returns SIFT_OK; SIFT_END when it is not; SIFT_E_NOMEM.
 */
enum sift_status sift_source_whole(struct sift_source *src,
				   struct sift_whole *out,
				   struct sift_err *err) SIFT_MUST_CHECK;

/* A source that gives the same again. `whole` and its bytes are borrowed.
   Returns SIFT_OK or SIFT_E_NOMEM. */
enum sift_status sift_source_open_whole(struct sift_source **out,
					const struct sift_whole *whole,
					struct sift_err *err) SIFT_MUST_CHECK;

/*
 * A source over what is left to read of the descriptor `fd` (borrowed; must
 * outlive it), as it is stored. Returns SIFT_OK or SIFT_E_NOMEM.
 */
enum sift_status sift_source_open_fd(struct sift_source **out, int fd,
				     struct sift_err *err) SIFT_MUST_CHECK;

/*
 * A source over the bytes `begin` up to, not including, `end` of the regular
 * file `fd` (borrowed; must outlive it), or up to the end of the file if that
 * comes first. The descriptor's position is neither used nor changed, so that
 * several ranges may be read at once. Offsets count from `begin`.
 * Returns SIFT_OK or SIFT_E_NOMEM.
 */
enum sift_status sift_source_open_range(struct sift_source **out, int fd,
					uint64_t begin, uint64_t end,
					struct sift_err *err) SIFT_MUST_CHECK;

/*
 * What is gzipped in `inner` (borrowed, must outlive it), at most `max` bytes
 * of it: for what is packed inside a document.
 */
enum sift_status sift_source_open_gzip(struct sift_source **out,
				       struct sift_source *inner, uint64_t max,
				       struct sift_err *err) SIFT_MUST_CHECK;

/* Is the source one from sift_source_open_fd()? */
bool sift_source_is_fd(const struct sift_source *src);

/* Are its bytes in the processor's caches, as the thread that asks for them
   decodes them itself? */
bool sift_source_is_near(const struct sift_source *src);

/* Does UTF-16 begin here, by its byte order mark? */
bool sift_utf16_is(struct sift_span head);

/*
 * A source over UTF-16 with a byte order mark, `inner` (borrowed, must outlive
 * it), that hands it out as UTF-8 without one; so offsets are not those of
 * the file. Returns SIFT_OK or SIFT_E_NOMEM.
 */
enum sift_status sift_source_open_utf16(struct sift_source **out,
					struct sift_source *inner,
					struct sift_err *err) SIFT_MUST_CHECK;

/* Release the source. NULL is allowed. */
void sift_source_free(struct sift_source *src);

#endif /* SIFT_INPUT_SOURCE_H */
