/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "base/diag.h"

#include <string.h>

#include "base/clocale.h"
#include "base/text.h"
#include "runner.h"

/* What is true of every diag at any time. */
static void
check_diag(const struct sift_diag *diag)
{
	static const struct sift_diag_entry unused;
	uint64_t total = 0;

	ck_assert_uint_le(diag->count, SIFT_DIAG_KINDS);
	for (size_t i = 0; i < diag->count; i++) {
		const struct sift_diag_entry *entry = &diag->entries[i];

		total += entry->count;
		ck_assert_uint_gt(entry->count, 0);
		ck_assert(sift_utf8_valid(sift_span_str(entry->kind)));
		ck_assert(sift_utf8_valid(sift_span_str(entry->sample)));
		if (i + 1 < diag->count) {
			ck_assert_str_ne(entry->kind, SIFT_DIAG_OTHER);
			ck_assert(strcmp(entry->kind, entry[1].kind) < 0 ||
				  strcmp(entry[1].kind, SIFT_DIAG_OTHER) == 0);
		}
	}
	ck_assert_uint_eq(diag->total, total);
	for (size_t i = diag->count; i < SIFT_DIAG_KINDS; i++)
		ck_assert_mem_eq(&diag->entries[i], &unused, sizeof(unused));
}

static void
assert_described(const struct sift_diag *diag, const char *text)
{
	struct sift_buf buf = {0};

	sift_diag_describe(diag, &buf);
	ck_assert_int_eq(sift_buf_status(&buf), SIFT_OK);
	ck_assert_str_eq(buf.ptr ? buf.ptr : "", text);
	sift_buf_release(&buf);
}

START_TEST(nothing_is_described_as_nothing)
{
	struct sift_diag diag = {0};

	sift_diag_add(&diag, "not a number", 0, 1, 1, "x");
	check_diag(&diag);
	ck_assert_uint_eq(diag.count, 0);
	assert_described(&diag, "");
}
END_TEST

START_TEST(kinds_are_described_most_frequent_first)
{
	struct sift_diag diag = {0};

	sift_diag_add(&diag, "cut short", 1, 900, -1, NULL);
	sift_diag_add(&diag, "not a number", 1, 813, 7, "x");
	sift_diag_add(&diag, "not a number", 1, 812, 9, "1,2");
	check_diag(&diag);
	assert_described(&diag,
			 "3 records skipped: not a number (2, first at line "
			 "812: \"1,2\"), cut short (1, first at line 900)");
}
END_TEST

static const struct {
	uint64_t line;
	int64_t offset;
	const char *sample, *text;
} places[] = {
	{0, -1, NULL, "1 record skipped: k (1)"},
	{0, -1, "s", "1 record skipped: k (1, such as \"s\")"},
	{0, 0, NULL, "1 record skipped: k (1, first at byte 0)"},
	{0, 5, "s", "1 record skipped: k (1, first at byte 5: \"s\")"},
	{3, 5, "s", "1 record skipped: k (1, first at line 3: \"s\")"},
	{3, -9, "", "1 record skipped: k (1, first at line 3)"},
};

START_TEST(places_are_described_as_far_as_they_are_known)
{
	struct sift_diag diag = {0};

	sift_diag_add(&diag, "k", 1, places[_i].line, places[_i].offset,
		      places[_i].sample);
	check_diag(&diag);
	assert_described(&diag, places[_i].text);
}
END_TEST

/* Each is earlier than the next. */
static const struct {
	uint64_t line;
	int64_t offset;
	const char *sample;
} moments[] = {
	{1, 1, "a"},  {1, 1, "b"}, {1, 1, ""},	 {1, 2, "a"},
	{1, -1, "a"}, {2, 1, "a"}, {2, -1, "a"}, {UINT64_MAX, 0, "a"},
	{0, 0, "a"},  {0, 7, "a"}, {0, -1, "a"}, {0, -1, ""},
};

