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
	uint64_t size = 0;

	ck_assert(sift_tar_is_plain(tar.ptr, &size));
	ck_assert_uint_eq(size, 10);
	sift_tar_resize(tar.ptr, 1 << 30);
	ck_assert(!sift_tar_is_plain(tar.ptr, &size));
	sift_tar_resize(tar.ptr, (1 << 30) - 1);
	ck_assert(sift_tar_is_plain(tar.ptr, &size));
	ck_assert_uint_eq(size, (1 << 30) - 1);
	ck_assert_str_eq(tar.ptr, "a/b.csv");
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
	{156, "5", 1},	       /* a folder */
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
	char size_field[12];
	uint64_t size;

	memcpy(tar.ptr + odd[_i].at, odd[_i].bytes, odd[_i].len);
	ck_assert(!sift_tar_is_plain(tar.ptr, &size)); /* by its checksum */
	memcpy(size_field, tar.ptr + 124, sizeof(size_field));
	sift_tar_resize(tar.ptr, 10); /* which puts that right */
	if (odd[_i].at / 12 != 124 / 12)
		ck_assert(!sift_tar_is_plain(tar.ptr, &size));
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
list(struct sift_span tar, enum reading reading, struct sift_buf *log)
{
	struct sift_container *c = NULL;
	struct sift_source *src = NULL;
	struct sift_meter meter = {0};
	struct sift_err err = {0};
	enum sift_status rc;

	ck_assert_int_eq(
		sift_source_open_memory(&src, tar.ptr, tar.len, 700, NULL), 0);
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
	sift_source_free(src);
}

/*
 * The same tar behind a folder, which is not plain, so that libarchive reads
 * all of it, must come to the same.
 */
static void
check_same(struct sift_span folder, struct sift_span tar, const char *what,
	   size_t at)
{
	struct sift_buf behind;

	sift_buf_init(&behind, 0);
	sift_buf_add_span(&behind, folder);
	sift_buf_add_span(&behind, tar);
	for (int reading = 0; reading < READINGS; reading++) {
		struct sift_buf got, want;
		const char *rest;

		sift_buf_init(&got, 0);
		sift_buf_init(&want, 0);
		list(tar, (enum reading)reading, &got);
		list(sift_buf_span(&behind), (enum reading)reading, &want);
		rest = strstr(want.ptr, "a.csv");
		ck_assert_ptr_nonnull(rest);
		ck_assert_msg(!strcmp(got.ptr, rest),
			      "%s %zu, reading %d:\n%s---\n%s", what, at,
			      reading, got.ptr, rest);
		sift_buf_release(&got);
		sift_buf_release(&want);
	}
	sift_buf_release(&behind);
}

static const char *const forms[] = {"tar", "ustar", "gnutar"};

/* A tar of what there is, plain and not; and a folder's header. */
static void
make(size_t form, struct sift_buf *folder, struct sift_buf *tar)
{
	struct sift_buf noise;
	const struct fixture_member first = {"first/", {NULL, 0}, '/'};

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
	*folder = pack(forms[form], &first, 1);
	folder->len = SIFT_TAR_BLOCK;
	sift_buf_release(&noise);
}

START_TEST(a_tar_is_read_as_libarchive_reads_it)
{
	struct sift_buf folder, tar;

	make((size_t)_i, &folder, &tar);
	check_same(sift_buf_span(&folder), sift_buf_span(&tar), "whole", 0);
	for (size_t len = SIFT_TAR_BLOCK; len < tar.len && len < 13000;
	     len += 64)
		check_same(sift_buf_span(&folder),
			   sift_span_head(sift_buf_span(&tar), len), "cut at",
			   len);
	sift_buf_release(&folder);
	sift_buf_release(&tar);
}
END_TEST

START_TEST(damage_is_found_as_libarchive_finds_it)
{
	struct sift_buf folder, tar;

	make((size_t)_i, &folder, &tar);
	for (size_t at = SIFT_TAR_BLOCK; at < tar.len && at < 13000; at += 23) {
		tar.ptr[at] ^= 0x15;
		check_same(sift_buf_span(&folder), sift_buf_span(&tar),
			   "damaged at", at);
		tar.ptr[at] ^= 0x15;
	}
	sift_buf_release(&folder);
	sift_buf_release(&tar);
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
	tcase_add_loop_test(tcase, other_headers_are_not_plain, 0,
			    (int)COUNT_OF(odd));
	tcase_add_loop_test(tcase, a_tar_is_read_as_libarchive_reads_it, 0,
			    (int)COUNT_OF(forms));
	tcase_add_loop_test(tcase, damage_is_found_as_libarchive_finds_it, 0,
			    (int)COUNT_OF(forms));
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
