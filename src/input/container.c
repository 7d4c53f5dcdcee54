/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "input/container.h"

#include <locale.h>
#include <string.h>

#include "base/clocale.h"
#include "base/mem.h"
#include "input/archive_data.h"
#include "input/tar_plain.h"

#define TAR_BLOCK SIFT_TAR_BLOCK
/* What is looked at behind the last member: the mark of the end and NULs up to
   a multiple of 10 KiB, mostly. */
#define END_BYTES ((size_t)64 << 10)
/* zip's end record with the longest comment. */
#define ZIP_TAIL_BYTES ((size_t)65557)

/*
 * As long as members are plain (tar_plain.h), nobody opens `a`, and if the tar
 * comes to a sound end behind them nobody ever does. Else it is shown the last
 * plain header once more, as that of what is left of the member: so it reads on
 * as if it had read all, and what is damaged, and whether a tar ends that does
 * so in another way, is its business alone.
 */
struct plain {
	bool is_on;
	uint64_t left; /* of the member's data, and ... */
	uint64_t padding;
	char header[2 * TAR_BLOCK];   /* of the member */
	char name[SIFT_TAR_NAME + 1]; /* of it */
};

struct sift_container {
	struct sift_archive_data data; /* the member's; not allocated */
	struct plain plain;
	struct sift_feed feed;
	struct archive *a; /* owned; NULL = not needed so far */
	enum sift_magic magic;
	struct sift_meter *meter;
	uint64_t total; /* decoded, of all members */
	uint64_t lost;	/* blocks passed over before the first header */
	bool is_dead;
	bool lacks_directory;
	int held;      /* what libarchive said of the last header */
	bool has_held; /* it was not looked at yet: bad ones came before */
	struct archive_entry *entry; /* borrowed from `a` */
};

static void
release_nothing(struct sift_source *src)
{
	(void)src;
}

static enum sift_status read_member(struct sift_source *src,
				    struct sift_span *out,
				    struct sift_err *err);

static const struct sift_source_ops member_ops = {
	.read = read_member,
	.release = release_nothing,
};

static enum sift_status
create(struct sift_container **out, enum sift_magic magic,
       struct sift_meter *meter, struct sift_err *err)
{
	struct sift_container *c = sift_calloc(1, sizeof(*c));

	if (!c)
		return sift_fail(err, SIFT_E_NOMEM, "no memory for an archive");
	c->magic = magic;
	c->meter = meter;
	sift_source_init(&c->data.base, &member_ops);
	*out = c;
	return SIFT_OK;
}

/* One format. Tars written one after the other are read as one. */
static int
enable_format(struct sift_container *c)
{
	const struct sift_archive_library *lib = c->feed.lib;
	int rc;

	if (c->lacks_directory)
		return lib->archive_read_support_format_zip_streamable(c->a);
	if (c->magic == SIFT_MAGIC_ZIP)
		return lib->archive_read_support_format_zip_seekable(c->a);
	if (c->magic == SIFT_MAGIC_SEVENZIP)
		return lib->archive_read_support_format_7zip(c->a);
	rc = lib->archive_read_support_format_tar(c->a);
	return rc == ARCHIVE_OK
		       ? lib->archive_read_set_format_option(
				 c->a, "tar", "read_concatenated_archives", "1")
		       : rc;
}

/*
 * libarchive does not take a tar whose first header is damaged for a tar at
 * all, though it copes with later ones: look for the first sound header.
 */
static enum sift_status
find_first_header(struct sift_container *c, struct sift_err *err)
{
	struct sift_source *src = c->feed.stream;
	struct sift_span head;
	enum sift_status rc;

	for (;;) {
		rc = sift_source_peek(src, TAR_BLOCK, &head, err);
		if (rc)
			return rc;
		if (head.len < TAR_BLOCK)
			break;
		if (sift_magic_is_tar_header(head.ptr))
			return SIFT_OK;
		sift_source_consume(src, TAR_BLOCK);
		c->lost++;
	}
	rc = sift_source_drain(src, err);
	return rc ? rc
		  : sift_fail(err, SIFT_E_FORMAT,
			      "damaged tar data: no sound header");
}

/*
 * Does the file end with zip's end record and its comment? If not, the zip
 * was cut (what looks like the record further up may be that of a zip in it),
 * and its members have to be found by their own headers, without knowing
 * whether these are all.
 */
