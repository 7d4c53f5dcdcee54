/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"
#include "input/container.h"
#include "input_fixture.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* ---- damage ---- */

static bool
tells_of_damage(const struct sift_buf *log)
{
	return strstr(log->ptr ? log->ptr : "", "! ") || strstr(log->ptr, "dat"
									  "a");
}

/*
 * The sources that were handed out as sound must be whole: find each line
 * without a failure in `whole`. Names may be other ones if `any_name`.
 */
static void
check_sources(const struct sift_buf *log, const struct sift_buf *whole,
	      bool any_name, const char *what, size_t at)
{
	struct sift_span rest = sift_buf_span(log);
	struct sift_span line;
	struct sift_span part;
	size_t blank;

	while (rest.len) {
		line = sift_span_head(rest, sift_span_find_byte(rest, '\n'));
		rest = sift_span_from(rest, line.len + 1);
		part = line;
		if (part.ptr[0] != '+')
			continue;
		if (any_name) /* from the length on */
			for (blank = 0; blank < 3; blank++)
				part = sift_span_from(
					part,
					sift_span_find_byte(part, ' ') + 1);
		ck_assert_msg(
			sift_span_find(line, SIFT_SPAN("data")) < line.len ||
				sift_span_find(sift_buf_span(whole), part) <
					whole->len,
			"%s at %zu: %.*s", what, at, (int)line.len, line.ptr);
	}
}

START_TEST(every_truncation_is_reported_and_keeps_what_came_before)
{
	const struct fixture_form *form = &fixture_forms[_i];
	struct sift_buf packed;
	struct sift_buf whole;
	struct sift_buf log;
	size_t cut;

	sift_buf_init(&packed, 0);
	fixture_pack(&packed, form, fixture_small, FIXTURE_SMALL);
	fixture_visit_bytes(sift_buf_span(&packed), &whole);
	for (cut = form->magic_len; cut < packed.len; cut++) {
		fixture_visit_bytes(sift_span_of(packed.ptr, cut), &log);
		ck_assert_msg(tells_of_damage(&log) ||
				      (!form->is_summed &&
				       !strcmp(log.ptr, whole.ptr)),
			      "%s cut at %zu: %s", form->name, cut, log.ptr);
		check_sources(&log, &whole, false, form->name, cut);
		sift_buf_release(&log);
	}
	sift_buf_release(&whole);
	sift_buf_release(&packed);
}
END_TEST

START_TEST(every_bit_flip_is_reported_or_harmless)
{
	const struct fixture_form *form = &fixture_forms[_i];
	struct sift_buf packed;
	struct sift_buf whole;
	struct sift_buf log;
	size_t bit;
	/* Of a tar it only matters that nothing breaks. */
	size_t every =
		getenv("LOADSIFT_SANITIZED") || !form->is_summed ? 11 : 1;

	sift_buf_init(&packed, 0);
	fixture_pack(&packed, form, fixture_small, FIXTURE_SMALL);
	fixture_visit_bytes(sift_buf_span(&packed), &whole);
	for (bit = 8 * form->magic_len; bit < 8 * packed.len; bit += every) {
		packed.ptr[bit / 8] ^= (char)(1 << bit % 8);
		fixture_visit_bytes(sift_buf_span(&packed), &log);
		ck_assert_ptr_nonnull(log.ptr);
		if (form->is_summed && !tells_of_damage(&log))
			check_sources(&log, &whole, true, form->name, bit);
		sift_buf_release(&log);
		packed.ptr[bit / 8] ^= (char)(1 << bit % 8);
	}
	sift_buf_release(&whole);
	sift_buf_release(&packed);
}
END_TEST

/* Where `bytes` stand in `buf`, for the n-th time (0 = first). */
static size_t
position_of(const struct sift_buf *buf, struct sift_span bytes, size_t n)
{
	size_t at = 0;

	for (;;) {
		at += sift_span_find(sift_span_from(sift_buf_span(buf), at),
				     bytes);
		ck_assert_uint_lt(at, buf->len);
		if (!n--)
			return at;
		at++;
	}
}

