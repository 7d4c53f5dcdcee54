/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <check.h>
#include <stdlib.h>

#include "input_fixture.h"

#define NO_SUCH_FD 1000

START_TEST(a_plain_file_is_itself)
{
	struct sift_span content = SIFT_SPAN("a,b\n1,2\n");
	struct sift_buf want;
	struct sift_buf log;

	fixture_visit_bytes(content, &log);
	sift_buf_init(&want, 0);
	fixture_expect(&want, "in", "in", content);
	fixture_same(&log, &want);
}
END_TEST

START_TEST(an_empty_file_is_an_empty_source)
{
	struct sift_buf want;
	struct sift_buf log;

	fixture_visit_bytes(SIFT_SPAN(""), &log);
	sift_buf_init(&want, 0);
	fixture_expect(&want, "in", "in", SIFT_SPAN(""));
	fixture_same(&log, &want);
}
END_TEST

/* `layers` times gzip around `content`. */
static void
wrap(struct sift_buf *out, struct sift_span content, int layers)
{
	struct sift_buf inner;

	sift_buf_init(out, 0);
	sift_buf_add_span(out, content);
	while (layers--) {
		inner = *out;
		sift_buf_init(out, 0);
		fixture_gzip(out, sift_buf_span(&inner));
		sift_buf_release(&inner);
	}
}

START_TEST(up_to_two_layers_of_compression_come_off)
{
	struct sift_span content = SIFT_SPAN("a,b\n1,2\n");
	struct sift_buf packed;
	struct sift_buf want;
	struct sift_buf log;

	wrap(&packed, content, _i);
	fixture_visit_bytes(sift_buf_span(&packed), &log);
	sift_buf_init(&want, 0);
	if (_i <= 2)
		fixture_expect(&want, "in", "in", content);
	else
		sift_buf_add_str(&want, "! in in more than 2 layers of "
					"compression\n");
	fixture_same(&log, &want);
	sift_buf_release(&packed);
}
END_TEST

START_TEST(a_pipe_reads_as_a_file)
{
	struct sift_buf content;
	struct sift_buf packed;
	struct sift_buf want;
	struct sift_buf log;

	sift_buf_init(&content, 0);
	fixture_noise(&content, 300000, 7);
	wrap(&packed, sift_buf_span(&content), 1);
	sift_buf_init(&log, 0);
	fixture_visit(fixture_pipe(sift_buf_span(&packed)), NULL, &log);
	sift_buf_init(&want, 0);
	fixture_expect(&want, "in", "in", sift_buf_span(&content));
	fixture_same(&log, &want);
	sift_buf_release(&packed);
	sift_buf_release(&content);
}
END_TEST

START_TEST(gzip_that_gives_nothing_is_damage_at_once)
{
	struct sift_buf want;
	struct sift_buf log;

	fixture_visit_bytes(SIFT_SPAN("\x1f\x8b\x8\0\0\0\0\0\0\3"), &log);
	sift_buf_init(&want, 0);
	sift_buf_add_str(&want, "! in in truncated gzip data\n");
	fixture_same(&log, &want);
}
END_TEST

START_TEST(a_bomb_of_gzip_stops_at_the_ratio)
{
	struct sift_buf zeros;
	struct sift_buf packed;
	struct sift_buf log;

	sift_buf_init(&zeros, 0);
	sift_buf_add_repeated(&zeros, 'x', (size_t)80 << 20);
	wrap(&packed, sift_buf_span(&zeros), _i);
	sift_buf_release(&zeros);
	fixture_visit_bytes(sift_buf_span(&packed), &log);
	ck_assert_ptr_nonnull(strstr(log.ptr, "expands more than 200 times "
					      "(--max-ratio)"));
	ck_assert_int_eq(log.ptr[0], '+');
	sift_buf_release(&packed);
	sift_buf_release(&log);
}
END_TEST

