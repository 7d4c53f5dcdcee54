/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "engine/worker_impl.h"
#include "input/unpack.h"
#include "read/reader.h"

/* A block that is a row of the ledger and nothing else. */
enum sift_status
sift_worker_send_row(struct sift_worker *w, const char *name, const char *path,
		     const char *format, enum sift_reading reading,
		     const char *reason, int64_t bytes, struct sift_err *err)
{
	struct sift_block *block = NULL;
	enum sift_status rc = sift_block_new(&block, name, path, err);

	if (rc)
		return rc;
	block->bytes = bytes;
	if (format)
		block->format = sift_arena_str(&block->arena, format);
	rc = sift_block_set_reading(block, reading, reason, err);
	if (!rc)
		rc = sift_worker_send_block(w, block, err);
	sift_block_free(block);
	return rc;
}

/* Did a reader that failed leave anything worth keeping? */
static enum sift_reading
reading_after_failure(const struct sift_block *block)
{
	return block->records_used > 0 || block->series_count > 0 ||
			       block->total.result
		       ? SIFT_READING_PARTIAL
		       : SIFT_READING_DAMAGED;
}

/* Read a source, or if `piece` is given, some lines of one. */
enum sift_status
sift_worker_read_result(struct sift_worker *w, const struct sift_format *format,
			struct sift_source *src, struct sift_piece *piece,
			struct sift_block *block, struct sift_err *err)
{
	struct sift_naming_sink naming;
	struct sift_sink sink =
		sift_naming_sink(&naming, w->naming,
				 sift_block_sink(block, w->limits->endpoints));
	struct sift_err trouble = {0};
	char reason[sizeof(trouble.what) + 64];
	enum sift_status rc;

	block->kind = format->kind;
	block->max_samples = sift_source_samples(w->limits->sample_bytes);
	block->max_names = w->naming ? w->naming->max_names : 0;
	block->format = sift_arena_str(&block->arena, format->name);
	block->tool = sift_arena_str(&block->arena, format->tool);
	if (!block->format || !block->tool)
		return sift_fail(err, SIFT_E_NOMEM, "no memory for a block");
	rc = piece ? format->read_piece(src, w->limits, piece, &sink, &trouble)
		   : format->read(src, w->limits, &sink, &trouble);
	sift_naming_sink_release(&naming);
	block->bytes = (int64_t)sift_source_offset(src);
	if (rc >= 0)
		return SIFT_OK;
	if (rc == SIFT_E_UNKNOWN)
		return sift_block_set_reading(block, SIFT_READING_IGNORED,
					      trouble.what, err);
	/* A piece may only lack the end of its last line. */
	if (rc == SIFT_E_NOMEM || rc == SIFT_E_INTERNAL ||
	    (piece && rc != SIFT_E_FORMAT))
		return sift_fail(err, rc, "%s", trouble.what);
	sift_err_format(&trouble, reason, sizeof(reason));
	return sift_block_set_reading(block, reading_after_failure(block),
				      reason, err);
}
/* A digest stands for the sources it was made of: each block goes on under
   the digest's name, as a member does under its archive's, and the digest
   itself has a row in the ledger only when it is damaged. */
static enum sift_status
pass_on_block(struct sift_worker *w, const char *name, const char *path,
	      struct sift_block *block, struct sift_err *err)
{
	block->name =
		sift_arena_printf(&block->arena, "%s!%s", name, block->name);
	block->path = sift_arena_printf(&block->arena, "%.*s/%s",
					(int)sift_archive_stem_len(path), path,
					block->path);
	if (!block->name || !block->path)
		return sift_fail(err, SIFT_E_NOMEM, "no memory for a block");
	return sift_worker_send_block(w, block, err);
}

static enum sift_status
read_digest(struct sift_worker *w, const char *name, const char *path,
	    struct sift_source *src, struct sift_err *err)
{
	struct sift_digest digest;
	struct sift_err trouble = {0};
	struct sift_buf bytes;
	enum sift_status rc, ended;

