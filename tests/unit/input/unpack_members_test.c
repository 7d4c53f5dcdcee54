/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <archive.h>
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"
#include "input/container.h"
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

/* ---- damage ---- */

static const struct fixture_member small[] = {
	{"a.csv", SIFT_SPAN_INIT("Type,Name,Requests\nGET,/a,1\n"), 0},
	{"b.csv", SIFT_SPAN_INIT("Type,Name,Requests\nGET,/bb,22\nGET,/c,3\n"),
	 0},
	{"c.csv", SIFT_SPAN_INIT("a,b\n1,2\n"), 0},
};

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
	fixture_pack(&packed, form, small, COUNT(small));
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
	fixture_pack(&packed, form, small, COUNT(small));
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

/* A visit of one packing of `members` must read as `want`. */
static void
check_packed(const char *form, const struct fixture_member *members,
	     size_t count, const struct sift_limits *limits, const char *want)
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
	fixture_pack(&packed, fixture_form_of("zip stored"), small,
		     COUNT(small));
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
	fixture_pack(&inner, fixture_form_of("zip"), small, 2);
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
	fixture_pack(&packed, fixture_form_of("tar.gz"), small, COUNT(small));
	packed.ptr[packed.len - 6] ^= 1;
	fixture_visit_words(sift_buf_span(&packed), NULL, &log);
	ck_assert_str_eq(log.ptr,
			 "+ in!a.csv in/a.csv\n"
			 "+ in!b.csv in/b.csv\n"
			 "+ in!c.csv in/c.csv\n"
			 "! in in archive ends early: damaged gzip data: "
			 "incorrect data check\n");
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
	fixture_pack(out, fixture_form_of("ustar"), small, COUNT(small));
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
	fixture_pack(&tar, fixture_form_of("gnutar"), small, 1);
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
	check_packed("zip", NULL, 0, NULL, "- in in an empty archive\n");
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
	check_packed("gnutar", &member, 1, NULL, want.ptr);
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
	check_packed(fixture_forms[_i].name, &member, 1, NULL, want.ptr);
	sift_buf_release(&want);
}
END_TEST

/* As in a folder: libarchive would compose the accent of a pax name. */
START_TEST(names_in_a_tar_keep_their_bytes)
{
	static const struct fixture_member member = {"e\xcc\x81.csv",
						     SIFT_SPAN_INIT("x"), 0};

	check_packed(fixture_forms[_i].name, &member, 1, NULL,
		     "+ in!e\xcc\x81.csv in/e\xcc\x81.csv\n");
}
END_TEST