START_TEST(the_earliest_place_stays_in_either_order)
{
	for (int k = 0; k < COUNT(moments); k++) {
		struct sift_diag diag = {0};
		int first = _i < k ? _i : k;

		sift_diag_add(&diag, "k", 1, moments[_i].line,
			      moments[_i].offset, moments[_i].sample);
		sift_diag_add(&diag, "k", 1, moments[k].line, moments[k].offset,
			      moments[k].sample);
		check_diag(&diag);
		ck_assert_uint_eq(diag.entries[0].line, moments[first].line);
		ck_assert_int_eq(diag.entries[0].offset, moments[first].offset);
		ck_assert_str_eq(diag.entries[0].sample, moments[first].sample);
	}
}
END_TEST

START_TEST(samples_are_escaped_and_cut)
{
	struct sift_diag diag = {0};
	char text[300];

	sift_diag_add(&diag, "a", 1, 1, 1, "x\ny\x1B\xFF");
	ck_assert_str_eq(diag.entries[0].sample, "x\\ny\\x1B\\xFF");
	for (size_t len = 80; len < 110; len++) {
		memset(text, 'x', sizeof(text));
		text[len] = '\0';
		memset(&diag, 0, sizeof(diag));
		sift_diag_add(&diag, "a", 1, 1, 1, text);
		check_diag(&diag);
		if (len <= 95) {
			ck_assert_str_eq(diag.entries[0].sample, text);
		} else {
			ck_assert_uint_eq(strlen(diag.entries[0].sample), 95);
			ck_assert_mem_eq(diag.entries[0].sample, text, 92);
			ck_assert_str_eq(diag.entries[0].sample + 92,
					 "\xE2\x80\xA6");
		}
		memset(text, '\n', len); /* twice as long, escaped */
		memset(&diag, 0, sizeof(diag));
		sift_diag_add(&diag, "a", 1, 1, 1, text);
		check_diag(&diag);
	}
}
END_TEST

START_TEST(long_kinds_are_cut_between_characters)
{
	struct sift_diag diag = {0};
	char kind[200];

	for (size_t i = 0; i < 198; i += 2)
		memcpy(kind + i, "ß", 2);
	kind[198] = '\0';
	sift_diag_add(&diag, kind, 1, 1, 1, NULL);
	sift_diag_add(&diag, kind, 1, 2, 1, NULL);
	check_diag(&diag);
	ck_assert_uint_eq(diag.count, 1);
	ck_assert_uint_eq(strlen(diag.entries[0].kind), 62);
}
END_TEST

START_TEST(merge_of_empty_changes_nothing)
{
	struct sift_diag empty = {0}, diag = {0}, before;

	sift_diag_merge(&diag, &empty);
	ck_assert_mem_eq(&diag, &empty, sizeof(diag));
	sift_diag_add(&diag, "a", 2, 3, 4, "x");
	before = diag;
	sift_diag_merge(&diag, &empty);
	ck_assert_mem_eq(&diag, &before, sizeof(diag));
	sift_diag_merge(&empty, &diag);
	ck_assert_mem_eq(&empty, &before, sizeof(diag));
}
END_TEST

START_TEST(twelve_kinds_are_kept_and_more_are_folded)
{
	struct sift_diag diag = {0};
	char kind[2] = "";

	for (kind[0] = 'l'; kind[0] >= 'a'; kind[0]--)
		sift_diag_add(&diag, kind, 1, 5, -1, kind);
	check_diag(&diag);
	ck_assert_uint_eq(diag.count, 12);
	ck_assert_str_eq(diag.entries[11].kind, "l");

	sift_diag_add(&diag, "m", 1, 4, -1, "m");
	check_diag(&diag);
	ck_assert_uint_eq(diag.count, 12);
	ck_assert_str_eq(diag.entries[10].kind, "k");
	ck_assert_str_eq(diag.entries[11].kind, SIFT_DIAG_OTHER);
	ck_assert_uint_eq(diag.entries[11].count, 2);
	ck_assert_uint_eq(diag.entries[11].line, 4);

	sift_diag_add(&diag, "aa", 100, 9, -1, "aa");
	check_diag(&diag);
	ck_assert_str_eq(diag.entries[1].kind, "aa");
	ck_assert_str_eq(diag.entries[10].kind, "j");
	ck_assert_uint_eq(diag.entries[11].count, 3);
	ck_assert_uint_eq(diag.total, 113);
}
END_TEST

