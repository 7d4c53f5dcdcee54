/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "input/unpack.h"

#include <sys/stat.h>
#include <unistd.h>

#include "input/magic.h"
#include "input/unpack_impl.h"

#define MAX_LAYERS 2

/* Containers in containers cost stack here; nobody needs more. */
#define MAX_NESTING 32

struct sift_limits
sift_limits_resolved(const struct sift_limits *given)
{
	static const struct sift_limits defaults = {
		.member_bytes = UINT64_C(64) << 30,
		.expansion_ratio = 200,
		.members = 1000000,
		.nesting = 3,
		.line_bytes = UINT64_C(1) << 20,
		.document_bytes = UINT64_C(64) << 20,
		.json_depth = 64,
		.endpoints = 100000,
		.worker_bytes = UINT64_C(1) << 30,
		.sample_bytes = UINT64_C(256) << 20,
	};
	struct sift_limits limits = *given;

#define RESOLVE(field)                                                         \
 if (!limits.field)                                                            \
 limits.field = defaults.field
	RESOLVE(member_bytes);
	RESOLVE(expansion_ratio);
	RESOLVE(members);
	RESOLVE(nesting);
	RESOLVE(line_bytes);
	RESOLVE(document_bytes);
	RESOLVE(json_depth);
	RESOLVE(endpoints);
	RESOLVE(worker_bytes);
	RESOLVE(sample_bytes);
#undef RESOLVE
	return limits;
}

static size_t
len_without(struct sift_span name, struct sift_span suffix)
{
	size_t left = name.len - suffix.len;

	if (name.len <= suffix.len || name.ptr[left - 1] == '/' ||
	    !sift_span_equal_nocase(sift_span_from(name, left), suffix))
		return name.len;
	return left;
}

size_t
sift_archive_stem_len(const char *name)
{
	static const struct sift_span outer[] = {
		SIFT_SPAN_INIT(".gz"),
		SIFT_SPAN_INIT(".xz"),
		SIFT_SPAN_INIT(".zst"),
		SIFT_SPAN_INIT(".bz2"),
	};
	static const struct sift_span suffixes[] = {
		SIFT_SPAN_INIT(".tar"),	 SIFT_SPAN_INIT(".tgz"),
		SIFT_SPAN_INIT(".tbz2"), SIFT_SPAN_INIT(".txz"),
		SIFT_SPAN_INIT(".tzst"), SIFT_SPAN_INIT(".zip"),
		SIFT_SPAN_INIT(".7z"),	 SIFT_SPAN_INIT(".lsd"),
	};
	struct sift_span whole = sift_span_str(name);
	struct sift_span inner;
	size_t stem;
	size_t i;

	for (i = 0; i < sizeof(outer) / sizeof(outer[0]); i++) {
		inner = sift_span_head(whole, len_without(whole, outer[i]));
		if (inner.len == whole.len)
			continue;
		stem = len_without(inner, suffixes[0]);
		return stem < inner.len ? stem : whole.len;
	}
	for (i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
		stem = len_without(whole, suffixes[i]);
		if (stem < whole.len)
			return stem;
	}
	return whole.len;
}

enum sift_status
sift_unpack_skip(struct sift_unpacker *u, const char *name, const char *path,
		 const char *reason, bool is_damage, struct sift_err *err)
{
	return u->visitor->skipped(u->visitor->payload, name, path, reason,
				   is_damage, err);
}

/* What the source begins; its failure, if any, comes when it is read. */
static enum sift_status
sniff(struct sift_source *src, enum sift_magic *out, struct sift_err *err)
{
	static const size_t steps[] = {SIFT_MAGIC_BYTES, SIFT_MAGIC_NUL_BYTES};
	struct sift_span head = {NULL, 0};
	enum sift_status rc;
	size_t i;

	for (i = 0; i < 2; i++) {
		rc = sift_source_peek(src, steps[i], &head, err);
		if (rc)
			return rc;
		if (!head.len || head.ptr[0])
			break;
	}
	*out = sift_magic_of(head, sift_source_is_all_seen(src));
	return SIFT_OK;
}

/*
 * Take a layer of compression off; in a thread, if that may be, where below
 * it there is a regular file and nothing else: reading that does not wait,
 * and no other source or meter has a part in it.
 */
static enum sift_status
open_layer(struct sift_unpacker *u, enum sift_magic magic,
	   struct sift_source *inner, struct sift_source **out,
	   struct sift_err *err)
{
	bool ahead = u->visitor->may_use_thread && u->meter.stored_bytes &&
		     inner == u->meter.root;
	struct sift_source *packed;
	enum sift_status rc = sift_source_open_packed(
		&packed, magic, inner, ahead ? SIFT_AHEAD_BLOCKS : 1, err);

