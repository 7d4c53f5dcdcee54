/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "input/source_impl.h"

/*
 * Plain bytes of a descriptor. What limits reading them is the kernel's copy
 * out of its cache. It is fastest between pages: blocks begin at a page in
 * memory and, the first one aside, at a multiple of their size in the file.
 *
 * A large file is mapped instead, a window after the other, which saves the
 * copy: a tenth of all the time points take. Its begin and its end are read,
 * so small files cost no more calls, and one that grows ends where it would.
 * Should a file shrink under a window, the process is ended by SIGBUS, and
 * the file is damaged, as with any reader that dies.
 */

#define BLOCK_BYTES ((size_t)256 << 10)
#define BLOCKS_FIRST 4 /* read before anything is mapped */
#define WINDOW_BYTES ((size_t)2 << 20)
#define NO_OFFSET UINT64_MAX

struct file_source {
	struct sift_source base;
	int fd;	     /* borrowed */
	uint64_t at; /* of the next byte; NO_OFFSET = where the fd stands */
	uint64_t end;
	uint64_t blocks; /* read so far */
	char *block;	 /* owned */
	void *window;	 /* owned; NULL = none */
};

/*
 * Files are opened without blocking, so that a FIFO cannot stop the walk;
 * here, where its content is wanted, is the place to wait for a writer.
 */
static void
wait_for_bytes(int fd)
{
	struct pollfd wanted = {.fd = fd, .events = POLLIN};

	if (fd < 0) /* poll() would wait for ever */
		return;
	while (poll(&wanted, 1, -1) < 0 && errno == EINTR)
		;
}

/* How much to read at once: up to the next boundary of blocks. */
static size_t
next_len(const struct file_source *f)
{
	uint64_t len = BLOCK_BYTES;

	if (f->at != NO_OFFSET) {
		len -= f->at % BLOCK_BYTES;
		if (f->end - f->at < len)
			len = f->end - f->at;
	}
	return (size_t)len;
}

static ssize_t
read_block(struct file_source *f)
{
	size_t len = next_len(f);
	ssize_t n;

	if (f->at == NO_OFFSET)
		return read(f->fd, f->block, len);
	n = pread(f->fd, f->block, len, (off_t)f->at);
	if (n > 0)
		f->at += (uint64_t)n;
	return n;
}

static void
unmap_window(struct file_source *f)
{
	if (f->window)
		munmap(f->window, WINDOW_BYTES);
	f->window = NULL;
}

/* Where the next byte is; negative for what has no places, as a pipe. */
static off_t
place(const struct file_source *f)
{
	return f->at == NO_OFFSET ? lseek(f->fd, 0, SEEK_CUR) : (off_t)f->at;
}

static void
move_to(struct file_source *f, uint64_t at)
{
	if (f->at == NO_OFFSET)
		(void)lseek(f->fd, (off_t)at, SEEK_SET);
	else
		f->at = at;
}

/* What is left of the window that the next byte is in, if the file has more
   behind it. False: read it. */
static bool
map_window(struct file_source *f, struct sift_span *out)
{
	off_t at = place(f);
	off_t begin = at - at % (off_t)WINDOW_BYTES;
	off_t end = begin + (off_t)WINDOW_BYTES;
	struct stat is;
	void *window;

	if (at < 0 || (uint64_t)end > f->end || fstat(f->fd, &is) ||
	    !S_ISREG(is.st_mode) || end >= is.st_size)
		return false;
	window = mmap(NULL, WINDOW_BYTES, PROT_READ, MAP_SHARED, f->fd, begin);
	if (window == MAP_FAILED)
		return false;
	f->window = window;
	*out = sift_span_of((const char *)window + (at - begin),
			    (size_t)(end - at));
	move_to(f, (uint64_t)end);
	return true;
}

static enum sift_status
read_file(struct sift_source *src, struct sift_span *out, struct sift_err *err)
{
	struct file_source *f = (struct file_source *)src;
	ssize_t n;

	unmap_window(f);
	if (!f->blocks)
		wait_for_bytes(f->fd);
	/* Not worth a call for a file of one block; a pipe does not care. */
	else if (f->blocks == 1)
		(void)posix_fadvise(f->fd, 0, 0, POSIX_FADV_SEQUENTIAL);
	f->blocks++;
	if (f->blocks > BLOCKS_FIRST && map_window(f, out))
		return SIFT_OK;
	for (;;) {
		n = read_block(f);
		if (n >= 0)
			break;
		if (errno == EAGAIN)
			wait_for_bytes(f->fd);
		else if (errno != EINTR)
			return sift_fail_errno(err, SIFT_E_IO, errno,
					       "cannot be read");
	}
	if (n == 0)
		return SIFT_END;
	*out = sift_span_of(f->block, (size_t)n);
	return SIFT_OK;
}

static void
release_file(struct sift_source *src)
{
	struct file_source *f = (struct file_source *)src;

	unmap_window(f);
	sift_free(f->block);
	sift_free(f);
}

static const struct sift_source_ops file_ops = {
	.read = read_file,
	.release = release_file,
};

static enum sift_status
open_file(struct sift_source **out, int fd, uint64_t begin, uint64_t end,
	  struct sift_err *err)
{
	struct file_source *f = sift_calloc(1, sizeof(*f));

	if (!f)
		return sift_fail(err, SIFT_E_NOMEM, "no memory for a source");
	sift_source_init(&f->base, &file_ops);
	f->fd = fd;
	f->at = begin;
	f->end = end;
	f->block = sift_malloc_pages(BLOCK_BYTES);
	if (!f->block) {
		release_file(&f->base);
		return sift_fail(err, SIFT_E_NOMEM, "no memory for a block");
	}
	*out = &f->base;
	return SIFT_OK;
}

enum sift_status
sift_source_open_fd(struct sift_source **out, int fd, struct sift_err *err)
{
	return open_file(out, fd, NO_OFFSET, NO_OFFSET, err);
}

enum sift_status
sift_source_open_range(struct sift_source **out, int fd, uint64_t begin,
		       uint64_t end, struct sift_err *err)
{
	/* Beyond what an offset can be there is nothing. */
	if (end > INT64_MAX)
		end = INT64_MAX;
	return open_file(out, fd, begin < end ? begin : end, end, err);
}

bool
sift_source_is_fd(const struct sift_source *src)
{
	const struct file_source *f = (const struct file_source *)src;

	return src->ops == &file_ops && f->at == NO_OFFSET;
}
