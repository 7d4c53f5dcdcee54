/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "base/mem.h"
#include "input/decoder.h"
#include "input/source_impl.h"

/*
 * The content of a compressed stream: its members one after the other, each
 * of which a decoder takes off and checks. Here is what no library tells in
 * the same way: that the input ended early, and what follows a member.
 */

/* A block with less room than this is full: ISA-L decodes up to 64 KiB ahead
   of the room it has, which would be lost if damage followed. */
#define MIN_ROOM ((size_t)128 << 10)

struct packed_source {
	struct sift_source base;
	struct sift_source *inner; /* borrowed */
	enum sift_magic magic;
	struct sift_decoder decoder; /* its input lies in inner's block */
	bool is_between;	     /* after a member, before what follows */
	bool is_padded;		     /* NULs followed a member */
	bool wants_input;
	uint64_t taken;	 /* bytes given to the decoder */
	char *blocks;	 /* owned */
	unsigned count;	 /* of blocks */
	uint64_t filled; /* so often any of them was */

	/* of the member that is being checked; not for `read` */
	uint32_t sum;
	uint32_t sum_len;
};

/* Fetch input, once the decoder has none left. */
static enum sift_status
take_input(struct packed_source *p, struct sift_err *err)
{
	struct sift_span block;
	enum sift_status rc = sift_source_next(p->inner, &block, err);

	if (rc)
		return rc;
	/* A block fits: sources hand out at most some MiB, memory aside. */
	if (block.len > UINT32_MAX)
		return sift_fail(err, SIFT_E_INTERNAL, "block too large");
	p->decoder.in = (const unsigned char *)block.ptr;
	p->decoder.in_len = block.len;
	p->taken += block.len;
	p->wants_input = false;
	return SIFT_OK;
}

static enum sift_status
refuse_junk(struct packed_source *p, struct sift_err *err)
{
	uint64_t junk = p->decoder.in_len;
	enum sift_status rc;

	for (;;) {
		rc = take_input(p, err);
		if (rc < 0)
			return rc;
		if (rc == SIFT_END)
			break;
		junk += p->decoder.in_len;
	}
	return sift_fail(err, SIFT_E_FORMAT,
			 "%llu bytes of junk after the %s data",
			 (unsigned long long)junk, sift_magic_word(p->magic));
}

/* What did not go well, in words around the name of the compression. */
static enum sift_status
fail(const struct packed_source *p, enum sift_decoded how, struct sift_err *err)
{
	static const struct {
		enum sift_status status;
		const char *before;
		const char *behind;
	} words[] = {
		[SIFT_DECODED_DAMAGE] = {SIFT_E_FORMAT, "damaged ", " data"},
		[SIFT_DECODED_WRONG_SUM] = {SIFT_E_FORMAT, "damaged ",
					    " data: wrong checksum or length"},
		[SIFT_DECODED_WINDOW] = {SIFT_E_LIMIT, "",
					 " data need a window of more "
					 "than " SIFT_DECODER_WINDOW_WORDS},
		[SIFT_DECODED_DICTIONARY] = {SIFT_E_FORMAT, "",
					     " data need a dictionary"},
		[SIFT_DECODED_NOMEM] = {SIFT_E_NOMEM, "no memory to decode ",
					" data"},
	};

	return sift_fail(err, words[how].status, "%s%s%s", words[how].before,
			 sift_magic_word(p->magic), words[how].behind);
}

/*
 * What follows a member: the end, the next member, or NULs up to the end (of
 * a tape's block). Anything else is junk.
 */
static enum sift_status
look_behind_member(struct packed_source *p, struct sift_err *err)
{
	struct sift_decoder *d = &p->decoder;
	enum sift_decoded how;
	enum sift_status rc;

	for (;;) {
		if (!d->in_len) {
			rc = take_input(p, err);
			if (rc)
				return rc;
		}
		if (*d->in)
			break;
		p->is_padded = true;
		sift_decoder_move(d, d->in_len - 1, d->out_len);
	}
	if (!memchr(d->kind->firsts.ptr, *d->in, d->kind->firsts.len) ||
	    (p->is_padded && !d->kind->may_follow_nuls))
		return refuse_junk(p, err);
	p->is_between = false;
	how = d->kind->begin(d->state);
	return how == SIFT_DECODED_SOME ? SIFT_OK : fail(p, how, err);
}

static enum sift_status
decode_some(struct packed_source *p, struct sift_err *err)
{
	enum sift_decoded how;
	enum sift_status rc;

	if (p->wants_input) {
		rc = take_input(p, err);
		if (rc == SIFT_END)
			return sift_fail(err, SIFT_E_FORMAT,
					 "truncated %s data",
					 sift_magic_word(p->magic));
		if (rc)
			return rc;
	}
	how = p->decoder.kind->step(&p->decoder);
	if (how > SIFT_DECODED_END)
		return fail(p, how, err);
	p->is_between = how == SIFT_DECODED_END;
	/* A full block may have left input or output in the decoder. */
	p->wants_input = !p->decoder.in_len && p->decoder.out_len;
	return SIFT_OK;
}

