/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <archive.h>
#include <check.h>
#include <stdio.h>
#include <stdlib.h>

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

	sift_buf_init(&packed, 0);
	fixture_pack(&packed, form, small, COUNT(small));
	fixture_visit_bytes(sift_buf_span(&packed), &whole);
	for (bit = 8 * form->magic_len; bit < 8 * packed.len; bit++) {
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
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	sift_buf_release(&noise);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
