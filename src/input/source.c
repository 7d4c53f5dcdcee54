/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "input/source.h"

#include "base/mem.h"
#include "input/source_impl.h"

void
sift_source_init(struct sift_source *src, const struct sift_source_ops *ops)
{
	*src = (struct sift_source){.ops = ops};
}

void
sift_source_clear(struct sift_source *src)
{
	char *ahead = src->ahead;
	size_t capacity = src->ahead_capacity;

	sift_source_init(src, src->ops);
	src->ahead = ahead;
	src->ahead_capacity = capacity;
}

enum sift_status
sift_source_check(struct sift_source *src, struct sift_span block,
		  const struct sift_seal *seal, enum sift_status state,
		  struct sift_err *err)
{
	struct sift_err failure = {0};
	enum sift_status rc;

	if (!src->ops->check)
		return state;
	rc = src->ops->check(src, block, seal, &failure);
	if (rc)
		*err = failure;
	return rc ? rc : state;
}

static void
read_once(struct sift_source *src)
{
	src->state = src->ops->read(src, &src->block, &src->failure);
	src->state = sift_source_check(src, src->block, &src->seal, src->state,
				       &src->failure);
}

/* Read until there is a block, or no more to come. */
static void
fill(struct sift_source *src)
{
	enum sift_status limit;

	while (!src->block.len && src->state == SIFT_OK)
		read_once(src);
	src->produced += src->block.len;
	if (!src->meter || src->state < 0)
		return;
	limit = sift_meter_add(src->meter, src->block.len, src->in_bytes,
			       src->produced, &src->failure);
	if (limit)
		src->state = limit;
}

/* Move up to `want` bytes in all from the block to the bytes ahead. */
static enum sift_status
move_ahead(struct sift_source *src, size_t want, struct sift_err *err)
{
	struct sift_span head =
		sift_span_head(src->block, want - src->ahead_len);

	if (!head.len)
		return SIFT_OK;
	if (sift_array_grow((void **)&src->ahead, &src->ahead_capacity,
			    src->ahead_len + head.len, 1, SIFT_PEEK_MAX))
		return sift_fail(err, SIFT_E_NOMEM, "no memory to look ahead");
	memcpy(src->ahead + src->ahead_len, head.ptr, head.len);
	src->ahead_len += head.len;
	src->block = sift_span_from(src->block, head.len);
	return SIFT_OK;
}

enum sift_status
sift_source_peek(struct sift_source *src, size_t want, struct sift_span *out,
		 struct sift_err *err)
{
	enum sift_status rc = SIFT_OK;

	if (want > SIFT_PEEK_MAX)
		want = SIFT_PEEK_MAX;
	if (!src->ahead_len) {
		if (!src->block.len)
			fill(src);
		/* The usual case: nothing needs to be copied. */
		if (src->block.len >= want || src->state != SIFT_OK) {
			*out = src->block;
			return SIFT_OK;
		}
	}
	while (src->ahead_len < want && !rc) {
		if (!src->block.len)
			fill(src);
		if (!src->block.len)
			break;
		rc = move_ahead(src, want, err);
	}
	*out = sift_span_of(src->ahead, src->ahead_len);
	return rc;
}

/* The end or failure that was kept for its turn. */
static enum sift_status
pass_on(const struct sift_source *src, struct sift_err *err)
{
	if (src->state < 0 && err && err->status == SIFT_OK)
		*err = src->failure;
	return src->state;
}

/* Cut what was consumed beyond max_bytes off *out, and all that follows. */
static void
cut_at_limit(struct sift_source *src, struct sift_span *out)
{
	out->len -= (size_t)(src->offset - src->max_bytes);
	src->offset = src->max_bytes;
	src->ahead_len = 0;
	src->block.len = 0;
	sift_err_clear(&src->failure);
	src->state = sift_fail(&src->failure, SIFT_E_LIMIT,
			       "more than %llu bytes when decompressed "
			       "(--max-member-bytes)",
			       (unsigned long long)src->max_bytes);
}

enum sift_status
sift_source_next(struct sift_source *src, struct sift_span *out,
		 struct sift_err *err)
{
	*out = (struct sift_span){NULL, 0};
	if (src->ahead_len) {
		*out = sift_span_of(src->ahead, src->ahead_len);
		src->ahead_len = 0;
	} else {
		if (!src->block.len)
			fill(src);
		if (!src->block.len)
			return pass_on(src, err);
		*out = src->block;
		src->block = (struct sift_span){NULL, 0};
	}
	src->offset += out->len;
	if (src->max_bytes && src->offset > src->max_bytes)
		cut_at_limit(src, out);
	return out->len ? SIFT_OK : pass_on(src, err);
}

enum sift_status
sift_source_read_all(struct sift_source *src, size_t max, struct sift_buf *buf,
		     struct sift_err *err)
{
	struct sift_span block;
	enum sift_status rc;
	size_t left = max;

	for (;;) {
		rc = sift_source_next(src, &block, err);
		if (rc)
			return rc == SIFT_END ? SIFT_OK : rc;
		sift_buf_add_span(buf, sift_span_head(block, left));
		rc = sift_buf_status(buf);
		if (rc)
			return sift_fail(err, rc, "cannot hold %zu bytes",
					 buf->len + block.len);
		if (block.len > left)
			return sift_fail(err, SIFT_E_LIMIT,
					 "more than %zu bytes", max);
		left -= block.len;
	}
}

enum sift_status
sift_source_drain(struct sift_source *src, struct sift_err *err)
{
	struct sift_span block;
	enum sift_status rc;

	do
		rc = sift_source_next(src, &block, err);
	while (rc == SIFT_OK);
	return rc == SIFT_END ? SIFT_OK : rc;
}

void
sift_source_consume(struct sift_source *src, size_t len)
{
	src->offset += len;
	if (!src->ahead_len) {
		src->block = sift_span_from(src->block, len);
		return;
	}
	src->ahead_len -= len;
	memmove(src->ahead, src->ahead + len, src->ahead_len);
}

uint64_t
sift_source_offset(const struct sift_source *src)
{
	return src->offset;
}

bool
sift_source_is_over(const struct sift_source *src, enum sift_status *out_state)
{
	if (src->ahead_len || src->block.len || src->state == SIFT_OK)
		return false;
	*out_state = src->state;
	return true;
}

bool
sift_source_is_all_seen(const struct sift_source *src)
{
	return src->state != SIFT_OK && !(src->ahead_len && src->block.len);
}

enum sift_status
sift_source_whole(struct sift_source *src, struct sift_whole *out,
		  struct sift_err *err)
{
	enum sift_status rc =
		sift_source_peek(src, SIFT_WHOLE_MAX, &out->bytes, err);

	if (rc)
		return rc;
	if (src->offset || !sift_source_is_all_seen(src) ||
	    out->bytes.len >= SIFT_WHOLE_MAX ||
	    (src->max_bytes && out->bytes.len > src->max_bytes))
		return SIFT_END;
	out->end.status = src->state;
	if (src->state < 0)
		out->end = src->failure;
	return SIFT_OK;
}

void
sift_source_free(struct sift_source *src)
{
	if (!src)
		return;
	sift_free(src->ahead);
	src->ops->release(src);
}
