/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_INPUT_SOURCE_IMPL_H
#define SIFT_INPUT_SOURCE_IMPL_H

/*
 * What a kind of source is made of; only input/ includes this.
 *
 * A kind embeds struct sift_source as its first member and gives two
 * functions. Looking ahead, counting, the limit on bytes and the rule that a
 * failure comes after the good bytes and stays are done once, in source.c.
 */

#include "input/magic.h"
#include "input/source.h"

/*
 * What there is to check of a block: its own checksum, once somebody has
 * taken it, and if a member of a compressed stream ends with the block, what
 * all of the member must come to.
 */
struct sift_seal {
	bool is_summed;
	uint32_t block_sum;
	bool is_end;
	uint32_t sum;
	uint32_t len; /* modulo 2^32 */
};

struct sift_source_ops {
	/*
	 * The next bytes, borrowed until the next call. The end or a failure
	 * may come together with bytes: these are handed out first. SIFT_OK
	 * without bytes means "ask again". Not called after an end or failure.
	 */
	enum sift_status (*read)(struct sift_source *src, struct sift_span *out,
				 struct sift_err *err);
	/*
	 * NULL, or what is left to do with what a read gave: `block`, and the
	 * `seal` it left in the source. For each read, in their order, but
	 * perhaps in another thread, while the next one reads on. Gives
	 * SIFT_OK or a failure, which then follows the block.
	 */
	enum sift_status (*check)(struct sift_source *src,
				  struct sift_span block,
				  const struct sift_seal *seal,
				  struct sift_err *err);
	/* The part of a check that asks for nothing but the block: may be done
	   before, in any thread. NULL if `check` is. */
	void (*sum)(const struct sift_source *src, struct sift_span block,
		    struct sift_seal *seal);
	/* Release what the kind owns, the struct itself included. */
	void (*release)(struct sift_source *src);
};

struct sift_source {
	const struct sift_source_ops *ops;
	char *ahead; /* owned; bytes looked at that come before `block` */
	size_t ahead_len;
	size_t ahead_capacity;
	struct sift_span block;	  /* read, neither consumed nor in `ahead` */
	uint64_t offset;	  /* consumed */
	uint64_t produced;	  /* read, whether consumed or not */
	uint64_t in_bytes;	  /* packed bytes it took, kept up by `read` */
	struct sift_seal seal;	  /* behind what was read; set by `read` */
	struct sift_meter *meter; /* borrowed; NULL = decodes nothing */
	uint64_t max_bytes;	  /* to be consumed at most; 0 = no limit */
	enum sift_status state;	  /* what follows `block`; SIFT_OK = more */
	struct sift_err failure;
};

void sift_source_init(struct sift_source *src,
		      const struct sift_source_ops *ops);

/*
 * Check what a read came to, `state` its status: returns that, or a failure
 * that comes before it.
 */
enum sift_status sift_source_check(struct sift_source *src,
				   struct sift_span block,
				   const struct sift_seal *seal,
				   enum sift_status state,
				   struct sift_err *err) SIFT_MUST_CHECK;

/* For a source used again: forget all but the kind. What it owns is freed
   when it is released: its `ahead`, if sift_source_free() does not. */
void sift_source_clear(struct sift_source *src);

/* Consume `len` bytes, no more than sift_source_peek() has just shown. */
void sift_source_consume(struct sift_source *src, size_t len);

/*
 * Has the source been found to be at its end or failed, with nothing left to
 * hand out? Then *out_state says which. Reads nothing.
 */
bool sift_source_is_over(const struct sift_source *src,
			 enum sift_status *out_state);

/* Has the stream ended or failed right behind what was peeked at last? */
bool sift_source_is_all_seen(const struct sift_source *src);

/*
 * What decompression may cost one input. Every decompressing source adds what
 * it yields, so that many small bombs in one archive count as one.
 */
struct sift_meter {
	uint64_t ratio;			/* limits.expansion_ratio */
	uint64_t stored_bytes;		/* the file's size; 0 = a pipe */
	const struct sift_source *root; /* borrowed: counts where it is one */
	uint64_t decoded_bytes;
	bool is_over; /* the input as a whole has used its ratio up */
};

/* Below this many decoded bytes no ratio is looked at: it cannot hurt. */
#define SIFT_METER_FREE_BYTES (UINT64_C(64) << 20)

/*
 * Count `bytes` just decoded, in a stream that has yielded `out_bytes` from
 * `in_bytes` so far.
 *
 * Returns SIFT_OK, or SIFT_E_LIMIT naming the ratio and --max-ratio.
 */
enum sift_status sift_meter_add(struct sift_meter *meter, uint64_t bytes,
				uint64_t in_bytes, uint64_t out_bytes,
				struct sift_err *err) SIFT_MUST_CHECK;

/*
 * A source that has several blocks uses half of them until it has handed out
 * so many: what is short ends before a pause of either side matters, while
 * each block is memory that takes longer to get than to fill. After that come
 * first those that were not used.
 */
#define SIFT_EARLY_BLOCKS 132
static inline unsigned
sift_blocks_in_use(unsigned blocks, uint64_t handed_out)
{
	return handed_out < SIFT_EARLY_BLOCKS && blocks > 1 ? blocks / 2
							    : blocks;
}

/*
 * The content of `inner` (borrowed, must outlive it), which is compressed as
 * `magic` says. All checksums there are get checked. What is handed out stays
 * as it is until sift_blocks_in_use() more blocks have been read, of `blocks`;
 * 1 is what most need.
 */
enum sift_status sift_source_open_packed(struct sift_source **out,
					 enum sift_magic magic,
					 struct sift_source *inner,
					 unsigned blocks,
					 struct sift_err *err) SIFT_MUST_CHECK;

/* Blocks that sift_source_open_ahead() wants its source to have: a thread that
   the system stops for a millisecond shall not stop the other. */
#define SIFT_AHEAD_BLOCKS 8
_Static_assert(SIFT_EARLY_BLOCKS % SIFT_AHEAD_BLOCKS == SIFT_AHEAD_BLOCKS / 2,
	       "what follows the early blocks overwrites none of the last");

/*
 * The same as `inner`, which a second thread reads ahead once a first block has
 * shown that it is worth while. `inner` must have SIFT_AHEAD_BLOCKS blocks,
 * not been read from yet, and share with nothing else what it reads from; it
 * belongs to the new source, on success. Reading it must not wait for long:
 * releasing waits for a read that has begun.
 */
enum sift_status sift_source_open_ahead(struct sift_source **out,
					struct sift_source *inner,
					struct sift_err *err) SIFT_MUST_CHECK;

#endif /* SIFT_INPUT_SOURCE_IMPL_H */
