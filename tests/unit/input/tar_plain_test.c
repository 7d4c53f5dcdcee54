/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "input/container.h"
#include "input/tar_plain.h"
#include "input_fixture.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

#define HUNDRED                                                                \
 "0123456789/123456789/123456789/123456789/123456789/123456789/123456789/"     \
 "123456789/123456789/12345678"

/* ---- headers ---- */

static struct sift_buf
pack(const char *form, const struct fixture_member *members, size_t count)
{
	struct sift_buf tar;

	sift_buf_init(&tar, 0);
	fixture_pack(&tar, fixture_form_of(form), members, count);
	return tar;
}

START_TEST(a_short_name_and_a_size_are_plain)
{
	const struct fixture_member members[] = {
		{"a/b.csv", SIFT_SPAN_INIT("1234567890"), '\0'}};
	struct sift_buf tar = pack("tar", members, 1);
	struct sift_tar_member member = {0};

	ck_assert(sift_tar_is_plain(tar.ptr, &member));
	ck_assert_uint_eq(member.size, 10);
	ck_assert(!member.is_folder);
	sift_tar_resize(tar.ptr, 1 << 30);
	ck_assert(!sift_tar_is_plain(tar.ptr, &member));
	sift_tar_resize(tar.ptr, (1 << 30) - 1);
	ck_assert(sift_tar_is_plain(tar.ptr, &member));
	ck_assert_uint_eq(member.size, (1 << 30) - 1);
	ck_assert_str_eq(tar.ptr, "a/b.csv");
	sift_buf_release(&tar);
}
END_TEST

START_TEST(a_folder_is_plain)
{
	const struct fixture_member members[] = {{"a/", {NULL, 0}, '/'}};
	struct sift_buf tar = pack("gnutar", members, 1);
	struct sift_tar_member member = {0};

	ck_assert(sift_tar_is_plain(tar.ptr, &member));
	ck_assert_uint_eq(member.size, 0);
	ck_assert(member.is_folder);
	sift_tar_resize(tar.ptr, 1);
	ck_assert(!sift_tar_is_plain(tar.ptr, &member));
	sift_buf_release(&tar);
}
END_TEST

static const struct {
	size_t at;
	const char *bytes; /* what makes it not plain there */
	size_t len;
} odd[] = {
	{0, "", 1},	       /* no name */
	{6, "/", 2},	       /* a folder of old */
	{124, "\x80", 1},      /* a size in base 256 */
	{124, "1", 1},	       /* a large one */
	{130, "8", 1},	       /* no octal digit */
	{135, "7", 1},	       /* without an end */
	{156, "\0", 1},	       /* of before POSIX */
	{156, "5", 1},	       /* a folder with data */
	{156, "x", 1},	       /* pax */
	{156, "L", 1},	       /* a long name of GNU's */
	{157, "l", 1},	       /* a link */
	{257, "USTAR", 5},     /* none */
	{345, "prefix", 6},    /* which POSIX puts before the name */
	{386, "0000000001", 9} /* a hole, of GNU */
};

START_TEST(other_headers_are_not_plain)
{
	const struct fixture_member members[] = {
		{"a/b.csv", SIFT_SPAN_INIT("1234567890"), '\0'}};
	struct sift_buf tar = pack("tar", members, 1);
	struct sift_tar_member member;
	char size_field[12];

	memcpy(tar.ptr + odd[_i].at, odd[_i].bytes, odd[_i].len);
	ck_assert(!sift_tar_is_plain(tar.ptr, &member)); /* by its checksum */
	memcpy(size_field, tar.ptr + 124, sizeof(size_field));
	sift_tar_resize(tar.ptr, 10); /* which puts that right */
	if (odd[_i].at / 12 != 124 / 12)
		ck_assert(!sift_tar_is_plain(tar.ptr, &member));
	sift_buf_release(&tar);
}
END_TEST

/* ---- members ---- */

enum reading { ALL, NOTHING, ONE_BLOCK, READINGS };

