/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "packed_fixture.h"

#include <bzlib.h>
#include <check.h>
#include <lzma.h>
#include <zstd.h>

#include "base/mem.h"
#include "input_fixture.h"

static void
pack_xz(struct sift_buf *out, struct sift_span text)
{
	size_t size = lzma_stream_buffer_bound(text.len);
	uint8_t *bytes = sift_malloc(size);
	size_t len = 0;

	ck_assert_int_eq(lzma_easy_buffer_encode(0, LZMA_CHECK_CRC64, NULL,
						 (const uint8_t *)text.ptr,
						 text.len, bytes, &len, size),
			 LZMA_OK);
	sift_buf_add(out, bytes, len);
	sift_free(bytes);
}

static void
pack_zstd(struct sift_buf *out, struct sift_span text)
{
	ZSTD_CCtx *context = ZSTD_createCCtx();
	size_t size = ZSTD_compressBound(text.len);
	char *bytes = sift_malloc(size);
	size_t len;

	ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
	len = ZSTD_compress2(context, bytes, size, text.ptr, text.len);
	ck_assert(!ZSTD_isError(len));
	sift_buf_add(out, bytes, len);
	sift_free(bytes);
	ZSTD_freeCCtx(context);
}

static void
pack_bzip2(struct sift_buf *out, struct sift_span text)
{
	unsigned len = (unsigned)text.len + (unsigned)text.len / 50 + 1000;
	char *bytes = sift_malloc(len);

	ck_assert_int_eq(
		BZ2_bzBuffToBuffCompress(bytes, &len,
					 text.len ? (char *)text.ptr : bytes,
					 (unsigned)text.len, 1, 0, 0),
		BZ_OK);
	sift_buf_add(out, bytes, len);
	sift_free(bytes);
}

/* clang-format off */
const struct packed_kind packed_kinds[PACKED_KINDS] = {
	{"gzip", SIFT_MAGIC_GZIP, fixture_gzip, 64, 769},
	{"xz", SIFT_MAGIC_XZ, pack_xz, 0, 0},
	{"zstd", SIFT_MAGIC_ZSTD, pack_zstd, 30, 0},
	{"bzip2", SIFT_MAGIC_BZIP2, pack_bzip2, 80, 0},
};
/* clang-format on */

struct sift_source *
open_packed(enum sift_magic magic, struct sift_span packed, size_t block,
	    unsigned blocks, struct sift_source **out_inner)
{
	struct sift_source *src;

	ck_assert_int_eq(sift_source_open_memory(out_inner, packed.ptr,
						 packed.len, block, NULL),
			 SIFT_OK);
	ck_assert_int_eq(
		sift_source_open_packed(&src, magic, *out_inner, blocks, NULL),
		SIFT_OK);
	return src;
}

void
unpack(struct unpacked *out, enum sift_magic magic, struct sift_span packed,
       size_t block)
{
	struct sift_source *inner;
	struct sift_source *src;

	*out = (struct unpacked){0};
	sift_buf_init(&out->text, 0);
	src = open_packed(magic, packed, block, 1, &inner);
	out->rc = sift_source_read_all(src, SIZE_MAX, &out->text, &out->err);
	sift_source_free(src);
	sift_source_free(inner);
}