START_TEST(backslashes_in_a_zip_are_slashes)
{
	static const struct fixture_member members[] = {
		{"runs\\a\\stats.csv", SIFT_SPAN_INIT("x"), 0},
		{"mixed/b\\stats.csv", SIFT_SPAN_INIT("x"), 0},
	};

	check_packed("zip", members, 2, NULL,
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

	check_packed("gnutar", members, COUNT(members), NULL,
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

	check_packed("ustar", members, COUNT(members), NULL,
		     "- in!link in/link symbolic link\n"
		     "- in!hard in/hard hard link to another member\n"
		     "- in!fifo in/fifo no regular file\n"
		     "+ in!file in/file\n");
}
END_TEST

/* ---- archives in archives ---- */

/* Put what is in `inner` as the only member into another packing. */
static void
nest(struct sift_buf *inner, const char *form, const char *path)
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

START_TEST(archives_in_archives_are_opened)
{
	const char *form = fixture_forms[_i].name;
	struct sift_buf packed;
	struct sift_buf log;

	sift_buf_init(&packed, 0);
	fixture_pack(&packed, fixture_form_of(form), small, 1);
	nest(&packed, form, "week 1/runs.tar.gz");
	nest(&packed, form, "all.zip");
	fixture_visit_words(sift_buf_span(&packed), NULL, &log);
	ck_assert_str_eq(log.ptr, "+ in!all.zip!week 1/runs.tar.gz!a.csv "
				  "in/all/week 1/runs/a.csv\n"
				  "+ in!all.zip!beside.csv in/all/beside.csv\n"
				  "+ in!beside.csv in/beside.csv\n");
	sift_buf_release(&log);
	nest(&packed, form, "more.7z");
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

START_TEST(a_nested_archive_that_is_cut_gives_what_it_has)
{
	struct sift_buf packed;
	struct sift_buf log;

	pack_tar(&packed);
	packed.len = (size_t)3 * BLOCK + 10;
	nest(&packed, "zip", "cut.tar");
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

START_TEST(compressed_members_are_unpacked_in_place)
{
	struct fixture_member member = {"runs/points.json.gz", {NULL, 0}, 0};
	struct sift_buf gzipped;

	sift_buf_init(&gzipped, 0);
	fixture_gzip(&gzipped, SIFT_SPAN("{}\n"));
	member.content = sift_buf_span(&gzipped);
	check_packed("tar.xz", &member, 1, NULL,
		     "+ in!runs/points.json.gz in/runs/points.json.gz\n");
	gzipped.ptr[gzipped.len - 6] ^= 1;
	check_packed("zip", &member, 1, NULL,
		     "+ in!runs/points.json.gz in/runs/points.json.gz damaged "
		     "gzip data: incorrect data check\n");
	sift_buf_release(&gzipped);
}
END_TEST

/* ---- limits ---- */

START_TEST(members_beyond_the_limit_are_not_read)
{
	struct sift_limits limits = {.members = 2};

	check_packed("zip", small, COUNT(small), &limits,
		     "+ in!a.csv in/a.csv\n"
		     "+ in!b.csv in/b.csv\n"
		     "! in in not read to its end: more than 2 members "
		     "(--max-members)\n");
}
END_TEST

/* Forty times 4 MiB of one byte; in all not 200 kB. */
START_TEST(many_small_bombs_are_one)
{
	struct fixture_member members[40];
	struct sift_buf zeros;
	struct sift_buf packed;
	struct sift_buf log;
	size_t i;
	size_t sources = 0;

	sift_buf_init(&zeros, 0);
	sift_buf_add_repeated(&zeros, '0', (size_t)4 << 20);
	for (i = 0; i < COUNT(members); i++)
		members[i] = (struct fixture_member){"bomb",
						     sift_buf_span(&zeros), 0};
	sift_buf_init(&packed, 0);
	fixture_pack(&packed, fixture_form_of("zip"), members, COUNT(members));
	sift_buf_release(&zeros);
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
	fixture_pack(&packed, &fixture_forms[_i], small, COUNT(small));
	nest(&packed, fixture_forms[_i].name, "inner");
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
	Suite *suite = suite_create("unpack_members");
	TCase *tcase = tcase_create("unpack_members");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tcase, every_packing_gives_the_same_members, 0,
			    FIXTURE_FORMS);
	tcase_add_loop_test(tcase, every_packing_can_come_through_a_pipe, 0,
			    FIXTURE_FORMS);
	tcase_add_loop_test(tcase, filters_hand_out_a_single_result, 3, 7);
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
	tcase_add_test(tcase, a_nested_archive_that_is_cut_gives_what_it_has);
	tcase_add_test(tcase, compressed_members_are_unpacked_in_place);
	tcase_add_test(tcase, members_beyond_the_limit_are_not_read);
	tcase_add_test(tcase, many_small_bombs_are_one);
	tcase_add_loop_test(tcase, a_bomb_in_any_packing_stops, 0,
			    FIXTURE_FORMS);
	tcase_add_test(tcase, a_failing_disk_is_not_called_a_truncated_archive);
	tcase_add_loop_test(tcase, each_missing_allocation_is_told, 0,
			    FIXTURE_FORMS);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	sift_buf_release(&noise);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
