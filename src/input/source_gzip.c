/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <zlib.h>

#include "base/mem.h"
#include "input/source_impl.h"

/*
 * gzip (RFC 1952), inflated here and not by libarchive, which up to 3.7 checks
 * neither CRC nor length. zlib checks both at the end of each member; what
 * zlib does not tell is that the input ended early and what follows the last
 * member.
 */

#define BLOCK_BYTES ((size_t)256 << 10)
#define WINDOW_BITS_GZIP (15 + 16)

struct gzip_source {
	struct sift_source base;
	struct sift_source *inner; /* borrowed */
	struct sift_meter *meter;  /* borrowed */
	z_stream z;		   /* its input lies in inner's block */
	bool z_is_open;
	bool between;	      /* after a member, before what follows */
	bool padded;	      /* NULs followed a member */
	uint64_t taken;	      /* bytes handed to zlib, all of them used but
				 for z.avail_in */
	uint64_t yielded;     /* decoded bytes */
	unsigned char *block; /* owned */
};

static void *
allocate(void *payload, unsigned count, unsigned size)
{
	(void)payload;
	return sift_calloc(count, size);
}

static void
release(void *payload, void *ptr)
{
	(void)payload;
	sift_free(ptr);
}

static enum sift_status
take_input(struct gzip_source *g, struct sift_err *err)
{
	struct sift_span block;
	enum sift_status rc = sift_source_next(g->inner, &block, err);

	if (rc)
		return rc;
	/* A block fits: sources hand out at most some MiB, memory aside. */
	if (block.len > UINT32_MAX)
		return sift_fail(err, SIFT_E_INTERNAL, "block too large");
	g->z.next_in = (z_const Bytef *)block.ptr;
	g->z.avail_in = (uInt)block.len;
	g->taken += block.len;
	return SIFT_OK;
}

static enum sift_status
refuse_junk(struct gzip_source *g, struct sift_err *err)
{
	uint64_t junk = g->z.avail_in;
	enum sift_status rc;

	for (;;) {
		rc = take_input(g, err);
		if (rc < 0)
			return rc;
		if (rc == SIFT_END)
			break;
		junk += g->z.avail_in;
	}
	return sift_fail(err, SIFT_E_FORMAT,
			 "%llu bytes of junk after the gzip data",
			 (unsigned long long)junk);
}

/*
 * What follows a member: the end, the next member, or NULs up to the end (of
 * a tape's block). Anything else is no gzip.
 */
static enum sift_status
look_behind_member(struct gzip_source *g, struct sift_err *err)
{
	enum sift_status rc;

	for (;;) {
		if (!g->z.avail_in) {
			rc = take_input(g, err);
			if (rc)
				return rc;
		}
		if (*g->z.next_in)
			break;
		g->padded = true;
		g->z.next_in++;
		g->z.avail_in--;
	}
	if (*g->z.next_in != 0x1f || g->padded)
		return refuse_junk(g, err);
	g->between = false;
	if (inflateReset(&g->z) != Z_OK)
		return sift_fail(err, SIFT_E_INTERNAL, "zlib has no state");
	return SIFT_OK;
}

static enum sift_status
inflate_some(struct gzip_source *g, struct sift_err *err)
{
	enum sift_status rc;

	if (!g->z.avail_in) {
		rc = take_input(g, err);
		if (rc == SIFT_END)
			return sift_fail(err, SIFT_E_FORMAT,
					 "truncated gzip data");
		if (rc)
			return rc;
	}
	switch (inflate(&g->z, Z_NO_FLUSH)) {
	case Z_OK:
	case Z_BUF_ERROR: /* wants input or room: both come */
		return SIFT_OK;
	case Z_STREAM_END:
		g->between = true;
		return SIFT_OK;
	case Z_MEM_ERROR:
		return sift_fail(err, SIFT_E_NOMEM, "no memory to inflate");
	default:
		return sift_fail(err, SIFT_E_FORMAT, "damaged gzip data: %s",
				 g->z.msg ? g->z.msg : "it makes no sense");
	}
}

static enum sift_status
read_gzip(struct sift_source *src, struct sift_span *out, struct sift_err *err)
{
	struct gzip_source *g = (struct gzip_source *)src;
	enum sift_status rc = SIFT_OK;
	enum sift_status limit;
	size_t len;

	g->z.next_out = g->block;
	g->z.avail_out = (uInt)BLOCK_BYTES;
	while (rc == SIFT_OK && g->z.avail_out)
		rc = g->between ? look_behind_member(g, err)
				: inflate_some(g, err);
	len = BLOCK_BYTES - g->z.avail_out;
	*out = sift_span_of((const char *)g->block, len);
	g->yielded += len;
	if (rc < 0)
		return rc;
	limit = sift_meter_add(g->meter, len, g->taken - g->z.avail_in,
			       g->yielded, err);
	return limit ? limit : rc;
}

static void
release_gzip(struct sift_source *src)
{
	struct gzip_source *g = (struct gzip_source *)src;

	if (g->z_is_open)
		inflateEnd(&g->z);
	sift_free(g->block);
	sift_free(g);
}

static const struct sift_source_ops gzip_ops = {
	.read = read_gzip,
	.release = release_gzip,
};

enum sift_status
sift_source_open_gzip(struct sift_source **out, struct sift_source *inner,
		      struct sift_meter *meter, struct sift_err *err)
{
	struct gzip_source *g = sift_calloc(1, sizeof(*g));

	if (!g)
		return sift_fail(err, SIFT_E_NOMEM, "no memory for a source");
	sift_source_init(&g->base, &gzip_ops);
	g->inner = inner;
	g->meter = meter;
	g->block = sift_malloc(BLOCK_BYTES);
	g->z.zalloc = allocate;
	g->z.zfree = release;
	if (g->block)
		g->z_is_open = inflateInit2(&g->z, WINDOW_BITS_GZIP) == Z_OK;
	if (!g->z_is_open) {
		release_gzip(&g->base);
		return sift_fail(err, SIFT_E_NOMEM, "no memory to inflate");
	}
	*out = &g->base;
	return SIFT_OK;
}
