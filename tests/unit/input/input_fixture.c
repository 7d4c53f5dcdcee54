/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "input_fixture.h"

#include <archive.h>
#include <archive_entry.h>
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>

#include "base/clocale.h"
#include "base/hash.h"

#define PIPE_BYTES 65536

void
fixture_gzip(struct sift_buf *out, struct sift_span text)
{
	unsigned char block[4096];
	z_stream z = {0};
	int rc;

	ck_assert_int_eq(
		deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY),
		Z_OK);
	z.next_in = (z_const Bytef *)text.ptr;
	z.avail_in = (uInt)text.len;
	do {
		z.next_out = block;
		z.avail_out = sizeof(block);
		rc = deflate(&z, Z_FINISH);
		sift_buf_add(out, block, sizeof(block) - z.avail_out);
	} while (rc == Z_OK);
	ck_assert_int_eq(rc, Z_STREAM_END);
	deflateEnd(&z);
}

void
fixture_noise(struct sift_buf *out, size_t len, unsigned seed)
{
	uint64_t state = seed + UINT64_C(0x9e3779b97f4a7c15);

	while (len--) {
		state = state * UINT64_C(6364136223846793005) + 1442695041;
		sift_buf_add_byte(out, (char)(unsigned char)(state >> 56));
	}
}

/* clang-format off */
const struct fixture_form fixture_forms[FIXTURE_FORMS + 1] = {
	{"tar", ARCHIVE_FORMAT_TAR_PAX_RESTRICTED, ARCHIVE_FILTER_NONE, false,
	 512},
	{"ustar", ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_NONE, false, 512},
	{"gnutar", ARCHIVE_FORMAT_TAR_GNUTAR, ARCHIVE_FILTER_NONE, false, 512},
	{"tar.gz", ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_GZIP, true, 2},
	{"tar.xz", ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_XZ, true, 6},
	{"tar.zst", ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_ZSTD, false, 4},
	{"tar.bz2", ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_BZIP2, true, 10},
	{"zip", ARCHIVE_FORMAT_ZIP, ARCHIVE_FILTER_NONE, true, 4},
	{"7z", ARCHIVE_FORMAT_7ZIP, ARCHIVE_FILTER_NONE, true, 6},
	{"zip stored", ARCHIVE_FORMAT_ZIP, ARCHIVE_FILTER_NONE, true, 4},
};
/* clang-format on */

const struct fixture_form *
fixture_form_of(const char *name)
{
	const struct fixture_form *form = fixture_forms;

	while (strcmp(form->name, name))
		form++;
	return form;
}

static la_ssize_t
collect(struct archive *a, void *payload, const void *bytes, size_t len)
{
	(void)a;
	sift_buf_add(payload, bytes, len);
	return (la_ssize_t)len;
}

static void
pack_member(struct archive *a, const struct fixture_member *member)
{
	struct archive_entry *entry = archive_entry_new();

	archive_entry_copy_pathname(entry, member->path);
	archive_entry_set_perm(entry, 0644);
	archive_entry_set_mtime(entry, 1700000000, 0);
	archive_entry_set_filetype(entry, member->kind == '/'	? AE_IFDIR
					  : member->kind == '@' ? AE_IFLNK
					  : member->kind == 'p' ? AE_IFIFO
								: AE_IFREG);
	archive_entry_set_size(entry, (la_int64_t)member->content.len);
	if (member->kind == 's')
		archive_entry_sparse_add_entry(entry, 50000, 4);
	if (member->kind == '@')
		archive_entry_copy_symlink(entry, "x");
	if (member->kind == '=')
		archive_entry_copy_hardlink(entry, "x");
	/* A warning is about names that are no ASCII. */
	ck_assert_int_ge(archive_write_header(a, entry), ARCHIVE_WARN);
	if (member->content.len)
		ck_assert_int_eq((int)archive_write_data(a, member->content.ptr,
							 member->content.len),
				 (int)member->content.len);
	archive_entry_free(entry);
}