START_TEST(a_wrong_crc_in_a_zip_comes_after_the_data_and_others_are_read)
{
	struct sift_buf packed;
	struct sift_buf log;
	size_t at;

	/* Stored, not deflated, so that only the CRC can tell. */
	sift_buf_init(&packed, 0);
	fixture_pack(&packed, fixture_form_of("zip stored"), fixture_small,
		     FIXTURE_SMALL);
	at = position_of(&packed, SIFT_SPAN("GET,/bb"), 0);
	packed.ptr[at] = 'P';
	fixture_visit_words(sift_buf_span(&packed), NULL, &log);
	ck_assert_ptr_nonnull(strstr(log.ptr, "+ in!a.csv in/a.csv\n"));
	ck_assert_ptr_nonnull(
		strstr(log.ptr, "+ in!b.csv in/b.csv damaged zip data: ZIP "
				"bad CRC"));
	ck_assert_ptr_nonnull(strstr(log.ptr, "\n+ in!c.csv in/c.csv\n"));
	sift_buf_release(&log);
	sift_buf_release(&packed);
}
END_TEST

START_TEST(a_damaged_stream_in_a_zip_does_not_take_the_others_along)
{
	struct fixture_member members[] = {
		{"a", SIFT_SPAN("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"), 0},
		{"b", {NULL, 0}, 0},
		{"c", SIFT_SPAN("cccccccccccccccccccccccccccccccccccccc"), 0},
	};
	struct sift_buf text;
	struct sift_buf packed;
	struct sift_buf log;
	unsigned i;
	size_t at;

	sift_buf_init(&text, 0);
	for (i = 0; i < 5000; i++)
		sift_buf_printf(&text, "GET,/api/%u,%u\n", i * i, i % 77);
	members[1].content = sift_buf_span(&text);
	sift_buf_init(&packed, 0);
	fixture_pack(&packed, fixture_form_of("zip"), members, COUNT(members));
	/* A type of block that deflate does not have, where b's data begin. */
	at = position_of(&packed, SIFT_SPAN("PK\3\4"), 1);
	packed.ptr[at + 30 + 1 + (unsigned char)packed.ptr[at + 28]] = '\7';
	fixture_visit_words(sift_buf_span(&packed), NULL, &log);
	ck_assert_ptr_nonnull(strstr(log.ptr, "+ in!a in/a\n"));
	ck_assert_ptr_nonnull(strstr(log.ptr, "! in!b in/b damaged zip data: "
					      "ZIP decompression failed"));
	ck_assert_ptr_nonnull(strstr(log.ptr, "\n+ in!c in/c\n"));
	sift_buf_release(&log);
	sift_buf_release(&packed);
	sift_buf_release(&text);
}
END_TEST

/* The inner directory must not pass for the outer one. */
START_TEST(a_zip_cut_behind_a_zip_in_it_is_cut)
{
	struct fixture_member members[] = {
		{"a.csv", SIFT_SPAN("a,b\n1,2\n"), 0},
		{"inner.zip", {NULL, 0}, 0},
		{"z.csv", SIFT_SPAN("a,b\n1,2\n"), 0},
	};
	struct sift_buf inner;
	struct sift_buf packed;
	struct sift_buf log;

	sift_buf_init(&inner, 0);
	fixture_pack(&inner, fixture_form_of("zip"), fixture_small, 2);
	members[1].content = sift_buf_span(&inner);
	sift_buf_init(&packed, 0);
	fixture_pack(&packed, fixture_form_of("zip stored"), members, 3);
	packed.len = position_of(&packed, SIFT_SPAN("z.csv"), 0);
	fixture_visit_words(sift_buf_span(&packed), NULL, &log);
	ck_assert_ptr_nonnull(strstr(log.ptr, "+ in!a.csv in/a.csv\n"));
	ck_assert_ptr_nonnull(
		strstr(log.ptr, "+ in!inner.zip!b.csv in/inner/b.csv\n"));
	ck_assert_ptr_nonnull(strstr(log.ptr, "! in in archive ends early: "));
	sift_buf_release(&log);
	sift_buf_release(&packed);
	sift_buf_release(&inner);
}
END_TEST

START_TEST(a_wrong_checksum_under_a_tar_is_told)
{
	struct sift_buf packed;
	struct sift_buf log;

	sift_buf_init(&packed, 0);
	fixture_pack(&packed, fixture_form_of("tar.gz"), fixture_small,
		     FIXTURE_SMALL);
	packed.ptr[packed.len - 6] ^= 1;
	fixture_visit_words(sift_buf_span(&packed), NULL, &log);
	ck_assert_str_eq(log.ptr,
			 "+ in!a.csv in/a.csv\n"
			 "+ in!b.csv in/b.csv\n"
			 "+ in!c.csv in/c.csv\n"
			 "! in in archive ends early: damaged gzip data: "
			 "wrong checksum or length\n");
	sift_buf_release(&log);
	sift_buf_release(&packed);
}
END_TEST

