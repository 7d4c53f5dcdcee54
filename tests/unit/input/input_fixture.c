/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "input_fixture.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>

#include "base/hash.h"

#define PIPE_BYTES 65536

void
fixture_gzip(struct sift_buf *out, struct sift_span text)
{
	unsigned char block[4096];
	z_stream z = {0};
	int rc;

	ck_assert_int_eq(
		deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY),
		Z_OK);
	z.next_in = (z_const Bytef *)text.ptr;
	z.avail_in = (uInt)text.len;
	do {
		z.next_out = block;
		z.avail_out = sizeof(block);
		rc = deflate(&z, Z_FINISH);
		sift_buf_add(out, block, sizeof(block) - z.avail_out);
	} while (rc == Z_OK);
	ck_assert_int_eq(rc, Z_STREAM_END);
	deflateEnd(&z);
}

void
fixture_noise(struct sift_buf *out, size_t len, unsigned seed)
{
	uint64_t state = seed + UINT64_C(0x9e3779b97f4a7c15);

	while (len--) {
		state = state * UINT64_C(6364136223846793005) + 1442695041;
		sift_buf_add_byte(out, (char)(unsigned char)(state >> 56));
	}
}

int
fixture_fd(struct sift_span bytes)
{
	FILE *file = tmpfile();
	int fd;

	ck_assert_ptr_nonnull(file);
	ck_assert_uint_eq(
		fwrite(bytes.ptr ? bytes.ptr : "", 1, bytes.len, file),
		bytes.len);
	ck_assert_int_eq(fflush(file), 0);
	fd = dup(fileno(file));
	ck_assert_int_ge(fd, 0);
	fclose(file);
	ck_assert_int_eq((int)lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

static void
write_all(int fd, struct sift_span bytes)
{
	ssize_t n;

	while (bytes.len) {
		n = write(fd, bytes.ptr, bytes.len);
		if (n <= 0)
			break; /* the reader has seen enough */
		bytes = sift_span_from(bytes, (size_t)n);
	}
}

int
fixture_pipe(struct sift_span bytes)
{
	int ends[2];

	ck_assert_int_eq(pipe(ends), 0);
	if (bytes.len <= PIPE_BYTES) {
		write_all(ends[1], bytes);
	} else if (fork() == 0) {
		close(ends[0]);
		write_all(ends[1], bytes);
		_exit(0);
	}
	close(ends[1]);
	return ends[0];
}

static enum sift_status
log_source(void *payload, const char *name, const char *path,
	   struct sift_source *src, struct sift_err *err)
{
	struct sift_buf *log = payload;
	struct sift_err failure = {0};
	struct sift_buf content;
	char hash[17];

	(void)err;
	sift_buf_init(&content, 0);
	if (sift_source_read_all(src, SIZE_MAX, &content, &failure))
		ck_assert_str_ne(failure.what, "");
	sift_hash_hex(sift_hash128(content.ptr, content.len), 16, hash);
	sift_buf_printf(log, "+ %s %s %zu %s%s%s\n", name, path, content.len,
			hash, failure.what[0] ? " " : "", failure.what);
	sift_buf_release(&content);
	return SIFT_OK;
}

static enum sift_status
log_skipped(void *payload, const char *name, const char *path,
	    const char *reason, int is_damage, struct sift_err *err)
{
	(void)err;
	ck_assert_str_ne(reason, "");
	sift_buf_printf(payload, "%c %s %s %s\n", is_damage ? '!' : '-', name,
			path, reason);
	return SIFT_OK;
}

void
fixture_visit(int fd, const struct sift_limits *limits, struct sift_buf *log)
{
	static const struct sift_limits defaults;
	struct sift_visitor visitor = {
		.source = log_source, .skipped = log_skipped, .payload = log};
	struct sift_err err = {0};

	if (sift_unpack(fd, "in", "in", limits ? limits : &defaults, &visitor,
			&err))
		sift_buf_printf(log, "= %s\n", err.what);
	close(fd);
}

void
fixture_visit_bytes(struct sift_span bytes, struct sift_buf *log)
{
	sift_buf_init(log, 0);
	fixture_visit(fixture_fd(bytes), NULL, log);
}

void
fixture_expect(struct sift_buf *log, const char *name, const char *path,
	       struct sift_span content)
{
	char hash[17];

	sift_hash_hex(sift_hash128(content.ptr, content.len), 16, hash);
	sift_buf_printf(log, "+ %s %s %zu %s\n", name, path, content.len, hash);
}

void
fixture_same(struct sift_buf *got, struct sift_buf *want)
{
	ck_assert_str_eq(got->ptr ? got->ptr : "", want->ptr ? want->ptr : "");
	sift_buf_release(got);
	sift_buf_release(want);
}