static enum sift_status
read_packed(struct sift_source *src, struct sift_span *out,
	    struct sift_err *err)
{
	struct packed_source *p = (struct packed_source *)src;
	const size_t room = p->decoder.kind->block_bytes;
	const unsigned in_use = sift_blocks_in_use(p->count, p->filled);
	char *block = p->blocks + p->filled % in_use * room;
	enum sift_status rc = SIFT_OK;

	p->filled++;
	p->decoder.seal.is_end = false;
	p->decoder.out = (unsigned char *)block;
	p->decoder.out_len = room;
	while (rc == SIFT_OK && p->decoder.out_len >= MIN_ROOM &&
	       !p->decoder.seal.is_end)
		rc = p->is_between ? look_behind_member(p, err)
				   : decode_some(p, err);
	*out = sift_span_of(block, room - p->decoder.out_len);
	src->in_bytes = p->taken - p->decoder.in_len;
	src->seal = p->decoder.seal;
	return rc;
}

static enum sift_status
check_packed(struct sift_source *src, struct sift_span block,
	     const struct sift_seal *seal, struct sift_err *err)
{
	struct packed_source *p = (struct packed_source *)src;
	const struct sift_decoder_kind *kind = p->decoder.kind;
	bool is_sound;

	if (!kind->add)
		return SIFT_OK;
	p->sum = seal->is_summed
			 ? kind->join(p->sum, seal->block_sum, block.len)
			 : kind->add(p->sum, (const unsigned char *)block.ptr,
				     block.len);
	p->sum_len += (uint32_t)block.len;
	if (!seal->is_end)
		return SIFT_OK;
	is_sound = p->sum == seal->sum && p->sum_len == seal->len;
	p->sum = 0;
	p->sum_len = 0;
	return is_sound ? SIFT_OK : fail(p, SIFT_DECODED_WRONG_SUM, err);
}

static void
sum_packed(const struct sift_source *src, struct sift_span block,
	   struct sift_seal *seal)
{
	const struct packed_source *p = (const struct packed_source *)src;
	const struct sift_decoder_kind *kind = p->decoder.kind;

	if (!kind->add)
		return;
	seal->is_summed = true;
	seal->block_sum =
		kind->add(0, (const unsigned char *)block.ptr, block.len);
}

static void
release_packed(struct sift_source *src)
{
	struct packed_source *p = (struct packed_source *)src;

	if (p->decoder.state)
		p->decoder.kind->free(p->decoder.state);
	sift_free(p->blocks);
	sift_free(p);
}

static const struct sift_source_ops packed_ops = {
	.read = read_packed,
	.check = check_packed,
	.sum = sum_packed,
	.release = release_packed,
};

bool
sift_source_is_near(const struct sift_source *src)
{
	return src->ops == &packed_ops;
}

static const struct sift_decoder_kind *
kind_of(enum sift_magic magic)
{
	if (magic == SIFT_MAGIC_GZIP)
		return &sift_decoder_gzip;
	if (magic == SIFT_MAGIC_XZ)
		return &sift_decoder_xz;
	return magic == SIFT_MAGIC_ZSTD ? &sift_decoder_zstd
					: &sift_decoder_bzip2;
}

enum sift_status
sift_source_open_packed(struct sift_source **out, enum sift_magic magic,
			struct sift_source *inner, unsigned blocks,
			struct sift_err *err)
{
	struct packed_source *p = sift_calloc(1, sizeof(*p));
	struct sift_decoder *d;

	if (!p)
		return sift_fail(err, SIFT_E_NOMEM, "no memory for a source");
	sift_source_init(&p->base, &packed_ops);
	p->inner = inner;
	p->magic = magic;
	p->wants_input = true;
	p->count = blocks;
	d = &p->decoder;
	d->kind = kind_of(magic);
	p->blocks = sift_malloc_pages(blocks * d->kind->block_bytes);
	if (p->blocks)
		d->state = d->kind->open();
	if (!d->state || d->kind->begin(d->state) != SIFT_DECODED_SOME) {
		release_packed(&p->base);
		return sift_fail(err, SIFT_E_NOMEM, "no memory to decode");
	}
	*out = &p->base;
	return SIFT_OK;
}

enum sift_status
sift_source_open_gzip(struct sift_source **out, struct sift_source *inner,
		      uint64_t max, struct sift_err *err)
{
	enum sift_status rc =
		sift_source_open_packed(out, SIFT_MAGIC_GZIP, inner, 1, err);

	if (!rc)
		(*out)->max_bytes = max;
	return rc;
}