static void
log_data(struct sift_source *src, enum reading reading, struct sift_buf *log)
{
	struct sift_err err = {0};
	struct sift_span block;
	struct sift_buf data;
	enum sift_status rc = SIFT_OK;

	sift_buf_init(&data, 0);
	while (reading != NOTHING && !rc) {
		rc = sift_source_next(src, &block, &err);
		if (!rc)
			sift_buf_add_span(&data, block);
		if (reading == ONE_BLOCK)
			break;
	}
	if (reading == ALL)
		sift_buf_printf(
			log, "  %zu %016llx %d %s\n", data.len,
			(unsigned long long)sift_hash64(data.ptr, data.len),
			(int)rc, err.what);
	sift_buf_release(&data);
}

/* How much libarchive lacks in a tar that is cut depends on blocks. */
static void
log_failure(const struct sift_err *err, struct sift_buf *log)
{
	struct sift_span what = sift_span_str(err->what);

	sift_buf_add_str(log, "! ");
	sift_buf_add_span(
		log, sift_span_head(
			     what, sift_span_find(what, SIFT_SPAN("(needed"))));
	sift_buf_add_byte(log, '\n');
}

/* What is in a tar, a line for each member and failure. */
static void
list(struct sift_source *src, enum reading reading, struct sift_buf *log)
{
	struct sift_container *c = NULL;
	struct sift_meter meter = {0};
	struct sift_err err = {0};
	enum sift_status rc;

	rc = sift_container_open_stream(&c, SIFT_MAGIC_TAR, src, &meter, &err);
	ck_assert_msg(!rc, "%s", err.what);
	for (size_t i = 0; i < 100 && rc != SIFT_END; i++) {
		struct sift_member member;

		sift_err_clear(&err);
		rc = sift_container_next(c, &member, &err);
		if (rc < 0) {
			log_failure(&err, log);
			if (sift_container_is_dead(c))
				break;
		} else if (!rc) {
			sift_buf_printf(log, "%.*s %d\n", (int)member.path.len,
					member.path.ptr, (int)member.kind);
			log_data(sift_container_data(c), reading, log);
		}
	}
	sift_buf_add_str(log, rc == SIFT_END ? "end\n" : "dead\n");
	sift_container_free(c);
}

enum packing { BARE, GZIPPED, MEMBER };

/* The same of bytes that come in blocks of some length, and are a tar, or a
   gzipped one, or a tar that holds one. */
static void
list_bytes(struct sift_span bytes, enum packing packing, size_t block,
	   enum reading reading, struct sift_buf *log)
{
	struct sift_source *src = NULL;
	struct sift_source *packed = NULL;
	struct sift_container *outer = NULL;
	struct sift_meter meter = {0};
	struct sift_member member;

	ck_assert(!sift_source_open_memory(&src, bytes.ptr, bytes.len, block,
					   NULL));
	if (packing == GZIPPED)
		ck_assert(!sift_source_open_packed(&packed, SIFT_MAGIC_GZIP,
						   src, 1, NULL));
	if (packing == MEMBER) {
		ck_assert(!sift_container_open_stream(&outer, SIFT_MAGIC_TAR,
						      src, &meter, NULL));
		ck_assert(!sift_container_next(outer, &member, NULL));
	}
	list(outer    ? sift_container_data(outer)
	     : packed ? packed
		      : src,
	     reading, log);
	sift_container_free(outer);
	sift_source_free(packed);
	sift_source_free(src);
}

/*
 * What a tar comes to must be the same as behind a link, which is not plain,
 * so that libarchive reads all of it.
 */
static void
check_listed(struct sift_span tar, struct sift_span behind_link,
	     enum packing packing, size_t block, const char *what, size_t at)
{
	for (int reading = 0; reading < READINGS; reading++) {
		struct sift_buf got, want;
		const char *rest;

		sift_buf_init(&got, 0);
		sift_buf_init(&want, 0);
		list_bytes(tar, packing, block, (enum reading)reading, &got);
		list_bytes(behind_link, packing, block, (enum reading)reading,
			   &want);
		rest = strchr(want.ptr, '\n') + 1;
		if (*rest == ' ') /* the link's data */
			rest = strchr(rest, '\n') + 1;
		ck_assert_msg(!strcmp(got.ptr, rest),
			      "%s %zu, reading %d:\n%s---\n%s", what, at,
			      reading, got.ptr, rest);
		sift_buf_release(&got);
		sift_buf_release(&want);
	}
}

