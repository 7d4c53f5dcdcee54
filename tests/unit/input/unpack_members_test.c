/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <archive.h>
#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "input_fixture.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* ---- the same from every packing ---- */

static struct sift_buf noise; /* a member of many blocks */

/* Made once: what is in it never changes. */
static struct sift_span
big_content(void)
{
	if (!noise.len)
		fixture_noise(&noise, 300000, 1);
	return sift_buf_span(&noise);
}

static void
pack_sample(struct sift_buf *out, const struct fixture_form *form)
{
	struct fixture_member members[] = {
		{"runs/", {NULL, 0}, '/'},
		{"runs/a stats.csv", SIFT_SPAN("Type,Name\nGET,/\n"), 0},
		{"./runs/b/points.json", big_content(), 0},
		{"runs/.git/config", SIFT_SPAN("x"), 0},
		{"runs/.git/HEAD", SIFT_SPAN("y"), 0},
		{"runs/latest", {NULL, 0}, '@'},
		{"last.csv", SIFT_SPAN("a,b\n1,2\n"), 0},
		/* 7z keeps its empty members behind all others. */
		{"runs/empty.csv", {NULL, 0}, 0},
	};

	sift_buf_init(out, 0);
	fixture_pack(out, form, members, COUNT(members));
}

static void
expect_sample(struct sift_buf *want)
{
	sift_buf_init(want, 0);
	fixture_expect(want, "in!runs/a stats.csv", "in/runs/a stats.csv",
		       SIFT_SPAN("Type,Name\nGET,/\n"));
	fixture_expect(want, "in!runs/b/points.json", "in/runs/b/points.json",
		       big_content());
	sift_buf_add_str(want, "- in!runs/.git in/runs/.git hidden\n"
			       "- in!runs/latest in/runs/latest symbolic "
			       "link\n");
	fixture_expect(want, "in!last.csv", "in/last.csv",
		       SIFT_SPAN("a,b\n1,2\n"));
	fixture_expect(want, "in!runs/empty.csv", "in/runs/empty.csv",
		       SIFT_SPAN(""));
}

START_TEST(every_packing_gives_the_same_members)
{
	struct sift_buf packed;
	struct sift_buf want;
	struct sift_buf log;

	pack_sample(&packed, &fixture_forms[_i]);
	fixture_visit_bytes(sift_buf_span(&packed), &log);
	expect_sample(&want);
	fixture_same(&log, &want);
	sift_buf_release(&packed);
}
END_TEST

START_TEST(every_packing_can_come_through_a_pipe)
{
	struct sift_buf packed;
	struct sift_buf want;
	struct sift_buf log;

	pack_sample(&packed, &fixture_forms[_i]);
	sift_buf_init(&log, 0);
	fixture_visit(fixture_pipe(sift_buf_span(&packed)), NULL, &log);
	expect_sample(&want);
	fixture_same(&log, &want);
	sift_buf_release(&packed);
}
END_TEST

/* `times` times `content`, packed as tar with the form's filter. */
START_TEST(filters_hand_out_a_single_result)
{
	struct fixture_form raw = fixture_forms[_i];
	struct fixture_member member = {"x", big_content(), 0};
	struct sift_buf packed;
	struct sift_buf want;
	struct sift_buf log;

	raw.format = ARCHIVE_FORMAT_RAW;
	sift_buf_init(&packed, 0);
	fixture_pack(&packed, &raw, &member, 1);
	/* Streams written one after the other are one. */
	fixture_pack(&packed, &raw, &member, 1);
	fixture_visit_bytes(sift_buf_span(&packed), &log);
	sift_buf_init(&want, 0);
	sift_buf_add_span(&want, big_content());
	sift_buf_add_span(&want, big_content());
	member.content = sift_buf_span(&want);
	ck_assert_ptr_nonnull(strstr(log.ptr, "+ in in 600000 "));
	ck_assert_ptr_null(strstr(log.ptr, "data"));
	sift_buf_release(&want);
	sift_buf_release(&log);
	sift_buf_release(&packed);
}
END_TEST

/* ---- names ---- */