	sift_buf_init(&bytes, 0);
	sift_digest_init(&digest);
	ended = sift_source_read_all(src, (size_t)w->limits->worker_bytes,
				     &bytes, &trouble);
	rc = sift_digest_read(&digest, sift_buf_span(&bytes), &trouble);
	ended = ended ? ended : rc;
	rc = SIFT_OK;
	for (size_t i = 0; i < digest.count && !rc; i++)
		rc = pass_on_block(w, name, path, digest.blocks[i], err);
	if (!rc && ended)
		rc = sift_worker_send_row(w, name, path, "loadsift digest",
					  SIFT_READING_DAMAGED, trouble.what,
					  (int64_t)bytes.len, err);
	sift_digest_release(&digest);
	sift_buf_release(&bytes);
	return rc;
}

/* A source of no known format: nothing to say of it, unless its stream is
   damaged before its head is over, when it may have been a result. */
static enum sift_status
send_unknown(struct sift_worker *w, const char *name, const char *path,
	     struct sift_source *src, size_t head_len, const char *why,
	     struct sift_err *err)
{
	struct sift_err trouble = {0};
	if (head_len >= SIFT_HEAD_BYTES ||
	    sift_source_drain(src, &trouble) == SIFT_OK)
		return sift_worker_send_row(w, name, path, NULL,
					    SIFT_READING_IGNORED, why, -1, err);
	return sift_worker_send_row(w, name, path, NULL, SIFT_READING_DAMAGED,
				    trouble.what, -1, err);
}

/* A block for a source. */
static enum sift_status
take_block(struct sift_worker *w, struct sift_block **out, const char *name,
	   const char *path, struct sift_err *err)
{
	if (!w->spare)
		return sift_block_new(out, name, path, err);
	*out = w->spare;
	w->spare = NULL;
	return sift_block_rename(*out, name, path, err);
}

/* It is no longer needed, or NULL. */
static void
leave_block(struct sift_worker *w, struct sift_block *block,
	    enum sift_status status)
{
	if (block && !status && sift_block_empty(block))
		w->spare = block;
	else
		sift_block_free(block);
}

static enum sift_status
read_text(struct sift_worker *w, const char *name, const char *path,
	  struct sift_source *src, struct sift_err *err)
{
	const struct sift_format *format = NULL;
	struct sift_err trouble = {0};
	struct sift_block *block = NULL;
	struct sift_span head;
	bool done = false;
	enum sift_status rc =
		sift_source_peek(src, SIFT_HEAD_BYTES, &head, err);

	if (rc)
		return rc;
	rc = sift_recognise(&format, src, &trouble);
	if (rc == SIFT_E_UNKNOWN)
		return send_unknown(w, name, path, src, head.len, trouble.what,
				    err);
	if (rc)
		return sift_fail(err, rc, "%s", trouble.what);
	if (!format->read)
		return sift_worker_send_row(w, name, path, format->name,
					    SIFT_READING_IGNORED,
					    format->why_not, -1, err);
	rc = sift_worker_try_first_piece(w, format, src, &done, err);
	if (rc || done)
		return rc;
	rc = take_block(w, &block, name, path, err);
	if (!rc)
		rc = sift_worker_read_result(w, format, src, NULL, block, err);
	if (!rc)
		rc = sift_worker_send_block(w, block, err);
	leave_block(w, block, rc);
	return rc;
}

enum sift_status
sift_worker_read_source(struct sift_worker *w, const char *name,
			const char *path, struct sift_source *src,
			struct sift_err *err)
{
	struct sift_source *text = NULL;
	struct sift_span head;
	enum sift_status rc =
		sift_source_peek(src, SIFT_HEAD_BYTES, &head, err);

	if (rc)
		return rc;
	if (sift_digest_is(head))
		return read_digest(w, name, path, src, err);
	if (!sift_utf16_is(head))
		return read_text(w, name, path, src, err);
	rc = sift_source_open_utf16(&text, src, err);
	if (!rc)
		rc = read_text(w, name, path, text, err);
	sift_source_free(text);
	return rc;
}