/* ---- tars that are not quite ---- */

enum { BLOCK = 512 };

/* Three members of one block each, as ustar: six blocks, then the end. */
static void
pack_tar(struct sift_buf *out)
{
	sift_buf_init(out, 0);
	fixture_pack(out, fixture_form_of("ustar"), fixture_small,
		     FIXTURE_SMALL);
}

static void
check_tar(struct sift_buf *tar, const char *want)
{
	struct sift_buf log;

	fixture_visit_words(sift_buf_span(tar), NULL, &log);
	ck_assert_str_eq(log.ptr ? log.ptr : "", want);
	sift_buf_release(&log);
	sift_buf_release(tar);
}

START_TEST(a_damaged_header_costs_its_member_alone)
{
	struct sift_buf tar;

	pack_tar(&tar);
	tar.ptr[0] ^= 1;
	check_tar(&tar, "! in in damaged tar data: 2 blocks of 512 bytes "
			"passed over in search of a header\n"
			"+ in!b.csv in/b.csv\n"
			"+ in!c.csv in/c.csv\n");
	pack_tar(&tar);
	tar.ptr[2 * BLOCK + 3] ^= 1;
	check_tar(&tar, "+ in!a.csv in/a.csv\n"
			"! in in damaged tar data: 2 blocks of 512 bytes "
			"passed over in search of a header\n"
			"+ in!c.csv in/c.csv\n");
	pack_tar(&tar);
	tar.ptr[4 * BLOCK + 3] ^= 1;
	check_tar(&tar, "+ in!a.csv in/a.csv\n"
			"+ in!b.csv in/b.csv\n"
			"! in in damaged tar data: 2 blocks of 512 bytes "
			"passed over in search of a header\n");
	/* Not one header is sound. */
	pack_tar(&tar);
	tar.ptr[0] ^= 1;
	tar.ptr[2 * BLOCK + 3] ^= 1;
	tar.ptr[4 * BLOCK + 3] ^= 1;
	check_tar(&tar, "! in in archive cannot be opened: damaged tar data: "
			"no sound header\n");
}
END_TEST

START_TEST(a_tar_without_end_mark_may_lack_members)
{
	struct sift_buf tar;

	pack_tar(&tar);
	tar.len = (size_t)4 * BLOCK;
	check_tar(&tar, "+ in!a.csv in/a.csv\n"
			"+ in!b.csv in/b.csv\n"
			"! in in archive ends early: truncated tar data: no "
			"mark of its end\n");
}
END_TEST

START_TEST(tars_in_a_row_are_one)
{
	struct sift_buf tar;

	pack_tar(&tar);
	fixture_pack(&tar, fixture_form_of("gnutar"), fixture_small, 1);
	check_tar(&tar, "+ in!a.csv in/a.csv\n"
			"+ in!b.csv in/b.csv\n"
			"+ in!c.csv in/c.csv\n"
			"+ in!a.csv#2 in/a.csv#2\n");
}
END_TEST

START_TEST(junk_behind_a_tar_is_told)
{
	struct sift_buf tar;

	pack_tar(&tar);
	sift_buf_add_repeated(&tar, 'x', BLOCK);
	check_tar(&tar, "+ in!a.csv in/a.csv\n"
			"+ in!b.csv in/b.csv\n"
			"+ in!c.csv in/c.csv\n"
			"! in in damaged tar data: 1 blocks of 512 bytes "
			"passed over in search of a header\n"
			"! in in archive ends early: truncated tar data: no "
			"mark of its end\n");
}
END_TEST

START_TEST(nuls_alone_are_an_empty_archive_and_no_success)
{
	struct sift_buf nuls;

	sift_buf_init(&nuls, 0);
	sift_buf_add_repeated(&nuls, '\0', 10240);
	check_tar(&nuls, "- in in an empty archive, or a file of NULs only\n");
	/* Longer, or not in blocks: a file that lost its content. */
	sift_buf_init(&nuls, 0);
	sift_buf_add_repeated(&nuls, '\0', 10241);
	check_tar(&nuls, "+ in in\n");
	sift_buf_init(&nuls, 0);
	sift_buf_add_repeated(&nuls, '\0', 1 << 20);
	check_tar(&nuls, "+ in in\n");
}
END_TEST