static void
check_same(struct sift_span link, struct sift_span tar, const char *what,
	   size_t at)
{
	struct sift_buf behind;

	sift_buf_init(&behind, 0);
	sift_buf_add_span(&behind, link);
	sift_buf_add_span(&behind, tar);
	check_listed(tar, sift_buf_span(&behind), BARE, 700, what, at);
	sift_buf_release(&behind);
}

static const char *const forms[] = {"tar", "ustar", "gnutar"};

/* The header of a link alone. */
static struct sift_buf
make_link(const char *form)
{
	const struct fixture_member first = {"first", {NULL, 0}, '@'};
	struct sift_buf link = pack(form, &first, 1);

	link.len = SIFT_TAR_BLOCK;
	return link;
}

/* A tar of what there is, plain and not; and a link's header. */
static void
make(size_t form, struct sift_buf *link, struct sift_buf *tar)
{
	struct sift_buf noise;

	sift_buf_init(&noise, 0);
	fixture_noise(&noise, 3000, 1);
	{
		const struct fixture_member members[] = {
			{"a.csv", sift_span_of(noise.ptr, 1300), '\0'},
			{"empty", {NULL, 0}, '\0'},
			{"c.csv", sift_span_of(noise.ptr, 1024), '\0'},
			{HUNDRED, sift_span_of(noise.ptr, 1), '\0'},
			{"\xC3\xA4.csv", sift_span_of(noise.ptr, 511), '\0'},
			{"folder/", {NULL, 0}, '/'},
			{"folder/d.csv", sift_span_of(noise.ptr, 2000), '\0'},
			{"folder/" HUNDRED, sift_span_of(noise.ptr, 3), '\0'},
			{"link", {NULL, 0}, '@'},
			{"e.csv", sift_span_of(noise.ptr, 100), '\0'},
		};

		*tar = pack(forms[form], members, COUNT_OF(members));
	}
	*link = make_link(forms[form]);
	sift_buf_release(&noise);
}

START_TEST(a_tar_is_read_as_libarchive_reads_it)
{
	struct sift_buf link, tar;

	make((size_t)_i, &link, &tar);
	check_same(sift_buf_span(&link), sift_buf_span(&tar), "whole", 0);
	for (size_t len = SIFT_TAR_BLOCK; len < tar.len && len < 13000;
	     len += 64)
		check_same(sift_buf_span(&link),
			   sift_span_head(sift_buf_span(&tar), len), "cut at",
			   len);
	sift_buf_release(&link);
	sift_buf_release(&tar);
}
END_TEST

START_TEST(damage_is_found_as_libarchive_finds_it)
{
	struct sift_buf link, tar;

	make((size_t)_i, &link, &tar);
	for (size_t at = SIFT_TAR_BLOCK; at < tar.len && at < 13000; at += 23) {
		tar.ptr[at] ^= 0x15;
		check_same(sift_buf_span(&link), sift_buf_span(&tar),
			   "damaged at", at);
		tar.ptr[at] ^= 0x15;
	}
	sift_buf_release(&link);
	sift_buf_release(&tar);
}
END_TEST

/* ---- ends ---- */

/* Members that are plain, an end of its own behind them; and the same behind a
   link. */
struct ends {
	struct sift_buf tar;
	struct sift_buf behind_link;
};

static void
begin_ends(struct ends *ends)
{
	const struct fixture_member members[] = {
		{"folder/", {NULL, 0}, '/'},
		{"folder/a.csv", SIFT_SPAN_INIT("1234567890"), '\0'},
		{"b.csv", SIFT_SPAN_INIT("123"), '\0'},
	};

	ends->tar = pack("gnutar", members, COUNT_OF(members));
	ends->tar.len -= 2 * (size_t)SIFT_TAR_BLOCK; /* its mark */
	ends->behind_link = make_link("gnutar");
	sift_buf_add_span(&ends->behind_link, sift_buf_span(&ends->tar));
}