/* The fixture visits with a thread and without, and compares. */
START_TEST(a_thread_makes_no_difference_to_large_archives)
{
	static const char *const forms[] = {"tar.gz", "tar.zst"};
	struct fixture_member members[3] = {
		{.path = "a"}, {.path = "b"}, {.path = "c"}};
	struct sift_buf packed;
	struct sift_buf noise;
	struct sift_buf text;
	struct sift_buf log;
	size_t i;

	sift_buf_init(&noise, 0);
	fixture_noise(&noise, 10000, 3);
	sift_buf_init(&text, 0);
	for (i = 0; i < 300; i++)
		sift_buf_add_span(&text, sift_buf_span(&noise));
	for (i = 0; i < 3; i++)
		members[i].content = sift_span_from(sift_buf_span(&text), i);
	sift_buf_init(&packed, 0);
	fixture_pack(&packed, fixture_form_of(forms[_i]), members, 3);
	fixture_visit_words(sift_buf_span(&packed), NULL, &log);
	ck_assert_str_eq(log.ptr, "+ in!a in/a\n+ in!b in/b\n+ in!c in/c\n");
	sift_buf_release(&log);
	for (i = 1; i < 8; i += 2) {
		fixture_visit_bytes(
			sift_span_of(packed.ptr, packed.len / 8 * i), &log);
		sift_buf_release(&log);
		packed.ptr[packed.len / 8 * i] ^= 1;
		fixture_visit_bytes(sift_buf_span(&packed), &log);
		sift_buf_release(&log);
		packed.ptr[packed.len / 8 * i] ^= 1;
	}
	sift_buf_release(&packed);
	sift_buf_release(&noise);
	sift_buf_release(&text);
}
END_TEST

START_TEST(a_member_stops_at_its_limit_of_bytes)
{
	struct sift_limits limits = {.member_bytes = 1000};
	struct sift_buf text;
	struct sift_buf packed;
	struct sift_buf log;

	sift_buf_init(&text, 0);
	sift_buf_add_repeated(&text, 'x', (size_t)999 + (size_t)_i);
	wrap(&packed, sift_buf_span(&text), 1);
	sift_buf_init(&log, 0);
	fixture_visit(fixture_fd(sift_buf_span(&packed)), &limits, &log);
	if (_i < 2) {
		ck_assert_ptr_null(strstr(log.ptr, "--max"));
	} else {
		ck_assert_ptr_nonnull(strstr(log.ptr, "+ in in 1000 "));
		ck_assert_ptr_nonnull(strstr(log.ptr, "--max-member-bytes"));
	}
	sift_buf_clear(&log);
	/* A plain file has no such limit. */
	fixture_visit(fixture_fd(sift_buf_span(&text)), &limits, &log);
	ck_assert_ptr_null(strstr(log.ptr, "--max"));
	sift_buf_release(&text);
	sift_buf_release(&packed);
	sift_buf_release(&log);
}
END_TEST

START_TEST(a_file_that_cannot_be_read_is_an_io_error)
{
	struct sift_buf log;

	sift_buf_init(&log, 0);
	fixture_visit(NO_SUCH_FD, NULL, &log);
	fixture_visit(-1, NULL, &log);
	ck_assert_str_eq(log.ptr, "= cannot be read: Bad file descriptor\n"
				  "= cannot be read: Bad file descriptor\n");
	sift_buf_release(&log);
}
END_TEST

static enum sift_status
stop(void *payload, const char *name, const char *path, struct sift_source *src,
     struct sift_err *err)
{
	(void)payload;
	(void)name;
	(void)path;
	(void)src;
	return sift_fail(err, SIFT_E_EMPTY, "enough");
}