static const struct {
	const char *path;
	const char *label; /* behind "in!" and "in/" */
	const char *skip;  /* " reason" */
} names[] = {
	{"./a.csv", "a.csv", ""},
	{"/etc/passwd", "etc/passwd", ""},
	{"../../x", "x", ""},
	{"a//b/./c/../d", "a/b/c/d", ""},
	{"a b\tc\nd", "a b\\tc\\nd", ""},
	{"\033[2Jx", "\\x1B[2Jx", ""},
	{"=cmd", "=cmd", ""},
	{"back\\slash", "back\\slash", ""},
	{"caf\xe9/x", "caf\xc3\xa9/x", ""},
	{"e\xcc\x81.csv", "e\xcc\x81.csv", ""},
	{"..", "unnamed", ""},
	{".hidden", ".hidden", " hidden"},
	{"./d/.git/config", "d/.git", " hidden"},
	{"__MACOSX/._a.csv", "__MACOSX", " hidden"},
	{"d/._a.csv", "d/._a.csv", " hidden"},
};

START_TEST(names_of_members_are_labels_only)
{
	struct fixture_member member = {names[_i].path, SIFT_SPAN("x"), 0};
	struct sift_buf want;

	sift_buf_init(&want, 0);
	sift_buf_printf(&want, "%c in!%s in/%s%s\n",
			names[_i].skip[0] ? '-' : '+', names[_i].label,
			names[_i].label, names[_i].skip);
	fixture_check_packed("gnutar", &member, 1, NULL, want.ptr);
	sift_buf_release(&want);
}
END_TEST

START_TEST(names_in_any_script_are_the_same_in_every_packing)
{
	static const struct fixture_member member = {
		"\xe6\x97\xa5\xe6\x9c\xac/caf\xc3\xa9 \xf0\x9f\x9a\x80.csv",
		SIFT_SPAN_INIT("x"), 0};
	struct sift_buf want;

	sift_buf_init(&want, 0);
	sift_buf_printf(&want, "+ in!%s in/%s\n", member.path, member.path);
	fixture_check_packed(fixture_forms[_i].name, &member, 1, NULL,
			     want.ptr);
	sift_buf_release(&want);
}
END_TEST

/* As in a folder: libarchive would compose the accent of a pax name. */
START_TEST(names_in_a_tar_keep_their_bytes)
{
	static const struct fixture_member member = {"e\xcc\x81.csv",
						     SIFT_SPAN_INIT("x"), 0};

	fixture_check_packed(fixture_forms[_i].name, &member, 1, NULL,
			     "+ in!e\xcc\x81.csv in/e\xcc\x81.csv\n");
}
END_TEST

START_TEST(backslashes_in_a_zip_are_slashes)
{
	static const struct fixture_member members[] = {
		{"runs\\a\\stats.csv", SIFT_SPAN_INIT("x"), 0},
		{"mixed/b\\stats.csv", SIFT_SPAN_INIT("x"), 0},
	};

	fixture_check_packed("zip", members, 2, NULL,
			     "+ in!runs/a/stats.csv in/runs/a/stats.csv\n"
			     "+ in!mixed/b/stats.csv in/mixed/b/stats.csv\n");
}
END_TEST

START_TEST(members_of_one_name_are_told_apart)
{
	static const struct fixture_member members[] = {
		{"a", SIFT_SPAN_INIT("1"), 0},
		{"a#2", SIFT_SPAN_INIT("2"), 0},
		{"a", SIFT_SPAN_INIT("3"), 0},
		{"./a", SIFT_SPAN_INIT("4"), 0},
		{"b/a", SIFT_SPAN_INIT("5"), 0},
	};

	fixture_check_packed("gnutar", members, COUNT(members), NULL,
			     "+ in!a in/a\n"
			     "+ in!a#2 in/a#2\n"
			     "+ in!a#2#2 in/a#2#2\n"
			     "+ in!a#3 in/a#3\n"
			     "+ in!b/a in/b/a\n");
}
END_TEST

START_TEST(a_long_name_is_cut)
{
	struct sift_buf path;
	struct fixture_member member = {NULL, SIFT_SPAN("x"), 0};
	struct sift_buf packed;
	struct sift_buf log;

	sift_buf_init(&path, 0);
	sift_buf_add_repeated(&path, 'n', 100000);
	member.path = path.ptr;
	sift_buf_init(&packed, 0);
	fixture_pack(&packed, fixture_form_of("gnutar"), &member, 1);
	fixture_visit_words(sift_buf_span(&packed), NULL, &log);
	ck_assert_uint_lt(log.len, 9000);
	ck_assert_ptr_nonnull(strstr(log.ptr, "nn\xe2\x80\xa6 in/nn"));
	sift_buf_release(&log);
	sift_buf_release(&packed);
	sift_buf_release(&path);
}
END_TEST