static void
add_to_ends(struct ends *ends, struct sift_span bytes)
{
	sift_buf_add_span(&ends->tar, bytes);
	sift_buf_add_span(&ends->behind_link, bytes);
}

static void
release_ends(struct ends *ends)
{
	sift_buf_release(&ends->tar);
	sift_buf_release(&ends->behind_link);
}

/* However blocks fall. */
static void
check_ends(struct ends *ends, enum packing packing, const char *what, size_t at)
{
	static const size_t blocks[] = {0, 512, 700, 60000, 70000};

	for (size_t i = 0; i < COUNT_OF(blocks); i++)
		check_listed(sift_buf_span(&ends->tar),
			     sift_buf_span(&ends->behind_link), packing,
			     blocks[i], what, at);
}

/* As members of other tars, whose end comes with their last block. */
static void
check_ends_of_members(struct ends *ends, const char *what, size_t at)
{
	const struct fixture_member one = {"in.tar", sift_buf_span(&ends->tar),
					   '\0'};
	const struct fixture_member other = {
		"in.tar", sift_buf_span(&ends->behind_link), '\0'};
	struct ends members = {pack("ustar", &one, 1),
			       pack("ustar", &other, 1)};

	check_ends(&members, MEMBER, what, at);
	release_ends(&members);
}

static const size_t nuls[] = {0,    1,	  511,	 512,	513,   1023,  1024,
			      1025, 1536, 10240, 65023, 65536, 66048, 200000};

START_TEST(an_end_of_nuls_is_told_as_libarchive_tells_it)
{
	static const char many[200000];
	static const char junk[SIFT_TAR_BLOCK] = "x";
	struct ends ends;

	begin_ends(&ends);
	add_to_ends(&ends, sift_span_of(many, nuls[_i]));
	check_ends(&ends, BARE, "NULs", nuls[_i]);
	check_ends_of_members(&ends, "NULs", nuls[_i]);
	add_to_ends(&ends, sift_span_of(junk, sizeof(junk)));
	check_ends(&ends, BARE, "x behind NULs", nuls[_i]);
	check_ends_of_members(&ends, "x behind NULs", nuls[_i]);
	release_ends(&ends);
}
END_TEST

/* Another tar, with an end or without one, or what is none. */
START_TEST(what_follows_an_end_is_told_as_libarchive_tells_it)
{
	static const char many[2048];
	const struct fixture_member member = {"c.csv", SIFT_SPAN_INIT("12345"),
					      '\0'};
	struct sift_buf tar = pack("gnutar", &member, 1);

	for (size_t len = 0; len <= tar.len; len += 128) {
		struct ends ends;

		begin_ends(&ends);
		add_to_ends(&ends, sift_span_of(many, (size_t)_i));
		add_to_ends(&ends, sift_span_head(sift_buf_span(&tar), len));
		check_ends(&ends, BARE, "bytes of a tar behind NULs", len);
		release_ends(&ends);
	}
	sift_buf_release(&tar);
}
END_TEST

static void
add_nothing(struct sift_buf *gzip)
{
	(void)gzip;
}

static void
add_nuls(struct sift_buf *gzip)
{
	sift_buf_add_span(gzip, SIFT_SPAN("\0\0\0"));
}

static void
add_junk(struct sift_buf *gzip)
{
	sift_buf_add_span(gzip, SIFT_SPAN("junk"));
}

static void
add_gzipped_nuls(struct sift_buf *gzip)
{
	static const char block[SIFT_TAR_BLOCK];

	fixture_gzip(gzip, sift_span_of(block, sizeof(block)));
}

static void
add_gzipped_text(struct sift_buf *gzip)
{
	fixture_gzip(gzip, SIFT_SPAN("text"));
}

static void
cut(struct sift_buf *gzip)
{
	gzip->len -= 4;
}

static void
break_sum(struct sift_buf *gzip)
{
	gzip->ptr[gzip->len - 6] ^= 1;
}

