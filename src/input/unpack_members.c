/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "base/clocale.h"
#include "input/container.h"
#include "input/label.h"
#include "input/seen.h"
#include "input/unpack_impl.h"

/* zip and 7z that are no file of their own are held in memory up to this. */
#define MAX_HELD_BYTES ((size_t)256 << 20)
#define HELD_WORDS "256 MiB"

/* A walk through one container. */
struct members {
	struct sift_unpacker *u;
	const struct sift_place *at; /* the container */
	struct sift_container *c;    /* owned */
	struct sift_seen seen;
	struct sift_buf member; /* its path, clean and printable */
	struct sift_buf name;	/* of the member for the visitor */
	struct sift_buf path;
};

static void
init(struct members *m, struct sift_unpacker *u, const struct sift_place *at)
{
	*m = (struct members){.u = u, .at = at};
	sift_seen_init(&m->seen);
	sift_buf_init(&m->member, 0);
	sift_buf_init(&m->name, 0);
	sift_buf_init(&m->path, 0);
}

static void
release(struct members *m)
{
	sift_container_free(m->c);
	sift_seen_release(&m->seen);
	sift_buf_release(&m->member);
	sift_buf_release(&m->name);
	sift_buf_release(&m->path);
}

/* Something about the container itself. */
static enum sift_status
skip_container(struct members *m, const char *prefix, const char *reason,
	       struct sift_err *err)
{
	char words[600];

	sift_snprintf(words, sizeof(words), "%s%s", prefix, reason);
	return sift_unpack_skip(m->u, m->at->name, m->at->path, words, true,
				err);
}

/* Put the names of the member's first `len` bytes together. */
static enum sift_status
name_member(struct members *m, size_t len, struct sift_err *err)
{
	struct sift_span member =
		sift_span_head(sift_buf_span(&m->member), len);

	sift_buf_clear(&m->name);
	sift_buf_add_str(&m->name, m->at->name);
	sift_buf_add_byte(&m->name, '!');
	sift_buf_add_span(&m->name, member);
	sift_buf_clear(&m->path);
	sift_buf_add(&m->path, m->at->path, sift_archive_stem_len(m->at->path));
	sift_buf_add_byte(&m->path, '/');
	sift_buf_add_span(&m->path, member);
	if (sift_buf_status(&m->member) || sift_buf_status(&m->name) ||
	    sift_buf_status(&m->path))
		return sift_fail(err, SIFT_E_NOMEM, "no memory for a name");
	return SIFT_OK;
}

/* "#2" behind a path that came before; and again, should that have come. */
static enum sift_status
make_distinct(struct members *m, struct sift_err *err)
{
	uint64_t before;
	enum sift_status rc;

	for (;;) {
		rc = sift_seen_add(&m->seen, sift_buf_span(&m->member), &before,
				   err);
		if (rc || !before)
			return rc;
		sift_buf_printf(&m->member, "#%llu",
				(unsigned long long)before + 1);
		rc = sift_buf_status(&m->member);
		if (rc)
			return sift_fail(err, rc, "no memory for a name");
	}
}

/* As in a folder, a hidden folder counts as one, not each file in it. */
static enum sift_status
skip_hidden(struct members *m, size_t hidden_len, struct sift_err *err)
{
	struct sift_span hidden =
		sift_span_head(sift_buf_span(&m->member), hidden_len);
	uint64_t before;
	enum sift_status rc = sift_seen_add(&m->seen, hidden, &before, err);

	if (rc || before)
		return rc;
	rc = name_member(m, hidden_len, err);
	return rc ? rc
		  : sift_unpack_skip(m->u, m->name.ptr, m->path.ptr, "hidden",
				     false, err);
}

static enum sift_status
visit_member(struct members *m, const struct sift_member *member,
	     enum sift_magic magic, struct sift_err *err)
{
	static const char *const reasons[] = {
#define X(name, reason) reason,
		SIFT_MEMBER_LIST(X)
#undef X
	};
	struct sift_place place = {.depth = m->at->depth + 1, .fd = -1};
	enum sift_status rc;
	size_t hidden_len;

	if (member->kind == SIFT_MEMBER_FOLDER)
		return SIFT_OK;
	sift_label_member(&m->member, member->path, magic == SIFT_MAGIC_ZIP);
	hidden_len = sift_label_hidden_len(sift_buf_span(&m->member));
	if (hidden_len)
		return skip_hidden(m, hidden_len, err);
	rc = make_distinct(m, err);
	if (!rc)
		rc = name_member(m, m->member.len, err);
	if (rc)
		return rc;
	if (reasons[member->kind])
		return sift_unpack_skip(
			m->u, m->name.ptr, m->path.ptr, reasons[member->kind],
			member->kind == SIFT_MEMBER_ENCRYPTED, err);
	place.name = m->name.ptr;
	place.path = m->path.ptr;
	return sift_unpack_source(m->u, sift_container_data(m->c), &place, err);
}

/* May another member be looked at? If not, the visitor hears why. */
static bool
is_within_limits(struct members *m, enum sift_status *out_rc,
		 struct sift_err *err)
{
	char words[100];