START_TEST(the_empty_zip_is_an_empty_archive)
{
	fixture_check_packed("zip", NULL, 0, NULL,
			     "- in in an empty archive\n");
}
END_TEST

START_TEST(holes_of_sparse_members_read_as_nuls)
{
	struct fixture_member member = {"hole", {NULL, 0}, 's'};
	struct sift_buf content;
	struct sift_buf packed;
	struct sift_buf want;
	struct sift_buf log;

	/* 's' is 100 kB of NULs with "data" at 50000 and nothing else. */
	sift_buf_init(&content, 0);
	sift_buf_add_repeated(&content, '\0', 100000);
	memcpy(content.ptr + 50000, "data", 4);
	member.content = sift_buf_span(&content);
	sift_buf_init(&packed, 0);
	fixture_pack(&packed, fixture_form_of("tar"), &member, 1);
	ck_assert_uint_lt(packed.len, 20000);
	fixture_visit_bytes(sift_buf_span(&packed), &log);
	sift_buf_init(&want, 0);
	fixture_expect(&want, "in!hole", "in/hole", sift_buf_span(&content));
	fixture_same(&log, &want);
	sift_buf_release(&packed);
	sift_buf_release(&content);
}
END_TEST

START_TEST(a_nested_archive_that_is_cut_gives_what_it_has)
{
	struct sift_buf packed;
	struct sift_buf log;

	pack_tar(&packed);
	packed.len = (size_t)3 * BLOCK + 10;
	fixture_nest(&packed, "zip", "cut.tar");
	fixture_visit_words(sift_buf_span(&packed), NULL, &log);
	ck_assert_str_eq(
		log.ptr,
		"+ in!cut.tar!a.csv in/cut/a.csv\n"
		"+ in!cut.tar!b.csv in/cut/b.csv truncated tar data: "
		"Truncated tar archive\n"
		"! in!cut.tar in/cut.tar archive ends early: truncated "
		"tar data: Truncated tar archive\n"
		"+ in!beside.csv in/beside.csv\n");
	sift_buf_release(&log);
	sift_buf_release(&packed);
}
END_TEST

START_TEST(damage_below_a_zip_held_in_memory_is_told)
{
	struct sift_buf packed;
	struct sift_buf gzipped;
	struct sift_buf log;

	sift_buf_init(&packed, 0);
	fixture_pack(&packed, fixture_form_of("zip"), fixture_small, 1);
	sift_buf_init(&gzipped, 0);
	fixture_gzip(&gzipped, sift_buf_span(&packed));
	gzipped.ptr[gzipped.len - 6] ^= 1;
	fixture_visit_words(sift_buf_span(&gzipped), NULL, &log);
	ck_assert_str_eq(log.ptr, "+ in!a.csv in/a.csv\n"
				  "! in in archive ends early: damaged gzip "
				  "data: wrong checksum or length\n");
	sift_buf_release(&log);
	sift_buf_release(&gzipped);
	sift_buf_release(&packed);
}
END_TEST

/* ---- when reading or memory fails ---- */

struct failing {
	struct sift_source base;
	struct sift_span content;
};

static enum sift_status
read_failing(struct sift_source *src, struct sift_span *out,
	     struct sift_err *err)
{
	*out = ((struct failing *)src)->content;
	return sift_fail(err, SIFT_E_IO, "the disk is gone");
}

static const struct sift_source_ops failing_ops = {.read = read_failing};