void
fixture_pack(struct sift_buf *out, const struct fixture_form *form,
	     const struct fixture_member *members, size_t count)
{
	struct archive *a = archive_write_new();
	locale_t saved = uselocale(sift_locale_utf8()); /* for names */
	size_t i;

	ck_assert_int_eq(archive_write_set_format(a, form->format), ARCHIVE_OK);
	ck_assert_int_eq(archive_write_add_filter(a, form->filter), ARCHIVE_OK);
	if (!strcmp(form->name, "zip stored"))
		archive_write_set_format_option(a, "zip", "compression",
						"store");
	/* Where the default takes seconds for what tests pack. */
	archive_write_set_format_option(a, "7zip", "compression-level", "1");
	archive_write_set_filter_option(a, "xz", "compression-level", "1");
	archive_write_set_bytes_in_last_block(a, 1);
	ck_assert_int_eq(archive_write_open(a, out, NULL, collect, NULL),
			 ARCHIVE_OK);
	for (i = 0; i < count; i++)
		pack_member(a, &members[i]);
	ck_assert_int_eq(archive_write_close(a), ARCHIVE_OK);
	archive_write_free(a);
	uselocale(saved);
}

/* One file for all: making one takes longer than what is done with it. */
int
fixture_fd(struct sift_span bytes)
{
	static FILE *file;
	size_t done = 0;
	ssize_t n;
	int fd;

	if (!file)
		file = tmpfile();
	ck_assert_ptr_nonnull(file);
	fd = dup(fileno(file));
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(ftruncate(fd, 0), 0);
	while (done < bytes.len) {
		n = pwrite(fd, bytes.ptr + done, bytes.len - done, (off_t)done);
		ck_assert_int_gt((int)n, 0);
		done += (size_t)n;
	}
	ck_assert_int_eq((int)lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

static void
write_all(int fd, struct sift_span bytes)
{
	ssize_t n;

	while (bytes.len) {
		n = write(fd, bytes.ptr, bytes.len);
		if (n <= 0)
			break; /* the reader has seen enough */
		bytes = sift_span_from(bytes, (size_t)n);
	}
}

int
fixture_pipe(struct sift_span bytes)
{
	int ends[2];

	ck_assert_int_eq(pipe(ends), 0);
	if (bytes.len <= PIPE_BYTES) {
		write_all(ends[1], bytes);
	} else if (fork() == 0) {
		close(ends[0]);
		write_all(ends[1], bytes);
		_exit(0);
	}
	close(ends[1]);
	return ends[0];
}

struct visit {
	struct sift_buf *log;
	bool words_only;
};

static enum sift_status
log_source(void *payload, const char *name, const char *path,
	   struct sift_source *src, struct sift_err *err)
{
	struct visit *visit = payload;
	struct sift_err failure = {0};
	struct sift_buf content;
	char hash[17];

	(void)err;
	sift_buf_init(&content, 0);
	if (sift_source_read_all(src, SIZE_MAX, &content, &failure))
		ck_assert_str_ne(failure.what, "");
	sift_buf_printf(visit->log, "+ %s %s", name, path);
	if (!visit->words_only) {
		sift_hash_hex(sift_hash128(content.ptr, content.len), 16, hash);
		sift_buf_printf(visit->log, " %zu %s", content.len, hash);
	}
	sift_buf_printf(visit->log, "%s%s\n", failure.what[0] ? " " : "",
			failure.what);
	sift_buf_release(&content);
	return SIFT_OK;
}

static enum sift_status
log_skipped(void *payload, const char *name, const char *path,
	    const char *reason, int is_damage, struct sift_err *err)
{
	struct visit *visit = payload;

	(void)err;
	ck_assert_str_ne(reason, "");
	sift_buf_printf(visit->log, "%c %s %s %s\n", is_damage ? '!' : '-',
			name, path, reason);
	return SIFT_OK;
}

static void
visit_once(int fd, const struct sift_limits *limits, bool may_use_thread,
	   struct visit *visit)
{
	static const struct sift_limits defaults;
	struct sift_visitor visitor = {.source = log_source,
				       .skipped = log_skipped,
				       .payload = visit,
				       .may_use_thread = may_use_thread};
	struct sift_err err = {0};

	if (sift_unpack(fd, "in", "in", limits ? limits : &defaults, &visitor,
			&err))
		sift_buf_printf(visit->log, "= %s\n", err.what);
}

/* Whatever is visited: a thread must make no difference. */
static void
visit_fd(int fd, const struct sift_limits *limits, struct visit *visit)
{
	struct sift_buf log;
	struct visit again = {.log = &log, .words_only = visit->words_only};
	size_t before = visit->log->len;

	visit_once(fd, limits, false, visit);
	if (!lseek(fd, 0, SEEK_SET)) {
		sift_buf_init(&log, 0);
		visit_once(fd, limits, true, &again);
		ck_assert_str_eq(log.ptr ? log.ptr : "",
				 log.ptr ? visit->log->ptr + before : "");
		sift_buf_release(&log);
	}
	close(fd);
}

void
fixture_visit(int fd, const struct sift_limits *limits, struct sift_buf *log)
{
	struct visit visit = {.log = log};

	visit_fd(fd, limits, &visit);
}

void
fixture_visit_words(struct sift_span bytes, const struct sift_limits *limits,
		    struct sift_buf *log)
{
	struct visit visit = {.log = log, .words_only = true};

	sift_buf_init(log, 0);
	visit_fd(fixture_fd(bytes), limits, &visit);
}

void
fixture_visit_bytes(struct sift_span bytes, struct sift_buf *log)
{
	sift_buf_init(log, 0);
	fixture_visit(fixture_fd(bytes), NULL, log);
}

void
fixture_expect(struct sift_buf *log, const char *name, const char *path,
	       struct sift_span content)
{
	char hash[17];

	sift_hash_hex(sift_hash128(content.ptr, content.len), 16, hash);
	sift_buf_printf(log, "+ %s %s %zu %s\n", name, path, content.len, hash);
}

void
fixture_same(struct sift_buf *got, struct sift_buf *want)
{
	ck_assert_str_eq(got->ptr ? got->ptr : "", want->ptr ? want->ptr : "");
	sift_buf_release(got);
	sift_buf_release(want);
}

const struct fixture_member fixture_small[FIXTURE_SMALL] = {
	{"a.csv", SIFT_SPAN_INIT("Type,Name,Requests\nGET,/a,1\n"), 0},
	{"b.csv", SIFT_SPAN_INIT("Type,Name,Requests\nGET,/bb,22\nGET,/c,3\n"),
	 0},
	{"c.csv", SIFT_SPAN_INIT("a,b\n1,2\n"), 0},
};

void
fixture_check_packed(const char *form, const struct fixture_member *members,
		     size_t count, const struct sift_limits *limits,
		     const char *want)
{
	struct sift_buf packed;
	struct sift_buf log;

	sift_buf_init(&packed, 0);
	fixture_pack(&packed, fixture_form_of(form), members, count);
	fixture_visit_words(sift_buf_span(&packed), limits, &log);
	ck_assert_str_eq(log.ptr ? log.ptr : "", want);
	sift_buf_release(&log);
	sift_buf_release(&packed);
}

void
fixture_nest(struct sift_buf *inner, const char *form, const char *path)
{
	struct fixture_member members[] = {
		{path, sift_buf_span(inner), 0},
		{"beside.csv", SIFT_SPAN("x"), 0},
	};
	struct sift_buf outer;

	sift_buf_init(&outer, 0);
	fixture_pack(&outer, fixture_form_of(form), members, 2);
	sift_buf_release(inner);
	*inner = outer;
}