static bool
has_zip_end(struct sift_feed *feed)
{
	enum { RECORD_LEN = 22, COMMENT_LEN_AT = 20 };
	struct sift_span rest;
	struct sift_buf tail;
	bool found = false;

	sift_buf_init(&tail, 0);
	sift_feed_tail(feed, ZIP_TAIL_BYTES, &tail);
	rest = sift_buf_span(&tail);
	while (!found) {
		rest = sift_span_from(
			rest, sift_span_find(rest, SIFT_SPAN("PK\5\6")));
		if (rest.len < RECORD_LEN)
			break;
		found = rest.len - RECORD_LEN ==
			((unsigned char)rest.ptr[COMMENT_LEN_AT] |
			 (unsigned)(unsigned char)rest.ptr[COMMENT_LEN_AT + 1]
				 << 8);
		rest = sift_span_from(rest, 1);
	}
	sift_buf_release(&tail);
	return found;
}

static enum sift_status
open_archive(struct sift_container *c, struct sift_err *err)
{
	enum sift_status rc = sift_archive_library_get(&c->feed.lib, err);

	if (rc)
		return rc;
	c->a = c->feed.lib->archive_read_new();
	if (!c->a)
		return sift_fail(err, SIFT_E_NOMEM, "no memory for libarchive");
	if (enable_format(c) != ARCHIVE_OK ||
	    sift_feed_open(&c->feed, c->a) != ARCHIVE_OK)
		return sift_feed_fail(&c->feed, c->a, c->magic, err);
	return SIFT_OK;
}

static enum sift_status
start(struct sift_container *c, struct sift_err *err)
{
	struct sift_tar_member first;
	struct sift_span head;
	enum sift_status rc;

	if (c->magic == SIFT_MAGIC_ZIP)
		c->lacks_directory = !has_zip_end(&c->feed);
	if (!c->feed.stream)
		return open_archive(c, err);
	rc = find_first_header(c, err);
	if (!rc)
		rc = sift_source_peek(c->feed.stream, TAR_BLOCK, &head, err);
	if (rc)
		return rc;
	c->plain.is_on = !c->lost && sift_tar_is_plain(head.ptr, &first);
	return c->plain.is_on ? SIFT_OK : open_archive(c, err);
}

static enum sift_status
start_or_free(struct sift_container **out, struct sift_container *c,
	      struct sift_err *err)
{
	enum sift_status rc = start(c, err);

	if (rc)
		sift_container_free(c);
	else
		*out = c;
	return rc;
}

enum sift_status
sift_container_open_stream(struct sift_container **out, enum sift_magic magic,
			   struct sift_source *src, struct sift_meter *meter,
			   struct sift_err *err)
{
	struct sift_container *c = NULL;
	enum sift_status rc = create(&c, magic, meter, err);

	if (rc)
		return rc;
	sift_feed_of_stream(&c->feed, src);
	return start_or_free(out, c, err);
}

enum sift_status
sift_container_open_file(struct sift_container **out, enum sift_magic magic,
			 int fd, uint64_t start_at, struct sift_meter *meter,
			 struct sift_err *err)
{
	struct sift_container *c = NULL;
	enum sift_status rc = create(&c, magic, meter, err);

	if (rc)
		return rc;
	rc = sift_feed_of_file(&c->feed, fd, start_at, err);
	if (rc) {
		sift_container_free(c);
		return rc;
	}
	return start_or_free(out, c, err);
}

enum sift_status
sift_container_open_memory(struct sift_container **out, enum sift_magic magic,
			   struct sift_span bytes, struct sift_meter *meter,
			   struct sift_err *err)
{
	struct sift_container *c = NULL;
	enum sift_status rc = create(&c, magic, meter, err);

	if (rc)
		return rc;
	sift_feed_of_memory(&c->feed, bytes);
	return start_or_free(out, c, err);
}

/*
 * libarchive converts names to the locale's character set. A tar's names are
 * bytes, and in the C locale it leaves them alone; those of zip and 7z have
 * a character set and need one that holds them all.
 */
static int
read_header(struct sift_container *c)
{
	locale_t saved =
		uselocale(c->magic == SIFT_MAGIC_TAR ? sift_locale_c()
						     : sift_locale_utf8());
	int rc = c->feed.lib->archive_read_next_header(c->a, &c->entry);

	uselocale(saved);
	return rc;
}

/* ---- plain members ---- */

/* Have libarchive read the header, and so many bytes behind it. */
static enum sift_status
read_again(struct sift_container *c, size_t again, struct sift_err *err)
{
	const struct sift_archive_library *lib;
	const void *bytes;
	size_t len = 0;
	la_int64_t at;
	enum sift_status rc = open_archive(c, err);

	if (rc)
		return rc;
	lib = c->feed.lib;
	if (read_header(c) >= ARCHIVE_WARN &&
	    (!again || (lib->archive_read_data_block(c->a, &bytes, &len, &at) ==
				ARCHIVE_OK &&
			len == again)))
		return SIFT_OK;
	return sift_feed_fail(&c->feed, c->a, c->magic, err);
}

