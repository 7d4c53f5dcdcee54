/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "engine/sides.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

enum { INPUTS = 4 };

/* Inputs up to the first NULL; words NULL = nothing tells the sides apart. */
static const struct {
	const char *before[INPUTS], *after[INPUTS];
	const char *old_word, *new_word;
} rows[] = {
	{{"baseline"}, {"optimised"}, "baseline", "optimised"},
	{{"a/baseline/"}, {"a/optimised//"}, "baseline", "optimised"},
	{{"baseline/runs"}, {"optimised/runs"}, "baseline", "optimised"},
	{{"/x/old/perf/k6"}, {"/y/new/perf/k6"}, "old", "new"},
	{{"v1.tar.gz"}, {"v2.tar.gz"}, "v1", "v2"},
	{{"v1.tar.gz"}, {"v1.zip"}, NULL, NULL},
	{{"main/run-1", "main/run-2"}, {"pr/run-1", "pr/run-2"}, "main", "pr"},
	{{"main/a/1", "main/b/1"}, {"pr/a/1"}, "main", "1"},
	{{"m/run-1", "m/run-10"}, {"p/run-1", "p/run-2", "p/run-3"}, "m", "p"},
	{{"run-1", "run-2"}, {"run-3", "run-4"}, NULL, NULL},
	{{"ab/1", "a/1"}, {"b/1", "b/2"}, NULL, NULL},
	{{"same"}, {"same"}, NULL, NULL},
	{{"a/b"}, {"b"}, NULL, NULL},
	{{"."}, {"other"}, NULL, NULL},
	{{".."}, {"other"}, NULL, NULL},
	{{"/"}, {"other"}, NULL, NULL},
	{{""}, {"other"}, NULL, NULL},
	{{""}, {""}, NULL, NULL},
	{{"/"}, {"//"}, NULL, NULL},
	{{"\xff"}, {"b"}, "\xef\xbf\xbd", "b"},
};

static size_t
count_of(const char *const inputs[INPUTS])
{
	size_t n = 0;

	while (n < INPUTS && inputs[n])
		n++;
	return n;
}

static void
assert_text(const char *got, const char *want)
{
	if (want)
		ck_assert_str_eq(got, want);
	else
		ck_assert_ptr_null(got);
}

START_TEST(words_are_where_paths_differ)
{
	struct sift_side_words words;
	struct sift_arena arena;

	sift_arena_init(&arena);
	ck_assert_int_eq(
		sift_side_words(&words, rows[_i].before,
				count_of(rows[_i].before), rows[_i].after,
				count_of(rows[_i].after), &arena, NULL),
		SIFT_OK);
	assert_text(words.before, rows[_i].old_word);
	assert_text(words.after, rows[_i].new_word);
	sift_arena_release(&arena);
}
END_TEST

/* Two sides of sets with these labels; ids are the labels. */
static void
append(struct sift_set *old, size_t n, struct sift_set *new, size_t m,
       const struct sift_side_words *words, struct sift_document *out,
       struct sift_arena *arena)
{
	struct sift_document from = {.sets = new, .set_count = m};

	*out = (struct sift_document){.sets = old, .set_count = n};
	for (size_t i = 0; i < n; i++)
		old[i].id = old[i].label;
	for (size_t i = 0; i < m; i++)
		new[i].id = new[i].label;
	ck_assert_int_eq(sift_side_append(out, &from, words, arena, NULL),
			 SIFT_OK);
	ck_assert_uint_eq(out->set_count, n + m);
}

START_TEST(equal_labels_get_the_words_and_others_stay)
{
	struct sift_set old[] = {{.label = "shop"}, {.label = "search"}};
	struct sift_set new[] = {{.label = "shop"}, {.label = "login"}};
	const struct sift_side_words words = {"v1", "v2"};
	struct sift_document doc;
	struct sift_arena arena;

	sift_arena_init(&arena);
	append(old, 2, new, 2, &words, &doc, &arena);
	ck_assert_str_eq(doc.sets[0].label, "shop (v1)");
	ck_assert_str_eq(doc.sets[1].label, "search");
	ck_assert_str_eq(doc.sets[2].label, "shop (v2)");
	ck_assert_str_eq(doc.sets[3].label, "login");
	ck_assert_str_ne(doc.sets[0].id, doc.sets[2].id);
	sift_arena_release(&arena);
}
END_TEST

START_TEST(without_words_the_others_are_new)
{
	struct sift_set old[] = {{.label = "shop"}};
	struct sift_set new[] = {{.label = "shop"}};
	const struct sift_side_words words = {NULL, NULL};
	struct sift_document doc;
	struct sift_arena arena;

	sift_arena_init(&arena);
	append(old, 1, new, 1, &words, &doc, &arena);
	ck_assert_str_eq(doc.sets[0].label, "shop");
	ck_assert_str_eq(doc.sets[1].label, "shop (new)");
	sift_arena_release(&arena);
}
END_TEST

START_TEST(indexes_follow_their_lists)
{
	size_t old_runs[] = {0, 1}, new_runs[] = {0};
	struct sift_run runs[] = {{.set = 0}, {.set = 0}, {.set = 0}};
	struct sift_input inputs[] = {
		{.run = 1}, {.run = 0}, {.run = SIFT_NONE}};
	struct sift_set sets[] = {
		{.label = "a", .id = "a", .runs = old_runs, .run_count = 2},
		{.label = "b", .id = "b", .runs = new_runs, .run_count = 1}};
	struct sift_document doc = {.inputs = inputs,
				    .input_count = 1,
				    .runs = runs,
				    .run_count = 2,
				    .sets = sets,
				    .set_count = 1};
	const struct sift_document from = {.inputs = inputs + 1,
					   .input_count = 2,
					   .runs = runs + 2,
					   .run_count = 1,
					   .sets = sets + 1,
					   .set_count = 1};
	const struct sift_side_words words = {NULL, NULL};
	struct sift_arena arena;

	sift_arena_init(&arena);
	ck_assert_int_eq(sift_side_append(&doc, &from, &words, &arena, NULL),
			 SIFT_OK);
	ck_assert_uint_eq(doc.inputs[0].run, 1);
	ck_assert_uint_eq(doc.inputs[1].run, 2);
	ck_assert_uint_eq(doc.inputs[2].run, SIFT_NONE);
	ck_assert_uint_eq(doc.runs[2].set, 1);
	ck_assert_uint_eq(doc.sets[1].runs[0], 2);
	ck_assert_uint_eq(new_runs[0], 0); /* the side's own stays */
	sift_arena_release(&arena);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("sides");
	TCase *tc = tcase_create("sides");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tc, words_are_where_paths_differ, 0,
			    (int)(sizeof(rows) / sizeof(rows[0])));
	tcase_add_test(tc, equal_labels_get_the_words_and_others_stay);
	tcase_add_test(tc, without_words_the_others_are_new);
	tcase_add_test(tc, indexes_follow_their_lists);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