START_TEST(only_regular_members_are_read)
{
	static const struct fixture_member members[] = {
		{"d/", {NULL, 0}, '/'},		  {"link", {NULL, 0}, '@'},
		{"hard", {NULL, 0}, '='},	  {"fifo", {NULL, 0}, 'p'},
		{"file", SIFT_SPAN_INIT("x"), 0},
	};

	fixture_check_packed("ustar", members, COUNT(members), NULL,
			     "- in!link in/link symbolic link\n"
			     "- in!hard in/hard hard link to another member\n"
			     "- in!fifo in/fifo no regular file\n"
			     "+ in!file in/file\n");
}
END_TEST

/* ---- archives in archives ---- */

START_TEST(archives_in_archives_are_opened)
{
	const char *form = fixture_forms[_i].name;
	struct sift_buf packed;
	struct sift_buf log;

	sift_buf_init(&packed, 0);
	fixture_pack(&packed, fixture_form_of(form), fixture_small, 1);
	fixture_nest(&packed, form, "week 1/runs.tar.gz");
	fixture_nest(&packed, form, "all.zip");
	fixture_visit_words(sift_buf_span(&packed), NULL, &log);
	ck_assert_str_eq(log.ptr, "+ in!all.zip!week 1/runs.tar.gz!a.csv "
				  "in/all/week 1/runs/a.csv\n"
				  "+ in!all.zip!beside.csv in/all/beside.csv\n"
				  "+ in!beside.csv in/beside.csv\n");
	sift_buf_release(&log);
	fixture_nest(&packed, form, "more.7z");
	fixture_visit_words(sift_buf_span(&packed), NULL, &log);
	ck_assert_ptr_nonnull(strstr(
		log.ptr, "! in!more.7z!all.zip!week 1/runs.tar.gz "
			 "in/more/all/week 1/runs.tar.gz more than 3 archives "
			 "in one another (--max-nesting)\n"));
	ck_assert_ptr_nonnull(strstr(log.ptr, "+ in!more.7z!all.zip!beside"));
	sift_buf_release(&log);
	sift_buf_release(&packed);
}
END_TEST

START_TEST(compressed_members_are_unpacked_in_place)
{
	struct fixture_member member = {"runs/points.json.gz", {NULL, 0}, 0};
	struct sift_buf gzipped;

	sift_buf_init(&gzipped, 0);
	fixture_gzip(&gzipped, SIFT_SPAN("{}\n"));
	member.content = sift_buf_span(&gzipped);
	fixture_check_packed(
		"tar.xz", &member, 1, NULL,
		"+ in!runs/points.json.gz in/runs/points.json.gz\n");
	gzipped.ptr[gzipped.len - 6] ^= 1;
	fixture_check_packed(
		"zip", &member, 1, NULL,
		"+ in!runs/points.json.gz in/runs/points.json.gz damaged "
		"gzip data: wrong checksum or length\n");
	sift_buf_release(&gzipped);
}
END_TEST

/* ---- limits ---- */

START_TEST(members_beyond_the_limit_are_not_read)
{
	struct sift_limits limits = {.members = 2};

	fixture_check_packed("zip", fixture_small, FIXTURE_SMALL, &limits,
			     "+ in!a.csv in/a.csv\n"
			     "+ in!b.csv in/b.csv\n"
			     "! in in not read to its end: more than 2 members "
			     "(--max-members)\n");
}
END_TEST

/* Forty times 4 MiB of one byte as a zip; in all not 200 kB. */
static void
pack_bombs(struct sift_buf *out)
{
	struct fixture_member members[40];
	struct sift_buf zeros;
	size_t i;

	sift_buf_init(&zeros, 0);
	sift_buf_add_repeated(&zeros, '0', (size_t)4 << 20);
	for (i = 0; i < COUNT(members); i++)
		members[i] = (struct fixture_member){"bomb",
						     sift_buf_span(&zeros), 0};
	sift_buf_init(out, 0);
	fixture_pack(out, fixture_form_of("zip"), members, COUNT(members));
	sift_buf_release(&zeros);
}

START_TEST(many_small_bombs_are_one)
{
	struct sift_buf packed;
	struct sift_buf log;
	size_t i;
	size_t sources = 0;

	pack_bombs(&packed);
	fixture_visit_words(sift_buf_span(&packed), NULL, &log);
	for (i = 0; i < log.len; i++)
		sources += log.ptr[i] == '+';
	ck_assert_uint_lt(sources, 20);
	ck_assert_ptr_nonnull(strstr(log.ptr,
				     "! in in not read to its end: expands "
				     "more than 200 times (--max-ratio)\n"));
	sift_buf_release(&log);
	sift_buf_release(&packed);
}
END_TEST