/*
 * Let libarchive go on where this ends. It counts in blocks: so it is given
 * once more, and reads, as many bytes as were read of the last one.
 */
static enum sift_status
hand_over(struct sift_container *c, struct sift_err *err)
{
	struct plain *p = &c->plain;
	size_t again = (size_t)sift_tar_padding(p->left + p->padding);
	enum sift_status rc;

	p->is_on = false;
	sift_tar_resize(p->header, again + p->left);
	memset(p->header + TAR_BLOCK, 'x', again); /* NULs mark an end */
	c->feed.lead = sift_span_of(p->header, TAR_BLOCK + again);
	rc = read_again(c, again, err);
	if (rc) { /* that is all there is */
		c->is_dead = true;
		c->data.is_fatal = true;
		c->data.after = rc;
		return rc;
	}
	sift_archive_data_init(&c->data, c->a, c->entry, &c->feed, c->meter,
			       c->magic, &c->total);
	c->data.yielded = again;
	return SIFT_OK;
}

/* Where the stream breaks off or fails, libarchive has the words for it. */
static enum sift_status
read_plain(struct sift_container *c, struct sift_span *out,
	   struct sift_err *err)
{
	struct sift_span bytes;
	enum sift_status rc;

	if (!c->plain.left)
		return SIFT_END;
	rc = sift_source_peek(c->feed.stream, 1, &bytes, err);
	if (!rc && !bytes.len) {
		rc = hand_over(c, err);
		return rc ? rc
			  : sift_archive_data_read(&c->data.base, out, err);
	}
	if (rc)
		return rc;
	if (bytes.len > c->plain.left)
		bytes.len = (size_t)c->plain.left;
	sift_source_consume(c->feed.stream, bytes.len);
	c->plain.left -= bytes.len;
	*out = bytes;
	return c->plain.left ? SIFT_OK : SIFT_END;
}

static enum sift_status
read_member(struct sift_source *src, struct sift_span *out,
	    struct sift_err *err)
{
	struct sift_container *c = (struct sift_container *)(void *)src;

	return c->plain.is_on ? read_plain(c, out, err)
			      : sift_archive_data_read(src, out, err);
}

/* What follows the member, `want` bytes of it or more unless the stream ends
   before; nothing if that is too far away. */
static enum sift_status
peek_behind(struct sift_container *c, size_t want, struct sift_span *out,
	    struct sift_err *err)
{
	uint64_t skip = c->plain.left + c->plain.padding;
	enum sift_status rc;

	*out = (struct sift_span){NULL, 0};
	if (skip + want > SIFT_PEEK_MAX)
		return SIFT_OK;
	rc = sift_source_peek(c->feed.stream, (size_t)skip + want, out, err);
	*out = sift_span_from(*out, (size_t)skip);
	return rc;
}

/* Is there the mark of the end, with NULs behind it at most, and is the stream
   at a sound end as well? Nobody has anything to say of such a tar then. */
static enum sift_status
look_for_end(struct sift_container *c, bool *out, struct sift_err *err)
{
	const struct sift_source *src = c->feed.stream;
	struct sift_span behind;
	enum sift_status rc = peek_behind(c, END_BYTES, &behind, err);

	*out = !rc && sift_magic_is_tar_end(behind) &&
	       sift_source_is_all_seen(src) && src->state == SIFT_END;
	return rc;
}

/* The next member, if it is plain: SIFT_OK. Else SIFT_END: it is the end if
   the container is dead, or libarchive is at the header. */
static enum sift_status
next_plain(struct sift_container *c, struct sift_member *out,
	   struct sift_err *err)
{
	struct plain *p = &c->plain;
	struct sift_tar_member member;
	struct sift_span header;
	enum sift_status rc = peek_behind(c, TAR_BLOCK, &header, err);

	if (rc)
		return rc;
	if (header.len < TAR_BLOCK || !sift_tar_is_plain(header.ptr, &member)) {
		if (header.len && !header.ptr[0])
			rc = look_for_end(c, &c->is_dead, err);
		if (!rc && !c->is_dead)
			rc = hand_over(c, err);
		return rc ? rc : SIFT_END;
	}
	memcpy(p->header, header.ptr, TAR_BLOCK);
	memcpy(p->name, p->header, SIFT_TAR_NAME);
	sift_source_consume(c->feed.stream,
			    (size_t)(p->left + p->padding) + TAR_BLOCK);
	p->left = member.size;
	p->padding = sift_tar_padding(member.size);
	*out = (struct sift_member){sift_span_str(p->name),
				    member.is_folder ? SIFT_MEMBER_FOLDER
						     : SIFT_MEMBER_FILE};
	return SIFT_OK;
}

