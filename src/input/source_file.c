/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include "base/mem.h"
#include "input/source_impl.h"

#define BLOCK_BYTES ((size_t)256 << 10)

struct file_source {
	struct sift_source base;
	int fd; /* borrowed */
	bool started;
	char *block; /* owned */
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

static enum sift_status
read_file(struct sift_source *src, struct sift_span *out, struct sift_err *err)
{
	struct file_source *f = (struct file_source *)src;
	ssize_t n;

	if (!f->started)
		wait_for_bytes(f->fd);
	f->started = true;
	for (;;) {
		n = read(f->fd, f->block, BLOCK_BYTES);
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

	sift_free(f->block);
	sift_free(f);
}

static const struct sift_source_ops file_ops = {
	.read = read_file,
	.release = release_file,
};

enum sift_status
sift_source_open_fd(struct sift_source **out, int fd, struct sift_err *err)
{
	struct file_source *f = sift_calloc(1, sizeof(*f));

	if (!f)
		return sift_fail(err, SIFT_E_NOMEM, "no memory for a source");
	sift_source_init(&f->base, &file_ops);
	f->fd = fd;
	f->block = sift_malloc(BLOCK_BYTES);
	if (!f->block) {
		release_file(&f->base);
		return sift_fail(err, SIFT_E_NOMEM, "no memory for a block");
	}
	*out = &f->base;
	return SIFT_OK;
}
