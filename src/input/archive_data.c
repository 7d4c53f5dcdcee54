/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "input/archive_data.h"

/* Read ahead of a member by libarchive and us, at most; see measure(). */
#define READ_AHEAD_BYTES ((uint64_t)1 << 20)

static uint64_t
known_size(const struct sift_archive_library *lib, struct archive_entry *entry,
	   enum sift_magic magic)
{
	if (magic != SIFT_MAGIC_TAR ||
	    lib->archive_entry_sparse_count(entry) > 0)
		return UINT64_MAX;
	return (uint64_t)lib->archive_entry_size(entry);
}

void
sift_archive_data_init(struct sift_archive_data *data, struct archive *a,
		       struct archive_entry *entry, struct sift_feed *feed,
		       struct sift_meter *meter, enum sift_magic magic,
		       uint64_t *total)
{
	data->a = a;
	data->feed = feed;
	data->meter = meter;
	data->magic = magic;
	data->size = known_size(feed->lib, entry, magic);
	data->total = total;
	data->feed_start = feed->bytes;
	data->yielded = 0;
	data->piece = (struct sift_span){NULL, 0};
	data->piece_at = 0;
	data->after = SIFT_OK;
	data->is_fatal = false;
}

/*
 * Data that come with a warning (zip: CRC or size wrong) are handed out and
 * the warning is a failure after them.
 */
static enum sift_status
take_piece(struct sift_archive_data *data, struct sift_err *err)
{
	const void *bytes = NULL;
	size_t len = 0;
	la_int64_t at = 0;
	const struct sift_archive_library *lib = data->feed->lib;
	int r = lib->archive_read_data_block(data->a, &bytes, &len, &at);

	data->piece_at = data->yielded;
	if (r == ARCHIVE_EOF) {
		data->after = SIFT_END;
		/* A sparse member of a tar may end in a hole. */
		if (data->magic == SIFT_MAGIC_TAR && at > 0 &&
		    (uint64_t)at > data->yielded)
			data->piece_at = (uint64_t)at;
		return SIFT_OK;
	}
	if (r != ARCHIVE_OK)
		data->after =
			sift_feed_fail(data->feed, data->a, data->magic, err);
	data->is_fatal = r < ARCHIVE_WARN;
	if (data->is_fatal)
		return SIFT_OK;
	if (at < 0 || (uint64_t)at < data->yielded)
		return sift_fail(err, SIFT_E_FORMAT,
				 "damaged %s data: pieces overlap",
				 sift_magic_word(data->magic));
	data->piece = sift_span_of(bytes, len);
	data->piece_at = (uint64_t)at;
	/* Nothing is said of an entry of a tar behind its last byte. To know
	   its end at once saves those who look ahead a copy. */
	if (!data->after && data->piece_at + len == data->size)
		data->after = SIFT_END;
	return SIFT_OK;
}

/*
 * Three ratios: of the member, of the container as a whole (the same packed
 * bytes may serve many members of a zip), and of the input (in the meter).
 */
static enum sift_status
measure(struct sift_archive_data *data, size_t len, struct sift_err *err)
{
	uint64_t in = data->feed->bytes - data->feed_start + READ_AHEAD_BYTES;
	enum sift_status rc;

	*data->total += len;
	rc = sift_meter_add(data->meter, len, in, data->yielded, err);
	if (rc || !data->feed->size)
		return rc;
	return sift_meter_add(data->meter, 0, data->feed->size, *data->total,
			      err);
}

enum sift_status
sift_archive_data_read(struct sift_source *src, struct sift_span *out,
		       struct sift_err *err)
{
	static const char hole[16384];
	struct sift_archive_data *data = (struct sift_archive_data *)src;
	enum sift_status rc = SIFT_OK;
	enum sift_status limit;
	bool is_hole;

	if (!data->piece.len && data->yielded >= data->piece_at) {
		if (data->after)
			return data->after;
		rc = take_piece(data, err);
		if (rc)
			return rc;
	}
	is_hole = data->yielded < data->piece_at;
	if (is_hole) {
		*out = sift_span_of(hole, sizeof(hole));
		if (data->piece_at - data->yielded < sizeof(hole))
			out->len = (size_t)(data->piece_at - data->yielded);
	} else {
		*out = data->piece;
		data->piece = (struct sift_span){NULL, 0};
		rc = data->after;
	}
	data->yielded += out->len;
	/* A tar does not compress: what it yields was counted below it. */
	if (rc < 0 || (data->magic == SIFT_MAGIC_TAR && !is_hole))
		return rc;
	limit = measure(data, out->len, err);
	return limit ? limit : rc;
}