/* ---- */

/*
 * The end libarchive sees. For a tar it is the end of its input, whatever
 * stands there, and what lies below the tar may yet turn out to be damaged;
 * for a zip without directory it is the last header found.
 */
static enum sift_status
judge_end(struct sift_container *c, struct sift_err *err)
{
	enum sift_status rc = SIFT_OK;

	if (c->feed.stream)
		rc = c->feed.status
			     ? sift_feed_fail(&c->feed, c->a, c->magic, err)
			     : sift_source_drain(c->feed.stream, err);
	if (rc)
		return rc;
	if (c->magic == SIFT_MAGIC_TAR && c->feed.trailing_nuls < TAR_BLOCK)
		return sift_fail(err, SIFT_E_FORMAT,
				 "truncated tar data: no mark of its end");
	if (c->lacks_directory)
		return sift_fail(err, SIFT_E_FORMAT,
				 "truncated zip data: no directory at its end");
	return SIFT_END;
}

static enum sift_member_kind
kind_of(const struct sift_archive_library *lib, struct archive_entry *entry)
{
	if (lib->archive_entry_hardlink(entry))
		return SIFT_MEMBER_HARDLINK;
	switch (lib->archive_entry_filetype(entry)) {
	case 0: /* not said */
	case AE_IFREG:
		return lib->archive_entry_is_encrypted(entry)
			       ? SIFT_MEMBER_ENCRYPTED
			       : SIFT_MEMBER_FILE;
	case AE_IFDIR:
		return SIFT_MEMBER_FOLDER;
	case AE_IFLNK:
		return SIFT_MEMBER_SYMLINK;
	default:
		return SIFT_MEMBER_OTHER;
	}
}

/* Headers with a warning are sound enough: their data will tell. */
static enum sift_status
take_member(struct sift_container *c, int rc, struct sift_member *out,
	    struct sift_err *err)
{
	const struct sift_archive_library *lib = c->feed.lib;

	if (rc == ARCHIVE_OK || rc == ARCHIVE_WARN) {
		out->path =
			sift_span_str(lib->archive_entry_pathname(c->entry));
		out->kind = kind_of(lib, c->entry);
		sift_archive_data_init(&c->data, c->a, c->entry, &c->feed,
				       c->meter, c->magic, &c->total);
		return SIFT_OK;
	}
	c->is_dead = true;
	if (rc != ARCHIVE_EOF)
		return sift_feed_fail(&c->feed, c->a, c->magic, err);
	return judge_end(c, err);
}

/*
 * After a fatal failure in a member's data only a zip can go on: its
 * directory says where the next one is.
 */
static bool
has_died_in_data(struct sift_container *c, enum sift_status *out_rc,
		 struct sift_err *err)
{
	if (!c->data.is_fatal || c->magic == SIFT_MAGIC_ZIP)
		return false;
	c->is_dead = true;
	*out_rc = c->data.after;
	if (err && err->status == SIFT_OK)
		*err = c->data.base.failure;
	return true;
}

/*
 * Bad headers are passed over, only a tar has such, and told together before
 * going on with what stands behind them.
 */
enum sift_status
sift_container_next(struct sift_container *c, struct sift_member *out,
		    struct sift_err *err)
{
	uint64_t bad = c->lost;
	enum sift_status rc;

	if (has_died_in_data(c, &rc, err))
		return rc;
	sift_source_clear(&c->data.base);
	rc = c->plain.is_on ? next_plain(c, out, err) : SIFT_END;
	if (rc != SIFT_END || c->is_dead)
		return rc;
	if (c->has_held) {
		c->has_held = false;
		return take_member(c, c->held, out, err);
	}
	c->lost = 0;
	c->held = read_header(c);
	while (c->held == ARCHIVE_RETRY && c->magic == SIFT_MAGIC_TAR) {
		bad++;
		c->held = read_header(c);
	}
	if (!bad)
		return take_member(c, c->held, out, err);
	c->has_held = true;
	return sift_fail(err, SIFT_E_FORMAT,
			 "damaged tar data: %llu blocks of %d bytes passed "
			 "over in search of a header",
			 (unsigned long long)bad, TAR_BLOCK);
}

bool
sift_container_is_dead(const struct sift_container *c)
{
	return c->is_dead;
}

struct sift_source *
sift_container_data(struct sift_container *c)
{
	return &c->data.base;
}

void
sift_container_free(struct sift_container *c)
{
	if (!c)
		return;
	if (c->a)
		c->feed.lib->archive_read_free(c->a);
	sift_free(c->data.base.ahead);
	sift_feed_release(&c->feed);
	sift_free(c);
}
