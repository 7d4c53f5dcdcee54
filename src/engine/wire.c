/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "engine/wire.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

/* Less is copied through the socket sooner than noted in a letter. */
#define LETTER_LEAST ((size_t)4 << 10)

/* What comes first in a job; the descriptors ride on it. */
struct job_head {
	uint32_t count;
	uint32_t fds; /* as many, or none with a parcel */
	uint32_t threads;
	uint32_t unused;
	uint64_t length; /* of the text that follows */
};

/* In the text: one per file, then name NUL path NUL declared. */
struct file_head {
	uint64_t skip, avoid, first, parcel;
	uint64_t begin, end, first_line;
	uint32_t format;
	uint32_t name_len, path_len, declared_len;
	uint32_t is_careful, unused;
};

union fd_control {
	char bytes[CMSG_SPACE(SIFT_WIRE_FILES * sizeof(int))];
	struct cmsghdr align;
};

static enum sift_status
send_all(int sock, const void *bytes, size_t len, struct sift_err *err)
{
	const char *at = bytes;

	while (len > 0) {
		ssize_t n = send(sock, at, len, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return sift_fail_errno(err, SIFT_E_IO, errno,
					       "sending to a process failed");
		at += n;
		len -= (size_t)n;
	}
	return SIFT_OK;
}

/* SIFT_END when the other side closed before the first byte. */
static enum sift_status
receive_all(int sock, void *bytes, size_t len, struct sift_err *err)
{
	char *at = bytes;
	size_t left = len;

	while (left > 0) {
		ssize_t n = recv(sock, at, left, 0);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return sift_fail_errno(err, SIFT_E_IO, errno,
					       "receiving a job failed");
		if (n == 0)
			return left == len ? SIFT_END
					   : sift_fail(err, SIFT_E_IO,
						       "a job is cut short");
		at += n;
		left -= (size_t)n;
	}
	return SIFT_OK;
}

static void
add_file(struct sift_buf *text, const struct sift_wire_file *file)
{
	const struct sift_wire_piece *piece = &file->piece;
	struct file_head head = {
		.skip = file->skip,
		.avoid = file->avoid,
		.is_careful = file->is_careful,
		.first = file->first,
		.parcel = file->parcel,
		.begin = piece->begin,
		.end = piece->end,
		.first_line = piece->first_line,
		.format = piece->format,
		.name_len = (uint32_t)strlen(file->name),
		.path_len = (uint32_t)strlen(file->path),
		.declared_len = (uint32_t)piece->declared.len,
	};

	sift_buf_add(text, &head, sizeof(head));
	sift_buf_add(text, file->name, head.name_len + 1);
	sift_buf_add(text, file->path, head.path_len + 1);
	sift_buf_add_span(text, piece->declared);
}

static enum sift_status
send_head(int sock, const struct job_head *head,
	  const struct sift_wire_file *files, struct sift_err *err)
{
	struct job_head copy = *head;
	struct iovec part = {.iov_base = &copy, .iov_len = sizeof(copy)};
	union fd_control control = {{0}};
	size_t bytes = head->fds * sizeof(int);
	struct msghdr message = {.msg_iov = &part,
				 .msg_iovlen = 1,
				 .msg_control = control.bytes,
				 .msg_controllen = CMSG_SPACE(bytes)};
	struct cmsghdr *rights = CMSG_FIRSTHDR(&message);
	ssize_t n;

	rights->cmsg_level = SOL_SOCKET;
	rights->cmsg_type = SCM_RIGHTS;
	rights->cmsg_len = CMSG_LEN(bytes);
	if (!head->fds)
		message.msg_controllen = 0;
	for (size_t i = 0; i < head->fds; i++)
		memcpy(CMSG_DATA(rights) + i * sizeof(int), &files[i].fd,
		       sizeof(int));
	do
		n = sendmsg(sock, &message, MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return sift_fail_errno(err, SIFT_E_IO, errno,
				       "sending a job failed");
	return send_all(sock, (const char *)&copy + n, sizeof(copy) - (size_t)n,
			err);
}

enum sift_status
sift_wire_send_job(int sock, const struct sift_wire_file *files, size_t count,
		   unsigned threads, struct sift_err *err)
{
	struct job_head head = {.count = (uint32_t)count,
				.fds = files[0].parcel ? 0 : (uint32_t)count,
				.threads = threads};
	struct sift_buf text;
	enum sift_status rc;

	sift_buf_init(&text, 0);
	for (size_t i = 0; i < count; i++)
		add_file(&text, &files[i]);
	rc = sift_buf_status(&text);
	if (rc) {
		rc = sift_fail(err, rc, "no memory for a job");
		goto done;
	}
	head.length = text.len;
	rc = send_head(sock, &head, files, err);
	if (!rc)
		rc = send_all(sock, text.ptr, text.len, err);
done:
	sift_buf_release(&text);
	return rc;
}

/* The head and its descriptors; fds[] is filled with head->fds of them. */
static enum sift_status
receive_head(int sock, struct job_head *head, int fds[SIFT_WIRE_FILES],
	     struct sift_err *err)
{
	struct iovec part = {.iov_base = head, .iov_len = sizeof(*head)};
	union fd_control control = {{0}};
	struct msghdr message = {.msg_iov = &part,
				 .msg_iovlen = 1,
				 .msg_control = control.bytes,
				 .msg_controllen = sizeof(control.bytes)};
	struct cmsghdr *rights;
	size_t got = 0;
	ssize_t n;
	enum sift_status rc;

	do
		n = recvmsg(sock, &message, MSG_CMSG_CLOEXEC);
	while (n < 0 && errno == EINTR);
	if (n == 0)
		return SIFT_END;
	if (n < 0)
		return sift_fail_errno(err, SIFT_E_IO, errno,
				       "receiving a job failed");
	rc = receive_all(sock, (char *)head + n, sizeof(*head) - (size_t)n,
			 err);
	if (rc)
		return rc < 0 ? rc
			      : sift_fail(err, SIFT_E_IO, "a job is cut short");
	rights = CMSG_FIRSTHDR(&message);
	if (rights && rights->cmsg_type == SCM_RIGHTS) {
		got = (rights->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		memcpy(fds, CMSG_DATA(rights), got * sizeof(int));
	}
	if (got != head->fds || head->count == 0 ||
	    head->count > SIFT_WIRE_FILES || message.msg_flags & MSG_CTRUNC)
		return sift_fail(err, SIFT_E_IO,
				 "%zu of %u files of a job arrived", got,
				 (unsigned)head->count);
	return SIFT_OK;
}

/* Point names and paths of `files` into the text received. */
static enum sift_status
split_text(struct sift_wire_file *files, size_t count, struct sift_span text,
	   struct sift_err *err)
{
	for (size_t i = 0; i < count; i++) {
		struct file_head head;
		size_t names;

		if (text.len < sizeof(head))
			return sift_fail(err, SIFT_E_FORMAT, "broken job");
		memcpy(&head, text.ptr, sizeof(head));
		text = sift_span_from(text, sizeof(head));
		names = (size_t)head.name_len + head.path_len + 2;
		if (text.len < names || text.len - names < head.declared_len)
			return sift_fail(err, SIFT_E_FORMAT, "broken job");
		files[i].skip = head.skip;
		files[i].avoid = head.avoid;
		files[i].is_careful = head.is_careful != 0;
		files[i].first = head.first;
		files[i].parcel = head.parcel;
		files[i].name = text.ptr;
		files[i].path = text.ptr + head.name_len + 1;
		text = sift_span_from(text, names);
		files[i].piece = (struct sift_wire_piece){
			.begin = head.begin,
			.end = head.end,
			.first_line = head.first_line,
			.format = head.format,
			.declared = sift_span_head(text, head.declared_len),
		};
		text = sift_span_from(text, head.declared_len);
	}
	return SIFT_OK;
}

enum sift_status
sift_wire_receive_job(int sock, struct sift_wire_file files[SIFT_WIRE_FILES],
		      size_t *out_count, unsigned *out_threads,
		      struct sift_buf *text, struct sift_err *err)
{
	int fds[SIFT_WIRE_FILES];
	struct job_head head;
	char piece[4096];
	enum sift_status rc = receive_head(sock, &head, fds, err);

	if (rc)
		return rc;
	sift_buf_clear(text);
	for (uint64_t left = head.length; left > 0 && !rc;) {
		size_t n = left < sizeof(piece) ? (size_t)left : sizeof(piece);

		rc = receive_all(sock, piece, n, err);
		sift_buf_add(text, piece, n);
		left -= n;
	}
	if (rc)
		return rc < 0 ? rc : SIFT_E_IO;
	rc = sift_buf_status(text);
	if (rc)
		return sift_fail(err, rc, "no memory for a job");
	for (size_t i = 0; i < head.count; i++)
		files[i].fd = head.fds ? fds[i] : -1;
	*out_count = head.count;
	*out_threads = head.threads;
	return split_text(files, *out_count, sift_buf_span(text), err);
}

size_t
sift_wire_begin(struct sift_buf *out, enum sift_wire_kind kind, uint32_t file)
{
	const struct sift_wire_frame frame = {.kind = kind, .file = file};
	size_t at = out->len;

	sift_buf_add(out, &frame, sizeof(frame));
	return at;
}

void
sift_wire_take_back(struct sift_buf *out, size_t at)
{
	out->len = at;
	out->status = SIFT_OK;
}

enum sift_status
sift_wire_end(struct sift_buf *out, size_t at)
{
	struct sift_wire_frame frame;

	if (sift_buf_status(out)) {
		sift_wire_take_back(out, at);
		return SIFT_E_NOMEM;
	}
	memcpy(&frame, out->ptr + at, sizeof(frame));
	frame.length = out->len - at - sizeof(frame);
	memcpy(out->ptr + at, &frame, sizeof(frame));
	return SIFT_OK;
}

/* Put what there is into a letter, if one is free, and its number in the place
   of that. */
static enum sift_status
write_letter(struct sift_letters *letters, struct sift_buf *out)
{
	struct sift_letter_sent sent;
	size_t at;

	if (!letters || out->len < LETTER_LEAST ||
	    !sift_letters_write(letters, sift_buf_span(out), &sent))
		return SIFT_OK;
	sift_buf_clear(out);
	at = sift_wire_begin(out, SIFT_WIRE_LETTER, 0);
	sift_buf_add(out, &sent, sizeof(sent));
	return sift_wire_end(out, at); /* there was room for more */
}

enum sift_status
sift_wire_flush(int sock, struct sift_letters *letters, struct sift_buf *out,
		struct sift_err *err)
{
	enum sift_status rc = write_letter(letters, out);

	if (!rc)
		rc = send_all(sock, out->ptr, out->len, err);

	sift_buf_clear(out);
	return rc;
}