START_TEST(a_failing_disk_is_not_called_a_truncated_archive)
{
	struct sift_meter meter = {.ratio = 200};
	struct failing failing;
	struct sift_container *c;
	struct sift_member member;
	struct sift_err err = {0};
	struct sift_span span;
	struct sift_buf tar;

	pack_tar(&tar);
	sift_source_init(&failing.base, &failing_ops);
	failing.content = sift_span_of(tar.ptr, (size_t)3 * BLOCK + 10);
	ck_assert_int_eq(sift_container_open_stream(&c, SIFT_MAGIC_TAR,
						    &failing.base, &meter,
						    NULL),
			 SIFT_OK);
	ck_assert_int_eq(sift_container_next(c, &member, &err), SIFT_OK);
	ck_assert_int_eq(sift_container_next(c, &member, &err), SIFT_OK);
	ck_assert_int_eq(sift_source_next(sift_container_data(c), &span, &err),
			 SIFT_OK);
	ck_assert_uint_eq(span.len, 10);
	ck_assert_int_eq(sift_source_next(sift_container_data(c), &span, &err),
			 SIFT_E_IO);
	ck_assert_str_eq(err.what, "the disk is gone");
	sift_err_clear(&err);
	ck_assert_int_eq(sift_container_next(c, &member, &err), SIFT_E_IO);
	ck_assert(sift_container_is_dead(c));
	ck_assert_str_eq(err.what, "the disk is gone");
	sift_container_free(c);
	sift_buf_release(&tar);
}
END_TEST

static enum sift_status
drain(void *payload, const char *name, const char *path,
      struct sift_source *src, struct sift_err *err)
{
	(void)payload;
	(void)name;
	(void)path;
	return sift_source_drain(src, err);
}

static enum sift_status
hear(void *payload, const char *name, const char *path, const char *reason,
     int is_damage, struct sift_err *err)
{
	(void)name;
	(void)path;
	(void)reason;
	(void)err;
	*(bool *)payload |= is_damage;
	return SIFT_OK;
}

/* Of our own allocations; libarchive's are its own. */
START_TEST(each_missing_allocation_is_told)
{
	bool is_damaged;
	struct sift_visitor visitor = {
		.source = drain, .skipped = hear, .payload = &is_damaged};
	struct sift_limits limits = {0};
	struct sift_buf packed;
	enum sift_status rc;
	uint64_t n;
	int fd;

	sift_buf_init(&packed, 0);
	fixture_pack(&packed, &fixture_forms[_i], fixture_small, FIXTURE_SMALL);
	fixture_nest(&packed, fixture_forms[_i].name, "inner");
	for (n = 1;; n++) {
		is_damaged = false;
		fd = fixture_fd(sift_buf_span(&packed));
		sift_mem_fail_at(n, 0);
		rc = sift_unpack(fd, "in", "in", &limits, &visitor, NULL);
		sift_mem_fail_at(0, 0);
		close(fd);
		if (rc == SIFT_OK && !is_damaged)
			break;
		ck_assert(is_damaged || rc == SIFT_E_NOMEM);
		ck_assert_uint_lt(n, 1000);
	}
	ck_assert_uint_gt(n, 10);
	sift_buf_release(&packed);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("unpack_damage");
	TCase *tcase = tcase_create("unpack_damage");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(
		tcase, every_truncation_is_reported_and_keeps_what_came_before,
		0, FIXTURE_FORMS);
	tcase_add_loop_test(tcase, every_bit_flip_is_reported_or_harmless, 0,
			    FIXTURE_FORMS);
	tcase_add_test(
		tcase,
		a_wrong_crc_in_a_zip_comes_after_the_data_and_others_are_read);
	tcase_add_test(
		tcase,
		a_damaged_stream_in_a_zip_does_not_take_the_others_along);
	tcase_add_test(tcase, a_zip_cut_behind_a_zip_in_it_is_cut);
	tcase_add_test(tcase, a_wrong_checksum_under_a_tar_is_told);
	tcase_add_test(tcase, a_damaged_header_costs_its_member_alone);
	tcase_add_test(tcase, a_tar_without_end_mark_may_lack_members);
	tcase_add_test(tcase, tars_in_a_row_are_one);
	tcase_add_test(tcase, junk_behind_a_tar_is_told);
	tcase_add_test(tcase, nuls_alone_are_an_empty_archive_and_no_success);
	tcase_add_test(tcase, the_empty_zip_is_an_empty_archive);
	tcase_add_test(tcase, holes_of_sparse_members_read_as_nuls);
	tcase_add_test(tcase, a_nested_archive_that_is_cut_gives_what_it_has);
	tcase_add_test(tcase, damage_below_a_zip_held_in_memory_is_told);
	tcase_add_test(tcase, a_failing_disk_is_not_called_a_truncated_archive);
	tcase_add_loop_test(tcase, each_missing_allocation_is_told, 0,
			    FIXTURE_FORMS);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