/* Where the input as a whole is large enough to allow all 160 MiB. */
START_TEST(much_beside_them_does_not_hide_small_bombs)
{
	struct fixture_member members[2] = {{"bombs.zip", {NULL, 0}, 0},
					    {"noise", {NULL, 0}, 0}};
	struct sift_buf bombs;
	struct sift_buf other;
	struct sift_buf packed;
	struct sift_buf log;

	pack_bombs(&bombs);
	sift_buf_init(&other, 0);
	fixture_noise(&other, 1 << 20, 3);
	members[0].content = sift_buf_span(&bombs);
	members[1].content = sift_buf_span(&other);
	sift_buf_init(&packed, 0);
	fixture_pack(&packed, fixture_form_of("ustar"), members, 2);
	fixture_visit_words(sift_buf_span(&packed), NULL, &log);
	ck_assert_ptr_nonnull(
		strstr(log.ptr, "+ in!bombs.zip!bomb in/bombs/bomb\n"));
	ck_assert_ptr_nonnull(strstr(log.ptr, "+ in!bombs.zip!bomb#40 "
					      "in/bombs/bomb#40 expands more "
					      "than 200 times (--max-ratio)"));
	ck_assert_ptr_nonnull(strstr(log.ptr, "+ in!noise in/noise\n"));
	sift_buf_release(&log);
	sift_buf_release(&packed);
	sift_buf_release(&other);
	sift_buf_release(&bombs);
}
END_TEST

START_TEST(a_bomb_in_any_packing_stops)
{
	struct fixture_member member = {"bomb", {NULL, 0}, 0};
	struct sift_buf zeros;
	struct sift_buf packed;
	struct sift_buf log;

	sift_buf_init(&zeros, 0);
	sift_buf_add_repeated(&zeros, '0', (size_t)72 << 20);
	member.content = sift_buf_span(&zeros);
	sift_buf_init(&packed, 0);
	fixture_pack(&packed, &fixture_forms[_i], &member, 1);
	sift_buf_release(&zeros);
	fixture_visit_words(sift_buf_span(&packed), NULL, &log);
	if (fixture_forms[_i].filter || _i > 2)
		ck_assert_ptr_nonnull(strstr(log.ptr,
					     "+ in!bomb in/bomb expands more "
					     "than 200 times (--max-ratio)\n"));
	else
		ck_assert_str_eq(log.ptr, "+ in!bomb in/bomb\n");
	sift_buf_release(&log);
	sift_buf_release(&packed);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("unpack_members");
	TCase *tcase = tcase_create("unpack_members");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tcase, every_packing_gives_the_same_members, 0,
			    FIXTURE_FORMS);
	tcase_add_loop_test(tcase, every_packing_can_come_through_a_pipe, 0,
			    FIXTURE_FORMS);
	tcase_add_loop_test(tcase, filters_hand_out_a_single_result, 3, 7);
	tcase_add_loop_test(tcase, names_of_members_are_labels_only, 0,
			    (int)COUNT(names));
	tcase_add_loop_test(tcase,
			    names_in_any_script_are_the_same_in_every_packing,
			    0, FIXTURE_FORMS);
	tcase_add_loop_test(tcase, names_in_a_tar_keep_their_bytes, 0, 7);
	tcase_add_test(tcase, backslashes_in_a_zip_are_slashes);
	tcase_add_test(tcase, members_of_one_name_are_told_apart);
	tcase_add_test(tcase, a_long_name_is_cut);
	tcase_add_test(tcase, only_regular_members_are_read);
	tcase_add_loop_test(tcase, archives_in_archives_are_opened, 0,
			    FIXTURE_FORMS);
	tcase_add_test(tcase, compressed_members_are_unpacked_in_place);
	tcase_add_test(tcase, members_beyond_the_limit_are_not_read);
	tcase_add_test(tcase, many_small_bombs_are_one);
	tcase_add_test(tcase, much_beside_them_does_not_hide_small_bombs);
	tcase_add_loop_test(tcase, a_bomb_in_any_packing_stops, 0,
			    FIXTURE_FORMS);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	sift_buf_release(&noise);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