static const struct {
	void (*change)(struct sift_buf *gzip);
	const char *words; /* of its failure; NULL = there is none */
} streams[] = {
	{add_nothing, NULL},
	{add_nuls, NULL},
	{add_gzipped_nuls, NULL},
	{add_junk, "4 bytes of junk after the gzip data"},
	{add_gzipped_text, "Truncated tar archive"},
	{cut, "truncated gzip data"},
	{break_sum, "damaged gzip data: wrong checksum or length"},
};

/* The stream is read and checked to its own end. */
START_TEST(the_end_of_the_stream_is_told_as_libarchive_tells_it)
{
	static const char mark[2 * SIFT_TAR_BLOCK];
	const char *words = streams[_i].words;
	struct ends ends;
	struct ends packed;
	struct sift_buf log;

	begin_ends(&ends);
	add_to_ends(&ends, sift_span_of(mark, sizeof(mark)));
	sift_buf_init(&packed.tar, 0);
	sift_buf_init(&packed.behind_link, 0);
	fixture_gzip(&packed.tar, sift_buf_span(&ends.tar));
	fixture_gzip(&packed.behind_link, sift_buf_span(&ends.behind_link));
	streams[_i].change(&packed.tar);
	streams[_i].change(&packed.behind_link);
	check_ends(&packed, GZIPPED, "stream", (size_t)_i);

	sift_buf_init(&log, 0);
	list_bytes(sift_buf_span(&packed.tar), GZIPPED, 0, ALL, &log);
	ck_assert(strstr(log.ptr, words ? words : "end\n"));
	sift_buf_release(&log);
	release_ends(&packed);
	release_ends(&ends);
}
END_TEST

/* One that nobody wants, too long to be looked over or not. */
START_TEST(a_member_is_passed_over_as_libarchive_does_it)
{
	static const size_t lengths[] = {3000,	 500000,  983039, 983040,
					 983041, 1048576, 1500000};
	struct sift_buf noise;
	struct sift_buf link = make_link("ustar");

	sift_buf_init(&noise, 0);
	fixture_noise(&noise, 1500000, 2);
	for (size_t i = 0; i < COUNT_OF(lengths); i++) {
		const struct fixture_member members[] = {
			{"a.csv",
			 sift_span_head(sift_buf_span(&noise), lengths[i]),
			 '\0'},
			{"b.csv", SIFT_SPAN("123"), '\0'},
		};
		struct sift_buf tar = pack("ustar", members, 2);

		check_same(sift_buf_span(&link), sift_buf_span(&tar), "behind",
			   lengths[i]);
		check_same(sift_buf_span(&link),
			   sift_span_head(sift_buf_span(&tar), lengths[i]),
			   "cut in", lengths[i]);
		sift_buf_release(&tar);
	}
	sift_buf_release(&link);
	sift_buf_release(&noise);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("tar_plain");
	TCase *tcase = tcase_create("tar_plain");
	SRunner *runner;
	int failed;

	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, a_short_name_and_a_size_are_plain);
	tcase_add_test(tcase, a_folder_is_plain);
	tcase_add_loop_test(tcase, other_headers_are_not_plain, 0,
			    (int)COUNT_OF(odd));
	tcase_add_loop_test(tcase, a_tar_is_read_as_libarchive_reads_it, 0,
			    (int)COUNT_OF(forms));
	tcase_add_loop_test(tcase, damage_is_found_as_libarchive_finds_it, 0,
			    (int)COUNT_OF(forms));
	tcase_add_loop_test(tcase,
			    an_end_of_nuls_is_told_as_libarchive_tells_it, 0,
			    (int)COUNT_OF(nuls));
	for (int len = 0; len <= 2048; len += 512)
		tcase_add_loop_test(
			tcase,
			what_follows_an_end_is_told_as_libarchive_tells_it, len,
			len + 1);
	tcase_add_loop_test(
		tcase, the_end_of_the_stream_is_told_as_libarchive_tells_it, 0,
		(int)COUNT_OF(streams));
	tcase_add_test(tcase, a_member_is_passed_over_as_libarchive_does_it);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
