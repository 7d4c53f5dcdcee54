/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "base/span.h"

#include "runner.h"

static const struct sift_span nothing;

static int
sign(int order)
{
	return (order > 0) - (order < 0);
}

static const struct {
	struct sift_span a, b;
	int order;
	bool equal_nocase;
} pairs[] = {
	{SIFT_SPAN_INIT(""), SIFT_SPAN_INIT(""), 0, true},
	{SIFT_SPAN_INIT("a"), SIFT_SPAN_INIT("a"), 0, true},
	{SIFT_SPAN_INIT(""), SIFT_SPAN_INIT("a"), -1, false},
	{SIFT_SPAN_INIT("ab"), SIFT_SPAN_INIT("abc"), -1, false},
	{SIFT_SPAN_INIT("b"), SIFT_SPAN_INIT("abc"), 1, false},
	{SIFT_SPAN_INIT("A"), SIFT_SPAN_INIT("a"), -1, true},
	{SIFT_SPAN_INIT("gEt"), SIFT_SPAN_INIT("GeT"), 1, true},
	{SIFT_SPAN_INIT("["), SIFT_SPAN_INIT("{"), -1, false},
	{SIFT_SPAN_INIT("@"), SIFT_SPAN_INIT("`"), -1, false},
	{SIFT_SPAN_INIT("\xC4"), SIFT_SPAN_INIT("\xE4"), -1, false},
	{SIFT_SPAN_INIT("\xFF"), SIFT_SPAN_INIT("a"), 1, false},
	{SIFT_SPAN_INIT("a\0b"), SIFT_SPAN_INIT("a\0c"), -1, false},
	{SIFT_SPAN_INIT("a\0"), SIFT_SPAN_INIT("a"), 1, false},
};

START_TEST(order_is_bytewise_and_antisymmetric)
{
	struct sift_span a = pairs[_i].a, b = pairs[_i].b;

	ck_assert_int_eq(sign(sift_span_compare(a, b)), pairs[_i].order);
	ck_assert_int_eq(sign(sift_span_compare(b, a)), -pairs[_i].order);
	ck_assert_int_eq(sift_span_equal(a, b), pairs[_i].order == 0);
	ck_assert_int_eq(sift_span_equal_nocase(a, b), pairs[_i].equal_nocase);
}
END_TEST

START_TEST(spans_without_pointer_are_empty_text)
{
	struct sift_span a = SIFT_SPAN("a");

	ck_assert(sift_span_equal(nothing, SIFT_SPAN("")));
	ck_assert(sift_span_equal_nocase(nothing, SIFT_SPAN("")));
	ck_assert_int_eq(sift_span_compare(nothing, nothing), 0);
	ck_assert_int_lt(sift_span_compare(nothing, a), 0);
	ck_assert(sift_span_starts(a, nothing));
	ck_assert(sift_span_ends(nothing, nothing));
	ck_assert(!sift_span_starts(nothing, a));
	ck_assert_uint_eq(sift_span_find(nothing, a), 0);
	ck_assert_uint_eq(sift_span_find(nothing, nothing), 0);
	ck_assert_uint_eq(sift_span_find_byte(nothing, 'a'), 0);
	ck_assert_uint_eq(sift_span_trim(nothing).len, 0);
	ck_assert_uint_eq(sift_span_from(nothing, 3).len, 0);
	ck_assert_uint_eq(sift_span_head(nothing, 3).len, 0);
	ck_assert_uint_eq(sift_span_str(NULL).len, 0);
}
END_TEST

START_TEST(beginnings_and_ends_are_found)
{
	struct sift_span text = SIFT_SPAN("stats.csv");

	ck_assert(sift_span_starts(text, SIFT_SPAN("stats")));
	ck_assert(sift_span_starts(text, text));
	ck_assert(!sift_span_starts(text, SIFT_SPAN("Stats")));
	ck_assert(!sift_span_starts(text, SIFT_SPAN("stats.csv.gz")));
	ck_assert(sift_span_ends(text, SIFT_SPAN(".csv")));
	ck_assert(sift_span_ends(text, text));
	ck_assert(!sift_span_ends(text, SIFT_SPAN(".cs")));
	ck_assert(!sift_span_ends(text, SIFT_SPAN("my-stats.csv")));
}
END_TEST

