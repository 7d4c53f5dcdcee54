/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <archive_entry.h>

#include "base/mem.h"
#include "input/archive_data.h"

/* libarchive as a decompressor: one filter and the "raw" format. */

struct filter_source {
	struct sift_archive_data data; /* first: it is the source */
	struct sift_feed feed;
	uint64_t total;
	struct archive *a; /* owned */
	bool is_open;
};

static int
filter_code(enum sift_magic magic)
{
	if (magic == SIFT_MAGIC_XZ)
		return ARCHIVE_FILTER_XZ;
	return magic == SIFT_MAGIC_ZSTD ? ARCHIVE_FILTER_ZSTD
					: ARCHIVE_FILTER_BZIP2;
}

/*
 * append_filter and set_format fix both, so that libarchive does not look
 * for more layers: how many there may be is decided in unpack.c.
 */
static int
open_archive(struct filter_source *f)
{
	struct archive_entry *entry;
	int rc = archive_read_set_format(f->a, ARCHIVE_FORMAT_RAW);

	if (rc == ARCHIVE_OK)
		rc = archive_read_append_filter(f->a,
						filter_code(f->data.magic));
	if (rc == ARCHIVE_OK)
		rc = sift_feed_open(&f->feed, f->a);
	if (rc == ARCHIVE_OK)
		rc = archive_read_next_header(f->a, &entry);
	return rc;
}

/*
 * libarchive's bzip2 takes whatever is no header for the end: of nothing, or
 * of a sound stream that junk follows.
 */
static enum sift_status
judge_end(struct filter_source *f, struct sift_err *err)
{
	la_int64_t used = archive_filter_bytes(f->a, -1);
	enum sift_status rc = sift_source_drain(f->feed.stream, err);
	uint64_t all = sift_source_offset(f->feed.stream);
	const char *word = sift_magic_word(f->data.magic);

	if (rc)
		return rc;
	if (used < 0 || (uint64_t)used >= all)
		return SIFT_END;
	if (!f->data.yielded)
		return sift_fail(err, SIFT_E_FORMAT, "truncated %s data", word);
	return sift_fail(err, SIFT_E_FORMAT,
			 "%llu bytes of junk after the %s data",
			 (unsigned long long)(all - (uint64_t)used), word);
}

/* Opened with the first read, for that is where its failure belongs. */
static enum sift_status
read_filter(struct sift_source *src, struct sift_span *out,
	    struct sift_err *err)
{
	struct filter_source *f = (struct filter_source *)src;
	enum sift_status status;
	int rc;

	if (!f->is_open) {
		rc = open_archive(f);
		if (rc == ARCHIVE_EOF)
			return judge_end(f, err);
		if (rc != ARCHIVE_OK)
			return sift_feed_fail(&f->feed, f->a, f->data.magic,
					      err);
		f->is_open = true;
	}
	status = sift_archive_data_read(src, out, err);
	return status == SIFT_END ? judge_end(f, err) : status;
}

static void
release_filter(struct sift_source *src)
{
	struct filter_source *f = (struct filter_source *)src;

	archive_read_free(f->a);
	sift_feed_release(&f->feed);
	sift_free(f);
}

static const struct sift_source_ops filter_ops = {
	.read = read_filter,
	.release = release_filter,
};

enum sift_status
sift_source_open_filter(struct sift_source **out, enum sift_magic magic,
			struct sift_source *inner, struct sift_meter *meter,
			struct sift_err *err)
{
	struct filter_source *f = sift_calloc(1, sizeof(*f));

	if (!f)
		return sift_fail(err, SIFT_E_NOMEM, "no memory for a source");
	sift_source_init(&f->data.base, &filter_ops);
	sift_feed_of_stream(&f->feed, inner);
	f->a = archive_read_new();
	if (!f->a) {
		release_filter(&f->data.base);
		return sift_fail(err, SIFT_E_NOMEM, "no memory for libarchive");
	}
	sift_archive_data_init(&f->data, f->a, &f->feed, meter, magic,
			       &f->total);
	*out = &f->data.base;
	return SIFT_OK;
}
