/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "engine/inbox.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "base/mem.h"

#define SMALL_BYTES ((size_t)64 << 10)

void
sift_inbox_init(struct sift_inbox *inbox, uint64_t max_payload,
		struct sift_letters *letters)
{
	*inbox = (struct sift_inbox){.max_payload = max_payload,
				     .letters = letters};
}

void
sift_inbox_release(struct sift_inbox *inbox)
{
	sift_free(inbox->bytes);
	sift_free(inbox->large);
	sift_inbox_init(inbox, inbox->max_payload, inbox->letters);
}

/* The head of the frame at inbox->at; false when it is not all there. */
static bool
read_head(const struct sift_inbox *inbox, struct sift_wire_frame *frame)
{
	if (inbox->len - inbox->at < sizeof(*frame))
		return false;
	memcpy(frame, inbox->bytes + inbox->at, sizeof(*frame));
	return true;
}

/* The bytes left begin a frame: make room for the rest of it. */
static enum sift_status
make_room(struct sift_inbox *inbox, struct sift_err *err)
{
	struct sift_wire_frame frame;
	size_t left;

	if (!inbox->bytes)
		inbox->bytes = sift_malloc(SMALL_BYTES);
	if (!inbox->bytes)
		return sift_fail(err, SIFT_E_NOMEM,
				 "no memory for what a worker sends");
	left = inbox->len - inbox->at;
	memmove(inbox->bytes, inbox->bytes + inbox->at, left);
	inbox->at = 0;
	inbox->len = left;
	if (!read_head(inbox, &frame))
		return SIFT_OK;
	if (frame.length > inbox->max_payload)
		return sift_fail(err, SIFT_E_FORMAT,
				 "a worker sent what is no frame");
	if (frame.length <= SMALL_BYTES - sizeof(frame))
		return SIFT_OK;
	inbox->large = sift_malloc((size_t)frame.length);
	if (!inbox->large)
		return sift_fail(err, SIFT_E_NOMEM,
				 "no memory for what a worker sends");
	inbox->frame = frame;
	inbox->large_len = left - sizeof(frame);
	memcpy(inbox->large, inbox->bytes + sizeof(frame),
	       (size_t)inbox->large_len);
	inbox->len = 0;
	return SIFT_OK;
}

enum sift_status
sift_inbox_receive(struct sift_inbox *inbox, int sock, struct sift_err *err)
{
	enum sift_status rc = inbox->large ? SIFT_OK : make_room(inbox, err);
	ssize_t n;

	if (rc)
		return rc;
	if (inbox->large)
		n = recv(sock, inbox->large + inbox->large_len,
			 (size_t)(inbox->frame.length - inbox->large_len),
			 MSG_DONTWAIT);
	else
		n = recv(sock, inbox->bytes + inbox->len,
			 SMALL_BYTES - inbox->len, MSG_DONTWAIT);
	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return SIFT_OK;
	if (n <= 0)
		return SIFT_END;
	if (inbox->large)
		inbox->large_len += (uint64_t)n;
	else
		inbox->len += (size_t)n;
	return SIFT_OK;
}

/* The large frame is whole: hand it out, or free it if that was done. */
static bool
take_large(struct sift_inbox *inbox, struct sift_wire_frame *frame,
	   struct sift_span *payload)
{
	if (inbox->large_len < inbox->frame.length)
		return false;
	if (!inbox->frame.kind) {
		sift_free(inbox->large);
		inbox->large = NULL;
		return false;
	}
	*frame = inbox->frame;
	*payload = sift_span_of(inbox->large, (size_t)inbox->large_len);
	inbox->frame.kind = 0;
	return true;
}

/* The next of those received. */
static bool
next_received(struct sift_inbox *inbox, struct sift_wire_frame *frame,
	      struct sift_span *payload)
{
	size_t rest;

	if (inbox->large)
		return take_large(inbox, frame, payload);
	if (!read_head(inbox, frame))
		return false;
	rest = inbox->len - inbox->at - sizeof(*frame);
	if (frame->length > rest)
		return false;
	*payload = sift_span_of(inbox->bytes + inbox->at + sizeof(*frame),
				(size_t)frame->length);
	inbox->at += sizeof(*frame) + (size_t)frame->length;
	return true;
}

/* ---- letters ---- */

static enum sift_status
refuse_letter(struct sift_err *err)
{
	return sift_fail(err, SIFT_E_FORMAT, "a worker sent a broken letter");
}

static enum sift_status
open_letter(struct sift_inbox *inbox, struct sift_span payload,
	    struct sift_err *err)
{
	if (!inbox->letters || payload.len != sizeof(inbox->open))
		return refuse_letter(err);
	memcpy(&inbox->open, payload.ptr, sizeof(inbox->open));
	inbox->left = sift_letters_open(inbox->letters, &inbox->open);
	return inbox->left.ptr ? SIFT_OK : refuse_letter(err);
}

/* SIFT_END when the letter has no more: it is given back then. */
static enum sift_status
next_of_letter(struct sift_inbox *inbox, struct sift_wire_frame *frame,
	       struct sift_span *payload, struct sift_err *err)
{
	struct sift_span *left = &inbox->left;

	if (!left->len) {
		sift_letters_give_back(inbox->letters, inbox->open.index);
		left->ptr = NULL;
		return SIFT_END;
	}
	if (left->len < sizeof(*frame))
		return refuse_letter(err);
	memcpy(frame, left->ptr, sizeof(*frame));
	*left = sift_span_from(*left, sizeof(*frame));
	if (frame->length > left->len || frame->length > inbox->max_payload ||
	    frame->kind == SIFT_WIRE_LETTER)
		return refuse_letter(err);
	*payload = sift_span_head(*left, (size_t)frame->length);
	*left = sift_span_from(*left, (size_t)frame->length);
	return SIFT_OK;
}

enum sift_status
sift_inbox_next(struct sift_inbox *inbox, struct sift_wire_frame *frame,
		struct sift_span *payload, struct sift_err *err)
{
	enum sift_status rc = SIFT_END;

	for (;;) {
		if (inbox->left.ptr)
			rc = next_of_letter(inbox, frame, payload, err);
		if (rc != SIFT_END)
			return rc;
		if (!next_received(inbox, frame, payload))
			return SIFT_END;
		if (frame->kind != SIFT_WIRE_LETTER)
			return SIFT_OK;
		rc = open_letter(inbox, *payload, err);
		if (rc)
			return rc;
	}
}