START_TEST(other_kinds_are_described_last)
{
	struct sift_diag diag = {0};
	struct sift_buf buf = {0};
	char kind[2] = "";

	for (kind[0] = 'a'; kind[0] <= 'z'; kind[0]++)
		sift_diag_add(&diag, kind, 1, 0, -1, NULL);
	sift_diag_describe(&diag, &buf);
	ck_assert_str_eq(buf.ptr, "26 records skipped: a (1), b (1), c (1), "
				  "d (1), e (1), f (1), g (1), h (1), i (1), "
				  "j (1), k (1), other kinds (15)");
	sift_buf_release(&buf);
}
END_TEST

START_TEST(counts_stay_at_their_maximum)
{
	struct sift_diag diag = {0};

	sift_diag_add(&diag, "a", UINT64_MAX - 1, 1, 1, NULL);
	sift_diag_add(&diag, "b", 5, 1, 1, NULL);
	sift_diag_add(&diag, "a", 5, 1, 1, NULL);
	ck_assert_uint_eq(diag.entries[0].count, UINT64_MAX);
	ck_assert_uint_eq(diag.total, UINT64_MAX);
}
END_TEST

/* One record of one of `kinds` kinds, "other kinds" among them. */
static void
add_random(struct sift_diag *diag, uint64_t *state, unsigned kinds)
{
	char kind[16], sample[16];
	unsigned number = (unsigned)(next_random(state) % kinds);
	uint64_t line = next_random(state) % 5;
	int64_t offset = (int64_t)(next_random(state) % 4) - 1;

	if (number == 30)
		sift_snprintf(kind, sizeof(kind), "%s", SIFT_DIAG_OTHER);
	else /* names around "other kinds" */
		sift_snprintf(kind, sizeof(kind), "%c%u", "anoqz"[number % 5],
			      number);
	sift_snprintf(sample, sizeof(sample), "%d",
		      (int)(next_random(state) % 3));
	sift_diag_add(diag, kind, next_random(state) % 3 + 1, line, offset,
		      sample);
}

/*
 * The same records one after the other; dealt out to parts that are merged
 * from the left; from the right; and as a tree, in another order.
 */
START_TEST(the_way_of_summing_up_does_not_matter)
{
	uint64_t state = 11;

	for (int round = 0; round < 4000; round++) {
		struct sift_diag all = {0}, left = {0}, right = {0};
		struct sift_diag parts[4] = {{.count = 0}};
		unsigned kinds = (unsigned)(next_random(&state) % 40) + 1;
		unsigned records = (unsigned)(next_random(&state) % 60);

		for (unsigned i = 0; i < records; i++) {
			uint64_t part = next_random(&state) % 4;
			uint64_t again = state;

			add_random(&all, &state, kinds);
			add_random(&parts[part], &again, kinds);
		}
		check_diag(&all);
		for (int i = 0; i < 4; i++) {
			check_diag(&parts[i]);
			sift_diag_merge(&left, &parts[i]);
			check_diag(&left);
			sift_diag_merge(&right, &parts[3 - i]);
		}
		ck_assert_mem_eq(&left, &all, sizeof(all));
		ck_assert_mem_eq(&right, &all, sizeof(all));
		sift_diag_merge(&parts[2], &parts[0]);
		sift_diag_merge(&parts[1], &parts[3]);
		sift_diag_merge(&parts[1], &parts[2]);
		ck_assert_mem_eq(&parts[1], &all, sizeof(all));
	}
}
END_TEST

static void
fill(TCase *tc)
{
	tcase_add_test(tc, nothing_is_described_as_nothing);
	tcase_add_test(tc, kinds_are_described_most_frequent_first);
	tcase_add_loop_test(tc, places_are_described_as_far_as_they_are_known,
			    0, COUNT(places));
	tcase_add_loop_test(tc, the_earliest_place_stays_in_either_order, 0,
			    COUNT(moments));
	tcase_add_test(tc, samples_are_escaped_and_cut);
	tcase_add_test(tc, long_kinds_are_cut_between_characters);
	tcase_add_test(tc, merge_of_empty_changes_nothing);
	tcase_add_test(tc, twelve_kinds_are_kept_and_more_are_folded);
	tcase_add_test(tc, other_kinds_are_described_last);
	tcase_add_test(tc, counts_stay_at_their_maximum);
	tcase_add_test(tc, the_way_of_summing_up_does_not_matter);
}

int
main(void)
{
	return run_suite("diag", fill);
}