static const struct {
	struct sift_span text, needle;
	size_t at;
} finds[] = {
	{SIFT_SPAN_INIT("abcabc"), SIFT_SPAN_INIT("bc"), 1},
	{SIFT_SPAN_INIT("abc"), SIFT_SPAN_INIT("c"), 2},
	{SIFT_SPAN_INIT("abc"), SIFT_SPAN_INIT(""), 0},
	{SIFT_SPAN_INIT("abc"), SIFT_SPAN_INIT("cd"), 3},
	{SIFT_SPAN_INIT("abc"), SIFT_SPAN_INIT("abcd"), 3},
	{SIFT_SPAN_INIT("aaab"), SIFT_SPAN_INIT("aab"), 1},
	{SIFT_SPAN_INIT("a\0b"), SIFT_SPAN_INIT("\0b"), 1},
	{SIFT_SPAN_INIT("a\0b"), SIFT_SPAN_INIT("a\0c"), 3},
};

START_TEST(the_first_occurrence_is_found)
{
	ck_assert_uint_eq(sift_span_find(finds[_i].text, finds[_i].needle),
			  finds[_i].at);
}
END_TEST

START_TEST(bytes_are_found_behind_nul_as_well)
{
	struct sift_span text = SIFT_SPAN("a\0b\xFF");

	ck_assert_uint_eq(sift_span_find_byte(text, 'b'), 2);
	ck_assert_uint_eq(sift_span_find_byte(text, '\0'), 1);
	ck_assert_uint_eq(sift_span_find_byte(text, '\xFF'), 3);
	ck_assert_uint_eq(sift_span_find_byte(text, 'c'), 4);
}
END_TEST

static const struct {
	struct sift_span text, trimmed;
} trims[] = {
	{SIFT_SPAN_INIT(" \t\r\na b\n"), SIFT_SPAN_INIT("a b")},
	{SIFT_SPAN_INIT("a"), SIFT_SPAN_INIT("a")},
	{SIFT_SPAN_INIT(" \n "), SIFT_SPAN_INIT("")},
	{SIFT_SPAN_INIT(""), SIFT_SPAN_INIT("")},
	{SIFT_SPAN_INIT("\va\f"), SIFT_SPAN_INIT("\va\f")},
	{SIFT_SPAN_INIT("\0 a \0"), SIFT_SPAN_INIT("\0 a \0")},
	{SIFT_SPAN_INIT("\xA0"), SIFT_SPAN_INIT("\xA0")},
};

START_TEST(only_blanks_are_trimmed)
{
	ck_assert(sift_span_equal(sift_span_trim(trims[_i].text),
				  trims[_i].trimmed));
}
END_TEST

START_TEST(parts_are_clamped_to_the_text)
{
	struct sift_span text = SIFT_SPAN("abc");

	ck_assert(sift_span_equal(sift_span_from(text, 1), SIFT_SPAN("bc")));
	ck_assert(sift_span_equal(sift_span_from(text, 0), text));
	ck_assert(sift_span_equal(sift_span_from(text, 3), nothing));
	ck_assert(sift_span_equal(sift_span_from(text, SIZE_MAX), nothing));
	ck_assert(sift_span_equal(sift_span_head(text, 2), SIFT_SPAN("ab")));
	ck_assert(sift_span_equal(sift_span_head(text, 0), nothing));
	ck_assert(sift_span_equal(sift_span_head(text, SIZE_MAX), text));
}
END_TEST

static void
fill(TCase *tc)
{
	tcase_add_loop_test(tc, order_is_bytewise_and_antisymmetric, 0,
			    COUNT(pairs));
	tcase_add_test(tc, spans_without_pointer_are_empty_text);
	tcase_add_test(tc, beginnings_and_ends_are_found);
	tcase_add_loop_test(tc, the_first_occurrence_is_found, 0, COUNT(finds));
	tcase_add_test(tc, bytes_are_found_behind_nul_as_well);
	tcase_add_loop_test(tc, only_blanks_are_trimmed, 0, COUNT(trims));
	tcase_add_test(tc, parts_are_clamped_to_the_text);
}

int
main(void)
{
	return run_suite("span", fill);
}
