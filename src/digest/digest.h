/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_DIGEST_DIGEST_H
#define SIFT_DIGEST_DIGEST_H

/*
 * A digest: the blocks of any number of sources, keyed by source name. It is
 * the only thing that crosses a process boundary, and a `.lsd` file is the
 * same bytes. Merging two digests unites their blocks; blocks of one name
 * are parts of one source and are merged. Commutative and associative.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"
#include "digest/block.h"
#include "digest/store.h"

struct sift_digest {
	struct sift_block **blocks; /* owned; by name after _finish() */
	size_t count;
	size_t capacity;
	/* samples that are kept as they are */
	uint64_t max_samples; /* of all sources; 0 = no limit */
	uint64_t max_source_samples;
	struct sift_store store; /* of blocks that were read into it */
};

#define SIFT_DIGEST_SAMPLES (4 * SIFT_BLOCK_SAMPLES)

/* Limits are SIFT_DIGEST_SAMPLES and SIFT_BLOCK_SAMPLES. */
void sift_digest_init(struct sift_digest *digest);
void sift_digest_release(struct sift_digest *digest);

/* Limit the samples kept as they are to what fits into so much memory, four
   bytes each, and those of one source to a quarter of that. */
void sift_digest_limit(struct sift_digest *digest, uint64_t bytes);
uint64_t sift_source_samples(uint64_t bytes);

/* Take over a block, finished or unsorted; on failure it still belongs to the
 * caller. */
enum sift_status sift_digest_add(struct sift_digest *digest,
				 struct sift_block *block,
				 struct sift_err *err) SIFT_MUST_CHECK;

/* Move all blocks of `from` into `into`; `from` is empty afterwards. */
enum sift_status sift_digest_merge(struct sift_digest *into,
				   struct sift_digest *from,
				   struct sift_err *err) SIFT_MUST_CHECK;

/*
 * Sort what workers left unsorted, with up to `threads` threads, merge parts of
 * one source, bin the samples of sources that have too many,
 * sort by path, then name. While all sources together have too many, the one
 * with most samples is binned; of several with as many the one of the lowest
 * hash. Sources of equal content count once and are binned together.
 */
enum sift_status sift_digest_finish(struct sift_digest *digest,
				    unsigned threads,
				    struct sift_err *err) SIFT_MUST_CHECK;

/*
 * Where a block had too many names, so that ids in them were replaced, replace
 * them in all blocks that have names of the same form: runs of one test must
 * not differ in names because one of them had a few more. The digests are
 * finished and stay so. Returns SIFT_OK, SIFT_E_NOMEM.
 */
enum sift_status sift_digest_share_names(struct sift_digest *const *digests,
					 size_t count,
					 struct sift_err *err) SIFT_MUST_CHECK;

/*
 * The byte form (docs/formats/lsd.md): magic and version, then one framed
 * section per block, each with length and checksum, little-endian. The first
 * bytes are SIFT_DIGEST_MAGIC.
 */
#define SIFT_DIGEST_MAGIC "loadsift digest\n"

/* Append the header of the byte form / one block's section to `out`. */
void sift_digest_write_header(struct sift_buf *out);
enum sift_status sift_digest_write_block(const struct sift_block *block,
					 struct sift_buf *out,
					 struct sift_err *err) SIFT_MUST_CHECK;
/* The section that ends the byte form and tells that nothing is missing. */
enum sift_status sift_digest_write_end(uint64_t blocks, struct sift_buf *out,
				       struct sift_err *err) SIFT_MUST_CHECK;
/* The whole digest. */
enum sift_status sift_digest_write(const struct sift_digest *digest,
				   struct sift_buf *out,
				   struct sift_err *err) SIFT_MUST_CHECK;

/*
 * What a block's section holds, without the frame: a worker sends it in one of
 * its own. On failure `out` may hold some of it.
 */
enum sift_status sift_block_write(const struct sift_block *block,
				  struct sift_buf *out,
				  struct sift_err *err) SIFT_MUST_CHECK;

/*
 * Read that into a new, finished block that lies in `store`, which must
 * outlive it, or (NULL) in an arena of its own; is_unsorted stays so. The input
 * is not trusted: every length is checked, every count bounded, text must be
 * UTF-8. The block's hash is that of these bytes, which is the block's own if
 * we wrote them. *out_skipped becomes true when it holds parts that are not
 * known; a note of the block says so.
 *
 * Returns SIFT_OK, SIFT_E_FORMAT, SIFT_E_NOMEM.
 */
enum sift_status sift_block_read(struct sift_span payload,
				 struct sift_store *store,
				 struct sift_block **out, bool *out_skipped,
				 struct sift_err *err) SIFT_MUST_CHECK;

/* The same into a digest, which shares what its blocks have in common. */
enum sift_status sift_digest_take_block(struct sift_digest *digest,
					struct sift_span payload,
					struct sift_err *err) SIFT_MUST_CHECK;

/*
 * Parse one framed section at the start of *bytes and move *bytes past it.
 * An unknown kind of section is skipped: *out is NULL and *out_skipped (may be
 * NULL) becomes true. The section that ends a digest gives no block either.
 *
 * Returns SIFT_OK; SIFT_END when *bytes is empty; SIFT_E_FORMAT for damage
 * or a section that is cut short; SIFT_E_NOMEM.
 */
enum sift_status sift_digest_read_block(struct sift_span *bytes,
					struct sift_block **out,
					bool *out_skipped,
					struct sift_err *err) SIFT_MUST_CHECK;

/* Does `head` begin a digest? */
bool sift_digest_is(struct sift_span head);

/*
 * Read a whole byte form and add its blocks. With damage the good sections
 * are added and SIFT_E_FORMAT is returned; SIFT_E_UNSUPPORTED when nothing
 * is damaged but some sections are of a newer version.
 */
enum sift_status sift_digest_read(struct sift_digest *digest,
				  struct sift_span bytes,
				  struct sift_err *err) SIFT_MUST_CHECK;

#endif /* SIFT_DIGEST_DIGEST_H */