START_TEST(a_visitor_can_stop)
{
	struct sift_visitor visitor = {.source = stop};
	struct sift_limits limits = {0};
	struct sift_err err = {0};
	struct sift_buf packed;
	int fd;

	wrap(&packed, SIFT_SPAN("text"), 2);
	fd = fixture_fd(sift_buf_span(&packed));
	ck_assert_int_eq(sift_unpack(fd, "in", "in", &limits, &visitor, &err),
			 SIFT_E_EMPTY);
	ck_assert_str_eq(err.what, "enough");
	sift_buf_release(&packed);
}
END_TEST

/* clang-format off */
static const struct {
	const char *name;
	const char *stem;
} stems[] = {
	{"x.tar", "x"}, {"x.tar.gz", "x"}, {"x.tgz", "x"}, {"x.TGZ", "x"},
	{"x.tar.zst", "x"}, {"x.tar.xz", "x"}, {"x.tar.bz2", "x"},
	{"x.txz", "x"}, {"x.tzst", "x"}, {"x.tbz2", "x"}, {"a/x.7z", "a/x"},
	{"X.ZIP", "X"}, {"week.lsd", "week"}, {"v1.2.zip", "v1.2"},
	{"x.json.gz", "x.json.gz"}, {"x.gz", "x.gz"}, {"x.zst", "x.zst"},
	{"x.csv", "x.csv"}, {"zip", "zip"}, {".zip", ".zip"}, {"", ""},
	{"a/.tar", "a/.tar"}, {"a/.tar.gz", "a/.tar.gz"}, {".gz", ".gz"},
	{"x.zip.gz", "x.zip.gz"}, {"x.tar.tar", "x.tar"}, {"x.", "x."},
};
/* clang-format on */

START_TEST(only_archive_suffixes_come_off)
{
	ck_assert_uint_eq(sift_archive_stem_len(stems[_i].name),
			  strlen(stems[_i].stem));
}
END_TEST

START_TEST(only_zero_limits_get_defaults)
{
	struct sift_limits given = {.members = 7, .json_depth = 3};
	struct sift_limits limits = sift_limits_resolved(&given);

	ck_assert_uint_eq(limits.members, 7);
	ck_assert_uint_eq(limits.json_depth, 3);
	ck_assert_uint_eq(limits.member_bytes, UINT64_C(68719476736));
	ck_assert_uint_eq(limits.expansion_ratio, 200);
	ck_assert_uint_eq(limits.nesting, 3);
	ck_assert_uint_eq(limits.line_bytes, 1048576);
	ck_assert_uint_eq(limits.document_bytes, 67108864);
	ck_assert_uint_eq(limits.endpoints, 100000);
	ck_assert_uint_eq(limits.worker_bytes, 1073741824);
	ck_assert_uint_eq(limits.sample_bytes, 268435456);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("unpack");
	TCase *tcase = tcase_create("unpack");
	SRunner *runner;
	int failed;

	tcase_add_test(tcase, a_plain_file_is_itself);
	tcase_add_test(tcase, an_empty_file_is_an_empty_source);
	tcase_add_loop_test(tcase, up_to_two_layers_of_compression_come_off, 0,
			    5);
	tcase_add_test(tcase, a_pipe_reads_as_a_file);
	tcase_add_test(tcase, gzip_that_gives_nothing_is_damage_at_once);
	tcase_add_loop_test(tcase, a_bomb_of_gzip_stops_at_the_ratio, 1, 3);
	tcase_add_loop_test(
		tcase, a_thread_makes_no_difference_to_large_archives, 0, 2);
	tcase_add_loop_test(tcase, a_member_stops_at_its_limit_of_bytes, 0, 4);
	tcase_add_test(tcase, a_file_that_cannot_be_read_is_an_io_error);
	tcase_add_test(tcase, a_visitor_can_stop);
	tcase_add_loop_test(tcase, only_archive_suffixes_come_off, 0,
			    (int)(sizeof(stems) / sizeof(stems[0])));
	tcase_add_test(tcase, only_zero_limits_get_defaults);
	tcase_set_timeout(tcase, 120);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