	if (rc)
		return rc;
	*out = packed;
	if (ahead)
		rc = sift_source_open_ahead(out, packed, err);
	if (rc)
		sift_source_free(packed);
	else
		(*out)->meter = &u->meter;
	return rc;
}

/*
 * Did the source fail before its first byte? Nobody could recognise it, so
 * it is not handed out; *out_rc is the failure.
 */
static bool
fails_at_once(struct sift_source *src, enum sift_status *out_rc,
	      struct sift_err *reason)
{
	struct sift_span none;

	if (!sift_source_is_over(src, out_rc) || *out_rc == SIFT_END)
		return false;
	*out_rc = sift_source_next(src, &none, reason);
	return true;
}

/* A container that is the file itself can be read by seeking in it. */
static enum sift_status
visit_container(struct sift_unpacker *u, struct sift_source *src,
		enum sift_magic magic, bool was_packed,
		const struct sift_place *at, struct sift_err *err)
{
	struct sift_place inner = *at;

	if (was_packed)
		inner.fd = -1;
	return sift_unpack_members(u, src, magic, &inner, err);
}

/* A stream whose compression is off: what is it? */
static enum sift_status
visit_content(struct sift_unpacker *u, struct sift_source *src,
	      enum sift_magic magic, bool was_packed,
	      const struct sift_place *at, struct sift_err *err)
{
	struct sift_err reason = {0};
	enum sift_status rc;

	if (fails_at_once(src, &rc, &reason)) {
		if (rc != SIFT_E_NOMEM && (at->depth || was_packed))
			return sift_unpack_skip(u, at->name, at->path,
						reason.what, true, err);
		if (err && err->status == SIFT_OK)
			*err = reason;
		return rc;
	}
	if (sift_magic_is_compression(magic))
		return sift_unpack_skip(u, at->name, at->path,
					"more than 2 layers of compression",
					true, err);
	if (magic == SIFT_MAGIC_EMPTY_TAR || magic == SIFT_MAGIC_EMPTY_ZIP)
		return sift_unpack_skip(u, at->name, at->path,
					magic == SIFT_MAGIC_EMPTY_TAR
						? "an empty archive, or a "
						  "file of NULs only"
						: "an empty archive",
					false, err);
	if (sift_magic_is_container(magic))
		return visit_container(u, src, magic, was_packed, at, err);
	if (was_packed || at->depth)
		src->max_bytes = u->limits.member_bytes;
	return u->visitor->source(u->visitor->payload, at->name, at->path, src,
				  err);
}

enum sift_status
sift_unpack_source(struct sift_unpacker *u, struct sift_source *src,
		   const struct sift_place *at, struct sift_err *err)
{
	struct sift_source *layers[MAX_LAYERS] = {NULL, NULL};
	enum sift_magic magic;
	enum sift_status rc;
	size_t n = 0;

	for (;;) {
		rc = sniff(src, &magic, err);
		if (rc || n == MAX_LAYERS || !sift_magic_is_compression(magic))
			break;
		rc = open_layer(u, magic, src, &layers[n], err);
		if (rc)
			break;
		src = layers[n++];
	}
	if (!rc)
		rc = visit_content(u, src, magic, n > 0, at, err);
	while (n)
		sift_source_free(layers[--n]);
	return rc;
}

enum sift_status
sift_unpack(int fd, const char *name, const char *path,
	    const struct sift_limits *limits,
	    const struct sift_visitor *visitor, struct sift_err *err)
{
	struct sift_unpacker u = {.limits = sift_limits_resolved(limits),
				  .visitor = visitor};
	struct sift_place at = {.name = name, .path = path, .fd = -1};
	struct sift_source *file;
	enum sift_status rc;
	struct stat st;
	off_t start;

	rc = sift_source_open_fd(&file, fd, err);
	if (rc)
		return rc;
	if (u.limits.nesting > MAX_NESTING)
		u.limits.nesting = MAX_NESTING;
	u.meter.ratio = u.limits.expansion_ratio;
	u.meter.root = file;
	if (!fstat(fd, &st) && S_ISREG(st.st_mode)) {
		u.meter.stored_bytes = (uint64_t)st.st_size;
		at.fd = fd;
		start = lseek(fd, 0, SEEK_CUR);
		at.start = start > 0 ? (uint64_t)start : 0;
	}
	rc = sift_unpack_source(&u, file, &at, err);
	sift_source_free(file);
	return rc;
}