	if (m->u->meter.is_over) {
		sift_snprintf(words, sizeof(words),
			      "expands more than %llu times (--max-ratio)",
			      (unsigned long long)m->u->meter.ratio);
	} else if (++m->u->members > m->u->limits.members) {
		sift_snprintf(words, sizeof(words),
			      "more than %llu members (--max-members)",
			      (unsigned long long)m->u->limits.members);
	} else {
		return true;
	}
	*out_rc = skip_container(m, "not read to its end: ", words, err);
	return false;
}

static enum sift_status
walk_members(struct members *m, enum sift_magic magic, struct sift_err *err)
{
	struct sift_member member;
	struct sift_err reason;
	enum sift_status rc;
	bool is_dead;

	for (;;) {
		reason = (struct sift_err){0};
		rc = sift_container_next(m->c, &member, &reason);
		if (rc == SIFT_END)
			return SIFT_OK;
		is_dead = sift_container_is_dead(m->c);
		if (rc == SIFT_E_NOMEM)
			return sift_fail(err, rc, "%s", reason.what);
		if (is_dead)
			return skip_container(
				m, "archive ends early: ", reason.what, err);
		if (!is_within_limits(m, &rc, err))
			return rc;
		rc = rc ? skip_container(m, "", reason.what, err)
			: visit_member(m, &member, magic, err);
		if (rc)
			return rc;
	}
}

/*
 * zip and 7z say at their end what is in them. One that is cut short (*cut
 * then says why) is tried nonetheless: a zip's members can be found without
 * its directory. SIFT_END = it is not to be read.
 */
static enum sift_status
hold(struct members *m, struct sift_source *src, struct sift_buf *held,
     struct sift_err *cut, struct sift_err *err)
{
	enum sift_status rc =
		sift_source_read_all(src, MAX_HELD_BYTES, held, cut);

	if (rc == SIFT_E_NOMEM)
		return sift_fail(err, rc, "%s", cut->what);
	if (rc != SIFT_E_LIMIT)
		return SIFT_OK;
	if (held->len < MAX_HELD_BYTES)
		rc = skip_container(m, "not read: ", cut->what, err);
	else
		rc = skip_container(m, "",
				    "over " HELD_WORDS ", and a zip or 7z in a "
				    "stream has to be held in memory",
				    err);
	return rc ? rc : SIFT_END;
}

/* What opening a container gave; go through it if it is open. */
static enum sift_status
walk_opened(struct members *m, enum sift_status rc, enum sift_magic magic,
	    const struct sift_err *reason, struct sift_err *err)
{
	if (rc == SIFT_OK)
		return walk_members(m, magic, err);
	if (rc == SIFT_E_NOMEM)
		return sift_fail(err, rc, "%s", reason->what);
	return skip_container(m, "archive cannot be opened: ", reason->what,
			      err);
}

static enum sift_status
walk_held(struct members *m, struct sift_source *src, enum sift_magic magic,
	  struct sift_err *err)
{
	struct sift_err reason = {0};
	struct sift_err cut = {0};
	struct sift_buf held;
	enum sift_status rc;

	sift_buf_init(&held, MAX_HELD_BYTES);
	rc = hold(m, src, &held, &cut, err);
	if (!rc) {
		rc = sift_container_open_memory(&m->c, magic,
						sift_buf_span(&held),
						&m->u->meter, &reason);
		rc = walk_opened(m, rc, magic, &reason, err);
		if (!rc && cut.status)
			rc = skip_container(m, "archive ends early: ", cut.what,
					    err);
	}
	sift_container_free(m->c); /* before what it borrows */
	m->c = NULL;
	sift_buf_release(&held);
	return rc == SIFT_END ? SIFT_OK : rc;
}

static enum sift_status
walk_container(struct members *m, struct sift_source *src,
	       enum sift_magic magic, struct sift_err *err)
{
	struct sift_err reason = {0};
	enum sift_status rc;

	if (magic == SIFT_MAGIC_TAR)
		rc = sift_container_open_stream(&m->c, magic, src, &m->u->meter,
						&reason);
	else if (m->at->fd >= 0)
		rc = sift_container_open_file(&m->c, magic, m->at->fd,
					      m->at->start, &m->u->meter,
					      &reason);
	else
		return walk_held(m, src, magic, err);
	return walk_opened(m, rc, magic, &reason, err);
}

enum sift_status
sift_unpack_members(struct sift_unpacker *u, struct sift_source *src,
		    enum sift_magic magic, const struct sift_place *at,
		    struct sift_err *err)
{
	struct members m;
	enum sift_status rc;
	char words[100];

	init(&m, u, at);
	if (at->depth >= u->limits.nesting) {
		sift_snprintf(words, sizeof(words),
			      "more than %llu archives in one another "
			      "(--max-nesting)",
			      (unsigned long long)u->limits.nesting);
		rc = skip_container(&m, "", words, err);
	} else {
		rc = walk_container(&m, src, magic, err);
	}
	release(&m);
	return rc;
}
