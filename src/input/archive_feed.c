/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "input/archive_feed.h"

#include <errno.h>
#include <unistd.h>

#include "base/mem.h"

/* Small, since a zip of many members is read in many places. */
#define BLOCK_BYTES ((size_t)64 << 10)
#define ENOUGH_NULS 512 /* of a tar's end mark; more are not counted */

void
sift_feed_of_stream(struct sift_feed *feed, struct sift_source *stream)
{
	*feed = (struct sift_feed){.stream = stream, .fd = -1};
}

void
sift_feed_of_memory(struct sift_feed *feed, struct sift_span memory)
{
	*feed = (struct sift_feed){
		.memory = memory, .fd = -1, .size = memory.len};
}

enum sift_status
sift_feed_of_file(struct sift_feed *feed, int fd, uint64_t start,
		  struct sift_err *err)
{
	off_t end = lseek(fd, 0, SEEK_END);

	*feed = (struct sift_feed){.fd = fd, .start = start};
	if (end < 0 || lseek(fd, (off_t)start, SEEK_SET) < 0)
		return sift_fail_errno(err, SIFT_E_IO, errno,
				       "cannot be positioned");
	feed->size = (uint64_t)end > start ? (uint64_t)end - start : 0;
	feed->block = sift_malloc(BLOCK_BYTES);
	if (!feed->block)
		return sift_fail(err, SIFT_E_NOMEM, "no memory for a block");
	return SIFT_OK;
}

void
sift_feed_release(struct sift_feed *feed)
{
	sift_free(feed->block);
	feed->block = NULL;
}

static enum sift_status
read_stream(struct sift_feed *feed, struct sift_span *out)
{
	if (!feed->lead.len)
		return sift_source_next(feed->stream, out, &feed->failure);
	*out = feed->lead;
	feed->lead = (struct sift_span){0};
	return SIFT_OK;
}

static enum sift_status
read_memory(struct sift_feed *feed, struct sift_span *out)
{
	*out = sift_span_head(sift_span_from(feed->memory, (size_t)feed->at),
			      BLOCK_BYTES);
	return out->len ? SIFT_OK : SIFT_END;
}

/* The block at hand answers small steps back as well. */
static enum sift_status
read_file(struct sift_feed *feed, struct sift_span *out)
{
	uint64_t ahead = feed->at - feed->block_at;
	ssize_t n;

	if (feed->at < feed->block_at || ahead >= feed->block_len) {
		do
			n = pread(feed->fd, feed->block, BLOCK_BYTES,
				  (off_t)(feed->start + feed->at));
		while (n < 0 && errno == EINTR);
		if (n < 0)
			return sift_fail_errno(&feed->failure, SIFT_E_IO, errno,
					       "cannot be read");
		feed->block_at = feed->at;
		feed->block_len = (size_t)n;
		ahead = 0;
	}
	*out = sift_span_of(feed->block + ahead,
			    feed->block_len - (size_t)ahead);
	return out->len ? SIFT_OK : SIFT_END;
}

static enum sift_status
read_any(struct sift_feed *feed, struct sift_span *out)
{
	if (feed->stream)
		return read_stream(feed, out);
	return feed->memory.ptr ? read_memory(feed, out) : read_file(feed, out);
}

static void
count(struct sift_feed *feed, struct sift_span bytes)
{
	size_t nuls = 0;

	while (nuls < bytes.len && nuls < ENOUGH_NULS &&
	       !bytes.ptr[bytes.len - 1 - nuls])
		nuls++;
	if (nuls < bytes.len)
		feed->trailing_nuls = 0;
	feed->trailing_nuls += nuls;
	feed->bytes += bytes.len;
	feed->at += bytes.len;
}

static la_ssize_t
give_block(struct archive *a, void *payload, const void **out)
{
	struct sift_feed *feed = payload;
	struct sift_span block = {NULL, 0};
	enum sift_status rc = read_any(feed, &block);

	*out = block.ptr;
	if (rc < 0) {
		feed->status = rc;
		feed->lib->archive_set_error(a, EIO, "%s", feed->failure.what);
		return ARCHIVE_FATAL;
	}
	feed->ended = rc == SIFT_END;
	count(feed, block);
	return (la_ssize_t)block.len;
}

static la_int64_t
skip_bytes(struct archive *a, void *payload, la_int64_t bytes)
{
	struct sift_feed *feed = payload;
	uint64_t left = feed->size - feed->at;
	uint64_t skipped = bytes > 0 ? (uint64_t)bytes : 0;

	(void)a;
	if (skipped > left) /* beyond the end is for reading to find */
		skipped = left;
	feed->at += skipped;
	return (la_int64_t)skipped;
}

static la_int64_t
seek_to(struct archive *a, void *payload, la_int64_t offset, int whence)
{
	struct sift_feed *feed = payload;
	la_int64_t base = 0;
	la_int64_t size = (la_int64_t)feed->size;

	if (whence == SEEK_CUR)
		base = (la_int64_t)feed->at;
	else if (whence == SEEK_END)
		base = size;
	/* base is in 0..size, so neither side overflows. */
	if (offset < -base || offset > size - base) {
		feed->lib->archive_set_error(a, EINVAL,
					     "position beyond the end");
		return ARCHIVE_FATAL;
	}
	feed->at = (uint64_t)(base + offset);
	feed->ended = false;
	return base + offset;
}

int
sift_feed_open(struct sift_feed *feed, struct archive *a)
{
	const struct sift_archive_library *lib = feed->lib;
	int rc = lib->archive_read_set_read_callback(a, give_block);

	if (rc == ARCHIVE_OK && !feed->stream)
		rc = lib->archive_read_set_skip_callback(a, skip_bytes);
	if (rc == ARCHIVE_OK && !feed->stream)
		rc = lib->archive_read_set_seek_callback(a, seek_to);
	if (rc == ARCHIVE_OK)
		rc = lib->archive_read_set_callback_data(a, feed);
	return rc == ARCHIVE_OK ? lib->archive_read_open1(a) : rc;
}

void
sift_feed_tail(struct sift_feed *feed, size_t len, struct sift_buf *out)
{
	struct sift_span block;

	feed->at = feed->size > len ? feed->size - len : 0;
	while (read_any(feed, &block) == SIFT_OK) {
		sift_buf_add_span(out, block);
		feed->at += block.len;
	}
	feed->at = 0;
	sift_err_clear(&feed->failure);
}

enum sift_status
sift_feed_fail(const struct sift_feed *feed, struct archive *a,
	       enum sift_magic magic, struct sift_err *err)
{
	const struct sift_archive_library *lib = feed->lib;
	const char *words = lib->archive_error_string(a); /* NULL, "" */
	const char *what = sift_magic_word(magic);
	struct sift_buf clean;

	if (feed->status < 0) {
		if (err && err->status == SIFT_OK)
			*err = feed->failure;
		return feed->status;
	}
	/* What a dictionary or window claims to need, not what we lack. */
	if (lib->archive_errno(a) == ENOMEM)
		return sift_fail(err, SIFT_E_LIMIT,
				 "%s data need more memory than there is",
				 what);
	sift_buf_init(&clean, 0);
	sift_buf_add_escaped(&clean, sift_span_str(words), 200);
	sift_fail(err, SIFT_E_FORMAT, "%s %s data%s%s",
		  feed->ended ? "truncated" : "damaged", what,
		  clean.len ? ": " : "", clean.len ? clean.ptr : "");
	sift_buf_release(&clean);
	return SIFT_E_FORMAT;
}
